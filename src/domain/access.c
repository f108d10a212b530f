/* domain/access.c: see access.h. */
#include "domain/access.h"

#include "base/clock.h"

/* How an action that only shows something ends; everything else changes something. */
static const struct str look_end[] = {
	STR_INIT(".view"), STR_INIT(".list"), STR_INIT(".search"), STR_INIT(".duplicates"), STR_INIT(".family"), STR_INIT(".edit"),
	STR_INIT(".receipt"), STR_INIT(".print"), STR_INIT(".notices"), STR_INIT(".access"), STR_INIT(".disclosure"),
	STR_INIT(".export"), STR_INIT(".pdf"), STR_INIT(".form"), STR_INIT(".refused"), STR_INIT("notif.act"), STR_INIT("case.sources"),
	STR_INIT("contact.case"), STR_INIT("contact.chain"), STR_INIT("contact.file"),
};

bool
access_is_look(struct str action)
{
	for (size_t i = 0; i < LEN(look_end); i++)
		if (str_ends(action, look_end[i]))
			return true;
	return false;
}

/* The time of the first line at or after a place; false behind the end. */
static bool
time_at(struct tx *tx, int64_t seq, int64_t *at)
{
	struct rows r;

	if (!tx_one(tx, &r, Q_audit_time, DBS(DI(seq))))
		return false;
	*at = row_int(&r, "at");
	rows_close(&r);
	return true;
}

int64_t
access_end(struct tx *tx)
{
	struct rows r;
	int64_t seq = 0;

	if (tx_one(tx, &r, Q_audit_head, NULL, 0)) {
		seq = row_int(&r, "seq");
		rows_close(&r);
	}
	return seq + 1;
}

/* A clock that was set back breaks the order of times: a day is put before. */
#define BEFORE_MS INT64_C(86400000)

int64_t
access_first(struct tx *tx, const struct casefile *k)
{
	int64_t low = 1, high = access_end(tx), at = 0;

	while (low < high) {
		int64_t middle = low + (high - low) / 2;
		if (time_at(tx, middle, &at) && at < k->reported_at - BEFORE_MS)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct access_line
line_of(struct rows *r)
{
	return (struct access_line){
		.seq = row_int(r, "seq"), .at = row_int(r, "at"), .account = row_text(r, "user_id"),
		.account_name = row_text(r, "account_name"), .org = row_text(r, "org"), .org_name = row_text(r, "org_name"),
		.action = row_text(r, "action"), .purpose = row_text(r, "purpose"), .address = row_text(r, "address"),
		.session = row_text(r, "session"), .detail = row_text(r, "detail"),
		.look = access_is_look(row_text(r, "action")), .list = row_int(r, "home") == 0,
	};
}

struct access_line *
access_walk(struct tx *tx, const struct casefile *k, enum access_kind kind, int64_t first, int64_t *before, size_t most, size_t *n)
{
	struct access_line *list = NEWN(tx_mem(tx), struct access_line, most);
	int64_t from = *before - ACCESS_STRETCH > first ? *before - ACCESS_STRETCH : first;
	struct str among = str_fmt(tx_mem(tx), "%%%lld/%.*s%%", (long long)k->home, STR_ARG(k->id));
	struct rows r;

	*n = 0;
	tx_open(tx, &r, Q_audit_case, DBS(DI(from), DI(*before), DI(k->home), DT(k->id), DT(among)));
	*before = from;
	while (rows_next(&r)) {
		struct access_line l = line_of(&r);
		if (kind != ACCESS_all && l.look != (kind == ACCESS_looks))
			continue;
		if (*n == most) {
			*before = list[*n - 1].seq;
			rows_close(&r);
			break;
		}
		list[(*n)++] = l;
	}
	return list;
}
