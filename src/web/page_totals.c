/* web/page_totals.c: daily totals: an institution enters its day, those above it see who has, and correct. No person is on this page. */
#include "base/log.h"
#include "base/utf8.h"
#include "domain/org.h"
#include "domain/totals.h"
#include "web/page.h"

struct day {
	struct ctx *c;
	struct totals_rule rule;
	struct date day;
	struct str org;                 /* whose numbers; "" none in particular */
	struct org office;
	struct totals was;              /* ver 0: nothing was entered */
	bool open;                      /* may be entered or corrected now */
	int64_t seen;
	struct str typed[TOTALS_BANDS], fault[TOTALS_BANDS];
};

/* ---- what was asked ---- */

/* The day that is mostly meant: before the deadline of yesterday, yesterday. */
static struct date
usual_day(struct ctx *c)
{
	struct date today = date_of(c->now), yesterday = { today.day - 1 };
	struct totals_rule r;

	return totals_rule(S(""), yesterday, &r) && c->now < date_begin(today) + r.due_hour * INT64_C(3600000) ? yesterday : today;
}

/* False: nothing is asked for that day. */
static bool
ask(struct day *d, struct ctx *c, const struct form *f)
{
	struct str typed = form_get(f, S("day"));

	*d = (struct day){ .c = c, .org = form_get(f, S("org")) };
	if (c->who->org.n > 8)
		d->org = c->who->org;
	if (typed.n == 0)
		d->day = usual_day(c);
	else if (date_parse(typed, &d->day) != DATE_GOOD)
		return false;
	return d->day.day <= date_of(c->now).day && totals_rule(form_get(f, S("disease")), d->day, &d->rule);
}

/* The institution that was named, if it is one of the actor's, and what it entered. */
static enum err
load(struct day *d)
{
	struct ctx *c = d->c;

	if (d->org.n == 0)
		return OK;
	enum err e = str_starts(d->org, c->who->org) ? org_get(page_read(c), d->org, &d->office) : E_NOTFOUND;
	if (e == OK && d->office.kind != ORG_INSTITUTION)
		e = E_NOTFOUND;
	if (e != OK)
		return e;
	e = totals_get(page_read(c), &d->rule, d->org, d->day, &d->was);
	if (e != OK && e != E_NOTFOUND)
		return e;
	d->seen = d->was.ver;
	d->open = !d->office.closed && totals_open(c->who, &d->rule, d->day, c->now);
	return OK;
}

static struct http_reply
not_asked(struct ctx *c)
{
	c->v = val_map(c->mem);
	val_int(c->v, "status", 404);
	val_text(c->v, "head", say(c, T_totals_not_asked_head));
	val_text(c->v, "title", say(c, T_totals_not_asked_head));
	val_text(c->v, "text", say(c, T_totals_not_asked));
	val_text(c->v, "back_url", S("/"));
	return reply_view(c, 404, S("fault"));
}

/* ---- drawing ---- */

static struct str
band_label(struct ctx *c, struct str band)
{
	struct str to = band, from;

	return str_cut(&to, '-', &from) ? say2(c, T_totals_band, from, to) : band;
}

static struct str
office_name(struct ctx *c, struct str name, struct str name_en)
{
	return c->lang == LANG_EN && name_en.n > 0 ? name_en : name;
}

static struct str
number(struct ctx *c, int64_t n)
{
	return str_fmt(c->mem, "%lld", (long long)n);
}

static void
put_form(struct day *d)
{
	struct ctx *c = d->c;
	struct val *rows = val_list(c->v, "bands");

	for (size_t i = 0; i < d->rule.n_bands; i++) {
		struct val *row = val_row(rows);
		val_text(row, "name", str_cat(c->mem, S("n."), d->rule.band[i]));
		val_text(row, "id", str_cat(c->mem, S("n-"), d->rule.band[i]));
		val_text(row, "label", band_label(c, d->rule.band[i]));
		val_text(row, "value", d->typed[i]);
		val_text(row, "fault", d->fault[i]);
	}
	val_int(c->v, "seen", d->seen);
	val_text(c->v, "org", d->org);
	val_text(c->v, "disease", d->rule.disease);
}

static struct str
org_label(struct ctx *c, struct str path)
{
	struct org o;

	return org_get(page_read(c), path, &o) == OK ? office_name(c, o.name, o.name_en) : S("");
}

static void
put_versions(struct day *d)
{
	struct ctx *c = d->c;
	struct val *heads = val_list(c->v, "heads"), *rows = val_list(c->v, "versions");
	size_t n;
	struct totals *list = totals_versions(page_read(c), &d->rule, d->org, d->day, &n);

	for (size_t i = 0; i < d->rule.n_bands; i++)
		val_text(val_row(heads), "label", band_label(c, d->rule.band[i]));
	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(rows), *cells = val_list(row, "cells");
		for (size_t k = 0; k < d->rule.n_bands; k++)
			val_int(val_row(cells), "n", list[i].n[k]);
		val_int(row, "sum", list[i].sum);
		val_text(row, "at", date_minute(c->mem, list[i].at));
		val_text(row, "by", list[i].by);
		val_text(row, "by_org", org_label(c, list[i].by_org));
	}
}

static struct str
url_of(struct day *d, const char *show, struct str more)
{
	return str_fmt(d->c->mem, "/totals?disease=%.*s&day=%.*s&show=%s%.*s", STR_ARG(d->rule.disease),
	    STR_ARG(date_iso(d->c->mem, d->day)), show, STR_ARG(more));
}

/* For those above institutions: who has entered the day, who has not. */
static void
put_offices(struct day *d)
{
	static const struct { const char *code; enum text_id label; enum totals_show show; } shows[] = {
		{ "missing", T_v_totals_missing, TOTALS_MISSING }, { "entered", T_v_totals_entered, TOTALS_ENTERED },
		{ "all", T_v_totals_all, TOTALS_ALL },
	};
	struct ctx *c = d->c;
	struct val *list = val_list(c->v, "shows"), *rows = val_list(c->v, "offices");
	size_t at = 0, n;
	int64_t entered, missing;

	for (size_t i = 0; i < LEN(shows); i++)
		if (str_eq(form_get(&c->query, S("show")), str_of(shows[i].code)))
			at = i;
	for (size_t i = 0; i < LEN(shows); i++) {
		struct val *row = val_row(list);
		val_text(row, "url", url_of(d, shows[i].code, S("")));
		val_text(row, "label", say(c, shows[i].label));
		val_bool(row, "current", i == at);
	}
	totals_progress(page_read(c), &d->rule, d->day, &entered, &missing);
	val_text(c->v, "progress", say2(c, T_v_totals_progress, number(c, entered), number(c, missing)));
	struct totals_line *line = totals_list(page_read(c), &d->rule, d->day, shows[at].show, form_get(&c->query, S("after")), &n);
	for (size_t i = 0; i < n && i < TOTALS_PAGE; i++) {
		struct val *row = val_row(rows);
		val_text(row, "url", url_of(d, shows[at].code, str_cat(c->mem, S("&org="), url_escape(c->mem, line[i].org))));
		val_text(row, "name", office_name(c, line[i].name, line[i].name_en));
		val_bool(row, "entered", line[i].ver > 0);
		val_int(row, "sum", line[i].sum);
		val_text(row, "at", line[i].ver > 0 ? date_minute(c->mem, line[i].at) : S(""));
	}
	if (n > TOTALS_PAGE)
		val_text(c->v, "more_url", url_of(d, shows[at].code, str_cat(c->mem, S("&after="),
		    url_escape(c->mem, line[TOTALS_PAGE - 1].org))));
}

static struct http_reply
draw(struct day *d, int status)
{
	struct ctx *c = d->c;
	struct str closing = date_minute(c->mem, date_begin((struct date){ d->day.day + 1 }) + d->rule.due_hour * INT64_C(3600000));

	if (c->v == NULL)
		c->v = val_map(c->mem);
	val_text(c->v, "title", say(c, T_totals_title));
	val_text(c->v, "disease_label", disease_label(c, d->rule.disease));
	val_text(c->v, "day", date_iso(c->mem, d->day));
	val_int(c->v, "due", d->rule.due_hour);
	val_bool(c->v, "above", c->who->org.n <= 8);
	val_bool(c->v, "named", d->org.n > 0);
	if (d->org.n > 0) {
		val_text(c->v, "of", say2(c, T_v_totals_of, office_name(c, d->office.name, d->office.name_en), date_long(c->mem, d->day,
		    c->lang)));
		val_bool(c->v, "open", d->open);
		val_bool(c->v, "there", d->was.ver > 0);
		val_int(c->v, "sum", d->was.sum);
		val_text(c->v, "closing", closing);
		put_form(d);
		put_versions(d);
	}
	if (c->who->org.n <= 8)
		put_offices(d);
	if (c->tx != NULL && page_done(c) != OK && status == 200)
		return reply_fault(c, E_STORE);
	return reply_view(c, status, S("totals"));
}

/* GET /totals?day=…&disease=…&org=… */
struct http_reply
page_totals(struct ctx *c)
{
	struct day *d = NEW(c->mem, struct day);

	if (!ask(d, c, &c->query))
		return not_asked(c);
	enum err e = load(d);
	if (e != OK)
		return reply_fault(c, e);
	for (size_t i = 0; i < d->rule.n_bands; i++)
		d->typed[i] = d->was.ver > 0 ? number(c, d->was.n[i]) : S("");
	return draw(d, 200);
}

/* ---- entering ---- */

/* The numbers as typed, in whatever width; what is wrong with them stands at each. */
static bool
read_typed(struct day *d, int64_t *n)
{
	struct ctx *c = d->c;
	bool any = false, good = true;

	for (size_t i = 0; i < d->rule.n_bands; i++) {
		d->typed[i] = form_get(&c->in, str_cat(c->mem, S("n."), d->rule.band[i]));
		struct str digits = str_trim(text_nfkc(c->mem, d->typed[i]));
		n[i] = 0;
		if (digits.n == 0)
			continue;
		any = true;
		if (str_int(digits, &n[i]) && n[i] >= 0 && n[i] <= TOTALS_MOST)
			continue;
		d->fault[i] = say(c, T_totals_bad_number);
		good = false;
	}
	if (!any)
		d->fault[0] = say(c, T_totals_bad_empty);
	return good && any;
}

/* Somebody else was first: theirs beside what was typed; another press says that these are right. */
static struct http_reply
side_by_side(struct day *d)
{
	struct ctx *c = d->c;
	struct val *rows;

	enum err e = load(d);
	if (e != OK)
		return reply_fault(c, e);
	c->v = val_map(c->mem);
	rows = val_list(c->v, "conflict");
	for (size_t i = 0; i < d->rule.n_bands; i++) {
		struct val *row = val_row(rows);
		val_text(row, "label", band_label(c, d->rule.band[i]));
		val_text(row, "mine", d->typed[i]);
		val_int(row, "now", d->was.n[i]);
	}
	val_text(c->v, "their_name", d->was.by);
	val_text(c->v, "their_at", date_minute(c->mem, d->was.at));
	return draw(d, 409);
}

/* It could not be kept: the form again, as typed. */
static struct http_reply
not_kept(struct day *d, enum err e)
{
	static const struct { enum err e; int status; enum text_id id; } why[] = {
		{ E_LOCKED, 423, T_totals_bad_locked }, { E_BUSY, 503, T_totals_not_kept_busy }, { E_FULL, 507, T_not_kept_full },
		{ E_STORE, 500, T_not_kept_store },
	};
	struct ctx *c = d->c;

	for (size_t i = 0; i < LEN(why); i++) {
		if (why[i].e != e)
			continue;
		c->v = val_map(c->mem);
		val_text(c->v, "fault", say(c, why[i].id));
		struct http_reply r = draw(d, why[i].status);
		if (e == E_BUSY)
			http_set(&r, S("Retry-After"), S("5"));
		return r;
	}
	return reply_fault(c, e);
}

/* POST /totals: disease, day, org, seen, n.BAND … */
struct http_reply
page_totals_enter(struct ctx *c)
{
	struct day *d = NEW(c->mem, struct day);
	struct totals_entry in = { 0 };

	if (!ask(d, c, &c->in))
		return not_asked(c);
	enum err e = d->org.n > 0 ? load(d) : E_NOTFOUND;
	if (e == OK && !str_int(form_get(&c->in, S("seen")), &in.seen))
		e = E_FORMAT;
	if (e != OK)
		return reply_fault(c, e);
	in.rule = &d->rule;
	in.org = d->org;
	in.day = d->day;
	d->seen = in.seen;
	if (!read_typed(d, in.n))
		return draw(d, 422);
	if (!d->open)
		return not_kept(d, E_LOCKED);
	if (page_done(c) != OK)
		return not_kept(d, E_STORE);
	e = totals_enter(c->app->store, c->who, c->mem, &in);
	if (e == E_CONFLICT)
		return side_by_side(d);
	if (e != OK)
		return not_kept(d, fault_now(c, e));
	return reply_goto(c, url_of(d, "missing", c->who->org.n > 8 ? S("") : str_cat(c->mem, S("&org="), url_escape(c->mem, d->org))));
}
