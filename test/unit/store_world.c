/* test/unit/store_world.c: see store_world.h. */
#include "store_world.h"

#include <sqlite3.h>
#include <unistd.h>

static const char step_text[] =
	"CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER NOT NULL CHECK (v <> 13), org TEXT, txt TEXT);\n"
	"CREATE INDEX t_org ON t (org);\n"
	"CREATE TABLE counter (k TEXT NOT NULL, day TEXT NOT NULL, a BIGINT NOT NULL, b BIGINT NOT NULL CHECK (b < 1000000),\n"
	"	PRIMARY KEY (k, day)) {without rowid};\n"
	"CREATE TABLE child (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED);\n"
	"-- @other\nTHIS IS FOR NOBODY;\n-- @end\n";

static const char query_text[] =
	"-- store/sql/test.sql: words before the first block are nobody's\n"
	"-- exec t_put(id int, v int, org text): a row\n"
	"INSERT INTO t (v, id, org) VALUES ($2, $1, $3);\n"
	"-- exec t_raw(id int, v int): a row without a number that fits is refused by the table\n"
	"INSERT INTO t (id, v) VALUES ($1, $2)\n"
	"-- one t_back(id int, v int): a row that says what it became\n"
	"INSERT INTO t (id, v) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING RETURNING id, v + 1 AS more\n"
	"-- exec t_set(id int, v int): another value\n"
	"UPDATE t SET v = $2 WHERE id = $1\n"
	"-- exec t_del(id int): gone\n"
	"DELETE FROM t WHERE id = $1\n"
	"-- one t_get(id int): a row\n"
	"SELECT id, v, org, txt FROM t WHERE id = $1\n"
	"-- many t_all(): all rows\n"
	"SELECT id, v FROM t ORDER BY id\n"
	"-- many t_area(): rows of an area\n"
	"SELECT id, org FROM t WHERE org >= :area AND org < :area_end ORDER BY id\n"
	"-- exec t_quiet(id int, v int): a change that asks for no line\n"
	"-- quiet: a test\n"
	"UPDATE t SET v = $2 WHERE id = $1\n"
	"-- exec t_text(id int, txt text): a text\n"
	"INSERT INTO t (id, v, txt) VALUES ($1, 0, $2)\n"
	"-- exec c_add(k text, day text, a int, b int): count\n"
	"INSERT INTO counter (k, day, a, b) VALUES ($1, $2, $3, $4)\n"
	"ON CONFLICT (k, day) DO UPDATE SET a = counter.a + excluded.a, b = counter.b + excluded.b\n"
	"-- many c_all(): counters\n"
	"SELECT k, day, a, b FROM counter ORDER BY k, day\n"
	"-- exec late_put(id int, t int): a row whose parent is looked for when all is committed\n"
	"INSERT INTO child (id, t) VALUES ($1, $2)\n"
	"-- one t_tail(): of SQLite\n"
	"SELECT 'common' AS engine\n"
	"-- one t_tail@sqlite(): of SQLite\n"
	"SELECT 'sqlite' AS engine\n"
	"-- one t_tail@pg(): of PostgreSQL\n"
	"SELECT 'pg' AS engine\n"
	"-- one t_wide(): as many columns as kinds of cells\n"
	"SELECT 7 AS number, 'seven' AS word, x'0700' AS bytes, NULL AS missing, 1.5 AS fraction, '{columns' AS brace\n"
	"-- one t_wide@pg(): the same\n"
	"SELECT 7 AS number, 'seven' AS word, decode('0700', 'hex') AS bytes, NULL AS missing, CAST(1.5 AS TEXT) AS fraction,\n"
	"'{columns' AS brace\n";

static const struct file files[] = {
	{ STR_INIT("store/sql/test.sql"), { query_text, sizeof query_text - 1 } },
	{ STR_INIT("store/sql/step/900_test.sql"), { step_text, sizeof step_text - 1 } },
};
const struct sources store_sources = { files, LEN(files) };

struct world
world_open(struct arena *mem, const struct store_opts *o)
{
	struct store_opts at = *o;
	struct str why = S("");

	if (remote() && str_eq(at.path, S(":memory:")))
		at.path = remote_schema(mem);
	struct world w = { .path = at.path };
	enum err e = store_open_with(mem, &at, &store_sources, &w.st, &why);

	if (e != OK) {
		test_fail(__FILE__, __LINE__, "store_open", why, S("a store"));
		BUG("no store to test");
	}
	w.put = store_query(w.st, S("t_put"));
	w.put_back = store_query(w.st, S("t_back"));
	w.put_raw = store_query(w.st, S("t_raw"));
	w.set = store_query(w.st, S("t_set"));
	w.del = store_query(w.st, S("t_del"));
	w.get = store_query(w.st, S("t_get"));
	w.all = store_query(w.st, S("t_all"));
	w.area = store_query(w.st, S("t_area"));
	w.tail = store_query(w.st, S("t_tail"));
	w.quiet = store_query(w.st, S("t_quiet"));
	w.text = store_query(w.st, S("t_text"));
	w.add = store_query(w.st, S("c_add"));
	w.sums = store_query(w.st, S("c_all"));
	w.late = store_query(w.st, S("late_put"));
	w.wide = store_query(w.st, S("t_wide"));
	return w;
}

struct world
world_new(struct arena *mem)
{
	return world_open(mem, &(struct store_opts){ .path = S(":memory:"), .cache_mib = 4 });
}

struct str
world_path(struct arena *mem)
{
	const char *tmp = getenv("TMPDIR");
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : tmp != NULL ? tmp : "/tmp";
	char *folder = str_z(mem, str_fmt(mem, "%s/hersys-test-XXXXXX", base));

	if (remote())
		return remote_schema(mem);
	if (mkdtemp(folder) == NULL)
		BUG("no folder for a test");
	return str_fmt(mem, "%s/db", folder);
}

void
world_forget(struct arena *mem, struct world *w)
{
	static const char *const tail[] = { "", "-wal", "-shm", ".lock" };

	if (w->st != NULL)
		store_close(w->st);
	w->st = NULL;
	if (w->path.n == 0 || str_eq(w->path, S(":memory:")) || remote())
		return;
	for (size_t i = 0; i < LEN(tail); i++)
		unlink(str_fmt(mem, "%.*s%s", STR_ARG(w->path), tail[i]).p);
	rmdir(str_fmt(mem, "%.*s", (int)w->path.n - 3, w->path.p).p);
}

void
world_line(struct tx *tx, const char *action)
{
	tx_audit(tx, &(struct audit){ .user = S("01TESTUSER"), .org = S("13/1305/"), .action = str_of(action), .home = 1305,
		.object = S("01TESTOBJECT"), .purpose = S("12"), .address = S("192.0.2.7"), .session = S("0123456789abcdef"),
		.detail = S("n=1") });
}

struct put {
	struct world *w;
	int64_t id, v;
};

static enum err
put(struct tx *tx, void *arg)
{
	const struct put *p = arg;

	tx_exec(tx, p->w->put, DBS(DI(p->id), DI(p->v), DT(S("13/1305/"))));
	world_line(tx, "test.put");
	return tx_err(tx);
}

enum err
world_put(struct world *w, struct arena *mem, int64_t id, int64_t v)
{
	struct put p = { w, id, v };

	return store_write(w->st, mem, S(""), put, &p);
}

int64_t
world_count(struct world *w, struct arena *mem)
{
	struct reader *rd = reader_new(w->st);
	struct tx *tx = read_begin(rd, mem, S(""));
	struct rows r;
	int64_t n = 0;

	for (tx_open(tx, &r, w->all, NULL, 0); rows_next(&r);)
		n++;
	if (read_end(tx) != OK)
		n = -1;
	reader_free(rd);
	return n;
}

int64_t
world_value(struct world *w, struct arena *mem, int64_t id)
{
	struct reader *rd = reader_new(w->st);
	struct tx *tx = read_begin(rd, mem, S(""));
	struct rows r;
	int64_t v = tx_one(tx, &r, w->get, DBS(DI(id))) ? row_int(&r, "v") : -1;

	if (read_end(tx) != OK)
		v = -2;
	reader_free(rd);
	return v;
}

enum err
world_verify(struct world *w, struct arena *mem, int64_t *n, int64_t *bad)
{
	struct reader *rd = reader_new(w->st);
	struct tx *tx = read_begin(rd, mem, S(""));

	*n = *bad = 0;
	enum err e = audit_verify(tx, n, bad);
	enum err end = read_end(tx);
	reader_free(rd);
	return e != OK ? e : end;
}

static int
take_int(void *arg, int n, char **cell, char **name)
{
	(void)name;
	if (n > 0 && cell[0] != NULL && !str_int(str_of(cell[0]), arg))
		return 1;
	return 0;
}

static bool
outside_run(struct arena *mem, struct str path, const char *sql, int64_t *out)
{
	sqlite3 *db;
	int rc = sqlite3_open(str_z(mem, path), &db);

	if (rc == SQLITE_OK)
		rc = sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "PRAGMA wal_autocheckpoint = 0; PRAGMA busy_timeout = 2000", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, sql, take_int, out, NULL);
	if (rc != SQLITE_OK)
		printf("%s: %s\n", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
	return rc == SQLITE_OK;
}

bool
outside(struct arena *mem, struct str path, const char *sql)
{
	struct str cell;
	int64_t unused;

	if (remote())
		return remote_run(mem, path, sql, &cell);
	return outside_run(mem, path, sql, &unused);
}

int64_t
outside_int(struct arena *mem, struct str path, const char *sql)
{
	struct str cell;
	int64_t n = -1;

	if (remote())
		return remote_run(mem, path, sql, &cell) && str_int(cell, &n) ? n : -1;
	return outside_run(mem, path, sql, &n) ? n : -1;
}
