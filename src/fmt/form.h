/* fmt/form.h: bodies and queries that browsers send (application/x-www-form-urlencoded). */
#ifndef FMT_FORM_H
#define FMT_FORM_H

#include "base/arena.h"

struct form_pair {
	struct str name, value;         /* decoded, valid UTF-8, without NUL */
};
struct form {
	struct form_pair *pair;
	size_t n;
};
#define FORM_MAX_PAIRS 2000

/* E_FORMAT when an escape is broken, a text is not UTF-8 or holds NUL; E_LIMIT over FORM_MAX_PAIRS. */
enum err form_read(struct arena *mem, struct str body, struct form *out) MUST_USE;
/* The first value of a name; "" when absent. */
struct str form_get(const struct form *f, struct str name);
bool form_has(const struct form *f, struct str name);
/* The next value of `name` from place *at on (several checkboxes); false at the end. */
bool form_each(const struct form *f, struct str name, size_t *at, struct str *value);
/* Add a pair, in place of all that were there under its name; *f is another list then, in mem. */
void form_set(struct arena *mem, struct form *f, struct str name, struct str value);
/* name=value&… escaped, of all pairs. */
struct str form_write(struct arena *mem, const struct form *f);
/* One text percent-escaped for a query or a path segment. */
struct str url_escape(struct arena *mem, struct str s);

#endif
