/* web/measure_pdf.h: the documents of measures, as a health centre sends them: recommendation to enter a hospital and its
 * extension, restriction of work and its end, release, request to stay at home (measure.def). One A4 page; a reason too long for it
 * goes onto an annex. A pure function: who may ask for one, and the audit line, are the caller's. */
#ifndef WEB_MEASURE_PDF_H
#define WEB_MEASURE_PDF_H

#include "base/date.h"

enum measure_kind {
#define MEASURE(kind, ...) MEASURE_##kind,
#include "web/measure.def"
#undef MEASURE
	MEASURE_KINDS
};
/* "hospital_longer", and back: MEASURE_KINDS when there is none. */
struct str measure_code(enum measure_kind kind);
enum measure_kind measure_by_code(struct str code);
/* "入院延長勧告書" */
struct str measure_title(enum measure_kind kind);

/* Whom it concerns and what is filled in. What is empty (DATE_NONE) is left blank, as on a form; rows that a kind does not have
 * are not printed. */
struct measure_doc {
	enum measure_kind kind;
	struct str number;              /* 文書番号 */
	struct date issued;
	struct str law;                 /* the legal ground, where it is not the kind's own: 第26条 and the like; "" usually */
	struct str name, address;
	struct date birth_date;
	struct str disease;             /* its name, not its code */
	struct str place;               /* hospital, place of stay; with a restriction of work: the work */
	struct date from, to;           /* to may be DATE_NONE: no end is fixed yet */
	struct date hearing;            /* when the person may state an opinion, or did */
	struct str reason;
	struct str centre, head;        /* who issues it; head: title and name, "": the centre's name + 長 */
	struct str appeal_to;           /* to whom one objects; "": described in words */
	struct str contact;             /* address and phone of the centre; "" for none */
	int64_t made_at;                /* now */
};
/* E_LIMIT: longer than any letter (pdf.h); E_IO: see pdf_end. The bytes live in mem. */
enum err measure_pdf(struct arena *mem, const struct measure_doc *d, struct str *pdf) MUST_USE;

#endif
