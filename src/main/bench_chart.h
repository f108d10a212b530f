/* main/bench_chart.h: lines over a size, both axes logarithmic, as an SVG that stands alone. */
#ifndef MAIN_BENCH_CHART_H
#define MAIN_BENCH_CHART_H

#include "base/buf.h"

struct chart_line {
	struct str label;
	const double *y;                /* one for each x; more than 0 */
};
struct chart {
	struct str title;
	const int64_t *x;               /* rising; at least one */
	size_t n;
	const struct chart_line *line;
	size_t lines;
};
void chart_svg(struct buf *b, const struct chart *c);

#endif
