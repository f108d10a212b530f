/* test/http/counts.c: tests by who pays them, and cases of the support programme for pregnant women (seed Q13, Q14). */
#include "world.h"

#include "base/buf.h"
#include "reading.h"

/* A part of the figures, as a person reads it, without blanks. */
static struct str
part(struct web_world *w, enum seat who, const char *query, const char *name)
{
	struct arena *mem = w->mem;
	struct http_reply r = get(w, who, str_fmt(mem, "/figures%s", query));

	CHECK_INT(r.status, 200);
	struct str text = read_text(mem, between(r.body, str_z(mem, str_fmt(mem, "<section data-part=\"%s\"", name)), "</section>"));
	struct buf b = buf_new(mem);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != ' ')
			buf_byte(&b, text.p[i]);
	return buf_str(&b);
}

static struct str
birth(struct web_world *w, int n, const char *more)
{
	return str_fmt(w->mem, "birth_date=1970-01-%02d&%s", n, more);
}

static const char seen_prenatal[] = "項目19（その他）に「妊婦支援事業」とあるか、検査の費用区分が妊婦支援事業の患者を、届出日で数えます。";

static int64_t
prenatal(struct web_world *w, enum seat who)
{
	struct str text = part(w, who, "", "prenatal");
	size_t at = str_find_str(text, str_of(seen_prenatal)) + strlen(seen_prenatal);
	struct str n = str_sub(text, at, text.n), digits = n;
	int64_t out = -1;

	for (digits.n = 0; digits.n < n.n && n.p[digits.n] >= '0' && n.p[digits.n] <= '9';)
		digits.n++;
	return str_int(digits, &out) ? out : -1;
}

WEB_TEST(a_test_that_the_patient_pays_is_no_administrative_one_and_the_case_is_counted_all_the_same)
{
	filed(w, DOCTOR, S("test_payment.1=self_pay"));
	struct str tests = part(w, MINISTRY, "", "tests");
	CHECK_HAS(tests, S("行政検査0"));
	CHECK_HAS(tests, S("自由診療（自費検査）1"));
	CHECK_HAS(tests, S("妊婦支援事業0その他0不明0未入力0計1"));
	CHECK_HAS(part(w, MINISTRY, "", "totals"), S("期間の合計1人届出1件"));
}

WEB_TEST(each_test_is_counted_by_what_was_said_of_it_and_on_its_day)
{
	filed(w, DOCTOR, S("test_payment.1=administrative&test_method.2=antigen_qualitative&test_specimen.2=nasal_swab&"
	    "test_sampled_date.2=2022-09-18&test_payment.2=administrative&test_method.3=naat&test_specimen.3=saliva&"
	    "test_sampled_date.3=2022-09-18&test_payment.3.unknown=1&test_method.4=naat&test_specimen.4=saliva&"
	    "test_sampled_date.4.unknown=1"));
	struct str tests = part(w, MINISTRY, "", "tests");
	CHECK_HAS(tests, S("行政検査2自由診療（自費検査）0妊婦支援事業0その他0不明1未入力1計4"));
	CHECK_HAS(part(w, MINISTRY, "?from=2022-09-18&to=2022-09-18", "tests"), S("行政検査1"));
	CHECK_HAS(part(w, MINISTRY, "?from=2022-09-18&to=2022-09-18", "tests"), S("計2"));
	/* The day of sampling is not known: that of the report. */
	CHECK_HAS(part(w, MINISTRY, "?from=2022-09-30&to=2022-09-30", "tests"), S("未入力1計1"));
	/* Seen by its own area, by nobody beside. */
	CHECK_HAS(part(w, PREFECTURE, "", "tests"), S("計4"));
	CHECK_HAS(part(w, CENTRE, "", "tests"), S("計4"));
	CHECK_HAS(part(w, OTHER_CENTRE, "", "tests"), S("計0"));
	CHECK_HAS(part(w, OTHER_PREFECTURE, "", "tests"), S("計0"));
}

WEB_TEST(a_clinical_diagnosis_is_no_test)
{
	filed(w, DOCTOR, S("type=suspected&hospitalised=yes&test_method.1=clinical&test_specimen.1=&test_sampled_date.1="));
	CHECK_HAS(part(w, MINISTRY, "", "tests"), S("計0"));
}

WEB_TEST(corrections_move_tests_and_withdrawing_takes_them_away)
{
	struct filed f = filed(w, DOCTOR, S("test_payment.1=administrative&remarks=妊婦支援事業"));

	CHECK_HAS(part(w, MINISTRY, "", "tests"), S("行政検査1"));
	CHECK_INT(prenatal(w, MINISTRY), 1);
	CHECK_INT(correct(w, DOCTOR, &f, S("test_payment.1=self_pay&test_sampled_date.1=2022-09-17&remarks=なし")).status, 303);
	CHECK_HAS(part(w, MINISTRY, "?from=2022-09-17&to=2022-09-17", "tests"), S("行政検査0自由診療（自費検査）1"));
	CHECK_HAS(part(w, MINISTRY, "", "tests"), S("計1"));
	CHECK_INT(prenatal(w, MINISTRY), 0);
	/* Another class, then an additional notification: the tests of the one in force, once. */
	CHECK_INT(correct(w, DOCTOR, &f, S("type=asymptomatic&diagnosis_date=2022-09-21&remarks=妊婦支援事業")).status, 303);
	CHECK_HAS(part(w, MINISTRY, "", "tests"), S("計1"));
	struct str add = str_fmt(mem, "/notifications/%lld/%.*s/add", (long long)f.home, STR_ARG(f.id));
	struct str form = read_form(mem, get(w, DOCTOR, add).body, "entry");
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), changed(mem, form,
	    S("act=report&type=confirmed&same_days=1&report_date=2022-09-30&diagnosis_date=2022-09-22&test_payment.1=administrative")));
	CHECK_INT(r.status, 303);
	CHECK_HAS(part(w, MINISTRY, "", "tests"), S("行政検査1自由診療（自費検査）0"));
	CHECK_HAS(part(w, MINISTRY, "", "tests"), S("計1"));
	CHECK_INT(prenatal(w, MINISTRY), 1);
	CHECK_STR(recount(w, mem), S(""));
	/* Withdrawn: as before it; and the first one as well: nothing. */
	struct str added = text_in(w, "SELECT id FROM notification WHERE state = 'reported'");
	struct str gone = str_fmt(mem, "/notifications/%lld/%.*s/withdraw", (long long)f.home, STR_ARG(added));
	CHECK_INT(post(w, DOCTOR, gone, S("seen=1&message=誤り")).status, 303);
	CHECK_HAS(part(w, MINISTRY, "", "tests"), S("行政検査0自由診療（自費検査）1"));
	CHECK_STR(recount(w, mem), S(""));
	gone = str_fmt(mem, "/notifications/%lld/%.*s/withdraw", (long long)f.home, STR_ARG(f.id));
	CHECK_INT(post(w, DOCTOR, gone, S("seen=3&message=誤り")).status, 303);
	CHECK_HAS(part(w, MINISTRY, "", "tests"), S("計0"));
	CHECK_INT(prenatal(w, MINISTRY), 0);
}

WEB_TEST(the_programme_for_pregnant_women_is_found_whatever_stands_around_it)
{
	static const char *const named[] = {
		"remarks=妊婦支援事業", "remarks=本人希望による検査（妊婦支援事業）。要連絡", "remarks=３８週　妊婦支援　事業",
		"remarks=妊婦⽀援事業", "remarks=特記なし&test_payment.1=prenatal_support",
	};
	static const char *const not_named[] = { "remarks=妊婦", "remarks=妊娠支援事業", "remarks=", "remarks=支援事業・妊婦" };

	for (size_t i = 0; i < LEN(named); i++) {
		filed(w, DOCTOR, birth(w, (int)i + 1, named[i]));
		CHECK_INT(prenatal(w, MINISTRY), (int64_t)i + 1);
	}
	for (size_t i = 0; i < LEN(not_named); i++)
		filed(w, DOCTOR, birth(w, (int)i + 20, not_named[i]));
	CHECK_INT(prenatal(w, MINISTRY), LEN(named));
	CHECK_INT(prenatal(w, CENTRE), LEN(named));
	CHECK_INT(prenatal(w, OTHER_CENTRE), 0);
	/* Kept as typed. */
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM notification WHERE remarks = '３８週　妊婦支援　事業'"), 1);
	CHECK_STR(recount(w, mem), S(""));
}

WEB_TEST(a_counter_that_was_changed_behind_the_program_is_told)
{
	struct filed f = filed(w, DOCTOR, S("test_payment.1=administrative&remarks=妊婦支援事業"));

	CHECK_INT(f.home, 1301);
	CHECK_STR(recount(w, mem), S(""));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM stat_extra"), 6);
	CHECK_INT(number_in(w, "SELECT SUM(n) FROM stat_extra WHERE scope = 0"), 2);
	CHECK_INT(number_in(w, "SELECT n FROM stat_extra WHERE scope = 13 AND kind = 'test.administrative' AND day = '2022-09-19'"), 1);
}

WEB_TEST(one_press_puts_the_programme_into_the_remarks_and_loses_nothing)
{
	struct str page = get(w, DOCTOR, S("/notifications/new")).body, typed = S(MINIMUM "&act=insert&remarks=転院の予定");
	struct http_reply r;

	CHECK_HAS(page, S("name=\"act\" value=\"insert\""));
	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, typed, S("act=insert&occupation=教員&birth_date=2月30日")));
	CHECK_INT(r.status, 200);
	CHECK_INT(rows_of(w, "notification"), 0);
	CHECK_STR(read_value(mem, r.body, "remarks"), S("転院の予定\n妊婦支援事業"));
	CHECK_STR(read_value(mem, r.body, "name"), S(HANAKO));
	CHECK_STR(read_value(mem, r.body, "birth_date"), S("2月30日"));
	CHECK_HAS(read_note(mem, r.body, "remarks"), S("妊婦支援事業"));
	/* Once is enough. */
	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, typed, S("act=insert&remarks=妊婦支援 事業")));
	CHECK_STR(read_value(mem, r.body, "remarks"), S("妊婦支援 事業"));
	CHECK_HAS(read_note(mem, r.body, "remarks"), S("すでに"));
	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, typed, S("act=insert&remarks=")));
	CHECK_STR(read_value(mem, r.body, "remarks"), S("妊婦支援事業"));
	/* In a correction as well; nothing is kept before it is saved. */
	struct filed f = filed(w, DOCTOR, S(""));
	struct str form = read_form(mem, get(w, DOCTOR, f.edit).body, "entry");
	r = post(w, DOCTOR, f.edit, changed(mem, form, S("act=insert&stay_phone=" PHONE)));
	CHECK_INT(r.status, 200);
	CHECK_STR(read_value(mem, r.body, "remarks"), S("妊婦支援事業"));
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE));
	CHECK_INT(number_in(w, "SELECT MAX(ver) FROM notification"), 1);
	CHECK_INT(post(w, DOCTOR, f.edit, changed(mem, read_form(mem, r.body, "entry"), S("act=report"))).status, 303);
	CHECK_INT(prenatal(w, MINISTRY), 1);
}

WEB_TEST(every_sheet_of_the_disease_asks_for_the_remarks)
{
	static const char *const day[] = { "2020-06-01", "2020-10-20", "2021-03-01", "2022-02-01", "2022-07-01", "2022-09-30" };

	for (size_t i = 0; i < LEN(day); i++) {
		struct http_reply r = post(w, DOCTOR, S("/notifications/new"), changed(mem, S(MINIMUM), str_fmt(mem,
		    "act=insert&diagnosis_date=%s&test_sampled_date.1=%s", day[i], day[i])));
		CHECK_STR(read_value(mem, r.body, "remarks"), S("妊婦支援事業"));
	}
}
