/* test/fuzz/fuzz_text.c: any bytes through base/utf8.h. What must hold: nothing reads beyond the
 * input, every fold of well-formed text is well formed, and folding twice changes nothing. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(cond) do { if (!(cond)) BUG("does not hold: " #cond); } while (0)

static struct str (*const folds[])(struct arena *, struct str) = {
	text_nfkc, text_digits, text_only_digits, text_katakana, fold_name, fold_kana,
};

static void
check_folds(struct arena *mem, struct str s)
{
	for (size_t i = 0; i < LEN(folds); i++) {
		struct str once = folds[i](mem, s);
		MUST(utf8_ok(once));
		MUST(str_eq(once, folds[i](mem, once)));
	}
}

/* Read one by one and written again, it is the same text. */
static void
check_code_points(struct arena *mem, struct str s)
{
	struct buf b = buf_new(mem);
	struct str rest = s;
	size_t n = 0;
	int32_t cp;

	for (; (cp = utf8_next(&rest)) != -1; n++)
		utf8_put(&b, cp);
	MUST(n == utf8_len(s));
	MUST(str_eq(buf_str(&b), s));
}

static void
check_range(struct arena *mem, struct str s)
{
	struct str after = fold_after(mem, s);

	MUST(utf8_ok(after));
	MUST(s.n == 0 || str_starts(s, S("\xF4\x8F\xBF\xBF")) || str_cmp(s, after) < 0);
	MUST(str_cmp(str_cat(mem, s, S("\U0010FFFD")), after) < 0 || str_eq(after, S("\xF4\x8F\xBF\xBF")));
}

static void
check_digits(struct arena *mem, struct str s)
{
	struct str d = text_only_digits(mem, s);

	for (size_t i = 0; i < d.n; i++)
		MUST(d.p[i] >= '0' && d.p[i] <= '9');
	MUST(str_eq(d, text_only_digits(mem, text_digits(mem, s))));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *mem;
	struct str s = { (const char *)data, size };

	if (mem == NULL) {
		mem = arena_new(1 << 16);
		utf8_start();
	}
	(void)text_oddities(s);
	(void)fold_is_kana(s);
	(void)text_is_katakana(s);
	if (utf8_ok(s)) {
		check_code_points(mem, s);
		check_range(mem, s);
		check_digits(mem, s);
	} else {
		(void)fold_after(mem, s);
	}
	if (!utf8_ok(s))
		s = text_nfkc(mem, s);  /* ill-formed bytes are U+FFFD now; a NUL remains */
	if (utf8_ok(s))
		check_folds(mem, s);
	arena_reset(mem);
	return 0;
}
