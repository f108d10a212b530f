/* base/files.h: the files that tools/embed.sh put into the binary: views, static files,
 * SQL, sheets, reference tables. Names are paths as in the source tree without `src/`:
 * "web/view/login.html", "store/sql/notif.sql", "data/reference/era.tsv". */
#ifndef BASE_FILES_H
#define BASE_FILES_H

#include "base/base.h"

struct file {
	struct str name;
	struct str data;
};

extern const struct file files_all[];
extern const size_t files_count;

/* The contents of one file; false when it is not embedded. */
bool files_get(struct str name, struct str *data) MUST_USE;
/* The first file whose name begins with `head`, from place *at on; moves *at behind it. For loops. */
bool files_each(struct str head, size_t *at, const struct file **out);

#endif
