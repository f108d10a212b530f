/* test/unit/web_metrics.c: what Prometheus reads. */
#include "t.h"

#include "web/metrics.h"

static struct str
label(struct arena *mem, size_t i)
{
	return i == 2 ? S("other") : str_fmt(mem, "GET /%zu", i);
}

TEST(requests_are_counted_by_route_status_and_duration)
{
	struct metrics *m = metrics_new(mem, 2);
	struct buf b = buf_new(mem);

	metrics_count(m, 0, 200, 400);
	metrics_count(m, 0, 200, 1500);
	metrics_count(m, 0, 503, 9000000);
	metrics_count(m, 77, 404, 100);
	metrics_print(&b, m, label);
	struct str s = buf_str(&b);
	CHECK_HAS(s, S("hersys_requests_total{route=\"GET /0\",status=\"2xx\"} 2\n"));
	CHECK_HAS(s, S("hersys_requests_total{route=\"GET /0\",status=\"5xx\"} 1\n"));
	CHECK_HAS(s, S("hersys_requests_total{route=\"other\",status=\"4xx\"} 1\n"));
	CHECK_HAS(s, S("hersys_request_seconds_bucket{route=\"GET /0\",le=\"0.0005\"} 1\n"));
	CHECK_HAS(s, S("hersys_request_seconds_bucket{route=\"GET /0\",le=\"0.0020\"} 2\n"));
	CHECK_HAS(s, S("hersys_request_seconds_bucket{route=\"GET /0\",le=\"5.0000\"} 2\n"));
	CHECK_HAS(s, S("hersys_request_seconds_bucket{route=\"GET /0\",le=\"+Inf\"} 3\n"));
	CHECK_HAS(s, S("hersys_request_seconds_count{route=\"GET /0\"} 3\n"));
	/* A route that nobody asked for takes no room. */
	CHECK(str_find_str(s, S("GET /1")) == s.n);
}

TEST(a_histogram_adds_its_buckets_up_and_shows_them_in_the_unit)
{
	static const int64_t bounds[] = { 500, 1000, 20000 };
	struct buf b = buf_new(mem);

	metrics_histogram(&b, "x_seconds", "What for.", bounds, 3, (uint64_t[]){ 1, 0, 2, 4 }, 1500000, 1e6);
	CHECK_STR(buf_str(&b), S("# HELP x_seconds What for.\n# TYPE x_seconds histogram\n"
	    "x_seconds_bucket{le=\"0.0005\"} 1\nx_seconds_bucket{le=\"0.001\"} 1\nx_seconds_bucket{le=\"0.02\"} 3\n"
	    "x_seconds_bucket{le=\"+Inf\"} 7\nx_seconds_sum 1.5\nx_seconds_count 7\n"));
}
