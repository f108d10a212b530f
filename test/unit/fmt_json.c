/* test/unit/fmt_json.c: JSON, read to the letter and written. */
#include "t.h"

#include "fmt/json.h"

static const struct json *
json_of(struct arena *mem, struct str s)
{
	const struct json *j = NULL;

	if (json_read(mem, s, &j) != OK)
		test_fail(__FILE__, __LINE__, "json_read", S("refused"), s);
	return j;
}

static void
refused(struct arena *mem, struct str s)
{
	const struct json *j = NULL;

	if (json_read(mem, s, &j) != E_FORMAT || j != NULL)
		test_fail(__FILE__, __LINE__, "json_read", S("taken"), s);
}

TEST(every_kind_is_read)
{
	const struct json *c, *j = json_of(mem,
	    S(" {\"a\": [1, \"x\", true, false, null, {}], \"b\":\"山\\n\\u5C71\"}\r\n"));

	CHECK_INT(j->kind, JSON_MAP);
	CHECK_STR(json_text(j, S("b")), S("山\n山"));
	c = json_get(j, S("a"));
	CHECK_INT(c->kind, JSON_LIST);
	CHECK_STR(c->name, S("a"));
	c = c->child;
	CHECK_INT(c->kind, JSON_NUMBER);
	CHECK_INT((c = c->next)->kind, JSON_TEXT);
	CHECK_INT((c = c->next)->kind, JSON_TRUE);
	CHECK_INT((c = c->next)->kind, JSON_FALSE);
	CHECK_INT((c = c->next)->kind, JSON_NULL);
	CHECK_INT((c = c->next)->kind, JSON_MAP);
	CHECK(c->child == NULL && c->next == NULL);
}

TEST(a_value_alone_is_json)
{
	CHECK_STR(json_of(mem, S("\"\""))->text, S(""));
	CHECK_INT(json_of(mem, S("0"))->kind, JSON_NUMBER);
	CHECK_INT(json_of(mem, S("\xEF\xBB\xBFnull"))->kind, JSON_NULL);
}

TEST(an_absent_member_is_no_fault)
{
	const struct json *j = json_of(mem, S("{\"n\":1,\"A\":\"x\"}"));

	CHECK(json_get(j, S("a")) == NULL);
	CHECK(json_get(NULL, S("a")) == NULL);
	CHECK(json_get(json_get(j, S("n")), S("a")) == NULL);
	CHECK_STR(json_text(j, S("n")), S(""));
	CHECK_STR(json_text(NULL, S("n")), S(""));
}

TEST(whole_numbers_are_exact)
{
	static const struct {
		const char *s;
		int64_t n;
	} good[] = { { "0", 0 }, { "-0", 0 }, { "9007199254740993", 9007199254740993 },
		{ "9223372036854775807", INT64_MAX }, { "-9223372036854775808", INT64_MIN },
		{ "1.0", 1 }, { "1e3", 1000 }, { "-2.50e1", -25 } };
	static const char *const none[] = { "9223372036854775808", "-9223372036854775809", "0.5", "1e300", "-1.25" };

	for (size_t i = 0; i < LEN(good); i++) {
		const struct json *j = json_of(mem, str_of(good[i].s));
		CHECK(j->is_int);
		CHECK_INT(j->integer, good[i].n);
		CHECK_STR(j->text, str_of(good[i].s));
	}
	for (size_t i = 0; i < LEN(none); i++)
		CHECK(!json_of(mem, str_of(none[i]))->is_int);
	CHECK(json_of(mem, S("[0.25]"))->child->number == 0.25);
}

TEST(every_number_keeps_its_own_spelling)
{
	const struct json *j = json_of(mem, S("{\"1\":[\"2\",3.50,{\"-4\":5}],\"6\":-7}"));
	const struct json *list = json_get(j, S("1"));

	CHECK_STR(list->child->next->text, S("3.50"));
	CHECK_STR(json_get(list->child->next->next, S("-4"))->text, S("5"));
	CHECK_STR(json_get(j, S("6"))->text, S("-7"));
}

TEST(what_is_not_one_json_value_is_refused)
{
	static const char *const bad[] = { "", " ", "{", "}", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":1,}", "{a:1}", "'a'",
		"nul", "nullx", "True", "1 2", "{} {}", "[1]]", "// x\n1", "1//", "[1]x", "NaN", "Infinity", "[,1]",
		"{\"a\":1 \"b\":2}", "{1:2}", "\"a\" \"b\"", "\0011", "1\v", "1\f" };

	for (size_t i = 0; i < LEN(bad); i++)
		refused(mem, str_of(bad[i]));
	refused(mem, S("1\0"));
	refused(mem, S("1\0 2"));
}

TEST(what_is_no_number_is_refused)
{
	static const char *const bad[] = { "01", "-", "-01", "+1", ".5", "1.", "-.5", "1e", "1e+", "0x10", "1.e1", "1-2",
		"1..2", "1e5.5", "--1", "1e999", "-1e999", "[1,02]", "1E400" };

	for (size_t i = 0; i < LEN(bad); i++)
		refused(mem, str_of(bad[i]));
}

TEST(what_is_no_text_is_refused_in_json)
{
	static const char *const bad[] = { "\"", "\"\\\"", "\"\n\"", "\"\t\"", "\"\\x\"", "\"\\u12\"", "\"\\u00zz\"",
		"\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\u+123\"", "\"\xFF\"",
		"\"\xC0\x80\"", "\"\xED\xA0\x80\"", "{\"a\\u0000b\":1}", "\"\\" };

	for (size_t i = 0; i < LEN(bad); i++)
		refused(mem, str_of(bad[i]));
	refused(mem, S("\"a\0b\""));
	CHECK_STR(json_of(mem, S("\"\\uD842\\uDFB7\\/\\b\\f\""))->text, S("𠮷/\b\f"));
}

TEST(doubled_names_are_refused)
{
	refused(mem, S("{\"a\":1,\"a\":2}"));
	refused(mem, S("{\"a\":1,\"b\":2,\"\\u0061\":3}"));
	refused(mem, S("[{\"x\":{\"a\":1,\"a\":1}}]"));
	json_of(mem, S("{\"a\":1,\"A\":2,\"\":3,\"b\":{\"a\":1}}"));
}

TEST(sixty_four_levels_are_read_and_no_more)
{
	struct buf b = buf_new(mem);

	for (int i = 0; i < 64; i++)
		buf_byte(&b, '[');
	for (int i = 0; i < 64; i++)
		buf_byte(&b, ']');
	json_of(mem, buf_str(&b));
	refused(mem, str_fmt(mem, "[%.*s]", STR_ARG(buf_str(&b))));
	json_of(mem, S("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\""));
}

TEST(the_writer_puts_commas_and_names)
{
	struct json_out w = json_out_new(mem);

	json_map_begin(&w, S(""));
	json_put_text(&w, S("name"), S("山田"));
	json_list_begin(&w, S("list"));
	json_put_int(&w, S(""), INT64_MIN);
	json_map_begin(&w, S(""));
	json_map_end(&w);
	json_put_bool(&w, S(""), false);
	json_list_end(&w);
	json_list_begin(&w, S("none"));
	json_list_end(&w);
	json_put_real(&w, S("rate"), 1.0 / 3, 2);
	json_put_bool(&w, S("yes"), true);
	json_put_null(&w, S("gone"));
	json_map_end(&w);
	CHECK_STR(json_out_str(&w), S("{\"name\":\"山田\",\"list\":[-9223372036854775808,{},false],\"none\":[],"
	    "\"rate\":0.33,\"yes\":true,\"gone\":null}"));
}

TEST(a_number_that_is_none_is_written_as_null)
{
	struct json_out w = json_out_new(mem);

	json_list_begin(&w, S(""));
	json_put_real(&w, S(""), 0.0 * __builtin_inf(), 1);
	json_put_real(&w, S(""), __builtin_inf(), 1);
	json_list_end(&w);
	CHECK_STR(json_out_str(&w), S("[null,null]"));
}

TEST(a_quoted_text_is_safe_inside_html_and_script)
{
	struct buf b = buf_new(mem);

	json_quote(&b, S("</script>&\"\\\n\t\x01\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xA6"));
	CHECK_STR(buf_str(&b), S("\"\\u003c/script\\u003e\\u0026\\\"\\\\\\n\\u0009\\u0001\\u2028\\u2029\xE2\x80\xA6\""));
	CHECK_STR(json_of(mem, buf_str(&b))->text, S("</script>&\"\\\n\t\x01\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xA6"));
}

TEST(many_members_are_read_quickly)
{
	struct json_out w = json_out_new(mem);
	const struct json *j;

	json_map_begin(&w, S(""));
	for (int i = 0; i < 20000; i++)
		json_put_int(&w, str_fmt(mem, "m%d", i), i);
	json_map_end(&w);
	j = json_of(mem, json_out_str(&w));
	CHECK_INT(json_get(j, S("m19999"))->integer, 19999);
}
