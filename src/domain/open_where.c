/* domain/open_where.c: see open_where.h. */
#include "domain/open_where.h"

/* ---- where: code, prefecture, city ---- */

struct where {
	struct str code;                /* as written */
	struct str five;                /* its five digits, "" when there is none */
	bool doubtful;                  /* wrong check digit */
	struct str pref;                /* by the prefecture's name */
	struct str city;                /* the city's name as written, plain */
	const struct place *by_code, *by_city;
};

static bool
is_pref_code(const struct reading *r, struct str five)
{
	return str_eq(str_sub(five, 2, 3), S("000")) && place_pref_name(r->h->about->all, str_sub(five, 0, 2)).n > 0;
}

static bool
is_known_code(const struct reading *r, struct str five)
{
	return place_by_code(r->h->about->all, five) != NULL || is_pref_code(r, five);
}

/* Six digits, or five without the check digit, or what a spreadsheet leaves of 011002: 11002. */
static void
read_code(struct reading *r, struct where *w)
{
	struct str s = cell_plain(r, COL_code), padded;

	w->code = s;
	if (str_ends(s, S(".0")))
		s = str_sub(s, 0, s.n - 2);
	if (open_state(s) != SAID)
		return;
	if (!digits_only(s, 0) || s.n > 6 || s.n == 3) {
		cell_refuse(r, "%.*s is no code of a local government: %.*s", STR_ARG(cell_name(r, COL_code)),
		    STR_ARG(cell_brief(s)));
		return;
	}
	padded = str_cat(r->mem, S("0"), s);
	if (s.n == 6) {
		w->five = str_sub(s, 0, 5);
		w->doubtful = !place_code_ok(s);
	} else if (s.n <= 2) {
		w->five = str_fmt(r->mem, "%s%.*s000", s.n == 1 ? "0" : "", STR_ARG(s));
	} else if (s.n == 4) {
		w->five = padded;
	} else {
		bool six = place_code_ok(padded) && is_known_code(r, str_sub(padded, 0, 5));
		bool five = is_known_code(r, s) && (w->pref.n == 0 || str_starts(s, w->pref));
		w->five = six && !five ? str_sub(padded, 0, 5) : s;
	}
	if (!str_starts(s, str_sub(w->five, 0, 2)) || s.n < 5)
		cell_repair(r, cell_name(r, COL_code), str_fmt(r->mem, "%.*s read as %.*s", STR_ARG(s), STR_ARG(w->five)));
	if (place_pref_name(r->h->about->all, str_sub(w->five, 0, 2)).n == 0)
		cell_refuse(r, "the code %.*s is in no prefecture", STR_ARG(s));
}

/* 東京都; 東京 is repaired. */
static void
read_pref(struct reading *r, struct where *w)
{
	static const struct str ends[] = { STR_INIT("都"), STR_INIT("道"), STR_INIT("府"), STR_INIT("県") };
	struct str s = cell_plain(r, COL_pref);

	if (open_state(s) != SAID)
		return;
	w->pref = place_pref(r->h->about->all, s);
	for (size_t i = 0; w->pref.n == 0 && i < LEN(ends); i++) {
		w->pref = place_pref(r->h->about->all, str_cat(r->mem, s, ends[i]));
		if (w->pref.n > 0)
			cell_repair(r, cell_name(r, COL_pref), str_fmt(r->mem, "read as %.*s%.*s", STR_ARG(s), STR_ARG(ends[i])));
	}
	if (w->pref.n == 0)
		cell_refuse(r, "there is no prefecture of that name: %.*s", STR_ARG(cell_brief(s)));
}

/* Is a part of text only a remark behind a municipality's name? 滞在, 内, (東京都)内滞在中 */
static bool
is_remark(struct str s)
{
	static const struct str words[] = {
		STR_INIT("内"), STR_INIT("滞在"), STR_INIT("中"), STR_INIT("在住"), STR_INIT("役所"), STR_INIT(" "),
	};

	while (s.n > 0) {
		size_t i = 0;
		while (i < LEN(words) && !str_starts(s, words[i]))
			i++;
		if (i == LEN(words))
			return false;
		s = str_sub(s, words[i].n, s.n);
	}
	return true;
}

static void
read_city(struct reading *r, struct where *w)
{
	struct str pref = w->pref.n > 0 ? w->pref : str_sub(w->five, 0, 2), s = cell_plain(r, COL_city);
	size_t used = 0;

	w->city = s;
	if (cell_value(r, COL_city, open_state(s), s).n == 0 || open_state(s) != SAID)
		return;
	w->by_city = place_at_head(r->h->about->all, pref, s, &used);
	if (w->by_city == NULL && str_eq(place_pref_name(r->h->about->all, pref), s))
		return;                 /* a prefecture in the column of cities */
	if (w->by_city == NULL) {
		cell_repair(r, cell_name(r, COL_city), S("no municipality of that name, kept as written"));
		cell_keep(r, COL_city);
		return;
	}
	if (used < s.n && !is_remark(str_sub(s, used, s.n)))
		cell_keep(r, COL_city);      /* 千代田区丸の内 */
	if (used < s.n || !str_ends(s, w->by_city->name))
		cell_repair(r, cell_name(r, COL_city), str_fmt(r->mem, "%.*s read as %.*s", STR_ARG(s), STR_ARG(w->by_city->name)));
}

/* Is one of them a ward of the other, or the same? */
static bool
place_within(const struct place *city, const struct place *ward)
{
	return city == ward || (ward->ward.n > 0 && str_eq(city->pref, ward->pref) && city->name.n + ward->ward.n == ward->name.n
	    && str_starts(ward->name, city->name));
}

/* A code with a wrong check digit counts only when the names say the same. */
static void
settle_doubtful(struct reading *r, struct where *w)
{
	if (!w->doubtful)
		return;
	if (w->pref.n == 0 && w->by_city == NULL) {
		cell_refuse(r, "the code %.*s has a wrong check digit, and there is no name beside it", STR_ARG(w->code));
		return;
	}
	if (w->pref.n > 0 && !str_starts(w->five, w->pref)) {
		cell_refuse(r, "the code %.*s has a wrong check digit and does not fit %.*s", STR_ARG(w->code),
		    STR_ARG(cell_plain(r, COL_pref)));
		return;
	}
	if (w->by_city != NULL)
		w->five = w->by_city->code;
	else if (w->city.n > 0 || place_by_code(r->h->about->all, w->five) == NULL)
		w->five = str_cat(r->mem, str_sub(w->five, 0, 2), S("000"));
	cell_repair(r, cell_name(r, COL_code), str_fmt(r->mem, "%.*s has a wrong check digit, read as %.*s by the names",
	    STR_ARG(w->code), STR_ARG(w->five)));
}

static void
settle_place(struct reading *r, struct where *w)
{
	if (w->five.n == 0) {
		r->place = w->by_city;
		return;
	}
	if (w->pref.n > 0 && !str_starts(w->five, w->pref)) {
		cell_refuse(r, "the code %.*s is in %.*s, the row says %.*s", STR_ARG(w->code),
		    STR_ARG(place_pref_name(r->h->about->all, str_sub(w->five, 0, 2))), STR_ARG(cell_plain(r, COL_pref)));
		return;
	}
	w->by_code = place_by_code(r->h->about->all, w->five);
	if (w->by_code == NULL && !is_pref_code(r, w->five)) {
		cell_repair(r, cell_name(r, COL_code), str_fmt(r->mem, "%.*s is no municipality, kept as written", STR_ARG(w->code)));
		cell_keep(r, COL_code);
	}
	r->place = w->by_code != NULL ? w->by_code : w->by_city;
	if (w->by_code == NULL || w->by_city == NULL || place_within(w->by_city, w->by_code))
		return;
	if (!place_within(w->by_code, w->by_city)) {
		cell_refuse(r, "the code %.*s is %.*s, the row says %.*s", STR_ARG(w->code), STR_ARG(w->by_code->name),
		    STR_ARG(w->city));
		return;
	}
	r->place = w->by_city;
}

/* All of a row but its residence: before it. */
void
open_where_read(struct reading *r)
{
	struct where w = { .code = S(""), .five = S(""), .pref = S(""), .city = S("") };
	struct open_row *o = r->o;

	read_pref(r, &w);
	read_code(r, &w);
	if (r->h->at[COL_city] < r->h->n)
		read_city(r, &w);
	if (r->refused)
		return;
	settle_doubtful(r, &w);
	settle_place(r, &w);
	o->v[OV_city] = w.by_city != NULL ? w.by_city->name : open_state(w.city) == SAID ? w.city : S("");
	o->v[OV_pref] = w.pref.n > 0 ? w.pref : r->place != NULL ? r->place->pref : str_sub(w.five, 0, 2);
}

/* ---- residence ---- */

/* What stands in the innermost brackets; "" when there are none. */
static struct str
innermost(struct str s)
{
	size_t close = str_find(s, ')', 0), open = close;

	while (open > 0 && s.p[open] != '(')
		open--;
	return close < s.n && s.p[open] == '(' ? str_sub(s, open + 1, close - open - 1) : S("");
}

/* Is it how this municipality is written? 聖籠町, 北蒲原郡聖籠町, 新潟県聖籠町 */
static bool
is_spelled(const struct place *p, struct str s)
{
	return str_ends(s, p->name);
}

static const struct place *
residence_place(struct reading *r, struct str pref, struct str text, size_t *used)
{
	const struct place *p = NULL;

	*used = 0;
	if (text.n == 0)
		return NULL;
	if (r->place != NULL) {
		struct place city = *r->place;
		city.name.n -= city.ward.n;
		p = place_ward(r->h->about->all, &city, text);
		if (p != NULL)
			*used = p->ward.n;
	}
	return p != NULL ? p : place_at_head(r->h->about->all, pref, text, used);
}

/* 長岡保健所管内: a centre without a municipality. */
static int64_t
residence_centre(const struct reading *r, struct str text)
{
	int64_t home = 0;

	if (str_find_str(text, S("保健所")) == text.n)
		return 0;
	for (size_t i = 0; i < r->h->about->n_centre; i++) {
		const struct org *c = &r->h->about->centre[i];
		if (!str_starts(text, c->name) || (r->o->v[OV_pref].n > 0 && !str_starts(c->path, r->o->v[OV_pref])))
			continue;
		if (home != 0)
			return 0;       /* 中央保健所 of several prefectures */
		home = c->home;
	}
	return home;
}

/* The residence as it is kept: a municipality that stands alone by its name. */
static struct str
residence_mended(struct reading *r, enum open_col c, struct str s, const struct place *p, size_t used)
{
	struct str rest = str_sub(s, used, s.n), good;

	if (p == NULL || used == 0 || is_spelled(p, str_sub(s, 0, used)) || !is_remark(rest))
		return s;
	good = str_cat(r->mem, p->name, rest);
	cell_repair(r, cell_name(r, c), str_fmt(r->mem, "%.*s read as %.*s", STR_ARG(s), STR_ARG(good)));
	return good;
}

void
open_residence_read(struct reading *r)
{
	struct str written = str_trim(cell_raw(r, COL_residence)), s = cell_plain(r, COL_residence);
	struct str pref = r->o->v[OV_pref], inner = innermost(s);
	const struct place *p = NULL;
	size_t used;

	s = cell_value(r, COL_residence, open_state(s), s);
	r->o->v[OV_residence] = s;
	if (open_state(s) != SAID)
		return;
	if (!str_eq(s, written))
		cell_repair(r, cell_name(r, COL_residence), S("widths"));
	if (inner.n > 0)
		p = residence_place(r, pref, inner, &used);
	if (p == NULL) {
		p = residence_place(r, pref, s, &used);
		r->o->v[OV_residence] = residence_mended(r, COL_residence, s, p, used);
	}
	if (p != NULL && (r->place == NULL || place_within(r->place, p)))
		r->place = p;
	if (r->place == NULL)
		r->o->home = residence_centre(r, s);
}

/* 居住地1 is a prefecture or a country, 居住地2 a city. */
void
open_residence_parts_read(struct reading *r)
{
	struct str s = cell_plain(r, COL_residence), city = cell_plain(r, COL_residence2), pref = place_pref(r->h->about->all, s);
	size_t used = 0;

	s = cell_value(r, COL_residence, open_state(s), s);
	city = cell_value(r, COL_residence2, open_state(city), city);
	if (open_state(s) == SAID && !str_eq(s, str_trim(cell_raw(r, COL_residence))))
		cell_repair(r, cell_name(r, COL_residence), S("widths"));
	if (r->o->v[OV_pref].n == 0)
		r->o->v[OV_pref] = pref;
	if (open_state(city) == SAID) {
		const struct place *p = pref.n > 0 ? place_at_head(r->h->about->all, pref, city, &used) : NULL;
		city = residence_mended(r, COL_residence2, city, p, used);
		if (p != NULL)
			r->place = p;
	}
	r->o->v[OV_residence] = open_state(city) == SAID && open_state(s) == SAID ? str_cat(r->mem, s, city) :
	    s.n > 0 ? s : city;
}
