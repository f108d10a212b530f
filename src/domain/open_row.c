/* domain/open_row.c: see open_row.h.
 *
 * A row is read column by column, each by its own function; the first that finds it must be refused writes why and
 * the others are not asked. Repairs are collected as one line of text for the report. */
#include "domain/open_row.h"

#include "base/crypt.h"
#include "domain/open_where.h"

#define NUMBER_MAX 40           /* bytes of a case's number */

const struct str open_value_name[OV_KEPT] = {
	[OV_publisher] = STR_INIT("publisher"), [OV_number] = STR_INIT("number"),
	[OV_municipality] = STR_INIT("municipality"), [OV_pref] = STR_INIT("pref"),
	[OV_published] = STR_INIT("published_date"), [OV_onset] = STR_INIT("onset_date"),
	[OV_residence] = STR_INIT("residence"), [OV_age] = STR_INIT("age_band"), [OV_sex] = STR_INIT("sex"),
	[OV_occupation] = STR_INIT("occupation"), [OV_condition] = STR_INIT("condition"),
	[OV_symptoms] = STR_INIT("symptoms"), [OV_travelled] = STR_INIT("travelled"),
	[OV_discharged] = STR_INIT("discharged"), [OV_remarks] = STR_INIT("remarks"),
	[OV_as_written] = STR_INIT("as_written"),
};

/* ---- number ---- */

/* 12.0 and 1,234 are what spreadsheets make of 12 and 1234. */
static struct str
number_mended(struct arena *mem, struct str s)
{
	struct buf b = buf_new(mem);
	size_t dot = str_find(s, '.', 0);
	bool good = s.n > 0 && s.p[0] != ',';

	for (size_t i = 0; i < dot; i++) {
		if (s.p[i] == ',' && dot - i >= 4 && (dot - i) % 4 == 0)
			continue;
		good = good && s.p[i] >= '0' && s.p[i] <= '9';
		buf_byte(&b, s.p[i]);
	}
	for (size_t i = dot + 1; i < s.n; i++)
		good = good && s.p[i] == '0';
	return good && dot > 0 ? buf_str(&b) : s;
}

static void
read_number(struct reading *r)
{
	struct str s = cell_plain(r, COL_number), mended = number_mended(r->mem, s);

	if (open_state(s) != SAID) {
		cell_refuse(r, "there is no number");
		return;
	}
	if (!str_eq(s, mended))
		cell_repair(r, cell_name(r, COL_number), str_fmt(r->mem, "%.*s read as %.*s", STR_ARG(s), STR_ARG(mended)));
	if (digits_only(mended, 0))
		while (mended.n > 1 && mended.p[0] == '0')
			mended = str_sub(mended, 1, mended.n);
	if (mended.n > NUMBER_MAX)
		cell_refuse(r, "the number is longer than %d characters", NUMBER_MAX);
	r->o->v[OV_number] = mended;
}

/* ---- dates ---- */

/* 2020-04-01T00:00:00+09:00, 2020/4/1 0:00 */
static struct str
without_time(struct str s)
{
	size_t at = str_find(s, 'T', 0), colon = str_find(s, ':', 0);

	if (at == s.n)
		at = str_find(s, ' ', 0);
	return at >= 6 && at < colon && colon < s.n ? str_trim(str_sub(s, 0, at)) : s;
}

static void
take_date(struct reading *r, enum open_col c, enum open_value v, struct date d)
{
	if (d.day > r->h->about->today.day)
		cell_refuse(r, "%.*s lies in the future: %.*s", STR_ARG(cell_name(r, c)), STR_ARG(date_iso(r->mem, d)));
	else if (d.day < r->h->earliest.day)
		cell_refuse(r, "%.*s lies before November 2019: %.*s", STR_ARG(cell_name(r, c)), STR_ARG(date_iso(r->mem, d)));
	else
		r->o->v[v] = date_iso(r->mem, d);
}

static void
refuse_date(struct reading *r, enum open_col c, struct str s)
{
	cell_refuse(r, "%.*s cannot be read as a date: %.*s", STR_ARG(cell_name(r, c)), STR_ARG(cell_brief(s)));
}

static void
read_published(struct reading *r)
{
	struct str s = without_time(cell_plain(r, COL_published));
	struct date d;

	if (open_state(s) != SAID)
		cell_refuse(r, "there is no date of publication");
	else if (date_from_iso(s, &d) || date_parse(s, &d) == DATE_GOOD)
		take_date(r, COL_published, OV_published, d);
	else
		refuse_date(r, COL_published, s);
}

static void
read_published_parts(struct reading *r)
{
	int64_t part[3] = { 0 };
	struct str s[3] = { cell_plain(r, COL_year), cell_plain(r, COL_month), cell_plain(r, COL_day) };
	struct date d;
	bool good = true;

	for (size_t i = 0; i < 3; i++)
		good = good && str_int(s[i], &part[i]) && part[i] >= 0 && part[i] <= 9999;
	if (s[0].n + s[1].n + s[2].n == 0)
		cell_refuse(r, "there is no date of publication");
	else if (good && date_make((int)part[0], (int)part[1], (int)part[2], &d))
		take_date(r, COL_year, OV_published, d);
	else
		refuse_date(r, COL_year, str_fmt(r->mem, "%.*s/%.*s/%.*s", STR_ARG(s[0]), STR_ARG(s[1]), STR_ARG(s[2])));
}

/* 3月下旬, 4月頃: said, but no day. */
static bool
is_vague(struct str s)
{
	static const struct str words[] = { STR_INIT("旬"), STR_INIT("頃"), STR_INIT("ごろ"), STR_INIT("以前") };

	for (size_t i = 0; i < LEN(words); i++)
		if (str_find_str(s, words[i]) < s.n)
			return true;
	return false;
}

/* The onset may be known to the month only. */
static void
read_onset(struct reading *r)
{
	struct str s = without_time(cell_plain(r, COL_onset));
	enum saying said = open_state(s);
	int parts = 3;
	struct date d;

	if (said != SAID) {
		r->o->v[OV_onset] = cell_value(r, COL_onset, said, s);
	} else if (date_from_iso(s, &d) || date_parse_partial(s, &d, &parts) == DATE_GOOD) {
		take_date(r, COL_onset, OV_onset, d);
		r->o->v[OV_onset] = str_sub(r->o->v[OV_onset], 0, parts == 3 ? 10 : parts == 2 ? 7 : 4);
	} else if (str_eq(s, S("無症状")) || str_eq(s, S("なし"))) {
		cell_keep(r, COL_onset);
	} else if (is_vague(s)) {
		r->o->v[OV_onset] = cell_value(r, COL_onset, SAID_UNCLEAR, s);
	} else {
		refuse_date(r, COL_onset, s);
	}
}

/* ---- the patient ---- */

static struct str
without_spaces(struct arena *mem, struct str s)
{
	struct buf b;

	if (str_find(s, ' ', 0) == s.n)
		return s;
	b = buf_new(mem);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ')
			buf_byte(&b, s.p[i]);
	return buf_str(&b);
}

static void
read_age(struct reading *r)
{
	struct str band = S("");
	bool finer;
	enum saying said = open_age(r->mem, without_spaces(r->mem, cell_plain(r, COL_age)), &band, &finer);

	r->o->v[OV_age] = cell_value(r, COL_age, said, band);
	if (said == SAID && finer)
		cell_keep(r, COL_age);
}

static void
read_coded(struct reading *r, enum open_col c, enum open_value v, enum saying (*read)(struct str s, struct str *out))
{
	struct str code = S("");
	enum saying said = read(cell_plain(r, c), &code);

	r->o->v[v] = cell_value(r, c, said, code);
}

/* Texts stay as written. */
static void
read_text(struct reading *r, enum open_col c, enum open_value v)
{
	enum saying said = open_state(cell_plain(r, c));

	if (c == COL_remarks && said != SAID_NOTHING && said != SAID_DASH)
		said = SAID;
	r->o->v[v] = cell_value(r, c, said, str_trim(cell_raw(r, c)));
}

static void
keep_others(struct reading *r)
{
	for (size_t i = 0; i < r->h->n && i < r->o->n; i++) {
		struct str s = str_trim(r->o->cell[i]);
		if (r->h->col[i] == COL_other && s.n > 0 && !str_eq(s, S("NA")))
			cell_keep_as(r, r->h->cell[i], s);
	}
}

/* ---- the row ---- */

static void
read_cells(struct reading *r)
{
	const struct open_header *h = r->h;

	read_number(r);
	if (h->at[COL_published] < h->n)
		read_published(r);
	else
		read_published_parts(r);
	open_where_read(r);
	if (r->refused)
		return;
	if (h->at[COL_residence2] < h->n)
		open_residence_parts_read(r);
	else
		open_residence_read(r);
	read_onset(r);
	read_age(r);
	read_coded(r, COL_sex, OV_sex, open_sex);
	read_coded(r, COL_travelled, OV_travelled, open_flag);
	read_coded(r, COL_discharged, OV_discharged, open_flag);
	read_text(r, COL_occupation, OV_occupation);
	read_text(r, COL_condition, OV_condition);
	read_text(r, COL_symptoms, OV_symptoms);
	read_text(r, COL_remarks, OV_remarks);
	keep_others(r);
}

/* The file's publisher, unless the row is of another prefecture: then that one. */
static void
settle_publisher(struct reading *r)
{
	struct str file = r->h->publisher, pref = r->o->v[OV_pref];

	if (file.n > 0 && (pref.n == 0 || str_starts(file, pref) || str_eq(file, S("toyokeizai"))))
		r->o->v[OV_publisher] = file;
	else if (pref.n > 0)
		r->o->v[OV_publisher] = pref;
	else
		cell_refuse(r, "neither a code nor a prefecture says who published it");
}

static struct str
sum_of(struct arena *mem, const struct open_row *o)
{
	struct buf b = buf_new(mem);
	struct sha256 sum;

	for (size_t i = 0; i < OV_COUNT; i++) {
		if (i != OV_municipality)
			buf_put(&b, o->v[i]);
		buf_byte(&b, '\x1F');
	}
	sum = crypt_sha256(buf_str(&b));
	return crypt_hex(mem, (struct str){ (const char *)sum.b, sizeof sum.b });
}

/* Too many cells are no fault when nothing is in them. */
static void
count_cells(struct reading *r)
{
	struct open_row *o = r->o;
	size_t n = o->n;

	while (n > r->h->n && str_trim(o->cell[n - 1]).n == 0)
		n--;
	if (n != r->h->n)
		cell_refuse(r, "%zu cells instead of %zu", o->n, r->h->n);
	else if (n < o->n)
		cell_repair(r, S("row"), S("empty cells behind the last column"));
}

static void
find_lost(struct reading *r)
{
	for (size_t i = 0; i < r->o->n; i++)
		if (str_find_str(r->o->cell[i], OPEN_LOST) < r->o->cell[i].n)
			cell_refuse(r, "a character is lost (U+FFFD): %.*s",
			    STR_ARG(i < r->h->n ? r->h->cell[i] : S("behind the last column")));
}

static bool
is_empty(const struct open_row *o)
{
	for (size_t i = 0; i < o->n; i++)
		if (str_trim(o->cell[i]).n > 0)
			return false;
	return true;
}

void
open_row_read(struct open_header *h, struct arena *mem, const struct csv_row *in, struct open_row *out)
{
	struct reading r = { .h = h, .mem = mem, .o = out, .repairs = buf_new(mem) };

	*out = (struct open_row){ .line = in->line, .what = S("") };
	for (size_t i = 0; i < OV_COUNT; i++)
		out->v[i] = S("");
	out->cell = open_header_strip(mem, h, in, &out->n);
	if (is_empty(out))
		cell_refuse(&r, "the row is empty");
	count_cells(&r);
	find_lost(&r);
	if (!r.refused)
		read_cells(&r);
	if (!r.refused)
		settle_publisher(&r);
	if (r.refused) {
		out->verdict = V_REFUSED;
		return;
	}
	if (r.place != NULL) {
		out->v[OV_municipality] = r.place->code;
		out->home = r.place->home;
	}
	if (r.n_kept > 0) {
		json_map_end(&r.kept);
		out->v[OV_as_written] = json_out_str(&r.kept);
	}
	out->sha256 = sum_of(mem, out);
	out->verdict = r.repairs.n > 0 ? V_REPAIRED : V_TAKEN;
	out->what = buf_str(&r.repairs);
}
