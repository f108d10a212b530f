/* store/tx.c: what a transaction can do, on any engine: run queries, walk rows, carry its first error. */
#include "store/tx.h"

struct str
area_after(struct arena *mem, struct str prefix)
{
	size_t n = prefix.n;

	if (n == 0 || prefix.p[n - 1] >= 0x7f || prefix.p[n - 1] < ' ')
		return str_cat(mem, prefix, S("\xf4\x8f\xbf\xbf"));     /* U+10FFFF */
	char *p = str_z(mem, prefix);
	p[n - 1]++;
	return (struct str){ p, n };
}

struct arena *
tx_mem(const struct tx *tx)
{
	return tx->mem;
}

enum err
tx_err(const struct tx *tx)
{
	return tx->err;
}

enum err
tx_fail(struct tx *tx, enum err e)
{
	if (tx->err == OK)
		tx->err = e;
	return tx->err;
}

static const struct query_def *
query_of(const struct tx *tx, enum query q)
{
	if (q <= Q_none || (size_t)q >= tx->queries->n)
		BUG("no such query");
	if (tx->queries->def[q].sql.p == NULL)
		BUG("a query that is not for this engine");
	return &tx->queries->def[q];
}

/* NULL when it, or something before it, failed. */
static struct walk *
tx_start(struct tx *tx, enum query q, const struct db *arg, size_t n)
{
	struct bind with = { arg, n, tx->area, tx->area_end };
	struct walk *w;

	if (tx->err != OK || tx_fail(tx, tx->eng->start(tx->c, q, &with, &w)) != OK)
		return NULL;
	if (tx->eng->writes(w) && !tx->writing)
		BUG("a query that writes, in a transaction that reads");
	return w;
}

static int64_t
tx_finish(struct tx *tx, enum query q, struct walk *w)
{
	int64_t n = tx->eng->finish(w);

	if (n > 0 && !query_of(tx, q)->quiet)
		tx->changed = true;
	return n;
}

void
tx_exec(struct tx *tx, enum query q, const struct db *arg, size_t n)
{
	struct bind with = { arg, n, tx->area, tx->area_end };

	if (tx->eng->put == NULL) {
		tx_exec_n(tx, q, arg, n);
		return;
	}
	if (query_of(tx, q)->kind != QUERY_EXEC)
		BUG("tx_exec of a query that has rows");
	if (!tx->writing)
		BUG("a query that writes, in a transaction that reads");
	if (tx->err == OK)
		tx_fail(tx, tx->eng->put(tx->c, q, &with));
}

int64_t
tx_exec_n(struct tx *tx, enum query q, const struct db *arg, size_t n)
{
	struct walk *w;
	bool row;

	if (query_of(tx, q)->kind != QUERY_EXEC)
		BUG("tx_exec of a query that has rows");
	if ((w = tx_start(tx, q, arg, n)) == NULL)
		return 0;
	tx_fail(tx, tx->eng->step(w, &row));
	return tx_finish(tx, q, w);
}

void
tx_open(struct tx *tx, struct rows *r, enum query q, const struct db *arg, size_t n)
{
	if (query_of(tx, q)->kind == QUERY_EXEC)
		BUG("tx_open of a query that has no rows");
	*r = (struct rows){ .tx = tx, .stmt = tx_start(tx, q, arg, n), .q = q };
}

bool
rows_next(struct rows *r)
{
	bool row = false;

	if (r->stmt == NULL)
		return false;
	if (r->tx->err == OK)
		tx_fail(r->tx, r->tx->eng->step(r->stmt, &row));
	if (!row || r->tx->err != OK) {
		rows_close(r);
		return false;
	}
	return true;
}

void
rows_close(struct rows *r)
{
	if (r->stmt != NULL)
		tx_finish(r->tx, r->q, r->stmt);
	r->stmt = NULL;
}

bool
tx_one(struct tx *tx, struct rows *r, enum query q, const struct db *arg, size_t n)
{
	if (query_of(tx, q)->kind == QUERY_MANY)
		BUG("tx_one of a query with many rows");
	tx_open(tx, r, q, arg, n);
	return rows_next(r);
}

/* ---- cells ---- */

struct db
row_cell(struct rows *r, size_t i)
{
	if (r->stmt == NULL)
		BUG("a cell of a row that is not there");
	if (i >= r->tx->eng->columns(r->stmt))
		BUG("no such column");
	return r->tx->eng->cell(r->stmt, i);
}

static size_t
column_of(struct rows *r, const char *name)
{
	if (r->stmt == NULL)
		BUG("a cell of a row that is not there");
	return r->tx->eng->column(r->stmt, str_of(name));
}

struct str
row_text_at(struct rows *r, size_t i)
{
	struct db d = row_cell(r, i);

	switch (d.kind) {
	case DB_INT:
		return str_fmt(r->tx->mem, "%lld", (long long)d.num);
	case DB_TEXT:
	case DB_BLOB:
		return str_dup(r->tx->mem, d.text);
	case DB_NULL:
		break;
	}
	return S("");
}

int64_t
row_int_at(struct rows *r, size_t i)
{
	struct db d = row_cell(r, i);
	int64_t n = 0;

	if (d.kind == DB_INT)
		return d.num;
	return d.kind == DB_TEXT && str_int(d.text, &n) ? n : 0;
}

struct str
row_text(struct rows *r, const char *name)
{
	return row_text_at(r, column_of(r, name));
}

int64_t
row_int(struct rows *r, const char *name)
{
	return row_int_at(r, column_of(r, name));
}

bool
row_null(struct rows *r, const char *name)
{
	return row_cell(r, column_of(r, name)).kind == DB_NULL;
}

size_t
row_columns(struct rows *r)
{
	if (r->stmt == NULL)
		BUG("a row that is not there");
	return r->tx->eng->columns(r->stmt);
}

/* ---- what waits for the end ---- */

void
tx_add(struct tx *tx, enum query q, const struct db *arg, size_t n, size_t n_delta)
{
	if (!tx->writing)
		BUG("tx_add in a transaction that reads");
	if (query_of(tx, q)->kind != QUERY_EXEC || n_delta == 0 || n_delta > n)
		BUG("tx_add: the query or its counts");
	for (size_t i = n - n_delta; i < n; i++)
		if (arg[i].kind != DB_INT)
			BUG("tx_add: a count that is no number");
	if (tx->err != OK)
		return;
	struct add *a = NEW(tx->mem, struct add);
	struct db *kept = NEWN(tx->mem, struct db, n);
	memcpy(kept, arg, n * sizeof *arg);
	*a = (struct add){ .q = q, .arg = kept, .n = n, .n_delta = n_delta };
	if (tx->adds_last != NULL)
		tx->adds_last->next = a;
	else
		tx->adds = a;
	tx->adds_last = a;
	tx->changed = tx->changed || !query_of(tx, q)->quiet;
}

void
tx_event(struct tx *tx, struct str topic, struct str text)
{
	if (!tx->writing)
		BUG("tx_event in a transaction that reads");
	if (tx->err != OK)
		return;
	struct event *v = NEW(tx->mem, struct event);
	*v = (struct event){ .topic = str_dup(tx->mem, topic), .text = str_dup(tx->mem, text) };
	if (tx->events_last != NULL)
		tx->events_last->next = v;
	else
		tx->events = v;
	tx->events_last = v;
}
