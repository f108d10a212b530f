/* field/record.c: see record.h. */
#include "field/record.h"

#include "fmt/json.h"

struct date
rec_date(const struct record *r, enum field_id f)
{
	struct date d;

	if (fields[f].type != FT_DATE && fields[f].type != FT_PARTIAL)
		BUG("rec_date: the field is no date");
	return date_from_iso(rec_get(r, f), &d) ? d : (struct date){ DATE_NONE };
}

int
rec_age(const struct record *r)
{
	struct date birth = rec_date(r, F_birth_date), on = rec_date(r, F_diagnosis_date);
	int64_t typed;

	if (date_given(birth) && date_given(on))
		return age_years(birth, on);
	if (str_int(rec_get(r, F_age_years), &typed) && typed >= 0 && typed <= 150)
		return (int)typed;
	return -1;
}

bool
rec_has(struct str codes, struct str code)
{
	struct str one;

	while (str_cut(&codes, ',', &one))
		if (str_eq(one, code))
			return true;
	return false;
}

bool
rec_row_said(const struct record *r, enum field_group g, size_t row)
{
	enum field_id f = F_none;

	while ((f = field_next(g, f, false)) != F_none)
		if (rec_said(r->v[row][f]))
			return true;
	return false;
}

size_t
rec_rows(const struct record *r, enum field_group g)
{
	size_t n = g == G_ONE ? 1 : GROUP_ROWS;

	while (n > 0 && !rec_row_said(r, g, n - 1))
		n--;
	return n;
}

/* ---- extra items ---- */

static size_t
extra_place(const struct record *r, struct str key)
{
	size_t i = 0;

	while (i < r->n_extra && !str_eq(r->extra[i].key, key))
		i++;
	return i;
}

struct str
rec_extra(const struct record *r, struct str key)
{
	size_t i = extra_place(r, key);

	return i < r->n_extra ? r->extra[i].value : S("");
}

bool
rec_set_extra(struct record *r, struct str key, struct str value)
{
	size_t i = extra_place(r, key);

	if (value.n == 0) {
		if (i == r->n_extra)
			return true;
		r->n_extra--;
		memmove(&r->extra[i], &r->extra[i + 1], (r->n_extra - i) * sizeof r->extra[0]);
		return true;
	}
	if (i == EXTRAS)
		return false;
	if (i == r->n_extra)
		r->n_extra++;
	r->extra[i] = (struct extra){ key, value };
	return true;
}

/* ---- for people ---- */

static struct str
show_codes(struct arena *mem, enum codes_id list, struct str codes, enum lang lang)
{
	struct buf b = buf_new(mem);
	struct str one;

	while (str_cut(&codes, ',', &one)) {
		const struct code *c = code_find(list, one);
		if (b.n > 0)
			buf_put(&b, lang == LANG_JA ? S("、") : S(", "));
		buf_put(&b, c ? c->by[lang] : one);
	}
	return buf_str(&b);
}

/* "2022-08": 2022年8月, August 2022; "2022": 2022年, 2022. */
static struct str
show_partial(struct arena *mem, struct str v, enum lang lang)
{
	struct str whole = str_cat(mem, v, v.n == 4 ? S("-01-01") : S("-01"));
	struct date d;

	if (!date_from_iso(whole, &d))
		return v;
	if (v.n == 4)
		return lang == LANG_JA ? str_cat(mem, v, S("年")) : v;
	whole = date_long(mem, d, lang);
	if (lang == LANG_JA)
		return str_sub(whole, 0, whole.n - S("1日").n);
	return str_sub(whole, S("1 ").n, whole.n);
}

static struct str
show_date(struct arena *mem, struct str v, enum lang lang)
{
	struct date d;

	if (date_from_iso(v, &d))
		return date_long(mem, d, lang);
	return v.n == 4 || v.n == 7 ? show_partial(mem, v, lang) : v;
}

struct str
rec_show(struct arena *mem, enum field_id f, struct str v, enum lang lang)
{
	if (v.n == 0)
		return text(T_not_filled, lang);
	if (rec_unknown(v))
		return text(T_unknown, lang);
	switch (fields[f].type) {
	case FT_CODE:
	case FT_CODES:
		return show_codes(mem, fields[f].codes, v, lang);
	case FT_YESNO:
		return text(str_eq(v, S("yes")) ? T_yes : T_no, lang);
	case FT_DATE:
	case FT_PARTIAL:
		return show_date(mem, v, lang);
	case FT_POSTAL:
		if (v.n != 7)
			return v;
		return str_fmt(mem, "%.*s-%.*s", 3, v.p, 4, v.p + 3);
	default:
		return v;
	}
}

/* ---- differences ---- */

struct changes {
	struct arena *mem;
	struct rec_change *list;
	size_t n, cap;
};

static void
changes_add(struct changes *c, struct rec_change one)
{
	if (str_eq(one.was, one.now))
		return;
	if (c->n == c->cap) {
		struct rec_change *more = NEWN(c->mem, struct rec_change, c->cap * 2 + 8);
		if (c->n > 0)
			memcpy(more, c->list, c->n * sizeof *more);
		c->list = more;
		c->cap = c->cap * 2 + 8;
	}
	c->list[c->n++] = one;
}

static void
diff_group(struct changes *c, enum field_group g, const struct record *was, const struct record *now)
{
	size_t a = rec_rows(was, g), b = rec_rows(now, g), rows = a > b ? a : b;

	for (size_t row = 0; row < rows; row++)
		for (enum field_id f = F_none; (f = field_next(g, f, false)) != F_none;)
			changes_add(c, (struct rec_change){ .f = f, .row = row, .key = S(""),
				.was = rec_row(was, f, row), .now = rec_row(now, f, row) });
}

struct rec_change *
rec_diff(struct arena *mem, const struct record *was, const struct record *now, size_t *n)
{
	struct changes c = { .mem = mem };

	for (int g = 0; g < G_COUNT; g++)
		diff_group(&c, (enum field_group)g, was, now);
	for (size_t i = 0; i < was->n_extra; i++)
		changes_add(&c, (struct rec_change){ .key = was->extra[i].key, .was = was->extra[i].value,
			.now = rec_extra(now, was->extra[i].key) });
	for (size_t i = 0; i < now->n_extra; i++)
		if (rec_extra(was, now->extra[i].key).n == 0)
			changes_add(&c, (struct rec_change){ .key = now->extra[i].key, .was = S(""),
				.now = now->extra[i].value });
	*n = c.n;
	return c.list;
}

/* ---- JSON ---- */

static void
put_row(struct json_out *w, const struct record *r, enum field_group g, size_t row)
{
	enum field_id f = F_none;

	while ((f = field_next(g, f, false)) != F_none)
		if (rec_said(r->v[row][f]))
			json_put_text(w, fields[f].name, r->v[row][f]);
}

static void
put_group(struct json_out *w, const struct record *r, enum field_group g)
{
	size_t rows = rec_rows(r, g);

	if (rows == 0)
		return;
	json_list_begin(w, group_table(g));
	for (size_t row = 0; row < rows; row++) {
		json_map_begin(w, S(""));
		put_row(w, r, g, row);
		json_map_end(w);
	}
	json_list_end(w);
}

struct str
rec_to_json(struct arena *mem, const struct record *r)
{
	struct json_out w = json_out_new(mem);

	json_map_begin(&w, S(""));
	put_row(&w, r, G_ONE, 0);
	for (int g = G_ONE + 1; g < G_COUNT; g++)
		put_group(&w, r, (enum field_group)g);
	if (r->n_extra > 0) {
		json_map_begin(&w, S("extra"));
		for (size_t i = 0; i < r->n_extra; i++)
			json_put_text(&w, r->extra[i].key, r->extra[i].value);
		json_map_end(&w);
	}
	json_map_end(&w);
	return json_out_str(&w);
}

static enum err
take_row(const struct json *map, enum field_group g, size_t row, struct record *out)
{
	if (map->kind != JSON_MAP)
		return E_FORMAT;
	for (const struct json *j = map->child; j != NULL; j = j->next) {
		enum field_id f = field_by_name(j->name);
		if (f == F_none || fields[f].group != g)
			continue;
		if (j->kind != JSON_TEXT)
			return E_FORMAT;
		out->v[row][f] = j->text;
	}
	return OK;
}

static enum err
take_group(const struct json *list, enum field_group g, struct record *out)
{
	size_t row = 0;

	if (list == NULL)
		return OK;
	if (list->kind != JSON_LIST)
		return E_FORMAT;
	for (const struct json *j = list->child; j != NULL; j = j->next, row++) {
		if (row == GROUP_ROWS)
			return E_LIMIT;
		enum err e = take_row(j, g, row, out);
		if (e != OK)
			return e;
	}
	return OK;
}

static enum err
take_extra(const struct json *map, struct record *out)
{
	if (map == NULL)
		return OK;
	if (map->kind != JSON_MAP)
		return E_FORMAT;
	for (const struct json *j = map->child; j != NULL; j = j->next) {
		if (j->kind != JSON_TEXT || j->name.n == 0)
			return E_FORMAT;
		if (!rec_set_extra(out, j->name, j->text))
			return E_LIMIT;
	}
	return OK;
}

enum err
rec_from_json(struct arena *mem, struct str s, struct record *out)
{
	struct record got = { .n_extra = 0 };
	const struct json *j = NULL;
	enum err e = json_read(mem, s, &j);

	if (e == OK)
		e = take_row(j, G_ONE, 0, &got);
	for (int g = G_ONE + 1; e == OK && g < G_COUNT; g++)
		e = take_group(json_get(j, group_table((enum field_group)g)), (enum field_group)g, &got);
	if (e == OK)
		e = take_extra(json_get(j, S("extra")), &got);
	if (e == OK)
		*out = got;
	return e;
}
