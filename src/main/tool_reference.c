/* main/tool_reference.c: hersys reference load FILE… and hersys reference list. */
#include "main/tool.h"

#include "base/date.h"
#include "domain/reference.h"

static const char usage[] =
	"usage: hersys reference load FILE...   newer tables: ours (data/reference/*.tsv), KEN_ALL.CSV, JIGYOSYO.CSV\n"
	"       hersys reference list           which tables are loaded, since when\n";

static int
list(struct store *st, struct arena *mem, FILE *out, FILE *err)
{
	struct reader *rd = reader_new(st);
	struct tx *tx = read_begin(rd, mem, S(""));
	struct rows r;
	enum err e;

	for (tx_open(tx, &r, Q_reference_load_all, NULL, 0); rows_next(&r);)
		fprintf(out, "%-16.*s %8lld rows  %.*s  %.*s\n", STR_ARG(row_text(&r, "name")),
		    (long long)row_int(&r, "row_count"), STR_ARG(date_minute(mem, row_int(&r, "at"))),
		    STR_ARG(row_text(&r, "sha256")));
	e = read_end(tx);
	reader_free(rd);
	if (e != OK)
		fprintf(err, "the store cannot be read: %s\n", err_name(e));
	return e != OK;
}

static int
load(int n, const char **path, struct store *st, struct arena *mem, FILE *out, FILE *err)
{
	struct actor console = actor_console();

	for (int i = 0; i < n; i++) {
		struct str summary, why;
		if (reference_load(st, &console, mem, str_of(path[i]), &summary, &why) != OK) {
			fprintf(err, "%s: %.*s\n", path[i], STR_ARG(why));
			return 1;
		}
		fprintf(out, "%s: %.*s\n", path[i], STR_ARG(summary));
	}
	return 0;
}

int
tool_reference(int argc, const char **argv, struct store *st, struct arena *mem, FILE *out, FILE *err)
{
	if (argc > 0 && str_eq(str_of(argv[0]), S("reference"))) {
		argc--;
		argv++;
	}
	if (argc == 1 && str_eq(str_of(argv[0]), S("list")))
		return list(st, mem, out, err);
	if (argc >= 2 && str_eq(str_of(argv[0]), S("load")))
		return load(argc - 1, argv + 1, st, mem, out, err);
	fputs(usage, err);
	return 2;
}
