/* domain/sheetset.h: the sheets of this system: those shipped and those published on the running system.
 * A published sheet replaces a shipped or earlier one of the same name from its publication on; notifications keep the
 * version they were written with: "covid-2020-10" as shipped, "covid-2020-10@2" as published second. */
#ifndef DOMAIN_SHEETSET_H
#define DOMAIN_SHEETSET_H

#include "domain/actor.h"
#include "field/sheet.h"

struct sheetset;
/* Read the shipped and the published ones. Lives as long as the process. */
enum err sheetset_open(struct store *st, struct arena *mem, struct sheetset **out, struct str *why) MUST_USE;
/* The present set: immutable; stays valid for ever (a set is small). In force are only newest versions. */
struct sheets sheetset_now(struct sheetset *s);
/* Somebody published: the next who asks reads the sheets anew. From any thread, at once. */
void sheetset_stale(struct sheetset *s);
/* Any version by its full name, for reading old notifications; NULL when there is none. */
const struct sheet *sheetset_version(struct sheetset *s, struct str name);
/* Publish. E_INVALID with *why (line and reason) when the text is no sheet. Others see it when this returns. */
enum err sheetset_publish(struct sheetset *s, struct store *st, const struct actor *who, struct arena *mem, struct str text,
    struct str *name, struct str *why) MUST_USE;
/* Diseases that have a sheet in force on a day in a prefecture (as sheet_in_force), in order of their sheets' names. */
const struct sheet **sheetset_in_force(struct sheetset *s, struct arena *mem, struct date day, int prefecture, size_t *n);

/* ---- what is switched on ---- */
/* A sheet with `where opt-in` is in force from its first day on in these areas, by the clock alone. E_NOTFOUND: there is no such
 * sheet that may be switched on; E_INVALID: the days are in no order, or not among the sheet's own. */
enum err sheetset_switch(struct sheetset *s, struct store *st, const struct actor *who, struct arena *mem,
    const struct sheet_switch *on) MUST_USE;
/* Its last day is `until`. E_NOTFOUND: there is none, it began later, or it was over before. */
enum err sheetset_switch_end(struct sheetset *s, struct store *st, const struct actor *who, struct arena *mem, struct str id,
    struct date until) MUST_USE;
struct switched {
	struct str id, by;
	int64_t at;
	struct sheet_switch on;
};
/* All, oldest first. */
struct switched *sheetset_switches(struct tx *tx, size_t *n);

#endif
