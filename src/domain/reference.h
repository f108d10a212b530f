/* domain/reference.h: loading the reference tables: prefectures, municipalities, centres, postal codes, eras,
 * holidays, countries. `hersys init` loads the embedded ones; `hersys reference load` newer files at any time. */
#ifndef DOMAIN_REFERENCE_H
#define DOMAIN_REFERENCE_H

#include "domain/org.h"

/* Load everything that is embedded into an empty database: reference tables, and the organisations ministry,
 * 47 prefectures, all centres. One change. */
enum err reference_init(struct store *st, struct arena *mem, struct str *why) MUST_USE;
/* Load one file: our own TSV tables (by their column names), the post office's KEN_ALL (CP932 or UTF-8, zipped not),
 * or JIGYOSYO. Recognised by its contents. Replaces that table's contents (postal codes: those of the prefectures that
 * the file names) in one change, or changes nothing and says in *why which line is wrong. Centres and municipalities are updated, never removed (closed ones keep their cases).
 * *summary: one line for the console. */
enum err reference_load(struct store *st, const struct actor *who, struct arena *mem, struct str path, struct str *summary,
    struct str *why) MUST_USE;

#endif
