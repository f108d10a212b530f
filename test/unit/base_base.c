/* test/unit/base_base.c: words and clock. */
#include "t.h"

#include "base/clock.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct str nothing;        /* as zeroed memory holds it */

TEST(every_error_has_its_name)
{
	CHECK_STR(str_of(err_name(OK)), S("OK"));
	CHECK_STR(str_of(err_name(E_INVALID)), S("E_INVALID"));
	CHECK_STR(str_of(err_name(E_FORMAT)), S("E_FORMAT"));
	CHECK_STR(str_of(err_name((enum err)999)), S("E_?"));
	CHECK_STR(str_of(err_name((enum err)-1)), S("E_?"));
}

TEST(a_missing_c_string_is_empty)
{
	CHECK_INT(str_of(NULL).n, 0);
	CHECK(str_of(NULL).p != NULL);
	CHECK_INT(str_of("abc").n, 3);
}

TEST(a_zeroed_text_is_an_empty_text_everywhere)
{
	struct str z = nothing, e = S("");

	CHECK(str_eq(z, e) && str_eq(e, z) && str_eq(z, z));
	CHECK(str_starts(S("a"), z) && str_ends(S("a"), z) && !str_starts(z, S("a")));
	CHECK_INT(str_cmp(z, e), 0);
	CHECK(str_cmp(z, S("a")) < 0);
	CHECK_INT(str_sub(z, 3, 3).n, 0);
	CHECK_INT(str_find(z, 'a', 0), 0);
	CHECK_INT(str_find_str(z, S("a")), 0);
	CHECK_INT(str_find_str(z, z), 0);
	CHECK_INT(str_trim(z).n, 0);
	CHECK(str_eq_case(z, e));
	CHECK_INT(str_dup(mem, z).n, 0);
	CHECK_STR(str_cat(mem, z, S("a")), S("a"));
}

TEST(texts_are_equal_only_byte_for_byte)
{
	CHECK(str_eq(S("abc"), S("abc")));
	CHECK(!str_eq(S("abc"), S("abd")));
	CHECK(!str_eq(S("abc"), S("ab")));
	CHECK(str_eq(S("a\0b"), S("a\0b")));
	CHECK(!str_eq(S("a\0b"), S("a\0c")));
}

TEST(beginnings_and_ends_are_found_not_longer_than_the_text)
{
	CHECK(str_starts(S("abc"), S("ab")) && !str_starts(S("abc"), S("bc")) && !str_starts(S("a"), S("ab")));
	CHECK(str_ends(S("abc"), S("bc")) && !str_ends(S("abc"), S("ab")) && !str_ends(S("c"), S("bc")));
}

TEST(a_part_is_clipped_to_what_is_there)
{
	CHECK_STR(str_sub(S("abcdef"), 2, 3), S("cde"));
	CHECK_STR(str_sub(S("abc"), 1, 99), S("bc"));
	CHECK_STR(str_sub(S("abc"), 9, 1), S(""));
	CHECK_STR(str_sub(S("abc"), 1, SIZE_MAX), S("bc"));
}

TEST(order_is_that_of_bytes_and_a_prefix_comes_first)
{
	CHECK(str_cmp(S("a"), S("b")) < 0);
	CHECK(str_cmp(S("b"), S("a")) > 0);
	CHECK(str_cmp(S("a"), S("ab")) < 0);
	CHECK(str_cmp(S("ab"), S("a")) > 0);
	CHECK(str_cmp(S("\x7f"), S("\x80")) < 0);
	CHECK_INT(str_cmp(S("ab"), S("ab")), 0);
}

TEST(finding_says_the_length_when_nothing_is_found)
{
	CHECK_INT(str_find(S("abcabc"), 'b', 0), 1);
	CHECK_INT(str_find(S("abcabc"), 'b', 2), 4);
	CHECK_INT(str_find(S("abc"), 'x', 0), 3);
	CHECK_INT(str_find(S("abc"), 'a', 99), 3);
	CHECK_INT(str_find_str(S("abcabd"), S("abd")), 3);
	CHECK_INT(str_find_str(S("abc"), S("")), 0);
	CHECK_INT(str_find_str(S("abc"), S("abcd")), 3);
}

TEST(trimming_takes_only_ascii_space_at_the_ends)
{
	CHECK_STR(str_trim(S(" \t\r\n a b \n")), S("a b"));
	CHECK_STR(str_trim(S("   ")), S(""));
	CHECK_STR(str_trim(S("\u3000a")), S("\u3000a"));
}

TEST(cutting_gives_every_part_also_the_empty_ones)
{
	struct str rest = S("a,,b,"), part;

	CHECK(str_cut(&rest, ',', &part) && str_eq(part, S("a")));
	CHECK(str_cut(&rest, ',', &part) && part.n == 0);
	CHECK(str_cut(&rest, ',', &part) && str_eq(part, S("b")));
	CHECK(str_cut(&rest, ',', &part) && part.n == 0);
	CHECK(rest.p == NULL);
	CHECK(!str_cut(&rest, ',', &part));
	rest = S("");
	CHECK(str_cut(&rest, ',', &part) && part.n == 0);
	CHECK(!str_cut(&rest, ',', &part));
}

TEST(a_number_is_read_whole_or_not_at_all)
{
	static const struct {
		struct str text;
		int64_t n;
	} good[] = {
		{ STR_INIT("0"), 0 }, { STR_INIT("-0"), 0 }, { STR_INIT("007"), 7 }, { STR_INIT("-12"), -12 },
		{ STR_INIT("999999999999999999"), 999999999999999999 },
		{ STR_INIT("-999999999999999999"), -999999999999999999 },
	};
	static const struct str bad[] = {
		STR_INIT(""), STR_INIT("-"), STR_INIT("--1"), STR_INIT("+1"), STR_INIT(" 1"), STR_INIT("1 "),
		STR_INIT("1a"), STR_INIT("0x1"), STR_INIT("1.0"), STR_INIT("1000000000000000000"), STR_INIT("１"),
	};
	int64_t n;

	for (size_t i = 0; i < LEN(good); i++) {
		CHECK(str_int(good[i].text, &n));
		CHECK_INT(n, good[i].n);
	}
	n = 77;
	for (size_t i = 0; i < LEN(bad); i++)
		CHECK(!str_int(bad[i], &n));
	CHECK_INT(n, 77);
}

TEST(case_is_ignored_for_ascii_letters_alone)
{
	CHECK(str_eq_case(S("Content-Type"), S("content-tYPE")));
	CHECK(!str_eq_case(S("a"), S("ab")));
	CHECK(!str_eq_case(S("@"), S("`")));
	CHECK(!str_eq_case(S("Ａ"), S("ａ")));
}

TEST(our_own_mistake_ends_the_process_and_says_where)
{
	int out[2], status;
	char text[600];

	if (pipe(out) != 0)
		BUG("pipe");
	pid_t child = fork();
	if (child == 0) {
		dup2(out[1], 2);
		signal(SIGABRT, SIG_DFL);
		BUG("test of BUG");
	}
	close(out[1]);
	ssize_t n = read(out[0], text, sizeof text);
	close(out[0]);
	CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	CHECK(n > 0);
	CHECK_HAS(((struct str){ text, n > 0 ? (size_t)n : 0 }), S("why=\"test of BUG\""));
	CHECK_HAS(((struct str){ text, n > 0 ? (size_t)n : 0 }), S("base_base.c:"));
}

TEST(out_of_memory_ends_the_process_in_order_and_says_so)
{
	int out[2], status;
	char text[600];

	if (pipe(out) != 0)
		BUG("pipe");
	pid_t child = fork();
	if (child == 0) {
		dup2(out[1], 2);
		NO_MEMORY();
	}
	close(out[1]);
	ssize_t n = read(out[0], text, sizeof text);
	close(out[0]);
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 71);
	CHECK_HAS(((struct str){ text, n > 0 ? (size_t)n : 0 }), S("why=\"out of memory\""));
}

TEST(a_frozen_clock_stands_still_and_a_set_one_runs)
{
	clock_freeze(1660867200000);
	CHECK_INT(clock_now(), 1660867200000);
	CHECK_INT(clock_now(), 1660867200000);
	clock_set(1000);
	CHECK(clock_now() >= 1000 && clock_now() < 1000 + 60000);
	clock_real();
	CHECK(clock_now() > 1660867200000);
}

TEST(a_clock_can_be_frozen_before_1970)
{
	clock_freeze(-1);
	CHECK_INT(clock_now(), -1);
	clock_freeze(-86400000);
	CHECK_INT(clock_now(), -86400000);
	clock_real();
	CHECK(clock_now() > 0);
}

TEST(durations_are_not_frozen)
{
	int64_t a = clock_mono();

	clock_freeze(0);
	CHECK(clock_mono() >= a);
	clock_real();
}
