/* domain/caseorg.c: see caseorg.h.
 *
 * case_org says who has to do with a case and since when; `since` of a centre that came in later is also its place in that
 * centre's list (org_case), so that the row can be found again. The prefecture of such a centre, when no other office of it
 * has to do with the case, has a row of its own (role list) for its place. */
#include "domain/caseorg.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "domain/care.h"
#include "domain/contact.h"
#include "domain/entry.h"
#include "domain/org.h"
#include "domain/stat.h"

static const struct str role_name[] = { STR_INIT("responsible"), STR_INIT("related"), STR_INIT("reporter") };
static const struct str kind_name[] = {
	[MOVE_handover] = STR_INIT("handover"), [MOVE_relate] = STR_INIT("relate"), [MOVE_unrelate] = STR_INIT("unrelate"),
};

bool
case_in_charge(const struct actor *who, const struct casefile *k)
{
	return who->role != ROLE_centre || str_eq(who->org, k->responsible) || str_eq(who->org, k->reporter);
}

bool
case_may_move(const struct actor *who, const struct casefile *k)
{
	return who->role == ROLE_centre && str_eq(who->org, k->responsible);
}

/* ---- offices ---- */

struct case_office *
case_offices(struct tx *tx, const struct casefile *k, size_t *n)
{
	struct case_office *all = NEWN(tx_mem(tx), struct case_office, CASE_OFFICES);
	struct case_office *list = NEWN(tx_mem(tx), struct case_office, CASE_OFFICES);
	struct rows r;
	size_t count = 0;

	for (tx_open(tx, &r, Q_case_offices, DBS(DI(k->home), DT(k->id))); rows_next(&r);)
		if (count < CASE_OFFICES)
			all[count++] = (struct case_office){ .org = row_text(&r, "org"), .role = row_text(&r, "role"),
				.name = row_text(&r, "name"), .name_en = row_text(&r, "name_en"), .since = row_int(&r, "since") };
	*n = 0;
	for (size_t role = 0; role < LEN(role_name); role++)
		for (size_t i = 0; i < count; i++)
			if (str_eq(all[i].role, role_name[role])) {
				all[i].stays = !str_eq(all[i].role, S("related")) || str_starts(k->reporter, all[i].org);
				list[(*n)++] = all[i];
			}
	return list;
}

/* The centre among those in charge or related; NULL: it is none of them. */
static const struct case_office *
office_of(const struct case_office *list, size_t n, struct str org)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].org, org) && !str_eq(list[i].role, S("reporter")))
			return &list[i];
	return NULL;
}

/* The prefecture of a centre: "27/". */
static struct str
prefecture_of(struct str centre)
{
	return str_sub(centre, 0, 3);
}

static bool
any_of_prefecture(const struct case_office *list, size_t n, struct str prefecture)
{
	for (size_t i = 0; i < n; i++)
		if (str_starts(list[i].org, prefecture))
			return true;
	return false;
}

/* ---- one change ---- */

struct move {
	const struct actor *who;
	int64_t home;
	struct str id, org, message;
	enum move_kind kind;
	/* what was found */
	struct casefile k;
	struct case_office *office;
	size_t n;
	int64_t now;
};

/* The case in the lists of a centre that had nothing to do with it, and of its prefecture. */
static void
lists_put(struct tx *tx, const struct move *m, int64_t place)
{
	struct str prefecture = prefecture_of(m->org);

	tx_exec(tx, Q_org_case_insert, DBS(DT(m->org), DI(place), DI(m->home), DT(m->id)));
	if (any_of_prefecture(m->office, m->n, prefecture))
		return;
	tx_exec(tx, Q_org_case_insert, DBS(DT(prefecture), DI(place), DI(m->home), DT(m->id)));
	tx_exec(tx, Q_case_office_put, DBS(DI(m->home), DT(m->id), DT(prefecture), DT(S("list")), DI(place)));
}

/* Out of the list of a prefecture of which nobody has to do with the case any more. */
static void
prefecture_take(struct tx *tx, const struct move *m, struct str prefecture)
{
	case_list_leave(tx, prefecture, m->home, m->id);
	tx_exec(tx, Q_case_office_take, DBS(DI(m->home), DT(m->id), DT(prefecture), DT(S("list"))));
}

/* Open pages of a centre: there is something to read. */
static void
tell_centre(struct tx *tx, struct str org, int64_t home, struct str id)
{
	tx_event(tx, org, str_fmt(tx_mem(tx), "handover %lld %.*s", (long long)home, STR_ARG(id)));
}

static void
role_put(struct tx *tx, const struct move *m, struct str org, struct str role, int64_t since)
{
	tx_exec(tx, Q_case_office_put, DBS(DI(m->home), DT(m->id), DT(org), DT(role), DI(since)));
}

static void
role_take(struct tx *tx, const struct move *m, struct str org, struct str role)
{
	tx_exec(tx, Q_case_office_take, DBS(DI(m->home), DT(m->id), DT(org), DT(role)));
}

/* The change itself, what its centre is told, and the line about it. */
static enum err
move_keep(struct tx *tx, const struct move *m, struct str from)
{
	struct str kind = kind_name[m->kind];
	struct audit a = actor_audit(m->who, str_cat(tx_mem(tx), S("case."), kind));
	struct rows r;
	int64_t seq = 1;

	if (tx_one(tx, &r, Q_move_last, DBS(DI(m->home), DT(m->id)))) {
		seq = row_int(&r, "seq") + 1;
		rows_close(&r);
	}
	tx_exec(tx, Q_move_insert, DBS(DI(m->home), DT(m->id), DI(seq), DI(m->now), DT(kind), DT(from), DT(m->org),
	    DT(m->message), DT(m->who->account), DT(m->who->name)));
	if (m->kind != MOVE_unrelate)
		tx_exec(tx, Q_notice_insert, DBS(DT(m->org), DI(1), DI(m->now), DI(m->home), DT(m->id), DI(seq), DT(kind)));
	a.home = m->home;
	a.object = m->id;
	a.purpose = S("15");
	a.detail = m->org;
	tx_audit(tx, &a);
	case_tell(tx, m->home, m->id, "change");
	if (m->kind != MOVE_unrelate)
		tell_centre(tx, m->org, m->home, m->id);
	return tx_err(tx);
}

/* Was the last change the very one that is asked for, by the same centre? Then the button was pressed twice. */
static bool
pressed_twice(struct tx *tx, const struct move *m)
{
	size_t n;
	const struct case_move *list = case_moves(tx, m->home, m->id, &n);

	return n > 0 && list[0].kind == m->kind && str_eq(list[0].to, m->org)
	    && (m->kind != MOVE_handover || str_eq(list[0].from, m->who->org));
}

/* Was it this actor's centre's to move until somebody else moved it? */
static bool
lost_race(struct tx *tx, const struct move *m)
{
	size_t n;
	const struct case_move *list = case_moves(tx, m->home, m->id, &n);

	for (size_t i = 0; i < n; i++)
		if (list[i].kind == MOVE_handover)
			return str_eq(list[i].from, m->who->org);
	return false;
}

/* OK and *done: nothing is left to do. */
static enum err
move_begin(struct tx *tx, struct move *m, bool *done)
{
	struct org o;
	enum err e = case_get(tx, m->home, m->id, &m->k);

	*done = false;
	if (e != OK)
		return e;
	m->now = clock_now();
	m->office = case_offices(tx, &m->k, &m->n);
	if (!case_may_move(m->who, &m->k)) {
		*done = m->kind == MOVE_handover && pressed_twice(tx, m);
		return *done ? OK : lost_race(tx, m) ? E_CONFLICT : E_DENIED;
	}
	/* Withdrawn: it is nobody's work any more, and counted nowhere. */
	if (m->k.live == 0 && m->kind != MOVE_unrelate)
		return E_LOCKED;
	if (str_eq(m->org, m->k.responsible))
		return E_INVALID;
	e = org_get(tx, m->org, &o);
	if (e == E_NOTFOUND || (e == OK && (o.kind != ORG_CENTRE || (o.closed && m->kind != MOVE_unrelate))))
		return E_INVALID;
	return e;
}

static size_t
related_count(const struct move *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += str_eq(m->office[i].role, S("related"));
	return n;
}

/* The new office finds the case, and all that hangs on it, by every key; or no longer. */
static void
found_by(struct tx *tx, const struct move *m, bool on)
{
	int64_t scope = stat_scope(m->org);

	if (on)
		case_keys_share(tx, &m->k, scope);
	else
		case_keys_unshare(tx, &m->k, scope);
	entry_keys_share(tx, m->home, m->id, scope, on);
	contact_keys_share(tx, m->home, m->id, scope, on);
}

static enum err
hand_over_write(struct tx *tx, void *arg)
{
	struct move *m = arg;
	bool done;
	enum err e = move_begin(tx, m, &done);

	if (e != OK || done)
		return e;
	const struct case_office *from = office_of(m->office, m->n, m->k.responsible), *to = office_of(m->office, m->n, m->org);
	if (from == NULL)
		BUG("a case without a centre in charge");
	if (to == NULL && related_count(m) >= CASE_RELATED)
		return E_LIMIT;
	int64_t place = case_place_next(tx, m->org, m->now);
	/* The new one: on top of its list, whether it knew of the case or not. */
	if (to != NULL) {
		case_list_leave(tx, m->org, m->home, m->id);
		tx_exec(tx, Q_org_case_insert, DBS(DT(m->org), DI(place), DI(m->home), DT(m->id)));
		role_take(tx, m, m->org, S("related"));
	} else {
		lists_put(tx, m, place);
		found_by(tx, m, true);
	}
	role_put(tx, m, m->org, S("responsible"), place);
	role_take(tx, m, m->k.responsible, S("responsible"));
	role_put(tx, m, m->k.responsible, S("related"), from->since);
	struct casefile now = m->k;
	now.responsible = m->org;
	care_count(tx, &m->k, -1);
	tx_exec(tx, Q_case_responsible, DBS(DI(m->home), DT(m->id), DT(m->org)));
	care_count(tx, &now, +1);
	stat_count_status(tx, m->k.responsible, m->k.disease, m->k.status, -1);
	stat_count_status(tx, m->org, m->k.disease, m->k.status, +1);
	return move_keep(tx, m, m->k.responsible);
}

static enum err
relate_write(struct tx *tx, void *arg)
{
	struct move *m = arg;
	bool done;
	enum err e = move_begin(tx, m, &done);

	if (e != OK || done)
		return e;
	if (office_of(m->office, m->n, m->org) != NULL)
		return OK;              /* it is, since before */
	if (related_count(m) >= CASE_RELATED)
		return E_LIMIT;
	int64_t place = case_place_next(tx, m->org, m->now);
	lists_put(tx, m, place);
	role_put(tx, m, m->org, S("related"), place);
	found_by(tx, m, true);
	return move_keep(tx, m, m->k.responsible);
}

static enum err
unrelate_write(struct tx *tx, void *arg)
{
	struct move *m = arg;
	bool done;
	enum err e = move_begin(tx, m, &done);

	if (e != OK || done)
		return e;
	const struct case_office *was = office_of(m->office, m->n, m->org);
	if (was == NULL)
		return OK;              /* it is not, any more */
	if (was->stays)
		return E_INVALID;
	case_list_leave(tx, m->org, m->home, m->id);
	role_take(tx, m, m->org, S("related"));
	found_by(tx, m, false);
	tx_exec(tx, Q_notice_forget, DBS(DT(m->org), DI(m->home), DT(m->id)));
	m->office = case_offices(tx, &m->k, &m->n);
	if (!any_of_prefecture(m->office, m->n, prefecture_of(m->org)))
		prefecture_take(tx, m, prefecture_of(m->org));
	return move_keep(tx, m, m->k.responsible);
}

static enum err
move_write(struct store *st, struct arena *mem, struct move *m, enum err (*fn)(struct tx *tx, void *arg))
{
	if (utf8_len(m->message) > CASE_MESSAGE)
		return E_LIMIT;
	return store_write(st, mem, m->who->org, fn, m);
}

enum err
case_hand_over(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, struct str to,
    struct str message)
{
	struct move m = { .who = who, .home = home, .id = id, .org = to, .message = message, .kind = MOVE_handover };

	return move_write(st, mem, &m, hand_over_write);
}

enum err
case_relate(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, struct str org,
    struct str message)
{
	struct move m = { .who = who, .home = home, .id = id, .org = org, .message = message, .kind = MOVE_relate };

	return move_write(st, mem, &m, relate_write);
}

enum err
case_unrelate(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, struct str org)
{
	struct move m = { .who = who, .home = home, .id = id, .org = org, .message = S(""), .kind = MOVE_unrelate };

	return move_write(st, mem, &m, unrelate_write);
}

/* ---- reading ---- */

static struct case_move
row_move(struct rows *r)
{
	return (struct case_move){
		.message = row_text(r, "message"), .by = row_text(r, "by_name"), .from_name = row_text(r, "from_name"),
		.from_name_en = row_text(r, "from_name_en"), .to_name = row_text(r, "to_name"),
		.to_name_en = row_text(r, "to_name_en"), .received_at = row_int(r, "received_at"),
		.received_by = row_text(r, "received_name"),
	};
}

static enum move_kind
kind_of(struct str name)
{
	for (size_t i = 0; i < LEN(kind_name); i++)
		if (str_eq(kind_name[i], name))
			return (enum move_kind)i;
	BUG("a change of centres of no kind");
}

#define MOVES 200       /* of a case, that are shown */

struct case_move *
case_moves(struct tx *tx, int64_t home, struct str id, size_t *n)
{
	struct case_move *list = NEWN(tx_mem(tx), struct case_move, MOVES);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_move_list, DBS(DI(home), DT(id))); rows_next(&r);) {
		if (*n == MOVES)
			continue;
		struct case_move *m = &list[(*n)++];
		*m = row_move(&r);
		m->seq = row_int(&r, "seq");
		m->from = row_text(&r, "from_org");
		m->to = row_text(&r, "to_org");
		m->at = row_int(&r, "at");
		m->kind = kind_of(row_text(&r, "kind"));
	}
	return list;
}

/* ---- what a centre is told ---- */

static const struct str notice_name[] = {
	[NOTICE_handover] = STR_INIT("handover"), [NOTICE_relate] = STR_INIT("relate"), [NOTICE_received] = STR_INIT("received"),
};

int64_t
case_notices_open(struct tx *tx, const struct actor *who)
{
	struct rows r;
	int64_t n = 0;

	if (tx_one(tx, &r, Q_notice_count, DBS(DT(who->org), DI(NOTICES_MANY)))) {
		n = row_int(&r, "n");
		rows_close(&r);
	}
	return n;
}

struct case_notice *
case_notices(struct tx *tx, const struct actor *who, bool open, const struct case_place *before, size_t *n)
{
	struct case_notice *list = NEWN(tx_mem(tx), struct case_notice, CASE_PAGE + 1);
	int64_t at = before->at > 0 ? before->at : INT64_MAX;
	struct rows r;

	*n = 0;
	tx_open(tx, &r, Q_notice_list, DBS(DT(who->org), DI(open), DI(at), DI(before->home), DT(before->id), DI(CASE_PAGE + 1)));
	while (rows_next(&r)) {
		struct str kind = row_text(&r, "notice");
		struct case_notice *one = &list[(*n)++];
		*one = (struct case_notice){ .k = case_of_row(&r), .move = row_move(&r), .at = row_int(&r, "at"), .open = open };
		one->move.seq = row_int(&r, "move");
		one->move.at = row_int(&r, "moved_at");
		for (size_t i = 0; i < LEN(notice_name); i++)
			if (str_eq(notice_name[i], kind))
				one->kind = (enum notice_kind)i;
	}
	return list;
}

struct receive {
	const struct actor *who;
	int64_t home, move;
	struct str id;
};

/* What the actor's centre was told of a change is read: false when nothing of that kind was open. */
static bool
notice_read(struct tx *tx, const struct receive *v, enum notice_kind kind, int64_t at)
{
	struct str org = v->who->org, name = notice_name[kind];

	if (tx_exec_n(tx, Q_notice_take, DBS(DT(org), DI(at), DI(v->home), DT(v->id), DI(v->move), DT(name))) != 1)
		return false;
	tx_exec(tx, Q_notice_insert, DBS(DT(org), DI(0), DI(at), DI(v->home), DT(v->id), DI(v->move), DT(name)));
	return true;
}

/* The sender is told, if it still has to do with the case. */
static void
tell_sender(struct tx *tx, const struct receive *v, const struct casefile *k, struct str sender, int64_t now)
{
	size_t n;
	const struct case_office *list = case_offices(tx, k, &n);

	if (office_of(list, n, sender) == NULL)
		return;
	tx_exec(tx, Q_notice_insert, DBS(DT(sender), DI(1), DI(now), DI(v->home), DT(v->id), DI(v->move),
	    DT(notice_name[NOTICE_received])));
	tell_centre(tx, sender, v->home, v->id);
}

static enum err
receive_write(struct tx *tx, void *arg)
{
	const struct receive *v = arg;
	struct casefile k;
	size_t n;
	enum err e = case_get(tx, v->home, v->id, &k);

	if (e != OK)
		return e;
	const struct case_move *list = case_moves(tx, v->home, v->id, &n), *m = list;
	while (m < list + n && m->seq != v->move)
		m++;
	if (m == list + n)
		return E_NOTFOUND;
	int64_t now = clock_now();
	bool relate = notice_read(tx, v, NOTICE_relate, m->at), received = notice_read(tx, v, NOTICE_received, m->received_at);
	bool handover = notice_read(tx, v, NOTICE_handover, m->at);
	if (handover || relate)
		tx_exec(tx, Q_move_received, DBS(DI(v->home), DT(v->id), DI(v->move), DI(now), DT(v->who->account), DT(v->who->name)));
	if (handover)
		tell_sender(tx, v, &k, m->from, now);
	if (!relate && !received && !handover)
		return tx_err(tx);
	struct audit a = actor_audit(v->who, S("case.receive"));
	a.home = v->home;
	a.object = v->id;
	a.purpose = S("15");
	a.detail = handover ? kind_name[MOVE_handover] : relate ? kind_name[MOVE_relate] : notice_name[NOTICE_received];
	tx_audit(tx, &a);
	case_tell(tx, v->home, v->id, "change");
	return tx_err(tx);
}

enum err
case_receive(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, int64_t move)
{
	struct receive v = { who, home, move, id };

	return store_write(st, mem, who->org, receive_write, &v);
}
