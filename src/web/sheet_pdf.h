/* web/sheet_pdf.h: a notification on paper: the official form, laid out from its sheet (field/paper.h), choices in full with
 * the chosen ones circled. One A4 page: letters shrink; when even small ones do not do, the longest texts and tables go onto an
 * annex page, whole, and the page says so. Always in Japanese, the language of the form. A pure function: who may ask for it and
 * the audit line are the caller's. */
#ifndef WEB_SHEET_PDF_H
#define WEB_SHEET_PDF_H

#include "domain/notif.h"

struct sheet_doc {
	const struct sheet *sheet;
	const struct record *rec;
	struct date today;
	struct str number;              /* HER-SYS number, as shown */
	int64_t ver;                    /* of the notification */
	struct str state;               /* in words when it is no longer in force; "" else */
	const struct class_report *report;      /* 提出日・受理日 by class */
	size_t n_report;
	struct str printed_by;
	int64_t printed_at;
};
/* E_LIMIT, E_IO: see pdf_end. The bytes live in mem. */
enum err sheet_pdf(struct arena *mem, const struct sheet_doc *d, struct str *pdf) MUST_USE;

#endif
