/* fmt/form.c: see form.h. */
#include "fmt/form.h"

#include "base/buf.h"
#include "base/utf8.h"

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Without escapes, behind *to, which is moved; what is decoded is never longer. False when an
 * escape is broken or the text is none. */
static bool
decode(struct str s, char **to, struct str *out)
{
	char *p = *to;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%') {
			*p++ = s.p[i] == '+' ? ' ' : s.p[i];
			continue;
		}
		int high = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
		int low = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;
		if (high < 0 || low < 0)
			return false;
		*p++ = (char)(high * 16 + low);
		i += 2;
	}
	*out = (struct str){ *to, (size_t)(p - *to) };
	*to = p;
	return utf8_ok(*out);
}

static size_t
pairs_most(struct str body)
{
	size_t n = 1;

	for (size_t i = 0; i < body.n; i++)
		n += body.p[i] == '&';
	return n < FORM_MAX_PAIRS ? n : FORM_MAX_PAIRS;
}

enum err
form_read(struct arena *mem, struct str body, struct form *out)
{
	struct form f = { .pair = NEWN(mem, struct form_pair, pairs_most(body)) };
	char *to = arena_alloc(mem, body.n + 1);
	struct str part;

	while (str_cut(&body, '&', &part)) {
		size_t eq = str_find(part, '=', 0);
		if (part.n == 0)
			continue;
		if (f.n == FORM_MAX_PAIRS)
			return E_LIMIT;
		if (!decode(str_sub(part, 0, eq), &to, &f.pair[f.n].name)
		    || !decode(str_sub(part, eq + 1, part.n), &to, &f.pair[f.n].value))
			return E_FORMAT;
		f.n++;
	}
	*out = f;
	return OK;
}

bool
form_each(const struct form *f, struct str name, size_t *at, struct str *value)
{
	for (; *at < f->n; ++*at)
		if (str_eq(f->pair[*at].name, name)) {
			*value = f->pair[(*at)++].value;
			return true;
		}
	return false;
}

struct str
form_get(const struct form *f, struct str name)
{
	struct str value = S("");
	size_t at = 0;

	return form_each(f, name, &at, &value) ? value : S("");
}

bool
form_has(const struct form *f, struct str name)
{
	struct str value;
	size_t at = 0;

	return form_each(f, name, &at, &value);
}

/* RFC 3986: unreserved bytes stand for themselves. */
static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
	    || c == '-' || c == '.' || c == '_' || c == '~';
}

static void
put_escaped(struct buf *b, struct str s)
{
	static const char hex[] = "0123456789ABCDEF";
	char *p = buf_room(b, s.n * 3);

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (is_plain(s.p[i])) {
			*p++ = s.p[i];
			continue;
		}
		*p++ = '%';
		*p++ = hex[c >> 4];
		*p++ = hex[c & 15];
	}
	b->n = (size_t)(p - b->p);
}

void
form_set(struct arena *mem, struct form *f, struct str name, struct str value)
{
	struct form out = { .pair = NEWN(mem, struct form_pair, f->n + 1) };

	for (size_t i = 0; i < f->n; i++)
		if (!str_eq(f->pair[i].name, name))
			out.pair[out.n++] = f->pair[i];
	out.pair[out.n++] = (struct form_pair){ name, value };
	*f = out;
}

struct str
form_write(struct arena *mem, const struct form *f)
{
	struct buf b = buf_new(mem);

	for (size_t i = 0; i < f->n; i++) {
		if (i > 0)
			buf_byte(&b, '&');
		put_escaped(&b, f->pair[i].name);
		buf_byte(&b, '=');
		put_escaped(&b, f->pair[i].value);
	}
	return buf_str(&b);
}

struct str
url_escape(struct arena *mem, struct str s)
{
	struct buf b = buf_new(mem);

	put_escaped(&b, s);
	return buf_str(&b);
}
