-- store/sql/step/007_orgs.sql: what happens to a case between organisations.

-- Each change of the centres that have to do with a case. kind: handover (from_org, in charge until then, to to_org), relate
-- (to_org becomes a related centre), unrelate (it no longer is). received_*: who of a hand-over's receiver said so.
CREATE TABLE org_move (
	home INTEGER NOT NULL, case_id TEXT NOT NULL, seq INTEGER NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL,
	from_org TEXT NOT NULL, to_org TEXT NOT NULL, message TEXT NOT NULL, by_account TEXT NOT NULL, by_name TEXT NOT NULL,
	received_at BIGINT, received_by TEXT, received_name TEXT,
	PRIMARY KEY (case_id, home, seq)
) {without rowid};

-- What a centre is told of it, with the centre. kind: handover, relate, received (one that it sent). open: 1 until somebody
-- there has said that it was read, then 0.
CREATE TABLE org_notice (
	org TEXT NOT NULL, open INTEGER NOT NULL, at BIGINT NOT NULL, home INTEGER NOT NULL, case_id TEXT NOT NULL,
	move INTEGER NOT NULL, kind TEXT NOT NULL,
	PRIMARY KEY (org, open, at, home, case_id, move, kind)
) {without rowid};

-- What was said of a pair of cases, once with each of them: act same (of the same person), other (of two persons), open
-- (neither any more). The last one holds. Never changed: it is its own log.
CREATE TABLE case_link (
	home INTEGER NOT NULL, case_id TEXT NOT NULL, seq INTEGER NOT NULL, at BIGINT NOT NULL, other_home INTEGER NOT NULL,
	other_id TEXT NOT NULL, act TEXT NOT NULL, by_account TEXT NOT NULL, by_name TEXT NOT NULL, org TEXT NOT NULL,
	PRIMARY KEY (case_id, home, seq)
) {without rowid};
