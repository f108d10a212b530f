/* test/http/contacts.c: contacts of a case: adding, correcting, observing, linking; the case that a contact becomes; chains. */
#include "world.h"

#include "domain/contact.h"
#include "reading.h"

/* A case of the doctor's and what its contacts' pages are. */
struct scene {
	struct filed f;
	struct str tab, chain;
};

static struct scene
scene(struct web_world *w)
{
	struct scene s = { .f = filed(w, DOCTOR, S("home_address=" ADDRESS_2 "&stay_phone=" PHONE)) };

	s.tab = str_cat(w->mem, s.f.file, S("/contacts"));
	s.chain = str_cat(w->mem, s.f.file, S("/chain"));
	return s;
}

#define TARO_MET "rows=1&name.1=" TARO "&name_kana.1=" TARO_KANA "&birth_date.1=" TARO_BORN "&sex.1=male&relation.1=work&" \
	"phone.1=" PHONE_2 "&address.1=" ADDRESS "&last_contact.1=2022-09-28&high_risk.1=yes"

/* Add one; its path. */
static struct str
added(struct web_world *w, enum seat who, const struct scene *s, struct str body)
{
	later(w, 1);    /* ids rise */
	struct http_reply r = post(w, who, s->tab, body);
	if (r.status != 303)
		test_fail(__FILE__, __LINE__, "added", str_fmt(w->mem, "%d %.*s", r.status, STR_ARG(read_text(w->mem, r.body))), S("303"));
	return str_fmt(w->mem, "/contacts/1301/%.*s", STR_ARG(text_in(w, "SELECT id FROM contact ORDER BY id DESC LIMIT 1")));
}

static struct str
path(struct web_world *w, struct str contact, const char *tail)
{
	return str_fmt(w->mem, "%.*s%s", STR_ARG(contact), tail);
}

/* The form of correction as it stands, with changes, pressed. */
static struct http_reply
corrected(struct web_world *w, enum seat who, struct str contact, struct str changes)
{
	return post(w, who, contact, changed(w->mem, read_form(w->mem, get(w, who, contact).body, "entry"), changes));
}

static struct str
main_text(struct web_world *w, enum seat who, struct str target)
{
	return read_text(w->mem, between(get(w, who, target).body, "<main", "</main>"));
}

/* ---- adding ---- */

WEB_TEST(a_contact_is_added_with_a_name_alone)
{
	struct scene s = scene(w);

	added(w, CENTRE, &s, S("rows=1&name.1=" TARO));
	CHECK_STR(text_in(w, "SELECT name || ' ' || state || ' ' || ver FROM contact"), S(TARO " monitoring 1"));
	CHECK_STR(text_in(w, "SELECT COALESCE(until, '-') FROM contact"), S("-"));
	CHECK_STR(text_in(w, "SELECT purpose || ' ' || home FROM audit WHERE action = 'contact.add'"), S("15 1301"));
	CHECK_STR(looked_at(w, "contact.add"), text_in(w, "SELECT id FROM contact"));
	CHECK_HAS(main_text(w, CENTRE, s.tab), S(TARO));
	CHECK_NOT(between(get(w, CENTRE, str_fmt(mem, "/contacts/1301/%.*s", STR_ARG(text_in(w, "SELECT id FROM contact")))).body,
	    "<title>", "</title>"), S(TARO));
	CHECK_HAS(told_so_far(w), str_fmt(mem, CLINIC " change 1301 %.*s\n", STR_ARG(s.f.case_id)));
}

WEB_TEST(what_is_typed_is_understood_as_in_a_notification)
{
	struct scene s = scene(w);

	added(w, CENTRE, &s, S("rows=1&name.1=" TARO "&name_kana.1=さいとう　たろう&birth_date.1=S26.12.24&phone.1=０９０ー５５５０ー９８７６&"
	    "relation.1=household&last_contact.1=令和4年9月28日"));
	CHECK_STR(text_in(w, "SELECT name_kana || birth_date || phone || household FROM contact"),
	    S(TARO_KANA TARO_BORN PHONE_2 "yes"));
	/* From 22 July 2022 on five days. */
	CHECK_STR(text_in(w, "SELECT until FROM contact"), S("2022-10-03"));
}

TEST(the_days_of_observation_follow_the_rule_of_the_day)
{
	static const struct { const char *today, *until; } row[] = {
		{ "2020-02-05", "" }, { "2020-02-06", "2020-02-19" }, { "2022-01-13", "2022-01-19" }, { "2022-01-14", "2022-01-15" },
		{ "2022-01-28", "2022-01-12" }, { "2022-07-22", "2022-01-10" }, { "2023-05-08", "" },
	};
	struct date d;

	for (size_t i = 0; i < LEN(row); i++) {
		CHECK(date_from_iso(str_of(row[i].today), &d));
		CHECK_STR(contact_until(mem, S("covid19"), i < 2 ? S("2020-02-05") : S("2022-01-05"), d), str_of(row[i].until));
		CHECK_STR(contact_until(mem, S("ehec"), S("2022-01-05"), d), S(""));
	}
	CHECK_STR(contact_until(mem, S("covid19"), S(""), d), S(""));
}

WEB_TEST(people_of_the_household_begin_with_the_address_of_the_case)
{
	struct scene s = scene(w);
	struct http_reply r = get(w, CENTRE, str_cat(mem, s.tab, S("?add=household&rows=4")));
	struct str form = read_form(mem, r.body, "add");

	CHECK_HAS(r.body, S("value=\"" ADDRESS_2 "\""));
	CHECK_HAS(r.body, S("value=\"" PHONE "\""));
	r = post(w, CENTRE, s.tab, changed(mem, form, S("name.1=" TARO "&name.3=齋藤次郎")));
	CHECK_INT(r.status, 303);
	CHECK_HAS(header(&r, "Location"), S("added=2&add=household"));
	CHECK_INT(rows_of(w, "contact"), 2);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM contact WHERE household = 'yes' AND relation = 'household' AND address = '"
	    ADDRESS_2 "'"), 2);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'contact.add'"), 1);
	CHECK_HAS(main_text(w, CENTRE, str_cat(mem, s.tab, S("?added=2"))), S("2人を追加しました"));
}

WEB_TEST(a_bad_value_stays_at_its_field_and_nothing_is_kept)
{
	struct scene s = scene(w);
	struct http_reply r = post(w, CENTRE, s.tab, S("rows=4&name.1=" TARO "&birth_date.1=2月30日&name.2=&phone.2=abc&"
	    "name.3=ok&last_contact.3=2022-10-02&relation.3=nothing"));
	struct str faults = read_faults(mem, r.body);

	CHECK_INT(r.status, 422);
	CHECK_INT(rows_of(w, "contact"), 0);
	CHECK_HAS(faults, S("生年月日"));
	CHECK_HAS(faults, S("電話番号は数字とハイフン"));
	CHECK_HAS(faults, S("氏名を入力してください"));
	CHECK_HAS(faults, S("最終接触日は今日より後にできません"));
	CHECK_HAS(faults, S("患者との関係を一覧から選び直して"));
	CHECK_HAS(r.body, S("value=\"2月30日\""));
	CHECK_HAS(r.body, S("value=\"abc\""));
	CHECK_HAS(read_text(mem, between(r.body, "id=\"c-phone-2-note\"", "</p>")), S("数字とハイフン"));
	CHECK_STR(page_faults(mem, r.body), S(""));
	r = post(w, CENTRE, s.tab, S("rows=1"));
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_faults(mem, r.body), S("氏名を入力してください"));
}

WEB_TEST(nobody_becomes_a_case_by_being_typed_so)
{
	struct scene s = scene(w);
	struct http_reply r = post(w, CENTRE, s.tab, S("rows=1&name.1=" TARO "&state.1=became_case"));

	CHECK_INT(r.status, 422);
	CHECK_INT(rows_of(w, "contact"), 0);
	struct str k = added(w, CENTRE, &s, S(TARO_MET));
	CHECK_INT(corrected(w, CENTRE, k, S("state=became_case")).status, 422);
	CHECK_STR(text_in(w, "SELECT state FROM contact"), S("monitoring"));
}

WEB_TEST(the_same_press_twice_adds_once_and_with_another_person_twice)
{
	struct scene s = scene(w);
	struct str form = changed(mem, read_form(mem, get(w, CENTRE, s.tab).body, "add"), S("name.1=" TARO));

	CHECK_INT(post(w, CENTRE, s.tab, form).status, 303);
	CHECK_INT(post(w, CENTRE, s.tab, form).status, 303);
	CHECK_INT(rows_of(w, "contact"), 1);
	CHECK_INT(post(w, CENTRE, s.tab, changed(mem, form, S("name.1=" HANAKO))).status, 303);
	CHECK_INT(rows_of(w, "contact"), 2);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'contact.add'"), 2);
}

/* The key of a press is a name, never a right: another case's contact is neither shown nor changed by it. */
WEB_TEST(the_key_of_another_cases_contact_adds_a_new_one)
{
	struct scene s = scene(w);
	added(w, CENTRE, &s, S(TARO_MET));
	struct str taken = text_in(w, "SELECT id FROM contact");
	struct filed other = filed(w, STRANGER, S("name=" TARO));

	CHECK_INT(post(w, STRANGER, str_cat(mem, other.file, S("/contacts")), str_fmt(mem, "rows=1&name.1=x&op.1=%.*s",
	    STR_ARG(taken))).status, 303);
	CHECK_INT(rows_of(w, "contact"), 2);
	CHECK_INT(number_in(w, "SELECT MAX(ver) FROM contact"), 1);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM contact WHERE name = '" TARO "' AND home = 1301"), 1);
}

/* ---- correcting ---- */

WEB_TEST(a_correction_keeps_what_was_and_says_who_and_when)
{
	struct scene s = scene(w);
	struct str k = added(w, DOCTOR, &s, S(TARO_MET));

	later(w, 20 * MINUTE);
	struct http_reply r = corrected(w, CENTRE, k, S("relation=friend&state=finished&test_result=negative&test_date=2022-09-29"));
	CHECK_INT(r.status, 303);
	CHECK_STR(text_in(w, "SELECT relation || ' ' || state || ' ' || ver FROM contact"), S("friend finished 2"));
	CHECK_INT(rows_of(w, "contact_version"), 2);
	CHECK_STR(looked_at(w, "contact.change"), text_in(w, "SELECT id FROM contact"));
	for (int i = 0; i < 2; i++) {
		struct str text = main_text(w, CENTRE, i == 0 ? k : str_cat(mem, s.f.file, S("/history")));
		CHECK_HAS(text, S("2022-09-30 10:20 接触者を訂正・追加 " TARO " 千代田の係"));
		CHECK_HAS(text, S("患者との関係 職場 → 友人・知人"));
		CHECK_HAS(text, S("接触者を登録 " TARO " 医師 甲"));
	}
	CHECK_STR(looked_at(w, "contact.view"), text_in(w, "SELECT id FROM contact"));
}

WEB_TEST(two_people_at_once_see_both_values_and_nothing_is_lost)
{
	struct scene s = scene(w);
	struct str k = added(w, CENTRE, &s, S(TARO_MET));
	struct str mine = read_form(mem, get(w, CENTRE, k).body, "entry");

	CHECK_INT(corrected(w, CENTRE, k, S("place=事務室&phone=" PHONE)).status, 303);
	struct http_reply r = post(w, CENTRE, k, changed(mem, mine, S("place=食堂&note=よく話す")));
	CHECK_INT(r.status, 409);
	struct str both = read_text(mem, between(r.body, "id=\"conflict\"", "</section>"));
	CHECK_HAS(both, S("接触した場所・場面食堂事務室"));
	CHECK_NOT(both, S("電話番号"));
	CHECK_STR(text_in(w, "SELECT place FROM contact"), S("事務室"));
	/* Pressed again it is kept: mine, and what only the other changed. */
	r = post(w, CENTRE, k, read_form(mem, r.body, "entry"));
	CHECK_INT(r.status, 303);
	CHECK_STR(text_in(w, "SELECT place || note || phone FROM contact"), S("食堂よく話す" PHONE));
}

WEB_TEST(a_contact_is_withdrawn_with_a_reason_and_stays_readable)
{
	struct scene s = scene(w);
	struct str k = added(w, CENTRE, &s, S(TARO_MET));

	CHECK_INT(post(w, CENTRE, path(w, k, "/withdraw"), S("seen=1&why=　")).status, 303);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM contact WHERE withdrawn IS NULL"), 0);
}

WEB_TEST(withdrawing_asks_why_and_locks)
{
	struct scene s = scene(w);
	struct str k = added(w, CENTRE, &s, S(TARO_MET));
	struct http_reply r = post(w, CENTRE, path(w, k, "/withdraw"), S("seen=1&why="));

	CHECK_INT(r.status, 422);
	CHECK_HAS(read_text(mem, between(r.body, "id=\"w-fault\"", "</p>")), S("理由を200文字以内"));
	struct str old = read_form(mem, r.body, "entry");
	CHECK_INT(post(w, CENTRE, path(w, k, "/withdraw"), S("seen=1&why=別人だった")).status, 303);
	CHECK_STR(text_in(w, "SELECT withdrawn || ver FROM contact"), S("別人だった2"));
	CHECK_HAS(main_text(w, CENTRE, s.tab), S("別人だった"));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM search_key WHERE kind IN ('c', 'm', 'r', 'p')"), 0);
	CHECK_INT(post(w, CENTRE, k, changed(mem, old, S("place=x"))).status, 409);
	CHECK_INT(post(w, CENTRE, path(w, k, "/withdraw"), S("seen=2&why=x")).status, 423);
	CHECK_INT(post(w, CENTRE, path(w, k, "/days"), S("day=2022-09-30&said=x")).status, 423);
	CHECK_INT(post(w, CENTRE, path(w, k, "/link"), str_fmt(mem, "seen=2&number=%.*s", STR_ARG(filed(w, DOCTOR,
	    S("name=" TARO "&dup_ack=1&birth_date=" TARO_BORN)).number))).status, 423);
	CHECK_INT(number_in(w, "SELECT ver FROM contact"), 2);
}

/* ---- 健康観察 ---- */

WEB_TEST(observations_are_written_down_and_struck_out)
{
	struct scene s = scene(w);
	struct str k = added(w, CENTRE, &s, S(TARO_MET)), days = path(w, k, "/days");

	CHECK_INT(post(w, CENTRE, days, S("day=2022-09-30&temperature=３６．８℃&symptoms=no&said=変わりなし")).status, 303);
	CHECK_STR(text_in(w, "SELECT day || ' ' || temperature || ' ' || symptoms || ' ' || by_name FROM contact_day"),
	    S("2022-09-30 36.8 no 千代田の係"));
	CHECK_STR(text_in(w, "SELECT detail FROM audit WHERE action = 'contact.observe'"), S("2022-09-30"));
	CHECK_HAS(main_text(w, CENTRE, k), S("2022-09-3036.8無変わりなし"));
	struct str id = text_in(w, "SELECT id FROM contact_day");
	CHECK_INT(post(w, CENTRE, days, str_fmt(mem, "void=%.*s", STR_ARG(id))).status, 303);
	CHECK_INT(post(w, CENTRE, days, str_fmt(mem, "void=%.*s", STR_ARG(id))).status, 404);
	CHECK_HAS(main_text(w, CENTRE, k), S("取消 千代田の係"));
	CHECK_INT(rows_of(w, "contact_day"), 1);
	/* The same press again is one entry. */
	struct str again = str_fmt(mem, "op=01GE5YGJM0ZY9HZPW3KBQ97MZM&day=2022-09-29&temperature=38.1&symptoms=yes");
	CHECK_INT(post(w, CENTRE, days, again).status, 303);
	CHECK_INT(post(w, CENTRE, days, again).status, 303);
	CHECK_INT(rows_of(w, "contact_day"), 2);
}

WEB_TEST(an_observation_that_cannot_be_read_stays_as_typed)
{
	static const struct { const char *body, *says; } row[] = {
		{ "day=2022-10-01&temperature=36.5", "今日より後" }, { "day=2月30日&temperature=36.5", "観察日を読み取れません" },
		{ "day=2022-09-30&temperature=48.0", "体温は" }, { "day=2022-09-30&temperature=熱い", "体温は" },
		{ "day=2022-09-30&temperature=36.55", "体温は" }, { "day=2022-09-30&temperature=", "どれかを入力" },
	};
	struct scene s = scene(w);
	struct str k = added(w, CENTRE, &s, S(TARO_MET));

	for (size_t i = 0; i < LEN(row); i++) {
		struct http_reply r = post(w, CENTRE, path(w, k, "/days"), str_of(row[i].body));
		CHECK_INT(r.status, 422);
		CHECK_HAS(read_text(mem, between(r.body, "id=\"d-fault\"", "</p>")), str_of(row[i].says));
	}
	struct http_reply r = post(w, CENTRE, path(w, k, "/days"), S("day=2月30日&temperature=37&said=だるい"));
	CHECK_HAS(r.body, S("value=\"2月30日\""));
	CHECK_HAS(r.body, S("value=\"だるい\""));
	CHECK_INT(rows_of(w, "contact_day"), 0);
}

/* ---- who is observed today ---- */

WEB_TEST(the_list_of_today_begins_with_who_was_not_seen)
{
	struct scene s = scene(w);

	added(w, CENTRE, &s, S("rows=1&name.1=甲野&last_contact.1=2022-09-29"));
	struct str seen = added(w, CENTRE, &s, S("rows=1&name.1=乙野&last_contact.1=2022-09-26"));
	added(w, CENTRE, &s, S("rows=1&name.1=丙野&last_contact.1=2022-09-28"));
	struct str done = added(w, CENTRE, &s, S("rows=1&name.1=丁野&last_contact.1=2022-09-28"));
	added(w, CENTRE, &s, S("rows=1&name.1=戊野&last_contact.1=2022-09-20"));
	struct str gone = added(w, CENTRE, &s, S("rows=1&name.1=己野&last_contact.1=2022-09-28"));

	CHECK_INT(post(w, CENTRE, path(w, seen, "/days"), S("day=2022-09-30&temperature=36.5")).status, 303);
	CHECK_INT(corrected(w, CENTRE, done, S("state=finished")).status, 303);
	CHECK_INT(post(w, CENTRE, path(w, gone, "/withdraw"), S("seen=1&why=別人")).status, 303);
	struct str list = main_text(w, CENTRE, S("/contacts"));
	size_t a = str_find_str(list, S("甲野")), b = str_find_str(list, S("乙野")), c = str_find_str(list, S("丙野")),
	    e = str_find_str(list, S("戊野"));
	CHECK(c < a && a < b && b < e && e < list.n);
	CHECK_NOT(list, S("丁野"));
	CHECK_NOT(list, S("己野"));
	CHECK_HAS(list, S("4人（うち本日未確認 2人）"));
	CHECK_HAS(list, S("終了日を過ぎています"));
	/* Nobody else's. */
	CHECK_NOT(main_text(w, OTHER_CENTRE, S("/contacts")), S("甲野"));
	CHECK_INT(get(w, DOCTOR, S("/contacts")).status, 403);
	CHECK_INT(get(w, PREFECTURE, S("/contacts")).status, 403);
	CHECK_HAS(text_in(w, "SELECT object FROM audit WHERE action = 'contact.watch' ORDER BY seq LIMIT 1"), S("1301/"));
}

/* ---- who may ---- */

WEB_TEST(the_ministry_sees_no_contacts_and_the_prefecture_changes_none)
{
	struct scene s = scene(w);
	struct str k = added(w, CENTRE, &s, S(TARO_MET));

	CHECK_INT(get(w, MINISTRY, s.tab).status, 403);
	CHECK_INT(get(w, MINISTRY, k).status, 403);
	CHECK_INT(get(w, MINISTRY, s.chain).status, 403);
	CHECK_NOT(get(w, MINISTRY, str_cat(mem, s.f.file, S("/history"))).body, S(TARO));
	CHECK_NOT(get(w, MINISTRY, s.f.file).body, s.tab);
	CHECK_HAS(main_text(w, PREFECTURE, k), S(TARO));
	CHECK_NOT(get(w, PREFECTURE, k).body, S("id=\"entry\""));
	CHECK_NOT(get(w, PREFECTURE, s.tab).body, S("id=\"add\""));
	CHECK_INT(post(w, PREFECTURE, s.tab, S(TARO_MET)).status, 403);
	CHECK_INT(post(w, PREFECTURE, k, S("seen=1&name=x")).status, 403);
	CHECK_INT(number_in(w, "SELECT SUM(ver) FROM contact"), 1);
}

WEB_TEST(an_institution_adds_to_its_own_case_and_changes_nothing)
{
	struct scene s = scene(w);
	struct str k = added(w, CLERK, &s, S(TARO_MET));

	CHECK_HAS(main_text(w, DOCTOR, s.tab), S(TARO));
	CHECK_NOT(get(w, DOCTOR, k).body, S("id=\"entry\""));
	CHECK_INT(post(w, DOCTOR, k, S("seen=1&name=x")).status, 403);
	CHECK_INT(post(w, DOCTOR, path(w, k, "/withdraw"), S("seen=1&why=x")).status, 403);
	CHECK_INT(get(w, NEIGHBOUR, k).status, 404);
	CHECK_INT(post(w, NEIGHBOUR, s.tab, S(TARO_MET)).status, 404);
	CHECK_INT(rows_of(w, "contact"), 1);
}

/* ---- becoming a case ---- */

/* The form of a notification as it is offered for a contact, with what a filing needs. */
static struct str
offered(struct web_world *w, enum seat who, struct str contact)
{
	struct arena *mem = w->mem;
	struct str url = unescaped(mem, between(get(w, who, contact).body, "class=\"button primary\" href=\"", "\""));

	return changed(mem, read_form(mem, get(w, who, url).body, "entry"), S("act=report&diagnosis_date=2022-09-30&type=confirmed&"
	    "test_method.1=naat&test_specimen.1=saliva&test_sampled_date.1=2022-09-30&doctor_name=試験医師"));
}

WEB_TEST(a_contact_becomes_a_case_by_being_notified)
{
	struct scene s = scene(w);
	struct str k = added(w, CENTRE, &s, S(TARO_MET)), form = offered(w, DOCTOR, k);
	struct http_reply r;

	CHECK_HAS(form, pair(mem, "birth_date", S(TARO_BORN)));
	CHECK_HAS(form, pair(mem, "stay_address", S(ADDRESS)));
	CHECK_HAS(form, pair(mem, "name_kana", S(TARO_KANA)));
	r = post(w, DOCTOR, S("/notifications/new"), form);
	CHECK_INT(r.status, 303);
	CHECK_INT(rows_of(w, "casefile"), 2);
	CHECK_STR(text_in(w, "SELECT state || ' ' || ver FROM contact"), S("became_case 2"));
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM contact k JOIN casefile c ON c.id = k.became AND c.home = k.case_home WHERE c.name = '"
	    TARO "'"), 1);
	CHECK_STR(text_in(w, "SELECT act FROM contact_version ORDER BY ver DESC LIMIT 1"), S("filed"));
	CHECK_STR(looked_at(w, "contact.filed"), text_in(w, "SELECT id FROM contact"));
	/* Pressed again nothing changes. */
	struct http_reply again = post(w, DOCTOR, S("/notifications/new"), form);
	CHECK_STR(header(&again, "Location"), header(&r, "Location"));
	CHECK_INT(number_in(w, "SELECT ver FROM contact"), 2);
	CHECK_INT(rows_of(w, "case_source"), 1);

	struct str fresh = str_fmt(mem, "/cases/1301/%.*s", STR_ARG(text_in(w, "SELECT became FROM contact")));
	CHECK_HAS(main_text(w, CENTRE, fresh), str_cat(mem, S("感染源の候補 "), text_in(w, "SELECT substr(number, 1, 4) || '-' || "
	    "substr(number, 5, 4) || '-' || substr(number, 9, 4) FROM casefile ORDER BY reported_at, number LIMIT 1")));
	/* It is not offered a second time. */
	CHECK_NOT(get(w, DOCTOR, k).body, S("/notifications/new?disease"));
	CHECK_NOT(get(w, MINISTRY, fresh).body, S("感染源の候補"));
}

WEB_TEST(a_form_that_was_refused_or_kept_as_a_draft_still_knows_its_contact)
{
	struct scene s = scene(w);
	struct str k = added(w, CENTRE, &s, S(TARO_MET)), form = offered(w, DOCTOR, k);
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), changed(mem, form, S("name=")));

	CHECK_INT(r.status, 422);
	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, read_form(mem, r.body, "entry"), S("act=draft")));
	CHECK_INT(r.status, 303);
	r = follow(w, DOCTOR, &r);
	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, read_form(mem, r.body, "entry"), S("act=report&name=" TARO)));
	CHECK_INT(r.status, 303);
	CHECK_STR(text_in(w, "SELECT state FROM contact"), S("became_case"));
}

/* Nothing about a contact ever stops a notification. */
WEB_TEST(a_notification_is_kept_whatever_became_of_its_contact)
{
	struct scene s = scene(w);
	struct str k = added(w, CENTRE, &s, S(TARO_MET)), form = offered(w, DOCTOR, k);

	CHECK_INT(post(w, CENTRE, path(w, k, "/withdraw"), S("seen=1&why=別人だった")).status, 303);
	CHECK_INT(post(w, DOCTOR, S("/notifications/new"), form).status, 303);
	CHECK_INT(rows_of(w, "casefile"), 2);
	CHECK_INT(rows_of(w, "case_source"), 0);
	form = changed(mem, form, S("op=&dup_ack=1&contact=1301.01GE5YGJM0ZY9HZPW3KBQ97MZM"));
	CHECK_INT(post(w, DOCTOR, S("/notifications/new"), form).status, 303);
	form = changed(mem, form, S("contact=..x"));
	CHECK_INT(post(w, DOCTOR, S("/notifications/new"), form).status, 303);
	CHECK_INT(rows_of(w, "casefile"), 4);
	CHECK_INT(rows_of(w, "case_source"), 0);
}

/* A stranger who knows its id neither reads it nor makes it a case. */
WEB_TEST(a_contact_of_another_area_is_neither_offered_nor_linked)
{
	struct scene s = scene(w);
	added(w, CENTRE, &s, S(TARO_MET));
	struct str ref = str_fmt(mem, "contact=1301.%.*s", STR_ARG(text_in(w, "SELECT id FROM contact")));
	struct http_reply r = get(w, STRANGER, str_cat(mem, S("/notifications/new?"), ref));

	CHECK_INT(r.status, 200);
	CHECK_NOT(r.body, S(TARO));
	filed(w, STRANGER, ref);
	CHECK_STR(text_in(w, "SELECT state FROM contact"), S("monitoring"));
	CHECK_INT(rows_of(w, "case_source"), 0);
}

WEB_TEST(a_contact_is_linked_to_a_case_by_number_and_taken_off_again)
{
	struct scene s = scene(w);
	struct str k = added(w, CENTRE, &s, S(TARO_MET)), link = path(w, k, "/link");
	struct filed own = filed(w, NEIGHBOUR, S("name=" TARO)), away = filed(w, STRANGER, S("name=" TARO));
	static const struct { const char *number, *says; } bad[] = {
		{ "", "HER-SYS番号として" }, { "1301-0000-0001", "HER-SYS番号として" },
	};

	for (size_t i = 0; i < LEN(bad); i++) {
		struct http_reply r = post(w, CENTRE, link, str_fmt(mem, "seen=1&number=%s", bad[i].number));
		CHECK_INT(r.status, 422);
		CHECK_HAS(read_text(mem, between(r.body, "id=\"l-fault\"", "</p>")), str_of(bad[i].says));
	}
	struct http_reply r = post(w, CENTRE, link, str_fmt(mem, "seen=1&number=%.*s", STR_ARG(away.number)));
	CHECK_INT(r.status, 422);
	CHECK_HAS(read_text(mem, r.body), S("その患者は管轄内に見つかりません"));
	r = post(w, CENTRE, link, str_fmt(mem, "seen=1&case=1304.%.*s", STR_ARG(away.case_id)));
	CHECK_INT(r.status, 422);
	r = post(w, CENTRE, link, str_fmt(mem, "seen=1&number=%.*s", STR_ARG(s.f.number)));
	CHECK_HAS(read_text(mem, r.body), S("元の患者の番号です"));
	CHECK_INT(rows_of(w, "case_source"), 0);

	CHECK_INT(post(w, CENTRE, link, str_fmt(mem, "seen=1&number=%.*s", STR_ARG(own.number))).status, 303);
	CHECK_STR(text_in(w, "SELECT became || state FROM contact"), str_cat(mem, own.case_id, S("became_case")));
	CHECK_HAS(main_text(w, CENTRE, own.file), S("感染源の候補"));
	/* Twice, and with an old page. */
	CHECK_INT(post(w, CENTRE, link, str_fmt(mem, "seen=1&number=%.*s", STR_ARG(own.number))).status, 409);
	CHECK_INT(post(w, CENTRE, link, str_fmt(mem, "seen=2&number=%.*s", STR_ARG(own.number))).status, 422);
	/* The neighbour's clinic sees its own case, but not the one that it may come from. */
	CHECK_HAS(main_text(w, NEIGHBOUR, own.file), S("千代田保健所の管轄の患者"));
	CHECK_NOT(get(w, NEIGHBOUR, own.file).body, s.f.case_id);
	/* A correction leaves the link alone. */
	CHECK_INT(corrected(w, CENTRE, k, S("place=食堂")).status, 303);
	CHECK_STR(text_in(w, "SELECT state || ver FROM contact"), S("became_case3"));
	CHECK_INT(post(w, CENTRE, path(w, k, "/unlink"), S("seen=3")).status, 303);
	CHECK_STR(text_in(w, "SELECT state || COALESCE(became, '-') FROM contact"), S("monitoring-"));
	CHECK_INT(rows_of(w, "case_source"), 0);
	CHECK_HAS(text_in(w, "SELECT detail FROM audit WHERE action = 'contact.unlink'"), own.case_id);
	CHECK_INT(post(w, CENTRE, path(w, k, "/unlink"), S("seen=4")).status, 422);
}

/* ---- the same person ---- */

WEB_TEST(who_may_be_the_same_person_is_named_and_linked_by_a_press_only)
{
	struct scene s = scene(w);
	struct str k = added(w, CENTRE, &s, S(TARO_MET));
	struct filed second = filed(w, DOCTOR, S("name=斉藤　太郎&birth_date=" TARO_BORN "&sex=male"));
	struct filed third = filed(w, NEIGHBOUR, S("name=" HANAKO "&dup_ack=1"));
	struct scene other = { .f = third, .tab = str_cat(mem, third.file, S("/contacts")) };

	added(w, CENTRE, &other, S(TARO_MET));
	CHECK_STR(text_in(w, "SELECT group_concat(state, ' ') FROM contact"), S("monitoring monitoring"));
	struct http_reply r = get(w, CENTRE, k);
	struct str twins = between(r.body, "id=\"twins\"", "</section>");
	CHECK_HAS(read_text(mem, twins), S("斉藤　太郎"));
	CHECK_HAS(read_text(mem, twins), S("の接触者"));
	CHECK_HAS(main_text(w, CENTRE, s.tab), S("同じ人かも"));
	CHECK_HAS(main_text(w, CENTRE, str_cat(mem, second.file, S("/contacts"))), S("接触者として記録されていたかもしれません"));
	CHECK_INT(post(w, CENTRE, path(w, k, "/link"), str_fmt(mem, "seen=1&case=%.*s", STR_ARG(between(twins,
	    "name=\"case\" value=\"", "\"")))).status, 303);
	CHECK_STR(text_in(w, "SELECT became FROM contact WHERE ver = 2"), second.case_id);
	/* Another area is told that there is one, no more. */
	struct filed away = filed(w, STRANGER, S("name=" HANAKO));
	struct scene far = { .f = away, .tab = str_cat(mem, away.file, S("/contacts")) };
	added(w, OTHER_CENTRE, &far, S(TARO_MET));
	struct str there = main_text(w, OTHER_CENTRE, str_fmt(mem, "/contacts/1304/%.*s", STR_ARG(text_in(w,
	    "SELECT id FROM contact WHERE home = 1304"))));
	CHECK_HAS(there, S("ほかの管轄にも3件あります"));
	CHECK_NOT(there, S("斉藤"));
}

WEB_TEST(the_search_finds_contacts_beside_cases_for_those_who_may_see_them)
{
	static const char *const asked[] = { "q=齋藤", "q=斉藤太郎", "q=さいとう", "q=090-5550", "q=&birth_date=S26.12.24",
		("q=サイ&birth_date=" TARO_BORN) };
	struct scene s = scene(w);
	struct str k = added(w, CENTRE, &s, S(TARO_MET));

	for (size_t i = 0; i < LEN(asked); i++) {
		CHECK_HAS(post(w, CENTRE, S("/search"), str_of(asked[i])).body, k);
		CHECK_HAS(post(w, PREFECTURE, S("/search"), str_of(asked[i])).body, k);
		CHECK_NOT(post(w, MINISTRY, S("/search"), str_of(asked[i])).body, S(TARO "</"));
		CHECK_NOT(post(w, OTHER_CENTRE, S("/search"), str_of(asked[i])).body, k);
		CHECK_NOT(post(w, NEIGHBOUR, S("/search"), str_of(asked[i])).body, k);
	}
	CHECK_STR(looked_at(w, "contact.search"), text_in(w, "SELECT id FROM contact"));
	CHECK_NOT(post(w, CENTRE, S("/search"), S("q=齋藤&birth_date=1999-01-01")).body, k);
	/* A corrected name is found, the old one no longer. */
	CHECK_INT(corrected(w, CENTRE, k, S("name=" HANAKO "&name_kana=" HANAKO_KANA)).status, 303);
	CHECK_NOT(post(w, CENTRE, S("/search"), S("q=齋藤")).body, k);
	CHECK_HAS(post(w, CENTRE, S("/search"), S("q=高橋花子")).body, k);
}

/* ---- chains ---- */

/* A contact of `from` that became the case `to`. */
static void
infect(struct web_world *w, enum seat who, const struct filed *from, const struct filed *to, const char *more)
{
	struct scene s = { .f = *from, .tab = str_cat(w->mem, from->file, S("/contacts")) };
	int64_t home = from->home;

	later(w, 1);
	struct http_reply r = post(w, who, s.tab, str_fmt(w->mem, "rows=1&name.1=鎖%s", more));
	struct str id = text_in(w, "SELECT id FROM contact ORDER BY id DESC LIMIT 1");
	if (r.status != 303 || post(w, who, str_fmt(w->mem, "/contacts/%lld/%.*s/link", (long long)home, STR_ARG(id)),
	    str_fmt(w->mem, "seen=1&number=%.*s", STR_ARG(to->number))).status != 303)
		test_fail(__FILE__, __LINE__, "infected", S("no"), S("yes"));
}

WEB_TEST(a_chain_shows_sources_and_contacts_with_a_list_of_the_same)
{
	struct scene s = scene(w);
	struct filed a = filed(w, DOCTOR, S("name=甲田&birth_date=1970-01-01&diagnosis_date=2020-10-20&test_sampled_date.1=2020-10-19&"
	    "onset_date=2020-10-15")), b = filed(w, DOCTOR, S("name=乙田&birth_date=1971-01-01"));

	infect(w, CENTRE, &a, &s.f, "&relation.1=household");
	infect(w, CENTRE, &s.f, &b, "&relation.1=work");
	added(w, CENTRE, &s, S("rows=1&name.1=" TARO "&relation.1=household"));
	struct http_reply r = get(w, CENTRE, s.chain);
	CHECK_INT(r.status, 200);
	CHECK_STR(page_faults(mem, r.body), S(""));
	CHECK_INT(times_in(r.body, S("<g class=\"filled")), 3);
	CHECK_INT(times_in(r.body, S("<g class=\"hollow")), 1);
	CHECK_INT(times_in(r.body, S("class=\"way\"")), 3);
	CHECK_INT(times_in(r.body, S("class=\"home\"")), 1);
	struct str before = read_text(mem, between(r.body, "id=\"h-before\"", "</section>")), after = read_text(mem, between(r.body,
	    "id=\"h-after\"", "</section>"));
	CHECK_HAS(before, S("甲田"));
	CHECK_HAS(before, S("発病 2020-10-15"));
	CHECK_HAS(after, S("乙田 診断 2022-09-20"));
	CHECK_HAS(after, S(TARO));
	CHECK_HAS(looked_at(w, "contact.chain"), a.case_id);
	CHECK_HAS(main_text(w, CENTRE, str_cat(mem, b.file, S("/chain"))), S("甲田"));
}

WEB_TEST(a_case_that_was_withdrawn_stays_in_the_chain_as_such)
{
	struct scene s = scene(w);
	struct filed b = filed(w, DOCTOR, S("name=乙田&birth_date=1971-01-01"));

	infect(w, CENTRE, &s.f, &b, "");
	CHECK_INT(post(w, DOCTOR, str_fmt(mem, "/notifications/1301/%.*s/withdraw", STR_ARG(b.id)),
	    S("seen=1&message=別の患者でした")).status, 303);
	struct http_reply r = get(w, CENTRE, s.chain);
	CHECK_INT(times_in(r.body, S("<g class=\"grey")), 1);
	CHECK_HAS(read_text(mem, between(r.body, "id=\"h-after\"", "</section>")), S("乙田 取り下げ"));
}

WEB_TEST(a_chain_in_a_circle_ends_and_each_case_stands_once)
{
	struct scene s = scene(w);
	struct filed a = filed(w, DOCTOR, S("name=甲田&birth_date=1970-01-01")), b = filed(w, DOCTOR, S("name=乙田&birth_date=1971-01-01"));

	infect(w, CENTRE, &s.f, &a, "");
	infect(w, CENTRE, &a, &b, "");
	infect(w, CENTRE, &b, &s.f, "");
	struct http_reply r = get(w, CENTRE, s.chain);
	CHECK_INT(r.status, 200);
	CHECK_INT(times_in(r.body, S("<g class=\"filled")), 3);
	CHECK_HAS(read_text(mem, r.body), S("とも接触"));
	CHECK_STR(page_faults(mem, r.body), S(""));
}

/* The neighbour's clinic sees its own case only: where that comes from is a grey box with the name of a centre. */
WEB_TEST(a_chain_ends_at_the_border_of_ones_area_without_a_word_of_the_person)
{
	struct scene s = scene(w);
	struct filed a = filed(w, DOCTOR, S("name=甲田&birth_date=1970-01-01")), own = filed(w, NEIGHBOUR, S("name=" TARO "&birth_date=" TARO_BORN));

	infect(w, CENTRE, &a, &s.f, "");
	infect(w, CENTRE, &s.f, &own, "&relation.1=household");
	struct http_reply r = get(w, NEIGHBOUR, str_cat(mem, own.file, S("/chain")));
	CHECK_INT(r.status, 200);
	CHECK_INT(times_in(r.body, S("<g class=\"filled")), 1);
	CHECK_INT(times_in(r.body, S("<g class=\"grey")), 1);
	CHECK_HAS(read_text(mem, r.body), S("ほかの管轄の患者 千代田保健所"));
	CHECK_NOT(r.body, s.f.case_id);
	CHECK_NOT(r.body, S(HANAKO));
	CHECK_NOT(r.body, S("甲田"));
	CHECK_NOT(looked_at(w, "contact.chain"), s.f.case_id);
}

WEB_TEST(a_large_chain_is_cut_and_says_so)
{
	struct scene s = scene(w);

	for (int i = 0; i < 51; i++)
		CHECK_INT(post(w, CENTRE, s.tab, S("rows=4&name.1=a&name.2=b&name.3=c&name.4=d")).status, 303);
	struct http_reply r = get(w, CENTRE, s.chain);
	CHECK_INT(r.status, 200);
	CHECK_INT(times_in(r.body, S("<g class=")), 200);
	CHECK_HAS(read_text(mem, r.body), S("近い順に200人まで"));
	CHECK_INT(get(w, CENTRE, s.tab).status, 200);
}
