/* store/store.h: keeping: named queries, reading, writing by one keeper, the audit chain.
 *
 * Everything that changes data goes through store_write, which returns when the change is on disk. On SQLite
 * one keeper thread owns the only connection of the whole system that writes and checkpoints
 * (reliability: with Debian's SQLite a second one can corrupt the file). It takes all waiting operations, runs
 * them in one transaction (one that fails is undone alone), commits once, wakes them all: a thousand people share one
 * fsync.
 * An operation may be run again (a neighbour in its group failed; another engine): it must have no effect but on its tx
 * and on memory that a second run overwrites. Tests open the store with `twice` to see that this holds.
 *
 * Queries live in store/sql/NAME.sql. A block begins with a head line
 *     -- one|many|exec NAME(param type, ...): what it is for
 * and ends at the next head line. `one`: at most one row; `many`: any; `exec`: none. Parameters are $1 $2 …;
 * `:area` and `:area_end` are bound from the transaction (the actor's place in the tree of organisations), never by a
 * caller. A block that names a table with persons and has neither :area nor a line `-- everywhere: why` is refused by lint.
 * A block with a line `-- quiet: why` (a job's bookkeeping, a session's last use) may change rows without an audit line.
 * A block with a line `-- lengthy: why` is walked row by row on every engine: no other query runs before it ends.
 * A second block NAME@pg(…) takes the place of NAME on that engine.
 * In a block {columns G}, {values G N}, {sets G N} stand for the columns of a field group (field/field.h):
 * "a, b, c" · "$N, $N+1, …" · "a = $N, b = $N+1, …"; G is notification, test, dose, travel.
 *
 * Transactions carry their error: after the first failure each further call does nothing, and the commit
 * returns that failure. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "field/field.h"

enum query {
	Q_none,
#include "queries.h"
	Q_COUNT
};

/* ---- the store ---- */
struct store;
struct store_opts {
	/* A file, or the address of a PostgreSQL database (postgresql://…, where several processes may write); ":memory:"
	 * for tests: a private file in memory, gone when closed. */
	struct str path;
	unsigned cache_mib;             /* of the writer */
	unsigned group_max;             /* operations of one commit at most; 0: 512 */
	unsigned queue_max;             /* operations that may wait, one more is E_BUSY; 0: 8192 */
	bool twice;                     /* tests: run each operation twice, undoing the first run */
	/* Called after a commit, in order, for each tx_event of it: by the keeper, and for what other processes on the
	 * same database committed by another thread, within a second. Must be quick. */
	struct store_event_fn {
		void (*fn)(const struct str *topic, struct str text, void *arg);
		void *arg;
	} on_event;
};
/* Open (create when absent), look through it after a crash, bring the schema up to date, prepare every query, start the
 * keeper. Takes the lock of a file: E_BUSY when another process has it. *why is a sentence for the console. */
enum err store_open(struct arena *mem, const struct store_opts *o, struct store **out, struct str *why) MUST_USE;
void store_close(struct store *st);
/* May other processes write to the same database meanwhile? */
bool store_is_shared(const struct store *st);
/* Is this where a database server is (and no file)? Its address may hold a password: it is for nobody's eyes. */
bool store_is_remote(struct str path);
/* Reading only, beside a running server or without one; store_write is BUG. */
enum err store_open_reading(struct arena *mem, struct str path, struct store **out, struct str *why) MUST_USE;

/* ---- transactions ---- */
struct tx;
/* One per thread: the way to read. Between read_begin and read_end it has a connection of its own. */
struct reader;
struct reader *reader_new(struct store *st);
void reader_free(struct reader *r);
/* A snapshot. `area` is the actor's path prefix ("" everything). Ends with read_end (before the next begin). */
struct tx *read_begin(struct reader *r, struct arena *mem, struct str area);
enum err read_end(struct tx *tx) MUST_USE;

/* Run fn as one change. It sees its own and all earlier changes; its result other than OK undoes it. Returns when it is
 * on disk (OK), was undone (fn's own result, or E_STORE, E_FULL), or could not be taken: E_BUSY (queue full). */
enum err store_write(struct store *st, struct arena *mem, struct str area,
    enum err (*fn)(struct tx *tx, void *arg), void *arg) MUST_USE;
/* The same without waiting: `done` is called with `arg`, by the keeper's thread, when it is on disk or was undone; it must be
 * quick. `mem` and `arg` must live until then. When this is not OK nothing was taken and `done` is not called. */
enum err store_write_start(struct store *st, struct arena *mem, struct str area,
    enum err (*fn)(struct tx *tx, void *arg), void *arg, void (*done)(void *arg, enum err result)) MUST_USE;
/* Many operations as one call, one commit (imports, demonstration): fn is called again and again, each call seeing
 * those before it, until it returns E_NOTFOUND: nothing left. Any other error undoes all. Never run again. Others wait
 * for as long as it takes: a few thousand rows at a time. */
enum err store_write_bulk(struct store *st, struct arena *mem, enum err (*fn)(struct tx *tx, void *arg), void *arg) MUST_USE;

struct arena *tx_mem(const struct tx *tx);
enum err tx_err(const struct tx *tx);
/* Make it fail with e (keeps an earlier error); returns what it now carries. */
enum err tx_fail(struct tx *tx, enum err e);

struct db {             /* a parameter or a cell */
	enum { DB_NULL, DB_INT, DB_TEXT, DB_BLOB } kind;
	int64_t num;
	struct str text;
};
#define DI(n) ((struct db){ .kind = DB_INT, .num = (n) })
#define DT(s) ((struct db){ .kind = DB_TEXT, .text = (s) })
#define DB(s) ((struct db){ .kind = DB_BLOB, .text = (s) })
#define DNULL ((struct db){ .kind = DB_NULL })
/* Text, or NULL when it is empty. */
static inline struct db
db_opt(struct str s)
{
	return s.n ? DT(s) : DNULL;
}

#define DBS(...) (struct db[]){ __VA_ARGS__ }, LEN(((struct db[]){ __VA_ARGS__ }))
/* tx_exec(tx, Q_case_touch, DBS(DI(home), DT(id))); Where the database is far away nobody waits for it: what becomes of
 * it shows at the next call that has an answer, or at the commit. */
void tx_exec(struct tx *tx, enum query q, const struct db *arg, size_t n);
/* The same for who must know at once: the rows changed. */
int64_t tx_exec_n(struct tx *tx, enum query q, const struct db *arg, size_t n);

/* A result being walked. for (tx_open(tx, &r, Q_x, DBS(…)); rows_next(&r);) … ends by itself at the end; leave
 * early with rows_close. Texts live in the transaction's arena. */
struct rows {
	struct tx *tx;
	void *stmt;
	enum query q;
};
void tx_open(struct tx *tx, struct rows *r, enum query q, const struct db *arg, size_t n);
bool rows_next(struct rows *r);
void rows_close(struct rows *r);
/* A cell by column number (from 0) or by its name (BUG when there is none). NULL is "" and 0. */
struct str row_text(struct rows *r, const char *name);
int64_t row_int(struct rows *r, const char *name);
bool row_null(struct rows *r, const char *name);
struct str row_text_at(struct rows *r, size_t i);
int64_t row_int_at(struct rows *r, size_t i);
size_t row_columns(struct rows *r);
/* At most one row: true when there is one; walk it, then rows_close. */
bool tx_one(struct tx *tx, struct rows *r, enum query q, const struct db *arg, size_t n);

/* ---- counters ---- */
/* Bring the counters to where the operations are that were committed before: after a large group they follow within a
 * quarter of a second by themselves. Nothing is written when there is nothing to bring. */
enum err store_settle(struct store *st, struct reader *r, struct arena *mem) MUST_USE;
/* Add to a counter: q is an exec query "INSERT … VALUES (key…, delta…) ON CONFLICT (key…) DO UPDATE SET c = c + excluded.c …";
 * the last n_delta of the args are whole numbers that are added up per key. Additions of all operations of a group are
 * summed in memory and written once, in the same transaction, before it commits (a large group's into a journal, see
 * store_settle); those of an undone operation are forgotten. Not seen by reads of the same group; a sum of zero writes
 * nothing. The texts of `arg` must live as long as the operation: in its memory, or static. */
void tx_add(struct tx *tx, enum query q, const struct db *arg, size_t n, size_t n_delta);
/* What was added by committed operations and is not in the counters yet, as it was given to tx_add. */
enum err tx_waiting(struct tx *tx, void (*fn)(void *arg, enum query q, const struct db *d, size_t n), void *arg) MUST_USE;

/* ---- the audit log ---- */
/* Who did or saw what, about whom, when, from where, on which legal ground: one line, in the same transaction,
 * hash-chained: hash = SHA-256(prev ‖ canonical line), see store/audit.c. A write operation that changed rows and has no line is BUG. */
struct audit {
	struct str user, org;           /* account id, path */
	struct str action;              /* "notif.submit", "case.view" */
	int64_t home;                   /* of the object; 0 for none */
	struct str object;              /* id of the case, or of what it was; may hold several ids, by spaces */
	struct str purpose;             /* legal ground: "12", "15", … (seed Q1) */
	struct str address, session;    /* where from (seed Q25): address; first 16 hex of the session's hash */
	struct str detail;              /* codes and numbers only, never a person's words */
};
void tx_audit(struct tx *tx, const struct audit *a);
/* Walk the chain and compare every hash. *n lines seen; on E_FORMAT *bad is the seq of the first wrong (or missing) line.
 * On a running store also the end is compared with what the keeper wrote last. */
enum err audit_verify(struct tx *tx, int64_t *n, int64_t *bad) MUST_USE;

/* ---- after the commit ---- */
/* Tell listeners (live inbox): topic is an organisation's path, text a short line of codes and ids. */
void tx_event(struct tx *tx, struct str topic, struct str text);

/* ---- ids ---- */
/* A new 26-character id (ULID: 48 bits of clock_now, 80 random, Crockford base 32). Names, never secrets. */
struct str id_new(struct arena *mem);
/* With given randomness and time, for the deterministic demonstration. */
struct str id_make(struct arena *mem, int64_t ms, const unsigned char random[10]);
bool id_ok(struct str s);

/* Numbers for metrics and tests. */
#define STORE_BOUNDS 10
extern const int64_t store_group_bounds[STORE_BOUNDS];          /* operations */
extern const int64_t store_commit_bounds[STORE_BOUNDS];         /* microseconds */
struct store_histogram {
	uint64_t bucket[STORE_BOUNDS + 1];      /* up to and with each bound; the last: above all */
	uint64_t sum;
};
struct store_stats {
	uint64_t groups, operations, failures, largest_group, checkpoints;
	uint64_t queued, wal_pages;
	struct store_histogram group_size;      /* operations of a group: a group shares one commit */
	struct store_histogram group_us;        /* of a group from its first operation to its answer */
	struct store_histogram commit_us;       /* of that: the commit alone, which waits for the disk */
};
struct store_stats store_stats(struct store *st);
/* PRAGMA quick_check, and integrity_check + foreign_key_check when `full`. */
enum err store_check(struct store *st, bool full, struct arena *mem, struct str *why) MUST_USE;

#endif
