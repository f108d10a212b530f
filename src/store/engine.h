/* store/engine.h: what an engine must do. Private to the store.
 *
 * The store above (store.c, tx.c, keeper.c, audit.c) is the same for all engines: queue, groups, counters,
 * chain, sticky errors. An engine knows connections, statements and the disk. A connection is used by one
 * thread at a time. What fails is logged here, once, with the name of the query and never with its values. */
#ifndef STORE_ENGINE_H
#define STORE_ENGINE_H

#include "base/arena.h"
#include "store/query.h"
#include "store/store.h"

struct place;           /* where the data are, and our claim on it */
struct conn;            /* a connection */
struct walk;            /* a statement that is being stepped through */
struct tap;             /* store/tap.h */

struct place_opts {
	struct str path;        /* of a file, or an address. ":memory:": a place of its own that is gone when left */
	bool write;             /* we are the writer: take the lock, make the file */
	unsigned cache_mib;     /* of the writer */
	const struct queries *queries;
};

enum conn_kind { CONN_READ, CONN_WRITE };

/* The ends of a transaction; MARK, KEEP and BACK are a savepoint: set, forget, undo what came after and forget. */
enum turn { TURN_READ, TURN_WRITE, TURN_COMMIT, TURN_ROLLBACK, TURN_MARK, TURN_KEEP, TURN_BACK, TURN_COUNT };

/* How a connection fares after an error. */
enum health {
	FIT,            /* what failed was undone by itself; the transaction goes on */
	STUCK,          /* nothing more can be done but to undo the transaction, or what came after its mark */
	TX_LOST,        /* the transaction is gone or must go */
	SICK,           /* the disk failed: nothing that was not committed can be believed; open another connection */
	DOUBT,          /* as SICK, in the middle of the commit: whether it is kept shows another connection */
};

/* What a query is run with. */
struct bind {
	const struct db *arg;
	size_t n;
	struct str area, area_end;
};

/* For a backup while the store is in use (store/ship.h). */
struct engine_copy {
	/* The keeper's thread, between two groups. From here on everything committed, and all that may not be in the file
	 * yet, goes to `t`; with the `t` that is there already: once more. NULL: no longer. */
	enum err (*tap)(struct conn *c, struct tap *t);
	/* The keeper's thread: let the tap have everything committed. */
	enum err (*drain)(struct conn *c);
	/* The raw file, through a reading connection of the caller's thread. *page is the size of a page. */
	enum err (*size)(struct conn *c, int64_t *bytes, int64_t *page);
	enum err (*read)(struct conn *c, void *p, size_t n, int64_t at);
};

struct engine {
	struct str name;        /* "sqlite": which blocks of SQL are ours */
	/* Other processes write too: a keeper takes its turn at the beginning of each group (keeper.h). What broke
	 * the connection, or a quarrel with somebody else's transaction, is no failure of the group: it may run again. */
	bool shared;

	/* E_BUSY when another process has the place. *why is for the console. */
	enum err (*enter)(struct arena *mem, const struct place_opts *o, struct place **out, struct str *why);
	void (*leave)(struct place *at);

	enum err (*open)(struct place *at, enum conn_kind kind, struct conn **out, struct str *why, struct arena *mem);
	void (*close)(struct conn *c);
	/* A text of statements, as written: steps of the schema. Only before `seal`. */
	enum err (*run)(struct conn *c, struct str sql);
	/* Prepare every query (a wrong one is found here), then allow nothing but queries. */
	enum err (*seal)(struct conn *c);

	enum err (*turn)(struct conn *c, enum turn t);
	enum health (*health)(struct conn *c);

	/* Run a query. *out is walked by `step` and must be ended by `finish`. */
	enum err (*start)(struct conn *c, enum query q, const struct bind *with, struct walk **out);
	enum err (*step)(struct walk *w, bool *row);
	/* Rows changed since `start`. */
	int64_t (*finish)(struct walk *w);
	/* Run a query that changes and has no rows, without waiting for what becomes of it: a failure answers a later
	 * call, `settle` at the latest. Both NULL: the engine never makes anybody wait. */
	enum err (*put)(struct conn *c, enum query q, const struct bind *with);
	/* Wait for everything that was put; the first failure. */
	enum err (*settle)(struct conn *c);
	/* Finish whatever is still being walked. */
	void (*finish_all)(struct conn *c);
	/* Rows changed through this connection so far. */
	int64_t (*changes)(struct conn *c);
	bool (*writes)(const struct walk *w);
	size_t (*columns)(const struct walk *w);
	/* The place of a column; `columns` when there is none of that name. */
	size_t (*column)(struct walk *w, struct str name);
	/* A cell; its text is good until the next step. */
	struct db (*cell)(struct walk *w, size_t i);

	/* Housekeeping of the writer between groups, in small slices; `idle`: nobody waits. */
	void (*tend)(struct conn *c, bool idle);
	/* Did the process before us end without closing? How large was what it left? */
	bool (*unclean)(struct place *at, int64_t *bytes);
	enum err (*check)(struct place *at, bool full, struct arena *mem, struct str *why);
	/* Numbers for store_stats. */
	void (*stats)(struct conn *c, struct store_stats *out);
	/* NULL: the engine's own tools make its backups. */
	const struct engine_copy *copy;
};

extern const struct engine engine_sqlite;
extern const struct engine engine_pg;

#endif
