/* field/paper.h: how the items of a sheet stand on the paper form: who reports in the head, then boxes by number, each with its
 * items. Made of the sheet alone, so that it does for one that is published tomorrow. */
#ifndef FIELD_PAPER_H
#define FIELD_PAPER_H

#include "field/sheet.h"

/* The items as they follow on the form: who reports in front, then by number ("18-2" behind "18-1"), then what the sheet alone
 * knows; an item without a number stays with its group, else behind its neighbour. s->n_item of them. */
const struct item **paper_order(struct arena *mem, const struct sheet *s);

enum paper_place {
	PAPER_WIDE,     /* across the page */
	PAPER_CELL,     /* beside other cells, `weight` wide */
	PAPER_COLUMN,   /* in one of the two columns below */
};
struct paper_box {
	struct str number;              /* "12"; "" for what has none */
	struct str title;               /* in Japanese, as on the legal form */
	const struct item *lead;        /* whose label the title is in other words; NULL: the title is of all */
	enum paper_place place;
	int weight;
	const struct item **item;
	size_t n_item;
};
struct paper {
	const struct item **head;       /* report date, reporter */
	size_t n_head;
	struct paper_box *box;          /* in the order of the form */
	size_t n_box;
};
/* Every item of the sheet stands in it exactly once. */
struct paper paper_of(struct arena *mem, const struct sheet *s);

#endif
