/* domain/caseorg.h: the organisations that have to do with a case (seed Q4).
 *
 * One health centre is responsible, any number are related. The centre whose area it was notified in (`home`) begins as the
 * responsible one and stays related for good: its institution's patient is its business. The responsible centre may do
 * everything with the case, a related one may look at it and work on what follows the notification, but not change the
 * notification itself. Only the responsible centre hands the case over or changes who is related.
 *
 * A hand-over needs nobody's consent: the receiver is responsible at once, the sender stays related, and the notice stands in
 * the receiver's list until somebody there says that it was read. The case moves to the top of the receiver's inbox: it is new
 * work there, whenever it was notified. Figures by the centre in charge move, those by the centre of notification do not. */
#ifndef DOMAIN_CASEORG_H
#define DOMAIN_CASEORG_H

#include "domain/casefile.h"

#define CASE_RELATED 30         /* related centres of a case at most */
#define CASE_MESSAGE 1000       /* characters of a message at most */

/* Is this centre or institution the one to change the notification itself: the reporter, or the centre in charge? */
bool case_in_charge(const struct actor *who, const struct casefile *k);
/* May this actor hand the case over and change who is related? */
bool case_may_move(const struct actor *who, const struct casefile *k);

struct case_office {
	struct str org, role, name, name_en;    /* role: responsible, related, reporter */
	int64_t since;
	bool stays;             /* it cannot be taken away */
};
/* After case_get: the responsible centre first, then the related ones, then the reporter. */
struct case_office *case_offices(struct tx *tx, const struct casefile *k, size_t *n);

/* `to` is responsible from now on; the message is for its people, "" for none. Nothing more happens when this very change was
 * made before. E_DENIED: the actor's centre is not in charge; E_CONFLICT: no longer, somebody else handed it over;
 * E_LOCKED: withdrawn;
 * E_INVALID: `to` is no open centre, or in charge already; E_LIMIT: the message is too long. */
enum err case_hand_over(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, struct str to,
    struct str message) MUST_USE;
/* `org` is related from now on. As case_hand_over; E_LIMIT also when there are CASE_RELATED. */
enum err case_relate(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, struct str org,
    struct str message) MUST_USE;
/* `org` no longer is, and no longer sees the case. E_INVALID: it cannot be taken away. */
enum err case_unrelate(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, struct str org) MUST_USE;

enum move_kind { MOVE_handover, MOVE_relate, MOVE_unrelate };
struct case_move {
	struct str from, to, message, by;
	struct str from_name, from_name_en, to_name, to_name_en;
	enum move_kind kind;
	int64_t seq;                    /* its number, from 1, of its case */
	int64_t at, received_at;        /* 0: not yet */
	struct str received_by;         /* display name */
};
/* After case_get: every change, newest first. */
struct case_move *case_moves(struct tx *tx, int64_t home, struct str id, size_t *n);

/* ---- what a centre is told ---- */
enum notice_kind { NOTICE_handover, NOTICE_relate, NOTICE_received };
struct case_notice {
	struct casefile k;
	struct case_move move;
	enum notice_kind kind;
	int64_t at;
	bool open;
};
#define NOTICES_MANY 100
/* How many of the actor's centre are open; NOTICES_MANY means that or more. */
int64_t case_notices_open(struct tx *tx, const struct actor *who);
/* CASE_PAGE + 1 at most behind a place, newest first: the open ones, or those that were read. */
struct case_notice *case_notices(struct tx *tx, const struct actor *who, bool open, const struct case_place *before, size_t *n);
/* Somebody of the actor's centre has read what was told of this change; of a hand-over the sender is told who and when. Nothing
 * when it was read before or the centre was told nothing. */
enum err case_receive(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, int64_t move) MUST_USE;

#endif
