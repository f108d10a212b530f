/* base/conf.h: settings: from one file, the environment, and flags.
 *
 * conf.def lists every setting once: name, type, default, limits, what for.
 * Later sources win: default < file (--config FILE or DIR/hersys.conf) < environment
 * (HERSYS_NAME, upper case, '-' as '_') < flag (--name value, --name=value; a yes/no
 * setting may stand alone). An unknown name or a value out of its limits is
 * refused with the place where it stands, also when a later source would win.
 * `hersys help settings` prints the table.
 *
 * In a file `#` at the beginning of a line or after a space begins a comment; the file in
 * the data folder may be missing, one that was named may not, and no file moves the
 * folder it lies in. Yes is also true, on, 1; no is false, off, 0. HERSYS_SHARED and
 * HERSYS_TEST_... are left to the tests. */
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

/* Read all sources. argv is main's: argv[0] is passed over, argv[argc] is NULL. Arguments that are no
 * setting stay, in order, in rest[0..*n_rest) (room for argc): words, flags of a command (--check),
 * which the command must refuse when it does not know them, and all that follows `--`.
 * On E_INVALID *why is a sentence for the person at the console; *out is not touched. */
enum err conf_read(struct arena *mem, int argc, char **argv, struct conf *out,
    const char **rest, size_t *n_rest, struct str *why) MUST_USE;
/* The table for people: name, default, limits, environment variable, what for. */
void conf_print(struct buf *b);

#endif
