/* test/t.h: a unit test is a sentence of what must hold.
 *
 *   TEST(a_leap_day_is_a_day) { CHECK(...); CHECK_INT(got, 3); CHECK_STR(got, S("x")); }
 *
 * Tests register themselves; main (test/unit/main.c) runs them all, or those whose name
 * holds the words given, and ends with the line "N passed, N failed". */
#ifndef TEST_T_H
#define TEST_T_H

#include "base/arena.h"
#include "base/buf.h"

typedef void test_fn(struct arena *mem);
void test_add(const char *file, const char *name, test_fn *fn);
void test_fail(const char *file, int line, const char *what, struct str got, struct str want);
/* Not run here: why. Counted and shown as skipped. */
void test_skip(const char *why);
/* Is the folder of real data there (env HERSYS_SHARED or ../shared)? Its path, or "". */
const char *test_shared(void);

#define TEST(name) \
	static void name(struct arena *mem); \
	__attribute__((constructor)) static void add_##name(void) { test_add(__FILE__, #name, name); } \
	static void name(__attribute__((unused)) struct arena *mem)
#define CHECK(cond) do { if (!(cond)) test_fail(__FILE__, __LINE__, #cond, S("false"), S("true")); } while (0)
#define CHECK_INT(got, want) do { \
	long long got_ = (long long)(got), want_ = (long long)(want); \
	if (got_ != want_) test_fail(__FILE__, __LINE__, #got, str_fmt(mem, "%lld", got_), str_fmt(mem, "%lld", want_)); \
} while (0)
#define CHECK_STR(got, want) do { \
	struct str got_ = (got), want_ = (want); \
	if (!str_eq(got_, want_)) test_fail(__FILE__, __LINE__, #got, got_, want_); \
} while (0)
#define CHECK_HAS(hay, needle) do { \
	struct str hay_ = (hay), needle_ = (needle); \
	if (str_find_str(hay_, needle_) == hay_.n) test_fail(__FILE__, __LINE__, #hay " has", hay_, needle_); \
} while (0)
#define CHECK_NOT(hay, needle) do { \
	struct str hay_ = (hay), needle_ = (needle); \
	if (needle_.n && str_find_str(hay_, needle_) != hay_.n) test_fail(__FILE__, __LINE__, #hay " has not", hay_, needle_); \
} while (0)

#endif
