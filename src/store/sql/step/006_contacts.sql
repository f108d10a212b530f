-- store/sql/step/006_contacts.sql: contacts of a case (article 15): who met whom, what became of them.
-- A contact stands with its index case. The case that it became may stand elsewhere: case_source says there where it came from.

CREATE TABLE contact (
	home INTEGER NOT NULL, id TEXT NOT NULL, case_id TEXT NOT NULL,
	name TEXT, name_kana TEXT, sex TEXT, birth_date TEXT, phone TEXT, address TEXT,
	relation TEXT, household TEXT, high_risk TEXT, last_contact TEXT, place TEXT, exposure TEXT,
	until TEXT, state TEXT, test_date TEXT, test_result TEXT, note TEXT,
	case_home INTEGER, became TEXT, -- the case that it became
	withdrawn TEXT,                 -- why it does not count; NULL: it does
	added_at BIGINT NOT NULL, added_org TEXT NOT NULL,
	changed_at BIGINT NOT NULL, by_account TEXT NOT NULL, by_name TEXT NOT NULL, ver INTEGER NOT NULL,
	PRIMARY KEY (id, home)
);
CREATE INDEX contact_case ON contact (case_id, home);
-- The list of those who are observed today.
CREATE INDEX contact_state ON contact (home, state, until);
-- Every version, the present one too, as JSON; act says what made it.
CREATE TABLE contact_version (
	home INTEGER NOT NULL, contact_id TEXT NOT NULL, ver INTEGER NOT NULL, at BIGINT NOT NULL, act TEXT NOT NULL,
	by_account TEXT NOT NULL, by_name TEXT NOT NULL, org TEXT NOT NULL, record TEXT NOT NULL,
	PRIMARY KEY (contact_id, home, ver)
);
-- 健康観察: what was seen or said on a day. An entry is struck out, never deleted.
CREATE TABLE contact_day (
	home INTEGER NOT NULL, contact_id TEXT NOT NULL, id TEXT NOT NULL, day TEXT NOT NULL,
	temperature TEXT, symptoms TEXT, said TEXT,
	at BIGINT NOT NULL, by_account TEXT NOT NULL, by_name TEXT NOT NULL, org TEXT NOT NULL,
	void_at BIGINT, void_by TEXT,
	PRIMARY KEY (contact_id, home, id)
);
-- Where a case may have its infection from: the index case of the contact that it was.
CREATE TABLE case_source (
	home INTEGER NOT NULL, case_id TEXT NOT NULL, from_home INTEGER NOT NULL, from_case TEXT NOT NULL,
	contact_id TEXT NOT NULL, household TEXT, since BIGINT NOT NULL,
	PRIMARY KEY (case_id, home, contact_id)
) {without rowid};
