/* test/fuzz/fuzz_json.c: any bytes are read or refused; what is read and written again reads the same. */
#include "fmt/json.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* The writer says "no name" with an empty one, so maps with such a member cannot be written. */
static bool
writable(const struct json *j, bool in_map)
{
	if (in_map && j->name.n == 0)
		return false;
	for (const struct json *c = j->child; c != NULL; c = c->next)
		if (!writable(c, j->kind == JSON_MAP))
			return false;
	return true;
}

static void
write(struct json_out *w, const struct json *j)
{
	switch (j->kind) {
	case JSON_NULL:
		json_put_null(w, j->name);
		return;
	case JSON_FALSE:
	case JSON_TRUE:
		json_put_bool(w, j->name, j->kind == JSON_TRUE);
		return;
	case JSON_TEXT:
		json_put_text(w, j->name, j->text);
		return;
	case JSON_NUMBER:
		if (j->is_int)
			json_put_int(w, j->name, j->integer);
		else    /* enough digits for what is small, and all of what is large */
			json_put_real(w, j->name, j->number, fabs(j->number) < 1e15 ? 25 : 0);
		return;
	case JSON_LIST:
	case JSON_MAP:
		(j->kind == JSON_MAP ? json_map_begin : json_list_begin)(w, j->name);
		for (const struct json *c = j->child; c != NULL; c = c->next)
			write(w, c);
		(j->kind == JSON_MAP ? json_map_end : json_list_end)(w);
	}
}

static bool
same(const struct json *a, const struct json *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (a->kind != b->kind || !str_eq(a->name, b->name))
		return false;
	if (a->kind == JSON_TEXT && !str_eq(a->text, b->text))
		return false;
	if (a->kind == JSON_NUMBER && a->is_int && (!b->is_int || a->integer != b->integer))
		return false;
	if (a->kind == JSON_NUMBER && fabs(a->number - b->number) > 1e-15 * fmax(1, fabs(a->number)))
		return false;
	return same(a->child, b->child) && same(a->next, b->next);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *mem = arena_new(1024);
	struct json_out w = json_out_new(mem);
	const struct json *j, *again;

	if (json_read(mem, (struct str){ (const char *)data, n }, &j) == OK && writable(j, false)) {
		write(&w, j);
		if (json_read(mem, json_out_str(&w), &again) != OK)
			BUG("json: written, not read");
		if (!same(j, again))
			BUG("json: written, read otherwise");
	}
	arena_free(mem);
	return 0;
}
