/* test/fault/fail.c: LD_PRELOAD: a machine that fails its program.
 *
 *	FAIL_FILES=/data/hersys.db      the files that FAIL_IO and FAIL_SLOW_MS are about: whose path begins so
 *	FAIL_IO=fdatasync:5:20,pwrite:28:50,pread:5:2000   by chance one in 20 syncs ends with errno 5, …
 *	FAIL_SLOW_MS=100                a sync takes so long
 *	FAIL_WHEN=/tmp/on               the two above only while this file is there
 *	FAIL_MALLOC_AT=1234             the allocation of that number fails
 *	FAIL_MALLOC_ON=1                and each one after it
 *	FAIL_CLOCK=/tmp/ms              the machine's clock is wrong by the milliseconds in this file, now
 */
#include "preload.h"

#include <execinfo.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>

extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);

enum { FDATASYNC, PWRITE, PREAD, CALLS };
static struct {
	const char *name;
	int with;
	unsigned one_in;
} fault[CALLS] = { { "fdatasync", 0, 0 }, { "pwrite", 0, 0 }, { "pread", 0, 0 } };

static const char *files, *when;
static _Atomic char of_fd[FDS];
static _Atomic unsigned calls;
static _Atomic long allocations;
static long fail_at, slow_ms;
static int fail_on;
static int clock_fd = -1;

/* Where was it? */
static void
on_fault(int sig)
{
	void *at[40];

	signal(sig, SIG_DFL);
	fail_at = 0;
	backtrace_symbols_fd(at, backtrace(at, 40), STDERR_FILENO);
	raise(sig);
}

/* A thread that blocks everything would end without its trace. */
int
pthread_sigmask(int how, const sigset_t *set, sigset_t *old)
{
	sigset_t most;

	if (set == NULL || how == SIG_UNBLOCK)
		return REAL(pthread_sigmask)(how, set, old);
	most = *set;
	sigdelset(&most, SIGSEGV);
	sigdelset(&most, SIGABRT);
	return REAL(pthread_sigmask)(how, &most, old);
}

__attribute__((constructor)) static void
begin(void)
{
	void *here[2];
	const char *io = getenv("FAIL_IO"), *at = getenv("FAIL_MALLOC_AT"), *slow = getenv("FAIL_SLOW_MS");

	for (size_t i = 0; io != NULL && i < CALLS; i++) {
		const char *p = strstr(io, fault[i].name);
		if (p != NULL && sscanf(p + strlen(fault[i].name), ":%d:%u", &fault[i].with, &fault[i].one_in) != 2)
			abort();
	}
	files = getenv("FAIL_FILES");
	when = getenv("FAIL_WHEN");
	slow_ms = slow != NULL ? atol(slow) : 0;
	fail_on = getenv("FAIL_MALLOC_ON") != NULL;
	if (getenv("FAIL_CLOCK") != NULL)
		clock_fd = open(getenv("FAIL_CLOCK"), O_RDONLY | O_CLOEXEC);
	unsetenv("LD_PRELOAD");
	/* The first call loads a library, which wants memory. */
	(void)backtrace(here, 2);
	signal(SIGSEGV, on_fault);
	signal(SIGABRT, on_fault);
	fail_at = at != NULL ? atol(at) : 0;
}

/* ---- files ---- */

static int
struck(int fd)
{
	return fd >= 0 && fd < FDS && of_fd[fd] && (when == NULL || access(when, F_OK) == 0);
}

/* Spread evenly and without a pattern, and the same in each run. */
static int
fails(int fd, int call)
{
	uint64_t x = atomic_fetch_add(&calls, 1);

	if (fault[call].one_in == 0 || !struck(fd))
		return 0;
	x = (x + 1) * 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	if ((x ^ x >> 31) % fault[call].one_in != 0)
		return 0;
	errno = fault[call].with;
	return 1;
}

static int
took(int fd, const char *path)
{
	if (fd >= 0 && fd < FDS)
		of_fd[fd] = files != NULL && strncmp(path, files, strlen(files)) == 0;
	return fd;
}

OPEN(open)
OPEN(open64)

int
close(int fd)
{
	if (fd >= 0 && fd < FDS)
		of_fd[fd] = 0;
	return REAL(close)(fd);
}

int
fdatasync(int fd)
{
	if (fails(fd, FDATASYNC))
		return -1;
	if (slow_ms > 0 && struck(fd))
		nanosleep(&(struct timespec){ slow_ms / 1000, slow_ms % 1000 * 1000000 }, NULL);
	return REAL(fdatasync)(fd);
}

/* A disk that is full takes a part. */
ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	if (fails(fd, PWRITE)) {
		int no = errno;
		(void)!REAL(pwrite64)(fd, p, n / 2, at);
		errno = no;
		return -1;
	}
	return REAL(pwrite64)(fd, p, n, at);
}

ssize_t
pread64(int fd, void *p, size_t n, off64_t at)
{
	return fails(fd, PREAD) ? -1 : REAL(pread64)(fd, p, n, at);
}

/* ---- memory ---- */

static int
no_memory(void)
{
	long n = atomic_fetch_add(&allocations, 1) + 1;

	if (fail_at == 0 || (fail_on ? n < fail_at : n != fail_at))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t n)
{
	return no_memory() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return no_memory() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return no_memory() ? NULL : __libc_realloc(p, n);
}

/* ---- the clock ---- */

int
clock_gettime(clockid_t id, struct timespec *t)
{
	char text[32] = "";
	int e = (int)syscall(SYS_clock_gettime, id, t);

	if (e == 0 && id == CLOCK_REALTIME && clock_fd >= 0 && pread(clock_fd, text, sizeof text - 1, 0) > 0) {
		long ms = atol(text), ns = t->tv_nsec + ms % 1000 * 1000000;
		t->tv_sec += ms / 1000 + (ns < 0 ? -1 : ns / 1000000000);
		t->tv_nsec = ns < 0 ? ns + 1000000000 : ns % 1000000000;
	}
	return e;
}
