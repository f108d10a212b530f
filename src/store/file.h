/* store/file.h: the file of a database on a disk: its owner's alone, claimed by one writer. Private to the store.
 *
 * The claim is a lock on PATH.lock, held by an open descriptor: it goes with the process, however that ends. The
 * database itself is made empty when it is not there and never opened here again: closing such a descriptor in a
 * process that has it open through SQLite would drop SQLite's own locks. */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include "base/arena.h"

struct db_file {
	struct arena *mem;
	char *path;             /* without links */
	char *folder;           /* made for a private database, removed with it; NULL */
	int lock;               /* -1 when only reading */
	bool unclean;           /* the writer before us did not close: its log is still there */
	int64_t bytes;          /* of the database, as we found it */
};

/* ":memory:" is a private database in a folder of its own. E_BUSY when another process is its writer, E_NOTFOUND when a
 * reader finds none. *why is for the console. */
enum err file_claim(struct arena *mem, struct str path, bool write, struct db_file *out, struct str *why) MUST_USE;
/* After the last connection is closed. */
void file_leave(struct db_file *f);

/* All of it, or false (errno). For files of our own, never the database. */
bool file_write(int fd, const void *bytes, size_t n) MUST_USE;

#endif
