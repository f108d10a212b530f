/* field/sheet_read.c: the text of a sheet (sheet.h, doc/sheets.md). Reading goes in two steps: each statement
 * becomes words and is read by its own function from the table below; then, when all items are known, names
 * in conditions are looked up. */
#include "field/cond.h"

#define MAX_ITEMS 300
#define MAX_SECTIONS 40
#define MAX_RULES 100
#define MAX_CHOICES 64

struct reader {
	struct words w;
	struct sheet *s;
	unsigned seen;                  /* statements so far, by their place in the table */
	size_t n_extra;
	struct { struct str a, b; int line; } either[8];
};

/* Room for one more in a list that has n; lists grow at 8, 16, 32 … */
static void *
grown(struct arena *mem, void *list, size_t size, size_t n)
{
	char *more = list;

	if (n == 0 || (n >= 8 && (n & (n - 1)) == 0)) {
		more = arena_array(mem, size, n == 0 ? 8 : n * 2);
		if (n > 0)
			memcpy(more, list, n * size);
	}
	return more;
}

/* ---- statements of the head ---- */

static bool
read_sheet(struct reader *r)
{
	return words_take_name(&r->w, "a name of the sheet is wanted", &r->s->name);
}

static bool
read_disease(struct reader *r)
{
	return words_take_name(&r->w, "a name of the disease is wanted", &r->s->disease)
	    && words_take_texts(&r->w, r->s->disease_name);
}

static bool
read_title(struct reader *r)
{
	return words_take_texts(&r->w, r->s->title);
}

static bool
read_law(struct reader *r)
{
	return words_take_texts(&r->w, r->s->law);
}

static bool
take_date(struct reader *r, struct date *out)
{
	struct str s;

	if (!words_take(&r->w, false, "a date is wanted: 2020-10-14 .. 2021-02-12", &s))
		return false;
	return date_from_iso(s, out) || words_fault_here(&r->w, "there is no day");
}

static bool
read_valid(struct reader *r)
{
	r->s->until.day = DATE_NONE;
	if (!take_date(r, &r->s->from))
		return false;
	if (!words_skip(&r->w, S("..")))
		return words_fault_here(&r->w, "`..` is wanted behind");
	if (r->w.at == r->w.n)
		return true;
	if (!take_date(r, &r->s->until))
		return false;
	return r->s->until.day >= r->s->from.day || words_fault_here(&r->w, "the last day is before the first:");
}

static bool
read_where(struct reader *r)
{
	do {
		struct str s;
		uint64_t one;
		if (!words_take(&r->w, false, "`opt-in` or numbers of prefectures are wanted: 04 08", &s))
			return false;
		if (str_eq(s, S("opt-in")))
			r->s->opt_in = true;
		else if (sheet_areas_read(s, &one) && one != 0)
			r->s->areas |= one;
		else
			return words_fault_here(&r->w, "there is no prefecture of two digits");
	} while (r->w.at < r->w.n);
	return true;
}

static bool
read_due(struct reader *r)
{
	struct str s;
	int64_t days;

	if (!words_take(&r->w, false, "`at-once` or `7-days` is wanted", &s))
		return false;
	if (str_eq(s, S("at-once")))
		return true;
	if (!str_ends(s, S("-days")) || !str_int(str_sub(s, 0, s.n - 5), &days) || days < 1 || days > 60)
		return words_fault_here(&r->w, "`at-once` or `7-days` is wanted, not");
	r->s->due_days = (int)days;
	return true;
}

static bool
read_identity(struct reader *r)
{
	struct str s;

	if (!words_take(&r->w, false, "`named` or `anonymous` is wanted", &s))
		return false;
	r->s->anonymous = str_eq(s, S("anonymous"));
	return r->s->anonymous || str_eq(s, S("named")) || words_fault_here(&r->w, "`named` or `anonymous` is wanted, not");
}

static bool
read_classes(struct reader *r)
{
	do {
		struct str s;
		if (!words_take(&r->w, false, "a class of diagnosis is wanted", &s))
			return false;
		if (code_find(C_diagnosis_class, s) == NULL)
			return words_fault_here(&r->w, "there is no class of diagnosis");
		if (r->s->n_type == LEN(r->s->type))
			return words_fault_here(&r->w, "too many classes at");
		r->s->type[r->s->n_type++] = s;
	} while (r->w.at < r->w.n);
	return true;
}

/* ---- items ---- */

static bool
read_section(struct reader *r)
{
	struct sheet *s = r->s;
	struct section one;

	if (!words_take_name(&r->w, "a name of the section is wanted", &one.key) || !words_take_texts(&r->w, one.by))
		return false;
	if (s->n_section == MAX_SECTIONS)
		return words_fault_here(&r->w, "too many sections at");
	for (size_t i = 0; i < s->n_section; i++)
		if (str_eq(s->section[i].key, one.key))
			return words_fault(&r->w, r->w.word[1].line, "there is already a section", one.key);
	s->section = grown(r->w.mem, s->section, sizeof one, s->n_section);
	s->section[s->n_section++] = one;
	return true;
}

static bool
take_need(struct reader *r, enum need *out)
{
	static const struct str word[] = {
		[NEED_ACCEPT] = STR_INIT("accept"), [NEED_FIRST] = STR_INIT("first"),
		[NEED_LATER] = STR_INIT("later"), [NEED_OPTIONAL] = STR_INIT("optional"),
	};
	struct str s;

	if (!words_take(&r->w, false, "`accept`, `first`, `later` or `optional` is wanted", &s))
		return false;
	for (size_t i = 0; i < LEN(word); i++)
		if (str_eq(s, word[i])) {
			*out = (enum need)i;
			return true;
		}
	return words_fault_here(&r->w, "`accept`, `first`, `later` or `optional` is wanted, not");
}

static bool
read_when(struct reader *r, struct item *it)
{
	if (r->w.at == r->w.n)
		return true;
	it->unless = words_next_is(&r->w, S("unless"));
	if (!words_skip(&r->w, S("when")) && !words_skip(&r->w, S("unless")))
		return words_fault(&r->w, r->w.word[r->w.at].line, "`when` or `unless` is wanted, not", r->w.word[r->w.at].s);
	return conds_read(&r->w, &it->cond, &it->n_cond);
}

static bool
add_item(struct reader *r, struct item it)
{
	struct sheet *s = r->s;

	if (s->n_section == 0)
		return words_fault(&r->w, r->w.word[0].line, "a `section` is wanted before the first item", S(""));
	if (s->n_item == MAX_ITEMS)
		return words_fault(&r->w, r->w.word[0].line, "too many items at", it.key);
	it.section = s->n_section - 1;
	s->item = grown(r->w.mem, s->item, sizeof it, s->n_item);
	s->item[s->n_item++] = it;
	return true;
}

static bool
read_item(struct reader *r)
{
	struct item it = { .f = F_none, .not_before = S("") };

	if (!words_take(&r->w, false, "the item's number on the form is wanted", &it.number) ||
	    !words_take(&r->w, false, "the item's name is wanted", &it.key))
		return false;
	if (str_eq(it.number, S("-")))
		it.number = S("");
	if (it.number.n > 10)
		return words_fault(&r->w, r->w.word[1].line, "the number is too long:", it.number);
	it.f = field_by_name(it.key);
	if (it.f == F_none)
		return words_fault_here(&r->w, "there is no item");
	if (r->s->place[it.f] != 0)
		return words_fault_here(&r->w, "the sheet asks twice for");
	it.type = fields[it.f].type;
	memcpy(it.by, fields[it.f].by, sizeof it.by);
	it.choice = codes_of(fields[it.f].codes, &it.n_choice);
	memcpy(it.hint, fields[it.f].hint, sizeof it.hint);
	it.flags = fields[it.f].flags;
	it.low = fields[it.f].low;
	it.high = fields[it.f].high;
	if (!take_need(r, &it.need) || !read_when(r, &it) || !add_item(r, it))
		return false;
	r->s->place[it.f] = (uint16_t)r->s->n_item;
	return true;
}

/* "a=ja=en" */
static bool
read_choice(struct reader *r, struct code *out, size_t n, const struct code *before)
{
	struct str s, rest;

	if (!words_take(&r->w, true, "choices are wanted: \"code=日本語=English\"", &s))
		return false;
	rest = s;
	if (!str_cut(&rest, '=', &out->code) || !str_cut(&rest, '=', &out->by[LANG_JA]) ||
	    !str_cut(&rest, '=', &out->by[LANG_EN]) || rest.p != NULL)
		return words_fault_here(&r->w, "a choice is \"code=日本語=English\", not");
	if (out->code.n == 0 || out->code.n > 40 || out->by[LANG_JA].n == 0 || out->by[LANG_EN].n == 0)
		return words_fault_here(&r->w, "a part is empty or too long in");
	for (size_t i = 0; i < out->code.n; i++) {
		char c = out->code.p[i];
		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_')
			return words_fault_here(&r->w, "a code is small letters, digits and `_`, not");
	}
	for (size_t i = 0; i < n; i++)
		if (str_eq(before[i].code, out->code))
			return words_fault_here(&r->w, "the same code twice:");
	return true;
}

static bool
read_choices_of(struct reader *r, struct item *it)
{
	struct code *list = NEWN(r->w.mem, struct code, MAX_CHOICES);

	do {
		if (it->n_choice == MAX_CHOICES)
			return words_fault_here(&r->w, "too many choices at");
		if (!read_choice(r, &list[it->n_choice], it->n_choice, list))
			return false;
		it->n_choice++;
	} while (r->w.at < r->w.n && r->w.word[r->w.at].quoted);
	it->choice = list;
	return true;
}

static bool
take_type(struct reader *r, enum field_type *out)
{
	static const struct {
		struct str word;
		enum field_type type;
	} row[] = {
		{ STR_INIT("text"), FT_TEXT }, { STR_INIT("long"), FT_LONG }, { STR_INIT("date"), FT_DATE },
		{ STR_INIT("int"), FT_INT }, { STR_INIT("yesno"), FT_YESNO }, { STR_INIT("code"), FT_CODE },
	};
	struct str s;

	if (!words_take(&r->w, false, "a type is wanted: text long date int yesno code", &s))
		return false;
	for (size_t i = 0; i < LEN(row); i++)
		if (str_eq(s, row[i].word)) {
			*out = row[i].type;
			return true;
		}
	return words_fault_here(&r->w, "a type is text, long, date, int, yesno or code, not");
}

static bool
read_extra(struct reader *r)
{
	struct item it = { .number = S(""), .hint = { S(""), S("") }, .low = -999999999, .high = 0, .not_before = S("") };

	if (!words_take_name(&r->w, "a name of the item is wanted", &it.key))
		return false;
	if (field_by_name(it.key) != F_none)
		return words_fault_here(&r->w, "every sheet knows this item; ask for it with `item`:");
	if (sheet_extra(r->s, it.key) != NULL)
		return words_fault_here(&r->w, "the sheet asks twice for");
	if (str_find(it.key, '-', 0) < it.key.n)
		return words_fault_here(&r->w, "an item's name has no `-`:");
	if (++r->n_extra > EXTRAS)
		return words_fault_here(&r->w, "too many extra items at");
	if (!take_need(r, &it.need) || !take_type(r, &it.type) || !words_take_texts(&r->w, it.by))
		return false;
	if (it.type == FT_INT)
		it.high = 999999999;
	if (it.type == FT_CODE && !read_choices_of(r, &it))
		return false;
	return read_when(r, &it) && add_item(r, it);
}

static struct item *
asked(struct reader *r, struct str name)
{
	for (size_t i = 0; i < r->s->n_item; i++)
		if (str_eq(r->s->item[i].key, name))
			return &r->s->item[i];
	return NULL;
}

/* Those named, in the order of their list. */
static bool
read_choices(struct reader *r)
{
	struct code *list = NEWN(r->w.mem, struct code, MAX_CHOICES);
	bool offered[MAX_CHOICES] = { false };
	struct str s;

	if (!words_take(&r->w, false, "an item is wanted", &s))
		return false;
	struct item *it = asked(r, s);
	if (it == NULL)
		return words_fault_here(&r->w, "`choices` stands below its item; there is none yet:");
	if (it->f == F_none || it->n_choice == 0)
		return words_fault_here(&r->w, "the vocabulary has no list of choices for");
	while (r->w.at < r->w.n) {
		size_t i = 0;
		if (!words_take(&r->w, false, "a code is wanted", &s))
			return false;
		while (i < it->n_choice && !str_eq(it->choice[i].code, s))
			i++;
		if (i == it->n_choice)
			return words_fault_here(&r->w, "there is no such choice:");
		offered[i] = true;
	}
	size_t n = 0;
	for (size_t i = 0; i < it->n_choice; i++)
		if (offered[i])
			list[n++] = it->choice[i];
	if (n == 0)
		return words_fault_here(&r->w, "codes are wanted behind");
	it->choice = list;
	it->n_choice = n;
	return true;
}

/* ---- rules ---- */

static bool
read_either(struct reader *r)
{
	size_t n = r->s->n_either;

	if (n == LEN(r->either))
		return words_fault_here(&r->w, "too many `either` at");
	r->either[n].line = r->w.word[0].line;
	r->s->n_either++;
	return words_take(&r->w, false, "two items are wanted", &r->either[n].a) &&
	    words_take(&r->w, false, "two items are wanted", &r->either[n].b);
}

static bool
take_group(struct reader *r, enum field_group *out)
{
	struct str s;

	if (!words_take(&r->w, false, "`test`, `dose` or `travel` is wanted", &s))
		return false;
	for (int g = G_ONE + 1; g < G_COUNT; g++)
		if (str_eq(group_table((enum field_group)g), s)) {
			*out = (enum field_group)g;
			return true;
		}
	return words_fault_here(&r->w, "`test`, `dose` or `travel` is wanted, not");
}

static bool
take_at(struct reader *r, struct rule *one)
{
	struct str s;

	if (!words_skip(&r->w, S("at")))
		return true;
	if (!words_take(&r->w, false, "an item is wanted behind `at`", &s))
		return false;
	one->at = field_by_name(s);
	return one->at != F_none || words_fault_here(&r->w, "there is no item");
}

static bool
read_rule(struct reader *r)
{
	struct sheet *s = r->s;
	struct rule one = { .ask = str_eq(r->w.word[0].s, S("ask")), .line = r->w.word[0].line };

	one.warn = one.ask || str_eq(r->w.word[0].s, S("warn"));
	if (!words_take_name(&r->w, "a name of the rule is wanted", &one.name))
		return false;
	if (s->n_rule == MAX_RULES)
		return words_fault_here(&r->w, "too many rules at");
	for (size_t i = 0; i < s->n_rule; i++)
		if (str_eq(s->rule[i].name, one.name))
			return words_fault_here(&r->w, "there is already a rule");
	if (words_skip(&r->w, S("each")) && !take_group(r, &one.each))
		return false;
	if (!words_skip(&r->w, S("when")))
		return words_fault_here(&r->w, "`when` is wanted behind");
	if (!conds_read(&r->w, &one.cond, &one.n_cond) || !words_take_texts(&r->w, one.by) || !take_at(r, &one))
		return false;
	s->rule = grown(r->w.mem, s->rule, sizeof one, s->n_rule);
	s->rule[s->n_rule++] = one;
	return true;
}

/* ---- all of it ---- */

static const struct statement {
	struct str word;
	bool (*read)(struct reader *r);
	enum { MANY, ONCE, ALWAYS } how;        /* ALWAYS: exactly once */
} statements[] = {
	{ STR_INIT("sheet"), read_sheet, ALWAYS },
	{ STR_INIT("disease"), read_disease, ALWAYS },
	{ STR_INIT("title"), read_title, ALWAYS },
	{ STR_INIT("law"), read_law, ALWAYS },
	{ STR_INIT("valid"), read_valid, ALWAYS },
	{ STR_INIT("where"), read_where, ONCE },
	{ STR_INIT("due"), read_due, ALWAYS },
	{ STR_INIT("identity"), read_identity, ALWAYS },
	{ STR_INIT("classes"), read_classes, ALWAYS },
	{ STR_INIT("section"), read_section, MANY },
	{ STR_INIT("item"), read_item, MANY },
	{ STR_INIT("choices"), read_choices, MANY },
	{ STR_INIT("extra"), read_extra, MANY },
	{ STR_INIT("either"), read_either, MANY },
	{ STR_INIT("refuse"), read_rule, MANY },
	{ STR_INIT("warn"), read_rule, MANY },
	{ STR_INIT("ask"), read_rule, MANY },
};

static bool
read_one(struct reader *r)
{
	r->w.at = 1;
	for (size_t i = 0; i < LEN(statements); i++) {
		const struct statement *st = &statements[i];
		if (r->w.word[0].quoted || !str_eq(r->w.word[0].s, st->word))
			continue;
		if (st->how != MANY && (r->seen & 1u << i))
			return words_fault(&r->w, r->w.word[0].line, "this line stands twice:", st->word);
		r->seen |= 1u << i;
		if (!st->read(r))
			return false;
		return r->w.at == r->w.n || words_fault(&r->w, r->w.word[r->w.at].line, "not understood:", r->w.word[r->w.at].s);
	}
	return words_fault(&r->w, r->w.word[0].line, "there is no such line:", r->w.word[0].s);
}

static bool
settle_rules(struct reader *r)
{
	struct sheet *s = r->s;

	for (size_t i = 0; i < s->n_rule; i++) {
		struct rule *one = &s->rule[i];
		if (one->at != F_none && s->place[one->at] == 0)
			return words_fault(&r->w, one->line, "the sheet does not ask for the item behind `at`:", fields[one->at].name);
		if (!conds_settle(&r->w, s, &one->cond, one->n_cond))
			return false;
	}
	for (size_t i = 0; i < s->n_either; i++) {
		enum field_id a = field_by_name(r->either[i].a), b = field_by_name(r->either[i].b);
		if (s->place[a] == 0 || s->place[b] == 0)
			return words_fault(&r->w, r->either[i].line, "the sheet does not ask for",
			    s->place[a] == 0 ? r->either[i].a : r->either[i].b);
		s->either[i].a = a;
		s->either[i].b = b;
	}
	return true;
}

/* What every sheet must have, and an anonymous one must not. */
static bool
settle(struct reader *r)
{
	static const enum field_id always[] = { F_type, F_diagnosis_date };
	struct sheet *s = r->s;

	for (size_t i = 0; i < LEN(statements); i++)
		if (statements[i].how == ALWAYS && !(r->seen & 1u << i))
			return words_fault(&r->w, r->w.line, "a line is missing:", statements[i].word);
	for (size_t i = 0; i < LEN(always); i++)
		if (s->place[always[i]] == 0 || s->item[s->place[always[i]] - 1].need != NEED_ACCEPT)
			return words_fault(&r->w, r->w.line, "every sheet has an item with `accept` for", fields[always[i]].name);
	for (size_t i = 0; i < s->n_item; i++) {
		struct item *it = &s->item[i];
		if (s->anonymous && (fields[it->f].flags & PERSONAL))
			return words_fault(&r->w, r->w.line, "an anonymous sheet cannot ask for", it->key);
		if (it->n_cond > 0 && !conds_settle(&r->w, s, &it->cond, it->n_cond))
			return false;
	}
	return settle_rules(r);
}

static bool
read_all(struct reader *r)
{
	if (!words_plain(&r->w, SHEET_MAX_BYTES))
		return false;
	for (;;) {
		if (!words_next(&r->w))
			return false;
		if (r->w.n == 0)
			return settle(r);
		if (!read_one(r))
			return false;
	}
}

enum err
sheet_read(struct arena *mem, struct str text, struct sheet **out, struct str *why)
{
	struct reader *r = NEW(mem, struct reader);

	r->w.mem = mem;
	r->s = NEW(mem, struct sheet);
	r->s->text = r->w.rest = str_dup(mem, text);
	if (!read_all(r)) {
		*why = r->w.why;
		return E_FORMAT;
	}
	*out = r->s;
	return OK;
}
