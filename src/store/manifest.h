/* store/manifest.h: what a part of a backup says about itself, in the clear. Private to the store and its tests.
 *
 * A backup is a folder of series; a series is a folder of parts, numbered from 0 without a gap: part 0 is the base (the
 * database's file and what else the data folder needs), each further part a generation of the write-ahead log. A
 * part is two files, NUMBER.age and NUMBER.manifest; the second is written last and is the proof of the first.
 *
 * A manifest is two lines of JSON: what is said, and who signed it (Ed25519 over the first line). It names the
 * SHA-256 of the whole manifest before it, so a part that is missing, exchanged or of another series shows. It holds
 * counts, hashes and times, and nothing of any person. */
#ifndef STORE_MANIFEST_H
#define STORE_MANIFEST_H

#include "base/crypt.h"

struct manifest {
	struct str series;              /* 20261122T203011120Z-1f3a */
	int64_t number;
	int64_t at;                     /* UTC ms: what was committed until then is in it */
	struct sha256 before;           /* of the manifest before; zeros for part 0 */
	int64_t plain_bytes, sealed_bytes;
	struct sha256 plain, sealed;    /* of the part before and after it was sealed */
	int64_t pages, page_size;       /* pages in this part */
	int64_t db_pages;               /* of the database afterwards; 0: as before */
	/* Of a generation: what a database that is restored to here holds. A base alone is none. */
	int64_t schema, cases, notifications;
	int64_t audit_seq;
	struct sha256 audit_hash;
};

struct sign_key {
	unsigned char pub[32], sec[64];
};

struct str manifest_write(struct arena *mem, const struct manifest *m, const struct sign_key *key);
/* E_FORMAT when it cannot be read or its signature is wrong; *signer is the key that it names, in hex. */
enum err manifest_read(struct arena *mem, struct str text, struct manifest *out, struct str *signer, struct str *why) MUST_USE;
struct sha256 manifest_hash(struct str text);

/* Does `m` follow the part whose manifest hashes to `before` (zeros: it is part 0)? *why names what is wrong. */
bool manifest_follows(struct arena *mem, const struct manifest *m, struct str series, int64_t number,
    const struct sha256 *before, struct str *why);

/* "000012.age" */
struct str part_name(struct arena *mem, int64_t number, const char *tail);
/* The number of a manifest's file; -1 when it is none. */
int64_t part_number(struct str file);
/* A folder's name as series_name makes it: the later in time, the later in order. */
bool series_name_ok(struct str s);
struct str series_name(struct arena *mem, int64_t now_ms);
/* The moment in a name that is ok. */
int64_t series_time(struct str name);

#endif
