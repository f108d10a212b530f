/* store/migrate.h: numbered steps (store/sql/step/NNN_name.sql), each once, in a transaction.
 *
 * Steps are history: a step that has left the house is never changed, the next one repairs it. In a step
 * {columns G} and {without rowid} are written out as in queries, and lines between `-- @sqlite` and `-- @end`
 * (or `-- @pg` …) are for that engine alone. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "base/arena.h"
#include "store/query.h"

/* Private to the store: `run` runs a text of statements as one transaction that also notes the step. Applies every
 * step with a number above *now (-1: none yet), in order; *now is the last applied. A database newer than the
 * program is E_STORE. What `run` answers other than OK ends it. */
enum err migrate(struct arena *mem, struct str engine, const struct sources *more,
    enum err (*run)(void *arg, struct str sql, int step), void *arg, int *now) MUST_USE;
/* The number of the last step that the program knows. */
int migrate_last(const struct sources *more);

#endif
