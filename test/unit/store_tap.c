/* test/unit/store_tap.c: following a write-ahead log, here one in memory. */
#include "backup_world.h"

#include "store/tap.h"

#define PAGE 512
#define STRIDE (24 + PAGE)
#define MOST 64

struct fake {
	unsigned char bytes[32 + MOST * STRIDE];
	int frames;
};

static void
put32(unsigned char *p, uint32_t n)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(n >> (24 - 8 * i));
}

static void
begin(struct fake *f, unsigned salt)
{
	put32(f->bytes + 8, PAGE);
	put32(f->bytes + 16, salt);
	put32(f->bytes + 20, salt * 3);
	f->frames = 0;
}

static void
commit(struct fake *f, uint32_t page, uint32_t total, unsigned char fill)
{
	unsigned char *p = f->bytes + 32 + f->frames * STRIDE;

	put32(p, page);
	put32(p + 4, total);
	memcpy(p + 8, f->bytes + 16, 8);
	memset(p + 24, fill, PAGE);
	f->frames++;
}

static bool
fake_read(void *arg, void *p, size_t n, int64_t at)
{
	struct fake *f = arg;

	if (at + (int64_t)n > 32 + (int64_t)f->frames * STRIDE)
		return false;
	memcpy(p, f->bytes + at, n);
	return true;
}

struct tapped {
	struct str folder;
	struct fake *f;
	struct tap_log log;
	struct tap *t;
	struct tap_gauge *gauge;
};

static struct tapped
tapped(struct arena *mem, int64_t most)
{
	struct tapped w = { .folder = folder_new(mem), .f = NEW(mem, struct fake), .gauge = NEW(mem, struct tap_gauge) };

	w.log = (struct tap_log){ fake_read, w.f };
	begin(w.f, 100);
	CHECK_INT(tap_new(w.folder, most, w.gauge, &w.t), OK);
	CHECK_INT(tap_begin(w.t, &w.log, 0, 0), OK);
	return w;
}

static void
forget(struct tapped *w)
{
	tap_free(w->t);
	folder_forget(w->folder);
}

static unsigned char
byte_of(const struct segment *s, size_t frame)
{
	char raw[STRIDE];

	return segment_read(s, frame, 1, raw) ? (unsigned char)raw[STRIDE - 1] : 0;
}

TEST(what_is_committed_is_copied_in_slices)
{
	struct tapped w = tapped(mem, 1 << 20);
	struct segment *s;

	CHECK(tap_follow(w.t, &w.log, 0, 10));
	for (unsigned char i = 1; i <= 5; i++)
		commit(w.f, i, 9, i);
	CHECK(!tap_follow(w.t, &w.log, 5, 3));
	CHECK(tap_follow(w.t, &w.log, 5, 3));
	CHECK_INT(tap_cut(w.t, &s), OK);
	CHECK_INT(s->n, 5);
	CHECK_INT(s->db_pages, 9);
	CHECK_INT(s->page[4], 5);
	CHECK_INT(byte_of(s, 0), 1);
	CHECK_INT(byte_of(s, 4), 5);
	CHECK_INT(atomic_load(&w.gauge->held), 5 * STRIDE);
	segment_free(s);
	CHECK_INT(atomic_load(&w.gauge->held), 0);
	forget(&w);
}

TEST(a_log_that_begins_anew_is_followed_from_its_beginning)
{
	struct tapped w = tapped(mem, 1 << 20);
	struct segment *s;

	for (unsigned char i = 1; i <= 3; i++)
		commit(w.f, i, 9, i);
	CHECK(tap_follow(w.t, &w.log, 3, 100));
	/* As many frames as before, or more: only the salt tells. */
	begin(w.f, 101);
	for (unsigned char i = 1; i <= 4; i++)
		commit(w.f, i, 9, 10 + i);
	CHECK(tap_follow(w.t, &w.log, 4, 100));
	CHECK_INT(tap_cut(w.t, &s), OK);
	CHECK_INT(s->n, 7);
	CHECK_INT(byte_of(s, 6), 14);
	segment_free(s);
	forget(&w);
}

TEST(a_log_that_begins_anew_too_early_breaks_the_tap)
{
	struct tapped w = tapped(mem, 1 << 20);
	struct segment *s;

	for (unsigned char i = 1; i <= 5; i++)
		commit(w.f, i, 9, i);
	CHECK(!tap_follow(w.t, &w.log, 5, 3));
	begin(w.f, 101);
	commit(w.f, 1, 9, 1);
	CHECK(tap_follow(w.t, &w.log, 1, 100));
	CHECK_INT(atomic_load(&w.t->broken), E_FORMAT);
	CHECK_INT(tap_cut(w.t, &s), E_FORMAT);
	forget(&w);
}

TEST(a_copy_that_begins_later_takes_what_is_not_in_the_file_yet)
{
	struct tapped w = tapped(mem, 1 << 20);
	struct segment *s;

	for (unsigned char i = 1; i <= 5; i++)
		commit(w.f, i, 9, i);
	CHECK(tap_follow(w.t, &w.log, 5, 100));
	/* All is in the file: the log may begin anew at once. */
	CHECK_INT(tap_begin(w.t, &w.log, 5, 5), OK);
	CHECK(tap_follow(w.t, &w.log, 5, 2));
	begin(w.f, 101);
	commit(w.f, 1, 9, 7);
	CHECK(tap_follow(w.t, &w.log, 1, 100));
	CHECK_INT(atomic_load(&w.t->broken), OK);
	CHECK_INT(tap_cut(w.t, &s), OK);
	CHECK_INT(s->n, 6);
	segment_free(s);
	/* A reader kept some back: from the beginning. */
	commit(w.f, 2, 9, 8);
	commit(w.f, 3, 9, 9);
	CHECK(tap_follow(w.t, &w.log, 3, 100));
	CHECK_INT(tap_begin(w.t, &w.log, 3, 2), OK);
	CHECK(tap_follow(w.t, &w.log, 3, 100));
	CHECK_INT(tap_cut(w.t, &s), OK);
	CHECK_INT(s->n, 5);
	segment_free(s);
	forget(&w);
}

TEST(a_frame_of_another_log_breaks_the_tap)
{
	struct tapped w = tapped(mem, 1 << 20);

	commit(w.f, 1, 9, 1);
	commit(w.f, 2, 9, 2);
	w.f->bytes[32 + STRIDE + 9] ^= 1;
	CHECK(tap_follow(w.t, &w.log, 2, 100));
	CHECK_INT(atomic_load(&w.t->broken), E_FORMAT);
	forget(&w);
}

TEST(a_spool_that_is_full_is_given_back_and_the_keeper_goes_on)
{
	struct tapped w = tapped(mem, 3 * STRIDE);
	struct segment *s;

	for (unsigned char i = 1; i <= 3; i++)
		commit(w.f, i, 9, i);
	CHECK(tap_follow(w.t, &w.log, 3, 100));
	CHECK_INT(tap_cut(w.t, &s), OK);
	commit(w.f, 4, 9, 4);
	CHECK(tap_follow(w.t, &w.log, 4, 100));
	CHECK_INT(atomic_load(&w.t->broken), E_LIMIT);
	CHECK_INT(w.t->now->fd, -1);
	CHECK(tap_follow(w.t, &w.log, 4, 100));
	segment_free(s);
	forget(&w);
}
