/* base/clock.h: the time, injected.
 *
 * Instants are milliseconds since 1970-01-01T00:00:00Z. The whole program asks
 * here and nowhere else, so that tests and exercises can set the clock: the
 * setting `clock` (see conf.def) freezes or shifts it.
 *
 * Three clocks:
 *   clock_now     the date and time, as the machine has it; it may be set, and a step of a second
 *                 or more is logged once (clock.jump). For everything that is dated, and one-time codes.
 *   clock_steady  a date and time that no step moves: the machine's at the first question, and on from
 *                 there as time really passes (sleep of the machine included). For what begins and ends
 *                 after a while and is kept: sessions, waits after wrong passwords.
 *   clock_mono    no date; for deadlines and durations in memory. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/base.h"

/* What counts as a step of the machine's clock. */
#define CLOCK_STEP_MS 1000

/* Now. */
int64_t clock_now(void);
/* Now, by the clock that is never set. */
int64_t clock_steady(void);
/* Milliseconds that only go forward, for deadlines and durations; never injected. */
int64_t clock_mono(void);
/* The same in microseconds. */
int64_t clock_mono_us(void);
/* What the machine says, not injected. */
int64_t clock_machine(void);
/* When this program was built, to the day; before it no machine's clock is right. */
int64_t clock_built(void);
/* From now on the time stands still at `ms` (tests). */
void clock_freeze(int64_t ms);
/* From now on the time runs on from `ms` (exercises). */
void clock_set(int64_t ms);
/* Back to the machine's clock. */
void clock_real(void);

#endif
