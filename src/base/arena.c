/* base/arena.c: see arena.h. The only place, beside wrappers of foreign
 * libraries, that calls malloc and free. */
#include "base/arena.h"

#include <stdlib.h>

#define ALIGN 16

struct block {
	struct block *next;
	size_t size;    /* bytes of data behind this head */
	size_t used;
};

struct arena {
	struct block *now;      /* the block being filled; older ones follow */
	size_t total;
};

#define HEAD ((sizeof(struct block) + ALIGN - 1) & ~(size_t)(ALIGN - 1))

static struct block *
block_new(size_t size)
{
	struct block *b;

	if (size > SIZE_MAX / 2)
		BUG("arena: size");
	b = malloc(HEAD + size);
	if (b == NULL)
		BUG("out of memory");
	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *
arena_new(size_t first)
{
	struct arena *a = malloc(sizeof *a);

	if (a == NULL)
		BUG("out of memory");
	a->now = block_new(first < 1024 ? 1024 : first);
	a->total = 0;
	return a;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct block *b = a->now;
	char *p;

	if (n > SIZE_MAX / 4)
		BUG("arena: size");
	n = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (b->size - b->used < n) {
		size_t size = b->size * 2 > (1u << 20) ? (1u << 20) : b->size * 2;
		struct block *more = block_new(size < n ? n : size);
		more->next = b;
		a->now = b = more;
	}
	p = (char *)b + HEAD + b->used;
	b->used += n;
	a->total += n;
	memset(p, 0, n);
	return p;
}

void *
arena_array(struct arena *a, size_t size, size_t n)
{
	size_t bytes;

	if (__builtin_mul_overflow(size, n, &bytes))
		BUG("arena: array size");
	return arena_alloc(a, bytes);
}

void
arena_reset(struct arena *a)
{
	while (a->now->next != NULL) {
		struct block *b = a->now;
		a->now = b->next;
		explicit_bzero((char *)b + HEAD, b->used);
		free(b);
	}
	explicit_bzero((char *)a->now + HEAD, a->now->used);
	a->now->used = 0;
	a->total = 0;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	free(a->now);
	free(a);
}

size_t
arena_used(const struct arena *a)
{
	return a->total;
}

char *
str_z(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	memcpy(p, s.p, s.n);
	return p;
}

struct str
str_dup(struct arena *a, struct str s)
{
	return (struct str){ str_z(a, s), s.n };
}

struct str
str_cat(struct arena *a, struct str x, struct str y)
{
	char *p = arena_alloc(a, x.n + y.n + 1);

	memcpy(p, x.p, x.n);
	memcpy(p + x.n, y.p, y.n);
	return (struct str){ p, x.n + y.n };
}
