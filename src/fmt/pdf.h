/* fmt/pdf.h: pages of paper: A4 upright, text that wraps and shrinks, rules, rings; written as PDF over cairo and pango
 * (no other file includes them).
 *
 * Lengths are millimetres from the top left corner of the page, sizes of letters are points. The typeface is a Japanese
 * Mincho with the variants of names (髙 﨑 𠮷 and those chosen by a variation selector); what of it is used is
 * embedded. Text stays text: it can be searched, copied and read aloud. The same calls with the same `made_at` give the same
 * bytes on the same machine. What the typefaces of the machine do not have is drawn as a box with the character's code, counted and
 * told at the foot.
 *
 * Any thread may write one document at a time; of all threads PDF_AT_ONCE write, others wait in pdf_begin. A document is
 * made in memory of the libraries that pdf_end gives back, so it must be called for each; what it returns lives in the arena. Texts
 * given are used before the call returns, those of pdf_info live until pdf_end. Texts are UTF-8 without NUL; '\n' ends a
 * line. */
#ifndef FMT_PDF_H
#define FMT_PDF_H

#include "base/buf.h"
#include "fmt/text.h"

#define PDF_WIDTH 210.0
#define PDF_HEIGHT 297.0
#define PDF_AT_ONCE 4
#define PDF_PAGES_MAX 200       /* of one document; more is E_LIMIT */

struct pdf_info {
	struct str title;       /* what viewers show above the page; no person's name belongs here */
	int64_t made_at;        /* a moment (base/clock.h) */
	double margin;          /* at the sides and of the foot */
	struct str foot;        /* small, at the foot of each page; page numbers stand beside it when there are several */
	enum lang lang;
};

enum pdf_align { PDF_LEFT, PDF_CENTRE, PDF_RIGHT };
struct pdf_span {               /* bytes of a text */
	size_t from, n;
};
struct pdf_text {
	struct str text;
	double size;
	enum pdf_align align;
	double lead;                    /* from line to line, in sizes; 0: 1.35 */
	double hang;                    /* lines behind the first of a paragraph begin this much (mm) further in */
	const struct pdf_span *ring;    /* circled, as official forms want a choice to be */
	size_t n_ring;
	const struct pdf_span *whole;   /* not broken between lines */
	size_t n_whole;
};

struct pdf;
/* A document without a page; never NULL. `info` is copied. */
struct pdf *pdf_begin(struct arena *mem, const struct pdf_info *info);
/* What is drawn from now on is drawn on a new page. */
void pdf_page(struct pdf *p);
size_t pdf_pages(const struct pdf *p);

/* How high the text is when lines are as long as `w`. */
double pdf_height(struct pdf *p, const struct pdf_text *t, double w);
/* How long its longest line is when nothing is wrapped. */
double pdf_width(struct pdf *p, const struct pdf_text *t);
/* The largest size from t->size down to `least` at which the text fits into w × h; 0 when it does not even at the least. */
double pdf_fit(struct pdf *p, const struct pdf_text *t, double w, double h, double least);
/* Draw all of it, its top at y; returns the height it took. */
double pdf_put(struct pdf *p, const struct pdf_text *t, double x, double y, double w);
/* Draw the whole lines of it that fit into `h`; returns how many bytes were drawn, 0 when not even a line fits. Rings are
 * drawn with their lines. */
size_t pdf_put_some(struct pdf *p, const struct pdf_text *t, double x, double y, double w, double h);

/* Draw all of it from y on, on as many further pages as it takes; returns where it ended on the last. No rings, no
 * spans kept whole. */
double pdf_flow(struct pdf *p, const struct pdf_text *t, double x, double y, double w);
/* Where the foot begins: nothing else should be drawn below. */
#define PDF_BOTTOM (PDF_HEIGHT - 10.0)

void pdf_line(struct pdf *p, double x, double y, double to_x, double to_y, double thick);
void pdf_frame(struct pdf *p, double x, double y, double w, double h, double thick);

/* The document; p is gone. E_LIMIT: too many pages; E_IO: the libraries failed, for a reason that is in the log. */
enum err pdf_end(struct pdf *p, struct str *out) MUST_USE;

#endif
