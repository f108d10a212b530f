/* test/unit/http_client.c: the small client, against the real server. */
#include "t.h"

#include "http/client.h"
#include "http/server.h"

#include <pthread.h>
#include <stdatomic.h>

static _Atomic(struct http_stream *) stream;

static void
opened(struct http_stream *s, __attribute__((unused)) void *arg)
{
	atomic_store(&stream, s);
}

static void
closed(__attribute__((unused)) struct http_stream *s, __attribute__((unused)) void *arg)
{
}

static struct http_reply
serve(__attribute__((unused)) void *worker, const struct http_req *q, struct arena *mem, __attribute__((unused)) void *arg)
{
	struct http_reply r = { .status = 200, .type = S("text/plain; charset=utf-8") };

	http_set(&r, S("Set-Cookie"), S("lang=ja; Path=/"));
	http_set(&r, S("Set-Cookie"), S("__Host-session=abc; Path=/; Secure; HttpOnly"));
	r.body = str_fmt(mem, "%d %.*s %.*s", (int)q->method, STR_ARG(q->path), STR_ARG(q->body));
	if (str_eq(q->path, S("/cookie")))
		r.body = http_header(q, S("Cookie"));
	if (str_eq(q->path, S("/none")))
		r = (struct http_reply){ .status = 204 };
	if (str_eq(q->path, S("/events"))) {
		r.type = S("text/event-stream");
		r.stream_opened = opened;
		r.stream_closed = closed;
	}
	return r;
}

struct pair {
	struct server *server;
	struct str certificate;
	struct client_opts to;
};

static struct pair
begin(struct arena *mem)
{
	struct pair p = { 0 };
	struct str key, why = S("");

	CHECK_INT(server_self_sign(mem, S("clinic.example,127.0.0.1"), 2, &p.certificate, &key), OK);
	struct server_opts o = { .listen = S("127.0.0.1:0"), .certificate_pem = p.certificate, .key_pem = key, .threads = 1,
		.workers = 2, .connections = 64, .connections_per_address = 64, .head_seconds = 5, .idle_seconds = 30,
		.body_rate = 1024, .body_max = 1 << 20, .serve = serve };
	if (server_start(mem, &o, &p.server, &why) != OK) {
		test_fail(__FILE__, __LINE__, "server_start", why, S("a server"));
		BUG("no server to test with");
	}
	p.to = (struct client_opts){ .address = S("127.0.0.1"), .port = server_port(p.server), .seconds = 5 };
	return p;
}

static struct client *
client_of(struct arena *mem, const struct client_opts *o)
{
	struct client *c = NULL;

	if (client_new(mem, o, &c) != OK)
		BUG("no client to test");
	return c;
}

static enum err
get(struct client *c, struct arena *mem, struct str path, struct client_reply *r)
{
	return client_ask(c, mem, &(struct client_req){ .method = "GET", .path = path }, r);
}

TEST(many_requests_go_over_one_connection)
{
	struct pair p = begin(mem);
	struct client *c = client_of(mem, &p.to);
	struct client_reply r;

	for (int i = 0; i < 20; i++) {
		CHECK_INT(client_ask(c, mem, &(struct client_req){ .method = "POST", .path = S("/here"), .type = S("text/plain"),
		    .body = S("発熱") }, &r), OK);
		CHECK_INT(r.status, 200);
		CHECK_STR(r.body, S("2 /here 発熱"));
	}
	CHECK_INT(get(c, mem, S("/none"), &r), OK);
	CHECK_INT(r.status, 204);
	CHECK_INT(r.body.n, 0);
	CHECK_INT(client_ask(c, mem, &(struct client_req){ .method = "HEAD", .path = S("/here") }, &r), OK);
	CHECK_INT(r.body.n, 0);
	CHECK_INT(get(c, mem, S("/after"), &r), OK);
	CHECK_STR(r.body, S("0 /after "));
	CHECK_INT(server_stats(p.server).connections, 1);
	client_free(c);
	server_stop(p.server, 2);
}

TEST(cookies_and_headers_of_an_answer_are_found_whatever_their_case)
{
	struct pair p = begin(mem);
	struct client *c = client_of(mem, &p.to);
	struct client_reply r;

	CHECK_INT(client_ask(c, mem, &(struct client_req){ .method = "GET", .path = S("/cookie"), .cookie = S("a=1; b=2") }, &r), OK);
	CHECK_STR(r.body, S("a=1; b=2"));
	CHECK_STR(client_cookie(&r, S("__Host-session")), S("abc"));
	CHECK_STR(client_cookie(&r, S("lang")), S("ja"));
	CHECK_STR(client_cookie(&r, S("la")), S(""));
	CHECK_STR(client_header(&r, S("CONTENT-type")), S("text/plain; charset=utf-8"));
	CHECK_STR(client_header(&r, S("Location")), S(""));
	client_free(c);
	server_stop(p.server, 2);
}

TEST(only_a_certificate_of_the_given_authority_and_name_is_believed)
{
	struct pair p = begin(mem), other = begin(mem);
	struct client_reply r;
	const struct {
		struct str ca, host;
		enum err want;
	} row[] = {
		{ p.certificate, S(""), OK }, { p.certificate, S("clinic.example"), OK },
		{ p.certificate, S("elsewhere.example"), E_IO }, { other.certificate, S("clinic.example"), E_IO },
		{ S(""), S("elsewhere.example"), OK },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		p.to.ca_pem = row[i].ca;
		p.to.host = row[i].host;
		struct client *c = client_of(mem, &p.to);
		CHECK_INT(get(c, mem, S("/"), &r), row[i].want);
		client_free(c);
	}
	struct client *none = NULL;
	p.to.ca_pem = S("no certificate");
	CHECK_INT(client_new(mem, &p.to, &none), E_FORMAT);
	p.to = (struct client_opts){ .address = S("localhost"), .port = 1 };
	CHECK_INT(client_new(mem, &p.to, &none), E_FORMAT);
	server_stop(other.server, 2);
	server_stop(p.server, 2);
}

static void *
send_chunks(__attribute__((unused)) void *arg)
{
	struct http_stream *s;

	while ((s = atomic_load(&stream)) == NULL)
		;
	if (!http_stream_send(s, S("data: 一\n\n")) || !http_stream_send(s, S("data: 二\n\n")))
		test_fail(__FILE__, __LINE__, "http_stream_send", S("false"), S("true"));
	http_stream_end(s);
	return NULL;
}

TEST(an_answer_in_chunks_is_put_together)
{
	struct pair p = begin(mem);
	struct client *c = client_of(mem, &p.to);
	struct client_reply r;
	pthread_t t;

	atomic_store(&stream, NULL);
	CHECK_INT(pthread_create(&t, NULL, send_chunks, NULL), 0);
	CHECK_INT(get(c, mem, S("/events"), &r), OK);
	pthread_join(t, NULL);
	CHECK_HAS(r.body, S("data: 一\n\ndata: 二\n\n"));
	CHECK_INT(get(c, mem, S("/after"), &r), OK);
	CHECK_STR(r.body, S("0 /after "));
	client_free(c);
	server_stop(p.server, 2);
}

TEST(a_lost_connection_is_told_and_the_next_request_opens_another)
{
	struct pair p = begin(mem);
	struct client *c = client_of(mem, &p.to);
	struct client_reply r = { .status = 1 };

	CHECK_INT(get(c, mem, S("/"), &r), OK);
	server_stop(p.server, 2);
	CHECK_INT(get(c, mem, S("/"), &r), E_IO);
	CHECK_INT(get(c, mem, S("/"), &r), E_IO);
	CHECK_INT(r.status, 200);       /* untouched on failure */
	client_free(c);
}
