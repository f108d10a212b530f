/* main/bench_start.c: hersys bench start|fresh|get: until the first answer, until a figure is seen, one file by many. */
#include "main/bench.h"
#include "main/main.h"

#include "base/clock.h"

/* ---- start ---- */

#define STARTS 5

/* The best and the worst of some starts. */
static bool
some_starts(struct bench *b, const char *memory, int64_t *best, int64_t *worst)
{
	bool good = true;

	*best = INT64_MAX;
	*worst = 0;
	for (size_t i = 0; good && i < STARTS; i++) {
		b->w.port = 0;
		good = bench_server_start(&b->w, b->err);
		*best = b->w.start_us < *best ? b->w.start_us : *best;
		*worst = b->w.start_us > *worst ? b->w.start_us : *worst;
		if (good && i == 0)
			bench_line_memory(b, memory);
		good = good && bench_server_stop(&b->w, b->err);
	}
	return good;
}

/* The yardstick is the start on a base with nothing in it. */
int
bench_start(struct bench *b)
{
	struct bench_opts wanted = b->o;
	int64_t best, worst, empty, empty_worst;

	b->o = (struct bench_opts){ .seconds = wanted.seconds, .parent = wanted.parent };
	bool good = bench_world_make(&b->w, b->mem, &b->o, 0, b->err) && some_starts(b, "start.memory.empty", &empty, &empty_worst);
	bench_world_end(&b->w, b->err);
	b->o = wanted;
	if (!good || !bench_world_make(&b->w, b->mem, &b->o, 0, b->err) || !some_starts(b, "start.memory", &best, &worst))
		return EXIT_FAILED;
	bench_line(b, "start.first_answer", (double)best / 1000, "ms", "\"worst\":%.1f,\"yardstick\":%.1f,\"ratio\":%.2f",
	    (double)worst / 1000, (double)empty / 1000, (double)best / (double)empty);
	return EXIT_DONE;
}

/* ---- fresh ---- */

#define FRESH_PATIENCE_US (10 * 1000000LL)

/* The persons of today on the page of figures: the number beside the day in its series. -1: it is not there. */
static int64_t
figure_of(struct bench *b, struct arena *mem, struct str today)
{
	struct client_reply r;
	struct str head = str_fmt(mem, "<th scope=\"row\" class=\"n\">%.*s</th>", STR_ARG(today)), cell = S("<td class=\"n\">");
	int64_t n = -1;

	if (!bench_get(&b->w, mem, &b->w.user[DEMO_MINISTRY], S("/figures"), 200, &r))
		return -1;
	struct str row = str_sub(r.body, str_find_str(r.body, head), r.body.n);
	row = str_sub(row, 0, str_find_str(row, S("</tr>")));
	/* The last cell is the total. */
	for (size_t at; (at = str_find_str(row, cell)) < row.n;) {
		row = str_sub(row, at + cell.n, row.n);
		struct str digits = str_sub(row, 0, str_find(row, '<', 0));
		struct buf plain = buf_new(mem);
		for (size_t i = 0; i < digits.n; i++)
			if (digits.p[i] >= '0' && digits.p[i] <= '9')
				buf_byte(&plain, digits.p[i]);
		if (!str_int(buf_str(&plain), &n))
			n = -1;
	}
	return n;
}

/* File one, then look until the page says one more. µs from the receipt until the page that shows it was there; -1: never. */
static int64_t
one_fresh(struct bench *b, struct bench_filing *f, struct bench_caller *c)
{
	struct str today = date_iso(c->mem, date_of(clock_now()));
	int64_t before = figure_of(b, c->mem, today), now = before;

	if (before < 0 || bench_filing_ask(f, c) != BENCH_GOOD)
		return -1;
	int64_t began = bench_now_us();
	while (now <= before && bench_now_us() - began < FRESH_PATIENCE_US)
		now = figure_of(b, c->mem, today);
	return now == before + 1 ? bench_now_us() - began : -1;
}

int
bench_fresh(struct bench *b)
{
	struct bench_times t = { 0 };
	struct bench_filing *f;
	int64_t us = 0;

	if (!bench_world_make(&b->w, b->mem, &b->o, 1, b->err) || !bench_server_start(&b->w, b->err)
	    || !bench_sign_in_all(&b->w, DEMO_MINISTRY, DEMO_MINISTRY + 1, b->err)
	    || !bench_sign_in_all(&b->w, DEMO_LOGINS, b->w.users, b->err) || (f = bench_filing_new(b)) == NULL)
		return EXIT_FAILED;
	struct bench_load l = { .w = &b->w, .clients = 1 };
	bench_filing_load(f, &l);
	struct bench_caller c = { .w = &b->w, .user = &b->w.user[DEMO_LOGINS], .arg = f, .mem = arena_new(1 << 16),
		.client = bench_client(&b->w, b->mem) };
	for (int64_t until = bench_now_us() + b->o.seconds * 1000000; us >= 0 && bench_now_us() < until; c.seq++) {
		if ((us = one_fresh(b, f, &c)) >= 0)
			bench_times_add(&t, us);
		arena_reset(c.mem);
	}
	client_free(c.client);
	arena_free(c.mem);
	bench_line(b, "fresh.figure", bench_times_ms(&t, 0.5), "ms", "\"p99_ms\":%.2f,\"max_ms\":%.2f,\"times\":%llu,\"exact\":%s,"
	    "\"within_1s\":%s", bench_times_ms(&t, 0.99), (double)t.most_us / 1000, (unsigned long long)t.n,
	    us >= 0 ? "true" : "false", t.most_us <= 1000000 ? "true" : "false");
	/* A busy machine may be slow; the figure must be the right one. */
	return bench_filing_end(f) && us >= 0 ? EXIT_DONE : EXIT_FAILED;
}

/* ---- get ---- */

static enum bench_done
ask_path(struct bench_caller *c)
{
	const struct str *path = c->arg;
	struct client_reply r;

	return client_ask(c->client, c->mem, &(struct client_req){ .method = "GET", .path = *path }, &r) == OK && r.status == 200
	    ? BENCH_GOOD : BENCH_BAD;
}

/* One path of any HTTPS server on loopback, by many connections: for comparing two servers. */
int
bench_get_file(struct bench *b)
{
	struct str at = b->o.at, address = S("");
	struct bench_user nobody = { .cookie = S("") };
	struct client_reply r = { 0 };
	struct bench_sum sum;
	int64_t port = 0;

	if (!str_cut(&at, ':', &address) || at.p == NULL || !str_int(at, &port) || !str_starts(address, S("127.")))
		return bench_failed(b->err, "--at wants 127.0.0.1:PORT", b->o.at), EXIT_USAGE;
	b->w = (struct bench_world){ .mem = b->mem, .address = address, .port = (int)port };
	int clients = b->o.clients > 0 ? (int)b->o.clients : 64;
	if (!bench_get(&b->w, b->mem, NULL, b->o.path, 200, &r))
		return bench_failed(b->err, "no answer 200 for", b->o.path), EXIT_FAILED;
	bench_load(&(struct bench_load){ .w = &b->w, .clients = clients, .seconds = (int)b->o.seconds, .user = &nobody, .users = 1,
	    .ask = ask_path, .arg = &b->o.path }, &sum);
	bench_line_load(b, "get", &sum, clients, "\"bytes\":%zu", r.body.n);
	return sum.bad == 0 ? EXIT_DONE : EXIT_FAILED;
}
