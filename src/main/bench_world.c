/* main/bench_world.c: see bench.h: data folder, people, signing in. */
#include "main/bench.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "domain/reference.h"
#include "fmt/form.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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
bench_db_path(const struct bench_world *w)
{
	const char *address = getenv("HERSYS_DATABASE");

	if (address != NULL && address[0] != '\0')
		return str_of(address);
	return str_fmt(w->mem, "%.*s/hersys.db", STR_ARG(w->dir));
}

/* Whole, or nothing to speak of; a file system that can shares the blocks. */
static bool
copy_file(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t n = -1;

	while (in >= 0 && out >= 0 && (n = copy_file_range(in, NULL, out, NULL, (size_t)1 << 30, 0)) > 0)
		;
	/* Else the first measurement would pay for writing the copy out. */
	bool good = n == 0 && fsync(out) == 0;
	if (in >= 0)
		close(in);
	return out >= 0 && close(out) == 0 && good;
}

/* The files of a folder, and those of the folders in it down to `depth`; what is no file (a socket) stays. */
static bool
copy_folder(struct arena *mem, const char *from, const char *to, int depth)
{
	struct dirent **list;
	int n = scandir(from, &list, NULL, NULL);
	bool good = n >= 0;

	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;
		char *in = str_z(mem, str_fmt(mem, "%s/%s", from, name)), *out = str_z(mem, str_fmt(mem, "%s/%s", to, name));
		struct stat st;
		if (!good || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || str_ends(str_of(name), S(".lock"))
		    || lstat(in, &st) != 0)
			;
		else if (S_ISREG(st.st_mode))
			good = copy_file(in, out);
		else if (S_ISDIR(st.st_mode) && depth > 0)
			good = mkdir(out, 0700) == 0 && copy_folder(mem, in, out, depth - 1);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	return good;
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
	uint32_t run = crypt_random_below(1000000);
	struct str org[BENCH_DOCTORS], secret;
	struct actor who = actor_console();
	size_t n = pick_orgs(st, w->mem, org, want < BENCH_DOCTORS ? want : BENCH_DOCTORS);
	enum text_id bad;

	for (size_t i = 0; i < n; i++) {
		struct bench_user *u = &w->user[w->users++];
		char *raw = arena_alloc(w->mem, 20);
		crypt_random(raw, 20);
		*u = (struct bench_user){ .login = str_fmt(w->mem, "bench%06u-%02zu", run, i + 1), .org = org[i],
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

/* "login<TAB>password<TAB>secret<TAB>…" */
static bool
read_login(struct arena *mem, struct str line, struct bench_user *u)
{
	struct str secret;

	return str_cut(&line, '\t', &u->login) && str_cut(&line, '\t', &u->password) && str_cut(&line, '\t', &secret)
	    && crypt_unbase32(mem, secret, &u->totp);
}

/* Only a demonstration has them: no other folder is ever measured. */
static bool
read_logins(struct bench_world *w, FILE *err)
{
	char line[1000];
	FILE *f = fopen(str_z(w->mem, str_fmt(w->mem, "%.*s/demo-logins", STR_ARG(w->dir))), "re");

	if (f == NULL)
		return bench_failed(err, "no demo-logins in the folder", w->dir);
	while (w->users < DEMO_LOGINS && fgets(line, sizeof line, f) != NULL)
		if (read_login(w->mem, str_dup(w->mem, str_trim(str_of(line))), &w->user[w->users]))
			w->users++;
	fclose(f);
	return w->users > 0 || bench_failed(err, "demo-logins holds no login", w->dir);
}

/* Where everybody belongs. */
static bool
read_orgs(struct bench_world *w, struct store *st)
{
	struct reader *rd = reader_new(st);
	struct tx *tx = read_begin(rd, w->mem, S(""));
	struct rows r;
	size_t found = 0;

	for (size_t i = 0; i < w->users; i++)
		if (tx_one(tx, &r, Q_account_by_login, DBS(DT(w->user[i].login)))) {
			w->user[i].org = str_dup(w->mem, row_text(&r, "org"));
			rows_close(&r);
			found++;
		}
	bool good = read_end(tx) == OK && found == w->users;
	reader_free(rd);
	return good;
}

static bool
use_base(struct bench_world *w, const struct bench_opts *o, FILE *err)
{
	if (o->in_place) {
		w->dir = o->base;
		return read_logins(w, err);
	}
	if (!make_folder(w, o))
		return bench_failed(err, "cannot make a folder", str_of(strerrordesc_np(errno)));
	if (!copy_folder(w->mem, str_z(w->mem, o->base), str_z(w->mem, w->dir), 1))
		return bench_failed(err, "cannot copy the folder", o->base);
	return read_logins(w, err);
}

static bool
add_to_base(struct bench_world *w, struct store *st, size_t doctors, struct str *why)
{
	struct keyring keys = { .idle_ms = 1800000, .life_ms = 43200000 };

	return keyring_open(w->mem, w->dir, false, &keys, why) == OK && add_doctors(w, st, &keys, doctors);
}

bool
bench_world_make(struct bench_world *w, struct arena *mem, const struct bench_opts *o, size_t doctors, FILE *err)
{
	struct store *st;
	struct str why = S("");

	*w = (struct bench_world){ .mem = mem, .address = S("127.0.0.1"), .connections = (unsigned)o->clients + 128 };
	if (o->base.n > 0 ? !use_base(w, o, err) : !make_folder(w, o))
		return o->base.n > 0 ? false : bench_failed(err, "cannot make a folder", str_of(strerrordesc_np(errno)));
	w->log = str_fmt(mem, "%.*s/server.log", STR_ARG(w->dir));
	struct store_opts so = { .path = bench_db_path(w), .cache_mib = 256 };
	if (store_open(mem, &so, &st, &why) != OK)
		return bench_failed(err, "the store", why);
	bool good = o->base.n > 0 ? add_to_base(w, st, doctors, &why) : fill(w, st, o, doctors, &why);
	good = good && read_orgs(w, st);
	store_close(st);
	return good || bench_failed(err, "the demonstration", why);
}

bool
bench_world_attach(struct bench_world *w, struct arena *mem, const struct bench_opts *o, FILE *err)
{
	struct str at = o->at, address, why = S("its database");
	struct store *st;
	int64_t port = 0;

	*w = (struct bench_world){ .mem = mem, .dir = o->folder };
	if (!read_logins(w, err))
		return false;
	if (store_open_reading(mem, bench_db_path(w), &st, &why) != OK)
		return bench_failed(err, "cannot read the folder", why);
	bool good = read_orgs(w, st);
	store_close(st);
	if (!good)
		return bench_failed(err, "logins without an account in", o->folder);
	if (!str_cut(&at, ':', &address) || at.p == NULL || !str_int(at, &port) || !str_starts(address, S("127.")))
		return bench_failed(err, "--at wants 127.0.0.1:PORT", o->at);
	w->address = address;
	w->port = (int)port;
	return true;
}

void
bench_world_end(struct bench_world *w, FILE *err)
{
	bench_server_stop(w, err);
	if (w->own && !remove_folder(w->mem, str_z(w->mem, w->dir), 2))
		bench_failed(err, "cannot remove the folder", w->dir);
	w->own = false;
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

static bool
sign_in(struct bench_world *w, struct bench_user *u)
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
	return good;
}

bool
bench_sign_in(struct bench_world *w, struct bench_user *u, FILE *err)
{
	if (sign_in(w, u))
		return true;
	/* A code is good once: the run before this one on the same folder may have used it. */
	int64_t left = 30000 - clock_now() % 30000 + 50;
	nanosleep(&(struct timespec){ .tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000 }, NULL);
	return sign_in(w, u) || bench_failed(err, "cannot sign in", u->login);
}

bool
bench_sign_in_all(struct bench_world *w, size_t from, size_t until, FILE *err)
{
	for (size_t i = from; i < until; i++)
		if (!bench_sign_in(w, &w->user[i], err))
			return false;
	return true;
}
