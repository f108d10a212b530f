/* fmt/csv.c: see csv.h.
 *
 * A window of text (UTF-8) slides over the file: it holds the row being looked for and what
 * was read behind it, and grows for long rows only. A row is found by one pass over it,
 * copied into its arena and cut there.
 *
 * CP932 is decoded by a table, filled once by iconv when such a file is opened: nothing must
 * be closed, and a byte that is no text becomes 0xFF, which no UTF-8 text holds, so that its
 * row alone is refused.
 *
 * An open quote swallows the rest of the file. Such a row is given up at its first line end
 * and reading goes on there; as each time costs a look over the window, only a number of
 * times per file. */
#include "fmt/csv.h"

#include "base/log.h"
#include "base/utf8.h"

#include <errno.h>
#include <iconv.h>

#define HEAD 65536                      /* looked at to tell the coding */
#define CHUNK 16384                     /* the least that is read at once */
#define WINDOW (CSV_MAX_ROW + CHUNK)    /* the most the window grows */
#define GIVE_UPS 100

#define LEAD_FIRST 0x81
#define TRAIL_FIRST 0x40
#define LEADS (0xFD - LEAD_FIRST)
#define TRAILS (0xFD - TRAIL_FIRST)

/* Code points of CP932; 0 where there is none. */
struct cp932 {
	uint16_t one[256];
	uint16_t two[LEADS][TRAILS];
};

struct csv {
	struct csv_source src;
	enum csv_coding coding;
	const struct cp932 *table;
	char *raw;              /* CP932, HEAD bytes, read and not yet decoded */
	size_t n_raw;
	struct arena *mem;
	char *text;             /* the window */
	size_t from, n, cap;    /* the row begins at `from`, text ends at n */
	size_t line;            /* of the row, from 1 */
	int give_ups;
	bool ended;             /* the source has no more */
	enum err broken;        /* E_IO from now on */
};

/* ---- where text comes from ---- */

/* At most n bytes of the source, fewer only at its end. */
static size_t
source_read(struct csv *c, char *p, size_t n)
{
	size_t got = 0;

	while (got < n && !c->ended) {
		long k = c->src.read(c->src.arg, p + got, n - got);
		if (k < 0)
			c->broken = E_IO;
		if (k <= 0)
			c->ended = true;
		else
			got += (size_t)k;
	}
	return got;
}

static uint16_t
cp932_ask(iconv_t cd, const char *bytes, size_t n)
{
	char in[2] = { bytes[0], n > 1 ? bytes[1] : '\0' }, out[8], *from = in, *to = out;
	size_t rest = n, room = sizeof out;

	iconv(cd, NULL, NULL, NULL, NULL);
	if (iconv(cd, &from, &rest, &to, &room) != 0 || rest > 0 || room != sizeof out - 2)
		return 0;
	return (uint16_t)((unsigned char)out[0] << 8 | (unsigned char)out[1]);
}

static const struct cp932 *
cp932_table(struct arena *mem)
{
	struct cp932 *t = NEW(mem, struct cp932);
	iconv_t cd = iconv_open("UTF-16BE", "CP932");

	if (cd == (iconv_t)-1)
		return NULL;
	for (int lead = 0; lead < 256; lead++) {
		t->one[lead] = cp932_ask(cd, &(char){ (char)lead }, 1);
		if (t->one[lead] != 0 || lead < LEAD_FIRST || lead >= LEAD_FIRST + LEADS)
			continue;
		for (int trail = TRAIL_FIRST; trail < TRAIL_FIRST + TRAILS; trail++)
			t->two[lead - LEAD_FIRST][trail - TRAIL_FIRST] =
			    cp932_ask(cd, (char[]){ (char)lead, (char)trail }, 2);
	}
	iconv_close(cd);
	return t;
}

/* One code point of the basic plane as UTF-8; returns how many bytes. */
static size_t
put_utf8(char *p, uint16_t cp)
{
	if (cp < 0x80) {
		p[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		p[0] = (char)(0xC0 | cp >> 6);
		p[1] = (char)(0x80 | (cp & 63));
		return 2;
	}
	p[0] = (char)(0xE0 | cp >> 12);
	p[1] = (char)(0x80 | (cp >> 6 & 63));
	p[2] = (char)(0x80 | (cp & 63));
	return 3;
}

/* Decode what is in c->raw to `to`, as far as there is room; a lead byte at the end waits for
 * its trail. */
static size_t
cp932_decode(struct csv *c, char *to, size_t room)
{
	const struct cp932 *t = c->table;
	size_t i = 0, n = 0;

	while (i < c->n_raw && n + 3 <= room) {
		unsigned char lead = (unsigned char)c->raw[i], trail;
		uint16_t cp = t->one[lead];

		if (lead < 0x80 || cp != 0) {
			n += put_utf8(to + n, cp);
			i++;
			continue;
		}
		if (i + 1 == c->n_raw && !c->ended)
			break;
		trail = i + 1 < c->n_raw ? (unsigned char)c->raw[i + 1] : 0;
		if (lead >= LEAD_FIRST && lead < LEAD_FIRST + LEADS && trail >= TRAIL_FIRST
		    && trail < TRAIL_FIRST + TRAILS)
			cp = t->two[lead - LEAD_FIRST][trail - TRAIL_FIRST];
		if (cp == 0)
			to[n++] = '\xFF';
		else
			n += put_utf8(to + n, cp);
		i += cp == 0 ? 1 : 2;
	}
	c->n_raw -= i;
	memmove(c->raw, c->raw + i, c->n_raw);
	return n;
}

/* Room for a chunk behind the text: the row moves to the front, then the window grows. False
 * when the row alone fills it. */
static bool
make_room(struct csv *c)
{
	size_t cap = c->cap * 2 < WINDOW ? c->cap * 2 : WINDOW;
	char *larger;

	if (c->cap - c->n >= CHUNK)
		return true;
	memmove(c->text, c->text + c->from, c->n - c->from);
	c->n -= c->from;
	c->from = 0;
	if (c->cap - c->n >= CHUNK)
		return true;
	if (c->cap == WINDOW)
		return false;
	larger = arena_alloc(c->mem, cap);
	memcpy(larger, c->text, c->n);
	c->text = larger;
	c->cap = cap;
	return c->cap - c->n >= CHUNK;
}

/* More text at the window's end. False at the end of the file, and when the row fills the window. */
static bool
fill(struct csv *c)
{
	size_t got;

	if (!make_room(c))
		return false;
	if (c->coding == CSV_CP932) {
		if (c->n_raw < CHUNK)
			c->n_raw += source_read(c, c->raw + c->n_raw, HEAD - c->n_raw);
		got = cp932_decode(c, c->text + c->n, c->cap - c->n);
	} else {
		got = source_read(c, c->text + c->n, c->cap - c->n);
	}
	c->n += got;
	return got > 0;
}

/* Without a character that is cut off at the end. */
static struct str
whole_chars(struct str s)
{
	for (size_t back = 1; back <= 3 && back <= s.n; back++) {
		unsigned char byte = (unsigned char)s.p[s.n - back];
		if (byte < 0x80)
			break;
		if (byte >= 0xC0)
			return str_sub(s, 0, s.n - back);
	}
	return s;
}

struct csv *
csv_open(struct arena *mem, struct csv_source src)
{
	struct csv *c = NEW(mem, struct csv);
	struct str head;

	*c = (struct csv){ .src = src, .mem = mem, .line = 1, .cap = HEAD + CHUNK };
	c->text = arena_alloc(mem, c->cap);
	c->n = source_read(c, c->text, HEAD);
	head = (struct str){ c->text, c->n };
	if (str_starts(head, S("\xEF\xBB\xBF"))) {
		c->coding = CSV_UTF8_BOM;
		c->from = 3;
		return c;
	}
	if (utf8_ok(c->ended ? head : whole_chars(head)))
		return c;
	c->coding = CSV_CP932;
	c->raw = c->text;
	c->n_raw = c->n;
	c->text = arena_alloc(mem, c->cap);
	c->n = 0;
	c->table = cp932_table(mem);
	if (c->table == NULL) {
		log_error("csv.no_cp932", KV_Z("iconv", strerrorname_np(errno)));
		c->broken = E_IO;
		c->ended = true;
		c->n_raw = 0;
	}
	return c;
}

enum csv_coding
csv_coding(const struct csv *c)
{
	return c->coding;
}

/* ---- rows ---- */

/* A row in the window; places count from c->from. */
struct span {
	size_t n;               /* bytes, without line end */
	size_t next;            /* where the next row begins */
	size_t cells;
	size_t lines;           /* line ends inside quotes */
	size_t first_next;      /* behind the first of them, 0 when there is none */
};

/* A line end at i inside quotes. CR LF counts once. */
static void
line_inside(struct span *r, const char *row, size_t i)
{
	bool second = row[i] == '\n' && i > 0 && row[i - 1] == '\r';

	r->lines += !second;
	if (r->first_next == 0 || (second && r->first_next == i))
		r->first_next = i + 1;
}

/* OK; E_NOTFOUND when there is no row; E_FORMAT with r->n the bytes looked at when it has no end. */
static enum err
row_find(struct csv *c, struct span *r)
{
	enum { START, PLAIN, QUOTED, AFTER } at = START;

	*r = (struct span){ .cells = 1 };
	for (size_t i = 0; ; i++) {
		if (c->from + i == c->n && !fill(c)) {
			r->n = r->next = i;
			if (c->broken != OK)
				return c->broken;
			if (i == 0)
				return E_NOTFOUND;
			return at == QUOTED || i > CSV_MAX_ROW ? E_FORMAT : OK;
		}
		char byte = c->text[c->from + i];
		if (at == QUOTED) {
			if (byte == '"')
				at = AFTER;
			else if (byte == '\n' || byte == '\r')
				line_inside(r, c->text + c->from, i);
		} else if (byte == '"' && at != PLAIN) {
			at = QUOTED;    /* opens, or was the second of two */
		} else if (byte == ',') {
			at = START;
			r->cells++;
		} else if (byte == '\n' || byte == '\r') {
			bool more = byte == '\r' && (c->from + i + 1 < c->n || fill(c));
			r->n = i;
			r->next = i + 1 + (more && c->text[c->from + i + 1] == '\n');
			return i > CSV_MAX_ROW ? E_FORMAT : OK;
		} else {
			at = PLAIN;
		}
	}
}

static void
line_skip(struct csv *c)
{
	while (c->from < c->n || fill(c)) {
		char byte = c->text[c->from++];
		if (byte != '\n' && byte != '\r')
			continue;
		c->line++;
		if (byte == '\r' && (c->from < c->n || fill(c)) && c->text[c->from] == '\n')
			c->from++;
		return;
	}
}

/* A row without an end: read on behind its first line, or when that happens too often, behind
 * all of it. */
static void
row_give_up(struct csv *c, const struct span *r)
{
	if (r->first_next > 0 && c->give_ups++ < GIVE_UPS) {
		c->from += r->first_next;
		c->line++;
		return;
	}
	c->from += r->n;
	c->line += r->lines;
	line_skip(c);
}

/* A cell that begins with a quote, at the head of s; *end is the comma behind it, or s.n.
 * What stands between the closing quote and the comma belongs to it. */
static struct str
quoted_read(struct arena *row, struct str s, size_t *end)
{
	size_t from = 1, at = str_find(s, '"', 1);
	struct buf b = buf_new(row);

	if (at + 1 >= s.n || s.p[at + 1] == ',') {
		*end = at + 1;
		return str_sub(s, 1, at - 1);
	}
	while (at + 1 < s.n && s.p[at + 1] == '"') {
		buf_put(&b, str_sub(s, from, at + 1 - from));
		from = at + 2;
		at = str_find(s, '"', from);
	}
	buf_put(&b, str_sub(s, from, at - from));
	*end = str_find(s, ',', at + 1);
	buf_put(&b, str_sub(s, at + 1, *end - at - 1));
	return buf_str(&b);
}

static void
row_cut(struct arena *row, struct csv_row *out)
{
	struct str s = out->raw;

	for (size_t i = 0; i < out->n; i++) {
		size_t end;
		if (s.n > 0 && s.p[0] == '"') {
			out->cell[i] = quoted_read(row, s, &end);
		} else {
			end = str_find(s, ',', 0);
			out->cell[i] = str_sub(s, 0, end);
		}
		s = str_sub(s, end + 1, s.n);
	}
}

enum err
csv_next(struct csv *c, struct arena *row, struct csv_row *out)
{
	struct span r;
	enum err e = row_find(c, &r);
	struct str text;

	*out = (struct csv_row){ .line = c->line };
	if (e == E_FORMAT)
		row_give_up(c, &r);
	if (e != OK)
		return e;
	text = (struct str){ c->text + c->from, r.n };
	c->from += r.next;
	c->line += r.lines + 1;
	if (r.cells > CSV_MAX_CELLS || !utf8_ok(text))
		return E_FORMAT;
	out->raw = str_dup(row, text);
	out->n = r.cells;
	out->cell = NEWN(row, struct str, r.cells);
	row_cut(row, out);
	return OK;
}

/* ---- writing ---- */

/* A mark of byte order would be lost at the head of a file. */
static bool
must_quote(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\r' || s.p[i] == '\n')
			return true;
	return str_starts(s, S("\xEF\xBB\xBF"));
}

void
csv_put(struct buf *b, struct str cell, enum csv_guard guard)
{
	bool quote = must_quote(cell);

	if (quote)
		buf_byte(b, '"');
	if (guard == CSV_GUARD && cell.n > 0 && memchr("=+-@\t\r", cell.p[0], 6) != NULL)
		buf_byte(b, '\'');
	for (size_t at; cell.n > 0; cell = str_sub(cell, at, cell.n)) {
		at = str_find(cell, '"', 0);
		buf_put(b, str_sub(cell, 0, at));
		if (at == cell.n)
			break;
		buf_put(b, S("\"\""));
		at++;
	}
	if (quote)
		buf_byte(b, '"');
}

void
csv_put_row(struct buf *b, const struct str *cell, size_t n, enum csv_guard guard)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(b, ',');
		csv_put(b, cell[i], guard);
	}
	/* one empty cell, written as nothing, is a blank line that many readers pass over */
	if (n == 1 && cell[0].n == 0)
		buf_put(b, S("\"\""));
	buf_put(b, S("\r\n"));
}
