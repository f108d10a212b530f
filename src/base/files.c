/* base/files.c: see files.h. The table itself is made by tools/embed.sh. */
#include "base/files.h"

bool
files_get(struct str name, struct str *data)
{
	for (size_t i = 0; i < files_count; i++)
		if (str_eq(files_all[i].name, name)) {
			*data = files_all[i].data;
			return true;
		}
	return false;
}

bool
files_each(struct str head, size_t *at, const struct file **out)
{
	for (; *at < files_count; ++*at)
		if (str_starts(files_all[*at].name, head)) {
			*out = &files_all[(*at)++];
			return true;
		}
	return false;
}
