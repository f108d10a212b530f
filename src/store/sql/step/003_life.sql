-- store/sql/step/003_life.sql: what becomes of a notification after it was filed.

-- state: reported, superseded (locked by a later one), withdrawn. review: '' not looked at, checked, queried, answered.
ALTER TABLE notification ADD COLUMN review TEXT NOT NULL DEFAULT '';
-- The notification of the same case that this one was filed in addition to (追加登録).
ALTER TABLE notification ADD COLUMN follows TEXT;
-- 'centre': the health centre took the sample itself (seed Q12).
ALTER TABLE notification ADD COLUMN sampled TEXT;

-- Of the newest notification that is not withdrawn, for lists; and how many there are: a case without one is not counted.
ALTER TABLE casefile ADD COLUMN review TEXT NOT NULL DEFAULT '';
ALTER TABLE casefile ADD COLUMN live INTEGER NOT NULL DEFAULT 1;

-- What was done with a notification beside its versions. kind: checked, queried, answered, superseded, unlocked, withdrawn.
-- message: what was asked, answered, or the reason. other: the notification that locked or unlocked this one.
CREATE TABLE notification_event (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, seq INTEGER NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL,
	message TEXT, other TEXT, by_account TEXT NOT NULL, by_name TEXT NOT NULL, org TEXT NOT NULL,
	PRIMARY KEY (notification_id, home, seq)
) {without rowid};

-- The class reports of a case as they were before an additional notification: what they are again when that one is withdrawn.
-- Meanwhile the earlier notifications are locked, so that it cannot grow old.
CREATE TABLE class_report_before (
	home INTEGER NOT NULL, notification_id TEXT NOT NULL, type TEXT NOT NULL, first_reported_at BIGINT NOT NULL,
	of_notification TEXT NOT NULL, report_day TEXT NOT NULL, diagnosis_day TEXT, onset_day TEXT,
	PRIMARY KEY (notification_id, home, type)
) {without rowid};
