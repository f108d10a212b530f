/* base/buf.h: text that grows; the only formatter. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/arena.h"

struct buf {
	struct arena *mem;
	char *p;
	size_t n, cap;
};

/* An empty text in `mem`. */
struct buf buf_new(struct arena *mem);
void buf_put(struct buf *b, struct str s);
void buf_byte(struct buf *b, char c);
/* printf; the format is a literal. Use %.*s with STR_ARG for a str. */
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
/* Room for `n` more bytes at the end, not yet counted; add to b->n what was used. */
char *buf_room(struct buf *b, size_t n);
/* What was written so far; one NUL follows it. Valid until the next write. */
struct str buf_str(struct buf *b);
/* printf into a fresh str. */
struct str str_fmt(struct arena *mem, const char *fmt, ...) PRINTF(2, 3);

#endif
