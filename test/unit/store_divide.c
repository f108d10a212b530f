/* test/unit/store_divide.c: the statements that divide the schema among machines. */
#include "t.h"

#include "base/files.h"
#include "store/divide.h"

static size_t
times(struct str s, struct str what)
{
	size_t n = 0;

	for (size_t at; (at = str_find_str(s, what)) < s.n; n++)
		s = str_sub(s, at + what.n, s.n);
	return n;
}

TEST(every_table_is_placed_once_and_every_key_comes_back)
{
	struct buf b = buf_new(mem);
	const struct file *f;
	size_t tables = 0, keys = 0;

	store_divide(&b);
	struct str s = buf_str(&b);
	for (size_t at = 0; files_each(S("store/sql/step/"), &at, &f);) {
		struct str rest = f->data, line;
		while (str_cut(&rest, '\n', &line)) {
			keys += times(line, S(" REFERENCES "));
			if (!str_starts(line, S("CREATE TABLE ")))
				continue;
			struct str name = str_sub(line, 13, str_find(line, ' ', 13) - 13);
			if (str_ends(name, S("_2")))    /* made anew by a step: it takes the name of the one before */
				name.n -= 2;
			size_t placed = times(s, str_fmt(mem, "_table('%.*s'", STR_ARG(name)))
			    + times(s, str_fmt(mem, "\n-- %.*s: ", STR_ARG(name)));
			CHECK_INT(placed, 1);
			tables++;
		}
	}
	CHECK(tables > 30 && keys > 1);
	CHECK_INT(times(s, S(" DROP CONSTRAINT ")), keys);
	CHECK_INT(times(s, S(" ADD CONSTRAINT ")), keys);
}

TEST(a_case_and_what_belongs_to_it_lie_together_by_home)
{
	struct buf b = buf_new(mem);

	store_divide(&b);
	struct str s = buf_str(&b);
	size_t first = str_find_str(s, S("SELECT create_distributed_table('casefile', 'home', colocate_with => 'none');"));
	size_t beside = str_find_str(s, S("SELECT create_distributed_table('notification', 'home', colocate_with => 'casefile');"));
	CHECK(first < beside && beside < s.n);
	CHECK_HAS(s, S("SELECT create_reference_table('org');"));
	CHECK_HAS(s, S("ALTER TABLE session DROP CONSTRAINT session_account_fkey;"));
	CHECK_HAS(s, S("ALTER TABLE session ADD CONSTRAINT session_account_fkey FOREIGN KEY (account) REFERENCES account(id);"));
}
