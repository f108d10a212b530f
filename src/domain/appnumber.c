/* domain/appnumber.c: see appnumber.h. */
#include "domain/appnumber.h"

#include "base/clock.h"
#include "base/crypt.h"

#define SECOND INT64_C(1000)
#define HOUR (3600 * SECOND)
#define ALL UINT32_C(100000000)         /* numbers of eight digits */
#define DRAWS 100                       /* with a million good ones, each is free with 99 in 100 */

/* ---- the digits ---- */

struct str
appnumber_draw(struct arena *mem)
{
	return str_fmt(mem, "%08u", (unsigned)crypt_random_below(ALL));
}

struct str
appnumber_hash(struct arena *mem, const struct keyring *keys, struct str digits)
{
	/* Of its own kind: what is sealed with the key of the data folder has nothing to do with it. */
	struct sha256 key = crypt_hmac(keys->seal, S("processing number"));
	struct sha256 h = crypt_hmac((struct str){ (const char *)key.b, sizeof key.b }, digits);

	return crypt_hex(mem, (struct str){ (const char *)h.b, sizeof h.b });
}

/* ---- reading ---- */

static enum text_id
cannot(struct tx *tx, const struct casefile *k, const struct appnumber_rules *rules)
{
	struct rows r;

	if (!str_eq(k->disease, rules->disease))
		return T_number_not_disease;
	if (!str_eq(k->type, S("confirmed")) && !str_eq(k->type, S("asymptomatic")))
		return T_number_not_class;
	if (!tx_one(tx, &r, Q_appnumber_tests, DBS(DI(k->home), DT(k->id))))
		return T_number_not_class;
	/* みなし陽性: nothing but a clinical diagnosis. */
	bool presumed = row_int(&r, "clinical") > 0 && row_int(&r, "tested") == 0;
	rows_close(&r);
	return presumed ? T_number_presumed : T_none;
}

enum err
appnumber_state(struct tx *tx, const struct casefile *k, const struct appnumber_rules *rules, struct appnumber_state *out)
{
	struct rows r;

	*out = (struct appnumber_state){ .cannot = cannot(tx, k, rules) };
	if (tx_one(tx, &r, Q_wish_last, DBS(DI(k->home), DT(k->id)))) {
		out->wished = row_int(&r, "wished") != 0;
		out->wish_at = row_int(&r, "at");
		out->wish_by = row_text(&r, "by_name");
		rows_close(&r);
	}
	if (tx_one(tx, &r, Q_appnumber_of_case, DBS(DI(k->home), DT(k->id), DI(clock_now())))) {
		out->live = true;
		out->issued_at = row_int(&r, "issued_at");
		out->good_until = row_int(&r, "good_until");
		out->issued_by = row_text(&r, "by_name");
		out->issued_account = row_text(&r, "by_account");
		rows_close(&r);
	}
	return tx_err(tx);
}

/* ---- what all changes leave behind ---- */

static void
count(struct tx *tx, const char *what, int64_t n)
{
	tx_exec(tx, Q_appnumber_count, DBS(DT(date_iso(tx_mem(tx), date_of(clock_now()))), DT(str_of(what)), DI(n)));
}

static void
note(struct tx *tx, const struct actor *who, struct str action, const struct casefile *k, struct str detail)
{
	struct audit a = actor_audit(who, action);

	a.home = k->home;
	a.object = k->id;
	a.purpose = S("15");
	a.detail = detail;
	tx_audit(tx, &a);
}

/* The number of a case that is good, if there is one; true when there was. */
static bool
take_away(struct tx *tx, const struct actor *who, const struct casefile *k, struct str why)
{
	if (tx_exec_n(tx, Q_appnumber_void, DBS(DI(k->home), DT(k->id), DI(clock_now()))) == 0)
		return false;
	count(tx, "voided", 1);
	note(tx, who, S("number.void"), k, why);
	return true;
}

/* ---- the wish ---- */

struct wish {
	const struct actor *who;
	int64_t home;
	struct str id;
	bool wished;
};

static enum err
wish_write(struct tx *tx, void *arg)
{
	const struct wish *w = arg;
	struct casefile k = { 0 };
	struct rows r;
	int64_t seq = 0;
	bool before = false;
	enum err e = case_get(tx, w->home, w->id, &k);

	if (e != OK)
		return e;
	if (tx_one(tx, &r, Q_wish_last, DBS(DI(k.home), DT(k.id)))) {
		before = row_int(&r, "wished") != 0;
		seq = row_int(&r, "seq") + 1;
		rows_close(&r);
	}
	if (before == w->wished)
		return tx_err(tx);
	tx_exec(tx, Q_wish_insert, DBS(DI(k.home), DT(k.id), DI(clock_now()), DI(seq), DI(w->wished), DT(w->who->account),
	    DT(w->who->name), DT(w->who->org)));
	note(tx, w->who, S("number.wish"), &k, w->wished ? S("wished") : S("withdrawn"));
	if (!w->wished)
		(void)take_away(tx, w->who, &k, S("wish"));
	return tx_err(tx);
}

enum err
appnumber_wish(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, bool wished)
{
	struct wish w = { who, home, id, wished };

	return store_write(st, mem, who->org, wish_write, &w);
}

/* ---- issuing and voiding ---- */

struct issuing {
	const struct keyring *keys;
	const struct actor *who;
	int64_t home, seen;
	struct str id;
	const struct appnumber_rules *rules;
	struct appnumber_issued *out;
	enum text_id why;
};

/* Keep a number that no other person has. */
static enum err
put_number(struct tx *tx, const struct issuing *in, const struct casefile *k)
{
	struct arena *mem = tx_mem(tx);
	int64_t now = clock_now(), until = now + in->rules->hours * HOUR;

	for (int i = 0; i < DRAWS && tx_err(tx) == OK; i++) {
		struct str digits = appnumber_draw(mem);
		if (tx_exec_n(tx, Q_appnumber_insert, DBS(DT(appnumber_hash(mem, in->keys, digits)), DI(k->home), DT(k->id), DI(now),
		    DI(until), DT(in->who->account), DT(in->who->name))) == 0)
			continue;
		*in->out = (struct appnumber_issued){ digits, until };
		return OK;
	}
	return tx_err(tx) != OK ? tx_err(tx) : E_BUSY;
}

static enum err
issue_write(struct tx *tx, void *arg)
{
	struct issuing *in = arg;
	struct casefile k = { 0 };
	struct appnumber_state now = { 0 };
	enum err e = case_get(tx, in->home, in->id, &k);

	if (e == OK)
		e = appnumber_state(tx, &k, in->rules, &now);
	if (e != OK)
		return e;
	in->why = now.cannot != T_none ? now.cannot : now.wished ? T_none : T_number_no_wish;
	if (in->why != T_none)
		return E_INVALID;
	/* Whoever presses twice voids his own first; nobody's else that he has not seen. */
	if (now.issued_at != in->seen && !(now.live && str_eq(now.issued_account, in->who->account)))
		return E_CONFLICT;
	(void)take_away(tx, in->who, &k, S("new"));
	if ((e = put_number(tx, in, &k)) != OK)
		return e;
	count(tx, "issued", 1);
	note(tx, in->who, S("number.issue"), &k, str_fmt(tx_mem(tx), "%lld hours", (long long)in->rules->hours));
	return tx_err(tx);
}

enum err
appnumber_issue(struct store *st, const struct keyring *keys, const struct actor *who, struct arena *mem, int64_t home, struct str id,
    const struct appnumber_rules *rules, int64_t seen, struct appnumber_issued *out, enum text_id *why)
{
	struct issuing in = { .keys = keys, .who = who, .home = home, .seen = seen, .id = id, .rules = rules, .out = out };
	enum err e = store_write(st, mem, who->org, issue_write, &in);

	*why = in.why;
	return e;
}

static enum err
void_write(struct tx *tx, void *arg)
{
	const struct wish *w = arg;
	struct casefile k = { 0 };
	enum err e = case_get(tx, w->home, w->id, &k);

	if (e != OK)
		return e;
	bool was = take_away(tx, w->who, &k, S("void"));
	return tx_err(tx) != OK ? tx_err(tx) : was ? OK : E_CONFLICT;
}

enum err
appnumber_void(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id)
{
	struct wish w = { .who = who, .home = home, .id = id };

	return store_write(st, mem, who->org, void_write, &w);
}

/* ---- using ---- */

/* Clients and all together: wrong ones that are free, then waits that double. */
enum { OF_CLIENT, OF_ALL, BRAKES };
static const struct {
	int64_t free, first_s, most_s;
} brake[BRAKES] = { { APPNUMBER_WRONG, 5, 3600 }, { APPNUMBER_WRONG_AN_HOUR, 10, 60 } };

struct use {
	const struct appnumber_question *q;
	struct str hash, key[BRAKES];
	enum appnumber_try out;
	int wait_s;
};

/* As hashes: the table tells nobody who tried. */
static struct str
brake_key(struct arena *mem, const struct keyring *keys, struct str of)
{
	struct sha256 h = crypt_hmac(keys->seal, str_cat(mem, S("processing number tries "), of));

	return crypt_hex(mem, (struct str){ (const char *)h.b, 16 });
}

/* How long to wait, in milliseconds, after `failures` of which the last was `ago` ms before. */
static int64_t
wait_left(int which, int64_t failures, int64_t ago)
{
	int64_t over = failures - brake[which].free, s = brake[which].first_s;

	if (over < 0)
		return 0;
	while (over-- > 0 && s < brake[which].most_s)
		s *= 2;
	if (s > brake[which].most_s)
		s = brake[which].most_s;
	return s * SECOND - ago;
}

static int64_t
longest_wait(struct tx *tx, const struct use *u, int64_t now)
{
	int64_t longest = 0;

	for (int i = 0; i < BRAKES; i++) {
		struct rows r;
		if (!tx_one(tx, &r, Q_throttle_get, DBS(DT(u->key[i]))))
			continue;
		int64_t ago = now - row_int(&r, "last_at"), left = ago <= HOUR ? wait_left(i, row_int(&r, "failures"), ago) : 0;
		rows_close(&r);
		longest = left > longest ? left : longest;
	}
	return longest;
}

/* Not the number, and not whose it was: only that one was, or was not. */
static void
note_use(struct tx *tx, const struct use *u, struct str action)
{
	tx_audit(tx, &(struct audit){ .user = S("machine"), .action = action, .purpose = S("15"), .address = u->q->address,
	    .session = str_sub(u->q->machine, 0, 16) });
}

static void
use_number(struct tx *tx, struct use *u)
{
	tx_exec(tx, Q_throttle_clear, DBS(DT(u->key[OF_CLIENT])));
	count(tx, "used", 1);
	note_use(tx, u, S("number.use"));
	u->out = APPNUMBER_OK;
}

static void
refuse_number(struct tx *tx, struct use *u, int64_t now)
{
	for (int i = 0; i < BRAKES; i++)
		tx_exec(tx, Q_throttle_add_since, DBS(DT(u->key[i]), DI(now), DI(now - HOUR)));
	note_use(tx, u, S("number.refused"));
	u->out = APPNUMBER_NO;
}

/* The row of the number goes, whatever is found; true when it was good. */
static bool
take_number(struct tx *tx, const struct use *u)
{
	struct casefile k = { 0 };
	struct rows r;

	if (!tx_one(tx, &r, Q_appnumber_by_hash, DBS(DT(u->hash))))
		return false;
	bool in_time = clock_now() <= row_int(&r, "good_until");
	int64_t home = row_int(&r, "home");
	struct str id = row_text(&r, "case_id");
	rows_close(&r);
	tx_exec(tx, Q_appnumber_delete, DBS(DT(u->hash)));
	/* Since it was issued the notification may have been corrected, or withdrawn. */
	bool good = in_time && case_get(tx, home, id, &k) == OK && cannot(tx, &k, u->q->rules) == T_none;
	if (!good)
		count(tx, in_time ? "voided" : "expired", 1);
	return good;
}

/* Waiting, looking and using are one change: of two who send the same number at once one is right, and tries that come at
 * once are counted one by one. */
static enum err
use_write(struct tx *tx, void *arg)
{
	struct use *u = arg;
	int64_t now = clock_steady(), wait = longest_wait(tx, u, now);

	u->wait_s = (int)((wait + SECOND - 1) / SECOND);
	u->out = APPNUMBER_WAIT;
	if (u->wait_s > 0 || tx_err(tx) != OK)
		return tx_err(tx);
	if (take_number(tx, u))
		use_number(tx, u);
	else
		refuse_number(tx, u, now);
	return tx_err(tx);
}

enum err
appnumber_verify(struct store *st, const struct keyring *keys, struct arena *mem, const struct appnumber_question *q,
    enum appnumber_try *out, int *wait_s)
{
	/* All of an hour have a row of that hour. */
	struct str hour = str_fmt(mem, "all %lld", (long long)(clock_steady() / HOUR));
	struct str client = str_fmt(mem, "of %.*s %.*s", STR_ARG(q->machine), STR_ARG(str_sub(q->client, 0, 200)));
	struct use u = { .q = q, .hash = appnumber_hash(mem, keys, str_sub(q->typed, 0, 64)),
		.key = { brake_key(mem, keys, client), brake_key(mem, keys, hour) } };
	enum err e = store_write(st, mem, S(""), use_write, &u);

	*out = u.out;
	*wait_s = u.wait_s;
	return e;
}

/* ---- forgetting ---- */

static enum err
sweep_write(struct tx *tx, void *arg)
{
	int64_t n = tx_exec_n(tx, Q_appnumber_sweep, DBS(DI(clock_now())));

	(void)arg;
	if (n == 0)
		return tx_err(tx);
	count(tx, "expired", n);
	tx_audit(tx, &(struct audit){ .action = S("number.sweep"), .detail = str_fmt(tx_mem(tx), "%lld", (long long)n) });
	return tx_err(tx);
}

enum err
appnumber_sweep(struct store *st, struct reader *rd, struct arena *mem)
{
	struct tx *tx = read_begin(rd, mem, S(""));
	struct rows r;
	int64_t n = 0;

	if (tx_one(tx, &r, Q_appnumber_over, DBS(DI(clock_now())))) {
		n = row_int(&r, "n");
		rows_close(&r);
	}
	enum err e = read_end(tx);
	return e != OK || n == 0 ? e : store_write(st, mem, S(""), sweep_write, NULL);
}
