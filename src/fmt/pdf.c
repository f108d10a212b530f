/* fmt/pdf.c: see pdf.h.
 *
 * Each page is first recorded: how many there are, which their feet say, is known at the end.
 *
 * Pango's map of typefaces may be used by one thread at a time and grows to some 4 MB. So there are a few, each made when it is first
 * needed and kept: a document takes one for its time, and waits while all are taken. That also bounds how much of the
 * machine a run on documents can take from those who notify. */
#include "fmt/pdf.h"

#include "base/date.h"
#include "base/log.h"

/* glib's own says a banned word; nothing here needs it. */
#define __G_ALLOCA_H__

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <math.h>
#include <pthread.h>

#define POINTS (72.0 / 25.4)    /* of a millimetre */
#define LEAD 1.35
#define FOOT_SIZE 6.5
#define FOOT_UP 7.0             /* of the lower edge */
#define STEP 0.25               /* by which letters shrink, points */
/* The first covers all 戸籍統一文字 and 住基統一文字; the others draw what it does not have. */
#define FAMILY "IPAmjMincho,IPAexMincho,Noto Serif CJK JP,serif"

static struct {
	pthread_mutex_t lock;
	pthread_cond_t free;
	PangoFontMap *map[PDF_AT_ONCE];         /* those that no document has; NULL: not yet made, or taken */
	int taken;
} presses = { .lock = PTHREAD_MUTEX_INITIALIZER, .free = PTHREAD_COND_INITIALIZER };

struct page {
	cairo_surface_t *drawn;
	struct page *next;
};
struct pdf {
	struct arena *mem;
	struct pdf_info info;
	PangoFontMap *map;
	PangoContext *context;
	PangoLayout *layout;
	PangoFontDescription *face;
	struct page *first, *last;
	size_t pages;
	cairo_t *cr;            /* of the last page */
	int missing;            /* characters that no typeface has */
};

/* ---- begin ---- */

/* What the libraries have to say goes into the log like everything else; their words may hold some of the text. */
static void
said_below(const gchar *domain, GLogLevelFlags level, const gchar *words, gpointer unused)
{
	(void)words;
	(void)unused;
	log_warn("pdf.warned", KV_Z("by", domain), KV_N("level", level));
}

static void
listen_below(void)
{
	g_log_set_default_handler(said_below, NULL);
}

static PangoFontMap *
take_map(void)
{
	PangoFontMap *m = NULL;

	pthread_mutex_lock(&presses.lock);
	while (presses.taken == PDF_AT_ONCE)
		pthread_cond_wait(&presses.free, &presses.lock);
	presses.taken++;
	for (size_t i = 0; i < PDF_AT_ONCE && m == NULL; i++) {
		m = presses.map[i];
		presses.map[i] = NULL;
	}
	pthread_mutex_unlock(&presses.lock);
	return m != NULL ? m : pango_cairo_font_map_new();
}

static void
give_map(PangoFontMap *m)
{
	size_t i = 0;

	pthread_mutex_lock(&presses.lock);
	while (presses.map[i] != NULL)
		i++;
	presses.map[i] = m;
	presses.taken--;
	pthread_cond_signal(&presses.free);
	pthread_mutex_unlock(&presses.lock);
}

static PangoContext *
new_context(PangoFontMap *map)
{
	PangoContext *c = pango_font_map_create_context(map);
	cairo_font_options_t *plain = cairo_font_options_create();

	/* As on paper, not as on some screen: nothing is rounded to pixels. */
	cairo_font_options_set_hint_style(plain, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(plain, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(plain, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(c, plain);
	cairo_font_options_destroy(plain);
	pango_cairo_context_set_resolution(c, 72);
	pango_context_set_round_glyph_positions(c, FALSE);
	pango_context_set_language(c, pango_language_from_string("ja"));
	pango_context_set_base_dir(c, PANGO_DIRECTION_LTR);
	return c;
}

struct pdf *
pdf_begin(struct arena *mem, const struct pdf_info *info)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct pdf *p = NEW(mem, struct pdf);

	pthread_once(&once, listen_below);
	p->mem = mem;
	p->info = *info;
	p->map = take_map();
	p->context = new_context(p->map);
	p->layout = pango_layout_new(p->context);
	p->face = pango_font_description_from_string(FAMILY);
	pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_auto_dir(p->layout, FALSE);
	return p;
}

void
pdf_page(struct pdf *p)
{
	const cairo_rectangle_t paper = { 0, 0, PDF_WIDTH * POINTS, PDF_HEIGHT * POINTS };
	struct page *one = NEW(p->mem, struct page);

	one->drawn = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &paper);
	if (p->last != NULL)
		p->last->next = one;
	else
		p->first = one;
	p->last = one;
	p->pages++;
	if (p->cr != NULL)
		cairo_destroy(p->cr);
	p->cr = cairo_create(one->drawn);
}

size_t
pdf_pages(const struct pdf *p)
{
	return p->pages;
}

/* ---- text ---- */

static void
keep_whole(PangoAttrList *list, const struct pdf_span *at)
{
	PangoAttribute *a = pango_attr_allow_breaks_new(FALSE);

	a->start_index = (guint)at->from;
	a->end_index = (guint)(at->from + at->n);
	pango_attr_list_insert(list, a);
}

/* Lay t out at a size; w in mm, negative: no wrapping. */
static void
set(struct pdf *p, const struct pdf_text *t, double size, double w)
{
	static const PangoAlignment align[] = {
		[PDF_LEFT] = PANGO_ALIGN_LEFT, [PDF_CENTRE] = PANGO_ALIGN_CENTER, [PDF_RIGHT] = PANGO_ALIGN_RIGHT,
	};
	PangoAttrList *list = pango_attr_list_new();

	pango_font_description_set_size(p->face, (gint)lround(size * PANGO_SCALE));
	pango_layout_set_font_description(p->layout, p->face);
	pango_layout_set_text(p->layout, t->text.n > 0 ? t->text.p : "", (int)t->text.n);
	pango_layout_set_width(p->layout, w < 0 ? -1 : (int)lround(w * POINTS * PANGO_SCALE));
	pango_layout_set_alignment(p->layout, align[t->align]);
	pango_layout_set_indent(p->layout, -(int)lround(t->hang * POINTS * PANGO_SCALE));
	for (size_t i = 0; i < t->n_whole; i++)
		keep_whole(list, &t->whole[i]);
	/* The same distance whatever typeface a line borrows a character from. */
	PangoAttribute *high = pango_attr_line_height_new_absolute(
	    (int)lround(size * (t->lead > 0 ? t->lead : LEAD) * PANGO_SCALE));
	pango_attr_list_insert(list, high);
	pango_layout_set_attributes(p->layout, list);
	pango_attr_list_unref(list);
}

static double
mm(int units)
{
	return (double)units / PANGO_SCALE / POINTS;
}

double
pdf_height(struct pdf *p, const struct pdf_text *t, double w)
{
	PangoRectangle all;

	set(p, t, t->size, w);
	pango_layout_get_extents(p->layout, NULL, &all);
	return mm(all.height);
}

double
pdf_width(struct pdf *p, const struct pdf_text *t)
{
	PangoRectangle all;

	set(p, t, t->size, -1);
	pango_layout_get_extents(p->layout, NULL, &all);
	return mm(all.width);
}

double
pdf_fit(struct pdf *p, const struct pdf_text *t, double w, double h, double least)
{
	struct pdf_text small = *t;

	for (int step = 0; small.size >= least - STEP / 8; step++) {
		if (pdf_height(p, &small, w) <= h + 0.01)
			return small.size;
		small.size = t->size - (step + 1) * STEP;
	}
	return 0;
}

/* An ellipse round the bytes of a span that stand on this line. */
static void
draw_ring(struct pdf *p, PangoLayoutLine *line, const struct pdf_span *span, double x, double base, double size)
{
	int from = (int)span->from, to = (int)(span->from + span->n), begin, end;

	if (from < line->start_index || from >= line->start_index + line->length)
		return;
	pango_layout_line_index_to_x(line, from, FALSE, &begin);
	pango_layout_line_index_to_x(line, to, FALSE, &end);
	double left = x + (double)begin / PANGO_SCALE, right = x + (double)end / PANGO_SCALE;
	double wide = fmax(right - left + size * 0.3, size * 1.15), high = size * 1.15;
	cairo_save(p->cr);
	cairo_translate(p->cr, (left + right) / 2, base - size * 0.36);
	cairo_scale(p->cr, wide / 2, high / 2);
	cairo_new_sub_path(p->cr);
	cairo_arc(p->cr, 0, 0, 1, 0, 2 * G_PI);
	cairo_restore(p->cr);
	cairo_set_line_width(p->cr, 0.8);
	cairo_stroke(p->cr);
}

/* Draw the lines that end above `until` (points from the layout's top); the bytes drawn, and how far down. */
static size_t
draw(struct pdf *p, const struct pdf_text *t, double x, double y, double until, double *down)
{
	PangoLayoutIter *at = pango_layout_get_iter(p->layout);
	size_t drawn = 0;

	*down = 0;
	do {
		PangoLayoutLine *line = pango_layout_iter_get_line_readonly(at);
		PangoRectangle box;
		pango_layout_iter_get_line_extents(at, NULL, &box);
		double bottom = (double)(box.y + box.height) / PANGO_SCALE;
		if (bottom > until + 0.02)
			break;
		double left = x + (double)box.x / PANGO_SCALE;
		double base = y + (double)pango_layout_iter_get_baseline(at) / PANGO_SCALE;
		cairo_move_to(p->cr, left, base);
		pango_cairo_show_layout_line(p->cr, line);
		for (size_t i = 0; i < t->n_ring; i++)
			draw_ring(p, line, &t->ring[i], left, base, t->size);
		drawn = (size_t)line->start_index + (size_t)line->length;
		*down = bottom;
	} while (pango_layout_iter_next_line(at));
	pango_layout_iter_free(at);
	/* The sign that ends a paragraph belongs to it. */
	while (drawn > 0 && drawn < t->text.n && (t->text.p[drawn] == '\n' || t->text.p[drawn] == '\r'))
		drawn++;
	if (drawn >= t->text.n)
		p->missing += pango_layout_get_unknown_glyphs_count(p->layout);
	return drawn;
}

double
pdf_put(struct pdf *p, const struct pdf_text *t, double x, double y, double w)
{
	double down;

	set(p, t, t->size, w);
	draw(p, t, x * POINTS, y * POINTS, HUGE_VAL, &down);
	return down / POINTS;
}

size_t
pdf_put_some(struct pdf *p, const struct pdf_text *t, double x, double y, double w, double h)
{
	double down;

	set(p, t, t->size, w);
	return draw(p, t, x * POINTS, y * POINTS, h * POINTS, &down);
}

double
pdf_flow(struct pdf *p, const struct pdf_text *t, double x, double y, double w)
{
	struct pdf_text rest = *t;
	bool fresh = false;

	if (t->n_ring > 0 || t->n_whole > 0)
		BUG("a text that flows has no rings");
	for (;;) {
		double down;
		set(p, &rest, rest.size, w);
		size_t n = draw(p, &rest, x * POINTS, y * POINTS, (PDF_BOTTOM - y) * POINTS, &down);
		if (n >= rest.text.n)
			return y + down / POINTS;
		/* A line higher than a page: nothing would ever fit. */
		if (n == 0 && fresh)
			BUG("letters larger than the page");
		rest.text = str_sub(rest.text, n, rest.text.n);
		pdf_page(p);
		y = p->info.margin;
		fresh = true;
	}
}

/* ---- rules ---- */

void
pdf_line(struct pdf *p, double x, double y, double to_x, double to_y, double thick)
{
	cairo_set_line_width(p->cr, thick * POINTS);
	cairo_move_to(p->cr, x * POINTS, y * POINTS);
	cairo_line_to(p->cr, to_x * POINTS, to_y * POINTS);
	cairo_stroke(p->cr);
}

void
pdf_frame(struct pdf *p, double x, double y, double w, double h, double thick)
{
	cairo_set_line_width(p->cr, thick * POINTS);
	cairo_rectangle(p->cr, x * POINTS, y * POINTS, w * POINTS, h * POINTS);
	cairo_stroke(p->cr);
}

/* ---- end ---- */

static cairo_status_t
take(void *to, const unsigned char *data, unsigned int n)
{
	buf_put(to, (struct str){ (const char *)data, n });
	return CAIRO_STATUS_SUCCESS;
}

static void
put_info(struct pdf *p, cairo_surface_t *paper)
{
	cairo_pdf_surface_restrict_to_version(paper, CAIRO_PDF_VERSION_1_5);
	cairo_pdf_surface_set_metadata(paper, CAIRO_PDF_METADATA_TITLE, str_z(p->mem, p->info.title));
	cairo_pdf_surface_set_metadata(paper, CAIRO_PDF_METADATA_CREATOR, "hersys");
	cairo_pdf_surface_set_metadata(paper, CAIRO_PDF_METADATA_CREATE_DATE, str_z(p->mem, date_instant(p->mem,
	    p->info.made_at)));
}

/* `missing` is that of the pages, not of their feet. */
static void
draw_foot(struct pdf *p, size_t page, int missing)
{
	double w = PDF_WIDTH - 2 * p->info.margin, y = PDF_HEIGHT - FOOT_UP;
	struct str left = p->info.foot;

	if (missing > 0) {
		struct str n = str_fmt(p->mem, "%d", missing);
		left = str_fmt(p->mem, "%.*s  %.*s", STR_ARG(left), STR_ARG(text_fill(p->mem, T_pdf_missing, p->info.lang, &n, 1)));
	}
	pdf_put(p, &(struct pdf_text){ .text = left, .size = FOOT_SIZE }, p->info.margin, y, w - 20);
	if (p->pages > 1)
		pdf_put(p, &(struct pdf_text){ .text = str_fmt(p->mem, "%zu / %zu", page, p->pages), .size = FOOT_SIZE + 1.5,
		    .align = PDF_RIGHT }, p->info.margin, y - 0.5, w);
}

static cairo_status_t
write_pages(struct pdf *p, struct buf *out)
{
	cairo_surface_t *paper = cairo_pdf_surface_create_for_stream(take, out, PDF_WIDTH * POINTS, PDF_HEIGHT * POINTS);
	int missing = p->missing;
	size_t n = 0;

	put_info(p, paper);
	if (p->cr != NULL)
		cairo_destroy(p->cr);
	p->cr = cairo_create(paper);
	for (struct page *one = p->first; one != NULL; one = one->next) {
		cairo_set_source_surface(p->cr, one->drawn, 0, 0);
		cairo_paint(p->cr);
		cairo_set_source_rgb(p->cr, 0, 0, 0);
		draw_foot(p, ++n, missing);
		cairo_show_page(p->cr);
	}
	cairo_status_t s = cairo_status(p->cr);
	cairo_surface_finish(paper);
	if (s == CAIRO_STATUS_SUCCESS)
		s = cairo_surface_status(paper);
	cairo_surface_destroy(paper);
	return s;
}

static void
forget(struct pdf *p)
{
	for (struct page *one = p->first; one != NULL; one = one->next)
		cairo_surface_destroy(one->drawn);
	if (p->cr != NULL)
		cairo_destroy(p->cr);
	pango_font_description_free(p->face);
	g_object_unref(p->layout);
	g_object_unref(p->context);
	give_map(p->map);
}

enum err
pdf_end(struct pdf *p, struct str *out)
{
	struct buf b = buf_new(p->mem);
	cairo_status_t s = p->pages <= PDF_PAGES_MAX ? write_pages(p, &b) : CAIRO_STATUS_SUCCESS;
	bool many = p->pages > PDF_PAGES_MAX;

	forget(p);
	if (s == CAIRO_STATUS_NO_MEMORY)
		NO_MEMORY();
	if (s != CAIRO_STATUS_SUCCESS) {
		log_error("pdf.failed", KV_Z("why", cairo_status_to_string(s)));
		return E_IO;
	}
	*out = buf_str(&b);
	return many ? E_LIMIT : OK;
}
