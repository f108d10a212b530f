-- store/sql/step/000_store.sql: what the store itself keeps.

-- Which steps were run, and when.
CREATE TABLE schema_step (
	step INTEGER PRIMARY KEY, at BIGINT NOT NULL
);

-- Who did or saw what, about whom, from where, on which legal ground: one line each, never changed.
-- hash = SHA-256(prev, then the line: store/audit.c); seq has no gaps; the first prev is 32 zero bytes.
CREATE TABLE audit (
	seq INTEGER PRIMARY KEY, at BIGINT NOT NULL, user_id TEXT NOT NULL, org TEXT NOT NULL, action TEXT NOT NULL,
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
