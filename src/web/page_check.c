/* web/page_check.c: the physician's check (domain/attest.h): what waits for it, one sheet to be read and checked, the
 * institution's rule; and what other pages tell of a check. */
#include "base/utf8.h"
#include "domain/draft.h"
#include "domain/notif.h"
#include "domain/number.h"
#include "web/page.h"
#include "web/widget.h"

/* ---- what other pages tell ---- */

struct str
check_words(struct ctx *c, const struct attest *a)
{
	static const struct { struct str kind; enum text_id id; } words[] = {
		{ STR_INIT("self"), T_check_self }, { STR_INIT("named"), T_check_named }, { STR_INIT("centre"), T_check_centre },
	};

	for (size_t i = 0; i < LEN(words); i++)
		if (str_eq(words[i].kind, a->kind))
			return say1(c, words[i].id, a->name);
	return a->name;
}

static struct str
version_words(struct ctx *c, int64_t ver)
{
	return str_fmt(c->mem, "%lld", (long long)ver);
}

void
put_check(struct ctx *c, struct val *row, const struct notif *n)
{
	bool known = n->check.kind.n > 0;

	val_text(row, "check", known ? check_words(c, &n->check) : S(""));
	val_text(row, "check_at", known ? date_minute(c->mem, n->check.at) : S(""));
	val_text(row, "check_ver", version_words(c, n->check.ver));
	val_bool(row, "check_waits", n->check_wait_at != 0 && str_eq(n->state, S("reported")));
	val_text(row, "entered_name", n->entered_name);
	val_text(row, "entered_at", date_minute(c->mem, n->changed_at));
}

/* Is the draft still what the physician checked? */
static bool
still_checked(struct ctx *c, const struct draft *d)
{
	struct record *rec = NEW(c->mem, struct record);
	struct issues quiet = issues_new(c->mem);

	return d->check_hash.n > 0 && page_draft_record(c, d->disease, d->body, rec, &quiet) != NULL
	    && str_eq(attest_hash(c->mem, rec), d->check_hash);
}

static struct str
draft_words(struct ctx *c, const struct draft *d)
{
	if (str_eq(d->check, S("asked")))
		return say2(c, T_check_asked, d->asked_name, date_minute(c->mem, d->asked_at));
	if (str_eq(d->check, S("returned")))
		return say2(c, T_check_returned, d->check_name, date_minute(c->mem, d->check_at));
	if (d->check.n == 0)
		return S("");
	return say2(c, still_checked(c, d) ? T_check_done : T_check_stale, d->check_name, date_minute(c->mem, d->check_at));
}

void
put_draft_check(struct ctx *c, struct val *row, const struct draft *d)
{
	bool asks = str_eq(d->check, S("asked")) && actor_may(c->who, R_attest);

	val_text(row, "check_state", draft_words(c, d));
	val_text(row, "check_note", d->check_note);
	val_text(row, "url_check", asks ? str_fmt(c->mem, "/drafts/%.*s/attest", STR_ARG(d->id)) : S(""));
}

void
put_attest(struct ctx *c, struct val *v, struct str draft_id, const struct notif *was)
{
	bool clerk = c->who->role == ROLE_clerk;
	struct str said = S(""), note = S("");
	struct draft d;

	if (clerk && was != NULL && was->check_wait_at != 0) {
		said = say(c, T_check_waits_long);
		note = was->check_note;
	} else if (clerk && draft_id.n > 0 && draft_get(page_read(c), c->who, draft_id, &d) == OK) {
		said = draft_words(c, &d);
		note = d.check_note;
	}
	bool sign_in = clerk && attest_rule(page_read(c), c->who->org) == ATTEST_SIGN_IN;
	val_bool(v, "clerk", clerk);
	val_bool(v, "sign_in", sign_in);
	val_bool(v, "attest", clerk && !sign_in);
	val_bool(v, "attested", form_get(&c->in, S("attest")).n > 0);
	val_bool(v, "may_ask", clerk && was == NULL);
	val_text(v, "check_said", said);
	val_text(v, "check_note", note);
}

void
put_waiting(struct ctx *c)
{
	size_t n;
	struct attest_waiting *list = attest_waiting(page_read(c), c->who, &n);
	struct casefile *seen = NEWN(c->mem, struct casefile, n + 1);
	struct val *rows = val_list(c->v, "waiting");
	bool physician = actor_may(c->who, R_attest);

	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(rows);
		seen[i] = (struct casefile){ .home = list[i].home, .id = list[i].case_id, .name = list[i].name };
		val_text(row, "url", path_of(c, "notifications", list[i].home, list[i].id, physician ? "/attest" : "/edit"));
		val_text(row, "label", case_name(c, &seen[i]));
		val_text(row, "number", number_show(c->mem, list[i].number));
		val_text(row, "state", list[i].check_ver == 0 ? say1(c, T_check_never, date_minute(c->mem, list[i].since))
		    : say2(c, T_check_changed, version_words(c, list[i].check_ver), date_minute(c->mem, list[i].since)));
		val_text(row, "by_name", list[i].entered_name);
		val_text(row, "note", list[i].note);
	}
	if (n > 0)
		page_looked(c, S("check.list"), S("12"), seen, n, S(""));
}

/* ---- the list ---- */

/* GET /checks */
struct http_reply
page_checks(struct ctx *c)
{
	size_t n, asked = 0;

	c->v = val_map(c->mem);
	struct draft *drafts = draft_list(page_read(c), c->who, &n);
	struct val *rows = val_list(c->v, "drafts");
	for (size_t i = 0; i < n; i++) {
		struct form body;
		if (!str_eq(drafts[i].check, S("asked")))
			continue;
		struct val *row = val_row(rows);
		struct str name = form_read(c->mem, drafts[i].body, &body) == OK ? form_get(&body, S("name")) : S("");
		val_text(row, "label", name.n ? name : disease_label(c, drafts[i].disease));
		put_draft_check(c, row, &drafts[i]);
		asked++;
	}
	put_waiting(c);
	val_bool(c->v, "none", asked == 0 && !val_true(val_get(c->v, S("waiting"))));
	val_bool(c->v, "may_rule", actor_may(c->who, R_attest_rule));
	val_bool(c->v, "rule_sign_in", attest_rule(page_read(c), c->who->org) == ATTEST_SIGN_IN);
	val_text(c->v, "title", say(c, T_checks_title));
	return reply_view(c, 200, S("checks"));
}

/* POST /checks/rule: rule is named or sign_in. */
struct http_reply
page_check_rule(struct ctx *c)
{
	struct str rule = form_get(&c->in, S("rule"));
	bool sign_in = str_eq(rule, S("sign_in"));

	if (!sign_in && !str_eq(rule, S("named")))
		return reply_fault(c, E_FORMAT);
	enum err e = attest_set_rule(c->app->store, c->who, c->mem, sign_in ? ATTEST_SIGN_IN : ATTEST_NAMED);
	return e == OK ? reply_goto(c, S("/checks")) : reply_fault(c, e);
}

/* ---- one sheet to be checked ---- */

/* A draft or a notification, as the physician is to see it. */
struct to_check {
	const struct sheet *sheet;
	struct record rec;
	struct str action, by, heading;
	int64_t ver, at;
	struct str op, shown;           /* of a draft: the press of 報告, and the form as it is shown */
	const struct record *was;       /* differences to this are told; NULL: none */
	enum text_id why;               /* above them */
	struct issues bad;              /* what 報告 would be refused for, or what was wrong with the press */
};

static struct http_reply
draw(struct ctx *c, struct to_check *k, int status)
{
	struct val *v = c->v ? c->v : (c->v = val_map(c->mem)), *faults = val_list(v, "faults");

	val_text(v, "title", say1(c, T_check_title, k->sheet->title[c->lang]));
	val_text(v, "heading", k->heading);
	val_text(v, "law", k->sheet->law[c->lang]);
	val_text(v, "action", k->action);
	val_int(v, "seen", k->ver);
	val_text(v, "op", k->op);
	val_text(v, "shown", k->shown);
	val_bool(v, "is_draft", k->shown.n > 0);
	val_bool(v, "may_report", k->shown.n > 0 && k->bad.errors == 0);
	/* Asked here already, so that reporting is one press. */
	if (k->shown.n > 0 && form_get(&c->in, S("dup_ack")).n == 0)
		put_duplicates(c, &k->rec);
	val_text(v, "by", k->by);
	val_text(v, "at", date_minute(c->mem, k->at));
	val_text(v, "note", form_get(&c->in, S("note")));
	for (size_t i = 0; i < k->bad.n; i++) {
		struct val *row = val_row(faults);
		val_text(row, "text", issue_text(c->mem, &k->bad.list[i], c->lang));
		val_bool(row, "warn", k->bad.list[i].level == ISSUE_WARN);
	}
	if (k->was != NULL) {
		put_changes(c, v, k->sheet, k->was, &k->rec);
		val_text(v, "why", say(c, k->why));
	}
	put_sheet_lines(c, v, "lines", k->sheet, &k->rec, date_of(c->now));
	return reply_view(c, status, S("check"));
}

/* Something above the form that was not taken. */
static struct http_reply
refuse(struct ctx *c, struct to_check *k, int status, enum text_id id)
{
	val_text(c->v ? c->v : (c->v = val_map(c->mem)), "fault", say(c, id));
	return draw(c, k, status);
}

/* What the disk or the crowd did not let be kept: the page again, with the note as typed. */
static struct http_reply
not_kept(struct ctx *c, struct to_check *k, enum err e)
{
	e = fault_now(c, e);
	if (e != E_FULL && e != E_BUSY && e != E_STORE)
		return reply_fault(c, e);
	struct http_reply r = refuse(c, k, e == E_FULL ? 507 : e == E_BUSY ? 503 : 500, e == E_FULL ? T_fault_full : T_check_not_kept);
	if (e == E_BUSY)
		http_set(&r, S("Retry-After"), S("5"));
	return r;
}

/* What the buttons say; false: none of them, or a note that is not there or too long, and *answer says so. */
static bool
said(struct ctx *c, struct to_check *k, struct attest_say *out, struct http_reply *answer)
{
	struct str act = form_get(&c->in, S("act"));

	if (!str_int(form_get(&c->in, S("seen")), &out->seen) || (!str_eq(act, S("check")) && !str_eq(act, S("return")))) {
		*answer = reply_fault(c, E_FORMAT);
		return false;
	}
	out->act = str_eq(act, S("check")) ? ATTEST_CHECK : ATTEST_SEND_BACK;
	out->note = str_trim(form_get(&c->in, S("note")));
	if (out->act == ATTEST_SEND_BACK && (out->note.n == 0 || utf8_len(out->note) > ATTEST_NOTE_MAX)) {
		*answer = refuse(c, k, 422, out->note.n == 0 ? T_check_note_missing : T_check_note_long);
		return false;
	}
	return true;
}

/* ---- a draft ---- */

static enum err
draft_to_check(struct ctx *c, struct to_check *k, struct draft *d)
{
	enum err e = draft_get(page_read(c), c->who, c->param[0], d);

	if (e != OK)
		return e;
	*k = (struct to_check){ .bad = issues_new(c->mem) };
	k->sheet = page_draft_record(c, d->disease, d->body, &k->rec, &k->bad);
	if (k->sheet == NULL)
		return E_STORE;
	check_filing(k->sheet, &k->rec, date_of(c->now), &k->bad);
	k->action = str_fmt(c->mem, "/drafts/%.*s/attest", STR_ARG(d->id));
	k->heading = disease_label(c, k->sheet->disease);
	k->by = d->by;
	k->at = d->saved_at;
	k->ver = d->ver;
	k->op = id_new(c->mem);
	k->shown = d->body;
	struct casefile look = { .home = c->who->home, .id = d->id };
	page_looked(c, S("draft.view"), S("12"), &look, 1, S(""));
	return OK;
}

/* GET /drafts/ID/attest */
struct http_reply
page_attest_draft(struct ctx *c)
{
	struct to_check *k = NEW(c->mem, struct to_check);
	struct draft d;
	enum err e = draft_to_check(c, k, &d);

	if (e != OK)
		return reply_fault(c, e);
	return draw(c, k, 200);
}

/* Somebody saved it since it was shown: what is different now. */
static struct http_reply
draft_changed(struct ctx *c, struct to_check *k, struct str disease)
{
	struct record *was = NEW(c->mem, struct record);
	struct issues quiet = issues_new(c->mem);

	if (page_draft_record(c, disease, form_get(&c->in, S("shown")), was, &quiet) != NULL)
		k->was = was;
	k->why = T_check_since_shown;
	return refuse(c, k, 409, T_check_moved);
}

/* 確認して報告: what was shown is pressed as the form that it was, so that everything that holds for a filing holds here. */
static struct http_reply
report_draft(struct ctx *c, struct str id)
{
	static const struct str carried[] = { STR_INIT("op"), STR_INIT("dup_ack"), STR_INIT("act") };
	struct form was = c->in, shown;

	if (form_read(c->mem, form_get(&was, S("shown")), &shown) != OK)
		return reply_fault(c, E_FORMAT);
	struct form in = { .pair = NEWN(c->mem, struct form_pair, shown.n + LEN(carried) + 2) };
	for (size_t i = 0; i < shown.n; i++)
		if (!str_eq(shown.pair[i].name, S("dup_ack")))
			in.pair[in.n++] = shown.pair[i];
	for (size_t i = 0; i < LEN(carried); i++)
		in.pair[in.n++] = (struct form_pair){ carried[i], form_get(&was, carried[i]) };
	in.pair[in.n++] = (struct form_pair){ S("draft_id"), id };
	in.pair[in.n++] = (struct form_pair){ S("draft_ver"), form_get(&was, S("seen")) };
	c->in = in;
	c->v = NULL;
	return page_notif_file(c);
}

/* POST /drafts/ID/attest: act is report, check or return. */
struct http_reply
page_attest_draft_said(struct ctx *c)
{
	struct to_check *k = NEW(c->mem, struct to_check);
	struct attest_say it = { .seen = 0 };
	struct http_reply answer;
	struct draft d;

	/* A press that was answered has no draft any more: the form alone knows. */
	if (str_eq(form_get(&c->in, S("act")), S("report")) && id_ok(c->param[0]) && form_get(&c->in, S("shown")).n > 0)
		return report_draft(c, c->param[0]);
	enum err e = draft_to_check(c, k, &d);
	if (e != OK)
		return reply_fault(c, e);
	if (!said(c, k, &it, &answer))
		return answer;
	if (it.seen != d.ver)
		return draft_changed(c, k, d.disease);
	it.hash = attest_hash(c->mem, &k->rec);
	if (page_done(c) != OK)
		return not_kept(c, k, E_STORE);
	e = attest_draft(c->app->store, c->who, c->mem, d.id, &it);
	if (e == E_CONFLICT) {
		e = draft_to_check(c, k, &d);
		return e == OK ? draft_changed(c, k, d.disease) : reply_fault(c, e);
	}
	return e == OK ? reply_goto(c, S("/checks")) : not_kept(c, k, e);
}

/* ---- a notification ---- */

/* The record of a version; NULL when there was none. */
static const struct record *
version_record(struct ctx *c, const struct notif *n, int64_t ver)
{
	size_t count;
	struct notif_version *list = notif_versions(page_read(c), n->home, n->id, &count);

	for (size_t i = 0; i < count; i++)
		if (list[i].ver == ver)
			return &list[i].rec;
	return NULL;
}

static enum err
notif_to_check(struct ctx *c, struct to_check *k, struct notif *n)
{
	int64_t home = page_number(c->param[0]);
	struct casefile file;
	enum err e = home < 0 || !id_ok(c->param[1]) ? E_NOTFOUND : notif_get(page_read(c), home, c->param[1], n);

	if (e == OK && !str_eq(n->reporter, c->who->org))
		e = E_NOTFOUND;
	if (e == OK)
		e = case_get(page_read(c), home, n->case_id, &file);
	if (e != OK)
		return e;
	*k = (struct to_check){ .sheet = sheetset_version(c->app->sheets, n->sheet), .rec = n->rec, .bad = issues_new(c->mem) };
	if (k->sheet == NULL)
		return E_STORE;
	k->action = path_of(c, "notifications", home, n->id, "/attest");
	k->heading = number_show(c->mem, file.number);
	k->by = n->entered_name;
	k->at = n->changed_at;
	k->ver = n->ver;
	k->was = version_record(c, n, n->check.ver);
	k->why = T_check_since_checked;
	page_looked(c, S("notif.view"), S("12"), &file, 1, S("check"));
	return OK;
}

/* GET /notifications/HOME/ID/attest */
struct http_reply
page_attest_notif(struct ctx *c)
{
	struct to_check *k = NEW(c->mem, struct to_check);
	struct notif *n = NEW(c->mem, struct notif);
	enum err e = notif_to_check(c, k, n);

	if (e != OK)
		return reply_fault(c, e);
	if (n->check_wait_at == 0)
		return reply_goto(c, path_of(c, "cases", n->home, n->case_id, ""));
	return draw(c, k, 200);
}

/* POST /notifications/HOME/ID/attest: act is check or return. */
struct http_reply
page_attest_notif_said(struct ctx *c)
{
	struct to_check *k = NEW(c->mem, struct to_check);
	struct notif *n = NEW(c->mem, struct notif);
	struct attest_say it = { .seen = 0 };
	struct http_reply answer;
	enum err e = notif_to_check(c, k, n);

	if (e != OK)
		return reply_fault(c, e);
	if (!said(c, k, &it, &answer))
		return answer;
	if (page_done(c) != OK)
		return not_kept(c, k, E_STORE);
	e = attest_notif(c->app->store, c->who, c->mem, n->home, n->id, &it);
	if (e == OK)
		return reply_goto(c, S("/checks"));
	if (e != E_CONFLICT)
		return not_kept(c, k, e);
	e = notif_to_check(c, k, n);
	if (e != OK)
		return reply_fault(c, e);
	/* Somebody checked it, or it is again what was checked. */
	if (n->check_wait_at == 0)
		return reply_goto(c, S("/checks"));
	k->was = version_record(c, n, it.seen);
	k->why = T_check_since_shown;
	return refuse(c, k, 409, T_check_moved);
}
