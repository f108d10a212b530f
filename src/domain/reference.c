/* domain/reference.c: see reference.h.
 *
 * A file is read and checked whole before anything is written; then all of it is one change. What one file cannot
 * know (does the centre of that municipality exist?) is asked of the tables inside the change, which a fault undoes. */
#include "domain/reference.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/date.h"
#include "base/files.h"
#include "base/utf8.h"
#include "domain/infile.h"
#include "domain/place.h"
#include "domain/postal_file.h"

#define COLUMNS 8

/* ---- our own tables ---- */

enum cell_kind {
	CELL_ANY,
	CELL_TEXT,              /* not empty */
	CELL_PREF,              /* two digits */
	CELL_CODE,              /* five digits that begin with the row's prefecture, the column behind */
	CELL_CENTRE,            /* four digits */
	CELL_DATE,
	CELL_DATE_OR_NONE,
	CELL_POSTAL_OR_NONE,
	CELL_LETTERS,           /* A-Z */
};

struct table {
	struct str name, head;          /* head: the names of its columns, as its second line has them */
	size_t columns;                 /* the first is the key */
	enum cell_kind kind[COLUMNS];
	enum query clear;               /* Q_none: rows are updated, never removed */
	void (*put)(struct tx *tx, const struct str *c);
};

static int64_t
number(struct str digits)
{
	int64_t n;

	return str_int(digits, &n) ? n : 0;
}

static struct str
path_of_pref(struct tx *tx, struct str pref)
{
	return str_cat(tx_mem(tx), pref, S("/"));
}

static void
put_prefecture(struct tx *tx, const struct str *c)
{
	tx_exec(tx, Q_prefecture_put, DBS(DT(c[0]), DT(c[1]), DT(c[2]), DT(c[3])));
	tx_exec(tx, Q_org_put, DBS(DT(path_of_pref(tx, c[0])), DT(S("prefecture")), DT(c[1]), DT(c[3]), DI(0),
	    DNULL, DNULL));
}

static void
put_centre(struct tx *tx, const struct str *c)
{
	int64_t home = number(c[0]);

	tx_exec(tx, Q_org_put, DBS(DT(org_centre_path(tx_mem(tx), home)), DT(S("centre")), DT(c[2]), DT(c[4]), DI(home),
	    db_opt(c[6]), db_opt(c[7])));
}

static void
put_municipality(struct tx *tx, const struct str *c)
{
	tx_exec(tx, Q_municipality_put, DBS(DT(c[0]), DT(c[1]), DT(c[2]), DT(c[3]), DT(c[4]), DI(number(c[5])),
	    db_opt(c[6])));
}

static void
put_era(struct tx *tx, const struct str *c)
{
	tx_exec(tx, Q_era_put, DBS(DT(c[0]), DT(c[1]), DT(c[2]), DT(c[3])));
}

static void
put_holiday(struct tx *tx, const struct str *c)
{
	tx_exec(tx, Q_holiday_put, DBS(DT(c[0]), DT(c[1]), DT(c[2])));
}

static void
put_country(struct tx *tx, const struct str *c)
{
	tx_exec(tx, Q_country_put, DBS(DT(c[0]), DT(c[1]), DT(c[2])));
}

/* In the order in which they need each other. */
static const struct table tables[] = {
	{ .name = STR_INIT("prefecture"), .head = STR_INIT("code\tname\tkana\tname_en"), .columns = 4,
	  .kind = { CELL_PREF, CELL_TEXT, CELL_TEXT, CELL_TEXT }, .put = put_prefecture },
	{ .name = STR_INIT("health_centre"), .head = STR_INIT("code\tpref\tname\tkana\tname_en\tkind\tpostal\taddress"),
	  .columns = 8,
	  .kind = { CELL_CENTRE, CELL_PREF, CELL_TEXT, CELL_TEXT, CELL_TEXT, CELL_TEXT, CELL_POSTAL_OR_NONE, CELL_ANY },
	  .put = put_centre },
	{ .name = STR_INIT("municipality"), .head = STR_INIT("code\tpref\tname\tcounty\tkana\tcentre\tuntil"), .columns = 7,
	  .kind = { CELL_CODE, CELL_PREF, CELL_TEXT, CELL_ANY, CELL_TEXT, CELL_CENTRE, CELL_DATE_OR_NONE },
	  .put = put_municipality },
	{ .name = STR_INIT("era"), .head = STR_INIT("code\tname_ja\tletter\tstart"), .columns = 4,
	  .kind = { CELL_TEXT, CELL_TEXT, CELL_LETTERS, CELL_DATE }, .clear = Q_era_clear, .put = put_era },
	{ .name = STR_INIT("holiday"), .head = STR_INIT("date\tname\tname_en"), .columns = 3,
	  .kind = { CELL_DATE, CELL_TEXT, CELL_TEXT }, .clear = Q_holiday_clear, .put = put_holiday },
	{ .name = STR_INIT("country"), .head = STR_INIT("alpha2\tname_ja\tname_en"), .columns = 3,
	  .kind = { CELL_LETTERS, CELL_TEXT, CELL_TEXT }, .clear = Q_country_clear, .put = put_country },
};

/* ---- what is to be loaded ---- */

struct part {
	const struct table *table;      /* NULL: postal codes */
	struct str *cell;               /* columns of them a row */
	size_t *line;
	size_t n;
	struct postal_rows postal;
	struct str name, sha256;
};

static enum err
wrong(struct arena *mem, size_t line, const char *what, struct str *why)
{
	*why = str_fmt(mem, "line %zu: %s", line, what);
	return E_FORMAT;
}

static bool
letters(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 'A' || s.p[i] > 'Z')
			return false;
	return s.n > 0;
}

/* What is wrong with cell i of a row; NULL when nothing is. */
static const char *
cell_fault(enum cell_kind kind, const struct str *c, size_t i)
{
	struct date d;

	switch (kind) {
	case CELL_ANY:
		return NULL;
	case CELL_TEXT:
		return c[i].n > 0 ? NULL : "a cell is empty";
	case CELL_PREF:
		if (!digits_only(c[i], 2) || str_cmp(c[i], S("01")) < 0 || str_cmp(c[i], S("47")) > 0)
			return "the prefecture's code is not 01 to 47";
		return i == 0 || str_starts(c[0], c[i]) ? NULL : "the code does not begin with the prefecture's";
	case CELL_CODE:
		return digits_only(c[i], 5) ? NULL : "the municipality's code is not five digits";
	case CELL_CENTRE:
		return digits_only(c[i], 4) ? NULL : "the centre's code is not four digits";
	case CELL_DATE_OR_NONE:
		if (c[i].n == 0)
			return NULL;
		/* fall through */
	case CELL_DATE:
		return date_from_iso(c[i], &d) ? NULL : "it is not a date like 2022-08-19";
	case CELL_POSTAL_OR_NONE:
		return c[i].n == 0 || digits_only(c[i], 7) ? NULL : "the postal code is not seven digits";
	case CELL_LETTERS:
		return letters(c[i]) ? NULL : "it is not capital letters";
	}
	return NULL;
}

static const char *
row_cut(const struct table *t, struct str line, struct str *c)
{
	size_t n = 0;
	struct str part;

	for (; str_cut(&line, '\t', &part); n++)
		if (n < t->columns)
			c[n] = part;
	if (n != t->columns)
		return "the number of cells differs from the table's";
	for (size_t i = 0; i < n; i++) {
		const char *fault = cell_fault(t->kind[i], c, i);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}

struct key_line {
	struct str key;
	size_t line;
};

static int
by_key(const void *a, const void *b)
{
	const struct key_line *x = a, *y = b;
	int order = str_cmp(x->key, y->key);

	return order != 0 ? order : (x->line > y->line) - (x->line < y->line);
}

static enum err
keys_differ(struct arena *mem, const struct part *p, struct str *why)
{
	struct key_line *k = NEWN(mem, struct key_line, p->n + 1);

	for (size_t i = 0; i < p->n; i++)
		k[i] = (struct key_line){ p->cell[i * p->table->columns], p->line[i] };
	qsort(k, p->n, sizeof *k, by_key);
	for (size_t i = 1; i < p->n; i++)
		if (str_eq(k[i - 1].key, k[i].key))
			return wrong(mem, k[i].line, "it stands there twice", why);
	return OK;
}

static struct str
line_trim(struct str line)
{
	while (line.n > 0 && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == '\n'))
		line.n--;
	return line;
}

static enum err
table_read(struct arena *mem, const struct table *t, struct str text, struct part *out, struct str *why)
{
	struct part p = { .table = t, .name = t->name };
	struct str rest = text, line;
	size_t lines = 1, at = 0;
	bool headed = false;

	for (size_t i = 0; i < text.n; i++)
		lines += text.p[i] == '\n';
	p.cell = NEWN(mem, struct str, lines * t->columns);
	p.line = NEWN(mem, size_t, lines);
	while (str_cut(&rest, '\n', &line)) {
		at++;
		line = line_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!headed) {
			headed = true;
			continue;
		}
		const char *fault = utf8_ok(line) ? row_cut(t, line, &p.cell[p.n * t->columns]) :
		    "it cannot be read as text";
		if (fault != NULL)
			return wrong(mem, at, fault, why);
		p.line[p.n++] = at;
	}
	if (p.n == 0)
		return wrong(mem, at, "there are no rows", why);
	*out = p;
	return keys_differ(mem, &p, why);
}

/* The table whose columns a text names; NULL when it is none of ours. */
static const struct table *
table_of(struct str text)
{
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		line = line_trim(line);
		if (line.n == 0 || line.p[0] == '#')
			continue;
		for (size_t i = 0; i < LEN(tables); i++)
			if (str_eq(tables[i].head, line))
				return &tables[i];
		return NULL;
	}
	return NULL;
}

/* ---- writing ---- */

static int64_t
put_postal(struct tx *tx, const struct postal_rows *p)
{
	bool there[100] = { false };
	int64_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		there[p->row[i].pref.n == 2 ? number(p->row[i].pref) : 0] = true;
	for (int i = 0; i < 100; i++)
		if (there[i])
			tx_exec(tx, Q_postal_clear, DBS(DT(p->source), DT(i ? str_fmt(tx_mem(tx), "%02d", i) : S(""))));
	for (size_t i = 0; i < p->n; i++) {
		const struct postal_row *row = &p->row[i];
		n += tx_exec_n(tx, Q_postal_put, DBS(DT(row->code), DT(p->source), DT(row->pref), DT(row->address),
		    DI((int64_t)i), DT(row->municipality)));
	}
	return n;
}

static int64_t
put_table(struct tx *tx, const struct part *p)
{
	if (p->table->clear != Q_none)
		tx_exec(tx, p->table->clear, NULL, 0);
	for (size_t i = 0; i < p->n; i++)
		p->table->put(tx, &p->cell[i * p->table->columns]);
	return (int64_t)p->n;
}

static size_t
line_of_key(const struct part *p, struct str key)
{
	for (size_t i = 0; p->table != NULL && i < p->n; i++)
		if (str_eq(p->cell[i * p->table->columns], key))
			return p->line[i];
	return 0;
}

/* Does every centre stand in a prefecture, and every municipality have a centre? */
static enum err
together(struct tx *tx, const struct part *part, size_t n, struct str *why)
{
	struct rows r;
	struct str code = S("");
	const char *what = "";

	if (tx_one(tx, &r, Q_centre_astray, NULL, 0)) {
		code = str_sub(row_text(&r, "path"), 3, 4);
		what = "there is no prefecture of that code";
		rows_close(&r);
	} else if (tx_one(tx, &r, Q_municipality_homeless, NULL, 0)) {
		code = row_text(&r, "code");
		what = "there is no centre, or no prefecture, of that code";
		rows_close(&r);
	}
	if (code.n == 0)
		return tx_err(tx);
	for (size_t i = 0; i < n; i++) {
		size_t line = line_of_key(&part[i], code);
		if (line > 0)
			return wrong(tx_mem(tx), line, what, why);
	}
	*why = str_fmt(tx_mem(tx), "%.*s: %s", STR_ARG(code), what);
	return E_FORMAT;
}

struct load {
	const struct actor *who;
	const struct part *part;
	size_t n;
	bool init;
	int64_t at, *kept;              /* rows of each part */
	struct str why;
};

static void
part_write(struct tx *tx, struct load *l, size_t i)
{
	const struct part *p = &l->part[i];
	struct audit a = actor_audit(l->who, S("reference.load"));

	l->kept[i] = p->table != NULL ? put_table(tx, p) : put_postal(tx, &p->postal);
	tx_exec(tx, Q_reference_load_put, DBS(DT(p->name), DI(l->at), DI(l->kept[i]), DT(p->sha256)));
	a.object = p->name;
	a.detail = str_fmt(tx_mem(tx), "rows=%lld sha256=%.*s", (long long)l->kept[i], STR_ARG(p->sha256));
	tx_audit(tx, &a);
}

static enum err
load_write(struct tx *tx, void *arg)
{
	struct load *l = arg;
	struct rows r;

	if (l->init) {
		if (tx_one(tx, &r, Q_reference_load_any, NULL, 0)) {
			rows_close(&r);
			l->why = S("the reference tables are there already; `hersys reference load FILE` loads newer ones");
			return E_CONFLICT;
		}
		tx_exec(tx, Q_org_put, DBS(DT(S("")), DT(S("ministry")), DT(S("厚生労働省")),
		    DT(S("Ministry of Health, Labour and Welfare")), DI(0), DNULL, DNULL));
	}
	for (size_t i = 0; i < l->n; i++)
		part_write(tx, l, i);
	return together(tx, l->part, l->n, &l->why);
}

static enum err
load_keep(struct store *st, struct arena *mem, struct load *l, struct str *why)
{
	enum err e;

	l->at = clock_now();
	l->kept = NEWN(mem, int64_t, l->n);
	e = store_write(st, mem, S(""), load_write, l);
	if (e != OK)
		*why = l->why.n > 0 ? l->why : str_fmt(mem, "the tables could not be kept: %s", err_name(e));
	return e;
}

static struct str
sha256_of(struct arena *mem, struct str text)
{
	struct sha256 sum = crypt_sha256(text);

	return crypt_hex(mem, (struct str){ (const char *)sum.b, sizeof sum.b });
}

/* ---- the embedded tables ---- */

/* Municipalities before they are in the store. */
static struct places *
places_of(struct arena *mem, const struct part *prefs, const struct part *towns)
{
	struct place *row = NEWN(mem, struct place, towns->n);

	for (size_t i = 0; i < towns->n; i++) {
		const struct str *c = &towns->cell[i * towns->table->columns];
		row[i] = (struct place){
			.code = c[0], .pref = c[1], .name = c[2], .county = c[3], .home = number(c[5]), .abolished = c[6].n > 0,
		};
		for (size_t k = 0; k < prefs->n; k++)
			if (str_eq(prefs->cell[k * prefs->table->columns], c[1]))
				row[i].pref_name = prefs->cell[k * prefs->table->columns + 1];
	}
	return places_new(mem, row, towns->n);
}

enum { PART_PREFECTURE, PART_CENTRE, PART_MUNICIPALITY, PART_POSTAL = LEN(tables), PARTS };

static enum err
embedded_read(struct arena *mem, struct part *part, struct str *why)
{
	struct str text, name, fault;
	enum err e;

	for (size_t i = 0; i < LEN(tables); i++) {
		name = str_fmt(mem, "data/reference/%.*s.tsv", STR_ARG(tables[i].name));
		if (!files_get(name, &text))
			e = wrong(mem, 0, "it is not embedded", &fault);
		else
			e = table_read(mem, &tables[i], text, &part[i], &fault);
		if (e != OK) {
			*why = str_fmt(mem, "%.*s: %.*s", STR_ARG(name), STR_ARG(fault));
			return e;
		}
		part[i].sha256 = sha256_of(mem, text);
	}
	if (!files_get(S("data/reference/postal.tsv"), &text))
		text = S("");           /* built where the package is absent: no postal codes */
	part[PART_POSTAL] = (struct part){ .name = S("postal_area"), .sha256 = sha256_of(mem, text) };
	return postal_lines_read(mem, places_of(mem, &part[PART_PREFECTURE], &part[PART_MUNICIPALITY]), text,
	    &part[PART_POSTAL].postal, why);
}

enum err
reference_init(struct store *st, struct arena *mem, struct str *why)
{
	struct actor console = actor_console();
	struct part *part = NEWN(mem, struct part, PARTS);
	struct load l = { .who = &console, .part = part, .n = PARTS, .init = true, .why = S("") };
	enum err e = embedded_read(mem, part, why);

	return e == OK ? load_keep(st, mem, &l, why) : e;
}

/* ---- newer files ---- */

static enum err
places_now(struct store *st, struct arena *mem, struct places **out)
{
	struct reader *rd = reader_new(st);
	struct tx *tx = read_begin(rd, mem, S(""));
	enum err e;

	*out = places_load(mem, tx);
	e = read_end(tx);
	reader_free(rd);
	return e;
}

static enum err
part_read(struct store *st, struct arena *mem, struct infile *f, struct part *out, struct str *why)
{
	struct str text = str_starts(f->bytes, S("\xEF\xBB\xBF")) ? str_sub(f->bytes, 3, f->bytes.n) : f->bytes;
	const struct table *t = table_of(text);
	struct places *all;
	enum err e;

	if (t != NULL)
		return table_read(mem, t, text, out, why);
	e = places_now(st, mem, &all);
	if (e != OK)
		return e;
	*out = (struct part){ 0 };
	if (postal_lines_are(text))
		e = postal_lines_read(mem, all, text, &out->postal, why);
	else
		e = postal_file_read(mem, all, f, &out->postal, why);
	if (e == E_NOTFOUND)
		return wrong(mem, 1, "this is none of our tables, and no KEN_ALL or JIGYOSYO of Japan Post", why);
	if (e == OK)
		out->name = str_eq(out->postal.source, S("office")) ? S("postal_office") : S("postal_area");
	return e;
}

static struct str
summary_of(struct arena *mem, const struct part *p, int64_t kept)
{
	if (p->table != NULL)
		return str_fmt(mem, "%.*s: %lld rows", STR_ARG(p->name), (long long)kept);
	return str_fmt(mem, "%.*s: %lld addresses, %zu of them in no municipality that we know", STR_ARG(p->name),
	    (long long)kept, p->postal.strange);
}

enum err
reference_load(struct store *st, const struct actor *who, struct arena *mem, struct str path, struct str *summary,
    struct str *why)
{
	struct part part;
	struct load l = { .who = who, .part = &part, .n = 1, .why = S("") };
	struct infile f;
	enum err e;

	*why = S("");
	e = infile_open(mem, path, &f, why);
	if (e != OK)
		return e;
	e = part_read(st, mem, &f, &part, why);
	if (e == OK) {
		part.sha256 = f.sha256;
		e = load_keep(st, mem, &l, why);
	}
	infile_close(&f);
	if (e == OK)
		*summary = summary_of(mem, &part, l.kept[0]);
	else if (why->n == 0)
		*why = str_fmt(mem, "it could not be loaded: %s", err_name(e));
	return e;
}
