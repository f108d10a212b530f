/* base/conf.h: settings: from one file, the environment, and flags.
 *
 * conf.def lists every setting once: name, type, default, limits, what for.
 * Later sources win: default < file (--config FILE or DIR/hersys.conf) < environment
 * (HERSYS_NAME, upper case, '-' as '_') < flag (--name value, --name=value; a yes/no
 * setting may stand alone). An unknown name or a value out of its limits is
 * refused with the place where it stands. `hersys help settings` prints the table. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/arena.h"
#include "base/buf.h"

enum conf_type { CONF_TEXT, CONF_NUMBER, CONF_SWITCH };

enum conf_id {
#define CONF(name, flag, type, preset, low, high, what) CONF_##name,
#include "base/conf.def"
#undef CONF
	CONF_COUNT
};

struct conf {
	struct str text[CONF_COUNT];    /* as given */
	int64_t num[CONF_COUNT];        /* CONF_NUMBER, and 0/1 for CONF_SWITCH */
	bool given[CONF_COUNT];         /* not the default */
};

/* Read all sources. Arguments that are no setting stay, in order, in rest[0..*n_rest).
 * On E_INVALID *why is a sentence for the person at the console. */
enum err conf_read(struct arena *mem, int argc, char **argv, struct conf *out,
    const char **rest, size_t *n_rest, struct str *why) MUST_USE;
/* The table for people: name, default, limits, environment variable, what for. */
void conf_print(struct buf *b);

#endif
