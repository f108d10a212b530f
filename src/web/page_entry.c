/* web/page_entry.c: the tabs of a case that are lists of dated entries: one page reads and adds, one corrects and withdraws; what
 * they hold is said by field/entries.def. What was typed travels as the form that it is, so that nothing of it is lost,
 * whatever was wrong with it. */
#include "base/log.h"
#include "base/utf8.h"
#include "domain/care.h"
#include "domain/entry.h"
#include "domain/org.h"
#include "domain/template.h"
#include "web/page.h"
#include "web/widget.h"

#define ROWS_DRAWN 12           /* of what somebody sent: more than can be kept at a time are drawn, that nothing is lost */

/* A form being filled in: new entries, or one that is corrected. */
struct typing {
	enum entry_id id;
	const struct entry_kind *kind;
	struct form typed;
	struct str op;
	size_t n;                       /* rows */
	struct record *rec[ROWS_DRAWN];
	struct issues bad[ROWS_DRAWN];
	struct issues whole;            /* what is wrong with all of it */
	const struct entry *was;        /* of a correction */
	int64_t seen;
};

static struct typing *
typing_new(struct ctx *c, enum entry_id id, struct form typed)
{
	struct typing *t = NEW(c->mem, struct typing);

	*t = (struct typing){ .id = id, .kind = entry_kind(id), .typed = typed, .op = S(""), .whole = issues_new(c->mem) };
	for (size_t i = 0; i < ROWS_DRAWN; i++)
		t->bad[i] = issues_new(c->mem);
	return t;
}

static void
typing_say(struct typing *t, enum text_id id, const struct str *arg, size_t n)
{
	struct issue *i;

	/* issue_add keeps %1 for a field's label: a sentence of the whole form begins with its own values. */
	issue_add(&t->whole, ISSUE_ERROR, F_none, 0, T_none, NULL, 0);
	i = &t->whole.list[t->whole.n - 1];
	for (size_t l = 0; l < LANG_COUNT; l++)
		i->by[l] = text_fill(t->whole.mem, id, (enum lang)l, arg, n);
}

/* Read every row that holds anything; false when something is wrong with one, or with all of it. */
static bool
typing_read(struct ctx *c, struct typing *t)
{
	struct str most = str_fmt(c->mem, "%zu", t->kind->rows);
	size_t errors = 0, said = 0, rows = entry_rows_typed(t->kind, &t->typed);

	t->n = rows > ROWS_DRAWN ? ROWS_DRAWN : rows;
	for (size_t i = 0; i < t->n; i++) {
		if (t->rec[i] == NULL)
			t->rec[i] = NEW(c->mem, struct record);
		entry_read(c->mem, t->kind, &t->typed, i, date_of(c->now), t->rec[i], &t->bad[i]);
		errors += t->bad[i].errors;
		said += entry_said(t->kind, t->rec[i]);
	}
	if (rows > t->kind->rows)
		typing_say(t, T_entry_rows_at_once, &most, 1);
	else if (errors == 0 && said == 0)
		typing_say(t, T_entry_nothing, NULL, 0);
	return errors + t->whole.errors == 0;
}

/* ---- drawing: the form ---- */

static void
put_form_rows(struct ctx *c, const struct typing *t)
{
	struct val *rows = val_list(c->v, "form_rows"), *faults = val_list(c->v, "faults");
	size_t most = t->was == NULL && t->kind->rows > t->n ? t->kind->rows : t->n > 0 ? t->n : 1;
	size_t errors = t->whole.errors;

	for (size_t i = 0; i < t->whole.n; i++) {
		struct val *row = val_row(faults);
		val_text(row, "text", issue_text(c->mem, &t->whole.list[i], c->lang));
		val_text(row, "href", S("#entry"));
		val_bool(row, "warn", false);
	}
	for (size_t i = 0; i < most; i++) {
		struct val *row = val_row(rows);
		struct record *rec = i < t->n && t->rec[i] != NULL ? t->rec[i] : NEW(c->mem, struct record);
		struct sheet_form f = { .sheet = &t->kind->sheet, .typed = &t->typed, .rec = rec, .bad = i < t->n ? &t->bad[i] : NULL,
			.today = date_of(c->now), .suffix = entry_suffix(c->mem, t->kind, i) };
		put_sheet_form(c, row, &f);
		val_text(row, "row_label", say1(c, T_v_entry_row, str_fmt(c->mem, "%zu", i + 1)));
		val_bool(row, "many", most > 1);
		val_bool(row, "folded", most > 1 && i > 0 && i >= t->n);
		for (const struct val *one = NULL; (one = val_next(val_get(row, S("faults")), one)) != NULL;) {
			struct val *up = val_row(faults);
			val_text(up, "text", val_str(val_get(one, S("text"))));
			val_text(up, "href", val_str(val_get(one, S("href"))));
			val_bool(up, "warn", val_true(val_get(one, S("warn"))));
		}
		errors += i < t->n ? t->bad[i].errors : 0;
	}
	if (errors > 0)
		val_int(c->v, "n_faults", (int64_t)errors);
	else
		val_bool(c->v, "n_faults", false);
}

static void
put_templates(struct ctx *c, enum entry_id kind)
{
	struct val *list = val_list(c->v, "templates");
	bool offered = template_fits(kind) && actor_may(c->who, R_template_manage);
	size_t n;

	val_bool(c->v, "may_template", offered);
	if (!offered)
		return;
	struct template *t = template_list(page_read(c), c->who, &n);
	for (size_t i = 0; i < n; i++)
		if (t[i].kind == kind) {
			struct val *row = val_row(list);
			val_text(row, "id", t[i].id);
			val_text(row, "name", t[i].name);
			val_text(row, "text", t[i].text);
		}
}

static void
put_form(struct ctx *c, const struct casefile *k, const struct typing *t)
{
	struct val *v = c->v;

	val_text(v, "action", t->was != NULL ? str_cat(c->mem, path_of(c, "cases", k->home, k->id, "/entries/"), t->was->id)
	    : str_cat(c->mem, path_of(c, "cases", k->home, k->id, "/"), t->kind->tab));
	val_text(v, "op", t->op.n > 0 ? t->op : id_new(c->mem));
	val_bool(v, "correcting", t->was != NULL);
	val_int(v, "seen", t->seen);
	put_templates(c, t->id);
	put_form_rows(c, t);
}

/* ---- drawing: the list ---- */

/* 第19条, 第44条の3: as they are cited. */
static struct str
law_words(struct ctx *c, struct str law)
{
	struct buf b = buf_new(c->mem);
	struct str one, head;

	while (str_cut(&law, ',', &one)) {
		str_cut(&one, '-', &head);
		buf_fmt(&b, "%s%.*s", b.n == 0 ? "" : c->lang == LANG_JA ? "・" : ", ",
		    STR_ARG(one.p != NULL ? say2(c, T_entry_article_of, head, one) : say1(c, T_entry_article, head)));
	}
	return buf_str(&b);
}

static void
put_cell(struct ctx *c, struct val *list, const struct item *it, const struct entry_look *look, struct str value)
{
	struct val *cell = val_row(list);
	bool given = value.n > 0 && !rec_unknown(value);

	val_text(cell, "label", it->by[c->lang]);
	val_text(cell, "value", given ? item_show(c->mem, it, value, c->lang) : S(""));
	val_bool(cell, "unknown", rec_unknown(value));
	val_bool(cell, "empty", value.n == 0);
	val_text(cell, "empty_word", look->empty[c->lang]);
	val_bool(cell, "long", it->type == FT_LONG);
}

/* What follows from the three facts, by the nation's definition and by the prefecture's. */
static void
put_severe(struct ctx *c, struct val *row, const struct record *rec, struct str local)
{
	struct str facts = care_facts(c->mem, rec);

	val_bool(row, "severe", care_severe(facts));
	val_bool(row, "not_severe_here", local.n > 0 && care_severe(facts) && !care_severe_by(facts, local));
}

struct listing {
	const struct entry_kind *kind;
	struct str local;               /* definition of severe; "" the nation's */
	bool writes;
};

static void
put_entry(struct ctx *c, struct val *rows, const struct listing *l, const struct entry *e)
{
	struct val *row = val_row(rows), *cells = val_list(row, "cells"), *others = val_list(row, "others");
	const struct sheet *s = &l->kind->sheet;

	val_text(row, "id", e->id);
	for (size_t i = 0; i < s->n_item; i++) {
		struct str value = rec_extra(e->rec, s->item[i].key);
		if (l->kind->look[i].column)
			put_cell(c, cells, &s->item[i], &l->kind->look[i], value);
		else if (value.n > 0)
			put_cell(c, others, &s->item[i], &l->kind->look[i], value);
	}
	val_text(row, "at", date_minute(c->mem, e->changed_at));
	val_text(row, "by", e->by);
	val_text(row, "org", e->org_name);
	val_int(row, "ver", e->ver);
	val_bool(row, "changed", e->ver > 1);
	val_text(row, "reason", e->reason);
	val_text(row, "number", rec_extra(e->rec, S("number")));
	val_text(row, "article", e->kind == ENTRY_measure ? law_words(c, measure_law(rec_extra(e->rec, S("measure")))) : S(""));
	if (e->kind == ENTRY_measure && !e->withdrawn && measure_law(rec_extra(e->rec, S("measure"))).n > 0)
		val_text(row, "document_url", str_fmt(c->mem, "%.*s/measures/%.*s/pdf", STR_ARG(path_of(c, "cases", e->home, e->case_id, "")),
		    STR_ARG(e->id)));
	put_severe(c, row, e->rec, l->local);
	if (l->writes && !e->withdrawn)
		val_text(row, "url_edit", str_cat(c->mem, path_of(c, "cases", e->home, e->case_id, "/entries/"), e->id));
}

/* Other cases that bear the same number in the same system. */
static void
put_same_ids(struct ctx *c, const struct entry *list, size_t n)
{
	struct val *rows = val_list(c->v, "same_ids");
	struct casefile seen[CASE_PAGE];
	size_t shown = 0, found;

	for (size_t i = 0; i < n; i++) {
		struct case_ref *other = list[i].withdrawn ? NULL
		    : entry_same_id(page_read(c), list[i].home, list[i].case_id, list[i].rec, &found);
		for (size_t k = 0; other != NULL && k < found && shown < CASE_PAGE; k++) {
			if (case_get(page_read(c), other[k].home, other[k].id, &seen[shown]) != OK)
				continue;
			struct val *row = val_row(rows);
			put_case_row(c, row, &seen[shown++]);
			val_text(row, "value", rec_extra(list[i].rec, S("value")));
		}
	}
	if (shown > 0)
		page_looked(c, S("case.same_id"), S("15"), seen, shown, S(""));
}

/* The tests that stand in the notifications: only to be read here. */
static enum err
put_notified_tests(struct ctx *c, const struct casefile *k)
{
	static const enum field_id column[] = { F_test_method, F_test_specimen, F_test_sampled_date, F_test_result, F_test_payment };
	struct val *heads = val_list(c->v, "test_heads"), *rows = val_list(c->v, "test_rows");
	size_t n;
	struct str *ids = notif_of_case(page_read(c), k->home, k->id, &n);

	for (size_t i = 0; i < LEN(column); i++)
		val_text(val_row(heads), "label", fields[column[i]].by[c->lang]);
	for (size_t i = 0; i < n; i++) {
		struct notif *one = NEW(c->mem, struct notif);
		enum err e = notif_get(page_read(c), k->home, ids[i], one);
		if (e != OK)
			return e;
		for (size_t row = 0; row < rec_rows(&one->rec, G_TEST); row++) {
			struct val *line = val_row(rows), *cells = val_list(line, "cells");
			for (size_t f = 0; f < LEN(column); f++) {
				struct val *cell = val_row(cells);
				val_text(cell, "label", fields[column[f]].by[c->lang]);
				val_text(cell, "value", rec_show(c->mem, column[f], rec_row(&one->rec, column[f], row), c->lang));
			}
			val_text(line, "reported_at", date_minute(c->mem, one->reported_at));
			if (actor_may(c->who, R_notif_correct))
				val_text(line, "url", str_fmt(c->mem, "%.*s#f-test_result-%zu",
				    STR_ARG(path_of(c, "notifications", one->home, one->id, "/edit")), row + 1));
		}
	}
	return OK;
}

/* The definition beside the fields, and the prefecture's own when it has one. */
static struct str
put_definition(struct ctx *c, const struct casefile *k)
{
	struct str local = S(""), one;
	struct buf b = buf_new(c->mem);

	val_bool(c->v, "severe_what", true);
	if (!care_rule(page_read(c), k->responsible, &local))
		return S("");
	for (struct str rest = local; str_cut(&rest, ',', &one);)
		buf_fmt(&b, "%s%.*s", b.n == 0 ? "" : c->lang == LANG_JA ? "、" : ", ", STR_ARG(code_label(c, C_severe_fact, one)));
	val_text(c->v, "severe_local", buf_str(&b));
	return local;
}

static void
put_list(struct ctx *c, const struct casefile *k, const struct typing *t, bool writes)
{
	struct listing l = { .kind = t->kind, .local = t->id == ENTRY_care ? put_definition(c, k) : S(""), .writes = writes };
	struct val *heads = val_list(c->v, "heads"), *rows = val_list(c->v, "rows"), *gone = val_list(c->v, "withdrawn");
	size_t n, n_gone = 0;
	struct entry *list = entry_list(page_read(c), k->home, k->id, t->id, &n);

	for (size_t i = 0; i < t->kind->sheet.n_item; i++)
		if (t->kind->look[i].column)
			val_text(val_row(heads), "label", t->kind->sheet.item[i].by[c->lang]);
	for (size_t i = 0; i < n; i++) {
		put_entry(c, list[i].withdrawn ? gone : rows, &l, &list[i]);
		n_gone += list[i].withdrawn;
	}
	val_int(c->v, "n_withdrawn", (int64_t)n_gone);
	val_bool(c->v, "is_measure", t->id == ENTRY_measure);
	if (t->id == ENTRY_external)
		put_same_ids(c, list, n);
}

/* ---- the pages ---- */

static enum case_tab
tab_of(enum entry_id kind)
{
	static const enum case_tab tab[ENTRY_COUNT] = {
		[ENTRY_test] = TAB_tests, [ENTRY_stay] = TAB_stays, [ENTRY_behaviour] = TAB_behaviour, [ENTRY_health] = TAB_health,
		[ENTRY_care] = TAB_care, [ENTRY_measure] = TAB_measures, [ENTRY_note] = TAB_record, [ENTRY_external] = TAB_ids,
	};

	return tab[kind];
}

static void
put_head(struct ctx *c, const struct typing *t)
{
	val_text(c->v, "kind_title", t->kind->by[c->lang]);
	val_text(c->v, "kind", t->kind->name);
}

static struct http_reply
draw_tab(struct ctx *c, const struct typing *t, int status)
{
	struct casefile k;

	if (c->v == NULL)
		c->v = val_map(c->mem);
	enum err e = page_case_open(c, tab_of(t->id), &k);
	if (e != OK)
		return reply_fault(c, e);
	bool writes = entry_may_write(c->who, t->id) && entry_writes_case(page_read(c), c->who, k.home, k.id);
	put_head(c, t);
	put_list(c, &k, t, writes);
	if (t->id == ENTRY_test)
		e = put_notified_tests(c, &k);
	if (t->id == ENTRY_note) {
		val_bool(c->v, "shows_status", true);
		val_text(c->v, "status_back", S("record"));
		put_status_history(c, &k);
	}
	val_bool(c->v, "shows_number", t->id == ENTRY_external && actor_may(c->who, R_number_issue));
	if (t->id == ENTRY_external && actor_may(c->who, R_number_issue))
		put_number(c, &k);
	val_bool(c->v, "writes", writes);
	if (writes)
		put_form(c, &k, t);
	return e != OK ? reply_fault(c, e) : reply_view(c, status, S("case_entries"));
}

static struct http_reply
draw_correction(struct ctx *c, const struct typing *t, int status)
{
	struct casefile k;

	if (c->v == NULL)
		c->v = val_map(c->mem);
	enum err e = page_case_open(c, tab_of(t->id), &k);
	if (e != OK)
		return reply_fault(c, e);
	put_head(c, t);
	put_form(c, &k, t);
	if (t->id == ENTRY_care)
		put_definition(c, &k);
	val_text(c->v, "url_list", str_cat(c->mem, path_of(c, "cases", k.home, k.id, "/"), t->kind->tab));
	val_text(c->v, "url_withdraw", str_cat(c->mem, val_str(val_get(c->v, S("action"))), S("/withdraw")));
	return reply_view(c, status, S("case_entry"));
}

/* The form again, as typed, with what happened. */
static struct http_reply
draw_again(struct ctx *c, struct typing *t, int status)
{
	return t->was != NULL ? draw_correction(c, t, status) : draw_tab(c, t, status);
}

/* What the world refused: nothing typed is lost. */
static struct http_reply
not_kept(struct ctx *c, struct typing *t, enum err e)
{
	static const struct { enum err e; int status; enum text_id id; } why[] = {
		{ E_FULL, 507, T_entry_not_kept_full }, { E_BUSY, 503, T_entry_not_kept_busy }, { E_STORE, 500, T_entry_not_kept_store },
		{ E_LIMIT, 413, T_entry_not_kept_limit },
	};

	e = fault_now(c, e);
	for (size_t i = 0; i < LEN(why); i++)
		if (why[i].e == e) {
			typing_say(t, why[i].id, NULL, 0);
			struct http_reply r = draw_again(c, t, why[i].status);
			if (e == E_BUSY)
				http_set(&r, S("Retry-After"), S("5"));
			return r;
		}
	return reply_fault(c, e);
}

/* The kind whose tab the path ends with; ENTRY_none: it names an entry. */
static enum entry_id
kind_of_path(const struct ctx *c)
{
	struct str path = c->q->path;
	size_t at = path.n;

	while (at > 0 && path.p[at - 1] != '/')
		at--;
	return entry_by_tab(str_sub(path, at, path.n));
}

/* GET /cases/HOME/ID/TAB */
struct http_reply
page_entries(struct ctx *c)
{
	return draw_tab(c, typing_new(c, kind_of_path(c), (struct form){ 0 }), 200);
}

/* ---- buttons that only help to fill in ---- */

/* 挿入: a template goes behind what stands in the free text. */
static void
insert_template(struct ctx *c, struct typing *t)
{
	struct str id = form_get(&t->typed, S("template")), before = str_trim(form_get(&t->typed, S("x.text")));
	size_t n;
	struct template *list = template_list(page_read(c), c->who, &n);

	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].id, id) && list[i].kind == t->id)
			form_set(c->mem, &t->typed, S("x.text"), before.n == 0 ? list[i].text
			    : str_fmt(c->mem, "%.*s\n%.*s", STR_ARG(before), STR_ARG(list[i].text)));
}

/* 住所を引く, for browsers without script. */
static void
fill_address(struct ctx *c, struct typing *t)
{
	struct str code = text_only_digits(c->mem, form_get(&t->typed, S("x.postal")));
	size_t n;
	struct postal *p = postal_find(page_read(c), code, &n);

	if (n == 0)
		typing_say(t, T_zip_none, NULL, 0);
	else if (str_trim(form_get(&t->typed, S("x.address"))).n == 0)
		form_set(c->mem, &t->typed, S("x.address"), p[0].address);
}

/* Was one of them pressed? Then it was done. */
static bool
helped(struct ctx *c, struct typing *t)
{
	struct str act = form_get(&c->in, S("act"));

	if (str_eq(act, S("template")))
		insert_template(c, t);
	else if (str_eq(act, S("zip")))
		fill_address(c, t);
	else
		return false;
	t->n = 1;
	return true;
}

/* ---- adding ---- */

static struct typing *
typing_posted(struct ctx *c)
{
	struct typing *t = typing_new(c, kind_of_path(c), c->in);

	t->op = form_get(&c->in, S("op"));
	if (t->op.n > 50)
		t->op = S("");
	return t;
}

/* POST /cases/HOME/ID/TAB: act is save, template or zip. */
struct http_reply
page_entries_add(struct ctx *c)
{
	struct typing *t = typing_posted(c);
	const struct record *said[ENTRY_ROWS];
	struct entry_batch in = { page_number(c->param[0]), c->param[1], t->op, t->id, said, 0 };

	if (in.home < 0 || !id_ok(in.case_id))
		return reply_fault(c, E_NOTFOUND);
	if (helped(c, t))
		return draw_tab(c, t, 200);
	if (!typing_read(c, t))
		return draw_tab(c, t, 422);
	for (size_t i = 0; i < t->n; i++)
		if (entry_said(t->kind, t->rec[i]))
			said[in.n++] = t->rec[i];
	if (c->tx != NULL && page_done(c) != OK)
		return not_kept(c, t, E_STORE);
	enum err e = entry_add(c->app->store, c->who, c->mem, &in);
	if (e != OK)
		return not_kept(c, t, e);
	return reply_goto(c, str_fmt(c->mem, "%.*s#entries", STR_ARG(str_cat(c->mem, path_of(c, "cases", in.home, in.case_id, "/"),
	    t->kind->tab))));
}

/* ---- correcting ---- */

/* The entry that the path names, if he may see it and his office writes in its case. */
static enum err
load(struct ctx *c, struct entry *out)
{
	int64_t home = page_number(c->param[0]);
	struct casefile k;

	if (home < 0 || !id_ok(c->param[1]))
		return E_NOTFOUND;
	enum err e = case_get(page_read(c), home, c->param[1], &k);
	if (e == OK)
		e = entry_get(page_read(c), home, c->param[1], c->param[2], out);
	if (e == OK && !entry_may_see(c->who, out->kind))
		e = E_NOTFOUND;
	if (e == OK && (!entry_may_write(c->who, out->kind) || !entry_writes_case(page_read(c), c->who, home, c->param[1])))
		e = E_DENIED;
	return e;
}

static struct http_reply
to_list(struct ctx *c, const struct entry *e)
{
	return reply_goto(c, str_fmt(c->mem, "%.*s#entries", STR_ARG(str_cat(c->mem, path_of(c, "cases", e->home, e->case_id, "/"),
	    entry_kind(e->kind)->tab))));
}

/* It is withdrawn meanwhile: what was typed is shown above the form for a new one, where it can be kept as such. */
static struct http_reply
draw_gone(struct ctx *c, struct typing *t, const struct entry *e)
{
	struct str arg[2] = { e->by, date_minute(c->mem, e->changed_at) };

	t->was = NULL;
	typing_say(t, T_entry_gone, arg, 2);
	return draw_tab(c, t, 423);
}

/* GET /cases/HOME/ID/entries/ENTRY */
struct http_reply
page_entry(struct ctx *c)
{
	struct entry *e = NEW(c->mem, struct entry);
	enum err err = load(c, e);

	if (err != OK)
		return reply_fault(c, err);
	if (e->withdrawn)
		return to_list(c, e);
	struct typing *t = typing_new(c, e->kind, entry_write(c->mem, entry_kind(e->kind), e->rec));
	t->was = e;
	t->seen = e->ver;
	t->n = 1;
	t->rec[0] = e->rec;
	return draw_correction(c, t, 200);
}

/* What it said in version `seen`. */
static enum err
seen_record(struct ctx *c, const struct entry *e, int64_t seen, struct record *out)
{
	size_t n;
	struct entry_version *v = entry_versions(page_read(c), e->home, e->case_id, &n);

	for (size_t i = 0; i < n; i++)
		if (str_eq(v[i].entry, e->id) && v[i].ver == seen) {
			*out = *v[i].rec;
			return OK;
		}
	return E_FORMAT;
}

static void
put_both(struct ctx *c, struct val *rows, const struct typing *t, const struct rec_change *theirs, struct str mine)
{
	const struct item *it = sheet_extra(&t->kind->sheet, theirs->key);

	if (it == NULL)
		return;
	struct val *row = val_row(rows);
	val_text(row, "label", it->by[c->lang]);
	val_text(row, "mine", mine.n > 0 ? item_show(c->mem, it, mine, c->lang) : S(""));
	val_text(row, "now", theirs->now.n > 0 ? item_show(c->mem, it, theirs->now, c->lang) : S(""));
	val_text(row, "by", t->was->by);
	val_text(row, "at", date_minute(c->mem, t->was->changed_at));
}

/* Somebody changed it since. What only they changed is taken over, what only this person changed stays, what both changed is
 * shown side by side; the next press keeps this person's. */
static struct http_reply
side_by_side(struct ctx *c, struct typing *t, const struct record *base)
{
	size_t n;
	struct rec_change *theirs = rec_diff(c->mem, base, t->was->rec, &n);
	struct record *merged = NEW(c->mem, struct record);
	struct str arg[2] = { t->was->by, date_minute(c->mem, t->was->changed_at) };

	if (c->v == NULL)
		c->v = val_map(c->mem);
	struct val *rows = val_list(c->v, "conflict");
	*merged = *t->rec[0];
	for (size_t i = 0; i < n; i++) {
		struct str mine = rec_extra(t->rec[0], theirs[i].key);
		if (str_eq(mine, theirs[i].now))
			continue;
		if (!str_eq(mine, theirs[i].was))
			put_both(c, rows, t, &theirs[i], mine);
		else if (!rec_set_extra(merged, theirs[i].key, theirs[i].now))
			log_warn("entry.full", KV_S("id", t->was->id));
	}
	t->rec[0] = merged;
	t->seen = t->was->ver;
	t->typed = entry_write(c->mem, t->kind, merged);
	typing_say(t, T_entry_moved, arg, 2);
	return draw_correction(c, t, 409);
}

/* The correction that a POST carries, beside the entry as it is now. */
static enum err
correction_posted(struct ctx *c, struct entry *e, struct record *base, struct typing **out)
{
	int64_t seen = 0;
	enum err err = load(c, e);

	if (err == OK && !str_int(form_get(&c->in, S("seen")), &seen))
		err = E_FORMAT;
	if (err == OK)
		err = seen_record(c, e, seen, base);
	if (err != OK)
		return err;
	struct typing *t = typing_new(c, e->kind, c->in);
	t->was = e;
	t->seen = seen;
	t->rec[0] = NEW(c->mem, struct record);
	*t->rec[0] = *base;
	*out = t;
	return OK;
}

/* POST /cases/HOME/ID/entries/ENTRY: act is save, template or zip. */
struct http_reply
page_entry_correct(struct ctx *c)
{
	struct entry *e = NEW(c->mem, struct entry);
	struct record *base = NEW(c->mem, struct record);
	struct typing *t;
	enum err err = correction_posted(c, e, base, &t);

	if (err != OK)
		return reply_fault(c, err);
	if (helped(c, t))
		return draw_correction(c, t, 200);
	if (e->withdrawn)
		return draw_gone(c, t, e);
	if (!typing_read(c, t))
		return draw_correction(c, t, 422);
	if (t->seen != e->ver)
		return side_by_side(c, t, base);
	if (page_done(c) != OK)
		return not_kept(c, t, E_STORE);
	err = entry_correct(c->app->store, c->who, c->mem, &(struct entry_ref){ e->home, t->seen, e->case_id, e->id }, t->rec[0]);
	if (err == E_CONFLICT || err == E_LOCKED) {
		err = load(c, e);
		return err != OK ? reply_fault(c, err) : e->withdrawn ? draw_gone(c, t, e) : side_by_side(c, t, base);
	}
	return err != OK ? not_kept(c, t, err) : to_list(c, e);
}

/* POST /cases/HOME/ID/entries/ENTRY/withdraw: reason, seen */
struct http_reply
page_entry_withdraw(struct ctx *c)
{
	struct entry *e = NEW(c->mem, struct entry);
	struct record *base = NEW(c->mem, struct record);
	struct str reason = str_trim(form_get(&c->in, S("reason")));
	struct typing *t;
	enum err err = correction_posted(c, e, base, &t);

	if (err != OK)
		return reply_fault(c, err);
	if (e->withdrawn)
		return to_list(c, e);
	/* The form above it shows the entry as it is now. */
	t->typed = entry_write(c->mem, t->kind, e->rec);
	t->rec[0] = e->rec;
	t->n = 1;
	if (t->seen != e->ver)
		return side_by_side(c, t, e->rec);
	int odd = text_oddities(reason);
	if (reason.n == 0 || utf8_len(reason) > 200 || (odd & (TEXT_CONTROL | TEXT_BIDI)) != 0) {
		c->v = val_map(c->mem);
		val_text(c->v, "reason_fault", say(c, T_entry_reason_wanted));
		val_text(c->v, "reason", reason);
		return draw_correction(c, t, 422);
	}
	if (page_done(c) != OK)
		return not_kept(c, t, E_STORE);
	err = entry_withdraw(c->app->store, c->who, c->mem, &(struct entry_ref){ e->home, t->seen, e->case_id, e->id }, reason);
	if (err == E_CONFLICT) {
		err = load(c, e);
		return err != OK ? reply_fault(c, err) : side_by_side(c, t, e->rec);
	}
	/* Somebody else withdrew it at the same instant: that is what was wanted. */
	return err != OK && err != E_LOCKED ? not_kept(c, t, err) : to_list(c, e);
}

struct http_reply
page_entry_again(struct ctx *c, int status, enum text_id why)
{
	struct entry *e = NEW(c->mem, struct entry);
	struct record *base = NEW(c->mem, struct record);
	struct typing *t = NULL;

	if (kind_of_path(c) == ENTRY_none) {
		enum err err = correction_posted(c, e, base, &t);
		if (err != OK)
			return reply_fault(c, err);
	} else {
		t = typing_posted(c);
		if (t->op.n == 0)
			return reply_fault(c, E_FORMAT);        /* none of our forms */
	}
	size_t rows = entry_rows_typed(t->kind, &t->typed);
	t->n = rows > ROWS_DRAWN ? ROWS_DRAWN : rows;
	if (why != T_none)
		typing_say(t, why, NULL, 0);
	return draw_again(c, t, status);
}
