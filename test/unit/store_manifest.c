/* test/unit/store_manifest.c: what a part of a backup says, and how parts follow each other. */
#include "t.h"

#include "store/manifest.h"

static struct sign_key
key_new(void)
{
	struct sign_key k;

	crypt_sign_key(k.pub, k.sec);
	return k;
}

static struct manifest
example(void)
{
	return (struct manifest){ .series = S("20261122T203011120Z-1f3a"), .number = 7, .at = 1795380229249, .before = { { 1, 2, 3 } },
		.plain_bytes = 10, .sealed_bytes = 210, .plain = { { 4 } }, .sealed = { { 5 } }, .pages = 3, .page_size = 8192,
		.db_pages = 1400, .schema = 1, .cases = 300, .notifications = 301, .audit_seq = 1868, .audit_hash = { { 6 } } };
}

TEST(a_manifest_is_read_as_it_was_written)
{
	struct sign_key key = key_new();
	struct manifest m = example(), got;
	struct str text = manifest_write(mem, &m, &key), signer, why;

	CHECK_INT(manifest_read(mem, text, &got, &signer, &why), OK);
	CHECK_STR(got.series, m.series);
	CHECK_INT(got.number, 7);
	CHECK_INT(got.at, m.at);
	CHECK_INT(got.sealed_bytes, 210);
	CHECK_INT(got.db_pages, 1400);
	CHECK_INT(got.audit_seq, 1868);
	CHECK(memcmp(&got.before, &m.before, sizeof m.before) == 0);
	CHECK(memcmp(&got.audit_hash, &m.audit_hash, sizeof m.audit_hash) == 0);
	CHECK_STR(signer, crypt_hex(mem, (struct str){ (char *)key.pub, 32 }));
	CHECK_STR(manifest_write(mem, &got, &key), text);
}

TEST(a_manifest_whose_any_byte_was_changed_is_refused)
{
	struct sign_key key = key_new();
	struct manifest m = example(), got;
	struct str text = manifest_write(mem, &m, &key), signer, why;
	char *p = str_z(mem, text);

	for (size_t i = 0; i < text.n; i++) {
		char was = p[i];
		p[i] = was == '1' ? '2' : '1';
		if (manifest_read(mem, (struct str){ p, text.n }, &got, &signer, &why) == OK)
			CHECK_INT((int64_t)i, -1);
		p[i] = was;
	}
	CHECK_INT(manifest_read(mem, str_sub(text, 0, text.n - 1), &got, &signer, &why), E_FORMAT);
	CHECK_INT(manifest_read(mem, str_cat(mem, text, S("x")), &got, &signer, &why), E_FORMAT);
	CHECK_INT(manifest_read(mem, S(""), &got, &signer, &why), E_FORMAT);
	CHECK_INT(manifest_read(mem, S("{}\n{}\n"), &got, &signer, &why), E_FORMAT);
}

TEST(a_part_follows_only_the_one_before_it)
{
	struct manifest m = example();
	struct sha256 before = { { 1, 2, 3 } }, other = { { 1, 2, 4 } };
	struct str why;

	CHECK(manifest_follows(mem, &m, m.series, 7, &before, &why));
	CHECK(!manifest_follows(mem, &m, m.series, 8, &before, &why));
	CHECK_HAS(why, S("says that it is part 7"));
	CHECK(!manifest_follows(mem, &m, m.series, 7, &other, &why));
	CHECK_HAS(why, S("does not follow"));
	CHECK(!manifest_follows(mem, &m, S("20261121T203011120Z-1f3a"), 7, &before, &why));
	CHECK_HAS(why, S("belongs to the series 20261122T203011120Z-1f3a"));
}

TEST(names_of_series_and_parts)
{
	struct str s = series_name(mem, 1795379411120);

	CHECK_HAS(s, S("20261122T203011120Z-"));
	CHECK(series_name_ok(s));
	CHECK_INT(series_time(s), 1795379411120);
	CHECK_INT(series_time(S("20261399T203011120Z-1f3a")), 0);
	CHECK(!series_name_ok(S("20261122T203011120Z-1F3A")));
	CHECK(!series_name_ok(S(".old-20261122T203011120Z-1f3a")));
	CHECK(!series_name_ok(S("../20261122T203011120Z-1f")));
	CHECK_STR(part_name(mem, 12, "age"), S("000012.age"));
	CHECK_INT(part_number(S("000012.manifest")), 12);
	CHECK_INT(part_number(S("1000000.manifest")), 1000000);
	CHECK_INT(part_number(S("000012.age")), -1);
	CHECK_INT(part_number(S(".000012.manifest")), -1);
	CHECK_INT(part_number(S("-00012.manifest")), -1);
	CHECK_INT(part_number(S("12.manifest")), -1);
}
