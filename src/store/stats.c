/* store/stats.c: see stats.h. */
#include "store/stats.h"

const int64_t store_group_bounds[STORE_BOUNDS] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512 };
const int64_t store_commit_bounds[STORE_BOUNDS] = { 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 500000, 2000000 };

static void
add(struct store_histogram *h, const int64_t *bound, uint64_t value)
{
	size_t k = 0;

	while (k < STORE_BOUNDS && (int64_t)value > bound[k])
		k++;
	h->bucket[k]++;
	h->sum += value;
}

void
stats_group(struct store_stats *s, uint64_t n, uint64_t us, uint64_t disk_us)
{
	s->groups++;
	s->operations += n;
	if (n > s->largest_group)
		s->largest_group = n;
	add(&s->group_size, store_group_bounds, n);
	add(&s->group_us, store_commit_bounds, us);
	if (disk_us > 0)
		add(&s->commit_us, store_commit_bounds, disk_us);
}
