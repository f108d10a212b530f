/* test/unit/store_audit.c: the chain, and what is found when somebody touches it. */
#include "store_world.h"

#include "base/clock.h"
#include "base/crypt.h"

#include <unistd.h>

#define LINES 12

/* A file with LINES lines, closed. */
static struct store_opts
written(struct arena *mem)
{
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);

	clock_freeze(1717200000000);
	for (int64_t i = 1; i <= LINES; i++)
		CHECK_INT(world_put(&w, mem, i, i + 100), OK);
	clock_real();
	store_close(w.st);
	return o;
}

/* What refuses changes to the log is out of the way: on PostgreSQL that is the role's rights. */
static bool
unlocked(struct arena *mem, struct str path)
{
	return remote() || outside(mem, path, "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete");
}

/* Bytes in SQL. */
static struct str
bytes(struct arena *mem, struct sha256 h)
{
	struct str hex = crypt_hex(mem, (struct str){ (const char *)h.b, 32 });

	return str_fmt(mem, remote() ? "decode('%.*s', 'hex')" : "x'%.*s'", STR_ARG(hex));
}

/* Change the closed file, open it: at which line is it found? 0 when it is not. */
static int64_t
found_at(struct arena *mem, const char *sql)
{
	struct store_opts o = written(mem);
	struct world w = { .path = o.path };
	int64_t n, bad = 0;

	CHECK(unlocked(mem, o.path));
	CHECK(outside(mem, o.path, sql));
	w = world_open(mem, &o);
	enum err e = world_verify(&w, mem, &n, &bad);
	CHECK_INT(e, bad != 0 ? E_FORMAT : OK);
	world_forget(mem, &w);
	return bad;
}

TEST(an_untouched_log_is_good)
{
	CHECK_INT(found_at(mem, "SELECT 1"), 0);
}

TEST(an_edited_line_is_found)
{
	CHECK_INT(found_at(mem, "UPDATE audit SET user_id = '01SOMEBODYELSE' WHERE seq = 5"), 5);
	CHECK_INT(found_at(mem, "UPDATE audit SET at = at + 1 WHERE seq = 1"), 1);
	CHECK_INT(found_at(mem, "UPDATE audit SET home = 1306 WHERE seq = 12"), 12);
	CHECK_INT(found_at(mem, "UPDATE audit SET hash = zeroblob(32) WHERE seq = 4"), 4);
	CHECK_INT(found_at(mem, "UPDATE audit SET prev = zeroblob(32) WHERE seq = 4"), 4);
	if (remote())
		return;         /* its columns hold nothing else than they should */
	CHECK_INT(found_at(mem, "UPDATE audit SET home = '1305x' WHERE seq = 6"), 6);
	CHECK_INT(found_at(mem, "UPDATE audit SET detail = CAST(detail AS BLOB) WHERE seq = 6"), 6);
}

TEST(a_text_moved_from_one_cell_to_the_next_is_found)
{
	CHECK_INT(found_at(mem, "UPDATE audit SET user_id = user_id || substr(org, 1, 1), org = substr(org, 2) WHERE seq = 7"), 7);
}

TEST(a_line_taken_out_is_found)
{
	CHECK_INT(found_at(mem, "DELETE FROM audit WHERE seq = 5"), 5);
	CHECK_INT(found_at(mem, "DELETE FROM audit WHERE seq = 1"), 1);
	CHECK_INT(found_at(mem, "DELETE FROM audit WHERE seq = 5; UPDATE audit SET seq = seq - 1 WHERE seq > 5"), 5);
}

TEST(two_lines_exchanged_are_found)
{
	CHECK_INT(found_at(mem, "UPDATE audit SET seq = -1 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 8;"
	    "UPDATE audit SET seq = 8 WHERE seq = -1"), 5);
}

TEST(a_line_put_in_is_found)
{
	CHECK_INT(found_at(mem, "INSERT INTO audit SELECT seq + 1, at, user_id, org, action, home, object, purpose, address,"
	    "session, detail, prev, hash FROM audit WHERE seq = 12"), 13);
	CHECK_INT(found_at(mem, "INSERT INTO audit SELECT -3, at, user_id, org, action, home, object, purpose, address,"
	    "session, detail, prev, hash FROM audit WHERE seq = 1"), -3);
}

TEST(an_end_cut_off_and_written_anew_is_found)
{
	CHECK_INT(found_at(mem, "DELETE FROM audit WHERE seq > 9; INSERT INTO audit SELECT 10, at, 'other', org, action, home,"
	    "object, purpose, address, session, detail, hash, hash FROM audit WHERE seq = 9"), 10);
}

TEST(the_log_itself_refuses_change)
{
	if (remote()) {
		test_skip("on PostgreSQL the rights of the role refuse it");
		return;
	}
	struct store_opts o = written(mem);
	struct world w = { .path = o.path };

	CHECK(!outside(mem, o.path, "UPDATE audit SET user_id = 'x' WHERE seq = 1"));
	CHECK(!outside(mem, o.path, "DELETE FROM audit WHERE seq = 12"));
	CHECK_INT(outside_int(mem, o.path, "SELECT count(*) FROM audit"), LINES);
	world_forget(mem, &w);
}

/* ---- the hash, as anybody would compute it from what store/audit.c says ---- */

static void
net(struct buf *b, struct str s)
{
	buf_fmt(b, "%zu:", s.n);
	buf_put(b, s);
	buf_byte(b, ',');
}

static struct sha256
hash_of(struct arena *mem, const struct sha256 *prev, int64_t seq, struct str user)
{
	struct buf b = buf_new(mem);

	buf_put(&b, (struct str){ (const char *)prev->b, 32 });
	net(&b, str_fmt(mem, "%lld", (long long)seq));
	net(&b, S("1717200000000"));
	net(&b, user);
	net(&b, S("13/1305/"));
	net(&b, S("test.put"));
	net(&b, S("1305"));
	net(&b, S("01TESTOBJECT"));
	net(&b, S("12"));
	net(&b, S("192.0.2.7"));
	net(&b, S("0123456789abcdef"));
	net(&b, S("n=1"));
	return crypt_sha256(buf_str(&b));
}

static struct sha256
chain_to(struct arena *mem, int64_t seq)
{
	struct sha256 h = { 0 };

	for (int64_t i = 1; i <= seq; i++)
		h = hash_of(mem, &h, i, S("01TESTUSER"));
	return h;
}

TEST(the_hash_is_what_the_description_says)
{
	struct store_opts o = written(mem);
	struct world w = { .path = o.path };

	CHECK_INT(outside_int(mem, o.path, str_fmt(mem, "SELECT count(*) FROM audit WHERE seq = 1 AND hash = %.*s"
	    " AND prev = zeroblob(32)", STR_ARG(bytes(mem, chain_to(mem, 1)))).p), 1);
	CHECK_INT(outside_int(mem, o.path, str_fmt(mem, "SELECT count(*) FROM audit WHERE seq = 12 AND hash = %.*s"
	    " AND prev = %.*s", STR_ARG(bytes(mem, chain_to(mem, 12))), STR_ARG(bytes(mem, chain_to(mem, 11)))).p), 1);
	world_forget(mem, &w);
}

/* On a running store somebody cuts the end off, or writes it anew with good hashes: the keeper remembers. */
static int64_t
found_running(struct arena *mem, const char *sql)
{
	struct store_opts o = written(mem);
	struct world w = world_open(mem, &o);
	int64_t n, bad;

	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK(unlocked(mem, o.path));
	CHECK(outside(mem, o.path, sql));
	CHECK_INT(world_verify(&w, mem, &n, &bad), E_FORMAT);
	world_forget(mem, &w);
	return bad;
}

TEST(on_a_running_store_a_lost_end_is_found)
{
	struct sha256 prev = chain_to(mem, 11), hash = hash_of(mem, &prev, 12, S("01OTHERUSER"));

	CHECK_INT(found_running(mem, "DELETE FROM audit WHERE seq > 9"), 10);
	CHECK_INT(found_running(mem, "DELETE FROM audit"), 1);
	CHECK_INT(found_running(mem, str_fmt(mem, "UPDATE audit SET user_id = '01OTHERUSER', hash = %.*s WHERE seq = 12",
	    STR_ARG(bytes(mem, hash))).p), 12);
}

TEST(lines_written_after_opening_again_go_on_with_the_chain)
{
	struct store_opts o = written(mem);
	struct world w = world_open(mem, &o);
	int64_t n, bad;

	CHECK_INT(world_put(&w, mem, 500, 1), OK);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, LINES + 1);
	world_forget(mem, &w);
}

/* ---- a clock that is set back ---- */

TEST(no_line_is_dated_before_its_predecessor_without_a_mark)
{
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	int64_t n, bad;

	clock_freeze(1717200000000);
	CHECK_INT(world_put(&w, mem, 1, 1), OK);
	/* A correction of less than a second is levelled … */
	clock_freeze(1717200000000 - 900);
	CHECK_INT(world_put(&w, mem, 2, 1), OK);
	CHECK_INT(outside_int(mem, o.path, "SELECT at FROM audit WHERE seq = 2"), 1717200000000);
	/* … more has a line of its own, also after a restart. */
	clock_freeze(1717200000000 - 600000);
	CHECK_INT(world_put(&w, mem, 3, 1), OK);
	CHECK_INT(world_put(&w, mem, 4, 1), OK);
	store_close(w.st);
	clock_freeze(1717200000000 - 7200000);
	w = world_open(mem, &o);
	CHECK_INT(world_put(&w, mem, 5, 1), OK);
	clock_real();
	CHECK_INT(outside_int(mem, o.path, "SELECT count(*) FROM audit WHERE action = 'clock.back'"), 2);
	CHECK_INT(outside_int(mem, o.path, "SELECT count(*) FROM audit WHERE action = 'clock.back' AND detail IN "
	    "('ms=600000', 'ms=6600000')"), 2);
	CHECK_INT(outside_int(mem, o.path, "SELECT count(*) FROM audit a JOIN audit b ON b.seq = a.seq + 1 "
	    "WHERE b.at < a.at AND b.action <> 'clock.back'"), 0);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 7);
	world_forget(mem, &w);
}
