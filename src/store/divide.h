/* store/divide.h: the schema divided among machines, as statements for Citus. From facts: store/tables.def says which table goes
 * where, the steps say what points to what. For whoever moves a base that outgrew one machine (doc/architecture.md). */
#ifndef STORE_DIVIDE_H
#define STORE_DIVIDE_H

#include "base/buf.h"

/* To be run once, on tables that the steps made and that are still empty: foreign keys away, tables distributed, keys back. A
 * key can only be added between tables that are distributed already. */
void store_divide(struct buf *b);

#endif
