/* test/unit/store_writer.c: one connection of the whole system writes and checkpoints (reliability D3): beside a foreign
 * commit a checkpoint of Debian's SQLite can corrupt the file. The library's own doors are watched here. */
#include "remote.h"
#include "store_world.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))
#define CONNECTIONS 64

/* Connections to the watched file. */
static struct {
	pthread_mutex_t lock;
	const char *path;               /* NULL: nothing is watched */
	sqlite3 *writer[CONNECTIONS];
	size_t writers, most;           /* open now, and at once */
	int opened, checkpoints, strange;       /* strange: by a connection that is not the one writer */
} seen = { .lock = PTHREAD_MUTEX_INITIALIZER };

int
sqlite3_open_v2(const char *path, sqlite3 **db, int flags, const char *vfs)
{
	int rc = REAL(sqlite3_open_v2)(path, db, flags, vfs);

	pthread_mutex_lock(&seen.lock);
	if (seen.path != NULL && strcmp(path, seen.path) == 0 && (flags & SQLITE_OPEN_READWRITE) && seen.writers < CONNECTIONS) {
		seen.writer[seen.writers++] = *db;
		seen.opened++;
		seen.most = seen.writers > seen.most ? seen.writers : seen.most;
	}
	pthread_mutex_unlock(&seen.lock);
	return rc;
}

int
sqlite3_close(sqlite3 *db)
{
	/* Forgotten before it is closed: afterwards another may have its address. */
	pthread_mutex_lock(&seen.lock);
	for (size_t i = 0; i < seen.writers; i++)
		if (seen.writer[i] == db)
			seen.writer[i--] = seen.writer[--seen.writers];
	pthread_mutex_unlock(&seen.lock);
	return REAL(sqlite3_close)(db);
}

int
sqlite3_wal_checkpoint_v2(sqlite3 *db, const char *schema, int mode, int *log, int *moved)
{
	pthread_mutex_lock(&seen.lock);
	if (seen.path != NULL) {
		bool is_writer = seen.writers == 1 && seen.writer[0] == db;
		seen.checkpoints++;
		seen.strange += !is_writer;
	}
	pthread_mutex_unlock(&seen.lock);
	return REAL(sqlite3_wal_checkpoint_v2)(db, schema, mode, log, moved);
}

static void
watch(const char *path)
{
	pthread_mutex_lock(&seen.lock);
	seen.path = path;
	seen.writers = seen.most = 0;
	seen.opened = seen.checkpoints = seen.strange = 0;
	pthread_mutex_unlock(&seen.lock);
}

struct caller {
	struct world *w;
	int64_t first;
	int odd;
	pthread_t thread;
};

/* Writes, and reads through a connection of its own. */
static void *
call_main(void *arg)
{
	struct caller *c = arg;
	struct arena *mem = arena_new(4096);

	for (int64_t i = 0; i < 200; i++) {
		c->odd += world_put(c->w, mem, c->first + i, 1) != OK;
		if (i % 20 == 0)
			c->odd += world_value(c->w, mem, c->first + i) != 1;
		arena_reset(mem);
	}
	arena_free(mem);
	return NULL;
}

static void
work(struct world *w, int64_t first, struct arena *mem)
{
	struct caller c[6];

	for (size_t i = 0; i < LEN(c); i++) {
		c[i] = (struct caller){ .w = w, .first = first + (int64_t)i * 1000 };
		pthread_create(&c[i].thread, NULL, call_main, &c[i]);
	}
	for (size_t i = 0; i < LEN(c); i++) {
		pthread_join(c[i].thread, NULL);
		CHECK_INT(c[i].odd, 0);
	}
}

TEST(only_one_connection_ever_writes_and_checkpoints)
{
	ON_A_FILE();
	struct str path = world_path(mem), why = S("");
	struct store_opts o = { .path = path };

	watch(path.p);
	struct world w = world_open(mem, &o);
	work(&w, 10000, mem);
	/* Looking into the whole file, and the silence in which the keeper tidies up. */
	CHECK_INT(store_check(w.st, true, mem, &why), OK);
	for (int i = 0; i < 100 && store_stats(w.st).checkpoints == 0; i++)
		usleep(20000);
	store_close(w.st);
	w = world_open(mem, &o);
	work(&w, 20000, mem);
	store_close(w.st);
	CHECK_INT(seen.most, 1);
	CHECK_INT(seen.strange, 0);
	CHECK(seen.opened >= 2);
	CHECK(seen.checkpoints >= 3);
	CHECK_INT(seen.writers, 0);
	watch(NULL);
	w.st = NULL;
	world_forget(mem, &w);
}

TEST(a_second_writer_of_this_process_or_another_is_refused)
{
	ON_A_FILE();
	struct str path = world_path(mem), why = S("");
	struct store_opts o = { .path = path };
	struct store *st = NULL;
	int status = 0;

	struct world w = world_open(mem, &o);
	CHECK_INT(store_open_with(mem, &o, &store_sources, &st, &why), E_BUSY);
	CHECK_HAS(why, S("another process has"));
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0)
		_exit(store_open_with(mem, &o, &store_sources, &st, &why) == E_BUSY ? 0 : 1);
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	CHECK_INT(world_put(&w, mem, 1, 1), OK);
	world_forget(mem, &w);
}

/* Could the test above see it? */
TEST(a_second_writing_connection_would_be_seen)
{
	ON_A_FILE();
	struct str path = world_path(mem);
	struct store_opts o = { .path = path };
	sqlite3 *other = NULL;

	watch(path.p);
	struct world w = world_open(mem, &o);
	CHECK_INT(sqlite3_open_v2(path.p, &other, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	CHECK_INT(sqlite3_wal_checkpoint_v2(other, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL), SQLITE_OK);
	CHECK_INT(sqlite3_close(other), SQLITE_OK);
	CHECK_INT(seen.most, 2);
	CHECK(seen.strange > 0);
	watch(NULL);
	world_forget(mem, &w);
}
