/* base/conf.c: see conf.h.
 *
 * Each source (file, environment, flags) is read into its own `struct source`,
 * every value checked where it stands; then they are laid over the defaults.
 * Flags and environment come first because they say where the file is. */
#include "base/conf.h"

#include "base/date.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* A file of settings has a few hundred bytes. */
#define FILE_MAX 65536

struct row {
	struct str name;
	enum conf_type type;
	struct str preset;
	int64_t low, high;
	struct str what;
};

static const struct row rows[CONF_COUNT] = {
#define CONF(id, flag, kind, preset_, low_, high_, what_) \
	[CONF_##id] = { .name = STR_INIT(flag), .type = kind, .preset = STR_INIT(preset_), .low = low_, \
		.high = high_, .what = STR_INIT(what_) },
#include "base/conf.def"
#undef CONF
};

/* Texts that must be one of a few words, with commas. */
static const struct {
	enum conf_id id;
	struct str words;
} choices[] = {
	{ CONF_language, STR_INIT("ja,en") },
	{ CONF_log_level, STR_INIT("debug,info,warn,error") },
};

/* Variables of the tests, which run with the server's own environment. */
static const struct str not_ours[] = { STR_INIT("HERSYS_SHARED"), STR_INIT("HERSYS_TEST_") };

struct source {
	struct str text[CONF_COUNT];
	bool given[CONF_COUNT];
};

struct reader {
	struct arena *mem;
	struct str *why;
};

/* ---- one value ---- */

static bool
one_of(struct str words, struct str text)
{
	struct str word;

	while (str_cut(&words, ',', &word))
		if (str_eq(word, text))
			return true;
	return false;
}

/* 1 yes, 0 no, -1 neither. */
static int
switch_of(struct str text)
{
	if (one_of(S("yes,true,on,1"), text))
		return 1;
	return one_of(S("no,false,off,0"), text) ? 0 : -1;
}

static bool
has_control(struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7F)
			return true;
	return false;
}

/* What a value must be, for the person who wrote another; "" when this one is good. */
static struct str
text_fault(struct arena *mem, enum conf_id id, struct str text)
{
	const struct row *row = &rows[id];
	int64_t ms;

	if (has_control(text))
		return S("must not hold control characters");
	if ((int64_t)text.n < row->low || (int64_t)text.n > row->high)
		return str_fmt(mem, "must have %lld to %lld bytes", (long long)row->low, (long long)row->high);
	for (size_t i = 0; i < LEN(choices); i++)
		if (choices[i].id == id && !one_of(choices[i].words, text))
			return str_fmt(mem, "must be one of %.*s", STR_ARG(choices[i].words));
	if (id == CONF_clock && text.n > 0 && !date_from_instant(text, &ms))
		return S("must be a time like 2022-08-19T09:00:00+09:00");
	return S("");
}

static struct str
fault_of(struct arena *mem, enum conf_id id, struct str text)
{
	const struct row *row = &rows[id];
	int64_t n;

	if (row->type == CONF_TEXT)
		return text_fault(mem, id, text);
	if (row->type == CONF_SWITCH)
		return switch_of(text) < 0 ? S("must be yes or no") : S("");
	if (str_int(text, &n) && n >= row->low && n <= row->high)
		return S("");
	return str_fmt(mem, "must be a number from %lld to %lld", (long long)row->low, (long long)row->high);
}

/* Keep a value that stands at `where`, or say why not. */
static enum err
source_set(struct reader *r, struct source *src, enum conf_id id, struct str text, struct str where)
{
	struct str fault = fault_of(r->mem, id, text);

	if (fault.n > 0) {
		*r->why = str_fmt(r->mem, "%.*s: %.*s %.*s", STR_ARG(where), STR_ARG(rows[id].name),
		    STR_ARG(fault));
		return E_INVALID;
	}
	src->text[id] = text;
	src->given[id] = true;
	return OK;
}

static enum err
refuse(struct reader *r, struct str where, const char *what, struct str name)
{
	*r->why = str_fmt(r->mem, "%.*s: %s%s%.*s", STR_ARG(where), what, name.n > 0 ? " " : "",
	    STR_ARG(str_sub(name, 0, 100)));
	return E_INVALID;
}

/* The setting of this name; CONF_COUNT when there is none. */
static enum conf_id
conf_named(struct str name)
{
	for (size_t i = 0; i < CONF_COUNT; i++)
		if (str_eq(rows[i].name, name))
			return (enum conf_id)i;
	return CONF_COUNT;
}

/* ---- flags ---- */

/* A value that follows its flag as a word of its own; NULL when none does. */
static const char *
value_after(enum conf_id id, const char *next)
{
	if (rows[id].type == CONF_SWITCH)
		return next != NULL && one_of(S("yes,no"), str_of(next)) ? next : NULL;
	return next != NULL && !str_starts(str_of(next), S("--")) ? next : NULL;
}

/* The flag at argv[*i]; moves *i to its last word. */
static enum err
flag_read(struct reader *r, enum conf_id id, struct str value, char **argv, int *i, struct source *out)
{
	struct str where = str_fmt(r->mem, "--%.*s", STR_ARG(rows[id].name));
	const char *next;

	if (value.p != NULL)
		return source_set(r, out, id, value, where);
	next = value_after(id, argv[*i + 1]);
	if (next != NULL) {
		++*i;
		return source_set(r, out, id, str_of(next), where);
	}
	if (rows[id].type == CONF_SWITCH)
		return source_set(r, out, id, S("yes"), where);
	return refuse(r, where, "needs a value", S(""));
}

static enum err
flags_read(struct reader *r, int argc, char **argv, struct source *out, const char **rest, size_t *n_rest)
{
	bool words_only = false;

	for (int i = 1; i < argc; i++) {
		struct str value = str_of(argv[i]), name;
		enum conf_id id = CONF_COUNT;
		if (!words_only && str_eq(value, S("--"))) {
			words_only = true;
			continue;
		}
		if (!words_only && str_starts(value, S("--"))) {
			value = str_sub(value, 2, value.n);
			str_cut(&value, '=', &name);
			id = conf_named(name);
		}
		if (id == CONF_COUNT) {
			rest[(*n_rest)++] = argv[i];
			continue;
		}
		enum err e = flag_read(r, id, value, argv, &i, out);
		if (e != OK)
			return e;
	}
	return OK;
}

/* ---- environment ---- */

/* HERSYS_HEAD_SECONDS for head-seconds. */
static struct str
env_name(struct arena *mem, enum conf_id id)
{
	struct str name = str_cat(mem, S("HERSYS_"), rows[id].name);
	char *p = str_z(mem, name);

	for (size_t i = 0; i < name.n; i++)
		if (p[i] == '-')
			p[i] = '_';
		else if (p[i] >= 'a' && p[i] <= 'z')
			p[i] = (char)(p[i] - 32);
	return (struct str){ p, name.n };
}

static bool
is_ours(struct str variable)
{
	if (!str_starts(variable, S("HERSYS_")))
		return false;
	for (size_t i = 0; i < LEN(not_ours); i++)
		if (str_starts(variable, not_ours[i]))
			return false;
	return true;
}

static enum err
variable_read(struct reader *r, struct str value, struct source *out)
{
	struct str name;

	str_cut(&value, '=', &name);
	for (size_t i = 0; i < CONF_COUNT; i++)
		if (str_eq(env_name(r->mem, (enum conf_id)i), name))
			return source_set(r, out, (enum conf_id)i, value.p != NULL ? value : S(""), name);
	return refuse(r, name, "is no setting of hersys", S(""));
}

static enum err
env_read(struct reader *r, struct source *out)
{
	for (char **v = environ; *v != NULL; v++) {
		enum err e = is_ours(str_of(*v)) ? variable_read(r, str_of(*v), out) : OK;
		if (e != OK)
			return e;
	}
	return OK;
}

/* ---- file ---- */

enum file_place { FILE_NAMED, FILE_IN_DATA };

static struct str
without_comment(struct str line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] == '#' && (i == 0 || line.p[i - 1] == ' ' || line.p[i - 1] == '\t'))
			return str_sub(line, 0, i);
	return line;
}

static enum err
line_read(struct reader *r, struct str line, struct str where, enum file_place place, struct source *out)
{
	struct str name, value = str_trim(without_comment(line));

	if (value.n == 0)
		return OK;
	str_cut(&value, '=', &name);
	name = str_trim(name);
	if (value.p == NULL)
		return refuse(r, where, "expected `name = value`, found", name);
	enum conf_id id = conf_named(name);
	if (id == CONF_COUNT)
		return refuse(r, where, "unknown setting", name);
	if (id == CONF_config)
		return refuse(r, where, "a file cannot name another file with", name);
	if (id == CONF_data && place == FILE_IN_DATA)
		return refuse(r, where, "a file in the data folder cannot move the folder with", name);
	if (out->given[id])
		return refuse(r, where, "given twice:", name);
	return source_set(r, out, id, str_trim(value), where);
}

/* The whole file. E_NOTFOUND when there is none. */
static enum err
bytes_read(struct reader *r, struct str path, struct str *out)
{
	char *p = arena_alloc(r->mem, FILE_MAX + 1);
	int fd = open(str_z(r->mem, path), O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	ssize_t k = 0;

	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? E_NOTFOUND : E_IO;
	while (n <= FILE_MAX && (k = read(fd, p + n, FILE_MAX + 1 - n)) > 0)
		n += (size_t)k;
	close(fd);
	if (k < 0)
		return E_IO;
	*out = (struct str){ p, n };
	return n > FILE_MAX ? E_LIMIT : OK;
}

static enum err
file_read(struct reader *r, struct str path, enum file_place place, struct source *out)
{
	struct str text, line;
	enum err e = bytes_read(r, path, &text);

	if (e == E_NOTFOUND && place == FILE_IN_DATA)
		return OK;
	if (e == E_LIMIT)
		return refuse(r, path, "too long for a file of settings", S(""));
	if (e != OK)
		return refuse(r, path, "cannot be read", S(""));
	if (str_starts(text, S("\xEF\xBB\xBF")))
		text = str_sub(text, 3, text.n);
	for (int at = 1; str_cut(&text, '\n', &line); at++) {
		e = line_read(r, line, str_fmt(r->mem, "%.*s:%d", STR_ARG(path), at), place, out);
		if (e != OK)
			return e;
	}
	return OK;
}

/* ---- together ---- */

static void
lay_over(struct conf *c, const struct source *src)
{
	for (size_t i = 0; i < CONF_COUNT; i++)
		if (src->given[i]) {
			c->text[i] = src->text[i];
			c->given[i] = true;
		}
}

static void
defaults(struct conf *c)
{
	memset(c, 0, sizeof *c);
	for (size_t i = 0; i < CONF_COUNT; i++)
		c->text[i] = rows[i].preset;
}

static void
numbers(struct conf *c)
{
	for (size_t i = 0; i < CONF_COUNT; i++) {
		bool good = true;
		if (rows[i].type == CONF_NUMBER)
			good = str_int(c->text[i], &c->num[i]);
		else if (rows[i].type == CONF_SWITCH)
			good = (c->num[i] = switch_of(c->text[i])) >= 0;
		if (!good)
			BUG("conf.def: a default is out of its limits");
	}
}

enum err
conf_read(struct arena *mem, int argc, char **argv, struct conf *out, const char **rest, size_t *n_rest,
    struct str *why)
{
	struct reader r = { mem, why };
	struct source file = { 0 }, env = { 0 }, flags = { 0 };
	struct conf c;
	enum err e;

	*n_rest = 0;
	if ((e = flags_read(&r, argc, argv, &flags, rest, n_rest)) != OK || (e = env_read(&r, &env)) != OK)
		return e;
	defaults(&c);
	lay_over(&c, &env);
	lay_over(&c, &flags);
	if (c.text[CONF_config].n > 0)
		e = file_read(&r, c.text[CONF_config], FILE_NAMED, &file);
	else
		e = file_read(&r, str_cat(mem, c.text[CONF_data], S("/hersys.conf")), FILE_IN_DATA, &file);
	if (e != OK)
		return e;
	defaults(&c);
	lay_over(&c, &file);
	lay_over(&c, &env);
	lay_over(&c, &flags);
	numbers(&c);
	*out = c;
	return OK;
}

static void
print_limits(struct buf *b, const struct row *row)
{
	if (row->type == CONF_SWITCH)
		buf_put(b, S("yes or no"));
	else if (row->type == CONF_NUMBER)
		buf_fmt(b, "%lld to %lld", (long long)row->low, (long long)row->high);
	else
		buf_fmt(b, "text of %lld to %lld bytes", (long long)row->low, (long long)row->high);
}

void
conf_print(struct buf *b)
{
	for (size_t i = 0; i < CONF_COUNT; i++) {
		const struct row *row = &rows[i];
		buf_fmt(b, "%.*s = %.*s\n\t%.*s\n\t", STR_ARG(row->name), STR_ARG(row->preset), STR_ARG(row->what));
		print_limits(b, row);
		buf_fmt(b, "; --%.*s, %.*s\n", STR_ARG(row->name), STR_ARG(env_name(b->mem, (enum conf_id)i)));
	}
}
