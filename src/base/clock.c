/* base/clock.c: see clock.h. */
#include "base/clock.h"

#include "base/log.h"

#include <stdatomic.h>
#include <time.h>

/* Given by the Makefile: seconds. */
#ifndef BUILT_AT
#define BUILT_AT 0
#endif

/* One word each, so that threads may read while a test sets. Any moment may be
 * frozen, also one before 1970: only the least number means "not frozen". */
#define RUNNING INT64_MIN
static _Atomic int64_t frozen = RUNNING;
static _Atomic int64_t shift = 0;
/* The date less the time since the boot, by which a step is found; and the same at the first question. */
#define UNKNOWN INT64_MIN
static _Atomic int64_t offset = UNKNOWN;
static _Atomic int64_t first_offset = UNKNOWN;

static int64_t
machine(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t) != 0)
		BUG("clock");
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The machine's date; a step of it is logged by the thread that sees it first. */
static int64_t
machine_date(void)
{
	int64_t now = machine(CLOCK_REALTIME), is = now - machine(CLOCK_BOOTTIME), was = atomic_load(&offset);
	int64_t step = was == UNKNOWN ? 0 : is - was;

	if (was == UNKNOWN && atomic_compare_exchange_strong(&offset, &was, is)) {
		was = UNKNOWN;
		atomic_compare_exchange_strong(&first_offset, &was, is);
	} else if (step >= CLOCK_STEP_MS || step <= -CLOCK_STEP_MS) {
		/* First the new offset: the line asks for the time. */
		if (atomic_compare_exchange_strong(&offset, &was, is))
			log_warn("clock.jump", KV_N("ms", step));
	}
	return now;
}

int64_t
clock_now(void)
{
	int64_t f = atomic_load(&frozen);

	return f != RUNNING ? f : machine_date() + atomic_load(&shift);
}

int64_t
clock_steady(void)
{
	int64_t f = atomic_load(&frozen), first;

	if (f != RUNNING)
		return f;
	while ((first = atomic_load(&first_offset)) == UNKNOWN)
		(void)machine_date();
	return machine(CLOCK_BOOTTIME) + first + atomic_load(&shift);
}

int64_t
clock_machine(void)
{
	return machine_date();
}

int64_t
clock_built(void)
{
	return (int64_t)BUILT_AT * 1000;
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
	atomic_store(&shift, ms - machine_date());
	atomic_store(&first_offset, atomic_load(&offset));
	atomic_store(&frozen, RUNNING);
}

void
clock_real(void)
{
	atomic_store(&shift, 0);
	atomic_store(&frozen, RUNNING);
}
