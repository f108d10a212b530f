/* store/backup.c: see backup.h. */
#include "store/backup.h"

#include "base/clock.h"
#include "base/log.h"

#include <pthread.h>
#include <signal.h>

#define BASE_EVERY_MS (24LL * 3600 * 1000)
#define PAUSE_MOST_MS (15LL * 60 * 1000)
#define LOOK_MS 500             /* how often we look whether much waits */

struct backup {
	struct arena *mem;
	struct ship_opts o;
	pthread_t thread;
	_Atomic bool stop;      /* no base copy any more */
	struct tap_gauge gauge;

	pthread_mutex_t lock;   /* all below */
	pthread_cond_t turn;    /* for the thread: something is wanted */
	pthread_cond_t done;    /* for those who want it */
	uint64_t asked, served; /* requests by number */
	bool want_base, end;
	enum err result;        /* of the last turn */
	char why[512];
	size_t n_why;
	struct ship_stats seen;
	char series[64];
	uint64_t failures, parts;

	/* The thread alone: */
	struct ship *ship;      /* NULL: the folder was not there */
	int64_t base_after, pause;      /* mono: not before this; the pause after the next failure */
};

/* ---- one turn ---- */

static enum err
ready(struct backup *b, struct arena *mem, struct str *why)
{
	return b->ship != NULL ? OK : ship_open(mem, &b->o, &b->ship, why);
}

static enum err
base(struct backup *b, struct str *why)
{
	int64_t began = clock_mono();
	enum err e = ship_base(b->ship, why);

	if (e == OK) {
		struct ship_stats s = ship_stats(b->ship);
		b->pause = b->o.every_ms;
		b->base_after = 0;
		log_info("backup.base", KV_S("series", s.series), KV_N("ms", clock_mono() - began));
		return OK;
	}
	b->base_after = clock_mono() + b->pause;
	b->pause = 2 * b->pause < PAUSE_MOST_MS ? 2 * b->pause : PAUSE_MOST_MS;
	return e;
}

static bool
base_due(const struct ship_stats *s)
{
	return s->series.n == 0 || clock_mono() - s->base_mono >= BASE_EVERY_MS;
}

/* A new base when one is due, else a generation; when its time has not come yet, what is there goes on. */
static enum err
turn(struct backup *b, bool want_base, bool asked, struct arena *mem, struct str *why)
{
	enum err e = ready(b, mem, why);

	if (e != OK)
		return e;
	struct ship_stats s = ship_stats(b->ship);
	if (s.series.n > 0 && !want_base) {
		e = ship_log(b->ship, why);
		s = ship_stats(b->ship);
	}
	if (!want_base && (!base_due(&s) || atomic_load(&b->stop)))
		return e;
	if (!asked && clock_mono() < b->base_after) {
		*why = S("a base copy must come first, and waits until the next try");
		return s.series.n > 0 ? e : E_BUSY;
	}
	return base(b, why);
}

static void
note(struct backup *b, enum err e, struct str why, uint64_t served)
{
	pthread_mutex_lock(&b->lock);
	if (b->ship != NULL) {
		struct ship_stats s = ship_stats(b->ship);
		b->parts += s.number != b->seen.number || s.base_mono != b->seen.base_mono;
		b->seen = s;
		b->seen.series.n = s.series.n < sizeof b->series ? s.series.n : 0;
		memcpy(b->series, s.series.p, b->seen.series.n);
		b->seen.series.p = b->series;
	}
	b->failures += e != OK;
	b->result = e;
	b->n_why = why.n < sizeof b->why ? why.n : sizeof b->why;
	if (b->n_why > 0)
		memcpy(b->why, why.p, b->n_why);
	b->served = served;
	pthread_cond_broadcast(&b->done);
	pthread_mutex_unlock(&b->lock);
	if (e != OK)
		log_error("backup.failed", KV_Z("error", err_name(e)), KV_N("at", b->seen.at), KV_N("held", b->seen.held));
}

/* Under load much is committed in a minute: it is shipped before it fills the spool, and before the disk must bear it. */
static bool
much_waits(const struct backup *b)
{
	return b->ship != NULL && b->result == OK && atomic_load(&b->gauge.held) > b->o.spool_bytes / 8;
}

static struct timespec
from_now(int64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}

/* Wait for the next turn; which request it serves. */
static uint64_t
await(struct backup *b, bool *want_base, bool *asked, bool *last)
{
	int64_t end = clock_mono() + b->o.every_ms, left;

	pthread_mutex_lock(&b->lock);
	while (b->asked == b->served && !b->end && (left = end - clock_mono()) > 0 && !much_waits(b)) {
		struct timespec until = from_now(left < LOOK_MS ? left : LOOK_MS);
		pthread_cond_timedwait(&b->turn, &b->lock, &until);
	}
	uint64_t now = b->asked;
	*asked = b->asked != b->served;
	*want_base = b->want_base;
	b->want_base = false;
	*last = b->end;
	pthread_mutex_unlock(&b->lock);
	return now;
}

static void *
backup_main(void *arg)
{
	struct backup *b = arg;
	bool want_base = false, asked = true, last = false;
	uint64_t serving = 0;

	for (;;) {
		struct arena *mem = arena_new(1 << 12);
		struct str why = S("");
		enum err e = turn(b, want_base, asked, mem, &why);
		/* A base copy that was ended because we stop is no failure. */
		note(b, e != E_BUSY || !atomic_load(&b->stop) ? e : OK, why, serving);
		arena_free(mem);
		if (last)
			break;
		serving = await(b, &want_base, &asked, &last);
	}
	pthread_mutex_lock(&b->lock);
	b->served = UINT64_MAX;         /* who asks now is not waited for */
	b->result = E_BUSY;
	pthread_cond_broadcast(&b->done);
	pthread_mutex_unlock(&b->lock);
	if (b->ship != NULL)
		ship_close(b->ship);
	return NULL;
}

/* ---- from outside ---- */

enum err
backup_start(struct arena *mem, const struct ship_opts *o, struct backup **out, struct str *why)
{
	struct arena *own = arena_new(1 << 12);
	struct backup *b = NEW(own, struct backup);
	pthread_condattr_t attr;
	sigset_t all, old;

	*b = (struct backup){ .mem = own, .o = *o, .pause = o->every_ms };
	b->o.to = str_dup(own, o->to);
	b->o.data = str_dup(own, o->data);
	b->o.recipient = str_dup(own, o->recipient);
	b->o.stop = &b->stop;
	b->o.gauge = &b->gauge;
	enum err e = ship_open(mem, &b->o, &b->ship, why);
	/* The folder may come later (a mount); what is set wrongly will not. */
	if (e == E_INVALID || e == E_FORMAT) {
		arena_free(own);
		return e;
	}
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->turn, &attr);
	pthread_cond_init(&b->done, NULL);
	pthread_condattr_destroy(&attr);
	/* Signals are for the threads that wait for them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (pthread_create(&b->thread, NULL, backup_main, b) != 0)
		BUG("no thread for the backup");
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	*out = b;
	return OK;
}

void
backup_quiet(struct backup *b)
{
	atomic_store(&b->stop, true);
}

void
backup_stop(struct backup *b)
{
	backup_quiet(b);
	pthread_mutex_lock(&b->lock);
	b->end = true;
	pthread_cond_signal(&b->turn);
	pthread_mutex_unlock(&b->lock);
	pthread_join(b->thread, NULL);
	pthread_cond_destroy(&b->turn);
	pthread_cond_destroy(&b->done);
	pthread_mutex_destroy(&b->lock);
	arena_free(b->mem);
}

enum err
backup_now(struct backup *b, enum backup_want want, struct arena *mem, struct str *why)
{
	pthread_mutex_lock(&b->lock);
	uint64_t mine = ++b->asked;
	b->want_base |= want == BACKUP_BASE;
	pthread_cond_signal(&b->turn);
	while (b->served < mine)
		pthread_cond_wait(&b->done, &b->lock);
	enum err e = b->result;
	*why = str_dup(mem, (struct str){ b->why, b->n_why });
	pthread_mutex_unlock(&b->lock);
	return e;
}

struct str
backup_folder(const struct backup *b)
{
	return b->o.to;
}

struct backup_stats
backup_stats(struct backup *b, struct arena *mem)
{
	pthread_mutex_lock(&b->lock);
	struct backup_stats s = { .ship = b->seen, .failures = b->failures, .parts = b->parts, .age_ms = -1 };
	s.ship.series = str_dup(mem, b->seen.series);
	pthread_mutex_unlock(&b->lock);
	s.ship.held = atomic_load(&b->gauge.held);
	s.ship.slice_us = atomic_load(&b->gauge.slice_us);
	s.ship.copy_us = atomic_load(&b->gauge.copy_us);
	if (s.ship.at > 0)
		s.age_ms = clock_now() - s.ship.at;
	return s;
}
