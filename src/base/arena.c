/* base/arena.c: see arena.h. The only place, beside wrappers of foreign
 * libraries, that calls malloc and free. */
#include "base/arena.h"

#include <stdlib.h>

#define ALIGN 16

/* Under AddressSanitizer what was not handed out is poisoned, and a gap follows
 * each piece, so that one byte too far is found inside an arena too. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WATCHED
/* gcc thinks that poisoning reads what it poisons. */
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#ifdef WATCHED
#include <sanitizer/asan_interface.h>
#define GAP ALIGN
#define POISON(p, n) __asan_poison_memory_region((p), (n))
#define UNPOISON(p, n) __asan_unpoison_memory_region((p), (n))
#else
#define GAP 0
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

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
		NO_MEMORY();
	b->next = NULL;
	b->size = size;
	b->used = 0;
	POISON((char *)b + HEAD, size);
	return b;
}

/* Everything that was handed out of it is wiped. */
static void
block_wipe(struct block *b)
{
	UNPOISON((char *)b + HEAD, b->size);
	explicit_bzero((char *)b + HEAD, b->used);
	b->used = 0;
}

struct arena *
arena_new(size_t first)
{
	struct arena *a = malloc(sizeof *a);

	if (a == NULL)
		NO_MEMORY();
	a->now = block_new(first < 1024 ? 1024 : first);
	a->total = 0;
	return a;
}

static size_t
room_of(size_t n)
{
	return ((n + ALIGN - 1) & ~(size_t)(ALIGN - 1)) + GAP;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct block *b = a->now;
	char *p;

	if (n > SIZE_MAX / 4)
		BUG("arena: size");
	size_t room = room_of(n);
	if (b->size - b->used < room) {
		size_t size = b->size * 2 > (1u << 20) ? (1u << 20) : b->size * 2;
		struct block *more = block_new(size < room ? room : size);
		more->next = b;
		a->now = b = more;
	}
	p = (char *)b + HEAD + b->used;
	b->used += room;
	a->total += n;
	UNPOISON(p, n);
	memset(p, 0, n);
	return p;
}

bool
arena_stretch(struct arena *a, void *p, size_t was, size_t n)
{
	struct block *b = a->now;

	if (n < was || n > SIZE_MAX / 4 || (char *)p + room_of(was) != (char *)b + HEAD + b->used
	    || b->size - b->used < room_of(n) - room_of(was))
		return false;
	b->used += room_of(n) - room_of(was);
	a->total += n - was;
	UNPOISON(p, n);
	memset((char *)p + was, 0, n - was);
	return true;
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
		block_wipe(b);
		free(b);
	}
	block_wipe(a->now);
	POISON((char *)a->now + HEAD, a->now->size);
	a->total = 0;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	arena_reset(a);
	UNPOISON((char *)a->now + HEAD, a->now->size);
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

	if (s.n > 0)
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

	if (x.n > 0)
		memcpy(p, x.p, x.n);
	if (y.n > 0)
		memcpy(p + x.n, y.p, y.n);
	return (struct str){ p, x.n + y.n };
}
