-- store/sql/appnumber.sql: the contact app's processing numbers.
-- exec wish_insert(home int, case_id text, at int, seq int, wished int, account text, name text, org text): the person wishes one, or no longer
INSERT INTO number_wish (home, case_id, at, seq, wished, by_account, by_name, org) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
-- one wish_last(home int, case_id text): what was said last
-- everywhere: after case_get
SELECT at, seq, wished, by_name FROM number_wish WHERE home = $1 AND case_id = $2 ORDER BY at DESC, seq DESC LIMIT 1
-- one appnumber_tests(home int, case_id text): of the newest notification that was not withdrawn: by tests, or without
-- everywhere: after case_get
SELECT n.id,
       (SELECT COUNT(*) FROM test t WHERE t.home = n.home AND t.notification_id = n.id AND t.test_method = 'clinical') AS clinical,
       (SELECT COUNT(*) FROM test t WHERE t.home = n.home AND t.notification_id = n.id AND t.test_method NOT IN ('', 'clinical')
	AND COALESCE(t.test_result, '') <> 'negative') AS tested
  FROM notification n WHERE n.home = $1 AND n.case_id = $2 AND n.state <> 'withdrawn'
 ORDER BY n.reported_at DESC, n.id DESC LIMIT 1
-- one appnumber_of_case(home int, case_id text, now int): the number of a case that is good; never the digits
-- everywhere: after case_get
-- nationwide: numbers lie by their hash; seldom, a centre's page
SELECT issued_at, good_until, by_account, by_name FROM processing_number WHERE home = $1 AND case_id = $2 AND good_until >= $3
-- one appnumber_by_hash(hash text): is it one?
-- everywhere: the app's server asks by the number; whose it is it does not learn
SELECT home, case_id, good_until FROM processing_number WHERE hash = $1
-- exec appnumber_insert(hash text, home int, case_id text, at int, until int, account text, name text): a number, if no other has these digits
INSERT INTO processing_number (hash, home, case_id, issued_at, good_until, by_account, by_name)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
-- exec appnumber_delete(hash text): used, or over
DELETE FROM processing_number WHERE hash = $1
-- exec appnumber_void(home int, case_id text, now int): the number of a case that is still good
-- nationwide: numbers lie by their hash; seldom, a centre's press
DELETE FROM processing_number WHERE home = $1 AND case_id = $2 AND good_until >= $3
-- one appnumber_over(now int): is there any whose time is over?
-- everywhere: a count
-- nationwide: a sweep
SELECT COUNT(*) AS n FROM processing_number WHERE good_until < $1
-- exec appnumber_sweep(now int): those whose time is over
-- nationwide: a sweep
DELETE FROM processing_number WHERE good_until < $1
-- exec appnumber_count(day text, what text, n int): counted, of nobody
INSERT INTO number_day (day, what, n) VALUES ($1, $2, $3) ON CONFLICT (day, what) DO UPDATE SET n = number_day.n + excluded.n
-- exec throttle_add_since(key text, at int, since int): one more failure; those before a time are forgotten
INSERT INTO throttle (key, failures, last_at) VALUES ($1, 1, $2)
ON CONFLICT (key) DO UPDATE SET failures = CASE WHEN throttle.last_at < $3 THEN 1 ELSE throttle.failures + 1 END,
   last_at = excluded.last_at
