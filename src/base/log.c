/* base/log.c: see log.h. A line is built on the stack and leaves with one
 * write(2); no lock, no allocation, so it may be called from anywhere. */
#include "base/log.h"

#include "base/clock.h"
#include "base/date.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

/* One write of at most this many bytes is whole also on a pipe (PIPE_BUF). */
#define LINE 4096
/* A longer value is cut and marked: it was no identifier. */
#define VALUE 256

struct line {
	char p[LINE];
	size_t n;
};

static _Atomic int least = LOG_INFO;
static _Atomic int to = STDERR_FILENO;

void
log_level(enum log_level level)
{
	atomic_store(&least, (int)level);
}

void
log_to(int fd)
{
	atomic_store(&to, fd);
}

/* The last byte is kept for the line's end; what does not fit is lost. */
static void
put(struct line *l, struct str s)
{
	s = str_sub(s, 0, LINE - 1 - l->n);
	memcpy(l->p + l->n, s.p, s.n);
	l->n += s.n;
}

static bool
is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c != '\0' && strchr("_./:+-", c) != NULL);
}

/* One byte inside quotes. Nothing but visible ASCII gets out: a log is read on terminals. */
static void
put_escaped(struct line *l, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	if (c == '"' || c == '\\')
		put(l, (struct str){ (char[]){ '\\', (char)c }, 2 });
	else if (c == '\n')
		put(l, S("\\n"));
	else if (c < 0x20 || c > 0x7E)
		put(l, (struct str){ (char[]){ '\\', 'x', hex[c >> 4], hex[c & 15] }, 4 });
	else
		put(l, (struct str){ (char[]){ (char)c }, 1 });
}

static void
put_text(struct line *l, struct str s)
{
	struct str shown = str_sub(s, 0, VALUE);
	bool plain = s.n > 0 && s.n <= VALUE;

	for (size_t i = 0; plain && i < s.n; i++)
		plain = is_plain(s.p[i]);
	if (plain) {
		put(l, s);
		return;
	}
	put(l, S("\""));
	for (size_t i = 0; i < shown.n; i++)
		put_escaped(l, (unsigned char)shown.p[i]);
	put(l, shown.n < s.n ? S("...\"") : S("\""));
}

static void
put_number(struct line *l, int64_t n)
{
	char text[24];
	int k = snprintf(text, sizeof text, "%lld", (long long)n);

	put(l, (struct str){ text, (size_t)k });
}

/* UTC, as every machine's own log has it. */
static void
put_time(struct line *l, int64_t ms)
{
	int64_t day = ms / 86400000 - (ms % 86400000 < 0);
	int in_day = (int)(ms - day * 86400000);
	struct ymd d = date_ymd((struct date){ (int32_t)day });
	char text[64];
	int k = snprintf(text, sizeof text, "time=%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", d.year, d.month, d.day,
	    in_day / 3600000, in_day / 60000 % 60, in_day / 1000 % 60, in_day % 1000);

	put(l, (struct str){ text, (size_t)k });
}

/* A log that cannot be written must not stop the work; there is nobody left to tell. */
static void
send_line(const struct line *l)
{
	ssize_t k;

	do
		k = write(atomic_load(&to), l->p, l->n);
	while (k < 0 && errno == EINTR);
}

void
log_line(enum log_level level, const char *what, const struct log_kv *kv)
{
	static const struct str name[] = { STR_INIT(" level=debug what="), STR_INIT(" level=info what="),
		STR_INIT(" level=warn what="), STR_INIT(" level=error what=") };
	struct line l;
	int kept = errno;

	if ((int)level < atomic_load(&least))
		return;
	l.n = 0;
	put_time(&l, clock_now());
	put(&l, name[level]);
	put_text(&l, str_of(what));
	for (; kv->key != NULL; kv++) {
		put(&l, S(" "));
		put(&l, str_of(kv->key));
		put(&l, S("="));
		if (kv->text.p != NULL)
			put_text(&l, kv->text);
		else
			put_number(&l, kv->num);
	}
	l.p[l.n++] = '\n';
	send_line(&l);
	errno = kept;
}
