/* web/page_history.c: what became of a case: each version of its notifications with what it changed, who and when. */
#include "domain/org.h"
#include "web/page.h"
#include "web/widget.h"

static struct str
org_name(struct ctx *c, struct str path)
{
	struct org o;

	return org_get(page_read(c), path, &o) == OK ? (c->lang == LANG_EN && o.name_en.n ? o.name_en : o.name) : S("");
}

static struct val *
history_row(struct ctx *c, struct val *rows, int64_t at, struct str by, struct str org, struct str what)
{
	struct val *row = val_row(rows);

	val_text(row, "at", date_minute(c->mem, at));
	val_text(row, "by", by);
	val_text(row, "org", org_name(c, org));
	val_text(row, "what", what);
	return row;
}

static void
put_changes(struct ctx *c, struct val *row, const struct sheet *s, const struct record *was, const struct record *now)
{
	size_t n;
	struct rec_change *list = rec_diff(c->mem, was, now, &n);
	struct val *changes = val_list(row, "changes");

	for (size_t i = 0; i < n; i++) {
		const struct item *it = list[i].f ? sheet_item(s, list[i].f) : sheet_extra(s, list[i].key);
		struct val *one = val_row(changes);
		struct str label = it ? item_label(c, it, list[i].row, fields[list[i].f].group != G_ONE ? 2 : 1)
		    : list[i].f ? fields[list[i].f].by[c->lang] : list[i].key;
		val_text(one, "label", label);
		if (it != NULL) {
			val_text(one, "was", list[i].was.n ? item_show(c->mem, it, list[i].was, c->lang) : S(""));
			val_text(one, "now", list[i].now.n ? item_show(c->mem, it, list[i].now, c->lang) : S(""));
		} else {
			val_text(one, "was", list[i].was.n ? rec_show(c->mem, list[i].f, list[i].was, c->lang) : S(""));
			val_text(one, "now", list[i].now.n ? rec_show(c->mem, list[i].f, list[i].now, c->lang) : S(""));
		}
	}
}

/* Newest first: each correction with what it changed, and at the end the filing itself. */
static void
put_history(struct ctx *c, struct val *rows, const struct notif *n, const struct sheet *s)
{
	size_t count;
	struct notif_version *v = notif_versions(page_read(c), n->home, n->id, &count);

	for (size_t i = count; i-- > 0;) {
		const struct record *now = i + 1 < count ? &v[i + 1].rec : &n->rec;
		struct val *row = history_row(c, rows, v[i].at, v[i].by, v[i].org,
		    say1(c, T_history_correct, str_fmt(c->mem, "%lld", (long long)v[i].ver + 1)));
		put_changes(c, row, s, &v[i].rec, now);
	}
	history_row(c, rows, n->reported_at, n->filed_name, n->reporter, say(c, T_history_report));
}

/* GET /cases/HOME/ID/history */
struct http_reply
page_case_history(struct ctx *c)
{
	struct casefile k;
	enum err e = page_case_open(c, TAB_history, &k);
	size_t n;

	if (e != OK)
		return reply_fault(c, e);
	struct str *ids = notif_of_case(page_read(c), k.home, k.id, &n);
	struct val *rows = val_list(c->v, "history");
	for (size_t i = 0; i < n; i++) {
		struct notif *one = NEW(c->mem, struct notif);
		e = notif_get(page_read(c), k.home, ids[i], one);
		const struct sheet *s = e == OK ? sheetset_version(c->app->sheets, one->sheet) : NULL;
		if (s == NULL)
			return reply_fault(c, e == OK ? E_STORE : e);
		put_history(c, rows, one, s);
	}
	return reply_view(c, 200, S("case_history"));
}
