/* test/http/fails.c: a disk that fails under each form of the work on a case: nothing is half kept, what was typed comes back,
 * and the same press is good when the disk is. */
#include "world.h"

#include "reading.h"
#include "unit/disk.h"
#include "unit/remote.h"

#define FORMS 24

/* A form as somebody sends it. */
struct sent {
	enum seat who;
	struct str path, body;
	struct str typed;       /* what must come back; "" when nothing is typed */
	const char *rows;       /* what it adds to */
};

struct forms {
	struct sent at[FORMS];
	size_t n;
};

static void
form(struct forms *l, struct sent one)
{
	if (l->n == FORMS)
		BUG("too many forms");
	l->at[l->n++] = one;
}

/* The form of a page with an answer in it. */
static struct str
filled(struct web_world *w, enum seat who, struct str page, const char *id, struct str answers)
{
	return changed(w->mem, read_form(w->mem, get(w, who, page).body, id), str_cat(w->mem, S("csrf=&"), answers));
}

static struct forms
forms_of(struct web_world *w)
{
	struct arena *mem = w->mem;
	struct filed f = filed(w, DOCTOR, S("stay_phone=" PHONE)), g = filed(w, DOCTOR, S("dup_ack=1&birth_date=1970-02-03"));
	struct forms l = { .n = 0 };
	static const char *const tab[][2] = {
		{ "/tests", "x.laboratory.1=検査所ABC" }, { "/stays", "x.name=宿泊所ABC" }, { "/behaviour", "x.text=行動ABC" },
		{ "/health", "x.text=観察ABC" }, { "/care", "x.text=医療ABC" }, { "/measures", "x.text=措置ABC" },
		{ "/record", "x.text=連絡ABC" }, { "/ids", "x.system_name=NESID&x.value=ABC" },
	};

	for (size_t i = 0; i < LEN(tab); i++) {
		struct str page = str_cat(mem, f.file, str_of(tab[i][0]));
		form(&l, (struct sent){ CENTRE, page, filled(w, CENTRE, page, "entry", str_cat(mem, S("act=save&"), str_of(tab[i][1]))),
		    S("ABC"), "case_entry" });
	}
	form(&l, (struct sent){ CENTRE, str_cat(mem, f.file, S("/contacts")), S("act=save&name.1=ABC&relation.1=friend"), S("ABC"), "contact" });
	form(&l, (struct sent){ CENTRE, str_cat(mem, f.file, S("/orgs")), S("act=relate&org=13/1304/&message=伝言ABC"), S("伝言ABC"), "org_notice" });
	form(&l, (struct sent){ CENTRE, S("/templates"), S("act=save&kind=note&name=題&text=定型文ABC"), S("定型文ABC"), "text_template" });
	form(&l, (struct sent){ CENTRE, str_fmt(mem, "/notifications/%lld/%.*s/query", (long long)f.home, STR_ARG(f.id)),
	    S("seen=1&message=照会ABC"), S("照会ABC"), "notification_event" });
	form(&l, (struct sent){ DOCTOR, str_fmt(mem, "/notifications/%lld/%.*s/withdraw", (long long)g.home, STR_ARG(g.id)),
	    S("seen=1&message=理由ABC"), S("理由ABC"), "notification_event" });
	return l;
}

static int64_t
rows_in(struct web_world *w, const struct sent *s)
{
	return rows_of(w, s->rows);
}

WEB_TEST(on_a_disk_that_fails_no_form_of_a_case_loses_what_was_typed)
{
	if (remote()) {
		test_skip("the disk is the database server's");
		return;
	}
	struct forms l = forms_of(w);

	w->may_fail = true;
	for (size_t i = 0; i < l.n; i++) {
		struct sent *s = &l.at[i];
		int64_t before = rows_in(w, s);
		disk_fails(1);
		struct http_reply r = post(w, s->who, s->path, s->body);
		disk_fails(0);
		if (r.status < 500 || str_find_str(unescaped(mem, r.body), s->typed) == r.body.n)
			test_fail(__FILE__, __LINE__, "a refusal that holds what was typed", str_fmt(mem, "%d", r.status), s->path);
		CHECK_INT(rows_in(w, s), before);
		/* The disk is good again: so is the press. */
		struct http_reply again = post(w, s->who, s->path, s->body);
		if (again.status != 303 || rows_in(w, s) <= before)
			test_fail(__FILE__, __LINE__, "kept the second time", str_fmt(mem, "%d %.*s", again.status,
			    STR_ARG(read_faults(mem, again.body))), s->path);
	}
}
