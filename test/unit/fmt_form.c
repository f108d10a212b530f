/* test/unit/fmt_form.c: what browsers send. */
#include "t.h"

#include "fmt/form.h"

static struct form
form_of(struct arena *mem, struct str body)
{
	struct form f = { 0 };

	CHECK_INT(form_read(mem, body, &f), OK);
	return f;
}

static enum err
refusal(struct arena *mem, struct str body)
{
	struct form f;

	return form_read(mem, body, &f);
}

TEST(a_body_is_read_into_names_and_values)
{
	struct form f = form_of(mem, S("family_name=%E5%B1%B1%E7%94%B0&given=a+b%2b&sex=F"));

	CHECK_INT(f.n, 3);
	CHECK_STR(form_get(&f, S("family_name")), S("山田"));
	CHECK_STR(form_get(&f, S("given")), S("a b+"));
	CHECK_STR(form_get(&f, S("sex")), S("F"));
}

TEST(an_absent_name_is_empty_and_not_there)
{
	struct form f = form_of(mem, S("a=&b"));

	CHECK(form_has(&f, S("a")));
	CHECK(form_has(&f, S("b")));
	CHECK(!form_has(&f, S("c")));
	CHECK_STR(form_get(&f, S("a")), S(""));
	CHECK_STR(form_get(&f, S("b")), S(""));
	CHECK_STR(form_get(&f, S("c")), S(""));
}

TEST(empty_pairs_are_passed_over)
{
	CHECK_INT(form_of(mem, S("")).n, 0);
	CHECK_INT(form_of(mem, S("&&a=1&&b=2&")).n, 2);
	CHECK_INT(form_of(mem, S("=")).n, 1);
}

TEST(several_values_of_one_name_come_in_order)
{
	struct form f = form_of(mem, S("s=fever&x=1&s=cough&s="));
	struct buf b = buf_new(mem);
	struct str value;
	size_t at = 0;

	while (form_each(&f, S("s"), &at, &value))
		buf_fmt(&b, "<%.*s>", STR_ARG(value));
	CHECK_STR(buf_str(&b), S("<fever><cough><>"));
	CHECK_STR(form_get(&f, S("s")), S("fever"));
}

TEST(a_value_may_hold_equals_signs_and_line_ends)
{
	struct form f = form_of(mem, S("a=b=c&d=1%0D%0A2"));

	CHECK_STR(form_get(&f, S("a")), S("b=c"));
	CHECK_STR(form_get(&f, S("d")), S("1\r\n2"));
}

TEST(a_broken_escape_is_refused)
{
	static const char *const bad[] = { "a=%", "a=%4", "a=%4&b=1", "a=%zz", "a=%4g", "%=1", "a=%-1", "a=%E5%B1" };

	for (size_t i = 0; i < LEN(bad); i++)
		CHECK_INT(refusal(mem, str_of(bad[i])), E_FORMAT);
}

TEST(what_is_no_text_is_refused)
{
	CHECK_INT(refusal(mem, S("a=%00")), E_FORMAT);
	CHECK_INT(refusal(mem, S("a=\0b")), E_FORMAT);
	CHECK_INT(refusal(mem, S("a=%FF")), E_FORMAT);
	CHECK_INT(refusal(mem, S("a=%C0%80")), E_FORMAT);
	CHECK_INT(refusal(mem, S("a=%ED%A0%80")), E_FORMAT);
	CHECK_INT(refusal(mem, S("%E5=%B1%B1")), E_FORMAT);
}

TEST(so_many_pairs_and_no_more)
{
	struct buf b = buf_new(mem);

	for (int i = 0; i < FORM_MAX_PAIRS; i++)
		buf_put(&b, S("&a=1"));
	CHECK_INT(form_of(mem, buf_str(&b)).n, FORM_MAX_PAIRS);
	buf_put(&b, S("&b"));
	CHECK_INT(refusal(mem, buf_str(&b)), E_LIMIT);
}

TEST(what_is_written_reads_the_same)
{
	struct form f = form_of(mem, S("a=%26%3D%25+%2B&=&%E5%B1%B1=~-._&a="));
	struct str written = form_write(mem, &f);

	CHECK_STR(written, S("a=%26%3D%25%20%2B&=&%E5%B1%B1=~-._&a="));
	CHECK_STR(form_write(mem, &(struct form){ 0 }), S(""));
	f = form_of(mem, written);
	CHECK_INT(f.n, 4);
	CHECK_STR(form_get(&f, S("a")), S("&=% +"));
}

TEST(a_text_is_escaped_for_a_path)
{
	CHECK_STR(url_escape(mem, S("a/b?c#d e'\"<山")), S("a%2Fb%3Fc%23d%20e%27%22%3C%E5%B1%B1"));
	CHECK_STR(url_escape(mem, S("")), S(""));
}

TEST(a_pair_takes_the_place_of_all_of_its_name)
{
	struct form f;

	CHECK_INT(form_read(mem, S("a=1&b=2&a=3&c=4"), &f), OK);
	form_set(mem, &f, S("a"), S("5 6"));
	CHECK_STR(form_write(mem, &f), S("b=2&c=4&a=5%206"));
	form_set(mem, &f, S("d"), S(""));
	CHECK_STR(form_write(mem, &f), S("b=2&c=4&a=5%206&d="));
}
