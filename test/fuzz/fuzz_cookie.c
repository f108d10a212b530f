/* test/fuzz/fuzz_cookie.c: any bytes as a Cookie header: what is found stands in the header, and a name that stands
 * alone in front is always found. */
#include "http/http.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str raw = { (const char *)data, size };
	struct http_pair header = { S("Cookie"), raw };
	struct http_req q = { .headers = &header, .n_headers = 1 };
	static const struct str names[] = { STR_INIT("__Host-session"), STR_INIT("lang"), STR_INIT("a") };

	for (size_t i = 0; i < LEN(names); i++) {
		struct str v = http_cookie(&q, names[i]);
		if (v.n > 0 && (v.p < raw.p || v.p + v.n > raw.p + raw.n))
			abort();
	}
	/* The same bytes behind a cookie of our own do not hide it. */
	struct arena *mem = arena_new(4096);
	header.value = str_cat(mem, S("lang=ja; "), raw);
	if (!str_eq(http_cookie(&q, S("lang")), S("ja")))
		abort();
	arena_free(mem);
	return 0;
}
