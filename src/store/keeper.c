/* store/keeper.c: see keeper.h. */
#include "store/keeper.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/stats.h"
#include "store/sums.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <unistd.h>

#define GROUP_MAX 512           /* operations of one commit */
#define QUEUE_MAX 8192          /* operations that may wait */
#define IDLE_MS 100             /* silence after which the keeper tidies up */
#define CAREFUL_GROUPS 64       /* groups with savepoints after one that needed them */
#define JOURNAL_SUMS 200        /* so many counters are written through the journal: a dozen operations */
#define JOURNAL_US 250000       /* what is in the journal goes into the counters after this time */
#define AGAIN_MOST 4            /* runs of a group whose connection broke or that stood in somebody's way */
#define DOUBT_MS 15000          /* time to find out whether a commit was kept */
#define DOUBT_PAUSE_US 200000

/* An operation: on its caller's stack, while the caller sleeps, or in its arena, when somebody is told. */
struct op {
	struct op *next;
	struct keeper_op what;
	struct str area_end;
	struct tx tx;
	enum err result;
	sem_t over;
	void (*done)(void *arg, enum err result);       /* NULL: its caller sleeps */
};

struct keeper {
	struct keeper_opts o;
	struct arena *mem;
	pthread_t thread;

	pthread_mutex_t lock;           /* the queue, `head`, `stats` */
	pthread_cond_t more;
	struct op *first, *last;
	size_t waiting;
	bool sleeping, stop;
	struct audit_head head;         /* on disk */
	struct store_stats stats;

	/* The keeper's thread alone: */
	struct conn *c;                 /* NULL after the disk failed */
	struct audit_head end;          /* of the chain, with what this group has written so far */
	int64_t events;                 /* shared: the number of the last event, with those of this group */
	struct audit_head base;         /* shared: the end of the chain as this group found it */
	struct sums *sums;
	struct op **group;
	int careful;                    /* groups still to run with savepoints */
	bool ill;                       /* the disk failed, and no commit was good since */
	uint64_t journal_us;            /* since when something is in the journal; 0: nothing that we know of */
	uint64_t disk_us;               /* of this group's commit; 0 when it made none */
};

/* Is this the keeper's own thread? It must not wait for itself. */
static _Thread_local bool is_keeper;

static uint64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* ---- one operation ---- */

static void
op_begin(struct keeper *k, struct op *op)
{
	op->tx = (struct tx){
		.eng = k->o.eng, .queries = k->o.queries, .c = k->c, .mem = op->what.mem,
		.area = op->what.area, .area_end = op->area_end, .writing = true, .head = &k->end,
	};
	op->result = OK;
}

/* The first failure of the transaction is the truth: what fn made of it may follow from it. */
static enum err
op_call(struct op *op)
{
	enum err e = OK;

	do {
		e = op->what.fn(&op->tx, op->what.arg);
	} while (op->what.bulk && e == OK && op->tx.err == OK);
	if (op->what.bulk && e == E_NOTFOUND && op->tx.err == OK)
		return OK;
	return op->tx.err != OK ? op->tx.err : e;
}

/* What became of the transaction around an operation. */
enum after {
	AFTER_GOOD,     /* the operation is kept, or it alone is undone */
	AFTER_AGAIN,    /* it left something behind that only undoing everything removes */
	AFTER_LOST,     /* the transaction is gone */
};

/* What it sent and did not wait for. */
static enum err
keeper_settle(struct keeper *k)
{
	return k->o.eng->settle != NULL ? k->o.eng->settle(k->c) : OK;
}

/* Can the operation, or all around it, still be undone and the transaction go on? */
static bool
is_well(struct keeper *k)
{
	enum health h = k->o.eng->health(k->c);

	return h == FIT || h == STUCK;
}

/* `sure`: what it sent is waited for, so that a failure is known to be its own. */
static enum after
op_run(struct keeper *k, struct op *op, bool marked, bool sure)
{
	const struct engine *eng = k->o.eng;
	struct audit_head end = k->end;
	int64_t changes = eng->changes(k->c);

	op_begin(k, op);
	if (marked && (op->result = eng->turn(k->c, TURN_MARK)) != OK)
		return AFTER_LOST;
	op->result = op_call(op);
	eng->finish_all(k->c);
	if (op->result == OK && (marked || sure))
		op->result = tx_fail(&op->tx, keeper_settle(k));
	if (op->result == OK && op->tx.changed && !op->tx.audited)
		BUG("a change without a line in the audit log");
	if (!is_well(k) || (eng->shared && op->tx.err == E_BUSY))
		return AFTER_LOST;
	if (op->result == OK) {
		for (struct add *a = op->tx.adds; a != NULL; a = a->next)
			sums_add(k->sums, a);
		return !marked || eng->turn(k->c, TURN_KEEP) == OK ? AFTER_GOOD : AFTER_LOST;
	}
	k->end = end;
	if (marked)
		return eng->turn(k->c, TURN_BACK) == OK ? AFTER_GOOD : AFTER_LOST;
	return eng->health(k->c) == FIT && eng->changes(k->c) == changes ? AFTER_GOOD : AFTER_AGAIN;
}

/* For tests: an operation must be able to run twice. Undo it and let it run again. */
static enum after
op_run_twice(struct keeper *k, struct op *op)
{
	struct audit_head end = k->end;

	op_begin(k, op);
	if (k->o.eng->turn(k->c, TURN_MARK) != OK)
		return AFTER_LOST;
	op_call(op);
	k->o.eng->finish_all(k->c);
	k->end = end;
	if (!is_well(k) || k->o.eng->turn(k->c, TURN_BACK) != OK)
		return AFTER_LOST;
	return op_run(k, op, true, true);
}

/* ---- a group ---- */

enum care {
	CARE_NONE,      /* no savepoints */
	CARE_EACH,      /* a savepoint for each */
};

enum outcome {
	OUT_DONE,       /* committed; each operation has its result */
	OUT_AGAIN,      /* undone; run it with more care */
	OUT_FAULT,      /* undone; one of them makes the whole fail */
	OUT_DISK,       /* undone; the store failed */
	OUT_BROKE,      /* undone, by no fault of ours or the disk's: run it again */
	OUT_DOUBT,      /* perhaps committed */
};

/* After a failure of the disk another connection: recovery by SQLite's own rules, nothing kept in memory. */
static enum err
keeper_heal(struct keeper *k)
{
	struct str why;
	struct arena *mem;
	enum err e;

	if (k->c != NULL)
		return OK;
	mem = arena_new(1 << 12);
	e = k->o.eng->open(k->o.at, CONN_WRITE, &k->c, &why, mem);
	if (e == OK && (e = k->o.eng->seal(k->c)) != OK) {
		k->o.eng->close(k->c);
		k->c = NULL;
	}
	arena_free(mem);
	return e;
}

static void
group_undo(struct keeper *k)
{
	const struct engine *eng = k->o.eng;

	if (eng->turn(k->c, TURN_ROLLBACK) != OK || eng->health(k->c) >= SICK) {
		eng->close(k->c);
		k->c = NULL;
		if (!k->ill)
			log_error("store.ill", KV_N("seq", k->head.seq));
		k->ill = true;
	}
	k->end = k->head;       /* only this thread writes k->head */
}

static struct tx
keeper_tx(struct keeper *k)
{
	return (struct tx){ .eng = k->o.eng, .queries = k->o.queries, .c = k->c, .mem = k->mem,
		.area = S(""), .area_end = S(""), .writing = true };
}

/* Begin the transaction of a group; where others write too, behind all of theirs. */
static enum err
group_begin(struct keeper *k)
{
	enum err e = k->o.eng->turn(k->c, TURN_WRITE);

	if (e != OK || !k->o.eng->shared)
		return e;
	struct tx tx = keeper_tx(k);
	e = audit_head_take(&tx, &k->base, &k->events);
	k->end = k->base;
	return e;
}

/* Where others write too: their listeners hear of it, and the end of the chain moves. */
static enum err
group_publish(struct keeper *k, struct tx *tx, struct op **op, size_t n)
{
	int64_t before = k->events;

	for (size_t i = 0; i < n; i++)
		for (struct event *v = op[i]->result == OK ? op[i]->tx.events : NULL; v != NULL; v = v->next)
			tx_exec(tx, Q_event_put, DBS(DI(++k->events), DT(k->o.node), DI(clock_now()), DT(v->topic), DT(v->text)));
	if (k->end.seq != k->base.seq || k->events != before)
		audit_head_move(tx, &k->end, k->events);
	return tx_err(tx);
}

/* The transaction is gone. A broken connection and a quarrel with another process are nobody's fault; but a bulk operation
 * is never run again. */
static enum outcome
out_of_loss(struct keeper *k, struct op **op, size_t n)
{
	bool quarrel = false;

	if (!k->o.eng->shared || op[0]->what.bulk)
		return OUT_DISK;
	for (size_t i = 0; i < n; i++)
		quarrel = quarrel || op[i]->tx.err == E_BUSY;
	return quarrel || k->o.eng->health(k->c) >= SICK ? OUT_BROKE : OUT_DISK;
}

static enum outcome
group_run(struct keeper *k, struct op **op, size_t n, enum care care)
{
	for (size_t i = 0; i < n; i++)
		op[i]->tx.err = OK;
	for (size_t i = 0; i < n; i++) {
		enum after a = k->o.twice && !op[i]->what.bulk ? op_run_twice(k, op[i])
		    : op_run(k, op[i], care == CARE_EACH, n == 1);
		if (a == AFTER_LOST)
			return out_of_loss(k, op, n);
		if (a == AFTER_AGAIN && n > 1)
			return OUT_AGAIN;
		/* Alone, it is undone with the whole. */
		if (a == AFTER_AGAIN)
			return OUT_DONE;
	}
	/* What one of them sent may have failed behind its back: which, shows when each is waited for. */
	if (care == CARE_NONE && n > 1 && keeper_settle(k) != OK)
		return is_well(k) ? OUT_AGAIN : out_of_loss(k, op, n);
	return OUT_DONE;
}

static bool
any_good(struct op **op, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (op[i]->result == OK)
			return true;
	return false;
}

/* The number of the last line before this group. */
static int64_t
group_base(const struct keeper *k)
{
	return k->o.eng->shared ? k->base.seq : k->head.seq;
}

static enum err
group_commit(struct keeper *k, struct op **op, size_t n)
{
	struct tx tx = keeper_tx(k);
	bool keep = !op[0]->what.bulk && sums_count(k->sums) > JOURNAL_SUMS && k->end.seq > group_base(k);
	enum err e = keep ? sums_keep(k->sums, &tx, k->end.seq) : sums_write(k->sums, &tx);

	if (e == OK && k->o.eng->shared)
		e = group_publish(k, &tx, op, n);
	if (e != OK)
		return e;
	uint64_t began = now_us();
	e = k->o.eng->turn(k->c, TURN_COMMIT);
	k->disk_us = now_us() - began + 1;
	if (e == OK && keep && k->journal_us == 0)
		k->journal_us = now_us();
	return e;
}

/* The journal into the counters, as a transaction of its own. When it fails it is tried again later: nothing is lost. */
static enum err
journal_fold(struct keeper *k)
{
	enum err e = keeper_heal(k);

	if (e != OK)
		return e;
	struct tx tx = keeper_tx(k);
	e = group_begin(k);
	if (e == OK)
		e = sums_fold(k->sums, &tx);
	if (e == OK)
		e = k->o.eng->turn(k->c, TURN_COMMIT);
	sums_clear(k->sums);
	if (e != OK)
		group_undo(k);
	k->journal_us = e == OK ? 0 : now_us();
	return e;
}

/* What a commit that failed means for the group. */
static enum outcome
out_of_commit(struct keeper *k, struct op **op, size_t n, enum err e)
{
	enum health h = k->o.eng->health(k->c);

	if (h == DOUBT)
		return OUT_DOUBT;
	if (k->o.eng->shared && !op[0]->what.bulk && (h == SICK || e == E_BUSY))
		return OUT_BROKE;
	return is_well(k) && n > 1 ? OUT_FAULT : OUT_DISK;
}

/* The connection broke in the commit. Whoever has the end of the chain has waited for it; then its last line is there, or
 * nothing of it is and never will be. OK: it is kept; E_NOTFOUND: it is not; else we do not know. */
static enum err
doubt_look(struct keeper *k, const struct audit_head *end)
{
	struct audit_head now;
	int64_t events;
	bool there = false;
	enum err e = keeper_heal(k);

	if (e != OK)
		return e;
	if ((e = k->o.eng->turn(k->c, TURN_WRITE)) == OK) {
		struct tx tx = keeper_tx(k);
		e = audit_head_take(&tx, &now, &events);
		if (e == OK && now.seq >= end->seq)
			there = audit_line_is(&tx, end);
		if (e == OK)
			e = tx_err(&tx);
		/* A server that was cut off, or rose again, may hold it alone. To hold the end of the chain is a change too: once this
		 * commit has been waited for, so has everything before it. */
		if (e == OK && there)
			e = k->o.eng->turn(k->c, TURN_COMMIT);
	}
	group_undo(k);
	return e != OK ? e : there ? OK : E_NOTFOUND;
}

static enum outcome
doubt_settle(struct keeper *k, struct op **op, const struct audit_head *end)
{
	int64_t until = clock_mono() + DOUBT_MS;
	enum err e = E_STORE;

	/* Nothing that leaves a line was in it: nobody can tell. */
	if (end->seq == k->base.seq)
		return OUT_DISK;
	while ((e = doubt_look(k, end)) != OK && e != E_NOTFOUND && clock_mono() < until)
		usleep(DOUBT_PAUSE_US);
	log_warn("store.doubt", KV_N("seq", end->seq), KV_Z("kept", e == OK ? "yes" : e == E_NOTFOUND ? "no" : "unknown"));
	if (e == OK) {
		k->end = *end;
		k->ill = false;
		return OUT_DONE;
	}
	return e == E_NOTFOUND && !op[0]->what.bulk ? OUT_BROKE : OUT_DISK;
}

/* Run and commit n operations as one transaction. *why is what to tell everybody when it is OUT_DISK or OUT_FAULT. */
static enum outcome
group_try(struct keeper *k, struct op **op, size_t n, enum care care, enum err *why)
{
	enum outcome out;

	sums_clear(k->sums);
	k->disk_us = 0;
	if ((*why = keeper_heal(k)) != OK)
		return OUT_DISK;
	if ((*why = group_begin(k)) != OK) {
		out = k->o.eng->shared && (*why == E_BUSY || k->o.eng->health(k->c) >= SICK) ? OUT_BROKE : OUT_DISK;
		group_undo(k);
		return out;
	}
	out = group_run(k, op, n, care);
	if (out == OUT_DONE && any_good(op, n)) {
		if ((*why = group_commit(k, op, n)) == OK) {
			if (k->ill)
				log_warn("store.healed", KV_N("seq", k->end.seq));
			k->ill = false;
			return OUT_DONE;
		}
		struct audit_head end = k->end;
		out = out_of_commit(k, op, n, *why);
		group_undo(k);
		return out == OUT_DOUBT ? doubt_settle(k, op, &end) : out;
	}
	if (out == OUT_DISK || out == OUT_BROKE) {
		*why = E_STORE;
		for (size_t i = 0; i < n; i++)
			if (op[i]->result == E_FULL)
				*why = E_FULL;
	}
	group_undo(k);
	return out;
}

/* ---- afterwards ---- */

static void
group_tell(struct keeper *k, struct op **op, size_t n)
{
	for (size_t i = 0; k->o.on_event.fn != NULL && i < n; i++)
		for (struct event *v = op[i]->result == OK ? op[i]->tx.events : NULL; v != NULL; v = v->next)
			k->o.on_event.fn(&v->topic, v->text, k->o.on_event.arg);
}

static void
group_count(struct keeper *k, struct op **op, size_t n, uint64_t us)
{
	struct store_stats *s = &k->stats;

	pthread_mutex_lock(&k->lock);
	k->head = k->end;
	stats_group(s, n, us, k->disk_us);
	for (size_t i = 0; i < n; i++)
		s->failures += op[i]->result != OK;
	if (k->c != NULL)
		k->o.eng->stats(k->c, s);
	pthread_mutex_unlock(&k->lock);
}

static void
group_wake(struct op **op, size_t n)
{
	/* After that an operation may be gone: its caller has returned, its request is answered. */
	for (size_t i = 0; i < n; i++)
		if (op[i]->done != NULL)
			op[i]->done(op[i]->what.arg, op[i]->result);
		else
			sem_post(&op[i]->over);
}

static void
group_answer(struct keeper *k, struct op **op, size_t n, enum outcome out, enum err why, uint64_t began)
{
	for (size_t i = 0; out != OUT_DONE && i < n; i++)
		op[i]->result = why;
	if (out == OUT_DONE)
		group_tell(k, op, n);
	group_count(k, op, n, now_us() - began);
	group_wake(op, n);
}

/* What broke by nobody's fault is tried on the next connection. */
static enum outcome
group_try_on(struct keeper *k, struct op **op, size_t n, enum care care, enum err *why)
{
	enum outcome out = OUT_BROKE;

	for (int i = 0; out == OUT_BROKE && i < AGAIN_MOST; i++)
		out = group_try(k, op, n, care, why);
	if (out == OUT_BROKE)
		*why = E_BUSY;
	return out;
}

static void
group_serve(struct keeper *k, struct op **op, size_t n)
{
	enum err why = OK;
	uint64_t began = now_us();

	if (op[0]->what.settle) {
		op[0]->result = journal_fold(k);
		group_wake(op, n);
		return;
	}
	enum care care = k->careful > 0 && n > 1 ? CARE_EACH : CARE_NONE;
	enum outcome out = group_try_on(k, op, n, care, &why);

	k->careful -= k->careful > 0;
	if (out == OUT_AGAIN) {
		k->careful = CAREFUL_GROUPS;
		out = group_try_on(k, op, n, CARE_EACH, &why);
	}
	if (out != OUT_FAULT) {
		group_answer(k, op, n, out, why, began);
		return;
	}
	/* One of them makes the sums or the commit fail: find it by running each alone. */
	log_warn("store.alone", KV_N("operations", (int64_t)n), KV_Z("error", err_name(why)));
	for (size_t i = 0; i < n; i++) {
		began = now_us();
		out = group_try_on(k, op + i, 1, CARE_NONE, &why);
		group_answer(k, op + i, 1, out, why, began);
	}
}

/* Something other than a change, between two groups. */
static void
apart_serve(struct keeper *k, struct op *op)
{
	enum err e = keeper_heal(k);

	op_begin(k, op);
	op->result = e == OK ? op->what.fn(&op->tx, op->what.arg) : e;
	group_wake(&op, 1);
}

/* ---- the queue ---- */

/* Sleep until an operation waits; false after IDLE_MS without one, or at the end. */
static bool
queue_sleep(struct keeper *k)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += IDLE_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	k->sleeping = true;
	while (k->first == NULL && !k->stop)
		if (pthread_cond_timedwait(&k->more, &k->lock, &until) == ETIMEDOUT)
			break;
	k->sleeping = false;
	return k->first != NULL;
}

/* A group of its own? */
static bool
alone(const struct op *op)
{
	return op->what.bulk || op->what.settle || op->what.apart;
}

/* Take what waits, at most group_max. 0 when nobody waits. */
static size_t
queue_take(struct keeper *k, bool *stop)
{
	size_t n = 0;

	pthread_mutex_lock(&k->lock);
	if (k->first != NULL || queue_sleep(k))
		while (k->first != NULL && n < k->o.group_max && (n == 0 || !alone(k->first))) {
			struct op *op = k->first;
			k->first = op->next;
			k->group[n++] = op;
			if (alone(op))
				break;
		}
	if (k->first == NULL)
		k->last = NULL;
	k->waiting -= n;
	*stop = k->stop;
	pthread_mutex_unlock(&k->lock);
	return n;
}

static void *
keeper_main(void *arg)
{
	struct keeper *k = arg;
	bool stop = false;
	size_t n;

	is_keeper = true;
	while ((n = queue_take(k, &stop)) > 0 || !stop) {
		if (n > 0 && k->group[0]->what.apart)
			apart_serve(k, k->group[0]);
		else if (n > 0)
			group_serve(k, k->group, n);
		arena_reset(k->mem);
		if (k->journal_us != 0 && (n == 0 || now_us() - k->journal_us >= JOURNAL_US)) {
			if (journal_fold(k) != OK)
				log_warn("store.behind", KV_Z("why", "counters wait in the journal"));
			arena_reset(k->mem);
		}
		if (k->c != NULL)
			k->o.eng->tend(k->c, n == 0);
	}
	if (k->journal_us != 0 && journal_fold(k) != OK)
		log_warn("store.behind", KV_Z("why", "counters wait in the journal"));
	/* A commit that failed last has left frames in the log that the next process would take for good: with a connection in
	 * good health the log is emptied without them. */
	if (k->c == NULL && !k->o.eng->shared && keeper_heal(k) != OK)
		log_warn("store.end", KV_Z("why", "the disk still fails"));
	if (k->c != NULL)
		k->o.eng->close(k->c);
	return NULL;
}

/* E_BUSY when there is no room. */
static enum err
queue_put(struct keeper *k, struct op *op)
{
	op->area_end = area_after(op->what.mem, op->what.area);
	pthread_mutex_lock(&k->lock);
	if (k->stop || k->waiting >= k->o.queue_max) {
		pthread_mutex_unlock(&k->lock);
		return E_BUSY;
	}
	if (k->last != NULL)
		k->last->next = op;
	else
		k->first = op;
	k->last = op;
	k->waiting++;
	bool wake = k->sleeping;
	pthread_mutex_unlock(&k->lock);
	if (wake)
		pthread_cond_signal(&k->more);
	return OK;
}

enum err
keeper_run(struct keeper *k, const struct keeper_op *what)
{
	struct op op = { .what = *what };

	if (is_keeper)
		BUG("store_write inside an operation");
	if (sem_init(&op.over, 0, 0) != 0)
		BUG("sem_init");
	enum err e = queue_put(k, &op);
	while (e == OK && sem_wait(&op.over) != 0)
		if (errno != EINTR)
			BUG("sem_wait");
	sem_destroy(&op.over);
	return e != OK ? e : op.result;
}

enum err
keeper_start_op(struct keeper *k, const struct keeper_op *what, void (*done)(void *arg, enum err result))
{
	struct op *op = NEW(what->mem, struct op);

	*op = (struct op){ .what = *what, .done = done };
	return queue_put(k, op);
}

/* ---- beginning and end ---- */

struct keeper *
keeper_start(struct arena *mem, const struct keeper_opts *o)
{
	struct keeper *k = NEW(mem, struct keeper);
	pthread_condattr_t attr;
	sigset_t all, old;

	k->o = *o;
	if (k->o.group_max == 0)
		k->o.group_max = GROUP_MAX;
	if (k->o.queue_max == 0)
		k->o.queue_max = QUEUE_MAX;
	k->mem = arena_new(1 << 16);
	k->c = o->c;
	k->head = k->end = o->head;
	k->journal_us = 1;      /* the process before us may have left something */
	k->sums = sums_new(mem);
	k->group = NEWN(mem, struct op *, k->o.group_max);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&k->lock, NULL);
	pthread_cond_init(&k->more, &attr);
	pthread_condattr_destroy(&attr);

	/* Signals are for the threads that wait for them. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (pthread_create(&k->thread, NULL, keeper_main, k) != 0)
		NO_MEMORY();
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return k;
}

void
keeper_stop(struct keeper *k)
{
	pthread_mutex_lock(&k->lock);
	k->stop = true;
	pthread_mutex_unlock(&k->lock);
	pthread_cond_signal(&k->more);
	pthread_join(k->thread, NULL);
	pthread_cond_destroy(&k->more);
	pthread_mutex_destroy(&k->lock);
	sums_free(k->sums);
	arena_free(k->mem);
}

struct audit_head
keeper_head(struct keeper *k)
{
	pthread_mutex_lock(&k->lock);
	struct audit_head h = k->head;
	pthread_mutex_unlock(&k->lock);
	return h;
}

void
keeper_stats(struct keeper *k, struct store_stats *out)
{
	pthread_mutex_lock(&k->lock);
	*out = k->stats;
	out->queued = k->waiting;
	pthread_mutex_unlock(&k->lock);
}
