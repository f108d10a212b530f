/* test/unit/base_clock.c: the machine's clock is set while we run. */
#include "t.h"

#include "base/clock.h"
#include "base/log.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Everybody's clock_gettime is this one: the date is wrong when a test says so. */
static _Atomic int64_t wrong_s;

int
clock_gettime(clockid_t id, struct timespec *t)
{
	int e = (int)syscall(SYS_clock_gettime, id, t);

	if (e == 0 && id == CLOCK_REALTIME)
		t->tv_sec += atomic_load(&wrong_s);
	return e;
}

/* What was logged since the log goes to `fd`. */
static struct str
logged(struct arena *mem, int fd)
{
	char *p = arena_alloc(mem, 4000);
	ssize_t n = pread(fd, p, 4000, 0);

	return (struct str){ p, n > 0 ? (size_t)n : 0 };
}

static size_t
times_in(struct str s, struct str what)
{
	size_t n = 0, at;

	while ((at = str_find_str(s, what)) < s.n) {
		n++;
		s = str_sub(s, at + what.n, s.n);
	}
	return n;
}

TEST(a_clock_that_is_set_moves_the_date_is_logged_once_and_moves_nothing_that_lasts)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	int64_t date = clock_now(), steady = clock_steady();

	log_to(fd);
	atomic_store(&wrong_s, 7200);
	for (int i = 0; i < 5; i++)
		CHECK(clock_now() - date >= 7200000 && clock_now() - date < 7300000);
	CHECK(clock_steady() >= steady && clock_steady() - steady < 100000);
	CHECK_INT(times_in(logged(mem, fd), S("what=clock.jump")), 1);
	atomic_store(&wrong_s, -600);
	CHECK(clock_now() - date <= -500000);
	CHECK(clock_steady() >= steady && clock_steady() - steady < 100000);
	CHECK_INT(times_in(logged(mem, fd), S("what=clock.jump")), 2);
	CHECK_HAS(logged(mem, fd), S("ms=-7"));          /* -7,800,000, less what the test took */
	atomic_store(&wrong_s, 0);
	CHECK(clock_now() - date >= 0 && clock_now() - date < 100000);
	log_to(STDERR_FILENO);
	close(fd);
}

TEST(a_clock_that_is_right_is_never_called_wrong)
{
	int fd = memfd_create("log", MFD_CLOEXEC);

	(void)clock_now();
	log_to(fd);
	for (int i = 0; i < 100000; i++)
		(void)clock_now();
	log_to(STDERR_FILENO);
	CHECK_STR(logged(mem, fd), S(""));
	close(fd);
}

TEST(the_steady_clock_is_injected_like_the_other)
{
	clock_freeze(1664499600000);
	CHECK_INT(clock_steady(), 1664499600000);
	clock_set(1660867200000);
	/* The two clocks are read one after the other, in whole milliseconds. */
	CHECK(clock_steady() - 1660867200000 >= -2 && clock_steady() - 1660867200000 < 100000);
	CHECK(clock_now() - clock_steady() < 1000 && clock_steady() - clock_now() < 1000);
	clock_real();
}

TEST(this_program_was_built_and_not_in_the_future)
{
	CHECK(clock_built() > 1700000000000);
	CHECK(clock_built() <= clock_machine());
}
