/* domain/demo_land.c: see demo_land.h. */
#include "domain/demo_land.h"

/* The centre that the demonstration's accounts belong to is the one of this municipality: 千代田区. */
#define SHOW_CITY S("13101")
/* It gets this share of its prefecture's cases at least, so that there is something to see. */
#define SHOW_PERCENT 12

/* ---- names of people at work ---- */

struct str
demo_name_text(const struct demo_land *land, struct arena *mem, const struct demo_name *n)
{
	struct str a = demo_cell(&land->surname, n->surname, 0), b = demo_cell(&land->given, n->given, 0);

	return str_fmt(mem, "%.*s %.*s", STR_ARG(a), STR_ARG(b));
}

struct str
demo_staff(const struct demo_land *land, struct arena *mem, struct dice *d)
{
	struct demo_name n = { .surname = dice_below(d, 150) };

	/* Names typical of 1960 to 1995: whoever was born then works now. */
	do
		n.given = dice_below(d, (uint32_t)land->given.rows);
	while (demo_number(&land->given, n.given, 3) > 1995 || demo_number(&land->given, n.given, 4) < 1960);
	return demo_name_text(land, mem, &n);
}

void
demo_phone(struct dice *d, int64_t home, char out[DEMO_PHONE])
{
	static const char area[][6] = { "0", "011", "017", "019", "022", "018", "023", "024", "029", "028", "027", "048", "043",
		"03", "045", "025", "076", "076", "0776", "055", "026", "058", "054", "052", "059", "077", "075", "06",
		"078", "0742", "073", "0857", "0852", "086", "082", "083", "088", "087", "089", "088", "092", "0952",
		"095", "096", "097", "0985", "099", "098" };
	const char *code = area[home / 100];
	unsigned own = dice_below(d, 10000), exchange = dice_below(d, 1000);

	/* Ten digits in all. */
	switch (strlen(code)) {
	case 2: snprintf(out, DEMO_PHONE, "%.2s-0%03u-%04u", code, exchange % 1000, own % 10000); break;
	case 3: snprintf(out, DEMO_PHONE, "%.3s-0%02u-%04u", code, exchange % 100, own % 10000); break;
	default: snprintf(out, DEMO_PHONE, "%.4s-0%u-%04u", code, exchange % 10, own % 10000); break;
	}
}

struct str
demo_house(struct arena *mem, const struct demo_town *t, struct dice *d)
{
	int block = dice_span(d, 1, 6), house = dice_span(d, 1, 28), door = dice_span(d, 1, 19);

	if (str_ends(t->address, S("丁目")) || str_ends(t->address, S("条")))
		return str_fmt(mem, "%.*s%d-%d", STR_ARG(t->address), house, door);
	if (dice_chance(d, 250))
		return str_fmt(mem, "%.*s%d番地%d", STR_ARG(t->address), block * 100 + house, door);
	return str_fmt(mem, "%.*s%d丁目%d-%d", STR_ARG(t->address), block, house, door);
}

/* ---- the country ---- */

static size_t
read_cities(struct tx *tx, struct arena *mem, struct demo_land *land, int64_t *home)
{
	struct rows r;
	size_t n = 0;

	for (tx_open(tx, &r, Q_municipality_all, NULL, 0); rows_next(&r);) {
		if (!row_null(&r, "until") || n == 4000)
			continue;       /* it is no more */
		struct str county = row_text(&r, "county");
		land->city[n] = (struct demo_city){ .code = str_dup(mem, row_text(&r, "code")),
			.pref_name = str_dup(mem, row_text(&r, "pref_name")), .name = str_cat(mem, county, row_text(&r, "name")) };
		home[n++] = row_int(&r, "home");
	}
	return n;
}

static size_t
city_of(const struct demo_land *land, struct str code)
{
	size_t low = 0, high = land->cities;

	while (low < high) {
		size_t mid = (low + high) / 2;
		int c = str_cmp(land->city[mid].code, code);
		if (c == 0)
			return mid;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return land->cities;
}

static void
read_centres(struct tx *tx, struct arena *mem, struct demo_land *land)
{
	struct org *org = org_centres(tx, S(""), &land->centres);

	land->centre = NEWN(mem, struct demo_centre, land->centres + 1);
	land->centre_upto = NEWN(mem, uint32_t, land->centres + 1);
	for (size_t i = 0; i < land->centres; i++)
		land->centre[i] = (struct demo_centre){ .home = org[i].home, .path = str_dup(mem, org[i].path),
			.name = str_dup(mem, org[i].name) };
	for (size_t i = land->centres, p = 49; p-- > 0; land->pref_from[p] = i)
		while (i > 0 && land->centre[i - 1].home / 100 >= (int64_t)p)
			i--;
}

static size_t
centre_of(const struct demo_land *land, int64_t home)
{
	for (size_t i = 0; i < land->centres; i++)
		if (land->centre[i].home == home)
			return i;
	return land->centres;
}

/* Floors of high buildings, parks, and the palace: nobody lives there. */
static bool
inhabited(const struct demo_city *c, struct str address)
{
	static const struct str no[] = { STR_INIT("階"), STR_INIT("公園"), STR_INIT("外苑"), STR_INIT("千代田区千代田") };

	if (str_ends(address, c->name))
		return false;   /* the whole municipality */
	for (size_t i = 0; i < LEN(no); i++)
		if (str_ends(address, no[i]))
			return false;
	return true;
}

struct found_town {
	struct demo_town town;
	struct found_town *next;
};

static struct found_town *
town_new(struct arena *mem, struct str postal, struct str address, size_t city)
{
	struct found_town *t = NEW(mem, struct found_town);

	t->town = (struct demo_town){ str_dup(mem, postal), str_dup(mem, address), (uint32_t)city };
	return t;
}

/* Is it a city of which others are the wards? */
static bool
has_wards(const struct demo_land *land, size_t c)
{
	struct str name = land->city[c].name;

	return c + 1 < land->cities && str_starts(land->city[c + 1].name, name) && land->city[c + 1].name.n > name.n
	    && str_ends(land->city[c + 1].name, S("区"));
}

/* Towns in the order of their centres; a municipality of which we know none is a town itself. */
static void
read_towns(struct tx *tx, struct arena *mem, struct demo_land *land)
{
	struct found_town **first = NEWN(mem, struct found_town *, land->cities), **last = NEWN(mem, struct found_town *, land->cities);
	struct rows r;
	size_t n = 0;

	for (tx_open(tx, &r, Q_demo_towns, NULL, 0); rows_next(&r);) {
		size_t c = city_of(land, row_text(&r, "municipality"));
		struct str address = row_text(&r, "address");
		if (c == land->cities || !inhabited(&land->city[c], address))
			continue;
		struct found_town *t = town_new(mem, row_text(&r, "code"), address, c);
		if (last[c] != NULL)
			last[c]->next = t;
		else
			first[c] = t;
		last[c] = t;
		n++;
	}
	for (size_t c = 0; c < land->cities; c++)
		if (first[c] == NULL && !has_wards(land, c)) {
			struct str address = str_cat(mem, land->city[c].pref_name, land->city[c].name);
			first[c] = town_new(mem, S(""), address, c);
			n++;
		}
	land->town = NEWN(mem, struct demo_town, n + 1);
	for (size_t i = 0; i < land->centres; i++) {
		land->centre[i].town_from = (uint32_t)land->towns;
		for (size_t c = 0; c < land->cities; c++)
			for (struct found_town *t = land->city[c].centre == i ? first[c] : NULL; t != NULL; t = t->next)
				land->town[land->towns++] = t->town;
		land->centre[i].town_until = (uint32_t)land->towns;
	}
}

/* How many fall ill there goes by the number of towns, for lack of a better measure. */
static uint32_t
weight_of(const struct demo_centre *c)
{
	return c->town_until > c->town_from ? c->town_until - c->town_from + 3 : 0;
}

static void
weigh(struct demo_land *land)
{
	for (size_t p = 1; p <= 47; p++) {
		size_t from = land->pref_from[p], until = land->pref_from[p + 1];
		uint32_t all = 0, sum = 0;
		for (size_t i = from; i < until; i++)
			all += weight_of(&land->centre[i]);
		for (size_t i = from; i < until; i++) {
			uint32_t own = weight_of(&land->centre[i]);
			if (i == land->show && own < all * SHOW_PERCENT / 100)
				own = all * SHOW_PERCENT / 100;
			land->centre_upto[i] = sum += own;
		}
	}
}

/* ---- institutions ---- */

/* 千代田区 -> 千代田, 札幌市中央区 -> 札幌中央, 空知郡南幌町 -> 南幌. */
static struct str
short_name(struct arena *mem, struct str name, struct str *kind)
{
	static const struct str unit[] = { STR_INIT("市"), STR_INIT("区"), STR_INIT("町"), STR_INIT("村") };
	size_t county = str_find_str(name, S("郡")), city = str_find_str(name, S("市"));

	*kind = S("公立");
	if (county > 0 && county + 3 < name.n)
		name = str_sub(name, county + 3, name.n);
	for (size_t i = 0; i < LEN(unit); i++)
		if (str_ends(name, unit[i]) && name.n > 6) {
			*kind = str_cat(mem, i == 1 && city < name.n ? S("市") : unit[i], S("立"));
			name.n -= 3;
			break;
		}
	if (city > 3 && city < name.n && city + 3 < name.n)
		return str_cat(mem, str_sub(name, 0, city), str_sub(name, city + 3, name.n));
	return name;
}

static struct str
hospital_name(struct arena *mem, struct dice *d, struct str city)
{
	static const char *const side[] = { "ひがし", "みなみ", "にし", "きた", "あおば", "みどり", "はるか", "こぶし" };
	static const char *const what[] = { "病院", "総合病院", "医療センター" };
	struct str kind, name = short_name(mem, city, &kind);

	return str_fmt(mem, "%.*s%.*s%s%s", STR_ARG(kind), STR_ARG(name), side[dice_below(d, LEN(side))],
	    what[dice_below(d, LEN(what))]);
}

static struct str
clinic_name(const struct demo_land *land, struct arena *mem, struct dice *d)
{
	static const char *const word[] = {
		"さくら", "ひまわり", "みどり", "あおば", "すずらん", "わかば", "こころ", "ひだまり", "つばさ", "みらい", "あさひ",
		"なごみ", "やまびこ", "しらさぎ", "かもめ", "こもれび", "たんぽぽ", "いずみ", "ゆうなぎ", "はなみずき",
	};
	static const char *const of_word[] = { "内科クリニック", "クリニック", "ファミリークリニック", "こどもクリニック",
		"耳鼻咽喉科クリニック", "駅前クリニック" };
	static const char *const of_name[] = { "医院", "内科", "クリニック", "内科小児科医院", "診療所", "呼吸器内科" };

	if (dice_chance(d, 500))
		return str_fmt(mem, "%s%s", word[dice_below(d, LEN(word))], of_word[dice_below(d, LEN(of_word))]);
	struct str name = demo_cell(&land->surname, dice_below(d, 250), 0);
	return str_fmt(mem, "%.*s%s", STR_ARG(name), of_name[dice_below(d, LEN(of_name))]);
}

static void
invent_clinic(const struct demo_land *land, struct arena *mem, struct dice *d, size_t at, size_t nth,
    struct demo_clinic *out)
{
	const struct demo_centre *c = &land->centre[at];
	const struct demo_town *t = &land->town[c->town_from + dice_below(d, c->town_until - c->town_from)];
	const struct demo_city *city = &land->city[t->city];
	char phone[DEMO_PHONE];

	demo_phone(d, c->home, phone);
	*out = (struct demo_clinic){ .centre = (uint32_t)at };
	out->org = (struct org){
		.name = nth == 1 ? hospital_name(mem, d, city->name) : clinic_name(land, mem, d),
		.name_en = S(""), .municipality = city->code, .postal = t->postal,
		.address = demo_house(mem, t, d), .phone = str_dup(mem, str_of(phone)),
	};
	out->doctor = demo_staff(land, mem, d);
	out->clerk = demo_staff(land, mem, d);
}

static void
invent_clinics(struct demo_land *land, struct arena *mem, struct dice *d)
{
	for (size_t i = 0; i < land->centres; i++) {
		struct demo_centre *c = &land->centre[i];
		uint32_t sum = 0;
		c->official = demo_staff(land, mem, d);
		c->clinics = weight_of(c) == 0 ? 0 : i == land->show ? DEMO_CLINICS : (size_t)dice_span(d, 2, DEMO_CLINICS);
		for (size_t k = 0; k < c->clinics; k++) {
			bool again = true;
			while (again) {
				invent_clinic(land, mem, d, i, k, &c->clinic[k]);
				again = false;
				for (size_t j = 0; j < k; j++)
					again = again || str_eq(c->clinic[j].org.name, c->clinic[k].org.name);
			}
			/* The first of the shown centre has something to show; the second is a hospital. */
			c->clinic_upto[k] = sum += k == 1 ? 5 : i == land->show && k == 0 ? 10 : 1 + dice_below(d, 4);
		}
	}
}

enum err
demo_land_read(struct tx *tx, struct arena *mem, struct dice *d, struct demo_land *out)
{
	int64_t *home = NEWN(mem, int64_t, 4000);

	*out = (struct demo_land){ .surname = demo_table_file(mem, S("data/demo/surname.tsv"), 4),
		.given = demo_table_file(mem, S("data/demo/given.tsv"), 6), .city = NEWN(mem, struct demo_city, 4000) };
	out->cities = read_cities(tx, mem, out, home);
	read_centres(tx, mem, out);
	for (size_t c = 0; c < out->cities; c++)
		out->city[c].centre = (uint32_t)centre_of(out, home[c]);
	if (tx_err(tx) != OK)
		return tx_err(tx);
	size_t show = city_of(out, SHOW_CITY);
	if (show == out->cities || out->city[show].centre == out->centres)
		return E_NOTFOUND;
	out->show = out->city[show].centre;
	read_towns(tx, mem, out);
	weigh(out);
	invent_clinics(out, mem, d);
	return tx_err(tx);
}

struct founding {
	const struct actor *who;
	struct arena *mem;
	struct demo_land *land;
};

static enum err
found_write(struct tx *tx, void *arg)
{
	struct founding *f = arg;

	for (size_t i = 0; i < f->land->centres; i++)
		for (size_t k = 0; k < f->land->centre[i].clinics; k++) {
			struct org *o = &f->land->centre[i].clinic[k].org;
			enum err e = org_create_institution(tx, f->who, o);
			if (e != OK)
				return e;
			o->path = str_dup(f->mem, o->path);
		}
	return E_NOTFOUND;      /* that was all */
}

enum err
demo_land_found(struct store *st, const struct actor *who, struct arena *mem, struct demo_land *land)
{
	struct founding f = { who, mem, land };
	struct arena *own = arena_new(1 << 20);
	enum err e = store_write_bulk(st, own, found_write, &f);

	arena_free(own);
	return e;
}
