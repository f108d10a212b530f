/* store/backup.h: the thread that ships (store/ship.h) while a server runs.
 *
 * A base copy when it starts and each day, a generation each `every`. What fails is logged, counted and tried again: a
 * generation at the next turn, a base after a pause that doubles up to a quarter of an hour. Nobody else waits for
 * any of it. */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "store/ship.h"

struct backup;
/* `o` as for ship_open (every_ms is the pace; stop is ours). OK too when the folder or age is not there at the moment:
 * that is tried again, and counted as a failure. E_INVALID: the recipient is none, or this store has no such backups. */
enum err backup_start(struct arena *mem, const struct ship_opts *o, struct backup **out, struct str *why) MUST_USE;
/* A base copy that is under way is ended, and none begins: the server will stop. */
void backup_quiet(struct backup *b);
/* A last generation, then the end of the thread. */
void backup_stop(struct backup *b);

enum backup_want { BACKUP_LOG, BACKUP_BASE };
/* Ship now and wait for it: what was committed before this call is in the backup afterwards. BASE begins a new series. */
enum err backup_now(struct backup *b, enum backup_want want, struct arena *mem, struct str *why) MUST_USE;
struct str backup_folder(const struct backup *b);

struct backup_stats {
	struct ship_stats ship;
	uint64_t failures, parts;
	int64_t age_ms;         /* of the state that a restore would give; -1: there is none yet */
};
/* The text in it is good until the next call from the same arena. */
struct backup_stats backup_stats(struct backup *b, struct arena *mem);

#endif
