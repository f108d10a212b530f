/* test/unit/store_query.c: what stands in braces, blocks, steps. */
#include "t.h"

#include "store/migrate.h"
#include "store/query.h"

static struct str
columns(struct arena *mem, enum field_group g)
{
	struct buf b = buf_new(mem);

	for (enum field_id f = field_next(g, F_none, true); f != F_none; f = field_next(g, f, true)) {
		buf_put(&b, b.n > 0 ? S(", ") : S(""));
		buf_put(&b, fields[f].name);
	}
	return buf_str(&b);
}

TEST(groups_of_fields_are_written_out)
{
	struct str names = columns(mem, G_TEST);
	size_t n = 1;

	for (size_t i = 0; i < names.n; i++)
		n += names.p[i] == ',';
	CHECK_STR(sql_write_out(mem, S("sqlite"), S("({columns test})")), str_fmt(mem, "(%.*s)\n", STR_ARG(names)));
	struct str values = sql_write_out(mem, S("sqlite"), S("{values test 4}"));
	CHECK(str_starts(values, S("$4, $5")));
	CHECK(str_ends(values, str_fmt(mem, "$%zu\n", n + 3)));
	struct str sets = sql_write_out(mem, S("sqlite"), S("SET {sets test 10} WHERE"));
	CHECK(str_starts(sets, str_fmt(mem, "SET %.*s = $10, ", STR_ARG(str_sub(names, 0, str_find(names, ',', 0))))));
	CHECK(str_ends(sets, str_fmt(mem, "$%zu WHERE\n", n + 9)));
}

TEST(lists_of_choices_have_no_column)
{
	struct str names = str_fmt(mem, ", %.*s,", STR_ARG(columns(mem, G_ONE)));

	for (int f = F_none + 1; f < F_COUNT; f++)
		if (fields[f].group == G_ONE && fields[f].type == FT_CODES)
			CHECK_NOT(names, str_fmt(mem, ", %.*s,", STR_ARG(fields[f].name)));
}

TEST(braces_that_are_not_ours_stay)
{
	CHECK_STR(sql_write_out(mem, S("sqlite"), S("'{\"a\": {}}' {")), S("'{\"a\": {}}' {\n"));
	CHECK_STR(sql_write_out(mem, S("sqlite"), S("(a) {without rowid}")), S("(a) WITHOUT ROWID\n"));
	CHECK_STR(sql_write_out(mem, S("pg"), S("(a) {without rowid}")), S("(a) \n"));
}

TEST(lines_of_other_engines_are_left_out)
{
	static const char text[] = "a\n-- @sqlite\nb\n-- @end\nc\n\t-- @pg\nd\n-- @end\ne";

	CHECK_STR(sql_write_out(mem, S("sqlite"), str_of(text)), S("a\nb\nc\ne\n"));
	CHECK_STR(sql_write_out(mem, S("pg"), str_of(text)), S("a\nc\nd\ne\n"));
}

TEST(blocks_are_found_by_their_head_lines)
{
	static const char text[] =
	    "-- words\n-- one of these is no head\n"
	    "-- one q_first(a int): text; with a (bracket)\n-- everywhere: no person\nSELECT 1\n\n-- a heading\n"
	    "-- exec q_second(): text\n-- quiet: bookkeeping\nDELETE FROM x;\n-- exec q_second@pg(): text\nTRUNCATE x\n";
	const struct file file = { STR_INIT("store/sql/q.sql"), { text, sizeof text - 1 } };
	struct sources more = { &file, 1 };
	struct queries *sqlite = queries_read(mem, S("sqlite"), &more), *pg = queries_read(mem, S("pg"), &more);
	enum query first = query_by_name(sqlite, S("q_first")), second = query_by_name(sqlite, S("q_second"));

	CHECK_INT(first, Q_COUNT);
	CHECK_INT(sqlite->n, Q_COUNT + 2);
	CHECK_INT(sqlite->def[first].kind, QUERY_ONE);
	CHECK_STR(sqlite->def[first].sql, S("-- everywhere: no person\nSELECT 1\n"));
	CHECK(!sqlite->def[first].quiet);
	CHECK_INT(sqlite->def[second].kind, QUERY_EXEC);
	CHECK_STR(sqlite->def[second].sql, S("-- quiet: bookkeeping\nDELETE FROM x\n"));
	CHECK(sqlite->def[second].quiet);
	CHECK_STR(pg->def[second].sql, S("TRUNCATE x\n"));
	CHECK_INT(query_by_name(sqlite, S("q_third")), Q_none);
	CHECK_STR(sqlite->def[Q_audit_head].name, S("audit_head"));
}

/* ---- steps ---- */

struct ran {
	struct arena *mem;
	struct buf names;
	int fail_at;
};

static enum err
run(void *arg, struct str sql, int step)
{
	struct ran *r = arg;

	if (step == r->fail_at)
		return E_FULL;
	if (step >= 900)
		buf_fmt(&r->names, "%d:%.*s", step, STR_ARG(sql));
	return OK;
}

TEST(steps_run_in_the_order_of_their_numbers_above_what_is_there)
{
	const struct file files[] = {
		{ STR_INIT("store/sql/step/902_c.sql"), STR_INIT("c") },
		{ STR_INIT("store/sql/step/900_a.sql"), STR_INIT("a") },
		{ STR_INIT("store/sql/step/901_b.sql"), STR_INIT("-- @pg\nb\n-- @end") },
	};
	struct sources more = { files, 3 };
	struct ran r = { mem, buf_new(mem), -1 };
	int now = -1;

	CHECK_INT(migrate(mem, S("sqlite"), &more, run, &r, &now), OK);
	CHECK_INT(now, 902);
	CHECK_STR(buf_str(&r.names), S("900:a\n901:902:c\n"));
	CHECK_INT(migrate(mem, S("sqlite"), &more, run, &r, &now), OK);
	CHECK_STR(buf_str(&r.names), S("900:a\n901:902:c\n"));
	now = 900;
	r = (struct ran){ mem, buf_new(mem), 902 };
	CHECK_INT(migrate(mem, S("sqlite"), &more, run, &r, &now), E_FULL);
	CHECK_INT(now, 901);
	now = 903;
	CHECK_INT(migrate(mem, S("sqlite"), &more, run, &r, &now), E_STORE);
	CHECK_INT(migrate_last(&more), 902);
}
