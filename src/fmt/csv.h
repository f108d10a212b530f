/* fmt/csv.h: spreadsheets as text (RFC 4180 and what is really found): UTF-8 with or without BOM,
 * or CP932 (iconv); CRLF, LF or CR; quoted or not; a last line without an end. A quote inside an unquoted
 * cell is a quote; what follows a closing quote belongs to the cell; a blank line is a row of one empty
 * cell. Streams: memory is one row (about 0.2 MB; long rows up to 3 MB), whatever the file's size. */
#ifndef FMT_CSV_H
#define FMT_CSV_H

#include "base/buf.h"

enum csv_coding { CSV_UTF8, CSV_UTF8_BOM, CSV_CP932 };

struct csv;
/* Where bytes come from: fill p with at most n, return how many, 0 at the end, -1 on failure. */
struct csv_source {
	long (*read)(void *arg, char *p, size_t n);
	void *arg;
};
#define CSV_MAX_CELLS 400
#define CSV_MAX_ROW (1 << 20)   /* bytes */

/* Looks at the first bytes to tell the coding: BOM, else UTF-8 if the first 64 KiB are valid, else CP932. */
struct csv *csv_open(struct arena *mem, struct csv_source src);
enum csv_coding csv_coding(const struct csv *c);

struct csv_row {
	struct str *cell;               /* UTF-8, unquoted; in `row` arena */
	size_t n;
	size_t line;                    /* where the row begins, from 1 */
	struct str raw;                 /* the row as it stood (UTF-8), without line end */
};
/* The next row into `row` (reset by the caller). OK, E_NOTFOUND at the end, E_FORMAT for a row that cannot
 * be read (open quote at the end, bytes that are not text, over the limits; `out->line` is set, reading can
 * go on: with the next row, after an open quote with the next line), E_IO. */
enum err csv_next(struct csv *c, struct arena *row, struct csv_row *out) MUST_USE;

/* One cell, quoted when needed; with `guard` a cell that begins with = + - @ tab or CR gets a leading
 * apostrophe (spreadsheets would run it). */
enum csv_guard { CSV_PLAIN, CSV_GUARD };
void csv_put(struct buf *b, struct str cell, enum csv_guard guard);
/* A whole row with CRLF. */
void csv_put_row(struct buf *b, const struct str *cell, size_t n, enum csv_guard guard);

#endif
