-- store/sql/step/005_entries.sql: the tabs of a case that are lists of dated entries (field/entries.def), templates of free texts,
-- and the counters of who is in hospital.

-- One tree for all of a case: it is read tab by tab.
CREATE TABLE case_entry (
	home INTEGER NOT NULL, case_id TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
	state TEXT NOT NULL,            -- live, withdrawn
	at BIGINT NOT NULL,             -- when it was, by its own account
	written_at BIGINT NOT NULL, changed_at BIGINT NOT NULL, ver INTEGER NOT NULL,
	by_account TEXT NOT NULL, by_name TEXT NOT NULL, org TEXT NOT NULL,     -- of the present version
	reason TEXT,                    -- why it was withdrawn
	data TEXT NOT NULL,             -- JSON (field/record.h)
	PRIMARY KEY (case_id, home, kind, id)
) {without rowid};
-- Every version, the present one as well.
CREATE TABLE case_entry_version (
	home INTEGER NOT NULL, case_id TEXT NOT NULL, entry_id TEXT NOT NULL, ver INTEGER NOT NULL, kind TEXT NOT NULL,
	state TEXT NOT NULL, at BIGINT NOT NULL, by_account TEXT NOT NULL, by_name TEXT NOT NULL, org TEXT NOT NULL,
	reason TEXT, data TEXT NOT NULL,
	PRIMARY KEY (case_id, home, entry_id, ver)
) {without rowid};
-- Numbers of documents: the last one given, per centre and fiscal year.
CREATE TABLE document_number (
	home INTEGER NOT NULL, year INTEGER NOT NULL, last BIGINT NOT NULL,
	PRIMARY KEY (home, year)
) {without rowid};

-- Texts that a centre keeps for its entries.
CREATE TABLE text_template (
	org TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,
	by_account TEXT NOT NULL, changed_at BIGINT NOT NULL,
	PRIMARY KEY (org, id)
) {without rowid};

-- Who is in hospital now: facts is "none" or what severity follows from, joined by ','.
CREATE TABLE stat_care (
	scope INTEGER NOT NULL, disease TEXT NOT NULL, facts TEXT NOT NULL, persons BIGINT NOT NULL,
	PRIMARY KEY (scope, disease, facts)
) {without rowid};
INSERT INTO stat_care (scope, disease, facts, persons)
SELECT CAST(SUBSTR(responsible, 4, 4) AS INTEGER), disease, 'none', COUNT(*) FROM casefile WHERE status = 'in_hospital' AND live > 0
 GROUP BY SUBSTR(responsible, 4, 4), disease;
INSERT INTO stat_care (scope, disease, facts, persons)
SELECT CAST(SUBSTR(responsible, 1, 2) AS INTEGER), disease, 'none', COUNT(*) FROM casefile WHERE status = 'in_hospital' AND live > 0
 GROUP BY SUBSTR(responsible, 1, 2), disease;
INSERT INTO stat_care (scope, disease, facts, persons)
SELECT 0, disease, 'none', COUNT(*) FROM casefile WHERE status = 'in_hospital' AND live > 0 GROUP BY disease;
-- What a prefecture calls severe in its own report; the nation's definition is fixed (field/codes.def, severe_fact).
CREATE TABLE severity_rule (
	area TEXT PRIMARY KEY, facts TEXT NOT NULL, by_account TEXT NOT NULL, changed_at BIGINT NOT NULL
);
