/* main/bench_disk.c: hersys bench disk: what the disk under a data folder can do, and what that means for notifications. */
#include "main/bench.h"
#include "main/main.h"

#include "store/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#define FILE_BYTES (256LL << 20)
#define LONG_BYTES (512LL << 20)
#define MIB (1 << 20)
/* A disk with a protected cache answers in 20 to 100 µs, one without in 0.5 to 20 ms. Faster than this, nothing went to
 * any disk: the folder is in memory, or a layer in between only says that it wrote. */
#define TOO_FAST_US 15
#define GROUP_OF 64

/* Writes of so many bytes, each one durable before the next. False with errno set. */
static bool
durable(int fd, const char *block, size_t size, int64_t seconds, struct bench_times *t)
{
	int64_t until = bench_now_us() + seconds * 1000000, places = FILE_BYTES / (int64_t)size;

	while (bench_now_us() < until) {
		int64_t began = bench_now_us();
		/* Odd steps: not one after the other, as pages of a log that comes round again. */
		off_t at = (off_t)((int64_t)(t->n * 7) % places) * (off_t)size;
		if (pwrite(fd, block, size, at) != (ssize_t)size || fdatasync(fd) != 0)
			return false;
		bench_times_add(t, bench_now_us() - began);
	}
	return true;
}

static void
print_durable(struct bench *b, const char *name, const struct bench_times *t, int64_t seconds)
{
	bench_line(b, name, (double)t->n / (double)seconds, "1/s", "\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.2f",
	    bench_times_ms(t, 0.5), bench_times_ms(t, 0.99), (double)t->most_us / 1000);
}

/* MB a second of one long durable write. 0 with errno set when it failed. */
static double
sequential(int fd, const char *block)
{
	int64_t began = bench_now_us();

	for (int64_t at = 0; at < LONG_BYTES; at += MIB)
		if (pwrite(fd, block, MIB, at) != MIB)
			return 0;
	return fdatasync(fd) == 0 ? (double)LONG_BYTES / (double)(bench_now_us() - began) : 0;
}

/* The small writes first: the long one empties whatever cache there is. */
static bool
measure_file(struct bench *b, const char *path, struct bench_times small[3], double *mb)
{
	static const size_t size[3] = { 4096, 65536, MIB };
	int64_t each = b->o.seconds / 4 > 0 ? b->o.seconds / 4 : 1;
	/* Bytes that nothing can shrink. */
	char *block = arena_alloc(b->mem, MIB);
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	uint64_t x = 88172645463325252u;

	for (size_t i = 0; i < MIB / sizeof x; i++) {
		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		memcpy(block + i * sizeof x, &x, sizeof x);
	}
	bool good = fd >= 0 && posix_fallocate(fd, 0, FILE_BYTES) == 0 && fsync(fd) == 0;
	for (size_t i = 0; good && i < 3; i++)
		good = durable(fd, block, size[i], each, &small[i]);
	good = good && (*mb = sequential(fd, block)) > 0;
	int why = errno;
	if (fd >= 0)
		close(fd);
	unlink(path);
	errno = why;
	return good;
}

static bool
in_memory(const char *dir)
{
	struct statfs f;

	return statfs(dir, &f) == 0 && (f.f_type == TMPFS_MAGIC || f.f_type == RAMFS_MAGIC);
}

/* One sentence for whoever runs the machine; what follows when fdatasync cannot be believed. */
static void
print_meaning(struct bench *b, const char *dir, double mean_us, const struct bench_times *small, const struct store_bench *y)
{
	bool memory = in_memory(dir), honest = !memory && mean_us >= TOO_FAST_US;
	const char *warning = honest ? "" : memory ? " WARNING: this folder is in memory: a power failure loses everything."
	    : " WARNING: that is faster than disks are: something in between says 'written' too early, and what was acknowledged may "
	      "be lost when the power fails. Look at the mount options, the controller's cache and the disk mode of the hypervisor.";

	bench_line(b, "disk.meaning", y->per_second / 2, "notifications/s", "\"honest\":%s,\"text\":\"A durable write takes %.0f us here "
	    "on average (99 of 100 under %.2f ms). Raw SQLite keeps %.0f notifications a second in groups of %d; hersys, with everything "
	    "around them, keeps about half of that: %.0f a second, %.1f million a day.%s\"", honest ? "true" : "false", mean_us,
	    bench_times_ms(small, 0.99), y->per_second, GROUP_OF, y->per_second / 2, y->per_second / 2 * 86400 / 1e6, warning);
	if (!honest)
		fprintf(b->err, "hersys bench:%s\n", warning);
}

int
bench_disk(struct bench *b)
{
	/* Where the data is, or would be. */
	struct str dir = b->o.folder.n > 0 ? b->o.folder : bench_parent(&b->o), why = S("");
	char *path = str_z(b->mem, str_fmt(b->mem, "%.*s/hersys-disk-%d", STR_ARG(dir), (int)getpid()));
	struct bench_times *small = NEWN(b->mem, struct bench_times, 3);
	struct store_bench y = { 0 };
	double mb = 0;

	if (!measure_file(b, path, small, &mb))
		return bench_failed(b->err, "cannot write in the folder", str_of(strerrordesc_np(errno))), EXIT_FAILED;
	int64_t each = b->o.seconds / 4 > 0 ? b->o.seconds / 4 : 1;
	print_durable(b, "disk.durable_4k", &small[0], each);
	print_durable(b, "disk.durable_64k", &small[1], each);
	print_durable(b, "disk.durable_1m", &small[2], each);
	bench_line(b, "disk.sequential", mb, "MB/s", "\"bytes\":%lld", LONG_BYTES);
	if (store_bench_groups(b->mem, str_of(path), (unsigned)each, GROUP_OF, &y, &why) != OK)
		return bench_failed(b->err, "the yardstick", why), EXIT_FAILED;
	bench_line(b, "disk.group_commit", y.per_second, "notifications/s", "\"group\":%d,\"commit_p50_ms\":%.2f,\"commit_p99_ms\":%.2f,"
	    "\"commit_max_ms\":%.2f,\"cpu_us\":%.1f", GROUP_OF, (double)y.commit_p50_us / 1000, (double)y.commit_p99_us / 1000,
	    (double)y.commit_worst_us / 1000, y.cpu_us);
	print_meaning(b, str_z(b->mem, dir), (double)each * 1e6 / (double)small[0].n, &small[0], &y);
	return EXIT_DONE;
}
