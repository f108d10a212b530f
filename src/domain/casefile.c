/* domain/casefile.c: see casefile.h. */
#include "domain/casefile.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "domain/care.h"
#include "domain/entry.h"
#include "domain/number.h"
#include "domain/org.h"
#include "domain/stat.h"

/* ---- reading ---- */

struct casefile
case_of_row(struct rows *r)
{
	return (struct casefile){
		.home = row_int(r, "home"), .id = row_text(r, "id"), .number = row_text(r, "number"),
		.disease = row_text(r, "disease"), .name = row_text(r, "name"), .name_kana = row_text(r, "name_kana"),
		.sex = row_text(r, "sex"), .birth_date = row_text(r, "birth_date"), .band = row_text(r, "band"),
		.type = row_text(r, "type"), .status = row_text(r, "status"), .missing = row_int(r, "missing"),
		.review = row_text(r, "review"), .live = row_int(r, "live"), .reported_at = row_int(r, "reported_at"),
		.reporter = row_text(r, "reporter"), .reporter_name = row_text(r, "reporter_name"),
	};
}

enum err
case_get(struct tx *tx, int64_t home, struct str id, struct casefile *out)
{
	struct rows r;

	if (!tx_one(tx, &r, Q_case_get, DBS(DI(home), DT(id))))
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	*out = case_of_row(&r);
	out->phone = row_text(&r, "phone");
	out->status_at = row_int(&r, "status_at");
	out->status_by = row_text(&r, "status_by");
	out->responsible = row_text(&r, "responsible");
	out->centre_name = row_text(&r, "centre_name");
	out->ver = row_int(&r, "ver");
	rows_close(&r);
	return tx_err(tx);
}

static struct casefile *
read_list(struct tx *tx, struct rows *r, size_t *n)
{
	struct casefile *list = NEWN(tx_mem(tx), struct casefile, CASE_PAGE + 1);

	for (*n = 0; rows_next(r);)
		if (*n <= CASE_PAGE) {
			list[*n] = case_of_row(r);
			list[(*n)++].at = row_int(r, "at");
		}
	return list;
}

struct str
case_place_text(struct arena *mem, const struct case_place *p)
{
	return str_fmt(mem, "%lld.%lld.%.*s", (long long)p->at, (long long)p->home, STR_ARG(p->id));
}

bool
case_place_read(struct str s, struct case_place *out)
{
	struct str at, home;

	return str_cut(&s, '.', &at) && str_int(at, &out->at) && str_cut(&s, '.', &home) && str_int(home, &out->home)
	    && s.p != NULL && (out->id = s, s.n == 0 || id_ok(s));
}

struct casefile *
case_list(struct tx *tx, const struct actor *who, const struct case_place *before, struct str status, size_t *n)
{
	struct rows r;
	int64_t at = before->at > 0 ? before->at : INT64_MAX;

	tx_open(tx, &r, Q_case_list, DBS(DT(who->org), DI(at), DI(before->home), DT(before->id), DT(status),
	    DI(CASE_PAGE + 1)));
	return read_list(tx, &r, n);
}

struct casefile *
case_list_since(struct tx *tx, const struct actor *who, const struct case_place *after, size_t *n)
{
	struct rows r;

	tx_open(tx, &r, Q_case_list_since, DBS(DT(who->org), DI(after->at), DI(after->home), DT(after->id), DI(CASE_PAGE)));
	struct casefile *list = read_list(tx, &r, n);
	for (size_t i = 0; i < *n / 2; i++) {
		struct casefile other = list[i];
		list[i] = list[*n - 1 - i];
		list[*n - 1 - i] = other;
	}
	return list;
}

int64_t
case_place_next(struct tx *tx, struct str org, int64_t at)
{
	struct rows r;
	int64_t last = 0;

	if (tx_one(tx, &r, Q_org_case_last, DBS(DT(org)))) {
		last = row_int(&r, "at");
		rows_close(&r);
	}
	return last >= at && last - at < CASE_PLACE_MS ? last + 1 : at;
}

#define MOMENTS 200     /* of a case, that are looked for */

void
case_list_leave(struct tx *tx, struct str org, int64_t home, struct str id)
{
	int64_t at[MOMENTS];
	struct rows r;
	size_t n = 0;

	for (tx_open(tx, &r, Q_case_moments, DBS(DI(home), DT(id))); rows_next(&r);)
		if (n < MOMENTS)
			at[n++] = row_int(&r, "at");
	for (size_t i = 0; i < n; i++)
		tx_exec(tx, Q_org_case_delete, DBS(DT(org), DI(at[i]), DI(at[i] + CASE_PLACE_MS), DI(home), DT(id)));
}

/* ---- search keys ---- */

#define KEYS 4          /* of a case at most */

struct key {
	const char *kind;
	struct str key;
	bool nation;            /* stands once, under scope 0 */
};

static size_t
keys_of(struct arena *mem, const struct record *rec, struct key out[KEYS])
{
	struct str name = fold_name(mem, rec_get(rec, F_name)), kana = fold_kana(mem, rec_get(rec, F_name_kana));
	struct str birth = rec_get(rec, F_birth_date);
	struct str phone = text_only_digits(mem, rec_get(rec, F_stay_phone));
	size_t n = 0;

	if (phone.n == 0)
		phone = text_only_digits(mem, rec_get(rec, F_home_phone));
	if (name.n > 0)
		out[n++] = (struct key){ "n", name, false };
	if (kana.n > 0)
		out[n++] = (struct key){ "k", kana, false };
	/* Of the whole country: a birth date is shared by few enough people to look through them all, so one key serves the
	 * search by birth date and the duplicate check. */
	if (birth.n > 0 && !rec_unknown(birth))
		out[n++] = (struct key){ "b", str_fmt(mem, "%.*s|%.*s|%.*s", STR_ARG(birth), STR_ARG(kana), STR_ARG(name)), true };
	if (phone.n > 0)
		out[n++] = (struct key){ "t", phone, false };
	return n;
}

enum key_reach { KEYS_OF_CENTRE, KEYS_OF_NATION };

static void
keys_run(struct tx *tx, enum query q, int64_t scope, int64_t home, struct str id, const struct record *rec, enum key_reach reach)
{
	struct key key[KEYS];
	size_t n = keys_of(tx_mem(tx), rec, key);

	for (size_t i = 0; i < n; i++)
		if (key[i].nation == (reach == KEYS_OF_NATION))
			tx_exec(tx, q, DBS(DI(scope), DT(str_of(key[i].kind)), DT(key[i].key), DI(home), DT(id)));
}

static void
keys_everywhere(struct tx *tx, enum query q, int64_t home, struct str id, const struct record *rec)
{
	size_t n;
	const int64_t *scope = case_scopes(tx, home, id, &n);

	keys_run(tx, q, 0, home, id, rec, KEYS_OF_NATION);
	for (size_t i = 0; i < n; i++)
		keys_run(tx, q, scope[i], home, id, rec, KEYS_OF_CENTRE);
}

void
case_keys_open(struct tx *tx, int64_t home, struct str id, const struct record *rec)
{
	keys_run(tx, Q_search_insert, 0, home, id, rec, KEYS_OF_NATION);
	keys_run(tx, Q_search_insert, home, home, id, rec, KEYS_OF_CENTRE);
}

void
case_keys_put(struct tx *tx, int64_t home, struct str id, const struct record *rec)
{
	keys_everywhere(tx, Q_search_insert, home, id, rec);
}

void
case_keys_take(struct tx *tx, int64_t home, struct str id, const struct record *rec)
{
	keys_everywhere(tx, Q_search_delete, home, id, rec);
}

/* As much of a notification as the case itself keeps: what it is found by. */
static struct record *
record_of(struct arena *mem, const struct casefile *k)
{
	struct record *rec = NEW(mem, struct record);

	rec->v[0][F_name] = k->name;
	rec->v[0][F_name_kana] = k->name_kana;
	rec->v[0][F_birth_date] = k->birth_date;
	rec->v[0][F_stay_phone] = k->phone;
	return rec;
}

void
case_keys_share(struct tx *tx, const struct casefile *k, int64_t scope)
{
	/* A prefecture searches the scopes that are known. */
	tx_exec(tx, Q_scope_known, DBS(DI(scope)));
	keys_run(tx, Q_search_insert, scope, k->home, k->id, record_of(tx_mem(tx), k), KEYS_OF_CENTRE);
}

void
case_keys_unshare(struct tx *tx, const struct casefile *k, int64_t scope)
{
	keys_run(tx, Q_search_delete, scope, k->home, k->id, record_of(tx_mem(tx), k), KEYS_OF_CENTRE);
}

int64_t *
case_scopes(struct tx *tx, int64_t home, struct str id, size_t *n)
{
	int64_t *list = NEWN(tx_mem(tx), int64_t, CASE_OFFICES);
	struct rows r;

	list[0] = home;
	*n = 1;
	for (tx_open(tx, &r, Q_case_offices, DBS(DI(home), DT(id))); rows_next(&r);) {
		struct str role = row_text(&r, "role");
		int64_t scope = stat_scope(row_text(&r, "org"));
		if ((str_eq(role, S("responsible")) || str_eq(role, S("related"))) && scope != home && *n < CASE_OFFICES)
			list[(*n)++] = scope;
	}
	return list;
}

void
case_tell(struct tx *tx, int64_t home, struct str id, const char *kind)
{
	struct str told[CASE_OFFICES], text = str_fmt(tx_mem(tx), "%s %lld %.*s", kind, (long long)home, STR_ARG(id));
	struct rows r;
	size_t n = 0;

	/* In the order of paths: what is above another comes just before it, and hears of it there. */
	for (tx_open(tx, &r, Q_case_offices, DBS(DI(home), DT(id))); rows_next(&r);) {
		struct str org = row_text(&r, "org");
		if (n > 0 && str_starts(org, told[n - 1]))
			n--;
		if (n < CASE_OFFICES)
			told[n++] = org;
	}
	for (size_t i = 0; i < n; i++)
		tx_event(tx, told[i], text);
}

/* ---- search ---- */

struct found {
	struct tx *tx;
	struct casefile *list;
	size_t n;
	bool more;
};

static void
found_add(struct found *f, int64_t home, struct str id, struct str birth)
{
	struct rows r;

	for (size_t i = 0; i < f->n; i++)
		if (f->list[i].home == home && str_eq(f->list[i].id, id))
			return;
	if (!tx_one(f->tx, &r, Q_case_row, DBS(DI(home), DT(id))))
		return;
	struct casefile c = case_of_row(&r);
	rows_close(&r);
	if (birth.n > 0 && !str_eq(c.birth_date, birth))
		return;
	if (f->n == CASE_PAGE) {
		f->more = true;
		return;
	}
	f->list[f->n++] = c;
}

/* The centres whose keys the actor's area can hold: from <= number < until. */
struct centres {
	int64_t from, until;
};

static struct centres
centres_of(const struct actor *who)
{
	if (who->home > 0)
		return (struct centres){ who->home, who->home + 1 };
	if (who->org.n == 0)
		return (struct centres){ 1, 10000 };
	int64_t prefecture = stat_scope(who->org);
	return (struct centres){ prefecture * 100, prefecture * 100 + 100 };
}

/* Cases of a scope whose key begins so, in the order of the keys. */
static void
search_key(struct found *f, int64_t scope, const char *kind, struct str prefix, struct str birth)
{
	struct str until = fold_after(tx_mem(f->tx), prefix);
	struct case_place hit[CASE_PAGE + 1];
	struct rows r;
	size_t n = 0;

	for (tx_open(f->tx, &r, Q_search_prefix, DBS(DI(scope), DT(str_of(kind)), DT(prefix), DT(until), DI(CASE_PAGE + 1))); rows_next(&r);)
		hit[n++] = (struct case_place){ .home = row_int(&r, "home"), .id = row_text(&r, "case_id") };
	for (size_t i = 0; i < n; i++)
		found_add(f, hit[i].home, hit[i].id, birth);
}

size_t
actor_scopes(struct tx *tx, const struct actor *who, int64_t scope[CASE_SCOPES])
{
	struct centres range = centres_of(who);
	size_t n = 0;
	struct rows r;

	for (tx_open(tx, &r, Q_search_scopes, DBS(DI(range.from), DI(range.until))); rows_next(&r);)
		if (n < CASE_SCOPES)
			scope[n++] = row_int(&r, "home");
	return n;
}

static void
search_centres(struct found *f, const struct actor *who, const char *kind, struct str prefix, struct str birth)
{
	int64_t scope[CASE_SCOPES];
	size_t n = actor_scopes(f->tx, who, scope);

	for (size_t i = 0; i < n && !f->more; i++)
		search_key(f, scope[i], kind, prefix, birth);
}

/* Everybody born on that day whose reading or name begins so. */
static void
search_birth(struct found *f, struct str birth, struct str kana, struct str name)
{
	struct arena *mem = tx_mem(f->tx);
	struct str prefix = str_cat(mem, birth, S("|"));
	struct case_place hit[CASE_PAGE + 1];
	struct rows r;
	size_t n = 0;

	tx_open(f->tx, &r, Q_search_prefix, DBS(DI(0), DT(S("b")), DT(prefix), DT(fold_after(mem, prefix)), DI(INT32_MAX)));
	while (n <= CASE_PAGE && rows_next(&r)) {
		struct str rest = row_text(&r, "key"), of_kana = S("");
		rest = str_sub(rest, prefix.n, rest.n);
		str_cut(&rest, '|', &of_kana);
		if ((kana.n == 0 && name.n == 0) || (kana.n > 0 && str_starts(of_kana, kana)) || (name.n > 0 && str_starts(rest, name)))
			hit[n++] = (struct case_place){ .home = row_int(&r, "home"), .id = row_text(&r, "case_id") };
	}
	rows_close(&r);
	for (size_t i = 0; i < n; i++)
		found_add(f, hit[i].home, hit[i].id, S(""));
}

struct casefile *
case_search(struct tx *tx, const struct actor *who, const struct case_query *q, size_t *n, bool *more)
{
	struct arena *mem = tx_mem(tx);
	struct found f = { .tx = tx, .list = NEWN(mem, struct casefile, CASE_PAGE) };
	struct str number, name = fold_name(mem, q->text), kana = fold_kana(mem, q->text);
	struct str digits = text_only_digits(mem, q->text);

	if (number_read(mem, q->text, &number)) {
		struct rows r;
		if (tx_one(tx, &r, Q_case_by_number, DBS(DI(number_home(number)), DT(number)))) {
			int64_t home = row_int(&r, "home");
			struct str id = str_dup(mem, row_text(&r, "id"));
			rows_close(&r);
			found_add(&f, home, id, q->birth_date);
		}
	}
	if (digits.n >= 4 && digits.n <= 15 && digits.n * 2 >= str_trim(text_digits(mem, q->text)).n)
		search_centres(&f, who, "t", digits, q->birth_date);
	/* Ids in other systems hold a digit; names need not be looked for among them. */
	if (digits.n > 0 && name.n > 0)
		search_centres(&f, who, "x", entry_id_key(mem, q->text, S("")), q->birth_date);
	if (!fold_is_kana(kana))
		kana = S("");
	if (q->birth_date.n > 0) {
		if (name.n > 0 || str_trim(q->text).n == 0)
			search_birth(&f, q->birth_date, kana, name);
	} else {
		if (kana.n > 0)
			search_centres(&f, who, "k", kana, S(""));
		if (name.n > 0)
			search_centres(&f, who, "n", name, S(""));
	}
	*n = f.n;
	*more = f.more;
	return f.list;
}

#define TWINS 40

/* Everybody born on the day of `rec` with its name or reading, but `self`. */
static struct case_ref *
twins_of(struct tx *tx, const struct record *rec, struct str self, size_t *n)
{
	struct arena *mem = tx_mem(tx);
	struct case_ref *list = NEWN(mem, struct case_ref, TWINS);
	struct str birth = rec_get(rec, F_birth_date);
	struct str name = fold_name(mem, rec_get(rec, F_name)), kana = fold_kana(mem, rec_get(rec, F_name_kana));
	struct rows r;

	*n = 0;
	if (birth.n == 0 || rec_unknown(birth))
		return list;
	/* The same reading or the same name; what else was born on that day the database keeps to itself. */
	struct str prefix = str_cat(mem, birth, S("|"));
	struct str read = kana.n > 0 ? str_fmt(mem, "%.*s%.*s|", STR_ARG(prefix), STR_ARG(kana)) : S("");
	struct str named = name.n > 0 ? str_cat(mem, S("|"), name) : S("");
	tx_open(tx, &r, Q_search_born, DBS(DT(prefix), DT(fold_after(mem, prefix)), DT(read), DT(fold_after(mem, read)), DT(named)));
	while (*n < TWINS && rows_next(&r)) {
		struct str rest = row_text(&r, "key"), of_kana = S(""), id = row_text(&r, "case_id");
		rest = str_sub(rest, prefix.n, rest.n);
		str_cut(&rest, '|', &of_kana);
		if (!str_eq(id, self) && ((name.n > 0 && str_eq(rest, name)) || (kana.n > 0 && str_eq(of_kana, kana))))
			list[(*n)++] = (struct case_ref){ .home = row_int(&r, "home"), .id = id };
	}
	rows_close(&r);
	return list;
}

struct case_ref *
case_twins(struct tx *tx, const struct casefile *k, size_t *n)
{
	return twins_of(tx, record_of(tx_mem(tx), k), k->id, n);
}

struct casefile *
case_duplicates(struct tx *tx, const struct record *rec, struct str self, size_t *n, size_t *elsewhere)
{
	struct found f = { .tx = tx, .list = NEWN(tx_mem(tx), struct casefile, CASE_PAGE) };
	size_t hits;
	const struct case_ref *hit = twins_of(tx, rec, self, &hits);

	*elsewhere = 0;
	for (size_t i = 0; i < hits; i++) {
		size_t before = f.n;
		found_add(&f, hit[i].home, hit[i].id, S(""));
		*elsewhere += f.n == before;
	}
	*n = f.n;
	return f.list;
}

/* ---- status ---- */

struct set_status {
	const struct actor *who;
	int64_t home;
	struct str id, status, death_date;
};

static enum err
set_status_write(struct tx *tx, void *arg)
{
	struct set_status *s = arg;
	struct casefile c = { 0 };
	struct rows r;
	int64_t now = clock_now(), seq = 0;
	enum err e = case_get(tx, s->home, s->id, &c);

	if (e != OK)
		return e;
	if (c.live == 0)
		return E_LOCKED;
	if (tx_one(tx, &r, Q_status_last_seq, DBS(DI(s->home), DT(s->id)))) {
		seq = row_int(&r, "n") + 1;
		rows_close(&r);
	}
	tx_exec(tx, Q_case_status, DBS(DI(s->home), DT(s->id), DT(s->status), DI(now), DT(s->who->account)));
	tx_exec(tx, Q_status_insert, DBS(DI(s->home), DT(s->id), DI(now), DI(seq), DT(s->status), db_opt(s->death_date),
	    DT(s->who->account), DT(s->who->name), DT(s->who->org)));
	stat_count_status(tx, c.responsible, c.disease, c.status, -1);
	stat_count_status(tx, c.responsible, c.disease, s->status, +1);
	struct casefile after = c;
	after.status = s->status;
	after.status_at = now;
	care_moved(tx, &c, &after);
	struct audit a = actor_audit(s->who, S("case.status"));
	a.home = s->home;
	a.object = s->id;
	a.purpose = S("15");    /* art. 15: active surveillance by the centre */
	a.detail = s->status;
	tx_audit(tx, &a);
	case_tell(tx, s->home, s->id, "change");
	return tx_err(tx);
}

enum err
case_set_status(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id,
    struct str status, struct str death_date)
{
	struct set_status s = { who, home, id, status, death_date };

	if (code_find(C_case_status, status) == NULL)
		return E_INVALID;
	if (!str_eq(status, S("dead")))
		s.death_date = S("");
	return store_write(st, mem, who->org, set_status_write, &s);
}

struct status_change *
case_status_history(struct tx *tx, int64_t home, struct str id, size_t *n)
{
	struct status_change *list = NEWN(tx_mem(tx), struct status_change, 200);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_status_list, DBS(DI(home), DT(id))); rows_next(&r);)
		if (*n < 200)
			list[(*n)++] = (struct status_change){ .at = row_int(&r, "at"), .status = row_text(&r, "status"),
				.death_date = row_text(&r, "death_date"), .by = row_text(&r, "by_name"),
				.org = row_text(&r, "org_name") };
	return list;
}

/* ---- looks ---- */

void
case_looked(struct arena *mem, struct looks *l, const struct actor *who, struct str action, struct str purpose,
    const struct casefile *list, size_t n, struct str detail)
{
	struct look *k = NEW(mem, struct look);
	struct buf ids = buf_new(mem);

	for (size_t i = 0; n > 1 && i < n; i++)
		buf_fmt(&ids, "%s%lld/%.*s", i ? " " : "", (long long)list[i].home, STR_ARG(list[i].id));
	k->line = actor_audit(who, action);
	k->line.object = n == 1 ? list[0].id : buf_str(&ids);
	k->line.home = n == 1 ? list[0].home : 0;
	k->line.purpose = purpose;
	k->line.detail = detail;
	if (l->last != NULL)
		l->last->next = k;
	else
		l->first = k;
	l->last = k;
}

struct keep {
	const struct look *first;
	void (*done)(void *arg, enum err result);
	void *arg;
};

static enum err
keep_write(struct tx *tx, void *arg)
{
	const struct keep *k = arg;

	for (const struct look *l = k->first; l != NULL; l = l->next)
		tx_audit(tx, &l->line);
	return tx_err(tx);
}

static void
keep_done(void *arg, enum err result)
{
	struct keep *k = arg;

	k->done(k->arg, result);
}

enum err
looks_keep(struct store *st, struct arena *mem, struct looks *l, void (*done)(void *arg, enum err result), void *arg)
{
	struct keep *k = NEW(mem, struct keep);

	*k = (struct keep){ l->first, done, arg };
	return store_write_start(st, mem, S(""), keep_write, k, keep_done);
}
