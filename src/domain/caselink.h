/* domain/caselink.h: pairs of cases that are perhaps of one person (seed Q7: another institution, or weeks later, is a new
 * registration). A centre links them as the same person or says that they are two; nothing is merged, no number and no figure
 * changes, and everything said stays written, with who and when.
 *
 * One of the two may lie in another area. Then what is known of it there is its number and the centre in charge, nothing of the
 * person; and only one that the duplicate check finds can be spoken of at all, so that nobody learns of a case by trying numbers. */
#ifndef DOMAIN_CASELINK_H
#define DOMAIN_CASELINK_H

#include "domain/casefile.h"

enum link_act {
	LINK_open,              /* nothing is said, or no longer */
	LINK_same, LINK_other,
	LINK_ACTS
};
/* "open", "same", "other"; LINK_ACTS for anything else. */
enum link_act link_act_of(struct str code);
struct str link_act_code(enum link_act act);

/* The other side of a pair. */
struct case_pair {
	struct case_ref ref;
	struct str number, centre;      /* HER-SYS number; name of the centre in charge */
	int64_t reported_at;
	bool here;                      /* in the actor's area: `k` may be shown */
	struct casefile k;
	enum link_act act;              /* what holds */
	struct str by, org, org_en;     /* who said it, "" for LINK_open that was never anything else */
	int64_t at;
};
#define PAIRS 80        /* of a case, that are shown */
/* After case_get: what the duplicate check finds now and what anything was ever said of; `self` is left out. */
struct case_pair *case_pairs(struct tx *tx, const struct casefile *k, size_t *n);

struct link_said {
	enum link_act act;
	struct str number, by, org, org_en;
	int64_t at;
};
/* After case_get: all that was said, newest first. */
struct link_said *case_links_said(struct tx *tx, int64_t home, struct str id, size_t *n);

/* Say it of a pair, once with each side. Nothing when it holds already. E_NOTFOUND: the first is not of the actor's area, or the
 * second neither that nor a pair of case_pairs; E_INVALID: both are one. */
enum err case_link(struct store *st, const struct actor *who, struct arena *mem, struct case_ref one, struct case_ref other,
    enum link_act act) MUST_USE;

#endif
