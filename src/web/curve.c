/* web/curve.c: see curve.h. Sizes are in the units of the picture: it scales with its box. */
#include "web/curve.h"

#include "fmt/html.h"

#define WIDTH 960
#define HEIGHT 300
#define LEFT 64
#define RIGHT 12
#define TOP 16
#define BOTTOM 36

/* The least round number (1, 2, 5 times a power of ten) that four steps of reach the top. */
static int64_t
step_for(int64_t most)
{
	int64_t step = 1;

	for (int64_t ten = 1;; ten *= 10)
		for (int k = 0; k < 3; k++) {
			step = ten * (k == 0 ? 1 : k == 1 ? 2 : 5);
			if (step * 4 >= most)
				return step;
		}
}

static double
y_of(int64_t v, int64_t top)
{
	return TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - (double)v / (double)top);
}

static void
put_bars(struct buf *b, const struct curve *k, int64_t top, double wide, size_t from, size_t until, const char *class)
{
	bool any = false;

	for (size_t i = from; i < until; i++) {
		if (k->count[i] <= 0)
			continue;
		if (!any)
			buf_fmt(b, "<path class=\"%s\" d=\"", class);
		any = true;
		double x = LEFT + wide * (double)i, y = y_of(k->count[i], top);
		double bar = wide > 2.5 ? wide - 1 : wide * 0.8;
		buf_fmt(b, "M%.1f %dV%.1fh%.1fV%dz", x, HEIGHT - BOTTOM, y, bar, HEIGHT - BOTTOM);
	}
	if (any)
		buf_put(b, S("\"/>"));
}

static void
put_mean(struct buf *b, const struct curve *k, int64_t top, double wide)
{
	if (k->n < 7)
		return;
	buf_put(b, S("<path class=\"mean\" fill=\"none\" d=\""));
	for (size_t i = 6; i < k->n; i++) {
		int64_t sum = 0;
		for (size_t j = i - 6; j <= i; j++)
			sum += k->count[j];
		double v = (double)sum / 7;
		double y = TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - v / (double)top);
		buf_fmt(b, "%c%.1f %.1f", i == 6 ? 'M' : 'L', LEFT + wide * ((double)i + 0.5), y);
	}
	buf_put(b, S("\"/>"));
}

static void
put_axes(struct buf *b, const struct curve *k, int64_t step, int64_t top, double wide)
{
	for (int64_t v = 0; v <= top; v += step) {
		double y = y_of(v, top);
		buf_fmt(b, "<path class=\"grid\" d=\"M%d %.1fH%d\"/><text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%lld"
		    "</text>", LEFT, y, WIDTH - RIGHT, LEFT - 8, y + 4, (long long)v);
	}
	size_t every = (k->n + 7) / 8;
	if (every == 0)
		every = 1;
	for (size_t i = 0; i < k->n; i += every)
		buf_fmt(b, "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.*s</text>",
		    LEFT + wide * ((double)i + 0.5), HEIGHT - 14, STR_ARG(str_sub(k->day[i], 5, 5)));
}

void
curve_svg(struct buf *b, const struct curve *k)
{
	int64_t most = 1;

	for (size_t i = 0; i < k->n; i++)
		if (k->count[i] > most)
			most = k->count[i];
	int64_t step = step_for(most), top = step * ((most + step - 1) / step);
	double wide = k->n > 0 ? (double)(WIDTH - LEFT - RIGHT) / (double)k->n : 1;
	size_t sure = k->n > k->incomplete ? k->n - k->incomplete : 0;

	buf_fmt(b, "<svg class=\"curve\" viewBox=\"0 0 %d %d\" role=\"img\"", WIDTH, HEIGHT);
	html_attr(b, "aria-label", k->label);
	buf_put(b, S(">"));
	put_axes(b, k, step, top, wide);
	put_bars(b, k, top, wide, 0, sure, "bars");
	put_bars(b, k, top, wide, sure, k->n, "bars late");
	put_mean(b, k, top, wide);
	buf_fmt(b, "<text class=\"key\" x=\"%d\" y=\"%d\" text-anchor=\"end\">", WIDTH - RIGHT, TOP - 3);
	html_text(b, k->mean_label);
	buf_put(b, S("</text></svg>"));
}
