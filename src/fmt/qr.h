/* fmt/qr.h: a QR code as a picture in the page, over libqrencode (no other file includes it). */
#ifndef FMT_QR_H
#define FMT_QR_H

#include "base/buf.h"

/* An inline SVG: class "qr", role="img" named by `label`, dark on white with the quiet zone
 * around, also on a dark page. At most about 2,300 bytes fit; false, and nothing written, when
 * `text` is longer or empty. */
bool qr_svg(struct str text, struct str label, struct buf *out) MUST_USE;

#endif
