/* domain/open_import.h: the prefectures' published 陽性患者属性 (open data, one row a case, no names).
 *
 * All shapes found: UTF-8 with or without BOM, CP932, quoted or not, NA, 20歳代 / 20代, 不明, three dashes, standard
 * columns or Toyo Keizai's. A row is known by its publisher (JIS code of the prefecture or city, or the file's kind) and number;
 * the same row is never taken twice, a changed row becomes a new version. */
#ifndef DOMAIN_OPEN_IMPORT_H
#define DOMAIN_OPEN_IMPORT_H

#include "domain/actor.h"

struct import_opts {
	struct str path;
	bool preview;           /* read and report, keep nothing */
	struct str refused_path;        /* rows that were refused are written here, with a column telling why; a file
	                                   that can be corrected and imported again. "" : PATH.refused.csv */
	/* One line per row for the report (line number, taken | repaired: how | known | changed | refused: why). NULL: none */
	void (*report)(void *arg, size_t line, struct str verdict, struct str what);
	void *arg;
};
struct import_sums {    /* rows = taken + repaired + changed + known + refused, always */
	int64_t rows, taken, repaired, changed, known, refused;
};
enum err open_import(struct store *st, const struct actor *who, struct arena *mem, const struct import_opts *o,
    struct import_sums *out, struct str *why) MUST_USE;

#endif
