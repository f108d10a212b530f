/* field/sheet.c: sets of sheets, and conditions asked of a record. See sheet.h; reading is in sheet_read.c. */
#include "field/sheet.h"

#include "base/files.h"

/* ---- sets of sheets ---- */

struct sheets
sheets_embedded(struct arena *mem, struct str folder)
{
	const struct file *file;
	const struct sheet **list = NEWN(mem, const struct sheet *, files_count);
	struct sheets all = { .sheet = list };

	for (size_t at = 0; files_each(folder, &at, &file);) {
		struct sheet *one;
		struct str why;
		if (!str_ends(file->name, S(".sheet")))
			continue;
		if (sheet_read(mem, file->data, &one, &why) != OK)
			BUG(str_z(mem, str_fmt(mem, "%.*s: %.*s", STR_ARG(file->name), STR_ARG(why))));
		list[all.n++] = one;
	}
	return all;
}

const struct sheet *
sheet_by_name(const struct sheets *s, struct str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_eq(s->sheet[i]->name, name))
			return s->sheet[i];
	return NULL;
}

const struct sheet *
sheet_in_force(const struct sheets *s, struct str disease, struct date diagnosis)
{
	const struct sheet *best = NULL;

	for (size_t i = 0; i < s->n; i++) {
		const struct sheet *one = s->sheet[i];
		if (!str_eq(one->disease, disease) || one->from.day > diagnosis.day)
			continue;
		if (date_given(one->until) && one->until.day < diagnosis.day)
			continue;
		if (best == NULL || one->from.day >= best->from.day)
			best = one;
	}
	return date_given(diagnosis) ? best : NULL;
}

const struct item *
sheet_item(const struct sheet *s, enum field_id f)
{
	return s->place[f] == 0 ? NULL : &s->item[s->place[f] - 1];
}

const struct item *
sheet_extra(const struct sheet *s, struct str key)
{
	for (size_t i = 0; i < s->n_item; i++)
		if (s->item[i].f == F_none && str_eq(s->item[i].key, key))
			return &s->item[i];
	return NULL;
}

/* ---- conditions, asked ---- */

static bool
value_holds(const struct cond *c, struct str v)
{
	switch (c->op) {
	case COND_IS:
	case COND_ALL_ARE:
		return str_eq(v, c->code) || (fields[c->f].type == FT_CODES && rec_has(v, c->code));
	case COND_EMPTY:
		return !rec_said(v);
	case COND_GIVEN:
		return rec_said(v) && !rec_unknown(v);
	case COND_UNKNOWN:
		return rec_unknown(v);
	default:
		return false;
	}
}

static bool
row_filled(const struct record *r, enum field_group g, size_t row)
{
	for (enum field_id f = F_none; (f = field_next(g, f, false)) != F_none;)
		if (rec_said(r->v[row][f]))
			return true;
	return false;
}

/* Over the filled rows of a group; its first row when none is filled. */
static bool
group_holds(const struct cond *c, const struct record *r)
{
	enum field_group g = fields[c->f].group;
	size_t rows = rec_rows(r, g), held = 0, filled = 0;

	for (size_t row = 0; row < rows; row++) {
		if (!row_filled(r, g, row))
			continue;
		filled++;
		held += value_holds(c, rec_row(r, c->f, row));
	}
	if (c->op == COND_ALL_ARE)
		return filled > 0 && held == filled;
	return filled > 0 ? held > 0 : c->op == COND_EMPTY;
}

static bool
is_dead(const struct record *r)
{
	struct str type = rec_get(r, F_type);

	return str_eq(type, S("corpse")) || str_eq(type, S("corpse_suspected"));
}

/* Where conditions look: items of group g in one row, of other groups anywhere. */
struct scope {
	enum field_group g;
	size_t row;
	bool minor;
};

static bool
relation_holds(const struct cond *c, const struct record *r, struct scope at)
{
	if (c->op == COND_IS_NOT) {
		struct cond is = *c;
		is.op = COND_IS;
		return !relation_holds(&is, r, at);
	}
	if (c->f == F_none)
		return value_holds(c, rec_extra(r, c->extra));
	if (fields[c->f].group == G_ONE)
		return value_holds(c, rec_get(r, c->f));
	if (fields[c->f].group == at.g)
		return value_holds(c, rec_row(r, c->f, at.row));
	return group_holds(c, r);
}

static bool
cond_holds(const struct cond *c, const struct record *r, struct scope at)
{
	switch (c->op) {
	case COND_MINOR:
		return at.minor;
	case COND_CLASS_DEAD:
		return is_dead(r);
	case COND_CLASS_ALIVE:
		return !is_dead(r);
	case COND_AGE_FROM:
		return rec_age(r) >= c->age;
	case COND_AGE_BELOW:
		return rec_age(r) >= 0 && rec_age(r) < c->age;
	default:
		return relation_holds(c, r, at);
	}
}

static bool
conds_hold(const struct cond *c, size_t n, const struct record *r, struct scope at)
{
	for (size_t i = 0; i < n; i++)
		if (!cond_holds(&c[i], r, at))
			return false;
	return true;
}

bool
item_asked_in(const struct item *it, const struct record *r, size_t row, bool minor)
{
	struct scope at = { fields[it->f].group, row, minor };

	if ((fields[it->f].flags & MINOR_ONLY) && !minor)
		return false;
	return it->n_cond == 0 || conds_hold(it->cond, it->n_cond, r, at) != it->unless;
}

bool
item_asked(const struct item *it, const struct record *r, bool minor)
{
	enum field_group g = fields[it->f].group;
	size_t rows = it->n_cond == 0 || g == G_ONE ? 1 : rec_rows(r, g);

	for (size_t row = 0; row == 0 || row < rows; row++)
		if (item_asked_in(it, r, row, minor))
			return true;
	return false;
}

bool
rule_holds(const struct rule *rule, const struct record *r, size_t row, bool minor)
{
	return conds_hold(rule->cond, rule->n_cond, r, (struct scope){ rule->each, row, minor });
}

struct str
item_show(struct arena *mem, const struct item *it, struct str value, enum lang lang)
{
	struct date d;

	if (it->f != F_none || value.n == 0 || rec_unknown(value))
		return rec_show(mem, it->f, value, lang);
	if (it->type == FT_YESNO)
		return text(str_eq(value, S("yes")) ? T_yes : T_no, lang);
	if (it->type == FT_DATE && date_from_iso(value, &d))
		return date_long(mem, d, lang);
	for (size_t i = 0; i < it->n_choice; i++)
		if (str_eq(it->choice[i].code, value))
			return it->choice[i].by[lang];
	return value;
}
