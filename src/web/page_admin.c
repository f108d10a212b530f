/* web/page_admin.c: sheets for everybody to read; publishing them, accounts and the state of the system for administrators. */
#include "base/utf8.h"
#include "domain/org.h"
#include "web/live.h"
#include "web/page.h"

/* ---- sheets ---- */

/* GET /sheets */
struct http_reply
page_sheets(struct ctx *c)
{
	struct sheets now = sheetset_now(c->app->sheets);
	struct date today = date_of(c->now);
	struct val *list;

	c->v = val_map(c->mem);
	list = val_list(c->v, "rows");
	for (size_t i = 0; i < now.n; i++) {
		const struct sheet *s = now.sheet[i];
		struct val *row = val_row(list);
		val_text(row, "url", str_fmt(c->mem, "/sheets/%.*s", STR_ARG(url_escape(c->mem, s->name))));
		val_text(row, "name", s->name);
		val_text(row, "title", s->title[c->lang]);
		val_text(row, "disease_label", disease_label(c, s->disease));
		val_text(row, "from", date_iso(c->mem, s->from));
		val_text(row, "until", date_iso(c->mem, s->until));
		val_bool(row, "in_force", sheet_in_force(&now, s->disease, today) == s);
		val_text(row, "origin", say(c, str_find(s->name, '@', 0) < s->name.n ? T_sheet_published : T_sheet_shipped));
	}
	val_text(c->v, "title", say(c, T_sheets_title));
	return reply_view(c, 200, S("sheets"));
}

static struct str
conditions(struct ctx *c, const struct item *it)
{
	struct buf b = buf_new(c->mem);

	for (size_t i = 0; i < it->n_cond; i++)
		buf_fmt(&b, "%s%.*s", i ? " and " : it->unless ? "unless " : "when ", STR_ARG(it->cond[i].word));
	return buf_str(&b);
}

/* GET /sheets/NAME */
struct http_reply
page_sheet(struct ctx *c)
{
	static const enum text_id need[] = { [NEED_ACCEPT] = T_need_accept, [NEED_FIRST] = T_need_first, [NEED_LATER] = T_need_later,
		[NEED_OPTIONAL] = T_need_optional };
	const struct sheet *s = sheetset_version(c->app->sheets, c->param[0]);

	if (s == NULL)
		return reply_fault(c, E_NOTFOUND);
	c->v = val_map(c->mem);
	val_text(c->v, "name", s->name);
	val_text(c->v, "title", s->title[c->lang]);
	val_text(c->v, "law", s->law[c->lang]);
	val_text(c->v, "from", date_iso(c->mem, s->from));
	val_text(c->v, "until", date_iso(c->mem, s->until));
	val_text(c->v, "text", s->text);
	struct val *list = val_list(c->v, "items");
	for (size_t i = 0; i < s->n_item; i++) {
		struct val *row = val_row(list);
		val_text(row, "number", s->item[i].number);
		val_text(row, "label", s->item[i].by[c->lang]);
		val_text(row, "need_label", say(c, need[s->item[i].need]));
		val_text(row, "cond", conditions(c, &s->item[i]));
	}
	list = val_list(c->v, "rules");
	for (size_t i = 0; i < s->n_rule; i++) {
		struct val *row = val_row(list);
		val_text(row, "kind_label", say(c, s->rule[i].warn ? T_rule_warn : T_rule_refuse));
		val_text(row, "text", s->rule[i].by[c->lang]);
	}
	return reply_view(c, 200, S("sheet"));
}

/* GET /admin/sheets */
struct http_reply
page_sheet_form(struct ctx *c)
{
	c->v = val_map(c->mem);
	val_text(c->v, "text", S(""));
	val_text(c->v, "title", say(c, T_publish_title));
	return reply_view(c, 200, S("sheet_publish"));
}

/* POST /admin/sheets: takes effect at once, no restart. */
struct http_reply
page_sheet_publish(struct ctx *c)
{
	struct str name, why = S("");
	struct str text = form_get(&c->in, S("text"));
	enum err e = sheetset_publish(c->app->sheets, c->app->store, c->who, c->mem, text, &name, &why);

	if (e == E_INVALID) {
		c->v = val_map(c->mem);
		val_text(c->v, "text", text);
		val_text(c->v, "fault", say1(c, T_publish_fault, why));
		val_text(c->v, "title", say(c, T_publish_title));
		return reply_view(c, 422, S("sheet_publish"));
	}
	if (e != OK)
		return reply_fault(c, e);
	return reply_goto(c, str_fmt(c->mem, "/sheets/%.*s", STR_ARG(url_escape(c->mem, name))));
}

/* ---- the system ---- */

static void
put_fact(struct ctx *c, struct val *list, enum text_id label, struct str value)
{
	struct val *row = val_row(list);

	val_text(row, "label", say(c, label));
	val_text(row, "value", value);
}

/* GET /admin */
struct http_reply
page_admin(struct ctx *c)
{
	struct store_stats s = store_stats(c->app->store);
	struct rows r;

	c->v = val_map(c->mem);
	struct val *list = val_list(c->v, "facts");
	put_fact(c, list, T_fact_started, date_second(c->mem, c->app->started_at));
	if (tx_one(page_read(c), &r, Q_count_cases, NULL, 0)) {
		put_fact(c, list, T_fact_cases, str_fmt(c->mem, "%lld", (long long)row_int(&r, "cases")));
		put_fact(c, list, T_fact_notifications, str_fmt(c->mem, "%lld", (long long)row_int(&r, "notifications")));
		rows_close(&r);
	}
	if (tx_one(page_read(c), &r, Q_audit_head, NULL, 0)) {
		put_fact(c, list, T_fact_audit, str_fmt(c->mem, "%lld", (long long)row_int(&r, "seq")));
		rows_close(&r);
	}
	put_fact(c, list, T_fact_operations, str_fmt(c->mem, "%llu", (unsigned long long)s.operations));
	put_fact(c, list, T_fact_failures, str_fmt(c->mem, "%llu", (unsigned long long)s.failures));
	put_fact(c, list, T_fact_live, str_fmt(c->mem, "%zu", live_count(c->app->live)));
	val_text(c->v, "title", say(c, T_admin_title));
	if (page_done(c) != OK)
		return reply_fault(c, E_STORE);
	return reply_view(c, 200, S("admin"));
}

/* ---- accounts ---- */

static const enum text_id role_label[ROLE_COUNT] = {
	T_none, T_role_doctor, T_role_clerk, T_role_centre, T_role_prefecture, T_role_ministry, T_role_admin,
};

static struct http_reply
draw_accounts(struct ctx *c, int status)
{
	size_t n;
	struct account *list = account_list(page_read(c), &n);
	struct val *rows = val_list(c->v, "rows"), *roles = val_list(c->v, "roles");
	struct org o;

	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(rows);
		bool active = str_eq(list[i].state, S("active")), self = str_eq(list[i].id, c->who->account);
		val_text(row, "id", list[i].id);
		val_text(row, "login", list[i].login);
		val_text(row, "name", list[i].name);
		val_text(row, "org_name", org_get(page_read(c), list[i].org, &o) == OK ? o.name : list[i].org);
		val_text(row, "role_label", say(c, role_label[list[i].role]));
		val_text(row, "state", say(c, active ? T_account_active : T_account_disabled));
		if (self)
			continue;
		val_text(row, "url_reset", str_fmt(c->mem, "/admin/accounts/%.*s/reset", STR_ARG(list[i].id)));
		struct str url = str_fmt(c->mem, "/admin/accounts/%.*s/state", STR_ARG(list[i].id));
		val_text(row, active ? "url_disable" : "url_enable", url);
	}
	for (enum role k = ROLE_doctor; k < ROLE_COUNT; k++) {
		struct val *row = val_row(roles);
		val_text(row, "code", role_code(k));
		val_text(row, "label", say(c, role_label[k]));
		val_bool(row, "current", role_of(form_get(&c->in, S("role"))) == k);
	}
	val_text(c->v, "title", say(c, T_accounts_title));
	if (page_done(c) != OK)
		return reply_fault(c, E_STORE);
	return reply_view(c, status, S("accounts"));
}

/* GET /admin/accounts */
struct http_reply
page_accounts(struct ctx *c)
{
	c->v = val_map(c->mem);
	return draw_accounts(c, 200);
}

static struct http_reply
show_secret(struct ctx *c, struct str login, struct str password, struct str secret)
{
	c->v = val_map(c->mem);
	val_text(c->v, "login", login);
	val_text(c->v, "password", password);
	val_text(c->v, "secret", secret);
	c->qr = str_fmt(c->mem, "otpauth://totp/hersys:%.*s?secret=%.*s&issuer=hersys", STR_ARG(url_escape(c->mem, login)),
	    STR_ARG(secret));
	val_text(c->v, "title", say(c, T_accounts_title));
	return reply_view(c, 200, S("account_secret"));
}

/* POST /admin/accounts */
struct http_reply
page_account_create(struct ctx *c)
{
	struct account_new in = {
		.login = str_trim(text_nfkc(c->mem, form_get(&c->in, S("login")))), .name = str_trim(form_get(&c->in, S("name"))),
		.org = str_trim(form_get(&c->in, S("org"))), .role = role_of(form_get(&c->in, S("role"))),
		.password = form_get(&c->in, S("password")),
	};
	struct str secret = S("");
	enum text_id bad = T_none;
	enum err e = account_create(c->app->store, c->app->keys, c->who, c->mem, &in, &secret, &bad);

	if (e == E_INVALID) {
		c->v = val_map(c->mem);
		val_text(c->v, "fault", say(c, bad));
		val_text(c->v, "typed_login", in.login);
		val_text(c->v, "typed_name", in.name);
		val_text(c->v, "typed_org", in.org);
		return draw_accounts(c, 422);
	}
	return e == OK ? show_secret(c, in.login, S(""), secret) : reply_fault(c, e);
}

/* POST /admin/accounts/ID/state: state is active or disabled. */
struct http_reply
page_account_state(struct ctx *c)
{
	enum err e = account_set_state(c->app->store, c->who, c->mem, c->param[0], form_get(&c->in, S("state")));

	return e == OK ? reply_goto(c, S("/admin/accounts")) : reply_fault(c, e);
}

/* POST /admin/accounts/ID/reset: new password and secret, shown once. */
struct http_reply
page_account_reset(struct ctx *c)
{
	struct str password, secret, login = S("");
	size_t n;
	struct account *list = account_list(page_read(c), &n);

	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].id, c->param[0]))
			login = list[i].login;
	if (page_done(c) != OK)
		return reply_fault(c, E_STORE);
	enum err e = account_reset(c->app->store, c->app->keys, c->who, c->mem, c->param[0], &password, &secret);
	return e == OK ? show_secret(c, login, password, secret) : reply_fault(c, e);
}
