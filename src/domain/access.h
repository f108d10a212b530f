/* domain/access.h: who looked at a case, and who changed it (seed Q1-2, Q25): the lines of the audit log about one case, for its
 * centre and prefecture to answer a privacy officer or an investigator.
 *
 * A line is about a case when it names it alone or among those of a list. There is no index by case: lines of lists name fifty
 * cases each, so an index would cost every look fifty rows, at the peak, for a question that is asked seldom. The log is walked
 * instead, newest first, in stretches of ACCESS_STRETCH lines, from its end to the moment of the filing (found by halving). */
#ifndef DOMAIN_ACCESS_H
#define DOMAIN_ACCESS_H

#include "domain/casefile.h"

#define ACCESS_STRETCH INT64_C(200000)

enum access_kind { ACCESS_all, ACCESS_looks, ACCESS_changes };

struct access_line {
	int64_t seq, at;
	struct str account, account_name, org, org_name;        /* names may be "": an account or an office that is gone */
	struct str action, purpose, address, session, detail;
	bool look;              /* it showed the case, and changed nothing */
	bool list;              /* among others */
};
/* Is an action of this name a look? */
bool access_is_look(struct str action);
/* The line where walking back may end: none about the case is before it. After case_get. */
int64_t access_first(struct tx *tx, const struct casefile *k);
/* Where walking back begins: behind the last line. */
int64_t access_end(struct tx *tx);
/* At most `most` lines about the case of that kind, newest first, before *before and not before `first`. *before moves to where
 * the next call goes on: at `first` when there is nothing more. Walks ACCESS_STRETCH lines of the log at most. */
struct access_line *access_walk(struct tx *tx, const struct casefile *k, enum access_kind kind, int64_t first, int64_t *before,
    size_t most, size_t *n);

#endif
