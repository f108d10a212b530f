/* web/page_case.c: the health centre's pages: the inbox where notifications arrive, a case with its history and its
 * suspected duplicates, the present status, and search. What a person typed to search for never stands in a URL. */
#include "base/log.h"
#include "base/utf8.h"
#include "domain/caseorg.h"
#include "domain/entry.h"
#include "domain/number.h"
#include "domain/org.h"
#include "web/contact_form.h"
#include "web/page.h"
#include "web/widget.h"

/* ---- the inbox ---- */

static struct str
place_of(struct ctx *c, const struct casefile *k)
{
	return case_place_text(c->mem, &(struct case_place){ k->at, k->home, k->id });
}

static void
put_rows(struct ctx *c, struct val *v, const struct casefile *list, size_t n)
{
	struct val *rows = val_list(v, "rows");

	for (size_t i = 0; i < n; i++)
		put_case_row(c, val_row(rows), &list[i]);
}

static void
put_statuses(struct ctx *c, struct str current)
{
	struct val *rows = val_list(c->v, "statuses");
	size_t n;
	const struct code *list = codes_of(C_case_status, &n);

	for (size_t i = 0; i < n; i++) {
		if (str_eq(list[i].code, S("not_set")))
			continue;
		struct val *row = val_row(rows);
		val_text(row, "code", list[i].code);
		val_text(row, "label", list[i].by[c->lang]);
		val_bool(row, "current", str_eq(list[i].code, current));
	}
}

/* GET /inbox?before=PLACE&status=missing */
struct http_reply
page_inbox(struct ctx *c)
{
	struct case_place before = { 0, 0, S("") };
	bool missing = str_eq(form_get(&c->query, S("status")), S("missing"));
	struct str place = form_get(&c->query, S("before"));
	size_t n;

	if (place.n > 0 && !case_place_read(place, &before))
		return reply_fault(c, E_FORMAT);
	struct casefile *list = case_list(page_read(c), c->who, &before, missing ? S("not_set") : S(""), &n);
	size_t shown = n > CASE_PAGE ? CASE_PAGE : n;
	c->v = val_map(c->mem);
	put_rows(c, c->v, list, shown);
	put_statuses(c, S(""));
	val_bool(c->v, "status_missing", missing);
	/* New rows come behind the newest one shown, or behind the beginning of time. */
	val_text(c->v, "cursor", shown > 0 ? place_of(c, &list[0]) : S("0.0."));
	const char *filter = missing ? "&status=missing" : "";
	if (n > CASE_PAGE)
		val_fmt(c->v, "older_url", "/inbox?before=%.*s%s", STR_ARG(place_of(c, &list[shown - 1])), filter);
	if (place.n > 0)
		val_text(c->v, "newer_url", missing ? S("/inbox?status=missing") : S("/inbox"));
	val_text(c->v, "title", say(c, T_inbox_title));
	page_looked(c, S("case.list"), S("15"), list, shown, S(""));
	return reply_view(c, 200, S("inbox"));
}

/* GET /inbox/rows?since=PLACE: what came in since, as rows. */
struct http_reply
page_inbox_rows(struct ctx *c)
{
	struct case_place after = { 0, 0, S("") };
	struct str since = form_get(&c->query, S("since"));
	size_t n;

	if (!case_place_read(since, &after))
		return reply_json(c, 400, S("{\"error\":\"format\"}"));
	struct casefile *list = case_list_since(page_read(c), c->who, &after, &n);
	c->v = val_map(c->mem);
	put_rows(c, c->v, list, n);
	if (n > 0)
		page_looked(c, S("case.list"), S("15"), list, n, S(""));
	struct http_reply r = reply_view(c, 200, S("inbox_rows"));
	http_set(&r, S("X-Cursor"), n > 0 ? place_of(c, &list[0]) : since);
	http_set(&r, S("X-More"), n == CASE_PAGE ? S("1") : S(""));
	return r;
}

/* ---- a case ---- */

static void
put_person(struct ctx *c, const struct casefile *k)
{
	struct date birth;

	val_text(c->v, "number", number_show(c->mem, k->number));
	val_text(c->v, "name", case_name(c, k));
	val_text(c->v, "name_kana", k->name_kana);
	val_text(c->v, "sex_label", code_label(c, C_sex, k->sex));
	if (date_from_iso(k->birth_date, &birth)) {
		val_text(c->v, "birth_label", date_both(c->mem, birth, c->lang));
		val_int(c->v, "age", age_years(birth, date_of(c->now)));
	} else {
		val_text(c->v, "birth_label", S(""));
		val_text(c->v, "age", say(c, T_unknown));
	}
	val_text(c->v, "disease_label", disease_label(c, k->disease));
	val_text(c->v, "type_label", code_label(c, C_diagnosis_class, k->type));
	val_text(c->v, "centre_name", k->centre_name);
	val_text(c->v, "reporter_name", k->reporter_name);
	val_text(c->v, "status_label", k->live > 0 ? code_label(c, C_case_status, k->status) : say(c, T_state_withdrawn));
	val_bool(c->v, "status_open", str_eq(k->status, S("not_set")));
	val_text(c->v, "status_url", path_of(c, "cases", k->home, k->id, "/status"));
	val_bool(c->v, "may_status", k->live > 0 && actor_may(c->who, R_case_status));
	put_case_badges(c, c->v, k);
	put_statuses(c, k->status);
}

void
put_status_history(struct ctx *c, const struct casefile *k)
{
	size_t n;
	struct status_change *list = case_status_history(page_read(c), k->home, k->id, &n);
	struct val *rows = val_list(c->v, "status_history");

	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(rows);
		struct str label = code_label(c, C_case_status, list[i].status), died = list[i].death_date;
		if (died.n > 0)
			label = str_fmt(c->mem, "%.*s (%.*s)", STR_ARG(label),
			    STR_ARG(rec_unknown(died) ? say(c, T_unknown) : died));
		val_text(row, "at", date_minute(c->mem, list[i].at));
		val_text(row, "label", label);
		val_text(row, "by", list[i].by);
		val_text(row, "org", list[i].org);
	}
}

static enum err
put_notifications(struct ctx *c, const struct casefile *k)
{
	size_t n;
	struct str *ids = notif_of_case(page_read(c), k->home, k->id, &n);
	struct val *list = val_list(c->v, "notifications");
	bool twins_shown = false;

	for (size_t i = 0; i < n; i++) {
		struct notif *one = NEW(c->mem, struct notif);
		enum err e = notif_get(page_read(c), k->home, ids[i], one);
		const struct sheet *s = e == OK ? sheetset_version(c->app->sheets, one->sheet) : NULL;
		if (s == NULL)
			return e == OK ? E_STORE : e;
		struct val *row = val_row(list);
		val_text(row, "title", s->title[c->lang]);
		put_notif_life(c, row, one, k);
		val_int(row, "ver", one->ver);
		val_text(row, "reported_at", date_second(c->mem, one->reported_at));
		val_text(row, "entered_by", one->entered_name);
		put_check(c, row, one);
		val_text(row, "url_print", path_of(c, "notifications", one->home, one->id, "/print"));
		val_text(row, "url_pdf", path_of(c, "notifications", one->home, one->id, "/pdf"));
		put_sheet_lines(c, row, "lines", s, &one->rec, date_of(c->now));
		if (twins_shown || str_eq(one->state, S("withdrawn")) || actor_may(c->who, R_case_orgs))
			continue;
		/* Twins are looked for by what the notification in force says. */
		twins_shown = true;
		size_t n_twins, elsewhere;
		struct casefile *twins = case_duplicates(page_read(c), &one->rec, k->id, &n_twins, &elsewhere);
		struct val *rows = val_list(c->v, "duplicates");
		for (size_t t = 0; t < n_twins; t++) {
			struct val *twin = val_row(rows);
			put_case_row(c, twin, &twins[t]);
			val_bool(twin, "elsewhere", false);
		}
		if (elsewhere > 0)
			val_int(c->v, "n_elsewhere", (int64_t)elsewhere);
		if (n_twins > 0)
			page_looked(c, S("case.duplicates"), S("15"), twins, n_twins, S(""));
	}
	return OK;
}

static const struct {
	struct str name, path;
	enum right right;
	enum text_id label;
	struct str article;     /* "": 15 */
} tabs[] = {
#define TAB_REST(label, article, ...) label, STR_INIT(article)
#define TAB(name, path, right, ...) { STR_INIT(#name), STR_INIT(path), R_##right, TAB_REST(__VA_ARGS__, "", 0) },
#include "web/tabs.def"
#undef TAB
#undef TAB_REST
};

/* The article that a tab rests on, and in words. */
static struct str
article_of(enum case_tab tab)
{
	return tabs[tab].article.n > 0 ? tabs[tab].article : S("15");
}

static enum text_id
article_text(struct str article)
{
	static const struct {
		struct str article;
		enum text_id text;
	} known[] = {
		{ STR_INIT("12"), T_article_12 }, { STR_INIT("15"), T_article_15 }, { STR_INIT("18"), T_article_18 },
		{ STR_INIT("18-20"), T_article_18 }, { STR_INIT("19"), T_article_19 }, { STR_INIT("44-3"), T_article_44_3 },
	};

	for (size_t i = 0; i < LEN(known); i++)
		if (str_eq(known[i].article, article))
			return known[i].text;
	BUG("an article without words");
}

struct str
case_tab_label(const struct ctx *c, struct str name)
{
	for (size_t i = 0; i < LEN(tabs); i++)
		if (str_eq(tabs[i].name, name))
			return say(c, tabs[i].label);
	return name;
}

enum err
page_case_open(struct ctx *c, enum case_tab tab, struct casefile *k)
{
	int64_t home = page_number(c->param[0]);
	struct str id = c->param[1];
	enum err e = home < 0 || !id_ok(id) ? E_NOTFOUND : case_get(page_read(c), home, id, k);

	if (e != OK)
		return e;
	if (c->v == NULL)
		c->v = val_map(c->mem);
	put_person(c, k);
	struct val *rows = val_list(c->v, "tabs");
	for (size_t i = 0; i < LEN(tabs); i++) {
		if (!actor_may(c->who, tabs[i].right))
			continue;
		struct val *row = val_row(rows);
		val_text(row, "url", str_cat(c->mem, path_of(c, "cases", home, id, ""), tabs[i].path));
		val_text(row, "label", say(c, tabs[i].label));
		val_bool(row, "current", i == tab);
	}
	val_text(c->v, "title", say2(c, tab == TAB_notification ? T_case_title : T_case_tab_title, number_show(c->mem, k->number),
	    say(c, tabs[tab].label)));
	/* Which tab was looked at is part of the line: a look at the notification is none at the contacts. */
	val_text(c->v, "article", say(c, article_text(article_of(tab))));
	page_looked(c, S("case.view"), article_of(tab), k, 1, tab == TAB_notification ? S("") : tabs[tab].name);
	return OK;
}

static struct http_reply
draw_case(struct ctx *c, int status)
{
	struct casefile k;
	enum err e = page_case_open(c, TAB_notification, &k);

	if (e != OK)
		return reply_fault(c, e);
	put_class_reports(c, k.home, k.id);
	put_status_history(c, &k);
	if (actor_may(c->who, R_contact_view))
		put_case_sources(c, k.home, k.id);
	if (actor_may(c->who, R_case_orgs))
		put_case_links(c, &k);
	e = put_notifications(c, &k);
	return e != OK ? reply_fault(c, e) : reply_view(c, status, S("case"));
}

/* GET /cases/HOME/ID */
struct http_reply
page_case(struct ctx *c)
{
	return draw_case(c, 200);
}

struct http_reply
page_case_again(struct ctx *c, int status, enum text_id link_fault)
{
	c->v = val_map(c->mem);
	val_text(c->v, "link_fault", say(c, link_fault));
	val_text(c->v, "link_number", form_get(&c->in, S("number")));
	return draw_case(c, status);
}

/* The case again, asking for the day of death; with a sentence when what was typed is none. */
static struct http_reply
ask_death(struct ctx *c, enum text_id fault)
{
	c->v = val_map(c->mem);
	val_bool(c->v, "needs_death_date", true);
	val_text(c->v, "death_date", form_get(&c->in, S("death_date")));
	if (fault != T_none)
		val_text(c->v, "fault", say(c, fault));
	return draw_case(c, 422);
}

/* POST /cases/HOME/ID/status */
struct http_reply
page_case_status(struct ctx *c)
{
	struct str status = form_get(&c->in, S("status")), died = S("");
	int64_t home = page_number(c->param[0]);
	struct date day;

	if (home < 0 || !id_ok(c->param[1]))
		return reply_fault(c, E_NOTFOUND);
	if (str_eq(status, S("dead"))) {
		if (form_get(&c->in, S("death_date_unknown")).n > 0) {
			died = UNKNOWN;
		} else {
			enum date_fault f = date_parse(form_get(&c->in, S("death_date")), &day);
			if (f == DATE_EMPTY)
				return ask_death(c, T_none);
			if (f != DATE_GOOD)
				return ask_death(c, T_death_date_bad);
			if (day.day > date_of(c->now).day)
				return ask_death(c, T_death_date_future);
			died = date_iso(c->mem, day);
		}
	}
	enum err e = case_set_status(c->app->store, c->who, c->mem, home, c->param[1], status, died);
	if (e != OK)
		return reply_fault(c, e);
	/* Back to where the button was: the list or the case. */
	struct str back = form_get(&c->in, S("back"));
	if (str_eq(back, S("inbox")))
		return reply_goto(c, S("/inbox"));
	if (str_eq(back, S("record")))
		return reply_goto(c, path_of(c, "cases", home, c->param[1], "/record#status"));
	return reply_goto(c, path_of(c, "cases", home, c->param[1], "#status"));
}

/* ---- search ---- */

/* GET /search: the empty question. */
struct http_reply
page_search(struct ctx *c)
{
	c->v = val_map(c->mem);
	val_text(c->v, "title", say(c, T_search_title));
	return reply_view(c, 200, S("search"));
}

/* Contacts whom the same question finds: beside the cases, for somebody who calls may be either. */
static void
put_found_contacts(struct ctx *c, const struct case_query *q)
{
	const struct sheet *s = contact_sheet(c->mem);
	size_t n;
	bool more;
	struct contact *list = contact_search(page_read(c), c->who, q, &n, &more);
	struct val *rows = val_list(c->v, "contacts");

	for (size_t i = 0; i < n; i++)
		put_contact_row(c, val_row(rows), s, &list[i]);
	val_bool(c->v, "more_contacts", more);
	if (n > 0)
		contacts_looked(c, S("contact.search"), list, n);
}

/* POST /search: q, birth_date. */
struct http_reply
page_search_find(struct ctx *c)
{
	struct case_query q = { str_trim(form_get(&c->in, S("q"))), S("") };
	struct str typed = form_get(&c->in, S("birth_date"));
	struct date birth;
	size_t n;
	bool more;

	c->v = val_map(c->mem);
	val_text(c->v, "title", say(c, T_search_title));
	val_text(c->v, "q", q.text);
	val_text(c->v, "birth_date", typed);
	enum date_fault f = date_parse(typed, &birth);
	if (f == DATE_GOOD)
		q.birth_date = date_iso(c->mem, birth);
	/* A wide space is nothing either. */
	if (str_trim(text_nfkc(c->mem, q.text)).n == 0)
		q.text = S("");
	bool date_bad = f != DATE_GOOD && f != DATE_EMPTY;
	if (date_bad || q.text.n > 400 || (q.text.n == 0 && f == DATE_EMPTY)) {
		val_text(c->v, "fault", say(c, date_bad ? T_search_date_bad : T_search_empty));
		val_bool(c->v, date_bad ? "date_fault" : "text_fault", true);
		return reply_view(c, 422, S("search"));
	}
	struct casefile *list = case_search(page_read(c), c->who, &q, &n, &more);
	val_bool(c->v, "searched", true);
	val_fmt(c->v, "n", "%zu", n);
	val_bool(c->v, "more", more);
	put_rows(c, c->v, list, n);
	if (actor_may(c->who, R_contact_view))
		put_found_contacts(c, &q);
	/* What was asked for is about a person: the log keeps only which kind of question it was. */
	page_looked(c, S("case.search"), c->who->role == ROLE_centre ? S("15") : S("12"), list, n,
	    q.birth_date.n ? q.text.n ? S("text birth") : S("birth") : S("text"));
	return reply_view(c, 200, S("search"));
}
