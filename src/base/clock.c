/* base/clock.c: see clock.h. */
#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

/* One word each, so that threads may read while a test sets. Any moment may be
 * frozen, also one before 1970: only the least number means "not frozen". */
#define RUNNING INT64_MIN
static _Atomic int64_t frozen = RUNNING;
static _Atomic int64_t shift = 0;

static int64_t
machine(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t) != 0)
		BUG("clock");
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_now(void)
{
	int64_t f = atomic_load(&frozen);

	return f != RUNNING ? f : machine(CLOCK_REALTIME) + atomic_load(&shift);
}

int64_t
clock_mono_us(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		BUG("clock");
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_mono(void)
{
	return machine(CLOCK_MONOTONIC);
}

void
clock_freeze(int64_t ms)
{
	atomic_store(&frozen, ms);
}

void
clock_set(int64_t ms)
{
	atomic_store(&shift, ms - machine(CLOCK_REALTIME));
	atomic_store(&frozen, RUNNING);
}

void
clock_real(void)
{
	atomic_store(&shift, 0);
	atomic_store(&frozen, RUNNING);
}
