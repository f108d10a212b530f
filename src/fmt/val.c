/* fmt/val.c: the values that views show. See html.h. */
#include "fmt/view.h"

#include <stdarg.h>
#include <stdio.h>

/* FNV-1a */
uint32_t
val_hash(struct str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

struct val *
val_map(struct arena *mem)
{
	struct val *v = NEW(mem, struct val);

	v->kind = VAL_MAP;
	v->mem = mem;
	v->u.chain = NEWN(mem, struct member *, VAL_CHAINS);
	return v;
}

/* In front of its chain: what is set again is found first. */
static void
map_set(struct val *map, const char *name, const struct val *v)
{
	struct member *m;

	if (map->kind != VAL_MAP)
		BUG("html: a name set in what is no map");
	m = NEW(map->mem, struct member);
	m->name = str_of(name);
	m->hash = val_hash(m->name);
	m->val = v;
	m->next = map->u.chain[m->hash % VAL_CHAINS];
	map->u.chain[m->hash % VAL_CHAINS] = m;
}

const struct val *
val_find(const struct val *map, struct str name, uint32_t hash)
{
	if (map == NULL || map->kind != VAL_MAP)
		return NULL;
	for (const struct member *m = map->u.chain[hash % VAL_CHAINS]; m != NULL; m = m->next)
		if (m->hash == hash && str_eq(m->name, name))
			return m->val;
	return NULL;
}

void
val_text(struct val *map, const char *name, struct str s)
{
	struct val *v = NEW(map->mem, struct val);

	v->kind = VAL_TEXT;
	v->u.text = s;
	map_set(map, name, v);
}

void
val_fmt(struct val *map, const char *name, const char *fmt, ...)
{
	char small[256];
	struct str s = { small, 0 };
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, ap);
	if (n < 0)
		BUG("html: format");
	s.n = (size_t)n;
	if (s.n < sizeof small) {
		s = str_dup(map->mem, s);
	} else {
		char *large = arena_alloc(map->mem, s.n + 1);
		vsnprintf(large, s.n + 1, fmt, again);
		s.p = large;
	}
	va_end(again);
	va_end(ap);
	val_text(map, name, s);
}

void
val_int(struct val *map, const char *name, int64_t n)
{
	char digits[24];
	size_t at = sizeof digits;
	uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (n < 0)
		digits[--at] = '-';
	val_text(map, name, str_dup(map->mem, (struct str){ digits + at, sizeof digits - at }));
}

void
val_bool(struct val *map, const char *name, bool b)
{
	struct val *v = NEW(map->mem, struct val);

	v->kind = VAL_BOOL;
	v->truth = b;
	map_set(map, name, v);
}

struct val *
val_list(struct val *map, const char *name)
{
	struct val *v = NEW(map->mem, struct val);

	v->kind = VAL_LIST;
	v->mem = map->mem;
	map_set(map, name, v);
	return v;
}

struct val *
val_row(struct val *list)
{
	struct val *v;

	if (list->kind != VAL_LIST)
		BUG("html: a row in what is no list");
	v = val_map(list->mem);
	if (list->u.rows.last != NULL)
		list->u.rows.last->next = v;
	else
		list->u.rows.first = v;
	list->u.rows.last = v;
	return v;
}

void
val_put(struct val *map, const char *name, struct val *child)
{
	map_set(map, name, child);
}

const struct val *
val_get(const struct val *map, struct str name)
{
	return val_find(map, name, val_hash(name));
}

struct str
val_str(const struct val *v)
{
	return v != NULL && v->kind == VAL_TEXT ? v->u.text : S("");
}

bool
val_true(const struct val *v)
{
	if (v == NULL)
		return false;
	switch (v->kind) {
	case VAL_TEXT:
		return v->u.text.n > 0;
	case VAL_BOOL:
		return v->truth;
	case VAL_LIST:
		return v->u.rows.first != NULL;
	case VAL_MAP:
		return true;
	}
	return false;
}

const struct val *
val_next(const struct val *list, const struct val *row)
{
	if (row != NULL)
		return row->next;
	return list != NULL && list->kind == VAL_LIST ? list->u.rows.first : NULL;
}
