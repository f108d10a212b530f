-- store/sql/step/001_begin.sql: the first schema. The common subset of SQLite and PostgreSQL.
-- Every key of a case is led by `home`, the health centre that first received it (never changed).
-- {without rowid} is an engine's own way to keep a table in its key. Moments are milliseconds since 1970 UTC (BIGINT); civil dates ISO text; ids 26 characters.

-- ---- reference data ----
CREATE TABLE prefecture (
	code TEXT PRIMARY KEY, name TEXT NOT NULL, kana TEXT NOT NULL, name_en TEXT NOT NULL
);
CREATE TABLE municipality (
	code TEXT PRIMARY KEY, pref TEXT NOT NULL, name TEXT NOT NULL, county TEXT NOT NULL, kana TEXT NOT NULL,
	home INTEGER NOT NULL, until TEXT
);
-- source: area (a code of places) or office (a code of one large office). municipality '' when not known.
CREATE TABLE postal (
	code TEXT NOT NULL, source TEXT NOT NULL, pref TEXT NOT NULL, address TEXT NOT NULL,
	seq INTEGER NOT NULL, municipality TEXT NOT NULL,
	PRIMARY KEY (code, source, pref, address)
) {without rowid};
CREATE TABLE holiday (
	date TEXT PRIMARY KEY, name TEXT NOT NULL, name_en TEXT NOT NULL
);
CREATE TABLE era (
	code TEXT PRIMARY KEY, name TEXT NOT NULL, letter TEXT NOT NULL, start TEXT NOT NULL
);
CREATE TABLE country (
	code TEXT PRIMARY KEY, name TEXT NOT NULL, name_en TEXT NOT NULL
);
-- Which version of which reference table was loaded when.
CREATE TABLE reference_load (
	name TEXT PRIMARY KEY, at BIGINT NOT NULL, row_count INTEGER NOT NULL, sha256 TEXT NOT NULL
);

-- ---- organisations and accounts ----
-- path: '' ministry, '13/' prefecture, '13/1305/' health centre, '13/1305/0042/' institution.
CREATE TABLE org (
	path TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT NOT NULL,
	home INTEGER NOT NULL, municipality TEXT, postal TEXT, address TEXT, phone TEXT,
	closed_at BIGINT, ver INTEGER NOT NULL
);
CREATE TABLE account (
	id TEXT PRIMARY KEY, login TEXT NOT NULL, org TEXT NOT NULL REFERENCES org(path), role TEXT NOT NULL,
	name TEXT NOT NULL, password TEXT NOT NULL, totp BLOB NOT NULL, totp_step BIGINT NOT NULL,
	language TEXT NOT NULL, state TEXT NOT NULL, created_at BIGINT NOT NULL, ver INTEGER NOT NULL
);
CREATE UNIQUE INDEX account_login ON account (login);
CREATE INDEX account_org ON account (org);
-- A session is known by the SHA-256 of its token only.
CREATE TABLE session (
	hash TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account(id), stage TEXT NOT NULL,
	began_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, address TEXT NOT NULL, csrf TEXT NOT NULL,
	tries INTEGER NOT NULL
);
CREATE INDEX session_account ON session (account);
-- Failures in a row, per account and per address.
CREATE TABLE throttle (
	key TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_at BIGINT NOT NULL
);

-- ---- sheets published on the running system ----
CREATE TABLE sheet (
	name TEXT NOT NULL, ver INTEGER NOT NULL, text TEXT NOT NULL, published_at BIGINT NOT NULL,
	published_by TEXT NOT NULL, PRIMARY KEY (name, ver)
);

-- ---- cases ----
CREATE TABLE casefile (
	home INTEGER NOT NULL, id TEXT NOT NULL,
	number TEXT NOT NULL,           -- the HER-SYS number: 11 digits and a check digit
	disease TEXT NOT NULL, name TEXT, name_kana TEXT, sex TEXT, birth_date TEXT, phone TEXT,
	band TEXT NOT NULL,             -- age band at the diagnosis, for figures
	type TEXT NOT NULL,             -- diagnosis class of the latest report
	status TEXT NOT NULL, status_at BIGINT, status_by TEXT,
	responsible TEXT NOT NULL,      -- path of the centre in charge
	reporter TEXT NOT NULL,         -- path of the organisation that notified first
	reported_at BIGINT NOT NULL,    -- first press of 報告 of any class
	missing INTEGER NOT NULL,       -- items of its latest notification that are still 未入力
	ver INTEGER NOT NULL,
	PRIMARY KEY (home, id)
);
CREATE UNIQUE INDEX casefile_number ON casefile (home, number);
-- Who has to do with a case: kept with the case, for checks …
CREATE TABLE case_org (
	home INTEGER NOT NULL, case_id TEXT NOT NULL, org TEXT NOT NULL, role TEXT NOT NULL, since BIGINT NOT NULL,
	PRIMARY KEY (home, case_id, org, role)
) {without rowid};
-- … and with the viewer, for lists: institution, centre, prefecture and ministry each have their row.
CREATE TABLE org_case (
	org TEXT NOT NULL, at BIGINT NOT NULL, home INTEGER NOT NULL, case_id TEXT NOT NULL,
	PRIMARY KEY (org, at, home, case_id)
) {without rowid};
CREATE TABLE status_history (
	home INTEGER NOT NULL, case_id TEXT NOT NULL, at BIGINT NOT NULL, seq INTEGER NOT NULL, status TEXT NOT NULL,
	death_date TEXT, by_account TEXT NOT NULL, by_name TEXT NOT NULL, org TEXT NOT NULL,
	PRIMARY KEY (home, case_id, at, seq)
);

CREATE TABLE notification (
	home INTEGER NOT NULL, id TEXT NOT NULL, case_id TEXT NOT NULL, sheet TEXT NOT NULL,
	reporter TEXT NOT NULL, state TEXT NOT NULL, reported_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL, entered_by TEXT NOT NULL, entered_name TEXT NOT NULL, filed_name TEXT NOT NULL,
	ver INTEGER NOT NULL, extra TEXT,
	report_date TEXT, doctor_name TEXT, clinic_name TEXT, clinic_address TEXT, clinic_phone TEXT, type TEXT,
	name TEXT, name_kana TEXT, sex TEXT, birth_date TEXT, age_years TEXT, age_months TEXT, occupation TEXT,
	home_postal TEXT, home_address TEXT, home_phone TEXT, stay_postal TEXT, stay_address TEXT, stay_phone TEXT,
	guardian_name TEXT, guardian_kana TEXT, guardian_address TEXT, guardian_phone TEXT, symptom_other TEXT,
	spo2 TEXT, first_visit_date TEXT, diagnosis_date TEXT, infection_date TEXT, onset_date TEXT, death_date TEXT,
	route_certainty TEXT, route_droplet TEXT, route_contact TEXT, route_oral TEXT, route_animal TEXT,
	route_other TEXT, region_certainty TEXT, region_prefecture TEXT, region_city TEXT, region_country TEXT,
	region_place TEXT, vaccination_count TEXT, hospitalised TEXT, hospitalised_date TEXT, needs_hospital TEXT,
	risk_any TEXT, risk_other TEXT, risk_immune TEXT, pregnant TEXT, severity TEXT, needs_treatment TEXT,
	remote_visit TEXT, remarks TEXT,
	PRIMARY KEY (home, id)
);
CREATE INDEX notification_case ON notification (home, case_id, reported_at);
CREATE TABLE notification_choice (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, field TEXT NOT NULL, code TEXT NOT NULL,
	PRIMARY KEY (home, notification_id, field, code)
) {without rowid};
CREATE TABLE test (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, seq INTEGER NOT NULL,
	test_method TEXT, test_method_other TEXT, test_specimen TEXT, test_specimen_other TEXT,
	test_sampled_date TEXT, test_result TEXT, test_payment TEXT,
	PRIMARY KEY (home, notification_id, seq)
);
CREATE TABLE dose (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, seq INTEGER NOT NULL,
	dose_received TEXT, dose_number TEXT, dose_age TEXT, dose_vaccine TEXT, dose_maker TEXT, dose_date TEXT,
	PRIMARY KEY (home, notification_id, seq)
);
CREATE TABLE travel (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, seq INTEGER NOT NULL,
	travel_country TEXT, travel_place TEXT, travel_left_date TEXT, travel_returned_date TEXT,
	PRIMARY KEY (home, notification_id, seq)
);
-- The versions before the present one, whole, as JSON (field/record.h).
CREATE TABLE notification_version (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, ver INTEGER NOT NULL, at BIGINT NOT NULL,
	by_account TEXT NOT NULL, by_name TEXT NOT NULL, org TEXT NOT NULL, record TEXT NOT NULL,
	PRIMARY KEY (home, notification_id, ver)
);
-- 提出日・受理日: the first press of 報告 for each case and class; never changed (seed Q8).
CREATE TABLE class_report (
	home INTEGER NOT NULL, case_id TEXT NOT NULL, type TEXT NOT NULL, first_reported_at BIGINT NOT NULL,
	notification_id TEXT NOT NULL,
	-- what figures count this report under; kept while the class is the case's present one
	report_day TEXT NOT NULL, diagnosis_day TEXT, onset_day TEXT,
	PRIMARY KEY (home, case_id, type)
) {without rowid};
-- What is searched: scope is a centre that may find it (0: exact duplicate keys of the whole country).
-- kind: n folded name, k folded reading, b birth date, t phone digits, d duplicate key.
CREATE TABLE search_key (
	scope INTEGER NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, home INTEGER NOT NULL, case_id TEXT NOT NULL,
	PRIMARY KEY (scope, kind, key, home, case_id)
) {without rowid};
-- Human numbers: the last serial given, per centre.
CREATE TABLE serial (
	home INTEGER PRIMARY KEY, last BIGINT NOT NULL
);
-- A repeated press gives the same receipt.
CREATE TABLE idempotency (
	org TEXT NOT NULL, key TEXT NOT NULL, at BIGINT NOT NULL, home INTEGER NOT NULL, notification_id TEXT NOT NULL,
	PRIMARY KEY (org, key)
) {without rowid};
-- Drafts hold what was typed, as typed (a form body), so that nothing is lost however odd.
CREATE TABLE draft (
	id TEXT PRIMARY KEY, org TEXT NOT NULL, account TEXT NOT NULL, by_name TEXT NOT NULL, disease TEXT NOT NULL,
	body TEXT NOT NULL, created_at BIGINT NOT NULL, saved_at BIGINT NOT NULL, ver INTEGER NOT NULL
);
CREATE INDEX draft_org ON draft (org, saved_at);

-- ---- figures: counters kept in the transaction that changes what they count ----
-- scope: a centre (1305) or a prefecture (13); the nation is the sum of prefectures. axis: report, diagnosis, onset.
-- reports: class reports (case and class) dated by the axis; persons: cases whose present class this is.
CREATE TABLE stat_day (
	scope INTEGER NOT NULL, axis TEXT NOT NULL, disease TEXT NOT NULL, day TEXT NOT NULL, type TEXT NOT NULL,
	reports BIGINT NOT NULL, persons BIGINT NOT NULL,
	PRIMARY KEY (scope, axis, disease, day, type)
) {without rowid};
CREATE TABLE stat_group (
	scope INTEGER NOT NULL, axis TEXT NOT NULL, disease TEXT NOT NULL, day TEXT NOT NULL, sex TEXT NOT NULL,
	band TEXT NOT NULL, persons BIGINT NOT NULL,
	PRIMARY KEY (scope, axis, disease, day, sex, band)
) {without rowid};
CREATE TABLE stat_status (
	scope INTEGER NOT NULL, disease TEXT NOT NULL, status TEXT NOT NULL, persons BIGINT NOT NULL,
	PRIMARY KEY (scope, disease, status)
) {without rowid};

-- ---- imported open data (陽性患者属性) ----
-- age_band: 0-9 … 90-99, 100+, 90+ (90歳以上), ? is unknown everywhere. as_written: JSON of the cells whose meaning the
-- columns do not hold, by their names in the file. row_sha256: of what the row says, however it is spelled.
CREATE TABLE open_case (
	publisher TEXT NOT NULL, number TEXT NOT NULL, municipality TEXT, pref TEXT, home INTEGER,
	published_date TEXT, onset_date TEXT, residence TEXT, age_band TEXT, sex TEXT, occupation TEXT, condition TEXT,
	symptoms TEXT, travelled TEXT, discharged TEXT, remarks TEXT, as_written TEXT, row_sha256 TEXT NOT NULL,
	file TEXT NOT NULL, loaded_at BIGINT NOT NULL, ver INTEGER NOT NULL,
	PRIMARY KEY (publisher, number)
);
CREATE TABLE open_case_version (
	publisher TEXT NOT NULL, number TEXT NOT NULL, ver INTEGER NOT NULL, at BIGINT NOT NULL, file TEXT NOT NULL,
	record TEXT NOT NULL,
	PRIMARY KEY (publisher, number, ver)
);
CREATE TABLE open_load (
	id TEXT PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL, at BIGINT NOT NULL, row_count INTEGER NOT NULL,
	taken INTEGER NOT NULL, repaired INTEGER NOT NULL, changed INTEGER NOT NULL, known INTEGER NOT NULL,
	refused INTEGER NOT NULL
);
