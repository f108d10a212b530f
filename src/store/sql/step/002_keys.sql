-- store/sql/step/002_keys.sql: keys that rise with time.
-- Ids are made in the order of time, centres come in no order. A key that begins with the centre spreads each group of
-- notifications over as many leaves as there are centres; one that begins with the id puts them side by side at the tree's
-- right edge. `home` stays in every key of a case (it places the row when data are spread over machines), but no longer leads it.

CREATE TABLE casefile_2 (
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
	PRIMARY KEY (id, home)
) {without rowid};
INSERT INTO casefile_2 (home, id, number, disease, name, name_kana, sex, birth_date, phone, band, type, status, status_at,
	status_by, responsible, reporter, reported_at, missing, ver)
SELECT home, id, number, disease, name, name_kana, sex, birth_date, phone, band, type, status, status_at,
	status_by, responsible, reporter, reported_at, missing, ver FROM casefile ORDER BY id, home;
DROP TABLE casefile;
ALTER TABLE casefile_2 RENAME TO casefile;
CREATE UNIQUE INDEX casefile_number ON casefile (home, number);

CREATE TABLE case_org_2 (
	home INTEGER NOT NULL, case_id TEXT NOT NULL, org TEXT NOT NULL, role TEXT NOT NULL, since BIGINT NOT NULL,
	PRIMARY KEY (case_id, home, org, role)
) {without rowid};
INSERT INTO case_org_2 (home, case_id, org, role, since)
SELECT home, case_id, org, role, since FROM case_org ORDER BY case_id, home, org, role;
DROP TABLE case_org;
ALTER TABLE case_org_2 RENAME TO case_org;

CREATE TABLE status_history_2 (
	home INTEGER NOT NULL, case_id TEXT NOT NULL, at BIGINT NOT NULL, seq INTEGER NOT NULL, status TEXT NOT NULL,
	death_date TEXT, by_account TEXT NOT NULL, by_name TEXT NOT NULL, org TEXT NOT NULL,
	PRIMARY KEY (case_id, home, at, seq)
) {without rowid};
INSERT INTO status_history_2 (home, case_id, at, seq, status, death_date, by_account, by_name, org)
SELECT home, case_id, at, seq, status, death_date, by_account, by_name, org FROM status_history ORDER BY case_id, home, at, seq;
DROP TABLE status_history;
ALTER TABLE status_history_2 RENAME TO status_history;

CREATE TABLE notification_2 (
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
	PRIMARY KEY (id, home)
);
INSERT INTO notification_2 SELECT * FROM notification ORDER BY id, home;
DROP TABLE notification;
ALTER TABLE notification_2 RENAME TO notification;
CREATE INDEX notification_case ON notification (case_id, home, reported_at);

CREATE TABLE notification_choice_2 (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, field TEXT NOT NULL, code TEXT NOT NULL,
	PRIMARY KEY (notification_id, home, field, code)
) {without rowid};
INSERT INTO notification_choice_2 (home, notification_id, field, code)
SELECT home, notification_id, field, code FROM notification_choice ORDER BY notification_id, home, field, code;
DROP TABLE notification_choice;
ALTER TABLE notification_choice_2 RENAME TO notification_choice;

CREATE TABLE test_2 (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, seq INTEGER NOT NULL,
	test_method TEXT, test_method_other TEXT, test_specimen TEXT, test_specimen_other TEXT,
	test_sampled_date TEXT, test_result TEXT, test_payment TEXT,
	PRIMARY KEY (notification_id, home, seq)
) {without rowid};
INSERT INTO test_2 SELECT * FROM test ORDER BY notification_id, home, seq;
DROP TABLE test;
ALTER TABLE test_2 RENAME TO test;

CREATE TABLE dose_2 (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, seq INTEGER NOT NULL,
	dose_received TEXT, dose_number TEXT, dose_age TEXT, dose_vaccine TEXT, dose_maker TEXT, dose_date TEXT,
	PRIMARY KEY (notification_id, home, seq)
) {without rowid};
INSERT INTO dose_2 SELECT * FROM dose ORDER BY notification_id, home, seq;
DROP TABLE dose;
ALTER TABLE dose_2 RENAME TO dose;

CREATE TABLE travel_2 (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, seq INTEGER NOT NULL,
	travel_country TEXT, travel_place TEXT, travel_left_date TEXT, travel_returned_date TEXT,
	PRIMARY KEY (notification_id, home, seq)
) {without rowid};
INSERT INTO travel_2 SELECT * FROM travel ORDER BY notification_id, home, seq;
DROP TABLE travel;
ALTER TABLE travel_2 RENAME TO travel;

CREATE TABLE notification_version_2 (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, ver INTEGER NOT NULL, at BIGINT NOT NULL,
	by_account TEXT NOT NULL, by_name TEXT NOT NULL, org TEXT NOT NULL, record TEXT NOT NULL,
	PRIMARY KEY (notification_id, home, ver)
);
INSERT INTO notification_version_2 (home, notification_id, ver, at, by_account, by_name, org, record)
SELECT home, notification_id, ver, at, by_account, by_name, org, record FROM notification_version
 ORDER BY notification_id, home, ver;
DROP TABLE notification_version;
ALTER TABLE notification_version_2 RENAME TO notification_version;

CREATE TABLE class_report_2 (
	home INTEGER NOT NULL, case_id TEXT NOT NULL, type TEXT NOT NULL, first_reported_at BIGINT NOT NULL,
	notification_id TEXT NOT NULL,
	-- what figures count this report under; kept while the class is the case's present one
	report_day TEXT NOT NULL, diagnosis_day TEXT, onset_day TEXT,
	PRIMARY KEY (case_id, home, type)
) {without rowid};
INSERT INTO class_report_2 (home, case_id, type, first_reported_at, notification_id, report_day, diagnosis_day, onset_day)
SELECT home, case_id, type, first_reported_at, notification_id, report_day, diagnosis_day, onset_day FROM class_report
 ORDER BY case_id, home, type;
DROP TABLE class_report;
ALTER TABLE class_report_2 RENAME TO class_report;

-- The form's own key is an id as well.
CREATE TABLE idempotency_2 (
	org TEXT NOT NULL, key TEXT NOT NULL, at BIGINT NOT NULL, home INTEGER NOT NULL, notification_id TEXT NOT NULL,
	PRIMARY KEY (key, org)
) {without rowid};
INSERT INTO idempotency_2 (org, key, at, home, notification_id)
SELECT org, key, at, home, notification_id FROM idempotency ORDER BY key, org;
DROP TABLE idempotency;
ALTER TABLE idempotency_2 RENAME TO idempotency;

-- One key for the birth date and the duplicate check of the whole country (scope 0, kind b): the date, the folded reading, the
-- folded name, in this order, with | between. It takes the place of kind d and of the birth dates by centre.
INSERT INTO search_key (scope, kind, key, home, case_id)
SELECT 0, 'b', b.key || '|' || COALESCE(MIN(k.key), '') || '|' || COALESCE(MIN(n.key), ''), b.home, b.case_id
  FROM search_key b LEFT JOIN search_key k ON k.scope = b.scope AND k.kind = 'k' AND k.home = b.home AND k.case_id = b.case_id
       LEFT JOIN search_key n ON n.scope = b.scope AND n.kind = 'n' AND n.home = b.home AND n.case_id = b.case_id
 WHERE b.kind = 'b' AND b.scope <> 0 GROUP BY b.key, b.home, b.case_id;
DELETE FROM search_key WHERE kind = 'd' OR (kind = 'b' AND scope <> 0);

-- What groups of operations add to counters, until it is in them (store/sums.c).
CREATE TABLE sum_journal (
	seq BIGINT PRIMARY KEY, sums BLOB NOT NULL
);

-- The nation (scope 0) has counters of its own.
INSERT INTO stat_day (scope, axis, disease, day, type, reports, persons)
SELECT 0, axis, disease, day, type, SUM(reports), SUM(persons) FROM stat_day WHERE scope < 100 GROUP BY axis, disease, day, type;
INSERT INTO stat_group (scope, axis, disease, day, sex, band, persons)
SELECT 0, axis, disease, day, sex, band, SUM(persons) FROM stat_group WHERE scope < 100 GROUP BY axis, disease, day, sex, band;
INSERT INTO stat_status (scope, disease, status, persons)
SELECT 0, disease, status, SUM(persons) FROM stat_status WHERE scope < 100 GROUP BY disease, status;
