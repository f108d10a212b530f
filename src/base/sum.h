/* base/sum.h: SHA-256 of what is too large to be in memory at once.
 *
 * Over GnuTLS, which uses the processor's own instructions: libsodium's (base/crypt.h) is eight times slower, and
 * a backup is hashed twice, before and after it is sealed. */
#ifndef BASE_SUM_H
#define BASE_SUM_H

#include "base/crypt.h"

struct sum {
	void *state;
	int64_t n;              /* bytes so far */
};
struct sum sum_begin(void);
void sum_add(struct sum *s, const void *p, size_t n);
/* Ends it; must be called, also when nobody wants the result. */
struct sha256 sum_end(struct sum *s);

#endif
