/* field/sheet.c: sets of sheets, and what an item or rule asks of a record. See sheet.h;
 * reading is in sheet_read.c. */
#include "field/cond.h"

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

struct str
sheet_base_name(struct str name)
{
	return str_sub(name, 0, str_find(name, '@', 0));
}

static bool
area_in(uint64_t areas, int prefecture)
{
	return areas == 0 || (prefecture > 0 && (areas >> prefecture & 1) != 0);
}

static bool
day_in(struct date day, struct date from, struct date until)
{
	return from.day <= day.day && (!date_given(until) || day.day <= until.day);
}

/* Since when is it in force there? DATE_NONE: it is not. */
static struct date
began(const struct sheets *s, const struct sheet *one, struct date day, int prefecture)
{
	struct date since = { DATE_NONE };

	if (!day_in(day, one->from, one->until) || !area_in(one->areas, prefecture))
		return since;
	if (!one->opt_in)
		return one->from;
	for (size_t i = 0; i < s->n_on; i++) {
		const struct sheet_switch *on = &s->on[i];
		if (str_eq(on->sheet, sheet_base_name(one->name)) && area_in(on->areas, prefecture) && day_in(day, on->from, on->until)
		    && (!date_given(since) || on->from.day > since.day))
			since = on->from;
	}
	return since;
}

const struct sheet *
sheet_in_force(const struct sheets *s, struct str disease, struct date diagnosis, int prefecture)
{
	const struct sheet *best = NULL;
	struct date since = { DATE_NONE };

	for (size_t i = 0; date_given(diagnosis) && i < s->n; i++) {
		const struct sheet *one = s->sheet[i];
		struct date from = { DATE_NONE };
		if (str_eq(one->disease, disease))
			from = began(s, one, diagnosis, prefecture);
		if (!date_given(from) || (best != NULL && from.day < since.day))
			continue;
		/* Of two that begin on one day the one that was chosen for the area. */
		if (best != NULL && from.day == since.day && (best->opt_in || best->areas != 0) && !one->opt_in && one->areas == 0)
			continue;
		best = one;
		since = from;
	}
	return best;
}

struct str
sheet_areas_text(struct arena *mem, uint64_t areas)
{
	struct buf b = buf_new(mem);

	for (int p = 1; p <= 47; p++)
		if (areas >> p & 1)
			buf_fmt(&b, "%s%02d", b.n ? " " : "", p);
	return buf_str(&b);
}

bool
sheet_areas_read(struct str s, uint64_t *areas)
{
	struct str word;
	int64_t p;

	*areas = 0;
	while (s.n > 0 && str_cut(&s, ' ', &word)) {
		if (word.n != 2 || !str_int(word, &p) || p < 1 || p > 47)
			return false;
		*areas |= UINT64_C(1) << p;
	}
	return true;
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

/* ---- conditions ---- */

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

/* One of an extra item's choices, or several joined by ','. */
static struct str
show_choices(struct arena *mem, const struct item *it, struct str codes, enum lang lang)
{
	struct buf b = buf_new(mem);
	struct str one;

	while (str_cut(&codes, ',', &one)) {
		struct str word = one;
		for (size_t i = 0; i < it->n_choice; i++)
			if (str_eq(it->choice[i].code, one))
				word = it->choice[i].by[lang];
		buf_fmt(&b, "%s%.*s", b.n == 0 ? "" : lang == LANG_JA ? "、" : ", ", STR_ARG(word));
	}
	return buf_str(&b);
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
	if (it->type == FT_POSTAL && value.n == 7)
		return str_fmt(mem, "%.*s-%.*s", 3, value.p, 4, value.p + 3);
	if (it->n_choice > 0)
		return show_choices(mem, it, value, lang);
	return value;
}

size_t
item_limit(const struct item *it)
{
	if (it->f != F_none)
		return field_limit(it->f);
	if (it->high > 0 && it->type != FT_INT && it->type != FT_DECIMAL)
		return (size_t)it->high;
	return it->type == FT_LONG ? 2000 : it->type == FT_PHONE ? 20 : 200;
}
