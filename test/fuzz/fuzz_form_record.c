/* test/fuzz/fuzz_form_record.c: a form's body becomes a record, is checked, and comes back the same through
 * JSON and through a form. The first byte chooses the sheet. */
#include "base/utf8.h"
#include "field/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct sheets
sheets_once(void)
{
	static struct sheets all;

	if (all.n == 0) {
		utf8_start();
		all = sheets_embedded(arena_new(1 << 16), S("field/sheets/"));
		if (all.n == 0)
			BUG("no sheets");
	}
	return all;
}

static void
same(struct arena *mem, const struct record *a, const struct record *b, const char *how)
{
	size_t n;

	rec_diff(mem, a, b, &n);
	if (n > 0)
		BUG(how);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct sheets all = sheets_once();
	struct arena *mem = arena_new(1 << 16);
	struct record *r = NEW(mem, struct record), *again = NEW(mem, struct record);
	struct issues bad = issues_new(mem), none = issues_new(mem);
	struct date today = { 19223 };  /* 2022-08-19 */
	struct form f;

	if (n > 0 && form_read(mem, (struct str){ (const char *)data + 1, n - 1 }, &f) == OK) {
		const struct sheet *s = all.sheet[data[0] % all.n];
		as_form_read(mem, s, &f, today, r, &bad);
		check_filing(s, r, today, &bad);
		if (rec_from_json(mem, rec_to_json(mem, r), again) != OK)
			BUG("JSON that cannot be read");
		same(mem, r, again, "another record from JSON");
		*again = (struct record){ .n_extra = 0 };
		f = as_form_write(mem, s, r);
		as_form_read(mem, s, &f, today, again, &none);
		same(mem, r, again, "another record from the form");
	}
	arena_free(mem);
	return 0;
}
