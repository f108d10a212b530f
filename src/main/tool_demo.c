/* main/tool_demo.c: `hersys demo`: fill a new database with an invented epidemic. */
#include "main/tool_demo.h"

#include "base/clock.h"
#include "domain/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int
usage(const char *why)
{
	fprintf(stderr, "hersys demo: %s\n"
	    "usage: hersys demo [--cases N] [--seed S] [--until YYYY-MM-DD] [--days N] [--series FILE]\n", why);
	return 2;
}

static bool
number(struct str s, int64_t low, int64_t high, int64_t *out)
{
	int64_t n;

	if (!str_int(s, &n) || n < low || n > high)
		return false;
	*out = n;
	return true;
}

/* One option and its value; a sentence when it is wrong. */
static const char *
read_option(struct str name, struct str value, struct demo_opts *o)
{
	int64_t n = 0;

	if (str_eq(name, S("--cases")))
		return number(value, 0, DEMO_CASES_MAX, &o->cases) ? NULL : "--cases wants a number of cases";
	if (str_eq(name, S("--seed"))) {
		bool good = number(value, 0, INT64_MAX, &n);
		o->seed = (uint64_t)n;
		return good ? NULL : "--seed wants a number";
	}
	if (str_eq(name, S("--days"))) {
		bool good = number(value, 1, DEMO_DAYS_MAX, &n);
		o->days = (int)n;
		return good ? NULL : "--days wants a number of days";
	}
	if (str_eq(name, S("--until")))
		return date_from_iso(value, &o->until) ? NULL : "--until wants a date, 2022-08-19";
	if (str_eq(name, S("--series"))) {
		o->series = value;
		return NULL;
	}
	return "there is no such option";
}

/* --name value or --name=value. */
static const char *
read_options(const char **argv, size_t argc, struct demo_opts *o)
{
	for (size_t i = 0; i < argc; i++) {
		struct str arg = str_of(argv[i]);
		size_t eq = str_find(arg, '=', 0);
		struct str value = str_sub(arg, eq + 1, arg.n);
		if (eq == arg.n && i + 1 == argc)
			return "an option without its value";
		if (eq == arg.n)
			value = str_of(argv[++i]);
		const char *why = read_option(str_sub(arg, 0, eq), value, o);
		if (why != NULL)
			return why;
	}
	return NULL;
}

static void
progress(void *arg, int64_t done, int64_t of)
{
	int64_t *told = arg, now = clock_mono();

	if (done < of && now - *told < 500)
		return;
	*told = now;
	fprintf(stderr, "\r%lld of %lld cases", (long long)done, (long long)of);
	if (done == of)
		fprintf(stderr, "\n");
}

/* For a second start: who has the folder has the database as well. */
static bool
keep_logins(struct arena *mem, struct str data_dir, struct str lines)
{
	char *path = str_z(mem, str_fmt(mem, "%.*s/demo-logins", STR_ARG(data_dir)));
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return false;
	bool good = write(fd, lines.p, lines.n) == (ssize_t)lines.n && fsync(fd) == 0;
	return close(fd) == 0 && good;
}

int
tool_demo(struct store *st, const struct keyring *keys, struct sheetset *sheets, struct arena *mem, const char **argv,
    size_t argc, struct str data_dir)
{
	int64_t told = 0;
	struct demo_opts o = { .cases = 2000, .seed = 1, .until = date_of(clock_now()), .days = 60,
		.progress = progress, .arg = &told };
	struct demo_login login[DEMO_LOGINS];
	struct buf b = buf_new(mem);
	struct str why = S("");
	const char *wrong = read_options(argv, argc, &o);

	if (wrong != NULL)
		return usage(wrong);
	enum err e = demo_make(st, keys, sheets, mem, &o, login, &why);
	if (e != OK) {
		fprintf(stderr, "hersys demo: %.*s (%s)\n", STR_ARG(why), err_name(e));
		return 1;
	}
	for (size_t i = 0; i < DEMO_LOGINS; i++)
		buf_fmt(&b, "%.*s\t%.*s\t%.*s\t%.*s\t%.*s\n", STR_ARG(login[i].login), STR_ARG(login[i].password),
		    STR_ARG(login[i].secret), STR_ARG(login[i].role), STR_ARG(login[i].name));
	struct str lines = buf_str(&b);
	if (!keep_logins(mem, data_dir, lines)) {
		fprintf(stderr, "hersys demo: cannot write %.*s/demo-logins: %s\n", STR_ARG(data_dir), strerrordesc_np(errno));
		return 1;
	}
	return fwrite(lines.p, 1, lines.n, stdout) == lines.n && fflush(stdout) == 0 ? 0 : 1;
}
