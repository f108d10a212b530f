/* test/unit/base_date.c: days, eras, what people type, ages. */
#include "t.h"

#include "base/date.h"

#include <pthread.h>

/* A date that must exist. */
static struct date
day(int y, int m, int d)
{
	struct date out;

	if (!date_make(y, m, d, &out))
		BUG("test: no such day");
	return out;
}

static struct str
fault_name(enum date_fault f)
{
	static const struct str name[] = {
		[DATE_GOOD] = STR_INIT("GOOD"), [DATE_EMPTY] = STR_INIT("EMPTY"),
		[DATE_UNREADABLE] = STR_INIT("UNREADABLE"), [DATE_NO_SUCH_DAY] = STR_INIT("NO_SUCH_DAY"),
		[DATE_ERA_BEFORE] = STR_INIT("ERA_BEFORE"), [DATE_ERA_AFTER] = STR_INIT("ERA_AFTER"),
	};

	return name[f];
}

struct typed_row {
	struct str typed;
	enum date_fault fault;
	struct str iso;
};
#define T(typed, fault, iso) { STR_INIT(typed), DATE_##fault, STR_INIT(iso) }

static void
check_typed(struct arena *mem, const struct typed_row *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct date d = { 12345 };
		enum date_fault f = date_parse(row[i].typed, &d);
		struct str got = str_fmt(mem, "%.*s %.*s", STR_ARG(fault_name(f)), STR_ARG(date_iso(mem, d)));
		struct str want = str_fmt(mem, "%.*s %.*s", STR_ARG(fault_name(row[i].fault)), STR_ARG(row[i].iso));
		if (!str_eq(got, want))
			test_fail(__FILE__, __LINE__, str_z(mem, row[i].typed), got, want);
	}
}

/* ---- the calendar ---- */

TEST(days_are_counted_from_1970)
{
	CHECK_INT(day(1970, 1, 1).day, 0);
	CHECK_INT(day(1969, 12, 31).day, -1);
	CHECK_INT(day(2000, 3, 1).day, 11017);
	CHECK_INT(day(2022, 8, 19).day, 19223);
}

TEST(every_day_of_9000_years_goes_there_and_back)
{
	struct date d = day(1000, 1, 1), last = day(9999, 12, 31), again;
	struct ymd before = date_ymd((struct date){ d.day - 1 });
	int wrong = 0;

	for (; d.day <= last.day; d.day++) {
		struct ymd t = date_ymd(d);
		bool next = t.day == before.day + 1 || (t.day == 1 && t.month == before.month % 12 + 1);
		if (!next || !date_make(t.year, t.month, t.day, &again) || again.day != d.day)
			wrong++;
		before = t;
	}
	CHECK_INT(wrong, 0);
}

TEST(days_that_do_not_exist_are_refused)
{
	static const struct ymd no[] = {
		{ 2022, 2, 29 }, { 2022, 2, 30 }, { 1900, 2, 29 }, { 2022, 4, 31 }, { 2022, 0, 1 }, { 2022, 13, 1 },
		{ 2022, 1, 0 }, { 2022, 1, 32 }, { 999, 1, 1 }, { 10000, 1, 1 }, { -1, 1, 1 }, { 2022, -1, 1 },
		{ 2022, 1, -1 },
	};
	struct date d = { 7 };

	for (size_t i = 0; i < LEN(no); i++)
		CHECK(!date_make(no[i].year, no[i].month, no[i].day, &d));
	CHECK_INT(d.day, 7);
	CHECK(date_make(2000, 2, 29, &d) && date_make(2024, 2, 29, &d));
}

TEST(the_day_changes_at_midnight_in_japan)
{
	int64_t midnight = INT64_C(1660834800000);      /* 2022-08-18T15:00:00Z */

	CHECK_STR(date_iso(mem, date_of(midnight - 1)), S("2022-08-18"));
	CHECK_STR(date_iso(mem, date_of(midnight)), S("2022-08-19"));
	CHECK_STR(date_iso(mem, date_of(midnight + 86399999)), S("2022-08-19"));
	CHECK_STR(date_iso(mem, date_of(midnight + 86400000)), S("2022-08-20"));
	CHECK_INT(date_begin(day(2022, 8, 19)), midnight);
	CHECK_STR(date_iso(mem, date_of(-1)), S("1970-01-01"));
	CHECK_STR(date_iso(mem, date_of(-32400000)), S("1970-01-01"));
	CHECK_STR(date_iso(mem, date_of(-32400001)), S("1969-12-31"));
}

/* 1948 to 1951 had summer time; days of birth must not care. */
TEST(every_day_begins_24_hours_after_the_one_before)
{
	struct date d = day(1945, 1, 1);

	for (; d.day < day(2030, 1, 1).day; d.day++) {
		int64_t begin = date_begin(d);
		if (date_begin((struct date){ d.day + 1 }) - begin != 86400000 || date_of(begin).day != d.day ||
		    date_of(begin - 1).day != d.day - 1)
			CHECK_INT(d.day, 0);
	}
}

TEST(days_of_the_week_are_known)
{
	CHECK_INT(date_weekday(day(1970, 1, 1)), 4);
	CHECK_INT(date_weekday(day(2022, 8, 19)), 5);
	CHECK_INT(date_weekday(day(2022, 8, 21)), 0);
	CHECK_INT(date_weekday(day(1868, 9, 8)), 2);
}

/* ---- written ---- */

TEST(a_date_is_written_in_each_way)
{
	struct date d = day(2022, 8, 9);

	CHECK_STR(date_iso(mem, d), S("2022-08-09"));
	CHECK_STR(date_long(mem, d, 0), S("2022年8月9日"));
	CHECK_STR(date_long(mem, d, 1), S("9 August 2022"));
	CHECK_STR(date_era(mem, d), S("令和4年8月9日"));
	CHECK_STR(date_both(mem, d, 0), S("2022年（令和4年）8月9日"));
	CHECK_STR(date_both(mem, d, 1), S("9 August 2022"));
	CHECK_STR(date_both(mem, day(2019, 5, 1), 0), S("2019年（令和元年）5月1日"));
	CHECK_STR(date_both(mem, day(1867, 1, 1), 0), S("1867年1月1日"));
}

TEST(no_date_is_written_as_nothing)
{
	struct date none = { DATE_NONE };

	CHECK(!date_given(none));
	CHECK_STR(date_iso(mem, none), S(""));
	CHECK_STR(date_long(mem, none, 0), S(""));
	CHECK_STR(date_long(mem, none, 1), S(""));
	CHECK_STR(date_era(mem, none), S(""));
	CHECK_STR(date_both(mem, none, 0), S(""));
	CHECK_INT(date_ymd(none).year, 0);
}

TEST(eras_change_on_their_days)
{
	static const struct {
		struct ymd d;
		struct str written;
	} row[] = {
		{ { 1868, 9, 7 }, STR_INIT("1868年9月7日") },
		{ { 1868, 9, 8 }, STR_INIT("明治元年9月8日") },
		{ { 1912, 7, 29 }, STR_INIT("明治45年7月29日") },
		{ { 1912, 7, 30 }, STR_INIT("大正元年7月30日") },
		{ { 1926, 12, 24 }, STR_INIT("大正15年12月24日") },
		{ { 1926, 12, 25 }, STR_INIT("昭和元年12月25日") },
		{ { 1989, 1, 7 }, STR_INIT("昭和64年1月7日") },
		{ { 1989, 1, 8 }, STR_INIT("平成元年1月8日") },
		{ { 2019, 4, 30 }, STR_INIT("平成31年4月30日") },
		{ { 2019, 5, 1 }, STR_INIT("令和元年5月1日") },
		{ { 1867, 1, 1 }, STR_INIT("1867年1月1日") },
	};

	for (size_t i = 0; i < LEN(row); i++)
		CHECK_STR(date_era(mem, day(row[i].d.year, row[i].d.month, row[i].d.day)), row[i].written);
}

TEST(moments_are_written_in_japanese_time)
{
	CHECK_STR(date_minute(mem, INT64_C(1660885439999)), S("2022-08-19 14:03"));
	CHECK_STR(date_second(mem, INT64_C(1660885439999)), S("2022-08-19 14:03:59"));
	CHECK_STR(date_second(mem, INT64_C(1660834800000)), S("2022-08-19 00:00:00"));
	CHECK_STR(date_second(mem, INT64_C(1660834799999)), S("2022-08-18 23:59:59"));
	CHECK_STR(date_second(mem, -1), S("1970-01-01 08:59:59"));
}

TEST(only_ten_characters_of_iso_are_read_as_iso)
{
	static const struct str no[] = {
		STR_INIT(""), STR_INIT("2022-8-19"), STR_INIT("2022-08-1"), STR_INIT("2022-08-199"), STR_INIT("2022/08/19"),
		STR_INIT("2022-02-30"), STR_INIT("20220819"), STR_INIT(" 2022-08-19"), STR_INIT("2022-08-1a"),
		STR_INIT("+022-08-19"), STR_INIT("-022-08-19"), STR_INIT("0999-01-01"), STR_INIT("２０２２-08-19"),
		STR_INIT("2022-08-19T00:00"), STR_INIT("2022--8-19"), STR_INIT("202-208-19"),
	};
	struct date d;

	CHECK(date_from_iso(S("2022-08-19"), &d));
	CHECK_INT(d.day, 19223);
	d.day = 7;
	for (size_t i = 0; i < LEN(no); i++)
		CHECK(!date_from_iso(no[i], &d));
	CHECK_INT(d.day, 7);
}

TEST(moments_are_written_for_machines_and_read_again)
{
	static const struct {
		struct str text;
		int64_t ms;
	} row[] = {
		{ STR_INIT("2022-08-19T14:03:59+09:00"), INT64_C(1660885439000) },
		{ STR_INIT("2022-08-19T05:03:59Z"), INT64_C(1660885439000) },
		{ STR_INIT("2022-08-19T05:03:59.25Z"), INT64_C(1660885439250) },
		{ STR_INIT("2022-08-19T05:03:59.123456789Z"), INT64_C(1660885439123) },
		{ STR_INIT("2022-08-18T23:33:59-05:30"), INT64_C(1660885439000) },
		{ STR_INIT("2022-08-19T14:03+09:00"), INT64_C(1660885380000) },
		{ STR_INIT("1970-01-01T00:00:00Z"), 0 },
		{ STR_INIT("1969-12-31T23:59:59.999Z"), -1 },
	};
	int64_t ms;

	for (size_t i = 0; i < LEN(row); i++) {
		CHECK(date_from_instant(row[i].text, &ms));
		CHECK_INT(ms, row[i].ms);
	}
	CHECK_STR(date_instant(mem, INT64_C(1660885439999)), S("2022-08-19T14:03:59+09:00"));
	CHECK_STR(date_instant(mem, INT64_C(1660834800000)), S("2022-08-19T00:00:00+09:00"));
}

TEST(what_is_no_moment_is_refused)
{
	static const struct str no[] = {
		STR_INIT(""), STR_INIT("2022-08-19"), STR_INIT("2022-08-19T"), STR_INIT("2022-08-19T14"), STR_INIT("2022-08-19T14:03"),
		STR_INIT("2022-08-19T14:03:59"), STR_INIT("2022-08-19 14:03:59Z"), STR_INIT("2022-08-19T24:00:00Z"),
		STR_INIT("2022-08-19T14:60:00Z"), STR_INIT("2022-08-19T14:03:60Z"), STR_INIT("2022-02-30T14:03:00Z"),
		STR_INIT("2022-08-19T14:03:5Z"), STR_INIT("2022-08-19T14:03:Z"), STR_INIT("2022-08-19T14:03:59.Z"),
		STR_INIT("2022-08-19T14:03.5Z"), STR_INIT("2022-08-19T14:03:59+0900"), STR_INIT("2022-08-19T14:03:59+09:0"),
		STR_INIT("2022-08-19T14:03:59+09:000"), STR_INIT("2022-08-19T14:03:59+15:00"), STR_INIT("2022-08-19T14:03:59+09:60"),
		STR_INIT("2022-08-19T14:03:59z"), STR_INIT("2022-08-19T14:03:59ZZ"), STR_INIT("2022-08-19T1/:03:59Z"),
		STR_INIT("2022-08-19T14:0:59Z"), STR_INIT("2022-08-19T-1:03:59Z"), STR_INIT("2022-08-19T14:03:59+"),
		STR_INIT("9999-12-31T23:00:00Z"), STR_INIT("1000-01-01T00:00:00+14:00"),
	};
	int64_t ms = 7;

	for (size_t i = 0; i < LEN(no); i++)
		if (date_from_instant(no[i], &ms))
			CHECK_STR(no[i], S("no moment"));
	CHECK_INT(ms, 7);
}

/* ---- typed ---- */

TEST(what_people_type_is_read)
{
	static const struct typed_row row[] = {
		T("19800401", GOOD, "1980-04-01"), T("1980-4-1", GOOD, "1980-04-01"), T("1980/4/1", GOOD, "1980-04-01"),
		T("1980.04.01", GOOD, "1980-04-01"), T("1980年4月1日", GOOD, "1980-04-01"), T("1980年04月01日", GOOD, "1980-04-01"),
		T("S550401", GOOD, "1980-04-01"), T("s550401", GOOD, "1980-04-01"), T("S55.4.1", GOOD, "1980-04-01"),
		T("S55/4/1", GOOD, "1980-04-01"), T("S55-4-1", GOOD, "1980-04-01"), T("昭和55年4月1日", GOOD, "1980-04-01"),
		T("昭55.4.1", GOOD, "1980-04-01"), T("昭和550401", GOOD, "1980-04-01"), T("3550401", GOOD, "1980-04-01"),
		T("S55年4月1日", GOOD, "1980-04-01"), T("昭和55-04-01", GOOD, "1980-04-01"), T("1980 4 1", GOOD, "1980-04-01"),
		T("昭和 55 年 4 月 1 日", GOOD, "1980-04-01"), T("S 55 4 1", GOOD, "1980-04-01"), T("1980年4月1", GOOD, "1980-04-01"),
	};

	check_typed(mem, row, LEN(row));
}

TEST(width_kind_of_hyphen_and_spaces_do_not_matter)
{
	static const struct typed_row row[] = {
		T("１９８００４０１", GOOD, "1980-04-01"), T("１９８０－４－１", GOOD, "1980-04-01"), T("Ｓ５５．４．１", GOOD, "1980-04-01"),
		T("ｓ５５０４０１", GOOD, "1980-04-01"), T("１９８０／４／１", GOOD, "1980-04-01"), T("1980ー4ー1", GOOD, "1980-04-01"),
		T("1980−4−1", GOOD, "1980-04-01"), T("1980–4—1", GOOD, "1980-04-01"), T("1980ｰ4‐1", GOOD, "1980-04-01"),
		T("　1980年　4月　1日 \n", GOOD, "1980-04-01"), T("1980 / 4 / 1", GOOD, "1980-04-01"), T("㍼55年4月1日", GOOD, "1980-04-01"),
		T("㋿元年5月1日", GOOD, "2019-05-01"), T("1980年4⽉1⽇", GOOD, "1980-04-01"), T("S55・4・1", GOOD, "1980-04-01"),
		T("S55。4。1", GOOD, "1980-04-01"),
	};

	check_typed(mem, row, LEN(row));
}

TEST(the_first_year_of_an_era_may_be_written_out)
{
	static const struct typed_row row[] = {
		T("令和元年5月1日", GOOD, "2019-05-01"), T("R元.5.1", GOOD, "2019-05-01"), T("R1.5.1", GOOD, "2019-05-01"),
		T("令1/5/1", GOOD, "2019-05-01"), T("H010108", GOOD, "1989-01-08"), T("平成元年12月31日", GOOD, "1989-12-31"),
		T("元年5月1日", UNREADABLE, ""), T("元.5.1", UNREADABLE, ""), T("2019年元月1日", UNREADABLE, ""),
		T("令和元年元月1日", UNREADABLE, ""), T("令和元元年5月1日", UNREADABLE, ""),
	};

	check_typed(mem, row, LEN(row));
}

TEST(a_day_outside_of_its_era_is_refused_and_named)
{
	static const struct typed_row row[] = {
		T("昭和64年1月7日", GOOD, "1989-01-07"), T("昭和64年1月8日", ERA_AFTER, "1989-01-08"),
		T("昭和65年4月1日", ERA_AFTER, "1990-04-01"), T("S640108", ERA_AFTER, "1989-01-08"), T("3640108", ERA_AFTER, "1989-01-08"),
		T("平成元年1月7日", ERA_BEFORE, "1989-01-07"), T("平成31年4月30日", GOOD, "2019-04-30"),
		T("平成31年5月1日", ERA_AFTER, "2019-05-01"), T("平成32年1月1日", ERA_AFTER, "2020-01-01"),
		T("令和元年4月30日", ERA_BEFORE, "2019-04-30"), T("令和元年5月1日", GOOD, "2019-05-01"),
		T("明治45年7月30日", GOOD, "1912-07-30"), T("大正元年7月30日", GOOD, "1912-07-30"),
		T("明治45年7月31日", ERA_AFTER, "1912-07-31"), T("大正元年7月29日", ERA_BEFORE, "1912-07-29"),
		T("大正15年12月25日", GOOD, "1926-12-25"), T("昭和元年12月25日", GOOD, "1926-12-25"),
		T("大正15年12月26日", ERA_AFTER, "1926-12-26"), T("昭和元年12月24日", ERA_BEFORE, "1926-12-24"),
		T("明治元年9月8日", GOOD, "1868-09-08"), T("明治元年9月7日", ERA_BEFORE, "1868-09-07"),
		T("昭和0年1月1日", ERA_BEFORE, "1925-01-01"), T("昭和100年1月1日", ERA_AFTER, "2025-01-01"),
		T("M450730", GOOD, "1912-07-30"), T("1450730", GOOD, "1912-07-30"), T("2151225", GOOD, "1926-12-25"),
		T("4310430", GOOD, "2019-04-30"), T("5040819", GOOD, "2022-08-19"),
	};

	check_typed(mem, row, LEN(row));
}

TEST(a_day_that_does_not_exist_is_refused_with_the_nearest_one)
{
	static const struct typed_row row[] = {
		T("2022年2月30日", NO_SUCH_DAY, "2022-02-28"), T("2024-02-30", NO_SUCH_DAY, "2024-02-29"),
		T("令和4年2月29日", NO_SUCH_DAY, "2022-02-28"), T("2022/4/31", NO_SUCH_DAY, "2022-04-30"),
		T("20221301", NO_SUCH_DAY, ""), T("20220001", NO_SUCH_DAY, ""), T("20220100", NO_SUCH_DAY, ""),
		T("2022-1-32", NO_SUCH_DAY, ""), T("2022-99-99", NO_SUCH_DAY, ""), T("S551399", NO_SUCH_DAY, ""),
		T("09990101", NO_SUCH_DAY, ""), T("00000000", NO_SUCH_DAY, ""), T("99999999", NO_SUCH_DAY, ""),
		T("9999-12-31", GOOD, "9999-12-31"), T("1000-01-01", GOOD, "1000-01-01"), T("R990231", NO_SUCH_DAY, "2117-02-28"),
	};

	check_typed(mem, row, LEN(row));
}

TEST(what_is_no_date_is_unreadable)
{
	static const struct typed_row row[] = {
		T("", EMPTY, ""), T(" 　\t\r\n", EMPTY, ""),
		T("0", UNREADABLE, ""), T("1", UNREADABLE, ""), T("-", UNREADABLE, ""), T("S", UNREADABLE, ""),
		T("昭和", UNREADABLE, ""), T("年月日", UNREADABLE, ""), T("不明", UNREADABLE, ""), T("abc", UNREADABLE, ""),
		T("550401", UNREADABLE, ""), T("55/4/1", UNREADABLE, ""), T("980/4/1", UNREADABLE, ""),
		T("0550401", UNREADABLE, ""), T("6550401", UNREADABLE, ""), T("9550401", UNREADABLE, ""),
		T("198004011", UNREADABLE, ""), T("1980-4/1", UNREADABLE, ""), T("1980-4", UNREADABLE, ""),
		T("1980", UNREADABLE, ""), T("1980年4月", UNREADABLE, ""), T("昭和55年", UNREADABLE, ""), T("S55", UNREADABLE, ""),
		T("1980-4-1-", UNREADABLE, ""), T("-1980-4-1", UNREADABLE, ""), T("1980--4-1", UNREADABLE, ""),
		T("1980-4-1-1", UNREADABLE, ""), T("1980-4-001", UNREADABLE, ""), T("1980-004-1", UNREADABLE, ""),
		T("19800-4-1", UNREADABLE, ""), T("1980年4日1月", UNREADABLE, ""), T("1980-4月1日", UNREADABLE, ""),
		T("S昭和55年4月1日", UNREADABLE, ""), T("X550401", UNREADABLE, ""), T("S5504011", UNREADABLE, ""),
		T("S5541", UNREADABLE, ""), T("S19800401", UNREADABLE, ""), T("昭和1980年4月1日", UNREADABLE, ""),
		T("1980 0401", UNREADABLE, ""), T("19 80 04 01", UNREADABLE, ""), T("1980-4-1 10:00", UNREADABLE, ""),
		T("1980-4-1\0", UNREADABLE, ""), T("\xFF\xFE", UNREADABLE, ""), T("1980年4月\xE6\x97", UNREADABLE, ""),
		T("1980\u202E-4-1", UNREADABLE, ""), T("2/30/2022", UNREADABLE, ""), T("Aug 19 2022", UNREADABLE, ""),
		T("4294967296", UNREADABLE, ""), T("99999999999999999999999", UNREADABLE, ""),
		T("------------------------------------", UNREADABLE, ""),
	};

	check_typed(mem, row, LEN(row));
}

TEST(five_thousand_characters_are_refused_at_once)
{
	static const struct str unit[] = { STR_INIT("9"), STR_INIT("-"), STR_INIT("元"), STR_INIT("昭"), STR_INIT("1-"), STR_INIT("1 ") };
	struct date d;

	for (size_t i = 0; i < LEN(unit); i++) {
		struct buf b = buf_new(mem);
		for (int k = 0; k < 5000; k++)
			buf_put(&b, unit[i]);
		CHECK_INT(date_parse(buf_str(&b), &d), DATE_UNREADABLE);
		CHECK(!date_given(d));
	}
}

TEST(every_written_day_is_read_again)
{
	struct date d = day(1868, 9, 8), last = day(2040, 1, 1), got;

	for (; d.day < last.day; d.day++) {
		bool good = date_parse(date_iso(mem, d), &got) == DATE_GOOD && got.day == d.day &&
		    date_parse(date_long(mem, d, 0), &got) == DATE_GOOD && got.day == d.day &&
		    date_parse(date_era(mem, d), &got) == DATE_GOOD && got.day == d.day &&
		    date_from_iso(date_iso(mem, d), &got) && got.day == d.day;
		if (!good)
			CHECK_STR(date_era(mem, d), S("read again"));
		if (d.day % 256 == 0)
			arena_reset(mem);
	}
}

TEST(a_date_may_be_known_in_part)
{
	static const struct {
		struct str typed;
		enum date_fault fault;
		int parts;
		struct str iso;
	} row[] = {
		{ STR_INIT("2022年8月19日"), DATE_GOOD, 3, STR_INIT("2022-08-19") },
		{ STR_INIT("20220819"), DATE_GOOD, 3, STR_INIT("2022-08-19") },
		{ STR_INIT("2022年8月"), DATE_GOOD, 2, STR_INIT("2022-08-01") },
		{ STR_INIT("2022-08"), DATE_GOOD, 2, STR_INIT("2022-08-01") },
		{ STR_INIT("２０２２／８"), DATE_GOOD, 2, STR_INIT("2022-08-01") },
		{ STR_INIT("令和4年8月"), DATE_GOOD, 2, STR_INIT("2022-08-01") },
		{ STR_INIT("R4.8"), DATE_GOOD, 2, STR_INIT("2022-08-01") },
		{ STR_INIT("令和4年"), DATE_GOOD, 1, STR_INIT("2022-01-01") },
		{ STR_INIT("令和4"), DATE_GOOD, 1, STR_INIT("2022-01-01") },
		{ STR_INIT("2022"), DATE_GOOD, 1, STR_INIT("2022-01-01") },
		{ STR_INIT("2022年"), DATE_GOOD, 1, STR_INIT("2022-01-01") },
		/* In part inside the era: the rest is not known. */
		{ STR_INIT("平成元年"), DATE_GOOD, 1, STR_INIT("1989-01-01") },
		{ STR_INIT("昭和64年"), DATE_GOOD, 1, STR_INIT("1989-01-01") },
		{ STR_INIT("令和元年5月"), DATE_GOOD, 2, STR_INIT("2019-05-01") },
		{ STR_INIT("大正元年7月"), DATE_GOOD, 2, STR_INIT("1912-07-01") },
		{ STR_INIT("明治45年7月"), DATE_GOOD, 2, STR_INIT("1912-07-01") },
		{ STR_INIT("令和元年4月"), DATE_ERA_BEFORE, 2, STR_INIT("2019-04-01") },
		{ STR_INIT("平成31年5月"), DATE_ERA_AFTER, 2, STR_INIT("2019-05-01") },
		{ STR_INIT("平成32年"), DATE_ERA_AFTER, 1, STR_INIT("2020-01-01") },
		{ STR_INIT("2022年13月"), DATE_NO_SUCH_DAY, 2, STR_INIT("") },
		{ STR_INIT("0022年"), DATE_NO_SUCH_DAY, 1, STR_INIT("") },
		{ STR_INIT(""), DATE_EMPTY, 0, STR_INIT("") },
		{ STR_INIT("2022年8"), DATE_UNREADABLE, 0, STR_INIT("") },
		{ STR_INIT("2022-"), DATE_UNREADABLE, 0, STR_INIT("") },
		{ STR_INIT("2022-8-"), DATE_UNREADABLE, 0, STR_INIT("") },
		{ STR_INIT("202208"), DATE_UNREADABLE, 0, STR_INIT("") },
		{ STR_INIT("8月"), DATE_UNREADABLE, 0, STR_INIT("") },
		{ STR_INIT("22"), DATE_UNREADABLE, 0, STR_INIT("") },
		{ STR_INIT("元年"), DATE_UNREADABLE, 0, STR_INIT("") },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct date d;
		int parts = 9;
		enum date_fault f = date_parse_partial(row[i].typed, &d, &parts);
		struct str got = str_fmt(mem, "%.*s %d %.*s", STR_ARG(fault_name(f)), parts, STR_ARG(date_iso(mem, d)));
		struct str want = str_fmt(mem, "%.*s %d %.*s", STR_ARG(fault_name(row[i].fault)), row[i].parts, STR_ARG(row[i].iso));
		if (!str_eq(got, want))
			test_fail(__FILE__, __LINE__, str_z(mem, row[i].typed), got, want);
	}
}

static void *
parse_many(void *wrong)
{
	for (int i = 0; i < 2000; i++) {
		struct date d;
		if (date_parse(S("昭和64年1月7日"), &d) != DATE_GOOD || d.day != 6946)
			++*(int *)wrong;
	}
	return NULL;
}

TEST(threads_read_dates_at_the_same_time)
{
	pthread_t t[8];
	int wrong[8] = { 0 };

	for (size_t i = 0; i < LEN(t); i++)
		if (pthread_create(&t[i], NULL, parse_many, &wrong[i]) != 0)
			BUG("thread");
	for (size_t i = 0; i < LEN(t); i++) {
		pthread_join(t[i], NULL);
		CHECK_INT(wrong[i], 0);
	}
}

/* ---- ages ---- */

TEST(one_is_a_year_older_on_the_birthday)
{
	struct date b = day(1980, 4, 1);

	CHECK_INT(age_years(b, b), 0);
	CHECK_INT(age_years(b, day(1981, 3, 31)), 0);
	CHECK_INT(age_years(b, day(1981, 4, 1)), 1);
	CHECK_INT(age_years(b, day(2022, 3, 31)), 41);
	CHECK_INT(age_years(b, day(2022, 4, 1)), 42);
	CHECK_INT(age_years(day(1900, 1, 1), day(2022, 1, 1)), 122);
}

TEST(who_is_born_on_a_leap_day_is_older_on_the_first_of_march)
{
	struct date b = day(2000, 2, 29);

	CHECK_INT(age_years(b, day(2001, 2, 28)), 0);
	CHECK_INT(age_years(b, day(2001, 3, 1)), 1);
	CHECK_INT(age_years(b, day(2004, 2, 28)), 3);
	CHECK_INT(age_years(b, day(2004, 2, 29)), 4);
	CHECK_INT(age_months(b, day(2000, 3, 28)), 0);
	CHECK_INT(age_months(b, day(2000, 3, 29)), 1);
}

TEST(months_are_counted_for_the_very_young)
{
	struct date b = day(2022, 1, 31);

	CHECK_INT(age_months(b, b), 0);
	CHECK_INT(age_months(b, day(2022, 2, 28)), 0);
	CHECK_INT(age_months(b, day(2022, 3, 1)), 1);
	CHECK_INT(age_months(b, day(2022, 3, 31)), 2);
	CHECK_INT(age_months(b, day(2023, 1, 30)), 11);
	CHECK_INT(age_months(b, day(2023, 1, 31)), 12);
}

TEST(nobody_has_an_age_before_birth_or_without_a_date)
{
	struct date b = day(2022, 8, 19), none = { DATE_NONE };

	CHECK_INT(age_years(b, day(2022, 8, 18)), -1);
	CHECK_INT(age_months(b, day(2022, 8, 18)), -1);
	CHECK_INT(age_years(none, b), -1);
	CHECK_INT(age_years(b, none), -1);
	CHECK_INT(age_months(none, none), -1);
}

TEST(one_is_of_age_at_18_since_april_2022)
{
	CHECK_INT(age_of_majority(day(2022, 3, 31)), 20);
	CHECK_INT(age_of_majority(day(2022, 4, 1)), 18);
	CHECK_INT(age_of_majority(day(1990, 1, 1)), 20);
}
