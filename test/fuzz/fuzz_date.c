/* test/fuzz/fuzz_date.c: any bytes as a typed date. What must hold: a good date is a day that goes
 * through every way of writing and comes back, a fault says what it promises, and what is read in
 * full is read the same in part. */
#include "base/arena.h"
#include "base/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(cond) do { if (!(cond)) BUG("does not hold: " #cond); } while (0)

static void
check_comes_back(struct str written, struct date d)
{
	struct date again;

	MUST(date_parse(written, &again) == DATE_GOOD && again.day == d.day);
}

static void
check_good(struct arena *mem, struct date d)
{
	struct ymd t = date_ymd(d);
	struct date again;

	MUST(date_given(d) && t.year >= 1000 && t.year <= 9999);
	MUST(date_make(t.year, t.month, t.day, &again) && again.day == d.day);
	MUST(date_from_iso(date_iso(mem, d), &again) && again.day == d.day);
	MUST(date_of(date_begin(d)).day == d.day);
	check_comes_back(date_iso(mem, d), d);
	check_comes_back(date_long(mem, d, 0), d);
	/* Four-digit years of 令和 are no form. */
	if (t.year < 3000)
		check_comes_back(date_era(mem, d), d);
}

static void
check_full(struct arena *mem, struct str s)
{
	struct date d = { 0 }, part = { 0 };
	int parts = -1;
	enum date_fault f = date_parse(s, &d), fp = date_parse_partial(s, &part, &parts);

	if (f == DATE_GOOD)
		check_good(mem, d);
	if (f == DATE_EMPTY || f == DATE_UNREADABLE)
		MUST(!date_given(d));
	else
		MUST(fp == f && parts == 3 && part.day == d.day);
	if (f == DATE_ERA_BEFORE || f == DATE_ERA_AFTER)
		MUST(date_given(d));
	if (fp == DATE_GOOD)
		MUST(date_given(part) && parts >= 1 && parts <= 3);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *mem;
	struct str s = { (const char *)data, size };
	struct date iso, typed;
	int64_t ms, again;

	if (mem == NULL)
		mem = arena_new(1 << 16);
	check_full(mem, s);
	if (date_from_iso(s, &iso))
		MUST(date_parse(s, &typed) == DATE_GOOD && typed.day == iso.day);
	if (date_from_instant(s, &ms)) {
		MUST(date_from_instant(date_instant(mem, ms), &again));
		MUST(again <= ms && ms - again < 1000);
	}
	arena_reset(mem);
	return 0;
}
