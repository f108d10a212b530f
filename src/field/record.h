/* field/record.h: a filled-in sheet. Every value is text in canonical form, in one of three states:
 * empty (nobody said), unknown (somebody said 不明), given.
 *
 *   dates "2022-08-19", partial dates "2022-08" or "2022", codes by name, FT_CODES names joined by ','
 *   in the order of the list, yes/no "yes" "no", integers in digits, postal "1000013",
 *   phone digits with hyphens as typed ("090-1234-5678"), texts as typed, moments "2022-08-19 14:03" or the day
 *   alone, decimals "37.5". Unknown is "?".
 *
 * A zeroed record is an empty one; read it with the functions below, which never hand out a NULL.
 * A record is some 12 KiB: pass it by pointer. */
#ifndef FIELD_RECORD_H
#define FIELD_RECORD_H

#include "base/date.h"
#include "field/field.h"

#define UNKNOWN S("?")

struct extra {          /* an item that only the sheet knows */
	struct str key, value;
};
#define EXTRAS 40
struct record {
	struct str v[GROUP_ROWS][F_COUNT];      /* row 0 holds the fields of G_ONE */
	struct extra extra[EXTRAS];
	size_t n_extra;
};

static inline struct str
rec_row(const struct record *r, enum field_id f, size_t row)
{
	return r->v[row][f].n > 0 ? r->v[row][f] : S("");
}
static inline struct str
rec_get(const struct record *r, enum field_id f)
{
	return rec_row(r, f, 0);
}
static inline void
rec_set(struct record *r, enum field_id f, struct str v)
{
	r->v[0][f] = v;
}
/* Given or said to be unknown. */
static inline bool
rec_said(struct str v)
{
	return v.n > 0;
}
static inline bool
rec_unknown(struct str v)
{
	return str_eq(v, UNKNOWN);
}
/* DATE_NONE when empty, unknown or only partly known. */
struct date rec_date(const struct record *r, enum field_id f);
/* The age at diagnosis, from the date of birth or as typed; -1 when it is not known. */
int rec_age(const struct record *r);
/* Does the FT_CODES value hold that code? */
bool rec_has(struct str codes, struct str code);
/* Does a row of a group hold anything? */
bool rec_row_said(const struct record *r, enum field_group g, size_t row);
/* How many rows of a group hold anything (the last such row + 1). */
size_t rec_rows(const struct record *r, enum field_group g);
/* An extra item; "" when absent. Setting "" removes; false when there is no room for one more. */
struct str rec_extra(const struct record *r, struct str key);
bool rec_set_extra(struct record *r, struct str key, struct str value);

/* A value for people: the labels of codes, a date in words, 100-0013, 不明; 未入力 when it is empty. */
struct str rec_show(struct arena *mem, enum field_id f, struct str v, enum lang lang);

/* One difference between two records. row counts from 0; f is F_none for an extra item `key`. */
struct rec_change {
	enum field_id f;
	size_t row;
	struct str key, was, now;
};
/* All differences, in table order. */
struct rec_change *rec_diff(struct arena *mem, const struct record *was, const struct record *now, size_t *n);

/* Only what is said, as compact JSON: {"name":"…","test":[{"test_method":"naat"}],"extra":{…}}; and back.
 * Empty rows between others are {}. rec_from_json ignores names it does not know (older releases); E_FORMAT
 * when it is no such JSON, E_LIMIT over GROUP_ROWS rows or EXTRAS extra items. It does not judge values:
 * check_filing does. */
struct str rec_to_json(struct arena *mem, const struct record *r);
enum err rec_from_json(struct arena *mem, struct str json, struct record *out) MUST_USE;

#endif
