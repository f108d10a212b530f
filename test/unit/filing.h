/* test/unit/filing.h: a filing made of a form's text, for the tests of field/. */
#ifndef TEST_FILING_H
#define TEST_FILING_H

#include "t.h"

#include "base/files.h"
#include "field/check.h"

#include <stdio.h>

/* What seed Q5 asks for, and what the page fills in. The person is invented. */
#define DATES(day) "diagnosis_date=" day "&report_date=" day "&"
#define REPORTER "doctor_name=試験医師&clinic_name=試験医院&"
#define PERSON "type=confirmed&name=試験花子&sex=female&birth_date=1980-04-01&stay_address=東京都千代田区霞が関1-2-2&"
#define TESTED "test_method.1=naat&test_specimen.1=saliva&test_sampled_date.1=2020-10-15&"
#define MINIMUM DATES("2020-10-20") REPORTER PERSON TESTED

struct filing {
	struct arena *mem;
	const struct sheet *sheet;
	struct record *r;
	struct issues bad;
};

static inline struct date
on(const char *iso)
{
	struct date d;

	if (!date_from_iso(str_of(iso), &d))
		BUG("test: no such day");
	return d;
}

static inline struct str
text_of_sheet(const char *name)
{
	struct arena *mem = arena_new(1024);
	struct str data;

	if (!files_get(str_fmt(mem, "field/sheets/%s.sheet", name), &data))
		BUG("test: no such sheet");
	arena_free(mem);
	return data;
}

static inline const struct sheet *
sheet_named(struct arena *mem, const char *name)
{
	struct sheet *s;
	struct str why;

	if (sheet_read(mem, text_of_sheet(name), &s, &why) != OK)
		BUG(str_z(mem, why));
	return s;
}

/* A file of the source tree; "" when it is not there. */
static inline struct str
file_text(struct arena *mem, const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf b = buf_new(mem);
	size_t n;

	if (f == NULL)
		return S("");
	while ((n = fread(buf_room(&b, 4096), 1, 4096, f)) > 0)
		b.n += n;
	fclose(f);
	return buf_str(&b);
}

/* Pairs written as in a form's body, but not escaped; a later pair of a name replaces the earlier one. */
static inline struct form
form_of(struct arena *mem, struct str body)
{
	struct form f = { .pair = NEWN(mem, struct form_pair, body.n + 1) };
	struct str part;

	while (str_cut(&body, '&', &part)) {
		size_t eq = str_find(part, '=', 0), i = 0;
		struct form_pair p = { str_sub(part, 0, eq), str_sub(part, eq + 1, part.n) };
		while (i < f.n && (!str_eq(f.pair[i].name, p.name) || str_eq(p.name, S("symptoms"))))
			i++;
		if (part.n > 0)
			f.pair[i] = p;
		f.n += i == f.n && part.n > 0;
	}
	return f;
}

/* Read and check as on `today`; into `kept` when it is a correction. */
static inline struct filing
file_on(struct arena *mem, const struct sheet *s, const char *today, struct str body, const struct record *kept)
{
	struct filing f = { .mem = mem, .sheet = s, .r = NEW(mem, struct record), .bad = issues_new(mem) };
	struct form form = form_of(mem, body);

	if (kept)
		*f.r = *kept;
	as_form_read(mem, s, &form, on(today), f.r, &f.bad);
	check_filing(s, f.r, on(today), &f.bad);
	return f;
}

static inline struct filing
filed(struct arena *mem, const char *sheet, const char *today, const char *body, const char *more)
{
	return file_on(mem, sheet_named(mem, sheet), today, str_cat(mem, str_of(body), str_of(more)), NULL);
}

/* All issues, as "name level sentence" lines. */
static inline struct str
said(struct filing *f, enum lang lang)
{
	struct buf b = buf_new(f->mem);

	for (size_t i = 0; i < f->bad.n; i++) {
		const struct issue *one = &f->bad.list[i];
		struct str name = issue_name(f->mem, one), words = issue_text(f->mem, one, lang);
		buf_fmt(&b, "%.*s %s %.*s\n", STR_ARG(name), one->level == ISSUE_ERROR ? "error" : "warn", STR_ARG(words));
	}
	return buf_str(&b);
}

/* The sentence at a widget; "" when nothing is wrong there. */
static inline struct str
said_at(struct filing *f, const char *name)
{
	for (size_t i = 0; i < f->bad.n; i++)
		if (str_eq(issue_name(f->mem, &f->bad.list[i]), str_of(name)))
			return issue_text(f->mem, &f->bad.list[i], LANG_JA);
	return S("");
}

#endif
