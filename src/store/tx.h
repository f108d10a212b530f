/* store/tx.h: a transaction from inside. Private to the store. */
#ifndef STORE_TX_H
#define STORE_TX_H

#include "base/crypt.h"
#include "store/engine.h"

/* The last line of the audit log. */
struct audit_head {
	int64_t seq;            /* 0: no line yet */
	int64_t at;             /* when it was written, by the clock of then */
	struct sha256 hash;     /* of that line; zeros */
};

struct add {                    /* an addition to a counter, waiting for the end of its operation */
	struct add *next;
	enum query q;
	const struct db *arg;
	size_t n, n_delta;
};

struct event {
	struct event *next;
	struct str topic, text;
};

struct tx {
	const struct engine *eng;
	const struct queries *queries;
	struct conn *c;
	struct arena *mem;
	struct str area, area_end;
	enum err err;           /* the first thing that went wrong */
	bool writing;
	bool changed, audited;  /* rows that ask for a line; a line */
	struct audit_head *head;        /* writing: the end of the chain, moved by tx_audit */
	struct audit_head known;        /* reading: a line that must be there; seq 0 when not known */
	struct reader *reader;          /* reading: whose it is */
	struct add *adds, *adds_last;
	struct event *events, *events_last;
};

/* The smallest text above every text that begins with `prefix`. */
struct str area_after(struct arena *mem, struct str prefix);
/* The cell of a row without a copy; good until the next step. */
struct db row_cell(struct rows *r, size_t i);
/* The end of the chain as it is kept. */
struct audit_head audit_head_read(struct tx *tx);
/* Where several processes write: the end of the chain from its row, held until the transaction ends, with the number of
 * the last event; and put it where this transaction moved it. */
enum err audit_head_take(struct tx *tx, struct audit_head *out, int64_t *events) MUST_USE;
void audit_head_move(struct tx *tx, const struct audit_head *to, int64_t events);
/* Is there this very line? */
bool audit_line_is(struct tx *tx, const struct audit_head *line);

#endif
