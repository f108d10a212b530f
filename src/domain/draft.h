/* domain/draft.h: drafts: what was typed, as typed, so that nothing is lost however odd it is. A draft belongs to an
 * office: a clerk begins it, a physician may finish it. */
#ifndef DOMAIN_DRAFT_H
#define DOMAIN_DRAFT_H

#include "domain/actor.h"
#include "fmt/form.h"

struct draft {
	struct str id, account, by, disease, body;
	int64_t saved_at, ver;
	/* The physician's check: "", asked, checked, returned. What a check is worth is in its hash (attest.h): it may be of
	 * medical items that were changed since. */
	struct str check, asked_name, check_account, check_name, check_hash, check_note;
	int64_t asked_at, check_at;
};
struct draft_save {
	struct str id;          /* "" begins a new one */
	int64_t seen;           /* the version the person has; another in the store: E_CONFLICT, and *out is that one */
	struct str disease, body;
	enum draft_wish { DRAFT_KEEP, DRAFT_ASK } wish; /* DRAFT_ASK: hand it to the physician as well */
};
#define DRAFT_MAX (256 << 10)   /* bytes; E_LIMIT */
enum err draft_save(struct store *st, const struct actor *who, struct arena *mem, const struct draft_save *in,
    struct draft *out) MUST_USE;
/* E_NOTFOUND when it is not of the actor's own office, be it below his. */
enum err draft_get(struct tx *tx, const struct actor *who, struct str id, struct draft *out) MUST_USE;
struct draft *draft_list(struct tx *tx, const struct actor *who, size_t *n);
enum err draft_delete(struct store *st, const struct actor *who, struct arena *mem, struct str id) MUST_USE;
/* A form without what belongs to the request and not to the sheet (csrf, op, act, draft_id, draft_ver, attest). */
struct str draft_body(struct arena *mem, const struct form *f);

#endif
