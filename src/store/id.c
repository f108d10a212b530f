/* store/id.c: names of things: ULID (48 bits of milliseconds, 80 random) in Crockford's base 32. */
#include "store/store.h"

#include "base/clock.h"
#include "base/crypt.h"

#define ID_LEN 26

static const char digit[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct str
id_make(struct arena *mem, int64_t ms, const unsigned char random[10])
{
	char *p = arena_alloc(mem, ID_LEN + 1);
	uint64_t half[2] = { 0, 0 };    /* 40 random bits each: eight digits */

	if (ms < 0 || ms >> 48 != 0)
		BUG("id: the time");
	for (int i = 0; i < 10; i++)
		half[i / 5] = half[i / 5] << 8 | random[i];
	for (int i = 0; i < 10; i++)
		p[i] = digit[ms >> (5 * (9 - i)) & 31];
	for (int i = 0; i < 16; i++)
		p[10 + i] = digit[half[i / 8] >> (5 * (7 - i % 8)) & 31];
	return (struct str){ p, ID_LEN };
}

struct str
id_new(struct arena *mem)
{
	unsigned char random[10];

	crypt_random(random, sizeof random);
	return id_make(mem, clock_now(), random);
}

bool
id_ok(struct str s)
{
	/* 26 digits hold 130 bits: the first is at most 7. */
	if (s.n != ID_LEN || s.p[0] > '7')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || strchr(digit, s.p[i]) == NULL)
			return false;
	return true;
}
