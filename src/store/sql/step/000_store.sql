-- store/sql/step/000_store.sql: what the store itself keeps.

-- @pg
CREATE DOMAIN BLOB AS BYTEA;
-- @end

-- Which steps were run, and when.
CREATE TABLE schema_step (
	step INTEGER PRIMARY KEY, at BIGINT NOT NULL
);

-- Who did or saw what, about whom, from where, on which legal ground: one line each, never changed.
-- hash = SHA-256(prev, then the line: store/audit.c); seq has no gaps; the first prev is 32 zero bytes.
CREATE TABLE audit (
	seq {integer} PRIMARY KEY, at BIGINT NOT NULL, user_id TEXT NOT NULL, org TEXT NOT NULL, action TEXT NOT NULL,
	home INTEGER NOT NULL, object TEXT NOT NULL, purpose TEXT NOT NULL, address TEXT NOT NULL, session TEXT NOT NULL,
	detail TEXT NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL
);
-- A seat-belt, no lock: what makes a change seen is the chain and its head kept elsewhere.
-- @sqlite
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN
	SELECT RAISE(ABORT, 'the audit log is never changed');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN
	SELECT RAISE(ABORT, 'the audit log is never shortened');
END;
-- @end
-- @pg
-- One row: the end of the chain and of the events. Every group of changes of every process begins by locking it, so
-- that the groups come one after the other and there is one chain (store/keeper.h).
CREATE TABLE audit_head (
	one INTEGER PRIMARY KEY CHECK (one = 1), seq BIGINT NOT NULL, at BIGINT NOT NULL, hash BLOB NOT NULL, events BIGINT NOT NULL
) WITH (fillfactor = 10);
INSERT INTO audit_head (one, seq, at, hash, events) VALUES (1, 0, 0, decode(repeat('00', 32), 'hex'), 0);
-- What the open pages of other processes are told; swept after some minutes.
CREATE TABLE event (
	seq BIGINT PRIMARY KEY, node TEXT NOT NULL, at BIGINT NOT NULL, topic TEXT NOT NULL, text TEXT NOT NULL
);
-- @end
