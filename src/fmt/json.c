/* fmt/json.c: see json.h.
 *
 * cJSON is lenient: it takes 01 and .5 as numbers, \u0000 and \uZZZZ as the end of a text, any
 * control character as white space, and nests a thousand deep. So the tokens are looked at
 * first (scan), which also keeps the numbers as they were spelled, for a double cannot hold
 * every int64. Then cJSON builds its tree, which is copied into the arena and freed; the k-th
 * number of the tree is the k-th of the text. */
#include "fmt/json.h"

#include "base/utf8.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>

#define DEPTH_MAX 64

/* ---- tokens ---- */

struct scan {
	struct str s;
	size_t at;
	int depth;
	struct str *number;     /* as spelled, in order */
	size_t n;
};

static char
peek(const struct scan *c)
{
	return c->at < c->s.n ? c->s.p[c->at] : '\0';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
skip_digits(struct scan *c)
{
	size_t from = c->at;

	while (is_digit(peek(c)))
		c->at++;
	return c->at > from;
}

/* -?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)? and nothing behind it that cJSON would take for a part of it. */
static bool
scan_number(struct scan *c)
{
	size_t from = c->at;

	c->at += peek(c) == '-';
	if (peek(c) == '0')
		c->at++;
	else if (!skip_digits(c))
		return false;
	if (peek(c) == '.') {
		c->at++;
		if (!skip_digits(c))
			return false;
	}
	if (peek(c) == 'e' || peek(c) == 'E') {
		c->at++;
		c->at += peek(c) == '+' || peek(c) == '-';
		if (!skip_digits(c))
			return false;
	}
	c->number[c->n++] = str_sub(c->s, from, c->at - from);
	return peek(c) == '\0' || memchr("0123456789+-.eE", peek(c), 15) == NULL;
}

/* The four digits behind \u, not all 0: a text holds no NUL. */
static bool
scan_hex4(struct scan *c)
{
	struct str hex = str_sub(c->s, c->at, 4);

	for (size_t i = 0; i < hex.n; i++)
		if (memchr("0123456789abcdefABCDEF", hex.p[i], 22) == NULL)
			return false;
	c->at += hex.n;
	return hex.n == 4 && !str_eq(hex, S("0000"));
}

static bool
scan_text(struct scan *c)
{
	for (c->at++; c->at < c->s.n; ) {
		char byte = c->s.p[c->at++];
		if (byte == '"')
			return true;
		if ((unsigned char)byte < ' ')
			return false;
		if (byte == '\\') {
			byte = peek(c);
			c->at++;
			if (byte == 'u' && !scan_hex4(c))
				return false;
		}
	}
	return false;
}

static bool
scan_all(struct scan *c)
{
	while (c->at < c->s.n) {
		char byte = peek(c);
		if (byte == '"') {
			if (!scan_text(c))
				return false;
			continue;
		}
		if (byte == '-' || is_digit(byte)) {
			if (!scan_number(c))
				return false;
			continue;
		}
		c->depth += (byte == '{' || byte == '[') - (byte == '}' || byte == ']');
		if (c->depth > DEPTH_MAX || memchr("{}[],: \t\r\ntrufalsen", byte, 19) == NULL)
			return false;
		c->at++;
	}
	return true;
}

static size_t
numbers_most(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (is_digit(s.p[i]) || s.p[i] == '-') && (i == 0 || !is_digit(s.p[i - 1]));
	return n;
}

/* ---- the tree ---- */

struct copy {
	struct arena *mem;
	const struct str *number;
	size_t n, at;
};

static bool
int_of(struct str s, int64_t *out)
{
	bool minus = s.p[0] == '-';
	int64_t v = 0;

	for (size_t i = minus; i < s.n; i++) {
		int digit = s.p[i] - '0';
		if (!is_digit(s.p[i]) || __builtin_mul_overflow(v, 10, &v)
		    || __builtin_sub_overflow(v, digit, &v))
			return false;
	}
	if (!minus && v == INT64_MIN)
		return false;
	*out = minus ? v : -v;  /* counted below 0, where there is room for one more */
	return true;
}

static bool
number_copy(struct copy *c, double value, struct json *j)
{
	if (c->at == c->n)
		BUG("json: a number that was not scanned");
	j->kind = JSON_NUMBER;
	j->text = str_dup(c->mem, c->number[c->at++]);
	j->number = value;
	if (!isfinite(value))
		return false;
	j->is_int = int_of(j->text, &j->integer);
	/* 1.0 and 1e3 are whole too, as far as a double counts every one */
	if (!j->is_int && fabs(value) <= 0x1p53 && (double)(int64_t)value == value) {
		j->is_int = true;
		j->integer = (int64_t)value;
	}
	return true;
}

static int
by_name(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool
names_differ(struct arena *mem, const struct json *child, size_t n)
{
	struct str *name = NEWN(mem, struct str, n + 1);

	for (size_t i = 0; child != NULL; child = child->next)
		name[i++] = child->name;
	qsort(name, n, sizeof *name, by_name);
	for (size_t i = 1; i < n; i++)
		if (str_eq(name[i - 1], name[i]))
			return false;
	return true;
}

static bool value_copy(struct copy *c, const cJSON *from, struct json *j);

static bool
children_copy(struct copy *c, const cJSON *from, struct json *j)
{
	const struct json **end = &j->child;
	size_t n = 0;

	for (const cJSON *child = from->child; child != NULL; child = child->next, n++) {
		struct json *one = NEW(c->mem, struct json);
		if (!value_copy(c, child, one))
			return false;
		*end = one;
		end = &one->next;
	}
	return j->kind == JSON_LIST || names_differ(c->mem, j->child, n);
}

static bool
value_copy(struct copy *c, const cJSON *from, struct json *j)
{
	j->name = from->string != NULL ? str_dup(c->mem, str_of(from->string)) : S("");
	j->text = S("");
	if (cJSON_IsNumber(from))
		return number_copy(c, from->valuedouble, j);
	if (cJSON_IsString(from)) {
		j->kind = JSON_TEXT;
		j->text = str_dup(c->mem, str_of(from->valuestring));
		return true;
	}
	if (cJSON_IsArray(from) || cJSON_IsObject(from)) {
		j->kind = cJSON_IsArray(from) ? JSON_LIST : JSON_MAP;
		return children_copy(c, from, j);
	}
	j->kind = cJSON_IsTrue(from) ? JSON_TRUE : cJSON_IsFalse(from) ? JSON_FALSE : JSON_NULL;
	return true;
}

enum err
json_read(struct arena *mem, struct str s, const struct json **out)
{
	struct scan scan = { .s = s };
	struct json *j = NEW(mem, struct json);
	struct copy c = { .mem = mem };
	cJSON *tree;
	bool good;

	if (str_starts(s, S("\xEF\xBB\xBF")))
		scan.s = str_sub(s, 3, s.n);
	scan.number = NEWN(mem, struct str, numbers_most(scan.s));
	if (!utf8_ok(scan.s) || !scan_all(&scan))
		return E_FORMAT;
	/* The length includes the NUL: cJSON then refuses what stands between value and end. */
	tree = cJSON_ParseWithLengthOpts(str_z(mem, scan.s), scan.s.n + 1, NULL, true);
	if (tree == NULL)
		return E_FORMAT;
	c.number = scan.number;
	c.n = scan.n;
	good = value_copy(&c, tree, j);
	cJSON_Delete(tree);
	if (!good)
		return E_FORMAT;
	*out = j;
	return OK;
}

const struct json *
json_get(const struct json *j, struct str name)
{
	if (j == NULL || j->kind != JSON_MAP)
		return NULL;
	for (const struct json *m = j->child; m != NULL; m = m->next)
		if (str_eq(m->name, name))
			return m;
	return NULL;
}

struct str
json_text(const struct json *j, struct str name)
{
	const struct json *m = json_get(j, name);

	return m != NULL && m->kind == JSON_TEXT ? m->text : S("");
}

/* ---- writing ---- */

struct json_out
json_out_new(struct arena *mem)
{
	return (struct json_out){ .b = buf_new(mem) };
}

/* How many bytes at `i` cannot stand in a quoted text; 0 when they can. U+2028 and U+2029 end
 * a line of script; < > & would end or change a text of HTML. */
static size_t
unsafe(struct str s, size_t i)
{
	unsigned char c = (unsigned char)s.p[i];

	if (c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&')
		return 1;
	s = str_sub(s, i, 3);
	if (c == 0xE2 && (str_eq(s, S("\xE2\x80\xA8")) || str_eq(s, S("\xE2\x80\xA9"))))
		return 3;
	return 0;
}

static void
put_unsafe(struct buf *b, struct str s)
{
	if (s.n == 3)
		buf_put(b, s.p[2] == '\xA8' ? S("\\u2028") : S("\\u2029"));
	else if (s.p[0] == '"')
		buf_put(b, S("\\\""));
	else if (s.p[0] == '\\')
		buf_put(b, S("\\\\"));
	else if (s.p[0] == '\n')
		buf_put(b, S("\\n"));
	else
		buf_fmt(b, "\\u%04x", (unsigned)(unsigned char)s.p[0]);
}

void
json_quote(struct buf *b, struct str s)
{
	size_t from = 0;

	buf_byte(b, '"');
	for (size_t i = 0; i < s.n; i++) {
		size_t n = unsafe(s, i);
		if (n == 0)
			continue;
		buf_put(b, str_sub(s, from, i - from));
		put_unsafe(b, str_sub(s, i, n));
		i += n - 1;
		from = i + 1;
	}
	buf_put(b, str_sub(s, from, s.n));
	buf_byte(b, '"');
}

/* What stands before a value: the comma, and in a map its name. */
static struct buf *
put_name(struct json_out *w, struct str name)
{
	if (w->comma)
		buf_byte(&w->b, ',');
	w->comma = true;
	if (name.n > 0) {
		json_quote(&w->b, name);
		buf_byte(&w->b, ':');
	}
	return &w->b;
}

void
json_map_begin(struct json_out *w, struct str name)
{
	buf_byte(put_name(w, name), '{');
	w->comma = false;
}

void
json_map_end(struct json_out *w)
{
	buf_byte(&w->b, '}');
	w->comma = true;
}

void
json_list_begin(struct json_out *w, struct str name)
{
	buf_byte(put_name(w, name), '[');
	w->comma = false;
}

void
json_list_end(struct json_out *w)
{
	buf_byte(&w->b, ']');
	w->comma = true;
}

void
json_put_text(struct json_out *w, struct str name, struct str value)
{
	json_quote(put_name(w, name), value);
}

void
json_put_int(struct json_out *w, struct str name, int64_t value)
{
	buf_fmt(put_name(w, name), "%lld", (long long)value);
}

void
json_put_real(struct json_out *w, struct str name, double value, int decimals)
{
	if (isfinite(value))
		buf_fmt(put_name(w, name), "%.*f", decimals, value);
	else
		json_put_null(w, name);
}

void
json_put_bool(struct json_out *w, struct str name, bool value)
{
	buf_put(put_name(w, name), value ? S("true") : S("false"));
}

void
json_put_null(struct json_out *w, struct str name)
{
	buf_put(put_name(w, name), S("null"));
}

struct str
json_out_str(struct json_out *w)
{
	return buf_str(&w->b);
}
