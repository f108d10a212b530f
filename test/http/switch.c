/* test/http/switch.c: sheets that an administrator switches on for areas and days, on the running system. */
#include "world.h"

#include "base/files.h"
#include "reading.h"

#define SURGE "/sheets/covid-2022-08"

static struct http_reply
switch_on(struct web_world *w, enum seat who, const char *form)
{
	return post(w, who, S(SURGE "/switch"), str_of(form));
}

/* What a doctor's filing of that day of diagnosis is written on. */
static struct str
sheet_of(struct web_world *w, enum seat who, const char *day, int person)
{
	struct filed f = filed(w, who, str_fmt(w->mem, "diagnosis_date=%s&test_sampled_date.1=%s&birth_date=1940-01-%02d", day, day, person));

	return text_in(w, str_fmt(w->mem, "SELECT sheet FROM notification WHERE id = '%.*s'", STR_ARG(f.id)).p);
}

/* Seven items, and none of a test. */
#define SEVEN "act=report&disease=covid19&diagnosis_date=2022-09-20&report_date=2022-09-30&type=confirmed&name=" TARO \
	"&sex=male&birth_date=" TARO_BORN "&stay_address=" ADDRESS "&stay_phone=" PHONE "&doctor_name=試験医師"

WEB_TEST(the_least_of_items_is_enough_where_and_while_it_is_switched_on)
{
	CHECK_INT(post(w, DOCTOR, S("/notifications/new"), S(SEVEN)).status, 422);
	CHECK_INT(switch_on(w, ADMIN, "area=13&from=2022-09-20&until=2022-09-24").status, 303);
	CHECK_INT(post(w, DOCTOR, S("/notifications/new"), S(SEVEN)).status, 303);
	CHECK_STR(text_in(w, "SELECT sheet FROM notification"), S("covid-2022-08"));
	CHECK_STR(sheet_of(w, DOCTOR, "2022-09-19", 1), S("covid-2022-06"));
	CHECK_STR(sheet_of(w, DOCTOR, "2022-09-24", 2), S("covid-2022-08"));
	CHECK_STR(sheet_of(w, DOCTOR, "2022-09-25", 3), S("covid-2022-06"));
	CHECK_STR(text_in(w, "SELECT detail FROM audit WHERE action = 'sheet.on'"), S("covid-2022-08 2022-09-20..2022-09-24"));
}

WEB_TEST(another_prefecture_keeps_its_sheet)
{
	CHECK_INT(switch_on(w, ADMIN, "area=04&area=27&from=2022-09-20").status, 303);
	CHECK_STR(sheet_of(w, DOCTOR, "2022-09-20", 1), S("covid-2022-06"));
	CHECK_INT(switch_on(w, ADMIN, "everywhere=1&from=2022-09-20").status, 303);
	CHECK_STR(sheet_of(w, DOCTOR, "2022-09-20", 2), S("covid-2022-08"));
}

WEB_TEST(a_switch_takes_effect_by_the_clock_alone)
{
	struct str text;

	if (!files_get(S("field/sheets/covid-2022-08.sheet"), &text))
		BUG("test: no such sheet");
	size_t at = str_find_str(text, S("2022-09-25"));
	text = str_fmt(mem, "%.*s2022-12-31%.*s", (int)at, text.p, (int)(text.n - at - 10), text.p + at + 10);
	CHECK_INT(post(w, ADMIN, S("/admin/sheets"), pair(mem, "text", text)).status, 303);
	CHECK_INT(post(w, ADMIN, S("/sheets/covid-2022-08@2/switch"), S("area=13&from=2022-10-01")).status, 303);
	CHECK_HAS(get(w, ADMIN, S("/sheets/covid-2022-08@2")).body, S("予定"));
	later(w, 13 * HOUR + 55 * MINUTE);
	back_in(w, DOCTOR);
	back_in(w, ADMIN);
	clock_freeze(BEGIN_MS + 14 * HOUR - 1);
	CHECK_HAS(get(w, DOCTOR, S("/notifications/new")).body, S("\"covid-2022-09\""));
	clock_freeze(BEGIN_MS + 14 * HOUR);
	CHECK_HAS(get(w, DOCTOR, S("/notifications/new")).body, S("\"covid-2022-08@2\""));
	CHECK_HAS(get(w, ADMIN, S("/sheets/covid-2022-08@2")).body, S("適用中"));
}

WEB_TEST(a_switch_ends_on_the_day_that_is_said)
{
	CHECK_INT(switch_on(w, ADMIN, "area=13&from=2022-09-20").status, 303);
	struct str end = str_fmt(mem, SURGE "/switch/%.*s/end", STR_ARG(text_in(w, "SELECT id FROM sheet_switch")));
	struct http_reply r = post(w, ADMIN, end, S("until=nonsense"));
	CHECK_INT(r.status, 422);
	CHECK_HAS(r.body, S("終了日を日付として読み取れません"));
	CHECK_INT(post(w, ADMIN, end, S("until=2022-09-19")).status, 422);      /* it had not begun */
	CHECK_INT(post(w, ADMIN, end, S("until=2022-09-21")).status, 303);
	CHECK_INT(post(w, ADMIN, end, S("until=2022-09-25")).status, 422);      /* over is over */
	CHECK_STR(sheet_of(w, DOCTOR, "2022-09-21", 1), S("covid-2022-08"));
	CHECK_STR(sheet_of(w, DOCTOR, "2022-09-22", 2), S("covid-2022-06"));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'sheet.off'"), 1);
}

WEB_TEST(a_switch_that_makes_no_sense_is_told_and_nothing_typed_is_lost)
{
	static const struct {
		const char *form, *say;
	} row[] = {
		{ "from=2022-09-20", "都道府県を選ぶか" }, { "everywhere=1&area=13&from=2022-09-20", "都道府県を選ぶか" },
		{ "area=13&from=", "開始日を日付として" }, { "area=13&from=2022-09-20&until=31%2F31", "終了日を日付として" },
		{ "area=13&from=2022-09-20&until=2022-09-19", "終了日より後にはできません" },
		{ "area=13&from=2022-07-21", "様式の期間の中" }, { "area=13&from=2022-09-26", "様式の期間の中" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct http_reply r = switch_on(w, ADMIN, row[i].form);
		CHECK_INT(r.status, 422);
		CHECK_HAS(r.body, str_of(row[i].say));
		if (strstr(row[i].form, "2022-09-20") != NULL)
			CHECK_HAS(r.body, S("value=\"2022-09-20\""));
	}
	CHECK_INT(switch_on(w, ADMIN, "area=48&from=2022-09-20").status, 400);
	CHECK_INT(post(w, ADMIN, S("/sheets/ehec/switch"), S("area=13&from=2022-09-20")).status, 404);
	CHECK_INT(post(w, ADMIN, S("/sheets/nothing/switch"), S("area=13&from=2022-09-20")).status, 404);
	CHECK_INT(rows_of(w, "sheet_switch"), 0);
}

WEB_TEST(no_draft_is_broken_by_a_switch)
{
	struct http_reply kept = file_minimum(w, DOCTOR, S("act=draft&diagnosis_date=2022-09-20&severity=mild&remarks=" "メモ"));

	CHECK_INT(switch_on(w, ADMIN, "area=13&from=2022-09-20").status, 303);
	struct http_reply now = get(w, DOCTOR, header(&kept, "Location"));
	CHECK_INT(now.status, 200);
	CHECK_HAS(now.body, S("covid-2022-08"));
	CHECK_HAS(now.body, S("メモ"));
	CHECK_HAS(now.body, S("value=\"2022-09-19\""));         /* of the test: asked for later, but there */
}
