/* test/http/file.c: filing a notification: what it needs, what is kept, what is shown. */
#include "world.h"

#include "domain/number.h"
#include "reading.h"

static void
nothing_kept(struct web_world *w, struct arena *mem)
{
	static const char *const table[] = { "notification", "casefile", "case_org", "org_case", "class_report",
	    "test", "search_key",
		"serial", "idempotency", "stat_day", "stat_group", "stat_status" };

	for (size_t i = 0; i < LEN(table); i++)
		if (rows_of(w, table[i]) != 0)
			test_fail(__FILE__, __LINE__, "nothing kept", str_of(table[i]), S("no row"));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'notif.submit'"), 0);
	CHECK_STR(told_so_far(w), S(""));
}

/* ---- accepted ---- */

WEB_TEST(the_minimum_is_accepted_and_opens_a_case_with_all_that_belongs_to_it)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_STR(f.receipt, str_fmt(mem, "/notifications/1301/%.*s/receipt", STR_ARG(f.id)));
	CHECK_INT(rows_of(w, "notification"), 1);
	CHECK_STR(text_in(w, "SELECT sheet || ' ' || reporter || ' ' || state || ' ' || entered_name || ' ' || "
	    "ver FROM notification"),
	    S("covid-2022-06 " CLINIC " reported 医師 甲 1"));
	CHECK_STR(text_in(w, "SELECT name || ' ' || sex || ' ' || birth_date || ' ' || band || ' ' || type || ' ' "
	    "|| status || ' ' || "
	    "responsible || ' ' || reporter FROM casefile"),
	    S(HANAKO " female " HANAKO_BORN " 40 confirmed not_set 13/1301/ " CLINIC));
	CHECK_STR(text_in(w, "SELECT stay_address || ' ' || doctor_name || ' ' || age_years FROM notification"),
	    S(ADDRESS " 試験医師 42"));
	CHECK_STR(text_in(w, "SELECT seq || ' ' || test_method || ' ' || test_specimen || ' ' || "
	    "test_sampled_date FROM test"),
	    S("1 naat saliva 2022-09-19"));
	CHECK_STR(text_in(w, "SELECT type || ' ' || report_day || ' ' || diagnosis_day || ' ' || "
	    "first_reported_at FROM class_report"),
	    S("confirmed 2022-09-30 2022-09-20 1664499600000"));
	CHECK_INT(rows_of(w, "idempotency"), 1);
	CHECK_INT(number_in(w, "SELECT SUM(reports) FROM stat_day WHERE scope = 13 AND axis = 'report'"), 1);
	CHECK_STR(looked_at(w, "notif.submit"), f.case_id);
	CHECK_STR(text_in(w, "SELECT org || ' ' || purpose || ' ' || detail || ' ' || address FROM audit WHERE "
	    "action = 'notif.submit'"),
	    S(CLINIC " 12 covid-2022-06 192.0.2.2"));
	CHECK_STR(told_so_far(w), str_fmt(mem, CLINIC " notification 1301 %.*s\n", STR_ARG(f.case_id)));
}

WEB_TEST(who_may_file_files_and_the_others_may_not)
{
	static const struct { enum seat who; const char *responsible; } may[] = {
		{ DOCTOR, "13/1301/" }, { CLERK, "13/1301/" }, { NEIGHBOUR, "13/1301/" }, { STRANGER, "13/1304/" },
		{ CENTRE, "13/1301/" }, { OTHER_CENTRE, "13/1304/" },
	};
	static const enum seat may_not[] = { PREFECTURE, OTHER_PREFECTURE, MINISTRY, ADMIN };

	for (size_t i = 0; i < LEN(may_not); i++)
		CHECK_INT(file_minimum(w, may_not[i], S("")).status, 403);
	CHECK_INT(file_minimum(w, NOBODY, S("")).status, 401);
	nothing_kept(w, mem);
	for (size_t i = 0; i < LEN(may); i++) {
		struct filed f = filed(w, may[i].who, str_fmt(mem, "attest=1&birth_date=1970-01-%02d", (int)i + 1));
		CHECK_STR(text_in(w, str_fmt(mem, "SELECT responsible FROM casefile WHERE id = '%.*s'",
		    STR_ARG(f.case_id)).p),
		    str_of(may[i].responsible));
	}
	CHECK_INT(rows_of(w, "notification"), LEN(may));
}

/* seed Q12 */
WEB_TEST(a_centre_files_for_itself_but_not_without_the_physicians_name)
{
	struct http_reply r = file_minimum(w, CENTRE, S("doctor_name="));

	CHECK_INT(r.status, 422);
	CHECK_STR(read_note(mem, r.body, "doctor_name"), S("医師の氏名を入力してください。"));
	nothing_kept(w, mem);
	CHECK_INT(file_minimum(w, CENTRE, S("")).status, 303);
	CHECK_STR(text_in(w, "SELECT reporter FROM casefile"), S("13/1301/"));
}

WEB_TEST(a_fresh_form_knows_the_account_and_the_clinic)
{
	struct http_reply r = get(w, DOCTOR, S("/notifications/new"));

	CHECK_INT(r.status, 200);
	CHECK_STR(read_value(mem, r.body, "doctor_name"), S("医師 甲"));
	CHECK_STR(read_value(mem, r.body, "clinic_name"), S("試験第一医院"));
	CHECK_STR(read_value(mem, r.body, "clinic_phone"), S("03-5550-0000"));
	CHECK_STR(read_value(mem, r.body, "diagnosis_date"), S("2022-09-30"));
	CHECK_STR(read_value(mem, r.body, "report_date"), S("2022-09-30"));
	CHECK_STR(read_value(mem, r.body, "type"), S(""));
	CHECK_HAS(read_text(mem, r.body), S("千代田保健所"));
	CHECK_INT(read_value(mem, r.body, "op").n, 26);
	/* A clerk is no physician. */
	r = get(w, CLERK, S("/notifications/new"));
	CHECK_STR(read_value(mem, r.body, "doctor_name"), S(""));
	CHECK_STR(read_value(mem, r.body, "clinic_name"), S("試験第一医院"));
}

WEB_TEST(the_page_itself_filled_in_and_pressed_is_accepted)
{
	struct str form = read_form(mem, get(w, DOCTOR, S("/notifications/new")).body, "entry");
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), changed(mem, form,
	    S("act=report&type=confirmed&name=" TARO
	    "&sex=male&birth_date=" TARO_BORN "&stay_address=" ADDRESS "&test_method.1=antigen_qualitative&"
	    "test_specimen.1=nasal_swab"
	    "&test_sampled_date.1=2022-09-30")));

	CHECK_INT(r.status, 303);
	CHECK_STR(text_in(w, "SELECT sheet || ' ' || doctor_name || ' ' || clinic_name FROM notification"),
	    S("covid-2022-09 医師 甲 試験第一医院"));
}

WEB_TEST(dates_in_any_spelling_full_width_digits_and_odd_hyphens_are_understood)
{
	filed(w, DOCTOR, S("birth_date=S55.4.1&diagnosis_date=令和４年９月２０日&test_sampled_date.1=２０２２０９１９&"
	    "stay_postal=〒１００ー００１３&"
	    "stay_phone=（０３）５５５０－１２３４"));
	CHECK_STR(text_in(w, "SELECT birth_date || ' ' || diagnosis_date || ' ' || stay_postal || ' ' || "
	    "stay_phone FROM notification"),
	    S(HANAKO_BORN " 2022-09-20 1000013 " PHONE));
	CHECK_STR(text_in(w, "SELECT test_sampled_date FROM test"), S("2022-09-19"));
	CHECK_STR(text_in(w, "SELECT phone FROM casefile"), S(PHONE));
}

WEB_TEST(a_baby_has_its_age_in_months_and_a_guardian_and_an_adult_has_none)
{
	struct filed f = filed(w, DOCTOR, S("birth_date=2022-03-25&guardian_name=" TARO "&guardian_phone=" PHONE_2));

	CHECK_STR(text_in(w, "SELECT age_years || ' ' || age_months || ' ' || guardian_name || ' ' || "
	    "guardian_phone FROM notification"),
	    S("0 5 " TARO " " PHONE_2));
	CHECK_HAS(read_text(mem, get(w, DOCTOR, f.edit).body), S("2022年（令和4年）3月25日"));
	CHECK_HAS(read_text(mem, get(w, DOCTOR, f.edit).body), S("5か月"));
	f = filed(w, DOCTOR, S("guardian_name=" TARO));
	CHECK_INT(number_in(w, str_fmt(mem, "SELECT COUNT(*) FROM notification WHERE id = '%.*s' AND "
	    "guardian_name IS NULL",
	    STR_ARG(f.id)).p), 1);
}

/* ---- what is missing is said by name ---- */

static const struct needed {
	const char *name, *note, *ja, *en;
} needed[] = {
	{ "type", "type", "診断分類を選んでください。", "Class of diagnosis: please choose." },
	{ "name", "name", "氏名を入力してください。", "Name: please fill this in." },
	{ "sex", "sex", "性別を選んでください。", "Sex: please choose." },
	{ "birth_date", "birth_date", "生年月日を入力してください。", "Date of birth: please fill this in." },
	{ "stay_address", "stay_address", "居所の住所か住所登録している住所のどちらかを入力してください。",
	    "Registered address." },
	{ "test_method.1", "test_method.1", "検査方法を選んでください。", "Method of test: please choose." },
	{ "test_specimen.1", "test_specimen.1", "検体を選んでください。", "Specimen: please choose." },
	{ "test_sampled_date.1", "test_sampled_date.1", "検体採取日を入力してください。", "Date of sampling: please fill this in." },
	{ "doctor_name", "doctor_name", "医師の氏名を入力してください。", "Name of physician: please fill this in." },
};

/* Every pair that was sent stands in the form that came back. */
static void
all_typed_is_there(struct arena *mem, struct str sent, struct str html)
{
	struct form was, now;

	if (form_read(mem, sent, &was) != OK || form_read(mem, read_form(mem, html, "entry"), &now) != OK)
		BUG("a form of a test cannot be read");
	for (size_t i = 0; i < was.n; i++) {
		struct str name = was.pair[i].name, v = was.pair[i].value, got;
		bool there = false;
		if (str_eq(name, S("act")) || str_eq(name, S("csrf")))
			continue;
		for (size_t at = 0; !there && form_each(&now, name, &at, &got);)
			there = str_eq(got, v);
		if (!there)
			test_fail(__FILE__, __LINE__, "typed and lost", name, v);
	}
}

static void
left_out(struct web_world *w, struct arena *mem, const struct needed *k, enum lang lang)
{
	struct str body = changed(mem, S(MINIMUM), str_fmt(mem,
	    "op=press-1&remarks=妊婦支援事業&vaccination_count=3&%s=", k->name));
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), body);
	struct str note = read_note(mem, r.body, k->note);

	CHECK_INT(r.status, 422);
	CHECK_HAS(note, str_of(lang == LANG_JA ? k->ja : k->en));
	CHECK_HAS(read_faults(mem, r.body), str_of(lang == LANG_JA ? k->ja : k->en));
	CHECK_HAS(read_faults(mem, r.body), lang == LANG_JA ? S("入力に1件の問題があります") : S("Please correct 1 item(s)"));
	CHECK_HAS(r.body, lang == LANG_JA ? S("<title>エラー：") : S("<title>Error: "));
	all_typed_is_there(mem, body, r.body);
}

WEB_TEST(each_item_of_the_minimum_left_out_is_refused_by_name_and_nothing_typed_is_lost)
{
	for (size_t i = 0; i < LEN(needed); i++)
		left_out(w, mem, &needed[i], LANG_JA);
	nothing_kept(w, mem);
}

WEB_TEST(in_english_it_is_refused_by_its_english_name)
{
	CHECK_INT(post(w, DOCTOR, S("/language"), S("lang=en&back=/")).status, 303);
	for (size_t i = 0; i < LEN(needed); i++)
		left_out(w, mem, &needed[i], LANG_EN);
	nothing_kept(w, mem);
}

WEB_TEST(an_empty_form_names_everything_at_once)
{
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"),
	    S("act=report&disease=covid19&diagnosis_date=2022-09-20&"
	    "report_date=2022-09-30"));
	struct str faults = read_faults(mem, r.body);

	CHECK_INT(r.status, 422);
	for (size_t i = 0; i < LEN(needed); i++)
		CHECK_HAS(faults, str_of(needed[i].ja));
	/* Each leads to its field. */
	CHECK_HAS(r.body, S("<a href=\"#f-test_method-1\">"));
	CHECK_HAS(r.body, S("id=\"f-test_method-1\""));
	nothing_kept(w, mem);
}

WEB_TEST(an_empty_day_of_diagnosis_is_today_as_the_form_says)
{
	struct filed f = filed(w, DOCTOR, S("diagnosis_date=&report_date=&birth_date=" TARO_BORN));

	CHECK_STR(text_in(w, "SELECT diagnosis_date || ' ' || report_date || ' ' || sheet FROM notification"),
	    S("2022-09-30 2022-09-30 covid-2022-09"));
	CHECK(f.id.n > 0);
}

/* seed Q5: 居所 unknown: the registered address */
WEB_TEST(one_of_the_two_addresses_is_enough)
{
	filed(w, DOCTOR, S("stay_address=&home_address=" ADDRESS));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM notification WHERE stay_address IS NULL AND home_address = "
	    "'" ADDRESS "'"), 1);
}

WEB_TEST(an_unknown_address_alone_is_not_enough)
{
	CHECK_INT(file_minimum(w, DOCTOR, S("stay_address=&home_address.unknown=1")).status, 422);
	nothing_kept(w, mem);
}

WEB_TEST(a_result_that_is_empty_is_another_thing_than_one_that_is_unknown)
{
	struct filed a = filed(w, DOCTOR, S("birth_date=1970-01-01"));
	struct filed b = filed(w, DOCTOR, S("birth_date=1970-01-02&test_result.1.unknown=1"));
	struct filed c = filed(w, DOCTOR, S("birth_date=1970-01-03&test_result.1=negative&ask_ack=1"));

	CHECK_INT(number_in(w, str_fmt(mem, "SELECT CASE WHEN test_result IS NULL THEN 1 ELSE 0 END FROM test WHERE notification_id = '%.*s'",
	    STR_ARG(a.id)).p), 1);
	CHECK_STR(text_in(w, str_fmt(mem, "SELECT test_result FROM test WHERE notification_id = '%.*s'",
	    STR_ARG(b.id)).p), S("?"));
	CHECK_STR(text_in(w, str_fmt(mem, "SELECT test_result FROM test WHERE notification_id = '%.*s'",
	    STR_ARG(c.id)).p), S("negative"));
	struct str missing = between(get(w, DOCTOR, a.receipt).body, "class=\"missing\"", "</ul>");
	CHECK_HAS(missing, S("検査結果"));
	CHECK_NOT(between(get(w, DOCTOR, b.receipt).body, "class=\"missing\"", "</ul>"), S("検査結果"));
	CHECK_HAS(get(w, DOCTOR, b.file).body, S("<th scope=\"row\">検査結果</th><td><span class=\"empty\">不明</span>"));
	CHECK_HAS(get(w, DOCTOR, a.file).body, S("<th scope=\"row\">検査結果</th><td><span class=\"empty\">未入力</span>"));
	/* Both come back in the form of a correction as they were. */
	CHECK_STR(read_value(mem, get(w, DOCTOR, b.edit).body, "test_result.1.unknown"), S("1"));
	CHECK_STR(read_value(mem, get(w, DOCTOR, a.edit).body, "test_result.1.unknown"), S(""));
}

/* ---- tests: up to four at a time (seed Q6) ---- */

#define ROW(n, result) "&test_method." n "=naat&test_specimen." n "=saliva&test_sampled_date." n "=2022-09-1" n "&test_result." n result

WEB_TEST(four_tests_come_at_a_time_and_stay_in_their_order)
{
	struct filed f = filed(w, DOCTOR, S(ROW("1", "=negative") ROW("2", "=positive") ROW("3",
	    ".unknown=1") ROW("4", "=")));

	CHECK_STR(text_in(w, "SELECT group_concat(seq || ':' || test_sampled_date || ':' || COALESCE(test_result, "
	    "'-'), ' ') FROM "
	    "(SELECT * FROM test ORDER BY seq) AS x"), S("1:2022-09-11:negative 2:2022-09-12:positive 3:2022-09-13:? "
	    "4:2022-09-14:-"));
	struct http_reply r = correct(w, DOCTOR, &f, S(ROW("5", "=negative") ROW("6", "=negative") ROW("7", "=positive")
	    ROW("8", "=positive")));
	CHECK_INT(r.status, 303);
	CHECK_INT(rows_of(w, "test"), 8);
	CHECK_STR(text_in(w, "SELECT type FROM casefile"), S("confirmed"));
	struct str page = read_text(mem, get(w, CENTRE, f.file).body);
	CHECK_HAS(page, S("陽性"));
	CHECK_HAS(page, S("陰性"));
}

WEB_TEST(a_fifth_test_is_refused_and_none_is_kept)
{
	struct str five = S(ROW("1", "=negative") ROW("2", "=positive") ROW("3", "=positive") ROW("4",
	    "=positive") ROW("5", "=negative"));
	struct http_reply r = file_minimum(w, DOCTOR, five);

	CHECK_INT(r.status, 422);
	CHECK_HAS(read_faults(mem, r.body), S("一度に届け出られるのは4件までです"));
	all_typed_is_there(mem, five, r.body);
	nothing_kept(w, mem);
}

/* seed Q11 */
WEB_TEST(negatives_alone_are_not_notified)
{
	struct http_reply r = file_minimum(w, DOCTOR, S("type=&test_result.1=negative"));

	CHECK_INT(r.status, 422);
	CHECK_HAS(read_note(mem, r.body, "type"), S("陰性の場合は入力不要です"));
	nothing_kept(w, mem);
}

/* ---- dates are the server's (seed Q8) ---- */

WEB_TEST(the_day_of_submission_is_the_servers_whatever_the_form_says)
{
	struct filed f = filed(w, DOCTOR, S("report_date=2022-09-21&reported_at=2022-09-01&first_reported_at=1&"
	    "report_day=2022-09-01&"
	    "changed_at=1&x.report_day=2022-09-01&home=2701&responsible=27/2701/&number=999999999999&state=closed&"
	    "ver=9"));

	CHECK_STR(text_in(w, "SELECT report_day || ' ' || first_reported_at FROM class_report"),
	    S("2022-09-30 1664499600000"));
	CHECK_STR(text_in(w, "SELECT report_date || ' ' || reported_at || ' ' || changed_at || ' ' || state || ' "
	    "' || ver FROM notification"),
	    S("2022-09-21 1664499600000 1664499600000 reported 1"));
	CHECK_STR(text_in(w, "SELECT responsible || ' ' || home || ' ' || reported_at FROM casefile"),
	    S("13/1301/ 1301 1664499600000"));
	CHECK_HAS(read_text(mem, get(w, DOCTOR, f.receipt).body), S("患者（確定例）2022-09-302022-09-30 10:00:00"));
}

WEB_TEST(a_press_one_second_after_midnight_in_japan_is_of_the_new_day)
{
	later(w, 13 * HOUR + 55 * MINUTE);
	back_in(w, DOCTOR);
	clock_freeze(BEGIN_MS + 14 * HOUR - 1);
	filed(w, DOCTOR, S("birth_date=1970-01-01"));
	clock_freeze(BEGIN_MS + 14 * HOUR);
	filed(w, DOCTOR, S("birth_date=1970-01-02"));
	CHECK_STR(text_in(w, "SELECT group_concat(report_day, ' ') FROM (SELECT report_day FROM class_report "
	    "ORDER BY first_reported_at) AS x"),
	    S("2022-09-30 2022-10-01"));
}

/* ---- the receipt ---- */

WEB_TEST(the_receipt_shows_number_dates_and_what_is_still_open)
{
	struct filed f = filed(w, DOCTOR, S("name_kana=" HANAKO_KANA));
	struct http_reply r = get(w, DOCTOR, f.receipt);
	struct str page = read_text(mem, r.body);

	CHECK_INT(r.status, 200);
	CHECK_HAS(page, number_show(mem, f.number));
	CHECK_HAS(page, S(HANAKO "さんの発生届を千代田保健所に届け出ました。"));
	CHECK_HAS(page, S("提出日・受理日"));
	CHECK_HAS(page, S("2022-09-30 10:00:00"));
	struct str missing = between(r.body, "class=\"missing\"", "</ul>");
	CHECK_HAS(missing, S("ワクチン接種回数"));
	CHECK_HAS(missing, str_fmt(mem, "<a href=\"%.*s#f-vaccination_count\">", STR_ARG(f.edit)));
	CHECK_NOT(missing, S("フリガナ"));
	CHECK_HAS(page, str_fmt(mem, "あと%zu項目あります", times_in(missing, S("<li>"))));
	/* The links of the receipt lead where they say. */
	CHECK_INT(get(w, DOCTOR, f.edit).status, 200);
	CHECK_HAS(get(w, DOCTOR, f.edit).body, S("id=\"f-vaccination_count\""));
	CHECK_INT(get(w, DOCTOR, f.print).status, 200);
	CHECK_STR(looked_at(w, "notif.receipt"), f.case_id);
}

WEB_TEST(nothing_is_open_when_everything_is_filled_in)
{
	struct filed f = filed(w, DOCTOR, S("name_kana=" HANAKO_KANA "&stay_postal=1000013&stay_phone=" PHONE "&"
	    "test_result.1=positive&"
	    "clinic_name=試験&clinic_address=試験&clinic_phone=03-5550-0000&vaccination_count=0&severity=mild&"
	    "hospitalised=no&needs_hospital=no&"
	    "risk_any=no&risk_immune=no&pregnant=no&remote_visit=no"));
	struct str page = read_text(mem, get(w, DOCTOR, f.receipt).body);

	CHECK_HAS(page, S("すべての項目が入力されています。"));
	CHECK_NOT(page, S("項目あります"));
	CHECK_HAS(read_text(mem, get(w, DOCTOR, S("/notifications")).body), S("入力済み"));
}

WEB_TEST(a_family_member_takes_over_address_phone_and_doctor_but_no_person)
{
	struct filed f = filed(w, DOCTOR, S("stay_postal=1000013&stay_phone=" PHONE "&remarks=秘"));
	struct str to = unescaped(mem, between(str_sub(get(w, DOCTOR, f.receipt).body, str_find_str(get(w, DOCTOR,
	    f.receipt).body,
	    S("家族を続けて")) - 200, 200), "class=\"button\" href=\"", "\""));
	struct http_reply r = get(w, DOCTOR, to);

	CHECK_INT(r.status, 200);
	CHECK_STR(read_value(mem, r.body, "stay_address"), S(ADDRESS));
	CHECK_STR(read_value(mem, r.body, "stay_postal"), S("1000013"));
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE));
	CHECK_STR(read_value(mem, r.body, "clinic_name"), S("試験第一医院"));
	CHECK_STR(read_value(mem, r.body, "name"), S(""));
	CHECK_STR(read_value(mem, r.body, "birth_date"), S(""));
	CHECK_STR(read_value(mem, r.body, "remarks"), S(""));
	CHECK_STR(read_value(mem, r.body, "type"), S(""));
	CHECK_HAS(read_text(mem, r.body), number_show(mem, f.number));
	/* Whose address was shown stands in the audit log. */
	CHECK_STR(looked_at(w, "notif.family"), f.case_id);
}

WEB_TEST(nobody_takes_over_the_address_of_a_family_of_another_office)
{
	struct filed f = filed(w, STRANGER, S("stay_phone=" PHONE));
	struct http_reply r = get(w, DOCTOR, str_fmt(mem, "/notifications/new?disease=covid19&family=1304.%.*s",
	    STR_ARG(f.id)));

	CHECK_INT(r.status, 200);
	CHECK_STR(read_value(mem, r.body, "stay_address"), S(""));
	CHECK_NOT(r.body, S(PHONE));
	CHECK_NOT(r.body, number_show(mem, f.number));
	CHECK_STR(looked_at(w, "notif.family"), S("(none)"));
}

WEB_TEST(the_print_shows_the_sheet_with_its_numbers)
{
	struct filed f = filed(w, DOCTOR, S("remarks=妊婦支援事業"));
	struct http_reply r = get(w, DOCTOR, f.print);
	struct str page = read_text(mem, r.body);

	CHECK_HAS(page, S("新型コロナウイルス感染症 発生届"));
	CHECK_HAS(page, S("別記様式6-1"));
	CHECK_HAS(page, number_show(mem, f.number));
	CHECK_HAS(page, S("患者（確定例） 提出日・受理日2022-09-30"));
	CHECK_HAS(page, S("試験第一医院"));
	CHECK_HAS(page, S(HANAKO));
	CHECK_HAS(page, S("妊婦支援事業"));
	CHECK_STR(looked_at(w, "notif.print"), f.case_id);
	CHECK_INT(get(w, CENTRE, f.print).status, 200);
}

/* ---- the number ---- */

WEB_TEST(numbers_count_up_for_each_centre_and_carry_a_check_digit)
{
	struct filed a = filed(w, DOCTOR, S("birth_date=1970-01-01")), b = filed(w, NEIGHBOUR,
	    S("birth_date=1970-01-02"));
	struct filed c = filed(w, STRANGER, S("birth_date=1970-01-03"));
	struct str out;

	CHECK_STR(str_sub(a.number, 0, 11), S("13010000001"));
	CHECK_STR(str_sub(b.number, 0, 11), S("13010000002"));
	CHECK_STR(str_sub(c.number, 0, 11), S("13040000001"));
	CHECK(number_read(mem, a.number, &out) && number_read(mem, b.number, &out) && number_read(mem, c.number, &out));
	for (size_t i = 0; i < 12; i++)
		for (char d = '0'; d <= '9'; d++) {
			char *wrong = str_z(mem, a.number);
			if (wrong[i] == d)
				continue;
			wrong[i] = d;
			CHECK(!number_read(mem, str_of(wrong), &out));
		}
}

/* ---- the same person again (seed Q7) ---- */

WEB_TEST(the_same_name_and_birth_date_again_is_asked_about_and_filed_when_confirmed)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct http_reply r = file_minimum(w, DOCTOR, S("test_sampled_date.1=2022-09-20"));

	CHECK_INT(r.status, 422);
	CHECK_HAS(read_faults(mem, r.body), S("同じ氏名・生年月日の届出がすでにあります。"));
	CHECK_HAS(r.body, S("name=\"dup_ack\""));
	CHECK_HAS(r.body, str_fmt(mem, "href=\"%.*s\"", STR_ARG(f.file)));
	CHECK_INT(rows_of(w, "notification"), 1);
	CHECK_STR(looked_at(w, "case.duplicates"), f.case_id);
	struct str form = changed(mem, read_form(mem, r.body, "entry"), S("act=report&dup_ack=1"));
	CHECK_INT(post(w, DOCTOR, S("/notifications/new"), form).status, 303);
	CHECK_INT(rows_of(w, "casefile"), 2);
}

WEB_TEST(a_twin_in_another_office_is_not_told_of)
{
	filed(w, STRANGER, S(""));
	struct http_reply r = file_minimum(w, DOCTOR, S(""));
	CHECK_INT(r.status, 303);
	CHECK_NOT(get(w, DOCTOR, header(&r, "Location")).body, S("13/1304"));
	CHECK_INT(rows_of(w, "casefile"), 2);
}

WEB_TEST(three_months_later_the_same_person_is_no_longer_asked_about)
{
	filed(w, DOCTOR, S(""));
	later(w, 91 * 24 * HOUR);
	back_in(w, DOCTOR);
	CHECK_INT(file_minimum(w, DOCTOR, S("report_date=2022-12-30")).status, 303);
}

/* ---- the buttons beside 報告 ---- */

WEB_TEST(without_a_button_nothing_is_filed)
{
	struct http_reply r = file_minimum(w, DOCTOR, S("act="));

	CHECK_INT(r.status, 200);
	CHECK_STR(read_value(mem, r.body, "name"), S(HANAKO));
	nothing_kept(w, mem);
}

WEB_TEST(the_address_button_fills_in_the_place_of_a_postal_code)
{
	struct http_reply r = file_minimum(w, DOCTOR, S("act=zip&stay_postal=100-0013&stay_address=&name=" TARO));

	CHECK_INT(r.status, 200);
	CHECK_STR(read_value(mem, r.body, "stay_address"), S("東京都千代田区霞が関"));
	CHECK_STR(read_value(mem, r.body, "name"), S(TARO));
	/* What is typed stays. */
	r = file_minimum(w, DOCTOR, S("act=zip&stay_postal=1000013"));
	CHECK_STR(read_value(mem, r.body, "stay_address"), S(ADDRESS));
	r = file_minimum(w, DOCTOR, S("act=zip&stay_postal=9999999"));
	CHECK_HAS(read_note(mem, r.body, "stay_postal"), S("この郵便番号の住所は見つかりません。"));
	nothing_kept(w, mem);
}
