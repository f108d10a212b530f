/* test/unit/main.c: the runner. usage: unit [WORD...]: tests whose file or name holds a word. */
#include "t.h"

#include "base/crypt.h"
#include "base/log.h"
#include "base/utf8.h"

#include <stdio.h>
#include <unistd.h>

#define MAX_TESTS 4000

static struct {
	const char *file, *name;
	test_fn *fn;
} tests[MAX_TESTS];
static size_t n_tests;
static bool failed, skipped;

void
test_add(const char *file, const char *name, test_fn *fn)
{
	if (n_tests == MAX_TESTS)
		BUG("too many tests");
	tests[n_tests].file = file;
	tests[n_tests].name = name;
	tests[n_tests++].fn = fn;
}

void
test_fail(const char *file, int line, const char *what, struct str got, struct str want)
{
	failed = true;
	printf("%s:%d: %s\n\tgot  %.*s\n\twant %.*s\n", file, line, what, STR_ARG(str_sub(got, 0, 2000)),
	    STR_ARG(str_sub(want, 0, 2000)));
}

void
test_skip(const char *why)
{
	skipped = true;
	printf("skipped: %s\n", why);
}

const char *
test_shared(void)
{
	const char *dir = getenv("HERSYS_SHARED");

	if (dir == NULL)
		dir = "../shared";
	return access(dir, R_OK) == 0 ? dir : "";
}

static bool
wanted(int argc, char **argv, size_t i)
{
	if (argc < 2)
		return true;
	for (int k = 1; k < argc; k++)
		if (strstr(tests[i].name, argv[k]) != NULL || strstr(tests[i].file, argv[k]) != NULL)
			return true;
	return false;
}

int
main(int argc, char **argv)
{
	struct arena *mem = arena_new(1 << 16);
	int pass = 0, fail = 0, skip = 0;

	crypt_start();
	utf8_start();
	for (size_t i = 0; i < n_tests; i++) {
		if (!wanted(argc, argv, i))
			continue;
		failed = skipped = false;
		tests[i].fn(mem);
		arena_reset(mem);
		if (failed)
			printf("FAILED %s %s\n", tests[i].file, tests[i].name);
		fail += failed;
		skip += !failed && skipped;
		pass += !failed && !skipped;
		fflush(stdout);
	}
	arena_free(mem);
	printf("%d passed, %d failed, %d skipped\n", pass, fail, skip);
	return fail > 0;
}
