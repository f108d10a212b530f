/* web/page_orgs.c: a case between organisations: who is in charge, who is related, hand-overs and the list of those that came in.
 * A centre is named by typing a part of its prefecture or its own name, with or without script. */
#include "base/utf8.h"
#include "domain/caseorg.h"
#include "domain/org.h"
#include "web/page.h"

static struct str
name_of(const struct ctx *c, struct str ja, struct str en)
{
	return c->lang == LANG_EN && en.n > 0 ? en : ja;
}

/* ---- naming a centre ---- */

#define PICK_MANY 40    /* that are offered to choose from */

/* "東京都 新宿保健所": names alone stand in several prefectures. */
struct pick {
	struct org *centre;
	struct str *label;
	size_t n;
};

static struct pick
picks(struct ctx *c)
{
	size_t n_prefectures, at = 0;
	struct pick p;

	p.centre = org_centres(page_read(c), S(""), &p.n);
	p.label = NEWN(c->mem, struct str, p.n + 1);
	const struct org *prefecture = org_prefectures(page_read(c), &n_prefectures);
	for (size_t i = 0; i < p.n; i++) {
		struct str of = S("");
		while (at < n_prefectures && !str_starts(p.centre[i].path, prefecture[at].path))
			at++;
		if (at < n_prefectures)
			of = name_of(c, prefecture[at].name, prefecture[at].name_en);
		struct str own = name_of(c, p.centre[i].name, p.centre[i].name_en);
		p.label[i] = str_fmt(c->mem, "%.*s %.*s", STR_ARG(of), STR_ARG(own));
	}
	return p;
}

static bool
contains(struct str hay, struct str needle)
{
	return str_find_str(hay, needle) < hay.n;
}

/* Every word of what was typed is in the label. */
static bool
fits(struct arena *mem, struct str label, struct str typed)
{
	struct str word, in = fold_name(mem, label);
	bool any = false;

	for (struct str rest = text_nfkc(mem, typed); str_cut(&rest, ' ', &word);) {
		struct str w = fold_name(mem, word);
		if (w.n > 0 && !contains(in, w))
			return false;
		any = any || w.n > 0;
	}
	return any;
}

/* The centres that fit; one alone when it was named in full. */
static size_t
find_centres(struct ctx *c, const struct pick *p, struct str typed, size_t *found)
{
	struct str full = fold_name(c->mem, typed);
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (p->centre[i].closed)
			continue;
		if (full.n > 0 && str_eq(fold_name(c->mem, p->label[i]), full)) {
			found[0] = i;
			return 1;
		}
		if (fits(c->mem, p->label[i], typed))
			found[n++] = i;
	}
	return n;
}

/* ---- the tab ---- */

static void
put_offices(struct ctx *c, const struct casefile *k)
{
	static const struct { struct str role; enum text_id label; } roles[] = {
		{ STR_INIT("responsible"), T_role_responsible }, { STR_INIT("related"), T_role_related },
		{ STR_INIT("reporter"), T_role_reporter },
	};
	size_t n;
	const struct case_office *list = case_offices(page_read(c), k, &n);
	struct val *rows = val_list(c->v, "offices");

	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(rows);
		for (size_t r = 0; r < LEN(roles); r++)
			if (str_eq(roles[r].role, list[i].role))
				val_text(row, "role", say(c, roles[r].label));
		val_text(row, "name", name_of(c, list[i].name, list[i].name_en));
		val_text(row, "org", list[i].org);
		val_text(row, "since", date_minute(c->mem, list[i].since));
		bool related = str_eq(list[i].role, S("related")) && case_may_move(c->who, k) && actor_may(c->who, R_case_move);
		val_bool(row, "may_take", related && !list[i].stays);
		val_bool(row, "stays", related && list[i].stays);
	}
}

static struct str
move_text(const struct ctx *c, const struct case_move *m)
{
	static const enum text_id what[] = {
		[MOVE_handover] = T_move_handover, [MOVE_relate] = T_move_relate, [MOVE_unrelate] = T_move_unrelate,
	};
	struct str to = name_of(c, m->to_name, m->to_name_en);

	return m->kind == MOVE_handover ? say2(c, what[m->kind], name_of(c, m->from_name, m->from_name_en), to) : say1(c, what[m->kind], to);
}

static void
put_move(struct ctx *c, struct val *row, const struct case_move *m)
{
	val_text(row, "at", date_minute(c->mem, m->at));
	val_text(row, "what", move_text(c, m));
	val_text(row, "by", m->by);
	val_text(row, "org", name_of(c, m->from_name, m->from_name_en));
	val_text(row, "message", m->message);
	val_text(row, "received_at", m->received_at > 0 ? date_minute(c->mem, m->received_at) : S(""));
	val_text(row, "received_by", m->received_by);
	val_bool(row, "unread", m->received_at == 0 && m->kind != MOVE_unrelate);
}

void
put_case_moves(struct ctx *c, const struct casefile *k)
{
	size_t n;
	const struct case_move *list = case_moves(page_read(c), k->home, k->id, &n);
	struct val *rows = val_list(c->v, "moves");

	for (size_t i = 0; i < n; i++)
		put_move(c, val_row(rows), &list[i]);
}

static void
put_picks(struct ctx *c, const struct casefile *k)
{
	struct pick p = picks(c);
	struct val *rows = val_list(c->v, "centres");

	for (size_t i = 0; i < p.n; i++)
		if (!p.centre[i].closed && !str_eq(p.centre[i].path, k->responsible))
			val_text(val_row(rows), "label", p.label[i]);
}

/* The tab as it stands now, with what was typed; `fault` is said above the form. */
static struct http_reply
draw_orgs(struct ctx *c, int status, struct str fault, struct str note)
{
	struct casefile k;

	if (c->v == NULL)
		c->v = val_map(c->mem);
	enum err e = page_case_open(c, TAB_orgs, &k);
	if (e != OK)
		return reply_fault(c, e);
	put_offices(c, &k);
	put_case_moves(c, &k);
	val_text(c->v, "orgs_url", path_of(c, "cases", k.home, k.id, "/orgs"));
	bool may = actor_may(c->who, R_case_move) && case_may_move(c->who, &k);
	val_bool(c->v, "may_move", may);
	if (may)
		put_picks(c, &k);
	val_text(c->v, "fault", fault);
	val_text(c->v, "centre_note", note);
	val_text(c->v, "centre", form_get(&c->in, S("centre")));
	val_text(c->v, "message", form_get(&c->in, S("message")));
	return reply_view(c, status, S("case_orgs"));
}

/* GET /cases/HOME/ID/orgs */
struct http_reply
page_case_orgs(struct ctx *c)
{
	return draw_orgs(c, 200, S(""), S(""));
}

/* ---- changing ---- */

/* The form again, with the centres that fit what was typed to choose from. */
static struct http_reply
ask_which(struct ctx *c, const struct pick *p, const size_t *found, size_t n, struct str typed)
{
	struct val *rows;

	c->v = val_map(c->mem);
	rows = val_list(c->v, "picks");
	for (size_t i = 0; i < n && i < PICK_MANY; i++) {
		struct val *row = val_row(rows);
		val_text(row, "path", p->centre[found[i]].path);
		val_text(row, "label", p->label[found[i]]);
	}
	return draw_orgs(c, 422, S(""), say2(c, T_orgs_centre_many, typed, str_fmt(c->mem, "%zu", n)));
}

/* What the domain said no to, at its place, with nothing that was typed lost. */
static struct http_reply
refuse(struct ctx *c, enum err e, int64_t home)
{
	struct casefile k;

	if (e == E_INVALID)
		return draw_orgs(c, 422, S(""), say(c, T_orgs_centre_bad));
	if (e == E_LIMIT)
		return draw_orgs(c, 422, say(c, utf8_len(form_get(&c->in, S("message"))) > CASE_MESSAGE ? T_orgs_message_long
		    : T_orgs_too_many), S(""));
	if (e == E_BUSY || e == E_FULL)
		return draw_orgs(c, e == E_BUSY ? 503 : 507, say(c, T_orgs_not_kept), S(""));
	if (e == E_CONFLICT && case_get(page_read(c), home, c->param[1], &k) == OK)
		return draw_orgs(c, 409, say1(c, T_orgs_lost_race, k.centre_name), S(""));
	return reply_fault(c, e);
}

/* POST /cases/HOME/ID/orgs: act=handover|relate|unrelate, org=PATH or centre=what was typed, message */
struct http_reply
page_case_move(struct ctx *c)
{
	struct str act = form_get(&c->in, S("act")), org = form_get(&c->in, S("org")), message = str_trim(form_get(&c->in, S("message")));
	struct str typed = str_trim(form_get(&c->in, S("centre")));
	int64_t home = page_number(c->param[0]);
	struct store *st = c->app->store;
	struct casefile k;
	enum err e;

	if (home < 0 || !id_ok(c->param[1]))
		return reply_fault(c, E_NOTFOUND);
	e = case_get(page_read(c), home, c->param[1], &k);
	if (e != OK)
		return reply_fault(c, e);
	if (!str_eq(act, S("handover")) && !str_eq(act, S("relate")) && !str_eq(act, S("unrelate")))
		return reply_fault(c, E_FORMAT);
	/* Line ends are part of a message; what else is of no width or turns the writing is not. */
	struct str lines = message, line;
	while (str_cut(&lines, '\n', &line))
		if (text_oddities(str_trim(line)) & (TEXT_CONTROL | TEXT_BIDI))
			return draw_orgs(c, 422, say(c, T_orgs_message_odd), S(""));
	if (org.n == 0) {
		struct pick p = picks(c);
		size_t *found = NEWN(c->mem, size_t, p.n + 1), n = find_centres(c, &p, typed, found);
		if (n > 1)
			return ask_which(c, &p, found, n, typed);
		if (n == 0)
			return draw_orgs(c, 422, S(""), typed.n ? say1(c, T_orgs_centre_none, typed) : say(c, T_orgs_centre_missing));
		org = p.centre[found[0]].path;
	}
	e = page_done(c);
	if (e == OK)
		e = str_eq(act, S("handover")) ? case_hand_over(st, c->who, c->mem, home, c->param[1], org, message)
		    : str_eq(act, S("relate")) ? case_relate(st, c->who, c->mem, home, c->param[1], org, message)
		    : case_unrelate(st, c->who, c->mem, home, c->param[1], org);
	return e != OK ? refuse(c, e, home) : reply_goto(c, path_of(c, "cases", home, c->param[1], "/orgs"));
}

/* POST /cases/HOME/ID/receive: move=NUMBER */
struct http_reply
page_case_receive(struct ctx *c)
{
	int64_t home = page_number(c->param[0]), move = page_number(form_get(&c->in, S("move")));

	if (home < 0 || !id_ok(c->param[1]) || move < 0)
		return reply_fault(c, E_NOTFOUND);
	enum err e = case_receive(c->app->store, c->who, c->mem, home, c->param[1], move);
	return e != OK ? reply_fault(c, e) : reply_goto(c, S("/handovers"));
}

/* ---- what came in ---- */

static void
put_notice(struct ctx *c, struct val *row, const struct case_notice *o)
{
	static const enum text_id what[] = {
		[NOTICE_handover] = T_notice_handover, [NOTICE_relate] = T_notice_relate, [NOTICE_received] = T_notice_received,
	};

	put_case_row(c, row, &o->k);
	put_move(c, row, &o->move);
	val_text(row, "notice_at", date_minute(c->mem, o->at));
	val_text(row, "notice", say(c, what[o->kind]));
	val_int(row, "move", o->move.seq);
	val_text(row, "from", name_of(c, o->move.from_name, o->move.from_name_en));
	val_text(row, "to", name_of(c, o->move.to_name, o->move.to_name_en));
	val_bool(row, "is_received", o->kind == NOTICE_received);
	val_bool(row, "open", o->open);
	val_text(row, "receive_url", path_of(c, "cases", o->k.home, o->k.id, "/receive"));
}

static void
look_at_notices(struct ctx *c, const struct case_notice *open, size_t n_open, const struct case_notice *read, size_t n_read)
{
	struct casefile *seen = NEWN(c->mem, struct casefile, n_open + n_read + 1);

	for (size_t i = 0; i < n_open; i++)
		seen[i] = open[i].k;
	for (size_t i = 0; i < n_read; i++)
		seen[n_open + i] = read[i].k;
	page_looked(c, S("case.notices"), S("15"), seen, n_open + n_read, S(""));
}

/* GET /handovers?before=PLACE */
struct http_reply
page_handovers(struct ctx *c)
{
	struct case_place top = { 0, 0, S("") }, before = top;
	struct str place = form_get(&c->query, S("before"));
	size_t n_open = 0, n_read;

	if (place.n > 0 && !case_place_read(place, &before))
		return reply_fault(c, E_FORMAT);
	c->v = val_map(c->mem);
	const struct case_notice *open = place.n > 0 ? NULL : case_notices(page_read(c), c->who, true, &top, &n_open);
	const struct case_notice *read = case_notices(page_read(c), c->who, false, &before, &n_read);
	val_bool(c->v, "more_open", n_open > CASE_PAGE);
	if (n_open > CASE_PAGE)
		n_open = CASE_PAGE;
	struct val *rows = val_list(c->v, "unread_rows");
	for (size_t i = 0; i < n_open; i++)
		put_notice(c, val_row(rows), &open[i]);
	size_t shown = n_read > CASE_PAGE ? CASE_PAGE : n_read;
	rows = val_list(c->v, "read_rows");
	for (size_t i = 0; i < shown; i++)
		put_notice(c, val_row(rows), &read[i]);
	if (n_read > CASE_PAGE)
		val_fmt(c->v, "older_url", "/handovers?before=%.*s", STR_ARG(case_place_text(c->mem,
		    &(struct case_place){ read[shown - 1].at, read[shown - 1].k.home, read[shown - 1].k.id })));
	val_bool(c->v, "first_page", place.n == 0);
	val_text(c->v, "title", say(c, T_handovers_title));
	look_at_notices(c, open, n_open, read, shown);
	return reply_view(c, 200, S("handovers"));
}

static struct str
count_text(struct ctx *c, int64_t n)
{
	return str_fmt(c->mem, "%lld%s", (long long)(n < NOTICES_MANY ? n : NOTICES_MANY - 1), n < NOTICES_MANY ? "" : "+");
}

/* GET /handovers/count: for the navigation of an open page. */
struct http_reply
page_handover_count(struct ctx *c)
{
	int64_t n = case_notices_open(page_read(c), c->who);

	return reply_json(c, 200, str_fmt(c->mem, "{\"open\":\"%.*s\"}", STR_ARG(n > 0 ? count_text(c, n) : S(""))));
}

void
put_notice_count(struct ctx *c)
{
	bool mine = c->tx == NULL;
	int64_t n = case_notices_open(page_read(c), c->who);

	/* A page that reads nothing (any more) is not left with a snapshot; one whose reading fails says so itself. */
	if (mine && page_done(c) != OK)
		n = 0;
	val_text(c->v, "n_notices", n > 0 ? count_text(c, n) : S(""));
}
