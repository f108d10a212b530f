/* domain/template.h: texts that a health centre keeps to insert into the free texts of entries (field/entry.h). They are seen
 * and changed by the centre alone, and hold nothing about a person. */
#ifndef DOMAIN_TEMPLATE_H
#define DOMAIN_TEMPLATE_H

#include "domain/actor.h"
#include "field/entry.h"

#define TEMPLATES_MOST 200      /* of one centre: E_LIMIT */

struct template {
	struct str id;          /* "": a new one */
	enum entry_id kind;
	struct str name;        /* 1 to 60 characters */
	struct str text;        /* 1 to 2000 */
};
/* By kind, then by name. */
struct template *template_list(struct tx *tx, const struct actor *who, size_t *n);
/* Has the form of this kind a free text? */
bool template_fits(enum entry_id kind);
/* E_INVALID: too long, empty, or a kind without free text; E_NOTFOUND: no such template of this centre. */
enum err template_save(struct store *st, const struct actor *who, struct arena *mem, const struct template *t) MUST_USE;
enum err template_delete(struct store *st, const struct actor *who, struct arena *mem, struct str id) MUST_USE;

#endif
