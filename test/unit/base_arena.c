/* test/unit/base_arena.c: memory that is zeroed, aligned, and gone at once. */
#include "t.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static bool
all_zero(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

/* Does this end the process by its own message? */
static bool
dies(void (*fn)(struct arena *), struct arena *a)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		close(2);
		signal(SIGABRT, SIG_DFL);
		fn(a);
		_exit(0);
	}
	return waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

TEST(memory_is_zeroed_and_aligned_whatever_its_size)
{
	struct arena *a = arena_new(0);

	for (size_t n = 0; n < 3000; n += 37) {
		char *p = arena_alloc(a, n);
		CHECK_INT((uintptr_t)p % 16, 0);
		CHECK(all_zero(p, n));
		memset(p, 0xAA, n);
	}
	arena_free(a);
}

TEST(memory_is_zeroed_again_after_a_reset)
{
	struct arena *a = arena_new(4096);

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 10; i++) {
			char *p = arena_alloc(a, 700);
			CHECK(all_zero(p, 700));
			memset(p, 'x', 700);
		}
		arena_reset(a);
		CHECK_INT(arena_used(a), 0);
	}
	arena_free(a);
}

TEST(pieces_do_not_overlap_across_blocks)
{
	enum { N = 400 };
	struct arena *a = arena_new(1);
	char *p[N];

	for (size_t i = 0; i < N; i++) {
		p[i] = arena_alloc(a, i + 1);
		memset(p[i], (int)i % 251, i + 1);
	}
	for (size_t i = 0; i < N; i++)
		for (size_t k = 0; k <= i; k++)
			if ((unsigned char)p[i][k] != i % 251)
				CHECK(!"overwritten by another piece");
	arena_free(a);
}

TEST(one_piece_may_be_larger_than_any_block)
{
	struct arena *a = arena_new(1024);
	size_t n = (5u << 20) + 3;
	char *p = arena_alloc(a, n);

	CHECK(all_zero(p, n));
	p[n - 1] = 'x';
	memset(arena_alloc(a, 100), 'y', 100);
	CHECK_INT(p[n - 1], 'x');
	CHECK(arena_used(a) >= n + 100);
	arena_free(a);
}

TEST(the_first_block_is_kept_over_a_reset)
{
	struct arena *a = arena_new(8192);
	void *first = arena_alloc(a, 64);

	arena_alloc(a, 100000);
	arena_reset(a);
	CHECK(arena_alloc(a, 64) == first);
	arena_free(a);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WATCHED
#endif

#ifdef WATCHED
#include <sanitizer/asan_interface.h>

TEST(a_byte_too_far_is_seen_by_the_address_sanitizer)
{
	struct arena *a = arena_new(4096);
	char *p = arena_alloc(a, 16), *q = arena_alloc(a, 3);

	CHECK(!__asan_address_is_poisoned(p + 15) && __asan_address_is_poisoned(p + 16));
	CHECK(!__asan_address_is_poisoned(q + 2) && __asan_address_is_poisoned(q + 3));
	arena_reset(a);
	CHECK(__asan_address_is_poisoned(p) && __asan_address_is_poisoned(q));
	arena_free(a);
}
#else
TEST(old_contents_are_wiped_by_a_reset)
{
	struct arena *a = arena_new(4096);
	volatile char *p = arena_alloc(a, 100);

	for (int i = 0; i < 100; i++)
		p[i] = 's';
	arena_reset(a);
	for (int i = 0; i < 100; i++)
		CHECK_INT(p[i], 0);
	arena_free(a);
}
#endif

TEST(nothing_is_freed_without_fault)
{
	arena_free(NULL);
	CHECK(true);
}

static void
too_many(struct arena *a)
{
	(void)NEWN(a, int64_t, SIZE_MAX / 4);
}

static void
too_large(struct arena *a)
{
	(void)arena_alloc(a, SIZE_MAX - 3);
}

TEST(a_size_that_overflows_is_our_mistake)
{
	CHECK(dies(too_many, mem));
	CHECK(dies(too_large, mem));
}

TEST(copies_are_followed_by_a_nul_not_counted)
{
	struct str s = str_dup(mem, str_sub(S("abcdef"), 1, 3));

	CHECK_STR(s, S("bcd"));
	CHECK_INT(s.p[3], 0);
	CHECK_STR(str_of(str_z(mem, S("日本"))), S("日本"));
	s = str_cat(mem, S("ab"), S("cd"));
	CHECK_STR(s, S("abcd"));
	CHECK_INT(s.p[4], 0);
	CHECK_STR(str_cat(mem, S(""), S("")), S(""));
}

struct pair {
	int a;
	struct str b;
};

TEST(new_makes_one_or_many_of_a_type)
{
	struct pair *one = NEW(mem, struct pair);
	struct pair *many = NEWN(mem, struct pair, 7);

	CHECK(one->a == 0 && one->b.n == 0);
	CHECK(many[6].a == 0 && many[6].b.n == 0);
	CHECK(NEWN(mem, struct pair, 0) != NULL);
}

TEST(the_last_piece_grows_where_it_is_and_no_other_does)
{
	struct arena *a = arena_new(1024);
	char *first = arena_alloc(a, 10), *last = arena_alloc(a, 40);

	memset(last, 'x', 40);
	CHECK(!arena_stretch(a, first, 10, 20));
	CHECK(arena_stretch(a, last, 40, 100));
	CHECK_INT(arena_used(a), 110);
	for (int i = 0; i < 100; i++)
		CHECK_INT(last[i], i < 40 ? 'x' : 0);
	/* Not beyond the block, and not shorter. */
	CHECK(!arena_stretch(a, last, 100, 2000));
	CHECK(!arena_stretch(a, last, 100, 50));
	char *next = arena_alloc(a, 1);
	CHECK(next >= last + 100);
	CHECK(!arena_stretch(a, last, 100, 120));
	arena_free(a);
}
