/* store/divide.c: see divide.h. */
#include "store/divide.h"

#include "base/files.h"
#include "store/query.h"

enum class { ONE, EVERYWHERE, DIVIDED };
static const struct table {
	struct str name;
	enum class class;
	struct str column, near, why;
} tables[] = {
#define TABLE(name, class, column, near, why) \
	{ STR_INIT(#name), class, STR_INIT(column), STR_INIT(near), STR_INIT(why) },
#include "store/tables.def"
#undef TABLE
};

/* ---- what points to what ---- */

struct pointing {
	struct str table, column, to;   /* to: "org(path)" */
};
#define POINTING_MOST 64

/* The word that ends before `end`, skipping `skip` words back. "" when there is none. */
static struct str
word_before(struct str s, size_t end, int skip)
{
	for (;; skip--) {
		while (end > 0 && strchr(" \t\n", s.p[end - 1]) != NULL)
			end--;
		size_t from = end;
		while (from > 0 && strchr(" \t\n(,", s.p[from - 1]) == NULL)
			from--;
		if (skip == 0)
			return str_sub(s, from, end - from);
		end = from;
	}
}

/* In "column TYPE [NOT NULL] REFERENCES table(key)" of one CREATE TABLE. */
static size_t
read_table(struct str name, struct str body, struct pointing *out, size_t room)
{
	static const struct str word = STR_INIT(" REFERENCES ");
	size_t n = 0;

	for (size_t at = 0;;) {
		size_t here = at + str_find_str(str_sub(body, at, body.n), word);
		if (here >= body.n)
			return n;
		bool not_null = str_eq(word_before(body, here, 0), S("NULL"));
		struct str to = str_sub(body, here + word.n, body.n);
		if (n == room)
			BUG("divide: more foreign keys than there is room for");
		out[n++] = (struct pointing){ name, word_before(body, here, not_null ? 3 : 1),
			str_sub(to, 0, str_find(to, ')', 0) + 1) };
		at = here + word.n;
	}
}

static size_t
read_steps(struct arena *mem, struct pointing *out, size_t room)
{
	static const struct str head = STR_INIT("CREATE TABLE ");
	const struct file *f;
	size_t n = 0;

	for (size_t at = 0; files_each(S("store/sql/step/"), &at, &f);) {
		struct str rest = sql_write_out(mem, S("pg"), f->data);
		for (size_t from; (from = str_find_str(rest, head)) < rest.n;) {
			rest = str_sub(rest, from + head.n, rest.n);
			size_t open = str_find(rest, ' ', 0), end = str_find_str(rest, S("\n)"));
			n += read_table(str_sub(rest, 0, open), str_sub(rest, open, end - open), out + n, room - n);
			rest = str_sub(rest, end, rest.n);
		}
	}
	return n;
}

/* ---- statements ---- */

static void
put_table(struct buf *b, const struct table *t)
{
	buf_fmt(b, "-- %.*s\n", STR_ARG(t->why));
	if (t->class == EVERYWHERE)
		buf_fmt(b, "SELECT create_reference_table('%.*s');\n", STR_ARG(t->name));
	else if (str_eq(t->near, t->name))
		buf_fmt(b, "SELECT create_distributed_table('%.*s', '%.*s', colocate_with => 'none');\n", STR_ARG(t->name),
		    STR_ARG(t->column));
	else
		buf_fmt(b, "SELECT create_distributed_table('%.*s', '%.*s', colocate_with => '%.*s');\n", STR_ARG(t->name),
		    STR_ARG(t->column), STR_ARG(t->near));
}

static void
put_class(struct buf *b, enum class class, bool first)
{
	for (size_t i = 0; i < LEN(tables); i++)
		if (tables[i].class == class && str_eq(tables[i].near, tables[i].name) == first)
			put_table(b, &tables[i]);
}

void
store_divide(struct buf *b)
{
	struct pointing list[POINTING_MOST];
	size_t n = read_steps(b->mem, list, POINTING_MOST);

	buf_put(b, S("-- Made by hersys schema --engine citus. Once, on the coordinator, after the steps, before any row.\nBEGIN;\n"
	    "\n-- Keys between tables come back at the end.\n"));
	for (size_t i = 0; i < n; i++)
		buf_fmt(b, "ALTER TABLE %.*s DROP CONSTRAINT %.*s_%.*s_fkey;\n", STR_ARG(list[i].table), STR_ARG(list[i].table),
		    STR_ARG(list[i].column));
	buf_put(b, S("\n-- Copied to every machine.\n"));
	put_class(b, EVERYWHERE, false);
	buf_put(b, S("\n-- Divided: the first of each group, then those beside it.\n"));
	put_class(b, DIVIDED, true);
	put_class(b, DIVIDED, false);
	buf_put(b, S("\n-- On the coordinator alone.\n"));
	for (size_t i = 0; i < LEN(tables); i++)
		if (tables[i].class == ONE)
			buf_fmt(b, "-- %.*s: %.*s\n", STR_ARG(tables[i].name), STR_ARG(tables[i].why));
	buf_put(b, S("\n"));
	for (size_t i = 0; i < n; i++)
		buf_fmt(b, "ALTER TABLE %.*s ADD CONSTRAINT %.*s_%.*s_fkey FOREIGN KEY (%.*s) REFERENCES %.*s;\n",
		    STR_ARG(list[i].table), STR_ARG(list[i].table), STR_ARG(list[i].column), STR_ARG(list[i].column),
		    STR_ARG(list[i].to));
	buf_put(b, S("COMMIT;\n"));
}
