/* web/sheet_pdf.c: see sheet_pdf.h.
 *
 * The page from above: number, title, addressee, reporter; boxes across the page and cells beside each other (`strip`); two
 * columns of boxes; notes. What stands in a box of a column is a list of blocks, texts or tables, made once. Everything that draws
 * can also only measure (`trial`): the size of the letters, and what goes onto the annex, is found by trying. */
#include "web/sheet_pdf.h"

#include "field/paper.h"
#include "fmt/pdf.h"

#define MARGIN 12.0
#define WIDE (PDF_WIDTH - 2 * MARGIN)
#define PAD 1.0                 /* between rule and letters */
#define LABEL_WIDE 36.0         /* of boxes across the page */
#define LARGEST 9.5
#define LEAST 6.5
#define STEP 0.5
#define LABEL_SIZE 6.5          /* of labels in cells */
#define VALUE_LEAST 6.0         /* of what is written into cells */
#define NOTE_SIZE 6.5
#define THIN 0.12
#define THICK 0.35

/* A text being put together, with what is circled and kept whole in it. */
struct words {
	struct buf b;
	struct pdf_span *ring, *whole;
	size_t n_ring, n_whole;
};

struct column {                 /* of a table */
	const struct item *it, *other;          /* other: the text beside its choice "other" */
	double share;
};
struct table {
	enum field_group group;
	struct column *col;
	size_t n_col, rows;
	struct words **cell;            /* row by row; row 0 is the head */
};
struct block {
	struct str label;               /* for the annex */
	struct str value;               /* what would go there; "" when nothing may */
	struct words *words;            /* or table */
	struct table *table;
	bool annexed;
};
struct boxed {
	const struct paper_box *b;
	struct block *block;
	size_t n_block;
	bool one_line;          /* label and value beside each other */
};
struct drawing {
	struct arena *mem;
	struct pdf *p;
	const struct sheet_doc *d;
	struct paper paper;
	struct boxed *boxed;    /* those of the columns */
	size_t n_boxed;
	bool minor, trial, listed;      /* listed: all boxes of the columns stand on the annex */
	double size;
};

/* ---- values in words ---- */

static struct str
ja(enum text_id id)
{
	return text(id, LANG_JA);
}

static struct words *
new_words(struct drawing *g, size_t spans)
{
	struct words *w = NEW(g->mem, struct words);

	w->b = buf_new(g->mem);
	w->ring = NEWN(g->mem, struct pdf_span, spans + 1);
	w->whole = NEWN(g->mem, struct pdf_span, spans + 1);
	return w;
}

static struct pdf_text
as_text(struct words *w, double size)
{
	return (struct pdf_text){ .text = buf_str(&w->b), .size = size, .ring = w->ring, .n_ring = w->n_ring, .whole = w->whole,
	    .n_whole = w->n_whole };
}

/* As forms want it: the era; 不明; nothing when it is empty. */
static struct str
value_text(struct drawing *g, const struct item *it, struct str v)
{
	struct date day;

	if (v.n == 0)
		return v;
	if ((it->type == FT_DATE || it->type == FT_PARTIAL) && date_from_iso(v, &day))
		return date_era(g->mem, day);
	/* Of a year alone the era may be unclear. */
	if (it->type == FT_PARTIAL && date_from_iso(str_cat(g->mem, v, S("-01")), &day)) {
		struct str era = date_era(g->mem, day);
		return str_sub(era, 0, str_find_str(era, S("月")) + strlen("月"));
	}
	return item_show(g->mem, it, v, LANG_JA);
}

static struct str
value_of(struct drawing *g, const struct item *it, size_t row)
{
	return it->f != F_none ? rec_row(g->d->rec, it->f, row) : rec_extra(g->d->rec, it->key);
}

static bool
is_choice(const struct item *it)
{
	return it->type == FT_CODE || it->type == FT_CODES || it->type == FT_YESNO;
}

/* Only classes that the sheet takes are offered on it. */
static bool
offered(const struct drawing *g, const struct item *it, struct str code)
{
	const struct sheet *s = g->d->sheet;

	for (size_t i = 0; it->f == F_type && i < s->n_type; i++)
		if (str_eq(s->type[i], code))
			return true;
	return it->f != F_type;
}

/* Few short choices are circled as words, others have numbers to circle. */
static bool
by_words(const struct item *it)
{
	for (size_t i = 0; i < it->n_choice; i++)
		if (it->n_choice > 3 || it->choice[i].by[LANG_JA].n > strlen("四文字分"))
			return false;
	return true;
}

static void
put_choice(struct words *w, struct str label, size_t number, bool chosen)
{
	size_t from = w->b.n;

	if (number > 0)
		buf_fmt(&w->b, "%zu", number);
	else
		buf_put(&w->b, label);
	if (chosen)
		w->ring[w->n_ring++] = (struct pdf_span){ from, w->b.n - from };
	if (number > 0)
		buf_fmt(&w->b, "\xC2\xA0%.*s", STR_ARG(label));
	/* Longer ones must be broken somewhere. */
	if (w->b.n - from <= strlen("四文字分四文字分四文字分四文字分"))
		w->whole[w->n_whole++] = (struct pdf_span){ from, w->b.n - from };
}

/* All choices, those of `v` circled; what is not offered (any more) but was chosen stands behind them. */
static void
put_choices(struct drawing *g, struct words *w, const struct item *it, struct str v)
{
	const struct str gap = by_words(it) ? S("・") : S("　");
	size_t n = 0;
	struct str one;

	if (it->type == FT_YESNO) {
		put_choice(w, ja(T_yes), 0, str_eq(v, S("yes")));
		buf_put(&w->b, gap);
		put_choice(w, ja(T_no), 0, str_eq(v, S("no")));
	}
	for (size_t i = 0; i < it->n_choice; i++) {
		if (!offered(g, it, it->choice[i].code))
			continue;
		if (n++ > 0)
			buf_put(&w->b, gap);
		put_choice(w, it->choice[i].by[LANG_JA], by_words(it) ? 0 : n, rec_has(v, it->choice[i].code));
	}
	for (struct str rest = v; it->type != FT_YESNO && !rec_unknown(v) && str_cut(&rest, ',', &one);) {
		size_t i = 0;
		while (i < it->n_choice && !(str_eq(it->choice[i].code, one) && offered(g, it, one)))
			i++;
		if (i < it->n_choice || one.n == 0)
			continue;
		buf_put(&w->b, gap);
		put_choice(w, item_show(g->mem, it, one, LANG_JA), 0, true);
	}
	if (it->f == F_none || (fields[it->f].flags & MAY_UNKNOWN) != 0 || rec_unknown(v)) {
		buf_put(&w->b, gap);
		put_choice(w, ja(T_unknown), 0, rec_unknown(v));
	}
}

static size_t
spans_of(const struct item *it)
{
	return it->n_choice * 2 + 4;
}

/* ---- drawing: each returns where the next thing begins ---- */

static double
put(struct drawing *g, struct pdf_text t, double x, double y, double w)
{
	return y + (g->trial ? pdf_height(g->p, &t, w) : pdf_put(g->p, &t, x, y, w));
}

/* One line that gets smaller down to VALUE_LEAST before it wraps. */
static double
put_shrunk(struct drawing *g, struct pdf_text t, double x, double y, double w)
{
	double line = t.size * 1.4 * 25.4 / 72, size = pdf_fit(g->p, &t, w, line, VALUE_LEAST);

	t.size = size > 0 ? size : VALUE_LEAST;
	return put(g, t, x, y, w);
}

static void
rule(struct drawing *g, double x, double y, double to_x, double to_y, double thick)
{
	if (!g->trial)
		pdf_line(g->p, x, y, to_x, to_y, thick);
}

static double
larger(double a, double b)
{
	return a > b ? a : b;
}

/* "11　症状" */
static struct str
heading(struct drawing *g, const struct paper_box *b)
{
	return b->number.n > 0 ? str_fmt(g->mem, "%.*s　%.*s", STR_ARG(b->number), STR_ARG(b->title)) : b->title;
}

/* ---- above the boxes ---- */

static double
put_reports(struct drawing *g, double x, double y, double w)
{
	y = put(g, (struct pdf_text){ .text = ja(T_v_reports_day), .size = 7 }, x, y, w);
	for (size_t i = 0; i < g->d->n_report; i++) {
		const struct class_report *r = &g->d->report[i];
		const struct code *type = code_find(C_diagnosis_class, r->type);
		struct date day;
		struct str when = date_from_iso(r->day, &day) ? date_era(g->mem, day) : r->day;
		y = put_shrunk(g, (struct pdf_text){ .text = str_fmt(g->mem, "%.*s　%.*s", STR_ARG(when),
		    STR_ARG(type != NULL ? type->by[LANG_JA] : r->type)), .size = 8 }, x, y + 0.3, w);
	}
	return y;
}

static double
put_reporter(struct drawing *g, double x, double y, double w)
{
	const double label = 44;

	for (size_t i = 0; i < g->paper.n_head; i++) {
		const struct item *it = g->paper.head[i];
		struct words *v = new_words(g, spans_of(it));
		if (is_choice(it))
			put_choices(g, v, it, value_of(g, it, 0));
		else
			buf_put(&v->b, value_text(g, it, value_of(g, it, 0)));
		double left = put_shrunk(g, (struct pdf_text){ .text = it->by[LANG_JA], .size = 8.5 }, x, y + 0.9, label - 2);
		double right = put_shrunk(g, as_text(v, 9.5), x + label, y + 0.6, w - label);
		y = larger(left, right);
		rule(g, x + label, y, x + w, y, THIN);
	}
	return y;
}

static double
put_head(struct drawing *g, double y)
{
	const struct sheet *s = g->d->sheet;
	struct str number = str_fmt(g->mem, "%.*s　%.*s", STR_ARG(ja(T_v_number)), STR_ARG(g->d->number));
	const double left = 68;

	put_shrunk(g, (struct pdf_text){ .text = s->law[LANG_JA], .size = 7.5 }, MARGIN, y, WIDE - 60);
	y = put(g, (struct pdf_text){ .text = number, .size = 9, .align = PDF_RIGHT }, MARGIN, y - 0.4, WIDE);
	y = put_shrunk(g, (struct pdf_text){ .text = s->title[LANG_JA], .size = 15, .align = PDF_CENTRE }, MARGIN, y + 0.5, WIDE);
	if (g->d->state.n > 0)
		y = put(g, (struct pdf_text){ .text = str_fmt(g->mem, "（%.*s）", STR_ARG(g->d->state)), .size = 10,
		    .align = PDF_CENTRE }, MARGIN, y, WIDE);
	double below = put_shrunk(g, (struct pdf_text){ .text = ja(T_paper_to), .size = 9.5 }, MARGIN, y + 1, left);
	below = put(g, (struct pdf_text){ .text = ja(T_paper_opening), .size = 8 }, MARGIN, below + 1, left);
	below = put_reports(g, MARGIN, below + 1.5, left);
	return larger(below, put_reporter(g, MARGIN + left + 8, y + 1, WIDE - left - 8)) + 2;
}

/* ---- boxes across the page, and cells ---- */

/* Months count in the first year only. */
static void
put_age(struct drawing *g, struct words *w)
{
	struct str years = rec_get(g->d->rec, F_age_years), months = rec_get(g->d->rec, F_age_months);
	bool infant = rec_said(months) || str_eq(years, S("0")) || years.n == 0;

	buf_put(&w->b, years.n > 0 ? rec_show(g->mem, F_age_years, years, LANG_JA) : S("　　"));
	buf_put(&w->b, ja(T_paper_years));
	if (infant) {
		struct str m = months.n > 0 ? rec_show(g->mem, F_age_months, months, LANG_JA) : S("　");
		buf_put(&w->b, text_fill(g->mem, T_paper_months, LANG_JA, &m, 1));
	}
}

/* What people write into such a box: 〒 address, phone; only what is unexpected there needs its label. */
static void
put_written(struct drawing *g, struct words *w, const struct paper_box *b, const struct item *it)
{
	struct str v = value_of(g, it, 0);

	if (it->f == F_age_years) {
		put_age(g, w);
	} else if (it->f == F_age_months || it->f == F_name_kana || it->f == F_guardian_kana) {
		return;
	} else if (is_choice(it)) {
		if (it != b->lead)
			buf_fmt(&w->b, "%.*s：", STR_ARG(it->by[LANG_JA]));
		put_choices(g, w, it, v);
	} else if (it->type == FT_POSTAL) {
		if (v.n > 0)
			buf_fmt(&w->b, "〒%.*s", STR_ARG(value_text(g, it, v)));
	} else if (it->type == FT_PHONE && it != b->lead) {
		buf_fmt(&w->b, "　%.*s%.*s", STR_ARG(ja(T_paper_phone)), STR_ARG(value_text(g, it, v)));
	} else if (it == b->lead) {
		buf_put(&w->b, value_text(g, it, v));
	} else {
		buf_fmt(&w->b, "%.*s：%.*s", STR_ARG(it->by[LANG_JA]), STR_ARG(value_text(g, it, v)));
	}
}

static struct words *
written(struct drawing *g, const struct paper_box *b)
{
	size_t spans = 0;

	for (size_t i = 0; i < b->n_item; i++)
		spans += spans_of(b->item[i]);
	struct words *w = new_words(g, spans);
	for (size_t i = 0; i < b->n_item; i++) {
		size_t before = w->b.n;
		if (before > 0)
			buf_put(&w->b, S("　"));
		size_t from = w->b.n;
		put_written(g, w, b, b->item[i]);
		if (w->b.n == from)
			w->b.n = before;
	}
	return w;
}

static double
put_wide(struct drawing *g, const struct paper_box *b, double y)
{
	double left = put(g, (struct pdf_text){ .text = heading(g, b), .size = 8 }, MARGIN + PAD, y + PAD, LABEL_WIDE - 2 * PAD);
	double right = put_shrunk(g, as_text(written(g, b), 9.5), MARGIN + LABEL_WIDE + 2 * PAD, y + PAD, WIDE - LABEL_WIDE - 3 * PAD);
	double to = larger(left, right) + PAD;

	rule(g, MARGIN + LABEL_WIDE, y, MARGIN + LABEL_WIDE, to, THIN);
	rule(g, MARGIN, to, MARGIN + WIDE, to, THIN);
	return to;
}

/* The reading stands above its name. */
static struct str
reading(struct drawing *g, const struct paper_box *b)
{
	for (size_t i = 0; i < b->n_item; i++)
		if (b->item[i]->f == F_name_kana || b->item[i]->f == F_guardian_kana)
			return value_text(g, b->item[i], value_of(g, b->item[i], 0));
	return S("");
}

static double
put_cell(struct drawing *g, const struct paper_box *b, double x, double y, double w)
{
	struct str kana = reading(g, b);

	y = put_shrunk(g, (struct pdf_text){ .text = heading(g, b), .size = LABEL_SIZE + 0.5 }, x + PAD, y + 0.6, w - 2 * PAD);
	if (kana.n > 0)
		y = put_shrunk(g, (struct pdf_text){ .text = kana, .size = 7 }, x + PAD + 1, y + 0.2, w - 2 * PAD - 1);
	return put_shrunk(g, as_text(written(g, b), 10.5), x + PAD + 1, y + 0.3, w - 2 * PAD - 1) + 0.8;
}

/* The cells from `i` on that stand beside each other; returns how many. */
static size_t
cells_in_row(const struct paper *p, size_t i, int *weight)
{
	size_t n = 0;

	for (*weight = 0; i + n < p->n_box; n++) {
		const struct paper_box *b = &p->box[i + n];
		if (b->place != PAPER_CELL || (n > 0 && *weight + b->weight > 126))
			break;
		*weight += b->weight;
	}
	return n;
}

static double
put_strip(struct drawing *g, double y)
{
	const struct paper *p = &g->paper;
	double top = y;

	for (size_t i = 0; i < p->n_box;) {
		int weight;
		if (p->box[i].place == PAPER_WIDE)
			y = put_wide(g, &p->box[i], y);
		size_t n = cells_in_row(p, i, &weight);
		double x = MARGIN, to = y, from = y;
		for (size_t k = i; k < i + n; k++) {
			double w = WIDE * p->box[k].weight / weight;
			to = larger(to, put_cell(g, &p->box[k], x, from, w));
			x += w;
		}
		x = MARGIN;
		for (size_t k = i; n > 0 && k + 1 < i + n; k++) {
			x += WIDE * p->box[k].weight / weight;
			rule(g, x, from, x, to, THIN);
		}
		if (n > 0)
			rule(g, MARGIN, to, MARGIN + WIDE, to, THIN);
		y = to;
		i += n > 0 ? n : 1;
	}
	if (!g->trial && y > top)
		pdf_frame(g->p, MARGIN, top, WIDE, y - top, THICK);
	return y;
}

/* ---- what stands in the boxes of the columns ---- */

static bool
grouped(const struct item *it)
{
	return it->f != F_none && fields[it->f].group != G_ONE;
}

/* On paper everything asked is printed, filled in or not; but not the line of a text for a choice that was not made. */
static bool
printed(const struct drawing *g, const struct paper_box *b, const struct item *it, struct str v)
{
	bool writing = it->type == FT_TEXT || it->type == FT_LONG;

	return v.n > 0 || !writing || it == b->lead || item_asked(it, g->d->rec, g->minor);
}

static struct block *
new_block(struct boxed *x)
{
	return &x->block[x->n_block++];
}

/* (1) 感染原因・感染経路: below the number of a box, where the form has numbers like 18-1. */
static void
put_part(struct drawing *g, struct boxed *x, const struct item *it)
{
	static const struct { enum field_id f; enum text_id title; } known[] = {
		{ F_route_certainty, T_paper_route }, { F_region_certainty, T_paper_region },
	};
	struct str title = g->d->sheet->section[it->section].by[LANG_JA];
	struct block *b = new_block(x);

	for (size_t i = 0; i < LEN(known); i++)
		if (it->f == known[i].f)
			title = ja(known[i].title);
	b->words = new_words(g, 0);
	buf_fmt(&b->words->b, "(%.*s) %.*s", STR_ARG(str_sub(it->number, str_find(it->number, '-', 0) + 1, it->number.n)),
	    STR_ARG(title));
}

static void
put_item(struct drawing *g, struct boxed *x, const struct item *it)
{
	struct str v = value_of(g, it, 0);
	struct block *b = new_block(x);

	b->words = new_words(g, spans_of(it));
	b->label = it->by[LANG_JA];
	if (it != x->b->lead)
		buf_fmt(&b->words->b, "%.*s：", STR_ARG(it->by[LANG_JA]));
	if (is_choice(it)) {
		put_choices(g, b->words, it, v);
		return;
	}
	struct str shown = value_text(g, it, v);
	buf_put(&b->words->b, shown);
	if (it->type == FT_LONG || it->type == FT_TEXT)
		b->value = shown;
}

/* ---- tables ---- */

static double
share_of(const struct item *it)
{
	switch (it->type) {
	case FT_INT: return 0.8;
	case FT_YESNO: return 1.3;
	case FT_DATE: case FT_PARTIAL: return 1.6;
	case FT_CODE: return by_words(it) ? 1.1 : 2.0;
	default: return 1.5;
	}
}

/* The item whose text says what `other` of this one is: test_method_other. */
static const struct item *
other_of(const struct drawing *g, const struct item *it)
{
	enum field_id f = field_by_name(str_cat(g->mem, it->key, S("_other")));

	return f != F_none && it->type == FT_CODE ? sheet_item(g->d->sheet, f) : NULL;
}

static bool
is_other(const struct drawing *g, const struct item *it)
{
	struct str tail = S("_other");

	return it->f != F_none && str_ends(it->key, tail) && it->type == FT_TEXT
	    && sheet_item(g->d->sheet, field_by_name(str_sub(it->key, 0, it->key.n - tail.n))) != NULL;
}

static struct words *
cell_words(struct drawing *g, const struct column *c, size_t row)
{
	struct str v = rec_row(g->d->rec, c->it->f, row), other = c->other != NULL ? rec_row(g->d->rec, c->other->f, row) : S("");
	struct words *w = new_words(g, spans_of(c->it));

	if (is_choice(c->it) && (c->it->type == FT_YESNO || by_words(c->it))) {
		struct words *all = new_words(g, spans_of(c->it));
		put_choices(g, all, c->it, v);
		return all;
	}
	buf_put(&w->b, value_text(g, c->it, v));
	if (other.n > 0)
		buf_fmt(&w->b, "（%.*s）", STR_ARG(value_text(g, c->other, other)));
	return w;
}

static struct table *
new_table(struct drawing *g, const struct paper_box *b, enum field_group group)
{
	struct table *t = NEW(g->mem, struct table);
	double all = 0;

	t->group = group;
	t->rows = rec_rows(g->d->rec, group);
	t->rows += t->rows == 0;
	t->col = NEWN(g->mem, struct column, b->n_item);
	for (size_t i = 0; i < b->n_item; i++) {
		const struct item *it = b->item[i];
		if (!grouped(it) || fields[it->f].group != group || is_other(g, it))
			continue;
		t->col[t->n_col++] = (struct column){ it, other_of(g, it), share_of(it) };
		all += share_of(it);
	}
	t->cell = NEWN(g->mem, struct words *, (t->rows + 1) * t->n_col);
	for (size_t k = 0; k < t->n_col; k++) {
		t->col[k].share /= all;
		t->cell[k] = new_words(g, 0);
		buf_put(&t->cell[k]->b, t->col[k].it->by[LANG_JA]);
		for (size_t row = 0; row < t->rows; row++)
			t->cell[(row + 1) * t->n_col + k] = cell_words(g, &t->col[k], row);
	}
	return t;
}

/* The same as lines, for the annex. */
static struct str
table_lines(struct drawing *g, const struct table *t)
{
	struct buf b = buf_new(g->mem);

	for (size_t row = 0; row < t->rows; row++) {
		buf_fmt(&b, "%s%zu", row > 0 ? "\n" : "", row + 1);
		for (size_t k = 0; k < t->n_col; k++) {
			const struct column *c = &t->col[k];
			struct str other = c->other != NULL ? rec_row(g->d->rec, c->other->f, row) : S("");
			buf_fmt(&b, "　%.*s：%.*s", STR_ARG(c->it->by[LANG_JA]), STR_ARG(value_text(g, c->it, rec_row(g->d->rec, c->it->f, row))));
			if (other.n > 0)
				buf_fmt(&b, "（%.*s）", STR_ARG(value_text(g, c->other, other)));
		}
	}
	return buf_str(&b);
}

/* Choices with numbers stand in full above the table: circled is what any row says. */
static void
put_legend(struct drawing *g, struct boxed *x, const struct item *it)
{
	struct buf all = buf_new(g->mem);
	struct block *b = new_block(x);

	for (size_t row = 0; row < rec_rows(g->d->rec, fields[it->f].group); row++) {
		struct str v = rec_row(g->d->rec, it->f, row);
		if (v.n > 0)
			buf_fmt(&all, "%s%.*s", all.n > 0 ? "," : "", STR_ARG(v));
	}
	/* The same code of two rows is one circle; what is not offered stands in the table. */
	struct buf once = buf_new(g->mem);
	for (size_t i = 0; i < it->n_choice; i++)
		if (rec_has(buf_str(&all), it->choice[i].code))
			buf_fmt(&once, "%s%.*s", once.n > 0 ? "," : "", STR_ARG(it->choice[i].code));
	b->words = new_words(g, spans_of(it));
	buf_fmt(&b->words->b, "%.*s：", STR_ARG(it->by[LANG_JA]));
	put_choices(g, b->words, it, buf_str(&once));
}

static void
put_group(struct drawing *g, struct boxed *x, enum field_group group)
{
	struct table *t = new_table(g, x->b, group);

	for (size_t k = 0; k < t->n_col; k++)
		if (t->col[k].it->type == FT_CODE && !by_words(t->col[k].it))
			put_legend(g, x, t->col[k].it);
	struct block *b = new_block(x);
	b->table = t;
	b->label = t->col[0].it->by[LANG_JA];
	b->value = table_lines(g, t);
}

static void
fill_box(struct drawing *g, struct boxed *x, const struct paper_box *b)
{
	bool seen[G_COUNT] = { false };
	struct str part = S("");

	x->b = b;
	x->block = NEWN(g->mem, struct block, b->n_item * 3 + 1);
	for (size_t i = 0; i < b->n_item; i++) {
		const struct item *it = b->item[i];
		enum field_group group = it->f != F_none ? fields[it->f].group : G_ONE;
		if (str_find(it->number, '-', 0) < it->number.n && !str_eq(it->number, part)) {
			part = it->number;
			put_part(g, x, it);
		}
		if (group != G_ONE && !seen[group])
			put_group(g, x, group);
		seen[group] = true;
		if (group == G_ONE && printed(g, b, it, value_of(g, it, 0)))
			put_item(g, x, it);
	}
	const struct item *only = b->item[0];
	x->one_line = b->n_item == 1 && only->type != FT_CODES && only->type != FT_TEXT && only->type != FT_LONG && !grouped(only)
	    && (only->type != FT_CODE || by_words(only));
}

static void
fill_boxes(struct drawing *g)
{
	g->boxed = NEWN(g->mem, struct boxed, g->paper.n_box + 1);
	for (size_t i = 0; i < g->paper.n_box; i++)
		if (g->paper.box[i].place == PAPER_COLUMN)
			fill_box(g, &g->boxed[g->n_boxed++], &g->paper.box[i]);
}

/* ---- the columns ---- */

static double
put_table(struct drawing *g, const struct table *t, double x, double y, double w)
{
	double top = y, at = x;

	rule(g, x, y, x + w, y, THIN);
	for (size_t row = 0; row <= t->rows; row++) {
		double to = y;
		at = x;
		for (size_t k = 0; k < t->n_col; k++) {
			double wide = w * t->col[k].share;
			to = larger(to, put(g, as_text(t->cell[row * t->n_col + k], row == 0 ? g->size - 1 : g->size - 0.5), at + 0.8,
			    y + 0.3, wide - 1.2));
			at += wide;
		}
		y = to + 0.3;
		rule(g, x, y, x + w, y, THIN);
	}
	at = x;
	for (size_t k = 0; k <= t->n_col; k++) {
		rule(g, at, top, at, y, THIN);
		at += k < t->n_col ? w * t->col[k].share : 0;
	}
	return y;
}

static double
put_block(struct drawing *g, const struct block *b, double x, double y, double w)
{
	if (b->annexed)
		return put(g, (struct pdf_text){ .text = str_fmt(g->mem, "%.*s：%.*s", STR_ARG(b->label),
		    STR_ARG(ja(T_paper_see_annex))), .size = g->size }, x, y, w);
	if (b->table != NULL)
		return put_table(g, b->table, x, y + 0.4, w) + 0.6;
	return put(g, as_text(b->words, g->size), x, y, w);
}

static double
put_box(struct drawing *g, const struct boxed *b, double x, double y, double w)
{
	const double half = w * 0.6, in = x + PAD;
	struct pdf_text head = { .text = heading(g, b->b), .size = g->size };

	if (b->one_line) {
		double left = put(g, head, in, y + PAD, half - 2 * PAD);
		double right = b->n_block > 0 ? put_block(g, &b->block[0], x + half, y + PAD, w - half - PAD) : y;
		return larger(left, right) + PAD;
	}
	y = put(g, head, in, y + PAD, w - 2 * PAD);
	for (size_t i = 0; i < b->n_block; i++)
		y = put_block(g, &b->block[i], in + 2, y + 0.2, w - 2 * PAD - 2);
	return y + PAD;
}

/* Boxes from `from` to below `to`, one below the other, in a column that ends at `bottom`: what room is left belongs to the
 * last one, unless it is a line. */
static void
put_column(struct drawing *g, size_t from, size_t to, double x, double y, double bottom)
{
	const double w = WIDE / 2;

	for (size_t i = from; i < to; i++) {
		y = put_box(g, &g->boxed[i], x, y, w);
		if (i + 1 < to || (g->boxed[i].one_line && y < bottom - 1))
			rule(g, x, y, x + w, y, THIN);
	}
}

/* How many boxes the left column takes, so that the longer of the two is as short as can be. */
static size_t
split(struct drawing *g, double *height)
{
	double *h = NEWN(g->mem, double, g->n_boxed + 1), all = 0, left = 0;
	bool was = g->trial;
	size_t best = g->n_boxed;

	g->trial = true;
	for (size_t i = 0; i < g->n_boxed; i++)
		all += h[i] = put_box(g, &g->boxed[i], 0, 0, WIDE / 2);
	g->trial = was;
	*height = all;
	for (size_t i = 0; i < g->n_boxed; i++) {
		left += h[i];
		if (larger(left, all - left) < *height) {
			*height = larger(left, all - left);
			best = i + 1;
		}
	}
	return best;
}

/* ---- below the boxes ---- */

static bool
wants(const struct paper_box *b, bool choices)
{
	for (size_t i = 0; i < b->n_item; i++) {
		const struct item *it = b->item[i];
		bool dated = !grouped(it) && (it->type == FT_DATE || it->type == FT_PARTIAL || it->f == F_age_years);
		if (choices ? is_choice(it) : dated)
			return b->number.n > 0;
	}
	return false;
}

/* "1、3、11", "4、5、13～17": the numbers of the boxes with choices, or with days and ages. */
static struct str
numbers(struct drawing *g, bool choices)
{
	const struct paper_box *box = g->paper.box;
	struct buf b = buf_new(g->mem);

	for (size_t i = 0; i < g->paper.n_box; i++) {
		size_t n = 0;
		while (i + n < g->paper.n_box && wants(&box[i + n], choices))
			n++;
		if (n == 0)
			continue;
		buf_fmt(&b, "%s%.*s", b.n > 0 ? "、" : "", STR_ARG(box[i].number));
		if (n > 1)
			buf_fmt(&b, "%s%.*s", n > 2 ? "～" : "、", STR_ARG(box[i + n - 1].number));
		i += n;
	}
	return buf_str(&b);
}

static double
put_notes(struct drawing *g, double y)
{
	struct str list[] = { numbers(g, true), numbers(g, false) }, due = ja(T_paper_due_now);
	struct str days = str_fmt(g->mem, "%d", g->d->sheet->due_days);

	if (g->d->sheet->due_days > 0)
		due = text_fill(g->mem, T_paper_due_days, LANG_JA, &days, 1);
	put_shrunk(g, (struct pdf_text){ .text = text_fill(g->mem, T_paper_note, LANG_JA, list, LEN(list)), .size = NOTE_SIZE }, MARGIN, y,
	    WIDE - 62);
	return put(g, (struct pdf_text){ .text = due, .size = 8, .align = PDF_RIGHT }, MARGIN, y, WIDE) + 2.5;
}

/* ---- the page ---- */

/* Where everything ends; when it is drawn, the columns reach down to the notes. */
static double
put_page(struct drawing *g)
{
	const double notes = PDF_BOTTOM - 6;
	double y = put_strip(g, put_head(g, 9)), height;
	size_t left = split(g, &height);

	if (g->trial)
		return y + height + 6;
	if (g->n_boxed > 0) {
		put_column(g, 0, left, MARGIN, y, notes);
		put_column(g, left, g->n_boxed, MARGIN + WIDE / 2, y, notes);
		pdf_frame(g->p, MARGIN, y, WIDE, notes - y, THICK);
		pdf_line(g->p, MARGIN + WIDE / 2, y, MARGIN + WIDE / 2, notes, THIN);
	}
	if (g->listed)
		put(g, (struct pdf_text){ .text = ja(T_paper_see_annex), .size = LARGEST }, MARGIN + PAD, y + PAD, WIDE);
	return put_notes(g, notes + 0.8);
}

static bool
fits(struct drawing *g, double size)
{
	g->trial = true;
	g->size = size;
	bool good = put_page(g) <= PDF_BOTTOM;
	g->trial = false;
	return good;
}

/* The block that takes the most room goes onto the annex. False when there is none left. */
static bool
annex_one(struct drawing *g)
{
	struct block *most = NULL;
	double height = 0;

	g->trial = true;
	for (size_t i = 0; i < g->n_boxed; i++)
		for (size_t k = 0; k < g->boxed[i].n_block; k++) {
			struct block *b = &g->boxed[i].block[k];
			double h = b->annexed || b->value.n == 0 ? 0 : put_block(g, b, 0, 0, WIDE / 2 - 2 * PAD - 2);
			if (h > height) {
				height = h;
				most = b;
			}
		}
	g->trial = false;
	if (most != NULL)
		most->annexed = true;
	return most != NULL;
}

/* A sheet with more boxes than a page holds: its columns stand on the annex as a list. */
static void
annex_all(struct drawing *g, struct buf *list)
{
	for (size_t i = 0; i < g->n_boxed; i++) {
		buf_fmt(list, "%s%.*s\n", list->n > 0 ? "\n" : "", STR_ARG(heading(g, g->boxed[i].b)));
		for (size_t k = 0; k < g->boxed[i].n_block; k++) {
			const struct block *b = &g->boxed[i].block[k];
			if (b->table != NULL) {
				buf_fmt(list, "%.*s\n", STR_ARG(b->value));
				continue;
			}
			/* Letters that flow have no rings: what is chosen is marked. */
			struct str s = buf_str(&b->words->b);
			size_t at = 0;
			for (size_t n = 0; n < b->words->n_ring; n++) {
				buf_put(list, str_sub(s, at, b->words->ring[n].from - at));
				buf_put(list, S("◯"));
				at = b->words->ring[n].from;
			}
			buf_fmt(list, "%.*s\n", STR_ARG(str_sub(s, at, s.n)));
		}
	}
	g->n_boxed = 0;
	g->listed = true;
}

/* The largest letters with which the page holds everything that is not on the annex. */
static void
choose_size(struct drawing *g, struct buf *list)
{
	bool good = fits(g, LEAST);

	while (!good && annex_one(g))
		good = fits(g, LEAST);
	if (!good)
		annex_all(g, list);
	for (int step = 0; LARGEST - step * STEP > LEAST; step++)
		if (fits(g, LARGEST - step * STEP))
			return;
	g->size = LEAST;
}

static void
put_annex(struct drawing *g, struct str list)
{
	double y = 0;

	for (size_t i = 0; i < g->n_boxed; i++)
		for (size_t k = 0; k < g->boxed[i].n_block; k++) {
			const struct block *b = &g->boxed[i].block[k];
			if (!b->annexed)
				continue;
			if (y == 0 || y > PDF_BOTTOM - 20) {
				pdf_page(g->p);
				y = put(g, (struct pdf_text){ .text = ja(T_paper_annex), .size = 13, .align = PDF_CENTRE }, MARGIN, MARGIN, WIDE);
			}
			struct str head = g->boxed[i].b->n_item > 1 ? str_fmt(g->mem, "%.*s　%.*s", STR_ARG(heading(g, g->boxed[i].b)),
			    STR_ARG(b->label)) : heading(g, g->boxed[i].b);
			y = put(g, (struct pdf_text){ .text = head, .size = 10 }, MARGIN, y + 4, WIDE) + 1;
			y = pdf_flow(g->p, &(struct pdf_text){ .text = b->value, .size = 9.5, .lead = 1.5 }, MARGIN + 4, y, WIDE - 4);
		}
	if (list.n == 0)
		return;
	pdf_page(g->p);
	y = put(g, (struct pdf_text){ .text = ja(T_paper_annex), .size = 13, .align = PDF_CENTRE }, MARGIN, MARGIN, WIDE) + 3;
	pdf_flow(g->p, &(struct pdf_text){ .text = list, .size = 9, .lead = 1.4 }, MARGIN, y, WIDE);
}

enum err
sheet_pdf(struct arena *mem, const struct sheet_doc *d, struct str *pdf)
{
	struct str said[] = { d->number, str_fmt(mem, "%lld", (long long)d->ver), d->printed_by, date_minute(mem, d->printed_at) };
	const struct pdf_info info = { .title = d->sheet->title[LANG_JA], .made_at = d->printed_at, .margin = MARGIN,
	    .foot = text_fill(mem, T_paper_foot, LANG_JA, said, LEN(said)) };
	struct drawing g = { .mem = mem, .d = d, .paper = paper_of(mem, d->sheet), .minor = rec_minor(d->rec, d->today),
	    .p = pdf_begin(mem, &info) };
	struct buf list = buf_new(mem);

	fill_boxes(&g);
	pdf_page(g.p);
	choose_size(&g, &list);
	put_page(&g);
	put_annex(&g, buf_str(&list));
	return pdf_end(g.p, pdf);
}
