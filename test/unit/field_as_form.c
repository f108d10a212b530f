/* test/unit/field_as_form.c: what people type becomes a record, and back. */
#include "filing.h"

static struct str
typed(struct arena *mem, enum field_id f, const char *value)
{
	struct filing in = filed(mem, "covid-2022-01", "2022-02-01", "",
	    str_z(mem, str_fmt(mem, "%.*s=%s", STR_ARG(field_form_name(mem, f, 0)), value)));

	return rec_get(in.r, f);
}

static struct str
fault_at(struct arena *mem, enum field_id f, const char *value)
{
	struct str name = field_form_name(mem, f, 0);
	struct filing in = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM,
	    str_z(mem, str_fmt(mem, "%.*s=%s", STR_ARG(name), value)));

	CHECK(!rec_said(rec_get(in.r, f)));
	return said_at(&in, str_z(mem, name));
}

TEST(widgets_are_named_by_field_and_row)
{
	CHECK_STR(field_form_name(mem, F_onset_date, 0), S("onset_date"));
	CHECK_STR(field_form_name(mem, F_test_method, 0), S("test_method.1"));
	CHECK_STR(field_form_name(mem, F_dose_date, 4), S("dose_date.5"));
}

TEST(dates_are_understood_however_typed)
{
	static const char *const birth[] = {
		"1980-04-01", "19800401", "1980/4/1", "1980年4月1日", "S55.4.1", "昭和55年4月1日", "3550401", "Ｓ５５．４．１", "　1980-4-1　",
	};

	for (size_t i = 0; i < LEN(birth); i++)
		CHECK_STR(typed(mem, F_birth_date, birth[i]), S("1980-04-01"));
	CHECK_STR(typed(mem, F_infection_date, "2022年1月"), S("2022-01"));
	CHECK_STR(typed(mem, F_infection_date, "2022"), S("2022"));
	CHECK_STR(typed(mem, F_infection_date, "R4.1.31"), S("2022-01-31"));
}

TEST(dates_that_cannot_be_say_why)
{
	CHECK_HAS(fault_at(mem, F_birth_date, "きのう"), S("生年月日を日付として読み取れません"));
	CHECK_STR(fault_at(mem, F_birth_date, "2021年2月30日"),
	    S("生年月日：「2021年2月30日」という日はありません。その月は28日までです。"));
	CHECK_STR(fault_at(mem, F_birth_date, "2021-13-01"),
	    S("生年月日：「2021-13-01」という日はありません。日付を確かめてください。"));
	CHECK_STR(fault_at(mem, F_birth_date, "昭和64年1月8日"),
	    S("生年月日：「昭和64年1月8日」は、その元号が終わった後です。平成元年1月8日のことであれば、そのように入力してください。"));
	CHECK_STR(fault_at(mem, F_birth_date, "令和元年4月30日"),
	    S("生年月日：「令和元年4月30日」は、その元号が始まる前です。平成31年4月30日のことであれば、そのように入力してください。"));
	CHECK_HAS(fault_at(mem, F_infection_date, "冬"), S("2022年8月"));
	CHECK_HAS(fault_at(mem, F_onset_date, "2022-01"), S("日付として読み取れません"));
}

TEST(a_very_long_date_is_cut_in_the_sentence_and_stays_utf8)
{
	struct str s = fault_at(mem, F_birth_date, "S昭和昭和昭和昭和昭和昭和昭和昭和昭和昭和昭和昭和昭和昭和昭和昭和昭和昭和昭和昭和64年1月8日");

	CHECK(s.n > 0 && s.n < 400);
}

TEST(numbers_are_understood_in_any_width_and_hyphen)
{
	CHECK_STR(typed(mem, F_stay_postal, "１００ー００１３"), S("1000013"));
	CHECK_STR(typed(mem, F_stay_postal, "〒100-0013"), S("1000013"));
	CHECK_STR(typed(mem, F_stay_postal, "100 0013"), S("1000013"));
	CHECK_STR(typed(mem, F_stay_phone, "０３－１２３４－５６７８"), S("03-1234-5678"));
	CHECK_STR(typed(mem, F_stay_phone, "(03)1234−5678"), S("03-1234-5678"));
	CHECK_STR(typed(mem, F_stay_phone, "09012345678"), S("09012345678"));
	CHECK_STR(typed(mem, F_stay_phone, "+81-3-1234-5678"), S("+81-3-1234-5678"));
	CHECK_STR(typed(mem, F_spo2, "９８"), S("98"));
	CHECK_STR(typed(mem, F_spo2, "098"), S("98"));
}

TEST(numbers_that_cannot_be_say_why)
{
	CHECK_HAS(fault_at(mem, F_stay_postal, "100001"), S("7桁"));
	CHECK_HAS(fault_at(mem, F_stay_postal, "-"), S("7桁"));
	CHECK_HAS(fault_at(mem, F_stay_postal, "〒"), S("7桁"));
	CHECK_HAS(fault_at(mem, F_stay_phone, "内線123"), S("数字とハイフン"));
	CHECK_HAS(fault_at(mem, F_stay_phone, "ー"), S("数字とハイフン"));
	CHECK_STR(fault_at(mem, F_spo2, "高い"), S("酸素飽和度（室内気、%）は0から100までの整数で入力してください。"));
	struct filing f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM, "spo2=101");
	CHECK_HAS(said_at(&f, "spo2"), S("0から100まで"));
}

TEST(names_lose_only_the_white_space_at_their_ends)
{
	CHECK_STR(typed(mem, F_name, "　 神\xEF\xA8\x99　ﾊﾅｺ \xC2\xA0"), S("神\xEF\xA8\x99　ﾊﾅｺ"));
	CHECK_STR(typed(mem, F_name, "か\xE3\x82\x99"), S("か\xE3\x82\x99"));
}

TEST(readings_become_katakana)
{
	CHECK_STR(typed(mem, F_name_kana, "やまだ ﾊﾅｺ"), S("ヤマダ　ハナコ"));
}

TEST(line_breaks_become_spaces_in_one_line_and_stay_in_several)
{
	CHECK_STR(typed(mem, F_occupation, "医師\r\n（病院）"), S("医師 （病院）"));
	CHECK_STR(typed(mem, F_remarks, "\r\n1行\r\n2行\r3行\n"), S("1行\n2行\n3行"));
}

TEST(choices_are_kept_in_the_order_of_their_list)
{
	struct filing f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM, "symptoms=cough&symptoms=fever&symptoms=cough");

	CHECK_STR(rec_get(f.r, F_symptoms), S("fever,cough"));
	CHECK_INT(f.bad.n, 0);
	f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM, "symptoms=none&symptoms=fever");
	CHECK_HAS(said_at(&f, "symptoms"), S("「なし」"));
	CHECK_HAS(said(&f, LANG_EN), S("“None”"));
	f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM, "symptoms=hus");
	CHECK_HAS(said_at(&f, "symptoms"), S("選び直して"));
	f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM, "sex=weiblich&pregnant=maybe");
	CHECK_HAS(said_at(&f, "sex"), S("選び直して"));
	CHECK_HAS(said_at(&f, "pregnant"), S("選び直して"));
}

TEST(unknown_is_ticked_chosen_or_written)
{
	struct filing f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM,
	    "occupation.unknown=1&pregnant=?&onset_date=不明&symptoms.unknown=1&test_result.1.unknown=1&spo2=不明");

	CHECK_STR(said(&f, LANG_JA), S(""));
	CHECK(rec_unknown(rec_get(f.r, F_occupation)));
	CHECK(rec_unknown(rec_get(f.r, F_pregnant)));
	CHECK(rec_unknown(rec_get(f.r, F_onset_date)));
	CHECK(rec_unknown(rec_get(f.r, F_symptoms)));
	CHECK(rec_unknown(rec_get(f.r, F_test_result)));
	CHECK(rec_unknown(rec_get(f.r, F_spo2)));
	CHECK(!rec_said(rec_get(f.r, F_severity)));
}

TEST(unknown_and_empty_stay_apart_from_form_to_json_and_back)
{
	struct filing f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM, "pregnant.unknown=1&severity=&test_result.1=?");
	struct record back, again = { .n_extra = 0 };
	struct form form;
	size_t n;

	CHECK_INT(rec_from_json(mem, rec_to_json(mem, f.r), &back), OK);
	CHECK(rec_unknown(rec_get(&back, F_pregnant)) && !rec_said(rec_get(&back, F_severity)));
	form = as_form_write(mem, f.sheet, &back);
	CHECK_STR(form_get(&form, S("pregnant.unknown")), S("1"));
	CHECK_STR(form_get(&form, S("test_result.1.unknown")), S("1"));
	CHECK(!form_has(&form, S("severity")) && !form_has(&form, S("severity.unknown")));
	as_form_read(mem, f.sheet, &form, on("2022-02-01"), &again, &f.bad);
	rec_diff(mem, f.r, &again, &n);
	CHECK_INT(n, 0);
}

TEST(unknown_is_refused_where_it_cannot_be_said_or_something_is_entered)
{
	struct filing f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM, "sex=?&occupation=医師&occupation.unknown=1&"
	    "symptoms=fever&symptoms.unknown=1&stay_address=不明");

	CHECK_STR(said_at(&f, "sex"), S("性別は「不明」にできません。分かる範囲で入力してください。"));
	CHECK_HAS(said_at(&f, "stay_address"), S("「不明」にできません"));
	CHECK_HAS(said_at(&f, "occupation"), S("印を外すか"));
	CHECK_HAS(said_at(&f, "symptoms"), S("印を外すか"));
	CHECK_INT(f.bad.n, 4);
	CHECK_STR(rec_get(f.r, F_occupation), S("医師"));
}

TEST(what_the_sheet_does_not_ask_is_ignored)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM,
	    "spo2=98&csrf=abc&x.icu=yes&name.2=x&test_method.0=naat&test_method.x=naat&test_method.-1=naat&.=x&x.=y");

	CHECK_STR(said(&f, LANG_JA), S(""));
	CHECK(!rec_said(rec_get(f.r, F_spo2)));
	CHECK_INT(f.r->n_extra, 0);
	CHECK_INT(rec_rows(f.r, G_TEST), 1);
	CHECK_STR(rec_get(f.r, F_name), S("試験花子"));
}

TEST(a_group_without_row_number_is_its_first_row)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", DATES("2020-10-20") REPORTER PERSON,
	    "test_method=naat&test_specimen=saliva&test_sampled_date.unknown=1");

	CHECK_STR(said(&f, LANG_JA), S(""));
	CHECK(rec_unknown(rec_get(f.r, F_test_sampled_date)));
}

/* ---- rows ---- */

#define ROW(n, result) "test_method." n "=naat&test_specimen." n "=saliva&test_sampled_date." n "=2020-10-20&" \
	"test_result." n "=" result "&"
#define FOUR ROW("1", "negative") ROW("2", "positive") ROW("3", "?") ROW("4", "")

TEST(four_tests_are_kept_in_their_order)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", DATES("2020-10-20") REPORTER PERSON, FOUR);

	CHECK_STR(said(&f, LANG_JA), S(""));
	CHECK_INT(rec_rows(f.r, G_TEST), 4);
	CHECK_STR(rec_row(f.r, F_test_result, 0), S("negative"));
	CHECK_STR(rec_row(f.r, F_test_result, 1), S("positive"));
	CHECK(rec_unknown(rec_row(f.r, F_test_result, 2)));
	CHECK(!rec_said(rec_row(f.r, F_test_result, 3)));
}

TEST(a_fifth_test_at_once_is_refused_once)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", DATES("2020-10-20") REPORTER PERSON,
	    FOUR ROW("5", "positive") ROW("6", "positive"));

	CHECK_INT(f.bad.errors, 1);
	CHECK_HAS(said_at(&f, "test_method.5"), S("一度に届け出られるのは4件まで"));
	CHECK_INT(rec_rows(f.r, G_TEST), 4);
	f = filed(mem, "covid-2020-10", "2020-10-20", DATES("2020-10-20") REPORTER PERSON,
	    FOUR "test_method.5=&test_result.5=&test_method.99999999999=&");
	CHECK_INT(f.bad.n, 0);
}

TEST(a_second_batch_of_four_makes_eight_and_nine_are_too_many)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", DATES("2020-10-20") REPORTER PERSON, FOUR);
	struct str eight = S(DATES("2020-10-20") REPORTER PERSON FOUR ROW("5", "") ROW("6", "positive") ROW("7", "")
	    ROW("8", "negative"));
	struct filing g = file_on(mem, f.sheet, "2020-10-21", eight, f.r);

	CHECK_STR(said(&g, LANG_JA), S(""));
	CHECK_INT(rec_rows(g.r, G_TEST), 8);
	CHECK_STR(rec_row(g.r, F_test_result, 0), S("negative"));
	g = file_on(mem, f.sheet, "2020-10-21", str_cat(mem, eight, S(ROW("9", "positive"))), g.r);
	CHECK_INT(g.bad.errors, 1);
	CHECK_HAS(said(&g, LANG_JA), S("記録できるのは8件まで"));
}

TEST(a_correction_replaces_what_the_sheet_asks_and_leaves_the_rest)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "symptoms=fever&occupation=教員");
	struct filing g;

	rec_set(f.r, F_spo2, S("98"));
	CHECK(rec_set_extra(f.r, S("of_another_sheet"), S("1")));
	g = file_on(mem, f.sheet, "2020-10-21", S(MINIMUM "occupation=医師"), f.r);
	CHECK_STR(rec_get(g.r, F_occupation), S("医師"));
	CHECK_STR(rec_get(g.r, F_symptoms), S(""));
	CHECK_STR(rec_get(g.r, F_spo2), S("98"));
	CHECK_STR(rec_extra(g.r, S("of_another_sheet")), S("1"));
}

TEST(an_extra_item_for_which_there_is_no_room_is_told)
{
	struct sheet *s;
	struct str why;
	struct record *kept = NEW(mem, struct record);
	struct str text = str_cat(mem, text_of_sheet("covid-2020-10"), S("extra more later text \"追加\" \"More\"\n"));

	CHECK_INT(sheet_read(mem, text, &s, &why), OK);
	for (int i = 0; i < EXTRAS; i++)
		CHECK(rec_set_extra(kept, str_fmt(mem, "old_%d", i), S("x")));
	struct filing f = file_on(mem, s, "2020-10-20", S(MINIMUM "x.more=1"), kept);
	CHECK_HAS(said_at(&f, "x.more"), S("保存する場所がありません"));
	CHECK_INT(f.r->n_extra, EXTRAS);
}

/* ---- minors, ages ---- */

TEST(guardians_of_minors_are_kept_and_those_of_adults_are_not)
{
	const char *guardian = "guardian_name=試験太郎&guardian_kana=しけんたろう&guardian_phone=03-1234-5678";
	struct filing f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM,
	    str_z(mem, str_fmt(mem, "birth_date=2010-01-01&%s", guardian)));

	CHECK_STR(said(&f, LANG_JA), S(""));
	CHECK_STR(rec_get(f.r, F_guardian_name), S("試験太郎"));
	CHECK_STR(rec_get(f.r, F_guardian_kana), S("シケンタロウ"));
	f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM, guardian);
	CHECK_INT(f.bad.errors, 0);
	CHECK_HAS(said_at(&f, "guardian_name"), S("成年"));
	CHECK(!rec_said(rec_get(f.r, F_guardian_name)));
	f = filed(mem, "covid-2022-01", "2022-02-01", MINIMUM, str_z(mem, str_fmt(mem, "birth_date=&%s", guardian)));
	CHECK_STR(rec_get(f.r, F_guardian_name), S("試験太郎"));
}

TEST(the_age_is_computed_at_diagnosis_and_in_months_under_one_year)
{
	struct filing f = filed(mem, "covid-2020-10", "2020-11-20", MINIMUM, "age_years=99");

	CHECK_STR(rec_get(f.r, F_age_years), S("40"));
	CHECK(!rec_said(rec_get(f.r, F_age_months)));
	f = filed(mem, "covid-2020-10", "2020-11-20", MINIMUM, "birth_date=2020-01-21");
	CHECK_STR(rec_get(f.r, F_age_years), S("0"));
	CHECK_STR(rec_get(f.r, F_age_months), S("8"));
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "birth_date=2021-01-21");
	CHECK(!rec_said(rec_get(f.r, F_age_years)));
	f = filed(mem, "covid-2020-10", "2020-10-20", MINIMUM, "birth_date=&age_years=33");
	CHECK_STR(rec_get(f.r, F_age_years), S("33"));
}

/* ---- extra items ---- */

static const struct sheet *
sheet_with_extras(struct arena *mem)
{
	struct sheet *s;
	struct str why;
	struct str text = str_cat(mem, text_of_sheet("covid-2020-10"), S(
	    "extra e_text  later  text  \"文\" \"Text\"\n"
	    "extra e_long  later  long  \"長文\" \"Long\"\n"
	    "extra e_date  later  date  \"日\" \"Date\"\n"
	    "extra e_int   later  int   \"数\" \"Number\"\n"
	    "extra e_yesno accept yesno \"有無\" \"Yes or no\"\n"
	    "extra e_code  later  code  \"選択\" \"Choice\" \"a=甲=A\" \"b=乙=B\"\n"
	    "refuse r_extra when e_code = b and e_yesno = no \"甲にしてください\" \"Choose A\"\n"));

	if (sheet_read(mem, text, &s, &why) != OK)
		BUG(str_z(mem, why));
	return s;
}

TEST(extra_items_of_every_type_come_back)
{
	const struct sheet *s = sheet_with_extras(mem);
	struct filing f = file_on(mem, s, "2020-10-20", S(MINIMUM "x.e_text= 一　&x.e_long=1\r\n2&x.e_date=R2.10.1&x.e_int=１２&"
	    "x.e_yesno=yes&x.e_code=b"), NULL);
	struct record back, again = { .n_extra = 0 };
	struct form form;
	size_t n;

	CHECK_STR(said(&f, LANG_JA), S(""));
	CHECK_STR(rec_extra(f.r, S("e_text")), S("一"));
	CHECK_STR(rec_extra(f.r, S("e_long")), S("1\n2"));
	CHECK_STR(rec_extra(f.r, S("e_date")), S("2020-10-01"));
	CHECK_STR(rec_extra(f.r, S("e_int")), S("12"));
	CHECK_STR(rec_extra(f.r, S("e_code")), S("b"));
	CHECK_INT(rec_from_json(mem, rec_to_json(mem, f.r), &back), OK);
	form = as_form_write(mem, s, &back);
	as_form_read(mem, s, &form, on("2020-10-20"), &again, &f.bad);
	rec_diff(mem, f.r, &again, &n);
	CHECK_INT(n, 0);
}

TEST(faults_of_extra_items_stand_at_them_with_their_label)
{
	struct filing f = file_on(mem, sheet_with_extras(mem), "2020-10-20",
	    S(MINIMUM "x.e_date=いつか&x.e_int=多い&x.e_code=c&x.e_text=\x01"), NULL);

	CHECK_STR(said(&f, LANG_EN), S(
	    "x.e_text error Text holds invisible control characters. Please delete it and type it again.\n"
	    "x.e_date error Date: this cannot be read as a date. For example: 2022-08-19, 20220819, R4.8.19.\n"
	    "x.e_int error Number: please enter a whole number from -999999999 to 999999999.\n"
	    "x.e_yesno error Yes or no: please choose.\n"
	    "x.e_code error Choice: please choose from the list.\n"));
	f = file_on(mem, sheet_with_extras(mem), "2020-10-20", S(MINIMUM "x.e_yesno=不明&x.e_date.unknown=1"), NULL);
	CHECK_INT(f.bad.n, 0);
	CHECK(rec_unknown(rec_extra(f.r, S("e_yesno"))) && rec_unknown(rec_extra(f.r, S("e_date"))));
}

TEST(a_rule_about_extra_items_without_a_place_stands_at_the_sheet)
{
	struct filing f = file_on(mem, sheet_with_extras(mem), "2020-10-20",
	    S(MINIMUM "x.e_yesno=no&x.e_code=b&name="), NULL);

	CHECK_STR(said(&f, LANG_EN), S(" error Choose A\nname error Name: please fill this in.\n"));
}

TEST(every_value_of_a_full_form_comes_back)
{
	const struct sheet *s = sheet_named(mem, "covid-2022-01");
	struct record *r = NEW(mem, struct record), *back = NEW(mem, struct record);
	struct issues bad = issues_new(mem);
	static const char *const value[] = {
		[FT_TEXT] = "文", [FT_LONG] = "a\nb", [FT_NAME] = "髙﨑", [FT_KANA] = "タカサキ", [FT_DATE] = "2010-02-01",
		[FT_PARTIAL] = "2010-02", [FT_YESNO] = "yes", [FT_INT] = "3", [FT_PHONE] = "03-1", [FT_POSTAL] = "1000013",
	};
	size_t n;

	for (size_t i = 0; i < s->n_item; i++) {
		const struct item *it = &s->item[i];
		for (size_t row = 0; row < (fields[it->f].group == G_ONE ? 1 : GROUP_ROWS_AT_ONCE); row++)
			r->v[row][it->f] = it->n_choice > 0 ? it->choice[row % it->n_choice].code
			    : str_of(value[it->type]);
	}
	rec_set(r, F_age_years, S("0"));
	rec_set(r, F_age_months, S("0"));
	struct form form = as_form_write(mem, s, r);
	as_form_read(mem, s, &form, on("2022-02-01"), back, &bad);
	CHECK_INT(bad.n, 0);
	struct rec_change *c = rec_diff(mem, r, back, &n);
	CHECK_INT(n, 0);
	if (n > 0)
		CHECK_STR(c[0].now, c[0].was);
}
