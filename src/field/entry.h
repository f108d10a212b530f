/* field/entry.h: entries: the tabs of a case that are lists of dated entries (検査, 居所, 行動歴 …). What each kind holds is
 * said once, in entries.def.
 *
 * To the rest of the program a kind looks like a sheet all of whose items are extra: reading a form, checking, showing,
 * comparing and JSON are those of notifications (check.h, record.h), with the same three states of a value. */
#ifndef FIELD_ENTRY_H
#define FIELD_ENTRY_H

#include "field/check.h"

enum entry_id {
	ENTRY_none,
#define KIND(name, tab, ...) ENTRY_##name,
#define ITEM(kind, name, type, ...)
#include "field/entries.def"
#undef KIND
#undef ITEM
	ENTRY_COUNT
};
#define ENTRY_ITEMS 16          /* of one kind at most */
#define ENTRY_ROWS 4            /* sent at a time at most */

struct entry_kind {
	struct str name, tab;           /* "test"; "tests": the last part of the tab's path */
	struct str by[LANG_COUNT];
	struct str law;                 /* "15", "18,19" */
	bool clinic;                    /* the institution that notified sees and writes it */
	bool oldest_first;
	size_t rows;                    /* that may be sent at a time */
	struct str when;                /* key of the item that dates it; "" none */
	struct sheet sheet;             /* its items */
	const struct entry_look {
		bool column;
		struct str empty[LANG_COUNT];
	} *look;                        /* of each item: how the table shows it */
};
/* Of ENTRY_none: BUG. */
const struct entry_kind *entry_kind(enum entry_id k);
/* ENTRY_none when there is none. */
enum entry_id entry_by_name(struct str name);
enum entry_id entry_by_tab(struct str tab);

/* The name of an item's widget in row `row` (from 0) of a form with several: "x.method.1". */
struct str entry_suffix(struct arena *mem, const struct entry_kind *k, size_t row);
/* How many rows of the form hold anything: the last such row + 1, of rows 0 … 98. */
size_t entry_rows_typed(const struct entry_kind *k, const struct form *f);
/* One row of what was typed into `out` (a kept entry, or a zeroed one), with everything that is wrong with it in `bad`. */
void entry_read(struct arena *mem, const struct entry_kind *k, const struct form *f, size_t row, struct date today,
    struct record *out, struct issues *bad);
/* The other way, for the form that corrects it (one row). */
struct form entry_write(struct arena *mem, const struct entry_kind *k, const struct record *r);
/* Does it say anything? Only what the form asks counts. */
bool entry_said(const struct entry_kind *k, const struct record *r);
/* When it was, by its own account; `written` when it does not say. Milliseconds. */
int64_t entry_at(const struct entry_kind *k, const struct record *r, int64_t written);
/* The article that a measure rests on: "19". "" for no measure. */
struct str measure_law(struct str measure);

#endif
