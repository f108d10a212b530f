/* test/unit/remote.h: the tests on PostgreSQL: when the environment says HERSYS_TEST_DATABASE=postgresql://… (a server
 * of the tests' own, test/pg.sh), every store that a test would put into a file is put there. */
#ifndef TEST_REMOTE_H
#define TEST_REMOTE_H

#include "t.h"

/* Are they? Then what is about SQLite's own file says so and is skipped. */
bool remote(void);
#define ON_A_FILE() do { if (remote()) { test_skip("about the file of SQLite"); return; } } while (0)

/* The address of a new empty schema, in the database of the environment. */
struct str remote_schema(struct arena *mem);
/* The address of a new database; a copy of `from` unless that is "". */
struct str remote_database(struct arena *mem, struct str from);
void remote_drop(struct arena *mem, struct str address);
/* Quicker than a copy: keep what the tables hold (but the postal codes, which are many), and put it back. */
void remote_keep(struct arena *mem, struct str address);
void remote_restore(struct arena *mem, struct str address);
/* Statements from outside the program. False, with what the server said on stdout, when one fails; *cell: the first cell of
 * the last, "(none)" without a row, "" for NULL. */
bool remote_run(struct arena *mem, struct str address, const char *sql, struct str *cell);
/* The same on a connection that is kept until remote_done. */
struct remote_look;
struct remote_look *remote_look(struct arena *mem, struct str address);
bool remote_ask(struct remote_look *l, struct arena *mem, const char *sql, struct str *cell);
void remote_done(struct remote_look *l);

#endif
