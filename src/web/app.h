/* web/app.h: one request from beginning to end. app_serve is a function without sockets: the server calls it,
 * tests call it, nothing else does. */
#ifndef WEB_APP_H
#define WEB_APP_H

#include "base/conf.h"
#include "domain/account.h"
#include "domain/appnumber.h"
#include "domain/sheetset.h"
#include "fmt/html.h"
#include "http/http.h"

/* What routes.def says of a route; the meanings are there. */
enum { LOOSE = 1, SHOWS = 2, SCRIPT = 4, FILING = 8, PATIENT = 16, FIGURES = 32, EXPORT = 64, AT_HAND = 128, MACHINE = 256 };

struct live;
struct assets;
struct metrics;
struct server;
struct backup;
struct app {
	struct arena *mem;              /* for the life of the process */
	struct store *store;
	const struct keyring *keys;
	struct sheetset *sheets;
	struct views *views;
	struct assets *assets;
	struct live *live;
	struct metrics *metrics;
	const struct server *server;    /* set when it runs: for its numbers */
	struct backup *backup;          /* the same; NULL: there is none */
	struct str metrics_token;       /* "": /metrics is not there */
	struct str machine_key;         /* SHA-256 in hex, one or several with commas: whom machines must know */
	struct appnumber_rules number_rules;
	struct str number_link;         /* in which NNNNNNNN stands for a number; "": none */
	enum lang lang;                 /* of people who chose none */
	bool demo_hint;
	int64_t started_at;
};
/* Load views and static files (from `files_dir` when not empty), start the live hub. */
enum err app_open(struct arena *mem, struct store *st, const struct keyring *keys, struct sheetset *sheets,
    const struct conf *conf, struct app **out, struct str *why) MUST_USE;
void app_close(struct app *a);

/* What one worker thread needs beside the app. */
struct app_worker {
	struct app *app;
	struct reader *rd;
};
/* For struct server_opts. */
void *app_worker_new(void *app);
void app_worker_free(void *worker, void *app);
struct http_reply app_serve(void *worker, const struct http_req *q, struct arena *mem, void *app);
bool app_staff(const struct http_req *q, void *app);
bool app_at_hand(const struct http_req *q, void *app);
enum http_rank app_rank(const struct http_req *q, bool staff, void *app);
struct http_reply app_busy(const struct http_req *q, struct arena *mem, void *app);
/* For struct store_opts.on_event; arg is the address of a pointer to the app, set after app_open. */
void app_event(const struct str *topic, struct str text, void *arg);
/* End all live streams (before the server stops). */
void app_quiet(struct app *a);

/* "GET /inbox" of the i-th route; "none" behind the last. */
struct str app_route_label(struct arena *mem, size_t i);
/* The golden matrix: every route × every role, allow or deny. */
void app_print_rights(struct buf *b);

#endif
