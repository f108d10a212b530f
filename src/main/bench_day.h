/* main/bench_day.h: how the notifications of one day lie over its hours. */
#ifndef MAIN_BENCH_DAY_H
#define MAIN_BENCH_DAY_H

#include "base/base.h"

/* When the nth (from 0) of so many presses of a day is due, microseconds after its beginning, when the whole day takes day_us. */
int64_t bench_day_due(int64_t nth, int64_t of, int64_t day_us);

#endif
