/* domain/open_import.c: see open_import.h.
 *
 * Rows are read in batches; each batch is one change, so that others may write in between and memory stays that of a
 * batch. An import that stops half-way is finished by importing the file again: what is there is known.
 *
 * Within one file a number that comes twice is known when it says the same, and refused when it does not: nobody can
 * tell which of the two is right. To see that, a table remembers 16 bytes for each row of the file: on disk, so that the
 * longest file needs no more memory than a short one. */
#include "domain/open_import.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "domain/infile.h"
#include "domain/open_row.h"
#include "fmt/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define BATCH_ROWS 1000
#define BATCH_BYTES (16u << 20)

/* ---- rows seen in this file ---- */

struct seen_row {
	uint64_t key;           /* 0: empty */
	uint32_t sum, line;
};
/* Open addressing by the first bits of a sum, at most half full: as many places as the file's lines ask for. */
struct seen {
	int fd;                 /* of a file without a name */
	uint64_t size, n;       /* places, a power of two; rows */
};

#define SEEN_BLOCK 16           /* places read at once */

/* Where lines end; a row has one at least, but for the last. */
static uint64_t
line_ends(struct str bytes)
{
	uint64_t n = 0;

	for (size_t i = 0; i < bytes.n; i++)
		n += bytes.p[i] == '\n' || (bytes.p[i] == '\r' && !(i + 1 < bytes.n && bytes.p[i + 1] == '\n'));
	return n;
}

static enum err
seen_open(struct arena *mem, struct str file, struct seen *out, struct str *why)
{
	const char *tmp = secure_getenv("TMPDIR");
	char *name = str_z(mem, str_fmt(mem, "%s/hersys-import-XXXXXX", tmp != NULL && tmp[0] != '\0' ? tmp : "/var/tmp"));

	uint64_t most = line_ends(file) + 1;

	*out = (struct seen){ .fd = mkostemp(name, O_CLOEXEC), .size = SEEN_BLOCK };
	while (out->size < 2 * most)
		out->size *= 2;
	if (out->fd >= 0)
		unlink(name);
	if (out->fd >= 0 && ftruncate(out->fd, (off_t)(out->size * sizeof(struct seen_row))) == 0)
		return OK;
	*why = str_fmt(mem, "cannot make %s, for the numbers of the rows: %s", name, strerrordesc_np(errno));
	if (out->fd >= 0)
		close(out->fd);
	return E_IO;
}

static uint64_t
head_of(struct sha256 sum)
{
	uint64_t n;

	memcpy(&n, sum.b, sizeof n);
	return n;
}

static uint64_t
key_of(struct arena *mem, const struct open_row *o)
{
	struct str key = str_fmt(mem, "%.*s\n%.*s", STR_ARG(o->v[OV_publisher]), STR_ARG(o->v[OV_number]));

	return head_of(crypt_sha256(key)) | 1;
}

static bool
seen_put(struct seen *s, uint64_t at, const struct seen_row *row)
{
	/* Else the next look would never end. */
	if (2 * ++s->n > s->size)
		BUG("import: more rows than lines");
	return pwrite(s->fd, row, sizeof *row, (off_t)(at * sizeof *row)) == (ssize_t)sizeof *row;
}

/* The row with the same number that came before: E_NOTFOUND when there is none, and this one is remembered. E_IO when the
 * table cannot be read or the disk is full. */
static enum err
seen_look(struct seen *s, const struct seen_row *row, struct seen_row *before)
{
	struct seen_row block[SEEN_BLOCK];
	uint64_t at = row->key & (s->size - 1);

	for (;;) {
		size_t n = SEEN_BLOCK - at % SEEN_BLOCK;
		ssize_t bytes = (ssize_t)(n * sizeof *block);

		if (pread(s->fd, block, (size_t)bytes, (off_t)(at * sizeof *block)) != bytes)
			return E_IO;
		for (size_t i = 0; i < n; i++) {
			if (block[i].key == 0)
				return seen_put(s, at + i, row) ? E_NOTFOUND : E_IO;
			if (block[i].key == row->key) {
				*before = block[i];
				return OK;
			}
		}
		at = (at + n) & (s->size - 1);
	}
}

/* ---- the import ---- */

struct import {
	struct store *st;
	const struct actor *who;
	const struct import_opts *o;
	struct infile file;
	struct csv *csv;
	struct open_header *header;
	struct seen seen;
	struct arena *batch;            /* memory of a batch */
	struct open_row *row;
	enum verdict *read;             /* what reading alone said of each */
	bool *again;                    /* stood there before, word for word */
	size_t n;
	int64_t at;
	struct str id;
	struct import_sums sums;
	FILE *refused;
	char *refused_path, *refused_new;
	size_t bad_line, bad_at;        /* how far infile_line came */
	struct str *why;
	struct arena *mem;
};

static const struct str verdict_word[] = {
	[V_TAKEN] = STR_INIT("taken"), [V_REPAIRED] = STR_INIT("repaired"), [V_CHANGED] = STR_INIT("changed"),
	[V_KNOWN] = STR_INIT("known"), [V_REFUSED] = STR_INIT("refused"),
};

static enum err
fail(struct import *im, enum err e, struct str why)
{
	*im->why = why;
	return e;
}

/* ---- the file of refused rows ---- */

/* What somebody must decide before the row can be taken is marked: a cell that is missing, a number that two rows have.
 * Imported again as it is, a row with a mark is refused again. Cells behind the last column go behind the reason, so
 * that it stays under its name. */
static void
refused_row(struct buf *b, const struct str *cell, size_t n, size_t columns, struct str reason)
{
	for (size_t i = 0; i < columns; i++) {
		csv_put(b, i < n ? cell[i] : OPEN_LOST, CSV_GUARD);
		buf_byte(b, ',');
	}
	csv_put(b, reason, CSV_GUARD);
	for (size_t i = columns; i < n; i++) {
		buf_byte(b, ',');
		csv_put(b, cell[i], CSV_GUARD);
	}
	buf_put(b, S("\r\n"));
}

static enum err
refused_begin(struct import *im)
{
	struct buf b = buf_new(im->batch);
	struct str head;

	im->refused = fopen(im->refused_new, "wbe");
	if (im->refused == NULL)
		return fail(im, E_IO, str_fmt(im->mem, "cannot write %s: %s", im->refused_new, strerrordesc_np(errno)));
	buf_put(&b, S("\xEF\xBB\xBF"));
	refused_row(&b, im->header->cell, im->header->n, im->header->n, REFUSED_BECAUSE);
	head = buf_str(&b);
	return fwrite(head.p, 1, head.n, im->refused) == head.n ? OK : fail(im, E_IO, S("cannot write the refused rows"));
}

static bool
keeps_refused(const struct import *im)
{
	return !im->o->preview || im->o->refused_path.n > 0;
}

static enum err
refused_write(struct import *im)
{
	struct buf b = buf_new(im->batch);
	struct str text;
	enum err e;

	for (size_t i = 0; i < im->n; i++)
		if (im->row[i].verdict == V_REFUSED)
			refused_row(&b, im->row[i].cell, im->row[i].n, im->header->n, im->row[i].what);
	text = buf_str(&b);
	if (text.n == 0 || !keeps_refused(im))
		return OK;
	if (im->refused == NULL && (e = refused_begin(im)) != OK)
		return e;
	return fwrite(text.p, 1, text.n, im->refused) == text.n ? OK : fail(im, E_IO, S("cannot write the refused rows"));
}

/* A file of that name may hold somebody's corrections: it is kept beside. */
static enum err
refused_end(struct import *im, enum err e)
{
	char *old;

	if (im->refused == NULL)
		return e;
	bool good = fflush(im->refused) == 0 && fsync(fileno(im->refused)) == 0;
	good = fclose(im->refused) == 0 && good;
	im->refused = NULL;
	if (e != OK) {
		unlink(im->refused_new);
		return e;
	}
	old = str_z(im->mem, str_fmt(im->mem, "%s~", im->refused_path));
	if (access(im->refused_path, F_OK) == 0)
		good = rename(im->refused_path, old) == 0 && good;
	good = good && rename(im->refused_new, im->refused_path) == 0;
	return good ? OK : fail(im, E_IO, str_fmt(im->mem, "cannot write %s", im->refused_path));
}

/* ---- reading a batch ---- */

/* A row that is no text, as far as it can be shown: to be found and mended. */
static void
row_unreadable(struct import *im, const struct csv_row *in, struct open_row *o)
{
	struct str *cell = NEWN(im->batch, struct str, 1);
	struct csv_row whole = { .line = in->line };
	struct infile line = { .path = S(""), .name = S("") };

	*o = (struct open_row){ .line = in->line, .verdict = V_REFUSED, .cell = cell, .n = 1,
		.what = S("bytes that are no text, or an open quote") };
	*cell = infile_line(im->batch, &im->file, csv_coding(im->csv), in->line, &im->bad_line, &im->bad_at);
	line.bytes = *cell;
	/* by its cells when it has some; an open quote has none */
	if (csv_next(infile_csv(im->batch, &line), im->batch, &whole) == OK && whole.n > 1)
		o->cell = open_header_strip(im->batch, im->header, &whole, &o->n);
}

/* Its cells with a mark at the number. */
static const struct str *
number_marked(struct import *im, const struct open_row *o)
{
	struct str *cell = NEWN(im->batch, struct str, o->n);
	size_t at = im->header->at[COL_number];

	memcpy(cell, o->cell, o->n * sizeof *cell);
	cell[at] = str_cat(im->batch, cell[at], OPEN_LOST);
	return cell;
}

/* The same number before, in this file? */
static enum err
row_compare(struct import *im, struct open_row *o, bool *again)
{
	struct seen_row row, before;
	enum err e;

	*again = false;
	if (o->verdict == V_REFUSED)
		return OK;
	row = (struct seen_row){ .key = key_of(im->batch, o), .sum = (uint32_t)head_of(crypt_sha256(o->sha256)),
		.line = (uint32_t)o->line };
	e = seen_look(&im->seen, &row, &before);
	if (e == E_IO)
		return fail(im, e, str_fmt(im->mem, "the numbers of the rows cannot be kept: %s", strerrordesc_np(errno)));
	if (e == OK && before.sum == row.sum) {
		*again = true;
	} else if (e == OK) {
		o->verdict = V_REFUSED;
		o->cell = number_marked(im, o);
		o->what = str_fmt(im->batch, "the number %.*s stands in line %u too and says something else",
		    STR_ARG(o->v[OV_number]), before.line);
	}
	return OK;
}

/* E_NOTFOUND when nothing is left. */
static enum err
batch_read(struct import *im)
{
	struct csv_row in;
	enum err e = OK;

	im->row = NEWN(im->batch, struct open_row, BATCH_ROWS);
	im->read = NEWN(im->batch, enum verdict, BATCH_ROWS);
	im->again = NEWN(im->batch, bool, BATCH_ROWS);
	for (im->n = 0; im->n < BATCH_ROWS && arena_used(im->batch) < BATCH_BYTES;) {
		struct open_row *o = &im->row[im->n];
		e = csv_next(im->csv, im->batch, &in);
		if (e == E_NOTFOUND)
			break;
		if (e == E_IO)
			return fail(im, e, S("the file cannot be read"));
		if (e == OK && in.raw.n == 0)
			continue;       /* a blank line is no row */
		if (e == OK)
			open_row_read(im->header, im->batch, &in, o);
		else
			row_unreadable(im, &in, o);
		if ((e = row_compare(im, o, &im->again[im->n])) != OK)
			return e;
		im->read[im->n++] = o->verdict;
	}
	return im->n > 0 ? OK : e == E_NOTFOUND ? e : OK;
}

/* ---- keeping a batch ---- */

/* Arguments of open_case_insert and open_case_change. */
#define CASE_ARGS (OV_KEPT + 4)

static void
case_args(const struct import *im, const struct open_row *o, struct db *arg)
{
	for (size_t i = 0; i < OV_KEPT; i++)
		arg[i] = db_opt(o->v[i]);
	arg[OV_KEPT] = o->home ? DI(o->home) : DNULL;
	arg[OV_KEPT + 1] = DT(o->sha256);
	arg[OV_KEPT + 2] = DT(im->file.name);
	arg[OV_KEPT + 3] = DI(im->at);
}

/* The version before, as JSON, and the names of what differs. */
static struct str
case_differs(struct rows *r, struct arena *mem, const struct open_row *o, struct str *record)
{
	struct json_out w = json_out_new(mem);
	struct buf names = buf_new(mem);

	json_map_begin(&w, S(""));
	for (size_t i = 0; i < OV_KEPT; i++) {
		struct str was = row_text_at(r, i);
		if (was.n > 0)
			json_put_text(&w, open_value_name[i], was);
		if (str_eq(was, o->v[i]))
			continue;
		buf_put(&names, names.n > 0 ? S(", ") : S(""));
		buf_put(&names, open_value_name[i]);
	}
	if (!row_null(r, "home"))
		json_put_int(&w, S("home"), row_int(r, "home"));
	json_map_end(&w);
	*record = json_out_str(&w);
	return buf_str(&names);
}

static struct str
both(struct arena *mem, struct str changed, struct str repaired)
{
	if (repaired.n == 0)
		return changed;
	return str_fmt(mem, "%.*s (%.*s)", STR_ARG(changed), STR_ARG(repaired));
}

static void
case_change(struct tx *tx, const struct import *im, struct open_row *o, const struct db *arg, struct str repairs)
{
	struct rows r;
	struct str record, names;

	if (!tx_one(tx, &r, Q_open_case_get, DBS(arg[OV_publisher], arg[OV_number])))
		return;
	if (str_eq(row_text(&r, "row_sha256"), o->sha256)) {
		rows_close(&r);
		o->verdict = V_KNOWN;
		o->what = S("");
		return;
	}
	names = case_differs(&r, im->batch, o, &record);
	tx_exec(tx, Q_open_case_keep, DBS(arg[OV_publisher], arg[OV_number], DI(row_int(&r, "ver")),
	    DI(row_int(&r, "loaded_at")), DT(row_text(&r, "file")), DT(record)));
	rows_close(&r);
	tx_exec(tx, Q_open_case_change, arg, CASE_ARGS);
	o->verdict = V_CHANGED;
	o->what = both(im->batch, names, repairs);
}

static void
batch_audit(struct tx *tx, const struct import *im, int64_t taken, int64_t changed)
{
	struct audit a = actor_audit(im->who, S("import.patients"));

	a.object = im->id;
	a.detail = str_fmt(tx_mem(tx), "rows=%zu new=%lld changed=%lld", im->n, (long long)taken, (long long)changed);
	tx_audit(tx, &a);
}

struct write {
	struct import *im;
	struct str *what;       /* what reading said of each row: a second run begins with it */
};

static enum err
batch_write(struct tx *tx, void *arg)
{
	struct write *w = arg;
	struct import *im = w->im;
	int64_t taken = 0, changed = 0;

	for (size_t i = 0; i < im->n && tx_err(tx) == OK; i++) {
		struct open_row *o = &im->row[i];
		struct db value[CASE_ARGS];

		o->verdict = im->again[i] ? V_KNOWN : im->read[i];
		o->what = w->what[i];
		if (o->verdict == V_REFUSED || o->verdict == V_KNOWN)
			continue;
		case_args(im, o, value);
		if (tx_exec_n(tx, Q_open_case_insert, value, CASE_ARGS) > 0)
			taken++;
		else
			case_change(tx, im, o, value, w->what[i]);
		changed += o->verdict == V_CHANGED;
	}
	if (taken + changed > 0)
		batch_audit(tx, im, taken, changed);
	return tx_err(tx);
}

static enum err
batch_preview(struct import *im, struct reader *rd)
{
	struct tx *tx = read_begin(rd, im->batch, S(""));
	struct rows r;

	for (size_t i = 0; i < im->n && tx_err(tx) == OK; i++) {
		struct open_row *o = &im->row[i];
		if (o->verdict == V_REFUSED)
			continue;
		if (im->again[i]) {
			o->verdict = V_KNOWN;
		} else if (tx_one(tx, &r, Q_open_case_get, DBS(DT(o->v[OV_publisher]), DT(o->v[OV_number])))) {
			struct str record;
			bool same = str_eq(row_text(&r, "row_sha256"), o->sha256);
			o->verdict = same ? V_KNOWN : V_CHANGED;
			o->what = same ? S("") : both(im->batch, case_differs(&r, im->batch, o, &record), o->what);
			rows_close(&r);
		}
	}
	return read_end(tx);
}

static void
batch_report(struct import *im)
{
	int64_t *count[] = {
		[V_TAKEN] = &im->sums.taken, [V_REPAIRED] = &im->sums.repaired, [V_CHANGED] = &im->sums.changed,
		[V_KNOWN] = &im->sums.known, [V_REFUSED] = &im->sums.refused,
	};

	for (size_t i = 0; i < im->n; i++) {
		const struct open_row *o = &im->row[i];
		im->sums.rows++;
		++*count[o->verdict];
		if (im->o->report != NULL)
			im->o->report(im->o->arg, o->line, verdict_word[o->verdict], o->what);
	}
}

static enum err
batch_do(struct import *im, struct reader *rd)
{
	struct write w = { im, NEWN(im->batch, struct str, im->n) };
	enum err e;

	for (size_t i = 0; i < im->n; i++)
		w.what[i] = im->again[i] ? S("") : im->row[i].what;
	if (im->o->preview)
		e = batch_preview(im, rd);
	else
		e = store_write(im->st, im->batch, S(""), batch_write, &w);
	if (e != OK)
		return fail(im, e, str_fmt(im->mem, "stopped before line %zu: %s; the rows before it are kept, import the file again",
		    im->row[0].line, err_name(e)));
	batch_report(im);
	return refused_write(im);
}

/* ---- the whole ---- */

static enum err
load_write(struct tx *tx, void *arg)
{
	const struct import *im = arg;
	const struct import_sums *s = &im->sums;
	struct audit a = actor_audit(im->who, S("import.patients"));

	tx_exec(tx, Q_open_load_insert, DBS(DT(im->id), DT(im->file.name), DT(im->file.sha256), DI(im->at), DI(s->rows),
	    DI(s->taken), DI(s->repaired), DI(s->changed), DI(s->known), DI(s->refused)));
	a.object = im->id;
	a.detail = str_fmt(tx_mem(tx), "rows=%lld taken=%lld repaired=%lld changed=%lld known=%lld refused=%lld",
	    (long long)s->rows, (long long)s->taken, (long long)s->repaired, (long long)s->changed, (long long)s->known,
	    (long long)s->refused);
	tx_audit(tx, &a);
	return tx_err(tx);
}

static enum err
first_row(struct import *im, const struct open_about *about)
{
	struct csv_row first;
	enum err e;

	do
		e = csv_next(im->csv, im->mem, &first);
	while (e == OK && first.raw.n == 0);
	if (e == E_NOTFOUND)
		return fail(im, E_FORMAT, S("the file is empty"));
	if (e != OK)
		return fail(im, e, S("its first line cannot be read"));
	return open_header_read(im->mem, &first, im->file.name, about, &im->header, im->why);
}

/* A city's list is known by the name of its file alone: the refused rows, imported again under another name, would be
 * taken for the prefecture's. */
static enum err
refused_named(struct import *im)
{
	struct str publisher = im->header->publisher, name = infile_name(str_of(im->refused_path));

	if (publisher.n != 5 || str_eq(open_publisher_of(im->header->about, name), publisher))
		return OK;
	return fail(im, E_INVALID, str_fmt(im->mem, "the name of the file of refused rows must begin with %.*s, which tells the publisher",
	    STR_ARG(str_sub(im->file.name, 0, 7))));
}

static enum err
header_read(struct import *im, struct reader *rd)
{
	struct tx *tx = read_begin(rd, im->mem, S(""));
	struct open_about *about = NEW(im->mem, struct open_about);
	struct str why;
	enum err e;

	about->all = places_load(im->mem, tx);
	about->centre = org_centres(tx, S(""), &about->n_centre);
	about->today = date_of(clock_now());
	e = read_end(tx);

	if (e != OK)
		return fail(im, e, S("the reference tables cannot be read"));
	if (about->n_centre == 0)
		return fail(im, E_INVALID, S("the reference tables are not loaded: run `hersys init`"));
	im->csv = infile_csv(im->mem, &im->file);
	e = first_row(im, about);
	if (e != E_FORMAT || csv_coding(im->csv) != CSV_CP932)
		return e;
	/* one damaged byte makes UTF-8 look like CP932: is the first line better so? */
	why = *im->why;
	im->csv = infile_csv_utf8(im->mem, &im->file);
	return first_row(im, about) == OK ? OK : fail(im, e, why);
}

static enum err
rows_do(struct import *im, struct reader *rd)
{
	enum err e;

	while ((e = batch_read(im)) == OK) {
		e = batch_do(im, rd);
		if (e != OK)
			return e;
		arena_reset(im->batch);
	}
	return e == E_NOTFOUND ? OK : e;
}

static enum err
import_do(struct import *im)
{
	struct reader *rd = reader_new(im->st);
	enum err e = header_read(im, rd);

	if (e == OK)
		e = refused_named(im);
	if (e == OK)
		e = rows_do(im, rd);
	reader_free(rd);
	e = refused_end(im, e);
	if (e != OK || im->o->preview)
		return e;
	e = store_write(im->st, im->mem, S(""), load_write, im);
	return e == OK ? OK : fail(im, e, S("the rows are kept, but not the record of the import"));
}

enum err
open_import(struct store *st, const struct actor *who, struct arena *mem, const struct import_opts *o,
    struct import_sums *out, struct str *why)
{
	struct import im = { .st = st, .who = who, .o = o, .mem = mem, .why = why, .bad_line = 1 };
	struct str refused = o->refused_path.n ? o->refused_path : str_cat(mem, o->path, S(".refused.csv"));
	enum err e;

	if (str_eq(refused, o->path)) {
		*why = S("the refused rows would take the place of the file itself");
		return E_INVALID;
	}
	e = infile_open(mem, o->path, &im.file, why);
	if (e != OK)
		return e;
	im.refused_path = str_z(mem, refused);
	im.refused_new = str_z(mem, str_cat(mem, refused, S(".new")));
	im.at = clock_now();
	im.id = id_new(mem);
	im.batch = arena_new(4u << 20);
	e = seen_open(mem, im.file.bytes, &im.seen, why);
	if (e == OK) {
		e = import_do(&im);
		close(im.seen.fd);
	}
	arena_free(im.batch);
	infile_close(&im.file);
	if (e == OK)
		*out = im.sums;
	return e;
}
