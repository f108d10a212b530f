/* base/utf8.c: see utf8.h. The only file that includes ICU's text functions.
 *
 * Text travels as UTF-8 bytes -> UTF-16 in the arena -> NFKC -> a row of small
 * maps per code point -> UTF-8. A map may leave something that NFKC would still
 * compose (a space between か and a voicing mark is gone), so a pass is repeated
 * until nothing changes: that makes every fold idempotent. Nearly always one
 * pass is enough, and ICU's quick check finds that out without copying. */
#include "base/utf8.h"

#include "base/buf.h"
#include "base/files.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

/* Above this a text is our own mistake: fields and bodies have limits far below. */
#define TEXT_MAX (256u << 20)
/* With its inputs right and its data installed, ICU fails for want of memory alone. */
#define ICU_FAILED(e, why) do { \
	if ((e) == U_MEMORY_ALLOCATION_ERROR) \
		NO_MEMORY(); \
	BUG(why); \
} while (0)
/* Passes until a fold stands still; two are the most seen. */
#define PASSES 8

/* Kanji by variant class: open addressing, at least three of four places empty. */
struct variant {
	int32_t from, to;       /* from is 0 in an empty place */
};
#define VARIANTS (1u << 14)
static struct variant variants[VARIANTS];
static const UNormalizer2 *nfkc;

/* ---- kanji variants ---- */

static uint32_t
variant_place(int32_t cp)
{
	uint32_t i = (uint32_t)cp * 2654435769u >> 18;

	while (variants[i].from != 0 && variants[i].from != cp)
		i = (i + 1) % VARIANTS;
	return i;
}

static int32_t
variant_base(int32_t cp)
{
	const struct variant *v = &variants[variant_place(cp)];

	return v->from == cp ? v->to : cp;
}

/* One row of the table: `variant TAB base`, one code point each. */
static void
variant_add(struct str line)
{
	struct str from, to;

	if (!utf8_ok(line) || !str_cut(&line, '\t', &from) || !str_cut(&line, '\t', &to) ||
	    utf8_len(from) != 1 || utf8_len(to) != 1)
		BUG("kanji_variant.tsv: a row is not two characters");
	int32_t cp = utf8_next(&from);
	variants[variant_place(cp)] = (struct variant){ cp, utf8_next(&to) };
}

/* So that one look-up is enough, even when the table says a -> b and b -> c. */
static void
variants_shorten(void)
{
	for (size_t i = 0; i < VARIANTS; i++) {
		int32_t to = variants[i].to;
		for (int step = 0; variant_base(to) != to; step++) {
			if (step == 8)
				BUG("kanji_variant.tsv: a circle");
			to = variant_base(to);
		}
		variants[i].to = to;
	}
}

static void
variants_load(struct str table)
{
	struct str line;
	size_t rows = 0;

	while (str_cut(&table, '\n', &line)) {
		if (line.n == 0 || line.p[0] == '#' || str_starts(line, S("variant\t")))
			continue;
		if (++rows > VARIANTS / 4)
			BUG("kanji_variant.tsv: more rows than VARIANTS / 4");
		variant_add(line);
	}
	variants_shorten();
}

void
utf8_start(void)
{
	UErrorCode e = U_ZERO_ERROR;
	struct str table;

	nfkc = unorm2_getNFKCInstance(&e);
	if (U_FAILURE(e))
		ICU_FAILED(e, "ICU has no NFKC");
	if (files_get(S("data/reference/kanji_variant.tsv"), &table))
		variants_load(table);
}

/* ---- UTF-8 ---- */

bool
utf8_ok(struct str s)
{
	size_t at = 0;

	while (at < s.n) {
		UChar32 cp;
		U8_NEXT(s.p, at, s.n, cp);
		if (cp <= 0)
			return false;
	}
	return true;
}

size_t
utf8_len(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return n;
}

int32_t
utf8_next(struct str *s)
{
	size_t at = 0;
	UChar32 cp;

	if (s->n == 0)
		return -1;
	U8_NEXT(s->p, at, s->n, cp);
	*s = str_sub(*s, at, s->n);
	return cp < 0 ? 0xFFFD : cp;
}

void
utf8_put(struct buf *b, int32_t cp)
{
	char *p = buf_room(b, U8_MAX_LENGTH);
	size_t n = 0;

	if (cp < 0 || cp > 0x10FFFF || U_IS_SURROGATE(cp))
		cp = 0xFFFD;
	U8_APPEND_UNSAFE(p, n, cp);
	b->n += n;
}

/* ---- UTF-16, ICU's own form; lives only inside this file ---- */

struct wide {
	UChar *p;
	int32_t n;
};

static struct wide
wide_of(struct arena *mem, struct str s)
{
	UErrorCode e = U_ZERO_ERROR;
	struct wide w;

	if (s.n > TEXT_MAX)
		BUG("text too long");
	w.p = NEWN(mem, UChar, s.n + 1);
	/* Ill-formed bytes become U+FFFD; there are none after utf8_ok. */
	u_strFromUTF8WithSub(w.p, (int32_t)s.n + 1, &w.n, s.n ? s.p : "", (int32_t)s.n, 0xFFFD, NULL, &e);
	if (U_FAILURE(e))
		ICU_FAILED(e, "from UTF-8");
	return w;
}

static struct str
wide_str(struct arena *mem, struct wide w)
{
	UErrorCode e = U_ZERO_ERROR;
	int32_t cap = 3 * w.n + 1, n;
	char *p = arena_alloc(mem, (size_t)cap);

	u_strToUTF8(p, cap, &n, w.p, w.n, &e);
	if (U_FAILURE(e))
		ICU_FAILED(e, "to UTF-8");
	return (struct str){ p, (size_t)n };
}

static bool
is_normal(struct wide w)
{
	UErrorCode e = U_ZERO_ERROR;
	int32_t yes = unorm2_spanQuickCheckYes(nfkc, w.p, w.n, &e);

	if (U_FAILURE(e))
		ICU_FAILED(e, "NFKC check");
	return yes == w.n;
}

static struct wide
normal(struct arena *mem, struct wide w)
{
	UErrorCode e = U_ZERO_ERROR;
	int32_t cap = 2 * w.n + 16;
	struct wide out;

	if (is_normal(w))
		return w;
	out.p = NEWN(mem, UChar, cap);
	out.n = unorm2_normalize(nfkc, w.p, w.n, out.p, cap, &e);
	if (e == U_BUFFER_OVERFLOW_ERROR) {
		/* One ﷺ is eighteen characters; now the need is known. */
		e = U_ZERO_ERROR;
		cap = out.n + 1;
		out.p = NEWN(mem, UChar, cap);
		out.n = unorm2_normalize(nfkc, w.p, w.n, out.p, cap, &e);
	}
	if (U_FAILURE(e))
		ICU_FAILED(e, "NFKC");
	return out;
}

/* ---- what a character is ---- */

static bool
is_hyphen(int32_t cp)
{
	switch (cp) {
	case '-':
	case 0x02D7:    /* ˗ */
	case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015:
	case 0x2043:    /* ⁃ */
	case 0x207B: case 0x208B:
	case 0x2212:    /* − */
	case 0x2500: case 0x2501:       /* ─ ━, drawn with lines */
	case 0x2796:
	case 0x30FC:    /* ー */
	case 0xFE58: case 0xFE63: case 0xFF0D: case 0xFF70:
		return true;
	default:
		return false;
	}
}

static bool
is_space(int32_t cp)
{
	return u_isUWhiteSpace(cp);
}

/* Variation selectors (IVS), zero-width and direction marks, fillers. */
static bool
is_unseen(int32_t cp)
{
	return cp >= 0xAD && u_hasBinaryProperty(cp, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

static int32_t
katakana_of(int32_t cp)
{
	if ((cp >= 0x3041 && cp <= 0x3096) || cp == 0x309D || cp == 0x309E)
		return cp + 0x60;
	return cp;
}

static bool
is_katakana(int32_t cp)
{
	return (cp >= 0x30A1 && cp <= 0x30FA) || (cp >= 0x30FD && cp <= 0x30FF) ||
	    (cp >= 0x31F0 && cp <= 0x31FF) || (cp >= 0xFF66 && cp <= 0xFF9D && cp != 0xFF70);
}

/* ---- maps: one code point in, at most one out; 0 drops it ---- */

/* `before` is what the map gave last, 0 at the beginning. Given its own (normal)
 * output a map changes nothing: see the head of this file. */
typedef int32_t map_fn(int32_t cp, int32_t before);

static int32_t
map_digits(int32_t cp, int32_t before)
{
	(void)before;
	if (is_hyphen(cp))
		return '-';
	return is_space(cp) || is_unseen(cp) ? 0 : cp;
}

static int32_t
map_only_digits(int32_t cp, int32_t before)
{
	(void)before;
	return cp >= '0' && cp <= '9' ? cp : 0;
}

static int32_t
map_katakana(int32_t cp, int32_t before)
{
	if (is_space(cp))
		return before == 0 || before == ' ' ? 0 : ' ';
	return katakana_of(cp);
}

/* Does a name's search form leave this character out? */
static bool
is_passed_over(int32_t cp)
{
	const uint32_t out = U_GC_Z_MASK | U_GC_P_MASK | U_GC_CC_MASK | U_GC_CF_MASK | U_GC_SM_MASK |
	    U_GC_SK_MASK;

	return (U_GET_GC_MASK(cp) & out) != 0 || is_unseen(cp);
}

/* The kana with a voicing mark; itself when it takes none. */
static int32_t
voiced(int32_t kana)
{
	struct str takes = S("カキクケコサシスセソタチツテトハヒフヘホ");

	if (kana == 0x30A6)
		return 0x30F4;
	while (takes.n > 0)
		if (utf8_next(&takes) == kana)
			return kana + 1;
	return kana;
}

/* 々 ヽ ヾ stand for the character before: 佐々木 is 佐佐木, みすゞ is ミスズ. */
static int32_t
unrepeated(int32_t cp, int32_t before)
{
	if (cp == 0x3005 && u_hasBinaryProperty(before, UCHAR_IDEOGRAPHIC))
		return before;
	if (cp == 0x30FD && is_katakana(before))
		return before;
	if (cp == 0x30FE && is_katakana(before))
		return voiced(before);
	return cp;
}

static int32_t
map_name(int32_t cp, int32_t before)
{
	cp = unrepeated(katakana_of(cp), before);
	if (cp < 0x3041 || cp > 0x9FFF)
		cp = is_passed_over(cp) ? 0 : u_tolower(cp);
	else if (cp == 0x30A0 || cp == 0x30FB)
		cp = 0;         /* ゠ ・ */
	return variant_base(cp);
}

/* Readings of one sound and several spellings, by place behind ァ; 0: as it is. */
#define KANA 0x30A1
#define SOUND(from, to) [(from) - KANA] = (to)
static const uint16_t sounds[0x31FF - KANA + 1] = {
	/* ァ ィ ゥ ェ ォ ッ ャ ュ ョ ヮ ヵ ヶ */
	SOUND(0x30A1, 0x30A2), SOUND(0x30A3, 0x30A4), SOUND(0x30A5, 0x30A6), SOUND(0x30A7, 0x30A8),
	SOUND(0x30A9, 0x30AA), SOUND(0x30C3, 0x30C4), SOUND(0x30E3, 0x30E4), SOUND(0x30E5, 0x30E6),
	SOUND(0x30E7, 0x30E8), SOUND(0x30EE, 0x30EF), SOUND(0x30F5, 0x30AB), SOUND(0x30F6, 0x30B1),
	/* ヂ ジ, ヅ ズ, ヲ オ, ヰ イ, ヱ エ, ヴ ブ */
	SOUND(0x30C2, 0x30B8), SOUND(0x30C5, 0x30BA), SOUND(0x30F2, 0x30AA), SOUND(0x30F0, 0x30A4),
	SOUND(0x30F1, 0x30A8), SOUND(0x30F4, 0x30D6),
	/* ワ ヰ ヱ ヲ with a voicing mark: バ ビ ベ ボ */
	SOUND(0x30F7, 0x30D0), SOUND(0x30F8, 0x30D3), SOUND(0x30F9, 0x30D9), SOUND(0x30FA, 0x30DC),
	/* Ainu: ㇰ to ㇿ */
	SOUND(0x31F0, 0x30AF), SOUND(0x31F1, 0x30B7), SOUND(0x31F2, 0x30B9), SOUND(0x31F3, 0x30C8),
	SOUND(0x31F4, 0x30CC), SOUND(0x31F5, 0x30CF), SOUND(0x31F6, 0x30D2), SOUND(0x31F7, 0x30D5),
	SOUND(0x31F8, 0x30D8), SOUND(0x31F9, 0x30DB), SOUND(0x31FA, 0x30E0), SOUND(0x31FB, 0x30E9),
	SOUND(0x31FC, 0x30EA), SOUND(0x31FD, 0x30EB), SOUND(0x31FE, 0x30EC), SOUND(0x31FF, 0x30ED),
};

static int32_t
sound_of(int32_t kana)
{
	if (kana == 0x30FC)     /* ー */
		return 0;
	if (kana < KANA || kana > 0x31FF || sounds[kana - KANA] == 0)
		return kana;
	return sounds[kana - KANA];
}

static int32_t
map_kana(int32_t cp, int32_t before)
{
	return sound_of(map_name(cp, before));
}

/* ---- passes ---- */

static struct wide
mapped(struct arena *mem, struct wide in, map_fn *map)
{
	/* A character outside the BMP may come out for one inside: 𠮷々. */
	struct wide out = { NEWN(mem, UChar, 2 * (size_t)in.n + 1), 0 };
	int32_t before = 0, at = 0;

	while (at < in.n) {
		UChar32 cp;
		U16_NEXT(in.p, at, in.n, cp);
		cp = map(cp, before);
		if (cp == 0)
			continue;
		U16_APPEND_UNSAFE(out.p, out.n, cp);
		before = cp;
	}
	return out;
}

/* NFKC would make ゛ a space and a mark; people mean the mark alone: ウ゛ is ヴ. */
static void
join_voicing(struct wide w)
{
	for (int32_t i = 0; i < w.n; i++)
		if (w.p[i] == 0x309B || w.p[i] == 0x309C)
			w.p[i] = w.p[i] == 0x309B ? 0x3099 : 0x309A;
}

static struct wide
passes(struct arena *mem, struct wide w, map_fn *map)
{
	for (int i = 0; i < PASSES; i++) {
		w = mapped(mem, normal(mem, w), map);
		if (is_normal(w))
			break;
	}
	return w;
}

struct str
text_nfkc(struct arena *mem, struct str s)
{
	return wide_str(mem, normal(mem, wide_of(mem, s)));
}

struct str
text_digits(struct arena *mem, struct str s)
{
	return wide_str(mem, passes(mem, wide_of(mem, s), map_digits));
}

struct str
text_only_digits(struct arena *mem, struct str s)
{
	return wide_str(mem, passes(mem, wide_of(mem, s), map_only_digits));
}

struct str
text_katakana(struct arena *mem, struct str s)
{
	struct wide w = wide_of(mem, s);

	join_voicing(w);
	w = passes(mem, w, map_katakana);
	if (w.n > 0 && w.p[w.n - 1] == ' ')
		w.n--;
	for (int32_t i = 0; i < w.n; i++)
		if (w.p[i] == ' ')
			w.p[i] = 0x3000;
	return wide_str(mem, w);
}

struct str
fold_name(struct arena *mem, struct str s)
{
	struct wide w = wide_of(mem, s);

	join_voicing(w);
	return wide_str(mem, passes(mem, w, map_name));
}

struct str
fold_kana(struct arena *mem, struct str s)
{
	struct wide w = wide_of(mem, s);

	join_voicing(w);
	return wide_str(mem, passes(mem, w, map_kana));
}

/* ---- questions ---- */

static bool
is_latin(int32_t cp)
{
	UErrorCode e = U_ZERO_ERROR;

	return u_isalpha(cp) && uscript_getScript(cp, &e) == USCRIPT_LATIN && U_SUCCESS(e);
}

/* What may stand between and behind letters: space, ー and hyphens, ・ and the half-width ･ ﾞ ﾟ. */
static bool
is_beside_katakana(int32_t cp)
{
	return is_space(cp) || is_hyphen(cp) || cp == 0x30FB || cp == 0xFF65 || cp == 0xFF9E || cp == 0xFF9F;
}

bool
text_is_katakana(struct str s)
{
	bool letter = false;

	while (s.n > 0) {
		int32_t cp = utf8_next(&s);
		if (is_katakana(cp) || is_latin(cp))
			letter = true;
		else if (!is_beside_katakana(cp))
			return false;
	}
	return letter;
}

bool
fold_is_kana(struct str folded)
{
	if (folded.n == 0)
		return false;
	while (folded.n > 0) {
		int32_t cp = utf8_next(&folded);
		if (!is_katakana(cp) && cp != 0x30FC)
			return false;
	}
	return true;
}

struct str
fold_after(struct arena *mem, struct str prefix)
{
	/* Bytes of UTF-8 sort as code points do: raise the last one that can be raised. */
	while (prefix.n > 0) {
		size_t at = prefix.n - 1;
		while (at > 0 && ((unsigned char)prefix.p[at] & 0xC0) == 0x80)
			at--;
		struct str last = str_sub(prefix, at, prefix.n);
		int32_t cp = utf8_next(&last);
		prefix.n = at;
		if (cp == 0x10FFFF)
			continue;
		struct buf b = buf_new(mem);
		buf_put(&b, prefix);
		utf8_put(&b, cp == 0xD7FF ? 0xE000 : cp + 1);
		return buf_str(&b);
	}
	return S("\xF4\x8F\xBF\xBF");
}

/* ©, ®, ™, 〽, ㊙ and the like are letters of business, not pictures. */
static bool
is_picture(int32_t cp)
{
	if (u_hasBinaryProperty(cp, UCHAR_EMOJI_PRESENTATION))
		return true;
	return u_hasBinaryProperty(cp, UCHAR_EXTENDED_PICTOGRAPHIC) &&
	    (cp >= 0x1F000 || (cp >= 0x2300 && cp < 0x2C00));
}

static int
oddity(int32_t cp)
{
	switch (u_charType(cp)) {
	case U_PRIVATE_USE_CHAR:
		return TEXT_PRIVATE;
	case U_UNASSIGNED:
		return TEXT_UNASSIGNED;
	case U_CONTROL_CHAR: case U_LINE_SEPARATOR: case U_PARAGRAPH_SEPARATOR:
		return TEXT_CONTROL;
	case U_FORMAT_CHAR:
		return u_hasBinaryProperty(cp, UCHAR_BIDI_CONTROL) ? TEXT_BIDI : TEXT_CONTROL;
	default:
		return is_picture(cp) ? TEXT_EMOJI : 0;
	}
}

int
text_oddities(struct str s)
{
	bool picture = false;
	int found = 0;

	while (s.n > 0) {
		int32_t cp = utf8_next(&s);
		/* A joiner within a picture (woman + staff of Aesculapius: a doctor) is part of it. */
		if (picture && cp == 0x200D)
			continue;
		int odd = oddity(cp);
		picture = odd == TEXT_EMOJI || (picture && cp == 0xFE0F);
		found |= odd;
	}
	return found;
}
