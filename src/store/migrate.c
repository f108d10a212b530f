/* store/migrate.c: see migrate.h. */
#include "store/migrate.h"

#include "base/log.h"

#define STEPS S("store/sql/step/")

/* "store/sql/step/001_begin.sql" → 1. Three digits: the order of names is the order of numbers. */
static int
step_number(const struct file *f)
{
	struct str name = str_sub(f->name, STEPS.n, f->name.n);
	int64_t n;

	if (str_find(name, '_', 0) != 3 || !str_int(str_sub(name, 0, 3), &n) || n < 0)
		BUG("a step without a number");
	return (int)n;
}

/* The step that follows `after`; NULL when it was the last. */
static const struct file *
step_after(const struct sources *more, int after, int *number)
{
	const struct file *f, *best = NULL;
	size_t at = 0;

	while (sources_each(more, STEPS, &at, &f)) {
		int n = step_number(f);
		if (n <= after || (best != NULL && n > *number))
			continue;
		if (best != NULL && n == *number)
			BUG("two steps of one number");
		best = f;
		*number = n;
	}
	return best;
}

int
migrate_last(const struct sources *more)
{
	int last = -1;

	while (step_after(more, last, &last) != NULL)
		;
	return last;
}

enum err
migrate(struct arena *mem, struct str engine, const struct sources *more,
    enum err (*run)(void *arg, struct str sql, int step), void *arg, int *now)
{
	const struct file *f;
	int step = 0;

	if (*now > migrate_last(more)) {
		log_error("store.newer", KV_N("database", *now), KV_N("program", migrate_last(more)));
		return E_STORE;
	}
	while ((f = step_after(more, *now, &step)) != NULL) {
		enum err e = run(arg, sql_write_out(mem, engine, f->data), step);
		if (e != OK) {
			log_error("store.step", KV_S("step", f->name), KV_Z("error", err_name(e)));
			return e;
		}
		*now = step;
	}
	return OK;
}
