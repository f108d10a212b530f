-- store/sql/step/009_totals.sql: what is counted beside cases and classes.

-- kind: test.CODE, tests of the notifications in force by who pays them (test.unsaid: nobody said), on the day of sampling, else
-- of report; prenatal, cases of the support programme for pregnant women, on the day of report.
CREATE TABLE stat_extra (
	scope INTEGER NOT NULL, disease TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL, n BIGINT NOT NULL,
	PRIMARY KEY (scope, disease, day, kind)
) {without rowid};
INSERT INTO stat_extra (scope, disease, day, kind, n)
SELECT c.home, c.disease, CASE WHEN t.test_sampled_date IS NULL OR t.test_sampled_date = '?' THEN r.report_day
       ELSE t.test_sampled_date END, 'test.' || COALESCE(t.test_payment, 'unsaid'), COUNT(*)
  FROM test t JOIN notification n ON n.id = t.notification_id AND n.home = t.home JOIN casefile c ON c.id = n.case_id AND c.home = n.home
       JOIN class_report r ON r.case_id = c.id AND r.home = c.home AND r.type = c.type
 WHERE n.state = 'reported' AND t.test_method IS NOT NULL AND t.test_method <> 'clinical' GROUP BY 1, 2, 3, 4;
-- The programme's name as nearly everybody writes it; the program, from now on, also knows other widths.
INSERT INTO stat_extra (scope, disease, day, kind, n)
SELECT c.home, c.disease, r.report_day, 'prenatal', COUNT(*)
  FROM notification n JOIN casefile c ON c.id = n.case_id AND c.home = n.home
       JOIN class_report r ON r.case_id = c.id AND r.home = c.home AND r.type = c.type
 WHERE n.state = 'reported' AND (REPLACE(REPLACE(n.remarks, ' ', ''), '　', '') LIKE '%妊婦支援事業%' OR EXISTS (SELECT 1 FROM test t
       WHERE t.notification_id = n.id AND t.home = n.home AND t.test_payment = 'prenatal_support')) GROUP BY 1, 2, 3;
INSERT INTO stat_extra (scope, disease, day, kind, n)
SELECT scope / 100, disease, day, kind, SUM(n) FROM stat_extra GROUP BY 1, 2, 3, 4;
INSERT INTO stat_extra (scope, disease, day, kind, n)
SELECT 0, disease, day, kind, SUM(n) FROM stat_extra WHERE scope < 100 GROUP BY disease, day, kind;

-- New positives of an institution on a day who are not notified, by age band (domain/totals.def). At most one row for an
-- institution and a day: that the key does not begin with what rises with time costs a leaf a day and institution, no more.
-- numbers: "0-4=3;5-9=0;…". Counted in stat_extra as daily.BAND.
CREATE TABLE daily_total (
	org TEXT NOT NULL, disease TEXT NOT NULL, day TEXT NOT NULL, home INTEGER NOT NULL, ver INTEGER NOT NULL, at BIGINT NOT NULL,
	by_account TEXT NOT NULL, by_name TEXT NOT NULL, by_org TEXT NOT NULL, numbers TEXT NOT NULL,
	PRIMARY KEY (org, disease, day, home)
) {without rowid};
-- Every version, the present one as well.
CREATE TABLE daily_total_version (
	org TEXT NOT NULL, disease TEXT NOT NULL, day TEXT NOT NULL, home INTEGER NOT NULL, ver INTEGER NOT NULL, at BIGINT NOT NULL,
	by_account TEXT NOT NULL, by_name TEXT NOT NULL, by_org TEXT NOT NULL, numbers TEXT NOT NULL,
	PRIMARY KEY (org, disease, day, home, ver)
) {without rowid};
