/* test/http/figures.c: counts that move with what is counted. */
#include "world.h"

#include "reading.h"

/* A part of the figures as a person reads it: "totals", "type", "status", "group", "area", "curve". */
static struct str
part(struct web_world *w, enum seat who, const char *query, const char *name)
{
	struct arena *mem = w->mem;
	struct http_reply r = get(w, who, str_fmt(mem, "/figures%s", query));

	if (r.status != 200)
		test_fail(__FILE__, __LINE__, "figures", str_fmt(mem, "%s: %d", query, r.status), S("200"));
	return read_text(mem, between(r.body, str_z(mem, str_fmt(mem, "<section data-part=\"%s\"", name)),
	    "</section>"));
}

WEB_TEST(without_notifications_everything_is_nought)
{
	CHECK_HAS(part(w, MINISTRY, "", "totals"), S("期間の合計0 人届出 0件"));
	CHECK_HAS(part(w, MINISTRY, "", "type"), S("患者（確定例）00"));
	CHECK_HAS(part(w, MINISTRY, "", "curve"), S("2022-09-30000000"));
}

WEB_TEST(a_filing_moves_every_number_at_once)
{
	struct filed f = filed(w, DOCTOR, S("name=" TARO "&sex=male&birth_date=" TARO_BORN));

	CHECK_HAS(part(w, MINISTRY, "", "totals"), S("期間の合計1 人届出 1件"));
	CHECK_HAS(part(w, MINISTRY, "", "totals"), S("2022-09-301 人"));
	CHECK_HAS(part(w, MINISTRY, "", "type"), S("患者（確定例）11"));
	CHECK_HAS(part(w, MINISTRY, "", "type"), S("疑似症患者00"));
	CHECK_HAS(part(w, MINISTRY, "", "status"), S("未入力1"));
	CHECK_HAS(part(w, MINISTRY, "", "area"), S("東京都11100.0%"));
	CHECK_HAS(part(w, MINISTRY, "", "area"), S("大阪府000.0%"));
	/* Bands of ten years: he was 70. */
	CHECK_HAS(part(w, MINISTRY, "", "group"), S("男0000000100001"));
	CHECK_HAS(part(w, MINISTRY, "", "group"), S("女0000000000000"));
	CHECK_HAS(part(w, MINISTRY, "", "curve"), S("2022-09-30100001"));
	CHECK_INT(post(w, CENTRE, f.status, S("status=in_hospital")).status, 303);
	CHECK_STR(between(part(w, MINISTRY, "", "status"), "入院中", ""), S(""));
	CHECK_HAS(part(w, MINISTRY, "", "status"), S("入院中1"));
	CHECK_NOT(part(w, MINISTRY, "", "status"), S("未入力"));
}

WEB_TEST(the_same_case_is_counted_under_the_day_that_was_asked_for)
{
	filed(w, DOCTOR, S("diagnosis_date=2020-10-20&test_sampled_date.1=2020-10-19&onset_date=2020-10-15"));
	CHECK_HAS(part(w, MINISTRY, "?axis=report", "curve"), S("2022-09-30100001"));
	CHECK_HAS(part(w, MINISTRY, "?axis=diagnosis&from=2020-10-01&to=2020-10-31", "curve"), S("2020-10-20100001"));
	CHECK_HAS(part(w, MINISTRY, "?axis=onset&from=2020-10-01&to=2020-10-31", "curve"), S("2020-10-15100001"));
	CHECK_HAS(part(w, MINISTRY, "?axis=onset&from=2020-10-16&to=2020-10-31", "totals"), S("期間の合計0 人"));
	CHECK_HAS(part(w, MINISTRY, "?axis=diagnosis", "totals"), S("期間の合計0 人"));
}

WEB_TEST(each_sees_the_figures_of_his_own_area_and_not_those_of_another)
{
	static const struct { enum seat who; const char *total; } row[] = {
		{ MINISTRY, "期間の合計3 人" }, { PREFECTURE, "期間の合計3 人" }, { OTHER_PREFECTURE, "期間の合計0 人" },
		{ CENTRE, "期間の合計2 人" }, { OTHER_CENTRE, "期間の合計1 人" }, { DOCTOR, "期間の合計2 人" }, { STRANGER, "期間の合計1 人" },
	};
	static const char *const asked[] = { "", "?area=", "?area=13/1301/", "?area=13/1304/", "?area=27/",
	    "?area=13/1301/0001/",
		"?area=%25", "?area=13", "?area=1" };

	filed(w, DOCTOR, S("birth_date=1970-01-01"));
	filed(w, NEIGHBOUR, S("birth_date=1970-01-02"));
	filed(w, STRANGER, S("birth_date=1970-01-03"));
	for (size_t i = 0; i < LEN(row); i++)
		CHECK_HAS(part(w, row[i].who, "", "totals"), str_of(row[i].total));
	/* Whatever area is asked for, it is never one beside or above the asker's own. */
	for (size_t i = 0; i < LEN(asked); i++) {
		CHECK_HAS(part(w, OTHER_PREFECTURE, asked[i], "totals"), S("期間の合計0 人"));
		CHECK_HAS(part(w, OTHER_CENTRE, asked[i], "totals"), S("期間の合計1 人"));
		CHECK_HAS(part(w, STRANGER, asked[i], "totals"), S("期間の合計1 人"));
	}
	CHECK_HAS(part(w, PREFECTURE, "?area=13/1304/", "totals"), S("期間の合計1 人"));
	CHECK_HAS(part(w, MINISTRY, "?area=13/1301/", "totals"), S("期間の合計2 人"));
	CHECK_HAS(part(w, MINISTRY, "?area=27/", "totals"), S("期間の合計0 人"));
}

WEB_TEST(a_prefecture_sees_each_of_its_centres_and_its_share)
{
	filed(w, DOCTOR, S("birth_date=1970-01-01"));
	filed(w, NEIGHBOUR, S("birth_date=1970-01-02"));
	filed(w, CENTRE, S("birth_date=1970-01-04"));
	filed(w, STRANGER, S("birth_date=1970-01-03"));
	struct str area = part(w, PREFECTURE, "", "area");
	CHECK_HAS(area, S("千代田保健所3375.0%"));
	CHECK_HAS(area, S("新宿区保健所1125.0%"));
	CHECK_HAS(area, S("みなと保健所000.0%"));
	CHECK_NOT(area, S("大阪"));
	CHECK_STR(part(w, MINISTRY, "?area=13/", "area"), area);
	/* They can be chosen, and the nation's list shows prefectures. */
	struct http_reply r = get(w, PREFECTURE, S("/figures"));
	CHECK_HAS(r.body, S("<option value=\"13/1304/\">"));
	CHECK_HAS(r.body, S("<option value=\"13/\" selected>"));
	r = get(w, MINISTRY, S("/figures"));
	CHECK_HAS(r.body, S("<option value=\"27/\">"));
	CHECK_HAS(read_text(mem, r.body), S("全国"));
	/* Each row leads to its own area. */
	CHECK_HAS(r.body, S("<a href=\"/figures?disease=covid19&amp;axis=report&amp;from=2022-08-06&"
	    "amp;to=2022-09-30&amp;area=13%2F\">東京都</a>"));
}

/* A person whose class changed is one person and two reports. */
WEB_TEST(persons_and_reports_are_told_apart)
{
	struct filed f = filed(w, DOCTOR, S("type=suspected&hospitalised=yes"));

	CHECK_INT(correct(w, DOCTOR, &f, S("type=confirmed&same_days=1")).status, 303);
	struct str totals = part(w, MINISTRY, "", "totals");
	CHECK_HAS(totals, S("期間の合計1 人届出 2件"));
	CHECK_HAS(totals, S("2022-09-301 人届出 2件"));
	CHECK_HAS(part(w, MINISTRY, "", "type"), S("患者（確定例）11"));
	CHECK_HAS(part(w, MINISTRY, "", "type"), S("疑似症患者01"));
	CHECK_HAS(part(w, MINISTRY, "", "area"), S("東京都12100.0%"));
}

WEB_TEST(diseases_are_counted_apart)
{
	filed(w, DOCTOR, S("birth_date=1970-01-01"));
	filed(w, DOCTOR, S("disease=ehec&test_method.1=isolation_toxin&test_specimen.1=stool"));
	CHECK_HAS(part(w, MINISTRY, "?disease=covid19", "totals"), S("期間の合計1 人"));
	CHECK_HAS(part(w, MINISTRY, "?disease=ehec", "totals"), S("期間の合計1 人"));
	struct str page = read_text(mem, get(w, MINISTRY, S("/figures")).body);
	CHECK_HAS(page, S("新型コロナウイルス感染症"));
	CHECK_HAS(page, S("腸管出血性大腸菌感染症"));
	CHECK_INT(get(w, MINISTRY, S("/figures?disease=no-such-disease")).status, 200);
}

WEB_TEST(odd_periods_give_a_page_all_the_same)
{
	static const char *const q[] = { "?from=2022-10-01&to=2022-09-01", "?from=1900-01-01&to=2022-09-30",
	    "?from=x&to=y", "?to=9999-12-31",
		"?from=0001-01-01&to=0001-01-01", "?axis=nonsense", "?from=2月30日", "?from=R4.9.1&to=令和4年9月30日",
		    "?from=&to=&disease=&area=&axis=" };

	filed(w, DOCTOR, S(""));
	for (size_t i = 0; i < LEN(q); i++)
		CHECK_INT(get(w, MINISTRY, str_fmt(mem, "/figures%s", q[i])).status, 200);
	CHECK_HAS(part(w, MINISTRY, "?from=R4.9.1&to=令和4年9月30日", "totals"), S("期間の合計1 人"));
	CHECK_HAS(part(w, MINISTRY, "?from=2022-10-01&to=2022-09-30", "totals"), S("期間の合計1 人"));
}

WEB_TEST(the_curve_is_drawn_with_its_numbers_beside_it)
{
	filed(w, DOCTOR, S(""));
	struct http_reply r = get(w, MINISTRY, S("/figures"));
	CHECK_HAS(r.body, S("<svg class=\"curve\""));
	CHECK_HAS(r.body, S("aria-label=\"届出日別の届出数\""));
	CHECK_HAS(r.body, S("<path class=\"bars\""));
	CHECK_INT(times_in(between(r.body, "data-part=\"curve\"", "</section>"), S("<th scope=\"row\"")), 56);
}

WEB_TEST(no_person_is_in_the_figures_and_looking_at_them_is_no_look_at_a_person)
{
	filed(w, DOCTOR, S("name_kana=" HANAKO_KANA "&stay_phone=" PHONE));
	int64_t lines = rows_of(w, "audit");
	struct http_reply r = get(w, CENTRE, S("/figures"));
	for (size_t i = 0; i < n_persons; i++)
		CHECK_NOT(r.body, persons[i]);
	CHECK_INT(rows_of(w, "audit"), lines);
}

/* ---- any order of things ---- */

static uint32_t
roll(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 33) % below;
}

/* Some items of a sheet of 2020 or 2022, always good ones. */
static struct str
some_items(struct arena *mem, uint64_t *seed)
{
	static const char *const type[] = { "confirmed", "asymptomatic", "suspected&hospitalised=yes" };
	static const char *const sex[] = { "male", "female", "other" };
	static const char *const onset[] = { "onset_date.unknown=&onset_date=2020-10-1",
	    "onset_date=&onset_date.unknown=1&x=",
		"onset_date=&onset_date.unknown=&x=" };

	return str_fmt(mem, "type=%s&sex=%s&birth_date=19%02u-01-%02u&%s%u", type[roll(seed, 3)], sex[roll(seed,
	    3)], roll(seed, 100),
	    1 + roll(seed, 28), onset[roll(seed, 3)], roll(seed, 8));
}

WEB_TEST(the_figures_are_exact_after_three_hundred_random_changes)
{
	static const enum seat files[] = { DOCTOR, NEIGHBOUR, STRANGER, CENTRE };
	static const char *const status[] = { "at_home", "in_hospital", "released", "dead&death_date_unknown=1",
	    "unknown" };
	static const char *const day[] = { "2020-10-20&test_sampled_date.1=2020-10-19",
	    "2020-11-03&test_sampled_date.1=2020-11-02" };
	struct { struct filed f; enum seat by; } all[300];
	uint64_t seed = 20220930;
	size_t n = 0;

	for (int i = 0; i < 300; i++) {
		uint32_t what = roll(&seed, 10), k = n > 0 ? roll(&seed, (uint32_t)n) : 0;
		struct str items = some_items(mem, &seed);
		later(w, 1000 + roll(&seed, 3000));
		if (i == 150) {
			later(w, 20 * HOUR);
			for (enum seat s = DOCTOR; s < SEATS; s++)
				back_in(w, s);
		}
		if (n == 0 || what < 4) {
			enum seat by = files[roll(&seed, LEN(files))];
			all[n].by = by;
			all[n].f = filed(w, by, str_fmt(mem, "dup_ack=1&diagnosis_date=%s&%.*s", day[roll(&seed,
			    2)], STR_ARG(items)));
			n += all[n].f.id.n > 0;
		} else if (what < 8) {
			struct http_reply r = correct(w, all[k].by, &all[k].f, str_fmt(mem,
			    "hospitalised=&same_days=1&diagnosis_date=%s&%.*s", day[roll(&seed, 2)],
			    STR_ARG(items)));
			if (r.status != 303)
				test_fail(__FILE__, __LINE__, "a correction", read_faults(mem, r.body), S("accepted"));
		} else {
			enum seat centre = all[k].f.home == 1301 ? CENTRE : OTHER_CENTRE;
			CHECK_INT(post(w, centre, all[k].f.status, str_fmt(mem, "status=%s", status[roll(&seed,
			    LEN(status))])).status, 303);
		}
	}
	CHECK_STR(recount(w, mem), S(""));
	CHECK(n > 80);
	CHECK_INT(number_in(w, "SELECT SUM(persons) FROM stat_day WHERE scope BETWEEN 1 AND 47 AND axis = 'report'"), n);
	CHECK_INT(number_in(w, "SELECT SUM(persons) FROM stat_group WHERE scope > 48 AND axis = 'diagnosis'"), n);
	CHECK_INT(number_in(w, "SELECT SUM(persons) FROM stat_status WHERE scope BETWEEN 1 AND 47"), n);
	CHECK_INT(number_in(w, "SELECT SUM(reports) FROM stat_day WHERE scope BETWEEN 1 AND 47 AND axis = 'report'"),
	    rows_of(w, "class_report"));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM stat_day WHERE reports < 0 OR persons < 0 OR persons > "
	    "reports"), 0);
	CHECK_HAS(part(w, MINISTRY, "", "totals"), str_fmt(mem, "期間の合計%zu 人", n));
}
