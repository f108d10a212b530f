/* main/bench_day.c: see bench_day.h. */
#include "main/bench_day.h"

/* How the presses of a day lie over its hours, in parts of their sum. No hourly count was ever published. What is known:
 *   - 発生届 is due at once and written by the clinics themselves, during and after consultations; most outpatient clinics see
 *     patients from 9 to 12 and from 15 or 16 to 18 or 19, and file what the morning brought before the break (the first peak,
 *     11) and what the afternoon brought, and the laboratory's results, before going home (the second and higher one, 17 and 18);
 *   - when HER-SYS broke under its users it was from 13:30 to 18:30 (2022-01-19 and -20) and from 10:30 to 16:30 (2022-07-26):
 *     the load of the day lies between late morning and evening;
 *   - emergency departments and testing centres give the floor of the night, from 3 in a thousand an hour on.
 * Evenly spread, an hour would have 51 of these parts; the highest has 2.2 times that. */
static const int hours[24] = {
	12, 6, 4, 3, 3, 4, 8, 18, 40, 75, 95, 110, 92, 62, 58, 70, 88, 108, 112, 90, 66, 48, 32, 20,
};

int64_t
bench_day_due(int64_t nth, int64_t of, int64_t day_us)
{
	double all = 0, before = 0;
	int h = 0;

	for (int i = 0; i < 24; i++)
		all += hours[i];
	double want = ((double)nth + 0.5) / (double)of * all;
	while (h < 23 && before + hours[h] <= want)
		before += hours[h++];
	return (int64_t)((h + (want - before) / hours[h]) / 24 * (double)day_us);
}
