/* web/contact_form.c: see contact_form.h. */
#include "web/contact_form.h"

#include "domain/number.h"
#include "domain/org.h"

/* Choices up to this many stand beside each other. */
#define RADIO_MOST 3

struct str
contact_path(struct ctx *c, const struct contact *k, const char *tail)
{
	return path_of(c, "contacts", k->home, k->id, tail);
}

static struct str
field_name(struct ctx *c, const struct contact_form *f, enum contact_field field)
{
	return str_cat(c->mem, contact_field_name(field), f->tail);
}

/* "c-name-2" */
static struct str
field_id(struct ctx *c, const struct contact_form *f, enum contact_field field)
{
	char *id = str_z(c->mem, str_cat(c->mem, S("c-"), field_name(c, f, field)));

	for (char *p = id; *p; p++)
		if (*p == '.')
			*p = '-';
	return str_of(id);
}

/* ---- one item ---- */

static const char *
kind_flag(const struct item *it)
{
	switch (it->type) {
	case FT_NAME: return "is_name";
	case FT_KANA: return "is_kana";
	case FT_DATE: return "is_date";
	case FT_PHONE: return "is_phone";
	case FT_LONG: return "is_long";
	case FT_YESNO: return "is_radio";
	case FT_CODE: return it->n_choice <= RADIO_MOST ? "is_radio" : "is_select";
	default: return "is_text";
	}
}

static void
put_choice(struct ctx *c, struct val *list, struct str id, struct str name, struct str value, struct str code, struct str label,
    size_t n)
{
	struct val *row = val_row(list);

	val_text(row, "code", code);
	val_text(row, "label", label);
	val_text(row, "name", name);
	val_bool(row, "checked", str_eq(value, code));
	val_text(row, "id", str_fmt(c->mem, "%.*s-%zu", STR_ARG(id), n + 1));
	val_bool(row, "key", false);
	val_bool(row, "focus", false);
}

static void
put_choices(struct ctx *c, struct val *row, const struct contact_form *f, enum contact_field field, struct str value)
{
	const struct item *it = contact_item(f->s, field);
	struct val *list = val_list(row, "choices");
	struct str id = field_id(c, f, field), name = field_name(c, f, field);

	if (it->type == FT_YESNO) {
		put_choice(c, list, id, name, value, S("yes"), say(c, T_yes), 0);
		put_choice(c, list, id, name, value, S("no"), say(c, T_no), 1);
	}
	for (size_t i = 0; i < it->n_choice; i++)
		if (field != CF_state || f->linked == str_eq(it->choice[i].code, S("became_case")))
			put_choice(c, list, id, name, value, it->choice[i].code, it->choice[i].by[c->lang], i);
}

/* Its first error, else its first warning. */
static void
put_notes(struct ctx *c, struct val *row, const struct contact_form *f, enum contact_field field)
{
	for (size_t i = 0; f->bad != NULL && i < f->bad->n; i++) {
		const struct issue *k = &f->bad->list[i];
		const char *what = k->level == ISSUE_ERROR ? "fault" : "warning";
		if (str_eq(k->key, contact_field_name(field)) && !val_true(val_get(row, str_of(what))))
			val_text(row, what, issue_text(c->mem, k, c->lang));
	}
}

static void
put_echo(struct ctx *c, struct val *row, enum contact_field field, struct str typed)
{
	struct date day;

	if (date_parse(typed, &day) != DATE_GOOD)
		return;
	struct str s = date_both(c->mem, day, c->lang);
	int years = age_years(day, date_of(c->now));
	if (field == CF_birth_date && years >= 0)
		s = str_cat(c->mem, s, say1(c, T_echo_years, str_fmt(c->mem, "%d", years)));
	val_text(row, "echo", s);
}

void
put_contact_item(struct ctx *c, struct val *list, const struct contact_form *f, enum contact_field field, bool focus)
{
	const struct item *it = contact_item(f->s, field);
	struct val *row = val_row(list);
	struct str name = field_name(c, f, field), value = form_get(f->typed, name);

	val_text(row, "name", name);
	val_text(row, "id", field_id(c, f, field));
	val_text(row, "label", it->by[c->lang]);
	val_text(row, "number", S(""));
	val_bool(row, "required", it->need == NEED_ACCEPT);
	val_text(row, "hint", S(""));
	val_text(row, "value", value);
	val_bool(row, "unknown_name", false);
	val_bool(row, kind_flag(it), true);
	val_bool(row, "partial", false);
	val_bool(row, "autofocus", focus);
	if (it->type == FT_CODE || it->type == FT_YESNO)
		put_choices(c, row, f, field, value);
	val_bool(row, "fault", false);
	val_bool(row, "warning", false);
	put_notes(c, row, f, field);
	if (it->type == FT_DATE)
		put_echo(c, row, field, value);
}

void
put_contact_fault(struct ctx *c, struct val *faults, struct str text, size_t *n)
{
	struct val *row = val_row(faults);

	(void)c;
	val_text(row, "text", text);
	val_text(row, "href", S("#contact-form"));
	val_bool(row, "warn", false);
	++*n;
}

static enum contact_field
field_of(struct str key)
{
	size_t i = 0;

	while (i < CF_COUNT && !str_eq(contact_field_name((enum contact_field)i), key))
		i++;
	return (enum contact_field)i;
}

enum contact_field
contact_first_fault(const struct contact_form *f)
{
	enum contact_field first = CF_COUNT;

	for (size_t i = 0; f->bad != NULL && i < f->bad->n; i++) {
		enum contact_field field = field_of(f->bad->list[i].key);
		if (f->bad->list[i].level == ISSUE_ERROR && field < first)
			first = field;
	}
	return first;
}

void
put_contact_faults(struct ctx *c, struct val *faults, const struct contact_form *f, size_t *n)
{
	for (size_t i = 0; f->bad != NULL && i < f->bad->n; i++) {
		const struct issue *k = &f->bad->list[i];
		enum contact_field field = field_of(k->key);
		struct val *row = val_row(faults);
		struct str text = issue_text(c->mem, k, c->lang);
		val_text(row, "text", f->who.n > 0 ? str_fmt(c->mem, "%.*s: %.*s", STR_ARG(f->who), STR_ARG(text)) : text);
		val_text(row, "href", field < CF_COUNT ? str_cat(c->mem, S("#"), field_id(c, f, field)) : S("#contact-form"));
		val_bool(row, "warn", k->level == ISSUE_WARN);
		*n += k->level == ISSUE_ERROR;
	}
}

enum text_id
contact_refused(const struct ctx *c, enum err e, int *status)
{
	static const struct { enum err e; int status; enum text_id id; } why[] = {
		{ E_FULL, 507, T_fault_full }, { E_BUSY, 503, T_fault_busy }, { E_STORE, 500, T_fault_store },
		{ E_LIMIT, 413, T_contact_limit }, { E_LOCKED, 423, T_contact_locked }, { E_INVALID, 422, T_contact_invalid },
	};

	e = fault_now(c, e);
	for (size_t i = 0; i < LEN(why); i++)
		if (why[i].e == e) {
			*status = why[i].status;
			return why[i].id;
		}
	return T_none;
}

/* ---- lists ---- */

void
put_contact_row(struct ctx *c, struct val *row, const struct sheet *s, const struct contact *k)
{
	static const struct { const char *name; enum contact_field f; } shown[] = {
		{ "sex_label", CF_sex }, { "relation_label", CF_relation }, { "state_label", CF_state }, { "phone", CF_phone },
		{ "result_label", CF_test_result },
	};
	struct str today = date_iso(c->mem, date_of(c->now)), until = k->is.v[CF_until];
	bool watched = str_eq(k->is.v[CF_state], S("monitoring")) && k->withdrawn.n == 0;
	bool over = watched && until.n > 0 && str_cmp(until, today) < 0;
	struct date birth;

	val_text(row, "url", contact_path(c, k, ""));
	val_text(row, "url_days", contact_path(c, k, "#days"));
	val_text(row, "name", k->is.v[CF_name]);
	val_text(row, "name_kana", k->is.v[CF_name_kana]);
	for (size_t i = 0; i < LEN(shown); i++)
		val_text(row, shown[i].name, contact_show(c->mem, s, shown[i].f, k->is.v[shown[i].f], c->lang));
	if (date_from_iso(k->is.v[CF_birth_date], &birth))
		val_int(row, "age", age_years(birth, date_of(c->now)));
	else
		val_text(row, "age", S(""));
	val_text(row, "last_contact", k->is.v[CF_last_contact]);
	val_text(row, "until", until);
	val_bool(row, "high_risk", str_eq(k->is.v[CF_high_risk], S("yes")));
	val_bool(row, "over", over);
	val_text(row, "seen_day", k->seen_day);
	val_bool(row, "unseen", watched && !over && str_cmp(k->seen_day, today) < 0);
	val_text(row, "case_number", number_show(c->mem, k->case_number));
	val_text(row, "case_url", path_of(c, "cases", k->home, k->case_id, "/contacts"));
	val_text(row, "withdrawn", k->withdrawn);
}

void
contacts_looked(struct ctx *c, struct str action, const struct contact *list, size_t n)
{
	struct casefile *look = NEWN(c->mem, struct casefile, n + 1);

	for (size_t i = 0; i < n; i++)
		look[i] = (struct casefile){ .home = list[i].home, .id = list[i].id };
	page_looked(c, action, S("15"), look, n, S(""));
}

/* ---- where a case comes from ---- */

static struct str
centre_of(struct ctx *c, int64_t home)
{
	struct org o;

	if (org_get(page_read(c), org_centre_path(c->mem, home), &o) != OK)
		return S("");
	return c->lang == LANG_EN && o.name_en.n ? o.name_en : o.name;
}

void
put_case_sources(struct ctx *c, int64_t home, struct str case_id)
{
	size_t n, seen = 0;
	struct case_source *list = case_sources(page_read(c), home, case_id, &n);
	struct casefile *look = NEWN(c->mem, struct casefile, n + 1);
	struct val *rows = val_list(c->v, "sources");

	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(rows);
		struct casefile k;
		bool here = case_get(page_read(c), list[i].home, list[i].case_id, &k) == OK;
		val_bool(row, "elsewhere", !here);
		val_bool(row, "household", str_eq(list[i].household, S("yes")));
		if (here) {
			val_text(row, "url", path_of(c, "cases", k.home, k.id, "/contacts"));
			val_text(row, "number", number_show(c->mem, k.number));
			val_text(row, "name", case_name(c, &k));
			val_text(row, "contact_url", path_of(c, "contacts", k.home, list[i].contact, ""));
			look[seen++] = k;
		} else {
			val_text(row, "centre", centre_of(c, list[i].home));
		}
	}
	if (seen > 0)
		page_looked(c, S("case.sources"), S("15"), look, seen, S(""));
}

/* ---- history ---- */

static void
put_change(struct ctx *c, struct val *changes, const struct sheet *s, const struct contact_version *was,
    const struct contact_version *now)
{
	for (size_t i = 0; i < CF_COUNT; i++) {
		enum contact_field f = (enum contact_field)i;
		if (str_eq(was->is.v[f], now->is.v[f]))
			continue;
		struct val *one = val_row(changes);
		val_text(one, "label", contact_item(s, f)->by[c->lang]);
		val_text(one, "was", contact_show(c->mem, s, f, was->is.v[f], c->lang));
		val_text(one, "now", contact_show(c->mem, s, f, now->is.v[f], c->lang));
	}
}

static enum text_id
act_text(struct str act)
{
	static const struct { struct str act; enum text_id id; } acts[] = {
		{ STR_INIT("add"), T_contact_act_add }, { STR_INIT("change"), T_contact_act_change },
		{ STR_INIT("withdraw"), T_contact_act_withdraw }, { STR_INIT("link"), T_contact_act_link },
		{ STR_INIT("unlink"), T_contact_act_unlink }, { STR_INIT("filed"), T_contact_act_filed },
	};

	for (size_t i = 0; i < LEN(acts); i++)
		if (str_eq(acts[i].act, act))
			return acts[i].id;
	return T_contact_act_change;
}

static struct str
org_label(struct ctx *c, struct str path)
{
	struct org o;

	return org_get(page_read(c), path, &o) == OK ? (c->lang == LANG_EN && o.name_en.n ? o.name_en : o.name) : S("");
}

void
put_contact_history(struct ctx *c, int64_t home, struct str case_id, struct str contact)
{
	const struct sheet *s = contact_sheet(c->mem);
	struct val *rows = val_list(c->v, "contact_history");
	size_t n;
	struct contact_version *v = contact_versions(page_read(c), home, case_id, contact, &n);

	for (size_t i = n; i-- > 0;) {
		struct val *row = val_row(rows);
		val_text(row, "at", date_minute(c->mem, v[i].at));
		val_text(row, "by", v[i].by);
		val_text(row, "org", org_label(c, v[i].org));
		val_text(row, "what", say(c, act_text(v[i].act)));
		val_text(row, "name", v[i].is.v[CF_name]);
		val_text(row, "why", v[i].withdrawn);
		struct val *changes = val_list(row, "changes");
		if (v[i].ver > 1 && i > 0)
			put_change(c, changes, s, &v[i - 1], &v[i]);
	}
}
