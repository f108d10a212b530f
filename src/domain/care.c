/* domain/care.c: see care.h. */
#include "domain/care.h"

#include "base/clock.h"
#include "domain/stat.h"

const struct str care_nation = STR_INIT("icu,ventilator,ecmo");

struct str
care_facts(struct arena *mem, const struct record *r)
{
	struct buf b = buf_new(mem);
	size_t n;
	const struct code *fact = codes_of(C_severe_fact, &n);

	for (size_t i = 0; i < n; i++)
		if (str_eq(rec_extra(r, fact[i].code), S("yes")))
			buf_fmt(&b, "%s%.*s", b.n ? "," : "", STR_ARG(fact[i].code));
	return b.n > 0 ? buf_str(&b) : S("none");
}

bool
care_severe_by(struct str facts, struct str that_count)
{
	struct str one;

	while (str_cut(&facts, ',', &one))
		if (rec_has(that_count, one))
			return true;
	return false;
}

bool
care_severe(struct str facts)
{
	return care_severe_by(facts, care_nation);
}

/* ---- in hospital? ---- */

enum says { NOTHING, IN, OUT };

static enum says
entry_says(const struct record *r, struct str facts)
{
	static const struct str ends[] = { STR_INIT("recovered"), STR_INIT("released"), STR_INIT("dead") };
	struct str left = rec_extra(r, S("discharged_date")), outcome = rec_extra(r, S("outcome"));

	if (left.n > 0 && !rec_unknown(left))
		return OUT;
	for (size_t i = 0; i < LEN(ends); i++)
		if (str_eq(outcome, ends[i]))
			return OUT;
	return rec_said(rec_extra(r, S("admitted_date"))) || rec_said(rec_extra(r, S("institution"))) || care_severe(facts) ? IN : NOTHING;
}

static enum says
status_says(struct str status)
{
	static const struct str silent[] = { STR_INIT("not_set"), STR_INIT("unknown"), STR_INIT("arranging_place") };

	for (size_t i = 0; i < LEN(silent); i++)
		if (str_eq(status, silent[i]))
			return NOTHING;
	return str_eq(status, S("in_hospital")) ? IN : OUT;
}

struct str
care_now(struct arena *mem, const struct record *r, int64_t changed_at, struct str status, int64_t status_at)
{
	struct str facts = r != NULL ? care_facts(mem, r) : S("none");
	enum says entry = r != NULL ? entry_says(r, facts) : NOTHING, by_status = status_says(status);
	enum says now = entry == NOTHING || (by_status != NOTHING && status_at > changed_at) ? by_status : entry;

	if (now != IN)
		return S("");
	return entry == IN ? facts : S("none");
}

/* ---- counting ---- */

struct newest {
	const struct record *rec;       /* NULL: none */
	int64_t changed_at;
};

static struct newest
newest_of(struct tx *tx, int64_t home, struct str id)
{
	struct newest out = { 0 };
	struct rows r;

	if (!tx_one(tx, &r, Q_care_latest, DBS(DI(home), DT(id))))
		return out;
	struct record *rec = NEW(tx_mem(tx), struct record);
	enum err e = rec_from_json(tx_mem(tx), row_text(&r, "data"), rec);
	out = (struct newest){ rec, row_int(&r, "changed_at") };
	rows_close(&r);
	if (e != OK)
		tx_fail(tx, E_STORE);
	return out;
}

static void
count(struct tx *tx, const struct casefile *c, const struct newest *n, int sign)
{
	/* A case whose notifications are all withdrawn is in no count. */
	if (c->live == 0)
		return;
	struct str facts = care_now(tx_mem(tx), n->rec, n->changed_at, c->status, c->status_at);

	if (facts.n > 0)
		stat_count_care(tx, c->responsible, c->disease, facts, sign);
}

void
care_count(struct tx *tx, const struct casefile *c, int sign)
{
	struct newest n = newest_of(tx, c->home, c->id);

	count(tx, c, &n, sign);
}

void
care_moved(struct tx *tx, const struct casefile *was, const struct casefile *now)
{
	struct newest n = newest_of(tx, was->home, was->id);

	count(tx, was, &n, -1);
	count(tx, now, &n, +1);
}

/* ---- local definitions ---- */

bool
care_rule(struct tx *tx, struct str area, struct str *facts)
{
	struct rows r;

	if (area.n < 3 || !tx_one(tx, &r, Q_severity_get, DBS(DT(str_sub(area, 0, 3)))))
		return false;
	*facts = str_dup(tx_mem(tx), row_text(&r, "facts"));
	rows_close(&r);
	return !str_eq(*facts, care_nation);
}

struct set_rule {
	const struct actor *who;
	struct str facts;
};

static enum err
set_rule_write(struct tx *tx, void *arg)
{
	const struct set_rule *s = arg;

	tx_exec(tx, Q_severity_set, DBS(DT(s->who->org), DT(s->facts), DT(s->who->account), DI(clock_now())));
	struct audit a = actor_audit(s->who, S("severity.define"));
	a.object = s->who->org;
	a.detail = s->facts;
	tx_audit(tx, &a);
	return tx_err(tx);
}

enum err
care_rule_set(struct store *st, const struct actor *who, struct arena *mem, struct str facts)
{
	struct set_rule s = { who, facts };
	struct str rest = facts, one;

	if (facts.n == 0 || who->org.n != 3)
		return E_INVALID;
	while (str_cut(&rest, ',', &one))
		if (code_find(C_severe_fact, one) == NULL)
			return E_INVALID;
	return store_write(st, mem, who->org, set_rule_write, &s);
}
