/* store/target.h: the folder that series lie in: which there are, whose they are, which may go. Private to the store. */
#ifndef STORE_TARGET_H
#define STORE_TARGET_H

#include "base/arena.h"

/* A name for a new series, later than all that are there: also when the clock went back, the new one is the newest. */
struct str target_next(struct arena *mem, struct str to);

/* The key, in hex, that signed the newest series that can be read; "" when there is none. */
struct str target_signer(struct arena *mem, struct str to);

/* Remove old series. The newest whole one of each day stays, for keep_days days that have one; and those of the last 24 hours,
 * so that a restart does not take away the morning's states, but not all of a server that restarts again and again. What
 * never became whole goes, unless it is newer than `present`. 0: nothing is removed. Returns how many would not go: a
 * target that forbids removing (append-only) does this itself. */
int64_t target_prune(struct arena *mem, struct str to, struct str present, int64_t keep_days);

/* A small file, whole. E_NOTFOUND, E_IO; E_LIMIT beyond 1 MiB. */
enum err file_whole(struct arena *mem, struct str path, struct str *out) MUST_USE;

#endif
