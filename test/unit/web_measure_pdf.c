/* test/unit/web_measure_pdf.c: the documents of measures. */
#include "paper.h"

#include "web/measure_pdf.h"

static struct date
on(const char *iso)
{
	struct date d;

	if (!date_from_iso(str_of(iso), &d))
		BUG("test: no such day");
	return d;
}

static struct measure_doc
letter(enum measure_kind kind)
{
	return (struct measure_doc){
		.kind = kind, .number = S("千代保第1234号"), .issued = on("2022-09-30"), .name = S("髙橋𠮷花子"),
		.address = S("東京都千代田区霞が関九丁目99番9号 試験荘101号室"), .birth_date = on("1980-04-01"),
		.disease = S("新型コロナウイルス感染症"), .place = S("試験病院"), .from = on("2022-09-30"), .to = on("2022-10-09"),
		.hearing = on("2022-10-03"), .reason = S("肺炎像があり、入院による治療と感染の防止が必要であるため。"),
		.centre = S("千代田保健所"), .contact = S("千代田区九段北一丁目 電話 03-5550-0000"), .made_at = 1664499600000,
	};
}

static struct str
made(struct arena *mem, const struct measure_doc *d)
{
	struct str pdf = S("");

	CHECK_INT(measure_pdf(mem, d, &pdf), OK);
	return pdf;
}

TEST(every_letter_is_one_sound_page_that_says_what_went_in)
{
	for (enum measure_kind k = 0; k < MEASURE_KINDS; k++) {
		struct measure_doc d = letter(k);
		struct str pdf = made(mem, &d), text = paper_text(mem, pdf);
		CHECK_INT(paper_pages(mem, pdf), 1);
		paper_sound(mem, pdf);
		CHECK_HAS(text, paper_plain(mem, measure_title(k)));
		CHECK_HAS(text, paper_plain(mem, d.number));
		CHECK_HAS(text, paper_plain(mem, str_cat(mem, d.name, S("様"))));
		CHECK_HAS(text, paper_plain(mem, d.address));
		CHECK_HAS(text, S("昭和55年4月1日生"));
		CHECK_HAS(text, S("令和4年9月30日から令和4年10月9日まで"));
		CHECK_HAS(text, d.disease);
		CHECK_HAS(text, d.reason);
		CHECK_HAS(text, S("千代田保健所長"));
		CHECK_HAS(text, S("問合せ先：千代田保健所"));
		paper_keep(pdf, str_z(mem, str_cat(mem, S("measure-"), measure_code(k))));
	}
}

TEST(only_a_decision_tells_how_to_object_and_to_whom)
{
	struct measure_doc d = letter(MEASURE_no_work);

	CHECK_HAS(paper_text(mem, made(mem, &d)), S("都道府県知事（市長又は区長）に対して審査請求"));
	d.appeal_to = S("東京都知事");
	CHECK_HAS(paper_text(mem, made(mem, &d)), S("東京都知事に対して審査請求"));
	for (enum measure_kind k = 0; k < MEASURE_KINDS; k++) {
		d = letter(k);
		if (k != MEASURE_no_work)
			CHECK_NOT(paper_text(mem, made(mem, &d)), S("審査請求"));
	}
}

TEST(each_letter_names_its_own_legal_ground_or_the_one_it_is_given)
{
	static const char *const article[] = { "第19条第1項", "第20条第4項", "第18条第1項", "第18条", "第22条", "第44条の3" };

	for (enum measure_kind k = 0; k < MEASURE_KINDS; k++) {
		struct measure_doc d = letter(k);
		CHECK_HAS(paper_text(mem, made(mem, &d)), str_fmt(mem, "に関する法律%sの規定により", article[k]).n > 0
		    ? str_of(article[k]) : S(""));
		d.law = S("同法第26条第2項において準用する第19条第1項");
		CHECK_HAS(paper_text(mem, made(mem, &d)), d.law);
	}
}

TEST(what_is_not_known_is_left_blank)
{
	struct measure_doc d = { .kind = MEASURE_hospital, .issued = { DATE_NONE }, .birth_date = { DATE_NONE }, .from = { DATE_NONE },
	    .to = { DATE_NONE }, .hearing = { DATE_NONE } };
	struct str pdf = made(mem, &d), text = paper_text(mem, pdf);

	CHECK_INT(paper_pages(mem, pdf), 1);
	CHECK_HAS(text, S("年月日から"));
	CHECK_NOT(text, S("生）"));
	CHECK_NOT(text, S("まで"));
	d = letter(MEASURE_stay_home);
	d.to = (struct date){ DATE_NONE };
	CHECK_HAS(paper_text(mem, made(mem, &d)), S("令和4年9月30日から"));
	CHECK_NOT(paper_text(mem, made(mem, &d)), S("日まで"));
}

TEST(a_long_reason_goes_to_an_annex_and_nothing_of_it_is_lost)
{
	struct measure_doc d = letter(MEASURE_hospital_longer);
	struct buf b = buf_new(mem);

	for (int i = 0; i < 400; i++)
		buf_fmt(&b, "理由%dのため。", i);
	d.reason = buf_str(&b);
	struct str pdf = made(mem, &d), text = paper_text(mem, pdf);
	CHECK(paper_pages(mem, pdf) >= 2);
	CHECK_HAS(text, S("別紙のとおり"));
	/* Page numbers stand between the pieces. */
	for (int i = 0; i < 400; i++)
		CHECK(str_find_str(text, str_fmt(mem, "理由%dの", i)) < text.n);
	d.reason = S("短い。");
	CHECK_NOT(paper_text(mem, made(mem, &d)), S("別紙"));
}

TEST(long_names_get_smaller_and_wrap)
{
	struct measure_doc d = letter(MEASURE_hospital);

	d.name = S("試験長名之介右衛門左衛門兵衛花子太郎次郎三郎四郎五郎六郎七郎八郎九郎十郎試験長名之介右衛門左衛門兵衛花子太郎次郎三郎四郎五郎六郎");
	struct str pdf = made(mem, &d);
	CHECK_INT(paper_pages(mem, pdf), 1);
	CHECK_HAS(paper_text(mem, pdf), d.name);
}

TEST(a_code_of_a_measure_is_found)
{
	for (enum measure_kind k = 0; k < MEASURE_KINDS; k++)
		CHECK_INT(measure_by_code(measure_code(k)), k);
	CHECK_INT(measure_by_code(S("arrest")), MEASURE_KINDS);
	CHECK_INT(measure_by_code(S("")), MEASURE_KINDS);
}
