/* web/app.c: see app.h. Route, session, right, token, form: in this order, from the route's row, never from the page. */
#include "web/app.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/log.h"
#include "fmt/qr.h"
#include "web/assets.h"
#include "web/live.h"
#include "web/metrics.h"
#include "web/page.h"

struct route {
	enum http_method method;
	struct str method_name, path;
	struct http_reply (*page)(struct ctx *c);
	enum right right;
	unsigned flags;
};
static const struct route routes[] = {
#define ROUTE(m, p, f, r, fl) { HTTP_##m, STR_INIT(#m), STR_INIT(p), f, R_##r, fl },
#include "web/routes.def"
#undef ROUTE
};

/* ---- tags of views ---- */

#define MASK 16

/* The session's token behind a fresh mask: the same secret never stands twice in a page (BREACH). */
static struct str
csrf_token(struct arena *mem, struct str secret)
{
	struct sha256 h = crypt_sha256(secret);
	unsigned char raw[2 * MASK];

	crypt_random(raw, MASK);
	for (size_t i = 0; i < MASK; i++)
		raw[MASK + i] = raw[i] ^ h.b[i];
	return crypt_hex(mem, (struct str){ (const char *)raw, sizeof raw });
}

static bool
csrf_ok(struct arena *mem, struct str secret, struct str token)
{
	struct sha256 h = crypt_sha256(secret);
	struct str raw;
	char open[MASK];

	if (token.n != 4 * MASK || !crypt_unhex(mem, token, &raw))
		return false;
	for (size_t i = 0; i < MASK; i++)
		open[i] = (char)(raw.p[i] ^ raw.p[MASK + i]);
	return crypt_same((struct str){ open, MASK }, (struct str){ (const char *)h.b, MASK });
}

static void
tag_csrf(struct html_scope *s, const struct str *args, size_t n_args)
{
	struct ctx *c = s->page;

	(void)args;
	(void)n_args;
	if (c->who == NULL)
		return;
	buf_put(s->out, S("<input type=\"hidden\" name=\"csrf\""));
	html_attr(s->out, "value", csrf_token(c->mem, c->who->csrf));
	buf_put(s->out, S(">"));
}

static void
tag_static(struct html_scope *s, const struct str *args, size_t n_args)
{
	struct ctx *c = s->page;

	if (n_args == 1)
		html_text(s->out, assets_url(c->app->assets, args[0]));
}

static void
tag_curve(struct html_scope *s, const struct str *args, size_t n_args)
{
	struct ctx *c = s->page;

	(void)args;
	(void)n_args;
	if (c->curve != NULL)
		c->curve(c, s->out);
}

static void
tag_qr(struct html_scope *s, const struct str *args, size_t n_args)
{
	struct ctx *c = s->page;

	(void)args;
	(void)n_args;
	if (c->qr.n > 0 && !qr_svg(c->qr, S("QR"), s->out))
		log_warn("qr.refused", KV_N("bytes", (int64_t)c->qr.n));
}

static const struct html_tag tags[] = {
	{ STR_INIT("csrf"), tag_csrf }, { STR_INIT("static"), tag_static }, { STR_INIT("curve"), tag_curve },
	{ STR_INIT("qr"), tag_qr }, { STR_INIT(""), NULL },
};

/* ---- open, close ---- */

enum err
app_open(struct arena *mem, struct store *st, const struct keyring *keys, struct sheetset *sheets,
    const struct conf *conf, struct app **out, struct str *why)
{
	struct app *a = NEW(mem, struct app);

	*a = (struct app){
		.mem = mem, .store = st, .keys = keys, .sheets = sheets, .lang = lang_of(conf->text[CONF_language]),
		.demo_hint = conf->num[CONF_demo_hint] != 0, .started_at = clock_now(),
	};
	a->assets = assets_load(mem, conf->text[CONF_files]);
	enum err e = views_load(mem, conf->text[CONF_files], tags, &a->views, why);
	if (e != OK)
		return e;
	a->metrics = metrics_new(mem, LEN(routes));
	a->metrics_token = conf->text[CONF_metrics_token];
	a->machine_key = conf->text[CONF_machine_key];
	a->number_rules = (struct appnumber_rules){ conf->text[CONF_number_disease], conf->num[CONF_number_hours] };
	a->number_link = conf->text[CONF_number_link];
	a->live = live_start(mem);
	*out = a;
	return OK;
}

void
app_quiet(struct app *a)
{
	live_quiet(a->live);
}

void
app_close(struct app *a)
{
	live_stop(a->live);
}

void *
app_worker_new(void *app)
{
	struct app *a = app;
	struct app_worker *w = malloc(sizeof *w);

	if (w == NULL)
		NO_MEMORY();
	*w = (struct app_worker){ a, reader_new(a->store) };
	return w;
}

void
app_worker_free(void *worker, void *app)
{
	struct app_worker *w = worker;

	(void)app;
	reader_free(w->rd);
	free(w);
}

void
app_event(const struct str *topic, struct str text, void *arg)
{
	struct app *const *a = arg;

	if (*a == NULL)
		return;
	if (str_starts(text, S("sheet ")))
		sheetset_stale((*a)->sheets);
	else
		live_tell((*a)->live, *topic, text);
}

/* ---- one request ---- */

/* Does the path fit the pattern? Fills the parameters. */
static bool
fits(struct str pattern, struct str path, struct str param[3])
{
	struct str want, got;
	size_t n = 0;

	while (str_cut(&pattern, '/', &want)) {
		if (!str_cut(&path, '/', &got))
			return false;
		if (want.n > 0 && want.p[0] == ':') {
			if (got.n == 0 || n == 3)
				return false;
			param[n++] = got;
		} else if (!str_eq(want, got)) {
			return false;
		}
	}
	return path.p == NULL;
}

/* What is for machines is there for machines only, and nothing else is there for them. */
static bool
is_for(const struct route *r, const struct http_req *q)
{
	return ((r->flags & MACHINE) != 0) == (q->client.n > 0);
}

static const struct route *
find_route(const struct http_req *q, struct str param[3], bool *path_known)
{
	enum http_method m = q->method == HTTP_HEAD ? HTTP_GET : q->method;

	*path_known = false;
	for (size_t i = 0; i < LEN(routes); i++) {
		struct str p[3] = { { "", 0 }, { "", 0 }, { "", 0 } };
		if (!is_for(&routes[i], q) || !fits(routes[i].path, q->path, p))
			continue;
		*path_known = true;
		if (routes[i].method != m)
			continue;
		memcpy(param, p, sizeof p);
		return &routes[i];
	}
	return NULL;
}

/* Browsers say where a request comes from; what says "another site" is refused, what says nothing (old
 * browsers, tools) needs the token all the same. */
static bool
from_here(const struct http_req *q)
{
	struct str site = http_header(q, S("Sec-Fetch-Site")), origin = http_header(q, S("Origin"));
	struct str host = http_header(q, S("Host"));

	if (site.n > 0)
		return str_eq(site, S("same-origin")) || str_eq(site, S("none"));
	/* Our referrer policy makes browsers say "null" for our own forms. */
	if (origin.n == 0 || str_eq(origin, S("null")))
		return true;
	size_t at = str_find_str(origin, S("://"));
	return at < origin.n && str_eq_case(str_sub(origin, at + 3, origin.n), host);
}

static void
put_safety(struct http_reply *r, bool is_static)
{
	http_set(r, S("Content-Security-Policy"), S("default-src 'none'; script-src 'self'; style-src 'self'; "
	    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"));
	http_set(r, S("Strict-Transport-Security"), S("max-age=63072000; includeSubDomains"));
	http_set(r, S("X-Content-Type-Options"), S("nosniff"));
	http_set(r, S("X-Frame-Options"), S("DENY"));
	http_set(r, S("Referrer-Policy"), S("no-referrer"));
	http_set(r, S("Cross-Origin-Opener-Policy"), S("same-origin"));
	http_set(r, S("Cross-Origin-Resource-Policy"), S("same-origin"));
	http_set(r, S("Permissions-Policy"), S("camera=(), geolocation=(), microphone=()"));
	http_set(r, S("X-Robots-Tag"), S("noindex, nofollow"));
	if (!is_static)
		http_set(r, S("Cache-Control"), S("no-store"));
}

/* A request without a session for a page that needs one. What was typed into a form is not lost: the sign-in page carries
 * it along and the pages behind it keep it as a draft. */
static struct http_reply
signed_out(struct ctx *c, const struct route *r)
{
	if (r->flags & SCRIPT)
		return reply_json(c, 401, S("{\"error\":\"signed_out\"}"));
	if (r->method == HTTP_GET)
		return reply_goto(c, S("/login"));
	c->v = val_map(c->mem);
	bool entry = r->page == page_entries_add || r->page == page_entry_correct;
	if ((entry || str_starts(c->q->path, S("/notifications/"))) && from_here(c->q)) {
		val_text(c->v, "resume_path", c->q->path);
		val_text(c->v, "resume_body", form_write(c->mem, &c->in));
	}
	val_text(c->v, "fault", say(c, T_session_over));
	val_text(c->v, "title", say(c, T_login_title));
	return reply_view(c, 401, S("login"));
}

bool
put_again(struct ctx *c)
{
	const struct route *r = c->route;

	if (r == NULL || r->method != HTTP_POST || (r->flags & LOOSE) || c->in.n == 0 || !from_here(c->q))
		return false;
	struct val *list = val_list(c->v, "again");
	val_text(c->v, "again_url", c->q->path);
	for (size_t i = 0; i < c->in.n; i++) {
		struct val *row = val_row(list);
		val_text(row, "name", c->in.pair[i].name);
		val_text(row, "value", c->in.pair[i].value);
	}
	return true;
}

/* 503: not now. `form` is said when what was typed is carried. */
static struct http_reply
not_now(struct ctx *c, const struct route *r, enum text_id head, enum text_id text, enum text_id form)
{
	c->v = val_map(c->mem);
	val_int(c->v, "status", 503);
	val_text(c->v, "head", say(c, head));
	val_text(c->v, "title", say(c, head));
	val_text(c->v, "text", say(c, put_again(c) ? form : text));
	/* A page that was only looked for is looked for again. */
	val_text(c->v, "try_url", r != NULL && r->method == HTTP_GET ? c->q->path : S("/"));
	struct http_reply reply = reply_view(c, 503, S("fault"));
	http_set(&reply, S("Retry-After"), S("5"));
	return reply;
}

/* Whether there is a session cannot be read now. */
static struct http_reply
unreadable(struct ctx *c, const struct route *r)
{
	if (r->flags & SCRIPT)
		return reply_json(c, 503, S("{\"error\":\"store\"}"));
	return not_now(c, r, T_fault_away_head, T_fault_away, T_fault_away_form);
}

static struct http_reply
refused(struct ctx *c, const struct route *r, enum err e, const char *why)
{
	log_warn("request.refused", KV_S("route", r->path), KV_Z("why", why),
	    KV_S("account", c->who ? c->who->account : S("-")));
	if (r->flags & SCRIPT)
		return reply_json(c, 403, S("{\"error\":\"denied\"}"));
	return reply_fault(c, e);
}

/* The token of another session: mostly a page from before somebody signed in again. A form of a notification is drawn again
 * as typed, with a good token, for a browser that says that it is our own page; nothing is done before it is pressed again. */
static struct http_reply
stale(struct ctx *c, const struct route *r)
{
	struct http_reply reply = refused(c, r, E_DENIED, "token");

	bool entry = r->page == page_entries_add || r->page == page_entry_correct;
	if ((r->page != page_notif_file && r->page != page_notif_correct && !entry)
	    || !str_eq(http_header(c->q, S("Sec-Fetch-Site")), S("same-origin")) || !form_has(&c->in, S("csrf")))
		return reply;
	struct http_reply form = r->page == page_notif_file ? page_notif_again(c, 403, T_page_stale)
	    : entry ? page_entry_again(c, 403, T_page_stale) : page_correct_again(c, 403, T_page_stale);
	if (c->tx != NULL && page_done(c) != OK)
		return reply_fault(c, E_STORE);
	return form.status == 403 ? form : reply;
}

/* What a page read must have been read well. */
static struct http_reply
page_end(struct ctx *c, struct http_reply reply)
{
	if (c->tx != NULL && page_done(c) != OK && reply.status < 500)
		return reply_fault(c, E_STORE);
	return reply;
}

static struct http_reply
run(struct ctx *c, const struct route *r)
{
	if (r->right != R_public && c->who == NULL)
		return c->unread ? unreadable(c, r) : signed_out(c, r);
	if (!actor_may(c->who, r->right))
		return refused(c, r, E_DENIED, "right");
	if (r->method != HTTP_GET) {
		if (!from_here(c->q))
			return refused(c, r, E_DENIED, "origin");
		if (!(r->flags & LOOSE) && !csrf_ok(c->mem, c->who->csrf, form_get(&c->in, S("csrf"))))
			return stale(c, r);
	}
	struct http_reply reply = r->page(c);
	return reply.later ? reply : page_end(c, reply);
}

static enum err
read_forms(struct ctx *c, const struct route *r)
{
	enum err e = form_read(c->mem, c->q->query, &c->query);

	/* Machines do not send forms: the page reads the body. */
	return e != OK || r->method != HTTP_POST || (r->flags & MACHINE) ? e : form_read(c->mem, c->q->body, &c->in);
}

/* A path of ours, but not for this method: say for which. */
static struct http_reply
wrong_method(struct ctx *c)
{
	struct buf allow = buf_new(c->mem);
	struct str unused[3];

	for (size_t i = 0; i < LEN(routes); i++)
		if (is_for(&routes[i], c->q) && fits(routes[i].path, c->q->path, unused))
			buf_fmt(&allow, "%s%.*s%s", allow.n ? ", " : "", STR_ARG(routes[i].method_name),
			    routes[i].method == HTTP_GET ? ", HEAD" : "");
	struct http_reply r = reply_fault_as(c, E_DENIED, 405);
	http_set(&r, S("Allow"), buf_str(&allow));
	return r;
}

static enum lang
lang_for(const struct ctx *c)
{
	struct str chosen = http_cookie(c->q, S("lang"));

	if (c->who != NULL && c->who->lang != LANG_COUNT)
		return c->who->lang;
	return chosen.n == 2 ? lang_of(chosen) : c->app->lang;
}

/* ---- more to do than can be done ---- */

bool
app_staff(const struct http_req *q, void *app)
{
	(void)app;
	/* A cookie that looks right: cheap, and wrong only in the visitor's favour until the worker looks. Who signs in will be
	 * one of them: or nobody could while seats are short. */
	return http_cookie(q, S("__Host-session")).n == 43 || str_starts(q->path, S("/login"));
}

static enum http_rank
route_rank(const struct route *r)
{
	if (r == NULL)
		return RANK_LOOKUP;
	return r->flags & FILING ? RANK_FILING : r->flags & PATIENT ? RANK_PATIENT : r->flags & FIGURES ? RANK_FIGURES
	    : r->flags & EXPORT ? RANK_EXPORT : RANK_LOOKUP;
}

bool
app_at_hand(const struct http_req *q, void *app)
{
	struct str param[3];
	bool known;
	const struct route *r = find_route(q, param, &known);

	(void)app;
	/* Whose session it is would have to be read. */
	return r != NULL && (r->flags & AT_HAND) && (r->page == page_static || http_cookie(q, S("__Host-session")).n == 0);
}

/* A supervisor that is sent away would take a busy server for a dead one. */
static bool
is_watching(const struct route *r)
{
	return r != NULL && (r->page == page_healthz || r->page == page_readyz || r->page == page_metrics);
}

enum http_rank
app_rank(const struct http_req *q, bool staff, void *app)
{
	struct str param[3];
	bool known;
	const struct route *r = find_route(q, param, &known);
	enum http_rank rank = route_rank(r);

	(void)app;
	return staff || is_watching(r) || rank < RANK_PATIENT ? rank : RANK_PATIENT;
}

static struct http_reply
busy(struct ctx *c)
{
	const struct route *r = c->route;
	bool files = r != NULL && (r->page == page_notif_file || r->page == page_notif_correct);

	if (r == NULL || !(r->flags & SCRIPT))
		return not_now(c, r, T_fault_busy_head, T_fault_busy, files ? T_busy_filing : T_fault_busy);
	struct http_reply reply = reply_json(c, 503, S("{\"error\":\"busy\"}"));
	http_set(&reply, S("Retry-After"), S("5"));
	return reply;
}

struct http_reply
app_busy(const struct http_req *q, struct arena *mem, void *app)
{
	struct ctx c = { .mem = mem, .app = app, .q = q, .now = clock_now() };
	bool known;

	c.route = find_route(q, c.param, &known);
	c.lang = lang_for(&c);
	if (form_read(mem, q->body, &c.in) != OK)
		c.in.n = 0;
	struct http_reply reply = busy(&c);
	put_safety(&reply, false);
	return reply;
}

struct str
app_route_label(struct arena *mem, size_t i)
{
	if (i >= LEN(routes))
		return S("none");
	return str_fmt(mem, "%.*s %.*s", STR_ARG(routes[i].method_name), STR_ARG(routes[i].path));
}

/* The request is over. */
static struct http_reply
answered(const struct ctx *c, struct http_reply reply)
{
	const struct route *r = c->route;
	int64_t us = clock_mono_us() - c->began;

	metrics_count(c->app->metrics, r ? (size_t)(r - routes) : LEN(routes), reply.status, us);
	/* The pattern, never the path or the query: ids are in them. */
	log_debug("request", KV_S("route", r ? r->path : S("-")), KV_N("status", reply.status),
	    KV_N("us", us), KV_S("account", c->who ? c->who->account : S("-")));
	if (reply.status >= 500)
		log_error("request.failed", KV_S("route", r ? r->path : S("-")), KV_N("status", reply.status));
	return reply;
}

static struct http_reply
dress(struct ctx *c, struct http_reply reply)
{
	const struct route *r = c->route;

	put_safety(&reply, r != NULL && r->page == page_static && reply.status == 200);
	squeeze_reply(&reply, c->q, c->mem);
	return reply;
}

/* ---- what is shown is written down first ---- */

/* An answer that is made, and held until the lines about it are on disk. */
struct shown {
	struct ctx *c;
	struct http_reply reply;
	enum err e;
};

static struct http_reply
show(void *worker, const struct http_req *q, struct arena *mem, void *arg)
{
	struct shown *s = arg;

	(void)worker;
	(void)q;
	(void)mem;
	return answered(s->c, s->e == OK ? s->reply : dress(s->c, busy(s->c)));
}

static void
looks_kept(void *arg, enum err e)
{
	struct shown *s = arg;

	s->e = e;
	s->c->q->holder->go_on(s->c->q, show, s);
}

/* The one way out of a request that was worked on. */
static struct http_reply
leave(struct ctx *c, struct http_reply reply)
{
	reply = dress(c, reply);
	if (c->looks.first == NULL)
		return answered(c, reply);
	struct shown *s = NEW(c->mem, struct shown);
	*s = (struct shown){ .c = c, .reply = reply };
	c->q->holder->hold(c->q);
	enum err e = looks_keep(c->app->store, c->mem, &c->looks, looks_kept, s);
	if (e != OK)
		looks_kept(s, e);
	return page_later();
}

struct http_reply
app_serve(void *worker, const struct http_req *q, struct arena *mem, void *app)
{
	struct app_worker *w = worker;
	struct actor *who = NEW(mem, struct actor);
	struct ctx *c = NEW(mem, struct ctx);
	bool known;
	struct http_reply reply;
	enum err e;

	*c = (struct ctx){ .mem = mem, .app = app, .rd = w != NULL ? w->rd : NULL, .q = q, .now = clock_now(),
		.token = http_cookie(q, S("__Host-session")), .began = clock_mono_us() };
	const struct route *r = c->route = find_route(q, c->param, &known);
	if (q->client.n == 0 && (r == NULL || r->page != page_static)) {
		enum err found = session_actor(c->app->store, c->rd, c->app->keys, mem, c->token, q->address, who);
		if (found == OK)
			c->who = who;
		c->unread = found != OK && found != E_NOTFOUND;
		c->lang = lang_for(c);
	}
	if (r == NULL && q->client.n > 0)
		reply = reply_json(c, 404, S("{\"error\":\"not_found\"}"));
	else if (r == NULL)
		reply = known ? wrong_method(c) : reply_fault(c, E_NOTFOUND);
	else if ((e = read_forms(c, r)) != OK)
		reply = reply_fault(c, e);
	else
		reply = run(c, r);
	/* Later: another worker may be at it by now. */
	return reply.later ? reply : leave(c, reply);
}

/* ---- waiting ---- */

struct wait {
	struct ctx *c;
	struct http_reply (*then)(struct ctx *c, enum err e, void *arg);
	void *arg;
	enum err e;
};

void *
page_wait(struct ctx *c, struct http_reply (*then)(struct ctx *c, enum err e, void *arg), void *arg)
{
	struct wait *w = NEW(c->mem, struct wait);

	*w = (struct wait){ .c = c, .then = then, .arg = arg };
	c->q->holder->hold(c->q);
	return w;
}

static struct http_reply
go_on(void *worker, const struct http_req *q, struct arena *mem, void *arg)
{
	const struct app_worker *own = worker;
	struct wait *w = arg;

	(void)q;
	(void)mem;
	w->c->rd = own->rd;
	return leave(w->c, page_end(w->c, w->then(w->c, w->e, w->arg)));
}

void
page_waited(void *wait, enum err e)
{
	struct wait *w = wait;

	w->e = e;
	w->c->q->holder->go_on(w->c->q, go_on, w);
}

struct http_reply
page_later(void)
{
	return (struct http_reply){ .later = true };
}

/* ---- the matrix ---- */

void
app_print_rights(struct buf *b)
{
	buf_put(b, S("# Every route and who may call it. Public routes: everybody.\n"));
	buf_put(b, S("# route | doctor clerk centre prefecture ministry admin\n"));
	for (size_t i = 0; i < LEN(routes); i++) {
		buf_fmt(b, "%.*s %.*s |", STR_ARG(routes[i].method_name), STR_ARG(routes[i].path));
		if (routes[i].right == R_public)
			buf_put(b, S(" public"));
		for (enum role k = ROLE_doctor; routes[i].right != R_public && k < ROLE_COUNT; k++)
			buf_put(b, role_may(k, routes[i].right) ? S(" yes") : S(" -"));
		buf_byte(b, '\n');
	}
}
