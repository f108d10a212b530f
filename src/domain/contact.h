/* domain/contact.h: contacts of a case (接触者, 積極的疫学調査: art. 15): who met the patient, how they are while they are observed,
 * and which case they became.
 *
 * A contact stands with its index case and is seen by the offices that see that case. Each call is one change with its audit line
 * (contact.add, contact.change, …, purpose 15); every version is kept; a contact is withdrawn, never deleted. Nobody is ever
 * taken for somebody else by the program: contact_duplicates names candidates, people link. */
#ifndef DOMAIN_CONTACT_H
#define DOMAIN_CONTACT_H

#include "domain/casefile.h"

enum contact_field {
#define CONTACT(name, type, codes, ja, en) CF_##name,
#include "domain/contact.def"
#undef CONTACT
	CF_COUNT
};
/* In canonical form, as a record's (field/record.h); "" when nobody said, "?" unknown. */
struct contact_values {
	struct str v[CF_COUNT];
};
struct contact {
	int64_t home, ver, added_at, changed_at;
	struct str id, case_id, case_number, disease;
	struct contact_values is;
	struct case_ref became;         /* the case that it became; id "": none */
	struct str withdrawn;           /* why it does not count; "" when it does */
	struct str added_org, by_name;  /* who entered it; who changed it last */
	struct str seen_day;            /* the last day of an observation; "" */
};
#define CONTACT_MOST 500                /* of one case */
#define CONTACT_AT_ONCE 4

/* ---- what people type ---- */
/* The items as those of a sheet: labels, types and choices. Which one: contact_item. */
const struct sheet *contact_sheet(struct arena *mem);
const struct item *contact_item(const struct sheet *s, enum contact_field f);
struct str contact_field_name(enum contact_field f);
/* Read a form whose names end with `tail` ("", ".2") over `out`; what is wrong is an issue whose key is the field's name. An empty
 * household follows from the relation. `linked`: it became a case, which no form can say or take back. */
void contact_read(struct arena *mem, const struct form *f, struct str tail, struct date today, bool linked,
    struct contact_values *out, struct issues *bad);
/* A value for people. */
struct str contact_show(struct arena *mem, const struct sheet *s, enum contact_field f, struct str value, enum lang lang);
/* The last day of observation: last contact and the days of the rule that is in force (domain/monitoring.def); "" without one. */
struct str contact_until(struct arena *mem, struct str disease, struct str last_contact, struct date today);

/* ---- reading ---- */
/* E_NOTFOUND when its case is not of the actor's area. */
enum err contact_get(struct tx *tx, int64_t home, struct str id, struct contact *out) MUST_USE;
/* All of a case: households first; withdrawn ones too. */
struct contact *contact_list(struct tx *tx, int64_t home, struct str case_id, size_t *n);
/* Those under observation of the cases of the actor's centre: who was not seen today first, then by the last day; those whose last
 * day has passed at the end. CONTACT_WATCH at most; *more when there are others. */
#define CONTACT_WATCH 200
struct contact *contact_watch(struct tx *tx, const struct actor *who, struct date today, size_t *n, bool *more);
/* By what begins a name, a reading or a phone number, or by birth date, as case_search; CONTACT_FOUND at most. */
#define CONTACT_FOUND 20
struct contact *contact_search(struct tx *tx, const struct actor *who, const struct case_query *q, size_t *n, bool *more);
/* Contacts with the same folded name (or reading) and birth date, those the actor may see; *elsewhere counts the others. */
struct contact *contact_duplicates(struct tx *tx, struct str name, struct str name_kana, struct str birth_date, struct str self,
    size_t *n, size_t *elsewhere);
/* Cases that may be the same person (case_duplicates). */
struct casefile *contact_cases(struct tx *tx, const struct contact *k, size_t *n, size_t *elsewhere);

struct contact_version {
	struct str contact, act;        /* add change withdraw link unlink filed */
	struct str by, org;
	int64_t ver, at;
	struct contact_values is;
	struct case_ref became;
	struct str withdrawn;
};
/* Of one contact, oldest first, the present one too; of all contacts of a case when `contact` is "". */
struct contact_version *contact_versions(struct tx *tx, int64_t home, struct str case_id, struct str contact, size_t *n);

/* ---- changing ---- */
/* Add up to CONTACT_AT_ONCE. list[i].id is the key of the press: pressed again it adds nothing, with other contents it is
 * another contact; afterwards it is the contact's id. E_LIMIT: the case has CONTACT_MOST. */
enum err contact_add(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str case_id,
    struct contact *list, size_t n) MUST_USE;
/* `seen` is the version that the person was shown: E_CONFLICT when somebody changed it since; E_LOCKED when it was withdrawn. */
struct contact_press {
	int64_t home, seen;
	struct str id;
};
enum err contact_change(struct store *st, const struct actor *who, struct arena *mem, const struct contact_press *p,
    const struct contact_values *is) MUST_USE;
enum err contact_withdraw(struct store *st, const struct actor *who, struct arena *mem, const struct contact_press *p,
    struct str why) MUST_USE;
/* It became this case of the actor's area. E_INVALID: its own index case, or a contact that became another one already. */
enum err contact_link(struct store *st, const struct actor *who, struct arena *mem, const struct contact_press *p,
    const struct case_ref *to) MUST_USE;
enum err contact_unlink(struct store *st, const struct actor *who, struct arena *mem, const struct contact_press *p) MUST_USE;
/* The case of this number, if it is of the actor's area. */
enum err contact_case_of(struct tx *tx, struct str number, struct case_ref *out) MUST_USE;
/* Inside the change that files its notification. A contact that is not there (any more), or became a case already, stops no
 * notification: nothing is linked then. */
enum err contact_filed(struct tx *tx, const struct actor *who, const struct case_ref *contact, const struct receipt *to) MUST_USE;

/* ---- 健康観察 ---- */
struct contact_day {
	struct str id, day, temperature, symptoms, said, by, void_by;   /* temperature "37.5"; symptoms "yes", "no", "" */
	int64_t at, void_at;            /* 0: it counts */
};
/* Newest day first. */
struct contact_day *contact_days(struct tx *tx, int64_t home, struct str contact, size_t *n);
/* in->id is the key of the press. */
enum err contact_observe(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str contact,
    const struct contact_day *in) MUST_USE;
/* Strike one out. E_NOTFOUND when there is none that counts. */
enum err contact_observe_void(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str contact,
    struct str day) MUST_USE;

/* ---- where a case may come from ---- */
struct case_source {
	int64_t home;
	struct str case_id, contact, household;
};
/* After case_get. The index cases may be of other areas: ask case_get before showing anything of them. */
struct case_source *case_sources(struct tx *tx, int64_t home, struct str case_id, size_t *n);

/* The contacts of a case are found under one more centre's scope, or no longer (case_keys_share). */
void contact_keys_share(struct tx *tx, int64_t home, struct str case_id, int64_t scope, bool on);

#endif
