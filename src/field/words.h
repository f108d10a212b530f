/* field/words.h: the text of a sheet as statements of words. A statement is one line and the indented lines
 * below it; `#` begins a comment; "…" is one word, in which \" and \\ stand for themselves. */
#ifndef FIELD_WORDS_H
#define FIELD_WORDS_H

#include "fmt/text.h"

#define MAX_WORDS 200           /* of one statement */

struct word {
	struct str s;
	bool quoted;
	int line;
};
/* All functions that return bool answer false after a fault; the first one stays in `why`. */
struct words {
	struct arena *mem;
	struct str rest;                /* not yet read */
	int line;                       /* how many lines are read */
	struct word word[MAX_WORDS];    /* the statement at hand */
	size_t n, at;
	struct str why;                 /* "line 12: there is no item `onset_dat`" */
};

/* Is the text UTF-8, free of control characters and not too long? */
bool words_plain(struct words *w, size_t limit);
/* The next statement; w->n is 0 at the end of the text. */
bool words_next(struct words *w);
/* Is this the next word, unquoted? words_skip also takes it. */
bool words_next_is(const struct words *w, struct str what);
bool words_skip(struct words *w, struct str what);
/* The next word; when there is none of that kind, `missing` says what is wanted. */
bool words_take(struct words *w, bool quoted, const char *missing, struct str *out);
/* One text for each language. */
bool words_take_texts(struct words *w, struct str out[LANG_COUNT]);
/* A name: small letters, digits, '_' and '-'; the first a letter. */
bool words_take_name(struct words *w, const char *missing, struct str *out);
bool words_take_int(struct words *w, int low, int high, const char *what, int *out);
/* Always false, for `return`. */
bool words_fault(struct words *w, int line, const char *what, struct str name);
/* At the word just taken. */
bool words_fault_here(struct words *w, const char *what);

#endif
