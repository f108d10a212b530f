/* test/unit/fmt_text.c: the sentences: both languages say the same with the same values. */
#include "t.h"

#include "base/utf8.h"
#include "fmt/text.h"

static const struct {
	enum text_id id;
	struct str key;
} rows[] = {
#define TEXT(key, ja, en) { T_##key, STR_INIT(#key) },
#include "fmt/text.def"
#undef TEXT
};

/* Which of %1 … %9 a sentence has, as bits; bit 0 for a % that is no place. */
static unsigned
places(struct str s)
{
	unsigned bits = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '%') {
			char c = i + 1 < s.n ? s.p[i + 1] : '\0';
			bits |= c >= '1' && c <= '9' ? 1u << (c - '0') : 1u;
		}
	return bits;
}

static void
check_row(struct arena *mem, struct str key, bool holds, const char *what)
{
	if (!holds)
		test_fail(__FILE__, __LINE__, what, key, str_fmt(mem, "text.def: %.*s", STR_ARG(key)));
}

TEST(every_sentence_is_there_in_both_languages)
{
	for (size_t i = 0; i < LEN(rows); i++)
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			struct str s = text(rows[i].id, (enum lang)lang);
			check_row(mem, rows[i].key, str_trim(s).n > 0, "not empty");
			check_row(mem, rows[i].key, utf8_ok(s), "UTF-8");
		}
}

/* The checks of filings (bad_…) are given what differs by language twice, and each language takes its own. */
TEST(both_languages_take_the_same_values)
{
	for (size_t i = 0; i < LEN(rows); i++) {
		unsigned ja = places(text(rows[i].id, LANG_JA)), en = places(text(rows[i].id, LANG_EN));
		if (str_starts(rows[i].key, S("bad_")))
			check_row(mem, rows[i].key, __builtin_popcount(ja) == __builtin_popcount(en),
			    "as many %n in both");
		else
			check_row(mem, rows[i].key, ja == en, "the same %n in both");
	}
}

TEST(the_places_of_a_sentence_count_from_one_without_a_hole)
{
	for (size_t i = 0; i < LEN(rows); i++) {
		unsigned bits = (places(text(rows[i].id, LANG_JA)) | places(text(rows[i].id, LANG_EN))) >> 1;
		/* %1 of an issue is its item's label, which a sentence above the form does without. */
		if (str_starts(rows[i].key, S("bad_")))
			bits |= 1;
		check_row(mem, rows[i].key, (bits & (bits + 1)) == 0, "%1, then %2, …");
	}
}

TEST(a_sentence_is_found_by_its_key)
{
	for (size_t i = 0; i < LEN(rows); i++)
		check_row(mem, rows[i].key, text_by_key(rows[i].key) == rows[i].id, "found by key");
	CHECK_INT(text_by_key(S("")), T_none);
	CHECK_INT(text_by_key(S("no such key")), T_none);
	CHECK_STR(text(T_none, LANG_JA), S(""));
}

TEST(values_are_filled_into_their_places)
{
	const struct str args[] = { S("<a>"), S("%1") };

	for (size_t i = 0; i < LEN(rows); i++)
		if (places(text(rows[i].id, LANG_EN)) == 6) {
			struct str filled = text_fill(mem, rows[i].id, LANG_EN, args, 2);
			CHECK_HAS(filled, S("<a>"));
			CHECK_HAS(filled, S("%1"));
			CHECK_NOT(filled, S("%2"));
			CHECK_NOT(text_fill(mem, rows[i].id, LANG_EN, args, 0), S("%"));
			return;
		}
	test_skip("no sentence with two places yet");
}

TEST(a_language_has_two_letters)
{
	CHECK_STR(lang_code(LANG_JA), S("ja"));
	CHECK_STR(lang_code(LANG_EN), S("en"));
	CHECK_INT(lang_of(S("en-US")), LANG_EN);
	CHECK_INT(lang_of(S("ja")), LANG_JA);
	CHECK_INT(lang_of(S("fr")), LANG_JA);
	CHECK_INT(lang_of(S("")), LANG_JA);
}
