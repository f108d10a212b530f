/* field/check.h: from what people typed to a record, and everything that tables and sheet demand of it.
 * A person's mistake is data: an issue at its field, in words for the person. */
#ifndef FIELD_CHECK_H
#define FIELD_CHECK_H

#include "field/sheet.h"
#include "fmt/form.h"

enum issue_level { ISSUE_WARN, ISSUE_ERROR };
struct issue {
	enum issue_level level;
	bool ask;               /* a warning that asks for a yes */
	enum field_id f;        /* F_none: the whole sheet, or the extra item `key` */
	size_t row;
	struct str key;
	enum text_id id;        /* T_none: `by` holds the sentence (rules of sheets) */
	struct str arg[4];      /* for %2 … %5; %1 is the item's label in the reader's language */
	struct str by[LANG_COUNT];      /* with an id: the label of the extra item */
};
struct issues {
	struct arena *mem;
	struct issue *list;
	size_t n, cap, errors, asks;
};
struct issues issues_new(struct arena *mem);
/* Add an error or warning with a sentence of text.def: its %1 is filled with the label of `f` ("" for F_none),
 * %2 … %5 with arg. An argument that differs by language is given twice, and each sentence takes its own. */
void issue_add(struct issues *bad, enum issue_level level, enum field_id f, size_t row, enum text_id id,
    const struct str *arg, size_t n_arg);
/* The same at an item of a sheet, extra or not. */
void issue_add_at(struct issues *bad, enum issue_level level, const struct item *it, size_t row,
    enum text_id id, const struct str *arg, size_t n_arg);
/* Add an issue in words of its own. */
void issue_say(struct issues *bad, enum issue_level level, enum field_id f, size_t row,
    const struct str by[LANG_COUNT]);
/* In the order of the sheet's items, row by row; those of the whole sheet first. As equal issues stood. */
void issues_sort(struct issues *bad, const struct sheet *s);
/* Its sentence. */
struct str issue_text(struct arena *mem, const struct issue *i, enum lang lang);
/* The name of its widget in the form: "name", "test_method.2", "x.KEY" for extra items. */
struct str issue_name(struct arena *mem, const struct issue *i);

/* The name of a field's widget: "onset_date"; of groups "test_method.1" (rows count from 1). The unknown tick
 * beside it has the name + ".unknown" and value "1". */
struct str field_form_name(struct arena *mem, enum field_id f, size_t row);

/* Read what was typed for the sheet's items into `out`: widths, hyphens, eras, spaces understood; what
 * cannot be read is an issue and stays empty. Items that the sheet does not ask stay in `out` as they are; all
 * others are replaced, whether the form names them or not. `out` is zeroed for a new filing and the kept
 * record for a correction: GROUP_ROWS_AT_ONCE rows more than it holds are read, an issue when there is
 * anything in further ones. "?" and 不明 are unknown too. Ends with rec_derive. Values may point into `f`. */
void as_form_read(struct arena *mem, const struct sheet *s, const struct form *f, struct date today,
    struct record *out, struct issues *bad);
/* What follows from other items: the age from the date of birth. For records that came another way. */
void rec_derive(struct arena *mem, const struct sheet *s, struct record *r, struct date today);
/* The other way: pairs for widgets, from a kept record; as_form_read gives the same record back. */
struct form as_form_write(struct arena *mem, const struct sheet *s, const struct record *r);

/* Everything a filing must satisfy: values in canonical form, accept items, either, classes, lengths, order of
 * dates, future dates, rules, odd characters in names (private use: warn; bidi/control/emoji: refuse), age over
 * 120 and odd phone and postal numbers warn. `today` is the Japanese day of the press. Where as_form_read
 * already put an error, no second one says that the item is empty. Leaves `bad` sorted. */
void check_filing(const struct sheet *s, const struct record *r, struct date today, struct issues *bad);
/* Items asked but empty (what is still 未入力), in the sheet's order: their places in s->item. Optional ones
 * are not chased; of a group without any row only the first item counts, of one with rows those that some
 * filled row lacks. */
size_t *check_missing(struct arena *mem, const struct sheet *s, const struct record *r, struct date today,
    size_t *n);
/* Is the patient under age on the day of diagnosis (or today)? False when the birth date is not known. */
bool rec_minor(const struct record *r, struct date today);

#endif
