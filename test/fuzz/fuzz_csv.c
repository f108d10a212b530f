/* test/fuzz/fuzz_csv.c: any bytes are read to their end; the pieces they come in make no difference; cells that
 * are put and read again are the same. The first byte says how large the pieces are. */
#include "fmt/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct bytes {
	struct str s;
	size_t at, step;
};

static long
bytes_read(void *arg, char *p, size_t n)
{
	struct bytes *b = arg;
	struct str part = str_sub(b->s, b->at, b->step < n ? b->step : n);

	memcpy(p, part.p, part.n);
	b->at += part.n;
	return (long)part.n;
}

/* The rows of s that can be read, put again; *refused counts the others. */
static struct str
put_again(struct arena *mem, struct str s, size_t step, size_t *refused)
{
	struct bytes b = { .s = s, .step = step };
	struct csv *c = csv_open(mem, (struct csv_source){ bytes_read, &b });
	struct buf out = buf_new(mem);
	struct csv_row r;
	size_t line = 0;
	enum err e;

	*refused = 0;
	while ((e = csv_next(c, mem, &r)) != E_NOTFOUND) {
		if (r.line <= line)
			BUG("csv: lines go back");
		line = r.line;
		if (e == OK)
			csv_put_row(&out, r.cell, r.n, CSV_PLAIN);
		else if (e == E_FORMAT)
			++*refused;
		else
			BUG("csv: an error that cannot be");
	}
	return buf_str(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem = arena_new(1024);
	struct str s, whole, pieces;
	size_t refused[2];

	if (n > 0) {
		s = (struct str){ (const char *)data + 1, n - 1 };
		whole = put_again(mem, s, SIZE_MAX, &refused[0]);
		pieces = put_again(mem, s, (size_t)data[0] + 1, &refused[1]);
		if (!str_eq(whole, pieces) || refused[0] != refused[1])
			BUG("csv: read otherwise in pieces");
		if (!str_eq(put_again(mem, whole, SIZE_MAX, &refused[0]), whole) || refused[0] != 0)
			BUG("csv: put, read otherwise");
	}
	arena_free(mem);
	return 0;
}
