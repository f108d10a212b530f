/* domain/entry.h: entries of a case's tabs (field/entry.h): adding, correcting, withdrawing; every version is kept.
 *
 * Who sees the case may see its entries, as far as the tab's right goes; an office writes only where it has itself to do with
 * the case (it notified, is in charge or related). Each call is one change with its audit line, whose purpose is the article
 * that the kind of entry, or the measure, rests on. */
#ifndef DOMAIN_ENTRY_H
#define DOMAIN_ENTRY_H

#include "domain/casefile.h"
#include "field/entry.h"

#define ENTRIES_MOST 400        /* of one kind in one case, withdrawn ones as well: E_LIMIT */

struct entry {
	int64_t home, at, written_at, changed_at, ver;
	struct str case_id, id;
	struct str account, by, org, org_name;  /* of the present version */
	struct str reason;                      /* why it was withdrawn */
	bool withdrawn;
	enum entry_id kind;
	/* What the form asks; a measure's document number, which the server gives, under "number". */
	struct record *rec;
};
/* May he see, or write, entries of this kind at all? */
bool entry_may_see(const struct actor *who, enum entry_id kind);
bool entry_may_write(const struct actor *who, enum entry_id kind);
/* … of this case? After case_get. */
bool entry_writes_case(struct tx *tx, const struct actor *who, int64_t home, struct str case_id);

/* The entries of a tab in its order, withdrawn ones as well; after case_get. */
struct entry *entry_list(struct tx *tx, int64_t home, struct str case_id, enum entry_id kind, size_t *n);
/* After case_get. E_NOTFOUND. */
enum err entry_get(struct tx *tx, int64_t home, struct str case_id, struct str id, struct entry *out) MUST_USE;
/* Every version of every entry of a case: by entry, then by version; after case_get. */
struct entry_version {
	struct str entry, by, org, reason;
	int64_t ver, at;
	bool withdrawn;
	enum entry_id kind;
	struct record *rec;
};
struct entry_version *entry_versions(struct tx *tx, int64_t home, struct str case_id, size_t *n);

/* Add some, at most ENTRY_ROWS, all or none. `op` is the key of this press, unique per organisation: a repeat changes nothing
 * and is OK. Each has passed entry_read without errors and says something. E_NOTFOUND: no such case for him; E_DENIED: his
 * office does not write it; E_LIMIT. */
struct entry_batch {
	int64_t home;
	struct str case_id, op;
	enum entry_id kind;
	const struct record *const *rec;
	size_t n;
};
enum err entry_add(struct store *st, const struct actor *who, struct arena *mem, const struct entry_batch *in) MUST_USE;
/* Replace what it says. `seen` is the version the person was shown: E_CONFLICT if somebody changed it since; E_LOCKED when it
 * is withdrawn. */
struct entry_ref {
	int64_t home, seen;
	struct str case_id, id;
};
enum err entry_correct(struct store *st, const struct actor *who, struct arena *mem, const struct entry_ref *at,
    const struct record *rec) MUST_USE;
/* Mark it withdrawn, for a reason that must not be empty (E_INVALID). It stays readable. */
enum err entry_withdraw(struct store *st, const struct actor *who, struct arena *mem, const struct entry_ref *at,
    struct str reason) MUST_USE;

/* Other cases of the actor's area, under the same centre, with the same number in the same system. */
struct case_ref *entry_same_id(struct tx *tx, int64_t home, struct str case_id, const struct record *rec, size_t *n);
/* What an external id is searched by: the folded number, | and whatever begins the folded name of what it is of. */
struct str entry_id_key(struct arena *mem, struct str value, struct str of);

/* The ids in other systems of a case are found under one more centre's scope, or no longer (case_keys_share). */
void entry_keys_share(struct tx *tx, int64_t home, struct str case_id, int64_t scope, bool on);

#endif
