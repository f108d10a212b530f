/* fmt/view.c: reads views into nodes. See view.h, and html.h for the language. */
#include "fmt/view.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WORDS_MAX 24    /* of a tag */
#define BLOCKS_DEEP 32
#define PARTS_DEEP 16
#define VIEWS_MAX 1000

struct view *
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

/* ---- one view ---- */

struct parse {
	struct arena *mem;
	struct views *views;
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
		step[i] = (struct step){ part, val_hash(part) };
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

/* The first time a view names it. */
static void
sentence_escape(struct parse *p, enum text_id id)
{
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		struct buf b = buf_new(p->mem);
		if (p->views->sentence[lang][id].p != NULL)
			continue;
		html_text(&b, text(id, (enum lang)lang));
		p->views->sentence[lang][id] = buf_str(&b);
	}
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
		return FAIL(p, "sentence %.*s wants %zu values, is given %zu", CUT_ARG(word[0]),
		    want, n - 1);
	sentence_escape(p, k->v.sentence);
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

/* Where the brace that opened before `from` closes, on the same line; src.n when it does not.
 * Quotes of a tag may hold braces. */
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

/* ---- all of them ---- */

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
			return fail_at(p, w->file, w->node[i].line, "part holds itself: %.*s",
			    CUT_ARG(part->name));
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
	for (int lang = 0; lang < LANG_COUNT; lang++)
		v->sentence[lang] = NEWN(mem, struct str, T_COUNT);
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

/* The views of a folder, in the order of their names: the first fault is always the same. */
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
