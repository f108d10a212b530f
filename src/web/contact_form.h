/* web/contact_form.h: the items of a contact as the values of views, for the pages that hold them. */
#ifndef WEB_CONTACT_FORM_H
#define WEB_CONTACT_FORM_H

#include "domain/contact.h"
#include "web/page.h"

struct contact_form {
	const struct sheet *s;          /* contact_sheet */
	const struct form *typed;
	const struct issues *bad;       /* NULL: none; keys are names of fields */
	struct str tail;                /* of the names: "", ".2" */
	bool linked;                    /* it became a case: its state is not chosen */
	struct str who;                 /* of several: whose it is, said in front of what is wrong */
};
/* Its first item with an error; CF_COUNT when there is none. */
enum contact_field contact_first_fault(const struct contact_form *f);
/* A row of values as view field.html asks for; `focus`: it has the cursor. */
void put_contact_item(struct ctx *c, struct val *list, const struct contact_form *f, enum contact_field field, bool focus);
/* Its errors and warnings at the end of the list `faults` of c->v, with the number of errors added to *n. */
void put_contact_faults(struct ctx *c, struct val *faults, const struct contact_form *f, size_t *n);
/* One sentence among them, about no field. */
void put_contact_fault(struct ctx *c, struct val *faults, struct str text, size_t *n);
/* How a change that was not kept is answered: status and sentence; T_none when it is none of those that may pass. */
enum text_id contact_refused(const struct ctx *c, enum err e, int *status);
/* What a contact is, as a row of a list: url, name, name_kana, sex_label, age, relation_label … */
void put_contact_row(struct ctx *c, struct val *row, const struct sheet *s, const struct contact *k);
/* "/contacts/1305/01AB…" and what follows. */
struct str contact_path(struct ctx *c, const struct contact *k, const char *tail);
/* They were looked at: one line. */
void contacts_looked(struct ctx *c, struct str action, const struct contact *list, size_t n);
/* The list `sources` of c->v: where a case may come from; nothing of a person when it is of another area. */
void put_case_sources(struct ctx *c, int64_t home, struct str case_id);
/* The list `contact_history` of c->v: each version of these contacts with what it changed, newest first. */
void put_contact_history(struct ctx *c, int64_t home, struct str case_id, struct str contact);

#endif
