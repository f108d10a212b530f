/* domain/contact.c: see contact.h. */
#include "domain/contact.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "domain/number.h"
#include "fmt/json.h"

/* ---- rows ---- */

static struct contact
row_contact(struct rows *r)
{
	struct contact k = {
		.home = row_int(r, "home"), .id = row_text(r, "id"), .case_id = row_text(r, "case_id"),
		.case_number = row_text(r, "number"), .disease = row_text(r, "disease"),
		.became = { row_int(r, "case_home"), row_text(r, "became") }, .withdrawn = row_text(r, "withdrawn"),
		.added_at = row_int(r, "added_at"), .added_org = row_text(r, "added_org"), .changed_at = row_int(r, "changed_at"),
		.by_name = row_text(r, "by_name"), .ver = row_int(r, "ver"), .seen_day = row_text(r, "seen_day"),
	};

	for (size_t f = 0; f < CF_COUNT; f++)
		k.is.v[f] = row_text(r, contact_field_name((enum contact_field)f).p);
	return k;
}

static size_t
bind_values(struct db *arg, size_t n, const struct contact_values *is)
{
	for (size_t f = 0; f < CF_COUNT; f++)
		arg[n++] = db_opt(is->v[f]);
	return n;
}

enum err
contact_get(struct tx *tx, int64_t home, struct str id, struct contact *out)
{
	struct rows r;

	*out = (struct contact){ 0 };
	if (!tx_one(tx, &r, Q_contact_get, DBS(DI(home), DT(id))))
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	*out = row_contact(&r);
	rows_close(&r);
	return tx_err(tx);
}

/* The rows of an open query, `most` of them; *n counts one more when there are others. */
static struct contact *
read_rows(struct tx *tx, struct rows *r, size_t most, size_t *n)
{
	struct contact *list = NULL;
	size_t cap = 0;

	for (*n = 0; rows_next(r);) {
		if (*n > most)
			continue;
		if (*n == cap) {
			struct contact *more = NEWN(tx_mem(tx), struct contact, cap * 2 + 8);
			if (cap > 0)
				memcpy(more, list, cap * sizeof *list);
			list = more;
			cap = cap * 2 + 8;
		}
		list[(*n)++] = row_contact(r);
	}
	return list;
}

struct contact *
contact_list(struct tx *tx, int64_t home, struct str case_id, size_t *n)
{
	struct rows r;

	tx_open(tx, &r, Q_contact_list, DBS(DI(home), DT(case_id)));
	return read_rows(tx, &r, CONTACT_MOST, n);
}

/* ---- who is observed today ---- */

/* 0 not seen today, 1 seen, 2 its last day has passed. */
static int
watch_rank(const struct contact *k, struct str today)
{
	if (k->is.v[CF_until].n > 0 && str_cmp(k->is.v[CF_until], today) < 0)
		return 2;
	return str_cmp(k->seen_day, today) >= 0;
}

static int
watch_order(const struct contact *a, const struct contact *b, struct str today)
{
	int order = watch_rank(a, today) - watch_rank(b, today);
	bool no_a = a->is.v[CF_until].n == 0, no_b = b->is.v[CF_until].n == 0;

	if (order == 0)
		order = no_a != no_b ? (no_a ? 1 : -1) : str_cmp(a->is.v[CF_until], b->is.v[CF_until]);
	return order != 0 ? order : str_cmp(a->id, b->id);
}

struct contact *
contact_watch(struct tx *tx, const struct actor *who, struct date today, size_t *n, bool *more)
{
	/* A case that came from another home is in the office's list since it was handed over; nobody is observed for longer. */
	const int64_t longest = 90LL * 86400000;
	struct str iso = date_iso(tx_mem(tx), today);
	size_t own, taken;
	struct rows r;

	tx_open(tx, &r, Q_contact_watch, DBS(DI(who->home), DT(S("monitoring")), DT(iso), DI(CONTACT_WATCH + 1)));
	struct contact *mine = read_rows(tx, &r, CONTACT_WATCH, &own);
	tx_open(tx, &r, Q_contact_watch_taken, DBS(DT(who->org), DI(date_begin(today) - longest), DI(who->home),
	    DT(S("monitoring")), DI(CONTACT_WATCH + 1)));
	struct contact *other = read_rows(tx, &r, CONTACT_WATCH, &taken);
	struct contact *list = NEWN(tx_mem(tx), struct contact, own + taken + 1);
	for (size_t i = 0; i < own + taken; i++) {
		struct contact one = i < own ? mine[i] : other[i - own];
		size_t k = i;
		for (; k > 0 && watch_order(&list[k - 1], &one, iso) > 0; k--)
			list[k] = list[k - 1];
		list[k] = one;
	}
	*n = own + taken;
	*more = *n > CONTACT_WATCH;
	if (*more)
		*n = CONTACT_WATCH;
	return list;
}

/* ---- search keys ---- */

#define KEYS 4          /* of a contact at most */

struct key {
	int64_t scope;
	const char *kind;
	struct str key;
};

/* As those of a case (casefile.c), under kinds of their own: c birth date with reading and name, m name, r reading, p phone. */
static size_t
keys_of(struct arena *mem, int64_t home, const struct contact_values *is, struct key out[KEYS])
{
	struct str name = fold_name(mem, is->v[CF_name]), kana = fold_kana(mem, is->v[CF_name_kana]);
	struct str birth = is->v[CF_birth_date], phone = text_only_digits(mem, is->v[CF_phone]);
	size_t n = 0;

	if (name.n > 0)
		out[n++] = (struct key){ home, "m", name };
	if (kana.n > 0)
		out[n++] = (struct key){ home, "r", kana };
	if (birth.n > 0 && !rec_unknown(birth))
		out[n++] = (struct key){ 0, "c", str_fmt(mem, "%.*s|%.*s|%.*s", STR_ARG(birth), STR_ARG(kana), STR_ARG(name)) };
	if (phone.n > 0)
		out[n++] = (struct key){ home, "p", phone };
	return n;
}

/* Under one scope; 0 is the nation's, of some kinds only. */
static void
keys_run_in(struct tx *tx, enum query q, const struct contact *k, int64_t scope)
{
	struct key key[KEYS];
	size_t n = keys_of(tx_mem(tx), k->home, &k->is, key);

	for (size_t i = 0; k->withdrawn.n == 0 && i < n; i++)
		if ((key[i].scope == 0) == (scope == 0))
			tx_exec(tx, q, DBS(DI(scope), DT(str_of(key[i].kind)), DT(key[i].key), DI(k->home), DT(k->id)));
}

/* A contact is found wherever its case is. */
static void
keys_run(struct tx *tx, enum query q, const struct contact *k)
{
	size_t n;
	const int64_t *scope = case_scopes(tx, k->home, k->case_id, &n);

	keys_run_in(tx, q, k, 0);
	for (size_t i = 0; i < n; i++)
		keys_run_in(tx, q, k, scope[i]);
}

void
contact_keys_share(struct tx *tx, int64_t home, struct str case_id, int64_t scope, bool on)
{
	size_t n;
	struct contact *list = contact_list(tx, home, case_id, &n);

	for (size_t i = 0; i < n; i++)
		keys_run_in(tx, on ? Q_search_insert : Q_search_delete, &list[i], scope);
}

/* ---- search ---- */

struct finding {
	struct tx *tx;
	struct contact *list;
	size_t n;
	bool more;
};

static void
find_add(struct finding *f, int64_t home, struct str id, struct str birth)
{
	struct contact k;

	for (size_t i = 0; i < f->n; i++)
		if (f->list[i].home == home && str_eq(f->list[i].id, id))
			return;
	if (contact_get(f->tx, home, id, &k) != OK || (birth.n > 0 && !str_eq(k.is.v[CF_birth_date], birth)))
		return;
	if (f->n == CONTACT_FOUND)
		f->more = true;
	else
		f->list[f->n++] = k;
}

/* Contacts of a scope whose key begins so. */
static void
find_key(struct finding *f, int64_t scope, const char *kind, struct str prefix, struct str birth)
{
	struct arena *mem = tx_mem(f->tx);
	struct case_ref hit[CONTACT_FOUND * 2];
	struct rows r;
	size_t n = 0;

	tx_open(f->tx, &r, Q_contact_prefix, DBS(DI(scope), DT(str_of(kind)), DT(prefix), DT(fold_after(mem, prefix)), DI(LEN(hit))));
	while (rows_next(&r))
		hit[n++] = (struct case_ref){ row_int(&r, "home"), row_text(&r, "contact_id") };
	f->more = f->more || n == LEN(hit);
	for (size_t i = 0; i < n; i++)
		find_add(f, hit[i].home, hit[i].id, birth);
}

static void
find_centres(struct finding *f, const struct actor *who, const char *kind, struct str prefix, struct str birth)
{
	int64_t scope[CASE_SCOPES];
	size_t n = prefix.n > 0 ? actor_scopes(f->tx, who, scope) : 0;

	for (size_t i = 0; i < n && !f->more; i++)
		find_key(f, scope[i], kind, prefix, birth);
}

struct contact *
contact_search(struct tx *tx, const struct actor *who, const struct case_query *q, size_t *n, bool *more)
{
	struct arena *mem = tx_mem(tx);
	struct finding f = { .tx = tx, .list = NEWN(mem, struct contact, CONTACT_FOUND) };
	struct str name = fold_name(mem, q->text), kana = fold_kana(mem, q->text), digits = text_only_digits(mem, q->text);

	if (str_trim(q->text).n == 0 && q->birth_date.n > 0)
		find_key(&f, 0, "c", str_cat(mem, q->birth_date, S("|")), S(""));
	if (digits.n >= 4 && digits.n <= 15 && digits.n * 2 >= str_trim(text_digits(mem, q->text)).n)
		find_centres(&f, who, "p", digits, q->birth_date);
	if (fold_is_kana(kana))
		find_centres(&f, who, "r", kana, q->birth_date);
	find_centres(&f, who, "m", name, q->birth_date);
	*n = f.n;
	*more = f.more;
	return f.list;
}

struct contact *
contact_duplicates(struct tx *tx, struct str name, struct str name_kana, struct str birth_date, struct str self, size_t *n,
    size_t *elsewhere)
{
	struct arena *mem = tx_mem(tx);
	struct str folded = fold_name(mem, name), kana = fold_kana(mem, name_kana);
	struct case_ref hit[20];
	struct contact *list = NEWN(mem, struct contact, LEN(hit));
	size_t hits = 0;
	struct rows r;

	*n = *elsewhere = 0;
	if (birth_date.n == 0 || rec_unknown(birth_date))
		return list;
	struct str prefix = str_cat(mem, birth_date, S("|"));
	tx_open(tx, &r, Q_contact_born, DBS(DT(prefix), DT(fold_after(mem, prefix))));
	while (hits < LEN(hit) && rows_next(&r)) {
		struct str rest = row_text(&r, "key"), of_kana = S(""), id = row_text(&r, "contact_id");
		rest = str_sub(rest, prefix.n, rest.n);
		str_cut(&rest, '|', &of_kana);
		if (!str_eq(id, self) && ((folded.n > 0 && str_eq(rest, folded)) || (kana.n > 0 && str_eq(of_kana, kana))))
			hit[hits++] = (struct case_ref){ row_int(&r, "home"), id };
	}
	rows_close(&r);
	for (size_t i = 0; i < hits; i++) {
		if (contact_get(tx, hit[i].home, hit[i].id, &list[*n]) == OK)
			++*n;
		else
			++*elsewhere;
	}
	return list;
}

struct casefile *
contact_cases(struct tx *tx, const struct contact *k, size_t *n, size_t *elsewhere)
{
	struct record *rec = NEW(tx_mem(tx), struct record);

	rec_set(rec, F_name, k->is.v[CF_name]);
	rec_set(rec, F_name_kana, k->is.v[CF_name_kana]);
	rec_set(rec, F_birth_date, k->is.v[CF_birth_date]);
	return case_duplicates(tx, rec, k->became.id, n, elsewhere);
}

/* ---- versions ---- */

static struct str
version_json(struct arena *mem, const struct contact *k)
{
	struct json_out w = json_out_new(mem);

	json_map_begin(&w, S(""));
	for (size_t f = 0; f < CF_COUNT; f++)
		if (k->is.v[f].n > 0)
			json_put_text(&w, contact_field_name((enum contact_field)f), k->is.v[f]);
	if (k->became.id.n > 0) {
		json_put_int(&w, S("case_home"), k->became.home);
		json_put_text(&w, S("became"), k->became.id);
	}
	if (k->withdrawn.n > 0)
		json_put_text(&w, S("withdrawn"), k->withdrawn);
	json_map_end(&w);
	return json_out_str(&w);
}

static bool
version_read(struct arena *mem, struct str text, struct contact_version *out)
{
	const struct json *j;

	if (json_read(mem, text, &j) != OK)
		return false;
	for (size_t f = 0; f < CF_COUNT; f++)
		out->is.v[f] = json_text(j, contact_field_name((enum contact_field)f));
	const struct json *home = json_get(j, S("case_home"));
	out->became = (struct case_ref){ home != NULL ? home->integer : 0, json_text(j, S("became")) };
	out->withdrawn = json_text(j, S("withdrawn"));
	return true;
}

struct contact_version *
contact_versions(struct tx *tx, int64_t home, struct str case_id, struct str contact, size_t *n)
{
	struct contact_version *list = NULL;
	size_t cap = 0;
	struct rows r;

	if (contact.n > 0)
		tx_open(tx, &r, Q_contact_versions, DBS(DI(home), DT(contact)));
	else
		tx_open(tx, &r, Q_contact_case_versions, DBS(DI(home), DT(case_id)));
	for (*n = 0; rows_next(&r);) {
		if (*n == cap) {
			struct contact_version *more = NEWN(tx_mem(tx), struct contact_version, cap * 2 + 8);
			if (cap > 0)
				memcpy(more, list, cap * sizeof *list);
			list = more;
			cap = cap * 2 + 8;
		}
		struct contact_version *v = &list[(*n)++];
		*v = (struct contact_version){ .contact = row_text(&r, "contact_id"), .act = row_text(&r, "act"),
			.by = row_text(&r, "by_name"), .org = row_text(&r, "org"), .ver = row_int(&r, "ver"), .at = row_int(&r, "at") };
		if (!version_read(tx_mem(tx), row_text(&r, "record"), v))
			tx_fail(tx, E_STORE);
	}
	return list;
}

static void
keep_version(struct tx *tx, const struct actor *who, const struct contact *k, int64_t ver, struct str act)
{
	tx_exec(tx, Q_contact_version_insert, DBS(DI(k->home), DT(k->id), DI(ver), DI(clock_now()), DT(act), DT(who->account),
	    DT(who->name), DT(who->org), DT(version_json(tx_mem(tx), k))));
}

/* One line of the log; `object` are ids of contacts. */
static void
log_line(struct tx *tx, const struct actor *who, struct str act, int64_t home, struct str object, struct str detail)
{
	struct audit a = actor_audit(who, str_cat(tx_mem(tx), S("contact."), act));

	a.home = home;
	a.object = object;
	a.purpose = S("15");    /* art. 15: active surveillance */
	a.detail = detail;
	tx_audit(tx, &a);
}

static void
tell(struct tx *tx, const struct casefile *c)
{
	case_tell(tx, c->home, c->id, "change");
}

/* ---- adding ---- */

struct add {
	const struct actor *who;
	int64_t home;
	struct str case_id;
	struct contact *list;
	size_t n;
	struct str press[CONTACT_AT_ONCE], spare[CONTACT_AT_ONCE];
};

/* `nth` of its press: in a list they stand as they were typed. */
static bool
insert(struct tx *tx, const struct actor *who, const struct contact *k, size_t nth)
{
	struct db arg[CF_COUNT + 8] = { DI(k->home), DT(k->id), DT(k->case_id), DI(clock_now() + (int64_t)nth), DT(who->org),
		DT(who->account), DT(who->name), DI(1) };

	if (tx_exec_n(tx, Q_contact_insert, arg, bind_values(arg, 8, &k->is)) != 1)
		return false;
	keep_version(tx, who, k, 1, S("add"));
	keys_run(tx, Q_search_insert, k);
	return true;
}

/* Was this press, with these contents, kept before? */
static bool
pressed_before(struct tx *tx, const struct contact *k)
{
	struct contact was;
	size_t n;

	if (contact_get(tx, k->home, k->id, &was) != OK || !str_eq(was.case_id, k->case_id))
		return false;
	struct contact_version *v = contact_versions(tx, k->home, k->case_id, k->id, &n);
	for (size_t f = 0; f < CF_COUNT; f++)
		if (n == 0 || !str_eq(v[0].is.v[f], k->is.v[f]))
			return false;
	return true;
}

static enum err
add_write(struct tx *tx, void *arg)
{
	struct add *a = arg;
	struct buf ids = buf_new(tx_mem(tx));
	struct casefile c;
	struct rows r;
	int64_t have = 0;
	enum err e = case_get(tx, a->home, a->case_id, &c);

	if (e != OK)
		return e;
	if (tx_one(tx, &r, Q_contact_count, DBS(DI(a->home), DT(a->case_id)))) {
		have = row_int(&r, "n");
		rows_close(&r);
	}
	if (have + (int64_t)a->n > CONTACT_MOST)
		return E_LIMIT;
	for (size_t i = 0; i < a->n; i++) {
		struct contact *k = &a->list[i];
		k->home = a->home;
		k->case_id = a->case_id;
		k->id = a->press[i];
		if (!insert(tx, a->who, k, i)) {
			if (tx_err(tx) != OK || pressed_before(tx, k))
				continue;
			/* A page out of the browser's memory presses with a used key, about somebody else. */
			k->id = a->spare[i];
			if (!insert(tx, a->who, k, i))
				return tx_fail(tx, E_STORE);
		}
		buf_fmt(&ids, "%s%.*s", ids.n ? " " : "", STR_ARG(k->id));
	}
	if (ids.n > 0) {
		log_line(tx, a->who, S("add"), a->home, buf_str(&ids), str_fmt(tx_mem(tx), "case %.*s", STR_ARG(a->case_id)));
		tell(tx, &c);
	}
	return tx_err(tx);
}

enum err
contact_add(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str case_id, struct contact *list,
    size_t n)
{
	struct add a = { .who = who, .home = home, .case_id = case_id, .list = list, .n = n };

	if (n > CONTACT_AT_ONCE)
		return E_LIMIT;
	for (size_t i = 0; i < n; i++) {
		a.spare[i] = id_new(mem);
		a.press[i] = id_ok(list[i].id) ? list[i].id : id_new(mem);
	}
	return store_write(st, mem, who->org, add_write, &a);
}

/* ---- changing ---- */

/* What a contact becomes by a change, written over what it was. */
struct revision {
	const struct actor *who;
	const struct contact_press *press;
	struct str act;
	const struct contact_values *is;        /* change */
	struct str why;                         /* withdraw */
	const struct case_ref *to;              /* link */
};

static void
follow_source(struct tx *tx, const struct contact *was, const struct contact *now)
{
	if (was->became.id.n > 0)
		tx_exec(tx, Q_source_delete, DBS(DI(was->became.home), DT(was->became.id), DT(was->id)));
	if (now->became.id.n > 0)
		tx_exec(tx, Q_source_insert, DBS(DI(now->became.home), DT(now->became.id), DI(now->home), DT(now->case_id), DT(now->id),
		    db_opt(now->is.v[CF_household]), DI(clock_now())));
}

static enum err
put(struct tx *tx, const struct actor *who, const struct contact *was, const struct contact *now, struct str act)
{
	bool linked = now->became.id.n > 0;
	struct db arg[CF_COUNT + 9] = { DI(was->home), DT(was->id), DI(was->ver), DI(clock_now()), DT(who->account), DT(who->name),
		linked ? DI(now->became.home) : DNULL, db_opt(now->became.id), db_opt(now->withdrawn) };
	struct casefile c;
	enum err e = case_get(tx, was->home, was->case_id, &c);

	if (e != OK)
		return e;
	if (tx_exec_n(tx, Q_contact_update, arg, bind_values(arg, 9, &now->is)) != 1)
		return tx_err(tx) != OK ? tx_err(tx) : E_CONFLICT;
	keep_version(tx, who, now, was->ver + 1, act);
	keys_run(tx, Q_search_delete, was);
	keys_run(tx, Q_search_insert, now);
	follow_source(tx, was, now);
	const struct case_ref *of = linked ? &now->became : &was->became;
	log_line(tx, who, act, was->home, was->id, of->id.n > 0 ? str_fmt(tx_mem(tx), "version %lld case %lld/%.*s",
	    (long long)was->ver + 1, (long long)of->home, STR_ARG(of->id)) : str_fmt(tx_mem(tx), "version %lld",
	    (long long)was->ver + 1));
	tell(tx, &c);
	return tx_err(tx);
}

static void
unlinked(struct contact *k)
{
	k->became = (struct case_ref){ 0, S("") };
	k->is.v[CF_state] = S("monitoring");
}

static enum err
revise_write(struct tx *tx, void *arg)
{
	const struct revision *v = arg;
	struct contact was;
	struct casefile target;
	enum err e = contact_get(tx, v->press->home, v->press->id, &was);

	if (e != OK)
		return e;
	struct contact now = was;
	if (was.withdrawn.n > 0)
		return E_LOCKED;
	if (was.ver != v->press->seen)
		return E_CONFLICT;
	if (v->is != NULL)
		now.is = *v->is;
	now.withdrawn = v->why;
	if (v->why.n > 0)
		now.became = (struct case_ref){ 0, S("") };
	if (v->to != NULL) {
		if (was.became.id.n > 0 || str_eq(v->to->id, was.case_id))
			return E_INVALID;
		e = case_get(tx, v->to->home, v->to->id, &target);
		if (e != OK)
			return e;
		now.became = *v->to;
		now.is.v[CF_state] = S("became_case");
	} else if (v->is == NULL && v->why.n == 0) {
		if (was.became.id.n == 0)
			return E_INVALID;
		unlinked(&now);
	}
	/* Which case it became is said by linking alone. */
	if ((now.became.id.n > 0) != str_eq(now.is.v[CF_state], S("became_case")) && v->why.n == 0)
		return E_INVALID;
	return put(tx, v->who, &was, &now, v->act);
}

static enum err
revise(struct store *st, struct arena *mem, struct revision v)
{
	return store_write(st, mem, v.who->org, revise_write, &v);
}

enum err
contact_change(struct store *st, const struct actor *who, struct arena *mem, const struct contact_press *p,
    const struct contact_values *is)
{
	return revise(st, mem, (struct revision){ .who = who, .press = p, .act = S("change"), .is = is });
}

enum err
contact_withdraw(struct store *st, const struct actor *who, struct arena *mem, const struct contact_press *p, struct str why)
{
	if (why.n == 0)
		return E_INVALID;
	return revise(st, mem, (struct revision){ .who = who, .press = p, .act = S("withdraw"), .why = why });
}

enum err
contact_link(struct store *st, const struct actor *who, struct arena *mem, const struct contact_press *p, const struct case_ref *to)
{
	return revise(st, mem, (struct revision){ .who = who, .press = p, .act = S("link"), .to = to });
}

enum err
contact_unlink(struct store *st, const struct actor *who, struct arena *mem, const struct contact_press *p)
{
	return revise(st, mem, (struct revision){ .who = who, .press = p, .act = S("unlink") });
}

enum err
contact_case_of(struct tx *tx, struct str number, struct case_ref *out)
{
	struct rows r;

	if (!tx_one(tx, &r, Q_case_by_number, DBS(DI(number_home(number)), DT(number))))
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	*out = (struct case_ref){ row_int(&r, "home"), row_text(&r, "id") };
	rows_close(&r);
	return tx_err(tx);
}

enum err
contact_filed(struct tx *tx, const struct actor *who, const struct case_ref *contact, const struct receipt *to)
{
	struct contact was;
	enum err e = contact_get(tx, contact->home, contact->id, &was);

	if (e == E_NOTFOUND || (e == OK && (was.withdrawn.n > 0 || was.became.id.n > 0)))
		return tx_err(tx);
	if (e != OK)
		return e;
	struct contact now = was;
	now.became = (struct case_ref){ to->home, to->case_id };
	now.is.v[CF_state] = S("became_case");
	return put(tx, who, &was, &now, S("filed"));
}

/* ---- 健康観察 ---- */

#define DAYS_MOST 400

struct contact_day *
contact_days(struct tx *tx, int64_t home, struct str contact, size_t *n)
{
	struct contact_day *list = NEWN(tx_mem(tx), struct contact_day, DAYS_MOST);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_contact_days, DBS(DI(home), DT(contact))); rows_next(&r);)
		if (*n < DAYS_MOST)
			list[(*n)++] = (struct contact_day){ .id = row_text(&r, "id"), .day = row_text(&r, "day"),
				.temperature = row_text(&r, "temperature"), .symptoms = row_text(&r, "symptoms"), .said = row_text(&r, "said"),
				.at = row_int(&r, "at"), .by = row_text(&r, "by_name"), .void_at = row_int(&r, "void_at"),
				.void_by = row_text(&r, "void_by") };
	return list;
}

struct observation {
	const struct actor *who;
	int64_t home;
	struct str contact;
	const struct contact_day *in;   /* NULL: strike out `day` */
	struct str day;
};

static enum err
observe_write(struct tx *tx, void *arg)
{
	const struct observation *o = arg;
	const struct contact_day *in = o->in;
	struct contact k;
	int64_t now = clock_now();
	size_t n;
	enum err e = contact_get(tx, o->home, o->contact, &k);

	if (e != OK)
		return e;
	if (k.withdrawn.n > 0)
		return E_LOCKED;
	if (in != NULL) {
		contact_days(tx, o->home, o->contact, &n);
		if (n >= DAYS_MOST)
			return E_LIMIT;
		if (tx_exec_n(tx, Q_contact_day_insert, DBS(DI(o->home), DT(o->contact), DT(in->id), DT(in->day), db_opt(in->temperature),
		    db_opt(in->symptoms), db_opt(in->said), DI(now), DT(o->who->account), DT(o->who->name), DT(o->who->org))) == 0)
			return tx_err(tx);      /* pressed before */
		log_line(tx, o->who, S("observe"), o->home, o->contact, in->day);
	} else {
		if (tx_exec_n(tx, Q_contact_day_void, DBS(DI(o->home), DT(o->contact), DT(o->day), DI(now), DT(o->who->name))) == 0)
			return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
		log_line(tx, o->who, S("observe.void"), o->home, o->contact, o->day);
	}
	return tx_err(tx);
}

enum err
contact_observe(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str contact,
    const struct contact_day *in)
{
	struct contact_day keep = *in;
	struct observation o = { .who = who, .home = home, .contact = contact, .in = &keep };

	if (!id_ok(keep.id))
		keep.id = id_new(mem);
	return store_write(st, mem, who->org, observe_write, &o);
}

enum err
contact_observe_void(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str contact, struct str day)
{
	struct observation o = { .who = who, .home = home, .contact = contact, .day = day };

	return store_write(st, mem, who->org, observe_write, &o);
}

/* ---- where a case may come from ---- */

#define SOURCES_MOST 50

struct case_source *
case_sources(struct tx *tx, int64_t home, struct str case_id, size_t *n)
{
	struct case_source *list = NEWN(tx_mem(tx), struct case_source, SOURCES_MOST);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_source_list, DBS(DI(home), DT(case_id))); rows_next(&r);)
		if (*n < SOURCES_MOST)
			list[(*n)++] = (struct case_source){ .home = row_int(&r, "from_home"), .case_id = row_text(&r, "from_case"),
				.contact = row_text(&r, "contact_id"), .household = row_text(&r, "household") };
	return list;
}
