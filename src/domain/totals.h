/* domain/totals.h: daily totals: how many new positives an institution had on a day beside those that it notified, by age band.
 * Which diseases, days and bands is data (totals.def). A day ends at 24:00; its totals are due at an hour of the next one. Until then
 * the institution enters and corrects them; the centre and the prefecture above it may at any time later, back to the first day.
 * There is one entry for an institution and a day; each version of it is kept. */
#ifndef DOMAIN_TOTALS_H
#define DOMAIN_TOTALS_H

#include "base/date.h"
#include "domain/actor.h"

#define TOTALS_BANDS 24
#define TOTALS_MOST 9999        /* of one band, one day, one institution */
#define TOTALS_BACK 14          /* days: who entered anything in them is expected to enter again */

struct totals_rule {
	struct str disease;
	struct date from, until;
	int due_hour;
	struct str band[TOTALS_BANDS];  /* "20-29" */
	size_t n_bands;
};
/* The rule for a disease ("" for any) on a day; false: none. */
bool totals_rule(struct str disease, struct date day, struct totals_rule *out);
/* Is there anything to enter at this moment: for today, or for yesterday, whose hour has not struck? */
bool totals_asked(int64_t now);

struct totals {
	int64_t home, ver, at, n[TOTALS_BANDS], sum;
	struct str org, by, by_org;     /* whose; who entered it, from which office */
};
/* What was entered; E_NOTFOUND when nothing, or not in the actor's area. */
enum err totals_get(struct tx *tx, const struct totals_rule *rule, struct str org, struct date day, struct totals *out) MUST_USE;
/* Every version, newest first. */
struct totals *totals_versions(struct tx *tx, const struct totals_rule *rule, struct str org, struct date day, size_t *n);
/* May this actor enter or correct the day at this moment? */
bool totals_open(const struct actor *who, const struct totals_rule *rule, struct date day, int64_t now);

struct totals_entry {
	const struct totals_rule *rule;
	struct str org;
	struct date day;
	int64_t seen;                   /* the version that the person was shown; 0: nothing was there */
	int64_t n[TOTALS_BANDS];
};
/* E_NOTFOUND: no open institution of the actor's. E_LOCKED: the hour has struck, or the day has not begun. E_CONFLICT: somebody
 * entered something else since. The same numbers again are OK and change nothing. */
enum err totals_enter(struct store *st, const struct actor *who, struct arena *mem, const struct totals_entry *in) MUST_USE;

/* Institutions of the actor's area and what they entered for a day. */
enum totals_show { TOTALS_MISSING, TOTALS_ENTERED, TOTALS_ALL };        /* MISSING: nothing, but something in TOTALS_BACK days */
struct totals_line {
	struct str org, name, name_en;
	int64_t ver, at, sum;           /* ver 0: nothing */
};
#define TOTALS_PAGE 100
/* Those behind `after` ("" from the first), in order of paths; one more than TOTALS_PAGE when there are others. */
struct totals_line *totals_list(struct tx *tx, const struct totals_rule *rule, struct date day, enum totals_show show, struct str after,
    size_t *n);
/* How many entered, and how many of those expected did not. */
void totals_progress(struct tx *tx, const struct totals_rule *rule, struct date day, int64_t *entered, int64_t *missing);

/* What is kept of the numbers, "0-4=3;5-9=0;…", band by band; false at the end. */
bool totals_next(struct str *kept, struct str *band, int64_t *n);

#endif
