/* web/page_link.c: pairs of cases that are perhaps of one person: shown on the case, judged with one press, never merged. */
#include "domain/caselink.h"
#include "domain/number.h"
#include "web/page.h"

static struct str
name_of(const struct ctx *c, struct str ja, struct str en)
{
	return c->lang == LANG_EN && en.n > 0 ? en : ja;
}

static struct str
ref_text(struct ctx *c, struct case_ref ref)
{
	return str_fmt(c->mem, "%lld/%.*s", (long long)ref.home, STR_ARG(ref.id));
}

static void
put_pair(struct ctx *c, struct val *row, const struct case_pair *p)
{
	if (p->here)
		put_case_row(c, row, &p->k);
	val_text(row, "number", number_show(c->mem, p->number));
	val_text(row, "centre", p->centre);
	val_bool(row, "here", p->here);
	val_text(row, "other", ref_text(c, p->ref));
	val_bool(row, "judged", p->act != LINK_open);
	val_text(row, "at", p->at > 0 ? date_minute(c->mem, p->at) : S(""));
	val_text(row, "by", p->by);
	val_text(row, "org", name_of(c, p->org, p->org_en));
}

void
put_case_links(struct ctx *c, const struct casefile *k)
{
	static const char *const lists[LINK_ACTS] = { [LINK_open] = "candidates", [LINK_same] = "linked", [LINK_other] = "others" };
	struct val *rows[LINK_ACTS];
	struct casefile *seen;
	size_t n;
	const struct case_pair *pair = case_pairs(page_read(c), k, &n);

	for (size_t a = 0; a < LINK_ACTS; a++)
		rows[a] = val_list(c->v, lists[a]);
	seen = NEWN(c->mem, struct casefile, n + 1);
	for (size_t i = 0; i < n; i++) {
		put_pair(c, val_row(rows[pair[i].act]), &pair[i]);
		seen[i] = (struct casefile){ .home = pair[i].ref.home, .id = pair[i].ref.id };
	}
	val_bool(c->v, "any_pair", n > 0);
	val_bool(c->v, "may_link", actor_may(c->who, R_case_move));
	val_text(c->v, "links_url", path_of(c, "cases", k->home, k->id, "/links"));
	if (n > 0)
		page_looked(c, S("case.duplicates"), S("15"), seen, n, S(""));
}

void
put_case_links_said(struct ctx *c, const struct casefile *k)
{
	static const enum text_id what[LINK_ACTS] = { [LINK_open] = T_link_open, [LINK_same] = T_link_same, [LINK_other] = T_link_other };
	size_t n;
	const struct link_said *list = case_links_said(page_read(c), k->home, k->id, &n);
	struct val *rows = val_list(c->v, "links_said");

	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(rows);
		val_text(row, "at", date_minute(c->mem, list[i].at));
		val_text(row, "what", say1(c, what[list[i].act], number_show(c->mem, list[i].number)));
		val_text(row, "by", list[i].by);
		val_text(row, "org", name_of(c, list[i].org, list[i].org_en));
	}
}

/* "1305/01AB…" */
static bool
ref_read(struct str s, struct case_ref *out)
{
	struct str home;

	return str_cut(&s, '/', &home) && (out->home = page_number(home)) >= 0 && s.p != NULL && (out->id = s, id_ok(s));
}

/* The case of a number that was typed, as far as the actor may speak of it. */
static bool
ref_of_number(struct ctx *c, const struct casefile *k, struct str number, struct case_ref *out)
{
	struct case_query q = { number, S("") };
	size_t n;
	bool more;
	const struct case_pair *pair = case_pairs(page_read(c), k, &n);

	for (size_t i = 0; i < n; i++)
		if (str_eq(pair[i].number, number)) {
			*out = pair[i].ref;
			return true;
		}
	const struct casefile *found = case_search(page_read(c), c->who, &q, &n, &more);
	for (size_t i = 0; i < n; i++)
		if (str_eq(found[i].number, number)) {
			*out = (struct case_ref){ found[i].home, found[i].id };
			return true;
		}
	return false;
}

/* POST /cases/HOME/ID/links: act=same|other|open, other=HOME/ID or number=what was typed */
struct http_reply
page_case_link(struct ctx *c)
{
	enum link_act act = link_act_of(form_get(&c->in, S("act")));
	struct case_ref one = { page_number(c->param[0]), c->param[1] }, other;
	struct str typed = str_trim(form_get(&c->in, S("number"))), number;
	struct casefile k;

	if (one.home < 0 || !id_ok(one.id))
		return reply_fault(c, E_NOTFOUND);
	enum err e = case_get(page_read(c), one.home, one.id, &k);
	if (e != OK)
		return reply_fault(c, e);
	if (act == LINK_ACTS)
		return reply_fault(c, E_FORMAT);
	if (form_has(&c->in, S("other")) && !ref_read(form_get(&c->in, S("other")), &other))
		return reply_fault(c, E_NOTFOUND);
	if (!form_has(&c->in, S("other")) && (!number_read(c->mem, typed, &number) || !ref_of_number(c, &k, number, &other)))
		return page_case_again(c, 422, T_link_none);
	e = page_done(c);
	if (e == OK)
		e = case_link(c->app->store, c->who, c->mem, one, other, act);
	if (e == E_INVALID)
		return page_case_again(c, 422, T_link_self);
	return e != OK ? reply_fault(c, e) : reply_goto(c, path_of(c, "cases", one.home, one.id, "#links"));
}
