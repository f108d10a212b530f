/* test/http/correct.c: correcting and completing a notification; two people at it at once. */
#include "world.h"

#include "reading.h"

/* Class reports and persons of the nation: "suspected 1/0 confirmed 1/1". */
static struct str
counts(struct web_world *w, const char *axis)
{
	return text_in(w, str_fmt(w->mem, "SELECT group_concat(type || ' ' || r || '/' || p, ' ') FROM (SELECT "
	    "type, SUM(reports) AS r, "
	    "SUM(persons) AS p FROM stat_day WHERE scope BETWEEN 1 AND 47 AND axis = '%s' GROUP BY type "
	    "HAVING SUM(reports) <> 0 OR SUM(persons) <> 0 ORDER BY type) AS x", axis).p);
}

/* The tab of a case on which its versions are. */
static struct str
history_of(struct arena *mem, struct str file)
{
	return str_cat(mem, file, S("/history"));
}

WEB_TEST(a_correction_makes_a_version_shows_the_difference_and_keeps_the_day_of_submission)
{
	struct filed f = filed(w, DOCTOR, S("stay_phone=" PHONE));

	later(w, 20 * MINUTE);
	struct http_reply r = correct(w, CLERK, &f, S("stay_phone=" PHONE_2 "&name_kana=" HANAKO_KANA "&"
	    "test_result.1=positive"));
	CHECK_INT(r.status, 303);
	CHECK_STR(header(&r, "Location"), f.file);
	CHECK_STR(text_in(w, "SELECT ver || ' ' || entered_name || ' ' || stay_phone || ' ' || reported_at || ' ' "
	    "|| changed_at FROM notification"),
	    S("2 事務 乙 " PHONE_2 " 1664499600000 1664500800000"));
	CHECK_INT(rows_of(w, "notification_version"), 1);
	CHECK_HAS(text_in(w, "SELECT record FROM notification_version"), S(PHONE));
	CHECK_STR(text_in(w, "SELECT first_reported_at || ' ' || report_day FROM class_report"),
	    S("1664499600000 2022-09-30"));
	CHECK_STR(looked_at(w, "notif.correct"), f.case_id);
	CHECK_STR(text_in(w, "SELECT detail FROM audit WHERE action = 'notif.correct'"), S("version 2"));
	CHECK_HAS(told_so_far(w), str_fmt(mem, CLINIC " change 1301 %.*s\n", STR_ARG(f.case_id)));
	struct str history = read_text(mem, between(get(w, DOCTOR, history_of(mem, header(&r, "Location"))).body, "class=\"history\"", "</ol>"));
	CHECK_HAS(history, S("2022-09-30 10:20 訂正・追加（第2版） 事務 乙"));
	CHECK_HAS(history, S("居所の電話番号 " PHONE " → " PHONE_2));
	CHECK_HAS(history, S("フリガナ 未入力 → " HANAKO_KANA));
	CHECK_HAS(history, S("検査結果 1 未入力 → 陽性"));
	CHECK_HAS(history, S("2022-09-30 10:00 届出"));
	CHECK_HAS(read_text(mem, get(w, DOCTOR, f.receipt).body), S("2022-09-30 10:00:00"));
}

/* Who filed it first stays visible after others corrected it. */
WEB_TEST(the_history_says_who_filed_and_who_corrected)
{
	struct filed f = filed(w, CLERK, S("attest=1"));

	CHECK_INT(correct(w, DOCTOR, &f, S("stay_phone=" PHONE)).status, 303);
	CHECK_INT(correct(w, CENTRE, &f, S("stay_phone=" PHONE_2)).status, 303);
	struct str history = read_text(mem, between(get(w, CENTRE, history_of(mem, f.file)).body, "class=\"history\"", "</ol>"));
	CHECK_HAS(history, S("第3版） 千代田の係"));
	CHECK_HAS(history, S("千代田保健所"));
	CHECK_HAS(history, S("第2版） 医師 甲"));
	CHECK_HAS(history, S("届出 事務 乙"));
}

WEB_TEST(a_correction_without_a_change_is_no_fault)
{
	struct filed f = filed(w, DOCTOR, S("remarks=一行目%0D%0A二行目&symptoms=fever"));

	CHECK_INT(correct(w, DOCTOR, &f, S("")).status, 303);
	CHECK_INT(rows_of(w, "casefile"), 1);
	CHECK_STR(text_in(w, "SELECT name || ' ' || birth_date FROM notification"), S(HANAKO " " HANAKO_BORN));
	struct str history = read_text(mem, between(get(w, CENTRE, history_of(mem, f.file)).body, "class=\"history\"", "</ol>"));
	CHECK_NOT(history, S("→"));
}

WEB_TEST(a_correction_with_a_fault_keeps_the_notification_and_what_was_typed)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct http_reply r = correct(w, DOCTOR, &f, S("name=&stay_phone=" PHONE "&birth_date=昭和64年1月8日"));

	CHECK_INT(r.status, 422);
	CHECK_STR(read_note(mem, r.body, "name"), S("氏名を入力してください。"));
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE));
	CHECK_STR(read_value(mem, r.body, "birth_date"), S("昭和64年1月8日"));
	CHECK_STR(text_in(w, "SELECT name || ' ' || ver FROM notification"), S(HANAKO " 1"));
	CHECK_INT(rows_of(w, "notification_version"), 0);
}

/* ---- figures and dates ---- */

WEB_TEST(a_new_class_dates_its_own_submission_and_the_person_moves)
{
	struct filed f = filed(w, DOCTOR, S("type=suspected&hospitalised=yes"));

	CHECK_STR(counts(w, "report"), S("suspected 1/1"));
	later(w, 24 * HOUR);
	back_in(w, DOCTOR);
	CHECK_INT(correct(w, DOCTOR, &f, S("type=confirmed&diagnosis_date=2022-10-01&report_date=2022-10-01")).status, 303);
	CHECK_STR(counts(w, "report"), S("confirmed 1/1 suspected 1/0"));
	CHECK_STR(text_in(w, "SELECT group_concat(type || ' ' || report_day, ' ') FROM (SELECT * FROM "
	    "class_report ORDER BY first_reported_at) AS x"),
	    S("suspected 2022-09-30 confirmed 2022-10-01"));
	struct str page = read_text(mem, get(w, DOCTOR, f.file).body);
	CHECK_HAS(page, S("疑似症患者2022-09-302022-09-30 10:00:00"));
	CHECK_HAS(page, S("患者（確定例）2022-10-012022-10-01 10:0"));
	/* The number and the first day of the case do not move. */
	CHECK_STR(text_in(w, "SELECT number || ' ' || reported_at FROM casefile"), str_fmt(mem,
	    "%.*s 1664499600000", STR_ARG(f.number)));
}

WEB_TEST(going_back_to_an_earlier_class_makes_no_third_report)
{
	struct filed f = filed(w, DOCTOR, S("type=suspected&hospitalised=yes&birth_date=1970-01-01"));

	CHECK_INT(correct(w, DOCTOR, &f, S("type=confirmed&same_days=1")).status, 303);
	CHECK_INT(correct(w, DOCTOR, &f, S("type=suspected&same_days=1")).status, 303);
	CHECK_STR(counts(w, "report"), S("confirmed 1/0 suspected 1/1"));
	CHECK_STR(recount(w, mem), S(""));
	CHECK_INT(correct(w, DOCTOR, &f, S("type=confirmed&diagnosis_date=2022-09-18&"
	    "test_sampled_date.1=2022-09-18")).status, 303);
	CHECK_INT(correct(w, DOCTOR, &f, S("type=suspected&diagnosis_date=2022-09-17&"
	    "test_sampled_date.1=2022-09-17")).status, 303);
	CHECK_STR(counts(w, "diagnosis"), S("confirmed 1/0 suspected 1/1"));
	CHECK_INT(rows_of(w, "class_report"), 2);
}

WEB_TEST(corrected_dates_sex_and_birth_move_the_counts_with_them)
{
	struct filed f = filed(w, DOCTOR, S("diagnosis_date=2020-10-20&test_sampled_date.1=2020-10-19&"
	    "onset_date=2020-10-15"));

	CHECK_INT(number_in(w, "SELECT persons FROM stat_group WHERE scope = 13 AND axis = 'onset' AND day = "
	    "'2020-10-15' AND sex = 'female' AND band = '40'"), 1);
	CHECK_INT(correct(w, DOCTOR, &f, S("onset_date=2020-10-12&sex=male&birth_date=" TARO_BORN)).status, 303);
	CHECK_INT(number_in(w, "SELECT persons FROM stat_group WHERE scope = 13 AND axis = 'onset' AND day = "
	    "'2020-10-12' AND sex = 'male' AND band = '60'"), 1);
	CHECK_INT(number_in(w, "SELECT SUM(persons) FROM stat_group WHERE scope = 13 AND axis = 'onset'"), 1);
	CHECK_INT(number_in(w, "SELECT SUM(reports) FROM stat_day WHERE scope = 13 AND axis = 'onset' AND day <> "
	    "'2020-10-12'"), 0);
	CHECK_INT(correct(w, DOCTOR, &f, S("onset_date=&onset_date.unknown=1")).status, 303);
	CHECK_INT(number_in(w, "SELECT SUM(persons) FROM stat_group WHERE axis = 'onset'"), 0);
	CHECK_STR(text_in(w, "SELECT onset_date FROM notification"), S("?"));
}

WEB_TEST(a_corrected_name_is_found_and_the_wrong_one_is_not)
{
	struct filed f = filed(w, DOCTOR, S("name=誤字 花子&stay_phone=" PHONE));

	CHECK_HAS(post(w, CENTRE, S("/search"), S("q=誤字")).body, f.file);
	CHECK_INT(correct(w, DOCTOR, &f, S("name=" HANAKO "&name_kana=" HANAKO_KANA "&"
	    "stay_phone=" PHONE_2)).status, 303);
	CHECK_NOT(post(w, CENTRE, S("/search"), S("q=誤字")).body, f.file);
	CHECK_NOT(post(w, CENTRE, S("/search"), S("q=" PHONE)).body, f.file);
	CHECK_HAS(post(w, CENTRE, S("/search"), S("q=" HANAKO)).body, f.file);
	CHECK_HAS(post(w, CENTRE, S("/search"), S("q=タカ")).body, f.file);
	CHECK_HAS(post(w, CENTRE, S("/search"), S("q=" PHONE_2)).body, f.file);
	CHECK_STR(text_in(w, "SELECT name || ' ' || phone FROM casefile"), S(HANAKO " " PHONE_2));
}

WEB_TEST(tests_and_choices_are_replaced_as_a_whole)
{
	struct filed f = filed(w, DOCTOR, S("diagnosis_date=2020-10-20&test_sampled_date.1=2020-10-19&"
	    "symptoms=fever&test_method.2=naat&test_specimen.2=stool&"
	    "test_sampled_date.2=2020-10-20"));

	CHECK_INT(rows_of(w, "test"), 2);
	CHECK_INT(correct(w, DOCTOR, &f, S("symptoms=cough&test_method.2=&test_specimen.2=&"
	    "test_sampled_date.2=")).status, 303);
	CHECK_INT(rows_of(w, "test"), 1);
	CHECK_STR(text_in(w, "SELECT group_concat(code, ',') FROM notification_choice"), S("cough"));
	struct str history = read_text(mem, between(get(w, CENTRE, history_of(mem, f.file)).body, "class=\"history\"", "</ol>"));
	CHECK_HAS(history, S("症状 発熱 → 咳"));
	CHECK_HAS(history, S("検体 2 便 → 未入力"));
}

/* ---- two at once ---- */

WEB_TEST(changes_of_two_people_to_different_items_are_both_kept)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str mine = read_form(mem, get(w, DOCTOR, f.edit).body, "entry");

	later(w, 2 * MINUTE);
	CHECK_INT(correct(w, CENTRE, &f, S("stay_phone=" PHONE "&test_result.1=positive")).status, 303);
	int64_t looks = number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'notif.edit'");
	struct http_reply r = post(w, DOCTOR, f.edit, changed(mem, mine, S("act=report&vaccination_count=3")));
	CHECK_INT(r.status, 409);
	/* What the other one wrote is seen here for the first time. */
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'notif.edit'"), looks + 1);
	CHECK_HAS(read_faults(mem, r.body), S("2022-09-30 10:02に千代田の係さんがこの届出を変更しました。"));
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE));
	CHECK_STR(read_value(mem, r.body, "test_result.1"), S("positive"));
	CHECK_STR(read_value(mem, r.body, "vaccination_count"), S("3"));
	CHECK_STR(between(r.body, "id=\"conflict\"", "</section>"), S(""));
	CHECK_STR(text_in(w, "SELECT ver FROM notification"), S("2"));
	r = post(w, DOCTOR, f.edit, changed(mem, read_form(mem, r.body, "entry"), S("act=report")));
	CHECK_INT(r.status, 303);
	CHECK_STR(text_in(w, "SELECT ver || ' ' || stay_phone || ' ' || vaccination_count FROM notification"),
	    S("3 " PHONE " 3"));
	CHECK_STR(text_in(w, "SELECT test_result FROM test"), S("positive"));
}

WEB_TEST(changes_of_two_people_to_the_same_item_stand_side_by_side)
{
	struct filed f = filed(w, DOCTOR, S("stay_phone=03-5550-0001"));
	struct str mine = read_form(mem, get(w, DOCTOR, f.edit).body, "entry");

	later(w, 2 * MINUTE);
	CHECK_INT(correct(w, CENTRE, &f, S("stay_phone=" PHONE "&sex=male&vaccination_count=2")).status, 303);
	struct http_reply r = post(w, DOCTOR, f.edit, changed(mem, mine,
	    S("act=report&stay_phone=" PHONE_2 "&sex=other")));
	struct str both = read_text(mem, between(r.body, "id=\"conflict\"", "</section>"));
	CHECK_INT(r.status, 409);
	CHECK_HAS(both, S("居所の電話番号" PHONE_2 PHONE "千代田の係"));
	CHECK_HAS(both, S("性別その他男千代田の係 2022-09-30 10:02"));
	CHECK_NOT(both, S("ワクチン"));
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE_2));
	CHECK_STR(read_value(mem, r.body, "vaccination_count"), S("2"));
	CHECK_STR(text_in(w, "SELECT stay_phone || ' ' || sex FROM notification"), S(PHONE " male"));
	/* The next press keeps this person's, having seen the other's; the history has both. */
	r = post(w, DOCTOR, f.edit, changed(mem, read_form(mem, r.body, "entry"), S("act=report")));
	CHECK_INT(r.status, 303);
	CHECK_STR(text_in(w, "SELECT stay_phone || ' ' || sex || ' ' || vaccination_count FROM notification"),
	    S(PHONE_2 " other 2"));
	struct str history = read_text(mem, between(get(w, DOCTOR, history_of(mem, header(&r, "Location"))).body, "class=\"history\"", "</ol>"));
	CHECK_HAS(history, S(PHONE " → " PHONE_2));
	CHECK_HAS(history, S("03-5550-0001 → " PHONE));
}

WEB_TEST(a_fault_on_the_way_does_not_hide_that_somebody_else_was_there)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str mine = read_form(mem, get(w, DOCTOR, f.edit).body, "entry");

	CHECK_INT(correct(w, CENTRE, &f, S("stay_phone=" PHONE)).status, 303);
	struct http_reply r = post(w, DOCTOR, f.edit, changed(mem, mine, S("act=report&birth_date=2月30日")));
	CHECK_INT(r.status, 422);
	r = post(w, DOCTOR, f.edit, changed(mem, read_form(mem, r.body, "entry"),
	    S("act=report&birth_date=" HANAKO_BORN)));
	CHECK_INT(r.status, 409);
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE));
	CHECK_STR(text_in(w, "SELECT stay_phone FROM notification"), S(PHONE));
}

WEB_TEST(looking_an_address_up_does_not_hide_it_either)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str mine = read_form(mem, get(w, DOCTOR, f.edit).body, "entry");

	CHECK_INT(correct(w, CENTRE, &f, S("stay_phone=" PHONE)).status, 303);
	struct http_reply r = post(w, DOCTOR, f.edit, changed(mem, mine, S("act=zip&stay_postal=1000013")));
	CHECK_INT(r.status, 200);
	CHECK_INT(post(w, DOCTOR, f.edit, changed(mem, read_form(mem, r.body, "entry"), S("act=report"))).status, 409);
	CHECK_STR(text_in(w, "SELECT stay_phone FROM notification"), S(PHONE));
}

WEB_TEST(a_version_that_was_never_shown_is_no_ground_for_a_correction)
{
	static const char *const seen[] = { "seen=", "seen=0", "seen=2", "seen=-1", "seen=99999999999999999",
	    "seen=one" };
	struct filed f = filed(w, DOCTOR, S(""));

	for (size_t i = 0; i < LEN(seen); i++)
		CHECK_INT(correct(w, DOCTOR, &f, str_fmt(mem, "stay_phone=" PHONE "&%s", seen[i])).status, 400);
	CHECK_STR(text_in(w, "SELECT ver FROM notification"), S("1"));
}

/* The next reader of the same family: the number stays, whoever corrects. */
WEB_TEST(a_correction_never_touches_what_identifies_the_case)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(correct(w, DOCTOR, &f, S("number=999999999999&home=2701&id=x&case_id=x&reporter=27/&"
	    "responsible=27/2701/&disease=ehec&sheet=ehec")).status, 303);
	CHECK_STR(text_in(w, "SELECT number || ' ' || home || ' ' || id || ' ' || disease || ' ' || responsible "
	    "FROM casefile"),
	    str_fmt(mem, "%.*s 1301 %.*s covid19 13/1301/", STR_ARG(f.number), STR_ARG(f.case_id)));
	CHECK_STR(text_in(w, "SELECT sheet || ' ' || reporter FROM notification"), S("covid-2022-06 " CLINIC));
}
