/* domain/place.c: see place.h.
 *
 * One hash table of names: every way to write a municipality is a key, and a key may lead to several. An address is
 * hashed once from its beginning; at each character the hash so far is looked up, so the longest name costs no more
 * than the shortest. The second table, of folded names, is made when a text is not found as it stands. */
#include "domain/place.h"

#include "base/buf.h"
#include "base/utf8.h"

#define KEY_MAX 96              /* bytes of the longest name, and more */

struct key {
	uint64_t hash;          /* 0: empty */
	struct str text;
	uint32_t first;         /* place in `link`, from 1 */
};
struct link {
	uint32_t place, next;   /* next: place in `link`, 0 at the end */
};
struct names {
	struct key *key;
	size_t size;            /* a power of two */
	struct link *link;
	uint32_t n_link;
};
struct places {
	struct arena *mem;
	struct place *row;
	size_t n;
	struct names plain, folded;
	struct { struct str code, name; } pref[48];
	size_t n_pref;
};

/* ---- local government codes ---- */

/* JIS X 0401/0402: digits times 6 5 4 3 2; 11 less the rest of the sum by 11, last digit. */
char
place_check_digit(struct str five)
{
	int sum = 0;

	for (size_t i = 0; i < 5; i++)
		sum += (five.p[i] - '0') * (6 - (int)i);
	return (char)('0' + (11 - sum % 11) % 10);
}

bool
digits_only(struct str s, size_t n)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n == n || (n == 0 && s.n > 0);
}

bool
place_code_ok(struct str six)
{
	return digits_only(six, 6) && six.p[5] == place_check_digit(six);
}

/* ---- names ---- */

static uint64_t
hash_more(uint64_t h, char c)
{
	return (h ^ (unsigned char)c) * 0x100000001b3u;
}
#define HASH_BEGIN 0xcbf29ce484222325u

static uint64_t
hash_of(struct str s)
{
	uint64_t h = HASH_BEGIN;

	for (size_t i = 0; i < s.n; i++)
		h = hash_more(h, s.p[i]);
	return h;
}

static struct key *
key_find(const struct names *t, uint64_t h, struct str text)
{
	size_t i = (size_t)(h ^ h >> 32) & (t->size - 1);

	while (t->key[i].hash != 0 && (t->key[i].hash != h || !str_eq(t->key[i].text, text)))
		i = (i + 1) & (t->size - 1);
	return &t->key[i];
}

static struct names
names_new(struct arena *mem, size_t places)
{
	struct names t = { .size = 1024 };

	while (t.size < places * 5 * 2)
		t.size *= 2;
	t.key = NEWN(mem, struct key, t.size);
	t.link = NEWN(mem, struct link, places * 5 + 1);
	return t;
}

static void
name_add(struct names *t, struct str text, size_t place)
{
	uint64_t h = hash_of(text);
	struct key *k = key_find(t, h, text);

	if (text.n == 0 || text.n > KEY_MAX)
		return;
	if (k->hash != 0 && t->link[k->first].place == place)
		return;
	k->hash = h;
	k->text = text;
	t->link[++t->n_link] = (struct link){ (uint32_t)place, k->first };
	k->first = t->n_link;
}

/* Japan Post writes the island before these two. */
static const struct {
	struct str code, island;
} islands[] = {
	{ STR_INIT("13381"), STR_INIT("三宅島") }, { STR_INIT("13401"), STR_INIT("八丈島") },
};

static struct str
island_of(struct str code)
{
	for (size_t i = 0; i < LEN(islands); i++)
		if (str_eq(islands[i].code, code))
			return islands[i].island;
	return S("");
}

/* Every way to write it. */
static void
names_of(struct arena *mem, struct names *t, const struct place *p, size_t i)
{
	struct str with_county = str_cat(mem, p->county.n > 0 ? p->county : island_of(p->code), p->name);

	name_add(t, p->name, i);
	name_add(t, with_county, i);
	name_add(t, str_cat(mem, p->pref_name, p->name), i);
	name_add(t, str_cat(mem, p->pref_name, with_county), i);
	name_add(t, p->ward, i);
}

static void
names_fold(struct places *all)
{
	all->folded = names_new(all->mem, all->n);
	for (size_t i = 0; i < all->n; i++) {
		const struct place *p = &all->row[i];
		struct place f = {
			.code = p->code, .pref_name = fold_name(all->mem, p->pref_name), .county = fold_name(all->mem, p->county),
			.name = fold_name(all->mem, p->name), .ward = fold_name(all->mem, p->ward),
		};
		names_of(all->mem, &all->folded, &f, i);
	}
}

/* ---- the table ---- */

/* 新潟市秋葉区 -> 秋葉区; 東京都's 秋葉区s are no wards of a city. */
static struct str
ward_of(struct str name)
{
	size_t city = str_find_str(name, S("市"));

	if (!str_ends(name, S("区")) || city == name.n)
		return S("");
	return str_sub(name, city + S("市").n, name.n);
}

static void
pref_add(struct places *all, const struct place *p)
{
	for (size_t i = 0; i < all->n_pref; i++)
		if (str_eq(all->pref[i].code, p->pref))
			return;
	if (all->n_pref == LEN(all->pref))
		BUG("places: too many prefectures");
	all->pref[all->n_pref].code = p->pref;
	all->pref[all->n_pref++].name = p->pref_name;
}

static int
by_code(const void *a, const void *b)
{
	return str_cmp(((const struct place *)a)->code, ((const struct place *)b)->code);
}

struct places *
places_new(struct arena *mem, const struct place *row, size_t n)
{
	struct places *all = NEW(mem, struct places);

	all->mem = mem;
	all->row = NEWN(mem, struct place, n + 1);
	all->n = n;
	if (n > 0)
		memcpy(all->row, row, n * sizeof *row);
	qsort(all->row, n, sizeof *all->row, by_code);
	all->plain = names_new(mem, n);
	for (size_t i = 0; i < n; i++) {
		all->row[i].ward = ward_of(all->row[i].name);
		names_of(mem, &all->plain, &all->row[i], i);
		pref_add(all, &all->row[i]);
	}
	return all;
}

struct places *
places_load(struct arena *mem, struct tx *tx)
{
	struct place *row = NULL;
	size_t n = 0, cap = 0;
	struct rows r;

	for (tx_open(tx, &r, Q_municipality_all, NULL, 0); rows_next(&r);) {
		if (n == cap) {
			struct place *more = NEWN(mem, struct place, cap = cap ? 2 * cap : 2048);
			if (n > 0)
				memcpy(more, row, n * sizeof *row);
			row = more;
		}
		row[n++] = (struct place){
			.code = str_dup(mem, row_text(&r, "code")), .pref = str_dup(mem, row_text(&r, "pref")),
			.pref_name = str_dup(mem, row_text(&r, "pref_name")), .county = str_dup(mem, row_text(&r, "county")),
			.name = str_dup(mem, row_text(&r, "name")), .home = row_int(&r, "home"),
			.abolished = !row_null(&r, "until"),
		};
	}
	return places_new(mem, row, n);
}

/* ---- finding ---- */

const struct place *
place_by_code(const struct places *all, struct str code)
{
	struct place want = { .code = str_sub(code, 0, 5) };

	if (code.n != 5 && !place_code_ok(code))
		return NULL;
	return bsearch(&want, all->row, all->n, sizeof *all->row, by_code);
}

/* The one place of a key that fits; NULL and *several when there are more. */
static const struct place *
key_only(const struct places *all, const struct names *t, const struct key *k, struct str pref, bool *several)
{
	const struct place *one = NULL;

	*several = false;
	for (uint32_t at = k->first; at != 0; at = t->link[at].next) {
		const struct place *p = &all->row[t->link[at].place];
		if (pref.n > 0 && !str_eq(p->pref, pref))
			continue;
		if (one != NULL && one->abolished == p->abolished)
			*several = true;
		if (one == NULL || (one->abolished && !p->abolished)) {
			*several = false;
			one = p;
		}
	}
	return *several ? NULL : one;
}

static bool
is_boundary(struct str s, size_t at)
{
	return at == s.n || ((unsigned char)s.p[at] & 0xC0) != 0x80;
}

/* *used stays when nothing is found. */
static const struct place *
names_at_head(const struct places *all, const struct names *t, struct str pref, struct str text, size_t *used)
{
	const struct place *best = NULL;
	uint64_t h = HASH_BEGIN;

	for (size_t i = 0; i < text.n && i < KEY_MAX; i++) {
		bool several;
		h = hash_more(h, text.p[i]);
		if (!is_boundary(text, i + 1))
			continue;
		const struct key *k = key_find(t, h, str_sub(text, 0, i + 1));
		if (k->hash == 0)
			continue;
		const struct place *p = key_only(all, t, k, pref, &several);
		if (p == NULL && !several)
			continue;
		best = p;       /* a longer name of several places takes a shorter one away */
		*used = i + 1;
	}
	return best;
}

/* How many bytes of `text` fold to the first `want` bytes of its folded form. */
static size_t
unfolded(struct arena *mem, struct str text, size_t want)
{
	for (struct str rest = text; rest.n > 0;) {
		utf8_next(&rest);
		size_t n = text.n - rest.n;
		if (fold_name(mem, str_sub(text, 0, n)).n >= want)
			return n;
	}
	return text.n;
}

const struct place *
place_at_head(struct places *all, struct str pref, struct str text, size_t *used)
{
	size_t n = 0;
	const struct place *p = names_at_head(all, &all->plain, pref, text, &n);

	if (p == NULL && n == 0) {
		struct arena *mem = arena_new(4096);
		text = str_sub(text, 0, 3 * KEY_MAX);
		while (!utf8_ok(text))
			text.n--;
		if (all->folded.key == NULL)
			names_fold(all);
		p = names_at_head(all, &all->folded, pref, fold_name(mem, text), &n);
		if (p != NULL)
			n = unfolded(mem, text, n);
		arena_free(mem);
	}
	if (p != NULL && used != NULL)
		*used = n;
	return p;
}

const struct place *
place_ward(const struct places *all, const struct place *city, struct str text)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct place *p = &all->row[i];
		if (p->ward.n > 0 && str_starts(text, p->ward) && str_eq(p->pref, city->pref)
		    && str_starts(p->name, city->name) && !p->abolished)
			return p;
	}
	return NULL;
}

struct str
place_pref(const struct places *all, struct str text)
{
	for (size_t i = 0; i < all->n_pref; i++)
		if (str_starts(text, all->pref[i].name))
			return all->pref[i].code;
	return S("");
}

struct str
place_pref_name(const struct places *all, struct str pref)
{
	for (size_t i = 0; i < all->n_pref; i++)
		if (str_eq(all->pref[i].code, pref))
			return all->pref[i].name;
	return S("");
}
