/* domain/attest.h: the physician's check of what is notified (seed Q17): a clerk may type, the contents are the physician's.
 *
 * 報告 by a clerk needs a check: a physician of the same institution has signed in and checked the draft, or, where the
 * institution allows it, the clerk attests it and names the physician. What a physician types himself is checked by himself; a
 * centre that files names the physician. A check covers the medical items (MEDICAL in fields.def): it counts while they are what
 * they were, and is kept for ever. When somebody who is no physician changes them after 報告 the notification stays accepted and
 * waits for the physician of its institution. */
#ifndef DOMAIN_ATTEST_H
#define DOMAIN_ATTEST_H

#include "domain/actor.h"
#include "field/record.h"

/* Whoever typed it says so with a tick. */
enum attested { ATTESTED_NOT, ATTESTED };

/* A check as it is kept. kind: "self", "physician", "named", "centre"; "" when none was recorded. */
struct attest {
	struct str kind, account, name, org;
	struct str hash;                /* of the medical items */
	int64_t at, ver;                /* the version that was checked */
};
#define ATTEST_NOTE_MAX 400     /* characters of a note that sends something back */

/* The medical items alone, in one order, hashed. Items that only a sheet knows count as medical. */
struct str attest_hash(struct arena *mem, const struct record *rec);

/* ---- with a press of 報告 or of a correction ---- */
struct attest_press {
	struct str hash;                /* attest_hash of what is pressed */
	struct str doctor;              /* the physician named on the sheet */
	enum attested attested;
	struct str draft;               /* that it comes from; "" */
	int64_t at, ver;
};
/* The check that the press brings along; false: none, and a clerk's 報告 is to be refused. */
bool attest_of_press(struct tx *tx, const struct actor *who, const struct attest_press *p, struct attest *out) MUST_USE;
/* A correction, inside its change: a new check, or the notification begins or ends to wait. */
struct notif;
void attest_follow(struct tx *tx, const struct actor *who, const struct notif *was, const struct record *now, enum attested attested);

/* ---- the physician signs in ---- */
enum attest_act { ATTEST_CHECK, ATTEST_SEND_BACK };
struct attest_say {
	enum attest_act act;
	int64_t seen;                   /* the version that he saw */
	struct str hash;                /* of a draft's medical items in it */
	struct str note;                /* with ATTEST_SEND_BACK */
};
/* Drafts and notifications of the physician's own institution; anything else is E_NOTFOUND. E_CONFLICT: changed since it was
 * shown; of a notification also when nothing waits any more. E_LOCKED: the notification is closed. */
enum err attest_draft(struct store *st, const struct actor *who, struct arena *mem, struct str id, const struct attest_say *say) MUST_USE;
enum err attest_notif(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id,
    const struct attest_say *say) MUST_USE;

/* ---- lists ---- */
struct attest_waiting {
	int64_t home, ver, check_ver, since;
	struct str id, case_id, number, name, entered_name;
	struct str note;                /* not empty: sent back */
};
/* Notifications of the actor's institution that wait, longest first. */
struct attest_waiting *attest_waiting(struct tx *tx, const struct actor *who, size_t *n);
/* How many drafts and notifications ask the physician for something now. */
int64_t attest_count(struct tx *tx, const struct actor *who);
/* All checks of a notification, oldest first, the one that stands included; after notif_get. */
struct attest *attest_list(struct tx *tx, const struct notif *n, size_t *count);

/* ---- the institution's rule ---- */
enum attest_rule { ATTEST_NAMED, ATTEST_SIGN_IN };      /* an attestation will do; only the physician himself */
enum attest_rule attest_rule(struct tx *tx, struct str org);
/* For the actor's own institution. */
enum err attest_set_rule(struct store *st, const struct actor *who, struct arena *mem, enum attest_rule rule) MUST_USE;

#endif
