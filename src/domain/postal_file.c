/* domain/postal_file.c: see postal_file.h. */
#include "domain/postal_file.h"

#include "base/utf8.h"

/* Where things stand in a row; -1: nowhere. */
struct shape {
	struct str source, first;       /* first: of the header; "" without header */
	size_t cells;
	int jis, code, pref, city, town, street, change;
};
static const struct shape shapes[] = {
	{ .source = STR_INIT("area"), .first = STR_INIT(""), .cells = 15,
	  .jis = 0, .code = 2, .pref = 6, .city = 7, .town = 8, .street = -1, .change = 13 },
	{ .source = STR_INIT("office"), .first = STR_INIT(""), .cells = 13,
	  .jis = 0, .code = 7, .pref = 3, .city = 4, .town = 5, .street = 6, .change = -1 },
	{ .source = STR_INIT("area"), .first = STR_INIT("postalCode"), .cells = 13,
	  .jis = 2, .code = 0, .pref = 3, .city = 5, .town = 7, .street = -1, .change = -1 },
	{ .source = STR_INIT("office"), .first = STR_INIT("postalCode"), .cells = 11,
	  .jis = 2, .code = 0, .pref = 3, .city = 4, .town = 5, .street = 6, .change = -1 },
};

struct reading {
	struct arena *mem;
	struct places *all;
	struct postal_rows *out;
	size_t cap, lines, changes;
	/* a town that is not finished */
	struct str open_code, open_jis, open_city, open_pref;
	struct buf town;
	size_t open_line;
	/* the municipality of the last row: rows stand together */
	struct str jis;
	const struct place *place;
};

static enum err
wrong(struct arena *mem, size_t line, const char *what, struct str *why)
{
	*why = str_fmt(mem, "line %zu: %s", line, what);
	return E_FORMAT;
}

/* ---- towns ---- */

static bool
is_digit(int32_t cp)
{
	return (cp >= '0' && cp <= '9') || (cp >= 0xFF10 && cp <= 0xFF19);
}

/* １９階 */
static bool
is_floor(struct str s)
{
	size_t n = 0;

	for (struct str rest = s; rest.n > 0; n++) {
		int32_t cp = utf8_next(&rest);
		if (cp == 0x968E)
			return n > 0 && rest.n == 0;
		if (!is_digit(cp))
			return false;
	}
	return false;
}

/* The floor of サンシャイン６０（１４階） must not run into the name. */
static void
floor_put(struct buf *b, struct str inside)
{
	struct str before = str_sub(buf_str(b), b->n < 3 ? 0 : b->n - 3, 3);

	if (!is_floor(inside))
		return;
	if (before.n == 3 && is_digit(utf8_next(&before)))
		buf_put(b, S("　"));
	buf_put(b, inside);
}

#define OPENS 0xFF08            /* （ */
#define CLOSES 0xFF09

/* Without what stands in brackets; a floor loses only the brackets. One that closes and never opened goes too:
 * スクエア高層棟）（４７階. */
static struct str
brackets_off(struct arena *mem, struct str s)
{
	struct buf b = buf_new(mem);
	size_t depth = 0, from = 0;

	for (struct str rest = s; rest.n > 0;) {
		size_t at = s.n - rest.n;
		int32_t cp = utf8_next(&rest);
		if (cp == OPENS && depth++ == 0)
			from = s.n - rest.n;
		else if (cp == CLOSES && depth > 0 && --depth == 0)
			floor_put(&b, str_sub(s, from, at - from));
		else if (cp != OPENS && cp != CLOSES && depth == 0)
			buf_put(&b, str_sub(s, at, s.n - rest.n - at));
	}
	if (depth > 0)
		floor_put(&b, str_sub(s, from, s.n));
	return buf_str(&b);
}

/* 種市第１５地割〜第２１地割 -> 種市. One alone is part of the address. */
static struct str
ranges_off(struct str s)
{
	if (str_find_str(s, S("地割")) == s.n ||
	    (str_find_str(s, S("〜")) == s.n && str_find_str(s, S("～")) == s.n))
		return s;
	for (struct str rest = s; rest.n > 0;) {
		size_t here = s.n - rest.n;
		int32_t cp = utf8_next(&rest);
		if (here > 0 && (is_digit(cp) || cp == 0x7B2C))         /* 第 */
			return str_sub(s, 0, here);
	}
	return s;
}

/* What of a town's name belongs into an address. */
static struct str
town_clean(struct arena *mem, struct str town, struct str city)
{
	size_t at;

	if (str_eq(town, S("以下に掲載がない場合")))
		return S("");
	town = ranges_off(brackets_off(mem, town));
	at = str_find_str(town, S("の次に"));
	if (at < town.n && str_find_str(town, S("場合")) < town.n)
		town = str_sub(town, 0, at);
	else if (str_ends(town, S("一円")) && town.n > S("一円").n)    /* 多賀町 has a town of that name */
		town = str_sub(town, 0, town.n - S("一円").n);
	else
		return town;
	return str_eq(town, city) ? S("") : town;
}

/* ---- rows ---- */

static void
row_add(struct reading *r, struct postal_row row)
{
	struct postal_rows *o = r->out;

	if (o->n == r->cap) {
		struct postal_row *more = NEWN(r->mem, struct postal_row, r->cap = r->cap ? 2 * r->cap : 1024);
		if (o->n > 0)
			memcpy(more, o->row, o->n * sizeof *more);
		o->row = more;
	}
	o->strange += row.municipality.n == 0;
	o->row[o->n++] = row;
}

/* The town read so far is whole: keep its row, or several: 井道、奥井道、内井道. */
static void
town_done(struct reading *r, struct str street)
{
	struct str head = str_cat(r->mem, r->open_pref, r->open_city), town;
	const struct str comma = S("、");

	if (!str_eq(r->jis, r->open_jis)) {
		r->jis = r->open_jis;
		r->place = place_by_code(r->all, r->jis);
		if (r->place == NULL)
			r->place = place_at_head(r->all, str_sub(r->jis, 0, 2), head, NULL);
	}
	town = town_clean(r->mem, buf_str(&r->town), r->place != NULL ? r->place->name : r->open_city);
	for (;;) {
		size_t at = str_find_str(town, comma);
		row_add(r, (struct postal_row){
			.code = r->open_code, .pref = str_sub(r->open_jis, 0, 2),
			.municipality = r->place != NULL ? r->place->code : S(""),
			.address = str_cat(r->mem, head, str_cat(r->mem, str_sub(town, 0, at), street)),
		});
		if (at == town.n)
			break;
		town = str_sub(town, at + comma.n, town.n);
	}
	r->town = buf_new(r->mem);
}

/* Does the name go on in the next line? */
static bool
is_open(struct str town)
{
	long depth = 0;

	while (town.n > 0) {
		int32_t cp = utf8_next(&town);
		depth += (cp == OPENS) - (cp == CLOSES);
	}
	return depth > 0;
}

/* What is wrong with a row of this shape; NULL when nothing is. */
static const char *
row_fault(const struct reading *r, const struct shape *s, const struct csv_row *row)
{
	struct str code, jis, pref;

	if (row->n != s->cells)
		return "the number of cells differs from the first line's";
	code = row->cell[s->code];
	jis = row->cell[s->jis];
	pref = row->cell[s->pref];
	if (!digits_only(code, 7))
		return "the postal code is not seven digits";
	if (!digits_only(jis, 5))
		return "the code of the municipality is not five digits";
	if (!str_eq(place_pref_name(r->all, str_sub(jis, 0, 2)), pref))
		return "the prefecture's name and the municipality's code do not agree";
	if (row->cell[s->city].n == 0)
		return "there is no municipality";
	return NULL;
}

static enum err
row_take(struct reading *r, const struct shape *s, const struct csv_row *row, struct str *why)
{
	const char *fault = row_fault(r, s, row);
	bool more = r->town.n > 0;

	if (fault != NULL)
		return wrong(r->mem, row->line, fault, why);
	if (more && (!str_eq(r->open_code, row->cell[s->code]) || !str_eq(r->open_jis, row->cell[s->jis])))
		return wrong(r->mem, r->open_line, "a bracket of the town's name never closes", why);
	if (!more) {
		r->open_code = str_dup(r->mem, row->cell[s->code]);
		if (!str_eq(r->open_jis, row->cell[s->jis]) || !str_eq(r->open_city, row->cell[s->city])) {
			r->open_jis = str_dup(r->mem, row->cell[s->jis]);
			r->open_city = str_dup(r->mem, row->cell[s->city]);
			r->open_pref = place_pref_name(r->all, str_sub(r->open_jis, 0, 2));
		}
		r->open_line = row->line;
	}
	buf_put(&r->town, row->cell[s->town]);
	r->lines++;
	r->changes += s->change >= 0 && !str_eq(row->cell[s->change], S("0"));
	if (s->street < 0 && is_open(buf_str(&r->town)))
		return OK;
	town_done(r, s->street < 0 ? S("") : brackets_off(r->mem, row->cell[s->street]));
	return OK;
}

/* Which file is it? By its first row. NULL: none of ours. */
static const struct shape *
shape_of(const struct csv_row *row)
{
	for (size_t i = 0; i < LEN(shapes); i++) {
		const struct shape *s = &shapes[i];
		if (row->n != s->cells)
			continue;
		if (s->first.n > 0 ? str_eq(row->cell[0], s->first) :
		    digits_only(row->cell[s->jis], 5) && digits_only(row->cell[s->code], 7))
			return s;
	}
	return NULL;
}

static enum err
rows_take(struct reading *r, struct csv *c, struct arena *row_mem, struct str *why)
{
	const struct shape *s = NULL;
	struct csv_row row;
	enum err e;

	while ((e = csv_next(c, row_mem, &row)) != E_NOTFOUND) {
		if (s == NULL && e == OK) {
			s = shape_of(&row);
			if (s == NULL)
				return E_NOTFOUND;
			r->out->source = s->source;
			if (s->first.n > 0)
				continue;
		}
		if (s == NULL)
			return E_NOTFOUND;
		if (e != OK)
			return wrong(r->mem, row.line, "it cannot be read as text", why);
		if (row.n == 1 && row.cell[0].n == 0)
			continue;
		e = row_take(r, s, &row, why);
		if (e != OK)
			return e;
		arena_reset(row_mem);
	}
	if (s == NULL)
		return E_NOTFOUND;
	if (r->town.n > 0)
		return wrong(r->mem, r->open_line, "a bracket of the town's name never closes", why);
	if (r->out->n == 0)
		return wrong(r->mem, 1, "there are no rows", why);
	if (r->changes == r->lines)
		return wrong(r->mem, 1, "every line is marked as a change: this is a monthly difference file, load KEN_ALL.CSV", why);
	return OK;
}

enum err
postal_file_read(struct arena *mem, struct places *all, struct infile *f, struct postal_rows *out, struct str *why)
{
	struct postal_rows rows = { 0 };
	struct reading r = { .mem = mem, .all = all, .out = &rows, .town = buf_new(mem) };
	struct arena *row_mem = arena_new(1 << 16);
	enum err e = rows_take(&r, infile_csv(mem, f), row_mem, why);

	arena_free(row_mem);
	if (e == OK)
		*out = rows;
	return e;
}

/* ---- lines CODE<tab>ADDRESS ---- */

bool
postal_lines_are(struct str text)
{
	return text.n > 8 && digits_only(str_sub(text, 0, 7), 7) && text.p[7] == '\t';
}

static struct postal_row
line_row(struct reading *r, struct str code, struct str address)
{
	size_t used = 0;
	const struct place *p = place_at_head(r->all, S(""), address, &used);
	struct str town;

	if (p == NULL)
		return (struct postal_row){ code, place_pref(r->all, address), S(""), address };
	town = town_clean(r->mem, str_sub(address, used, address.n), p->name);
	if (town.n + used != address.n)
		address = str_cat(r->mem, str_sub(address, 0, used), town);
	return (struct postal_row){ code, p->pref, p->code, address };
}

enum err
postal_lines_read(struct arena *mem, struct places *all, struct str text, struct postal_rows *out, struct str *why)
{
	struct postal_rows rows = { .source = S("area") };
	struct reading r = { .mem = mem, .all = all, .out = &rows, .town = buf_new(mem) };
	struct str line, code;

	for (size_t n = 1; str_cut(&text, '\n', &line); n++) {
		line = str_trim(line);
		if (line.n == 0)
			continue;
		if (!utf8_ok(line))
			return wrong(mem, n, "it cannot be read as text", why);
		if (!str_cut(&line, '\t', &code) || !digits_only(code, 7) || line.p == NULL || line.n == 0)
			return wrong(mem, n, "it is not a postal code of seven digits, a tab, an address", why);
		row_add(&r, line_row(&r, code, line));
	}
	*out = rows;
	return OK;
}
