/* test/unit/field_schema.c: columns and the printed manual. */
#include "filing.h"

#include "field/schema.h"

#include <stdlib.h>

TEST(columns_are_those_of_the_group_in_order)
{
	CHECK_STR(schema_columns(mem, G_TRAVEL), S("travel_country TEXT,\n\ttravel_place TEXT,\n\ttravel_left_date TEXT,\n"
	    "\ttravel_returned_date TEXT"));
	CHECK(str_starts(schema_columns(mem, G_ONE), S("report_date TEXT,\n\tdoctor_name TEXT,\n")));
	CHECK(str_ends(schema_columns(mem, G_ONE), S("\tremarks TEXT")));
}

TEST(several_choices_have_no_column)
{
	CHECK_NOT(schema_columns(mem, G_ONE), S("symptoms"));
	CHECK_NOT(schema_columns(mem, G_ONE), S("risk_kind"));
	CHECK_HAS(schema_columns(mem, G_ONE), S("\tsymptom_other TEXT,"));
}

/* When items or choices were changed on purpose: RENEW=1 make unit, and read the difference. */
static void
same_as_file(struct arena *mem, struct str text, const char *path)
{
	if (getenv("RENEW") != NULL) {
		FILE *f = fopen(path, "w");
		CHECK(f != NULL && fwrite(text.p, 1, text.n, f) == text.n);
		if (f != NULL)
			CHECK(fclose(f) == 0);
	}
	if (!str_eq(file_text(mem, path), text))
		test_fail(path, 1, "not what the program prints; renew with: RENEW=1 make unit", S("old"), S("new"));
}

TEST(the_manual_is_what_the_program_prints)
{
	struct buf b = buf_new(mem);

	schema_manual(&b);
	same_as_file(mem, buf_str(&b), "test/golden/fields.md");
	same_as_file(mem, buf_str(&b), "doc/fields.md");
}
