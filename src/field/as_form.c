/* field/as_form.c: a record from and to the pairs of a web form. See check.h.
 *
 * Reading walks once over the pairs: a name is looked up by hash, its value made canonical by the function of
 * its type. Ticks and choices are gathered and written at the end. */
#include "field/check.h"

#include "base/utf8.h"

enum { SEEN = 1, TICKED = 2 };
struct reading {
	struct arena *mem;
	const struct sheet *s;
	const struct form *form;
	struct record *out;
	struct issues *bad;
	unsigned char (*flags)[GROUP_ROWS];     /* of each item */
	uint64_t *codes;                        /* chosen of each item, by their place in it */
	size_t rows[G_COUNT];                   /* that may be filled */
	bool over[G_COUNT];                     /* already said that there are too many */
};
/* One item in one row, and what was typed there. */
struct place {
	const struct item *it;
	size_t row;
	bool tick;
	struct str typed;
};

struct str
field_form_name(struct arena *mem, enum field_id f, size_t row)
{
	if (fields[f].group == G_ONE)
		return fields[f].name;
	return str_fmt(mem, "%.*s.%zu", STR_ARG(fields[f].name), row + 1);
}

/* ---- typed to canonical ---- */

static void
say(struct reading *in, const struct place *at, enum text_id id)
{
	issue_add_at(in->bad, ISSUE_ERROR, at->it, at->row, id, NULL, 0);
}

/* Without white space at the ends, the wide space of Japanese included. */
static struct str
trim(struct str s)
{
	for (size_t before = s.n + 1; s.n != before;) {
		before = s.n;
		s = str_trim(s);
		if (str_starts(s, S("　")))
			s = str_sub(s, 3, s.n);
		if (str_ends(s, S("　")))
			s.n -= 3;
		if (str_starts(s, S("\xC2\xA0")))
			s = str_sub(s, 2, s.n);
		if (str_ends(s, S("\xC2\xA0")))
			s.n -= 2;
	}
	return s;
}

/* Line breaks of one-line texts become spaces, those of long ones '\n'. */
static struct str
lines(struct arena *mem, struct str s, char to)
{
	bool any = false;

	for (size_t i = 0; i < s.n; i++)
		any = any || s.p[i] == '\r' || (s.p[i] == '\n' && to != '\n') || (s.p[i] == '\t' && to != '\n');
	if (!any)
		return s;
	struct buf b = buf_new(mem);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		buf_byte(&b, c == '\r' || c == '\n' || (c == '\t' && to != '\n') ? to : c);
	}
	return buf_str(&b);
}

static struct str
read_text(struct reading *in, const struct place *at)
{
	return lines(in->mem, at->typed, ' ');
}

static struct str
read_long(struct reading *in, const struct place *at)
{
	return lines(in->mem, at->typed, '\n');
}

static struct str
read_name(struct reading *in, const struct place *at)
{
	(void)in;
	return at->typed;
}

static struct str
read_kana(struct reading *in, const struct place *at)
{
	return text_katakana(in->mem, at->typed);
}

/* A date that people write but that there is not: say what it may mean. */
static void
say_fault(struct reading *in, const struct place *at, enum date_fault fault, struct date meant)
{
	struct arena *mem = in->mem;
	struct str arg[3] = { str_sub(at->typed, 0, 60), S(""), S("") };
	enum text_id id = at->it->type == FT_PARTIAL ? T_bad_partial : T_bad_date;

	while (!utf8_ok(arg[0]))
		arg[0].n--;
	if (fault == DATE_NO_SUCH_DAY)
		id = date_given(meant) ? T_bad_no_day_last : T_bad_no_day;
	if (fault == DATE_ERA_BEFORE || fault == DATE_ERA_AFTER)
		id = fault == DATE_ERA_BEFORE ? T_bad_before_era : T_bad_after_era;
	if (date_given(meant)) {
		struct ymd d = date_ymd(meant);
		arg[1] = fault == DATE_NO_SUCH_DAY ? str_fmt(mem, "%d日", d.day) : date_era(mem, meant);
		arg[2] = date_long(mem, meant, LANG_EN);
	}
	issue_add_at(in->bad, ISSUE_ERROR, at->it, at->row, id, arg, LEN(arg));
}

static struct str
read_date(struct reading *in, const struct place *at)
{
	struct date d;

	if (date_from_iso(at->typed, &d))
		return at->typed;
	enum date_fault fault = date_parse(at->typed, &d);
	if (fault == DATE_GOOD)
		return date_iso(in->mem, d);
	say_fault(in, at, fault, d);
	return S("");
}

static struct str
read_partial(struct reading *in, const struct place *at)
{
	struct date d;
	int parts;
	enum date_fault fault = date_parse_partial(at->typed, &d, &parts);

	if (fault == DATE_GOOD)
		return str_sub(date_iso(in->mem, d), 0, parts == 3 ? 10 : parts == 2 ? 7 : 4);
	say_fault(in, at, fault, d);
	return S("");
}

static size_t
choice_place(const struct item *it, struct str code)
{
	size_t i = 0;

	while (i < it->n_choice && !str_eq(it->choice[i].code, code))
		i++;
	return i;
}

static struct str
read_code(struct reading *in, const struct place *at)
{
	size_t i = choice_place(at->it, at->typed);

	if (i < at->it->n_choice)
		return at->it->choice[i].code;
	say(in, at, T_bad_choice);
	return S("");
}

static struct str
read_yesno(struct reading *in, const struct place *at)
{
	if (str_eq(at->typed, S("yes")) || str_eq(at->typed, S("no")))
		return at->typed;
	say(in, at, T_bad_choice);
	return S("");
}

/* Widths and hyphens of numbers; most need nothing done. */
static struct str
digits(struct arena *mem, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return text_digits(mem, s);
	return s;
}

static struct str
read_int(struct reading *in, const struct place *at)
{
	struct str s = digits(in->mem, at->typed);
	int64_t n;

	if (str_int(s, &n))
		return str_fmt(in->mem, "%lld", (long long)n);
	struct str arg[] = { str_fmt(in->mem, "%d", at->it->low), str_fmt(in->mem, "%d", at->it->high) };
	issue_add_at(in->bad, ISSUE_ERROR, at->it, at->row, T_bad_number, arg, LEN(arg));
	return S("");
}

/* 03(1234)5678 and ０３ー１２３４ー５６７８ are 03-1234-5678. */
static struct str
read_phone(struct reading *in, const struct place *at)
{
	struct str s = digits(in->mem, at->typed);
	struct buf b = buf_new(in->mem);

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i] == '(' || s.p[i] == ')' ? '-' : s.p[i];
		bool plus = c == '+' && i == 0;
		if ((c < '0' || c > '9') && c != '-' && !plus) {
			say(in, at, T_bad_phone);
			return S("");
		}
		if (c != '-' || (b.n > 0 && b.p[b.n - 1] != '-'))
			buf_byte(&b, c);
	}
	s = buf_str(&b);
	if (s.n > 0 && s.p[s.n - 1] == '-')
		s.n--;
	if (s.n == 0 || str_eq(s, S("+")))
		say(in, at, T_bad_phone);
	return str_eq(s, S("+")) ? S("") : s;
}

/* 〒100-0013 is 1000013. */
static struct str
read_postal(struct reading *in, const struct place *at)
{
	struct str s = at->typed, part;
	struct buf b = buf_new(in->mem);

	if (str_starts(s, S("〒")))
		s = str_sub(s, 3, s.n);
	s = digits(in->mem, s);
	while (str_cut(&s, '-', &part))
		buf_put(&b, part);
	s = buf_str(&b);
	for (size_t i = 0; i < s.n; i++)
		if (s.n != 7 || s.p[i] < '0' || s.p[i] > '9') {
			say(in, at, T_bad_postal);
			return S("");
		}
	if (s.n == 0)
		say(in, at, T_bad_postal);
	return s;
}

/* "9:05", "0905", "9時5分", "9時" in digits of one width. */
static bool
time_of_day(struct str s, int *hour, int *minute)
{
	static const struct str mark[] = { STR_INIT(":"), STR_INIT("時") };
	int64_t h, m = 0;

	for (size_t i = 0; i < LEN(mark); i++) {
		size_t cut = str_find_str(s, mark[i]);
		if (cut == s.n)
			continue;
		struct str head = str_sub(s, 0, cut), tail = str_sub(s, cut + mark[i].n, s.n);
		if (str_ends(tail, S("分")))
			tail.n -= S("分").n;
		if (!str_int(head, &h) || (!(i == 1 && tail.n == 0) && !str_int(tail, &m)))
			return false;
		*hour = (int)h, *minute = (int)m;
		return head.n <= 2 && tail.n <= 2 && h >= 0 && h < 24 && m >= 0 && m < 60;
	}
	if (s.n != 4 || !str_int(s, &h) || h < 0)
		return false;
	*hour = (int)h / 100, *minute = (int)h % 100;
	return *hour < 24 && *minute < 60;
}

/* A day as everywhere and, behind a space or a T, a time. The day alone is good as well. */
static struct str
read_datetime(struct reading *in, const struct place *at)
{
	struct str s = str_trim(text_nfkc(in->mem, at->typed));
	size_t cut = s.n;
	struct date d;
	int hour, minute;

	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] == ' ' || s.p[i] == 'T')
			cut = i;
	if (cut < s.n && time_of_day(str_sub(s, cut + 1, s.n), &hour, &minute)) {
		enum date_fault fault = date_parse(str_sub(s, 0, cut), &d);
		if (fault == DATE_GOOD)
			return str_fmt(in->mem, "%.*s %02d:%02d", STR_ARG(date_iso(in->mem, d)), hour, minute);
		say_fault(in, at, fault, d);
		return S("");
	}
	if (date_parse(at->typed, &d) == DATE_GOOD)
		return date_iso(in->mem, d);
	say(in, at, T_bad_datetime);
	return S("");
}

/* 36.5, ３６．５, 37 (which is 37.0). */
static struct str
read_decimal(struct reading *in, const struct place *at)
{
	struct str rest = digits(in->mem, at->typed), whole, part = S("0");
	int64_t a, b;

	if (str_cut(&rest, '.', &whole) && rest.p != NULL)
		part = rest;
	if (str_int(whole, &a) && whole.n <= 6 && part.n == 1 && str_int(part, &b))
		return str_fmt(in->mem, "%lld.%lld", (long long)a, (long long)b);
	const struct item *it = at->it;
	struct str arg[] = { str_fmt(in->mem, "%d.%d", it->low / 10, it->low % 10), str_fmt(in->mem, "%d.%d", it->high / 10, it->high % 10) };
	issue_add_at(in->bad, ISSUE_ERROR, it, at->row, T_bad_decimal, arg, LEN(arg));
	return S("");
}

/* ---- where a pair goes ---- */

/* "test_method.2", "onset_date.unknown", "x.icu_need": false when the sheet does not ask for it. A row of a
 * group that is not numbered is the first. */
static bool
locate(const struct reading *in, struct str name, struct place *out)
{
	bool extra = str_starts(name, S("x."));
	int64_t row = 1;

	if (extra)
		name = str_sub(name, 2, name.n);
	size_t dot = str_find(name, '.', 0);
	struct str head = str_sub(name, 0, dot), tail = str_sub(name, dot + 1, name.n);
	enum field_id f = extra ? F_none : field_by_name(head);
	out->it = extra ? sheet_extra(in->s, head) : sheet_item(in->s, f);
	if (out->it == NULL)
		return false;
	out->tick = str_eq(tail, S("unknown")) || str_ends(tail, S(".unknown"));
	if (out->tick)
		tail.n = tail.n > 8 ? tail.n - 8 : 0;
	if (tail.n > 0 && (fields[f].group == G_ONE || !str_int(tail, &row) || row < 1))
		return false;
	out->row = (size_t)row - 1;
	return true;
}

/* Say once that a group has too many rows. */
static void
say_rows(struct reading *in, const struct place *at)
{
	enum field_group g = fields[at->it->f].group;
	bool full = in->rows[g] == GROUP_ROWS;
	size_t row = full ? GROUP_ROWS - 1 : in->rows[g];
	struct str most = str_fmt(in->mem, "%d", full ? GROUP_ROWS : GROUP_ROWS_AT_ONCE);

	if (!in->over[g])
		issue_add(in->bad, ISSUE_ERROR, at->it->f, row, full ? T_bad_rows : T_bad_rows_at_once, &most, 1);
	in->over[g] = true;
}

static void
keep(struct reading *in, const struct place *at, struct str v)
{
	if (at->it->f != F_none)
		in->out->v[at->row][at->it->f] = v;
	else if (!rec_set_extra(in->out, at->it->key, v))
		say(in, at, T_bad_extras);
}

static void
read_choice(struct reading *in, const struct place *at)
{
	struct str rest = at->typed, one;

	while (str_cut(&rest, ',', &one)) {
		size_t i = choice_place(at->it, one);
		if (i < at->it->n_choice)
			in->codes[at->it - in->s->item] |= UINT64_C(1) << i;
		else
			say(in, at, T_bad_choice);
	}
}

static void
read_value(struct reading *in, const struct place *at)
{
	static struct str (*const read[])(struct reading *, const struct place *) = {
		[FT_TEXT] = read_text, [FT_LONG] = read_long,
		[FT_NAME] = read_name, [FT_KANA] = read_kana,
		[FT_DATE] = read_date, [FT_PARTIAL] = read_partial,
		[FT_CODE] = read_code, [FT_CODES] = NULL, [FT_YESNO] = read_yesno,
		[FT_INT] = read_int, [FT_PHONE] = read_phone, [FT_POSTAL] = read_postal,
		[FT_DATETIME] = read_datetime, [FT_DECIMAL] = read_decimal,
	};
	unsigned char *flags = &in->flags[at->it - in->s->item][at->row];

	/* Names and remarks may well hold the word 不明; "?" alone always means it. */
	bool words = at->it->type == FT_NAME || at->it->type == FT_LONG || at->it->type == FT_KANA;
	if (rec_unknown(at->typed) || (!words && str_eq(at->typed, S("不明")))) {
		*flags |= TICKED;
		return;
	}
	if (at->it->type == FT_CODES) {
		*flags |= SEEN;
		read_choice(in, at);
		return;
	}
	if (*flags & SEEN)
		return;
	*flags |= SEEN;
	keep(in, at, read[at->it->type](in, at));
}

static void
read_pair(struct reading *in, const struct form_pair *p)
{
	struct place at = { .typed = trim(p->value) };

	if (at.typed.n == 0 || !locate(in, p->name, &at))
		return;
	if (at.row >= in->rows[fields[at.it->f].group]) {
		say_rows(in, &at);
		return;
	}
	if (!at.tick)
		read_value(in, &at);
	else if (str_eq(at.typed, S("1")))
		in->flags[at.it - in->s->item][at.row] |= TICKED;
}

/* ---- before and after the pairs ---- */

static void
clear(struct reading *in)
{
	for (size_t i = 0; i < in->s->n_item; i++) {
		enum field_id f = in->s->item[i].f;
		size_t rows = fields[f].group == G_ONE ? 1 : GROUP_ROWS;
		if (f == F_none)
			(void)rec_set_extra(in->out, in->s->item[i].key, S(""));
		for (size_t row = 0; f != F_none && row < rows; row++)
			in->out->v[row][f] = S("");
	}
}

static void
count_rows(struct reading *in)
{
	in->rows[G_ONE] = 1;
	for (int g = G_ONE + 1; g < G_COUNT; g++) {
		in->rows[g] = rec_rows(in->out, (enum field_group)g) + GROUP_ROWS_AT_ONCE;
		if (in->rows[g] > GROUP_ROWS)
			in->rows[g] = GROUP_ROWS;
	}
}

static void
write_codes(struct reading *in, const struct place *at)
{
	uint64_t chosen = in->codes[at->it - in->s->item];
	struct buf b = buf_new(in->mem);

	for (size_t i = 0; i < at->it->n_choice; i++) {
		if (!(chosen >> i & 1))
			continue;
		if (b.n > 0)
			buf_byte(&b, ',');
		buf_put(&b, at->it->choice[i].code);
	}
	keep(in, at, buf_str(&b));
}

static void
write_unknown(struct reading *in, const struct place *at, bool seen)
{
	if (at->it->f != F_none && !(fields[at->it->f].flags & MAY_UNKNOWN))
		say(in, at, T_bad_not_unknown);
	else if (seen)
		say(in, at, T_bad_value_and_unknown);
	else
		keep(in, at, UNKNOWN);
}

static void
finish_item(struct reading *in, const struct item *it)
{
	for (size_t row = 0; row < in->rows[fields[it->f].group]; row++) {
		unsigned char flags = in->flags[it - in->s->item][row];
		struct place at = { .it = it, .row = row };
		if ((flags & SEEN) && it->type == FT_CODES)
			write_codes(in, &at);
		if (flags & TICKED)
			write_unknown(in, &at, flags & SEEN);
	}
}

/* Forms ask for a guardian only when the patient is not of age. */
static void
drop_guardian(struct reading *in, struct date today)
{
	struct record *r = in->out;

	if (!date_given(rec_date(r, F_birth_date)) || rec_minor(r, today))
		return;
	for (enum field_id f = F_none; (f = field_next(G_ONE, f, false)) != F_none;) {
		if (!(fields[f].flags & MINOR_ONLY) || !rec_said(r->v[0][f]) || sheet_item(in->s, f) == NULL)
			continue;
		issue_add(in->bad, ISSUE_WARN, f, 0, T_bad_adult, NULL, 0);
		rec_set(r, f, S(""));
	}
}

void
rec_derive(struct arena *mem, const struct sheet *s, struct record *r, struct date today)
{
	struct date birth = rec_date(r, F_birth_date), on = rec_date(r, F_diagnosis_date);

	if (!date_given(birth))
		return;
	if (!date_given(on))
		on = today;
	int years = age_years(birth, on);
	if (sheet_item(s, F_age_years) != NULL)
		rec_set(r, F_age_years, years >= 0 ? str_fmt(mem, "%d", years) : S(""));
	if (sheet_item(s, F_age_months) != NULL)
		rec_set(r, F_age_months, years == 0 ? str_fmt(mem, "%d", age_months(birth, on)) : S(""));
}

void
as_form_read(struct arena *mem, const struct sheet *s, const struct form *f, struct date today,
    struct record *out, struct issues *bad)
{
	struct reading in = { .mem = mem, .s = s, .form = f, .out = out, .bad = bad };

	in.flags = arena_array(mem, sizeof *in.flags, s->n_item);
	in.codes = NEWN(mem, uint64_t, s->n_item);
	count_rows(&in);
	clear(&in);
	for (size_t i = 0; i < f->n; i++)
		read_pair(&in, &f->pair[i]);
	for (size_t i = 0; i < s->n_item; i++)
		finish_item(&in, &s->item[i]);
	drop_guardian(&in, today);
	rec_derive(mem, s, out, today);
	issues_sort(bad, s);
}

/* ---- the other way ---- */

struct writing {
	struct arena *mem;
	struct form out;
	size_t cap;
};

static void
put(struct writing *w, struct str name, struct str value)
{
	if (w->out.n == w->cap) {
		struct form_pair *more = NEWN(w->mem, struct form_pair, w->cap * 2 + 64);
		if (w->out.n > 0)
			memcpy(more, w->out.pair, w->out.n * sizeof *more);
		w->out.pair = more;
		w->cap = w->cap * 2 + 64;
	}
	w->out.pair[w->out.n++] = (struct form_pair){ name, value };
}

static void
put_value(struct writing *w, const struct item *it, struct str name, struct str v)
{
	struct str one;

	if (!rec_said(v))
		return;
	if (rec_unknown(v))
		put(w, str_cat(w->mem, name, S(".unknown")), S("1"));
	else if (it->type != FT_CODES)
		put(w, name, v);
	else
		while (str_cut(&v, ',', &one))
			put(w, name, one);
}

struct form
as_form_write(struct arena *mem, const struct sheet *s, const struct record *r)
{
	struct writing w = { .mem = mem };
	size_t rows[G_COUNT];

	for (int g = 0; g < G_COUNT; g++)
		rows[g] = g == G_ONE ? 1 : rec_rows(r, (enum field_group)g);
	for (size_t i = 0; i < s->n_item; i++) {
		const struct item *it = &s->item[i];
		if (it->f == F_none)
			put_value(&w, it, str_cat(mem, S("x."), it->key), rec_extra(r, it->key));
		for (size_t row = 0; it->f != F_none && row < rows[fields[it->f].group]; row++)
			put_value(&w, it, field_form_name(mem, it->f, row), rec_row(r, it->f, row));
	}
	return w.out;
}
