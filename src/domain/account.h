/* domain/account.h: accounts, their two factors, and sessions (seed Q18, Q23).
 *
 * Signing in has two steps: the password gives a session in the stage "code" that can do nothing but
 * take a one-time code; the code gives a new session in the stage "full". A session is known by the
 * SHA-256 of its token only; it ends after session-idle without use, after session-life in any case, and at once
 * when it is signed out or its account is disabled. One-time-code secrets are sealed with the key of the data folder. */
#ifndef DOMAIN_ACCOUNT_H
#define DOMAIN_ACCOUNT_H

#include "domain/actor.h"

/* What accounts need that the database does not hold. */
struct keyring {
	struct str seal;                /* 32 bytes: seals one-time-code secrets */
	int64_t idle_ms, life_ms;       /* of sessions */
};
/* Read DIR/keys/seal.key, make it (0600) when absent and `make`. */
enum err keyring_open(struct arena *mem, struct str dir, bool make, struct keyring *out, struct str *why) MUST_USE;

#define PASSWORD_MIN 13         /* characters: guideline 6.0 Q&A シQ-54 (a) and (c) */
#define PASSWORD_MAX 256        /* bytes, all of them used */

struct account {
	struct str id, login, org, name, language, state;      /* state: active, disabled */
	enum role role;
};
struct account_new {
	struct str login, org, name, password;  /* password in the clear; hashed before the write */
	enum role role;
	bool cheap_hash;                        /* demonstration and tests only */
	struct str totp;                        /* 20 raw bytes; empty: made here */
};
/* Make an account. E_INVALID with *bad = a sentence id (login taken, password too short or too common, role does not fit the
 * organisation); *secret: the base32 one-time-code secret, shown once. */
enum err account_create(struct store *st, const struct keyring *keys, const struct actor *who, struct arena *mem,
    const struct account_new *in, struct str *secret, enum text_id *bad) MUST_USE;
/* active or disabled; disabling ends its sessions. */
enum err account_set_state(struct store *st, const struct actor *who, struct arena *mem, struct str id, struct str state) MUST_USE;
/* Sixteen random letters and digits in groups of four: 79 bits. */
struct str account_password(struct arena *mem);
/* A new random password and secret, both shown once; ends its sessions. The former ones stop. */
enum err account_reset(struct store *st, const struct keyring *keys, const struct actor *who, struct arena *mem,
    struct str id, struct str *password, struct str *secret) MUST_USE;
enum err account_set_language(struct store *st, const struct actor *who, struct arena *mem, enum lang lang) MUST_USE;
struct account *account_list(struct tx *tx, size_t *n);
/* The raw one-time-code secret of a login (demo-code, tests). */
enum err account_secret(struct tx *tx, const struct keyring *keys, struct str login, struct str *raw) MUST_USE;

/* How a step of signing in ended. */
enum sign_in {
	SIGN_IN_OK,
	SIGN_IN_WRONG,          /* unknown, wrong, disabled: deliberately the same */
	SIGN_IN_WAIT,           /* too many failures: *wait_s seconds */
	SIGN_IN_BUSY,           /* too many people at once */
	SIGN_IN_OVER,           /* the first step is too long ago: begin again */
};
/* First step. On SIGN_IN_OK *token is the cookie's value. */
enum sign_in sign_in_password(struct store *st, struct reader *rd, struct arena *mem, struct str login,
    struct str password, struct str address, struct str *token, int *wait_s) MUST_USE;
/* Second step: trades the first token for a new one. A code is good once. */
enum sign_in sign_in_code(struct store *st, struct reader *rd, const struct keyring *keys, struct arena *mem,
    struct str token, struct str code, struct str address, struct str *new_token) MUST_USE;

/* The actor of a token of stage "full"; E_NOTFOUND when there is none (any more), E_STORE when that cannot be read now. Notes
 * the use, at most once a minute. */
enum err session_actor(struct store *st, struct reader *rd, const struct keyring *keys, struct arena *mem,
    struct str token, struct str address, struct actor *out) MUST_USE;
enum err session_end(struct store *st, const struct actor *who, struct arena *mem, struct str token) MUST_USE;
/* Forget sessions that are over (a job; also at start). */
enum err session_sweep(struct store *st, const struct keyring *keys, struct arena *mem) MUST_USE;

#endif
