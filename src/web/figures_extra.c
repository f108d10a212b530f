/* web/figures_extra.c: see figures_extra.h. */
#include "web/figures_extra.h"

#include "domain/stat.h"
#include "domain/totals.h"

/* What was counted in the period. */
struct beside {
	int64_t *test;          /* by the codes of test_payment, then 不明, then those of which nobody said it */
	int64_t tests, prenatal;
	size_t n_paid;
	struct str band[TOTALS_BANDS];
	size_t n_bands;
	struct { struct str day; int64_t n[TOTALS_BANDS]; } *daily;     /* those with any, oldest first */
	size_t days;
};

/* Bands in the order of the rules of the period's ends; rules of one period have one list. */
static void
daily_bands(struct ctx *c, const struct figures_of *f, struct beside *x)
{
	struct date first, last;
	struct totals_rule r;

	if (!date_from_iso(f->first, &first) || !date_from_iso(f->last, &last))
		return;
	for (struct date day = first; day.day <= last.day; day.day++)
		if (totals_rule(f->disease, day, &r)) {
			x->n_bands = r.n_bands;
			memcpy(x->band, r.band, sizeof x->band);
			x->daily = arena_alloc(c->mem, (size_t)(last.day - first.day + 1) * sizeof *x->daily);
			return;
		}
}

static void
add_daily(struct beside *x, struct str day, struct str band, int64_t n)
{
	size_t i = 0;

	while (i < x->n_bands && !str_eq(x->band[i], band))
		i++;
	if (i == x->n_bands)
		return;
	if (x->days == 0 || !str_eq(x->daily[x->days - 1].day, day)) {
		memset(&x->daily[x->days], 0, sizeof *x->daily);
		x->daily[x->days++].day = day;
	}
	x->daily[x->days - 1].n[i] += n;
}

static size_t
paid_place(const struct code *paid, size_t n, struct str code)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(paid[i].code, code))
			return i;
	return rec_unknown(code) ? n : n + 1;
}

static void
read_extra(struct ctx *c, const struct figures_of *f, struct beside *x)
{
	const struct code *paid = codes_of(C_test_payment, &x->n_paid);
	struct rows r;

	x->test = NEWN(c->mem, int64_t, x->n_paid + 2);
	for (tx_open(page_read(c), &r, Q_stat_extra_range, DBS(DI(f->scope), DT(f->disease), DT(f->first), DT(f->last)));
	    rows_next(&r);) {
		struct str kind = row_text(&r, "kind");
		int64_t n = row_int(&r, "n");
		if (str_eq(kind, S("prenatal"))) {
			x->prenatal += n;
		} else if (str_starts(kind, S("test."))) {
			x->test[paid_place(paid, x->n_paid, str_sub(kind, 5, kind.n))] += n;
			x->tests += n;
		} else if (str_starts(kind, S("daily."))) {
			add_daily(x, row_text(&r, "day"), str_sub(kind, 6, kind.n), n);
		}
	}
}

static void
put_count(struct val *list, struct str label, int64_t n)
{
	struct val *row = val_row(list);

	val_text(row, "label", label);
	val_int(row, "n", n);
}

/* Newest day first, the sums at the end. */
static void
put_daily(struct ctx *c, const struct beside *x)
{
	struct val *heads = val_list(c->v, "daily_heads"), *rows = val_list(c->v, "daily"), *sums = val_list(c->v, "daily_sums");
	int64_t sum[TOTALS_BANDS] = { 0 }, all = 0;

	for (size_t i = 0; i < x->n_bands; i++) {
		struct str to = x->band[i], from;
		val_text(val_row(heads), "label", str_cut(&to, '-', &from) ? say2(c, T_totals_band, from, to) : x->band[i]);
	}
	for (size_t k = x->days; k-- > 0;) {
		struct val *row = val_row(rows), *cells = val_list(row, "cells");
		int64_t of_day = 0;
		for (size_t i = 0; i < x->n_bands; i++) {
			val_int(val_row(cells), "n", x->daily[k].n[i]);
			of_day += x->daily[k].n[i];
			sum[i] += x->daily[k].n[i];
		}
		val_text(row, "day", x->daily[k].day);
		val_int(row, "sum", of_day);
		all += of_day;
	}
	for (size_t i = 0; i < x->n_bands; i++)
		val_int(val_row(sums), "n", sum[i]);
	val_int(c->v, "daily_all", all);
	val_bool(c->v, "daily_asked", x->n_bands > 0);
}

void
put_figures_extra(struct ctx *c, const struct figures_of *f)
{
	struct beside x = { 0 };

	daily_bands(c, f, &x);
	read_extra(c, f, &x);
	put_daily(c, &x);
	const struct code *paid = codes_of(C_test_payment, &x.n_paid);
	struct val *list = val_list(c->v, "test_rows");
	for (size_t i = 0; i < x.n_paid; i++)
		put_count(list, paid[i].by[c->lang], x.test[i]);
	put_count(list, say(c, T_unknown), x.test[x.n_paid]);
	put_count(list, say(c, T_figures_paid_unsaid), x.test[x.n_paid + 1]);
	val_int(c->v, "n_tests", x.tests);
	val_int(c->v, "prenatal", x.prenatal);
}
