/* test/unit/store_store.c: opening, reading, queries. */
#include "store_world.h"

#include "base/clock.h"

#include <unistd.h>

TEST(what_was_written_is_read_and_has_its_line)
{
	struct world w = world_new(mem);
	int64_t n, bad;

	CHECK_INT(world_put(&w, mem, 1, 10), OK);
	CHECK_INT(world_value(&w, mem, 1), 10);
	CHECK_INT(world_verify(&w, mem, &n, &bad), OK);
	CHECK_INT(n, 1);
	world_forget(mem, &w);
}
