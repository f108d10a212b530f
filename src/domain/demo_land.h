/* domain/demo_land.h: where the demonstration plays: the real prefectures, health centres, municipalities and towns,
 * and on them invented institutions. */
#ifndef DOMAIN_DEMO_LAND_H
#define DOMAIN_DEMO_LAND_H

#include "domain/demo_random.h"
#include "domain/demo_table.h"
#include "domain/org.h"

struct demo_town {
	struct str postal, address;     /* of the postal code: 東京都千代田区神田神保町; postal may be "" */
	uint32_t city;                  /* its place in demo_land.city */
};
struct demo_city {
	struct str code, pref_name, name;       /* name with its county */
	uint32_t centre;                /* its place in demo_land.centre */
};
struct demo_clinic {
	struct org org;                 /* without its path until demo_land_found */
	struct str doctor, clerk;
	uint32_t centre;
};
#define DEMO_CLINICS 6          /* of one centre at most */
struct demo_centre {
	int64_t home;
	struct str path, name, official;
	uint32_t town_from, town_until;         /* places in demo_land.town */
	size_t clinics;
	struct demo_clinic clinic[DEMO_CLINICS];
	uint32_t clinic_upto[DEMO_CLINICS];     /* running sums of how often each notifies */
};
struct demo_land {
	struct demo_table surname, given;
	struct demo_city *city;
	struct demo_town *town;         /* those of a centre stand together */
	struct demo_centre *centre;     /* in order of number; those of a prefecture stand together */
	uint32_t *centre_upto;          /* running sums, beginning anew in each prefecture */
	size_t cities, towns, centres;
	size_t pref_from[49];           /* the first centre of a prefecture; [p + 1] is one behind its last */
	size_t show;                    /* the centre of the demonstration's own accounts */
};
/* Read the country and invent the institutions; `tx` reads. E_NOTFOUND when the reference tables are empty. */
enum err demo_land_read(struct tx *tx, struct arena *mem, struct dice *d, struct demo_land *out) MUST_USE;
/* Write the institutions; fills in their paths (in `mem`). One change. */
enum err demo_land_found(struct store *st, const struct actor *who, struct arena *mem, struct demo_land *land) MUST_USE;

/* A written name and its reading, of somebody born in that year. */
struct demo_name {
	uint32_t surname, given;        /* rows */
};
struct str demo_name_text(const struct demo_land *land, struct arena *mem, const struct demo_name *n);
/* Any adult's name, for people who work. */
struct str demo_staff(const struct demo_land *land, struct arena *mem, struct dice *d);
/* A number that nobody has, by the area codes of the prefecture's capital: no exchange begins with 0. */
#define DEMO_PHONE 16
void demo_phone(struct dice *d, int64_t home, char out[DEMO_PHONE]);
/* A house in a town: "東京都千代田区神田神保町2丁目3-14". */
struct str demo_house(struct arena *mem, const struct demo_town *t, struct dice *d);

#endif
