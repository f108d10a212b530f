/* store/migrate.h: numbered steps (store/sql/step/NNN_name.sql), each once, in a transaction. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "base/base.h"

/* Private to the store: the engine gives a function that runs a text of statements. Applies every embedded step
 * with a number above `now`, in order; *now is the last applied. A database newer than the program is E_STORE. */
enum err migrate(enum err (*run)(void *arg, struct str sql, int step), void *arg, int *now) MUST_USE;

#endif
