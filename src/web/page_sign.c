/* web/page_sign.c: signing in and out, the start page, the language. */
#include "base/clock.h"
#include "base/crypt.h"
#include "base/log.h"
#include "base/utf8.h"
#include "domain/draft.h"
#include "domain/entry.h"
#include "domain/org.h"
#include "web/page.h"

#define COOKIE S("__Host-session")

/* GET /: everybody's own start page. */
struct http_reply
page_home(struct ctx *c)
{
	static const struct str start[ROLE_COUNT] = {
		[ROLE_none] = STR_INIT("/login"), [ROLE_doctor] = STR_INIT("/notifications"),
		[ROLE_clerk] = STR_INIT("/notifications"), [ROLE_centre] = STR_INIT("/inbox"),
		[ROLE_prefecture] = STR_INIT("/figures"), [ROLE_ministry] = STR_INIT("/figures"), [ROLE_admin] = STR_INIT("/admin"),
	};

	return reply_goto(c, start[c->who ? c->who->role : ROLE_none]);
}

/* ---- two steps ---- */

/* A form that was sent after its session had ended travels through both steps in hidden fields. */
static void
carry(struct ctx *c)
{
	c->v = val_map(c->mem);
	if (form_get(&c->in, S("resume_body")).n > 0) {
		val_text(c->v, "resume_path", form_get(&c->in, S("resume_path")));
		val_text(c->v, "resume_body", form_get(&c->in, S("resume_body")));
	}
}

/* GET /login */
struct http_reply
page_login(struct ctx *c)
{
	if (c->who != NULL)
		return reply_goto(c, S("/"));
	carry(c);
	val_text(c->v, "title", say(c, T_login_title));
	return reply_view(c, 200, S("login"));
}

static struct http_reply
login_again(struct ctx *c, int status, struct str fault)
{
	carry(c);
	val_text(c->v, "fault", fault);
	val_text(c->v, "typed_login", form_get(&c->in, S("login")));
	val_text(c->v, "title", say(c, T_login_title));
	return reply_view(c, status, S("login"));
}

/* POST /login: the first step. */
struct http_reply
page_login_password(struct ctx *c)
{
	struct str login = str_trim(text_nfkc(c->mem, form_get(&c->in, S("login")))), token = S("");
	int wait_s = 0;

	switch (sign_in_password(c->app->store, c->rd, c->mem, login, form_get(&c->in, S("password")), c->q->address, &token,
	    &wait_s)) {
	case SIGN_IN_OK:
		break;
	case SIGN_IN_WAIT:
		return login_again(c, 429, say1(c, T_login_wait, str_fmt(c->mem, "%d", wait_s)));
	case SIGN_IN_BUSY:
		return login_again(c, 503, say(c, T_login_busy));
	default:
		return login_again(c, 403, say(c, T_login_wrong));
	}
	struct http_reply r;
	if (form_get(&c->in, S("resume_body")).n > 0) {
		/* The next step must carry the form: drawn at once instead of by a redirect. */
		carry(c);
		val_text(c->v, "title", say(c, T_login_code_title));
		r = reply_view(c, 200, S("login_code"));
	} else {
		r = reply_goto(c, S("/login/code"));
	}
	reply_cookie(&r, c, COOKIE, token, 300);
	return r;
}

/* GET /login/code */
struct http_reply
page_login_code(struct ctx *c)
{
	if (c->who != NULL)
		return reply_goto(c, S("/"));
	if (c->token.n == 0)
		return reply_goto(c, S("/login"));
	carry(c);
	val_text(c->v, "title", say(c, T_login_code_title));
	return reply_view(c, 200, S("login_code"));
}

/* What was typed before the session ended becomes a draft of the same person's office. */
static struct str
resume(struct ctx *c, struct str token)
{
	struct actor who;
	struct form body;
	struct draft d;

	if (form_get(&c->in, S("resume_body")).n == 0 || !str_eq(form_get(&c->in, S("resume_path")), S("/notifications/new"))
	    || session_actor(c->app->store, c->rd, c->app->keys, c->mem, token, c->q->address, &who) != OK
	    || !actor_may(&who, R_notif_submit)
	    || form_read(c->mem, form_get(&c->in, S("resume_body")), &body) != OK)
		return S("/");
	enum err e = draft_save(c->app->store, &who, c->mem, &(struct draft_save){
	    .disease = form_get(&body, S("disease")), .body = draft_body(c->mem, &body) }, &d);
	if (e != OK) {
		log_error("draft.resume", KV_Z("e", err_name(e)));
		return S("/");
	}
	return str_fmt(c->mem, "/drafts/%.*s", STR_ARG(d.id));
}

static struct http_reply
correct_again(struct ctx *c)
{
	return page_correct_again(c, 200, T_none);
}

/* What was typed about a notification that there is goes on where it was: as a draft it would become a second notification. False
 * when it was nothing of the kind, or is not for this person. */
static bool
resume_page(struct ctx *c, struct str token, struct http_reply *out)
{
	static const struct { struct str tail; enum right right; struct http_reply (*again)(struct ctx *c); } pages[] = {
		{ STR_INIT("edit"), R_notif_correct, correct_again }, { STR_INIT("withdraw"), R_notif_withdraw, page_notif_withdraw },
		{ STR_INIT("query"), R_notif_check, page_notif_query }, { STR_INIT("answer"), R_notif_answer, page_notif_answer },
	};
	struct str path = form_get(&c->in, S("resume_path")), part[5];
	struct actor *who = NEW(c->mem, struct actor);
	struct ctx then = *c;
	size_t n = 0, i = 0;

	while (n < LEN(part) && str_cut(&path, '/', &part[n]))
		n++;
	while (n == 5 && i < LEN(pages) && !str_eq(part[4], pages[i].tail))
		i++;
	if (n != 5 || i == LEN(pages) || path.p != NULL || !str_eq(part[1], S("notifications"))
	    || form_read(c->mem, form_get(&c->in, S("resume_body")), &then.in) != OK
	    || session_actor(c->app->store, c->rd, c->app->keys, c->mem, token, c->q->address, who) != OK
	    || !actor_may(who, pages[i].right))
		return false;
	then.who = who;
	then.param[0] = part[2];
	then.param[1] = part[3];
	*out = pages[i].again(&then);
	c->tx = then.tx;
	c->looks = then.looks;
	return out->status == 200;
}

/* An entry of a case goes on in its form: /cases/HOME/ID/TAB, /cases/HOME/ID/entries/ENTRY. */
static bool
resume_entry(struct ctx *c, struct str token, struct http_reply *out)
{
	struct str path = form_get(&c->in, S("resume_path")), rest = path, part[6];
	struct actor *who = NEW(c->mem, struct actor);
	struct http_req *q = NEW(c->mem, struct http_req);
	struct ctx then = *c;
	size_t n = 0;

	while (n < LEN(part) && str_cut(&rest, '/', &part[n]))
		n++;
	enum entry_id kind = n == 5 ? entry_by_tab(part[4]) : ENTRY_none;
	bool one = n == 6 && str_eq(part[4], S("entries"));
	if (rest.p != NULL || (kind == ENTRY_none && !one) || !str_eq(part[1], S("cases"))
	    || form_read(c->mem, form_get(&c->in, S("resume_body")), &then.in) != OK
	    || session_actor(c->app->store, c->rd, c->app->keys, c->mem, token, c->q->address, who) != OK
	    || !(one ? actor_may(who, R_care_write) : entry_may_write(who, kind)))
		return false;
	/* The page finds its kind in the path. */
	*q = *c->q;
	q->path = path;
	then.q = q;
	then.who = who;
	then.param[0] = part[2];
	then.param[1] = part[3];
	then.param[2] = one ? part[5] : S("");
	*out = page_entry_again(&then, 200, T_none);
	c->tx = then.tx;
	c->looks = then.looks;
	return out->status == 200;
}

/* POST /login/code: the second step. */
struct http_reply
page_login_check(struct ctx *c)
{
	struct str token = S("");
	struct str code = text_only_digits(c->mem, form_get(&c->in, S("code")));

	switch (sign_in_code(c->app->store, c->rd, c->app->keys, c->mem, c->token, code, c->q->address, &token)) {
	case SIGN_IN_OK:
		break;
	case SIGN_IN_OVER:
		return login_again(c, 403, say(c, T_login_over));
	case SIGN_IN_BUSY:
		carry(c);
		val_text(c->v, "fault", say(c, T_login_busy));
		return reply_view(c, 503, S("login_code"));
	default:
		carry(c);
		val_text(c->v, "fault", say(c, T_login_code_wrong));
		val_text(c->v, "title", say(c, T_login_code_title));
		return reply_view(c, 403, S("login_code"));
	}
	struct http_reply r;
	if (!resume_page(c, token, &r) && !resume_entry(c, token, &r))
		r = reply_goto(c, resume(c, token));
	reply_cookie(&r, c, COOKIE, token, (int)(c->app->keys->life_ms / 1000));
	return r;
}

/* POST /logout */
struct http_reply
page_logout(struct ctx *c)
{
	enum err e = session_end(c->app->store, c->who, c->mem, c->token);

	if (e != OK)
		return reply_fault(c, e);
	struct http_reply r = reply_goto(c, S("/login"));
	reply_cookie(&r, c, COOKIE, S(""), 0);
	http_set(&r, S("Clear-Site-Data"), S("\"cache\", \"storage\""));
	return r;
}

/* Browsers pass over tabs and line ends in addresses, and read \ as /: "/<TAB>/example.org" is another site. */
static bool
path_of_ours(struct str s)
{
	if (s.n == 0 || s.p[0] != '/' || str_starts(s, S("//")))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '\\' || s.p[i] == 0x7F)
			return false;
	return true;
}

/* POST /language: lang, and where to go back to (a path of ours). */
struct http_reply
page_language(struct ctx *c)
{
	enum lang lang = lang_of(form_get(&c->in, S("lang")));
	struct str back = form_get(&c->in, S("back"));

	if (!path_of_ours(back))
		back = S("/");
	if (c->who != NULL && account_set_language(c->app->store, c->who, c->mem, lang) != OK)
		return reply_fault(c, E_BUSY);
	struct http_reply r = reply_goto(c, back);
	reply_cookie(&r, c, S("lang"), lang_code(lang), 365 * 24 * 3600);
	return r;
}
