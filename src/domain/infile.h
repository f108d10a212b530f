/* domain/infile.h: a file that somebody hands us to load: mapped, hashed, read as a spreadsheet. */
#ifndef DOMAIN_INFILE_H
#define DOMAIN_INFILE_H

#include "fmt/csv.h"

struct infile {
	struct str path, name;          /* name: without folders */
	struct str bytes;               /* the mapped file */
	struct str sha256;              /* hex */
	size_t at;                      /* how far infile_csv has read */
	size_t mark;                    /* of a byte order mark put in front: how far read */
};

/* A path without its folders. */
struct str infile_name(struct str path);
/* E_IO with a sentence in *why when it cannot be read. Close it with infile_close. */
enum err infile_open(struct arena *mem, struct str path, struct infile *out, struct str *why) MUST_USE;
void infile_close(struct infile *f);
/* Its rows, from the beginning. `f` must stay where it is. */
struct csv *infile_csv(struct arena *mem, struct infile *f);
/* The same for UTF-8 in which some bytes are damaged: csv_open would take it for CP932. */
struct csv *infile_csv_utf8(struct arena *mem, struct infile *f);
/* A physical line (from 1) as text: what is no text of the file's coding becomes U+FFFD. For rows that csv_next
 * could not read. *line and *at are a place in the file: begin with 1 and 0, ask for lines in order. */
struct str infile_line(struct arena *mem, const struct infile *f, enum csv_coding coding, size_t want, size_t *line,
    size_t *at);

#endif
