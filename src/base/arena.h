/* base/arena.h: memory for one request, freed at once.
 *
 * Allocation never fails as seen from outside: out of memory ends the process
 * with a message, and the supervisor starts another. Limits on bodies, rows
 * and files keep that unreachable from the wire. What an arena hands out is
 * zeroed and lives until arena_reset or arena_free. One thread per arena. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

struct arena;

/* A new arena whose first block holds `first` bytes. */
struct arena *arena_new(size_t first);
/* `n` zeroed bytes, aligned for anything. */
void *arena_alloc(struct arena *a, size_t n);
/* Make the piece that was handed out last longer where it is, zeroed; false when it must be moved. */
bool arena_stretch(struct arena *a, void *p, size_t was, size_t n);
/* Forget everything handed out; keep the first block. Old contents are wiped. */
void arena_reset(struct arena *a);
void arena_free(struct arena *a);
/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *a);

#define NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
/* An array of n; refuses (BUG) when n * size overflows. */
#define NEWN(a, type, n) ((type *)arena_array((a), sizeof(type), (n)))
void *arena_array(struct arena *a, size_t size, size_t n);

/* A copy of `s` in the arena; one NUL follows it, not counted. */
struct str str_dup(struct arena *a, struct str s);
/* The same for callers of foreign libraries, who need the NUL. */
char *str_z(struct arena *a, struct str s);
/* a followed by b. */
struct str str_cat(struct arena *a, struct str x, struct str y);

#endif
