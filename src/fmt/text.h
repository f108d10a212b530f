/* fmt/text.h: every sentence of the interface, Japanese and English side by side (text.def).
 * TEXT(key, "日本語", "English"); %1 … %9 are places for values. */
#ifndef FMT_TEXT_H
#define FMT_TEXT_H

#include "base/buf.h"

enum lang { LANG_JA, LANG_EN, LANG_COUNT };

enum text_id {
	T_none,
#define TEXT(key, ja, en) T_##key,
#include "fmt/text.def"
#undef TEXT
	T_COUNT
};

/* "" for T_none. */
struct str text(enum text_id id, enum lang lang);
/* T_none when there is no such key. */
enum text_id text_by_key(struct str key);
/* With %1 … %9 filled in from args, unescaped. */
struct str text_fill(struct arena *mem, enum text_id id, enum lang lang, const struct str *args, size_t n);
/* The two-letter code of a language: "ja", "en"; and back (LANG_JA for anything else). */
struct str lang_code(enum lang lang);
enum lang lang_of(struct str code);

#endif
