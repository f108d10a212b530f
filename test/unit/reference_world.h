/* test/unit/reference_world.h: a store that holds the reference tables, for tests of the country and of imports.
 * Loading them takes its time, so it is done once; each test gets a copy of the file. */
#ifndef TEST_REFERENCE_WORLD_H
#define TEST_REFERENCE_WORLD_H

#include "t.h"

#include "store/store.h"

struct ref_world {
	struct store *st;
	struct str dir, path;   /* the folder is the test's own */
	struct reader *rd;
	struct tx *tx;          /* a snapshot, when asked for */
};
/* Open; with the reference tables, or empty. Operations run twice (store_opts). */
struct ref_world ref_world_new(struct arena *mem);
struct ref_world ref_world_empty(struct arena *mem);
void ref_world_forget(struct arena *mem, struct ref_world *w);
/* A fresh snapshot of everything. */
struct tx *ref_world_look(struct arena *mem, struct ref_world *w);
/* The first cell of a row, by a second connection that only looks. -1: none */
int64_t ref_world_int(struct arena *mem, struct ref_world *w, const char *sql);
struct str ref_world_text(struct arena *mem, struct ref_world *w, const char *sql);
/* A file of the test's folder; its path. */
struct str ref_world_file(struct arena *mem, struct ref_world *w, const char *name, struct str bytes);
struct str ref_world_read(struct arena *mem, struct str path);
/* UTF-8 as CP932. */
struct str ref_world_cp932(struct arena *mem, struct str s);

#endif
