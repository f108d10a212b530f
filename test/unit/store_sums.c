/* test/unit/store_sums.c: the journal between large groups and the counters. */
#include "remote.h"
#include "store_world.h"

#include "base/buf.h"

#include <pthread.h>
#include <unistd.h>

#define WIDE 400        /* counters of one operation: more than a group writes by itself */

struct wide {
	struct world *w;
	int64_t id;
};

static enum err
count_wide(struct tx *tx, void *arg)
{
	struct wide *o = arg;

	tx_exec(tx, o->w->put, DBS(DI(o->id), DI(1), DNULL));
	for (int64_t k = 0; k < WIDE; k++)
		tx_add(tx, o->w->add, DBS(DT(str_fmt(tx_mem(tx), "k%lld", (long long)k)), DT(S("d")), DI(k % 3 - 1), DI(k)), 2);
	world_line(tx, "count");
	return tx_err(tx);
}

static enum err
put_wide(struct world *w, struct arena *mem, int64_t id)
{
	return store_write(w->st, mem, S(""), count_wide, &(struct wide){ w, id });
}

struct seen {
	int64_t a, b, waiting;
	enum err err;
};

static void
add_seen(void *arg, enum query q, const struct db *d, size_t n)
{
	struct seen *s = arg;

	(void)q;
	(void)n;
	s->waiting++;
	s->a += d[2].num;
	s->b += d[3].num;
}

/* Counters and what waits for them, at one moment. */
static struct seen
look(struct world *w, struct arena *mem)
{
	struct reader *rd = reader_new(w->st);
	struct tx *tx = read_begin(rd, mem, S(""));
	struct seen s = { 0 };
	struct rows r;

	for (tx_open(tx, &r, w->sums, NULL, 0); rows_next(&r);) {
		s.a += row_int(&r, "a");
		s.b += row_int(&r, "b");
	}
	s.err = tx_waiting(tx, add_seen, &s);
	if (read_end(tx) != OK && s.err == OK)
		s.err = E_STORE;
	reader_free(rd);
	return s;
}

static enum err
settle(struct world *w, struct arena *mem)
{
	struct reader *rd = reader_new(w->st);
	enum err e = store_settle(w->st, rd, mem);

	reader_free(rd);
	return e;
}

#define WIDE_A (-1)                                     /* of -1, 0, 1, -1, …: 134 times -1, 133 times 1 */
#define WIDE_B ((int64_t)WIDE * (WIDE - 1) / 2)

TEST(what_waits_for_its_counters_and_what_is_in_them_are_the_whole_at_every_moment)
{
	struct world w = world_new(mem);
	bool waited = false;

	for (int64_t i = 1; i <= 40; i++) {
		CHECK_INT(put_wide(&w, mem, i), OK);
		struct seen s = look(&w, mem);
		CHECK_INT(s.err, OK);
		CHECK_INT(s.a, i * WIDE_A);
		CHECK_INT(s.b, i * WIDE_B);
		waited = waited || s.waiting > 0;
	}
	CHECK(waited);
	CHECK_INT(settle(&w, mem), OK);
	struct seen s = look(&w, mem);
	CHECK_INT(s.waiting, 0);
	CHECK_INT(s.b, 40 * WIDE_B);
	CHECK_INT(settle(&w, mem), OK);
	CHECK_INT(look(&w, mem).b, 40 * WIDE_B);
	world_forget(mem, &w);
}

TEST(counters_follow_by_themselves_and_at_the_end)
{
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	int tries = 0;

	CHECK_INT(put_wide(&w, mem, 1), OK);
	/* The keeper's own pace, looked at until it has happened. */
	while (look(&w, mem).waiting > 0 && tries++ < 3000)
		usleep(10000);
	CHECK_INT(look(&w, mem).waiting, 0);
	CHECK_INT(look(&w, mem).b, WIDE_B);
	CHECK_INT(put_wide(&w, mem, 2), OK);
	store_close(w.st);
	CHECK_INT(outside_int(mem, o.path, "SELECT count(*) FROM sum_journal"), 0);
	CHECK_INT(outside_int(mem, o.path, "SELECT sum(b) FROM counter"), 2 * WIDE_B);
	w = world_open(mem, &o);
	CHECK_INT(look(&w, mem).b, 2 * WIDE_B);
	world_forget(mem, &w);
}

/* A row of the journal from outside, its bytes as hexadecimal digits. */
static bool
left_behind(struct arena *mem, struct str path, const char *hex)
{
	return outside(mem, path, str_fmt(mem, remote() ? "INSERT INTO sum_journal (seq, sums) VALUES (0, decode('%s', 'hex'))"
	    : "INSERT INTO sum_journal (seq, sums) VALUES (0, x'%s')", hex).p);
}

TEST(what_a_killed_process_left_in_the_journal_is_counted_by_the_next)
{
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);

	store_close(w.st);
	/* "c_add", 4 arguments of which 2 are counts, 1 sum: ("left", "d", +3, -2) */
	CHECK(left_behind(mem, o.path, "05635f616464" "040201" "02046c656674" "020164" "0106" "0103"));
	w = world_open(mem, &o);
	struct seen s = look(&w, mem);
	CHECK_INT(s.err, OK);
	CHECK_INT(s.a, 3);
	CHECK_INT(s.b, -2);
	CHECK_INT(settle(&w, mem), OK);
	s = look(&w, mem);
	CHECK_INT(s.waiting, 0);
	CHECK_INT(s.a, 3);
	world_forget(mem, &w);
}

TEST(a_journal_that_cannot_be_read_is_kept_and_stops_nobody)
{
	static const char *const bad[] = { "ff", "05", "03787878040201", "00040201", "05635f6164640402ff01",
		"05635f61646404020109" };

	for (size_t i = 0; i < LEN(bad); i++) {
		struct store_opts o = { .path = world_path(mem) };
		struct world w = world_open(mem, &o);
		store_close(w.st);
		CHECK(left_behind(mem, o.path, bad[i]));
		w = world_open(mem, &o);
		CHECK_INT(settle(&w, mem), E_FORMAT);
		CHECK_INT(look(&w, mem).err, E_FORMAT);
		CHECK_INT(put_wide(&w, mem, 1), OK);
		CHECK_INT(settle(&w, mem), E_FORMAT);
		store_close(w.st);
		CHECK_INT(outside_int(mem, o.path, "SELECT count(*) FROM sum_journal"), 2);
		CHECK(outside(mem, o.path, "DELETE FROM sum_journal WHERE seq = 0"));
		w = world_open(mem, &o);
		CHECK_INT(settle(&w, mem), OK);
		CHECK_INT(look(&w, mem).b, WIDE_B);
		world_forget(mem, &w);
	}
}
