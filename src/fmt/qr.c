/* fmt/qr.c: see qr.h. */
#include "fmt/qr.h"

#include "fmt/html.h"

#include <qrencode.h>

#define QUIET 4         /* light modules around, by the standard */
#define SIZE 4          /* pixels of a module where no style says otherwise */
#define BYTES_MAX 2331  /* of the largest symbol at level M */

static bool
is_dark(const QRcode *q, int x, int y)
{
	return x < q->width && (q->data[y * q->width + x] & 1) != 0;
}

/* Runs of dark modules, each a rectangle one module high. */
static void
put_path(const QRcode *q, struct buf *out)
{
	for (int y = 0; y < q->width; y++)
		for (int x = 0, n; x < q->width; x += n) {
			bool dark = is_dark(q, x, y);
			for (n = 1; x + n < q->width && is_dark(q, x + n, y) == dark; n++)
				;
			if (dark)
				buf_fmt(out, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n);
		}
}

bool
qr_svg(struct str text, struct str label, struct buf *out)
{
	QRcode *q;
	int side;

	if (text.n == 0 || text.n > BYTES_MAX)
		return false;
	q = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
	if (q == NULL)
		return false;
	side = q->width + 2 * QUIET;
	buf_fmt(out, "<svg class=\"qr\" role=\"img\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\"",
	    side, side, side * SIZE, side * SIZE);
	html_attr(out, "aria-label", label);
	buf_fmt(out, " shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>",
	    side, side);
	buf_put(out, S("<path fill=\"#000\" d=\""));
	put_path(q, out);
	buf_put(out, S("\"/></svg>"));
	QRcode_free(q);
	return true;
}
