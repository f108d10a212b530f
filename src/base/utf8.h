/* base/utf8.h: text: validity, width, digits, and folding of names for search.
 *
 * Names are kept as typed, byte for byte, and are never normalised (even NFC
 * turns U+FA19 into U+795E). What these functions make is a second, folded text
 * that is only searched and compared. Over ICU (Debian libicu72), which no
 * other file includes. All functions are safe from any thread after utf8_start. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/arena.h"

/* Load the tables (kanji variants, embedded data/reference/kanji_variant.tsv). Once, at start. */
void utf8_start(void);

/* Is it well-formed UTF-8 without NUL? (overlong, surrogates, > U+10FFFF refused) */
bool utf8_ok(struct str s);
/* Code points. */
size_t utf8_len(struct str s);
/* The next code point of *s, moving *s behind it; -1 at the end. s should be utf8_ok;
 * ill-formed bytes are read as U+FFFD, never beyond the end. */
int32_t utf8_next(struct str *s);
/* Append one code point; U+FFFD for what is none (surrogates). */
struct buf;
void utf8_put(struct buf *b, int32_t cp);

/* Compatibility composition (NFKC): ｱﾍﾞ -> アベ, １ -> 1, ㈱ -> (株). */
struct str text_nfkc(struct arena *mem, struct str s);
/* For fields of digits (phone, postal code, dates, numbers): NFKC, every hyphen of the zoo
 * (－ ‐ ‑ ‒ – — ― − ー ｰ) becomes '-', spaces go. */
struct str text_digits(struct arena *mem, struct str s);
/* Only the digits of the above: "０３－１２３４" -> "031234". */
struct str text_only_digits(struct arena *mem, struct str s);
/* NFKC, ゛ joined (ウ゛ -> ヴ), hiragana to katakana, runs of any white space to one U+3000, ends trimmed: the display form of フリガナ. */
struct str text_katakana(struct arena *mem, struct str s);
/* Is it written in katakana alone (with ー ・ spaces, latin letters and hyphen of foreigners)?
 * At least one letter; half-width counts. */
bool text_is_katakana(struct str s);

/* The search form of a written name: NFKC, spaces and punctuation gone, latin lower case,
 * kana to katakana, each kanji by its variant class (髙->高, 齋/斎->斉 …), IVS dropped,
 * 々 ゝ ゞ written out (佐々木 -> 佐佐木, みすゞ -> ミスズ). All folds are idempotent. */
struct str fold_name(struct arena *mem, struct str s);
/* The search form of a reading: as fold_name, and small kana large (ャ->ヤ), ー dropped, ヴ->ブ,
 * ヂ->ジ, ヅ->ズ, ヲ->オ, ヰ->イ, ヱ->エ; dakuten kept. */
struct str fold_kana(struct arena *mem, struct str s);
/* True when every character of the folded text is kana, and there is one: then a query is a reading. */
bool fold_is_kana(struct str folded);
/* The smallest string above every string that begins with `prefix` (for range scans): well-formed
 * UTF-8. For "" the greatest code point, which no text holds. */
struct str fold_after(struct arena *mem, struct str prefix);

/* What makes a name suspicious; a bit set. */
enum {
	TEXT_PRIVATE = 1,       /* 外字: private-use characters */
	TEXT_BIDI = 2,          /* right-to-left marks and embeddings */
	TEXT_CONTROL = 4,       /* control characters, also tab and line end, and those of no width */
	TEXT_EMOJI = 8,         /* pictographs */
	TEXT_UNASSIGNED = 16,
};
int text_oddities(struct str s);

#endif
