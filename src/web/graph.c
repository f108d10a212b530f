/* web/graph.c: see graph.h.
 *
 * What hangs on the first node is one tree to the right and one to the left of it. A leaf takes the next free row, any other node
 * the middle of its own: so subtrees never mix, which is what frames around households need. Edges beside the trees (somebody with
 * two sources, circles) are drawn where the boxes happen to stand. */
#include "web/graph.h"

#include "base/utf8.h"
#include "fmt/html.h"

#define WIDTH 168
#define HEIGHT 48
#define ACROSS 236      /* from column to column */
#define DOWN 64         /* from row to row */
#define EDGE 16

struct placing {
	struct graph *g;
	double next;            /* free row of the tree being placed */
};

/* The i-th node that hangs on `at`, away from the first; g->n when there is none. */
static size_t
next_hanging(const struct graph *g, size_t at, int step, size_t after)
{
	size_t i = after + 1;

	while (i < g->n && !(g->node[i].from == at && g->node[i].generation == g->node[at].generation + step))
		i++;
	return i;
}

/* A node never stands before the one it hangs on, so this ends. */
static double
place(struct placing *p, size_t at, int step)
{
	struct graph *g = p->g;
	double first = -1, last = -1;

	for (size_t i = next_hanging(g, at, step, at); i < g->n; i = next_hanging(g, at, step, i)) {
		last = place(p, i, step);
		if (first < 0)
			first = last;
	}
	if (first < 0)
		first = last = p->next++;
	return g->node[at].row = (first + last) / 2;
}

void
graph_place(struct graph *g)
{
	struct placing p = { .g = g };
	int least = 0;
	double top = 0;

	if (g->n == 0)
		return;
	double right = place(&p, 0, 1);
	p.next = 0;
	double left = place(&p, 0, -1);
	/* Both trees by the same first node. */
	for (size_t i = 1; i < g->n; i++)
		if (g->node[i].generation < 0)
			g->node[i].row += right - left;
	g->node[0].row = right;
	for (size_t i = 0; i < g->n; i++) {
		if (g->node[i].generation < least)
			least = g->node[i].generation;
		if (g->node[i].row < top)
			top = g->node[i].row;
	}
	for (size_t i = 0; i < g->n; i++) {
		g->node[i].column = (size_t)(g->node[i].generation - least);
		g->node[i].row -= top;
	}
}

/* ---- drawing ---- */

static double
x_of(const struct graph_node *n)
{
	return EDGE + (double)n->column * ACROSS;
}

static double
y_of(const struct graph_node *n)
{
	return EDGE + n->row * DOWN;
}

/* As much as fits into a box: wide characters count twice. */
static struct str
shortened(struct arena *mem, struct str s)
{
	const int most = 19;
	struct str rest = s;
	int wide = 0;

	while (rest.n > 0) {
		size_t before = s.n - rest.n;
		wide += utf8_next(&rest) < 0x1100 ? 1 : 2;
		if (wide > most)
			return str_cat(mem, str_sub(s, 0, before), S("…"));
	}
	return s;
}

static void
put_frames(struct buf *b, const struct graph *g)
{
	for (size_t i = 1; i < g->n; i++) {
		const struct graph_node *first = &g->node[i], *last = first;
		bool begun = false;
		if (!first->household || first->generation < 0)
			continue;
		for (size_t k = 1; k < g->n; k++) {
			const struct graph_node *one = &g->node[k];
			if (k == i || !one->household || one->from != first->from || one->generation != first->generation)
				continue;
			begun = begun || k < i;
			last = one->row > last->row ? one : last;
		}
		if (!begun)
			buf_fmt(b, "<rect class=\"home\" x=\"%.0f\" y=\"%.0f\" width=\"%d\" height=\"%.0f\" rx=\"10\"/>", x_of(first) - 6,
			    y_of(first) - 6, WIDTH + 12, y_of(last) - y_of(first) + HEIGHT + 12);
	}
}

static void
put_edge(struct buf *b, const struct graph_node *from, const struct graph_node *to)
{
	double y1 = y_of(from) + HEIGHT / 2.0, y2 = y_of(to) + HEIGHT / 2.0, x1 = x_of(from) + WIDTH, x2 = x_of(to);

	/* Back to an earlier generation, or within one: around, by the right side. */
	if (to->column <= from->column) {
		x2 += WIDTH;
		double out = (x1 > x2 ? x1 : x2) + 40;
		buf_fmt(b, "<path class=\"way back\" d=\"M%.0f %.1fC%.0f %.1f %.0f %.1f %.0f %.1f\"/>", x1, y1, out, y1, out, y2, x2, y2);
		return;
	}
	double bend = (x2 - x1) / 2;
	buf_fmt(b, "<path class=\"way\" d=\"M%.0f %.1fC%.0f %.1f %.0f %.1f %.0f %.1f\"/>", x1, y1, x1 + bend, y1, x2 - bend, y2, x2, y2);
}

static void
put_node(struct arena *mem, struct buf *b, const struct graph_node *n, bool first)
{
	static const char *const look[] = { "filled", "hollow", "grey" };

	buf_fmt(b, "<g class=\"%s%s\"><rect x=\"%.0f\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"6\"/>", look[n->look],
	    first ? " first" : "", x_of(n), y_of(n), WIDTH, HEIGHT);
	for (size_t i = 0; i < LEN(n->line); i++) {
		buf_fmt(b, "<text x=\"%.0f\" y=\"%.1f\">", x_of(n) + 10, y_of(n) + 20 + 18 * (double)i);
		html_text(b, shortened(mem, n->line[i]));
		buf_put(b, S("</text>"));
	}
	buf_put(b, S("</g>"));
}

void
graph_svg(struct arena *mem, struct buf *b, struct graph *g)
{
	size_t columns = 0;
	double rows = 0;

	graph_place(g);
	for (size_t i = 0; i < g->n; i++) {
		columns = g->node[i].column + 1 > columns ? g->node[i].column + 1 : columns;
		rows = g->node[i].row > rows ? g->node[i].row : rows;
	}
	double wide = 2.0 * EDGE + (double)columns * ACROSS - (ACROSS - WIDTH) + 30, high = 2.0 * EDGE + rows * DOWN + HEIGHT;
	buf_fmt(b, "<svg class=\"chain\" width=\"%.0f\" height=\"%.0f\" viewBox=\"0 0 %.0f %.0f\" role=\"img\"", wide, high, wide, high);
	html_attr(b, "aria-label", g->label);
	buf_put(b, S(">"));
	put_frames(b, g);
	for (size_t i = 0; i < g->n_edge; i++)
		put_edge(b, &g->node[g->edge[i].from], &g->node[g->edge[i].to]);
	for (size_t i = 0; i < g->n; i++)
		put_node(mem, b, &g->node[i], i == 0);
	buf_put(b, S("</svg>"));
}
