/* web/curve.h: an epidemic curve as SVG, made by the server: bars a day and their mean of seven days. The table beside it
 * holds the same numbers. */
#ifndef WEB_CURVE_H
#define WEB_CURVE_H

#include "base/buf.h"

struct curve {
	const int64_t *count;   /* per day */
	size_t n;
	const struct str *day;  /* ISO, for the axis */
	size_t incomplete;      /* so many last days are drawn lighter: more will come */
	struct str label, mean_label;   /* what the bars are; what the line is */
};
void curve_svg(struct buf *b, const struct curve *k);

#endif
