/* domain/open_row.c: see open_row.h.
 *
 * A row is read column by column, each by its own function; the first that finds it must be refused writes why and
 * the others are not asked. Repairs are collected as one line of text for the report. */
#include "domain/open_row.h"

#include "base/crypt.h"
#include "base/utf8.h"
#include "domain/open_words.h"
#include "field/record.h"
#include "fmt/json.h"

#define NOWHERE SIZE_MAX
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

enum col {
	COL_other,              /* kept as written */
	COL_number, COL_code, COL_pref, COL_city, COL_published, COL_year, COL_month, COL_day, COL_onset, COL_residence,
	COL_residence2, COL_age, COL_sex, COL_occupation, COL_condition, COL_symptoms, COL_travelled, COL_discharged,
	COL_remarks, COL_ignored, COL_reason, COL_COUNT
};

struct open_header {
	const struct str *cell;         /* as written, without the reason's */
	enum col *col;
	size_t n;
	size_t reason;                  /* where refused_because stands in a row; NOWHERE */
	size_t at[COL_COUNT];           /* place in `cell`; n when there is none */
	struct str publisher;           /* of the file; "" when every row says it */
	struct places *all;
	const struct org *centre;
	size_t n_centre;
	struct date today, earliest;
};

struct reading {
	struct open_header *h;
	struct arena *mem;
	struct open_row *o;
	struct buf repairs;
	struct json_out kept;           /* as_written */
	size_t n_kept;
	const struct place *place;      /* by code and city */
	bool refused;
};

/* ---- the header ---- */

/* Names after NFKC, without spaces, in lower case. */
static const struct {
	struct str name;
	enum col col;
} columns[] = {
	{ STR_INIT("no"), COL_number }, { STR_INIT("no."), COL_number }, { STR_INIT("新no."), COL_number },
	{ STR_INIT("番号"), COL_number }, { STR_INIT("症例番号"), COL_number }, { STR_INIT("事例番号"), COL_number },
	{ STR_INIT("通し番号"), COL_number }, { STR_INIT("例目"), COL_number },
	{ STR_INIT("全国地方公共団体コード"), COL_code }, { STR_INIT("地方公共団体コード"), COL_code },
	{ STR_INIT("自治体コード"), COL_code }, { STR_INIT("団体コード"), COL_code }, { STR_INIT("市区町村コード"), COL_code },
	{ STR_INIT("都道府県名"), COL_pref }, { STR_INIT("都道府県"), COL_pref },
	{ STR_INIT("市区町村名"), COL_city }, { STR_INIT("市区町村"), COL_city }, { STR_INIT("市町村名"), COL_city },
	{ STR_INIT("公表_年月日"), COL_published }, { STR_INIT("公表年月日"), COL_published },
	{ STR_INIT("公表日"), COL_published }, { STR_INIT("発表_年月日"), COL_published },
	{ STR_INIT("発表年月日"), COL_published }, { STR_INIT("発表日"), COL_published },
	{ STR_INIT("確定年"), COL_year }, { STR_INIT("確定月"), COL_month }, { STR_INIT("確定日"), COL_day },
	{ STR_INIT("発症_年月日"), COL_onset }, { STR_INIT("発症年月日"), COL_onset }, { STR_INIT("発症日"), COL_onset },
	{ STR_INIT("患者_居住地"), COL_residence }, { STR_INIT("居住地"), COL_residence },
	{ STR_INIT("居住地1"), COL_residence }, { STR_INIT("居住地2"), COL_residence2 },
	{ STR_INIT("患者_年代"), COL_age }, { STR_INIT("年代"), COL_age }, { STR_INIT("年齢"), COL_age },
	{ STR_INIT("患者_性別"), COL_sex }, { STR_INIT("性別"), COL_sex },
	{ STR_INIT("患者_職業"), COL_occupation }, { STR_INIT("患者_属性"), COL_occupation },
	{ STR_INIT("職業"), COL_occupation }, { STR_INIT("属性"), COL_occupation },
	{ STR_INIT("患者_状態"), COL_condition }, { STR_INIT("状態"), COL_condition },
	{ STR_INIT("患者_症状"), COL_symptoms }, { STR_INIT("症状"), COL_symptoms },
	{ STR_INIT("患者_渡航歴の有無フラグ"), COL_travelled }, { STR_INIT("渡航歴の有無フラグ"), COL_travelled },
	{ STR_INIT("渡航歴"), COL_travelled },
	{ STR_INIT("患者_退院済フラグ"), COL_discharged }, { STR_INIT("退院済フラグ"), COL_discharged },
	{ STR_INIT("退院フラグ"), COL_discharged },
	{ STR_INIT("備考"), COL_remarks },
	{ STR_INIT("曜日"), COL_ignored }, { STR_INIT("refused_because"), COL_reason },
};

static enum col
col_of(struct arena *mem, struct str cell)
{
	struct str s = text_nfkc(mem, cell);
	struct buf b = buf_new(mem);

	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] > ' ')
			buf_byte(&b, s.p[i]);
	for (size_t i = 0; i < LEN(columns); i++)
		if (str_eq_case(columns[i].name, buf_str(&b)))
			return columns[i].col;
	return COL_other;
}

/* 150002_niigata…: the local government that publishes: "15", or a city's five digits. */
static struct str
publisher_of_file(const struct open_header *h, struct str file)
{
	struct str six = str_sub(file, 0, 6);
	const struct place *p;

	if (file.n < 7 || file.p[6] != '_' || !place_code_ok(six))
		return S("");
	if (str_eq(str_sub(six, 2, 3), S("000")) && place_pref_name(h->all, str_sub(six, 0, 2)).n > 0)
		return str_sub(six, 0, 2);
	p = place_by_code(h->all, six);
	return p != NULL ? p->code : S("");
}

static enum err
header_fault(struct arena *mem, const struct open_header *h, struct str *why)
{
	bool dated = h->at[COL_published] < h->n ||
	    (h->at[COL_year] < h->n && h->at[COL_month] < h->n && h->at[COL_day] < h->n);

	for (size_t i = 0; i < h->n; i++)
		for (size_t k = 0; k < i; k++)
			if (h->cell[i].n > 0 && str_eq(h->cell[i], h->cell[k])) {
				*why = str_fmt(mem, "two columns are named %.*s", STR_ARG(h->cell[i]));
				return E_FORMAT;
			}
	if (h->at[COL_number] < h->n && dated)
		return OK;
	*why = str_fmt(mem, "its first line is not that of a list of 陽性患者属性: there is no column for %s",
	    dated ? "the number (No)" : "the date of publication (公表_年月日)");
	return E_FORMAT;
}

enum err
open_header_read(struct arena *mem, const struct csv_row *first, struct str file, struct places *all,
    const struct org *centre, size_t n_centre, struct date today, struct open_header **out, struct str *why)
{
	struct open_header *h = NEW(mem, struct open_header);
	struct str *cell = NEWN(mem, struct str, first->n);

	h->cell = cell;
	h->col = NEWN(mem, enum col, first->n);
	h->reason = NOWHERE;
	for (size_t i = 0; i < first->n; i++) {
		enum col c = col_of(mem, first->cell[i]);
		if (c == COL_reason && h->reason == NOWHERE) {
			h->reason = i;
			continue;
		}
		for (size_t k = 0; k < h->n; k++)
			if (h->col[k] == c && c != COL_ignored)
				c = COL_other;  /* the first of two such columns counts */
		h->col[h->n] = c;
		cell[h->n++] = str_dup(mem, first->cell[i]);
	}
	for (size_t c = 0; c < COL_COUNT; c++)
		h->at[c] = h->n;
	for (size_t i = 0; i < h->n; i++)
		if (h->col[i] != COL_other)
			h->at[h->col[i]] = i;
	h->all = all;
	h->centre = centre;
	h->n_centre = n_centre;
	h->today = today;
	if (!date_make(2019, 11, 1, &h->earliest))
		BUG("a day that exists");
	h->publisher = publisher_of_file(h, file);
	if (h->publisher.n == 0 && h->at[COL_year] < h->n && h->at[COL_code] == h->n && h->at[COL_pref] == h->n)
		h->publisher = S("toyokeizai");
	*out = h;
	return header_fault(mem, h, why);
}

const struct str *
open_header_cells(const struct open_header *h, size_t *n)
{
	*n = h->n;
	return h->cell;
}

struct str *
open_header_strip(struct arena *mem, const struct open_header *h, const struct csv_row *row, size_t *n)
{
	struct str *cell = NEWN(mem, struct str, row->n + 1);
	bool guarded = h->reason != NOWHERE;

	*n = 0;
	for (size_t i = 0; i < row->n; i++) {
		struct str s = row->cell[i];
		if (i == h->reason)
			continue;
		/* a file of refused rows shields cells from being run by a spreadsheet (csv.h) */
		if (guarded && s.n > 1 && s.p[0] == '\'' && memchr("=+-@\t\r", s.p[1], 6) != NULL)
			s = str_sub(s, 1, s.n);
		cell[(*n)++] = s;
	}
	return cell;
}

/* ---- what was done with a row ---- */

static void
refuse_for(struct reading *r, struct str why)
{
	if (r->refused)
		return;
	r->refused = true;
	r->o->what = why;
}
#define refuse(r, ...) refuse_for((r), str_fmt((r)->mem, __VA_ARGS__))

/* A cell inside a sentence: its head, in whole characters. */
static struct str
brief(struct str s)
{
	size_t n = s.n < 60 ? s.n : 60;

	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	return str_sub(s, 0, n);
}

/* The name of a repair's column, and what was done. */
static void
repair(struct reading *r, struct str name, struct str how)
{
	if (r->repairs.n > 0)
		buf_put(&r->repairs, S("; "));
	buf_put(&r->repairs, name);
	buf_put(&r->repairs, S(": "));
	buf_put(&r->repairs, how);
}

static struct str
col_name(const struct reading *r, enum col c)
{
	return r->h->at[c] < r->h->n ? r->h->cell[r->h->at[c]] : S("row");
}

static struct str
raw(const struct reading *r, enum col c)
{
	size_t i = r->h->at[c];

	return i < r->h->n && i < r->o->n ? r->o->cell[i] : S("");
}

static struct str
plain(const struct reading *r, enum col c)
{
	return open_plain(r->mem, raw(r, c));
}

/* The cell says what no column holds. */
static void
keep_cell(struct reading *r, struct str name, struct str value)
{
	if (r->n_kept++ == 0) {
		r->kept = json_out_new(r->mem);
		json_map_begin(&r->kept, S(""));
	}
	json_put_text(&r->kept, name, value);
}

static void
keep_written(struct reading *r, enum col c)
{
	keep_cell(r, col_name(r, c), str_trim(raw(r, c)));
}

/* The value of a cell by what it said. `code` is taken when it said something. */
static struct str
value_of(struct reading *r, enum col c, enum saying said, struct str code)
{
	switch (said) {
	case SAID_NOTHING:
		return S("");
	case SAID_DASH:
		repair(r, col_name(r, c), S("a dash taken as empty"));
		return S("");
	case SAID_UNKNOWN:
		return UNKNOWN;
	case SAID_WITHHELD:
		keep_written(r, c);
		return UNKNOWN;
	case SAID:
		return code;
	case SAID_UNCLEAR:
		repair(r, col_name(r, c), S("no word of this column, kept as written"));
		keep_written(r, c);
		return UNKNOWN;
	case SAID_NONSENSE:
		refuse(r, "%.*s cannot be read: %.*s", STR_ARG(col_name(r, c)), STR_ARG(brief(raw(r, c))));
		return S("");
	}
	return S("");
}

/* ---- number ---- */

static bool
all_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0;
}

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
	struct str s = plain(r, COL_number), mended = number_mended(r->mem, s);

	if (open_state(s) != SAID) {
		refuse(r, "there is no number");
		return;
	}
	if (!str_eq(s, mended))
		repair(r, col_name(r, COL_number), str_fmt(r->mem, "%.*s read as %.*s", STR_ARG(s), STR_ARG(mended)));
	if (all_digits(mended))
		while (mended.n > 1 && mended.p[0] == '0')
			mended = str_sub(mended, 1, mended.n);
	if (mended.n > NUMBER_MAX)
		refuse(r, "the number is longer than %d characters", NUMBER_MAX);
	r->o->v[OV_number] = mended;
}

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
	return str_eq(str_sub(five, 2, 3), S("000")) && place_pref_name(r->h->all, str_sub(five, 0, 2)).n > 0;
}

static bool
is_known_code(const struct reading *r, struct str five)
{
	return place_by_code(r->h->all, five) != NULL || is_pref_code(r, five);
}

/* Six digits, or five without the check digit, or what a spreadsheet leaves of 011002: 11002. */
static void
read_code(struct reading *r, struct where *w)
{
	struct str s = plain(r, COL_code), padded;

	w->code = s;
	if (str_ends(s, S(".0")))
		s = str_sub(s, 0, s.n - 2);
	if (open_state(s) != SAID)
		return;
	if (!all_digits(s) || s.n > 6 || s.n == 3) {
		refuse(r, "%.*s is no code of a local government: %.*s", STR_ARG(col_name(r, COL_code)),
		    STR_ARG(brief(s)));
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
		repair(r, col_name(r, COL_code), str_fmt(r->mem, "%.*s read as %.*s", STR_ARG(s), STR_ARG(w->five)));
	if (place_pref_name(r->h->all, str_sub(w->five, 0, 2)).n == 0)
		refuse(r, "the code %.*s is in no prefecture", STR_ARG(s));
}

/* 東京都; 東京 is repaired. */
static void
read_pref(struct reading *r, struct where *w)
{
	static const struct str ends[] = { STR_INIT("都"), STR_INIT("道"), STR_INIT("府"), STR_INIT("県") };
	struct str s = plain(r, COL_pref);

	if (open_state(s) != SAID)
		return;
	w->pref = place_pref(r->h->all, s);
	for (size_t i = 0; w->pref.n == 0 && i < LEN(ends); i++) {
		w->pref = place_pref(r->h->all, str_cat(r->mem, s, ends[i]));
		if (w->pref.n > 0)
			repair(r, col_name(r, COL_pref), str_fmt(r->mem, "read as %.*s%.*s", STR_ARG(s), STR_ARG(ends[i])));
	}
	if (w->pref.n == 0)
		refuse(r, "there is no prefecture of that name: %.*s", STR_ARG(brief(s)));
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
	struct str pref = w->pref.n > 0 ? w->pref : str_sub(w->five, 0, 2), s = plain(r, COL_city);
	size_t used = 0;

	w->city = s;
	if (value_of(r, COL_city, open_state(s), s).n == 0 || open_state(s) != SAID)
		return;
	w->by_city = place_at_head(r->h->all, pref, s, &used);
	if (w->by_city == NULL && str_eq(place_pref_name(r->h->all, pref), s))
		return;                 /* a prefecture in the column of cities */
	if (w->by_city == NULL) {
		repair(r, col_name(r, COL_city), S("no municipality of that name, kept as written"));
		keep_written(r, COL_city);
		return;
	}
	if (used < s.n && !is_remark(str_sub(s, used, s.n)))
		keep_written(r, COL_city);      /* 千代田区丸の内 */
	if (used < s.n || !str_ends(s, w->by_city->name))
		repair(r, col_name(r, COL_city), str_fmt(r->mem, "%.*s read as %.*s", STR_ARG(s), STR_ARG(w->by_city->name)));
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
		refuse(r, "the code %.*s has a wrong check digit, and there is no name beside it", STR_ARG(w->code));
		return;
	}
	if (w->pref.n > 0 && !str_starts(w->five, w->pref)) {
		refuse(r, "the code %.*s has a wrong check digit and does not fit %.*s", STR_ARG(w->code),
		    STR_ARG(plain(r, COL_pref)));
		return;
	}
	if (w->by_city != NULL)
		w->five = w->by_city->code;
	else if (w->city.n > 0 || place_by_code(r->h->all, w->five) == NULL)
		w->five = str_cat(r->mem, str_sub(w->five, 0, 2), S("000"));
	repair(r, col_name(r, COL_code), str_fmt(r->mem, "%.*s has a wrong check digit, read as %.*s by the names",
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
		refuse(r, "the code %.*s is in %.*s, the row says %.*s", STR_ARG(w->code),
		    STR_ARG(place_pref_name(r->h->all, str_sub(w->five, 0, 2))), STR_ARG(plain(r, COL_pref)));
		return;
	}
	w->by_code = place_by_code(r->h->all, w->five);
	if (w->by_code == NULL && !is_pref_code(r, w->five)) {
		repair(r, col_name(r, COL_code), str_fmt(r->mem, "%.*s is no municipality, kept as written", STR_ARG(w->code)));
		keep_written(r, COL_code);
	}
	r->place = w->by_code != NULL ? w->by_code : w->by_city;
	if (w->by_code == NULL || w->by_city == NULL || place_within(w->by_city, w->by_code))
		return;
	if (!place_within(w->by_code, w->by_city)) {
		refuse(r, "the code %.*s is %.*s, the row says %.*s", STR_ARG(w->code), STR_ARG(w->by_code->name),
		    STR_ARG(w->city));
		return;
	}
	r->place = w->by_city;
}

static void
read_where(struct reading *r)
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
		p = place_ward(r->h->all, &city, text);
		if (p != NULL)
			*used = p->ward.n;
	}
	return p != NULL ? p : place_at_head(r->h->all, pref, text, used);
}

/* 長岡保健所管内: a centre without a municipality. */
static int64_t
residence_centre(const struct reading *r, struct str text)
{
	int64_t home = 0;

	if (str_find_str(text, S("保健所")) == text.n)
		return 0;
	for (size_t i = 0; i < r->h->n_centre; i++) {
		const struct org *c = &r->h->centre[i];
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
residence_mended(struct reading *r, enum col c, struct str s, const struct place *p, size_t used)
{
	struct str rest = str_sub(s, used, s.n), good;

	if (p == NULL || used == 0 || is_spelled(p, str_sub(s, 0, used)) || !is_remark(rest))
		return s;
	good = str_cat(r->mem, p->name, rest);
	repair(r, col_name(r, c), str_fmt(r->mem, "%.*s read as %.*s", STR_ARG(s), STR_ARG(good)));
	return good;
}

static void
read_residence(struct reading *r)
{
	struct str written = str_trim(raw(r, COL_residence)), s = plain(r, COL_residence);
	struct str pref = r->o->v[OV_pref], inner = innermost(s);
	const struct place *p = NULL;
	size_t used;

	s = value_of(r, COL_residence, open_state(s), s);
	r->o->v[OV_residence] = s;
	if (open_state(s) != SAID)
		return;
	if (!str_eq(s, written))
		repair(r, col_name(r, COL_residence), S("widths"));
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
static void
read_residence_parts(struct reading *r)
{
	struct str s = plain(r, COL_residence), city = plain(r, COL_residence2), pref = place_pref(r->h->all, s);
	size_t used = 0;

	s = value_of(r, COL_residence, open_state(s), s);
	city = value_of(r, COL_residence2, open_state(city), city);
	if (open_state(s) == SAID && !str_eq(s, str_trim(raw(r, COL_residence))))
		repair(r, col_name(r, COL_residence), S("widths"));
	if (r->o->v[OV_pref].n == 0)
		r->o->v[OV_pref] = pref;
	if (open_state(city) == SAID) {
		const struct place *p = pref.n > 0 ? place_at_head(r->h->all, pref, city, &used) : NULL;
		city = residence_mended(r, COL_residence2, city, p, used);
		if (p != NULL)
			r->place = p;
	}
	r->o->v[OV_residence] = open_state(city) == SAID && open_state(s) == SAID ? str_cat(r->mem, s, city) :
	    s.n > 0 ? s : city;
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
take_date(struct reading *r, enum col c, enum open_value v, struct date d)
{
	if (d.day > r->h->today.day)
		refuse(r, "%.*s lies in the future: %.*s", STR_ARG(col_name(r, c)), STR_ARG(date_iso(r->mem, d)));
	else if (d.day < r->h->earliest.day)
		refuse(r, "%.*s lies before November 2019: %.*s", STR_ARG(col_name(r, c)), STR_ARG(date_iso(r->mem, d)));
	else
		r->o->v[v] = date_iso(r->mem, d);
}

static void
refuse_date(struct reading *r, enum col c, struct str s)
{
	refuse(r, "%.*s cannot be read as a date: %.*s", STR_ARG(col_name(r, c)), STR_ARG(brief(s)));
}

static void
read_published(struct reading *r)
{
	struct str s = without_time(plain(r, COL_published));
	struct date d;

	if (open_state(s) != SAID)
		refuse(r, "there is no date of publication");
	else if (date_from_iso(s, &d) || date_parse(s, &d) == DATE_GOOD)
		take_date(r, COL_published, OV_published, d);
	else
		refuse_date(r, COL_published, s);
}

static void
read_published_parts(struct reading *r)
{
	int64_t part[3] = { 0 };
	struct str s[3] = { plain(r, COL_year), plain(r, COL_month), plain(r, COL_day) };
	struct date d;
	bool good = true;

	for (size_t i = 0; i < 3; i++)
		good = good && str_int(s[i], &part[i]) && part[i] >= 0 && part[i] <= 9999;
	if (s[0].n + s[1].n + s[2].n == 0)
		refuse(r, "there is no date of publication");
	else if (good && date_make((int)part[0], (int)part[1], (int)part[2], &d))
		take_date(r, COL_year, OV_published, d);
	else
		refuse_date(r, COL_year, str_fmt(r->mem, "%.*s/%.*s/%.*s", STR_ARG(s[0]), STR_ARG(s[1]), STR_ARG(s[2])));
}

/* The onset may be known to the month only. */
static void
read_onset(struct reading *r)
{
	struct str s = without_time(plain(r, COL_onset));
	enum saying said = open_state(s);
	int parts = 3;
	struct date d;

	if (said != SAID) {
		r->o->v[OV_onset] = value_of(r, COL_onset, said, s);
	} else if (date_from_iso(s, &d) || date_parse_partial(s, &d, &parts) == DATE_GOOD) {
		take_date(r, COL_onset, OV_onset, d);
		r->o->v[OV_onset] = str_sub(r->o->v[OV_onset], 0, parts == 3 ? 10 : parts == 2 ? 7 : 4);
	} else if (str_eq(s, S("無症状")) || str_eq(s, S("なし"))) {
		keep_written(r, COL_onset);
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
	enum saying said = open_age(r->mem, without_spaces(r->mem, plain(r, COL_age)), &band, &finer);

	r->o->v[OV_age] = value_of(r, COL_age, said, band);
	if (said == SAID && finer)
		keep_written(r, COL_age);
}

static void
read_coded(struct reading *r, enum col c, enum open_value v, enum saying (*read)(struct str s, struct str *out))
{
	struct str code = S("");
	enum saying said = read(plain(r, c), &code);

	r->o->v[v] = value_of(r, c, said, code);
}

/* Texts stay as written. */
static void
read_text(struct reading *r, enum col c, enum open_value v)
{
	enum saying said = open_state(plain(r, c));

	if (c == COL_remarks && said != SAID_NOTHING && said != SAID_DASH)
		said = SAID;
	r->o->v[v] = value_of(r, c, said, str_trim(raw(r, c)));
}

static void
keep_others(struct reading *r)
{
	for (size_t i = 0; i < r->h->n && i < r->o->n; i++) {
		struct str s = str_trim(r->o->cell[i]);
		if (r->h->col[i] == COL_other && s.n > 0 && !str_eq(s, S("NA")))
			keep_cell(r, r->h->cell[i], s);
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
	read_where(r);
	if (r->refused)
		return;
	if (h->at[COL_residence2] < h->n)
		read_residence_parts(r);
	else
		read_residence(r);
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
		refuse(r, "neither a code nor a prefecture says who published it");
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
		refuse(r, "%zu cells instead of %zu", o->n, r->h->n);
	else if (n < o->n)
		repair(r, S("row"), S("empty cells behind the last column"));
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
		refuse(&r, "the row is empty");
	count_cells(&r);
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
