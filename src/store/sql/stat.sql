-- store/sql/stat.sql: figures. No person is in these tables.
-- exec stat_day_add(scope int, axis text, disease text, day text, type text, reports int, persons int): a counter by day and class
INSERT INTO stat_day (scope, axis, disease, day, type, reports, persons) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (scope, axis, disease, day, type) DO UPDATE SET reports = stat_day.reports + excluded.reports,
   persons = stat_day.persons + excluded.persons
-- exec stat_group_add(scope int, axis text, disease text, day text, sex text, band text, persons int): a counter by day, sex and age band
INSERT INTO stat_group (scope, axis, disease, day, sex, band, persons) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (scope, axis, disease, day, sex, band) DO UPDATE SET persons = stat_group.persons + excluded.persons
-- exec stat_status_add(scope int, disease text, status text, persons int): a counter by present status
INSERT INTO stat_status (scope, disease, status, persons) VALUES ($1, $2, $3, $4)
ON CONFLICT (scope, disease, status) DO UPDATE SET persons = stat_status.persons + excluded.persons
-- many stat_series(scope int, axis text, disease text, from text, until text): by day and class
SELECT day, type, reports, persons FROM stat_day
 WHERE scope = $1 AND axis = $2 AND disease = $3 AND day >= $4 AND day <= $5 ORDER BY day, type
-- many stat_prefectures(axis text, disease text, from text, until text): by prefecture
-- nationwide: compares prefectures
SELECT p.code AS area, SUM(s.reports) AS reports, SUM(s.persons) AS persons
  FROM prefecture p CROSS JOIN stat_day s WHERE s.scope = CAST(p.code AS INTEGER) AND s.axis = $1 AND s.disease = $2
   AND s.day >= $3 AND s.day <= $4 GROUP BY p.code ORDER BY p.code
-- many stat_centres(from text, until text, axis text, disease text, from_day text, until_day text): by centre below a path
-- nationwide: compares centres
SELECT o.path AS area, SUM(s.reports) AS reports, SUM(s.persons) AS persons
  FROM org o CROSS JOIN stat_day s WHERE o.path >= $1 AND o.path < $2 AND o.kind = 'centre' AND s.scope = o.home AND s.axis = $3
   AND s.disease = $4 AND s.day >= $5 AND s.day <= $6 GROUP BY o.path ORDER BY o.path
-- many stat_groups(scope int, axis text, disease text, from text, until text): by sex and age band
SELECT sex, band, SUM(persons) AS persons FROM stat_group
 WHERE scope = $1 AND axis = $2 AND disease = $3 AND day >= $4 AND day <= $5 GROUP BY sex, band ORDER BY sex, band
-- many stat_statuses(scope int, disease text): by present status
SELECT status, persons FROM stat_status WHERE scope = $1 AND disease = $2 ORDER BY status
-- many stat_diseases(): diseases that have figures: what is counted anywhere is counted for the nation
-- nationwide: a handful of codes
SELECT DISTINCT disease FROM stat_status WHERE scope = 0 ORDER BY disease
-- many stat_day_all(): every counter that is not nothing, for the recount
-- nationwide: the recount
SELECT scope, axis, disease, day, type, reports, persons FROM stat_day WHERE reports <> 0 OR persons <> 0
 ORDER BY scope, axis, disease, day, type
-- many stat_day_recount(axis text): the same, counted again from the cases
-- everywhere: counts only
SELECT c.home AS scope, c.disease, r.type, CASE $1 WHEN 'report' THEN r.report_day WHEN 'diagnosis' THEN r.diagnosis_day
       ELSE r.onset_day END AS day, COUNT(*) AS reports, SUM(CASE WHEN r.type = c.type THEN 1 ELSE 0 END) AS persons
  FROM class_report r JOIN casefile c ON c.home = r.home AND c.id = r.case_id
 WHERE c.live > 0 AND CASE $1 WHEN 'report' THEN r.report_day WHEN 'diagnosis' THEN r.diagnosis_day ELSE r.onset_day END IS NOT NULL
 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4, 3
-- many stat_group_all(): every counter that is not nothing, for the recount
-- nationwide: the recount
SELECT scope, axis, disease, day, sex, band, persons FROM stat_group WHERE persons <> 0
 ORDER BY scope, axis, disease, day, sex, band
-- many stat_group_recount(axis text): the same, counted again from the cases
-- everywhere: counts only
SELECT c.home AS scope, c.disease, COALESCE(c.sex, '?') AS sex, c.band, CASE $1 WHEN 'report' THEN r.report_day
       WHEN 'diagnosis' THEN r.diagnosis_day ELSE r.onset_day END AS day, COUNT(*) AS persons
  FROM class_report r JOIN casefile c ON c.home = r.home AND c.id = r.case_id AND c.type = r.type
 WHERE c.live > 0 AND CASE $1 WHEN 'report' THEN r.report_day WHEN 'diagnosis' THEN r.diagnosis_day ELSE r.onset_day END IS NOT NULL
 GROUP BY 1, 2, 5, 3, 4 ORDER BY 1, 2, 5, 3, 4
-- many stat_status_all(): every counter that is not nothing
-- nationwide: the recount
SELECT scope, disease, status, persons FROM stat_status WHERE persons <> 0 ORDER BY scope, disease, status
-- many stat_status_recount(): the same, counted again; by the centre in charge
-- everywhere: counts only
SELECT responsible, disease, status, COUNT(*) AS persons FROM casefile WHERE live > 0 GROUP BY responsible, disease, status
 ORDER BY responsible, disease, status
-- exec stat_extra_add(scope int, disease text, day text, kind text, n int): a counter of what is neither a case nor a class
INSERT INTO stat_extra (scope, disease, day, kind, n) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (scope, disease, day, kind) DO UPDATE SET n = stat_extra.n + excluded.n
-- many stat_extra_range(scope int, disease text, from text, until text): those of a period
SELECT day, kind, n FROM stat_extra WHERE scope = $1 AND disease = $2 AND day >= $3 AND day <= $4 AND n <> 0 ORDER BY day, kind
-- many stat_extra_all(): every one that is not nothing, for the recount
-- nationwide: the recount
SELECT scope, disease, day, kind, n AS persons FROM stat_extra WHERE n <> 0 ORDER BY scope, disease, day, kind
-- many stat_tests_recount(): tests of the notifications in force, counted again
-- everywhere: counts only
SELECT c.home AS scope, c.disease, CASE WHEN t.test_sampled_date IS NULL OR t.test_sampled_date = '?' THEN r.report_day
       ELSE t.test_sampled_date END AS day, 'test.' || COALESCE(t.test_payment, 'unsaid') AS kind, COUNT(*) AS persons
  FROM test t JOIN notification n ON n.id = t.notification_id AND n.home = t.home JOIN casefile c ON c.id = n.case_id AND c.home = n.home
       JOIN class_report r ON r.case_id = c.id AND r.home = c.home AND r.type = c.type
 WHERE n.state = 'reported' AND t.test_method IS NOT NULL AND t.test_method <> 'clinical' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
-- many stat_prenatal_recount(): remarks that may name the support programme for pregnant women, in which the program looks
-- everywhere: counts only
-- lengthy: as many as there are notifications with remarks
SELECT c.home AS scope, c.disease, r.report_day AS day, n.remarks, (SELECT COUNT(*) FROM test t WHERE t.notification_id = n.id
       AND t.home = n.home AND t.test_payment = 'prenatal_support') AS paid
  FROM notification n JOIN casefile c ON c.id = n.case_id AND c.home = n.home
       JOIN class_report r ON r.case_id = c.id AND r.home = c.home AND r.type = c.type
 WHERE n.state = 'reported' AND n.remarks IS NOT NULL
-- many stat_prenatal_paid_recount(): notifications without remarks whose test the programme paid
-- everywhere: counts only
SELECT c.home AS scope, c.disease, r.report_day AS day, COUNT(*) AS persons
  FROM (SELECT DISTINCT home, notification_id FROM test WHERE test_payment = 'prenatal_support') t
       JOIN notification n ON n.id = t.notification_id AND n.home = t.home JOIN casefile c ON c.id = n.case_id AND c.home = n.home
       JOIN class_report r ON r.case_id = c.id AND r.home = c.home AND r.type = c.type
 WHERE n.state = 'reported' AND n.remarks IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
-- one count_cases(): cases and notifications in all
-- everywhere: counts only
SELECT (SELECT COUNT(*) FROM casefile) AS cases, (SELECT COUNT(*) FROM notification) AS notifications,
       (SELECT COALESCE(SUM(last), 0) FROM serial) AS serials
