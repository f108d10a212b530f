/* store/file.c: see file.h. */
#include "store/file.h"

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* In memory where there is such a place. */
static char *
private_folder(struct arena *mem)
{
	const char *tmp = getenv("TMPDIR");
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : tmp != NULL ? tmp : "/tmp";
	char *name = str_z(mem, str_fmt(mem, "%s/hersys-XXXXXX", base));

	return mkdtemp(name);
}

static void
private_remove(struct db_file *f)
{
	static const char *const tail[] = { "", "-wal", "-shm", "-journal", ".lock" };

	for (size_t i = 0; i < LEN(tail); i++)
		unlink(str_fmt(f->mem, "%s%s", f->path, tail[i]).p);
	rmdir(f->folder);
}

/* It holds persons: nobody else may read it. */
static enum err
make(struct db_file *f, struct str *why)
{
	struct stat st;

	if (stat(f->path, &st) == 0)
		return OK;
	int fd = open(f->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0 && close(fd) == 0)
		return OK;
	*why = str_fmt(f->mem, "cannot make %s: %s", f->path, strerror(errno));
	return E_IO;
}

static enum err
lock(struct db_file *f, struct str *why)
{
	const char *name = str_fmt(f->mem, "%s.lock", f->path).p;

	f->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (f->lock < 0) {
		*why = str_fmt(f->mem, "cannot open %s: %s", name, strerror(errno));
		return E_IO;
	}
	if (flock(f->lock, LOCK_EX | LOCK_NB) == 0)
		return OK;
	*why = str_fmt(f->mem, "another process has %s open for writing; stop it first", f->path);
	enum err e = errno == EWOULDBLOCK ? E_BUSY : E_IO;
	close(f->lock);
	f->lock = -1;
	return e;
}

enum err
file_claim(struct arena *mem, struct str path, bool write, struct db_file *out, struct str *why)
{
	struct db_file f = { .mem = mem, .path = str_z(mem, path), .lock = -1 };
	char *whole = arena_alloc(mem, PATH_MAX);
	struct stat st;
	enum err e;

	if (str_eq(path, S(":memory:"))) {
		if ((f.folder = private_folder(mem)) == NULL) {
			*why = str_fmt(mem, "no folder for a private database: %s", strerror(errno));
			return E_IO;
		}
		f.path = str_z(mem, str_fmt(mem, "%s/db", f.folder));
	}
	if (write && (e = make(&f, why)) != OK)
		return e;
	/* Two names of one file must meet at one lock. */
	if (realpath(f.path, whole) == NULL) {
		*why = str_fmt(mem, "there is no database %s", f.path);
		return E_NOTFOUND;
	}
	f.path = whole;
	if (write && (e = lock(&f, why)) != OK)
		return e;
	f.unclean = stat(str_fmt(mem, "%s-wal", f.path).p, &st) == 0 && st.st_size > 0;
	f.bytes = stat(f.path, &st) == 0 ? st.st_size : 0;
	*out = f;
	return OK;
}

void
file_leave(struct db_file *f)
{
	if (f->folder != NULL)
		private_remove(f);
	if (f->lock >= 0)
		close(f->lock);
}

bool
file_write(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t k = write(fd, p, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}
