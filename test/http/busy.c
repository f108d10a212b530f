/* test/http/busy.c: more to do than can be done: what each request matters, and what is said to who is sent away. */
#include "world.h"

#include "fmt/form.h"
#include "reading.h"

static struct http_reply
sent_away(struct web_world *w, const char *method, struct str path, struct str body)
{
	struct http_pair head[] = { { S("Host"), S("hersys.test") } };
	struct http_req q = { .method = http_method(str_of(method)), .path = path, .query = S(""), .headers = head,
		.n_headers = LEN(head), .body = body, .address = S("192.0.2.1"), .secure = true };

	return app_busy(&q, w->mem, w->app);
}

static enum http_rank
rank(struct web_world *w, const char *method, const char *path, bool staff)
{
	struct http_req q = { .method = http_method(str_of(method)), .path = str_of(path), .query = S(""), .body = S(""),
		.address = S("192.0.2.1"), .secure = true };

	return app_rank(&q, staff, w->app);
}

WEB_TEST(filing_and_what_one_needs_for_it_matters_most_and_figures_least)
{
	static const struct {
		const char *method, *path;
		enum http_rank staff, visitor;
	} want[] = {
		{ "POST", "/notifications/new", RANK_FILING, RANK_PATIENT },
		{ "GET", "/notifications/new", RANK_FILING, RANK_PATIENT },
		{ "POST", "/drafts", RANK_FILING, RANK_PATIENT },
		{ "GET", "/notifications/1301/01ARZ3NDEKTSV4RRFFQ69G5FAV/receipt", RANK_FILING, RANK_PATIENT },
		{ "POST", "/notifications/1301/01ARZ3NDEKTSV4RRFFQ69G5FAV/edit", RANK_FILING, RANK_PATIENT },
		{ "POST", "/login", RANK_FILING, RANK_PATIENT },
		{ "GET", "/static/app.css", RANK_FILING, RANK_PATIENT },
		{ "GET", "/healthz", RANK_FILING, RANK_FILING },
		{ "GET", "/notifications", RANK_LOOKUP, RANK_PATIENT },
		{ "GET", "/inbox", RANK_LOOKUP, RANK_PATIENT },
		{ "POST", "/search", RANK_LOOKUP, RANK_PATIENT },
		{ "GET", "/cases/1301/01ARZ3NDEKTSV4RRFFQ69G5FAV", RANK_LOOKUP, RANK_PATIENT },
		{ "GET", "/no/such/page", RANK_LOOKUP, RANK_PATIENT },
		{ "GET", "/figures", RANK_FIGURES, RANK_FIGURES },
		{ "HEAD", "/figures", RANK_FIGURES, RANK_FIGURES },
	};

	for (size_t i = 0; i < LEN(want); i++) {
		CHECK_INT(rank(w, want[i].method, want[i].path, true), want[i].staff);
		CHECK_INT(rank(w, want[i].method, want[i].path, false), want[i].visitor);
	}
}

WEB_TEST(only_what_needs_no_session_is_at_hand)
{
	static const struct {
		const char *method, *path;
		bool signed_out, signed_in;
	} want[] = {
		{ "GET", "/static/app.css", true, true }, { "HEAD", "/static/app.css", true, true }, { "GET", "/login", true, false },
		{ "POST", "/login", false, false }, { "GET", "/login/code", false, false }, { "GET", "/", false, false },
		{ "GET", "/readyz", false, false }, { "GET", "/figures", false, false }, { "GET", "/no/such/page", false, false },
	};
	struct http_pair cookie[] = { { S("Cookie"), S("lang=en; __Host-session=whatever") } };

	for (size_t i = 0; i < LEN(want); i++) {
		struct http_req q = { .method = http_method(str_of(want[i].method)), .path = str_of(want[i].path),
			.headers = cookie };
		CHECK_INT(app_at_hand(&q, w->app), want[i].signed_out);
		q.n_headers = 1;
		CHECK_INT(app_at_hand(&q, w->app), want[i].signed_in);
	}
}

WEB_TEST(a_page_at_hand_is_the_same_without_a_worker)
{
	struct http_req q = { .method = HTTP_GET, .path = S("/login"), .query = S(""), .body = S(""), .address = S("192.0.2.1"),
		.secure = true };
	struct http_reply r = app_serve(NULL, &q, mem, w->app);

	CHECK_INT(r.status, 200);
	CHECK_STR(r.body, get(w, NOBODY, S("/login")).body);
}

WEB_TEST(who_is_sent_away_while_filing_holds_the_form_and_its_press_counts_once)
{
	struct str typed = str_fmt(mem, "op=one-press&csrf=%.*s&name=%.*s", STR_ARG(w->seat[DOCTOR].csrf),
	    STR_ARG(url_escape(mem, S("<b>\"" HANAKO))));
	struct http_reply r = sent_away(w, "POST", S("/notifications/new"), typed);

	CHECK_INT(r.status, 503);
	CHECK_STR(header(&r, "Retry-After"), S("5"));
	CHECK_STR(header(&r, "Cache-Control"), S("no-store"));
	CHECK_HAS(r.body, S("まだ届け出ていません"));
	CHECK_HAS(r.body, S("action=\"/notifications/new\""));
	CHECK_HAS(r.body, S("name=\"op\" value=\"one-press\""));
	CHECK_HAS(r.body, S("value=\"&lt;b&gt;&quot;" HANAKO "\""));
	CHECK_NOT(r.body, S("<b>"));
	CHECK_INT(rows_of(w, "notification"), 0);
	/* The button sends the same press; so does the page before, with "back". */
	struct http_reply a = file_minimum(w, DOCTOR, S("op=one-press")), b = file_minimum(w, DOCTOR, S("op=one-press"));
	CHECK_INT(a.status, 303);
	CHECK_STR(header(&a, "Location"), header(&b, "Location"));
	CHECK_INT(rows_of(w, "notification"), 1);
}

WEB_TEST(no_password_is_written_into_a_page_that_says_busy)
{
	struct http_reply r = sent_away(w, "POST", S("/login"), S("login=doctor&password=" "not-for-any-page"));

	CHECK_INT(r.status, 503);
	CHECK_NOT(r.body, S("not-for-any-page"));
	CHECK_NOT(r.body, S("まだ届け出ていません"));
}

WEB_TEST(a_script_that_is_sent_away_hears_it_as_json_and_a_page_has_a_way_on)
{
	struct http_reply r = sent_away(w, "POST", S("/drafts"), S("name=x"));

	CHECK_INT(r.status, 503);
	CHECK_STR(r.body, S("{\"error\":\"busy\"}"));
	CHECK_STR(header(&r, "Retry-After"), S("5"));
	r = sent_away(w, "GET", S("/figures"), S(""));
	CHECK_INT(r.status, 503);
	CHECK_HAS(r.body, S("href=\"/figures\""));
	r = sent_away(w, "GET", S("/no/such/page"), S(""));
	CHECK_INT(r.status, 503);
	/* A body that cannot be read is not shown. */
	r = sent_away(w, "POST", S("/notifications/new"), S("name=%ff%zz"));
	CHECK_INT(r.status, 503);
	CHECK_NOT(r.body, S("action=\"/notifications/new\""));
	CHECK_NOT(r.body, S("この画面が持っています"));
}

WEB_TEST(what_another_site_sends_is_not_written_into_a_page_of_ours)
{
	struct http_pair head[] = { { S("Host"), S("hersys.test") }, { S("Sec-Fetch-Site"), S("cross-site") } };
	struct http_req q = { .method = HTTP_POST, .path = S("/notifications/new"), .query = S(""), .headers = head,
		.n_headers = LEN(head), .body = S("name=from-elsewhere"), .address = S("192.0.2.1"), .secure = true };
	struct http_reply r = app_busy(&q, w->mem, w->app);

	CHECK_INT(r.status, 503);
	CHECK_NOT(r.body, S("from-elsewhere"));
	CHECK_NOT(r.body, S("action=\"/notifications/new\""));
	/* The same from our own page is. */
	head[1].value = S("same-origin");
	r = app_busy(&q, w->mem, w->app);
	CHECK_HAS(r.body, S("from-elsewhere"));
}
