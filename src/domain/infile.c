/* domain/infile.c: see infile.h. */
#include "domain/infile.h"

#include "base/crypt.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define BOM S("\xEF\xBB\xBF")
#define LINE_MAX_BYTES 4000     /* of a line that cannot be read; enough to find and mend it */

struct str
infile_name(struct str path)
{
	size_t from = path.n;

	while (from > 0 && path.p[from - 1] != '/')
		from--;
	return str_sub(path, from, path.n);
}

static enum err
cannot(struct arena *mem, struct str path, const char *reason, struct str *why)
{
	*why = str_fmt(mem, "cannot read %.*s: %s", STR_ARG(path), reason);
	return E_IO;
}

enum err
infile_open(struct arena *mem, struct str path, struct infile *out, struct str *why)
{
	struct infile f = { .path = path, .name = infile_name(path), .bytes = S("") };
	struct stat st;
	struct sha256 sum;
	void *p = MAP_FAILED;
	int fd = open(str_z(mem, path), O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return cannot(mem, path, strerrordesc_np(errno), why);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return cannot(mem, path, "it is not a file", why);
	}
	if (st.st_size > 0) {
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (p == MAP_FAILED) {
			close(fd);
			return cannot(mem, path, strerrordesc_np(errno), why);
		}
		f.bytes = (struct str){ p, (size_t)st.st_size };
	}
	close(fd);
	sum = crypt_sha256(f.bytes);
	f.sha256 = crypt_hex(mem, (struct str){ (const char *)sum.b, sizeof sum.b });
	*out = f;
	return OK;
}

void
infile_close(struct infile *f)
{
	if (f->bytes.n > 0)
		munmap((void *)(uintptr_t)f->bytes.p, f->bytes.n);
	f->bytes = S("");
}

static long
read_more(void *arg, char *p, size_t n)
{
	struct infile *f = arg;
	bool mark = f->mark < BOM.n;
	struct str part = mark ? str_sub(BOM, f->mark, n) : str_sub(f->bytes, f->at, n);

	memcpy(p, part.p, part.n);
	*(mark ? &f->mark : &f->at) += part.n;
	return (long)part.n;
}

struct csv *
infile_csv(struct arena *mem, struct infile *f)
{
	f->at = 0;
	f->mark = BOM.n;
	return csv_open(mem, (struct csv_source){ read_more, f });
}

struct csv *
infile_csv_utf8(struct arena *mem, struct infile *f)
{
	f->at = 0;
	f->mark = str_starts(f->bytes, BOM) ? BOM.n : 0;
	return csv_open(mem, (struct csv_source){ read_more, f });
}

/* ---- lines that are no text ---- */

/* Bytes of a coding as UTF-8; each that is none, or is NUL, becomes U+FFFD. */
static struct str
text_of(struct arena *mem, const char *coding, struct str s, bool more)
{
	iconv_t cd = iconv_open("UTF-8", coding);
	struct buf b = buf_new(mem);

	if (cd == (iconv_t)-1)
		return S("");
	while (s.n > 0) {
		size_t n = str_find(s, '\0', 0), rest = n, room = 4 * n;
		char *from = (char *)(uintptr_t)s.p, *to = buf_room(&b, room);

		iconv(cd, &from, &rest, &to, &room);
		b.n += 4 * n - room;
		s = str_sub(s, n - rest, s.n);
		if (s.n == 0)
			break;
		utf8_put(&b, 0xFFFD);
		s = str_sub(s, 1, s.n);
	}
	iconv_close(cd);
	if (more)
		utf8_put(&b, 0xFFFD);
	return buf_str(&b);
}

/* Ends like csv.c: CR LF, LF or CR. */
static struct str
line_next(const struct infile *f, size_t *at)
{
	size_t from = *at, to = from;

	while (to < f->bytes.n && f->bytes.p[to] != '\n' && f->bytes.p[to] != '\r')
		to++;
	*at = to + 1 + (to + 1 < f->bytes.n && f->bytes.p[to] == '\r' && f->bytes.p[to + 1] == '\n');
	return str_sub(f->bytes, from, to - from);
}

struct str
infile_line(struct arena *mem, const struct infile *f, enum csv_coding coding, size_t want, size_t *line, size_t *at)
{
	struct str s = S("");

	while (*line <= want && *at < f->bytes.n) {
		s = line_next(f, at);
		++*line;
	}
	if (want == 1 && str_starts(s, BOM))
		s = str_sub(s, BOM.n, s.n);
	return text_of(mem, coding == CSV_CP932 ? "CP932" : "UTF-8", str_sub(s, 0, LINE_MAX_BYTES), s.n > LINE_MAX_BYTES);
}
