/* http/http.h: a request and a reply as plain data; nothing of sockets. */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "base/arena.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_DELETE, HTTP_OTHER };

struct http_pair {
	struct str name, value;
};

struct http_req;
struct http_reply;
/* Who serves a request that would wait for something gives the worker back: calls `hold`, starts what it waits for, and as
 * its last act returns a reply that says `later`. Whoever ends the waiting calls `go_on`, once, from any thread (also before
 * that return): a worker then calls fn; its reply is the answer, or it has held the request once more. Until then the
 * request, its arena and its connection stay. */
typedef struct http_reply http_go_on_fn(void *worker, const struct http_req *q, struct arena *mem, void *arg);
struct http_holder {
	void (*hold)(const struct http_req *q);
	void (*go_on)(const struct http_req *q, http_go_on_fn *fn, void *arg);
};

/* A complete request, within limits, unambiguous, or it was refused before. */
struct http_req {
	enum http_method method;
	struct str path;                /* percent-decoded, begins with '/', valid UTF-8, no NUL */
	struct str query;               /* as sent, without '?'; decode with fmt/form */
	const struct http_pair *headers;
	size_t n_headers;
	struct str body;
	struct str address;             /* of the client, for limits and the audit log */
	bool secure;                    /* came over TLS, or through a trusted proxy that says so */
	struct str client;              /* of a machine: the SHA-256 of the certificate that it proved, in hex; "" for all others */
	const struct http_holder *holder;
};

/* What a request is for. When there is more to do than can be done, the first of these are sent away first, and what
 * matters most is worked on first. */
enum http_rank { RANK_EXPORT, RANK_FIGURES, RANK_PATIENT, RANK_LOOKUP, RANK_FILING, RANKS };

/* The value of a header, name compared without case; "" when absent. */
struct str http_header(const struct http_req *q, struct str name);
/* The value of one cookie; "" when absent. */
struct str http_cookie(const struct http_req *q, struct str name);

/* What the server asks of a request before anybody sees it. */
/* HTTP_OTHER for all but the five. */
enum http_method http_method(struct str word);
/* A header's name, a method: letters, digits and a few marks, at least one. */
bool http_token_ok(struct str s) MUST_USE;
/* A header's value: UTF-8 without control characters but TAB. */
bool http_value_ok(struct str s) MUST_USE;
/* NAME, ADDRESS or [ADDRESS], each with or without :PORT. */
bool http_host_ok(struct str s) MUST_USE;
/* Split "/path?query", decode the path into `mem`. False when it has spaces, control characters
 * (coded ones too), malformed %XX, %00, %2F, a backslash, '#', "." or ".." as a segment, or is not
 * UTF-8. */
bool http_target(struct arena *mem, struct str raw, struct str *path, struct str *query) MUST_USE;

/* A stream of server-sent events: the connection stays open and the server writes what
 * the producer hands over with http_stream_send (server.h). */
struct http_stream;

struct http_reply {
	int status;
	struct str type;                /* Content-Type; "" for none */
	struct str body;                /* in the request's arena, or static; the server copies nothing
	                                   static (keep = true) and sends the arena's bytes before reset */
	bool keep;                      /* body lives as long as the process */
	struct http_pair headers[24];   /* besides Content-Type and Content-Length */
	size_t n_headers;
	/* Not NULL: the reply is a stream. Called once, on the server's side, when the stream is
	 * open; hand `stream` to whoever sends. `stream_closed` tells that it is gone. */
	void (*stream_opened)(struct http_stream *s, void *arg);
	void (*stream_closed)(struct http_stream *s, void *arg);
	void *stream_arg;               /* not from the arena */
	bool later;                     /* no answer yet: the request is held */
};

/* Add a header; it is not sent when the value is empty. CR, LF or NUL in a value is BUG: values are
 * ours. Content-Length, Transfer-Encoding, Connection and Date are the server's. */
void http_set(struct http_reply *r, struct str name, struct str value);

#endif
