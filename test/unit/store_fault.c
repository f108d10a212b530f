/* test/unit/store_fault.c: when the disk fails, is full, or the process is killed: what was answered is there,
 * what was not answered hurts nobody, and everything goes on by itself. */
#include "disk.h"
#include "store_world.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* SQLite's fdatasync is this one: it fails when a test says so. */
static _Atomic int sync_fails;          /* the next n calls */
static _Atomic unsigned sync_one_in;    /* or one of n, by chance; 0: never */
static _Atomic unsigned sync_count;

int
fdatasync(int fd)
{
	unsigned n = atomic_fetch_add(&sync_count, 1), every = atomic_load(&sync_one_in);
	bool fail = every > 0 && n * 2654435761u % every == 0;

	if (atomic_load(&sync_fails) > 0) {
		atomic_fetch_sub(&sync_fails, 1);
		fail = true;
	}
	if (fail) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

void
disk_fails(int n)
{
	atomic_store(&sync_fails, n);
}

TEST(when_the_sync_fails_nothing_is_answered_and_the_next_goes_on)
{
	ON_A_FILE();
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	int64_t n, bad;

	CHECK_INT(world_put(&w, mem, 1, 1), OK);
	for (int round = 0; round < 3; round++) {
		atomic_store(&sync_fails, 1);
		CHECK_INT(world_put(&w, mem, 2 + round, 1), E_STORE);
		CHECK_INT(world_value(&w, mem, 2 + round), -1);
		CHECK_INT(world_value(&w, mem, 1), 1);
	}
	CHECK_INT(world_put(&w, mem, 2, 22), OK);
	CHECK_INT(world_value(&w, mem, 2), 22);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 2);
	store_close(w.st);
	w = world_open(mem, &o);
	CHECK_INT(world_count(&w, mem), 2);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	world_forget(mem, &w);
}

TEST(a_disk_that_stays_away_is_told_each_time_and_forgotten_when_it_is_back)
{
	ON_A_FILE();
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	int64_t n, bad;

	CHECK_INT(world_put(&w, mem, 1, 1), OK);
	atomic_store(&sync_one_in, 1);
	for (int64_t i = 2; i < 12; i++)
		CHECK_INT(world_put(&w, mem, i, 1), E_STORE);
	CHECK_INT(world_count(&w, mem), 1);
	atomic_store(&sync_one_in, 0);
	for (int64_t i = 2; i < 12; i++)
		CHECK_INT(world_put(&w, mem, i, 2), OK);
	CHECK_INT(world_count(&w, mem), 11);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 11);
	world_forget(mem, &w);
}

/* ---- many callers, faults by chance ---- */

#define CALLERS 8
#define EACH 60

struct caller {
	struct world *w;
	int64_t first;
	bool kept[EACH];
	int odd;                /* answers that are neither good nor a failure of the disk */
	pthread_t thread;
};

static void *
call_main(void *arg)
{
	struct caller *c = arg;
	struct arena *mem = arena_new(4096);

	for (int i = 0; i < EACH; i++) {
		enum err e = world_put(c->w, mem, c->first + i, 1);
		c->kept[i] = e == OK;
		c->odd += e != OK && e != E_STORE && e != E_FULL;
		arena_reset(mem);
	}
	arena_free(mem);
	return NULL;
}

static int64_t
call_all(struct world *w, struct arena *mem, struct caller *c)
{
	int64_t kept = 0;

	for (int k = 0; k < CALLERS; k++) {
		c[k] = (struct caller){ .w = w, .first = (k + 1) * 1000 };
		pthread_create(&c[k].thread, NULL, call_main, &c[k]);
	}
	for (int k = 0; k < CALLERS; k++) {
		pthread_join(c[k].thread, NULL);
		CHECK_INT(c[k].odd, 0);
		for (int i = 0; i < EACH; i++)
			kept += c[k].kept[i];
	}
	return kept;
}

TEST(with_syncs_that_fail_by_chance_what_was_answered_is_what_is_there)
{
	ON_A_FILE();
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	struct caller c[CALLERS];
	int64_t n, bad;

	atomic_store(&sync_one_in, 7);
	int64_t kept = call_all(&w, mem, c);
	atomic_store(&sync_one_in, 0);
	CHECK(kept < CALLERS * EACH);
	CHECK_INT(world_count(&w, mem), kept);
	for (int k = 0; k < CALLERS; k++)
		for (int i = 0; i < EACH; i++)
			CHECK_INT(world_value(&w, mem, c[k].first + i), c[k].kept[i] ? 1 : -1);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, kept);
	store_close(w.st);
	w = world_open(mem, &o);
	CHECK_INT(world_count(&w, mem), kept);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	world_forget(mem, &w);
}

TEST(what_failed_last_before_the_end_is_not_there_at_the_next_start)
{
	ON_A_FILE();
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	int64_t n, bad;

	CHECK_INT(world_put(&w, mem, 1, 1), OK);
	atomic_store(&sync_one_in, 1);
	CHECK_INT(world_put(&w, mem, 2, 1), E_STORE);
	CHECK_INT(world_put(&w, mem, 3, 1), E_STORE);
	atomic_store(&sync_one_in, 0);
	store_close(w.st);
	w = world_open(mem, &o);
	CHECK_INT(world_count(&w, mem), 1);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 1);
	world_forget(mem, &w);
}

/* ---- no room ---- */

static void
room(rlim_t bytes)
{
	struct rlimit r;

	getrlimit(RLIMIT_FSIZE, &r);
	r.rlim_cur = bytes;
	setrlimit(RLIMIT_FSIZE, &r);
}

TEST(a_full_disk_is_said_reading_goes_on_and_so_does_writing_when_there_is_room)
{
	ON_A_FILE();
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	struct caller c[CALLERS];
	int64_t n, bad, i = 100000;
	struct rlimit was;
	void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
	enum err e;

	getrlimit(RLIMIT_FSIZE, &was);
	CHECK_INT(world_put(&w, mem, 1, 1), OK);
	room(1 << 20);
	while ((e = world_put(&w, mem, i, 1)) == OK && i < 200000)
		i++;
	CHECK_INT(e, E_FULL);
	CHECK_INT(world_value(&w, mem, i - 1), 1);
	CHECK_INT(world_value(&w, mem, i), -1);
	int64_t kept = i - 100000 + 1 + call_all(&w, mem, c);
	CHECK_INT(world_count(&w, mem), kept);
	room(was.rlim_cur);
	CHECK_INT(world_put(&w, mem, 2, 2), OK);
	CHECK_INT(world_count(&w, mem), kept + 1);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, kept + 1);
	struct str why = S("");
	CHECK_INT(store_check(w.st, true, mem, &why), OK);
	signal(SIGXFSZ, old);
	world_forget(mem, &w);
}

/* ---- killed ---- */

/* Writes until it is killed; says each number when it was answered. */
NORETURN static void
writer(struct arena *mem, struct str path, int fd, int64_t from)
{
	struct world w = world_open(mem, &(struct store_opts){ .path = path });
	struct arena *own = arena_new(4096);

	for (int64_t i = from;; i++) {
		enum err e = world_put(&w, own, i, 1);
		arena_reset(own);
		if (e == OK && write(fd, &i, sizeof i) != sizeof i)
			_exit(1);
	}
}

TEST(killed_at_any_moment_what_was_answered_is_there)
{
	ON_A_FILE();
	struct store_opts o = { .path = world_path(mem) };
	struct world w = { .path = o.path };
	int64_t last = 0, n, bad;

	for (int round = 0; round < 8; round++) {
		int fd[2];
		if (pipe(fd) != 0)
			BUG("pipe");
		fflush(stdout);
		pid_t pid = fork();
		if (pid == 0)
			writer(mem, o.path, fd[1], last + 1000);
		close(fd[1]);
		usleep((useconds_t)(60000 + round * 13000));
		kill(pid, SIGKILL);
		int64_t got, first = last + 1000, answered = 0;
		while (read(fd[0], &got, sizeof got) == sizeof got) {
			last = got;
			answered++;
		}
		close(fd[0]);
		waitpid(pid, NULL, 0);
		w = world_open(mem, &o);
		for (int64_t i = first; answered > 0 && i <= last; i += 1 + answered / 50)
			CHECK_INT(world_value(&w, mem, i), 1);
		/* One more may be there: on disk, its answer was not yet said. */
		CHECK_INT(world_value(&w, mem, (answered > 0 ? last : first - 1) + 2), -1);
		CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
		last = answered > 0 ? last + 1 : last;
		store_close(w.st);
		w.st = NULL;
	}
	world_forget(mem, &w);
}

/* ---- readers ---- */

TEST(readers_never_move_the_log_into_the_file)
{
	ON_A_FILE();
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o), beside = { .path = o.path };
	struct arena *own = arena_new(4096);
	struct str why = S(""), wal = str_fmt(mem, "%.*s-wal", STR_ARG(o.path));
	int status;

	/* A killed server leaves its log behind; a reader of another process reads it and leaves it there. */
	fflush(stdout);
	store_close(w.st);
	w.st = NULL;
	int fd[2];
	int64_t got = 0;
	if (pipe(fd) != 0)
		BUG("pipe");
	pid_t pid = fork();
	if (pid == 0)
		writer(mem, o.path, fd[1], 1);
	while (got < 20 && read(fd[0], &got, sizeof got) == sizeof got)
		;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(fd[0]);
	close(fd[1]);
	int64_t size = outside_int(mem, o.path, "SELECT 0");
	CHECK_INT(size, 0);
	CHECK(access(wal.p, F_OK) == 0);
	CHECK_INT(store_open_reading_with(mem, o.path, &store_sources, &beside.st, &why), OK);
	beside.get = store_query(beside.st, S("t_get"));
	CHECK_INT(world_value(&beside, own, 20), 1);
	store_close(beside.st);
	beside.st = NULL;
	CHECK(access(wal.p, F_OK) == 0);
	w = world_open(mem, &o);
	CHECK_INT(world_value(&w, own, 20), 1);
	arena_free(own);
	world_forget(mem, &w);
}

struct long_reader {
	struct world *w;
	atomic_bool stop;
	int odd;
	pthread_t thread;
};

static void *
read_main(void *arg)
{
	struct long_reader *l = arg;
	struct arena *mem = arena_new(4096);
	struct reader *rd = reader_new(l->w->st);
	struct rows r;

	while (!atomic_load(&l->stop)) {
		struct tx *tx = read_begin(rd, mem, S(""));
		int64_t n = 0, again = 0;
		for (tx_open(tx, &r, l->w->all, NULL, 0); rows_next(&r);)
			n++;
		for (tx_open(tx, &r, l->w->all, NULL, 0); rows_next(&r);)
			again++;
		l->odd += n != again || read_end(tx) != OK;
		arena_reset(mem);
	}
	reader_free(rd);
	arena_free(mem);
	return NULL;
}

static enum err
fat_op(struct tx *tx, void *arg)
{
	struct { struct world *w; int64_t id; struct str text; } *a = arg;

	tx_exec(tx, a->w->text, DBS(DI(a->id), DT(a->text)));
	world_line(tx, "test.fat");
	return tx_err(tx);
}

TEST(the_log_stays_small_while_readers_overlap)
{
	ON_A_FILE();
	struct store_opts o = { .path = world_path(mem) };
	struct world w = world_open(mem, &o);
	struct long_reader l[3];
	char *text = arena_alloc(mem, 400000);
	struct { struct world *w; int64_t id; struct str text; } a = { &w, 0, { text, 400000 } };
	struct arena *own = arena_new(4096);
	uint64_t most = 0;

	memset(text, 'x', 400000);
	for (size_t i = 0; i < LEN(l); i++) {
		l[i] = (struct long_reader){ .w = &w };
		pthread_create(&l[i].thread, NULL, read_main, &l[i]);
	}
	/* 400 KB each: 100 pages and more; 700 of them are 70,000 frames of the log. */
	for (a.id = 0; a.id < 700; a.id++) {
		CHECK_INT(store_write(w.st, own, S(""), fat_op, &a), OK);
		arena_reset(own);
		uint64_t now = store_stats(w.st).wal_pages;
		most = now > most ? now : most;
	}
	for (size_t i = 0; i < LEN(l); i++) {
		atomic_store(&l[i].stop, true);
		pthread_join(l[i].thread, NULL);
		CHECK_INT(l[i].odd, 0);
	}
	CHECK(most < 50000);
	arena_free(own);
	world_forget(mem, &w);
}

TEST(a_file_damaged_while_nobody_closed_it_is_not_opened_for_writing)
{
	ON_A_FILE();
	struct store_opts o = { .path = world_path(mem) };
	struct world w = { .path = o.path };
	struct str why = S(""), wal = str_fmt(mem, "%.*s-wal", STR_ARG(o.path));
	struct store *st = NULL;
	char zero[8192];
	int64_t got = 0;
	int fd[2];

	w = world_open(mem, &o);
	for (int64_t i = 1000; i < 1200; i++)
		CHECK_INT(world_put(&w, mem, i, 1), OK);
	store_close(w.st);
	if (pipe(fd) != 0)
		BUG("pipe");
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		writer(mem, o.path, fd[1], 1);
	while (got < 5 && read(fd[0], &got, sizeof got) == sizeof got)
		;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fd[0]);
	close(fd[1]);
	CHECK(access(wal.p, F_OK) == 0);
	/* A page of the middle is lost, and the log does not hold it. */
	int64_t page = outside_int(mem, o.path, "SELECT rootpage FROM sqlite_schema WHERE name = 'org_case'");
	int64_t size = outside_int(mem, o.path, "PRAGMA page_size");
	CHECK(page > 1 && size > 0 && (size_t)size <= sizeof zero);
	int file = open(str_z(mem, o.path), O_WRONLY);
	memset(zero, 0x55, sizeof zero);
	CHECK_INT(pwrite(file, zero, (size_t)size, (page - 1) * size), size);
	close(file);
	CHECK_INT(store_open_with(mem, &o, &store_sources, &st, &why), E_STORE);
	CHECK_HAS(why, S("quick_check"));
	w.st = NULL;
	world_forget(mem, &w);
}
