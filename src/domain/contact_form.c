/* domain/contact_form.c: what people type of a contact: see contact.h. The items are put as those of a sheet, so that they are
 * read, judged and shown by the same code as those of notifications. */
#include "domain/contact.h"

static const struct contact_def {
	struct str name;
	enum field_type type;
	enum codes_id codes;
	struct str by[LANG_COUNT];
} defs[CF_COUNT] = {
#define CONTACT(name, type, codes, ja, en) { STR_INIT(#name), type, codes, { STR_INIT(ja), STR_INIT(en) } },
#include "domain/contact.def"
#undef CONTACT
};

static const struct {
	struct str disease, from;
	int days;
} monitoring[] = {
#define MONITORING(disease, from, days, source) { STR_INIT(disease), STR_INIT(from), days },
#include "domain/monitoring.def"
#undef MONITORING
};

struct str
contact_field_name(enum contact_field f)
{
	return defs[f].name;
}

const struct sheet *
contact_sheet(struct arena *mem)
{
	struct sheet *s = NEW(mem, struct sheet);

	s->name = S("contact");
	s->item = NEWN(mem, struct item, CF_COUNT);
	s->n_item = CF_COUNT;
	for (size_t i = 0; i < CF_COUNT; i++) {
		struct item *it = &s->item[i];
		*it = (struct item){ .need = i == CF_name ? NEED_ACCEPT : NEED_OPTIONAL, .key = defs[i].name, .type = defs[i].type,
			.by = { defs[i].by[LANG_JA], defs[i].by[LANG_EN] } };
		if (defs[i].codes != C_none)
			it->choice = codes_of(defs[i].codes, &it->n_choice);
	}
	return s;
}

const struct item *
contact_item(const struct sheet *s, enum contact_field f)
{
	return &s->item[f];
}

struct str
contact_show(struct arena *mem, const struct sheet *s, enum contact_field f, struct str value, enum lang lang)
{
	return value.n > 0 ? item_show(mem, &s->item[f], value, lang) : S("");
}

struct str
contact_until(struct arena *mem, struct str disease, struct str last_contact, struct date today)
{
	struct str iso = date_iso(mem, today);
	struct date last;
	int days = 0;

	for (size_t i = 0; i < LEN(monitoring); i++)
		if (str_eq(monitoring[i].disease, disease) && str_cmp(monitoring[i].from, iso) <= 0)
			days = monitoring[i].days;
	if (days == 0 || !date_from_iso(last_contact, &last))
		return S("");
	last.day += days;
	return date_iso(mem, last);
}

/* ---- judging ---- */

static void
bad_at(struct issues *bad, const struct sheet *s, enum contact_field f, enum text_id id)
{
	issue_add_at(bad, ISSUE_ERROR, &s->item[f], 0, id, NULL, 0);
}

static bool
day_of(const struct contact_values *k, enum contact_field f, struct date *out)
{
	return date_from_iso(k->v[f], out);
}

static void
check_days(const struct sheet *s, const struct contact_values *k, struct date today, struct issues *bad)
{
	static const enum contact_field past[] = { CF_birth_date, CF_last_contact, CF_test_date };
	struct date a, b;

	for (size_t i = 0; i < LEN(past); i++)
		if (day_of(k, past[i], &a) && a.day > today.day)
			bad_at(bad, s, past[i], T_bad_future);
	if (day_of(k, CF_last_contact, &a) && day_of(k, CF_until, &b) && a.day > b.day)
		issue_add_at(bad, ISSUE_ERROR, &s->item[CF_last_contact], 0, T_bad_order, defs[CF_until].by, LANG_COUNT);
}

/* The form of one contact under the names that reading asks for: "x.name". */
static struct form
one_form(struct arena *mem, const struct form *f, struct str tail)
{
	struct form one = { .pair = NEWN(mem, struct form_pair, CF_COUNT) };

	for (size_t i = 0; i < CF_COUNT; i++)
		one.pair[one.n++] = (struct form_pair){ str_cat(mem, S("x."), defs[i].name),
			form_get(f, str_cat(mem, defs[i].name, tail)) };
	return one;
}

void
contact_read(struct arena *mem, const struct form *f, struct str tail, struct date today, bool linked, struct contact_values *out,
    struct issues *bad)
{
	const struct sheet *s = contact_sheet(mem);
	struct form one = one_form(mem, f, tail);
	struct record *rec = NEW(mem, struct record);

	as_form_read(mem, s, &one, today, rec, bad);
	check_filing(s, rec, today, bad);
	for (size_t i = 0; i < CF_COUNT; i++)
		out->v[i] = rec_extra(rec, defs[i].name);
	if (out->v[CF_household].n == 0 && str_eq(out->v[CF_relation], S("household")))
		out->v[CF_household] = S("yes");
	if (linked)
		out->v[CF_state] = S("became_case");
	else if (out->v[CF_state].n == 0)
		out->v[CF_state] = S("monitoring");
	else if (str_eq(out->v[CF_state], S("became_case")))
		bad_at(bad, s, CF_state, T_bad_choice);
	check_days(s, out, today, bad);
}
