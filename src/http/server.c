/* http/server.c: see server.h. The only file that includes libmicrohttpd or GnuTLS.
 *
 * Who does what
 *   door      one thread: accepts, gives each connection a seat, hands it to the library;
 *             every TICK_MS it walks the seats and cuts those whose time is up (the library
 *             itself knows no deadline for a head), and looks after the streams.
 *   network   `threads` threads of the library: TLS, parsing, our checks (on_*), writing.
 *   workers   `workers` threads: take a request from the queue, serve, wake its connection.
 *
 * A connection
 *   seat_take -> on_seat(STARTED) -> requests -> on_seat(CLOSED) -> the library closes the socket.
 *   Seats are numbered by file descriptor. shutdown(2) is called under seats.lock and only while
 *   the seat is taken, so never on a descriptor that has meanwhile become somebody else's.
 *
 * A request, in its own arena, which goes back to the pool in on_done
 *   on_line (request line) -> head_came -> body_came* -> offer: suspended, queued -> work:
 *   answered, resumed -> reply_send -> on_done. A refusal goes to reply_send from anywhere.
 *
 * A stream is a reply without end: its connection is suspended while there is nothing to send.
 *
 * Stop: no more accepts; queued requests are answered, new ones get 503; streams end; idle
 * connections are cut; then workers, door and library are joined, in this order, because the
 * library must not be stopped while a connection is suspended.
 *
 * We accept ourselves (MHD_add_connection) instead of giving the library the listening socket:
 * limits are exact, connections spread evenly over the threads, and MHD_quiesce_daemon, which in
 * 0.9.75 may panic when a thread leaves the epoll set at the same moment, is not needed. */
#define HERSYS_MAY_MALLOC       /* a stream outlives its request */
#include "http/server.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* TLS 1.2 and 1.3, ECDHE, AEAD, no curve below 128 bit: reliability.md 0.4. */
#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" \
	":-CIPHER-ALL:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305" \
	":-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-MAC-ALL:+AEAD" \
	":-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1"

enum {
	GATES_MAX = 8,
	HEAD_MAX = 16 << 10,            /* bytes of a request's head */
	HEADERS_MAX = 100,
	POOL_BYTES = 36 << 10,          /* of the library, per connection: both heads; see rooms */
	PAGE = 4096,
	ROOMS_KEPT = 128,               /* connections whose rooms are not worth a thought */
	ARENA_FIRST = 64 << 10,
	ARENAS_KEPT = 512,
	BODY_FIRST = 16 << 10,          /* grown by doubling: announcing a body costs nothing */
	DRAIN_MAX = 4 << 20,            /* of a refused body, so that the refusal is read */
	BODIES_MIN = 256 << 20,         /* bytes of all bodies held at once, at least */
	TICK_MS = 200,
	QUEUE_WAIT_MS = 3000,           /* who waited longer, not for a filing, shall come again */
	STREAM_MAX = 256 << 10,         /* unread bytes of a stream */
	STREAM_SNDBUF = 64 << 10,
	STREAM_PIECE = 4096,            /* bytes the library asks for at once, in HTTP/1.0 */
	RETRY_SECONDS = 2,
	FD_SPARE = 512,                 /* descriptors of the rest of the program */
	USER_TIMEOUT_MS = 30000,        /* a peer that no longer acknowledges is gone */
};

#define NEVER INT64_MAX

enum gate_kind { GATE_TLS, GATE_PLAIN, GATE_UNIX, GATE_REDIRECT, GATE_MACHINES };

/* A listening socket. */
struct gate {
	enum gate_kind kind;
	int fd, port;
	char *path;                     /* of a unix socket, to remove at the end */
};

enum phase { PHASE_HEAD, PHASE_IDLE, PHASE_BODY, PHASE_WORK, PHASE_REPLY, PHASE_STREAM };

struct seat {
	const struct gate *gate;        /* NULL: free */
	struct server *server;
	struct MHD_Connection *conn;
	int finished;                   /* TLS: how many of the two "Finished" have gone by */
	size_t pulled;                  /* TLS: bytes that came */
	char *room;                     /* TLS: the library's POOL_BYTES; NULL: not known */
	bool served;                    /* TLS: a request is over, and nothing came since */
	_Atomic bool parked;            /* TLS: suspended until the handshake has more to read */
	uint64_t key[2];                /* the address, as the limit counts it */
	bool counted, cut;
	char address[INET6_ADDRSTRLEN];
	/* Written by the connection's network thread, read by the door without a lock. */
	_Atomic int phase;
	_Atomic int64_t since, due;
	_Atomic bool staff;             /* has sent a request of staff */
};

/* How many seats an address has taken: open addressing, at most half full. */
struct count {
	uint64_t key[2];
	uint32_t n;
};

struct seats {
	pthread_mutex_t lock;
	struct seat *at;                /* by descriptor */
	size_t n;
	struct count *counts;
	size_t n_counts;                /* a power of two */
	uint64_t salt[2];
	unsigned limit, limit_per_address;
	_Atomic unsigned open;
};

struct req {
	struct req *next;               /* in a queue */
	struct arena *mem;
	struct server *server;
	struct seat *seat;
	struct MHD_Connection *conn;
	const char *line_at;            /* where the library keeps the target */
	struct str target;
	bool head_seen, answered, offered, staff, close, chunked;
	enum http_rank rank;
	int refuse;                     /* status to refuse with, once the body is drained */
	uint64_t length;                /* Content-Length */
	char *body;
	size_t n_body, cap_body;
	uint64_t drained;
	size_t held;                    /* our share of server.bodies */
	int64_t body_due, queued_at;
	struct http_req q;
	struct http_reply reply;
	/* Held, and now to be finished: */
	http_go_on_fn *go_on;
	void *go_on_arg;
};

struct queue {
	struct req *first, **last;
};

struct worker {
	struct worker *next;            /* of the idle */
	struct server *server;
	pthread_t thread;
	pthread_cond_t call;
	bool called;
};

struct http_stream {
	struct http_stream *next, **link;       /* server.streams */
	struct server *server;
	struct seat *seat;
	struct MHD_Connection *conn;
	void (*closed)(struct http_stream *s, void *arg);
	void *arg;
	pthread_mutex_t lock;           /* of what follows */
	char *p;
	size_t from, n, cap;            /* unread: p[from .. from + n) */
	bool asleep;                    /* the connection is suspended */
	bool ended;                     /* send what is there, then end */
	bool dead;                      /* send nothing more */
	int64_t sent_at;
};

struct server {
	struct server_opts o;
	struct gate gates[GATES_MAX];
	size_t n_gates;
	struct MHD_Daemon *tls, *plain, *machines;
	gnutls_datum_t ticket_key;
	struct seats seats;

	pthread_mutex_t arenas_lock;
	struct arena *arenas[ARENAS_KEPT];
	size_t n_arenas;

	pthread_mutex_t queue_lock;
	struct queue held;              /* being finished; before all others */
	struct queue waiting[RANKS];
	unsigned below, below_max;      /* workers that do something else than filing; at most */
	_Atomic unsigned holding;       /* requests that are held, or are being finished */
	struct worker *idle;            /* the last to become idle first: its caches are warm */
	bool calling;                   /* one has been called and has not come yet */
	unsigned queue_max;
	bool quit;                      /* workers: go when the queue is empty */

	pthread_mutex_t streams_lock;   /* taken before a stream's lock */
	struct http_stream *streams;

	int wake;                       /* an eventfd the door listens to */
	int doorbell;                   /* its epoll set: gates, wake, parked handshakes */
	pthread_t door;
	struct worker *workers;
	unsigned n_workers;             /* running */
	bool door_runs;
	_Atomic bool stopping, late, door_quit, no_parking;
	_Atomic size_t bodies;
	size_t bodies_max;
	_Atomic unsigned queued, working, answering, n_streams;
	_Atomic uint64_t connections, requests, refused, shed, timeouts, rested;
	_Atomic uint64_t shed_of[RANKS];
	_Atomic bool overloaded;        /* somebody was sent away since the queue was empty */
};

static void
lock(pthread_mutex_t *m)
{
	if (pthread_mutex_lock(m) != 0)
		BUG("lock");
}

static void
unlock(pthread_mutex_t *m)
{
	if (pthread_mutex_unlock(m) != 0)
		BUG("unlock");
}

/* Debian 12's version has habits that we know, use and work around, each time with a comment. */
static bool
library_is_0975(void)
{
	return strcmp(MHD_get_version(), "0.9.75") == 0;
}

/* ---- seats ------------------------------------------------------------------------------ */

/* The place of `key` in the table, or the free place where it would go. */
static size_t
count_place(const struct seats *t, const uint64_t key[2])
{
	uint64_t h = (key[0] ^ t->salt[0]) * 0x9e3779b97f4a7c15u;
	size_t i;

	h = (h ^ h >> 29 ^ key[1] ^ t->salt[1]) * 0xbf58476d1ce4e5b9u;
	i = (size_t)(h ^ h >> 32) & (t->n_counts - 1);
	while (t->counts[i].n != 0 && memcmp(t->counts[i].key, key, sizeof t->counts[i].key) != 0)
		i = (i + 1) & (t->n_counts - 1);
	return i;
}

static bool
count_add(struct seats *t, const uint64_t key[2])
{
	struct count *c = &t->counts[count_place(t, key)];

	if (c->n >= t->limit_per_address)
		return false;
	c->key[0] = key[0];
	c->key[1] = key[1];
	c->n++;
	return true;
}

static void
count_remove(struct seats *t, const uint64_t key[2])
{
	size_t mask = t->n_counts - 1, i = count_place(t, key);

	if (t->counts[i].n == 0)
		BUG("seat: address not counted");
	if (--t->counts[i].n > 0)
		return;
	/* Close the gap: whoever comes after it may have been pushed past it. */
	for (size_t k = (i + 1) & mask; t->counts[k].n != 0; k = (k + 1) & mask) {
		struct count c = t->counts[k];

		t->counts[k].n = 0;
		t->counts[count_place(t, c.key)] = c;
	}
}

/* Fill in whose seat it is. A whole /64 counts as one address: a household has one. */
static void
seat_name(struct seat *seat, const struct sockaddr_storage *from)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)from;

	seat->counted = true;
	seat->key[0] = seat->key[1] = 0;
	if (from->ss_family == AF_INET) {
		seat->key[1] = 1ull << 32 | v4->sin_addr.s_addr;
		inet_ntop(AF_INET, &v4->sin_addr, seat->address, sizeof seat->address);
	} else if (from->ss_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		uint32_t a;

		memcpy(&a, &v6->sin6_addr.s6_addr[12], 4);
		seat->key[1] = 1ull << 32 | a;
		inet_ntop(AF_INET, &a, seat->address, sizeof seat->address);
	} else if (from->ss_family == AF_INET6) {
		memcpy(&seat->key[0], &v6->sin6_addr, 8);
		inet_ntop(AF_INET6, &v6->sin6_addr, seat->address, sizeof seat->address);
	} else {
		seat->counted = false;
		memcpy(seat->address, "unix", 5);
	}
}

static int
seat_fd(const struct server *s, const struct seat *seat)
{
	return (int)(seat - s->seats.at);
}

/* The moment `seconds` from now. */
static int64_t
after(unsigned seconds)
{
	return clock_mono() + (int64_t)seconds * 1000;
}

static void
seat_phase(struct seat *seat, enum phase phase, int64_t due)
{
	atomic_store_explicit(&seat->phase, phase, memory_order_relaxed);
	atomic_store_explicit(&seat->since, clock_mono(), memory_order_relaxed);
	atomic_store_explicit(&seat->due, due, memory_order_relaxed);
}

static bool
seat_take(struct server *s, const struct gate *gate, int fd, const struct sockaddr_storage *from)
{
	struct seats *t = &s->seats;
	struct seat *seat;

	if ((size_t)fd >= t->n)
		return false;
	seat = &t->at[fd];
	lock(&t->lock);
	seat_name(seat, from);
	if (atomic_load(&t->open) >= t->limit || (seat->counted && !count_add(t, seat->key))) {
		unlock(&t->lock);
		return false;
	}
	seat->gate = gate;
	seat->server = s;
	seat->cut = false;
	seat->finished = 0;
	seat->pulled = 0;
	seat->room = NULL;
	seat->served = false;
	atomic_store(&seat->parked, false);
	atomic_fetch_add(&t->open, 1);
	unlock(&t->lock);
	atomic_store(&seat->staff, false);
	seat_phase(seat, PHASE_HEAD, after(s->o.head_seconds));
	return true;
}

static void
seat_leave(struct server *s, struct seat *seat)
{
	struct seats *t = &s->seats;

	lock(&t->lock);
	if (seat->gate == NULL)
		BUG("seat: left twice");
	seat->gate = NULL;
	atomic_store(&seat->due, NEVER);
	if (seat->counted)
		count_remove(t, seat->key);
	atomic_fetch_sub(&t->open, 1);
	unlock(&t->lock);
}

/* Shut the connection down; its network thread will notice and close it. */
static bool
seat_cut(struct server *s, struct seat *seat)
{
	struct seats *t = &s->seats;
	bool now;

	lock(&t->lock);
	now = seat->gate != NULL && !seat->cut;
	if (now) {
		seat->cut = true;
		(void)shutdown(seat_fd(s, seat), SHUT_RDWR);
	}
	unlock(&t->lock);
	return now;
}

static bool
seats_short(const struct seats *t)
{
	return atomic_load_explicit(&t->open, memory_order_relaxed) > t->limit - t->limit / 10;
}

/* Is this connection's time up? When seats are short, who is not staff may be silent for a fifth of
 * the time of a head. */
static bool
seat_is_late(const struct server *s, struct seat *seat, bool is_short, int64_t now)
{
	enum phase phase = (enum phase)atomic_load_explicit(&seat->phase, memory_order_relaxed);
	bool quiet = phase == PHASE_IDLE || phase == PHASE_HEAD;
	int64_t since = atomic_load_explicit(&seat->since, memory_order_relaxed);

	if (atomic_load_explicit(&seat->due, memory_order_relaxed) < now)
		return true;
	if (atomic_load(&s->stopping) && phase == PHASE_IDLE)
		return true;
	return is_short && quiet && !atomic_load_explicit(&seat->staff, memory_order_relaxed)
	    && since + (int64_t)s->o.head_seconds * 200 < now;
}

/* Free seats say NEVER and PHASE_WORK, so no lock is needed to walk. */
static void
seats_reap(struct server *s)
{
	int64_t now = clock_mono();
	bool is_short = seats_short(&s->seats);

	for (size_t i = 0; i < s->seats.n; i++)
		if (seat_is_late(s, &s->seats.at[i], is_short, now) && seat_cut(s, &s->seats.at[i])
		    && !atomic_load(&s->stopping))
			atomic_fetch_add(&s->timeouts, 1);
}

static void
seats_start(struct server *s, struct arena *mem, unsigned limit)
{
	struct seats *t = &s->seats;

	t->limit = limit;
	t->limit_per_address = s->o.connections_per_address;
	t->n = limit + FD_SPARE;
	t->at = NEWN(mem, struct seat, t->n);
	for (size_t i = 0; i < t->n; i++) {
		t->at[i].phase = PHASE_WORK;
		t->at[i].due = NEVER;
	}
	for (t->n_counts = 64; t->n_counts < 2 * t->n; t->n_counts *= 2)
		;
	t->counts = NEWN(mem, struct count, t->n_counts);
	if (getrandom(t->salt, sizeof t->salt, 0) != sizeof t->salt)
		BUG("getrandom");
	pthread_mutex_init(&t->lock, NULL);
}

/* ---- arenas ----------------------------------------------------------------------------- */

static struct arena *
arenas_take(struct server *s)
{
	struct arena *mem = NULL;

	lock(&s->arenas_lock);
	if (s->n_arenas > 0)
		mem = s->arenas[--s->n_arenas];
	unlock(&s->arenas_lock);
	return mem != NULL ? mem : arena_new(ARENA_FIRST);
}

static void
arenas_give(struct server *s, struct arena *mem)
{
	arena_reset(mem);
	lock(&s->arenas_lock);
	if (s->n_arenas < ARENAS_KEPT) {
		s->arenas[s->n_arenas++] = mem;
		mem = NULL;
	}
	unlock(&s->arenas_lock);
	arena_free(mem);
}

/* ---- streams ---------------------------------------------------------------------------- */

/* With s->lock held: let the library ask again. */
static void
stream_wake(struct http_stream *s)
{
	if (!s->asleep)
		return;
	s->asleep = false;
	MHD_resume_connection(s->conn);
}

/* With s->lock held. */
static void
stream_kill(struct http_stream *s)
{
	s->dead = true;
	s->n = 0;
	(void)seat_cut(s->server, s->seat);
	stream_wake(s);
}

static void
stream_append(struct http_stream *s, struct str bytes)
{
	if (s->from + s->n + bytes.n > s->cap) {
		size_t cap = s->cap;

		while (cap < s->n + bytes.n)
			cap = cap == 0 ? 1024 : cap * 2;
		if (s->n > 0)
			memmove(s->p, s->p + s->from, s->n);
		s->from = 0;
		if (cap != s->cap && (s->p = realloc(s->p, s->cap = cap)) == NULL)
			NO_MEMORY();
	}
	memcpy(s->p + s->from + s->n, bytes.p, bytes.n);
	s->n += bytes.n;
}

bool
http_stream_send(struct http_stream *s, struct str bytes)
{
	bool open;

	lock(&s->lock);
	open = !s->dead && !s->ended;
	if (open && bytes.n > STREAM_MAX - s->n) {
		stream_kill(s);
		open = false;
	}
	if (open) {
		stream_append(s, bytes);
		s->sent_at = clock_mono();
		stream_wake(s);
	}
	unlock(&s->lock);
	return open;
}

void
http_stream_end(struct http_stream *s)
{
	lock(&s->lock);
	s->ended = true;
	stream_wake(s);
	unlock(&s->lock);
}

/* The library asks for bytes: a MHD_ContentReaderCallback. */
static ssize_t
stream_read(void *arg, __attribute__((unused)) uint64_t pos, char *to, size_t max)
{
	struct http_stream *s = arg;
	ssize_t n = 0;

	lock(&s->lock);
	if (s->dead) {
		n = MHD_CONTENT_READER_END_WITH_ERROR;
	} else if (s->n > 0) {
		n = (ssize_t)(s->n < max ? s->n : max);
		memcpy(to, s->p + s->from, (size_t)n);
		s->from += (size_t)n;
		s->n -= (size_t)n;
	} else if (s->ended) {
		n = MHD_CONTENT_READER_END_OF_STREAM;
	} else {
		free(s->p);
		s->p = NULL;
		s->from = s->cap = 0;
		s->asleep = true;
		MHD_suspend_connection(s->conn);
	}
	unlock(&s->lock);
	return n;
}

/* The reply is over, however it came: a MHD_ContentReaderFreeCallback. */
static void
stream_free(void *arg)
{
	struct http_stream *s = arg;
	struct server *server = s->server;

	lock(&server->streams_lock);
	*s->link = s->next;
	if (s->next != NULL)
		s->next->link = s->link;
	unlock(&server->streams_lock);
	lock(&s->lock);
	s->dead = true;
	unlock(&s->lock);
	if (s->closed != NULL)
		s->closed(s, s->arg);
	atomic_fetch_sub(&server->n_streams, 1);
	pthread_mutex_destroy(&s->lock);
	free(s->p);
	free(s);
}

static struct http_stream *
stream_new(struct req *r)
{
	struct server *server = r->server;
	struct http_stream *s = calloc(1, sizeof *s);

	if (s == NULL)
		NO_MEMORY();
	s->server = server;
	s->seat = r->seat;
	s->conn = r->conn;
	s->closed = r->reply.stream_closed;
	s->arg = r->reply.stream_arg;
	s->sent_at = clock_mono();
	pthread_mutex_init(&s->lock, NULL);
	atomic_fetch_add(&server->n_streams, 1);
	lock(&server->streams_lock);
	s->ended = atomic_load(&server->stopping);
	s->link = &server->streams;
	s->next = server->streams;
	if (s->next != NULL)
		s->next->link = &s->next;
	server->streams = s;
	unlock(&server->streams_lock);
	return s;
}

/* Has the client gone away? A suspended connection would not tell. */
static bool
stream_left(const struct http_stream *s)
{
	struct pollfd p = { .fd = seat_fd(s->server, s->seat), .events = POLLRDHUP };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

/* Proxies and browsers give up on a silent stream: say something now and then. */
static void
streams_tend(struct server *server)
{
	int64_t now = clock_mono(), silence = (int64_t)server->o.stream_seconds * 1000;

	lock(&server->streams_lock);
	for (struct http_stream *s = server->streams; s != NULL; s = s->next) {
		lock(&s->lock);
		if (!s->dead && s->asleep && stream_left(s)) {
			stream_kill(s);
		} else if (!s->dead && !s->ended && s->asleep && s->sent_at + silence <= now) {
			stream_append(s, S(": keep-alive\n\n"));
			s->sent_at = now;
			stream_wake(s);
		}
		unlock(&s->lock);
	}
	unlock(&server->streams_lock);
}

enum ending { END_GENTLY, END_NOW };

static void
streams_end(struct server *server, enum ending how)
{
	lock(&server->streams_lock);
	for (struct http_stream *s = server->streams; s != NULL; s = s->next) {
		lock(&s->lock);
		s->ended = true;
		if (how == END_NOW)
			stream_kill(s);
		stream_wake(s);
		unlock(&s->lock);
	}
	unlock(&server->streams_lock);
}

/* ---- replies ---------------------------------------------------------------------------- */

static void
response_add(struct req *r, struct MHD_Response *resp, struct str name, struct str value)
{
	if (value.n == 0)
		return;
	if (!http_token_ok(name) || !http_value_ok(value))
		BUG("a header that cannot be sent");
	if (MHD_add_response_header(resp, str_z(r->mem, name), str_z(r->mem, value)) != MHD_YES)
		NO_MEMORY();
}

static struct MHD_Response *
response_of_stream(struct req *r)
{
	struct http_stream *s = stream_new(r);
	int small = STREAM_SNDBUF;

	(void)setsockopt(seat_fd(r->server, r->seat), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
	r->reply.stream_opened(s, r->reply.stream_arg);
	return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_PIECE, stream_read, s,
	    stream_free);
}

/* Nothing is copied: the arena lives until on_done. */
static struct MHD_Response *
response_of_bytes(struct str body)
{
	void *p = (void *)(uintptr_t)body.p;

	return MHD_create_response_from_buffer(body.n, p, MHD_RESPMEM_PERSISTENT);
}

/* HEAD on a stream opens none, but whoever made the reply hears of both ends. */
static void
stream_skip(struct req *r)
{
	struct http_stream *s = stream_new(r);

	s->dead = true;
	r->reply.stream_opened(s, r->reply.stream_arg);
	r->reply.stream_opened = NULL;
	stream_free(s);
}

static enum MHD_Result
reply_send(struct req *r)
{
	struct server *s = r->server;
	struct http_reply *reply = &r->reply;
	bool stream;
	struct MHD_Response *resp;
	enum MHD_Result done;

	if (reply->status < 200 || reply->status > 599)
		BUG("a status that is none");
	if (reply->stream_opened != NULL && r->q.method == HTTP_HEAD)
		stream_skip(r);
	stream = reply->stream_opened != NULL;
	resp = stream ? response_of_stream(r) : response_of_bytes(reply->body);
	if (resp == NULL)
		NO_MEMORY();
	response_add(r, resp, S("Content-Type"), reply->type);
	for (size_t i = 0; i < reply->n_headers; i++)
		response_add(r, resp, reply->headers[i].name, reply->headers[i].value);
	if (r->close || atomic_load(&s->stopping))
		response_add(r, resp, S("Connection"), S("close"));
	if (stream)
		seat_phase(r->seat, PHASE_STREAM, NEVER);
	else
		seat_phase(r->seat, PHASE_REPLY, after(s->o.idle_seconds)
		    + (int64_t)(reply->body.n * 1000 / s->o.body_rate));
	done = MHD_queue_response(r->conn, (unsigned)reply->status, resp);
	MHD_destroy_response(resp);
	return done;
}

/* Make the reply of a refusal: one line of text. */
static void
refusal(struct req *r, int status)
{
	const char *phrase = MHD_get_reason_phrase_for((unsigned)status);

	r->reply = (struct http_reply){ .status = status, .type = S("text/plain; charset=utf-8") };
	r->reply.body = str_fmt(r->mem, "%d %s\n", status, phrase);
	http_set(&r->reply, S("Cache-Control"), S("no-store"));
	if (status == 405)
		http_set(&r->reply, S("Allow"), S("GET, HEAD, POST, PUT, DELETE"));
	if (status == 503)
		http_set(&r->reply, S("Retry-After"), str_fmt(r->mem, "%d", RETRY_SECONDS));
}

/* Not a request we can or may understand: nothing more is read from this connection. */
static enum MHD_Result
refuse(struct req *r, int status)
{
	atomic_fetch_add(&r->server->refused, 1);
	log_debug("http.refused", KV_N("status", status));
	r->close = true;
	refusal(r, status);
	return reply_send(r);
}

/* Make the reply for a good request at a bad time. */
static void
send_away(struct req *r)
{
	struct server *s = r->server;

	atomic_fetch_add(&s->shed, 1);
	if (r->offered)
		atomic_fetch_add(&s->shed_of[r->rank], 1);
	if (!atomic_load(&s->stopping) && !atomic_exchange(&s->overloaded, true))
		log_warn("http.overload", KV_N("queued", atomic_load(&s->queued)), KV_N("rank", r->rank));
	if (s->o.busy != NULL && r->offered)
		r->reply = s->o.busy(&r->q, r->mem, s->o.arg);
	else
		refusal(r, 503);
}

static enum MHD_Result
shed(struct req *r)
{
	send_away(r);
	return reply_send(r);
}

/* ---- the head --------------------------------------------------------------------------- */

/* What the library joins, drops or repairs silently leaves a trace: in 0.9.75 names and values
 * are pieces of the head as it came, each line end overwritten by NULs. So each line must begin
 * exactly two bytes behind the end of the one before. A bare LF, a NUL inside a value, a folded
 * line, a second space in the request line move that place. Later versions refuse these by
 * themselves and keep the head otherwise: there the places are not looked at.
 * What cannot be seen: empty lines before the request line (allowed), bare LF in the framing of
 * a chunked body, and its trailers, which are dropped. */
struct head {
	struct http_pair *pairs;
	size_t n, cap;
	bool placed;                    /* a version that keeps the head as it came */
	const char *next;               /* where the next line must begin */
	bool bad;
};

static enum MHD_Result
on_header(void *arg, __attribute__((unused)) enum MHD_ValueKind kind, const char *name,
    size_t n_name, const char *value, size_t n_value)
{
	struct head *h = arg;
	struct http_pair *pair = &h->pairs[h->n];

	if (h->n == h->cap)
		return MHD_NO;
	pair->name = (struct str){ name, n_name };
	pair->value = (struct str){ value != NULL ? value : "", n_value };
	if (h->placed && name != h->next)
		h->bad = true;
	if (!http_token_ok(pair->name) || !http_value_ok(pair->value))
		h->bad = true;
	h->next = pair->value.p + n_value + 2;
	/* Blanks at the end are not part of the value. */
	pair->value = str_trim(pair->value);
	h->n++;
	return MHD_YES;
}

/* Headers that say two things when they come twice. */
static bool
head_has_twice(const struct http_req *q)
{
	static const struct str once[] = {
		STR_INIT("Host"), STR_INIT("Content-Length"), STR_INIT("Transfer-Encoding"),
		STR_INIT("Content-Type"), STR_INIT("Cookie"), STR_INIT("Authorization"),
		STR_INIT("Origin"), STR_INIT("Expect"),
	};
	bool seen[LEN(once)] = { false };

	for (size_t i = 0; i < q->n_headers; i++)
		for (size_t k = 0; k < LEN(once); k++)
			if (str_eq_case(q->headers[i].name, once[k])) {
				if (seen[k])
					return true;
				seen[k] = true;
			}
	return false;
}

static bool
has_header(const struct http_req *q, struct str name)
{
	for (size_t i = 0; i < q->n_headers; i++)
		if (str_eq_case(q->headers[i].name, name))
			return true;
	return false;
}

/* How long the body is and how it is framed; 0 or the status to refuse with. */
static int
head_framing(struct req *r, const char *version)
{
	const struct http_req *q = &r->q;
	struct str te = http_header(q, S("Transfer-Encoding"));
	struct str cl = http_header(q, S("Content-Length"));
	struct str expect = http_header(q, S("Expect"));

	if (has_header(q, S("Transfer-Encoding"))) {
		if (has_header(q, S("Content-Length")) || strcmp(version, "HTTP/1.1") != 0)
			return 400;
		if (!str_eq_case(te, S("chunked")))
			return 501;
		/* The library takes bare LF in the framing, which we cannot see: where a proxy
		 * reads the same bytes before us, only a length is safe. */
		if (r->seat->gate->kind == GATE_UNIX)
			return 411;
		r->chunked = true;
	} else if (has_header(q, S("Content-Length"))) {
		int64_t n;

		if (!str_int(cl, &n) || cl.p[0] == '-')
			return 400;
		r->length = (uint64_t)n;
	}
	if (expect.n > 0 && !str_eq_case(expect, S("100-continue")))
		return 417;
	if (r->length <= r->server->o.body_max)
		return 0;
	/* Who waits for our word hears it at once; others would not read it while they write. */
	if (expect.n > 0 || r->length > r->server->o.body_max + DRAIN_MAX)
		return 413;
	r->refuse = 413;
	return 0;
}

/* Of the head that is being looked at, from its method on; 0 when the library does not say. */
static size_t
header_size(struct MHD_Connection *conn)
{
	const union MHD_ConnectionInfo *size = MHD_get_connection_info(conn,
	    MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	return size != NULL ? size->header_size : 0;
}

/* Read the head into r->q; 0, or the status to refuse with. */
static int
head_check(struct req *r, const char *method, const char *version)
{
	struct http_req *q = &r->q;
	size_t size = header_size(r->conn);
	int n = MHD_get_connection_values_n(r->conn, MHD_HEADER_KIND, NULL, NULL);
	struct head h = { .placed = library_is_0975() };
	int status;

	if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
		return 505;
	if (size == 0 || size > HEAD_MAX || n > HEADERS_MAX)
		return 431;
	h.next = version + strlen(version) + 2;
	h.cap = (size_t)(n > 0 ? n : 0);
	h.pairs = NEWN(r->mem, struct http_pair, h.cap + 1);
	(void)MHD_get_connection_values_n(r->conn, MHD_HEADER_KIND, on_header, &h);
	q->headers = h.pairs;
	q->n_headers = h.n;
	if (h.placed && (r->line_at != method + strlen(method) + 1
	    || version != r->line_at + r->target.n + 1 || h.next + 2 != method + size))
		h.bad = true;
	if (h.bad)
		return 400;
	if (head_has_twice(q) || !http_host_ok(http_header(q, S("Host"))))
		return 400;
	if ((status = head_framing(r, version)) != 0)
		return status;
	q->method = http_method(str_of(method));
	if (q->method == HTTP_OTHER)
		return http_token_ok(str_of(method)) ? 405 : 400;
	return http_target(r->mem, r->target, &q->path, &q->query) ? 0 : 400;
}

/* ---- rooms ------------------------------------------------------------------------------ */

/* Each connection has a room of POOL_BYTES in the library, which 0.9.75 clears to its last byte
 * when a request is over, and which so stays in memory: with thousands of idle connections, most of
 * all the program has. So from some number of connections on, the pages of an idle one's room go
 * back to the system. That costs some microseconds a request.
 *
 * Where is it? More than 32 KiB are mapped, so it begins with a page. A head stands at its beginning,
 * or behind blank lines, which the library skips unseen: when a head begins a page, and all that ever
 * came on the connection is too little for a page of blank lines before it, the room begins there.
 * Is it unused? Only a room full of zeros is given back, by the thread that reads into it: it comes
 * back as zeros. */
static void
room_find(struct seat *seat, const char *method, size_t n_head)
{
	if (seat->room == NULL && library_is_0975() && (uintptr_t)method % PAGE == 0
	    && seat->pulled < n_head + PAGE && sysconf(_SC_PAGESIZE) == PAGE)
		seat->room = (char *)(uintptr_t)method;
}

static bool
room_matters(const struct seat *seat)
{
	return seat->room != NULL
	    && atomic_load_explicit(&seat->server->seats.open, memory_order_relaxed) > ROOMS_KEPT;
}

static void
room_rest(struct seat *seat)
{
	char *p = seat->room;

	/* What came with the request before may be in it: the beginning of the next. */
	if (p[0] == '\0' && memcmp(p, p + 1, POOL_BYTES - 1) == 0
	    && madvise(p, POOL_BYTES, MADV_DONTNEED) == 0)
		atomic_fetch_add_explicit(&seat->server->rested, 1, memory_order_relaxed);
}

/* The last value of a list that proxies append to. */
static struct str
last_of(const struct http_req *q, struct str name)
{
	struct str all = S(""), part;

	for (size_t i = 0; i < q->n_headers; i++)
		if (str_eq_case(q->headers[i].name, name))
			all = q->headers[i].value;
	part = all;
	while (str_cut(&all, ',', &part))
		;
	return str_trim(part);
}

static const struct http_holder holder;

/* The certificate that this connection's machine proved in its handshake: its SHA-256, in hex. */
static struct str
machine_name(struct req *r)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(r->conn, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	unsigned n = 0;
	const gnutls_datum_t *list = info != NULL ? gnutls_certificate_get_peers(info->tls_session, &n) : NULL;

	/* The handshake ends without one. */
	if (n == 0)
		BUG("a machine without a certificate");
	struct sha256 h = crypt_sha256((struct str){ (const char *)list[0].data, list[0].size });
	return crypt_hex(r->mem, (struct str){ (const char *)h.b, sizeof h.b });
}

/* Who asks, and how safely: from the socket, or from the proxy when it is to be believed. */
static void
head_origin(struct req *r)
{
	struct server *s = r->server;
	struct str said;
	unsigned char bytes[16];

	r->q.holder = &holder;
	r->q.address = str_of(r->seat->address);
	r->q.secure = r->seat->gate->kind == GATE_TLS || r->seat->gate->kind == GATE_MACHINES;
	r->q.client = r->seat->gate->kind == GATE_MACHINES ? machine_name(r) : S("");
	if (r->seat->gate->kind != GATE_UNIX || !s->o.trust_proxy)
		return;
	r->q.secure = str_eq_case(last_of(&r->q, S("X-Forwarded-Proto")), S("https"));
	said = last_of(&r->q, S("X-Forwarded-For"));
	if (said.n >= INET6_ADDRSTRLEN)
		return;
	said = str_dup(r->mem, said);
	if (inet_pton(AF_INET, said.p, bytes) == 1 || inet_pton(AF_INET6, said.p, bytes) == 1)
		r->q.address = said;
}

/* Plain HTTP is only told where the real door is. */
static enum MHD_Result
redirect(struct req *r)
{
	struct str host = http_header(&r->q, S("Host"));
	size_t end = host.p[0] == '[' ? str_find(host, ']', 0) + 1 : str_find(host, ':', 0);
	int port = server_port(r->server);
	struct buf to = buf_new(r->mem);

	buf_fmt(&to, "https://%.*s", STR_ARG(str_sub(host, 0, end)));
	if (port != 443)
		buf_fmt(&to, ":%d", port);
	buf_put(&to, r->target);
	r->reply = (struct http_reply){ .status = 308 };
	http_set(&r->reply, S("Location"), buf_str(&to));
	r->close = true;
	return reply_send(r);
}

static enum MHD_Result
head_came(struct req *r, const char *method, const char *version)
{
	struct server *s = r->server;
	int status = head_check(r, method, version);

	if (status != 0)
		return refuse(r, status);
	if (r->seat->gate->kind == GATE_TLS)
		room_find(r->seat, method, header_size(r->conn));
	if (r->seat->gate->kind == GATE_REDIRECT)
		return redirect(r);
	head_origin(r);
	r->body_due = after(s->o.head_seconds);
	if (r->length > 0 || r->chunked)
		seat_phase(r->seat, PHASE_BODY, r->body_due);
	return MHD_YES;
}

/* ---- the body --------------------------------------------------------------------------- */

/* Room for `n` more bytes; false when all bodies together hold too much. */
static bool
body_grow(struct req *r, size_t n)
{
	struct server *s = r->server;
	size_t want = r->n_body + n, cap = r->cap_body == 0 ? BODY_FIRST : r->cap_body * 2;
	char *p;

	if (want <= r->cap_body)
		return true;
	if (cap < want)
		cap = want;
	if (!r->chunked && cap > r->length)
		cap = (size_t)r->length;
	if (atomic_fetch_add(&s->bodies, cap) + cap > s->bodies_max) {
		atomic_fetch_sub(&s->bodies, cap);
		return false;
	}
	r->held += cap;
	p = arena_alloc(r->mem, cap);
	if (r->n_body > 0)
		memcpy(p, r->body, r->n_body);
	r->body = p;
	r->cap_body = cap;
	return true;
}

static enum MHD_Result
body_came(struct req *r, const char *data, size_t *n)
{
	struct server *s = r->server;
	uint64_t all = r->n_body + r->drained + *n;

	if (r->refuse == 0 && all > s->o.body_max)
		r->refuse = 413;
	if (r->refuse == 0 && !body_grow(r, *n))
		r->refuse = 503;
	if (r->refuse == 0) {
		memcpy(r->body + r->n_body, data, *n);
		r->n_body += *n;
	} else {
		r->drained += *n;
		if (r->drained > s->o.body_max + DRAIN_MAX)
			return MHD_NO;
	}
	*n = 0;
	atomic_store_explicit(&r->seat->due, r->body_due + (int64_t)(all * 1000 / s->o.body_rate),
	    memory_order_relaxed);
	return MHD_YES;
}

/* ---- the queue -------------------------------------------------------------------------- */

static void
queue_put(struct queue *q, struct req *r)
{
	r->next = NULL;
	*q->last = r;
	q->last = &r->next;
}

static struct req *
queue_get(struct queue *q)
{
	struct req *r = q->first;

	if (r != NULL && (q->first = r->next) == NULL)
		q->last = &q->first;
	return r;
}

/* With the lock held: the rank of the next request to work on; RANKS when there is none, or none for this moment. At the
 * end everything goes. */
static enum http_rank
queue_next(const struct server *s)
{
	if (s->waiting[RANK_FILING].first != NULL)
		return RANK_FILING;
	for (int k = RANK_FILING; k-- > 0 && (s->below < s->below_max || s->quit);)
		if (s->waiting[k].first != NULL)
			return (enum http_rank)k;
	return RANKS;
}

/* With the lock held: call an idle worker. One at a time; whoever comes calls the next if there is
 * more to do. Else a burst would wake sixty threads for what two of them finish. */
static void
queue_call(struct server *s)
{
	struct worker *w = s->idle;

	if (s->held.first == NULL && queue_next(s) == RANKS && !s->quit)
		return;
	if (s->calling || w == NULL)
		return;
	s->idle = w->next;
	s->calling = true;
	w->called = true;
	pthread_cond_signal(&w->call);
}

/* How many may wait or be held, so that one more of this rank is let in: in eighths of the queue. */
static unsigned
queue_room(const struct server *s, enum http_rank rank)
{
	static const unsigned eighths[RANKS] = {
		[RANK_EXPORT] = 1, [RANK_FIGURES] = 2, [RANK_PATIENT] = 4, [RANK_LOOKUP] = 6, [RANK_FILING] = 8,
	};
	unsigned room = (unsigned)((uint64_t)s->queue_max * eighths[rank] / 8);

	return room > 0 ? room : 1;
}

/* Requests that wait for a worker, or are held until what they wait for is done. */
static unsigned
queue_load(const struct server *s)
{
	return atomic_load(&s->queued) + atomic_load(&s->holding);
}

/* Give a complete request to the workers, or answer that there is no room. The counters rise
 * before `stopping` is read: server_stop sets it first and then waits for them. */
static enum MHD_Result
offer(struct req *r)
{
	struct server *s = r->server;

	atomic_fetch_add(&s->requests, 1);
	r->offered = true;
	atomic_fetch_add(&s->answering, 1);
	if (atomic_fetch_add(&s->queued, 1) + atomic_load(&s->holding) >= queue_room(s, r->rank)
	    || atomic_load(&s->stopping)) {
		atomic_fetch_sub(&s->queued, 1);
		return shed(r);
	}
	r->queued_at = clock_mono();
	seat_phase(r->seat, PHASE_WORK, NEVER);
	MHD_suspend_connection(r->conn);
	lock(&s->queue_lock);
	queue_put(&s->waiting[r->rank], r);
	queue_call(s);
	unlock(&s->queue_lock);
	return MHD_YES;
}

/* Answer without the workers. */
static enum MHD_Result
answer_at_hand(struct req *r)
{
	struct server *s = r->server;

	atomic_fetch_add(&s->requests, 1);
	r->offered = r->answered = true;
	atomic_fetch_add(&s->answering, 1);
	r->reply = s->o.serve(NULL, &r->q, r->mem, s->o.arg);
	return reply_send(r);
}

static enum MHD_Result
request_complete(struct req *r)
{
	struct server *s = r->server;

	if (r->refuse == 503)
		return shed(r);
	if (r->refuse != 0)
		return refuse(r, r->refuse);
	r->q.body = (struct str){ r->body != NULL ? r->body : "", r->n_body };
	r->staff = s->o.staff != NULL && s->o.staff(&r->q, s->o.arg);
	if (r->staff)
		atomic_store(&r->seat->staff, true);
	r->rank = s->o.rank != NULL ? s->o.rank(&r->q, r->staff, s->o.arg) : r->staff ? RANK_FILING : RANK_LOOKUP;
	/* When seats are short, this one is free after the answer. */
	r->close = seats_short(&s->seats) && !atomic_load(&r->seat->staff);
	return s->o.at_hand != NULL && s->o.at_hand(&r->q, s->o.arg) ? answer_at_hand(r) : offer(r);
}

/* With the lock held: sleep until called. */
static void
queue_wait(struct server *s, struct worker *w)
{
	w->called = false;
	w->next = s->idle;
	s->idle = w;
	while (!w->called)
		pthread_cond_wait(&w->call, &s->queue_lock);
	s->calling = false;
}

/* With the lock held: is it over? */
static void
queue_calm(struct server *s)
{
	if (queue_load(s) < queue_room(s, RANK_EXPORT) && atomic_exchange(&s->overloaded, false))
		log_info("http.calm", KV_N("shed", (int64_t)atomic_load(&s->shed)));
}

/* With the lock held: what to work on next, what is held before what waits; NULL when there is nothing. */
static struct req *
queue_pick(struct server *s)
{
	struct req *r = queue_get(&s->held);
	enum http_rank rank;

	if (r != NULL)
		return r;
	if ((rank = queue_next(s)) == RANKS)
		return NULL;
	s->below += rank < RANK_FILING;
	/* Work before it no longer waits: who watches both sees it in one of them. */
	atomic_fetch_add(&s->working, 1);
	atomic_fetch_sub(&s->queued, 1);
	return queue_get(&s->waiting[rank]);
}

/* The next request; NULL when it is time to go. `was_below`: the one before was no filing. */
static struct req *
queue_take(struct server *s, struct worker *w, bool was_below)
{
	struct req *r;

	lock(&s->queue_lock);
	s->below -= was_below;
	queue_calm(s);
	while ((r = queue_pick(s)) == NULL && !(s->quit && queue_load(s) == 0))
		queue_wait(s, w);
	queue_call(s);
	unlock(&s->queue_lock);
	if (r != NULL && r->go_on != NULL)
		atomic_fetch_add(&s->working, 1);
	return r;
}

/* False when it is held. */
static bool
answer(struct server *s, struct req *r, void *worker)
{
	/* Who waits so long has mostly gone, or has asked again. A filing is always worth the wait. */
	bool stale = r->rank < RANK_FILING && r->queued_at + QUEUE_WAIT_MS < clock_mono();

	bool held = r->go_on != NULL;

	if (!held && (stale || atomic_load(&s->late))) {
		send_away(r);
		return true;
	}
	struct http_reply reply = held ? r->go_on(worker, &r->q, r->mem, r->go_on_arg) : s->o.serve(worker, &r->q, r->mem, s->o.arg);
	if (held)
		atomic_fetch_sub(&s->holding, 1);
	if (reply.later) {
		atomic_fetch_sub(&s->working, 1);
		return false;
	}
	r->reply = reply;
	return true;
}

static struct req *
req_of(const struct http_req *q)
{
	return (struct req *)((uintptr_t)q - offsetof(struct req, q));
}

static void
on_hold(const struct http_req *q)
{
	atomic_fetch_add(&req_of(q)->server->holding, 1);
}

static void
on_go_on(const struct http_req *q, http_go_on_fn *fn, void *arg)
{
	struct req *r = req_of(q);
	struct server *s = r->server;

	r->go_on = fn;
	r->go_on_arg = arg;
	lock(&s->queue_lock);
	queue_put(&s->held, r);
	queue_call(s);
	unlock(&s->queue_lock);
}

static const struct http_holder holder = { on_hold, on_go_on };

static void *
work(void *arg)
{
	struct worker *w = arg;
	struct server *s = w->server;
	void *worker = s->o.worker_new != NULL ? s->o.worker_new(s->o.arg) : NULL;
	bool below = false;
	struct req *r;

	while ((r = queue_take(s, w, below)) != NULL) {
		below = r->go_on == NULL && r->rank < RANK_FILING;
		if (!answer(s, r, worker))
			continue;       /* held: it may be somebody else's already */
		r->answered = true;
		atomic_fetch_sub(&s->working, 1);
		MHD_resume_connection(r->conn); /* from here on r belongs to the network thread */
	}
	if (s->o.worker_free != NULL)
		s->o.worker_free(worker, s->o.arg);
	return NULL;
}

/* ---- what the library calls ------------------------------------------------------------- */

static void
on_panic(__attribute__((unused)) void *arg, const char *file, unsigned line, const char *why)
{
	base_bug(file, (int)line, why != NULL ? why : "libmicrohttpd");
}

/* Targets are decoded by http_target. */
static size_t
on_unescape(__attribute__((unused)) void *arg,
    __attribute__((unused)) struct MHD_Connection *conn, char *s)
{
	return strlen(s);
}

/* ---- handshakes ------------------------------------------------------------------------- */

/* While a TLS handshake waits for its client, 0.9.75 asks again and again: one client that stalls
 * would keep a processor busy until its deadline. So a handshake that has nothing to read is
 * suspended, and the door resumes it when there is. We learn it where GnuTLS reads the socket.
 * (Suspending here is not documented as safe; the code of that version is: it looks at the state
 * anew after each read. Later versions wait by themselves and are left alone.) */
static void
seat_unpark(struct seat *seat)
{
	if (atomic_exchange(&seat->parked, false))
		MHD_resume_connection(seat->conn);
}

static void
seat_park(struct server *s, struct seat *seat)
{
	int fd = seat_fd(s, seat), one = 1;
	struct epoll_event e = { .events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT, .data.fd = fd };

	MHD_suspend_connection(seat->conn);
	atomic_store(&seat->parked, true);
	/* Acknowledge at once: the client may hold its request back until we do. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &one, sizeof one);
	if (epoll_ctl(s->doorbell, EPOLL_CTL_MOD, fd, &e) != 0
	    && epoll_ctl(s->doorbell, EPOLL_CTL_ADD, fd, &e) != 0)
		seat_unpark(seat);
	if (atomic_load(&s->no_parking))
		seat_unpark(seat);
}

/* There is nothing to read. As errno, what to say of that: the library reads once more when there is
 * an answer, before it writes it. Being interrupted then makes it come again when all is written:
 * that is when the room can rest. */
static int
room_visit(struct seat *seat)
{
	if (seat->served)
		room_rest(seat);
	seat->served = false;
	return atomic_load_explicit(&seat->phase, memory_order_relaxed) == PHASE_WORK ? EINTR : EAGAIN;
}

static ssize_t
tls_pull(gnutls_transport_ptr_t ptr, void *to, size_t n)
{
	struct seat *seat = ptr;
	struct server *s = seat->server;
	ssize_t got = recv(seat_fd(s, seat), to, n, 0);
	int e = errno;

	if (got >= 0) {
		seat->pulled += (size_t)got;
		seat->served = false;
		return got;
	}
	if (e == EAGAIN && seat->finished < 2 && !atomic_load(&seat->parked))
		seat_park(s, seat);
	if (e == EAGAIN && room_matters(seat))
		e = room_visit(seat);
	errno = e;
	return got;
}

static int
tls_pull_wait(gnutls_transport_ptr_t ptr, unsigned ms)
{
	struct seat *seat = ptr;
	struct pollfd p = { .fd = seat_fd(seat->server, seat), .events = POLLIN };

	return poll(&p, 1, (int)ms);
}

static int
tls_finished(gnutls_session_t session, __attribute__((unused)) unsigned type,
    __attribute__((unused)) unsigned when, __attribute__((unused)) unsigned incoming,
    __attribute__((unused)) const gnutls_datum_t *message)
{
	gnutls_transport_ptr_t from, to;

	gnutls_transport_get_ptr2(session, &from, &to);
	((struct seat *)from)->finished++;
	return 0;
}

/* The library asks for a certificate where it was given whom to believe, but lets in who has none. Here it is needed, and
 * looked at, before the handshake ends. Each time: such a session is not resumed. */
static void
tls_ask_machine(gnutls_session_t session)
{
	static char of_clients[] = GNUTLS_KP_TLS_WWW_CLIENT;
	static gnutls_typed_vdata_st purpose = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID, .data = (unsigned char *)of_clients, .size = sizeof of_clients - 1,
	};

	gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
	gnutls_session_set_verify_cert2(session, &purpose, 1, 0);
}

static void
tls_watch(struct server *s, struct seat *seat, gnutls_session_t session)
{
	if (seat->gate->kind == GATE_MACHINES)
		tls_ask_machine(session);
	else
		(void)gnutls_session_ticket_enable_server(session, &s->ticket_key);
	if (!library_is_0975())
		return;
	gnutls_transport_set_ptr2(session, seat,
	    (gnutls_transport_ptr_t)(intptr_t)seat_fd(s, seat));
	gnutls_transport_set_pull_function(session, tls_pull);
	gnutls_transport_set_pull_timeout_function(session, tls_pull_wait);
	gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_FINISHED, GNUTLS_HOOK_POST,
	    tls_finished);
}

static void
on_seat(void *arg, struct MHD_Connection *conn, void **context,
    enum MHD_ConnectionNotificationCode what)
{
	struct server *s = arg;
	const union MHD_ConnectionInfo *info;
	struct seat *seat;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		seat_leave(s, *context);
		return;
	}
	info = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_CONNECTION_FD);
	*context = seat = &s->seats.at[info->connect_fd];
	seat->conn = conn;
	info = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (info != NULL)
		tls_watch(s, seat, info->tls_session);
}

/* The request line is there: MHD_OPTION_URI_LOG_CALLBACK. The target is still as it was sent. */
static void *
on_line(void *arg, const char *target, struct MHD_Connection *conn)
{
	struct server *s = arg;
	struct arena *mem = arenas_take(s);
	struct req *r = NEW(mem, struct req);

	r->mem = mem;
	r->server = s;
	r->conn = conn;
	r->seat = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	r->line_at = target;
	r->target = str_dup(mem, str_of(target));
	/* The first head of a connection has had its time since the accept, handshake and all. */
	if (atomic_load_explicit(&r->seat->phase, memory_order_relaxed) == PHASE_IDLE)
		seat_phase(r->seat, PHASE_HEAD, after(s->o.head_seconds));
	return r;
}

/* The request is over, answered or not. */
static void
on_done(void *arg, __attribute__((unused)) struct MHD_Connection *conn, void **context,
    enum MHD_RequestTerminationCode how)
{
	struct server *s = arg;
	struct req *r = *context;

	if (r == NULL)
		return;
	*context = NULL;
	seat_phase(r->seat, PHASE_IDLE, after(s->o.idle_seconds));
	r->seat->served = true;
	atomic_fetch_sub(&s->bodies, r->held);
	if (r->offered)
		atomic_fetch_sub(&s->answering, 1);
	else if (!r->close && how == MHD_REQUEST_TERMINATED_WITH_ERROR)
		atomic_fetch_add(&s->refused, 1);       /* by the library: bad framing */
	arenas_give(s, r->mem);
}

static enum MHD_Result
on_request(__attribute__((unused)) void *arg, __attribute__((unused)) struct MHD_Connection *conn,
    __attribute__((unused)) const char *url, const char *method, const char *version,
    const char *data, size_t *n_data, void **context)
{
	struct req *r = *context;

	if (!r->head_seen) {
		r->head_seen = true;
		return head_came(r, method, version);
	}
	if (*n_data > 0)
		return body_came(r, data, n_data);
	return r->answered ? reply_send(r) : request_complete(r);
}

/* ---- the door --------------------------------------------------------------------------- */

static void
admit(struct server *s, const struct gate *gate)
{
	struct MHD_Daemon *daemon = gate->kind == GATE_TLS ? s->tls : gate->kind == GATE_MACHINES ? s->machines : s->plain;
	int one = 1, patience = USER_TIMEOUT_MS;

	for (int i = 0; i < 64; i++) {
		struct sockaddr_storage from = { 0 };
		socklen_t n = sizeof from;
		int fd = accept4(gate->fd, (struct sockaddr *)&from, &n,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0) {
			if (errno == EMFILE || errno == ENFILE)
				poll(NULL, 0, 10);      /* else poll(2) would spin */
			return;
		}
		atomic_fetch_add(&s->connections, 1);
		if (!seat_take(s, gate, fd, &from)) {
			atomic_fetch_add(&s->refused, 1);
			close(fd);
			continue;
		}
		if (gate->kind != GATE_UNIX) {
			(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
			(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience,
			    sizeof patience);
		}
		/* When this fails the socket is closed and on_seat was not called. */
		if (MHD_add_connection(daemon, fd, (struct sockaddr *)&from, n) != MHD_YES)
			seat_leave(s, &s->seats.at[fd]);
	}
}

static void
gates_close(struct server *s)
{
	for (size_t i = 0; i < s->n_gates; i++) {
		if (s->gates[i].fd >= 0)
			close(s->gates[i].fd);
		s->gates[i].fd = -1;
		if (s->gates[i].path != NULL)
			unlink(s->gates[i].path);
		s->gates[i].path = NULL;
	}
}

/* One thing the door hears of: a gate, the wake-up call or a parked handshake. */
static void
door_answer(struct server *s, int fd)
{
	eventfd_t calls;

	if (fd == s->wake) {
		(void)eventfd_read(fd, &calls);
		return;
	}
	for (size_t i = 0; i < s->n_gates; i++)
		if (s->gates[i].fd == fd) {
			admit(s, &s->gates[i]);
			return;
		}
	if ((size_t)fd < s->seats.n)
		seat_unpark(&s->seats.at[fd]);
}

static void *
door(void *arg)
{
	struct server *s = arg;
	int64_t next = 0;

	while (!atomic_load(&s->door_quit)) {
		struct epoll_event e[64];
		int n = epoll_wait(s->doorbell, e, LEN(e), atomic_load(&s->stopping) ? 5 : TICK_MS);

		if (atomic_load(&s->stopping))
			gates_close(s);
		for (int i = 0; i < n; i++)
			door_answer(s, e[i].data.fd);
		if (clock_mono() >= next || atomic_load(&s->stopping)) {
			next = clock_mono() + TICK_MS;
			seats_reap(s);
			streams_tend(s);
		}
	}
	return NULL;
}

/* Nobody waits at the door any more. */
static void
door_close(struct server *s)
{
	atomic_store(&s->door_quit, true);
	if (s->door_runs)
		pthread_join(s->door, NULL);
	gates_close(s);
	atomic_store(&s->no_parking, true);
	for (size_t i = 0; i < s->seats.n; i++)
		seat_unpark(&s->seats.at[i]);
	close(s->wake);
}

/* ---- start and stop --------------------------------------------------------------------- */

static enum err
gate_unix(struct arena *mem, struct gate *g, struct str path, struct str *why)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int probe;

	if (path.n == 0 || path.n >= sizeof to.sun_path) {
		*why = str_fmt(mem, "unix:%.*s: a path of 1 to %zu bytes is needed", STR_ARG(path),
		    sizeof to.sun_path - 1);
		return E_INVALID;
	}
	memcpy(to.sun_path, path.p, path.n);
	/* A socket nobody listens on was left behind by a crash. */
	probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (probe >= 0 && connect(probe, (struct sockaddr *)&to, sizeof to) != 0
	    && errno == ECONNREFUSED)
		unlink(to.sun_path);
	if (probe >= 0)
		close(probe);
	g->kind = GATE_UNIX;
	g->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (g->fd < 0 || bind(g->fd, (struct sockaddr *)&to, sizeof to) != 0) {
		*why = str_fmt(mem, "unix:%.*s: %s", STR_ARG(path), strerror(errno));
		return E_IO;
	}
	g->path = str_z(mem, path);
	/* Its folder decides who may come; the proxy is of our group. */
	if (chmod(g->path, 0660) != 0 || listen(g->fd, SOMAXCONN) != 0) {
		*why = str_fmt(mem, "unix:%.*s: %s", STR_ARG(path), strerror(errno));
		return E_IO;
	}
	return OK;
}

static bool
is_loopback(const struct sockaddr *a)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)a;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)a;

	if (a->sa_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	return a->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

static int
port_of(const struct sockaddr_storage *a)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)a;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)a;

	return ntohs(a->ss_family == AF_INET6 ? v6->sin6_port : v4->sin_port);
}

static enum err
gate_bind(struct arena *mem, struct gate *g, struct str where, const struct addrinfo *to,
    struct str *why)
{
	int one = 1;
	struct sockaddr_storage bound;
	socklen_t n = sizeof bound;

	memset(&bound, 0, sizeof bound);
	if (g->kind == GATE_PLAIN && !is_loopback(to->ai_addr)) {
		*why = str_fmt(mem, "%.*s: without a certificate only this machine may be served",
		    STR_ARG(where));
		return E_INVALID;
	}
	g->fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (g->fd < 0 || setsockopt(g->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0
	    || bind(g->fd, to->ai_addr, to->ai_addrlen) != 0 || listen(g->fd, SOMAXCONN) != 0
	    || getsockname(g->fd, (struct sockaddr *)&bound, &n) != 0) {
		*why = str_fmt(mem, "%.*s: %s", STR_ARG(where), strerror(errno));
		return E_IO;
	}
	g->port = port_of(&bound);
	return OK;
}

/* "127.0.0.1:8443", "[::]:8443" */
static enum err
gate_tcp(struct arena *mem, struct gate *g, struct str where, struct str *why)
{
	struct addrinfo hint = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *to;
	size_t colon = where.n;
	struct str host, port;
	enum err e;

	while (colon > 0 && where.p[colon - 1] != ':')
		colon--;
	host = str_sub(where, 0, colon > 0 ? colon - 1 : 0);
	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = str_sub(host, 1, host.n - 2);
	port = str_sub(where, colon, where.n);
	if (host.n == 0 || getaddrinfo(str_z(mem, host), str_z(mem, port), &hint, &to) != 0) {
		*why = str_fmt(mem, "%.*s: not ADDRESS:PORT, [ADDRESS]:PORT or unix:/PATH",
		    STR_ARG(where));
		return E_INVALID;
	}
	e = gate_bind(mem, g, where, to, why);
	freeaddrinfo(to);
	return e;
}

/* One of a list of addresses; `kind` is what it is when it is not a unix socket. */
static enum err
gate_open(struct server *s, struct arena *mem, enum gate_kind kind, struct str where,
    struct str *why)
{
	struct gate *g = &s->gates[s->n_gates];

	if (s->n_gates == GATES_MAX) {
		*why = str_fmt(mem, "more than %d addresses to listen on", GATES_MAX);
		return E_LIMIT;
	}
	s->n_gates++;
	*g = (struct gate){ .kind = kind, .fd = -1 };
	if (kind != GATE_REDIRECT && kind != GATE_MACHINES && str_starts(where, S("unix:")))
		return gate_unix(mem, g, str_sub(where, 5, where.n), why);
	return gate_tcp(mem, g, where, why);
}

static enum err
gates_open(struct server *s, struct arena *mem, struct str *why)
{
	struct {
		struct str list;
		enum gate_kind kind;
	} asked[] = {
		{ s->o.listen, s->o.certificate_pem.n > 0 ? GATE_TLS : GATE_PLAIN },
		{ s->o.redirect, GATE_REDIRECT },
		{ s->o.machines, GATE_MACHINES },
	};

	for (size_t i = 0; i < LEN(asked); i++) {
		struct str where;

		while (asked[i].list.n > 0 && str_cut(&asked[i].list, ',', &where)) {
			enum err e = gate_open(s, mem, asked[i].kind, str_trim(where), why);

			if (e != OK)
				return e;
		}
	}
	if (s->n_gates > 0)
		return OK;
	*why = S("no address to listen on");
	return E_INVALID;
}

int
server_port(const struct server *s)
{
	for (size_t i = 0; i < s->n_gates; i++)
		if (s->gates[i].kind == GATE_TLS || s->gates[i].kind == GATE_PLAIN)
			return s->gates[i].port;
	return 0;
}

int
server_redirect_port(const struct server *s)
{
	for (size_t i = 0; i < s->n_gates; i++)
		if (s->gates[i].kind == GATE_REDIRECT)
			return s->gates[i].port;
	return 0;
}

int
server_machine_port(const struct server *s)
{
	for (size_t i = 0; i < s->n_gates; i++)
		if (s->gates[i].kind == GATE_MACHINES)
			return s->gates[i].port;
	return 0;
}

static gnutls_datum_t
datum(struct str s)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)s.p, (unsigned)s.n };
}

/* Certificate and key are tried before the library does: it would not say what is wrong. */
static enum err
certificate_check(const struct server *s, struct arena *mem, struct str *why)
{
	gnutls_datum_t cert = datum(s->o.certificate_pem), key = datum(s->o.key_pem);
	gnutls_certificate_credentials_t c;
	int e;

	if (gnutls_certificate_allocate_credentials(&c) < 0)
		NO_MEMORY();
	e = gnutls_certificate_set_x509_key_mem(c, &cert, &key, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(c);
	if (e >= 0)
		return OK;
	*why = str_fmt(mem, "certificate and key: %s", gnutls_strerror(e));
	return E_INVALID;
}

/* Whom to believe, tried in the same way. */
static enum err
machines_check(const struct server *s, struct arena *mem, struct str *why)
{
	gnutls_datum_t pem = datum(s->o.machines_pem);
	gnutls_certificate_credentials_t c;

	if (s->o.certificate_pem.n == 0) {
		*why = S("machines are served over HTTPS only: a certificate is needed");
		return E_INVALID;
	}
	if (gnutls_certificate_allocate_credentials(&c) < 0)
		NO_MEMORY();
	int n = pem.size > 0 ? gnutls_certificate_set_x509_trust_mem(c, &pem, GNUTLS_X509_FMT_PEM) : 0;
	gnutls_certificate_free_credentials(c);
	if (n > 0)
		return OK;
	*why = str_fmt(mem, "certificates of machines: %s", n < 0 ? gnutls_strerror(n) : "there is none");
	return E_INVALID;
}

static struct MHD_Daemon *
daemon_start(struct server *s, struct arena *mem, enum gate_kind kind, unsigned threads)
{
	bool tls = kind == GATE_TLS || kind == GATE_MACHINES;
	/* Not TURBO: it leaves out the end of TLS, by which a reader knows that nothing is cut. */
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME
	    | MHD_USE_NO_LISTEN_SOCKET | (tls ? MHD_USE_TLS : 0);
	struct MHD_OptionItem with_tls[] = {
		{ MHD_OPTION_HTTPS_MEM_CERT, 0, str_z(mem, s->o.certificate_pem) },
		{ MHD_OPTION_HTTPS_MEM_KEY, 0, str_z(mem, s->o.key_pem) },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)PRIORITIES },
		{ kind == GATE_MACHINES ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0, str_z(mem, s->o.machines_pem) },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct MHD_OptionItem options[] = {
		/* What strictness refuses in 0.9.75 (no Host, a blank in the target) head_check
		 * refuses too, but with one answer: the library would send its head twice. */
		{ MHD_OPTION_STRICT_FOR_CLIENT, library_is_0975() ? 0 : 1, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, POOL_BYTES, NULL },
		/* Divided among the threads; the seats are what limits. */
		{ MHD_OPTION_CONNECTION_LIMIT, (intptr_t)(s->seats.n * threads), NULL },
		{ threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};

	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, s,
	    MHD_OPTION_ARRAY, options,
	    MHD_OPTION_ARRAY, tls ? with_tls : &with_tls[LEN(with_tls) - 1],
	    MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, s,
	    MHD_OPTION_URI_LOG_CALLBACK, on_line, s,
	    MHD_OPTION_NOTIFY_CONNECTION, on_seat, s,
	    MHD_OPTION_NOTIFY_COMPLETED, on_done, s,
	    MHD_OPTION_END);
}

static enum err
daemons_start(struct server *s, struct arena *mem, struct str *why)
{
	bool tls = false, plain = false, redirecting = false, machines = false;

	for (size_t i = 0; i < s->n_gates; i++) {
		tls |= s->gates[i].kind == GATE_TLS;
		redirecting |= s->gates[i].kind == GATE_REDIRECT;
		machines |= s->gates[i].kind == GATE_MACHINES;
		plain |= s->gates[i].kind == GATE_PLAIN || s->gates[i].kind == GATE_UNIX;
	}
	MHD_set_panic_func(on_panic, NULL);
	if (tls) {
		enum err e = certificate_check(s, mem, why);

		if (e != OK)
			return e;
		if (gnutls_session_ticket_key_generate(&s->ticket_key) < 0)
			NO_MEMORY();
		s->tls = daemon_start(s, mem, GATE_TLS, s->o.threads);
	}
	if (machines) {
		enum err e = machines_check(s, mem, why);

		if (e != OK)
			return e;
		s->machines = daemon_start(s, mem, GATE_MACHINES, 1);
	}
	if (plain || redirecting)
		s->plain = daemon_start(s, mem, GATE_PLAIN, plain ? s->o.threads : 1);
	if ((s->tls != NULL) == tls && (s->plain != NULL) == (plain || redirecting) && (s->machines != NULL) == machines)
		return OK;
	*why = S("the HTTP library did not start");
	return E_IO;
}

/* Descriptors for all seats; fewer seats when the machine does not give them. */
static unsigned
descriptors(unsigned connections)
{
	struct rlimit limit;
	rlim_t want = (rlim_t)connections + FD_SPARE;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= want)
		return connections;
	limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur >= want)
		return connections;
	if (limit.rlim_cur > 2 * FD_SPARE)
		connections = (unsigned)limit.rlim_cur - FD_SPARE;
	else
		connections = (unsigned)limit.rlim_cur / 2;
	log_warn("http.seats", KV_N("seats", connections), KV_Z("why", "RLIMIT_NOFILE"));
	return connections;
}

static unsigned
given_or(unsigned given, unsigned otherwise)
{
	return given > 0 ? given : otherwise;
}

static void
defaults(struct server *s)
{
	struct server_opts *o = &s->o;

	o->threads = given_or(o->threads, 2);
	o->workers = given_or(o->workers, 16);
	o->connections = given_or(o->connections, 1000);
	o->connections_per_address = given_or(o->connections_per_address, o->connections);
	o->head_seconds = given_or(o->head_seconds, 10);
	o->idle_seconds = given_or(o->idle_seconds, 30);
	o->body_rate = given_or(o->body_rate, 1024);
	o->body_max = o->body_max > 0 ? o->body_max : 1 << 20;
	o->stream_seconds = given_or(o->stream_seconds, 20);
	s->queue_max = given_or(o->queue, o->workers * 16 > 256 ? o->workers * 16 : 256);
	s->below_max = o->workers - o->workers / 4;
	s->bodies_max = o->body_max > BODIES_MIN / 64 ? 64 * o->body_max : BODIES_MIN;
}

static void
doorbell_add(struct server *s, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	if (epoll_ctl(s->doorbell, EPOLL_CTL_ADD, fd, &e) != 0)
		BUG("epoll_ctl");
}

static enum err
threads_start(struct server *s, struct arena *mem, struct str *why)
{
	doorbell_add(s, s->wake);
	for (size_t i = 0; i < s->n_gates; i++)
		doorbell_add(s, s->gates[i].fd);
	s->workers = NEWN(mem, struct worker, s->o.workers);
	while (s->n_workers < s->o.workers) {
		struct worker *w = &s->workers[s->n_workers];

		w->server = s;
		pthread_cond_init(&w->call, NULL);
		if (pthread_create(&w->thread, NULL, work, w) != 0)
			break;
		s->n_workers++;
	}
	s->door_runs = s->n_workers == s->o.workers && pthread_create(&s->door, NULL, door, s) == 0;
	if (s->door_runs)
		return OK;
	*why = S("no more threads");
	return E_IO;
}

enum err
server_start(struct arena *mem, const struct server_opts *o, struct server **out, struct str *why)
{
	struct server *s = NEW(mem, struct server);
	sigset_t all, before;
	enum err e;

	s->o = *o;
	defaults(s);
	s->held.last = &s->held.first;
	for (size_t i = 0; i < RANKS; i++)
		s->waiting[i].last = &s->waiting[i].first;
	pthread_mutex_init(&s->arenas_lock, NULL);
	pthread_mutex_init(&s->queue_lock, NULL);
	pthread_mutex_init(&s->streams_lock, NULL);
	s->wake = eventfd(0, EFD_CLOEXEC);
	s->doorbell = epoll_create1(EPOLL_CLOEXEC);
	if (s->wake < 0 || s->doorbell < 0)
		BUG("eventfd");
	seats_start(s, mem, descriptors(s->o.connections));
	e = gates_open(s, mem, why);
	/* Threads inherit the mask: signals are for main alone. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (e == OK)
		e = daemons_start(s, mem, why);
	if (e == OK)
		e = threads_start(s, mem, why);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (e != OK) {
		server_stop(s, 0);
		return e;
	}
	*out = s;
	return OK;
}

/* Queued and running requests are answered and streams end, if they do so before `until`. */
static void
drain(struct server *s, int64_t until)
{
	streams_end(s, END_GENTLY);
	while (atomic_load(&s->answering) > 0 && clock_mono() < until)
		poll(NULL, 0, 2);
	atomic_store(&s->late, true);
}

/* A worker in `serve` is waited for whatever it takes: a thread cannot be ended from outside. */
static void
workers_join(struct server *s)
{
	lock(&s->queue_lock);
	s->quit = true;
	queue_call(s);          /* and each who goes calls the next */
	unlock(&s->queue_lock);
	for (unsigned i = 0; i < s->n_workers; i++)
		pthread_join(s->workers[i].thread, NULL);
}

void
server_stop(struct server *s, unsigned seconds)
{
	atomic_store(&s->stopping, true);
	if (eventfd_write(s->wake, 1) != 0)
		BUG("eventfd");
	drain(s, after(seconds));
	workers_join(s);
	door_close(s);
	streams_end(s, END_NOW);
	MHD_stop_daemon(s->tls);
	MHD_stop_daemon(s->plain);
	MHD_stop_daemon(s->machines);
	close(s->doorbell);
	gnutls_free(s->ticket_key.data);
	while (s->n_arenas > 0)
		arena_free(s->arenas[--s->n_arenas]);
	pthread_mutex_destroy(&s->arenas_lock);
	pthread_mutex_destroy(&s->queue_lock);
	pthread_mutex_destroy(&s->streams_lock);
	pthread_mutex_destroy(&s->seats.lock);
}

struct server_stats
server_stats(const struct server *s)
{
	struct server_stats out = {
		.connections = atomic_load(&s->connections),
		.requests = atomic_load(&s->requests),
		.refused = atomic_load(&s->refused),
		.shed = atomic_load(&s->shed),
		.timeouts = atomic_load(&s->timeouts),
		.rested = atomic_load(&s->rested),
		.open = atomic_load(&s->seats.open),
		.streams = atomic_load(&s->n_streams),
		.working = atomic_load(&s->working),
		.queued = atomic_load(&s->queued),
	};

	for (size_t i = 0; i < RANKS; i++)
		out.shed_of[i] = atomic_load(&s->shed_of[i]);
	return out;
}

/* ---- a certificate of our own ----------------------------------------------------------- */

/* One host as an alternative name: an address or a DNS name. */
static int
certificate_name(gnutls_x509_crt_t crt, const char *host)
{
	gnutls_x509_subject_alt_name_t kind = GNUTLS_SAN_IPADDRESS;
	unsigned char ip[16];
	const void *p = ip;
	unsigned n = 16;

	if (inet_pton(AF_INET, host, ip) == 1) {
		n = 4;
	} else if (inet_pton(AF_INET6, host, ip) != 1) {
		kind = GNUTLS_SAN_DNSNAME;
		p = host;
		n = (unsigned)strlen(host);
	}
	return gnutls_x509_crt_set_subject_alt_name(crt, kind, p, n, GNUTLS_FSAN_APPEND);
}

/* Put the hosts in, the first also as common name; negative on an error of GnuTLS. */
static int
certificate_names(struct arena *mem, gnutls_x509_crt_t crt, struct str hosts)
{
	struct str host;
	int e = 0, n = 0;

	while (e >= 0 && hosts.n > 0 && str_cut(&hosts, ',', &host)) {
		const char *z = str_z(mem, host = str_trim(host));

		if (host.n == 0)
			continue;
		if (n++ == 0 && host.n <= 64)
			e = gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, z,
			    (unsigned)host.n);
		if (e >= 0)
			e = certificate_name(crt, z);
	}
	return n > 0 ? e : GNUTLS_E_INVALID_REQUEST;
}

static int
certificate_fill(struct arena *mem, gnutls_x509_crt_t crt, gnutls_x509_privkey_t key,
    struct str hosts, int days)
{
	time_t now = (time_t)(clock_now() / 1000);
	unsigned char serial[16];
	int e;

	if (getrandom(serial, sizeof serial, 0) != sizeof serial)
		BUG("getrandom");
	serial[0] = (serial[0] & 0x3f) | 0x40;  /* positive, never shorter */
	if ((e = gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0)) < 0
	    || (e = gnutls_x509_crt_set_version(crt, 3)) < 0
	    || (e = gnutls_x509_crt_set_serial(crt, serial, sizeof serial)) < 0
	    || (e = gnutls_x509_crt_set_activation_time(crt, now - 3600)) < 0
	    || (e = gnutls_x509_crt_set_expiration_time(crt, now + (time_t)days * 86400)) < 0
	    || (e = certificate_names(mem, crt, hosts)) < 0
	    || (e = gnutls_x509_crt_set_key(crt, key)) < 0
	    || (e = gnutls_x509_crt_set_basic_constraints(crt, 0, -1)) < 0
	    || (e = gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE)) < 0
	    || (e = gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0)) < 0)
		return e;
	return gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
}

enum err
server_self_sign(struct arena *mem, struct str hosts, int days, struct str *certificate_pem,
    struct str *key_pem)
{
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
	gnutls_datum_t crt_pem = { 0 }, secret = { 0 };
	int e;

	if (gnutls_x509_crt_init(&crt) < 0 || gnutls_x509_privkey_init(&key) < 0)
		NO_MEMORY();
	e = certificate_fill(mem, crt, key, hosts, days);
	if (e >= 0)
		e = gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &crt_pem);
	if (e >= 0)
		e = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL,
		    GNUTLS_PKCS_PLAIN, &secret);
	if (e >= 0) {
		*certificate_pem = str_dup(mem, (struct str){ (char *)crt_pem.data, crt_pem.size });
		*key_pem = str_dup(mem, (struct str){ (char *)secret.data, secret.size });
		explicit_bzero(secret.data, secret.size);
	}
	gnutls_free(crt_pem.data);
	gnutls_free(secret.data);
	gnutls_x509_privkey_deinit(key);
	gnutls_x509_crt_deinit(crt);
	return e >= 0 ? OK : E_INVALID;
}
