/* store/store.c: opening, readers, and the way to the keeper. */
#include "store/open.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/follow.h"
#include "store/keeper.h"
#include "store/migrate.h"

#include <pthread.h>
#include <stdatomic.h>

/* Looking through a database of this size after an unclean stop takes about a second; a larger one is left to
 * `hersys check`, so that a restart stays quick. */
#define CHECK_AT_ONCE (256 << 20)
/* Connections for reading that wait to be used again. The one that was used last is taken first: what it has in its
 * cache is still true when nothing was committed since, and of many readers few read at one time. */
#define IDLE_CONNS 64

struct store {
	struct arena *mem;      /* lives as long as the store */
	const struct engine *eng;
	const struct queries *queries;
	struct place *at;
	struct keeper *keeper;  /* NULL: reading only */
	struct follow *follow;  /* NULL: nobody else writes, or nobody listens */
	_Atomic int readers;
	pthread_mutex_t idle_lock;
	struct conn *idle[IDLE_CONNS];
	size_t n_idle;
};

struct reader {
	struct arena *mem;
	struct store *st;
	struct conn *c;         /* between read_begin and read_end */
	struct tx tx;
	bool begun;
};

/* ---- the schema ---- */

struct steps {
	struct store *st;
	struct conn *c;
	struct tx tx;
};

static struct tx
tx_of(struct store *st, struct conn *c, struct arena *mem)
{
	return (struct tx){ .eng = st->eng, .queries = st->queries, .c = c, .mem = mem,
		.area = S(""), .area_end = area_after(mem, S("")) };
}

static enum err
schema_now(struct steps *s, int *now)
{
	struct rows r;

	*now = -1;
	if (!tx_one(&s->tx, &r, Q_schema_known, NULL, 0))
		return tx_err(&s->tx);
	rows_close(&r);
	if (tx_one(&s->tx, &r, Q_schema_last, NULL, 0) && !row_null(&r, "step"))
		*now = (int)row_int(&r, "step");
	rows_close(&r);
	return tx_err(&s->tx);
}

static enum err
step_run(void *arg, struct str sql, int step)
{
	struct steps *s = arg;
	const struct engine *eng = s->st->eng;
	enum err e = eng->turn(s->c, TURN_WRITE);

	if (e != OK)
		return e;
	/* First the note, where there is a place for it: another process that brings the schema up to date waits there. */
	if (step > 0)
		tx_exec_n(&s->tx, Q_schema_add, DBS(DI(step), DI(clock_now())));
	if ((e = tx_err(&s->tx)) == OK)
		e = eng->run(s->c, sql);
	if (e == OK && step == 0) {
		tx_exec_n(&s->tx, Q_schema_add, DBS(DI(step), DI(clock_now())));
		e = tx_err(&s->tx);
	}
	if (e == OK)
		e = eng->turn(s->c, TURN_COMMIT);
	if (e != OK && eng->turn(s->c, TURN_ROLLBACK) != OK)
		log_error("store.rollback", KV_N("step", step));
	return e;
}

static enum err
schema_ready(struct store *st, struct conn *c, const struct sources *more, struct str *why, struct arena *mem)
{
	int now, before = -2;
	enum err e;

	for (;;) {
		struct steps s = { st, c, tx_of(st, c, st->mem) };
		s.tx.writing = true;
		if ((e = schema_now(&s, &now)) != OK) {
			*why = S("the database cannot be read");
			return e;
		}
		if (now > migrate_last(more)) {
			*why = str_fmt(mem, "the database is newer than this program: its step is %d, the last known is %d",
			    now, migrate_last(more));
			return E_STORE;
		}
		int from = now;
		if ((e = migrate(mem, st->eng->name, more, step_run, &s, &now)) == OK)
			return OK;
		*why = str_fmt(mem, "step %d of the schema failed: see the log", now + 1);
		/* Several processes may begin at once: one of them takes each step, the others find it taken. */
		if (!st->eng->shared || from == before)
			return e;
		before = from;
	}
}

/* ---- opening ---- */

bool
store_is_remote(struct str path)
{
	return str_starts(path, S("postgresql://")) || str_starts(path, S("postgres://"));
}

static struct store *
store_new(struct str path, const struct sources *more)
{
	struct arena *own = arena_new(1 << 16);
	struct store *st = NEW(own, struct store);

	st->mem = own;
	pthread_mutex_init(&st->idle_lock, NULL);
	st->eng = store_is_remote(path) ? &engine_pg : &engine_sqlite;
	st->queries = queries_read(own, st->eng->name, more);
	return st;
}

/* After a crash: what is damaged must not be written to. */
static enum err
crash_check(struct store *st, struct arena *mem, struct str *why)
{
	int64_t bytes;

	if (!st->eng->unclean(st->at, &bytes))
		return OK;
	log_warn("store.unclean", KV_N("bytes", bytes), KV_Z("checked", bytes <= CHECK_AT_ONCE ? "now" : "later"));
	return bytes <= CHECK_AT_ONCE ? st->eng->check(st->at, false, mem, why) : OK;
}

/* On failure everything is taken back and the store is gone. */
static enum err
store_begin(struct store *st, const struct store_opts *o, const struct sources *more, struct arena *mem, struct str *why)
{
	struct conn *c;
	enum err e = st->eng->open(st->at, CONN_WRITE, &c, why, mem);

	if (e != OK)
		return e;
	if ((e = crash_check(st, mem, why)) == OK && (e = schema_ready(st, c, more, why, mem)) == OK
	    && (e = st->eng->seal(c)) != OK)
		*why = S("a query does not fit the database: see the log");
	struct tx tx = tx_of(st, c, st->mem);
	struct audit_head head = { 0 };
	if (e == OK) {
		head = audit_head_read(&tx);
		if ((e = tx_err(&tx)) != OK)
			*why = S("the audit log cannot be read");
	}
	if (e != OK) {
		st->eng->close(c);
		return e;
	}
	struct str node = id_new(st->mem);
	st->keeper = keeper_start(st->mem, &(struct keeper_opts){ .eng = st->eng, .queries = st->queries, .at = st->at,
		.c = c, .head = head, .node = node, .group_max = o->group_max, .queue_max = o->queue_max, .twice = o->twice, .on_event = o->on_event });
	if (st->eng->shared && o->on_event.fn != NULL)
		st->follow = follow_start(st->mem, st, node, o->on_event);
	return OK;
}

enum err
store_open_with(struct arena *mem, const struct store_opts *o, const struct sources *more, struct store **out,
    struct str *why)
{
	struct store *st = store_new(o->path, more);
	struct place_opts place = { str_dup(st->mem, o->path), true, o->cache_mib, st->queries };
	enum err e = st->eng->enter(st->mem, &place, &st->at, why);

	if (e == OK && (e = store_begin(st, o, more, mem, why)) != OK)
		st->eng->leave(st->at);
	if (e != OK) {
		*why = str_dup(mem, *why);
		arena_free(st->mem);
		return e;
	}
	*out = st;
	return OK;
}

enum err
store_open(struct arena *mem, const struct store_opts *o, struct store **out, struct str *why)
{
	return store_open_with(mem, o, NULL, out, why);
}

/* A reader cannot bring the schema up to date: it must be the one that this program knows. */
static enum err
schema_fits(struct store *st, const struct sources *more, struct arena *mem, struct str *why)
{
	struct conn *c;
	int now;
	enum err e = st->eng->open(st->at, CONN_READ, &c, why, mem);

	if (e != OK)
		return e;
	struct steps s = { st, c, tx_of(st, c, mem) };
	if ((e = schema_now(&s, &now)) != OK) {
		*why = S("the database cannot be read");
	} else if (now != migrate_last(more)) {
		*why = str_fmt(mem, "the database is of step %d, this program of step %d: start the server once",
		    now, migrate_last(more));
		e = E_STORE;
	}
	st->eng->close(c);
	return e;
}

enum err
store_open_reading_with(struct arena *mem, struct str path, const struct sources *more, struct store **out,
    struct str *why)
{
	struct store *st = store_new(path, more);
	struct place_opts place = { str_dup(st->mem, path), false, 0, st->queries };
	enum err e = st->eng->enter(st->mem, &place, &st->at, why);

	if (e == OK && (e = schema_fits(st, more, mem, why)) != OK)
		st->eng->leave(st->at);
	if (e != OK) {
		*why = str_dup(mem, *why);
		arena_free(st->mem);
		return e;
	}
	*out = st;
	return OK;
}

enum err
store_open_reading(struct arena *mem, struct str path, struct store **out, struct str *why)
{
	return store_open_reading_with(mem, path, NULL, out, why);
}

void
store_close(struct store *st)
{
	if (st->follow != NULL)
		follow_stop(st->follow);
	if (atomic_load(&st->readers) != 0)
		BUG("store_close before reader_free");
	for (size_t i = 0; i < st->n_idle; i++)
		st->eng->close(st->idle[i]);
	if (st->keeper != NULL)
		keeper_stop(st->keeper);
	pthread_mutex_destroy(&st->idle_lock);
	st->eng->leave(st->at);
	arena_free(st->mem);
}

bool
store_is_shared(const struct store *st)
{
	return st->eng->shared;
}

enum query
store_query(const struct store *st, struct str name)
{
	return query_by_name(st->queries, name);
}

/* ---- reading ---- */

struct reader *
reader_new(struct store *st)
{
	struct arena *mem = arena_new(1024);
	struct reader *r = NEW(mem, struct reader);

	r->mem = mem;
	r->st = st;
	atomic_fetch_add(&st->readers, 1);
	return r;
}

void
reader_free(struct reader *r)
{
	if (r->begun && read_end(&r->tx) != OK)
		log_warn("store.reader_free", KV_Z("error", err_name(r->tx.err)));
	atomic_fetch_sub(&r->st->readers, 1);
	arena_free(r->mem);
}

static enum err
reader_connect(struct reader *r)
{
	struct store *st = r->st;

	pthread_mutex_lock(&st->idle_lock);
	r->c = st->n_idle > 0 ? st->idle[--st->n_idle] : NULL;
	pthread_mutex_unlock(&st->idle_lock);
	if (r->c != NULL)
		return OK;
	struct arena *mem = arena_new(1024);
	struct str why;
	enum err e = st->eng->open(st->at, CONN_READ, &r->c, &why, mem);

	if (e == OK && (e = st->eng->seal(r->c)) != OK) {
		st->eng->close(r->c);
		r->c = NULL;
	}
	arena_free(mem);
	return e;
}

/* Keep the connection for whoever reads next. */
static void
reader_disconnect(struct reader *r, bool good)
{
	struct store *st = r->st;

	pthread_mutex_lock(&st->idle_lock);
	if (good && st->n_idle < IDLE_CONNS) {
		st->idle[st->n_idle++] = r->c;
		r->c = NULL;
	}
	pthread_mutex_unlock(&st->idle_lock);
	if (r->c != NULL)
		st->eng->close(r->c);
	r->c = NULL;
}

struct tx *
read_begin(struct reader *r, struct arena *mem, struct str area)
{
	struct store *st = r->st;
	enum err e;

	if (r->begun)
		BUG("read_begin before read_end");
	r->begun = true;
	e = reader_connect(r);
	r->tx = tx_of(st, r->c, mem);
	r->tx.area = area;
	r->tx.area_end = area_after(mem, area);
	r->tx.reader = r;
	/* Before the snapshot: what was on disk then must be in it. */
	if (st->keeper != NULL)
		r->tx.known = keeper_head(st->keeper);
	tx_fail(&r->tx, e != OK ? e : st->eng->turn(r->c, TURN_READ));
	return &r->tx;
}

enum err
read_end(struct tx *tx)
{
	struct reader *r = tx->reader;
	const struct engine *eng = tx->eng;

	if (r == NULL || !r->begun)
		BUG("read_end without read_begin");
	r->begun = false;
	if (r->c == NULL)
		return tx->err;
	eng->finish_all(r->c);
	reader_disconnect(r, eng->turn(r->c, TURN_ROLLBACK) == OK && eng->health(r->c) != SICK);
	return tx->err;
}

/* ---- writing ---- */

static enum err
keeper_of(struct store *st, const struct keeper_op *op)
{
	if (st->keeper == NULL)
		BUG("store_write on a store opened for reading");
	return keeper_run(st->keeper, op);
}

enum err
store_write(struct store *st, struct arena *mem, struct str area, enum err (*fn)(struct tx *tx, void *arg), void *arg)
{
	return keeper_of(st, &(struct keeper_op){ .mem = mem, .area = area, .fn = fn, .arg = arg });
}

enum err
store_write_start(struct store *st, struct arena *mem, struct str area, enum err (*fn)(struct tx *tx, void *arg), void *arg,
    void (*done)(void *arg, enum err result))
{
	if (st->keeper == NULL)
		BUG("store_write on a store opened for reading");
	return keeper_start_op(st->keeper, &(struct keeper_op){ .mem = mem, .area = area, .fn = fn, .arg = arg }, done);
}

enum err
store_write_bulk(struct store *st, struct arena *mem, enum err (*fn)(struct tx *tx, void *arg), void *arg)
{
	return keeper_of(st, &(struct keeper_op){ .mem = mem, .area = S(""), .fn = fn, .arg = arg, .bulk = true });
}

enum err
store_settle(struct store *st, struct reader *r, struct arena *mem)
{
	struct tx *tx = read_begin(r, mem, S(""));
	struct rows rows;
	bool waiting = tx_one(tx, &rows, Q_sums_waiting, NULL, 0);

	rows_close(&rows);
	enum err e = read_end(tx);
	if (e != OK || !waiting)
		return e;
	return keeper_of(st, &(struct keeper_op){ .mem = mem, .area = S(""), .settle = true });
}

/* ---- for a backup ---- */

enum err
store_apart(struct store *st, struct arena *mem, enum err (*fn)(struct tx *tx, void *arg), void *arg)
{
	if (st->keeper == NULL)
		return E_STORE;
	return keeper_run(st->keeper, &(struct keeper_op){ .mem = mem, .area = S(""), .fn = fn, .arg = arg, .apart = true });
}

enum err
store_conn(struct store *st, struct arena *mem, struct conn **out, struct str *why)
{
	return st->eng->open(st->at, CONN_READ, out, why, mem);
}

const struct engine *
store_engine(const struct store *st)
{
	return st->eng;
}

struct store_stats
store_stats(struct store *st)
{
	struct store_stats s = { 0 };

	if (st->keeper != NULL)
		keeper_stats(st->keeper, &s);
	return s;
}

enum err
store_check(struct store *st, bool full, struct arena *mem, struct str *why)
{
	return st->eng->check(st->at, full, mem, why);
}
