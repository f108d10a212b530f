/* domain/demo_table.c: see demo_table.h. */
#include "domain/demo_table.h"

#include "base/files.h"

static struct str
clean(struct str cell)
{
	cell = str_trim(cell);
	if (cell.n >= 2 && cell.p[0] == '"' && cell.p[cell.n - 1] == '"')
		cell = str_sub(cell, 1, cell.n - 2);
	return cell;
}

static size_t
count(struct str s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

/* The next line that says something; without CR. */
static bool
next_line(struct str *rest, struct str *line)
{
	while (str_cut(rest, '\n', line)) {
		if (line->n > 0 && line->p[line->n - 1] == '\r')
			line->n--;
		if (line->n > 0 && line->p[0] != '#')
			return true;
	}
	return false;
}

static void
cut_cells(struct str line, char sep, struct str *cell, size_t n)
{
	struct str part;

	for (size_t i = 0; i < n; i++)
		cell[i] = str_cut(&line, sep, &part) ? clean(part) : S("");
}

struct demo_table
demo_table_read(struct arena *mem, struct str text)
{
	struct demo_table t = { 0 };
	struct str line;

	if (str_starts(text, S("\xef\xbb\xbf")))
		text = str_sub(text, 3, text.n);
	if (!next_line(&text, &line))
		return t;
	char sep = str_find(line, '\t', 0) < line.n ? '\t' : ',';
	size_t most = count(text, '\n') + 1;

	t.columns = count(line, sep) + 1;
	t.head = NEWN(mem, struct str, t.columns);
	cut_cells(line, sep, t.head, t.columns);
	t.cell = NEWN(mem, struct str, most * t.columns);
	while (next_line(&text, &line))
		cut_cells(line, sep, t.cell + t.rows++ * t.columns, t.columns);
	return t;
}

struct demo_table
demo_table_file(struct arena *mem, struct str name, size_t columns)
{
	struct str text;

	if (!files_get(name, &text))
		BUG("a table of the demonstration is not embedded");
	struct demo_table t = demo_table_read(mem, text);
	if (t.columns != columns || t.rows == 0)
		BUG("a table of the demonstration has other columns");
	return t;
}

int64_t
demo_number(const struct demo_table *t, size_t row, size_t column)
{
	int64_t n;

	return str_int(demo_cell(t, row, column), &n) ? n : 0;
}
