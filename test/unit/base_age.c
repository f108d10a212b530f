/* test/unit/base_age.c: sealing streams to a public key. */
#include "backup_world.h"

#include "base/age.h"
#include "base/sum.h"


struct bytes {
	struct str from;
	size_t at, most;        /* give up after so many; 0: never */
	struct buf got;
};

static ssize_t
give(void *arg, void *p, size_t n)
{
	struct bytes *b = arg;

	if (b->most > 0 && b->at >= b->most)
		return -1;
	n = n < b->from.n - b->at ? n : b->from.n - b->at;
	memcpy(p, b->from.p + b->at, n);
	b->at += n;
	return (ssize_t)n;
}

static bool
take(void *arg, const void *p, size_t n)
{
	struct bytes *b = arg;

	buf_put(&b->got, (struct str){ p, n });
	return true;
}

static bool
take_none(void *arg, const void *p, size_t n)
{
	(void)arg;
	(void)p;
	(void)n;
	return false;
}

static struct str
much(struct arena *mem, size_t n)
{
	char *p = arena_alloc(mem, n);

	for (size_t i = 0; i < n; i++)
		p[i] = (char)(i * 7 + i / 251);
	return (struct str){ p, n };
}

static enum err
sealed(struct arena *mem, struct str plain, struct str *out, struct age_sums *sums)
{
	struct bytes b = { .from = plain, .got = buf_new(mem) };
	struct str why = S("");
	enum err e = age_seal(mem, S(TEST_RECIPIENT), (struct age_in){ give, &b }, (struct age_out){ take, &b }, sums, &why);

	*out = buf_str(&b.got);
	return e;
}

static enum err
opened(struct arena *mem, struct str in, const char *identity, struct str *out, struct age_sums *sums, struct str *why)
{
	struct str folder = folder_new(mem), path = file_put(mem, folder, "key", str_of(identity));
	struct bytes b = { .from = in, .got = buf_new(mem) };
	enum err e = age_open(mem, path, (struct age_in){ give, &b }, (struct age_out){ take, &b }, sums, why);

	folder_forget(folder);
	*out = buf_str(&b.got);
	return e;
}

TEST(a_running_sum_is_the_sum_of_the_whole)
{
	struct str s = much(mem, 100001);
	struct sum sum = sum_begin();
	struct sha256 want = crypt_sha256(s), got;

	for (size_t i = 0; i < s.n; i += 997)
		sum_add(&sum, s.p + i, s.n - i < 997 ? s.n - i : 997);
	CHECK_INT(sum.n, 100001);
	got = sum_end(&sum);
	CHECK(memcmp(got.b, want.b, sizeof got.b) == 0);
}

TEST(only_a_public_key_of_age_is_a_recipient)
{
	char letter[] = TEST_RECIPIENT;

	CHECK(age_recipient_ok(S(TEST_RECIPIENT)));
	for (size_t i = 4; i < sizeof letter - 1; i++) {
		char was = letter[i];
		letter[i] = was == 'q' ? 'p' : 'q';
		CHECK(!age_recipient_ok(str_of(letter)));
		letter[i] = was;
	}
	CHECK(!age_recipient_ok(S("")));
	CHECK(!age_recipient_ok(S("age1")));
	CHECK(!age_recipient_ok(S("-i")));
	CHECK(!age_recipient_ok(S("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIiLl5dZuVjq0GxVtQwTI0zkK4m0dWqTTmDpJXzPMRqu")));
	CHECK(!age_recipient_ok(S(TEST_RECIPIENT "x")));
	CHECK(!age_recipient_ok(str_sub(S(TEST_RECIPIENT), 0, 61)));
}

TEST(what_was_sealed_is_opened_with_the_private_key)
{
	struct str plain = much(mem, (5 << 20) + 3), box, back, why = S("");
	struct age_sums in, out;

	if (!age_here())
		return;
	CHECK_INT(sealed(mem, plain, &box, &in), OK);
	CHECK_INT(in.in, (int64_t)plain.n);
	CHECK_INT(in.out, (int64_t)box.n);
	CHECK(str_find_str(box, str_sub(plain, 1000, 64)) == box.n);
	CHECK_INT(opened(mem, box, TEST_IDENTITY, &back, &out, &why), OK);
	CHECK(str_eq(back, plain));
	CHECK(memcmp(in.in_hash.b, out.out_hash.b, 32) == 0);
	CHECK(memcmp(in.out_hash.b, out.in_hash.b, 32) == 0);
}

TEST(nothing_at_all_can_be_sealed_too)
{
	struct str box, back, why = S("");
	struct age_sums in, out;

	if (!age_here())
		return;
	CHECK_INT(sealed(mem, S(""), &box, &in), OK);
	CHECK_INT(opened(mem, box, TEST_IDENTITY, &back, &out, &why), OK);
	CHECK_INT(back.n, 0);
}

TEST(another_key_does_not_open_it_and_the_sum_is_known_all_the_same)
{
	struct str box, back, why = S("");
	struct age_sums in, out;

	if (!age_here())
		return;
	CHECK_INT(sealed(mem, much(mem, 3 << 20), &box, &in), OK);
	CHECK_INT(opened(mem, box, TEST_OTHER_IDENTITY, &back, &out, &why), E_FORMAT);
	CHECK_HAS(why, S("no identity matched"));
	CHECK_INT(back.n, 0);
	CHECK(memcmp(in.out_hash.b, out.in_hash.b, 32) == 0);
}

TEST(a_changed_or_cut_stream_is_refused)
{
	struct str box, back, why = S("");
	struct age_sums in, out;

	if (!age_here())
		return;
	CHECK_INT(sealed(mem, much(mem, 1 << 20), &box, &in), OK);
	char *p = str_z(mem, box);
	p[box.n / 2] ^= 1;
	CHECK_INT(opened(mem, (struct str){ p, box.n }, TEST_IDENTITY, &back, &out, &why), E_FORMAT);
	p[box.n / 2] ^= 1;
	CHECK_INT(opened(mem, (struct str){ p, box.n - 20 }, TEST_IDENTITY, &back, &out, &why), E_FORMAT);
	CHECK_INT(opened(mem, S("not at all"), TEST_IDENTITY, &back, &out, &why), E_FORMAT);
	CHECK(why.n > 0);
}

TEST(whoever_gives_up_ends_the_process)
{
	struct bytes b = { .from = much(mem, 4 << 20), .most = 1 << 20, .got = buf_new(mem) };
	struct age_sums sums;
	struct str why = S("");

	if (!age_here())
		return;
	CHECK_INT(age_seal(mem, S(TEST_RECIPIENT), (struct age_in){ give, &b }, (struct age_out){ take, &b }, &sums, &why), E_IO);
	b = (struct bytes){ .from = b.from, .got = buf_new(mem) };
	CHECK_INT(age_seal(mem, S(TEST_RECIPIENT), (struct age_in){ give, &b }, (struct age_out){ take_none, NULL }, &sums, &why), E_IO);
	CHECK_INT(age_seal(mem, S("age1nobody"), (struct age_in){ give, &b }, (struct age_out){ take, &b }, &sums, &why), E_FORMAT);
}
