/* test/http/reading.c: see reading.h. Enough of HTML for pages that are made by views: every attribute quoted. */
#include "reading.h"

struct tag {
	struct str name;        /* "/form" for an end */
	struct str attr[24], value[24];
	size_t n;
	size_t from, to;        /* where it stands */
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* The next tag behind *at. */
static bool
next_tag(struct str html, size_t *at, struct tag *t)
{
	size_t i = str_find(html, '<', *at);

	if (i + 1 >= html.n)
		return false;
	*t = (struct tag){ .from = i++ };
	size_t from = i;
	while (i < html.n && !is_blank(html.p[i]) && html.p[i] != '>')
		i++;
	t->name = str_sub(html, from, i - from);
	while (i < html.n && html.p[i] != '>') {
		while (i < html.n && is_blank(html.p[i]))
			i++;
		from = i;
		while (i < html.n && !is_blank(html.p[i]) && html.p[i] != '=' && html.p[i] != '>')
			i++;
		struct str attr = str_sub(html, from, i - from), value = S("");
		if (i + 1 < html.n && html.p[i] == '=' && html.p[i + 1] == '"') {
			from = i + 2;
			i = str_find(html, '"', from);
			value = str_sub(html, from, i - from);
			i++;
		}
		if (attr.n > 0 && t->n < LEN(t->attr)) {
			t->attr[t->n] = attr;
			t->value[t->n++] = value;
		}
	}
	t->to = *at = i < html.n ? i + 1 : html.n;
	return true;
}

static bool
tag_has(const struct tag *t, const char *attr)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->attr[i], str_of(attr)))
			return true;
	return false;
}

static struct str
tag_value(const struct tag *t, const char *attr)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->attr[i], str_of(attr)))
			return t->value[i];
	return S("");
}

struct str
unescaped(struct arena *mem, struct str html)
{
	static const struct { struct str mark; char c; } marks[] = {
		{ STR_INIT("&lt;"), '<' }, { STR_INIT("&gt;"), '>' }, { STR_INIT("&quot;"), '"' },
		{ STR_INIT("&#39;"), '\'' }, { STR_INIT("&amp;"), '&' },
	};
	struct buf b = buf_new(mem);

	for (size_t i = 0; i < html.n;) {
		size_t k = 0;
		struct str rest = str_sub(html, i, html.n);
		while (k < LEN(marks) && !str_starts(rest, marks[k].mark))
			k++;
		buf_byte(&b, k < LEN(marks) ? marks[k].c : html.p[i]);
		i += k < LEN(marks) ? marks[k].mark.n : 1;
	}
	return buf_str(&b);
}

struct str
read_text(struct arena *mem, struct str html)
{
	struct buf b = buf_new(mem);
	size_t at = 0, from = 0;
	struct tag t;

	for (bool more = true; more;) {
		more = next_tag(html, &at, &t);
		struct str text = unescaped(mem, str_sub(html, from, (more ? t.from : html.n) - from));
		for (size_t i = 0; i < text.n; i++)
			if (!is_blank(text.p[i]))
				buf_byte(&b, text.p[i]);
			else if (b.n > 0 && b.p[b.n - 1] != ' ')
				buf_byte(&b, ' ');
		from = at;
	}
	return str_trim(buf_str(&b));
}

struct str
between(struct str html, const char *from, const char *to)
{
	size_t at = str_find_str(html, str_of(from));

	if (at == html.n)
		return S("");
	html = str_sub(html, at + strlen(from), html.n);
	at = str_find_str(html, str_of(to));
	return at == html.n ? S("") : str_sub(html, 0, at);
}

/* ---- forms ---- */

struct gathering {
	struct arena *mem;
	struct form_pair pair[2000];
	size_t n;
};

static void
gather(struct gathering *g, struct str name, struct str value)
{
	if (name.n == 0)
		return;
	if (g->n == LEN(g->pair))
		BUG("a form of a test is too long");
	g->pair[g->n++] = (struct form_pair){ unescaped(g->mem, name), unescaped(g->mem, value) };
}

static void
gather_input(struct gathering *g, const struct tag *t)
{
	struct str type = tag_value(t, "type");
	bool tick = str_eq(type, S("radio")) || str_eq(type, S("checkbox"));

	if (tick && !tag_has(t, "checked"))
		return;
	gather(g, tag_value(t, "name"), tag_value(t, "value"));
}

/* The option that is selected, else the first. Leaves *at behind the list. */
static void
gather_select(struct gathering *g, struct str html, size_t *at, const struct tag *select)
{
	struct str value = S("");
	bool any = false, chosen = false;
	struct tag t;

	while (next_tag(html, at, &t) && !str_eq(t.name, S("/select"))) {
		if (!str_eq(t.name, S("option")) || chosen)
			continue;
		chosen = tag_has(&t, "selected");
		if (chosen || !any)
			value = tag_value(&t, "value");
		any = true;
	}
	gather(g, tag_value(select, "name"), value);
}

static void
gather_textarea(struct gathering *g, struct str html, size_t *at, const struct tag *area)
{
	struct tag t = { .from = html.n };
	size_t from = area->to;

	while (next_tag(html, at, &t) && !str_eq(t.name, S("/textarea")))
		;
	if (from < html.n && html.p[from] == '\n')
		from++;
	gather(g, tag_value(area, "name"), str_sub(html, from, t.from - from));
}

static bool
form_begin(struct str html, const char *id, size_t *at)
{
	struct tag t;

	while (next_tag(html, at, &t))
		if (str_eq(t.name, S("form")) && (str_eq(tag_value(&t, "id"), str_of(id))
		    || str_eq(tag_value(&t, "action"), str_of(id))))
			return true;
	return false;
}

static struct gathering *
gathered(struct arena *mem, struct str html, const char *id)
{
	struct gathering *g = NEW(mem, struct gathering);
	size_t at = 0;
	struct tag t;

	g->mem = mem;
	if (!form_begin(html, id, &at))
		return g;
	while (next_tag(html, &at, &t) && !str_eq(t.name, S("/form"))) {
		if (str_eq(t.name, S("input")))
			gather_input(g, &t);
		else if (str_eq(t.name, S("select")))
			gather_select(g, html, &at, &t);
		else if (str_eq(t.name, S("textarea")))
			gather_textarea(g, html, &at, &t);
	}
	return g;
}

struct str
read_form(struct arena *mem, struct str html, const char *id)
{
	struct gathering *g = gathered(mem, html, id);

	return form_write(mem, &(struct form){ g->pair, g->n });
}

struct str
read_value(struct arena *mem, struct str html, const char *name)
{
	struct gathering *g = gathered(mem, html, "entry");

	return form_get(&(struct form){ g->pair, g->n }, str_of(name));
}

struct str
read_note(struct arena *mem, struct str html, const char *name)
{
	char *id = str_z(mem, str_fmt(mem, "id=\"f-%s-note\">", name));

	for (char *p = id; *p; p++)
		if (*p == '.')
			*p = '-';
	return read_text(mem, between(html, id, "</p>"));
}

struct str
read_faults(struct arena *mem, struct str html)
{
	return read_text(mem, between(html, "id=\"faults\"", "</div>"));
}

/* ---- a page as a page ---- */

struct ids {
	struct str list[4000];
	size_t n;
};

static bool
has_id(const struct ids *ids, struct str id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (str_eq(ids->list[i], id))
			return true;
	return false;
}

static void
gather_ids(struct str html, struct ids *ids, struct buf *out)
{
	struct tag t;

	for (size_t at = 0; next_tag(html, &at, &t);) {
		struct str id = tag_value(&t, "id");
		if (!tag_has(&t, "id"))
			continue;
		if (id.n == 0 || has_id(ids, id))
			buf_fmt(out, "id twice or empty: %.*s\n", STR_ARG(id));
		if (ids->n == LEN(ids->list))
			BUG("a page of a test has too many ids");
		ids->list[ids->n++] = id;
	}
}

static void
check_references(const struct ids *ids, const struct tag *t, struct buf *out)
{
	static const char *const attr[] = { "for", "aria-describedby", "aria-labelledby" };

	for (size_t i = 0; i < LEN(attr); i++) {
		struct str rest = tag_value(t, attr[i]), one;
		while (str_cut(&rest, ' ', &one))
			if (one.n > 0 && !has_id(ids, one))
				buf_fmt(out, "%.*s %s: there is no %.*s\n", STR_ARG(t->name), attr[i], STR_ARG(one));
	}
	struct str href = tag_value(t, "href");
	if (str_starts(href, S("#")) && !has_id(ids, str_sub(href, 1, href.n)))
		buf_fmt(out, "link to nowhere: %.*s\n", STR_ARG(href));
}

struct str
page_faults(struct arena *mem, struct str html)
{
	struct ids *ids = NEW(mem, struct ids);
	struct buf out = buf_new(mem);
	struct tag t;

	gather_ids(html, ids, &out);
	for (size_t at = 0; next_tag(html, &at, &t);)
		check_references(ids, &t, &out);
	struct str text = read_text(mem, html);
	for (char c = '1'; c <= '9'; c++) {
		struct str place = { (char[]){ '%', c }, 2 };
		/* "100.0%2022": a percentage before a number is none; sentences have their places apart. */
		size_t at = str_find_str(text, place);
		if (at < text.n && (at == 0 || text.p[at - 1] < '0' || text.p[at - 1] > '9'))
			buf_fmt(&out, "a place that was not filled: %.*s\n", STR_ARG(str_sub(text, at, 40)));
	}
	return buf_str(&out);
}

size_t
times_in(struct str hay, struct str needle)
{
	size_t n = 0;

	for (size_t at; (at = str_find_str(hay, needle)) < hay.n; n++)
		hay = str_sub(hay, at + needle.n, hay.n);
	return n;
}
