/* test/unit/web_graph.c: where the boxes of a chain stand, whatever the chain looks like. */
#include "t.h"

#include "base/utf8.h"
#include "web/graph.h"

#include <math.h>

#define MOST 200

static struct graph
graph_of(struct arena *mem, size_t n)
{
	struct graph g = { .node = NEWN(mem, struct graph_node, MOST), .n = n, .label = S("chain") };

	for (size_t i = 0; i < MOST; i++)
		g.node[i].line[0] = g.node[i].line[1] = S("");
	return g;
}

static void
hang(struct graph *g, size_t at, size_t from, int step)
{
	g->node[at].from = from;
	g->node[at].generation = g->node[from].generation + step;
}

/* What must hold of any chain. */
static void
check_placed(struct arena *mem, const struct graph *g)
{
	double top = 1e9;
	size_t left = MOST;

	for (size_t i = 0; i < g->n; i++) {
		const struct graph_node *a = &g->node[i];
		top = a->row < top ? a->row : top;
		left = a->column < left ? a->column : left;
		if (i > 0)
			CHECK_INT((int)a->column - (int)g->node[a->from].column, a->generation - g->node[a->from].generation);
		for (size_t k = 0; k < i; k++)
			if (g->node[k].column == a->column)
				CHECK(fabs(g->node[k].row - a->row) >= 1 - 1e-9);
	}
	CHECK(fabs(top) < 1e-9);
	CHECK_INT(left, 0);
}

TEST(one_case_alone_stands_in_the_corner)
{
	struct graph g = graph_of(mem, 1);

	graph_place(&g);
	CHECK_INT(g.node[0].column, 0);
	CHECK(g.node[0].row == 0);
	check_placed(mem, &g);
}

TEST(contacts_stand_to_the_right_of_their_case_which_is_in_the_middle_of_them)
{
	struct graph g = graph_of(mem, 4);

	for (size_t i = 1; i < 4; i++)
		hang(&g, i, 0, 1);
	graph_place(&g);
	CHECK(g.node[0].row == 1);
	for (size_t i = 1; i < 4; i++) {
		CHECK_INT(g.node[i].column, 1);
		CHECK(g.node[i].row == (double)i - 1);
	}
	check_placed(mem, &g);
}

TEST(sources_stand_to_the_left_and_their_sources_further)
{
	struct graph g = graph_of(mem, 6);

	hang(&g, 1, 0, -1);
	hang(&g, 2, 0, -1);
	hang(&g, 3, 1, -1);
	hang(&g, 4, 0, 1);
	hang(&g, 5, 4, 1);
	graph_place(&g);
	CHECK_INT(g.node[3].column, 0);
	CHECK_INT(g.node[1].column, 1);
	CHECK_INT(g.node[0].column, 2);
	CHECK_INT(g.node[5].column, 4);
	check_placed(mem, &g);
}

TEST(more_sources_than_contacts_push_the_case_down_not_out_of_the_picture)
{
	struct graph g = graph_of(mem, 8);

	for (size_t i = 1; i < 7; i++)
		hang(&g, i, 0, -1);
	hang(&g, 7, 0, 1);
	graph_place(&g);
	CHECK(g.node[0].row == 2.5 && g.node[7].row == 2.5);
	check_placed(mem, &g);
}

/* A small generator of its own: the same trees each time. */
TEST(no_two_boxes_of_a_column_touch_in_two_hundred_trees)
{
	uint64_t state = 42;

	for (int tree = 0; tree < 200; tree++) {
		struct graph g = graph_of(mem, 2 + (size_t)tree % (MOST - 2));
		for (size_t i = 1; i < g.n; i++) {
			state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			size_t from = (size_t)(state >> 33) % i;
			int step = g.node[from].generation < 0 ? -1 : g.node[from].generation > 0 || (state >> 63) ? 1 : -1;
			hang(&g, i, from, step);
		}
		graph_place(&g);
		check_placed(mem, &g);
	}
}

/* Households come first, so whatever hangs below them, only they stand within their frame in their column. */
TEST(nobody_else_stands_within_the_frame_of_a_household)
{
	struct graph g = graph_of(mem, 9);

	for (size_t i = 1; i <= 4; i++) {
		hang(&g, i, 0, 1);
		g.node[i].household = i <= 2;
	}
	hang(&g, 5, 1, 1);
	hang(&g, 6, 1, 1);
	hang(&g, 7, 2, 1);
	hang(&g, 8, 3, 1);
	graph_place(&g);
	CHECK(g.node[3].row > g.node[2].row && g.node[4].row > g.node[2].row);
	check_placed(mem, &g);
	struct buf b = buf_new(mem);
	graph_svg(mem, &b, &g);
	CHECK_HAS(buf_str(&b), S("class=\"home\""));
}

TEST(a_circle_and_two_sources_of_one_person_are_drawn)
{
	static const struct graph_edge edge[] = { { 0, 1 }, { 1, 2 }, { 2, 0 }, { 0, 3 }, { 1, 3 } };
	struct graph g = graph_of(mem, 4);
	struct buf b = buf_new(mem);

	hang(&g, 1, 0, 1);
	hang(&g, 2, 1, 1);
	hang(&g, 3, 0, 1);
	g.edge = edge;
	g.n_edge = LEN(edge);
	graph_svg(mem, &b, &g);
	CHECK_HAS(buf_str(&b), S("class=\"way back\""));
	check_placed(mem, &g);
}

/* Names are what strangers typed. */
TEST(what_stands_in_a_box_is_text_and_fits)
{
	struct graph g = graph_of(mem, 1);
	struct buf b = buf_new(mem);

	g.node[0].line[0] = S("<script>alert(1)</script>");
	g.node[0].line[1] = S("寿限無寿限無五劫のすりきれ海砂利水魚の");
	g.label = S("a \"b\" <c>");
	graph_svg(mem, &b, &g);
	CHECK_NOT(buf_str(&b), S("<script"));
	CHECK_HAS(buf_str(&b), S("寿限無寿限無五劫の…"));
	CHECK_HAS(buf_str(&b), S("&lt;c&gt;"));
	CHECK(utf8_ok(buf_str(&b)));
}
