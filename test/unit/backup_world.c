/* test/unit/backup_world.c: see backup_world.h. */
#include "backup_world.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <unistd.h>

bool
age_here(void)
{
	signal(SIGPIPE, SIG_IGN);
	if (access("/usr/bin/age", X_OK) == 0)
		return true;
	test_skip("age is not installed");
	return false;
}

struct str
folder_new(struct arena *mem)
{
	const char *tmp = getenv("TMPDIR");
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : tmp != NULL ? tmp : "/tmp";
	char *folder = str_z(mem, str_fmt(mem, "%s/hersys-backup-XXXXXX", base));

	if (mkdtemp(folder) == NULL)
		BUG("no folder for a test");
	return str_of(folder);
}

static int
forget_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

void
folder_forget(struct str folder)
{
	if (nftw(folder.p, forget_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
		BUG("a folder of a test stays");
}

struct str
file_put(struct arena *mem, struct str folder, const char *name, struct str data)
{
	struct str path = str_fmt(mem, "%.*s/%s", STR_ARG(folder), name);
	int fd = open(str_z(mem, path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, data.p, data.n) != (ssize_t)data.n || close(fd) != 0)
		BUG("a file of a test");
	return path;
}

struct str
file_get(struct arena *mem, struct str path)
{
	struct buf b = buf_new(mem);
	int fd = open(str_z(mem, path), O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	while (fd >= 0 && (n = read(fd, buf_room(&b, 65536), 65536)) > 0)
		b.n += (size_t)n;
	if (fd >= 0)
		close(fd);
	return buf_str(&b);
}
