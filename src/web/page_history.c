/* web/page_history.c: what became of a case: its notifications as filed, each version with what it changed, what
 * the centre did with them, locks and withdrawals: who and when. */
#include "domain/entry.h"
#include "domain/notif_life.h"
#include "domain/org.h"
#include "web/contact_form.h"
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

void
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

/* One thing that happened to a case's notifications. */
struct happening {
	int64_t at;
	const struct notif *n;
	const struct sheet *s;
	const struct notif_version *was;        /* corrected: what it was, and what it became */
	const struct record *now;
	const struct attest *check;             /* by a physician */
	const struct notif_event *event;        /* none of these: filed */
};
struct happenings {
	struct happening *list;
	size_t n, cap;
};

/* Kept in the order of time, the newest first; of one moment what was told last stands first. */
static void
happened(struct ctx *c, struct happenings *h, struct happening one)
{
	if (h->n == h->cap) {
		struct happening *more = NEWN(c->mem, struct happening, h->cap = h->cap * 2 + 16);
		if (h->n > 0)
			memcpy(more, h->list, h->n * sizeof *more);
		h->list = more;
	}
	size_t at = h->n++;
	for (; at > 0 && h->list[at - 1].at <= one.at; at--)
		h->list[at] = h->list[at - 1];
	h->list[at] = one;
}

static void
happened_to(struct ctx *c, struct happenings *h, const struct notif *n, const struct sheet *s)
{
	size_t versions, events, checks;
	struct notif_version *v = notif_versions(page_read(c), n->home, n->id, &versions);
	struct notif_event *e = notif_events(page_read(c), n->home, n->id, &events);
	struct attest *a = attest_list(page_read(c), n, &checks);

	happened(c, h, (struct happening){ .at = n->reported_at, .n = n, .s = s });
	for (size_t i = 0; i < versions; i++)
		happened(c, h, (struct happening){ .at = v[i].at, .n = n, .s = s, .was = &v[i],
			.now = i + 1 < versions ? &v[i + 1].rec : &n->rec });
	for (size_t i = 0; i < checks; i++)
		happened(c, h, (struct happening){ .at = a[i].at, .n = n, .s = s, .check = &a[i] });
	for (size_t i = 0; i < events; i++)
		happened(c, h, (struct happening){ .at = e[i].at, .n = n, .s = s, .event = &e[i] });
}

static enum text_id
event_text(const struct notif_event *e)
{
	static const struct { struct str kind; enum text_id id; } table[] = {
		{ STR_INIT("checked"), T_history_checked }, { STR_INIT("queried"), T_history_queried },
		{ STR_INIT("superseded"), T_history_superseded }, { STR_INIT("unlocked"), T_history_unlocked },
		{ STR_INIT("withdrawn"), T_history_withdrawn },
	};

	for (size_t i = 0; i < LEN(table); i++)
		if (str_eq(table[i].kind, e->kind))
			return table[i].id;
	return e->message.n > 0 ? T_history_answered : T_history_answered_so;
}

static void
put_happening(struct ctx *c, struct val *rows, const struct happening *h)
{
	const struct notif *n = h->n;

	if (h->was != NULL) {
		struct val *row = history_row(c, rows, h->at, h->was->by, h->was->org,
		    say1(c, T_history_correct, str_fmt(c->mem, "%lld", (long long)h->was->ver + 1)));
		put_changes(c, row, h->s, &h->was->rec, h->now);
	} else if (h->check != NULL) {
		history_row(c, rows, h->at, check_words(c, h->check), h->check->org, say1(c, T_history_check,
		    str_fmt(c->mem, "%lld", (long long)h->check->ver)));
	} else if (h->event != NULL) {
		struct val *row = history_row(c, rows, h->at, h->event->by, h->event->org, say(c, event_text(h->event)));
		val_text(row, "message", h->event->message);
		if (str_eq(h->event->kind, S("superseded")))
			val_text(row, "other_url", notif_place(c, n, h->event->other));
	} else {
		history_row(c, rows, h->at, n->filed_name, n->reporter, say(c, n->follows.n ? T_history_add : T_history_report));
	}
}

/* What each version of an entry said that the one before it did not. */
static void
put_entry_changes(struct ctx *c, struct val *row, const struct entry_version *v, const struct record *was)
{
	size_t n;
	struct rec_change *list = rec_diff(c->mem, was, v->rec, &n);
	struct val *changes = val_list(row, "changes");

	for (size_t i = 0; i < n; i++) {
		const struct item *it = sheet_extra(&entry_kind(v->kind)->sheet, list[i].key);
		struct val *one = it != NULL ? val_row(changes) : NULL;
		if (one == NULL)
			continue;
		val_text(one, "label", it->by[c->lang]);
		val_text(one, "was", list[i].was.n ? item_show(c->mem, it, list[i].was, c->lang) : S(""));
		val_text(one, "now", list[i].now.n ? item_show(c->mem, it, list[i].now, c->lang) : S(""));
	}
}

static void
put_entry_version(struct ctx *c, struct val *rows, const struct entry_version *v, const struct record *was)
{
	struct str kind = entry_kind(v->kind)->by[c->lang];
	struct str what = v->withdrawn ? say1(c, T_history_entry_withdraw, kind) : was == NULL ? say1(c, T_history_entry_add, kind)
	    : say2(c, T_history_entry_correct, kind, str_fmt(c->mem, "%lld", (long long)v->ver));
	struct val *row = history_row(c, rows, v->at, v->by, v->org, what);

	val_text(row, "reason", v->reason);
	put_entry_changes(c, row, v, was != NULL ? was : NEW(c->mem, struct record));
}

/* The entries of the tabs that he may see, newest change first. */
static void
put_entry_history(struct ctx *c, const struct casefile *k)
{
	struct val *rows = val_list(c->v, "entry_history");
	size_t n;
	struct entry_version *v = entry_versions(page_read(c), k->home, k->id, &n);
	size_t *order = NEWN(c->mem, size_t, n + 1);

	for (size_t i = 0; i < n; i++) {
		size_t at = i;
		for (; at > 0 && v[order[at - 1]].at <= v[i].at; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	for (size_t i = 0; i < n; i++) {
		size_t at = order[i];
		bool first = at == 0 || !str_eq(v[at - 1].entry, v[at].entry);
		if (entry_may_see(c->who, v[at].kind))
			put_entry_version(c, rows, &v[at], first ? NULL : v[at - 1].rec);
	}
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
	struct happenings h = { 0 };
	/* The oldest first: of one moment the notification that locks stands above the one that it locked. */
	for (size_t i = n; i-- > 0;) {
		struct notif *one = NEW(c->mem, struct notif);
		e = notif_get(page_read(c), k.home, ids[i], one);
		const struct sheet *s = e == OK ? sheetset_version(c->app->sheets, one->sheet) : NULL;
		if (s == NULL)
			return reply_fault(c, e == OK ? E_STORE : e);
		happened_to(c, &h, one, s);
	}
	for (size_t i = 0; i < h.n; i++)
		put_happening(c, rows, &h.list[i]);
	if (actor_may(c->who, R_contact_view))
		put_contact_history(c, k.home, k.id, S(""));
	if (actor_may(c->who, R_case_orgs)) {
		put_case_moves(c, &k);
		put_case_links_said(c, &k);
	}
	put_entry_history(c, &k);
	return reply_view(c, 200, S("case_history"));
}
