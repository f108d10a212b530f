/* main/bench_notify.c: see bench.h: filing as clinics do, and hersys bench notify: durable notifications a second over HTTPS,
 * as fast as they are answered and at a steady rate; beside it the yardsticks of the same run. */
#include "main/bench.h"
#include "main/main.h"

#include "base/crypt.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

#define REPEATS 20              /* presses that a patient caller sends again at its end */
#define PATIENCE_US (40 * 1000000LL)

/* ---- filing ---- */

struct press {
	char op[64], location[96];
	uint64_t unique;
};
struct bench_filing {
	struct bench *b;
	uint64_t base;                  /* of this load's people and presses */
	FILE *acks;
	pthread_mutex_t lock;           /* acks, last_ack_us, gap_us, told, wrong */
	int64_t last_ack_us, gap_us;    /* gap_us: the longest time between two lines of acks */
	bool told;
	uint64_t repeated, wrong;
	struct press (*last)[REPEATS];  /* by caller */
	int64_t give_up_us;
};

static void
note_time(struct bench_filing *f)
{
	int64_t now = bench_now_us();

	if (f->last_ack_us > 0 && now - f->last_ack_us > f->gap_us)
		f->gap_us = now - f->last_ack_us;
	f->last_ack_us = now;
}

static void
remember(struct bench_filing *f, const struct bench_caller *c, const struct press *p, struct str location)
{
	struct str rest = str_sub(location, strlen("/notifications/"), location.n), home = S(""), id = S("");
	struct press *at = &f->last[c->nth][c->seq % REPEATS];

	*at = *p;
	snprintf(at->location, sizeof at->location, "%.*s", STR_ARG(location));
	if (f->acks == NULL || !str_cut(&rest, '/', &home) || !str_cut(&rest, '/', &id))
		return;
	pthread_mutex_lock(&f->lock);
	fprintf(f->acks, "%s\t%.*s\t%.*s\t%.*s\n", p->op, STR_ARG(c->user->org), STR_ARG(home), STR_ARG(id));
	fflush(f->acks);
	note_time(f);
	pthread_mutex_unlock(&f->lock);
}

static void
tell_once(struct bench_filing *f, enum err e, const struct client_reply *r)
{
	pthread_mutex_lock(&f->lock);
	if (!f->told)
		fprintf(f->b->err, "hersys bench: a press failed: %s, status %d\n", err_name(e), r->status);
	f->told = true;
	pthread_mutex_unlock(&f->lock);
}

/* Send one press until it is answered, if we are patient. "" when it was not acknowledged. */
static struct str
send_press(struct bench_filing *f, struct bench_caller *c, const struct press *p)
{
	struct client_reply r = { 0 };
	struct client_req q = { .method = "POST", .path = S("/notifications/new"), .cookie = c->user->cookie,
		.type = S("application/x-www-form-urlencoded"),
		.body = bench_form(c->mem, c->user, p->unique, str_of(p->op)) };
	enum err e;

	while ((e = client_ask(c->client, c->mem, &q, &r)) != OK || r.status == 503) {
		if (!f->b->o.patient || bench_now_us() > f->give_up_us)
			break;
		nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	}
	struct str location = e == OK && r.status == 303 ? client_header(&r, S("Location")) : S("");
	if (str_starts(location, S("/notifications/")) && str_ends(location, S("/receipt")))
		return location;
	tell_once(f, e, &r);
	return S("");
}

enum bench_done
bench_filing_ask(struct bench_filing *f, struct bench_caller *c)
{
	struct press p = { .unique = f->base * 1000000000 + c->nth * 1000000 + c->seq };

	/* As the page makes them. */
	snprintf(p.op, sizeof p.op, "%.*s", STR_ARG(id_new(c->mem)));
	struct str location = send_press(f, c, &p);
	if (location.n == 0)
		return BENCH_BAD;
	remember(f, c, &p, location);
	return BENCH_GOOD;
}

static enum bench_done
ask_filing(struct bench_caller *c)
{
	return bench_filing_ask(c->arg, c);
}

/* A press that was answered is sent once more: the answer must be the same receipt. */
static void
repeat_last(struct bench_caller *c)
{
	struct bench_filing *f = c->arg;

	for (size_t i = 0; f->b->o.patient && i < REPEATS; i++) {
		const struct press *p = &f->last[c->nth][i];
		if (p->op[0] == '\0')
			continue;
		bool same = str_eq(send_press(f, c, p), str_of(p->location));
		arena_reset(c->mem);
		pthread_mutex_lock(&f->lock);
		f->repeated++;
		f->wrong += !same;
		pthread_mutex_unlock(&f->lock);
	}
}

struct bench_filing *
bench_filing_new(struct bench *b)
{
	struct bench_filing *f = NEW(b->mem, struct bench_filing);

	*f = (struct bench_filing){ .b = b, .base = (uint64_t)crypt_random_below(1000000) * 100 };
	if (b->o.ack_file.n > 0 && (f->acks = fopen(str_z(b->mem, b->o.ack_file), "ae")) == NULL) {
		bench_failed(b->err, "cannot write the acknowledgements", str_of(strerrordesc_np(errno)));
		return NULL;
	}
	pthread_mutex_init(&f->lock, NULL);
	return f;
}

void
bench_filing_load(struct bench_filing *f, struct bench_load *l)
{
	l->ask = ask_filing;
	l->after = repeat_last;
	l->arg = f;
	f->base++;
	f->last_ack_us = f->gap_us = 0;
	f->give_up_us = bench_now_us() + l->seconds * 1000000LL + PATIENCE_US;
	f->last = arena_array(f->b->mem, sizeof *f->last, (size_t)l->clients);
	memset(f->last, 0, sizeof *f->last * (size_t)l->clients);
}

bool
bench_filing_end(struct bench_filing *f)
{
	pthread_mutex_destroy(&f->lock);
	return f->acks == NULL || fclose(f->acks) == 0;
}

/* ---- hersys bench notify ---- */

struct level {
	struct bench_sum fast, steady;
	double server_us, client_us;    /* processor time a notification */
};

static void
load(struct bench *b, struct bench_filing *f, int clients, int rate, int seconds, struct bench_sum *out)
{
	struct bench_load l = { .w = &b->w, .clients = clients, .seconds = seconds, .rate = rate,
		.user = b->w.user + DEMO_LOGINS, .users = b->w.users - DEMO_LOGINS };

	bench_filing_load(f, &l);
	bench_load(&l, out);
}

/* Processor time of this process, the one that makes the load, seconds. */
static double
own_cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
print_level(struct bench *b, const struct level *v, int clients, double yard, double same)
{
	char name[40];
	double rate = (double)v->fast.good / v->fast.seconds;

	snprintf(name, sizeof name, "notify.fast.%d", clients);
	bench_line_load(b, name, &v->fast, clients, "\"yardstick\":%.1f,\"ratio\":%.3f,\"same_rows\":%.1f,\"same_rows_ratio\":%.3f,"
	    "\"server_us\":%.1f,\"client_us\":%.1f", yard, yard > 0 ? rate / yard : 0, same, same > 0 ? rate / same : 0,
	    v->server_us, v->client_us);
	snprintf(name, sizeof name, "notify.steady.%d", clients);
	bench_line_load(b, name, &v->steady, clients, "\"rate\":%d", (int)b->o.rate);
}

/* Load on a server that somebody else starts, and kills: every answered press goes to the file. */
static int
attached(struct bench *b)
{
	struct bench_sum sum;
	struct bench_filing *f;

	if (!bench_world_attach(&b->w, b->mem, &b->o, b->err) || !bench_sign_in_all(&b->w, 0, 1, b->err)
	    || (f = bench_filing_new(b)) == NULL)
		return EXIT_FAILED;
	struct bench_load l = { .w = &b->w, .clients = (int)b->o.clients, .seconds = (int)b->o.seconds, .user = b->w.user, .users = 1 };
	bench_filing_load(f, &l);
	bench_load(&l, &sum);
	bool good = bench_filing_end(f);
	bench_line_load(b, "notify.attached", &sum, l.clients, "\"users\":%zu", l.users);
	if (b->o.ack_file.n > 0)
		bench_line(b, "notify.gap", (double)f->gap_us / 1000, "ms", "\"acknowledged\":%llu", (unsigned long long)sum.good);
	bench_line(b, "notify.repeats", (double)f->repeated, "presses", "\"wrong\":%llu", (unsigned long long)f->wrong);
	return good && f->wrong == 0 && sum.bad == 0 ? EXIT_DONE : EXIT_FAILED;
}

int
bench_notify(struct bench *b)
{
	/* Asked for so many connections: those; else the two of the table in doc/benchmarks.md. */
	int many[2] = { b->o.clients > 0 ? (int)b->o.clients : 64, 256 };
	size_t levels = b->o.clients > 0 ? 1 : 2;
	struct level level[2];
	uint64_t acknowledged = 0, failed = 0;
	struct bench_filing *f;

	if (b->o.clients == 0)
		b->o.clients = 256;
	if (b->o.folder.n > 0)
		return attached(b);
	if (!bench_world_make(&b->w, b->mem, &b->o, BENCH_DOCTORS, b->err) || !bench_server_start(&b->w, b->err)
	    || !bench_sign_in_all(&b->w, DEMO_LOGINS, b->w.users, b->err) || (f = bench_filing_new(b)) == NULL)
		return EXIT_FAILED;
	for (size_t i = 0; i < levels; i++) {
		double server = bench_server_cpu(&b->w), own = own_cpu();
		load(b, f, many[i], 0, (int)b->o.seconds, &level[i].fast);
		level[i].server_us = (bench_server_cpu(&b->w) - server) * 1e6 / (double)(level[i].fast.good + 1);
		level[i].client_us = (own_cpu() - own) * 1e6 / (double)(level[i].fast.good + 1);
		load(b, f, many[i], (int)b->o.rate, b->o.seconds / 2 > 3 ? (int)b->o.seconds / 2 : 3, &level[i].steady);
		acknowledged += level[i].fast.good + level[i].steady.good;
		failed += level[i].fast.bad + level[i].steady.bad;
	}
	bool good = bench_filing_end(f);
	bench_line_memory(b, "notify.memory");
	good = bench_server_stop(&b->w, b->err) && good;
	good = bench_prove(b, "notify.kept", acknowledged) && good;
	double yard = bench_yard_commits(b), same = bench_yard_same_rows(b);
	for (size_t i = 0; i < levels; i++)
		print_level(b, &level[i], many[i], yard, same);
	return good && failed == 0 ? EXIT_DONE : EXIT_FAILED;
}
