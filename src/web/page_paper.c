/* web/page_paper.c: what is printed: notifications and the documents of measures, as PDF. A document is made by web/sheet_pdf from what was read before; nothing of
 * the store is held meanwhile. */
#include "domain/entry.h"
#include "domain/number.h"
#include "domain/org.h"
#include "web/measure_pdf.h"
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

/* ---- measures ---- */

/* A date of the entry; DATE_NONE when it is empty or unknown. */
static struct date
day_of(const struct record *r, const char *key)
{
	struct date d;

	return date_from_iso(rec_extra(r, str_of(key)), &d) ? d : (struct date){ DATE_NONE };
}

static struct str
known(struct str v)
{
	return rec_unknown(v) ? S("") : v;
}

/* Whom it concerns: as the newest notification says. */
static enum err
put_addressee(struct ctx *c, const struct casefile *k, struct measure_doc *d)
{
	struct notif *one = NEW(c->mem, struct notif);
	size_t n;
	struct str *ids = notif_of_case(page_read(c), k->home, k->id, &n);

	d->name = k->name;
	d->address = S("");
	d->birth_date = (struct date){ DATE_NONE };
	if (!date_from_iso(k->birth_date, &d->birth_date))
		d->birth_date.day = DATE_NONE;
	if (n == 0)
		return OK;
	enum err e = notif_get(page_read(c), k->home, ids[0], one);
	if (e == OK)
		d->address = known(rec_get(&one->rec, F_stay_address));
	if (e == OK && d->address.n == 0)
		d->address = known(rec_get(&one->rec, F_home_address));
	return e;
}

/* Who issues it: the office that wrote it down. */
static void
put_issuer(struct ctx *c, const struct entry *e, struct measure_doc *d)
{
	struct org o;

	d->centre = e->org_name;
	d->head = d->appeal_to = d->contact = S("");
	if (org_get(page_read(c), e->org, &o) == OK)
		d->contact = str_fmt(c->mem, "%.*s%s%.*s", STR_ARG(o.address), o.address.n && o.phone.n ? " " : "", STR_ARG(o.phone));
}

/* GET /cases/HOME/ID/measures/ENTRY/pdf */
struct http_reply
page_measure_pdf(struct ctx *c)
{
	int64_t home = page_number(c->param[0]);
	struct casefile k;
	struct entry m;
	struct measure_doc d = { .law = S(""), .made_at = c->now };
	struct str pdf;
	enum err e = home < 0 || !id_ok(c->param[1]) ? E_NOTFOUND : case_get(page_read(c), home, c->param[1], &k);

	if (e == OK)
		e = entry_get(page_read(c), home, c->param[1], c->param[2], &m);
	if (e == OK && (m.kind != ENTRY_measure || m.withdrawn))
		e = E_NOTFOUND;
	if (e == OK) {
		d.kind = measure_by_code(rec_extra(m.rec, S("measure")));
		e = d.kind == MEASURE_KINDS ? E_NOTFOUND : put_addressee(c, &k, &d);
	}
	if (e != OK)
		return reply_fault(c, e);
	put_issuer(c, &m, &d);
	d.number = rec_extra(m.rec, S("number"));
	d.issued = day_of(m.rec, "decided_date");
	d.disease = disease_label(c, k.disease);
	d.place = rec_extra(m.rec, S("place"));
	d.from = day_of(m.rec, "from_date");
	d.to = day_of(m.rec, "until_date");
	/* Its end, where it tells of an end. */
	if (!date_given(d.to))
		d.to = day_of(m.rec, "released_date");
	d.hearing = day_of(m.rec, "opinion_date");
	d.reason = rec_extra(m.rec, S("text"));
	e = page_done(c);
	if (e == OK)
		e = measure_pdf(c->mem, &d, &pdf);
	if (e != OK)
		return reply_fault(c, e);
	page_looked(c, S("measure.pdf"), measure_law(rec_extra(m.rec, S("measure"))), &k, 1, d.number);
	return reply_pdf(c, pdf, d.number);
}
