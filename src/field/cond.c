/* field/cond.c: see cond.h. */
#include "field/cond.h"

#define MAX_CONDS 12

/* ---- read ---- */

/* field, op and code; names are looked up later (settle). */
static bool
read_relation(struct words *w, struct cond *c)
{
	bool all = words_skip(w, S("all"));

	if (!words_take(w, false, "a condition is wanted", &c->extra))
		return false;
	if (words_skip(w, S("empty")))
		c->op = COND_EMPTY;
	else if (words_skip(w, S("given")))
		c->op = COND_GIVEN;
	else if (words_skip(w, S("unknown")))
		c->op = COND_UNKNOWN;
	else if (words_skip(w, S("=")))
		c->op = all ? COND_ALL_ARE : COND_IS;
	else if (words_skip(w, S("!=")))
		c->op = COND_IS_NOT;
	else
		return words_fault_here(w, "`=`, `!=`, `empty`, `given` or `unknown` is wanted behind");
	if (all && c->op != COND_ALL_ARE)
		return words_fault_here(w, "`all` goes with `=`, not with");
	if (c->op == COND_IS || c->op == COND_IS_NOT || c->op == COND_ALL_ARE)
		return words_take(w, false, "a code is wanted behind `=`", &c->code);
	return true;
}

static bool
read_age(struct words *w, struct cond *c)
{
	if (words_skip(w, S(">=")))
		c->op = COND_AGE_FROM;
	else if (words_skip(w, S("<")))
		c->op = COND_AGE_BELOW;
	else
		return words_fault_here(w, "`>=` or `<` is wanted behind");
	return words_take_int(w, 0, 150, "an age is wanted", &c->age);
}

static bool
read_cond(struct words *w, struct cond *c)
{
	if (words_skip(w, S("minor"))) {
		c->op = COND_MINOR;
		return true;
	}
	if (words_skip(w, S("class_dead"))) {
		c->op = COND_CLASS_DEAD;
		return true;
	}
	if (words_skip(w, S("class_alive"))) {
		c->op = COND_CLASS_ALIVE;
		return true;
	}
	return words_skip(w, S("age")) ? read_age(w, c) : read_relation(w, c);
}

/* COND and COND …; the words are kept for messages. */
bool
conds_read(struct words *w, const struct cond **out, size_t *n)
{
	struct cond c[MAX_CONDS];

	*n = 0;
	do {
		size_t first = w->at;
		struct buf b = buf_new(w->mem);
		if (*n == MAX_CONDS)
			return words_fault_here(w, "too many conditions at");
		if (first == w->n)
			return words_fault_here(w, "a condition is wanted behind");
		c[*n] = (struct cond){ .line = w->word[first].line };
		if (!read_cond(w, &c[*n]))
			return false;
		for (size_t i = first; i < w->at; i++) {
			if (i > first)
				buf_byte(&b, ' ');
			buf_put(&b, w->word[i].s);
		}
		c[(*n)++].word = buf_str(&b);
	} while (words_skip(w, S("and")));
	struct cond *keep = NEWN(w->mem, struct cond, *n);
	memcpy(keep, c, *n * sizeof c[0]);
	*out = keep;
	return true;
}

/* ---- names ---- */

static const struct item *
item_named(const struct sheet *s, struct str name)
{
	enum field_id f = field_by_name(name);

	return f != F_none ? sheet_item(s, f) : sheet_extra(s, name);
}

/* Look up what a condition speaks of. */
static bool
settle_cond(struct words *w, const struct sheet *s, struct cond *c)
{
	if (c->op >= COND_CLASS_DEAD || c->op == COND_MINOR) {
		c->extra = S("");
		return true;
	}
	const struct item *it = item_named(s, c->extra);
	if (it == NULL)
		return words_fault(w, c->line, "a condition names an item that the sheet does not ask:", c->extra);
	if (c->op == COND_ALL_ARE && (it->f == F_none || fields[it->f].group == G_ONE))
		return words_fault(w, c->line, "`all` is for items that repeat, not for", c->extra);
	c->f = it->f;
	if (it->f != F_none)
		c->extra = S("");
	if (c->code.n == 0)
		return true;
	if (it->type == FT_YESNO)
		return str_eq(c->code, S("yes")) || str_eq(c->code, S("no")) ||
		    words_fault(w, c->line, "`yes` or `no` is wanted, not", c->code);
	/* A code that the sheet does not offer can still stand in an older record. */
	if (it->f != F_none && it->n_choice > 0)
		return code_find(fields[it->f].codes, c->code) != NULL || words_fault(w, c->line, "there is no code", c->code);
	for (size_t i = 0; i < it->n_choice; i++)
		if (str_eq(it->choice[i].code, c->code))
			return true;
	return words_fault(w, c->line, it->n_choice ? "there is no code" : "only choices can be compared with", c->code);
}

bool
conds_settle(struct words *w, const struct sheet *s, const struct cond **list, size_t n)
{
	struct cond *c = NEWN(w->mem, struct cond, n);

	for (size_t i = 0; i < n; i++) {
		c[i] = (*list)[i];
		if (!settle_cond(w, s, &c[i]))
			return false;
	}
	*list = c;
	return true;
}

/* ---- asked ---- */

static bool
value_holds(const struct cond *c, struct str v)
{
	switch (c->op) {
	case COND_IS:
	case COND_ALL_ARE:
		return str_eq(v, c->code) || (fields[c->f].type == FT_CODES && rec_has(v, c->code));
	case COND_EMPTY:
		return !rec_said(v);
	case COND_GIVEN:
		return rec_said(v) && !rec_unknown(v);
	case COND_UNKNOWN:
		return rec_unknown(v);
	default:
		return false;
	}
}

/* Over the filled rows of a group; its first row when none is filled. */
static bool
group_holds(const struct cond *c, const struct record *r)
{
	enum field_group g = fields[c->f].group;
	size_t rows = rec_rows(r, g), held = 0, filled = 0;

	for (size_t row = 0; row < rows; row++) {
		if (!rec_row_said(r, g, row))
			continue;
		filled++;
		held += value_holds(c, rec_row(r, c->f, row));
	}
	if (c->op == COND_ALL_ARE)
		return filled > 0 && held == filled;
	return filled > 0 ? held > 0 : c->op == COND_EMPTY;
}

static bool
is_dead(const struct record *r)
{
	struct str type = rec_get(r, F_type);

	return str_eq(type, S("corpse")) || str_eq(type, S("corpse_suspected"));
}

static bool
relation_holds(const struct cond *c, const struct record *r, struct scope at)
{
	if (c->op == COND_IS_NOT) {
		struct cond is = *c;
		is.op = COND_IS;
		return !relation_holds(&is, r, at);
	}
	if (c->f == F_none)
		return value_holds(c, rec_extra(r, c->extra));
	if (fields[c->f].group == G_ONE)
		return value_holds(c, rec_get(r, c->f));
	if (fields[c->f].group == at.g)
		return value_holds(c, rec_row(r, c->f, at.row));
	return group_holds(c, r);
}

static bool
cond_holds(const struct cond *c, const struct record *r, struct scope at)
{
	switch (c->op) {
	case COND_MINOR:
		return at.minor;
	case COND_CLASS_DEAD:
		return is_dead(r);
	case COND_CLASS_ALIVE:
		return !is_dead(r);
	case COND_AGE_FROM:
		return rec_age(r) >= c->age;
	case COND_AGE_BELOW:
		return rec_age(r) >= 0 && rec_age(r) < c->age;
	default:
		return relation_holds(c, r, at);
	}
}

bool
conds_hold(const struct cond *c, size_t n, const struct record *r, struct scope at)
{
	for (size_t i = 0; i < n; i++)
		if (!cond_holds(&c[i], r, at))
			return false;
	return true;
}
