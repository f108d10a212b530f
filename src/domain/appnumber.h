/* domain/appnumber.h: the contact app's processing numbers (処理番号): eight digits by which a person who was found infected may
 * tell the app's server so, without saying who. Part of the survey of article 15 of the Act (seed Q2).
 *
 * A number is issued by a centre, on the person's wish, which is recorded, from what the notification says anyway. It is drawn
 * from the system's random source, good once and for some hours; a new one voids the one before. It is shown once and kept as a
 * keyed hash only. The row that says whose it is goes in the change that uses or voids it, or when its time is over; then
 * nothing joins a number and a person. What stays is a count by day, and who issued one for whom when (the audit log). */
#ifndef DOMAIN_APPNUMBER_H
#define DOMAIN_APPNUMBER_H

#include "domain/account.h"
#include "domain/casefile.h"

#define APPNUMBER_DIGITS 8

struct appnumber_rules {
	struct str disease;             /* whose cases get one */
	int64_t hours;                  /* that it is good */
};

/* Eight random digits, each number as likely as any other. */
struct str appnumber_draw(struct arena *mem);
/* What is kept of one. */
struct str appnumber_hash(struct arena *mem, const struct keyring *keys, struct str digits);

struct appnumber_state {
	bool wished;                    /* what the person said last */
	int64_t wish_at;                /* 0: nothing was said yet */
	struct str wish_by;
	bool live;                      /* a number is good now */
	int64_t issued_at, good_until;
	struct str issued_by, issued_account;
	enum text_id cannot;            /* why none may be issued, wish apart; T_none: it may */
};
/* Of a case that was read by case_get. */
enum err appnumber_state(struct tx *tx, const struct casefile *k, const struct appnumber_rules *rules, struct appnumber_state *out) MUST_USE;

/* The person wishes one, or no longer; then a number that is good is void. Saying the same again changes nothing. */
enum err appnumber_wish(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id, bool wished) MUST_USE;

struct appnumber_issued {
	struct str digits;              /* shown once, kept nowhere */
	int64_t good_until;
};
/* `seen` is when the number was issued that the page showed as good, 0 for none: E_CONFLICT when that is no longer so, unless
 * the one that is good is the caller's own (pressed twice). E_INVALID with *why when none may be issued. */
enum err appnumber_issue(struct store *st, const struct keyring *keys, const struct actor *who, struct arena *mem, int64_t home, struct str id,
    const struct appnumber_rules *rules, int64_t seen, struct appnumber_issued *out, enum text_id *why) MUST_USE;
/* The number that is good is so no longer. E_CONFLICT when none is. */
enum err appnumber_void(struct store *st, const struct actor *who, struct arena *mem, int64_t home, struct str id) MUST_USE;

/* ---- the app's server ---- */
enum appnumber_try {
	APPNUMBER_OK,                   /* it was good, and is used now */
	APPNUMBER_NO,                   /* wrong, used, void, over, of a case that would get none any more (withdrawn, another
	                                   class), or no number at all: deliberately the same */
	APPNUMBER_WAIT,                 /* too many wrong ones: *wait_s seconds */
};
struct appnumber_question {
	struct str typed;               /* as it came */
	struct str machine;             /* SHA-256 of the machine's certificate, in hex */
	struct str client;              /* whom the machine asks for, in its own words; "" for nobody in particular */
	struct str address;
	const struct appnumber_rules *rules;
};
/* Use a number. Three wrong ones of a client are free, then each makes it wait twice as long as the one before, from five seconds
 * on; a right one, or an hour without any, begins anew. All clients together have APPNUMBER_WRONG_AN_HOUR. */
#define APPNUMBER_WRONG 3
#define APPNUMBER_WRONG_AN_HOUR 300
enum err appnumber_verify(struct store *st, const struct keyring *keys, struct arena *mem, const struct appnumber_question *q,
    enum appnumber_try *out, int *wait_s) MUST_USE;

/* Forget those whose time is over (a job, each minute). */
enum err appnumber_sweep(struct store *st, struct reader *rd, struct arena *mem) MUST_USE;

#endif
