/* main/tool_import.c: hersys import patients FILE: published 陽性患者属性 into the store. */
#include "main/tool.h"

#include "domain/open_import.h"

#include <errno.h>

static const char usage[] =
	"usage: hersys import patients FILE [--preview] [--refused FILE] [--quiet] [--report FILE]\n"
	"  --preview        read and report, keep nothing\n"
	"  --refused FILE   where refused rows are written, to be mended and imported again (FILE.refused.csv)\n"
	"  --report FILE    a line for every row: line, verdict, what was repaired or is wrong, by tabs\n"
	"  --quiet          print the sums only\n";

struct args {
	struct import_opts o;
	struct str report;
	bool quiet;
};

/* --name VALUE or --name=VALUE */
static bool
value_of(int argc, const char **argv, int *i, struct str name, struct str *out)
{
	struct str arg = str_of(argv[*i]);

	if (str_eq(arg, name) && *i + 1 < argc) {
		*out = str_of(argv[++*i]);
		return out->n > 0;
	}
	if (!str_starts(arg, name) || arg.n <= name.n + 1 || arg.p[name.n] != '=')
		return false;
	*out = str_sub(arg, name.n + 1, arg.n);
	return true;
}

static bool
args_read(int argc, const char **argv, struct args *out)
{
	int i = 0;

	*out = (struct args){ .report = S("") };
	out->o.path = out->o.refused_path = S("");
	if (i < argc && str_eq(str_of(argv[i]), S("import")))
		i++;
	if (i >= argc || !str_eq(str_of(argv[i]), S("patients")))
		return false;
	for (i++; i < argc; i++) {
		struct str arg = str_of(argv[i]);
		if (str_eq(arg, S("--preview")))
			out->o.preview = true;
		else if (str_eq(arg, S("--quiet")))
			out->quiet = true;
		else if (value_of(argc, argv, &i, S("--refused"), &out->o.refused_path)
		    || value_of(argc, argv, &i, S("--report"), &out->report))
			continue;
		else if (str_starts(arg, S("--")) || out->o.path.n > 0 || arg.n == 0)
			return false;
		else
			out->o.path = arg;
	}
	return out->o.path.n > 0;
}

struct printing {
	struct arena *mem;
	FILE *out;              /* NULL: quiet */
	FILE *report;           /* NULL: none */
};

/* A sentence may quote a cell: nothing in it may end the line. */
static struct str
one_line(struct arena *mem, struct str s)
{
	char *p = str_z(mem, s);

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)p[i] < ' ' || p[i] == 0x7F)
			p[i] = ' ';
	return (struct str){ p, s.n };
}

/* The console is told what somebody may want to look at; the report has every row. */
static void
print_row(void *arg, size_t line, struct str verdict, struct str what)
{
	struct printing *p = arg;
	bool dull = str_eq(verdict, S("taken")) || str_eq(verdict, S("known"));

	what = one_line(p->mem, what);
	if (p->report != NULL)
		fprintf(p->report, "%zu\t%.*s\t%.*s\n", line, STR_ARG(verdict), STR_ARG(what));
	if (p->out != NULL && !dull)
		fprintf(p->out, "line %zu: %.*s: %.*s\n", line, STR_ARG(verdict), STR_ARG(what));
	arena_reset(p->mem);
}

static void
print_sums(FILE *out, const struct args *a, const struct import_sums *s)
{
	fprintf(out, "%.*s%s: %lld rows = %lld taken + %lld repaired + %lld changed + %lld known + %lld refused\n",
	    STR_ARG(a->o.path), a->o.preview ? " (preview)" : "", (long long)s->rows, (long long)s->taken,
	    (long long)s->repaired, (long long)s->changed, (long long)s->known, (long long)s->refused);
	if (s->refused == 0 || (a->o.preview && a->o.refused_path.n == 0))
		return;
	if (a->o.refused_path.n > 0)
		fprintf(out, "refused rows: %.*s\n", STR_ARG(a->o.refused_path));
	else
		fprintf(out, "refused rows: %.*s.refused.csv\n", STR_ARG(a->o.path));
}

static bool
report_open(struct arena *mem, const struct args *a, struct printing *p, FILE *err)
{
	if (a->report.n == 0)
		return true;
	p->report = fopen(str_z(mem, a->report), "we");
	if (p->report == NULL)
		fprintf(err, "cannot write %.*s: %s\n", STR_ARG(a->report), strerrordesc_np(errno));
	return p->report != NULL;
}

static bool
report_close(struct printing *p)
{
	bool good = p->report == NULL || !ferror(p->report);

	return (p->report == NULL || fclose(p->report) == 0) && good;
}

int
tool_import(int argc, const char **argv, struct store *st, struct arena *mem, FILE *out, FILE *err)
{
	struct actor console = actor_console();
	struct printing p = { .mem = arena_new(4096) };
	struct import_sums sums;
	struct args a;
	struct str why = S("");
	enum err e = E_INVALID;

	if (!args_read(argc, argv, &a)) {
		fputs(usage, err);
		arena_free(p.mem);
		return 2;
	}
	p.out = a.quiet ? NULL : out;
	a.o.report = print_row;
	a.o.arg = &p;
	if (report_open(mem, &a, &p, err)) {
		e = open_import(st, &console, mem, &a.o, &sums, &why);
		if (e != OK)
			fprintf(err, "%.*s: %.*s\n", STR_ARG(a.o.path), STR_ARG(why));
		else
			print_sums(out, &a, &sums);
		if (!report_close(&p)) {
			fprintf(err, "cannot write %.*s\n", STR_ARG(a.report));
			e = E_IO;
		}
	}
	arena_free(p.mem);
	return e != OK ? 1 : sums.refused > 0 ? 3 : 0;
}
