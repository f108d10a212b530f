/* test/http/odd.c: bad input: each with the right status, a clear sentence at the right field, and nothing typed lost. */
#include "world.h"

#include "base/crypt.h"
#include "base/files.h"
#include "reading.h"

/* The filing is refused with these words at a field, and the form comes back with what was typed there. */
static void
refused_at(struct web_world *w, struct arena *mem, const char *field, struct str typed, const char *says)
{
	struct http_reply r = file_minimum(w, DOCTOR, pair(mem, field, typed));
	struct str note = read_note(mem, r.body, field);

	if (r.status != 422 || str_find_str(note, str_of(says)) == note.n)
		test_fail(__FILE__, __LINE__, field, str_fmt(mem, "%d %.*s", r.status, STR_ARG(note)), str_of(says));
	CHECK_STR(read_value(mem, r.body, field), typed);
	CHECK_STR(read_value(mem, r.body, "test_method.1"), S("naat"));
	CHECK_INT(rows_of(w, "notification"), 0);
}

static struct str
many(struct arena *mem, const char *unit, size_t n)
{
	struct buf b = buf_new(mem);

	for (size_t i = 0; i < n; i++)
		buf_put(&b, str_of(unit));
	return buf_str(&b);
}

/* ---- dates ---- */

WEB_TEST(dates_that_cannot_be_are_refused_with_what_may_be_meant)
{
	refused_at(w, mem, "birth_date", S("2022-10-01"), "生年月日は今日より後にできません。");
	refused_at(w, mem, "birth_date", S("明治45年7月31日"), "その元号が終わった後です。大正元年7月31日のことであれば");
	refused_at(w, mem, "birth_date", S("昭和64年1月8日"), "その元号が終わった後です。平成元年1月8日のことであれば");
	refused_at(w, mem, "birth_date", S("平成1年1月7日"), "その元号が始まる前です。");
	refused_at(w, mem, "birth_date", S("1980年2月30日"), "という日はありません。その月は29日までです。");
	refused_at(w, mem, "birth_date", S("2月30日"), "生年月日を日付として読み取れません。");
	refused_at(w, mem, "birth_date", S("1980-13-01"), "という日はありません。");
	refused_at(w, mem, "birth_date", S("去年の春"), "生年月日を日付として読み取れません。例：");
	refused_at(w, mem, "diagnosis_date", S("2022-10-01"), "診断（検案）年月日は今日より後にできません。");
	refused_at(w, mem, "diagnosis_date", S("あした"), "診断（検案）年月日を日付として読み取れません。");
	refused_at(w, mem, "test_sampled_date.1", S("2022-13-45"), "という日はありません。");
	refused_at(w, mem, "birth_date", S("2022-09-25"), "生年月日は診断（検案）年月日より後にできません。");
}

WEB_TEST(the_last_day_of_an_era_and_the_first_of_the_next_are_days)
{
	static const struct { const char *typed, *iso; } row[] = {
		{ "明治45年7月29日", "1912-07-29" }, { "明治45年7月30日", "1912-07-30" }, { "大正元年7月30日", "1912-07-30" },
		{ "昭和64年1月7日", "1989-01-07" },
		{ "平成元年1月8日", "1989-01-08" }, { "H31.4.30", "2019-04-30" }, { "令和元年5月1日", "2019-05-01" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct filed f = filed(w, DOCTOR, str_fmt(mem, "dup_ack=1&birth_date=%s", row[i].typed));
		CHECK_STR(text_in(w, str_fmt(mem, "SELECT birth_date FROM casefile WHERE id = '%.*s'",
		    STR_ARG(f.case_id)).p),
		    str_of(row[i].iso));
	}
}

/* ---- names ---- */

WEB_TEST(a_name_with_emoji_or_marks_of_direction_is_refused_in_words)
{
	refused_at(w, mem, "name", S("髙橋😷花子"), "氏名に絵文字は使えません。");
	refused_at(w, mem, "name", S("髙橋\xE2\x80\xAE花子"), "氏名に文字の向きを変える目に見えない文字が入っています。");
	refused_at(w, mem, "name", S("髙橋\xE2\x80\x8F花子"), "氏名に文字の向きを変える");
	refused_at(w, mem, "name", S("髙橋\x01花子"), "氏名に目に見えない制御文字が入っています。");
	refused_at(w, mem, "name_kana", S("タカハシ😷"), "フリガナに絵文字は使えません。");
	refused_at(w, mem, "stay_address", S("東京都\xE2\x80\xAE千代田区"), "居所の住所に文字の向きを変える");
}

WEB_TEST(a_name_with_gaiji_or_rare_characters_is_kept_byte_by_byte)
{
	static const char *const name[] = { "\xEE\x80\x80花子", "𠮷野家子", "葛\xF3\xA0\x84\x80城", "Ó Dónaill, Siobhán",
	    "\xEF\xA8\x99 花子", "﨑 Ⅲ 世" };

	for (size_t i = 0; i < LEN(name); i++) {
		struct filed f = filed(w, DOCTOR, str_fmt(mem, "birth_date=1970-01-%02d&%.*s", (int)i + 1,
		    STR_ARG(pair(mem, "name", str_of(name[i])))));
		CHECK_STR(text_in(w, str_fmt(mem, "SELECT name FROM casefile WHERE id = '%.*s'",
		    STR_ARG(f.case_id)).p), str_of(name[i]));
		CHECK_HAS(get(w, CENTRE, f.file).body, str_of(name[i]));
		CHECK_STR(read_value(mem, get(w, DOCTOR, f.edit).body, "name"), str_of(name[i]));
	}
	/* Gaiji are warned about, once there is another reason to show the form. */
	struct http_reply r = file_minimum(w, DOCTOR, S("sex=&name=\xEE\x80\x80花子"));
	CHECK_HAS(read_note(mem, r.body, "name"), S("氏名に外字が入っています。"));
}

WEB_TEST(a_name_of_two_hundred_characters_is_refused_with_its_length)
{
	refused_at(w, mem, "name", many(mem, "花", 200), "文字までです（いま200文字）");
	filed(w, DOCTOR, pair(mem, "name", many(mem, "花", 100)));
	CHECK_INT(number_in(w, "SELECT length(name) FROM casefile"), 100);
}

WEB_TEST(spaces_around_a_name_go_and_a_name_of_spaces_is_none)
{
	struct http_reply r = file_minimum(w, DOCTOR, S("name=%20%E3%80%80%20"));

	CHECK_INT(r.status, 422);
	CHECK_STR(read_note(mem, r.body, "name"), S("氏名を入力してください。"));
	filed(w, DOCTOR, pair(mem, "name", S("  " HANAKO " ")));
	CHECK_STR(text_in(w, "SELECT name FROM casefile"), S(HANAKO));
}

/* ---- numbers and choices ---- */

WEB_TEST(phones_postal_codes_and_choices_that_are_none_are_refused_at_their_place)
{
	refused_at(w, mem, "stay_phone", S("内線の三番"), "居所の電話番号は数字とハイフンで入力してください。");
	refused_at(w, mem, "stay_phone", S("12"), "居所の電話番号は数字とハイフンで入力してください。");
	refused_at(w, mem, "stay_postal", S("123"), "居所の郵便番号は7桁の数字です。");
	refused_at(w, mem, "vaccination_count", S("三回"), "ワクチン接種回数は0から20までの整数で入力してください。");
	refused_at(w, mem, "vaccination_count", S("-1"), "ワクチン接種回数は0から20までの整数で入力してください。");
	refused_at(w, mem, "vaccination_count", S("99999999999999999999"), "ワクチン接種回数は0から20までの整数で入力してください。");
	/* A choice that the page does not offer: said, though no button can show it. */
	struct http_reply r = file_minimum(w, DOCTOR, S("sex=unicorn"));
	CHECK_INT(r.status, 422);
	CHECK_STR(read_note(mem, r.body, "sex"), S("性別を一覧から選び直してください。"));
	r = file_minimum(w, DOCTOR, S("test_specimen.1=csf"));
	CHECK_STR(read_note(mem, r.body, "test_specimen.1"), S("検体を一覧から選び直してください。"));
	r = file_minimum(w, DOCTOR, S("stay_phone=" PHONE "&stay_phone.unknown=1"));
	CHECK_STR(read_note(mem, r.body, "stay_phone"), S("居所の電話番号：「不明」の印を外すか、入力を消してください。"));
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE));
	CHECK_STR(read_value(mem, r.body, "stay_phone.unknown"), S("1"));
	CHECK_INT(rows_of(w, "notification"), 0);
}

/* ---- a postal code of two prefectures ---- */

WEB_TEST(a_postal_code_of_two_prefectures_shows_both)
{
	struct http_reply r = get(w, DOCTOR, S("/zip/4980000"));

	CHECK_INT(r.status, 200);
	CHECK_HAS(r.body, S("愛知県"));
	CHECK_HAS(r.body, S("三重県"));
	r = get(w, DOCTOR, S("/zip/498-0000"));
	CHECK_INT(times_in(r.body, S("\"address\"")), 2);
	r = file_minimum(w, DOCTOR, S("act=zip&stay_postal=４９８－００００&stay_address="));
	CHECK_INT(r.status, 200);
	struct str note = read_note(mem, r.body, "stay_postal");
	CHECK_HAS(note, S("この郵便番号には住所が複数あります："));
	CHECK_HAS(note, S("愛知県"));
	CHECK_HAS(note, S("三重県"));
	CHECK_STR(read_value(mem, r.body, "name"), S(HANAKO));
	CHECK_INT(rows_of(w, "notification"), 0);
}

WEB_TEST(a_postal_code_that_is_none_has_no_place)
{
	static const char *const code[] = { "9999999", "1", "abc", "%E4%BD%8F%E6%89%80", "100001300000",
	    "'%20OR%201=1" };

	for (size_t i = 0; i < LEN(code); i++) {
		struct http_reply r = get(w, DOCTOR, str_fmt(mem, "/zip/%s", code[i]));
		CHECK_INT(r.status, 200);
		CHECK_STR(r.body, S("{\"places\":[]}"));
	}
	CHECK_HAS(get(w, DOCTOR, S("/zip/1000013")).body, S("東京都千代田区霞が関"));
	CHECK_INT(get(w, MINISTRY, S("/zip/1000013")).status, 403);
	CHECK_INT(get(w, NOBODY, S("/zip/1000013")).status, 401);
}

/* ---- bodies that are none ---- */

static int
raw(struct web_world *w, struct str body)
{
	struct http_reply r = ask(w, &(struct ask){ .who = DOCTOR, .target = S("/notifications/new"), .raw = true,
	    .body = body });

	if (r.status == 400 && str_find_str(r.body, S("<h1>")) == r.body.n)
		test_fail(__FILE__, __LINE__, "a page with a sentence", r.body, S("<h1>"));
	return r.status;
}

WEB_TEST(a_body_that_cannot_be_read_is_refused_as_a_whole)
{
	struct str token = str_fmt(mem, "csrf=%.*s&", STR_ARG(w->seat[DOCTOR].csrf));

	CHECK_INT(raw(w, str_cat(mem, token, S("name=%"))), 400);
	CHECK_INT(raw(w, str_cat(mem, token, S("name=%4"))), 400);
	CHECK_INT(raw(w, str_cat(mem, token, S("name=%zz"))), 400);
	CHECK_INT(raw(w, str_cat(mem, token, S("name=%FF%FE"))), 400);
	CHECK_INT(raw(w, str_cat(mem, token, S("name=\xC0\x80"))), 400);
	CHECK_INT(raw(w, str_cat(mem, token, S("name=%00"))), 400);
	CHECK_INT(raw(w, str_cat(mem, token, S("name=%ED%A0%80"))), 400);
	CHECK_INT(raw(w, str_cat(mem, token, many(mem, "a=b&", 100000))), 413);
	CHECK_INT(raw(w, str_cat(mem, token, many(mem, "&", 100000))), 200);
	CHECK_INT(raw(w, S("")), 403);
	CHECK_INT(raw(w, S("{\"name\":\"x\"}")), 403);
	CHECK_INT(raw(w, S("=&=&===")), 403);
	CHECK_INT(get(w, CENTRE, S("/inbox?before=x")).status, 400);
	CHECK_INT(get(w, CENTRE, S("/inbox?%FF=1")).status, 400);
	CHECK_INT(rows_of(w, "notification"), 0);
	CHECK_INT(rows_of(w, "draft"), 0);
}

/* A body cut off in the middle is refused by the server; what gets through is a form with less in it, and that asks. */
WEB_TEST(a_form_cut_short_anywhere_never_files_what_is_incomplete)
{
	struct str whole = changed(mem, S(MINIMUM), S("op=press-1"));
	size_t least = str_find_str(whole, S("doctor_name"));

	for (size_t n = 0; n < whole.n; n += 7) {
		struct str cut = str_sub(whole, 0, n);
		struct http_reply r = ask(w, &(struct ask){ .who = DOCTOR, .target = S("/notifications/new"),
		    .raw = true,
		    .body = str_fmt(mem, "csrf=%.*s&%.*s", STR_ARG(w->seat[DOCTOR].csrf), STR_ARG(cut)) });
		if (r.status == 303 && n < least)
			test_fail(__FILE__, __LINE__, "filed", cut, S("refused"));
	}
}

WEB_TEST(names_that_no_sheet_knows_are_passed_over)
{
	filed(w, DOCTOR, S("no_such_item=1&test_method.0=naat&test_method.x=naat&x.no_such_extra=1&.unknown=1&name.2=x&"
	    "birth_date.1=1999-01-01&..=1&x.=1"));
	CHECK_STR(text_in(w, "SELECT name || birth_date FROM notification"), S(HANAKO HANAKO_BORN));
	CHECK_INT(rows_of(w, "test"), 1);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM notification WHERE extra IS NULL"), 1);
}

WEB_TEST(a_name_sent_twice_counts_once)
{
	struct http_reply r = ask(w, &(struct ask){ .who = DOCTOR, .target = S("/notifications/new"), .raw = true,
	    .body = str_fmt(mem,
	    "csrf=%.*s&op=press-1&%.*s&name=second&name=third", STR_ARG(w->seat[DOCTOR].csrf),
	    STR_ARG(changed(mem, S(MINIMUM), S("x=")))) });

	CHECK(r.status == 303 || r.status == 422);
	CHECK(rows_of(w, "notification") <= 1);
}

/* ---- injection ---- */

#define SCRIPT_TEXT "\"'><svg onload=alert(1)>"
#define SQL_TEXT "'; DROP TABLE notification; --"

/* Every item of the sheet that takes words. */
static struct str
in_every_text(struct arena *mem, struct str text)
{
	static const char *const name[] = { "name", "stay_address", "home_address", "doctor_name", "clinic_name",
	    "clinic_address", "remarks",
		"occupation", "symptom_other", "route_contact", "route_other", "region_prefecture", "region_city",
		    "test_specimen_other.1" };
	struct str out = S("diagnosis_date=2020-10-20&test_sampled_date.1=2020-10-19&symptoms=other&"
	    "route_kind=other&route_kind=contact&region_kind=domestic&"
	    "test_specimen.1=other");

	for (size_t i = 0; i < LEN(name); i++)
		out = str_fmt(mem, "%.*s&%.*s", STR_ARG(out), STR_ARG(pair(mem, name[i], text)));
	return out;
}

static void
harmless(struct web_world *w, struct arena *mem, enum seat who, struct str path, const struct http_reply *r)
{
	(void)w;
	if (str_find_str(r->body, S("<svg onload")) < r->body.n || str_find_str(r->body, S("\"'>")) < r->body.n)
		test_fail(__FILE__, __LINE__, "escaped", str_fmt(mem, "%s %.*s", login_at[who], STR_ARG(path)),
		    S("&lt;svg"));
}

static void
shown_harmless(struct web_world *w, struct arena *mem, enum seat who, struct str path, bool there)
{
	struct http_reply r = get(w, who, path);

	CHECK_INT(r.status, 200);
	harmless(w, mem, who, path, &r);
	if (there)
		CHECK_HAS(r.body, S("&lt;svg onload=alert(1)&gt;"));
}

WEB_TEST(what_looks_like_a_script_comes_back_escaped_on_every_page)
{
	struct filed f = filed(w, DOCTOR, in_every_text(mem, S(SCRIPT_TEXT)));
	struct filed g = filed(w, DOCTOR, S("disease=ehec&test_method.1=other&test_specimen.1=stool&"
	    "birth_date=1970-01-01&" 
	    "test_method_other.1=%22%27%3E%3Csvg%20onload=alert(1)%3E"));

	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM casefile WHERE name = '\"''><svg onload=alert(1)>'"), 1);
	CHECK_INT(correct(w, CENTRE, &f, in_every_text(mem, S("x" SCRIPT_TEXT))).status, 303);
	CHECK_INT(post(w, CENTRE, f.status, S("status=at_home")).status, 303);
	shown_harmless(w, mem, DOCTOR, f.receipt, true);
	shown_harmless(w, mem, DOCTOR, f.edit, true);
	shown_harmless(w, mem, CENTRE, f.print, true);
	shown_harmless(w, mem, CENTRE, f.file, true);
	shown_harmless(w, mem, CENTRE, g.file, true);
	shown_harmless(w, mem, CENTRE, S("/inbox"), true);
	shown_harmless(w, mem, CENTRE, S("/inbox/rows?since=0.0."), true);
	shown_harmless(w, mem, DOCTOR, S("/notifications"), true);
	shown_harmless(w, mem, DOCTOR, str_fmt(mem, "/notifications/new?family=1301.%.*s", STR_ARG(f.id)), true);
	shown_harmless(w, mem, MINISTRY, S("/figures"), false);
	struct http_reply r = post(w, CENTRE, S("/search"), pair(mem, "q", S(SCRIPT_TEXT)));
	harmless(w, mem, CENTRE, S("/search"), &r);
	CHECK_HAS(r.body, S("&lt;svg"));
	r = post(w, CENTRE, S("/search"), str_cat(mem, S("q=x&"), pair(mem, "birth_date", S(SCRIPT_TEXT))));
	harmless(w, mem, CENTRE, S("/search"), &r);
	CHECK_HAS(r.body, S("&lt;svg"));
}

WEB_TEST(it_comes_back_escaped_from_refusals_drafts_and_conflicts_too)
{
	struct str body = changed(mem, S(MINIMUM), in_every_text(mem, S(SCRIPT_TEXT)));
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), changed(mem, body, S("sex=")));

	CHECK_INT(r.status, 422);
	harmless(w, mem, DOCTOR, S("refused"), &r);
	CHECK_STR(read_value(mem, r.body, "name"), S(SCRIPT_TEXT));
	CHECK_STR(read_value(mem, r.body, "remarks"), S(SCRIPT_TEXT));
	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, body, S("act=draft")));
	struct str draft = header(&r, "Location");
	shown_harmless(w, mem, DOCTOR, draft, true);
	shown_harmless(w, mem, CLERK, S("/notifications"), true);
	struct str mine = read_form(mem, get(w, DOCTOR, draft).body, "entry");
	post(w, CLERK, S("/notifications/new"), changed(mem, mine, str_cat(mem, S("csrf=&act=draft&"),
	    pair(mem, "name", S("y" SCRIPT_TEXT)))));
	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, mine, S("act=report")));
	CHECK_INT(r.status, 409);
	harmless(w, mem, DOCTOR, S("conflict"), &r);
	r = ask(w, &(struct ask){ .method = "POST", .target = S("/notifications/new"), .body = body });
	CHECK_INT(r.status, 401);
	harmless(w, mem, NOBODY, S("resume"), &r);
	/* Words in choices, dates and hidden fields. */
	r = file_minimum(w, DOCTOR, str_fmt(mem, "%.*s&%.*s&%.*s&%.*s&%.*s", STR_ARG(pair(mem, "type", S(SCRIPT_TEXT))),
	    STR_ARG(pair(mem, "birth_date", S(SCRIPT_TEXT))), STR_ARG(pair(mem, "disease", S(SCRIPT_TEXT))),
	    STR_ARG(pair(mem, "op", S(SCRIPT_TEXT))), STR_ARG(pair(mem, "family_of", S(SCRIPT_TEXT)))));
	harmless(w, mem, DOCTOR, S("hidden"), &r);
}

WEB_TEST(accounts_logins_and_sheets_come_back_escaped)
{
	struct http_reply r = post(w, ADMIN, S("/admin/accounts"), str_fmt(mem, "%.*s&%.*s&%.*s&role=doctor&password=x",
	    STR_ARG(pair(mem, "login", S(SCRIPT_TEXT))), STR_ARG(pair(mem, "name", S(SCRIPT_TEXT))),
	    STR_ARG(pair(mem, "org", S(SCRIPT_TEXT)))));

	CHECK_INT(r.status, 422);
	harmless(w, mem, ADMIN, S("accounts"), &r);
	CHECK_HAS(r.body, S("&lt;svg"));
	r = ask(w, &(struct ask){ .method = "POST", .target = S("/login"), .body = str_cat(mem, S("password=x&"),
	    pair(mem, "login", S(SCRIPT_TEXT))) });
	harmless(w, mem, NOBODY, S("login"), &r);
	r = post(w, ADMIN, S("/admin/sheets"), pair(mem, "text", S("</textarea>" SCRIPT_TEXT)));
	CHECK_INT(r.status, 422);
	harmless(w, mem, ADMIN, S("sheets"), &r);
	CHECK_INT(times_in(r.body, S("</textarea>")), 1);
	r = get(w, MINISTRY, str_cat(mem, S("/figures?"), pair(mem, "disease", S(SCRIPT_TEXT))));
	harmless(w, mem, MINISTRY, S("figures"), &r);
	r = get(w, NOBODY, S("/%3Csvg%20onload=alert(1)%3E"));
	harmless(w, mem, NOBODY, S("404"), &r);
}

/* What an administrator publishes and what people are called is shown to everybody. */
WEB_TEST(titles_labels_and_names_of_people_are_words_too)
{
	struct str text, name = S("<svg onload=alert(1)>");
	struct http_reply r;

	if (!files_get(S("field/sheets/ehec.sheet"), &text))
		BUG("test: no such sheet");
	size_t at = str_find_str(text, S("腸管出血性大腸菌感染症 発生届")), extra = str_find_str(text, S("\"O血清群\""));
	struct str sheet = str_fmt(mem, "%.*s<svg onload=alert(1)>%.*s\"<svg onload=alert(1)>\"%.*s", (int)at, text.p,
	    (int)(extra - at), text.p + at, (int)(text.n - extra - strlen("\"O血清群\"")),
	    text.p + extra + strlen("\"O血清群\""));
	CHECK_INT(post(w, ADMIN, S("/admin/sheets"), pair(mem, "text", sheet)).status, 303);
	r = post(w, ADMIN, S("/admin/accounts"), str_fmt(mem,
	    "login=odd&%.*s&org=" CLINIC "&role=doctor&password=a long enough pass phrase",
	    STR_ARG(pair(mem, "name", name))));
	CHECK_INT(r.status, 200);
	struct str shown = read_text(mem, between(r.body, "<dl class=\"facts column\">", "</dl>")), secret;
	CHECK(crypt_unbase32(mem, str_sub(shown, shown.n - 32, 32), &secret));
	r = ask(w, &(struct ask){ .method = "POST", .target = S("/login"), .body = str_cat(mem, S("login=odd&"),
	    pair(mem, "password",
	    S("a long enough pass phrase"))) });
	r = ask(w, &(struct ask){ .method = "POST", .target = S("/login/code"), .token = cookie_set(mem, &r,
	    "__Host-session"),
	    .body = pair(mem, "code", crypt_totp(mem, secret, clock_now())) });
	w->seat[CLERK].token = cookie_set(mem, &r, "__Host-session");
	w->seat[CLERK].csrf = between(get(w, CLERK, S("/sheets")).body, "name=\"csrf\" value=\"", "\"");
	struct filed f = filed(w, CLERK, S("attest=1&disease=ehec&test_method.1=toxin&test_specimen.1=stool"));
	CHECK_INT(correct(w, CLERK, &f, S("x.serogroup=o26")).status, 303);
	post(w, CLERK, S("/notifications/new"), S("act=draft&disease=ehec&sex=male"));
	shown_harmless(w, mem, ADMIN, S("/admin/accounts"), true);
	shown_harmless(w, mem, CLERK, S("/notifications"), true);
	shown_harmless(w, mem, DOCTOR, S("/notifications/new?disease=ehec"), true);
	shown_harmless(w, mem, CENTRE, f.file, true);
	shown_harmless(w, mem, CENTRE, f.print, true);
	shown_harmless(w, mem, DOCTOR, f.edit, true);
	shown_harmless(w, mem, MINISTRY, S("/sheets"), true);
	shown_harmless(w, mem, MINISTRY, S("/sheets/ehec@2"), true);
	shown_harmless(w, mem, CENTRE, S("/inbox"), false);
	shown_harmless(w, mem, MINISTRY, S("/figures?disease=ehec"), false);
}

/* An address that nobody can open would be a sheet that nobody can read. */
WEB_TEST(a_sheet_with_an_odd_name_is_refused)
{
	static const char *const bad[] = { "a/b", "..", "a b", "<svg>", "日本", "a%2Fb", "a?b", "x@2" };
	struct str text;

	if (!files_get(S("field/sheets/ehec.sheet"), &text))
		BUG("test: no such sheet");
	size_t at = str_find_str(text, S("sheet    ehec"));
	for (size_t i = 0; i < LEN(bad); i++) {
		struct str sheet = str_fmt(mem, "sheet    %s%.*s", bad[i],
		    (int)(text.n - at - strlen("sheet    ehec")), text.p + at + strlen("sheet    ehec"));
		struct http_reply r = post(w, ADMIN, S("/admin/sheets"), pair(mem, "text", sheet));
		if (r.status != 422)
			test_fail(__FILE__, __LINE__, bad[i], str_fmt(mem, "%d", r.status), S("422"));
	}
	CHECK_INT(rows_of(w, "sheet"), 0);
}

WEB_TEST(what_looks_like_a_statement_is_kept_as_words)
{
	struct filed f = filed(w, DOCTOR, in_every_text(mem, S(SQL_TEXT)));

	CHECK_INT(rows_of(w, "notification"), 1);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM notification WHERE name = '''; DROP TABLE notification; --'"), 1);
	CHECK_HAS(unescaped(mem, get(w, CENTRE, f.file).body), S(SQL_TEXT));
	CHECK_HAS(post(w, CENTRE, S("/search"), pair(mem, "q", S(SQL_TEXT))).body, f.file);
	CHECK_INT(post(w, CENTRE, S("/search"), pair(mem, "q", S("' OR '1'='1"))).status, 200);
	CHECK_NOT(post(w, CENTRE, S("/search"), pair(mem, "q", S("' OR '1'='1"))).body, f.file);
	CHECK_NOT(post(w, CENTRE, S("/search"), pair(mem, "q", S("%"))).body, f.file);
	CHECK_NOT(post(w, CENTRE, S("/search"), pair(mem, "q", S("_"))).body, f.file);
	CHECK_INT(post(w, CENTRE, f.status, pair(mem, "status", S(SQL_TEXT))).status, 422);
	CHECK_INT(get(w, CENTRE, str_cat(mem, S("/inbox/rows?since="), url_escape(mem,
	    S("0.0.' OR 1=1")))).status, 400);
	CHECK_INT(post(w, DOCTOR, S("/drafts"), str_cat(mem, S("name=x&draft_ver=1&"), pair(mem, "draft_id",
	    S(SQL_TEXT)))).status, 410);
}

/* Names come back in headers nowhere. */
WEB_TEST(line_ends_in_what_is_typed_make_no_header)
{
	struct http_reply r = file_minimum(w, DOCTOR, S("op=a%0D%0ASet-Cookie:%20x=y&disease=covid19%0D%0AX-A:%20b"));

	for (size_t i = 0; i < r.n_headers; i++)
		CHECK(str_find(r.headers[i].value, '\n', 0) == r.headers[i].value.n);
	CHECK(r.status == 303 || r.status == 422);
	r = get(w, CENTRE, S("/inbox/rows?since=0.0.%0D%0AX:1"));
	CHECK_INT(r.status, 400);
}
