/* domain/demo_series.c: see demo_series.h. */
#include "domain/demo_series.h"

#include "base/files.h"
#include "domain/demo_table.h"
#include "domain/infile.h"

/* ---- reading ---- */

/* The prefecture that a column is about: by number, Japanese or English name; 0 when it is about none. */
static size_t
pref_of(const struct demo_table *names, struct str head)
{
	int64_t n;

	if (head.n == 2 && str_int(head, &n) && n >= 1 && n < DEMO_PREFS)
		return (size_t)n;
	for (size_t i = 0; i < names->rows; i++)
		if (str_eq(demo_cell(names, i, 1), head) || str_eq_case(demo_cell(names, i, 3), head))
			return (size_t)demo_number(names, i, 0);
	return 0;
}

static enum err
series_of(struct arena *mem, struct str text, struct demo_series *out, struct str *why)
{
	struct demo_table names = demo_table_file(mem, S("data/reference/prefecture.tsv"), 4);
	struct demo_table t = demo_table_read(mem, text);
	size_t known = 0, *pref = NEWN(mem, size_t, t.columns + 1);
	struct date day;
	double sum = 0;

	for (size_t c = 1; c < t.columns; c++)
		known += (pref[c] = pref_of(&names, t.head[c])) > 0;
	*out = (struct demo_series){ .weight = arena_array(mem, sizeof *out->weight, t.rows + 1) };
	for (size_t r = 0; r < t.rows; r++) {
		if (date_parse(demo_cell(&t, r, 0), &day) != DATE_GOOD)
			continue;
		for (size_t c = 1; c < t.columns; c++) {
			int64_t n = demo_number(&t, r, c);
			if (pref[c] == 0 || n <= 0)
				continue;
			out->weight[out->days][pref[c]] += (double)n;
			sum += (double)n;
		}
		out->days++;
	}
	if (known > 0 && out->days > 0 && sum > 0)
		return OK;
	*why = S("this is no series of cases: a column of dates and one for each prefecture are expected");
	return E_FORMAT;
}

static double
day_sum(const struct demo_series *s, size_t day)
{
	double sum = 0;

	for (size_t p = 1; p < DEMO_PREFS; p++)
		sum += s->weight[day][p];
	return sum;
}

/* Until a few days after the height: a demonstration on a quiet day shows little. */
static void
end_busy(struct demo_series *s)
{
	size_t height = 0;

	for (size_t i = 1; i < s->days; i++)
		if (day_sum(s, i) > day_sum(s, height))
			height = i;
	if (height + 6 < s->days)
		s->days = height + 6;
}

enum err
demo_series_read(struct arena *mem, struct str path, struct demo_series *out, struct str *why)
{
	struct str text;
	struct infile f;
	enum err e;

	if (path.n == 0) {
		if (!files_get(S("data/demo/series.tsv"), &text))
			BUG("the series of the demonstration is not embedded");
		e = series_of(mem, text, out, why);
		end_busy(out);
		return e;
	}
	e = infile_open(mem, path, &f, why);
	if (e != OK)
		return e;
	e = series_of(mem, f.bytes, out, why);
	infile_close(&f);
	return e;
}

/* ---- the plan ---- */

/* What the series holds between two of its places, each day spread evenly over itself. */
static void
part_of(const struct demo_series *s, double from, double until, double out[DEMO_PREFS])
{
	for (size_t k = (size_t)from; k < s->days && (double)k < until; k++) {
		double low = from > (double)k ? from : (double)k;
		double high = until < (double)(k + 1) ? until : (double)(k + 1);
		for (size_t p = 1; p < DEMO_PREFS; p++)
			out[p] += s->weight[k][p] * (high - low);
	}
}

/* Spread a day's cases over the prefectures. */
static void
spread(struct dice *d, const double weight[DEMO_PREFS], int64_t cases, uint32_t out[DEMO_PREFS])
{
	double upto[DEMO_PREFS] = { 0 };

	for (size_t p = 1; p < DEMO_PREFS; p++)
		upto[p] = upto[p - 1] + weight[p];
	for (int64_t i = 0; i < cases; i++) {
		double x = dice_share(d) * upto[DEMO_PREFS - 1];
		size_t p = 1;
		while (p < DEMO_PREFS - 1 && upto[p] <= x)
			p++;
		out[p]++;
	}
}

struct demo_plan
demo_plan_make(struct arena *mem, const struct demo_series *s, size_t days, double last_share, int64_t cases,
    struct dice *d)
{
	struct demo_plan plan = { .days = days, .cases = arena_array(mem, sizeof *plan.cases, days) };
	double (*weight)[DEMO_PREFS] = arena_array(mem, sizeof *weight, days);
	double *upto = NEWN(mem, double, days + 1), step = (double)s->days / (double)days;
	int64_t given = 0;

	for (size_t i = 0; i < days; i++) {
		double sum = 0;
		part_of(s, (double)i * step, (double)(i + 1) * step, weight[i]);
		for (size_t p = 1; p < DEMO_PREFS; p++)
			sum += weight[i][p];
		upto[i + 1] = upto[i] + (i + 1 == days ? sum * last_share : sum);
	}
	/* A day without any stands still, also when nothing else is left of the series. */
	for (size_t i = 0; i < days && upto[days] > 0; i++) {
		int64_t until = (int64_t)(upto[i + 1] / upto[days] * (double)cases + 0.5);
		spread(d, weight[i], until - given, plan.cases[i]);
		given = until;
	}
	return plan;
}
