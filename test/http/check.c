/* test/http/check.c: a clerk types, a physician checks (seed Q17). */
#include "world.h"

#include "domain/attest.h"
#include "reading.h"
#include "store/store.h"

/* ---- helpers ---- */

/* The clerk types the minimum with changes, and asks for the check; the draft's id. */
static struct str
asked(struct web_world *w, struct str changes)
{
	struct str body = changed(w->mem, changed(w->mem, S(MINIMUM), changes), S("act=ask"));
	struct http_reply r = post(w, CLERK, S("/notifications/new"), body);

	if (r.status != 303 || !str_eq(header(&r, "Location"), S("/notifications")))
		test_fail(__FILE__, __LINE__, "asked", str_fmt(w->mem, "%d", r.status), S("303"));
	return text_in(w, "SELECT id FROM draft ORDER BY created_at DESC, id DESC LIMIT 1");
}

static struct str
check_url(struct arena *mem, struct str draft)
{
	return str_fmt(mem, "/drafts/%.*s/attest", STR_ARG(draft));
}

/* A button of the page as it stands. */
static struct http_reply
press(struct web_world *w, enum seat who, struct str url, struct str changes)
{
	return post(w, who, url, changed(w->mem, read_form(w->mem, get(w, who, url).body, "check"), changes));
}

/* The clerk presses 報告 on the draft, as it is or with changes. */
static struct http_reply
report(struct web_world *w, struct str draft, struct str changes)
{
	struct str page = get(w, CLERK, str_fmt(w->mem, "/drafts/%.*s", STR_ARG(draft))).body;

	return post(w, CLERK, S("/notifications/new"), changed(w->mem, changed(w->mem, read_form(w->mem, page, "entry"), S("act=report")),
	    changes));
}

/* "kind name ver waits" of the one notification. */
static struct str
check_kept(struct web_world *w)
{
	return text_in(w, "SELECT COALESCE(check_kind, '-') || ' ' || COALESCE(check_name, '-') || ' ' || COALESCE(check_ver, 0) || "
	    "CASE WHEN check_wait_at IS NULL THEN '' ELSE ' waits' END FROM notification");
}

static void
rule(struct web_world *w, const char *to)
{
	struct arena *mem = w->mem;

	CHECK_INT(post(w, DOCTOR, S("/checks/rule"), str_fmt(mem, "rule=%s", to)).status, 303);
}

static struct filed
filed_at(struct web_world *w, const struct http_reply *r)
{
	struct str rest = header(r, "Location"), part[4];
	struct filed f = { .reply = *r };
	size_t n = 0;

	for (str_cut(&rest, '/', &part[0]); n < 3 && str_cut(&rest, '/', &part[n]); n++)
		continue;
	if (r->status != 303 || n != 3)
		test_fail(__FILE__, __LINE__, "filed", str_fmt(w->mem, "%d", r->status), S("303"));
	f.id = part[2];
	f.home = number_in(w, "SELECT home FROM notification");
	f.case_id = text_in(w, "SELECT case_id FROM notification");
	f.receipt = str_fmt(w->mem, "/notifications/1301/%.*s/receipt", STR_ARG(f.id));
	f.print = str_fmt(w->mem, "/notifications/1301/%.*s/print", STR_ARG(f.id));
	f.edit = str_fmt(w->mem, "/notifications/1301/%.*s/edit", STR_ARG(f.id));
	f.file = str_fmt(w->mem, "/cases/1301/%.*s", STR_ARG(f.case_id));
	return f;
}

static struct str
notif_url(struct web_world *w, const struct filed *f)
{
	return str_fmt(w->mem, "/notifications/1301/%.*s/attest", STR_ARG(f->id));
}

/* ---- 報告 needs a check ---- */

WEB_TEST(a_clerk_without_a_check_is_refused_and_nothing_is_lost)
{
	struct http_reply r = file_minimum(w, CLERK, S("stay_phone=" PHONE));

	CHECK_INT(r.status, 422);
	CHECK_HAS(read_faults(mem, r.body), S("医師の確認が必要です"));
	CHECK_HAS(r.body, S("href=\"#check\""));
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE));
	CHECK_STR(page_faults(mem, r.body), S(""));
	CHECK_INT(rows_of(w, "notification"), 0);
	CHECK_INT(rows_of(w, "idempotency"), 0);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'notif.submit'"), 0);
}

WEB_TEST(an_attestation_names_the_physician_and_is_recorded_as_one)
{
	struct filed f = filed(w, CLERK, S("attest=1"));

	CHECK_STR(check_kept(w), S("named 試験医師 1"));
	CHECK_STR(text_in(w, "SELECT check_account FROM notification"), w->seat[CLERK].account);
	CHECK_HAS(read_text(mem, get(w, CLERK, f.receipt).body), S("医師の確認試験医師（入力者の申告） 2022-09-30 10:00"));
	/* The tick is of this press: a draft does not carry it. */
	post(w, CLERK, S("/notifications/new"), changed(mem, S(MINIMUM), S("act=draft&attest=1&birth_date=1970-01-01")));
	CHECK_NOT(text_in(w, "SELECT body FROM draft"), S("attest"));
}

WEB_TEST(an_attestation_needs_a_named_physician)
{
	struct http_reply r = file_minimum(w, CLERK, S("attest=1&doctor_name="));

	CHECK_INT(r.status, 422);
	CHECK_STR(read_note(mem, r.body, "doctor_name"), S("医師の氏名を入力してください。"));
	CHECK_INT(file_minimum(w, CLERK, S("attest=1&doctor_name=?")).status, 422);
	CHECK_INT(rows_of(w, "notification"), 0);
}

WEB_TEST(an_institution_may_ask_for_the_physicians_own_sign_in)
{
	rule(w, "sign_in");
	struct http_reply r = file_minimum(w, CLERK, S("attest=1"));
	CHECK_INT(r.status, 422);
	CHECK_NOT(read_faults(mem, r.body), S("申告"));
	CHECK_NOT(get(w, CLERK, S("/notifications/new")).body, S("name=\"attest\""));
	CHECK_INT(rows_of(w, "notification"), 0);
	CHECK_STR(text_in(w, "SELECT user_id || ' ' || object || ' ' || detail FROM audit WHERE action = 'check.rule'"),
	    str_fmt(mem, "%.*s " CLINIC " sign_in", STR_ARG(w->seat[DOCTOR].account)));
	/* Each for itself. */
	CHECK_STR(text_in(w, "SELECT COALESCE(check_rule, '-') FROM org WHERE path = '" NEIGHBOUR_CLINIC "'"), S("-"));
	CHECK_INT(filed(w, DOCTOR, S("")).reply.status, 303);
	rule(w, "named");
	CHECK_HAS(get(w, CLERK, S("/notifications/new")).body, S("name=\"attest\""));
	CHECK_INT(file_minimum(w, CLERK, S("attest=1&birth_date=1970-01-01")).status, 303);
	CHECK_INT(post(w, DOCTOR, S("/checks/rule"), S("rule=none")).status, 400);
	CHECK_INT(post(w, CLERK, S("/checks/rule"), S("rule=named")).status, 403);
}

WEB_TEST(a_physician_who_types_it_has_checked_it_himself)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_STR(check_kept(w), S("self 医師 甲 1"));
	CHECK_HAS(read_text(mem, get(w, DOCTOR, f.receipt).body), S("医師の確認医師 甲（本人が入力）"));
	CHECK_NOT(get(w, DOCTOR, S("/notifications/new")).body, S("name=\"attest\""));
}

WEB_TEST(a_centre_names_the_physician)
{
	CHECK_INT(file_minimum(w, CENTRE, S("")).status, 303);
	CHECK_STR(check_kept(w), S("centre 試験医師 1"));
}

WEB_TEST(fields_of_a_check_that_a_clerk_makes_up_are_nothing)
{
	rule(w, "sign_in");
	CHECK_INT(file_minimum(w, CLERK, str_fmt(mem, "attest=1&check_kind=physician&check_name=x&check_account=%.*s&check_hash=x&"
	    "typed_by=x&draft_id=01GE5YGJM0ZY9HZPW3KBQ97MZM&draft_ver=1", STR_ARG(w->seat[DOCTOR].account))).status, 422);
	struct str draft = asked(w, S(""));
	CHECK_INT(report(w, draft, S("check_state=checked&check_hash=x")).status, 422);
	CHECK_INT(post(w, CLERK, check_url(mem, draft), S("act=check&seen=1")).status, 403);
	CHECK_INT(get(w, CLERK, check_url(mem, draft)).status, 403);
	CHECK_INT(get(w, CLERK, S("/checks")).status, 403);
	CHECK_INT(rows_of(w, "notification"), 0);
	CHECK_STR(text_in(w, "SELECT check_state FROM draft"), S("asked"));
}

/* ---- the draft ---- */

WEB_TEST(the_clerk_asks_the_physician_checks_the_clerk_reports_and_both_names_are_kept)
{
	rule(w, "sign_in");
	struct str draft = asked(w, S("stay_phone=" PHONE));
	CHECK_INT(report(w, draft, S("")).status, 422);
	CHECK_HAS(read_text(mem, get(w, CLERK, S("/notifications")).body), S("医師の確認待ち（事務 乙 依頼 2022-09-30 10:00）"));

	struct str list = get(w, DOCTOR, S("/checks")).body;
	CHECK_HAS(read_text(mem, list), S("確認待ち 1"));
	CHECK_HAS(list, check_url(mem, draft));
	CHECK_STR(page_faults(mem, list), S(""));
	struct str sheet = get(w, DOCTOR, check_url(mem, draft)).body;
	CHECK_HAS(read_text(mem, sheet), S(HANAKO));
	CHECK_HAS(read_text(mem, sheet), S("入力 事務 乙"));
	CHECK_NOT(sheet, S("name=\"name\""));
	CHECK_STR(page_faults(mem, sheet), S(""));
	later(w, 5 * MINUTE);
	struct http_reply r = press(w, DOCTOR, check_url(mem, draft), S("act=check"));
	CHECK_INT(r.status, 303);
	CHECK_STR(header(&r, "Location"), S("/checks"));
	CHECK_STR(text_in(w, "SELECT object || ' ' || purpose || ' ' || user_id || ' ' || detail FROM audit WHERE action = 'notif.attest'"),
	    str_fmt(mem, "%.*s 12 %.*s draft version 1", STR_ARG(draft), STR_ARG(w->seat[DOCTOR].account)));
	CHECK_NOT(read_text(mem, get(w, DOCTOR, S("/notifications")).body), S("確認待ち 1"));
	CHECK_HAS(read_text(mem, get(w, CLERK, S("/notifications")).body), S("医師 甲が確認しました（2022-09-30 10:05）"));

	later(w, 5 * MINUTE);
	r = report(w, draft, S(""));
	CHECK_INT(r.status, 303);
	CHECK_STR(check_kept(w), S("physician 医師 甲 1"));
	CHECK_STR(text_in(w, "SELECT entered_by || ' ' || check_account || ' ' || (check_at - reported_at) FROM notification"),
	    str_fmt(mem, "%.*s %.*s -300000", STR_ARG(w->seat[CLERK].account), STR_ARG(w->seat[DOCTOR].account)));
	struct filed f = filed_at(w, &r);
	struct str history = str_cat(mem, f.file, S("/history"));
	CHECK_HAS(read_text(mem, get(w, CLERK, f.receipt).body), S("入力事務 乙 2022-09-30 10:10"));
	CHECK_HAS(read_text(mem, get(w, CLERK, f.receipt).body), S("医師の確認医師 甲 2022-09-30 10:05"));
	CHECK_HAS(read_text(mem, get(w, CENTRE, f.file).body), S("入力 事務 乙 · 医師の確認 医師 甲 2022-09-30 10:05"));
	CHECK_HAS(read_text(mem, get(w, CENTRE, f.print).body), S("医師の確認医師 甲 2022-09-30 10:05"));
	CHECK_HAS(read_text(mem, get(w, CENTRE, history).body), S("2022-09-30 10:05 医師の確認（第1版） 医師 甲 (試験第一医院)"));
}

WEB_TEST(the_physician_checks_and_reports_in_one_press_what_the_clerk_typed)
{
	rule(w, "sign_in");
	struct str draft = asked(w, S("")), url = check_url(mem, draft);
	struct str form = changed(mem, read_form(mem, get(w, DOCTOR, url).body, "check"), S("act=report"));
	struct http_reply r = post(w, DOCTOR, url, form);

	CHECK_INT(r.status, 303);
	CHECK_STR(text_in(w, "SELECT entered_name || ' / ' || filed_name || ' / ' || check_kind || ' ' || check_name FROM notification"),
	    S("事務 乙 / 事務 乙 / physician 医師 甲"));
	CHECK_STR(text_in(w, "SELECT user_id FROM audit WHERE action = 'notif.submit'"), w->seat[DOCTOR].account);
	CHECK_INT(rows_of(w, "draft"), 0);
	/* Pressed twice: the same receipt. */
	struct http_reply again = post(w, DOCTOR, url, form);
	CHECK_INT(again.status, 303);
	CHECK_STR(header(&again, "Location"), header(&r, "Location"));
	CHECK_INT(rows_of(w, "notification"), 1);
}

WEB_TEST(what_the_physician_changes_before_reporting_he_has_typed)
{
	struct str draft = asked(w, S(""));
	struct str page = get(w, DOCTOR, str_fmt(mem, "/drafts/%.*s", STR_ARG(draft))).body;
	struct str form = changed(mem, read_form(mem, page, "entry"), S("act=report&severity=mild"));

	CHECK_INT(post(w, DOCTOR, S("/notifications/new"), form).status, 303);
	CHECK_STR(text_in(w, "SELECT entered_name || ' ' || check_kind FROM notification"), S("医師 甲 self"));
}

WEB_TEST(a_draft_that_cannot_be_reported_yet_says_why_and_can_be_checked_all_the_same)
{
	struct str draft = asked(w, S("birth_date=2月30日")), url = check_url(mem, draft);
	struct str page = get(w, DOCTOR, url).body;

	CHECK_HAS(read_text(mem, page), S("報告するには次の点が残っています"));
	CHECK_NOT(page, S("value=\"report\""));
	CHECK_INT(press(w, DOCTOR, url, S("act=report")).status, 422);
	CHECK_INT(rows_of(w, "notification"), 0);
	CHECK_INT(press(w, DOCTOR, url, S("act=check")).status, 303);
	/* The day of birth is no medical item. */
	rule(w, "sign_in");
	CHECK_INT(report(w, draft, S("birth_date=1980-02-28")).status, 303);
	CHECK_STR(check_kept(w), S("physician 医師 甲 1"));
}

WEB_TEST(a_person_notified_already_is_asked_about_on_the_page_of_the_check)
{
	filed(w, DOCTOR, S(""));
	struct str draft = asked(w, S("")), url = check_url(mem, draft);

	CHECK_HAS(get(w, DOCTOR, url).body, S("id=\"dup_ack\""));
	CHECK_HAS(press(w, DOCTOR, url, S("act=return")).body, S("id=\"dup_ack\""));
	CHECK_INT(press(w, DOCTOR, url, S("act=report")).status, 422);
	CHECK_INT(press(w, DOCTOR, url, S("act=report&dup_ack=1")).status, 303);
	CHECK_STR(text_in(w, "SELECT entered_name FROM notification WHERE check_kind = 'physician'"), S("事務 乙"));
}

WEB_TEST(a_check_counts_while_the_medical_items_are_those)
{
	rule(w, "sign_in");
	struct str draft = asked(w, S("severity=mild"));
	CHECK_INT(press(w, DOCTOR, check_url(mem, draft), S("act=check")).status, 303);
	CHECK_INT(report(w, draft, S("severity=moderate_1")).status, 422);
	CHECK_INT(report(w, draft, S("test_result.1=negative")).status, 422);
	CHECK_INT(rows_of(w, "notification"), 0);
	/* Kept as a draft it is told on the list, and asked for anew. */
	CHECK_INT(report(w, draft, S("act=draft&severity=moderate_1")).status, 303);
	CHECK_HAS(read_text(mem, get(w, CLERK, S("/notifications")).body), S("医療の項目が変わりました"));
	CHECK_INT(report(w, draft, S("act=draft&severity=mild&stay_phone=" PHONE)).status, 303);
	CHECK_NOT(read_text(mem, get(w, CLERK, S("/notifications")).body), S("医療の項目が変わりました"));
	CHECK_INT(report(w, draft, S("stay_phone=" PHONE_2 "&name_kana=" HANAKO_KANA)).status, 303);
	CHECK_STR(check_kept(w), S("physician 医師 甲 1"));
}

WEB_TEST(a_draft_sent_back_says_why_and_is_worth_nothing)
{
	rule(w, "sign_in");
	struct str draft = asked(w, S("")), url = check_url(mem, draft);

	CHECK_INT(press(w, DOCTOR, url, S("act=check")).status, 303);
	struct http_reply r = press(w, DOCTOR, url, S("act=return"));
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_text(mem, r.body), S("差し戻す理由を入力してください"));
	struct buf big = buf_new(mem);
	for (int i = 0; i < ATTEST_NOTE_MAX + 1; i++)
		buf_put(&big, S("長"));
	r = press(w, DOCTOR, url, str_fmt(mem, "act=return&note=%.*s", STR_ARG(buf_str(&big))));
	CHECK_INT(r.status, 422);
	CHECK_HAS(r.body, S("長長長"));
	CHECK_INT(press(w, DOCTOR, url, S("act=return&note=発熱の日を確かめて")).status, 303);
	CHECK_STR(looked_at(w, "notif.return"), draft);
	CHECK_HAS(read_text(mem, get(w, CLERK, S("/notifications")).body), S("差し戻しの理由： 発熱の日を確かめて"));
	CHECK_HAS(read_text(mem, get(w, CLERK, str_fmt(mem, "/drafts/%.*s", STR_ARG(draft))).body), S("発熱の日を確かめて"));
	CHECK_NOT(read_text(mem, get(w, DOCTOR, S("/checks")).body), S("確認待ち 1"));
	CHECK_INT(report(w, draft, S("")).status, 422);
	/* Asked again. */
	CHECK_INT(report(w, draft, S("act=ask&remarks=x")).status, 303);
	CHECK_HAS(read_text(mem, get(w, DOCTOR, S("/checks")).body), S("確認待ち 1"));
	CHECK_NOT(read_text(mem, get(w, CLERK, S("/notifications")).body), S("発熱の日を確かめて"));
}

WEB_TEST(a_draft_that_moved_since_it_was_shown_is_not_checked_and_the_difference_is_shown)
{
	rule(w, "sign_in");
	struct str draft = asked(w, S("severity=mild")), url = check_url(mem, draft);
	struct str form = read_form(mem, get(w, DOCTOR, url).body, "check");

	later(w, MINUTE);
	CHECK_INT(report(w, draft, S("act=draft&severity=moderate_1")).status, 303);
	struct http_reply r = post(w, DOCTOR, url, changed(mem, form, S("act=check")));
	CHECK_INT(r.status, 409);
	CHECK_HAS(read_text(mem, between(r.body, "id=\"changes\"", "</section>")), S("軽症 → 中等症Ⅰ"));
	CHECK_STR(text_in(w, "SELECT check_state FROM draft"), S("asked"));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'notif.attest'"), 0);
	r = post(w, DOCTOR, url, changed(mem, form, S("act=report")));
	CHECK_INT(r.status, 409);
	CHECK_INT(rows_of(w, "notification"), 0);
	CHECK_INT(report(w, draft, S("")).status, 422);
	/* Seen now, it is checked. */
	CHECK_INT(press(w, DOCTOR, url, S("act=check")).status, 303);
	CHECK_INT(report(w, draft, S("")).status, 303);
}

WEB_TEST(the_check_is_of_physicians_of_the_same_institution)
{
	static const enum seat others[] = { NEIGHBOUR, STRANGER };
	struct str draft = asked(w, S("")), url = check_url(mem, draft);
	struct filed f = filed(w, CLERK, S("attest=1&birth_date=1970-01-01"));
	CHECK_INT(correct(w, CLERK, &f, S("severity=mild")).status, 303);
	struct str form = read_form(mem, get(w, DOCTOR, url).body, "check");

	for (size_t i = 0; i < LEN(others); i++) {
		CHECK_INT(get(w, others[i], url).status, 404);
		CHECK_INT(post(w, others[i], url, changed(mem, form, S("csrf=&act=check"))).status, 404);
		CHECK_INT(get(w, others[i], notif_url(w, &f)).status, 404);
		CHECK_INT(post(w, others[i], notif_url(w, &f), S("act=check&seen=2")).status, 404);
		CHECK_NOT(get(w, others[i], S("/checks")).body, S(HANAKO));
	}
	/* What another institution presses as its own has nothing to do with this draft. */
	CHECK_INT(post(w, NEIGHBOUR, url, changed(mem, form, S("csrf=&act=report"))).status, 409);
	CHECK_INT(rows_of(w, "notification"), 1);
	CHECK_INT(get(w, CENTRE, notif_url(w, &f)).status, 403);
	CHECK_STR(text_in(w, "SELECT check_state FROM draft"), S("asked"));
	CHECK_STR(check_kept(w), S("named 試験医師 1 waits"));
	CHECK_INT(post(w, DOCTOR, url, S("act=check")).status, 400);
	CHECK_INT(post(w, DOCTOR, url, S("act=nothing&seen=1")).status, 400);
	CHECK_INT(get(w, DOCTOR, S("/drafts/01GE5YGJM0ZY9HZPW3KBQ97MZM/check")).status, 404);
}

WEB_TEST(a_check_by_a_physician_who_has_left_stays)
{
	rule(w, "sign_in");
	struct str draft = asked(w, S(""));
	CHECK_INT(press(w, DOCTOR, check_url(mem, draft), S("act=check")).status, 303);
	CHECK_INT(post(w, ADMIN, str_fmt(mem, "/admin/accounts/%.*s/state", STR_ARG(w->seat[DOCTOR].account)),
	    S("state=disabled")).status, 303);
	CHECK_INT(report(w, draft, S("")).status, 303);
	CHECK_STR(check_kept(w), S("physician 医師 甲 1"));
}

/* ---- after 報告 ---- */

WEB_TEST(a_clerks_change_of_a_medical_item_waits_for_the_physician_and_undoes_nothing)
{
	struct filed f = filed(w, CLERK, S("attest=1&severity=mild"));
	struct str reports = text_in(w, "SELECT type || report_day || first_reported_at FROM class_report");

	CHECK_INT(correct(w, CLERK, &f, S("stay_phone=" PHONE "&name_kana=" HANAKO_KANA)).status, 303);
	CHECK_STR(check_kept(w), S("named 試験医師 1"));
	later(w, MINUTE);
	CHECK_INT(correct(w, CLERK, &f, S("severity=moderate_1")).status, 303);
	CHECK_STR(check_kept(w), S("named 試験医師 1 waits"));
	CHECK_STR(text_in(w, "SELECT state FROM notification"), S("reported"));
	CHECK_STR(text_in(w, "SELECT type || report_day || first_reported_at FROM class_report"), reports);
	CHECK_HAS(read_text(mem, get(w, CENTRE, f.file).body), S("医師確認待ち （第1版まで確認済み）"));
	CHECK_HAS(read_text(mem, get(w, CLERK, S("/notifications")).body), S("第1版を確認済み、2022-09-30 10:01から変更あり"));
	CHECK_STR(looked_at(w, "check.list"), f.case_id);

	struct str list = get(w, DOCTOR, S("/checks")).body, page;
	CHECK_HAS(read_text(mem, list), S("確認待ち 1"));
	CHECK_HAS(list, notif_url(w, &f));
	page = get(w, DOCTOR, notif_url(w, &f)).body;
	CHECK_STR(page_faults(mem, page), S(""));
	CHECK_HAS(read_text(mem, between(page, "id=\"changes\"", "</section>")), S("重症度 軽症 → 中等症Ⅰ"));
	CHECK_HAS(read_text(mem, between(page, "id=\"changes\"", "</section>")), S("居所の電話番号 未入力 → " PHONE));
	later(w, MINUTE);
	CHECK_INT(press(w, DOCTOR, notif_url(w, &f), S("act=check")).status, 303);
	CHECK_STR(check_kept(w), S("physician 医師 甲 3"));
	CHECK_INT(number_in(w, "SELECT ver FROM notification"), 3);
	CHECK_STR(looked_at(w, "notif.attest"), f.case_id);
	CHECK_NOT(read_text(mem, get(w, CENTRE, f.file).body), S("医師確認待ち"));
	struct str history = read_text(mem, get(w, CENTRE, str_cat(mem, f.file, S("/history"))).body);
	CHECK_HAS(history, S("2022-09-30 10:02 医師の確認（第3版） 医師 甲"));
	CHECK_HAS(history, S("2022-09-30 10:00 医師の確認（第1版） 試験医師（入力者の申告）"));
	/* Pressed twice: nothing more. */
	CHECK_INT(post(w, DOCTOR, notif_url(w, &f), S("act=check&seen=3")).status, 303);
	CHECK_INT(rows_of(w, "notification_check"), 1);
	struct http_reply r = get(w, DOCTOR, notif_url(w, &f));
	CHECK_INT(r.status, 303);
}

WEB_TEST(items_that_become_again_what_was_checked_wait_no_more)
{
	struct filed f = filed(w, CLERK, S("attest=1&severity=mild"));

	CHECK_INT(correct(w, CLERK, &f, S("severity=moderate_1")).status, 303);
	CHECK_INT(correct(w, CLERK, &f, S("severity=mild")).status, 303);
	CHECK_STR(check_kept(w), S("named 試験医師 1"));
}

WEB_TEST(whoever_corrects_as_a_physician_or_attests_has_checked_it)
{
	struct filed f = filed(w, CLERK, S("attest=1&severity=mild"));

	CHECK_INT(correct(w, CLERK, &f, S("severity=moderate_1&attest=1")).status, 303);
	CHECK_STR(check_kept(w), S("named 試験医師 2"));
	rule(w, "sign_in");
	CHECK_INT(correct(w, CLERK, &f, S("severity=mild&attest=1")).status, 303);
	CHECK_STR(check_kept(w), S("named 試験医師 2 waits"));
	CHECK_INT(correct(w, DOCTOR, &f, S("stay_phone=" PHONE)).status, 303);
	CHECK_STR(check_kept(w), S("self 医師 甲 4"));
	CHECK_INT(correct(w, CENTRE, &f, S("severity=moderate_1")).status, 303);
	CHECK_STR(check_kept(w), S("centre 試験医師 5"));
	CHECK_STR(text_in(w, "SELECT check_org FROM notification"), S("13/1301/"));
	CHECK_INT(rows_of(w, "notification_check"), 3);
}

WEB_TEST(a_notification_changed_since_it_was_shown_is_not_checked)
{
	struct filed f = filed(w, CLERK, S("attest=1&severity=mild"));
	CHECK_INT(correct(w, CLERK, &f, S("severity=moderate_1")).status, 303);
	struct str form = read_form(mem, get(w, DOCTOR, notif_url(w, &f)).body, "check");

	CHECK_INT(correct(w, CLERK, &f, S("remarks=酸素95")).status, 303);
	struct http_reply r = post(w, DOCTOR, notif_url(w, &f), changed(mem, form, S("act=check")));
	CHECK_INT(r.status, 409);
	CHECK_HAS(read_text(mem, between(r.body, "id=\"changes\"", "</section>")), S("未入力 → 酸素95"));
	CHECK_STR(check_kept(w), S("named 試験医師 1 waits"));
	CHECK_INT(post(w, DOCTOR, notif_url(w, &f), changed(mem, read_form(mem, r.body, "check"), S("act=check"))).status, 303);
	CHECK_STR(check_kept(w), S("physician 医師 甲 3"));
}

WEB_TEST(a_notification_sent_back_waits_for_the_clerk_until_it_is_changed)
{
	struct filed f = filed(w, CLERK, S("attest=1&severity=mild"));

	CHECK_INT(correct(w, CLERK, &f, S("severity=moderate_1")).status, 303);
	CHECK_INT(press(w, DOCTOR, notif_url(w, &f), S("act=return&note=軽症です")).status, 303);
	CHECK_STR(check_kept(w), S("named 試験医師 1 waits"));
	CHECK_NOT(read_text(mem, get(w, DOCTOR, S("/figures")).body), S("確認待ち 1"));
	CHECK_HAS(read_text(mem, get(w, CLERK, f.edit).body), S("差し戻しの理由： 軽症です"));
	CHECK_HAS(read_text(mem, get(w, CLERK, S("/notifications")).body), S("軽症です"));
	CHECK_NOT(read_text(mem, get(w, CENTRE, f.file).body), S("軽症です"));
	CHECK_INT(correct(w, CLERK, &f, S("severity=severe")).status, 303);
	CHECK_HAS(read_text(mem, get(w, DOCTOR, S("/figures")).body), S("確認待ち 1"));
	CHECK_NOT(read_text(mem, get(w, CLERK, f.edit).body), S("軽症です"));
}

/* ---- what is covered ---- */

TEST(a_hash_of_the_medical_items_moves_with_them_alone)
{
	struct record *a = NEW(mem, struct record), *b = NEW(mem, struct record);

	rec_set(a, F_symptoms, S("fever"));
	a->v[0][F_test_result] = S("positive");
	*b = *a;
	rec_set(b, F_stay_phone, S(PHONE));
	rec_set(b, F_name, S(HANAKO));
	CHECK_STR(attest_hash(mem, a), attest_hash(mem, b));
	b->v[0][F_test_result] = S("");
	b->v[1][F_test_result] = S("positive");
	CHECK(!str_eq(attest_hash(mem, a), attest_hash(mem, b)));
	*b = *a;
	rec_set(b, F_symptom_other, S("x"));
	CHECK(!str_eq(attest_hash(mem, a), attest_hash(mem, b)));
	/* Items that only the sheet knows, in any order. */
	*b = *a;
	CHECK(rec_set_extra(a, S("b"), S("2")) && rec_set_extra(a, S("a"), S("1")));
	CHECK(!str_eq(attest_hash(mem, a), attest_hash(mem, b)));
	CHECK(rec_set_extra(b, S("a"), S("1")) && rec_set_extra(b, S("b"), S("2")));
	CHECK_STR(attest_hash(mem, a), attest_hash(mem, b));
}

static enum err
forget_check(struct tx *tx, void *arg)
{
	const struct filed *f = arg;
	struct actor console = actor_console();
	struct audit a = actor_audit(&console, S("test"));

	tx_exec(tx, Q_check_set, DBS(DI(f->home), DT(f->id), DNULL, DNULL, DNULL, DNULL, DNULL, DNULL, DNULL));
	tx_audit(tx, &a);
	return tx_err(tx);
}

WEB_TEST(what_was_filed_before_checks_were_recorded_waits_only_when_it_is_changed)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(store_write(w->st, mem, S(""), forget_check, &f), OK);
	CHECK_NOT(read_text(mem, get(w, CENTRE, f.file).body), S("医師の確認"));
	CHECK_INT(correct(w, CLERK, &f, S("stay_phone=" PHONE)).status, 303);
	CHECK_STR(check_kept(w), S("- - 0"));
	CHECK_INT(correct(w, CLERK, &f, S("severity=mild")).status, 303);
	CHECK_STR(check_kept(w), S("- - 0 waits"));
	CHECK_HAS(read_text(mem, get(w, DOCTOR, S("/checks")).body), S("確認の記録がなく"));
	CHECK_INT(press(w, DOCTOR, notif_url(w, &f), S("act=check")).status, 303);
	CHECK_STR(check_kept(w), S("physician 医師 甲 3"));
	CHECK_INT(rows_of(w, "notification_check"), 0);
}
