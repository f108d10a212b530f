/* store/bench.h: the yardstick: how many operations a second this disk and this engine commit at best.
 *
 * The rows of a notification (about 2 KB: eight rows into four tables with indexes, one line of a log), so many
 * operations a commit, each commit on disk, without queue, threads, domain or hashes. What hersys bench notify
 * reaches is compared with this. */
#ifndef STORE_BENCH_H
#define STORE_BENCH_H

#include "base/arena.h"

struct store_bench {
	uint64_t operations, groups;
	double per_second;
	int64_t commit_p50_us, commit_p99_us, commit_worst_us;
	double cpu_us;          /* of this thread, per operation */
};
/* For `seconds`, `group` operations a commit, on a new database at `path` that is removed afterwards. E_CONFLICT when
 * there is a file of that name; else as store_open. */
enum err store_bench_groups(struct arena *mem, struct str path, unsigned seconds, unsigned group, struct store_bench *out,
    struct str *why) MUST_USE;

#endif
