/* web/live.c: see live.h. One thread sends; the keeper only sets marks. */
#include "web/live.h"

#include "base/clock.h"
#include "http/server.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { MARK_NOTIFICATION = 1, MARK_CHANGE = 2, MARK_HANDOVER = 4 };

/* One open page. Freed when its stream has closed; the server calls `closed` exactly once. */
struct listener {
	struct live *live;
	struct listener *next;
	struct http_stream *stream;     /* NULL until it is open */
	char area[64];
	size_t area_n;
	unsigned marks;
};

struct live {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	pthread_t thread;
	struct listener *list;
	bool marked, stopping;
	size_t count;
};

static void
send_marks(struct listener *k)
{
	if (k->marks & MARK_NOTIFICATION)
		http_stream_send(k->stream, S("event: notification\ndata: 1\n\n"));
	if (k->marks & MARK_HANDOVER)
		http_stream_send(k->stream, S("event: handover\ndata: 1\n\n"));
	http_stream_send(k->stream, S("event: figures\ndata: 1\n\n"));
	k->marks = 0;
}

static void *
live_run(void *arg)
{
	struct live *l = arg;

	pthread_mutex_lock(&l->lock);
	while (!l->stopping) {
		if (!l->marked) {
			pthread_cond_wait(&l->wake, &l->lock);
			continue;
		}
		l->marked = false;
		for (struct listener *k = l->list; k != NULL; k = k->next)
			if (k->marks != 0 && k->stream != NULL)
				send_marks(k);
		/* Gather what comes in the next moment. */
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += LIVE_EVERY_MS * 1000000L;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		while (!l->stopping && pthread_cond_timedwait(&l->wake, &l->lock, &until) == 0)
			;
	}
	pthread_mutex_unlock(&l->lock);
	return NULL;
}

struct live *
live_start(struct arena *mem)
{
	struct live *l = NEW(mem, struct live);

	pthread_mutex_init(&l->lock, NULL);
	pthread_cond_init(&l->wake, NULL);
	if (pthread_create(&l->thread, NULL, live_run, l) != 0)
		NO_MEMORY();
	return l;
}

void
live_quiet(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	for (struct listener *k = l->list; k != NULL; k = k->next)
		if (k->stream != NULL)
			http_stream_end(k->stream);
	pthread_mutex_unlock(&l->lock);
}

void
live_stop(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	l->stopping = true;
	pthread_cond_broadcast(&l->wake);
	pthread_mutex_unlock(&l->lock);
	pthread_join(l->thread, NULL);
}

void
live_tell(struct live *l, struct str topic, struct str text)
{
	unsigned mark = str_starts(text, S("notification ")) ? MARK_NOTIFICATION
	    : str_starts(text, S("handover ")) ? MARK_HANDOVER : MARK_CHANGE;
	bool any = false;

	pthread_mutex_lock(&l->lock);
	for (struct listener *k = l->list; k != NULL; k = k->next)
		if (str_starts(topic, (struct str){ k->area, k->area_n })) {
			k->marks |= mark;
			any = true;
		}
	if (any && !l->marked) {
		l->marked = true;
		pthread_cond_signal(&l->wake);
	}
	pthread_mutex_unlock(&l->lock);
}

static void
opened(struct http_stream *s, void *arg)
{
	struct listener *k = arg;

	pthread_mutex_lock(&k->live->lock);
	k->stream = s;
	k->next = k->live->list;
	k->live->list = k;
	k->live->count++;
	/* The first bytes at once: the page knows that it is connected. */
	http_stream_send(s, S("retry: 2000\nevent: hello\ndata: 1\n\n"));
	pthread_mutex_unlock(&k->live->lock);
}

static void
closed(struct http_stream *s, void *arg)
{
	struct listener *k = arg;
	struct live *l = k->live;

	(void)s;
	pthread_mutex_lock(&l->lock);
	for (struct listener **at = &l->list; *at != NULL; at = &(*at)->next)
		if (*at == k) {
			*at = k->next;
			l->count--;
			break;
		}
	pthread_mutex_unlock(&l->lock);
	free(k);
}

struct http_reply
live_stream(struct live *l, struct str area)
{
	struct listener *k = calloc(1, sizeof *k);

	if (k == NULL)
		NO_MEMORY();
	k->live = l;
	k->area_n = area.n < sizeof k->area ? area.n : 0;
	memcpy(k->area, area.p, k->area_n);
	return (struct http_reply){
		.status = 200, .type = S("text/event-stream; charset=utf-8"), .stream_opened = opened,
		.stream_closed = closed, .stream_arg = k,
	};
}

size_t
live_count(struct live *l)
{
	pthread_mutex_lock(&l->lock);
	size_t n = l->count;
	pthread_mutex_unlock(&l->lock);
	return n;
}
