/* fmt/html.h: the view language. Views are parsed once at start and rendered from a tree of values.
 *
 *   {name}              a value, escaped for text and quoted attributes alike; {row.name} looks into a map
 *   {t key}             a sentence of text.def in the page's language; {t key a b}: %1 %2 are values a b, escaped
 *   {#rows}…{/rows}     once per row of a list; inside, names are looked up in the row first, then outside
 *   {?name}…{/name}     when the value is there, not empty, not false;  {!name}…{/name}  the opposite
 *   {>part}             another view, "part.html"
 *   {@tag arg arg}      a part made by the program: html_tag() below (fields, csrf, url, icons)
 *   {{                  a brace
 *
 * Names are letters, digits and _; what stands between braces stays on one line. A text "0" is there; a
 * map is there; a list without rows is not. A part sees the names of where it stands and never holds itself.
 * A sentence is given as many values as it has places.
 *
 * There is no raw form: the only bytes that are not escaped are those of views and of tags, and a tag
 * writes through html_text and html_attr. A name that is not there renders as nothing in production and
 * fails in tests (html_strict), but for the names of {?x} and {!x}, which may be missing. */
#ifndef FMT_HTML_H
#define FMT_HTML_H

#include "base/buf.h"
#include "base/files.h"
#include "fmt/text.h"

/* ---- values ----
 * Names and texts are not copied: they live as long as the arena. A name set again replaces the first. */
struct val;     /* a text, a truth, a list, or a map */
struct val *val_map(struct arena *mem);
void val_text(struct val *map, const char *name, struct str s);
void val_fmt(struct val *map, const char *name, const char *fmt, ...) PRINTF(3, 4);
void val_int(struct val *map, const char *name, int64_t n);
void val_bool(struct val *map, const char *name, bool b);
/* A list under `name`, filled by val_row; an empty list counts as not there. */
struct val *val_list(struct val *map, const char *name);
/* A new map at the end of a list. */
struct val *val_row(struct val *list);
/* Put an existing map or list under a name; it may stand under several. */
void val_put(struct val *map, const char *name, struct val *child);
/* Look up: for tags. NULL when absent. */
const struct val *val_get(const struct val *map, struct str name);
struct str val_str(const struct val *v);        /* its text; "" for others */
bool val_true(const struct val *v);
/* Walk a list: NULL first, then each row until NULL comes back. */
const struct val *val_next(const struct val *list, const struct val *row);

/* ---- views ---- */
/* What a tag is given. */
struct html_scope {
	struct buf *out;
	enum lang lang;
	void *page;                     /* as given to html_render: the request's context */
	const struct val *top;
	/* The value of a name here (rows first, then outwards), or of a.b; NULL when absent. */
	const struct val *(*look)(const struct html_scope *s, struct str name);
	const void *frame;
};
/* args: the words after the tag's name, literally; "quoted words" may hold spaces. */
typedef void html_tag_fn(struct html_scope *s, const struct str *args, size_t n_args);
struct html_tag {
	struct str name;
	html_tag_fn *fn;
};

struct views;
/* Parse every embedded file web/view/NAME.html (or those of `dir`, when not empty). `tags` ends with a
 * nameless row. E_FORMAT with *why naming file and line: unknown view, sentence or tag, block not closed.
 * E_IO when `dir` or a file of it cannot be read. */
enum err views_load(struct arena *mem, struct str dir, const struct html_tag *tags, struct views **out,
    struct str *why) MUST_USE;
/* The same from files at hand, named "NAME.html" (tests). */
enum err views_parse(struct arena *mem, const struct file *file, size_t n, const struct html_tag *tags,
    struct views **out, struct str *why) MUST_USE;
/* Render the view `name` ("login") of `v`; BUG when there is none. */
void html_render(struct buf *out, const struct views *v, struct str name, enum lang lang, const struct val *top,
    void *page);
bool views_has(const struct views *v, struct str name);
/* From now on a name that is not there is BUG, with view and name (tests). */
void html_strict(bool on);

/* & < > " ' escaped. The same for text and quoted attributes. */
void html_text(struct buf *b, struct str s);
/* ` name="value"`, escaped. */
void html_attr(struct buf *b, const char *name, struct str value);

#endif
