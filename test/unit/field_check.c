/* test/unit/field_check.c: what a filing must satisfy (seed Q5, Q6, Q10-2, Q11 and the tables). */
#include "filing.h"

#define SUSPECTED(day) DATES(day) REPORTER PERSON "type=suspected&test_method.1=naat&test_specimen.1=saliva&" \
	"test_sampled_date.1=" day "&"

static size_t
warnings(const struct filing *f)
{
	return f->bad.n - f->bad.errors;
}

/* ---- minimum ---- */

TEST(the_minimum_is_accepted_on_every_sheet_of_covid)
{
	static const struct {
		const char *sheet, *day;
	} row[] = {
		{ "covid-2020-05", "2020-10-20" }, { "covid-2020-10", "2020-10-20" }, { "covid-2021-02", "2021-03-01" },
		{ "covid-2022-01", "2022-02-01" }, { "covid-2022-06", "2022-08-19" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct filing f = filed(mem, row[i].sheet, row[i].day, MINIMUM, "");
		CHECK_STR(said(&f, LANG_JA), S(""));
	}
}

TEST(each_missing_item_of_the_minimum_is_named_in_both_languages)
{
	static const struct {
		enum field_id f;
		const char *widget;
	} row[] = {
		{ F_type, "type" }, { F_name, "name" }, { F_sex, "sex" }, { F_birth_date, "birth_date" },
		{ F_stay_address, "stay_address" }, { F_test_method, "test_method.1" },
		{ F_test_specimen, "test_specimen.1" }, { F_test_sampled_date, "test_sampled_date.1" },
		{ F_doctor_name, "doctor_name" }, { F_diagnosis_date, "diagnosis_date" }, { F_report_date, "report_date" },
	};
	struct sheets all = sheets_embedded(mem, S("field/sheets/"));

	for (size_t k = 0; k < all.n; k++) {
		if (!str_eq(all.sheet[k]->disease, S("covid19")) || all.sheet[k]->opt_in)
			continue;
		for (size_t i = 0; i < LEN(row); i++) {
			struct str body = str_fmt(mem, "%sneeds_hospital=yes&%s=", MINIMUM, row[i].widget);
			struct filing f = file_on(mem, all.sheet[k], "2022-10-01", body, NULL);
			CHECK_INT(f.bad.errors, 1);
			CHECK_HAS(said_at(&f, row[i].widget), fields[row[i].f].by[LANG_JA]);
			CHECK_HAS(said(&f, LANG_EN), fields[row[i].f].by[LANG_EN]);
		}
	}
}

TEST(the_reading_of_a_name_and_the_result_may_be_left_out)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "name_kana=&test_result.1=");

	CHECK_INT(f.bad.n, 0);
}

TEST(the_registered_address_stands_in_for_the_place_of_stay)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "stay_address=&home_address=大阪府大阪市1");

	CHECK_INT(f.bad.n, 0);
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "stay_address=");
	CHECK_INT(f.bad.errors, 1);
	CHECK_STR(said_at(&f, "stay_address"), S("居所の住所か住所登録している住所のどちらかを入力してください。"));
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "stay_address=&home_address=不明");
	CHECK_INT(f.bad.errors, 1);
}

TEST(everything_missing_is_told_in_the_order_of_the_page)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", "", "");
	static const char *const want[] = {
		"diagnosis_date", "report_date", "type", "name", "sex", "birth_date", "stay_address", "test_method.1",
		"test_specimen.1", "test_sampled_date.1", "doctor_name",
	};

	CHECK_INT(f.bad.n, LEN(want));
	for (size_t i = 0; i < LEN(want) && i < f.bad.n; i++)
		CHECK_STR(issue_name(mem, &f.bad.list[i]), str_of(want[i]));
}

TEST(a_filled_test_row_needs_its_minimum_too_and_an_empty_one_nothing)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "test_result.3=negative");

	CHECK_INT(f.bad.errors, 3);
	CHECK_STR(said_at(&f, "test_method.3"), S("検査方法を選んでください。"));
	CHECK_STR(said_at(&f, "test_method.2"), S(""));
	f = filed(mem, "covid-2020-10", "2020-10-20", DATES("2020-10-20") REPORTER PERSON,
	    "test_method.2=naat&test_specimen.2=stool&test_sampled_date.2=不明");
	CHECK_INT(f.bad.n, 0);
}

TEST(an_anonymous_notification_needs_class_sex_and_age)
{
	struct filing f = filed(mem, "acute-encephalitis", "2022-08-19",
	    DATES("2022-08-19") REPORTER "type=confirmed&sex=male&age_years=３&", "");

	CHECK_INT(f.bad.n, 0);
	CHECK_STR(rec_get(f.r, F_age_years), S("3"));
	f = filed(mem, "acute-encephalitis", "2022-08-19", DATES("2022-08-19") REPORTER "type=confirmed&", "name=試験");
	CHECK_INT(f.bad.errors, 2);
	CHECK(said_at(&f, "age_years").n > 0);
	CHECK(!rec_said(rec_get(f.r, F_name)));
}

TEST(a_class_that_the_form_does_not_take_is_refused)
{
	struct filing f = filed(mem, "ehec", "2022-08-19", DATES("2022-08-19") REPORTER PERSON, "type=suspected&"
	    "test_method.1=isolation_toxin&test_specimen.1=stool&test_sampled_date.1=2022-08-18");

	CHECK_INT(f.bad.errors, 1);
	CHECK_HAS(said_at(&f, "type"), S("「疑似症患者」の届出はできません"));
	CHECK_HAS(said(&f, LANG_EN), S("Suspected patient"));
}

/* ---- rules ---- */

TEST(suspected_cases_were_free_before_2020_10_14)
{
	struct filing f = filed(mem, "covid-2020-05", "2020-10-13", SUSPECTED("2020-10-13"), "");

	CHECK_INT(f.bad.n, 0);
}

TEST(suspected_cases_are_notified_only_when_in_hospital_from_2020_10_14)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-14", SUSPECTED("2020-10-14"), "");

	CHECK_INT(f.bad.errors, 1);
	CHECK_HAS(said_at(&f, "hospitalised"), S("入院症例に限"));
	f = filed(mem, "covid-2020-10", "2020-10-14", SUSPECTED("2020-10-14"), "hospitalised=no&needs_hospital.unknown=1");
	CHECK_INT(f.bad.errors, 1);
	f = filed(mem, "covid-2020-10", "2020-10-14", SUSPECTED("2020-10-14"), "hospitalised=yes");
	CHECK_INT(f.bad.n, 0);
	f = filed(mem, "covid-2020-10", "2020-10-14", SUSPECTED("2020-10-14"), "needs_hospital=yes");
	CHECK_INT(f.bad.n, 0);
}

TEST(the_minimum_of_a_suspected_case_is_that_of_a_confirmed_one)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-14", SUSPECTED("2020-10-14"), "hospitalised=yes&sex=");

	CHECK_INT(f.bad.errors, 1);
	CHECK_STR(said_at(&f, "sex"), S("性別を選んでください。"));
}

TEST(a_clinical_diagnosis_is_a_suspected_case_from_2022_01_27)
{
	const char *body = DATES("2022-01-27") REPORTER PERSON "type=suspected&test_method.1=clinical&";
	struct filing f = filed(mem, "covid-2022-01", "2022-01-27", body, "");

	CHECK_STR(said(&f, LANG_JA), S(""));
	f = filed(mem, "covid-2021-02", "2022-01-26", body, "");
	CHECK_HAS(said_at(&f, "test_method.1"), S("選び直して"));
	f = filed(mem, "covid-2022-01", "2022-01-27", body, "test_method.1=naat&test_specimen.1=saliva&"
	    "test_sampled_date.1=2022-01-27");
	CHECK_INT(f.bad.errors, 1);
	CHECK(said_at(&f, "hospitalised").n > 0);
	f = filed(mem, "covid-2022-01", "2022-01-27", body, "type=confirmed");
	CHECK_INT(f.bad.errors, 0);
	CHECK_INT(warnings(&f), 1);
}

TEST(a_confirmed_case_with_negative_tests_only_is_questioned)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "test_result.1=negative");

	CHECK_INT(f.bad.errors, 0);
	CHECK_HAS(said_at(&f, "type"), S("すべて陰性"));
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "test_result.1=negative&test_method.2=naat&"
	    "test_specimen.2=saliva&test_sampled_date.2=2020-10-20&test_result.2=positive");
	CHECK_INT(f.bad.n, 0);
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "test_result.1=negative&test_method.2=naat&"
	    "test_specimen.2=saliva&test_sampled_date.2=2020-10-20");
	CHECK_INT(f.bad.n, 0);
}

TEST(negatives_are_not_entered)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "test_result.1=negative&type=");

	CHECK_INT(f.bad.errors, 1);
	CHECK_HAS(said_at(&f, "type"), S("陰性の場合は入力不要"));
}

TEST(a_body_needs_a_date_of_death_or_that_it_is_unknown)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "type=corpse");

	CHECK_INT(f.bad.errors, 1);
	CHECK_HAS(said_at(&f, "death_date"), S("死亡年月日"));
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "type=corpse&death_date.unknown=1");
	CHECK_INT(f.bad.n, 0);
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "type=corpse_suspected&death_date=2020-10-19");
	CHECK_INT(f.bad.n, 0);
}

TEST(from_2022_09_26_only_four_groups_and_deaths_are_notified)
{
	static const struct {
		const char *more, *at;
	} row[] = {
		{ "", "needs_hospital" },
		{ "birth_date=1957-09-26", "" },        /* 65 on the day */
		{ "birth_date=1957-09-27", "needs_hospital" },
		{ "needs_hospital=yes", "" },
		{ "hospitalised=yes", "" },
		{ "pregnant=yes", "" },
		{ "pregnant.unknown=1", "needs_hospital" },
		{ "risk_any=yes", "needs_treatment" },
		{ "risk_any=yes&needs_treatment=no", "needs_treatment" },
		{ "risk_any=yes&needs_treatment=yes", "" },
		{ "needs_treatment=yes", "needs_hospital" },
		{ "type=corpse&death_date=2022-09-25", "" },
		{ "death_date=2022-09-26", "" },
	};
	const char *body = DATES("2022-09-26") REPORTER PERSON "test_method.1=naat&test_specimen.1=saliva&"
	    "test_sampled_date.1=2022-09-26&";

	for (size_t i = 0; i < LEN(row); i++) {
		struct filing f = filed(mem, "covid-2022-09", "2022-09-26", body, row[i].more);
		CHECK_INT(f.bad.errors, row[i].at[0] != '\0');
		CHECK_STR(f.bad.n > 0 ? issue_name(mem, &f.bad.list[0]) : S(""), str_of(row[i].at));
	}
}

TEST(a_rule_for_each_row_speaks_at_that_row)
{
	struct str text = str_cat(mem, text_of_sheet("covid-2020-10"), S("warn odd each test when "
	    "test_method = isolation and test_specimen = saliva \"変\" \"odd\" at test_specimen\n"));
	struct sheet *s;
	struct str why;

	CHECK_INT(sheet_read(mem, text, &s, &why), OK);
	struct filing f = file_on(mem, s, "2020-10-20", S(MINIMUM "test_method.3=isolation&test_specimen.3=saliva&"
	    "test_sampled_date.3=2020-10-20"), NULL);
	CHECK_STR(said(&f, LANG_EN), S("test_specimen.3 warn odd\n"));
}

/* ---- dates ---- */

TEST(dates_in_the_future_are_refused)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "birth_date=2020-10-21");

	CHECK_STR(said_at(&f, "birth_date"), S("生年月日は今日より後にできません。"));
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "birth_date=2020-10-20");
	CHECK_INT(f.bad.n, 0);
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "infection_date=2020-11");
	CHECK_STR(said_at(&f, "infection_date"), S("感染したと推定される年月日は今日より後にできません。"));
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "infection_date=2020-10");
	CHECK_INT(f.bad.n, 0);
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "test_sampled_date.1=2020-10-21");
	CHECK(said_at(&f, "test_sampled_date.1").n > 0);
}

TEST(dates_out_of_order_are_refused_and_name_both)
{
	static const struct {
		const char *more, *at, *other;
	} row[] = {
		{ "onset_date=2020-10-21&diagnosis_date=2020-10-20", "onset_date", "診断（検案）年月日" },
		{ "first_visit_date=2020-10-21&diagnosis_date=2020-10-20", "first_visit_date", "診断（検案）年月日" },
		{ "diagnosis_date=2020-10-22&report_date=2020-10-20", "diagnosis_date", "報告年月日" },
		{ "type=corpse&death_date=1980-03-31", "birth_date", "死亡年月日" },
		{ "birth_date=2020-10-21", "birth_date", "診断（検案）年月日" },
		{ "infection_date=2020-10&onset_date=2020-09-30", "infection_date", "発病年月日" },
		{ "infection_date=2021&onset_date=2020-09-30", "infection_date", "今日" },
		{ "hospitalised=yes&hospitalised_date=2020-10-20&death_date=2020-10-19", "hospitalised_date", "死亡年月日" },
		{ "region_kind=abroad&travel_left_date.2=2020-10-02&travel_returned_date.2=2020-10-01", "travel_left_date.2",
		    "入国日" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct filing f = filed(mem, "covid-2020-10", "2020-10-30", MINIMUM, row[i].more);
		CHECK_INT(f.bad.errors, 1);
		CHECK_HAS(said_at(&f, row[i].at), str_of(row[i].other));
	}
}

TEST(partial_and_unknown_dates_that_may_be_in_order_are_accepted)
{
	static const char *const more[] = {
		"infection_date=2020-10&onset_date=2020-10-01", "infection_date=2020&onset_date=2020-10-01",
		"onset_date.unknown=1", "infection_date=2020-12&diagnosis_date=2020-12-31&report_date=2020-12-31",
		"travel_left_date.1=2020-10-02&travel_returned_date.2=2020-10-01",
	};

	for (size_t i = 0; i < LEN(more); i++) {
		struct filing f = filed(mem, "covid-2020-10", "2020-12-31", MINIMUM, more[i]);
		CHECK_STR(said(&f, LANG_JA), S(""));
	}
}

TEST(sampling_after_the_diagnosis_is_questioned_only)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-25", MINIMUM, "test_sampled_date.1=2020-10-21");

	CHECK_INT(f.bad.errors, 0);
	CHECK_HAS(said_at(&f, "test_sampled_date.1"), S("確かめて"));
}

TEST(an_age_over_120_is_questioned_only)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "birth_date=1899-10-20");

	CHECK_INT(f.bad.errors, 0);
	CHECK_HAS(said_at(&f, "birth_date"), S("121歳"));
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "birth_date=1899-10-21");
	CHECK_INT(f.bad.n, 0);
}

/* ---- texts ---- */

TEST(names_with_hidden_or_pictured_characters_are_refused)
{
	static const struct {
		const char *name, *why;
	} row[] = {
		{ "試験\xE2\x80\xAE花子", "文字の向きを変える" },
		{ "試験\x07花子", "制御文字" },
		{ "試験\xE2\x80\x8B花子", "制御文字" },
		{ "試験\t花子", "制御文字" },
		{ "試験😀花子", "絵文字" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM,
		    str_z(mem, str_fmt(mem, "name=%s", row[i].name)));
		CHECK_INT(f.bad.errors, 1);
		CHECK_HAS(said_at(&f, "name"), str_of(row[i].why));
	}
}

TEST(private_use_characters_are_accepted_with_a_warning)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "name=試験\xEE\x80\x80花子");

	CHECK_INT(f.bad.errors, 0);
	CHECK_HAS(said_at(&f, "name"), S("外字"));
	CHECK_STR(rec_get(f.r, F_name), S("試験\xEE\x80\x80花子"));
}

TEST(rare_kanji_and_foreign_names_are_fine)
{
	static const char *const name[] = {
		"𠮷田 髙子", "渡邉\xF3\xA0\x84\x80花子", "Nguyễn Thị Ánh", "O'Brien-Smith, J.", "神\xEF\xA8\x99", "Ахматова Анна", "不明",
	};

	for (size_t i = 0; i < LEN(name); i++) {
		struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM,
		    str_z(mem, str_fmt(mem, "name=%s", name[i])));
		CHECK_STR(said(&f, LANG_JA), S(""));
		CHECK_STR(rec_get(f.r, F_name), str_of(name[i]));
	}
}

TEST(a_text_that_is_too_long_is_told_its_limit)
{
	struct buf b = buf_new(mem);

	buf_put(&b, S("name="));
	for (int i = 0; i < 100; i++)
		buf_put(&b, S("子"));
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, str_z(mem, buf_str(&b)));
	CHECK_INT(f.bad.n, 0);
	buf_put(&b, S("子"));
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, str_z(mem, buf_str(&b)));
	CHECK_STR(said_at(&f, "name"), S("氏名は100文字までです（いま101文字）。短くしてください。"));
}

TEST(kanji_in_a_reading_are_questioned_only)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "name_kana=試験ハナコ");

	CHECK_INT(f.bad.errors, 0);
	CHECK_HAS(said_at(&f, "name_kana"), S("カタカナ"));
}

TEST(remarks_may_have_lines_and_emoji_but_no_hidden_characters)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "remarks=妊婦支援事業\n2行目\t😀");

	CHECK_STR(said(&f, LANG_JA), S(""));
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "remarks=妊婦\x1b[支援");
	CHECK_INT(f.bad.errors, 1);
}

TEST(odd_phone_and_postal_numbers_are_questioned)
{
	static const struct {
		const char *more, *at;
		bool error;
	} row[] = {
		{ "stay_phone=03-1234-567", "stay_phone", false },
		{ "stay_phone=1234567890", "stay_phone", false },
		{ "stay_phone=0901234", "stay_phone", false },
		{ "stay_phone=0901234567890123", "stay_phone", true },
		{ "stay_phone=12", "stay_phone", true },
		{ "stay_postal=0001234", "stay_postal", false },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, row[i].more);
		CHECK_INT(f.bad.n, 1);
		CHECK_INT(f.bad.errors, row[i].error);
		CHECK(said_at(&f, row[i].at).n > 0);
	}
}

/* ---- records that came another way ---- */

TEST(values_that_are_not_canonical_are_refused_at_their_field)
{
	static const struct {
		enum field_id f;
		const char *value;
	} row[] = {
		{ F_type, "ill" }, { F_sex, "F" }, { F_birth_date, "1980-4-1" }, { F_birth_date, "1980-02-30" },
		{ F_infection_date, "2020-13" }, { F_infection_date, "20-10" }, { F_infection_date, "-100" },
		{ F_infection_date, "2020-1" }, { F_symptoms, "fever," }, { F_symptoms, "fever,hus" }, { F_symptoms, "fever,none" },
		{ F_hospitalised, "1" }, { F_age_years, "151" }, { F_age_years, "x" }, { F_age_years, "-1" },
		{ F_stay_postal, "100-0013" }, { F_stay_postal, "100001a" }, { F_stay_phone, "03 1234" }, { F_stay_phone, "+" },
		{ F_stay_phone, "0120-aaa-111" }, { F_sex, "?" }, { F_stay_address, "?" }, { F_route_kind, "oral" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "");
		rec_set(f.r, row[i].f, str_of(row[i].value));
		check_filing(f.sheet, f.r, on("2020-10-20"), &f.bad);
		CHECK_INT(f.bad.errors, 1);
		CHECK(f.bad.n > 0 && f.bad.list[0].f == row[i].f);
	}
}

TEST(an_error_already_told_is_not_told_again_as_missing)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "birth_date=昭和の初め");

	CHECK_INT(f.bad.n, 1);
	CHECK_HAS(said_at(&f, "birth_date"), S("読み取れません"));
}

/* ---- still missing ---- */

static struct str
missing(struct arena *mem, const struct sheet *s, const struct record *r, const char *today)
{
	struct buf b = buf_new(mem);
	size_t n, *list = check_missing(mem, s, r, on(today), &n);

	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, " %.*s", STR_ARG(s->item[list[i]].key));
	buf_put(&b, S(" "));
	return buf_str(&b);
}

TEST(what_is_still_missing_is_listed_in_the_order_of_the_sheet)
{
	struct filing f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM, "");
	struct str list = missing(mem, f.sheet, f.r, "2022-02-01");

	CHECK_HAS(list, S(" name_kana stay_postal test_result "));
	CHECK_HAS(list, S(" symptoms "));
	CHECK_HAS(list, S(" onset_date "));
	CHECK_HAS(list, S(" dose_received hospitalised "));
	CHECK_NOT(list, S(" dose_number "));
	CHECK_NOT(list, S(" remarks "));
	CHECK_NOT(list, S(" name "));
	CHECK_NOT(list, S(" death_date "));
	CHECK_NOT(list, S(" symptom_other "));
	CHECK_NOT(list, S(" guardian_name "));
}

TEST(unknown_is_not_missing)
{
	struct filing f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM,
	    "symptoms.unknown=1&onset_date=不明&test_result.1=?&dose_received.1=yes&dose_date.1.unknown=1");
	struct str list = missing(mem, f.sheet, f.r, "2022-02-01");

	CHECK_NOT(list, S(" symptoms "));
	CHECK_NOT(list, S(" onset_date "));
	CHECK_NOT(list, S(" test_result "));
	CHECK_NOT(list, S(" dose_date "));
	CHECK_HAS(list, S(" dose_number "));
	CHECK_HAS(list, S(" dose_vaccine "));
}

TEST(conditions_decide_what_is_missing)
{
	struct filing f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM,
	    "type=asymptomatic&region_kind=abroad&birth_date=2010-01-01&risk_any=no");
	struct str list = missing(mem, f.sheet, f.r, "2022-02-01");

	CHECK_NOT(list, S(" onset_date "));
	CHECK_NOT(list, S(" symptoms "));
	CHECK_HAS(list, S(" region_country "));
	CHECK_HAS(list, S(" travel_country "));
	CHECK_HAS(list, S(" guardian_name "));
	CHECK_NOT(list, S(" risk_kind "));
	CHECK_NOT(list, S(" region_prefecture "));
}

TEST(completing_the_list_leaves_nothing_missing)
{
	struct filing f = filed(mem, "acute-encephalitis", "2022-08-19",
	    DATES("2022-08-19") REPORTER "type=confirmed&sex=male&age_years=3&clinic_address=東京都&clinic_phone=0312345678&",
	    "symptoms=fever&test_method.1=clinical&x.pathogen=不明&first_visit_date=2022-08-18&infection_date=2022-08&"
	    "onset_date=2022-08-17&route_certainty=estimated&route_kind.unknown=1&region_certainty.unknown=1&"
	    "region_kind.unknown=1");

	CHECK_STR(said(&f, LANG_JA), S(""));
	CHECK_STR(missing(mem, f.sheet, f.r, "2022-08-19"), S(" "));
}

/* ---- minors ---- */

TEST(a_minor_was_under_20_until_2022_03_31_and_is_under_18_from_then)
{
	static const struct {
		const char *birth, *diagnosis;
		bool minor;
	} row[] = {
		{ "2002-04-01", "2022-03-31", true }, { "2002-03-31", "2022-03-31", false },
		{ "2004-04-01", "2022-04-01", false }, { "2004-04-02", "2022-04-01", true },
		{ "2003-01-01", "2022-03-31", true }, { "2003-01-01", "2022-04-01", false },
		{ "2022-04-02", "2022-04-01", false },
	};
	struct record *r = NEW(mem, struct record);

	CHECK(!rec_minor(r, on("2022-08-19")));
	for (size_t i = 0; i < LEN(row); i++) {
		rec_set(r, F_birth_date, str_of(row[i].birth));
		rec_set(r, F_diagnosis_date, str_of(row[i].diagnosis));
		CHECK_INT(rec_minor(r, on("2022-08-19")), row[i].minor);
	}
	rec_set(r, F_diagnosis_date, S(""));
	rec_set(r, F_birth_date, S("2004-08-20"));
	CHECK(rec_minor(r, on("2022-08-19")) && !rec_minor(r, on("2022-08-20")));
}
