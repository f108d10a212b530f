/* test/unit/main_bench.c: what the measurements compute. The runner links nothing of main/, so those files are compiled here. */
#include "t.h"

#include "main/bench_chart.c"
#include "main/bench_day.c"
#include "main/bench_times.c"

TEST(durations_are_known_to_three_percent)
{
	struct bench_times t = { 0 }, more = { 0 };

	for (int64_t us = 1; us <= 100000; us++)
		bench_times_add(us % 2 ? &t : &more, us);
	bench_times_join(&t, &more);
	CHECK_INT(t.n, 100000);
	CHECK_INT(t.most_us, 100000);
	for (int i = 1; i < 100; i++) {
		double ms = bench_times_ms(&t, i / 100.0);
		CHECK(ms > i * 0.97 && ms < i * 1.03);
	}
	CHECK(bench_times_ms(&(struct bench_times){ 0 }, 0.5) < 0.001);
	/* An hour is not lost in the last bucket. */
	struct bench_times hour = { 0 };
	bench_times_add(&hour, 3600000000);
	CHECK(bench_times_ms(&hour, 0.5) > 3.4e6);
}

TEST(a_day_has_every_press_once_in_order_with_two_peaks)
{
	const int64_t of = 261029, day = 300 * 1000000LL;
	int64_t last = -1, in[24] = { 0 }, sum = 0;

	for (int64_t i = 0; i < of; i++) {
		int64_t at = bench_day_due(i, of, day);
		CHECK(at >= last && at < day);
		last = at;
		in[at * 24 / day]++;
	}
	int parts = 0;
	for (int h = 0; h < 24; h++)
		parts += hours[h];
	for (int h = 0; h < 24; h++) {
		sum += in[h];
		/* To a press at each edge of the hour. */
		CHECK(llabs(in[h] - of * hours[h] / parts) <= 2);
	}
	CHECK_INT(sum, of);
	CHECK(in[11] > in[10] && in[11] > in[13] && in[18] > in[14] && in[18] > in[20] && in[18] > in[11] && in[3] < in[11] / 20);
	/* One press alone is in the middle. */
	CHECK(bench_day_due(0, 1, day) > day / 3 && bench_day_due(0, 1, day) < day * 2 / 3);
}

TEST(a_chart_names_each_line_and_covers_no_name_with_another)
{
	static const int64_t x[] = { 10000, 1000000 };
	const struct chart_line line[] = {
		{ S("a <case>"), (const double[]){ 1, 1.01 } }, { S("list"), (const double[]){ 0, 1 } },
		{ S("figures"), (const double[]){ 20, 45 } },
	};
	struct buf b = buf_new(mem);

	chart_svg(&b, &(struct chart){ .title = S("t"), .x = x, .n = 2, .line = line, .lines = LEN(line) });
	struct str s = buf_str(&b);
	CHECK_HAS(s, S(">a &lt;case&gt; 1.01</text>"));
	CHECK_HAS(s, S(">figures 45</text>"));
	CHECK_HAS(s, S(">10,000</text>"));
	CHECK_HAS(s, S(">1,000,000</text>"));
	CHECK_NOT(s, S("nan"));
	CHECK_NOT(s, S("inf"));
	struct scale k = scale_of(&(struct chart){ .x = x, .n = 2, .line = line, .lines = LEN(line) });
	double at[LINES_MOST];
	place_labels(&(struct chart){ .x = x, .n = 2, .line = line, .lines = LEN(line) }, &k, at);
	CHECK(at[2] < at[0] && at[1] - at[0] >= LABEL);
}
