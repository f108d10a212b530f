/* test/unit/fmt_pdf.c: pages of paper. */
#include "paper.h"

#include "fmt/pdf.h"

#include <pthread.h>

#define MADE_AT INT64_C(1664499600000)
static const struct pdf_info info = {
	.title = STR_INIT("試験"), .made_at = MADE_AT, .margin = 20, .foot = STR_INIT("試験の脚"), .lang = LANG_JA,
};

static struct str
end(struct arena *mem, struct pdf *p)
{
	struct str out = S("");

	CHECK_INT(pdf_end(p, &out), OK);
	return out;
}

static struct str
one_page(struct arena *mem, struct str text)
{
	struct pdf *p = pdf_begin(mem, &info);

	pdf_page(p);
	pdf_put(p, &(struct pdf_text){ .text = text, .size = 10 }, 20, 20, 170);
	return end(mem, p);
}

/* `n` sentences, each with its number. */
static struct str
long_text(struct arena *mem, int n)
{
	struct buf b = buf_new(mem);

	for (int i = 0; i < n; i++)
		buf_fmt(&b, "第%d文は、髙﨑の𠮷田が書いた。%s", i, i % 7 == 6 ? "\n" : "");
	return buf_str(&b);
}

TEST(the_text_of_a_page_is_what_went_in)
{
	struct str names = S("髙橋 﨑山 𠮷田 葛󠄂城 鷗外 𩸽 草彅剛 齋藤 渡邉 丸①② Müller ABC xyz 0123 「々〆ヶ」 ﾊﾝｶｸ Ｗ");
	struct str pdf = one_page(mem, names);

	CHECK_STR(paper_text(mem, pdf), paper_plain(mem, str_cat(mem, names, info.foot)));
	CHECK_INT(paper_pages(mem, pdf), 1);
	paper_sound(mem, pdf);
	CHECK_NOT(paper_text(mem, pdf), S("書体にない"));
}

TEST(a_variant_of_a_name_is_drawn_as_the_variant)
{
	struct str plain = one_page(mem, S("葛")), variant = one_page(mem, S("葛󠄂")), other = one_page(mem, S("葛󠄄"));

	/* The glyphs differ, so do the embedded fonts. */
	CHECK(!str_eq(plain, variant));
	CHECK(!str_eq(variant, other));
	CHECK_HAS(paper_text(mem, variant), S("葛"));
}

TEST(what_no_typeface_has_is_told)
{
	struct str pdf = one_page(mem, S("A\xF3\xB0\x80\x80Z"));

	CHECK_HAS(paper_text(mem, pdf), S("書体にない文字1字"));
}

TEST(the_same_document_is_the_same_bytes)
{
	struct str first = one_page(mem, S("同じ")), second = one_page(mem, S("同じ"));

	CHECK_STR(first, second);
	CHECK_HAS(first, S("20220930"));
}

TEST(a_text_shrinks_until_it_fits_or_says_that_it_does_not)
{
	struct pdf *p = pdf_begin(mem, &info);
	struct pdf_text t = { .text = S("医療法人社団試験会試験記念病院附属試験診療所"), .size = 12 };
	double wide = pdf_width(p, &t), line = pdf_height(p, &t, 200);

	pdf_page(p);
	CHECK(pdf_fit(p, &t, wide + 0.1, line, 6) == 12);
	double smaller = pdf_fit(p, &t, wide * 0.7, line, 6);
	CHECK(smaller < 12 && smaller >= 8);
	CHECK(pdf_fit(p, &t, wide * 0.2, line, 6) == 0);
	CHECK(pdf_height(p, &t, wide * 0.4) > 2 * line);
	CHECK(pdf_height(p, &(struct pdf_text){ .text = S(""), .size = 12 }, 100) > 1);
	end(mem, p);
}

TEST(what_does_not_fit_on_a_page_goes_on_on_the_next_and_nothing_is_lost)
{
	struct pdf *p = pdf_begin(mem, &info);
	struct str text = long_text(mem, 700);

	pdf_page(p);
	double y = pdf_flow(p, &(struct pdf_text){ .text = text, .size = 11 }, 20, 250, 170);
	CHECK(y > 20 && y <= PDF_BOTTOM);
	CHECK(pdf_pages(p) > 3);
	size_t pages = pdf_pages(p);
	struct str pdf = end(mem, p), read = paper_text(mem, pdf);
	CHECK_INT(paper_pages(mem, pdf), pages);
	/* Without the feet of its pages it is the text. */
	struct buf b = buf_new(mem);
	for (size_t i = 1; i <= pages; i++) {
		struct str foot = paper_plain(mem, str_fmt(mem, "%.*s%zu/%zu", STR_ARG(info.foot), i, pages));
		size_t at = str_find_str(read, foot);
		CHECK(at < read.n);
		buf_put(&b, str_sub(read, 0, at));
		read = str_sub(read, at + foot.n, read.n);
	}
	CHECK_STR(read, S(""));
	CHECK_STR(buf_str(&b), paper_plain(mem, text));
}

TEST(part_of_a_text_ends_with_a_whole_line)
{
	struct pdf *p = pdf_begin(mem, &info);
	struct str text = S("一行目\n二行目\n三行目");
	struct pdf_text t = { .text = text, .size = 10 };
	double line = pdf_height(p, &t, 100) / 3;

	pdf_page(p);
	CHECK_INT(pdf_put_some(p, &t, 20, 20, 100, line * 0.9), 0);
	CHECK_INT(pdf_put_some(p, &t, 20, 20, 100, line * 1.1), strlen("一行目\n"));
	CHECK_INT(pdf_put_some(p, &t, 20, 40, 100, line * 2.9), strlen("一行目\n二行目\n"));
	CHECK_INT(pdf_put_some(p, &t, 20, 60, 100, line * 3.1), text.n);
	CHECK_STR(paper_text(mem, end(mem, p)), S("一行目一行目二行目一行目二行目三行目試験の脚"));
}

TEST(a_ring_is_drawn_round_its_choice_and_no_other)
{
	struct pdf_span ring = { strlen("男　"), strlen("女") };
	struct str pdf[2];

	for (size_t n = 0; n < 2; n++) {
		struct pdf *p = pdf_begin(mem, &info);
		pdf_page(p);
		pdf_put(p, &(struct pdf_text){ .text = S("男　女　他"), .size = 40, .ring = &ring, .n_ring = n }, 20, 20, 170);
		pdf[n] = end(mem, p);
	}
	struct image without = paper_image(mem, pdf[0], 1), with = paper_image(mem, pdf[1], 1);
	double em = 40 * 25.4 / 72;
	CHECK_INT(paper_ink(&with, 20, 15, em, 30), paper_ink(&without, 20, 15, em, 30));
	CHECK(paper_ink(&with, 20 + 1.6 * em, 15, 1.8 * em, 30) > paper_ink(&without, 20 + 1.6 * em, 15, 1.8 * em, 30));
	CHECK_INT(paper_ink(&with, 20 + 4 * em, 15, em, 30), paper_ink(&without, 20 + 4 * em, 15, em, 30));
	CHECK_INT(paper_ink(&with, 20, 100, 170, 100), 0);
}

TEST(choices_kept_whole_are_not_broken_between_lines)
{
	struct pdf *p = pdf_begin(mem, &info);
	struct str text = S("1 発熱　2 咳　3 全身倦怠感");
	struct pdf_span whole = { strlen("1 発熱　2 咳　"), strlen("3 全身倦怠感") };
	struct pdf_text t = { .text = text, .size = 10, .whole = &whole, .n_whole = 1 };
	double w = pdf_width(p, &t) - 4;

	pdf_page(p);
	/* Exactly the first line of two. */
	CHECK_INT(pdf_put_some(p, &t, 20, 20, w, pdf_height(p, &t, w) * 0.6), whole.from);
	end(mem, p);
}

TEST(too_many_pages_are_no_document)
{
	struct pdf *p = pdf_begin(mem, &info);
	struct str out = S("");

	for (int i = 0; i <= PDF_PAGES_MAX; i++)
		pdf_page(p);
	CHECK_INT(pdf_end(p, &out), E_LIMIT);
	p = pdf_begin(mem, &info);
	CHECK_INT(pdf_end(p, &out), OK);
}

/* ---- several at once ---- */

struct writer {
	pthread_t thread;
	struct arena *mem;
	struct str last;
	int made;
};

static void *
write_many(void *arg)
{
	struct writer *w = arg;
	struct arena *mem = w->mem;

	for (; w->made < 6; w->made++)
		w->last = one_page(mem, S("同時に髙﨑𠮷葛󠄂 한국 Müller"));
	return NULL;
}

TEST(threads_write_at_once_what_one_alone_writes)
{
	struct writer w[6];
	struct str alone = one_page(mem, S("同時に髙﨑𠮷葛󠄂 한국 Müller"));

	for (size_t i = 0; i < LEN(w); i++) {
		w[i] = (struct writer){ .mem = arena_new(1 << 16) };
		if (pthread_create(&w[i].thread, NULL, write_many, &w[i]) != 0)
			BUG("test: no thread");
	}
	for (size_t i = 0; i < LEN(w); i++) {
		pthread_join(w[i].thread, NULL);
		CHECK_INT(w[i].made, 6);
		CHECK_STR(w[i].last, alone);
		arena_free(w[i].mem);
	}
}
