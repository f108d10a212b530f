/* domain/demo_series.h: how many cases on which day in which prefecture: a daily series, stretched or pressed
 * into the days that are wanted and scaled to the number of cases that is wanted. */
#ifndef DOMAIN_DEMO_SERIES_H
#define DOMAIN_DEMO_SERIES_H

#include "base/date.h"
#include "domain/demo_random.h"

#define DEMO_PREFS 48           /* prefectures by their number, 1 to 47; 0 is not used */

struct demo_series {
	size_t days;
	double (*weight)[DEMO_PREFS];
};
/* A table `date,01,…,47` (columns also by the prefectures' names, Japanese or English; others are ignored), tab or
 * comma: the ministry's open data as it is. "" is data/demo/series.tsv until a few days after its height. Rows without a date and negative
 * numbers count as nothing. E_IO, E_FORMAT with *why. */
enum err demo_series_read(struct arena *mem, struct str path, struct demo_series *out, struct str *why) MUST_USE;

struct demo_plan {
	size_t days;
	uint32_t (*cases)[DEMO_PREFS];
};
/* `days` days that hold `cases` cases in all: a day's sum is its share of the series to the nearest case, of its
 * prefectures by chance. Of the last day only `last_share` (0 to 1) has passed. */
struct demo_plan demo_plan_make(struct arena *mem, const struct demo_series *s, size_t days, double last_share,
    int64_t cases, struct dice *d);

#endif
