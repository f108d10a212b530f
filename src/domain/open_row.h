/* domain/open_row.h: one row of published 陽性患者属性: from cells as they are found to values as they are kept.
 *
 * Values are codes and ISO dates; "" is empty (nobody said), "?" is unknown (不明, 調査中, 非公表 was said). What a cell
 * means is read, whatever its spelling (20代, 20歳代; 男, 男性; 1, ○). What was defective and is clear all the same
 * is repaired, and named (― for nothing, a ward without its city, a wrong check digit beside the right name).
 * What would have to be guessed is refused. Words that the columns do not hold stay as written in a JSON map. */
#ifndef DOMAIN_OPEN_ROW_H
#define DOMAIN_OPEN_ROW_H

#include "domain/open_header.h"

/* Values in the order of the columns of open_case; the city's name is read but not kept. */
enum open_value {
	OV_publisher, OV_number, OV_municipality, OV_pref, OV_published, OV_onset, OV_residence, OV_age, OV_sex, OV_occupation,
	OV_condition, OV_symptoms, OV_travelled, OV_discharged, OV_remarks, OV_as_written, OV_KEPT, OV_city = OV_KEPT, OV_COUNT
};
extern const struct str open_value_name[OV_KEPT];

enum verdict { V_TAKEN, V_REPAIRED, V_CHANGED, V_KNOWN, V_REFUSED };

struct open_row {
	size_t line;
	enum verdict verdict;           /* after reading: taken, repaired or refused */
	struct str what;                /* repairs, or why refused */
	struct str v[OV_COUNT];
	int64_t home;                   /* the centre, 0 when not clear */
	struct str sha256;              /* of what the row says; municipality and centre, which are ours, are not in it */
	const struct str *cell;         /* as they stood */
	size_t n;
};

/* A character that was lost in some conversion: such a row is refused. */
#define OPEN_LOST S("\xEF\xBF\xBD")

/* Read a row. Texts live in mem. */
void open_row_read(struct open_header *h, struct arena *mem, const struct csv_row *in, struct open_row *out);

#endif
