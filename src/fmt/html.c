/* fmt/html.c: shows views. See html.h; view.h says what a view is made of. */
#include "fmt/view.h"

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

/* ---- showing ---- */

static bool strict;

void
html_strict(bool on)
{
	strict = on;
}

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
		const struct val *v = val_find(f->row, name, hash);
		if (v != NULL)
			return v;
	}
	return val_find(s->top, name, hash);
}

static const struct val *
look_path(const struct html_scope *s, const struct path *path)
{
	const struct val *v = look_step(s, path->step[0].name, path->step[0].hash);

	for (size_t i = 1; v != NULL && i < path->n; i++)
		v = val_find(v, path->step[i].name, path->step[i].hash);
	return v;
}

static const struct val *
look_name(const struct html_scope *s, struct str name)
{
	const struct val *v = NULL;
	struct str part;

	if (!str_cut(&name, '.', &part))
		return NULL;
	v = look_step(s, part, val_hash(part));
	while (v != NULL && str_cut(&name, '.', &part))
		v = val_get(v, part);
	return v;
}

/* The value of a name that must be there and be of a kind; NULL when it is not. */
static const struct val *
look_must(const struct html_scope *s, const struct view *w, const struct node *k,
    const struct path *path, enum val_kind kind)
{
	static const char *const want[] = { "text", "truth", "list", "map" };
	const struct val *v = look_path(s, path);

	if (v != NULL && v->kind == kind)
		return v;
	if (strict)
		base_bug(str_z(s->out->mem, w->file), (int)k->line,
		    str_fmt(s->out->mem, "%s: {%.*s}, a %s", v == NULL ? "not there" : "of another kind",
		    STR_ARG(path->whole), want[kind]).p);
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
html_render(struct buf *out, const struct views *v, struct str name, enum lang lang,
    const struct val *top, void *page)
{
	const struct view *w = view_find(v, name);
	struct render r = { .views = v,
		.s = { .out = out, .lang = lang, .page = page, .top = top, .look = look_name } };

	if (w == NULL)
		base_bug("web/view", 0, str_fmt(out->mem, "no such view: %.*s", STR_ARG(name)).p);
	render_nodes(&r, w, 0, w->n);
}
