/* domain/org.c: see org.h. */
#include "domain/org.h"

#include "base/utf8.h"
#include "domain/place.h"

static const struct str kinds[] = {
	[ORG_MINISTRY] = STR_INIT("ministry"),
	[ORG_PREFECTURE] = STR_INIT("prefecture"),
	[ORG_CENTRE] = STR_INIT("centre"),
	[ORG_INSTITUTION] = STR_INIT("institution"),
};

/* ---- organisations ---- */

static enum org_kind
kind_of(struct str s)
{
	for (size_t i = 0; i < LEN(kinds); i++)
		if (str_eq(kinds[i], s))
			return (enum org_kind)i;
	BUG("org: a kind that does not exist");
}

static struct org
org_of(struct rows *r)
{
	return (struct org){
		.path = row_text(r, "path"), .kind = kind_of(row_text(r, "kind")),
		.name = row_text(r, "name"), .name_en = row_text(r, "name_en"), .home = row_int(r, "home"),
		.municipality = row_text(r, "municipality"), .postal = row_text(r, "postal"),
		.address = row_text(r, "address"), .phone = row_text(r, "phone"), .closed = !row_null(r, "closed_at"),
	};
}

enum err
org_get(struct tx *tx, struct str path, struct org *out)
{
	struct rows r;

	if (!tx_one(tx, &r, Q_org_get, DBS(DT(path))))
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	*out = org_of(&r);
	rows_close(&r);
	return OK;
}

struct str
org_centre_path(struct arena *mem, int64_t home)
{
	return str_fmt(mem, "%02lld/%04lld/", (long long)(home / 100), (long long)home);
}

size_t
org_line(struct str path, struct str out[4])
{
	size_t n = 0;

	out[n++] = S("");
	for (size_t i = 0; i < path.n && n < 4; i++)
		if (path.p[i] == '/')
			out[n++] = str_sub(path, 0, i + 1);
	return n;
}

/* Every path that begins with `path` is below this one; digits and '/' come before ':'. */
static struct str
below(struct arena *mem, struct str path)
{
	return str_cat(mem, path, S(":"));
}

static struct org *
read_orgs(struct rows *r, size_t *n)
{
	struct arena *mem = tx_mem(r->tx);
	struct org *list = NULL;
	size_t cap = 0;

	for (*n = 0; rows_next(r);) {
		if (*n == cap) {
			struct org *more = NEWN(mem, struct org, cap = cap ? 2 * cap : 64);
			if (*n > 0)
				memcpy(more, list, *n * sizeof *list);
			list = more;
		}
		list[(*n)++] = org_of(r);
	}
	return list;
}

struct org *
org_centres(struct tx *tx, struct str pref, size_t *n)
{
	struct str path = pref.n ? str_cat(tx_mem(tx), pref, S("/")) : pref;
	struct rows r;

	tx_open(tx, &r, Q_org_under, DBS(DT(path), DT(below(tx_mem(tx), path)), DT(kinds[ORG_CENTRE])));
	return read_orgs(&r, n);
}

struct org *
org_prefectures(struct tx *tx, size_t *n)
{
	struct rows r;

	tx_open(tx, &r, Q_org_prefectures, NULL, 0);
	return read_orgs(&r, n);
}

/* ---- municipalities ---- */

enum err
org_route(struct tx *tx, struct str municipality, int64_t *home)
{
	struct rows r;

	if (municipality.n != 5 && !place_code_ok(municipality))
		return E_NOTFOUND;
	if (!tx_one(tx, &r, Q_municipality_route, DBS(DT(str_sub(municipality, 0, 5)))))
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	*home = row_int(&r, "home");
	rows_close(&r);
	return OK;
}

struct str
municipality_of_address(struct tx *tx, struct str address)
{
	struct arena *mem = arena_new(1 << 20);
	const struct place *p = place_at_head(places_load(mem, tx), S(""), address, NULL);
	struct str code = p != NULL ? str_dup(tx_mem(tx), p->code) : S("");

	arena_free(mem);
	return code;
}

/* ---- institutions ---- */

/* "13/1305/0042/" -> 42 */
static int64_t
last_number(struct str path)
{
	size_t to = path.n > 0 ? path.n - 1 : 0, from = to;
	int64_t n;

	while (from > 0 && path.p[from - 1] != '/')
		from--;
	return str_int(str_sub(path, from, to - from), &n) ? n : 0;
}

/* The last number of so many digits below a centre; 0 when there is none. */
static int64_t
last_of(struct tx *tx, struct str centre, int digits)
{
	struct rows r;
	int64_t last = 0;

	if (tx_one(tx, &r, Q_org_last_institution, DBS(DT(centre), DT(below(tx_mem(tx), centre)),
	    DI((int64_t)centre.n + digits + 1)))) {
		last = last_number(row_text(&r, "path"));
		rows_close(&r);
	}
	return last;
}

/* Four digits, and when 9999 is taken, five. */
static struct str
next_path(struct tx *tx, int64_t home)
{
	struct str centre = org_centre_path(tx_mem(tx), home);
	int64_t last = last_of(tx, centre, 4), more;

	if (last == 9999 && (more = last_of(tx, centre, 5)) > 0)
		last = more;
	return str_fmt(tx_mem(tx), "%.*s%04lld/", STR_ARG(centre), (long long)last + 1);
}

enum err
org_create_institution(struct tx *tx, const struct actor *who, struct org *in_out)
{
	struct org *o = in_out;
	struct audit a = actor_audit(who, S("org.create"));
	int64_t home = 0;
	enum err e;

	if (str_trim(o->name).n == 0 || o->municipality.n == 0)
		return E_INVALID;
	e = org_route(tx, o->municipality, &home);
	if (e != OK)
		return e;
	o->kind = ORG_INSTITUTION;
	o->home = home;
	o->municipality = str_sub(o->municipality, 0, 5);
	o->path = next_path(tx, home);
	o->closed = false;
	tx_exec(tx, Q_org_insert, DBS(DT(o->path), DT(kinds[o->kind]), DT(o->name), DT(o->name_en), DI(home),
	    DT(o->municipality), db_opt(o->postal), db_opt(o->address), db_opt(o->phone)));
	a.home = home;
	a.object = o->path;
	tx_audit(tx, &a);
	return tx_err(tx);
}

/* ---- postal codes ---- */

struct postal *
postal_find(struct tx *tx, struct str code, size_t *n)
{
	struct arena *mem = tx_mem(tx);
	struct str digits = text_only_digits(mem, code);
	struct postal *list = NULL;
	size_t cap = 0;
	struct rows r;

	*n = 0;
	if (digits.n != 7)
		return NULL;
	for (tx_open(tx, &r, Q_postal_get, DBS(DT(digits))); rows_next(&r);) {
		if (*n == cap) {
			struct postal *more = NEWN(mem, struct postal, cap = cap ? 2 * cap : 8);
			if (*n > 0)
				memcpy(more, list, *n * sizeof *list);
			list = more;
		}
		list[(*n)++] = (struct postal){ digits, row_text(&r, "municipality"), row_text(&r, "address") };
	}
	return list;
}
