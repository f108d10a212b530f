/* domain/place.h: the country's municipalities in memory, found by code, by name, or at the head of an address.
 *
 * Names are found with or without prefecture and county (東京都大島町, 北蒲原郡聖籠町, 聖籠町), a ward without its city
 * (秋葉区); when the letters differ, by kanji variant (聖篭町, 龍ヶ崎市). What fits several municipalities fits none:
 * 府中市 is found only when the prefecture is known. A municipality of today goes before an abolished one of that name. */
#ifndef DOMAIN_PLACE_H
#define DOMAIN_PLACE_H

#include "store/store.h"

struct place {
	struct str code, pref, pref_name, county, name; /* "15105", "15", "新潟県", "", "新潟市秋葉区" */
	struct str ward;                /* "秋葉区", of a ward of a designated city; else "" */
	int64_t home;                   /* the centre that covers it */
	bool abolished;
};
struct places;

/* From the table of municipalities, or from rows at hand (`ward` is filled in; the texts stay the caller's). */
struct places *places_load(struct arena *mem, struct tx *tx);
struct places *places_new(struct arena *mem, const struct place *row, size_t n);

/* Five digits, or six with a right check digit; NULL when there is none. */
const struct place *place_by_code(const struct places *all, struct str code);
/* The municipality with which `text` begins, the longest; `pref` ("15") limits it when not "". *used (may be NULL) is
 * the length of its name as written there. NULL: none, or several. */
const struct place *place_at_head(struct places *all, struct str pref, struct str text, size_t *used);
/* The ward of that city (a place: 新潟市) with which `text` begins; NULL when none. */
const struct place *place_ward(const struct places *all, const struct place *city, struct str text);
/* The prefecture's code by its name at the head of `text` (新潟県); "" when none. */
struct str place_pref(const struct places *all, struct str text);
struct str place_pref_name(const struct places *all, struct str pref);

/* Exactly n ASCII digits; with n = 0, one or more. */
bool digits_only(struct str s, size_t n);
/* The check digit of a local government code: the sixth for five. */
char place_check_digit(struct str five);
/* Six digits of which the last is right. */
bool place_code_ok(struct str six);

#endif
