/* field/field.h: what a notification can hold: every item once (fields.def) and every list of
 * choices once (codes.def). The meaning of an item never changes; which legal form asks for it,
 * under which number and from when to when, is said by sheets (sheet.h).
 * Sources: Infectious Diseases Control Act art. 12, Ordinance art. 4, form 6-1 and its relatives. */
#ifndef FIELD_FIELD_H
#define FIELD_FIELD_H

#include "base/base.h"
#include "fmt/text.h"

enum field_type {
	FT_TEXT,        /* one line, kept as typed (ends trimmed) */
	FT_LONG,        /* several lines */
	FT_NAME,        /* a person's name: kept byte for byte */
	FT_KANA,        /* its reading, shown in katakana */
	FT_DATE,        /* a civil date */
	FT_PARTIAL,     /* a date of which the day, or month and day, may be unknown: 2022-08, 2022 */
	FT_CODE,        /* one of a list of codes */
	FT_CODES,       /* several of a list of codes */
	FT_YESNO,       /* yes, no (unknown is a state of every field) */
	FT_INT,
	FT_PHONE,       /* digits and hyphens */
	FT_POSTAL,      /* seven digits */
	FT_DATETIME,    /* a civil date and, when it is known, a time of day */
	FT_DECIMAL,     /* a number with one decimal */
};

/* Items that repeat, as rows of a table of their own: several tests, doses, stays abroad. */
enum field_group { G_ONE, G_TEST, G_DOSE, G_TRAVEL, G_COUNT };
#define GROUP_ROWS 8            /* rows kept of one notification */
#define GROUP_ROWS_AT_ONCE 4    /* rows sent at a time (seed Q6) */

enum field_flag {
	NOT_FUTURE = 1 << 0,    /* a date after today is refused */
	IN_STATS = 1 << 1,      /* counted by (domain/stat) */
	MEDICAL = 1 << 2,       /* needs a physician's judgement: a change asks for a new check (seed Q17) */
	PERSONAL = 1 << 3,      /* identifies a person: masked, never logged */
	MAY_UNKNOWN = 1 << 4,   /* 不明 may be said */
	MINOR_ONLY = 1 << 5,    /* shown and kept only when the patient is not of age */
};

struct code {
	struct str code;        /* "confirmed" */
	struct str by[LANG_COUNT];
};
enum codes_id {
	C_none,
#define CODES(list) C_##list,
#define CODE(list, code, ja, en)
#include "field/codes.def"
#undef CODES
#undef CODE
	C_COUNT
};
/* The choices of a list, in their order. */
const struct code *codes_of(enum codes_id list, size_t *n);
/* The name of a list: "diagnosis_class". */
struct str codes_name(enum codes_id list);
/* One choice; NULL when there is none of that name. */
const struct code *code_find(enum codes_id list, struct str code);

enum field_id {
	F_none,
#define FIELD(name, type, ...) F_##name,
#include "field/fields.def"
#undef FIELD
	F_COUNT
};

struct field {
	struct str name;        /* "onset_date": form names, columns, CSV, JSON */
	enum field_type type;
	struct str by[LANG_COUNT];      /* label */
	struct str hint[LANG_COUNT];    /* help at the field; may be empty */
	enum codes_id codes;
	enum field_group group;
	unsigned flags;
	int low, high;          /* of FT_INT; length in characters of texts (0: the type's default) */
	enum field_id not_after[3];     /* dates that this one may not follow; of a group: in the same row */
	enum field_id seldom_after;     /* a date that it seldom follows: a warning */
	struct str fhir;        /* element path, for later readings */
};
extern const struct field fields[F_COUNT];

/* F_none when there is no such field. */
enum field_id field_by_name(struct str name);
/* The most characters that a text may have. */
size_t field_limit(enum field_id f);
/* The table that holds the rows of a group: "notification", "test", "dose", "travel". */
struct str group_table(enum field_group g);
/* Every field of a group in table order: F_none first, then each, F_none at the end. FT_CODES fields of
 * G_ONE are kept as rows of notification_choice and have no column; `columns_only` leaves them out. */
enum field_id field_next(enum field_group g, enum field_id f, bool columns_only);

#endif
