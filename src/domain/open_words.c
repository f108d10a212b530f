/* domain/open_words.c: see open_words.h. */
#include "domain/open_words.h"

#include "base/utf8.h"

struct word {
	struct str as, code;
};

static bool
word_find(const struct word *list, size_t n, struct str s, struct str *out)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_case(list[i].as, s)) {
			*out = list[i].code;
			return true;
		}
	return false;
}

/* ---- widths ---- */

static bool
needs_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c < ' ' || c == 0x7F || c == 0xEF || (c == 0xE3 && i + 2 < s.n && s.p[i + 1] == '\x80'
		    && s.p[i + 2] == '\x80'))
			return true;
	}
	return false;
}

struct str
open_plain(struct arena *mem, struct str s)
{
	struct buf b;

	if (!needs_plain(s))
		return str_trim(s);
	b = buf_new(mem);
	while (s.n > 0) {
		int32_t cp = utf8_next(&s);
		if (cp >= 0xFF01 && cp <= 0xFF5E)
			cp -= 0xFF01 - '!';
		else if (cp == 0x3000 || cp < ' ' || cp == 0x7F)
			cp = ' ';
		if (cp != 0xFEFF)
			utf8_put(&b, cp);
	}
	return str_trim(buf_str(&b));
}

/* ---- empty, dash, unknown ---- */

static bool
is_dash(int32_t cp)
{
	return cp == '-' || (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212 || cp == 0x2500 || cp == 0x30FC || cp == 0xFF70;
}

enum saying
open_state(struct str s)
{
	static const struct word unknown[] = {
		{ STR_INIT("調査中"), STR_INIT("") }, { STR_INIT("確認中"), STR_INIT("") }, { STR_INIT("非公表"), STR_INIT("") },
		{ STR_INIT("未公表"), STR_INIT("") }, { STR_INIT("非公開"), STR_INIT("") }, { STR_INIT("未確認"), STR_INIT("") },
		{ STR_INIT("公表なし"), STR_INIT("") }, { STR_INIT("unknown"), STR_INIT("") },
	};
	struct str code, rest = s;

	if (s.n == 0 || str_eq(s, S("NA")))
		return SAID_NOTHING;
	if (str_eq(s, S("不明")) || str_eq(s, S("?")))
		return SAID_UNKNOWN;
	if (word_find(unknown, LEN(unknown), s, &code))
		return SAID_WITHHELD;
	while (rest.n > 0)
		if (!is_dash(utf8_next(&rest)))
			return SAID;
	return SAID_DASH;
}

/* Does it hold digits or Latin letters? Then it was meant for a machine. */
static enum saying
unclear(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x80 && s.p[i] > ' ')
			return SAID_NONSENSE;
	return SAID_UNCLEAR;
}

/* ---- age ---- */

/* The whole number at the head; -1 when there is none. */
static int
number_at(struct str *s)
{
	int n = -1;

	while (s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9' && n < 1000) {
		n = (n < 0 ? 0 : n * 10) + (s->p[0] - '0');
		*s = str_sub(*s, 1, s->n);
	}
	return n;
}

static bool
pass(struct str *s, struct str word)
{
	if (!str_starts(*s, word))
		return false;
	*s = str_sub(*s, word.n, s->n);
	return true;
}

static struct str
band_of(int age)
{
	static const struct str band[] = {
		STR_INIT("0-9"), STR_INIT("10-19"), STR_INIT("20-29"), STR_INIT("30-39"), STR_INIT("40-49"), STR_INIT("50-59"),
		STR_INIT("60-69"), STR_INIT("70-79"), STR_INIT("80-89"), STR_INIT("90-99"), STR_INIT("100+"),
	};

	return band[age >= 100 ? 10 : age / 10];
}

static bool
pass_any(struct str *s, const struct str *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pass(s, word[i]))
			return true;
	return false;
}

static const struct str year[] = { STR_INIT("歳児"), STR_INIT("歳"), STR_INIT("才") };
static const struct str month[] = { STR_INIT("か月"), STR_INIT("ヶ月"), STR_INIT("カ月"), STR_INIT("ケ月"), STR_INIT("ヵ月") };
static const struct str part[] = { STR_INIT("前半"), STR_INIT("後半"), STR_INIT("半ば") };
static const struct str dash[] = { STR_INIT("-"), STR_INIT("~"), STR_INIT("〜"), STR_INIT("–") };

/* What follows the first number of an age. */
static enum saying
age_rest(struct arena *mem, int low, struct str rest, struct str *out, bool *finer)
{
	bool decade, unit;
	int high;

	*out = band_of(low);
	if (pass_any(&rest, month, LEN(month))) {
		*out = band_of(0);
		*finer = true;
		return rest.n == 0 && low < 120 ? SAID : SAID_NONSENSE;
	}
	unit = pass_any(&rest, year, LEN(year));
	decade = pass(&rest, S("代"));
	if (decade && low % 10 != 0)
		return SAID_NONSENSE;
	if (decade && pass_any(&rest, part, LEN(part))) {
		*finer = true;
		return rest.n == 0 ? SAID : SAID_NONSENSE;
	}
	if (pass(&rest, S("以上"))) {
		if (low < 100)
			*out = str_fmt(mem, "%d+", low);
		return rest.n == 0 && low % 10 == 0 && low <= 100 ? SAID : SAID_NONSENSE;
	}
	if (pass(&rest, S("未満"))) {
		*out = band_of(0);
		*finer = low != 10;
		return rest.n == 0 && low >= 1 && low <= 10 ? SAID : SAID_NONSENSE;
	}
	*finer = !decade && (unit || low % 10 != 0);
	if (rest.n == 0)
		return SAID;
	*finer = false;
	if (!pass_any(&rest, dash, LEN(dash)))
		return SAID_NONSENSE;
	high = number_at(&rest);
	pass_any(&rest, year, LEN(year));
	return rest.n == 0 && low % 10 == 0 && high == low + 9 ? SAID : SAID_NONSENSE;
}

/* 20代, 20歳代, 20才代, 20, 34歳, 10歳未満, 90歳以上, 20-29, 20～29歳, 6か月 */
enum saying
open_age(struct arena *mem, struct str s, struct str *out, bool *finer)
{
	static const struct word child[] = {
		{ STR_INIT("未就学児"), STR_INIT("0-9") }, { STR_INIT("乳児"), STR_INIT("0-9") },
		{ STR_INIT("幼児"), STR_INIT("0-9") }, { STR_INIT("乳幼児"), STR_INIT("0-9") },
	};
	enum saying state = open_state(s);
	struct str rest = s;
	int low;

	*finer = false;
	if (state != SAID)
		return state;
	if (word_find(child, LEN(child), s, out)) {
		*finer = true;
		return SAID;
	}
	low = number_at(&rest);
	if (low < 0 || low > 130)
		return unclear(s);
	return age_rest(mem, low, rest, out, finer);
}

/* ---- sex, flags ---- */

enum saying
open_sex(struct str s, struct str *out)
{
	static const struct word words[] = {
		{ STR_INIT("男性"), STR_INIT("male") }, { STR_INIT("女性"), STR_INIT("female") },
		{ STR_INIT("男"), STR_INIT("male") }, { STR_INIT("女"), STR_INIT("female") },
		{ STR_INIT("男児"), STR_INIT("male") }, { STR_INIT("女児"), STR_INIT("female") },
		{ STR_INIT("男子"), STR_INIT("male") }, { STR_INIT("女子"), STR_INIT("female") },
		{ STR_INIT("その他"), STR_INIT("other") },
		{ STR_INIT("male"), STR_INIT("male") }, { STR_INIT("female"), STR_INIT("female") },
		{ STR_INIT("M"), STR_INIT("male") }, { STR_INIT("F"), STR_INIT("female") },
	};
	enum saying state = open_state(s);

	if (state != SAID)
		return state;
	return word_find(words, LEN(words), s, out) ? SAID : unclear(s);
}

enum saying
open_flag(struct str s, struct str *out)
{
	static const struct word words[] = {
		{ STR_INIT("1"), STR_INIT("yes") }, { STR_INIT("0"), STR_INIT("no") },
		{ STR_INIT("○"), STR_INIT("yes") }, { STR_INIT("〇"), STR_INIT("yes") }, { STR_INIT("◯"), STR_INIT("yes") },
		{ STR_INIT("×"), STR_INIT("no") }, { STR_INIT("✕"), STR_INIT("no") },
		{ STR_INIT("有"), STR_INIT("yes") }, { STR_INIT("無"), STR_INIT("no") },
		{ STR_INIT("あり"), STR_INIT("yes") }, { STR_INIT("なし"), STR_INIT("no") },
		{ STR_INIT("有り"), STR_INIT("yes") }, { STR_INIT("無し"), STR_INIT("no") },
		{ STR_INIT("はい"), STR_INIT("yes") }, { STR_INIT("いいえ"), STR_INIT("no") },
		{ STR_INIT("true"), STR_INIT("yes") }, { STR_INIT("false"), STR_INIT("no") },
		{ STR_INIT("1.0"), STR_INIT("yes") }, { STR_INIT("0.0"), STR_INIT("no") },
		{ STR_INIT("退院"), STR_INIT("yes") }, { STR_INIT("退院済"), STR_INIT("yes") }, { STR_INIT("退院済み"), STR_INIT("yes") },
	};
	enum saying state = open_state(s);

	if (str_eq(s, S("-1")) || str_eq(s, S("-1.0")))
		return SAID_UNKNOWN;
	if (state != SAID)
		return state;
	return word_find(words, LEN(words), s, out) ? SAID : unclear(s);
}
