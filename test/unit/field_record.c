/* test/unit/field_record.c: records: three states, JSON, differences, words for people. */
#include "t.h"

#include "field/record.h"

static struct record *
some_record(struct arena *mem)
{
	struct record *r = NEW(mem, struct record);

	rec_set(r, F_name, S("髙﨑 \"太郎\""));
	rec_set(r, F_symptoms, S("fever,cough"));
	rec_set(r, F_occupation, UNKNOWN);
	rec_set(r, F_infection_date, S("2022-08"));
	r->v[0][F_test_method] = S("naat");
	r->v[2][F_test_result] = UNKNOWN;
	r->v[1][F_dose_date] = S("2021");
	CHECK(rec_set_extra(r, S("icu_need"), S("yes")));
	CHECK(rec_set_extra(r, S("note"), S("<行1>\n行2")));
	return r;
}

static bool
same(struct arena *mem, const struct record *a, const struct record *b)
{
	size_t n;

	rec_diff(mem, a, b, &n);
	return n == 0;
}

TEST(a_zeroed_record_is_empty_and_never_null)
{
	struct record *r = NEW(mem, struct record);

	CHECK(rec_get(r, F_name).p != NULL);
	CHECK(rec_row(r, F_test_result, GROUP_ROWS - 1).p != NULL);
	CHECK(!rec_said(rec_get(r, F_name)) && !rec_unknown(rec_get(r, F_name)));
	CHECK_INT(rec_rows(r, G_TEST), 0);
	CHECK_STR(rec_extra(r, S("x")), S(""));
	CHECK_STR(rec_to_json(mem, r), S("{}"));
}

TEST(json_gives_the_same_record_back)
{
	struct record *r = some_record(mem), back;

	CHECK_INT(rec_from_json(mem, rec_to_json(mem, r), &back), OK);
	CHECK(same(mem, r, &back));
	CHECK_STR(rec_get(&back, F_name), S("髙﨑 \"太郎\""));
	CHECK_STR(rec_extra(&back, S("note")), S("<行1>\n行2"));
	CHECK_INT(rec_rows(&back, G_TEST), 3);
	CHECK_INT(rec_rows(&back, G_DOSE), 2);
}

TEST(unknown_and_empty_stay_apart_in_json)
{
	struct record *r = some_record(mem), back;

	CHECK_HAS(rec_to_json(mem, r), S("\"occupation\":\"?\""));
	CHECK_NOT(rec_to_json(mem, r), S("home_address"));
	CHECK_INT(rec_from_json(mem, rec_to_json(mem, r), &back), OK);
	CHECK(rec_unknown(rec_get(&back, F_occupation)));
	CHECK(!rec_said(rec_get(&back, F_home_address)));
	CHECK(rec_unknown(rec_row(&back, F_test_result, 2)));
	CHECK(!rec_said(rec_row(&back, F_test_result, 0)));
}

TEST(empty_rows_between_others_keep_their_place)
{
	struct record *r = some_record(mem);

	CHECK_HAS(rec_to_json(mem, r), S("\"test\":[{\"test_method\":\"naat\"},{},{\"test_result\":\"?\"}]"));
	CHECK_HAS(rec_to_json(mem, r), S("\"dose\":[{},{\"dose_date\":\"2021\"}]"));
}

TEST(names_of_other_releases_are_ignored)
{
	struct record r;

	CHECK_INT(rec_from_json(mem, S("{\"name\":\"試験\",\"shoe_size\":26,\"test\":[{\"colour\":[1]}]}"), &r), OK);
	CHECK_STR(rec_get(&r, F_name), S("試験"));
	CHECK_INT(rec_rows(&r, G_TEST), 0);
}

TEST(json_that_is_no_record_is_refused_and_leaves_the_record_alone)
{
	static const char *const bad[] = {
		"", "[]", "{", "\"x\"", "{\"name\":3}", "{\"name\":null}", "{\"test\":{}}", "{\"test\":[1]}",
		"{\"extra\":[]}", "{\"extra\":{\"a\":1}}", "{\"extra\":{\"\":\"x\"}}", "{\"test\":[{\"test_method\":[]}]}",
	};
	struct record *r = some_record(mem);

	for (size_t i = 0; i < LEN(bad); i++) {
		CHECK_INT(rec_from_json(mem, str_of(bad[i]), r), E_FORMAT);
		CHECK_STR(rec_get(r, F_symptoms), S("fever,cough"));
	}
}

TEST(too_many_rows_or_extra_items_are_refused)
{
	struct buf b = buf_new(mem);
	struct record r;

	CHECK_INT(rec_from_json(mem, S("{\"test\":[{},{},{},{},{},{},{},{}]}"), &r), OK);
	CHECK_INT(rec_from_json(mem, S("{\"test\":[{},{},{},{},{},{},{},{},{}]}"), &r), E_LIMIT);
	for (int i = 0; i <= EXTRAS; i++)
		buf_fmt(&b, "%s\"k%d\":\"v\"", i ? "," : "{\"extra\":{", i);
	buf_put(&b, S("}}"));
	CHECK_INT(rec_from_json(mem, buf_str(&b), &r), E_LIMIT);
}

TEST(extra_items_are_set_replaced_and_removed)
{
	struct record *r = NEW(mem, struct record);

	CHECK(rec_set_extra(r, S("a"), S("1")) && rec_set_extra(r, S("b"), S("2")) && rec_set_extra(r, S("c"), S("3")));
	CHECK(rec_set_extra(r, S("b"), S("4")));
	CHECK_STR(rec_extra(r, S("b")), S("4"));
	CHECK(rec_set_extra(r, S("a"), S("")));
	CHECK(rec_set_extra(r, S("z"), S("")));
	CHECK_INT(r->n_extra, 2);
	CHECK_STR(rec_extra(r, S("a")), S(""));
	CHECK_STR(rec_extra(r, S("c")), S("3"));
	for (int i = 0; i < EXTRAS - 2; i++)
		CHECK(rec_set_extra(r, str_fmt(mem, "k%d", i), S("x")));
	CHECK(!rec_set_extra(r, S("one_more"), S("x")));
	CHECK(rec_set_extra(r, S("c"), S("5")));
}

TEST(differences_name_field_row_and_both_values)
{
	struct record *was = some_record(mem), *now = some_record(mem);
	size_t n;

	CHECK(same(mem, was, now));
	rec_set(now, F_occupation, S(""));
	now->v[2][F_test_result] = S("negative");
	CHECK(rec_set_extra(now, S("icu_need"), S("")) && rec_set_extra(now, S("new"), S("1")));
	struct rec_change *c = rec_diff(mem, was, now, &n);
	CHECK_INT(n, 4);
	CHECK_INT(c[0].f, F_occupation);
	CHECK_STR(c[0].was, UNKNOWN);
	CHECK_STR(c[0].now, S(""));
	CHECK_INT(c[1].f, F_test_result);
	CHECK_INT(c[1].row, 2);
	CHECK_STR(c[1].now, S("negative"));
	CHECK_INT(c[2].f, F_none);
	CHECK_STR(c[2].key, S("icu_need"));
	CHECK_STR(c[2].was, S("yes"));
	CHECK_STR(c[3].key, S("new"));
	CHECK_STR(c[3].was, S(""));
}

TEST(many_differences_are_all_listed)
{
	struct record *was = NEW(mem, struct record), *now = NEW(mem, struct record);
	size_t n;

	for (size_t f = 1; f < F_COUNT; f++)
		for (size_t row = 0; row < (fields[f].group == G_ONE ? 1 : GROUP_ROWS); row++)
			now->v[row][f] = S("x");
	rec_diff(mem, was, now, &n);
	CHECK(n > F_COUNT);
}

TEST(values_are_shown_in_words)
{
	CHECK_STR(rec_show(mem, F_type, S("confirmed"), LANG_JA), S("患者（確定例）"));
	CHECK_STR(rec_show(mem, F_symptoms, S("fever,cough"), LANG_JA), S("発熱、咳"));
	CHECK_STR(rec_show(mem, F_symptoms, S("fever,cough"), LANG_EN), S("Fever, Cough"));
	CHECK_STR(rec_show(mem, F_pregnant, S("no"), LANG_JA), S("無"));
	CHECK_STR(rec_show(mem, F_pregnant, UNKNOWN, LANG_JA), S("不明"));
	CHECK_STR(rec_show(mem, F_pregnant, S(""), LANG_JA), S("未入力"));
	CHECK_STR(rec_show(mem, F_onset_date, S("2022-08-19"), LANG_JA), S("2022年8月19日"));
	CHECK_STR(rec_show(mem, F_infection_date, S("2022-08"), LANG_JA), S("2022年8月"));
	CHECK_STR(rec_show(mem, F_infection_date, S("2022-08"), LANG_EN), S("August 2022"));
	CHECK_STR(rec_show(mem, F_infection_date, S("2022"), LANG_JA), S("2022年"));
	CHECK_STR(rec_show(mem, F_stay_postal, S("1000013"), LANG_JA), S("100-0013"));
	CHECK_STR(rec_show(mem, F_name, S("髙﨑"), LANG_EN), S("髙﨑"));
}

TEST(what_cannot_be_shown_in_words_is_shown_as_it_is)
{
	CHECK_STR(rec_show(mem, F_type, S("sleepy"), LANG_JA), S("sleepy"));
	CHECK_STR(rec_show(mem, F_onset_date, S("soon"), LANG_JA), S("soon"));
	CHECK_STR(rec_show(mem, F_infection_date, S("2022-19"), LANG_JA), S("2022-19"));
	CHECK_STR(rec_show(mem, F_stay_postal, S("12"), LANG_JA), S("12"));
}

TEST(an_age_comes_from_the_birth_date_or_as_typed)
{
	struct record *r = NEW(mem, struct record);

	CHECK_INT(rec_age(r), -1);
	rec_set(r, F_age_years, S("65"));
	CHECK_INT(rec_age(r), 65);
	rec_set(r, F_birth_date, S("1980-04-01"));
	rec_set(r, F_diagnosis_date, S("2022-03-31"));
	CHECK_INT(rec_age(r), 41);
	rec_set(r, F_diagnosis_date, S("2022-04-01"));
	CHECK_INT(rec_age(r), 42);
}

TEST(codes_are_found_whole)
{
	CHECK(rec_has(S("fever,cough"), S("cough")));
	CHECK(!rec_has(S("severe_pneumonia"), S("pneumonia")));
	CHECK(!rec_has(S(""), S("cough")));
}
