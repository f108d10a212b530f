/* test/unit/store_shared.c: several stores on one database of PostgreSQL, as several servers have it, and connections
 * that break at the worst moment. */
#include "store_world.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#define ON_A_SERVER() do { if (!remote()) { test_skip("about several processes on PostgreSQL"); return; } } while (0)
#define CALLERS 6
#define EACH 40

/* ---- writing at once ---- */

struct caller {
	struct world *w;
	int64_t first, step;
	int64_t good, conflicts, others;
	pthread_t thread;
};

static void *
call_main(void *arg)
{
	struct caller *c = arg;
	struct arena *mem = arena_new(4096);

	for (int64_t i = 0; i < EACH; i++) {
		enum err e = world_put(c->w, mem, c->first + i * c->step, 1);
		c->good += e == OK;
		c->conflicts += e == E_CONFLICT;
		c->others += e != OK && e != E_CONFLICT;
		arena_reset(mem);
	}
	arena_free(mem);
	return NULL;
}

static void
call_begin(struct caller *c, struct world *w, int64_t first)
{
	*c = (struct caller){ .w = w, .first = first, .step = 1 };
	pthread_create(&c->thread, NULL, call_main, c);
}

TEST(two_processes_write_one_chain_and_each_sees_the_other)
{
	ON_A_SERVER();
	struct store_opts o = { .path = world_path(mem) };
	struct world a = world_open(mem, &o), b = world_open(mem, &o);
	struct caller c[CALLERS];
	int64_t n, bad;

	for (int i = 0; i < CALLERS; i++)
		call_begin(&c[i], i % 2 == 0 ? &a : &b, i * 1000);
	for (int i = 0; i < CALLERS; i++) {
		pthread_join(c[i].thread, NULL);
		CHECK_INT(c[i].good, EACH);
	}
	CHECK_INT(world_count(&a, mem), CALLERS * EACH);
	CHECK_INT(world_count(&b, mem), CALLERS * EACH);
	CHECK_INT(world_verify(&a, mem, &n, &bad), OK);
	CHECK_INT(n, CALLERS * EACH);
	CHECK_INT(world_verify(&b, mem, &n, &bad), OK);
	struct str why;
	CHECK_INT(store_check(b.st, true, mem, &why), OK);
	store_close(b.st);
	world_forget(mem, &a);
}

TEST(the_same_key_pressed_at_two_processes_is_kept_once)
{
	ON_A_SERVER();
	struct store_opts o = { .path = world_path(mem) };
	struct world a = world_open(mem, &o), b = world_open(mem, &o);
	struct caller c[2];
	int64_t n, bad;

	call_begin(&c[0], &a, 0);
	call_begin(&c[1], &b, 0);
	for (int i = 0; i < 2; i++)
		pthread_join(c[i].thread, NULL);
	CHECK_INT(c[0].good + c[1].good, EACH);
	CHECK_INT(c[0].conflicts + c[1].conflicts, EACH);
	CHECK_INT(c[0].others + c[1].others, 0);
	CHECK_INT(world_count(&a, mem), EACH);
	CHECK_INT(world_verify(&b, mem, &n, &bad), OK);
	CHECK_INT(n, EACH);
	store_close(b.st);
	world_forget(mem, &a);
}

/* ---- events ---- */

struct heard {
	pthread_mutex_t lock;
	char text[4000];
	size_t n;
};

static void
hear(const struct str *topic, struct str text, void *arg)
{
	struct heard *h = arg;

	pthread_mutex_lock(&h->lock);
	int n = snprintf(h->text + h->n, sizeof h->text - h->n, "%.*s %.*s\n", STR_ARG(*topic), STR_ARG(text));
	h->n += n > 0 && (size_t)n < sizeof h->text - h->n ? (size_t)n : 0;
	pthread_mutex_unlock(&h->lock);
}

static struct str
heard_of(struct heard *h, struct arena *mem)
{
	pthread_mutex_lock(&h->lock);
	struct str s = str_dup(mem, (struct str){ h->text, h->n });
	pthread_mutex_unlock(&h->lock);
	return s;
}

struct telling {
	struct world *w;
	int64_t id;
};

static enum err
tell(struct tx *tx, void *arg)
{
	const struct telling *t = arg;

	tx_exec(tx, t->w->put, DBS(DI(t->id), DI(1), DNULL));
	tx_event(tx, S("13/1305/"), str_fmt(tx_mem(tx), "row %lld", (long long)t->id));
	world_line(tx, "test.tell");
	return tx_err(tx);
}

TEST(what_one_process_commits_the_listeners_of_another_hear_in_order_and_once)
{
	ON_A_SERVER();
	struct heard h = { .lock = PTHREAD_MUTEX_INITIALIZER }, own = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct str path = world_path(mem);
	struct world a = world_open(mem, &(struct store_opts){ .path = path, .on_event = { hear, &own } });
	struct world b = world_open(mem, &(struct store_opts){ .path = path, .on_event = { hear, &h } });

	usleep(600000);         /* it has begun to listen */
	for (int64_t i = 1; i <= 5; i++)
		CHECK_INT(store_write(a.st, mem, S(""), tell, &(struct telling){ &a, i }), OK);
	CHECK_INT(store_write(a.st, mem, S(""), tell, &(struct telling){ &a, 5 }), E_CONFLICT);
	struct str want = S("13/1305/ row 1\n13/1305/ row 2\n13/1305/ row 3\n13/1305/ row 4\n13/1305/ row 5\n");
	CHECK_STR(heard_of(&own, mem), want);
	for (int i = 0; i < 100 && heard_of(&h, mem).n < want.n; i++)
		usleep(50000);
	CHECK_STR(heard_of(&h, mem), want);
	usleep(600000);
	CHECK_STR(heard_of(&h, mem), want);
	CHECK_STR(heard_of(&own, mem), want);
	store_close(b.st);
	world_forget(mem, &a);
}

/* ---- beginning at once ---- */

static void *
open_main(void *arg)
{
	struct world *w = arg;
	struct arena *mem = arena_new(1 << 16);
	struct str why = S("");

	if (store_open_with(mem, &(struct store_opts){ .path = w->path }, &store_sources, &w->st, &why) != OK)
		w->st = NULL;
	arena_free(mem);
	return NULL;
}

TEST(of_several_processes_that_begin_at_once_one_makes_the_tables)
{
	ON_A_SERVER();
	struct str path = world_path(mem);
	struct world w[4];
	pthread_t thread[LEN(w)];

	for (size_t i = 0; i < LEN(w); i++) {
		w[i] = (struct world){ .path = path };
		pthread_create(&thread[i], NULL, open_main, &w[i]);
	}
	for (size_t i = 0; i < LEN(w); i++) {
		pthread_join(thread[i], NULL);
		CHECK(w[i].st != NULL);
		if (w[i].st != NULL)
			store_close(w[i].st);
	}
	CHECK_INT(outside_int(mem, path, "SELECT count(*) - count(DISTINCT step) FROM schema_step"), 0);
	CHECK_INT(outside_int(mem, path, "SELECT max(step) FROM schema_step"), 900);
}

/* ---- connections that break ---- */

static struct caller breaking[CALLERS];
static _Atomic bool broken_enough;

static void *
break_main(void *arg)
{
	const struct str *path = arg;
	struct arena *mem = arena_new(4096);

	while (!atomic_load(&broken_enough)) {
		usleep(15000);
		outside(mem, *path, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'hersys' "
		    "AND datname = current_database() AND state <> 'idle'");
		arena_reset(mem);
	}
	arena_free(mem);
	return NULL;
}

TEST(connections_that_are_cut_in_the_middle_lose_nothing_and_double_nothing)
{
	ON_A_SERVER();
	struct str path = world_path(mem);
	struct world w = world_open(mem, &(struct store_opts){ .path = path });
	int64_t n, bad, good = 0, others = 0;
	pthread_t breaker;

	atomic_store(&broken_enough, false);
	pthread_create(&breaker, NULL, break_main, &path);
	for (int i = 0; i < CALLERS; i++)
		call_begin(&breaking[i], &w, i * 1000);
	for (int i = 0; i < CALLERS; i++) {
		pthread_join(breaking[i].thread, NULL);
		good += breaking[i].good;
		others += breaking[i].conflicts;
	}
	atomic_store(&broken_enough, true);
	pthread_join(breaker, NULL);
	/* A conflict would be a row that was kept and put again. */
	CHECK_INT(others, 0);
	CHECK(good > CALLERS * EACH / 2);
	CHECK_INT(outside_int(mem, path, "SELECT count(*) FROM t"), good);
	CHECK_INT(outside_int(mem, path, "SELECT count(*) FROM audit"), good);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, good);
	CHECK_INT(world_put(&w, mem, 99999, 1), OK);
	world_forget(mem, &w);
}

/* ---- a line that breaks in the commit ---- */

enum cut { CUT_NONE, CUT_BEFORE, CUT_AFTER };

/* A wire to the server that breaks when the next COMMIT passes, before or behind it. */
static struct {
	int listen, port, server_port;
	_Atomic int cut;
	_Atomic int cuts;
	pthread_t thread;
} wire;

static int
dial(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
		BUG("no way to the server of the tests");
	return fd;
}

static bool
pass(int from, int to, bool watch)
{
	char buf[65536];
	ssize_t n = read(from, buf, sizeof buf);
	enum cut cut = (enum cut)atomic_load(&wire.cut);

	if (n <= 0)
		return false;
	bool commit = watch && cut != CUT_NONE && memmem(buf, (size_t)n, "COMMIT", 7) != NULL;
	if (commit) {
		atomic_store(&wire.cut, CUT_NONE);
		atomic_fetch_add(&wire.cuts, 1);
	}
	if (!(commit && cut == CUT_BEFORE) && write(to, buf, (size_t)n) != n)
		return false;
	if (commit)
		usleep(100000); /* time to commit; nobody hears of it */
	return !commit;
}

static void *
line_main(void *arg)
{
	int client = (int)(intptr_t)arg, server = dial(wire.server_port);
	struct pollfd p[2] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
	bool good = true;

	while (good && poll(p, 2, -1) > 0)
		good = (p[0].revents == 0 || pass(client, server, true)) && (p[1].revents == 0 || pass(server, client, false));
	close(client);
	close(server);
	return NULL;
}

static void *
wire_main(void *arg)
{
	int fd;

	while ((fd = accept(wire.listen, NULL, NULL)) >= 0) {
		pthread_t line;
		pthread_create(&line, NULL, line_main, (void *)(intptr_t)fd);
		pthread_detach(line);
	}
	return arg;
}

static void
wire_begin(struct arena *mem)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;

	wire.server_port = (int)outside_int(mem, str_of(getenv("HERSYS_TEST_DATABASE")), "SHOW port");
	wire.listen = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(wire.listen, (struct sockaddr *)&a, n) != 0 || listen(wire.listen, 16) != 0
	    || getsockname(wire.listen, (struct sockaddr *)&a, &n) != 0)
		BUG("no wire for a test");
	wire.port = ntohs(a.sin_port);
	atomic_store(&wire.cut, CUT_NONE);
	pthread_create(&wire.thread, NULL, wire_main, NULL);
}

static void
wire_end(void)
{
	shutdown(wire.listen, SHUT_RDWR);
	pthread_join(wire.thread, NULL);
	close(wire.listen);
}

/* The same database by way of the wire: what stands last in an address counts. */
static struct str
by_wire(struct arena *mem, struct str path)
{
	return str_fmt(mem, "%.*s&host=127.0.0.1&port=%d&sslmode=disable", STR_ARG(path), wire.port);
}

TEST(a_commit_whose_answer_is_lost_is_looked_for_and_answered_rightly)
{
	ON_A_SERVER();
	struct str path = world_path(mem);
	int64_t n, bad;

	wire_begin(mem);
	struct world w = world_open(mem, &(struct store_opts){ .path = by_wire(mem, path) });
	CHECK_INT(world_put(&w, mem, 1, 1), OK);
	/* It was kept: answered so, and not put again. */
	atomic_store(&wire.cut, CUT_AFTER);
	CHECK_INT(world_put(&w, mem, 2, 1), OK);
	CHECK_INT(atomic_load(&wire.cuts), 1);
	CHECK_INT(world_count(&w, mem), 2);
	/* It never arrived: run again. */
	atomic_store(&wire.cut, CUT_BEFORE);
	CHECK_INT(world_put(&w, mem, 3, 1), OK);
	CHECK_INT(atomic_load(&wire.cuts), 2);
	CHECK_INT(world_count(&w, mem), 3);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 3);
	/* Another process wrote behind it, so that the end of the chain is another by the time we look. */
	struct world other = world_open(mem, &(struct store_opts){ .path = path });
	atomic_store(&wire.cut, CUT_AFTER);
	struct caller c;
	call_begin(&c, &other, 1000);
	CHECK_INT(world_put(&w, mem, 4, 1), OK);
	pthread_join(c.thread, NULL);
	CHECK_INT(atomic_load(&wire.cuts), 3);
	CHECK_INT(c.good, EACH);
	CHECK_INT(world_count(&w, mem), 4 + EACH);
	CHECK_INT(world_verify(&other, mem, &n, &bad), OK);
	store_close(other.st);
	world_forget(mem, &w);
	wire_end();
}

/* ---- a standby that is waited for ---- */

static void
want_standby(struct arena *mem, struct str path, bool yes)
{
	CHECK(outside(mem, path, yes ? "ALTER SYSTEM SET synchronous_standby_names = 'nobody'" :
	    "ALTER SYSTEM RESET synchronous_standby_names"));
	CHECK(outside(mem, path, "SELECT pg_reload_conf()"));
}

/* One change, made by another thread: it may have to wait. */
struct change {
	struct world *w;
	int64_t id;             /* 0: nothing is changed */
	enum err result;
	_Atomic bool done;
	pthread_t thread;
};

static enum err
nothing(struct tx *tx, void *arg)
{
	(void)arg;
	return tx_err(tx);
}

static void *
change_main(void *arg)
{
	struct change *c = arg;
	struct arena *mem = arena_new(4096);

	c->result = c->id > 0 ? world_put(c->w, mem, c->id, 1) : store_write(c->w->st, mem, S(""), nothing, NULL);
	atomic_store(&c->done, true);
	arena_free(mem);
	return NULL;
}

static void
change_begin(struct change *c, struct world *w, int64_t id)
{
	*c = (struct change){ .w = w, .id = id };
	pthread_create(&c->thread, NULL, change_main, c);
}

/* Does a commit wait for a standby? False when the change is done, or nothing happens. */
static bool
stands(struct arena *mem, struct str path, struct change *c)
{
	for (int i = 0; i < 200 && !atomic_load(&c->done); i++) {
		if (outside_int(mem, path, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hersys' "
		    "AND datname = current_database() AND wait_event = 'SyncRep'") == 1)
			return true;
		usleep(50000);
	}
	return false;
}

TEST(what_only_one_server_has_is_not_answered_though_it_can_be_seen)
{
	ON_A_SERVER();
	struct str path = world_path(mem);
	struct world w = world_open(mem, &(struct store_opts){ .path = path });
	struct change c;
	int64_t id = 3;

	/* Behind the first change the keeper has commits of its own, which would be taken for the one that is waited for. */
	CHECK_INT(world_put(&w, mem, 1, 1), OK);
	CHECK_INT(world_put(&w, mem, 2, 1), OK);
	want_standby(mem, path, true);
	/* The settings arrive when they arrive. */
	for (change_begin(&c, &w, id); !stands(mem, path, &c) && id < 100; change_begin(&c, &w, ++id))
		pthread_join(c.thread, NULL);
	CHECK(outside(mem, path, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hersys' "
	    "AND datname = current_database() AND wait_event = 'SyncRep'"));
	usleep(300000);
	/* Kept here, and seen; whether anybody else has it nobody knows. */
	CHECK(stands(mem, path, &c));
	CHECK_INT(outside_int(mem, path, "SELECT count(*) FROM t"), id);
	CHECK(!atomic_load(&c.done));
	want_standby(mem, path, false);
	pthread_join(c.thread, NULL);
	CHECK_INT(c.result, OK);
	CHECK_INT(world_count(&w, mem), id);
	/* So does who only looks whether it is there. */
	want_standby(mem, path, true);
	int tries = 0;
	for (change_begin(&c, &w, 0); !stands(mem, path, &c) && tries < 100; change_begin(&c, &w, 0), tries++)
		pthread_join(c.thread, NULL);
	CHECK(!atomic_load(&c.done));
	want_standby(mem, path, false);
	pthread_join(c.thread, NULL);
	CHECK_INT(c.result, OK);
	world_forget(mem, &w);
}

/* ---- the address ---- */

TEST(an_address_that_cannot_be_read_is_refused_without_a_word_of_its_password)
{
	static const char *const wrong[] = {
		"postgresql://keeper:geheim@zwei@127.0.0.1:1/none", "postgresql://keeper:ge/heim@127.0.0.1:1/none",
		"postgresql://keeper:geheim/none", "postgresql://keeper:ge?heim@127.0.0.1:1/none", "postgresql://keeper:geheim@127.0.0.1:eins/none",
		"postgresql://keeper:geheim@127.0.0.1:1/none?nonsense=heim", "postgresql://keeper:geheim@127.0.0.1:1/none",
		"postgresql://keeper:geheim@no-such-host.invalid/none",
	};

	for (size_t i = 0; i < LEN(wrong); i++) {
		struct store *st = NULL;
		struct str why = S("");
		enum err e = store_open_with(mem, &(struct store_opts){ .path = str_of(wrong[i]) }, &store_sources, &st, &why);
		CHECK(e == E_INVALID || e == E_BUSY);
		CHECK(why.n > 0);
		CHECK_NOT(why, S("heim"));
		CHECK_NOT(why, S("zwei"));
	}
	CHECK(store_is_remote(S("postgresql://host/name")));
	CHECK(store_is_remote(S("postgres:///name")));
	CHECK(!store_is_remote(S("/var/lib/hersys/hersys.db")));
	CHECK(!store_is_remote(S(":memory:")));
}

TEST(a_database_of_another_encoding_is_refused)
{
	ON_A_SERVER();
	struct str base = str_of(getenv("HERSYS_TEST_DATABASE")), unused, why = S("");
	struct store *st = NULL;

	CHECK(remote_run(mem, base, str_fmt(mem, "CREATE DATABASE latin%d TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' "
	    "LC_CTYPE 'C'", (int)getpid()).p, &unused));
	size_t at = str_find(base, '?', 0);
	struct str head = str_sub(base, 0, at);
	while (head.n > 0 && head.p[head.n - 1] != '/')
		head.n--;
	struct str wrong = str_fmt(mem, "%.*slatin%d%.*s", STR_ARG(head), (int)getpid(), STR_ARG(str_sub(base, at, base.n)));
	CHECK_INT(store_open_with(mem, &(struct store_opts){ .path = wrong }, &store_sources, &st, &why), E_INVALID);
	CHECK_HAS(why, S("CREATE DATABASE"));
	remote_drop(mem, wrong);
}
