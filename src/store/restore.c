/* store/restore.c: see restore.h. The form of a part stands in ship.c. */
#include "store/restore.h"

#include "base/age.h"
#include "base/buf.h"
#include "base/date.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANIFEST_MOST 8192
#define LINE_MOST 4096
#define FILE_MOST (1 << 20)
#define SERIES_MOST 4096
#define PARTS_MOST 1000000

struct restoring {
	struct arena *mem;
	const struct restore_opts *o;
	struct restored *out;
	struct str *why;
	int db;
};

static enum err
say(struct restoring *r, enum err e, struct str sentence)
{
	*r->why = sentence;
	return e;
}

static struct str
below(struct arena *mem, struct str folder, struct str name)
{
	return str_fmt(mem, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
}

/* ---- manifests ---- */

static enum err
text_read(struct restoring *r, struct str path, struct str *out)
{
	int fd = open(str_z(r->mem, path), O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	ssize_t k = 0;

	if (fd < 0)
		return errno == ENOENT ? E_NOTFOUND : E_IO;
	char *p = arena_alloc(r->mem, MANIFEST_MOST + 1);
	while (n <= MANIFEST_MOST && (k = read(fd, p + n, MANIFEST_MOST + 1 - n)) > 0)
		n += (size_t)k;
	close(fd);
	*out = (struct str){ p, n };
	return k < 0 ? E_IO : n > MANIFEST_MOST ? E_FORMAT : OK;
}

/* The manifest of a part, whoever signed it; what it follows is not looked at. */
static enum err
manifest_get(struct restoring *r, struct str series, int64_t number, struct manifest *m, struct str *signer, struct sha256 *hash)
{
	struct str name = below(r->mem, series, part_name(r->mem, number, "manifest")), text, why = S("");
	enum err e = text_read(r, below(r->mem, r->o->from, name), &text);

	if (e == E_NOTFOUND)
		return say(r, E_FORMAT, str_fmt(r->mem, "%.*s is missing: nothing after it can be restored", STR_ARG(name)));
	if (e == OK && (e = manifest_read(r->mem, text, m, signer, &why)) != OK)
		return say(r, e, str_fmt(r->mem, "%.*s %.*s", STR_ARG(name), STR_ARG(why)));
	if (e != OK)
		return say(r, e, str_fmt(r->mem, "%.*s cannot be read", STR_ARG(name)));
	*hash = manifest_hash(text);
	return OK;
}

/* The highest number in a series; -1 when there is none. */
static int64_t
last_part(struct restoring *r, struct str series)
{
	DIR *d = opendir(str_z(r->mem, below(r->mem, r->o->from, series)));
	struct dirent *x;
	int64_t last = -1;

	while (d != NULL && (x = readdir(d)) != NULL) {
		int64_t n = part_number(str_of(x->d_name));
		last = n > last && n < PARTS_MOST ? n : last;
	}
	if (d != NULL)
		closedir(d);
	return last;
}

static int
newest_first(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)b, *(const struct str *)a);
}

/* The newest series whose first generation is not later than the moment wanted. */
static enum err
series_choose(struct restoring *r, struct str *out)
{
	DIR *d = opendir(str_z(r->mem, r->o->from));
	struct str *name = NEWN(r->mem, struct str, SERIES_MOST), signer;
	struct manifest m;
	struct sha256 hash;
	struct dirent *x;
	size_t n = 0;

	if (d == NULL)
		return say(r, E_NOTFOUND, str_fmt(r->mem, "%.*s cannot be read: %s", STR_ARG(r->o->from), strerror(errno)));
	while (n < SERIES_MOST && (x = readdir(d)) != NULL)
		if (series_name_ok(str_of(x->d_name)))
			name[n++] = str_dup(r->mem, str_of(x->d_name));
	closedir(d);
	qsort(name, n, sizeof *name, newest_first);
	for (size_t i = 0; i < n; i++) {
		*out = name[i];
		if (last_part(r, name[i]) < 1) {
			r->o->tell(r->o->arg, str_fmt(r->mem, "%.*s is passed over: its base has no generation yet", STR_ARG(name[i])));
			continue;
		}
		if (r->o->at == INT64_MAX)
			return OK;
		enum err e = manifest_get(r, name[i], 1, &m, &signer, &hash);
		if (e != OK || m.at <= r->o->at)
			return e;
	}
	return say(r, E_NOTFOUND, n == 0 ? str_fmt(r->mem, "there is no backup in %.*s", STR_ARG(r->o->from))
	    : S("no state of the backup is that early"));
}

/* ---- the inside of a part ---- */

enum stage { AT_HEAD, AT_LINE, AT_FILE, AT_PAGES, AT_END };

struct inside {
	struct restoring *r;
	const struct manifest *m;
	struct buf text;                /* not understood yet: from `at` on */
	size_t at;
	enum stage stage;
	struct str file;                /* AT_FILE */
	int64_t left;                   /* bytes of the file, or pages */
	int64_t total;                  /* pages of the database afterwards */
	struct str wrong;               /* why it was given up */
	enum err err;
};

static bool
give_up(struct inside *in, enum err e, struct str why)
{
	in->err = e;
	in->wrong = why;
	return false;
}

static bool
disk(struct inside *in)
{
	int no = errno;

	return give_up(in, no == ENOSPC || no == EDQUOT ? E_FULL : E_IO, str_fmt(in->r->mem, "cannot write: %s", strerror(no)));
}

static struct str
ahead(const struct inside *in)
{
	return (struct str){ in->text.p + in->at, in->text.n - in->at };
}

static bool
pages_line(struct inside *in, struct str rest)
{
	struct str size, count, total;
	int64_t n;

	if (!str_cut(&rest, ' ', &size) || !str_cut(&rest, ' ', &count) || !str_cut(&rest, ' ', &total) || rest.p != NULL
	    || !str_int(size, &n) || n != in->m->page_size || n < 512 || n > 65536
	    || !str_int(count, &in->left) || in->left != in->m->pages || !str_int(total, &in->total) || in->total != in->m->db_pages)
		return give_up(in, E_FORMAT, S("does not hold what its manifest says"));
	in->stage = AT_PAGES;
	return true;
}

static bool
file_line(struct inside *in, struct str rest)
{
	struct str name, size;

	if (!str_cut(&rest, ' ', &name) || !str_cut(&rest, ' ', &size) || !str_int(size, &in->left) || in->left < 0
	    || in->left > FILE_MOST)
		return give_up(in, E_FORMAT, S("cannot be understood"));
	in->stage = AT_FILE;
	/* Only names that we know: nothing may be written elsewhere. */
	for (size_t i = 0; i < in->r->o->n_files; i++)
		if (str_eq(in->r->o->files[i], name)) {
			in->file = in->r->o->files[i];
			return true;
		}
	return give_up(in, E_FORMAT, S("holds a file that is none of a data folder"));
}

static bool
line(struct inside *in, struct str s)
{
	if (in->stage == AT_HEAD) {
		in->stage = AT_LINE;
		return str_eq(s, S("hersys-backup 1")) || give_up(in, E_FORMAT, S("is no part of a backup"));
	}
	if (str_starts(s, S("file ")))
		return file_line(in, str_sub(s, 5, s.n));
	if (str_starts(s, S("pages ")))
		return pages_line(in, str_sub(s, 6, s.n));
	return give_up(in, E_FORMAT, S("cannot be understood"));
}

static bool
file_put(struct inside *in, struct str data)
{
	struct arena *mem = in->r->mem;
	struct str path = below(mem, in->r->o->into, in->file);
	size_t slash = str_find(in->file, '/', 0);

	if (slash < in->file.n && mkdir(str_z(mem, below(mem, in->r->o->into, str_sub(in->file, 0, slash))), 0700) != 0
	    && errno != EEXIST)
		return disk(in);
	int fd = open(str_z(mem, path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return disk(in);
	bool good = write(fd, data.p, data.n) == (ssize_t)data.n && fsync(fd) == 0;
	if (close(fd) != 0 || !good)
		return disk(in);
	in->stage = AT_LINE;
	return true;
}

static bool
page_put(struct inside *in, const char *p)
{
	uint32_t number = 0;
	size_t n = (size_t)in->m->page_size;

	for (int i = 0; i < 4; i++)
		number = number << 8 | (unsigned char)p[i];
	if (number == 0)
		return give_up(in, E_FORMAT, S("cannot be understood"));
	if (pwrite(in->r->db, p + 4, n, (off_t)(number - 1) * (off_t)n) != (ssize_t)n)
		return disk(in);
	in->r->out->pages++;
	return true;
}

/* One thing more of what is there; false when more is needed, or it was given up. */
static bool
inside_step(struct inside *in)
{
	struct str s = ahead(in);
	size_t want;

	switch (in->stage) {
	case AT_HEAD:
	case AT_LINE:
		want = str_find(s, '\n', 0);
		if (want == s.n)
			return s.n > LINE_MOST ? give_up(in, E_FORMAT, S("cannot be understood")) : false;
		in->at += want + 1;
		return line(in, str_sub(s, 0, want));
	case AT_FILE:
		if (s.n < (size_t)in->left)
			return false;
		in->at += (size_t)in->left;
		return file_put(in, str_sub(s, 0, (size_t)in->left));
	case AT_PAGES:
		want = in->left > 0 ? 4 + (size_t)in->m->page_size : 4;
		if (s.n < want)
			return false;
		in->at += want;
		if (in->left > 0) {
			in->left--;
			return page_put(in, s.p);
		}
		in->stage = AT_END;
		return str_starts(s, S("end\n")) || give_up(in, E_FORMAT, S("cannot be understood"));
	case AT_END:
		return s.n > 0 ? give_up(in, E_FORMAT, S("goes on after its end")) : false;
	}
	return false;
}

static bool
inside_take(void *arg, const void *p, size_t n)
{
	struct inside *in = arg;
	size_t left = in->text.n - in->at;

	if (left > 0 && in->at > 0)
		memmove(in->text.p, in->text.p + in->at, left);
	in->text.n = left;
	in->at = 0;
	buf_put(&in->text, (struct str){ p, n });
	while (inside_step(in))
		;
	return in->err == OK;
}

/* ---- a part ---- */

static ssize_t
sealed_read(void *arg, void *p, size_t n)
{
	const int *fd = arg;
	ssize_t k;

	do {
		k = read(*fd, p, n);
	} while (k < 0 && errno == EINTR);
	return k;
}

static bool
same(const struct sha256 *a, const struct sha256 *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* What became of a part: the bytes first, then the key, then what is inside. */
static enum err
part_judge(struct restoring *r, struct str name, const struct inside *in, enum err e, const struct age_sums *sums, struct str said)
{
	const struct manifest *m = in->m;

	if (in->err != OK)
		return say(r, in->err, str_fmt(r->mem, "%.*s %.*s", STR_ARG(name), STR_ARG(in->wrong)));
	if (e == E_IO || e == E_NOTFOUND)
		return say(r, e, said.n > 0 ? said : str_fmt(r->mem, "%.*s cannot be read", STR_ARG(name)));
	if (!same(&sums->in_hash, &m->sealed))
		return say(r, E_FORMAT, str_fmt(r->mem, "%.*s is not the file that its manifest names: its SHA-256 differs", STR_ARG(name)));
	if (e != OK)
		return say(r, E_FORMAT, str_fmt(r->mem, "%.*s cannot be opened with this key: %.*s", STR_ARG(name), STR_ARG(said)));
	if (!same(&sums->out_hash, &m->plain) || sums->out != m->plain_bytes || in->stage != AT_END)
		return say(r, E_FORMAT, str_fmt(r->mem, "%.*s does not hold what its manifest says", STR_ARG(name)));
	return OK;
}

static enum err
part_lay(struct restoring *r, struct arena *mem, struct str series, const struct manifest *m)
{
	struct str name = below(r->mem, series, part_name(r->mem, m->number, "age")), said = S("");
	struct inside in = { .r = r, .m = m, .text = buf_new(mem) };
	struct age_sums sums = { 0 };
	struct stat st;
	int fd = open(str_z(mem, below(mem, r->o->from, name)), O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return say(r, E_FORMAT, str_fmt(r->mem, "%.*s is missing or cannot be read: %s", STR_ARG(name), strerror(errno)));
	if (fstat(fd, &st) != 0 || st.st_size != m->sealed_bytes) {
		close(fd);
		return say(r, E_FORMAT, str_fmt(r->mem, "%.*s has %lld bytes, its manifest says %lld", STR_ARG(name), (long long)st.st_size,
		    (long long)m->sealed_bytes));
	}
	enum err e = age_open(mem, r->o->identity, (struct age_in){ sealed_read, &fd }, (struct age_out){ inside_take, &in }, &sums, &said);
	close(fd);
	r->out->bytes += sums.out;
	r->out->parts++;
	if ((e = part_judge(r, name, &in, e, &sums, said)) != OK)
		return e;
	if (in.total > 0 && ftruncate(r->db, (off_t)in.total * (off_t)m->page_size) != 0)
		return say(r, E_IO, str_fmt(r->mem, "cannot write: %s", strerror(errno)));
	return OK;
}

/* ---- a series ---- */

static enum err
signer_ok(struct restoring *r, int64_t number, struct str series, struct str signer)
{
	struct str want = r->o->signer.n > 0 ? r->o->signer : r->out->signer;

	if (want.n == 0 || str_eq_case(want, signer)) {
		r->out->signer = signer;
		return OK;
	}
	return say(r, E_FORMAT, str_fmt(r->mem, "%.*s/%.*s was signed by another key: %.*s", STR_ARG(series),
	    STR_ARG(part_name(r->mem, number, "manifest")), STR_ARG(signer)));
}

/* The manifests 0 to `last`, each after the one before. *n of them are not later than the moment wanted. */
static enum err
series_read(struct restoring *r, struct str series, int64_t last, struct manifest *m, int64_t *n)
{
	struct sha256 before = { { 0 } }, hash;
	struct str signer, why;

	*n = 0;
	for (int64_t i = 0; i <= last; i++) {
		enum err e = manifest_get(r, series, i, &m[i], &signer, &hash);
		if (e == OK && !manifest_follows(r->mem, &m[i], series, i, &before, &why))
			e = say(r, E_FORMAT, str_fmt(r->mem, "%.*s/%.*s %.*s", STR_ARG(series), STR_ARG(part_name(r->mem, i, "manifest")),
			    STR_ARG(why)));
		if (e == OK)
			e = signer_ok(r, i, series, signer);
		if (e != OK)
			return e;
		/* What comes later than the moment wanted may be damaged: it is not needed. */
		if (m[i].at > r->o->at && i > 1)
			return OK;
		*n = i + 1;
		before = hash;
	}
	return OK;
}

static enum err
series_lay(struct restoring *r, struct str series, const struct manifest *m, int64_t n)
{
	struct arena *mem = arena_new(1 << 20);
	enum err e = OK;

	for (int64_t i = 0; i < n && e == OK; i++) {
		e = m[i].page_size == m[0].page_size ? part_lay(r, mem, series, &m[i])
		    : say(r, E_FORMAT, S("the parts of the series do not fit each other"));
		arena_reset(mem);
	}
	arena_free(mem);
	return e;
}

static enum err
db_open(struct restoring *r)
{
	struct str path = below(r->mem, r->o->into, r->o->db);

	r->db = open(str_z(r->mem, path), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return r->db >= 0 ? OK : say(r, E_IO, str_fmt(r->mem, "cannot make %.*s: %s", STR_ARG(path), strerror(errno)));
}

enum err
restore(struct arena *mem, const struct restore_opts *o, struct restored *out, struct str *why)
{
	struct restoring r = { .mem = mem, .o = o, .out = out, .why = why, .db = -1 };
	struct str series;
	int64_t n = 0;

	*out = (struct restored){ .signer = S("") };
	*why = S("");
	enum err e = series_choose(&r, &series);
	if (e != OK)
		return e;
	int64_t last = last_part(&r, series);
	struct manifest *m = NEWN(mem, struct manifest, (size_t)last + 1);
	if ((e = series_read(&r, series, last, m, &n)) != OK || (e = db_open(&r)) != OK)
		return e;
	e = series_lay(&r, series, m, n);
	if (e == OK && fsync(r.db) != 0)
		e = say(&r, E_IO, str_fmt(mem, "cannot write: %s", strerror(errno)));
	/* Nobody has it open yet: SQLite comes after us. */
	close(r.db);
	out->series = series;
	out->state = m[n - 1];
	return e;
}
