/* base/clock.h: the time, injected.
 *
 * Instants are milliseconds since 1970-01-01T00:00:00Z. The whole program asks
 * here and nowhere else, so that tests and exercises can set the clock: the
 * setting `clock` (see conf.def) freezes or shifts it. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/base.h"

/* Now. */
int64_t clock_now(void);
/* Milliseconds that only go forward, for deadlines and durations; never injected. */
int64_t clock_mono(void);
/* The same in microseconds. */
int64_t clock_mono_us(void);
/* From now on the time stands still at `ms` (tests). */
void clock_freeze(int64_t ms);
/* From now on the time runs on from `ms` (exercises). */
void clock_set(int64_t ms);
/* Back to the machine's clock. */
void clock_real(void);

#endif
