/* domain/casefile.h: cases: one person's illness under one HER-SYS number; lists, search, duplicates, present status.
 * Every reading of a person ends in an audit line: callers say case_looked, and show nothing before looks_keep was done. */
#ifndef DOMAIN_CASEFILE_H
#define DOMAIN_CASEFILE_H

#include "domain/notif.h"

struct casefile {
	int64_t home, reported_at, status_at, ver;
	struct str id, number, disease, name, name_kana, sex, birth_date, phone, band, type, status, status_by;
	struct str responsible, reporter, reporter_name, centre_name;
	int64_t missing;        /* items of its latest notification that are still 未入力 */
	int64_t live;           /* notifications that are not withdrawn: a case without one is not counted */
	struct str review;      /* of the notification in force: see notif_life.h */
	int64_t at;             /* place in a list */
};
#define CASE_OFFICES 64         /* that have to do with a case, at most */
/* A row that has the columns of lists. */
struct casefile case_of_row(struct rows *r);
enum err case_get(struct tx *tx, int64_t home, struct str id, struct casefile *out) MUST_USE;

/* ---- lists: 50 at a time, newest first ---- */
#define CASE_PAGE 50
struct case_place {             /* a place in a list; a zero one is the beginning */
	int64_t at, home;
	struct str id;
};
/* "1668000000000.1305.01ABC…" and back; false when it is none. */
struct str case_place_text(struct arena *mem, const struct case_place *p);
bool case_place_read(struct str s, struct case_place *out) MUST_USE;
/* Where a case that comes into the list of `org` at this moment stands: behind everything that is there already. Two of one
 * millisecond would stand in the order of their random ids, and who asks what came in since would never see the lower one. A
 * clock that was set far back is not followed: old presses may be loaded later. At most CASE_PLACE_MS after the moment. */
#define CASE_PLACE_MS 60000
int64_t case_place_next(struct tx *tx, struct str org, int64_t at);
/* Out of the list of `org`. It keeps no key by case: the row stands where a notification of the case came in, or where an office
 * came to have to do with it, or a little behind. */
void case_list_leave(struct tx *tx, struct str org, int64_t home, struct str id);
/* Cases of the actor's organisation behind a place; `status` "" for all. */
struct casefile *case_list(struct tx *tx, const struct actor *who, const struct case_place *before, struct str status, size_t *n);
/* Cases that came in after a place: of CASE_PAGE at most, newest first; what came after those is asked for next. */
struct casefile *case_list_since(struct tx *tx, const struct actor *who, const struct case_place *after, size_t *n);

/* ---- search ---- */
struct case_query {
	struct str text;        /* number, name, reading, phone: as typed */
	struct str birth_date;  /* ISO or "" */
};
/* At most CASE_PAGE; *more when there are others. Exact numbers first. */
struct casefile *case_search(struct tx *tx, const struct actor *who, const struct case_query *q, size_t *n, bool *more);
/* The centres whose search keys the actor's area can hold, in order. */
#define CASE_SCOPES 1024
size_t actor_scopes(struct tx *tx, const struct actor *who, int64_t scope[CASE_SCOPES]);
/* Cases with the same folded name (or reading) and birth date, those the actor may see; *elsewhere counts the others.
 * `self` is left out. */
struct casefile *case_duplicates(struct tx *tx, const struct record *rec, struct str self, size_t *n, size_t *elsewhere);
/* The same of a case, by what it says itself; of the whole country, seen or not: ids only, 40 at most. */
struct case_ref *case_twins(struct tx *tx, const struct casefile *k, size_t *n);
/* A case is found by every centre that has to do with it: its keys stand under the scope of each. The keys of a case that is
 * being opened, which only its home may find yet … */
void case_keys_open(struct tx *tx, int64_t home, struct str id, const struct record *rec);
/* … of any case: put and taken away wherever it may be found … */
void case_keys_put(struct tx *tx, int64_t home, struct str id, const struct record *rec);
void case_keys_take(struct tx *tx, int64_t home, struct str id, const struct record *rec);
/* … and under one more centre, which may find it from now on, or no longer. */
void case_keys_share(struct tx *tx, const struct casefile *k, int64_t scope);
void case_keys_unshare(struct tx *tx, const struct casefile *k, int64_t scope);
/* The numbers of the centres under which a case is found: its home and those that have to do with it. */
int64_t *case_scopes(struct tx *tx, int64_t home, struct str id, size_t *n);

/* ---- telling ---- */
/* Open pages of everybody who has to do with the case: `kind` is "change", "notification". */
void case_tell(struct tx *tx, int64_t home, struct str id, const char *kind);

/* ---- 現在のステータス ---- */
/* E_INVALID: no such status; E_LOCKED: every notification of it is withdrawn. `death_date` (ISO, "?" or "") is kept with status dead only. */
enum err case_set_status(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id,
    struct str status, struct str death_date) MUST_USE;
struct status_change {
	int64_t at;
	struct str status, death_date, by, org;
};
struct status_change *case_status_history(struct tx *tx, int64_t home, struct str id, size_t *n);

/* ---- looks ---- */
/* Lines of the audit log about what somebody is to see, in the order in which it was read. */
struct looks {
	struct look {
		struct audit line;
		struct look *next;
	} *first, *last;
};
/* He saw these cases: one line more, made in `mem`. action "case.view", "case.list", … */
void case_looked(struct arena *mem, struct looks *l, const struct actor *who, struct str action, struct str purpose,
    const struct casefile *list, size_t n, struct str detail);
/* Keep them all, as one change, before what they say was seen is shown. `done` is told, as store_write_start says; not called
 * when this is not OK. */
enum err looks_keep(struct store *st, struct arena *mem, struct looks *l, void (*done)(void *arg, enum err result), void *arg) MUST_USE;

#endif
