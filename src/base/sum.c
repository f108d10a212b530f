/* base/sum.c: see sum.h. */
#include "base/sum.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

struct sum
sum_begin(void)
{
	gnutls_hash_hd_t h;

	if (gnutls_hash_init(&h, GNUTLS_DIG_SHA256) != 0)
		BUG("gnutls_hash_init");
	return (struct sum){ h, 0 };
}

void
sum_add(struct sum *s, const void *p, size_t n)
{
	if (n > 0 && gnutls_hash(s->state, p, n) != 0)
		BUG("gnutls_hash");
	s->n += (int64_t)n;
}

struct sha256
sum_end(struct sum *s)
{
	struct sha256 h;

	gnutls_hash_deinit(s->state, h.b);
	s->state = NULL;
	return h;
}
