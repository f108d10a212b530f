/* domain/caselink.c: see caselink.h. */
#include "domain/caselink.h"

#include "base/clock.h"

static const struct str act_code[LINK_ACTS] = {
	[LINK_open] = STR_INIT("open"), [LINK_same] = STR_INIT("same"), [LINK_other] = STR_INIT("other"),
};

enum link_act
link_act_of(struct str code)
{
	enum link_act a = 0;

	while (a < LINK_ACTS && !str_eq(act_code[a], code))
		a++;
	return a;
}

struct str
link_act_code(enum link_act act)
{
	return act_code[act];
}

/* ---- reading ---- */

static bool
same_ref(struct case_ref a, struct case_ref b)
{
	return a.home == b.home && str_eq(a.id, b.id);
}

/* The pair of that case; a new one at the end when there is none and there is room. NULL: no room. */
static struct case_pair *
pair_of(struct case_pair *list, size_t *n, struct case_ref ref)
{
	for (size_t i = 0; i < *n; i++)
		if (same_ref(list[i].ref, ref))
			return &list[i];
	if (*n == PAIRS)
		return NULL;
	list[*n] = (struct case_pair){ .ref = ref };
	return &list[(*n)++];
}

/* Number and centre for everybody; the rest only for who may see the case. */
static bool
face(struct tx *tx, struct case_pair *p)
{
	struct rows r;

	if (!tx_one(tx, &r, Q_case_face, DBS(DI(p->ref.home), DT(p->ref.id))))
		return false;
	p->number = row_text(&r, "number");
	p->centre = row_text(&r, "centre_name");
	p->reported_at = row_int(&r, "reported_at");
	rows_close(&r);
	p->here = case_get(tx, p->ref.home, p->ref.id, &p->k) == OK;
	return true;
}

struct case_pair *
case_pairs(struct tx *tx, const struct casefile *k, size_t *n)
{
	struct case_pair *list = NEWN(tx_mem(tx), struct case_pair, PAIRS);
	size_t twins;
	const struct case_ref *twin = case_twins(tx, k, &twins);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_link_list, DBS(DI(k->home), DT(k->id))); rows_next(&r);) {
		struct case_pair *p = pair_of(list, n, (struct case_ref){ row_int(&r, "other_home"), row_text(&r, "other_id") });
		if (p == NULL)
			continue;
		p->act = link_act_of(row_text(&r, "act"));
		p->by = row_text(&r, "by_name");
		p->org = row_text(&r, "org_name");
		p->org_en = row_text(&r, "org_name_en");
		p->at = row_int(&r, "at");
	}
	for (size_t i = 0; i < twins; i++)
		pair_of(list, n, twin[i]);
	size_t kept = 0;
	for (size_t i = 0; i < *n; i++)
		if (face(tx, &list[i]))
			list[kept++] = list[i];
	*n = kept;
	return list;
}

struct link_said *
case_links_said(struct tx *tx, int64_t home, struct str id, size_t *n)
{
	struct link_said *list = NEWN(tx_mem(tx), struct link_said, PAIRS);
	struct case_pair *of = NEWN(tx_mem(tx), struct case_pair, PAIRS);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_link_list, DBS(DI(home), DT(id))); rows_next(&r);) {
		if (*n == PAIRS)
			continue;
		of[*n].ref = (struct case_ref){ row_int(&r, "other_home"), row_text(&r, "other_id") };
		list[(*n)++] = (struct link_said){ .act = link_act_of(row_text(&r, "act")), .by = row_text(&r, "by_name"),
			.org = row_text(&r, "org_name"), .org_en = row_text(&r, "org_name_en"), .at = row_int(&r, "at") };
	}
	for (size_t i = 0; i < *n; i++) {
		face(tx, &of[i]);
		list[i].number = of[i].number;
	}
	for (size_t i = 0; i < *n / 2; i++) {
		struct link_said other = list[i];
		list[i] = list[*n - 1 - i];
		list[*n - 1 - i] = other;
	}
	return list;
}

/* ---- saying ---- */

struct say_link {
	const struct actor *who;
	struct case_ref one, other;
	enum link_act act;
};

static void
put_row(struct tx *tx, const struct say_link *s, struct case_ref of, struct case_ref other, int64_t now)
{
	struct audit a = actor_audit(s->who, S("case.link"));
	struct rows r;
	int64_t seq = 1;

	if (tx_one(tx, &r, Q_link_last, DBS(DI(of.home), DT(of.id)))) {
		seq = row_int(&r, "seq") + 1;
		rows_close(&r);
	}
	tx_exec(tx, Q_link_insert, DBS(DI(of.home), DT(of.id), DI(seq), DI(now), DI(other.home), DT(other.id), DT(act_code[s->act]),
	    DT(s->who->account), DT(s->who->name), DT(s->who->org)));
	a.home = of.home;
	a.object = of.id;
	a.purpose = S("15");
	a.detail = act_code[s->act];
	tx_audit(tx, &a);
	case_tell(tx, of.home, of.id, "change");
}

static enum err
link_write(struct tx *tx, void *arg)
{
	const struct say_link *s = arg;
	struct casefile k;
	size_t n;
	enum err e = case_get(tx, s->one.home, s->one.id, &k);

	if (e != OK)
		return e;
	if (same_ref(s->one, s->other))
		return E_INVALID;
	struct case_pair *list = case_pairs(tx, &k, &n), *p = NULL;
	for (size_t i = 0; i < n; i++)
		if (same_ref(list[i].ref, s->other))
			p = &list[i];
	/* One that the check does not find, such as a birth date mistyped: if it is of one's own area. */
	if (p == NULL && n < PAIRS && case_get(tx, s->other.home, s->other.id, &k) == OK) {
		p = &list[n];
		*p = (struct case_pair){ .ref = s->other };
	}
	if (p == NULL)
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	if (p->act == s->act)
		return OK;
	int64_t now = clock_now();
	put_row(tx, s, s->one, s->other, now);
	put_row(tx, s, s->other, s->one, now);
	return tx_err(tx);
}

enum err
case_link(struct store *st, const struct actor *who, struct arena *mem, struct case_ref one, struct case_ref other, enum link_act act)
{
	struct say_link s = { who, one, other, act };

	return store_write(st, mem, who->org, link_write, &s);
}
