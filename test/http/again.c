/* test/http/again.c: the same press twice, one after the other and at once. */
#include "world.h"

#include "reading.h"

#include <pthread.h>

WEB_TEST(the_same_press_twice_gives_the_same_receipt_and_one_case)
{
	struct http_reply a = file_minimum(w, DOCTOR, S("op=one-press")), b = file_minimum(w, DOCTOR, S("op=one-press"));

	CHECK_INT(a.status, 303);
	CHECK_INT(b.status, 303);
	CHECK_STR(header(&a, "Location"), header(&b, "Location"));
	CHECK_INT(rows_of(w, "casefile"), 1);
	CHECK_INT(rows_of(w, "notification"), 1);
	CHECK_INT(number_in(w, "SELECT SUM(reports) FROM stat_day WHERE scope = 13 AND axis = 'report'"), 1);
	CHECK_INT(number_in(w, "SELECT last FROM serial"), 1);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'notif.submit'"), 1);
	CHECK_INT(times_in(told_so_far(w), S("notification")), 1);
}

WEB_TEST(the_same_press_by_the_clerk_of_the_office_is_the_same_press)
{
	struct http_reply a = file_minimum(w, DOCTOR, S("op=one-press")), b = file_minimum(w, CLERK, S("op=one-press"));

	CHECK_STR(header(&a, "Location"), header(&b, "Location"));
	CHECK_INT(rows_of(w, "casefile"), 1);
}

WEB_TEST(presses_of_two_offices_have_nothing_to_do_with_each_other)
{
	struct http_reply a = file_minimum(w, DOCTOR, S("op=one-press")), b = file_minimum(w, NEIGHBOUR, S("op=one-press"));
	struct http_reply c = file_minimum(w, STRANGER, S("op=one-press"));

	CHECK_INT(a.status, 303);
	CHECK_INT(b.status, 303);
	CHECK_INT(c.status, 303);
	CHECK(!str_eq(header(&a, "Location"), header(&b, "Location")));
	CHECK_INT(rows_of(w, "casefile"), 3);
}

WEB_TEST(a_press_again_after_hours_still_gives_its_receipt)
{
	struct http_reply a = file_minimum(w, DOCTOR, S("op=one-press"));

	later(w, 11 * HOUR);
	back_in(w, DOCTOR);
	struct http_reply b = file_minimum(w, DOCTOR, S("op=one-press"));
	CHECK_STR(header(&a, "Location"), header(&b, "Location"));
	CHECK_STR(text_in(w, "SELECT first_reported_at FROM class_report"), S("1664499600000"));
}

/* Back in the browser, another person typed over the first one, and pressed: not the receipt of the first. */
WEB_TEST(another_person_under_a_used_press_is_not_lost)
{
	struct http_reply a = file_minimum(w, DOCTOR, S("op=one-press"));
	struct http_reply b = file_minimum(w, DOCTOR, S("op=one-press&sex=male&name=" TARO "&birth_date=" TARO_BORN));

	CHECK(!str_eq(header(&a, "Location"), header(&b, "Location")));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM casefile WHERE name = '" TARO "'"), 1);
	CHECK_INT(rows_of(w, "casefile"), 2);
}

WEB_TEST(a_press_without_a_key_or_with_a_monstrous_one_is_filed_all_the_same)
{
	char *long_key = arena_alloc(mem, 70000);

	memset(long_key, 'k', 69999);
	CHECK_INT(file_minimum(w, DOCTOR, S("op=&birth_date=1970-01-01")).status, 303);
	CHECK_INT(file_minimum(w, DOCTOR, str_fmt(mem, "birth_date=1970-01-02&op=%s", long_key)).status, 303);
	CHECK_INT(rows_of(w, "casefile"), 2);
	CHECK_INT(rows_of(w, "idempotency"), 0);
}

WEB_TEST(a_refused_press_leaves_its_key_free)
{
	CHECK_INT(file_minimum(w, DOCTOR, S("op=one-press&name=")).status, 422);
	struct http_reply r = file_minimum(w, DOCTOR, S("op=one-press"));
	CHECK_INT(r.status, 303);
	CHECK_INT(rows_of(w, "casefile"), 1);
}

/* The key of the page is the key of the page that comes back with faults. */
WEB_TEST(the_key_of_a_press_stays_with_its_form)
{
	struct http_reply r = file_minimum(w, DOCTOR, S("op=one-press&name="));

	CHECK_STR(read_value(mem, r.body, "op"), S("one-press"));
}

/* ---- at once ---- */

#define THREADS 8

struct presser {
	struct web_world *w;
	struct arena *mem;
	struct str body, to;
	pthread_t thread;
	int status;
};

static void *
press(void *arg)
{
	struct presser *p = arg;
	struct app_worker *worker = app_worker_new(p->w->app);
	struct http_reply r = ask(p->w, &(struct ask){ .who = DOCTOR, .target = S("/notifications/new"), .raw = true, .body = p->body,
	    .worker = worker, .mem = p->mem });

	p->status = r.status;
	p->to = header(&r, "Location");
	app_worker_free(worker, p->w->app);
	return NULL;
}

/* All start with the same body but for their own words. */
static struct presser *
press_at_once(struct web_world *w, const char *own)
{
	struct presser *p = NEWN(w->mem, struct presser, THREADS);

	for (size_t i = 0; i < THREADS; i++) {
		struct str more = str_fmt(w->mem, "csrf=%.*s&", STR_ARG(w->seat[DOCTOR].csrf));
		p[i] = (struct presser){ .w = w, .mem = arena_new(1 << 16),
			.body = changed(w->mem, S(MINIMUM), str_fmt(w->mem, "%.*s%s%zu", STR_ARG(more), own, i)) };
	}
	for (size_t i = 0; i < THREADS; i++)
		if (pthread_create(&p[i].thread, NULL, press, &p[i]) != 0)
			BUG("no thread");
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(p[i].thread, NULL);
	return p;
}

static void
presses_free(struct presser *p)
{
	for (size_t i = 0; i < THREADS; i++)
		arena_free(p[i].mem);
}

WEB_TEST(the_same_press_eight_times_at_once_is_one_case)
{
	struct presser *p = press_at_once(w, "op=one-press&remarks=&unread=");

	for (size_t i = 0; i < THREADS; i++) {
		CHECK_INT(p[i].status, 303);
		CHECK_STR(p[i].to, p[0].to);
	}
	CHECK_INT(rows_of(w, "casefile"), 1);
	CHECK_INT(rows_of(w, "idempotency"), 1);
	presses_free(p);
}

WEB_TEST(eight_presses_at_once_are_eight_cases_with_eight_numbers)
{
	struct presser *p = press_at_once(w, "birth_date=1970-01-0");
	size_t filed_n = 0;

	/* 1970-01-00 is no day. */
	for (size_t i = 0; i < THREADS; i++)
		filed_n += p[i].status == 303;
	CHECK_INT(p[0].status, 422);
	CHECK_INT(filed_n, THREADS - 1);
	CHECK_INT(number_in(w, "SELECT COUNT(DISTINCT number) FROM casefile"), THREADS - 1);
	CHECK_INT(number_in(w, "SELECT last FROM serial"), THREADS - 1);
	CHECK_INT(number_in(w, "SELECT SUM(persons) FROM stat_day WHERE scope = 1301 AND axis = 'report'"), THREADS - 1);
	presses_free(p);
}

/* Somebody looks while others file: each page is of one moment. */
static void *
look_on(void *arg)
{
	struct presser *p = arg;
	struct app_worker *worker = app_worker_new(p->w->app);

	for (int i = 0; i < 6; i++) {
		struct http_reply r = ask(p->w, &(struct ask){ .who = CENTRE, .target = i % 2 ? S("/inbox") : S("/figures?from=2022-09-30"),
		    .worker = worker, .mem = p->mem });
		if (r.status != 200)
			p->status = r.status;
	}
	app_worker_free(worker, p->w->app);
	return NULL;
}

WEB_TEST(the_centre_may_look_while_the_clinic_files)
{
	struct presser looker = { .w = w, .mem = arena_new(1 << 16) };

	if (pthread_create(&looker.thread, NULL, look_on, &looker) != 0)
		BUG("no thread");
	struct presser *p = press_at_once(w, "birth_date=1970-01-1");
	pthread_join(looker.thread, NULL);
	CHECK_INT(looker.status, 0);
	CHECK_INT(rows_of(w, "casefile"), THREADS);
	arena_free(looker.mem);
	presses_free(p);
}
