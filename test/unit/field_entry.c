/* test/unit/field_entry.c: what the tabs of a case hold: every kind as a sheet, forms of several rows, three states, severity. */
#include "t.h"

#include "domain/care.h"
#include "field/entry.h"

static struct date
today(void)
{
	struct date d;

	if (!date_from_iso(S("2022-09-30"), &d))
		BUG("test: no such day");
	return d;
}

struct got {
	struct record *r;
	struct issues bad;
};

static struct got
typed(struct arena *mem, enum entry_id kind, size_t row, const char *body)
{
	struct got g = { NEW(mem, struct record), issues_new(mem) };
	struct form f;

	if (form_read(mem, str_of(body), &f) != OK)
		BUG("test: no form");
	entry_read(mem, entry_kind(kind), &f, row, today(), g.r, &g.bad);
	return g;
}

/* The first sentence about an item; "" when there is none. */
static struct str
told(struct arena *mem, const struct got *g, const char *key)
{
	for (size_t i = 0; i < g->bad.n; i++)
		if (str_eq(g->bad.list[i].key, str_of(key)))
			return issue_text(mem, &g->bad.list[i], LANG_JA);
	return S("");
}

TEST(every_kind_has_its_names_its_law_and_items_that_can_be_filled_in)
{
	for (size_t k = ENTRY_none + 1; k < ENTRY_COUNT; k++) {
		const struct entry_kind *kind = entry_kind((enum entry_id)k);
		CHECK(kind->name.n > 0 && kind->tab.n > 0 && kind->law.n > 0);
		CHECK(kind->by[LANG_JA].n > 0 && kind->by[LANG_EN].n > 0);
		CHECK(entry_by_name(kind->name) == k && entry_by_tab(kind->tab) == k);
		CHECK(kind->rows >= 1 && kind->rows <= ENTRY_ROWS);
		CHECK(kind->when.n == 0 || sheet_extra(&kind->sheet, kind->when) != NULL);
		size_t columns = 0;
		for (size_t i = 0; i < kind->sheet.n_item; i++) {
			const struct item *it = &kind->sheet.item[i];
			CHECK(it->need == NEED_OPTIONAL && it->f == F_none);
			CHECK(it->by[LANG_JA].n > 0 && it->by[LANG_EN].n > 0 && (it->hint[LANG_JA].n > 0) == (it->hint[LANG_EN].n > 0));
			CHECK((it->type == FT_CODE || it->type == FT_CODES) == (it->n_choice > 0));
			CHECK((it->type != FT_INT && it->type != FT_DECIMAL) || it->low < it->high);
			CHECK(it->not_before.n == 0 || sheet_extra(&kind->sheet, it->not_before) != NULL);
			for (size_t j = 0; j < i; j++)
				CHECK(!str_eq(kind->sheet.item[j].key, it->key));
			columns += kind->look[i].column;
		}
		CHECK(columns > 0);
	}
	CHECK_INT(entry_by_tab(S("history")), ENTRY_none);
	CHECK_INT(entry_by_name(S("")), ENTRY_none);
}

TEST(what_people_type_into_an_entry_is_understood)
{
	static const struct { enum entry_id kind; const char *body, *key, *want; } row[] = {
		{ ENTRY_health, "x.temperature=３７．５", "temperature", "37.5" },
		{ ENTRY_health, "x.temperature=37", "temperature", "37.0" },
		{ ENTRY_health, "x.at=2022-09-29 9:05", "at", "2022-09-29 09:05" },
		{ ENTRY_health, "x.at=R4.9.29　0905", "at", "2022-09-29 09:05" },
		{ ENTRY_health, "x.at=令和4年9月29日 9時5分", "at", "2022-09-29 09:05" },
		{ ENTRY_health, "x.at=2022-09-29T21:30", "at", "2022-09-29 21:30" },
		{ ENTRY_health, "x.at=2022-09-29 ９時", "at", "2022-09-29 09:00" },
		{ ENTRY_health, "x.at=2022/9/29", "at", "2022-09-29" },
		{ ENTRY_health, "x.spo2=９６", "spo2", "96" },
		{ ENTRY_health, "x.symptoms=malaise&x.symptoms=cough", "symptoms", "cough,malaise" },
		{ ENTRY_health, "x.temperature.unknown=1", "temperature", "?" },
		{ ENTRY_health, "x.temperature=不明", "temperature", "?" },
		{ ENTRY_health, "x.text=一行%0D%0A二行", "text", "一行\n二行" },
		{ ENTRY_stay, "x.postal=〒100-0013", "postal", "1000013" },
		{ ENTRY_stay, "x.phone=０３（１２３４）５６７８", "phone", "03-1234-5678" },
		{ ENTRY_stay, "x.from_date=R4.9.1", "from_date", "2022-09-01" },
		{ ENTRY_care, "x.icu=yes", "icu", "yes" },
		{ ENTRY_external, "x.system_name= NESID　", "system_name", "NESID" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct got g = typed(mem, row[i].kind, 0, row[i].body);
		CHECK_INT(g.bad.errors, 0);
		CHECK_STR(rec_extra(g.r, str_of(row[i].key)), str_of(row[i].want));
		CHECK(entry_said(entry_kind(row[i].kind), g.r));
	}
}

TEST(what_cannot_be_is_told_at_its_item_in_words)
{
	static const struct { enum entry_id kind; const char *body, *key, *says; } row[] = {
		{ ENTRY_health, "x.temperature=45.1", "temperature", "30.0から45.0まで" },
		{ ENTRY_health, "x.temperature=29.9", "temperature", "30.0から45.0まで" },
		{ ENTRY_health, "x.temperature=36.55", "temperature", "小数第1位まで" },
		{ ENTRY_health, "x.temperature=高い", "temperature", "小数第1位まで" },
		{ ENTRY_health, "x.temperature=37.", "temperature", "小数第1位まで" },
		{ ENTRY_health, "x.at=2022-09-31 9:00", "at", "その月は30日まで" },
		{ ENTRY_health, "x.at=2022-09-29 24:00", "at", "日時として読み取れません" },
		{ ENTRY_health, "x.at=きのう", "at", "日時として読み取れません" },
		{ ENTRY_health, "x.at=2022-10-01 9:00", "at", "今日より後にできません" },
		{ ENTRY_health, "x.spo2=101", "spo2", "0から100まで" },
		{ ENTRY_health, "x.pulse=19", "pulse", "20から300まで" },
		{ ENTRY_health, "x.condition=superb", "condition", "一覧から選び直して" },
		{ ENTRY_health, "x.symptoms=none&x.symptoms=cough", "symptoms", "「症状なし」とほかの項目" },
		{ ENTRY_health, "x.temperature=37.5&x.temperature.unknown=1", "temperature", "「不明」の印を外すか" },
		{ ENTRY_stay, "x.from_date=2022-09-10&x.until_date=2022-09-09", "until_date", "開始日より前にできません" },
		{ ENTRY_stay, "x.postal=12", "postal", "7桁" },
		{ ENTRY_care, "x.icu=perhaps", "icu", "一覧から選び直して" },
		{ ENTRY_external, "x.value=a%E2%80%AEb", "value", "目に見えない文字" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct got g = typed(mem, row[i].kind, 0, row[i].body);
		CHECK(g.bad.errors > 0);
		CHECK_HAS(told(mem, &g, row[i].key), str_of(row[i].says));
	}
	struct buf long_one = buf_new(mem);
	buf_put(&long_one, S("x.system_name="));
	for (int i = 0; i < 61; i++)
		buf_byte(&long_one, 'x');
	struct got g = typed(mem, ENTRY_external, 0, str_z(mem, buf_str(&long_one)));
	CHECK_HAS(told(mem, &g, "system_name"), S("60文字まで"));
}

TEST(rows_of_tests_are_read_each_for_itself)
{
	const char *body = "x.result.1=negative&x.result.2=positive&x.result.3.unknown=1&x.method.4=naat&x.result=positive&x.result.0=positive"
	    "&x.result.100=positive&x.text.2=&other.9=1";
	const struct entry_kind *k = entry_kind(ENTRY_test);
	struct form f;

	CHECK_INT(form_read(mem, str_of(body), &f), OK);
	CHECK_INT(entry_rows_typed(k, &f), 4);
	CHECK_STR(rec_extra(typed(mem, ENTRY_test, 0, body).r, S("result")), S("negative"));
	CHECK_STR(rec_extra(typed(mem, ENTRY_test, 1, body).r, S("result")), S("positive"));
	CHECK_STR(rec_extra(typed(mem, ENTRY_test, 2, body).r, S("result")), S("?"));
	CHECK_STR(rec_extra(typed(mem, ENTRY_test, 3, body).r, S("result")), S(""));
	CHECK_STR(rec_extra(typed(mem, ENTRY_test, 3, body).r, S("method")), S("naat"));
	CHECK(!entry_said(k, typed(mem, ENTRY_test, 4, body).r));
	CHECK_INT(form_read(mem, S("x.result.5=negative"), &f), OK);
	CHECK_INT(entry_rows_typed(k, &f), 5);
	CHECK_INT(form_read(mem, S("x.result.2.unknown=1"), &f), OK);
	CHECK_INT(entry_rows_typed(k, &f), 2);
}

TEST(an_entry_goes_through_json_and_form_and_back)
{
	struct got g = typed(mem, ENTRY_test, 0, "x.method.1=naat&x.specimen.1.unknown=1&x.laboratory.1=<検査> \"所\"&x.sampled_date.1=2022-09-01");
	struct record *back = NEW(mem, struct record), *again = NEW(mem, struct record);
	struct issues bad = issues_new(mem);
	size_t n;

	CHECK_INT(g.bad.errors, 0);
	CHECK_INT(rec_from_json(mem, rec_to_json(mem, g.r), back), OK);
	rec_diff(mem, g.r, back, &n);
	CHECK_INT(n, 0);
	struct form f = entry_write(mem, entry_kind(ENTRY_test), back);
	CHECK_STR(form_get(&f, S("x.specimen.1.unknown")), S("1"));
	entry_read(mem, entry_kind(ENTRY_test), &f, 0, today(), again, &bad);
	rec_diff(mem, g.r, again, &n);
	CHECK_INT(n, 0);
}

TEST(an_entry_stands_where_it_says_or_when_it_was_written)
{
	const struct entry_kind *k = entry_kind(ENTRY_health);
	int64_t begin = date_begin(today());

	CHECK_INT(entry_at(k, typed(mem, ENTRY_health, 0, "x.at=2022-09-30 9:30").r, 5), begin + 570 * 60000);
	CHECK_INT(entry_at(k, typed(mem, ENTRY_health, 0, "x.at=2022-09-30").r, 5), begin);
	CHECK_INT(entry_at(k, typed(mem, ENTRY_health, 0, "x.pulse=60").r, 5), 5);
	CHECK_INT(entry_at(entry_kind(ENTRY_stay), typed(mem, ENTRY_stay, 0, "x.from_date=不明").r, 5), 5);
	CHECK_INT(entry_at(entry_kind(ENTRY_external), typed(mem, ENTRY_external, 0, "x.value=1").r, 5), 5);
}

TEST(each_measure_has_its_article)
{
	size_t n;
	const struct code *c = codes_of(C_measure, &n);

	for (size_t i = 0; i < n; i++)
		CHECK(measure_law(c[i].code).n > 0);
	CHECK_STR(measure_law(S("hospital")), S("19"));
	CHECK_STR(measure_law(S("hospital_longer")), S("20"));
	CHECK_STR(measure_law(S("no_work")), S("18"));
	CHECK_STR(measure_law(S("stay_home")), S("44-3"));
	CHECK_STR(measure_law(S("")), S(""));
}

/* ---- severity: seed Q15 ---- */

TEST(seven_of_the_eight_combinations_are_severe_and_six_where_intensive_care_alone_does_not_count)
{
	size_t nation = 0, local = 0;

	for (int i = 0; i < 8; i++) {
		struct got g = typed(mem, ENTRY_care, 0, str_z(mem, str_fmt(mem, "x.icu=%s&x.ventilator=%s&x.ecmo=%s", i & 1 ? "yes" : "no",
		    i & 2 ? "yes" : "no", i & 4 ? "yes" : "no")));
		struct str facts = care_facts(mem, g.r);
		CHECK_INT(care_severe(facts), i != 0);
		CHECK_INT(care_severe_by(facts, S("ventilator,ecmo")), (i & 6) != 0);
		nation += care_severe(facts);
		local += care_severe_by(facts, S("ventilator,ecmo"));
	}
	CHECK_INT(nation, 7);
	CHECK_INT(local, 6);
	/* Not known is not severe. */
	CHECK(!care_severe(care_facts(mem, typed(mem, ENTRY_care, 0, "x.icu.unknown=1").r)));
	CHECK_STR(care_facts(mem, typed(mem, ENTRY_care, 0, "x.ecmo=yes&x.icu=yes").r), S("icu,ecmo"));
}

TEST(what_was_said_last_decides_who_is_in_hospital)
{
	static const struct { const char *body, *status; int64_t entry_at, status_at; const char *want; } row[] = {
		{ NULL, "not_set", 0, 0, "" },
		{ NULL, "in_hospital", 0, 1, "none" },
		{ NULL, "arranging_hospital", 0, 1, "" },
		{ "x.admitted_date=2022-09-01", "not_set", 1, 0, "none" },
		{ "x.admitted_date=2022-09-01&x.ecmo=yes", "not_set", 1, 0, "ecmo" },
		{ "x.institution=病院", "at_home", 2, 1, "none" },
		{ "x.institution=病院", "at_home", 1, 2, "" },
		{ "x.ventilator=yes", "in_hospital", 1, 2, "ventilator" },
		{ "x.ventilator=yes", "unknown", 1, 2, "ventilator" },
		{ "x.ventilator=yes", "dead", 1, 2, "" },
		{ "x.ventilator=yes&x.discharged_date=2022-09-02", "in_hospital", 2, 1, "" },
		{ "x.ventilator=yes&x.discharged_date=2022-09-02", "in_hospital", 1, 2, "none" },
		{ "x.admitted_date=2022-09-01&x.outcome=dead", "not_set", 1, 0, "" },
		{ "x.admitted_date=2022-09-01&x.outcome=transferred", "not_set", 1, 0, "none" },
		{ "x.admitted_date=2022-09-01&x.discharged_date.unknown=1", "not_set", 1, 0, "none" },
		{ "x.text=様子見", "in_hospital", 2, 1, "none" },
		{ "x.text=様子見", "not_set", 2, 0, "" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		const struct record *r = row[i].body != NULL ? typed(mem, ENTRY_care, 0, row[i].body).r : NULL;
		CHECK_STR(care_now(mem, r, row[i].entry_at, str_of(row[i].status), row[i].status_at), str_of(row[i].want));
	}
}
