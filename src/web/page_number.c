/* web/page_number.c: the contact app's processing numbers: a centre's part of ID管理, the slip on which a number stands once, and
 * the question of the app's server. The number itself never stands in an address, a log line or the audit log. */
#include "base/crypt.h"
#include "base/log.h"
#include "domain/appnumber.h"
#include "fmt/json.h"
#include "web/page.h"

/* ---- the part of a case ---- */

void
put_number(struct ctx *c, const struct casefile *k)
{
	struct appnumber_state now;

	/* What cannot be read shows at the end of reading (page_end). */
	if (appnumber_state(page_read(c), k, &c->app->number_rules, &now) != OK)
		return;
	val_text(c->v, "number_url", path_of(c, "cases", k->home, k->id, "/number"));
	val_bool(c->v, "number_wished", now.wished);
	val_bool(c->v, "number_said", now.wish_at > 0);
	val_text(c->v, "number_wish_at", date_minute(c->mem, now.wish_at));
	val_text(c->v, "number_wish_by", now.wish_by);
	val_bool(c->v, "number_live", now.live);
	val_text(c->v, "number_issued_at", date_minute(c->mem, now.issued_at));
	val_text(c->v, "number_until", date_minute(c->mem, now.good_until));
	val_text(c->v, "number_issued_by", now.issued_by);
	val_int(c->v, "number_seen", now.issued_at);
	val_int(c->v, "number_hours", c->app->number_rules.hours);
	val_text(c->v, "number_cannot", say(c, now.cannot));
	val_bool(c->v, "number_may", now.cannot == T_none && now.wished);
}

/* The page; with a sentence when something was refused. */
static struct http_reply
draw(struct ctx *c, int status, enum text_id fault)
{
	struct casefile k;

	c->v = val_map(c->mem);
	enum err e = page_case_open(c, TAB_ids, &k);
	if (e != OK)
		return reply_fault(c, e);
	put_number(c, &k);
	val_text(c->v, "number_fault", say(c, fault));
	val_bool(c->v, "faulty", fault != T_none);
	return reply_view(c, status, S("number_page"));
}

/* GET /cases/HOME/ID/number */
struct http_reply
page_case_number(struct ctx *c)
{
	return draw(c, 200, T_none);
}

/* ---- the slip ---- */

/* "1234 5678" */
static struct str
in_groups(struct arena *mem, struct str digits)
{
	return str_fmt(mem, "%.*s %.*s", STR_ARG(str_sub(digits, 0, 4)), STR_ARG(str_sub(digits, 4, digits.n)));
}

/* How it is read out: each digit as a word of its own, a pause between the groups. */
static struct str
spoken(struct arena *mem, struct str digits, enum lang lang)
{
	static const char *const word[LANG_COUNT][10] = {
		{ "ゼロ", "イチ", "ニ", "サン", "ヨン", "ゴ", "ロク", "ナナ", "ハチ", "キュウ" },
		{ "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine" },
	};
	struct buf b = buf_new(mem);

	for (size_t i = 0; i < digits.n; i++)
		buf_fmt(&b, "%s%s", i == 0 ? "" : i == 4 ? " — " : lang == LANG_JA ? "・" : " ", word[lang][digits.p[i] - '0']);
	return buf_str(&b);
}

/* The address that opens the app, with the number in it; "" when there is none. */
static struct str
app_link(struct ctx *c, struct str digits)
{
	static const struct str place = STR_INIT("NNNNNNNN");
	struct str link = c->app->number_link;
	size_t at = str_find_str(link, place);

	if (at == link.n)
		return link;
	return str_fmt(c->mem, "%.*s%.*s%.*s", STR_ARG(str_sub(link, 0, at)), STR_ARG(digits), STR_ARG(str_sub(link, at + place.n, link.n)));
}

static struct str
in_lang(struct ctx *c, enum text_id id, enum lang lang, const struct str *args, size_t n)
{
	return text_fill(c->mem, id, lang, args, n);
}

/* Everything on it is of this one record: no list of numbers and names is ever made that could shift. */
static struct http_reply
draw_slip(struct ctx *c, const struct appnumber_issued *n)
{
	struct casefile k;

	c->v = val_map(c->mem);
	enum err e = page_case_open(c, TAB_ids, &k);
	if (e != OK)
		return reply_fault(c, e);
	struct str until = date_minute(c->mem, n->good_until), link = app_link(c, n->digits);
	struct str to_send[4] = { k.centre_name, n->digits, until, link };
	struct val *langs = val_list(c->v, "langs");
	for (int i = 0; i < LANG_COUNT; i++) {
		enum lang lang = i == 0 ? c->lang : c->lang == LANG_JA ? LANG_EN : LANG_JA;
		struct val *row = val_row(langs);
		val_text(row, "code", lang_code(lang));
		val_text(row, "slip", in_lang(c, T_number_slip, lang, &until, 1));
		val_text(row, "spoken", spoken(c->mem, n->digits, lang));
		val_text(row, "message", in_lang(c, link.n > 0 ? T_number_message_link : T_number_message, lang, to_send, LEN(to_send)));
		val_text(row, "label", text(T_number_message_label, lang));
	}
	val_text(c->v, "digits", in_groups(c->mem, n->digits));
	val_text(c->v, "until", until);
	val_text(c->v, "phone", k.phone);
	val_text(c->v, "back_url", path_of(c, "cases", k.home, k.id, "/number"));
	val_text(c->v, "title", say(c, T_number_slip_title));
	return reply_view(c, 200, S("number_slip"));
}

/* ---- what the centre does ---- */

static struct http_reply
issue(struct ctx *c, int64_t home)
{
	struct appnumber_issued out = { 0 };
	enum text_id why = T_none;
	int64_t seen = -1;

	if (!str_int(form_get(&c->in, S("seen")), &seen))
		return draw(c, 422, T_number_stale);
	enum err e = appnumber_issue(c->app->store, c->app->keys, c->who, c->mem, home, c->param[1], &c->app->number_rules, seen, &out, &why);
	if (e == OK)
		return draw_slip(c, &out);
	if (e == E_INVALID && why != T_none) {
		log_warn("number.refused", KV_S("account", c->who->account), KV_S("why", text(why, LANG_EN)));
		return draw(c, 422, why);
	}
	return e == E_CONFLICT ? draw(c, 409, T_number_stale) : reply_fault(c, e);
}

/* POST /cases/HOME/ID/number: act is wish, unwish, issue (with `seen`) or void. */
struct http_reply
page_case_number_do(struct ctx *c)
{
	struct str act = form_get(&c->in, S("act"));
	int64_t home = page_number(c->param[0]);
	enum err e = E_INVALID;

	if (home < 0 || !id_ok(c->param[1]))
		return reply_fault(c, E_NOTFOUND);
	if (str_eq(act, S("issue")))
		return issue(c, home);
	if (str_eq(act, S("wish")) || str_eq(act, S("unwish")))
		e = appnumber_wish(c->app->store, c->who, c->mem, home, c->param[1], str_eq(act, S("wish")));
	else if (str_eq(act, S("void")))
		e = appnumber_void(c->app->store, c->who, c->mem, home, c->param[1]);
	else
		return draw(c, 422, T_number_stale);
	if (e == E_CONFLICT)
		return draw(c, 409, T_number_stale);
	return e != OK ? reply_fault(c, e) : reply_goto(c, path_of(c, "cases", home, c->param[1], "/number"));
}

/* ---- the app's server ---- */

/* Is this one of the keys whose hashes are in the settings? All are looked at. */
static bool
key_ok(struct ctx *c)
{
	/* The second name is what the app's server sends (an API gateway's). */
	struct str key = http_header(c->q, S("X-API-Key")), all = c->app->machine_key, one;
	struct str bytes;
	bool ok = false;

	if (key.n == 0)
		key = http_header(c->q, S("Ocp-Apim-Subscription-Key"));
	struct sha256 h = crypt_sha256(key);
	while (all.n > 0 && str_cut(&all, ',', &one))
		ok |= crypt_unhex(c->mem, str_trim(one), &bytes) && crypt_same(bytes, (struct str){ (const char *)h.b, sizeof h.b });
	return ok && key.n > 0;
}

static struct http_reply
later_again(struct ctx *c, int status, struct str body, int seconds)
{
	struct http_reply r = reply_json(c, status, body);

	http_set(&r, S("Retry-After"), str_fmt(c->mem, "%d", seconds));
	return r;
}

/* POST /api/v1/processing-number/verify {"processing_number":"12345678"}: 200 with the result, which is the same for every number
 * that is not good, and for what is none. */
struct http_reply
page_number_verify(struct ctx *c)
{
	struct appnumber_question q = { .machine = c->q->client, .client = http_header(c->q, S("X-Client")), .address = c->q->address,
		.rules = &c->app->number_rules };
	const struct json *body = NULL;
	enum appnumber_try result = APPNUMBER_NO;
	int wait_s = 0;

	if (!key_ok(c)) {
		log_warn("machine.refused", KV_Z("why", "key"), KV_S("machine", str_sub(c->q->client, 0, 16)));
		return reply_json(c, 401, S("{\"error\":\"key\"}"));
	}
	q.typed = json_read(c->mem, c->q->body, &body) == OK ? json_text(body, S("processing_number")) : S("");
	if (appnumber_verify(c->app->store, c->app->keys, c->mem, &q, &result, &wait_s) != OK)
		return later_again(c, 503, S("{\"error\":\"busy\"}"), 5);
	if (result == APPNUMBER_WAIT)
		return later_again(c, 429, S("{\"error\":\"wait\"}"), wait_s);
	return reply_json(c, 200, result == APPNUMBER_OK ? S("{\"result\":\"ok\"}") : S("{\"result\":\"failed\"}"));
}
