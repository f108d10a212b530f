/* web/page_life.c: what is done with a notification after 報告: checked, queried and answered, withdrawn (domain/notif_life.h); how
 * its state is shown. Filing in addition and correcting are in page_notif.c, where their form is. */
#include "domain/caseorg.h"
#include "domain/notif_life.h"

#include "base/log.h"
#include "domain/number.h"
#include "web/page.h"

/* ---- how it is shown ---- */

static bool
in_force(const struct notif *n)
{
	return str_eq(n->state, S("reported"));
}

enum text_id
notif_state_text(struct str state)
{
	return str_eq(state, S("superseded")) ? T_state_superseded : str_eq(state, S("withdrawn")) ? T_state_withdrawn
	    : T_state_reported;
}

/* T_none when the centre did nothing with it. */
static enum text_id
review_text(struct str review)
{
	return str_eq(review, S("checked")) ? T_review_checked : str_eq(review, S("queried")) ? T_review_queried
	    : str_eq(review, S("answered")) ? T_review_answered : T_none;
}

static void
put_badge(struct ctx *c, struct val *list, enum text_id id)
{
	val_text(val_row(list), "label", say(c, id));
}

void
put_case_badges(struct ctx *c, struct val *row, const struct casefile *k)
{
	struct val *list = val_list(row, "badges");

	if (k->live == 0)
		put_badge(c, list, T_state_withdrawn);
	if (k->live > 1)
		put_badge(c, list, T_badge_added);
	if (k->live > 0 && (str_eq(k->review, S("queried")) || str_eq(k->review, S("answered"))))
		put_badge(c, list, review_text(k->review));
}

struct str
notif_place(struct ctx *c, const struct notif *n, struct str id)
{
	struct str at = path_of(c, "cases", n->home, n->case_id, "");

	return id.n > 0 ? str_fmt(c->mem, "%.*s#n-%.*s", STR_ARG(at), STR_ARG(id)) : at;
}

struct str
days_differ(struct ctx *c, const struct notif *n)
{
	size_t count;
	struct class_report *list = notif_class_reports(page_read(c), n->home, n->case_id, &count);
	struct str form = rec_get(&n->rec, F_report_date);

	for (size_t i = 0; i < count; i++)
		if (str_eq(list[i].type, rec_get(&n->rec, F_type)) && str_eq(list[i].notification, n->id) && form.n > 0
		    && !str_eq(form, list[i].day))
			return say2(c, T_days_differ, form, list[i].day);
	return S("");
}

/* What the centre asked, or why it was withdrawn. */
static void
put_messages(struct ctx *c, struct val *row, const struct notif *n)
{
	size_t count;
	struct notif_event *list = notif_events(page_read(c), n->home, n->id, &count);

	for (size_t i = 0; i < count; i++) {
		if (str_eq(list[i].kind, S("withdrawn")))
			val_text(row, "reason", list[i].message);
		if (str_eq(list[i].kind, S("queried")) && str_eq(n->review, S("queried"))) {
			val_text(row, "query", list[i].message);
			val_text(row, "query_by", str_fmt(c->mem, "%.*s %.*s", STR_ARG(list[i].by),
			    STR_ARG(date_minute(c->mem, list[i].at))));
		}
	}
}

static void
put_act(struct ctx *c, struct val *row, const char *name, const struct notif *n, const char *tail)
{
	val_text(row, name, path_of(c, "notifications", n->home, n->id, tail));
}

/* What this person may do with a notification that is in force. */
static void
put_acts(struct ctx *c, struct val *row, const struct notif *n, const struct casefile *k)
{
	bool ours = notif_is_ours(c->who, n, k), in_charge = str_eq(c->who->org, k->responsible);

	if (actor_may(c->who, R_notif_correct) && case_in_charge(c->who, k))
		put_act(c, row, "url_edit", n, "/edit");
	if (ours && actor_may(c->who, R_notif_submit))
		put_act(c, row, "url_add", n, "/add");
	if (ours && actor_may(c->who, R_notif_withdraw))
		put_act(c, row, "url_withdraw", n, "/withdraw");
	if (ours && !in_charge && actor_may(c->who, R_notif_answer) && str_eq(n->review, S("queried")))
		put_act(c, row, "url_answer", n, "/answer");
	if (!in_charge || !actor_may(c->who, R_notif_check))
		return;
	if (!str_eq(n->review, S("checked")))
		put_act(c, row, "url_check", n, "/check");
	/* Nobody asks himself. */
	if (!str_eq(n->reporter, k->responsible))
		put_act(c, row, "url_query", n, "/query");
}

void
put_notif_life(struct ctx *c, struct val *row, const struct notif *n, const struct casefile *k)
{
	struct str newer = str_eq(n->state, S("superseded")) ? notif_follower(page_read(c), n) : S("");

	val_text(row, "anchor", str_cat(c->mem, S("n-"), n->id));
	val_text(row, "state_label", say(c, notif_state_text(n->state)));
	val_bool(row, "closed", !in_force(n));
	val_bool(row, "sampled", n->centre_sampled);
	if (newer.n > 0)
		val_text(row, "newer_url", notif_place(c, n, newer));
	if (review_text(n->review) != T_none) {
		val_text(row, "review_label", say(c, review_text(n->review)));
		val_bool(row, "good", str_eq(n->review, S("checked")));
	}
	put_messages(c, row, n);
	struct str differ = in_force(n) ? days_differ(c, n) : S("");
	if (differ.n > 0)
		val_text(row, "differ", differ);
	if (in_force(n))
		put_acts(c, row, n, k);
}

struct http_reply
reply_locked(struct ctx *c, const struct notif *n, const struct casefile *k)
{
	struct str newer = notif_follower(page_read(c), n);

	c->v = val_map(c->mem);
	val_int(c->v, "status", 423);
	val_text(c->v, "head", say(c, T_fault_locked_head));
	val_text(c->v, "title", say(c, T_fault_locked_head));
	val_text(c->v, "text", say(c, T_fault_locked));
	val_text(c->v, "back_url", notif_place(c, n, newer));
	page_looked(c, S("notif.refused"), S("12"), k, 1, S("locked"));
	return reply_view(c, 423, S("fault"));
}

/* ---- acts with a text ---- */

/* One of the three: its page and what its button does. */
struct act {
	const char *tail;
	enum text_id title, text, label, press;
	enum err (*write)(struct ctx *c, const struct act *a, const struct notif *n, int64_t seen, struct str message);
	struct notif n;
	struct casefile k;
};

static enum err
act_load(struct ctx *c, struct act *a)
{
	int64_t home = page_number(c->param[0]);

	if (home < 0 || !id_ok(c->param[1]))
		return E_NOTFOUND;
	enum err e = notif_get(page_read(c), home, c->param[1], &a->n);
	return e == OK ? case_get(page_read(c), home, a->n.case_id, &a->k) : e;
}

static struct http_reply
act_draw(struct ctx *c, struct act *a, int status, struct str fault)
{
	struct notif_query q;

	if (c->v == NULL)
		c->v = val_map(c->mem);
	val_text(c->v, "title", say(c, a->title));
	val_text(c->v, "text", say(c, a->text));
	val_text(c->v, "label", say(c, a->label));
	val_text(c->v, "press", say(c, a->press));
	val_text(c->v, "number", number_show(c->mem, a->k.number));
	val_text(c->v, "name", case_name(c, &a->k));
	val_text(c->v, "action", path_of(c, "notifications", a->n.home, a->n.id, a->tail));
	val_text(c->v, "back_url", notif_place(c, &a->n, a->n.id));
	val_int(c->v, "seen", a->n.ver);
	val_text(c->v, "message", form_get(&c->in, S("message")));
	if (str_eq(a->n.review, S("queried")) && notif_query_of(page_read(c), a->n.home, a->n.case_id, &q)) {
		val_text(c->v, "query", q.message);
		val_text(c->v, "query_by", q.by);
		val_text(c->v, "edit_url", path_of(c, "notifications", a->n.home, a->n.id, "/edit"));
	}
	if (fault.n > 0)
		val_text(c->v, "fault", fault);
	page_looked(c, S("notif.act"), S("12"), &a->k, 1, str_of(a->tail + 1));
	return reply_view(c, status, S("notif_act"));
}

static struct http_reply
act_ask(struct ctx *c, struct act *a)
{
	enum err e = act_load(c, a);

	if (e != OK)
		return reply_fault(c, e);
	return in_force(&a->n) ? act_draw(c, a, 200, S("")) : reply_locked(c, &a->n, &a->k);
}

/* It was not done: the page again, with what was typed, and why. */
static struct http_reply
act_not_done(struct ctx *c, struct act *a, enum err e)
{
	static const struct { enum err e; int status; enum text_id id; } why[] = {
		{ E_CONFLICT, 409, T_act_moved }, { E_LOCKED, 423, T_fault_locked }, { E_INVALID, 422, T_act_none }, { E_FULL, 507, T_fault_full },
		{ E_BUSY, 503, T_fault_busy }, { E_STORE, 500, T_fault_store },
	};

	e = fault_now(c, e);
	if (e == E_LOCKED)
		page_looked(c, S("notif.refused"), S("12"), &a->k, 1, S("locked"));
	if (e == E_CONFLICT && act_load(c, a) != OK)
		return reply_fault(c, E_STORE);
	for (size_t i = 0; i < LEN(why); i++)
		if (why[i].e == e) {
			struct http_reply r = act_draw(c, a, why[i].status, say(c, why[i].id));
			if (e == E_BUSY)
				http_set(&r, S("Retry-After"), S("5"));
			return r;
		}
	return reply_fault(c, e);
}

static struct http_reply
act_do(struct ctx *c, struct act *a)
{
	struct str message = str_trim(form_get(&c->in, S("message")));
	int64_t seen;
	enum err e = act_load(c, a);

	if (e == OK && !str_int(form_get(&c->in, S("seen")), &seen))
		e = E_FORMAT;
	if (e != OK)
		return reply_fault(c, e);
	if (!notif_message_ok(c->mem, message))
		return act_draw(c, a, 422, say1(c, T_act_empty, say(c, a->label)));
	if (page_done(c) != OK)
		return act_not_done(c, a, E_STORE);
	e = a->write(c, a, &a->n, seen, message);
	return e == OK ? reply_goto(c, notif_place(c, &a->n, a->n.id)) : act_not_done(c, a, e);
}

/* ---- the three ---- */

static enum err
query_do(struct ctx *c, const struct act *a, const struct notif *n, int64_t seen, struct str message)
{
	(void)a;
	return notif_query(c->app->store, c->who, c->mem, n->home, n->id, seen, message);
}

static enum err
answer_do(struct ctx *c, const struct act *a, const struct notif *n, int64_t seen, struct str message)
{
	(void)a;
	return notif_answer(c->app->store, c->who, c->mem, n->home, n->id, seen, message);
}

static enum err
withdraw_do(struct ctx *c, const struct act *a, const struct notif *n, int64_t seen, struct str message)
{
	const struct sheet *before = NULL;
	struct notif *former = NEW(c->mem, struct notif);

	(void)a;
	if (n->follows.n > 0) {
		enum err e = notif_get(page_read(c), n->home, n->follows, former);
		before = e == OK ? sheetset_version(c->app->sheets, former->sheet) : NULL;
		if (before == NULL) {
			log_error("sheet.missing", KV_S("sheet", former->sheet));
			return E_STORE;
		}
		if (page_done(c) != OK)
			return E_STORE;
	}
	return notif_withdraw(c->app->store, c->who, c->mem, n->home, n->id, seen, message, before);
}

static struct act *
act_new(struct ctx *c, struct act kind)
{
	struct act *a = NEW(c->mem, struct act);

	*a = kind;
	return a;
}

static struct act *
query_act(struct ctx *c)
{
	return act_new(c, (struct act){ .tail = "/query", .title = T_query_title, .text = T_query_text, .label = T_query_label,
	    .press = T_query_press, .write = query_do });
}

static struct act *
answer_act(struct ctx *c)
{
	return act_new(c, (struct act){ .tail = "/answer", .title = T_answer_title, .text = T_answer_text, .label = T_answer_label,
	    .press = T_answer_press, .write = answer_do });
}

static struct act *
withdraw_act(struct ctx *c)
{
	return act_new(c, (struct act){ .tail = "/withdraw", .title = T_withdraw_title, .text = T_withdraw_text,
	    .label = T_withdraw_label, .press = T_withdraw_press, .write = withdraw_do });
}

/* GET and POST /notifications/HOME/ID/query */
struct http_reply
page_notif_query(struct ctx *c)
{
	return act_ask(c, query_act(c));
}

struct http_reply
page_notif_query_put(struct ctx *c)
{
	return act_do(c, query_act(c));
}

/* GET and POST /notifications/HOME/ID/answer */
struct http_reply
page_notif_answer(struct ctx *c)
{
	return act_ask(c, answer_act(c));
}

struct http_reply
page_notif_answer_put(struct ctx *c)
{
	return act_do(c, answer_act(c));
}

/* GET and POST /notifications/HOME/ID/withdraw */
struct http_reply
page_notif_withdraw(struct ctx *c)
{
	return act_ask(c, withdraw_act(c));
}

struct http_reply
page_notif_withdraw_put(struct ctx *c)
{
	return act_do(c, withdraw_act(c));
}

/* POST /notifications/HOME/ID/check: no text, one press. */
struct http_reply
page_notif_check(struct ctx *c)
{
	struct act *a = act_new(c, (struct act){ .tail = "/check" });
	enum err e = act_load(c, a);
	int64_t seen;

	if (e == OK && !str_int(form_get(&c->in, S("seen")), &seen))
		e = E_FORMAT;
	if (e == OK && page_done(c) != OK)
		e = E_STORE;
	if (e == OK)
		e = notif_check(c->app->store, c->who, c->mem, a->n.home, a->n.id, seen);
	if (e == E_LOCKED)
		return reply_locked(c, &a->n, &a->k);
	return e == OK ? reply_goto(c, notif_place(c, &a->n, a->n.id)) : reply_fault(c, e);
}
