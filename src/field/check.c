/* field/check.c: see check.h. check_filing goes once over the items of the sheet; each value is judged by the
 * function of its type, then by what its row of fields.def says of dates. */
#include "field/check.h"

#include "base/utf8.h"

struct filing {
	const struct sheet *s;
	const struct record *r;
	struct date today;
	bool minor;
	size_t rows[G_COUNT];
	struct issues *bad;
};
/* One item in one row. */
struct spot {
	const struct item *it;
	size_t row;
	struct str v;
};

/* ---- issues ---- */

struct issues
issues_new(struct arena *mem)
{
	return (struct issues){ .mem = mem };
}

static struct issue *
issue_new(struct issues *bad, enum issue_level level, enum field_id f, size_t row)
{
	if (bad->n == bad->cap) {
		size_t cap = bad->cap * 2 + 8;
		struct issue *more = NEWN(bad->mem, struct issue, cap);
		if (bad->n > 0)
			memcpy(more, bad->list, bad->n * sizeof *more);
		bad->list = more;
		bad->cap = cap;
	}
	bad->errors += level == ISSUE_ERROR;
	struct issue *i = &bad->list[bad->n++];
	*i = (struct issue){ .level = level, .f = f, .row = row, .key = S("") };
	for (size_t k = 0; k < LEN(i->arg); k++)
		i->arg[k] = S("");
	for (size_t k = 0; k < LANG_COUNT; k++)
		i->by[k] = S("");
	return i;
}

static void
issue_args(struct issue *i, const struct str *arg, size_t n_arg)
{
	if (n_arg > LEN(i->arg))
		BUG("issue: too many arguments");
	if (n_arg > 0)
		memcpy(i->arg, arg, n_arg * sizeof *arg);
}

void
issue_add(struct issues *bad, enum issue_level level, enum field_id f, size_t row, enum text_id id,
    const struct str *arg, size_t n_arg)
{
	struct issue *i = issue_new(bad, level, f, row);

	i->id = id;
	issue_args(i, arg, n_arg);
}

void
issue_add_at(struct issues *bad, enum issue_level level, const struct item *it, size_t row, enum text_id id,
    const struct str *arg, size_t n_arg)
{
	struct issue *i = issue_new(bad, level, it->f, row);

	i->id = id;
	issue_args(i, arg, n_arg);
	if (it->f != F_none)
		return;
	i->key = it->key;
	memcpy(i->by, it->by, sizeof i->by);
}

void
issue_say(struct issues *bad, enum issue_level level, enum field_id f, size_t row,
    const struct str by[LANG_COUNT])
{
	memcpy(issue_new(bad, level, f, row)->by, by, sizeof(struct str[LANG_COUNT]));
}

struct str
issue_text(struct arena *mem, const struct issue *i, enum lang lang)
{
	struct str arg[1 + LEN(i->arg)];

	if (i->id == T_none)
		return i->by[lang];
	arg[0] = i->f != F_none ? fields[i->f].by[lang] : i->by[lang];
	memcpy(arg + 1, i->arg, sizeof i->arg);
	return text_fill(mem, i->id, lang, arg, LEN(arg));
}

struct str
issue_name(struct arena *mem, const struct issue *i)
{
	if (i->f != F_none)
		return field_form_name(mem, i->f, i->row);
	return i->key.n > 0 ? str_cat(mem, S("x."), i->key) : S("");
}

/* Where an issue stands on the page: rows of a group stand where its first item does. */
static size_t
issue_place(const struct sheet *s, const struct issue *i)
{
	enum field_group g = fields[i->f].group;
	size_t place = s->place[i->f], head = place;

	if (i->f == F_none) {
		const struct item *it = i->key.n > 0 ? sheet_extra(s, i->key) : NULL;
		head = place = it ? (size_t)(it - s->item) + 1 : 0;
	}
	for (enum field_id f = F_none; g != G_ONE && (f = field_next(g, f, false)) != F_none;)
		if (s->place[f] > 0 && s->place[f] < head)
			head = s->place[f];
	if (i->f != F_none && place == 0)
		head = UINT16_MAX;
	return (head * (GROUP_ROWS + 1) + (g == G_ONE ? 0 : i->row)) * (UINT16_MAX + 1) + place;
}

void
issues_sort(struct issues *bad, const struct sheet *s)
{
	if (bad->n < 2)
		return;
	size_t *place = NEWN(bad->mem, size_t, bad->n);
	for (size_t i = 0; i < bad->n; i++) {
		struct issue one = bad->list[i];
		size_t at = issue_place(s, &one), k = i;
		for (; k > 0 && place[k - 1] > at; k--) {
			place[k] = place[k - 1];
			bad->list[k] = bad->list[k - 1];
		}
		place[k] = at;
		bad->list[k] = one;
	}
}

static bool
has_error(const struct issues *bad, const struct item *it, size_t row)
{
	for (size_t i = 0; i < bad->n; i++) {
		const struct issue *b = &bad->list[i];
		if (b->level != ISSUE_ERROR || b->f != it->f || b->row != row)
			continue;
		if (it->f != F_none || str_eq(b->key, it->key))
			return true;
	}
	return false;
}

static void
say(struct filing *in, const struct spot *at, enum issue_level level, enum text_id id)
{
	issue_add_at(in->bad, level, at->it, at->row, id, NULL, 0);
}

/* With the labels of another item. */
static void
say_of(struct filing *in, const struct spot *at, enum issue_level level, enum text_id id, enum field_id other)
{
	issue_add_at(in->bad, level, at->it, at->row, id, fields[other].by, LANG_COUNT);
}

static void
say_numbers(struct filing *in, const struct spot *at, enum text_id id, int64_t a, int64_t b)
{
	struct str arg[] = {
		str_fmt(in->bad->mem, "%lld", (long long)a),
		str_fmt(in->bad->mem, "%lld", (long long)b),
	};

	issue_add_at(in->bad, ISSUE_ERROR, at->it, at->row, id, arg, LEN(arg));
}

/* ---- texts ---- */

static bool
is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	return true;
}

/* Line breaks and tabs belong to long texts and are not odd there. */
static int
oddities(struct arena *mem, struct str v, bool lines)
{
	if (is_ascii(v))
		return 0;
	if (lines) {
		char *p = str_z(mem, v);
		for (size_t i = 0; i < v.n; i++)
			if (p[i] == '\n' || p[i] == '\t')
				p[i] = ' ';
		v.p = p;
	}
	return text_oddities(v);
}

static void
check_text(struct filing *in, const struct spot *at)
{
	bool lines = at->it->type == FT_LONG, name = at->it->type == FT_NAME || at->it->type == FT_KANA;
	size_t limit = item_limit(at->it);
	int odd = oddities(in->bad->mem, at->v, lines);

	if (at->v.n > limit && utf8_len(at->v) > limit)
		say_numbers(in, at, T_bad_long, (int64_t)limit, (int64_t)utf8_len(at->v));
	if (odd & TEXT_CONTROL)
		say(in, at, ISSUE_ERROR, T_bad_control);
	else if (odd & TEXT_BIDI)
		say(in, at, ISSUE_ERROR, T_bad_bidi);
	else if (name && (odd & TEXT_EMOJI))
		say(in, at, ISSUE_ERROR, T_bad_emoji);
	else if (odd & TEXT_PRIVATE)
		say(in, at, ISSUE_WARN, T_bad_private);
	else if (odd & TEXT_UNASSIGNED)
		say(in, at, ISSUE_WARN, T_bad_unassigned);
	else if (at->it->type == FT_KANA && !text_is_katakana(at->v))
		say(in, at, ISSUE_WARN, T_bad_kana);
}

/* ---- dates ---- */

/* The first and last day that a date, whole or partial, can mean. */
struct span {
	struct date from, to;
};

static bool
digits_at(struct str v, size_t at, size_t n, int *out)
{
	int64_t k;
	struct str s = str_sub(v, at, n);

	if (s.n != n || s.p[0] == '-' || !str_int(s, &k))
		return false;
	*out = (int)k;
	return true;
}

static bool
span_of(struct str v, bool partial, struct span *out)
{
	int year, month = 1;

	if (date_from_iso(v, &out->from)) {
		out->to = out->from;
		return true;
	}
	if (!partial || !digits_at(v, 0, 4, &year) || (v.n != 4 && v.n != 7))
		return false;
	if (v.n == 7 && (v.p[4] != '-' || !digits_at(v, 5, 2, &month)))
		return false;
	if (!date_make(year, month, 1, &out->from))
		return false;
	bool last = v.n == 4 || month == 12;
	if (!date_make(last ? year + 1 : year, last ? 1 : month + 1, 1, &out->to))
		return date_make(year, 12, 31, &out->to);
	out->to.day--;
	return true;
}

/* Is the date of `at` surely later than another item's? */
static bool
is_after(const struct filing *in, const struct spot *at, struct span mine, enum field_id other)
{
	struct span its;
	size_t row = fields[other].group == fields[at->it->f].group ? at->row : 0;
	struct str v = rec_row(in->r, other, row);

	return span_of(v, fields[other].type == FT_PARTIAL, &its) && mine.from.day > its.to.day;
}

/* Does an extra date precede the one that it may not? Says so. */
static bool
is_before_other(struct filing *in, const struct spot *at, struct span mine)
{
	const struct item *other = at->it->not_before.n > 0 ? sheet_extra(in->s, at->it->not_before) : NULL;
	struct span its;

	if (other == NULL || !span_of(rec_extra(in->r, other->key), false, &its) || mine.from.day >= its.from.day)
		return false;
	issue_add_at(in->bad, ISSUE_ERROR, at->it, at->row, T_bad_before, other->by, LANG_COUNT);
	return true;
}

static void
check_date(struct filing *in, const struct spot *at)
{
	const struct field *f = &fields[at->it->f];
	struct span mine;

	if (!span_of(at->v, at->it->type == FT_PARTIAL, &mine)) {
		say(in, at, ISSUE_ERROR, at->it->type == FT_PARTIAL ? T_bad_partial : T_bad_date);
		return;
	}
	if ((at->it->flags & NOT_FUTURE) && mine.from.day > in->today.day) {
		say(in, at, ISSUE_ERROR, T_bad_future);
		return;
	}
	if (at->it->f == F_none && is_before_other(in, at, mine))
		return;
	for (size_t i = 0; i < LEN(f->not_after) && f->not_after[i] != F_none; i++)
		if (is_after(in, at, mine, f->not_after[i])) {
			say_of(in, at, ISSUE_ERROR, T_bad_order, f->not_after[i]);
			return;
		}
	if (f->seldom_after != F_none && is_after(in, at, mine, f->seldom_after))
		say_of(in, at, ISSUE_WARN, T_bad_seldom, f->seldom_after);
	if (at->it->f != F_birth_date || age_years(mine.from, in->today) <= 120)
		return;
	struct str age = str_fmt(in->bad->mem, "%d", age_years(mine.from, in->today));
	issue_add_at(in->bad, ISSUE_WARN, at->it, at->row, T_bad_age, &age, 1);
}

/* "2022-08-19 14:03" or the day alone. */
static void
check_datetime(struct filing *in, const struct spot *at)
{
	struct date d;
	int hour, minute;
	struct str v = at->v;
	bool timed = v.n == 16 && v.p[10] == ' ' && v.p[13] == ':' && digits_at(v, 11, 2, &hour) && digits_at(v, 14, 2, &minute)
	    && hour < 24 && minute < 60;

	if (!date_from_iso(str_sub(v, 0, 10), &d) || (v.n != 10 && !timed))
		say(in, at, ISSUE_ERROR, T_bad_datetime);
	else if ((at->it->flags & NOT_FUTURE) && d.day > in->today.day)
		say(in, at, ISSUE_ERROR, T_bad_future);
}

/* ---- choices and numbers ---- */

static bool
is_offered(const struct item *it, struct str code)
{
	for (size_t i = 0; i < it->n_choice; i++)
		if (str_eq(it->choice[i].code, code))
			return true;
	return false;
}

static void
check_code(struct filing *in, const struct spot *at)
{
	const struct sheet *s = in->s;
	const struct code *c;
	size_t i = 0;

	if (!is_offered(at->it, at->v)) {
		say(in, at, ISSUE_ERROR, T_bad_choice);
		return;
	}
	if (at->it->f != F_type)
		return;
	while (i < s->n_type && !str_eq(s->type[i], at->v))
		i++;
	if (i == s->n_type && (c = code_find(C_diagnosis_class, at->v)) != NULL)
		issue_add_at(in->bad, ISSUE_ERROR, at->it, at->row, T_bad_class, c->by, LANG_COUNT);
}

static void
check_codes(struct filing *in, const struct spot *at)
{
	struct str rest = at->v, one;
	size_t n = 0;

	for (; str_cut(&rest, ',', &one); n++)
		if (!is_offered(at->it, one)) {
			say(in, at, ISSUE_ERROR, T_bad_choice);
			return;
		}
	const struct code *none = NULL;
	for (size_t i = 0; i < at->it->n_choice; i++)
		if (str_eq(at->it->choice[i].code, S("none")))
			none = &at->it->choice[i];
	if (n > 1 && none != NULL && rec_has(at->v, none->code))
		issue_add_at(in->bad, ISSUE_ERROR, at->it, at->row, T_bad_none_and_more, none->by, LANG_COUNT);
}

static void
check_yesno(struct filing *in, const struct spot *at)
{
	if (!str_eq(at->v, S("yes")) && !str_eq(at->v, S("no")))
		say(in, at, ISSUE_ERROR, T_bad_choice);
}

static void
check_int(struct filing *in, const struct spot *at)
{
	int64_t n;

	if (!str_int(at->v, &n) || n < at->it->low || n > at->it->high)
		say_numbers(in, at, T_bad_number, at->it->low, at->it->high);
}

/* "37.5": compared in tenths. */
static void
check_decimal(struct filing *in, const struct spot *at)
{
	struct str rest = at->v, whole = S("");
	const struct item *it = at->it;
	int64_t a, b;

	if (str_cut(&rest, '.', &whole) && str_int(whole, &a) && rest.n == 1 && str_int(rest, &b) && a * 10 + b >= it->low
	    && a * 10 + b <= it->high)
		return;
	struct str arg[] = { str_fmt(in->bad->mem, "%d.%d", it->low / 10, it->low % 10),
		str_fmt(in->bad->mem, "%d.%d", it->high / 10, it->high % 10) };
	issue_add_at(in->bad, ISSUE_ERROR, it, at->row, T_bad_decimal, arg, LEN(arg));
}

static void
check_phone(struct filing *in, const struct spot *at)
{
	size_t digits = 0;
	bool abroad = at->v.p[0] == '+';

	for (size_t i = 0; i < at->v.n; i++) {
		bool digit = at->v.p[i] >= '0' && at->v.p[i] <= '9';
		digits += digit;
		if (!digit && at->v.p[i] != '-' && (i > 0 || !abroad))
			digits = 100;
	}
	if (digits < 3 || digits > 15 || at->v.n > item_limit(at->it))
		say(in, at, ISSUE_ERROR, T_bad_phone);
	else if (!abroad && (at->v.p[0] != '0' || digits < 10 || digits > 11))
		say(in, at, ISSUE_WARN, T_bad_phone_length);
}

static void
check_postal(struct filing *in, const struct spot *at)
{
	bool good = at->v.n == 7;

	for (size_t i = 0; i < at->v.n; i++)
		good = good && at->v.p[i] >= '0' && at->v.p[i] <= '9';
	if (!good)
		say(in, at, ISSUE_ERROR, T_bad_postal);
	else if (str_starts(at->v, S("000")))
		say(in, at, ISSUE_WARN, T_bad_postal_odd);
}

static void
check_value(struct filing *in, const struct spot *at)
{
	static void (*const judge[])(struct filing *, const struct spot *) = {
		[FT_TEXT] = check_text, [FT_LONG] = check_text,
		[FT_NAME] = check_text, [FT_KANA] = check_text,
		[FT_DATE] = check_date, [FT_PARTIAL] = check_date,
		[FT_CODE] = check_code, [FT_CODES] = check_codes, [FT_YESNO] = check_yesno,
		[FT_INT] = check_int, [FT_PHONE] = check_phone, [FT_POSTAL] = check_postal,
		[FT_DATETIME] = check_datetime, [FT_DECIMAL] = check_decimal,
	};

	if (!rec_unknown(at->v))
		judge[at->it->type](in, at);
	else if (at->it->f != F_none && !(fields[at->it->f].flags & MAY_UNKNOWN))
		say(in, at, ISSUE_ERROR, T_bad_not_unknown);
}

/* ---- the sheet ---- */

static struct str
spot_value(const struct record *r, const struct item *it, size_t row)
{
	return it->f == F_none ? rec_extra(r, it->key) : rec_row(r, it->f, row);
}

/* Items that stand once are always asked; rows only when they hold anything. */
static bool
row_filled(const struct record *r, enum field_group g, size_t row)
{
	return g == G_ONE || rec_row_said(r, g, row);
}

/* The item that may stand in for this one; F_none when there is none. */
static enum field_id
other_way(const struct sheet *s, enum field_id f)
{
	for (size_t i = 0; f != F_none && i < s->n_either; i++) {
		if (s->either[i].a == f)
			return s->either[i].b;
		if (s->either[i].b == f)
			return s->either[i].a;
	}
	return F_none;
}

static void
check_accept(struct filing *in, const struct spot *at)
{
	enum field_id other = other_way(in->s, at->it->f);
	bool choice = at->it->type == FT_CODE || at->it->type == FT_CODES || at->it->type == FT_YESNO;

	if (has_error(in->bad, at->it, at->row))
		return;
	if (other == F_none) {
		say(in, at, ISSUE_ERROR, choice ? T_bad_missing_choice : T_bad_missing);
		return;
	}
	struct str v = rec_get(in->r, other);
	if (!rec_said(v) || rec_unknown(v))
		say_of(in, at, ISSUE_ERROR, T_bad_either, other);
}

/* A row of which nothing is said asks for nothing, but one row there must be. */
static void
check_item(struct filing *in, const struct item *it)
{
	enum field_group g = fields[it->f].group;
	size_t rows = g == G_ONE || in->rows[g] == 0 ? 1 : in->rows[g];

	for (size_t row = 0; row < rows; row++) {
		struct spot at = { it, row, spot_value(in->r, it, row) };
		if (rec_said(at.v))
			check_value(in, &at);
		else if (it->need == NEED_ACCEPT && (in->rows[g] == 0 || row_filled(in->r, g, row)) &&
		    item_asked_in(it, in->r, row, in->minor))
			check_accept(in, &at);
	}
}

static void
check_rule(struct filing *in, const struct rule *rule)
{
	enum issue_level level = rule->warn ? ISSUE_WARN : ISSUE_ERROR;
	size_t rows = rule->each == G_ONE ? 1 : in->rows[rule->each];
	bool at_row = fields[rule->at].group == rule->each;

	for (size_t row = 0; row < rows; row++)
		if (row_filled(in->r, rule->each, row) && rule_holds(rule, in->r, row, in->minor)) {
			issue_say(in->bad, level, rule->at, at_row ? row : 0, rule->by);
			in->bad->list[in->bad->n - 1].ask = rule->ask;
			in->bad->asks += rule->ask;
		}
}

void
check_filing(const struct sheet *s, const struct record *r, struct date today, struct issues *bad)
{
	struct filing in = { .s = s, .r = r, .today = today, .minor = rec_minor(r, today), .bad = bad };

	for (int g = 0; g < G_COUNT; g++)
		in.rows[g] = rec_rows(r, (enum field_group)g);
	/* Rules first: what a rule says at an empty item says more than that it is empty. */
	for (size_t i = 0; i < s->n_rule; i++)
		check_rule(&in, &s->rule[i]);
	for (size_t i = 0; i < s->n_item; i++)
		check_item(&in, &s->item[i]);
	issues_sort(bad, s);
}

/* ---- what is still to come ---- */

static bool
is_missing(const struct record *r, const struct item *it, size_t rows, bool minor)
{
	enum field_group g = fields[it->f].group;

	for (size_t row = 0; row < rows; row++) {
		if (rec_said(spot_value(r, it, row)) || !row_filled(r, g, row))
			continue;
		if (item_asked_in(it, r, row, minor))
			return true;
	}
	return false;
}

size_t *
check_missing(struct arena *mem, const struct sheet *s, const struct record *r, struct date today, size_t *n)
{
	size_t *list = NEWN(mem, size_t, s->n_item), rows[G_COUNT];
	bool minor = rec_minor(r, today), chased[G_COUNT] = { false };

	*n = 0;
	for (int g = 0; g < G_COUNT; g++)
		rows[g] = g == G_ONE ? 1 : rec_rows(r, (enum field_group)g);
	for (size_t i = 0; i < s->n_item; i++) {
		const struct item *it = &s->item[i];
		enum field_group g = fields[it->f].group;
		if (it->need == NEED_OPTIONAL || (rows[g] == 0 && chased[g]))
			continue;
		if (rows[g] == 0 ? item_asked_in(it, r, 0, minor) : is_missing(r, it, rows[g], minor))
			list[(*n)++] = i;
		chased[g] = true;
	}
	return list;
}

bool
rec_minor(const struct record *r, struct date today)
{
	struct date birth = rec_date(r, F_birth_date), on = rec_date(r, F_diagnosis_date);

	if (!date_given(birth))
		return false;
	if (!date_given(on))
		on = today;
	int age = age_years(birth, on);
	return age >= 0 && age < age_of_majority(on);
}
