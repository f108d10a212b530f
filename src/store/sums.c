/* store/sums.c: see sums.h. A hash table with open addressing over the list of sums.
 *
 * A row of the journal is, for each query: its name, the numbers of its arguments, of its counts and of its sums, then the
 * sums, argument by argument. Numbers are in base 128, low digits first; a text follows its length. */
#include "store/sums.h"

#include "base/log.h"

struct sum {
	struct sum *next;
	uint64_t hash;
	enum query q;
	struct db *arg;
	size_t n, n_delta;
};

struct sums {
	struct arena *mem;
	struct sum *first, *last;
	struct sum **slot;
	size_t n, cap;          /* cap: a power of two, at least twice n */
};

struct sums *
sums_new(struct arena *life)
{
	struct sums *s = NEW(life, struct sums);

	s->mem = arena_new(1 << 16);
	return s;
}

void
sums_free(struct sums *s)
{
	arena_free(s->mem);
}

void
sums_clear(struct sums *s)
{
	struct arena *mem = s->mem;

	if (s->n > 0)
		arena_reset(mem);
	*s = (struct sums){ .mem = mem };
}

static uint64_t
mix(uint64_t h, const void *p, size_t n)
{
	const unsigned char *b = p;

	for (size_t i = 0; i < n; i++)
		h = (h ^ b[i]) * 0x100000001b3u;
	return h;
}

static uint64_t
key_hash(const struct add *a)
{
	uint64_t h = mix(0xcbf29ce484222325u, &a->q, sizeof a->q);

	for (size_t i = 0; i < a->n - a->n_delta; i++) {
		const struct db *d = &a->arg[i];
		h = mix(h, &d->kind, sizeof d->kind);
		h = d->kind == DB_INT ? mix(h, &d->num, sizeof d->num) : mix(h, d->text.p, d->text.n);
	}
	return h;
}

static bool
same_db(const struct db *x, const struct db *y)
{
	if (x->kind != y->kind)
		return false;
	if (x->kind == DB_NULL)
		return true;
	return x->kind == DB_INT ? x->num == y->num : str_eq(x->text, y->text);
}

static bool
same_key(const struct sum *m, const struct add *a)
{
	if (m->q != a->q || m->n != a->n || m->n_delta != a->n_delta)
		return false;
	for (size_t i = 0; i < a->n - a->n_delta; i++)
		if (!same_db(&m->arg[i], &a->arg[i]))
			return false;
	return true;
}

static void
grow(struct sums *s)
{
	s->cap = s->cap > 0 ? s->cap * 2 : 256;
	s->slot = NEWN(s->mem, struct sum *, s->cap);
	for (struct sum *m = s->first; m != NULL; m = m->next) {
		size_t i = m->hash & (s->cap - 1);
		while (s->slot[i] != NULL)
			i = (i + 1) & (s->cap - 1);
		s->slot[i] = m;
	}
}

static struct sum *
sum_new(struct sums *s, const struct add *a, uint64_t hash)
{
	struct sum *m = NEW(s->mem, struct sum);

	*m = (struct sum){ .hash = hash, .q = a->q, .n = a->n, .n_delta = a->n_delta };
	m->arg = NEWN(s->mem, struct db, a->n);
	memcpy(m->arg, a->arg, a->n * sizeof *a->arg);
	if (s->last != NULL)
		s->last->next = m;
	else
		s->first = m;
	s->last = m;
	s->n++;
	return m;
}

void
sums_add(struct sums *s, const struct add *a)
{
	uint64_t hash = key_hash(a);

	if (s->n * 2 >= s->cap)
		grow(s);
	size_t i = hash & (s->cap - 1);
	while (s->slot[i] != NULL && (s->slot[i]->hash != hash || !same_key(s->slot[i], a)))
		i = (i + 1) & (s->cap - 1);
	if (s->slot[i] == NULL) {
		s->slot[i] = sum_new(s, a, hash);
		return;
	}
	for (size_t k = a->n - a->n_delta; k < a->n; k++)
		if (__builtin_add_overflow(s->slot[i]->arg[k].num, a->arg[k].num, &s->slot[i]->arg[k].num))
			BUG("a counter overflows");
}

enum err
sums_write(struct sums *s, struct tx *tx)
{
	for (struct sum *m = s->first; m != NULL; m = m->next) {
		bool any = false;
		for (size_t k = m->n - m->n_delta; k < m->n; k++)
			any = any || m->arg[k].num != 0;
		if (any)
			tx_exec(tx, m->q, m->arg, m->n);
	}
	return tx_err(tx);
}

size_t
sums_count(const struct sums *s)
{
	return s->n;
}

/* ---- the journal ---- */

static void
put_number(struct buf *b, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		buf_byte(b, (char)(0x80 | (n & 0x7f)));
	buf_byte(b, (char)n);
}

static void
put_text(struct buf *b, struct str s)
{
	put_number(b, s.n);
	buf_put(b, s);
}

static void
put_cell(struct buf *b, const struct db *d)
{
	put_number(b, (uint64_t)d->kind);
	if (d->kind == DB_INT)          /* small either way: …, -1, 0, 1, … become 1, 0, 2 */
		put_number(b, (uint64_t)d->num << 1 ^ (d->num < 0 ? UINT64_MAX : 0));
	else if (d->kind != DB_NULL)
		put_text(b, d->text);
}

/* The sums from `first` on that are of its query. */
static void
put_query(struct buf *b, const struct queries *all, const struct sum *first)
{
	uint64_t n = 0;

	for (const struct sum *m = first; m != NULL; m = m->next)
		n += m->q == first->q;
	put_text(b, all->def[first->q].name);
	put_number(b, first->n);
	put_number(b, first->n_delta);
	put_number(b, n);
	for (const struct sum *m = first; m != NULL; m = m->next)
		for (size_t i = 0; m->q == first->q && i < m->n; i++)
			put_cell(b, &m->arg[i]);
}

enum err
sums_keep(struct sums *s, struct tx *tx, int64_t seq)
{
	struct buf b = buf_new(tx->mem);

	for (const struct sum *m = s->first; m != NULL; m = m->next) {
		const struct sum *before = s->first;
		while (before->q != m->q)
			before = before->next;
		if (before == m)
			put_query(&b, tx->queries, m);
	}
	tx_exec(tx, Q_sums_keep, DBS(DI(seq), DB(buf_str(&b))));
	return tx_err(tx);
}

static bool
get_number(struct str *in, uint64_t *n)
{
	*n = 0;
	for (unsigned shift = 0; in->n > 0 && shift < 64; shift += 7) {
		unsigned char c = (unsigned char)in->p[0];
		*in = str_sub(*in, 1, in->n);
		*n |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			return true;
	}
	return false;
}

static bool
get_text(struct str *in, struct str *s)
{
	uint64_t n;

	if (!get_number(in, &n) || n > in->n)
		return false;
	*s = str_sub(*in, 0, n);
	*in = str_sub(*in, n, in->n);
	return true;
}

static bool
get_cell(struct str *in, struct db *d)
{
	uint64_t kind, n;

	if (!get_number(in, &kind) || kind > DB_BLOB)
		return false;
	*d = (struct db){ .kind = (int)kind };
	if (kind == DB_INT) {
		if (!get_number(in, &n))
			return false;
		d->num = (int64_t)(n >> 1 ^ (0 - (n & 1)));
	}
	return kind == DB_NULL || kind == DB_INT || get_text(in, &d->text);
}

/* The sums of one query. */
static bool
get_query(struct tx *tx, struct str *in, void (*fn)(void *arg, const struct add *a), void *arg)
{
	struct str name;
	uint64_t n_args, n_delta, n;
	enum query q;

	if (!get_text(in, &name) || !get_number(in, &n_args) || !get_number(in, &n_delta) || !get_number(in, &n)
	    || n_delta == 0 || n_delta > n_args || n_args > 64 || (q = query_by_name(tx->queries, name)) == Q_none)
		return false;
	for (uint64_t i = 0; i < n; i++) {
		struct db *cell = NEWN(tx->mem, struct db, n_args);
		for (size_t k = 0; k < n_args; k++)
			if (!get_cell(in, &cell[k]))
				return false;
		fn(arg, &(struct add){ .q = q, .arg = cell, .n = n_args, .n_delta = n_delta });
	}
	return true;
}

/* *n: how many rows. */
static enum err
journal_each(struct tx *tx, size_t *n, void (*fn)(void *arg, const struct add *a), void *arg)
{
	struct rows r;
	bool good = true;

	*n = 0;
	for (tx_open(tx, &r, Q_sums_kept, NULL, 0); good && rows_next(&r); ++*n)
		for (struct str in = row_text_at(&r, 0); good && in.n > 0;)
			good = get_query(tx, &in, fn, arg);
	rows_close(&r);
	if (good)
		return tx_err(tx);
	/* Written by another version of the program? Kept as it is; figures are behind until it is understood. */
	log_error("store.journal", KV_Z("why", "a row of the counters' journal cannot be read"));
	return tx_fail(tx, E_FORMAT);
}

static void
fold_one(void *arg, const struct add *a)
{
	sums_add(arg, a);
}

enum err
sums_fold(struct sums *s, struct tx *tx)
{
	size_t n;

	sums_clear(s);
	if (journal_each(tx, &n, fold_one, s) != OK || n == 0 || sums_write(s, tx) != OK)
		return tx_err(tx);
	tx_exec(tx, Q_sums_forget, NULL, 0);
	return tx_err(tx);
}

struct teller {
	void (*fn)(void *arg, enum query q, const struct db *d, size_t n);
	void *arg;
};

static void
tell_one(void *arg, const struct add *a)
{
	const struct teller *t = arg;

	t->fn(t->arg, a->q, a->arg, a->n);
}

enum err
tx_waiting(struct tx *tx, void (*fn)(void *arg, enum query q, const struct db *d, size_t n), void *arg)
{
	struct teller t = { fn, arg };
	size_t n;

	return journal_each(tx, &n, tell_one, &t);
}
