/* test/http/number.c: the contact app's processing numbers: the wish, the number, and what the app's server is told. */
#include "world.h"

#include "base/crypt.h"
#include "domain/appnumber.h"
#include "reading.h"

#define CERTIFICATE "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
#define KEY "the key of the app's server"
#define VERIFY "/api/v1/processing-number/verify"
#define GOOD "{\"result\":\"ok\"}"
#define BAD "{\"result\":\"failed\"}"

static struct str
page_of(struct arena *mem, const struct filed *f)
{
	return str_cat(mem, f->file, S("/number"));
}

static struct http_reply
press(struct web_world *w, enum seat who, const struct filed *f, const char *body)
{
	return post(w, who, page_of(w->mem, f), str_of(body));
}

/* Press the button of a page as it stands. */
static struct http_reply
press_issue(struct web_world *w, enum seat who, const struct filed *f)
{
	struct arena *mem = w->mem;
	struct str seen = between(get(w, who, page_of(mem, f)).body, "name=\"seen\" value=\"", "\"");

	return post(w, who, page_of(mem, f), str_fmt(mem, "act=issue&seen=%.*s", STR_ARG(seen)));
}

/* The digits of a slip, without their blank. */
static struct str
digits_of(struct arena *mem, const struct http_reply *r)
{
	struct str shown = between(r->body, "id=\"digits\">", "<");

	return shown.n == 9 ? str_cat(mem, str_sub(shown, 0, 4), str_sub(shown, 5, 9)) : S("");
}

/* A number that was wished for and issued. */
static struct str
issued(struct web_world *w, const struct filed *f)
{
	struct arena *mem = w->mem;

	if (number_in(w, str_fmt(w->mem, "SELECT COUNT(*) FROM number_wish WHERE case_id = '%.*s'", STR_ARG(f->case_id)).p) == 0)
		CHECK_INT(press(w, CENTRE, f, "act=wish").status, 303);
	struct http_reply r = press_issue(w, CENTRE, f);
	CHECK_INT(r.status, 200);
	return digits_of(w->mem, &r);
}

/* The settings of a server that machines may ask. */
static void
with_machines(struct web_world *w)
{
	struct sha256 h = crypt_sha256(S(KEY));
	struct str hex = crypt_hex(w->mem, (struct str){ (const char *)h.b, sizeof h.b });

	w->app->machine_key = str_fmt(w->mem, "0000000000000000000000000000000000000000000000000000000000000000, %.*s", STR_ARG(hex));
}

static struct http_reply
ask_machine(struct web_world *w, struct ask with, struct str body)
{
	with.method = "POST";
	with.target = S(VERIFY);
	with.raw = true;
	with.body = body;
	with.site = S("-");
	if (with.client.n == 0)
		with.client = S(CERTIFICATE);
	return ask(w, &with);
}

static struct http_reply
verify(struct web_world *w, struct str digits)
{
	return ask_machine(w, (struct ask){ .key = S(KEY) }, str_fmt(w->mem, "{\"processing_number\":\"%.*s\"}", STR_ARG(digits)));
}

static struct str
other(struct arena *mem, struct str digits, int64_t by)
{
	int64_t n = 0;

	CHECK(str_int(digits, &n));
	return str_fmt(mem, "%08lld", (long long)((n + by) % 100000000));
}

/* ---- the wish ---- */

WEB_TEST(a_number_is_issued_only_on_the_recorded_wish)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_HAS(read_text(mem, get(w, CENTRE, page_of(mem, &f)).body), S("まだ聞いていません"));
	struct http_reply r = press(w, CENTRE, &f, "act=issue&seen=0");
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_text(mem, between(r.body, "id=\"number-fault\"", "</p>")), S("本人の希望が記録されていない"));
	CHECK_INT(rows_of(w, "processing_number"), 0);
	CHECK_HAS(log_so_far(w), S("what=number.refused"));

	r = press(w, CENTRE, &f, "act=wish");
	CHECK_INT(r.status, 303);
	CHECK_HAS(read_text(mem, follow(w, CENTRE, &r).body), S("希望する 2022-09-30 10:00 千代田の係"));
	/* Said twice is said once. */
	CHECK_INT(press(w, CENTRE, &f, "act=wish").status, 303);
	CHECK_INT(rows_of(w, "number_wish"), 1);
	CHECK_STR(text_in(w, "SELECT action || ' ' || detail || ' ' || purpose FROM audit WHERE action = 'number.wish'"),
	    S("number.wish wished 15"));

	r = press_issue(w, CENTRE, &f);
	CHECK_INT(r.status, 200);
	CHECK_INT(digits_of(mem, &r).n, 8);
	CHECK_STR(looked_at(w, "number.issue"), f.case_id);
	CHECK_STR(text_in(w, "SELECT detail || ' ' || purpose FROM audit WHERE action = 'number.issue'"), S("24 hours 15"));
}

WEB_TEST(a_wish_that_is_taken_back_voids_the_number)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str digits = issued(w, &f);

	with_machines(w);
	CHECK_INT(press(w, CENTRE, &f, "act=unwish").status, 303);
	CHECK_INT(rows_of(w, "processing_number"), 0);
	CHECK_STR(text_in(w, "SELECT detail FROM audit WHERE action = 'number.void'"), S("wish"));
	CHECK_STR(verify(w, digits).body, S(BAD));
	CHECK_INT(press(w, CENTRE, &f, "act=issue&seen=0").status, 422);
	CHECK_HAS(read_text(mem, get(w, CENTRE, page_of(mem, &f)).body), S("希望しない（取り下げ）"));
}

/* ---- of whom ---- */

static void
cannot(struct web_world *w, struct arena *mem, const char *changes, const char *says)
{
	struct filed f = filed(w, DOCTOR, str_of(changes));

	CHECK_INT(press(w, CENTRE, &f, "act=wish").status, 303);
	struct http_reply page = get(w, CENTRE, page_of(mem, &f)), r = press(w, CENTRE, &f, "act=issue&seen=0");
	CHECK_NOT(page.body, S("value=\"issue\""));
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_text(mem, between(r.body, "id=\"number-fault\"", "</p>")), str_of(says));
	CHECK_INT(rows_of(w, "processing_number"), 0);
}

WEB_TEST(only_a_confirmed_patient_or_an_asymptomatic_carrier_gets_one)
{
	cannot(w, mem, "type=suspected&hospitalised=yes", "のときだけ処理番号を発行できます");
	struct filed f = filed(w, DOCTOR, S("type=asymptomatic&birth_date=1970-01-01&onset_date="));
	CHECK_INT(issued(w, &f).n, 8);
}

WEB_TEST(who_is_presumed_positive_without_a_test_gets_none)
{
	cannot(w, mem, "test_method.1=clinical&test_specimen.1=&test_sampled_date.1=", "みなし陽性");
	/* A test beside it makes it one. */
	struct filed f = filed(w, DOCTOR, S("birth_date=1970-01-01&test_method.2=clinical"));
	CHECK_INT(issued(w, &f).n, 8);
}

WEB_TEST(another_disease_has_no_numbers)
{
	w->app->number_rules.disease = S("flu");
	cannot(w, mem, "", "この疾病には");
}

WEB_TEST(only_the_centre_of_the_case_comes_near_it)
{
	static const enum seat others[] = { DOCTOR, CLERK, PREFECTURE, MINISTRY, ADMIN };
	struct filed f = filed(w, DOCTOR, S(""));

	for (size_t i = 0; i < LEN(others); i++) {
		CHECK_INT(get(w, others[i], page_of(mem, &f)).status, 403);
		CHECK_INT(press(w, others[i], &f, "act=wish").status, 403);
		CHECK_INT(press(w, others[i], &f, "act=issue&seen=0").status, 403);
	}
	CHECK_INT(press(w, OTHER_CENTRE, &f, "act=wish").status, 404);
	CHECK_INT(press(w, OTHER_CENTRE, &f, "act=issue&seen=0").status, 404);
	CHECK_INT(press(w, OTHER_CENTRE, &f, "act=void").status, 404);
	CHECK_INT(rows_of(w, "number_wish"), 0);
	CHECK_INT(press(w, CENTRE, &f, "act=jump").status, 422);
	CHECK_INT(press(w, CENTRE, &f, "act=issue").status, 422);
}

/* ---- the slip ---- */

WEB_TEST(the_number_is_shown_once_with_what_the_person_needs_and_stands_nowhere_else)
{
	struct filed f = filed(w, DOCTOR, S("stay_phone=" PHONE));

	CHECK_INT(press(w, CENTRE, &f, "act=wish").status, 303);
	struct http_reply r = press_issue(w, CENTRE, &f);
	struct str digits = digits_of(mem, &r), text = read_text(mem, r.body);
	CHECK_HAS(text, S(HANAKO));
	CHECK_HAS(text, S(PHONE));
	CHECK_HAS(text, S("2022-10-01 10:00 まで有効"));
	CHECK_HAS(r.body, S("Enter these eight digits in the contact app"));
	struct str ja = between(r.body, "id=\"message-ja\"", "</p>"), en = between(r.body, "id=\"message-en\"", "</p>");
	CHECK_HAS(ja, str_fmt(mem, "【千代田保健所】接触確認アプリの処理番号は %.*s です（2022-10-01 10:00 まで", STR_ARG(digits)));
	CHECK_HAS(ja, str_fmt(mem, "https://www.mhlw.go.jp/cocoa/a/?pn=%.*s", STR_ARG(digits)));
	CHECK_HAS(en, digits);
	CHECK_NOT(ja, S(HANAKO));
	CHECK_STR(header(&r, "Cache-Control"), S("no-store"));

	struct str page = get(w, CENTRE, page_of(mem, &f)).body;
	CHECK_HAS(read_text(mem, page), S("2022-10-01 10:00 まで有効"));
	CHECK_NOT(page, digits);
	CHECK_NOT(log_so_far(w), digits);
	CHECK_INT(number_in(w, str_fmt(mem, "SELECT COUNT(*) FROM audit WHERE action LIKE 'number%%' AND detail LIKE '%%%.*s%%'", STR_ARG(digits)).p), 0);
	/* Kept under a key that is not in the database. */
	struct sha256 plain = crypt_sha256(digits);
	CHECK_STR(text_in(w, "SELECT hash FROM processing_number"), appnumber_hash(mem, &w->keys, digits));
	CHECK(!str_eq(text_in(w, "SELECT hash FROM processing_number"), crypt_hex(mem, (struct str){ (const char *)plain.b, 32 })));
}

WEB_TEST(without_a_link_in_the_settings_the_message_has_none)
{
	struct filed f = filed(w, DOCTOR, S(""));

	w->app->number_link = S("");
	CHECK_INT(press(w, CENTRE, &f, "act=wish").status, 303);
	CHECK_NOT(press_issue(w, CENTRE, &f).body, S("pn="));
}

/* ---- one at a time ---- */

WEB_TEST(a_new_number_voids_the_one_before)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str first = issued(w, &f), second;

	with_machines(w);
	later(w, MINUTE);
	CHECK_HAS(read_text(mem, get(w, CENTRE, page_of(mem, &f)).body), S("新しい番号を発行"));
	second = issued(w, &f);
	CHECK(!str_eq(first, second));
	CHECK_INT(rows_of(w, "processing_number"), 1);
	CHECK_STR(text_in(w, "SELECT detail FROM audit WHERE action = 'number.void'"), S("new"));
	CHECK_STR(verify(w, first).body, S(BAD));
	CHECK_STR(verify(w, second).body, S(GOOD));
	CHECK_STR(text_in(w, "SELECT group_concat(what || n, ' ') FROM (SELECT * FROM number_day ORDER BY what) AS x"), S("issued2 used1 voided1"));
}

WEB_TEST(a_number_that_somebody_else_issued_meanwhile_is_not_voided_unseen)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str digits = issued(w, &f);

	with_machines(w);
	/* Pressed twice by the same person: the second is the one that is shown, and good. */
	struct http_reply r = press(w, CENTRE, &f, "act=issue&seen=0");
	CHECK_INT(r.status, 200);
	CHECK_STR(verify(w, digits).body, S(BAD));
	digits = digits_of(mem, &r);
	/* By somebody else, who saw a page without it. */
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM processing_number"), 1);
	struct actor colleague = { .account = S("01GE5YGJM0ZY9HZPW3KBQ97MZM"), .name = S("x"), .org = S("13/1301/"), .role = ROLE_centre };
	struct appnumber_issued out;
	enum text_id why;
	CHECK_INT(appnumber_issue(w->st, &w->keys, &colleague, mem, f.home, f.case_id, &w->app->number_rules, 0, &out, &why), E_CONFLICT);
	CHECK_STR(verify(w, digits).body, S(GOOD));
	/* The one that the page showed is used: look first. */
	r = press(w, CENTRE, &f, "act=issue&seen=1664499600000");
	CHECK_INT(r.status, 409);
	CHECK_HAS(read_text(mem, r.body), S("何も変更していません"));
	CHECK_INT(rows_of(w, "processing_number"), 0);
	CHECK_INT(press(w, CENTRE, &f, "act=void").status, 409);
}

WEB_TEST(a_number_is_voided_by_hand)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str digits = issued(w, &f);

	with_machines(w);
	CHECK_INT(press(w, CENTRE, &f, "act=void").status, 303);
	CHECK_STR(text_in(w, "SELECT detail || ' ' || object FROM audit WHERE action = 'number.void'"), str_cat(mem, S("void "), f.case_id));
	CHECK_STR(verify(w, digits).body, S(BAD));
}

/* ---- the app's server ---- */

WEB_TEST(a_number_is_good_once_and_then_nothing_joins_it_and_the_person)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str digits = issued(w, &f), hash = appnumber_hash(mem, &w->keys, digits);

	with_machines(w);
	struct http_reply r = verify(w, digits);
	CHECK_INT(r.status, 200);
	CHECK_STR(r.body, S(GOOD));
	CHECK_STR(r.type, S("application/json; charset=utf-8"));
	r = verify(w, digits);
	CHECK_INT(r.status, 200);
	CHECK_STR(r.body, S(BAD));

	CHECK_INT(rows_of(w, "processing_number"), 0);
	CHECK_STR(text_in(w, "SELECT user_id || ' ' || org || '|' || home || '|' || object || '|' || purpose || '|' || detail || '|' || session "
	    "FROM audit WHERE action = 'number.use'"), S("machine |0||15||c0ffee00c0ffee00"));
	CHECK_STR(text_in(w, "SELECT day || ' ' || n FROM number_day WHERE what = 'used'"), S("2022-09-30 1"));
	CHECK_INT(number_in(w, str_fmt(mem, "SELECT COUNT(*) FROM audit WHERE detail LIKE '%%%.*s%%' OR object LIKE '%%%.*s%%'", STR_ARG(hash),
	    STR_ARG(hash)).p), 0);
	CHECK_NOT(log_so_far(w), digits);
	CHECK_NOT(log_so_far(w), hash);
}

WEB_TEST(whatever_is_wrong_with_a_number_the_answer_is_the_same)
{
	static const struct str bodies[] = {
		STR_INIT(""), STR_INIT("{}"), STR_INIT("["), STR_INIT("null"), STR_INIT("{\"processing_number\":12345678}"),
		STR_INIT("{\"processing_number\":\"\"}"), STR_INIT("{\"processing_number\":\"1234567\"}"),
		STR_INIT("{\"processing_number\":\"１２３４５６７８\"}"), STR_INIT("{\"processing_number\":\"' OR 1=1 --\"}"),
		STR_INIT("{\"processing_number\":null}"), STR_INIT("{\"number\":\"12345678\"}"), STR_INIT("processing_number=12345678"),
		STR_INIT("%zz=%"),
	};
	struct filed f = filed(w, DOCTOR, S(""));
	struct str digits = issued(w, &f);

	with_machines(w);
	struct http_reply wrong = verify(w, other(mem, digits, 1));
	CHECK_INT(wrong.status, 200);
	CHECK_STR(wrong.body, S(BAD));
	for (size_t i = 0; i < LEN(bodies); i++) {
		later(w, 2 * HOUR);
		struct http_reply r = ask_machine(w, (struct ask){ .key = S(KEY) }, bodies[i]);
		CHECK_INT(r.status, wrong.status);
		CHECK_STR(r.body, wrong.body);
		CHECK_INT((int64_t)r.n_headers, (int64_t)wrong.n_headers);
	}
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'number.refused'"), (int64_t)LEN(bodies) + 1);
}

WEB_TEST(a_number_is_good_to_the_last_second_of_its_day_and_not_after)
{
	struct filed f = filed(w, DOCTOR, S("")), g = filed(w, DOCTOR, S("birth_date=1970-01-01"));
	struct str first = issued(w, &f), second = issued(w, &g);

	with_machines(w);
	struct str wrong = verify(w, other(mem, first, 1)).body;
	later(w, 24 * HOUR);
	CHECK_STR(verify(w, first).body, S(GOOD));
	later(w, 1000);
	struct http_reply r = verify(w, second);
	CHECK_INT(r.status, 200);
	CHECK_STR(r.body, wrong);
	CHECK_INT(rows_of(w, "processing_number"), 0);
	CHECK_INT(number_in(w, "SELECT n FROM number_day WHERE what = 'expired'"), 1);
}

WEB_TEST(a_number_of_a_case_that_turned_out_otherwise_is_good_no_longer)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str digits = issued(w, &f);

	with_machines(w);
	CHECK_INT(correct(w, DOCTOR, &f, S("type=suspected&hospitalised=yes&diagnosis_date=2022-09-29&report_date=2022-09-29")).status, 303);
	CHECK_STR(verify(w, digits).body, S(BAD));
	CHECK_INT(rows_of(w, "processing_number"), 0);
	CHECK_INT(number_in(w, "SELECT n FROM number_day WHERE what = 'voided'"), 1);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'number.use'"), 0);
}

WEB_TEST(the_hours_are_a_setting)
{
	struct filed f = filed(w, DOCTOR, S(""));

	w->app->number_rules.hours = 1;
	with_machines(w);
	CHECK_HAS(read_text(mem, get(w, CENTRE, page_of(mem, &f)).body), S("発行から1時間有効"));
	struct str digits = issued(w, &f);
	later(w, HOUR + 1);
	CHECK_STR(verify(w, digits).body, S(BAD));
}

WEB_TEST(what_is_over_is_forgotten_though_nobody_asks)
{
	struct filed f = filed(w, DOCTOR, S("")), g = filed(w, DOCTOR, S("birth_date=1970-01-01"));

	(void)issued(w, &f);
	later(w, 12 * HOUR);
	back_in(w, CENTRE);
	(void)issued(w, &g);
	CHECK_INT(appnumber_sweep(w->st, w->worker->rd, mem), OK);
	CHECK_INT(rows_of(w, "processing_number"), 2);
	later(w, 12 * HOUR + 1);
	CHECK_INT(appnumber_sweep(w->st, w->worker->rd, mem), OK);
	CHECK_STR(text_in(w, "SELECT group_concat(case_id, ' ') FROM processing_number"), g.case_id);
	CHECK_STR(text_in(w, "SELECT object || detail FROM audit WHERE action = 'number.sweep'"), S("1"));
	CHECK_INT(number_in(w, "SELECT n FROM number_day WHERE what = 'expired'"), 1);
}

/* ---- who may ask ---- */

WEB_TEST(who_is_no_machine_or_does_not_know_the_key_is_told_nothing)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str digits = issued(w, &f), body = str_fmt(mem, "{\"processing_number\":\"%.*s\"}", STR_ARG(digits));

	/* Not set up: nobody knows the key. */
	CHECK_INT(ask_machine(w, (struct ask){ .key = S(KEY) }, body).status, 401);
	with_machines(w);
	CHECK_INT(ask_machine(w, (struct ask){ .key = S("another key") }, body).status, 401);
	struct http_reply r = ask_machine(w, (struct ask){ .key = S("") }, body);
	CHECK_INT(r.status, 401);
	CHECK_STR(r.body, S("{\"error\":\"key\"}"));
	CHECK_HAS(log_so_far(w), S("what=machine.refused why=key machine=c0ffee00c0ffee00"));
	/* The door for people does not have it, signed in or not, with the key or not. */
	for (enum seat k = NOBODY; k < SEATS; k++) {
		r = ask(w, &(struct ask){ .who = k, .method = "POST", .target = S(VERIFY), .raw = true, .body = body, .key = S(KEY), .site = S("-") });
		CHECK_INT(r.status, 404);
	}
	/* Nor has the door for machines anything else. */
	static const char *const paths[] = { "/", "/login", "/healthz", "/metrics", "/static/app.css", "/inbox", "/nowhere" };
	for (size_t i = 0; i < LEN(paths); i++) {
		r = ask(w, &(struct ask){ .who = CENTRE, .target = str_of(paths[i]), .client = S(CERTIFICATE), .key = S(KEY) });
		CHECK_INT(r.status, 404);
		CHECK_STR(r.body, S("{\"error\":\"not_found\"}"));
	}
	r = ask(w, &(struct ask){ .target = S(VERIFY), .client = S(CERTIFICATE), .key = S(KEY) });
	CHECK_INT(r.status, 404);
	CHECK_INT(rows_of(w, "processing_number"), 1);
	CHECK_STR(verify(w, digits).body, S(GOOD));
}

/* ---- guessing ---- */

WEB_TEST(the_fourth_wrong_try_waits_and_each_further_one_twice_as_long)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str digits = issued(w, &f);
	struct http_reply r;

	with_machines(w);
	for (int i = 1; i <= 3; i++)
		CHECK_INT(verify(w, other(mem, digits, i)).status, 200);
	/* Also the right one: or waiting would tell. */
	r = verify(w, digits);
	CHECK_INT(r.status, 429);
	CHECK_STR(r.body, S("{\"error\":\"wait\"}"));
	CHECK_STR(header(&r, "Retry-After"), S("5"));
	later(w, 4999);
	CHECK_INT(verify(w, other(mem, digits, 4)).status, 429);
	later(w, 1);
	CHECK_INT(verify(w, other(mem, digits, 4)).status, 200);
	r = verify(w, digits);
	CHECK_STR(header(&r, "Retry-After"), S("10"));
	later(w, 10000);
	CHECK_INT(verify(w, other(mem, digits, 5)).status, 200);
	r = verify(w, digits);
	CHECK_STR(header(&r, "Retry-After"), S("20"));
	later(w, 20000);
	CHECK_STR(verify(w, digits).body, S(GOOD));
	/* And begins anew. */
	for (int i = 1; i <= 3; i++)
		CHECK_INT(verify(w, other(mem, digits, i)).status, 200);
	CHECK_INT(verify(w, digits).status, 429);
	later(w, HOUR + 1);
	for (int i = 1; i <= 3; i++)
		CHECK_INT(verify(w, other(mem, digits, i)).status, 200);
}

WEB_TEST(one_client_does_not_make_another_wait)
{
	struct str body = S("{\"processing_number\":\"00000000\"}");

	with_machines(w);
	for (int i = 0; i < 3; i++)
		CHECK_INT(ask_machine(w, (struct ask){ .key = S(KEY), .of = S("one") }, body).status, 200);
	CHECK_INT(ask_machine(w, (struct ask){ .key = S(KEY), .of = S("one") }, body).status, 429);
	CHECK_INT(ask_machine(w, (struct ask){ .key = S(KEY), .of = S("two") }, body).status, 200);
	CHECK_INT(ask_machine(w, (struct ask){ .key = S(KEY), .client = S("another certificate"), .of = S("one") }, body).status, 200);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM throttle WHERE key LIKE '%one%'"), 0);
}

WEB_TEST(all_clients_together_may_guess_so_many_times_an_hour)
{
	struct str body = S("{\"processing_number\":\"00000000\"}");
	struct http_reply r;

	with_machines(w);
	for (int i = 0; i < APPNUMBER_WRONG_AN_HOUR; i++) {
		r = ask_machine(w, (struct ask){ .key = S(KEY), .of = str_fmt(mem, "client %d", i) }, body);
		if (r.status != 200)
			test_fail(__FILE__, __LINE__, "a free one", str_fmt(mem, "%d: %d", i, r.status), S("200"));
	}
	r = ask_machine(w, (struct ask){ .key = S(KEY), .of = S("a new client") }, body);
	CHECK_INT(r.status, 429);
	CHECK_STR(header(&r, "Retry-After"), S("10"));
	later(w, HOUR);
	CHECK_INT(ask_machine(w, (struct ask){ .key = S(KEY), .of = S("a new client") }, body).status, 200);
}

/* ---- the draw ---- */

/* Each digit of each place comes about as often as any other: with 20,000 numbers a count is 2,000 ± 42, so that six times that is
 * never left by chance. A draw that is a remainder of 2^32, or leaves leading zeros out, or cannot reach the end, would. */
TEST(digits_are_drawn_alike_in_every_place)
{
	enum { N = 20000 };
	int count[APPNUMBER_DIGITS][10] = { { 0 } }, low = 0;
	struct arena *work = arena_new(1 << 16);

	crypt_start();
	for (int i = 0; i < N; i++) {
		struct str s = appnumber_draw(work);
		if (s.n != APPNUMBER_DIGITS) {
			test_fail(__FILE__, __LINE__, "eight digits", s, S("12345678"));
			break;
		}
		for (size_t k = 0; k < s.n; k++)
			count[k][s.p[k] - '0']++;
		low += str_starts(s, S("000"));
		arena_reset(work);
	}
	arena_free(work);
	for (size_t k = 0; k < APPNUMBER_DIGITS; k++)
		for (int d = 0; d < 10; d++)
			if (count[k][d] < N / 10 - 255 || count[k][d] > N / 10 + 255)
				test_fail(__FILE__, __LINE__, "as often as any other", str_fmt(mem, "digit %d in place %zu: %d", d, k, count[k][d]), S("2000"));
	CHECK(low > 0 && low < 60);
}
