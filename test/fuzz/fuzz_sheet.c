/* test/fuzz/fuzz_sheet.c: any bytes are a sheet or a fault with its line; a sheet that is read can be asked. */
#include "base/utf8.h"
#include "field/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* An empty notification and one that says something everywhere go through the sheet's conditions and rules. */
static void
ask(struct arena *mem, const struct sheet *s)
{
	struct record *r = NEW(mem, struct record);
	struct issues bad = issues_new(mem);
	struct date today = { 19000 };
	size_t left;

	check_filing(s, r, today, &bad);
	for (size_t i = 0; i < s->n_item; i++)
		if (s->item[i].f != F_none)
			r->v[0][s->item[i].f] = s->item[i].n_choice > 0 ? s->item[i].choice[0].code : S("2021-05-06");
	check_filing(s, r, today, &bad);
	check_missing(mem, s, r, today, &left);
	for (size_t i = 0; i < bad.n; i++)
		if (!utf8_ok(issue_text(mem, &bad.list[i], LANG_JA)) || !utf8_ok(issue_name(mem, &bad.list[i])))
			BUG("an issue is not UTF-8");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem = arena_new(1 << 16);
	struct sheet *s;
	struct str why = S("");
	enum err e = sheet_read(mem, (struct str){ (const char *)data, n }, &s, &why);

	if (e == OK)
		ask(mem, s);
	else if (e != E_FORMAT || !str_starts(why, S("line ")) || !utf8_ok(why))
		BUG("a fault without its line");
	arena_free(mem);
	return 0;
}
