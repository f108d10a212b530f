/* test/unit/web_sheet_pdf.c: notifications on paper: every shipped sheet, and ones that nobody has seen yet. */
#include "paper.h"

#include "field/paper.h"
#include "web/sheet_pdf.h"

#define NAME "髙橋﨑𠮷花子"

static struct date
on(const char *iso)
{
	struct date d;

	if (!date_from_iso(str_of(iso), &d))
		BUG("test: no such day");
	return d;
}

static struct sheets
shipped(struct arena *mem)
{
	return sheets_embedded(mem, S("field/sheets/"));
}

static const struct sheet *
sheet_named(struct arena *mem, const char *name)
{
	struct sheets all = shipped(mem);
	const struct sheet *s = sheet_by_name(&all, str_of(name));

	if (s == NULL)
		BUG("test: no such sheet");
	return s;
}

static struct sheet_doc
doc_of(const struct sheet *s, const struct record *r)
{
	static const struct class_report report = {
		.type = STR_INIT("confirmed"), .day = STR_INIT("2022-09-30"), .at = 1664499600000,
	};

	return (struct sheet_doc){ .sheet = s, .rec = r, .today = on("2022-09-30"), .number = S("1234-5678"), .ver = 3,
	    .report = &report, .n_report = 1, .printed_by = S("千代田保健所　試験次郎"), .printed_at = 1664499600000 };
}

static struct str
made(struct arena *mem, const struct sheet_doc *d)
{
	struct str pdf = S("");

	CHECK_INT(sheet_pdf(mem, d, &pdf), OK);
	return pdf;
}

/* A value that an ordinary filing has there; never the same text twice. */
static struct str
sample(struct arena *mem, const struct item *it, size_t row)
{
	switch (it->type) {
	case FT_NAME: return it->f == F_name ? S(NAME) : str_fmt(mem, "%.*s名", STR_ARG(str_sub(it->by[LANG_JA], 0, 9)));
	case FT_KANA: return it->f == F_name_kana ? S("タカハシ　ハナコ") : S("ホゴシャ　カナ");
	case FT_DATE: case FT_PARTIAL: return str_fmt(mem, "2022-08-%02zu", 1 + row + (size_t)it->f % 20);
	case FT_CODE: return it->choice[row % it->n_choice].code;
	case FT_CODES: return it->n_choice > 1 ? str_fmt(mem, "%.*s,%.*s", STR_ARG(it->choice[0].code), STR_ARG(it->choice[1].code))
	    : it->choice[0].code;
	case FT_YESNO: return row % 2 ? S("no") : S("yes");
	case FT_INT: return str_fmt(mem, "%zu", it->f == F_age_years ? 10 : 2 + row);
	case FT_PHONE: return str_fmt(mem, "03-5550-%04u", (unsigned)it->f);
	case FT_POSTAL: return S("1000013");
	case FT_LONG: return S("基礎疾患があり、家族に高齢者がいるため、早めの入院調整が望ましい。連絡は日中に本人の携帯電話へ。");
	default: return str_fmt(mem, "%.*s記載%zu", STR_ARG(str_sub(it->by[LANG_JA], 0, 12)), row + 1);
	}
}

/* Everything that the sheet asks, `rows` of what repeats. */
static struct record *
full_record(struct arena *mem, const struct sheet *s, size_t rows)
{
	struct record *r = NEW(mem, struct record);

	for (size_t i = 0; i < s->n_item; i++) {
		const struct item *it = &s->item[i];
		bool group = it->f != F_none && fields[it->f].group != G_ONE;
		for (size_t row = 0; row < (group ? rows : 1); row++) {
			if (it->f == F_none)
				CHECK(rec_set_extra(r, it->key, sample(mem, it, 0)));
			else
				r->v[row][it->f] = sample(mem, it, row);
		}
	}
	if (sheet_item(s, F_birth_date) != NULL)
		rec_set(r, F_birth_date, S("2012-04-01"));
	return r;
}

/* How a person would find it on the page. */
static struct str
as_shown(struct arena *mem, const struct item *it, struct str v)
{
	struct date d;

	return paper_plain(mem, (it->type == FT_DATE || it->type == FT_PARTIAL) && date_from_iso(v, &d) ? date_era(mem, d) : item_show(mem, it, v, LANG_JA));
}

/* What was written in is on the page; of choices all that the sheet offers are. */
static void
holds_all(struct arena *mem, const struct sheet *s, const struct record *r, struct str text)
{
	for (size_t i = 0; i < s->n_item; i++) {
		const struct item *it = &s->item[i];
		bool group = it->f != F_none && fields[it->f].group != G_ONE;
		for (size_t row = 0; row < (group ? GROUP_ROWS : 1); row++) {
			struct str v = it->f == F_none ? rec_extra(r, it->key) : rec_row(r, it->f, row);
			if (v.n > 0 && it->type != FT_CODES && !(group && (it->type == FT_DATE || it->type == FT_PARTIAL)))
				CHECK_HAS(text, as_shown(mem, it, v));
		}
		for (size_t k = 0; k < it->n_choice && it->f != F_type; k++)
			CHECK_HAS(text, paper_plain(mem, it->choice[k].by[LANG_JA]));
		if (it->number.n > 0)
			CHECK_HAS(text, str_sub(it->number, 0, str_find(it->number, '-', 0)));
	}
}

/* ---- boxes ---- */

TEST(each_item_of_a_sheet_stands_in_exactly_one_box)
{
	struct sheets all = shipped(mem);

	for (size_t n = 0; n < all.n; n++) {
		const struct sheet *s = all.sheet[n];
		struct paper p = paper_of(mem, s);
		for (size_t i = 0; i < s->n_item; i++) {
			int times = 0;
			for (size_t k = 0; k < p.n_head; k++)
				times += p.head[k] == &s->item[i];
			for (size_t b = 0; b < p.n_box; b++)
				for (size_t k = 0; k < p.box[b].n_item; k++)
					times += p.box[b].item[k] == &s->item[i];
			CHECK_INT(times, 1);
		}
		for (size_t b = 0; b < p.n_box; b++) {
			CHECK(p.box[b].title.n > 0);
			for (size_t k = 0; p.box[b].number.n > 0 && k < b; k++)
				CHECK(!str_eq(p.box[b].number, p.box[k].number));
		}
	}
}

TEST(boxes_are_called_as_on_the_legal_form)
{
	static const struct { const char *number, *title; } want[] = {
		{ "1", "診断（検案）した者（死体）の類型" }, { "2", "当該者氏名" }, { "3", "性別" }, { "4", "生年月日" },
		{ "5", "診断時の年齢（0歳は月齢）" }, { "6", "当該者職業" }, { "7", "当該者住所" }, { "8", "当該者所在地" },
		{ "9", "保護者の氏名" }, { "10", "保護者住所" }, { "11", "症状" }, { "12", "診断方法" }, { "13", "初診年月日" },
		{ "14", "診断（検案）年月日" }, { "15", "感染したと推定される年月日" }, { "16", "発病年月日" }, { "17", "死亡年月日" },
		{ "18", "感染原因・感染経路・感染地域" },
		{ "19", "その他感染症のまん延の防止及び当該者の医療のために医師が必要と認める事項" },
	};
	struct paper p = paper_of(mem, sheet_named(mem, "covid-2021-02"));

	CHECK_INT(p.n_box, LEN(want));
	for (size_t i = 0; i < LEN(want) && i < p.n_box; i++) {
		CHECK_STR(p.box[i].number, str_of(want[i].number));
		CHECK_STR(p.box[i].title, str_of(want[i].title));
	}
	CHECK_INT(p.n_head, 5);
}

/* ---- shipped sheets ---- */

TEST(every_shipped_sheet_is_one_page_empty_minimal_and_full)
{
	struct sheets all = shipped(mem);

	for (size_t n = 0; n < all.n; n++) {
		const struct sheet *s = all.sheet[n];
		struct record *empty = NEW(mem, struct record), *least = NEW(mem, struct record), *full = full_record(mem, s, 2);
		for (size_t i = 0; i < s->n_item; i++)
			if (s->item[i].need == NEED_ACCEPT && s->item[i].f != F_none)
				rec_set(least, s->item[i].f, rec_get(full, s->item[i].f));
		const struct record *list[] = { empty, least, full };
		for (size_t k = 0; k < LEN(list); k++) {
			struct sheet_doc d = doc_of(s, list[k]);
			struct str pdf = made(mem, &d), text = paper_text(mem, pdf);
			CHECK_INT(paper_pages(mem, pdf), 1);
			holds_all(mem, s, list[k], text);
			CHECK_HAS(text, paper_plain(mem, s->title[LANG_JA]));
			CHECK_HAS(text, S("令和4年9月30日"));
			CHECK_HAS(text, S("1234-5678第3版印刷：千代田保健所試験次郎2022-09-3010:00"));
			CHECK_NOT(text, S("別紙"));
			paper_keep(pdf, str_z(mem, str_fmt(mem, "sheet-%.*s-%zu", STR_ARG(s->name), k)));
			if (k == 2)
				paper_sound(mem, pdf);
		}
	}
}

/* ---- what is circled ---- */

/* Where a text of the page begins and ends, from pdftotext's boxes, is not asked: the same page with another choice differs in ink
 * and in nothing else. */
TEST(the_choice_that_was_made_is_circled_and_only_that)
{
	const struct sheet *s = sheet_named(mem, "covid-2021-02");
	static const char *const sex[] = { "", "male", "female" };
	struct str text[3];
	struct image page[3];
	int ink[3];

	for (size_t i = 0; i < LEN(sex); i++) {
		struct record *r = NEW(mem, struct record);
		rec_set(r, F_sex, str_of(sex[i]));
		struct sheet_doc d = doc_of(s, r);
		struct str pdf = made(mem, &d);
		text[i] = paper_text(mem, pdf);
		page[i] = paper_image(mem, pdf, 1);
		ink[i] = paper_ink(&page[i], 60, 61, 30, 9);
		CHECK(page[i].w > 400 && page[i].h > 580);
	}
	CHECK_STR(text[1], text[0]);
	CHECK_STR(text[2], text[0]);
	CHECK(ink[1] > ink[0] && ink[2] > ink[0]);
	CHECK(memcmp(page[1].grey, page[2].grey, (size_t)(page[1].w * page[1].h)) != 0);
	CHECK_INT(paper_ink(&page[1], 12, 100, 186, 170), paper_ink(&page[0], 12, 100, 186, 170));
}

TEST(a_choice_that_the_sheet_no_longer_offers_is_still_told)
{
	struct record *r = NEW(mem, struct record);

	rec_set(r, F_symptoms, S("fever,hus"));
	struct sheet_doc d = doc_of(sheet_named(mem, "covid-2021-02"), r);
	CHECK_HAS(paper_text(mem, made(mem, &d)), S("溶血性尿毒症症候群（HUS）"));
	rec_set(r, F_symptoms, S("fever"));
	CHECK_NOT(paper_text(mem, made(mem, &d)), S("溶血性尿毒症症候群"));
}

TEST(the_boxes_of_a_page_are_ruled_and_filled)
{
	struct sheets all = shipped(mem);

	for (size_t n = 0; n < all.n; n++) {
		struct sheet_doc d = doc_of(all.sheet[n], full_record(mem, all.sheet[n], 1));
		struct image page = paper_image(mem, made(mem, &d), 1);
		CHECK(paper_ink(&page, 12, 10, 186, 40) > 5);
		CHECK(paper_ink(&page, 12, 52, 93, 80) > 20);
		CHECK(paper_ink(&page, 105, 52, 93, 80) > 20);
		/* The frame's sides, and the margins that stay white. */
		CHECK(paper_ink(&page, 11, 120, 2, 120) > 100);
		CHECK(paper_ink(&page, 197, 120, 2, 120) > 100);
		CHECK_INT(paper_ink(&page, 0, 0, 10, 297), 0);
		CHECK_INT(paper_ink(&page, 200, 0, 10, 297), 0);
	}
}

TEST(what_is_unknown_is_said_and_what_is_empty_is_blank)
{
	struct record *r = NEW(mem, struct record);

	rec_set(r, F_onset_date, UNKNOWN);
	rec_set(r, F_occupation, UNKNOWN);
	struct sheet_doc d = doc_of(sheet_named(mem, "covid-2021-02"), r);
	struct str text = paper_text(mem, made(mem, &d));
	CHECK_HAS(text, S("16発病年月日不明"));
	CHECK_HAS(text, S("6当該者職業不明"));
	CHECK_NOT(text, S("未入力"));
	CHECK_HAS(text, S("13初診年月日14"));
}

TEST(a_notification_no_longer_in_force_says_so)
{
	struct record *r = NEW(mem, struct record);
	struct sheet_doc d = doc_of(sheet_named(mem, "ehec"), r);

	d.state = S("取下げ");
	CHECK_HAS(paper_text(mem, made(mem, &d)), S("（取下げ）"));
}

/* ---- too much for a page ---- */

/* At most `n` characters (and not many fewer), each sentence with its number. */
static struct str
story(struct arena *mem, size_t n)
{
	struct buf b = buf_new(mem);

	for (size_t i = 0, chars = 0; chars + 14 <= n; chars += 14, i++)
		buf_fmt(&b, "第%05zu節の経過を記す。", i);
	return buf_str(&b);
}

static void
has_story(struct arena *mem, struct str text, struct str told)
{
	struct str rest = told, sentence;
	size_t at;

	for (; (at = str_find_str(rest, S("。"))) < rest.n; rest = str_sub(rest, at + 3, rest.n)) {
		sentence = str_sub(rest, 0, at + 3);
		if (str_find_str(text, sentence) == text.n)
			CHECK_HAS(text, sentence);
	}
	(void)mem;
}

TEST(a_long_free_text_goes_to_an_annex_whole)
{
	struct sheets all = shipped(mem);

	for (size_t n = 0; n < all.n; n++) {
		struct record *r = full_record(mem, all.sheet[n], 4);
		rec_set(r, F_remarks, story(mem, 1900));
		struct sheet_doc d = doc_of(all.sheet[n], r);
		struct str pdf = made(mem, &d), text = paper_text(mem, pdf);
		int pages = paper_pages(mem, pdf);
		CHECK(pages == 1 || pages == 2);
		CHECK_INT(str_find_str(text, S("別紙のとおり")) < text.n, pages == 2);
		has_story(mem, text, rec_get(r, F_remarks));
		if (!all.sheet[n]->anonymous)
			CHECK_HAS(text, S(NAME));
		if (str_eq(all.sheet[n]->name, S("covid-2021-02")))
			CHECK_INT(pages, 2);
		paper_keep(pdf, str_z(mem, str_fmt(mem, "sheet-%.*s-long", STR_ARG(all.sheet[n]->name))));
	}
}

/* Every text as long as it may be, every row there is. */
TEST(the_fullest_notification_there_can_be_loses_nothing)
{
	const struct sheet *s = sheet_named(mem, "covid-2021-02");
	struct record *r = full_record(mem, s, GROUP_ROWS);
	size_t texts = 0;

	for (size_t i = 0; i < s->n_item; i++) {
		const struct item *it = &s->item[i];
		if (it->type != FT_TEXT && it->type != FT_NAME && it->type != FT_LONG)
			continue;
		for (size_t row = 0; row < (fields[it->f].group != G_ONE ? GROUP_ROWS : 1); row++, texts++)
			r->v[row][it->f] = str_cat(mem, str_fmt(mem, "始%d-%zu。", it->f, row), story(mem, field_limit(it->f) - 30));
	}
	struct sheet_doc d = doc_of(s, r);
	struct str pdf = made(mem, &d), text = paper_text(mem, pdf);
	CHECK(paper_pages(mem, pdf) >= 2);
	paper_sound(mem, pdf);
	CHECK(texts > 20);
	for (size_t i = 0; i < s->n_item; i++) {
		const struct item *it = &s->item[i];
		if (it->type == FT_TEXT || it->type == FT_NAME || it->type == FT_LONG)
			for (size_t row = 0; row < (fields[it->f].group != G_ONE ? GROUP_ROWS : 1); row++)
				if (str_find_str(text, str_fmt(mem, "始%d-%zu。", it->f, row)) == text.n)
					CHECK_STR(it->key, str_fmt(mem, "row %zu on paper", row));
	}
	paper_keep(pdf, "sheet-fullest");
}

TEST(a_sheet_with_more_boxes_than_a_page_holds_is_a_list)
{
	struct buf b = buf_new(mem);
	struct str why;
	struct sheet *s;

	buf_put(&b, S("sheet many\ndisease many \"多\" \"Many\"\ntitle \"多項目 発生届\" \"Many\"\nlaw \"第1条\" \"Art. 1\"\n"
	    "valid 2022-01-01 ..\ndue at-once\nidentity named\nclasses confirmed\nsection basic \"基本\" \"Basics\"\n"
	    "item 1 type accept\nitem 2 diagnosis_date accept\n"));
	for (int i = 0; i < 38; i++)
		buf_fmt(&b, "section s%d \"節%d\" \"S\"\nextra own%d later code \"独自%d\" \"Own\" \"a=選択肢の長い名前その一=A\" "
		    "\"b=選択肢の長い名前その二=B\" \"c=選択肢の長い名前その三=C\" \"d=選択肢の長い名前その四であってとても長いもの=D\" "
		    "\"e=選択肢の長い名前その五であってとても長いもの=E\" \"f=選択肢の長い名前その六であってとても長いもの=F\"\n", i, i, i, i);
	if (sheet_read(mem, buf_str(&b), &s, &why) != OK)
		BUG(str_z(mem, why));
	struct record *r = full_record(mem, s, 1);
	struct sheet_doc d = doc_of(s, r);
	struct str pdf = made(mem, &d), text = paper_text(mem, pdf);
	CHECK(paper_pages(mem, pdf) >= 2);
	CHECK_HAS(text, S("別紙のとおり"));
	size_t chosen = 0;
	for (size_t at = 0; (at += str_find_str(str_sub(text, at, text.n), S("◯1選択肢の長い名前その一2"))) < text.n; at++)
		chosen++;
	CHECK_INT(chosen, 38);
	for (int i = 0; i < 38; i++)
		CHECK_HAS(text, str_fmt(mem, "独自%d", i));
}

TEST(a_long_name_gets_smaller_and_stays_whole)
{
	struct record *r = NEW(mem, struct record);
	struct buf b = buf_new(mem);

	for (int i = 0; i < 25; i++)
		buf_put(&b, S("髙﨑𠮷葛"));
	rec_set(r, F_name, buf_str(&b));
	struct sheet_doc d = doc_of(sheet_named(mem, "covid-2021-02"), r);
	struct str pdf = made(mem, &d);
	CHECK_INT(paper_pages(mem, pdf), 1);
	/* Beside it on the same lines stand other cells: piece by piece. */
	struct str text = paper_text(mem, pdf);
	size_t found = 0;
	for (size_t at = 0; (at += str_find_str(str_sub(text, at, text.n), S("𠮷"))) < text.n; at += 4)
		found++;
	CHECK_INT(found, 25);
}
