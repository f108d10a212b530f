/* main/bench_idle.c: hersys bench idle: the memory of the server with thousands of idle connections, and while others work. */
#include "main/bench.h"
#include "main/main.h"

#include <pthread.h>
#include <sys/resource.h>

#define CREW 8
#define ASKED_AGAIN 200
#define IDLE_SECONDS 600        /* of the server: nobody is cut while we look */

struct opener {
	struct bench *b;
	struct client **client;
	size_t from, until, open;
	struct arena *mem;
	pthread_t thread;
};

static bool
ask_alive(struct client *c, struct arena *mem)
{
	struct client_reply r;
	bool good = client_ask(c, mem, &(struct client_req){ .method = "GET", .path = S("/healthz") }, &r) == OK && r.status == 200;

	return good;
}

static void *
open_some(void *arg)
{
	struct opener *o = arg;
	struct arena *mem = arena_new(1 << 14);

	for (size_t i = o->from; i < o->until; i++) {
		o->client[i] = bench_client(&o->b->w, o->mem);
		o->open += ask_alive(o->client[i], mem);
		arena_reset(mem);
	}
	arena_free(mem);
	return NULL;
}

/* So many connections, each of which was answered once. How many are open. The clients live in the crew's arenas. */
static size_t
open_all(struct bench *b, struct opener crew[CREW], struct client **client, size_t n)
{
	size_t open = 0;

	for (size_t i = 0; i < CREW; i++) {
		crew[i] = (struct opener){ .b = b, .client = client, .from = n * i / CREW, .until = n * (i + 1) / CREW,
			.mem = arena_new(1 << 20) };
		if (pthread_create(&crew[i].thread, NULL, open_some, &crew[i]) != 0)
			BUG("bench: no thread");
	}
	for (size_t i = 0; i < CREW; i++) {
		pthread_join(crew[i].thread, NULL);
		open += crew[i].open;
	}
	return open;
}

/* This process and the server each need a descriptor a connection. */
static bool
raise_limit(struct bench *b, size_t n)
{
	struct rlimit r;
	rlim_t want = n + 1024;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0)
		return false;
	if (r.rlim_max < want)
		r.rlim_max = want;
	r.rlim_cur = want > r.rlim_cur ? want : r.rlim_cur;
	return setrlimit(RLIMIT_NOFILE, &r) == 0
	    || bench_failed(b->err, "not so many open files are allowed", S("see ulimit -n, or ask for fewer with --idle"));
}

int
bench_idle(struct bench *b)
{
	size_t n = b->o.idle > 0 ? (size_t)b->o.idle : 10000, alive = 0;
	struct client **client = NEWN(b->mem, struct client *, n);
	long before, idle, most;
	struct bench_filing *f;
	struct bench_sum sum;
	struct arena *mem;
	struct opener crew[CREW];

	if (!raise_limit(b, n) || !bench_world_make(&b->w, b->mem, &b->o, BENCH_DOCTORS, b->err))
		return EXIT_FAILED;
	b->w.connections = (unsigned)n + 512;
	b->w.idle_seconds = IDLE_SECONDS;
	if (!bench_server_start(&b->w, b->err) || !bench_sign_in_all(&b->w, DEMO_LOGINS, b->w.users, b->err)
	    || (f = bench_filing_new(b)) == NULL)
		return EXIT_FAILED;
	bench_server_memory(&b->w, &before, &most);
	size_t open = open_all(b, crew, client, n);
	bench_server_memory(&b->w, &idle, &most);
	bench_line(b, "idle.memory", (double)idle / 1024, "MiB", "\"connections\":%zu,\"open\":%zu,\"without_mib\":%.1f,\"kib_each\":%.1f", n,
	    open, (double)before / 1024, open > 0 ? (double)(idle - before) / (double)open : 0);
	struct bench_load l = { .w = &b->w, .clients = b->o.clients > 0 ? (int)b->o.clients : 64, .seconds = (int)b->o.seconds,
		.user = b->w.user + DEMO_LOGINS, .users = b->w.users - DEMO_LOGINS };
	bench_filing_load(f, &l);
	bench_load(&l, &sum);
	bench_line_load(b, "idle.notify", &sum, l.clients, "\"idle\":%zu", open);
	bench_line_memory(b, "idle.memory.working");
	/* They are still there: on the same connection, or the client would have opened another and the server counted it. */
	mem = arena_new(1 << 16);
	for (size_t i = 0; i < ASKED_AGAIN && i < n; i++, arena_reset(mem))
		alive += ask_alive(client[i * (n / (n < ASKED_AGAIN ? n : ASKED_AGAIN))], mem);
	for (size_t i = 0; i < n; i++)
		client_free(client[i]);
	for (size_t i = 0; i < CREW; i++)
		arena_free(crew[i].mem);
	arena_free(mem);
	return bench_filing_end(f) && open == n && alive == (n < ASKED_AGAIN ? n : ASKED_AGAIN) && sum.bad == 0 ? EXIT_DONE : EXIT_FAILED;
}
