/* store/sqlite.c: the engine over SQLite; the only file that knows it.
 *
 * One connection of the whole system writes and checkpoints, the keeper's: in Debian 12's SQLite a checkpoint
 * beside a foreign commit can corrupt the file (the WAL-reset fault, 3.7.0 to 3.51.2). So automatic checkpoints
 * are off, readers are opened read-only and never checkpoint when they close, and a lock keeps a second writer
 * out (file.h).
 *
 * After a failed fsync the kernel forgets what was not written and says so only once. What of the WAL was
 * committed before is on disk; the frames of the failed commit are not, though they can be read. They are
 * harmless as long as they are written over, and that is so while the WAL's index lives: a further connection
 * (`hold`) keeps it alive when the keeper opens another one. A new process, which would recover those frames,
 * moves everything into the file and empties the WAL before its first write. */
#include "store/engine.h"

#include "base/log.h"
#include "store/file.h"
#include "store/tap.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sqlite3.h>
#include <unistd.h>

#define READER_CACHE_KIB 2048
#define SLICE_PAGES 4000                /* frames of the WAL that are worth a checkpoint */
#define CALM_PAGES 600                  /* and while groups are small: shorter pauses, more of them */
#define CALM_GROUP 120                  /* frames of a small group */
#define IDLE_PAGES 1                    /* and when nobody waits */
#define RESTART_PAGES (8 * SLICE_PAGES) /* frames at which we wait for readers so that the WAL begins anew */
#define RESTART_WAIT_MS 50              /* the first time; more the longer it is */
#define RESTART_WAIT_MOST_MS 200
#define READER_WAIT_MS 5000
#define CLOSE_WAIT_MS 500
#define TAP_SLICE 1000                  /* frames copied out for a backup before the next group */

struct place {
	struct place_opts o;
	struct db_file file;
	sqlite3 *hold;
	bool must_empty;        /* the WAL of an earlier process could not be emptied yet */
	struct tap *tap;        /* a backup follows the log; NULL */
};

struct walk {
	struct conn *c;
	sqlite3_stmt *s;
	enum query q;
	struct walk *spare;             /* the same query once more, when it is walked inside itself */
	struct walk *next_open;
	bool open;
	int64_t changes;                /* of the connection when it was started */
	size_t n_args;
	int *place;                     /* of $1 … among SQLite's parameters; 0: not used */
	int area, area_end;
	size_t n_columns, next_column;
	struct str *column;
};

struct conn {
	struct place *at;
	struct arena *mem;
	sqlite3 *db;
	enum conn_kind kind;
	bool sealed, sick;
	struct walk **walk;             /* by query; made when first used, or by seal */
	struct walk *open;
	sqlite3_stmt *turn[TURN_COUNT + 1];     /* the last: what forgets a savepoint after going back */
	int wal, moved;                 /* frames in the WAL; of them moved into the file */
	int seen;                       /* frames in the WAL when it was last looked after */
	uint64_t checkpoints;
};

/* ---- what SQLite answers ---- */

/* `no` is errno after the call, which set it to 0 before. */
static enum err
err_of(int rc, int no)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return OK;
	case SQLITE_FULL:
		return E_FULL;
	case SQLITE_IOERR:
		if (rc == SQLITE_IOERR_NOMEM)
			NO_MEMORY();
		return no == ENOSPC || no == EDQUOT || no == EFBIG ? E_FULL : E_STORE;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return E_BUSY;
	case SQLITE_TOOBIG:
		return E_LIMIT;
	case SQLITE_CONSTRAINT:
		return rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY
		    || rc == SQLITE_CONSTRAINT_ROWID ? E_CONFLICT : E_STORE;
	case SQLITE_NOMEM:
		NO_MEMORY();
	case SQLITE_MISUSE:
	case SQLITE_RANGE:
	case SQLITE_AUTH:
		BUG("SQLite was used wrongly");
	default:
		return E_STORE;
	}
}

/* The disk, or what is on it, cannot be trusted as seen through this connection. */
static bool
is_sick(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_IOERR:
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CANTOPEN:
	case SQLITE_PROTOCOL:
	case SQLITE_READONLY:
		return true;
	default:
		return false;
	}
}

/* Errors of the world are logged here, once; that another was first is none. */
static enum err
fail(struct conn *c, int rc, const char *what, struct str which)
{
	int no = errno;
	enum err e = err_of(rc, no);

	if (is_sick(rc))
		c->sick = true;
	if (e != OK && e != E_CONFLICT)
		log_error("store.sqlite", KV_Z("what", what), KV_S("which", which), KV_N("code", rc), KV_N("errno", no));
	return e;
}

static const struct query_def *
def_of(const struct conn *c, enum query q)
{
	return &c->at->o.queries->def[q];
}

/* ---- the place ---- */

static void
start_once(void)
{
	/* One thread at a time uses a connection; counting memory would take a lock each time. */
	if (sqlite3_config(SQLITE_CONFIG_MULTITHREAD) != SQLITE_OK || sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) != SQLITE_OK
	    || sqlite3_initialize() != SQLITE_OK)
		BUG("sqlite3_initialize");
}

static enum err
lite_enter(struct arena *mem, const struct place_opts *o, struct place **out, struct str *why)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct place *at = NEW(mem, struct place);

	pthread_once(&once, start_once);
	*at = (struct place){ .o = *o };
	*out = at;
	return file_claim(mem, o->path, o->write, &at->file, why);
}

static void
lite_leave(struct place *at)
{
	if (at->hold != NULL)
		sqlite3_close(at->hold);
	file_leave(&at->file);
}

/* ---- connections ---- */

/* What a connection may do once it is sealed: named queries, and nothing else. */
static int
authorize(void *arg, int action, const char *a, const char *b, const char *schema, const char *trigger)
{
	const struct conn *c = arg;

	(void)schema;
	(void)trigger;
	switch (action) {
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
		return SQLITE_DENY;
	case SQLITE_FUNCTION:
		return b != NULL && strcmp(b, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
	case SQLITE_TRANSACTION:
		return SQLITE_OK;
	case SQLITE_INSERT:
	case SQLITE_UPDATE:
	case SQLITE_DELETE:
	case SQLITE_SAVEPOINT:
		return c->kind == CONN_WRITE ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_PRAGMA:     /* the full-text module asks for data_version */
		return !c->sealed || (a != NULL && strcmp(a, "data_version") == 0) ? SQLITE_OK : SQLITE_DENY;
	default:
		return c->sealed ? SQLITE_DENY : SQLITE_OK;
	}
}

/* After each commit: how long the WAL is. Registering it also turns automatic checkpoints off. */
static int
wal_grew(void *arg, sqlite3 *db, const char *schema, int frames)
{
	struct conn *c = arg;

	(void)db;
	(void)schema;
	if (frames < c->wal)
		c->moved = 0;           /* it began anew */
	c->wal = frames;
	return SQLITE_OK;
}

static int
open_db(struct place *at, enum conn_kind kind, sqlite3 **db)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
	    | (kind == CONN_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
	int rc = sqlite3_open_v2(at->file.path, db, flags, NULL);

	if (rc != SQLITE_OK)
		return rc;
	sqlite3_db_config(*db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(*db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(*db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(*db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_busy_timeout(*db, READER_WAIT_MS);
	return SQLITE_OK;
}

static int
set_cache(struct conn *c, int kib)
{
	return sqlite3_exec(c->db, str_fmt(c->mem, "PRAGMA cache_size = -%d", kib).p, NULL, NULL, NULL);
}

/* A pragma that cannot be had says so only by its answer. */
static int
set_journal(struct conn *c)
{
	sqlite3_stmt *s;
	int rc = sqlite3_prepare_v2(c->db, "PRAGMA journal_mode = WAL", -1, &s, NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(s);
	bool wal = rc == SQLITE_ROW && str_eq(str_of((const char *)sqlite3_column_text(s, 0)), S("wal"));
	int end = sqlite3_finalize(s);
	return wal ? SQLITE_OK : end != SQLITE_OK ? end : SQLITE_CANTOPEN;
}

static int
set_up(struct conn *c)
{
	static const char common[] =
	    "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON; PRAGMA foreign_keys = ON";
	static const char writer[] =
	    "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 268435456";
	unsigned mib = c->at->o.cache_mib;
	int rc = sqlite3_exec(c->db, common, NULL, NULL, NULL);

	if (rc == SQLITE_OK && c->kind == CONN_WRITE
	    && (rc = sqlite3_exec(c->db, "PRAGMA page_size = 4096", NULL, NULL, NULL)) == SQLITE_OK
	    && (rc = set_journal(c)) == SQLITE_OK)
		rc = sqlite3_exec(c->db, writer, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = set_cache(c, c->kind == CONN_READ ? READER_CACHE_KIB : mib > 0 ? (int)mib * 1024 : 16 * 1024);
	if (rc == SQLITE_OK && c->kind == CONN_WRITE)
		sqlite3_wal_hook(c->db, wal_grew, c);
	sqlite3_set_authorizer(c->db, authorize, c);
	return rc;
}

/* Keeps the index of the WAL alive while the keeper changes its connection. */
static int
hold_open(struct place *at)
{
	int rc = open_db(at, CONN_READ, &at->hold);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(at->hold, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL);
	if (rc != SQLITE_OK) {
		sqlite3_close(at->hold);
		at->hold = NULL;
	}
	return rc;
}

/* What the WAL of an earlier process holds goes into the file before anything is added to it. */
static int
wal_empty(struct conn *c)
{
	int rc = sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

	c->at->must_empty = rc != SQLITE_OK && rc != SQLITE_BUSY;
	if (rc != SQLITE_BUSY)
		return rc;
	log_warn("store.reader", KV_Z("why", "another process reads: the write-ahead log could not be emptied"));
	return SQLITE_OK;
}

static void
lite_close(struct conn *c)
{
	/* Whoever follows the log must begin anew: the next connection does not know how far it was. */
	if (c->kind == CONN_WRITE && c->at->tap != NULL) {
		tap_break(c->at->tap, E_STORE);
		c->at->tap = NULL;
	}
	/* What comes last in good health empties the WAL and removes it. */
	if (c->kind == CONN_WRITE && !c->sick && c->at->hold != NULL) {
		sqlite3_close(c->at->hold);
		c->at->hold = NULL;
		sqlite3_db_config(c->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
		sqlite3_busy_timeout(c->db, CLOSE_WAIT_MS);
		sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	}
	for (size_t q = 0; c->walk != NULL && q < c->at->o.queries->n; q++)
		for (struct walk *w = c->walk[q]; w != NULL; w = w->spare)
			sqlite3_finalize(w->s);
	for (size_t i = 0; i < LEN(c->turn); i++)
		sqlite3_finalize(c->turn[i]);
	if (sqlite3_close(c->db) != SQLITE_OK)
		BUG("a connection is closed while something is open");
	arena_free(c->mem);
}

static int
turns_prepare(struct conn *c)
{
	static const char *const text[TURN_COUNT + 1] = {
		[TURN_READ] = "BEGIN", [TURN_WRITE] = "BEGIN IMMEDIATE", [TURN_COMMIT] = "COMMIT",
		[TURN_ROLLBACK] = "ROLLBACK", [TURN_MARK] = "SAVEPOINT op", [TURN_KEEP] = "RELEASE op",
		[TURN_BACK] = "ROLLBACK TO op", [TURN_COUNT] = "RELEASE op",
	};
	int rc = SQLITE_OK;

	for (size_t i = 0; i < LEN(text) && rc == SQLITE_OK; i++)
		if (c->kind == CONN_WRITE || i == TURN_READ || i == TURN_COMMIT || i == TURN_ROLLBACK)
			rc = sqlite3_prepare_v3(c->db, text[i], -1, SQLITE_PREPARE_PERSISTENT, &c->turn[i], NULL);
	return rc;
}

static enum err
lite_open(struct place *at, enum conn_kind kind, struct conn **out, struct str *why, struct arena *mem)
{
	struct arena *own = arena_new(1 << 14);
	struct conn *c = NEW(own, struct conn);
	const char *what = "open";
	int rc;

	errno = 0;
	*c = (struct conn){ .at = at, .mem = own, .kind = kind };
	c->walk = NEWN(own, struct walk *, at->o.queries->n);
	if ((rc = open_db(at, kind, &c->db)) == SQLITE_OK) {
		what = "set up";
		rc = set_up(c);
	}
	if (rc == SQLITE_OK)
		rc = turns_prepare(c);
	if (rc == SQLITE_OK && kind == CONN_WRITE && at->hold == NULL) {
		what = "recover";
		/* No room: reading can begin all the same, writing when there is some. */
		if ((rc = wal_empty(c)) == SQLITE_OK || (rc & 0xff) == SQLITE_FULL)
			rc = hold_open(at);
	}
	if (rc == SQLITE_OK) {
		*out = c;
		return OK;
	}
	enum err e = fail(c, rc, what, S(""));
	*why = str_fmt(mem, "cannot %s %s: %s", what, at->file.path, sqlite3_errstr(rc));
	c->sick = true;
	lite_close(c);
	return e != OK ? e : E_STORE;
}

static enum err
lite_run(struct conn *c, struct str sql)
{
	errno = 0;
	int rc = sqlite3_exec(c->db, str_z(c->mem, sql), NULL, NULL, NULL);

	/* A step of our own: what SQLite says about it names tables, not persons. */
	if (rc != SQLITE_OK)
		log_error("store.run", KV_Z("why", sqlite3_errmsg(c->db)));
	return rc == SQLITE_OK ? OK : fail(c, rc, "run", S(""));
}

/* ---- statements ---- */

/* Where $1, $2 …, :area and :area_end are. Their order in the text is of no matter. */
static bool
params_find(struct walk *w)
{
	int n = sqlite3_bind_parameter_count(w->s);
	int64_t arg;

	for (int pass = 0; pass < 2; pass++) {
		for (int i = 1; i <= n; i++) {
			struct str name = str_of(sqlite3_bind_parameter_name(w->s, i));
			if (str_eq(name, S(":area")))
				w->area = i;
			else if (str_eq(name, S(":area_end")))
				w->area_end = i;
			else if (!str_starts(name, S("$")) || !str_int(str_sub(name, 1, name.n), &arg) || arg < 1 || arg > 9999)
				return false;
			else if (pass == 1)
				w->place[arg - 1] = i;
			else if ((size_t)arg > w->n_args)
				w->n_args = (size_t)arg;
		}
		if (pass == 0)
			w->place = NEWN(w->c->mem, int, w->n_args);
	}
	return true;
}

static bool
only_blank(const char *tail)
{
	return tail == NULL || str_trim(str_of(tail)).n == 0;
}

static int
prepare(struct conn *c, enum query q, struct walk **out)
{
	const struct query_def *d = def_of(c, q);
	struct walk *w = NEW(c->mem, struct walk);
	const char *tail;
	int rc;

	w->c = c;
	w->q = q;
	rc = sqlite3_prepare_v3(c->db, d->sql.p, (int)d->sql.n + 1, SQLITE_PREPARE_PERSISTENT, &w->s, &tail);
	if (rc != SQLITE_OK) {
		log_error("store.query", KV_S("name", d->name), KV_Z("why", sqlite3_errmsg(c->db)));
		return rc;
	}
	if (w->s == NULL || !only_blank(tail) || !params_find(w)) {
		log_error("store.query", KV_S("name", d->name), KV_Z("why", "not one statement, or a parameter without a number"));
		sqlite3_finalize(w->s);
		return SQLITE_ERROR;
	}
	w->n_columns = (size_t)sqlite3_column_count(w->s);
	w->column = NEWN(c->mem, struct str, w->n_columns);
	for (size_t i = 0; i < w->n_columns; i++)
		w->column[i] = str_dup(c->mem, str_of(sqlite3_column_name(w->s, (int)i)));
	w->spare = c->walk[q];
	c->walk[q] = *out = w;
	return SQLITE_OK;
}

static enum err
lite_seal(struct conn *c)
{
	struct walk *w;
	int bad = SQLITE_OK;

	for (size_t q = Q_none + 1; c->kind == CONN_WRITE && q < c->at->o.queries->n; q++) {
		int rc = c->walk[q] == NULL && def_of(c, (enum query)q)->sql.p != NULL ? prepare(c, (enum query)q, &w) : SQLITE_OK;
		if (rc != SQLITE_OK)
			bad = rc;
	}
	c->sealed = true;
	return bad == SQLITE_OK ? OK : fail(c, bad, "prepare", S(""));
}

static int
bind_one(sqlite3_stmt *s, int at, const struct db *d)
{
	const char *p = d->text.p != NULL ? d->text.p : "";

	switch (d->kind) {
	case DB_INT:
		return sqlite3_bind_int64(s, at, d->num);
	case DB_TEXT:
		return sqlite3_bind_text64(s, at, p, d->text.n, SQLITE_STATIC, SQLITE_UTF8);
	case DB_BLOB:
		return sqlite3_bind_blob64(s, at, p, d->text.n, SQLITE_STATIC);
	case DB_NULL:
		break;
	}
	return sqlite3_bind_null(s, at);
}

static int
bind_all(struct walk *w, const struct bind *with)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < with->n && rc == SQLITE_OK; i++)
		if (w->place[i] > 0)
			rc = bind_one(w->s, w->place[i], &with->arg[i]);
	if (rc == SQLITE_OK && w->area > 0)
		rc = bind_one(w->s, w->area, &DT(with->area));
	if (rc == SQLITE_OK && w->area_end > 0)
		rc = bind_one(w->s, w->area_end, &DT(with->area_end));
	return rc;
}

static enum err
lite_start(struct conn *c, enum query q, const struct bind *with, struct walk **out)
{
	struct walk *w = c->walk[q];
	int rc = SQLITE_OK;

	while (w != NULL && w->open)
		w = w->spare;
	if (w == NULL && (rc = prepare(c, q, &w)) != SQLITE_OK)
		return fail(c, rc, "prepare", def_of(c, q)->name);
	if (w->n_args != with->n) {
		log_error("store.args", KV_S("name", def_of(c, q)->name), KV_N("given", (int64_t)with->n),
		    KV_N("wanted", (int64_t)w->n_args));
		BUG("a query with the wrong number of arguments");
	}
	if ((rc = bind_all(w, with)) != SQLITE_OK)
		return fail(c, rc, "bind", def_of(c, q)->name);
	w->open = true;
	w->next_open = c->open;
	c->open = w;
	w->changes = sqlite3_total_changes64(c->db);
	w->next_column = 0;
	*out = w;
	return OK;
}

static enum err
lite_step(struct walk *w, bool *row)
{
	errno = 0;
	int rc = sqlite3_step(w->s);

	*row = rc == SQLITE_ROW;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? OK : fail(w->c, rc, "step", def_of(w->c, w->q)->name);
}

static int64_t
lite_finish(struct walk *w)
{
	struct walk **p = &w->c->open;

	while (*p != w)
		p = &(*p)->next_open;
	*p = w->next_open;
	w->open = false;
	sqlite3_reset(w->s);    /* its error was told by step */
	return sqlite3_total_changes64(w->c->db) - w->changes;
}

static void
lite_finish_all(struct conn *c)
{
	while (c->open != NULL)
		lite_finish(c->open);
}

static int64_t
lite_changes(struct conn *c)
{
	return sqlite3_total_changes64(c->db);
}

static bool
lite_writes(const struct walk *w)
{
	return !sqlite3_stmt_readonly(w->s);
}

static size_t
lite_columns(const struct walk *w)
{
	return w->n_columns;
}

static size_t
lite_column(struct walk *w, struct str name)
{
	/* Columns are mostly asked for in their order. */
	for (size_t i = 0, at = w->next_column; i < w->n_columns; i++, at++) {
		at = at < w->n_columns ? at : 0;
		if (!str_eq(w->column[at], name))
			continue;
		w->next_column = at + 1;
		return at;
	}
	log_error("store.column", KV_S("query", def_of(w->c, w->q)->name), KV_S("column", name));
	return w->n_columns;
}

static struct db
lite_cell(struct walk *w, size_t i)
{
	int at = (int)i;
	const void *p;

	switch (sqlite3_column_type(w->s, at)) {
	case SQLITE_NULL:
		return (struct db){ .kind = DB_NULL, .text = S("") };
	case SQLITE_INTEGER:
		return (struct db){ .kind = DB_INT, .num = sqlite3_column_int64(w->s, at), .text = S("") };
	case SQLITE_BLOB:
		p = sqlite3_column_blob(w->s, at);
		return DB(((struct str){ p != NULL ? p : "", (size_t)sqlite3_column_bytes(w->s, at) }));
	default:
		p = sqlite3_column_text(w->s, at);
		if (p == NULL)
			NO_MEMORY();
		return DT(((struct str){ p, (size_t)sqlite3_column_bytes(w->s, at) }));
	}
}

/* ---- transactions ---- */

static enum err
lite_turn(struct conn *c, enum turn t)
{
	static const char *const name[] = {
		[TURN_READ] = "read", [TURN_WRITE] = "write", [TURN_COMMIT] = "commit", [TURN_ROLLBACK] = "rollback",
		[TURN_MARK] = "mark", [TURN_KEEP] = "keep", [TURN_BACK] = "back",
	};

	/* SQLite rolls back by itself when the disk fails in the middle. */
	if (t == TURN_ROLLBACK && sqlite3_get_autocommit(c->db))
		return OK;
	errno = 0;
	int rc = SQLITE_OK;
	if (t == TURN_WRITE && c->at->must_empty && (rc = wal_empty(c)) != SQLITE_OK)
		return fail(c, rc, "recover", S(""));
	rc = sqlite3_step(c->turn[t]);
	sqlite3_reset(c->turn[t]);
	if (rc == SQLITE_DONE && t == TURN_BACK) {
		rc = sqlite3_step(c->turn[TURN_COUNT]);
		sqlite3_reset(c->turn[TURN_COUNT]);
	}
	if (rc != SQLITE_DONE && t == TURN_ROLLBACK)
		c->sick = true;
	return rc == SQLITE_DONE ? OK : fail(c, rc, name[t], S(""));
}

static enum health
lite_health(struct conn *c)
{
	if (c->sick)
		return SICK;
	return sqlite3_get_autocommit(c->db) ? TX_LOST : FIT;
}

/* ---- for a backup ---- */

/* Through SQLite's own handles: closing a descriptor of our own on the database would drop SQLite's locks. The WAL has
 * none, but its handle is at hand. */
static bool
handle_read(sqlite3_file *f, void *p, size_t n, int64_t at)
{
	return f != NULL && f->pMethods != NULL && n <= INT_MAX && f->pMethods->xRead(f, p, (int)n, at) == SQLITE_OK;
}

static bool
wal_read(void *arg, void *p, size_t n, int64_t at)
{
	struct conn *c = arg;
	sqlite3_file *f = NULL;

	return sqlite3_file_control(c->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f) == SQLITE_OK && handle_read(f, p, n, at);
}

/* After a change of connection only a checkpoint tells how long the WAL is. */
static enum err
wal_measure(struct conn *c)
{
	int log = -1, moved = -1;

	errno = 0;
	int rc = sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &log, &moved);
	if (rc != SQLITE_OK || log < 0 || moved < 0)
		return rc == SQLITE_OK ? E_STORE : fail(c, rc, "tap", S(""));
	c->wal = log;
	c->moved = moved;
	return OK;
}

static enum err
lite_drain(struct conn *c)
{
	struct tap_log log = { wal_read, c };
	struct tap *t = c->at->tap;

	if (t == NULL)
		return E_STORE;
	bool all = tap_follow(t, &log, c->wal, INT_MAX);
	enum err broken = (enum err)atomic_load(&t->broken);
	return broken != OK ? broken : all ? OK : E_STORE;
}

static enum err
lite_tap(struct conn *c, struct tap *t)
{
	struct tap_log log = { wal_read, c };
	enum err e = OK;

	if (t == NULL) {
		c->at->tap = NULL;
		return OK;
	}
	if (c->at->must_empty || (c->at->tap != NULL && c->at->tap != t))
		return E_BUSY;
	/* The checkpoint of wal_measure must find everything copied. */
	if (c->at->tap == t)
		e = lite_drain(c);
	if (e == OK && (e = wal_measure(c)) == OK)
		e = tap_begin(t, &log, c->wal, c->moved);
	if (e == OK)
		c->at->tap = t;
	return e;
}

static sqlite3_file *
db_handle(struct conn *c)
{
	sqlite3_file *f = NULL;

	return sqlite3_file_control(c->db, "main", SQLITE_FCNTL_FILE_POINTER, &f) == SQLITE_OK ? f : NULL;
}

static enum err
lite_size(struct conn *c, int64_t *bytes, int64_t *page)
{
	unsigned char size[2];          /* 1 stands for 65536 */
	sqlite3_file *f = db_handle(c);
	sqlite3_int64 n = 0;

	if (!handle_read(f, size, sizeof size, 16) || f->pMethods->xFileSize(f, &n) != SQLITE_OK)
		return E_STORE;
	*page = size[0] == 0 && size[1] == 1 ? 65536 : size[0] << 8 | size[1];
	*bytes = n;
	return *page >= 512 ? OK : E_STORE;
}

static enum err
lite_read(struct conn *c, void *p, size_t n, int64_t at)
{
	return handle_read(db_handle(c), p, n, at) ? OK : E_STORE;
}

static const struct engine_copy lite_copy = { lite_tap, lite_drain, lite_size, lite_read };

/* ---- housekeeping ---- */

static int
busy_briefly(void *arg, int times)
{
	const struct conn *c = arg;
	int most = RESTART_WAIT_MS * (c->wal / RESTART_PAGES);

	usleep(1000);
	return times < (most < RESTART_WAIT_MOST_MS ? most : RESTART_WAIT_MOST_MS);
}

/* Move what the WAL holds into the file. When all of it is there and no reader needs it, the next commit begins
 * the WAL anew. Readers that always overlap would keep it growing: beyond a size we wait for them a little. */
static void
checkpoint(struct conn *c)
{
	bool restart = c->wal >= RESTART_PAGES;
	int log = 0, moved = 0, rc;

	errno = 0;
	if (restart)
		sqlite3_busy_handler(c->db, busy_briefly, c);
	rc = sqlite3_wal_checkpoint_v2(c->db, NULL, restart ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE,
	    &log, &moved);
	if (restart)
		sqlite3_busy_timeout(c->db, READER_WAIT_MS);
	c->checkpoints++;
	/* What a reader keeps, or a full disk, we try to move again when as much again was added. */
	c->moved = rc == SQLITE_OK && moved >= 0 ? moved : c->wal;
	if (rc != SQLITE_OK && (rc & 0xff) != SQLITE_BUSY) {
		log_error("store.checkpoint", KV_N("code", rc), KV_N("errno", errno));
		c->moved = c->wal;
	}
}

/* Has whoever follows the log everything of it? A checkpoint must wait for that: after it the log may begin anew. The
 * further behind, the larger the slices: the log must not grow for it. */
static bool
tapped(struct conn *c)
{
	struct tap_log log = { wal_read, c };
	struct tap *t = c->at->tap;

	if (t == NULL)
		return true;
	int behind = c->wal - t->copied;
	return tap_follow(t, &log, c->wal, behind > RESTART_PAGES ? behind : behind > 4 * TAP_SLICE ? behind / 4 : TAP_SLICE);
}

static void
lite_tend(struct conn *c, bool idle)
{
	int group = c->wal - c->seen, worth = idle ? IDLE_PAGES : group > 0 && group < CALM_GROUP ? CALM_PAGES : SLICE_PAGES;

	c->seen = c->wal;
	if (tapped(c) && c->wal - c->moved >= worth)
		checkpoint(c);
}

static bool
lite_unclean(struct place *at, int64_t *bytes)
{
	*bytes = at->file.bytes;
	return at->file.unclean;
}

static enum err
check_run(struct conn *c, const char *sql, const char *good, struct arena *mem, struct str *why)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(c->db, sql, -1, &s, NULL);
	enum err e = OK;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(s);
	if (rc == SQLITE_ROW) {
		struct str said = str_of((const char *)sqlite3_column_text(s, 0));
		if (good == NULL || !str_eq(said, str_of(good))) {
			*why = str_fmt(mem, "%s: %.*s", sql, STR_ARG(said));
			e = E_STORE;
		}
	} else if (rc != SQLITE_DONE) {
		*why = str_fmt(mem, "%s: %s", sql, sqlite3_errstr(rc));
		e = fail(c, rc, "check", S(""));
	}
	sqlite3_finalize(s);
	return e;
}

static enum err
lite_check(struct place *at, bool full, struct arena *mem, struct str *why)
{
	struct conn *c = NULL;
	enum err e = lite_open(at, CONN_READ, &c, why, mem);

	if (e != OK)
		return e;
	e = check_run(c, full ? "PRAGMA integrity_check" : "PRAGMA quick_check", "ok", mem, why);
	if (e == OK && full)
		e = check_run(c, "PRAGMA foreign_key_check", NULL, mem, why);
	lite_close(c);
	return e;
}

static void
lite_stats(struct conn *c, struct store_stats *out)
{
	out->checkpoints = c->checkpoints;
	out->wal_pages = (uint64_t)c->wal;
}

const struct engine engine_sqlite = {
	.name = STR_INIT("sqlite"),
	.enter = lite_enter, .leave = lite_leave,
	.open = lite_open, .close = lite_close, .run = lite_run, .seal = lite_seal,
	.turn = lite_turn, .health = lite_health,
	.start = lite_start, .step = lite_step, .finish = lite_finish, .finish_all = lite_finish_all,
	.changes = lite_changes, .writes = lite_writes, .columns = lite_columns, .column = lite_column,
	.cell = lite_cell,
	.tend = lite_tend, .unclean = lite_unclean, .check = lite_check, .stats = lite_stats, .copy = &lite_copy,
};
