/* web/assets.h: static files under names that change with their contents, cached for ever by browsers, compressed once
 * at start; and compression of pages. */
#ifndef WEB_ASSETS_H
#define WEB_ASSETS_H

#include "http/http.h"

struct assets;
/* All embedded web/static files, or those of a source folder read anew at each request. */
struct assets *assets_load(struct arena *mem, struct str dir);
/* "app.css" -> "/static/app.3f9a….css" ; BUG when there is none (a view names it). */
struct str assets_url(const struct assets *a, struct str name);
/* Answer /static/FILE. */
struct http_reply assets_reply(const struct assets *a, const struct http_req *q, struct str file, struct arena *mem);

/* Brotli, when the client takes it and it is worth it. Pages hide their tokens behind a fresh mask (app.c), so that
 * lengths tell nothing about them (BREACH). */
void squeeze_reply(struct http_reply *r, const struct http_req *q, struct arena *mem);

#endif
