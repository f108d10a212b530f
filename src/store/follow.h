/* store/follow.h: what other processes on the same database told their listeners. Private to the store.
 *
 * Each group writes its events into a table, numbered in the order of the commits (the number stands in the row that
 * every group holds, see keeper.h: no gap is ever filled later). Each process reads what is new a few times a second
 * and passes on what it has not written itself. One that was cut off for longer than the events are kept has missed
 * some: pages ask again on their own, and nothing that must not be missed goes this way alone. */
#ifndef STORE_FOLLOW_H
#define STORE_FOLLOW_H

#include "store/store.h"

#define FOLLOW_EVERY_MS 250

struct follow;
/* `node` is the name under which this process writes; `to` is called from the thread of the follower. */
struct follow *follow_start(struct arena *mem, struct store *st, struct str node, struct store_event_fn to);
/* Before the store is closed. */
void follow_stop(struct follow *f);

#endif
