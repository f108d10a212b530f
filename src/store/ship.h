/* store/ship.h: a backup while the store is in use: base copies and generations of the log, sealed, in a folder.
 *
 * A base copy reads the database's file as it is, page by page, while checkpoints go on writing to it: what they
 * write comes out of the log, and everything that is in the log from the moment the copy begins goes into the
 * series' first generation, laid over it. So the base alone is nothing; with its first generation it is the
 * database at the moment of that cut. (The same idea as pg_basebackup. Against `VACUUM INTO`: that makes other pages,
 * which no frame of the log fits. Against sqlite3_backup: it needs the room of the whole database once more on this
 * disk, and a reader who keeps the log from beginning anew.) A generation holds the last version of each page
 * that was committed since the one before.
 *
 * One thread uses a ship; the keeper is asked through store_apart. Nothing here is waited for by a person, but for
 * the cut itself, which ship_stats measures. */
#ifndef STORE_SHIP_H
#define STORE_SHIP_H

#include "store/store.h"
#include "store/tap.h"

#include <stdatomic.h>

struct ship_opts {
	struct store *store;            /* open for writing */
	struct str to;                  /* the folder; it must be there: a mount that is gone must not be written under */
	struct str recipient;           /* of age */
	struct str data;                /* the data folder */
	const struct str *files;        /* files below it that a restored server needs; those that are there go along */
	size_t n_files;
	int64_t spool_bytes;            /* room in the data folder for what is not shipped yet; then the series is given up */
	int64_t keep_days;              /* the newest whole series of so many days stay, and some of the last 24 hours; 0: all */
	int64_t every_ms;               /* during a base copy the series before it goes on at this pace */
	const _Atomic bool *stop;       /* true: end a base copy */
	struct tap_gauge *gauge;        /* for somebody else to look at; NULL: only ship_stats does */
};

struct ship;
/* Looks at the recipient, the folders and age; makes DATA/keys/backup-sign.key when there is none. *why is for the console. */
enum err ship_open(struct arena *mem, const struct ship_opts *o, struct ship **out, struct str *why) MUST_USE;
/* What was not shipped is not shipped. */
void ship_close(struct ship *s);

/* *why of these two is good until the next call.
 * A new series: base and first generation. When it fails the series before it is still good. */
enum err ship_base(struct ship *s, struct str *why) MUST_USE;
/* What was committed since the last time. E_NOTFOUND: there is no series, or it was given up: a base must come first.
 * After another failure what was cut is kept for the next call. */
enum err ship_log(struct ship *s, struct str *why) MUST_USE;

struct ship_stats {
	struct str series;              /* "" none */
	int64_t number;                 /* of the last part */
	int64_t at;                     /* UTC ms: all that was committed until then is in the backup; 0 never */
	int64_t base_mono;              /* clock_mono when the base began */
	int64_t cut_us, slice_us;       /* the longest that the keeper was held for a cut, and for a slice between groups */
	int64_t copy_us;                /* for all slices together */
	int64_t held;                   /* bytes cut or followed, not shipped yet */
	int64_t shipped;                /* bytes written to the folder */
};
struct ship_stats ship_stats(const struct ship *s);

#endif
