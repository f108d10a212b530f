/* store/keeper.h: the one thread that writes. Private to the store.
 *
 * Callers put operations into a queue and sleep. The keeper takes all that wait, runs them one after the
 * other inside one transaction, adds the sums of their counters, commits, tells the listeners, and wakes
 * everybody: as many operations as wait share one fsync.
 *
 * What may happen to a group, in this order of cost:
 *   - every operation is good: committed as it is;
 *   - an operation refused before it changed anything: it alone is answered, the others go on;
 *   - an operation failed after it changed something: everything is undone and the group runs once more, each
 *     operation in a savepoint of its own (that costs a copy of each page it touches: a fifth of the whole,
 *     so we do it only for a while after it was needed);
 *   - the commit, or the sums, failed by the fault of one: everything is undone and each runs alone;
 *   - the disk failed or is full: everything is undone and everybody is told. Nothing was acknowledged. The
 *     next group begins on a fresh connection.
 * In every case the end of the audit chain and the sums return to what is on disk.
 *
 * On an engine that is shared (PostgreSQL) each process has a keeper. A group begins by reading the end of the chain
 * from its row and holding that row until the commit: the groups of all processes follow one another, each sees all
 * before it, there is one chain, and counters and serial numbers are nobody's race. Group commit pays for the lock.
 * There also:
 *   - the connection broke, or another transaction was in the way: nothing is kept, the group runs again on the next
 *     connection (a bulk operation does not);
 *   - the connection broke in the commit: the row of the chain's end is taken anew, which waits for whatever the server
 *     is still doing, and then the chain has the group's last line or has not. */
#ifndef STORE_KEEPER_H
#define STORE_KEEPER_H

#include "store/tx.h"

struct keeper;

struct keeper_opts {
	const struct engine *eng;
	const struct queries *queries;
	struct place *at;
	struct conn *c;                 /* sealed; the keeper closes it */
	struct audit_head head;         /* the end of the chain on disk */
	unsigned group_max, queue_max;  /* 0: the usual */
	struct str node;                /* this process among those that share the database */
	bool twice;                     /* see store_opts */
	struct store_event_fn on_event;
};

struct keeper *keeper_start(struct arena *mem, const struct keeper_opts *o);
/* Finish what waits, then end the thread and close its connection. */
void keeper_stop(struct keeper *k);

struct keeper_op {
	struct arena *mem;
	struct str area;
	enum err (*fn)(struct tx *tx, void *arg);
	void *arg;
	bool bulk;      /* fn again and again until E_NOTFOUND; alone in its transaction */
	bool settle;    /* no fn: what was added to counters so far goes into them */
	bool apart;     /* fn once, between two groups and outside of any transaction: for the engine, not for queries */
};
/* Wait until it is on disk or will not be. */
enum err keeper_run(struct keeper *k, const struct keeper_op *op) MUST_USE;
/* Do not wait: `done` is called with op->arg by the keeper's thread when it is on disk or will not be, quickly. Not
 * called when this is not OK. */
enum err keeper_start_op(struct keeper *k, const struct keeper_op *op, void (*done)(void *arg, enum err result)) MUST_USE;

/* The end of the chain that is on disk. */
struct audit_head keeper_head(struct keeper *k);
void keeper_stats(struct keeper *k, struct store_stats *out);

#endif
