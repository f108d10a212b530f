/* field/schema.h: what the vocabulary looks like elsewhere: as columns, and as a manual. */
#ifndef FIELD_SCHEMA_H
#define FIELD_SCHEMA_H

#include "field/field.h"

/* The columns of a group's table, for the step that makes it and the test that compares: "report_date TEXT,"
 * and so on, each on its own line, indented by a tab from the second on; no comma after the last. */
struct str schema_columns(struct arena *mem, enum field_group g);
/* doc/fields.md: every item and every list of choices, as Markdown. */
void schema_manual(struct buf *b);

#endif
