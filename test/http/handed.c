/* test/http/handed.c: what goes along when a case is handed over: entries of its tabs, contacts, who is in hospital, what
 * was found by which key; and what does not. */
#include "world.h"

#include "reading.h"

#define SHINJUKU "13/1304/"
#define OSAKA "27/2701/"

static struct str
tab(struct web_world *w, const struct filed *f, const char *tail)
{
	return str_cat(w->mem, f->file, str_of(tail));
}

static int
hand_over(struct web_world *w, enum seat who, const struct filed *f, const char *org)
{
	return post(w, who, tab(w, f, "/orgs"), str_fmt(w->mem, "act=handover&org=%s&message=お願いします", org)).status;
}

/* The form as it stands, with an answer. */
static struct http_reply
add(struct web_world *w, enum seat who, struct str page, struct str body)
{
	struct str fresh = read_form(w->mem, get(w, who, page).body, "entry");

	later(w, 1);
	return post(w, who, page, changed(w->mem, fresh, str_cat(w->mem, S("csrf=&act=save&"), body)));
}

static void
settle(struct web_world *w)
{
	struct arena *mem = w->mem;

	CHECK_INT(store_settle(w->st, w->worker->rd, mem), OK);
}

static struct str
in_hospital(struct web_world *w)
{
	return text_in(w, "SELECT group_concat(scope || ' ' || facts || ' ' || persons, ', ') FROM (SELECT scope, facts, persons "
	    "FROM stat_care WHERE persons <> 0 ORDER BY scope) AS x");
}

WEB_TEST(who_is_in_hospital_is_counted_where_the_case_is_now)
{
	struct filed f = filed(w, DOCTOR, S("stay_phone=" PHONE));

	CHECK_INT(add(w, CENTRE, tab(w, &f, "/care"), S("x.institution=都立病院&x.admitted_date=2022-09-25&x.icu=yes")).status, 303);
	settle(w);
	CHECK_STR(in_hospital(w), S("0 icu 1, 13 icu 1, 1301 icu 1"));
	CHECK_INT(hand_over(w, CENTRE, &f, OSAKA), 303);
	settle(w);
	CHECK_STR(in_hospital(w), S("0 icu 1, 27 icu 1, 2701 icu 1"));
}

WEB_TEST(the_receiver_goes_on_with_entries_and_contacts_and_the_former_may_too)
{
	struct filed f = filed(w, DOCTOR, S("stay_phone=" PHONE));

	CHECK_INT(add(w, CENTRE, tab(w, &f, "/health"), S("x.temperature=37.5")).status, 303);
	CHECK_INT(get(w, OTHER_CENTRE, tab(w, &f, "/health")).status, 404);
	CHECK_INT(hand_over(w, CENTRE, &f, SHINJUKU), 303);
	CHECK_HAS(get(w, OTHER_CENTRE, tab(w, &f, "/health")).body, S("37.5"));
	CHECK_INT(add(w, OTHER_CENTRE, tab(w, &f, "/health"), S("x.temperature=38.5")).status, 303);
	CHECK_INT(add(w, CENTRE, tab(w, &f, "/health"), S("x.temperature=36.5")).status, 303);
	CHECK_INT(get(w, OTHER_CENTRE, tab(w, &f, "/contacts")).status, 200);
	CHECK_INT(rows_of(w, "case_entry"), 3);
}

WEB_TEST(an_id_in_another_system_finds_the_case_at_its_new_centre)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, CENTRE, tab(w, &f, "/ids"), S("x.system_name=NESID&x.value=N-777")).status, 303);
	CHECK_HAS(post(w, CENTRE, S("/search"), S("q=N-777")).body, f.file);
	CHECK_NOT(post(w, OTHER_CENTRE, S("/search"), S("q=N-777")).body, f.file);
	CHECK_INT(hand_over(w, CENTRE, &f, SHINJUKU), 303);
	CHECK_HAS(post(w, OTHER_CENTRE, S("/search"), S("q=N-777")).body, f.file);
	/* What is added later is found by both. */
	CHECK_INT(add(w, OTHER_CENTRE, tab(w, &f, "/ids"), S("x.system_name=NESID&x.value=N-888")).status, 303);
	CHECK_HAS(post(w, OTHER_CENTRE, S("/search"), S("q=N-888")).body, f.file);
	CHECK_HAS(post(w, CENTRE, S("/search"), S("q=N-888")).body, f.file);
}

WEB_TEST(what_a_related_centre_found_it_no_longer_finds_when_it_is_none)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, CENTRE, tab(w, &f, "/ids"), S("x.system_name=NESID&x.value=N-777")).status, 303);
	CHECK_INT(post(w, CENTRE, tab(w, &f, "/contacts"), S("act=save&name.1=" TARO "&birth_date.1=" TARO_BORN)).status, 303);
	for (int on = 1; on >= 0; on--) {
		CHECK_INT(post(w, CENTRE, tab(w, &f, "/orgs"), str_fmt(mem, "act=%s&org=" SHINJUKU "&message=x", on ? "relate" : "unrelate")).status, 303);
		struct str number = post(w, OTHER_CENTRE, S("/search"), S("q=N-777")).body;
		struct str person = post(w, OTHER_CENTRE, S("/search"), pair(mem, "q", S(TARO))).body;
		CHECK_INT(str_find_str(number, f.file) < number.n, on);
		CHECK_INT(str_find_str(person, S("/contacts/")) < person.n, on);
	}
}

WEB_TEST(a_case_that_was_handed_over_and_withdrawn_is_counted_nowhere)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, CENTRE, tab(w, &f, "/care"), S("x.institution=都立病院&x.admitted_date=2022-09-25")).status, 303);
	CHECK_INT(hand_over(w, CENTRE, &f, SHINJUKU), 303);
	struct str way = str_fmt(mem, "/notifications/%lld/%.*s/withdraw", (long long)f.home, STR_ARG(f.id));
	struct http_reply form = get(w, DOCTOR, way);
	CHECK_INT(form.status, 200);
	CHECK_INT(post(w, DOCTOR, way, S("seen=1&message=誤り")).status, 303);
	settle(w);
	CHECK_STR(in_hospital(w), S(""));
}
