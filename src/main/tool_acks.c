/* main/tool_acks.c: hersys check --acks FILE: is every acknowledged press there exactly once?
 *
 * FILE is what `hersys bench notify --ack-file` wrote: a line for each receipt that a client has seen,
 *     OP<tab>ORG<tab>HOME<tab>NOTIFICATION
 * A press may stand there several times: a repeated one has the same receipt. */
#include "main/tools.h"

#include "domain/demo.h"

#define LINE_MOST 400

struct acks {
	struct tool *t;
	struct reader *rd;
	int64_t lines, missing, different, unreadable;
};

static bool
read_ack(struct str line, struct str cell[4])
{
	int64_t home;

	for (size_t i = 0; i < 4; i++)
		if (!str_cut(&line, '\t', &cell[i]) || cell[i].n == 0)
			return false;
	return line.p == NULL && str_int(cell[2], &home) && id_ok(cell[3]);
}

static void
check_line(struct acks *a, struct arena *mem, struct str line)
{
	struct str cell[4];
	struct rows r;

	a->lines++;
	if (!read_ack(line, cell)) {
		a->unreadable++;
		fprintf(a->t->err, "acks: line %lld is none\n", (long long)a->lines);
		return;
	}
	struct tx *tx = read_begin(a->rd, mem, S(""));
	if (!tx_one(tx, &r, Q_acks_kept, DBS(DT(cell[1]), DT(cell[0])))) {
		a->missing++;
		fprintf(a->t->err, "acks: line %lld was acknowledged and is not there: %.*s\n", (long long)a->lines,
		    STR_ARG(cell[3]));
	} else {
		struct str home = str_fmt(mem, "%lld", (long long)row_int(&r, "home"));
		bool same = str_eq(home, cell[2]) && str_eq(row_text(&r, "notification_id"), cell[3]);
		rows_close(&r);
		a->different += !same;
		if (!same)
			fprintf(a->t->err, "acks: line %lld has another receipt than was given: %.*s\n", (long long)a->lines,
			    STR_ARG(cell[3]));
	}
	if (read_end(tx) != OK)
		a->missing++;
}

/* Every notification belongs to one press and every press to one. */
static bool
once_each(struct acks *a, struct arena *mem)
{
	struct tx *tx = read_begin(a->rd, mem, S(""));
	int64_t presses = -1, kept = -2, filed = -3;
	struct rows r;

	if (tx_one(tx, &r, Q_acks_sums, DBS(DT(DEMO_ACCOUNT)))) {
		presses = row_int(&r, "presses");
		kept = row_int(&r, "kept");
		filed = row_int(&r, "filed");
		rows_close(&r);
	}
	bool good = read_end(tx) == OK && presses == kept && kept == filed;
	fprintf(a->t->out, "presses: %lld, their notifications: %lld, notifications filed: %lld\n", (long long)presses,
	    (long long)kept, (long long)filed);
	return good;
}

int
tool_acks(struct tool *t, const char *file)
{
	char line[LINE_MOST];
	struct arena *mem = arena_new(1 << 16);
	struct acks a = { .t = t, .rd = reader_new(t->store) };
	FILE *f = fopen(file, "re");

	if (f == NULL) {
		fprintf(t->err, "hersys: cannot read %s\n", file);
		reader_free(a.rd);
		arena_free(mem);
		return EXIT_FAILED;
	}
	while (fgets(line, sizeof line, f) != NULL) {
		struct str s = str_of(line);
		if (s.n > 0 && s.p[s.n - 1] == '\n')
			s.n--;
		check_line(&a, mem, s);
		arena_reset(mem);
	}
	bool good = ferror(f) == 0;
	fclose(f);
	bool once = once_each(&a, mem);
	reader_free(a.rd);
	arena_free(mem);
	fprintf(t->out, "acks: %lld lines, %lld missing, %lld different, %lld unreadable\n", (long long)a.lines,
	    (long long)a.missing, (long long)a.different, (long long)a.unreadable);
	return good && once && a.missing + a.different + a.unreadable == 0 ? EXIT_DONE : EXIT_PARTLY;
}
