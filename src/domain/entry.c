/* domain/entry.c: see entry.h. */
#include "domain/entry.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "domain/care.h"

/* ---- who ---- */

bool
entry_may_see(const struct actor *who, enum entry_id kind)
{
	return actor_may(who, entry_kind(kind)->clinic ? R_care_view : R_survey_view);
}

bool
entry_may_write(const struct actor *who, enum entry_id kind)
{
	return actor_may(who, entry_kind(kind)->clinic ? R_care_write : R_survey_write);
}

bool
entry_writes_case(struct tx *tx, const struct actor *who, int64_t home, struct str case_id)
{
	struct rows r;

	if (!tx_one(tx, &r, Q_entry_writer, DBS(DI(home), DT(case_id), DT(who->org))))
		return false;
	rows_close(&r);
	return true;
}

/* ---- reading ---- */

static struct record *
read_data(struct tx *tx, struct str json)
{
	struct record *rec = NEW(tx_mem(tx), struct record);

	if (rec_from_json(tx_mem(tx), json, rec) != OK)
		tx_fail(tx, E_STORE);
	return rec;
}

static struct entry
row_entry(struct rows *r)
{
	return (struct entry){
		.home = row_int(r, "home"), .case_id = row_text(r, "case_id"), .id = row_text(r, "id"), .at = row_int(r, "at"),
		.written_at = row_int(r, "written_at"), .changed_at = row_int(r, "changed_at"), .ver = row_int(r, "ver"),
		.account = row_text(r, "by_account"), .by = row_text(r, "by_name"), .org = row_text(r, "org"),
		.org_name = row_text(r, "org_name"), .reason = row_text(r, "reason"),
		.withdrawn = str_eq(row_text(r, "state"), S("withdrawn")), .kind = entry_by_name(row_text(r, "kind")),
		.rec = read_data(r->tx, row_text(r, "data")),
	};
}

/* Of one moment that counts which was written earlier; those of one press stay in their order. */
static bool
before(const struct entry *a, const struct entry *b)
{
	return a->at != b->at ? a->at < b->at : a->written_at < b->written_at;
}

static void
put_in_order(struct entry *list, size_t n, bool oldest_first)
{
	for (size_t i = 1; i < n; i++) {
		struct entry one = list[i];
		size_t k = i;
		for (; k > 0 && (oldest_first ? before(&one, &list[k - 1]) : before(&list[k - 1], &one)); k--)
			list[k] = list[k - 1];
		list[k] = one;
	}
}

struct entry *
entry_list(struct tx *tx, int64_t home, struct str case_id, enum entry_id kind, size_t *n)
{
	struct entry *list = NEWN(tx_mem(tx), struct entry, ENTRIES_MOST);
	const struct entry_kind *k = entry_kind(kind);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_entry_list, DBS(DI(home), DT(case_id), DT(k->name))); rows_next(&r);)
		if (*n < ENTRIES_MOST)
			list[(*n)++] = row_entry(&r);
	put_in_order(list, *n, k->oldest_first);
	return list;
}

enum err
entry_get(struct tx *tx, int64_t home, struct str case_id, struct str id, struct entry *out)
{
	struct rows r;

	if (!id_ok(id) || !tx_one(tx, &r, Q_entry_get, DBS(DI(home), DT(case_id), DT(id))))
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	*out = row_entry(&r);
	rows_close(&r);
	/* A kind that only a later release knows. */
	return tx_err(tx) != OK ? tx_err(tx) : out->kind == ENTRY_none ? E_NOTFOUND : OK;
}

struct entry_version *
entry_versions(struct tx *tx, int64_t home, struct str case_id, size_t *n)
{
	struct entry_version *list = NULL;
	size_t cap = 0;
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_entry_versions, DBS(DI(home), DT(case_id))); rows_next(&r);) {
		if (*n == cap) {
			struct entry_version *more = NEWN(tx_mem(tx), struct entry_version, cap * 2 + 16);
			if (*n > 0)
				memcpy(more, list, *n * sizeof *more);
			list = more;
			cap = cap * 2 + 16;
		}
		struct entry_version one = { .entry = row_text(&r, "entry_id"), .ver = row_int(&r, "ver"), .at = row_int(&r, "at"),
			.by = row_text(&r, "by_name"), .org = row_text(&r, "org"), .reason = row_text(&r, "reason"),
			.withdrawn = str_eq(row_text(&r, "state"), S("withdrawn")), .kind = entry_by_name(row_text(&r, "kind")),
			.rec = read_data(tx, row_text(&r, "data")) };
		if (one.kind != ENTRY_none)
			list[(*n)++] = one;
	}
	return list;
}

/* ---- external ids ---- */

struct str
entry_id_key(struct arena *mem, struct str value, struct str of)
{
	return str_fmt(mem, "%.*s|%.*s", STR_ARG(fold_name(mem, value)), STR_ARG(fold_name(mem, of)));
}

static struct str
key_of(struct arena *mem, const struct record *rec)
{
	struct str value = rec_extra(rec, S("value"));

	return value.n > 0 && !rec_unknown(value) ? entry_id_key(mem, value, rec_extra(rec, S("system_name"))) : S("");
}

struct case_ref *
entry_same_id(struct tx *tx, int64_t home, struct str case_id, const struct record *rec, size_t *n)
{
	struct arena *mem = tx_mem(tx);
	struct case_ref *list = NEWN(mem, struct case_ref, 50);
	struct str key = key_of(mem, rec);
	struct rows r;

	*n = 0;
	if (key.n == 0)
		return list;
	for (tx_open(tx, &r, Q_entry_same_key, DBS(DI(home), DT(key), DT(fold_after(mem, key)))); rows_next(&r);)
		if (*n < 50 && str_eq(row_text(&r, "key"), key) && !str_eq(row_text(&r, "case_id"), case_id))
			list[(*n)++] = (struct case_ref){ row_int(&r, "home"), row_text(&r, "case_id") };
	return list;
}

static void
keys_run(struct tx *tx, enum query q, int64_t scope, int64_t home, struct str case_id, const struct entry *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str key = list[i].withdrawn ? S("") : key_of(tx_mem(tx), list[i].rec);
		if (key.n > 0)
			tx_exec(tx, q, DBS(DI(scope), DT(S("x")), DT(key), DI(home), DT(case_id)));
	}
}

/* The search keys of a case are those of its live entries: one that two of them have is put back with the other. */
static void
keys_again(struct tx *tx, int64_t home, struct str case_id, const struct record *was)
{
	struct str old = was != NULL ? key_of(tx_mem(tx), was) : S("");
	size_t n, n_scopes;
	struct entry *list = entry_list(tx, home, case_id, ENTRY_external, &n);
	const int64_t *scope = case_scopes(tx, home, case_id, &n_scopes);

	for (size_t s = 0; s < n_scopes; s++) {
		if (old.n > 0)
			tx_exec(tx, Q_search_delete, DBS(DI(scope[s]), DT(S("x")), DT(old), DI(home), DT(case_id)));
		keys_run(tx, Q_search_insert, scope[s], home, case_id, list, n);
	}
}

void
entry_keys_share(struct tx *tx, int64_t home, struct str case_id, int64_t scope, bool on)
{
	size_t n;
	struct entry *list = entry_list(tx, home, case_id, ENTRY_external, &n);

	keys_run(tx, on ? Q_search_insert : Q_search_delete, scope, home, case_id, list, n);
}

/* ---- writing ---- */

/* The case, and whether this office writes in it. */
static enum err
open_case(struct tx *tx, const struct actor *who, int64_t home, struct str id, enum entry_id kind, struct casefile *out)
{
	enum err e = case_get(tx, home, id, out);

	if (e == OK && (!entry_may_write(who, kind) || !entry_writes_case(tx, who, home, id)))
		e = tx_err(tx) != OK ? tx_err(tx) : E_DENIED;
	return e;
}

static void
tell(struct tx *tx, const struct actor *who, const struct casefile *c, enum entry_id kind, struct str action, const struct record *rec,
    struct str detail)
{
	const struct entry_kind *k = entry_kind(kind);
	struct audit a = actor_audit(who, action);

	a.home = c->home;
	a.object = c->id;
	a.purpose = kind == ENTRY_measure ? measure_law(rec_extra(rec, S("measure"))) : k->law;
	if (a.purpose.n == 0)
		a.purpose = k->law;
	a.detail = detail;
	tx_audit(tx, &a);
	case_tell(tx, c->home, c->id, "change");
}

static void
put_version(struct tx *tx, const struct actor *who, const struct entry *e, struct str json)
{
	tx_exec(tx, Q_entry_version_insert, DBS(DI(e->home), DT(e->case_id), DT(e->id), DI(e->ver), DT(entry_kind(e->kind)->name),
	    DT(e->withdrawn ? S("withdrawn") : S("live")), DI(e->changed_at), DT(who->account), DT(who->name), DT(who->org),
	    db_opt(e->reason), DT(json)));
}

/* 2022-12: the twelfth document of the centre in the fiscal year that began in April 2022. */
static struct str
next_document(struct tx *tx, int64_t centre, int64_t now)
{
	struct ymd d = date_ymd(date_of(now));
	int year = d.month >= 4 ? d.year : d.year - 1;
	struct rows r;

	if (!tx_one(tx, &r, Q_document_next, DBS(DI(centre), DI(year)))) {
		tx_fail(tx, E_STORE);
		return S("");
	}
	struct str number = str_fmt(tx_mem(tx), "%d-%lld", year, (long long)row_int(&r, "last"));
	rows_close(&r);
	return number;
}

/* Care is counted by days: of one day, what was written last. */
static int64_t
place_of(const struct entry_kind *k, enum entry_id kind, const struct record *rec, int64_t written)
{
	int64_t at = entry_at(k, rec, written);

	return kind == ENTRY_care ? date_begin(date_of(at)) : at;
}

struct add {
	const struct actor *who;
	const struct entry_batch *in;
	const struct str *ids;
};

static void
add_one(struct tx *tx, const struct add *a, size_t i, int64_t now)
{
	const struct entry_batch *in = a->in;
	const struct entry_kind *k = entry_kind(in->kind);
	struct entry e = { .home = in->home, .case_id = in->case_id, .id = a->ids[i], .kind = in->kind, .ver = 1, .changed_at = now,
		.reason = S("") };
	struct record *rec = NEW(tx_mem(tx), struct record);

	*rec = *in->rec[i];
	if (in->kind == ENTRY_measure && !rec_set_extra(rec, S("number"), next_document(tx, a->who->home, now)))
		tx_fail(tx, E_LIMIT);
	struct str json = rec_to_json(tx_mem(tx), rec);
	tx_exec(tx, Q_entry_insert, DBS(DI(e.home), DT(e.case_id), DT(k->name), DT(e.id), DI(place_of(k, in->kind, rec, now)), DI(now),
	    DT(a->who->account), DT(a->who->name), DT(a->who->org), DT(json)));
	put_version(tx, a->who, &e, json);
}

static enum err
add_write(struct tx *tx, void *arg)
{
	const struct add *a = arg;
	const struct entry_batch *in = a->in;
	struct casefile c = { 0 };
	struct rows r;
	int64_t now = clock_now(), n = 0;
	enum err e = open_case(tx, a->who, in->home, in->case_id, in->kind, &c);

	if (e != OK)
		return e;
	/* Notifications have their keys in the same table. */
	struct str key = str_cat(tx_mem(tx), in->op, S("-entry"));
	if (in->op.n > 0 && tx_one(tx, &r, Q_idempotency_get, DBS(DT(a->who->org), DT(key)))) {
		rows_close(&r);
		return tx_err(tx);
	}
	if (tx_one(tx, &r, Q_entry_count, DBS(DI(in->home), DT(in->case_id), DT(entry_kind(in->kind)->name)))) {
		n = row_int(&r, "n");
		rows_close(&r);
	}
	if (n + (int64_t)in->n > ENTRIES_MOST)
		return tx_err(tx) != OK ? tx_err(tx) : E_LIMIT;
	if (in->kind == ENTRY_care)
		care_count(tx, &c, -1);
	for (size_t i = 0; i < in->n; i++)
		add_one(tx, a, i, now);
	if (in->kind == ENTRY_care)
		care_count(tx, &c, +1);
	if (in->kind == ENTRY_external)
		keys_again(tx, in->home, in->case_id, NULL);
	if (in->op.n > 0)
		tx_exec(tx, Q_idempotency_put, DBS(DT(a->who->org), DT(key), DI(now), DI(in->home), DT(in->case_id)));
	tell(tx, a->who, &c, in->kind, S("entry.add"), in->rec[0], str_fmt(tx_mem(tx), "%.*s %zu", STR_ARG(entry_kind(in->kind)->name),
	    in->n));
	return tx_err(tx);
}

enum err
entry_add(struct store *st, const struct actor *who, struct arena *mem, const struct entry_batch *in)
{
	struct str ids[ENTRY_ROWS];
	struct add a = { who, in, ids };

	if (in->n == 0 || in->n > ENTRY_ROWS)
		return E_INVALID;
	/* Ids of one moment come in no order: the rows of a press have theirs. */
	for (size_t i = 0; i < in->n; i++) {
		struct str id = id_new(mem);
		size_t k = i;
		for (; k > 0 && str_cmp(ids[k - 1], id) > 0; k--)
			ids[k] = ids[k - 1];
		ids[k] = id;
	}
	return store_write(st, mem, who->org, add_write, &a);
}

struct change {
	const struct actor *who;
	const struct entry_ref *at;
	const struct record *rec;       /* NULL: withdrawn */
	struct str reason;
};

static enum err
change_write(struct tx *tx, void *arg)
{
	const struct change *h = arg;
	struct arena *mem = tx_mem(tx);
	struct casefile c = { 0 };
	struct entry e;
	int64_t now = clock_now();
	enum err err = case_get(tx, h->at->home, h->at->case_id, &c);

	if (err == OK)
		err = entry_get(tx, h->at->home, h->at->case_id, h->at->id, &e);
	if (err == OK && !entry_may_see(h->who, e.kind))
		err = E_NOTFOUND;
	if (err == OK)
		err = open_case(tx, h->who, h->at->home, h->at->case_id, e.kind, &c);
	if (err != OK)
		return err;
	if (e.withdrawn)
		return E_LOCKED;
	if (e.ver != h->at->seen)
		return E_CONFLICT;      /* the other person was first: show theirs */
	const struct entry_kind *k = entry_kind(e.kind);
	const struct record *rec = h->rec != NULL ? h->rec : e.rec;
	struct str json = rec_to_json(mem, rec);
	struct entry after = e;
	after.ver = e.ver + 1;
	after.changed_at = now;
	after.withdrawn = h->rec == NULL;
	after.reason = h->reason;
	if (e.kind == ENTRY_care)
		care_count(tx, &c, -1);
	if (tx_exec_n(tx, Q_entry_update, DBS(DI(e.home), DT(e.case_id), DT(k->name), DT(e.id), DI(e.ver),
	    DT(after.withdrawn ? S("withdrawn") : S("live")), DI(place_of(k, e.kind, rec, e.written_at)), DI(now), DT(h->who->account),
	    DT(h->who->name), DT(h->who->org), db_opt(h->reason), DT(json))) != 1)
		return tx_err(tx) != OK ? tx_err(tx) : E_CONFLICT;
	put_version(tx, h->who, &after, json);
	if (e.kind == ENTRY_care)
		care_count(tx, &c, +1);
	if (e.kind == ENTRY_external)
		keys_again(tx, e.home, e.case_id, e.rec);
	tell(tx, h->who, &c, e.kind, h->rec ? S("entry.correct") : S("entry.withdraw"), rec,
	    str_fmt(mem, "%.*s version %lld", STR_ARG(k->name), (long long)after.ver));
	return tx_err(tx);
}

enum err
entry_correct(struct store *st, const struct actor *who, struct arena *mem, const struct entry_ref *at, const struct record *rec)
{
	struct change h = { who, at, rec, S("") };

	return store_write(st, mem, who->org, change_write, &h);
}

enum err
entry_withdraw(struct store *st, const struct actor *who, struct arena *mem, const struct entry_ref *at, struct str reason)
{
	struct change h = { who, at, NULL, reason };

	if (reason.n == 0)
		return E_INVALID;
	return store_write(st, mem, who->org, change_write, &h);
}
