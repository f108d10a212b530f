/* test/unit/store_world.h: a store of its own for tests of the store: a few small tables and their queries,
 * as if they were embedded. */
#ifndef TEST_STORE_WORLD_H
#define TEST_STORE_WORLD_H

#include "remote.h"

#include "store/open.h"

extern const struct sources store_sources;

/* The queries of store_sources, found by name. */
struct world {
	struct store *st;
	struct str path;        /* of the file; "" when it is private */
	enum query put, put_back, put_raw, set, del, get, all, area, tail, quiet, text, add, sums, late, wide;
};
/* A private store, open. */
struct world world_new(struct arena *mem);
struct world world_open(struct arena *mem, const struct store_opts *o);
/* A path in a fresh folder in memory (or TMPDIR), or the address of a fresh schema; world_forget closes the store and
 * removes the folder. */
struct str world_path(struct arena *mem);
void world_forget(struct arena *mem, struct world *w);

/* One audit line for the operation. */
void world_line(struct tx *tx, const char *action);
/* Put (id, v) into t as one operation. */
enum err world_put(struct world *w, struct arena *mem, int64_t id, int64_t v);
/* Rows of t, as a fresh reader sees them. */
int64_t world_count(struct world *w, struct arena *mem);
/* What a fresh reader finds in t under `id`; -1 when nothing. */
int64_t world_value(struct world *w, struct arena *mem, int64_t id);
/* audit_verify with a fresh reader. *bad is 0 when all is well. */
enum err world_verify(struct world *w, struct arena *mem, int64_t *n, int64_t *bad);

/* Statements from outside the program, as somebody with a shell would run them. False when one fails. */
bool outside(struct arena *mem, struct str path, const char *sql);
/* One number from outside; -1 when there is none. */
int64_t outside_int(struct arena *mem, struct str path, const char *sql);

#endif
