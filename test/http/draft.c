/* test/http/draft.c: what is typed is kept before it is filed, by an office together. */
#include "world.h"

#include "fmt/json.h"
#include "reading.h"

static const struct json *
json_of(struct arena *mem, const struct http_reply *r)
{
	const struct json *j = NULL;

	CHECK_STR(r->type, S("application/json; charset=utf-8"));
	if (json_read(mem, r->body, &j) != OK)
		test_fail(__FILE__, __LINE__, "JSON", r->body, S("an object"));
	return j;
}

static struct http_reply
autosave(struct web_world *w, enum seat who, struct str body)
{
	return post(w, who, S("/drafts"), body);
}

/* A draft of the doctor's, begun by the script; its id. */
static struct str
begun(struct web_world *w, struct arena *mem)
{
	struct http_reply r = autosave(w, DOCTOR, changed(mem, S(MINIMUM), S("act=")));

	CHECK_INT(r.status, 200);
	return json_text(json_of(mem, &r), S("id"));
}

static struct str
path_of_draft(struct arena *mem, struct str id)
{
	return str_cat(mem, S("/drafts/"), id);
}

WEB_TEST(the_script_keeps_what_is_typed_and_counts_versions)
{
	struct http_reply r = autosave(w, DOCTOR, S("disease=covid19&name=" HANAKO));
	const struct json *j = json_of(mem, &r);
	struct str id = json_text(j, S("id"));

	CHECK_INT(r.status, 200);
	CHECK_INT(id.n, 26);
	CHECK_INT(json_get(j, S("ver"))->integer, 1);
	CHECK_STR(json_text(j, S("saved_at")), S("10:00"));
	later(w, 5 * MINUTE);
	r = autosave(w, DOCTOR, str_fmt(mem, "disease=covid19&name=" HANAKO "&sex=female&draft_id=%.*s&"
	    "draft_ver=1", STR_ARG(id)));
	j = json_of(mem, &r);
	CHECK_STR(json_text(j, S("id")), id);
	CHECK_INT(json_get(j, S("ver"))->integer, 2);
	CHECK_STR(json_text(j, S("saved_at")), S("10:05"));
	CHECK_INT(rows_of(w, "draft"), 1);
	CHECK_STR(text_in(w, "SELECT org || ' ' || by_name || ' ' || disease || ' ' || ver FROM draft"),
	    S(CLINIC " 医師 甲 covid19 2"));
	CHECK_STR(looked_at(w, "draft.save"), id);
	CHECK_INT(rows_of(w, "notification"), 0);
}

WEB_TEST(a_draft_opens_as_it_was_typed_however_odd)
{
	static const struct str odd[] = { STR_INIT("\"'><svg onload=alert(1)>"), STR_INIT("一行目\r\n二行目\r\n"),
	    STR_INIT("  先頭の空白 "),
		STR_INIT("😷\xEE\x80\x80\xE2\x80\x8F"), STR_INIT("2月30日"), STR_INIT("a+b=c&d%e") };
	static const char *const at[] = { "name", "remarks", "stay_address", "name_kana", "birth_date", "clinic_name" };
	struct str body = S("disease=covid19&diagnosis_date=2022-09-20&type=confirmed&test_method.1=naat");

	for (size_t i = 0; i < LEN(odd); i++)
		body = str_fmt(mem, "%.*s&%.*s", STR_ARG(body), STR_ARG(pair(mem, at[i], odd[i])));
	struct http_reply r = autosave(w, DOCTOR, body);
	struct str id = json_text(json_of(mem, &r), S("id"));
	r = get(w, DOCTOR, path_of_draft(mem, id));
	CHECK_INT(r.status, 200);
	for (size_t i = 0; i < LEN(odd); i++)
		CHECK_STR(read_value(mem, r.body, at[i]), odd[i]);
	CHECK_STR(read_value(mem, r.body, "type"), S("confirmed"));
	CHECK_STR(read_value(mem, r.body, "draft_id"), id);
	CHECK_STR(read_value(mem, r.body, "draft_ver"), S("1"));
	CHECK_STR(looked_at(w, "draft.view"), id);
	/* Nothing is found fault with before somebody presses. */
	CHECK_STR(read_faults(mem, r.body), S(""));
}

WEB_TEST(a_draft_holds_the_sheet_and_not_the_request)
{
	autosave(w, DOCTOR, S("disease=covid19&name=x&op=press&act=report&draft_ver=0&sex="));
	CHECK_STR(text_in(w, "SELECT body FROM draft"), S("disease=covid19&name=x"));
}

WEB_TEST(the_whole_office_sees_a_draft_and_nobody_else_does)
{
	static const enum seat outside[] = { NEIGHBOUR, STRANGER, CENTRE, OTHER_CENTRE };
	struct str id = begun(w, mem), path = path_of_draft(mem, id);

	CHECK_HAS(get(w, CLERK, S("/notifications")).body, path);
	CHECK_STR(read_value(mem, get(w, CLERK, path).body, "name"), S(HANAKO));
	for (size_t i = 0; i < LEN(outside); i++) {
		enum seat k = outside[i];
		CHECK_INT(get(w, k, path).status, 404);
		CHECK_INT(post(w, k, str_cat(mem, path, S("/delete")), S("")).status, 404);
		CHECK_INT(autosave(w, k, str_fmt(mem, "name=x&draft_ver=1&draft_id=%.*s", STR_ARG(id))).status, 410);
		CHECK_NOT(get(w, k, S("/notifications")).body, S(HANAKO));
		/* Nor can it be filed away from them. */
		struct http_reply r = file_minimum(w, k, str_fmt(mem,
		    "birth_date=1970-01-01&draft_ver=1&draft_id=%.*s", STR_ARG(id)));
		CHECK_INT(r.status, 409);
		CHECK_NOT(read_text(mem, r.body), S(HANAKO_BORN));
	}
	CHECK_STR(text_in(w, "SELECT org || ' ' || ver FROM draft"), S(CLINIC " 1"));
	CHECK_INT(rows_of(w, "notification"), 0);
}

WEB_TEST(the_draft_button_keeps_a_draft_and_the_next_press_keeps_the_same_one)
{
	struct http_reply r = file_minimum(w, DOCTOR, S("act=draft&name="));

	CHECK_INT(r.status, 303);
	CHECK_HAS(header(&r, "Location"), S("/drafts/"));
	struct str to = header(&r, "Location");
	struct str form = read_form(mem, get(w, DOCTOR, to).body, "entry");
	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, form, S("act=draft&name=" TARO)));
	CHECK_STR(header(&r, "Location"), to);
	CHECK_STR(read_value(mem, get(w, DOCTOR, to).body, "name"), S(TARO));
	CHECK_INT(rows_of(w, "draft"), 1);
	CHECK_INT(rows_of(w, "notification"), 0);
}

WEB_TEST(filing_a_draft_takes_it_away_in_the_same_change)
{
	struct str path = path_of_draft(mem, begun(w, mem));
	struct str form = read_form(mem, get(w, DOCTOR, path).body, "entry");
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), changed(mem, form, S("act=report")));

	CHECK_INT(r.status, 303);
	CHECK_INT(rows_of(w, "draft"), 0);
	CHECK_INT(rows_of(w, "notification"), 1);
	CHECK_INT(get(w, DOCTOR, path).status, 404);
	/* The same press again: the draft is gone, the receipt is not. */
	struct http_reply again = post(w, DOCTOR, S("/notifications/new"), changed(mem, form, S("act=report")));
	CHECK_STR(header(&again, "Location"), header(&r, "Location"));
}

WEB_TEST(a_clerk_begins_and_the_doctor_files)
{
	struct http_reply r = autosave(w, CLERK, changed(mem, S(MINIMUM), S("act=&doctor_name=")));
	struct str path = path_of_draft(mem, json_text(json_of(mem, &r), S("id")));
	struct str form = read_form(mem, get(w, DOCTOR, path).body, "entry");

	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, form, S("act=report&doctor_name=試験医師")));
	CHECK_INT(r.status, 303);
	CHECK_STR(text_in(w, "SELECT entered_name FROM notification"), S("医師 甲"));
	CHECK_INT(rows_of(w, "draft"), 0);
}

/* ---- two people on one draft ---- */

WEB_TEST(the_script_does_not_overwrite_what_somebody_else_saved_and_names_him)
{
	struct str id = begun(w, mem);

	later(w, 3 * MINUTE);
	CHECK_INT(autosave(w, CLERK, str_fmt(mem, "name=" TARO "&draft_id=%.*s&draft_ver=1", STR_ARG(id))).status, 200);
	struct http_reply r = autosave(w, DOCTOR, str_fmt(mem, "name=" HANAKO "&draft_id=%.*s&draft_ver=1",
	    STR_ARG(id)));
	const struct json *j = json_of(mem, &r);
	CHECK_INT(r.status, 409);
	CHECK_STR(json_text(j, S("error")), S("conflict"));
	CHECK_STR(json_text(j, S("by")), S("事務 乙"));
	CHECK_STR(json_text(j, S("at")), S("10:03"));
	CHECK_STR(read_value(mem, get(w, DOCTOR, path_of_draft(mem, id)).body, "name"), S(TARO));
	CHECK_STR(text_in(w, "SELECT ver FROM draft"), S("2"));
}

WEB_TEST(reporting_from_a_stale_draft_shows_both_texts_and_files_on_the_next_press)
{
	struct str id = begun(w, mem), path = path_of_draft(mem, id);
	struct str mine = read_form(mem, get(w, DOCTOR, path).body, "entry");

	later(w, 3 * MINUTE);
	CHECK_INT(autosave(w, CLERK, changed(mem, S(MINIMUM), str_fmt(mem,
	    "act=&draft_id=%.*s&draft_ver=1&stay_phone=" PHONE_2
	    "&sex=male", STR_ARG(id)))).status, 200);
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), changed(mem, mine,
	    S("act=report&stay_phone=" PHONE)));
	CHECK_INT(r.status, 409);
	struct str page = read_text(mem, r.body), both = read_text(mem, between(r.body, "id=\"conflict\"",
	    "</section>"));
	CHECK_HAS(page, S("この下書きは2022-09-30 10:03に事務 乙さんが保存しています。"));
	CHECK_HAS(both, S(PHONE));
	CHECK_HAS(both, S(PHONE_2));
	CHECK_HAS(both, S("性別"));
	CHECK_NOT(both, S(HANAKO));
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE));
	CHECK_INT(rows_of(w, "notification"), 0);
	CHECK_INT(rows_of(w, "draft"), 1);
	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, read_form(mem, r.body, "entry"), S("act=report")));
	CHECK_INT(r.status, 303);
	CHECK_STR(text_in(w, "SELECT sex || ' ' || stay_phone FROM notification"), S("female " PHONE));
	CHECK_INT(rows_of(w, "draft"), 0);
}

/* What both see are words, not codes of ours. */
WEB_TEST(both_texts_are_shown_in_the_words_of_the_form)
{
	struct str id = begun(w, mem);
	struct str mine = read_form(mem, get(w, DOCTOR, path_of_draft(mem, id)).body, "entry");

	CHECK_INT(autosave(w, CLERK, changed(mem, S(MINIMUM), str_fmt(mem,
	    "act=&draft_id=%.*s&draft_ver=1&sex=male", STR_ARG(id)))).status, 200);
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), changed(mem, mine, S("act=report")));
	struct str both = read_text(mem, between(r.body, "id=\"conflict\"", "</section>"));
	CHECK_HAS(both, S("性別"));
	CHECK_HAS(both, S("男"));
	CHECK_NOT(both, S("female"));
}

WEB_TEST(a_draft_that_is_gone_is_said_and_the_next_press_files)
{
	struct str id = begun(w, mem), path = path_of_draft(mem, id);
	struct str mine = read_form(mem, get(w, DOCTOR, path).body, "entry");

	CHECK_INT(post(w, CLERK, str_cat(mem, path, S("/delete")), S("")).status, 303);
	CHECK_STR(looked_at(w, "draft.delete"), id);
	CHECK_INT(get(w, DOCTOR, path).status, 404);
	CHECK_INT(autosave(w, DOCTOR, str_fmt(mem, "name=x&draft_id=%.*s&draft_ver=1", STR_ARG(id))).status, 410);
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), changed(mem, mine, S("act=report")));
	CHECK_INT(r.status, 409);
	CHECK_HAS(read_faults(mem, r.body), S("ほかの人がすでに届け出たか削除しました。"));
	CHECK_STR(read_value(mem, r.body, "name"), S(HANAKO));
	CHECK_STR(read_value(mem, r.body, "draft_id"), S(""));
	CHECK_INT(rows_of(w, "notification"), 0);
	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, read_form(mem, r.body, "entry"), S("act=report")));
	CHECK_INT(r.status, 303);
}

WEB_TEST(the_draft_button_on_a_stale_draft_loses_nothing)
{
	struct str id = begun(w, mem);
	struct str mine = read_form(mem, get(w, DOCTOR, path_of_draft(mem, id)).body, "entry");

	CHECK_INT(autosave(w, CLERK, str_fmt(mem, "name=" TARO "&draft_id=%.*s&draft_ver=1", STR_ARG(id))).status, 200);
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), changed(mem, mine,
	    S("act=draft&stay_phone=" PHONE)));
	CHECK_INT(r.status, 409);
	CHECK_STR(read_value(mem, r.body, "stay_phone"), S(PHONE));
	CHECK_STR(read_value(mem, r.body, "draft_ver"), S("2"));
	CHECK_STR(text_in(w, "SELECT by_name FROM draft"), S("事務 乙"));
	r = post(w, DOCTOR, S("/notifications/new"), changed(mem, read_form(mem, r.body, "entry"), S("act=draft")));
	CHECK_INT(r.status, 303);
	CHECK_STR(text_in(w, "SELECT by_name || ' ' || ver FROM draft"), S("医師 甲 3"));
}

/* ---- limits ---- */

static struct str
many(struct arena *mem, const char *unit, size_t n)
{
	struct buf b = buf_new(mem);

	for (size_t i = 0; i < n; i++)
		buf_put(&b, str_of(unit));
	return buf_str(&b);
}

WEB_TEST(a_draft_beyond_all_measure_is_refused_and_what_is_typed_stays_in_the_page)
{
	struct str huge = str_cat(mem, S("disease=covid19&name=" HANAKO "&remarks="), many(mem, "x", 300000));
	struct http_reply r = autosave(w, DOCTOR, huge);

	CHECK_INT(r.status, 413);
	CHECK_STR(json_text(json_of(mem, &r), S("error")), S("limit"));
	r = post(w, DOCTOR, S("/notifications/new"), str_cat(mem, huge, S("&act=draft")));
	CHECK_INT(r.status, 413);
	CHECK_STR(read_value(mem, r.body, "name"), S(HANAKO));
	CHECK_INT(read_value(mem, r.body, "remarks").n, 300000);
	CHECK_HAS(read_faults(mem, r.body), S("送られた内容が大きすぎます。"));
	CHECK_INT(rows_of(w, "draft"), 0);
}

WEB_TEST(a_draft_that_was_never_one_is_gone)
{
	CHECK_INT(autosave(w, DOCTOR, S("name=x&draft_id=nonsense&draft_ver=1")).status, 410);
	CHECK_INT(autosave(w, DOCTOR, S("name=x&draft_id=01GE5YGJM0ZY9HZPW3KBQ97MZM&draft_ver=1")).status, 410);
	CHECK_INT(autosave(w, DOCTOR, S("name=x&draft_id=01GE5YGJM0ZY9HZPW3KBQ97MZM&draft_ver=one")).status, 400);
	CHECK_INT(get(w, DOCTOR, S("/drafts/nonsense")).status, 404);
	CHECK_INT(get(w, DOCTOR, S("/drafts/01GE5YGJM0ZY9HZPW3KBQ97MZM")).status, 404);
	CHECK_INT(rows_of(w, "draft"), 0);
}

WEB_TEST(without_a_session_the_script_is_told_so_in_its_own_words)
{
	struct http_reply r = autosave(w, NOBODY, S("name=" HANAKO));

	CHECK_INT(r.status, 401);
	CHECK_STR(json_text(json_of(mem, &r), S("error")), S("signed_out"));
	CHECK_INT(autosave(w, MINISTRY, S("name=" HANAKO)).status, 403);
	CHECK_INT(rows_of(w, "draft"), 0);
}

WEB_TEST(a_draft_of_a_disease_that_has_no_sheet_any_more_still_opens)
{
	struct http_reply r = autosave(w, DOCTOR, S("disease=no-such-disease&name=" HANAKO "&"
	    "diagnosis_date=1980-01-01"));
	struct str path = path_of_draft(mem, json_text(json_of(mem, &r), S("id")));

	r = get(w, DOCTOR, path);
	CHECK_INT(r.status, 200);
	CHECK_STR(read_value(mem, r.body, "name"), S(HANAKO));
	CHECK_STR(read_value(mem, r.body, "diagnosis_date"), S("1980-01-01"));
}
