/* domain/demo_table.h: small tables as text, cells by tab or comma: what the demonstration is made from. */
#ifndef DOMAIN_DEMO_TABLE_H
#define DOMAIN_DEMO_TABLE_H

#include "base/arena.h"

struct demo_table {
	struct str *cell;               /* row after row */
	size_t rows, columns;
	struct str *head;               /* the names of the columns */
};

/* Lines that begin with '#' and a byte order mark are left out; cells are trimmed, quotes around them dropped. Short
 * lines are filled up with "", longer ones cut. Cells are parts of `text`. */
struct demo_table demo_table_read(struct arena *mem, struct str text);
/* An embedded file; BUG when there is none or it has other columns. */
struct demo_table demo_table_file(struct arena *mem, struct str name, size_t columns);

static inline struct str
demo_cell(const struct demo_table *t, size_t row, size_t column)
{
	return t->cell[row * t->columns + column];
}
/* A whole number, 0 when it is none. */
int64_t demo_number(const struct demo_table *t, size_t row, size_t column);

#endif
