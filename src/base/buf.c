/* base/buf.c: see buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

struct buf
buf_new(struct arena *mem)
{
	return (struct buf){ .mem = mem };
}

char *
buf_room(struct buf *b, size_t n)
{
	if (n > SIZE_MAX / 4)
		BUG("buf: size");
	if (b->cap - b->n < n + 1) {
		size_t cap = b->cap ? b->cap * 2 : 256;
		while (cap - b->n < n + 1)
			cap *= 2;
		if (b->cap == 0 || !arena_stretch(b->mem, b->p, b->cap, cap)) {
			char *p = arena_alloc(b->mem, cap);
			if (b->n > 0)
				memcpy(p, b->p, b->n);
			b->p = p;
		}
		b->cap = cap;
	}
	return b->p + b->n;
}

void
buf_put(struct buf *b, struct str s)
{
	if (s.n == 0)
		return;
	memcpy(buf_room(b, s.n), s.p, s.n);
	b->n += s.n;
}

void
buf_byte(struct buf *b, char c)
{
	*buf_room(b, 1) = c;
	b->n++;
}

PRINTF(2, 0) static void
buf_vfmt(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	buf_room(b, 64);
	n = vsnprintf(b->p + b->n, b->cap - b->n, fmt, ap);
	if (n < 0)
		BUG("buf: format");
	if ((size_t)n >= b->cap - b->n) {
		buf_room(b, (size_t)n + 1);
		if (vsnprintf(b->p + b->n, b->cap - b->n, fmt, again) != n)
			BUG("buf: format");
	}
	va_end(again);
	b->n += (size_t)n;
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(b, fmt, ap);
	va_end(ap);
}

struct str
buf_str(struct buf *b)
{
	*buf_room(b, 1) = '\0';
	return (struct str){ b->p, b->n };
}

/* Most are short: they take no more than they need. */
struct str
str_fmt(struct arena *mem, const char *fmt, ...)
{
	char small[128];
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(small, sizeof small, fmt, ap);
	if (n < 0)
		BUG("buf: format");
	struct str s = { small, (size_t)n };
	if (s.n < sizeof small) {
		s = str_dup(mem, s);
	} else {
		char *p = arena_alloc(mem, s.n + 1);
		if (vsnprintf(p, s.n + 1, fmt, again) != n)
			BUG("buf: format");
		s.p = p;
	}
	va_end(again);
	va_end(ap);
	return s;
}
