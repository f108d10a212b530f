/* store/ship.c: see ship.h.
 *
 * A part before it is sealed:
 *     hersys-backup 1
 *     file NAME SIZE          then SIZE bytes, for each other file (in a base)
 *     pages SIZE COUNT TOTAL  then COUNT times a number (4 bytes, the highest first) and a page; TOTAL pages of the
 *                             database afterwards, 0: as before
 *     end
 */
#include "store/ship.h"

#include "base/age.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/file.h"
#include "store/manifest.h"
#include "store/open.h"
#include "store/tap.h"
#include "store/target.h"
#include "store/tx.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH ((size_t)512 << 10)       /* bytes of pages read at once */

struct waiting {        /* a closed segment that a series has not shipped yet */
	struct waiting *next;
	struct segment *s;
};

struct series {
	struct arena *mem;
	struct str name, folder;
	int64_t next;           /* the number of the next part */
	struct sha256 before;
	int64_t page_size, db_pages;    /* of the base */
	struct waiting *first, **last;
};

struct ship {
	struct arena *mem;
	struct ship_opts o;
	struct sign_key key;
	struct reader *rd;
	struct conn *raw;
	struct tap *tap;                /* NULL: nothing is followed */
	struct tap_gauge gauge;         /* unless the options bring one */
	struct series *now, *coming;    /* the series that goes on; the one whose base is being copied */
	struct ship_stats stats;
	int64_t cut_mono;               /* when the last cut was made */
	char said[512];                 /* why the last call failed */
};

/* ---- files ---- */

static enum err
err_now(void)
{
	return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? E_FULL : errno == ENOENT ? E_NOTFOUND : E_IO;
}

static enum err
told(struct arena *mem, struct str *why, const char *what, struct str path)
{
	int no = errno;
	enum err e = err_now();

	*why = str_fmt(mem, "cannot %s %.*s: %s", what, STR_ARG(path), strerror(no));
	return e;
}

static bool
write_out(void *arg, const void *bytes, size_t n)
{
	const int *fd = arg;

	return file_write(*fd, bytes, n);
}

static bool
sync_folder(struct arena *mem, struct str folder)
{
	int fd = open(str_z(mem, folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return false;
	bool good = fsync(fd) == 0;
	return close(fd) == 0 && good;
}

/* ---- the key that signs ---- */

static enum err
key_make(struct arena *mem, struct str path, struct sign_key *key)
{
	int fd = open(str_z(mem, path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_now();
	crypt_sign_key(key->pub, key->sec);
	bool good = file_write(fd, key, sizeof *key) && fsync(fd) == 0;
	return close(fd) == 0 && good ? OK : E_IO;
}

static enum err
key_open(struct ship *s, struct str *why)
{
	struct str path = str_cat(s->mem, s->o.data, S("/keys/backup-sign.key")), raw;
	enum err e = file_whole(s->mem, path, &raw);

	if (e == E_NOTFOUND)
		e = key_make(s->mem, path, &s->key);
	else if (e == OK && raw.n == sizeof s->key)
		memcpy(&s->key, raw.p, raw.n);
	else
		e = E_FORMAT;
	if (e != OK)
		*why = str_fmt(s->mem, "the key %.*s cannot be read or made", STR_ARG(path));
	return e;
}

/* ---- what goes into a part ---- */

struct feed {
	struct ship *s;
	struct buf out;                 /* not taken yet: from `at` on */
	size_t at;
	bool (*more)(struct feed *f);   /* next bytes into `out`; false: give up, `err` says why */
	bool done;
	enum err err;
	char *batch;

	/* a base */
	int64_t page, pages, page_size;
	/* a generation */
	struct waiting *seg;
	size_t frame;                   /* of seg */
	uint32_t seen;                  /* frames before that */
	uint32_t *last;                 /* by page: the last frame that holds it, counted from 1 */
	int64_t db_pages;
};

static ssize_t
feed_read(void *arg, void *p, size_t n)
{
	struct feed *f = arg;

	while (f->at == f->out.n && !f->done) {
		f->out.n = f->at = 0;
		if (!f->more(f))
			return -1;
	}
	if (n > f->out.n - f->at)
		n = f->out.n - f->at;
	if (n > 0)
		memcpy(p, f->out.p + f->at, n);
	f->at += n;
	return (ssize_t)n;
}

static void
put_page(struct feed *f, uint32_t number, const char *page)
{
	char *to = buf_room(&f->out, 4 + (size_t)f->page_size);

	for (int i = 0; i < 4; i++)
		to[i] = (char)(number >> (24 - 8 * i) & 0xff);
	memcpy(to + 4, page, (size_t)f->page_size);
	f->out.n += 4 + (size_t)f->page_size;
}

static bool
feed_end(struct feed *f)
{
	buf_put(&f->out, S("end\n"));
	f->done = true;
	return true;
}

static enum err cut(struct ship *s, struct arena *mem, struct manifest *m);
static void ease(struct ship *s, struct series *se);

/* The series before goes on while its successor's base is copied. */
static void
keep_pace(struct ship *s)
{
	int64_t since = clock_mono() - s->cut_mono;
	bool due = since >= s->o.every_ms, much = since >= 1000 && atomic_load(&s->o.gauge->held) > s->o.spool_bytes / 4;
	struct str why;

	if (s->now != NULL && (due || much)) {
		if (ship_log(s, &why) != OK)
			log_warn("backup.log", KV_S("series", s->coming->name));
	} else if (much) {
		struct arena *mem = arena_new(1 << 12);
		struct manifest unused;
		if (cut(s, mem, &unused) != OK)
			log_warn("backup.log", KV_S("series", s->coming->name));
		arena_free(mem);
	}
	if (much)
		ease(s, s->coming);
}

static bool
base_more(struct feed *f)
{
	struct ship *s = f->s;
	int64_t n = (int64_t)(BATCH / (size_t)f->page_size);

	if (f->page == f->pages)
		return feed_end(f);
	if ((s->o.stop != NULL && atomic_load(s->o.stop)) || atomic_load(&s->tap->broken) != OK) {
		f->err = E_BUSY;
		return false;
	}
	keep_pace(s);
	n = n < f->pages - f->page ? n : f->pages - f->page;
	f->err = store_engine(s->o.store)->copy->read(s->raw, f->batch, (size_t)(n * f->page_size), f->page * f->page_size);
	for (int64_t i = 0; f->err == OK && i < n; i++)
		put_page(f, (uint32_t)(f->page + i + 1), f->batch + i * f->page_size);
	f->page += n;
	return f->err == OK;
}

static bool
log_more(struct feed *f)
{
	while (f->seg != NULL && f->frame == f->seg->s->n) {
		f->seen += (uint32_t)f->seg->s->n;
		f->seg = f->seg->next;
		f->frame = 0;
	}
	if (f->seg == NULL)
		return feed_end(f);
	struct segment *g = f->seg->s;
	size_t stride = segment_stride(g), n = BATCH / stride;
	n = n < g->n - f->frame ? n : g->n - f->frame;
	if (!segment_read(g, f->frame, n, f->batch)) {
		f->err = E_IO;
		return false;
	}
	for (size_t i = 0; i < n; i++, f->frame++)
		if (g->page[f->frame] <= f->db_pages && f->last[g->page[f->frame]] == f->seen + f->frame + 1)
			put_page(f, g->page[f->frame], f->batch + i * stride + stride - (size_t)f->page_size);
	return true;
}

/* ---- a part ---- */

struct part_file {
	struct str part, whole;
	int fd;
};

static enum err
part_seal(struct ship *s, struct arena *mem, struct part_file *p, struct feed *f, struct age_sums *sums, struct str *why)
{
	p->fd = open(str_z(mem, p->part), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (p->fd < 0)
		return told(mem, why, "write", p->part);
	errno = 0;
	enum err e = age_seal(mem, s->o.recipient, (struct age_in){ feed_read, f }, (struct age_out){ write_out, &p->fd }, sums, why);
	if (e == E_IO && f->err != OK) {
		e = f->err;
		*why = str_fmt(mem, "the copy was ended: %s", err_name(e));
	} else if (e == E_IO) {
		e = told(mem, why, "write", p->part);
	}
	/* Sealed: the group may fetch it, whatever the umask of the server. */
	if (e == OK && (fchmod(p->fd, 0640) != 0 || fsync(p->fd) != 0))
		e = told(mem, why, "write", p->part);
	if (close(p->fd) != 0 && e == OK)
		e = told(mem, why, "write", p->part);
	return e;
}

static enum err
manifest_put(struct arena *mem, struct str part, struct str whole, struct str text, struct str *why)
{
	int fd = open(str_z(mem, part), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return told(mem, why, "write", part);
	bool good = file_write(fd, text.p, text.n) && fchmod(fd, 0640) == 0 && fsync(fd) == 0;
	enum err e = good ? OK : told(mem, why, "write", part);
	close(fd);
	if (e == OK && rename(str_z(mem, part), str_z(mem, whole)) != 0)
		e = told(mem, why, "write", whole);
	return e;
}

/* Seal what `f` gives as the next part. The manifest comes last: what has none is not there. A name that was given
 * is never written again. */
static enum err
part_put(struct ship *s, struct series *se, struct arena *mem, struct manifest *m, struct feed *f, struct str *why)
{
	struct str at = str_fmt(mem, "%.*s/", STR_ARG(se->folder)), hidden = str_fmt(mem, "%.*s/.", STR_ARG(se->folder));
	struct str sealed = part_name(mem, se->next, "age"), about = part_name(mem, se->next, "manifest"), text;
	struct part_file p = { .part = str_cat(mem, hidden, sealed), .whole = str_cat(mem, at, sealed) };
	struct age_sums sums = { 0 };
	enum err e = part_seal(s, mem, &p, f, &sums, why);

	m->series = se->name;
	m->number = se->next;
	m->before = se->before;
	if (e == OK && rename(str_z(mem, p.part), str_z(mem, p.whole)) != 0)
		e = told(mem, why, "write", p.whole);
	if (e == OK) {
		m->plain_bytes = sums.in;
		m->sealed_bytes = sums.out;
		m->plain = sums.in_hash;
		m->sealed = sums.out_hash;
		text = manifest_write(mem, m, &s->key);
		e = manifest_put(mem, str_cat(mem, hidden, about), str_cat(mem, at, about), text, why);
	}
	if (e == OK && !sync_folder(mem, se->folder))
		e = told(mem, why, "write", se->folder);
	if (e != OK) {
		unlink(str_z(mem, p.part));
		return e;
	}
	se->before = manifest_hash(text);
	se->next++;
	s->stats.shipped += sums.out + (int64_t)text.n;
	return OK;
}

/* ---- series ---- */

static struct series *
series_new(struct ship *s)
{
	struct arena *mem = arena_new(1 << 12);
	struct series *se = NEW(mem, struct series);

	se->mem = mem;
	se->name = target_next(mem, s->o.to);
	se->folder = str_fmt(mem, "%.*s/%.*s", STR_ARG(s->o.to), STR_ARG(se->name));
	se->last = &se->first;
	return se;
}

static void
series_add(struct series *se, struct segment *g)
{
	struct waiting *w = NEW(se->mem, struct waiting);

	w->s = g;
	g->users++;
	*se->last = w;
	se->last = &w->next;
}

static void
series_shipped(struct series *se)
{
	for (struct waiting *w = se->first; w != NULL; w = w->next)
		if (--w->s->users == 0)
			segment_free(w->s);
	se->first = NULL;
	se->last = &se->first;
}

static void
series_drop(struct series **at)
{
	if (*at == NULL)
		return;
	series_shipped(*at);
	arena_free((*at)->mem);
	*at = NULL;
}

/* ---- cuts ---- */

struct cut {
	struct ship *s;
	struct arena *mem;
	struct segment *g;
	struct tx *tx;          /* a snapshot of the moment */
	struct audit_head head;
	int64_t at, us;
};

/* On the keeper's thread: nobody commits meanwhile, so the snapshot is the state that the segment ends with. */
static enum err
cut_here(struct tx *keeper, void *arg)
{
	struct cut *c = arg;
	int64_t began = clock_mono_us();
	enum err e = keeper->eng->copy->drain(keeper->c);

	if (e != OK || (e = tap_cut(c->s->tap, &c->g)) != OK)
		return e;
	c->at = clock_now();
	c->tx = read_begin(c->s->rd, c->mem, S(""));
	c->head = audit_head_read(c->tx);
	c->us = clock_mono_us() - began;
	return OK;
}

/* Count what the snapshot holds, then let it go. */
static enum err
cut_count(struct cut *c, struct manifest *m)
{
	struct rows r;

	m->at = c->at;
	m->audit_seq = c->head.seq;
	m->audit_hash = c->head.hash;
	if (tx_one(c->tx, &r, Q_schema_last, NULL, 0)) {
		m->schema = row_int(&r, "step");
		rows_close(&r);
	}
	if (tx_one(c->tx, &r, Q_count_cases, NULL, 0)) {
		m->cases = row_int(&r, "cases");
		m->notifications = row_int(&r, "notifications");
		rows_close(&r);
	}
	return read_end(c->tx);
}

static void
give_up(struct ship *s, enum err why);

static enum err
cut(struct ship *s, struct arena *mem, struct manifest *m)
{
	struct cut c = { .s = s, .mem = mem };
	enum err e = store_apart(s->o.store, mem, cut_here, &c);

	s->cut_mono = clock_mono();
	if (c.us > s->stats.cut_us)
		s->stats.cut_us = c.us;
	if (c.g == NULL) {
		e = e != OK ? e : E_STORE;
		if (e != E_BUSY)
			give_up(s, e);
		return e;
	}
	if (s->now != NULL)
		series_add(s->now, c.g);
	if (s->coming != NULL)
		series_add(s->coming, c.g);
	return cut_count(&c, m);
}

/* ---- a generation ---- */

static size_t
frames_of(const struct series *se)
{
	size_t n = 0;

	for (struct waiting *w = se->first; w != NULL; w = w->next)
		n += w->s->n;
	return n;
}

/* Which frame is the last of its page? Counts the pages. */
static enum err
last_frames(struct series *se, struct arena *mem, struct feed *f)
{
	uint32_t seen = 0;

	for (struct waiting *w = se->first; w != NULL; w = w->next)
		if (w->s->db_pages > 0)
			f->db_pages = w->s->db_pages;
	f->last = NEWN(mem, uint32_t, (size_t)f->db_pages + 1);
	for (struct waiting *w = se->first; w != NULL; w = w->next)
		for (size_t i = 0; i < w->s->n; i++) {
			seen++;
			if (w->s->page[i] == 0 || w->s->page_size != f->page_size)
				return E_FORMAT;
			if (w->s->page[i] <= f->db_pages) {
				f->pages += f->last[w->s->page[i]] == 0;
				f->last[w->s->page[i]] = seen;
			}
		}
	return OK;
}

/* ---- while nothing can be shipped ---- */

/* Those of the list that nobody else wants; they come first. */
static size_t
own_frames(const struct series *se, struct waiting **end)
{
	struct waiting *w = se->first;
	size_t n = 0;

	for (; w != NULL && w->s->users == 1; w = w->next)
		n += w->s->n;
	*end = w;
	return n;
}

/* The last frame of each page of the segments before `end` into one. */
static enum err
squeeze(struct series *se, struct waiting *end, struct segment *into)
{
	struct arena *mem = arena_new(BATCH + 1024);
	char *batch = arena_alloc(mem, BATCH);
	uint32_t most = 0, seen = 0;
	enum err e = OK;

	for (struct waiting *w = se->first; w != end; w = w->next)
		for (size_t i = 0; i < w->s->n; i++)
			most = w->s->page[i] > most ? w->s->page[i] : most;
	uint32_t *last = NEWN(mem, uint32_t, (size_t)most + 1);
	for (struct waiting *w = se->first; w != end; w = w->next)
		for (size_t i = 0; i < w->s->n; i++)
			last[w->s->page[i]] = ++seen;
	seen = 0;
	for (struct waiting *w = se->first; w != end && e == OK; w = w->next) {
		size_t stride = segment_stride(w->s), much = BATCH / stride;
		for (size_t at = 0; at < w->s->n && e == OK; at += much) {
			size_t n = much < w->s->n - at ? much : w->s->n - at, kept = 0;
			if (!segment_read(w->s, at, n, batch))
				e = E_IO;
			for (size_t i = 0; e == OK && i < n; i++)
				if (last[w->s->page[at + i]] == ++seen)
					memmove(batch + kept++ * stride, batch + i * stride, stride);
			if (e == OK)
				e = segment_add(into, batch, kept);
		}
		if (w->s->db_pages > 0)
			into->db_pages = w->s->db_pages;
	}
	arena_free(mem);
	return e;
}

/* A target that is away, or a long base copy: what waits is brought down to one frame a page, so that hours need the
 * room of the pages that change in them, not of all changes. Each time only after it has doubled. */
static void
ease(struct ship *s, struct series *se)
{
	struct segment *one;
	struct waiting *end;
	size_t n = own_frames(se, &end);

	if (se->first == end || n < 2 * se->first->s->n || n == se->first->s->n
	    || atomic_load(&s->o.gauge->held) < s->o.spool_bytes / 4 || segment_make(s->tap, &one) != OK)
		return;
	one->page_size = (uint32_t)se->page_size;
	one->users = 1;
	if (squeeze(se, end, one) != OK) {
		segment_free(one);
		return;
	}
	for (struct waiting *w = se->first->next; w != end; w = w->next)
		segment_free(w->s);
	segment_free(se->first->s);
	se->first->s = one;
	se->first->next = end;
	if (end == NULL)
		se->last = &se->first->next;
	log_info("backup.eased", KV_N("frames", (int64_t)n), KV_N("left", (int64_t)one->n));
}

static enum err
generation_put(struct ship *s, struct series *se, struct arena *mem, struct manifest *m, struct str *why)
{
	struct feed f = { .s = s, .out = buf_new(mem), .more = log_more, .batch = arena_alloc(mem, BATCH), .seg = se->first,
		.page_size = se->page_size };
	enum err e = last_frames(se, mem, &f);

	if (e != OK) {
		*why = S("the log does not fit the base");
		return e;
	}
	buf_fmt(&f.out, "hersys-backup 1\npages %lld %lld %lld\n", (long long)f.page_size, (long long)f.pages, (long long)f.db_pages);
	m->page_size = f.page_size;
	m->pages = f.pages;
	m->db_pages = f.db_pages;
	if ((e = part_put(s, se, mem, m, &f, why)) == OK)
		series_shipped(se);
	return e;
}

/* The end of a series that cannot go on. */
static void
give_up(struct ship *s, enum err why)
{
	log_warn("backup.given_up", KV_S("series", s->now != NULL ? s->now->name : S("-")), KV_Z("error", err_name(why)));
	tap_break(s->tap, why);
	series_drop(&s->now);
}

static enum err
in_new_mem(struct ship *s, enum err (*fn)(struct ship *s, struct arena *mem, struct str *why), struct str *why)
{
	struct arena *mem = arena_new(1 << 20);
	struct str said = S("");
	enum err e = fn(s, mem, &said);

	said = str_sub(said, 0, sizeof s->said);
	if (said.n > 0)
		memcpy(s->said, said.p, said.n);
	*why = (struct str){ s->said, said.n };
	arena_free(mem);
	return e;
}

static enum err
log_put(struct ship *s, struct arena *mem, struct str *why)
{
	struct manifest m = { 0 };

	if (s->now == NULL) {
		*why = S("there is no series to go on with");
		return E_NOTFOUND;
	}
	enum err e = cut(s, mem, &m);
	if (e != OK) {
		*why = str_fmt(mem, "the log could not be followed: %s", err_name(e));
		return s->now == NULL ? E_NOTFOUND : e;
	}
	if (frames_of(s->now) == 0) {
		series_shipped(s->now);
		s->stats.at = m.at;
		return OK;
	}
	if ((e = generation_put(s, s->now, mem, &m, why)) != OK) {
		ease(s, s->now);
		return e;
	}
	s->stats.at = m.at;
	s->stats.number = m.number;
	return OK;
}

enum err
ship_log(struct ship *s, struct str *why)
{
	return in_new_mem(s, log_put, why);
}

/* ---- a base ---- */

static enum err
tap_here(struct tx *keeper, void *arg)
{
	struct ship *s = arg;

	return keeper->eng->copy->tap(keeper->c, s->tap);
}

static enum err
untap_here(struct tx *keeper, void *arg)
{
	(void)arg;
	return keeper->eng->copy->tap(keeper->c, NULL);
}

static void
untap(struct ship *s)
{
	struct arena *mem;
	enum err e;

	if (s->tap == NULL)
		return;
	mem = arena_new(1024);
	/* The tap must not go before the keeper has let it go. One that is ill has lost its connection, and the tap with it. */
	while ((e = store_apart(s->o.store, mem, untap_here, s)) == E_BUSY)
		usleep(10000);
	if (e != OK)
		log_warn("backup.untap", KV_Z("error", err_name(e)));
	series_drop(&s->now);
	series_drop(&s->coming);
	tap_free(s->tap);
	s->tap = NULL;
	arena_free(mem);
}

/* A tap that works; the one that is there goes on with what it has. */
static enum err
tap_ready(struct ship *s, struct arena *mem, struct str *why)
{
	enum err e = OK;

	if (s->tap != NULL && atomic_load(&s->tap->broken) != OK)
		untap(s);
	if (s->tap == NULL)
		e = tap_new(s->o.data, s->o.spool_bytes, s->o.gauge, &s->tap);
	if (e == OK)
		e = store_apart(s->o.store, mem, tap_here, s);
	if (e != OK)
		*why = str_fmt(mem, "the log cannot be followed: %s", err_name(e));
	return e;
}

static void
put_files(struct ship *s, struct arena *mem, struct buf *out)
{
	for (size_t i = 0; i < s->o.n_files; i++) {
		struct str name = s->o.files[i], data;
		if (file_whole(mem, str_fmt(mem, "%.*s/%.*s", STR_ARG(s->o.data), STR_ARG(name)), &data) != OK)
			continue;
		buf_fmt(out, "file %.*s %zu\n", STR_ARG(name), data.n);
		buf_put(out, data);
	}
}

static enum err
base_copy(struct ship *s, struct arena *mem, struct str *why)
{
	struct feed f = { .s = s, .out = buf_new(mem), .more = base_more, .batch = arena_alloc(mem, BATCH) };
	struct manifest m = { .at = clock_now() };
	int64_t bytes;
	enum err e = store_engine(s->o.store)->copy->size(s->raw, &bytes, &f.page_size);

	if (e != OK) {
		*why = S("the database's file cannot be read");
		return e;
	}
	f.pages = bytes / f.page_size;
	m.page_size = s->coming->page_size = f.page_size;
	m.pages = m.db_pages = f.pages;
	buf_put(&f.out, S("hersys-backup 1\n"));
	put_files(s, mem, &f.out);
	buf_fmt(&f.out, "pages %lld %lld %lld\n", (long long)f.page_size, (long long)f.pages, (long long)f.pages);
	return part_put(s, s->coming, mem, &m, &f, why);
}

static enum err
base_put(struct ship *s, struct arena *mem, struct str *why)
{
	struct manifest m = { 0 };
	int64_t began = clock_mono();
	enum err e = tap_ready(s, mem, why);

	if (e != OK)
		return e;
	s->coming = series_new(s);
	if (mkdir(str_z(mem, s->coming->folder), 0750) != 0 || chmod(str_z(mem, s->coming->folder), 0750) != 0)
		e = told(mem, why, "make the folder", s->coming->folder);
	if (e == OK && !sync_folder(mem, s->o.to))
		e = told(mem, why, "write", s->o.to);
	if (e == OK)
		e = base_copy(s, mem, why);
	if (e == OK && (e = cut(s, mem, &m)) != OK)
		*why = str_fmt(mem, "the log could not be followed: %s", err_name(e));
	if (e == OK)
		e = generation_put(s, s->coming, mem, &m, why);
	if (e != OK) {
		rmdir(str_z(mem, s->coming->folder));
		series_drop(&s->coming);
		/* Nobody would empty the tap. */
		if (s->now == NULL)
			untap(s);
		return e;
	}
	series_drop(&s->now);
	s->now = s->coming;
	s->coming = NULL;
	s->stats.at = m.at;
	s->stats.number = m.number;
	s->stats.base_mono = began;
	int64_t kept = target_prune(mem, s->o.to, s->now->name, s->o.keep_days);
	if (kept > 0)
		log_info("backup.kept", KV_N("series", kept), KV_Z("why", "the target does not let go of old ones"));
	return OK;
}

enum err
ship_base(struct ship *s, struct str *why)
{
	return in_new_mem(s, base_put, why);
}

/* ---- beginning and end ---- */

static enum err
folder_ok(struct ship *s, struct str *why)
{
	struct stat st;

	if (s->o.to.n > 0 && s->o.to.p[0] == '/' && stat(str_z(s->mem, s->o.to), &st) == 0 && S_ISDIR(st.st_mode))
		return OK;
	*why = str_fmt(s->mem, "%.*s is not the absolute path of a folder", STR_ARG(s->o.to));
	return E_NOTFOUND;
}

/* The folder of another server: its series would be taken for ours, and old ones removed. */
static enum err
folder_ours(struct ship *s, struct str *why)
{
	struct arena *mem = arena_new(1 << 16);
	struct str ours = crypt_hex(s->mem, (struct str){ (const char *)s->key.pub, sizeof s->key.pub });
	struct str signer = str_dup(s->mem, target_signer(mem, s->o.to));

	arena_free(mem);
	if (signer.n == 0 || str_eq_case(signer, ours))
		return OK;
	*why = str_fmt(s->mem, "%.*s holds the backup of another server, signed by %.*s: each needs a folder of its own",
	    STR_ARG(s->o.to), STR_ARG(signer));
	return E_INVALID;
}

static ssize_t
nothing(void *arg, void *p, size_t n)
{
	(void)arg;
	(void)p;
	(void)n;
	return 0;
}

static bool
nowhere(void *arg, const void *p, size_t n)
{
	(void)arg;
	(void)p;
	(void)n;
	return true;
}

/* Is age there, and does it take the recipient? Better known now than at night. */
static enum err
age_ok(struct ship *s, struct str *why)
{
	struct age_sums sums;

	if (!age_recipient_ok(s->o.recipient)) {
		*why = S("the recipient is no public key of age (age1…): a letter is wrong, or it is something else");
		return E_INVALID;
	}
	return age_seal(s->mem, s->o.recipient, (struct age_in){ nothing, NULL }, (struct age_out){ nowhere, NULL }, &sums, why);
}

static void
warm_up(struct ship *s)
{
	struct arena *mem = arena_new(1024);
	struct tx *tx = read_begin(s->rd, mem, S(""));
	struct audit_head h = audit_head_read(tx);

	if (read_end(tx) != OK)
		log_warn("backup.reader", KV_N("seq", h.seq));
	arena_free(mem);
}

enum err
ship_open(struct arena *mem, const struct ship_opts *o, struct ship **out, struct str *why)
{
	struct arena *own = arena_new(1 << 16);
	struct ship *s = NEW(own, struct ship);
	enum err e = OK;

	*s = (struct ship){ .mem = own, .o = *o, .cut_mono = clock_mono() };
	s->o.to = str_dup(own, o->to);
	s->o.data = str_dup(own, o->data);
	s->o.recipient = str_dup(own, o->recipient);
	if (s->o.gauge == NULL)
		s->o.gauge = &s->gauge;
	if (store_engine(o->store)->copy == NULL) {
		*why = S("this store's backups are made by the database's own tools");
		e = E_INVALID;
	}
	if (e == OK && (e = folder_ok(s, why)) == OK && (e = age_ok(s, why)) == OK && (e = key_open(s, why)) == OK
	    && (e = folder_ours(s, why)) == OK)
		e = store_conn(o->store, own, &s->raw, why);
	if (e != OK) {
		*why = str_dup(mem, *why);
		arena_free(own);
		return e;
	}
	s->rd = reader_new(o->store);
	warm_up(s);
	*out = s;
	return OK;
}

void
ship_close(struct ship *s)
{
	untap(s);
	reader_free(s->rd);
	store_engine(s->o.store)->close(s->raw);
	arena_free(s->mem);
}

struct ship_stats
ship_stats(const struct ship *s)
{
	struct ship_stats out = s->stats;

	out.series = s->now != NULL ? s->now->name : S("");
	out.held = atomic_load(&s->o.gauge->held);
	out.slice_us = atomic_load(&s->o.gauge->slice_us);
	out.copy_us = atomic_load(&s->o.gauge->copy_us);
	return out;
}
