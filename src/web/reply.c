/* web/reply.c: how pages read and answer; see page.h. */
#include "web/page.h"

#include "base/log.h"
#include "domain/notif.h"
#include "domain/number.h"
#include "domain/totals.h"
#include "web/app.h"

/* ---- reading ---- */

struct tx *
page_read(struct ctx *c)
{
	if (c->tx == NULL)
		c->tx = read_begin(c->rd, c->mem, c->who ? c->who->org : S(""));
	return c->tx;
}

enum err
page_done(struct ctx *c)
{
	struct tx *tx = c->tx;

	c->tx = NULL;
	enum err e = tx != NULL ? read_end(tx) : OK;
	c->lost = c->lost || e == E_BUSY;
	return e;
}

void
page_looked(struct ctx *c, struct str action, struct str purpose, const struct casefile *list, size_t n, struct str detail)
{
	case_looked(c->mem, &c->looks, c->who, action, purpose, list, n, detail);
}

int64_t
page_number(struct str param)
{
	int64_t n;

	return param.n < 10 && str_int(param, &n) && n >= 0 ? n : -1;
}

/* ---- words ---- */

struct str
say(const struct ctx *c, enum text_id id)
{
	return text(id, c->lang);
}

struct str
say1(const struct ctx *c, enum text_id id, struct str a)
{
	return text_fill(c->mem, id, c->lang, &a, 1);
}

struct str
say2(const struct ctx *c, enum text_id id, struct str a, struct str b)
{
	struct str both[2] = { a, b };

	return text_fill(c->mem, id, c->lang, both, 2);
}

struct str
code_label(const struct ctx *c, enum codes_id list, struct str code)
{
	const struct code *k = code_find(list, code);

	return k != NULL ? k->by[c->lang] : code;
}

struct str
disease_label(const struct ctx *c, struct str disease)
{
	struct sheets now = sheetset_now(c->app->sheets);
	const struct sheet *s = NULL;

	for (size_t i = 0; i < now.n; i++)
		if (str_eq(now.sheet[i]->disease, disease) && (s == NULL || now.sheet[i]->from.day > s->from.day))
			s = now.sheet[i];
	if (s == NULL)
		return disease;
	return s->disease_name[c->lang];
}

struct str
path_of(struct ctx *c, const char *kind, int64_t home, struct str id, const char *tail)
{
	return str_fmt(c->mem, "/%s/%lld/%.*s%s", kind, (long long)home, STR_ARG(id), tail);
}

struct str
case_name(const struct ctx *c, const struct casefile *k)
{
	return k->name.n > 0 ? k->name : say(c, T_nameless);
}

void
put_class_reports(struct ctx *c, int64_t home, struct str case_id)
{
	size_t n;
	struct class_report *list = notif_class_reports(page_read(c), home, case_id, &n);
	struct val *rows = val_list(c->v, "reports");

	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(rows);
		val_text(row, "type_label", code_label(c, C_diagnosis_class, list[i].type));
		val_text(row, "day", list[i].day);
		val_text(row, "at", date_second(c->mem, list[i].at));
	}
}

void
put_case_row(struct ctx *c, struct val *row, const struct casefile *k)
{
	struct date birth;
	struct str url = path_of(c, "cases", k->home, k->id, "");

	val_text(row, "url", url);
	val_text(row, "id", k->id);
	val_text(row, "number", number_show(c->mem, k->number));
	val_text(row, "reported_at", date_minute(c->mem, k->reported_at));
	val_text(row, "name", case_name(c, k));
	val_text(row, "name_kana", k->name_kana);
	val_text(row, "sex_label", code_label(c, C_sex, k->sex));
	if (date_from_iso(k->birth_date, &birth))
		val_int(row, "age", age_years(birth, date_of(c->now)));
	else
		val_text(row, "age", S(""));
	val_text(row, "birth", k->birth_date);
	val_text(row, "type_label", code_label(c, C_diagnosis_class, k->type));
	val_text(row, "disease_label", disease_label(c, k->disease));
	val_text(row, "reporter_name", k->reporter_name);
	val_text(row, "org_name", k->reporter_name);
	val_text(row, "status_code", k->status);
	val_text(row, "status_label", k->live > 0 ? code_label(c, C_case_status, k->status) : say(c, T_state_withdrawn));
	val_bool(row, "status_empty", k->live > 0 && str_eq(k->status, S("not_set")));
	val_bool(row, "may_status", k->live > 0 && actor_may(c->who, R_case_status));
	put_case_badges(c, row, k);
	val_text(row, "status_url", str_cat(c->mem, url, S("/status")));
}

/* ---- answering ---- */

static void
put_common(struct ctx *c)
{
	struct val *v = c->v;
	const struct actor *who = c->who;

	if (val_get(v, S("title")) == NULL)
		val_text(v, "title", say(c, T_app_name));
	val_text(v, "lang", lang_code(c->lang));
	val_bool(v, "lang_en", c->lang == LANG_EN);
	val_text(v, "here", c->q->method == HTTP_GET ? c->q->path : S("/"));
	val_text(v, "now", date_minute(c->mem, c->now));
	val_bool(v, "demo", c->app->demo_hint);
	val_bool(v, "signed_in", who != NULL);
	if (who != NULL) {
		val_text(v, "user_name", who->name);
		val_text(v, "org_name", who->org_name);
		static const enum text_id role[ROLE_COUNT] = { T_none, T_role_doctor, T_role_clerk, T_role_centre,
			T_role_prefecture, T_role_ministry, T_role_admin };
		val_text(v, "role_name", say(c, role[who->role]));
	}
	val_bool(v, "may_notif_submit", actor_may(who, R_notif_submit));
	val_bool(v, "may_attest", actor_may(who, R_attest));
	val_bool(v, "may_totals", actor_may(who, R_totals_enter) && totals_asked(c->now));
	val_bool(v, "may_inbox", actor_may(who, R_inbox));
	val_bool(v, "may_contact_watch", actor_may(who, R_contact_watch));
	val_bool(v, "may_case_move", actor_may(who, R_case_move));
	val_bool(v, "may_case_search", actor_may(who, R_case_search));
	val_bool(v, "may_figures", actor_may(who, R_figures));
	val_bool(v, "may_sheet_view", actor_may(who, R_sheet_view));
	val_bool(v, "may_sheet_publish", actor_may(who, R_sheet_publish));
	val_bool(v, "may_account_manage", actor_may(who, R_account_manage));
	/* Whoever hears the title first hears that something is wrong. */
	val_bool(v, "faulty", val_true(val_get(v, S("fault"))) || val_true(val_get(v, S("n_faults"))));
	static const struct { struct str head; const char *flag; } nav[] = {
		{ STR_INIT("/inbox"), "at_inbox" }, { STR_INIT("/handovers"), "at_handovers" }, { STR_INIT("/notifications"), "at_notifications" },
		{ STR_INIT("/checks"), "at_checks" },
		{ STR_INIT("/drafts"), "at_notifications" }, { STR_INIT("/search"), "at_search" },
		{ STR_INIT("/contacts"), "at_contacts" },
		{ STR_INIT("/figures"), "at_figures" }, { STR_INIT("/totals"), "at_totals" }, { STR_INIT("/sheets"), "at_sheets" }, { STR_INIT("/admin"), "at_admin" },
	};
	for (size_t i = 0; i < LEN(nav); i++)
		if (str_starts(c->q->path, nav[i].head))
			val_bool(v, nav[i].flag, true);
}

struct http_reply
reply_view(struct ctx *c, int status, struct str view)
{
	struct buf b = buf_new(c->mem);

	if (c->v == NULL)
		c->v = val_map(c->mem);
	put_common(c);
	/* Not on a page that says that reading failed. */
	if (actor_may(c->who, R_case_move) && status < 500)
		put_notice_count(c);
	/* What waits for the physician. Faults may be told when nothing can be read. */
	if ((status == 200 || status == 409 || status == 422) && actor_may(c->who, R_attest)) {
		int64_t n = attest_count(page_read(c), c->who);
		val_bool(c->v, "checks_wait", n > 0);
		val_int(c->v, "n_checks", n);
	}
	html_render(&b, c->app->views, view, c->lang, c->v, c);
	return (struct http_reply){ .status = status, .type = S("text/html; charset=utf-8"), .body = buf_str(&b) };
}

struct http_reply
reply_goto(struct ctx *c, struct str path)
{
	struct http_reply r = { .status = 303, .type = S("text/plain; charset=utf-8"), .body = S("see other\n"), .keep = true };

	(void)c;
	http_set(&r, S("Location"), path);
	return r;
}

struct http_reply
reply_json(struct ctx *c, int status, struct str json)
{
	(void)c;
	return (struct http_reply){ .status = status, .type = S("application/json; charset=utf-8"), .body = json };
}

void
reply_cookie(struct http_reply *r, struct ctx *c, struct str name, struct str value, int seconds)
{
	http_set(r, S("Set-Cookie"), str_fmt(c->mem, "%.*s=%.*s; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%d",
	    STR_ARG(name), STR_ARG(value), seconds));
}

enum err
fault_now(const struct ctx *c, enum err e)
{
	return e == E_STORE && c->lost ? E_BUSY : e;
}

struct http_reply
reply_fault(struct ctx *c, enum err e)
{
	return reply_fault_as(c, e, 0);
}

struct http_reply
reply_fault_as(struct ctx *c, enum err e, int status)
{
	static const struct {
		int status;
		enum text_id head, text;
	} table[] = {
		[E_INVALID] = { 422, T_fault_invalid_head, T_fault_invalid },
		[E_DENIED] = { 403, T_fault_denied_head, T_fault_denied },
		[E_NOTFOUND] = { 404, T_fault_notfound_head, T_fault_notfound },
		[E_CONFLICT] = { 409, T_fault_conflict_head, T_fault_conflict },
		[E_LOCKED] = { 423, T_fault_locked_head, T_fault_locked },
		[E_BUSY] = { 503, T_fault_busy_head, T_fault_busy },
		[E_LIMIT] = { 413, T_fault_limit_head, T_fault_limit },
		[E_FULL] = { 507, T_fault_full_head, T_fault_full },
		[E_STORE] = { 500, T_fault_store_head, T_fault_store },
		[E_IO] = { 500, T_fault_store_head, T_fault_store },
		[E_FORMAT] = { 400, T_fault_format_head, T_fault_format },
	};

	if (c->tx != NULL && page_done(c) != OK)
		log_warn("read.failed", KV_Z("e", err_name(e)));
	e = fault_now(c, e);
	if (e == OK || (size_t)e >= LEN(table) || table[e].status == 0)
		e = E_STORE;
	if (status == 0)
		status = table[e].status;
	c->v = val_map(c->mem);
	val_int(c->v, "status", status);
	val_text(c->v, "head", say(c, table[e].head));
	val_text(c->v, "text", say(c, table[e].text));
	val_text(c->v, "title", say(c, table[e].head));
	val_text(c->v, "back_url", S("/"));
	if (e == E_BUSY || e == E_FULL || e == E_STORE || e == E_IO)
		val_bool(c->v, "kept", put_again(c));
	struct http_reply r = reply_view(c, status, S("fault"));
	if (status == 503)
		http_set(&r, S("Retry-After"), S("5"));
	return r;
}
