/* test/unit/fmt_csv.c: spreadsheets as they are found. */
#include "t.h"

#include "fmt/csv.h"

#include <fcntl.h>
#include <unistd.h>

/* Bytes handed out `step` at a time; -1 at `breaks`. */
struct bytes {
	struct str s;
	size_t at, step, breaks;
};

static long
bytes_read(void *arg, char *p, size_t n)
{
	struct bytes *b = arg;
	struct str part = str_sub(b->s, b->at, b->step < n ? b->step : n);

	if (b->breaks > 0 && b->at >= b->breaks)
		return -1;
	memcpy(p, part.p, part.n);
	b->at += part.n;
	return (long)part.n;
}

static struct csv *
open_bytes(struct arena *mem, struct str s, size_t step)
{
	struct bytes *b = NEW(mem, struct bytes);

	*b = (struct bytes){ .s = s, .step = step };
	return csv_open(mem, (struct csv_source){ bytes_read, b });
}

/* All rows as text: 1<a><b> is line and cells; 2! a row that cannot be read. */
static struct str
rows_by(struct arena *mem, struct str s, size_t step)
{
	struct buf b = buf_new(mem);
	struct csv *c = open_bytes(mem, s, step);
	struct csv_row r;
	enum err e;

	while ((e = csv_next(c, mem, &r)) == OK || e == E_FORMAT) {
		buf_fmt(&b, e == OK ? "%zu" : "%zu!", r.line);
		for (size_t i = 0; i < r.n; i++)
			buf_fmt(&b, "<%.*s>", STR_ARG(r.cell[i]));
	}
	CHECK_INT(e, E_NOTFOUND);
	CHECK_INT(csv_next(c, mem, &r), E_NOTFOUND);
	return buf_str(&b);
}

/* The same whatever pieces the bytes come in. */
static struct str
rows_of(struct arena *mem, struct str s)
{
	struct str rows = rows_by(mem, s, SIZE_MAX);

	CHECK_STR(rows_by(mem, s, 1), rows);
	return rows;
}

static struct str
repeat(struct arena *mem, struct str s, size_t times)
{
	struct buf b = buf_new(mem);

	for (size_t i = 0; i < times; i++)
		buf_put(&b, s);
	return buf_str(&b);
}

/* ---- rows and cells ---- */

TEST(rows_end_with_any_line_end_or_none)
{
	CHECK_STR(rows_of(mem, S("a,b\r\nc,d\ne,f\rg,h")), S("1<a><b>2<c><d>3<e><f>4<g><h>"));
	CHECK_STR(rows_of(mem, S("a\n")), S("1<a>"));
	CHECK_STR(rows_of(mem, S("a\r\n")), S("1<a>"));
	CHECK_STR(rows_of(mem, S("")), S(""));
}

TEST(empty_cells_and_blank_lines_are_kept)
{
	CHECK_STR(rows_of(mem, S(",a,\n\n,\n")), S("1<><a><>2<>3<><>"));
	CHECK_STR(rows_of(mem, S("\r\n\r\n")), S("1<>2<>"));
}

TEST(a_quoted_cell_may_hold_anything)
{
	CHECK_STR(rows_of(mem, S("\"a,b\",\"c\"\"d\",\"\",\"\"\"\"\n\"e\r\nf\",\"g\n\nh\"\ni")),
	    S("1<a,b><c\"d><><\">2<e\r\nf><g\n\nh>6<i>"));
}

TEST(spaces_belong_to_the_cell)
{
	CHECK_STR(rows_of(mem, S(" a , b")), S("1< a >< b>"));
}

TEST(quotes_where_none_should_be_are_taken_as_they_stand)
{
	CHECK_STR(rows_of(mem, S("5\" disk, \"x\"\n\"a\"b,\"a\"\"b\"c\"d,\"\"\n")),
	    S("1<5\" disk>< \"x\">2<ab><a\"bc\"d><>"));
}

TEST(a_row_keeps_how_it_stood)
{
	struct csv *c = open_bytes(mem, S("\xEF\xBB\xBF\"a\"\"\", b\r\n\"c\nd\"\n"), SIZE_MAX);
	struct csv_row r;

	CHECK_INT(csv_next(c, mem, &r), OK);
	CHECK_STR(r.raw, S("\"a\"\"\", b"));
	CHECK_INT(csv_next(c, mem, &r), OK);
	CHECK_STR(r.raw, S("\"c\nd\""));
	CHECK_INT(r.line, 2);
}

/* ---- codings ---- */

TEST(the_coding_is_told_by_the_first_bytes)
{
	CHECK_INT(csv_coding(open_bytes(mem, S("山,a\n"), SIZE_MAX)), CSV_UTF8);
	CHECK_INT(csv_coding(open_bytes(mem, S("\xEF\xBB\xBF" "a\n"), SIZE_MAX)), CSV_UTF8_BOM);
	CHECK_INT(csv_coding(open_bytes(mem, S("\x8E\x52,a\n"), SIZE_MAX)), CSV_CP932);
	CHECK_INT(csv_coding(open_bytes(mem, S(""), SIZE_MAX)), CSV_UTF8);
}

TEST(a_character_cut_at_64_kib_is_still_utf8)
{
	for (size_t pad = 0; pad < 4; pad++) {
		struct str head = str_sub(S("abc\n"), 0, pad);
		struct str s = str_cat(mem, head, repeat(mem, S("山\n"), 30000));
		CHECK_INT(csv_coding(open_bytes(mem, s, SIZE_MAX)), CSV_UTF8);
	}
	CHECK_INT(csv_coding(open_bytes(mem, S("a\xE5\xB1"), SIZE_MAX)), CSV_CP932);
}

TEST(cp932_is_read_as_windows_writes_it)
{
	/* 髙 of IBM, NEC's ① and ㈱, half-width kana */
	CHECK_STR(rows_of(mem, S("\xFB\xFC,\x87\x40\x87\x8A,\xB1\xCD\xDE\r\n")), S("1<髙><①㈱><ｱﾍﾞ>"));
	/* ～ and － as Windows has them, a backslash as trail byte and alone */
	CHECK_STR(rows_of(mem, S("\x81\x60\x81\x7C,\x83\x5C\x95\x5C,\\~\n")), S("1<～－><ソ表><\\~>"));
	/* 外字 */
	CHECK_STR(rows_of(mem, S("\xF0\x40,\xF9\xFC")), S("1<\xEE\x80\x80><\xEE\x9D\x97>"));
}

TEST(a_row_whose_bytes_are_no_text_is_refused_alone)
{
	CHECK_STR(rows_of(mem, S("\x8E\x52\n\x81\x20,x\n\x8E\x52\n\xFF\n\x81")), S("1<山>2!3<山>4!5!"));
	CHECK_STR(rows_of(mem, S("\xEF\xBB\xBF" "a\n\xFF,b\nc\n\xE5\xB1")), S("1<a>2!3<c>4!"));
	CHECK_STR(rows_of(mem, S("\xEF\xBB\xBF" "a\nb\0c\nd")), S("1<a>2!3<d>"));
}

TEST(long_files_of_cp932_are_read_to_the_end)
{
	struct csv *c = open_bytes(mem, repeat(mem, S("\xB1\xB1\xB1\x8E\x52,1\r\n"), 100000), 777);
	struct arena *row = arena_new(1024);
	struct csv_row r;
	size_t n = 0;

	for (; csv_next(c, row, &r) == OK; n++, arena_reset(row))
		if (r.n != 2 || !str_eq(r.cell[0], S("ｱｱｱ山")) || r.line != n + 1)
			break;
	arena_free(row);
	CHECK_INT(n, 100000);
}

/* ---- refusals and limits ---- */

TEST(an_open_quote_costs_its_line_and_reading_goes_on)
{
	CHECK_STR(rows_of(mem, S("a\n\"b,c\r\nd,e\nf\n")), S("1<a>2!3<d><e>4<f>"));
	CHECK_STR(rows_of(mem, S("a\n\"b")), S("1<a>2!"));
	CHECK_STR(rows_of(mem, S("\"b\n\n")), S("1!2<>"));
	CHECK_STR(rows_of(mem, S("\"b\r\n")), S("1!"));
	CHECK_STR(rows_of(mem, S("\"b\rc")), S("1!2<c>"));
}

TEST(a_row_may_have_so_many_cells_and_no_more)
{
	struct str most = repeat(mem, S(","), CSV_MAX_CELLS - 1);
	struct str s = str_fmt(mem, "%.*s\n,%.*s\nb", STR_ARG(most), STR_ARG(most));
	struct csv *c = open_bytes(mem, s, SIZE_MAX);
	struct csv_row r;

	CHECK_INT(csv_next(c, mem, &r), OK);
	CHECK_INT(r.n, CSV_MAX_CELLS);
	CHECK_INT(csv_next(c, mem, &r), E_FORMAT);
	CHECK_INT(r.line, 2);
	CHECK_INT(csv_next(c, mem, &r), OK);
	CHECK_INT(r.line, 3);
	CHECK_STR(r.cell[0], S("b"));
}

TEST(a_row_may_be_so_long_and_no_longer)
{
	for (size_t over = 0; over < 2; over++)
		for (size_t far = 0; far <= (1 << 20); far += 1 << 19) {
			struct str x = repeat(mem, S("x"), CSV_MAX_ROW + over + over * far);
			struct str s = str_fmt(mem, "a\r\n%.*s\r\nb", STR_ARG(x));
			struct csv *c = open_bytes(mem, s, 60000);
			struct csv_row r;
			CHECK_INT(csv_next(c, mem, &r), OK);
			CHECK_INT(csv_next(c, mem, &r), over ? E_FORMAT : OK);
			CHECK_INT(r.line, 2);
			CHECK_INT(csv_next(c, mem, &r), OK);
			CHECK_INT(r.line, 3);
			CHECK_STR(r.cell[0], S("b"));
			CHECK_INT(csv_next(c, mem, &r), E_NOTFOUND);
		}
}

TEST(open_quotes_without_end_are_given_up_in_time)
{
	/* each line opens a quote that the next closes and opens again */
	struct csv *c = open_bytes(mem, repeat(mem, S("5\",\"\n"), 1 << 20), SIZE_MAX);
	struct arena *row = arena_new(1024);
	struct csv_row r;
	size_t refused = 0;
	enum err e;

	while ((e = csv_next(c, row, &r)) == OK || e == E_FORMAT) {
		refused += e == E_FORMAT;
		arena_reset(row);
	}
	arena_free(row);
	CHECK_INT(e, E_NOTFOUND);
	CHECK(refused > 100 && refused < 200);
}

TEST(a_source_that_fails_is_said_so)
{
	struct bytes b = { .s = S("a\nb\nc\n"), .step = 2, .breaks = 4 };
	struct csv *c = csv_open(mem, (struct csv_source){ bytes_read, &b });
	struct csv_row r;

	CHECK_INT(csv_next(c, mem, &r), OK);
	CHECK_INT(csv_next(c, mem, &r), OK);
	CHECK_INT(csv_next(c, mem, &r), E_IO);
	CHECK_INT(csv_next(c, mem, &r), E_IO);
}

TEST(memory_is_one_row_whatever_the_size)
{
	struct arena *life = arena_new(1024), *row = arena_new(1024);
	struct bytes b = { .s = repeat(mem, S("1,\"a\"\"b\",山田\n"), 300000), .step = 65536 };
	struct csv *c = csv_open(life, (struct csv_source){ bytes_read, &b });
	size_t before = arena_used(life), most = 0;
	struct csv_row r;

	while (csv_next(c, row, &r) == OK) {
		most = arena_used(row) > most ? arena_used(row) : most;
		arena_reset(row);
	}
	CHECK_INT(r.line, 300001);
	CHECK_INT(arena_used(life), before);
	CHECK(before < 200000);
	CHECK(most < 1024);
	arena_free(row);
	arena_free(life);
}

/* ---- writing ---- */

static struct str
put(struct arena *mem, struct str cell, enum csv_guard guard)
{
	struct buf b = buf_new(mem);

	csv_put(&b, cell, guard);
	return buf_str(&b);
}

TEST(a_cell_is_quoted_when_it_must_be)
{
	CHECK_STR(put(mem, S("山田 花子"), CSV_PLAIN), S("山田 花子"));
	CHECK_STR(put(mem, S(""), CSV_PLAIN), S(""));
	CHECK_STR(put(mem, S("a,b"), CSV_PLAIN), S("\"a,b\""));
	CHECK_STR(put(mem, S("a\"b\""), CSV_PLAIN), S("\"a\"\"b\"\"\""));
	CHECK_STR(put(mem, S("a\nb"), CSV_PLAIN), S("\"a\nb\""));
	CHECK_STR(put(mem, S("a\r"), CSV_PLAIN), S("\"a\r\""));
}

TEST(what_a_spreadsheet_would_run_gets_an_apostrophe)
{
	CHECK_STR(put(mem, S("=1+1"), CSV_GUARD), S("'=1+1"));
	CHECK_STR(put(mem, S("+81"), CSV_GUARD), S("'+81"));
	CHECK_STR(put(mem, S("-1"), CSV_GUARD), S("'-1"));
	CHECK_STR(put(mem, S("@a"), CSV_GUARD), S("'@a"));
	CHECK_STR(put(mem, S("\t=1"), CSV_GUARD), S("'\t=1"));
	CHECK_STR(put(mem, S("\r=\"1\""), CSV_GUARD), S("\"'\r=\"\"1\"\"\""));
	CHECK_STR(put(mem, S("=1"), CSV_PLAIN), S("=1"));
	CHECK_STR(put(mem, S("1=1"), CSV_GUARD), S("1=1"));
	CHECK_STR(put(mem, S(""), CSV_GUARD), S(""));
}

TEST(a_row_is_written_with_commas_and_crlf)
{
	const struct str cell[] = { S("a"), S(""), S("b,c") }, empty[] = { S("") };
	struct buf b = buf_new(mem);

	csv_put_row(&b, cell, 3, CSV_PLAIN);
	csv_put_row(&b, empty, 1, CSV_PLAIN);
	csv_put_row(&b, cell, 0, CSV_PLAIN);
	CHECK_STR(buf_str(&b), S("a,,\"b,c\"\r\n\"\"\r\n\r\n"));
}

TEST(what_is_written_reads_the_same_even_with_a_mark_in_front)
{
	const struct str cell[] = { S("\xEF\xBB\xBF" "a"), S("\"\r\n,"), S(" ") };
	struct buf b = buf_new(mem);

	csv_put_row(&b, cell, 3, CSV_PLAIN);
	CHECK_STR(rows_of(mem, buf_str(&b)), S("1<\xEF\xBB\xBF" "a><\"\r\n,>< >"));
}

/* ---- real files ---- */

static long
fd_read(void *arg, char *p, size_t n)
{
	return read(*(int *)arg, p, n);
}

static int
open_shared(struct arena *mem, const char *path)
{
	return open(str_fmt(mem, "%s/data/%s", test_shared(), path).p, O_RDONLY | O_CLOEXEC);
}

/* Rows below the head, each as wide as the head; -1 when one is not. */
static long
rows_in(struct arena *mem, const char *path, enum csv_coding coding)
{
	int fd = open_shared(mem, path);
	struct csv *c = csv_open(mem, (struct csv_source){ fd_read, &fd });
	struct csv_row head, r;
	long n = 0;
	enum err e;

	CHECK(fd >= 0);
	CHECK_INT(csv_coding(c), coding);
	CHECK_INT(csv_next(c, mem, &head), OK);
	while ((e = csv_next(c, mem, &r)) == OK) {
		if (r.n != head.n)
			return -1;
		n++;
	}
	close(fd);
	CHECK_INT(e, E_NOTFOUND);
	return n;
}

TEST(published_lists_of_patients_are_read_whole)
{
	if (*test_shared() == '\0') {
		test_skip("no shared data");
		return;
	}
	CHECK_INT(rows_in(mem, "patients/150002_niigata_covid19_patients_20211028.csv", CSV_UTF8), 5324);
	CHECK_INT(rows_in(mem, "patients/130001_tokyo_covid19_patients_20200401.csv", CSV_UTF8_BOM), 242);
	CHECK_INT(rows_in(mem, "patients/130001_tokyo_covid19_patients_20200404.csv", CSV_UTF8_BOM), 516);
	CHECK_INT(rows_in(mem, "patients/130001_tokyo_covid19_patients_20200412.csv", CSV_UTF8), 1268);
	CHECK_INT(rows_in(mem, "patients/130001_tokyo_covid19_patients_20200515.csv", CSV_UTF8), 3354);
	CHECK_INT(rows_in(mem, "patients/toyokeizai_individuals_20200324.csv", CSV_UTF8), 691);
}

TEST(a_published_table_in_cp932_reads_as_its_utf8_copy)
{
	int fd[2];
	struct csv *c[2];
	struct csv_row r[2];
	size_t rows = 0;

	if (*test_shared() == '\0') {
		test_skip("no shared data");
		return;
	}
	fd[0] = open_shared(mem, "epi/toyokeizai_demography_cp932.csv");
	fd[1] = open_shared(mem, "epi/toyokeizai_demography.csv");
	CHECK(fd[0] >= 0 && fd[1] >= 0);
	for (int i = 0; i < 2; i++)
		c[i] = csv_open(mem, (struct csv_source){ fd_read, &fd[i] });
	CHECK_INT(csv_coding(c[0]), CSV_CP932);
	while (csv_next(c[0], mem, &r[0]) == OK && csv_next(c[1], mem, &r[1]) == OK) {
		CHECK_STR(r[0].raw, r[1].raw);
		rows++;
	}
	CHECK_INT(rows, 11);
	close(fd[0]);
	close(fd[1]);
}
