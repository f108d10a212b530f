/* store/follow.c: see follow.h. */
#include "store/follow.h"

#include "base/clock.h"
#include "base/log.h"

#include <pthread.h>
#include <signal.h>

#define AT_ONCE 500             /* events read by one query */
#define KEPT_MS (10 * 60000)    /* events are swept when they are older */
#define SWEEP_EVERY_MS 60000

struct follow {
	struct store *st;
	struct str node;
	struct store_event_fn to;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop;
};

/* False at the end. */
static bool
pause_or_stop(struct follow *f)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += FOLLOW_EVERY_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&f->lock);
	while (!f->stop && pthread_cond_timedwait(&f->wake, &f->lock, &until) == 0)
		;
	bool go_on = !f->stop;
	pthread_mutex_unlock(&f->lock);
	return go_on;
}

/* Where listening begins: what was told before was told to nobody here. -1 while the database cannot be read. */
static int64_t
begin_at(struct reader *rd, struct arena *mem)
{
	struct tx *tx = read_begin(rd, mem, S(""));
	struct rows r;
	int64_t seq = -1;

	if (tx_one(tx, &r, Q_event_last, NULL, 0)) {
		seq = row_int(&r, "seq");
		rows_close(&r);
	}
	return read_end(tx) == OK ? seq : -1;
}

/* Pass on what came behind `seq`; the number of the last. */
static int64_t
pass_on(struct follow *f, struct reader *rd, struct arena *mem, int64_t seq)
{
	struct tx *tx = read_begin(rd, mem, S(""));
	struct rows r;

	for (tx_open(tx, &r, Q_event_since, DBS(DI(seq), DI(AT_ONCE))); rows_next(&r);) {
		struct str topic = row_text(&r, "topic");
		seq = row_int(&r, "seq");
		if (!str_eq(row_text(&r, "node"), f->node))
			f->to.fn(&topic, row_text(&r, "text"), f->to.arg);
	}
	/* A reader that failed has logged it, and is tried again. */
	if (read_end(tx) != OK)
		log_debug("follow.read", KV_N("seq", seq));
	return seq;
}

static enum err
sweep(struct tx *tx, void *arg)
{
	(void)arg;
	tx_exec(tx, Q_event_sweep, DBS(DI(clock_now() - KEPT_MS)));
	return tx_err(tx);
}

static void *
follow_main(void *arg)
{
	struct follow *f = arg;
	struct arena *mem = arena_new(1 << 14);
	struct reader *rd = reader_new(f->st);
	int64_t seq = begin_at(rd, mem), swept = clock_mono();

	while (pause_or_stop(f)) {
		arena_reset(mem);
		seq = seq < 0 ? begin_at(rd, mem) : pass_on(f, rd, mem, seq);
		if (clock_mono() - swept < SWEEP_EVERY_MS)
			continue;
		swept = clock_mono();
		if (store_write(f->st, mem, S(""), sweep, NULL) != OK)
			log_debug("follow.sweep", KV_N("seq", seq));
	}
	reader_free(rd);
	arena_free(mem);
	return NULL;
}

struct follow *
follow_start(struct arena *mem, struct store *st, struct str node, struct store_event_fn to)
{
	struct follow *f = NEW(mem, struct follow);
	pthread_condattr_t attr;
	sigset_t all, old;

	*f = (struct follow){ .st = st, .node = node, .to = to };
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->wake, &attr);
	pthread_condattr_destroy(&attr);
	/* Signals are for the threads that wait for them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (pthread_create(&f->thread, NULL, follow_main, f) != 0)
		BUG("no thread for what other processes tell");
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return f;
}

void
follow_stop(struct follow *f)
{
	pthread_mutex_lock(&f->lock);
	f->stop = true;
	pthread_mutex_unlock(&f->lock);
	pthread_cond_signal(&f->wake);
	pthread_join(f->thread, NULL);
	pthread_cond_destroy(&f->wake);
	pthread_mutex_destroy(&f->lock);
}
