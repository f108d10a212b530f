/* main/bench_replay.c: hersys bench replay: the most notifications that Japan had on one day, over the wire, on the curve of a day.
 *
 * The day is compressed into --minutes; presses are sent when they are due, whether or not those before were answered (an
 * open loop), by doctors of many institutions that signed in with both factors. What waits because everybody is busy waits as a
 * clinic would: the time counts from when it was due. At the end everything is counted again. */
#include "main/bench.h"
#include "main/bench_day.h"
#include "main/main.h"

#include <pthread.h>

#define MINUTES_MOST 240
#define CLIENTS 256
#define LATE_MINUTES 30

/* Persons newly found positive, as the ministry published them day by day; all were notified through HER-SYS. */
static const struct {
	struct str day;
	int64_t count;
} days[] = {
	{ STR_INIT("2022-08-19"), 261029 },     /* the most of any day */
};

struct slice {
	uint64_t offered, answered;
	struct bench_times times;
};
struct replay {
	struct bench_filing *filing;
	int64_t count, day_us;          /* of the compressed day */
	int minutes, slices;            /* slices: those, and some for what is answered late */
	pthread_mutex_t lock;           /* the slices */
	struct slice *minute;           /* of the clock on the wall */
	struct slice hour[24];          /* of the day that is played */
};

static int64_t
due(void *arg, int64_t nth)
{
	const struct replay *r = arg;

	return nth < r->count ? bench_day_due(nth, r->count, r->day_us) : -1;
}

/* A press belongs to when it was due, its answer to when it came; what comes after the day is in the last hour. */
static enum bench_done
ask(struct bench_caller *c)
{
	struct replay *r = c->arg;
	enum bench_done done = bench_filing_ask(r->filing, c);
	int64_t due_us = c->due_us - c->begin_us, now_us = bench_now_us() - c->begin_us;
	int64_t last = r->slices - 1, minute = now_us / 60000000, hour = now_us * 24 / r->day_us;
	struct slice *m = &r->minute[due_us / 60000000], *h = &r->hour[due_us * 24 / r->day_us];

	pthread_mutex_lock(&r->lock);
	m->offered++;
	h->offered++;
	if (done == BENCH_GOOD) {
		bench_times_add(&m->times, now_us - due_us);
		bench_times_add(&h->times, now_us - due_us);
		r->minute[minute < last ? minute : last].answered++;
		r->hour[hour < 23 ? hour : 23].answered++;
	}
	pthread_mutex_unlock(&r->lock);
	return done;
}

static void
print_slice(struct bench *b, const char *name, const struct slice *s, double seconds)
{
	bench_line(b, name, (double)s->answered / seconds, "1/s", "\"offered\":%llu,\"answered\":%llu,\"p50_ms\":%.2f,\"p99_ms\":%.2f,"
	    "\"max_ms\":%.2f", (unsigned long long)s->offered, (unsigned long long)s->answered, bench_times_ms(&s->times, 0.5),
	    bench_times_ms(&s->times, 0.99), (double)s->times.most_us / 1000);
}

static void
print_all(struct bench *b, const struct replay *r, const struct bench_sum *sum, double took)
{
	char name[40];

	for (int i = 0; i < r->slices && (i < r->minutes || r->minute[i].answered > 0); i++) {
		snprintf(name, sizeof name, "replay.minute.%d", i + 1);
		print_slice(b, name, &r->minute[i], 60);
	}
	for (int i = 0; i < 24; i++) {
		snprintf(name, sizeof name, "replay.hour.%02d", i);
		print_slice(b, name, &r->hour[i], (double)r->day_us / 24e6);
	}
	bench_line(b, "replay.day", (double)sum->good, "notifications", "\"offered\":%lld,\"failed\":%llu,\"minutes\":%d,"
	    "\"seconds\":%.1f,\"times_real\":%.1f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f", (long long)r->count,
	    (unsigned long long)sum->bad, r->minutes, took, 86400 / took, bench_times_ms(&sum->times, 0.5),
	    bench_times_ms(&sum->times, 0.99), (double)sum->times.most_us / 1000);
}

static bool
replay_begin(struct bench *b, struct replay *r)
{
	r->minutes = b->o.minutes > 0 ? (int)b->o.minutes : 5;
	r->day_us = r->minutes * 60000000LL;
	r->count = b->o.count;
	for (size_t i = 0; r->count == 0 && i < LEN(days); i++)
		if (str_eq(b->o.day.n > 0 ? b->o.day : days[0].day, days[i].day))
			r->count = days[i].count;
	if (r->count == 0)
		return bench_failed(b->err, "how many there were is not known here: say --count N for", b->o.day);
	if (r->minutes > MINUTES_MOST)
		return bench_failed(b->err, "--minutes", S("240 at most"));
	r->slices = r->minutes + LATE_MINUTES;
	r->minute = NEWN(b->mem, struct slice, (size_t)r->slices);
	pthread_mutex_init(&r->lock, NULL);
	return true;
}

int
bench_replay(struct bench *b)
{
	struct replay *r = NEW(b->mem, struct replay);
	struct bench_sum sum;

	if (b->o.clients == 0)
		b->o.clients = CLIENTS;
	if (!replay_begin(b, r))
		return EXIT_USAGE;
	if (!bench_world_make(&b->w, b->mem, &b->o, BENCH_DOCTORS, b->err) || !bench_server_start(&b->w, b->err)
	    || !bench_sign_in_all(&b->w, DEMO_LOGINS, b->w.users, b->err) || (r->filing = bench_filing_new(b)) == NULL)
		return EXIT_FAILED;
	struct bench_load l = { .w = &b->w, .clients = (int)b->o.clients, .seconds = r->minutes * 60,
		.user = b->w.user + DEMO_LOGINS, .users = b->w.users - DEMO_LOGINS };
	bench_filing_load(r->filing, &l);
	l.ask = ask;
	l.after = NULL;
	l.due = due;
	l.arg = r;
	int64_t began = bench_now_us();
	bench_load(&l, &sum);
	double took = (double)(bench_now_us() - began) / 1e6;
	bool good = bench_filing_end(r->filing);
	print_all(b, r, &sum, took);
	bench_line_memory(b, "replay.memory");
	good = bench_server_stop(&b->w, b->err) && good;
	good = bench_prove(b, "replay.kept", sum.good) && good;
	pthread_mutex_destroy(&r->lock);
	return good && sum.bad == 0 && sum.good == (uint64_t)r->count ? EXIT_DONE : EXIT_FAILED;
}
