/* store/restore.h: from a backup (store/ship.h) back to a data folder.
 *
 * Every manifest up to the moment wanted is read and must follow the one before; every part must be the bytes that its
 * manifest names, before and after it is opened. What is wrong is named with its file. The caller then opens the
 * database and compares it with what the last manifest says. */
#ifndef STORE_RESTORE_H
#define STORE_RESTORE_H

#include "base/arena.h"
#include "store/manifest.h"

struct restore_opts {
	struct str from;                /* the folder of the backup */
	struct str identity;            /* the file with age's private key */
	struct str signer;              /* hex of the key that must have signed; "": any, but one for all */
	int64_t at;                     /* UTC ms: the last state that is not later; INT64_MAX: the newest */
	struct str into;                /* an empty folder; whoever calls removes it when this fails */
	struct str db;                  /* the database's name in it */
	const struct str *files;        /* other files that may be in a base */
	size_t n_files;
	/* For the console: a line for what was passed over. */
	void (*tell)(void *arg, struct str line);
	void *arg;
};
struct restored {
	struct manifest state;          /* what the last part says */
	struct str series, signer;
	int64_t parts, pages, bytes;    /* parts read, pages laid down, bytes opened */
};
/* E_NOTFOUND: there is no such state. E_FORMAT: something is missing, changed, exchanged, or the key is wrong. E_FULL, E_IO.
 * *why is the sentence. */
enum err restore(struct arena *mem, const struct restore_opts *o, struct restored *out, struct str *why) MUST_USE;

#endif
