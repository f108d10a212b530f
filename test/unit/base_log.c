/* test/unit/base_log.c: one line per event, readable by machines, harmless on terminals. */
#include "t.h"

#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

static int ends[2];

/* Lines go into a pipe until log_end. */
static void
log_begin(void)
{
	if (pipe(ends) != 0)
		BUG("pipe");
	clock_freeze(INT64_C(1660867385123));   /* 2022-08-19T00:03:05.123Z */
	log_to(ends[1]);
}

static struct str
log_end(struct arena *mem)
{
	struct buf b = buf_new(mem);
	ssize_t n;

	log_to(STDERR_FILENO);
	clock_real();
	close(ends[1]);
	while ((n = read(ends[0], buf_room(&b, 65536), 65536)) > 0)
		b.n += (size_t)n;
	close(ends[0]);
	return buf_str(&b);
}

TEST(a_line_has_time_level_event_and_its_values)
{
	log_begin();
	log_info("notif.submit", KV_Z("id", "01J9Z"), KV_N("ms", -3), KV_S("path", S("/a/b.html")));
	CHECK_STR(log_end(mem),
	    S("time=2022-08-19T00:03:05.123Z level=info what=notif.submit id=01J9Z ms=-3 path=/a/b.html\n"));
}

TEST(every_level_has_its_name_and_debug_is_off)
{
	log_begin();
	log_debug("d", KV_N("n", 1));
	log_warn("w", KV_N("n", 1));
	log_error("e", KV_N("n", 1));
	log_level(LOG_DEBUG);
	log_debug("d2", KV_N("n", 1));
	log_level(LOG_ERROR);
	log_warn("w2", KV_N("n", 1));
	log_level(LOG_INFO);
	struct str got = log_end(mem);
	CHECK_NOT(got, S("what=d "));
	CHECK_NOT(got, S("w2"));
	CHECK_HAS(got, S("level=warn what=w "));
	CHECK_HAS(got, S("level=error what=e "));
	CHECK_HAS(got, S("level=debug what=d2 "));
}

TEST(what_is_not_plain_is_quoted_and_escaped)
{
	log_begin();
	log_info("x", KV_S("a", S("two words")), KV_S("b", S("\"\\")), KV_S("c", S("\n\r\x1b[31m\x7f")), KV_S("d", S("日")),
	    KV_S("e", S("")), KV_Z("f", NULL), KV_S("g", S("a=b")), KV_S("h", S("n\0l")), KV_N("i", INT64_MIN));
	CHECK_HAS(log_end(mem),
	    S(" a=\"two words\" b=\"\\\"\\\\\" c=\"\\n\\x0d\\x1b[31m\\x7f\" d=\"\\xe6\\x97\\xa5\" e=\"\" f=\"\" g=\"a=b\""
	    " h=\"n\\x00l\" i=-9223372036854775808\n"));
}

TEST(no_value_can_begin_a_line_of_its_own)
{
	log_begin();
	log_info("x", KV_S("a", S("1\ntime=2000-01-01T00:00:00.000Z level=info what=forged")));
	struct str got = log_end(mem);
	CHECK_INT(str_find(got, '\n', 0), got.n - 1);
}

TEST(a_long_value_is_cut_and_marked_and_the_line_ends)
{
	char *p = arena_alloc(mem, 10000);
	struct str s = { p, 10000 };

	memset(p, 'a', s.n);
	log_begin();
	log_info("x", KV_S("a", s), KV_N("n", 7));
	struct str got = log_end(mem);
	CHECK_HAS(got, S("aaa...\" n=7\n"));
	CHECK(got.n < 400);
	memset(p, '\x01', s.n);
	log_begin();
	log_info("x", KV_S("a", s), KV_S("b", s), KV_S("c", s), KV_S("d", s), KV_S("e", s), KV_S("f", s));
	got = log_end(mem);
	CHECK(got.n <= 4096);
	CHECK_INT(str_find(got, '\n', 0), got.n - 1);
}

TEST(logging_leaves_errno_alone_even_when_nobody_reads)
{
	errno = ENOENT;
	log_to(-1);
	log_error("x", KV_N("n", 1));
	log_to(STDERR_FILENO);
	CHECK_INT(errno, ENOENT);
}

static void *
write_many(void *name)
{
	for (int i = 0; i < 100; i++)
		log_info("t", KV_Z("a", name), KV_Z("b", name), KV_Z("c", name), KV_Z("d", name));
	return NULL;
}

TEST(lines_of_threads_do_not_mix)
{
	static char name[][9] = { "11111111", "22222222", "33333333", "44444444" };
	pthread_t t[LEN(name)];
	struct str all, line, want[LEN(name)];
	int lines = 0;

	log_begin();
	for (size_t i = 0; i < LEN(name); i++)
		if (pthread_create(&t[i], NULL, write_many, name[i]) != 0)
			BUG("thread");
	for (size_t i = 0; i < LEN(name); i++)
		pthread_join(t[i], NULL);
	all = log_end(mem);
	for (size_t i = 0; i < LEN(name); i++)
		want[i] = str_fmt(mem, "what=t a=%s b=%s c=%s d=%s", name[i], name[i], name[i], name[i]);
	while (str_cut(&all, '\n', &line) && line.n > 0) {
		bool whole = false;
		for (size_t i = 0; i < LEN(name); i++)
			whole |= str_ends(line, want[i]);
		CHECK(whole);
		lines++;
	}
	CHECK_INT(lines, 400);
}
