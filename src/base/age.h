/* base/age.h: streams sealed to a public key whose private half is elsewhere.
 *
 * By the program age (Debian package `age`, format age-encryption.org/v1: X25519, ChaCha20-Poly1305 in blocks of
 * 64 KiB), started directly, without a shell, with an empty environment. No other file starts a program. Each call
 * has its own process, which is gone when it returns. Whoever calls must ignore SIGPIPE. */
#ifndef BASE_AGE_H
#define BASE_AGE_H

#include "base/crypt.h"

#include <sys/types.h>

/* Bytes that go in: at most n into p; 0 at the end, -1 to give up. */
struct age_in {
	ssize_t (*read)(void *arg, void *p, size_t n);
	void *arg;
};
/* And come out; false to give up. */
struct age_out {
	bool (*write)(void *arg, const void *p, size_t n);
	void *arg;
};
/* What went through. When age gave up, the input was read and summed to its end all the same. */
struct age_sums {
	int64_t in, out;
	struct sha256 in_hash, out_hash;
};

/* "age1" and 58 characters whose checksum is right. Nothing else is passed to age: no file, no option, no plug-in. */
bool age_recipient_ok(struct str s);

/* E_NOTFOUND: age is not installed. E_IO: `in` or `out` gave up. E_FORMAT: age refused; *why is its sentence. */
enum err age_seal(struct arena *mem, struct str recipient, struct age_in in, struct age_out out, struct age_sums *sums,
    struct str *why) MUST_USE;
/* `identity` is the path of the file with the private key. */
enum err age_open(struct arena *mem, struct str identity, struct age_in in, struct age_out out, struct age_sums *sums,
    struct str *why) MUST_USE;

#endif
