/* field/schema.c: see schema.h. */
#include "field/schema.h"

struct str
schema_columns(struct arena *mem, enum field_group g)
{
	struct buf b = buf_new(mem);
	enum field_id f = F_none;

	while ((f = field_next(g, f, true)) != F_none)
		buf_fmt(&b, "%s%.*s TEXT", b.n > 0 ? ",\n\t" : "", STR_ARG(fields[f].name));
	return buf_str(&b);
}

/* ---- the manual ---- */

static void
put_type(struct buf *b, const struct field *f)
{
	static const char *const word[] = {
		[FT_TEXT] = "text", [FT_LONG] = "text of several lines", [FT_NAME] = "name", [FT_KANA] = "reading in katakana",
		[FT_DATE] = "date", [FT_PARTIAL] = "date, day or month may be missing", [FT_CODE] = "one of",
		[FT_CODES] = "several of", [FT_YESNO] = "yes, no", [FT_INT] = "number", [FT_PHONE] = "phone number",
		[FT_POSTAL] = "postal code", [FT_DATETIME] = "date and time", [FT_DECIMAL] = "number with one decimal",
	};

	buf_fmt(b, "%s", word[f->type]);
	if (f->codes != C_none)
		buf_fmt(b, " [%.*s](#%.*s)", STR_ARG(codes_name(f->codes)), STR_ARG(codes_name(f->codes)));
	if (f->type == FT_INT)
		buf_fmt(b, " %d to %d", f->low, f->high);
}

static void
put_others(struct buf *b, const char *what, const enum field_id *list, size_t n)
{
	for (size_t i = 0; i < n && list[i] != F_none; i++)
		buf_fmt(b, "%s`%.*s`", i > 0 ? ", " : what, STR_ARG(fields[list[i]].name));
	if (list[0] != F_none)
		buf_put(b, S("; "));
}

static void
put_remarks(struct buf *b, const struct field *f)
{
	static const struct {
		unsigned flag;
		const char *what;
	} row[] = {
		{ MAY_UNKNOWN, "may be unknown; " },
		{ MINOR_ONLY, "of minors only; " },
		{ NOT_FUTURE, "not in the future; " },
		{ MEDICAL, "a change asks for the physician; " },
		{ PERSONAL, "identifies a person; " },
		{ IN_STATS, "counted; " },
	};
	size_t before = b->n;

	for (size_t i = 0; i < LEN(row); i++)
		if (f->flags & row[i].flag)
			buf_fmt(b, "%s", row[i].what);
	put_others(b, "not after ", f->not_after, LEN(f->not_after));
	put_others(b, "seldom after ", &f->seldom_after, 1);
	if (b->n > before)
		b->n -= 2;
}

static void
put_group(struct buf *b, enum field_group g, const char *title)
{
	enum field_id f = F_none;

	buf_fmt(b, "\n## %s\n\nTable `%.*s`", title, STR_ARG(group_table(g)));
	buf_put(b, g == G_ONE ? S("; those with several choices are rows of `notification_choice`.\n\n") : S(".\n\n"));
	buf_put(b, S("| name | 日本語 | English | type | remarks |\n|---|---|---|---|---|\n"));
	while ((f = field_next(g, f, false)) != F_none) {
		const struct field *one = &fields[f];
		buf_fmt(b, "| `%.*s` | %.*s | %.*s | ", STR_ARG(one->name), STR_ARG(one->by[LANG_JA]),
		    STR_ARG(one->by[LANG_EN]));
		put_type(b, one);
		buf_put(b, S(" | "));
		put_remarks(b, one);
		buf_put(b, S(" |\n"));
	}
}

static void
put_list(struct buf *b, enum codes_id list)
{
	size_t n;
	const struct code *c = codes_of(list, &n);

	buf_fmt(b, "\n### %.*s\n\n| code | 日本語 | English |\n|---|---|---|\n", STR_ARG(codes_name(list)));
	for (size_t i = 0; i < n; i++)
		buf_fmt(b, "| `%.*s` | %.*s | %.*s |\n", STR_ARG(c[i].code), STR_ARG(c[i].by[LANG_JA]),
		    STR_ARG(c[i].by[LANG_EN]));
}

void
schema_manual(struct buf *b)
{
	static const char *const title[G_COUNT] = {
		[G_ONE] = "Items that stand once", [G_TEST] = "Tests", [G_DOSE] = "Vaccinations", [G_TRAVEL] = "Stays abroad",
	};

	buf_put(b, S("# Items of a notification\n\n"
		"Printed by the program from `src/field/fields.def` and `src/field/codes.def`; do not edit.\n"
		"The names are those of form fields, columns, CSV and JSON. Every value is empty (nobody said), unknown (`?`,\n"
		"somebody said 不明) or given. Dates are `2022-08-19`, incomplete ones `2022-08` or `2022`.\n"
		"Which legal form asks for an item, under which number and from when to when, is said by the sheets.\n"));
	for (int g = 0; g < G_COUNT; g++)
		put_group(b, (enum field_group)g, title[g]);
	buf_fmt(b, "\nUp to %d rows of each are kept, up to %d are sent at a time.\n\n## Lists of choices\n", GROUP_ROWS,
	    GROUP_ROWS_AT_ONCE);
	for (int list = C_none + 1; list < C_COUNT; list++)
		put_list(b, (enum codes_id)list);
}
