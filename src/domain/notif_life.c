/* domain/notif_life.c: see notif_life.h. */
#include "domain/notif_life.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "domain/notif_follow.h"

/* ---- events ---- */

void
notif_event_put(struct tx *tx, const struct actor *who, int64_t home, struct str id, int64_t at, const char *kind,
    struct str message, struct str other)
{
	struct rows r;
	int64_t seq = 1;

	if (tx_one(tx, &r, Q_event_count, DBS(DI(home), DT(id)))) {
		seq = row_int(&r, "n") + 1;
		rows_close(&r);
	}
	tx_exec(tx, Q_event_insert, DBS(DI(home), DT(id), DI(seq), DI(at), DT(str_of(kind)), db_opt(message), db_opt(other),
	    DT(who->account), DT(who->name), DT(who->org)));
}

struct notif_event *
notif_events(struct tx *tx, int64_t home, struct str id, size_t *n)
{
	struct notif_event *list = NEWN(tx_mem(tx), struct notif_event, 200);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_event_list, DBS(DI(home), DT(id))); rows_next(&r);)
		if (*n < 200)
			list[(*n)++] = (struct notif_event){ .at = row_int(&r, "at"), .kind = row_text(&r, "kind"),
				.message = row_text(&r, "message"), .other = row_text(&r, "other"), .by = row_text(&r, "by_name"),
				.org = row_text(&r, "org") };
	return list;
}

bool
notif_query_of(struct tx *tx, int64_t home, struct str case_id, struct notif_query *out)
{
	struct rows r;

	if (!tx_one(tx, &r, Q_case_query, DBS(DI(home), DT(case_id))))
		return false;
	*out = (struct notif_query){ .at = row_int(&r, "at"), .message = row_text(&r, "message"), .by = row_text(&r, "by_name"),
		.notification = row_text(&r, "id") };
	rows_close(&r);
	return true;
}

struct str
notif_follower(struct tx *tx, const struct notif *n)
{
	struct rows r;
	struct str id = S("");

	if (tx_one(tx, &r, Q_notif_follower, DBS(DI(n->home), DT(n->case_id), DT(n->id)))) {
		id = row_text(&r, "id");
		rows_close(&r);
	}
	return id;
}

/* ---- review ---- */

void
notif_review_put(struct tx *tx, int64_t home, struct str id, struct str case_id, struct str review)
{
	tx_exec(tx, Q_notif_review, DBS(DI(home), DT(id), DT(review)));
	tx_exec(tx, Q_case_review, DBS(DI(home), DT(case_id), DT(review)));
}

void
notif_review_corrected(struct tx *tx, const struct actor *who, const struct notif *was, const struct casefile *cf)
{
	if (str_eq(who->org, cf->responsible) || was->review.n == 0)
		return;
	if (str_eq(was->review, S("queried"))) {
		notif_event_put(tx, who, was->home, was->id, clock_now(), "answered", S(""), S(""));
		notif_review_put(tx, was->home, was->id, cf->id, S("answered"));
	} else if (str_eq(was->review, S("checked"))) {
		notif_review_put(tx, was->home, was->id, cf->id, S(""));
	}
}

/* ---- who may ---- */

bool
notif_is_ours(const struct actor *who, const struct notif *n, const struct casefile *cf)
{
	return str_eq(who->org, n->reporter) || str_eq(who->org, cf->reporter) || str_eq(who->org, cf->responsible);
}

static bool
is_in_charge(const struct actor *who, const struct notif *n, const struct casefile *cf)
{
	(void)n;
	return str_eq(who->org, cf->responsible);
}

static bool
is_filer(const struct actor *who, const struct notif *n, const struct casefile *cf)
{
	return str_eq(who->org, n->reporter) || str_eq(who->org, cf->reporter);
}

/* ---- changes ---- */

struct act {
	const struct actor *who;
	int64_t home, seen;
	struct str id, message;
	const struct sheet *before;
	bool (*may)(const struct actor *who, const struct notif *n, const struct casefile *cf);
	enum err (*write)(struct tx *tx, const struct act *a, const struct notif *n, const struct casefile *cf);
	struct str action;
};

static enum err
act_write(struct tx *tx, void *arg)
{
	const struct act *a = arg;
	struct notif *n = NEW(tx_mem(tx), struct notif);
	struct casefile cf;
	enum err e = notif_get(tx, a->home, a->id, n);

	if (e == OK)
		e = case_get(tx, a->home, n->case_id, &cf);
	if (e != OK)
		return e;
	if (!a->may(a->who, n, &cf))
		return E_DENIED;
	if (!str_eq(n->state, S("reported")))
		return E_LOCKED;
	if (n->ver != a->seen)
		return E_CONFLICT;
	e = a->write(tx, a, n, &cf);
	if (e != OK)
		return e;
	struct audit line = actor_audit(a->who, a->action);
	line.home = a->home;
	line.object = n->case_id;
	line.purpose = S("12");
	line.detail = str_fmt(tx_mem(tx), "notification %.*s version %lld", STR_ARG(n->id), (long long)n->ver);
	tx_audit(tx, &line);
	case_tell(tx, a->home, cf.id, "change");
	return tx_err(tx);
}

static enum err
act(struct store *st, struct arena *mem, struct act *a)
{
	return store_write(st, mem, a->who->org, act_write, a);
}

bool
notif_message_ok(struct arena *mem, struct str s)
{
	/* A wide space is nothing either. */
	return str_trim(text_nfkc(mem, s)).n > 0 && utf8_len(s) <= MESSAGE_MAX && (text_oddities(s) & TEXT_BIDI) == 0;
}

static enum err
check_write(struct tx *tx, const struct act *a, const struct notif *n, const struct casefile *cf)
{
	notif_event_put(tx, a->who, a->home, a->id, clock_now(), "checked", S(""), S(""));
	notif_review_put(tx, a->home, a->id, cf->id, S("checked"));
	(void)n;
	return tx_err(tx);
}

enum err
notif_check(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, int64_t seen)
{
	struct act a = { who, home, seen, id, S(""), NULL, is_in_charge, check_write, S("notif.check") };

	return act(st, mem, &a);
}

static enum err
query_write(struct tx *tx, const struct act *a, const struct notif *n, const struct casefile *cf)
{
	notif_event_put(tx, a->who, a->home, a->id, clock_now(), "queried", a->message, S(""));
	notif_review_put(tx, a->home, a->id, cf->id, S("queried"));
	(void)n;
	return tx_err(tx);
}

enum err
notif_query(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, int64_t seen,
    struct str message)
{
	struct act a = { who, home, seen, id, message, NULL, is_in_charge, query_write, S("notif.query") };

	return notif_message_ok(mem, message) ? act(st, mem, &a) : E_INVALID;
}

static enum err
answer_write(struct tx *tx, const struct act *a, const struct notif *n, const struct casefile *cf)
{
	if (!str_eq(n->review, S("queried")))
		return E_INVALID;
	notif_event_put(tx, a->who, a->home, a->id, clock_now(), "answered", a->message, S(""));
	notif_review_put(tx, a->home, a->id, cf->id, S("answered"));
	return tx_err(tx);
}

enum err
notif_answer(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, int64_t seen,
    struct str message)
{
	struct act a = { who, home, seen, id, message, NULL, is_filer, answer_write, S("notif.answer") };

	return notif_message_ok(mem, message) ? act(st, mem, &a) : E_INVALID;
}

/* The one before it is open again, and the case is as it was. */
static enum err
unlock(struct tx *tx, const struct act *a, const struct notif *n, const struct casefile *cf, int64_t now)
{
	struct notif *before = NEW(tx_mem(tx), struct notif);
	enum err e = notif_get(tx, a->home, n->follows, before);

	if (e != OK)
		return e;
	if (a->before == NULL || !str_eq(a->before->name, before->sheet))
		BUG("withdrawing: the sheet of another notification");
	follow_back(tx, cf, &n->rec, n->id, &(struct newest){ before->id, before->reported_at, a->before, &before->rec });
	tx_exec(tx, Q_notif_state, DBS(DI(a->home), DT(before->id), DT(S("reported"))));
	tx_exec(tx, Q_case_review, DBS(DI(a->home), DT(cf->id), DT(before->review)));
	notif_event_put(tx, a->who, a->home, before->id, now, "unlocked", S(""), n->id);
	return tx_err(tx);
}

static enum err
withdraw_write(struct tx *tx, const struct act *a, const struct notif *n, const struct casefile *cf)
{
	int64_t now = clock_now();
	enum err e = OK;

	if (n->follows.n > 0)
		e = unlock(tx, a, n, cf, now);
	else
		follow_none(tx, cf, &n->rec);
	if (e != OK)
		return e;
	tx_exec(tx, Q_notif_state, DBS(DI(a->home), DT(n->id), DT(S("withdrawn"))));
	tx_exec(tx, Q_case_live, DBS(DI(a->home), DT(cf->id), DI(-1)));
	notif_event_put(tx, a->who, a->home, n->id, now, "withdrawn", a->message, S(""));
	return tx_err(tx);
}

enum err
notif_withdraw(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, int64_t seen,
    struct str reason, const struct sheet *before)
{
	struct act a = { who, home, seen, id, reason, before, notif_is_ours, withdraw_write, S("notif.withdraw") };

	return notif_message_ok(mem, reason) ? act(st, mem, &a) : E_INVALID;
}
