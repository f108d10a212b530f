/* domain/open_where.h: the place of a published case: code, prefecture, city and residence, which must not contradict each
 * other. The municipality is the one that the row names as its own; a residence in one of its wards is narrower; and
 * where the row names none, the residence's, if it is clear. */
#ifndef DOMAIN_OPEN_WHERE_H
#define DOMAIN_OPEN_WHERE_H

#include "domain/open_reading.h"

/* Code, prefecture, city; then the residence in one column, or in 居住地1 and 居住地2. */
void open_where_read(struct reading *r);
void open_residence_read(struct reading *r);
void open_residence_parts_read(struct reading *r);

#endif
