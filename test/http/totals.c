/* test/http/totals.c: daily totals: who enters them, until when, and that they are counted exactly. */
#include "world.h"

#include "reading.h"

#define YESTERDAY "2022-09-29"
#define TODAY "2022-09-30"
#define NUMBERS "disease=covid19&seen=0&n.0-4=3&n.20-29=１２&n.60-64=1"

static struct str
enter_form(struct web_world *w, enum seat who, const char *query)
{
	return read_form(w->mem, get(w, who, str_fmt(w->mem, "/totals%s", query)).body, "totals");
}

static struct http_reply
enter(struct web_world *w, enum seat who, const char *day, const char *more)
{
	return post(w, who, S("/totals"), str_fmt(w->mem, NUMBERS "&day=%s&%s", day, more));
}

/* The figures' part about them. */
static struct str
daily(struct web_world *w, enum seat who, const char *query)
{
	struct arena *mem = w->mem;
	struct http_reply r = get(w, who, str_fmt(mem, "/figures%s", query));

	CHECK_INT(r.status, 200);
	return read_text(mem, between(r.body, "<section data-part=\"daily\"", "</section>"));
}

static int64_t
counted(struct web_world *w, int scope)
{
	return number_in(w, str_fmt(w->mem, "SELECT COALESCE(SUM(n), 0) FROM stat_extra WHERE kind LIKE 'daily.%%' AND scope = %d",
	    scope).p);
}

WEB_TEST(an_institution_enters_its_day_and_it_is_counted_at_once)
{
	CHECK_HAS(read_text(mem, get(w, DOCTOR, S("/totals")).body), S("まだ報告されていません"));
	struct http_reply r = enter(w, DOCTOR, TODAY, "n.5-9=0");
	CHECK_INT(r.status, 303);
	CHECK_STR(text_in(w, "SELECT numbers FROM daily_total WHERE org = '" CLINIC "' AND day = '" TODAY "'"),
	    S("0-4=3;5-9=0;10-14=0;15-19=0;20-29=12;30-39=0;40-49=0;50-59=0;60-64=1"));
	CHECK_INT(counted(w, 0), 16);
	CHECK_INT(counted(w, 13), 16);
	CHECK_INT(counted(w, 1301), 16);
	CHECK_INT(number_in(w, "SELECT n FROM stat_extra WHERE kind = 'daily.20-29' AND scope = 0 AND day = '" TODAY "'"), 12);
	CHECK_HAS(read_text(mem, get(w, CLERK, header(&r, "Location")).body), S("報告済みです（計 16人）"));
	CHECK_STR(text_in(w, "SELECT detail FROM audit WHERE action = 'totals.enter' AND purpose = '12'"), S("covid19 " TODAY " version 1"));
	CHECK_HAS(told_so_far(w), S(CLINIC " totals 1301 " TODAY));
	/* In words of their own, beside the notifications, for those above and not for others. */
	CHECK_HAS(daily(w, MINISTRY, ""), S("発生届の対象ではない方"));
	CHECK_HAS(daily(w, MINISTRY, ""), S("16 人"));
	CHECK_HAS(daily(w, PREFECTURE, ""), S("16 人"));
	CHECK_HAS(daily(w, CENTRE, ""), S("16 人"));
	CHECK_HAS(daily(w, OTHER_CENTRE, ""), S("0 人"));
	CHECK_HAS(daily(w, OTHER_PREFECTURE, ""), S("0 人"));
	CHECK_HAS(read_text(mem, between(get(w, MINISTRY, S("/figures")).body, "<section data-part=\"totals\"", "</section>")), S("期間の合計0 人"));
	CHECK_STR(recount(w, mem), S(""));
}

WEB_TEST(a_correction_keeps_each_version_with_who_and_when)
{
	CHECK_INT(enter(w, DOCTOR, TODAY, "").status, 303);
	later(w, HOUR);
	back_in(w, CLERK);
	struct str form = enter_form(w, CLERK, "?day=" TODAY);
	CHECK_HAS(form, S("n.20-29=12"));
	CHECK_INT(post(w, CLERK, S("/totals"), changed(mem, form, S("csrf=&n.20-29=2"))).status, 303);
	CHECK_INT(rows_of(w, "daily_total"), 1);
	CHECK_INT(rows_of(w, "daily_total_version"), 2);
	CHECK_INT(counted(w, 0), 6);
	back_in(w, CENTRE);
	struct str page = read_text(mem, get(w, CENTRE, S("/totals?day=" TODAY "&org=" CLINIC)).body);
	CHECK_HAS(page, str_of(name_at[DOCTOR]));
	CHECK_HAS(page, str_of(name_at[CLERK]));
	CHECK_HAS(page, S(TODAY " 11:00"));
	CHECK_STR(recount(w, mem), S(""));
}

WEB_TEST(pressing_twice_enters_once)
{
	CHECK_INT(enter(w, DOCTOR, TODAY, "").status, 303);
	CHECK_INT(enter(w, DOCTOR, TODAY, "").status, 303);
	CHECK_INT(enter(w, CLERK, TODAY, "").status, 303);
	CHECK_INT(rows_of(w, "daily_total_version"), 1);
	CHECK_INT(counted(w, 0), 16);
}

WEB_TEST(whoever_comes_second_sees_what_is_there_and_loses_nothing)
{
	struct str form = enter_form(w, CLERK, "?day=" TODAY);

	CHECK_INT(enter(w, DOCTOR, TODAY, "").status, 303);
	struct http_reply r = post(w, CLERK, S("/totals"), changed(mem, form, S("csrf=&n.0-4=8&n.10-14=4")));
	CHECK_INT(r.status, 409);
	CHECK_INT(rows_of(w, "daily_total_version"), 1);
	struct str both = read_text(mem, between(r.body, "id=\"conflict\"", "</table>"));
	CHECK_HAS(both, str_of(name_at[DOCTOR]));
	CHECK_HAS(both, S("0〜4歳83"));
	CHECK_HAS(both, S("20〜29歳12"));
	CHECK_HAS(read_form(mem, r.body, "totals"), S("n.10-14=4"));
	/* Pressed again, having seen it. */
	CHECK_INT(post(w, CLERK, S("/totals"), changed(mem, read_form(mem, r.body, "totals"), S("csrf="))).status, 303);
	CHECK_INT(counted(w, 0), 12);
	CHECK_STR(recount(w, mem), S(""));
}

WEB_TEST(bad_numbers_are_told_at_their_field_and_nothing_is_lost)
{
	static const char *const bad[] = { "x", "-1", "10000", "1.5", "99999999999999999999", "1 2" };

	for (size_t i = 0; i < LEN(bad); i++) {
		struct http_reply r = enter(w, DOCTOR, TODAY, str_fmt(mem, "n.5-9=%s", bad[i]).p);
		CHECK_INT(r.status, 422);
		CHECK_HAS(read_text(mem, between(r.body, "id=\"n-5-9-note\"", "</p>")), S("0から9999まで"));
		CHECK_STR(read_text(mem, between(r.body, "id=\"n-0-4-note\">", "</p>")), S(""));
		struct str form = read_form(mem, r.body, "totals");
		CHECK_HAS(form, S("n.0-4=3"));
		CHECK_HAS(form, pair(mem, "n.20-29", S("１２")));
		CHECK_HAS(form, pair(mem, "n.5-9", str_of(bad[i])));
	}
	/* Nobody at all is said with a nought, not with nothing. */
	struct http_reply r = post(w, DOCTOR, S("/totals"), S("disease=covid19&seen=0&day=" TODAY));
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_text(mem, r.body), S("該当がない日は0を入れてください"));
	CHECK_INT(rows_of(w, "daily_total"), 0);
	CHECK_INT(post(w, DOCTOR, S("/totals"), S("disease=covid19&seen=0&n.0-4=0&day=" TODAY)).status, 303);
	CHECK_INT(rows_of(w, "daily_total"), 1);
	CHECK_INT(post(w, DOCTOR, S("/totals"), S("disease=covid19&seen=x&n.0-4=0&day=" TODAY)).status, 400);
}

WEB_TEST(an_institution_has_until_nine_of_the_next_day)
{
	/* Ten in the morning: yesterday is closed for the clinic, not for those above it. */
	struct http_reply r = enter(w, DOCTOR, YESTERDAY, "");
	CHECK_INT(r.status, 423);
	CHECK_HAS(read_text(mem, r.body), S("締切を過ぎたため、報告されていません"));
	CHECK_NOT(get(w, DOCTOR, S("/totals?day=" YESTERDAY)).body, S("id=\"totals\""));
	CHECK_INT(rows_of(w, "daily_total"), 0);
	CHECK_INT(enter(w, DOCTOR, TODAY, "").status, 303);
	later(w, 23 * HOUR - 2 * MINUTE);
	back_in(w, DOCTOR);
	struct str form = enter_form(w, DOCTOR, "");
	CHECK_HAS(form, S("day=" TODAY));       /* before nine, yesterday is what is due */
	CHECK_INT(post(w, DOCTOR, S("/totals"), changed(mem, form, S("csrf=&n.0-4=4"))).status, 303);
	form = enter_form(w, DOCTOR, "?day=" TODAY);
	later(w, 2 * MINUTE);
	back_in(w, CENTRE);
	CHECK_INT(post(w, DOCTOR, S("/totals"), changed(mem, form, S("csrf=&n.0-4=5"))).status, 423);
	CHECK_INT(counted(w, 0), 17);
	/* The centre and the prefecture go back to the first day. */
	CHECK_INT(enter(w, CENTRE, "2022-09-26", "org=" CLINIC).status, 303);
	back_in(w, PREFECTURE);
	CHECK_INT(post(w, PREFECTURE, S("/totals"), changed(mem, enter_form(w, PREFECTURE, "?day=" TODAY "&org=" CLINIC),
	    S("csrf=&n.0-4=0"))).status, 303);
	CHECK_INT(counted(w, 0), 13 + 16);
	CHECK_STR(text_in(w, "SELECT by_org FROM daily_total WHERE day = '" TODAY "'"), S("13/"));
	CHECK_STR(recount(w, mem), S(""));
}

WEB_TEST(nothing_is_asked_for_outside_the_rule)
{
	static const char *const day[] = { "2022-09-25", "2022-10-01", "2023-05-08", "x", "2月30日" };

	for (size_t i = 0; i < LEN(day); i++) {
		CHECK_INT(enter(w, CENTRE, day[i], "org=" CLINIC).status, 404);
		CHECK_INT(get(w, CENTRE, str_fmt(mem, "/totals?day=%s", day[i])).status, 404);
	}
	CHECK_INT(post(w, DOCTOR, S("/totals"), S("disease=ehec&seen=0&n.0-4=1&day=" TODAY)).status, 404);
	CHECK_INT(rows_of(w, "daily_total"), 0);
	CHECK_HAS(get(w, DOCTOR, S("/notifications")).body, S("href=\"/totals\""));
	CHECK_NOT(get(w, MINISTRY, S("/figures")).body, S("href=\"/totals\""));
	CHECK_STR(daily(w, MINISTRY, "?from=2022-09-01&to=2022-09-25"), S(""));
	/* When it is over, nobody is led there. */
	later(w, 230 * 24 * HOUR);
	back_in(w, DOCTOR);
	CHECK_NOT(get(w, DOCTOR, S("/notifications")).body, S("href=\"/totals\""));
	CHECK_INT(get(w, DOCTOR, S("/totals")).status, 404);
}

WEB_TEST(nobody_enters_for_an_institution_that_is_not_his)
{
	/* An institution's form says whose it is; nothing else is listened to. */
	CHECK_INT(enter(w, NEIGHBOUR, TODAY, "org=" CLINIC).status, 303);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM daily_total WHERE org = '" NEIGHBOUR_CLINIC "'"), 1);
	CHECK_INT(enter(w, OTHER_CENTRE, TODAY, "org=" CLINIC).status, 404);
	CHECK_INT(enter(w, OTHER_PREFECTURE, TODAY, "org=" CLINIC).status, 404);
	CHECK_INT(enter(w, CENTRE, TODAY, "org=13/1301/").status, 404);
	CHECK_INT(enter(w, CENTRE, TODAY, "org=13/1301/9999/").status, 404);
	CHECK_INT(enter(w, CENTRE, TODAY, "org=").status, 404);
	CHECK_INT(enter(w, MINISTRY, TODAY, "org=" CLINIC).status, 403);
	CHECK_INT(get(w, OTHER_CENTRE, S("/totals?org=" CLINIC)).status, 404);
	CHECK_INT(rows_of(w, "daily_total"), 1);
	CHECK_NOT(read_text(mem, get(w, STRANGER, S("/totals?day=" TODAY "&org=" NEIGHBOUR_CLINIC)).body), S("計 16人"));
}

WEB_TEST(a_centre_sees_who_of_its_area_has_not_entered)
{
	struct str clinic = text_in(w, "SELECT name FROM org WHERE path = '" CLINIC "'");
	struct str other = text_in(w, "SELECT name FROM org WHERE path = '" NEIGHBOUR_CLINIC "'");
	struct str far = text_in(w, "SELECT name FROM org WHERE path = '" STRANGER_CLINIC "'");

	CHECK_INT(enter(w, CENTRE, YESTERDAY, "org=" CLINIC).status, 303);
	CHECK_INT(enter(w, CENTRE, YESTERDAY, "org=" NEIGHBOUR_CLINIC).status, 303);
	CHECK_INT(enter(w, STRANGER, TODAY, "").status, 303);
	CHECK_INT(enter(w, DOCTOR, TODAY, "").status, 303);
	struct str page = read_text(mem, between(get(w, CENTRE, S("/totals?day=" TODAY)).body, "id=\"offices\"", "</section>"));
	CHECK_HAS(page, S("報告済み 1、未報告（最近14日に報告した医療機関のうち）1"));
	CHECK_HAS(page, other);
	CHECK_NOT(page, clinic);
	page = read_text(mem, between(get(w, CENTRE, S("/totals?day=" TODAY "&show=entered")).body, "id=\"offices\"", "</section>"));
	CHECK_HAS(page, clinic);
	CHECK_NOT(page, other);
	page = read_text(mem, between(get(w, CENTRE, S("/totals?day=" TODAY "&show=all")).body, "id=\"offices\"", "</section>"));
	CHECK_HAS(page, clinic);
	CHECK_HAS(page, other);
	CHECK_NOT(page, far);
	CHECK_HAS(page, S("未報告"));
	page = read_text(mem, get(w, PREFECTURE, S("/totals?day=" TODAY "&show=entered")).body);
	CHECK_HAS(page, clinic);
	CHECK_HAS(page, far);
	CHECK_NOT(read_text(mem, get(w, DOCTOR, S("/totals?day=" TODAY "&show=all")).body), other);
}
