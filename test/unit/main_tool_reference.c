/* test/unit/main_tool_reference.c: hersys reference, as it is typed. The runner links nothing of main/, so the tool is
 * compiled here. */
#include "reference_world.h"

#include "main/tool_reference.c"

static int
tool(struct arena *mem, struct ref_world *w, int argc, const char **argv, struct str *out)
{
	char *text;
	size_t n;
	FILE *f = open_memstream(&text, &n);
	int rc = tool_reference(argc, argv, w->st, mem, f, f);

	fclose(f);
	*out = str_dup(mem, (struct str){ text, n });
	free(text);
	return rc;
}

TEST(the_tool_lists_and_loads)
{
	struct ref_world w = ref_world_new(mem);
	const char *good = ref_world_file(mem, &w, "h.tsv", S("date\tname\tname_en\n2030-01-01\t元日\tNew Year's Day\n")).p;
	const char *wrong = ref_world_file(mem, &w, "w.tsv", S("date\tname\tname_en\n2030-01-99\ta\tb\n")).p;
	struct str out;

	CHECK_INT(tool(mem, &w, 1, (const char *[]){ "list" }, &out), 0);
	CHECK_HAS(out, S("municipality"));
	CHECK_HAS(out, S("postal_area"));
	CHECK_INT(tool(mem, &w, 2, (const char *[]){ "load", good }, &out), 0);
	CHECK_HAS(out, S("h.tsv: holiday: 1 rows\n"));
	CHECK_INT(tool(mem, &w, 3, (const char *[]){ "load", good, wrong }, &out), 1);
	CHECK_HAS(out, S("w.tsv: line 2: it is not a date"));
	CHECK_INT(tool(mem, &w, 1, (const char *[]){ "load" }, &out), 2);
	CHECK_INT(tool(mem, &w, 0, NULL, &out), 2);
	ref_world_forget(mem, &w);
}
