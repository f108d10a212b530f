/* test/unit/store_keeper.c: groups, neighbours, counters, events, the queue. */
#include "store_world.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- many at once ---- */

#define CALLERS 24
#define EACH 40

struct caller {
	struct world *w;
	int64_t first;
	int failures;
	pthread_t thread;
};

static void *
call_many(void *arg)
{
	struct caller *c = arg;
	struct arena *mem = arena_new(4096);
	struct reader *rd = reader_new(c->w->st);
	struct rows r;

	for (int64_t i = c->first; i < c->first + EACH; i++) {
		c->failures += world_put(c->w, mem, i, i + 1000) != OK;
		/* What was answered is there for everybody, at once. */
		struct tx *tx = read_begin(rd, mem, S(""));
		c->failures += !tx_one(tx, &r, c->w->get, DBS(DI(i)));
		c->failures += read_end(tx) != OK;
		arena_reset(mem);
	}
	reader_free(rd);
	arena_free(mem);
	return NULL;
}

TEST(many_callers_are_each_kept_once_in_few_commits)
{
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	struct caller c[CALLERS];
	int64_t n, bad;

	for (int i = 0; i < CALLERS; i++) {
		c[i] = (struct caller){ .w = &w, .first = i * 1000 };
		pthread_create(&c[i].thread, NULL, call_many, &c[i]);
	}
	for (int i = 0; i < CALLERS; i++) {
		pthread_join(c[i].thread, NULL);
		CHECK_INT(c[i].failures, 0);
	}
	struct store_stats s = store_stats(w.st);
	CHECK_INT(s.operations, CALLERS * EACH);
	CHECK_INT(s.failures, 0);
	CHECK(s.groups < s.operations);
	CHECK_INT(world_count(&w, mem), CALLERS * EACH);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, CALLERS * EACH);
	store_close(w.st);
	CHECK_INT(outside_int(mem, o.path, "SELECT count(*) FROM t"), CALLERS * EACH);
	w = world_open(mem, &o);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	world_forget(mem, &w);
}

/* ---- one group, made to measure: a first operation holds the keeper until all wait ---- */

struct member;
typedef enum err member_fn(struct tx *tx, struct member *m);

struct member {
	struct world *w;
	member_fn *fn;
	int64_t id;
	int runs;
	enum err result;
	struct arena *mem;
	pthread_t thread;
};

static enum err
member_op(struct tx *tx, void *arg)
{
	struct member *m = arg;

	m->runs++;
	return m->fn(tx, m);
}

static void *
member_main(void *arg)
{
	struct member *m = arg;

	m->mem = arena_new(4096);
	m->result = store_write(m->w->st, m->mem, S(""), member_op, m);
	return NULL;
}

struct gate {
	sem_t in, out;
	bool passed;
};

static enum err
gate_op(struct tx *tx, void *arg)
{
	struct gate *g = arg;

	(void)tx;
	if (g->passed)          /* run twice */
		return OK;
	g->passed = true;
	sem_post(&g->in);
	while (sem_wait(&g->out) != 0)
		;
	return OK;
}

struct gate_call {
	struct store *st;
	struct gate gate;
	enum err result;
	pthread_t thread;
};

static void *
gate_main(void *arg)
{
	struct gate_call *g = arg;
	struct arena *mem = arena_new(1024);

	g->result = store_write(g->st, mem, S(""), gate_op, &g->gate);
	arena_free(mem);
	return NULL;
}

static void
gate_shut(struct gate_call *g, struct store *st)
{
	*g = (struct gate_call){ .st = st };
	sem_init(&g->gate.in, 0, 0);
	sem_init(&g->gate.out, 0, 0);
	pthread_create(&g->thread, NULL, gate_main, g);
	while (sem_wait(&g->gate.in) != 0)
		;
}

static void
gate_open(struct gate_call *g)
{
	sem_post(&g->gate.out);
	pthread_join(g->thread, NULL);
	sem_destroy(&g->gate.in);
	sem_destroy(&g->gate.out);
}

static void
wait_queued(struct store *st, size_t n)
{
	while (store_stats(st).queued < n)
		usleep(200);
}

/* All of `m`, in their order, as one group. */
static void
one_group(struct world *w, struct member *m, size_t n)
{
	struct gate_call g;

	gate_shut(&g, w->st);
	for (size_t i = 0; i < n; i++) {
		m[i].w = w;
		pthread_create(&m[i].thread, NULL, member_main, &m[i]);
		wait_queued(w->st, i + 1);
	}
	gate_open(&g);
	for (size_t i = 0; i < n; i++) {
		pthread_join(m[i].thread, NULL);
		arena_free(m[i].mem);
	}
}

static enum err
m_good(struct tx *tx, struct member *m)
{
	tx_exec(tx, m->w->put, DBS(DI(m->id), DI(1), DNULL));
	world_line(tx, "test.good");
	return tx_err(tx);
}

static enum err
m_refuse(struct tx *tx, struct member *m)
{
	(void)tx;
	(void)m;
	return E_INVALID;
}

static enum err
m_refuse_late(struct tx *tx, struct member *m)
{
	m_good(tx, m);
	tx_add(tx, m->w->add, DBS(DT(S("late")), DT(S("d")), DI(1), DI(1)), 2);
	tx_event(tx, S("13/"), S("never"));
	return E_LOCKED;
}

/* The failure of a call is the result, whatever fn says, and nothing after it is done. */
static enum err
m_sticky(struct tx *tx, struct member *m)
{
	struct rows r;

	m_good(tx, m);
	if (tx_exec_n(tx, m->w->put, DBS(DI(m->id), DI(1), DNULL)) != 0)
		return OK;
	if (tx_err(tx) != E_CONFLICT || tx_one(tx, &r, m->w->get, DBS(DI(m->id))))
		return OK;
	tx_exec(tx, m->w->put, DBS(DI(m->id + 1), DI(1), DNULL));
	return E_NOTFOUND;
}

/* The table refuses this value: a mistake of ours. */
static enum err
m_check(struct tx *tx, struct member *m)
{
	tx_exec(tx, m->w->put_raw, DBS(DI(m->id), DI(13)));
	world_line(tx, "test.check");
	return OK;
}

TEST(a_neighbour_that_fails_hurts_nobody)
{
	struct world w = world_new(mem);
	struct member m[] = {
		{ .fn = m_good, .id = 1 }, { .fn = m_refuse }, { .fn = m_good, .id = 2 }, { .fn = m_refuse_late, .id = 3 },
		{ .fn = m_sticky, .id = 10 }, { .fn = m_good, .id = 4 }, { .fn = m_check, .id = 5 }, { .fn = m_good, .id = 6 },
	};
	int64_t n, bad;

	one_group(&w, m, LEN(m));
	CHECK_INT(m[0].result, OK);
	CHECK_INT(m[1].result, E_INVALID);
	CHECK_INT(m[2].result, OK);
	CHECK_INT(m[3].result, E_LOCKED);
	CHECK_INT(m[4].result, E_CONFLICT);
	CHECK_INT(m[5].result, OK);
	CHECK_INT(m[6].result, E_STORE);
	CHECK_INT(m[7].result, OK);
	CHECK_INT(world_count(&w, mem), 4);
	CHECK_INT(world_value(&w, mem, 3), -1);
	CHECK_INT(world_value(&w, mem, 10), -1);
	CHECK_INT(world_value(&w, mem, 6), 1);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 4);
	/* Once more: the keeper is careful now, and nothing runs twice. */
	struct member again[] = { { .fn = m_good, .id = 21 }, { .fn = m_refuse_late, .id = 22 }, { .fn = m_good, .id = 23 } };
	one_group(&w, again, LEN(again));
	CHECK_INT(again[0].result, OK);
	CHECK_INT(again[1].result, E_LOCKED);
	CHECK_INT(again[2].result, OK);
	CHECK_INT(again[0].runs, 1);
	CHECK_INT(again[1].runs, 1);
	CHECK_INT(world_count(&w, mem), 6);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 6);
	world_forget(mem, &w);
}

TEST(who_is_refused_before_changing_anything_costs_nobody_a_second_run)
{
	struct world w = world_new(mem);
	struct member m[] = { { .fn = m_good, .id = 1 }, { .fn = m_refuse }, { .fn = m_good, .id = 2 } };

	one_group(&w, m, LEN(m));
	CHECK_INT(m[0].runs, 1);
	CHECK_INT(m[2].runs, 1);
	CHECK_INT(world_count(&w, mem), 2);
	struct store_stats s = store_stats(w.st);
	CHECK_INT(s.largest_group, 3);
	CHECK_INT(s.failures, 1);
	/* The holder alone, then three that shared a commit: in the buckets of 1 and of at most 4. */
	CHECK_INT(s.group_size.sum, s.operations);
	CHECK_INT(s.group_size.bucket[2], 1);
	CHECK_INT(s.group_size.bucket[0], s.groups - 1);
	uint64_t commits = 0, groups = 0;
	for (size_t i = 0; i <= STORE_BOUNDS; i++) {
		commits += s.commit_us.bucket[i];
		groups += s.group_us.bucket[i];
	}
	CHECK_INT(groups, s.groups);
	CHECK(commits > 0 && commits <= groups && s.commit_us.sum <= s.group_us.sum + commits);
	world_forget(mem, &w);
}

TEST(an_operation_alone_that_fails_leaves_nothing)
{
	struct world w = world_new(mem);
	struct member m[] = { { .fn = m_refuse_late, .id = 1 } }, k[] = { { .fn = m_sticky, .id = 1 } };
	int64_t n, bad;

	one_group(&w, m, 1);
	one_group(&w, k, 1);
	CHECK_INT(m[0].result, E_LOCKED);
	CHECK_INT(k[0].result, E_CONFLICT);
	CHECK_INT(world_count(&w, mem), 0);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 0);
	CHECK_INT(world_put(&w, mem, 1, 1), OK);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 1);
	world_forget(mem, &w);
}

static enum err
m_see_earlier(struct tx *tx, struct member *m)
{
	struct rows r;

	if (!tx_one(tx, &r, m->w->get, DBS(DI(m->id - 1))))
		return E_NOTFOUND;
	rows_close(&r);
	return m_good(tx, m);
}

TEST(an_operation_sees_those_before_it_in_its_group)
{
	struct world w = world_new(mem);
	struct member m[] = { { .fn = m_good, .id = 1 }, { .fn = m_see_earlier, .id = 2 }, { .fn = m_see_earlier, .id = 3 },
		{ .fn = m_see_earlier, .id = 9 } };

	one_group(&w, m, LEN(m));
	CHECK_INT(m[2].result, OK);
	CHECK_INT(m[3].result, E_NOTFOUND);
	CHECK_INT(world_count(&w, mem), 3);
	world_forget(mem, &w);
}

/* ---- faults that show only at the end ---- */

static enum err
m_orphan(struct tx *tx, struct member *m)
{
	tx_exec(tx, m->w->late, DBS(DI(m->id), DI(4711)));
	world_line(tx, "test.orphan");
	return tx_err(tx);
}

static enum err
m_overflow(struct tx *tx, struct member *m)
{
	m_good(tx, m);
	tx_add(tx, m->w->add, DBS(DT(S("big")), DT(S("d")), DI(0), DI(2000000)), 2);
	return tx_err(tx);
}

static enum err
m_count(struct tx *tx, struct member *m)
{
	m_good(tx, m);
	tx_add(tx, m->w->add, DBS(DT(S("small")), DT(S("d")), DI(1), DI(2)), 2);
	tx_event(tx, S("13/"), str_fmt(tx_mem(tx), "%lld", (long long)m->id));
	return tx_err(tx);
}

static int64_t
counter(struct world *w, struct arena *mem, struct str k, const char *which)
{
	struct reader *rd = reader_new(w->st);
	struct tx *tx = read_begin(rd, mem, S(""));
	struct rows r;
	int64_t n = 0;

	for (tx_open(tx, &r, w->sums, NULL, 0); rows_next(&r);)
		if (str_eq(row_text(&r, "k"), k))
			n += row_int(&r, which);
	if (read_end(tx) != OK)
		n = -1;
	reader_free(rd);
	return n;
}

TEST(who_makes_the_commit_fail_is_found_and_the_others_are_kept)
{
	struct world w = world_new(mem);
	struct member m[] = { { .fn = m_count, .id = 1 }, { .fn = m_orphan, .id = 2 }, { .fn = m_count, .id = 3 } };
	struct member k[] = { { .fn = m_count, .id = 11 }, { .fn = m_overflow, .id = 12 }, { .fn = m_count, .id = 13 } };
	int64_t n, bad;

	one_group(&w, m, LEN(m));
	CHECK_INT(m[0].result, OK);
	CHECK_INT(m[1].result, E_STORE);
	CHECK_INT(m[2].result, OK);
	one_group(&w, k, LEN(k));
	CHECK_INT(k[0].result, OK);
	CHECK_INT(k[1].result, E_STORE);
	CHECK_INT(k[2].result, OK);
	CHECK_INT(world_count(&w, mem), 4);
	CHECK_INT(counter(&w, mem, S("small"), "a"), 4);
	CHECK_INT(counter(&w, mem, S("small"), "b"), 8);
	CHECK_INT(counter(&w, mem, S("big"), "b"), 0);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 4);
	world_forget(mem, &w);
}

/* ---- counters ---- */

#define COUNTER_CALLERS 8
#define COUNTER_OPS 60
#define KEYS 7
#define DAYS 3

struct counting {
	struct world *w;
	uint64_t seed;
	int64_t first;
	int64_t want[KEYS][DAYS][2];    /* what the additions of the good operations come to */
	int failures;
	pthread_t thread;
};

static uint64_t
next(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

struct counting_op {
	struct counting *c;
	int64_t id;
	uint64_t seed;
	int64_t sum[KEYS][DAYS][2];
};

static enum err
count_op(struct tx *tx, void *arg)
{
	struct counting_op *o = arg;
	uint64_t s = o->seed;
	struct arena *mem = tx_mem(tx);

	memset(o->sum, 0, sizeof o->sum);
	tx_exec(tx, o->c->w->put, DBS(DI(o->id), DI(1), DNULL));
	for (size_t i = next(&s) % 6; i > 0; i--) {
		size_t k = next(&s) % KEYS, d = next(&s) % DAYS;
		int64_t a = (int64_t)(next(&s) % 5) - 2, b = (int64_t)(next(&s) % 3) - 1;
		tx_add(tx, o->c->w->add, DBS(DT(str_fmt(mem, "k%zu", k)), DT(str_fmt(mem, "d%zu", d)), DI(a), DI(b)), 2);
		o->sum[k][d][0] += a;
		o->sum[k][d][1] += b;
	}
	world_line(tx, "test.count");
	switch (next(&s) % 8) {
	case 0:
		return E_INVALID;
	case 1:         /* a failure of the store, after the additions */
		tx_exec(tx, o->c->w->put, DBS(DI(o->id), DI(1), DNULL));
		return OK;
	default:
		return OK;
	}
}

static void *
count_main(void *arg)
{
	struct counting *c = arg;
	struct arena *mem = arena_new(4096);

	for (int64_t i = 0; i < COUNTER_OPS; i++) {
		struct counting_op o = { .c = c, .id = c->first + i, .seed = next(&c->seed) };
		enum err e = store_write(c->w->st, mem, S(""), count_op, &o);
		c->failures += e != OK && e != E_INVALID && e != E_CONFLICT;
		for (size_t k = 0; e == OK && k < KEYS; k++)
			for (size_t d = 0; d < DAYS; d++)
				for (size_t n = 0; n < 2; n++)
					c->want[k][d][n] += o.sum[k][d][n];
		arena_reset(mem);
	}
	arena_free(mem);
	return NULL;
}

TEST(sums_of_counters_are_what_single_additions_come_to)
{
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct world w = world_new(mem);
		struct counting c[COUNTER_CALLERS];
		struct str names[2] = { S("a"), S("b") };

		for (int i = 0; i < COUNTER_CALLERS; i++) {
			c[i] = (struct counting){ .w = &w, .seed = seed * 7919 + (uint64_t)i * 104729 + 1, .first = i * 1000 };
			pthread_create(&c[i].thread, NULL, count_main, &c[i]);
		}
		for (int i = 0; i < COUNTER_CALLERS; i++) {
			pthread_join(c[i].thread, NULL);
			CHECK_INT(c[i].failures, 0);
		}
		for (size_t k = 0; k < KEYS; k++)
			for (size_t n = 0; n < 2; n++) {
				int64_t want = 0;
				for (int i = 0; i < COUNTER_CALLERS; i++)
					for (size_t d = 0; d < DAYS; d++)
						want += c[i].want[k][d][n];
				CHECK_INT(counter(&w, mem, str_fmt(mem, "k%zu", k), names[n].p), want);
			}
		world_forget(mem, &w);
	}
}

TEST(an_undone_operation_leaves_no_counter)
{
	struct world w = world_new(mem);
	struct member m[] = { { .fn = m_count, .id = 1 }, { .fn = m_refuse_late, .id = 2 }, { .fn = m_count, .id = 3 } };

	one_group(&w, m, LEN(m));
	CHECK_INT(counter(&w, mem, S("small"), "b"), 4);
	CHECK_INT(counter(&w, mem, S("late"), "a"), 0);
	CHECK_INT(world_count(&w, mem), 2);
	world_forget(mem, &w);
}

/* ---- events ---- */

struct heard {
	struct arena *mem;
	struct buf text;
	struct world *w;
	int unseen;
};

static void
hear(const struct str *topic, struct str text, void *arg)
{
	struct heard *h = arg;
	int64_t id;

	/* What is told is on disk: a reader finds it. */
	if (str_int(text, &id) && h->w->st != NULL)
		h->unseen += world_value(h->w, h->mem, id) != 1;
	buf_fmt(&h->text, "%.*s:%.*s ", STR_ARG(*topic), STR_ARG(text));
}

TEST(events_come_after_the_commit_in_order_and_only_of_what_was_kept)
{
	struct arena *own = arena_new(4096);
	struct heard h = { .mem = own, .text = buf_new(own) };
	struct store_opts o = { .path = S(":memory:"), .on_event = { hear, &h } };
	struct world w = world_open(mem, &o);
	struct member m[] = { { .fn = m_count, .id = 1 }, { .fn = m_refuse_late, .id = 2 }, { .fn = m_count, .id = 3 },
		{ .fn = m_orphan, .id = 4 }, { .fn = m_count, .id = 5 } };

	h.w = &w;
	one_group(&w, m, LEN(m));
	store_close(w.st);
	CHECK_STR(buf_str(&h.text), S("13/:1 13/:3 13/:5 "));
	CHECK_INT(h.unseen, 0);
	arena_free(own);
}

/* ---- the queue ---- */

TEST(a_full_queue_answers_busy_and_goes_on)
{
	struct store_opts o = { .path = S(":memory:"), .queue_max = 3 };
	struct world w = world_open(mem, &o);
	struct member m[3] = { { .fn = m_good, .id = 1 }, { .fn = m_good, .id = 2 }, { .fn = m_good, .id = 3 } };
	struct gate_call g;

	gate_shut(&g, w.st);
	for (size_t i = 0; i < LEN(m); i++) {
		m[i].w = &w;
		pthread_create(&m[i].thread, NULL, member_main, &m[i]);
	}
	wait_queued(w.st, 3);
	CHECK_INT(world_put(&w, mem, 4, 1), E_BUSY);
	gate_open(&g);
	for (size_t i = 0; i < LEN(m); i++) {
		pthread_join(m[i].thread, NULL);
		arena_free(m[i].mem);
		CHECK_INT(m[i].result, OK);
	}
	CHECK_INT(world_put(&w, mem, 4, 1), OK);
	CHECK_INT(world_count(&w, mem), 4);
	world_forget(mem, &w);
}

TEST(groups_are_no_larger_than_asked_for)
{
	struct store_opts o = { .path = S(":memory:"), .group_max = 2 };
	struct world w = world_open(mem, &o);
	struct member m[5];

	for (int i = 0; i < 5; i++)
		m[i] = (struct member){ .fn = m_good, .id = i };
	one_group(&w, m, LEN(m));
	CHECK_INT(world_count(&w, mem), 5);
	CHECK_INT(store_stats(w.st).largest_group, 2);
	world_forget(mem, &w);
}

/* ---- bulk ---- */

struct bulk {
	struct world *w;
	int64_t next, last;
	enum err at_last;
};

static enum err
bulk_op(struct tx *tx, void *arg)
{
	struct bulk *b = arg;
	struct rows r;

	if (b->next > b->last)
		return b->at_last;
	if (b->next > 1 && !tx_one(tx, &r, b->w->get, DBS(DI(b->next - 1))))
		return E_DENIED;
	tx_exec(tx, b->w->put, DBS(DI(b->next++), DI(1), DNULL));
	tx_add(tx, b->w->add, DBS(DT(S("bulk")), DT(S("d")), DI(1), DI(1)), 2);
	world_line(tx, "test.bulk");
	return tx_err(tx);
}

TEST(a_bulk_is_kept_whole_or_not_at_all)
{
	struct world w = world_new(mem);
	struct bulk good = { &w, 1, 300, E_NOTFOUND }, wrong = { &w, 301, 400, E_INVALID }, twice = { &w, 290, 400, E_NOTFOUND };
	int64_t n, bad;

	CHECK_INT(store_write_bulk(w.st, mem, bulk_op, &good), OK);
	CHECK_INT(store_write_bulk(w.st, mem, bulk_op, &wrong), E_INVALID);
	CHECK_INT(store_write_bulk(w.st, mem, bulk_op, &twice), E_CONFLICT);
	CHECK_INT(world_count(&w, mem), 300);
	CHECK_INT(counter(&w, mem, S("bulk"), "a"), 300);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 300);
	world_forget(mem, &w);
}

/* ---- twice ---- */

TEST(run_twice_is_kept_once)
{
	struct store_opts o = { .path = S(":memory:"), .twice = true };
	struct world w = world_open(mem, &o);
	struct member m[] = { { .fn = m_count, .id = 1 }, { .fn = m_refuse_late, .id = 2 }, { .fn = m_count, .id = 3 } };
	int64_t n, bad;

	one_group(&w, m, LEN(m));
	CHECK_INT(m[0].runs, 2);
	CHECK_INT(m[1].result, E_LOCKED);
	CHECK_INT(m[2].result, OK);
	CHECK_INT(world_count(&w, mem), 2);
	CHECK_INT(counter(&w, mem, S("small"), "a"), 2);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 2);
	world_forget(mem, &w);
}

/* ---- what is our own mistake ends the process ---- */

static enum err
op_silent(struct tx *tx, void *arg)
{
	struct world *w = arg;

	tx_exec(tx, w->put, DBS(DI(1), DI(1), DNULL));
	return tx_err(tx);
}

static enum err
op_inside(struct tx *tx, void *arg)
{
	struct world *w = arg;

	return store_write(w->st, tx_mem(tx), S(""), op_silent, w);
}

static enum err
op_argument(struct tx *tx, void *arg)
{
	struct world *w = arg;

	tx_exec(tx, w->put, DBS(DI(1), DI(1)));
	return tx_err(tx);
}

static enum err
op_column(struct tx *tx, void *arg)
{
	struct world *w = arg;
	struct rows r;

	if (tx_one(tx, &r, w->wide, NULL, 0))
		return row_int(&r, "no_such") > 0 ? OK : E_INVALID;
	return tx_err(tx);
}

static enum err
op_quiet(struct tx *tx, void *arg)
{
	struct world *w = arg;

	tx_exec(tx, w->quiet, DBS(DI(1), DI(99)));
	return tx_err(tx);
}

/* Does the operation end its process? In a child that opens a store of its own. */
static bool
ends(struct arena *mem, enum err (*fn)(struct tx *tx, void *arg))
{
	struct world w = { .path = world_path(mem) };
	int status = 0;

	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(3);
		w = world_open(mem, &(struct store_opts){ .path = w.path });
		enum err e = store_write(w.st, mem, S(""), fn, &w);
		world_forget(mem, &w);
		_exit(e == OK ? 1 : 2);
	}
	bool ended = pid > 0 && waitpid(pid, &status, 0) == pid;
	world_forget(mem, &w);
	return ended && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

TEST(a_change_without_its_line_is_a_bug)
{
	if (remote()) {
		test_skip("PostgreSQL is not asked how many rows changed where nobody wants to know");
		return;
	}
	CHECK(ends(mem, op_silent));
}

TEST(writing_inside_an_operation_is_a_bug)
{
	CHECK(ends(mem, op_inside));
}

TEST(the_wrong_number_of_arguments_is_a_bug)
{
	CHECK(ends(mem, op_argument));
}

TEST(a_column_that_is_not_there_is_a_bug)
{
	CHECK(ends(mem, op_column));
}

TEST(a_quiet_change_needs_no_line)
{
	struct world w = world_new(mem);

	CHECK_INT(world_put(&w, mem, 1, 1), OK);
	CHECK_INT(store_write(w.st, mem, S(""), op_quiet, &w), OK);
	CHECK_INT(world_value(&w, mem, 1), 99);
	world_forget(mem, &w);
}
