/* main/bench_pages.c: hersys bench pages: the pages that are asked for most, alone, and again while notifications arrive.
 *
 * Alone: each page by many connections, asked again as soon as it was answered; beside it the smallest page (/healthz), the
 * yardstick. While --rate notifications a second arrive: each page 20 times a second in an open loop; waiting counts. The
 * narrow centre is the one of the demonstration, and what it waits is compared with what the ministry waits. */
#include "main/bench.h"
#include "main/main.h"

#include "base/clock.h"

#include <stdatomic.h>

#define PAGE_RATE 20            /* pages a second while notifications arrive */
#define PAGE_CLIENTS 8
#define FILING_CLIENTS 32
#define SPANS 20                /* of the days, in which cases are looked for */
#define DAYS 60
#define DAY_MS (24 * 3600 * 1000LL)

struct page {
	const char *name;
	struct str path;                /* "": a case of those below */
	struct str *cases;              /* paths, one after the other */
	size_t n_cases;
	_Atomic size_t next;
	int user;                       /* of enum DEMO_…; -1: nobody */
	int status;                     /* what it answers; 200 or it is not measured */
	struct bench_sum alone, busy;
};

/* ---- which cases ---- */

size_t
bench_cases(struct bench *b, int user, struct str **out)
{
	struct arena *mem = arena_new(1 << 20);
	struct str org = b->w.user[user].org, why = S("");
	struct str *list = NEWN(b->mem, struct str, SPANS * 50);
	struct store *st;
	struct rows r;
	size_t n = 0;

	*out = list;
	if (store_open_reading(b->mem, bench_db_path(&b->w), &st, &why) != OK)
		return bench_failed(b->err, "the store", why);
	struct reader *rd = reader_new(st);
	for (int i = 0; i < SPANS; i++) {
		int64_t before = clock_now() - i * (DAYS * DAY_MS / SPANS);
		struct tx *tx = read_begin(rd, mem, org);
		for (tx_open(tx, &r, Q_case_list, DBS(DT(org), DI(before), DI(0), DT(S("")), DT(S("")), DI(50))); rows_next(&r);)
			list[n++] = str_fmt(b->mem, "/cases/%lld/%.*s", (long long)row_int(&r, "home"), STR_ARG(row_text(&r, "id")));
		if (read_end(tx) != OK)
			n = 0;
		arena_reset(mem);
	}
	reader_free(rd);
	store_close(st);
	arena_free(mem);
	return n;
}

/* ---- asking ---- */

static struct str
page_path(struct page *p)
{
	return p->path.n > 0 ? p->path : p->cases[atomic_fetch_add(&p->next, 1) % p->n_cases];
}

static enum bench_done
ask_page(struct bench_caller *c)
{
	struct page *p = c->arg;
	struct client_reply r;
	struct client_req q = { .method = "GET", .path = page_path(p), .cookie = c->user->cookie, .accept_encoding = S("br, gzip") };

	return client_ask(c->client, c->mem, &q, &r) == OK && r.status == 200 ? BENCH_GOOD : BENCH_BAD;
}

static struct bench_user
page_user(const struct bench *b, const struct page *p)
{
	struct bench_user nobody = { .cookie = S("") };

	return p->user < 0 ? nobody : b->w.user[p->user];
}

/* What does it answer, and how large is it as it is and compressed? */
static void
try_page(struct bench *b, struct page *p)
{
	struct arena *mem = arena_new(1 << 16);
	struct bench_user u = page_user(b, p);
	struct client *c = bench_client(&b->w, mem);
	struct client_reply r = { 0 }, br = { 0 };
	struct client_req q = { .method = "GET", .cookie = u.cookie };
	char name[60];

	if (p->path.n == 0 && p->n_cases == 0) {
		bench_failed(b->err, "no cases for the page", str_of(p->name));
	} else {
		q.path = page_path(p);
		p->status = client_ask(c, mem, &q, &r) == OK ? r.status : 0;
		q.accept_encoding = S("br");
		if (p->status == 200 && client_ask(c, mem, &q, &br) == OK) {
			snprintf(name, sizeof name, "pages.%s.bytes", p->name);
			bench_line(b, name, (double)r.body.n, "bytes", "\"br\":%zu", br.body.n);
		} else {
			snprintf(name, sizeof name, "pages.%s", p->name);
			bench_line(b, name, 0, "1/s", "\"status\":%d,\"note\":\"this login is not offered the page\"", p->status);
		}
	}
	client_free(c);
	arena_free(mem);
}

static void
load_page(struct bench *b, struct page *p, int clients, int rate, int seconds, struct bench_sum *out)
{
	struct bench_user user = page_user(b, p);

	bench_load(&(struct bench_load){ .w = &b->w, .clients = clients, .seconds = seconds, .rate = rate, .user = &user,
	    .users = 1, .ask = ask_page, .arg = p }, out);
}

/* ---- alone, then busy ---- */

static void
measure_alone(struct bench *b, struct page *p, size_t n, int each)
{
	int clients = (int)b->o.clients;
	double yard = bench_yard_smallest(b, clients, each);
	char name[60];

	bench_line(b, "pages.smallest", yard, "1/s", "\"clients\":%d", clients);
	for (size_t i = 0; i < n; i++) {
		if (p[i].status != 200)
			continue;
		double cpu = bench_server_cpu(&b->w);
		load_page(b, &p[i], clients, 0, each, &p[i].alone);
		cpu = bench_server_cpu(&b->w) - cpu;
		snprintf(name, sizeof name, "pages.%s", p[i].name);
		bench_line_load(b, name, &p[i].alone, clients, "\"yardstick\":%.1f,\"ratio\":%.4f,\"server_us\":%.0f", yard,
		    yard > 0 ? (double)p[i].alone.good / p[i].alone.seconds / yard : 0,
		    p[i].alone.good > 0 ? cpu * 1e6 / (double)p[i].alone.good : 0);
	}
}

static bool
measure_busy(struct bench *b, struct page *p, size_t n, int each)
{
	struct bench_filing *f = bench_filing_new(b);
	struct bench_load l = { .w = &b->w, .clients = FILING_CLIENTS, .seconds = each * (int)n + 1, .rate = (int)b->o.rate,
		.user = b->w.user + DEMO_LOGINS, .users = b->w.users - DEMO_LOGINS };
	struct bench_sum filed;
	char name[60];

	if (f == NULL)
		return false;
	bench_filing_load(f, &l);
	struct bench_beside *beside = bench_load_begin(b->mem, &l);
	for (size_t i = 0; i < n; i++) {
		if (p[i].status != 200)
			continue;
		load_page(b, &p[i], PAGE_CLIENTS, PAGE_RATE, each, &p[i].busy);
		snprintf(name, sizeof name, "pages.busy.%s", p[i].name);
		bench_line_load(b, name, &p[i].busy, PAGE_CLIENTS, "\"arriving\":%d", l.rate);
	}
	bench_load_wait(beside, &filed);
	bench_line_load(b, "pages.busy.notify", &filed, FILING_CLIENTS, "\"rate\":%d", l.rate);
	return bench_filing_end(f) && filed.bad == 0;
}

static const struct page *
page_named(const struct page *p, size_t n, const char *what, const char *whose)
{
	char name[60];

	snprintf(name, sizeof name, "%s.%s", what, whose);
	for (size_t i = 0; i < n; i++)
		if (strcmp(p[i].name, name) == 0 && p[i].status == 200)
			return &p[i];
	return NULL;
}

/* What the ministry waits, by what the narrow centre waits; nothing when one of them was not measured. */
static void
print_ratio(struct bench *b, const struct page *p, size_t n, const char *what)
{
	const struct page *narrow = page_named(p, n, what, "centre"), *wide = page_named(p, n, what, "ministry");
	char name[60];

	if (narrow == NULL || wide == NULL)
		return;
	double a = bench_times_ms(&narrow->busy.times, 0.95), c = bench_times_ms(&wide->busy.times, 0.95);
	snprintf(name, sizeof name, "pages.ratio.%s", what);
	if (a > 0)
		bench_line(b, name, c / a, "ministry/centre", "\"centre_p95_ms\":%.2f,\"ministry_p95_ms\":%.2f", a, c);
}

int
bench_pages(struct bench *b)
{
	static const struct page all[] = {
		{ .name = "case.centre", .user = DEMO_CENTRE }, { .name = "case.ministry", .user = DEMO_MINISTRY },
		{ .name = "list.centre", .path = STR_INIT("/inbox"), .user = DEMO_CENTRE },
		{ .name = "list.ministry", .user = DEMO_MINISTRY },
		{ .name = "dashboard.centre", .path = STR_INIT("/figures"), .user = DEMO_CENTRE },
		{ .name = "dashboard.ministry", .path = STR_INIT("/figures"), .user = DEMO_MINISTRY },
		{ .name = "list.doctor", .path = STR_INIT("/notifications"), .user = DEMO_DOCTOR },
		{ .name = "entry", .path = STR_INIT("/notifications/new"), .user = DEMO_DOCTOR },
		{ .name = "login", .path = STR_INIT("/login"), .user = -1 },
	};
	struct page *p = NEWN(b->mem, struct page, LEN(all));
	size_t n = 0;
	bool good;

	for (size_t i = 0; i < LEN(all); i++)
		if (str_starts(str_of(all[i].name), b->o.page))
			memcpy(&p[n++], &all[i], sizeof all[i]);
	if (n == 0)
		return bench_failed(b->err, "no such page", b->o.page), EXIT_FAILED;
	int each = (int)b->o.seconds / (2 * (int)n);
	if (b->o.clients == 0)
		b->o.clients = 64;
	if (!bench_world_make(&b->w, b->mem, &b->o, BENCH_DOCTORS, b->err) || !bench_server_start(&b->w, b->err) || !bench_sign_in_all(&b->w, 0, b->w.users, b->err))
		return EXIT_FAILED;
	each = each > 0 ? each : 1;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(p[i].name, "list.ministry") == 0)
			p[i].path = b->o.list.n > 0 ? b->o.list : S("/inbox");
		p[i].n_cases = p[i].path.n == 0 ? bench_cases(b, p[i].user, &p[i].cases) : 0;
		try_page(b, &p[i]);
	}
	measure_alone(b, p, n, each);
	good = measure_busy(b, p, n, each);
	print_ratio(b, p, n, "case");
	print_ratio(b, p, n, "list");
	print_ratio(b, p, n, "dashboard");
	bench_line_memory(b, "pages.memory");
	for (size_t i = 0; i < n; i++)
		good = good && p[i].alone.bad == 0 && p[i].busy.bad == 0;
	return good ? EXIT_DONE : EXIT_FAILED;
}
