/* main/tool_bench.c: hersys bench notify|pages|start|disk: measures itself; one JSON object a line on stdout.
 *
 * notify  durable notifications a second over HTTPS, as fast as they are answered and at a steady rate; beside it, 64 a
 *         commit, the yardstick of store/bench.h (rows of that size, SQLite alone) and the same rows by the same
 *         rules straight into the store
 * pages   the pages that are asked for most, under load, and their sizes
 * start   from the spawn of the server to its first answer; its memory; the size of the page of entry
 * disk    what the disk itself does: small durable writes, and a long one */
#include "main/bench.h"
#include "main/tools.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "domain/notif.h"
#include "domain/stat.h"
#include "store/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#define GROUP 64                /* presses of one commit of the yardstick */
#define YARD_S 3
#define REPEATS 20              /* presses that a patient caller sends again at its end */
#define PATIENCE_US (40 * 1000000LL)

struct bench {
	struct bench_opts o;
	struct bench_world w;
	FILE *out, *err;
};

/* ---- filing ---- */

struct press {
	char op[64], location[96];
	uint64_t unique;
};
struct notify {
	struct bench *b;
	uint64_t base;                  /* of this run's people and presses */
	FILE *acks;
	pthread_mutex_t lock;           /* acks, told, wrong */
	bool told;
	uint64_t repeated, wrong;
	struct press (*last)[REPEATS];  /* by caller */
	int64_t give_up_us;
};

static void
remember(struct notify *n, const struct bench_caller *c, const struct press *p, struct str location)
{
	struct str rest = str_sub(location, strlen("/notifications/"), location.n), home = S(""), id = S("");
	struct press *at = &n->last[c->nth][c->seq % REPEATS];

	*at = *p;
	snprintf(at->location, sizeof at->location, "%.*s", STR_ARG(location));
	if (n->acks == NULL || !str_cut(&rest, '/', &home) || !str_cut(&rest, '/', &id))
		return;
	pthread_mutex_lock(&n->lock);
	fprintf(n->acks, "%s\t%.*s\t%.*s\t%.*s\n", p->op, STR_ARG(c->user->org), STR_ARG(home), STR_ARG(id));
	fflush(n->acks);
	pthread_mutex_unlock(&n->lock);
}

static void
tell_once(struct notify *n, enum err e, const struct client_reply *r)
{
	pthread_mutex_lock(&n->lock);
	if (!n->told)
		fprintf(n->b->err, "hersys bench: a press failed: %s, status %d\n", err_name(e), r->status);
	n->told = true;
	pthread_mutex_unlock(&n->lock);
}

/* Send one press until it is answered, if we are patient. "" when it was not acknowledged. */
static struct str
send_press(struct notify *n, struct bench_caller *c, const struct press *p)
{
	struct client_reply r = { 0 };
	struct client_req q = { .method = "POST", .path = S("/notifications/new"), .cookie = c->user->cookie,
		.type = S("application/x-www-form-urlencoded"),
		.body = bench_form(c->mem, c->user, p->unique, str_of(p->op)) };
	enum err e;

	while ((e = client_ask(c->client, c->mem, &q, &r)) != OK || r.status == 503) {
		if (!n->b->o.patient || bench_now_us() > n->give_up_us)
			break;
		nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	}
	struct str location = e == OK && r.status == 303 ? client_header(&r, S("Location")) : S("");
	if (str_starts(location, S("/notifications/")) && str_ends(location, S("/receipt")))
		return location;
	tell_once(n, e, &r);
	return S("");
}

static enum bench_done
ask_notify(struct bench_caller *c)
{
	struct notify *n = c->arg;
	struct press p = { .unique = n->base * 1000000000 + c->nth * 1000000 + c->seq };

	/* As the page makes them. */
	snprintf(p.op, sizeof p.op, "%.*s", STR_ARG(id_new(c->mem)));
	struct str location = send_press(n, c, &p);
	if (location.n == 0)
		return BENCH_BAD;
	remember(n, c, &p, location);
	return BENCH_GOOD;
}

/* A press that was answered is sent once more: the answer must be the same receipt. */
static void
repeat_last(struct bench_caller *c)
{
	struct notify *n = c->arg;

	for (size_t i = 0; n->b->o.patient && i < REPEATS; i++) {
		const struct press *p = &n->last[c->nth][i];
		if (p->op[0] == '\0')
			continue;
		bool same = str_eq(send_press(n, c, p), str_of(p->location));
		arena_reset(c->mem);
		pthread_mutex_lock(&n->lock);
		n->repeated++;
		n->wrong += !same;
		pthread_mutex_unlock(&n->lock);
	}
}

static bool
sign_in_all(struct bench *b, size_t from, size_t until)
{
	for (size_t i = from; i < until; i++)
		if (!bench_sign_in(&b->w, &b->w.user[i], b->err))
			return false;
	return true;
}

static void
notify_run(struct bench *b, struct notify *n, size_t from, int rate, int seconds, struct bench_sum *sum)
{
	struct bench_load l = { .w = &b->w, .clients = b->o.clients, .seconds = seconds, .rate = rate,
		.user = b->w.user + from, .users = b->w.users - from, .ask = ask_notify, .after = repeat_last, .arg = n };

	if (from == 0)
		l.users = 1;            /* attached: only the doctor files */
	n->base++;
	n->give_up_us = bench_now_us() + seconds * 1000000LL + PATIENCE_US;
	bench_load(&l, sum);
}

static bool
notify_begin(struct bench *b, struct notify *n)
{
	uint32_t run = crypt_random_below(1000000);

	*n = (struct notify){ .b = b, .base = (uint64_t)run * 100 };
	pthread_mutex_init(&n->lock, NULL);
	n->last = arena_array(b->w.mem, sizeof *n->last, (size_t)b->o.clients);
	if (b->o.ack_file.n > 0 && (n->acks = fopen(str_z(b->w.mem, b->o.ack_file), "ae")) == NULL) {
		fprintf(b->err, "hersys bench: cannot write %.*s: %s\n", STR_ARG(b->o.ack_file), strerrordesc_np(errno));
		return false;
	}
	return true;
}

static bool
notify_end(struct notify *n)
{
	pthread_mutex_destroy(&n->lock);
	return n->acks == NULL || fclose(n->acks) == 0;
}

/* ---- the yardstick, and the proof ---- */

struct yard {
	const struct sheet *sheet;
	const struct bench_user *user;
	size_t users;
	struct record *rec;
	uint64_t unique;
	int in_group;
};
/* What the store alone does with the same rows. */
struct same {
	double per_second;
	double cpu_us;          /* of the whole process, per notification */
	double written_kib;     /* handed to the disk, per notification */
};

static enum err
yard_write(struct tx *tx, void *arg)
{
	struct yard *y = arg;
	struct arena *mem = tx_mem(tx);
	struct receipt rc;
	int64_t home = 0;

	if (y->in_group++ == GROUP)
		return E_NOTFOUND;
	const struct bench_user *u = &y->user[y->unique++ % y->users];
	if (!str_int(str_sub(u->org, 3, 4), &home))
		BUG("bench: the path of an institution");
	struct actor who = { .account = S("bench"), .name = S("計測 医師"), .org = u->org, .home = home };
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

static int64_t
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Bytes that this process handed to write calls so far; 0 when the system does not tell. */
static int64_t
written(void)
{
	FILE *f = fopen("/proc/self/io", "re");
	char line[80];
	long long n = 0;

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (sscanf(line, "wchar: %lld", &n) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return n;
}

/* As many notifications as three seconds allow, on the same database, by the same rules, without anybody between. */
static struct same
same_rows(struct bench *b, struct store *st, const struct sheet *s)
{
	struct arena *mem = arena_new(1 << 20);
	struct yard y = { .sheet = s, .rec = NEW(b->w.mem, struct record), .unique = (uint64_t)1 << 50,
		.user = b->w.user + DEMO_LOGINS, .users = b->w.users - DEMO_LOGINS };
	int64_t began = bench_now_us(), until = began + YARD_S * 1000000LL, n = 0, cpu = cpu_us(), bytes = written();
	for (; bench_now_us() < until; n += GROUP) {
		y.in_group = 0;
		if (store_write_bulk(st, mem, yard_write, &y) != OK)
			break;
		arena_reset(mem);
	}
	arena_free(mem);
	n = n > 0 ? n : 1;
	return (struct same){ (double)n * 1e6 / (double)(bench_now_us() - began), (double)(cpu_us() - cpu) / (double)n,
		(double)(written() - bytes) / 1024 / (double)n };
}

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

/* What SQLite commits here at best, 64 operations at a time. */
static double
yardstick(struct bench *b)
{
	struct store_bench y = { 0 };
	struct str why, path = str_fmt(b->w.mem, "%.*s/yard.db", STR_ARG(b->w.dir));

	return store_bench_groups(b->w.mem, path, YARD_S, GROUP, &y, &why) == OK ? y.per_second : 0;
}

/* After the server is gone: everything that was acknowledged is there once; then how fast it could be. */
static bool
look_after(struct bench *b, uint64_t acknowledged, struct same *same)
{
	struct str why = S("");
	struct store *st;
	struct sheetset *sheets;
	struct store_opts so = { .path = str_fmt(b->w.mem, "%.*s/hersys.db", STR_ARG(b->w.dir)), .cache_mib = 64 };

	if (store_open(b->w.mem, &so, &st, &why) != OK)
		return false;
	struct proof p = prove(st);
	bool good = p.presses == p.kept && p.kept == p.filed && p.differences == 0 && p.chain
	    && (uint64_t)p.presses >= acknowledged;
	fprintf(b->out, "{\"name\":\"notify.kept\",\"value\":%lld,\"unit\":\"notifications\",\"acknowledged\":%llu,"
	    "\"differences\":%lld,\"chain\":%s,\"good\":%s}\n", (long long)p.presses, (unsigned long long)acknowledged,
	    (long long)p.differences, p.chain ? "true" : "false", good ? "true" : "false");
	if (sheetset_open(st, b->w.mem, &sheets, &why) == OK) {
		struct sheets now = sheetset_now(sheets);
		*same = same_rows(b, st, sheet_in_force(&now, S("covid19"), date_of(clock_now())));
	}
	store_close(st);
	return good;
}

static void
print_memory(struct bench *b, const char *name)
{
	long now, most;

	bench_server_memory(&b->w, &now, &most);
	fprintf(b->out, "{\"name\":\"%s\",\"value\":%.1f,\"unit\":\"MiB\",\"most\":%.1f}\n", name, (double)now / 1024,
	    (double)most / 1024);
}

static void
print_times(struct bench *b, const char *name, const struct bench_sum *s, const char *more)
{
	fprintf(b->out, "{\"name\":\"%s\",\"value\":%.1f,\"unit\":\"1/s\",%s\"p50_ms\":%.2f,\"p99_ms\":%.2f,"
	    "\"good\":%llu,\"failed\":%llu,\"clients\":%d}\n", name, (double)s->good / s->seconds, more,
	    bench_times_ms(&s->times, 0.5), bench_times_ms(&s->times, 0.99), (unsigned long long)s->good,
	    (unsigned long long)s->bad, b->o.clients);
}

static int
run_notify(struct bench *b, struct arena *mem)
{
	size_t doctors = b->o.clients < BENCH_DOCTORS ? (size_t)b->o.clients : BENCH_DOCTORS;
	struct bench_sum fast, steady;
	struct notify n;
	char more[320];
	struct same same = { 0 };

	if (!bench_world_make(&b->w, mem, &b->o, doctors, b->err) || !bench_server_start(&b->w, b->err)
	    || !sign_in_all(b, DEMO_LOGINS, b->w.users) || !notify_begin(b, &n))
		return EXIT_FAILED;
	struct bench_usage before = bench_server_usage(&b->w);
	int64_t own = cpu_us();
	notify_run(b, &n, DEMO_LOGINS, 0, b->o.seconds, &fast);
	struct bench_usage after = bench_server_usage(&b->w);
	own = cpu_us() - own;
	notify_run(b, &n, DEMO_LOGINS, b->o.rate, b->o.seconds / 2 > 3 ? b->o.seconds / 2 : 3, &steady);
	bool good = notify_end(&n);
	print_memory(b, "notify.memory");
	good = bench_server_stop(&b->w, b->err) && good;
	good = look_after(b, fast.good + steady.good, &same) && good;
	double yard = yardstick(b), rate = (double)fast.good / fast.seconds;
	snprintf(more, sizeof more, "\"yardstick\":%.1f,\"ratio\":%.3f,\"same_rows\":%.1f,\"same_rows_ratio\":%.3f,\"same_rows_cpu_us\":%.1f,\"same_rows_kib\":%.1f,"
	    "\"client_cpu_us\":%.1f,\"server_cpu_us\":%.1f,\"server_kib\":%.1f,", yard,
	    yard > 0 ? rate / yard : 0, same.per_second, same.per_second > 0 ? rate / same.per_second : 0,
	    same.cpu_us, same.written_kib, (double)own / (double)(fast.good + 1), (double)(after.cpu_us - before.cpu_us) / (double)(fast.good + 1),
	    (double)(after.written - before.written) / 1024 / (double)(fast.good + 1));
	print_times(b, "notify.fast", &fast, more);
	snprintf(more, sizeof more, "\"rate\":%d,", b->o.rate);
	print_times(b, "notify.steady", &steady, more);
	return good && fast.bad + steady.bad == 0 ? EXIT_DONE : EXIT_FAILED;
}

/* Load on a server that somebody else starts, and kills: every answered press goes to the file. */
static int
run_attached(struct bench *b, struct arena *mem)
{
	struct bench_sum sum;
	struct notify n;

	if (!bench_world_attach(&b->w, mem, &b->o, b->err) || !sign_in_all(b, 0, 1) || !notify_begin(b, &n))
		return EXIT_FAILED;
	notify_run(b, &n, 0, 0, b->o.seconds, &sum);
	bool good = notify_end(&n);
	print_times(b, "notify.attached", &sum, "");
	fprintf(b->out, "{\"name\":\"notify.repeats\",\"value\":%llu,\"unit\":\"presses\",\"wrong\":%llu}\n",
	    (unsigned long long)n.repeated, (unsigned long long)n.wrong);
	return good && n.wrong == 0 && sum.bad == 0 ? EXIT_DONE : EXIT_FAILED;
}

/* ---- pages ---- */

struct page {
	const char *name;
	struct str path;
	int user;                       /* of enum DEMO_…; -1: nobody */
};
static const struct page pages[] = {
	{ "login", STR_INIT("/login"), -1 },
	{ "entry", STR_INIT("/notifications/new"), DEMO_DOCTOR },
	{ "list", STR_INIT("/notifications"), DEMO_DOCTOR },
	{ "inbox", STR_INIT("/inbox"), DEMO_CENTRE },
	{ "figures", STR_INIT("/figures"), DEMO_MINISTRY },
	{ "healthz", STR_INIT("/healthz"), -1 },
};

static enum bench_done
ask_page(struct bench_caller *c)
{
	const struct page *p = c->arg;
	struct client_reply r;
	struct client_req q = { .method = "GET", .path = p->path, .cookie = c->user->cookie, .accept_encoding = S("br, gzip") };

	return client_ask(c->client, c->mem, &q, &r) == OK && r.status == 200 ? BENCH_GOOD : BENCH_BAD;
}

static size_t
page_bytes(struct bench *b, const struct page *p, const struct bench_user *u, struct str encoding)
{
	struct arena *mem = arena_new(1 << 16);
	struct client *c = bench_client(&b->w, mem);
	struct client_reply r = { 0 };
	struct client_req q = { .method = "GET", .path = p->path, .cookie = u->cookie, .accept_encoding = encoding };
	size_t n = client_ask(c, mem, &q, &r) == OK && r.status == 200
	    && str_eq(client_header(&r, S("Content-Encoding")), encoding) ? r.body.n : 0;

	client_free(c);
	arena_free(mem);
	return n;
}

static const struct bench_user *
page_user(const struct bench *b, const struct page *p)
{
	static const struct bench_user nobody = { .cookie = STR_INIT("") };

	return p->user < 0 ? &nobody : &b->w.user[p->user];
}

static void
print_page_size(struct bench *b, const struct page *p)
{
	const struct bench_user *u = page_user(b, p);

	fprintf(b->out, "{\"name\":\"pages.%s.bytes\",\"value\":%zu,\"unit\":\"bytes\",\"br\":%zu}\n", p->name,
	    page_bytes(b, p, u, S("")), page_bytes(b, p, u, S("br")));
}

static int
run_pages(struct bench *b, struct arena *mem)
{
	int each = b->o.seconds / (int)LEN(pages);
	bool good = bench_world_make(&b->w, mem, &b->o, 0, b->err) && bench_server_start(&b->w, b->err)
	    && sign_in_all(b, DEMO_DOCTOR, DEMO_DOCTOR + 1) && sign_in_all(b, DEMO_CENTRE, DEMO_CENTRE + 1)
	    && sign_in_all(b, DEMO_MINISTRY, DEMO_MINISTRY + 1);

	for (size_t i = 0; good && i < LEN(pages); i++) {
		struct bench_sum sum;
		struct bench_user user = *page_user(b, &pages[i]);
		char name[60];
		bench_load(&(struct bench_load){ .w = &b->w, .clients = b->o.clients, .seconds = each > 0 ? each : 1,
		    .user = &user, .users = 1, .ask = ask_page, .arg = (void *)(uintptr_t)&pages[i] }, &sum);
		snprintf(name, sizeof name, "pages.%s", pages[i].name);
		print_times(b, name, &sum, "");
		print_page_size(b, &pages[i]);
		good = sum.bad == 0;
	}
	if (good)
		print_memory(b, "pages.memory");
	return good ? EXIT_DONE : EXIT_FAILED;
}

/* ---- start ---- */

static int
run_start(struct bench *b, struct arena *mem)
{
	int64_t us[5], best = INT64_MAX, worst = 0;
	bool good = bench_world_make(&b->w, mem, &b->o, 0, b->err);

	for (size_t i = 0; good && i < LEN(us); i++) {
		b->w.port = 0;
		good = bench_server_start(&b->w, b->err);
		us[i] = b->w.start_us;
		best = us[i] < best ? us[i] : best;
		worst = us[i] > worst ? us[i] : worst;
		if (good && i == 0)
			print_memory(b, "start.memory");
		if (i + 1 < LEN(us))
			good = bench_server_stop(&b->w, b->err) && good;
	}
	if (!good || !sign_in_all(b, DEMO_DOCTOR, DEMO_DOCTOR + 1))
		return EXIT_FAILED;
	fprintf(b->out, "{\"name\":\"start.first_answer\",\"value\":%.1f,\"unit\":\"ms\",\"worst\":%.1f,\"cases\":%lld}\n",
	    (double)best / 1000, (double)worst / 1000, (long long)b->o.cases);
	print_page_size(b, &pages[1]);
	return EXIT_DONE;
}

/* ---- disk ---- */

static int
run_disk(struct bench *b, struct arena *mem)
{
	struct str parent = bench_parent(&b->o);
	char *path = str_z(mem, str_fmt(mem, "%.*s/hersys-disk-XXXXXX", STR_ARG(parent)));
	int fd = mkostemp(path, O_CLOEXEC);
	char *block = arena_alloc(mem, 1 << 20);
	struct bench_times t = { 0 };
	bool good = fd >= 0;
	int64_t began, us = 0;

	for (int64_t until = bench_now_us() + b->o.seconds * 1000000LL; good && bench_now_us() < until;) {
		began = bench_now_us();
		good = pwrite(fd, block, 4096, (off_t)(t.n % 1024) * 4096) == 4096 && fdatasync(fd) == 0;
		bench_times_add(&t, bench_now_us() - began);
	}
	began = bench_now_us();
	for (int i = 0; good && i < 64; i++)
		good = pwrite(fd, block, 1 << 20, (off_t)i << 20) == 1 << 20;
	good = good && fdatasync(fd) == 0;
	us = bench_now_us() - began;
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	if (!good) {
		fprintf(b->err, "hersys bench: cannot write in %.*s: %s\n", STR_ARG(parent), strerrordesc_np(errno));
		return EXIT_FAILED;
	}
	fprintf(b->out, "{\"name\":\"disk.durable_4k\",\"value\":%.1f,\"unit\":\"1/s\",\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n",
	    (double)t.n / b->o.seconds, bench_times_ms(&t, 0.5), bench_times_ms(&t, 0.99));
	fprintf(b->out, "{\"name\":\"disk.sequential\",\"value\":%.1f,\"unit\":\"MiB/s\"}\n", 64e6 / (double)us);
	return EXIT_DONE;
}

/* ---- the command ---- */

static int
usage(FILE *err, const char *why)
{
	fprintf(err, "hersys bench: %s\n"
	    "usage: hersys bench notify|pages|start|disk [--seconds N] [--connections N] [--cases N] [--rate N] [--ack-file FILE]\n"
	    "           [--in FOLDER] [--folder DATA --at 127.0.0.1:PORT [--patient]]\n", why);
	return EXIT_USAGE;
}

static bool
number(struct str s, int64_t low, int64_t high, int64_t *out)
{
	return str_int(s, out) && *out >= low && *out <= high;
}

static const char *
read_option(struct str name, struct str value, struct bench_opts *o)
{
	int64_t n = 0;

	if (str_eq(name, S("--seconds"))) {
		bool good = number(value, 1, 3600, &n);
		o->seconds = (int)n;
		return good ? NULL : "--seconds wants 1 to 3600";
	}
	if (str_eq(name, S("--connections"))) {
		bool good = number(value, 1, 1000, &n);
		o->clients = (int)n;
		return good ? NULL : "--connections wants 1 to 1000";
	}
	if (str_eq(name, S("--rate"))) {
		bool good = number(value, 1, 1000000, &n);
		o->rate = (int)n;
		return good ? NULL : "--rate wants a number of presses a second";
	}
	if (str_eq(name, S("--cases")))
		return number(value, 0, DEMO_CASES_MAX, &o->cases) ? NULL : "--cases wants a number of cases";
	if (str_eq(name, S("--ack-file")))
		o->ack_file = value;
	else if (str_eq(name, S("--in")))
		o->parent = value;
	else if (str_eq(name, S("--folder")))
		o->folder = value;
	else if (str_eq(name, S("--at")))
		o->at = value;
	else
		return "there is no such option";
	return NULL;
}

static const char *
read_options(int argc, const char **argv, struct bench_opts *o)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--patient") == 0) {
			o->patient = true;
			continue;
		}
		if (i + 1 == argc)
			return "an option without its value";
		const char *why = read_option(str_of(argv[i]), str_of(argv[i + 1]), o);
		if (why != NULL)
			return why;
		i++;
	}
	return NULL;
}

int
tool_bench(struct arena *mem, int argc, const char **argv, FILE *out, FILE *err)
{
	static const struct {
		const char *name;
		int (*run)(struct bench *b, struct arena *mem);
	} what[] = { { "notify", run_notify }, { "pages", run_pages }, { "start", run_start }, { "disk", run_disk } };
	struct bench *b = NEW(mem, struct bench);
	const char *why;

	b->out = out;
	b->err = err;
	b->o = (struct bench_opts){ .seconds = 10, .clients = 64, .rate = 200, .cases = 2000 };
	if (argc < 1)
		return usage(err, "what is to be measured?");
	if ((why = read_options(argc, argv, &b->o)) != NULL)
		return usage(err, why);
	for (size_t i = 0; i < LEN(what); i++) {
		if (strcmp(argv[0], what[i].name) != 0)
			continue;
		bool attached = b->o.folder.n > 0 && what[i].run == run_notify;
		int code = attached ? run_attached(b, mem) : what[i].run(b, mem);
		bench_world_end(&b->w, err);
		return code;
	}
	return usage(err, "there is no such measurement");
}
