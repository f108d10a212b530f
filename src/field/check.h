/* field/check.h: from what people typed to a record, and everything that tables and sheet demand of it.
 * A person's mistake is data: an issue at its field, in words for the person. */
#ifndef FIELD_CHECK_H
#define FIELD_CHECK_H

#include "field/sheet.h"
#include "fmt/form.h"

enum issue_level { ISSUE_WARN, ISSUE_ERROR };
struct issue {
	enum issue_level level;
	enum field_id f;        /* F_none: the whole sheet, or the extra item `key` */
	size_t row;
	struct str key;
	enum text_id id;        /* T_none: `by` holds the sentence (rules of sheets) */
	struct str arg[4];      /* for %1 … of the sentence */
	struct str by[LANG_COUNT];
};
struct issues {
	struct arena *mem;
	struct issue *list;
	size_t n, cap, errors;
};
struct issues issues_new(struct arena *mem);
/* Add an error or warning with a sentence of text.def. */
void issue_add(struct issues *bad, enum issue_level level, enum field_id f, size_t row, enum text_id id,
    const struct str *arg, size_t n_arg);
/* Its sentence. */
struct str issue_text(struct arena *mem, const struct issue *i, enum lang lang);
/* The name of its widget in the form: "name", "test_method.2", "x.KEY" for extra items. */
struct str issue_name(struct arena *mem, const struct issue *i);

/* The name of a field's widget: "onset_date"; of groups "test_method.1" (rows count from 1). The unknown tick
 * beside it has the name + ".unknown" and value "1". */
struct str field_form_name(struct arena *mem, enum field_id f, size_t row);

/* Read what was typed for the sheet's items into `out`: widths, hyphens, eras, spaces understood; what
 * cannot be read is an issue and stays empty. Fields the sheet does not ask are ignored, and so are
 * group rows over GROUP_ROWS_AT_ONCE in a new filing (an issue when anything is in them). */
void as_form_read(struct arena *mem, const struct sheet *s, const struct form *f, struct date today,
    struct record *out, struct issues *bad);
/* The other way: pairs for widgets, from a kept record. */
struct form as_form_write(struct arena *mem, const struct sheet *s, const struct record *r);

/* Everything a filing must satisfy: accept items, either, classes, lengths, order of dates, future dates, rules,
 * odd characters in names (private use: warn; bidi/control/emoji: refuse), age over 120 and postal-code oddities
 * warn. `today` is the Japanese day of the press. */
void check_filing(const struct sheet *s, const struct record *r, struct date today, struct issues *bad);
/* Items asked but empty (what is still 未入力), in the sheet's order: their places in s->item. */
size_t *check_missing(struct arena *mem, const struct sheet *s, const struct record *r, struct date today, size_t *n);
/* Is the patient under age on the day of diagnosis (or today)? False when the birth date is not known. */
bool rec_minor(const struct record *r, struct date today);

#endif
