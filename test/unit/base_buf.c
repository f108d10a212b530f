/* test/unit/base_buf.c: text that grows. */
#include "t.h"

TEST(a_new_text_is_empty_and_ends_with_a_nul)
{
	struct buf b = buf_new(mem);
	struct str s = buf_str(&b);

	CHECK_INT(s.n, 0);
	CHECK_INT(s.p[0], 0);
}

TEST(pieces_come_out_in_the_order_they_went_in)
{
	struct buf b = buf_new(mem);

	buf_put(&b, S("ab"));
	buf_byte(&b, 'c');
	buf_put(&b, S(""));
	buf_put(&b, (struct str){ 0 });
	buf_fmt(&b, "%d%.*s", 12, STR_ARG(S("xyz")));
	CHECK_STR(buf_str(&b), S("abc12xyz"));
	CHECK_INT(buf_str(&b).p[8], 0);
}

TEST(a_text_grows_past_every_border)
{
	struct buf b = buf_new(mem);

	for (int i = 0; i < 100000; i++)
		buf_byte(&b, (char)('a' + i % 26));
	struct str s = buf_str(&b);
	CHECK_INT(s.n, 100000);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != (char)('a' + i % 26))
			CHECK(!"a byte was lost");
}

TEST(a_formatted_piece_may_be_longer_than_the_room)
{
	for (int n = 0; n < 2000; n += 61) {
		struct buf b = buf_new(mem);
		buf_put(&b, S("head"));
		buf_fmt(&b, "<%*d>", n, 7);
		struct str s = buf_str(&b);
		CHECK_INT(s.n, 4 + 2 + (n > 1 ? n : 1));
		CHECK(str_ends(s, S("7>")));
	}
}

TEST(nuls_are_bytes_like_others)
{
	struct buf b = buf_new(mem);

	buf_put(&b, S("a\0b"));
	buf_fmt(&b, "%c", 0);
	CHECK_STR(buf_str(&b), S("a\0b\0"));
}

TEST(a_text_may_be_put_into_itself)
{
	struct buf b = buf_new(mem);

	buf_put(&b, S("0123456789"));
	for (int i = 0; i < 8; i++)
		buf_put(&b, buf_str(&b));
	CHECK_INT(b.n, 2560);
	CHECK(str_ends(buf_str(&b), S("90123456789")));
	buf_fmt(&b, "%.*s", STR_ARG(buf_str(&b)));
	CHECK_INT(b.n, 5120);
	CHECK(str_ends(buf_str(&b), S("90123456789")));
}

TEST(room_is_writable_and_counts_only_when_used)
{
	struct buf b = buf_new(mem);

	memset(buf_room(&b, 5000), 'x', 5000);
	CHECK_INT(b.n, 0);
	b.n += 3;
	CHECK_STR(buf_str(&b), S("xxx"));
}

TEST(a_fresh_text_is_formatted_in_one_call)
{
	CHECK_STR(str_fmt(mem, "%s-%03d", "id", 7), S("id-007"));
	CHECK_STR(str_fmt(mem, "%s", ""), S(""));
	CHECK_INT(str_fmt(mem, "%s", "abc").p[3], 0);
}
