/* test/http/sign.c: signing in and out, sessions. */
#include "world.h"

#include "base/crypt.h"
#include "reading.h"

/* The first step of `who` with a password. */
static struct http_reply
password_step(struct web_world *w, const char *login, const char *password)
{
	struct arena *mem = w->mem;

	return ask(w, &(struct ask){ .method = "POST", .target = S("/login"), .body = str_fmt(mem,
	    "login=%s&%.*s", login,
	    STR_ARG(pair(mem, "password", str_of(password)))) });
}

static struct http_reply
code_step(struct web_world *w, struct str token, struct str code)
{
	return ask(w, &(struct ask){ .method = "POST", .target = S("/login/code"), .token = token,
	    .body = pair(w->mem, "code", code) });
}

/* Somebody at this token; what the start page says. */
static struct str
start_of(struct web_world *w, struct str token)
{
	struct http_reply r = ask(w, &(struct ask){ .target = S("/"), .token = token });

	return header(&r, "Location");
}

WEB_TEST(both_steps_sign_in_and_each_role_begins_at_its_own_page)
{
	static const char *const start[SEATS] = { "/login", "/notifications", "/notifications", "/notifications",
		"/notifications", "/inbox", "/inbox", "/figures", "/figures", "/figures", "/admin" };

	for (enum seat k = NOBODY; k < SEATS; k++) {
		struct http_reply r = get(w, k, S("/"));
		CHECK_STR(header(&r, "Location"), str_of(start[k]));
		if (k != NOBODY)
			CHECK_INT(follow(w, k, &r).status, 200);
	}
	struct str token = sign_in(w, DOCTOR, PASSWORD);
	CHECK_INT(token.n, 43);
	CHECK_STR(start_of(w, token), S("/notifications"));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'session.begin' AND address = "
	    "'192.0.2.2'"), 2);
}

WEB_TEST(only_the_hash_of_a_sessions_token_is_kept)
{
	struct str token = sign_in(w, DOCTOR, PASSWORD);
	struct sha256 h = crypt_sha256(token);
	struct str hex = crypt_hex(mem, (struct str){ (const char *)h.b, sizeof h.b });

	CHECK_INT(number_in(w, str_fmt(mem, "SELECT COUNT(*) FROM session WHERE hash = '%.*s'", STR_ARG(hex)).p), 1);
	CHECK_INT(number_in(w, str_fmt(mem, "SELECT COUNT(*) FROM session WHERE hash || csrf LIKE '%%%.*s%%'",
	    STR_ARG(token)).p), 0);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM account WHERE password LIKE '%horse%' OR totp LIKE '%secret "
	    "of%'"), 0);
}

WEB_TEST(a_wrong_password_and_an_unknown_login_get_the_same_answer)
{
	struct http_reply wrong = password_step(w, "doctor", "not the password at all"), none = password_step(w,
	    "nobody-here", PASSWORD);

	CHECK_INT(wrong.status, 403);
	CHECK_INT(none.status, 403);
	CHECK_HAS(read_text(mem, wrong.body), S("ログイン名かパスワードが違います。"));
	CHECK_STR(cookie_set(mem, &wrong, "__Host-session"), S("(none)"));
	/* The login that was typed stays in its box; nothing else differs. */
	struct str a = between(wrong.body, "id=\"login-fault\"", "name=\"login\""), b = between(none.body,
	    "id=\"login-fault\"", "name=\"login\"");
	CHECK_STR(a, b);
	CHECK_HAS(none.body, S("value=\"nobody-here\""));
	CHECK_NOT(wrong.body, S("not the password"));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'session.refused' AND detail = "
	    "'password' AND user_id = ''"), 2);
}

WEB_TEST(an_unknown_login_takes_the_work_of_a_known_one)
{
	/* What is hashed for nobody is a hash that can be read: otherwise the answer would come at once. */
	int64_t began = clock_mono();
	CHECK_INT(password_step(w, "nobody-here", PASSWORD).status, 403);
	CHECK(clock_mono() - began >= 3);
}

WEB_TEST(a_login_is_understood_in_any_width)
{
	struct http_reply r = password_step(w, "%EF%BD%84octor%20", PASSWORD);

	CHECK_INT(r.status, 303);
	CHECK_STR(header(&r, "Location"), S("/login/code"));
}

WEB_TEST(a_disabled_account_gets_the_answer_of_an_unknown_one_and_is_out_at_once)
{
	struct str act = str_fmt(mem, "/admin/accounts/%.*s/state", STR_ARG(w->seat[DOCTOR].account));

	CHECK_INT(get(w, DOCTOR, S("/notifications")).status, 200);
	CHECK_INT(post(w, ADMIN, act, S("state=disabled")).status, 303);
	struct http_reply r = get(w, DOCTOR, S("/notifications"));
	CHECK_INT(r.status, 303);
	CHECK_STR(header(&r, "Location"), S("/login"));
	CHECK_INT(rows_of(w, "session"), SEATS - 2);
	r = password_step(w, "doctor", PASSWORD);
	CHECK_INT(r.status, 403);
	CHECK_HAS(read_text(mem, r.body), S("ログイン名かパスワードが違います。"));
	CHECK_INT(post(w, ADMIN, act, S("state=active")).status, 303);
	CHECK_INT(sign_in(w, DOCTOR, PASSWORD).n, 43);
}

WEB_TEST(an_account_disabled_between_the_steps_gets_no_session)
{
	struct http_reply r = password_step(w, "doctor", PASSWORD);
	struct str act = str_fmt(mem, "/admin/accounts/%.*s/state", STR_ARG(w->seat[DOCTOR].account));

	CHECK_INT(post(w, ADMIN, act, S("state=disabled")).status, 303);
	r = code_step(w, cookie_set(mem, &r, "__Host-session"), code_now(w, DOCTOR));
	CHECK_INT(r.status, 403);
	CHECK_STR(cookie_set(mem, &r, "__Host-session"), S("(none)"));
}

WEB_TEST(the_first_steps_token_opens_nothing)
{
	struct http_reply r = password_step(w, "doctor", PASSWORD);
	struct str first = cookie_set(mem, &r, "__Host-session");

	CHECK_INT(first.n, 43);
	CHECK_STR(start_of(w, first), S("/login"));
	CHECK_INT(ask(w, &(struct ask){ .target = S("/notifications"), .token = first }).status, 303);
	r = ask(w, &(struct ask){ .target = S("/drafts"), .method = "POST", .token = first, .body = S("name=x"),
	    .csrf = w->seat[DOCTOR].csrf });
	CHECK_INT(r.status, 401);
	CHECK_INT(rows_of(w, "draft"), 0);
	/* Without the first step there is no second one. */
	r = ask(w, &(struct ask){ .target = S("/login/code") });
	CHECK_STR(header(&r, "Location"), S("/login"));
	CHECK_INT(code_step(w, S("no-such-token"), code_now(w, DOCTOR)).status, 403);
}

WEB_TEST(the_second_step_gives_a_new_token_and_the_first_is_gone)
{
	struct http_reply r = password_step(w, "doctor", PASSWORD);
	struct str first = cookie_set(mem, &r, "__Host-session");

	r = code_step(w, first, code_now(w, DOCTOR));
	CHECK_INT(r.status, 303);
	struct str second = cookie_set(mem, &r, "__Host-session");
	CHECK_INT(second.n, 43);
	CHECK(!str_eq(first, second));
	CHECK_STR(start_of(w, first), S("/login"));
	CHECK_STR(start_of(w, second), S("/notifications"));
}

WEB_TEST(a_token_that_the_visitor_brought_along_never_becomes_a_session)
{
	struct str planted = S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	struct http_reply r = ask(w, &(struct ask){ .method = "POST", .target = S("/login"), .token = planted,
	    .body = str_fmt(mem, "login=doctor&%.*s", STR_ARG(pair(mem, "password", S(PASSWORD)))) });
	struct str first = cookie_set(mem, &r, "__Host-session");

	CHECK(!str_eq(first, planted));
	r = code_step(w, first, code_now(w, DOCTOR));
	CHECK_INT(r.status, 303);
	CHECK_STR(start_of(w, planted), S("/login"));
}

WEB_TEST(a_code_is_good_once)
{
	struct http_reply r = password_step(w, "doctor", PASSWORD);
	struct str code = code_now(w, DOCTOR);

	CHECK_INT(code_step(w, cookie_set(mem, &r, "__Host-session"), code).status, 303);
	r = password_step(w, "doctor", PASSWORD);
	struct str first = cookie_set(mem, &r, "__Host-session");
	r = code_step(w, first, code);
	CHECK_INT(r.status, 403);
	CHECK_HAS(read_text(mem, r.body), S("コードが違うか、すでに使われています。"));
	CHECK_STR(cookie_set(mem, &r, "__Host-session"), S("(none)"));
	/* The next one is good, on the same page. */
	later(w, 30000);
	CHECK_INT(code_step(w, first, code_now(w, DOCTOR)).status, 303);
}

WEB_TEST(a_code_of_the_step_before_or_after_is_good_and_one_further_off_is_not)
{
	struct str old = code_now(w, DOCTOR);

	later(w, 60000);
	struct http_reply r = password_step(w, "doctor", PASSWORD);
	struct str first = cookie_set(mem, &r, "__Host-session");
	CHECK_INT(code_step(w, first, old).status, 403);
	later(w, -30000);
	struct str before = code_now(w, DOCTOR);
	later(w, 30000);
	CHECK_INT(code_step(w, first, before).status, 303);
	/* One that was used, and those before it, stay used. */
	r = password_step(w, "doctor", PASSWORD);
	CHECK_INT(code_step(w, cookie_set(mem, &r, "__Host-session"), old).status, 403);
}

WEB_TEST(a_code_is_understood_in_any_width_and_with_a_space)
{
	struct http_reply r = password_step(w, "doctor", PASSWORD);
	struct str code = code_now(w, DOCTOR);
	struct buf wide = buf_new(mem);

	for (size_t i = 0; i < code.n; i++)
		buf_fmt(&wide, "%s\xEF\xBC%c", i == 3 ? " " : "", 0x90 + code.p[i] - '0');
	CHECK_INT(code_step(w, cookie_set(mem, &r, "__Host-session"), buf_str(&wide)).status, 303);
}

WEB_TEST(five_wrong_codes_end_the_first_step)
{
	struct http_reply r = password_step(w, "doctor", PASSWORD);
	struct str first = cookie_set(mem, &r, "__Host-session");

	for (int i = 0; i < 5; i++)
		CHECK_INT(code_step(w, first, S("000000")).status, 403);
	r = code_step(w, first, code_now(w, DOCTOR));
	CHECK_INT(r.status, 403);
	CHECK_HAS(read_text(mem, r.body), S("もう一度パスワードから入力してください。"));
	CHECK_STR(cookie_set(mem, &r, "__Host-session"), S("(none)"));
}

WEB_TEST(the_first_step_is_good_for_five_minutes)
{
	struct http_reply r = password_step(w, "doctor", PASSWORD);
	struct str first = cookie_set(mem, &r, "__Host-session");

	later(w, 5 * MINUTE);
	r = code_step(w, first, code_now(w, DOCTOR));
	CHECK_INT(r.status, 403);
	CHECK_HAS(read_text(mem, r.body), S("時間が過ぎました。"));
}

WEB_TEST(whoever_errs_six_times_waits_and_longer_each_time)
{
	for (int i = 0; i < 5; i++)
		CHECK_INT(password_step(w, "doctor", "a wrong password").status, 403);
	struct http_reply r = password_step(w, "doctor", PASSWORD);
	CHECK_INT(r.status, 429);
	CHECK_HAS(read_text(mem, r.body), S("2秒お待ちください"));
	CHECK_HAS(r.body, S("value=\"doctor\""));
	later(w, 2000);
	CHECK_INT(password_step(w, "doctor", "a wrong password").status, 403);
	r = password_step(w, "doctor", PASSWORD);
	CHECK_INT(r.status, 429);
	CHECK_HAS(read_text(mem, r.body), S("4秒お待ちください"));
	/* Somebody else at another address, and another account at this one, do not wait. */
	r = ask(w, &(struct ask){ .method = "POST", .target = S("/login"), .address = S("198.51.100.7"),
	    .body = str_fmt(mem, "login=doctor&%.*s", STR_ARG(pair(mem, "password", S(PASSWORD)))) });
	CHECK_INT(r.status, 303);
	CHECK_INT(password_step(w, "clerk", PASSWORD).status, 303);
	/* The wait is over, and a success wipes the slate. */
	later(w, 4000);
	r = password_step(w, "doctor", PASSWORD);
	CHECK_INT(r.status, 303);
	CHECK_INT(code_step(w, cookie_set(mem, &r, "__Host-session"), code_now(w, DOCTOR)).status, 303);
	CHECK_INT(password_step(w, "doctor", "a wrong password").status, 403);
	CHECK_INT(password_step(w, "doctor", PASSWORD).status, 303);
}

WEB_TEST(whoever_guesses_codes_waits_as_well)
{
	struct http_reply r = password_step(w, "doctor", PASSWORD);
	struct str first = cookie_set(mem, &r, "__Host-session");

	for (int i = 0; i < 5; i++)
		CHECK_INT(code_step(w, first, S("000000")).status, 403);
	CHECK_INT(password_step(w, "doctor", PASSWORD).status, 429);
}

WEB_TEST(the_cookie_is_for_this_host_alone_and_not_for_scripts)
{
	struct http_reply r = password_step(w, "doctor", PASSWORD);

	CHECK_HAS(header(&r, "Set-Cookie"), S("__Host-session="));
	CHECK_HAS(header(&r, "Set-Cookie"), S("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=300"));
	r = code_step(w, cookie_set(mem, &r, "__Host-session"), code_now(w, DOCTOR));
	CHECK_HAS(header(&r, "Set-Cookie"), S("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=43200"));
	CHECK_NOT(header(&r, "Set-Cookie"), S("Domain"));
}

WEB_TEST(signing_out_ends_the_session_and_clears_the_browser)
{
	struct http_reply r = post(w, DOCTOR, S("/logout"), S(""));

	CHECK_INT(r.status, 303);
	CHECK_STR(header(&r, "Location"), S("/login"));
	CHECK_STR(cookie_set(mem, &r, "__Host-session"), S(""));
	CHECK_HAS(header(&r, "Set-Cookie"), S("Max-Age=0"));
	CHECK_HAS(header(&r, "Clear-Site-Data"), S("\"storage\""));
	r = get(w, DOCTOR, S("/notifications"));
	CHECK_STR(header(&r, "Location"), S("/login"));
	CHECK_INT(rows_of(w, "session"), SEATS - 2);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'session.end'"), 1);
	/* The clerk of the same office goes on. */
	CHECK_INT(get(w, CLERK, S("/notifications")).status, 200);
}

WEB_TEST(a_session_ends_after_half_an_hour_without_use)
{
	later(w, 29 * MINUTE);
	CHECK_INT(get(w, DOCTOR, S("/notifications")).status, 200);
	later(w, 29 * MINUTE);
	CHECK_INT(get(w, DOCTOR, S("/notifications")).status, 200);
	later(w, 30 * MINUTE);
	struct http_reply r = get(w, DOCTOR, S("/notifications"));
	CHECK_INT(r.status, 303);
	CHECK_STR(header(&r, "Location"), S("/login"));
	CHECK_INT(get(w, CLERK, S("/notifications")).status, 303);
}

WEB_TEST(a_session_ends_after_twelve_hours_however_busy)
{
	for (int64_t gone = 0; gone < 12 * HOUR - 25 * MINUTE; gone += 25 * MINUTE) {
		CHECK_INT(get(w, DOCTOR, S("/sheets")).status, 200);
		later(w, 25 * MINUTE);
	}
	CHECK_INT(get(w, DOCTOR, S("/sheets")).status, 200);
	later(w, 25 * MINUTE);
	CHECK_INT(get(w, DOCTOR, S("/sheets")).status, 303);
}

WEB_TEST(looking_often_writes_the_use_of_a_session_once_a_minute)
{
	int64_t lines = rows_of(w, "audit");

	for (int i = 0; i < 20; i++)
		CHECK_INT(get(w, DOCTOR, S("/sheets")).status, 200);
	CHECK_INT(rows_of(w, "audit"), lines);
	later(w, 61000);
	for (int i = 0; i < 20; i++)
		CHECK_INT(get(w, DOCTOR, S("/sheets")).status, 200);
	CHECK_INT(rows_of(w, "audit"), lines + 1);
}

WEB_TEST(a_reset_gives_new_keys_once_and_the_old_ones_stop)
{
	struct str act = str_fmt(mem, "/admin/accounts/%.*s/reset", STR_ARG(w->seat[DOCTOR].account));
	struct http_reply r = post(w, ADMIN, act, S(""));

	CHECK_INT(r.status, 200);
	struct str shown = read_text(mem, between(r.body, "<dl class=\"facts column\">", "</dl>"));
	CHECK_HAS(shown, S("doctor"));
	CHECK_INT(get(w, DOCTOR, S("/notifications")).status, 303);
	CHECK_INT(password_step(w, "doctor", PASSWORD).status, 403);
	struct str word = str_sub(shown, str_find_str(shown, S("パスワード")) + strlen("パスワード"), 19);
	CHECK_INT(word.n, 19);
	CHECK_INT(password_step(w, "doctor", str_z(mem, word)).status, 303);
	CHECK_NOT(log_so_far(w), word);
	CHECK_HAS(r.body, S("<svg"));
}

WEB_TEST(an_account_that_was_just_made_signs_in_with_what_was_shown)
{
	struct http_reply r = post(w, ADMIN, S("/admin/accounts"), S("login=ward-2&name=××病棟２&org=" CLINIC
	    "&role=doctor&password=a long enough pass phrase"));
	struct str shown = read_text(mem, between(r.body, "<dl class=\"facts column\">", "</dl>")), raw;
	struct str secret = str_sub(shown, shown.n - 32, 32);

	CHECK(crypt_unbase32(mem, secret, &raw));
	r = password_step(w, "ward-2", "a long enough pass phrase");
	r = code_step(w, cookie_set(mem, &r, "__Host-session"), crypt_totp(mem, raw, clock_now()));
	CHECK_INT(r.status, 303);
	w->seat[NOBODY].token = cookie_set(mem, &r, "__Host-session");
	CHECK_HAS(read_text(mem, get(w, NOBODY, S("/notifications")).body), S("××病棟２"));
	w->seat[NOBODY].token = S("");
}

WEB_TEST(sessions_that_are_over_are_swept_away)
{
	later(w, 29 * MINUTE);
	CHECK_INT(get(w, DOCTOR, S("/notifications")).status, 200);
	password_step(w, "clerk", "a wrong password");
	later(w, 2 * MINUTE);
	CHECK_INT(session_sweep(w->st, &w->keys, mem), OK);
	CHECK_INT(rows_of(w, "session"), 1);
	CHECK_INT(get(w, DOCTOR, S("/notifications")).status, 200);
	CHECK_INT(rows_of(w, "throttle"), 3);
	later(w, 25 * HOUR);
	CHECK_INT(session_sweep(w->st, &w->keys, mem), OK);
	CHECK_INT(rows_of(w, "session"), 0);
	CHECK_INT(rows_of(w, "throttle"), 0);
}

/* ---- a form that outlives its session ---- */

WEB_TEST(what_was_typed_when_the_session_ended_becomes_a_draft_after_signing_in_again)
{
	struct str body = changed(mem, S(MINIMUM), str_cat(mem, S("op=press-1&stay_phone=" PHONE "&"),
	    pair(mem, "remarks", S("<b>\"&'\n二行目 100% +"))));

	later(w, 31 * MINUTE);
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), body);
	CHECK_INT(r.status, 401);
	CHECK_HAS(read_text(mem, r.body), S("入力した内容は保たれています。"));
	CHECK_INT(rows_of(w, "notification"), 0);
	CHECK_INT(rows_of(w, "draft"), 0);

	struct str form = read_form(mem, r.body, "/login");
	r = ask(w, &(struct ask){ .method = "POST", .target = S("/login"), .body = changed(mem, form,
	    str_cat(mem, S("login=doctor&"), pair(mem, "password", S(PASSWORD)))) });
	CHECK_INT(r.status, 200);
	struct str first = cookie_set(mem, &r, "__Host-session");
	form = read_form(mem, r.body, "/login/code");
	/* A slip at the code loses nothing either. */
	r = ask(w, &(struct ask){ .method = "POST", .target = S("/login/code"), .token = first,
	    .body = changed(mem, form, S("code=000000")) });
	CHECK_INT(r.status, 403);
	form = read_form(mem, r.body, "/login/code");
	r = ask(w, &(struct ask){ .method = "POST", .target = S("/login/code"), .token = first,
	    .body = changed(mem, form, pair(mem, "code", code_now(w, DOCTOR))) });
	CHECK_INT(r.status, 303);
	CHECK_HAS(header(&r, "Location"), S("/drafts/"));
	CHECK_INT(rows_of(w, "draft"), 1);

	struct str token = cookie_set(mem, &r, "__Host-session");
	r = ask(w, &(struct ask){ .target = header(&r, "Location"), .token = token });
	CHECK_INT(r.status, 200);
	CHECK_STR(read_value(mem, r.body, "name"), S(HANAKO));
	CHECK_STR(read_value(mem, r.body, "diagnosis_date"), S("2022-09-20"));
	CHECK_STR(read_value(mem, r.body, "test_method.1"), S("naat"));
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE));
	CHECK_STR(read_value(mem, r.body, "remarks"), S("<b>\"&'\n二行目 100% +"));
}

WEB_TEST(a_wrong_password_keeps_the_form_that_travels_along)
{
	later(w, 31 * MINUTE);
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), S(MINIMUM));
	struct str form = read_form(mem, r.body, "/login"), was = between(r.body, "name=\"resume_body\" value=\"",
	    "\"");

	CHECK(was.n > 100);
	r = ask(w, &(struct ask){ .method = "POST", .target = S("/login"), .body = changed(mem, form,
	    S("login=doctor&password=wrong password here")) });
	CHECK_INT(r.status, 403);
	CHECK_STR(between(r.body, "name=\"resume_body\" value=\"", "\""), was);
}

WEB_TEST(a_form_brought_by_another_site_is_refused_before_it_can_travel)
{
	struct http_reply r = ask(w, &(struct ask){ .method = "POST", .target = S("/login/code"),
	    .site = S("cross-site"),
	    .token = w->seat[DOCTOR].token, .body = S("code=1&resume_path=/notifications/new&resume_body=name%3Dx") });

	CHECK_INT(r.status, 403);
	CHECK_INT(rows_of(w, "draft"), 0);
}

WEB_TEST(a_correction_that_outlives_its_session_does_not_become_a_second_notification)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str form = read_form(mem, get(w, DOCTOR, f.edit).body, "entry");

	later(w, 31 * MINUTE);
	struct http_reply r = post(w, DOCTOR, f.edit, changed(mem, form, S("act=report&stay_phone=" PHONE)));
	CHECK_INT(r.status, 401);
	r = ask(w, &(struct ask){ .method = "POST", .target = S("/login"), .body = changed(mem, read_form(mem,
	    r.body, "/login"),
	    str_cat(mem, S("login=doctor&"), pair(mem, "password", S(PASSWORD)))) });
	r = ask(w, &(struct ask){ .method = "POST", .target = S("/login/code"), .token = cookie_set(mem, &r,
	    "__Host-session"),
	    .body = changed(mem, read_form(mem, r.body, "/login/code"), pair(mem, "code", code_now(w, DOCTOR))) });
	CHECK_INT(r.status, 200);
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE));
	CHECK_STR(read_value(mem, r.body, "seen"), S("1"));
	CHECK_INT(rows_of(w, "draft"), 0);
	/* He was shown it twice. */
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'notif.edit'"), 2);
	w->seat[DOCTOR].token = cookie_set(mem, &r, "__Host-session");
	w->seat[DOCTOR].csrf = read_value(mem, r.body, "csrf");
	CHECK_HAS(r.body, str_fmt(mem, "action=\"%.*s\"", STR_ARG(f.edit)));
	r = post(w, DOCTOR, f.edit, changed(mem, read_form(mem, r.body, "entry"), S("act=report")));
	CHECK_STR(header(&r, "Location"), f.file);
	CHECK_STR(text_in(w, "SELECT stay_phone FROM notification"), S(PHONE));
	CHECK_INT(rows_of(w, "notification"), 1);
}

/* ---- the language ---- */

WEB_TEST(the_language_is_kept_with_the_account_and_by_a_cookie_before_signing_in)
{
	struct http_reply r = post(w, DOCTOR, S("/language"), S("lang=en&back=/sheets"));

	CHECK_INT(r.status, 303);
	CHECK_STR(header(&r, "Location"), S("/sheets"));
	CHECK_HAS(get(w, DOCTOR, S("/sheets")).body, S("<html lang=\"en\">"));
	CHECK_STR(text_in(w, "SELECT language FROM account WHERE login = 'doctor'"), S("en"));
	CHECK_HAS(get(w, NOBODY, S("/login")).body, S("<html lang=\"ja\">"));
	w->seat[NOBODY].cookie_lang = cookie_set(mem, &r, "lang");
	CHECK_HAS(get(w, NOBODY, S("/login")).body, S("<html lang=\"en\">"));
}

WEB_TEST(choosing_a_language_never_sends_to_another_site)
{
	static const char *const back[] = { "https://example.org/", "//example.org/", "/\\example.org/",
	    "/%09/example.org/",
		"/%0A/example.org", "/%0D%0ASet-Cookie:%20a=b", "javascript:alert(1)", "" };

	for (size_t i = 0; i < LEN(back); i++) {
		struct http_reply r = post(w, DOCTOR, S("/language"), str_fmt(mem, "lang=ja&back=%s", back[i]));
		CHECK_INT(r.status, 303);
		CHECK_STR(header(&r, "Location"), S("/"));
	}
}
