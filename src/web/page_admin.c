/* web/page_admin.c: sheets for everybody to read; publishing them, accounts and the state of the system for administrators. */
#include "base/utf8.h"
#include "domain/org.h"
#include "web/live.h"
#include "web/page.h"

/* ---- sheets ---- */

/* Areas ticked; none is all. False: one is no prefecture. */
static bool
areas_ticked(const struct form *f, uint64_t *areas)
{
	struct str v;
	uint64_t one;

	*areas = 0;
	for (size_t at = 0; form_each(f, S("area"), &at, &v);) {
		if (!sheet_areas_read(v, &one))
			return false;
		*areas |= one;
	}
	return true;
}

static struct str
areas_label(struct ctx *c, uint64_t areas)
{
	size_t n;
	struct org *list = org_prefectures(page_read(c), &n);
	struct buf b = buf_new(c->mem);
	int64_t p;

	if (areas == 0)
		return say(c, T_everywhere);
	for (size_t i = 0; i < n; i++)
		if (str_int(str_sub(list[i].path, 0, 2), &p) && areas >> p & 1)
			buf_fmt(&b, "%s%.*s", b.n ? c->lang == LANG_EN ? ", " : "、" : "",
			    STR_ARG(c->lang == LANG_EN && list[i].name_en.n ? list[i].name_en : list[i].name));
	return buf_str(&b);
}

/* What is switched on where, and for those who may, the form that does it. */
static void
put_switches(struct ctx *c, const struct sheet *s)
{
	struct val *rows = val_list(c->v, "switches");
	struct date today = date_of(c->now);
	size_t n;
	struct switched *list = sheetset_switches(page_read(c), &n);

	val_bool(c->v, "opt_in", true);
	for (size_t i = 0; i < n; i++) {
		const struct sheet_switch *on = &list[i].on;
		if (!str_eq(on->sheet, sheet_base_name(s->name)))
			continue;
		struct val *row = val_row(rows);
		bool over = date_given(on->until) && on->until.day < today.day;
		val_text(row, "areas", areas_label(c, on->areas));
		val_text(row, "from", date_iso(c->mem, on->from));
		val_text(row, "until", date_iso(c->mem, on->until));
		val_text(row, "by", list[i].by);
		val_text(row, "at", date_minute(c->mem, list[i].at));
		val_text(row, "state", say(c, over ? T_switch_over : on->from.day > today.day ? T_switch_to_come : T_switch_running));
		if (!over && actor_may(c->who, R_sheet_publish))
			val_text(row, "url_end", str_fmt(c->mem, "/sheets/%.*s/switch/%.*s/end", STR_ARG(url_escape(c->mem, s->name)),
			    STR_ARG(list[i].id)));
	}
	if (!actor_may(c->who, R_sheet_publish))
		return;
	val_text(c->v, "url_switch", str_fmt(c->mem, "/sheets/%.*s/switch", STR_ARG(url_escape(c->mem, s->name))));
	uint64_t ticked;
	if (!areas_ticked(&c->in, &ticked))
		ticked = 0;
	struct org *pref = org_prefectures(page_read(c), &n);
	rows = val_list(c->v, "areas");
	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(rows);
		struct str code = str_sub(pref[i].path, 0, 2);
		int64_t p = 0;
		val_text(row, "code", code);
		val_text(row, "label", c->lang == LANG_EN && pref[i].name_en.n ? pref[i].name_en : pref[i].name);
		val_bool(row, "ticked", str_int(code, &p) && ticked >> p & 1);
	}
	val_bool(c->v, "everywhere", form_get(&c->in, S("everywhere")).n > 0);
}

/* Where a sheet may be in force, in words; "" everywhere. */
static struct str
sheet_where(struct ctx *c, const struct sheet *s)
{
	if (s->opt_in)
		return say(c, T_sheet_opt_in);
	return s->areas != 0 ? areas_label(c, s->areas) : S("");
}

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
		val_bool(row, "in_force", sheet_in_force(&now, s->disease, today, actor_prefecture(c->who)) == s);
		val_text(row, "where", sheet_where(c, s));
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

static struct http_reply
draw_sheet(struct ctx *c, int status)
{
	static const enum text_id need[] = { [NEED_ACCEPT] = T_need_accept, [NEED_FIRST] = T_need_first, [NEED_LATER] = T_need_later,
		[NEED_OPTIONAL] = T_need_optional };
	const struct sheet *s = sheetset_version(c->app->sheets, c->param[0]);

	if (s == NULL)
		return reply_fault(c, E_NOTFOUND);
	if (c->v == NULL)
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
		val_text(row, "kind_label", say(c, s->rule[i].ask ? T_rule_ask : s->rule[i].warn ? T_rule_warn : T_rule_refuse));
		val_text(row, "text", s->rule[i].by[c->lang]);
	}
	val_text(c->v, "where", sheet_where(c, s));
	if (s->opt_in)
		put_switches(c, s);
	if (status == 200 && page_done(c) != OK)
		return reply_fault(c, E_STORE);
	return reply_view(c, status, S("sheet"));
}

/* GET /sheets/NAME */
struct http_reply
page_sheet(struct ctx *c)
{
	return draw_sheet(c, 200);
}

/* ---- sheets that are switched on ---- */

/* The sheet again, with what was typed and what is wrong with it. */
static struct http_reply
switch_again(struct ctx *c, const char *at, enum text_id why)
{
	c->v = val_map(c->mem);
	val_text(c->v, "fault", say(c, why));
	val_bool(c->v, at, true);
	val_text(c->v, "typed_from", form_get(&c->in, S("from")));
	val_text(c->v, "typed_until", form_get(&c->in, S("until")));
	return draw_sheet(c, 422);
}

static struct http_reply
back_to_sheet(struct ctx *c)
{
	return reply_goto(c, str_fmt(c->mem, "/sheets/%.*s#switch", STR_ARG(url_escape(c->mem, c->param[0]))));
}

/* POST /sheets/NAME/switch: area …, from, until. In force by the clock alone. */
struct http_reply
page_sheet_switch(struct ctx *c)
{
	struct sheet_switch on = { .sheet = sheet_base_name(c->param[0]), .until = { DATE_NONE } };
	bool all = form_get(&c->in, S("everywhere")).n > 0;

	if (sheetset_version(c->app->sheets, c->param[0]) == NULL)
		return reply_fault(c, E_NOTFOUND);
	if (!areas_ticked(&c->in, &on.areas))
		return reply_fault(c, E_FORMAT);
	if (all == (on.areas != 0))
		return switch_again(c, "area_fault", T_switch_no_area);
	if (date_parse(form_get(&c->in, S("from")), &on.from) != DATE_GOOD)
		return switch_again(c, "from_fault", T_switch_no_from);
	enum date_fault f = date_parse(form_get(&c->in, S("until")), &on.until);
	if (f == DATE_EMPTY)
		on.until.day = DATE_NONE;
	else if (f != DATE_GOOD)
		return switch_again(c, "until_fault", T_switch_bad_until);
	enum err e = sheetset_switch(c->app->sheets, c->app->store, c->who, c->mem, &on);
	if (e == E_INVALID)
		return switch_again(c, "from_fault", T_switch_days);
	return e != OK ? reply_fault(c, e) : back_to_sheet(c);
}

/* POST /sheets/NAME/switch/ID/end: until. */
struct http_reply
page_sheet_switch_end(struct ctx *c)
{
	struct date until;

	if (!id_ok(c->param[1]))
		return reply_fault(c, E_NOTFOUND);
	if (date_parse(form_get(&c->in, S("until")), &until) != DATE_GOOD)
		return switch_again(c, "end_fault", T_switch_bad_until);
	enum err e = sheetset_switch_end(c->app->sheets, c->app->store, c->who, c->mem, c->param[1], until);
	if (e == E_NOTFOUND)
		return switch_again(c, "end_fault", T_switch_not_ended);
	return e != OK ? reply_fault(c, e) : back_to_sheet(c);
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
