/* test/unit/http_server.c: the real server, spoken to by raw sockets and a GnuTLS client.
 *
 * Each test starts its own server on a unix socket or a free port with the small `serve`
 * below, and looks at both what was answered and what reached `serve`. */
#include "t.h"

#include "base/clock.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define HOST "Host: clinic.example\r\n"

/* ---- a small service -------------------------------------------------------------------- */

static struct {
	_Atomic int served, workers, staff_first;
	_Atomic int opened, closed;
	_Atomic(struct http_stream *) stream;
	pthread_mutex_t gate;           /* held by a test: /wait waits for it */
	char soon[8], late[8];          /* words of the answers that were held */
} the = { .gate = PTHREAD_MUTEX_INITIALIZER, .soon = "soon", .late = "late" };

static void *
worker_new(void *arg)
{
	atomic_fetch_add(&the.workers, 1);
	return arg;
}

static void
worker_free(__attribute__((unused)) void *worker, __attribute__((unused)) void *arg)
{
	atomic_fetch_sub(&the.workers, 1);
}

static void
opened(struct http_stream *s, __attribute__((unused)) void *arg)
{
	atomic_store(&the.stream, s);
	atomic_fetch_add(&the.opened, 1);
}

static void
closed(__attribute__((unused)) struct http_stream *s, __attribute__((unused)) void *arg)
{
	atomic_fetch_add(&the.closed, 1);
}

/* Requests to /hold, until a test lets them go. */
#define HELD_MOST 64
static struct {
	_Atomic(const struct http_req *) q[HELD_MOST];
	_Atomic int n;
} held;

static struct http_reply
held_reply(__attribute__((unused)) void *worker, const struct http_req *q, struct arena *mem, void *arg)
{
	return (struct http_reply){ .status = 200, .type = S("text/plain"),
		.body = str_fmt(mem, "held %.*s %s", STR_ARG(q->query), (const char *)arg) };
}

/* Holds the request once more. */
static struct http_reply
held_again(__attribute__((unused)) void *worker, const struct http_req *q, __attribute__((unused)) struct arena *mem, void *arg)
{
	q->holder->hold(q);
	q->holder->go_on(q, held_reply, arg);
	return (struct http_reply){ .later = true };
}

static struct http_reply
serve(__attribute__((unused)) void *worker, const struct http_req *q, struct arena *mem,
    __attribute__((unused)) void *arg)
{
	struct http_reply r = { .status = 200, .type = S("text/plain; charset=utf-8") };
	int order = atomic_fetch_add(&the.served, 1);

	r.body = str_fmt(mem, "%d %.*s ?%.*s %zu from %.*s %s", (int)q->method, STR_ARG(q->path),
	    STR_ARG(q->query), q->body.n, STR_ARG(q->address), q->secure ? "safe" : "plain");
	http_set(&r, S("X-Content-Type-Options"), S("nosniff"));
	if (str_eq(q->path, S("/echo"))) {
		r.body = q->body;
	} else if (str_eq(q->path, S("/large"))) {
		r.body.n = 3 << 20;
		r.body.p = memset(arena_alloc(mem, r.body.n), 'l', r.body.n);
	} else if (str_eq(q->path, S("/wait"))) {
		pthread_mutex_lock(&the.gate);
		pthread_mutex_unlock(&the.gate);
	} else if (str_eq(q->path, S("/hold"))) {
		q->holder->hold(q);
		atomic_store(&held.q[atomic_fetch_add(&held.n, 1)], q);
		return (struct http_reply){ .later = true };
	} else if (str_eq(q->path, S("/soon"))) {
		/* Over before serve has returned. */
		q->holder->hold(q);
		q->holder->go_on(q, held_reply, the.soon);
		return (struct http_reply){ .later = true };
	} else if (str_eq(q->path, S("/twice"))) {
		q->holder->hold(q);
		q->holder->go_on(q, held_again, the.late);
		return (struct http_reply){ .later = true };
	} else if (str_eq(q->path, S("/events"))) {
		r.type = S("text/event-stream");
		r.stream_opened = opened;
		r.stream_closed = closed;
	} else if (str_eq(q->path, S("/machine"))) {
		r.body = str_fmt(mem, "machine %.*s %s", STR_ARG(q->client), q->secure ? "safe" : "plain");
	} else if (str_eq(q->path, S("/order"))) {
		r.body = str_fmt(mem, "place %d", order);
	}
	return r;
}

static bool
staff(const struct http_req *q, __attribute__((unused)) void *arg)
{
	return http_cookie(q, S("staff")).n > 0;
}

struct world {
	struct server *server;
	char path[80];
	struct str certificate, key;
};

/* Start with the options of the test and ours where it says nothing. */
static bool
world_start(struct arena *mem, struct world *w, struct server_opts o)
{
	static _Atomic int count;
	struct str why = S("");
	enum err e;

	snprintf(w->path, sizeof w->path, "/tmp/hersys-test-%d-%d.sock", (int)getpid(), atomic_fetch_add(&count, 1));
	if (o.listen.n == 0)
		o.listen = str_fmt(mem, "unix:%s", w->path);
	o.threads = o.threads > 0 ? o.threads : 2;
	o.workers = o.workers > 0 ? o.workers : 2;
	o.connections = o.connections > 0 ? o.connections : 200;
	o.serve = serve;
	o.staff = staff;
	o.worker_new = worker_new;
	o.worker_free = worker_free;
	atomic_store(&the.served, 0);
	atomic_store(&the.opened, 0);
	atomic_store(&the.closed, 0);
	atomic_store(&the.stream, NULL);
	e = server_start(mem, &o, &w->server, &why);
	if (e != OK)
		test_fail(__FILE__, __LINE__, "server_start", why, S(""));
	return e == OK;
}

/* The same over TLS, with a certificate of our own. */
static bool
world_start_tls(struct arena *mem, struct world *w, struct server_opts o)
{
	if (server_self_sign(mem, S("clinic.example,127.0.0.1,::1"), 30, &w->certificate, &w->key) != OK)
		return false;
	o.certificate_pem = w->certificate;
	o.key_pem = w->key;
	if (o.listen.n == 0)
		o.listen = S("127.0.0.1:0");
	return world_start(mem, w, o);
}

/* ---- a small client --------------------------------------------------------------------- */

static int
dial_unix(const struct world *w)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(to.sun_path, w->path, strlen(w->path));
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
		BUG("dial");
	return fd;
}

static int
dial_port(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0)
		BUG("dial");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){ .tv_sec = 2 }, sizeof(struct timeval));
	return fd;
}

/* What the server does may end a write at any place: it is what comes back that counts. */
static void
say(int fd, struct str s)
{
	while (s.n > 0) {
		ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		s = str_sub(s, (size_t)n, s.n);
	}
}

enum until { UNTIL_ANSWER, UNTIL_CLOSED };

struct heard {
	struct str text;
	bool closed;
};

/* Is there a whole answer with its body at the start of `s`? Its length, or 0. */
static size_t
answer_length(struct str s)
{
	size_t head = str_find_str(s, S("\r\n\r\n")), at = str_find_str(s, S("Content-Length: ")), n = 0;

	if (head == s.n)
		return 0;
	head += 4;
	for (at += 16; at < head && s.p[at] >= '0' && s.p[at] <= '9'; at++)
		n = n * 10 + (size_t)(s.p[at] - '0');
	return s.n >= head + n ? head + n : 0;
}

/* Listen for at most `ms`, and no longer than until `last` has come. */
static struct heard
hear_to(struct arena *mem, int fd, enum until until, struct str last, int ms)
{
	struct buf got = buf_new(mem);
	struct heard h = { .closed = false };
	int64_t end = clock_mono() + ms;

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = end - clock_mono();
		ssize_t n;

		if (left < 0 || poll(&p, 1, (int)left) <= 0)
			break;
		n = recv(fd, buf_room(&got, 65536), 65536, 0);
		if (n <= 0) {
			h.closed = true;
			break;
		}
		got.n += (size_t)n;
		if (until == UNTIL_ANSWER && answer_length((struct str){ got.p, got.n }) > 0)
			break;
		if (last.n > 0 && str_ends((struct str){ got.p, got.n }, last))
			break;
	}
	h.text = buf_str(&got);
	return h;
}

static struct heard
hear(struct arena *mem, int fd, enum until until, int ms)
{
	return hear_to(mem, fd, until, S(""), ms);
}

static struct str
hear_text(struct arena *mem, int fd, struct str last)
{
	return hear_to(mem, fd, UNTIL_CLOSED, last, 1000).text;
}

static struct heard
ask(struct arena *mem, const struct world *w, struct str bytes, enum until until, int ms)
{
	int fd = dial_unix(w);
	struct heard h;

	say(fd, bytes);
	h = hear(mem, fd, until, ms);
	close(fd);
	return h;
}

static int
status_of(struct str answer)
{
	int64_t status;

	if (answer.n == 0)
		return 0;
	if (!str_starts(answer, S("HTTP/1.1 ")) || !str_int(str_sub(answer, 9, 3), &status))
		return -1;
	return (int)status;
}

static struct str
body_of(struct str answer)
{
	return str_sub(answer, str_find_str(answer, S("\r\n\r\n")) + 4, answer.n);
}

static size_t
count_of(struct str hay, struct str needle)
{
	size_t n = 0;

	for (;;) {
		size_t at = str_find_str(hay, needle);

		if (at == hay.n)
			return n;
		n++;
		hay = str_sub(hay, at + needle.n, hay.n);
	}
}

/* What other threads do becomes true within a second. */
#define WAIT_FOR(cond) do { \
	for (int k_ = 0; k_ < 500 && !(cond); k_++) \
		poll(NULL, 0, 2); \
	CHECK(cond); \
} while (0)

struct tls {
	gnutls_session_t session;
	gnutls_certificate_credentials_t cred;
	int fd, result;
};

/* A connection that has not shaken hands yet. */
static struct tls
tls_open(int port, const char *priorities, const char *protocol)
{
	struct tls t = { .fd = dial_port(port) };
	gnutls_datum_t name = { (unsigned char *)(uintptr_t)protocol, (unsigned)strlen(protocol) };

	gnutls_certificate_allocate_credentials(&t.cred);
	gnutls_init(&t.session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL);
	t.result = gnutls_priority_set_direct(t.session, priorities, NULL);
	gnutls_credentials_set(t.session, GNUTLS_CRD_CERTIFICATE, t.cred);
	if (name.size > 0)
		gnutls_alpn_set_protocols(t.session, &name, 1, 0);
	gnutls_transport_set_int(t.session, t.fd);
	gnutls_handshake_set_timeout(t.session, 2000);
	return t;
}

/* 0 or GnuTLS's error. */
static int
tls_shake(struct tls *t)
{
	do
		t->result = gnutls_handshake(t->session);
	while (t->result < 0 && !gnutls_error_is_fatal(t->result));
	return t->result;
}

static struct tls
tls_dial(int port, const char *priorities, const char *protocol)
{
	struct tls t = tls_open(port, priorities, protocol);

	if (t.result == 0)
		(void)tls_shake(&t);
	return t;
}

static void
tls_close(struct tls *t)
{
	gnutls_deinit(t->session);
	gnutls_certificate_free_credentials(t->cred);
	close(t->fd);
}

static void
tls_say(struct tls *t, struct str s)
{
	if (s.n > 0 && gnutls_record_send(t->session, s.p, s.n) != (ssize_t)s.n)
		BUG("tls_say");
}

/* One request and one answer; "" when there was none. */
static struct str
tls_ask(struct arena *mem, struct tls *t, struct str bytes)
{
	struct buf got = buf_new(mem);
	int64_t end = clock_mono() + 2000;

	tls_say(t, bytes);
	while (answer_length(buf_str(&got)) == 0) {
		ssize_t n = gnutls_record_recv(t->session, buf_room(&got, 65536), 65536);

		/* A ticket that arrives counts as "again". */
		if (n == GNUTLS_E_AGAIN && clock_mono() < end)
			continue;
		if (n <= 0)
			break;
		got.n += (size_t)n;
	}
	return buf_str(&got);
}

/* ---- what is refused -------------------------------------------------------------------- */

static struct str
many(struct arena *mem, struct str head, struct str piece, size_t n, struct str tail)
{
	struct buf b = buf_new(mem);

	buf_put(&b, head);
	for (size_t i = 0; i < n; i++)
		buf_put(&b, piece);
	buf_put(&b, tail);
	return buf_str(&b);
}

struct ambiguous {
	const char *what;
	struct str bytes;
	int status;             /* 0: closed without a word */
};

#define GET(lines) "GET / HTTP/1.1\r\n" HOST lines "\r\n"
#define POST(lines, body) "POST / HTTP/1.1\r\n" HOST lines "\r\n" body
#define LINE(line) line "\r\n" HOST "\r\n"

static const struct ambiguous ambiguous[] = {
	{ "length and encoding", STR_INIT(POST("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
	    "0\r\n\r\n")), 400 },
	{ "encoding and length", STR_INIT(POST("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
	    "0\r\n\r\n")), 400 },
	{ "two lengths", STR_INIT(POST("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")), 400 },
	{ "twice the same length", STR_INIT(POST("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")), 400 },
	{ "a list of lengths", STR_INIT(POST("Content-Length: 5, 5\r\n", "hello")), 400 },
	{ "length +5", STR_INIT(POST("Content-Length: +5\r\n", "hello")), 400 },
	{ "length -5", STR_INIT(POST("Content-Length: -5\r\n", "hello")), 400 },
	{ "length 0x5", STR_INIT(POST("Content-Length: 0x5\r\n", "hello")), 400 },
	{ "length 5x", STR_INIT(POST("Content-Length: 5x\r\n", "hello")), 400 },
	{ "no length in Content-Length", STR_INIT(POST("Content-Length:\r\n", "")), 400 },
	{ "a length beyond numbers", STR_INIT(POST("Content-Length: 99999999999999999999999\r\n", "")), 413 },
	{ "a length beyond the limit", STR_INIT(POST("Content-Length: 999999999\r\n", "")), 413 },
	{ "two hosts", STR_INIT(GET("Host: other.example\r\n")), 400 },
	{ "twice the same host", STR_INIT(GET(HOST)), 400 },
	{ "no host", STR_INIT("GET / HTTP/1.1\r\nAccept: */*\r\n\r\n"), 400 },
	{ "no headers", STR_INIT("GET / HTTP/1.1\r\n\r\n"), 400 },
	{ "an empty host", STR_INIT("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 400 },
	{ "a host with a path", STR_INIT("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"), 400 },
	{ "a host with a user", STR_INIT("GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"), 400 },
	{ "no host in 1.0", STR_INIT("GET / HTTP/1.0\r\n\r\n"), 400 },
	{ "NUL in a value", STR_INIT(GET("X: a\0b\r\n")), 400 },
	{ "NUL at the end of a value", STR_INIT(GET("X: a\0\r\n")), 400 },
	{ "NUL in the last value", STR_INIT(GET("X: a\r\nY: b\0\0\r\n")), 400 },
	{ "NUL in a name", STR_INIT(GET("X\0Y: a\r\n")), 400 },
	{ "NUL in the target", STR_INIT(LINE("GET /a\0b HTTP/1.1")), 400 },
	{ "%00 in the path", STR_INIT(LINE("GET /a%00b HTTP/1.1")), 400 },
	{ "%00 in the query", STR_INIT(LINE("GET /a?b=%00 HTTP/1.1")), 400 },
	{ "bare CR in a value", STR_INIT(GET("X: a\rb\r\n")), 400 },
	{ "bare CR in the target", STR_INIT(LINE("GET /\rb HTTP/1.1")), 400 },
	{ "CR CR LF", STR_INIT("GET / HTTP/1.1\r\r\n" HOST "\r\n"), 400 },
	{ "bare LF everywhere", STR_INIT("GET / HTTP/1.1\nHost: a\n\n"), 400 },
	{ "bare LF behind the request line", STR_INIT("GET / HTTP/1.1\n" HOST "\r\n"), 400 },
	{ "bare LF behind a header", STR_INIT("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"), 400 },
	{ "bare LF at the end", STR_INIT("GET / HTTP/1.1\r\n" HOST "\n"), 400 },
	{ "a folded header", STR_INIT(GET("X: a\r\n b\r\n")), 400 },
	{ "a folded header by TAB", STR_INIT(GET("X: a\r\n\tb\r\nY: c\r\n")), 400 },
	{ "a fold before any header", STR_INIT("GET / HTTP/1.1\r\n X: y\r\n" HOST "\r\n"), 400 },
	{ "an unknown encoding", STR_INIT(POST("Transfer-Encoding: gzip\r\n", "hello")), 501 },
	{ "an encoding twice", STR_INIT(POST("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")), 501 },
	{ "two encodings", STR_INIT(POST("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
	    "0\r\n\r\n")), 400 },
	{ "an encoding with a mark", STR_INIT(POST("Transfer-Encoding: \x0b" "chunked\r\n", "0\r\n\r\n")), 400 },
	{ "an encoding in 1.0", STR_INIT("POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	    400 },
	{ "chunks through a proxy", STR_INIT(POST("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n")), 411 },
	{ "a blank before the colon", STR_INIT(POST("Content-Length : 5\r\n", "hello")), 400 },
	{ "a header without a name", STR_INIT(GET(": x\r\n")), 400 },
	{ "a header without a colon", STR_INIT(GET("abc\r\n")), 400 },
	{ "a name that is no token", STR_INIT(GET("a(b: c\r\n")), 400 },
	{ "a value that is not UTF-8", STR_INIT(GET("X: \xff\r\n")), 400 },
	{ "HTTP/0.9", STR_INIT("GET /\r\n"), 400 },
	{ "HTTP/1.2", STR_INIT(LINE("GET / HTTP/1.2")), 505 },
	{ "HTTP/2", STR_INIT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505 },
	{ "http/1.1", STR_INIT(LINE("GET / http/1.1")), 400 },
	{ "two blanks before the target", STR_INIT(LINE("GET  / HTTP/1.1")), 400 },
	{ "two blanks behind the target", STR_INIT(LINE("GET /  HTTP/1.1")), 400 },
	{ "a blank at the end of the line", STR_INIT(LINE("GET / HTTP/1.1 ")), 400 },
	{ "a blank in the target", STR_INIT(LINE("GET /a b HTTP/1.1")), 400 },
	{ "TABs between", STR_INIT(LINE("GET\t/\tHTTP/1.1")), 0 },
	{ "a target with a host", STR_INIT(LINE("GET http://clinic.example/ HTTP/1.1")), 400 },
	{ "a target without a slash", STR_INIT(LINE("GET a HTTP/1.1")), 400 },
	{ "a target with dots", STR_INIT(LINE("GET /a/../b HTTP/1.1")), 400 },
	{ "a target with coded dots", STR_INIT(LINE("GET /a/%2e%2e/b HTTP/1.1")), 400 },
	{ "a coded slash", STR_INIT(LINE("GET /a%2fb HTTP/1.1")), 400 },
	{ "a coded line end", STR_INIT(LINE("GET /a%0d%0ab HTTP/1.1")), 400 },
	{ "half a code", STR_INIT(LINE("GET /a%4 HTTP/1.1")), 400 },
	{ "a path that is not UTF-8", STR_INIT(LINE("GET /%ff HTTP/1.1")), 400 },
	{ "a fragment", STR_INIT(LINE("GET /a#b HTTP/1.1")), 400 },
	{ "TRACE", STR_INIT(LINE("TRACE / HTTP/1.1")), 405 },
	{ "CONNECT", STR_INIT(LINE("CONNECT a:443 HTTP/1.1")), 405 },
	{ "a method in small letters", STR_INIT(LINE("get / HTTP/1.1")), 405 },
	{ "an expectation we do not know", STR_INIT(POST("Content-Length: 5\r\nExpect: pie\r\n", "hello")), 417 },
};

TEST(an_ambiguous_request_is_refused_and_never_served)
{
	struct world w;

	if (!world_start(mem, &w, (struct server_opts){ .body_max = 1000 }))
		return;
	for (size_t i = 0; i < LEN(ambiguous); i++) {
		const struct ambiguous *a = &ambiguous[i];
		struct heard h = ask(mem, &w, a->bytes, UNTIL_CLOSED, 1000);

		if (!h.closed || status_of(h.text) != a->status)
			test_fail(__FILE__, __LINE__, a->what, str_fmt(mem, "%s: %.*s", h.closed ? "closed" : "open",
			    STR_ARG(h.text)), str_fmt(mem, "closed: %d", a->status));
		/* Nothing of it may be taken for a second request. (The library sends its own head twice
		 * when a length is malformed: the same answer, and it closes.) */
		if (count_of(h.text, S("HTTP/1.1 200")) != 0)
			test_fail(__FILE__, __LINE__, a->what, h.text, S("no 200"));
	}
	CHECK_INT(atomic_load(&the.served), 0);
	CHECK(server_stats(w.server).refused >= LEN(ambiguous) - 12);
	server_stop(w.server, 1);
}

TEST(a_head_or_target_that_is_too_large_is_refused)
{
	struct world w;
	struct heard h;

	if (!world_start(mem, &w, (struct server_opts){ .body_max = 1000 }))
		return;
	h = ask(mem, &w, many(mem, S("GET / HTTP/1.1\r\n" HOST "X: "), S("a"), 17000, S("\r\n\r\n")), UNTIL_CLOSED, 1000);
	CHECK_INT(status_of(h.text), 431);
	h = ask(mem, &w, many(mem, S("GET / HTTP/1.1\r\n" HOST "X: "), S("a"), 100000, S("\r\n\r\n")), UNTIL_CLOSED, 1000);
	CHECK(h.closed && (h.text.n == 0 || status_of(h.text) == 431));
	h = ask(mem, &w, many(mem, S("GET / HTTP/1.1\r\n" HOST), S("X: a\r\n"), 150, S("\r\n")), UNTIL_CLOSED, 1000);
	CHECK_INT(status_of(h.text), 431);
	h = ask(mem, &w, many(mem, S("GET /"), S("a"), 100000, S(" HTTP/1.1\r\n" HOST "\r\n")), UNTIL_CLOSED, 1000);
	CHECK(h.closed && (h.text.n == 0 || status_of(h.text) == 414));
	CHECK_INT(atomic_load(&the.served), 0);
	/* And what is not too large is read whole. */
	h = ask(mem, &w, many(mem, S("GET / HTTP/1.1\r\n" HOST "X: "), S("a"), 15000, S("\r\n\r\n")), UNTIL_ANSWER, 1000);
	CHECK_INT(status_of(h.text), 200);
	h = ask(mem, &w, many(mem, S("GET / HTTP/1.1\r\n" HOST), S("X: aaaaaaaaaaaaaaaaaaaaaaaa\r\n"), 98, S("\r\n")),
	    UNTIL_ANSWER, 1000);
	CHECK_INT(status_of(h.text), 200);
	server_stop(w.server, 1);
}

TEST(a_body_over_the_limit_is_refused_with_an_answer_the_client_reads)
{
	struct world w;
	struct heard h;

	if (!world_start_tls(mem, &w, (struct server_opts){ .body_max = 100000,
	    .listen = str_fmt(mem, "127.0.0.1:0,unix:/tmp/hersys-body-%d.sock", (int)getpid()) }))
		return;
	snprintf(w.path, sizeof w.path, "/tmp/hersys-body-%d.sock", (int)getpid());
	h = ask(mem, &w, many(mem, S("POST / HTTP/1.1\r\n" HOST "Content-Length: 100001\r\n\r\n"), S("x"), 100001, S("")),
	    UNTIL_CLOSED, 1000);
	CHECK_INT(status_of(h.text), 413);
	CHECK(h.closed);
	/* Who waits for a word hears it at once. */
	h = ask(mem, &w, S("POST / HTTP/1.1\r\n" HOST "Content-Length: 100001\r\nExpect: 100-continue\r\n\r\n"),
	    UNTIL_CLOSED, 1000);
	CHECK_INT(status_of(h.text), 413);
	CHECK(h.closed);
	CHECK_INT(atomic_load(&the.served), 0);
	h = ask(mem, &w, many(mem, S("POST / HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\n"), S("x"), 100000, S("")),
	    UNTIL_ANSWER, 1000);
	CHECK_INT(status_of(h.text), 200);
	CHECK_HAS(h.text, S(" 100000 from"));
	server_stop(w.server, 1);
}

TEST(a_body_cut_off_in_the_middle_never_reaches_serve)
{
	struct world w;
	int fd;

	if (!world_start(mem, &w, (struct server_opts){ .body_max = 1000 }))
		return;
	fd = dial_unix(&w);
	say(fd, S("POST / HTTP/1.1\r\n" HOST "Content-Length: 50\r\n\r\nhalf of it"));
	CHECK(!hear(mem, fd, UNTIL_CLOSED, 20).closed);
	shutdown(fd, SHUT_WR);
	CHECK(hear(mem, fd, UNTIL_CLOSED, 1000).closed);
	close(fd);
	fd = dial_unix(&w);
	say(fd, S("POST / HTTP/1.1\r\n" HOST "Content-Length: 50\r\n\r\nhalf of it"));
	close(fd);
	server_stop(w.server, 1);
	CHECK_INT(atomic_load(&the.served), 0);
}

/* ---- what is served --------------------------------------------------------------------- */

TEST(a_pipelined_pair_gets_exactly_two_answers)
{
	struct world w;
	struct heard h;

	if (!world_start(mem, &w, (struct server_opts){ .body_max = 1000 }))
		return;
	h = ask(mem, &w, S("POST /one HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"
	    "GET /two HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"), UNTIL_CLOSED, 1000);
	CHECK(h.closed);
	CHECK_INT(count_of(h.text, S("HTTP/1.1 200 OK")), 2);
	CHECK_HAS(h.text, S("2 /one ? 5 from"));
	CHECK_HAS(h.text, S("0 /two ? 0 from"));
	CHECK_INT(atomic_load(&the.served), 2);
	server_stop(w.server, 1);
}

TEST(a_connection_serves_request_after_request)
{
	struct world w;
	struct heard h;
	int fd;

	if (!world_start(mem, &w, (struct server_opts){ .body_max = 1 << 20 }))
		return;
	fd = dial_unix(&w);
	for (int i = 0; i < 20; i++) {
		say(fd, str_fmt(mem, "GET /n/%d?a=%%E5%%8C%%BB&b HTTP/1.1\r\n" HOST "\r\n", i));
		h = hear(mem, fd, UNTIL_ANSWER, 1000);
		CHECK_INT(status_of(h.text), 200);
		CHECK_STR(body_of(h.text), str_fmt(mem, "0 /n/%d ?a=%%E5%%8C%%BB&b 0 from unix plain", i));
	}
	CHECK_HAS(h.text, S("\r\nDate: "));
	CHECK_HAS(h.text, S("\r\nX-Content-Type-Options: nosniff\r\n"));
	CHECK_NOT(h.text, S("Server:"));
	CHECK_NOT(h.text, S("Connection:"));
	/* HEAD says what GET would, without the body. */
	say(fd, S("HEAD /n/7 HTTP/1.1\r\n" HOST "\r\n"));
	h.text = hear_text(mem, fd, S("\r\n\r\n"));
	CHECK_INT(status_of(h.text), 200);
	CHECK_HAS(h.text, S("\r\nContent-Length: 26\r\n"));
	CHECK_INT(body_of(h.text).n, 0);
	/* A client may ask first whether it should go on. */
	say(fd, S("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"));
	CHECK_STR(hear_text(mem, fd, S("\r\n\r\n")), S("HTTP/1.1 100 Continue\r\n\r\n"));
	say(fd, S("hello"));
	CHECK_STR(body_of(hear(mem, fd, UNTIL_ANSWER, 1000).text), S("hello"));
	close(fd);
	CHECK_INT(server_stats(w.server).connections, 1);
	CHECK_INT(server_stats(w.server).requests, 22);
	server_stop(w.server, 1);
	CHECK_INT(atomic_load(&the.workers), 0);
	CHECK(access(w.path, F_OK) != 0);
}

TEST(bodies_arrive_whole_in_both_directions)
{
	struct world w;
	struct heard h;
	struct str body = many(mem, S(""), S("0123456789abcdef"), 40000, S(""));
	struct tls t;

	if (!world_start_tls(mem, &w, (struct server_opts){ .body_max = 1 << 20, .threads = 1 }))
		return;
	t = tls_dial(server_port(w.server), "NORMAL", "http/1.1");
	CHECK_INT(t.result, 0);
	h.text = tls_ask(mem, &t, S("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello"));
	CHECK_STR(body_of(h.text), S("hello"));
	h.text = tls_ask(mem, &t, S("GET /large HTTP/1.1\r\n" HOST "\r\n"));
	CHECK_INT(body_of(h.text).n, 3 << 20);
	tls_say(&t, S("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 640000\r\n\r\n"));
	for (size_t at = 0; at < body.n; at += 16000)
		tls_say(&t, str_sub(body, at, 16000));
	h.text = tls_ask(mem, &t, S(""));
	CHECK(str_eq(body_of(h.text), body));
	/* In pieces, of which we do not know the number: only where no proxy stands before us. */
	h.text = tls_ask(mem, &t, S("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
	    "5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX: y\r\n\r\n"));
	CHECK_STR(body_of(h.text), S("hello world"));
	h.text = tls_ask(mem, &t, S("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n"));
	CHECK_INT(status_of(h.text), 400);
	tls_close(&t);
	server_stop(w.server, 1);
}

/* ---- TLS -------------------------------------------------------------------------------- */

TEST(only_modern_tls_is_spoken)
{
	static const struct {
		const char *priorities, *protocol;
		bool accepted;
	} tries[] = {
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.3", "http/1.1", true },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.2", "http/1.1", true },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:-CIPHER-ALL:+AES-256-GCM", "", true },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.1", "", false },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.0", "", false },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC", "", false },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-CCM", "", false },
		{ "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+DHE-RSA:+RSA", "", false },
		{ "NORMAL:-GROUP-ALL:+GROUP-SECP521R1", "", false },
	};
	struct world w;

	if (!world_start_tls(mem, &w, (struct server_opts){ .body_max = 1000 }))
		return;
	for (size_t i = 0; i < LEN(tries); i++) {
		struct tls t = tls_dial(server_port(w.server), tries[i].priorities, tries[i].protocol);

		if ((t.result == 0) != tries[i].accepted)
			test_fail(__FILE__, __LINE__, tries[i].priorities, str_of(gnutls_strerror(t.result)), S(""));
		if (t.result == 0)
			CHECK_HAS(tls_ask(mem, &t, S("GET / HTTP/1.1\r\n" HOST "\r\n")), S("from 127.0.0.1 safe"));
		tls_close(&t);
	}
	server_stop(w.server, 1);
}

TEST(nothing_but_http_1_is_offered)
{
	struct world w;
	struct tls t;
	gnutls_datum_t name = { 0 };

	if (!world_start_tls(mem, &w, (struct server_opts){ .body_max = 1000 }))
		return;
	t = tls_dial(server_port(w.server), "NORMAL", "http/1.1");
	CHECK_INT(gnutls_alpn_get_selected_protocol(t.session, &name), 0);
	CHECK_STR(((struct str){ (char *)name.data, name.size }), S("http/1.1"));
	tls_close(&t);
	t = tls_dial(server_port(w.server), "NORMAL", "h2");
	CHECK(t.result != 0 || gnutls_alpn_get_selected_protocol(t.session, &name) != 0);
	tls_close(&t);
	server_stop(w.server, 1);
}

static int64_t
processor_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static ssize_t
hear_nothing(__attribute__((unused)) gnutls_transport_ptr_t fd, __attribute__((unused)) void *to,
    __attribute__((unused)) size_t n)
{
	errno = EAGAIN;
	return -1;
}

static ssize_t
hear_all(gnutls_transport_ptr_t fd, void *to, size_t n)
{
	return recv((int)(intptr_t)fd, to, n, 0);
}

TEST(a_handshake_that_stalls_costs_no_processor_and_goes_on_later)
{
	struct world w;
	struct tls t;
	int stalled;
	int64_t before;

	if (!world_start_tls(mem, &w, (struct server_opts){ .body_max = 1000 }))
		return;
	stalled = dial_port(server_port(w.server));
	say(stalled, S("\x16\x03\x01\x02\x00\x01\x00"));
	poll(NULL, 0, 20);
	before = processor_ms();
	poll(NULL, 0, 150);
	CHECK(processor_ms() - before < 50);
	/* One that waits in the middle, as on a slow line. */
	t = tls_open(server_port(w.server), "NORMAL", "");
	gnutls_handshake_set_timeout(t.session, 0);
	gnutls_transport_set_pull_function(t.session, hear_nothing);
	CHECK_INT(gnutls_handshake(t.session), GNUTLS_E_AGAIN);
	gnutls_transport_set_pull_function(t.session, hear_all);
	poll(NULL, 0, 20);
	before = processor_ms();
	poll(NULL, 0, 150);
	CHECK(processor_ms() - before < 50);
	CHECK_INT(tls_shake(&t), 0);
	CHECK_HAS(tls_ask(mem, &t, S("GET / HTTP/1.1\r\n" HOST "\r\n")), S("from 127.0.0.1 safe"));
	tls_close(&t);
	server_stop(w.server, 1);                       /* with one still stalled */
	close(stalled);
}

TEST(a_session_is_resumed_by_ticket)
{
	struct world w;
	struct tls t;
	gnutls_datum_t data = { 0 };

	if (!world_start_tls(mem, &w, (struct server_opts){ .body_max = 1000 }))
		return;
	t = tls_dial(server_port(w.server), "NORMAL", "http/1.1");
	(void)tls_ask(mem, &t, S("GET / HTTP/1.1\r\n" HOST "\r\n"));
	CHECK_INT(gnutls_session_get_data2(t.session, &data), 0);
	tls_close(&t);
	t = tls_open(server_port(w.server), "NORMAL", "");
	gnutls_session_set_data(t.session, data.data, data.size);
	CHECK_INT(tls_shake(&t), 0);
	CHECK(gnutls_session_is_resumed(t.session));
	gnutls_free(data.data);
	tls_close(&t);
	server_stop(w.server, 1);
}

/* So many that the memory of idle ones matters. */
#define CROWD 300

/* ---- machines ---- */

/* A certificate and its key, made here. */
struct identity {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
};

/* For `purpose`, signed by `ca` (NULL: by itself, and able to sign others), good for `days` from now. */
static struct identity
identity(const char *name, const char *purpose, const struct identity *ca, int days)
{
	struct identity i;
	time_t now = time(NULL);
	unsigned char serial[] = { 1, (unsigned char)name[0] };

	if (gnutls_x509_crt_init(&i.crt) < 0 || gnutls_x509_privkey_init(&i.key) < 0
	    || gnutls_x509_privkey_generate(i.key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0) < 0
	    || gnutls_x509_crt_set_version(i.crt, 3) < 0 || gnutls_x509_crt_set_serial(i.crt, serial, sizeof serial) < 0
	    || gnutls_x509_crt_set_dn_by_oid(i.crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, (unsigned)strlen(name)) < 0
	    || gnutls_x509_crt_set_activation_time(i.crt, now - 86400 * 3) < 0
	    || gnutls_x509_crt_set_expiration_time(i.crt, now + (time_t)days * 86400) < 0
	    || gnutls_x509_crt_set_key(i.crt, i.key) < 0
	    || gnutls_x509_crt_set_basic_constraints(i.crt, ca == NULL, -1) < 0
	    || (purpose != NULL && gnutls_x509_crt_set_key_purpose_oid(i.crt, purpose, 0) < 0)
	    || gnutls_x509_crt_sign2(i.crt, ca ? ca->crt : i.crt, ca ? ca->key : i.key, GNUTLS_DIG_SHA256, 0) < 0)
		BUG("identity");
	return i;
}

static void
identity_end(struct identity *i)
{
	gnutls_x509_crt_deinit(i->crt);
	gnutls_x509_privkey_deinit(i->key);
}

static struct str
identity_pem(struct arena *mem, const struct identity *i)
{
	gnutls_datum_t d;

	if (gnutls_x509_crt_export2(i->crt, GNUTLS_X509_FMT_PEM, &d) < 0)
		BUG("identity_pem");
	struct str out = str_dup(mem, (struct str){ (char *)d.data, d.size });
	gnutls_free(d.data);
	return out;
}

/* Ask at `port` with this identity; "" when nothing was answered. */
static struct str
ask_as(struct arena *mem, int port, const char *priorities, const struct identity *i)
{
	struct tls t = tls_open(port, priorities, "");
	struct str answer = S("");

	if (i != NULL && gnutls_certificate_set_x509_key(t.cred, (gnutls_x509_crt_t[]){ i->crt }, 1, i->key) < 0)
		BUG("ask_as");
	/* Believed by the server or not: TLS 1.3 tells the client only after its own part is over. */
	static const struct str question = STR_INIT("GET /machine HTTP/1.1\r\n" HOST "\r\n");
	if (tls_shake(&t) == 0 && gnutls_record_send(t.session, question.p, question.n) == (ssize_t)question.n)
		answer = tls_ask(mem, &t, S(""));
	tls_close(&t);
	return answer;
}

TEST(only_a_machine_that_proves_a_certificate_we_know_gets_through_the_door_of_machines)
{
	static const char *const versions[] = { "NORMAL:-VERS-ALL:+VERS-TLS1.2", "NORMAL:-VERS-ALL:+VERS-TLS1.3" };
	struct identity ca = identity("signer", NULL, NULL, 30), own = identity("own", GNUTLS_KP_TLS_WWW_CLIENT, NULL, 30);
	struct identity signed_by = identity("app", GNUTLS_KP_TLS_WWW_CLIENT, &ca, 30);
	struct identity old = identity("old", GNUTLS_KP_TLS_WWW_CLIENT, &ca, -1), plain = identity("web", GNUTLS_KP_TLS_WWW_SERVER, &ca, 30);
	struct identity stranger = identity("stranger", GNUTLS_KP_TLS_WWW_CLIENT, NULL, 30);
	struct str known = str_cat(mem, identity_pem(mem, &ca), identity_pem(mem, &own));
	struct world w;

	if (!world_start_tls(mem, &w, (struct server_opts){ .machines = S("127.0.0.1:0"), .machines_pem = known }))
		return;
	int port = server_machine_port(w.server);
	CHECK(port > 0 && port != server_port(w.server));
	for (size_t v = 0; v < LEN(versions); v++) {
		struct str a = ask_as(mem, port, versions[v], &signed_by), b = ask_as(mem, port, versions[v], &own);
		CHECK_HAS(a, S("200 OK"));
		CHECK_HAS(body_of(a), S(" safe"));
		CHECK_INT(body_of(a).n, strlen("machine  safe") + 64);
		CHECK_HAS(b, S("200 OK"));
		CHECK(!str_eq(body_of(a), body_of(b)));
		CHECK_STR(ask_as(mem, port, versions[v], NULL), S(""));
		CHECK_STR(ask_as(mem, port, versions[v], &stranger), S(""));
		CHECK_STR(ask_as(mem, port, versions[v], &old), S(""));
		CHECK_STR(ask_as(mem, port, versions[v], &plain), S(""));
		/* The door for people asks for none, and takes nobody for a machine who shows one. */
		CHECK_STR(body_of(ask_as(mem, server_port(w.server), versions[v], &own)), S("machine  safe"));
	}
	server_stop(w.server, 1);
	identity_end(&ca);
	identity_end(&own);
	identity_end(&signed_by);
	identity_end(&old);
	identity_end(&plain);
	identity_end(&stranger);
}

TEST(a_door_for_machines_that_cannot_be_says_why)
{
	struct server_opts o = { .listen = S("127.0.0.1:0"), .machines = S("127.0.0.1:0"), .serve = serve };
	struct server *s;
	struct str why = S(""), cert, key;

	CHECK_INT(server_start(mem, &o, &s, &why), E_INVALID);
	CHECK_HAS(why, S("HTTPS only"));
	CHECK_INT(server_self_sign(mem, S("localhost"), 30, &cert, &key), OK);
	o.certificate_pem = cert;
	o.key_pem = key;
	CHECK_INT(server_start(mem, &o, &s, &why), E_INVALID);
	CHECK_HAS(why, S("there is none"));
	o.machines_pem = S("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
	CHECK_INT(server_start(mem, &o, &s, &why), E_INVALID);
	CHECK_HAS(why, S("certificates of machines"));
	o.machines_pem = cert;
	o.machines = S("unix:/tmp/no-machines");
	CHECK_INT(server_start(mem, &o, &s, &why), E_INVALID);
}

TEST(idle_connections_give_their_memory_back_and_go_on)
{
	struct world w;
	struct tls *t = NEWN(mem, struct tls, CROWD), blank;
	struct str first = S("GET /one HTTP/1.1\r\n" HOST "\r\nGET /tw");
	struct heard h;
	uint64_t rested;

	if (!world_start_tls(mem, &w, (struct server_opts){ .body_max = 1000, .connections = CROWD + 100 }))
		return;
	for (size_t i = 0; i < CROWD; i++) {
		t[i] = tls_dial(server_port(w.server), "NORMAL", "http/1.1");
		CHECK_HAS(tls_ask(mem, &t[i], S("GET /zero HTTP/1.1\r\n" HOST "\r\n")), S("0 /zero"));
	}
	WAIT_FOR(server_stats(w.server).rested >= 40);
	/* Half a request that came behind another is not lost. */
	for (size_t i = 0; i < CROWD; i++) {
		CHECK_HAS(tls_ask(mem, &t[i], first), S("0 /one"));
		CHECK_HAS(tls_ask(mem, &t[i], S("o HTTP/1.1\r\n" HOST "\r\n")), S("0 /two"));
	}
	WAIT_FOR(server_stats(w.server).rested >= CROWD);
	/* Nor is what lies beside the memory of one that begins with a page of blank lines. The others have come to rest. */
	do {
		rested = server_stats(w.server).rested;
		poll(NULL, 0, 50);
	} while (server_stats(w.server).rested != rested);
	blank = tls_dial(server_port(w.server), "NORMAL", "http/1.1");
	h.text = tls_ask(mem, &blank, many(mem, S(""), S("\r\n"), 2048, S("GET /blank HTTP/1.1\r\n" HOST "\r\n")));
	CHECK_HAS(h.text, S("0 /blank"));
	poll(NULL, 0, 20);
	CHECK_INT(server_stats(w.server).rested, rested);
	for (size_t i = 0; i < CROWD; i++) {
		CHECK_HAS(tls_ask(mem, &t[i], S("GET /last HTTP/1.1\r\n" HOST "\r\n")), S("0 /last"));
		tls_close(&t[i]);
	}
	tls_close(&blank);
	server_stop(w.server, 1);
}

TEST(a_certificate_of_our_own_names_its_hosts)
{
	struct str cert, key;
	gnutls_x509_crt_t crt;
	gnutls_datum_t pem;

	CHECK_INT(server_self_sign(mem, S("clinic.example, 192.0.2.7,2001:db8::1"), 90, &cert, &key), OK);
	pem = (gnutls_datum_t){ (unsigned char *)(uintptr_t)cert.p, (unsigned)cert.n };
	gnutls_x509_crt_init(&crt);
	CHECK_INT(gnutls_x509_crt_import(crt, &pem, GNUTLS_X509_FMT_PEM), 0);
	CHECK(gnutls_x509_crt_check_hostname(crt, "clinic.example"));
	CHECK(gnutls_x509_crt_check_hostname(crt, "192.0.2.7"));
	CHECK(gnutls_x509_crt_check_hostname(crt, "2001:db8::1"));
	CHECK(!gnutls_x509_crt_check_hostname(crt, "other.example"));
	CHECK_INT(gnutls_x509_crt_get_pk_algorithm(crt, NULL), GNUTLS_PK_ECDSA);
	CHECK(gnutls_x509_crt_get_expiration_time(crt) > clock_now() / 1000 + 89 * 86400);
	gnutls_x509_crt_deinit(crt);
	CHECK_INT(server_self_sign(mem, S(""), 90, &cert, &key), E_INVALID);
}

TEST(a_start_that_cannot_be_says_why)
{
	static const struct {
		struct str listen, certificate, key, why;
	} tries[] = {
		{ STR_INIT(""), STR_INIT(""), STR_INIT(""), STR_INIT("no address") },
		{ STR_INIT("nowhere"), STR_INIT(""), STR_INIT(""), STR_INIT("not ADDRESS:PORT") },
		{ STR_INIT("192.0.2.1:8443"), STR_INIT(""), STR_INIT(""), STR_INIT("without a certificate") },
		{ STR_INIT("127.0.0.1:0"), STR_INIT("x"), STR_INIT("y"), STR_INIT("certificate and key") },
		{ STR_INIT("unix:"), STR_INIT(""), STR_INIT(""), STR_INIT("a path of") },
		{ STR_INIT("unix:/nowhere/at/all"), STR_INIT(""), STR_INIT(""), STR_INIT("No such file") },
	};

	for (size_t i = 0; i < LEN(tries); i++) {
		struct server_opts o = { .listen = tries[i].listen, .certificate_pem = tries[i].certificate,
		    .key_pem = tries[i].key, .serve = serve };
		struct str why = S("");
		struct server *s;

		CHECK(server_start(mem, &o, &s, &why) != OK);
		CHECK_HAS(why, tries[i].why);
	}
}

/* ---- limits ----------------------------------------------------------------------------- */

TEST(whoever_is_slow_is_cut)
{
	struct world w;
	struct heard h;
	int silent, stalled, half, drip, idle, stream, good;

	if (!world_start_tls(mem, &w, (struct server_opts){ .body_max = 100000, .head_seconds = 1, .idle_seconds = 1,
	    .body_rate = 10000, .stream_seconds = 1,
	    .listen = str_fmt(mem, "127.0.0.1:0,unix:/tmp/hersys-slow-%d.sock", (int)getpid()) }))
		return;
	snprintf(w.path, sizeof w.path, "/tmp/hersys-slow-%d.sock", (int)getpid());
	silent = dial_port(server_port(w.server));      /* no handshake */
	stalled = dial_port(server_port(w.server));
	say(stalled, S("\x16\x03\x01\x02\x00\x01\x00"));  /* a handshake that stops at once */
	half = dial_unix(&w);
	say(half, S("GET / HTTP/1.1\r\n" HOST "X-Slow: "));
	drip = dial_unix(&w);
	say(drip, S("POST / HTTP/1.1\r\n" HOST "Content-Length: 50000\r\n\r\n"));
	idle = dial_unix(&w);
	say(idle, S("GET / HTTP/1.1\r\n" HOST "\r\n"));
	stream = dial_unix(&w);
	say(stream, S("GET /events HTTP/1.1\r\n" HOST "\r\n"));
	good = dial_unix(&w);
	say(good, S("POST / HTTP/1.1\r\n" HOST "Content-Length: 50000\r\n\r\n"));
	for (int i = 0; i < 13; i++) {
		say(half, S("x"));
		say(drip, S("x"));
		say(good, many(mem, S(""), S("x"), 3500, S("")));
		poll(NULL, 0, 100);
	}
	say(good, many(mem, S(""), S("x"), 4500, S("")));
	h = hear(mem, good, UNTIL_ANSWER, 1000);
	CHECK_INT(status_of(h.text), 200);              /* slow, but fast enough */
	CHECK(hear(mem, silent, UNTIL_CLOSED, 1500).closed);
	CHECK(hear(mem, stalled, UNTIL_CLOSED, 1500).closed);
	CHECK(hear(mem, half, UNTIL_CLOSED, 1500).closed);
	CHECK(hear(mem, drip, UNTIL_CLOSED, 1500).closed);
	h = hear(mem, idle, UNTIL_CLOSED, 1500);
	CHECK(h.closed && status_of(h.text) == 200);
	/* A stream may be silent, and is kept awake. */
	CHECK_HAS(hear_text(mem, stream, S(": keep-alive\n\n\r\n")), S(": keep-alive\n\n"));
	WAIT_FOR(server_stats(w.server).timeouts == 5);
	CHECK_INT(atomic_load(&the.served), 3);
	close(silent), close(stalled), close(half), close(drip), close(idle), close(stream), close(good);
	server_stop(w.server, 1);
	CHECK_INT(atomic_load(&the.closed), 1);
}

TEST(an_address_may_take_only_its_share)
{
	struct world w;
	int fd[4];

	if (!world_start(mem, &w, (struct server_opts){ .listen = S("127.0.0.1:0"), .connections_per_address = 3,
	    .body_max = 1000 }))
		return;
	for (int i = 0; i < 3; i++) {
		fd[i] = dial_port(server_port(w.server));
		say(fd[i], S("GET / HTTP/1.1\r\n" HOST "\r\n"));
		CHECK_INT(status_of(hear(mem, fd[i], UNTIL_ANSWER, 1000).text), 200);
	}
	fd[3] = dial_port(server_port(w.server));
	CHECK(hear(mem, fd[3], UNTIL_CLOSED, 1000).closed);
	close(fd[3]);
	close(fd[0]);
	/* One has left: one may come. */
	WAIT_FOR(server_stats(w.server).open <= 2);
	fd[0] = dial_port(server_port(w.server));
	say(fd[0], S("GET / HTTP/1.1\r\n" HOST "\r\n"));
	CHECK_INT(status_of(hear(mem, fd[0], UNTIL_ANSWER, 1000).text), 200);
	for (int i = 0; i < 3; i++)
		close(fd[i]);
	server_stop(w.server, 1);
}

TEST(when_seats_are_short_others_leave_after_their_answer_and_staff_stay)
{
	struct world w;
	struct heard h;
	int fd[20];

	if (!world_start(mem, &w, (struct server_opts){ .connections = 20, .body_max = 1000, .head_seconds = 5 }))
		return;
	for (int i = 0; i < 20; i++) {
		fd[i] = dial_unix(&w);
		say(fd[i], S("GET / HTTP/1.1\r\n" HOST "Cookie: staff=1\r\n\r\n"));
		h = hear(mem, fd[i], UNTIL_ANSWER, 5000);
		CHECK_INT(status_of(h.text), 200);
		CHECK_NOT(h.text, S("Connection: close"));
	}
	h = ask(mem, &w, S("GET / HTTP/1.1\r\n" HOST "\r\n"), UNTIL_CLOSED, 5000);
	CHECK(h.closed && h.text.n == 0);               /* no seat at all */
	close(fd[19]);
	WAIT_FOR(server_stats(w.server).open <= 19);
	h = ask(mem, &w, S("GET / HTTP/1.1\r\n" HOST "\r\n"), UNTIL_CLOSED, 5000);
	CHECK(h.closed);
	CHECK_INT(status_of(h.text), 200);
	CHECK_HAS(h.text, S("Connection: close"));
	WAIT_FOR(server_stats(w.server).open <= 19);    /* its seat is free again a moment after its client has read */
	/* Nor may others sit there in silence, but for a fifth of the time of a head; staff may. */
	h = ask(mem, &w, S("GET / HTTP/1.1\r\n"), UNTIL_CLOSED, 4000);
	CHECK(h.closed && h.text.n == 0);
	WAIT_FOR(server_stats(w.server).timeouts == 1);
	say(fd[0], S("GET / HTTP/1.1\r\n" HOST "\r\n"));
	CHECK_INT(status_of(hear(mem, fd[0], UNTIL_ANSWER, 5000).text), 200);
	for (int i = 0; i < 19; i++)
		close(fd[i]);
	server_stop(w.server, 1);
}

TEST(a_full_queue_sends_others_away_and_lets_staff_through_first)
{
	struct world w;
	struct heard h;
	int others[4], chosen;

	if (!world_start(mem, &w, (struct server_opts){ .workers = 1, .queue = 4, .body_max = 1000 }))
		return;
	pthread_mutex_lock(&the.gate);
	others[0] = dial_unix(&w);
	say(others[0], S("GET /wait HTTP/1.1\r\n" HOST "\r\n"));
	WAIT_FOR(atomic_load(&the.served) == 1);
	for (int i = 1; i < 4; i++) {                   /* three of four places */
		others[i] = dial_unix(&w);
		say(others[i], S("GET /order HTTP/1.1\r\n" HOST "\r\n"));
		WAIT_FOR(server_stats(w.server).queued >= (unsigned)i);
	}
	h = ask(mem, &w, S("GET /order HTTP/1.1\r\n" HOST "\r\n"), UNTIL_ANSWER, 1000);
	CHECK_INT(status_of(h.text), 503);
	CHECK_HAS(h.text, S("\r\nRetry-After: 2\r\n"));
	CHECK_NOT(h.text, S("Connection: close"));      /* a new handshake would cost us more */
	chosen = dial_unix(&w);
	say(chosen, S("GET /order HTTP/1.1\r\n" HOST "Cookie: staff=1\r\n\r\n"));
	WAIT_FOR(server_stats(w.server).queued >= 4);
	h = ask(mem, &w, S("GET /order HTTP/1.1\r\n" HOST "Cookie: staff=1\r\n\r\n"), UNTIL_ANSWER, 1000);
	CHECK_INT(status_of(h.text), 503);              /* there is an end for staff, too */
	CHECK_INT(server_stats(w.server).working, 1);
	pthread_mutex_unlock(&the.gate);
	CHECK_STR(body_of(hear(mem, chosen, UNTIL_ANSWER, 1000).text), S("place 1"));
	CHECK_STR(body_of(hear(mem, others[3], UNTIL_ANSWER, 1000).text), S("place 4"));
	CHECK_INT(server_stats(w.server).shed, 2);
	for (int i = 0; i < 4; i++)
		close(others[i]);
	close(chosen);
	server_stop(w.server, 1);
}

static bool
at_hand(const struct http_req *q, __attribute__((unused)) void *arg)
{
	return str_eq(q->path, S("/order"));
}

TEST(what_is_at_hand_is_answered_while_every_worker_is_busy_and_the_queue_is_full)
{
	struct world w;
	struct heard h;
	int others[2];

	if (!world_start(mem, &w, (struct server_opts){ .workers = 1, .queue = 2, .body_max = 1000, .at_hand = at_hand }))
		return;
	pthread_mutex_lock(&the.gate);
	for (int i = 0; i < 2; i++) {
		others[i] = dial_unix(&w);
		say(others[i], S("GET /wait HTTP/1.1\r\n" HOST "\r\n"));
		WAIT_FOR(atomic_load(&the.served) == 1 && server_stats(w.server).queued >= (unsigned)i);
	}
	h = ask(mem, &w, S("GET /wait HTTP/1.1\r\n" HOST "\r\n"), UNTIL_ANSWER, 1000);
	CHECK_INT(status_of(h.text), 503);
	h = ask(mem, &w, S("GET /order HTTP/1.1\r\n" HOST "\r\n"), UNTIL_ANSWER, 1000);
	CHECK_INT(status_of(h.text), 200);
	CHECK_STR(body_of(h.text), S("place 1"));
	CHECK_INT(server_stats(w.server).working, 1);
	pthread_mutex_unlock(&the.gate);
	for (int i = 0; i < 2; i++) {
		CHECK_INT(status_of(hear(mem, others[i], UNTIL_ANSWER, 1000).text), 200);
		close(others[i]);
	}
	CHECK_INT(server_stats(w.server).requests, 4);
	server_stop(w.server, 1);
}

/* ---- the order of shedding ---- */

/* "GET /wait?4" matters as RANK_FILING, 0 is an export. */
static enum http_rank
rank_of(const struct http_req *q, __attribute__((unused)) bool is_staff, __attribute__((unused)) void *arg)
{
	return (enum http_rank)(q->query.n == 1 ? q->query.p[0] - '0' : RANK_FILING);
}

static struct http_reply
busy(const struct http_req *q, struct arena *mem, __attribute__((unused)) void *arg)
{
	struct http_reply r = { .status = 503, .type = S("text/plain; charset=utf-8") };

	r.body = str_fmt(mem, "busy %.*s %zu", STR_ARG(q->query), q->body.n);
	http_set(&r, S("Retry-After"), S("5"));
	return r;
}

static int
dial_rank(struct arena *mem, const struct world *w, const char *path, int rank)
{
	int fd = dial_unix(w);

	say(fd, str_fmt(mem, "GET %s?%d HTTP/1.1\r\n" HOST "\r\n", path, rank));
	return fd;
}

TEST(as_requests_pile_up_exports_go_first_then_figures_patients_lookups_and_filing_last)
{
	static const unsigned room[RANKS] = { 2, 4, 8, 12, 16 };        /* of a queue of 16 */
	struct world w;
	struct heard h;
	int fd[20], n = 0;

	if (!world_start(mem, &w, (struct server_opts){ .workers = 1, .queue = 16, .body_max = 1000, .rank = rank_of, .busy = busy }))
		return;
	pthread_mutex_lock(&the.gate);
	fd[n++] = dial_rank(mem, &w, "/wait", RANK_FILING);
	WAIT_FOR(atomic_load(&the.served) == 1);
	for (unsigned waiting = 0; waiting <= 16; waiting++) {
		/* Who is sent away now? Exactly those whose room is used up. */
		for (int k = RANK_EXPORT; k < RANKS; k++) {
			if (waiting < room[k])
				continue;
			h = ask(mem, &w, str_fmt(mem, "POST /order?%d HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\na=b", k), UNTIL_ANSWER, 1000);
			CHECK_INT(status_of(h.text), 503);
			CHECK_HAS(h.text, S("\r\nRetry-After: 5\r\n"));
			CHECK_STR(body_of(h.text), str_fmt(mem, "busy %d 3", k));
		}
		/* The lowest rank that is still let in takes the next place. */
		for (int k = RANK_EXPORT; k < RANKS; k++)
			if (waiting < room[k]) {
				fd[n++] = dial_rank(mem, &w, "/order", k);
				WAIT_FOR(server_stats(w.server).queued >= waiting + 1);
				break;
			}
	}
	struct server_stats s = server_stats(w.server);
	CHECK_INT(s.queued, 16);
	for (int k = RANK_EXPORT; k < RANKS; k++)
		CHECK_INT(s.shed_of[k], 17 - room[k]);
	CHECK_INT(s.shed, 17 * 5 - 2 - 4 - 8 - 12 - 16);
	pthread_mutex_unlock(&the.gate);
	/* Served the other way round: the four filings first, the two exports last. */
	CHECK_STR(body_of(hear(mem, fd[16], UNTIL_ANSWER, 1000).text), S("place 4"));
	CHECK_STR(body_of(hear(mem, fd[13], UNTIL_ANSWER, 1000).text), S("place 1"));
	CHECK_STR(body_of(hear(mem, fd[9], UNTIL_ANSWER, 1000).text), S("place 5"));
	CHECK_STR(body_of(hear(mem, fd[1], UNTIL_ANSWER, 1000).text), S("place 15"));
	CHECK_STR(body_of(hear(mem, fd[2], UNTIL_ANSWER, 1000).text), S("place 16"));
	/* And back to normal at once. */
	h = ask(mem, &w, S("GET /order?0 HTTP/1.1\r\n" HOST "\r\n"), UNTIL_ANSWER, 1000);
	CHECK_INT(status_of(h.text), 200);
	while (n > 0)
		close(fd[--n]);
	server_stop(w.server, 1);
}

TEST(a_quarter_of_the_workers_does_nothing_but_filing)
{
	struct world w;
	struct heard h;
	int fd[5];

	if (!world_start(mem, &w, (struct server_opts){ .workers = 4, .queue = 64, .body_max = 1000, .rank = rank_of }))
		return;
	pthread_mutex_lock(&the.gate);
	for (int i = 0; i < 4; i++)
		fd[i] = dial_rank(mem, &w, "/wait", RANK_LOOKUP);
	WAIT_FOR(atomic_load(&the.served) == 3);
	WAIT_FOR(server_stats(w.server).queued == 1);
	h = ask(mem, &w, S("GET /order?4 HTTP/1.1\r\n" HOST "\r\n"), UNTIL_ANSWER, 1000);
	CHECK_INT(status_of(h.text), 200);              /* past the one that waits */
	CHECK_INT(server_stats(w.server).queued, 1);
	pthread_mutex_unlock(&the.gate);
	for (int i = 0; i < 4; i++) {
		CHECK_INT(status_of(hear(mem, fd[i], UNTIL_ANSWER, 1000).text), 200);
		close(fd[i]);
	}
	server_stop(w.server, 1);
}

/* ---- streams ---------------------------------------------------------------------------- */

TEST(a_stream_delivers_and_closes_once)
{
	struct world w;
	struct heard h;
	int fd, other;

	if (!world_start(mem, &w, (struct server_opts){ .workers = 1, .body_max = 1000 }))
		return;
	fd = dial_unix(&w);
	say(fd, S("GET /events HTTP/1.1\r\n" HOST "\r\n"));
	WAIT_FOR(atomic_load(&the.opened) == 1);
	CHECK(http_stream_send(atomic_load(&the.stream), S("data: first\n\n")));
	h.text = hear_text(mem, fd, S("data: first\n\n\r\n"));
	CHECK_INT(status_of(h.text), 200);
	CHECK_HAS(h.text, S("Content-Type: text/event-stream"));
	CHECK(http_stream_send(atomic_load(&the.stream), S("data: second\n\n")));
	CHECK_HAS(hear_text(mem, fd, S("data: second\n\n\r\n")), S("data: second\n\n"));
	/* It holds no worker: the only one is free. */
	CHECK_INT(status_of(ask(mem, &w, S("GET / HTTP/1.1\r\n" HOST "\r\n"), UNTIL_ANSWER, 1000).text), 200);
	CHECK_INT(server_stats(w.server).streams, 1);
	/* Ended by the producer: what was queued is sent, and the connection goes on. */
	CHECK(http_stream_send(atomic_load(&the.stream), S("data: last\n\n")));
	http_stream_end(atomic_load(&the.stream));
	WAIT_FOR(atomic_load(&the.closed) == 1);
	h.text = hear_text(mem, fd, S("\r\n0\r\n\r\n"));
	CHECK(str_ends(h.text, S("data: last\n\n\r\n0\r\n\r\n")));
	say(fd, S("GET /after HTTP/1.1\r\n" HOST "\r\n"));
	CHECK_HAS(hear(mem, fd, UNTIL_ANSWER, 1000).text, S("/after"));
	/* Left by the client. */
	say(fd, S("GET /events HTTP/1.1\r\n" HOST "\r\n"));
	WAIT_FOR(atomic_load(&the.opened) == 2);
	close(fd);
	WAIT_FOR(atomic_load(&the.closed) == 2);
	/* Asked for by HEAD: opened and closed, nothing in between. */
	other = dial_unix(&w);
	say(other, S("HEAD /events HTTP/1.1\r\n" HOST "\r\n"));
	h.text = hear_text(mem, other, S("\r\n\r\n"));
	CHECK_INT(status_of(h.text), 200);
	CHECK_HAS(h.text, S("Content-Type: text/event-stream"));
	WAIT_FOR(atomic_load(&the.closed) == 3);
	CHECK_INT(atomic_load(&the.opened), 3);
	close(other);
	server_stop(w.server, 1);
	CHECK_INT(atomic_load(&the.closed), 3);
}

TEST(a_reader_too_slow_for_a_stream_is_dropped)
{
	struct world w;
	struct str event = many(mem, S("data: "), S("x"), 1000, S("\n\n"));
	struct tls t;
	int n = 0;

	if (!world_start_tls(mem, &w, (struct server_opts){ .body_max = 1000 }))
		return;
	t = tls_dial(server_port(w.server), "NORMAL", "http/1.1");
	tls_say(&t, S("GET /events HTTP/1.1\r\n" HOST "\r\n"));
	WAIT_FOR(atomic_load(&the.opened) == 1);
	/* The client reads nothing: first the kernel is full, then we. */
	while (n < 20000 && http_stream_send(atomic_load(&the.stream), event))
		n++;
	CHECK(n >= 200 && n < 20000);
	WAIT_FOR(atomic_load(&the.closed) == 1);
	tls_close(&t);
	server_stop(w.server, 1);
	CHECK_INT(atomic_load(&the.closed), 1);
}

struct shout {
	struct http_stream *s;
	pthread_t thread;
	int sent;
};

static void *
shout(void *arg)
{
	struct shout *me = arg;

	while (me->sent < 500 && http_stream_send(me->s, S("data: shout\n\n")))
		me->sent++;
	return NULL;
}

TEST(many_threads_may_send_on_one_stream)
{
	struct world w;
	struct shout them[4];
	struct heard h;
	int fd;

	if (!world_start(mem, &w, (struct server_opts){ .body_max = 1000 }))
		return;
	fd = dial_unix(&w);
	say(fd, S("GET /events HTTP/1.1\r\n" HOST "\r\n"));
	WAIT_FOR(atomic_load(&the.opened) == 1);
	for (size_t i = 0; i < LEN(them); i++) {
		them[i] = (struct shout){ .s = atomic_load(&the.stream) };
		pthread_create(&them[i].thread, NULL, shout, &them[i]);
	}
	for (size_t i = 0; i < LEN(them); i++)
		pthread_join(them[i].thread, NULL);
	http_stream_end(atomic_load(&the.stream));
	h.text = hear_text(mem, fd, S("\r\n0\r\n\r\n"));
	/* Chunks may cut through an event; count the part no chunk head looks like. */
	CHECK(str_ends(h.text, S("0\r\n\r\n")));
	CHECK(count_of(h.text, S("shout")) > 1990);
	close(fd);
	server_stop(w.server, 1);
	CHECK_INT(atomic_load(&the.closed), 1);
}

/* ---- stop ------------------------------------------------------------------------------- */

static void *
stop_now(void *arg)
{
	server_stop(arg, 2);
	return NULL;
}

static void *
stop_at_once(void *arg)
{
	server_stop(arg, 0);
	return NULL;
}

/* Wait until so many are held. */
static bool
held_are(int n)
{
	for (int i = 0; i < 3000 && atomic_load(&held.n) < n; i++)
		usleep(1000);
	for (int i = 0; i < n; i++)
		while (atomic_load(&held.q[i]) == NULL)
			usleep(1000);
	return atomic_load(&held.n) == n;
}

static void
held_go_on(int n)
{
	for (int i = 0; i < n; i++) {
		const struct http_req *q = atomic_exchange(&held.q[i], NULL);
		q->holder->go_on(q, held_reply, the.late);
	}
	atomic_store(&held.n, 0);
}

TEST(held_requests_keep_no_worker_and_each_gets_its_own_answer)
{
	struct world w;
	int fd[20];

	if (!world_start(mem, &w, (struct server_opts){ .workers = 2, .connections = 100 }))
		return;
	for (int i = 0; i < 20; i++) {
		fd[i] = dial_unix(&w);
		say(fd[i], str_fmt(mem, "GET /hold?%d HTTP/1.1\r\n" HOST "\r\n", i));
	}
	CHECK(held_are(20));
	/* Twenty wait, two workers serve. */
	CHECK_HAS(ask(mem, &w, S("GET /a HTTP/1.1\r\n" HOST "\r\n"), UNTIL_ANSWER, 5000).text, S("/a"));
	CHECK_HAS(ask(mem, &w, S("GET /soon?x HTTP/1.1\r\n" HOST "\r\n"), UNTIL_ANSWER, 5000).text, S("held x soon"));
	CHECK_HAS(ask(mem, &w, S("GET /twice?x HTTP/1.1\r\n" HOST "\r\n"), UNTIL_ANSWER, 5000).text, S("held x late"));
	WAIT_FOR(server_stats(w.server).working == 0);
	held_go_on(20);
	for (int i = 0; i < 20; i++) {
		CHECK_HAS(hear(mem, fd[i], UNTIL_ANSWER, 5000).text, str_fmt(mem, "held %d late", i));
		close(fd[i]);
	}
	server_stop(w.server, 1);
}

static void *
let_go_later(__attribute__((unused)) void *arg)
{
	usleep(200000);
	held_go_on(1);
	return NULL;
}

TEST(a_stop_waits_for_what_is_held)
{
	struct world w;
	pthread_t later;

	if (!world_start(mem, &w, (struct server_opts){ .workers = 3 }))
		return;
	int fd = dial_unix(&w);
	say(fd, S("GET /hold?stop HTTP/1.1\r\n" HOST "\r\n"));
	CHECK(held_are(1));
	CHECK_INT(pthread_create(&later, NULL, let_go_later, NULL), 0);
	server_stop(w.server, 5);
	CHECK_INT(atomic_load(&held.n), 0);
	CHECK_HAS(hear(mem, fd, UNTIL_ANSWER, 1000).text, S("held stop late"));
	pthread_join(later, NULL);
	close(fd);
	/* Also with no time left: what is held is waited for, as what is being served. */
	if (!world_start(mem, &w, (struct server_opts){ .workers = 3 }))
		return;
	fd = dial_unix(&w);
	say(fd, S("GET /hold?stop HTTP/1.1\r\n" HOST "\r\n"));
	CHECK(held_are(1));
	CHECK_INT(pthread_create(&later, NULL, let_go_later, NULL), 0);
	server_stop(w.server, 0);
	CHECK_INT(atomic_load(&held.n), 0);
	pthread_join(later, NULL);
	close(fd);
}

TEST(a_stop_answers_what_runs_and_ends_streams)
{
	struct world w;
	struct heard h;
	int running, waiting, idle, stream;
	pthread_t stopper;
	int64_t start;

	if (!world_start(mem, &w, (struct server_opts){ .workers = 1, .body_max = 1000 }))
		return;
	idle = dial_unix(&w);
	say(idle, S("GET / HTTP/1.1\r\n" HOST "\r\n"));
	CHECK_INT(status_of(hear(mem, idle, UNTIL_ANSWER, 1000).text), 200);
	stream = dial_unix(&w);
	say(stream, S("GET /events HTTP/1.1\r\n" HOST "\r\n"));
	WAIT_FOR(atomic_load(&the.opened) == 1);
	pthread_mutex_lock(&the.gate);
	running = dial_unix(&w);
	say(running, S("GET /wait HTTP/1.1\r\n" HOST "\r\n"));
	WAIT_FOR(atomic_load(&the.served) == 3);
	waiting = dial_unix(&w);
	say(waiting, S("GET /queued HTTP/1.1\r\n" HOST "\r\n"));
	WAIT_FOR(server_stats(w.server).queued >= 1);
	start = clock_mono();
	pthread_create(&stopper, NULL, stop_now, w.server);
	poll(NULL, 0, 100);
	CHECK(hear(mem, idle, UNTIL_CLOSED, 500).closed);
	CHECK(access(w.path, F_OK) != 0);               /* nobody new is let in */
	pthread_mutex_unlock(&the.gate);
	pthread_join(stopper, NULL);
	CHECK(clock_mono() - start < 1000);
	h = hear(mem, running, UNTIL_CLOSED, 500);
	CHECK(h.closed);
	CHECK_INT(status_of(h.text), 200);
	CHECK_HAS(h.text, S("Connection: close"));
	CHECK_INT(status_of(hear(mem, waiting, UNTIL_CLOSED, 500).text), 200);
	CHECK_HAS(hear(mem, stream, UNTIL_CLOSED, 500).text, S("0\r\n\r\n"));
	CHECK_INT(atomic_load(&the.closed), 1);
	CHECK_INT(atomic_load(&the.workers), 0);
	close(idle), close(running), close(waiting), close(stream);
}

TEST(a_stop_that_has_no_time_left_sends_the_queue_away)
{
	struct world w;
	struct heard h;
	int running, waiting;
	pthread_t stopper;

	if (!world_start(mem, &w, (struct server_opts){ .workers = 1, .body_max = 1000 }))
		return;
	running = dial_unix(&w);
	waiting = dial_unix(&w);
	pthread_mutex_lock(&the.gate);
	say(running, S("GET /wait HTTP/1.1\r\n" HOST "\r\n"));
	WAIT_FOR(atomic_load(&the.served) == 1);
	say(waiting, S("GET /queued HTTP/1.1\r\n" HOST "\r\n"));
	WAIT_FOR(server_stats(w.server).queued >= 1);
	pthread_create(&stopper, NULL, stop_at_once, w.server);
	poll(NULL, 0, 50);
	pthread_mutex_unlock(&the.gate);
	pthread_join(stopper, NULL);
	/* The running one could not be ended; whether its answer still left is luck. */
	h = hear(mem, waiting, UNTIL_CLOSED, 500);
	CHECK(h.closed && (h.text.n == 0 || status_of(h.text) == 503));
	CHECK_INT(atomic_load(&the.served), 1);
	CHECK_INT(atomic_load(&the.workers), 0);
	close(running), close(waiting);
}

/* ---- doors ------------------------------------------------------------------------------ */

TEST(plain_http_is_told_where_the_door_is)
{
	struct world w;
	struct heard h;
	int fd;

	if (!world_start_tls(mem, &w, (struct server_opts){ .redirect = S("127.0.0.1:0"), .body_max = 1000 }))
		return;
	fd = dial_port(server_redirect_port(w.server));
	say(fd, S("GET /case/1?tab=2 HTTP/1.1\r\nHost: clinic.example:80\r\n\r\n"));
	h = hear(mem, fd, UNTIL_CLOSED, 1000);
	CHECK(h.closed);
	CHECK_INT(status_of(h.text), 308);
	CHECK_HAS(h.text, str_fmt(mem, "\r\nLocation: https://clinic.example:%d/case/1?tab=2\r\n",
	    server_port(w.server)));
	close(fd);
	fd = dial_port(server_redirect_port(w.server));
	say(fd, S("GET / HTTP/1.1\r\nHost: evil.example/?\r\n\r\n"));
	h = hear(mem, fd, UNTIL_CLOSED, 1000);
	CHECK_INT(status_of(h.text), 400);
	close(fd);
	CHECK_INT(atomic_load(&the.served), 0);
	server_stop(w.server, 1);
}

TEST(a_proxy_is_believed_only_when_told_so)
{
	static const struct str request = STR_INIT("GET / HTTP/1.1\r\n" HOST
	    "X-Forwarded-For: 203.0.113.9, 198.51.100.7\r\nX-Forwarded-Proto: https\r\n\r\n");
	struct world w;

	if (!world_start(mem, &w, (struct server_opts){ .body_max = 1000 }))
		return;
	CHECK_HAS(ask(mem, &w, request, UNTIL_ANSWER, 1000).text, S("from unix plain"));
	server_stop(w.server, 1);
	if (!world_start(mem, &w, (struct server_opts){ .body_max = 1000, .trust_proxy = true }))
		return;
	/* The last address is the proxy's own word; those before it are the client's. */
	CHECK_HAS(ask(mem, &w, request, UNTIL_ANSWER, 1000).text, S("from 198.51.100.7 safe"));
	CHECK_HAS(ask(mem, &w, S("GET / HTTP/1.1\r\n" HOST "X-Forwarded-For: 203.0.113.9\r\n"
	    "X-Forwarded-For: 2001:db8::7\r\n\r\n"), UNTIL_ANSWER, 1000).text, S("from 2001:db8::7 plain"));
	CHECK_HAS(ask(mem, &w, S("GET / HTTP/1.1\r\n" HOST "X-Forwarded-For: <script>\r\n\r\n"), UNTIL_ANSWER, 1000).text,
	    S("from unix plain"));
	server_stop(w.server, 1);
}

/* ---- noise ------------------------------------------------------------------------------ */

TEST(two_thousand_mutations_do_not_disturb_the_server)
{
	static const struct str seeds[] = {
		STR_INIT("POST /echo?a=b&c=%E5%8C%BB HTTP/1.1\r\n" HOST "Cookie: a=b; c=d\r\nContent-Type: text/plain\r\n"
		    "Content-Length: 11\r\n\r\nhello world"),
		STR_INIT("POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
		STR_INIT("GET / HTTP/1.1\r\n" HOST "\r\nHEAD /x HTTP/1.1\r\n" HOST "Accept: */*\r\n\r\n"),
	};
	static const char bytes[] = "\r\n\t\0 :;,%/?#5Aa\x7f\xff";
	struct timeval soon = { .tv_usec = 20000 };
	uint64_t seed = 20220726;
	struct world w;
	char sink[65536];

	/* A head that ends too early waits for its deadline: there must be seats for all. */
	if (!world_start(mem, &w, (struct server_opts){ .body_max = 1000, .connections = 3000, .head_seconds = 1 }))
		return;
	for (int i = 0; i < 2000; i++) {
		struct str m = str_dup(mem, seeds[i % 3]);
		char *p = (char *)(uintptr_t)m.p;
		int fd = dial_unix(&w), n = 1 + i % 4;

		while (n-- > 0) {
			size_t at;

			seed = seed * 6364136223846793005u + 1442695040888963407u;
			at = (size_t)(seed >> 33) % m.n;
			if ((seed & 0x300) == 0)
				m.n = at + 1;                   /* cut off */
			else if ((seed & 0x300) == 0x100)
				memmove(p, p + at, m.n - at);   /* doubled end */
			else
				p[at] = bytes[(seed >> 20) % (sizeof bytes - 1)];
		}
		say(fd, m);
		if (i % 64 == 0) {
			setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);
			while (recv(fd, sink, sizeof sink, 0) > 0)
				;
		}
		close(fd);
	}
	CHECK_INT(status_of(ask(mem, &w, S("GET / HTTP/1.1\r\n" HOST "\r\n"), UNTIL_ANSWER, 1000).text), 200);
	server_stop(w.server, 1);
}

/* ---- plain data ------------------------------------------------------------------------- */

TEST(headers_and_cookies_are_found_by_name)
{
	static const struct http_pair pairs[] = {
		{ STR_INIT("cookie"), STR_INIT("a=1; session=abc=; b") },
		{ STR_INIT("Accept"), STR_INIT("*/*") },
	};
	struct http_req q = { .headers = pairs, .n_headers = LEN(pairs) };

	CHECK_STR(http_header(&q, S("ACCEPT")), S("*/*"));
	CHECK_STR(http_header(&q, S("Host")), S(""));
	CHECK_STR(http_cookie(&q, S("session")), S("abc="));
	CHECK_STR(http_cookie(&q, S("a")), S("1"));
	CHECK_STR(http_cookie(&q, S("b")), S(""));
	CHECK_STR(http_cookie(&q, S("A")), S(""));
}

TEST(a_target_is_split_and_decoded)
{
	struct str path, query;

	CHECK(http_target(mem, S("/%E5%8C%BB%E9%99%A2/a+b?q=1&r=?"), &path, &query));
	CHECK_STR(path, S("/医院/a+b"));
	CHECK_STR(query, S("q=1&r=?"));
	CHECK(http_target(mem, S("/.well-known/..x?%0D%0A"), &path, &query));
	CHECK(!http_target(mem, S(""), &path, &query));
	CHECK(!http_target(mem, S("//./"), &path, &query));
	CHECK(!http_target(mem, S("/a\\b"), &path, &query));
	CHECK(!http_target(mem, S("/?%zz"), &path, &query));
	CHECK(!http_target(mem, S("/%ed%a0%80"), &path, &query));
}

TEST(a_host_has_the_form_of_a_host)
{
	static const struct str good[] = {
		STR_INIT("a"), STR_INIT("clinic.example:8443"), STR_INIT("127.0.0.1"), STR_INIT("[::1]"),
		STR_INIT("[2001:db8::1]:443"),
	};
	static const struct str bad[] = {
		STR_INIT(""), STR_INIT(":80"), STR_INIT("a:b"), STR_INIT("a:123456"), STR_INIT("[]"), STR_INIT("[::1"),
		STR_INIT("[::1]x"), STR_INIT("a b"), STR_INIT("a\0"), STR_INIT("a,b"), STR_INIT("医院"),
	};

	for (size_t i = 0; i < LEN(good); i++)
		CHECK(http_host_ok(good[i]));
	for (size_t i = 0; i < LEN(bad); i++)
		CHECK(!http_host_ok(bad[i]));
}
