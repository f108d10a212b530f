/* http/server.h: sockets, TLS, HTTP/1.1, limits, deadlines. Over libmicrohttpd and
 * GnuTLS, in server.c alone.
 *
 * The library's threads speak to the network. A complete request is handed to one
 * of `workers` threads, each with its own worker state, which calls `serve` and runs it
 * to its end; meanwhile the connection is suspended. So a request that waits for the disk
 * holds a worker, never a network thread; one that is waited for often gives the worker back
 * (http.h, hold). Each request has an arena of its own.
 *
 * Refused before `serve` sees it, with the connection closed (reliability.md T1-T4, T6):
 * Content-Length together with Transfer-Encoding, two Content-Length, two Host, no Host,
 * an unknown Transfer-Encoding, NUL / CR / LF or %00 in path or header, folded headers,
 * a path that is not UTF-8, methods other than GET HEAD POST PUT DELETE (405), bodies
 * over body_max (413), heads over 16 KiB (431); also bare LF, header values that are not
 * UTF-8, "." and ".." in a path, and over the unix socket chunked bodies (411), whose
 * framing the library reads too kindly for a place behind a proxy.
 *
 * Deadlines: handshake and first head within head_seconds; a body may fall behind body_rate
 * by head_seconds, a reply being read by idle_seconds; then the connection is cut. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "http/http.h"

struct server;

struct server_opts {
	struct str listen;              /* "ADDR:PORT[,…]", "unix:/path"; port 0: any free one */
	struct str redirect;            /* plain HTTP that answers 308 to https; "" for none */
	struct str machines;            /* "ADDR:PORT[,…]" for machines alone; "" for none: HTTPS, and nobody gets through the
	                                   handshake without a certificate that machines_pem has, or that one in it signed */
	struct str machines_pem;
	struct str certificate_pem, key_pem;    /* "": plain HTTP, on loopback addresses only */
	bool trust_proxy;               /* believe X-Forwarded-For and -Proto over the unix socket */
	unsigned threads, workers;
	unsigned connections, connections_per_address;
	unsigned head_seconds, idle_seconds, body_rate;
	size_t body_max;
	unsigned queue;                 /* requests waiting at most; 0: 16 a worker, at least 256 */
	unsigned stream_seconds;        /* after which a silent stream says it is alive; 0: 20 */
	/* One per worker thread, made when the thread starts, given to every `serve`. */
	void *(*worker_new)(void *arg);
	void (*worker_free)(void *worker, void *arg);
	/* Answer `q`; everything in `mem` lives until the reply has left. Called from many threads. */
	struct http_reply (*serve)(void *worker, const struct http_req *q, struct arena *mem, void *arg);
	/* Is this a request of signed-in staff, or of somebody signing in? Cheap, on a network thread:
	 * when seats are short the others' connections close after the answer. May be NULL. */
	bool (*staff)(const struct http_req *q, void *arg);
	/* Is this answered from memory, without waiting for anything? Then the network thread calls `serve` itself, its worker
	 * NULL: a small page costs more in changes of thread than in its making. Such a request is never sent away. Cheap. May
	 * be NULL. */
	bool (*at_hand)(const struct http_req *q, void *arg);
	/* How much does it matter? Cheap, on a network thread, before the queue. As requests pile up the
	 * lower ranks are answered 503 with Retry-After: exports from an eighth of the queue on, figures
	 * from a quarter, patients from a half, look-ups from three quarters, filing when it is full. Of
	 * those who wait the highest rank goes first, and a quarter of the workers never does anything
	 * but filing. NULL: staff file, the others look up. */
	enum http_rank (*rank)(const struct http_req *q, bool staff, void *arg);
	/* The answer to who is sent away, 503 with Retry-After; made on a network thread, so from what is at
	 * hand. NULL: one line of text. */
	struct http_reply (*busy)(const struct http_req *q, struct arena *mem, void *arg);
	void *arg;
};

/* Bind, start threads, accept. `mem` and the strings of `o` must live until server_stop. On failure
 * *why is a sentence for the console. */
enum err server_start(struct arena *mem, const struct server_opts *o, struct server **out,
    struct str *why) MUST_USE;
/* The port really bound (for port 0); 0 when there is none. */
int server_port(const struct server *s);
int server_redirect_port(const struct server *s);
int server_machine_port(const struct server *s);
/* Graceful: no new connections, running requests are answered (at most `seconds`), streams ended, then
 * everything is freed. A `serve` that is still running is waited for: no thread can be ended. */
void server_stop(struct server *s, unsigned seconds);

/* Counters since the start, for metrics and tests. */
struct server_stats {
	uint64_t connections, requests, refused, shed, timeouts;
	uint64_t rested;                /* times an idle connection's memory went back to the system */
	uint64_t shed_of[RANKS];
	uint64_t open, streams, working, queued;        /* now */
};
struct server_stats server_stats(const struct server *s);

/* Queue bytes on a stream (copied; any thread). False when the stream is closed or its client has
 * more than 256 KiB unread: then it is closed.
 * A stream lives from stream_opened until stream_closed returns; each is called once, also when the
 * client left at once or only asked by HEAD. stream_closed is never called from within these two,
 * so both sides may hold the same lock of the producer: that is how it forgets a stream in time. */
bool http_stream_send(struct http_stream *s, struct str bytes);
/* End the stream. */
void http_stream_end(struct http_stream *s);

/* Make a self-signed ECDSA P-256 certificate for `hosts` (comma-separated names and addresses),
 * valid for `days` from now. E_INVALID when a host cannot be written into one, or there is none. */
enum err server_self_sign(struct arena *mem, struct str hosts, int days, struct str *certificate_pem,
    struct str *key_pem) MUST_USE;

#endif
