/* test/unit/fmt_html.c: the view language: what it shows, what it refuses. */
#include "t.h"

#include "fmt/html.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A tag that shows what it was given: [a|b c] and the value of its first argument. */
static void
tag_show(struct html_scope *s, const struct str *args, size_t n)
{
	buf_byte(s->out, '[');
	for (size_t i = 0; i < n; i++) {
		buf_put(s->out, i ? S("|") : S(""));
		html_text(s->out, args[i]);
	}
	buf_byte(s->out, ']');
	if (n > 0)
		html_text(s->out, val_str(s->look(s, args[0])));
	buf_put(s->out, s->page != NULL ? str_of(s->page) : S(""));
}

static const struct html_tag tags[] = { { STR_INIT("show"), tag_show }, { STR_INIT(""), NULL } };

static enum err
parse(struct arena *mem, const char *a, const char *b, struct views **out, struct str *why)
{
	struct file *file = NEWN(mem, struct file, 2);

	file[0] = (struct file){ S("web/view/a.html"), str_of(a) };
	file[1] = (struct file){ S("web/view/b.html"), str_of(b) };
	*why = S("");
	return views_parse(mem, file, 2, tags, out, why);
}

/* What the view `a` shows; it may hold the part `b`. */
static struct str
show2(struct arena *mem, const char *a, const char *b, const struct val *top)
{
	struct buf out = buf_new(mem);
	struct views *v;
	struct str why;

	if (parse(mem, a, b, &v, &why) != OK)
		return why;
	html_render(&out, v, S("a"), LANG_JA, top, NULL);
	return buf_str(&out);
}

static struct str
show(struct arena *mem, const char *a, const struct val *top)
{
	return show2(mem, a, "", top);
}

/* Why a view is refused; "" when it is not. */
static struct str
refusal(struct arena *mem, const char *a, const char *b)
{
	struct views *v = NULL;
	struct str why;
	enum err e = parse(mem, a, b, &v, &why);

	CHECK_INT(e, why.n > 0 ? E_FORMAT : OK);
	CHECK((v == NULL) == (e != OK));
	return why;
}

/* What a process said that shows `view` in strict mode; "" when it ended well. */
static struct str
strict_show(struct arena *mem, const char *view, const struct val *top)
{
	char *said = arena_alloc(mem, 1000);
	int pipes[2], status = 0;
	ssize_t n;
	pid_t pid;

	if (pipe(pipes) != 0 || (pid = fork()) < 0)
		return S("no process");
	if (pid == 0) {
		dup2(pipes[1], STDERR_FILENO);
		html_strict(true);
		show(mem, view, top);
		_exit(0);
	}
	close(pipes[1]);
	n = read(pipes[0], said, 999);
	close(pipes[0]);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK_INT(n > 0, !(WIFEXITED(status) && WEXITSTATUS(status) == 0));
	return (struct str){ said, n > 0 ? (size_t)n : 0 };
}

/* ---- values ---- */

TEST(a_value_is_escaped_for_text_and_for_quoted_attributes_alike)
{
	struct val *top = val_map(mem);

	val_text(top, "name", S("<b>\"O'Neil\" & 山田</b>"));
	CHECK_STR(show(mem, "<p title=\"{name}\">{name}</p>", top),
	    S("<p title=\"&lt;b&gt;&quot;O&#39;Neil&quot; &amp; 山田&lt;/b&gt;\">"
	    "&lt;b&gt;&quot;O&#39;Neil&quot; &amp; 山田&lt;/b&gt;</p>"));
}

TEST(a_name_with_a_point_looks_into_a_map)
{
	struct val *top = val_map(mem), *org = val_map(mem), *place = val_map(mem);

	val_text(place, "city", S("調布市"));
	val_put(org, "place", place);
	val_put(top, "org", org);
	CHECK_STR(show(mem, "{org.place.city}/{org.city}/{city}", top), S("調布市//"));
}

TEST(a_map_may_stand_under_two_names)
{
	struct val *top = val_map(mem), *who = val_map(mem);

	val_put(top, "author", who);
	val_put(top, "reader", who);
	val_text(who, "name", S("x"));
	CHECK_STR(show(mem, "{author.name}{reader.name}", top), S("xx"));
}

TEST(numbers_and_formats_are_texts)
{
	struct val *top = val_map(mem);
	struct str long_text;

	val_int(top, "zero", 0);
	val_int(top, "low", INT64_MIN);
	val_int(top, "high", INT64_MAX);
	val_fmt(top, "id", "%03d<%s>", 7, "x");
	val_fmt(top, "long", "%0300d", 1);
	CHECK_STR(show(mem, "{zero} {low} {high} {id}", top),
	    S("0 -9223372036854775808 9223372036854775807 007&lt;x&gt;"));
	long_text = show(mem, "{long}", top);
	CHECK_INT(long_text.n, 300);
	CHECK(str_ends(long_text, S("0001")));
}

TEST(a_name_set_again_has_the_later_value)
{
	struct val *top = val_map(mem);

	val_text(top, "a", S("1"));
	val_text(top, "a", S("2"));
	CHECK_STR(show(mem, "{a}", top), S("2"));
	CHECK_STR(val_str(val_get(top, S("a"))), S("2"));
}

TEST(hundreds_of_names_are_all_found)
{
	struct val *top = val_map(mem);

	for (int i = 0; i < 500; i++)
		val_int(top, str_fmt(mem, "name%d", i).p, i);
	for (int i = 0; i < 500; i++)
		CHECK_STR(val_str(val_get(top, str_fmt(mem, "name%d", i))), str_fmt(mem, "%d", i));
	CHECK(val_get(top, S("name500")) == NULL);
}

TEST(values_answer_without_being_there)
{
	struct val *top = val_map(mem), *list = val_list(top, "rows");

	CHECK(val_get(NULL, S("x")) == NULL);
	CHECK(val_get(list, S("x")) == NULL);
	CHECK_STR(val_str(NULL), S(""));
	CHECK_STR(val_str(list), S(""));
	CHECK(!val_true(NULL));
	CHECK(val_next(NULL, NULL) == NULL);
	CHECK(val_next(top, NULL) == NULL);
	CHECK(val_next(list, NULL) == NULL);
}

/* ---- blocks ---- */

TEST(a_list_shows_its_rows_in_order)
{
	struct val *top = val_map(mem), *rows = val_list(top, "rows");

	for (int i = 1; i <= 3; i++)
		val_int(val_row(rows), "n", i);
	CHECK_STR(show(mem, "<{#rows}({n}){/rows}>", top), S("<(1)(2)(3)>"));
}

TEST(a_list_without_rows_shows_nothing_and_counts_as_not_there)
{
	struct val *top = val_map(mem);

	val_list(top, "rows");
	CHECK_STR(show(mem, "<{#rows}x{/rows}{?rows}there{/rows}{!rows}none{/rows}>", top), S("<none>"));
}

TEST(names_are_looked_up_in_the_row_first_and_then_outside)
{
	struct val *top = val_map(mem), *rows = val_list(top, "rows"), *row = val_row(rows);
	struct val *inner = val_list(row, "inner");

	val_text(top, "a", S("top"));
	val_text(top, "b", S("top"));
	val_text(top, "c", S("top"));
	val_text(row, "b", S("row"));
	val_text(row, "c", S("row"));
	val_text(val_row(inner), "c", S("inner"));
	CHECK_STR(show(mem, "{#rows}{#inner}{a} {b} {c}{/inner} {c}{/rows} {c}", top),
	    S("top row inner row top"));
}

TEST(the_row_is_left_when_its_list_ends)
{
	struct val *top = val_map(mem), *rows = val_list(top, "rows");

	val_text(val_row(rows), "x", S("in"));
	CHECK_STR(show(mem, "{#rows}{x}{/rows}{x}", top), S("in"));
}

TEST(a_condition_holds_for_what_is_there_not_empty_and_not_false)
{
	struct val *top = val_map(mem);

	val_text(top, "empty", S(""));
	val_text(top, "text", S("0"));
	val_bool(top, "yes", true);
	val_bool(top, "no", false);
	val_put(top, "map", val_map(mem));
	CHECK_STR(show(mem, "{?empty}1{/empty}{?text}2{/text}{?yes}3{/yes}{?no}4{/no}{?map}5{/map}{?gone}6{/gone}",
	    top), S("235"));
	CHECK_STR(show(mem, "{!empty}1{/empty}{!text}2{/text}{!yes}3{/yes}{!no}4{/no}{!map}5{/map}{!gone}6{/gone}",
	    top), S("146"));
}

TEST(blocks_stand_in_blocks)
{
	struct val *top = val_map(mem);

	val_bool(top, "a", true);
	val_bool(top, "b", false);
	CHECK_STR(show(mem, "{?a}1{?b}2{/b}{!b}3{?a}4{/a}{/b}5{/a}6", top), S("13456"));
}

/* ---- parts and tags ---- */

TEST(a_part_sees_the_names_of_where_it_stands)
{
	struct val *top = val_map(mem), *rows = val_list(top, "rows");

	val_text(top, "n", S("top"));
	val_text(val_row(rows), "n", S("row"));
	CHECK_STR(show2(mem, "{>b}{#rows}{>b}{/rows}", "<{n}>", top), S("<top><row>"));
}

TEST(a_tag_gets_its_words_and_looks_up_values)
{
	struct val *top = val_map(mem), *rows = val_list(top, "rows"), *org = val_map(mem);

	val_text(top, "n", S("<top>"));
	val_text(val_row(rows), "n", S("row"));
	val_text(org, "name", S("clinic"));
	val_put(top, "org", org);
	CHECK_STR(show(mem, "{@show n  \"two words}\" \"\" <}{#rows}{@show n}{/rows}{@show org.name}{@show}", top),
	    S("[n|two words}||&lt;]&lt;top&gt;[n]row[org.name]clinic[]"));
}

TEST(a_tag_gets_the_page_it_is_shown_on)
{
	struct buf out = buf_new(mem);
	struct views *v;
	struct str why;
	char page[] = "page";

	CHECK_INT(parse(mem, "{@show}", "", &v, &why), OK);
	html_render(&out, v, S("a"), LANG_EN, val_map(mem), page);
	CHECK_STR(buf_str(&out), S("[]page"));
}

TEST(an_attribute_is_written_quoted_and_escaped)
{
	struct buf b = buf_new(mem);

	html_attr(&b, "value", S("\"><script>'"));
	CHECK_STR(buf_str(&b), S(" value=\"&quot;&gt;&lt;script&gt;&#39;\""));
}

TEST(two_braces_are_one_and_a_closing_brace_is_itself)
{
	CHECK_STR(show(mem, "a {{ b } c {{{{ {{x}", NULL), S("a { b } c {{ {x}"));
}

/* ---- sentences ---- */

static const struct {
	const char *key;
	struct str by[LANG_COUNT];
} sentences[] = {
#define TEXT(key, ja, en) { #key, { STR_INIT(ja), STR_INIT(en) } },
#include "fmt/text.def"
#undef TEXT
};

static char
largest_place(struct str s)
{
	char most = '0';

	for (size_t i = 0; i + 1 < s.n; i++)
		if (s.p[i] == '%' && s.p[i + 1] > most && s.p[i + 1] <= '9')
			most = s.p[i + 1];
	return most;
}

/* The first sentence whose largest place is `want` in both languages. */
static size_t
sentence_with(char want)
{
	size_t i = 0;

	while (i < LEN(sentences) && (largest_place(sentences[i].by[LANG_JA]) != want
	    || largest_place(sentences[i].by[LANG_EN]) != want))
		i++;
	return i;
}

static struct str
escaped(struct arena *mem, struct str s)
{
	struct buf b = buf_new(mem);

	html_text(&b, s);
	return buf_str(&b);
}

TEST(a_sentence_is_shown_in_the_language_of_the_page)
{
	struct views *v;
	struct str why;

	CHECK_INT(parse(mem, "{t app_name}", "", &v, &why), OK);
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		struct buf out = buf_new(mem);
		html_render(&out, v, S("a"), (enum lang)lang, NULL, NULL);
		CHECK_STR(buf_str(&out), escaped(mem, text(T_app_name, (enum lang)lang)));
	}
}

TEST(the_places_of_a_sentence_are_filled_with_values_escaped)
{
	struct val *top = val_map(mem);
	struct str args[] = { S("<1>"), S("%2&") };
	size_t tried = 0;

	val_text(top, "a", args[0]);
	val_text(top, "b", args[1]);
	for (size_t n = 1; n <= 2; n++) {
		size_t i = sentence_with((char)('0' + n));
		if (i == LEN(sentences))
			continue;
		struct str view = str_fmt(mem, "{t %s%s}", sentences[i].key, n == 1 ? " a" : " a b");
		CHECK_STR(show(mem, view.p, top),
		    escaped(mem, text_fill(mem, text_by_key(str_of(sentences[i].key)), LANG_JA, args, n)));
		tried++;
	}
	if (tried == 0)
		test_skip("no sentence has a place yet");
}

/* ---- refusals ---- */

TEST(what_a_view_gets_wrong_is_refused_with_file_and_line)
{
	CHECK_STR(refusal(mem, "\n\n{t no_such_key}", ""), S("web/view/a.html:3: unknown sentence: no_such_key"));
	CHECK_STR(refusal(mem, "x\n{>c}", ""), S("web/view/a.html:2: unknown view: c"));
	CHECK_STR(refusal(mem, "{@nothing a}", ""), S("web/view/a.html:1: unknown tag: nothing"));
	CHECK_STR(refusal(mem, "ok", "\n{?x}"), S("web/view/b.html:2: block not closed: x"));
	CHECK_STR(refusal(mem, "{?x}\n{#y}\n{/x}{/y}", ""),
	    S("web/view/a.html:3: {/x} where {/y} must come first"));
	CHECK_STR(refusal(mem, "{/x}", ""), S("web/view/a.html:1: {/x} closes nothing"));
	CHECK_STR(refusal(mem, "{{\n{x", ""),
	    S("web/view/a.html:2: brace not closed on its line (a lone brace is written {{)"));
	CHECK_STR(refusal(mem, "{t yes name}", ""), S("web/view/a.html:1: sentence yes wants 0 values, is given 1"));
	CHECK_STR(refusal(mem, "{@show \"a}\n", ""),
	    S("web/view/a.html:1: brace not closed on its line (a lone brace is written {{)"));
}

TEST(what_is_no_name_is_refused)
{
	static const char *const bad[] = { "{}", "{ x}", "{x }", "{a..b}", "{.a}", "{a.}", "{1a}", "{a-b}", "{#}{/}",
		"{?a b}{/a b}", "{body: none;}", "{山}", "{@}", "{t }", "{>}", "{t yes 1}" };

	for (size_t i = 0; i < LEN(bad); i++) {
		CHECK(refusal(mem, bad[i], "").n > 0);
		CHECK_HAS(refusal(mem, bad[i], ""), S("web/view/a.html:1: "));
	}
}

TEST(a_part_that_holds_itself_is_refused)
{
	CHECK_STR(refusal(mem, "{>a}", ""), S("web/view/a.html:1: part holds itself: a"));
	CHECK_STR(refusal(mem, "x\n{>b}", "{?x}\n\n{>a}{/x}"), S("web/view/b.html:3: part holds itself: a"));
}

TEST(parts_nest_so_deep_and_no_deeper)
{
	struct file file[19];
	struct views *v;
	struct str why = S("");

	for (int i = 0; i < 19; i++)
		file[i] = (struct file){ str_fmt(mem, "v%d.html", i), str_fmt(mem, "{>v%d}", i + 1) };
	file[16].data = S("x");
	CHECK_INT(views_parse(mem, file, 17, tags, &v, &why), OK);
	file[16].data = S("{>v17}");
	file[17].data = S("x");
	CHECK_INT(views_parse(mem, file, 18, tags, &v, &why), E_FORMAT);
	CHECK_STR(why, S("v0.html:1: parts more than 16 deep"));
}

TEST(blocks_nest_so_deep_and_no_deeper)
{
	struct buf b = buf_new(mem);

	for (int i = 0; i < 32; i++)
		buf_put(&b, S("{?x}"));
	for (int i = 0; i < 32; i++)
		buf_put(&b, S("{/x}"));
	CHECK_STR(refusal(mem, buf_str(&b).p, ""), S(""));
	CHECK_HAS(refusal(mem, str_fmt(mem, "{?x}%.*s{/x}", STR_ARG(buf_str(&b))).p, ""),
	    S("blocks more than 32 deep"));
}

/* ---- what is missing ---- */

TEST(a_name_that_is_not_there_shows_nothing)
{
	struct val *top = val_map(mem);

	val_bool(top, "flag", true);
	CHECK_STR(show(mem, "<{x}{x.y}{flag}{flag.x}{#x}1{/x}{#flag}2{/flag}>", top), S("<>"));
	CHECK_STR(show(mem, "<{x}{?x}1{/x}>", NULL), S("<>"));
}

TEST(in_strict_mode_a_missing_name_ends_the_process_and_is_named)
{
	struct val *top = val_map(mem);

	val_bool(top, "flag", true);
	CHECK_HAS(strict_show(mem, "\n{x.y}", top), S("at=web/view/a.html:2 why=\"not there: {x.y}, a text\""));
	CHECK_HAS(strict_show(mem, "{#x}{/x}", top), S("not there: {x}, a list"));
	CHECK_HAS(strict_show(mem, "{flag}", top), S("of another kind: {flag}, a text"));
}

TEST(in_strict_mode_the_names_of_conditions_may_be_missing)
{
	struct val *top = val_map(mem);

	val_list(top, "rows");
	CHECK_STR(strict_show(mem, "{?x}{x}{/x}{!x}{/x}{#rows}{y}{/rows}", top), S(""));
}

/* ---- loading ---- */

static void
file_put(struct str path, struct str data)
{
	FILE *f = fopen(path.p, "w");

	if (f == NULL || fwrite(data.p, 1, data.n, f) != data.n || fclose(f) != 0)
		BUG("test: cannot write");
}

TEST(views_are_read_from_a_folder)
{
	char dir[] = "/tmp/hersys-views-XXXXXX";
	struct str path[3], why = S(""), name[] = { S("a.html"), S("b.html"), S("c.txt") };
	struct buf out = buf_new(mem);
	struct views *v;

	CHECK(mkdtemp(dir) != NULL);
	for (int i = 0; i < 3; i++)
		path[i] = str_fmt(mem, "%s/%s", dir, name[i].p);
	file_put(path[0], S("<{>b}>"));
	file_put(path[1], S("part"));
	file_put(path[2], S("{no view"));
	CHECK_INT(views_load(mem, str_of(dir), tags, &v, &why), OK);
	CHECK(views_has(v, S("a")) && views_has(v, S("b")) && !views_has(v, S("c")));
	html_render(&out, v, S("a"), LANG_JA, NULL, NULL);
	CHECK_STR(buf_str(&out), S("<part>"));

	file_put(path[1], S("\n{"));
	CHECK_INT(views_load(mem, str_of(dir), tags, &v, &why), E_FORMAT);
	CHECK_HAS(why, S("/b.html:2: brace not closed"));
	for (int i = 0; i < 3; i++)
		unlink(path[i].p);
	rmdir(dir);
	CHECK_INT(views_load(mem, str_of(dir), tags, &v, &why), E_IO);
	CHECK_HAS(why, S("ENOENT"));
}
