/* test/unit/field_sheet.c: the legal forms: what is shipped, and what a sheet may say. */
#include "filing.h"

#define HEAD \
	"sheet    trial\n" \
	"disease  measles \"麻しん\" \"Measles\"\n" \
	"title    \"麻しん\" \"Measles\"\n" \
	"law      \"第12条\" \"Art. 12\"\n" \
	"valid    2020-01-01 .. 2020-12-31\n" \
	"due      at-once\n" \
	"identity named\n" \
	"classes  confirmed suspected\n" \
	"section  basic \"基本\" \"Basics\"\n" \
	"item     1 type accept\n" \
	"item     14 diagnosis_date accept\n"

static struct sheet *
good(struct arena *mem, const char *text)
{
	struct sheet *s = NULL;
	struct str why = S("");

	CHECK_INT(sheet_read(mem, str_of(text), &s, &why), OK);
	CHECK_STR(why, S(""));
	if (s == NULL)
		BUG(str_z(mem, why));
	return s;
}

static struct str
fault_of(struct arena *mem, const char *text)
{
	struct sheet *s = NULL;
	struct str why = S("");

	CHECK_INT(sheet_read(mem, str_of(text), &s, &why), E_FORMAT);
	CHECK(s == NULL);
	return why;
}

/* ---- shipped ---- */

TEST(all_shipped_sheets_are_read)
{
	struct sheets all = sheets_embedded(mem, S("field/sheets/"));
	static const char *const name[] = {
		"covid-2020-05", "covid-2020-10", "covid-2021-02", "covid-2022-01", "covid-2022-06", "covid-2022-09", "ehec",
		"acute-encephalitis",
	};

	CHECK(all.n >= LEN(name));
	for (size_t i = 0; i < LEN(name); i++) {
		CHECK(sheet_by_name(&all, str_of(name[i])) != NULL);
		CHECK_STR(sheet_by_name(&all, str_of(name[i]))->text, text_of_sheet(name[i]));
	}
	CHECK(sheet_by_name(&all, S("covid-2019")) == NULL);
}

TEST(a_sheet_is_in_force_from_its_first_to_its_last_day)
{
	struct sheets all = sheets_embedded(mem, S("field/sheets/"));
	static const struct {
		const char *day, *disease, *name;
	} row[] = {
		{ "2020-01-31", "covid19", "" },
		{ "2020-02-01", "covid19", "covid-2020-05" },
		{ "2020-10-13", "covid19", "covid-2020-05" },
		{ "2020-10-14", "covid19", "covid-2020-10" },
		{ "2021-02-12", "covid19", "covid-2020-10" },
		{ "2021-02-13", "covid19", "covid-2021-02" },
		{ "2022-01-26", "covid19", "covid-2021-02" },
		{ "2022-01-27", "covid19", "covid-2022-01" },
		{ "2022-06-29", "covid19", "covid-2022-01" },
		{ "2022-06-30", "covid19", "covid-2022-06" },
		{ "2022-09-25", "covid19", "covid-2022-06" },
		{ "2022-09-26", "covid19", "covid-2022-09" },
		{ "2023-05-07", "covid19", "covid-2022-09" },
		{ "2023-05-08", "covid19", "" },
		{ "1999-03-31", "ehec", "" },
		{ "1999-04-01", "ehec", "ehec" },
		{ "9999-12-31", "ehec", "ehec" },
		{ "2022-08-19", "acute_encephalitis", "acute-encephalitis" },
		{ "2022-08-19", "plague", "" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		const struct sheet *s = sheet_in_force(&all, str_of(row[i].disease), on(row[i].day), 13);
		CHECK_STR(s ? s->name : S(""), str_of(row[i].name));
	}
	CHECK(sheet_in_force(&all, S("ehec"), (struct date){ DATE_NONE }, 13) == NULL);
}

TEST(of_several_sheets_the_one_that_began_last_is_in_force)
{
	const struct sheet *a = good(mem, HEAD);
	struct sheet *b = good(mem, HEAD);
	const struct sheet *list[] = { b, a };
	struct sheets all = { .sheet = list, .n = 2 };

	b->from = on("2020-06-01");
	CHECK(sheet_in_force(&all, S("measles"), on("2020-05-31"), 13) == a);
	CHECK(sheet_in_force(&all, S("measles"), on("2020-06-01"), 13) == b);
	CHECK(sheet_in_force(&all, S("measles"), on("2021-01-01"), 13) == NULL);
}

TEST(an_area_may_have_a_sheet_of_its_own_before_the_others)
{
	struct sheets all = sheets_embedded(mem, S("field/sheets/"));
	static const struct {
		const char *day;
		int prefecture;
		const char *name;
	} row[] = {
		{ "2022-09-01", 4, "covid-2022-06" }, { "2022-09-02", 4, "covid-2022-09-02" }, { "2022-09-02", 41, "covid-2022-09-02" },
		{ "2022-09-02", 13, "covid-2022-06" }, { "2022-09-02", 0, "covid-2022-06" }, { "2022-09-25", 31, "covid-2022-09-02" },
		{ "2022-09-26", 4, "covid-2022-09" }, { "2022-09-26", 13, "covid-2022-09" },
	};

	for (size_t i = 0; i < LEN(row); i++)
		CHECK_STR(sheet_in_force(&all, S("covid19"), on(row[i].day), row[i].prefecture)->name, str_of(row[i].name));
}

TEST(a_sheet_to_be_switched_on_is_in_force_only_where_and_while_it_is)
{
	struct sheets all = sheets_embedded(mem, S("field/sheets/"));
	struct sheet_switch sw[2] = {
		{ .sheet = S("covid-2022-08"), .areas = UINT64_C(1) << 13, .from = on("2022-08-04"), .until = on("2022-08-31") },
		{ .sheet = S("covid-2022-08"), .areas = UINT64_C(1) << 4, .from = on("2022-09-01"), .until = { DATE_NONE } },
	};
	static const struct {
		const char *day;
		int prefecture;
		const char *name;
	} row[] = {
		{ "2022-08-03", 13, "covid-2022-06" }, { "2022-08-04", 13, "covid-2022-08" }, { "2022-08-31", 13, "covid-2022-08" },
		{ "2022-09-01", 13, "covid-2022-06" }, { "2022-08-04", 27, "covid-2022-06" }, { "2022-08-04", 0, "covid-2022-06" },
		{ "2022-09-01", 4, "covid-2022-08" },
		/* What begins later counts, and at its own end the switch ends as well. */
		{ "2022-09-02", 4, "covid-2022-09-02" }, { "2022-09-26", 4, "covid-2022-09" },
	};

	CHECK_STR(sheet_in_force(&all, S("covid19"), on("2022-08-04"), 13)->name, S("covid-2022-06"));
	all.on = sw;
	all.n_on = LEN(sw);
	for (size_t i = 0; i < LEN(row); i++)
		CHECK_STR(sheet_in_force(&all, S("covid19"), on(row[i].day), row[i].prefecture)->name, str_of(row[i].name));
	/* Everywhere, from the same day as what is in force there: it was chosen, so it goes before. */
	sw[0] = (struct sheet_switch){ .sheet = S("covid-2022-08"), .from = on("2022-07-22"), .until = { DATE_NONE } };
	CHECK_STR(sheet_in_force(&all, S("covid19"), on("2022-07-22"), 0)->name, S("covid-2022-08"));
}

TEST(areas_are_numbers_of_prefectures)
{
	uint64_t areas = 1;

	CHECK(sheet_areas_read(S("04 08 47"), &areas));
	CHECK_STR(sheet_areas_text(mem, areas), S("04 08 47"));
	CHECK(sheet_areas_read(S(""), &areas));
	CHECK_INT((int64_t)areas, 0);
	CHECK(!sheet_areas_read(S("00"), &areas));
	CHECK(!sheet_areas_read(S("48"), &areas));
	CHECK(!sheet_areas_read(S("4"), &areas));
	CHECK(!sheet_areas_read(S("04  08"), &areas));
}

TEST(the_first_page_of_covid_is_what_seed_q5_asks_for)
{
	static const enum field_id want[] = {
		F_type, F_name, F_name_kana, F_sex, F_birth_date, F_stay_postal, F_stay_address, F_test_method,
		F_test_specimen, F_test_sampled_date, F_test_result,
	};
	struct sheets all = sheets_embedded(mem, S("field/sheets/"));

	for (size_t k = 0; k < all.n; k++) {
		const struct sheet *s = all.sheet[k];
		size_t n = 0;
		if (!str_eq(s->disease, S("covid19")) || s->opt_in)
			continue;
		for (size_t i = 0; i < s->n_item; i++) {
			struct str section = s->section[s->item[i].section].key;
			if (s->item[i].need > NEED_FIRST || str_eq(section, S("dates")) || str_eq(section, S("reporter")))
				continue;
			CHECK(n < LEN(want));
			CHECK_STR(s->item[i].key, fields[n < LEN(want) ? want[n] : F_none].name);
			n++;
		}
		CHECK_INT(n, LEN(want));
		CHECK_INT(sheet_item(s, F_name_kana)->need, NEED_FIRST);
		CHECK_INT(sheet_item(s, F_test_result)->need, NEED_FIRST);
	}
}

TEST(the_least_of_items_for_a_surge_is_seven)
{
	static const enum field_id seven[] = { F_type, F_name, F_sex, F_birth_date, F_stay_address, F_stay_phone, F_doctor_name };
	const struct sheet *s = sheet_named(mem, "covid-2022-08");
	size_t n = 0;

	for (size_t i = 0; i < s->n_item; i++)
		if (s->item[i].need <= NEED_FIRST && !str_eq(s->section[s->item[i].section].key, S("dates"))) {
			CHECK(n < LEN(seven) && s->item[i].f == seven[n]);
			n++;
		}
	CHECK_INT(n, LEN(seven));
}

TEST(the_amendment_of_2022_06_no_longer_asks_what_it_dropped)
{
	const struct sheet *before = sheet_named(mem, "covid-2022-01"), *after = sheet_named(mem, "covid-2022-06");
	static const enum field_id dropped[] = {
		F_occupation, F_symptoms, F_infection_date, F_onset_date, F_route_kind, F_region_kind,
		F_travel_country, F_guardian_address,
	};

	for (size_t i = 0; i < LEN(dropped); i++) {
		CHECK(sheet_item(before, dropped[i]) != NULL);
		CHECK(sheet_item(after, dropped[i]) == NULL);
	}
	CHECK(sheet_item(after, F_guardian_phone) != NULL);
}

TEST(an_anonymous_sheet_asks_sex_and_age_under_its_own_numbers)
{
	const struct sheet *s = sheet_named(mem, "acute-encephalitis");

	CHECK(s->anonymous);
	CHECK_INT(s->due_days, 7);
	CHECK(sheet_item(s, F_name) == NULL && sheet_item(s, F_birth_date) == NULL);
	CHECK_STR(sheet_item(s, F_age_years)->number, S("3"));
	CHECK_STR(sheet_item(s, F_diagnosis_date)->number, S("7"));
	CHECK_STR(sheet_item(s, F_remarks)->number, S("12"));
	CHECK_INT(s->n_type, 2);
}

TEST(a_class_three_sheet_knows_no_suspected_patients)
{
	const struct sheet *s = sheet_named(mem, "ehec");

	CHECK_INT(s->due_days, 0);
	CHECK(!date_given(s->until));
	for (size_t i = 0; i < s->n_type; i++)
		CHECK(!str_eq(s->type[i], S("suspected")));
}

/* ---- the language ---- */

TEST(a_small_sheet_is_understood)
{
	const struct sheet *s = good(mem, HEAD
	    "item     - remarks optional     # a comment\n"
	    "item     11 symptoms later unless type = suspected\n"
	    "choices  symptoms cough fever\n"
	    "extra    icu later code \"集中治療\" \"ICU\" \"yes=要=Needed\" \"no=不要=Not needed\"\n"
	    "         when type = confirmed and age >= 65\n"
	    "refuse   r1 when icu = yes and minor\n"
	    "         \"だめ\" \"No \\\"good\\\"\" at type\n");

	CHECK_STR(s->name, S("trial"));
	CHECK_INT(s->from.day, on("2020-01-01").day);
	CHECK_INT(s->n_item, 5);
	CHECK_STR(s->item[2].number, S(""));
	CHECK_INT(s->item[2].need, NEED_OPTIONAL);
	CHECK(s->item[3].unless);
	CHECK_INT(s->item[3].n_choice, 2);
	CHECK_STR(s->item[3].choice[0].code, S("fever"));
	CHECK_STR(s->item[4].key, S("icu"));
	CHECK_INT(s->item[4].n_choice, 2);
	CHECK_STR(s->item[4].choice[1].by[LANG_JA], S("不要"));
	CHECK_INT(s->item[4].n_cond, 2);
	CHECK_STR(s->item[4].cond[1].word, S("age >= 65"));
	CHECK_STR(s->rule[0].by[LANG_EN], S("No \"good\""));
	CHECK_INT(s->rule[0].at, F_type);
	CHECK_STR(s->rule[0].cond[0].extra, S("icu"));
	CHECK(sheet_extra(s, S("icu")) == &s->item[4] && sheet_extra(s, S("name")) == NULL);
	CHECK(sheet_item(s, F_none) == NULL);
}

TEST(the_example_of_the_handbook_is_understood)
{
	struct str doc = file_text(mem, "doc/sheets.md");

	doc = str_sub(doc, str_find_str(doc, S("```\n")) + 4, doc.n);
	doc = str_sub(doc, 0, str_find_str(doc, S("```\n")));
	const struct sheet *s = good(mem, str_z(mem, doc));
	CHECK_STR(s->name, S("measles-2024"));
	CHECK_INT(sheet_extra(s, S("koplik"))->n_cond, 1);
}

TEST(choices_are_the_whole_list_when_the_sheet_does_not_narrow_it)
{
	const struct sheet *s = good(mem, HEAD "item 3 sex accept\n");

	CHECK_INT(sheet_item(s, F_sex)->n_choice, 3);
	CHECK_INT(sheet_item(s, F_sex)->type, FT_CODE);
	CHECK_STR(sheet_item(s, F_sex)->by[LANG_JA], S("性別"));
}

TEST(a_misspelt_item_is_reported_with_its_line)
{
	CHECK_STR(fault_of(mem, HEAD "item 16 onset_dat later\n"), S("line 12: there is no item `onset_dat`"));
}

TEST(a_fault_in_a_continued_line_is_reported_with_that_line)
{
	CHECK_HAS(fault_of(mem, HEAD "refuse r when type = confirmed\n \"だめ\" \"no\"\n at nowhere\n"), S("line 14: "));
}

TEST(faults_of_sheets_say_what_is_wrong)
{
	static const struct {
		const char *text, *why;
	} row[] = {
		{ "", "a line is missing: `sheet`" },
		{ "sheet trial\n", "a line is missing: `disease`" },
		{ HEAD "sheet again\n", "stands twice: `sheet`" },
		{ HEAD "form 6-1\n", "there is no such line: `form`" },
		{ HEAD "where 04 48\n", "there is no prefecture of two digits `48`" },
		{ HEAD "where\n", "`opt-in` or numbers of prefectures are wanted" },
		{ HEAD "where 04\nwhere 08\n", "this line stands twice: `where`" },
		{ HEAD "\"item\" 1 sex accept\n", "there is no such line" },
		{ HEAD "item 3 sex\n", "`accept`, `first`, `later` or `optional` is wanted" },
		{ HEAD "item 3 sex maybe\n", "not `maybe`" },
		{ HEAD "item 3\n", "the item's name is wanted" },
		{ HEAD "item 3 sex later if x\n", "`when` or `unless` is wanted, not `if`" },
		{ HEAD "item 3 sex later when\n", "a condition is wanted" },
		{ HEAD "item 3 sex later when type\n", "is wanted behind `type`" },
		{ HEAD "item 3 sex later when type = \n", "a code is wanted" },
		{ HEAD "item 3 sex later when type = conformed\n", "there is no code `conformed`" },
		{ HEAD "item 3 sex later when name = x\n", "a condition names an item that the sheet does not ask: `name`" },
		{ HEAD "item 2 name accept\nitem 3 sex later when name = x\n", "only choices can be compared" },
		{ HEAD "item 3 sex later when all type = confirmed\n", "`all` is for items that repeat" },
		{ HEAD "item 3 sex later when all type empty\n", "`all` goes with `=`" },
		{ HEAD "item 3 sex later when age = 3\n", "`>=` or `<` is wanted" },
		{ HEAD "item 3 sex later when age >= old\n", "an age is wanted `old`" },
		{ HEAD "item 3 pregnant later when pregnant = perhaps\n", "`yes` or `no` is wanted, not `perhaps`" },
		{ HEAD "item 3 sex later extra words\n", "not `extra`" },
		{ HEAD "item 1 type accept\n", "asks twice for `type`" },
		{ HEAD "item 12345678901 sex accept\n", "the number is too long" },
		{ HEAD "section basic \"a\" \"b\"\n", "there is already a section `basic`" },
		{ HEAD "section Basic \"a\" \"b\"\n", "a name is small letters" },
		{ HEAD "section more \"a\"\n", "one in English" },
		{ HEAD "section more \"\" \"b\"\n", "a text is empty" },
		{ HEAD "choices symptoms fever\n", "`choices` stands below its item" },
		{ HEAD "item 2 name accept\nchoices name a\n", "has no list of choices for `name`" },
		{ HEAD "item 3 sex accept\nchoices sex both\n", "there is no such choice: `both`" },
		{ HEAD "item 3 sex accept\nchoices sex\n", "codes are wanted" },
		{ HEAD "either stay_address\n", "two items are wanted" },
		{ HEAD "either stay_address home_address\n", "the sheet does not ask for `stay_address`" },
		{ HEAD "extra name later text \"a\" \"b\"\n", "every sheet knows this item" },
		{ HEAD "extra a-b later text \"a\" \"b\"\n", "an item's name has no `-`" },
		{ HEAD "extra a later number \"a\" \"b\"\n", "a type is text, long, date, int, yesno or code, not `number`" },
		{ HEAD "extra a later code \"a\" \"b\"\n", "choices are wanted" },
		{ HEAD "extra a later code \"a\" \"b\" \"x=y\"\n", "a choice is \"code=日本語=English\"" },
		{ HEAD "extra a later code \"a\" \"b\" \"x=y=z=w\"\n", "a choice is \"code=日本語=English\"" },
		{ HEAD "extra a later code \"a\" \"b\" \"X=y=z\"\n", "a code is small letters" },
		{ HEAD "extra a later code \"a\" \"b\" \"x=y=\"\n", "a part is empty" },
		{ HEAD "extra a later code \"a\" \"b\" \"x=y=z\" \"x=v=w\"\n", "the same code twice" },
		{ HEAD "extra a later text \"a\" \"b\"\nextra a later text \"a\" \"b\"\n", "asks twice for `a`" },
		{ HEAD "extra a later text \"a\" \"b\" \"x=y=z\"\n", "`when` or `unless`" },
		{ HEAD "refuse r type = confirmed \"a\" \"b\"\n", "`when` is wanted behind `r`" },
		{ HEAD "refuse r when type = confirmed\n", "a text in Japanese" },
		{ HEAD "refuse r when type = confirmed \"a\" \"b\" at sex\n", "the item behind `at`: `sex`" },
		{ HEAD "refuse r each type when type empty \"a\" \"b\"\n", "`test`, `dose` or `travel` is wanted, not `type`" },
		{ HEAD "warn r when type empty \"a\" \"b\"\nwarn r when type empty \"a\" \"b\"\n", "already a rule `r`" },
		{ HEAD "refuse r when type empty \"a\n", "without closing quote" },
		{ HEAD "item 1 \x01 accept\n", "a control character" },
		{ HEAD "item 1 \xff accept\n", "not UTF-8" },
		{ " item 1 sex accept\n", "an indented line continues nothing" },
		{ "item 1 sex accept\n", "a `section` is wanted before the first item" },
		{ "valid 2020-02-30 ..\n", "there is no day `2020-02-30`" },
		{ "valid 2020-02-03\n", "`..` is wanted behind `2020-02-03`" },
		{ "valid 2020-02-03 .. 2020-02-02\n", "the last day is before the first" },
		{ "due soon\n", "`at-once` or `7-days` is wanted, not `soon`" },
		{ "due 0-days\n", "not `0-days`" },
		{ "identity secret\n", "`named` or `anonymous` is wanted, not `secret`" },
		{ "classes confirmed ill\n", "there is no class of diagnosis `ill`" },
		{ "classes\n", "a class of diagnosis is wanted" },
	};

	for (size_t i = 0; i < LEN(row); i++)
		CHECK_HAS(fault_of(mem, row[i].text), str_of(row[i].why));
}

TEST(every_sheet_asks_for_class_and_day_of_diagnosis)
{
	struct str text = S(HEAD), why;
	size_t at = str_find_str(text, S("item     14"));
	struct sheet *s;

	CHECK_INT(sheet_read(mem, str_sub(text, 0, at), &s, &why), E_FORMAT);
	CHECK_HAS(why, S("for `diagnosis_date`"));
}

TEST(an_anonymous_sheet_cannot_ask_who_somebody_is)
{
	struct str text = text_of_sheet("acute-encephalitis"), why;
	struct sheet *s;

	text = str_cat(mem, text, S("item 2 name later\n"));
	CHECK_INT(sheet_read(mem, text, &s, &why), E_FORMAT);
	CHECK_HAS(why, S("an anonymous sheet cannot ask for `name`"));
}

TEST(line_ends_of_other_systems_do_no_harm)
{
	struct str text = text_of_sheet("ehec"), why = S("");
	struct buf b = buf_new(mem);
	struct sheet *s;

	for (size_t i = 0; i < text.n; i++)
		buf_fmt(&b, text.p[i] == '\n' ? "\r\n" : "%c", text.p[i]);
	CHECK_INT(sheet_read(mem, buf_str(&b), &s, &why), OK);
	CHECK_STR(why, S(""));
	CHECK_STR(s->name, S("ehec"));
}

static struct str
repeated(struct arena *mem, const char *line, int n)
{
	struct buf b = buf_new(mem);

	buf_put(&b, S(HEAD));
	for (int i = 0; i < n; i++) {
		struct str s = str_of(line), part;
		while (str_cut(&s, '%', &part)) {
			buf_put(&b, part);
			if (s.p != NULL)
				buf_fmt(&b, "%d", i);
		}
	}
	return buf_str(&b);
}

TEST(a_sheet_with_too_many_of_anything_is_refused)
{
	static const struct {
		const char *line;
		int most;
		const char *why;
	} row[] = {
		{ "section s% \"a\" \"b\"\n", 39, "too many sections" },
		{ "extra e% later text \"a\" \"b\"\n", EXTRAS, "too many extra items" },
		{ "warn r% when type empty \"a\" \"b\"\n", 100, "too many rules" },
		{ "either type diagnosis_date\n", 8, "too many `either`" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		good(mem, str_z(mem, repeated(mem, row[i].line, row[i].most)));
		CHECK_HAS(fault_of(mem, str_z(mem, repeated(mem, row[i].line, row[i].most + 1))), str_of(row[i].why));
	}
	CHECK_HAS(fault_of(mem, str_z(mem, str_cat(mem, repeated(mem, " x%", 201), S("\n")))), S("too many words"));
	struct str and = S("warn r when type empty");
	for (int k = 0; k < 12; k++)
		and = str_cat(mem, and, S(" and type empty"));
	CHECK_HAS(fault_of(mem, str_z(mem, str_cat(mem, S(HEAD), str_cat(mem, and, S(" \"a\" \"b\"\n"))))),
	    S("too many conditions"));
}

TEST(a_sheet_larger_than_the_limit_is_refused)
{
	char *p = arena_alloc(mem, SHEET_MAX_BYTES + 1);
	struct sheet *s;
	struct str why;

	memset(p, '#', SHEET_MAX_BYTES + 1);
	CHECK_INT(sheet_read(mem, (struct str){ p, SHEET_MAX_BYTES + 1 }, &s, &why), E_FORMAT);
	CHECK_HAS(why, S("too long"));
}

/* ---- conditions ---- */

static bool
holds(struct arena *mem, const char *cond, const struct record *r)
{
	const char *text = str_z(mem, str_fmt(mem, HEAD
	    "item 3 sex accept\nitem 11 symptoms later\nitem 12 test_method first\nitem 12 test_result first\n"
	    "item 18 dose_received later\nitem 17 death_date optional\n"
	    "extra icu later yesno \"要\" \"need\"\n"
	    "refuse r when %s \"a\" \"b\"\n", cond));

	return rule_holds(&good(mem, text)->rule[0], r, 0, false);
}

TEST(conditions_mean_what_they_say)
{
	struct record *r = NEW(mem, struct record);

	CHECK(holds(mem, "sex empty", r) && !holds(mem, "sex given", r) && !holds(mem, "sex = male", r));
	CHECK(holds(mem, "sex != male", r) && !holds(mem, "sex unknown", r));
	rec_set(r, F_sex, S("male"));
	CHECK(holds(mem, "sex = male", r) && !holds(mem, "sex != male", r) && holds(mem, "sex given", r));
	rec_set(r, F_sex, UNKNOWN);
	CHECK(holds(mem, "sex unknown", r) && !holds(mem, "sex empty", r) && !holds(mem, "sex given", r));
	CHECK(holds(mem, "sex != male and sex unknown", r) && !holds(mem, "sex != male and sex empty", r));
	rec_set(r, F_symptoms, S("fever,cough"));
	CHECK(holds(mem, "symptoms = cough", r) && holds(mem, "symptoms != headache", r));
	CHECK(rec_set_extra(r, S("icu"), S("yes")));
	CHECK(holds(mem, "icu = yes", r) && !holds(mem, "icu = no", r) && holds(mem, "icu given", r));
	CHECK(holds(mem, "class_alive", r) && !holds(mem, "class_dead", r) && !holds(mem, "minor", r));
	rec_set(r, F_type, S("corpse_suspected"));
	CHECK(holds(mem, "class_dead", r) && !holds(mem, "class_alive", r));
}

TEST(an_unknown_age_is_neither_old_nor_young)
{
	struct record *r = NEW(mem, struct record);

	CHECK(!holds(mem, "age >= 0", r) && !holds(mem, "age < 65", r));
	rec_set(r, F_age_years, S("65"));
	CHECK(holds(mem, "age >= 65", r) && !holds(mem, "age < 65", r) && holds(mem, "age < 66", r));
}

TEST(rows_are_asked_for_any_none_or_all)
{
	struct record *r = NEW(mem, struct record);

	CHECK(!holds(mem, "all test_result = negative", r));
	CHECK(holds(mem, "test_result empty", r) && holds(mem, "test_method != naat", r));
	r->v[0][F_test_method] = S("naat");
	r->v[0][F_test_result] = S("negative");
	r->v[2][F_test_method] = S("isolation");
	r->v[2][F_test_result] = S("negative");
	CHECK(holds(mem, "all test_result = negative", r));
	CHECK(holds(mem, "test_method = isolation", r) && !holds(mem, "test_method != isolation", r));
	CHECK(!holds(mem, "test_result empty", r));
	r->v[2][F_test_result] = S("");
	CHECK(!holds(mem, "all test_result = negative", r));
	CHECK(holds(mem, "test_result empty", r) && holds(mem, "test_result = negative", r));
}

TEST(a_rule_for_each_row_looks_at_one_row)
{
	const struct sheet *s = good(mem, HEAD "item 12 test_method first\nitem 12 test_result first\n"
	    "item 18 dose_received later\n"
	    "warn r each test when test_method = naat and test_result = negative and dose_received = yes\n"
	    " \"a\" \"b\" at test_result\n");
	struct record *r = NEW(mem, struct record);

	r->v[0][F_test_method] = S("naat");
	r->v[1][F_test_result] = S("negative");
	r->v[3][F_dose_received] = S("yes");
	CHECK(!rule_holds(&s->rule[0], r, 0, false) && !rule_holds(&s->rule[0], r, 1, false));
	r->v[1][F_test_method] = S("naat");
	CHECK(!rule_holds(&s->rule[0], r, 0, false) && rule_holds(&s->rule[0], r, 1, false));
}

TEST(an_item_of_a_group_is_asked_when_any_row_asks)
{
	const struct item *it = sheet_item(sheet_named(mem, "covid-2022-01"), F_test_specimen);
	struct record *r = NEW(mem, struct record);

	CHECK(item_asked(it, r, false));
	r->v[0][F_test_method] = S("clinical");
	CHECK(!item_asked(it, r, false));
	r->v[1][F_test_method] = S("naat");
	CHECK(item_asked(it, r, false));
	CHECK(!item_asked_in(it, r, 0, false) && item_asked_in(it, r, 1, false));
}

TEST(guardians_are_asked_of_minors_only)
{
	const struct sheet *s = good(mem, HEAD "item 9 guardian_name later\n");
	struct record *r = NEW(mem, struct record);

	CHECK(!item_asked(sheet_item(s, F_guardian_name), r, false));
	CHECK(item_asked(sheet_item(s, F_guardian_name), r, true));
}

TEST(items_are_shown_in_words_whether_extra_or_not)
{
	const struct sheet *s = good(mem, HEAD
	    "extra a later yesno \"a\" \"a\"\nextra b later code \"b\" \"b\" \"x=甲=X\"\nextra c later date \"c\" \"c\"\n"
	    "extra d later text \"d\" \"d\"\n");

	CHECK_STR(item_show(mem, sheet_item(s, F_type), S("confirmed"), LANG_EN), S("Patient (confirmed)"));
	CHECK_STR(item_show(mem, sheet_extra(s, S("a")), S("yes"), LANG_JA), S("有"));
	CHECK_STR(item_show(mem, sheet_extra(s, S("a")), UNKNOWN, LANG_JA), S("不明"));
	CHECK_STR(item_show(mem, sheet_extra(s, S("a")), S(""), LANG_JA), S("未入力"));
	CHECK_STR(item_show(mem, sheet_extra(s, S("b")), S("x"), LANG_JA), S("甲"));
	CHECK_STR(item_show(mem, sheet_extra(s, S("b")), S("y"), LANG_JA), S("y"));
	CHECK_STR(item_show(mem, sheet_extra(s, S("c")), S("2022-08-19"), LANG_JA), S("2022年8月19日"));
	CHECK_STR(item_show(mem, sheet_extra(s, S("d")), S("text"), LANG_JA), S("text"));
}
