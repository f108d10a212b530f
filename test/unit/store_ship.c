/* test/unit/store_ship.c: a backup of a store that is in use, and the way back. */
#include "backup_world.h"
#include "store_world.h"

#include "base/clock.h"
#include "store/backup.h"
#include "store/restore.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY_MS (24LL * 3600 * 1000)

struct shipping {
	struct arena *mem;
	struct world w;
	struct str data, to, into, key, said;
	struct ship *s;
	struct ship_opts o;
};

static const struct str other_files[] = { STR_INIT("keys/seal.key"), STR_INIT("hersys.conf") };

static struct shipping
shipping(struct arena *mem)
{
	struct shipping x = { .mem = mem, .data = folder_new(mem), .to = folder_new(mem), .said = S("") };
	struct str why = S("");

	x.key = file_put(mem, x.data, "identity", S(TEST_IDENTITY));
	CHECK_INT(mkdir(str_fmt(mem, "%s/keys", x.data.p).p, 0700), 0);
	file_put(mem, x.data, "keys/seal.key", S("a key of thirty-two bytes, nearly"));
	x.w = world_open(mem, &(struct store_opts){ .path = str_fmt(mem, "%s/db", x.data.p), .cache_mib = 4 });
	x.o = (struct ship_opts){ .store = x.w.st, .to = x.to, .recipient = S(TEST_RECIPIENT), .data = x.data, .files = other_files,
		.n_files = LEN(other_files), .spool_bytes = 1 << 30, .keep_days = 5, .every_ms = 60000 };
	CHECK_INT(ship_open(mem, &x.o, &x.s, &why), OK);
	CHECK_STR(why, S(""));
	return x;
}

static void
forget(struct shipping *x)
{
	if (x->s != NULL)
		ship_close(x->s);
	if (x->w.st != NULL)
		store_close(x->w.st);
	folder_forget(x->data);
	folder_forget(x->to);
}

static void
base(struct shipping *x)
{
	struct arena *mem = x->mem;
	struct str why;

	CHECK_INT(ship_base(x->s, &why), OK);
	CHECK_STR(why, S(""));
}

static void
generation(struct shipping *x)
{
	struct arena *mem = x->mem;
	struct str why;

	CHECK_INT(ship_log(x->s, &why), OK);
	CHECK_STR(why, S(""));
}

static void
put_some(struct shipping *x, int64_t from, int64_t n)
{
	struct arena *mem = x->mem;

	for (int64_t i = from; i < from + n; i++)
		CHECK_INT(world_put(&x->w, mem, i, 100 + i), OK);
}

static void
hear(void *arg, struct str line)
{
	struct shipping *x = arg;

	x->said = str_dup(x->mem, line);
}

static enum err
restored_as(struct shipping *x, struct restore_opts o, struct restored *out, struct str *why)
{
	x->into = folder_new(x->mem);
	o.from = x->to;
	o.into = x->into;
	o.db = S("db");
	o.files = other_files;
	o.n_files = LEN(other_files);
	o.tell = hear;
	o.arg = x;
	if (o.identity.n == 0)
		o.identity = x->key;
	if (o.at == 0)
		o.at = INT64_MAX;
	return restore(x->mem, &o, out, why);
}

/* Rows of t in what a restore gives, looked through as a server would; -1 when it does not. */
static int64_t
rows_back(struct shipping *x, int64_t at)
{
	struct arena *mem = x->mem;
	struct restored out;
	struct str why = S("");
	int64_t rows = -1, n, bad;
	enum err e = restored_as(x, (struct restore_opts){ .at = at }, &out, &why);

	CHECK_STR(why, S(""));
	if (e == OK) {
		struct world w = world_open(x->mem, &(struct store_opts){ .path = str_fmt(x->mem, "%s/db", x->into.p), .cache_mib = 4 });
		rows = world_count(&w, x->mem);
		CHECK_INT(store_check(w.st, true, mem, &why), OK);
		CHECK_INT(world_verify(&w, x->mem, &n, &bad), OK);
		CHECK_INT(n, out.state.audit_seq);
		store_close(w.st);
	}
	folder_forget(x->into);
	return rows;
}

/* The sentence of a restore that must fail. */
static struct str
refusal(struct shipping *x)
{
	struct restored out;
	struct str why = S("");
	struct arena *mem = x->mem;

	CHECK_INT(restored_as(x, (struct restore_opts){ 0 }, &out, &why), E_FORMAT);
	folder_forget(x->into);
	return why;
}

static struct str
part(struct shipping *x, const char *name)
{
	struct ship_stats s = ship_stats(x->s);

	return str_fmt(x->mem, "%s/%.*s/%s", x->to.p, STR_ARG(s.series), name);
}

static void
exchange(struct str a, struct str b, struct arena *mem)
{
	struct str c = str_cat(mem, a, S(".away"));

	CHECK_INT(rename(a.p, c.p), 0);
	CHECK_INT(rename(b.p, a.p), 0);
	CHECK_INT(rename(c.p, b.p), 0);
}

static void
flip(struct str path, off_t at)
{
	char c;
	int fd = open(path.p, O_RDWR | O_CLOEXEC);

	if (fd < 0 || pread(fd, &c, 1, at) != 1)
		BUG("a part of a backup");
	c ^= 1;
	if (pwrite(fd, &c, 1, at) != 1 || close(fd) != 0)
		BUG("a part of a backup");
}

/* ---- what comes back ---- */

TEST(a_base_with_its_first_generation_is_the_whole_store)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);

	put_some(&x, 1, 20);
	base(&x);
	put_some(&x, 21, 1);
	CHECK_INT(rows_back(&x, 0), 20);
	forget(&x);
}

TEST(generations_bring_what_was_committed_later)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);

	put_some(&x, 1, 5);
	base(&x);
	for (int64_t i = 0; i < 6; i++) {
		put_some(&x, 10 + i * 10, 10);
		/* The keeper empties the log when nobody comes: some generations begin in a fresh one. */
		if (i % 2 == 0)
			usleep(150000);
		generation(&x);
		CHECK_INT(rows_back(&x, 0), 5 + 10 * (i + 1));
	}
	CHECK_INT(ship_stats(x.s).number, 7);
	forget(&x);
}

TEST(a_turn_in_which_nothing_happened_writes_no_part)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);

	base(&x);
	generation(&x);
	CHECK_INT(ship_stats(x.s).number, 1);
	put_some(&x, 1, 1);
	generation(&x);
	CHECK_INT(ship_stats(x.s).number, 2);
	generation(&x);
	CHECK_INT(ship_stats(x.s).number, 2);
	forget(&x);
}

TEST(a_state_of_earlier_can_be_had)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);

	clock_freeze(1000000000000);
	base(&x);
	for (int64_t i = 1; i <= 4; i++) {
		clock_freeze(1000000000000 + i * 60000);
		put_some(&x, i, 1);
		generation(&x);
	}
	CHECK_INT(rows_back(&x, 1000000000000 + 2 * 60000), 2);
	CHECK_INT(rows_back(&x, 1000000000000 + 3 * 60000 - 1), 2);
	CHECK_INT(rows_back(&x, 1000000000000), 0);
	CHECK_INT(rows_back(&x, 0), 4);
	struct restored out;
	struct str why;
	CHECK_INT(restored_as(&x, (struct restore_opts){ .at = 999999999999 }, &out, &why), E_NOTFOUND);
	folder_forget(x.into);
	/* Damage behind the moment wanted is of no matter. */
	CHECK_INT(unlink(part(&x, "000004.age").p), 0);
	CHECK_INT(rows_back(&x, 1000000000000 + 2 * 60000), 2);
	clock_real();
	forget(&x);
}

TEST(the_keys_of_the_data_folder_come_back_and_nothing_else)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);
	struct restored out;
	struct str why;
	struct stat st;

	base(&x);
	CHECK_INT(restored_as(&x, (struct restore_opts){ 0 }, &out, &why), OK);
	CHECK_STR(file_get(mem, str_fmt(mem, "%s/keys/seal.key", x.into.p)), S("a key of thirty-two bytes, nearly"));
	CHECK_INT(stat(str_fmt(mem, "%s/keys/seal.key", x.into.p).p, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	CHECK(access(str_fmt(mem, "%s/identity", x.into.p).p, F_OK) != 0);
	folder_forget(x.into);
	forget(&x);
}

struct busy {
	struct world *w;
	_Atomic bool stop;
	int64_t n;
};

static void *
write_on(void *arg)
{
	struct busy *b = arg;
	struct arena *mem = arena_new(1 << 12);

	while (!atomic_load(&b->stop)) {
		if (world_put(b->w, mem, 1000 + b->n, 1000) == OK)
			b->n++;
		arena_reset(mem);
	}
	arena_free(mem);
	return NULL;
}

TEST(a_copy_made_while_others_write_is_whole)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);
	struct busy b = { .w = &x.w };
	pthread_t thread;

	CHECK_INT(pthread_create(&thread, NULL, write_on, &b), 0);
	for (int round = 0; round < 3; round++) {
		base(&x);
		for (int i = 0; i < 5; i++)
			generation(&x);
	}
	atomic_store(&b.stop, true);
	pthread_join(thread, NULL);
	generation(&x);
	CHECK(b.n > 0);
	CHECK_INT(rows_back(&x, 0), b.n);
	CHECK_INT(ship_stats(x.s).held, 0);
	forget(&x);
}

/* ---- what is found ---- */

static struct shipping
four_parts(struct arena *mem)
{
	struct shipping x = shipping(mem);

	base(&x);
	for (int64_t i = 1; i <= 3; i++) {
		put_some(&x, i, 1);
		generation(&x);
	}
	return x;
}

TEST(a_missing_part_is_named)
{
	if (!age_here())
		return;
	struct shipping x = four_parts(mem);

	CHECK_INT(rename(part(&x, "000002.manifest").p, part(&x, "kept").p), 0);
	CHECK_HAS(refusal(&x), S("000002.manifest is missing"));
	CHECK_INT(rename(part(&x, "kept").p, part(&x, "000002.manifest").p), 0);
	CHECK_INT(unlink(part(&x, "000002.age").p), 0);
	CHECK_HAS(refusal(&x), S("000002.age is missing"));
	forget(&x);
}

TEST(exchanged_parts_are_named)
{
	if (!age_here())
		return;
	struct shipping x = four_parts(mem);

	exchange(part(&x, "000002.manifest"), part(&x, "000003.manifest"), mem);
	CHECK_HAS(refusal(&x), S("000002.manifest says that it is part 3"));
	exchange(part(&x, "000002.age"), part(&x, "000003.age"), mem);
	CHECK_HAS(refusal(&x), S("000002.manifest says that it is part 3"));
	exchange(part(&x, "000002.manifest"), part(&x, "000003.manifest"), mem);
	struct str why = refusal(&x);
	CHECK_HAS(why, S("000002.age"));
	forget(&x);
}

TEST(a_changed_or_shortened_part_is_named)
{
	if (!age_here())
		return;
	struct shipping x = four_parts(mem);
	struct stat st;

	CHECK_INT(stat(part(&x, "000000.age").p, &st), 0);
	flip(part(&x, "000000.age"), st.st_size / 2);
	CHECK_HAS(refusal(&x), S("000000.age is not the file that its manifest names"));
	flip(part(&x, "000000.age"), st.st_size / 2);
	flip(part(&x, "000003.age"), 30);
	CHECK_HAS(refusal(&x), S("000003.age is not the file that its manifest names"));
	flip(part(&x, "000003.age"), 30);
	CHECK_INT(rows_back(&x, 0), 3);
	flip(part(&x, "000001.manifest"), 60);
	CHECK_HAS(refusal(&x), S("000001.manifest "));
	flip(part(&x, "000001.manifest"), 60);
	CHECK_INT(truncate(part(&x, "000000.age").p, st.st_size - 1), 0);
	CHECK_HAS(refusal(&x), S("000000.age has"));
	forget(&x);
}

TEST(a_part_of_another_series_is_named)
{
	if (!age_here())
		return;
	struct shipping x = four_parts(mem);
	struct str old = file_get(mem, part(&x, "000002.manifest"));

	base(&x);
	put_some(&x, 10, 1);
	generation(&x);
	file_put(mem, x.to, str_fmt(mem, "%.*s/000002.manifest", STR_ARG(ship_stats(x.s).series)).p, old);
	CHECK_HAS(refusal(&x), S("000002.manifest belongs to the series"));
	forget(&x);
}

TEST(the_wrong_key_and_a_foreign_signature_are_named)
{
	if (!age_here())
		return;
	struct shipping x = four_parts(mem);
	struct restored out;
	struct str why, other = file_put(mem, x.data, "other", S(TEST_OTHER_IDENTITY));

	CHECK_INT(restored_as(&x, (struct restore_opts){ .identity = other }, &out, &why), E_FORMAT);
	CHECK_HAS(why, S("000000.age cannot be opened with this key"));
	folder_forget(x.into);
	CHECK_INT(restored_as(&x, (struct restore_opts){ .signer = S("00") }, &out, &why), E_FORMAT);
	CHECK_HAS(why, S("was signed by another key"));
	folder_forget(x.into);
	forget(&x);
}

/* ---- when the world is bad ---- */

TEST(a_target_that_is_away_is_tried_again_and_nothing_is_lost)
{
	if (!age_here())
		return;
	struct shipping x = four_parts(mem);
	struct str away = str_cat(mem, x.to, S("-away")), why;

	CHECK_INT(rename(x.to.p, str_z(mem, away)), 0);
	put_some(&x, 100, 5);
	CHECK_INT(ship_log(x.s, &why), E_NOTFOUND);
	CHECK_HAS(why, S("cannot write"));
	put_some(&x, 200, 5);
	CHECK_INT(ship_log(x.s, &why), E_NOTFOUND);
	CHECK(access(x.to.p, F_OK) != 0);
	CHECK_INT(rename(str_z(mem, away), x.to.p), 0);
	generation(&x);
	CHECK_INT(rows_back(&x, 0), 13);
	CHECK_INT(ship_stats(x.s).held, 0);
	forget(&x);
}

TEST(a_target_that_is_away_for_long_costs_the_room_of_what_changes)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);
	struct str away = str_cat(mem, x.to, S("-away")), why;

	ship_close(x.s);
	x.o.spool_bytes = 16 << 20;
	CHECK_INT(ship_open(mem, &x.o, &x.s, &why), OK);
	base(&x);
	CHECK_INT(rename(x.to.p, str_z(mem, away)), 0);
	for (int64_t i = 0; i < 25; i++) {
		put_some(&x, 1 + i * 100, 100);
		CHECK_INT(ship_log(x.s, &why), E_NOTFOUND);
		CHECK_HAS(why, S("cannot write"));
		CHECK(ship_stats(x.s).held < 16 << 20);
	}
	CHECK_INT(rename(str_z(mem, away), x.to.p), 0);
	put_some(&x, 5000, 1);
	generation(&x);
	CHECK_INT(ship_stats(x.s).number, 2);
	CHECK_INT(rows_back(&x, 0), 2501);
	CHECK_INT(ship_stats(x.s).held, 0);
	forget(&x);
}

TEST(a_series_whose_spool_is_full_is_given_up_and_a_new_one_begins)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);
	struct str why, was;

	ship_close(x.s);
	x.o.spool_bytes = 3 << 20;
	CHECK_INT(ship_open(mem, &x.o, &x.s, &why), OK);
	base(&x);
	was = str_dup(mem, ship_stats(x.s).series);
	put_some(&x, 1, 400);
	CHECK_INT(ship_log(x.s, &why), E_NOTFOUND);
	CHECK_HAS(why, S("E_LIMIT"));
	CHECK_STR(ship_stats(x.s).series, S(""));
	CHECK_INT(ship_log(x.s, &why), E_NOTFOUND);
	/* The store goes on; the state of before can be had. */
	put_some(&x, 500, 1);
	CHECK_INT(rows_back(&x, 0), 0);
	base(&x);
	CHECK(!str_eq(ship_stats(x.s).series, was));
	CHECK_INT(rows_back(&x, 0), 401);
	forget(&x);
}

TEST(wrong_settings_are_refused_before_anything_is_written)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);
	struct ship *other;
	struct str why = S("");

	struct ship_opts o = x.o;
	o.recipient = S("age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq");
	CHECK_INT(ship_open(mem, &o, &other, &why), E_INVALID);
	CHECK_HAS(why, S("recipient"));
	o = x.o;
	o.to = str_cat(mem, x.to, S("/nothing"));
	CHECK_INT(ship_open(mem, &o, &other, &why), E_NOTFOUND);
	o.to = S("relative");
	CHECK_INT(ship_open(mem, &o, &other, &why), E_NOTFOUND);
	forget(&x);
}

TEST(the_newest_series_of_each_of_five_days_stays)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);
	struct str name[9];

	for (int i = 0; i < 8; i++) {
		clock_freeze(1000000000000 + i * DAY_MS);
		put_some(&x, i + 1, 1);
		base(&x);
		name[i] = str_dup(mem, ship_stats(x.s).series);
	}
	clock_freeze(1000000000000 + 7 * DAY_MS + 3600000);
	base(&x);
	for (int i = 0; i < 8; i++)
		CHECK_INT(access(str_fmt(mem, "%s/%.*s", x.to.p, STR_ARG(name[i])).p, F_OK), i >= 3 ? 0 : -1);
	CHECK_INT(rows_back(&x, 1000000000000 + 4 * DAY_MS), 5);
	clock_real();
	forget(&x);
}

TEST(a_restart_does_not_take_away_the_morning_but_many_do_not_fill_the_target)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);
	struct str name[8];

	for (int i = 0; i < 8; i++) {
		clock_freeze(1000000000000 + i * 600000);
		base(&x);
		name[i] = str_dup(mem, ship_stats(x.s).series);
	}
	for (int i = 0; i < 8; i++)
		CHECK_INT(access(str_fmt(mem, "%s/%.*s", x.to.p, STR_ARG(name[i])).p, F_OK), i >= 3 ? 0 : -1);
	clock_real();
	forget(&x);
}

TEST(a_clock_that_went_back_does_not_make_a_new_series_an_old_one)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);

	clock_freeze(1000000000000 + DAY_MS);
	base(&x);
	clock_freeze(1000000000000);
	put_some(&x, 1, 1);
	base(&x);
	put_some(&x, 2, 1);
	base(&x);
	CHECK_INT(rows_back(&x, 0), 2);
	clock_real();
	forget(&x);
}

TEST(the_folder_of_another_server_is_not_written_into)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem), y = shipping(mem);
	struct ship *other;
	struct str why = S("");

	base(&x);
	struct ship_opts o = y.o;
	o.to = x.to;
	CHECK_INT(ship_open(mem, &o, &other, &why), E_INVALID);
	CHECK_HAS(why, S("holds the backup of another server"));
	/* The same server once more, after a restart. */
	CHECK_INT(ship_open(mem, &x.o, &other, &why), OK);
	ship_close(other);
	forget(&x);
	forget(&y);
}

TEST(a_group_may_fetch_what_is_sealed)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);
	struct stat st;

	base(&x);
	CHECK_INT(stat(part(&x, "000000.age").p, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0640);
	CHECK_INT(stat(part(&x, "000001.manifest").p, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0640);
	CHECK_INT(stat(part(&x, ".").p, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0750);
	forget(&x);
}

/* ---- the thread of a server ---- */

TEST(the_thread_ships_when_asked_and_once_more_at_the_end)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);
	struct backup *b;
	struct str why = S("");

	ship_close(x.s);
	x.s = NULL;
	put_some(&x, 1, 3);
	CHECK_INT(backup_start(mem, &x.o, &b, &why), OK);
	CHECK_INT(backup_now(b, BACKUP_LOG, mem, &why), OK);
	CHECK_INT(rows_back(&x, 0), 3);
	put_some(&x, 10, 1);
	CHECK_INT(backup_now(b, BACKUP_LOG, mem, &why), OK);
	struct backup_stats s = backup_stats(b, mem);
	CHECK_INT(s.failures, 0);
	CHECK_INT(s.ship.number, 2);
	CHECK(s.age_ms >= 0 && s.age_ms < 60000);
	CHECK_INT(rows_back(&x, 0), 4);
	put_some(&x, 20, 1);
	backup_quiet(b);
	backup_stop(b);
	CHECK_INT(rows_back(&x, 0), 5);
	forget(&x);
}

TEST(a_folder_that_comes_later_is_no_reason_not_to_start)
{
	if (!age_here())
		return;
	struct shipping x = shipping(mem);
	struct backup *b;
	struct str why = S(""), away = str_cat(mem, x.to, S("-away"));

	ship_close(x.s);
	x.s = NULL;
	CHECK_INT(rename(x.to.p, str_z(mem, away)), 0);
	CHECK_INT(backup_start(mem, &x.o, &b, &why), OK);
	put_some(&x, 1, 3);
	CHECK_INT(backup_now(b, BACKUP_LOG, mem, &why), E_NOTFOUND);
	CHECK(backup_stats(b, mem).failures > 0);
	CHECK_INT(backup_stats(b, mem).age_ms, -1);
	CHECK_INT(rename(str_z(mem, away), x.to.p), 0);
	CHECK_INT(backup_now(b, BACKUP_LOG, mem, &why), OK);
	CHECK_INT(rows_back(&x, 0), 3);
	backup_stop(b);
	struct ship_opts o = x.o;
	o.recipient = S("nobody");
	CHECK_INT(backup_start(mem, &o, &b, &why), E_INVALID);
	forget(&x);
}
