/* test/fault/plog.c: LD_PRELOAD: writes down what a process does to its database, so that powerloss.mjs can build every
 * state in which a power loss may leave the disk.
 *
 *	PLOG_FILES=/data/hersys.db   files whose path begins so (not -shm and .lock, which nobody reads after a crash)
 *	PLOG_ACKS=/acks              in the client: each fflush of this file is a moment of acknowledgement
 *	PLOG_LOG=/log                where to: appended to by the server and by the client, so their order is real
 *	PLOG_DIE=/die                when this file is there, the process is killed after its next write (or what it is)
 *
 * A record: five little-endian words of 32, 32, 64, 64, 64 bits: what, file, offset, length of the data that follows, 0.
 * A write is noted after it was done, a sync after it succeeded, an acknowledgement after the client had the answer:
 * what stands before an acknowledgement had happened before it. */
#include "preload.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/uio.h>

enum { NAME = 1, WRITE, TRUNCATE, SYNC, UNLINK, ACK, RENAME };

struct record {
	uint32_t what, file;
	uint64_t offset, n, unused;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *files, *acks, *die;
static int log_fd = -1;
static uint32_t of_fd[FDS];     /* 1 + the number of the file; 0: not ours */
static uint32_t opened;

__attribute__((constructor)) static void
begin(void)
{
	const char *to = getenv("PLOG_LOG");

	files = getenv("PLOG_FILES");
	acks = getenv("PLOG_ACKS");
	die = getenv("PLOG_DIE");
	if (to == NULL || (files == NULL && acks == NULL))
		return;
	log_fd = REAL(open)(to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	/* The program refuses variables it does not know; its own children are none of ours. */
	unsetenv("LD_PRELOAD");
}

static void
note(uint32_t what, uint32_t file, uint64_t offset, const void *p, size_t n)
{
	struct record r = { what, file, offset, n, 0 };
	struct iovec v[2] = { { &r, sizeof r }, { (void *)(uintptr_t)p, n } };

	if (log_fd >= 0 && writev(log_fd, v, 2) != (ssize_t)(sizeof r + n)) {
		fprintf(stderr, "plog: the record is not whole\n");
		abort();
	}
	/* Here and not from outside, so that the record is whole. */
	if (die != NULL && access(die, F_OK) == 0)
		raise(SIGKILL);
}

static int
ours(const char *path)
{
	size_t n = strlen(path);

	return files != NULL && strncmp(path, files, strlen(files)) == 0
	    && !(n > 4 && strcmp(path + n - 4, "-shm") == 0) && !(n > 5 && strcmp(path + n - 5, ".lock") == 0);
}

static int
took(int fd, const char *path)
{
	int no = errno;

	if (fd >= 0 && fd < FDS && ours(path)) {
		pthread_mutex_lock(&lock);
		of_fd[fd] = ++opened;
		note(NAME, opened, 0, path, strlen(path));
		pthread_mutex_unlock(&lock);
	}
	errno = no;
	return fd;
}

static uint32_t
file_of(int fd)
{
	return fd >= 0 && fd < FDS ? of_fd[fd] : 0;
}

static void
done(uint32_t what, int fd, uint64_t offset, const void *p, size_t n)
{
	int no = errno;

	if (file_of(fd) != 0) {
		pthread_mutex_lock(&lock);
		note(what, of_fd[fd], offset, p, n);
		pthread_mutex_unlock(&lock);
	}
	errno = no;
}

OPEN(open)
OPEN(open64)

int
close(int fd)
{
	if (file_of(fd) != 0)
		of_fd[fd] = 0;
	return REAL(close)(fd);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	ssize_t did = REAL(pwrite)(fd, p, n, at);

	if (did > 0)
		done(WRITE, fd, (uint64_t)at, p, (size_t)did);
	return did;
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	return pwrite(fd, p, n, at);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	off_t at = file_of(fd) != 0 ? lseek(fd, 0, SEEK_CUR) : 0;
	ssize_t did = REAL(write)(fd, p, n);

	if (did > 0)
		done(WRITE, fd, (uint64_t)at, p, (size_t)did);
	return did;
}

int
ftruncate64(int fd, off64_t size)
{
	int e = REAL(ftruncate64)(fd, size);

	if (e == 0)
		done(TRUNCATE, fd, (uint64_t)size, NULL, 0);
	return e;
}

int
ftruncate(int fd, off_t size)
{
	return ftruncate64(fd, size);
}

#define SYNCS(name) \
int \
name(int fd) \
{ \
	int e = REAL(name)(fd); \
	if (e == 0) \
		done(SYNC, fd, 0, NULL, 0); \
	return e; \
}
SYNCS(fsync)
SYNCS(fdatasync)

int
unlink(const char *path)
{
	int e = REAL(unlink)(path);

	if (e == 0 && ours(path)) {
		pthread_mutex_lock(&lock);
		note(UNLINK, 0, 0, path, strlen(path));
		pthread_mutex_unlock(&lock);
	}
	return e;
}

int
rename(const char *from, const char *to)
{
	int e = REAL(rename)(from, to);

	if (e == 0 && (ours(from) || ours(to))) {
		pthread_mutex_lock(&lock);
		note(RENAME, 0, 0, to, strlen(to));
		pthread_mutex_unlock(&lock);
	}
	return e;
}

int
fflush(FILE *f)
{
	int e = REAL(fflush)(f);
	struct stat a, b;

	/* The client flushes with its own lock held, so sizes come in order. */
	if (e == 0 && f != NULL && acks != NULL && fstat(fileno(f), &a) == 0 && stat(acks, &b) == 0 && a.st_ino == b.st_ino)
		note(ACK, 0, (uint64_t)a.st_size, NULL, 0);
	return e;
}
