/* test/http/sheet.c: which sheet is in force; publishing another one on the running system. */
#include "world.h"

#include "base/files.h"
#include "reading.h"

static struct str
sheet_text(struct arena *mem, const char *name)
{
	struct str data;

	if (!files_get(str_fmt(mem, "field/sheets/%s.sheet", name), &data))
		BUG("test: no such sheet");
	return data;
}

/* The text with one part replaced. */
static struct str
with(struct arena *mem, struct str text, const char *was, const char *now)
{
	size_t at = str_find_str(text, str_of(was));

	if (at == text.n)
		BUG("test: nothing to replace");
	return str_fmt(mem, "%.*s%s%.*s", (int)at, text.p, now, (int)(text.n - at - strlen(was)),
	    text.p + at + strlen(was));
}

static struct http_reply
publish(struct web_world *w, struct str text)
{
	return post(w, ADMIN, S("/admin/sheets"), pair(w->mem, "text", text));
}

/* ---- the diagnosis decides ---- */

WEB_TEST(the_day_of_diagnosis_chooses_the_sheet)
{
	static const struct { const char *day, *sheet; } row[] = {
		{ "2020-02-01", "covid-2020-05" }, { "2020-10-13", "covid-2020-05" }, { "2020-10-14", "covid-2020-10" },
		{ "2020-10-20", "covid-2020-10" }, { "2021-02-12", "covid-2020-10" }, { "2021-02-13", "covid-2021-02" },
		{ "2022-01-26", "covid-2021-02" }, { "2022-01-27", "covid-2022-01" }, { "2022-06-29", "covid-2022-01" },
		{ "2022-06-30", "covid-2022-06" }, { "2022-09-25", "covid-2022-06" }, { "2022-09-26", "covid-2022-09" },
		{ "2022-09-30", "covid-2022-09" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct filed f = filed(w, DOCTOR, str_fmt(mem,
		    "diagnosis_date=%s&test_sampled_date.1=%s&birth_date=1940-01-%02d",
		    row[i].day, row[i].day, (int)i + 1));
		CHECK_STR(text_in(w, str_fmt(mem, "SELECT sheet FROM notification WHERE id = '%.*s'", STR_ARG(f.id)).p),
		    str_of(row[i].sheet));
	}
}

WEB_TEST(a_diagnosis_before_the_disease_was_notifiable_is_refused_at_its_date)
{
	struct http_reply r = file_minimum(w, DOCTOR, S("diagnosis_date=2020-01-31"));

	CHECK_INT(r.status, 422);
	CHECK_HAS(read_note(mem, r.body, "diagnosis_date"), S("この診断日に有効な様式がありません。"));
	CHECK_STR(read_value(mem, r.body, "name"), S(HANAKO));
	CHECK_INT(rows_of(w, "notification"), 0);
}

WEB_TEST(a_disease_that_nobody_knows_falls_back_to_a_form_that_exists)
{
	CHECK_INT(get(w, DOCTOR, S("/notifications/new?disease=plague-of-toads")).status, 404);
	struct http_reply r = file_minimum(w, DOCTOR, S("disease=plague-of-toads"));
	CHECK(r.status == 422 || r.status == 404);
	CHECK_INT(rows_of(w, "notification"), 0);
}

/* Changing the date on the page shows the other form with everything that both ask. */
WEB_TEST(the_form_of_another_day_keeps_what_was_typed)
{
	struct http_reply r = file_minimum(w, DOCTOR,
	    S("diagnosis_date=2020-10-20&test_sampled_date.1=2020-10-19&type=suspected"));

	CHECK_INT(r.status, 422);
	CHECK_STR(read_value(mem, r.body, "sheet"), S("covid-2020-10"));
	CHECK_STR(read_value(mem, r.body, "name"), S(HANAKO));
	CHECK_STR(read_value(mem, r.body, "test_method.1"), S("naat"));
}

/* ---- rules of their time (seed Q3, Q10-2) ---- */

WEB_TEST(a_suspected_case_of_october_2020_must_be_in_hospital)
{
	struct str day = S("diagnosis_date=2020-10-20&test_sampled_date.1=2020-10-19&type=suspected&");
	struct http_reply r = file_minimum(w, DOCTOR, day);

	CHECK_INT(r.status, 422);
	CHECK_HAS(read_note(mem, r.body, "hospitalised"), S("疑似症患者の届出は入院症例に限ります。"));
	/* The folded section opens at the fault. */
	CHECK_HAS(r.body, S("id=\"s-hospital\" open"));
	CHECK_INT(rows_of(w, "notification"), 0);
	CHECK_INT(file_minimum(w, DOCTOR, str_cat(mem, day, S("hospitalised=yes"))).status, 303);
	CHECK_INT(file_minimum(w, DOCTOR, str_cat(mem, day,
	    S("needs_hospital=yes&birth_date=1970-01-01"))).status, 303);
}

WEB_TEST(before_october_2020_an_outpatient_may_be_suspected)
{
	CHECK_INT(file_minimum(w, DOCTOR, S("diagnosis_date=2020-10-13&test_sampled_date.1=2020-10-12&"
	    "type=suspected")).status, 303);
}

WEB_TEST(from_january_2022_a_case_without_a_test_is_a_suspected_one)
{
	struct str clinical = S("type=suspected&test_method.1=clinical&test_specimen.1=&test_sampled_date.1=&");

	CHECK_INT(file_minimum(w, DOCTOR, str_cat(mem, clinical, S("diagnosis_date=2022-01-26"))).status, 422);
	CHECK_INT(rows_of(w, "notification"), 0);
	CHECK_INT(file_minimum(w, DOCTOR, str_cat(mem, clinical, S("diagnosis_date=2022-01-27"))).status, 303);
}

WEB_TEST(from_the_end_of_september_2022_the_young_and_well_are_counted_only)
{
	struct http_reply r = file_minimum(w, DOCTOR, S("diagnosis_date=2022-09-26&test_sampled_date.1=2022-09-26"));

	CHECK_INT(r.status, 422);
	CHECK_HAS(read_note(mem, r.body, "needs_hospital"), S("届出の対象は、65歳以上の方"));
	CHECK_INT(file_minimum(w, DOCTOR, S("diagnosis_date=2022-09-26&test_sampled_date.1=2022-09-26&"
	    "birth_date=1957-09-26")).status, 303);
	CHECK_INT(file_minimum(w, DOCTOR, S("diagnosis_date=2022-09-26&test_sampled_date.1=2022-09-26&"
	    "birth_date=1957-09-27")).status, 422);
	CHECK_INT(file_minimum(w, DOCTOR, S("diagnosis_date=2022-09-26&test_sampled_date.1=2022-09-26&"
	    "needs_hospital=yes")).status, 303);
}

WEB_TEST(a_question_is_asked_and_hinders_only_until_the_person_says_that_it_is_right)
{
	struct http_reply r = file_minimum(w, DOCTOR, S("test_result.1=negative&name="));

	CHECK_INT(r.status, 422);
	CHECK_HAS(read_note(mem, r.body, "type"), S("検査がすべて陰性ですが、診断分類が患者（確定例）です。"));
	CHECK_NOT(r.body, S("name=\"ask_ack\""));
	r = file_minimum(w, DOCTOR, S("test_result.1=negative"));
	CHECK_INT(r.status, 422);
	CHECK_HAS(r.body, S("name=\"ask_ack\""));
	CHECK_INT(rows_of(w, "notification"), 0);
	CHECK_INT(file_minimum(w, DOCTOR, S("test_result.1=negative&ask_ack=1")).status, 303);
}

WEB_TEST(a_warning_hinders_nothing_and_is_told_on_the_receipt)
{
	struct filed f = filed(w, DOCTOR, S("sex=male&pregnant=yes"));

	CHECK_HAS(read_text(mem, get(w, DOCTOR, f.receipt).body), S("性別が男で妊娠が「有」です。"));
}

/* ---- other diseases ---- */

#define EHEC "disease=ehec&test_method.1=isolation_toxin&test_specimen.1=stool&"

WEB_TEST(a_class_three_disease_has_its_own_sheet_and_items_of_its_own)
{
	struct http_reply r = get(w, DOCTOR, S("/notifications/new?disease=ehec"));

	CHECK_HAS(read_text(mem, r.body), S("腸管出血性大腸菌感染症 発生届"));
	CHECK_HAS(r.body, S("name=\"x.serogroup\""));
	struct filed f = filed(w, DOCTOR, S(EHEC "x.serogroup=o157&x.verotoxin=vt1_vt2"));
	CHECK_STR(text_in(w, "SELECT disease FROM casefile"), S("ehec"));
	CHECK_STR(text_in(w, "SELECT sheet FROM notification"), S("ehec"));
	CHECK_HAS(text_in(w, "SELECT extra FROM notification"), S("\"serogroup\":\"o157\""));
	struct str page = read_text(mem, get(w, CENTRE, f.file).body);
	CHECK_HAS(page, S("O血清群O157"));
	CHECK_HAS(page, S("VT1・VT2"));
	CHECK_STR(read_value(mem, get(w, DOCTOR, f.edit).body, "x.serogroup"), S("o157"));
	CHECK_HAS(read_text(mem, get(w, DOCTOR, f.print).body), S("O157"));
	/* A class that it does not know is refused. */
	r = file_minimum(w, DOCTOR, S(EHEC "type=suspected&birth_date=1970-01-01"));
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_note(mem, r.body, "type"), S("この様式では「疑似症患者」の届出はできません。"));
}

#define ENCEPHALITIS "disease=acute_encephalitis&age_years=7&test_specimen.1=csf&"

WEB_TEST(an_anonymous_disease_asks_for_no_name_and_keeps_none)
{
	struct http_reply r = get(w, DOCTOR, S("/notifications/new?disease=acute_encephalitis"));

	CHECK_HAS(read_text(mem, r.body), S("急性脳炎 発生届"));
	CHECK_NOT(r.body, S("name=\"name\""));
	CHECK_NOT(r.body, S("name=\"birth_date\""));
	CHECK_NOT(r.body, S("name=\"stay_address\""));
	/* Whoever sends one all the same keeps it for himself. */
	struct filed f = filed(w, DOCTOR, S(ENCEPHALITIS "stay_phone=" PHONE "&home_address=" ADDRESS "&"
	    "guardian_name=" TARO));
	CHECK_INT(rows_of(w, "search_key"), 0);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM casefile WHERE name IS NULL AND name_kana IS NULL AND "
	    "birth_date IS NULL AND phone IS NULL"), 1);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM notification WHERE name IS NULL AND birth_date IS NULL AND "
	    "stay_address IS NULL "
	    "AND stay_phone IS NULL AND home_address IS NULL AND guardian_name IS NULL"), 1);
	CHECK_STR(text_in(w, "SELECT band || ' ' || sex FROM casefile"), S("0 female"));
	CHECK_INT(number_in(w, "SELECT SUM(persons) FROM stat_group WHERE scope = 13 AND axis = 'report' AND band "
	    "= '0'"), 1);
	CHECK(f.number.n == 12);
}

/* What has no name still needs a place to press, and a sentence that reads. */
WEB_TEST(a_case_without_a_name_can_be_opened_from_every_list)
{
	struct filed f = filed(w, DOCTOR, S(ENCEPHALITIS));
	struct str link = str_fmt(mem, "<a href=\"%.*s\"></a>", STR_ARG(f.file)), named = str_fmt(mem,
	    "<a href=\"%.*s\">（氏名なし）</a>", STR_ARG(f.file));

	CHECK_NOT(get(w, DOCTOR, S("/notifications")).body, link);
	CHECK_HAS(get(w, DOCTOR, S("/notifications")).body, named);
	CHECK_HAS(get(w, CENTRE, S("/inbox")).body, named);
	CHECK_HAS(post(w, CENTRE, S("/search"), str_cat(mem, S("q="), f.number)).body, named);
	CHECK_HAS(read_text(mem, get(w, DOCTOR, f.receipt).body), S("（氏名なし）さんの発生届"));
	struct http_reply r = get(w, CENTRE, f.file);
	CHECK_INT(r.status, 200);
	CHECK_HAS(read_text(mem, between(r.body, "<h1>", "</h1>")), S("（氏名なし）"));
	CHECK_HAS(read_text(mem, r.body), S("診断時の年齢7"));
	CHECK_NOT(read_text(mem, r.body), S("生まれ"));
	CHECK_INT(get(w, DOCTOR, f.print).status, 200);
	CHECK_INT(get(w, DOCTOR, f.edit).status, 200);
}

/* ---- publishing ---- */

WEB_TEST(a_published_sheet_with_a_new_item_is_filed_on_at_once)
{
	struct filed before = filed(w, DOCTOR, S("birth_date=1970-01-01"));
	struct str text = with(mem, sheet_text(mem, "covid-2022-06"), "section  other",
	    "extra    icu_need accept yesno \"集中治療の必要\" \"Needs intensive care\"\n"
	    "section  other");
	struct http_reply r = publish(w, text);

	CHECK_INT(r.status, 303);
	CHECK_STR(header(&r, "Location"), S("/sheets/covid-2022-06%402"));
	r = follow(w, ADMIN, &r);
	CHECK_INT(r.status, 200);
	CHECK_HAS(read_text(mem, r.body), S("集中治療の必要"));
	CHECK_STR(looked_at(w, "sheet.publish"), S("covid-2022-06"));
	/* In force for everybody, without a restart. */
	r = file_minimum(w, DOCTOR, S(""));
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_note(mem, r.body, "x.icu_need"), S("集中治療の必要を選んでください。"));
	struct filed after = filed(w, DOCTOR, S("x.icu_need=yes"));
	CHECK_STR(text_in(w, str_fmt(mem, "SELECT sheet || ' ' || extra FROM notification WHERE id = '%.*s'",
	    STR_ARG(after.id)).p),
	    S("covid-2022-06@2 {\"extra\":{\"icu_need\":\"yes\"}}"));
	CHECK_HAS(read_text(mem, get(w, CENTRE, after.file).body), S("集中治療の必要有"));
	/* What was written under the old one stays as it is, to read and to correct. */
	CHECK_NOT(get(w, DOCTOR, before.file).body, S("集中治療の必要"));
	CHECK_INT(correct(w, DOCTOR, &before, S("stay_phone=" PHONE)).status, 303);
	CHECK_STR(text_in(w, str_fmt(mem, "SELECT sheet FROM notification WHERE id = '%.*s'",
	    STR_ARG(before.id)).p), S("covid-2022-06"));
	/* A changed extra item stands in the history. */
	CHECK_INT(correct(w, DOCTOR, &after, S("x.icu_need=no")).status, 303);
	CHECK_HAS(read_text(mem, get(w, CENTRE, str_cat(mem, after.file, S("/history"))).body), S("集中治療の必要 有 → 無"));
}

WEB_TEST(what_is_published_is_there_after_a_restart)
{
	struct str text = with(mem, sheet_text(mem, "ehec"), "extra    serogroup later",
	    "extra    farm later text \"農場\" \"Farm\"\nextra    serogroup later");
	struct sheetset *again;
	struct str why = S("");

	CHECK_INT(publish(w, text).status, 303);
	CHECK_INT(publish(w, text).status, 303);
	CHECK_INT(sheetset_open(w->st, mem, &again, &why), OK);
	CHECK(sheetset_version(again, S("ehec@2")) != NULL && sheetset_version(again, S("ehec@3")) != NULL);
	CHECK(sheetset_version(again, S("ehec")) != NULL);
	CHECK_INT(rows_of(w, "sheet"), 2);
	CHECK_STR(text_in(w, "SELECT text FROM sheet WHERE ver = 3"), text);
}

WEB_TEST(a_sheet_for_a_new_disease_opens_its_notifications)
{
	struct str text = with(mem, sheet_text(mem, "ehec"), "sheet    ehec", "sheet    cholera");

	text = with(mem, text, "disease  ehec \"腸管出血性大腸菌感染症\" \"EHEC infection\"",
	    "disease  cholera \"コレラ\" \"Cholera\"");
	text = with(mem, text, "腸管出血性大腸菌感染症 発生届", "コレラ 発生届");
	CHECK_INT(publish(w, text).status, 303);
	CHECK_HAS(read_text(mem, get(w, DOCTOR, S("/notifications/new?disease=cholera")).body), S("コレラ 発生届"));
	filed(w, DOCTOR, S("disease=cholera&test_method.1=isolation_toxin&test_specimen.1=stool"));
	CHECK_STR(text_in(w, "SELECT disease FROM casefile"), S("cholera"));
	CHECK_HAS(read_text(mem, get(w, MINISTRY, S("/figures")).body), S("コレラ"));
	CHECK_HAS(read_text(mem, get(w, CENTRE, S("/inbox")).body), S("コレラ"));
}

WEB_TEST(a_misspelt_sheet_is_refused_with_its_line_and_nothing_changes)
{
	struct str text = with(mem, sheet_text(mem, "ehec"), "item     2 name accept", "item     2 nmae accept");
	struct http_reply r = publish(w, text);
	size_t line = times_in(str_sub(text, 0, str_find_str(text, S("nmae"))), S("\n")) + 1;

	CHECK_INT(r.status, 422);
	CHECK_HAS(read_text(mem, between(r.body, "id=\"sheet-fault\"", "</p>")), str_fmt(mem, "line %zu", line));
	CHECK_HAS(read_text(mem, between(r.body, "id=\"sheet-fault\"", "</p>")), S("nmae"));
	/* What was typed is still there. */
	CHECK_STR(str_trim(unescaped(mem, between(r.body,
	    "autocapitalize=\"none\" aria-invalid=\"true\" aria-describedby=\"sheet-fault\">\n", "</textarea>"))),
	    str_trim(text));
	CHECK_INT(rows_of(w, "sheet"), 0);
	CHECK_INT(publish(w, S("")).status, 422);
	CHECK_INT(publish(w, S("sheet x@9\n")).status, 422);
	CHECK_INT(file_minimum(w, DOCTOR, S("")).status, 303);
}

WEB_TEST(nobody_but_an_administrator_publishes)
{
	for (enum seat k = DOCTOR; k < SEATS; k++) {
		if (k == ADMIN)
			continue;
		CHECK_INT(get(w, k, S("/admin/sheets")).status, 403);
		CHECK_INT(post(w, k, S("/admin/sheets"), pair(mem, "text", sheet_text(mem, "ehec"))).status, 403);
	}
	CHECK_INT(rows_of(w, "sheet"), 0);
}

WEB_TEST(everybody_reads_every_sheet_and_its_rules)
{
	struct http_reply r = get(w, CENTRE, S("/sheets"));

	CHECK_HAS(read_text(mem, r.body), S("covid-2022-09"));
	CHECK_HAS(read_text(mem, r.body), S("適用中"));
	r = get(w, CENTRE, S("/sheets/covid-2020-10"));
	CHECK_HAS(read_text(mem, r.body), S("疑似症患者の届出は入院症例に限ります。"));
	CHECK_HAS(unescaped(mem, r.body), S("valid    2020-10-14 .. 2021-02-12"));
	CHECK_INT(get(w, CENTRE, S("/sheets/no-such-sheet")).status, 404);
}
