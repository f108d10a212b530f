/* test/http/inbox.c: the centre's work: what arrives, the present status, search; and that every look is recorded. */
#include "world.h"

#include "domain/number.h"
#include "reading.h"

static struct str
text_of(struct web_world *w, enum seat who, const char *path)
{
	return read_text(w->mem, get(w, who, str_of(path)).body);
}

static struct str
cursor_of(struct str html)
{
	return between(html, "data-cursor=\"", "\"");
}

/* ---- what arrives ---- */

WEB_TEST(an_empty_inbox_says_so)
{
	CHECK_HAS(text_of(w, CENTRE, "/inbox"), S("発生届はまだありません"));
	CHECK_STR(cursor_of(get(w, CENTRE, S("/inbox")).body), S("0.0."));
}

WEB_TEST(a_notification_stands_on_top_of_the_inbox_of_its_centre_and_of_no_other)
{
	filed(w, DOCTOR, S("birth_date=1970-01-01"));
	later(w, 1000);
	struct filed f = filed(w, NEIGHBOUR, S("name=" TARO "&name_kana=" TARO_KANA "&sex=male&birth_date=" TARO_BORN));
	struct http_reply r = get(w, CENTRE, S("/inbox"));
	struct str table = between(r.body, "<tbody>", "</tbody>");

	CHECK_INT(times_in(table, S("<tr")), 2);
	CHECK(str_find_str(table, S(TARO)) < str_find_str(table, S(HANAKO)));
	struct str row = read_text(mem, str_sub(table, 0, str_find_str(table, S("</tr>"))));
	CHECK_HAS(row, S(TARO_KANA));
	CHECK_HAS(row, S("男 70"));
	CHECK_HAS(row, S("患者（確定例）"));
	CHECK_HAS(row, S("新型コロナウイルス感染症"));
	CHECK_HAS(row, S("試験第二医院"));
	CHECK_HAS(row, S("未入力"));
	CHECK_HAS(row, number_show(mem, f.number));
	CHECK_NOT(get(w, OTHER_CENTRE, S("/inbox")).body, S(TARO));
}

WEB_TEST(each_look_at_the_inbox_is_recorded_with_all_that_was_seen)
{
	struct filed a = filed(w, DOCTOR, S("birth_date=1970-01-01")), b = filed(w, DOCTOR, S("birth_date=1970-01-02"));

	get(w, CENTRE, S("/inbox"));
	struct str ids = looked_at(w, "case.list");
	CHECK_HAS(ids, str_fmt(mem, "1301/%.*s", STR_ARG(a.case_id)));
	CHECK_HAS(ids, str_fmt(mem, "1301/%.*s", STR_ARG(b.case_id)));
	CHECK_STR(text_in(w, "SELECT user_id || ' ' || org || ' ' || purpose || ' ' || address FROM audit WHERE "
	    "action = 'case.list' ORDER BY seq DESC"),
	    str_fmt(mem, "%.*s 13/1301/ 15 192.0.2.6", STR_ARG(w->seat[CENTRE].account)));
	CHECK_INT(number_in(w, "SELECT length(session) FROM audit WHERE action = 'case.list' ORDER BY seq DESC"), 16);
	get(w, OTHER_CENTRE, S("/inbox"));
	CHECK_STR(looked_at(w, "case.list"), S(""));
	/* One case alone is named with its home. */
	get(w, CENTRE, a.file);
	CHECK_STR(looked_at(w, "case.view"), a.case_id);
	CHECK_INT(number_in(w, "SELECT home FROM audit WHERE action = 'case.view'"), 1301);
}

WEB_TEST(rows_since_a_place_are_those_that_came_since)
{
	filed(w, DOCTOR, S("birth_date=1970-01-01"));
	struct str cursor = cursor_of(get(w, CENTRE, S("/inbox")).body);
	struct http_reply r = get(w, CENTRE, str_cat(mem, S("/inbox/rows?since="), cursor));

	CHECK_INT(r.status, 200);
	CHECK_INT(times_in(r.body, S("<tr")), 0);
	CHECK_STR(header(&r, "X-Cursor"), cursor);
	int64_t looks = number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'case.list'");
	/* In the same millisecond as the one that was seen, and later. */
	struct filed b = filed(w, DOCTOR, S("birth_date=1970-01-02"));
	later(w, 1000);
	struct filed c = filed(w, DOCTOR, S("birth_date=1970-01-03"));
	r = get(w, CENTRE, str_cat(mem, S("/inbox/rows?since="), cursor));
	CHECK_HAS(r.body, c.case_id);
	CHECK_HAS(r.body, b.case_id);
	CHECK_INT(times_in(r.body, S("<tr")), 2);
	CHECK_STR(header(&r, "X-More"), S(""));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'case.list'"), looks + 1);
	CHECK_HAS(looked_at(w, "case.list"), c.case_id);
	CHECK_NOT(r.body, S("<html"));
	cursor = header(&r, "X-Cursor");
	r = get(w, CENTRE, str_cat(mem, S("/inbox/rows?since="), cursor));
	CHECK_INT(times_in(r.body, S("<tr")), 0);
	CHECK_INT(get(w, CENTRE, S("/inbox/rows?since=yesterday")).status, 400);
	CHECK_INT(get(w, CENTRE, S("/inbox/rows")).status, 400);
}

/* A clock that stood still, many at once: none is skipped. */
WEB_TEST(no_row_is_missed_between_two_looks_in_one_millisecond)
{
	struct str cursor = cursor_of(get(w, CENTRE, S("/inbox")).body);
	size_t seen = 0;

	for (int i = 0; i < 12; i++) {
		filed(w, DOCTOR, str_fmt(mem, "birth_date=1970-02-%02d", i + 1));
		struct http_reply r = get(w, CENTRE, str_cat(mem, S("/inbox/rows?since="), cursor));
		cursor = header(&r, "X-Cursor");
		seen += times_in(r.body, S("<tr"));
	}
	CHECK_INT(seen, 12);
}

/* A screen that slept: everything is still shown, fifty at a time. */
WEB_TEST(a_long_absence_is_made_up_for_page_by_page)
{
	struct str cursor = S("0.0."), more = S("1");
	size_t seen = 0, asked = 0;

	for (int i = 0; i < 120; i++)
		filed(w, DOCTOR, str_fmt(mem, "birth_date=1970-%02d-%02d", i / 28 + 1, i % 28 + 1));
	for (; more.n > 0 && asked < 5; asked++) {
		struct http_reply r = get(w, CENTRE, str_cat(mem, S("/inbox/rows?since="), cursor));
		cursor = header(&r, "X-Cursor");
		more = header(&r, "X-More");
		seen += times_in(r.body, S("<tr"));
	}
	CHECK_INT(seen, 120);
	CHECK_INT(asked, 3);
	/* Places are apart, moments are what they were. */
	CHECK_INT(number_in(w, "SELECT COUNT(DISTINCT at) FROM org_case WHERE org = '13/1301/'"), 120);
	CHECK_INT(number_in(w, "SELECT COUNT(DISTINCT reported_at) FROM casefile"), 1);
}

WEB_TEST(older_pages_follow_without_gap_or_repeat)
{
	size_t seen = 0;
	struct str to = S("/inbox");

	for (int i = 0; i < 53; i++) {
		later(w, 7);
		filed(w, DOCTOR, str_fmt(mem, "birth_date=1970-%02d-%02d", i / 28 + 1, i % 28 + 1));
	}
	for (int page = 0; to.n > 0 && page < 3; page++) {
		struct http_reply r = get(w, CENTRE, to);
		CHECK_INT(r.status, 200);
		seen += times_in(between(r.body, "<tbody>", "</tbody>"), S("<tr"));
		struct str link = between(r.body, "<a href=\"/inbox?before=", "\"");
		CHECK_INT(link.n > 0, page == 0);
		if (page == 1)
			CHECK_HAS(r.body, S("<a href=\"/inbox\">"));
		to = link.n > 0 ? str_cat(mem, S("/inbox?before="), unescaped(mem, link)) : link;
	}
	CHECK_INT(seen, 53);
	CHECK_INT(get(w, CENTRE, S("/inbox?before=x")).status, 400);
	/* The institution's own list is cut the same way. */
	struct http_reply r = get(w, DOCTOR, S("/notifications"));
	CHECK_HAS(r.body, S("/notifications?before="));
}

WEB_TEST(a_listener_is_told_of_what_it_may_see_with_ids_only)
{
	struct filed f = filed(w, DOCTOR, S(""));

	post(w, CENTRE, f.status, S("status=at_home"));
	correct(w, DOCTOR, &f, S("stay_phone=" PHONE));
	CHECK_STR(told_so_far(w), str_fmt(mem, "%s notification 1301 %.*s\n%s change 1301 %.*s\n%s change 1301 "
	    "%.*s\n", CLINIC,
	    STR_ARG(f.case_id), CLINIC, STR_ARG(f.case_id), CLINIC, STR_ARG(f.case_id)));
	struct http_reply r = get(w, CENTRE, S("/events"));
	CHECK_INT(r.status, 200);
	CHECK_STR(r.type, S("text/event-stream; charset=utf-8"));
	CHECK_INT(get(w, NOBODY, S("/events")).status, 401);
}

/* ---- 現在のステータス (seed Q5-2) ---- */

WEB_TEST(one_click_sets_the_status_with_time_and_author)
{
	struct filed f = filed(w, DOCTOR, S(""));

	later(w, MINUTE);
	struct http_reply r = post(w, CENTRE, f.status, S("status=at_home"));
	CHECK_INT(r.status, 303);
	CHECK_STR(header(&r, "Location"), str_cat(mem, f.file, S("#status")));
	CHECK_STR(text_in(w, "SELECT status || ' ' || status_at || ' ' || status_by FROM casefile"),
	    str_fmt(mem, "at_home 1664499660000 %.*s", STR_ARG(w->seat[CENTRE].account)));
	struct str page = read_text(mem, follow(w, CENTRE, &r).body);
	CHECK_HAS(page, S("自宅療養中"));
	CHECK_HAS(page, S("2022-09-30 10:01 自宅療養中 千代田の係"));
	CHECK_INT(post(w, CENTRE, f.status, S("status=in_hospital&back=inbox")).status, 303);
	CHECK_INT(rows_of(w, "status_history"), 2);
	CHECK_STR(text_in(w, "SELECT group_concat(status || persons, ' ') FROM stat_status WHERE scope = 13 AND "
	    "persons <> 0"), S("in_hospital1"));
	CHECK_STR(looked_at(w, "case.status"), f.case_id);
	CHECK_STR(text_in(w, "SELECT purpose || ' ' || detail FROM audit WHERE action = 'case.status' ORDER BY "
	    "seq DESC"), S("15 in_hospital"));
	/* The clinic sees it, and may not set it. */
	CHECK_HAS(read_text(mem, get(w, DOCTOR, f.file).body), S("入院中"));
	CHECK_INT(post(w, DOCTOR, f.status, S("status=at_home")).status, 403);
}

WEB_TEST(a_status_that_is_none_is_refused)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(post(w, CENTRE, f.status, S("status=on_holiday")).status, 422);
	CHECK_INT(post(w, CENTRE, f.status, S("")).status, 422);
	CHECK_STR(text_in(w, "SELECT status FROM casefile"), S("not_set"));
	CHECK_INT(rows_of(w, "status_history"), 0);
}

WEB_TEST(death_asks_for_its_day_or_that_it_is_not_known)
{
	static const struct { const char *typed, *says; } bad[] = {
		{ "", "死亡年月日を入力してください。" }, { "2月30日", "死亡年月日を読み取れません。" },
		{ "2022-10-01", "死亡年月日は今日より後にできません。" },
	};
	struct filed f = filed(w, DOCTOR, S(""));

	for (size_t i = 0; i < LEN(bad); i++) {
		struct http_reply r = post(w, CENTRE, f.status, str_fmt(mem, "status=dead&death_date=%s",
		    bad[i].typed));
		CHECK_INT(r.status, 422);
		CHECK_HAS(read_text(mem, r.body), str_of(bad[i].says));
		CHECK_HAS(r.body, str_fmt(mem, "name=\"death_date\" value=\"%s\"", bad[i].typed));
	}
	CHECK_STR(text_in(w, "SELECT status FROM casefile"), S("not_set"));
	CHECK_INT(post(w, CENTRE, f.status, S("status=dead&death_date=R4.9.29")).status, 303);
	CHECK_STR(text_in(w, "SELECT status || ' ' || death_date FROM status_history ORDER BY seq DESC"),
	    S("dead 2022-09-29"));
	CHECK_HAS(read_text(mem, get(w, CENTRE, f.file).body), S("死亡 (2022-09-29)"));
	CHECK_INT(post(w, CENTRE, f.status, S("status=dead&death_date_unknown=1")).status, 303);
	CHECK_STR(text_in(w, "SELECT status || ' ' || death_date FROM status_history ORDER BY seq DESC"), S("dead ?"));
	CHECK_HAS(read_text(mem, get(w, CENTRE, f.file).body), S("死亡 (不明)"));
	/* Other statuses keep no day. */
	CHECK_INT(post(w, CENTRE, f.status, S("status=released&death_date=2022-09-29")).status, 303);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM status_history WHERE status = 'released' AND death_date IS "
	    "NULL"), 1);
}

WEB_TEST(what_has_a_status_leaves_the_list_of_those_without)
{
	struct filed a = filed(w, DOCTOR, S("birth_date=1970-01-01")), b = filed(w, DOCTOR, S("birth_date=1970-01-02"));

	CHECK_INT(post(w, CENTRE, a.status, S("status=at_home")).status, 303);
	struct http_reply r = get(w, CENTRE, S("/inbox?status=missing"));
	CHECK_NOT(r.body, a.case_id);
	CHECK_HAS(r.body, b.case_id);
	CHECK_HAS(get(w, CENTRE, S("/inbox")).body, a.case_id);
	CHECK_INT(post(w, CENTRE, b.status, S("status=unknown")).status, 303);
	CHECK_INT(times_in(between(get(w, CENTRE, S("/inbox?status=missing")).body, "<tbody>", "</tbody>"),
	    S("<tr")), 0);
}

/* ---- search ---- */

static bool
finds(struct web_world *w, enum seat who, const char *q, const char *birth, const struct filed *f)
{
	struct arena *mem = w->mem;
	struct http_reply r = post(w, who, S("/search"), str_fmt(mem, "%.*s&%.*s", STR_ARG(pair(mem, "q", str_of(q))),
	    STR_ARG(pair(mem, "birth_date", str_of(birth)))));

	if (r.status != 200)
		test_fail(__FILE__, __LINE__, "an answer", str_fmt(mem, "%s: %d", q, r.status), S("200"));
	return str_find_str(r.body, f->file) < r.body.n;
}

WEB_TEST(a_number_is_found_however_it_is_typed)
{
	struct filed f = filed(w, DOCTOR, S("")), other = filed(w, DOCTOR, S("birth_date=1970-01-01"));
	struct str n = f.number, shown = number_show(mem, n);

	CHECK(finds(w, CENTRE, n.p, "", &f));
	CHECK(finds(w, CENTRE, shown.p, "", &f));
	CHECK(!finds(w, CENTRE, n.p, "", &other));
	CHECK(finds(w, CENTRE, str_fmt(mem, "%.4s ー %.4s‐%.4s", n.p, n.p + 4, n.p + 8).p, "", &f));
	struct buf wide = buf_new(mem);
	for (size_t i = 0; i < n.n; i++)
		buf_fmt(&wide, "\xEF\xBC%c", 0x90 + n.p[i] - '0');
	CHECK(finds(w, CENTRE, str_z(mem, buf_str(&wide)), "", &f));
	/* A wrong check digit finds nothing. */
	char *wrong = str_z(mem, n);
	wrong[11] = wrong[11] == '9' ? '0' : (char)(wrong[11] + 1);
	CHECK(!finds(w, CENTRE, wrong, "", &f));
	CHECK(finds(w, DOCTOR, n.p, "", &f));
	CHECK(finds(w, MINISTRY, n.p, "", &f));
	CHECK(!finds(w, OTHER_CENTRE, n.p, "", &f));
}

WEB_TEST(a_name_is_found_by_its_variants_its_beginning_and_its_reading)
{
	static const char *const hanako[] = { "髙橋花子", "高橋花子", "高橋", "髙", "高　橋　花子", "高橋 花子", "タカハシ", "ﾀｶﾊｼ",
	    "たかはしはなこ", "タ",
		"ﾀｶﾊｼﾊﾅｺ", "タカハシ ハナコ", "たか" };
	static const char *const taro[] = { "齋藤太郎", "斉藤", "斎藤", "齊藤太郎", "さいとう", "ｻｲﾄｳ", "サイトオ" };
	static const char *const neither[] = { "花子", "ハシ", "橋", "小", "タコ" };
	struct filed a = filed(w, DOCTOR, S("name=髙橋 花子&name_kana=タカハシ　ハナコ"));
	struct filed b = filed(w, DOCTOR, S("name=" TARO "&name_kana=サイトウ　タロウ&birth_date=" TARO_BORN));

	for (size_t i = 0; i < LEN(hanako); i++)
		if (!finds(w, CENTRE, hanako[i], "", &a) || finds(w, CENTRE, hanako[i], "", &b))
			test_fail(__FILE__, __LINE__, "found", str_of(hanako[i]), S(HANAKO));
	for (size_t i = 0; i + 1 < LEN(taro); i++)
		if (!finds(w, CENTRE, taro[i], "", &b) || finds(w, CENTRE, taro[i], "", &a))
			test_fail(__FILE__, __LINE__, "found", str_of(taro[i]), S(TARO));
	for (size_t i = 0; i < LEN(neither); i++)
		if (finds(w, CENTRE, neither[i], "", &a) || finds(w, CENTRE, neither[i], "", &b))
			test_fail(__FILE__, __LINE__, "not found", str_of(neither[i]), S("nothing"));
}

WEB_TEST(a_phone_number_and_a_birth_date_are_found)
{
	struct filed f = filed(w, DOCTOR, S("stay_phone=" PHONE)), other = filed(w, DOCTOR,
	    S("birth_date=1970-01-01&stay_phone=" PHONE_2));

	CHECK(finds(w, CENTRE, PHONE, "", &f));
	CHECK(finds(w, CENTRE, "0355501234", "", &f));
	CHECK(finds(w, CENTRE, "０３（５５５０）１２３４", "", &f));
	CHECK(finds(w, CENTRE, "03-5550", "", &f));
	CHECK(!finds(w, CENTRE, PHONE, "", &other));
	CHECK(finds(w, CENTRE, "", HANAKO_BORN, &f));
	CHECK(finds(w, CENTRE, "", "S55.4.1", &f));
	CHECK(!finds(w, CENTRE, "", HANAKO_BORN, &other));
	CHECK(finds(w, CENTRE, HANAKO, HANAKO_BORN, &f));
	CHECK(!finds(w, CENTRE, HANAKO, HANAKO_BORN, &other));
	CHECK(!finds(w, CENTRE, HANAKO, "1999-01-01", &f));
}

WEB_TEST(everybody_finds_in_his_own_area_only)
{
	struct filed f = filed(w, DOCTOR, S("")), g = filed(w, STRANGER, S("stay_phone=" PHONE_2));
	static const struct { enum seat who; bool f, g; } row[] = {
		{ DOCTOR, true, false }, { CLERK, true, false }, { NEIGHBOUR, false, false }, { STRANGER, false, true },
		{ CENTRE, true, false }, { OTHER_CENTRE, false, true }, { PREFECTURE, true, true },
		    { OTHER_PREFECTURE, false, false },
		{ MINISTRY, true, true },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		CHECK_INT(finds(w, row[i].who, HANAKO, "", &f), row[i].f);
		CHECK_INT(finds(w, row[i].who, HANAKO, "", &g), row[i].g);
		CHECK_INT(finds(w, row[i].who, "", HANAKO_BORN, &g), row[i].g);
		CHECK_INT(finds(w, row[i].who, g.number.p, "", &g), row[i].g);
	}
	CHECK_INT(post(w, ADMIN, S("/search"), S("q=" HANAKO)).status, 403);
}

WEB_TEST(words_that_are_searched_for_stand_in_no_address_and_no_log)
{
	filed(w, DOCTOR, S(""));
	struct http_reply r = post(w, CENTRE, S("/search"), S("q=" HANAKO "&birth_date=" HANAKO_BORN));

	CHECK_INT(r.status, 200);
	CHECK_STR(header(&r, "Location"), S(""));
	CHECK_HAS(r.body, S("<form method=\"post\" action=\"/search\""));
	CHECK_STR(text_in(w, "SELECT detail FROM audit WHERE action = 'case.search'"), S("text birth"));
	/* Asking by an address asks nothing. */
	r = get(w, CENTRE, str_cat(mem, S("/search?"), pair(mem, "q", S(HANAKO))));
	CHECK_NOT(r.body, S(HANAKO));
	CHECK_NOT(r.body, S("件見つかりました"));
}

WEB_TEST(each_search_is_recorded_with_what_it_found)
{
	struct filed f = filed(w, DOCTOR, S(""));

	post(w, CENTRE, S("/search"), S("q=" HANAKO));
	CHECK_STR(looked_at(w, "case.search"), f.case_id);
	post(w, OTHER_CENTRE, S("/search"), S("q=" HANAKO));
	CHECK_STR(looked_at(w, "case.search"), S(""));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'case.search' AND detail = 'text'"), 2);
}

WEB_TEST(a_search_for_nothing_or_for_a_day_that_is_none_says_so)
{
	static const struct { const char *body, *says; } row[] = {
		{ "q=&birth_date=", "どれかを入力してください。" }, { "q=%20%E3%80%80", "どれかを入力してください。" },
		{ "q=x&birth_date=2月30日", "生年月日を読み取れません。" },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct http_reply r = post(w, CENTRE, S("/search"), str_of(row[i].body));
		CHECK_INT(r.status, 422);
		CHECK_HAS(read_text(mem, between(r.body, "id=\"search-fault\"", "</p>")), str_of(row[i].says));
	}
	CHECK_HAS(post(w, CENTRE, S("/search"), S("q=x&birth_date=2月30日")).body, S("value=\"2月30日\""));
	CHECK_STR(looked_at(w, "case.search"), S("(none)"));
}

WEB_TEST(more_than_a_page_of_finds_says_that_there_are_more)
{
	for (int i = 0; i < 52; i++)
		filed(w, DOCTOR, str_fmt(mem, "birth_date=1970-%02d-%02d", i / 28 + 1, i % 28 + 1));
	struct http_reply r = post(w, CENTRE, S("/search"), S("q=" HANAKO));
	CHECK_INT(times_in(between(r.body, "<tbody>", "</tbody>"), S("<tr")), 50);
	CHECK_HAS(read_text(mem, r.body), S("ほかにもあります。"));
	/* A birth date beside the name finds the one. */
	r = post(w, CENTRE, S("/search"), S("q=" HANAKO "&birth_date=1970-02-20"));
	CHECK_INT(times_in(between(r.body, "<tbody>", "</tbody>"), S("<tr")), 1);
}

/* ---- duplicates ---- */

WEB_TEST(the_case_shows_its_twins_here_and_number_and_centre_of_those_elsewhere)
{
	struct filed a = filed(w, DOCTOR, S("name=高橋花子")), b = filed(w, NEIGHBOUR, S("name=髙橋　花子"));
	struct filed far = filed(w, STRANGER, S(""));
	struct http_reply r = get(w, CENTRE, a.file);
	struct str twins = between(r.body, "id=\"duplicates\"", "</ul>");

	CHECK_HAS(twins, str_fmt(mem, "<a href=\"%.*s\"", STR_ARG(b.file)));
	CHECK_NOT(twins, str_fmt(mem, "<a href=\"%.*s\"", STR_ARG(a.file)));
	CHECK_HAS(read_text(mem, twins), number_show(mem, far.number));
	CHECK_HAS(read_text(mem, twins), S("（新宿区保健所）：ほかの管轄の届出です。"));
	CHECK_NOT(r.body, S("試験第三医院"));
	CHECK_NOT(r.body, str_fmt(mem, "<a href=\"%.*s\"", STR_ARG(far.file)));
	CHECK_HAS(looked_at(w, "case.duplicates"), b.case_id);
	CHECK_HAS(looked_at(w, "case.duplicates"), far.case_id);
	/* An institution is told how many there are elsewhere, no more. */
	r = get(w, DOCTOR, a.file);
	CHECK_HAS(read_text(mem, r.body), S("ほかの管轄に、同じ人かもしれない届出が2件あります。"));
	CHECK_NOT(r.body, S("新宿"));
	/* A reading alone makes a twin as well. */
	struct filed c = filed(w, DOCTOR, S("name=たかはし はなこ&name_kana=タカハシ ハナコ&birth_date=1980-04-02"));
	struct filed d = filed(w, NEIGHBOUR, S("name=別の字&name_kana=ﾀｶﾊｼ ﾊﾅｺ&birth_date=1980-04-02"));
	CHECK_HAS(between(get(w, CENTRE, c.file).body, "id=\"duplicates\"", "</ul>"), d.file);
}

/* ---- the case ---- */

WEB_TEST(the_case_shows_person_sheet_history_and_status)
{
	struct filed f = filed(w, DOCTOR, S("name_kana=" HANAKO_KANA "&stay_phone=" PHONE "&remarks=一行目%0A二行目"));
	struct http_reply r = get(w, CENTRE, f.file);
	struct str page = read_text(mem, r.body);

	CHECK_HAS(page, S(HANAKO));
	CHECK_HAS(page, S(HANAKO_KANA));
	CHECK_HAS(page, S("42歳"));
	CHECK_HAS(page, S("1980年（昭和55年）4月1日"));
	CHECK_HAS(page, S("試験第一医院"));
	CHECK_HAS(page, S("千代田保健所"));
	CHECK_HAS(page, S("提出日・受理日"));
	CHECK_HAS(page, S(PHONE));
	CHECK_HAS(page, S("受理済み"));
	CHECK_INT(times_in(r.body, S("class=\"chip\"")), 12);
}
