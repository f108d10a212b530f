/* test/unit/reference_world.c: see reference_world.h. */
#include "reference_world.h"

#include "domain/reference.h"
#include "remote.h"

#include <dirent.h>
#include <iconv.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

static char template_dir[200];
static char template_address[400];      /* on PostgreSQL */

static void
folder_remove(const char *dir)
{
	char path[600];
	DIR *d = opendir(dir);

	if (d == NULL)
		return;
	for (struct dirent *e; (e = readdir(d)) != NULL;) {
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (e->d_name[0] != '.')
			unlink(path);
	}
	closedir(d);
	rmdir(dir);
}

static void
folder_make(char *out, size_t n)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(out, n, "%s/hersys-ref-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(out) == NULL)
		BUG("no folder for a test");
}

__attribute__((destructor)) static void
template_remove(void)
{
	if (template_dir[0] != '\0')
		folder_remove(template_dir);
}

static struct store *
open_at(struct arena *mem, struct str path)
{
	struct store *st;
	struct str why = S("");

	if (store_open(mem, &(struct store_opts){ .path = path, .cache_mib = 16, .twice = true }, &st, &why) != OK) {
		test_fail(__FILE__, __LINE__, "store_open", why, S("a store"));
		BUG("no store to test");
	}
	return st;
}

static void
template_make(struct arena *mem)
{
	struct str why = S(""), path;
	struct store *st;

	if (template_dir[0] != '\0')
		return;
	folder_make(template_dir, sizeof template_dir);
	path = remote() ? remote_database(mem, S("")) : str_fmt(mem, "%s/db", template_dir);
	snprintf(template_address, sizeof template_address, "%.*s", STR_ARG(path));
	st = open_at(mem, path);
	if (reference_init(st, mem, &why) != OK) {
		test_fail(__FILE__, __LINE__, "reference_init", why, S("loaded"));
		BUG("no reference tables to test with");
	}
	store_close(st);
}

struct str
ref_world_read(struct arena *mem, struct str path)
{
	FILE *f = fopen(str_z(mem, path), "rb");
	struct buf b = buf_new(mem);
	size_t n;

	if (f == NULL)
		return S("");
	while ((n = fread(buf_room(&b, 65536), 1, 65536, f)) > 0)
		b.n += n;
	fclose(f);
	return buf_str(&b);
}

struct str
ref_world_file(struct arena *mem, struct ref_world *w, const char *name, struct str bytes)
{
	struct str path = str_fmt(mem, "%.*s/%s", STR_ARG(w->dir), name);
	FILE *f = fopen(path.p, "wb");

	if (f == NULL || fwrite(bytes.p, 1, bytes.n, f) != bytes.n || fclose(f) != 0)
		BUG("cannot write a file of a test");
	return path;
}

struct ref_world
ref_world_empty(struct arena *mem)
{
	char dir[200];
	struct ref_world w = { 0 };

	folder_make(dir, sizeof dir);
	w.dir = str_dup(mem, str_of(dir));
	w.path = remote() ? remote_database(mem, S("")) : str_fmt(mem, "%s/db", dir);
	w.st = open_at(mem, w.path);
	return w;
}

struct ref_world
ref_world_new(struct arena *mem)
{
	char dir[200];
	struct ref_world w = { 0 };

	template_make(mem);
	folder_make(dir, sizeof dir);
	w.dir = str_dup(mem, str_of(dir));
	if (remote())
		w.path = remote_database(mem, str_of(template_address));
	else
		w.path = ref_world_file(mem, &w, "db", ref_world_read(mem, str_fmt(mem, "%s/db", template_dir)));
	w.st = open_at(mem, w.path);
	return w;
}

static void
look_end(struct ref_world *w)
{
	if (w->tx != NULL && read_end(w->tx) != OK)
		BUG("a test could not read");
	if (w->rd != NULL)
		reader_free(w->rd);
	w->tx = NULL;
	w->rd = NULL;
}

void
ref_world_forget(struct arena *mem, struct ref_world *w)
{
	look_end(w);
	store_close(w->st);
	if (remote())
		remote_drop(mem, w->path);
	folder_remove(str_z(mem, w->dir));
}

struct tx *
ref_world_look(struct arena *mem, struct ref_world *w)
{
	look_end(w);
	w->rd = reader_new(w->st);
	w->tx = read_begin(w->rd, mem, S(""));
	return w->tx;
}

struct str
ref_world_text(struct arena *mem, struct ref_world *w, const char *sql)
{
	struct str out = S("(none)");
	sqlite3 *db;
	sqlite3_stmt *q = NULL;

	if (remote())
		return remote_run(mem, w->path, sql, &out) ? out : S("(none)");
	if (sqlite3_open_v2(str_z(mem, w->path), &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK
	    && sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) == SQLITE_OK
	    && sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		out = str_dup(mem, str_of((const char *)sqlite3_column_text(q, 0)));
	else if (q == NULL)
		printf("%s: %s\n", sql, sqlite3_errmsg(db));
	sqlite3_finalize(q);
	sqlite3_close(db);
	return out;
}

int64_t
ref_world_int(struct arena *mem, struct ref_world *w, const char *sql)
{
	int64_t n;

	return str_int(ref_world_text(mem, w, sql), &n) ? n : -1;
}

struct str
ref_world_cp932(struct arena *mem, struct str s)
{
	iconv_t cd = iconv_open("CP932", "UTF-8");
	size_t room = 2 * s.n + 16, rest = s.n, left = room;
	char *out = arena_alloc(mem, room), *to = out, *from = (char *)(uintptr_t)s.p;

	if (cd == (iconv_t)-1 || iconv(cd, &from, &rest, &to, &left) == (size_t)-1)
		BUG("a text of a test does not fit into CP932");
	iconv_close(cd);
	return (struct str){ out, room - left };
}
