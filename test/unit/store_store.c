/* test/unit/store_store.c: opening, reading, queries. */
#include "store_world.h"

#include "base/clock.h"
#include "store/bench.h"

#include <sys/stat.h>
#include <unistd.h>

TEST(what_was_written_is_read_and_has_its_line)
{
	struct world w = world_new(mem);
	int64_t n, bad;

	CHECK_INT(world_put(&w, mem, 1, 10), OK);
	CHECK_INT(world_value(&w, mem, 1), 10);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 1);
	world_forget(mem, &w);
}

TEST(a_reader_sees_one_moment)
{
	struct world w = world_new(mem);
	struct reader *rd = reader_new(w.st);
	struct rows r;

	CHECK_INT(world_put(&w, mem, 1, 10), OK);
	struct tx *tx = read_begin(rd, mem, S(""));
	CHECK(!tx_one(tx, &r, w.get, DBS(DI(2))));
	CHECK_INT(world_put(&w, mem, 2, 20), OK);
	CHECK_INT(world_value(&w, mem, 2), 20);
	CHECK(!tx_one(tx, &r, w.get, DBS(DI(2))));
	CHECK_INT(read_end(tx), OK);
	tx = read_begin(rd, mem, S(""));
	CHECK(tx_one(tx, &r, w.get, DBS(DI(2))));
	rows_close(&r);
	CHECK_INT(read_end(tx), OK);
	reader_free(rd);
	world_forget(mem, &w);
}

/* ---- areas ---- */

static enum err
put_orgs(struct tx *tx, void *arg)
{
	static const char *const org[] = { "", "13/", "13/1305/", "13/1305/0042/", "13/1305/0043/", "13/1306/", "130/", "14/" };
	struct world *w = arg;

	for (size_t i = 0; i < LEN(org); i++)
		tx_exec(tx, w->put, DBS(DI((int64_t)i), DI(1), DT(str_of(org[i]))));
	world_line(tx, "test.orgs");
	return tx_err(tx);
}

static struct str
seen_in(struct world *w, struct arena *mem, struct str area)
{
	struct reader *rd = reader_new(w->st);
	struct tx *tx = read_begin(rd, mem, area);
	struct buf b = buf_new(mem);
	struct rows r;

	for (tx_open(tx, &r, w->area, NULL, 0); rows_next(&r);)
		buf_fmt(&b, "%lld ", (long long)row_int(&r, "id"));
	if (read_end(tx) != OK)
		buf_put(&b, S("error"));
	reader_free(rd);
	return buf_str(&b);
}

TEST(a_query_with_an_area_sees_its_own_branch_and_no_other)
{
	struct world w = world_new(mem);

	CHECK_INT(store_write(w.st, mem, S(""), put_orgs, &w), OK);
	CHECK_STR(seen_in(&w, mem, S("")), S("0 1 2 3 4 5 6 7 "));
	CHECK_STR(seen_in(&w, mem, S("13/")), S("1 2 3 4 5 "));
	CHECK_STR(seen_in(&w, mem, S("13/1305/")), S("2 3 4 "));
	CHECK_STR(seen_in(&w, mem, S("13/1305/0042/")), S("3 "));
	CHECK_STR(seen_in(&w, mem, S("15/")), S(""));
	world_forget(mem, &w);
}

static enum err
count_area(struct tx *tx, void *arg)
{
	struct { struct world *w; int64_t n; } *a = arg;
	struct rows r;

	a->n = 0;
	for (tx_open(tx, &r, a->w->area, NULL, 0); rows_next(&r);)
		a->n++;
	return tx_err(tx);
}

TEST(a_change_is_bound_to_the_area_too)
{
	struct world w = world_new(mem);
	struct { struct world *w; int64_t n; } a = { &w, 0 };

	CHECK_INT(store_write(w.st, mem, S(""), put_orgs, &w), OK);
	CHECK_INT(store_write(w.st, mem, S("13/1305/"), count_area, &a), OK);
	CHECK_INT(a.n, 3);
	world_forget(mem, &w);
}

/* ---- cells and rows ---- */

TEST(every_kind_of_cell_is_read)
{
	struct world w = world_new(mem);
	struct reader *rd = reader_new(w.st);
	struct tx *tx = read_begin(rd, mem, S(""));
	struct rows r;

	CHECK(tx_one(tx, &r, w.wide, NULL, 0));
	CHECK_INT(row_columns(&r), 6);
	CHECK_INT(row_int(&r, "number"), 7);
	CHECK_STR(row_text(&r, "number"), S("7"));
	CHECK_STR(row_text(&r, "word"), S("seven"));
	CHECK_INT(row_int(&r, "word"), 0);
	CHECK_STR(row_text(&r, "bytes"), ((struct str){ "\7\0", 2 }));
	CHECK(row_null(&r, "missing"));
	CHECK(!row_null(&r, "word"));
	CHECK_STR(row_text(&r, "missing"), S(""));
	CHECK_INT(row_int(&r, "missing"), 0);
	CHECK_STR(row_text(&r, "fraction"), S("1.5"));
	CHECK_STR(row_text(&r, "brace"), S("{columns"));
	CHECK_STR(row_text_at(&r, 1), S("seven"));
	CHECK_INT(row_int_at(&r, 0), 7);
	rows_close(&r);
	rows_close(&r);
	CHECK_INT(read_end(tx), OK);
	reader_free(rd);
	world_forget(mem, &w);
}

TEST(a_block_of_our_engine_takes_the_place_of_the_common_one)
{
	struct world w = world_new(mem);
	struct reader *rd = reader_new(w.st);
	struct tx *tx = read_begin(rd, mem, S(""));
	struct rows r;

	CHECK(tx_one(tx, &r, w.tail, NULL, 0));
	CHECK_STR(row_text(&r, "engine"), remote() ? S("pg") : S("sqlite"));
	CHECK_INT(read_end(tx), OK);
	reader_free(rd);
	world_forget(mem, &w);
}

TEST(a_query_may_be_walked_inside_itself_and_left_early)
{
	struct world w = world_new(mem);
	struct reader *rd = reader_new(w.st);
	struct rows out, in;
	int64_t pairs = 0;

	for (int64_t i = 1; i <= 5; i++)
		CHECK_INT(world_put(&w, mem, i, i), OK);
	struct tx *tx = read_begin(rd, mem, S(""));
	for (tx_open(tx, &out, w.all, NULL, 0); rows_next(&out);)
		for (tx_open(tx, &in, w.all, NULL, 0); rows_next(&in);)
			pairs += row_int(&out, "id") != row_int(&in, "id");
	CHECK_INT(pairs, 20);
	/* Nobody closes this one: the end does. */
	tx_open(tx, &out, w.all, NULL, 0);
	CHECK(rows_next(&out));
	CHECK_INT(read_end(tx), OK);
	tx = read_begin(rd, mem, S(""));
	CHECK(tx_one(tx, &out, w.get, DBS(DI(3))));
	CHECK_INT(row_int(&out, "v"), 3);
	reader_free(rd);
	world_forget(mem, &w);
}

struct back {
	struct world *w;
	int64_t id, more;
	bool row;
};

static enum err
put_back(struct tx *tx, void *arg)
{
	struct back *b = arg;
	struct rows r;

	b->row = tx_one(tx, &r, b->w->put_back, DBS(DI(b->id), DI(41)));
	b->more = b->row ? row_int(&r, "more") : 0;
	rows_close(&r);
	world_line(tx, "test.back");
	return tx_err(tx);
}

TEST(a_change_may_say_what_it_made)
{
	struct world w = world_new(mem);
	struct back b = { &w, 1, 0, false };

	CHECK_INT(store_write(w.st, mem, S(""), put_back, &b), OK);
	CHECK(b.row);
	CHECK_INT(b.more, 42);
	CHECK_INT(store_write(w.st, mem, S(""), put_back, &b), OK);
	CHECK(!b.row);
	CHECK_INT(world_value(&w, mem, 1), 41);
	world_forget(mem, &w);
}

static enum err
put_text(struct tx *tx, void *arg)
{
	struct { struct world *w; struct str text; } *a = arg;

	tx_exec(tx, a->w->text, DBS(DI(1), DT(a->text)));
	tx_exec(tx, a->w->text, DBS(DI(2), db_opt(S(""))));
	world_line(tx, "test.text");
	return tx_err(tx);
}

TEST(a_long_text_comes_back_byte_for_byte_and_none_is_null)
{
	struct world w = world_new(mem);
	struct { struct world *w; struct str text; } a = { .w = &w };
	struct buf b = buf_new(mem);
	struct rows r;

	for (int i = 0; i < 100000; i++)
		buf_put(&b, S("𠮷野家 \"' \\ \n"));
	a.text = buf_str(&b);
	CHECK_INT(store_write(w.st, mem, S(""), put_text, &a), OK);
	struct reader *rd = reader_new(w.st);
	struct tx *tx = read_begin(rd, mem, S(""));
	CHECK(tx_one(tx, &r, w.get, DBS(DI(1))));
	CHECK(str_eq(row_text(&r, "txt"), a.text));
	rows_close(&r);
	CHECK(tx_one(tx, &r, w.get, DBS(DI(2))));
	CHECK(row_null(&r, "txt"));
	reader_free(rd);
	world_forget(mem, &w);
}

TEST(a_failed_reading_transaction_reads_nothing_more)
{
	struct world w = world_new(mem);
	struct reader *rd = reader_new(w.st);
	struct rows r;

	CHECK_INT(world_put(&w, mem, 1, 1), OK);
	struct tx *tx = read_begin(rd, mem, S(""));
	CHECK_INT(tx_fail(tx, E_NOTFOUND), E_NOTFOUND);
	CHECK_INT(tx_fail(tx, E_CONFLICT), E_NOTFOUND);
	CHECK(!tx_one(tx, &r, w.get, DBS(DI(1))));
	CHECK_INT(read_end(tx), E_NOTFOUND);
	tx = read_begin(rd, mem, S(""));
	CHECK(tx_one(tx, &r, w.get, DBS(DI(1))));
	CHECK_INT(read_end(tx), OK);
	reader_free(rd);
	world_forget(mem, &w);
}

/* ---- the file ---- */

static bool
there(struct arena *mem, struct str path, const char *tail)
{
	return access(str_fmt(mem, "%.*s%s", STR_ARG(path), tail).p, F_OK) == 0;
}

TEST(steps_run_once_and_everything_is_there_after_closing)
{
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	struct stat st;

	CHECK_INT(world_put(&w, mem, 7, 70), OK);
	if (!remote()) {
		CHECK_INT(stat(str_z(mem, o.path), &st), 0);
		CHECK_INT(st.st_mode & 0777, 0600);
	}
	store_close(w.st);
	CHECK(!there(mem, o.path, "-wal"));
	int64_t steps = outside_int(mem, o.path, "SELECT count(*) FROM schema_step");
	CHECK(steps >= 2);
	int64_t first = outside_int(mem, o.path, "SELECT sum(at) FROM schema_step");
	w = world_open(mem, &o);
	CHECK_INT(world_value(&w, mem, 7), 70);
	CHECK_INT(world_put(&w, mem, 8, 80), OK);
	CHECK_INT(outside_int(mem, o.path, "SELECT count(*) FROM schema_step"), steps);
	CHECK_INT(outside_int(mem, o.path, "SELECT sum(at) FROM schema_step"), first);
	world_forget(mem, &w);
}

TEST(a_database_newer_than_the_program_is_refused)
{
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	struct store *st = NULL;
	struct str why = S("");

	store_close(w.st);
	CHECK(outside(mem, o.path, "INSERT INTO schema_step (step, at) VALUES (999, 1)"));
	CHECK_INT(store_open_with(mem, &o, &store_sources, &st, &why), E_STORE);
	CHECK_HAS(why, S("newer"));
	CHECK_INT(store_open_reading_with(mem, o.path, &store_sources, &st, &why), E_STORE);
	CHECK(outside(mem, o.path, "DELETE FROM schema_step WHERE step = 999"));
	w = world_open(mem, &o);
	world_forget(mem, &w);
}

TEST(a_step_that_fails_leaves_the_database_as_it_was)
{
	static const char good[] = "CREATE TABLE fine (a TEXT);\n", wrong[] = "CREATE TABLE half (a TEXT);\nCREATE TABL;\n";
	const struct file files[] = {
		{ STR_INIT("store/sql/step/900_good.sql"), { good, sizeof good - 1 } },
		{ STR_INIT("store/sql/step/901_wrong.sql"), { wrong, sizeof wrong - 1 } },
	};
	struct store_opts o = { .path = world_path(mem) };
	struct store *st = NULL;
	struct str why = S("");

	CHECK_INT(store_open_with(mem, &o, &(struct sources){ files, 2 }, &st, &why), E_STORE);
	CHECK_HAS(why, S("step"));
	CHECK_INT(outside_int(mem, o.path, "SELECT max(step) FROM schema_step"), 900);
	CHECK_INT(outside_int(mem, o.path, remote()
	    ? "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'half'"
	    : "SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
	struct world w = { .path = o.path };
	world_forget(mem, &w);
}

TEST(a_query_that_does_not_fit_is_found_by_opening)
{
	static const char sql[] = "-- one odd(): a column that is not there\nSELECT no_such_column FROM audit\n";
	const struct file file = { STR_INIT("store/sql/odd.sql"), { sql, sizeof sql - 1 } };
	struct store *st = NULL;
	struct str why = S("");

	CHECK_INT(store_open_with(mem, &(struct store_opts){ .path = remote() ? remote_schema(mem) : S(":memory:") },
	    &(struct sources){ &file, 1 }, &st, &why), E_STORE);
	CHECK_HAS(why, S("query"));
}

TEST(a_second_writer_of_the_same_file_is_refused)
{
	ON_A_FILE();
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	struct store *st = NULL;
	struct str why = S("");

	CHECK_INT(store_open_with(mem, &o, &store_sources, &st, &why), E_BUSY);
	CHECK_HAS(why, S("another process"));
	/* Nor under another name. */
	struct store_opts link = { .path = str_fmt(mem, "%.*s-link", STR_ARG(o.path)) };
	CHECK_INT(symlink(str_z(mem, o.path), str_z(mem, link.path)), 0);
	CHECK_INT(store_open_with(mem, &link, &store_sources, &st, &why), E_BUSY);
	CHECK_INT(unlink(str_z(mem, link.path)), 0);
	CHECK_INT(world_put(&w, mem, 1, 1), OK);
	store_close(w.st);
	w = world_open(mem, &o);
	CHECK_INT(world_value(&w, mem, 1), 1);
	world_forget(mem, &w);
}

TEST(a_file_may_be_read_beside_the_server_and_without_it)
{
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o), beside = { .path = o.path };
	struct str why = S("");

	CHECK_INT(world_put(&w, mem, 1, 10), OK);
	CHECK_INT(store_open_reading_with(mem, o.path, &store_sources, &beside.st, &why), OK);
	beside.get = w.get;
	CHECK_INT(world_value(&beside, mem, 1), 10);
	CHECK_INT(world_put(&w, mem, 1, 11), E_CONFLICT);
	CHECK_INT(world_put(&w, mem, 2, 20), OK);
	CHECK_INT(world_value(&beside, mem, 2), 20);
	store_close(w.st);
	CHECK_INT(world_value(&beside, mem, 2), 20);
	store_close(beside.st);
	CHECK_INT(store_open_reading_with(mem, o.path, &store_sources, &beside.st, &why), OK);
	CHECK_INT(world_value(&beside, mem, 1), 10);
	world_forget(mem, &beside);
	CHECK_INT(store_open_reading_with(mem, S("/nowhere/db"), &store_sources, &beside.st, &why), E_NOTFOUND);
}

TEST(a_private_store_is_gone_when_closed_and_alone_while_open)
{
	struct world a = world_new(mem), b = world_new(mem);

	CHECK_INT(world_put(&a, mem, 1, 1), OK);
	CHECK_INT(world_count(&b, mem), 0);
	world_forget(mem, &a);
	CHECK_INT(world_put(&b, mem, 1, 1), OK);
	world_forget(mem, &b);
}

TEST(a_sound_database_passes_both_checks_and_a_broken_one_does_not)
{
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	struct str why = S("");

	for (int64_t i = 0; i < 100; i++)
		CHECK_INT(world_put(&w, mem, i, i + 20), OK);
	CHECK_INT(store_check(w.st, false, mem, &why), OK);
	CHECK_INT(store_check(w.st, true, mem, &why), OK);
	store_close(w.st);
	CHECK(outside(mem, o.path, remote() ? "UPDATE audit_head SET seq = seq + 1"
	    : "PRAGMA foreign_keys = OFF; INSERT INTO child (id, t) VALUES (1, 4711)"));
	w = world_open(mem, &o);
	CHECK_INT(store_check(w.st, false, mem, &why), OK);
	CHECK_INT(store_check(w.st, true, mem, &why), E_STORE);
	world_forget(mem, &w);
}

TEST(names_are_ulids)
{
	static const unsigned char zero[10], ones[10] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };
	struct str id = id_new(mem), other = id_new(mem);

	CHECK(id_ok(id));
	CHECK(!str_eq(id, other));
	CHECK_STR(id_make(mem, 0, zero), S("00000000000000000000000000"));
	CHECK_STR(id_make(mem, (INT64_C(1) << 48) - 1, ones), S("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
	/* The time of the example in the specification of ULID: 1469918176385. */
	CHECK_STR(str_sub(id_make(mem, 1469918176385, zero), 0, 10), S("01ARYZ6S41"));
	CHECK(str_cmp(id_make(mem, 5, ones), id_make(mem, 6, zero)) < 0);
	CHECK(!id_ok(S("")));
	CHECK(!id_ok(S("8ZZZZZZZZZZZZZZZZZZZZZZZZZ")));
	CHECK(!id_ok(S("0000000000000000000000000U")));
	CHECK(!id_ok(S("0000000000000000000000000a")));
	CHECK(!id_ok(((struct str){ "0000000000000\0000000000000", 26 })));
}

TEST(the_yardstick_measures_and_leaves_nothing)
{
	ON_A_FILE();
	struct str path = world_path(mem), why = S("");
	struct store_bench b;

	CHECK_INT(store_bench_groups(mem, path, 1, 16, &b, &why), OK);
	CHECK(b.groups > 0);
	CHECK_INT(b.operations, b.groups * 16);
	CHECK(b.per_second > 0);
	CHECK(b.commit_p50_us <= b.commit_worst_us);
	CHECK(!there(mem, path, ""));
	struct world w = { .path = path };
	world_forget(mem, &w);
}
