/* main/bench_growth.c: hersys bench growth: what a notification and the usual questions cost as the base grows.
 *
 * For each size of --sizes: a demonstration of so many cases (BASES/SIZE when there is one, else a new one), notifications as
 * fast as they are answered, then one person's questions one after the other. A line each, a table in markdown, a picture. */
#include "main/bench.h"
#include "main/bench_chart.h"
#include "main/main.h"

#include "fmt/form.h"

#include <errno.h>
#include <unistd.h>

#define SIZES_MOST 8
#define QUESTIONS 300
#define CLIENTS 64

enum { G_PRESS, G_CPU, G_CASE, G_LIST, G_SEARCH_ONE, G_SEARCH_NAME, G_FIGURES, G_LINES };
static const struct {
	const char *name, *title, *what;
} lines[G_LINES] = {
	[G_PRESS] = { "press", "notification", "64 at once, one's share of the time" },
	[G_CPU] = { "cpu", "notification, processor", "of the server" },
	[G_CASE] = { "case", "a case", "health centre" },
	[G_LIST] = { "list", "list of 50", "health centre" },
	[G_SEARCH_ONE] = { "search.one", "search, one character", "health centre" },
	[G_SEARCH_NAME] = { "search.name", "search, a whole name", "ministry" },
	[G_FIGURES] = { "figures", "figures of the nation", "ministry" },
};

struct growth {
	int64_t size[SIZES_MOST];
	size_t n;
	double ms[G_LINES][SIZES_MOST], slow[G_LINES][SIZES_MOST];
};

/* ---- one size ---- */

struct question {
	const struct bench_user *user;
	struct str path;
	const struct str *list;         /* paths, or what is searched when path is /search */
	size_t n;
};

static bool
ask_once(struct client *c, struct arena *mem, const struct question *q, size_t nth)
{
	struct str text = q->n > 0 ? q->list[nth * q->n / QUESTIONS] : S("");
	bool search = str_eq(q->path, S("/search"));
	struct form_pair pair[] = { { S("csrf"), q->user->csrf }, { S("q"), text } };
	struct client_req r = { .method = search ? "POST" : "GET", .path = q->path.n > 0 ? q->path : text, .cookie = q->user->cookie };
	struct client_reply out;

	if (search) {
		r.type = S("application/x-www-form-urlencoded");
		r.body = form_write(mem, &(struct form){ pair, LEN(pair) });
	}
	return client_ask(c, mem, &r, &out) == OK && out.status == 200;
}

static bool
ask_many(struct bench *b, struct growth *g, size_t at, int line, const struct question *q)
{
	struct arena *mem = arena_new(1 << 16);
	struct client *c = bench_client(&b->w, b->mem);
	struct bench_times *t = NEW(b->mem, struct bench_times);
	bool good = q->path.n > 0 || q->n > 0;

	/* One for the connection, and what is in no cache yet. */
	for (size_t i = 0; good && i <= QUESTIONS; i++, arena_reset(mem)) {
		int64_t began = bench_now_us();
		good = ask_once(c, mem, q, i > 0 ? i - 1 : 0);
		if (i > 0)
			bench_times_add(t, bench_now_us() - began);
	}
	client_free(c);
	arena_free(mem);
	g->ms[line][at] = bench_times_ms(t, 0.5);
	g->slow[line][at] = bench_times_ms(t, 0.95);
	return good || bench_failed(b->err, "a question was not answered", str_of(lines[line].title));
}

/* Names cut after their first character, each once. */
static size_t
first_characters(struct bench *b, const struct str *names, size_t n, struct str **out)
{
	struct str *list = NEWN(b->mem, struct str, n + 1);
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		size_t bytes = 1;
		while (bytes < names[i].n && ((unsigned char)names[i].p[bytes] & 0xC0) == 0x80)
			bytes++;
		struct str head = str_sub(names[i], 0, bytes);
		if (k == 0 || !str_eq(list[k - 1], head))
			list[k++] = head;
	}
	*out = list;
	return k;
}

static bool
ask_all(struct bench *b, struct growth *g, size_t at)
{
	struct bench_user *centre = &b->w.user[DEMO_CENTRE], *ministry = &b->w.user[DEMO_MINISTRY];
	struct str *cases, *names, *heads;
	size_t n_cases = bench_cases(b, DEMO_CENTRE, &cases), n_names = bench_names(b, &names);
	size_t n_heads = first_characters(b, names, n_names, &heads);
	const struct question q[G_LINES] = {
		[G_CASE] = { centre, S(""), cases, n_cases },
		[G_LIST] = { centre, S("/inbox"), NULL, 0 },
		[G_SEARCH_ONE] = { centre, S("/search"), heads, n_heads },
		[G_SEARCH_NAME] = { ministry, S("/search"), names, n_names },
		[G_FIGURES] = { ministry, S("/figures"), NULL, 0 },
	};

	for (int line = G_CASE; line < G_LINES; line++)
		if (!ask_many(b, g, at, line, &q[line]))
			return false;
	return true;
}

static bool
file_many(struct bench *b, struct growth *g, size_t at)
{
	struct bench_filing *f = bench_filing_new(b);
	struct bench_load l = { .w = &b->w, .clients = CLIENTS, .seconds = (int)b->o.seconds,
		.user = b->w.user + DEMO_LOGINS, .users = b->w.users - DEMO_LOGINS };
	struct bench_sum sum;

	if (f == NULL)
		return false;
	bench_filing_load(f, &l);
	double cpu = bench_server_cpu(&b->w);
	bench_load(&l, &sum);
	cpu = bench_server_cpu(&b->w) - cpu;
	if (sum.good == 0 || sum.bad > 0)
		return bench_failed(b->err, "a press failed", S(""));
	g->ms[G_PRESS][at] = sum.seconds * 1000 / (double)sum.good;
	g->slow[G_PRESS][at] = bench_times_ms(&sum.times, 0.95);
	g->ms[G_CPU][at] = g->slow[G_CPU][at] = cpu * 1000 / (double)sum.good;
	return bench_filing_end(f);
}

static bool
measure(struct bench *b, struct growth *g, size_t at)
{
	struct bench_opts o = b->o;
	struct str base = str_fmt(b->mem, "%.*s/%lld", STR_ARG(o.bases), (long long)g->size[at]);

	b->o.cases = g->size[at];
	b->o.clients = CLIENTS;
	b->o.base = o.bases.n > 0 && access(str_z(b->mem, base), F_OK) == 0 ? base : S("");
	b->o.in_place = o.in_place && b->o.base.n > 0;
	bool good = bench_world_make(&b->w, b->mem, &b->o, BENCH_DOCTORS, b->err) && bench_server_start(&b->w, b->err)
	    && bench_sign_in_all(&b->w, DEMO_CENTRE, b->w.users, b->err) && file_many(b, g, at) && ask_all(b, g, at);
	if (good)
		for (int i = 0; i < G_LINES; i++) {
			char name[60];
			snprintf(name, sizeof name, "growth.%s.%lld", lines[i].name, (long long)g->size[at]);
			bench_line(b, name, g->ms[i][at], "ms", "\"p95_ms\":%.3f", g->slow[i][at]);
		}
	bench_world_end(&b->w, b->err);
	b->o = o;
	return good;
}

/* ---- table and picture ---- */

static struct str
write_table(struct bench *b, const struct growth *g)
{
	struct buf t = buf_new(b->mem);

	buf_put(&t, S("| milliseconds, half of them faster (19 of 20) |"));
	for (size_t i = 0; i < g->n; i++)
		buf_fmt(&t, " %lld cases |", (long long)g->size[i]);
	buf_put(&t, S(" last by first |\n|---|"));
	for (size_t i = 0; i <= g->n; i++)
		buf_put(&t, S("---|"));
	for (int k = 0; k < G_LINES; k++) {
		buf_fmt(&t, "\n| %s (%s) |", lines[k].title, lines[k].what);
		for (size_t i = 0; i < g->n; i++) {
			if (k == G_PRESS || k == G_CPU)
				buf_fmt(&t, " %.2f |", g->ms[k][i]);
			else
				buf_fmt(&t, " %.1f (%.1f) |", g->ms[k][i], g->slow[k][i]);
		}
		buf_fmt(&t, " %.2f |", g->ms[k][0] > 0 ? g->ms[k][g->n - 1] / g->ms[k][0] : 0);
	}
	buf_put(&t, S("\n"));
	return buf_str(&t);
}

static struct str
write_picture(struct bench *b, const struct growth *g)
{
	struct chart_line line[G_LINES];
	struct buf out = buf_new(b->mem);

	for (int k = 0; k < G_LINES; k++)
		line[k] = (struct chart_line){ str_of(lines[k].title), g->ms[k] };
	chart_svg(&out, &(struct chart){ .title = S("milliseconds by cases in the base"), .x = g->size, .n = g->n, .line = line,
	    .lines = G_LINES });
	return buf_str(&out);
}

static bool
keep(struct bench *b, struct str path, struct str text)
{
	if (path.n == 0)
		return true;
	FILE *f = fopen(str_z(b->mem, path), "we");
	bool good = f != NULL && fwrite(text.p, 1, text.n, f) == text.n;
	if (f != NULL)
		good = fclose(f) == 0 && good;
	return good || bench_failed(b->err, strerrordesc_np(errno), path);
}

static bool
read_sizes(struct bench *b, struct growth *g)
{
	struct str rest = b->o.sizes.n > 0 ? b->o.sizes : S("10000,100000"), part;

	while (str_cut(&rest, ',', &part)) {
		if (g->n == SIZES_MOST || !str_int(part, &g->size[g->n]) || g->size[g->n] < 1000 || g->size[g->n] > DEMO_CASES_MAX
		    || (g->n > 0 && g->size[g->n] <= g->size[g->n - 1]))
			return bench_failed(b->err, "--sizes wants rising numbers from 1000 on, with commas, not", b->o.sizes);
		g->n++;
	}
	return true;
}

int
bench_growth(struct bench *b)
{
	struct growth *g = NEW(b->mem, struct growth);

	if (!read_sizes(b, g))
		return EXIT_USAGE;
	for (size_t i = 0; i < g->n; i++)
		if (!measure(b, g, i))
			return EXIT_FAILED;
	struct str table = write_table(b, g);
	if (b->o.table.n == 0)
		fprintf(b->out, "%.*s", STR_ARG(table));
	return keep(b, b->o.table, table) && keep(b, b->o.svg, write_picture(b, g)) ? EXIT_DONE : EXIT_FAILED;
}
