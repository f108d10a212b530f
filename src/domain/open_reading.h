/* domain/open_reading.h: a row of published 陽性患者属性 while it is being read: its cells, what was repaired, why it must
 * be refused. Private to open_row.c and open_where.c. */
#ifndef DOMAIN_OPEN_READING_H
#define DOMAIN_OPEN_READING_H

#include "domain/open_row.h"
#include "domain/open_words.h"
#include "fmt/json.h"

struct reading {
	struct open_header *h;
	struct arena *mem;
	struct open_row *o;
	struct buf repairs;
	struct json_out kept;           /* as_written */
	size_t n_kept;
	const struct place *place;      /* by code and city */
	bool refused;
};

/* The row is refused, for the first reason given. A printf format follows. */
#define cell_refuse(r, ...) cell_refuse_for((r), str_fmt((r)->mem, __VA_ARGS__))
void cell_refuse_for(struct reading *r, struct str why);
/* A column's name, and what was done there. */
void cell_repair(struct reading *r, struct str name, struct str how);

struct str cell_name(const struct reading *r, enum open_col c);
/* As it stood, and by open_plain. "" when there is no such column. */
struct str cell_raw(const struct reading *r, enum open_col c);
struct str cell_plain(const struct reading *r, enum open_col c);
/* Inside a sentence: its head, in whole characters. */
struct str cell_brief(struct str s);
/* Keep what it says as it is written: no column holds it. */
void cell_keep(struct reading *r, enum open_col c);
void cell_keep_as(struct reading *r, struct str name, struct str value);
/* The value of a cell by what was said there; `code` when it was a word of its column. */
struct str cell_value(struct reading *r, enum open_col c, enum saying said, struct str code);

#endif
