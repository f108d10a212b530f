/* web/page_contact.c: one contact: what is kept, correcting it, 健康観察, and which case it became. */
#include "base/utf8.h"
#include "domain/number.h"
#include "web/contact_form.h"

/* What the page shows besides the contact itself: what was typed and is not kept yet. */
struct sheetful {
	const struct sheet *s;
	struct contact k;
	struct form typed;      /* of the correction: as typed, or as kept */
	struct issues bad;
	int64_t seen;
	enum text_id why;       /* what the world said against it */
	bool observing;         /* what was typed belongs to the observation, … */
	enum text_id day_fault, temp_fault;
	struct str number;      /* … or to the link */
	enum text_id link_fault, withdraw_fault;
	bool open;              /* the form of correction is unfolded */
};

static enum err
load(struct ctx *c, struct sheetful *p)
{
	int64_t home = page_number(c->param[0]);

	*p = (struct sheetful){ .s = contact_sheet(c->mem), .bad = issues_new(c->mem), .number = S("") };
	return home < 0 || !id_ok(c->param[1]) ? E_NOTFOUND : contact_get(page_read(c), home, c->param[1], &p->k);
}

static struct form
form_kept(struct ctx *c, const struct contact_values *is)
{
	struct form f = { .pair = NEWN(c->mem, struct form_pair, CF_COUNT) };

	for (size_t i = 0; i < CF_COUNT; i++)
		f.pair[f.n++] = (struct form_pair){ contact_field_name((enum contact_field)i), is->v[i] };
	return f;
}

/* ---- drawing ---- */

static void
put_lines(struct ctx *c, const struct sheetful *p)
{
	struct val *rows = val_list(c->v, "lines");

	for (size_t i = 0; i < CF_COUNT; i++) {
		enum contact_field f = (enum contact_field)i;
		struct val *row = val_row(rows);
		val_text(row, "label", contact_item(p->s, f)->by[c->lang]);
		val_text(row, "value", contact_show(c->mem, p->s, f, p->k.is.v[f], c->lang));
	}
}

static void
put_days(struct ctx *c, const struct sheetful *p)
{
	size_t n;
	struct contact_day *list = contact_days(page_read(c), p->k.home, p->k.id, &n);
	struct val *rows = val_list(c->v, "days");

	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(rows);
		val_text(row, "id", list[i].id);
		val_text(row, "day", list[i].day);
		val_text(row, "temperature", list[i].temperature);
		val_text(row, "symptoms", str_eq(list[i].symptoms, S("yes")) ? say(c, T_yes)
		    : str_eq(list[i].symptoms, S("no")) ? say(c, T_no) : S(""));
		val_bool(row, "ill", str_eq(list[i].symptoms, S("yes")));
		val_text(row, "said", list[i].said);
		val_text(row, "by", list[i].by);
		val_text(row, "at", date_minute(c->mem, list[i].at));
		val_text(row, "void_by", list[i].void_at > 0 ? say2(c, T_contact_day_void, list[i].void_by,
		    date_minute(c->mem, list[i].void_at)) : S(""));
	}
}

/* What was typed of an observation; a fresh one is about today. */
static void
put_day_form(struct ctx *c, const struct sheetful *p)
{
	const struct form *f = p->observing ? &c->in : &c->query;
	struct str op = p->observing ? form_get(f, S("op")) : S("");

	val_text(c->v, "day_op", id_ok(op) ? op : id_new(c->mem));
	val_text(c->v, "day", p->observing ? form_get(f, S("day")) : date_iso(c->mem, date_of(c->now)));
	val_text(c->v, "temperature", p->observing ? form_get(f, S("temperature")) : S(""));
	val_text(c->v, "said", p->observing ? form_get(f, S("said")) : S(""));
	val_bool(c->v, "symptoms_yes", p->observing && str_eq(form_get(f, S("symptoms")), S("yes")));
	val_bool(c->v, "symptoms_no", p->observing && str_eq(form_get(f, S("symptoms")), S("no")));
	val_text(c->v, "day_fault", say(c, p->day_fault));
	val_text(c->v, "temp_fault", say(c, p->temp_fault));
}

/* Who may be the same person; named, never taken for him. */
static void
put_twins(struct ctx *c, const struct sheetful *p)
{
	size_t n, elsewhere, contacts, contacts_elsewhere;
	struct casefile *list = contact_cases(page_read(c), &p->k, &n, &elsewhere);
	struct contact *others = contact_duplicates(page_read(c), p->k.is.v[CF_name], p->k.is.v[CF_name_kana],
	    p->k.is.v[CF_birth_date], p->k.id, &contacts, &contacts_elsewhere);
	struct val *rows = val_list(c->v, "twin_cases");

	for (size_t i = 0; i < n; i++) {
		struct val *row = val_row(rows);
		put_case_row(c, row, &list[i]);
		val_text(row, "case_ref", str_fmt(c->mem, "%lld.%.*s", (long long)list[i].home, STR_ARG(list[i].id)));
		val_bool(row, "linkable", p->k.became.id.n == 0 && !str_eq(list[i].id, p->k.case_id));
	}
	rows = val_list(c->v, "twin_contacts");
	for (size_t i = 0; i < contacts; i++)
		put_contact_row(c, val_row(rows), p->s, &others[i]);
	if (n > 0)
		page_looked(c, S("case.duplicates"), S("15"), list, n, S(""));
	if (contacts > 0)
		contacts_looked(c, S("contact.duplicates"), others, contacts);
	elsewhere += contacts_elsewhere;
	val_bool(c->v, "twins", n + contacts + elsewhere > 0);
	val_int(c->v, "n_elsewhere", (int64_t)elsewhere);
	if (elsewhere == 0)
		val_bool(c->v, "n_elsewhere", false);
}

/* The case that it became: its number, or that it is elsewhere. */
static void
put_became(struct ctx *c, const struct sheetful *p)
{
	struct casefile k;

	val_bool(c->v, "linked", p->k.became.id.n > 0);
	val_bool(c->v, "became_here", false);
	if (p->k.became.id.n == 0 || case_get(page_read(c), p->k.became.home, p->k.became.id, &k) != OK)
		return;
	val_bool(c->v, "became_here", true);
	val_text(c->v, "became_url", path_of(c, "cases", k.home, k.id, ""));
	val_text(c->v, "became_number", number_show(c->mem, k.number));
	page_looked(c, S("contact.case"), S("15"), &k, 1, S(""));
}

static void
put_form(struct ctx *c, const struct sheetful *p)
{
	struct contact_form f = { .s = p->s, .typed = &p->typed, .bad = &p->bad, .tail = S(""), .linked = p->k.became.id.n > 0 };
	struct val *items = val_list(c->v, "items"), *faults = val_list(c->v, "faults");
	size_t n = 0;

	for (size_t i = 0; i < CF_COUNT; i++)
		put_contact_item(c, items, &f, (enum contact_field)i, (enum contact_field)i == contact_first_fault(&f));
	if (p->why != T_none)
		put_contact_fault(c, faults, say(c, p->why), &n);
	put_contact_faults(c, faults, &f, &n);
	val_int(c->v, "n_faults", (int64_t)n);
	if (n == 0)
		val_bool(c->v, "n_faults", false);
	val_bool(c->v, "open", p->open);
	val_int(c->v, "seen", p->seen);
	val_int(c->v, "contact_ver", p->k.ver);
}

static struct http_reply
draw(struct ctx *c, struct sheetful *p, int status)
{
	static const struct { const char *name, *tail; } url[] = {
		{ "url_change", "" }, { "url_withdraw", "/withdraw" }, { "url_link", "/link" }, { "url_unlink", "/unlink" },
		{ "url_days", "/days" },
	};
	struct casefile k;

	/* What stands above all pages of a case is that of its index case. */
	c->param[1] = p->k.case_id;
	enum err e = page_case_open(c, TAB_contacts, &k);
	if (e != OK)
		return reply_fault(c, e);
	struct val *row = val_map(c->mem);
	put_contact_row(c, row, p->s, &p->k);
	val_put(c->v, "contact", row);
	for (size_t i = 0; i < LEN(url); i++)
		val_text(c->v, url[i].name, contact_path(c, &p->k, url[i].tail));
	val_bool(c->v, "stands", p->k.withdrawn.n == 0);
	val_bool(c->v, "may_change", actor_may(c->who, R_contact_change) && p->k.withdrawn.n == 0);
	val_bool(c->v, "may_file", actor_may(c->who, R_notif_submit) && p->k.withdrawn.n == 0 && p->k.became.id.n == 0);
	val_text(c->v, "url_file", str_fmt(c->mem, "/notifications/new?disease=%.*s&contact=%lld.%.*s", STR_ARG(p->k.disease),
	    (long long)p->k.home, STR_ARG(p->k.id)));
	val_text(c->v, "link_number", p->number);
	val_text(c->v, "link_fault", say(c, p->link_fault));
	val_text(c->v, "withdraw_fault", say(c, p->withdraw_fault));
	put_lines(c, p);
	put_days(c, p);
	put_day_form(c, p);
	put_became(c, p);
	put_twins(c, p);
	put_form(c, p);
	put_contact_history(c, p->k.home, p->k.case_id, p->k.id);
	contacts_looked(c, S("contact.view"), &p->k, 1);
	/* Titles stay in the browser's history: no names. */
	val_text(c->v, "title", say1(c, T_contact_title, number_show(c->mem, p->k.case_number)));
	struct http_reply r = reply_view(c, status, S("contact"));
	if (status == 503)
		http_set(&r, S("Retry-After"), S("5"));
	return r;
}

static void
show_kept(struct ctx *c, struct sheetful *p)
{
	p->typed = form_kept(c, &p->k.is);
	p->seen = p->k.ver;
}

/* GET /contacts/HOME/ID */
struct http_reply
page_contact(struct ctx *c)
{
	struct sheetful *p = NEW(c->mem, struct sheetful);
	enum err e = load(c, p);

	if (e != OK)
		return reply_fault(c, e);
	show_kept(c, p);
	return draw(c, p, 200);
}

/* ---- correcting ---- */

/* The version that the person was shown. */
static enum err
seen_values(struct ctx *c, const struct sheetful *p, struct contact_values *out)
{
	size_t n;
	struct contact_version *list = contact_versions(page_read(c), p->k.home, p->k.case_id, p->k.id, &n);

	for (size_t i = 0; i < n; i++)
		if (list[i].ver == p->seen) {
			*out = list[i].is;
			return OK;
		}
	return E_FORMAT;
}

/* Somebody changed it since. What only they changed is taken over, what only this person changed stays, and what both changed is
 * shown side by side; the next press keeps this person's. */
static struct http_reply
side_by_side(struct ctx *c, struct sheetful *p, const struct contact_values *mine)
{
	struct contact_values base, merged = *mine;
	enum err e = seen_values(c, p, &base);

	if (e != OK)
		return reply_fault(c, e);
	c->v = val_map(c->mem);
	struct val *rows = val_list(c->v, "conflict");
	for (size_t i = 0; i < CF_COUNT; i++) {
		enum contact_field f = (enum contact_field)i;
		struct str now = p->k.is.v[f];
		if (str_eq(now, mine->v[f]) || str_eq(now, base.v[f]))
			continue;
		if (str_eq(mine->v[f], base.v[f])) {
			merged.v[f] = now;
			continue;
		}
		struct val *row = val_row(rows);
		val_text(row, "label", contact_item(p->s, f)->by[c->lang]);
		val_text(row, "mine", contact_show(c->mem, p->s, f, mine->v[f], c->lang));
		val_text(row, "now", contact_show(c->mem, p->s, f, now, c->lang));
		val_text(row, "by", p->k.by_name);
		val_text(row, "at", date_minute(c->mem, p->k.changed_at));
	}
	/* Which case it became is never typed. */
	merged.v[CF_state] = p->k.became.id.n > 0 || str_eq(merged.v[CF_state], S("became_case")) ? p->k.is.v[CF_state] : merged.v[CF_state];
	p->typed = form_kept(c, &merged);
	p->seen = p->k.ver;
	p->why = T_contact_moved;
	p->open = true;
	return draw(c, p, 409);
}

static struct http_reply
not_kept(struct ctx *c, struct sheetful *p, enum err e)
{
	int status = 0;

	p->why = contact_refused(c, e, &status);
	return p->why != T_none ? draw(c, p, status) : reply_fault(c, e);
}

/* POST /contacts/HOME/ID */
struct http_reply
page_contact_change(struct ctx *c)
{
	struct sheetful *p = NEW(c->mem, struct sheetful);
	struct contact_values mine;
	enum err e = load(c, p);

	if (e != OK)
		return reply_fault(c, e);
	if (!str_int(form_get(&c->in, S("seen")), &p->seen))
		return reply_fault(c, E_FORMAT);
	p->typed = c->in;
	p->open = true;
	contact_read(c->mem, &c->in, S(""), date_of(c->now), p->k.became.id.n > 0, &mine, &p->bad);
	if (mine.v[CF_until].n == 0)
		mine.v[CF_until] = contact_until(c->mem, p->k.disease, mine.v[CF_last_contact], date_of(c->now));
	if (p->bad.errors > 0)
		return draw(c, p, 422);
	if (p->seen != p->k.ver)
		return side_by_side(c, p, &mine);
	e = page_done(c);
	struct contact_press press = { p->k.home, p->seen, p->k.id };
	if (e == OK)
		e = contact_change(c->app->store, c->who, c->mem, &press, &mine);
	if (e == E_CONFLICT) {
		e = contact_get(page_read(c), p->k.home, p->k.id, &p->k);
		return e == OK ? side_by_side(c, p, &mine) : reply_fault(c, e);
	}
	return e == OK ? reply_goto(c, contact_path(c, &p->k, "")) : not_kept(c, p, e);
}

/* ---- withdrawing and linking: one button each ---- */

/* The contact as it is now, with what happened to the press. */
static struct http_reply
pressed(struct ctx *c, struct sheetful *p, enum err e)
{
	if (e == OK)
		return reply_goto(c, contact_path(c, &p->k, ""));
	if (e == E_CONFLICT || e == E_LOCKED) {
		enum text_id why = e == E_CONFLICT ? T_contact_moved_press : T_contact_locked;
		e = load(c, p);
		if (e != OK)
			return reply_fault(c, e);
		show_kept(c, p);
		p->why = why;
		return draw(c, p, why == T_contact_locked ? 423 : 409);
	}
	return not_kept(c, p, e);
}

/* Read for a press: the contact, and the version that was shown. */
static enum err
load_press(struct ctx *c, struct sheetful *p, struct contact_press *press)
{
	enum err e = load(c, p);

	if (e != OK)
		return e;
	show_kept(c, p);
	*press = (struct contact_press){ .home = p->k.home, .id = p->k.id };
	return str_int(form_get(&c->in, S("seen")), &press->seen) ? OK : E_FORMAT;
}

/* POST /contacts/HOME/ID/withdraw */
struct http_reply
page_contact_withdraw(struct ctx *c)
{
	struct sheetful *p = NEW(c->mem, struct sheetful);
	struct contact_press press;
	struct str why = str_trim(form_get(&c->in, S("why")));
	enum err e = load_press(c, p, &press);

	if (e != OK)
		return reply_fault(c, e);
	if (why.n == 0 || utf8_len(why) > 200 || (text_oddities(why) & (TEXT_CONTROL | TEXT_BIDI))) {
		p->withdraw_fault = T_contact_why_missing;
		return draw(c, p, 422);
	}
	e = page_done(c);
	if (e == OK)
		e = contact_withdraw(c->app->store, c->who, c->mem, &press, why);
	return pressed(c, p, e);
}

/* "1305.01AB…" of a candidate's button, or the number as typed. */
static enum text_id
target(struct ctx *c, const struct sheetful *p, struct case_ref *out)
{
	struct str of = form_get(&c->in, S("case")), home, number;

	if (of.n > 0)
		return str_cut(&of, '.', &home) && str_int(home, &out->home) && of.p != NULL && id_ok(of) ? (out->id = of, T_none)
		    : T_contact_no_case;
	if (!number_read(c->mem, p->number, &number))
		return T_contact_number_bad;
	if (contact_case_of(page_read(c), number, out) != OK)
		return T_contact_no_case;
	return str_eq(out->id, p->k.case_id) ? T_contact_own_case : T_none;
}

/* POST /contacts/HOME/ID/link: number, or case. */
struct http_reply
page_contact_link(struct ctx *c)
{
	struct sheetful *p = NEW(c->mem, struct sheetful);
	struct contact_press press;
	struct case_ref to = { 0, S("") };
	enum err e = load_press(c, p, &press);

	if (e != OK)
		return reply_fault(c, e);
	p->number = str_trim(form_get(&c->in, S("number")));
	p->link_fault = target(c, p, &to);
	if (p->link_fault != T_none)
		return draw(c, p, 422);
	e = page_done(c);
	if (e == OK)
		e = contact_link(c->app->store, c->who, c->mem, &press, &to);
	if (e == E_NOTFOUND) {
		p->link_fault = T_contact_no_case;
		return draw(c, p, 422);
	}
	return pressed(c, p, e);
}

/* POST /contacts/HOME/ID/unlink */
struct http_reply
page_contact_unlink(struct ctx *c)
{
	struct sheetful *p = NEW(c->mem, struct sheetful);
	struct contact_press press;
	enum err e = load_press(c, p, &press);

	if (e != OK)
		return reply_fault(c, e);
	e = page_done(c);
	if (e == OK)
		e = contact_unlink(c->app->store, c->who, c->mem, &press);
	return pressed(c, p, e);
}

/* ---- 健康観察 ---- */

/* "37.5", "３７．５", "37,5℃": 30.0 to 45.0. */
static bool
temperature_read(struct ctx *c, struct str typed, struct str *out)
{
	struct str s = text_nfkc(c->mem, str_trim(typed)), whole, tenth = S("0");
	int64_t a, b;

	*out = S("");
	if (s.n == 0)
		return true;
	if (str_ends(s, S("°C")))
		s.n -= S("°C").n;
	else if (str_ends(s, S("度")))
		s.n -= S("度").n;
	s = str_trim(s);
	size_t point = str_find(s, '.', 0) < s.n ? str_find(s, '.', 0) : str_find(s, ',', 0);
	whole = str_sub(s, 0, point);
	if (point < s.n)
		tenth = str_sub(s, point + 1, s.n);
	if (whole.n != 2 || tenth.n != 1 || !str_int(whole, &a) || !str_int(tenth, &b) || a < 30 || a > 45 || b < 0)
		return false;
	*out = str_fmt(c->mem, "%lld.%lld", (long long)a, (long long)b);
	return true;
}

static bool
observation_read(struct ctx *c, struct sheetful *p, struct contact_day *out)
{
	struct str symptoms = form_get(&c->in, S("symptoms"));
	struct date day;

	*out = (struct contact_day){ .id = form_get(&c->in, S("op")), .said = str_trim(form_get(&c->in, S("said"))) };
	if (str_eq(symptoms, S("yes")) || str_eq(symptoms, S("no")))
		out->symptoms = symptoms;
	if (date_parse(form_get(&c->in, S("day")), &day) != DATE_GOOD)
		p->day_fault = T_contact_day_bad;
	else if (day.day > date_of(c->now).day)
		p->day_fault = T_contact_day_future;
	else
		out->day = date_iso(c->mem, day);
	if (!temperature_read(c, form_get(&c->in, S("temperature")), &out->temperature))
		p->temp_fault = T_contact_temp_bad;
	else if (out->temperature.n == 0 && out->symptoms.n == 0 && out->said.n == 0)
		p->temp_fault = T_contact_day_empty;
	else if (utf8_len(out->said) > 500)
		p->temp_fault = T_contact_said_long;
	return p->day_fault == T_none && p->temp_fault == T_none;
}

/* POST /contacts/HOME/ID/days: an observation, or `void` of one. */
struct http_reply
page_contact_observe(struct ctx *c)
{
	struct sheetful *p = NEW(c->mem, struct sheetful);
	struct str gone = form_get(&c->in, S("void"));
	struct contact_day day;
	enum err e = load(c, p);

	if (e != OK)
		return reply_fault(c, e);
	show_kept(c, p);
	if (gone.n > 0) {
		if (!id_ok(gone))
			return reply_fault(c, E_NOTFOUND);
		e = page_done(c);
		if (e == OK)
			e = contact_observe_void(c->app->store, c->who, c->mem, p->k.home, p->k.id, gone);
		return e == OK ? reply_goto(c, contact_path(c, &p->k, "#days")) : pressed(c, p, e);
	}
	p->observing = true;
	if (!observation_read(c, p, &day))
		return draw(c, p, 422);
	e = page_done(c);
	if (e == OK)
		e = contact_observe(c->app->store, c->who, c->mem, p->k.home, p->k.id, &day);
	return e == OK ? reply_goto(c, contact_path(c, &p->k, "#days")) : pressed(c, p, e);
}
