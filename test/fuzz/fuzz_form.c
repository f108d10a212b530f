/* test/fuzz/fuzz_form.c: any bytes are read or refused; what is read and written again reads the same. */
#include "fmt/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem = arena_new(1024);
	struct form f, again;

	if (form_read(mem, (struct str){ (const char *)data, n }, &f) == OK) {
		if (form_read(mem, form_write(mem, &f), &again) != OK || again.n != f.n)
			BUG("form: written, not read");
		for (size_t i = 0; i < f.n; i++)
			if (!str_eq(f.pair[i].name, again.pair[i].name)
			    || !str_eq(f.pair[i].value, again.pair[i].value))
				BUG("form: written, read otherwise");
	}
	arena_free(mem);
	return 0;
}
