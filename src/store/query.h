/* store/query.h: the SQL of the program: files cut into named blocks, with what stands for field
 * groups and engines written out. Private to the store.
 *
 * Head lines, {columns G}, {values G N} and {sets G N} are described in store.h. Besides:
 *     -- one NAME@pg(param type, ...): text      takes the place of NAME on that engine; alone it is for no other
 *     {integer}                                  INTEGER of 64 bits
 *     {without rowid}                            WITHOUT ROWID on SQLite, nothing elsewhere
 *     -- @sqlite … -- @end                       lines of a step for that engine alone
 * A fault in an embedded file is BUG: it is found by starting the program. */
#ifndef STORE_QUERY_H
#define STORE_QUERY_H

#include "base/arena.h"
#include "base/files.h"
#include "store/store.h"

/* More files, as if they were embedded too: tests of the store bring their own tables and queries. */
struct sources {
	const struct file *file;
	size_t n;
};
/* The next file whose name begins with `head`, embedded ones first. *at begins at 0. */
bool sources_each(const struct sources *more, struct str head, size_t *at, const struct file **out);

enum query_kind { QUERY_ONE, QUERY_MANY, QUERY_EXEC };
enum query_param { PARAM_TEXT, PARAM_INT, PARAM_BLOB };
struct query_def {
	struct str name;
	struct str sql;         /* one statement; a NUL follows it. NULL: not for this engine */
	enum query_kind kind;
	bool elsewhere;         /* some engine has a text of its own */
	bool quiet;             /* may change rows without an audit line */
	bool lengthy;           /* more rows than should be held at once: no other query runs until it ends */
	enum query_param *param;        /* of $1 … as the head line says; further ones (fields...) are texts */
	size_t n_param;
};
/* By enum query; those of `more` that the enum does not know follow from Q_COUNT on. */
struct queries {
	struct query_def *def;
	size_t n;
};
struct queries *queries_read(struct arena *mem, struct str engine, const struct sources *more);
/* Q_none when there is none of that name. */
enum query query_by_name(const struct queries *all, struct str name);

/* `sql` with everything in braces that is ours written out, without the lines of other engines. */
struct str sql_write_out(struct arena *mem, struct str engine, struct str sql);

#endif
