/* test/unit/paper.h: a PDF read by somebody else's programs: poppler's and qpdf. */
#ifndef TEST_PAPER_H
#define TEST_PAPER_H

#include "t.h"

/* All its text, in reading order, without blanks, line ends and page ends; variation selectors, which the reader drops, are not in it.
 * Fails the test when it cannot be read. */
struct str paper_text(struct arena *mem, struct str pdf);
/* What `text` looks like there. */
struct str paper_plain(struct arena *mem, struct str text);
/* How many pages; -1 when it is no PDF. */
int paper_pages(struct arena *mem, struct str pdf);
/* Is it sound (qpdf --check), and are all its fonts embedded as subsets with a way back to text? Fails the test when not. */
void paper_sound(struct arena *mem, struct str pdf);
/* A page drawn at 50 dots per inch, grey: 414 × 585 (rounded up) bytes from the top left, 0 black. */
struct image {
	int w, h;
	const unsigned char *grey;
};
struct image paper_image(struct arena *mem, struct str pdf, int page);
/* The share of dots in a rectangle (millimetres) that are not white, in thousandths. */
int paper_ink(const struct image *i, double x, double y, double w, double h);
/* Keep it for people to look at: test/out/NAME.pdf. */
void paper_keep(struct str pdf, const char *name);

#endif
