/* web/widget.h: a sheet as the values of views: items to fill in, and lines to read. */
#ifndef WEB_WIDGET_H
#define WEB_WIDGET_H

#include "field/check.h"
#include "web/page.h"

struct sheet_form {
	const struct sheet *sheet;
	const struct form *typed;       /* as typed, or as_form_write of a record */
	const struct record *rec;       /* for conditions: what could be read of it */
	const struct issues *bad;       /* NULL: none */
	struct date today;
	struct str suffix;              /* behind the names of its items, where one page holds several of them */
};
/* Put `dates`, `first`, `tests`, `sections`, `faults`, `n_faults` into v (see view/notif_edit.html). */
void put_sheet_form(struct ctx *c, struct val *v, const struct sheet_form *f);
/* Put a list `name` of lines {number, label, value, empty, unknown} of a kept record: every item
 * asked, in the order of the paper form. */
void put_sheet_lines(struct ctx *c, struct val *v, const char *name, const struct sheet *s, const struct record *rec,
    struct date today);
/* Put a list `changes` of differences {label, was, now} into a row. */
void put_changes(struct ctx *c, struct val *row, const struct sheet *s, const struct record *was, const struct record *now);
/* The label of a field in a row: "検査方法 2". */
struct str item_label(struct ctx *c, const struct item *it, size_t row, size_t rows);

#endif
