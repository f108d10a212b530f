/* main/bench_lines.c: see bench.h: what is printed. */
#include "main/bench.h"

#include <stdarg.h>

static PRINTF(2, 0) void
end_line(struct bench *b, const char *more, va_list ap)
{
	fputc(',', b->out);
	vfprintf(b->out, more, ap);
	fputs("}\n", b->out);
	fflush(b->out);
}

void
bench_line(struct bench *b, const char *name, double value, const char *unit, const char *more, ...)
{
	va_list ap;

	fprintf(b->out, "{\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\"", name, value, unit);
	va_start(ap, more);
	end_line(b, more, ap);
	va_end(ap);
}

void
bench_line_load(struct bench *b, const char *name, const struct bench_sum *s, int clients, const char *more, ...)
{
	va_list ap;

	fprintf(b->out, "{\"name\":\"%s\",\"value\":%.1f,\"unit\":\"1/s\",\"p50_ms\":%.2f,\"p95_ms\":%.2f,\"p99_ms\":%.2f,"
	    "\"max_ms\":%.2f,\"good\":%llu,\"failed\":%llu,\"clients\":%d", name, (double)s->good / s->seconds,
	    bench_times_ms(&s->times, 0.5), bench_times_ms(&s->times, 0.95), bench_times_ms(&s->times, 0.99),
	    (double)s->times.most_us / 1000, (unsigned long long)s->good, (unsigned long long)s->bad, clients);
	va_start(ap, more);
	end_line(b, more, ap);
	va_end(ap);
}

void
bench_line_memory(struct bench *b, const char *name)
{
	long now, most;

	bench_server_memory(&b->w, &now, &most);
	bench_line(b, name, (double)now / 1024, "MiB", "\"most\":%.1f", (double)most / 1024);
}
