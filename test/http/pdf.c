/* test/http/pdf.c: the official form as PDF: who gets it, what it says, what is kept of the look. */
#include "world.h"

#include "domain/number.h"
#include "reading.h"
#include "../unit/paper.h"

static struct str
pdf_of(struct arena *mem, const struct filed *f)
{
	return str_fmt(mem, "/notifications/%lld/%.*s/pdf", (long long)f->home, STR_ARG(f->id));
}

WEB_TEST(the_official_form_of_a_notification_says_what_was_filed)
{
	struct filed f = filed(w, DOCTOR, S("remarks=妊婦支援事業&clinic_name=試験第一医院&stay_phone=" PHONE));
	struct http_reply r = get(w, DOCTOR, pdf_of(mem, &f));

	CHECK_INT(r.status, 200);
	CHECK_STR(r.type, S("application/pdf"));
	CHECK_INT(paper_pages(mem, r.body), 1);
	paper_sound(mem, r.body);
	struct str page = paper_text(mem, r.body);
	CHECK_HAS(page, S("新型コロナウイルス感染症発生届"));
	CHECK_HAS(page, S("別記様式6-1"));
	CHECK_HAS(page, number_show(mem, f.number));
	CHECK_HAS(page, S("提出日・受理日令和4年9月30日患者（確定例）"));
	CHECK_HAS(page, S(HANAKO));
	CHECK_HAS(page, S("昭和55年4月1日"));
	CHECK_HAS(page, S(ADDRESS));
	CHECK_HAS(page, S(PHONE));
	CHECK_HAS(page, S("試験第一医院"));
	CHECK_HAS(page, S("試験医師"));
	CHECK_HAS(page, S("令和4年9月19日"));
	CHECK_HAS(page, S("妊婦支援事業"));
	CHECK_HAS(page, S("第1版"));
	CHECK_HAS(page, paper_plain(mem, str_fmt(mem, "印刷：%s　2022-09-30 10:00", name_at[DOCTOR])));
}

WEB_TEST(the_form_is_shown_in_place_and_named_by_the_number_alone)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct http_reply r = get(w, DOCTOR, pdf_of(mem, &f));

	CHECK_STR(header(&r, "Content-Disposition"), str_fmt(mem, "inline; filename=\"%.*s.pdf\"",
	    STR_ARG(number_show(mem, f.number))));
	CHECK_STR(header(&r, "Cache-Control"), S("no-store"));
	CHECK_STR(header(&r, "X-Content-Type-Options"), S("nosniff"));
	/* Nor does its title name the person. */
	CHECK_NOT(r.body, S(HANAKO));
	/* The same in English: the form is in Japanese. */
	CHECK_INT(post(w, DOCTOR, S("/language"), S("lang=en&back=/")).status, 303);
	CHECK_HAS(paper_text(mem, get(w, DOCTOR, pdf_of(mem, &f)).body), S("発生届"));
}

WEB_TEST(each_look_at_the_form_leaves_its_line)
{
	struct filed f = filed(w, DOCTOR, S(""));
	int64_t before = number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'notif.pdf'");

	CHECK_INT(get(w, CENTRE, pdf_of(mem, &f)).status, 200);
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'notif.pdf'"), before + 1);
	CHECK_STR(looked_at(w, "notif.pdf"), f.case_id);
	CHECK_STR(text_in(w, "SELECT purpose FROM audit WHERE action = 'notif.pdf'"), S("12"));
}

WEB_TEST(the_form_is_for_those_who_may_see_the_case)
{
	static const struct { enum seat who; int status; } row[] = {
		{ DOCTOR, 200 }, { CLERK, 200 }, { CENTRE, 200 }, { PREFECTURE, 200 }, { MINISTRY, 200 }, { NEIGHBOUR, 404 },
		{ STRANGER, 404 }, { OTHER_CENTRE, 404 }, { OTHER_PREFECTURE, 404 }, { ADMIN, 403 }, { NOBODY, 303 },
	};
	struct filed f = filed(w, DOCTOR, S(""));
	struct str path = pdf_of(mem, &f);

	for (size_t i = 0; i < LEN(row); i++) {
		struct http_reply r = get(w, row[i].who, path);
		CHECK_INT(r.status, row[i].status);
		CHECK_INT(str_starts(r.body, S("%PDF-")), row[i].status == 200);
		if (row[i].status != 200) {
			CHECK_NOT(r.body, S(HANAKO));
			CHECK_NOT(r.body, number_show(mem, f.number));
		}
	}
	CHECK_INT(number_in(w, "SELECT COUNT(*) FROM audit WHERE action = 'notif.pdf'"), 5);
}

WEB_TEST(a_form_of_nothing_is_not_found)
{
	struct filed f = filed(w, DOCTOR, S(""));
	const struct str bad[] = {
		S("/notifications/1301/x/pdf"), S("/notifications/1301/01GE5YGJM0ZY9HZPW3KBQ97MZM/pdf"),
		S("/notifications/-1/01GE5YGJM0ZY9HZPW3KBQ97MZM/pdf"), str_fmt(mem, "/notifications/1304/%.*s/pdf", STR_ARG(f.id)),
		str_fmt(mem, "/notifications/1301/%.*s/pdf", STR_ARG(f.case_id)),
		str_cat(mem, pdf_of(mem, &f), S("?version=2")), str_cat(mem, pdf_of(mem, &f), S("?version=0")),
		str_cat(mem, pdf_of(mem, &f), S("?version=x")),
	};

	for (size_t i = 0; i < LEN(bad); i++)
		CHECK_INT(get(w, CENTRE, bad[i]).status, 404);
	CHECK_STR(looked_at(w, "notif.pdf"), S("(none)"));
}

WEB_TEST(after_a_correction_the_form_is_the_new_version_and_the_old_one_can_be_had)
{
	struct filed f = filed(w, DOCTOR, S("stay_phone=" PHONE));
	struct str path = pdf_of(mem, &f);

	CHECK_INT(correct(w, DOCTOR, &f, S("stay_phone=" PHONE_2)).status, 303);
	struct str now = paper_text(mem, get(w, CENTRE, path).body);
	CHECK_HAS(now, S("第2版"));
	CHECK_HAS(now, S(PHONE_2));
	CHECK_NOT(now, S(PHONE));
	struct str was = paper_text(mem, get(w, CENTRE, str_cat(mem, path, S("?version=1"))).body);
	CHECK_HAS(was, S("第1版"));
	CHECK_HAS(was, S(PHONE));
	CHECK_NOT(was, S(PHONE_2));
	CHECK_STR(paper_text(mem, get(w, CENTRE, str_cat(mem, path, S("?version=2"))).body), now);
	CHECK_INT(get(w, OTHER_CENTRE, str_cat(mem, path, S("?version=1"))).status, 404);
}

WEB_TEST(a_notification_on_an_old_sheet_is_printed_on_that_sheet)
{
	struct filed f = filed(w, DOCTOR, S("diagnosis_date=2021-03-01&test_sampled_date.1=2021-02-28&birth_date=1970-01-01"));
	struct str page = paper_text(mem, get(w, CENTRE, pdf_of(mem, &f)).body);

	CHECK_HAS(page, S("6当該者職業"));
	CHECK_HAS(page, S("(3)ワクチン"));
	struct filed g = filed(w, DOCTOR, S("birth_date=1940-01-01"));
	page = paper_text(mem, get(w, CENTRE, pdf_of(mem, &g)).body);
	CHECK_NOT(page, S("当該者職業"));
}

WEB_TEST(receipt_case_and_print_lead_to_the_form)
{
	struct filed f = filed(w, DOCTOR, S(""));
	struct str link = str_fmt(mem, "href=\"%.*s\"", STR_ARG(pdf_of(mem, &f)));

	CHECK_HAS(get(w, DOCTOR, f.receipt).body, link);
	CHECK_HAS(get(w, CENTRE, f.file).body, link);
	CHECK_HAS(get(w, CENTRE, f.print).body, link);
}

/* What the program has never seen: a sheet with items of its own, published while it runs. */
WEB_TEST(a_sheet_published_on_the_running_system_is_printed_too)
{
	struct str sheet = S("sheet trial-2022\ndisease trial \"試験熱\" \"Trial fever\"\ntitle \"試験熱 発生届\" \"Trial fever\"\n"
	    "law \"試験法第1条\" \"Art. 1\"\nvalid 2022-01-01 ..\ndue 7-days\nidentity named\nclasses confirmed suspected\n"
	    "section dates \"日付\" \"Dates\"\nitem 9 diagnosis_date accept\nitem - report_date accept\n"
	    "section basic \"基本\" \"Basics\"\nitem 1 type accept\nitem 2 name accept\nitem 3 sex accept\nitem 4 birth_date accept\n"
	    "item 5 stay_address accept\nsection reporter \"届出者\" \"Reporter\"\nitem - doctor_name accept\nitem - clinic_name first\n"
	    "section own \"独自の項目\" \"Its own\"\nextra bite later yesno \"虫刺され\" \"Bitten\"\n"
	    "extra beast later code \"動物\" \"Animal\" \"cat=猫=Cat\" \"dog=犬=Dog\" \"owl=梟=Owl\" \"eel=鰻=Eel\"\n"
	    "extra story later long \"経過の説明\" \"Story\"\n");
	struct http_reply r = post(w, ADMIN, S("/admin/sheets"), str_cat(mem, S("act=publish&"), pair(mem, "text", sheet)));

	CHECK_INT(r.status, 303);
	r = post(w, DOCTOR, S("/notifications/new"), S("act=report&disease=trial&diagnosis_date=2022-09-20&report_date=2022-09-30&"
	    "type=confirmed&name=" HANAKO "&sex=female&birth_date=" HANAKO_BORN "&stay_address=" ADDRESS "&doctor_name=試験医師&"
	    "x.bite=yes&x.beast=owl&x.story=山で刺された。"));
	CHECK_INT(r.status, 303);
	struct str to = header(&r, "Location");
	to = str_cat(mem, str_sub(to, 0, to.n - strlen("receipt")), S("pdf"));
	r = get(w, CENTRE, to);
	CHECK_INT(r.status, 200);
	CHECK_INT(paper_pages(mem, r.body), 1);
	struct str page = paper_text(mem, r.body);
	CHECK_HAS(page, S("試験熱発生届"));
	CHECK_HAS(page, S("独自の項目"));
	CHECK_HAS(page, S("虫刺され：有・無・不明"));
	CHECK_HAS(page, S("動物：1猫2犬3梟4鰻"));
	CHECK_HAS(page, S("経過の説明：山で刺された。"));
	CHECK_HAS(page, S("この届出は診断から7日以内に行ってください。"));
}

/* ---- no longer in force ---- */

static struct http_reply
withdrawn(struct web_world *w, const struct filed *f)
{
	return post(w, CENTRE, str_fmt(w->mem, "/notifications/%lld/%.*s/withdraw", (long long)f->home, STR_ARG(f->id)),
	    str_cat(w->mem, S("seen=1&"), pair(w->mem, "message", S("別の患者でした"))));
}

WEB_TEST(a_locked_or_withdrawn_notification_says_so_on_paper)
{
	struct filed f = filed(w, DOCTOR, S("type=suspected&needs_hospital=yes"));
	struct str path = pdf_of(mem, &f), add = str_fmt(mem, "/notifications/%lld/%.*s/add", (long long)f.home, STR_ARG(f.id));
	struct str form = changed(mem, read_form(mem, get(w, DOCTOR, add).body, "entry"), S("act=report&type=confirmed"));

	CHECK_NOT(paper_text(mem, get(w, DOCTOR, path).body), S("追加登録により変更不可"));
	struct http_reply r = post(w, DOCTOR, S("/notifications/new"), form);
	CHECK_INT(r.status, 303);
	struct str page = paper_text(mem, get(w, CENTRE, path).body);
	CHECK_HAS(page, S("（追加登録により変更不可）"));
	CHECK_HAS(page, S(HANAKO));
	/* Both classes have their day; the one in force says nothing. */
	struct str receipt = header(&r, "Location"), newer = str_cat(mem, str_sub(receipt, 0, receipt.n - strlen("receipt")), S("pdf"));
	page = paper_text(mem, get(w, CENTRE, newer).body);
	CHECK_NOT(page, S("追加登録により変更不可"));
	CHECK_HAS(page, S("令和4年9月30日患者（確定例）"));
	CHECK_HAS(page, S("令和4年9月30日疑似症患者"));
	struct filed g = filed(w, DOCTOR, S("name=" TARO "&birth_date=" TARO_BORN));
	CHECK_INT(withdrawn(w, &g).status, 303);
	CHECK_HAS(paper_text(mem, get(w, CENTRE, pdf_of(mem, &g)).body), S("（取り下げ）"));
}
