/* store/open.h: opening a store with more SQL than is embedded. Private to the store and its tests. */
#ifndef STORE_OPEN_H
#define STORE_OPEN_H

#include "store/engine.h"

enum err store_open_with(struct arena *mem, const struct store_opts *o, const struct sources *more, struct store **out,
    struct str *why) MUST_USE;
enum err store_open_reading_with(struct arena *mem, struct str path, const struct sources *more, struct store **out,
    struct str *why) MUST_USE;
/* A query by its name; Q_none when there is none. */
enum query store_query(const struct store *st, struct str name);

/* Run fn on the keeper's thread, between two groups, with its connection. E_STORE when there is no keeper (reading only). */
enum err store_apart(struct store *st, struct arena *mem, enum err (*fn)(struct tx *tx, void *arg), void *arg) MUST_USE;
/* A reading connection for one thread, with nothing prepared; st's engine closes it before store_close. */
enum err store_conn(struct store *st, struct arena *mem, struct conn **out, struct str *why) MUST_USE;
const struct engine *store_engine(const struct store *st);

#endif
