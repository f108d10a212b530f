/* test/unit/paper.c: see paper.h. */
#include "paper.h"

#include "base/utf8.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Run a program that reads the file descriptor 3 as /dev/fd/3; what it writes. "" and a failed test when it ends badly. */
static struct str
run(struct arena *mem, struct str pdf, const char *const argv[])
{
	FILE *in = tmpfile(), *out = tmpfile();
	struct buf b = buf_new(mem);
	int status = -1;
	size_t n;

	if (in == NULL || out == NULL || fwrite(pdf.p, 1, pdf.n, in) != pdf.n || fflush(in) != 0)
		BUG("test: no room for a file");
	rewind(in);
	pid_t child = fork();
	if (child == 0) {
		dup2(fileno(out), 1);
		dup2(fileno(out), 2);
		dup2(fileno(in), 3);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	waitpid(child, &status, 0);
	rewind(out);
	while ((n = fread(buf_room(&b, 65536), 1, 65536, out)) > 0)
		b.n += n;
	fclose(in);
	fclose(out);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		test_fail(__FILE__, __LINE__, argv[0], buf_str(&b), S("a sound file"));
	return buf_str(&b);
}

struct str
paper_plain(struct arena *mem, struct str s)
{
	struct buf b = buf_new(mem);

	for (size_t i = 0; i < s.n;) {
		struct str rest = str_sub(s, i, s.n);
		if (rest.p[0] == ' ' || rest.p[0] == '\n' || rest.p[0] == '\r' || rest.p[0] == '\f' || rest.p[0] == '\t')
			i++;
		else if (str_starts(rest, S("　")) || str_starts(rest, S("\xE2\x80\x8B")))
			i += 3;
		else if (str_starts(rest, S("\xF3\xA0\x84")) || str_starts(rest, S("\xF3\xA0\x85")) || str_starts(rest, S("\xF3\xA0\x86"))
		    || str_starts(rest, S("\xF3\xA0\x87")))
			i += 4;
		else
			buf_byte(&b, s.p[i++]);
	}
	return buf_str(&b);
}

struct str
paper_text(struct arena *mem, struct str pdf)
{
	const char *argv[] = { "pdftotext", "-raw", "/dev/fd/3", "-", NULL };

	return paper_plain(mem, run(mem, pdf, argv));
}

int
paper_pages(struct arena *mem, struct str pdf)
{
	const char *argv[] = { "qpdf", "--show-npages", "/dev/fd/3", NULL };
	int64_t n;

	return str_int(str_trim(run(mem, pdf, argv)), &n) ? (int)n : -1;
}

void
paper_sound(struct arena *mem, struct str pdf)
{
	const char *check[] = { "qpdf", "--check", "/dev/fd/3", NULL }, *fonts[] = { "pdffonts", "/dev/fd/3", NULL };

	CHECK_HAS(run(mem, pdf, check), S("No syntax or stream encoding errors found"));
	struct str list = run(mem, pdf, fonts), line;
	for (int n = 0; str_cut(&list, '\n', &line); n++)
		if (n >= 2 && line.n > 0)
			CHECK_HAS(line, S("yes yes yes"));
}

struct image
paper_image(struct arena *mem, struct str pdf, int page)
{
	const char *n = str_z(mem, str_fmt(mem, "%d", page));
	const char *argv[] = { "pdftoppm", "-gray", "-r", "50", "-f", n, "-l", n, "/dev/fd/3", NULL };
	struct str ppm = run(mem, pdf, argv), word[4];
	int64_t w = 0, h = 0;
	size_t at = 0;

	for (int i = 0; i < 4; i++) {
		size_t from = at;
		while (at < ppm.n && ppm.p[at] > ' ')
			at++;
		word[i] = str_sub(ppm, from, at - from);
		at++;
	}
	if (!str_eq(word[0], S("P5")) || !str_int(word[1], &w) || !str_int(word[2], &h) || ppm.n < at + (size_t)(w * h))
		test_fail(__FILE__, __LINE__, "an image", str_sub(ppm, 0, 40), S("P5"));
	return (struct image){ (int)w, (int)h, (const unsigned char *)ppm.p + at };
}

int
paper_ink(const struct image *i, double x, double y, double w, double h)
{
	const double dots = 50 / 25.4;
	int inked = 0, all = 0;

	for (int row = (int)(y * dots); row < (int)((y + h) * dots) && row < i->h; row++)
		for (int col = (int)(x * dots); col < (int)((x + w) * dots) && col < i->w; col++, all++)
			inked += i->grey[row * i->w + col] < 200;
	return all > 0 ? inked * 1000 / all : 0;
}

void
paper_keep(struct str pdf, const char *name)
{
	char path[200];

	mkdir("test/out", 0777);
	snprintf(path, sizeof path, "test/out/%s.pdf", name);
	FILE *f = fopen(path, "w");
	if (f == NULL || fwrite(pdf.p, 1, pdf.n, f) != pdf.n || fclose(f) != 0)
		BUG("test: cannot write into test/out");
}
