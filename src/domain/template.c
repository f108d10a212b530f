/* domain/template.c: see template.h. */
#include "domain/template.h"

#include "base/clock.h"
#include "base/utf8.h"

struct template *
template_list(struct tx *tx, const struct actor *who, size_t *n)
{
	struct template *list = NEWN(tx_mem(tx), struct template, TEMPLATES_MOST);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_template_list, DBS(DT(who->org))); rows_next(&r);) {
		struct template t = { row_text(&r, "id"), entry_by_name(row_text(&r, "kind")), row_text(&r, "name"), row_text(&r, "text") };
		if (*n < TEMPLATES_MOST && t.kind != ENTRY_none)
			list[(*n)++] = t;
	}
	return list;
}

bool
template_fits(enum entry_id kind)
{
	if (kind <= ENTRY_none || kind >= ENTRY_COUNT)
		return false;
	const struct item *it = sheet_extra(&entry_kind(kind)->sheet, S("text"));
	return it != NULL && it->type == FT_LONG;
}

struct save {
	const struct actor *who;
	const struct template *t;
	struct str id;
};

static void
tell(struct tx *tx, const struct actor *who, struct str action, struct str id)
{
	struct audit a = actor_audit(who, action);

	a.object = id;
	tx_audit(tx, &a);
}

static enum err
save_write(struct tx *tx, void *arg)
{
	const struct save *s = arg;
	const struct template *t = s->t;
	struct str kind = entry_kind(t->kind)->name;
	struct db given[] = { DT(s->who->org), DT(s->id), DT(kind), DT(t->name), DT(t->text), DT(s->who->account), DI(clock_now()) };
	size_t n;

	if (t->id.n == 0) {
		template_list(tx, s->who, &n);
		if (n >= TEMPLATES_MOST)
			return tx_err(tx) != OK ? tx_err(tx) : E_LIMIT;
		tx_exec(tx, Q_template_insert, given, LEN(given));
	} else if (tx_exec_n(tx, Q_template_update, given, LEN(given)) == 0) {
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	}
	tell(tx, s->who, S("template.save"), s->id);
	return tx_err(tx);
}

enum err
template_save(struct store *st, const struct actor *who, struct arena *mem, const struct template *t)
{
	struct save s = { who, t, t->id.n > 0 ? t->id : id_new(mem) };
	size_t name = utf8_len(t->name), text = utf8_len(t->text);

	if (!template_fits(t->kind) || name < 1 || name > 60 || text < 1 || text > 2000)
		return E_INVALID;
	if (!id_ok(s.id))
		return E_NOTFOUND;
	return store_write(st, mem, who->org, save_write, &s);
}

static enum err
delete_write(struct tx *tx, void *arg)
{
	const struct save *s = arg;

	if (tx_exec_n(tx, Q_template_delete, DBS(DT(s->who->org), DT(s->id))) == 0)
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	tell(tx, s->who, S("template.delete"), s->id);
	return tx_err(tx);
}

enum err
template_delete(struct store *st, const struct actor *who, struct arena *mem, struct str id)
{
	struct save s = { who, NULL, id };

	return id_ok(id) ? store_write(st, mem, who->org, delete_write, &s) : E_NOTFOUND;
}
