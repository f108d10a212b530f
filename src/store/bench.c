/* store/bench.c: see bench.h. The engine is used directly; the tables are the yardstick's own. */
#include "store/bench.h"

#include "store/engine.h"

#include <unistd.h>

#define DOC 1200
#define SAMPLES 65536

static const char tables[] =
	"CREATE TABLE notification (home INTEGER, id TEXT, doc TEXT, key TEXT, PRIMARY KEY (home, id)) {without rowid};\n"
	"CREATE INDEX notification_key ON notification (key);\n"
	"CREATE TABLE casefile (home INTEGER, id TEXT, name TEXT, doc TEXT, PRIMARY KEY (home, id)) {without rowid};\n"
	"CREATE INDEX casefile_name ON casefile (name);\n"
	"CREATE TABLE test (home INTEGER, id TEXT, seq INTEGER, doc TEXT, PRIMARY KEY (home, id, seq)) {without rowid};\n"
	"CREATE TABLE org_case (org TEXT, home INTEGER, id TEXT, PRIMARY KEY (org, home, id)) {without rowid};\n"
	"CREATE TABLE log (seq INTEGER PRIMARY KEY, doc TEXT, prev BLOB, hash BLOB);\n";

static const char queries[] =
	"-- exec bench_notification(home int, id text, doc text, key text): one\n"
	"INSERT INTO notification VALUES ($1, $2, $3, $4)\n"
	"-- exec bench_casefile(home int, id text, name text, doc text): one\n"
	"INSERT INTO casefile VALUES ($1, $2, $3, $4)\n"
	"-- exec bench_test(home int, id text, seq int, doc text): three\n"
	"INSERT INTO test VALUES ($1, $2, $3, $4)\n"
	"-- exec bench_org_case(org text, home int, id text): two\n"
	"INSERT INTO org_case VALUES ($1, $2, $3)\n"
	"-- exec bench_log(seq int, doc text, prev blob, hash blob): one\n"
	"INSERT INTO log VALUES ($1, $2, $3, $4)\n";

struct bench {
	const struct engine *eng;
	struct conn *c;
	struct arena *mem;      /* of one group */
	enum query notification, casefile, test, org_case, log;
	char doc[DOC];
	uint64_t random;
	int64_t seq;
	enum err err;
};

static int64_t
now_us(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static uint64_t
next(struct bench *b)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return b->random;
}

static void
put(struct bench *b, enum query q, const struct db *arg, size_t n)
{
	struct bind with = { arg, n, S(""), S("") };
	struct walk *w;
	bool row;

	if (b->err != OK || (b->err = b->eng->start(b->c, q, &with, &w)) != OK)
		return;
	b->err = b->eng->step(w, &row);
	b->eng->finish(w);
}

/* Ids rise with time, keys and places are scattered, as in life. */
static void
operation(struct bench *b)
{
	int64_t home = 1301 + (int64_t)(next(b) % 470);
	struct str id = str_fmt(b->mem, "01BENCH%09lld%010llX", (long long)b->seq, (unsigned long long)next(b) & 0xffffffffffu);
	struct str key = str_fmt(b->mem, "k%012llx", (unsigned long long)next(b) & 0xffffffffffffu);
	struct str doc = { b->doc, DOC };

	put(b, b->notification, DBS(DI(home), DT(id), DT(doc), DT(key)));
	put(b, b->casefile, DBS(DI(home), DT(id), DT(key), DT(str_sub(doc, 0, 200))));
	for (int64_t i = 0; i < 3; i++)
		put(b, b->test, DBS(DI(home), DT(id), DI(i), DT(str_sub(doc, 0, 60))));
	for (int i = 0; i < 2; i++)
		put(b, b->org_case, DBS(DT(str_fmt(b->mem, "13/%lld/%d/", (long long)home, i)), DI(home), DT(id)));
	put(b, b->log, DBS(DI(++b->seq), DT(str_sub(doc, 0, 150)), DB(str_sub(doc, 0, 32)), DB(str_sub(doc, 0, 32))));
}

static int
by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
run(struct bench *b, unsigned seconds, unsigned group, struct store_bench *out, int64_t *sample)
{
	int64_t began = now_us(CLOCK_MONOTONIC), cpu = now_us(CLOCK_THREAD_CPUTIME_ID), until = began + seconds * 1000000LL;
	int64_t now = began;
	size_t n = 0;

	while (now < until && b->err == OK) {
		b->err = b->eng->turn(b->c, TURN_WRITE);
		for (unsigned i = 0; i < group; i++)
			operation(b);
		int64_t before = now_us(CLOCK_MONOTONIC);
		if (b->err == OK)
			b->err = b->eng->turn(b->c, TURN_COMMIT);
		now = now_us(CLOCK_MONOTONIC);
		sample[n++ % SAMPLES] = now - before;
		out->operations += group;
		b->eng->tend(b->c, false);
		arena_reset(b->mem);
	}
	now = now_us(CLOCK_MONOTONIC);
	out->groups = n;
	n = n < SAMPLES ? n : SAMPLES;
	qsort(sample, n, sizeof *sample, by_size);
	out->per_second = (double)out->operations * 1e6 / (double)(now - began);
	out->cpu_us = (double)(now_us(CLOCK_THREAD_CPUTIME_ID) - cpu) / (double)out->operations;
	out->commit_p50_us = sample[n / 2];
	out->commit_p99_us = sample[n * 99 / 100];
	out->commit_worst_us = sample[n - 1];
}

static enum err
bench_open(struct bench *b, struct place *at, struct arena *mem, const struct queries *all, struct str *why)
{
	enum err e = b->eng->open(at, CONN_WRITE, &b->c, why, mem);

	if (e != OK)
		return e;
	b->notification = query_by_name(all, S("bench_notification"));
	b->casefile = query_by_name(all, S("bench_casefile"));
	b->test = query_by_name(all, S("bench_test"));
	b->org_case = query_by_name(all, S("bench_org_case"));
	b->log = query_by_name(all, S("bench_log"));
	e = b->eng->run(b->c, sql_write_out(mem, b->eng->name, str_of(tables)));
	if (e == OK)
		return OK;
	*why = S("the tables of the yardstick cannot be made");
	b->eng->close(b->c);
	return e;
}

static void
bench_remove(struct arena *mem, struct str path)
{
	static const char *const tail[] = { "", "-wal", "-shm", ".lock" };

	for (size_t i = 0; i < LEN(tail); i++)
		unlink(str_fmt(mem, "%.*s%s", STR_ARG(path), tail[i]).p);
}

enum err
store_bench_groups(struct arena *mem, struct str path, unsigned seconds, unsigned group, struct store_bench *out,
    struct str *why)
{
	const struct file file = { STR_INIT("store/sql/bench.sql"), { queries, sizeof queries - 1 } };
	const struct sources more = { &file, 1 };
	struct bench *b = NEW(mem, struct bench);
	int64_t *sample = NEWN(mem, int64_t, SAMPLES);
	struct place *at;

	if (access(str_z(mem, path), F_OK) == 0) {
		*why = str_fmt(mem, "there is a file %.*s", STR_ARG(path));
		return E_CONFLICT;
	}
	*b = (struct bench){ .eng = &engine_sqlite, .random = 88172645463325252u };
	memset(b->doc, 'x', DOC);
	struct queries *all = queries_read(mem, b->eng->name, &more);
	enum err e = b->eng->enter(mem, &(struct place_opts){ path, true, 64, all }, &at, why);
	if (e != OK)
		return e;
	if ((e = bench_open(b, at, mem, all, why)) == OK) {
		*out = (struct store_bench){ 0 };
		b->mem = arena_new(1 << 16);
		run(b, seconds, group > 0 ? group : 1, out, sample);
		arena_free(b->mem);
		b->eng->close(b->c);
		e = b->err;
		if (e != OK)
			*why = S("the yardstick could not be measured: see the log");
	}
	b->eng->leave(at);
	bench_remove(mem, path);
	return e;
}
