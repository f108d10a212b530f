/* domain/draft.c: see draft.h. */
#include "domain/draft.h"

#include "base/clock.h"

struct save {
	const struct actor *who;
	const struct draft_save *in;
	struct draft *out;
	struct str id;
};

static struct draft
row_draft(struct rows *r)
{
	return (struct draft){
		.id = row_text(r, "id"), .account = row_text(r, "account"), .by = row_text(r, "by_name"),
		.disease = row_text(r, "disease"), .body = row_text(r, "body"), .saved_at = row_int(r, "saved_at"),
		.ver = row_int(r, "ver"),
		.check = row_text(r, "check_state"), .asked_name = row_text(r, "check_asked_name"),
		.asked_at = row_int(r, "check_asked_at"), .check_account = row_text(r, "check_account"),
		.check_name = row_text(r, "check_name"), .check_at = row_int(r, "check_at"), .check_hash = row_text(r, "check_hash"),
		.check_note = row_text(r, "check_note"),
	};
}

enum err
draft_get(struct tx *tx, const struct actor *who, struct str id, struct draft *out)
{
	struct rows r;

	if (!tx_one(tx, &r, Q_draft_get, DBS(DT(id), DT(who->org))))
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	*out = row_draft(&r);
	rows_close(&r);
	return tx_err(tx);
}

static enum err
save_write(struct tx *tx, void *arg)
{
	struct save *s = arg;
	const struct draft_save *in = s->in;
	int64_t now = clock_now();

	if (in->id.n == 0) {
		tx_exec(tx, Q_draft_insert, DBS(DT(s->id), DT(s->who->org), DT(s->who->account), DT(s->who->name), DT(in->disease),
		    DT(in->body), DI(now)));
	} else if (tx_exec_n(tx, Q_draft_save, DBS(DT(in->id), DI(in->seen), DT(s->who->account), DT(s->who->name), DT(in->disease),
	    DT(in->body), DI(now), DT(s->who->org))) == 0) {
		enum err e = tx_err(tx) != OK ? tx_err(tx) : draft_get(tx, s->who, in->id, s->out);
		return e != OK ? e : E_CONFLICT;
	}
	if (in->wish == DRAFT_ASK)
		tx_exec(tx, Q_check_draft_ask, DBS(DT(s->id), DT(s->who->org), DI(now), DT(s->who->name)));
	struct audit a = actor_audit(s->who, in->wish == DRAFT_ASK ? S("notif.ask") : S("draft.save"));
	a.object = s->id;
	tx_audit(tx, &a);
	*s->out = (struct draft){ .id = s->id, .account = s->who->account, .by = s->who->name, .disease = in->disease,
		.body = in->body, .saved_at = now, .ver = in->id.n ? in->seen + 1 : 1 };
	return tx_err(tx);
}

enum err
draft_save(struct store *st, const struct actor *who, struct arena *mem, const struct draft_save *in, struct draft *out)
{
	struct save s = { who, in, out, in->id.n ? in->id : id_new(mem) };

	if (in->body.n > DRAFT_MAX)
		return E_LIMIT;
	if (in->id.n > 0 && !id_ok(in->id))
		return E_NOTFOUND;
	return store_write(st, mem, who->org, save_write, &s);
}

struct draft *
draft_list(struct tx *tx, const struct actor *who, size_t *n)
{
	struct draft *list = NEWN(tx_mem(tx), struct draft, 100);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_draft_list, DBS(DT(who->org))); rows_next(&r);)
		if (*n < 100)
			list[(*n)++] = row_draft(&r);
	return list;
}

struct drop {
	const struct actor *who;
	struct str id;
};

static enum err
drop_write(struct tx *tx, void *arg)
{
	struct drop *d = arg;

	if (tx_exec_n(tx, Q_draft_delete, DBS(DT(d->id), DT(d->who->org))) == 0)
		return tx_err(tx) != OK ? tx_err(tx) : E_NOTFOUND;
	struct audit a = actor_audit(d->who, S("draft.delete"));
	a.object = d->id;
	tx_audit(tx, &a);
	return tx_err(tx);
}

enum err
draft_delete(struct store *st, const struct actor *who, struct arena *mem, struct str id)
{
	struct drop d = { who, id };

	return store_write(st, mem, who->org, drop_write, &d);
}

struct str
draft_body(struct arena *mem, const struct form *f)
{
	static const struct str own[] = {
		STR_INIT("csrf"), STR_INIT("op"), STR_INIT("act"), STR_INIT("draft_id"), STR_INIT("draft_ver"),
		STR_INIT("attest"),
	};
	struct form out = { .pair = NEWN(mem, struct form_pair, f->n + 1) };

	for (size_t i = 0; i < f->n; i++) {
		bool ours = f->pair[i].value.n == 0;
		for (size_t k = 0; k < LEN(own); k++)
			ours |= str_eq(f->pair[i].name, own[k]);
		if (!ours)
			out.pair[out.n++] = f->pair[i];
	}
	return form_write(mem, &out);
}
