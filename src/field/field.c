/* field/field.c: see field.h. Names are found by a hash table that is filled once. */
#include "field/field.h"

#include <pthread.h>

/* Every row may leave out any member; texts that are left out are "" and not NULL. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#define BLANK { STR_INIT(""), STR_INIT("") }
const struct field fields[F_COUNT] = {
	[F_none] = { .name = STR_INIT(""), .by = BLANK, .hint = BLANK, .fhir = STR_INIT("") },
#define FIELD(id, kind, ...) \
	[F_##id] = { .name = STR_INIT(#id), .type = kind, .hint = BLANK, .fhir = STR_INIT(""), __VA_ARGS__ },
#include "field/fields.def"
#undef FIELD
};
#pragma GCC diagnostic pop

static const struct code rows[] = {
#define CODES(list)
#define CODE(list, name, ja, en) { STR_INIT(#name), { STR_INIT(ja), STR_INIT(en) } },
#include "field/codes.def"
#undef CODES
#undef CODE
};

/* Where each list begins in rows[]: naming a list takes no number, its rows take one each. */
enum {
#define CODES(list) AT_##list, BACK_##list = AT_##list - 1,
#define CODE(list, name, ja, en) ROW_##list##_##name,
#include "field/codes.def"
#undef CODES
#undef CODE
	AT_end
};
static const size_t begins[C_COUNT + 1] = {
#define CODES(list) [C_##list] = AT_##list,
#define CODE(list, name, ja, en)
#include "field/codes.def"
#undef CODES
#undef CODE
	[C_COUNT] = AT_end,
};

const struct code *
codes_of(enum codes_id list, size_t *n)
{
	*n = list == C_none ? 0 : begins[list + 1] - begins[list];
	return rows + begins[list];
}

struct str
codes_name(enum codes_id list)
{
	static const struct str name[C_COUNT] = {
		[C_none] = STR_INIT(""),
#define CODES(id) [C_##id] = STR_INIT(#id),
#define CODE(id, code, ja, en)
#include "field/codes.def"
#undef CODES
#undef CODE
	};

	return name[list];
}

const struct code *
code_find(enum codes_id list, struct str code)
{
	size_t n;
	const struct code *c = codes_of(list, &n);

	for (size_t i = 0; i < n; i++)
		if (str_eq(c[i].code, code))
			return &c[i];
	return NULL;
}

/* ---- found quickly: filled once, then only read ---- */

#define SLOTS 512
_Static_assert(F_COUNT * 2 < SLOTS, "the hash table of names is too full");
static struct {
	uint16_t slot[SLOTS];                   /* fields by name, open addressing */
	uint16_t next[2][G_COUNT][F_COUNT];     /* field_next: all, columns only */
} found;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static size_t
hash(struct str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return (h ^ h >> 15) % SLOTS;
}

static void
fill_next(uint16_t *next, enum field_group g, bool columns_only)
{
	uint16_t then = F_none;

	for (size_t f = F_COUNT; f-- > 0;) {
		next[f] = then;
		bool column = g != G_ONE || fields[f].type != FT_CODES;
		if (fields[f].group == g && (column || !columns_only))
			then = (uint16_t)f;
	}
}

static void
fill(void)
{
	for (size_t f = 1; f < F_COUNT; f++) {
		size_t h = hash(fields[f].name);
		while (found.slot[h] != F_none)
			h = (h + 1) % SLOTS;
		found.slot[h] = (uint16_t)f;
	}
	for (int g = 0; g < G_COUNT; g++) {
		fill_next(found.next[0][g], (enum field_group)g, false);
		fill_next(found.next[1][g], (enum field_group)g, true);
	}
}

enum field_id
field_by_name(struct str name)
{
	if (name.n == 0 || name.n > 40)
		return F_none;
	pthread_once(&once, fill);
	for (size_t h = hash(name); found.slot[h] != F_none; h = (h + 1) % SLOTS)
		if (str_eq(fields[found.slot[h]].name, name))
			return (enum field_id)found.slot[h];
	return F_none;
}

enum field_id
field_next(enum field_group g, enum field_id f, bool columns_only)
{
	pthread_once(&once, fill);
	return (enum field_id)found.next[columns_only][g][f];
}

/* ---- small questions ---- */

size_t
field_limit(enum field_id f)
{
	if (fields[f].type != FT_INT && fields[f].high > 0)
		return (size_t)fields[f].high;
	switch (fields[f].type) {
	case FT_LONG:
		return 2000;
	case FT_NAME:
	case FT_KANA:
		return 100;
	case FT_PHONE:
		return 20;
	default:
		return 200;
	}
}

struct str
group_table(enum field_group g)
{
	static const struct str table[G_COUNT] = {
		[G_ONE] = STR_INIT("notification"),
		[G_TEST] = STR_INIT("test"),
		[G_DOSE] = STR_INIT("dose"),
		[G_TRAVEL] = STR_INIT("travel"),
	};

	return table[g];
}
