/* field/cond.h: conditions of sheets (sheet.h says what they mean): read, looked up, asked of a record.
 * Inside of field/ only. */
#ifndef FIELD_COND_H
#define FIELD_COND_H

#include "field/sheet.h"
#include "field/words.h"

/* COND and COND …, from the next word on; names are looked up later. */
bool conds_read(struct words *w, const struct cond **out, size_t *n);
/* Look up the names, when all items of the sheet are known. */
bool conds_settle(struct words *w, const struct sheet *s, const struct cond **list, size_t n);

/* Where conditions look: items of group g in one row, of other groups anywhere. */
struct scope {
	enum field_group g;
	size_t row;
	bool minor;
};
/* Do all hold? */
bool conds_hold(const struct cond *c, size_t n, const struct record *r, struct scope at);

#endif
