/* fmt/text.c: see text.h. */
#include "fmt/text.h"

static const struct {
	struct str key, by[LANG_COUNT];
} table[] = {
	[T_none] = { STR_INIT(""), { STR_INIT(""), STR_INIT("") } },
#define TEXT(key, ja, en) [T_##key] = { STR_INIT(#key), { STR_INIT(ja), STR_INIT(en) } },
#include "fmt/text.def"
#undef TEXT
};

struct str
text(enum text_id id, enum lang lang)
{
	return table[id].by[lang];
}

enum text_id
text_by_key(struct str key)
{
	for (size_t i = 1; i < T_COUNT; i++)
		if (str_eq(table[i].key, key))
			return (enum text_id)i;
	return T_none;
}

struct str
text_fill(struct arena *mem, enum text_id id, enum lang lang, const struct str *args, size_t n)
{
	struct str s = text(id, lang);
	struct buf b = buf_new(mem);

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 1 < s.n && s.p[i + 1] >= '1' && s.p[i + 1] <= '9') {
			size_t k = (size_t)(s.p[++i] - '1');
			if (k < n)
				buf_put(&b, args[k]);
		} else {
			buf_byte(&b, s.p[i]);
		}
	}
	return buf_str(&b);
}

struct str
lang_code(enum lang lang)
{
	return lang == LANG_EN ? S("en") : S("ja");
}

enum lang
lang_of(struct str code)
{
	return str_starts(code, S("en")) ? LANG_EN : LANG_JA;
}
