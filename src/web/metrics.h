/* web/metrics.h: numbers for Prometheus: requests by route and status with a histogram of durations, the keeper's groups
 * and commits, connections, streams, the head of the audit log. No person and no id is in them. */
#ifndef WEB_METRICS_H
#define WEB_METRICS_H

#include "base/buf.h"

struct metrics;
/* Counters for so many routes (and one more for paths that are none). */
struct metrics *metrics_new(struct arena *mem, size_t routes);
/* One request: route < routes, or = routes for none. Any thread; no lock. */
void metrics_count(struct metrics *m, size_t route, int status, int64_t us);
/* The text exposition of the requests; label(i) is a route's "METHOD /path". */
void metrics_print(struct buf *b, const struct metrics *m, struct str (*label)(struct arena *mem, size_t i));
/* One number with its help. */
void metrics_number(struct buf *b, const char *name, const char *type, const char *help, double value);
/* A histogram: n bounds and n + 1 counts (not yet summed up), a sum; bounds and sum are shown divided by `unit`. */
void metrics_histogram(struct buf *b, const char *name, const char *help, const int64_t *bounds, size_t n,
    const uint64_t *count, uint64_t total, double unit);

#endif
