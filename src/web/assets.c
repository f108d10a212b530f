/* web/assets.c: see assets.h. The only file that includes brotli. */
#include "web/assets.h"

#include "base/buf.h"
#include "base/crypt.h"
#include "base/files.h"

#include <brotli/encode.h>
#include <fcntl.h>
#include <unistd.h>

/* Of pages, which are made for one request. A table of 44 KB: 76 µs and 8.3 KB; 1 takes 110 µs for 7.5 KB and half a
 * megabyte of memory, 3 takes 333 µs for 7.0 KB. */
#define PAGE_QUALITY 0

struct asset {
	struct str name, url, type;
	struct str data, small;         /* small: brotli, or "" when it does not help */
};
struct assets {
	struct asset *list;
	size_t n;
	struct str dir;
};

static struct str
type_of(struct str name)
{
	static const struct { struct str end, type; } types[] = {
		{ STR_INIT(".css"), STR_INIT("text/css; charset=utf-8") },
		{ STR_INIT(".js"), STR_INIT("text/javascript; charset=utf-8") },
		{ STR_INIT(".svg"), STR_INIT("image/svg+xml") },
		{ STR_INIT(".png"), STR_INIT("image/png") },
		{ STR_INIT(".webmanifest"), STR_INIT("application/manifest+json") },
	};

	for (size_t i = 0; i < LEN(types); i++)
		if (str_ends(name, types[i].end))
			return types[i].type;
	return S("application/octet-stream");
}

static struct str
squeeze(struct arena *mem, struct str s, int quality)
{
	size_t n = BrotliEncoderMaxCompressedSize(s.n);
	uint8_t *p = arena_alloc(mem, n + 1);

	if (n == 0 || !BrotliEncoderCompress(quality, 18, BROTLI_MODE_TEXT, s.n, (const uint8_t *)s.p, &n, p) || n >= s.n)
		return S("");
	return (struct str){ (char *)p, n };
}

/* "app.css" and a hash -> "/static/app.0123456789ab.css" */
static struct str
url_of(struct arena *mem, struct str name, struct str data)
{
	struct sha256 h = crypt_sha256(data);
	struct str hex = crypt_hex(mem, (struct str){ (const char *)h.b, 6 });
	size_t dot = str_find(name, '.', 0);

	return str_fmt(mem, "/static/%.*s.%.*s%.*s", (int)dot, name.p, STR_ARG(hex), STR_ARG(str_sub(name, dot, name.n)));
}

struct assets *
assets_load(struct arena *mem, struct str dir)
{
	struct assets *a = NEW(mem, struct assets);
	const struct file *f;

	a->dir = dir;
	a->list = NEWN(mem, struct asset, files_count + 1);
	for (size_t at = 0; files_each(S("web/static/"), &at, &f);) {
		struct asset *x = &a->list[a->n++];
		x->name = str_sub(f->name, strlen("web/static/"), f->name.n);
		x->data = f->data;
		x->type = type_of(x->name);
		x->url = url_of(mem, x->name, x->data);
		x->small = squeeze(mem, x->data, BROTLI_MAX_QUALITY);
	}
	return a;
}

struct str
assets_url(const struct assets *a, struct str name)
{
	for (size_t i = 0; i < a->n; i++)
		if (str_eq(a->list[i].name, name))
			return a->list[i].url;
	BUG("a view names a static file that is not there");
}

/* From the source folder, for designers: whatever is there now. */
static struct str
read_file(struct arena *mem, struct str dir, struct str name)
{
	struct buf b = buf_new(mem);
	int fd = open(str_z(mem, str_fmt(mem, "%.*s/web/static/%.*s", STR_ARG(dir), STR_ARG(name))), O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return S("");
	while ((n = read(fd, buf_room(&b, 65536), 65536)) > 0)
		b.n += (size_t)n;
	close(fd);
	return buf_str(&b);
}

static bool
takes_brotli(const struct http_req *q)
{
	struct str accept = http_header(q, S("Accept-Encoding"));

	return str_find_str(accept, S("br")) < accept.n && q->secure;
}

struct http_reply
assets_reply(const struct assets *a, const struct http_req *q, struct str file, struct arena *mem)
{
	struct http_reply r = { .status = 404, .type = S("text/plain; charset=utf-8"), .body = S("not found\n"), .keep = true };
	struct str path = str_fmt(mem, "/static/%.*s", STR_ARG(file));

	for (size_t i = 0; i < a->n; i++) {
		const struct asset *x = &a->list[i];
		if (!str_eq(x->url, path))
			continue;
		r.status = 200;
		r.type = x->type;
		r.body = x->data;
		if (a->dir.n > 0) {
			r.body = read_file(mem, a->dir, x->name);
			r.keep = false;
			return r;
		}
		http_set(&r, S("Cache-Control"), S("public, max-age=31536000, immutable"));
		http_set(&r, S("Vary"), S("Accept-Encoding"));
		if (x->small.n > 0 && takes_brotli(q)) {
			r.body = x->small;
			http_set(&r, S("Content-Encoding"), S("br"));
		}
		return r;
	}
	return r;
}

void
squeeze_reply(struct http_reply *r, const struct http_req *q, struct arena *mem)
{
	if (r->body.n < 1400 || r->stream_opened != NULL || !takes_brotli(q) || !str_starts(r->type, S("text/html")))
		return;
	struct str small = squeeze(mem, r->body, PAGE_QUALITY);
	if (small.n == 0)
		return;
	r->body = small;
	r->keep = false;
	http_set(r, S("Content-Encoding"), S("br"));
	http_set(r, S("Vary"), S("Accept-Encoding"));
}
