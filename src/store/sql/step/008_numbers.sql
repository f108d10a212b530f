-- store/sql/step/008_numbers.sql: the processing numbers (処理番号) of the contact app.

-- Whether the person wishes one: each time that was said or taken back. The newest is what holds.
CREATE TABLE number_wish (
	home INTEGER NOT NULL, case_id TEXT NOT NULL, at BIGINT NOT NULL, seq INTEGER NOT NULL, wished INTEGER NOT NULL,
	by_account TEXT NOT NULL, by_name TEXT NOT NULL, org TEXT NOT NULL,
	PRIMARY KEY (case_id, home, at, seq)
) {without rowid};

-- The numbers that are good now, and whose: a row goes in the change that uses or voids its number, or when its time is over.
-- hash = HMAC of the eight digits with a key that is not in the database.
CREATE TABLE processing_number (
	hash TEXT NOT NULL, home INTEGER NOT NULL, case_id TEXT NOT NULL, issued_at BIGINT NOT NULL, good_until BIGINT NOT NULL,
	by_account TEXT NOT NULL, by_name TEXT NOT NULL,
	PRIMARY KEY (hash)
) {without rowid};
CREATE INDEX processing_number_case ON processing_number (case_id, home);
CREATE INDEX processing_number_end ON processing_number (good_until);

-- What became of them, by day, of nobody: issued, used, voided, expired.
CREATE TABLE number_day (
	day TEXT NOT NULL, what TEXT NOT NULL, n BIGINT NOT NULL,
	PRIMARY KEY (day, what)
) {without rowid};
