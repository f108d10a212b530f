/* domain/org.h: organisations and the country they stand in: ministry, prefectures, health centres,
 * medical institutions; municipalities and which centre covers them; postal codes. */
#ifndef DOMAIN_ORG_H
#define DOMAIN_ORG_H

#include "domain/actor.h"

enum org_kind { ORG_MINISTRY, ORG_PREFECTURE, ORG_CENTRE, ORG_INSTITUTION };
struct org {
	struct str path;
	enum org_kind kind;
	struct str name, name_en;
	int64_t home;           /* the centre's number (1305); of an institution: its centre's; else 0 */
	struct str municipality, postal, address, phone;
	bool closed;
};
/* E_NOTFOUND when there is none. */
enum err org_get(struct tx *tx, struct str path, struct org *out) MUST_USE;
/* The path of a centre's number: 1305 -> "13/1305/". */
struct str org_centre_path(struct arena *mem, int64_t home);
/* The paths above and with `path`, outermost first: "", "13/", "13/1305/", …; returns how many (at most 4). */
size_t org_line(struct str path, struct str out[4]);
/* Every centre of a prefecture (or of the nation for ""), in order of number. */
struct org *org_centres(struct tx *tx, struct str pref, size_t *n);
struct org *org_prefectures(struct tx *tx, size_t *n);

/* The health centre responsible for a municipality (JIS code of five digits; six with check digit are understood)
 * on a day: abolished codes still route. E_NOTFOUND when the code was never one. */
enum err org_route(struct tx *tx, struct str municipality, int64_t *home) MUST_USE;
/* Make a medical institution in a municipality; its path is its centre's path and the next free four digits or more.
 * Needs name and municipality; E_NOTFOUND when the municipality is none. Writes its audit line. */
enum err org_create_institution(struct tx *tx, const struct actor *who, struct org *in_out) MUST_USE;

struct postal {
	struct str code, municipality;  /* JIS code, may be "" */
	struct str address;             /* kanji: prefecture, city, town; remarks stripped */
};
/* All addresses of a postal code (seven digits), in order; none: *n = 0. */
struct postal *postal_find(struct tx *tx, struct str code, size_t *n);
/* The municipality whose name an address begins with (with or without prefecture); "" when unclear. */
struct str municipality_of_address(struct tx *tx, struct str address);

#endif
