/* test/http/reading.h: reading pages as a browser does. */
#ifndef TEST_HTTP_READING_H
#define TEST_HTTP_READING_H

#include "t.h"

#include "fmt/form.h"

/* & < > " ' as they are meant. */
struct str unescaped(struct arena *mem, struct str html);
/* What a person reads: no tags, runs of blanks as one. */
struct str read_text(struct arena *mem, struct str html);
/* What stands between two texts, first found; "" when one of them is not there. */
struct str between(struct str html, const char *from, const char *to);
/* Everything that the form of that id would send, but its buttons; "" when there is no such form. */
struct str read_form(struct arena *mem, struct str html, const char *id);
/* The value in the control of that name of the form "entry": typed, chosen or ticked. */
struct str read_value(struct arena *mem, struct str html, const char *name);
/* The sentence at a field of the form: "birth_date", "test_method.1"; "" when there is none. */
struct str read_note(struct arena *mem, struct str html, const char *name);
/* The sentences above the form. */
struct str read_faults(struct arena *mem, struct str html);
/* What is wrong with a page as a page: an id twice, a reference to an id that is not there, a control without a label, a place
 * of a sentence that was not filled. "" when nothing. */
struct str page_faults(struct arena *mem, struct str html);
/* How often a text occurs. */
size_t times_in(struct str hay, struct str needle);

#endif
