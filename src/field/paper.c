/* field/paper.c: see paper.h. */
#include "field/paper.h"

/* ---- order ---- */

static bool
in_head(const struct sheet *s, const struct item *it)
{
	return str_eq(s->section[it->section].key, S("reporter")) || it->f == F_report_date;
}

static bool
grouped(const struct item *it)
{
	return it->f != F_none && fields[it->f].group != G_ONE;
}

/* The number under which a group stands: that of its first item that has one. */
static struct str
number_of_group(const struct sheet *s, enum field_group g)
{
	for (size_t i = 0; i < s->n_item; i++)
		if (grouped(&s->item[i]) && fields[s->item[i].f].group == g && s->item[i].number.n > 0)
			return s->item[i].number;
	return S("");
}

/* 0 when it has no number. */
static int64_t
place_of(const struct sheet *s, const struct item *it)
{
	struct str rest = it->number.n == 0 && grouped(it) ? number_of_group(s, fields[it->f].group) : it->number, part;
	int64_t n = 0, minor = 0;

	if (it->f == F_none)
		return INT64_MAX;
	if (in_head(s, it))
		return -1;
	if (!str_cut(&rest, '-', &part) || !str_int(part, &n))
		return 0;
	if (rest.p != NULL && !str_int(rest, &minor))
		minor = 0;
	return n * 100 + minor;
}

const struct item **
paper_order(struct arena *mem, const struct sheet *s)
{
	const struct item **item = NEWN(mem, const struct item *, s->n_item + 1);
	int64_t *place = NEWN(mem, int64_t, s->n_item + 1), before = 0;

	for (size_t i = 0; i < s->n_item; i++) {
		int64_t p = place_of(s, &s->item[i]);
		size_t k = i;
		if (p == 0)
			p = before;
		else if (p > 0 && p < INT64_MAX)
			before = p;
		for (; k > 0 && place[k - 1] > p; k--) {
			place[k] = place[k - 1];
			item[k] = item[k - 1];
		}
		place[k] = p;
		item[k] = &s->item[i];
	}
	return item;
}

/* ---- boxes ---- */

/* What the legal form calls a box, by an item that it is recognised by; the first in this order that a box has. */
static const struct {
	enum field_id f;
	enum text_id title;             /* T_none: the item's own label */
	enum paper_place place;
	int weight;
} known[] = {
	{ F_remarks, T_paper_remarks, PAPER_COLUMN, 0 },
	{ F_type, T_paper_type, PAPER_WIDE, 0 },
	{ F_name, T_paper_name, PAPER_CELL, 30 },
	{ F_sex, T_none, PAPER_CELL, 18 },
	{ F_birth_date, T_none, PAPER_CELL, 23 },
	{ F_age_years, T_paper_age, PAPER_CELL, 26 },
	{ F_occupation, T_paper_occupation, PAPER_CELL, 19 },
	{ F_home_address, T_paper_home, PAPER_WIDE, 0 },
	{ F_stay_address, T_paper_stay, PAPER_WIDE, 0 },
	{ F_guardian_name, T_none, PAPER_CELL, 31 },
	{ F_guardian_address, T_paper_guardian_address, PAPER_CELL, 65 },
	{ F_guardian_phone, T_none, PAPER_CELL, 30 },
	{ F_route_certainty, T_paper_cause, PAPER_COLUMN, 0 },
	{ F_test_method, T_paper_method, PAPER_COLUMN, 0 },
	{ F_test_sampled_date, T_paper_method, PAPER_COLUMN, 0 },
};

/* The number of the box: "18" of "18-2". */
static struct str
root(struct str number)
{
	return str_sub(number, 0, str_find(number, '-', 0));
}

static struct paper_box *
new_box(struct arena *mem, const struct sheet *s, struct paper *out, struct str number)
{
	struct paper_box *b = &out->box[out->n_box++];

	b->number = number;
	b->item = NEWN(mem, const struct item *, s->n_item);
	return b;
}

/* The last box with a number that holds an item of that section; NULL when none does. */
static struct paper_box *
box_of_section(struct paper *out, size_t section, bool numbered)
{
	for (size_t i = out->n_box; i-- > 0;) {
		struct paper_box *b = &out->box[i];
		if ((b->number.n > 0) != numbered)
			continue;
		for (size_t k = 0; k < b->n_item; k++)
			if (b->item[k]->section == section)
				return b;
	}
	return NULL;
}

/* A group's rows stand together; what only this sheet knows stands with its section; other items without a number have a box
 * without one. */
static struct paper_box *
box_for(struct arena *mem, const struct sheet *s, struct paper *out, const struct item *it)
{
	struct str number = root(grouped(it) ? number_of_group(s, fields[it->f].group) : it->number);
	struct paper_box *b = NULL;

	for (size_t i = 0; number.n > 0 && i < out->n_box; i++)
		if (str_eq(out->box[i].number, number))
			return &out->box[i];
	if (number.n == 0 && (it->f == F_none || grouped(it)))
		b = box_of_section(out, it->section, true);
	if (number.n == 0 && b == NULL)
		b = box_of_section(out, it->section, false);
	return b != NULL ? b : new_box(mem, s, out, number);
}

/* Do all items of the section stand in this box, and no other? */
static bool
is_section(const struct sheet *s, const struct paper_box *b)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_item; i++)
		n += s->item[i].section == b->item[0]->section;
	for (size_t i = 0; i < b->n_item; i++)
		if (b->item[i]->section != b->item[0]->section)
			return false;
	return n == b->n_item;
}

static const struct item *
box_item(const struct paper_box *b, enum field_id f)
{
	for (size_t i = 0; i < b->n_item; i++)
		if (b->item[i]->f == f)
			return b->item[i];
	return NULL;
}

static void
name_box(const struct sheet *s, struct paper_box *b)
{
	b->place = PAPER_COLUMN;
	for (size_t i = 0; i < LEN(known); i++) {
		const struct item *it = box_item(b, known[i].f);
		if (it == NULL)
			continue;
		b->title = known[i].title != T_none ? text(known[i].title, LANG_JA) : it->by[LANG_JA];
		b->lead = grouped(it) ? NULL : it;
		b->place = known[i].place;
		b->weight = known[i].weight;
		return;
	}
	if (b->n_item > 1 && (is_section(s, b) || grouped(b->item[0]))) {
		b->title = s->section[b->item[0]->section].by[LANG_JA];
		b->lead = str_eq(b->title, b->item[0]->by[LANG_JA]) ? b->item[0] : NULL;
		return;
	}
	b->lead = b->item[0];
	b->title = b->lead->by[LANG_JA];
}

/* Cells are for what stands there on the form; with anything else beside it the box needs a column. */
static void
check_cell(struct paper_box *b)
{
	for (size_t i = 0; i < b->n_item && b->place != PAPER_COLUMN; i++)
		if (b->item[i]->f == F_none || grouped(b->item[i]) || b->item[i]->type == FT_CODES || b->item[i]->type == FT_LONG)
			b->place = PAPER_COLUMN;
}

struct paper
paper_of(struct arena *mem, const struct sheet *s)
{
	const struct item **item = paper_order(mem, s);
	struct paper out = { .head = NEWN(mem, const struct item *, s->n_item + 1), .box = NEWN(mem, struct paper_box, s->n_item + 1) };

	for (size_t i = 0; i < s->n_item; i++) {
		if (in_head(s, item[i])) {
			out.head[out.n_head++] = item[i];
			continue;
		}
		struct paper_box *b = box_for(mem, s, &out, item[i]);
		b->item[b->n_item++] = item[i];
	}
	for (size_t i = 0; i < out.n_box; i++) {
		name_box(s, &out.box[i]);
		check_cell(&out.box[i]);
	}
	return out;
}
