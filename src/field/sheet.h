/* field/sheet.h: the legal forms as dated data.
 *
 * A sheet says which items one form asks, in which order and under which numbers, which of them a
 * notification must have to be accepted, from when to when it is in force, and its rules of acceptance.
 * Shipped sheets are embedded (field/sheets); administrators publish others on the running system.
 * The text form (`#` begins a comment, an indented line continues the one before; doc/sheets.md explains
 * each line):
 *
 *   sheet    covid-2020-10
 *   disease  covid19 "新型コロナウイルス感染症" "COVID-19"
 *   title    "新型コロナウイルス感染症 発生届" "COVID-19 notification"
 *   law      "感染症法第12条第1項" "Infectious Diseases Control Act, art. 12 (1)"
 *   valid    2020-10-14 .. 2021-02-12            (.. alone: no end)
 *   where    04 08 31 41 | opt-in                (left out: everywhere; opt-in: where and while it is switched on)
 *   due      at-once | 7-days
 *   identity named | anonymous
 *   classes  confirmed asymptomatic suspected corpse corpse_suspected
 *   section  basic "基本" "Basics"
 *   item     1 type accept                       accept: no filing without it; `-` for an item without number
 *   item     2 name_kana first                   first: on the first page, may be left empty
 *   item     16 onset_date later                 later: under 他の項目, chased as 未入力
 *   item     19 remarks optional                 optional: under 他の項目, never chased
 *   item     12 test_specimen accept unless test_method = clinical
 *   item     9 guardian_name later when minor
 *   choices  symptoms fever cough other none     of the list of an item, only these are offered
 *   either   stay_address home_address           one of them satisfies accept
 *   extra    icu_need later yesno "…" "…"       types: text long date int yesno code; code: choices "a=ja=en" …
 *   refuse   suspected_needs_ward when type = suspected and hospitalised != yes and needs_hospital != yes
 *            "疑似症患者の届出は入院症例に限ります。" "Suspected cases are notified only when hospitalised." at hospitalised
 *   warn     …same form; does not stop a filing
 *   ask      …same form; a filing goes on when the person says that it is right
 *   warn     NAME each test when …              judged for every row of a group, and shown there
 */
#ifndef FIELD_SHEET_H
#define FIELD_SHEET_H

#include "field/record.h"

enum need { NEED_ACCEPT, NEED_FIRST, NEED_LATER, NEED_OPTIONAL };

/* field = code, field != code, field empty / given / unknown, all field = code, minor, class_dead,
 * class_alive, age >= 65, age < 65; all must hold. Of a group's field `=` asks for any row that says so,
 * `!=` that no row does, `all` that every filled row does, of which there is one; empty, given and unknown
 * ask for any filled row, or for the first when none is. Ages are those at
 * diagnosis; an unknown age fulfils neither. */
struct cond {
	struct str word;        /* as written, for messages and printing */
	enum field_id f;
	struct str extra;       /* key, when f is F_none */
	enum {
		COND_IS, COND_IS_NOT, COND_EMPTY, COND_GIVEN, COND_UNKNOWN, COND_MINOR, COND_ALL_ARE,
		COND_CLASS_DEAD, COND_CLASS_ALIVE, COND_AGE_FROM, COND_AGE_BELOW
	} op;
	struct str code;
	int age;
	int line;               /* where it stands in the text */
};
/* Type, label, choices, help, flags and bounds are filled in for every item, of the vocabulary or extra. */
struct item {
	struct str number;      /* on the paper form: "12", "18-1"; "" when it has none */
	enum field_id f;        /* F_none for an extra item */
	enum need need;
	bool unless;            /* the conditions turn it off instead of on */
	const struct cond *cond;
	size_t n_cond;
	size_t section;
	struct str key;         /* the field's name, or the extra item's own */
	enum field_type type;
	struct str by[LANG_COUNT];
	const struct code *choice;      /* offered, in the order of their list */
	size_t n_choice;
	struct str hint[LANG_COUNT];
	unsigned flags;                 /* enum field_flag */
	int low, high;                  /* of FT_INT; of FT_DECIMAL in tenths; of an extra text: its most characters (0: the type's) */
	struct str not_before;          /* an extra date: the key of another one that it may not precede */
};
struct rule {
	struct str name;
	bool warn;              /* does not refuse */
	bool ask;               /* of those that warn: is to be said yes to */
	enum field_group each;  /* judged row by row of this group; G_ONE: once */
	const struct cond *cond;
	size_t n_cond;
	struct str by[LANG_COUNT];
	enum field_id at;       /* the field that shows the message; F_none: the whole sheet */
	int line;
};
struct section {
	struct str key, by[LANG_COUNT];
};
struct sheet {
	struct str name, disease, disease_name[LANG_COUNT];
	struct str title[LANG_COUNT], law[LANG_COUNT];
	struct date from, until;        /* both inclusive; until may be DATE_NONE: no end */
	uint64_t areas;                 /* bit n: prefecture n; 0: all */
	bool opt_in;                    /* in force only where and while it is switched on */
	int due_days;                   /* 0: at once */
	bool anonymous;
	struct str type[10];            /* codes of diagnosis classes that may be notified */
	size_t n_type;
	struct section *section;
	size_t n_section;
	struct item *item;
	size_t n_item;
	struct { enum field_id a, b; } either[8];
	size_t n_either;
	struct rule *rule;
	size_t n_rule;
	uint16_t place[F_COUNT];        /* of a field's item in item[], + 1; 0 when it is not asked */
	struct str text;                /* the source, as published */
};
#define SHEET_MAX_BYTES (256u << 10)

/* Read the text of a sheet. E_FORMAT with *why = "line 12: there is no item `onset_dat`" (in English; for
 * administrators). Everything lives in mem. */
enum err sheet_read(struct arena *mem, struct str text, struct sheet **out, struct str *why) MUST_USE;

/* From when to when, by the day of diagnosis, a sheet with `where opt-in` is in force, and where. */
struct sheet_switch {
	struct str sheet;               /* its name, of whatever version */
	uint64_t areas;                 /* as of a sheet */
	struct date from, until;        /* both inclusive; until may be DATE_NONE */
};
/* An immutable set of sheets; replaced as a whole when one is published or switched. */
struct sheets {
	const struct sheet *const *sheet;
	size_t n;
	const struct sheet_switch *on;
	size_t n_on;
};
/* The embedded ones of a folder ("field/sheets/"); BUG when one of them cannot be read. */
struct sheets sheets_embedded(struct arena *mem, struct str folder);
const struct sheet *sheet_by_name(const struct sheets *s, struct str name);
/* A sheet's name without its version: "covid-2020-10@2" is a "covid-2020-10". */
struct str sheet_base_name(struct str name);
/* The sheet in force for a disease on a day of diagnosis, for who notifies in a prefecture (1 … 47; 0: only what is in force
 * everywhere); the one that began last when several are. NULL when there is none. */
const struct sheet *sheet_in_force(const struct sheets *s, struct str disease, struct date diagnosis, int prefecture);
/* "04 08 31 41" and back; 0 is "". False when a word is no number of a prefecture. */
struct str sheet_areas_text(struct arena *mem, uint64_t areas);
bool sheet_areas_read(struct str text, uint64_t *areas) MUST_USE;
/* The item that asks for a field; NULL when the sheet does not. */
const struct item *sheet_item(const struct sheet *s, enum field_id f);
/* The extra item of that key; NULL when the sheet has none. */
const struct item *sheet_extra(const struct sheet *s, struct str key);
/* Does the condition of this item hold for this record (of a patient minor or not)? Of a group's item: in any
 * row. Items of MINOR_ONLY fields are asked of minors only, whatever the sheet says. */
bool item_asked(const struct item *it, const struct record *r, bool minor);
/* The same in one row of its group. */
bool item_asked_in(const struct item *it, const struct record *r, size_t row, bool minor);
/* Do all conditions of a rule hold? `row` counts for rules that judge each row of a group. */
bool rule_holds(const struct rule *rule, const struct record *r, size_t row, bool minor);
/* The most characters that its text may have. */
size_t item_limit(const struct item *it);
/* The value of an item, extra or not, for people (see rec_show). */
struct str item_show(struct arena *mem, const struct item *it, struct str value, enum lang lang);

#endif
