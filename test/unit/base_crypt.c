/* test/unit/base_crypt.c: published vectors, and what must be refused. */
#include "t.h"

#include "base/crypt.h"

#include <pthread.h>

static struct str
hash_str(struct arena *mem, const struct sha256 *h)
{
	return crypt_hex(mem, (struct str){ (const char *)h->b, sizeof h->b });
}

/* `n` times the byte `c`. */
static struct str
filled(struct arena *mem, char c, size_t n)
{
	char *p = arena_alloc(mem, n + 1);

	memset(p, c, n);
	return (struct str){ p, n };
}

/* ---- random ---- */

TEST(random_bytes_differ_from_call_to_call)
{
	char a[32] = { 0 }, b[32] = { 0 };

	crypt_random(a, sizeof a);
	crypt_random(b, sizeof b);
	CHECK(memcmp(a, b, sizeof a) != 0);
}

TEST(a_random_number_is_below_its_limit_and_all_occur)
{
	int seen[7] = { 0 };

	for (int i = 0; i < 2000; i++) {
		uint32_t n = crypt_random_below(7);
		CHECK(n < 7);
		seen[n % 7]++;
	}
	for (size_t i = 0; i < LEN(seen); i++)
		CHECK(seen[i] > 100);
	CHECK_INT(crypt_random_below(1), 0);
}

/* ---- hashes ---- */

/* FIPS 180-4, examples of NIST. */
TEST(sha256_agrees_with_fips_180)
{
	struct sha256 h = crypt_sha256(S("abc"));

	CHECK_STR(hash_str(mem, &h), S("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
	h = crypt_sha256(S(""));
	CHECK_STR(hash_str(mem, &h), S("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
	h = crypt_sha256((struct str){ 0 });
	CHECK_STR(hash_str(mem, &h), S("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
	h = crypt_sha256(S("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"));
	CHECK_STR(hash_str(mem, &h), S("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
	h = crypt_sha256(filled(mem, 'a', 1000000));
	CHECK_STR(hash_str(mem, &h), S("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

/* RFC 4231, cases 1, 2, 3, 6 and 7. */
TEST(hmac_agrees_with_rfc_4231)
{
	struct sha256 h = crypt_hmac(filled(mem, 0x0b, 20), S("Hi There"));

	CHECK_STR(hash_str(mem, &h), S("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
	h = crypt_hmac(S("Jefe"), S("what do ya want for nothing?"));
	CHECK_STR(hash_str(mem, &h), S("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
	h = crypt_hmac(filled(mem, (char)0xaa, 20), filled(mem, (char)0xdd, 50));
	CHECK_STR(hash_str(mem, &h), S("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"));
	h = crypt_hmac(filled(mem, (char)0xaa, 131), S("Test Using Larger Than Block-Size Key - Hash Key First"));
	CHECK_STR(hash_str(mem, &h), S("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"));
	h = crypt_hmac(filled(mem, (char)0xaa, 131), S("This is a test using a larger than block-size key and a "
	    "larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm."));
	CHECK_STR(hash_str(mem, &h), S("9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"));
}

TEST(sameness_needs_every_byte_and_the_length)
{
	CHECK(crypt_same(S("abc"), S("abc")));
	CHECK(!crypt_same(S("abc"), S("abd")));
	CHECK(!crypt_same(S("abc"), S("ab")));
	CHECK(!crypt_same(S("abc"), S("")));
	CHECK(crypt_same(S(""), (struct str){ 0 }));
}

/* ---- bytes as text ---- */

/* RFC 4648, section 10. */
TEST(texts_of_bytes_agree_with_rfc_4648)
{
	static const struct {
		struct str plain, hex, b64, b32;
	} row[] = {
		{ STR_INIT(""), STR_INIT(""), STR_INIT(""), STR_INIT("") },
		{ STR_INIT("f"), STR_INIT("66"), STR_INIT("Zg"), STR_INIT("MY") },
		{ STR_INIT("fo"), STR_INIT("666f"), STR_INIT("Zm8"), STR_INIT("MZXQ") },
		{ STR_INIT("foo"), STR_INIT("666f6f"), STR_INIT("Zm9v"), STR_INIT("MZXW6") },
		{ STR_INIT("foob"), STR_INIT("666f6f62"), STR_INIT("Zm9vYg"), STR_INIT("MZXW6YQ") },
		{ STR_INIT("fooba"), STR_INIT("666f6f6261"), STR_INIT("Zm9vYmE"), STR_INIT("MZXW6YTB") },
		{ STR_INIT("foobar"), STR_INIT("666f6f626172"), STR_INIT("Zm9vYmFy"), STR_INIT("MZXW6YTBOI") },
		{ STR_INIT("\xfb\xff\xfe"), STR_INIT("fbfffe"), STR_INIT("-__-"), STR_INIT("7P774") },
	};
	struct str out;

	for (size_t i = 0; i < LEN(row); i++) {
		CHECK_STR(crypt_hex(mem, row[i].plain), row[i].hex);
		CHECK_STR(crypt_base64url(mem, row[i].plain), row[i].b64);
		CHECK_STR(crypt_base32(mem, row[i].plain), row[i].b32);
		CHECK(crypt_unhex(mem, row[i].hex, &out) && str_eq(out, row[i].plain));
		CHECK(crypt_unbase64url(mem, row[i].b64, &out) && str_eq(out, row[i].plain));
		CHECK(crypt_unbase32(mem, row[i].b32, &out) && str_eq(out, row[i].plain));
	}
}

TEST(bytes_of_every_length_come_back_from_their_text)
{
	for (size_t n = 0; n < 70; n++) {
		char *p = arena_alloc(mem, n);
		struct str s = { p, n }, out;
		crypt_random(p, n);
		CHECK(crypt_unhex(mem, crypt_hex(mem, s), &out) && str_eq(out, s));
		CHECK(crypt_unbase64url(mem, crypt_base64url(mem, s), &out) && str_eq(out, s));
		CHECK(crypt_unbase32(mem, crypt_base32(mem, s), &out) && str_eq(out, s));
	}
}

TEST(what_is_no_text_of_bytes_is_refused)
{
	static const struct str hex[] = { STR_INIT("6"), STR_INIT("6g"), STR_INIT("66 6f"), STR_INIT("0x66"), STR_INIT("66\n") };
	static const struct str b64[] = { STR_INIT("Z"), STR_INIT("Zg=="), STR_INIT("Zh"), STR_INIT("Zm9"), STR_INIT("Zm+v"),
		STR_INIT("Zm/v"), STR_INIT("Zm9v "), STR_INIT("Zm9vZ"), STR_INIT("日本") };
	static const struct str b32[] = { STR_INIT("M"), STR_INIT("MZ"), STR_INIT("MZX"), STR_INIT("MZXW6Y"), STR_INIT("M1"),
		STR_INIT("MY======"), STR_INIT("MY "), STR_INIT("M8"), STR_INIT("M0") };
	struct str out = S("kept");

	for (size_t i = 0; i < LEN(hex); i++)
		CHECK(!crypt_unhex(mem, hex[i], &out));
	for (size_t i = 0; i < LEN(b64); i++)
		CHECK(!crypt_unbase64url(mem, b64[i], &out));
	for (size_t i = 0; i < LEN(b32); i++)
		CHECK(!crypt_unbase32(mem, b32[i], &out));
	CHECK_STR(out, S("kept"));
	CHECK(crypt_unbase32(mem, S("mzxw6ytboi"), &out) && str_eq(out, S("foobar")));
}

/* ---- sealing ---- */

TEST(what_was_sealed_is_opened_with_the_same_key_and_context)
{
	struct str key = filled(mem, 'k', 32), out;
	static const struct str plain[] = { STR_INIT(""), STR_INIT("x"), STR_INIT("090-0000-0000"), STR_INIT("a\0b") };

	for (size_t i = 0; i < LEN(plain); i++) {
		struct str sealed = crypt_seal(mem, key, S("person.phone:1"), plain[i]);
		CHECK_INT(sealed.n, plain[i].n + 28);
		CHECK(crypt_open(mem, key, S("person.phone:1"), sealed, &out));
		CHECK_STR(out, plain[i]);
	}
}

TEST(sealing_twice_gives_different_bytes)
{
	struct str key = filled(mem, 'k', 32);

	CHECK(!str_eq(crypt_seal(mem, key, S("c"), S("x")), crypt_seal(mem, key, S("c"), S("x"))));
}

TEST(a_seal_opens_with_no_other_key_context_or_byte)
{
	struct str key = filled(mem, 'k', 32), other = filled(mem, 'l', 32), out = S("kept");
	struct str sealed = crypt_seal(mem, key, S("person.phone:1"), S("090"));
	char *p = str_z(mem, sealed);

	CHECK(!crypt_open(mem, other, S("person.phone:1"), sealed, &out));
	CHECK(!crypt_open(mem, key, S("person.phone:2"), sealed, &out));
	CHECK(!crypt_open(mem, key, S(""), sealed, &out));
	for (size_t i = 0; i < sealed.n; i++) {
		p[i] ^= 1;
		CHECK(!crypt_open(mem, key, S("person.phone:1"), (struct str){ p, sealed.n }, &out));
		p[i] ^= 1;
		CHECK(!crypt_open(mem, key, S("person.phone:1"), str_sub(sealed, 0, i), &out));
	}
	CHECK(!crypt_open(mem, key, S("person.phone:1"), str_cat(mem, sealed, S("x")), &out));
	CHECK_STR(out, S("kept"));
	CHECK(crypt_open(mem, key, S("person.phone:1"), (struct str){ p, sealed.n }, &out));
}

/* RFC 8439, section 2.8.2: the bytes lie as nonce, text, tag, so that others can open them. */
TEST(a_seal_agrees_with_rfc_8439)
{
	struct str key, sealed, context, out;

	CHECK(crypt_unhex(mem, S("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"), &key));
	CHECK(crypt_unhex(mem, S("50515253c0c1c2c3c4c5c6c7"), &context));
	CHECK(crypt_unhex(mem, S("070000004041424344454647"
	    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
	    "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
	    "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
	    "3ff4def08e4b7a9de576d26586cec64b6116"
	    "1ae10b594f09e26a7e902ecbd0600691"), &sealed));
	CHECK(crypt_open(mem, key, context, sealed, &out));
	CHECK_STR(out, S("Ladies and Gentlemen of the class of '99: If I could offer you "
	    "only one tip for the future, sunscreen would be it."));
}

/* ---- passwords ---- */

TEST(a_password_is_known_again_and_no_other)
{
	struct str hash, again;
	bool ok = false;

	CHECK_INT(crypt_password(mem, S("correct horse battery"), true, &hash), OK);
	CHECK(str_starts(hash, S("$argon2id$v=19$")));
	CHECK_INT(crypt_password_ok(hash, S("correct horse battery"), &ok), OK);
	CHECK(ok);
	CHECK_INT(crypt_password_ok(hash, S("correct horse batterz"), &ok), OK);
	CHECK(!ok);
	CHECK_INT(crypt_password_ok(hash, S("correct horse batter"), &ok), OK);
	CHECK(!ok);
	CHECK_INT(crypt_password_ok(hash, S(""), &ok), OK);
	CHECK(!ok);
	CHECK_INT(crypt_password(mem, S("correct horse battery"), true, &again), OK);
	CHECK(!str_eq(hash, again));
}

TEST(a_password_is_taken_whole)
{
	struct str hash, p = filled(mem, 'x', 256);
	bool ok = true;

	CHECK_INT(crypt_password(mem, p, true, &hash), OK);
	CHECK_INT(crypt_password_ok(hash, str_sub(p, 0, 255), &ok), OK);
	CHECK(!ok);
	CHECK_INT(crypt_password(mem, S("a\0b"), true, &hash), OK);
	CHECK_INT(crypt_password_ok(hash, S("a\0c"), &ok), OK);
	CHECK(!ok);
	CHECK_INT(crypt_password_ok(hash, S("a\0b"), &ok), OK);
	CHECK(ok);
	CHECK_INT(crypt_password(mem, S(""), true, &hash), OK);
	CHECK_INT(crypt_password_ok(hash, S(""), &ok), OK);
	CHECK(ok);
}

TEST(a_password_in_earnest_costs_19_mib_and_two_passes)
{
	struct str hash;
	bool ok = false;

	CHECK_INT(crypt_password(mem, S("earnest"), false, &hash), OK);
	CHECK_HAS(hash, S("$m=19456,t=2,p=1$"));
	CHECK_INT(crypt_password_ok(hash, S("earnest"), &ok), OK);
	CHECK(ok);
}

TEST(what_is_no_hash_is_an_error_not_a_wrong_password)
{
	static const struct str bad[] = {
		STR_INIT(""), STR_INIT("x"), STR_INIT("$argon2id$"), STR_INIT("$argon2i$v=19$m=8,t=1,p=1$"),
		STR_INIT("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ"), STR_INIT("$argon2id$v=19$m=8,t=1,p=1$!!!!$!!!!"),
		STR_INIT("$argon2id$v=19$m=99999999999,t=1,p=1$YWFhYWFhYWFhYWFhYWFhYQ$YWFhYWFhYWFhYWFhYWFhYQ"),
	};
	bool ok = true;

	for (size_t i = 0; i < LEN(bad); i++)
		CHECK_INT(crypt_password_ok(bad[i], S("x"), &ok), E_FORMAT);
	CHECK_INT(crypt_password_ok(filled(mem, '$', 5000), S("x"), &ok), E_FORMAT);
	CHECK(ok);
}

enum { CROWD = 24 };
static pthread_barrier_t gate;

static void *
hash_in_crowd(void *result)
{
	struct arena *a = arena_new(1024);
	struct str hash;

	pthread_barrier_wait(&gate);
	*(enum err *)result = crypt_password(a, S("crowd"), false, &hash);
	arena_free(a);
	return NULL;
}

TEST(a_crowd_of_hashers_is_told_to_come_again_and_then_served)
{
	pthread_t t[CROWD];
	enum err got[CROWD];
	int served = 0, busy = 0;
	struct str hash;

	pthread_barrier_init(&gate, NULL, CROWD);
	for (size_t i = 0; i < CROWD; i++)
		if (pthread_create(&t[i], NULL, hash_in_crowd, &got[i]) != 0)
			BUG("thread");
	for (size_t i = 0; i < CROWD; i++) {
		pthread_join(t[i], NULL);
		served += got[i] == OK;
		busy += got[i] == E_BUSY;
	}
	pthread_barrier_destroy(&gate);
	CHECK_INT(served + busy, CROWD);
	CHECK(served >= 2 * CRYPT_HASHERS);
	CHECK(busy > 0);
	CHECK_INT(crypt_password(mem, S("after"), true, &hash), OK);
}

/* ---- one-time codes ---- */

/* RFC 6238, appendix B, the SHA-1 rows; the last six of its eight digits. */
TEST(one_time_codes_agree_with_rfc_6238)
{
	static const struct {
		int64_t s;
		struct str code;
	} row[] = {
		{ 59, STR_INIT("287082") }, { 1111111109, STR_INIT("081804") }, { 1111111111, STR_INIT("050471") },
		{ 1234567890, STR_INIT("005924") }, { 2000000000, STR_INIT("279037") }, { INT64_C(20000000000), STR_INIT("353130") },
	};
	struct str secret = S("12345678901234567890");
	int64_t step;

	for (size_t i = 0; i < LEN(row); i++) {
		CHECK_STR(crypt_totp(mem, secret, row[i].s * 1000), row[i].code);
		CHECK(crypt_totp_ok(secret, row[i].code, row[i].s * 1000, &step));
		CHECK_INT(step, row[i].s / 30);
	}
}

TEST(a_code_holds_one_step_before_and_after_and_no_longer)
{
	struct str secret = S("12345678901234567890");
	int64_t begin = INT64_C(1660867200000), step;   /* a multiple of 30 s */
	struct str code = crypt_totp(mem, secret, begin);

	CHECK(crypt_totp_ok(secret, code, begin - 30000, &step));
	CHECK_INT(step, begin / 30000);
	CHECK(crypt_totp_ok(secret, code, begin, &step));
	CHECK_INT(step, begin / 30000);
	CHECK(crypt_totp_ok(secret, code, begin + 59999, &step));
	CHECK_INT(step, begin / 30000);
	CHECK(!crypt_totp_ok(secret, code, begin - 30001, &step));
	CHECK_INT(step, 0);
	CHECK(!crypt_totp_ok(secret, code, begin + 60000, &step));
	CHECK_INT(step, 0);
}

TEST(the_first_minute_of_1970_has_codes_but_step_0_matches_none)
{
	struct str secret = S("12345678901234567890");
	int64_t step;

	CHECK(!crypt_totp_ok(secret, crypt_totp(mem, secret, 0), 0, &step));
	CHECK(crypt_totp_ok(secret, crypt_totp(mem, secret, 30000), 0, &step));
	CHECK_INT(step, 1);
}

TEST(what_is_no_code_is_refused)
{
	static const struct str bad[] = { STR_INIT(""), STR_INIT("28708"), STR_INIT("2870820"), STR_INIT("28708a"),
		STR_INIT(" 28708"), STR_INIT("２８"), STR_INIT("94287082"), STR_INIT("000000") };
	int64_t step = 5;

	for (size_t i = 0; i < LEN(bad); i++) {
		CHECK(!crypt_totp_ok(S("12345678901234567890"), bad[i], 59000, &step));
		CHECK_INT(step, 0);
	}
	CHECK(!crypt_totp_ok(S("12345678901234567891"), S("287082"), 59000, &step));
}

/* ---- signatures ---- */

TEST(a_signature_holds_for_its_text_and_key_alone)
{
	unsigned char pub[32], sec[64], pub2[32], sec2[64], sig[64];

	crypt_sign_key(pub, sec);
	crypt_sign_key(pub2, sec2);
	crypt_sign(sec, S("head 42"), sig);
	CHECK(crypt_sign_ok(pub, S("head 42"), sig));
	CHECK(!crypt_sign_ok(pub, S("head 43"), sig));
	CHECK(!crypt_sign_ok(pub, S(""), sig));
	CHECK(!crypt_sign_ok(pub2, S("head 42"), sig));
	sig[0] ^= 1;
	CHECK(!crypt_sign_ok(pub, S("head 42"), sig));
}

/* RFC 8032, section 7.1, test 2: others can check our signatures. */
TEST(a_signature_agrees_with_rfc_8032)
{
	struct str seed, pub, want;
	unsigned char sec[64], sig[64];

	CHECK(crypt_unhex(mem, S("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), &seed));
	CHECK(crypt_unhex(mem, S("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"), &pub));
	CHECK(crypt_unhex(mem, S("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"), &want));
	memcpy(sec, seed.p, 32);
	memcpy(sec + 32, pub.p, 32);
	crypt_sign(sec, S("\x72"), sig);
	CHECK_STR(((struct str){ (const char *)sig, 64 }), want);
	CHECK(crypt_sign_ok((const unsigned char *)pub.p, S("\x72"), sig));
}
