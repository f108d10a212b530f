/* web/measure_pdf.c: see measure_pdf.h. Laid out as letters of a municipality are: number and date at the right, the person at
 * the left, who issues it with room for the seal, title, what is ordered or asked, 記 with the particulars, notes, objections. */
#include "web/measure_pdf.h"

#include "fmt/pdf.h"

#define MARGIN 22.0
#define WIDE (PDF_WIDTH - 2 * MARGIN)
#define LABEL_WIDE 50.0         /* of a particular's label */
#define PAD 1.6                 /* between rule and letters */
#define BIRTH_SIZE 10.0
#define HALVES_MOST 23          /* half points: 11.5, and the least with which a letter is pleasant to read */
#define HALVES_LEAST 18

struct measure_form {
	struct str code, title, law, opening;
	struct str disease, place, period, day, hearing, reason;
	struct str note[5];
	bool appeal;
};
static const struct measure_form forms[] = {
#define MEASURE(kind, ...) [MEASURE_##kind] = { .code = STR_INIT(#kind), __VA_ARGS__ },
#include "web/measure.def"
#undef MEASURE
};

struct str
measure_code(enum measure_kind kind)
{
	return forms[kind].code;
}

enum measure_kind
measure_by_code(struct str code)
{
	for (size_t i = 0; i < LEN(forms); i++)
		if (str_eq(forms[i].code, code))
			return (enum measure_kind)i;
	return MEASURE_KINDS;
}

struct str
measure_title(enum measure_kind kind)
{
	return forms[kind].title;
}

/* ---- what is said ---- */

struct letter {
	struct arena *mem;
	struct pdf *p;
	const struct measure_doc *d;
	const struct measure_form *form;
	double size;            /* of its letters */
	bool annex;             /* the reason stands there */
	bool trial;             /* only measured */
};

static struct str
said(struct letter *l, enum text_id id, struct str a)
{
	return text_fill(l->mem, id, LANG_JA, &a, 1);
}

static struct str
day_text(struct letter *l, struct date d)
{
	return date_given(d) ? date_era(l->mem, d) : text(T_paper_no_date, LANG_JA);
}

static struct str
period_text(struct letter *l)
{
	struct str both[] = { day_text(l, l->d->from), day_text(l, l->d->to) };

	if (!date_given(l->d->to))
		return said(l, T_measure_from, both[0]);
	return text_fill(l->mem, T_measure_period, LANG_JA, both, LEN(both));
}

/* ---- drawing: each returns where the next thing begins ---- */

static double
put(struct letter *l, struct pdf_text t, double x, double y, double w)
{
	return y + (l->trial ? pdf_height(l->p, &t, w) : pdf_put(l->p, &t, x, y, w));
}

static double
put_plain(struct letter *l, struct str s, double size, enum pdf_align align, double x, double y, double w)
{
	return put(l, (struct pdf_text){ .text = s, .size = size, .align = align, .lead = 1.5 }, x, y, w);
}

/* One line that gets smaller, down to two thirds, before it wraps. */
static double
put_line(struct letter *l, struct str s, double size, enum pdf_align align, double x, double y, double w)
{
	struct pdf_text t = { .text = s, .size = size, .align = align };
	double fits = pdf_fit(l->p, &t, w, size * 1.4 * 25.4 / 72, size * 2 / 3);

	t.size = fits > 0 ? fits : size * 2 / 3;
	return put(l, t, x, y, w);
}

static double
put_head(struct letter *l, double y)
{
	const struct measure_doc *d = l->d;
	struct str head = d->head.n > 0 ? d->head : said(l, T_measure_head, d->centre);
	double half = WIDE / 2;

	y = put_line(l, d->number, 10.5, PDF_RIGHT, MARGIN, y, WIDE);
	y = put_line(l, day_text(l, d->issued), 10.5, PDF_RIGHT, MARGIN, y + 1, WIDE) + 5;
	if (d->address.n > 0)
		y = put_plain(l, d->address, BIRTH_SIZE, PDF_LEFT, MARGIN, y, half + 20);
	y = put_line(l, said(l, T_measure_to, d->name), 14, PDF_LEFT, MARGIN, y + 1, half + 20);
	if (date_given(d->birth_date))
		y = put_line(l, said(l, T_measure_born, date_era(l->mem, d->birth_date)), BIRTH_SIZE, PDF_LEFT, MARGIN, y + 1, half);
	double below = put_line(l, head, 12, PDF_RIGHT, MARGIN + half - 20, y + 8, half + 2);
	if (!l->trial)
		pdf_frame(l->p, PDF_WIDTH - MARGIN - 15, y + 3, 15, 15, 0.15);
	put_line(l, text(T_measure_seal, LANG_JA), 8, PDF_CENTRE, PDF_WIDTH - MARGIN - 15, y + 8.5, 15);
	return (below > y + 18 ? below : y + 18) + 6;
}

/* A row of the particulars, its number before it. */
static double
put_row(struct letter *l, int *n, struct str label, struct str value, double y)
{
	if (label.n == 0)
		return y;
	struct str head = str_fmt(l->mem, "%d　%.*s", ++*n, STR_ARG(label));
	double left = put_plain(l, head, l->size, PDF_LEFT, MARGIN + PAD, y + PAD, LABEL_WIDE - 2 * PAD);
	double right = put_plain(l, value, l->size, PDF_LEFT, MARGIN + LABEL_WIDE + PAD, y + PAD, WIDE - LABEL_WIDE - 2 * PAD);
	double to = (left > right ? left : right) + PAD;
	if (!l->trial)
		pdf_line(l->p, MARGIN, to, MARGIN + WIDE, to, 0.2);
	return to;
}

static double
put_rows(struct letter *l, double y)
{
	const struct measure_form *f = l->form;
	const struct measure_doc *d = l->d;
	double top = y;
	int n = 0;

	y = put_row(l, &n, f->disease, d->disease, y);
	y = put_row(l, &n, f->place, d->place, y);
	y = put_row(l, &n, f->period, period_text(l), y);
	y = put_row(l, &n, f->day, day_text(l, date_given(d->to) ? d->to : d->issued), y);
	y = put_row(l, &n, f->hearing, day_text(l, d->hearing), y);
	y = put_row(l, &n, f->reason, l->annex ? text(T_paper_see_annex, LANG_JA) : d->reason, y);
	if (!l->trial) {
		pdf_frame(l->p, MARGIN, top, WIDE, y - top, 0.35);
		pdf_line(l->p, MARGIN + LABEL_WIDE, top, MARGIN + LABEL_WIDE, y, 0.2);
	}
	return y;
}

static double
put_notes(struct letter *l, double y)
{
	double size = l->size - 1.5, hang = size * 1.6 * 25.4 / 72;
	struct str to = l->d->appeal_to.n > 0 ? l->d->appeal_to : text(T_measure_appeal_to, LANG_JA);

	if (l->form->note[0].n > 0)
		y = put_plain(l, text(T_measure_notes, LANG_JA), size, PDF_LEFT, MARGIN, y + 4, WIDE);
	for (size_t i = 0; i < LEN(l->form->note) && l->form->note[i].n > 0; i++)
		y = put(l, (struct pdf_text){ .text = str_fmt(l->mem, "%zu　%.*s", i + 1, STR_ARG(l->form->note[i])), .size = size,
		    .lead = 1.45, .hang = hang }, MARGIN, y + 0.6, WIDE);
	if (l->form->appeal) {
		y = put_plain(l, text(T_measure_appeal, LANG_JA), size, PDF_LEFT, MARGIN, y + 4, WIDE);
		y = put(l, (struct pdf_text){ .text = str_cat(l->mem, S("1　"), said(l, T_measure_objection, to)), .size = size,
		    .lead = 1.45, .hang = hang }, MARGIN, y + 0.6, WIDE);
		y = put(l, (struct pdf_text){ .text = str_cat(l->mem, S("2　"), text(T_measure_lawsuit, LANG_JA)), .size = size,
		    .lead = 1.45, .hang = hang }, MARGIN, y + 0.6, WIDE);
	}
	if (l->d->contact.n > 0)
		y = put_plain(l, said(l, T_measure_contact, str_fmt(l->mem, "%.*s　%.*s", STR_ARG(l->d->centre),
		    STR_ARG(l->d->contact))), size, PDF_LEFT, MARGIN, y + 4, WIDE);
	return y;
}

/* The whole letter; where it ends. */
static double
put_letter(struct letter *l)
{
	const struct str law = l->d->law.n > 0 ? l->d->law : l->form->law;
	struct buf opening = buf_new(l->mem);
	struct str rest = l->form->opening, part;
	size_t at = str_find_str(rest, S("%1"));

	part = str_sub(rest, 0, at);
	buf_fmt(&opening, "　%.*s%.*s%.*s", STR_ARG(part), STR_ARG(law), STR_ARG(str_sub(rest, at + 2, rest.n)));
	double y = put_head(l, 18);
	y = put_plain(l, l->form->title, 18, PDF_CENTRE, MARGIN, y, WIDE) + 5;
	y = put(l, (struct pdf_text){ .text = buf_str(&opening), .size = l->size, .lead = 1.7 }, MARGIN, y, WIDE) + 3;
	y = put_plain(l, text(T_measure_below, LANG_JA), l->size, PDF_CENTRE, MARGIN, y, WIDE) + 2;
	y = put_rows(l, y);
	return put_notes(l, y);
}

/* The largest letters with which all stands on one page; the reason goes to an annex only when even the smallest do not do. */
static void
choose_size(struct letter *l)
{
	l->trial = true;
	for (int half = HALVES_MOST;;) {
		l->size = half / 2.0;
		if (put_letter(l) <= PDF_BOTTOM || (l->annex && half == HALVES_LEAST))
			break;
		if (half > HALVES_LEAST) {
			half--;
			continue;
		}
		l->annex = true;
		half = HALVES_MOST;
	}
	l->trial = false;
}

enum err
measure_pdf(struct arena *mem, const struct measure_doc *d, struct str *pdf)
{
	const struct pdf_info info = { .title = forms[d->kind].title, .made_at = d->made_at, .margin = MARGIN,
	    .foot = d->number };
	struct letter l = { .mem = mem, .d = d, .form = &forms[d->kind], .p = pdf_begin(mem, &info) };

	pdf_page(l.p);
	choose_size(&l);
	put_letter(&l);
	if (l.annex) {
		pdf_page(l.p);
		double y = put_plain(&l, text(T_paper_annex, LANG_JA), 14, PDF_CENTRE, MARGIN, MARGIN, WIDE) + 4;
		y = put_plain(&l, l.form->reason, 11, PDF_LEFT, MARGIN, y, WIDE) + 2;
		pdf_flow(l.p, &(struct pdf_text){ .text = d->reason, .size = 10.5, .lead = 1.6 }, MARGIN, y, WIDE);
	}
	return pdf_end(l.p, pdf);
}
