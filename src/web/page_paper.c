/* web/page_paper.c: what is printed: notifications as PDF. A document is made by web/sheet_pdf from what was read before; nothing of
 * the store is held meanwhile. */
#include "domain/number.h"
#include "web/page.h"
#include "web/sheet_pdf.h"

/* Shown where it is opened, saved under the case's number: a person's name has no place in a folder of downloads. */
static struct http_reply
reply_pdf(struct ctx *c, struct str pdf, struct str number)
{
	struct http_reply r = { .status = 200, .type = S("application/pdf"), .body = pdf };

	http_set(&r, S("Content-Disposition"), str_fmt(c->mem, "inline; filename=\"%.*s.pdf\"", STR_ARG(number)));
	return r;
}

/* ?version=N: as it was before it was replaced. */
static enum err
go_back(struct ctx *c, struct notif *n)
{
	struct str asked = form_get(&c->query, S("version"));
	int64_t ver = n->ver;
	size_t count;

	if (asked.n > 0 && !str_int(asked, &ver))
		return E_NOTFOUND;
	if (ver == n->ver)
		return OK;
	struct notif_version *list = notif_versions(page_read(c), n->home, n->id, &count);
	for (size_t i = 0; i < count; i++)
		if (list[i].ver == ver) {
			n->rec = list[i].rec;
			n->ver = ver;
			return OK;
		}
	return E_NOTFOUND;
}

/* GET /notifications/HOME/ID/pdf */
struct http_reply
page_notif_pdf(struct ctx *c)
{
	struct notif *n = NEW(c->mem, struct notif);
	struct casefile k;
	struct sheet_doc d = { .today = date_of(c->now), .printed_at = c->now, .printed_by = c->who->name };
	struct str pdf;
	enum err e = page_notif_open(c, n, &k, &d.sheet);

	if (e == OK)
		e = go_back(c, n);
	if (e != OK)
		return reply_fault(c, e);
	if (!str_eq(n->state, S("reported")))
		d.state = text(notif_state_text(n->state), LANG_JA);
	d.rec = &n->rec;
	d.ver = n->ver;
	d.number = number_show(c->mem, k.number);
	d.report = notif_class_reports(page_read(c), n->home, n->case_id, &d.n_report);
	e = page_done(c);
	if (e == OK)
		e = sheet_pdf(c->mem, &d, &pdf);
	if (e != OK)
		return reply_fault(c, e);
	page_looked(c, S("notif.pdf"), S("12"), &k, 1, str_fmt(c->mem, "%lld", (long long)n->ver));
	return reply_pdf(c, pdf, d.number);
}
