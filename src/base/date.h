/* base/date.h: civil dates, instants in Japan, eras, ages.
 *
 * A civil date is a day of the proleptic Gregorian calendar; a moment is
 * milliseconds (clock.h). Japan is UTC+9 without summer time; the day of a
 * notification begins at 00:00 JST. Eras come from ICU's Japanese calendar
 * (明治 from 1868-09-08 Gregorian as ICU has it); no other file includes ICU's calendar. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/arena.h"

struct date {
	int32_t day;    /* days since 1970-01-01; DATE_NONE when there is none */
};
#define DATE_NONE INT32_MIN

static inline bool
date_given(struct date d)
{
	return d.day != DATE_NONE;
}

struct ymd {
	int year, month, day;
};

/* False when there is no such day (2月30日). Years 1000 to 9999. */
bool date_make(int year, int month, int day, struct date *out) MUST_USE;
struct ymd date_ymd(struct date d);
/* The Japanese day of a moment. */
struct date date_of(int64_t ms);
/* 00:00 JST of a day, as a moment. BUG for no date. */
int64_t date_begin(struct date d);
/* 0 = Sunday. */
int date_weekday(struct date d);

/* "2022-08-19"; "" for none. */
struct str date_iso(struct arena *mem, struct date d);
/* Only ISO, exactly ten characters. */
bool date_from_iso(struct str s, struct date *out) MUST_USE;
/* "2022年8月19日" / "19 August 2022" (lang: 0 Japanese, 1 English). */
struct str date_long(struct arena *mem, struct date d, int lang);
/* "令和4年8月19日"; "1867年…" before Meiji. */
struct str date_era(struct arena *mem, struct date d);
/* "2022年（令和4年）8月19日", without era before Meiji / "19 August 2022". */
struct str date_both(struct arena *mem, struct date d, int lang);
/* "2022-08-19 14:03" in JST, and with seconds. */
struct str date_minute(struct arena *mem, int64_t ms);
struct str date_second(struct arena *mem, int64_t ms);
/* For machines, in JST: "2022-08-19T14:03:05+09:00". */
struct str date_instant(struct arena *mem, int64_t ms);
/* The same read, seconds and their fractions left out or not, any offset or Z. An offset must stand there. */
bool date_from_instant(struct str s, int64_t *ms) MUST_USE;

/* Why a typed date was refused. */
enum date_fault {
	DATE_GOOD,
	DATE_EMPTY,
	DATE_UNREADABLE,        /* not a date in any form we know */
	DATE_NO_SUCH_DAY,       /* 2月30日 */
	DATE_ERA_BEFORE,        /* before the era begins: 令和元年4月30日 */
	DATE_ERA_AFTER,         /* after the era ended: 昭和64年1月8日 */
};
/* What people type: 19800401, 1980-4-1, 1980/4/1, 1980年4月1日, S550401, S55.4.1, 昭和55年4月1日, 昭55.4.1,
 * 3550401 (era code of claims: 1 明治 2 大正 3 昭和 4 平成 5 令和), 元年, any width, any hyphen, spaces.
 * The last day of an era may be written in either era: 明治45年7月30日 = 大正元年7月30日; 大正15年12月25日 =
 * 昭和元年12月25日. Spaces between numbers separate (1980 4 1); two-digit years without era are no date.
 * *out is set when DATE_GOOD; else, so that the message can name it: for the era faults the day in the
 * Gregorian calendar that was meant (1989-01-08), for 2月30日 the last day of that month, otherwise none. */
enum date_fault date_parse(struct str typed, struct date *out);
/* As date_parse, for dates of which only year and month, or the year, may be known
 * ("2022年8月", "2022-08", "令和4年"): *parts is 3, 2 or 1 (0 when unreadable). Missing parts are 1.
 * A year or month that lies partly in its era is good: 平成元年 is 1989 and *out 1989-01-01. */
enum date_fault date_parse_partial(struct str typed, struct date *out, int *parts);

/* Whole years at `on`; in law one is a year older at the end of the day before the birthday, but
 * forms count the birthday itself. -1 when born after. 29 February counts on 1 March. */
int age_years(struct date birth, struct date on);
/* Whole months, for children under one. */
int age_months(struct date birth, struct date on);
/* The age at which a person is of age on that day: 20, from 2022-04-01 on 18 (Civil Code art. 4). */
int age_of_majority(struct date on);

#endif
