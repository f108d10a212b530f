/* main/tool_bench.c: hersys bench WHAT [OPTIONS]: measures itself; one JSON object a line on stdout. */
#include "main/bench.h"
#include "main/tools.h"

#include <stddef.h>

/* ---- what can be measured ---- */

static const struct measurement {
	const char *name;
	int (*run)(struct bench *b);
	const char *what;
} measurements[] = {
	{ "notify", bench_notify, "durable notifications a second over HTTPS, at 64 and 256 connections, and their times at --rate" },
	{ "pages", bench_pages, "case, list, figures, alone and while --rate notifications a second arrive" },
	{ "search", bench_search, "every name and reading of the base (or --names of them), from one character on" },
	{ "fresh", bench_fresh, "from a receipt until the ministry's figures show it" },
	{ "import", bench_import, "open data previewed and kept, --rows; its memory" },
	{ "start", bench_start, "from the spawn of the server to its first answer, its memory" },
	{ "idle", bench_idle, "the server's memory with --idle connections, and while others work" },
	{ "get", bench_get_file, "one --path of the server --at, by many connections: for comparing two servers" },
	{ "disk", bench_disk, "what the disk under --in (or --folder) can do, and what that means" },
	{ "replay", bench_replay, "a whole day's notifications (--day, --count) in --minutes, on the curve of a day" },
	{ "growth", bench_growth, "what notifications and questions cost at --sizes; --table, --svg" },
};

/* ---- options ---- */

enum option_kind { OPT_TEXT, OPT_NUMBER, OPT_SWITCH };
#define AT(member) offsetof(struct bench_opts, member)
static const struct option {
	const char *name;
	enum option_kind kind;
	size_t at;
	int64_t low, high;
	const char *what;
} options[] = {
	{ "--seconds", OPT_NUMBER, AT(seconds), 1, 3600, "how long (10)" },
	{ "--connections", OPT_NUMBER, AT(clients), 1, 1000, "at the same time (each measurement has its own)" },
	{ "--rate", OPT_NUMBER, AT(rate), 1, 1000000, "notifications a second of the open loop (200)" },
	{ "--cases", OPT_NUMBER, AT(cases), 0, DEMO_CASES_MAX, "of the demonstration that is made (2000)" },
	{ "--in", OPT_TEXT, AT(parent), 0, 0, "the folder for temporary data folders (TMPDIR, /tmp)" },
	{ "--base", OPT_TEXT, AT(base), 0, 0, "a folder made by hersys demo; it is copied" },
	{ "--in-place", OPT_SWITCH, AT(in_place), 0, 0, "the base is used itself and keeps what was filed" },
	{ "--quick", OPT_SWITCH, AT(quick), 0, 0, "count nothing again at the end" },
	{ "--ack-file", OPT_TEXT, AT(ack_file), 0, 0, "notify: a line for every press that was answered" },
	{ "--folder", OPT_TEXT, AT(folder), 0, 0, "notify: the data folder of a server that runs; disk: the folder" },
	{ "--at", OPT_TEXT, AT(at), 0, 0, "notify, get: its 127.0.0.1:PORT" },
	{ "--patient", OPT_SWITCH, AT(patient), 0, 0, "notify: what is not answered is sent again" },
	{ "--page", OPT_TEXT, AT(page), 0, 0, "pages: only those whose name begins so (list.centre)" },
	{ "--list", OPT_TEXT, AT(list), 0, 0, "pages: path of the ministry's list (/inbox)" },
	{ "--names", OPT_NUMBER, AT(names), 0, DEMO_CASES_MAX, "search: so many names, evenly taken; 0: all (2000)" },
	{ "--idle", OPT_NUMBER, AT(idle), 1, 100000, "idle: connections (10000)" },
	{ "--rows", OPT_NUMBER, AT(rows), 1000, 100000000, "import: rows of the file (100000)" },
	{ "--path", OPT_TEXT, AT(path), 0, 0, "get: what is asked for (/healthz)" },
	{ "--day", OPT_TEXT, AT(day), 0, 0, "replay: 2022-08-19" },
	{ "--count", OPT_NUMBER, AT(count), 1, 10000000, "replay: notifications of another day" },
	{ "--minutes", OPT_NUMBER, AT(minutes), 1, 240, "replay: that the day takes (5)" },
	{ "--sizes", OPT_TEXT, AT(sizes), 0, 0, "growth: cases, rising (10000,100000)" },
	{ "--bases", OPT_TEXT, AT(bases), 0, 0, "growth: a folder with a base of each size in it, named by it" },
	{ "--table", OPT_TEXT, AT(table), 0, 0, "growth: where the table goes (stdout)" },
	{ "--svg", OPT_TEXT, AT(svg), 0, 0, "growth: where the picture goes" },
};

static int
usage(FILE *err, const char *why, const char *about)
{
	fprintf(err, "hersys bench: %s%s%s\nusage: hersys bench WHAT [OPTIONS]; what:\n", why, about[0] != '\0' ? ": " : "", about);
	for (size_t i = 0; i < LEN(measurements); i++)
		fprintf(err, "  %-16s%s\n", measurements[i].name, measurements[i].what);
	fprintf(err, "options:\n");
	for (size_t i = 0; i < LEN(options); i++)
		fprintf(err, "  %-16s%s\n", options[i].name, options[i].what);
	return EXIT_USAGE;
}

static const struct option *
find_option(const char *name)
{
	for (size_t i = 0; i < LEN(options); i++)
		if (strcmp(options[i].name, name) == 0)
			return &options[i];
	return NULL;
}

/* NULL when all is well, else what is wrong about *about. */
static const char *
read_options(int argc, const char **argv, struct bench_opts *o, const char **about)
{
	for (int i = 1; i < argc; i++) {
		const struct option *opt = find_option(argv[i]);
		*about = argv[i];
		if (opt == NULL)
			return "there is no such option";
		char *into = (char *)o + opt->at;
		if (opt->kind == OPT_SWITCH) {
			*(bool *)into = true;
			continue;
		}
		if (++i == argc)
			return "an option without its value";
		struct str value = str_of(argv[i]);
		int64_t n = 0;
		if (opt->kind == OPT_NUMBER && (!str_int(value, &n) || n < opt->low || n > opt->high))
			return "no such number";
		if (opt->kind == OPT_NUMBER)
			*(int64_t *)(void *)into = n;
		else
			*(struct str *)(void *)into = value;
	}
	return NULL;
}

/* ---- the command ---- */

int
tool_bench(struct arena *mem, int argc, const char **argv, FILE *out, FILE *err)
{
	struct bench *b = NEW(mem, struct bench);
	const char *why, *about = "";

	b->mem = mem;
	b->out = out;
	b->err = err;
	b->o = (struct bench_opts){ .seconds = 10, .rate = 200, .cases = 2000, .names = 2000, .path = S("/healthz") };
	if (argc < 1)
		return usage(err, "what is to be measured?", "");
	if ((why = read_options(argc, argv, &b->o, &about)) != NULL)
		return usage(err, why, about);
	if (b->o.in_place && b->o.base.n == 0 && b->o.bases.n == 0)
		return usage(err, "--in-place wants --base", "");
	for (size_t i = 0; i < LEN(measurements); i++)
		if (strcmp(argv[0], measurements[i].name) == 0) {
			int code = measurements[i].run(b);
			if (b->w.mem != NULL)
				bench_world_end(&b->w, err);
			return code;
		}
	return usage(err, "there is no such measurement", argv[0]);
}
