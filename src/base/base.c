/* base/base.c: see base.h. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *
err_name(enum err e)
{
	static const char *const name[] = {
		[OK] = "OK", [E_INVALID] = "E_INVALID", [E_DENIED] = "E_DENIED",
		[E_NOTFOUND] = "E_NOTFOUND", [E_CONFLICT] = "E_CONFLICT", [E_LOCKED] = "E_LOCKED",
		[E_BUSY] = "E_BUSY", [E_LIMIT] = "E_LIMIT", [E_FULL] = "E_FULL",
		[E_STORE] = "E_STORE", [E_IO] = "E_IO", [E_FORMAT] = "E_FORMAT",
	};

	return (size_t)e < LEN(name) ? name[e] : "E_?";
}

/* Straight to the descriptor, and nothing is allocated: whatever is broken, this must get out. False when it did not. */
static bool
last_words(const char *level, const char *file, int line, const char *why)
{
	char text[512];
	int n = snprintf(text, sizeof text, "level=%s at=%s:%d why=\"%s\"\n", level, file, line, why);

	return n > 0 && write(STDERR_FILENO, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1) > 0;
}

void
base_bug(const char *file, int line, const char *why)
{
	(void)last_words("bug", file, line, why);
	abort();
}

void
base_no_memory(const char *file, int line)
{
	(void)last_words("error", file, line, "out of memory");
	/* Not exit: what runs there may want memory, and other threads are at work. */
	_exit(71);
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int d = n > 0 ? memcmp(a.p, b.p, n) : 0;

	if (d != 0)
		return d;
	return a.n < b.n ? -1 : a.n > b.n;
}

size_t
str_find(struct str s, char c, size_t from)
{
	if (from >= s.n)
		return s.n;
	const char *hit = memchr(s.p + from, c, s.n - from);
	return hit ? (size_t)(hit - s.p) : s.n;
}

size_t
str_find_str(struct str s, struct str what)
{
	if (what.n == 0 || s.n == 0)
		return what.n == 0 ? 0 : s.n;
	const char *hit = memmem(s.p, s.n, what.p, what.n);
	return hit ? (size_t)(hit - s.p) : s.n;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str s)
{
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
str_cut(struct str *rest, char sep, struct str *part)
{
	if (rest->p == NULL)
		return false;
	size_t at = str_find(*rest, sep, 0);
	*part = (struct str){ rest->p, at };
	if (at == rest->n) {
		*rest = (struct str){ NULL, 0 };
	} else {
		rest->p += at + 1;
		rest->n -= at + 1;
	}
	return true;
}

bool
str_int(struct str s, int64_t *out)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	int64_t v = 0;

	if (minus)
		s = str_sub(s, 1, s.n);
	if (s.n == 0 || s.n > 18)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = minus ? -v : v;
	return true;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool
str_eq_case(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}
