/* domain/chain.c: see chain.h. Breadth first to each side, so that what is cut off is what is farthest; a case is one node however
 * often it is met, so circles end. */
#include "domain/chain.h"

struct walk {
	struct tx *tx;
	struct chain *out;
	size_t edge_cap;
};

static size_t
find(const struct chain *c, int64_t home, struct str id)
{
	size_t i = 0;

	while (i < c->n && !(c->node[i].home == home && str_eq(c->node[i].id, id)))
		i++;
	return i;
}

/* c->n when there is no room. */
static size_t
add(struct walk *w, struct chain_node node)
{
	struct chain *c = w->out;

	if (c->n == CHAIN_NODES) {
		c->cut = true;
		return c->n;
	}
	c->node[c->n] = node;
	return c->n++;
}

static void
join(struct walk *w, size_t from, size_t to)
{
	struct chain *c = w->out;

	for (size_t i = 0; i < c->n_edge; i++)
		if (c->edge[i].from == from && c->edge[i].to == to)
			return;
	if (c->n_edge == w->edge_cap) {
		c->cut = true;
		return;
	}
	c->edge[c->n_edge++] = (struct chain_edge){ from, to };
}

static struct chain_node
case_node(struct walk *w, int64_t home, struct str id)
{
	struct chain_node node = { .kind = CHAIN_ELSEWHERE, .home = home, .id = id };
	struct rows r;

	if (tx_one(w->tx, &r, Q_chain_case, DBS(DI(home), DT(id)))) {
		node.kind = CHAIN_CASE;
		node.number = row_text(&r, "number");
		node.name = row_text(&r, "name");
		node.onset = row_text(&r, "onset_day");
		node.diagnosis = row_text(&r, "diagnosis_day");
		node.status = row_text(&r, "status");
		node.withdrawn = row_int(&r, "live") == 0;
		rows_close(&r);
	}
	return node;
}

/* A case met from node `from`, one generation on: found or made. */
static size_t
meet_case(struct walk *w, size_t from, int step, int64_t home, struct str id, bool household, struct str relation)
{
	size_t at = find(w->out, home, id);

	if (at < w->out->n)
		return at;
	struct chain_node node = case_node(w, home, id);
	node.household = household;
	node.relation = relation;
	node.generation = w->out->node[from].generation + step;
	node.from = from;
	return add(w, node);
}

static void
down(struct walk *w, size_t from)
{
	const struct chain_node *of = &w->out->node[from];
	size_t n;

	if (of->generation >= CHAIN_DEEP) {
		w->out->cut = true;
		return;
	}
	struct contact *list = contact_list(w->tx, of->home, of->id, &n);
	for (size_t i = 0; i < n; i++) {
		const struct contact *k = &list[i];
		bool household = str_eq(k->is.v[CF_household], S("yes"));
		size_t at;
		if (k->withdrawn.n > 0)
			continue;
		if (k->became.id.n > 0)
			at = meet_case(w, from, 1, k->became.home, k->became.id, household, k->is.v[CF_relation]);
		else
			at = add(w, (struct chain_node){ .kind = CHAIN_CONTACT, .home = k->home, .id = k->id, .name = k->is.v[CF_name],
			    .state = k->is.v[CF_state], .relation = k->is.v[CF_relation], .household = household,
			    .generation = of->generation + 1, .from = from });
		if (at < w->out->n)
			join(w, from, at);
	}
}

static void
up(struct walk *w, size_t from)
{
	const struct chain_node *of = &w->out->node[from];
	size_t n;

	if (of->generation <= -CHAIN_DEEP) {
		w->out->cut = true;
		return;
	}
	struct case_source *list = case_sources(w->tx, of->home, of->id, &n);
	for (size_t i = 0; i < n; i++) {
		size_t at = meet_case(w, from, -1, list[i].home, list[i].case_id, str_eq(list[i].household, S("yes")), S(""));
		if (at < w->out->n)
			join(w, at, from);
	}
}

enum err
chain_read(struct tx *tx, int64_t home, struct str case_id, struct chain *out)
{
	struct walk w = { .tx = tx, .out = out, .edge_cap = CHAIN_NODES * 2 };

	*out = (struct chain){ .node = NEWN(tx_mem(tx), struct chain_node, CHAIN_NODES),
		.edge = NEWN(tx_mem(tx), struct chain_edge, CHAIN_NODES * 2) };
	add(&w, case_node(&w, home, case_id));
	for (size_t i = 0; i < out->n; i++)
		if (out->node[i].kind == CHAIN_CASE && out->node[i].generation <= 0)
			up(&w, i);
	for (size_t i = 0; i < out->n; i++)
		if (out->node[i].kind == CHAIN_CASE && out->node[i].generation >= 0)
			down(&w, i);
	return tx_err(tx);
}
