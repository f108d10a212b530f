/* test/http/area.c: who may ask for what: rights, areas, tokens; every route by every role. */
#include "world.h"

#include "fmt/form.h"
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- the routes, as the program has them ---- */

static const struct route {
	const char *method, *path, *page;
	enum right right;
	unsigned flags;
} routes[] = {
#define ROUTE(m, p, f, r, fl) { #m, p, #f, R_##r, fl },
#include "web/routes.def"
#undef ROUTE
};

static bool
is_post(const struct route *r)
{
	return strcmp(r->method, "POST") == 0;
}

static bool
takes(const struct route *r, const char *what)
{
	return strstr(r->path, what) != NULL;
}

/* What a route's path may name: things of the first clinic. */
struct things {
	struct filed f;
	struct str draft, contact, entry, template;
};

static struct things
things(struct web_world *w)
{
	struct things t = { .f = filed(w, DOCTOR, S("stay_phone=" PHONE)) };

	if (post(w, DOCTOR, S("/drafts"), S("disease=covid19&name=" TARO)).status != 200)
		test_fail(__FILE__, __LINE__, "a draft", S("none"), S("one"));
	t.draft = text_in(w, "SELECT id FROM draft");
	if (post(w, DOCTOR, str_cat(w->mem, t.f.file, S("/contacts")), S("rows=1&name.1=" TARO)).status != 303)
		test_fail(__FILE__, __LINE__, "a contact", S("none"), S("one"));
	t.contact = text_in(w, "SELECT id FROM contact");
	if (post(w, DOCTOR, str_fmt(w->mem, "%.*s/tests", STR_ARG(t.f.file)), S("act=save&x.result.1=negative")).status != 303
	    || post(w, CENTRE, S("/templates"), S("kind=note&name=n&text=t")).status != 303)
		test_fail(__FILE__, __LINE__, "an entry and a template", S("none"), S("one"));
	t.entry = text_in(w, "SELECT id FROM case_entry");
	t.template = text_in(w, "SELECT id FROM text_template");
	return t;
}

/* The path with its parameters filled in. */
static struct str
target(struct web_world *w, const struct route *r, const struct things *t)
{
	struct arena *mem = w->mem;
	struct str path = str_of(r->path), part;
	struct buf b = buf_new(mem);
	bool draft = str_starts(path, S("/drafts/")), account = str_starts(path, S("/admin/accounts/"));
	bool of_case = str_starts(path, S("/cases/")), contact = str_starts(path, S("/contacts/"));
	bool template = str_starts(path, S("/templates/"));

	for (str_cut(&path, '/', &part); str_cut(&path, '/', &part);) {
		struct str v = part;
		if (str_eq(part, S(":home")))
			v = str_fmt(mem, "%lld", (long long)t->f.home);
		else if (str_eq(part, S(":id")))
			v = draft ? t->draft : account ? w->seat[NEIGHBOUR].account : of_case ? t->f.case_id
			    : contact ? t->contact : template ? t->template : t->f.id;
		else if (str_eq(part, S(":entry")))
			v = t->entry;
		else if (str_eq(part, S(":name")))
			v = S("ehec");
		else if (str_eq(part, S(":code")))
			v = S("1000013");
		else if (str_eq(part, S(":file")))
			v = S("no-such-file");
		buf_fmt(&b, "/%.*s", STR_ARG(v));
	}
	if (strcmp(r->page, "page_inbox_rows") == 0)
		buf_put(&b, S("?since=0.0."));
	return buf_str(&b);
}

static struct http_reply
try(struct web_world *w, enum seat who, const struct route *r, const struct things *t)
{
	return ask(w, &(struct ask){ .who = who, .method = r->method, .target = target(w, r, t),
	    .body = S("status=at_home&state=active&rows=1&name.1=x&name=x&seen=1&why=x&number=1&day=2022-09-30&said=x&message=理由&kind=note&text=t&x.text=x&x.system_name=x&x.result.1=positive&reason=r&fact=ecmo") });
}

/* Everything that is kept, in numbers; a change of anything moves the end of the audit log as well. */
static struct str
state(struct web_world *w)
{
	static const char *const sum[] = {
		"MAX(seq) FROM audit", "SUM(ver) FROM notification", "SUM(ver) FROM casefile", "SUM(ver) FROM draft",
		"SUM(ver) FROM account", "COUNT(*) FROM notification", "COUNT(*) FROM draft", "COUNT(*) FROM session",
		"COUNT(*) FROM account", "COUNT(*) FROM sheet", "COUNT(*) FROM status_history",
		"COUNT(*) FROM daily_total_version", "COUNT(*) FROM notification_event", "SUM(live) FROM casefile",
		"SUM(ver) FROM contact", "COUNT(*) FROM contact_version", "COUNT(*) FROM contact_day", "COUNT(*) FROM case_source",
		"COUNT(*) FROM case_org", "COUNT(*) FROM org_case", "COUNT(*) FROM org_move", "COUNT(*) FROM org_notice",
		"COUNT(*) FROM case_link",
		"SUM(ver) FROM case_entry", "COUNT(*) FROM case_entry_version", "MAX(changed_at) FROM text_template",
		"COUNT(*) FROM severity_rule",
		"COUNT(check_state) FROM draft", "COUNT(check_rule) FROM org", "COUNT(*) FROM notification_check",
	};
	struct buf b = buf_new(w->mem);

	for (size_t i = 0; i < LEN(sum); i++) {
		int64_t n = number_in(w, str_fmt(w->mem, "SELECT %s", sum[i]).p);
		buf_fmt(&b, "%s: %lld\n", sum[i], (long long)n);
	}
	return buf_str(&b);
}

/* ---- the matrix ---- */

static struct str
file_text(struct arena *mem, const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf b = buf_new(mem);
	size_t n;

	if (f == NULL)
		return S("");
	while ((n = fread(buf_room(&b, 4096), 1, 4096, f)) > 0)
		b.n += n;
	fclose(f);
	return buf_str(&b);
}

/* When a right was changed on purpose: RENEW=1 make unit, and read the difference as the reviewer of an attack surface. */
TEST(the_matrix_of_rights_is_the_reviewed_one)
{
	static const char path[] = "test/golden/rights.txt";
	struct buf b = buf_new(mem);

	app_print_rights(&b);
	if (getenv("RENEW") != NULL) {
		FILE *f = fopen(path, "w");
		CHECK(f != NULL && fwrite(b.p, 1, b.n, f) == b.n);
		if (f != NULL)
			CHECK(fclose(f) == 0);
	}
	if (!str_eq(file_text(mem, path), buf_str(&b)))
		test_fail(path, 1, "not what the program prints; renew with: RENEW=1 make unit", buf_str(&b),
		    file_text(mem, path));
}

static void
check_answer(struct arena *mem, const struct route *r, enum seat who, int status)
{
	bool may = r->right == R_public || role_may(role_at[who], r->right);

	if (may ? status == 401 || status == 403 || status >= 500 : status != 403)
		test_fail(__FILE__, __LINE__, may ? "let in" : "refused",
		    str_fmt(mem, "%s %s as %s: %d", r->method, r->path, login_at[who], status), S("the matrix"));
}

WEB_TEST(every_route_answers_every_role_as_the_matrix_says)
{
	struct things t = things(w);

	for (size_t i = 0; i < LEN(routes); i++)
		for (enum seat k = DOCTOR; k < SEATS; k++) {
			/* Signing in says 403 to a wrong password: it has tests of its own. */
			if (k == NEIGHBOUR || (routes[i].flags & LOOSE) || strcmp(routes[i].page, "page_logout") == 0)
				continue;
			check_answer(mem, &routes[i], k, try(w, k, &routes[i], &t).status);
		}
	for (enum seat k = DOCTOR; k < SEATS; k++)
		if (k != NEIGHBOUR)
			CHECK_INT(post(w, k, S("/logout"), S("")).status, 303);
}

WEB_TEST(whoever_is_refused_changes_nothing)
{
	struct things t = things(w);
	struct str before = state(w);

	for (size_t i = 0; i < LEN(routes); i++)
		for (enum seat k = NOBODY; k < SEATS; k++)
			if (is_post(&routes[i]) && routes[i].right != R_public && !role_may(role_at[k],
			    routes[i].right))
				try(w, k, &routes[i], &t);
	CHECK_STR(state(w), before);
	CHECK_HAS(log_so_far(w), S("what=request.refused route=/admin/accounts why=right account="));
}

WEB_TEST(without_a_session_only_the_public_pages_answer)
{
	struct things t = things(w);

	for (size_t i = 0; i < LEN(routes); i++) {
		const struct route *r = &routes[i];
		struct http_reply reply = try(w, NOBODY, r, &t);
		if (r->right == R_public)
			continue;
		if (r->flags & SCRIPT) {
			CHECK_INT(reply.status, 401);
			CHECK_STR(reply.body, S("{\"error\":\"signed_out\"}"));
		} else if (is_post(r)) {
			CHECK_INT(reply.status, 401);
		} else {
			CHECK_INT(reply.status, 303);
			CHECK_STR(header(&reply, "Location"), S("/login"));
		}
		CHECK_NOT(reply.body, S(HANAKO));
	}
}

/* ---- areas ---- */

/* Seats that have nothing to do with what the first clinic filed. */
static const enum seat outside[] = { NEIGHBOUR, STRANGER, OTHER_CENTRE, OTHER_PREFECTURE };

WEB_TEST(what_is_of_another_area_does_not_exist_for_any_route_that_takes_it)
{
	struct things t = things(w);
	struct str before = state(w);
	size_t walked = 0;

	for (size_t i = 0; i < LEN(routes); i++) {
		const struct route *r = &routes[i];
		if (!takes(r, ":id") || takes(r, "/admin/"))
			continue;
		walked++;
		for (size_t k = 0; k < LEN(outside); k++) {
			struct http_reply reply = try(w, outside[k], r, &t);
			int want = role_may(role_at[outside[k]], r->right) ? 404 : 403;
			if (reply.status != want)
				test_fail(__FILE__, __LINE__, r->path, str_fmt(mem, "%s: %d",
				    login_at[outside[k]], reply.status),
				    str_fmt(mem, "%d", want));
			CHECK_NOT(reply.body, S(HANAKO));
			CHECK_NOT(reply.body, t.f.number);
		}
	}
	CHECK(walked >= 8);
	CHECK_STR(state(w), before);
}

WEB_TEST(a_status_or_correction_of_another_area_is_refused_however_complete)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str before = state(w), form = read_form(mem, get(w, DOCTOR, f.edit).body, "entry");

	before = state(w);
	CHECK_INT(post(w, OTHER_CENTRE, f.status, S("status=at_home")).status, 404);
	form = changed(mem, form, S("csrf=&act=report&stay_phone=" PHONE));
	for (size_t k = 0; k < 3; k++)
		CHECK_INT(post(w, outside[k], f.edit, form).status, 404);
	CHECK_STR(state(w), before);
}

WEB_TEST(those_above_and_the_office_itself_see_the_case)
{
	static const enum seat inside[] = { DOCTOR, CLERK, CENTRE, PREFECTURE, MINISTRY };
	struct filed f = filed(w, DOCTOR, S(""));

	for (size_t i = 0; i < LEN(inside); i++) {
		CHECK_HAS(read_text(mem, get(w, inside[i], f.file).body), S(HANAKO));
		CHECK_INT(get(w, inside[i], f.print).status, 200);
	}
	CHECK_INT(get(w, ADMIN, f.file).status, 403);
}

WEB_TEST(a_prefecture_or_ministry_looks_but_does_not_touch)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct http_reply r = get(w, PREFECTURE, f.file);

	CHECK_NOT(r.body, S("class=\"chip\""));
	CHECK_NOT(r.body, f.edit);
	CHECK_INT(post(w, PREFECTURE, f.status, S("status=at_home")).status, 403);
	CHECK_INT(post(w, MINISTRY, f.edit, S("seen=1")).status, 403);
	CHECK_STR(text_in(w, "SELECT status || ver FROM casefile"), S("not_set1"));
}

WEB_TEST(ids_that_are_none_are_not_found)
{
	struct filed f = filed(w, DOCTOR, S(""));
	const struct str bad[] = {
		S("/cases/1301/x"), S("/cases/1301/01GE5YGJM0ZY9HZPW3KBQ97MZM"),
		    S("/cases/-1/01GE5YGJM0ZY9HZPW3KBQ97MZM"),
		S("/cases/0/01GE5YGJM0ZY9HZPW3KBQ97MZM"), S("/cases/99999999999999999999/01GE5YGJM0ZY9HZPW3KBQ97MZM"),
		S("/cases/1301/%E2%80%AE"), S("/cases/1301/'%20OR%20'1'='1"), S("/cases//x"), S("/cases/1301/"),
		    S("/cases/1301"),
		str_fmt(mem, "/cases/1304/%.*s", STR_ARG(f.case_id)), str_fmt(mem, "/cases/01301x/%.*s",
		    STR_ARG(f.case_id)),
		str_fmt(mem, "/cases/1301/%.*s/more", STR_ARG(f.case_id)), str_fmt(mem, "/cases/1301/%.*s",
		    STR_ARG(f.id)),
		S("/notifications/1301/x/receipt"), str_fmt(mem, "/notifications/1301/%.*s/receipt",
		    STR_ARG(f.case_id)),
		S("/nowhere"), S("/admin/nowhere"), S("/NOTIFICATIONS"), S("/static/"), S("/drafts/"),
	};

	for (size_t i = 0; i < LEN(bad); i++) {
		struct http_reply r = get(w, CENTRE, bad[i]);
		if (r.status != 404)
			test_fail(__FILE__, __LINE__, "not found", bad[i], str_fmt(mem, "%d", r.status));
	}
	CHECK_INT(get(w, NOBODY, S("/nowhere")).status, 404);
	CHECK_HAS(read_text(mem, get(w, CENTRE, S("/nowhere")).body), S("見つかりません"));
}

/* ---- methods ---- */

WEB_TEST(a_method_that_a_path_does_not_have_is_refused_with_those_it_has)
{
	static const struct { const char *method, *path, *allow; } row[] = {
		{ "POST", "/inbox", "GET, HEAD" }, { "GET", "/logout", "POST" }, { "DELETE", "/notifications/new",
		    "GET, HEAD, POST" },
		{ "PUT", "/search", "GET, HEAD, POST" }, { "TRACE", "/", "GET, HEAD" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct http_reply r = ask(w, &(struct ask){ .who = CENTRE, .method = row[i].method,
		    .target = str_of(row[i].path) });
		CHECK_INT(r.status, 405);
		CHECK_STR(header(&r, "Allow"), str_of(row[i].allow));
	}
	CHECK_INT(ask(w, &(struct ask){ .who = CENTRE, .method = "HEAD", .target = S("/inbox") }).status, 200);
	CHECK_INT(get(w, DOCTOR, S("/notifications")).status, 200);
}

/* ---- tokens and origins ---- */

/* All that change something and ask for a token. */
static bool
asks_for_token(const struct route *r)
{
	return is_post(r) && !(r->flags & LOOSE);
}

/* A seat that may use the route. */
static enum seat
somebody(const struct route *r)
{
	static const enum seat seats[] = { DOCTOR, CENTRE, PREFECTURE, ADMIN };

	for (size_t i = 0; i < LEN(seats); i++)
		if (role_may(role_at[seats[i]], r->right))
			return seats[i];
	return NOBODY;
}

static void
refused_every_way(struct web_world *w, struct arena *mem, const char *why, struct ask with)
{
	struct things t = things(w);
	struct str before = state(w);
	size_t n = 0;

	for (size_t i = 0; i < LEN(routes); i++) {
		struct ask a = with;
		if (!asks_for_token(&routes[i]))
			continue;
		n++;
		a.who = somebody(&routes[i]);
		a.method = "POST";
		a.target = target(w, &routes[i], &t);
		a.body = S("state=disabled&status=at_home&name=x&draft_id=&act=report&text=x");
		if (a.csrf.n == 0 && !a.raw)
			a.csrf = w->seat[a.who].csrf;
		struct http_reply r = ask(w, &a);
		if (r.status != 403)
			test_fail(__FILE__, __LINE__, why, str_fmt(mem, "%s: %d", routes[i].path, r.status), S("403"));
	}
	CHECK(n >= 10);
	CHECK_STR(state(w), before);
}

WEB_TEST(no_change_without_a_token)
{
	refused_every_way(w, mem, "no token", (struct ask){ .raw = true });
}

WEB_TEST(no_change_with_the_token_of_another_session)
{
	refused_every_way(w, mem, "another's token", (struct ask){ .csrf = w->seat[NEIGHBOUR].csrf });
}

WEB_TEST(no_change_with_a_token_that_is_none)
{
	refused_every_way(w, mem, "no token at all",
	    (struct ask){ .csrf = S("0000000000000000000000000000000000000000000000000000000000000000") });
}

WEB_TEST(no_change_from_another_site)
{
	refused_every_way(w, mem, "cross-site", (struct ask){ .site = S("cross-site") });
}

WEB_TEST(no_change_from_a_sister_site)
{
	refused_every_way(w, mem, "same-site", (struct ask){ .site = S("same-site") });
}

WEB_TEST(no_change_from_another_origin_of_an_old_browser)
{
	refused_every_way(w, mem, "origin", (struct ask){ .site = S("-"), .origin = S("https://example.org") });
}

WEB_TEST(old_browsers_that_say_nothing_of_the_site_need_the_token_only)
{
	struct ask a = { .who = DOCTOR, .target = S("/drafts"), .body = S("name=x"), .site = S("-") };

	CHECK_INT(ask(w, &a).status, 200);
	a.origin = S("https://hersys.test");
	CHECK_INT(ask(w, &a).status, 200);
	a.origin = S("null");
	CHECK_INT(ask(w, &a).status, 200);
	a.origin = S("https://hersys.test.example.org");
	CHECK_INT(ask(w, &a).status, 403);
}

WEB_TEST(signing_in_from_another_site_is_refused)
{
	struct http_reply r = ask(w, &(struct ask){ .method = "POST", .target = S("/login"), .site = S("cross-site"),
	    .body = str_fmt(mem, "login=doctor&%.*s", STR_ARG(pair(mem, "password", S(PASSWORD)))) });

	CHECK_INT(r.status, 403);
	CHECK_STR(cookie_set(mem, &r, "__Host-session"), S("(none)"));
	CHECK_INT(rows_of(w, "session"), SEATS - 1);
	CHECK_INT(ask(w, &(struct ask){ .who = DOCTOR, .method = "POST", .target = S("/language"),
	    .site = S("cross-site"),
	    .body = S("lang=en") }).status, 403);
	CHECK_STR(text_in(w, "SELECT language FROM account WHERE login = 'doctor'"), S(""));
}

/* The browser sends no session cookie with it: what another site typed must not become a draft of whoever signs in. */
WEB_TEST(a_form_of_another_site_does_not_travel_through_signing_in)
{
	struct http_reply r = ask(w, &(struct ask){ .method = "POST", .target = S("/notifications/new"),
	    .site = S("cross-site"),
	    .body = S("disease=covid19&name=planted") });

	CHECK(r.status == 401 || r.status == 403);
	CHECK_NOT(r.body, S("planted"));
}

/* Two masks of one token are two texts, both good; a page never shows the same one twice. */
WEB_TEST(a_token_looks_different_each_time_and_stays_good)
{
	struct str a = between(get(w, DOCTOR, S("/sheets")).body, "name=\"csrf\" value=\"", "\"");
	struct str b = between(get(w, DOCTOR, S("/sheets")).body, "name=\"csrf\" value=\"", "\"");

	CHECK(a.n == 64 && b.n == 64 && !str_eq(a, b));
	CHECK_INT(ask(w, &(struct ask){ .who = DOCTOR, .target = S("/drafts"), .body = S("name=x"),
	    .csrf = a }).status, 200);
	CHECK_INT(ask(w, &(struct ask){ .who = DOCTOR, .target = S("/drafts"), .body = S("name=x"),
	    .csrf = b }).status, 200);
	/* Not for the clerk of the same office, nor after signing in again. */
	CHECK_INT(ask(w, &(struct ask){ .who = CLERK, .target = S("/drafts"), .body = S("name=x"),
	    .csrf = a }).status, 403);
	back_in(w, DOCTOR);
	CHECK_INT(ask(w, &(struct ask){ .who = DOCTOR, .target = S("/drafts"), .body = S("name=x"),
	    .csrf = a }).status, 403);
}

/* Signed in again on another tab: the old page has the old token. Nothing is filed by it, nothing typed is lost. */
WEB_TEST(a_page_from_before_signing_in_again_is_shown_again_as_typed)
{
	struct filed f = filed(w, DOCTOR, S("birth_date=1970-01-01"));
	struct str fresh = changed(mem, read_form(mem, get(w, DOCTOR, S("/notifications/new")).body, "entry"),
	    S(MINIMUM));
	struct str edit = changed(mem, read_form(mem, get(w, DOCTOR, f.edit).body, "entry"),
	    S("act=report&stay_phone=" PHONE));

	later(w, MINUTE);
	back_in(w, DOCTOR);
	struct http_reply r = ask(w, &(struct ask){ .who = DOCTOR, .target = S("/notifications/new"), .raw = true,
	    .body = fresh });
	CHECK_INT(r.status, 403);
	CHECK_STR(read_value(mem, r.body, "name"), S(HANAKO));
	CHECK_HAS(read_faults(mem, r.body), S("もう一度"));
	CHECK_INT(rows_of(w, "notification"), 1);
	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, read_form(mem, r.body, "entry"), S("act=report")));
	CHECK_INT(r.status, 303);

	r = ask(w, &(struct ask){ .who = DOCTOR, .target = f.edit, .raw = true, .body = edit });
	CHECK_INT(r.status, 403);
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE));
	CHECK_INT(number_in(w, "SELECT MAX(ver) FROM notification"), 1);
	r = post(w, DOCTOR, f.edit, changed(mem, read_form(mem, r.body, "entry"), S("act=report")));
	CHECK_INT(r.status, 303);
	/* From another site nothing is drawn. */
	r = ask(w, &(struct ask){ .who = DOCTOR, .target = S("/notifications/new"), .raw = true, .body = fresh,
	    .site = S("cross-site") });
	CHECK_NOT(r.body, S(HANAKO));
	r = ask(w, &(struct ask){ .who = DOCTOR, .target = S("/notifications/new"), .raw = true, .body = fresh,
	    .site = S("-") });
	CHECK_NOT(r.body, S(HANAKO));
}

/* ---- accounts are administrators' ---- */

WEB_TEST(an_administrator_makes_an_account_whose_secret_is_shown_once)
{
	struct http_reply r = post(w, ADMIN, S("/admin/accounts"),
	    S("login=ward-2&name=××病棟２&org=" CLINIC "&role=doctor&password=a long enough pass phrase"));

	CHECK_INT(r.status, 200);
	CHECK_HAS(read_text(mem, r.body), S("ward-2"));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM account WHERE login = 'ward-2' AND role = 'doctor' AND state "
	    "= 'active'"), 1);
	CHECK_NOT(get(w, ADMIN, S("/admin/accounts")).body, S("otpauth"));
	CHECK_NOT(log_so_far(w), S("long enough"));
	CHECK_STR(looked_at(w, "account.create"), text_in(w, "SELECT id FROM account WHERE login = 'ward-2'"));
}

WEB_TEST(an_account_that_cannot_be_is_refused_with_its_reason_and_what_was_typed)
{
	static const struct { const char *body, *says; } row[] = {
		{ "login=doctor&name=x&org=" CLINIC "&role=doctor&password=a long enough pass phrase", "すでに使われています" },
		{ "login=D!&name=x&org=" CLINIC "&role=doctor&password=a long enough pass phrase", "ログイン名は英小文字" },
		{ "login=new&name=&org=" CLINIC "&role=doctor&password=a long enough pass phrase", "表示名を100文字以内" },
		{ "login=new&name=x&org=99/&role=doctor&password=a long enough pass phrase", "その組織はありません" },
		{ "login=new&name=x&org=13/&role=doctor&password=a long enough pass phrase", "この役割はその組織には合いません" },
		{ "login=new&name=x&org=" CLINIC "&role=king&password=a long enough pass phrase", "この役割はその組織には合いません" },
		{ "login=new&name=x&org=" CLINIC "&role=doctor&password=short", "13文字以上" },
		{ "login=new&name=x&org=" CLINIC "&role=doctor&password=passwordpassword1", "推測されやすい" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct http_reply r = post(w, ADMIN, S("/admin/accounts"), str_of(row[i].body));
		CHECK_INT(r.status, 422);
		CHECK_HAS(read_text(mem, between(r.body, "id=\"account-fault\"", "</p>")), str_of(row[i].says));
		CHECK_NOT(r.body, S("pass phrase"));
	}
	CHECK_INT(rows_of(w, "account"), SEATS - 1);
}

WEB_TEST(an_administrator_does_not_lock_himself_out)
{
	CHECK_INT(post(w, ADMIN, str_fmt(mem, "/admin/accounts/%.*s/state", STR_ARG(w->seat[ADMIN].account)),
	    S("state=disabled")).status, 422);
	CHECK_INT(get(w, ADMIN, S("/admin")).status, 200);
	CHECK_INT(post(w, ADMIN, S("/admin/accounts/01GE5YGJM0ZY9HZPW3KBQ97MZM/state"),
	    S("state=disabled")).status, 404);
	CHECK_INT(post(w, ADMIN, str_fmt(mem, "/admin/accounts/%.*s/state", STR_ARG(w->seat[DOCTOR].account)),
	    S("state=dead")).status, 422);
}
