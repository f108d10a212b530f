/* field/sheet_read.c: the text of a sheet (sheet.h, doc/sheets.md). Reading goes in two steps: each statement becomes words and is read by its own
 * function from the table below; then, when all items are known, names in conditions are looked up. */
#include "field/sheet.h"

#include "base/utf8.h"

#define MAX_WORDS 200           /* of one statement */
#define MAX_CONDS 12
#define MAX_ITEMS 300
#define MAX_SECTIONS 40
#define MAX_RULES 100
#define MAX_CHOICES 64

struct word {
	struct str s;
	bool quoted;
	int line;
};
struct reader {
	struct arena *mem;
	struct sheet *s;
	struct str rest;                /* not yet read */
	int line;                       /* of rest */
	struct word word[MAX_WORDS];    /* the statement at hand */
	size_t n, at;
	unsigned seen;                  /* statements so far, by their place in the table */
	size_t n_extra;
	struct { struct str a, b; int line; } either[8];
	struct str why;
};

/* ---- faults ---- */

static bool
fault(struct reader *r, int line, const char *what, struct str name)
{
	if (r->why.n == 0)
		r->why = str_fmt(r->mem, "line %d: %s%s%.*s%s", line, what, name.n ? " `" : "",
		    STR_ARG(str_sub(name, 0, 80)), name.n ? "`" : "");
	return false;
}

/* At the word just taken, or at the last one when the statement is over. */
static bool
fault_here(struct reader *r, const char *what)
{
	size_t i = r->at > 0 ? r->at - 1 : 0;

	return fault(r, r->word[i].line, what, r->word[i].s);
}

/* ---- words ---- */

/* A quoted text at the head of *line, without its quotes and escapes. */
static bool
read_quoted(struct reader *r, struct str *line, struct str *out)
{
	struct buf b = buf_new(r->mem);
	size_t i = 1;

	for (; i < line->n && line->p[i] != '"'; i++) {
		if (line->p[i] == '\\' && i + 1 < line->n)
			i++;
		buf_byte(&b, line->p[i]);
	}
	if (i >= line->n)
		return fault(r, r->line, "a text without closing quote", S(""));
	*line = str_sub(*line, i + 1, line->n);
	*out = buf_str(&b);
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The words of one line, behind those of the statement. */
static bool
read_words(struct reader *r, struct str line)
{
	for (;;) {
		struct word w = { .line = r->line };
		size_t n = 0;
		while (line.n > 0 && is_blank(line.p[0]))
			line = str_sub(line, 1, line.n);
		if (line.n == 0 || line.p[0] == '#')
			return true;
		if (r->n == MAX_WORDS)
			return fault(r, r->line, "too many words in one statement", S(""));
		w.quoted = line.p[0] == '"';
		if (w.quoted) {
			if (!read_quoted(r, &line, &w.s))
				return false;
		} else {
			while (n < line.n && !is_blank(line.p[n]) && line.p[n] != '"')
				n++;
			w.s = str_sub(line, 0, n);
			line = str_sub(line, n, line.n);
		}
		r->word[r->n++] = w;
	}
}

/* The next statement with the lines that continue it; r->n is 0 at the end of the text. */
static bool
read_statement(struct reader *r)
{
	struct str line;

	r->n = r->at = 0;
	while (r->rest.p != NULL && r->rest.n > 0) {
		bool more = is_blank(r->rest.p[0]) || r->rest.p[0] == '#' || r->rest.p[0] == '\n';
		if (r->n > 0 && !more)
			return true;
		if (!str_cut(&r->rest, '\n', &line))
			return true;
		r->line++;
		if (!read_words(r, line))
			return false;
		if (r->n > 0 && r->word[0].line == r->line && is_blank(line.p[0]))
			return fault(r, r->line, "an indented line continues nothing", S(""));
	}
	return true;
}

static bool
next_is(const struct reader *r, struct str what)
{
	return r->at < r->n && !r->word[r->at].quoted && str_eq(r->word[r->at].s, what);
}

static bool
skip(struct reader *r, struct str what)
{
	if (!next_is(r, what))
		return false;
	r->at++;
	return true;
}

static bool
take(struct reader *r, bool quoted, const char *missing, struct str *out)
{
	if (r->at == r->n || r->word[r->at].quoted != quoted)
		return fault(r, r->word[r->at < r->n ? r->at : r->n - 1].line, missing, S(""));
	*out = r->word[r->at++].s;
	return true;
}

static bool
take_texts(struct reader *r, struct str out[LANG_COUNT])
{
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		if (!take(r, true, "a text in Japanese and one in English are wanted", &out[lang]))
			return false;
		if (out[lang].n == 0 || out[lang].n > 2000)
			return fault_here(r, "a text is empty or too long");
	}
	return true;
}

/* A name: small letters, digits, '_' and '-'; the first a letter. */
static bool
take_name(struct reader *r, const char *missing, struct str *out)
{
	if (!take(r, false, missing, out))
		return false;
	for (size_t i = 0; i < out->n; i++) {
		char c = out->p[i];
		bool letter = c >= 'a' && c <= 'z';
		if (!letter && (i == 0 || ((c < '0' || c > '9') && c != '_' && c != '-')))
			return fault_here(r, "a name is small letters, digits, `_` and `-`:");
	}
	return out->n <= 40 || fault_here(r, "a name has at most 40 characters:");
}

static bool
take_int(struct reader *r, int low, int high, const char *what, int *out)
{
	struct str s;
	int64_t n;

	if (!take(r, false, what, &s))
		return false;
	if (!str_int(s, &n) || n < low || n > high)
		return fault_here(r, what);
	*out = (int)n;
	return true;
}

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
	return take_name(r, "a name of the sheet is wanted", &r->s->name);
}

static bool
read_disease(struct reader *r)
{
	return take_name(r, "a name of the disease is wanted", &r->s->disease);
}

static bool
read_title(struct reader *r)
{
	return take_texts(r, r->s->title);
}

static bool
read_law(struct reader *r)
{
	return take_texts(r, r->s->law);
}

static bool
take_date(struct reader *r, struct date *out)
{
	struct str s;

	if (!take(r, false, "a date is wanted: 2020-10-14 .. 2021-02-12", &s))
		return false;
	return date_from_iso(s, out) || fault_here(r, "there is no day");
}

static bool
read_valid(struct reader *r)
{
	r->s->until.day = DATE_NONE;
	if (!take_date(r, &r->s->from))
		return false;
	if (!skip(r, S("..")))
		return fault_here(r, "`..` is wanted behind");
	if (r->at == r->n)
		return true;
	if (!take_date(r, &r->s->until))
		return false;
	return r->s->until.day >= r->s->from.day || fault_here(r, "the last day is before the first:");
}

static bool
read_due(struct reader *r)
{
	struct str s;
	int64_t days;

	if (!take(r, false, "`at-once` or `7-days` is wanted", &s))
		return false;
	if (str_eq(s, S("at-once")))
		return true;
	if (!str_ends(s, S("-days")) || !str_int(str_sub(s, 0, s.n - 5), &days) || days < 1 || days > 60)
		return fault_here(r, "`at-once` or `7-days` is wanted, not");
	r->s->due_days = (int)days;
	return true;
}

static bool
read_identity(struct reader *r)
{
	struct str s;

	if (!take(r, false, "`named` or `anonymous` is wanted", &s))
		return false;
	r->s->anonymous = str_eq(s, S("anonymous"));
	return r->s->anonymous || str_eq(s, S("named")) || fault_here(r, "`named` or `anonymous` is wanted, not");
}

static bool
read_classes(struct reader *r)
{
	do {
		struct str s;
		if (!take(r, false, "a class of diagnosis is wanted", &s))
			return false;
		if (code_find(C_diagnosis_class, s) == NULL)
			return fault_here(r, "there is no class of diagnosis");
		if (r->s->n_type == LEN(r->s->type))
			return fault_here(r, "too many classes at");
		r->s->type[r->s->n_type++] = s;
	} while (r->at < r->n);
	return true;
}

/* ---- conditions ---- */

/* field, op and code; names are looked up later (settle). */
static bool
read_relation(struct reader *r, struct cond *c)
{
	bool all = skip(r, S("all"));

	if (!take(r, false, "a condition is wanted", &c->extra))
		return false;
	if (skip(r, S("empty")))
		c->op = COND_EMPTY;
	else if (skip(r, S("given")))
		c->op = COND_GIVEN;
	else if (skip(r, S("unknown")))
		c->op = COND_UNKNOWN;
	else if (skip(r, S("=")))
		c->op = all ? COND_ALL_ARE : COND_IS;
	else if (skip(r, S("!=")))
		c->op = COND_IS_NOT;
	else
		return fault_here(r, "`=`, `!=`, `empty`, `given` or `unknown` is wanted behind");
	if (all && c->op != COND_ALL_ARE)
		return fault_here(r, "`all` goes with `=`, not with");
	if (c->op == COND_IS || c->op == COND_IS_NOT || c->op == COND_ALL_ARE)
		return take(r, false, "a code is wanted behind `=`", &c->code);
	return true;
}

static bool
read_age(struct reader *r, struct cond *c)
{
	if (skip(r, S(">=")))
		c->op = COND_AGE_FROM;
	else if (skip(r, S("<")))
		c->op = COND_AGE_BELOW;
	else
		return fault_here(r, "`>=` or `<` is wanted behind");
	return take_int(r, 0, 150, "an age is wanted", &c->age);
}

static bool
read_cond(struct reader *r, struct cond *c)
{
	if (skip(r, S("minor"))) {
		c->op = COND_MINOR;
		return true;
	}
	if (skip(r, S("class_dead"))) {
		c->op = COND_CLASS_DEAD;
		return true;
	}
	if (skip(r, S("class_alive"))) {
		c->op = COND_CLASS_ALIVE;
		return true;
	}
	return skip(r, S("age")) ? read_age(r, c) : read_relation(r, c);
}

/* COND and COND …; the words are kept for messages. */
static bool
read_conds(struct reader *r, const struct cond **out, size_t *n)
{
	struct cond c[MAX_CONDS];

	*n = 0;
	do {
		size_t first = r->at;
		struct buf b = buf_new(r->mem);
		if (*n == MAX_CONDS)
			return fault_here(r, "too many conditions at");
		if (first == r->n)
			return fault_here(r, "a condition is wanted behind");
		c[*n] = (struct cond){ .line = r->word[first].line };
		if (!read_cond(r, &c[*n]))
			return false;
		for (size_t i = first; i < r->at; i++) {
			if (i > first)
				buf_byte(&b, ' ');
			buf_put(&b, r->word[i].s);
		}
		c[(*n)++].word = buf_str(&b);
	} while (skip(r, S("and")));
	struct cond *keep = NEWN(r->mem, struct cond, *n);
	memcpy(keep, c, *n * sizeof c[0]);
	*out = keep;
	return true;
}

/* ---- items ---- */

static bool
read_section(struct reader *r)
{
	struct sheet *s = r->s;
	struct section one;

	if (!take_name(r, "a name of the section is wanted", &one.key) || !take_texts(r, one.by))
		return false;
	if (s->n_section == MAX_SECTIONS)
		return fault_here(r, "too many sections at");
	for (size_t i = 0; i < s->n_section; i++)
		if (str_eq(s->section[i].key, one.key))
			return fault(r, r->word[1].line, "there is already a section", one.key);
	s->section = grown(r->mem, s->section, sizeof one, s->n_section);
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

	if (!take(r, false, "`accept`, `first`, `later` or `optional` is wanted", &s))
		return false;
	for (size_t i = 0; i < LEN(word); i++)
		if (str_eq(s, word[i])) {
			*out = (enum need)i;
			return true;
		}
	return fault_here(r, "`accept`, `first`, `later` or `optional` is wanted, not");
}

static bool
read_when(struct reader *r, struct item *it)
{
	if (r->at == r->n)
		return true;
	it->unless = next_is(r, S("unless"));
	if (!skip(r, S("when")) && !skip(r, S("unless")))
		return fault(r, r->word[r->at].line, "`when` or `unless` is wanted, not", r->word[r->at].s);
	return read_conds(r, &it->cond, &it->n_cond);
}

static bool
add_item(struct reader *r, struct item it)
{
	struct sheet *s = r->s;

	if (s->n_section == 0)
		return fault(r, r->word[0].line, "a `section` is wanted before the first item", S(""));
	if (s->n_item == MAX_ITEMS)
		return fault(r, r->word[0].line, "too many items at", it.key);
	it.section = s->n_section - 1;
	s->item = grown(r->mem, s->item, sizeof it, s->n_item);
	s->item[s->n_item++] = it;
	return true;
}

static bool
read_item(struct reader *r)
{
	struct item it = { .f = F_none };

	if (!take(r, false, "the item's number on the form is wanted", &it.number) ||
	    !take(r, false, "the item's name is wanted", &it.key))
		return false;
	if (str_eq(it.number, S("-")))
		it.number = S("");
	if (it.number.n > 10)
		return fault(r, r->word[1].line, "the number is too long:", it.number);
	it.f = field_by_name(it.key);
	if (it.f == F_none)
		return fault_here(r, "there is no item");
	if (r->s->place[it.f] != 0)
		return fault_here(r, "the sheet asks twice for");
	it.type = fields[it.f].type;
	memcpy(it.by, fields[it.f].by, sizeof it.by);
	it.choice = codes_of(fields[it.f].codes, &it.n_choice);
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

	if (!take(r, true, "choices are wanted: \"code=日本語=English\"", &s))
		return false;
	rest = s;
	if (!str_cut(&rest, '=', &out->code) || !str_cut(&rest, '=', &out->by[LANG_JA]) ||
	    !str_cut(&rest, '=', &out->by[LANG_EN]) || rest.p != NULL)
		return fault_here(r, "a choice is \"code=日本語=English\", not");
	if (out->code.n == 0 || out->code.n > 40 || out->by[LANG_JA].n == 0 || out->by[LANG_EN].n == 0)
		return fault_here(r, "a part is empty or too long in");
	for (size_t i = 0; i < out->code.n; i++)
		if (!((out->code.p[i] >= 'a' && out->code.p[i] <= 'z') || (out->code.p[i] >= '0' && out->code.p[i] <= '9') ||
		    out->code.p[i] == '_'))
			return fault_here(r, "a code is small letters, digits and `_`, not");
	for (size_t i = 0; i < n; i++)
		if (str_eq(before[i].code, out->code))
			return fault_here(r, "the same code twice:");
	return true;
}

static bool
read_choices_of(struct reader *r, struct item *it)
{
	struct code *list = NEWN(r->mem, struct code, MAX_CHOICES);

	do {
		if (it->n_choice == MAX_CHOICES)
			return fault_here(r, "too many choices at");
		if (!read_choice(r, &list[it->n_choice], it->n_choice, list))
			return false;
		it->n_choice++;
	} while (r->at < r->n && r->word[r->at].quoted);
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

	if (!take(r, false, "a type is wanted: text long date int yesno code", &s))
		return false;
	for (size_t i = 0; i < LEN(row); i++)
		if (str_eq(s, row[i].word)) {
			*out = row[i].type;
			return true;
		}
	return fault_here(r, "a type is text, long, date, int, yesno or code, not");
}

static bool
read_extra(struct reader *r)
{
	struct item it = { .number = S("") };

	if (!take_name(r, "a name of the item is wanted", &it.key))
		return false;
	if (field_by_name(it.key) != F_none)
		return fault_here(r, "every sheet knows this item; ask for it with `item`:");
	if (sheet_extra(r->s, it.key) != NULL)
		return fault_here(r, "the sheet asks twice for");
	if (str_find(it.key, '-', 0) < it.key.n)
		return fault_here(r, "an item's name has no `-`:");
	if (++r->n_extra > EXTRAS)
		return fault_here(r, "too many extra items at");
	if (!take_need(r, &it.need) || !take_type(r, &it.type) || !take_texts(r, it.by))
		return false;
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
	struct code *list = NEWN(r->mem, struct code, MAX_CHOICES);
	bool offered[MAX_CHOICES] = { false };
	struct str s;

	if (!take(r, false, "an item is wanted", &s))
		return false;
	struct item *it = asked(r, s);
	if (it == NULL)
		return fault_here(r, "`choices` stands below its item; there is none yet:");
	if (it->f == F_none || it->n_choice == 0)
		return fault_here(r, "the vocabulary has no list of choices for");
	while (r->at < r->n) {
		size_t i = 0;
		if (!take(r, false, "a code is wanted", &s))
			return false;
		while (i < it->n_choice && !str_eq(it->choice[i].code, s))
			i++;
		if (i == it->n_choice)
			return fault_here(r, "there is no such choice:");
		offered[i] = true;
	}
	size_t n = 0;
	for (size_t i = 0; i < it->n_choice; i++)
		if (offered[i])
			list[n++] = it->choice[i];
	if (n == 0)
		return fault_here(r, "codes are wanted behind");
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
		return fault_here(r, "too many `either` at");
	r->either[n].line = r->word[0].line;
	r->s->n_either++;
	return take(r, false, "two items are wanted", &r->either[n].a) &&
	    take(r, false, "two items are wanted", &r->either[n].b);
}

static bool
take_group(struct reader *r, enum field_group *out)
{
	struct str s;

	if (!take(r, false, "`test`, `dose` or `travel` is wanted", &s))
		return false;
	for (int g = G_ONE + 1; g < G_COUNT; g++)
		if (str_eq(group_table((enum field_group)g), s)) {
			*out = (enum field_group)g;
			return true;
		}
	return fault_here(r, "`test`, `dose` or `travel` is wanted, not");
}

static bool
take_at(struct reader *r, struct rule *one)
{
	struct str s;

	if (!skip(r, S("at")))
		return true;
	if (!take(r, false, "an item is wanted behind `at`", &s))
		return false;
	one->at = field_by_name(s);
	return one->at != F_none || fault_here(r, "there is no item");
}

static bool
read_rule(struct reader *r)
{
	struct sheet *s = r->s;
	struct rule one = { .warn = str_eq(r->word[0].s, S("warn")), .line = r->word[0].line };

	if (!take_name(r, "a name of the rule is wanted", &one.name))
		return false;
	if (s->n_rule == MAX_RULES)
		return fault_here(r, "too many rules at");
	for (size_t i = 0; i < s->n_rule; i++)
		if (str_eq(s->rule[i].name, one.name))
			return fault_here(r, "there is already a rule");
	if (skip(r, S("each")) && !take_group(r, &one.each))
		return false;
	if (!skip(r, S("when")))
		return fault_here(r, "`when` is wanted behind");
	if (!read_conds(r, &one.cond, &one.n_cond) || !take_texts(r, one.by) || !take_at(r, &one))
		return false;
	s->rule = grown(r->mem, s->rule, sizeof one, s->n_rule);
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
};

static bool
read_one(struct reader *r)
{
	r->at = 1;
	for (size_t i = 0; i < LEN(statements); i++) {
		const struct statement *st = &statements[i];
		if (r->word[0].quoted || !str_eq(r->word[0].s, st->word))
			continue;
		if (st->how != MANY && (r->seen & 1u << i))
			return fault(r, r->word[0].line, "this line stands twice:", st->word);
		r->seen |= 1u << i;
		if (!st->read(r))
			return false;
		return r->at == r->n || fault(r, r->word[r->at].line, "not understood:", r->word[r->at].s);
	}
	return fault(r, r->word[0].line, "there is no such line:", r->word[0].s);
}

/* Look up what a condition speaks of. */
static bool
settle_cond(struct reader *r, struct cond *c)
{
	if (c->op >= COND_CLASS_DEAD || c->op == COND_MINOR) {
		c->extra = S("");
		return true;
	}
	const struct item *it = asked(r, c->extra);
	if (it == NULL)
		return fault(r, c->line, "a condition names an item that the sheet does not ask:", c->extra);
	if (c->op == COND_ALL_ARE && (it->f == F_none || fields[it->f].group == G_ONE))
		return fault(r, c->line, "`all` is for items that repeat, not for", c->extra);
	c->f = it->f;
	if (it->f != F_none)
		c->extra = S("");
	if (c->code.n == 0)
		return true;
	if (it->type == FT_YESNO)
		return str_eq(c->code, S("yes")) || str_eq(c->code, S("no")) ||
		    fault(r, c->line, "`yes` or `no` is wanted, not", c->code);
	/* A code that the sheet does not offer can still stand in an older record. */
	if (it->f != F_none && it->n_choice > 0)
		return code_find(fields[it->f].codes, c->code) != NULL || fault(r, c->line, "there is no code", c->code);
	for (size_t i = 0; i < it->n_choice; i++)
		if (str_eq(it->choice[i].code, c->code))
			return true;
	return fault(r, c->line, it->n_choice ? "there is no code" : "only choices can be compared with", c->code);
}

static bool
settle_conds(struct reader *r, const struct cond **list, size_t n)
{
	struct cond *c = NEWN(r->mem, struct cond, n);

	for (size_t i = 0; i < n; i++) {
		c[i] = (*list)[i];
		if (!settle_cond(r, &c[i]))
			return false;
	}
	*list = c;
	return true;
}

static bool
settle_rules(struct reader *r)
{
	struct sheet *s = r->s;

	for (size_t i = 0; i < s->n_rule; i++) {
		struct rule *one = &s->rule[i];
		if (one->at != F_none && s->place[one->at] == 0)
			return fault(r, one->line, "the sheet does not ask for the item behind `at`:", fields[one->at].name);
		if (!settle_conds(r, &one->cond, one->n_cond))
			return false;
	}
	for (size_t i = 0; i < s->n_either; i++) {
		enum field_id a = field_by_name(r->either[i].a), b = field_by_name(r->either[i].b);
		if (s->place[a] == 0 || s->place[b] == 0)
			return fault(r, r->either[i].line, "the sheet does not ask for",
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
			return fault(r, r->line, "a line is missing:", statements[i].word);
	for (size_t i = 0; i < LEN(always); i++)
		if (s->place[always[i]] == 0 || s->item[s->place[always[i]] - 1].need != NEED_ACCEPT)
			return fault(r, r->line, "every sheet has an item with `accept` for", fields[always[i]].name);
	for (size_t i = 0; i < s->n_item; i++) {
		struct item *it = &s->item[i];
		if (s->anonymous && (fields[it->f].flags & PERSONAL))
			return fault(r, r->line, "an anonymous sheet cannot ask for", it->key);
		if (it->n_cond > 0 && !settle_conds(r, &it->cond, it->n_cond))
			return false;
	}
	return settle_rules(r);
}

static bool
plain(struct reader *r, struct str text)
{
	int line = 1;

	if (text.n > SHEET_MAX_BYTES)
		return fault(r, 1, "the sheet is larger than 256 KiB", S(""));
	if (!utf8_ok(text))
		return fault(r, 1, "the sheet is not UTF-8", S(""));
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];
		line += c == '\n';
		if ((c < ' ' && c != '\n' && c != '\t' && c != '\r') || c == 127)
			return fault(r, line, "a control character", S(""));
	}
	return true;
}

static bool
read_all(struct reader *r)
{
	if (!plain(r, r->rest))
		return false;
	for (;;) {
		if (!read_statement(r))
			return false;
		if (r->n == 0)
			return settle(r);
		if (!read_one(r))
			return false;
	}
}

enum err
sheet_read(struct arena *mem, struct str text, struct sheet **out, struct str *why)
{
	struct reader *r = NEW(mem, struct reader);

	r->mem = mem;
	r->s = NEW(mem, struct sheet);
	r->s->text = r->rest = str_dup(mem, text);
	if (!read_all(r)) {
		*why = r->why;
		return E_FORMAT;
	}
	*out = r->s;
	return OK;
}
