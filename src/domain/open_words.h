/* domain/open_words.h: what single cells of published 陽性患者属性 say, whatever their spelling. */
#ifndef DOMAIN_OPEN_WORDS_H
#define DOMAIN_OPEN_WORDS_H

#include "base/buf.h"

enum saying {
	SAID_NOTHING,           /* empty, NA */
	SAID_DASH,              /* ― - ‐ ー: nothing, drawn */
	SAID_UNKNOWN,           /* 不明 */
	SAID_WITHHELD,          /* 調査中, 非公表: unknown to us, in other words */
	SAID,
	SAID_UNCLEAR,           /* a word, but none that the column has */
	SAID_NONSENSE,          /* it has digits or letters and cannot be read */
};

/* Full-width letters, digits, brackets and spaces to ASCII, line ends to spaces, ends trimmed. Kanji stay as they are. */
struct str open_plain(struct arena *mem, struct str s);
/* The first four of the above, else SAID. `s` is plain. */
enum saying open_state(struct str s);

/* Age bands: "0-9" … "90-99", "100+", "90+" (90歳以上). *finer: the cell says more than its band (34歳, 未就学児). */
enum saying open_age(struct arena *mem, struct str s, struct str *out, bool *finer);
/* "male", "female", "other" */
enum saying open_sex(struct str s, struct str *out);
/* "yes", "no"; -1 is unknown */
enum saying open_flag(struct str s, struct str *out);

#endif
