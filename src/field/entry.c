/* field/entry.c: see entry.h. Kinds are made sheets once, then only read. */
#include "field/entry.h"

#include <pthread.h>

struct row {
	enum entry_id kind;
	struct str name;
	enum field_type type;
	const char *ja, *en, *ja_hint, *en_hint, *ja_empty, *en_empty, *not_before;
	enum codes_id codes;
	unsigned flags;
	int low, high;
	bool column;
};
static const struct row rows[] = {
#define KIND(name, tab, ...)
#define ITEM(id, key, kind_of, ...) { .kind = ENTRY_##id, .name = STR_INIT(#key), .type = FT_##kind_of, __VA_ARGS__ },
#include "field/entries.def"
#undef KIND
#undef ITEM
};

struct head {
	struct str name, tab;
	const char *ja, *en, *law, *when;
	bool clinic, oldest_first;
	size_t rows;
};
static const struct head heads[ENTRY_COUNT] = {
	[ENTRY_none] = { .name = STR_INIT("") },
#define KIND(id, path, ...) [ENTRY_##id] = { .name = STR_INIT(#id), .tab = STR_INIT(path), __VA_ARGS__ },
#define ITEM(kind, name, type, ...)
#include "field/entries.def"
#undef KIND
#undef ITEM
};

static struct made {
	struct entry_kind kind;
	struct item item[ENTRY_ITEMS];
	struct entry_look look[ENTRY_ITEMS];
	struct section section;
} made[ENTRY_COUNT];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
make_item(struct made *m, const struct row *r)
{
	struct sheet *s = &m->kind.sheet;

	if (s->n_item == ENTRY_ITEMS)
		BUG("entries.def: a kind has too many items");
	m->look[s->n_item] = (struct entry_look){ r->column, { str_of(r->ja_empty), str_of(r->en_empty) } };
	struct item *it = &m->item[s->n_item++];
	*it = (struct item){ .number = S(""), .f = F_none, .need = NEED_OPTIONAL, .key = r->name, .type = r->type,
		.by = { str_of(r->ja), str_of(r->en) }, .hint = { str_of(r->ja_hint), str_of(r->en_hint) }, .flags = r->flags,
		.low = r->low, .high = r->high, .not_before = str_of(r->not_before) };
	it->choice = codes_of(r->codes, &it->n_choice);
}

static void
make(void)
{
	for (size_t k = ENTRY_none + 1; k < ENTRY_COUNT; k++) {
		struct made *m = &made[k];
		const struct head *h = &heads[k];
		m->section = (struct section){ h->name, { str_of(h->ja), str_of(h->en) } };
		m->kind = (struct entry_kind){ .name = h->name, .tab = h->tab, .by = { str_of(h->ja), str_of(h->en) },
			.law = str_of(h->law), .clinic = h->clinic, .oldest_first = h->oldest_first, .rows = h->rows ? h->rows : 1,
			.when = str_of(h->when), .look = m->look };
		m->kind.sheet = (struct sheet){ .name = h->name, .disease = S(""), .section = &m->section, .n_section = 1,
			.item = m->item };
	}
	for (size_t i = 0; i < LEN(rows); i++)
		make_item(&made[rows[i].kind], &rows[i]);
}

const struct entry_kind *
entry_kind(enum entry_id k)
{
	if (k <= ENTRY_none || k >= ENTRY_COUNT)
		BUG("no such kind of entry");
	pthread_once(&once, make);
	return &made[k].kind;
}

enum entry_id
entry_by_name(struct str name)
{
	for (size_t k = ENTRY_none + 1; k < ENTRY_COUNT; k++)
		if (str_eq(heads[k].name, name))
			return (enum entry_id)k;
	return ENTRY_none;
}

enum entry_id
entry_by_tab(struct str tab)
{
	for (size_t k = ENTRY_none + 1; k < ENTRY_COUNT; k++)
		if (str_eq(heads[k].tab, tab))
			return (enum entry_id)k;
	return ENTRY_none;
}

/* ---- forms of several rows ---- */

struct str
entry_suffix(struct arena *mem, const struct entry_kind *k, size_t row)
{
	return k->rows > 1 ? str_fmt(mem, ".%zu", row + 1) : S("");
}

/* "x.method.2" and "x.method.2.unknown" -> row 1 and the name without it. False: of no row. */
static bool
cut_row(struct arena *mem, struct str name, size_t *row, struct str *rest)
{
	bool tick = str_ends(name, S(".unknown"));
	struct str head = tick ? str_sub(name, 0, name.n - 8) : name;
	size_t dot = head.n;
	int64_t n;

	while (dot > 0 && head.p[dot - 1] != '.')
		dot--;
	if (!str_starts(name, S("x.")) || dot < 3 || !str_int(str_sub(head, dot, head.n), &n) || n < 1 || n > 99)
		return false;
	*row = (size_t)n - 1;
	if (mem != NULL)
		*rest = str_cat(mem, str_sub(head, 0, dot - 1), tick ? S(".unknown") : S(""));
	return true;
}

size_t
entry_rows_typed(const struct entry_kind *k, const struct form *f)
{
	size_t most = k->rows > 1 ? 0 : 1, row;

	for (size_t i = 0; k->rows > 1 && i < f->n; i++)
		if (str_trim(f->pair[i].value).n > 0 && cut_row(NULL, f->pair[i].name, &row, NULL) && row + 1 > most)
			most = row + 1;
	return most;
}

/* The pairs of one row, under the names that they have without it. */
static struct form
row_of(struct arena *mem, const struct form *f, size_t row)
{
	struct form out = { .pair = NEWN(mem, struct form_pair, f->n + 1) };

	for (size_t i = 0; i < f->n; i++) {
		struct str name;
		size_t at;
		if (cut_row(mem, f->pair[i].name, &at, &name) && at == row)
			out.pair[out.n++] = (struct form_pair){ name, f->pair[i].value };
	}
	return out;
}

void
entry_read(struct arena *mem, const struct entry_kind *k, const struct form *f, size_t row, struct date today,
    struct record *out, struct issues *bad)
{
	struct form one = k->rows > 1 ? row_of(mem, f, row) : *f;

	as_form_read(mem, &k->sheet, &one, today, out, bad);
	check_filing(&k->sheet, out, today, bad);
}

struct form
entry_write(struct arena *mem, const struct entry_kind *k, const struct record *r)
{
	struct form out = as_form_write(mem, &k->sheet, r);

	for (size_t i = 0; k->rows > 1 && i < out.n; i++) {
		struct str name = out.pair[i].name;
		bool tick = str_ends(name, S(".unknown"));
		out.pair[i].name = str_fmt(mem, "%.*s.1%s", (int)(tick ? name.n - 8 : name.n), name.p, tick ? ".unknown" : "");
	}
	return out;
}

/* ---- what it says ---- */

bool
entry_said(const struct entry_kind *k, const struct record *r)
{
	for (size_t i = 0; i < k->sheet.n_item; i++)
		if (rec_said(rec_extra(r, k->sheet.item[i].key)))
			return true;
	return false;
}

int64_t
entry_at(const struct entry_kind *k, const struct record *r, int64_t written)
{
	struct str v = k->when.n > 0 ? rec_extra(r, k->when) : S("");
	int64_t hour = 0, minute = 0;
	struct date d;

	if (!date_from_iso(str_sub(v, 0, 10), &d))
		return written;
	if (v.n == 16 && (!str_int(str_sub(v, 11, 2), &hour) || !str_int(str_sub(v, 14, 2), &minute)))
		hour = minute = 0;
	return date_begin(d) + (hour * 60 + minute) * 60000;
}

struct str
measure_law(struct str measure)
{
	static const struct { struct str measure, law; } row[] = {
		{ STR_INIT("hospital"), STR_INIT("19") }, { STR_INIT("hospital_longer"), STR_INIT("20") },
		{ STR_INIT("no_work"), STR_INIT("18") }, { STR_INIT("no_work_ends"), STR_INIT("18") },
		{ STR_INIT("released"), STR_INIT("22") }, { STR_INIT("stay_home"), STR_INIT("44-3") },
	};

	for (size_t i = 0; i < LEN(row); i++)
		if (str_eq(row[i].measure, measure))
			return row[i].law;
	return S("");
}
