/* main/bench_chart.c: see bench_chart.h. Each line is named at its end; names that would cover each other are moved apart. */
#include "main/bench_chart.h"

#include "fmt/html.h"

#include <math.h>

#define WIDTH 860
#define HEIGHT 420
#define EDGE_LEFT 64
#define EDGE_RIGHT 220
#define EDGE_TOP 40
#define EDGE_BOTTOM 40
#define LABEL 16                /* between two names */
#define LINES_MOST 12

static const char *const colour[] = { "#0b5fa5", "#b3541e", "#2b7a3d", "#7a3b9a", "#a01c3c", "#4d4d4d", "#8a6d00" };

struct scale {
	double x0, x1, y0, y1;          /* powers of ten */
};

static struct scale
scale_of(const struct chart *c)
{
	struct scale s = { log10((double)c->x[0]), log10((double)c->x[c->n - 1]), 1e9, -1e9 };

	if (s.x1 - s.x0 < 0.1)
		s.x1 = s.x0 + 1;
	for (size_t k = 0; k < c->lines; k++)
		for (size_t i = 0; i < c->n; i++) {
			double y = log10(c->line[k].y[i] > 0 ? c->line[k].y[i] : 1e-3);
			s.y0 = fmin(s.y0, floor(y));
			s.y1 = fmax(s.y1, ceil(y));
		}
	if (s.y1 <= s.y0)
		s.y1 = s.y0 + 1;
	return s;
}

static double
at_x(const struct scale *s, double x)
{
	return EDGE_LEFT + (log10(x) - s->x0) / (s->x1 - s->x0) * (WIDTH - EDGE_LEFT - EDGE_RIGHT);
}

static double
at_y(const struct scale *s, double y)
{
	return EDGE_TOP + (s->y1 - log10(y > 0 ? y : 1e-3)) / (s->y1 - s->y0) * (HEIGHT - EDGE_TOP - EDGE_BOTTOM);
}

static void
put_axes(struct buf *b, const struct chart *c, const struct scale *s)
{
	for (int p = (int)s->y0; p <= (int)s->y1; p++) {
		double y = at_y(s, pow(10, p));
		buf_fmt(b, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%g</text>\n", EDGE_LEFT, y,
		    WIDTH - EDGE_RIGHT, EDGE_LEFT - 8, y + 4, pow(10, p));
	}
	for (size_t i = 0; i < c->n; i++) {
		double x = at_x(s, (double)c->x[i]);
		buf_fmt(b, "<path d=\"M%.1f %dV%d\" stroke=\"#ddd\"/><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", x, EDGE_TOP,
		    HEIGHT - EDGE_BOTTOM, x, HEIGHT - EDGE_BOTTOM + 20);
		/* 10,000 */
		char digits[24];
		int n = snprintf(digits, sizeof digits, "%lld", (long long)c->x[i]);
		for (int k = 0; k < n; k++)
			buf_fmt(b, "%c%s", digits[k], k + 1 < n && (n - k - 1) % 3 == 0 ? "," : "");
		buf_put(b, S("</text>\n"));
	}
}

/* Where each name stands: beside its line's end, but LABEL below the one above. */
static void
place_labels(const struct chart *c, const struct scale *s, double out[LINES_MOST])
{
	bool done[LINES_MOST] = { false };
	double last = EDGE_TOP - LABEL;

	for (size_t round = 0; round < c->lines; round++) {
		size_t next = 0;
		while (done[next])
			next++;
		for (size_t k = next + 1; k < c->lines; k++)
			if (!done[k] && c->line[k].y[c->n - 1] > c->line[next].y[c->n - 1])
				next = k;
		done[next] = true;
		last = out[next] = fmax(at_y(s, c->line[next].y[c->n - 1]), last + LABEL);
	}
}

void
chart_svg(struct buf *b, const struct chart *c)
{
	struct scale s = scale_of(c);
	double label[LINES_MOST];

	if (c->lines > LINES_MOST || c->n == 0)
		BUG("chart: too many lines, or no point");
	place_labels(c, &s, label);
	buf_fmt(b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"13\" "
	    "role=\"img\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n<text x=\"%d\" y=\"22\" font-size=\"15\">", WIDTH, HEIGHT,
	    WIDTH, HEIGHT, EDGE_LEFT);
	html_text(b, c->title);
	buf_put(b, S("</text>\n"));
	put_axes(b, c, &s);
	for (size_t k = 0; k < c->lines; k++) {
		const char *ink = colour[k % LEN(colour)];
		double x = 0, y = 0;
		buf_fmt(b, "<path fill=\"none\" stroke=\"%s\" stroke-width=\"2\" d=\"", ink);
		for (size_t i = 0; i < c->n; i++)
			buf_fmt(b, "%c%.1f %.1f", i ? 'L' : 'M', x = at_x(&s, (double)c->x[i]), y = at_y(&s, c->line[k].y[i]));
		buf_fmt(b, "\"/><circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/><path d=\"M%.1f %.1fL%.1f %.1f\" stroke=\"%s\"/>"
		    "<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">", x, y, ink, x + 4, y, x + 16, label[k], ink, x + 20, label[k] + 4, ink);
		html_text(b, c->line[k].label);
		buf_fmt(b, " %.3g</text>\n", c->line[k].y[c->n - 1]);
	}
	buf_put(b, S("</svg>\n"));
}
