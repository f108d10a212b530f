/* fmt/html.c: see html.h.
 *
 * A view becomes an array of nodes in the order of the file. A block is its own
 * node, then its body, and knows where the body ends (`to`), so a condition that
 * does not hold is a jump and a list runs the same range once per row. Parts are
 * resolved to pointers, names to steps with their hash, sentences are escaped, all
 * at load; rendering searches no text and allocates nothing but the output.
 *
 * A map has a few short chains of members, so that setting a name costs the same
 * for any number of names and looking up touches an eighth of them. */
#include "fmt/html.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHAINS 8        /* of a map */
#define WORDS_MAX 24    /* of a tag */
#define BLOCKS_DEEP 32
#define PARTS_DEEP 16

/* ---- values ---- */

enum val_kind { VAL_TEXT, VAL_BOOL, VAL_LIST, VAL_MAP };

struct member {
	struct member *next;
	struct str name;
	uint32_t hash;
	const struct val *val;
};

struct val {
	enum val_kind kind;
	bool truth;
	struct arena *mem;              /* of lists and maps */
	union {
		struct str text;
		struct {
			struct val *first, *last;
		} rows;
		struct member **chain;
	} u;
	struct val *next;               /* of a row: the one after it */
};

/* FNV-1a */
static uint32_t
hash_of(struct str s)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h;
}

struct val *
val_map(struct arena *mem)
{
	struct val *v = NEW(mem, struct val);

	v->kind = VAL_MAP;
	v->mem = mem;
	v->u.chain = NEWN(mem, struct member *, CHAINS);
	return v;
}

/* In front of its chain: what is set again is found first. */
static void
map_set(struct val *map, const char *name, const struct val *v)
{
	struct member *m;

	if (map->kind != VAL_MAP)
		BUG("html: a name set in what is no map");
	m = NEW(map->mem, struct member);
	m->name = str_of(name);
	m->hash = hash_of(m->name);
	m->val = v;
	m->next = map->u.chain[m->hash % CHAINS];
	map->u.chain[m->hash % CHAINS] = m;
}

static const struct val *
map_get(const struct val *map, struct str name, uint32_t hash)
{
	if (map == NULL || map->kind != VAL_MAP)
		return NULL;
	for (const struct member *m = map->u.chain[hash % CHAINS]; m != NULL; m = m->next)
		if (m->hash == hash && str_eq(m->name, name))
			return m->val;
	return NULL;
}

void
val_text(struct val *map, const char *name, struct str s)
{
	struct val *v = NEW(map->mem, struct val);

	v->kind = VAL_TEXT;
	v->u.text = s;
	map_set(map, name, v);
}

void
val_fmt(struct val *map, const char *name, const char *fmt, ...)
{
	char small[256];
	struct str s = { small, 0 };
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof small, fmt, ap);
	if (n < 0)
		BUG("html: format");
	s.n = (size_t)n;
	if (s.n < sizeof small) {
		s = str_dup(map->mem, s);
	} else {
		char *large = arena_alloc(map->mem, s.n + 1);
		vsnprintf(large, s.n + 1, fmt, again);
		s.p = large;
	}
	va_end(again);
	va_end(ap);
	val_text(map, name, s);
}

void
val_int(struct val *map, const char *name, int64_t n)
{
	char digits[24];
	size_t at = sizeof digits;
	uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (n < 0)
		digits[--at] = '-';
	val_text(map, name, str_dup(map->mem, (struct str){ digits + at, sizeof digits - at }));
}

void
val_bool(struct val *map, const char *name, bool b)
{
	struct val *v = NEW(map->mem, struct val);

	v->kind = VAL_BOOL;
	v->truth = b;
	map_set(map, name, v);
}

struct val *
val_list(struct val *map, const char *name)
{
	struct val *v = NEW(map->mem, struct val);

	v->kind = VAL_LIST;
	v->mem = map->mem;
	map_set(map, name, v);
	return v;
}

struct val *
val_row(struct val *list)
{
	struct val *v;

	if (list->kind != VAL_LIST)
		BUG("html: a row in what is no list");
	v = val_map(list->mem);
	if (list->u.rows.last != NULL)
		list->u.rows.last->next = v;
	else
		list->u.rows.first = v;
	list->u.rows.last = v;
	return v;
}

void
val_put(struct val *map, const char *name, struct val *child)
{
	map_set(map, name, child);
}

const struct val *
val_get(const struct val *map, struct str name)
{
	return map_get(map, name, hash_of(name));
}

struct str
val_str(const struct val *v)
{
	return v != NULL && v->kind == VAL_TEXT ? v->u.text : S("");
}

bool
val_true(const struct val *v)
{
	if (v == NULL)
		return false;
	switch (v->kind) {
	case VAL_TEXT:
		return v->u.text.n > 0;
	case VAL_BOOL:
		return v->truth;
	case VAL_LIST:
		return v->u.rows.first != NULL;
	case VAL_MAP:
		return true;
	}
	return false;
}

const struct val *
val_next(const struct val *list, const struct val *row)
{
	if (row != NULL)
		return row->next;
	return list != NULL && list->kind == VAL_LIST ? list->u.rows.first : NULL;
}

/* ---- escaping ---- */

static const struct str escape[256] = {
	['&'] = STR_INIT("&amp;"), ['<'] = STR_INIT("&lt;"), ['>'] = STR_INIT("&gt;"),
	['"'] = STR_INIT("&quot;"), ['\''] = STR_INIT("&#39;"),
};

static const bool special[256] = {
	['&'] = true, ['<'] = true, ['>'] = true, ['"'] = true, ['\''] = true,
};

void
html_text(struct buf *b, struct str s)
{
	size_t from = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (!special[c])
			continue;
		buf_put(b, (struct str){ s.p + from, i - from });
		buf_put(b, escape[c]);
		from = i + 1;
	}
	buf_put(b, (struct str){ s.p + from, s.n - from });
}

void
html_attr(struct buf *b, const char *name, struct str value)
{
	buf_byte(b, ' ');
	buf_put(b, str_of(name));
	buf_put(b, S("=\""));
	html_text(b, value);
	buf_byte(b, '"');
}

/* ---- views ---- */

enum node_kind { N_BYTES, N_VALUE, N_SENTENCE, N_EACH, N_IF, N_UNLESS, N_PART, N_TAG };

struct step {
	struct str name;
	uint32_t hash;
};

/* A name as written, row.name, and its steps. */
struct path {
	struct str whole;
	const struct step *step;
	size_t n;
};

struct node {
	enum node_kind kind;
	uint32_t line;
	uint32_t to;                    /* blocks: the node behind the body */
	uint32_t n;                     /* how many paths or args */
	union {
		struct str bytes;
		const struct path *path;
		const struct str *arg;
		const struct view *part;
	} u;
	union {
		enum text_id sentence;
		html_tag_fn *tag;
	} v;
};

struct view {
	struct str name, file;
	struct node *node;
	size_t n;
	uint8_t deep;                   /* levels of parts below, once known; CYCLE while asked */
};

struct views {
	struct view *view;
	size_t n;
	struct str *sentence[LANG_COUNT];       /* by text_id, escaped */
};

static bool strict;

void
html_strict(bool on)
{
	strict = on;
}

static struct view *
view_find(const struct views *v, struct str name)
{
	for (size_t i = 0; i < v->n; i++)
		if (str_eq(v->view[i].name, name))
			return &v->view[i];
	return NULL;
}

bool
views_has(const struct views *v, struct str name)
{
	return view_find(v, name) != NULL;
}

/* ---- reading views ---- */

struct parse {
	struct arena *mem;
	const struct views *views;
	const struct html_tag *tags;
	struct view *view;
	struct str src;
	size_t at;
	uint32_t line;
	struct {
		size_t node;
		struct str name;
	} open[BLOCKS_DEEP];
	size_t n_open;
	struct str *why;
};

PRINTF(4, 5) static enum err
fail_at(struct parse *p, struct str file, uint32_t line, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	*p->why = str_fmt(p->mem, "%.*s:%u: %s", STR_ARG(file), (unsigned)line, text);
	return E_FORMAT;
}

#define FAIL(p, ...) fail_at((p), (p)->view->file, (p)->line, __VA_ARGS__)
/* Names in messages are cut: a forgotten brace can make them long. */
#define CUT_ARG(s) (int)((s).n < 80 ? (s).n : 80), (s).p

static struct node *
node_add(struct parse *p, enum node_kind kind)
{
	struct node *k = &p->view->node[p->view->n++];

	k->kind = kind;
	k->line = p->line;
	return k;
}

static void
bytes_add(struct parse *p, struct str s)
{
	if (s.n == 0)
		return;
	node_add(p, N_BYTES)->u.bytes = s;
	for (size_t i = 0; i < s.n; i++)
		p->line += s.p[i] == '\n';
}

static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
		bool digit = c >= '0' && c <= '9';
		if (!letter && (i == 0 || !digit))
			return false;
	}
	return s.n > 0;
}

static enum err
path_read(struct parse *p, struct str s, struct path *out)
{
	struct str rest = s, part;
	struct step *step;
	size_t n = 1;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '.';
	step = NEWN(p->mem, struct step, n);
	*out = (struct path){ s, step, n };
	for (size_t i = 0; str_cut(&rest, '.', &part); i++) {
		if (!is_name(part))
			return FAIL(p, "not a name: {%.*s}", CUT_ARG(s));
		step[i] = (struct step){ part, hash_of(part) };
	}
	return OK;
}

static enum err
paths_read(struct parse *p, struct node *k, const struct str *name, size_t n)
{
	struct path *path = NEWN(p->mem, struct path, n);

	for (size_t i = 0; i < n; i++) {
		enum err e = path_read(p, name[i], &path[i]);
		if (e != OK)
			return e;
	}
	k->u.path = path;
	k->n = (uint32_t)n;
	return OK;
}

/* The words of s; one in double quotes may hold spaces. */
static enum err
words_read(struct parse *p, struct str s, struct str word[WORDS_MAX], size_t *n)
{
	*n = 0;
	for (;;) {
		s = str_trim(s);
		if (s.n == 0)
			return OK;
		if (*n == WORDS_MAX)
			return FAIL(p, "more than %d words", WORDS_MAX);
		bool quoted = s.p[0] == '"';
		size_t end = str_find(s, quoted ? '"' : ' ', quoted);
		if (quoted && end == s.n)
			return FAIL(p, "quote not closed: %.*s", CUT_ARG(s));
		word[(*n)++] = str_sub(s, quoted, end - quoted);
		s = str_sub(s, end + quoted, s.n);
	}
}

static enum err
value_read(struct parse *p, struct str body)
{
	return paths_read(p, node_add(p, N_VALUE), &body, 1);
}

/* How many values the sentence wants: the largest n of its %n. */
static size_t
sentence_wants(enum text_id id)
{
	size_t most = 0;

	for (int lang = 0; lang < LANG_COUNT; lang++) {
		struct str s = text(id, (enum lang)lang);
		for (size_t i = 0; i + 1 < s.n; i++)
			if (s.p[i] == '%' && s.p[i + 1] >= '1' && s.p[i + 1] <= '9'
			    && (size_t)(s.p[i + 1] - '0') > most)
				most = (size_t)(s.p[i + 1] - '0');
	}
	return most;
}

static enum err
sentence_read(struct parse *p, struct str body)
{
	struct str word[WORDS_MAX];
	struct node *k = node_add(p, N_SENTENCE);
	size_t n, want;
	enum err e = words_read(p, body, word, &n);

	if (e != OK)
		return e;
	if (n == 0)
		return FAIL(p, "{t} without a key");
	k->v.sentence = text_by_key(word[0]);
	if (k->v.sentence == T_none)
		return FAIL(p, "unknown sentence: %.*s", CUT_ARG(word[0]));
	want = sentence_wants(k->v.sentence);
	if (want != n - 1)
		return FAIL(p, "sentence %.*s wants %zu values, is given %zu", CUT_ARG(word[0]), want, n - 1);
	return paths_read(p, k, word + 1, n - 1);
}

static enum err
block_read(struct parse *p, enum node_kind kind, struct str name)
{
	struct node *k = node_add(p, kind);

	if (p->n_open == BLOCKS_DEEP)
		return FAIL(p, "blocks more than %d deep", BLOCKS_DEEP);
	p->open[p->n_open].node = (size_t)(k - p->view->node);
	p->open[p->n_open++].name = name;
	return paths_read(p, k, &name, 1);
}

static enum err
close_read(struct parse *p, struct str name)
{
	if (p->n_open == 0)
		return FAIL(p, "{/%.*s} closes nothing", CUT_ARG(name));
	if (!str_eq(p->open[p->n_open - 1].name, name))
		return FAIL(p, "{/%.*s} where {/%.*s} must come first", CUT_ARG(name),
		    CUT_ARG(p->open[p->n_open - 1].name));
	p->view->node[p->open[--p->n_open].node].to = (uint32_t)p->view->n;
	return OK;
}

static enum err
part_read(struct parse *p, struct str name)
{
	struct node *k = node_add(p, N_PART);

	k->u.part = view_find(p->views, name);
	if (k->u.part == NULL)
		return FAIL(p, "unknown view: %.*s", CUT_ARG(name));
	return OK;
}

static enum err
tag_read(struct parse *p, struct str body)
{
	struct str word[WORDS_MAX], *arg;
	struct node *k = node_add(p, N_TAG);
	size_t n;
	enum err e = words_read(p, body, word, &n);

	if (e != OK)
		return e;
	if (n == 0)
		return FAIL(p, "{@} without a tag");
	for (const struct html_tag *t = p->tags; t != NULL && t->name.n > 0; t++)
		if (str_eq(t->name, word[0]))
			k->v.tag = t->fn;
	if (k->v.tag == NULL)
		return FAIL(p, "unknown tag: %.*s", CUT_ARG(word[0]));
	arg = NEWN(p->mem, struct str, n);
	memcpy(arg, word + 1, (n - 1) * sizeof *arg);
	k->u.arg = arg;
	k->n = (uint32_t)(n - 1);
	return OK;
}

static enum err
brace_read(struct parse *p, struct str body)
{
	struct str rest = str_sub(body, 1, body.n);

	if (str_starts(body, S("t ")))
		return sentence_read(p, rest);
	switch (body.n ? body.p[0] : '\0') {
	case '#':
		return block_read(p, N_EACH, rest);
	case '?':
		return block_read(p, N_IF, rest);
	case '!':
		return block_read(p, N_UNLESS, rest);
	case '/':
		return close_read(p, rest);
	case '>':
		return part_read(p, rest);
	case '@':
		return tag_read(p, rest);
	default:
		return value_read(p, body);
	}
}

/* Where the brace that opened before `from` closes, on the same line; src.n when it does not. Quotes of a
 * tag may hold braces. */
static size_t
brace_end(struct str src, size_t from)
{
	bool tag = from < src.n && src.p[from] == '@', quoted = false;

	for (size_t i = from; i < src.n && src.p[i] != '\n'; i++) {
		if (tag && src.p[i] == '"')
			quoted = !quoted;
		if (src.p[i] == '}' && !quoted)
			return i;
	}
	return src.n;
}

static enum err
view_read(struct parse *p)
{
	enum err e;

	while (p->at < p->src.n) {
		size_t brace = str_find(p->src, '{', p->at), end;

		bytes_add(p, str_sub(p->src, p->at, brace - p->at));
		if (brace == p->src.n)
			break;
		if (str_starts(str_sub(p->src, brace, 2), S("{{"))) {
			bytes_add(p, S("{"));
			p->at = brace + 2;
			continue;
		}
		end = brace_end(p->src, brace + 1);
		if (end == p->src.n)
			return FAIL(p, "brace not closed on its line (a lone brace is written {{)");
		e = brace_read(p, str_sub(p->src, brace + 1, end - brace - 1));
		if (e != OK)
			return e;
		p->at = end + 1;
	}
	if (p->n_open > 0) {
		p->line = p->view->node[p->open[p->n_open - 1].node].line;
		return FAIL(p, "block not closed: %.*s", CUT_ARG(p->open[p->n_open - 1].name));
	}
	return OK;
}

/* A part that holds itself would never end; a name of the outer row would feed it for ever. */
enum { DEEP_UNKNOWN, DEEP_ASKED, DEEP_FIRST };

static enum err
parts_check(struct parse *p, struct view *w)
{
	int most = 0;

	if (w->deep >= DEEP_FIRST)
		return OK;
	w->deep = DEEP_ASKED;
	for (size_t i = 0; i < w->n; i++) {
		struct view *part;
		enum err e;
		if (w->node[i].kind != N_PART)
			continue;
		part = view_find(p->views, w->node[i].u.part->name);
		if (part->deep == DEEP_ASKED)
			return fail_at(p, w->file, w->node[i].line, "part holds itself: %.*s", CUT_ARG(part->name));
		e = parts_check(p, part);
		if (e != OK)
			return e;
		if (part->deep - DEEP_FIRST + 1 > most)
			most = part->deep - DEEP_FIRST + 1;
		if (most > PARTS_DEEP)
			return fail_at(p, w->file, w->node[i].line, "parts more than %d deep", PARTS_DEEP);
	}
	w->deep = (uint8_t)(DEEP_FIRST + most);
	return OK;
}

static void
sentences_escape(struct arena *mem, struct views *v)
{
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		v->sentence[lang] = NEWN(mem, struct str, T_COUNT);
		for (int id = 0; id < T_COUNT; id++) {
			struct buf b = buf_new(mem);
			html_text(&b, text((enum text_id)id, (enum lang)lang));
			v->sentence[lang][id] = buf_str(&b);
		}
	}
}

/* "web/view/login.html" -> "login" */
static struct str
view_name(struct str file)
{
	for (size_t i = file.n; i > 0; i--)
		if (file.p[i - 1] == '/') {
			file = str_sub(file, i, file.n);
			break;
		}
	return str_ends(file, S(".html")) ? str_sub(file, 0, file.n - 5) : file;
}

/* Every brace makes at most itself and the bytes before it. */
static size_t
nodes_most(struct str src)
{
	size_t n = 1;

	for (size_t i = 0; i < src.n; i++)
		n += src.p[i] == '{' ? 2 : 0;
	return n;
}

enum err
views_parse(struct arena *mem, const struct file *file, size_t n, const struct html_tag *tags,
    struct views **out, struct str *why)
{
	struct views *v = NEW(mem, struct views);
	struct parse p;
	enum err e;

	v->n = n;
	v->view = NEWN(mem, struct view, n);
	for (size_t i = 0; i < n; i++) {
		v->view[i].name = view_name(file[i].name);
		v->view[i].file = file[i].name;
		v->view[i].node = NEWN(mem, struct node, nodes_most(file[i].data));
	}
	for (size_t i = 0; i < n; i++) {
		p = (struct parse){ .mem = mem, .views = v, .tags = tags, .view = &v->view[i],
			.src = file[i].data, .line = 1, .why = why };
		e = view_read(&p);
		if (e != OK)
			return e;
	}
	for (size_t i = 0; i < n; i++) {
		e = parts_check(&p, &v->view[i]);
		if (e != OK)
			return e;
	}
	sentences_escape(mem, v);
	*out = v;
	return OK;
}

static enum err
file_read(struct arena *mem, struct str path, struct str *data)
{
	int fd = open(str_z(mem, path), O_RDONLY | O_CLOEXEC);
	struct buf b = buf_new(mem);
	ssize_t n = -1;

	if (fd < 0)
		return E_IO;
	while ((n = read(fd, buf_room(&b, 16384), 16384)) > 0)
		b.n += (size_t)n;
	close(fd);
	*data = buf_str(&b);
	return n < 0 ? E_IO : OK;
}

static int
by_name(const void *a, const void *b)
{
	return str_cmp(((const struct file *)a)->name, ((const struct file *)b)->name);
}

#define VIEWS_MAX 1000

/* The views of a folder, in the order of their names, so that the first fault is always the same. */
static enum err
dir_read(struct arena *mem, struct str dir, struct file *file, size_t *n, struct str *why)
{
	DIR *d = opendir(str_z(mem, dir));
	struct dirent *entry;
	enum err e = OK;

	if (d == NULL) {
		*why = str_fmt(mem, "%.*s: %s", STR_ARG(dir), strerrorname_np(errno));
		return E_IO;
	}
	while (e == OK && (entry = readdir(d)) != NULL) {
		struct str name = str_of(entry->d_name);
		if (!str_ends(name, S(".html")) || *n == VIEWS_MAX)
			continue;
		file[*n].name = str_fmt(mem, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
		e = file_read(mem, file[*n].name, &file[*n].data);
		if (e != OK)
			*why = str_fmt(mem, "%.*s: %s", STR_ARG(file[*n].name), strerrorname_np(errno));
		++*n;
	}
	closedir(d);
	if (*n > 0)
		qsort(file, *n, sizeof *file, by_name);
	return e;
}

enum err
views_load(struct arena *mem, struct str dir, const struct html_tag *tags, struct views **out,
    struct str *why)
{
	struct file *file = NEWN(mem, struct file, VIEWS_MAX);
	const struct file *f;
	size_t n = 0, at = 0;

	if (dir.n > 0) {
		enum err e = dir_read(mem, dir, file, &n, why);
		if (e != OK)
			return e;
	} else {
		while (n < VIEWS_MAX && files_each(S("web/view/"), &at, &f))
			file[n++] = *f;
	}
	return views_parse(mem, file, n, tags, out, why);
}

/* ---- rendering ---- */

struct frame {
	const struct val *row;
	const struct frame *outer;
};

struct render {
	struct html_scope s;    /* first: what tags see */
	const struct views *views;
};

/* Rows first, then outwards. */
static const struct val *
look_step(const struct html_scope *s, struct str name, uint32_t hash)
{
	for (const struct frame *f = s->frame; f != NULL; f = f->outer) {
		const struct val *v = map_get(f->row, name, hash);
		if (v != NULL)
			return v;
	}
	return map_get(s->top, name, hash);
}

static const struct val *
look_path(const struct html_scope *s, const struct path *path)
{
	const struct val *v = look_step(s, path->step[0].name, path->step[0].hash);

	for (size_t i = 1; v != NULL && i < path->n; i++)
		v = map_get(v, path->step[i].name, path->step[i].hash);
	return v;
}

static const struct val *
look_name(const struct html_scope *s, struct str name)
{
	const struct val *v = NULL;
	struct str part;

	if (!str_cut(&name, '.', &part))
		return NULL;
	v = look_step(s, part, hash_of(part));
	while (v != NULL && str_cut(&name, '.', &part))
		v = val_get(v, part);
	return v;
}

/* The value of a name that must be there and be of a kind; NULL when it is not. */
static const struct val *
look_must(const struct html_scope *s, const struct view *w, const struct node *k, const struct path *path,
    enum val_kind kind)
{
	static const char *const want[] = { "text", "truth", "list", "map" };
	const struct val *v = look_path(s, path);

	if (v != NULL && v->kind == kind)
		return v;
	if (strict)
		base_bug(str_z(s->out->mem, w->file), (int)k->line, str_fmt(s->out->mem, "%s: {%.*s}, a %s",
		    v == NULL ? "not there" : "of another kind", CUT_ARG(path->whole), want[kind]).p);
	return NULL;
}

static void
put_sentence(struct render *r, const struct view *w, const struct node *k)
{
	struct str s = r->views->sentence[r->s.lang][k->v.sentence];
	struct buf *b = r->s.out;

	while (s.n > 0) {
		size_t at = k->n > 0 ? str_find(s, '%', 0) : s.n;
		size_t place = at + 1 < s.n ? (size_t)(s.p[at + 1] - '1') : SIZE_MAX;

		buf_put(b, str_sub(s, 0, at));
		if (place < k->n)
			html_text(b, val_str(look_must(&r->s, w, k, &k->u.path[place], VAL_TEXT)));
		else
			buf_put(b, str_sub(s, at, 1));
		s = str_sub(s, at + (place < k->n ? 2 : 1), s.n);
	}
}

static void render_nodes(struct render *r, const struct view *w, size_t i, size_t end);

static void
render_rows(struct render *r, const struct view *w, size_t i)
{
	const struct node *k = &w->node[i];
	const struct val *list = look_must(&r->s, w, k, k->u.path, VAL_LIST), *row = NULL;
	struct frame f = { .outer = r->s.frame };

	while ((row = val_next(list, row)) != NULL) {
		f.row = row;
		r->s.frame = &f;
		render_nodes(r, w, i + 1, k->to);
	}
	r->s.frame = f.outer;
}

static void
render_nodes(struct render *r, const struct view *w, size_t i, size_t end)
{
	while (i < end) {
		const struct node *k = &w->node[i++];
		switch (k->kind) {
		case N_BYTES:
			buf_put(r->s.out, k->u.bytes);
			break;
		case N_VALUE:
			html_text(r->s.out, val_str(look_must(&r->s, w, k, k->u.path, VAL_TEXT)));
			break;
		case N_SENTENCE:
			put_sentence(r, w, k);
			break;
		case N_EACH:
			render_rows(r, w, i - 1);
			i = k->to;
			break;
		case N_IF:
			i = val_true(look_path(&r->s, k->u.path)) ? i : k->to;
			break;
		case N_UNLESS:
			i = val_true(look_path(&r->s, k->u.path)) ? k->to : i;
			break;
		case N_PART:
			render_nodes(r, k->u.part, 0, k->u.part->n);
			break;
		case N_TAG:
			k->v.tag(&r->s, k->u.arg, k->n);
			break;
		}
	}
}

void
html_render(struct buf *out, const struct views *v, struct str name, enum lang lang, const struct val *top,
    void *page)
{
	const struct view *w = view_find(v, name);
	struct render r = { .views = v,
		.s = { .out = out, .lang = lang, .page = page, .top = top, .look = look_name } };

	if (w == NULL)
		base_bug("web/view", 0, str_fmt(out->mem, "no such view: %.*s", STR_ARG(name)).p);
	render_nodes(&r, w, 0, w->n);
}
