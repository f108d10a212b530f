/* test/fuzz/fuzz_html.c: any bytes are views or are refused with file and line; what is shown holds no value
 * that is not escaped. NUL parts the views a, b and c. */
#include "fmt/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* A value that no view holds, and that must not be shown as it is. */
#define MARK "\x02<'\">&"

static void
tag_show(struct html_scope *s, const struct str *args, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		html_attr(s->out, "a", args[i]);
		html_text(s->out, val_str(s->look(s, args[i])));
	}
}

static const struct html_tag tags[] = { { STR_INIT("show"), tag_show }, { STR_INIT(""), NULL } };

/* One row a list: a list in itself would double with every level. */
static struct val *
values(struct arena *mem)
{
	struct val *top = val_map(mem), *row = val_row(val_list(top, "rows"));

	val_text(top, "a", S(MARK));
	val_bool(top, "b", true);
	val_text(row, "c", S(MARK));
	val_put(row, "m", top);
	return top;
}

static void
show(struct arena *mem, const struct views *v, struct str src)
{
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		struct buf out = buf_new(mem);
		html_render(&out, v, S("a"), (enum lang)lang, values(mem), NULL);
		struct str shown = buf_str(&out);
		if (str_find_str(shown, S("\x02<")) != shown.n && str_find(src, '\x02', 0) == src.n)
			BUG("html: a value was not escaped");
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem = arena_new(1024);
	struct str src = { (const char *)data, n }, rest = src, why = S("");
	struct file file[3] = { { S("a.html"), S("") }, { S("b.html"), S("") }, { S("c.html"), S("") } };
	struct views *v;

	for (size_t i = 0; i < LEN(file) && str_cut(&rest, '\0', &file[i].data); i++)
		;
	if (views_parse(mem, file, LEN(file), tags, &v, &why) == OK)
		show(mem, v, src);
	else if (str_find_str(why, S(".html:")) != 1)
		BUG("html: refused without a place");
	arena_free(mem);
	return 0;
}
