/* web/graph.h: who met whom, as SVG made by the server: generations are columns from left to right, cases are filled boxes, contacts
 * hollow ones, and those who live together stand in a frame. The list beside it holds the same. */
#ifndef WEB_GRAPH_H
#define WEB_GRAPH_H

#include "base/buf.h"

struct graph_node {
	enum { GRAPH_FILLED, GRAPH_HOLLOW, GRAPH_GREY } look;
	struct str line[2];     /* what stands in the box; shortened when it is longer */
	int generation;
	size_t from;            /* the node it hangs on, one generation nearer to the first; of the first: itself */
	bool household;         /* in one frame with those before and behind it that hang on the same node */
	/* where it stands: told by graph_place */
	size_t column;
	double row;
};
struct graph_edge {
	size_t from, to;
};
struct graph {
	struct graph_node *node;        /* the first one has generation 0 */
	size_t n;
	const struct graph_edge *edge;
	size_t n_edge;
	struct str label;
};
/* Give each node a column and a row: no two of a column are nearer than 1, and what hangs on a node stands together. Nodes that hang
 * on the same one stand as they come. */
void graph_place(struct graph *g);
/* Place and draw. */
void graph_svg(struct arena *mem, struct buf *b, struct graph *g);

#endif
