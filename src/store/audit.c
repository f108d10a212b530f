/* store/audit.c: the audit log as a chain of hashes.
 *
 * A line's hash is SHA-256 of the 32 bytes of the line before it (zeros before the first), followed by the
 * line's eleven cells seq, at, user_id, org, action, home, object, purpose, address, session, detail, each as
 *     LENGTH ":" BYTES ","            (LENGTH in decimal, numbers in decimal: a netstring)
 * so that no two lines have the same bytes and anyone can recompute it with an ordinary tool:
 *     ( head -c 32 /dev/zero; printf '1:1,13:1717200000000,4:root,0:,…' ) | sha256sum
 *
 * The keeper writes one chain. A chain shows what was edited, taken out, put in or exchanged; that its end was
 * cut off shows only a head kept elsewhere: on a running system the keeper's own (checked by audit_verify),
 * beyond that the signed one. */
#include "store/tx.h"

#include "base/clock.h"

#include <stdio.h>

enum { SEQ, AT, USER, ORG, ACTION, HOME, OBJECT, PURPOSE, ADDRESS, SESSION, DETAIL, LINE_CELLS,
	PREV = LINE_CELLS, HASH, ALL_CELLS };

static void
cell_put(struct buf *b, const struct db *d)
{
	if (d->kind == DB_INT) {
		char digits[24];
		int n = snprintf(digits, sizeof digits, "%lld", (long long)d->num);
		buf_fmt(b, "%d:%s,", n, digits);
		return;
	}
	buf_fmt(b, "%zu:", d->text.n);
	buf_put(b, d->text);
	buf_byte(b, ',');
}

static struct str
hash_str(const struct sha256 *h)
{
	return (struct str){ (const char *)h->b, sizeof h->b };
}

static struct sha256
line_hash(struct buf *b, const struct sha256 *prev, const struct db cell[LINE_CELLS])
{
	b->n = 0;
	buf_put(b, hash_str(prev));
	for (size_t i = 0; i < LINE_CELLS; i++)
		cell_put(b, &cell[i]);
	return crypt_sha256(buf_str(b));
}

/* Append one line with this time. */
static void
line_put(struct tx *tx, const struct audit *a, int64_t at)
{
	struct buf b = buf_new(tx->mem);
	struct audit_head next = { .seq = tx->head->seq + 1, .at = at };
	struct db cell[ALL_CELLS] = {
		[SEQ] = DI(next.seq), [AT] = DI(at), [USER] = DT(a->user), [ORG] = DT(a->org),
		[ACTION] = DT(a->action), [HOME] = DI(a->home), [OBJECT] = DT(a->object), [PURPOSE] = DT(a->purpose),
		[ADDRESS] = DT(a->address), [SESSION] = DT(a->session), [DETAIL] = DT(a->detail),
	};

	/* What callers leave out is the empty text. */
	for (size_t i = 0; i < LINE_CELLS; i++)
		if (cell[i].kind == DB_TEXT && cell[i].text.p == NULL)
			cell[i].text = S("");
	next.hash = line_hash(&b, &tx->head->hash, cell);
	cell[PREV] = DB(hash_str(&tx->head->hash));
	cell[HASH] = DB(hash_str(&next.hash));
	tx_exec(tx, Q_audit_insert, cell, ALL_CELLS);
	/* Where it is not waited for, the conflict may be that of anything before. */
	if (tx->err == E_CONFLICT && tx->eng->put == NULL)
		BUG("the audit log was written by somebody else");
	if (tx->err == OK)
		*tx->head = next;
}

/* Its order is its numbers; its times follow the machine's clock, which may be set back. Less than a second of that is
 * levelled; more is marked by a line of its own, so that no line is dated before its predecessor without one. */
static int64_t
line_time(struct tx *tx)
{
	int64_t now = clock_now(), back = tx->head->at - now;

	if (tx->head->seq == 0 || back <= 0)
		return now;
	if (back < CLOCK_STEP_MS)
		return tx->head->at;
	line_put(tx, &(struct audit){ .action = S("clock.back"), .detail = str_fmt(tx->mem, "ms=%lld", (long long)back) }, now);
	return now;
}

void
tx_audit(struct tx *tx, const struct audit *a)
{
	if (!tx->writing)
		BUG("tx_audit in a transaction that reads");
	if (tx->err != OK)
		return;
	bool changed = tx->changed;
	line_put(tx, a, line_time(tx));
	tx->changed = changed;
	tx->audited = true;
}

static struct audit_head
head_of(struct rows *r)
{
	struct audit_head h = { .seq = row_int(r, "seq"), .at = row_int(r, "at") };
	struct str hash = row_text(r, "hash");

	if (hash.n == sizeof h.hash.b)
		memcpy(h.hash.b, hash.p, hash.n);
	return h;
}

struct audit_head
audit_head_read(struct tx *tx)
{
	struct audit_head h = { 0 };
	struct rows r;

	if (!tx_one(tx, &r, Q_audit_head, NULL, 0))
		return h;
	h = head_of(&r);
	rows_close(&r);
	return h;
}

enum err
audit_head_take(struct tx *tx, struct audit_head *out, int64_t *events)
{
	struct rows r;

	if (!tx_one(tx, &r, Q_audit_take, NULL, 0))
		return tx_fail(tx, E_STORE);
	*out = head_of(&r);
	*events = row_int(&r, "events");
	rows_close(&r);
	return tx_err(tx);
}

void
audit_head_move(struct tx *tx, const struct audit_head *to, int64_t events)
{
	tx_exec(tx, Q_audit_move, DBS(DI(to->seq), DI(to->at), DB(hash_str(&to->hash)), DI(events)));
}

bool
audit_line_is(struct tx *tx, const struct audit_head *line)
{
	struct rows r;
	bool is = false;

	if (tx_one(tx, &r, Q_audit_line_hash, DBS(DI(line->seq)))) {
		is = str_eq(row_text(&r, "hash"), hash_str(&line->hash));
		rows_close(&r);
	}
	return is;
}

/* Is this row the line that follows `last`? Moves *last to it; a row that is too early keeps its own number. */
static bool
line_good(struct buf *b, struct rows *r, struct audit_head *last)
{
	struct db cell[ALL_CELLS];
	int64_t seq = last->seq + 1;

	for (size_t i = 0; i < ALL_CELLS; i++)
		cell[i] = row_cell(r, i);
	struct sha256 hash = line_hash(b, &last->hash, cell);
	bool good = cell[SEQ].num == seq && str_eq(cell[PREV].text, hash_str(&last->hash))
	    && str_eq(cell[HASH].text, hash_str(&hash));
	for (size_t i = 0; i < LINE_CELLS; i++)
		good = good && cell[i].kind == (i == SEQ || i == AT || i == HOME ? DB_INT : DB_TEXT);
	*last = (struct audit_head){ cell[SEQ].num < seq ? cell[SEQ].num : seq, cell[AT].num, hash };
	return good;
}

/* Is the line we know of (its seq and hash were committed before this snapshot) another one, or gone? */
static bool
known_wrong(const struct tx *tx, const struct audit_head *last, bool at_end)
{
	if (tx->known.seq == 0 || (!at_end && last->seq != tx->known.seq))
		return false;
	return at_end ? last->seq < tx->known.seq
	    : !str_eq(hash_str(&last->hash), hash_str(&tx->known.hash));
}

enum err
audit_verify(struct tx *tx, int64_t *n, int64_t *bad)
{
	struct audit_head last = { 0 };
	struct buf b = buf_new(tx->mem);
	struct rows r;
	bool good = true;

	for (tx_open(tx, &r, Q_audit_walk, DBS(DI(INT64_MIN))); good && rows_next(&r);)
		good = line_good(&b, &r, &last) && !known_wrong(tx, &last, false);
	rows_close(&r);
	if (tx->err != OK)
		return tx->err;
	*n = last.seq;
	if (!good) {
		*bad = last.seq;
		return E_FORMAT;
	}
	if (known_wrong(tx, &last, true)) {
		*bad = last.seq + 1;
		return E_FORMAT;
	}
	return OK;
}
