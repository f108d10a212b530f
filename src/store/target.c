/* store/target.c: see target.h. */
#include "store/target.h"

#include "base/buf.h"
#include "base/clock.h"
#include "store/manifest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define FILE_MOST (1 << 20)
#define SERIES_MOST 4096                /* folders looked at */
#define DAY_MS (24LL * 3600 * 1000)
#define RECENT_MOST 4                   /* series of the last 24 hours that stay beside the present one */

enum err
file_whole(struct arena *mem, struct str path, struct str *out)
{
	int fd = open(str_z(mem, path), O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	ssize_t k = 0;

	if (fd < 0)
		return errno == ENOENT ? E_NOTFOUND : E_IO;
	char *p = arena_alloc(mem, FILE_MOST + 1);
	while (n <= FILE_MOST && (k = read(fd, p + n, FILE_MOST + 1 - n)) > 0)
		n += (size_t)k;
	close(fd);
	*out = (struct str){ p, n };
	return k < 0 ? E_IO : n > FILE_MOST ? E_LIMIT : OK;
}

struct old {
	struct str name;
	bool whole;
};

static struct str
below(struct arena *mem, struct str folder, struct str name)
{
	return str_fmt(mem, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
}

static int
newest_first(const void *a, const void *b)
{
	return str_cmp(((const struct old *)b)->name, ((const struct old *)a)->name);
}

static size_t
series_list(struct arena *mem, struct str to, struct old **out)
{
	DIR *d = opendir(str_z(mem, to));
	struct dirent *x;
	size_t n = 0;

	*out = NEWN(mem, struct old, SERIES_MOST);
	while (d != NULL && n < SERIES_MOST && (x = readdir(d)) != NULL) {
		struct str name = str_of(x->d_name);
		if (!series_name_ok(name))
			continue;
		struct str first = below(mem, below(mem, to, name), part_name(mem, 1, "manifest"));
		(*out)[n++] = (struct old){ str_dup(mem, name), access(str_z(mem, first), F_OK) == 0 };
	}
	if (d != NULL)
		closedir(d);
	qsort(*out, n, sizeof **out, newest_first);
	return n;
}

struct str
target_next(struct arena *mem, struct str to)
{
	struct old *list;
	int64_t now = clock_now(), last = series_list(mem, to, &list) > 0 ? series_time(list[0].name) : 0;

	return series_name(mem, now > last ? now : last + 1);
}

struct str
target_signer(struct arena *mem, struct str to)
{
	struct str text, signer = S(""), why;
	struct manifest m;
	struct old *list;
	size_t n = series_list(mem, to, &list);

	/* What cannot be read is nobody's. */
	for (size_t i = 0; i < n; i++)
		if (file_whole(mem, below(mem, below(mem, to, list[i].name), part_name(mem, 0, "manifest")), &text) == OK
		    && manifest_read(mem, text, &m, &signer, &why) == OK)
			return signer;
	return S("");
}

/* Renamed first: what is half removed is no series any more. */
static bool
series_remove(struct arena *mem, struct str to, struct str name)
{
	struct str from = below(mem, to, name), gone = str_fmt(mem, "%.*s/.old-%.*s", STR_ARG(to), STR_ARG(name));
	struct dirent *x;
	bool good = true;

	if (rename(str_z(mem, from), str_z(mem, gone)) != 0)
		return false;
	DIR *d = opendir(str_z(mem, gone));
	while (d != NULL && (x = readdir(d)) != NULL)
		if (strcmp(x->d_name, ".") != 0 && strcmp(x->d_name, "..") != 0)
			good &= unlink(str_z(mem, below(mem, gone, str_of(x->d_name)))) == 0;
	if (d != NULL)
		closedir(d);
	return rmdir(str_z(mem, gone)) == 0 && good;
}

int64_t
target_prune(struct arena *mem, struct str to, struct str present, int64_t keep_days)
{
	struct old *list;
	size_t n = keep_days > 0 ? series_list(mem, to, &list) : 0;
	struct str day = S("");
	int64_t days = 0, refused = 0, recent = 0;

	for (size_t i = 0; i < n; i++) {
		bool older = str_cmp(list[i].name, present) < 0;
		bool first = !str_eq(str_sub(list[i].name, 0, 8), day);
		bool fresh = list[i].whole && series_time(present) - series_time(list[i].name) < DAY_MS && recent < RECENT_MOST;
		if (!older || fresh || (list[i].whole && first && days < keep_days)) {
			recent += older && fresh;
			days += first;
			day = str_sub(list[i].name, 0, 8);
			continue;
		}
		refused += !series_remove(mem, to, list[i].name);
	}
	return refused;
}
