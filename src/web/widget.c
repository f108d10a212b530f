/* web/widget.c: see widget.h. */
#include "web/widget.h"

#include "field/paper.h"

/* Choices up to this many are shown at once, as radio buttons; more in a list. */
#define RADIO_MOST 6
#define RADIO_MOST_IN_ROW 3     /* of a test or a dose: its items stand beside each other */

/* Does it stand on the first page? Who reports is filled in from the account and stands below. */
static bool
on_first(const struct sheet *s, const struct item *it)
{
	return (it->need == NEED_ACCEPT || it->need == NEED_FIRST) && !str_eq(s->section[it->section].key, S("reporter"));
}

static bool
in_dates(const struct sheet *s, const struct item *it)
{
	return str_eq(s->section[it->section].key, S("dates"));
}

struct drawing {
	struct ctx *c;
	const struct sheet_form *f;
	bool minor;
	bool focus;             /* the item being drawn has the focus */
	bool focused;           /* one has had it: there is only one */
};

static struct str
widget_name(struct drawing *d, const struct item *it, size_t row)
{
	struct arena *mem = d->c->mem;

	return it->f != F_none ? field_form_name(mem, it->f, row) : str_fmt(mem, "x.%.*s%.*s", STR_ARG(it->key), STR_ARG(d->f->suffix));
}

static struct str
widget_id(struct ctx *c, struct str name)
{
	char *id = str_z(c->mem, str_fmt(c->mem, "f-%.*s", STR_ARG(name)));

	for (char *p = id; *p; p++)
		if (*p == '.')
			*p = '-';
	return str_of(id);
}

static bool
typed_has(const struct form *f, struct str name, struct str code)
{
	struct str v;

	for (size_t at = 0; form_each(f, name, &at, &v);)
		if (str_eq(v, code))
			return true;
	return false;
}

static void
put_choice(struct drawing *d, struct val *list, struct str id, struct str name, struct str code, struct str label, size_t n)
{
	struct val *row = val_row(list);

	val_text(row, "code", code);
	val_text(row, "label", label);
	val_text(row, "name", name);
	val_bool(row, "checked", typed_has(d->f->typed, name, code));
	val_text(row, "id", str_fmt(d->c->mem, "%.*s-%zu", STR_ARG(id), n + 1));
	val_bool(row, "focus", d->focus && n == 0);
	if (n < 9)
		val_int(row, "key", (int64_t)n + 1);
	else
		val_bool(row, "key", false);
}

static bool
grouped(const struct item *it)
{
	return it->f != F_none && fields[it->f].group != G_ONE;
}

static const char *
kind_flag(const struct item *it)
{
	switch (it->type) {
	case FT_NAME: return "is_name";
	case FT_KANA: return "is_kana";
	case FT_DATE: case FT_PARTIAL: case FT_DATETIME: return "is_date";
	case FT_POSTAL: return "is_postal";
	case FT_PHONE: return "is_phone";
	case FT_INT: case FT_DECIMAL: return "is_int";
	case FT_LONG: return "is_long";
	case FT_CODES: return "is_checks";
	case FT_YESNO: return "is_radio";
	case FT_CODE: return it->n_choice <= (grouped(it) ? RADIO_MOST_IN_ROW : RADIO_MOST) ? "is_radio" : "is_select";
	default: return "is_text";
	}
}

static void
put_choices(struct drawing *d, struct val *row, const struct item *it, struct str id, struct str name)
{
	struct val *list = val_list(row, "choices");

	if (it->type == FT_YESNO) {
		put_choice(d, list, id, name, S("yes"), say(d->c, T_yes), 0);
		put_choice(d, list, id, name, S("no"), say(d->c, T_no), 1);
	} else {
		for (size_t i = 0; i < it->n_choice; i++)
			put_choice(d, list, id, name, it->choice[i].code, it->choice[i].by[d->c->lang], i);
	}
}

/* What is said about an item: its first error, else its first warning. */
static void
put_notes(struct drawing *d, struct val *row, const struct item *it, size_t at_row)
{
	const struct issues *bad = d->f->bad;

	for (size_t i = 0; bad != NULL && i < bad->n; i++) {
		const struct issue *k = &bad->list[i];
		bool here = it->f != F_none ? k->f == it->f && k->row == at_row
		    : k->f == F_none && k->key.n > 0 && str_eq(k->key, it->key);
		if (!here)
			continue;
		const char *what = k->level == ISSUE_ERROR ? "fault" : "warning";
		if (!val_true(val_get(row, str_of(what))))
			val_text(row, what, issue_text(d->c->mem, k, d->c->lang));
	}
}

/* 1980年（昭和55年）4月1日・46歳 below a date; the age below a birth date only. */
static void
put_echo(struct drawing *d, struct val *row, const struct item *it)
{
	struct date day;
	struct ctx *c = d->c;

	if (it->f == F_none || fields[it->f].group != G_ONE)
		return;
	day = rec_date(d->f->rec, it->f);
	if (!date_given(day))
		return;
	struct str s = date_both(c->mem, day, c->lang);
	if (it->f == F_birth_date) {
		struct date on = rec_date(d->f->rec, F_diagnosis_date);
		int years = age_years(day, date_given(on) ? on : d->f->today);
		if (years == 0)
			s = str_cat(c->mem, s, say1(c, T_echo_months, str_fmt(c->mem, "%d",
			    age_months(day, date_given(on) ? on : d->f->today))));
		else if (years > 0)
			s = str_cat(c->mem, s, say1(c, T_echo_years, str_fmt(c->mem, "%d", years)));
	}
	val_text(row, "echo", s);
}

static void
put_item(struct drawing *d, struct val *list, const struct item *it, size_t at_row)
{
	struct ctx *c = d->c;
	struct val *row = val_row(list);
	struct str name = widget_name(d, it, at_row), id = widget_id(c, name);
	bool unknown = (it->flags & MAY_UNKNOWN) != 0;

	val_text(row, "name", name);
	val_text(row, "id", id);
	val_text(row, "label", it->by[c->lang]);
	val_text(row, "number", it->number);
	val_bool(row, "required", it->need == NEED_ACCEPT && at_row == 0 && item_asked_in(it, d->f->rec, at_row, d->minor));
	val_text(row, "hint", it->hint[c->lang]);
	val_text(row, "value", form_get(d->f->typed, name));
	val_text(row, "insert", it->f == F_remarks ? say(c, T_prenatal_word) : S(""));
	if (unknown) {
		struct str tick = str_cat(c->mem, name, S(".unknown"));
		val_text(row, "unknown_name", tick);
		val_bool(row, "unknown", form_get(d->f->typed, tick).n > 0 || str_eq(form_get(d->f->typed, name), UNKNOWN));
	} else {
		val_bool(row, "unknown_name", false);
	}
	val_bool(row, kind_flag(it), true);
	val_bool(row, "partial", it->type == FT_PARTIAL);
	bool is_first = !d->focused && on_first(d->f->sheet, it) && !in_dates(d->f->sheet, it);
	d->focused |= is_first;
	d->focus = is_first && (d->f->bad == NULL || d->f->bad->errors == 0);
	val_bool(row, "autofocus", d->focus);
	if (it->type == FT_CODE || it->type == FT_CODES || it->type == FT_YESNO)
		put_choices(d, row, it, id, name);
	val_bool(row, "fault", false);
	val_bool(row, "warning", false);
	put_notes(d, row, it, at_row);
	if (it->type == FT_DATE)
		put_echo(d, row, it);
}

/* ---- the whole form ---- */

/* Is there something in a section that should not stay folded away? */
static bool
section_speaks(struct drawing *d, size_t section)
{
	const struct sheet *s = d->f->sheet;
	const struct issues *bad = d->f->bad;

	for (size_t i = 0; bad != NULL && i < bad->n; i++)
		for (size_t k = 0; k < s->n_item; k++)
			if (s->item[k].section == section && !on_first(s, &s->item[k])
			    && (s->item[k].f != F_none ? bad->list[i].f == s->item[k].f
			    : bad->list[i].f == F_none && str_eq(bad->list[i].key, s->item[k].key)))
				return true;
	return false;
}

/* Rows of a group in a section: as many as hold anything, and up to the four that may be sent at a time. */
static void
put_rows(struct drawing *d, struct val *section, size_t at, enum field_group g)
{
	const struct sheet *s = d->f->sheet;
	size_t kept = rec_rows(d->f->rec, g), most = kept + 1 > GROUP_ROWS_AT_ONCE ? kept + 1 : GROUP_ROWS_AT_ONCE;
	struct val *rows = NULL;

	for (size_t row = 0; row < most && row < GROUP_ROWS; row++) {
		struct val *items = NULL;
		for (size_t i = 0; i < s->n_item; i++) {
			const struct item *it = &s->item[i];
			if (it->section != at || !grouped(it) || fields[it->f].group != g)
				continue;
			if (row == 0 && on_first(s, it))
				continue;       /* on the first page */
			if (items == NULL) {
				if (rows == NULL)
					rows = val_list(section, "rows");
				struct val *r = val_row(rows);
				val_text(r, "row_label", str_fmt(d->c->mem, "%.*s %zu",
				    STR_ARG(s->section[at].by[d->c->lang]), row + 1));
				items = val_list(r, "items");
			}
			put_item(d, items, it, row);
		}
	}
}

static void
put_section(struct drawing *d, struct val *sections, size_t at)
{
	const struct sheet *s = d->f->sheet;
	struct val *section = NULL, *items = NULL;
	bool minor_only = true, any_group = false, due = false;

	for (size_t i = 0; i < s->n_item; i++) {
		const struct item *it = &s->item[i];
		if (it->section != at || in_dates(s, it))
			continue;
		any_group |= grouped(it);
		if (grouped(it) || on_first(s, it))
			continue;
		if (section == NULL) {
			section = val_row(sections);
			items = val_list(section, "items");
		}
		minor_only &= it->f != F_none && (fields[it->f].flags & MINOR_ONLY) != 0;
		/* For a clerk: the physician's name, which nobody could fill in. */
		due |= it->need == NEED_ACCEPT && form_get(d->f->typed, widget_name(d, it, 0)).n == 0;
		put_item(d, items, it, 0);
	}
	if (section == NULL && !any_group)
		return;
	if (section == NULL) {
		section = val_row(sections);
		val_list(section, "items");
		minor_only = false;
	}
	val_text(section, "title", s->section[at].by[d->c->lang]);
	val_text(section, "key", s->section[at].key);
	val_bool(section, "open", due || section_speaks(d, at) || (minor_only && d->minor));
	val_bool(section, "minor_only", minor_only);
	for (enum field_group g = G_TEST; g < G_COUNT; g++)
		put_rows(d, section, at, g);
}

static void
put_faults(struct drawing *d, struct val *v)
{
	const struct issues *bad = d->f->bad;
	struct val *list = val_list(v, "faults");

	val_int(v, "n_faults", bad != NULL ? (int64_t)bad->errors : 0);
	for (size_t i = 0; bad != NULL && i < bad->n; i++) {
		struct val *row = val_row(list);
		struct str name = issue_name(d->c->mem, &bad->list[i]);
		if (name.n > 0 && bad->list[i].f == F_none)
			name = str_cat(d->c->mem, name, d->f->suffix);
		val_text(row, "text", issue_text(d->c->mem, &bad->list[i], d->c->lang));
		val_text(row, "href", name.n ? str_fmt(d->c->mem, "#%.*s", STR_ARG(widget_id(d->c, name)))
		    : bad->list[i].id == T_dup_ask ? S("#duplicates")
		    : bad->list[i].id == T_bad_unchecked || bad->list[i].id == T_bad_unchecked_sign_in ? S("#check") : S("#first"));
		val_bool(row, "warn", bad->list[i].level == ISSUE_WARN);
	}
	if (bad == NULL || bad->errors == 0)
		val_bool(v, "n_faults", false);
}

void
put_sheet_form(struct ctx *c, struct val *v, const struct sheet_form *f)
{
	struct drawing d = { .c = c, .f = f, .minor = rec_minor(f->rec, f->today) };
	const struct sheet *s = f->sheet;
	struct val *dates = val_list(v, "dates"), *first = val_list(v, "first"), *sections = val_list(v, "sections");

	for (size_t i = 0; i < s->n_item; i++) {
		if (in_dates(s, &s->item[i]))
			put_item(&d, dates, &s->item[i], 0);
		else if (on_first(s, &s->item[i]))
			put_item(&d, first, &s->item[i], 0);
	}
	for (size_t k = 0; k < s->n_section; k++)
		put_section(&d, sections, k);
	put_faults(&d, v);
}

/* ---- lines to read ---- */

struct str
item_label(struct ctx *c, const struct item *it, size_t row, size_t rows)
{
	if (!grouped(it) || rows < 2)
		return it->by[c->lang];
	return str_fmt(c->mem, "%.*s %zu", STR_ARG(it->by[c->lang]), row + 1);
}

static void
put_line(struct ctx *c, struct val *list, const struct item *it, struct str value, size_t row, size_t rows)
{
	struct val *line = val_row(list);

	val_text(line, "number", it->number);
	val_text(line, "label", item_label(c, it, row, rows));
	val_text(line, "value", value.n == 0 || rec_unknown(value) ? S("") : item_show(c->mem, it, value, c->lang));
	val_bool(line, "empty", value.n == 0);
	val_bool(line, "unknown", rec_unknown(value));
}

void
put_sheet_lines(struct ctx *c, struct val *v, const char *name, const struct sheet *s, const struct record *rec,
    struct date today)
{
	struct val *list = val_list(v, name);
	bool minor = rec_minor(rec, today);
	const struct item **item = paper_order(c->mem, s);

	for (size_t i = 0; i < s->n_item; i++) {
		const struct item *it = item[i];
		if (!item_asked(it, rec, minor))
			continue;
		if (it->f == F_none) {
			put_line(c, list, it, rec_extra(rec, it->key), 0, 1);
			continue;
		}
		if (!grouped(it)) {
			put_line(c, list, it, rec_get(rec, it->f), 0, 1);
			continue;
		}
		/* A group stands row by row where its first item stands. */
		enum field_group g = fields[it->f].group;
		bool first = true;
		for (size_t k = 0; k < i; k++)
			first &= !(grouped(item[k]) && fields[item[k]->f].group == g);
		if (!first)
			continue;
		size_t rows = rec_rows(rec, g);
		for (size_t row = 0; row < (rows ? rows : 1); row++)
			for (size_t k = i; k < s->n_item; k++) {
				const struct item *one = item[k];
				if (!grouped(one) || fields[one->f].group != g)
					continue;
				struct str value = rec_row(rec, one->f, row);
				if (value.n > 0 || item_asked_in(one, rec, row, minor))
					put_line(c, list, one, value, row, rows);
			}
	}
}
