/* domain/open_reading.c: see open_reading.h. */
#include "domain/open_reading.h"

#include "field/record.h"

void
cell_refuse_for(struct reading *r, struct str why)
{
	if (r->refused)
		return;
	r->refused = true;
	r->o->what = why;
}
/* A cell inside a sentence: its head, in whole characters. */
struct str
cell_brief(struct str s)
{
	size_t n = s.n < 60 ? s.n : 60;

	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	return str_sub(s, 0, n);
}

/* The name of a repair's column, and what was done. */
void
cell_repair(struct reading *r, struct str name, struct str how)
{
	if (r->repairs.n > 0)
		buf_put(&r->repairs, S("; "));
	buf_put(&r->repairs, name);
	buf_put(&r->repairs, S(": "));
	buf_put(&r->repairs, how);
}

struct str
cell_name(const struct reading *r, enum open_col c)
{
	return r->h->at[c] < r->h->n ? r->h->cell[r->h->at[c]] : S("row");
}

struct str
cell_raw(const struct reading *r, enum open_col c)
{
	size_t i = r->h->at[c];

	return i < r->h->n && i < r->o->n ? r->o->cell[i] : S("");
}

struct str
cell_plain(const struct reading *r, enum open_col c)
{
	return open_plain(r->mem, cell_raw(r, c));
}

/* The cell says what no column holds. */
void
cell_keep_as(struct reading *r, struct str name, struct str value)
{
	if (r->n_kept++ == 0) {
		r->kept = json_out_new(r->mem);
		json_map_begin(&r->kept, S(""));
	}
	json_put_text(&r->kept, name, value);
}

void
cell_keep(struct reading *r, enum open_col c)
{
	cell_keep_as(r, cell_name(r, c), str_trim(cell_raw(r, c)));
}

/* The value of a cell by what it said. `code` is taken when it said something. */
struct str
cell_value(struct reading *r, enum open_col c, enum saying said, struct str code)
{
	switch (said) {
	case SAID_NOTHING:
		return S("");
	case SAID_DASH:
		cell_repair(r, cell_name(r, c), S("a dash taken as empty"));
		return S("");
	case SAID_UNKNOWN:
		return UNKNOWN;
	case SAID_WITHHELD:
		cell_keep(r, c);
		return UNKNOWN;
	case SAID:
		return code;
	case SAID_UNCLEAR:
		cell_repair(r, cell_name(r, c), S("not as this column has it, kept as written"));
		cell_keep(r, c);
		return UNKNOWN;
	case SAID_NONSENSE:
		cell_refuse(r, "%.*s cannot be read: %.*s", STR_ARG(cell_name(r, c)), STR_ARG(cell_brief(cell_raw(r, c))));
		return S("");
	}
	return S("");
}
