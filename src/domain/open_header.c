/* domain/open_header.c: see open_header.h. */
#include "domain/open_header.h"

#include "base/utf8.h"

/* Names after NFKC, without spaces, in lower case. */
static const struct {
	struct str name;
	enum open_col col;
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

static enum open_col
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

struct str
open_publisher_of(const struct open_about *about, struct str file)
{
	struct str six = str_sub(file, 0, 6);
	const struct place *p;

	if (file.n < 7 || file.p[6] != '_' || !place_code_ok(six))
		return S("");
	if (str_eq(str_sub(six, 2, 3), S("000")) && place_pref_name(about->all, str_sub(six, 0, 2)).n > 0)
		return str_sub(six, 0, 2);
	p = place_by_code(about->all, six);
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
open_header_read(struct arena *mem, const struct csv_row *first, struct str file, const struct open_about *about,
    struct open_header **out, struct str *why)
{
	struct open_header *h = NEW(mem, struct open_header);
	struct str *cell = NEWN(mem, struct str, first->n);

	h->cell = cell;
	h->col = NEWN(mem, enum open_col, first->n);
	h->reason = NOWHERE;
	for (size_t i = 0; i < first->n; i++) {
		enum open_col c = col_of(mem, first->cell[i]);
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
	h->about = about;
	if (!date_make(2019, 11, 1, &h->earliest))
		BUG("a day that exists");
	h->publisher = open_publisher_of(about, file);
	if (h->publisher.n == 0 && h->at[COL_year] < h->n && h->at[COL_code] == h->n && h->at[COL_pref] == h->n)
		h->publisher = S("toyokeizai");
	*out = h;
	return header_fault(mem, h, why);
}

/* Would a spreadsheet run a cell that begins so? */
static bool
is_run(char c)
{
	return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r';
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
		if (guarded && s.n > 1 && s.p[0] == '\'' && is_run(s.p[1]))
			s = str_sub(s, 1, s.n);
		cell[(*n)++] = s;
	}
	return cell;
}
