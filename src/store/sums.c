/* store/sums.c: see sums.h. A hash table with open addressing over the list of sums. */
#include "store/sums.h"

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
