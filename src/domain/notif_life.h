/* domain/notif_life.h: what becomes of a notification after 報告 (seed Q3, Q7).
 *
 * reported is accepted: no click of the centre is needed. The centre in charge may tick it as checked, or query it; whoever filed
 * answers in words or by correcting it. An additional notification (追加登録, notif_file with `follows`) locks the one before it:
 * superseded. A withdrawn one is kept and shown, and counts nowhere; withdrawing an additional one unlocks the one before.
 * Each call is one change with its audit line and its event. What is outside the actor's area is E_NOTFOUND, what is not his to
 * do E_DENIED, a superseded or withdrawn one E_LOCKED; `seen` is the version that the person was shown: E_CONFLICT when it was
 * corrected since. */
#ifndef DOMAIN_NOTIF_LIFE_H
#define DOMAIN_NOTIF_LIFE_H

#include "domain/casefile.h"

#define MESSAGE_MAX 500         /* characters of a query, an answer, a reason */
/* Is it a text that can be kept? Not empty, not too long, nothing that changes the direction of writing. */
bool notif_message_ok(struct arena *mem, struct str s);

/* By the centre in charge. */
enum err notif_check(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, int64_t seen) MUST_USE;
enum err notif_query(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, int64_t seen,
    struct str message) MUST_USE;
/* By the institution that filed it, to a query: E_INVALID when there is none. */
enum err notif_answer(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, int64_t seen,
    struct str message) MUST_USE;
/* By who filed it or the centre in charge. `before` is the sheet of the notification that this one follows; NULL when it
 * follows none. */
enum err notif_withdraw(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, int64_t seen,
    struct str reason, const struct sheet *before) MUST_USE;

/* May this actor's office withdraw it, or file in addition to it? The office that filed it or the case, and the centre in charge. */
bool notif_is_ours(const struct actor *who, const struct notif *n, const struct casefile *cf);
/* The notification that locked this one; "" when none did. Call after notif_get. */
struct str notif_follower(struct tx *tx, const struct notif *n);

/* What the centre asked last about a case whose review is `queried`; false when nothing. */
struct notif_query {
	int64_t at;
	struct str message, by, notification;
};
bool notif_query_of(struct tx *tx, int64_t home, struct str case_id, struct notif_query *out) MUST_USE;

struct notif_event {
	int64_t at;
	struct str kind, message, other, by, org;       /* see store/sql/step/003_life.sql */
};
/* Oldest first. */
struct notif_event *notif_events(struct tx *tx, int64_t home, struct str id, size_t *n);

/* ---- inside a change that is running ---- */
/* One event more; `message` and `other` may be "". */
void notif_event_put(struct tx *tx, const struct actor *who, int64_t home, struct str id, int64_t at, const char *kind,
    struct str message, struct str other);
/* It was corrected: a query is answered so, and what the centre had checked is to be checked again, unless the centre itself did
 * it. */
void notif_review_corrected(struct tx *tx, const struct actor *who, const struct notif *was, const struct casefile *cf);
/* How the centre stands to the notification in force, in the case's row too. */
void notif_review_put(struct tx *tx, int64_t home, struct str id, struct str case_id, struct str review);

#endif
