/* test/http/again.c: the same press twice, one after the other and at once. */
#include "world.h"

#include "base/files.h"
#include "reading.h"

#include <pthread.h>

WEB_TEST(the_same_press_twice_gives_the_same_receipt_and_one_case)
{
	struct http_reply a = file_minimum(w, DOCTOR, S("op=one-press"));
	struct http_reply b = file_minimum(w, DOCTOR, S("op=one-press"));

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
	struct http_reply a = file_minimum(w, DOCTOR, S("op=one-press")), b = file_minimum(w, CLERK, S("op=one-press&attest=1"));

	CHECK_STR(header(&a, "Location"), header(&b, "Location"));
	CHECK_INT(rows_of(w, "casefile"), 1);
}

WEB_TEST(presses_of_two_offices_have_nothing_to_do_with_each_other)
{
	struct http_reply a = file_minimum(w, DOCTOR, S("op=one-press"));
	struct http_reply b = file_minimum(w, NEIGHBOUR, S("op=one-press"));
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

/* One request of many at the same moment. */
struct presser {
	struct web_world *w;
	struct ask ask;
	struct arena *mem;
	struct str to;
	pthread_t thread;
	int status;
};

static void *
press(void *arg)
{
	struct presser *p = arg;
	struct app_worker *worker = app_worker_new(p->w->app);

	p->ask.worker = worker;
	p->ask.mem = p->mem;
	struct http_reply r = ask(p->w, &p->ask);
	p->status = r.status;
	p->to = header(&r, "Location");
	app_worker_free(worker, p->w->app);
	return NULL;
}

static void
all_at_once(struct web_world *w, struct presser *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		p[i].w = w;
		p[i].mem = arena_new(1 << 16);
		p[i].to = S("");
	}
	for (size_t i = 0; i < n; i++)
		if (pthread_create(&p[i].thread, NULL, press, &p[i]) != 0)
			BUG("no thread");
	for (size_t i = 0; i < n; i++)
		pthread_join(p[i].thread, NULL);
}

static void
presses_free(struct presser *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		arena_free(p[i].mem);
}

static size_t
answered_with(const struct presser *p, size_t n, int status)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += p[i].status == status;
	return k;
}

/* A filing of the doctor's with words of its own. */
static struct ask
filing(struct web_world *w, const char *own, size_t i)
{
	return (struct ask){ .who = DOCTOR, .target = S("/notifications/new"),
		.body = changed(w->mem, S(MINIMUM), str_fmt(w->mem, "%s%zu", own, i)) };
}

WEB_TEST(the_same_press_eight_times_at_once_is_one_case)
{
	struct presser p[THREADS] = { 0 };

	for (size_t i = 0; i < THREADS; i++)
		p[i].ask = filing(w, "op=one-press&unread=", i);
	all_at_once(w, p, THREADS);
	for (size_t i = 0; i < THREADS; i++) {
		CHECK_INT(p[i].status, 303);
		CHECK_STR(p[i].to, p[0].to);
	}
	CHECK_INT(rows_of(w, "casefile"), 1);
	CHECK_INT(rows_of(w, "idempotency"), 1);
	presses_free(p, THREADS);
}

WEB_TEST(eight_presses_at_once_are_eight_cases_with_eight_numbers)
{
	struct presser p[THREADS] = { 0 };

	for (size_t i = 0; i < THREADS; i++)
		p[i].ask = filing(w, "birth_date=1970-01-1", i);
	all_at_once(w, p, THREADS);
	CHECK_INT(answered_with(p, THREADS, 303), THREADS);
	CHECK_INT(number_in(w, "SELECT COUNT(DISTINCT number) FROM casefile"), THREADS);
	CHECK_INT(number_in(w, "SELECT last FROM serial"), THREADS);
	CHECK_INT(number_in(w, "SELECT COUNT(DISTINCT at) FROM org_case WHERE org = '13/1301/'"), THREADS);
	CHECK_INT(number_in(w, "SELECT SUM(persons) FROM stat_day WHERE scope = 1301 AND axis = 'report'"), THREADS);
	presses_free(p, THREADS);
}

WEB_TEST(the_centre_may_look_while_the_clinic_files)
{
	static const char *const look[] = { "/inbox", "/figures?from=2022-09-30", "/inbox/rows?since=0.0.",
	    "/inbox?status=missing" };
	struct presser p[THREADS] = { 0 };

	for (size_t i = 0; i < THREADS; i += 2) {
		p[i].ask = filing(w, "birth_date=1970-01-1", i);
		p[i + 1].ask = (struct ask){ .who = CENTRE, .target = str_of(look[i / 2]) };
	}
	all_at_once(w, p, THREADS);
	CHECK_INT(answered_with(p, THREADS, 303), THREADS / 2);
	CHECK_INT(answered_with(p, THREADS, 200), THREADS / 2);
	CHECK_INT(rows_of(w, "casefile"), THREADS / 2);
	presses_free(p, THREADS);
}

WEB_TEST(of_two_corrections_at_once_one_is_kept_and_the_other_is_shown_both)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str form = changed(mem, read_form(mem, get(w, DOCTOR, f.edit).body, "entry"), S("csrf=&act=report"));
	struct presser p[2] = { { .ask = { .who = DOCTOR, .target = f.edit, .body = changed(mem, form,
	    S("stay_phone=" PHONE)) } },
		{ .ask = { .who = CENTRE, .target = f.edit, .body = changed(mem, form, S("stay_phone=" PHONE_2)) } } };

	all_at_once(w, p, 2);
	CHECK_INT(answered_with(p, 2, 303), 1);
	CHECK_INT(answered_with(p, 2, 409), 1);
	CHECK_STR(text_in(w, "SELECT ver || stay_phone FROM notification"),
	    p[0].status == 303 ? S("2" PHONE) : S("2" PHONE_2));
	CHECK_INT(rows_of(w, "notification_version"), 1);
	presses_free(p, 2);
}

WEB_TEST(one_code_sent_twice_at_once_opens_one_session)
{
	struct str body = str_cat(mem, S("login=doctor&"), pair(mem, "password", S(PASSWORD)));
	struct presser p[2] = { 0 };

	for (size_t i = 0; i < 2; i++) {
		struct http_reply r = ask(w, &(struct ask){ .method = "POST", .target = S("/login"), .body = body });
		p[i].ask = (struct ask){ .method = "POST", .target = S("/login/code"), .token = cookie_set(mem,
		    &r, "__Host-session"),
			.body = pair(mem, "code", code_now(w, DOCTOR)) };
	}
	all_at_once(w, p, 2);
	CHECK_INT(answered_with(p, 2, 303), 1);
	CHECK_INT(answered_with(p, 2, 403), 1);
	presses_free(p, 2);
}

WEB_TEST(sheets_published_while_others_file_are_all_kept)
{
	struct str text;
	struct presser p[THREADS] = { 0 };

	if (!files_get(S("field/sheets/covid-2022-06.sheet"), &text))
		BUG("test: no such sheet");
	for (size_t i = 0; i < THREADS; i++)
		p[i].ask = i % 4 == 0 ? (struct ask){ .who = ADMIN, .target = S("/admin/sheets"),
		    .body = pair(mem, "text", text) }
		    : filing(w, "birth_date=1970-01-1", i);
	all_at_once(w, p, THREADS);
	CHECK_INT(answered_with(p, THREADS, 303), THREADS);
	CHECK_INT(rows_of(w, "sheet"), 2);
	CHECK_INT(rows_of(w, "notification"), THREADS - 2);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM notification WHERE sheet NOT IN ('covid-2022-06', "
	    "'covid-2022-06@2', 'covid-2022-06@3')"), 0);
	CHECK(sheetset_version(w->sheets, S("covid-2022-06@3")) != NULL);
	presses_free(p, THREADS);
}
