/* http/http.c: see http.h. Pure functions over bytes; all of them are fuzzed. */
#include "http/http.h"

#include "base/utf8.h"

struct str
http_header(const struct http_req *q, struct str name)
{
	for (size_t i = 0; i < q->n_headers; i++)
		if (str_eq_case(q->headers[i].name, name))
			return q->headers[i].value;
	return S("");
}

struct str
http_cookie(const struct http_req *q, struct str name)
{
	struct str rest = http_header(q, S("Cookie")), part;

	while (str_cut(&rest, ';', &part)) {
		size_t eq = str_find(part, '=', 0);

		if (eq < part.n && str_eq(str_trim(str_sub(part, 0, eq)), name))
			return str_trim(str_sub(part, eq + 1, part.n));
	}
	return S("");
}

void
http_set(struct http_reply *r, struct str name, struct str value)
{
	if (!http_token_ok(name) || str_find(value, '\r', 0) < value.n
	    || str_find(value, '\n', 0) < value.n || str_find(value, '\0', 0) < value.n)
		BUG("a header that cannot be sent");
	if (r->n_headers == LEN(r->headers))
		BUG("too many headers in a reply");
	r->headers[r->n_headers++] = (struct http_pair){ name, value };
}

enum http_method
http_method(struct str word)
{
	static const struct str words[] = {
		[HTTP_GET] = STR_INIT("GET"),
		[HTTP_HEAD] = STR_INIT("HEAD"),
		[HTTP_POST] = STR_INIT("POST"),
		[HTTP_PUT] = STR_INIT("PUT"),
		[HTTP_DELETE] = STR_INIT("DELETE"),
	};

	for (size_t i = 0; i < LEN(words); i++)
		if (str_eq(word, words[i]))
			return (enum http_method)i;
	return HTTP_OTHER;
}

/* RFC 9110, 5.6.2. */
static bool
in_token(unsigned char c)
{
	static const bool beside[128] = {
		['!'] = true, ['#'] = true, ['$'] = true, ['%'] = true, ['&'] = true, ['\''] = true, ['*'] = true, ['+'] = true,
		['-'] = true, ['.'] = true, ['^'] = true, ['_'] = true, ['`'] = true, ['|'] = true, ['~'] = true,
	};

	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c < 128 && beside[c]);
}

bool
http_token_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!in_token((unsigned char)s.p[i]))
			return false;
	return s.n > 0;
}

bool
http_value_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') || s.p[i] == 0x7f)
			return false;
	return utf8_ok(s);
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool
http_host_ok(struct str s)
{
	size_t colon;

	if (s.n > 0 && s.p[0] == '[') {
		size_t end = str_find(s, ']', 0);

		if (end == s.n || end == 1)
			return false;
		for (size_t i = 1; i < end; i++)
			if (hex(s.p[i]) < 0 && s.p[i] != ':' && s.p[i] != '.')
				return false;
		if (end + 1 < s.n && s.p[end + 1] != ':')
			return false;
		colon = end + 1;
	} else {
		colon = str_find(s, ':', 0);
		if (colon == 0 || colon > 253)
			return false;
		for (size_t i = 0; i < colon; i++) {
			char c = s.p[i];

			if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
			    || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'))
				return false;
		}
	}
	for (size_t i = colon + 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n <= colon + 6;
}

/* One byte of a target, decoded when it is %XX; -1 when it is malformed. */
static int
target_byte(struct str s, size_t *i)
{
	int high, low;

	if (s.p[*i] != '%')
		return (unsigned char)s.p[*i];
	if (s.n - *i < 3 || (high = hex(s.p[*i + 1])) < 0 || (low = hex(s.p[*i + 2])) < 0)
		return -1;
	*i += 2;
	return high << 4 | low;
}

/* A query may hold any decoded byte but NUL; fmt/form decodes it later. */
static bool
query_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '#' || target_byte(s, &i) <= 0)
			return false;
	return true;
}

/* "/./" and "/../": a proxy may read them otherwise than we do. */
static bool
has_dots(struct str path)
{
	struct str rest = path, part;

	while (str_cut(&rest, '/', &part))
		if (str_eq(part, S(".")) || str_eq(part, S("..")))
			return true;
	return false;
}

bool
http_target(struct arena *mem, struct str raw, struct str *path, struct str *query)
{
	size_t mark = str_find(raw, '?', 0), n = 0;
	char *p = arena_alloc(mem, mark + 1);

	if (raw.n == 0 || raw.p[0] != '/')
		return false;
	for (size_t i = 0; i < raw.n; i++)
		if ((unsigned char)raw.p[i] <= ' ' || raw.p[i] == 0x7f)
			return false;
	for (size_t i = 0; i < mark; i++) {
		bool coded = raw.p[i] == '%';
		int c = target_byte(str_sub(raw, 0, mark), &i);

		if (c < ' ' || c == 0x7f || c == '\\')
			return false;
		if (coded ? c == '/' : c == '#')
			return false;
		p[n++] = (char)c;
	}
	*path = (struct str){ p, n };
	*query = str_sub(raw, mark + 1, raw.n);
	return utf8_ok(*path) && utf8_ok(*query) && query_ok(*query) && !has_dots(*path);
}
