/* domain/demo_random.h: the demonstration's own chance: xoshiro256** (Blackman and Vigna), seeded by splitmix64.
 * The same seed gives the same numbers on every machine; never for anything secret. */
#ifndef DOMAIN_DEMO_RANDOM_H
#define DOMAIN_DEMO_RANDOM_H

#include "base/base.h"

struct dice {
	uint64_t s[4];
};

static inline struct dice
dice_new(uint64_t seed)
{
	struct dice d;

	for (size_t i = 0; i < 4; i++) {
		uint64_t z = seed += 0x9e3779b97f4a7c15u;
		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
		d.s[i] = z ^ (z >> 31);
	}
	return d;
}

static inline uint64_t
dice_next(struct dice *d)
{
	uint64_t *s = d->s, x = s[1] * 5, out = ((x << 7) | (x >> 57)) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = (s[3] << 45) | (s[3] >> 19);
	return out;
}

/* 0 to n - 1; n below 2^32. */
static inline uint32_t
dice_below(struct dice *d, uint32_t n)
{
	return (uint32_t)((dice_next(d) >> 32) * n >> 32);
}

/* low to high, both inclusive. */
static inline int
dice_span(struct dice *d, int low, int high)
{
	return low + (int)dice_below(d, (uint32_t)(high - low + 1));
}

/* True in `permille` of a thousand throws. */
static inline bool
dice_chance(struct dice *d, unsigned permille)
{
	return dice_below(d, 1000) < permille;
}

/* 0 <= x < 1. */
static inline double
dice_share(struct dice *d)
{
	return (double)(dice_next(d) >> 11) * 0x1p-53;
}

/* The place in running sums `upto` (each the sum of the weights so far) that a throw falls on. */
static inline size_t
dice_weighted(struct dice *d, const uint32_t *upto, size_t n)
{
	uint32_t x = dice_below(d, upto[n - 1]);
	size_t low = 0, high = n - 1;

	while (low < high) {
		size_t mid = (low + high) / 2;
		if (upto[mid] > x)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

#endif
