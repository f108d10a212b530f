/* base/base.h: words that every file of the program needs.
 *
 * A `struct str` is bytes with a length: not NUL-terminated, owned by somebody
 * else (an arena, a table, the request). Pass it by value. A zeroed one (arena
 * memory, `{ 0 }`) is an empty text for every function here: they look at the
 * bytes only when there are some. */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define NORETURN __attribute__((noreturn))
#define LEN(a) (sizeof(a) / sizeof((a)[0]))

struct str {
	const char *p;
	size_t n;
};

/* A literal as a str, in code and in constant tables. */
#define S(lit) ((struct str){ "" lit, sizeof(lit) - 1 })
#define STR_INIT(lit) { "" lit, sizeof(lit) - 1 }
/* For printf's "%.*s". */
#define STR_ARG(s) (int)(s).n, (s).p

/* What can go wrong in the world. A person's mistake is not an error but an
 * issue (field/check.h); our own mistake is BUG. */
enum err {
	OK = 0,
	E_INVALID,      /* the input was understood and refused; see the issues */
	E_DENIED,       /* who asks may not */
	E_NOTFOUND,     /* not there, or not for this actor: deliberately the same */
	E_CONFLICT,     /* somebody else was first */
	E_LOCKED,       /* closed by a later notification */
	E_BUSY,         /* too much to do: try again later */
	E_LIMIT,        /* too large, too many */
	E_FULL,         /* no room on the disk */
	E_STORE,        /* the store failed */
	E_IO,           /* a file or a socket failed */
	E_FORMAT,       /* bytes that cannot be read as what they should be */
};

/* A short name for logs: "E_BUSY". */
const char *err_name(enum err e);

/* Our own mistake: log where and why, end the process. Never returns. */
#define BUG(why) base_bug(__FILE__, __LINE__, why)
NORETURN void base_bug(const char *file, int line, const char *why);
/* Memory is at its end, which is nobody's mistake: say so, end the process in order (code 71, no core), so that the
 * supervisor starts another. What was acknowledged is on disk. */
#define NO_MEMORY() base_no_memory(__FILE__, __LINE__)
NORETURN void base_no_memory(const char *file, int line);

/* The bytes of a NUL-terminated string; "" for NULL. */
static inline struct str
str_of(const char *z)
{
	return z ? (struct str){ z, strlen(z) } : (struct str){ "", 0 };
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
str_starts(struct str s, struct str head)
{
	return s.n >= head.n && (head.n == 0 || memcmp(s.p, head.p, head.n) == 0);
}

static inline bool
str_ends(struct str s, struct str tail)
{
	return s.n >= tail.n && (tail.n == 0 || memcmp(s.p + s.n - tail.n, tail.p, tail.n) == 0);
}

/* Everything from byte `from` on, at most `n` bytes; clipped to what is there. */
static inline struct str
str_sub(struct str s, size_t from, size_t n)
{
	if (from > s.n)
		from = s.n;
	if (n > s.n - from)
		n = s.n - from;
	return (struct str){ from > 0 ? s.p + from : s.p, n };
}

/* Byte order, for sorting and searching: <0, 0, >0. */
int str_cmp(struct str a, struct str b);
/* Place of the first `c` at or after `from`; s.n when there is none. */
size_t str_find(struct str s, char c, size_t from);
/* Place of the first `what`; s.n when there is none. */
size_t str_find_str(struct str s, struct str what);
/* Without ASCII space, tab, CR, LF at both ends. */
struct str str_trim(struct str s);
/* Cut at the next `sep`: returns the part before, and moves *rest behind it.
 * False when *rest is used up (rest->p becomes NULL after the last part). */
bool str_cut(struct str *rest, char sep, struct str *part);
/* A whole decimal number of 1 to 18 digits with an optional minus; false when it is anything else. */
bool str_int(struct str s, int64_t *out) MUST_USE;
/* ASCII letters compared without case. */
bool str_eq_case(struct str a, struct str b);

#endif
