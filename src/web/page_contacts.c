/* web/page_contacts.c: the contacts of a case, adding some, the chain that they are part of; and the list of those who are observed
 * today. */
#include "base/utf8.h"
#include "domain/chain.h"
#include "domain/number.h"
#include "domain/org.h"
#include "web/contact_form.h"
#include "web/graph.h"

/* What is asked at once; the rest may follow on the contact's own page. */
static const enum contact_field quick[] = {
	CF_name, CF_name_kana, CF_sex, CF_birth_date, CF_phone, CF_last_contact, CF_high_risk, CF_relation, CF_address,
};

/* ---- the form ---- */

struct adding {
	const struct sheet *s;
	struct form typed;
	size_t rows;
	struct issues bad[CONTACT_AT_ONCE];
	struct str op[CONTACT_AT_ONCE];
	bool household;         /* begun as people who live with the case */
	bool focus;
	enum text_id why;       /* what the world said against it */
	int status;
};

static struct str
tail_of(struct ctx *c, size_t row)
{
	return str_fmt(c->mem, ".%zu", row + 1);
}

static void
type_in(struct ctx *c, struct form *f, enum contact_field field, size_t row, struct str value)
{
	f->pair[f->n++] = (struct form_pair){ str_cat(c->mem, contact_field_name(field), tail_of(c, row)), value };
}

/* Where the patient lives, from the newest notification. */
static void
where_case_lives(struct ctx *c, const struct casefile *k, struct str *address, struct str *phone)
{
	struct notif *n = NEW(c->mem, struct notif);
	size_t count;
	struct str *ids = notif_of_case(page_read(c), k->home, k->id, &count);

	*address = *phone = S("");
	if (count == 0 || notif_get(page_read(c), k->home, ids[0], n) != OK)
		return;
	*address = rec_get(&n->rec, F_home_address);
	if (address->n == 0 || rec_unknown(*address))
		*address = rec_get(&n->rec, F_stay_address);
	*phone = rec_get(&n->rec, F_home_phone);
	if (phone->n == 0 || rec_unknown(*phone))
		*phone = rec_get(&n->rec, F_stay_phone);
	if (rec_unknown(*address))
		*address = S("");
	if (rec_unknown(*phone))
		*phone = S("");
}

static struct adding
adding_new(struct ctx *c, const struct casefile *k)
{
	struct adding a = { .s = contact_sheet(c->mem), .rows = str_eq(form_get(&c->query, S("rows")), S("4")) ? CONTACT_AT_ONCE : 1 };
	struct str address, phone;

	a.household = str_eq(form_get(&c->query, S("add")), S("household"));
	a.focus = form_has(&c->query, S("add")) || form_has(&c->query, S("rows")) || form_has(&c->query, S("added"));
	a.typed.pair = NEWN(c->mem, struct form_pair, CONTACT_AT_ONCE * CF_COUNT);
	if (a.household)
		where_case_lives(c, k, &address, &phone);
	for (size_t row = 0; a.household && row < a.rows; row++) {
		type_in(c, &a.typed, CF_relation, row, S("household"));
		type_in(c, &a.typed, CF_high_risk, row, S("yes"));
		type_in(c, &a.typed, CF_address, row, address);
		type_in(c, &a.typed, CF_phone, row, phone);
	}
	return a;
}

static void
put_adding(struct ctx *c, const struct adding *a, const struct casefile *k)
{
	struct val *rows = val_list(c->v, "add_rows"), *faults = val_list(c->v, "faults");
	struct str tab = path_of(c, "cases", k->home, k->id, "/contacts");
	size_t n_faults = 0;

	if (a->why != T_none)
		put_contact_fault(c, faults, say(c, a->why), &n_faults);
	/* The cursor: where something is wrong, else in the first name. */
	bool sound = true, focused = !a->focus;
	for (size_t i = 0; i < a->rows; i++)
		sound = sound && a->bad[i].errors == 0;
	for (size_t i = 0; i < a->rows; i++) {
		struct contact_form f = { .s = a->s, .typed = &a->typed, .bad = &a->bad[i], .tail = tail_of(c, i) };
		enum contact_field at = sound ? CF_name : contact_first_fault(&f);
		struct val *row = val_row(rows);
		val_text(row, "n", str_fmt(c->mem, "%zu", i + 1));
		val_bool(row, "several", a->rows > 1);
		if (a->rows > 1)
			f.who = say1(c, T_v_contact_n, str_fmt(c->mem, "%zu", i + 1));
		val_text(row, "op", a->op[i].n > 0 ? a->op[i] : id_new(c->mem));
		struct val *items = val_list(row, "items");
		for (size_t q = 0; q < LEN(quick); q++) {
			bool focus = !focused && quick[q] == at;
			put_contact_item(c, items, &f, quick[q], focus);
			focused |= focus;
		}
		put_contact_faults(c, faults, &f, &n_faults);
	}
	val_int(c->v, "n_faults", (int64_t)n_faults);
	if (n_faults == 0)
		val_bool(c->v, "n_faults", false);
	val_text(c->v, "rows_n", str_fmt(c->mem, "%zu", a->rows));
	val_bool(c->v, "household", a->household);
	val_text(c->v, "add_url", tab);
	val_text(c->v, "url_one", str_cat(c->mem, tab, S("?add=one")));
	val_text(c->v, "url_household", str_cat(c->mem, tab, S("?add=household")));
	val_text(c->v, "url_four", str_cat(c->mem, tab, a->household ? S("?add=household&rows=4") : S("?rows=4")));
}

/* ---- the list ---- */

#define MARKED_MOST 60  /* contacts of a page that are compared with others */

static void
mark_twins(struct ctx *c, struct val *row, const struct contact *k)
{
	size_t cases, contacts, elsewhere, elsewhere_too;

	contact_cases(page_read(c), k, &cases, &elsewhere);
	contact_duplicates(page_read(c), k->is.v[CF_name], k->is.v[CF_name_kana], k->is.v[CF_birth_date], k->id, &contacts,
	    &elsewhere_too);
	val_bool(row, "twins", k->became.id.n == 0 && cases + contacts > 0);
}

static void
put_contacts(struct ctx *c, const struct casefile *k, const struct sheet *s)
{
	static const enum text_id head[] = { T_v_contacts_household, T_v_contacts_others, T_v_contacts_withdrawn };
	struct val *groups = val_list(c->v, "groups"), *group[LEN(head)] = { NULL };
	size_t n, marked = 0;
	struct contact *list = contact_list(page_read(c), k->home, k->id, &n);

	for (size_t g = 0; g < LEN(head); g++)
		for (size_t i = 0; i < n; i++) {
			size_t of = list[i].withdrawn.n > 0 ? 2 : str_eq(list[i].is.v[CF_household], S("yes")) ? 0 : 1;
			if (of != g)
				continue;
			if (group[g] == NULL) {
				struct val *one = val_row(groups);
				val_text(one, "label", say(c, head[g]));
				group[g] = val_list(one, "rows");
			}
			struct val *row = val_row(group[g]);
			put_contact_row(c, row, s, &list[i]);
			val_bool(row, "twins", false);
			if (g < 2 && marked++ < MARKED_MOST)
				mark_twins(c, row, &list[i]);
		}
	contacts_looked(c, S("contact.list"), list, n);
}

/* Contacts of other cases who may be this very patient. */
static void
put_was_contact(struct ctx *c, const struct casefile *k, const struct sheet *s)
{
	size_t n, elsewhere;
	struct contact *list = contact_duplicates(page_read(c), k->name, k->name_kana, k->birth_date, S(""), &n, &elsewhere);
	struct val *rows = val_list(c->v, "maybe");

	for (size_t i = 0; i < n; i++)
		if (list[i].became.id.n == 0 && !str_eq(list[i].case_id, k->id))
			put_contact_row(c, val_row(rows), s, &list[i]);
	if (n > 0)
		contacts_looked(c, S("contact.duplicates"), list, n);
}

static struct http_reply
draw(struct ctx *c, const struct casefile *k, const struct adding *a, int status)
{
	put_contacts(c, k, a->s);
	put_case_sources(c, k->home, k->id);
	put_was_contact(c, k, a->s);
	put_adding(c, a, k);
	val_bool(c->v, "may_add", actor_may(c->who, R_contact_add));
	val_text(c->v, "url_chain", path_of(c, "cases", k->home, k->id, "/chain"));
	int64_t added;
	if (str_int(form_get(&c->query, S("added")), &added) && added > 0 && added <= CONTACT_AT_ONCE)
		val_text(c->v, "flash", say1(c, T_contact_added, str_fmt(c->mem, "%lld", (long long)added)));
	struct http_reply r = reply_view(c, status, S("contacts"));
	if (status == 503)
		http_set(&r, S("Retry-After"), S("5"));
	return r;
}

/* GET /cases/HOME/ID/contacts?add=household&rows=4 */
struct http_reply
page_contacts(struct ctx *c)
{
	struct casefile k;
	enum err e = page_case_open(c, TAB_contacts, &k);

	if (e != OK)
		return reply_fault(c, e);
	struct adding a = adding_new(c, &k);
	return draw(c, &k, &a, 200);
}

/* ---- adding ---- */

/* Did anybody type anything into this row? What it began with does not count. */
static bool
row_typed(struct ctx *c, const struct adding *a, size_t row)
{
	static const enum contact_field said[] = {
		CF_name, CF_name_kana, CF_sex, CF_birth_date, CF_last_contact, CF_phone, CF_relation, CF_high_risk, CF_address,
	};
	const size_t person = 5;

	for (size_t i = 0; i < (a->household ? person : LEN(said)); i++)
		if (str_trim(form_get(&a->typed, str_cat(c->mem, contact_field_name(said[i]), tail_of(c, row)))).n > 0)
			return true;
	return false;
}

static struct adding
adding_posted(struct ctx *c)
{
	struct adding a = { .s = contact_sheet(c->mem), .typed = c->in, .status = 200 };
	int64_t rows;

	a.household = str_eq(form_get(&c->in, S("add")), S("household"));
	a.rows = str_int(form_get(&c->in, S("rows")), &rows) && rows >= 1 && rows <= CONTACT_AT_ONCE ? (size_t)rows : CONTACT_AT_ONCE;
	for (size_t i = 0; i < a.rows; i++) {
		a.bad[i] = issues_new(c->mem);
		a.op[i] = form_get(&c->in, str_cat(c->mem, S("op"), tail_of(c, i)));
		if (!id_ok(a.op[i]))
			a.op[i] = S("");
	}
	return a;
}

/* Read the rows that were filled in; an empty form is asked for its first name. *errors counts. */
static size_t
read_rows(struct ctx *c, struct adding *a, struct str disease, struct contact *list, size_t *errors)
{
	struct date today = date_of(c->now);
	size_t n = 0;

	*errors = 0;
	for (size_t i = 0; i < a->rows; i++) {
		if (!row_typed(c, a, i) && (i + 1 < a->rows || n > 0))
			continue;
		struct contact_values *is = &list[n].is;
		contact_read(c->mem, &a->typed, tail_of(c, i), today, false, is, &a->bad[i]);
		if (is->v[CF_until].n == 0)
			is->v[CF_until] = contact_until(c->mem, disease, is->v[CF_last_contact], today);
		list[n++].id = a->op[i];
		*errors += a->bad[i].errors;
	}
	return n;
}

/* POST /cases/HOME/ID/contacts */
struct http_reply
page_contact_add(struct ctx *c)
{
	struct contact *list = NEWN(c->mem, struct contact, CONTACT_AT_ONCE);
	struct adding a = adding_posted(c);
	struct casefile k;
	int64_t home = page_number(c->param[0]);
	size_t errors;
	enum err e = home < 0 || !id_ok(c->param[1]) ? E_NOTFOUND : case_get(page_read(c), home, c->param[1], &k);

	if (e != OK)
		return reply_fault(c, e);
	a.focus = true;
	size_t n = read_rows(c, &a, k.disease, list, &errors);
	a.status = 422;
	if (errors == 0) {
		e = page_done(c);
		if (e == OK)
			e = contact_add(c->app->store, c->who, c->mem, home, k.id, list, n);
		if (e == OK)
			return reply_goto(c, path_of(c, "cases", home, k.id, str_z(c->mem, str_fmt(c->mem,
			    "/contacts?added=%zu%s", n, a.household ? "&add=household" : ""))));
		a.why = contact_refused(c, e, &a.status);
		if (a.why == T_none)
			return reply_fault(c, e);
	}
	e = page_case_open(c, TAB_contacts, &k);
	return e != OK ? reply_fault(c, e) : draw(c, &k, &a, a.status);
}

/* ---- the chain ---- */

struct drawn {
	struct graph g;
};

static void
draw_graph(struct ctx *c, struct buf *out)
{
	struct drawn *d = c->curve_arg;

	graph_svg(c->mem, out, &d->g);
}

/* The two lines that say what a node is: in its box, and in the list. */
static void
node_lines(struct ctx *c, const struct sheet *s, const struct chain_node *n, struct str line[2])
{
	if (n->kind == CHAIN_ELSEWHERE) {
		struct org o;
		bool known = org_get(page_read(c), org_centre_path(c->mem, n->home), &o) == OK;
		line[0] = say(c, T_chain_elsewhere);
		line[1] = known ? (c->lang == LANG_EN && o.name_en.n ? o.name_en : o.name) : S("");
	} else if (n->kind == CHAIN_CASE) {
		line[0] = number_show(c->mem, n->number);
		/* Forms of some years do not ask for the onset. */
		line[1] = n->withdrawn ? say(c, T_state_withdrawn) : n->onset.n > 0 ? say1(c, T_chain_onset, n->onset)
		    : n->diagnosis.n > 0 ? say1(c, T_chain_diagnosis, n->diagnosis) : say(c, T_chain_no_onset);
	} else {
		line[0] = n->name;
		line[1] = contact_show(c->mem, s, CF_state, n->state, c->lang);
	}
}

static struct graph *
graph_of(struct ctx *c, const struct chain *ch, const struct sheet *s)
{
	static const int look[] = { [CHAIN_CASE] = GRAPH_FILLED, [CHAIN_CONTACT] = GRAPH_HOLLOW, [CHAIN_ELSEWHERE] = GRAPH_GREY };
	struct drawn *d = NEW(c->mem, struct drawn);
	struct graph_edge *edge = NEWN(c->mem, struct graph_edge, ch->n_edge + 1);

	d->g = (struct graph){ .node = NEWN(c->mem, struct graph_node, ch->n), .n = ch->n, .edge = edge, .n_edge = ch->n_edge,
		.label = say(c, T_chain_label) };
	for (size_t i = 0; i < ch->n; i++) {
		const struct chain_node *n = &ch->node[i];
		struct graph_node *g = &d->g.node[i];
		*g = (struct graph_node){ .generation = n->generation, .from = n->from, .household = n->household };
		g->look = n->withdrawn ? GRAPH_GREY : look[n->kind];
		node_lines(c, s, n, g->line);
	}
	for (size_t i = 0; i < ch->n_edge; i++)
		edge[i] = (struct graph_edge){ ch->edge[i].from, ch->edge[i].to };
	c->curve = draw_graph;
	c->curve_arg = d;
	return &d->g;
}

/* The nodes that hang on one, as items of a list within its item: `open` and `close` say where a list begins and ends. */
struct listing {
	struct ctx *c;
	const struct chain *ch;
	const struct graph *g;
	const struct sheet *s;
	struct val *rows;
};

/* Somebody may have met two cases, and cases may stand in a circle: such lines are beside the trees of the list. */
static bool
of_tree(const struct chain *ch, const struct chain_edge *e)
{
	const struct chain_node *from = &ch->node[e->from], *to = &ch->node[e->to];

	return from->generation + 1 == to->generation
	    && ((to->generation > 0 && to->from == e->from) || (from->generation < 0 && from->from == e->to));
}

static void
put_node(struct listing *l, size_t at, bool open)
{
	const struct chain_node *n = &l->ch->node[at];
	struct ctx *c = l->c;
	struct val *row = val_row(l->rows);

	val_bool(row, "open", open);
	val_bool(row, "node", true);
	val_text(row, "first", l->g->node[at].line[0]);
	val_text(row, "second", l->g->node[at].line[1]);
	val_text(row, "name", n->kind == CHAIN_CASE ? n->name : S(""));
	val_text(row, "status", n->kind == CHAIN_CASE && !str_eq(n->status, S("not_set")) ? code_label(c, C_case_status, n->status)
	    : S(""));
	val_text(row, "relation", contact_show(c->mem, l->s, CF_relation, n->relation, c->lang));
	val_bool(row, "household", n->household && !str_eq(n->relation, S("household")));
	if (n->kind == CHAIN_ELSEWHERE)
		val_text(row, "url", S(""));
	else
		val_text(row, "url", n->kind == CHAIN_CASE ? path_of(c, "cases", n->home, n->id, "/contacts")
		    : path_of(c, "contacts", n->home, n->id, ""));
	struct val *also = val_list(row, "also");
	for (size_t i = 0; i < l->ch->n_edge; i++)
		if (l->ch->edge[i].to == at && !of_tree(l->ch, &l->ch->edge[i]))
			val_text(val_row(also), "who", l->g->node[l->ch->edge[i].from].line[0]);
}

static void
put_tree(struct listing *l, size_t at, int step)
{
	struct val *last = NULL;

	for (size_t i = 1; i < l->ch->n; i++) {
		const struct chain_node *n = &l->ch->node[i];
		if (n->from != at || n->generation != l->ch->node[at].generation + step)
			continue;
		put_node(l, i, last == NULL);
		put_tree(l, i, step);
		last = val_row(l->rows);
		val_bool(last, "end", true);
	}
	if (last != NULL)
		val_bool(last, "close", true);
}

static void
chain_looked(struct ctx *c, const struct chain *ch)
{
	struct casefile *look = NEWN(c->mem, struct casefile, ch->n + 1);
	size_t n = 0;

	for (size_t i = 0; i < ch->n; i++)
		if (ch->node[i].kind != CHAIN_ELSEWHERE)
			look[n++] = (struct casefile){ .home = ch->node[i].home, .id = ch->node[i].id };
	page_looked(c, S("contact.chain"), S("15"), look, n, S(""));
}

/* GET /cases/HOME/ID/chain */
struct http_reply
page_chain(struct ctx *c)
{
	struct casefile k;
	struct chain ch;
	const struct sheet *s = contact_sheet(c->mem);
	enum err e = page_case_open(c, TAB_contacts, &k);

	if (e == OK)
		e = chain_read(page_read(c), k.home, k.id, &ch);
	if (e != OK)
		return reply_fault(c, e);
	struct listing l = { .c = c, .ch = &ch, .g = graph_of(c, &ch, s), .s = s };
	l.rows = val_list(c->v, "before");
	put_tree(&l, 0, -1);
	l.rows = val_list(c->v, "after");
	put_node(&l, 0, true);
	put_tree(&l, 0, 1);
	struct val *last = val_row(l.rows);
	val_bool(last, "end", true);
	val_bool(last, "close", true);
	val_bool(c->v, "cut", ch.cut);
	val_bool(c->v, "alone", ch.n == 1);
	val_int(c->v, "most", CHAIN_NODES);
	val_text(c->v, "url_contacts", path_of(c, "cases", k.home, k.id, "/contacts"));
	chain_looked(c, &ch);
	return reply_view(c, 200, S("chain"));
}

/* ---- who is observed today ---- */

/* GET /contacts */
struct http_reply
page_contact_watch(struct ctx *c)
{
	const struct sheet *s = contact_sheet(c->mem);
	size_t n, unseen = 0;
	bool more;
	struct contact *list = contact_watch(page_read(c), c->who, date_of(c->now), &n, &more);

	c->v = val_map(c->mem);
	struct val *rows = val_list(c->v, "rows");
	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(rows);
		put_contact_row(c, row, s, &list[i]);
		unseen += val_true(val_get(row, S("unseen")));
	}
	val_int(c->v, "n", (int64_t)n);
	val_int(c->v, "n_unseen", (int64_t)unseen);
	val_bool(c->v, "more", more);
	val_text(c->v, "title", say(c, T_contact_watch_title));
	contacts_looked(c, S("contact.watch"), list, n);
	return reply_view(c, 200, S("contact_watch"));
}
