/* base/date.c: see date.h. The only file that includes ICU's calendar, and it
 * asks once: where the eras begin. All else is arithmetic on days, so it is
 * quick and safe from any thread.
 *
 * A typed date is read in two steps: characters become at most MARKS marks
 * (numbers, an era, separators), whatever their width; then the marks must be
 * exactly one of the forms that date.h lists. */
#include "base/date.h"

#include "base/buf.h"
#include "base/utf8.h"

#include <threads.h>
#include <unicode/ucal.h>

#define DAY_MS INT64_C(86400000)
#define JST_MS INT64_C(32400000)

/* ---- the calendar ---- */

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
month_days(int year, int month)
{
	static const char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days since 1970-01-01. The year is taken to begin in March, so that the leap
 * day is its last; 146,097 days are 400 years. */
static int32_t
day_of(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = y / 400, in_era = y % 400;
	int in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

bool
date_make(int year, int month, int day, struct date *out)
{
	if (year < 1000 || year > 9999 || month < 1 || month > 12)
		return false;
	if (day < 1 || day > month_days(year, month))
		return false;
	out->day = day_of(year, month, day);
	return true;
}

struct ymd
date_ymd(struct date d)
{
	if (!date_given(d))
		return (struct ymd){ 0, 0, 0 };
	int64_t z = (int64_t)d.day + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int in_era = (int)(z - era * 146097);
	int y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int in_year = in_era - (365 * y + y / 4 - y / 100);
	int m = (5 * in_year + 2) / 153;
	struct ymd out = {
		.year = (int)(y + era * 400) + (m >= 10),
		.month = m < 10 ? m + 3 : m - 9,
		.day = in_year - (153 * m + 2) / 5 + 1,
	};
	return out;
}

/* Rounded down, also before 1970. */
static int64_t
days_in(int64_t ms)
{
	return ms / DAY_MS - (ms % DAY_MS < 0);
}

struct date
date_of(int64_t ms)
{
	int64_t day = days_in(ms);

	if (ms - day * DAY_MS >= DAY_MS - JST_MS)
		day++;
	if (day <= INT32_MIN || day > INT32_MAX)
		BUG("a moment outside of all calendars");
	return (struct date){ (int32_t)day };
}

int64_t
date_begin(struct date d)
{
	if (!date_given(d))
		BUG("the beginning of no day");
	return d.day * DAY_MS - JST_MS;
}

int
date_weekday(struct date d)
{
	/* 1970-01-01 was a Thursday. */
	int w = (int)(((int64_t)d.day + 4) % 7);

	return w < 0 ? w + 7 : w;
}

/* ---- eras ---- */

/* With its inputs right and its data installed, ICU fails for want of memory alone. */
#define ICU_FAILED(e, why) do { \
	if ((e) == U_MEMORY_ALLOCATION_ERROR) \
		NO_MEMORY(); \
	BUG(why); \
} while (0)

static struct era {
	int32_t letter, square; /* S ㍼ */
	struct str kanji, name;
	int icu;                /* ICU's number */
	bool shared;            /* its last day is also the first of the next era */
	struct date first, last;
	int first_year;
} eras[] = {
	{ 'M', 0x337E, STR_INIT("明"), STR_INIT("明治"), .icu = 232, .shared = true },
	{ 'T', 0x337D, STR_INIT("大"), STR_INIT("大正"), .icu = 233, .shared = true },
	{ 'S', 0x337C, STR_INIT("昭"), STR_INIT("昭和"), .icu = 234 },
	{ 'H', 0x337B, STR_INIT("平"), STR_INIT("平成"), .icu = 235 },
	{ 'R', 0x32FF, STR_INIT("令"), STR_INIT("令和"), .icu = 236 },
};
static once_flag eras_once = ONCE_FLAG_INIT;

/* The first day of an era: ICU fills in month and day of "year 1" so. */
static struct date
era_begin(UCalendar *cal, int icu)
{
	UErrorCode e = U_ZERO_ERROR;

	ucal_clear(cal);
	ucal_set(cal, UCAL_ERA, icu);
	ucal_set(cal, UCAL_YEAR, 1);
	double ms = ucal_getMillis(cal, &e);
	if (U_FAILURE(e))
		ICU_FAILED(e, "ICU does not know an era");
	return (struct date){ (int32_t)days_in((int64_t)ms) };
}

static void
eras_read(void)
{
	static const UChar utc[] = { 'U', 'T', 'C' };
	UErrorCode e = U_ZERO_ERROR;
	UCalendar *cal = ucal_open(utc, LEN(utc), "ja_JP@calendar=japanese", UCAL_DEFAULT, &e);

	if (U_FAILURE(e))
		ICU_FAILED(e, "ICU has no Japanese calendar");
	for (size_t i = 0; i < LEN(eras); i++) {
		eras[i].first = era_begin(cal, eras[i].icu);
		eras[i].first_year = date_ymd(eras[i].first).year;
		eras[i].last.day = INT32_MAX;
		if (i > 0)
			eras[i - 1].last.day = eras[i].first.day - !eras[i - 1].shared;
	}
	ucal_close(cal);
}

/* The era a day is written in; on the change of Taisho and Showa the new one. NULL before Meiji. */
static const struct era *
era_of(struct date d)
{
	call_once(&eras_once, eras_read);
	for (size_t i = LEN(eras); i-- > 0;)
		if (d.day >= eras[i].first.day)
			return &eras[i];
	return NULL;
}

/* ---- written ---- */

struct str
date_iso(struct arena *mem, struct date d)
{
	struct ymd t = date_ymd(d);

	return date_given(d) ? str_fmt(mem, "%04d-%02d-%02d", t.year, t.month, t.day) : S("");
}

struct str
date_long(struct arena *mem, struct date d, int lang)
{
	static const char *const month[] = { "January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December" };
	struct ymd t = date_ymd(d);

	if (!date_given(d))
		return S("");
	if (lang == 1)
		return str_fmt(mem, "%d %s %d", t.day, month[t.month - 1], t.year);
	return str_fmt(mem, "%d年%d月%d日", t.year, t.month, t.day);
}

struct str
date_era(struct arena *mem, struct date d)
{
	const struct era *era = era_of(d);
	struct ymd t = date_ymd(d);

	if (era == NULL)
		return date_long(mem, d, 0);
	int year = t.year - era->first_year + 1;
	if (year == 1)
		return str_fmt(mem, "%.*s元年%d月%d日", STR_ARG(era->name), t.month, t.day);
	return str_fmt(mem, "%.*s%d年%d月%d日", STR_ARG(era->name), year, t.month, t.day);
}

struct str
date_both(struct arena *mem, struct date d, int lang)
{
	const struct era *era = era_of(d);
	struct ymd t = date_ymd(d);

	if (era == NULL || lang == 1)
		return date_long(mem, d, lang);
	int year = t.year - era->first_year + 1;
	if (year == 1)
		return str_fmt(mem, "%d年（%.*s元年）%d月%d日", t.year, STR_ARG(era->name), t.month, t.day);
	return str_fmt(mem, "%d年（%.*s%d年）%d月%d日", t.year, STR_ARG(era->name), year, t.month, t.day);
}

/* Seconds since 00:00 JST. */
static int
seconds_of(int64_t ms, struct ymd *day)
{
	struct date d = date_of(ms);

	*day = date_ymd(d);
	return (int)((ms - date_begin(d)) / 1000);
}

struct str
date_minute(struct arena *mem, int64_t ms)
{
	struct ymd d;
	int s = seconds_of(ms, &d);

	return str_fmt(mem, "%04d-%02d-%02d %02d:%02d", d.year, d.month, d.day, s / 3600, s / 60 % 60);
}

struct str
date_second(struct arena *mem, int64_t ms)
{
	struct ymd d;
	int s = seconds_of(ms, &d);

	return str_fmt(mem, "%04d-%02d-%02d %02d:%02d:%02d", d.year, d.month, d.day, s / 3600, s / 60 % 60,
	    s % 60);
}

struct str
date_instant(struct arena *mem, int64_t ms)
{
	struct ymd d;
	int s = seconds_of(ms, &d);

	return str_fmt(mem, "%04d-%02d-%02dT%02d:%02d:%02d+09:00", d.year, d.month, d.day, s / 3600,
	    s / 60 % 60, s % 60);
}

/* ---- written for machines, read again ---- */

/* `head` and two digits at the beginning of *s, at most `most`; moves *s behind them. */
static bool
two_read(struct str *s, char head, int most, int *out)
{
	if (s->n < 3 || s->p[0] != head)
		return false;
	int a = s->p[1] - '0', b = s->p[2] - '0';
	if (a < 0 || a > 9 || b < 0 || b > 9 || a * 10 + b > most)
		return false;
	*out = a * 10 + b;
	*s = str_sub(*s, 3, s->n);
	return true;
}

/* ".25" is 250 ms; what is finer is cut off. */
static bool
fraction_read(struct str *s, int *ms)
{
	int worth = 100;
	size_t i = 1;

	if (s->n == 0 || s->p[0] != '.')
		return true;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++, worth /= 10)
		*ms += (s->p[i] - '0') * worth;
	*s = str_sub(*s, i, s->n);
	return i > 1;
}

/* Minutes east of Greenwich. */
static bool
zone_read(struct str s, int *minutes)
{
	char sign = s.n > 0 ? s.p[0] : '\0';
	int h, m;

	*minutes = 0;
	if (str_eq(s, S("Z")))
		return true;
	if ((sign != '+' && sign != '-') || !two_read(&s, sign, 14, &h) || !two_read(&s, ':', 59, &m))
		return false;
	*minutes = (h * 60 + m) * (sign == '-' ? -1 : 1);
	return s.n == 0;
}

bool
date_from_instant(struct str s, int64_t *ms)
{
	int hour, minute, second = 0, part = 0, zone;
	struct date d;

	if (!date_from_iso(str_sub(s, 0, 10), &d))
		return false;
	s = str_sub(s, 10, s.n);
	if (!two_read(&s, 'T', 23, &hour) || !two_read(&s, ':', 59, &minute))
		return false;
	if (s.n > 0 && s.p[0] == ':' && (!two_read(&s, ':', 59, &second) || !fraction_read(&s, &part)))
		return false;
	if (!zone_read(s, &zone))
		return false;
	int64_t at = d.day * DAY_MS + ((hour * 60 + minute - zone) * 60 + second) * INT64_C(1000) + part;
	int year = date_ymd(date_of(at)).year;
	if (year < 1000 || year > 9999) /* in Japan it is the year 10000 already */
		return false;
	*ms = at;
	return true;
}

/* ---- typed: characters to marks ---- */

enum mark_kind { M_END, M_NUMBER, M_ERA, M_SPACE, M_HYPHEN, M_SLASH, M_DOT, M_YEAR, M_MONTH, M_DAY };

struct mark {
	enum mark_kind kind;
	int digits;             /* of a number; 0 for 元 */
	int n;                  /* the number, or the era's place */
};
/* The longest form: 昭 和 55 年 4 月 1 日, and as many spaces between; then the end. */
#define MARKS 24
/* No form has a longer number; more digits are no date. */
#define DIGITS 8

struct typed {
	struct mark m[MARKS];
	size_t n;
};

/* Full-width forms and the compatibility characters that copied texts bring along. */
static int32_t
plain(int32_t cp)
{
	if (cp >= 0xFF01 && cp <= 0xFF5E)
		cp -= 0xFEE0;
	if (cp >= 'a' && cp <= 'z')
		cp -= 32;
	switch (cp) {
	case 0x2F47: return 0x65E5;     /* ⽇ 日 */
	case 0x2F49: return 0x6708;     /* ⽉ 月 */
	default: return cp;
	}
}

static enum mark_kind
separator(int32_t cp)
{
	switch (cp) {
	case ' ': case '\t': case '\r': case '\n': case 0xA0: case 0x3000:
	case 0x2000: case 0x2001: case 0x2002: case 0x2003: case 0x2004: case 0x2005: case 0x2006:
	case 0x2007: case 0x2008: case 0x2009: case 0x200A: case 0x202F: case 0x205F:
		return M_SPACE;
	case '-': case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015:
	case 0x2212: case 0x2500: case 0x2501: case 0x30FC: case 0xFF70: case 0xFE63: case 0xFE58:
		return M_HYPHEN;
	case '/': case 0x2044: case 0x2215:
		return M_SLASH;
	case '.': case 0x30FB: case 0xFF65: case 0x3002: case 0xFF61:
		return M_DOT;
	case 0x5E74:
		return M_YEAR;
	case 0x6708:
		return M_MONTH;
	case 0x65E5:
		return M_DAY;
	default:
		return M_END;
	}
}

/* The era at the head of *s, moving *s behind it; -1 when there is none. */
static int
era_typed(struct str *s)
{
	for (size_t i = 0; i < LEN(eras); i++) {
		struct str rest = *s;
		if (str_starts(*s, eras[i].name)) {
			*s = str_sub(*s, eras[i].name.n, s->n);
			return (int)i;
		}
		int32_t cp = utf8_next(&rest);
		if (str_starts(*s, eras[i].kanji) || plain(cp) == eras[i].letter || cp == eras[i].square) {
			*s = rest;
			return (int)i;
		}
	}
	return -1;
}

/* The number at the head of *s; false when it is longer than any date. */
static bool
number_typed(struct str *s, struct mark *out)
{
	*out = (struct mark){ .kind = M_NUMBER };
	while (s->n > 0) {
		struct str rest = *s;
		int32_t cp = plain(utf8_next(&rest));
		if (cp < '0' || cp > '9')
			break;
		if (++out->digits > DIGITS)
			return false;
		out->n = out->n * 10 + (cp - '0');
		*s = rest;
	}
	return true;
}

/* The mark at the head of *s; false when nothing of a date begins so. */
static bool
mark_typed(struct str *s, struct mark *out)
{
	struct str rest = *s;
	int32_t cp = plain(utf8_next(&rest));
	int era;

	if (cp >= '0' && cp <= '9')
		return number_typed(s, out);
	if ((era = era_typed(s)) >= 0) {
		*out = (struct mark){ .kind = M_ERA, .n = era };
		return true;
	}
	*s = rest;
	if (cp == 0x5143)       /* 元 */
		*out = (struct mark){ .kind = M_NUMBER, .n = 1 };
	else
		*out = (struct mark){ .kind = separator(cp) };
	return out->kind != M_END;
}

/* All marks, then M_END. A space counts only between two numbers: `1980 4 1`. */
static bool
marks_typed(struct str s, struct typed *t)
{
	bool space = false;

	memset(t, 0, sizeof *t);
	while (s.n > 0) {
		struct mark m;
		if (!mark_typed(&s, &m))
			return false;
		if (m.kind == M_SPACE) {
			space = true;
			continue;
		}
		if (t->n + 2 >= MARKS)
			return false;
		if (space && m.kind == M_NUMBER && t->n > 0 && t->m[t->n - 1].kind == M_NUMBER)
			t->m[t->n++].kind = M_SPACE;
		t->m[t->n++] = m;
		space = false;
	}
	return true;
}

/* ---- typed: marks to a date ---- */

struct said {
	const struct era *era;  /* NULL: years of the Gregorian calendar */
	int year, month, day;
	int parts;              /* how many of the three were said */
};

static bool
is_part(const struct mark *m)
{
	return m->kind == M_NUMBER && (m->digits == 1 || m->digits == 2);
}

/* 4 digits, or with an era 元 or 1 to 3. */
static bool
is_year(const struct mark *m, const struct era *era)
{
	return m->kind == M_NUMBER && (era != NULL ? m->digits <= 3 : m->digits == 4);
}

/* 19800401, S550401, 3550401. */
static bool
said_together(const struct mark *m, struct said *out)
{
	int digits = m->digits, n = m->n;

	if (out->era == NULL && digits == 7) {
		int code = n / 1000000;
		if (code < 1 || code > (int)LEN(eras))
			return false;
		out->era = &eras[code - 1];
		n %= 1000000;
	} else if (digits != (out->era != NULL ? 6 : 8)) {
		return false;
	}
	out->year = n / 10000;
	out->month = n / 100 % 100;
	out->day = n % 100;
	out->parts = 3;
	return true;
}

/* What follows a year: 年 4 月 1 日, or 4 and 1 behind the same separator. */
static bool
said_apart(const struct mark *m, struct said *out)
{
	bool words = m[0].kind == M_YEAR;

	if (words && m[1].kind == M_END)
		return true;
	if ((!words && (m[0].kind < M_SPACE || m[0].kind > M_DOT)) || !is_part(&m[1]))
		return false;
	out->month = m[1].n;
	out->parts = 2;
	if (m[2].kind == M_END)
		return !words;          /* 2022-8, but 2022年8 is cut off */
	if (m[2].kind != (words ? M_MONTH : m[0].kind))
		return false;
	if (m[3].kind == M_END)
		return words;           /* 2022年8月, but 2022-8- is cut off */
	if (!is_part(&m[3]))
		return false;
	out->day = m[3].n;
	out->parts = 3;
	m += words && m[4].kind == M_DAY ? 5 : 4;
	return m->kind == M_END;
}

static bool
said(const struct typed *t, struct said *out)
{
	const struct mark *m = t->m;

	*out = (struct said){ .month = 1, .day = 1, .parts = 1 };
	if (m->kind == M_ERA)
		out->era = &eras[m++->n];
	if (m->kind == M_NUMBER && m[1].kind == M_END && m->digits >= 6)
		return said_together(m, out);
	if (!is_year(m, out->era))
		return false;
	out->year = m->n;
	return m[1].kind == M_END || said_apart(m + 1, out);
}

/* ---- typed: is there such a day, in such an era ---- */

/* The last day of the month or year that was said; the day itself when it was said whole. */
static struct date
said_until(const struct said *s, int year)
{
	int month = s->parts == 1 ? 12 : s->month;
	int day = s->parts == 3 ? s->day : month_days(year, month);

	return (struct date){ day_of(year, month, day) };
}

static enum date_fault
judge(const struct said *s, struct date *out)
{
	int year = s->era != NULL ? s->era->first_year + s->year - 1 : s->year;

	if (!date_make(year, s->month, s->day, out)) {
		/* 2月30日 means the end of February; of 13月 and 99日 nobody knows. */
		if (s->day > 28 && s->day <= 31 && date_make(year, s->month, 1, out))
			out->day += month_days(year, s->month) - 1;
		return DATE_NO_SUCH_DAY;
	}
	if (s->era != NULL && said_until(s, year).day < s->era->first.day)
		return DATE_ERA_BEFORE;
	if (s->era != NULL && out->day > s->era->last.day)
		return DATE_ERA_AFTER;
	return DATE_GOOD;
}

enum date_fault
date_parse_partial(struct str typed, struct date *out, int *parts)
{
	struct typed t;
	struct said s;

	call_once(&eras_once, eras_read);
	out->day = DATE_NONE;
	*parts = 0;
	if (!marks_typed(typed, &t))
		return DATE_UNREADABLE;
	if (t.n == 0)
		return DATE_EMPTY;
	if (!said(&t, &s))
		return DATE_UNREADABLE;
	*parts = s.parts;
	return judge(&s, out);
}

enum date_fault
date_parse(struct str typed, struct date *out)
{
	int parts;
	enum date_fault fault = date_parse_partial(typed, out, &parts);

	if (fault != DATE_EMPTY && parts != 3) {
		out->day = DATE_NONE;
		return DATE_UNREADABLE;
	}
	return fault;
}

bool
date_from_iso(struct str s, struct date *out)
{
	static const char form[] = "dddd-dd-dd";
	int part[3] = { 0, 0, 0 }, at = 0;

	if (s.n != sizeof form - 1)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool digit = s.p[i] >= '0' && s.p[i] <= '9';
		if (form[i] == '-' ? s.p[i] != '-' : !digit)
			return false;
		if (digit)
			part[at] = part[at] * 10 + (s.p[i] - '0');
		else
			at++;
	}
	return date_make(part[0], part[1], part[2], out);
}

/* ---- ages ---- */

int
age_months(struct date birth, struct date on)
{
	struct ymd b = date_ymd(birth), t = date_ymd(on);

	if (!date_given(birth) || !date_given(on) || on.day < birth.day)
		return -1;
	return (t.year - b.year) * 12 + t.month - b.month - (t.day < b.day);
}

int
age_years(struct date birth, struct date on)
{
	int months = age_months(birth, on);

	return months < 0 ? -1 : months / 12;
}

int
age_of_majority(struct date on)
{
	/* Civil Code art. 4 as amended by law 59 of 2018, in force on 2022-04-01 */
	return on.day >= day_of(2022, 4, 1) ? 18 : 20;
}
