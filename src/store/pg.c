/* store/pg.c: the engine over PostgreSQL; the only file that knows libpq.
 *
 * Statements travel in libpq's pipeline mode. One that only writes is sent and not waited for; what became of it is
 * read with the next answer somebody waits for. The first failure since the last look is kept (`failed`) and
 * answers everything until the transaction, or its last mark, is undone: PostgreSQL does nothing more either.
 *
 * A connection that broke says nothing about what it was doing. Before the COMMIT was sent nothing is kept; behind it
 * that is in doubt, and the keeper finds out on another connection (keeper.c).
 *
 * What is logged of a failure is its SQLSTATE and the names of query, table and constraint: the server's sentences hold
 * values of rows. Addresses of databases hold passwords and are never shown. */
#include "store/engine.h"

#include "base/buf.h"
#include "base/log.h"

#include <endian.h>
#include <libpq-fe.h>

#define PENDING_MOST 256        /* statements sent ahead; their answers must fit into the socket's buffers */
#define READ_MS "60000"         /* a statement of a server's reader */
#define LOCK_MS "30000"         /* waiting for the groups of other processes */
#define SILENT_MS "30000"       /* a process that stopped in the middle of a group may hold up the others so long */
#define VERSION_LEAST 130000

/* Of pg_type.dat; libpq-fe.h does not name them. */
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_NUMERIC = 1700 };

struct place {
	struct place_opts o;
	char *address;
	struct str shown;       /* of it, to people: database and host */
};

struct walk {
	struct conn *c;
	enum query q;
	struct walk *spare;             /* the same query once more, when it is walked inside itself */
	struct walk *next_open;
	bool open, writes;
	bool by_row;                    /* rows are taken from the connection one by one */
	PGresult *got;
	int row;                        /* of `got`; -1 before the first */
	int64_t changed;
	size_t next_column;
};

/* How one query is known to the server. */
struct prepared {
	const char *name;
	char *sql;
	Oid *type;
	size_t n_args, n_all;           /* $1 …; with :area_end and :area behind them */
	size_t area, area_end;          /* their numbers; 0: not used */
	bool writes, sent;
	struct walk *walk;
};

/* What was sent since the last look, in order: a query's own statement, its preparation, or (Q_none) a turn. */
struct sent {
	enum query q;
	bool prepares;
};

struct conn {
	struct place *at;
	struct arena *mem;
	PGconn *pg;
	enum conn_kind kind;
	struct prepared *known;         /* by query */
	struct walk *open;
	struct walk *by_row;            /* the one whose rows are still coming */
	struct sent sent[PENDING_MOST + 2];
	size_t n_sent, n_ends;          /* n_ends: ends of the pipeline that were sent and not read */
	bool begin;                     /* a reading transaction whose BEGIN goes with its first query */
	bool seen;                      /* it has seen rows */
	bool lost, doubt;
	enum err failed;
	int64_t changes;
	struct {
		const char **value;
		int *length, *format;
		uint64_t *number;
		size_t cap;
	} param;
};

/* ---- what PostgreSQL answers ---- */

static bool
state_is(const char *state, const char *head)
{
	return strncmp(state, head, strlen(head)) == 0;
}

static enum err
err_of_state(const char *state)
{
	if (state_is(state, "23505"))
		return E_CONFLICT;
	if (state_is(state, "53100"))
		return E_FULL;
	if (state_is(state, "54"))
		return E_LIMIT;
	if (state_is(state, "40001") || state_is(state, "40P01") || state_is(state, "55P03"))
		return E_BUSY;
	return E_STORE;
}

static const struct query_def *
def_of(const struct conn *c, enum query q)
{
	return &c->at->o.queries->def[q];
}

static const char *
field_of(const PGresult *r, int which)
{
	const char *p = r != NULL ? PQresultErrorField(r, which) : NULL;

	return p != NULL ? p : "";
}

/* Errors of the world are logged here, once; that another was first is none. */
static void
fail(struct conn *c, const PGresult *r, enum query q)
{
	const char *state = field_of(r, PG_DIAG_SQLSTATE);
	enum err e = err_of_state(state);
	bool gone = PQstatus(c->pg) == CONNECTION_BAD || r == NULL || state_is(state, "08") || state_is(state, "57P");

	if (gone && !c->lost)
		log_warn("store.lost", KV_S("query", def_of(c, q)->name), KV_Z("state", state));
	c->lost = c->lost || gone;
	if (c->failed != OK)
		return;
	/* Whoever tries again finds another connection. */
	c->failed = gone ? E_BUSY : e;
	/* The words of a failed preparation are about our own statement. */
	if (!gone && e != E_CONFLICT)
		log_error("store.pg", KV_S("query", def_of(c, q)->name), KV_Z("state", state),
		    KV_Z("table", field_of(r, PG_DIAG_TABLE_NAME)), KV_Z("constraint", field_of(r, PG_DIAG_CONSTRAINT_NAME)),
		    KV_Z("why", state_is(state, "42") ? field_of(r, PG_DIAG_MESSAGE_PRIMARY) : "-"));
}

static void
broke(struct conn *c)
{
	fail(c, NULL, Q_none);
}

static int64_t pg_finish(struct walk *w);

/* What the server remarks holds names and values: only that it did. */
static void
noticed(void *arg, const PGresult *r)
{
	(void)arg;
	log_debug("store.notice", KV_Z("state", field_of(r, PG_DIAG_SQLSTATE)));
}

/* ---- the pipeline ---- */

/* One answer; handed out when *want is asked for. */
static void
take_answer(struct conn *c, const struct sent *s, PGresult **want)
{
	PGresult *r, *last = NULL;

	while (!c->lost && (r = PQgetResult(c->pg)) != NULL) {
		ExecStatusType t = PQresultStatus(r);
		if (t == PGRES_FATAL_ERROR || t == PGRES_BAD_RESPONSE)
			fail(c, r, s->q);
		PQclear(last);
		last = r;
	}
	if (last == NULL)
		broke(c);
	if (s->prepares && PQresultStatus(last) != PGRES_COMMAND_OK)
		c->known[s->q].sent = false;    /* or passed over behind another failure */
	if (want != NULL)
		*want = last;
	else
		PQclear(last);
}

static void
say_end(struct conn *c)
{
	if (!c->lost && PQpipelineSync(c->pg) != 1)
		broke(c);
	c->n_ends++;
}

static void
take_ends(struct conn *c)
{
	for (; c->n_ends > 0 && !c->lost; c->n_ends--) {
		PGresult *r = PQgetResult(c->pg);
		if (PQresultStatus(r) != PGRES_PIPELINE_SYNC)
			broke(c);
		PQclear(r);
	}
	c->n_ends = 0;
}

/* Read every answer that is owed; what failed first since the last undoing. *want: the answer sent for last, or NULL. */
static enum err
settle(struct conn *c, PGresult **want)
{
	if (want != NULL)
		*want = NULL;
	if (c->n_sent > 0 && c->n_ends == 0)
		say_end(c);
	for (size_t i = 0; i < c->n_sent && !c->lost; i++)
		take_answer(c, &c->sent[i], i + 1 == c->n_sent ? want : NULL);
	c->n_sent = 0;
	take_ends(c);
	return c->failed;
}

/* Room for a statement and its preparation. A walk by rows must be over: its rows stand before the answer. */
static void
make_room(struct conn *c)
{
	if (c->by_row != NULL)
		BUG("a query while a lengthy one is walked");
	if (c->n_sent >= PENDING_MOST || c->n_ends > 0)
		settle(c, NULL);
}

static void
send_turn(struct conn *c, const char *sql)
{
	make_room(c);
	if (!c->lost && PQsendQueryParams(c->pg, sql, 0, NULL, NULL, NULL, NULL, 1) != 1)
		broke(c);
	c->sent[c->n_sent++] = (struct sent){ Q_none, false };
}

/* ---- the place ---- */

/* What libpq says about an address or a connection may quote a part of a password that was not escaped; an address
 * whose host holds what belongs into one is refused before anything is said. */
static bool
address_reads(struct arena *mem, const char *address, struct str *shown)
{
	PQconninfoOption *list = PQconninfoParse(address, NULL);
	struct str host = S(""), name = S("");
	bool good = list != NULL;

	for (PQconninfoOption *o = list; o != NULL && o->keyword != NULL; o++) {
		if (o->val == NULL)
			continue;
		if (strcmp(o->keyword, "host") == 0)
			host = str_dup(mem, str_of(o->val));
		if (strcmp(o->keyword, "dbname") == 0)
			name = str_dup(mem, str_of(o->val));
		if (strcmp(o->keyword, "host") == 0 || strcmp(o->keyword, "hostaddr") == 0 || strcmp(o->keyword, "port") == 0
		    || strcmp(o->keyword, "dbname") == 0)
			good = good && strpbrk(o->val, "@?") == NULL;
		if (strcmp(o->keyword, "port") == 0)
			good = good && strspn(o->val, "0123456789,") == strlen(o->val);
	}
	PQconninfoFree(list);
	*shown = str_fmt(mem, "%.*s%s%.*s", STR_ARG(name), host.n ? " at " : "", STR_ARG(host));
	return good;
}

static enum err
pg_enter(struct arena *mem, const struct place_opts *o, struct place **out, struct str *why)
{
	struct place *at = NEW(mem, struct place);

	*at = (struct place){ .o = *o, .address = str_z(mem, o->path) };
	*out = at;
	if (address_reads(mem, at->address, &at->shown))
		return OK;
	*why = S("the address of the database cannot be read: postgresql://USER@HOST:PORT/NAME, and what a password holds of "
	    ":/?#[]@% written %XX");
	return E_INVALID;
}

static void
pg_leave(struct place *at)
{
	(void)at;
}

/* ---- connections ---- */

static PGconn *
dial(const struct place *at)
{
	/* A host that is cut off is asked first each time, if it stands first: connect_timeout, seconds, is what that costs. What
	 * stands behind the address is not to be changed by it: a replica may show what was never kept. */
	static const char *const key[] = {
		"connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
		"gssencmode", "fallback_application_name", "dbname", "client_encoding", "target_session_attrs", NULL,
	};
	const char *value[] = {
		"3", "1", "2", "1", "2", "3000", "disable", "hersys", at->address, "UTF8", "read-write", NULL,
	};

	return PQconnectdbParams(key, value, 1);
}

/* The first line of what libpq says: where and why, see address_reads. */
static struct str
said(struct arena *mem, const PGconn *pg)
{
	struct str s = str_of(PQerrorMessage(pg));

	return str_dup(mem, str_trim(str_sub(s, 0, str_find(s, '\n', 0))));
}

static bool
by_bytes(struct str collation)
{
	return str_eq(collation, S("C")) || str_eq(collation, S("POSIX")) || str_eq_case(collation, S("C.UTF-8"))
	    || str_eq_case(collation, S("C.utf8"));
}

/* Settings of this connection. A commit is not under statement_timeout: while it waits for a standby it would then be
 * acknowledged without it. */
static enum err
set_up(struct conn *c, struct arena *mem, struct str *why)
{
	static const char ask[] =
	    "SELECT current_setting('server_encoding'), d.datcollate, current_setting('synchronous_commit'),"
	    " current_setting('fsync'), set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),"
	    " set_config('idle_in_transaction_session_timeout', $3, false), COALESCE(to_jsonb(d)->>'datlocprovider', 'c')"
	    " FROM pg_database d WHERE d.datname = current_database()";
	bool serving = c->at->o.write, writer = c->kind == CONN_WRITE;
	const char *arg[] = { serving && !writer ? READ_MS : "0", LOCK_MS, writer ? SILENT_MS : "0" };
	PGresult *r = PQexecParams(c->pg, ask, LEN(arg), NULL, arg, NULL, NULL, 0);
	enum err e = PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1 ? OK : E_STORE;
	struct str collation = S(""), encoding = S("");

	if (e != OK) {
		*why = str_fmt(mem, "cannot set up the connection to %.*s", STR_ARG(c->at->shown));
	} else {
		encoding = str_of(PQgetvalue(r, 0, 0));
		collation = str_of(PQgetvalue(r, 0, 1));
	}
	if (e == OK && (!str_eq(encoding, S("UTF8")) || !by_bytes(collation) || strcmp(PQgetvalue(r, 0, 7), "i") == 0)) {
		*why = S("the database must order texts by their bytes: CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8' "
		    "LC_COLLATE 'C' LC_CTYPE 'C'");
		e = E_INVALID;
	}
	if (e == OK && writer && strcmp(PQgetvalue(r, 0, 3), "on") != 0)
		log_warn("store.fsync", KV_Z("why", "fsync is off: a crash of the machine can lose what was acknowledged"));
	if (e == OK && writer && (strcmp(PQgetvalue(r, 0, 2), "off") == 0 || strcmp(PQgetvalue(r, 0, 2), "local") == 0)) {
		PQclear(r);
		r = PQexec(c->pg, "SET synchronous_commit = on");
		e = PQresultStatus(r) == PGRES_COMMAND_OK ? OK : E_STORE;
	}
	PQclear(r);
	return e;
}

static enum err
link_up(struct conn *c, struct arena *mem, struct str *why)
{
	enum err e = E_STORE;

	c->pg = dial(c->at);
	if (c->pg == NULL)
		NO_MEMORY();
	if (PQstatus(c->pg) != CONNECTION_OK) {
		*why = said(mem, c->pg);
		return E_BUSY;
	}
	PQsetNoticeReceiver(c->pg, noticed, NULL);
	if (PQserverVersion(c->pg) < VERSION_LEAST)
		*why = str_fmt(mem, "PostgreSQL %d is too old: 13 is the first that will do", PQserverVersion(c->pg) / 10000);
	else if ((e = set_up(c, mem, why)) == OK && PQenterPipelineMode(c->pg) != 1)
		e = E_STORE;
	return e;
}

static void
pg_close(struct conn *c)
{
	while (c->open != NULL)
		pg_finish(c->open);
	PQfinish(c->pg);
	arena_free(c->mem);
}

static enum err
pg_open(struct place *at, enum conn_kind kind, struct conn **out, struct str *why, struct arena *mem)
{
	struct arena *own = arena_new(1 << 14);
	struct conn *c = NEW(own, struct conn);

	c->at = at;
	c->mem = own;
	c->kind = kind;
	c->known = NEWN(own, struct prepared, at->o.queries->n);
	*why = S("");
	enum err e = link_up(c, mem, why);
	if (e == OK) {
		*out = c;
		return OK;
	}
	log_error("store.connect", KV_Z("error", err_name(e)), KV_S("why", *why));
	pg_close(c);
	return e;
}

/* A reader whose server went away between two transactions: nothing was seen yet, so another connection will do. */
static bool
reconnect(struct conn *c)
{
	struct arena *mem = arena_new(1024);
	struct str why = S("");

	PQfinish(c->pg);
	for (size_t q = 0; q < c->at->o.queries->n; q++)
		c->known[q].sent = false;
	c->n_sent = c->n_ends = 0;
	c->lost = c->doubt = false;
	c->failed = OK;
	c->begin = true;
	enum err e = link_up(c, mem, &why);
	if (e != OK) {
		log_warn("store.connect", KV_Z("error", err_name(e)), KV_S("why", why));
		c->lost = true;
		c->failed = E_BUSY;
	}
	arena_free(mem);
	return e == OK;
}

/* Several statements at once are not for a pipeline. */
static enum err
pg_run(struct conn *c, struct str sql)
{
	enum err e = settle(c, NULL);

	if (e != OK)
		return e;
	if (PQexitPipelineMode(c->pg) != 1)
		BUG("a step in the middle of a pipeline");
	PGresult *r = PQexec(c->pg, str_z(c->mem, sql));
	ExecStatusType t = PQresultStatus(r);
	if (t != PGRES_COMMAND_OK && t != PGRES_TUPLES_OK) {
		fail(c, r, Q_none);
		/* A step of our own: what is said about it names tables, not persons. */
		log_error("store.run", KV_Z("why", field_of(r, PG_DIAG_MESSAGE_PRIMARY)));
	}
	PQclear(r);
	if (!c->lost && PQenterPipelineMode(c->pg) != 1)
		broke(c);
	return c->failed;
}

/* ---- statements ---- */

/* $1 … as written; :area_end and :area become the next two numbers. */
static void
text_make(struct conn *c, struct prepared *p, struct str sql)
{
	struct buf b = buf_new(c->mem);

	for (size_t i = 0; i < sql.n; i++) {
		int64_t n = 0;
		size_t end = i + 1;
		while (sql.p[i] == '$' && end < sql.n && sql.p[end] >= '0' && sql.p[end] <= '9')
			end++;
		if (end > i + 1 && str_int(str_sub(sql, i + 1, end - i - 1), &n) && (size_t)n > p->n_args)
			p->n_args = (size_t)n;
	}
	p->n_all = p->n_args;
	for (size_t i = 0; i < sql.n;) {
		struct str rest = str_sub(sql, i, sql.n);
		size_t *which = str_starts(rest, S(":area_end")) ? &p->area_end : str_starts(rest, S(":area")) ? &p->area : NULL;
		if (which == NULL) {
			buf_byte(&b, sql.p[i++]);
			continue;
		}
		if (*which == 0)
			*which = ++p->n_all;
		buf_fmt(&b, "$%zu", *which);
		i += which == &p->area_end ? S(":area_end").n : S(":area").n;
	}
	p->sql = str_z(c->mem, buf_str(&b));
}

static void
types_make(struct conn *c, struct prepared *p, const struct query_def *d)
{
	static const Oid oid[] = { [PARAM_TEXT] = OID_TEXT, [PARAM_INT] = OID_INT8, [PARAM_BLOB] = OID_BYTEA };

	p->type = NEWN(c->mem, Oid, p->n_all + 1);
	for (size_t i = 0; i < p->n_all; i++)
		p->type[i] = i < p->n_args && i < d->n_param ? oid[d->param[i]] : OID_TEXT;
}

static struct prepared *
known(struct conn *c, enum query q)
{
	static const char *const writing[] = { "INSERT", "UPDATE", "DELETE" };
	const struct query_def *d = def_of(c, q);
	struct prepared *p = &c->known[q];

	if (p->sql != NULL)
		return p;
	text_make(c, p, d->sql);
	types_make(c, p, d);
	for (size_t i = 0; i < LEN(writing); i++)
		p->writes = p->writes || str_find_str(d->sql, str_of(writing[i])) < d->sql.n;
	p->name = str_fmt(c->mem, "q%d", (int)q).p;
	return p;
}

static void
prepare(struct conn *c, enum query q)
{
	struct prepared *p = known(c, q);

	if (p->sent)
		return;
	make_room(c);
	if (!c->lost && PQsendPrepare(c->pg, p->name, p->sql, (int)p->n_all, p->type) != 1)
		broke(c);
	c->sent[c->n_sent++] = (struct sent){ q, true };
	p->sent = true;
}

static enum err
pg_seal(struct conn *c)
{
	for (size_t q = Q_none + 1; c->kind == CONN_WRITE && q < c->at->o.queries->n && c->failed == OK; q++)
		if (def_of(c, (enum query)q)->sql.p != NULL)
			prepare(c, (enum query)q);
	return settle(c, NULL);
}

static void
params_room(struct conn *c, size_t n)
{
	if (n <= c->param.cap)
		return;
	c->param.cap = 2 * n + 64;
	c->param.value = NEWN(c->mem, const char *, c->param.cap);
	c->param.length = NEWN(c->mem, int, c->param.cap);
	c->param.format = NEWN(c->mem, int, c->param.cap);
	c->param.number = NEWN(c->mem, uint64_t, c->param.cap);
}

/* As the server keeps them: a number is eight bytes, the highest first. */
static void
param_set(struct conn *c, size_t i, const struct db *d, Oid type)
{
	c->param.format[i] = 1;
	c->param.value[i] = NULL;
	c->param.length[i] = 0;
	if (d->kind == DB_NULL)
		return;
	if ((d->kind == DB_INT) != (type == OID_INT8))
		BUG("a query with an argument of another type than its head line says");
	if (d->kind == DB_INT) {
		c->param.number[i] = htobe64((uint64_t)d->num);
		c->param.value[i] = (const char *)&c->param.number[i];
		c->param.length[i] = sizeof c->param.number[i];
		return;
	}
	if (d->text.n > INT32_MAX)
		BUG("an argument of two gigabytes");
	c->param.value[i] = d->text.p != NULL ? d->text.p : "";
	c->param.length[i] = (int)d->text.n;
}

/* Put the query on its way. */
static enum err
send_query(struct conn *c, enum query q, const struct bind *with)
{
	struct prepared *p = known(c, q);

	if (p->n_args != with->n) {
		log_error("store.args", KV_S("name", def_of(c, q)->name), KV_N("given", (int64_t)with->n),
		    KV_N("wanted", (int64_t)p->n_args));
		BUG("a query with the wrong number of arguments");
	}
	if (c->failed != OK && !(c->begin && c->lost))
		return c->failed;
	if (c->begin)
		send_turn(c, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
	c->begin = false;
	prepare(c, q);
	make_room(c);
	params_room(c, p->n_all);
	for (size_t i = 0; i < with->n; i++)
		param_set(c, i, &with->arg[i], p->type[i]);
	if (p->area > 0)
		param_set(c, p->area - 1, &DT(with->area), OID_TEXT);
	if (p->area_end > 0)
		param_set(c, p->area_end - 1, &DT(with->area_end), OID_TEXT);
	if (!c->lost && PQsendQueryPrepared(c->pg, p->name, (int)p->n_all, c->param.value, c->param.length, c->param.format,
	    1) != 1)
		broke(c);
	c->sent[c->n_sent++] = (struct sent){ q, false };
	return c->failed;
}

static enum err
pg_put(struct conn *c, enum query q, const struct bind *with)
{
	c->changes++;           /* or none: what the keeper then does too much does no harm */
	return send_query(c, q, with);
}

static struct walk *
walk_of(struct conn *c, enum query q)
{
	struct prepared *p = known(c, q);
	struct walk *w = p->walk;

	while (w != NULL && w->open)
		w = w->spare;
	if (w == NULL) {
		w = NEW(c->mem, struct walk);
		w->spare = p->walk;
		p->walk = w;
	}
	struct walk *spare = w->spare;
	*w = (struct walk){ .c = c, .q = q, .spare = spare, .writes = p->writes, .row = -1 };
	return w;
}

/* The rows of a lengthy one come one by one: everything before it is read first. */
static enum err
begin_rows(struct conn *c, struct walk *w)
{
	say_end(c);
	for (size_t i = 0; i + 1 < c->n_sent && !c->lost; i++)
		take_answer(c, &c->sent[i], NULL);
	if (c->failed != OK) {
		take_answer(c, &c->sent[c->n_sent - 1], NULL);
		c->n_sent = 0;
		take_ends(c);
		return c->failed;
	}
	c->n_sent = 0;
	if (PQsetSingleRowMode(c->pg) != 1)
		BUG("rows cannot be had one by one");
	c->by_row = w;
	w->by_row = true;
	return OK;
}

static enum err
send_and_wait(struct conn *c, struct walk *w, const struct bind *with)
{
	enum err e = send_query(c, w->q, with);

	if (e != OK)
		return e;
	if (def_of(c, w->q)->lengthy)
		return begin_rows(c, w);
	return settle(c, &w->got);
}

static enum err
pg_start(struct conn *c, enum query q, const struct bind *with, struct walk **out)
{
	struct walk *w = walk_of(c, q);
	enum err e = send_and_wait(c, w, with);

	/* A reader that saw nothing yet may look through another connection. */
	if (e != OK && c->lost && c->kind == CONN_READ && !c->seen && reconnect(c)) {
		PQclear(w->got);
		w->got = NULL;
		e = send_and_wait(c, w, with);
	}
	if (e != OK) {
		PQclear(w->got);
		w->got = NULL;
		return e;
	}
	c->seen = true;
	int64_t n = 0;
	if (w->got != NULL && w->writes && str_int(str_of(PQcmdTuples(w->got)), &n))
		w->changed = n;
	c->changes += w->changed;
	w->open = true;
	w->next_open = c->open;
	c->open = w;
	*out = w;
	return OK;
}

/* The end of a lengthy walk; also of one that is left early. */
static void
end_rows(struct walk *w)
{
	struct conn *c = w->c;

	c->by_row = NULL;
	w->by_row = false;
	take_ends(c);
}

static enum err
next_row(struct walk *w, bool *row)
{
	struct conn *c = w->c;

	PQclear(w->got);
	w->got = c->lost ? NULL : PQgetResult(c->pg);
	*row = PQresultStatus(w->got) == PGRES_SINGLE_TUPLE;
	w->row = 0;
	if (*row)
		return OK;
	if (PQresultStatus(w->got) != PGRES_TUPLES_OK)
		fail(c, w->got, w->q);
	if (!c->lost)
		PQclear(PQgetResult(c->pg));
	end_rows(w);
	return c->failed;
}

static enum err
pg_step(struct walk *w, bool *row)
{
	*row = false;
	if (w->by_row)
		return next_row(w, row);
	if (w->row < PQntuples(w->got))
		w->row++;
	*row = w->row < PQntuples(w->got);
	return w->c->failed;
}

static int64_t
pg_finish(struct walk *w)
{
	struct walk **p = &w->c->open;
	bool row = true;

	while (*p != w)
		p = &(*p)->next_open;
	*p = w->next_open;
	w->open = false;
	while (w->by_row && row)
		if (next_row(w, &row) != OK)
			break;
	PQclear(w->got);
	w->got = NULL;
	return w->changed;
}

static void
pg_finish_all(struct conn *c)
{
	while (c->open != NULL)
		pg_finish(c->open);
}

static int64_t
pg_changes(struct conn *c)
{
	return c->changes;
}

static bool
pg_writes(const struct walk *w)
{
	return w->writes;
}

static size_t
pg_columns(const struct walk *w)
{
	return (size_t)PQnfields(w->got);
}

static size_t
pg_column(struct walk *w, struct str name)
{
	size_t n = pg_columns(w);

	/* Columns are mostly asked for in their order. */
	for (size_t i = 0, at = w->next_column; i < n; i++, at++) {
		at = at < n ? at : 0;
		if (!str_eq(str_of(PQfname(w->got, (int)at)), name))
			continue;
		w->next_column = at + 1;
		return at;
	}
	log_error("store.column", KV_S("query", def_of(w->c, w->q)->name), KV_S("column", name));
	return n;
}

/* Sums of whole numbers are NUMERIC: groups of four digits behind number, weight, sign and scale. */
static int64_t
numeric(const unsigned char *p, size_t n)
{
	int64_t out = 0;

	if (n < 8)
		return 0;
	int groups = p[0] << 8 | p[1], weight = (int16_t)(p[2] << 8 | p[3]);
	if (weight > 4)
		BUG("a sum that is no number of ours");
	for (int i = 0; i <= weight; i++) {
		const unsigned char *g = p + 8 + 2 * i;
		out = out * 10000 + (i < groups && 10 + 2 * (size_t)i <= n ? g[0] << 8 | g[1] : 0);
	}
	return p[4] != 0 ? -out : out;
}

static int64_t
whole(const unsigned char *p, size_t n)
{
	uint64_t out = n > 0 && (p[0] & 0x80) ? UINT64_MAX : 0;

	for (size_t i = 0; i < n; i++)
		out = out << 8 | p[i];
	return (int64_t)out;
}

static struct db
pg_cell(struct walk *w, size_t i)
{
	int at = (int)i;
	struct str s = { PQgetvalue(w->got, w->row, at), (size_t)PQgetlength(w->got, w->row, at) };
	const unsigned char *p = (const unsigned char *)s.p;

	if (PQgetisnull(w->got, w->row, at))
		return (struct db){ .kind = DB_NULL, .text = S("") };
	switch (PQftype(w->got, at)) {
	case OID_BOOL:
	case OID_INT2:
	case OID_INT4:
	case OID_INT8:
		return (struct db){ .kind = DB_INT, .num = whole(p, s.n), .text = S("") };
	case OID_NUMERIC:
		return (struct db){ .kind = DB_INT, .num = numeric(p, s.n), .text = S("") };
	case OID_BYTEA:
		return DB(s);
	default:
		return DT(s);
	}
}

/* ---- transactions ---- */

static enum err
turn_commit(struct conn *c)
{
	PGresult *r;
	enum err e = settle(c, NULL);

	if (e != OK)
		return e;
	send_turn(c, "COMMIT");
	e = settle(c, &r);
	c->doubt = c->lost;
	/* A transaction that failed unnoticed is rolled back by COMMIT, and that is no error to the server. */
	if (e == OK && strcmp(PQcmdStatus(r), "COMMIT") != 0)
		e = c->failed = E_STORE;
	PQclear(r);
	return e;
}

/* A reader need not wait for the answer: it is read before the next query. */
static enum err
turn_rollback(struct conn *c)
{
	bool reads = c->kind == CONN_READ;

	if (reads && c->begin && !c->lost) {
		c->begin = false;
		return OK;
	}
	if (!reads || c->n_sent > 0)
		settle(c, NULL);
	if (c->lost)
		return E_STORE;
	c->failed = OK;
	if (PQtransactionStatus(c->pg) == PQTRANS_IDLE)
		return OK;
	send_turn(c, "ROLLBACK");
	if (!reads)
		return settle(c, NULL);
	say_end(c);
	return c->failed;
}

/* Back to the mark, whatever happened since. */
static enum err
turn_back(struct conn *c)
{
	settle(c, NULL);
	if (c->lost)
		return E_STORE;
	c->failed = OK;
	send_turn(c, "ROLLBACK TO SAVEPOINT op");
	send_turn(c, "RELEASE SAVEPOINT op");
	return settle(c, NULL);
}

static enum err
pg_turn(struct conn *c, enum turn t)
{
	switch (t) {
	case TURN_READ:
		c->begin = true;
		c->seen = false;
		return OK;
	case TURN_WRITE:
		send_turn(c, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
		return c->failed;
	case TURN_COMMIT:
		return turn_commit(c);
	case TURN_ROLLBACK:
		return turn_rollback(c);
	case TURN_MARK:
		send_turn(c, "SAVEPOINT op");
		return c->failed;
	case TURN_KEEP:
		send_turn(c, "RELEASE SAVEPOINT op");
		return c->failed;
	case TURN_BACK:
		return turn_back(c);
	case TURN_COUNT:
		break;
	}
	BUG("no such turn");
}

static enum err
pg_settle(struct conn *c)
{
	return settle(c, NULL);
}

static enum health
pg_health(struct conn *c)
{
	if (c->lost)
		return c->doubt ? DOUBT : SICK;
	return c->failed != OK ? STUCK : FIT;
}

/* ---- housekeeping ---- */

static void
pg_tend(struct conn *c, bool idle)
{
	(void)c;
	(void)idle;
}

static bool
pg_unclean(struct place *at, int64_t *bytes)
{
	(void)at;
	*bytes = 0;
	return false;
}

/* The server looks after its files. What can be asked for: indexes that were left invalid and, when all is wanted, that
 * the row of the chain's end says what the chain says. */
static enum err
pg_check(struct place *at, bool full, struct arena *mem, struct str *why)
{
	static const char ask[] =
	    "SELECT (SELECT COUNT(*) FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid"
	    " WHERE r.relnamespace = current_schema()::regnamespace AND NOT (i.indisvalid AND i.indisready)),"
	    " (SELECT COUNT(*) FROM audit_head h WHERE h.seq <> (SELECT COALESCE(MAX(a.seq), 0) FROM audit a) AND $1)";
	const char *arg[] = { full ? "t" : "f" };
	struct conn *c;
	enum err e = pg_open(at, CONN_READ, &c, why, mem);

	if (e != OK)
		return e;
	if (PQexitPipelineMode(c->pg) != 1)
		BUG("a check in the middle of a pipeline");
	PGresult *r = PQexecParams(c->pg, ask, 1, NULL, arg, NULL, NULL, 0);
	if (PQresultStatus(r) != PGRES_TUPLES_OK) {
		*why = str_fmt(mem, "the catalogue cannot be read: %s", field_of(r, PG_DIAG_SQLSTATE));
		e = E_STORE;
	} else if (strcmp(PQgetvalue(r, 0, 0), "0") != 0) {
		*why = S("an index is invalid: REINDEX it");
		e = E_STORE;
	} else if (strcmp(PQgetvalue(r, 0, 1), "0") != 0) {
		*why = S("the audit log ends elsewhere than its head says");
		e = E_STORE;
	}
	PQclear(r);
	pg_close(c);
	return e;
}

static void
pg_stats(struct conn *c, struct store_stats *out)
{
	(void)c;
	(void)out;
}

const struct engine engine_pg = {
	.name = STR_INIT("pg"), .shared = true,
	.enter = pg_enter, .leave = pg_leave,
	.open = pg_open, .close = pg_close, .run = pg_run, .seal = pg_seal,
	.turn = pg_turn, .health = pg_health, .settle = pg_settle,
	.start = pg_start, .step = pg_step, .finish = pg_finish, .put = pg_put, .finish_all = pg_finish_all,
	.changes = pg_changes, .writes = pg_writes, .columns = pg_columns, .column = pg_column,
	.cell = pg_cell,
	.tend = pg_tend, .unclean = pg_unclean, .check = pg_check, .stats = pg_stats,
};
