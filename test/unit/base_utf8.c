/* test/unit/base_utf8.c: validity, width, digits, folding of names. */
#include "t.h"

#include "base/files.h"
#include "base/utf8.h"

struct pair {
	struct str in, out;
};
#define P(in, out) { STR_INIT(in), STR_INIT(out) }

typedef struct str fold_fn(struct arena *, struct str);

/* Every row, and that a second time changes nothing. */
static void
check_pairs(struct arena *mem, fold_fn *fold, const struct pair *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CHECK_STR(fold(mem, row[i].in), row[i].out);
		CHECK_STR(fold(mem, row[i].out), row[i].out);
	}
}

static bool
alike(struct arena *mem, fold_fn *fold, struct str a, struct str b)
{
	return str_eq(fold(mem, a), fold(mem, b));
}

/* ---- validity ---- */

TEST(well_formed_text_of_every_length_is_accepted)
{
	CHECK(utf8_ok(S("")));
	CHECK(utf8_ok((struct str){ 0 }));
	CHECK(utf8_ok(S("aé日𠮷\U0010FFFF\uFEFF")));
	CHECK(utf8_ok(S("\x01\x7f\t\n")));
	CHECK(utf8_ok(S("\xED\x9F\xBF\xEE\x80\x80")));
}

TEST(ill_formed_bytes_are_refused)
{
	static const struct str bad[] = {
		STR_INIT("\0"), STR_INIT("a\0b"),
		STR_INIT("\x80"), STR_INIT("\xC2"), STR_INIT("a\xE6\x97"), STR_INIT("\xE6\x97" "a"),
		STR_INIT("\xF0\xA0\xAE"),
		STR_INIT("\xC0\x80"), STR_INIT("\xC1\xBF"), STR_INIT("\xE0\x80\xAF"), STR_INIT("\xF0\x80\x80\xAF"),
		STR_INIT("\xED\xA0\x80"), STR_INIT("\xED\xBF\xBF"), STR_INIT("\xED\xA1\x82\xED\xBE\xB7"),
		STR_INIT("\xF4\x90\x80\x80"), STR_INIT("\xF5\x80\x80\x80"), STR_INIT("\xFF"), STR_INIT("\xFE\xFF"),
		STR_INIT("\x8E\x52\x93\x63"),   /* 山田 in CP932 */
	};

	for (size_t i = 0; i < LEN(bad); i++)
		CHECK(!utf8_ok(bad[i]));
}

TEST(every_code_point_goes_out_and_comes_back)
{
	for (int32_t cp = 1; cp <= 0x10FFFF; cp += cp < 0x3000 ? 1 : 37) {
		struct buf b = buf_new(mem);
		if (cp >= 0xD800 && cp <= 0xDFFF)
			continue;
		utf8_put(&b, cp);
		struct str s = buf_str(&b), rest = s;
		if (!utf8_ok(s) || utf8_len(s) != 1 || utf8_next(&rest) != cp || rest.n != 0)
			CHECK_INT(cp, -1);
		if (cp % 4096 == 0)
			arena_reset(mem);
	}
}

TEST(what_is_no_code_point_is_written_as_a_replacement)
{
	static const int32_t bad[] = { -1, 0xD800, 0xDFFF, 0x110000, INT32_MIN, INT32_MAX };

	for (size_t i = 0; i < LEN(bad); i++) {
		struct buf b = buf_new(mem);
		utf8_put(&b, bad[i]);
		CHECK_STR(buf_str(&b), S("\uFFFD"));
	}
}

TEST(reading_ends_with_minus_one_and_never_reads_beyond)
{
	struct str s = S("aé");

	CHECK_INT(utf8_next(&s), 'a');
	CHECK_INT(utf8_next(&s), 0xE9);
	CHECK_INT(utf8_next(&s), -1);
	CHECK_INT(utf8_next(&s), -1);
	s = str_sub(S("日"), 0, 2);
	CHECK_INT(utf8_next(&s), 0xFFFD);
	while (utf8_next(&s) != -1)
		;
	CHECK_INT(s.n, 0);
}

TEST(length_counts_code_points)
{
	CHECK_INT(utf8_len(S("")), 0);
	CHECK_INT(utf8_len(S("abc")), 3);
	CHECK_INT(utf8_len(S("髙橋𠮷")), 3);
	CHECK_INT(utf8_len(S("葛\U000E0100")), 2);
}

/* ---- width, digits, katakana ---- */

TEST(width_is_unified)
{
	static const struct pair row[] = {
		P("", ""), P("abc", "abc"),
		P("ｱﾍﾞ", "アベ"), P("ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"), P("ﾊﾟﾋﾟﾌﾟ", "パピプ"), P("ｰ", "ー"),
		P("１２３ＡＢＣ", "123ABC"), P("㈱", "(株)"), P("①", "1"), P("ﬁ", "fi"), P("㌔", "キロ"),
		P("か\u3099", "が"), P("\uFDFA", "صلى الله عليه وسلم"),
	};

	check_pairs(mem, text_nfkc, row, LEN(row));
}

TEST(digits_lose_their_width_spaces_and_kind_of_hyphen)
{
	static const struct pair row[] = {
		P("１００ー００１３", "100-0013"), P("100－0013", "100-0013"), P("100‐0013", "100-0013"),
		P("100‑0013", "100-0013"), P("100‒0013", "100-0013"), P("100–0013", "100-0013"),
		P("100—0013", "100-0013"), P("100―0013", "100-0013"), P("100−0013", "100-0013"),
		P("100ｰ0013", "100-0013"), P("100﹣0013", "100-0013"), P("100─0013", "100-0013"),
		P("０３　１２３４　５６７８", "0312345678"), P(" 03 1234\t5678\n", "0312345678"),
		P("\u200B03\u200E1\u00AD2\uFEFF", "0312"), P("（０３）１２３４", "(03)1234"), P("", ""), P(" 　", ""),
		P("３６．５℃", "36.5°C"),
	};

	check_pairs(mem, text_digits, row, LEN(row));
}

TEST(only_digits_remain_when_only_digits_are_asked_for)
{
	static const struct pair row[] = {
		P("０３－１２３４", "031234"), P("〒100-0013", "1000013"), P("+81 (3) 1234", "8131234"),
		P("なし", ""), P("", ""), P("٣٤", ""),
	};

	check_pairs(mem, text_only_digits, row, LEN(row));
}

TEST(readings_are_shown_in_full_katakana_with_one_space)
{
	static const struct pair row[] = {
		P("やまだ はなこ", "ヤマダ　ハナコ"), P("ﾔﾏﾀﾞ  ﾊﾅｺ", "ヤマダ　ハナコ"),
		P("　 ヤマダ\t\n　ハナコ　", "ヤマダ　ハナコ"), P("ゔぁいおれっと", "ヴァイオレット"),
		P("ウ゛ィトン", "ヴィトン"), P("みすゞ", "ミスヾ"), P("", ""), P(" 　\t", ""), P("ﾏﾘｱ･ｽﾐｽ", "マリア・スミス"),
		P("わ\u3099", "ヷ"),
	};

	check_pairs(mem, text_katakana, row, LEN(row));
}

TEST(katakana_is_told_from_other_writing)
{
	static const struct str yes[] = {
		STR_INIT("ヤマダ　ハナコ"), STR_INIT("ヨーコ"), STR_INIT("マリア・スミス"), STR_INIT("ｱﾍﾞ"), STR_INIT("ヴ"),
		STR_INIT("スミス－ジョーンズ"), STR_INIT("SMITH John"), STR_INIT("Ｊｏｓé-ア"), STR_INIT("ㇰ"), STR_INIT("ミスヾ"),
	};
	static const struct str no[] = {
		STR_INIT(""), STR_INIT(" "), STR_INIT("ー"), STR_INIT("・"), STR_INIT("山田"), STR_INIT("やまだ"),
		STR_INIT("ヤマダ1"), STR_INIT("ヤマダ花子"), STR_INIT("ヤマダ!"), STR_INIT("ヤマダ\u202E"), STR_INIT("Иван"),
		STR_INIT("ヤマダ😀"), STR_INIT("김"),
	};

	for (size_t i = 0; i < LEN(yes); i++)
		if (!text_is_katakana(yes[i]))
			CHECK_STR(yes[i], S("is katakana"));
	for (size_t i = 0; i < LEN(no); i++)
		if (text_is_katakana(no[i]))
			CHECK_STR(no[i], S("is no katakana"));
}

/* ---- folding ---- */

static bool
has_variants(void)
{
	struct str table;

	if (files_get(S("data/reference/kanji_variant.tsv"), &table))
		return true;
	test_skip("the table of kanji variants is not there");
	return false;
}

TEST(variants_of_a_kanji_are_found_together)
{
	static const struct pair row[] = {
		P("髙橋", "高橋"), P("齋藤", "斉藤"), P("斎藤", "斉藤"), P("斉藤", "斉藤"), P("齊藤", "斉藤"),
		P("渡邊", "渡辺"), P("渡邉", "渡辺"), P("山﨑", "山崎"), P("𠮷田", "吉田"), P("𠮷野家", "吉野家"),
		P("龍ヶ崎", "竜ケ崎"), P("龍ゖ﨑", "竜ケ崎"),
	};

	if (has_variants())
		check_pairs(mem, fold_name, row, LEN(row));
}

TEST(different_names_stay_different)
{
	CHECK(!alike(mem, fold_name, S("高橋"), S("高梁")));
	CHECK(!alike(mem, fold_name, S("佐藤"), S("斉藤")));
	CHECK(!alike(mem, fold_name, S("吉田"), S("古田")));
	CHECK(!alike(mem, fold_kana, S("ハナコ"), S("ハナゴ")));
	CHECK(!alike(mem, fold_kana, S("ハ"), S("パ")));
	CHECK(!alike(mem, fold_name, S("大田"), S("太田")));
	CHECK(!alike(mem, fold_name, S("土屋"), S("士屋")));
}

/* Two that share no letter in any table but Unicode's own. */
TEST(compatibility_kanji_are_kept_by_no_fold_but_found)
{
	CHECK_STR(fold_name(mem, S("\uFA19谷")), S("神谷"));
	CHECK_STR(fold_name(mem, S("\uF9A8子")), S("令子"));
	CHECK_STR(fold_name(mem, S("⾼")), S("高"));     /* a radical, from copied PDF */
}

TEST(variation_selectors_are_dropped)
{
	CHECK_STR(fold_name(mem, S("葛\U000E0100城")), S("葛城"));
	CHECK_STR(fold_name(mem, S("神\uFE00")), S("神"));
	if (has_variants())
		CHECK_STR(fold_name(mem, S("辻\U000E0101邉\U000E0117")), S("辻辺"));
}

TEST(names_lose_spaces_points_case_and_width)
{
	static const struct pair row[] = {
		P("山田　花子", "山田花子"), P(" 山 田 ", "山田"), P("やまだ", "ヤマダ"), P("ﾔﾏﾀﾞ", "ヤマダ"),
		P("マリア・スミス", "マリアスミス"), P("O'Brien-Smith Jr.", "obriensmithjr"), P("ＳＭＩＴＨ", "smith"),
		P("ヨーコ", "ヨーコ"), P("山\u200B田\u202E", "山田"), P("", ""), P("・ ", ""), P("㈱山田", "株山田"),
		P("ウ゛ィ", "ヴィ"), P("か \u3099", "ガ"), P("İ", "i"), P("Д", "д"), P("゠", ""),
	};

	check_pairs(mem, fold_name, row, LEN(row));
}

TEST(a_mark_of_repetition_is_what_it_repeats)
{
	static const struct pair row[] = {
		P("佐々木", "佐佐木"), P("奈々", "奈奈"), P("𩸽々", "𩸽𩸽"), P("みすゞ", "ミスズ"), P("みつゝ", "ミツツ"),
		P("いすゞ", "イスズ"), P("タヾシ", "タダシ"), P("ウヾ", "ウヴ"), P("アヾ", "アア"), P("々", "々"), P("ヽヾ", "ヽヽ"),
		P("a々", "a々"),
	};

	if (has_variants())
		check_pairs(mem, fold_name, row, LEN(row));
	CHECK(alike(mem, fold_name, S("佐々木"), S("佐佐木")));
}

TEST(readings_of_one_sound_are_found_together)
{
	static const struct pair row[] = {
		P("シャッキョウ", "シヤツキヨウ"), P("しょうこ", "シヨウコ"), P("ｼｮｳｺ", "シヨウコ"), P("ヨーコ", "ヨコ"), P("ヨ－コ", "ヨコ"),
		P("ヴィ", "ブイ"), P("ウ゛ィ", "ブイ"), P("ハヂメ", "ハジメ"), P("ミヅホ", "ミズホ"), P("みつ゛ほ", "ミズホ"),
		P("カヲル", "カオル"), P("ヰヱ", "イエ"), P("ァィゥェォヮヵヶ", "アイウエオワカケ"), P("ㇰㇿ", "クロ"),
		P("ヤマダ　ハナコ", "ヤマダハナコ"), P("ガギパ", "ガギパ"), P("ワ\u3099", "バ"), P("ヺ", "ボ"), P("チヾ", "チジ"), P("ー", ""),
		P("", ""),
	};

	check_pairs(mem, fold_kana, row, LEN(row));
}

TEST(a_query_in_kana_is_told_from_one_in_kanji)
{
	CHECK(fold_is_kana(fold_name(mem, S("やまだ はな"))));
	CHECK(fold_is_kana(fold_kana(mem, S("ﾔﾏﾀﾞ"))));
	CHECK(fold_is_kana(fold_name(mem, S("ヨーコ"))));
	CHECK(!fold_is_kana(fold_name(mem, S("山だ"))));
	CHECK(!fold_is_kana(fold_name(mem, S("smith"))));
	CHECK(!fold_is_kana(S("")));
}

TEST(a_range_ends_just_above_its_prefix)
{
	static const struct pair row[] = {
		P("a", "b"), P("ヤマ", "ヤミ"), P("山", "屲"), P("ab\x7f", "ab\xC2\x80"), P("\uD7FF", "\uE000"),
		P("a\U0010FFFF", "b"), P("\U0010FFFF", "\U0010FFFF"), P("", "\U0010FFFF"), P("\uFFFF", "\U00010000"),
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct str after = fold_after(mem, row[i].in);
		CHECK_STR(after, row[i].out);
		CHECK(utf8_ok(after));
	}
	struct str p = S("ヤマ"), end = fold_after(mem, p);
	CHECK(str_cmp(p, end) < 0 && str_cmp(S("ヤマンンン"), end) < 0 && str_cmp(S("ヤマ\U0010FFFD"), end) < 0);
	CHECK(str_cmp(S("ヤミ"), end) >= 0);
}

TEST(every_row_of_the_variant_table_is_folded_to_its_base)
{
	struct str table, line, from, to;
	int rows = 0;

	if (!has_variants() || !files_get(S("data/reference/kanji_variant.tsv"), &table))
		return;
	while (str_cut(&table, '\n', &line)) {
		if (line.n == 0 || line.p[0] == '#' || str_starts(line, S("variant\t")))
			continue;
		CHECK(str_cut(&line, '\t', &from) && str_cut(&line, '\t', &to));
		CHECK_STR(fold_name(mem, from), fold_name(mem, to));
		rows++;
	}
	CHECK(rows > 500);
}

TEST(folding_any_character_twice_changes_nothing)
{
	static fold_fn *const fold[] = { text_nfkc, text_digits, text_only_digits, text_katakana, fold_name, fold_kana };

	for (int32_t cp = 1; cp <= 0x10FFFF; cp += cp < 0x32000 ? 1 : 101) {
		struct buf b = buf_new(mem);
		utf8_put(&b, cp);
		utf8_put(&b, 0x3099);
		utf8_put(&b, cp);
		for (size_t i = 0; i < LEN(fold); i++) {
			struct str once = fold[i](mem, buf_str(&b)), twice = fold[i](mem, once);
			if (!str_eq(once, twice) || !utf8_ok(once))
				CHECK_STR(twice, once);
		}
		arena_reset(mem);
	}
}

TEST(a_long_text_is_folded_whole)
{
	struct buf b = buf_new(mem);

	for (int i = 0; i < 20000; i++)
		buf_put(&b, S("\uFDFAか"));
	CHECK_INT(utf8_len(text_nfkc(mem, buf_str(&b))), 20000 * 19);
	CHECK_INT(utf8_len(fold_name(mem, buf_str(&b))), 20000 * 16);
}

TEST(ill_formed_text_folds_without_reading_beyond)
{
	char *end = arena_alloc(mem, 2);

	memcpy(end, "\xE6\x97", 2);
	CHECK_STR(text_nfkc(mem, (struct str){ end, 2 }), S("\uFFFD"));
	CHECK(!text_is_katakana((struct str){ end, 2 }));
	CHECK_INT(fold_after(mem, (struct str){ end + 1, 1 }).n, 3);
}

/* ---- oddities ---- */

TEST(ordinary_names_are_not_odd)
{
	static const struct str fine[] = {
		STR_INIT(""), STR_INIT("髙橋 𠮷子"), STR_INIT("葛\U000E0100城"), STR_INIT("マリア・スミス"), STR_INIT("O'Brien"),
		STR_INIT("\uFA19"), STR_INIT("김 철수"), STR_INIT("محمد"), STR_INIT("㈱㊙©™"), STR_INIT("佐々木〆〇"), STR_INIT("①Ⅱ※→◯○"),
		STR_INIT("0123456789#*"),
	};

	for (size_t i = 0; i < LEN(fine); i++)
		if (text_oddities(fine[i]) != 0)
			CHECK_STR(fine[i], S("not odd"));
}

TEST(what_is_odd_in_a_name_is_reported_by_kind)
{
	static const struct {
		struct str text;
		int bits;
	} row[] = {
		{ STR_INIT("\uE000田"), TEXT_PRIVATE },
		{ STR_INIT("田\U000F0001"), TEXT_PRIVATE },
		{ STR_INIT("\U0010FFFD"), TEXT_PRIVATE },
		{ STR_INIT("山\u202E田"), TEXT_BIDI },
		{ STR_INIT("山\u200F"), TEXT_BIDI }, { STR_INIT("山\u200E"), TEXT_BIDI },
		{ STR_INIT("\u2067山\u2069"), TEXT_BIDI }, { STR_INIT("\u061C"), TEXT_BIDI },
		{ STR_INIT("山\n田"), TEXT_CONTROL }, { STR_INIT("\t"), TEXT_CONTROL }, { STR_INIT("\x7f"), TEXT_CONTROL },
		{ STR_INIT("\xC2\x85"), TEXT_CONTROL }, { STR_INIT("\u2028"), TEXT_CONTROL },
		{ STR_INIT("山\u200B田"), TEXT_CONTROL }, { STR_INIT("\uFEFF山"), TEXT_CONTROL },
		{ STR_INIT("花子😀"), TEXT_EMOJI }, { STR_INIT("🇯🇵"), TEXT_EMOJI }, { STR_INIT("❤"), TEXT_EMOJI },
		{ STR_INIT("花子👩\u200D⚕\uFE0F"), TEXT_EMOJI }, { STR_INIT("❤\uFE0F\u200D🔥"), TEXT_EMOJI },
		{ STR_INIT("😀花\u200D"), TEXT_EMOJI | TEXT_CONTROL },
		{ STR_INIT("\u0378"), TEXT_UNASSIGNED }, { STR_INIT("\uFFFF"), TEXT_UNASSIGNED },
		{ STR_INIT("\u202A\uE123😀\x01"), TEXT_BIDI | TEXT_PRIVATE | TEXT_EMOJI | TEXT_CONTROL },
	};

	for (size_t i = 0; i < LEN(row); i++)
		CHECK_INT(text_oddities(row[i].text), row[i].bits);
}
