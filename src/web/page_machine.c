/* web/page_machine.c: what machines ask for: supervisors, Prometheus, and the script of a page. */
#include "base/clock.h"
#include "base/crypt.h"
#include "base/utf8.h"
#include "domain/org.h"
#include "fmt/json.h"
#include "http/server.h"
#include "store/backup.h"
#include "web/app.h"
#include "web/assets.h"
#include "web/live.h"
#include "web/metrics.h"
#include "web/page.h"

/* GET /healthz: alive, and the store can be read. */
struct http_reply
page_healthz(struct ctx *c)
{
	struct org o;
	enum err e = org_get(page_read(c), S(""), &o);

	if (page_done(c) != OK || e != OK)
		return reply_json(c, 503, S("{\"status\":\"failed\"}"));
	return reply_json(c, 200, S("{\"status\":\"ok\"}"));
}

/* GET /readyz: alive, and a change would be taken: the keeper's queue is not near its end. */
struct http_reply
page_readyz(struct ctx *c)
{
	struct store_stats s = store_stats(c->app->store);
	struct http_reply alive = page_healthz(c);

	if (alive.status != 200 || s.queued > 4096)
		return reply_json(c, 503, S("{\"status\":\"busy\"}"));
	return reply_json(c, 200, S("{\"status\":\"ready\"}"));
}

static void
put_histogram(struct buf *b, const char *name, const char *help, const int64_t *bounds, const struct store_histogram *h,
    double unit)
{
	metrics_histogram(b, name, help, bounds, STORE_BOUNDS, h->bucket, h->sum, unit);
}

static void
put_store_numbers(struct buf *b, const struct store_stats *s)
{
	metrics_number(b, "hersys_commit_groups_total", "counter", "Groups committed by the keeper.", (double)s->groups);
	metrics_number(b, "hersys_operations_total", "counter", "Changes taken by the keeper.", (double)s->operations);
	metrics_number(b, "hersys_operation_failures_total", "counter", "Changes that the store refused.", (double)s->failures);
	metrics_number(b, "hersys_commit_group_largest", "gauge", "The largest group so far.", (double)s->largest_group);
	put_histogram(b, "hersys_commit_group_size", "Changes that shared one commit.", store_group_bounds, &s->group_size, 1);
	put_histogram(b, "hersys_commit_group_seconds", "A group of changes from its first to its answer.", store_commit_bounds,
	    &s->group_us, 1e6);
	put_histogram(b, "hersys_commit_seconds", "The commit alone: waiting for the disk.", store_commit_bounds, &s->commit_us, 1e6);
	metrics_number(b, "hersys_checkpoints_total", "counter", "Slices of checkpoints.", (double)s->checkpoints);
	metrics_number(b, "hersys_queue", "gauge", "Changes waiting for the keeper.", (double)s->queued);
	metrics_number(b, "hersys_wal_pages", "gauge", "Pages in the write-ahead log.", (double)s->wal_pages);
}

static void
put_server_numbers(struct buf *b, const struct server *server)
{
	if (server == NULL)
		return;
	struct server_stats s = server_stats(server);
	metrics_number(b, "hersys_connections", "gauge", "Open connections.", (double)s.open);
	metrics_number(b, "hersys_connections_total", "counter", "Connections so far.", (double)s.connections);
	metrics_number(b, "hersys_streams", "gauge", "Open live streams.", (double)s.streams);
	metrics_number(b, "hersys_requests_refused_total", "counter", "Requests refused as ambiguous or too large.", (double)s.refused);
	static const char *const rank[RANKS] = { "export", "figures", "patient", "lookup", "filing" };
	buf_put(b, S("# HELP hersys_requests_shed_total Requests answered 503 before any work, by what they were for.\n"
	    "# TYPE hersys_requests_shed_total counter\n"));
	for (size_t i = 0; i < RANKS; i++)
		buf_fmt(b, "hersys_requests_shed_total{rank=\"%s\"} %llu\n", rank[i], (unsigned long long)s.shed_of[i]);
	metrics_number(b, "hersys_timeouts_total", "counter", "Connections cut for being slow.", (double)s.timeouts);
	metrics_number(b, "hersys_requests_working", "gauge", "Requests being worked on.", (double)s.working);
	metrics_number(b, "hersys_requests_queued", "gauge", "Requests waiting for a worker.", (double)s.queued);
}

static void
put_backup_numbers(struct buf *b, const struct app *app)
{
	if (app->backup == NULL)
		return;
	struct backup_stats s = backup_stats(app->backup, b->mem);
	/* Before the first one: since the start, so that one rule of an alarm fits. */
	int64_t age = s.age_ms >= 0 ? s.age_ms : clock_now() - app->started_at;
	metrics_number(b, "hersys_backup_age_seconds", "gauge", "How old the state is that a restore would give.", (double)age / 1e3);
	metrics_number(b, "hersys_backup_failures_total", "counter", "Tries to ship that failed.", (double)s.failures);
	metrics_number(b, "hersys_backup_parts_total", "counter", "Bases and generations shipped.", (double)s.parts);
	metrics_number(b, "hersys_backup_bytes_total", "counter", "Bytes shipped.", (double)s.ship.shipped);
	metrics_number(b, "hersys_backup_held_bytes", "gauge", "Bytes that wait to be shipped.", (double)s.ship.held);
	metrics_number(b, "hersys_backup_pause_seconds", "gauge", "The longest that changes waited for a cut.", (double)s.ship.cut_us / 1e6);
	metrics_number(b, "hersys_backup_slice_seconds", "gauge", "The longest that changes waited for a slice of copying.",
	    (double)s.ship.slice_us / 1e6);
	metrics_number(b, "hersys_backup_copy_seconds_total", "counter", "Time the keeper spent copying out its log.",
	    (double)s.ship.copy_us / 1e6);
}

/* GET /metrics, for whom knows the token of the settings. */
struct http_reply
page_metrics(struct ctx *c)
{
	struct buf b = buf_new(c->mem);
	struct store_stats s = store_stats(c->app->store);
	struct str want = str_cat(c->mem, S("Bearer "), c->app->metrics_token);
	struct rows r;

	if (c->app->metrics_token.n == 0 || !crypt_same(http_header(c->q, S("Authorization")), want))
		return reply_fault(c, E_NOTFOUND);
	metrics_print(&b, c->app->metrics, app_route_label);
	put_store_numbers(&b, &s);
	put_server_numbers(&b, c->app->server);
	put_backup_numbers(&b, c->app);
	if (tx_one(page_read(c), &r, Q_audit_head, NULL, 0)) {
		metrics_number(&b, "hersys_audit_lines", "gauge", "The last line of the audit log.", (double)row_int(&r, "seq"));
		rows_close(&r);
	}
	metrics_number(&b, "hersys_start_time_seconds", "gauge", "When the server started.", (double)c->app->started_at / 1000);
	if (page_done(c) != OK)
		return reply_fault(c, E_STORE);
	return (struct http_reply){ .status = 200, .type = S("text/plain; version=0.0.4; charset=utf-8"), .body = buf_str(&b) };
}

/* GET /static/FILE */
struct http_reply
page_static(struct ctx *c)
{
	return assets_reply(c->app->assets, c->q, c->param[0], c->mem);
}

/* GET /events: the stream that tells open pages to look again. */
struct http_reply
page_events(struct ctx *c)
{
	return live_stream(c->app->live, c->who->org);
}

/* GET /zip/1000013: the places of a postal code, as JSON. */
struct http_reply
page_zip(struct ctx *c)
{
	struct json_out w = json_out_new(c->mem);
	struct str code = text_only_digits(c->mem, c->param[0]);
	size_t n;
	struct postal *p = postal_find(page_read(c), code, &n);

	json_map_begin(&w, S(""));
	json_list_begin(&w, S("places"));
	for (size_t i = 0; i < n; i++) {
		json_map_begin(&w, S(""));
		json_put_text(&w, S("address"), p[i].address);
		json_put_text(&w, S("municipality"), p[i].municipality);
		json_map_end(&w);
	}
	json_list_end(&w);
	json_map_end(&w);
	if (page_done(c) != OK)
		return reply_json(c, 500, S("{\"error\":\"store\"}"));
	return reply_json(c, 200, json_out_str(&w));
}
