/* web/page_notif.c: the pages on which notifications are drafted, filed, corrected, read and printed.
 *
 * What was typed travels as the form that it is; the record is what could be read of it. A page is drawn from the form, so
 * that nothing typed is ever lost, whatever was wrong with it. */
#include "base/crypt.h"
#include "base/log.h"
#include "base/utf8.h"
#include "domain/caseorg.h"
#include "domain/contact.h"
#include "domain/draft.h"
#include "domain/notif_life.h"
#include "domain/number.h"
#include "domain/org.h"
#include "domain/stat.h"
#include "fmt/json.h"
#include "web/page.h"
#include "web/widget.h"

/* One form being worked on, new or corrected. */
struct entry {
	struct sheet_form f;
	struct issues bad;
	struct record rec;
	struct form typed;
	struct str op, draft_id, family_of;
	struct str contact;             /* "1305.01ABC…": the contact who became this case; "" */
	int64_t draft_ver;
	/* of an additional notification */
	struct str follows;             /* "1305.01ABC…" as in the form */
	const struct notif *former;     /* what it says now; NULL when it cannot be found */
	struct casefile of;
	/* of a correction */
	const struct notif *was;
	int64_t seen;                   /* the version that the person was shown */
	struct str number;
};

/* ---- which sheet ---- */

/* The day of diagnosis as typed; today when it is empty or cannot be read. */
static struct date
diagnosis_of(const struct form *f, struct date today)
{
	struct date d;

	return date_parse(form_get(f, S("diagnosis_date")), &d) == DATE_GOOD ? d : today;
}

/* The sheet in force for the disease on the day of diagnosis; of another disease that is reported at once when the
 * asked one has none that day and the person asked for none in particular. */
static const struct sheet *
choose_sheet(struct ctx *c, struct str disease, struct date day)
{
	struct sheets now = sheetset_now(c->app->sheets);
	size_t n;

	if (disease.n > 0)
		return sheet_in_force(&now, disease, day, actor_prefecture(c->who));
	const struct sheet **list = sheetset_in_force(c->app->sheets, c->mem, day, actor_prefecture(c->who), &n), *best = NULL;
	for (size_t i = 0; i < n; i++)
		if (best == NULL || list[i]->due_days < best->due_days
		    || (list[i]->due_days == best->due_days && list[i]->from.day > best->from.day))
			best = list[i];
	return best;
}

static struct entry *
entry_new(struct ctx *c, const struct sheet *s, struct form form)
{
	struct entry *e = NEW(c->mem, struct entry);

	e->typed = form;
	e->bad = issues_new(c->mem);
	e->f = (struct sheet_form){ .sheet = s, .typed = &e->typed, .rec = &e->rec, .bad = &e->bad, .today = date_of(c->now) };
	return e;
}

/* ---- drawing ---- */

static void
put_diseases(struct ctx *c, struct val *v, const struct entry *e)
{
	size_t n;
	const struct sheet **list = sheetset_in_force(c->app->sheets, c->mem, diagnosis_of(&e->typed, e->f.today),
	    actor_prefecture(c->who), &n);
	struct val *rows = val_list(v, "diseases");

	for (size_t i = 0; i < n && e->was == NULL && e->follows.n == 0; i++) {
		struct val *row = val_row(rows);
		val_text(row, "url", str_fmt(c->mem, "/notifications/new?disease=%.*s", STR_ARG(list[i]->disease)));
		val_text(row, "label", disease_label(c, list[i]->disease));
		val_bool(row, "current", str_eq(list[i]->disease, e->f.sheet->disease));
	}
}

static struct str
centre_name(struct ctx *c)
{
	struct org o;

	if (org_get(page_read(c), org_centre_path(c->mem, c->who->home), &o) != OK)
		return S("");
	return c->lang == LANG_EN && o.name_en.n ? o.name_en : o.name;
}

static struct http_reply
draw(struct ctx *c, struct entry *e, int status)
{
	struct val *v = c->v ? c->v : (c->v = val_map(c->mem));
	const struct sheet *s = e->f.sheet;

	val_text(v, "action", e->was ? path_of(c, "notifications", e->was->home, e->was->id, "/edit")
	    : S("/notifications/new"));
	val_text(v, "op", e->op.n ? e->op : id_new(c->mem));
	val_text(v, "draft_id", e->draft_id);
	val_fmt(v, "draft_ver", "%lld", (long long)e->draft_ver);
	val_text(v, "sheet", s->name);
	val_text(v, "sheet_title", s->title[c->lang]);
	val_text(v, "law", s->law[c->lang]);
	val_text(v, "disease", s->disease);
	val_text(v, "disease_label", disease_label(c, s->disease));
	val_text(v, "centre_name", centre_name(c));
	val_bool(v, "correcting", e->was != NULL);
	if (e->was != NULL) {
		val_int(v, "seen", e->seen);
		val_text(v, "number", number_show(c->mem, e->number));
	}
	if (e->family_of.n > 0)
		val_text(v, "family_of", e->family_of);
	if (e->follows.n > 0) {
		val_text(v, "follows", e->follows);
		val_text(v, "number", number_show(c->mem, e->number));
	}
	val_bool(v, "may_sample", e->was == NULL && c->who->role == ROLE_centre);
	val_bool(v, "sampled", form_get(&e->typed, S("centre_sampled")).n > 0);
	val_bool(v, "ask_needed", e->bad.errors == 0 && e->bad.asks > 0);
	if (e->contact.n > 0)
		val_text(v, "contact", e->contact);
	put_diseases(c, v, e);
	put_sheet_form(c, v, &e->f);
	put_attest(c, v, e->draft_id, e->was);
	struct str title = e->was ? say(c, T_notif_edit_title) : say1(c, e->follows.n ? T_notif_add_title : T_notif_new_title,
	    s->title[c->lang]);
	val_text(v, "title", title);
	return reply_view(c, status, S("notif_edit"));
}

/* One sentence above the form, beside those at fields. */
static void
entry_say(struct entry *e, enum text_id id, const struct str *arg, size_t n)
{
	issue_add(&e->bad, ISSUE_ERROR, F_none, 0, id, arg, n);
}

/* ---- new ---- */

static void
form_add(struct ctx *c, struct form *f, enum field_id field, struct str value)
{
	if (value.n > 0)
		form_set(c->mem, f, fields[field].name, value);
}

/* As their hints say: left empty, it is today. */
static void
fill_days(struct ctx *c, struct form *f)
{
	static const enum field_id day[] = { F_diagnosis_date, F_report_date };

	for (size_t i = 0; i < LEN(day); i++)
		if (str_trim(form_get(f, fields[day[i]].name)).n == 0)
			form_add(c, f, day[i], date_iso(c->mem, date_of(c->now)));
}

/* What the account and its institution know already. */
static void
prefill(struct ctx *c, struct form *f)
{
	struct org o;

	fill_days(c, f);
	if (c->who->role == ROLE_doctor)
		form_add(c, f, F_doctor_name, c->who->name);
	if (org_get(page_read(c), c->who->org, &o) == OK) {
		form_add(c, f, F_clinic_name, o.name);
		form_add(c, f, F_clinic_address, o.address);
		form_add(c, f, F_clinic_phone, o.phone);
	}
}

/* A notification that a form or link names: "1305.01ABC…". */
static bool
named(struct str of, int64_t *home, struct str *id)
{
	struct str first;

	*id = of;
	return str_cut(id, '.', &first) && str_int(first, home) && id->p != NULL && id_ok(*id);
}

/* Address and phone of a family member's notification, "1305.01ABC…"; e->family_of says whether there was one. */
static void
prefill_family(struct ctx *c, struct entry *e, struct str of, struct casefile *seen)
{
	static const enum field_id carried[] = {
		F_stay_postal, F_stay_address, F_stay_phone, F_home_postal, F_home_address, F_home_phone, F_doctor_name,
	};
	struct str id;
	struct notif n;
	struct casefile k;
	int64_t h;

	if (!named(of, &h, &id) || notif_get(page_read(c), h, id, &n) != OK || case_get(page_read(c), h, n.case_id, &k) != OK)
		return;
	for (size_t i = 0; i < LEN(carried); i++)
		if (!rec_unknown(rec_get(&n.rec, carried[i])) && form_get(&e->typed, fields[carried[i]].name).n == 0)
			form_add(c, &e->typed, carried[i], rec_get(&n.rec, carried[i]));
	e->family_of = number_show(c->mem, k.number);
	*seen = k;
}

/* "1305.01ABC…" of a link or a hidden field; false when it is none. */
static bool
contact_ref(struct str of, struct case_ref *out)
{
	struct str home;

	if (!str_cut(&of, '.', &home) || !str_int(home, &out->home) || of.p == NULL || !id_ok(of))
		return false;
	out->id = of;
	return true;
}

/* What is known of a contact who became ill. One who became a case already is not notified again from there. */
static void
prefill_contact(struct ctx *c, struct entry *e, struct str of)
{
	static const struct { enum contact_field from; enum field_id to; } carried[] = {
		{ CF_name, F_name }, { CF_name_kana, F_name_kana }, { CF_sex, F_sex }, { CF_birth_date, F_birth_date },
		{ CF_address, F_home_address }, { CF_address, F_stay_address }, { CF_phone, F_home_phone }, { CF_phone, F_stay_phone },
	};
	struct case_ref ref;
	struct contact k;

	if (!contact_ref(of, &ref) || !actor_may(c->who, R_contact_view) || contact_get(page_read(c), ref.home, ref.id, &k) != OK
	    || k.withdrawn.n > 0 || k.became.id.n > 0)
		return;
	for (size_t i = 0; i < LEN(carried); i++)
		if (!rec_unknown(k.is.v[carried[i].from]))
			form_add(c, &e->typed, carried[i].to, k.is.v[carried[i].from]);
	e->contact = of;
	struct casefile look = { .home = k.home, .id = k.id };
	page_looked(c, S("contact.file"), S("12"), &look, 1, S(""));
}

static struct http_reply
no_sheet(struct ctx *c)
{
	c->v = val_map(c->mem);
	val_int(c->v, "status", 404);
	val_text(c->v, "head", say(c, T_no_sheet_head));
	val_text(c->v, "text", say(c, T_no_sheet));
	val_text(c->v, "back_url", S("/notifications/new"));
	return reply_view(c, 404, S("fault"));
}

/* GET /notifications/new?disease=… : the empty sheet. */
struct http_reply
page_notif_new(struct ctx *c)
{
	const struct sheet *s = choose_sheet(c, form_get(&c->query, S("disease")), date_of(c->now));

	if (s == NULL)
		return no_sheet(c);
	struct casefile family;
	struct entry *e = entry_new(c, s, (struct form){ 0 });
	prefill(c, &e->typed);
	if (c->who->role == ROLE_centre)
		form_set(c->mem, &e->typed, S("centre_sampled"), S("1"));
	prefill_family(c, e, form_get(&c->query, S("family")), &family);
	prefill_contact(c, e, form_get(&c->query, S("contact")));
	struct issues quiet = issues_new(c->mem);
	as_form_read(c->mem, s, &e->typed, e->f.today, &e->rec, &quiet);
	if (e->family_of.n > 0)
		page_looked(c, S("notif.family"), S("12"), &family, 1, S(""));
	return draw(c, e, 200);
}

/* ---- in addition (追加登録) ---- */

/* The notification that the form is filed in addition to. Its rows of tests and the like are kept, so that as many can be
 * added as to a correction. */
static enum err
entry_former(struct ctx *c, struct entry *e)
{
	struct notif *n = NEW(c->mem, struct notif);
	struct str id;
	int64_t home;
	enum err err = named(e->follows, &home, &id) ? notif_get(page_read(c), home, id, n) : E_NOTFOUND;

	if (err == OK)
		err = case_get(page_read(c), home, n->case_id, &e->of);
	if (err == OK && !notif_is_ours(c->who, n, &e->of))
		err = E_DENIED;
	if (err != OK)
		return err;
	e->former = n;
	e->number = e->of.number;
	for (enum field_group g = G_TEST; g < G_COUNT; g++)
		for (enum field_id f = field_next(g, F_none, true); f != F_none; f = field_next(g, f, true))
			for (size_t row = 0; row < GROUP_ROWS; row++)
				e->rec.v[row][f] = n->rec.v[row][f];
	return OK;
}

/* What the former one says, but the class and the days, which are those of the new diagnosis. */
static void
prefill_former(struct ctx *c, struct entry *e)
{
	static const enum field_id anew[] = { F_type, F_diagnosis_date, F_report_date };

	e->typed = as_form_write(c->mem, e->f.sheet, &e->former->rec);
	for (size_t i = 0; i < LEN(anew); i++)
		form_set(c->mem, &e->typed, fields[anew[i]].name, S(""));
	fill_days(c, &e->typed);
}

/* It was superseded or withdrawn: where the one in force is, and the line about who wanted to change it. */
static void
say_locked(struct ctx *c, const struct notif *n, const struct casefile *k)
{
	if (c->v == NULL)
		c->v = val_map(c->mem);
	val_text(c->v, "locked_url", notif_place(c, n, notif_follower(page_read(c), n)));
	page_looked(c, S("notif.refused"), S("12"), k, 1, S("locked"));
}

/* GET /notifications/HOME/ID/add */
struct http_reply
page_notif_add(struct ctx *c)
{
	struct entry *e = entry_new(c, NULL, (struct form){ 0 });

	e->follows = str_fmt(c->mem, "%.*s.%.*s", STR_ARG(c->param[0]), STR_ARG(c->param[1]));
	enum err err = entry_former(c, e);
	if (err != OK)
		return reply_fault(c, err);
	if (!str_eq(e->former->state, S("reported")))
		return reply_locked(c, e->former, &e->of);
	e->f.sheet = choose_sheet(c, e->of.disease, e->f.today);
	if (e->f.sheet == NULL)
		return no_sheet(c);
	prefill_former(c, e);
	struct issues quiet = issues_new(c->mem);
	as_form_read(c->mem, e->f.sheet, &e->typed, e->f.today, &e->rec, &quiet);
	page_looked(c, S("notif.add.form"), S("12"), &e->of, 1, S(""));
	return draw(c, e, 200);
}

/* The button 住所を引く of a page without script: fill addresses from postal codes. */
static void
fill_addresses(struct ctx *c, struct entry *e)
{
	static const enum field_id pair[][2] = { { F_stay_postal, F_stay_address }, { F_home_postal, F_home_address } };

	for (size_t i = 0; i < LEN(pair); i++) {
		struct str code = text_only_digits(c->mem, form_get(&e->typed, fields[pair[i][0]].name));
		size_t n;
		if (code.n == 0)
			continue;
		struct postal *p = postal_find(page_read(c), code, &n);
		if (n == 0)
			issue_add(&e->bad, ISSUE_WARN, pair[i][0], 0, T_zip_none, NULL, 0);
		else if (n > 1) {
			struct buf b = buf_new(c->mem);
			for (size_t k = 0; k < n && k < 12; k++)
				buf_fmt(&b, "%s%.*s", k ? "、" : "", STR_ARG(p[k].address));
			struct str places = buf_str(&b);
			issue_add(&e->bad, ISSUE_WARN, pair[i][0], 0, T_bad_zip_several, &places, 1);
		}
		if (n > 0 && str_trim(form_get(&e->typed, fields[pair[i][1]].name)).n == 0)
			form_add(c, &e->typed, pair[i][1], p[0].address);
	}
}

/* The entry that a POST carries, read and checked. */
static struct entry *
entry_posted(struct ctx *c, const struct sheet *s)
{
	struct entry *e = entry_new(c, s, c->in);
	int64_t ver = 0;

	e->op = form_get(&c->in, S("op"));
	e->draft_id = form_get(&c->in, S("draft_id"));
	if (!id_ok(e->draft_id) || !str_int(form_get(&c->in, S("draft_ver")), &ver))
		e->draft_id = S("");
	e->draft_ver = ver;
	e->family_of = form_get(&c->in, S("family_of"));
	e->follows = form_get(&c->in, S("follows"));
	e->contact = form_get(&c->in, S("contact"));
	if (e->op.n > 64)
		e->op = S("");
	return e;
}

/* The button below item 19: the words that the national count looks for (seed Q14), behind what stands there. */
static void
insert_prenatal(struct ctx *c, struct entry *e)
{
	struct str typed = form_get(&e->typed, fields[F_remarks].name), word = text(T_prenatal_word, LANG_JA);

	if (stat_prenatal_named(c->mem, typed)) {
		issue_add(&e->bad, ISSUE_WARN, F_remarks, 0, T_prenatal_there, NULL, 0);
		return;
	}
	form_add(c, &e->typed, F_remarks, str_trim(typed).n == 0 ? word : str_fmt(c->mem, "%.*s\n%.*s", STR_ARG(typed), STR_ARG(word)));
	issue_add(&e->bad, ISSUE_WARN, F_remarks, 0, T_prenatal_done, NULL, 0);
}

/* The buttons that fill something in and leave the form open. */
static bool
helped(struct ctx *c, struct entry *e)
{
	struct str act = form_get(&c->in, S("act"));

	if (str_eq(act, S("zip")))
		fill_addresses(c, e);
	else if (str_eq(act, S("insert")))
		insert_prenatal(c, e);
	else
		return false;
	return true;
}

size_t
put_duplicates(struct ctx *c, const struct record *rec)
{
	size_t n, elsewhere, recent = 0;
	struct casefile *list = case_duplicates(page_read(c), rec, S(""), &n, &elsewhere);
	struct val *rows = val_list(c->v, "duplicates");

	for (size_t i = 0; i < n; i++)
		if (c->now - list[i].reported_at < 90LL * 86400000) {
			put_case_row(c, val_row(rows), &list[i]);
			list[recent++] = list[i];
		}
	if (recent == 0 || form_get(&c->in, S("dup_ack")).n > 0)
		return 0;
	val_bool(c->v, "dup_ack_needed", true);
	page_looked(c, S("case.duplicates"), S("12"), list, recent, S(""));
	return recent;
}

/* Before a second one is filed (seed Q7). */
static bool
ask_about_duplicates(struct ctx *c, struct entry *e)
{
	c->v = val_map(c->mem);
	if (put_duplicates(c, &e->rec) == 0)
		return false;
	entry_say(e, T_dup_ask, NULL, 0);
	return true;
}

/* A filing that the world refused: the form again, as typed, with what happened. */
static struct http_reply
not_kept(struct ctx *c, struct entry *e, enum err err)
{
	static const struct { enum err e; int status; enum text_id id; } why[] = {
		{ E_FULL, 507, T_not_kept_full }, { E_BUSY, 503, T_not_kept_busy }, { E_STORE, 500, T_not_kept_store },
		{ E_LIMIT, 413, T_fault_limit }, { E_NOTFOUND, 404, T_fault_notfound }, { E_DENIED, 403, T_not_kept_denied },
		{ E_LOCKED, 423, T_fault_locked },
	};

	err = fault_now(c, err);
	if (err == E_LOCKED && (e->was != NULL || e->former != NULL))
		say_locked(c, e->was ? e->was : e->former, &e->of);
	for (size_t i = 0; i < LEN(why); i++)
		if (why[i].e == err) {
			entry_say(e, err == E_LOCKED && e->follows.n ? T_add_locked : why[i].id, NULL, 0);
			struct http_reply r = draw(c, e, why[i].status);
			if (err == E_BUSY)
				http_set(&r, S("Retry-After"), S("5"));
			return r;
		}
	return reply_fault(c, err);
}

/* A rule of the sheet asks whether it is really so, and nobody said yes yet. */
static bool
asks_first(struct ctx *c, const struct entry *e)
{
	return e->bad.asks > 0 && form_get(&c->in, S("ask_ack")).n == 0;
}

/* What a form says at an item, in words: the labels of choices, anything else as typed. */
static struct str
typed_words(struct ctx *c, const struct item *it, const struct form *f, struct str name)
{
	struct buf b = buf_new(c->mem);
	struct str v;

	for (size_t at = 0; form_each(f, name, &at, &v);) {
		struct str word = v;
		for (size_t i = 0; i < it->n_choice; i++)
			if (str_eq(it->choice[i].code, v))
				word = it->choice[i].by[c->lang];
		if (it->type == FT_YESNO && v.n > 0)
			word = say(c, str_eq(v, S("yes")) ? T_yes : T_no);
		buf_fmt(&b, "%s%.*s", b.n && v.n ? "・" : "", STR_ARG(word));
	}
	if (form_get(f, str_cat(c->mem, name, S(".unknown"))).n > 0)
		buf_fmt(&b, "%s%.*s", b.n ? "・" : "", STR_ARG(say(c, T_unknown)));
	return buf_str(&b);
}

static void
put_both(struct ctx *c, struct val *rows, const struct entry *e, const struct form *theirs, const struct draft *d)
{
	for (size_t i = 0; i < e->f.sheet->n_item; i++) {
		const struct item *it = &e->f.sheet->item[i];
		size_t most = it->f != F_none && fields[it->f].group != G_ONE ? GROUP_ROWS : 1;
		for (size_t k = 0; k < most; k++) {
			struct str name = it->f ? field_form_name(c->mem, it->f, k) : str_cat(c->mem, S("x."), it->key);
			struct str mine = typed_words(c, it, &e->typed, name), now = typed_words(c, it, theirs, name);
			if (str_eq(mine, now))
				continue;
			struct val *row = val_row(rows);
			val_text(row, "label", item_label(c, it, k, most));
			val_text(row, "mine", mine);
			val_text(row, "now", now);
			val_text(row, "by", d->by);
			val_text(row, "at", date_minute(c->mem, d->saved_at));
		}
	}
}

/* Somebody else saved the draft that this form came from, or it is gone. */
static struct http_reply
draft_moved(struct ctx *c, struct entry *e)
{
	struct draft d;
	struct form theirs = { 0 };

	if (c->tx != NULL && page_done(c) != OK)
		return reply_fault(c, E_STORE);
	if (draft_get(page_read(c), c->who, e->draft_id, &d) != OK) {
		entry_say(e, T_draft_gone, NULL, 0);
		e->draft_id = S("");
		e->draft_ver = 0;
		return draw(c, e, 409);
	}
	struct str arg[2] = { d.by, date_minute(c->mem, d.saved_at) };
	struct casefile look = { .home = c->who->home, .id = d.id };
	page_looked(c, S("draft.view"), S("12"), &look, 1, S(""));
	entry_say(e, T_bad_draft_moved, arg, 2);
	e->draft_ver = d.ver;
	if (c->v == NULL)
		c->v = val_map(c->mem);
	if (form_read(c->mem, d.body, &theirs) == OK)
		put_both(c, val_list(c->v, "conflict"), e, &theirs, &d);
	return draw(c, e, 409);
}

static struct http_reply
keep_draft(struct ctx *c, struct entry *e, enum draft_wish wish)
{
	struct draft d;
	enum err err = draft_save(c->app->store, c->who, c->mem, &(struct draft_save){ .id = e->draft_id, .seen = e->draft_ver,
	    .disease = e->f.sheet->disease, .body = draft_body(c->mem, &c->in), .wish = wish }, &d);

	if (err == E_CONFLICT || err == E_NOTFOUND)
		return draft_moved(c, e);
	if (err != OK)
		return not_kept(c, e, err);
	if (wish == DRAFT_ASK)
		return reply_goto(c, S("/notifications"));
	return reply_goto(c, str_fmt(c->mem, "/drafts/%.*s", STR_ARG(d.id)));
}

/* The sheet of the form's disease on its day of diagnosis. When there is none, another one, to say so on. */
static const struct sheet *
sheet_posted(struct ctx *c, bool *none_then)
{
	struct str disease = form_get(&c->in, S("disease"));
	struct date today = date_of(c->now);
	const struct sheet *s = choose_sheet(c, disease, diagnosis_of(&c->in, today));

	*none_then = s == NULL;
	if (s == NULL)
		s = choose_sheet(c, disease, today);
	return s != NULL ? s : choose_sheet(c, S(""), today);
}

struct http_reply
page_notif_again(struct ctx *c, int status, enum text_id why)
{
	bool none_then;
	struct issues quiet = issues_new(c->mem);
	const struct sheet *s = sheet_posted(c, &none_then);

	if (s == NULL)
		return no_sheet(c);
	struct entry *e = entry_posted(c, s);
	if (e->follows.n > 0) {
		enum err err = entry_former(c, e);
		if (err != OK)
			return reply_fault(c, err);
		page_looked(c, S("notif.add.form"), S("12"), &e->of, 1, S(""));
	}
	as_form_read(c->mem, s, &e->typed, date_of(c->now), &e->rec, &quiet);
	entry_say(e, why, NULL, 0);
	return draw(c, e, status);
}

struct filed {
	struct entry *e;
	struct filing in;
	struct receipt out;
};

static struct http_reply
filed(struct ctx *c, enum err err, void *arg)
{
	struct filed *f = arg;

	if (err == E_CONFLICT)
		return draft_moved(c, f->e);
	if (err == E_INVALID && c->who->role == ROLE_clerk) {
		entry_say(f->e, attest_rule(page_read(c), c->who->org) == ATTEST_SIGN_IN ? T_bad_unchecked_sign_in : T_bad_unchecked, NULL, 0);
		return draw(c, f->e, 422);
	}
	if (err != OK)
		return not_kept(c, f->e, err);
	return reply_goto(c, path_of(c, "notifications", f->out.home, f->out.notification, "/receipt"));
}

static enum attested
attested(const struct ctx *c)
{
	return form_get(&c->in, S("attest")).n > 0 ? ATTESTED : ATTESTED_NOT;
}

const struct sheet *
page_draft_record(struct ctx *c, struct str disease, struct str body, struct record *out, struct issues *bad)
{
	struct form *typed = NEW(c->mem, struct form);
	const struct sheet *s;

	if (form_read(c->mem, body, typed) != OK)
		return NULL;
	fill_days(c, typed);
	s = choose_sheet(c, disease, diagnosis_of(typed, date_of(c->now)));
	if (s == NULL)
		s = choose_sheet(c, S(""), date_of(c->now));
	if (s != NULL)
		as_form_read(c->mem, s, typed, date_of(c->now), out, bad);
	return s;
}

/* A physician who reports what somebody else typed, and changes nothing of it, checks it: typed by the one, checked by the
 * other (seed Q17). Changing anything he has typed it himself. */
static void
put_typist(struct ctx *c, struct filing *in)
{
	struct record *was = NEW(c->mem, struct record);
	struct issues quiet = issues_new(c->mem);
	struct draft d;
	size_t n = 1;

	if (c->who->role != ROLE_doctor || in->draft.n == 0 || draft_get(page_read(c), c->who, in->draft, &d) != OK
	    || d.ver != in->draft_seen || str_eq(d.account, c->who->account))
		return;
	if (page_draft_record(c, d.disease, d.body, was, &quiet) == in->sheet)
		rec_diff(c->mem, was, in->rec, &n);
	if (n > 0)
		return;
	in->typed_by = d.account;
	in->typed_name = d.by;
}

/* POST /notifications/new: act is report, draft, ask (for the physician's check), zip or insert. */
struct http_reply
page_notif_file(struct ctx *c)
{
	struct str act = form_get(&c->in, S("act"));
	struct date today = date_of(c->now);
	bool none_then;
	const struct sheet *s = sheet_posted(c, &none_then);

	if (s == NULL)
		return no_sheet(c);
	struct entry *e = entry_posted(c, s);
	if (str_eq(act, S("draft")) || str_eq(act, S("ask")))
		return keep_draft(c, e, str_eq(act, S("ask")) ? DRAFT_ASK : DRAFT_KEEP);
	enum err former = e->follows.n > 0 ? entry_former(c, e) : OK;
	fill_days(c, &e->typed);
	(void)helped(c, e);
	struct issues quiet = issues_new(c->mem);
	if (former != OK)
		return not_kept(c, e, former);
	as_form_read(c->mem, s, &e->typed, today, &e->rec, str_eq(act, S("report")) ? &e->bad : &quiet);
	if (!str_eq(act, S("report")))
		return draw(c, e, 200);
	if (none_then)
		issue_add(&e->bad, ISSUE_ERROR, F_diagnosis_date, 0, T_no_sheet_that_day, NULL, 0);
	check_filing(s, &e->rec, today, &e->bad);
	if (e->bad.errors > 0 || asks_first(c, e))
		return draw(c, e, 422);
	struct filed *f = NEW(c->mem, struct filed);
	*f = (struct filed){ .e = e, .in = { .sheet = s, .rec = &e->rec, .op = e->op, .draft = e->draft_id,
		.draft_seen = e->draft_ver, .centre_sampled = c->who->role == ROLE_centre
		&& form_get(&c->in, S("centre_sampled")).n > 0, .attested = attested(c), .medical = attest_hash(c->mem, &e->rec) } };
	if (e->former != NULL) {
		f->in.follows_home = e->former->home;
		f->in.follows = e->former->id;
	}
	if (!contact_ref(e->contact, &f->in.contact))
		f->in.contact.id = S("");
	put_typist(c, &f->in);
	/* A repeat is answered by the keeper too: what a reader sees may stand on one server alone, whose standby never got it. */
	if (!notif_answered(page_read(c), c->who, &f->in, &f->out) && e->former == NULL && ask_about_duplicates(c, e))
		return draw(c, e, 422);
	if (c->tx != NULL && page_done(c) != OK)
		return not_kept(c, e, E_STORE);
	void *wait = page_wait(c, filed, f);
	enum err err = notif_file(c->app->store, c->who, c->mem, &f->in, &f->out, page_waited, wait);
	if (err != OK)
		page_waited(wait, err);
	return page_later();
}

/* ---- drafts ---- */

/* POST /drafts: from the script, every few seconds. */
struct http_reply
page_draft_save(struct ctx *c)
{
	struct json_out w = json_out_new(c->mem);
	struct draft d = { 0 };
	int64_t seen = 0;
	struct str id = form_get(&c->in, S("draft_id"));

	if (id.n > 0 && !str_int(form_get(&c->in, S("draft_ver")), &seen))
		return reply_json(c, 400, S("{\"error\":\"format\"}"));
	enum err e = draft_save(c->app->store, c->who, c->mem, &(struct draft_save){ .id = id, .seen = seen,
	    .disease = str_sub(form_get(&c->in, S("disease")), 0, 60), .body = draft_body(c->mem, &c->in) }, &d);
	json_map_begin(&w, S(""));
	if (e == OK) {
		json_put_text(&w, S("id"), d.id);
		json_put_int(&w, S("ver"), d.ver);
		json_put_text(&w, S("saved_at"), str_sub(date_minute(c->mem, d.saved_at), 11, 5));
	} else if (e == E_CONFLICT) {
		json_put_text(&w, S("error"), S("conflict"));
		json_put_text(&w, S("by"), d.by);
		json_put_text(&w, S("at"), str_sub(date_minute(c->mem, d.saved_at), 11, 5));
	} else {
		json_put_text(&w, S("error"), e == E_FULL ? S("full") : e == E_LIMIT ? S("limit") : e == E_NOTFOUND ? S("gone") : S("busy"));
	}
	json_map_end(&w);
	return reply_json(c, e == OK ? 200 : e == E_CONFLICT ? 409 : e == E_NOTFOUND ? 410 : e == E_LIMIT ? 413 : e == E_FULL ? 507
	    : 503, json_out_str(&w));
}

/* GET /drafts/ID: go on writing. */
struct http_reply
page_draft_open(struct ctx *c)
{
	struct draft d;
	struct form body;
	enum err err = draft_get(page_read(c), c->who, c->param[0], &d);

	if (err != OK)
		return reply_fault(c, err);
	if (form_read(c->mem, d.body, &body) != OK)
		return reply_fault(c, E_STORE);
	const struct sheet *s = choose_sheet(c, d.disease, diagnosis_of(&body, date_of(c->now)));
	if (s == NULL)
		s = choose_sheet(c, S(""), date_of(c->now));
	if (s == NULL)
		return no_sheet(c);
	struct entry *e = entry_new(c, s, body);
	e->draft_id = d.id;
	e->draft_ver = d.ver;
	e->follows = form_get(&body, S("follows"));
	if (e->follows.n > 0 && (err = entry_former(c, e)) != OK)
		return reply_fault(c, err);
	e->contact = form_get(&body, S("contact"));
	struct issues quiet = issues_new(c->mem);
	as_form_read(c->mem, s, &e->typed, e->f.today, &e->rec, &quiet);
	struct casefile look = { .home = c->who->home, .id = d.id };
	page_looked(c, S("draft.view"), S("12"), &look, 1, S(""));
	c->v = val_map(c->mem);
	val_text(c->v, "saved_at", str_sub(date_minute(c->mem, d.saved_at), 11, 5));
	if (e->former != NULL) {
		page_looked(c, S("notif.add.form"), S("12"), &e->of, 1, S(""));
		if (!str_eq(e->former->state, S("reported")))
			entry_say(e, T_add_locked, NULL, 0);
	}
	return draw(c, e, 200);
}

/* POST /drafts/ID/delete */
struct http_reply
page_draft_delete(struct ctx *c)
{
	enum err e = draft_delete(c->app->store, c->who, c->mem, c->param[0]);

	return e == OK ? reply_goto(c, S("/notifications")) : reply_fault(c, e);
}

/* ---- correcting ---- */

static enum err
load(struct ctx *c, struct notif *n, struct casefile *k, const struct sheet **s)
{
	int64_t home = page_number(c->param[0]);

	if (home < 0 || !id_ok(c->param[1]))
		return E_NOTFOUND;
	enum err e = notif_get(page_read(c), home, c->param[1], n);
	if (e == OK)
		e = case_get(page_read(c), home, n->case_id, k);
	if (e != OK)
		return e;
	*s = sheetset_version(c->app->sheets, n->sheet);
	if (*s == NULL) {
		log_error("sheet.missing", KV_S("sheet", n->sheet));
		return E_STORE;
	}
	return OK;
}

enum err
page_notif_open(struct ctx *c, struct notif *n, struct casefile *k, const struct sheet **s)
{
	return load(c, n, k, s);
}

/* GET /notifications/HOME/ID/edit */
struct http_reply
page_notif_edit(struct ctx *c)
{
	struct notif *n = NEW(c->mem, struct notif);
	struct casefile k;
	const struct sheet *s;
	enum err err = load(c, n, &k, &s);

	if (err == OK && !case_in_charge(c->who, &k))
		err = E_DENIED;
	if (err != OK)
		return reply_fault(c, err);
	if (!str_eq(n->state, S("reported")))
		return reply_locked(c, n, &k);
	struct entry *e = entry_new(c, s, as_form_write(c->mem, s, &n->rec));
	e->rec = n->rec;
	e->was = n;
	e->seen = n->ver;
	e->number = k.number;
	page_looked(c, S("notif.edit"), S("12"), &k, 1, S(""));
	return draw(c, e, 200);
}

/* The record that the person was shown: version `seen`. */
static enum err
seen_record(struct ctx *c, const struct notif *n, int64_t seen, struct record *out)
{
	size_t count;

	if (seen == n->ver) {
		*out = n->rec;
		return OK;
	}
	struct notif_version *list = notif_versions(page_read(c), n->home, n->id, &count);
	for (size_t i = 0; i < count; i++)
		if (list[i].ver == seen) {
			*out = list[i].rec;
			return OK;
		}
	return E_FORMAT;
}

/* Somebody changed the notification since. What only they changed is taken over, what only this person changed stays, and what
 * both changed is shown side by side; the next press keeps this person's. */
static struct http_reply
side_by_side(struct ctx *c, struct entry *e, const struct notif *n, const struct record *base, const struct casefile *k)
{
	struct val *rows = val_list(c->v ? c->v : (c->v = val_map(c->mem)), "conflict");
	struct record *merged = NEW(c->mem, struct record);
	size_t n_theirs;
	struct rec_change *theirs = rec_diff(c->mem, base, &n->rec, &n_theirs);
	struct str arg[2] = { n->entered_name, date_minute(c->mem, n->changed_at) };

	*merged = e->rec;
	for (size_t i = 0; i < n_theirs; i++) {
		enum field_id f = theirs[i].f;
		struct str mine = f ? rec_row(&e->rec, f, theirs[i].row) : rec_extra(&e->rec, theirs[i].key);
		if (str_eq(mine, theirs[i].now))
			continue;
		if (str_eq(mine, theirs[i].was)) {
			if (f != F_none)
				merged->v[theirs[i].row][f] = theirs[i].now;
			else if (!rec_set_extra(merged, theirs[i].key, theirs[i].now))
				log_warn("extra.full", KV_S("id", n->id));
			continue;
		}
		const struct item *it = f ? sheet_item(e->f.sheet, f) : sheet_extra(e->f.sheet, theirs[i].key);
		if (it == NULL)
			continue;
		struct val *row = val_row(rows);
		val_text(row, "label", item_label(c, it, theirs[i].row, 2));
		val_text(row, "mine", item_show(c->mem, it, mine, c->lang));
		val_text(row, "now", item_show(c->mem, it, theirs[i].now, c->lang));
		val_text(row, "by", n->entered_name);
		val_text(row, "at", date_minute(c->mem, n->changed_at));
	}
	e->rec = *merged;
	e->seen = n->ver;
	e->typed = as_form_write(c->mem, e->f.sheet, merged);
	entry_say(e, T_bad_changed_meanwhile, arg, 2);
	page_looked(c, S("notif.edit"), S("12"), k, 1, S(""));
	return draw(c, e, 409);
}

/* The correction that a POST carries: the notification as it is now, and what the person was shown. */
static enum err
correction_posted(struct ctx *c, struct notif *n, struct record *base, struct casefile *k, struct entry **out)
{
	const struct sheet *s;
	int64_t seen = 0;
	enum err err = load(c, n, k, &s);

	if (err == OK && !str_int(form_get(&c->in, S("seen")), &seen))
		err = E_FORMAT;
	if (err == OK)
		err = seen_record(c, n, seen, base);
	if (err != OK)
		return err;
	struct entry *e = entry_posted(c, s);
	e->was = n;
	e->seen = seen;
	e->number = k->number;
	e->of = *k;
	e->rec = *base;
	*out = e;
	return OK;
}

/* Another class is another diagnosis (seed Q3, way 2): it has days of its own, unless the person says that they are the same. The
 * day of the report is today when nobody changed it. */
static void
check_new_class(struct ctx *c, struct entry *e, const struct record *was)
{
	struct str type = rec_get(&e->rec, F_type), report = rec_get(&e->rec, F_report_date);

	if (type.n == 0 || str_eq(type, rec_get(was, F_type)) || form_get(&c->in, S("same_days")).n > 0)
		return;
	if (str_eq(rec_get(&e->rec, F_diagnosis_date), rec_get(was, F_diagnosis_date))) {
		issue_add(&e->bad, ISSUE_ERROR, F_diagnosis_date, 0, T_bad_class_days, fields[F_report_date].by, LANG_COUNT);
		if (c->v == NULL)
			c->v = val_map(c->mem);
		val_bool(c->v, "same_days_needed", true);
		return;
	}
	if (!str_eq(report, rec_get(was, F_report_date)) && report.n > 0)
		return;
	struct str today = date_iso(c->mem, e->f.today);
	form_add(c, &e->typed, F_report_date, today);
	e->rec.v[0][F_report_date] = today;
}

/* POST /notifications/HOME/ID/edit */
struct http_reply
page_notif_correct(struct ctx *c)
{
	struct notif *n = NEW(c->mem, struct notif);
	struct casefile k;
	struct date today = date_of(c->now);
	struct record *base = NEW(c->mem, struct record);
	struct entry *e;
	enum err err = correction_posted(c, n, base, &k, &e);

	if (err != OK)
		return reply_fault(c, err);
	const struct sheet *s = e->f.sheet;
	bool only_helped = helped(c, e);
	as_form_read(c->mem, s, &e->typed, today, &e->rec, &e->bad);
	if (only_helped)
		return draw(c, e, 200);
	if (!str_eq(n->state, S("reported")))
		return not_kept(c, e, E_LOCKED);
	check_new_class(c, e, &n->rec);
	check_filing(s, &e->rec, today, &e->bad);
	if (e->bad.errors > 0 || asks_first(c, e))
		return draw(c, e, 422);
	if (e->seen != n->ver)
		return side_by_side(c, e, n, base, &k);
	if (page_done(c) != OK)
		return not_kept(c, e, E_STORE);
	err = notif_correct(c->app->store, c->who, c->mem, n->home, n->id, e->seen, s, &e->rec, attested(c));
	if (err == E_CONFLICT) {
		err = notif_get(page_read(c), n->home, n->id, n);
		return err == OK ? side_by_side(c, e, n, base, &k) : reply_fault(c, err);
	}
	if (err != OK)
		return not_kept(c, e, err);
	return reply_goto(c, path_of(c, "cases", n->home, n->case_id, ""));
}

struct http_reply
page_correct_again(struct ctx *c, int status, enum text_id why)
{
	struct notif *n = NEW(c->mem, struct notif);
	struct casefile k;
	struct record *base = NEW(c->mem, struct record);
	struct issues quiet = issues_new(c->mem);
	struct entry *e;
	enum err err = correction_posted(c, n, base, &k, &e);

	if (err != OK)
		return reply_fault(c, err);
	page_looked(c, S("notif.edit"), S("12"), &k, 1, S(""));
	as_form_read(c->mem, e->f.sheet, &e->typed, date_of(c->now), &e->rec, &quiet);
	if (why != T_none)
		entry_say(e, why, NULL, 0);
	return draw(c, e, status);
}

/* ---- reading ---- */

/* The page of correction, at the item of that name: "…/edit#f-test_result-1". */
static struct str
url_of_item(struct ctx *c, struct str edit, struct str name)
{
	char *anchor = str_z(c->mem, name);

	for (char *p = anchor; *p; p++)
		if (*p == '.')
			*p = '-';
	return name.n > 0 ? str_fmt(c->mem, "%.*s#f-%s", STR_ARG(edit), anchor) : edit;
}

/* What is odd stops nobody from notifying: it is told here, with the way to put it right. */
static void
put_warnings(struct ctx *c, const struct sheet *s, const struct notif *n, struct str edit)
{
	struct issues odd = issues_new(c->mem);
	struct val *rows = val_list(c->v, "warnings");

	check_filing(s, &n->rec, date_of(c->now), &odd);
	struct str differ = days_differ(c, n);
	if (differ.n > 0) {
		struct val *row = val_row(rows);
		val_text(row, "text", differ);
		val_text(row, "url", url_of_item(c, edit, fields[F_report_date].name));
	}
	for (size_t i = 0; i < odd.n; i++) {
		if (odd.list[i].level != ISSUE_WARN)
			continue;
		struct val *row = val_row(rows);
		val_text(row, "text", issue_text(c->mem, &odd.list[i], c->lang));
		val_text(row, "url", url_of_item(c, edit, issue_name(c->mem, &odd.list[i])));
	}
}

/* GET /notifications/HOME/ID/receipt */
struct http_reply
page_notif_receipt(struct ctx *c)
{
	struct notif *n = NEW(c->mem, struct notif);
	struct casefile k;
	const struct sheet *s;
	size_t n_missing;
	enum err err = load(c, n, &k, &s);

	if (err != OK)
		return reply_fault(c, err);
	c->v = val_map(c->mem);
	struct str edit = path_of(c, "notifications", n->home, n->id, "/edit");
	size_t *missing = check_missing(c->mem, s, &n->rec, date_of(c->now), &n_missing);
	struct val *rows = val_list(c->v, "missing");
	for (size_t i = 0; i < n_missing; i++) {
		const struct item *it = &s->item[missing[i]];
		struct val *row = val_row(rows);
		val_text(row, "label", it->by[c->lang]);
		val_text(row, "url", url_of_item(c, edit, it->f ? field_form_name(c->mem, it->f, 0)
		    : str_cat(c->mem, S("x."), it->key)));
	}
	val_int(c->v, "n_missing", (int64_t)n_missing);
	put_warnings(c, s, n, edit);
	put_class_reports(c, n->home, n->case_id);
	val_text(c->v, "number", number_show(c->mem, k.number));
	val_text(c->v, "name", case_name(c, &k));
	val_text(c->v, "centre_name", k.centre_name);
	val_text(c->v, "url_case", path_of(c, "cases", n->home, n->case_id, ""));
	val_text(c->v, "url_edit", edit);
	val_text(c->v, "url_print", path_of(c, "notifications", n->home, n->id, "/print"));
	val_text(c->v, "url_pdf", path_of(c, "notifications", n->home, n->id, "/pdf"));
	val_fmt(c->v, "url_family", "/notifications/new?disease=%.*s&family=%lld.%.*s", STR_ARG(s->disease),
	    (long long)n->home, STR_ARG(n->id));
	put_check(c, c->v, n);
	val_text(c->v, "title", say(c, T_receipt_title));
	page_looked(c, S("notif.receipt"), S("12"), &k, 1, S(""));
	return reply_view(c, 200, S("receipt"));
}

/* GET /notifications/HOME/ID/print */
struct http_reply
page_notif_print(struct ctx *c)
{
	struct notif *n = NEW(c->mem, struct notif);
	struct casefile k;
	const struct sheet *s;
	enum err err = load(c, n, &k, &s);

	if (err != OK)
		return reply_fault(c, err);
	c->v = val_map(c->mem);
	val_text(c->v, "sheet_title", s->title[c->lang]);
	val_text(c->v, "law", s->law[c->lang]);
	val_text(c->v, "number", number_show(c->mem, k.number));
	val_text(c->v, "centre_name", k.centre_name);
	val_text(c->v, "reporter_name", k.reporter_name);
	val_text(c->v, "url_pdf", path_of(c, "notifications", n->home, n->id, "/pdf"));
	put_class_reports(c, n->home, n->case_id);
	if (!str_eq(n->state, S("reported")))
		val_text(c->v, "closed_label", say(c, notif_state_text(n->state)));
	put_check(c, c->v, n);
	put_sheet_lines(c, c->v, "lines", s, &n->rec, date_of(c->now));
	val_text(c->v, "title", s->title[c->lang]);
	page_looked(c, S("notif.print"), S("12"), &k, 1, S(""));
	return reply_view(c, 200, S("print"));
}

/* GET /notifications: an institution's own list and its drafts. */
struct http_reply
page_notif_list(struct ctx *c)
{
	struct case_place before = { 0, 0, S("") };
	size_t n, n_drafts;

	if (form_get(&c->query, S("before")).n > 0 && !case_place_read(form_get(&c->query, S("before")), &before))
		return reply_fault(c, E_FORMAT);
	c->v = val_map(c->mem);
	struct draft *drafts = draft_list(page_read(c), c->who, &n_drafts);
	struct val *rows = val_list(c->v, "drafts");
	for (size_t i = 0; i < n_drafts; i++) {
		struct form body = { 0 };
		struct val *row = val_row(rows);
		val_text(row, "url", str_fmt(c->mem, "/drafts/%.*s", STR_ARG(drafts[i].id)));
		struct str name = form_read(c->mem, drafts[i].body, &body) == OK ? form_get(&body, S("name")) : S("");
		val_text(row, "label", name.n ? name : disease_label(c, drafts[i].disease));
		val_bool(row, "adds", form_get(&body, S("follows")).n > 0);
		val_text(row, "saved_at", date_minute(c->mem, drafts[i].saved_at));
		val_text(row, "by_name", drafts[i].by);
		put_draft_check(c, row, &drafts[i]);
	}
	put_waiting(c);
	struct casefile *list = case_list(page_read(c), c->who, &before, S(""), &n);
	size_t shown = n > CASE_PAGE ? CASE_PAGE : n;
	rows = val_list(c->v, "rows");
	for (size_t i = 0; i < shown; i++) {
		struct val *row = val_row(rows);
		put_case_row(c, row, &list[i]);
		val_int(row, "missing", list[i].missing);
		if (list[i].missing == 0)
			val_bool(row, "missing", false);
		val_bool(row, "may_add", list[i].live > 0);
		struct notif_query q;
		if (str_eq(list[i].review, S("queried")) && notif_query_of(page_read(c), list[i].home, list[i].id, &q)) {
			val_text(row, "query", q.message);
			val_text(row, "query_url", path_of(c, "notifications", list[i].home, q.notification, "/answer"));
		}
	}
	if (n > CASE_PAGE)
		val_fmt(c->v, "more_url", "/notifications?before=%.*s", STR_ARG(case_place_text(c->mem,
		    &(struct case_place){ list[shown - 1].at, list[shown - 1].home, list[shown - 1].id })));
	val_text(c->v, "title", say(c, T_notif_list_title));
	page_looked(c, S("case.list"), S("12"), list, shown, S(""));
	return reply_view(c, 200, S("notif_list"));
}
