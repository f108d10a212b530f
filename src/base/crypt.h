/* base/crypt.h: random, hashes, sealing, passwords, one-time codes.
 *
 * Over libsodium and liboath, which no other file includes. Algorithms stay on
 * the CRYPTREC list (SHA-256, HMAC-SHA-256, ChaCha20-Poly1305-IETF, Ed25519);
 * Argon2id for passwords. */
#ifndef BASE_CRYPT_H
#define BASE_CRYPT_H

#include "base/arena.h"

/* Once, at start; BUG when the random source fails. */
void crypt_start(void);

void crypt_random(void *p, size_t n);
/* Below `n`, without bias. */
uint32_t crypt_random_below(uint32_t n);

struct sha256 {
	unsigned char b[32];
};
struct sha256 crypt_sha256(struct str s);
struct sha256 crypt_hmac(struct str key, struct str s);
/* In constant time; lengths may differ (then false). */
bool crypt_same(struct str a, struct str b);

/* Lower-case hex, URL-safe base64 without padding, base32 (RFC 4648, upper case, no padding). Reading
 * takes hex and base32 in either case, nothing else that writing would not have made. */
struct str crypt_hex(struct arena *mem, struct str bytes);
struct str crypt_base64url(struct arena *mem, struct str bytes);
struct str crypt_base32(struct arena *mem, struct str bytes);
bool crypt_unhex(struct arena *mem, struct str hex, struct str *out) MUST_USE;
bool crypt_unbase64url(struct arena *mem, struct str text, struct str *out) MUST_USE;
bool crypt_unbase32(struct arena *mem, struct str text, struct str *out) MUST_USE;

/* Sealing with a 32-byte key: ChaCha20-Poly1305-IETF, random nonce in front. `context` says what and
 * whose it is (table, column, row) and must be the same to open. Laid out as nonce, text, tag (28 bytes more). */
struct str crypt_seal(struct arena *mem, struct str key, struct str context, struct str plain);
bool crypt_open(struct arena *mem, struct str key, struct str context, struct str sealed, struct str *out) MUST_USE;

/* Argon2id in its text form ($argon2id$…). Takes tens of milliseconds of one core and 19 MiB, or with
 * cheap = true the least that libsodium allows (tests and bulk demonstration only). At most
 * CRYPT_HASHERS run at once; when as many again wait, or memory is short, E_BUSY. (reliability.md A4)
 * A hash that cannot be read is E_FORMAT, never a wrong password. */
#define CRYPT_HASHERS 2
enum err crypt_password(struct arena *mem, struct str password, bool cheap, struct str *out) MUST_USE;
enum err crypt_password_ok(struct str hash, struct str password, bool *ok) MUST_USE;

/* Time-based one-time codes, RFC 6238: SHA-1, 30 s, 6 digits, ±1 step. `secret` is raw bytes.
 * *step is the step that matched (for single use): 0 when none. Compared in constant time. The code is
 * six ASCII digits: take what was typed through text_only_digits first. */
bool crypt_totp_ok(struct str secret, struct str code, int64_t now_ms, int64_t *step) MUST_USE;
struct str crypt_totp(struct arena *mem, struct str secret, int64_t now_ms);

/* Ed25519: sign the head of the audit log. */
void crypt_sign_key(unsigned char pub[32], unsigned char sec[64]);
void crypt_sign(const unsigned char sec[64], struct str s, unsigned char sig[64]);
bool crypt_sign_ok(const unsigned char pub[32], struct str s, const unsigned char sig[64]) MUST_USE;

#endif
