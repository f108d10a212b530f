/* test/http/entries.c: the tabs of a case that are lists of dated entries: adding, reading, correcting, withdrawing, by whom, at
 * the same time, with mistakes; who is in hospital; numbers of documents; ids in other systems; templates. */
#include "world.h"

#include "reading.h"

static struct str
tab(struct arena *mem, const struct filed *f, const char *name)
{
	return str_fmt(mem, "%.*s/%s", STR_ARG(f->file), name);
}

/* Pressed 保存 on a fresh form. */
static struct http_reply
add(struct web_world *w, enum seat who, const struct filed *f, const char *name, struct str body)
{
	struct str fresh = read_form(w->mem, get(w, who, tab(w->mem, f, name)).body, "entry");

	later(w, 1);
	return post(w, who, tab(w->mem, f, name), changed(w->mem, fresh, str_cat(w->mem, S("csrf=&act=save&"), body)));
}

static struct str
page_text(struct web_world *w, enum seat who, struct str path)
{
	return read_text(w->mem, get(w, who, path).body);
}

static struct str
last_entry(struct web_world *w, const struct filed *f)
{
	return str_fmt(w->mem, "%.*s/entries/%.*s", STR_ARG(f->file), STR_ARG(text_in(w, "SELECT id FROM case_entry ORDER BY id DESC LIMIT 1")));
}

/* Pressed 保存 on the page that corrects it. */
static struct http_reply
correct_entry(struct web_world *w, enum seat who, struct str entry, struct str body)
{
	struct str form = read_form(w->mem, get(w, who, entry).body, "entry");

	return post(w, who, entry, changed(w->mem, form, str_cat(w->mem, S("csrf=&act=save&"), body)));
}

/* ---- adding and reading ---- */

WEB_TEST(an_entry_of_each_tab_is_kept_and_shown_with_who_and_when)
{
	static const struct { const char *tab, *body, *shows, *kind, *law; } row[] = {
		{ "tests", "x.method.1=naat&x.specimen.1=saliva&x.result.1=negative&x.payment.1=self_pay&x.laboratory.1=都検査所", "陰性", "test 1", "15" },
		{ "stays", "x.place=hotel&x.name=療養ホテル&x.postal=1000013&x.address=" ADDRESS_2 "&x.phone=" PHONE_2 "&x.from_date=2022-09-20", "滞在中", "stay 1", "15" },
		{ "behaviour", "x.from_date=2022-09-15&x.setting=restaurant&x.place=居酒屋&x.source=yes&x.mask.unknown=1&x.text=一行目%0D%0A二行目", "飲食店・会食", "behaviour 1", "15" },
		{ "health", "x.at=2022-09-29 9:00&x.temperature=37.5&x.spo2=96&x.symptoms=cough&x.source=patient", "37.5", "health 1", "44-3" },
		{ "care", "x.institution=都立病院&x.admitted_date=2022-09-25&x.ventilator=yes", "重症", "care 1", "15" },
		{ "measures", "x.measure=hospital&x.decided_date=2022-09-25&x.from_date=2022-09-25&x.until_date=2022-10-05&x.delivery=by_hand", "2022-1", "measure 1", "19" },
		{ "record", "x.way=phone&x.with=家族&x.text=連絡がついた", "連絡がついた", "note 1", "15" },
		{ "ids", "x.system_name=NESID&x.value=N-123", "N-123", "external 1", "15" },
	};
	struct filed f = filed(w, DOCTOR, S(""));

	for (size_t i = 0; i < LEN(row); i++) {
		struct http_reply r = add(w, CENTRE, &f, row[i].tab, str_of(row[i].body));
		CHECK_INT(r.status, 303);
		CHECK_STR(header(&r, "Location"), str_fmt(mem, "%.*s/%s#entries", STR_ARG(f.file), row[i].tab));
		struct http_reply page = get(w, CENTRE, tab(mem, &f, row[i].tab));
		CHECK_INT(page.status, 200);
		CHECK_STR(page_faults(mem, page.body), S(""));
		struct str said = read_text(mem, between(page.body, "id=\"entries\"", "</section>"));
		CHECK_HAS(said, str_of(row[i].shows));
		CHECK_HAS(said, S("千代田の係"));
		CHECK_HAS(read_text(mem, between(page.body, "id=\"article\"", "</p>")), S("感染症法第"));
		CHECK_STR(text_in(w, "SELECT detail || ' ' || purpose FROM audit WHERE action = 'entry.add' ORDER BY seq DESC LIMIT 1"),
		    str_fmt(mem, "%s %s", row[i].kind, row[i].law));
		CHECK_STR(looked_at(w, "entry.add"), f.case_id);
		CHECK_STR(text_in(w, "SELECT detail FROM audit WHERE action = 'case.view' ORDER BY seq DESC LIMIT 1"), str_of(row[i].tab));
		CHECK_STR(page_faults(mem, get(w, CENTRE, last_entry(w, &f)).body), S(""));
	}
	CHECK_INT(rows_of(w, "case_entry"), (int64_t)LEN(row));
	CHECK_INT(rows_of(w, "case_entry_version"), (int64_t)LEN(row));
	CHECK_STR(text_in(w, "SELECT type || status || ver FROM casefile"), S("confirmednot_set1"));
}

WEB_TEST(unknown_and_not_filled_in_are_shown_apart)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, CENTRE, &f, "stays", S("x.place.unknown=1&x.name=宿")).status, 303);
	struct str said = read_text(mem, between(get(w, CENTRE, tab(mem, &f, "stays")).body, "<tbody>", "</tbody>"));
	CHECK_HAS(said, S("不明"));
	CHECK_HAS(said, S("未入力"));
	CHECK_STR(text_in(w, "SELECT data FROM case_entry"), S("{\"extra\":{\"name\":\"宿\",\"place\":\"?\"}}"));
}

WEB_TEST(the_first_page_of_a_case_reads_no_entries_and_the_tabs_read_only_theirs)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, CENTRE, &f, "record", S("x.text=秘密の連絡")).status, 303);
	CHECK_NOT(get(w, CENTRE, f.file).body, S("秘密の連絡"));
	CHECK_NOT(get(w, CENTRE, tab(mem, &f, "stays")).body, S("秘密の連絡"));
	CHECK_HAS(get(w, CENTRE, tab(mem, &f, "record")).body, S("秘密の連絡"));
}

/* ---- tests: seed Q6 ---- */

WEB_TEST(four_tests_are_kept_in_their_order_five_are_refused_and_four_more_are_added)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str four = S("x.method.1=naat&x.result.1=negative&x.method.2=naat&x.result.2=positive&x.method.3=naat&x.result.3.unknown=1&x.method.4=naat");

	CHECK_INT(add(w, CENTRE, &f, "tests", four).status, 303);
	CHECK_INT(rows_of(w, "case_entry"), 4);
	struct http_reply r = add(w, CENTRE, &f, "tests", str_cat(mem, four, S("&x.method.5=antibody&x.laboratory.5=五件目")));
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_faults(mem, r.body), S("一度に保存できるのは4件まで"));
	CHECK_HAS(r.body, S("五件目"));
	CHECK_STR(page_faults(mem, r.body), S(""));
	CHECK_INT(rows_of(w, "case_entry"), 4);
	CHECK_INT(add(w, DOCTOR, &f, "tests", four).status, 303);
	CHECK_INT(rows_of(w, "case_entry"), 8);
	struct str said = read_text(mem, between(get(w, CENTRE, tab(mem, &f, "tests")).body, "id=\"entries\"", "</section>"));
	CHECK_HAS(said, S("陰性"));
	CHECK_HAS(said, S("陽性"));
	CHECK_HAS(said, S("不明"));
	CHECK_HAS(said, S("結果待ち"));
	/* In the order in which they were sent. */
	CHECK_STR(text_in(w, "SELECT group_concat(data, '') FROM (SELECT data FROM case_entry ORDER BY id LIMIT 4) AS x"), S(
	    "{\"extra\":{\"method\":\"naat\",\"result\":\"negative\"}}{\"extra\":{\"method\":\"naat\",\"result\":\"positive\"}}"
	    "{\"extra\":{\"method\":\"naat\",\"result\":\"?\"}}{\"extra\":{\"method\":\"naat\"}}"));
	CHECK_STR(text_in(w, "SELECT type FROM casefile"), S("confirmed"));
	CHECK_INT(rows_of(w, "test"), 1);
}

WEB_TEST(the_tests_of_the_notifications_stand_beside_with_the_way_to_correct_them)
{
	struct filed f = filed(w, DOCTOR, S("test_result.1=positive"));
	struct str body = get(w, CENTRE, tab(mem, &f, "tests")).body, part = between(body, "id=\"notified-tests\"", "</section>");

	CHECK_HAS(read_text(mem, part), S("陽性"));
	CHECK_HAS(part, str_fmt(mem, "%.*s#f-test_result-1", STR_ARG(f.edit)));
	CHECK_NOT(between(get(w, PREFECTURE, tab(mem, &f, "tests")).body, "id=\"notified-tests\"", "</section>"), f.edit);
}

WEB_TEST(one_bad_row_keeps_all_of_them_out_and_says_where)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct http_reply r = add(w, CENTRE, &f, "tests", S("x.result.1=negative&x.sampled_date.2=2022-10-01&x.laboratory.2=検査所"));

	CHECK_INT(r.status, 422);
	CHECK_HAS(read_note(mem, r.body, "x.sampled_date.2"), S("今日より後にできません"));
	CHECK_HAS(r.body, S("href=\"#f-x-sampled_date-2\""));
	CHECK_STR(read_value(mem, r.body, "x.laboratory.2"), S("検査所"));
	CHECK_STR(read_value(mem, r.body, "x.result.1"), S("negative"));
	CHECK_STR(page_faults(mem, r.body), S(""));
	CHECK_INT(rows_of(w, "case_entry"), 0);
}

/* ---- mistakes and presses ---- */

WEB_TEST(bad_values_are_told_at_their_fields_and_nothing_typed_is_lost)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct http_reply r = add(w, CENTRE, &f, "health", S("x.temperature=46&x.spo2=abc&x.at=きのう&x.text=覚え書き&x.pulse=70"));

	CHECK_INT(r.status, 422);
	CHECK_HAS(read_note(mem, r.body, "x.temperature"), S("30.0から45.0まで"));
	CHECK_HAS(read_note(mem, r.body, "x.spo2"), S("0から100まで"));
	CHECK_HAS(read_note(mem, r.body, "x.at"), S("日時として"));
	CHECK_STR(read_value(mem, r.body, "x.temperature"), S("46"));
	CHECK_STR(read_value(mem, r.body, "x.spo2"), S("abc"));
	CHECK_STR(read_value(mem, r.body, "x.at"), S("きのう"));
	CHECK_STR(read_value(mem, r.body, "x.text"), S("覚え書き"));
	CHECK_STR(read_value(mem, r.body, "x.pulse"), S("70"));
	CHECK_INT(rows_of(w, "case_entry"), 0);
}

WEB_TEST(an_entry_that_says_nothing_is_refused_kindly)
{
	struct filed f = filed(w, DOCTOR, S(""));
	static const char *const tabs[] = { "tests", "stays", "behaviour", "health", "care", "measures", "record", "ids" };

	for (size_t i = 0; i < LEN(tabs); i++) {
		struct http_reply r = add(w, CENTRE, &f, tabs[i], S("x.text=　 "));
		CHECK_INT(r.status, 422);
		CHECK_HAS(read_faults(mem, r.body), S("何も入力されていません"));
	}
	CHECK_INT(rows_of(w, "case_entry"), 0);
}

WEB_TEST(a_form_pressed_twice_adds_once)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str form = changed(mem, read_form(mem, get(w, CENTRE, tab(mem, &f, "measures")).body, "entry"), S("csrf=&act=save&x.measure=no_work"));

	CHECK_INT(post(w, CENTRE, tab(mem, &f, "measures"), form).status, 303);
	CHECK_INT(post(w, CENTRE, tab(mem, &f, "measures"), form).status, 303);
	CHECK_INT(rows_of(w, "case_entry"), 1);
	CHECK_INT(number_in(w, "SELECT last FROM document_number"), 1);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'entry.add'"), 1);
	/* A fresh form is another press. */
	CHECK_INT(add(w, CENTRE, &f, "measures", S("x.measure=no_work")).status, 303);
	CHECK_INT(rows_of(w, "case_entry"), 2);
}

WEB_TEST(a_page_from_before_signing_in_again_keeps_what_was_typed)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str form = changed(mem, read_form(mem, get(w, CENTRE, tab(mem, &f, "record")).body, "entry"), S("act=save&x.text=覚え書き"));

	later(w, MINUTE);
	back_in(w, CENTRE);
	struct http_reply r = ask(w, &(struct ask){ .who = CENTRE, .target = tab(mem, &f, "record"), .raw = true, .body = form });
	CHECK_INT(r.status, 403);
	CHECK_STR(read_value(mem, r.body, "x.text"), S("覚え書き"));
	CHECK_INT(rows_of(w, "case_entry"), 0);
	CHECK_INT(post(w, CENTRE, tab(mem, &f, "record"), changed(mem, read_form(mem, r.body, "entry"), S("act=save"))).status, 303);
	CHECK_INT(rows_of(w, "case_entry"), 1);
}

/* Both steps of signing in, with what travels along. */
static struct http_reply
in_again(struct web_world *w, const struct http_reply *r)
{
	struct arena *mem = w->mem;
	struct http_reply at = ask(w, &(struct ask){ .method = "POST", .target = S("/login"), .body = changed(mem,
	    read_form(mem, r->body, "/login"), str_cat(mem, S("login=centre&"), pair(mem, "password", S(PASSWORD)))) });

	return ask(w, &(struct ask){ .method = "POST", .target = S("/login/code"), .token = cookie_set(mem, &at, "__Host-session"),
	    .body = changed(mem, read_form(mem, at.body, "/login/code"), pair(mem, "code", code_now(w, CENTRE))) });
}

WEB_TEST(an_entry_that_outlives_its_session_goes_on_where_it_was)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str form = read_form(mem, get(w, CENTRE, tab(mem, &f, "record")).body, "entry");

	later(w, 31 * MINUTE);
	struct http_reply r = post(w, CENTRE, tab(mem, &f, "record"), changed(mem, form, S("act=save&x.text=覚え書き&x.way=visit")));
	CHECK_INT(r.status, 401);
	r = in_again(w, &r);
	CHECK_INT(r.status, 200);
	CHECK_STR(read_value(mem, r.body, "x.text"), S("覚え書き"));
	CHECK_STR(read_value(mem, r.body, "x.way"), S("visit"));
	CHECK_HAS(r.body, str_fmt(mem, "action=\"%.*s\"", STR_ARG(tab(mem, &f, "record"))));
	CHECK_INT(rows_of(w, "draft"), 0);
	CHECK_INT(rows_of(w, "case_entry"), 0);
	w->seat[CENTRE].token = cookie_set(mem, &r, "__Host-session");
	w->seat[CENTRE].csrf = read_value(mem, r.body, "csrf");
	CHECK_INT(post(w, CENTRE, tab(mem, &f, "record"), changed(mem, read_form(mem, r.body, "entry"), S("csrf=&act=save"))).status, 303);
	/* The same of a correction. */
	struct str entry = last_entry(w, &f);
	form = read_form(mem, get(w, CENTRE, entry).body, "entry");
	later(w, 31 * MINUTE);
	r = post(w, CENTRE, entry, changed(mem, form, S("act=save&x.text=直した")));
	r = in_again(w, &r);
	CHECK_INT(r.status, 200);
	CHECK_STR(read_value(mem, r.body, "x.text"), S("直した"));
	CHECK_STR(read_value(mem, r.body, "seen"), S("1"));
	CHECK_INT(number_in(w, "SELECT ver FROM case_entry"), 1);
}

/* ---- correcting and withdrawing ---- */

WEB_TEST(a_correction_keeps_the_version_before_and_the_history_shows_the_difference)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, DOCTOR, &f, "health", S("x.temperature=37.5&x.at=2022-09-29 9:00")).status, 303);
	struct str entry = last_entry(w, &f);
	later(w, 5 * MINUTE);
	CHECK_INT(correct_entry(w, CENTRE, entry, S("x.temperature=38.5&x.pulse=90")).status, 303);
	CHECK_STR(text_in(w, "SELECT ver || ' ' || by_name || ' ' || state FROM case_entry"), S("2 千代田の係 live"));
	CHECK_INT(rows_of(w, "case_entry_version"), 2);
	CHECK_STR(text_in(w, "SELECT detail || ' ' || purpose FROM audit WHERE action = 'entry.correct'"), S("health version 2 44-3"));
	struct str history = read_text(mem, between(get(w, CENTRE, tab(mem, &f, "history")).body, "id=\"entry-history\"", "</section>"));
	CHECK_HAS(history, S("2022-09-30 10:05 健康観察：訂正（第2版） 千代田の係"));
	CHECK_HAS(history, S("体温（℃） 37.5 → 38.5"));
	CHECK_HAS(history, S("脈拍（回/分） 未入力 → 90"));
	CHECK_HAS(history, S("健康観察：記入 医師 甲"));
}

WEB_TEST(an_entry_is_withdrawn_for_a_reason_and_stays_readable)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, CENTRE, &f, "behaviour", S("x.place=別人の店")).status, 303);
	struct str entry = last_entry(w, &f), gone = str_cat(mem, entry, S("/withdraw"));
	struct http_reply r = post(w, CENTRE, gone, S("seen=1&reason= "));
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_text(mem, r.body), S("取り下げの理由を200文字以内で"));
	CHECK_STR(page_faults(mem, r.body), S(""));
	CHECK_INT(post(w, CENTRE, gone, S("seen=1&reason=別人の記録だった")).status, 303);
	CHECK_STR(text_in(w, "SELECT state || ver || reason FROM case_entry"), S("withdrawn2別人の記録だった"));
	struct str body = get(w, CENTRE, tab(mem, &f, "behaviour")).body;
	CHECK_HAS(read_text(mem, between(body, "<details", "</details>")), S("別人の店"));
	CHECK_HAS(read_text(mem, body), S("取り下げの理由：別人の記録だった"));
	CHECK_STR(page_faults(mem, body), S(""));
	/* Once more, or to correct it: it stays as it is. */
	CHECK_INT(post(w, CENTRE, gone, S("seen=1&reason=また")).status, 303);
	r = post(w, CENTRE, entry, S("seen=1&act=save&x.place=直した店"));
	CHECK_INT(r.status, 423);
	CHECK_STR(read_value(mem, r.body, "x.place"), S("直した店"));
	CHECK_HAS(read_faults(mem, r.body), S("取り下げました"));
	CHECK_INT(number_in(w, "SELECT ver FROM case_entry"), 2);
	CHECK_HAS(page_text(w, CENTRE, tab(mem, &f, "history")), S("行動歴：取り下げ"));
}

WEB_TEST(two_people_at_one_entry_see_both_and_nothing_is_lost)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, CENTRE, &f, "stays", S("x.name=一の宿&x.address=" ADDRESS)).status, 303);
	struct str entry = last_entry(w, &f);
	struct str mine = read_form(mem, get(w, CENTRE, entry).body, "entry");
	CHECK_INT(correct_entry(w, CENTRE, entry, S("x.name=二の宿&x.phone=" PHONE)).status, 303);
	struct http_reply r = post(w, CENTRE, entry, changed(mem, mine, S("csrf=&act=save&x.name=三の宿&x.place=hotel")));
	CHECK_INT(r.status, 409);
	struct str both = read_text(mem, between(r.body, "id=\"conflict\"", "</section>"));
	CHECK_HAS(both, S("三の宿"));
	CHECK_HAS(both, S("二の宿"));
	CHECK_STR(page_faults(mem, r.body), S(""));
	/* What only the other changed is taken over, what only this person changed stays. */
	CHECK_STR(read_value(mem, r.body, "x.phone"), S(PHONE));
	CHECK_STR(read_value(mem, r.body, "x.place"), S("hotel"));
	CHECK_STR(read_value(mem, r.body, "x.name"), S("三の宿"));
	CHECK_INT(number_in(w, "SELECT ver FROM case_entry"), 2);
	CHECK_INT(post(w, CENTRE, entry, changed(mem, read_form(mem, r.body, "entry"), S("csrf=&act=save"))).status, 303);
	CHECK_HAS(text_in(w, "SELECT data FROM case_entry"), S("三の宿"));
	CHECK_HAS(text_in(w, "SELECT data FROM case_entry"), S(PHONE));
	CHECK_INT(rows_of(w, "case_entry_version"), 3);
	/* A withdrawal of what looked otherwise is asked again. */
	CHECK_INT(post(w, CENTRE, str_cat(mem, entry, S("/withdraw")), S("seen=1&reason=x")).status, 409);
	CHECK_INT(post(w, CENTRE, entry, S("seen=77&act=save&x.name=x")).status, 400);
}

/* ---- who ---- */

WEB_TEST(an_institution_writes_what_it_shares_and_does_not_see_the_centres_own_tabs)
{
	static const char *const shared[] = { "tests", "health", "care" }, *const own[] = { "stays", "behaviour", "measures", "record", "ids" };
	struct filed f = filed(w, DOCTOR, S(""));

	for (size_t i = 0; i < LEN(shared); i++)
		CHECK_INT(add(w, CLERK, &f, shared[i], i == 0 ? S("x.result.1=negative") : S("x.text=様子")).status, 303);
	for (size_t i = 0; i < LEN(own); i++) {
		CHECK_INT(get(w, DOCTOR, tab(mem, &f, own[i])).status, 403);
		CHECK_INT(post(w, DOCTOR, tab(mem, &f, own[i]), S("act=save&x.text=x&x.value=x")).status, 403);
		CHECK_NOT(get(w, DOCTOR, f.file).body, tab(mem, &f, own[i]));
	}
	CHECK_INT(add(w, CENTRE, &f, "record", S("x.text=保健所の記録")).status, 303);
	CHECK_INT(rows_of(w, "case_entry"), 4);
	/* Not by the id either, nor in the history. */
	CHECK_INT(get(w, DOCTOR, last_entry(w, &f)).status, 404);
	CHECK_INT(post(w, DOCTOR, last_entry(w, &f), S("seen=1&act=save&x.text=x")).status, 404);
	CHECK_INT(post(w, DOCTOR, str_cat(mem, last_entry(w, &f), S("/withdraw")), S("seen=1&reason=x")).status, 404);
	CHECK_NOT(get(w, DOCTOR, tab(mem, &f, "history")).body, S("保健所の記録"));
	CHECK_HAS(get(w, CENTRE, tab(mem, &f, "history")).body, S("保健所の記録"));
}

WEB_TEST(those_above_read_and_those_beside_find_nothing)
{
	static const enum seat above[] = { PREFECTURE, MINISTRY }, beside[] = { NEIGHBOUR, STRANGER, OTHER_CENTRE, OTHER_PREFECTURE };
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, CENTRE, &f, "tests", S("x.result.1=negative&x.laboratory.1=都検査所")).status, 303);
	struct str entry = last_entry(w, &f);
	for (size_t i = 0; i < LEN(above); i++) {
		struct http_reply r = get(w, above[i], tab(mem, &f, "tests"));
		CHECK_HAS(r.body, S("都検査所"));
		CHECK_NOT(r.body, S("id=\"entry\""));
		CHECK_NOT(r.body, entry);
		CHECK_INT(post(w, above[i], tab(mem, &f, "tests"), S("act=save&x.result.1=negative")).status, 403);
	}
	for (size_t i = 0; i < LEN(beside); i++) {
		CHECK_INT(get(w, beside[i], tab(mem, &f, "tests")).status, 404);
		CHECK(get(w, beside[i], entry).status >= 403);
		CHECK(post(w, beside[i], tab(mem, &f, "tests"), S("act=save&x.result.1=negative")).status >= 403);
	}
	CHECK_INT(rows_of(w, "case_entry"), 1);
	CHECK_INT(get(w, ADMIN, tab(mem, &f, "tests")).status, 403);
}

/* Another institution has to do with the case as well. */
static enum err
put_stranger(struct tx *tx, void *arg)
{
	const struct filed *f = arg;
	struct actor who = actor_console();
	struct audit a = actor_audit(&who, S("test.org"));

	tx_exec(tx, Q_case_open, DBS(DI(f->home), DT(f->case_id), DT(S(STRANGER_CLINIC)), DT(S(STRANGER_CLINIC)), DI(1)));
	tx_audit(tx, &a);
	return tx_err(tx);
}

WEB_TEST(a_centre_that_has_itself_nothing_to_do_with_the_case_reads_only)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, CENTRE, &f, "tests", S("x.result.1=negative")).status, 303);
	CHECK_INT(store_write(w->st, mem, S(""), put_stranger, &f), OK);
	struct http_reply r = get(w, OTHER_CENTRE, tab(mem, &f, "tests"));
	CHECK_INT(r.status, 200);
	CHECK_HAS(r.body, S("陰性"));
	CHECK_NOT(r.body, S("id=\"entry\""));
	CHECK_NOT(r.body, last_entry(w, &f));
	CHECK_INT(post(w, OTHER_CENTRE, tab(mem, &f, "tests"), S("act=save&x.result.1=positive")).status, 403);
	CHECK_INT(get(w, OTHER_CENTRE, last_entry(w, &f)).status, 403);
	CHECK_INT(post(w, OTHER_CENTRE, last_entry(w, &f), S("seen=1&act=save&x.result.1=positive")).status, 403);
	CHECK_INT(post(w, OTHER_CENTRE, str_cat(mem, last_entry(w, &f), S("/withdraw")), S("seen=1&reason=x")).status, 403);
	CHECK_INT(add(w, STRANGER, &f, "tests", S("x.result.1=negative")).status, 303);
	CHECK_INT(number_in(w, "SELECT SUM(ver) FROM case_entry"), 2);
}

WEB_TEST(forged_ids_of_entries_are_not_found)
{
	struct filed f = filed(w, DOCTOR, S("")), other = filed(w, DOCTOR, S("name=" TARO "&birth_date=" TARO_BORN));
	const char *const bad[] = { "x", "01GE5YGJM0ZY9HZPW3KBQ97MZM", "%27%20OR%20%271%27=%271" };

	CHECK_INT(add(w, CENTRE, &f, "stays", S("x.name=宿")).status, 303);
	struct str id = text_in(w, "SELECT id FROM case_entry");
	for (size_t i = 0; i < LEN(bad); i++) {
		struct str path = str_fmt(mem, "%.*s/entries/%s", STR_ARG(f.file), bad[i]);
		CHECK_INT(get(w, CENTRE, path).status, 404);
		CHECK_INT(post(w, CENTRE, path, S("seen=1&act=save&x.name=x")).status, 404);
	}
	/* Of another case. */
	CHECK_INT(get(w, CENTRE, str_fmt(mem, "%.*s/entries/%.*s", STR_ARG(other.file), STR_ARG(id))).status, 404);
	CHECK_INT(post(w, CENTRE, str_fmt(mem, "%.*s/entries/%.*s", STR_ARG(other.file), STR_ARG(id)), S("seen=1&act=save&x.name=x")).status, 404);
	CHECK_INT(post(w, CENTRE, S("/cases/1301/01GE5YGJM0ZY9HZPW3KBQ97MZM/stays"), S("act=save&x.name=x")).status, 404);
	CHECK_INT(number_in(w, "SELECT SUM(ver) FROM case_entry"), 1);
}

/* ---- measures ---- */

WEB_TEST(documents_are_numbered_by_centre_and_fiscal_year_and_keep_their_number)
{
	struct filed f = filed(w, DOCTOR, S("")), g = filed(w, STRANGER, S("name=" TARO "&birth_date=" TARO_BORN));

	CHECK_INT(add(w, CENTRE, &f, "measures", S("x.measure=hospital&x.number=2022-999")).status, 303);
	CHECK_INT(add(w, OTHER_CENTRE, &g, "measures", S("x.measure=no_work")).status, 303);
	CHECK_INT(add(w, CENTRE, &f, "measures", S("x.measure=hospital_longer")).status, 303);
	CHECK_INT(correct_entry(w, CENTRE, last_entry(w, &f), S("x.text=理由&x.number=2022-5")).status, 303);
	CHECK_STR(text_in(w, "SELECT group_concat(home || ' ' || year || '-' || last, ', ') FROM (SELECT * FROM document_number ORDER BY home) AS x"),
	    S("1301 2022-2, 1304 2022-1"));
	struct str page = page_text(w, CENTRE, tab(mem, &f, "measures"));
	CHECK_HAS(page, S("2022-1 第19条"));
	CHECK_HAS(page, S("2022-2 第20条"));
	/* March belongs to the year before. */
	later(w, 200 * 24 * HOUR);
	back_in(w, CENTRE);
	CHECK_INT(add(w, CENTRE, &f, "measures", S("x.measure=stay_home")).status, 303);
	CHECK_HAS(page_text(w, CENTRE, tab(mem, &f, "measures")), S("2023-1 第44条の3"));
}

WEB_TEST(a_measure_has_its_document)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, CENTRE, &f, "measures", S("x.measure=hospital&x.decided_date=2022-09-25&x.from_date=2022-09-25&x.place=都立病院")).status, 303);
	struct str id = text_in(w, "SELECT id FROM case_entry"), pdf = str_fmt(mem, "%.*s/measures/%.*s/pdf", STR_ARG(f.file), STR_ARG(id));
	CHECK_HAS(get(w, CENTRE, tab(mem, &f, "measures")).body, pdf);
	struct http_reply r = get(w, CENTRE, pdf);
	CHECK_INT(r.status, 200);
	CHECK_STR(r.type, S("application/pdf"));
	CHECK(str_starts(r.body, S("%PDF")));
	CHECK_STR(header(&r, "Content-Disposition"), S("inline; filename=\"2022-1.pdf\""));
	CHECK_STR(looked_at(w, "measure.pdf"), f.case_id);
	CHECK_STR(text_in(w, "SELECT purpose || ' ' || detail FROM audit WHERE action = 'measure.pdf'"), S("19 2022-1"));
	CHECK_INT(get(w, PREFECTURE, pdf).status, 200);
	CHECK_INT(get(w, DOCTOR, pdf).status, 403);
	CHECK_INT(get(w, OTHER_CENTRE, pdf).status, 404);
	/* Not of what is no measure, says none, or was withdrawn. */
	CHECK_INT(add(w, CENTRE, &f, "stays", S("x.name=宿")).status, 303);
	CHECK_INT(get(w, CENTRE, str_fmt(mem, "%.*s/measures/%.*s/pdf", STR_ARG(f.file), STR_ARG(text_in(w,
	    "SELECT id FROM case_entry WHERE kind = 'stay'")))).status, 404);
	CHECK_INT(post(w, CENTRE, str_fmt(mem, "%.*s/entries/%.*s/withdraw", STR_ARG(f.file), STR_ARG(id)), S("seen=1&reason=誤り")).status, 303);
	CHECK_INT(get(w, CENTRE, pdf).status, 404);
	CHECK_NOT(get(w, CENTRE, tab(mem, &f, "measures")).body, pdf);
}

WEB_TEST(every_measure_of_the_list_has_a_letter)
{
	size_t n;
	const struct code *c = codes_of(C_measure, &n);
	struct filed f = filed(w, DOCTOR, S(""));

	for (size_t i = 0; i < n; i++) {
		CHECK_INT(add(w, CENTRE, &f, "measures", str_fmt(mem, "x.measure=%.*s", STR_ARG(c[i].code))).status, 303);
		CHECK_INT(get(w, CENTRE, str_fmt(mem, "%.*s/measures/%.*s/pdf", STR_ARG(f.file), STR_ARG(text_in(w,
		    "SELECT id FROM case_entry ORDER BY id DESC LIMIT 1")))).status, 200);
	}
}

/* ---- external ids: seed Q10 ---- */

WEB_TEST(an_id_of_another_system_is_found_and_the_same_one_twice_is_warned_of)
{
	struct filed f = filed(w, DOCTOR, S("")), g = filed(w, DOCTOR, S("name=" TARO "&birth_date=" TARO_BORN));

	CHECK_INT(add(w, CENTRE, &f, "ids", S("x.system_name=NESID&x.value=N-123")).status, 303);
	CHECK_NOT(get(w, CENTRE, tab(mem, &f, "ids")).body, S("id=\"same-ids\""));
	CHECK_HAS(post(w, CENTRE, S("/search"), S("q=N-123")).body, f.file);
	CHECK_HAS(post(w, PREFECTURE, S("/search"), S("q=ｎ－１２３")).body, f.file);
	CHECK_NOT(post(w, OTHER_CENTRE, S("/search"), S("q=N-123")).body, f.file);
	/* Another system's 123 is another. */
	CHECK_INT(add(w, CENTRE, &g, "ids", S("x.system_name=電子カルテ&x.value=N-123")).status, 303);
	CHECK_NOT(get(w, CENTRE, tab(mem, &g, "ids")).body, S("id=\"same-ids\""));
	CHECK_INT(add(w, CENTRE, &g, "ids", S("x.system_name=nesid&x.value=Ｎ－１２３")).status, 303);
	struct str body = get(w, CENTRE, tab(mem, &g, "ids")).body;
	CHECK_HAS(between(body, "id=\"same-ids\"", "</section>"), f.file);
	CHECK_STR(page_faults(mem, body), S(""));
	CHECK_STR(looked_at(w, "case.same_id"), f.case_id);
	/* Corrected, it is found by the new one alone; withdrawn, not at all. */
	struct str entry = last_entry(w, &g);
	CHECK_INT(correct_entry(w, CENTRE, entry, S("x.value=N-124")).status, 303);
	CHECK_NOT(get(w, CENTRE, tab(mem, &f, "ids")).body, S("id=\"same-ids\""));
	CHECK_HAS(post(w, CENTRE, S("/search"), S("q=N-124")).body, g.file);
	CHECK_INT(post(w, CENTRE, str_cat(mem, entry, S("/withdraw")), S("seen=2&reason=誤り")).status, 303);
	CHECK_NOT(post(w, CENTRE, S("/search"), S("q=N-124")).body, g.file);
	CHECK_HAS(post(w, CENTRE, S("/search"), S("q=N-123")).body, g.file);
}

/* ---- in hospital, severe: seed Q9, Q15 ---- */

/* "in hospital/severe" as the figures of a seat say. */
static struct str
hospital(struct web_world *w, enum seat who)
{
	struct str part = between(get(w, who, S("/figures")).body, "data-part=\"care\"", "</section>");

	return read_text(w->mem, between(part, "<tbody>", "</tbody>"));
}

WEB_TEST(who_is_in_hospital_and_severe_is_counted_the_moment_it_is_written)
{
	struct filed f[3] = { filed(w, DOCTOR, S("")), filed(w, DOCTOR, S("birth_date=1970-01-01")), filed(w, DOCTOR, S("birth_date=1971-01-01")) };

	for (size_t i = 0; i < 3; i++)
		CHECK_INT(add(w, DOCTOR, &f[i], "care", S("x.institution=都立病院&x.admitted_date=2022-09-25")).status, 303);
	CHECK_STR(hospital(w, MINISTRY), S("入院中3 うち重症（国の定義）0"));
	CHECK_INT(add(w, DOCTOR, &f[0], "care", S("x.admitted_date=2022-09-25&x.ventilator=yes")).status, 303);
	CHECK_STR(hospital(w, MINISTRY), S("入院中3 うち重症（国の定義）1"));
	CHECK_STR(hospital(w, PREFECTURE), S("入院中3 うち重症（国の定義）1"));
	CHECK_STR(hospital(w, OTHER_PREFECTURE), S("入院中0 うち重症（国の定義）0"));
	CHECK_STR(recount(w, mem), S(""));
	/* A correction, a withdrawal, a discharge, a status: each moves the count. */
	CHECK_INT(correct_entry(w, DOCTOR, last_entry(w, &f[0]), S("x.ventilator=no&x.icu=yes")).status, 303);
	CHECK_STR(text_in(w, "SELECT group_concat(facts || persons, ' ') FROM (SELECT * FROM stat_care WHERE scope = 0 AND persons <> 0 ORDER BY facts) AS x"), S("icu1 none2"));
	CHECK_INT(post(w, DOCTOR, str_cat(mem, last_entry(w, &f[0]), S("/withdraw")), S("seen=2&reason=誤り")).status, 303);
	CHECK_STR(hospital(w, MINISTRY), S("入院中3 うち重症（国の定義）0"));
	later(w, MINUTE);
	CHECK_INT(post(w, CENTRE, f[1].status, S("status=at_home")).status, 303);
	CHECK_STR(hospital(w, MINISTRY), S("入院中2 うち重症（国の定義）0"));
	CHECK_INT(add(w, CENTRE, &f[2], "care", S("x.as_of_date=2022-09-30&x.discharged_date=2022-09-29")).status, 303);
	CHECK_STR(hospital(w, CENTRE), S("入院中1 うち重症（国の定義）0"));
	later(w, MINUTE);
	CHECK_INT(post(w, CENTRE, f[2].status, S("status=in_hospital")).status, 303);
	CHECK_STR(hospital(w, CENTRE), S("入院中2 うち重症（国の定義）0"));
	CHECK_STR(recount(w, mem), S(""));
}

WEB_TEST(a_case_whose_notification_is_withdrawn_is_in_hospital_no_more)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, DOCTOR, &f, "care", S("x.ecmo=yes")).status, 303);
	CHECK_STR(hospital(w, MINISTRY), S("入院中1 うち重症（国の定義）1"));
	CHECK_INT(post(w, DOCTOR, str_fmt(mem, "/notifications/%lld/%.*s/withdraw", (long long)f.home, STR_ARG(f.id)),
	    S("seen=1&message=別の患者でした")).status, 303);
	CHECK_STR(hospital(w, MINISTRY), S("入院中0 うち重症（国の定義）0"));
	/* What is written then is kept, and not counted. */
	CHECK_INT(add(w, CENTRE, &f, "care", S("x.icu=yes")).status, 303);
	CHECK_STR(hospital(w, MINISTRY), S("入院中0 うち重症（国の定義）0"));
	CHECK_STR(recount(w, mem), S(""));
}

WEB_TEST(a_prefectures_own_definition_changes_its_own_report_alone)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(add(w, CENTRE, &f, "care", S("x.icu=yes")).status, 303);
	CHECK_INT(post(w, PREFECTURE, S("/figures/severity"), S("fact=ventilator&fact=ecmo")).status, 303);
	CHECK_STR(hospital(w, PREFECTURE), S("入院中1 うち重症（国の定義）1 うち重症（都道府県の定義）0"));
	CHECK_STR(hospital(w, CENTRE), S("入院中1 うち重症（国の定義）1 うち重症（都道府県の定義）0"));
	CHECK_STR(hospital(w, MINISTRY), S("入院中1 うち重症（国の定義）1"));
	CHECK_HAS(page_text(w, CENTRE, tab(mem, &f, "care")), S("都道府県の定義では重症でない"));
	CHECK_STR(text_in(w, "SELECT org || detail FROM audit WHERE action = 'severity.define'"), S("13/ventilator,ecmo"));
	struct http_reply r = post(w, PREFECTURE, S("/figures/severity"), S("fact=king"));
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_text(mem, r.body), S("少なくとも1つ選んでください"));
	CHECK_STR(page_faults(mem, r.body), S(""));
	CHECK_STR(text_in(w, "SELECT facts FROM severity_rule"), S("ventilator,ecmo"));
	CHECK_INT(post(w, CENTRE, S("/figures/severity"), S("fact=ecmo")).status, 403);
	CHECK_INT(post(w, PREFECTURE, S("/figures/severity"), S("fact=icu&fact=ventilator&fact=ecmo")).status, 303);
	CHECK_STR(hospital(w, PREFECTURE), S("入院中1 うち重症（国の定義）1"));
}

/* ---- the record: seed Q5-2 ---- */

WEB_TEST(the_status_is_set_on_the_record_as_well_and_its_history_stands_there)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str body = get(w, CENTRE, tab(mem, &f, "record")).body;

	CHECK_HAS(read_text(mem, between(body, "id=\"status\"", "</section>")), S("まだ入力されていません"));
	struct http_reply r = post(w, CENTRE, f.status, S("status=at_home&back=record"));
	CHECK_STR(header(&r, "Location"), str_fmt(mem, "%.*s/record#status", STR_ARG(f.file)));
	body = get(w, CENTRE, tab(mem, &f, "record")).body;
	struct str part = read_text(mem, between(body, "id=\"status\"", "</section>"));
	CHECK_HAS(part, S("自宅療養中"));
	CHECK_HAS(part, S("2022-09-30 10:00"));
	CHECK_HAS(part, S("千代田の係"));
	CHECK_HAS(part, S("そろっています"));
	CHECK_STR(page_faults(mem, body), S(""));
	CHECK_NOT(between(get(w, PREFECTURE, tab(mem, &f, "record")).body, "id=\"status\"", "</section>"), S("class=\"chip\""));
}

/* ---- templates ---- */

WEB_TEST(a_centre_keeps_texts_and_inserts_them_without_script)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(post(w, CENTRE, S("/templates"), S("kind=note&name=留守&text=電話したが%0D%0A留守だった")).status, 303);
	struct str body = get(w, CENTRE, S("/templates")).body, id = text_in(w, "SELECT id FROM text_template");
	CHECK_HAS(body, S("留守だった"));
	CHECK_STR(page_faults(mem, body), S(""));
	struct str form = read_form(mem, get(w, CENTRE, tab(mem, &f, "record")).body, "entry");
	struct http_reply r = post(w, CENTRE, tab(mem, &f, "record"), changed(mem, form, str_fmt(mem, "csrf=&act=template&template=%.*s&x.text=朝&x.with=本人", STR_ARG(id))));
	CHECK_INT(r.status, 200);
	CHECK_STR(read_value(mem, r.body, "x.text"), S("朝\n電話したが\n留守だった"));
	CHECK_STR(read_value(mem, r.body, "x.with"), S("本人"));
	CHECK_INT(rows_of(w, "case_entry"), 0);
	/* Only in its own tab, only for its own centre. */
	CHECK_NOT(get(w, CENTRE, tab(mem, &f, "stays")).body, S("留守だった"));
	CHECK_NOT(get(w, OTHER_CENTRE, S("/templates")).body, S("留守だった"));
	CHECK_INT(post(w, OTHER_CENTRE, str_fmt(mem, "/templates/%.*s", STR_ARG(id)), S("kind=note&name=x&text=x")).status, 404);
	CHECK_INT(post(w, OTHER_CENTRE, str_fmt(mem, "/templates/%.*s/delete", STR_ARG(id)), S("x=1")).status, 404);
	CHECK_INT(get(w, DOCTOR, S("/templates")).status, 403);
	CHECK_INT(post(w, CENTRE, str_fmt(mem, "/templates/%.*s", STR_ARG(id)), S("kind=stay&name=宿&text=別の文")).status, 303);
	CHECK_STR(text_in(w, "SELECT kind || name || text FROM text_template"), S("stay宿別の文"));
	CHECK_INT(post(w, CENTRE, str_fmt(mem, "/templates/%.*s/delete", STR_ARG(id)), S("x=1")).status, 303);
	CHECK_INT(rows_of(w, "text_template"), 0);
}

WEB_TEST(a_template_that_cannot_be_is_shown_again_as_typed)
{
	static const char *const bad[] = { "kind=note&name=&text=見本の文", "kind=note&name=名&text= ", "kind=test&name=名&text=見本の文", "kind=external&name=名&text=見本の文", "kind=king&name=名&text=見本の文" };

	for (size_t i = 0; i < LEN(bad); i++) {
		struct http_reply r = post(w, CENTRE, S("/templates"), str_of(bad[i]));
		CHECK_INT(r.status, 422);
		CHECK_HAS(read_text(mem, between(r.body, "id=\"template-fault\"", "</p>")), S("名前（60文字以内）"));
		CHECK_INT((int64_t)times_in(r.body, S("見本の文")), i != 1);
	}
	CHECK_INT(rows_of(w, "text_template"), 0);
}

WEB_TEST(a_postal_code_gives_the_address_of_a_stay_without_script)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct http_reply r = post(w, CENTRE, tab(mem, &f, "stays"), S("act=zip&x.postal=100-0013&x.name=宿"));

	CHECK_INT(r.status, 200);
	CHECK_HAS(read_value(mem, r.body, "x.address"), S("千代田区霞が関"));
	CHECK_STR(read_value(mem, r.body, "x.name"), S("宿"));
}
