/* http/client.c: see client.h. */
#include "http/client.h"

#include "base/buf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_MOST 65536
#define BODY_MOST (64u << 20)
#define HEADERS_MOST 64

struct client {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} to;
	socklen_t to_size;
	char *host;                     /* for Host and SNI */
	struct timeval patience;
	bool verify;
	gnutls_certificate_credentials_t trust;
	gnutls_session_t tls;
	bool open;
	int fd;
	char in[16384];                 /* read and not yet used: in[at .. n) */
	size_t at, n;
};

/* ---- making ---- */

static bool
read_address(struct client *c, const char *text, int port)
{
	if (inet_pton(AF_INET, text, &c->to.v4.sin_addr) == 1) {
		c->to.v4.sin_family = AF_INET;
		c->to.v4.sin_port = htons((uint16_t)port);
		c->to_size = sizeof c->to.v4;
		return true;
	}
	if (inet_pton(AF_INET6, text, &c->to.v6.sin6_addr) == 1) {
		c->to.v6.sin6_family = AF_INET6;
		c->to.v6.sin6_port = htons((uint16_t)port);
		c->to_size = sizeof c->to.v6;
		return true;
	}
	return false;
}

enum err
client_new(struct arena *mem, const struct client_opts *o, struct client **out)
{
	struct client *c = NEW(mem, struct client);
	gnutls_datum_t ca = { (unsigned char *)str_z(mem, o->ca_pem), (unsigned)o->ca_pem.n };

	if (o->port < 1 || o->port > 65535 || !read_address(c, str_z(mem, o->address), o->port))
		return E_FORMAT;
	c->host = str_z(mem, o->host.n > 0 ? o->host : o->address);
	c->patience.tv_sec = o->seconds > 0 ? (time_t)o->seconds : 10;
	c->verify = o->ca_pem.n > 0;
	if (gnutls_certificate_allocate_credentials(&c->trust) != GNUTLS_E_SUCCESS)
		NO_MEMORY();
	if (c->verify && gnutls_certificate_set_x509_trust_mem(c->trust, &ca, GNUTLS_X509_FMT_PEM) < 1) {
		gnutls_certificate_free_credentials(c->trust);
		return E_FORMAT;
	}
	*out = c;
	return OK;
}

void
client_free(struct client *c)
{
	client_close(c);
	gnutls_certificate_free_credentials(c->trust);
}

/* ---- the connection ---- */

static void
drop(struct client *c)
{
	if (!c->open)
		return;
	gnutls_deinit(c->tls);
	close(c->fd);
	c->open = false;
	c->at = c->n = 0;
}

void
client_close(struct client *c)
{
	if (c->open)
		gnutls_bye(c->tls, GNUTLS_SHUT_WR);
	drop(c);
}

static bool
begin_tls(struct client *c)
{
	int e;

	if (gnutls_init(&c->tls, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL) != GNUTLS_E_SUCCESS)
		return false;
	c->open = true;
	if (gnutls_set_default_priority(c->tls) != GNUTLS_E_SUCCESS
	    || gnutls_credentials_set(c->tls, GNUTLS_CRD_CERTIFICATE, c->trust) != GNUTLS_E_SUCCESS)
		return false;
	if (c->verify)
		gnutls_session_set_verify_cert(c->tls, c->host, 0);
	gnutls_transport_set_int(c->tls, c->fd);
	do
		e = gnutls_handshake(c->tls);
	while (e < 0 && !gnutls_error_is_fatal(e) && e != GNUTLS_E_AGAIN);
	return e == GNUTLS_E_SUCCESS;
}

static enum err
open_up(struct client *c)
{
	int yes = 1;

	if (c->open)
		return OK;
	c->fd = socket(c->to.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return E_IO;
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &c->patience, sizeof c->patience);
	setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &c->patience, sizeof c->patience);
	if (connect(c->fd, &c->to.any, c->to_size) != 0) {
		close(c->fd);
		return E_IO;
	}
	if (begin_tls(c))
		return OK;
	if (!c->open)
		close(c->fd);
	drop(c);
	return E_IO;
}

static bool
send_all(struct client *c, struct str s)
{
	while (s.n > 0) {
		ssize_t n = gnutls_record_send(c->tls, s.p, s.n);
		if (n == GNUTLS_E_INTERRUPTED)
			continue;
		if (n <= 0)
			return false;
		s = str_sub(s, (size_t)n, s.n);
	}
	return true;
}

/* Bytes, and not the end of our patience? */
static bool
readable(struct client *c)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };

	return gnutls_record_check_pending(c->tls) > 0 || poll(&p, 1, (int)c->patience.tv_sec * 1000) > 0;
}

/* More bytes into an empty in[]; false at the end. */
static bool
receive(struct client *c)
{
	ssize_t n;

	/* "Again" also means that what came was no data: a session ticket. */
	do
		n = readable(c) ? gnutls_record_recv(c->tls, c->in, sizeof c->in) : 0;
	while (n == GNUTLS_E_INTERRUPTED || n == GNUTLS_E_AGAIN);
	c->at = 0;
	c->n = n > 0 ? (size_t)n : 0;
	return n > 0;
}

/* ---- the answer ---- */

/* A line without its CR LF. */
static enum err
read_line(struct client *c, struct buf *b, struct str *out)
{
	b->n = 0;
	for (;;) {
		if (c->at == c->n && !receive(c))
			return E_IO;
		char ch = c->in[c->at++];
		if (ch == '\n')
			break;
		if (b->n > HEAD_MOST)
			return E_FORMAT;
		buf_byte(b, ch);
	}
	*out = buf_str(b);
	if (str_ends(*out, S("\r")))
		out->n--;
	return OK;
}

static enum err
read_bytes(struct client *c, struct buf *b, size_t n)
{
	if (n > BODY_MOST || b->n > BODY_MOST - n)
		return E_FORMAT;
	while (n > 0) {
		if (c->at == c->n && !receive(c))
			return E_IO;
		size_t part = c->n - c->at < n ? c->n - c->at : n;
		buf_put(b, (struct str){ c->in + c->at, part });
		c->at += part;
		n -= part;
	}
	return OK;
}

/* "HTTP/1.1 303 See Other" */
static bool
read_status(struct str line, int *status)
{
	int64_t n;

	if (!str_starts(line, S("HTTP/1.1 ")) || !str_int(str_sub(line, 9, 3), &n) || n < 100 || n > 999)
		return false;
	*status = (int)n;
	return true;
}

static enum err
read_head(struct client *c, struct arena *mem, struct client_reply *out)
{
	struct http_pair *list = NEWN(mem, struct http_pair, HEADERS_MOST);
	struct buf b = buf_new(mem);
	struct str line, name;
	enum err e = read_line(c, &b, &line);

	out->n_headers = 0;
	out->headers = list;
	if (e != OK)
		return e;
	if (!read_status(line, &out->status))
		return E_FORMAT;
	while ((e = read_line(c, &b, &line)) == OK && line.n > 0) {
		if (out->n_headers == HEADERS_MOST || !str_cut(&line, ':', &name) || line.p == NULL)
			return E_FORMAT;
		list[out->n_headers++] = (struct http_pair){ str_dup(mem, name), str_dup(mem, str_trim(line)) };
	}
	return e;
}

static enum err
read_chunks(struct client *c, struct arena *mem, struct buf *body)
{
	struct buf b = buf_new(mem);
	struct str line;

	for (;;) {
		enum err e = read_line(c, &b, &line);
		if (e != OK)
			return e;
		size_t size = strtoul(str_z(mem, line), NULL, 16);
		e = size > 0 ? read_bytes(c, body, size) : OK;
		if (e != OK)
			return e;
		/* Behind each chunk an empty line; behind the last one the trailers, of which we expect none. */
		if ((e = read_line(c, &b, &line)) != OK || line.n > 0)
			return e != OK ? e : E_FORMAT;
		if (size == 0)
			return OK;
	}
}

static enum err
read_body(struct client *c, struct arena *mem, const struct client_req *q, struct client_reply *out)
{
	struct buf b = buf_new(mem);
	struct str size = client_header(out, S("Content-Length"));
	int64_t n = 0;
	enum err e = OK;

	if (out->status == 204 || out->status == 304 || strcmp(q->method, "HEAD") == 0)
		return OK;
	if (str_eq_case(client_header(out, S("Transfer-Encoding")), S("chunked"))) {
		e = read_chunks(c, mem, &b);
	} else if (size.n > 0) {
		e = str_int(size, &n) && n >= 0 ? read_bytes(c, &b, (size_t)n) : E_FORMAT;
	} else {
		while (e == OK && (c->at < c->n || receive(c)))
			e = read_bytes(c, &b, c->n - c->at);
		drop(c);
	}
	out->body = buf_str(&b);
	return e;
}

static struct str
request_text(const struct client *c, struct arena *mem, const struct client_req *q)
{
	struct buf b = buf_new(mem);

	buf_room(&b, q->body.n + 512);
	buf_fmt(&b, "%s %.*s HTTP/1.1\r\nHost: %s\r\n", q->method, STR_ARG(q->path), c->host);
	if (q->cookie.n > 0)
		buf_fmt(&b, "Cookie: %.*s\r\n", STR_ARG(q->cookie));
	if (q->accept_encoding.n > 0)
		buf_fmt(&b, "Accept-Encoding: %.*s\r\n", STR_ARG(q->accept_encoding));
	if (q->type.n > 0)
		buf_fmt(&b, "Content-Type: %.*s\r\n", STR_ARG(q->type));
	if (q->type.n > 0 || q->body.n > 0)
		buf_fmt(&b, "Content-Length: %zu\r\n", q->body.n);
	buf_put(&b, S("\r\n"));
	buf_put(&b, q->body);
	return buf_str(&b);
}

enum err
client_ask(struct client *c, struct arena *mem, const struct client_req *q, struct client_reply *out)
{
	struct client_reply r = { 0 };
	enum err e = open_up(c);

	if (e != OK)
		return e;
	e = send_all(c, request_text(c, mem, q)) ? read_head(c, mem, &r) : E_IO;
	if (e == OK)
		e = read_body(c, mem, q, &r);
	if (e != OK) {
		drop(c);
		return e;
	}
	if (str_eq_case(client_header(&r, S("Connection")), S("close")))
		client_close(c);
	*out = r;
	return OK;
}

/* ---- headers ---- */

struct str
client_header(const struct client_reply *r, struct str name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (str_eq_case(r->headers[i].name, name))
			return r->headers[i].value;
	return S("");
}

struct str
client_cookie(const struct client_reply *r, struct str name)
{
	for (size_t i = 0; i < r->n_headers; i++) {
		struct str v = r->headers[i].value;
		if (!str_eq_case(r->headers[i].name, S("Set-Cookie")) || !str_starts(v, name) || v.n <= name.n || v.p[name.n] != '=')
			continue;
		v = str_sub(v, name.n + 1, v.n);
		return str_sub(v, 0, str_find(v, ';', 0));
	}
	return S("");
}
