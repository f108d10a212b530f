/* store/stats.h: the keeper's histograms. Private to the store; what they mean stands at struct store_stats (store.h). */
#ifndef STORE_STATS_H
#define STORE_STATS_H

#include "store/store.h"

/* One group of n operations: `us` from its first operation to its answer, `disk_us` of that in the commit (0: it had none). */
void stats_group(struct store_stats *s, uint64_t n, uint64_t us, uint64_t disk_us);

#endif
