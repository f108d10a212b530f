/* web/page_figures.c: counts for those who steer: by class, day, area, sex and age, status. From counters kept with every
 * change, never from a count of cases. No person is on this page. */
#include "base/log.h"
#include "base/utf8.h"
#include "domain/care.h"
#include "domain/org.h"
#include "domain/stat.h"
#include "web/app.h"
#include "web/curve.h"
#include "web/figures_extra.h"
#include "web/page.h"

#define DAYS_PRESET 56
#define DAYS_MOST 1200

struct figures {
	struct ctx *c;
	struct str disease, axis, area;
	struct date from, until;
	struct str first, last;         /* the same as ISO texts */
	size_t days;
	int64_t *per_day, *persons;     /* reports and persons a day */
	struct str *day;
	struct curve curve;
};

/* What the queries over one area's days are asked. */
#define FIGURES_OF(f) DBS(DI(stat_scope((f)->area)), DT((f)->axis), DT((f)->disease), DT((f)->first), DT((f)->last))

static const struct {
	struct str code;
	enum text_id label, curve;
} axes[] = {
	{ STR_INIT("report"), T_axis_report, T_curve_report },
	{ STR_INIT("diagnosis"), T_axis_diagnosis, T_curve_diagnosis },
	{ STR_INIT("onset"), T_axis_onset, T_curve_onset },
};

/* ---- what was asked ---- */

static struct date
asked_day(struct ctx *c, const char *name, struct date preset)
{
	struct date d;

	return date_parse(form_get(&c->query, str_of(name)), &d) == DATE_GOOD ? d : preset;
}

/* An area that is the actor's own or below it; anything else is the actor's own. */
static struct str
asked_area(struct ctx *c)
{
	struct str own = c->who->org, area = form_get(&c->query, S("area"));
	struct org o;

	if (own.n > 8)
		own = str_sub(own, 0, 8);       /* institutions see the figures of their centre */
	if (area.n == 0 || !str_starts(area, own) || area.n > 8 || org_get(page_read(c), area, &o) != OK)
		return own;
	return o.path;
}

static void
ask(struct figures *f, struct ctx *c)
{
	struct date today = date_of(c->now);
	struct rows r;

	*f = (struct figures){ .c = c, .axis = axes[0].code, .area = asked_area(c) };
	for (size_t i = 0; i < LEN(axes); i++)
		if (str_eq(form_get(&c->query, S("axis")), axes[i].code))
			f->axis = axes[i].code;
	f->until = asked_day(c, "to", today);
	f->from = asked_day(c, "from", (struct date){ f->until.day - DAYS_PRESET + 1 });
	if (f->from.day > f->until.day)
		f->from = f->until;
	if (f->until.day - f->from.day >= DAYS_MOST)
		f->from.day = f->until.day - DAYS_MOST + 1;
	f->disease = S("covid19");
	struct str asked = form_get(&c->query, S("disease"));
	bool first = true;
	for (tx_open(page_read(c), &r, Q_stat_diseases, NULL, 0); rows_next(&r);) {
		struct str d = row_text(&r, "disease");
		if (str_eq(d, asked) || (first && asked.n == 0))
			f->disease = d;
		first = false;
	}
	f->days = (size_t)(f->until.day - f->from.day) + 1;
	f->first = date_iso(c->mem, f->from);
	f->last = date_iso(c->mem, f->until);
}

/* ---- filters ---- */

static void
put_choice(struct val *list, struct str code, struct str label, bool current)
{
	struct val *row = val_row(list);

	val_text(row, "code", code);
	val_text(row, "label", label);
	val_bool(row, "current", current);
}

/* The centres of a prefecture's path, "13/". */
static struct org *
centres_of(struct ctx *c, struct str area, size_t *n)
{
	return org_centres(page_read(c), str_sub(area, 0, 2), n);
}

static void
put_areas(struct figures *f)
{
	struct ctx *c = f->c;
	struct val *list = val_list(c->v, "areas");
	struct str own = c->who->org.n > 8 ? str_sub(c->who->org, 0, 8) : c->who->org;
	struct org o;
	size_t n = 0;

	if (org_get(page_read(c), own, &o) == OK)
		put_choice(list, own, own.n == 0 ? say(c, T_area_nation) : c->lang == LANG_EN && o.name_en.n ? o.name_en : o.name,
		    str_eq(f->area, own));
	struct org *below = own.n == 0 ? org_prefectures(page_read(c), &n) : own.n < 8 ? centres_of(c, own, &n) : NULL;
	for (size_t i = 0; i < n; i++)
		put_choice(list, below[i].path, c->lang == LANG_EN && below[i].name_en.n ? below[i].name_en : below[i].name,
		    str_eq(f->area, below[i].path));
	/* A centre chosen from the table of its prefecture stands in the list as well. */
	if (own.n == 0 && f->area.n == 8 && org_get(page_read(c), f->area, &o) == OK)
		put_choice(list, o.path, o.name, true);
}

static void
put_filters(struct figures *f)
{
	struct ctx *c = f->c;
	struct val *list = val_list(c->v, "axes");
	struct rows r;
	bool any = false;

	for (size_t i = 0; i < LEN(axes); i++)
		put_choice(list, axes[i].code, say(c, axes[i].label), str_eq(axes[i].code, f->axis));
	list = val_list(c->v, "diseases");
	for (tx_open(page_read(c), &r, Q_stat_diseases, NULL, 0); rows_next(&r); any = true)
		put_choice(list, row_text(&r, "disease"), disease_label(c, row_text(&r, "disease")),
		    str_eq(row_text(&r, "disease"), f->disease));
	if (!any)
		put_choice(list, f->disease, disease_label(c, f->disease), true);
	put_areas(f);
	val_text(c->v, "from", f->first);
	val_text(c->v, "to", f->last);
	val_text(c->v, "as_of", date_second(c->mem, c->now));
}

/* ---- by day and class ---- */

static void
put_series(struct figures *f)
{
	struct ctx *c = f->c;
	size_t n_types;
	const struct code *types = codes_of(C_diagnosis_class, &n_types);
	int64_t *cell = NEWN(c->mem, int64_t, f->days * (n_types + 1));
	int64_t reports[16] = { 0 }, persons[16] = { 0 }, all_reports = 0, all_persons = 0;
	struct rows r;

	f->per_day = NEWN(c->mem, int64_t, f->days);
	f->persons = NEWN(c->mem, int64_t, f->days);
	f->day = NEWN(c->mem, struct str, f->days);
	for (size_t i = 0; i < f->days; i++)
		f->day[i] = date_iso(c->mem, (struct date){ f->from.day + (int32_t)i });
	for (tx_open(page_read(c), &r, Q_stat_series, FIGURES_OF(f)); rows_next(&r);) {
		struct date d;
		if (!date_from_iso(row_text(&r, "day"), &d))
			continue;
		size_t at = (size_t)(d.day - f->from.day);
		struct str type = row_text(&r, "type");
		int64_t n_reports = row_int(&r, "reports"), n_persons = row_int(&r, "persons");
		for (size_t t = 0; t < n_types; t++)
			if (str_eq(types[t].code, type)) {
				cell[at * n_types + t] += n_reports;
				reports[t] += n_reports;
				persons[t] += n_persons;
			}
		f->per_day[at] += n_reports;
		f->persons[at] += n_persons;
		all_reports += n_reports;
		all_persons += n_persons;
	}
	struct val *heads = val_list(c->v, "series_heads"), *rows = val_list(c->v, "series");
	struct val *by_type = val_list(c->v, "by_type"), *totals = val_list(c->v, "totals");
	for (size_t t = 0; t < n_types; t++) {
		val_text(val_row(heads), "label", types[t].by[c->lang]);
		struct val *row = val_row(by_type);
		val_text(row, "label", types[t].by[c->lang]);
		val_int(row, "reports", reports[t]);
		val_int(row, "persons", persons[t]);
	}
	val_text(val_row(heads), "label", say(c, T_total));
	/* Newest day first: it is what people look for. */
	for (size_t i = f->days; i-- > 0;) {
		struct val *row = val_row(rows), *cells;
		val_text(row, "day", f->day[i]);
		cells = val_list(row, "cells");
		for (size_t t = 0; t < n_types; t++)
			val_int(val_row(cells), "n", cell[i * n_types + t]);
		val_int(val_row(cells), "n", f->per_day[i]);
	}
	struct val *total = val_row(totals);
	val_text(total, "label", say(c, T_total_period));
	val_int(total, "reports", all_reports);
	val_int(total, "persons", all_persons);
	for (size_t back = 0; back < 2 && back < f->days; back++) {
		size_t at = f->days - 1 - back;
		total = val_row(totals);
		val_text(total, "label", f->day[at]);
		val_int(total, "reports", f->per_day[at]);
		val_int(total, "persons", f->persons[at]);
	}
}

static void
draw_curve(struct ctx *c, struct buf *out)
{
	struct figures *f = c->curve_arg;

	curve_svg(out, &f->curve);
}

static void
put_curve(struct figures *f)
{
	struct ctx *c = f->c;
	bool late = !str_eq(f->axis, axes[0].code);

	f->curve = (struct curve){ .count = f->per_day, .n = f->days, .day = f->day,
		.incomplete = late && f->until.day >= date_of(c->now).day ? 7 : 0, .mean_label = say(c, T_curve_mean) };
	for (size_t i = 0; i < LEN(axes); i++)
		if (str_eq(axes[i].code, f->axis))
			f->curve.label = say(c, axes[i].curve);
	c->curve = draw_curve;
	c->curve_arg = f;
}

/* ---- by area, sex and age, status ---- */

static void
put_area_rows(struct figures *f)
{
	struct ctx *c = f->c;
	struct val *list = val_list(c->v, "area_rows");
	struct rows r;
	size_t n = 0;
	struct org *below = f->area.n == 0 ? org_prefectures(page_read(c), &n) : f->area.n < 8
	    ? centres_of(c, f->area, &n) : NULL;
	int64_t *reports = NEWN(c->mem, int64_t, n + 1), *persons = NEWN(c->mem, int64_t, n + 1), all = 0;

	if (n == 0)
		return;
	if (f->area.n == 0)
		tx_open(page_read(c), &r, Q_stat_prefectures, DBS(DT(f->axis), DT(f->disease), DT(f->first), DT(f->last)));
	else
		tx_open(page_read(c), &r, Q_stat_centres, DBS(DT(f->area), DT(fold_after(c->mem, f->area)), DT(f->axis),
		    DT(f->disease), DT(f->first), DT(f->last)));
	while (rows_next(&r)) {
		struct str area = row_text(&r, "area");
		int64_t n_reports = row_int(&r, "reports"), n_persons = row_int(&r, "persons");
		for (size_t i = 0; i < n; i++) {
			if (!str_starts(below[i].path, area))
				continue;
			reports[i] = n_reports;
			persons[i] = n_persons;
			all += n_reports;
		}
	}
	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(list);
		struct str name = c->lang == LANG_EN && below[i].name_en.n ? below[i].name_en : below[i].name;
		val_fmt(row, "url", "/figures?disease=%.*s&axis=%.*s&from=%.*s&to=%.*s&area=%.*s", STR_ARG(f->disease),
		    STR_ARG(f->axis), STR_ARG(f->first), STR_ARG(f->last),
		    STR_ARG(url_escape(c->mem, below[i].path)));
		val_text(row, "name", name);
		val_int(row, "reports", reports[i]);
		val_int(row, "persons", persons[i]);
		val_fmt(row, "share", "%.1f", all > 0 ? 100.0 * (double)reports[i] / (double)all : 0.0);
	}
}

static void
put_groups(struct figures *f)
{
	struct ctx *c = f->c;
	struct val *bands = val_list(c->v, "bands"), *list = val_list(c->v, "group_rows");
	size_t n_sex;
	const struct code *sex = codes_of(C_sex, &n_sex);
	int64_t cell[8][12] = { { 0 } };
	struct rows r;

	for (tx_open(page_read(c), &r, Q_stat_groups, FIGURES_OF(f)); rows_next(&r);) {
		struct str of_sex = row_text(&r, "sex"), band = row_text(&r, "band");
		size_t s = 0, b = 0;
		while (s < n_sex && !str_eq(sex[s].code, of_sex))
			s++;
		while (b < 11 && !str_eq(stat_bands[b], band))
			b++;
		if (s < 8)
			cell[s][b] += row_int(&r, "persons");
	}
	for (size_t b = 0; b < 12; b++)
		val_text(val_row(bands), "label", say(c, stat_band_label(stat_bands[b])));
	for (size_t s = 0; s <= n_sex && s < 8; s++) {
		struct val *row = val_row(list), *cells = val_list(row, "cells");
		int64_t total = 0;
		val_text(row, "label", s < n_sex ? sex[s].by[c->lang] : say(c, T_unknown));
		for (size_t b = 0; b < 12; b++) {
			val_int(val_row(cells), "n", cell[s][b]);
			total += cell[s][b];
		}
		val_int(row, "total", total);
	}
}

static void
put_statuses(struct figures *f)
{
	struct ctx *c = f->c;
	struct val *list = val_list(c->v, "status_rows");
	struct rows r;

	for (tx_open(page_read(c), &r, Q_stat_statuses, DBS(DI(stat_scope(f->area)), DT(f->disease))); rows_next(&r);) {
		if (row_int(&r, "persons") == 0)
			continue;
		struct val *row = val_row(list);
		val_text(row, "label", code_label(c, C_case_status, row_text(&r, "status")));
		val_int(row, "persons", row_int(&r, "persons"));
	}
}

/* Who is in hospital now, and how many of them are severe: by the nation's definition, and by the prefecture's own. */
static void
put_care(struct figures *f)
{
	struct ctx *c = f->c;
	int64_t all = 0, severe = 0, here = 0;
	struct str local = S("");
	bool own = care_rule(page_read(c), f->area, &local);
	struct rows r;

	for (tx_open(page_read(c), &r, Q_stat_cares, DBS(DI(stat_scope(f->area)), DT(f->disease))); rows_next(&r);) {
		struct str facts = row_text(&r, "facts");
		int64_t n = row_int(&r, "persons");
		all += n;
		severe += care_severe(facts) ? n : 0;
		here += own && care_severe_by(facts, local) ? n : 0;
	}
	val_int(c->v, "inpatients", all);
	val_int(c->v, "severe", severe);
	val_bool(c->v, "severe_own", own);
	val_int(c->v, "severe_here", here);
}

/* The prefecture's own definition, for the prefecture to change. */
static void
put_severity(struct ctx *c)
{
	struct str local = care_nation;
	size_t n;
	const struct code *fact = codes_of(C_severe_fact, &n);

	val_bool(c->v, "may_severity", actor_may(c->who, R_severity_define));
	if (!actor_may(c->who, R_severity_define))
		return;
	(void)care_rule(page_read(c), c->who->org, &local);
	struct val *list = val_list(c->v, "severe_facts");
	for (size_t i = 0; i < n; i++)
		put_choice(list, fact[i].code, fact[i].by[c->lang], rec_has(local, fact[i].code));
}

static struct http_reply
draw(struct ctx *c, enum text_id fault)
{
	struct figures *f = NEW(c->mem, struct figures);

	c->v = val_map(c->mem);
	ask(f, c);
	put_filters(f);
	put_series(f);
	put_curve(f);
	put_area_rows(f);
	put_groups(f);
	put_statuses(f);
	put_care(f);
	put_severity(c);
	if (fault != T_none)
		val_text(c->v, "severity_fault", say(c, fault));
	put_figures_extra(c, &(struct figures_of){ stat_scope(f->area), f->disease, f->first, f->last });
	val_text(c->v, "title", say(c, T_figures_title));
	if (page_done(c) != OK)
		return reply_fault(c, E_STORE);
	return reply_view(c, fault == T_none ? 200 : 422, S("figures"));
}

/* POST /figures/severity: fact, several */
struct http_reply
page_severity(struct ctx *c)
{
	struct buf b = buf_new(c->mem);
	size_t n;
	const struct code *fact = codes_of(C_severe_fact, &n);

	for (size_t i = 0; i < n; i++) {
		struct str v;
		for (size_t at = 0; form_each(&c->in, S("fact"), &at, &v);)
			if (str_eq(v, fact[i].code)) {
				buf_fmt(&b, "%s%.*s", b.n ? "," : "", STR_ARG(v));
				break;
			}
	}
	enum err e = care_rule_set(c->app->store, c->who, c->mem, buf_str(&b));
	if (e == E_INVALID)
		return draw(c, T_severity_bad);
	return e != OK ? reply_fault(c, e) : reply_goto(c, S("/figures#h-care"));
}

/* GET /figures?disease=…&axis=…&from=…&to=…&area=… */
struct http_reply
page_figures(struct ctx *c)
{
	/* What was acknowledged is on the page, also in a surge; if it cannot be written now, the page is a moment behind. */
	enum err behind = store_settle(c->app->store, c->rd, c->mem);

	if (behind != OK)
		log_warn("figures.behind", KV_Z("error", err_name(behind)));
	return draw(c, T_none);
}
