/* store/tap.c: see tap.h. The form of the log: https://www.sqlite.org/fileformat2.html#the_write_ahead_log */
#include "store/tap.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define LOG_HEAD 32             /* magic, version, page size, checkpoint, salt (8), sum (8) */
#define FRAME_HEAD 24           /* page, pages of the database when it ends a commit, salt (8), sum (8) */
#define AT_PAGE_SIZE 8
#define AT_SALT 16
#define AT_FRAME_SALT 8
#define CHUNK ((size_t)256 << 10)       /* stays in the cache between reading and writing */

static uint32_t
big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* ---- segments ---- */

static enum err
err_now(void)
{
	return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? E_FULL : E_IO;
}

static enum err
segment_new(struct tap *t, struct segment **out)
{
	struct arena *mem = arena_new(1 << 12);
	struct segment *s = NEW(mem, struct segment);
	char *name = str_z(mem, str_cat(mem, str_of(t->folder), S("/segment-XXXXXX")));

	*s = (struct segment){ .mem = mem, .fd = mkostemp(name, O_CLOEXEC), .tap = t };
	if (s->fd < 0) {
		enum err e = err_now();
		arena_free(mem);
		return e;
	}
	/* It holds persons: it ends with us, however that is. */
	unlink(name);
	*out = s;
	return OK;
}

size_t
segment_stride(const struct segment *s)
{
	return FRAME_HEAD + (size_t)s->page_size;
}

bool
segment_read(const struct segment *s, size_t from, size_t n, char *into)
{
	size_t stride = segment_stride(s), want = n * stride, have = 0;

	while (have < want) {
		ssize_t k = pread(s->fd, into + have, want - have, (off_t)(from * stride + have));
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		have += (size_t)k;
	}
	return true;
}

void
segment_free(struct segment *s)
{
	if (s->fd >= 0)
		close(s->fd);
	atomic_fetch_sub(&s->tap->gauge->held, (int64_t)(s->n * segment_stride(s)));
	arena_free(s->mem);
}

static void
segment_note(struct segment *s, const unsigned char *frame)
{
	if (s->n == s->cap) {
		size_t cap = s->cap > 0 ? 2 * s->cap : 1024;
		uint32_t *page = NEWN(s->mem, uint32_t, cap);
		for (size_t i = 0; i < s->n; i++)
			page[i] = s->page[i];
		s->page = page;
		s->cap = cap;
	}
	s->page[s->n++] = big_endian(frame);
	if (big_endian(frame + 4) > 0)
		s->db_pages = big_endian(frame + 4);
}

enum err
segment_make(struct tap *t, struct segment **out)
{
	return segment_new(t, out);
}

enum err
segment_add(struct segment *s, const char *frames, size_t n)
{
	size_t stride = segment_stride(s);

	if (!file_write(s->fd, frames, n * stride))
		return err_now();
	for (size_t i = 0; i < n; i++)
		segment_note(s, (const unsigned char *)frames + i * stride);
	atomic_fetch_add(&s->tap->gauge->held, (int64_t)(n * stride));
	return OK;
}

/* ---- the tap ---- */

enum err
tap_new(struct str folder, int64_t most, struct tap_gauge *gauge, struct tap **out)
{
	struct arena *mem = arena_new(CHUNK + 1024);
	struct tap *t = NEW(mem, struct tap);

	t->mem = mem;
	t->buf = arena_alloc(mem, CHUNK);
	t->folder = str_z(mem, folder);
	t->most = most;
	t->gauge = gauge;
	enum err e = segment_new(t, &t->now);
	if (e == OK)
		*out = t;
	else
		arena_free(mem);
	return e;
}

void
tap_free(struct tap *t)
{
	segment_free(t->now);
	arena_free(t->mem);
}

void
tap_break(struct tap *t, enum err why)
{
	int good = OK;

	if (atomic_compare_exchange_strong(&t->broken, &good, (int)why))
		log_warn("backup.broken", KV_Z("error", err_name(why)), KV_N("held", atomic_load(&t->gauge->held)));
}

/* Break, and give the open segment's room back at once: the database may need it. */
static bool
give_up(struct tap *t, enum err why)
{
	tap_break(t, why);
	close(t->now->fd);
	t->now->fd = -1;
	return true;
}

/* Which log is it? False when it is none that can be followed. */
static bool
look_at_head(struct tap *t, const struct tap_log *log)
{
	unsigned char head[LOG_HEAD];
	uint32_t size;

	if (!log->read(log->arg, head, sizeof head, 0))
		return false;
	size = big_endian(head + AT_PAGE_SIZE);
	if (size < 512 || size > 65536 || (t->page_size != 0 && t->page_size != size))
		return false;
	t->page_size = t->now->page_size = size;
	if (t->known && memcmp(t->salt, head + AT_SALT, sizeof t->salt) == 0)
		return true;
	/* It began anew; what it held before must be here. */
	if (t->known && t->copied < t->seen)
		return false;
	memcpy(t->salt, head + AT_SALT, sizeof t->salt);
	t->known = true;
	t->copied = 0;
	return true;
}

/* Copy n frames, n * stride <= CHUNK. */
static enum err
copy_frames(struct tap *t, const struct tap_log *log, int n)
{
	char *buf = t->buf;
	struct segment *s = t->now;
	size_t stride = segment_stride(s), bytes = (size_t)n * stride;

	if (atomic_load(&t->gauge->held) + (int64_t)bytes > t->most)
		return E_LIMIT;
	if (!log->read(log->arg, buf, bytes, LOG_HEAD + (int64_t)t->copied * (int64_t)stride))
		return E_STORE;
	for (int i = 0; i < n; i++)
		if (memcmp(buf + (size_t)i * stride + AT_FRAME_SALT, t->salt, sizeof t->salt) != 0)
			return E_FORMAT;
	enum err e = segment_add(s, buf, (size_t)n);
	if (e == OK)
		t->copied += n;
	return e;
}

static enum err
copy_slice(struct tap *t, const struct tap_log *log, int frames, int most)
{
	int chunk = (int)(CHUNK / segment_stride(t->now)), end = frames - t->copied > most ? t->copied + most : frames;
	enum err e = OK;

	while (e == OK && t->copied < end)
		e = copy_frames(t, log, end - t->copied < chunk ? end - t->copied : chunk);
	return e;
}

bool
tap_follow(struct tap *t, const struct tap_log *log, int frames, int most)
{
	int64_t began = clock_mono_us(), took;

	if (atomic_load(&t->broken) != OK)
		return t->now->fd < 0 || give_up(t, (enum err)atomic_load(&t->broken));
	if (frames == 0)
		return true;
	if (!look_at_head(t, log))
		return give_up(t, E_FORMAT);
	t->seen = frames;
	enum err e = copy_slice(t, log, frames, most);
	if (e != OK)
		return give_up(t, e);
	took = clock_mono_us() - began;
	atomic_fetch_add(&t->gauge->copy_us, took);
	if (took > atomic_load(&t->gauge->slice_us))
		atomic_store(&t->gauge->slice_us, took);
	return t->copied >= frames;
}

enum err
tap_begin(struct tap *t, const struct tap_log *log, int frames, int moved)
{
	if (frames > 0 && !look_at_head(t, log))
		return E_STORE;
	t->copied = moved < frames ? 0 : frames;
	t->seen = frames;
	return OK;
}

enum err
tap_cut(struct tap *t, struct segment **out)
{
	struct segment *next;
	enum err e = (enum err)atomic_load(&t->broken);

	if (e != OK || (e = segment_new(t, &next)) != OK)
		return e;
	*out = t->now;
	t->now = next;
	return OK;
}
