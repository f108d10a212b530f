/* store/tap.h: what is committed, copied out of the write-ahead log before the log is written over. Private to the store, but for the gauge.
 *
 * The keeper is the only one who commits and checkpoints, so between two groups the frames of the log stand still.
 * There it copies, in slices, the new ones into the segment that is open: a file without a name in the data folder,
 * which is gone with the process. A checkpoint waits until all is copied (sqlite.c), for after it the log may begin
 * anew. A cut closes the segment and opens the next. What becomes of a closed segment is nobody's hurry: a target
 * that is slow or away costs room on this disk, up to a limit, and never a checkpoint.
 *
 * When anything is not as it should be (no room, the limit, a frame that does not belong) the tap breaks: the
 * segments' room is given back and the keeper goes on as if there were none. A broken tap cannot be mended, a new
 * base copy must begin. */
#ifndef STORE_TAP_H
#define STORE_TAP_H

#include "base/arena.h"

#include <stdatomic.h>
#include <sys/types.h>

/* Frames as they stand in the log, one behind the other: 24 bytes of head, a page. */
struct segment {
	struct arena *mem;
	int fd;                 /* -1 when its room was given back */
	uint32_t *page;         /* page numbers of the frames */
	size_t n, cap;
	uint32_t page_size;     /* 0: no frame yet */
	uint32_t db_pages;      /* of the database after the last commit in it; 0: no frame yet */
	struct tap *tap;
	int users;              /* series that still want it: ship.c counts */
};

/* What any thread may look at, also while a tap comes or goes. */
struct tap_gauge {
	_Atomic int64_t held;           /* bytes of all segments */
	_Atomic int64_t slice_us;       /* the longest copy so far: others waited for it */
	_Atomic int64_t copy_us;        /* all copies together */
};

struct tap {
	struct arena *mem;
	char *buf;              /* for a chunk of frames */
	char *folder;           /* for the segments */
	int64_t most;           /* bytes that all segments may have together */
	struct tap_gauge *gauge;
	_Atomic int broken;     /* an enum err; OK while it works */

	/* The keeper's thread alone, while it is tapped: */
	struct segment *now;
	unsigned char salt[8];  /* of the log */
	uint32_t page_size;
	bool known;             /* a log was seen */
	int copied;             /* of its frames */
	int seen;               /* frames it had when it was last looked at */
};

/* Reading the log at a place; false when that is not to be had. */
struct tap_log {
	bool (*read)(void *arg, void *p, size_t n, int64_t at);
	void *arg;
};

/* Segments lie in `folder`; the gauge outlives the tap and its segments. E_IO, E_FULL when none can be made. */
enum err tap_new(struct str folder, int64_t most, struct tap_gauge *gauge, struct tap **out) MUST_USE;
/* When no connection is tapped any more and all closed segments are freed. */
void tap_free(struct tap *t);

/* The keeper, between two groups: the log has `frames` committed frames; copy at most `most` of those that are new. True
 * when nothing is left to copy (or the tap is broken: then nothing ever is). */
bool tap_follow(struct tap *t, const struct tap_log *log, int frames, int most);
/* The keeper, when a base copy begins: the log has `frames`, of which `moved` are in the file. Follow it from here; from its
 * beginning (once more) when not all are: what a later checkpoint writes while the file is copied must come from us. */
enum err tap_begin(struct tap *t, const struct tap_log *log, int frames, int moved) MUST_USE;
/* The keeper, when all is copied: close the segment, open another. */
enum err tap_cut(struct tap *t, struct segment **out) MUST_USE;
/* Any thread. The first reason stays. */
void tap_break(struct tap *t, enum err why);

/* Bytes of a frame, and the bytes of `n` frames from `from` on. */
size_t segment_stride(const struct segment *s);
bool segment_read(const struct segment *s, size_t from, size_t n, char *into) MUST_USE;
void segment_free(struct segment *s);
/* An empty segment for somebody else's frames, counted by the tap's gauge; frames as segment_read gives them. */
enum err segment_make(struct tap *t, struct segment **out) MUST_USE;
enum err segment_add(struct segment *s, const char *frames, size_t n) MUST_USE;

#endif
