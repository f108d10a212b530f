/* web/metrics.c: see metrics.h. */
#include "web/metrics.h"

#include <stdatomic.h>

/* Upper bounds of the histogram, in microseconds; the last is everything. */
static const int64_t bound[] = { 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 250000, 1000000, 5000000 };
#define BOUNDS LEN(bound)
#define CLASSES 6       /* 0: other, 1xx to 5xx */

struct route_count {
	_Atomic uint64_t status[CLASSES];
	_Atomic uint64_t bucket[BOUNDS + 1];
	_Atomic uint64_t sum_us;
};
struct metrics {
	size_t routes;
	struct route_count *route;
};

struct metrics *
metrics_new(struct arena *mem, size_t routes)
{
	struct metrics *m = NEW(mem, struct metrics);

	m->routes = routes;
	m->route = NEWN(mem, struct route_count, routes + 1);
	return m;
}

void
metrics_count(struct metrics *m, size_t route, int status, int64_t us)
{
	struct route_count *r = &m->route[route < m->routes ? route : m->routes];
	size_t class = status >= 100 && status < 600 ? (size_t)(status / 100) : 0, k = 0;

	while (k < BOUNDS && us > bound[k])
		k++;
	atomic_fetch_add_explicit(&r->status[class], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&r->bucket[k], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&r->sum_us, (uint64_t)(us > 0 ? us : 0), memory_order_relaxed);
}

void
metrics_number(struct buf *b, const char *name, const char *type, const char *help, double value)
{
	buf_fmt(b, "# HELP %s %s\n# TYPE %s %s\n%s %.15g\n", name, help, name, type, name, value);
}

void
metrics_histogram(struct buf *b, const char *name, const char *help, const int64_t *bounds, size_t n, const uint64_t *count,
    uint64_t total, double unit)
{
	uint64_t sum = 0;

	buf_fmt(b, "# HELP %s %s\n# TYPE %s histogram\n", name, help, name);
	for (size_t k = 0; k < n; k++)
		buf_fmt(b, "%s_bucket{le=\"%.15g\"} %llu\n", name, (double)bounds[k] / unit, (unsigned long long)(sum += count[k]));
	sum += count[n];
	buf_fmt(b, "%s_bucket{le=\"+Inf\"} %llu\n%s_sum %.15g\n%s_count %llu\n", name, (unsigned long long)sum, name,
	    (double)total / unit, name, (unsigned long long)sum);
}

static void
print_route(struct buf *b, const struct route_count *r, struct str label)
{
	uint64_t sum = 0;

	for (size_t k = 0; k <= BOUNDS; k++) {
		sum += atomic_load(&r->bucket[k]);
		if (k < BOUNDS)
			buf_fmt(b, "hersys_request_seconds_bucket{route=\"%.*s\",le=\"%.4f\"} %llu\n", STR_ARG(label),
			    (double)bound[k] / 1e6, (unsigned long long)sum);
	}
	buf_fmt(b, "hersys_request_seconds_bucket{route=\"%.*s\",le=\"+Inf\"} %llu\n", STR_ARG(label), (unsigned long long)sum);
	buf_fmt(b, "hersys_request_seconds_sum{route=\"%.*s\"} %.6f\n", STR_ARG(label), (double)atomic_load(&r->sum_us) / 1e6);
	buf_fmt(b, "hersys_request_seconds_count{route=\"%.*s\"} %llu\n", STR_ARG(label), (unsigned long long)sum);
}

void
metrics_print(struct buf *b, const struct metrics *m, struct str (*label)(struct arena *mem, size_t i))
{
	buf_put(b, S("# HELP hersys_requests_total Requests by route and class of status.\n# TYPE hersys_requests_total counter\n"));
	for (size_t i = 0; i <= m->routes; i++)
		for (size_t k = 0; k < CLASSES; k++) {
			uint64_t n = atomic_load(&m->route[i].status[k]);
			if (n > 0)
				buf_fmt(b, "hersys_requests_total{route=\"%.*s\",status=\"%zuxx\"} %llu\n",
				    STR_ARG(label(b->mem, i)), k, (unsigned long long)n);
		}
	buf_put(b, S("# HELP hersys_request_seconds Time from the whole request to its reply.\n"
	    "# TYPE hersys_request_seconds histogram\n"));
	for (size_t i = 0; i <= m->routes; i++) {
		uint64_t any = 0;
		for (size_t k = 0; k <= BOUNDS; k++)
			any += atomic_load(&m->route[i].bucket[k]);
		if (any > 0)
			print_route(b, &m->route[i], label(b->mem, i));
	}
}
