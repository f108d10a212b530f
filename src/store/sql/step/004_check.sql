-- store/sql/step/004_check.sql: the physician's check (domain/attest.h).

-- The check that stands. kind: self (a physician typed it), physician (signed in and checked it), named (whoever typed it names
-- the physician), centre (the same by a health centre); NULL: from before checks were recorded. hash: of the medical items that
-- were checked. check_wait_at: medical items were changed since; check_note: sent back by the physician, in his words.
ALTER TABLE notification ADD COLUMN check_kind TEXT;
ALTER TABLE notification ADD COLUMN check_account TEXT;
ALTER TABLE notification ADD COLUMN check_name TEXT;
ALTER TABLE notification ADD COLUMN check_org TEXT;     -- NULL: that of the reporter
ALTER TABLE notification ADD COLUMN check_at BIGINT;
ALTER TABLE notification ADD COLUMN check_ver INTEGER;
ALTER TABLE notification ADD COLUMN check_hash TEXT;
ALTER TABLE notification ADD COLUMN check_wait_at BIGINT;
ALTER TABLE notification ADD COLUMN check_note TEXT;
-- An institution's waiting list: of a few rows, and no work for those that do not wait.
CREATE INDEX notification_wait ON notification (home, reporter) WHERE check_wait_at IS NOT NULL;
-- The checks before the present one.
CREATE TABLE notification_check (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, ver INTEGER NOT NULL, kind TEXT NOT NULL, account TEXT NOT NULL,
	name TEXT NOT NULL, org TEXT NOT NULL, at BIGINT NOT NULL, hash TEXT NOT NULL,
	PRIMARY KEY (notification_id, home, ver)
);

-- check_state: NULL, asked, checked, returned. The hash is what the check is worth: it counts while the medical items are those.
ALTER TABLE draft ADD COLUMN check_state TEXT;
ALTER TABLE draft ADD COLUMN check_asked_at BIGINT;
ALTER TABLE draft ADD COLUMN check_asked_name TEXT;
ALTER TABLE draft ADD COLUMN check_account TEXT;
ALTER TABLE draft ADD COLUMN check_name TEXT;
ALTER TABLE draft ADD COLUMN check_at BIGINT;
ALTER TABLE draft ADD COLUMN check_hash TEXT;
ALTER TABLE draft ADD COLUMN check_note TEXT;

-- An institution's own rule: NULL an attestation that names the physician will do; sign_in: only the physician himself.
ALTER TABLE org ADD COLUMN check_rule TEXT;
