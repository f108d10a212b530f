/* test/http/orgs.c: a case between organisations: in charge and related, hand-overs, pairs, who looked (seed Q4, Q7, Q1-2, Q25). */
#include "world.h"

#include "domain/number.h"
#include "fmt/csv.h"
#include "reading.h"

#define CHIYODA "13/1301/"
#define SHINJUKU "13/1304/"
#define OSAKA "27/2701/"        /* nobody of the tests sits there; its prefecture does */

static struct str
tab(struct web_world *w, const struct filed *f, const char *tail)
{
	return str_cat(w->mem, f->file, str_of(tail));
}

static struct http_reply
move(struct web_world *w, enum seat who, const struct filed *f, const char *act, const char *org, const char *message)
{
	return post(w, who, tab(w, f, "/orgs"), str_fmt(w->mem, "act=%s&org=%s&message=%s", act, org, message));
}

static void
must_move(struct web_world *w, enum seat who, const struct filed *f, const char *act, const char *org, const char *message)
{
	struct http_reply r = move(w, who, f, act, org, message);

	if (r.status != 303)
		test_fail(__FILE__, __LINE__, act, read_text(w->mem, r.body), S("303"));
	CHECK_STR(header(&r, "Location"), tab(w, f, "/orgs"));
}

static bool
finds(struct web_world *w, enum seat who, const char *q, const struct filed *f)
{
	struct http_reply r = post(w, who, S("/search"), str_cat(w->mem, pair(w->mem, "q", str_of(q)), S("")));

	return r.status == 200 && str_find_str(r.body, f->file) < r.body.n;
}

static struct str
roles(struct web_world *w)
{
	return text_in(w, "SELECT group_concat(org || ' ' || role, ', ') FROM (SELECT org, role FROM case_org ORDER BY org, role) AS x");
}

static struct str
lists(struct web_world *w)
{
	return text_in(w, "SELECT group_concat(org, ' ') FROM (SELECT org FROM org_case ORDER BY org) AS x");
}

static struct str
statuses(struct web_world *w)
{
	return text_in(w, "SELECT group_concat(scope || ':' || persons, ' ') FROM (SELECT scope, persons FROM stat_status "
	    "WHERE persons <> 0 ORDER BY scope) AS x");
}

/* ---- related centres ---- */

WEB_TEST(a_related_centre_sees_the_case_works_on_it_and_does_not_correct_the_notification)
{
	struct filed f = filed(w, DOCTOR, S("name_kana=" HANAKO_KANA "&stay_phone=" PHONE));

	CHECK_INT(get(w, OTHER_CENTRE, f.file).status, 404);
	CHECK_INT(post(w, OTHER_CENTRE, f.status, S("status=at_home")).status, 404);
	CHECK_INT(get(w, OTHER_CENTRE, tab(w, &f, "/orgs")).status, 404);
	CHECK(!finds(w, OTHER_CENTRE, HANAKO, &f));
	must_move(w, CENTRE, &f, "relate", SHINJUKU, "");
	CHECK_STR(roles(w), S(CHIYODA " responsible, " CLINIC " reporter, " SHINJUKU " related"));
	struct http_reply r = get(w, OTHER_CENTRE, f.file);
	CHECK_INT(r.status, 200);
	CHECK_HAS(r.body, S(HANAKO));
	CHECK_NOT(r.body, f.edit);
	CHECK_INT(get(w, OTHER_CENTRE, f.edit).status, 403);
	CHECK_INT(get(w, CENTRE, f.edit).status, 200);
	/* The whole form, as who is in charge would send it. */
	struct str form = changed(mem, read_form(mem, get(w, CENTRE, f.edit).body, "entry"), S("act=report&stay_phone=" PHONE_2));
	r = ask(w, &(struct ask){ .who = OTHER_CENTRE, .target = f.edit, .raw = true, .body = str_cat(mem, form,
	    str_fmt(mem, "&csrf=%.*s", STR_ARG(between(get(w, OTHER_CENTRE, f.file).body, "name=\"csrf\" value=\"", "\"")))) });
	CHECK_INT(r.status, 403);
	CHECK_INT(number_in(w, "SELECT ver FROM notification"), 1);
	/* The follow-up is its own. */
	CHECK_INT(post(w, OTHER_CENTRE, f.status, S("status=at_home")).status, 303);
	CHECK_STR(text_in(w, "SELECT status FROM casefile"), S("at_home"));
	/* In its lists and its search. */
	CHECK_HAS(get(w, OTHER_CENTRE, S("/inbox")).body, f.file);
	CHECK(finds(w, OTHER_CENTRE, HANAKO, &f));
	CHECK(finds(w, OTHER_CENTRE, PHONE, &f));
	CHECK(finds(w, OTHER_CENTRE, "タカハシ", &f));
	CHECK(finds(w, OTHER_CENTRE, f.number.p, &f));
	/* Only who is in charge changes who is. */
	CHECK_INT(move(w, OTHER_CENTRE, &f, "handover", SHINJUKU, "").status, 403);
	CHECK_INT(move(w, OTHER_CENTRE, &f, "relate", OSAKA, "").status, 403);
	CHECK_INT(move(w, OTHER_CENTRE, &f, "unrelate", SHINJUKU, "").status, 403);
	CHECK_STR(roles(w), S(CHIYODA " responsible, " CLINIC " reporter, " SHINJUKU " related"));
	/* No figure moved. */
	CHECK_STR(statuses(w), S("0:1 13:1 1301:1"));
	CHECK_STR(text_in(w, "SELECT purpose || ' ' || detail FROM audit WHERE action = 'case.relate'"), S("15 " SHINJUKU));
}

WEB_TEST(whoever_is_taken_away_sees_nothing_any_more)
{
	struct filed f = filed(w, DOCTOR, S("stay_phone=" PHONE));

	must_move(w, CENTRE, &f, "relate", SHINJUKU, "伝言です");
	CHECK_HAS(get(w, OTHER_CENTRE, S("/handovers")).body, S("伝言です"));
	must_move(w, CENTRE, &f, "unrelate", SHINJUKU, "");
	CHECK_INT(get(w, OTHER_CENTRE, f.file).status, 404);
	CHECK_NOT(get(w, OTHER_CENTRE, S("/inbox")).body, f.case_id);
	CHECK_NOT(get(w, OTHER_CENTRE, S("/handovers")).body, S("伝言です"));
	CHECK_NOT(get(w, OTHER_CENTRE, S("/handovers")).body, f.case_id);
	CHECK(!finds(w, OTHER_CENTRE, HANAKO, &f));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM search_key WHERE scope = 1304"), 0);
	CHECK_STR(roles(w), S(CHIYODA " responsible, " CLINIC " reporter"));
	CHECK_STR(lists(w), S(" 13/ " CHIYODA " " CLINIC));
	/* Once more: nothing is left to do, and nothing is done. */
	int64_t moves = rows_of(w, "org_move");
	must_move(w, CENTRE, &f, "unrelate", SHINJUKU, "");
	CHECK_INT(rows_of(w, "org_move"), moves);
	/* The history says it all. */
	struct str page = read_text(mem, get(w, CENTRE, tab(w, &f, "/history")).body);
	CHECK_HAS(page, S("関係機関に追加：新宿区保健所"));
	CHECK_HAS(page, S("関係機関から外した：新宿区保健所"));
}

WEB_TEST(another_prefecture_sees_the_case_as_long_as_a_centre_of_it_has_to_do_with_it)
{
	struct filed f = filed(w, DOCTOR, S("stay_phone=" PHONE));

	CHECK_INT(get(w, OTHER_PREFECTURE, f.file).status, 404);
	must_move(w, CENTRE, &f, "relate", OSAKA, "");
	later(w, MINUTE);
	must_move(w, CENTRE, &f, "relate", "27/2702/", "");
	CHECK_INT(get(w, OTHER_PREFECTURE, f.file).status, 200);
	CHECK(finds(w, OTHER_PREFECTURE, HANAKO, &f));
	CHECK_STR(lists(w), S(" 13/ " CHIYODA " " CLINIC " 27/ " OSAKA " 27/2702/"));
	must_move(w, CENTRE, &f, "unrelate", OSAKA, "");
	CHECK_INT(get(w, OTHER_PREFECTURE, f.file).status, 200);
	must_move(w, CENTRE, &f, "unrelate", "27/2702/", "");
	CHECK_INT(get(w, OTHER_PREFECTURE, f.file).status, 404);
	CHECK(!finds(w, OTHER_PREFECTURE, HANAKO, &f));
	CHECK_STR(lists(w), S(" 13/ " CHIYODA " " CLINIC));
	CHECK_STR(roles(w), S(CHIYODA " responsible, " CLINIC " reporter"));
}

/* ---- hand-overs ---- */

WEB_TEST(a_hand_over_makes_the_other_centre_responsible_at_once_and_the_former_one_related)
{
	struct filed f = filed(w, DOCTOR, S("stay_phone=" PHONE));

	post(w, CENTRE, f.status, S("status=at_home"));
	later(w, 20 * MINUTE);
	filed(w, STRANGER, S("name=" TARO "&birth_date=" TARO_BORN));
	struct str reports = text_in(w, "SELECT group_concat(scope || axis || reports || persons, ' ') FROM (SELECT * FROM stat_day "
	    "ORDER BY scope, axis) AS x");
	later(w, MINUTE);
	must_move(w, CENTRE, &f, "handover", OSAKA, "");
	later(w, MINUTE);
	/* Not in charge any more: related. */
	CHECK_INT(move(w, CENTRE, &f, "handover", SHINJUKU, "").status, 409);
	CHECK_STR(roles(w), S(CHIYODA " related, " CLINIC " reporter, 13/1304/ responsible, 13/1304/0001/ reporter, 27/ list, " OSAKA
	    " responsible"));
	CHECK_INT(get(w, CENTRE, f.file).status, 200);
	CHECK_INT(get(w, CENTRE, f.edit).status, 403);
	/* The clinic goes on with its own notification. */
	CHECK_INT(get(w, DOCTOR, f.edit).status, 200);
	CHECK_INT(get(w, OTHER_PREFECTURE, f.file).status, 200);
	/* By the centre in charge the figures moved, by the centre of notification they did not. */
	CHECK_STR(text_in(w, "SELECT group_concat(scope || ':' || status || persons, ' ') FROM (SELECT scope, status, persons FROM "
	    "stat_status WHERE persons <> 0 ORDER BY scope, status) AS x"), S("0:at_home1 0:not_set1 13:not_set1 27:at_home1 "
	    "1304:not_set1 2701:at_home1"));
	CHECK_STR(text_in(w, "SELECT group_concat(scope || axis || reports || persons, ' ') FROM (SELECT * FROM stat_day ORDER BY "
	    "scope, axis) AS x"), reports);
	CHECK_STR(recount(w, mem), S(""));
}

WEB_TEST(a_case_that_was_handed_over_comes_in_at_the_top_of_the_other_inbox)
{
	struct filed f = filed(w, DOCTOR, S(""));

	later(w, 20 * MINUTE);
	filed(w, STRANGER, S("name=" TARO "&birth_date=" TARO_BORN));
	struct str cursor = between(get(w, OTHER_CENTRE, S("/inbox")).body, "data-cursor=\"", "\"");
	/* In the very millisecond of the newest row there. */
	must_move(w, CENTRE, &f, "handover", SHINJUKU, "");
	struct http_reply r = get(w, OTHER_CENTRE, str_cat(mem, S("/inbox/rows?since="), cursor));
	CHECK_INT(times_in(r.body, S("<tr")), 1);
	CHECK_HAS(r.body, f.file);
	struct str table = between(get(w, OTHER_CENTRE, S("/inbox")).body, "<tbody>", "</tbody>");
	CHECK(str_find_str(table, S(HANAKO)) < str_find_str(table, S(TARO)));
	CHECK_HAS(told_so_far(w), str_fmt(mem, SHINJUKU " change 1301 %.*s\n" SHINJUKU " handover 1301 %.*s\n",
	    STR_ARG(f.case_id), STR_ARG(f.case_id)));
	/* Still in the lists of the first centre, once. */
	CHECK_INT(times_in(between(get(w, CENTRE, S("/inbox")).body, "<tbody>", "</tbody>"), S("<tr")), 1);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM org_case WHERE org = '13/'"), 2);
	/* There and back again: one row each, at its place of now. */
	later(w, MINUTE);
	must_move(w, OTHER_CENTRE, &f, "handover", CHIYODA, "");
	later(w, MINUTE);
	must_move(w, CENTRE, &f, "handover", SHINJUKU, "");
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM org_case WHERE case_id <> ''"), 4 + 4 + 1);
	CHECK_STR(text_in(w, str_fmt(mem, "SELECT responsible FROM casefile WHERE id = '%.*s'", STR_ARG(f.case_id)).p), S(SHINJUKU));
}

WEB_TEST(pressed_twice_a_hand_over_is_one)
{
	struct filed f = filed(w, DOCTOR, S(""));

	must_move(w, CENTRE, &f, "handover", SHINJUKU, "よろしく");
	must_move(w, CENTRE, &f, "handover", SHINJUKU, "よろしく");
	CHECK_INT(rows_of(w, "org_move"), 1);
	CHECK_INT(rows_of(w, "org_notice"), 1);
	must_move(w, OTHER_CENTRE, &f, "relate", OSAKA, "");
	must_move(w, OTHER_CENTRE, &f, "relate", OSAKA, "");
	CHECK_INT(rows_of(w, "org_move"), 2);
}

WEB_TEST(of_two_hand_overs_the_second_is_told_who_was_first_and_loses_nothing)
{
	struct filed f = filed(w, DOCTOR, S(""));

	must_move(w, CENTRE, &f, "handover", SHINJUKU, "一人目");
	struct http_reply r = move(w, CENTRE, &f, "handover", OSAKA, "二人目の長い伝言");
	CHECK_INT(r.status, 409);
	CHECK_HAS(read_text(mem, r.body), S("ほかの人がこの患者を新宿区保健所に引き継ぎました"));
	CHECK_HAS(r.body, S("二人目の長い伝言"));
	CHECK_INT(rows_of(w, "org_move"), 1);
	CHECK_STR(text_in(w, "SELECT responsible FROM casefile"), S(SHINJUKU));
}

WEB_TEST(the_receiver_acknowledges_and_the_sender_is_told_who_and_when)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str form;

	must_move(w, CENTRE, &f, "handover", SHINJUKU, "呼吸苦あり、毎朝電話");
	CHECK_HAS(get(w, OTHER_CENTRE, S("/handovers/count")).body, S("{\"open\":\"1\"}"));
	CHECK_HAS(get(w, OTHER_CENTRE, S("/search")).body, S("id=\"n-notices\"> 1<span"));
	CHECK_HAS(get(w, CENTRE, S("/handovers/count")).body, S("{\"open\":\"\"}"));
	struct http_reply r = get(w, OTHER_CENTRE, S("/handovers"));
	struct str page = read_text(mem, r.body);
	CHECK_HAS(page, S("呼吸苦あり、毎朝電話"));
	CHECK_HAS(page, S(HANAKO));
	CHECK_HAS(page, S("引き継ぎ：千代田保健所 → 新宿区保健所 · 千代田の係"));
	CHECK_STR(looked_at(w, "case.notices"), f.case_id);
	CHECK_STR(page_faults(mem, r.body), S(""));
	CHECK_HAS(read_text(mem, get(w, CENTRE, tab(w, &f, "/orgs")).body), S("まだ受領されていません"));
	form = str_cat(mem, S("move="), between(r.body, "name=\"move\" value=\"", "\""));

	/* Somebody else's notice is nobody's. */
	CHECK_INT(post(w, CENTRE, tab(w, &f, "/receive"), form).status, 303);
	CHECK_INT(post(w, STRANGER, tab(w, &f, "/receive"), form).status, 403);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM org_move WHERE received_at IS NOT NULL"), 0);

	later(w, 5 * MINUTE);
	r = post(w, OTHER_CENTRE, tab(w, &f, "/receive"), form);
	CHECK_INT(r.status, 303);
	CHECK_STR(header(&r, "Location"), S("/handovers"));
	CHECK_INT(post(w, OTHER_CENTRE, tab(w, &f, "/receive"), form).status, 303);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'case.receive'"), 1);
	CHECK_HAS(get(w, OTHER_CENTRE, S("/handovers/count")).body, S("{\"open\":\"\"}"));
	page = read_text(mem, get(w, OTHER_CENTRE, S("/handovers")).body);
	CHECK_HAS(page, S("未読の引き継ぎはありません"));
	CHECK_HAS(page, S("呼吸苦あり"));
	/* The sender: at the case, and as something to be read. */
	CHECK_HAS(read_text(mem, get(w, CENTRE, tab(w, &f, "/orgs")).body), S("受領 2022-09-30 10:05（新宿の係）"));
	CHECK_HAS(read_text(mem, get(w, CENTRE, tab(w, &f, "/history")).body), S("受領 2022-09-30 10:05（新宿の係）"));
	CHECK_HAS(get(w, CENTRE, S("/handovers/count")).body, S("{\"open\":\"1\"}"));
	CHECK_HAS(read_text(mem, get(w, CENTRE, S("/handovers")).body), S("受領されました"));
	CHECK_INT(post(w, CENTRE, tab(w, &f, "/receive"), form).status, 303);
	CHECK_HAS(get(w, CENTRE, S("/handovers/count")).body, S("{\"open\":\"\"}"));
	/* Nothing that was said stands in the log of who did what. */
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE detail LIKE '%呼吸%'"), 0);
}

WEB_TEST(a_corrected_name_is_found_by_every_centre_that_may_and_the_old_one_by_none)
{
	struct filed f = filed(w, DOCTOR, S("stay_phone=" PHONE));

	must_move(w, CENTRE, &f, "relate", SHINJUKU, "");
	CHECK_INT(correct(w, DOCTOR, &f, S("name=" TARO "&name_kana=" TARO_KANA "&stay_phone=" PHONE_2)).status, 303);
	CHECK(finds(w, OTHER_CENTRE, TARO, &f));
	CHECK(finds(w, OTHER_CENTRE, PHONE_2, &f));
	CHECK(finds(w, CENTRE, TARO, &f));
	CHECK(!finds(w, OTHER_CENTRE, HANAKO, &f));
	CHECK(!finds(w, OTHER_CENTRE, PHONE, &f));
	CHECK(!finds(w, CENTRE, HANAKO, &f));
	must_move(w, CENTRE, &f, "unrelate", SHINJUKU, "");
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM search_key WHERE scope = 1304"), 0);
}

WEB_TEST(a_correction_is_told_to_every_centre_that_has_to_do_with_the_case)
{
	struct filed f = filed(w, DOCTOR, S(""));

	must_move(w, CENTRE, &f, "handover", OSAKA, "");
	size_t before = told_so_far(w).n;
	CHECK_INT(correct(w, DOCTOR, &f, S("stay_phone=" PHONE)).status, 303);
	CHECK_STR(str_sub(told_so_far(w), before, 1000), str_fmt(mem, CLINIC " change 1301 %.*s\n" OSAKA " change 1301 %.*s\n",
	    STR_ARG(f.case_id), STR_ARG(f.case_id)));
}

WEB_TEST(the_centre_that_received_the_notification_and_the_one_in_charge_stay)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(move(w, CENTRE, &f, "unrelate", CHIYODA, "").status, 422);
	must_move(w, CENTRE, &f, "handover", SHINJUKU, "");
	struct http_reply r = move(w, OTHER_CENTRE, &f, "unrelate", CHIYODA, "");
	CHECK_INT(r.status, 422);
	CHECK_INT(get(w, CENTRE, f.file).status, 200);
	CHECK_HAS(read_text(mem, get(w, OTHER_CENTRE, tab(w, &f, "/orgs")).body), S("届出を受け付けた保健所は外せません"));
	CHECK_INT(move(w, OTHER_CENTRE, &f, "handover", SHINJUKU, "").status, 422);
}

WEB_TEST(a_centre_is_named_by_a_part_of_its_name_and_asked_for_when_several_fit)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str to = tab(w, &f, "/orgs");
	static const struct { const char *body, *says; int status; } row[] = {
		{ "act=handover&centre=", "相手の保健所を入力してください。", 422 },
		{ "act=handover&centre=そのような所", "「そのような所」に合う保健所はありません。", 422 },
		{ "act=handover&org=13/", "その保健所には変更できません", 422 },
		{ "act=handover&org=" CLINIC, "その保健所には変更できません", 422 },
		{ "act=handover&org=99/9999/", "その保健所には変更できません", 422 },
		{ "act=handover&org=' OR 1=1", "その保健所には変更できません", 422 },
		{ "act=handover&org=" CHIYODA, "その保健所には変更できません", 422 },
		{ "act=keep&org=" SHINJUKU, "", 400 },
	};

	for (size_t i = 0; i < LEN(row); i++) {
		struct http_reply r = post(w, CENTRE, to, str_fmt(mem, "%s&message=残る伝言", row[i].body));
		CHECK_INT(r.status, row[i].status);
		CHECK_HAS(read_text(mem, r.body), str_of(row[i].says));
		if (r.status == 422)
			CHECK_HAS(r.body, S("残る伝言"));
		if (r.status == 422)
			CHECK_STR(page_faults(mem, r.body), S(""));
	}
	CHECK_INT(rows_of(w, "org_move"), 0);
	struct http_reply r = post(w, CENTRE, to, S("act=handover&centre=新宿&message=残る伝言"));
	if (r.status == 422) {
		CHECK_HAS(r.body, S("value=\"" SHINJUKU "\""));
		CHECK_HAS(r.body, S("残る伝言"));
	} else {
		CHECK_STR(text_in(w, "SELECT responsible FROM casefile"), S(SHINJUKU));
	}
	/* Two words, of the prefecture and of the centre; a whole prefecture is too many. */
	struct filed g = filed(w, DOCTOR, S("birth_date=1970-01-01"));
	r = post(w, CENTRE, tab(w, &g, "/orgs"), S("act=relate&centre=東京都"));
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_text(mem, r.body), S("一つ選んでください"));
	CHECK_HAS(r.body, S("name=\"org\" value=\"13/1301/\""));
	CHECK_STR(page_faults(mem, r.body), S(""));
	r = post(w, CENTRE, tab(w, &g, "/orgs"), S("act=relate&centre=東京都　新宿区保健所"));
	CHECK_INT(r.status, 303);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM case_org WHERE org = '" SHINJUKU "' AND role = 'related'"), 1);
	CHECK_INT(times_in(get(w, CENTRE, tab(w, &g, "/orgs")).body, S("<option value=")) > 400, true);
}

WEB_TEST(a_message_that_is_too_long_or_odd_is_refused_and_kept_on_the_page)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct buf long_one = buf_new(mem);

	for (int i = 0; i < 1001; i++)
		buf_put(&long_one, S("長"));
	struct http_reply r = move(w, CENTRE, &f, "handover", SHINJUKU, buf_str(&long_one).p);
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_text(mem, r.body), S("伝言は1000文字までです"));
	CHECK_HAS(r.body, buf_str(&long_one));
	r = move(w, CENTRE, &f, "handover", SHINJUKU, "a\xE2\x80\xAE" "b");
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_text(mem, r.body), S("伝言に使えない文字"));
	CHECK_INT(rows_of(w, "org_move"), 0);
	long_one.n -= 3;
	must_move(w, CENTRE, &f, "handover", SHINJUKU, "<b>一行目</b>%0D%0A二行目");
	CHECK_HAS(get(w, OTHER_CENTRE, S("/handovers")).body, S("&lt;b&gt;一行目"));
	CHECK_NOT(get(w, OTHER_CENTRE, S("/handovers")).body, S("<b>一行目"));
}

WEB_TEST(a_prefecture_and_the_ministry_look_at_who_has_to_do_with_a_case_and_change_nothing)
{
	struct filed f = filed(w, DOCTOR, S(""));

	for (enum seat k = PREFECTURE; k <= MINISTRY; k++) {
		if (k == OTHER_PREFECTURE)
			continue;
		struct http_reply r = get(w, k, tab(w, &f, "/orgs"));
		CHECK_INT(r.status, 200);
		CHECK_NOT(r.body, S("id=\"move\""));
		CHECK_INT(move(w, k, &f, "handover", SHINJUKU, "").status, 403);
	}
	CHECK_INT(get(w, DOCTOR, tab(w, &f, "/orgs")).status, 403);
}

WEB_TEST(each_tab_says_its_article_and_the_log_keeps_it)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_HAS(read_text(mem, get(w, CENTRE, f.file).body), S("根拠：感染症法第12条（医師の届出）"));
	CHECK_STR(text_in(w, "SELECT purpose || detail FROM audit WHERE action = 'case.view' ORDER BY seq DESC"), S("12"));
	CHECK_HAS(read_text(mem, get(w, CENTRE, tab(w, &f, "/orgs")).body), S("根拠：感染症法第15条（積極的疫学調査）"));
	CHECK_STR(text_in(w, "SELECT purpose || detail FROM audit WHERE action = 'case.view' ORDER BY seq DESC"), S("15orgs"));
}

/* ---- pairs ---- */

static struct http_reply
judge(struct web_world *w, enum seat who, const struct filed *f, const char *act, const struct filed *other)
{
	return post(w, who, tab(w, f, "/links"), str_fmt(w->mem, "act=%s&other=%lld/%.*s", act, (long long)other->home,
	    STR_ARG(other->case_id)));
}

WEB_TEST(a_pair_is_linked_on_both_sides_unlinked_and_nothing_else_changes)
{
	struct filed a = filed(w, DOCTOR, S("")), b = filed(w, NEIGHBOUR, S(""));
	struct str before = text_in(w, "SELECT group_concat(number || ver || type, ' ') FROM (SELECT * FROM casefile ORDER BY id) AS x");
	struct str figures = text_in(w, "SELECT group_concat(scope || axis || reports || persons, ' ') FROM (SELECT * FROM stat_day "
	    "ORDER BY scope, axis) AS x");

	CHECK_INT(judge(w, CENTRE, &a, "same", &b).status, 303);
	CHECK_HAS(between(get(w, CENTRE, a.file).body, "id=\"linked\"", "</ul>"), b.file);
	CHECK_HAS(between(get(w, CENTRE, b.file).body, "id=\"linked\"", "</ul>"), a.file);
	CHECK_HAS(read_text(mem, between(get(w, CENTRE, b.file).body, "id=\"linked\"", "</ul>")), S("2022-09-30 10:00 千代田の係（千代田保健所）"));
	CHECK_NOT(get(w, CENTRE, a.file).body, S("id=\"duplicates\""));
	/* Twice is once. */
	CHECK_INT(judge(w, CENTRE, &b, "same", &a).status, 303);
	CHECK_INT(rows_of(w, "case_link"), 2);
	CHECK_INT(judge(w, CENTRE, &b, "open", &a).status, 303);
	CHECK_HAS(get(w, CENTRE, a.file).body, S("id=\"duplicates\""));
	CHECK_NOT(get(w, CENTRE, a.file).body, S("id=\"linked\""));
	CHECK_STR(text_in(w, "SELECT group_concat(number || ver || type, ' ') FROM (SELECT * FROM casefile ORDER BY id) AS x"), before);
	CHECK_STR(text_in(w, "SELECT group_concat(scope || axis || reports || persons, ' ') FROM (SELECT * FROM stat_day ORDER BY "
	    "scope, axis) AS x"), figures);
	struct str page = read_text(mem, get(w, CENTRE, tab(w, &a, "/history")).body);
	CHECK_HAS(page, str_cat(mem, S("同じ人："), number_show(mem, b.number)));
	CHECK_HAS(page, str_cat(mem, S("取り消し："), number_show(mem, b.number)));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'case.link' AND purpose = '15'"), 4);
}

WEB_TEST(a_pair_judged_to_be_two_persons_is_a_candidate_no_more_and_says_who_judged)
{
	struct filed a = filed(w, DOCTOR, S("")), b = filed(w, NEIGHBOUR, S(""));

	CHECK_INT(judge(w, CENTRE, &a, "other", &b).status, 303);
	struct http_reply r = get(w, CENTRE, b.file);
	CHECK_NOT(r.body, S("id=\"duplicates\""));
	CHECK_HAS(read_text(mem, between(r.body, "id=\"others\"", "</details>")), S("2022-09-30 10:00 千代田の係（千代田保健所）"));
	CHECK_STR(page_faults(mem, r.body), S(""));
	CHECK_INT(judge(w, CENTRE, &b, "open", &a).status, 303);
	CHECK_HAS(get(w, CENTRE, b.file).body, S("id=\"duplicates\""));
}

WEB_TEST(of_a_pair_in_another_area_only_number_and_centre_are_known_on_either_side)
{
	struct filed a = filed(w, DOCTOR, S("stay_phone=" PHONE)), far = filed(w, STRANGER, S("stay_phone=" PHONE_2));

	CHECK_INT(judge(w, CENTRE, &a, "same", &far).status, 303);
	struct str here = between(get(w, CENTRE, a.file).body, "id=\"linked\"", "</ul>");
	struct str there = between(get(w, OTHER_CENTRE, far.file).body, "id=\"linked\"", "</ul>");
	CHECK_HAS(read_text(mem, here), number_show(mem, far.number));
	CHECK_HAS(read_text(mem, here), S("新宿区保健所"));
	CHECK_HAS(read_text(mem, there), number_show(mem, a.number));
	CHECK_HAS(read_text(mem, there), S("千代田保健所"));
	CHECK_NOT(there, S(HANAKO));
	CHECK_NOT(there, S("試験第一医院"));
	CHECK_INT(get(w, OTHER_CENTRE, a.file).status, 404);
	/* In the area of both: whole. */
	CHECK_HAS(between(get(w, PREFECTURE, a.file).body, "id=\"linked\"", "</ul>"), S(HANAKO));
	/* The other side may undo it. */
	CHECK_INT(judge(w, OTHER_CENTRE, &far, "open", &a).status, 303);
	CHECK_NOT(get(w, CENTRE, a.file).body, S("id=\"linked\""));
	CHECK_INT(get(w, DOCTOR, a.file).status, 200);
	CHECK_NOT(get(w, DOCTOR, a.file).body, number_show(mem, far.number));
}

WEB_TEST(nobody_learns_of_a_case_by_trying_to_link_it)
{
	struct filed a = filed(w, DOCTOR, S("")), far = filed(w, STRANGER, S("name=" TARO "&birth_date=" TARO_BORN));
	struct filed near = filed(w, NEIGHBOUR, S("name=" TARO "&birth_date=1951-12-25"));
	struct http_reply none = post(w, CENTRE, tab(w, &a, "/links"), S("act=same&number=1304-9999-9990"));

	CHECK_INT(judge(w, CENTRE, &a, "same", &far).status, 404);
	struct http_reply r = post(w, CENTRE, tab(w, &a, "/links"), str_cat(mem, S("act=same&number="), far.number));
	CHECK_INT(r.status, 422);
	CHECK_INT(none.status, 422);
	CHECK_HAS(read_text(mem, r.body), S("その番号の届出は、この管轄にも候補にもありません。"));
	CHECK_STR(read_text(mem, between(r.body, "id=\"link-fault\"", "</p>")), read_text(mem, between(none.body, "id=\"link-fault\"", "</p>")));
	CHECK_INT(post(w, CENTRE, tab(w, &a, "/links"), S("act=same&other=1301/x")).status, 404);
	CHECK_INT(post(w, CENTRE, tab(w, &a, "/links"), S("act=same&other=1301")).status, 404);
	CHECK_INT(post(w, CENTRE, tab(w, &a, "/links"), S("act=kill")).status, 400);
	CHECK_INT(judge(w, CENTRE, &a, "same", &a).status, 422);
	CHECK_INT(judge(w, OTHER_CENTRE, &a, "same", &far).status, 404);
	CHECK_INT(judge(w, DOCTOR, &a, "same", &near).status, 403);
	CHECK_INT(judge(w, PREFECTURE, &a, "same", &near).status, 403);
	CHECK_INT(rows_of(w, "case_link"), 0);
	/* Of one's own area any may be: a birth date may be mistyped. */
	r = post(w, CENTRE, tab(w, &a, "/links"), str_cat(mem, S("act=same&number="), number_show(mem, near.number)));
	CHECK_INT(r.status, 303);
	CHECK_HAS(between(get(w, CENTRE, near.file).body, "id=\"linked\"", "</ul>"), a.file);
}

/* ---- who looked ---- */

static struct str
lines_of(struct arena *mem, struct http_reply r)
{
	return str_fmt(mem, "%zu", times_in(r.body, S("\r\n")));
}

WEB_TEST(five_looks_by_three_organisations_are_five_lines_of_the_disclosure_log)
{
	struct filed f = filed(w, DOCTOR, S("")), other = filed(w, DOCTOR, S("name=" TARO "&birth_date=" TARO_BORN));

	later(w, MINUTE);
	get(w, CENTRE, f.file);
	get(w, CENTRE, S("/inbox"));                            /* among others */
	get(w, DOCTOR, f.file);
	post(w, PREFECTURE, S("/search"), S("q=" HANAKO));
	get(w, PREFECTURE, f.file);
	get(w, CENTRE, other.file);                             /* not this one */
	post(w, CENTRE, f.status, S("status=at_home"));         /* no look */
	struct http_reply r = get(w, PREFECTURE, tab(w, &f, "/access.csv"));
	CHECK_INT(r.status, 200);
	CHECK_STR(r.type, S("text/csv; charset=utf-8"));
	CHECK_STR(header(&r, "Content-Disposition"), S("attachment; filename=\"access-record.csv\""));
	CHECK(str_starts(r.body, S("\xEF\xBB\xBF日時,組織コード,組織,")));
	CHECK_STR(lines_of(mem, r), S("6"));
	CHECK_HAS(r.body, S("2022-09-30 10:01:00," CHIYODA ",千代田保健所,"));
	CHECK_HAS(r.body, S(",千代田の係,閲覧,一覧に表示,,第15条,192.0.2."));
	CHECK_HAS(r.body, S(CLINIC ",試験第一医院,"));
	CHECK_HAS(r.body, S(",都の係,閲覧,検索結果に表示,text,"));
	CHECK_HAS(r.body, S("第12条"));
	CHECK_NOT(r.body, S(HANAKO));
	/* Taking it is a look as well; the line says how much it was. */
	struct str said = text_in(w, "SELECT detail FROM audit WHERE action = 'case.disclosure'");
	CHECK(str_starts(said, S("rows=5 sha256=")));
	CHECK_INT(said.n, S("rows=5 sha256=").n + 64);
	CHECK_STR(looked_at(w, "case.disclosure"), f.case_id);
	CHECK_STR(lines_of(mem, get(w, CENTRE, tab(w, &f, "/access.csv"))), S("7"));
	/* Changes and all. */
	r = get(w, CENTRE, tab(w, &f, "/access.csv?kind=changes"));
	CHECK_STR(lines_of(mem, r), S("3"));
	CHECK_HAS(r.body, S("現在のステータスを変更,at_home"));
	CHECK_HAS(r.body, S("発生届を報告"));
}

WEB_TEST(the_record_shows_who_when_what_by_which_article_and_from_where)
{
	struct filed f = filed(w, DOCTOR, S(""));

	get(w, CENTRE, tab(w, &f, "/orgs"));
	struct http_reply r = get(w, CENTRE, tab(w, &f, "/access"));
	struct str page = read_text(mem, between(r.body, "<tbody>", "</tbody>"));
	CHECK_INT(r.status, 200);
	CHECK_STR(page_faults(mem, r.body), S(""));
	CHECK_HAS(page, S("2022-09-30 10:00:00千代田保健所千代田の係患者の記録を表示 担当・関係機関第15条192.0.2."));
	CHECK_HAS(page, S("試験第一医院医師 甲発生届を報告第12条"));
	r = get(w, CENTRE, tab(w, &f, "/access?kind=changes"));
	CHECK_INT(times_in(between(r.body, "<tbody>", "</tbody>"), S("<tr")), 1);
	CHECK_INT(get(w, CENTRE, tab(w, &f, "/access?before=x")).status, 400);
	CHECK_INT(get(w, CENTRE, tab(w, &f, "/access?before=-1")).status, 400);
	CHECK_INT(get(w, OTHER_CENTRE, tab(w, &f, "/access")).status, 404);
	CHECK_INT(get(w, OTHER_CENTRE, tab(w, &f, "/access.csv")).status, 404);
	CHECK_INT(get(w, DOCTOR, tab(w, &f, "/access")).status, 403);
	CHECK_INT(get(w, MINISTRY, tab(w, &f, "/access.csv")).status, 403);
}

WEB_TEST(the_record_goes_on_page_by_page_without_gap_or_repeat)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str to = tab(w, &f, "/access?kind=looks");
	size_t seen = 0, pages = 0;

	for (int i = 0; i < 117; i++)
		get(w, i % 2 ? CENTRE : DOCTOR, f.file);
	for (; to.n > 0 && pages < 5; pages++) {
		struct http_reply r = get(w, CENTRE, to);
		seen += times_in(between(r.body, "<tbody>", "</tbody>"), S("<tr"));
		struct str link = between(between(r.body, "</table>", "</section>"), "<a href=\"", "\">さらに前の記録");
		to = link.n > 0 ? unescaped(mem, link) : link;
	}
	CHECK_INT(pages, 3);
	/* What was looked at, and the first two pages of the record itself. */
	CHECK_INT(seen, 117);
}

WEB_TEST(nothing_in_the_file_is_run_by_a_spreadsheet)
{
	struct filed f = filed(w, DOCTOR, S(""));

	CHECK_INT(ask(w, &(struct ask){ .who = CENTRE, .target = f.file, .address = S("=1+cmd|' /C calc'!A0") }).status, 200);
	CHECK_HAS(get(w, CENTRE, tab(w, &f, "/access.csv")).body, S(",'=1+cmd|' /C calc'!A0,"));
}

/* The end of walking back: the day before the filing, found without looking at every line. */
WEB_TEST(the_record_of_a_case_reaches_back_to_its_filing_over_everything_that_came_between)
{
	filed(w, DOCTOR, S("birth_date=1970-01-01"));
	for (int day = 0; day < 5; day++) {
		later(w, 24 * HOUR);
		back_in(w, CENTRE);
		back_in(w, DOCTOR);
	}
	struct filed f = filed(w, DOCTOR, S(""));
	for (int day = 0; day < 5; day++) {
		later(w, 24 * HOUR);
		back_in(w, CENTRE);
		get(w, CENTRE, S("/inbox"));
	}
	CHECK_STR(lines_of(mem, get(w, CENTRE, tab(w, &f, "/access.csv?kind=all"))), S("7"));
	CHECK_HAS(get(w, CENTRE, tab(w, &f, "/access.csv?kind=all")).body, S("発生届を報告"));
}
