/* store/open.h: opening a store with more SQL than is embedded. Private to the store and its tests. */
#ifndef STORE_OPEN_H
#define STORE_OPEN_H

#include "store/query.h"

enum err store_open_with(struct arena *mem, const struct store_opts *o, const struct sources *more, struct store **out,
    struct str *why) MUST_USE;
enum err store_open_reading_with(struct arena *mem, struct str path, const struct sources *more, struct store **out,
    struct str *why) MUST_USE;
/* A query by its name; Q_none when there is none. */
enum query store_query(const struct store *st, struct str name);

#endif
