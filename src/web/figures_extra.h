/* web/figures_extra.h: what the page of figures shows beside cases and classes: tests by who pays them, cases of the support
 * programme for pregnant women, daily totals. */
#ifndef WEB_FIGURES_EXTRA_H
#define WEB_FIGURES_EXTRA_H

#include "web/page.h"

/* An area's number (stat_scope), a disease, days both inclusive. */
struct figures_of {
	int64_t scope;
	struct str disease, first, last;
};
/* The values of the view `figures_extra`. */
void put_figures_extra(struct ctx *c, const struct figures_of *f);

#endif
