/* test/http/every.c: every page in both languages: each name of its view is there (html_strict), each id once, each
 * reference leads somewhere, each sentence is filled. */
#include "world.h"

#include "base/files.h"
#include "reading.h"

struct showing {
	struct web_world *w;
	struct arena *mem;
	const char *lang;
	size_t n;
};

static void
whole(struct showing *s, struct str name, const struct http_reply *r, int status)
{
	struct arena *mem = s->mem;
	struct str faults = page_faults(mem, r->body);

	s->n++;
	if (r->status != status)
		test_fail(__FILE__, __LINE__, "status", str_fmt(mem, "%.*s: %d", STR_ARG(name), r->status),
		    str_fmt(mem, "%d", status));
	if (faults.n > 0)
		test_fail(__FILE__, __LINE__, "a whole page", str_fmt(mem, "%s %.*s\n%.*s", s->lang,
		    STR_ARG(name), STR_ARG(faults)), S(""));
	if (str_starts(r->type, S("text/html")) && str_find_str(r->body, S("<!doctype")) < r->body.n) {
		CHECK_HAS(r->body, str_fmt(mem, "<html lang=\"%s\">", s->lang));
		CHECK(read_text(mem, between(r->body, "<title>", "</title>")).n > strlen(" - hersys"));
		CHECK_INT(times_in(r->body, S("<h1")), 1);
	}
}

static void
page(struct showing *s, enum seat who, struct str target, int status)
{
	struct http_reply r = get(s->w, who, target);

	whole(s, target, &r, status);
}

static void
pressed(struct showing *s, enum seat who, struct str target, struct str body, int status)
{
	struct http_reply r = post(s->w, who, target, body);

	whole(s, target, &r, status);
}

/* ---- by whom they are seen ---- */

static void
signing_in(struct showing *s)
{
	struct arena *mem = s->mem;
	struct str form = str_cat(mem, S("login=doctor&"), pair(mem, "password", S(PASSWORD)));

	page(s, NOBODY, S("/login"), 200);
	pressed(s, NOBODY, S("/login"), S("login=doctor&password=x"), 403);
	pressed(s, NOBODY, S("/login/code"), S("code=1"), 403);
	struct http_reply r = post(s->w, NOBODY, S("/login"), form);
	struct str first = cookie_set(mem, &r, "__Host-session");
	r = ask(s->w, &(struct ask){ .target = S("/login/code"), .token = first });
	whole(s, S("/login/code"), &r, 200);
	r = ask(s->w, &(struct ask){ .method = "POST", .target = S("/login/code"), .token = first,
	    .body = S("code=000000") });
	whole(s, S("/login/code"), &r, 403);
	pressed(s, NOBODY, S("/notifications/new"), S(MINIMUM), 401);
	pressed(s, NOBODY, S("/notifications/new"), S("resume_body=x&login=doctor"), 401);
	page(s, NOBODY, S("/nowhere"), 404);
}

static void
every_sheet(struct showing *s)
{
	static const char *const day[] = { "2020-03-01", "2020-10-20", "2021-03-01", "2022-02-01", "2022-07-01",
	    "2022-09-30" };
	struct arena *mem = s->mem;

	for (size_t i = 0; i < LEN(day); i++)
		pressed(s, DOCTOR, S("/notifications/new"), changed(mem, S(MINIMUM), str_fmt(mem,
		    "name=&birth_date=2015-01-01&diagnosis_date=%s"
		    "&test_sampled_date.1=%s&test_method.3=naat", day[i], day[i])), 422);
	page(s, DOCTOR, S("/notifications/new?disease=ehec"), 200);
	page(s, DOCTOR, S("/notifications/new?disease=acute_encephalitis"), 200);
	page(s, DOCTOR, S("/notifications/new?disease=covid19"), 200);
	page(s, DOCTOR, S("/notifications/new?disease=none-such"), 404);
	pressed(s, DOCTOR, S("/notifications/new"), S("disease=ehec&act=report"), 422);
	pressed(s, DOCTOR, S("/notifications/new"), S("disease=acute_encephalitis&act=report"), 422);
	page(s, CENTRE, S("/notifications/new"), 200);
	const struct file *f;
	for (size_t at = 0; files_each(S("field/sheets/"), &at, &f);) {
		struct str name = str_sub(f->name, strlen("field/sheets/"), f->name.n - strlen("field/sheets/.sheet"));
		page(s, MINISTRY, str_cat(mem, S("/sheets/"), name), 200);
	}
	page(s, MINISTRY, S("/sheets"), 200);
	page(s, ADMIN, S("/sheets"), 200);
	page(s, MINISTRY, S("/sheets/none-such"), 404);
}

static void
the_clinic(struct showing *s, const struct filed *f)
{
	struct arena *mem = s->mem;
	struct web_world *w = s->w;

	page(s, DOCTOR, S("/notifications"), 200);
	page(s, NEIGHBOUR, S("/notifications"), 200);
	page(s, DOCTOR, f->receipt, 200);
	page(s, DOCTOR, f->print, 200);
	page(s, DOCTOR, f->edit, 200);
	page(s, DOCTOR, f->file, 200);
	page(s, DOCTOR, str_fmt(mem, "/notifications/new?family=1301.%.*s", STR_ARG(f->id)), 200);
	pressed(s, DOCTOR, S("/notifications/new"), changed(mem, S(MINIMUM), S("act=zip&stay_postal=4980000")), 200);
	pressed(s, DOCTOR, S("/notifications/new"), S(MINIMUM), 422);   /* asked about as a duplicate */
	struct str form = read_form(mem, get(w, DOCTOR, f->edit).body, "entry");
	pressed(s, DOCTOR, f->edit, changed(mem, form, S("act=report&name=")), 422);
	CHECK_INT(correct(w, CENTRE, f, str_fmt(mem, "stay_phone=%s", str_eq(text_in(w,
	    "SELECT stay_phone FROM notification WHERE "
	    "stay_phone IS NOT NULL"), S(PHONE)) ? PHONE_2 : PHONE)).status, 303);
	pressed(s, DOCTOR, f->edit, changed(mem, form, S("act=report&stay_phone=03-5550-0003")), 409);
	pressed(s, DOCTOR, f->edit, S("seen=99"), 400);
	pressed(s, DOCTOR, f->edit, S("csrf=x&seen=1"), 403);
	pressed(s, DOCTOR, S("/notifications/new"), S("csrf=x&name=y"), 403);
	/* Drafts, stale and gone. */
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), changed(mem, S(MINIMUM),
	    S("act=draft&birth_date=1966-06-06")));
	struct str draft = header(&r, "Location");
	page(s, CLERK, S("/notifications"), 200);
	page(s, CLERK, draft, 200);
	struct str mine = changed(mem, read_form(mem, get(w, DOCTOR, draft).body, "entry"),
	    S("csrf=&act=report&sex=other"));
	CHECK_INT(post(w, CLERK, S("/notifications/new"), changed(mem, mine, S("act=draft&sex=male"))).status, 303);
	pressed(s, DOCTOR, S("/notifications/new"), mine, 409);
	CHECK_INT(post(w, CLERK, str_cat(mem, draft, S("/delete")), S("")).status, 303);
	pressed(s, DOCTOR, S("/notifications/new"), mine, 409);
}

static void
the_centre(struct showing *s, const struct filed *f)
{
	struct arena *mem = s->mem;

	page(s, CENTRE, S("/inbox"), 200);
	page(s, OTHER_CENTRE, S("/inbox"), 200);
	page(s, CENTRE, S("/inbox?status=missing"), 200);
	page(s, CENTRE, S("/inbox/rows?since=0.0."), 200);
	page(s, CENTRE, S("/inbox?before=x"), 400);
	page(s, CENTRE, f->file, 200);
	pressed(s, CENTRE, f->status, S("status=dead"), 422);
	pressed(s, CENTRE, f->status, S("status=dead&death_date=x"), 422);
	CHECK_INT(post(s->w, CENTRE, f->status, S("status=dead&death_date_unknown=1")).status, 303);
	page(s, CENTRE, f->file, 200);
	page(s, PREFECTURE, f->file, 200);
	page(s, STRANGER, f->file, 404);
	struct str number = str_cat(mem, f->file, S("/number"));
	page(s, CENTRE, number, 200);
	pressed(s, CENTRE, number, S("act=issue&seen=0"), 422);
	CHECK_INT(post(s->w, CENTRE, number, S("act=wish")).status, 303);
	page(s, CENTRE, number, 200);
	pressed(s, CENTRE, number, S("act=issue&seen=0"), 200);
	page(s, CENTRE, number, 200);
	pressed(s, CENTRE, number, S("act=issue"), 422);
	page(s, CENTRE, S("/search"), 200);
	pressed(s, CENTRE, S("/search"), S("q=" HANAKO), 200);
	pressed(s, CENTRE, S("/search"), S("q=nobody"), 200);
	pressed(s, CENTRE, S("/search"), S("q="), 422);
	pressed(s, CENTRE, S("/search"), S("q=x&birth_date=x"), 422);
	page(s, CENTRE, S("/admin"), 403);
	pressed(s, CENTRE, S("/inbox"), S("x=y"), 405);
}

static void
the_contacts(struct showing *s, const struct filed *f)
{
	struct arena *mem = s->mem;
	struct str tab = str_cat(mem, f->file, S("/contacts"));

	page(s, CENTRE, tab, 200);
	page(s, CENTRE, S("/contacts"), 200);
	page(s, CENTRE, str_cat(mem, tab, S("?add=household&rows=4")), 200);
	pressed(s, CENTRE, tab, S("rows=4&name.1=x&birth_date.1=x&phone.3=x"), 422);
	CHECK_INT(post(s->w, CENTRE, tab, S("rows=2&name.1=" HANAKO "&birth_date.1=" HANAKO_BORN "&relation.1=household&"
	    "last_contact.1=2022-09-28&name.2=" TARO)).status, 303);
	struct str k = str_fmt(mem, "/contacts/1301/%.*s", STR_ARG(text_in(s->w, "SELECT id FROM contact WHERE name = '" HANAKO "'")));
	struct str days = str_cat(mem, k, S("/days")), link = str_cat(mem, k, S("/link"));
	struct str form = read_form(mem, get(s->w, CENTRE, k).body, "entry");
	page(s, CENTRE, tab, 200);
	page(s, CENTRE, k, 200);
	page(s, PREFECTURE, k, 200);
	page(s, DOCTOR, str_fmt(mem, "/notifications/new?contact=%.*s.%.*s", 4, k.p + 10, (int)k.n - 15, k.p + 15), 200);
	pressed(s, CENTRE, days, S("day=x&temperature=x"), 422);
	CHECK_INT(post(s->w, CENTRE, days, S("day=2022-09-30&temperature=36.5&symptoms=yes&said=x")).status, 303);
	CHECK_INT(post(s->w, CENTRE, days, str_fmt(mem, "void=%.*s", STR_ARG(text_in(s->w, "SELECT MAX(id) FROM contact_day")))).status, 303);
	pressed(s, CENTRE, link, S("seen=1&number=x"), 422);
	CHECK_INT(post(s->w, CENTRE, k, changed(mem, form, S("place=x"))).status, 303);
	pressed(s, CENTRE, k, changed(mem, form, S("place=y")), 409);
	pressed(s, CENTRE, k, changed(mem, form, S("name=")), 422);
	pressed(s, CENTRE, str_cat(mem, k, S("/withdraw")), S("seen=2&why="), 422);
	pressed(s, CENTRE, str_cat(mem, k, S("/unlink")), S("seen=1"), 409);
	CHECK_INT(post(s->w, CENTRE, link, str_fmt(mem, "seen=2&number=%.*s", STR_ARG(text_in(s->w, "SELECT number FROM casefile WHERE "
	    "reporter = '" NEIGHBOUR_CLINIC "' ORDER BY number DESC LIMIT 1")))).status, 303);
	page(s, CENTRE, k, 200);
	page(s, CENTRE, S("/contacts"), 200);
	page(s, CENTRE, str_cat(mem, f->file, S("/chain")), 200);
	page(s, DOCTOR, str_cat(mem, f->file, S("/chain")), 200);
	page(s, CENTRE, str_cat(mem, f->file, S("/history")), 200);
	CHECK_INT(post(s->w, CENTRE, str_cat(mem, k, S("/withdraw")), S("seen=3&why=x")).status, 303);
	page(s, CENTRE, k, 200);
	page(s, CENTRE, tab, 200);
	page(s, STRANGER, k, 404);
}

static void
the_rest(struct showing *s)
{
	struct arena *mem = s->mem;

	for (enum seat k = DOCTOR; k < ADMIN; k++)
		page(s, k, S("/figures"), 200);
	page(s, MINISTRY, S("/figures?area=13/&axis=onset"), 200);
	page(s, DOCTOR, S("/totals"), 200);
	page(s, DOCTOR, S("/totals?day=2022-09-28"), 200);
	page(s, DOCTOR, S("/totals?day=2022-08-28"), 404);
	pressed(s, DOCTOR, S("/totals"), S("disease=covid19&day=2022-09-30&seen=0&n.0-4=x"), 422);
	CHECK_INT(post(s->w, DOCTOR, S("/totals"), S("disease=covid19&day=2022-09-30&seen=0&n.0-4=1")).status, 303);
	pressed(s, DOCTOR, S("/totals"), S("disease=covid19&day=2022-09-30&seen=0&n.0-4=2"), 409);
	pressed(s, DOCTOR, S("/totals"), S("disease=covid19&day=2022-09-28&seen=0&n.0-4=2"), 423);
	page(s, CENTRE, S("/totals?show=all&day=2022-09-30"), 200);
	page(s, PREFECTURE, S("/totals?org=13/1301/0001/&day=2022-09-30"), 200);
	page(s, MINISTRY, S("/figures?area=13/1301/&axis=diagnosis&from=2022-09-30"), 200);
	page(s, MINISTRY, S("/figures?disease=none-such&from=2019-01-01"), 200);
	page(s, ADMIN, S("/admin"), 200);
	page(s, ADMIN, S("/admin/accounts"), 200);
	page(s, ADMIN, S("/admin/sheets"), 200);
	pressed(s, ADMIN, S("/admin/sheets"), S("text=nonsense"), 422);
	pressed(s, ADMIN, S("/admin/accounts"), S("login=x&name=y&role=doctor"), 422);
	pressed(s, ADMIN, S("/admin/accounts"), str_fmt(mem,
	    "login=new-%s&name=y&org=" CLINIC "&role=doctor&password=a long enough pass phrase", s->lang), 200);
	pressed(s, ADMIN, str_fmt(mem, "/admin/accounts/%.*s/reset", STR_ARG(s->w->seat[STRANGER].account)),
	    S(""), 200);
	pressed(s, ADMIN, S("/admin/accounts/x/reset"), S(""), 404);
}

/* ---- in both languages ---- */

static void
show_all(struct web_world *w, const char *lang)
{
	struct arena *mem = w->mem;
	struct showing s = { .w = w, .mem = mem, .lang = lang };
	struct filed f = filed(w, DOCTOR, S("name_kana=" HANAKO_KANA));

	filed(w, NEIGHBOUR, S(""));
	filed(w, STRANGER, S(""));
	filed(w, DOCTOR, S("disease=acute_encephalitis&age_years=0&age_months=3&test_specimen.1=csf"));
	signing_in(&s);
	every_sheet(&s);
	the_clinic(&s, &f);
	the_centre(&s, &f);
	the_contacts(&s, &f);
	the_rest(&s);
	CHECK(s.n > 80);
}

WEB_TEST(every_page_is_whole_in_japanese)
{
	show_all(w, "ja");
}

WEB_TEST(every_page_is_whole_in_english)
{
	for (enum seat k = DOCTOR; k < SEATS; k++)
		CHECK_INT(post(w, k, S("/language"), S("lang=en&back=/")).status, 303);
	w->seat[NOBODY].cookie_lang = S("en");
	show_all(w, "en");
}

WEB_TEST(pages_of_an_exercise_say_so)
{
	CHECK_NOT(get(w, DOCTOR, S("/notifications")).body, S("class=\"demo\""));
	w->app->demo_hint = true;
	CHECK_HAS(read_text(mem, get(w, DOCTOR, S("/notifications")).body), S("演習環境です。"));
	CHECK_HAS(read_text(mem, get(w, NOBODY, S("/login")).body), S("演習環境です。"));
}

/* ---- what machines ask for ---- */

WEB_TEST(static_files_are_kept_for_ever_under_a_name_that_changes_with_them)
{
	struct str html = get(w, NOBODY, S("/login")).body;
	struct str css = between(html, "<link rel=\"stylesheet\" href=\"", "\"");
	struct http_reply r = get(w, NOBODY, css);

	CHECK_INT(r.status, 200);
	CHECK_STR(r.type, S("text/css; charset=utf-8"));
	CHECK_STR(header(&r, "Cache-Control"), S("public, max-age=31536000, immutable"));
	r = get(w, NOBODY, S("/static/app.css"));
	CHECK_INT(r.status, 404);
	CHECK_STR(header(&r, "Cache-Control"), S("no-store"));
	r = get(w, NOBODY, between(html, "<script type=\"module\" src=\"", "\""));
	CHECK_STR(r.type, S("text/javascript; charset=utf-8"));
}

WEB_TEST(pages_and_files_travel_pressed_when_the_browser_takes_that)
{
	struct http_reply plain = get(w, DOCTOR, S("/notifications/new"));
	struct http_reply r = ask(w, &(struct ask){ .who = DOCTOR, .target = S("/notifications/new"),
	    .encoding = S("gzip, br") });

	CHECK_STR(header(&plain, "Content-Encoding"), S(""));
	CHECK_STR(header(&r, "Content-Encoding"), S("br"));
	CHECK_STR(header(&r, "Vary"), S("Accept-Encoding"));
	CHECK(r.body.n > 100 && r.body.n < plain.body.n / 3);
	struct str css = between(plain.body, "<link rel=\"stylesheet\" href=\"", "\"");
	r = ask(w, &(struct ask){ .target = css, .encoding = S("br") });
	CHECK_STR(header(&r, "Content-Encoding"), S("br"));
	CHECK(r.body.n < get(w, NOBODY, css).body.n / 2);
}

WEB_TEST(the_machine_that_watches_is_told_whether_all_is_well)
{
	struct http_reply r = get(w, NOBODY, S("/healthz"));

	CHECK_INT(r.status, 200);
	CHECK_STR(r.body, S("{\"status\":\"ok\"}"));
	CHECK_STR(r.type, S("application/json; charset=utf-8"));
	CHECK_INT(get(w, NOBODY, S("/readyz")).status, 200);
	/* Numbers are for whom the settings name; here they name nobody. */
	CHECK_INT(get(w, NOBODY, S("/metrics")).status, 404);
}
