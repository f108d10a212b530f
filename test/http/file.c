/* test/http/file.c: filing a notification. */
#include "world.h"
#include "reading.h"

WEB_TEST(the_minimum_is_accepted_and_opens_a_case_with_its_number_dates_figures_and_audit_line)
{
	struct http_reply r = file_minimum(w, DOCTOR, S(""));

	CHECK_INT(r.status, 303);
	CHECK_INT(rows_of(w, "notification"), 1);
	CHECK_INT(rows_of(w, "casefile"), 1);
	r = follow(w, DOCTOR, &r);
	CHECK_INT(r.status, 200);
	printf("%.*s\n", STR_ARG(read_text(mem, r.body)));
}
