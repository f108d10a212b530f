/* web/page_template.c: the texts that a health centre keeps for the free texts of its entries. */
#include "base/utf8.h"
#include "domain/template.h"
#include "web/page.h"

static void
put_kinds(struct ctx *c, struct val *row, enum entry_id chosen)
{
	struct val *list = val_list(row, "kinds");

	for (size_t k = ENTRY_none + 1; k < ENTRY_COUNT; k++) {
		const struct entry_kind *kind = entry_kind((enum entry_id)k);
		if (!template_fits((enum entry_id)k))
			continue;
		struct val *one = val_row(list);
		val_text(one, "code", kind->name);
		val_text(one, "label", kind->by[c->lang]);
		val_bool(one, "current", k == chosen);
	}
}

/* One form: `typed` of a template as it is, or as somebody sent it. */
static void
put_one(struct ctx *c, struct val *rows, const struct template *t, bool again)
{
	struct val *row = val_row(rows);

	val_text(row, "id", t->id.n > 0 ? t->id : S("new"));
	val_text(row, "url", t->id.n > 0 ? str_cat(c->mem, S("/templates/"), t->id) : S("/templates"));
	val_text(row, "url_delete", t->id.n > 0 ? str_fmt(c->mem, "/templates/%.*s/delete", STR_ARG(t->id)) : S(""));
	val_text(row, "heading", t->id.n > 0 && !again ? t->name : S(""));
	val_text(row, "name", t->name);
	val_text(row, "text", t->text);
	val_bool(row, "open", again);
	put_kinds(c, row, t->kind);
}

/* `sent` stands in the place of what is kept under its id. */
static struct http_reply
draw(struct ctx *c, const struct template *sent, enum text_id fault, int status)
{
	size_t n;
	struct template *list = template_list(page_read(c), c->who, &n);
	struct val *rows, *fresh;

	c->v = val_map(c->mem);
	rows = val_list(c->v, "rows");
	fresh = val_list(c->v, "fresh");
	for (size_t i = 0; i < n; i++) {
		bool again = sent != NULL && str_eq(sent->id, list[i].id);
		put_one(c, rows, again ? sent : &list[i], again);
	}
	put_one(c, fresh, sent != NULL && sent->id.n == 0 ? sent : &(struct template){ S(""), ENTRY_none, S(""), S("") }, true);
	if (fault != T_none)
		val_text(c->v, "fault", say(c, fault));
	val_text(c->v, "title", say(c, T_templates_title));
	return reply_view(c, status, S("templates"));
}

/* GET /templates */
struct http_reply
page_templates(struct ctx *c)
{
	return draw(c, NULL, T_none, 200);
}

/* POST /templates, /templates/ID */
struct http_reply
page_template_save(struct ctx *c)
{
	struct template t = { c->param[0], entry_by_name(form_get(&c->in, S("kind"))), str_trim(form_get(&c->in, S("name"))),
		str_trim(form_get(&c->in, S("text"))) };
	struct buf one_kind_of_line = buf_new(c->mem);

	for (size_t i = 0; i < t.text.n; i++)
		if (t.text.p[i] != '\r')
			buf_byte(&one_kind_of_line, t.text.p[i]);
	t.text = buf_str(&one_kind_of_line);
	if ((text_oddities(t.name) & (TEXT_CONTROL | TEXT_BIDI)) != 0)
		return draw(c, &t, T_template_bad, 422);
	enum err e = template_save(c->app->store, c->who, c->mem, &t);
	if (e == E_INVALID || e == E_LIMIT)
		return draw(c, &t, e == E_INVALID ? T_template_bad : T_template_limit, 422);
	return e != OK ? reply_fault(c, e) : reply_goto(c, S("/templates"));
}

/* POST /templates/ID/delete */
struct http_reply
page_template_delete(struct ctx *c)
{
	enum err e = template_delete(c->app->store, c->who, c->mem, c->param[0]);

	return e != OK ? reply_fault(c, e) : reply_goto(c, S("/templates"));
}
