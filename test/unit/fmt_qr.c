/* test/unit/fmt_qr.c: QR codes. */
#include "t.h"

#include "fmt/qr.h"

/* Dark modules of the path. */
static size_t
dark_count(struct str svg)
{
	size_t sum = 0;

	for (size_t at = 0; (at = str_find(svg, 'h', at)) < svg.n; at++) {
		struct str rest = str_sub(svg, at + 1, svg.n), part;
		int64_t n;
		if (str_cut(&rest, 'v', &part) && str_int(part, &n) && n > 0)
			sum += (size_t)n;
	}
	return sum;
}

TEST(a_code_is_a_picture_with_a_name)
{
	struct buf b = buf_new(mem);
	struct str svg;

	CHECK(qr_svg(S("otpauth://totp/hersys:a?secret=ABC"), S("登録用 <QR>"), &b));
	svg = buf_str(&b);
	CHECK(str_starts(svg, S("<svg class=\"qr\" role=\"img\" viewBox=\"0 0 ")));
	CHECK_HAS(svg, S(" aria-label=\"登録用 &lt;QR&gt;\""));
	CHECK(str_ends(svg, S("\"/></svg>")));
	CHECK_INT(svg.n - str_find_str(svg, S("<path ")) > 100, true);
	CHECK_NOT(svg, S("otpauth"));
}

TEST(a_code_has_its_three_corners_and_its_quiet_zone)
{
	struct buf b = buf_new(mem);
	struct str svg;

	CHECK(qr_svg(S("hersys"), S("x"), &b));
	svg = buf_str(&b);
	/* the smallest symbol: 21 modules and 4 around on each side */
	CHECK_HAS(svg, S("viewBox=\"0 0 29 29\""));
	CHECK_HAS(svg, S("M4 4h7v1h-7z"));
	CHECK_HAS(svg, S("M18 4h7v1h-7z"));
	CHECK_HAS(svg, S("M4 18h7v1h-7z"));
	CHECK(dark_count(svg) > 150 && dark_count(svg) < 290);
}

TEST(what_does_not_fit_writes_nothing)
{
	struct buf b = buf_new(mem);
	struct str long_text = { arena_alloc(mem, 3000), 3000 };

	memset((char *)(uintptr_t)long_text.p, 'x', 3000);
	CHECK(!qr_svg(S(""), S("x"), &b));
	CHECK(!qr_svg(long_text, S("x"), &b));
	CHECK_INT(b.n, 0);
	CHECK(qr_svg(str_sub(long_text, 0, 2331), S("x"), &b));
}
