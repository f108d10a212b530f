/* web/figures_extra.c: see figures_extra.h. */
#include "web/figures_extra.h"

#include "domain/stat.h"

/* What was counted in the period. */
struct beside {
	int64_t *test;          /* by the codes of test_payment, then 不明, then those of which nobody said it */
	int64_t tests, prenatal;
	size_t n_paid;
};

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

void
put_figures_extra(struct ctx *c, const struct figures_of *f)
{
	struct beside x = { 0 };

	read_extra(c, f, &x);
	const struct code *paid = codes_of(C_test_payment, &x.n_paid);
	struct val *list = val_list(c->v, "test_rows");
	for (size_t i = 0; i < x.n_paid; i++)
		put_count(list, paid[i].by[c->lang], x.test[i]);
	put_count(list, say(c, T_unknown), x.test[x.n_paid]);
	put_count(list, say(c, T_figures_paid_unsaid), x.test[x.n_paid + 1]);
	val_int(c->v, "n_tests", x.tests);
	val_int(c->v, "prenatal", x.prenatal);
}
