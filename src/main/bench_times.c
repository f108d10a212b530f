/* main/bench_times.c: see bench.h: durations, counted by size. */
#include "main/bench.h"

/* 32 buckets for each doubling, from 1 µs on: bucket 32 * e + m holds (32 + m) << e. */
static size_t
bucket_of(int64_t us)
{
	uint64_t v = us < 32 ? 32 : (uint64_t)us;
	size_t e = 0;

	while (v >> e >= 64)
		e++;
	size_t at = 32 * e + (size_t)((v >> e) - 32);
	return at < BENCH_BUCKETS ? at : BENCH_BUCKETS - 1;
}

void
bench_times_add(struct bench_times *t, int64_t us)
{
	t->bucket[bucket_of(us)]++;
	t->n++;
	if (us > t->most_us)
		t->most_us = us;
}

void
bench_times_join(struct bench_times *t, const struct bench_times *more)
{
	for (size_t k = 0; k < BENCH_BUCKETS; k++)
		t->bucket[k] += more->bucket[k];
	t->n += more->n;
	if (more->most_us > t->most_us)
		t->most_us = more->most_us;
}

double
bench_times_ms(const struct bench_times *t, double share)
{
	uint64_t want = (uint64_t)(share * (double)t->n), sum = 0;

	for (size_t i = 0; i < BENCH_BUCKETS; i++)
		if ((sum += t->bucket[i]) > want)
			return (double)((32 + i % 32) << (i / 32)) / 1000;
	return 0;
}
