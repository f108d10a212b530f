/* http/client.h: a small HTTPS/1.1 client that keeps its connection, for benchmarks and tests. Over GnuTLS, in client.c
 * alone. Blocking; one thread per client. */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include "http/http.h"

struct client;

struct client_opts {
	struct str address;             /* "127.0.0.1" or "::1"; no names */
	int port;
	struct str ca_pem;              /* whom to believe; "": everybody (tests against 127.0.0.1) */
	struct str host;                /* the name that the certificate must have, and of the header Host; "": the address */
	unsigned seconds;               /* for connecting, and between two bytes; 0: 10 */
};
/* Does not connect yet. Lives in `mem` until client_free. E_FORMAT when the address or the CA cannot be read. */
enum err client_new(struct arena *mem, const struct client_opts *o, struct client **out) MUST_USE;
void client_free(struct client *c);

struct client_req {
	const char *method;             /* "GET" */
	struct str path;                /* with its query, escaped */
	struct str cookie;              /* the header Cookie; "" for none */
	struct str accept_encoding;     /* "" for none */
	struct str type, body;          /* body "" and type "": none */
};
struct client_reply {
	int status;
	const struct http_pair *headers;
	size_t n_headers;
	struct str body;                /* chunks put together; not decompressed */
};
/* Ask and read the whole answer into `mem`; connects when there is no connection. E_IO when it failed, was closed or took
 * too long: then nobody knows whether the request was worked on, and the connection is closed; the next call opens
 * another. E_FORMAT when the answer is no HTTP. */
enum err client_ask(struct client *c, struct arena *mem, const struct client_req *q, struct client_reply *out) MUST_USE;
/* End the connection, politely; the next call opens another. */
void client_close(struct client *c);

/* The first header of that name, "" when there is none. */
struct str client_header(const struct client_reply *r, struct str name);
/* The value of a cookie that the answer sets; "" when it sets none of that name. */
struct str client_cookie(const struct client_reply *r, struct str name);

#endif
