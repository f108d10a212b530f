/* domain/totals.c: see totals.h. */
#include "domain/totals.h"

#include "base/buf.h"
#include "base/clock.h"
#include "domain/org.h"
#include "domain/stat.h"

#define HOUR_MS INT64_C(3600000)

/* ---- rules ---- */

static const struct row {
	struct str disease, from, until;
	int due_hour;
	struct str bands;
} rules[] = {
#define TOTALS(disease, from, until, hour, bands) { STR_INIT(disease), STR_INIT(from), STR_INIT(until), hour, STR_INIT(bands) },
#include "domain/totals.def"
#undef TOTALS
};

static struct totals_rule
rule_of(const struct row *row)
{
	struct totals_rule r = { .disease = row->disease, .due_hour = row->due_hour };
	struct str rest = row->bands, band;

	if (!date_from_iso(row->from, &r.from) || !date_from_iso(row->until, &r.until))
		BUG("totals.def: a day that is none");
	while (str_cut(&rest, ' ', &band)) {
		if (r.n_bands == TOTALS_BANDS)
			BUG("totals.def: too many bands");
		r.band[r.n_bands++] = band;
	}
	return r;
}

bool
totals_rule(struct str disease, struct date day, struct totals_rule *out)
{
	for (size_t i = 0; i < LEN(rules); i++) {
		if (disease.n > 0 && !str_eq(disease, rules[i].disease))
			continue;
		*out = rule_of(&rules[i]);
		if (day.day >= out->from.day && day.day <= out->until.day)
			return true;
	}
	return false;
}

/* The moment at which a day is closed for those who enter it. */
static int64_t
closes_at(const struct totals_rule *rule, struct date day)
{
	return date_begin((struct date){ day.day + 1 }) + rule->due_hour * HOUR_MS;
}

bool
totals_asked(int64_t now)
{
	struct date today = date_of(now), yesterday = { today.day - 1 };
	struct totals_rule r;

	return totals_rule(S(""), today, &r) || (totals_rule(S(""), yesterday, &r) && now < closes_at(&r, yesterday));
}

bool
totals_open(const struct actor *who, const struct totals_rule *rule, struct date day, int64_t now)
{
	if (!actor_may(who, R_totals_enter) || now < date_begin(day))
		return false;
	/* An institution has its deadline; those above it may go back. */
	return who->org.n <= 8 || now < closes_at(rule, day);
}

/* ---- what is kept ---- */

bool
totals_next(struct str *kept, struct str *band, int64_t *n)
{
	struct str part;

	if (!str_cut(kept, ';', &part) || !str_cut(&part, '=', band))
		return false;
	return str_int(part, n);
}

static void
read_numbers(const struct totals_rule *rule, struct str kept, int64_t *n, int64_t *sum)
{
	struct str band;
	int64_t one;

	for (*sum = 0; totals_next(&kept, &band, &one); *sum += one)
		for (size_t i = 0; i < rule->n_bands; i++)
			if (str_eq(rule->band[i], band))
				n[i] = one;
}

static struct str
write_numbers(struct arena *mem, const struct totals_rule *rule, const int64_t *n)
{
	struct buf b = buf_new(mem);

	for (size_t i = 0; i < rule->n_bands; i++)
		buf_fmt(&b, "%s%.*s=%lld", i > 0 ? ";" : "", STR_ARG(rule->band[i]), (long long)n[i]);
	return buf_str(&b);
}

static struct totals
totals_of(const struct totals_rule *rule, struct rows *r)
{
	struct totals t = { .home = row_int(r, "home"), .ver = row_int(r, "ver"), .at = row_int(r, "at"), .org = row_text(r, "org"),
		.by = row_text(r, "by_name"), .by_org = row_text(r, "by_org") };

	read_numbers(rule, row_text(r, "numbers"), t.n, &t.sum);
	return t;
}

enum err
totals_get(struct tx *tx, const struct totals_rule *rule, struct str org, struct date day, struct totals *out)
{
	struct rows r;

	if (!tx_one(tx, &r, Q_totals_get, DBS(DT(org), DT(rule->disease), DT(date_iso(tx_mem(tx), day)))))
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	*out = totals_of(rule, &r);
	rows_close(&r);
	return OK;
}

struct totals *
totals_versions(struct tx *tx, const struct totals_rule *rule, struct str org, struct date day, size_t *n)
{
	struct totals *list = NEWN(tx_mem(tx), struct totals, 100);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_totals_versions, DBS(DT(org), DT(rule->disease), DT(date_iso(tx_mem(tx), day)))); rows_next(&r);)
		if (*n < 100)
			list[(*n)++] = totals_of(rule, &r);
	return list;
}

/* ---- entering ---- */

struct enter {
	const struct actor *who;
	const struct totals_entry *in;
};

/* The institution, if it is the actor's own or stands below the actor's office. */
static enum err
institution(struct tx *tx, const struct actor *who, struct str path, struct org *out)
{
	enum err e = str_starts(path, who->org) ? org_get(tx, path, out) : E_NOTFOUND;

	return e == OK && (out->kind != ORG_INSTITUTION || out->closed) ? E_NOTFOUND : e;
}

/* Counters follow: what was goes, what is comes. */
static void
count(struct tx *tx, const struct enter *e, int64_t home, struct str day, const struct totals *was)
{
	for (size_t i = 0; i < e->in->rule->n_bands; i++)
		if (e->in->n[i] != was->n[i])
			stat_add_extra(tx, home, e->in->rule->disease, day, str_cat(tx_mem(tx), S("daily."), e->in->rule->band[i]),
			    e->in->n[i] - was->n[i]);
}

static enum err
enter_write(struct tx *tx, void *arg)
{
	const struct enter *e = arg;
	const struct totals_entry *in = e->in;
	struct str day = date_iso(tx_mem(tx), in->day), numbers = write_numbers(tx_mem(tx), in->rule, in->n);
	int64_t now = clock_now();
	struct totals was = { 0 };
	struct org o;
	enum err err = institution(tx, e->who, in->org, &o);

	if (err == OK && !totals_open(e->who, in->rule, in->day, now))
		err = E_LOCKED;
	if (err != OK)
		return err;
	err = totals_get(tx, in->rule, in->org, in->day, &was);
	if (err != OK && err != E_NOTFOUND)
		return err;
	if (was.ver > 0 && str_eq(numbers, write_numbers(tx_mem(tx), in->rule, was.n)))
		return OK;              /* pressed twice, or two people of one mind */
	if (was.ver != in->seen)
		return E_CONFLICT;
	tx_exec(tx, Q_totals_put, DBS(DT(o.path), DT(in->rule->disease), DT(day), DI(o.home), DI(was.ver + 1), DI(now),
	    DT(e->who->account), DT(e->who->name), DT(e->who->org), DT(numbers)));
	tx_exec(tx, Q_totals_version, DBS(DT(o.path), DT(in->rule->disease), DT(day), DI(o.home), DI(was.ver + 1), DI(now),
	    DT(e->who->account), DT(e->who->name), DT(e->who->org), DT(numbers)));
	count(tx, e, o.home, day, &was);
	struct audit a = actor_audit(e->who, S("totals.enter"));
	a.home = o.home;
	a.object = o.path;
	a.purpose = S("12");
	a.detail = str_fmt(tx_mem(tx), "%.*s %.*s version %lld", STR_ARG(in->rule->disease), STR_ARG(day), (long long)was.ver + 1);
	tx_audit(tx, &a);
	tx_event(tx, o.path, str_fmt(tx_mem(tx), "totals %lld %.*s", (long long)o.home, STR_ARG(day)));
	return tx_err(tx);
}

enum err
totals_enter(struct store *st, const struct actor *who, struct arena *mem, const struct totals_entry *in)
{
	struct enter e = { who, in };

	return store_write(st, mem, who->org, enter_write, &e);
}

/* ---- who has entered ---- */

struct totals_line *
totals_list(struct tx *tx, const struct totals_rule *rule, struct date day, enum totals_show show, struct str after, size_t *n)
{
	static const enum query of[] = { [TOTALS_MISSING] = Q_totals_missing, [TOTALS_ENTERED] = Q_totals_entered,
		[TOTALS_ALL] = Q_totals_all };
	struct arena *mem = tx_mem(tx);
	struct totals_line *list = NEWN(mem, struct totals_line, TOTALS_PAGE + 1);
	int64_t none[TOTALS_BANDS];
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, of[show], DBS(DT(rule->disease), DT(date_iso(mem, day)),
	    DT(date_iso(mem, (struct date){ day.day - TOTALS_BACK })), DT(after), DI(TOTALS_PAGE + 1))); rows_next(&r);) {
		struct totals_line *l = &list[(*n)++];
		*l = (struct totals_line){ .org = row_text(&r, "path"), .name = row_text(&r, "name"), .name_en = row_text(&r, "name_en"),
			.ver = row_int(&r, "ver"), .at = row_int(&r, "at") };
		read_numbers(rule, row_text(&r, "numbers"), none, &l->sum);
	}
	return list;
}

void
totals_progress(struct tx *tx, const struct totals_rule *rule, struct date day, int64_t *entered, int64_t *missing)
{
	struct arena *mem = tx_mem(tx);
	struct rows r;

	*entered = *missing = 0;
	if (!tx_one(tx, &r, Q_totals_progress, DBS(DT(rule->disease), DT(date_iso(mem, day)),
	    DT(date_iso(mem, (struct date){ day.day - TOTALS_BACK })))))
		return;
	*entered = row_int(&r, "entered");
	*missing = row_int(&r, "missing");
	rows_close(&r);
}
