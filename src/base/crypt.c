/* base/crypt.c: see crypt.h. The only file that includes libsodium and liboath.
 *
 * libsodium is called with our lengths checked first; a wrong length of a key is
 * our own mistake. Password hashing is the one slow thing here, so it has seats:
 * CRYPT_HASHERS work, as many wait, the next is told to come again (A4). */
#include "base/crypt.h"

#include <errno.h>
#include <liboath/oath.h>
#include <pthread.h>
#include <sodium.h>

#define KEY crypto_aead_chacha20poly1305_ietf_KEYBYTES
#define NONCE crypto_aead_chacha20poly1305_ietf_NPUBBYTES
#define TAG crypto_aead_chacha20poly1305_ietf_ABYTES

#define ARGON_PASSES 2
#define ARGON_BYTES (19u << 20)

#define TOTP_STEP_S 30
#define TOTP_DIGITS 6

void
crypt_start(void)
{
	if (sodium_init() < 0)
		BUG("no source of random bytes");
	if (oath_init() != OATH_OK)
		BUG("liboath");
}

/* The bytes as libsodium wants them; never NULL. */
static const unsigned char *
bytes_of(struct str s)
{
	return (const unsigned char *)(s.n > 0 ? s.p : "");
}

/* ---- random, hashes ---- */

void
crypt_random(void *p, size_t n)
{
	randombytes_buf(p, n);
}

uint32_t
crypt_random_below(uint32_t n)
{
	if (n == 0)
		BUG("random below nothing");
	return randombytes_uniform(n);
}

struct sha256
crypt_sha256(struct str s)
{
	struct sha256 h;

	crypto_hash_sha256(h.b, bytes_of(s), s.n);
	return h;
}

struct sha256
crypt_hmac(struct str key, struct str s)
{
	crypto_auth_hmacsha256_state state;
	struct sha256 h;

	crypto_auth_hmacsha256_init(&state, bytes_of(key), key.n);
	crypto_auth_hmacsha256_update(&state, bytes_of(s), s.n);
	crypto_auth_hmacsha256_final(&state, h.b);
	sodium_memzero(&state, sizeof state);
	return h;
}

bool
crypt_same(struct str a, struct str b)
{
	return a.n == b.n && sodium_memcmp(bytes_of(a), bytes_of(b), a.n) == 0;
}

/* ---- bytes as text ---- */

struct str
crypt_hex(struct arena *mem, struct str bytes)
{
	char *p = arena_array(mem, 2, bytes.n + 1);

	sodium_bin2hex(p, 2 * bytes.n + 1, bytes_of(bytes), bytes.n);
	return (struct str){ p, 2 * bytes.n };
}

bool
crypt_unhex(struct arena *mem, struct str hex, struct str *out)
{
	unsigned char *p = arena_alloc(mem, hex.n / 2 + 1);
	size_t n;

	/* An odd length is refused by libsodium, a foreign character ends the reading. */
	if (sodium_hex2bin(p, hex.n / 2 + 1, (const char *)bytes_of(hex), hex.n, NULL, &n, NULL) != 0)
		return false;
	if (n * 2 != hex.n)
		return false;
	*out = (struct str){ (const char *)p, n };
	return true;
}

struct str
crypt_base64url(struct arena *mem, struct str bytes)
{
	const int form = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	size_t cap = sodium_base64_encoded_len(bytes.n, form);
	char *p = arena_alloc(mem, cap);

	sodium_bin2base64(p, cap, bytes_of(bytes), bytes.n, form);
	return (struct str){ p, cap - 1 };
}

bool
crypt_unbase64url(struct arena *mem, struct str text, struct str *out)
{
	const int form = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	size_t cap = text.n / 4 * 3 + 3, n;
	unsigned char *p = arena_alloc(mem, cap);

	if (sodium_base642bin(p, cap, (const char *)bytes_of(text), text.n, NULL, &n, NULL, form) != 0)
		return false;
	*out = (struct str){ (const char *)p, n };
	return true;
}

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

struct str
crypt_base32(struct arena *mem, struct str bytes)
{
	size_t n = bytes.n / 5 * 8 + (bytes.n % 5 * 8 + 4) / 5;
	char *p = arena_alloc(mem, n + 1);
	unsigned bits = 0, have = 0;
	size_t at = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		bits = (bits << 8 | (unsigned char)bytes.p[i]) & 0xFFFF;
		for (have += 8; have >= 5; have -= 5)
			p[at++] = base32[bits >> (have - 5) & 31];
	}
	if (have > 0)
		p[at++] = base32[bits << (5 - have) & 31];
	return (struct str){ p, at };
}

static int
base32_value(char c)
{
	if (c >= 'a' && c <= 'z')       /* people type secrets by hand */
		c = (char)(c - 32);
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

bool
crypt_unbase32(struct arena *mem, struct str text, struct str *out)
{
	unsigned char *p = arena_alloc(mem, text.n / 8 * 5 + 5);
	unsigned bits = 0, have = 0;
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		int v = base32_value(text.p[i]);
		if (v < 0)
			return false;
		bits = (bits << 5 | (unsigned)v) & 0xFFFF;
		have += 5;
		if (have >= 8)
			p[n++] = (unsigned char)(bits >> (have -= 8));
	}
	/* What is left over must be less than a character, and zero: one text for each value. */
	if (have >= 5 || (bits & ((1u << have) - 1)) != 0)
		return false;
	*out = (struct str){ (const char *)p, n };
	return true;
}

/* ---- sealing ---- */

struct str
crypt_seal(struct arena *mem, struct str key, struct str context, struct str plain)
{
	if (key.n != KEY)
		BUG("seal: key");
	unsigned char *p = arena_alloc(mem, NONCE + plain.n + TAG);
	unsigned long long n;

	randombytes_buf(p, NONCE);
	crypto_aead_chacha20poly1305_ietf_encrypt(p + NONCE, &n, bytes_of(plain), plain.n, bytes_of(context),
	    context.n, NULL, p, bytes_of(key));
	return (struct str){ (const char *)p, NONCE + (size_t)n };
}

bool
crypt_open(struct arena *mem, struct str key, struct str context, struct str sealed, struct str *out)
{
	if (key.n != KEY)
		BUG("open: key");
	if (sealed.n < NONCE + TAG)
		return false;
	const unsigned char *s = bytes_of(sealed);
	unsigned char *p = arena_alloc(mem, sealed.n - NONCE - TAG + 1);
	unsigned long long n;

	if (crypto_aead_chacha20poly1305_ietf_decrypt(p, &n, NULL, s + NONCE, sealed.n - NONCE,
	    bytes_of(context), context.n, s, bytes_of(key)) != 0)
		return false;
	*out = (struct str){ (const char *)p, (size_t)n };
	return true;
}

/* ---- passwords ---- */

static struct {
	pthread_mutex_t lock;
	pthread_cond_t free;
	int working, waiting;
} seats = { .lock = PTHREAD_MUTEX_INITIALIZER, .free = PTHREAD_COND_INITIALIZER };

static bool
seat_take(void)
{
	bool got = true;

	pthread_mutex_lock(&seats.lock);
	if (seats.working == CRYPT_HASHERS && seats.waiting == CRYPT_HASHERS) {
		got = false;
	} else {
		seats.waiting++;
		while (seats.working == CRYPT_HASHERS)
			pthread_cond_wait(&seats.free, &seats.lock);
		seats.waiting--;
		seats.working++;
	}
	pthread_mutex_unlock(&seats.lock);
	return got;
}

static void
seat_leave(void)
{
	pthread_mutex_lock(&seats.lock);
	seats.working--;
	pthread_cond_signal(&seats.free);
	pthread_mutex_unlock(&seats.lock);
}

enum err
crypt_password(struct arena *mem, struct str password, bool cheap, struct str *out)
{
	unsigned long long passes = cheap ? crypto_pwhash_argon2id_OPSLIMIT_MIN : ARGON_PASSES;
	size_t bytes = cheap ? crypto_pwhash_argon2id_MEMLIMIT_MIN : ARGON_BYTES;
	char *text = arena_alloc(mem, crypto_pwhash_argon2id_STRBYTES);

	if (!seat_take())
		return E_BUSY;
	int r = crypto_pwhash_argon2id_str(text, (const char *)bytes_of(password), password.n, passes, bytes);
	seat_leave();
	if (r != 0)
		return E_BUSY;  /* no memory for it now */
	*out = str_of(text);
	return OK;
}

enum err
crypt_password_ok(struct str hash, struct str password, bool *ok)
{
	char text[crypto_pwhash_argon2id_STRBYTES] = { 0 };

	if (hash.n >= sizeof text || !str_starts(hash, S(crypto_pwhash_argon2id_STRPREFIX)))
		return E_FORMAT;
	memcpy(text, hash.p, hash.n);
	if (!seat_take())
		return E_BUSY;
	errno = 0;
	int r = crypto_pwhash_argon2id_str_verify(text, (const char *)bytes_of(password), password.n);
	int why = errno;
	seat_leave();
	/* libsodium says EINVAL for a wrong password and only for that. */
	if (r != 0 && why != EINVAL)
		return why == ENOMEM ? E_BUSY : E_FORMAT;
	*ok = r == 0;
	return OK;
}

/* ---- one-time codes ---- */

static void
totp_at(struct str secret, int64_t step, char code[TOTP_DIGITS + 1])
{
	if (oath_totp_generate((const char *)bytes_of(secret), secret.n, (time_t)(step * TOTP_STEP_S),
	    TOTP_STEP_S, 0, TOTP_DIGITS, code) != OATH_OK)
		NO_MEMORY();    /* nothing else can go wrong with these arguments */
}

static int64_t
totp_step(int64_t now_ms)
{
	if (now_ms < 0)
		BUG("one-time codes begin in 1970");
	return now_ms / 1000 / TOTP_STEP_S;
}

bool
crypt_totp_ok(struct str secret, struct str code, int64_t now_ms, int64_t *step)
{
	int64_t now = totp_step(now_ms), found = 0;

	*step = 0;
	if (code.n != TOTP_DIGITS)
		return false;
	/* All three are made and compared whatever was found: time tells nothing. */
	for (int64_t at = now > 0 ? now - 1 : 0; at <= now + 1; at++) {
		char want[TOTP_DIGITS + 1];
		totp_at(secret, at, want);
		int64_t same = -(int64_t)(sodium_memcmp(want, code.p, TOTP_DIGITS) == 0);
		found = (found & ~same) | (at & same);
		sodium_memzero(want, sizeof want);
	}
	*step = found;
	return found != 0;
}

struct str
crypt_totp(struct arena *mem, struct str secret, int64_t now_ms)
{
	char *code = arena_alloc(mem, TOTP_DIGITS + 1);

	totp_at(secret, totp_step(now_ms), code);
	return (struct str){ code, TOTP_DIGITS };
}

/* ---- signatures ---- */

void
crypt_sign_key(unsigned char pub[32], unsigned char sec[64])
{
	crypto_sign_keypair(pub, sec);
}

void
crypt_sign(const unsigned char sec[64], struct str s, unsigned char sig[64])
{
	crypto_sign_detached(sig, NULL, bytes_of(s), s.n, sec);
}

bool
crypt_sign_ok(const unsigned char pub[32], struct str s, const unsigned char sig[64])
{
	return crypto_sign_verify_detached(sig, bytes_of(s), s.n, pub) == 0;
}
