/* web/page_access.c: who looked at a case and who changed it, as a page and as a file for the privacy officer. */
#include "base/crypt.h"
#include "domain/access.h"
#include "fmt/csv.h"
#include "web/page.h"

#define ACCESS_PAGE 50

/* In words; a new action of the log stands under its own name until it has some. */
static struct str
action_text(const struct ctx *c, const struct access_line *l)
{
	static const struct {
		struct str action;
		enum text_id text;
	} known[] = {
		{ STR_INIT("case.view"), T_act_case_view }, { STR_INIT("case.list"), T_act_case_list },
		{ STR_INIT("case.search"), T_act_case_search }, { STR_INIT("case.duplicates"), T_act_case_duplicates },
		{ STR_INIT("case.notices"), T_act_case_notices }, { STR_INIT("case.disclosure"), T_act_case_disclosure },
		{ STR_INIT("case.status"), T_act_case_status }, { STR_INIT("case.handover"), T_act_case_handover },
		{ STR_INIT("case.relate"), T_act_case_relate }, { STR_INIT("case.unrelate"), T_act_case_unrelate },
		{ STR_INIT("case.receive"), T_act_case_receive }, { STR_INIT("case.link"), T_act_case_link },
		{ STR_INIT("notif.submit"), T_act_notif_submit }, { STR_INIT("notif.correct"), T_act_notif_correct },
		{ STR_INIT("notif.edit"), T_act_notif_edit }, { STR_INIT("notif.receipt"), T_act_notif_receipt },
		{ STR_INIT("notif.print"), T_act_notif_print }, { STR_INIT("notif.family"), T_act_notif_family },
	};

	for (size_t i = 0; i < LEN(known); i++)
		if (str_eq(known[i].action, l->action))
			return say(c, known[i].text);
	return l->action;
}

static struct str
article_label(const struct ctx *c, struct str article)
{
	if (article.n == 0)
		return S("");
	return str_eq(article, S("44-3")) ? say(c, T_access_article_44_3) : say1(c, T_access_article, article);
}

/* Which page of the case it was; codes of other actions are for the file. */
static struct str
tab_text(const struct ctx *c, const struct access_line *l)
{
	return str_eq(l->action, S("case.view")) && l->detail.n > 0 ? case_tab_label(c, l->detail) : S("");
}

static void
put_line(struct ctx *c, struct val *row, const struct access_line *l)
{
	val_text(row, "at", date_second(c->mem, l->at));
	val_text(row, "org", l->org_name.n ? l->org_name : l->org);
	val_text(row, "account", l->account_name.n ? l->account_name : l->account);
	val_text(row, "action", l->list ? str_cat(c->mem, action_text(c, l), say(c, T_access_in_list)) : action_text(c, l));
	val_text(row, "tab", tab_text(c, l));
	val_text(row, "article", article_label(c, l->purpose));
	val_text(row, "address", l->address);
	val_bool(row, "change", !l->look);
}

static const struct {
	struct str code;
	enum access_kind kind;
	enum text_id label;
} kinds[] = {
	{ STR_INIT("all"), ACCESS_all, T_v_access_all }, { STR_INIT("looks"), ACCESS_looks, T_v_access_looks },
	{ STR_INIT("changes"), ACCESS_changes, T_v_access_changes },
};

/* Which of them is asked for; all when none is. */
static size_t
kind_asked(const struct ctx *c)
{
	struct str asked = form_get(&c->query, S("kind"));

	for (size_t i = 0; i < LEN(kinds); i++)
		if (str_eq(kinds[i].code, asked))
			return i;
	return 0;
}

static void
put_kinds(struct ctx *c, struct str url, size_t asked)
{
	struct val *rows = val_list(c->v, "kinds");

	for (size_t i = 0; i < LEN(kinds); i++) {
		struct val *row = val_row(rows);
		val_fmt(row, "url", "%.*s?kind=%.*s", STR_ARG(url), STR_ARG(kinds[i].code));
		val_text(row, "label", say(c, kinds[i].label));
		val_bool(row, "current", i == asked);
	}
}

/* GET /cases/HOME/ID/access?kind=all|looks|changes&before=LINE */
struct http_reply
page_case_access(struct ctx *c)
{
	struct str place = form_get(&c->query, S("before")), url;
	size_t asked = kind_asked(c), n;
	struct casefile k;
	int64_t before = 0;

	if (place.n > 0 && (!str_int(place, &before) || before < 1))
		return reply_fault(c, E_FORMAT);
	enum err e = page_case_open(c, TAB_access, &k);
	if (e != OK)
		return reply_fault(c, e);
	struct tx *tx = page_read(c);
	int64_t first = access_first(tx, &k), end = access_end(tx);
	if (before == 0 || before > end)
		before = end;
	const struct access_line *list = access_walk(tx, &k, kinds[asked].kind, first, &before, ACCESS_PAGE, &n);
	struct val *rows = val_list(c->v, "lines");
	for (size_t i = 0; i < n; i++)
		put_line(c, val_row(rows), &list[i]);
	url = path_of(c, "cases", k.home, k.id, "/access");
	put_kinds(c, url, asked);
	val_bool(c->v, "more", before > first);
	if (before > first)
		val_fmt(c->v, "more_url", "%.*s?kind=%.*s&before=%lld", STR_ARG(url), STR_ARG(kinds[asked].code), (long long)before);
	val_text(c->v, "csv_url", str_cat(c->mem, url, S(".csv")));
	return reply_view(c, 200, S("case_access"));
}

/* ---- the file ---- */

static void
csv_line(struct ctx *c, struct buf *b, const struct access_line *l)
{
	const struct str cell[] = {
		date_second(c->mem, l->at), l->org, l->org_name, l->account, l->account_name,
		say(c, l->look ? T_v_access_looks : T_v_access_changes), action_text(c, l), l->detail, article_label(c, l->purpose),
		l->address, l->session,
	};

	csv_put_row(b, cell, LEN(cell), CSV_GUARD);
}

#define AT_ONCE 5000    /* lines */

/* Everything of one kind, newest first. A long walk holds no snapshot: the log only grows at its other end. */
static enum err
csv_all(struct ctx *c, const struct casefile *k, enum access_kind kind, struct buf *out, size_t *total)
{
	int64_t first = access_first(page_read(c), k), before = access_end(page_read(c));
	size_t n;

	*total = 0;
	while (before > first) {
		const struct access_line *list = access_walk(page_read(c), k, kind, first, &before, AT_ONCE, &n);
		for (size_t i = 0; i < n; i++)
			csv_line(c, out, &list[i]);
		*total += n;
		enum err e = page_done(c);
		if (e != OK)
			return e;
	}
	return OK;
}

/* GET /cases/HOME/ID/access.csv?kind=: the disclosure log; without a kind the looks. The file does not hold its own line. */
struct http_reply
page_case_disclosure(struct ctx *c)
{
	bool given = form_has(&c->query, S("kind"));
	enum access_kind kind = given ? kinds[kind_asked(c)].kind : ACCESS_looks;
	int64_t home = page_number(c->param[0]);
	struct buf out = buf_new(c->mem);
	struct casefile k;
	enum err e = home < 0 || !id_ok(c->param[1]) ? E_NOTFOUND : case_get(page_read(c), home, c->param[1], &k);

	if (e != OK)
		return reply_fault(c, e);
	buf_fmt(&out, "\xEF\xBB\xBF%.*s\r\n", STR_ARG(say(c, T_access_csv_head)));
	size_t rows;
	e = csv_all(c, &k, kind, &out, &rows);
	if (e != OK)
		return reply_fault(c, e);
	struct sha256 hash = crypt_sha256(buf_str(&out));
	page_looked(c, S("case.disclosure"), S("15"), &k, 1, str_fmt(c->mem, "rows=%zu sha256=%.*s", rows,
	    STR_ARG(crypt_hex(c->mem, (struct str){ (const char *)hash.b, sizeof hash.b }))));
	struct http_reply r = { .status = 200, .type = S("text/csv; charset=utf-8"), .body = buf_str(&out) };
	http_set(&r, S("Content-Disposition"), S("attachment; filename=\"access-record.csv\""));
	return r;
}
