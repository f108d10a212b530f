/* domain/number.c: see number.h. */
#include "domain/number.h"

#include "base/utf8.h"

/* Damm's quasigroup of order 10 (H. M. Damm, 2004): totally anti-symmetric. */
static const unsigned char damm[10][10] = {
	{ 0, 3, 1, 7, 5, 9, 8, 6, 4, 2 }, { 7, 0, 9, 2, 1, 5, 4, 8, 6, 3 }, { 4, 2, 0, 6, 8, 7, 1, 3, 5, 9 },
	{ 1, 7, 5, 0, 9, 8, 3, 4, 2, 6 }, { 6, 1, 2, 3, 0, 4, 5, 9, 7, 8 }, { 3, 6, 7, 4, 2, 0, 9, 5, 8, 1 },
	{ 5, 8, 6, 9, 7, 2, 0, 1, 3, 4 }, { 8, 9, 4, 5, 3, 6, 2, 0, 1, 7 }, { 9, 4, 3, 8, 6, 1, 7, 2, 0, 5 },
	{ 2, 5, 8, 1, 4, 3, 6, 7, 9, 0 },
};

static unsigned
check_digit(struct str digits)
{
	unsigned at = 0;

	for (size_t i = 0; i < digits.n; i++)
		at = damm[at][digits.p[i] - '0'];
	return at;
}

struct str
number_make(struct arena *mem, int64_t home, int64_t serial)
{
	if (home < 1 || home > 9999 || serial < 1 || serial > 9999999)
		BUG("number out of range");
	struct str body = str_fmt(mem, "%04d%07d", (int)home, (int)serial);

	return str_fmt(mem, "%.*s%u", STR_ARG(body), check_digit(body));
}

bool
number_read(struct arena *mem, struct str typed, struct str *out)
{
	struct str s = text_digits(mem, typed);
	struct buf b = buf_new(mem);

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '-' || s.p[i] == ' ')
			continue;
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		buf_byte(&b, s.p[i]);
	}
	struct str digits = buf_str(&b);
	/* Followed by its own check digit a right number gives 0. */
	if (digits.n != 12 || check_digit(digits) != 0)
		return false;
	*out = digits;
	return true;
}

int64_t
number_home(struct str number)
{
	int64_t home = 0;

	return str_int(str_sub(number, 0, 4), &home) ? home : 0;
}

struct str
number_show(struct arena *mem, struct str n)
{
	if (n.n != 12)
		return n;
	return str_fmt(mem, "%.4s-%.4s-%.4s", n.p, n.p + 4, n.p + 8);
}
