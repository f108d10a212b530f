/* domain/attest.c: see attest.h. */
#include "domain/attest.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "domain/casefile.h"

#define HASH_BYTES 16           /* of the SHA-256: nobody finds other items of the same */

struct str
attest_hash(struct arena *mem, const struct record *rec)
{
	struct buf b = buf_new(mem);

	for (int g = 0; g < G_COUNT; g++)
		for (size_t row = 0; row < (g == G_ONE ? 1 : rec_rows(rec, (enum field_group)g)); row++)
			for (enum field_id f = F_none; (f = field_next((enum field_group)g, f, false)) != F_none;) {
				struct str v = rec_row(rec, f, row);
				if ((fields[f].flags & MEDICAL) && v.n > 0)
					buf_fmt(&b, "%.*s.%zu=%zu:%.*s\n", STR_ARG(fields[f].name), row, v.n, STR_ARG(v));
			}
	/* Extra items come in the order in which they were set: by their keys they have one. */
	for (struct str last = S("");;) {
		const struct extra *next = NULL;
		for (size_t i = 0; i < rec->n_extra; i++)
			if (str_cmp(rec->extra[i].key, last) > 0 && (next == NULL || str_cmp(rec->extra[i].key, next->key) < 0))
				next = &rec->extra[i];
		if (next == NULL)
			break;
		if (next->value.n > 0)
			buf_fmt(&b, "x.%.*s=%zu:%.*s\n", STR_ARG(next->key), next->value.n, STR_ARG(next->value));
		last = next->key;
	}
	struct sha256 h = crypt_sha256(buf_str(&b));
	return crypt_hex(mem, (struct str){ (const char *)h.b, HASH_BYTES });
}

/* ---- with a press ---- */

/* The physician has checked the draft, and its medical items are still those. */
static bool
checked_draft(struct tx *tx, const struct actor *who, const struct attest_press *p, struct attest *out)
{
	struct rows r;

	if (p->draft.n == 0 || !tx_one(tx, &r, Q_check_of_draft, DBS(DT(p->draft), DT(who->org))))
		return false;
	out->account = row_text(&r, "check_account");
	out->name = row_text(&r, "check_name");
	out->at = row_int(&r, "check_at");
	bool same = str_eq(row_text(&r, "check_hash"), p->hash);
	rows_close(&r);
	out->kind = S("physician");
	return same;
}

bool
attest_of_press(struct tx *tx, const struct actor *who, const struct attest_press *p, struct attest *out)
{
	*out = (struct attest){ .org = who->org, .hash = p->hash, .at = p->at, .ver = p->ver };
	if (who->role == ROLE_doctor) {
		out->kind = S("self");
		out->account = who->account;
		out->name = who->name;
		return true;
	}
	if (who->role == ROLE_clerk && checked_draft(tx, who, p, out))
		return true;
	bool may = who->role == ROLE_centre
	    || (who->role == ROLE_clerk && p->attested == ATTESTED && attest_rule(tx, who->org) == ATTEST_NAMED);
	if (!may || p->doctor.n == 0 || rec_unknown(p->doctor))
		return false;
	out->kind = who->role == ROLE_centre ? S("centre") : S("named");
	out->account = who->account;
	out->name = p->doctor;
	out->at = p->at;
	return true;
}

/* In place of the check that stands. */
static void
put_check(struct tx *tx, const struct notif *n, const struct attest *a)
{
	tx_exec(tx, Q_check_keep, DBS(DI(n->home), DT(n->id)));
	tx_exec(tx, Q_check_set, DBS(DI(n->home), DT(n->id), DT(a->kind), DT(a->account), DT(a->name),
	    str_eq(a->org, n->reporter) ? DNULL : DT(a->org), DI(a->at), DI(a->ver), DT(a->hash)));
}

static void
put_line(struct tx *tx, const struct actor *who, const struct notif *n, struct str action, struct str detail)
{
	struct audit a = actor_audit(who, action);

	a.home = n->home;
	a.object = n->case_id;
	a.purpose = S("12");
	a.detail = detail;
	tx_audit(tx, &a);
}

void
attest_follow(struct tx *tx, const struct actor *who, const struct notif *was, const struct record *now, enum attested attested)
{
	struct arena *mem = tx_mem(tx);
	struct str before = attest_hash(mem, &was->rec), hash = attest_hash(mem, now);
	/* What was filed before checks were recorded is taken as checked. */
	bool covered = str_eq(hash, was->check.kind.n > 0 ? was->check.hash : before);
	struct attest_press p = { .hash = hash, .doctor = rec_get(now, F_doctor_name), .attested = attested, .at = clock_now(),
		.ver = was->ver + 1 };
	struct attest a;

	if (covered) {
		if (was->check_wait_at != 0)
			tx_exec(tx, Q_check_rest, DBS(DI(was->home), DT(was->id)));
		return;
	}
	/* A change of a phone number checks nothing, unless a physician has it open. */
	if (str_eq(hash, before) && who->role != ROLE_doctor && attested == ATTESTED_NOT)
		return;
	if (!attest_of_press(tx, who, &p, &a)) {
		tx_exec(tx, Q_check_wait, DBS(DI(was->home), DT(was->id), DI(p.at)));
		return;
	}
	put_check(tx, was, &a);
	if (who->role != ROLE_doctor)
		put_line(tx, who, was, S("notif.attest"), str_fmt(mem, "%.*s version %lld", STR_ARG(a.kind), (long long)a.ver));
}

/* ---- the physician signs in ---- */

struct say {
	const struct actor *who;
	int64_t home;
	struct str id;
	const struct attest_say *say;
};

static enum err
draft_write(struct tx *tx, void *arg)
{
	const struct say *s = arg;
	bool back = s->say->act == ATTEST_SEND_BACK;

	if (tx_exec_n(tx, Q_check_draft_set, DBS(DT(s->id), DT(s->who->org), DI(s->say->seen), DT(back ? S("returned") : S("checked")),
	    DT(s->who->account), DT(s->who->name), DI(clock_now()), back ? DNULL : DT(s->say->hash),
	    back ? DT(s->say->note) : DNULL)) == 0)
		return tx_err(tx) != OK ? tx_err(tx) : E_CONFLICT;
	struct audit a = actor_audit(s->who, back ? S("notif.return") : S("notif.attest"));
	a.home = s->who->home;
	a.object = s->id;
	a.purpose = S("12");
	a.detail = str_fmt(tx_mem(tx), "draft version %lld", (long long)s->say->seen);
	tx_audit(tx, &a);
	return tx_err(tx);
}

enum err
attest_draft(struct store *st, const struct actor *who, struct arena *mem, struct str id, const struct attest_say *say)
{
	struct say s = { who, 0, id, say };

	return id_ok(id) ? store_write(st, mem, who->org, draft_write, &s) : E_NOTFOUND;
}

static enum err
notif_write(struct tx *tx, void *arg)
{
	const struct say *s = arg;
	struct arena *mem = tx_mem(tx);
	struct notif *n = NEW(mem, struct notif);
	enum err e = notif_get(tx, s->home, s->id, n);

	if (e != OK)
		return e;
	if (!str_eq(n->reporter, s->who->org))
		return E_NOTFOUND;
	if (!str_eq(n->state, S("reported")))
		return E_LOCKED;
	if (n->ver != s->say->seen || n->check_wait_at == 0)
		return E_CONFLICT;
	struct str detail = str_fmt(mem, "version %lld", (long long)n->ver);
	if (s->say->act == ATTEST_SEND_BACK) {
		tx_exec(tx, Q_check_send_back, DBS(DI(n->home), DT(n->id), DT(s->say->note)));
		put_line(tx, s->who, n, S("notif.return"), detail);
		return tx_err(tx);
	}
	put_check(tx, n, &(struct attest){ .kind = S("physician"), .account = s->who->account, .name = s->who->name,
	    .org = s->who->org, .hash = attest_hash(mem, &n->rec), .at = clock_now(), .ver = n->ver });
	put_line(tx, s->who, n, S("notif.attest"), detail);
	case_tell(tx, n->home, n->case_id, "change");
	return tx_err(tx);
}

enum err
attest_notif(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, const struct attest_say *say)
{
	struct say s = { who, home, id, say };

	return store_write(st, mem, who->org, notif_write, &s);
}

/* ---- lists ---- */

struct attest_waiting *
attest_waiting(struct tx *tx, const struct actor *who, size_t *n)
{
	struct attest_waiting *list = NEWN(tx_mem(tx), struct attest_waiting, 100);
	struct rows r;

	*n = 0;
	for (tx_open(tx, &r, Q_check_waiting, DBS(DI(who->home), DT(who->org))); rows_next(&r);)
		if (*n < 100)
			list[(*n)++] = (struct attest_waiting){ .home = who->home, .id = row_text(&r, "id"),
				.case_id = row_text(&r, "case_id"), .number = row_text(&r, "number"), .name = row_text(&r, "name"),
				.entered_name = row_text(&r, "entered_name"), .note = row_text(&r, "check_note"),
				.ver = row_int(&r, "ver"), .check_ver = row_int(&r, "check_ver"), .since = row_int(&r, "check_wait_at") };
	return list;
}

int64_t
attest_count(struct tx *tx, const struct actor *who)
{
	struct rows r;
	int64_t n = 0;

	if (tx_one(tx, &r, Q_check_count, DBS(DI(who->home), DT(who->org)))) {
		n = row_int(&r, "n");
		rows_close(&r);
	}
	if (tx_one(tx, &r, Q_check_count_drafts, DBS(DT(who->org)))) {
		n += row_int(&r, "n");
		rows_close(&r);
	}
	return n;
}

struct attest *
attest_list(struct tx *tx, const struct notif *n, size_t *count)
{
	/* At most one check of each version. */
	struct attest *list = NEWN(tx_mem(tx), struct attest, (size_t)n->ver + 1);
	struct rows r;

	*count = 0;
	for (tx_open(tx, &r, Q_check_list, DBS(DI(n->home), DT(n->id))); rows_next(&r);)
		if (*count < (size_t)n->ver)
			list[(*count)++] = (struct attest){ .kind = row_text(&r, "kind"), .account = row_text(&r, "account"),
				.name = row_text(&r, "name"), .org = row_text(&r, "org"), .hash = row_text(&r, "hash"),
				.at = row_int(&r, "at"), .ver = row_int(&r, "ver") };
	if (n->check.kind.n > 0)
		list[(*count)++] = n->check;
	return list;
}

/* ---- the institution's rule ---- */

enum attest_rule
attest_rule(struct tx *tx, struct str org)
{
	struct rows r;

	if (!tx_one(tx, &r, Q_check_rule, DBS(DT(org))))
		return ATTEST_SIGN_IN;
	enum attest_rule rule = str_eq(row_text(&r, "check_rule"), S("sign_in")) ? ATTEST_SIGN_IN : ATTEST_NAMED;
	rows_close(&r);
	return rule;
}

struct set_rule {
	const struct actor *who;
	enum attest_rule rule;
};

static enum err
rule_write(struct tx *tx, void *arg)
{
	const struct set_rule *s = arg;
	bool sign_in = s->rule == ATTEST_SIGN_IN;

	tx_exec(tx, Q_check_rule_set, DBS(DT(s->who->org), sign_in ? DT(S("sign_in")) : DNULL));
	struct audit a = actor_audit(s->who, S("check.rule"));
	a.object = s->who->org;
	a.detail = sign_in ? S("sign_in") : S("named");
	tx_audit(tx, &a);
	return tx_err(tx);
}

enum err
attest_set_rule(struct store *st, const struct actor *who, struct arena *mem, enum attest_rule rule)
{
	struct set_rule s = { who, rule };

	return store_write(st, mem, who->org, rule_write, &s);
}
