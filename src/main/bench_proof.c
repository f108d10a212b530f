/* main/bench_proof.c: see bench.h: is everything there that was acknowledged, and what could this machine do at best? */
#include "main/bench.h"

#include "base/clock.h"
#include "domain/notif.h"
#include "domain/stat.h"
#include "store/bench.h"

#define GROUP 64                /* presses of one commit of the yardsticks */
#define YARD_S 3

/* ---- the proof ---- */

struct proof {
	int64_t presses, kept, filed, differences;
	bool chain;
};

static struct proof
prove(struct store *st)
{
	struct arena *mem = arena_new(1 << 20);
	struct reader *rd = reader_new(st);
	struct tx *tx = read_begin(rd, mem, S(""));
	struct proof p = { .differences = -1 };
	int64_t lines, bad;
	struct rows r;

	if (tx_one(tx, &r, Q_acks_sums, DBS(DT(DEMO_ACCOUNT)))) {
		p.presses = row_int(&r, "presses");
		p.kept = row_int(&r, "kept");
		p.filed = row_int(&r, "filed");
		rows_close(&r);
	}
	if (stat_recount(tx, &p.differences, NULL, NULL) != OK)
		p.differences = -1;
	p.chain = audit_verify(tx, &lines, &bad) == OK;
	if (read_end(tx) != OK)
		p.chain = false;
	reader_free(rd);
	arena_free(mem);
	return p;
}

bool
bench_prove(struct bench *b, const char *name, uint64_t acknowledged)
{
	struct str why = S("");
	struct store *st;

	if (b->o.quick)
		return true;
	if (store_open_reading(b->w.mem, bench_db_path(&b->w), &st, &why) != OK)
		return bench_failed(b->err, "the store", why);
	int64_t began = bench_now_us();
	struct proof p = prove(st);
	store_close(st);
	bool good = p.presses == p.kept && p.kept == p.filed && p.differences == 0 && p.chain
	    && (uint64_t)p.presses >= acknowledged;
	bench_line(b, name, (double)p.presses, "notifications",
	    "\"acknowledged\":%llu,\"differences\":%lld,\"chain\":%s,\"seconds\":%.1f,\"good\":%s", (unsigned long long)acknowledged,
	    (long long)p.differences, p.chain ? "true" : "false", (double)(bench_now_us() - began) / 1e6, good ? "true" : "false");
	return good;
}

/* ---- yardsticks ---- */

double
bench_yard_commits(struct bench *b)
{
	struct store_bench y = { 0 };
	struct str why, path = str_fmt(b->mem, "%.*s/yard.db", STR_ARG(b->w.dir));

	if (store_bench_groups(b->mem, path, YARD_S, GROUP, &y, &why) == OK)
		return y.per_second;
	bench_failed(b->err, "the yardstick", why);
	return 0;
}

struct yard {
	const struct sheet *sheet;
	const struct bench_user *user;
	size_t users;
	struct record *rec;
	uint64_t unique;
	int in_group;
};

static enum err
yard_write(struct tx *tx, void *arg)
{
	struct yard *y = arg;
	struct arena *mem = tx_mem(tx);
	struct receipt rc;

	if (y->in_group++ == GROUP)
		return E_NOTFOUND;
	int64_t home = 0;
	const struct bench_user *u = &y->user[y->unique++ % y->users];
	if (!str_int(str_sub(u->org, 3, 4), &home))
		BUG("bench: the path of an institution");
	struct actor who = { .account = S("bench"), .name = S("計測 医師"), .org = u->org, .home = home, .role = ROLE_doctor };
	bench_record(mem, y->unique, y->rec);
	struct filing f = { .sheet = y->sheet, .rec = y->rec, .op = str_fmt(mem, "yard-%llu", (unsigned long long)y->unique) };
	struct notif_ids ids = { id_new(mem), id_new(mem) };
	enum err e = notif_put(tx, &who, &f, clock_now(), &ids, &rc);
	if (e != OK)
		return e;
	tx_exec(tx, Q_idempotency_put, DBS(DT(who.org), DT(f.op), DI(rc.reported_at), DI(rc.home), DT(rc.notification)));
	struct audit a = actor_audit(&who, S("notif.submit"));
	a.home = rc.home;
	a.object = rc.case_id;
	tx_audit(tx, &a);
	return tx_err(tx);
}

static double
same_rows(struct bench *b, struct store *st, const struct sheet *s)
{
	struct arena *mem = arena_new(1 << 20);
	/* Ever rising: presses of an earlier run on the same base must not come again. */
	struct yard y = { .sheet = s, .rec = NEW(b->mem, struct record), .unique = (uint64_t)clock_now() << 20,
		.user = b->w.user + DEMO_LOGINS, .users = b->w.users - DEMO_LOGINS };
	int64_t began = bench_now_us(), until = began + YARD_S * 1000000LL, n = 0;

	for (; bench_now_us() < until; n += GROUP) {
		y.in_group = 0;
		if (store_write_bulk(st, mem, yard_write, &y) != OK) {
			bench_failed(b->err, "the same rows", S("cannot be written"));
			break;
		}
		arena_reset(mem);
	}
	arena_free(mem);
	return (double)n * 1e6 / (double)(bench_now_us() - began);
}

double
bench_yard_same_rows(struct bench *b)
{
	struct store_opts so = { .path = bench_db_path(&b->w), .cache_mib = 64 };
	struct sheetset *sheets;
	struct store *st;
	struct str why = S("");
	double rate = 0;

	if (store_open(b->mem, &so, &st, &why) != OK) {
		bench_failed(b->err, "the store", why);
		return 0;
	}
	if (sheetset_open(st, b->mem, &sheets, &why) == OK) {
		struct sheets now = sheetset_now(sheets);
		rate = same_rows(b, st, sheet_in_force(&now, S("covid19"), date_of(clock_now()), 0));
	}
	store_close(st);
	return rate;
}

static enum bench_done
ask_smallest(struct bench_caller *c)
{
	struct client_reply r;

	return client_ask(c->client, c->mem, &(struct client_req){ .method = "GET", .path = S("/healthz") }, &r) == OK
	    && r.status == 200 ? BENCH_GOOD : BENCH_BAD;
}

double
bench_yard_smallest(struct bench *b, int clients, int seconds)
{
	struct bench_user nobody = { .cookie = S("") };
	struct bench_sum sum;

	bench_load(&(struct bench_load){ .w = &b->w, .clients = clients, .seconds = seconds, .user = &nobody, .users = 1,
	    .ask = ask_smallest }, &sum);
	return sum.bad == 0 ? (double)sum.good / sum.seconds : 0;
}
