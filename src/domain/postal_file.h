/* domain/postal_file.h: files of postal codes, read into rows: KEN_ALL.CSV and JIGYOSYO.CSV of Japan Post (CP932 or
 * UTF-8, without header), the same tables with a header in English, and lines CODE<tab>ADDRESS.
 *
 * An address is for filling in a form: remarks are gone (以下に掲載がない場合, （次のビルを除く）, …一円, …の次に番地が
 * くる場合, ranges of 地割), floors stay. A town that KEN_ALL splits over several lines is one. */
#ifndef DOMAIN_POSTAL_FILE_H
#define DOMAIN_POSTAL_FILE_H

#include "domain/infile.h"
#include "domain/place.h"

struct postal_row {
	struct str code, pref, municipality, address;   /* municipality "" when it is none that we know */
};
struct postal_rows {
	struct str source;              /* "area" or "office" */
	struct postal_row *row;
	size_t n, strange;              /* strange: rows of no known municipality */
};

/* E_NOTFOUND when it is none of these files; E_FORMAT with *why = "line 12: …" when a line is wrong. */
enum err postal_file_read(struct arena *mem, struct places *all, struct infile *f, struct postal_rows *out,
    struct str *why) MUST_USE;
/* Lines CODE<tab>ADDRESS. */
enum err postal_lines_read(struct arena *mem, struct places *all, struct str text, struct postal_rows *out,
    struct str *why) MUST_USE;
bool postal_lines_are(struct str text);

#endif
