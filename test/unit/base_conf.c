/* test/unit/base_conf.c: where settings come from, and what is refused. */
#include "t.h"

#include "base/conf.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* A world of its own: an empty data folder, no variable of ours, then what the test says. */
struct world {
	struct str dir;
	struct conf c;
	const char *rest[32];
	size_t n_rest;
	struct str why;
};

static void
forget_variables(void)
{
	static const char *const name[] = { "HERSYS_DATA", "HERSYS_CONFIG", "HERSYS_LISTEN", "HERSYS_THREADS",
		"HERSYS_HEAD_SECONDS", "HERSYS_TRUST_PROXY", "HERSYS_LANGUAGE", "HERSYS_LISTN", "HERSYS_TEST_X" };

	for (size_t i = 0; i < LEN(name); i++)
		unsetenv(name[i]);
}

static void
world_begin(struct arena *mem, struct world *w)
{
	char *dir = str_z(mem, S("/tmp/hersys-conf-XXXXXX"));

	memset(w, 0, sizeof *w);
	forget_variables();
	if (mkdtemp(dir) == NULL)
		BUG("mkdtemp");
	w->dir = str_of(dir);
	setenv("HERSYS_DATA", dir, 1);
}

static void
world_end(struct arena *mem, struct world *w)
{
	unlink(str_z(mem, str_cat(mem, w->dir, S("/hersys.conf"))));
	unlink(str_z(mem, str_cat(mem, w->dir, S("/other.conf"))));
	rmdir(str_z(mem, w->dir));
	forget_variables();
}

static void
file_write(struct arena *mem, struct world *w, struct str name, struct str text)
{
	char *path = str_z(mem, str_fmt(mem, "%.*s/%.*s", STR_ARG(w->dir), STR_ARG(name)));
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);

	if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n)
		BUG("test file");
	close(fd);
}

/* Reads with these arguments; the list ends with NULL. */
#define READ(w, ...) read_with(mem, (w), (const char *const []){ "hersys", __VA_ARGS__ })
static enum err
read_with(struct arena *mem, struct world *w, const char *const *words)
{
	char *argv[LEN(w->rest)] = { 0 };
	int argc = 0;

	for (; words[argc] != NULL; argc++)
		argv[argc] = str_z(mem, str_of(words[argc]));
	w->why = S("");
	return conf_read(mem, argc, argv, &w->c, w->rest, &w->n_rest, &w->why);
}

TEST(without_any_source_the_defaults_hold)
{
	struct world w;

	world_begin(mem, &w);
	CHECK_INT(READ(&w, NULL), OK);
	CHECK_STR(w.c.text[CONF_listen], S("127.0.0.1:8443"));
	CHECK_INT(w.c.num[CONF_threads], 2);
	CHECK_INT(w.c.num[CONF_trust_proxy], 0);
	CHECK(!w.c.given[CONF_listen]);
	CHECK(w.c.given[CONF_data]);
	CHECK_INT(w.n_rest, 0);
	world_end(mem, &w);
}

TEST(later_sources_win)
{
	struct world w;

	world_begin(mem, &w);
	file_write(mem, &w, S("hersys.conf"), S("threads = 3\nlisten = 1.1.1.1:1\nhead-seconds = 5\n"));
	setenv("HERSYS_THREADS", "4", 1);
	setenv("HERSYS_LISTEN", "2.2.2.2:2", 1);
	CHECK_INT(READ(&w, "--threads", "5", NULL), OK);
	CHECK_INT(w.c.num[CONF_threads], 5);
	CHECK_STR(w.c.text[CONF_listen], S("2.2.2.2:2"));
	CHECK_INT(w.c.num[CONF_head_seconds], 5);
	CHECK(w.c.given[CONF_head_seconds]);
	world_end(mem, &w);
}

TEST(a_file_may_have_comments_blank_lines_and_dos_ends)
{
	struct world w;

	world_begin(mem, &w);
	file_write(mem, &w, S("hersys.conf"), S("\xEF\xBB\xBF# settings\r\n\r\n  threads=7\t# as many\r\n\t# end\r\n"
	    "files = a#b\r\nredirect =\r\nlanguage = en"));
	CHECK_INT(READ(&w, NULL), OK);
	CHECK_INT(w.c.num[CONF_threads], 7);
	CHECK_STR(w.c.text[CONF_files], S("a#b"));
	CHECK_STR(w.c.text[CONF_redirect], S(""));
	CHECK(w.c.given[CONF_redirect]);
	CHECK_STR(w.c.text[CONF_language], S("en"));
	world_end(mem, &w);
}

TEST(a_fault_in_a_file_is_told_with_file_and_line)
{
	static const struct {
		struct str text, why;
	} row[] = {
		{ STR_INIT("threads = 2\n\nlistn = x\n"), STR_INIT("hersys.conf:3: unknown setting listn") },
		{ STR_INIT("threads 2\n"), STR_INIT("hersys.conf:1: expected `name = value`, found threads 2") },
		{ STR_INIT("= 2\n"), STR_INIT("hersys.conf:1: unknown setting") },
		{ STR_INIT("Threads = 2\n"), STR_INIT("hersys.conf:1: unknown setting Threads") },
		{ STR_INIT("threads = 0\n"), STR_INIT("hersys.conf:1: threads must be a number from 1 to 64") },
		{ STR_INIT("threads = 65\n"), STR_INIT("must be a number from 1 to 64") },
		{ STR_INIT("threads = two\n"), STR_INIT("must be a number from 1 to 64") },
		{ STR_INIT("threads =\n"), STR_INIT("must be a number from 1 to 64") },
		{ STR_INIT("#\ntrust-proxy = maybe\n"), STR_INIT("hersys.conf:2: trust-proxy must be yes or no") },
		{ STR_INIT("language = de\n"), STR_INIT("language must be one of ja,en") },
		{ STR_INIT("language = j\n"), STR_INIT("language must have 2 to 2 bytes") },
		{ STR_INIT("log-level = trace\n"), STR_INIT("log-level must be one of debug,info,warn,error") },
		{ STR_INIT("clock = tomorrow\n"), STR_INIT("clock must be a time like 2022-08-19T09:00:00+09:00") },
		{ STR_INIT("listen = \n"), STR_INIT("listen must have 3 to 300 bytes") },
		{ STR_INIT("listen = a\0b:1\n"), STR_INIT("listen must not hold control characters") },
		{ STR_INIT("threads = 2\nthreads = 3\n"), STR_INIT("hersys.conf:2: given twice: threads") },
		{ STR_INIT("data = /elsewhere\n"), STR_INIT("hersys.conf:1: a file in the data folder cannot move the folder") },
		{ STR_INIT("config = x\n"), STR_INIT("hersys.conf:1: a file cannot name another file") },
	};
	struct world w;

	world_begin(mem, &w);
	for (size_t i = 0; i < LEN(row); i++) {
		file_write(mem, &w, S("hersys.conf"), row[i].text);
		CHECK_INT(READ(&w, NULL), E_INVALID);
		CHECK_HAS(w.why, row[i].why);
	}
	world_end(mem, &w);
}

TEST(a_bad_value_is_refused_even_where_another_source_would_win)
{
	struct world w;

	world_begin(mem, &w);
	file_write(mem, &w, S("hersys.conf"), S("threads = 999\n"));
	CHECK_INT(READ(&w, "--threads=2", NULL), E_INVALID);
	CHECK_HAS(w.why, S("hersys.conf:1: threads"));
	world_end(mem, &w);
}

TEST(a_file_that_was_named_must_be_there)
{
	struct world w;

	world_begin(mem, &w);
	char *path = str_z(mem, str_cat(mem, w.dir, S("/other.conf")));
	CHECK_INT(READ(&w, "--config", path, NULL), E_INVALID);
	CHECK_HAS(w.why, S("/other.conf: cannot be read"));
	CHECK_INT(READ(&w, "--config", str_z(mem, w.dir), NULL), E_INVALID);
	CHECK_HAS(w.why, S("cannot be read"));
	file_write(mem, &w, S("other.conf"), S("data = /elsewhere\nthreads = 9\n"));
	file_write(mem, &w, S("hersys.conf"), S("threads = 10\n"));
	unsetenv("HERSYS_DATA");
	setenv("HERSYS_CONFIG", path, 1);
	CHECK_INT(READ(&w, NULL), OK);
	CHECK_STR(w.c.text[CONF_data], S("/elsewhere"));
	CHECK_INT(w.c.num[CONF_threads], 9);
	world_end(mem, &w);
}

TEST(a_file_without_end_is_refused)
{
	struct world w;
	struct buf b = buf_new(mem);

	world_begin(mem, &w);
	for (int i = 0; i < 70000; i++)
		buf_byte(&b, '#');
	file_write(mem, &w, S("hersys.conf"), buf_str(&b));
	CHECK_INT(READ(&w, NULL), E_INVALID);
	CHECK_HAS(w.why, S("too long"));
	CHECK_INT(READ(&w, "--config=/dev/zero", NULL), E_INVALID);
	world_end(mem, &w);
}

TEST(a_folder_with_a_file_of_its_own_is_found_by_flag)
{
	struct world w;

	world_begin(mem, &w);
	unsetenv("HERSYS_DATA");
	file_write(mem, &w, S("hersys.conf"), S("threads = 11\n"));
	CHECK_INT(READ(&w, "--data", str_z(mem, w.dir), "serve", NULL), OK);
	CHECK_INT(w.c.num[CONF_threads], 11);
	CHECK_STR(w.c.text[CONF_data], w.dir);
	CHECK_INT(w.n_rest, 1);
	world_end(mem, &w);
}

TEST(variables_are_refused_by_name_and_value)
{
	struct world w;

	world_begin(mem, &w);
	setenv("HERSYS_HEAD_SECONDS", "61", 1);
	CHECK_INT(READ(&w, NULL), E_INVALID);
	CHECK_HAS(w.why, S("HERSYS_HEAD_SECONDS: head-seconds must be a number from 1 to 60"));
	unsetenv("HERSYS_HEAD_SECONDS");
	setenv("HERSYS_LISTN", "x", 1);
	CHECK_INT(READ(&w, NULL), E_INVALID);
	CHECK_HAS(w.why, S("HERSYS_LISTN: is no setting of hersys"));
	unsetenv("HERSYS_LISTN");
	setenv("HERSYS_TEST_X", "x", 1);
	setenv("HERSYS_TRUST_PROXY", "1", 1);
	CHECK_INT(READ(&w, NULL), OK);
	CHECK_INT(w.c.num[CONF_trust_proxy], 1);
	world_end(mem, &w);
}

TEST(flags_are_written_in_either_way_and_switches_stand_alone)
{
	struct world w;

	world_begin(mem, &w);
	CHECK_INT(READ(&w, "serve", "--threads=4", "--trust-proxy", "--listen", "0.0.0.0:1", "x", NULL), OK);
	CHECK_INT(w.c.num[CONF_threads], 4);
	CHECK_INT(w.c.num[CONF_trust_proxy], 1);
	CHECK_STR(w.c.text[CONF_listen], S("0.0.0.0:1"));
	CHECK_INT(w.n_rest, 2);
	CHECK_STR(str_of(w.rest[0]), S("serve"));
	CHECK_STR(str_of(w.rest[1]), S("x"));
	CHECK_INT(READ(&w, "--trust-proxy", "no", "serve", NULL), OK);
	CHECK_INT(w.c.num[CONF_trust_proxy], 0);
	CHECK_INT(w.n_rest, 1);
	CHECK_INT(READ(&w, "--trust-proxy=off", "--demo-hint", "serve", NULL), OK);
	CHECK_INT(w.c.num[CONF_demo_hint], 1);
	CHECK_INT(w.c.num[CONF_trust_proxy], 0);
	CHECK_INT(w.n_rest, 1);
	CHECK_INT(READ(&w, "--redirect=", NULL), OK);
	CHECK_STR(w.c.text[CONF_redirect], S(""));
	world_end(mem, &w);
}

TEST(a_flag_without_its_value_is_refused)
{
	struct world w;

	world_begin(mem, &w);
	CHECK_INT(READ(&w, "--threads", NULL), E_INVALID);
	CHECK_HAS(w.why, S("--threads: needs a value"));
	CHECK_INT(READ(&w, "--listen", "--threads", "2", NULL), E_INVALID);
	CHECK_HAS(w.why, S("--listen: needs a value"));
	CHECK_INT(READ(&w, "--threads=", NULL), E_INVALID);
	CHECK_HAS(w.why, S("--threads: threads must be a number"));
	world_end(mem, &w);
}

TEST(words_that_are_no_setting_stay_in_order_for_the_command)
{
	struct world w;

	world_begin(mem, &w);
	CHECK_INT(READ(&w, "restore", "--check", "-v", "--threads", "3", "file", "--", "--listen", "y", NULL), OK);
	CHECK_INT(w.n_rest, 6);
	CHECK_STR(str_of(w.rest[0]), S("restore"));
	CHECK_STR(str_of(w.rest[1]), S("--check"));
	CHECK_STR(str_of(w.rest[2]), S("-v"));
	CHECK_STR(str_of(w.rest[3]), S("file"));
	CHECK_STR(str_of(w.rest[4]), S("--listen"));
	CHECK_STR(str_of(w.rest[5]), S("y"));
	CHECK(!w.c.given[CONF_listen]);
	world_end(mem, &w);
}

TEST(the_table_for_people_names_every_setting)
{
	static const struct str flag[] = {
#define CONF(name, flag_, type, preset, low, high, what) STR_INIT("--" flag_ ", HERSYS_"),
#include "base/conf.def"
#undef CONF
	};
	struct buf b = buf_new(mem);

	conf_print(&b);
	for (size_t i = 0; i < LEN(flag); i++)
		CHECK_HAS(buf_str(&b), flag[i]);
	CHECK_HAS(buf_str(&b), S("head-seconds = 10\n"));
	CHECK_HAS(buf_str(&b), S("1 to 60; --head-seconds, HERSYS_HEAD_SECONDS\n"));
}
