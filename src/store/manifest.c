/* store/manifest.c: see manifest.h. */
#include "store/manifest.h"

#include "base/date.h"
#include "fmt/json.h"

#define FORMAT 1

static struct str
hex(struct arena *mem, const struct sha256 *h)
{
	return crypt_hex(mem, (struct str){ (const char *)h->b, sizeof h->b });
}

static bool
unhex(struct arena *mem, struct str s, void *out, size_t n)
{
	struct str raw;

	if (!crypt_unhex(mem, s, &raw) || raw.n != n)
		return false;
	memcpy(out, raw.p, n);
	return true;
}

/* ---- numbers by name: one table for writing and reading ---- */

static const struct {
	struct str name;
	size_t at;
} numbers[] = {
	{ STR_INIT("number"), offsetof(struct manifest, number) }, { STR_INIT("at"), offsetof(struct manifest, at) },
	{ STR_INIT("plain_bytes"), offsetof(struct manifest, plain_bytes) },
	{ STR_INIT("sealed_bytes"), offsetof(struct manifest, sealed_bytes) },
	{ STR_INIT("pages"), offsetof(struct manifest, pages) }, { STR_INIT("page_size"), offsetof(struct manifest, page_size) },
	{ STR_INIT("db_pages"), offsetof(struct manifest, db_pages) }, { STR_INIT("schema"), offsetof(struct manifest, schema) },
	{ STR_INIT("cases"), offsetof(struct manifest, cases) },
	{ STR_INIT("notifications"), offsetof(struct manifest, notifications) },
	{ STR_INIT("audit_seq"), offsetof(struct manifest, audit_seq) },
};
static const struct {
	struct str name;
	size_t at;
} hashes[] = {
	{ STR_INIT("before"), offsetof(struct manifest, before) }, { STR_INIT("plain"), offsetof(struct manifest, plain) },
	{ STR_INIT("sealed"), offsetof(struct manifest, sealed) }, { STR_INIT("audit_hash"), offsetof(struct manifest, audit_hash) },
};

static int64_t *
number_of(struct manifest *m, size_t i)
{
	return (int64_t *)(void *)((char *)m + numbers[i].at);
}

static struct sha256 *
hash_of(struct manifest *m, size_t i)
{
	return (struct sha256 *)(void *)((char *)m + hashes[i].at);
}

/* ---- writing ---- */

struct str
manifest_write(struct arena *mem, const struct manifest *given, const struct sign_key *key)
{
	struct json_out w = json_out_new(mem), by = json_out_new(mem);
	struct manifest m = *given;
	unsigned char sig[64];

	json_map_begin(&w, S(""));
	json_put_int(&w, S("hersys_backup"), FORMAT);
	json_put_text(&w, S("series"), m.series);
	for (size_t i = 0; i < LEN(numbers); i++)
		json_put_int(&w, numbers[i].name, *number_of(&m, i));
	for (size_t i = 0; i < LEN(hashes); i++)
		json_put_text(&w, hashes[i].name, hex(mem, hash_of(&m, i)));
	json_map_end(&w);
	crypt_sign(key->sec, json_out_str(&w), sig);
	json_map_begin(&by, S(""));
	json_put_text(&by, S("signer"), crypt_hex(mem, (struct str){ (const char *)key->pub, sizeof key->pub }));
	json_put_text(&by, S("signature"), crypt_hex(mem, (struct str){ (const char *)sig, sizeof sig }));
	json_map_end(&by);
	return str_fmt(mem, "%.*s\n%.*s\n", STR_ARG(json_out_str(&w)), STR_ARG(json_out_str(&by)));
}

struct sha256
manifest_hash(struct str text)
{
	return crypt_sha256(text);
}

/* ---- reading ---- */

static bool
signed_by(struct arena *mem, struct str said, struct str line, struct str *signer)
{
	unsigned char pub[32], sig[64];
	const struct json *j;

	if (json_read(mem, line, &j) != OK)
		return false;
	*signer = json_text(j, S("signer"));
	return unhex(mem, *signer, pub, sizeof pub) && unhex(mem, json_text(j, S("signature")), sig, sizeof sig)
	    && crypt_sign_ok(pub, said, sig);
}

static bool
all_of(struct arena *mem, const struct json *j, struct manifest *m)
{
	for (size_t i = 0; i < LEN(numbers); i++) {
		const struct json *n = json_get(j, numbers[i].name);
		if (n == NULL || !n->is_int || n->integer < 0)
			return false;
		*number_of(m, i) = n->integer;
	}
	for (size_t i = 0; i < LEN(hashes); i++)
		if (!unhex(mem, json_text(j, hashes[i].name), hash_of(m, i), sizeof(struct sha256)))
			return false;
	m->series = json_text(j, S("series"));
	return series_name_ok(m->series);
}

enum err
manifest_read(struct arena *mem, struct str text, struct manifest *out, struct str *signer, struct str *why)
{
	struct str rest = text, said = S(""), by = S("");
	const struct json *j, *format;

	*out = (struct manifest){ 0 };
	*why = S("is no manifest of a backup");
	if (!str_cut(&rest, '\n', &said) || !str_cut(&rest, '\n', &by) || rest.n > 0 || rest.p == NULL || json_read(mem, said, &j) != OK)
		return E_FORMAT;
	format = json_get(j, S("hersys_backup"));
	if (format == NULL || !format->is_int)
		return E_FORMAT;
	if (format->integer != FORMAT) {
		*why = str_fmt(mem, "is of format %lld; this program knows %d", (long long)format->integer, FORMAT);
		return E_FORMAT;
	}
	if (!signed_by(mem, said, by, signer)) {
		*why = S("was changed: its signature is wrong");
		return E_FORMAT;
	}
	return all_of(mem, j, out) ? OK : E_FORMAT;
}

bool
manifest_follows(struct arena *mem, const struct manifest *m, struct str series, int64_t number, const struct sha256 *before,
    struct str *why)
{
	if (!str_eq(m->series, series))
		*why = str_fmt(mem, "belongs to the series %.*s", STR_ARG(m->series));
	else if (m->number != number)
		*why = str_fmt(mem, "says that it is part %lld", (long long)m->number);
	else if (memcmp(m->before.b, before->b, sizeof before->b) != 0)
		*why = number > 0 ? S("does not follow the part before it") : S("does not begin a series");
	else
		return true;
	return false;
}

/* ---- names ---- */

struct str
part_name(struct arena *mem, int64_t number, const char *tail)
{
	return str_fmt(mem, "%06lld.%s", (long long)number, tail);
}

int64_t
part_number(struct str file)
{
	int64_t n;

	if (!str_ends(file, S(".manifest")))
		return -1;
	struct str digits = str_sub(file, 0, file.n - 9);
	return digits.n >= 6 && digits.p[0] >= '0' && str_int(digits, &n) && n >= 0 ? n : -1;
}

struct str
series_name(struct arena *mem, int64_t now_ms)
{
	int64_t s = now_ms / 1000;
	struct ymd d = date_ymd((struct date){ (int32_t)(s / 86400) });
	unsigned char random[2];

	crypt_random(random, sizeof random);
	return str_fmt(mem, "%04d%02d%02dT%02d%02d%02d%03dZ-%02x%02x", d.year, d.month, d.day, (int)(s % 86400 / 3600),
	    (int)(s % 3600 / 60), (int)(s % 60), (int)(now_ms % 1000), random[0], random[1]);
}

bool
series_name_ok(struct str s)
{
	static const char form[] = "00000000T000000000Z-xxxx";

	if (s.n != sizeof form - 1)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool digit = c >= '0' && c <= '9';
		if (form[i] == '0' ? !digit : form[i] == 'x' ? !digit && (c < 'a' || c > 'f') : c != form[i])
			return false;
	}
	return true;
}

static int
digits(struct str s, size_t from, size_t n)
{
	int64_t v = 0;

	for (size_t i = from; i < from + n; i++)
		v = v * 10 + (s.p[i] - '0');
	return (int)v;
}

int64_t
series_time(struct str s)
{
	struct date d;

	if (!series_name_ok(s) || !date_make(digits(s, 0, 4), digits(s, 4, 2), digits(s, 6, 2), &d))
		return 0;
	return (((int64_t)d.day * 24 + digits(s, 9, 2)) * 60 + digits(s, 11, 2)) * 60000 + digits(s, 13, 5);
}
