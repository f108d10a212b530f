/* main/bench_world.c: see bench.h: data folder, server, signing in. */
#include "main/bench.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "domain/reference.h"
#include "fmt/form.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define START_MS 30000
#define STOP_MS 15000

int64_t
bench_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static bool
failed(FILE *err, const char *what, struct str why)
{
	fprintf(err, "hersys bench: %s: %.*s\n", what, STR_ARG(why));
	return false;
}

/* ---- the folder ---- */

/* A folder and what is in it; folders within it down to `depth`. */
static bool
remove_folder(struct arena *mem, const char *path, int depth)
{
	struct dirent **list;
	int n = scandir(path, &list, NULL, NULL);

	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;
		char *in = str_z(mem, str_fmt(mem, "%s/%s", path, name));
		if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && unlink(in) != 0 && errno == EISDIR && depth > 0)
			remove_folder(mem, in, depth - 1);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return rmdir(path) == 0;
}

struct str
bench_parent(const struct bench_opts *o)
{
	const char *tmp = secure_getenv("TMPDIR");

	return o->parent.n > 0 ? o->parent : tmp != NULL && tmp[0] != '\0' ? str_of(tmp) : S("/tmp");
}

static bool
make_folder(struct bench_world *w, const struct bench_opts *o)
{
	char *path = str_z(w->mem, str_fmt(w->mem, "%.*s/hersys-bench-XXXXXX", STR_ARG(bench_parent(o))));

	if (mkdtemp(path) == NULL)
		return false;
	w->dir = str_of(path);
	w->own = true;
	return true;
}

/* Institutions from all over the country, so that the load is not one office's. */
static size_t
pick_orgs(struct store *st, struct arena *mem, struct str *out, size_t want)
{
	struct reader *rd = reader_new(st);
	struct tx *tx = read_begin(rd, mem, S(""));
	struct rows r;
	size_t n = 0, seen = 0;

	for (tx_open(tx, &r, Q_org_under, DBS(DT(S("")), DT(S(":")), DT(S("institution")))); rows_next(&r);)
		if (seen++ % 37 == 0 && n < want)
			out[n++] = str_dup(mem, row_text(&r, "path"));
	if (read_end(tx) != OK)
		n = 0;
	reader_free(rd);
	return n;
}

static bool
add_doctors(struct bench_world *w, struct store *st, const struct keyring *keys, size_t want)
{
	struct str org[BENCH_DOCTORS], secret;
	struct actor who = actor_console();
	size_t n = pick_orgs(st, w->mem, org, want < BENCH_DOCTORS ? want : BENCH_DOCTORS);
	enum text_id bad;

	for (size_t i = 0; i < n; i++) {
		struct bench_user *u = &w->user[w->users++];
		char *raw = arena_alloc(w->mem, 20);
		crypt_random(raw, 20);
		*u = (struct bench_user){ .login = str_fmt(w->mem, "bench%02zu", i + 1), .org = org[i],
			.password = S("kono-byoin-no-hito"), .totp = { raw, 20 } };
		struct account_new in = { .login = u->login, .org = u->org, .name = S("計測 医師"), .password = u->password,
			.role = ROLE_doctor, .cheap_hash = true, .totp = u->totp };
		if (account_create(st, keys, &who, w->mem, &in, &secret, &bad) != OK)
			return false;
	}
	return n == want;
}

static bool
fill(struct bench_world *w, struct store *st, const struct bench_opts *o, size_t doctors, struct str *why)
{
	struct demo_opts d = { .cases = o->cases, .seed = 1, .until = date_of(clock_now()), .days = 60 };
	struct keyring keys = { .idle_ms = 1800000, .life_ms = 43200000 };
	struct demo_login login[DEMO_LOGINS];
	struct sheetset *sheets;

	if (reference_init(st, w->mem, why) != OK || keyring_open(w->mem, w->dir, true, &keys, why) != OK
	    || sheetset_open(st, w->mem, &sheets, why) != OK
	    || demo_make(st, &keys, sheets, w->mem, &d, login, why) != OK)
		return false;
	for (size_t i = 0; i < DEMO_LOGINS; i++) {
		w->user[i] = (struct bench_user){ .login = login[i].login, .password = login[i].password };
		if (!crypt_unbase32(w->mem, login[i].secret, &w->user[i].totp))
			return false;
	}
	w->users = DEMO_LOGINS;
	*why = S("accounts");
	return add_doctors(w, st, &keys, doctors);
}

bool
bench_world_make(struct bench_world *w, struct arena *mem, const struct bench_opts *o, size_t doctors, FILE *err)
{
	struct store *st;
	struct str why = S("");

	*w = (struct bench_world){ .mem = mem, .address = S("127.0.0.1"), .connections = (unsigned)o->clients + 64 };
	if (!make_folder(w, o))
		return failed(err, "cannot make a folder", str_of(strerrordesc_np(errno)));
	w->log = str_fmt(mem, "%.*s/server.log", STR_ARG(w->dir));
	struct store_opts so = { .path = str_fmt(mem, "%.*s/hersys.db", STR_ARG(w->dir)), .cache_mib = 64 };
	if (store_open(mem, &so, &st, &why) != OK)
		return failed(err, "the store", why);
	bool good = fill(w, st, o, doctors, &why);
	store_close(st);
	return good || failed(err, "the demonstration", why);
}

/* "login<TAB>password<TAB>secret<TAB>…" */
static bool
read_login(struct arena *mem, struct str line, struct bench_user *u)
{
	struct str secret;

	return str_cut(&line, '\t', &u->login) && str_cut(&line, '\t', &u->password) && str_cut(&line, '\t', &secret)
	    && crypt_unbase32(mem, secret, &u->totp);
}

/* Where its first login files for. */
static bool
read_org(struct bench_world *w, struct str *why)
{
	struct store *st;
	struct rows r;
	struct str path = str_fmt(w->mem, "%.*s/hersys.db", STR_ARG(w->dir));

	if (store_open_reading(w->mem, path, &st, why) != OK)
		return false;
	struct reader *rd = reader_new(st);
	struct tx *tx = read_begin(rd, w->mem, S(""));
	if (tx_one(tx, &r, Q_account_by_login, DBS(DT(w->user[0].login)))) {
		w->user[0].org = row_text(&r, "org");
		rows_close(&r);
	}
	bool good = read_end(tx) == OK && w->user[0].org.n > 0;
	reader_free(rd);
	store_close(st);
	return good;
}

bool
bench_world_attach(struct bench_world *w, struct arena *mem, const struct bench_opts *o, FILE *err)
{
	struct str at = o->at, address;
	int64_t port = 0;
	char line[1000];
	struct str why = S("its database");
	FILE *f = fopen(str_z(mem, str_fmt(mem, "%.*s/demo-logins", STR_ARG(o->folder))), "re");

	*w = (struct bench_world){ .mem = mem, .dir = o->folder };
	if (f == NULL)
		return failed(err, "no demo-logins in the folder", o->folder);
	while (w->users < DEMO_LOGINS && fgets(line, sizeof line, f) != NULL)
		if (read_login(mem, str_dup(mem, str_trim(str_of(line))), &w->user[w->users]))
			w->users++;
	fclose(f);
	if (w->users == 0)
		return failed(err, "demo-logins holds no login", o->folder);
	if (!read_org(w, &why))
		return failed(err, "cannot read the folder", why);
	if (!str_cut(&at, ':', &address) || at.p == NULL || !str_int(at, &port) || !str_starts(address, S("127.")))
		return failed(err, "--at wants 127.0.0.1:PORT", o->at);
	w->address = address;
	w->port = (int)port;
	return true;
}

/* ---- the server ---- */

/* With the end of what the server said: its folder goes. */
static bool
log_failed(const struct bench_world *w, FILE *err, const char *what)
{
	char text[2000];
	int fd = open(str_z(w->mem, w->log), O_RDONLY | O_CLOEXEC);
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	ssize_t n = fd >= 0 ? pread(fd, text, sizeof text, size > (off_t)sizeof text ? size - (off_t)sizeof text : 0) : 0;

	if (fd >= 0)
		close(fd);
	return failed(err, what, (struct str){ text, n > 0 ? (size_t)n : 0 });
}

static void
run_server(struct bench_world *w, int out)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *dir = str_z(w->mem, w->dir), *listen = str_z(w->mem, str_fmt(w->mem, "127.0.0.1:%d", w->port));
	char *each = str_z(w->mem, str_fmt(w->mem, "%u", w->connections));
	int log = open(str_z(w->mem, w->log), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (n < 0 || log < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
		_exit(127);
	self[n] = '\0';
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	execl(self, self, "serve", "--data", dir, "--listen", listen, "--connections-per-address", each, (char *)NULL);
	_exit(127);
}

/* The port stands in the line that the server prints when it is ready. */
static bool
read_port(struct bench_world *w, int fd)
{
	char line[400] = "";
	size_t n = 0;
	struct str s, head = S("https://localhost:");
	int64_t until = clock_mono() + START_MS, port = 0;
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (n < sizeof line && memchr(line, '\n', n) == NULL) {
		int64_t left = until - clock_mono();
		if (left <= 0 || poll(&p, 1, (int)left) <= 0)
			return false;
		ssize_t got = read(fd, line + n, sizeof line - n);
		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	s = (struct str){ line, n };
	s = str_sub(s, str_find_str(s, head) + head.n, s.n);
	if (!str_int(str_sub(s, 0, str_find(s, '/', 0)), &port))
		return false;
	w->port = (int)port;
	return true;
}

struct client *
bench_client(const struct bench_world *w, struct arena *mem)
{
	struct client *c;

	if (client_new(mem, &(struct client_opts){ .address = w->address, .port = w->port, .seconds = 20 }, &c) != OK)
		BUG("bench: the address");
	return c;
}

static bool
answers(struct bench_world *w)
{
	struct arena *mem = arena_new(1 << 14);
	struct client *c = bench_client(w, mem);
	struct client_reply r;
	bool good = client_ask(c, mem, &(struct client_req){ .method = "GET", .path = S("/healthz") }, &r) == OK && r.status == 200;

	client_free(c);
	arena_free(mem);
	return good;
}

bool
bench_server_start(struct bench_world *w, FILE *err)
{
	int out[2];
	int64_t began = bench_now_us();

	if (pipe2(out, O_CLOEXEC) != 0)
		return failed(err, "pipe", str_of(strerrordesc_np(errno)));
	fflush(NULL);
	w->server = fork();
	if (w->server == 0)
		run_server(w, out[1]);
	close(out[1]);
	bool good = w->server > 0 && read_port(w, out[0]) && answers(w);
	w->start_us = bench_now_us() - began;
	close(out[0]);
	return good || log_failed(w, err, "the server did not start");
}

bool
bench_server_stop(struct bench_world *w, FILE *err)
{
	int status = 0;

	if (w->server <= 0)
		return true;
	kill(w->server, SIGTERM);
	for (int64_t until = clock_mono() + STOP_MS; waitpid(w->server, &status, WNOHANG) == 0;) {
		if (clock_mono() > until) {
			kill(w->server, SIGKILL);
			waitpid(w->server, &status, 0);
			break;
		}
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
	}
	w->server = 0;
	return (WIFEXITED(status) && WEXITSTATUS(status) == 0) || log_failed(w, err, "the server did not end well");
}

void
bench_server_memory(const struct bench_world *w, long *now, long *most)
{
	char path[64], line[200];
	FILE *f;

	*now = *most = 0;
	snprintf(path, sizeof path, "/proc/%d/status", (int)w->server);
	f = w->server > 0 ? fopen(path, "re") : NULL;
	while (f != NULL && fgets(line, sizeof line, f) != NULL) {
		if (strncmp(line, "VmRSS:", 6) == 0)
			*now = strtol(line + 6, NULL, 10);
		if (strncmp(line, "VmHWM:", 6) == 0)
			*most = strtol(line + 6, NULL, 10);
	}
	if (f != NULL)
		fclose(f);
}

struct bench_usage
bench_server_usage(const struct bench_world *w)
{
	struct bench_usage u = { 0 };
	char path[64], line[400], *p;
	unsigned long user = 0, kernel = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)w->server);
	if (w->server > 0 && (f = fopen(path, "re")) != NULL) {
		/* The name of the program, in brackets, may hold anything. */
		if (fgets(line, sizeof line, f) != NULL && (p = strrchr(line, ')')) != NULL
		    && sscanf(p, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) == 2)
			u.cpu_us = (int64_t)(user + kernel) * 1000000 / sysconf(_SC_CLK_TCK);
		fclose(f);
	}
	snprintf(path, sizeof path, "/proc/%d/io", (int)w->server);
	f = w->server > 0 ? fopen(path, "re") : NULL;
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, "wchar:", 6) == 0)
			u.written = strtoll(line + 6, NULL, 10);
	if (f != NULL)
		fclose(f);
	return u;
}

void
bench_world_end(struct bench_world *w, FILE *err)
{
	bench_server_stop(w, err);
	if (w->own && !remove_folder(w->mem, str_z(w->mem, w->dir), 2))
		failed(err, "cannot remove the folder", w->dir);
}

/* ---- signing in ---- */

static bool
post(struct client *c, struct arena *mem, struct str path, struct str cookie, struct form *f, struct client_reply *out)
{
	struct client_req q = { .method = "POST", .path = path, .type = S("application/x-www-form-urlencoded"),
		.body = form_write(mem, f) };

	if (cookie.n > 0)
		q.cookie = str_fmt(mem, "__Host-session=%.*s", STR_ARG(cookie));
	return client_ask(c, mem, &q, out) == OK && out->status == 303;
}

/* The hidden token of a page's form. */
static bool
read_csrf(struct str page, struct str *out)
{
	struct str name = S("name=\"csrf\""), value = S("value=\"");
	size_t at = str_find_str(page, name);

	if (at == page.n)
		return false;
	page = str_sub(page, at + name.n, 400);
	page = str_sub(page, str_find_str(page, value) + value.n, page.n);
	*out = str_sub(page, 0, str_find(page, '"', 0));
	return out->n > 0;
}

bool
bench_sign_in(struct bench_world *w, struct bench_user *u, FILE *err)
{
	struct client *c = bench_client(w, w->mem);
	struct client_reply r = { 0 };
	struct form_pair first[] = { { S("login"), u->login }, { S("password"), u->password } };
	struct form_pair second[] = { { S("code"), crypt_totp(w->mem, u->totp, clock_now()) } };
	bool good = post(c, w->mem, S("/login"), S(""), &(struct form){ first, 2 }, &r);

	struct str half = client_cookie(&r, S("__Host-session"));
	good = good && post(c, w->mem, S("/login/code"), half, &(struct form){ second, 1 }, &r);
	if (good) {
		u->cookie = str_fmt(w->mem, "__Host-session=%.*s", STR_ARG(client_cookie(&r, S("__Host-session"))));
		good = client_ask(c, w->mem, &(struct client_req){ .method = "GET", .path = client_header(&r, S("Location")),
		    .cookie = u->cookie }, &r) == OK;
		/* The page behind / is one's own; each has a form: the one of signing out. */
		while (good && r.status == 303)
			good = client_ask(c, w->mem, &(struct client_req){ .method = "GET",
			    .path = client_header(&r, S("Location")), .cookie = u->cookie }, &r) == OK;
		good = good && r.status == 200 && read_csrf(r.body, &u->csrf);
	}
	client_free(c);
	return good || failed(err, "cannot sign in", u->login);
}
