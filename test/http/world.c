/* test/http/world.c: see world.h. What all tests begin with is made once: the reference tables, offices and accounts,
 * everybody signed in through the pages. Each test opens a copy of that file. */
#include "world.h"

#include "base/crypt.h"
#include "base/log.h"
#include "domain/org.h"
#include "domain/reference.h"
#include "domain/stat.h"
#include "fmt/form.h"
#include "reading.h"
#include "unit/remote.h"
#include "web/live.h"

#include <semaphore.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

const enum role role_at[SEATS] = {
	ROLE_none, ROLE_doctor, ROLE_clerk, ROLE_doctor, ROLE_doctor, ROLE_centre, ROLE_centre, ROLE_prefecture,
	ROLE_prefecture, ROLE_ministry, ROLE_admin,
};
const char *const login_at[SEATS] = {
	"", "doctor", "clerk", "neighbour", "stranger", "centre", "other-centre", "prefecture", "other-prefecture",
	"ministry", "admin",
};
const char *const name_at[SEATS] = {
	"", "医師 甲", "事務 乙", "医師 丙", "医師 丁", "千代田の係", "新宿の係", "都の係", "府の係", "省の係", "管理の係",
};
static const char *const org_at[SEATS] = {
	"", CLINIC, CLINIC, NEIGHBOUR_CLINIC, STRANGER_CLINIC, "13/1301/", "13/1304/", "13/", "27/", "", "",
};
const struct str persons[] = {
	STR_INIT(HANAKO), STR_INIT(HANAKO_KANA), STR_INIT(HANAKO_BORN), STR_INIT("19800401"), STR_INIT(TARO),
	STR_INIT(TARO_KANA), STR_INIT(TARO_BORN), STR_INIT("19511224"), STR_INIT(ADDRESS), STR_INIT(ADDRESS_2),
	STR_INIT(PHONE), STR_INIT("0355501234"), STR_INIT(PHONE_2), STR_INIT("09055509876"),
};
const size_t n_persons = LEN(persons);

#define IDLE_MS (30 * MINUTE)
#define LIFE_MS (12 * HOUR)
static const char seal[] = "0123456789abcdef0123456789abcdef";

/* ---- what is made once ---- */

/* Told by the keeper's thread. */
static struct {
	pthread_mutex_t lock;
	char text[20000];
	size_t n;
} told = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct {
	char dir[200];
	struct str address;             /* on PostgreSQL: of the one database; each test finds it as it was */
	struct arena *mem;
	struct app *app;                /* views and static files */
	struct str totp[SEATS], account[SEATS], token[SEATS], csrf[SEATS];
} once;

static void
folder_make(char *out, size_t n)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(out, n, "%s/hersys-web-XXXXXX", access("/dev/shm",
	    W_OK) == 0 ? "/dev/shm" : tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(out) == NULL)
		BUG("no folder for a test");
}

static void
folder_remove(const char *dir)
{
	static const char *const tail[] = { "db", "db-wal", "db-shm", "db.lock" };
	char path[300];

	for (size_t i = 0; i < LEN(tail); i++) {
		snprintf(path, sizeof path, "%s/%s", dir, tail[i]);
		unlink(path);
	}
	rmdir(dir);
}

__attribute__((destructor)) static void
once_remove(void)
{
	if (once.mem == NULL)
		return;
	app_close(once.app);
	folder_remove(once.dir);
	arena_free(once.mem);
}

static void
tell(const struct str *topic, struct str text, void *arg)
{
	struct web_world *w = arg;

	pthread_mutex_lock(&told.lock);
	int n = snprintf(told.text + told.n, sizeof told.text - told.n, "%.*s %.*s\n", STR_ARG(*topic), STR_ARG(text));
	if (n > 0 && (size_t)n < sizeof told.text - told.n)
		told.n += (size_t)n;
	pthread_mutex_unlock(&told.lock);
	app_event(topic, text, &w->app);
}

static void
must(enum err e, const char *what, struct str why)
{
	if (e == OK)
		return;
	test_fail(__FILE__, __LINE__, what, why, S("OK"));
	fflush(stdout);
	BUG("no world to test in");
}

static struct keyring
keyring(void)
{
	return (struct keyring){ .seal = { seal, 32 }, .idle_ms = IDLE_MS, .life_ms = LIFE_MS };
}

/* Everything from the disk up to app_serve, on w->path. */
static void
open_all(struct web_world *w)
{
	struct str why = S("");
	struct store_opts o = { .path = w->path, .cache_mib = 16, .twice = true, .on_event = { tell, w } };

	w->keys = keyring();
	must(store_open(w->mem, &o, &w->st, &why), "store_open", why);
	must(sheetset_open(w->st, w->mem, &w->sheets, &why), "sheetset_open", why);
	if (once.app == NULL) {
		struct conf *conf = NEW(once.mem, struct conf);
		char *argv[] = { (char[]){ "test" }, NULL };
		const char *rest[1];
		size_t n_rest;
		must(conf_read(once.mem, 1, argv, conf, rest, &n_rest, &why), "conf_read", why);
		must(app_open(once.mem, NULL, NULL, NULL, conf, &once.app, &why), "app_open", why);
	}
	struct app *a = NEW(w->mem, struct app);
	*a = *once.app;
	a->mem = w->mem;
	a->store = w->st;
	a->keys = &w->keys;
	a->sheets = w->sheets;
	a->live = live_start(w->mem);
	a->lang = LANG_JA;
	w->app = a;
	w->worker = app_worker_new(a);
}

static void
close_all(struct web_world *w)
{
	app_worker_free(w->worker, w->app);
	if (remote())
		remote_done(w->look);
	else
		sqlite3_close(w->look);
	app_close(w->app);
	store_close(w->st);
}

static enum err
clinics_write(struct tx *tx, void *arg)
{
	static const struct { const char *name, *municipality, *path; } list[] = {
		{ "試験第一医院", "13101", CLINIC }, { "試験第二医院", "13101", NEIGHBOUR_CLINIC },
		{ "試験第三医院", "13104", STRANGER_CLINIC },
	};

	for (size_t i = 0; i < LEN(list); i++) {
		struct org o = { .name = str_of(list[i].name), .municipality = str_of(list[i].municipality),
			.name_en = S(""), .postal = S("1000013"), .address = S("東京都千代田区霞が関1-2-2"),
			    .phone = S("03-5550-0000") };
		enum err e = org_create_institution(tx, arg, &o);
		if (e != OK)
			return e;
		if (!str_eq(o.path, str_of(list[i].path)))
			BUG("a clinic of the tests is not where it should be");
	}
	return OK;
}

static void
make_accounts(struct web_world *w)
{
	struct actor console = actor_console();
	struct keyring keys = keyring();

	must(store_write(w->st, w->mem, S(""), clinics_write, &console), "clinics", S(""));
	for (enum seat k = DOCTOR; k < SEATS; k++) {
		struct str secret, raw = str_fmt(once.mem, "secret of the seat%02d", (int)k);
		enum text_id bad = T_none;
		struct account_new in = { .login = str_of(login_at[k]), .org = str_of(org_at[k]),
		    .name = str_of(name_at[k]),
			.password = S(PASSWORD), .role = role_at[k], .cheap_hash = true, .totp = raw };
		must(account_create(w->st, &keys, &console, w->mem, &in, &secret, &bad), login_at[k], text(bad,
		    LANG_EN));
		once.totp[k] = raw;
	}
	for (enum seat k = DOCTOR; k < SEATS; k++)
		once.account[k] = str_dup(once.mem, text_in(w, str_fmt(w->mem,
		    "SELECT id FROM account WHERE login = '%s'",
		    login_at[k]).p));
}

static void
sign_everybody_in(struct web_world *w)
{
	for (enum seat k = DOCTOR; k < SEATS; k++) {
		back_in(w, k);
		once.token[k] = str_dup(once.mem, w->seat[k].token);
		once.csrf[k] = str_dup(once.mem, w->seat[k].csrf);
		/* All at the same moment: a code counts for its own account only. */
		clock_freeze(BEGIN_MS - 65000);
	}
}

/* Signed in within the minute before the tests begin: their first requests are no news to the session. */
static void
once_make(struct arena *mem)
{
	struct web_world *w = NEW(mem, struct web_world);
	struct str why = S("");

	once.mem = arena_new(1 << 20);
	folder_make(once.dir, sizeof once.dir);
	*w = (struct web_world){ .mem = mem, .dir = str_of(once.dir), .path = str_fmt(mem, "%s/db", once.dir) };
	if (remote())
		w->path = once.address = remote_database(once.mem, S(""));
	clock_freeze(BEGIN_MS - 65000);
	open_all(w);
	must(reference_init(w->st, mem, &why), "reference_init", why);
	make_accounts(w);
	sign_everybody_in(w);
	close_all(w);
	if (remote())
		remote_keep(mem, w->path);
}

/* ---- a world ---- */

static void
copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat s;
	off_t at = 0;

	if (in < 0 || out < 0 || fstat(in, &s) != 0)
		BUG("no database to copy");
	while (at < s.st_size)
		if (sendfile(out, in, &at, (size_t)(s.st_size - at)) <= 0)
			BUG("cannot copy the database");
	close(in);
	close(out);
}

struct web_world *
web_world_new(struct arena *mem)
{
	char dir[200];
	struct web_world *w = NEW(mem, struct web_world);

	html_strict(true);
	if (once.mem == NULL)
		once_make(mem);
	clock_freeze(BEGIN_MS);
	folder_make(dir, sizeof dir);
	*w = (struct web_world){ .mem = mem, .dir = str_dup(mem, str_of(dir)), .path = str_fmt(mem, "%s/db", dir) };
	if (remote()) {
		remote_restore(mem, once.address);
		w->path = once.address;
	} else {
		copy_file(str_fmt(mem, "%s/db", once.dir).p, w->path.p);
	}
	w->log = memfd_create("log", MFD_CLOEXEC);
	if (w->log < 0)
		BUG("nowhere to put the log");
	log_to(w->log);
	log_level(LOG_DEBUG);
	told.n = 0;
	open_all(w);
	for (enum seat k = NOBODY; k < SEATS; k++) {
		w->seat[k].account = once.account[k];
		w->seat[k].token = once.token[k];
		w->seat[k].csrf = once.csrf[k];
	}
	return w;
}

void
later(struct web_world *w, int64_t ms)
{
	(void)w;
	clock_freeze(clock_now() + ms);
}

/* ---- the end ---- */

struct str
log_so_far(struct web_world *w)
{
	struct buf b = buf_new(w->mem);
	off_t at = 0;
	ssize_t n;

	while ((n = pread(w->log, buf_room(&b, 65536), 65536, at)) > 0) {
		b.n += (size_t)n;
		at += n;
	}
	return buf_str(&b);
}

struct str
told_so_far(struct web_world *w)
{
	pthread_mutex_lock(&told.lock);
	struct str s = str_dup(w->mem, (struct str){ told.text, told.n });
	pthread_mutex_unlock(&told.lock);
	return s;
}

static void
check_log(struct web_world *w, const char *file)
{
	struct arena *mem = w->mem;
	struct str log = log_so_far(w), bad = S("");

	for (size_t i = 0; i < n_persons; i++)
		if (str_find_str(log, persons[i]) < log.n)
			bad = persons[i];
	for (enum seat k = DOCTOR; k < SEATS; k++)
		if (w->seat[k].token.n > 0 && str_find_str(log, w->seat[k].token) < log.n)
			bad = w->seat[k].token;
	if (str_find_str(log, S(PASSWORD)) < log.n)
		bad = S(PASSWORD);
	/* Ids, codes and numbers are plain: what the log had to escape was somebody's words. */
	if (str_find_str(log, S("\\x")) < log.n)
		bad = S("\\x");
	if (bad.n > 0)
		test_fail(file, __LINE__, "nothing of a person in the log", log, str_fmt(mem, "no %.*s", STR_ARG(bad)));
	if (!w->may_fail && str_find_str(log, S("level=error")) < log.n)
		test_fail(file, __LINE__, "no error in the log", log, S("none"));
}

static void
add_line(void *arg, struct str line)
{
	buf_fmt(arg, "%.*s\n", STR_ARG(line));
}

struct str
recount(struct web_world *w, struct arena *mem)
{
	struct buf b = buf_new(mem);
	struct arena *work = arena_new(1 << 16);
	struct tx *tx = read_begin(w->worker->rd, work, S(""));
	int64_t n = 0;
	enum err e = stat_recount(tx, &n, add_line, &b);

	if (read_end(tx) != OK || e != OK || (n == 0) != (b.n == 0))
		buf_fmt(&b, "recount: %s, %lld\n", err_name(e), (long long)n);
	arena_free(work);
	return buf_str(&b);
}

static void
check_end(struct web_world *w, const char *file)
{
	struct arena *mem = w->mem;
	int64_t n = 0, bad = 0;

	struct tx *tx = read_begin(w->worker->rd, mem, S(""));
	enum err e = audit_verify(tx, &n, &bad);
	if (read_end(tx) != OK || e != OK)
		test_fail(file, __LINE__, "the audit chain", str_fmt(mem, "%s at %lld", err_name(e),
		    (long long)bad), S("whole"));
	struct str differ = recount(w, mem);
	if (differ.n > 0)
		test_fail(file, __LINE__, "the recount", differ, S(""));
	struct str words = text_in(w, str_fmt(mem, "SELECT group_concat(action || ' ' || object || ' ' || detail || ' ' || "
	    "purpose, ' / ') FROM audit WHERE (action || object || detail || purpose || user_id || org) %s",
	    remote() ? "~ '[^ -~]'" : "GLOB '*[^ -~]*'").p);
	if (!str_eq(words, S("")))
		test_fail(file, __LINE__, "ids and codes in the audit log", words, S("nothing else"));
}

void
web_world_end(struct web_world *w, const char *file)
{
	check_end(w, file);
	close_all(w);
	check_log(w, file);
	log_to(STDERR_FILENO);
	log_level(LOG_INFO);
	close(w->log);
	clock_real();
	html_strict(false);
	folder_remove(str_z(w->mem, w->dir));
}

/* ---- requests ---- */

static struct http_reply
copied(struct arena *mem, const struct http_reply *r)
{
	struct http_reply out = *r;

	out.type = str_dup(mem, r->type);
	out.body = str_dup(mem, r->body);
	for (size_t i = 0; i < r->n_headers; i++)
		out.headers[i] = (struct http_pair){ str_dup(mem, r->headers[i].name), str_dup(mem,
		    r->headers[i].value) };
	return out;
}

/* What no reply may miss. */
static void
check_reply(const struct ask *a, const struct http_reply *r)
{
	bool fixed = str_find_str(header(r, "Cache-Control"), S("immutable")) < header(r, "Cache-Control").n;

	if (header(r, "Content-Security-Policy").n == 0 || !str_eq(header(r, "X-Content-Type-Options"), S("nosniff"))
	    || !str_eq(header(r, "Referrer-Policy"), S("no-referrer"))
	    || (!fixed && !str_eq(header(r, "Cache-Control"), S("no-store"))))
		test_fail(__FILE__, __LINE__, "the headers of safety", a->target, S("all of them"));
	if (r->stream_opened == NULL && r->body.n == 0)
		test_fail(__FILE__, __LINE__, "something to read", a->target, S("a body"));
}

static struct str
with_token(struct arena *mem, struct web_world *w, const struct ask *a)
{
	struct form f;
	struct str token = a->csrf.n > 0 ? a->csrf : w->seat[a->who].csrf;

	if (form_read(mem, a->body, &f) != OK)
		BUG("a body of a test cannot be read");
	struct str body = form_write(mem, &f);
	if (form_has(&f, S("csrf")) || token.n == 0)
		return body;
	return str_fmt(mem, "%.*s%scsrf=%.*s", STR_ARG(body), body.n ? "&" : "", STR_ARG(token));
}

/* A request that is held: whoever asked waits for it. */
struct held {
	struct http_req q;
	sem_t over;
	http_go_on_fn *fn;
	void *arg;
};

static void
on_hold(const struct http_req *q)
{
	(void)q;
}

static void
on_go_on(const struct http_req *q, http_go_on_fn *fn, void *arg)
{
	struct held *h = (struct held *)((uintptr_t)q - offsetof(struct held, q));

	h->fn = fn;
	h->arg = arg;
	sem_post(&h->over);
}

static const struct http_holder holder = { on_hold, on_go_on };

static struct http_reply
serve_held(struct web_world *w, const struct ask *a, const struct http_req *q, struct arena *mem)
{
	void *worker = a->worker != NULL ? a->worker : w->worker;
	struct held h = { .q = *q };

	h.q.holder = &holder;
	sem_init(&h.over, 0, 0);
	struct http_reply r = app_serve(worker, &h.q, mem, w->app);
	while (r.later) {
		int n = 0;
		if (a->held != NULL && sem_getvalue(&h.over, &n) == 0)
			a->held(n > 0, a->held_arg);
		while (sem_wait(&h.over) != 0)
			continue;
		r = h.fn(worker, &h.q, mem, h.arg);
	}
	sem_destroy(&h.over);
	return r;
}

struct http_reply
ask(struct web_world *w, const struct ask *a)
{
	struct arena *out = a->mem != NULL ? a->mem : w->mem, *mem = arena_new(1 << 16);
	struct str method = a->method != NULL ? str_of(a->method) : a->body.n > 0 || a->raw ? S("POST") : S("GET");
	struct str token = a->token.n > 0 ? a->token : w->seat[a->who].token, lang = w->seat[a->who].cookie_lang;
	struct http_pair head[10];
	struct http_req q = { .method = http_method(method), .headers = head, .secure = true, .body = a->body, .client = a->client };

	q.address = a->address.n > 0 ? a->address : str_fmt(mem, "192.0.2.%d", (int)a->who + 1);
	if (!http_target(mem, a->target, &q.path, &q.query)) {
		test_fail(__FILE__, __LINE__, "a target that the server lets in", a->target, S("/…"));
		arena_free(mem);
		return (struct http_reply){ .type = S(""), .body = S("") };
	}
	head[q.n_headers++] = (struct http_pair){ S("Host"), S("hersys.test") };
	if (!str_eq(a->site, S("-")))
		head[q.n_headers++] = (struct http_pair){ S("Sec-Fetch-Site"), a->site.n ? a->site : S("same-origin") };
	if (a->origin.n > 0)
		head[q.n_headers++] = (struct http_pair){ S("Origin"), a->origin };
	if (a->encoding.n > 0)
		head[q.n_headers++] = (struct http_pair){ S("Accept-Encoding"), a->encoding };
	if (a->key.n > 0)
		head[q.n_headers++] = (struct http_pair){ S("X-API-Key"), a->key };
	if (a->of.n > 0)
		head[q.n_headers++] = (struct http_pair){ S("X-Client"), a->of };
	if (token.n > 0 || lang.n > 0)
		head[q.n_headers++] = (struct http_pair){ S("Cookie"), str_fmt(mem, "%s%.*s%s%.*s",
		    token.n ? "__Host-session=" : "",
		    STR_ARG(token), lang.n ? "; lang=" : "", STR_ARG(lang)) };
	if (q.method == HTTP_POST && !a->raw)
		q.body = with_token(mem, w, a);
	struct http_reply r = serve_held(w, a, &q, mem);
	check_reply(a, &r);
	struct http_reply kept = copied(out, &r);
	if (r.stream_closed != NULL)
		r.stream_closed(NULL, r.stream_arg);    /* the visitor is gone before the stream is open */
	arena_free(mem);
	return kept;
}

struct http_reply
get(struct web_world *w, enum seat who, struct str target)
{
	return ask(w, &(struct ask){ .who = who, .target = target });
}

struct http_reply
post(struct web_world *w, enum seat who, struct str target, struct str body)
{
	return ask(w, &(struct ask){ .who = who, .method = "POST", .target = target, .body = body });
}

struct str
header(const struct http_reply *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (str_eq_case(r->headers[i].name, str_of(name)))
			return r->headers[i].value;
	return S("");
}

struct str
cookie_set(struct arena *mem, const struct http_reply *r, const char *name)
{
	struct str head = str_fmt(mem, "%s=", name);

	for (size_t i = 0; i < r->n_headers; i++)
		if (str_eq_case(r->headers[i].name, S("Set-Cookie")) && str_starts(r->headers[i].value, head)) {
			struct str v = r->headers[i].value;
			return str_sub(v, head.n, str_find(v, ';', 0) - head.n);
		}
	return S("(none)");
}

/* A browser asks for the part before '#', and escapes what is no ASCII. */
struct http_reply
follow(struct web_world *w, enum seat who, const struct http_reply *r)
{
	struct str to = header(r, "Location");

	if (r->status != 303 || to.n == 0) {
		test_fail(__FILE__, __LINE__, "a redirect", str_fmt(w->mem, "%d", r->status), S("303"));
		return *r;
	}
	return get(w, who, str_sub(to, 0, str_find(to, '#', 0)));
}

/* ---- bodies ---- */

struct str
pair(struct arena *mem, const char *name, struct str value)
{
	return str_fmt(mem, "%s=%.*s", name, STR_ARG(url_escape(mem, value)));
}

static struct form
form_of(struct arena *mem, struct str body)
{
	struct form f;

	if (form_read(mem, body, &f) != OK)
		BUG("a body of a test cannot be read");
	return f;
}

struct str
changed(struct arena *mem, struct str body, struct str changes)
{
	struct form was = form_of(mem, body), more = form_of(mem, changes);
	struct form out = { .pair = NEWN(mem, struct form_pair, was.n + more.n + 1) };

	for (size_t i = 0; i < was.n; i++)
		if (!form_has(&more, was.pair[i].name))
			out.pair[out.n++] = was.pair[i];
	for (size_t i = 0; i < more.n; i++)
		if (more.pair[i].value.n > 0)
			out.pair[out.n++] = more.pair[i];
	return form_write(mem, &out);
}

/* ---- filing ---- */

struct http_reply
file_minimum(struct web_world *w, enum seat who, struct str changes)
{
	struct str body = changed(w->mem, S(MINIMUM), str_fmt(w->mem, "op=press-%u", ++w->presses));

	return post(w, who, S("/notifications/new"), changed(w->mem, body, changes));
}

static struct filed
filed_of(struct web_world *w, const struct http_reply *r)
{
	struct arena *mem = w->mem;
	struct str to = header(r, "Location"), home, none = S("");
	struct filed f = { .reply = *r, .id = none, .case_id = none, .number = none, .receipt = to, .print = none,
	    .edit = none,
		.file = none, .status = none };

	to = str_sub(to, strlen("/notifications/"), to.n);
	if (r->status != 303 || !str_cut(&to, '/', &home) || !str_int(home, &f.home) || !str_cut(&to, '/', &f.id))
		return f;
	const char *where = str_fmt(mem, "FROM notification n JOIN casefile c ON c.home = n.home AND c.id = n.case_id "
	    "WHERE n.home = %lld AND n.id = '%.*s'", (long long)f.home, STR_ARG(f.id)).p;
	f.case_id = text_in(w, str_fmt(mem, "SELECT c.id %s", where).p);
	f.number = text_in(w, str_fmt(mem, "SELECT c.number %s", where).p);
	f.print = str_fmt(mem, "/notifications/%lld/%.*s/print", (long long)f.home, STR_ARG(f.id));
	f.edit = str_fmt(mem, "/notifications/%lld/%.*s/edit", (long long)f.home, STR_ARG(f.id));
	f.file = str_fmt(mem, "/cases/%lld/%.*s", (long long)f.home, STR_ARG(f.case_id));
	f.status = str_cat(mem, f.file, S("/status"));
	return f;
}

struct filed
filed(struct web_world *w, enum seat who, struct str changes)
{
	struct http_reply r = file_minimum(w, who, changes);
	struct filed f = filed_of(w, &r);

	if (f.id.n == 0)
		test_fail(__FILE__, __LINE__, "a filing that is accepted", str_fmt(w->mem, "%d %.*s", r.status,
		    STR_ARG(read_faults(w->mem, r.body))), changes);
	return f;
}

struct http_reply
correct(struct web_world *w, enum seat who, const struct filed *f, struct str changes)
{
	struct http_reply page = get(w, who, f->edit);
	struct str body = changed(w->mem, read_form(w->mem, page.body, "entry"), S("act=report"));

	return post(w, who, f->edit, changed(w->mem, body, changes));
}

/* ---- what was kept ---- */

static sqlite3_stmt *
look(struct web_world *w, const char *sql)
{
	sqlite3 *db = w->look;
	sqlite3_stmt *q = NULL;

	if (db == NULL) {
		if (sqlite3_open_v2(str_z(w->mem, w->path), &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK
		    || sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) != SQLITE_OK
		    || sqlite3_exec(db, "PRAGMA query_only = 1", NULL, NULL, NULL) != SQLITE_OK)
			BUG("the database of a test cannot be looked at");
		w->look = db;
	}
	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
		test_fail(__FILE__, __LINE__, sql, str_of(sqlite3_errmsg(db)), S("a query"));
		BUG("a query of a test is wrong");
	}
	return q;
}

static struct str
text_remote(struct web_world *w, const char *sql)
{
	struct str cell;

	if (w->look == NULL)
		w->look = remote_look(w->mem, w->path);
	if (!remote_ask(w->look, w->mem, sql, &cell))
		test_fail(__FILE__, __LINE__, sql, S("an error"), S("a query"));
	return cell;
}

struct str
text_in(struct web_world *w, const char *sql)
{
	if (remote())
		return text_remote(w, sql);
	sqlite3_stmt *q = look(w, sql);
	struct str out = S("(none)");

	if (sqlite3_step(q) == SQLITE_ROW) {
		const char *p = (const char *)sqlite3_column_text(q, 0);
		out = p == NULL ? S("") : str_dup(w->mem, str_of(p));
	}
	sqlite3_finalize(q);
	return out;
}

int64_t
number_in(struct web_world *w, const char *sql)
{
	int64_t n;

	if (remote())
		return str_int(text_remote(w, sql), &n) ? n : -1;
	sqlite3_stmt *q = look(w, sql);
	n = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : -1;

	sqlite3_finalize(q);
	return n;
}

int64_t
rows_of(struct web_world *w, const char *table)
{
	return number_in(w, str_fmt(w->mem, "SELECT COUNT(*) FROM %s", table).p);
}

struct str
looked_at(struct web_world *w, const char *action)
{
	return text_in(w, str_fmt(w->mem, "SELECT object FROM audit WHERE action = '%s' ORDER BY seq DESC LIMIT "
	    "1", action).p);
}

/* ---- signing in ---- */

struct str
code_now(struct web_world *w, enum seat who)
{
	return crypt_totp(w->mem, once.totp[who], clock_now());
}

struct str
sign_in(struct web_world *w, enum seat who, const char *password)
{
	struct arena *mem = w->mem;
	struct str address = str_fmt(mem, "192.0.2.%d", (int)who + 1);

	later(w, 30000);
	struct http_reply r = ask(w, &(struct ask){ .method = "POST", .target = S("/login"), .address = address,
	    .body = str_fmt(mem, "login=%s&%.*s", login_at[who], STR_ARG(pair(mem, "password", str_of(password)))) });
	struct str token = cookie_set(mem, &r, "__Host-session");
	if (r.status != 303)
		return S("");
	r = ask(w, &(struct ask){ .method = "POST", .target = S("/login/code"), .address = address, .token = token,
	    .body = str_fmt(mem, "code=%.*s", STR_ARG(code_now(w, who))) });
	return r.status == 303 ? cookie_set(mem, &r, "__Host-session") : S("");
}

void
back_in(struct web_world *w, enum seat who)
{
	w->seat[who].token = sign_in(w, who, PASSWORD);
	if (w->seat[who].token.n == 0)
		BUG("a seat of the tests cannot sign in");
	w->seat[who].csrf = between(get(w, who, S("/sheets")).body, "name=\"csrf\" value=\"", "\"");
}
