/* domain/sheetset.c: see sheetset.h. */
#include "domain/sheetset.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/log.h"

#include <pthread.h>
#include <stdatomic.h>

#define MISS_EVERY_MS 1000      /* how often an unknown version is worth a look into the database */

/* One generation: never changed after it is put in place; older ones are kept, readers may still hold them. */
struct generation {
	struct sheets now;      /* newest version of each name */
	struct sheets all;      /* every version, by full name */
};
struct sheetset {
	struct store *st;
	struct arena *mem;      /* for the life of the process; only under `publishing` */
	pthread_mutex_t publishing;
	_Atomic(struct generation *) current;
	_Atomic bool stale;     /* another process published */
	_Atomic int64_t missed_at;      /* when a version was last looked for in vain, on the steady clock */
};

/* A new generation with one sheet more; a sheet of the same base name gives way. */
static struct generation *
generation_with(struct arena *mem, const struct generation *g, const struct sheet *s)
{
	struct generation *out = NEW(mem, struct generation);
	const struct sheet **now = NEWN(mem, const struct sheet *, g->now.n + 1);
	const struct sheet **all = NEWN(mem, const struct sheet *, g->all.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < g->now.n; i++)
		if (!str_eq(sheet_base_name(g->now.sheet[i]->name), sheet_base_name(s->name)))
			now[n++] = g->now.sheet[i];
	now[n++] = s;
	memcpy(all, g->all.sheet, g->all.n * sizeof *all);
	all[g->all.n] = s;
	out->now = (struct sheets){ .sheet = now, .n = n, .on = g->now.on, .n_on = g->now.n_on };
	out->all = (struct sheets){ .sheet = all, .n = g->all.n + 1 };
	return out;
}

static enum err
add_published(struct sheetset *set, struct generation **g, struct str name, int64_t ver, struct str text, struct str *why)
{
	struct sheet *s;
	enum err e = sheet_read(set->mem, str_dup(set->mem, text), &s, why);

	if (e != OK)
		return e;
	s->name = str_fmt(set->mem, "%.*s@%lld", STR_ARG(name), (long long)ver);
	*g = generation_with(set->mem, *g, s);
	return OK;
}

struct switched *
sheetset_switches(struct tx *tx, size_t *n)
{
	struct arena *mem = tx_mem(tx);
	struct switched *list = NULL;
	size_t cap = 0;
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_sheet_switches, NULL, 0); rows_next(&r);) {
		if (*n == cap) {
			struct switched *more = NEWN(mem, struct switched, cap = cap ? 2 * cap : 16);
			if (*n > 0)
				memcpy(more, list, *n * sizeof *list);
			list = more;
		}
		struct switched *one = &list[(*n)++];
		*one = (struct switched){ .id = row_text(&r, "id"), .by = row_text(&r, "by_name"), .at = row_int(&r, "at"),
			.on = { .sheet = row_text(&r, "sheet"), .until = { DATE_NONE } } };
		struct str until = row_text(&r, "until_day");
		if (!sheet_areas_read(row_text(&r, "areas"), &one->on.areas) || !date_from_iso(row_text(&r, "from_day"), &one->on.from)
		    || (until.n > 0 && !date_from_iso(until, &one->on.until)))
			tx_fail(tx, E_STORE);
	}
	return list;
}

static void
load_switches(struct tx *tx, struct generation *g)
{
	size_t n;
	struct switched *list = sheetset_switches(tx, &n);
	struct sheet_switch *on = NEWN(tx_mem(tx), struct sheet_switch, n + 1);

	for (size_t i = 0; i < n; i++)
		on[i] = list[i].on;
	g->now.on = on;
	g->now.n_on = n;
}

/* The shipped ones and all that were published, as the database has them now. */
static enum err
load(struct sheetset *set, struct str *why)
{
	struct generation *g = NEW(set->mem, struct generation);
	struct reader *rd = reader_new(set->st);
	struct rows r;
	enum err e = OK;

	g->now = g->all = sheets_embedded(set->mem, S("field/sheets/"));
	struct tx *tx = read_begin(rd, set->mem, S(""));
	for (tx_open(tx, &r, Q_sheet_all, NULL, 0); e == OK && rows_next(&r);)
		e = add_published(set, &g, row_text(&r, "name"), row_int(&r, "ver"), row_text(&r, "text"), why);
	rows_close(&r);
	if (e == OK)
		load_switches(tx, g);
	if (e == OK && (e = read_end(tx)) != OK)
		*why = S("the published sheets cannot be read");
	else if (e != OK && read_end(tx) != OK)
		*why = S("the published sheets cannot be read");
	reader_free(rd);
	if (e == OK)
		atomic_store(&set->current, g);
	return e;
}

enum err
sheetset_open(struct store *st, struct arena *mem, struct sheetset **out, struct str *why)
{
	struct sheetset *set = NEW(mem, struct sheetset);

	set->st = st;
	set->mem = mem;
	pthread_mutex_init(&set->publishing, NULL);
	atomic_store(&set->missed_at, -MISS_EVERY_MS);
	*out = set;
	return load(set, why);
}

/* One caller reads them anew; who comes meanwhile goes on with the set that is there. */
static void
refresh(struct sheetset *s)
{
	struct str why = S("");

	if (pthread_mutex_trylock(&s->publishing) != 0)
		return;
	atomic_store(&s->stale, false);
	if (load(s, &why) != OK) {
		atomic_store(&s->stale, true);
		log_warn("sheets.read", KV_S("why", why));
	}
	pthread_mutex_unlock(&s->publishing);
}

void
sheetset_stale(struct sheetset *s)
{
	atomic_store(&s->stale, true);
}

struct sheets
sheetset_now(struct sheetset *s)
{
	if (atomic_load(&s->stale))
		refresh(s);
	return atomic_load(&s->current)->now;
}

/* A notification may be seen a moment before the news of the sheet that it was written on. */
const struct sheet *
sheetset_version(struct sheetset *s, struct str name)
{
	int64_t last = atomic_load(&s->missed_at), now = clock_mono();
	const struct sheet *found;

	if (atomic_load(&s->stale))
		refresh(s);
	found = sheet_by_name(&atomic_load(&s->current)->all, name);
	if (found != NULL || !store_is_shared(s->st) || now - last < MISS_EVERY_MS
	    || !atomic_compare_exchange_strong(&s->missed_at, &last, now))
		return found;
	refresh(s);
	return sheet_by_name(&atomic_load(&s->current)->all, name);
}

struct publish {
	const struct actor *who;
	struct str name, text;
	int64_t ver;
};

static enum err
publish_write(struct tx *tx, void *arg)
{
	struct publish *p = arg;
	struct rows r;

	p->ver = 2;     /* 1 is the shipped one, or was never */
	if (tx_one(tx, &r, Q_sheet_last, DBS(DT(p->name)))) {
		p->ver = row_int(&r, "ver") + 1;
		rows_close(&r);
	}
	tx_exec(tx, Q_sheet_insert, DBS(DT(p->name), DI(p->ver), DT(p->text), DI(clock_now()), DT(p->who->account)));
	struct audit a = actor_audit(p->who, S("sheet.publish"));
	a.object = p->name;
	a.detail = str_fmt(tx_mem(tx), "%lld", (long long)p->ver);
	tx_audit(tx, &a);
	tx_event(tx, S("sheets"), str_fmt(tx_mem(tx), "sheet %.*s@%lld", STR_ARG(p->name), (long long)p->ver));
	return tx_err(tx);
}

enum err
sheetset_publish(struct sheetset *s, struct store *st, const struct actor *who, struct arena *mem, struct str text,
    struct str *name, struct str *why)
{
	struct publish p = { .who = who, .text = text };
	struct sheet *read;

	if (sheet_read(mem, text, &read, why) != OK)
		return E_INVALID;
	p.name = read->name;
	if (str_find(p.name, '@', 0) < p.name.n) {
		*why = S("a sheet's name holds no @");
		return E_INVALID;
	}
	pthread_mutex_lock(&s->publishing);
	enum err e = store_write(st, mem, S(""), publish_write, &p);
	if (e == OK) {
		struct generation *g = atomic_load(&s->current);
		e = add_published(s, &g, p.name, p.ver, text, why);
		atomic_store(&s->current, g);
		*name = str_fmt(mem, "%.*s@%lld", STR_ARG(p.name), (long long)p.ver);
	}
	pthread_mutex_unlock(&s->publishing);
	return e;
}

/* ---- what is switched on ---- */

struct switching {
	const struct actor *who;
	struct str id;
	const struct sheet_switch *on;  /* NULL: the end of one */
	struct date until;
};

static enum err
switch_write(struct tx *tx, void *arg)
{
	struct switching *w = arg;
	struct arena *mem = tx_mem(tx);
	const struct sheet_switch *on = w->on;
	struct audit a = actor_audit(w->who, on != NULL ? S("sheet.on") : S("sheet.off"));

	if (on != NULL)
		tx_exec(tx, Q_sheet_switch_insert, DBS(DT(w->id), DT(on->sheet), DT(sheet_areas_text(mem, on->areas)),
		    DT(date_iso(mem, on->from)), db_opt(date_iso(mem, on->until)), DI(clock_now()), DT(w->who->account), DT(w->who->name)));
	else if (tx_exec_n(tx, Q_sheet_switch_end, DBS(DT(w->id), DT(date_iso(mem, w->until)))) == 0)
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	a.object = w->id;
	a.detail = on != NULL ? str_fmt(mem, "%.*s %.*s..%.*s", STR_ARG(on->sheet), STR_ARG(date_iso(mem, on->from)),
	    STR_ARG(date_iso(mem, on->until))) : date_iso(mem, w->until);
	tx_audit(tx, &a);
	tx_event(tx, S("sheets"), S("sheet switch"));
	return tx_err(tx);
}

/* The shipped or published sheet that may be switched on. */
static const struct sheet *
switchable(struct sheetset *s, struct str name)
{
	struct sheets now = sheetset_now(s);

	for (size_t i = 0; i < now.n; i++)
		if (now.sheet[i]->opt_in && str_eq(sheet_base_name(now.sheet[i]->name), name))
			return now.sheet[i];
	return NULL;
}

static enum err
switch_do(struct sheetset *s, struct store *st, struct arena *mem, struct switching *w)
{
	enum err e = store_write(st, mem, S(""), switch_write, w);

	if (e == OK)
		sheetset_stale(s);
	return e;
}

enum err
sheetset_switch(struct sheetset *s, struct store *st, const struct actor *who, struct arena *mem, const struct sheet_switch *on)
{
	const struct sheet *sheet = switchable(s, on->sheet);
	struct switching w = { .who = who, .id = id_new(mem), .on = on };

	if (sheet == NULL)
		return E_NOTFOUND;
	if (!date_given(on->from) || (date_given(on->until) && on->until.day < on->from.day) || on->from.day < sheet->from.day
	    || (date_given(sheet->until) && on->from.day > sheet->until.day))
		return E_INVALID;
	return switch_do(s, st, mem, &w);
}

enum err
sheetset_switch_end(struct sheetset *s, struct store *st, const struct actor *who, struct arena *mem, struct str id,
    struct date until)
{
	struct switching w = { .who = who, .id = id, .until = until };

	return switch_do(s, st, mem, &w);
}

/* ---- the present ---- */

const struct sheet **
sheetset_in_force(struct sheetset *s, struct arena *mem, struct date day, int prefecture, size_t *n)
{
	struct sheets now = sheetset_now(s);
	const struct sheet **out = NEWN(mem, const struct sheet *, now.n + 1);

	*n = 0;
	for (size_t i = 0; i < now.n; i++) {
		const struct sheet *in = sheet_in_force(&now, now.sheet[i]->disease, day, prefecture);
		bool known = in == NULL;
		for (size_t k = 0; k < *n; k++)
			known |= out[k] == in;
		if (!known)
			out[(*n)++] = in;
	}
	return out;
}
