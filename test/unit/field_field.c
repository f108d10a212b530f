/* test/unit/field_field.c: the tables of items and choices. */
#include "t.h"

#include "field/field.h"

TEST(every_field_is_found_by_its_name)
{
	for (size_t f = 1; f < F_COUNT; f++)
		CHECK_INT(field_by_name(fields[f].name), f);
	CHECK_INT(field_by_name(S("")), F_none);
	CHECK_INT(field_by_name(S("onset_dat")), F_none);
	CHECK_INT(field_by_name(S("onset_date ")), F_none);
}

TEST(every_field_has_labels_in_both_languages_and_no_null)
{
	for (size_t f = 1; f < F_COUNT; f++) {
		CHECK(fields[f].by[LANG_JA].n > 0 && fields[f].by[LANG_EN].n > 0);
		CHECK(fields[f].hint[LANG_JA].p != NULL && fields[f].hint[LANG_EN].p != NULL);
		CHECK(fields[f].fhir.p != NULL);
		CHECK_INT(fields[f].hint[LANG_JA].n > 0, fields[f].hint[LANG_EN].n > 0);
	}
	CHECK(fields[F_none].name.p != NULL && fields[F_none].by[LANG_EN].p != NULL);
}

TEST(choices_have_a_list_and_only_they)
{
	for (size_t f = 1; f < F_COUNT; f++) {
		bool choice = fields[f].type == FT_CODE || fields[f].type == FT_CODES;
		CHECK_INT(choice, fields[f].codes != C_none);
	}
}

TEST(dates_are_compared_with_dates_of_the_same_row_or_of_the_whole)
{
	for (size_t f = 1; f < F_COUNT; f++)
		for (size_t i = 0; i < LEN(fields[f].not_after); i++) {
			const struct field *other = &fields[fields[f].not_after[i]];
			if (fields[f].not_after[i] == F_none)
				continue;
			CHECK(other->type == FT_DATE || other->type == FT_PARTIAL);
			CHECK(other->group == G_ONE || other->group == fields[f].group);
		}
}

TEST(numbers_have_limits)
{
	for (size_t f = 1; f < F_COUNT; f++)
		if (fields[f].type == FT_INT)
			CHECK(fields[f].low < fields[f].high);
}

TEST(no_code_stands_twice_in_a_list_and_lists_fit_in_64_bits)
{
	for (int list = C_none + 1; list < C_COUNT; list++) {
		size_t n;
		const struct code *c = codes_of((enum codes_id)list, &n);
		CHECK(n > 0 && n <= 64);
		for (size_t i = 0; i < n; i++) {
			CHECK(code_find((enum codes_id)list, c[i].code) == &c[i]);
			CHECK(c[i].by[LANG_JA].n > 0 && c[i].by[LANG_EN].n > 0);
		}
	}
}

TEST(lists_hold_what_the_form_offers)
{
	size_t n;

	CHECK_STR(codes_name(C_diagnosis_class), S("diagnosis_class"));
	CHECK_STR(codes_of(C_diagnosis_class, &n)[0].code, S("confirmed"));
	CHECK_INT(n, 5);
	CHECK_STR(code_find(C_sex, S("female"))->by[LANG_JA], S("女"));
	CHECK(code_find(C_test_result, S("unknown")) == NULL);
	CHECK_STR(codes_of(C_case_status, &n)[0].code, S("not_set"));
	CHECK_INT(n, 13);
	codes_of(C_none, &n);
	CHECK_INT(n, 0);
	CHECK(code_find(C_none, S("confirmed")) == NULL);
}

TEST(groups_are_walked_in_table_order)
{
	CHECK_INT(field_next(G_ONE, F_none, false), F_report_date);
	CHECK_INT(field_next(G_TEST, F_none, false), F_test_method);
	CHECK_INT(field_next(G_TEST, F_test_payment, false), F_none);
	CHECK_INT(field_next(G_DOSE, F_none, false), F_dose_received);
	CHECK_INT(field_next(G_TRAVEL, F_travel_returned_date, false), F_none);
	CHECK_INT(field_next(G_ONE, F_guardian_phone, false), F_symptoms);
	CHECK_INT(field_next(G_ONE, F_guardian_phone, true), F_symptom_other);
	CHECK_INT(field_next(G_ONE, F_remarks, false), F_none);
}
