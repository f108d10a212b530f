-- store/sql/notif.sql: notifications and their cases.
-- one serial_next(home int): the next serial of a centre
INSERT INTO serial (home, last) VALUES ($1, 1) ON CONFLICT (home) DO UPDATE SET last = serial.last + 1 RETURNING last
-- one idempotency_get(org text, key text): was this press already answered?
SELECT home, notification_id FROM idempotency WHERE org = $1 AND key = $2
-- exec idempotency_put(org text, key text, at int, home int, notification_id text): it is answered now
INSERT INTO idempotency (org, key, at, home, notification_id) VALUES ($1, $2, $3, $4, $5)
-- exec case_insert(home int, id text, number text, disease text, name text, name_kana text, sex text, birth_date text, phone text, band text, type text, responsible text, reporter text, reported_at int, missing int): open a case
INSERT INTO casefile (home, id, number, disease, name, name_kana, sex, birth_date, phone, band, type, status, status_at,
       status_by, responsible, reporter, reported_at, missing, ver)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'not_set', NULL, NULL, $12, $13, $14, $15, 1)
-- exec case_open(home int, case_id text, reporter text, responsible text, since int): the two offices that a new case begins with
INSERT INTO case_org (home, case_id, org, role, since) VALUES ($1, $2, $3, 'reporter', $5), ($1, $2, $4, 'responsible', $5)
-- exec org_case_insert(org text, at int, home int, case_id text): the case in an office's list
INSERT INTO org_case (org, at, home, case_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
-- exec org_case_line(at int, home int, case_id text, institution text, centre text, prefecture text, ministry text): a new case in the lists of an institution and of all above it
INSERT INTO org_case (org, at, home, case_id) VALUES ($4, $1, $2, $3), ($5, $1, $2, $3), ($6, $1, $2, $3), ($7, $1, $2, $3)
-- exec org_case_delete(org text, from int, until int, home int, case_id text): out of a list, where it came in between two moments
DELETE FROM org_case WHERE org = $1 AND at >= $2 AND at <= $3 AND home = $4 AND case_id = $5
-- many case_moments(home int, case_id text): when something of a case came in
-- everywhere: after case_get
SELECT reported_at AS at FROM notification WHERE home = $1 AND case_id = $2
 UNION SELECT since FROM case_org WHERE home = $1 AND case_id = $2 ORDER BY 1
-- one org_case_last(org text): the last place of an office's list
-- everywhere: a moment only
SELECT MAX(at) AS at FROM org_case WHERE org = $1
-- exec search_insert(scope int, kind text, key text, home int, case_id text): findable by this key
INSERT INTO search_key (scope, kind, key, home, case_id) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
-- exec search_delete(scope int, kind text, key text, home int, case_id text): no longer findable by this key
DELETE FROM search_key WHERE scope = $1 AND kind = $2 AND key = $3 AND home = $4 AND case_id = $5
-- exec notif_insert(home int, id text, case_id text, sheet text, reporter text, at int, account text, name text, extra text, follows text, sampled text, check_kind text, check_account text, check_name text, check_at int, check_ver int, check_hash text, fields...): the sheet as filed
INSERT INTO notification (home, id, case_id, sheet, reporter, state, reported_at, changed_at, entered_by, entered_name, filed_name, ver,
       extra, follows, sampled, check_kind, check_account, check_name, check_at, check_ver, check_hash, {columns notification})
VALUES ($1, $2, $3, $4, $5, 'reported', $6, $6, $7, $8, $8, 1, $9, $10, $11, $12, $13, $14, $15, $16, $17, {values notification 18})
-- exec notif_update(home int, id text, seen int, at int, account text, name text, extra text, fields...): a corrected sheet
UPDATE notification SET changed_at = $4, entered_by = $5, entered_name = $6, ver = ver + 1, extra = $7, {sets notification 8}
 WHERE home = $1 AND id = $2 AND ver = $3 AND state = 'reported'
-- exec choice_insert(home int, notification_id text, field text, code text): one of several choices
INSERT INTO notification_choice (home, notification_id, field, code) VALUES ($1, $2, $3, $4)
-- exec choice_delete(home int, notification_id text): all of them
DELETE FROM notification_choice WHERE home = $1 AND notification_id = $2
-- exec test_insert(home int, notification_id text, seq int, fields...): one test
INSERT INTO test (home, notification_id, seq, {columns test}) VALUES ($1, $2, $3, {values test 4})
-- exec test_delete(home int, notification_id text): all tests of a sheet
DELETE FROM test WHERE home = $1 AND notification_id = $2
-- exec dose_insert(home int, notification_id text, seq int, fields...): one vaccination
INSERT INTO dose (home, notification_id, seq, {columns dose}) VALUES ($1, $2, $3, {values dose 4})
-- exec dose_delete(home int, notification_id text): all vaccinations of a sheet
DELETE FROM dose WHERE home = $1 AND notification_id = $2
-- exec travel_insert(home int, notification_id text, seq int, fields...): one stay abroad
INSERT INTO travel (home, notification_id, seq, {columns travel}) VALUES ($1, $2, $3, {values travel 4})
-- exec travel_delete(home int, notification_id text): all stays of a sheet
DELETE FROM travel WHERE home = $1 AND notification_id = $2
-- one notif_head(home int, id text): a notification's frame and its single items, if the actor's office has to do with its case
SELECT n.home, n.id, n.case_id, n.sheet, n.reporter, n.state, n.reported_at, n.changed_at, n.entered_by, n.entered_name,
       n.filed_name, n.ver, n.extra, n.review, n.follows, n.sampled, {columns notification}, n.check_kind, n.check_account, n.check_name,
       COALESCE(n.check_org, n.reporter) AS check_org, n.check_at, n.check_ver, n.check_hash, n.check_wait_at, n.check_note
  FROM notification n WHERE n.home = $1 AND n.id = $2 AND EXISTS (SELECT 1 FROM case_org o
       WHERE o.home = n.home AND o.case_id = n.case_id AND o.org >= :area AND o.org < :area_end)
-- many notif_choices(home int, id text): its choices
-- everywhere: after notif_head
SELECT field, code FROM notification_choice WHERE home = $1 AND notification_id = $2
-- many notif_tests(home int, id text): its tests
-- everywhere: after notif_head
SELECT seq, {columns test} FROM test WHERE home = $1 AND notification_id = $2 ORDER BY seq
-- many notif_doses(home int, id text): its vaccinations
-- everywhere: after notif_head
SELECT seq, {columns dose} FROM dose WHERE home = $1 AND notification_id = $2 ORDER BY seq
-- many notif_travels(home int, id text): its stays abroad
-- everywhere: after notif_head
SELECT seq, {columns travel} FROM travel WHERE home = $1 AND notification_id = $2 ORDER BY seq
-- many notif_of_case(home int, case_id text): the notifications of a case, newest first
-- everywhere: after case_get
SELECT id FROM notification WHERE home = $1 AND case_id = $2 ORDER BY reported_at DESC, id DESC
-- exec version_insert(home int, notification_id text, ver int, at int, account text, name text, org text, record text): keep what was
INSERT INTO notification_version (home, notification_id, ver, at, by_account, by_name, org, record)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
-- many version_list(home int, notification_id text): earlier versions, oldest first
-- everywhere: after notif_head
SELECT ver, at, by_account, by_name, org, record FROM notification_version
 WHERE home = $1 AND notification_id = $2 ORDER BY ver
-- exec class_insert(home int, case_id text, type text, at int, notification_id text, report_day text, diagnosis_day text, onset_day text): first press for a class
INSERT INTO class_report (home, case_id, type, first_reported_at, notification_id, report_day, diagnosis_day, onset_day)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
-- exec class_dates(home int, case_id text, type text, diagnosis_day text, onset_day text): what figures count it under
UPDATE class_report SET diagnosis_day = $4, onset_day = $5 WHERE home = $1 AND case_id = $2 AND type = $3
-- many class_list(home int, case_id text): 提出日・受理日 by class, in order
-- everywhere: after case_get
SELECT type, first_reported_at, notification_id, report_day, diagnosis_day, onset_day FROM class_report
 WHERE home = $1 AND case_id = $2 ORDER BY first_reported_at, type
-- one case_get(home int, id text): a case, if the actor's office has to do with it
SELECT c.home, c.id, c.number, c.disease, c.name, c.name_kana, c.sex, c.birth_date, c.phone, c.band, c.type, c.status, c.missing, c.review, c.live, c.status_at,
       c.status_by, c.responsible, c.reporter, c.reported_at, c.ver, r.name AS reporter_name, h.name AS centre_name
  FROM casefile c LEFT JOIN org r ON r.path = c.reporter LEFT JOIN org h ON h.path = c.responsible
 WHERE c.home = $1 AND c.id = $2 AND EXISTS (SELECT 1 FROM case_org o
       WHERE o.home = c.home AND o.case_id = c.id AND o.org >= :area AND o.org < :area_end)
-- one case_by_number(home int, number text): a case by its HER-SYS number
SELECT c.home, c.id FROM casefile c WHERE c.home = $1 AND c.number = $2 AND EXISTS (SELECT 1 FROM case_org o
       WHERE o.home = c.home AND o.case_id = c.id AND o.org >= :area AND o.org < :area_end)
-- exec case_person(home int, id text, name text, name_kana text, sex text, birth_date text, phone text, band text, type text, missing int): identity and class after a correction
UPDATE casefile SET name = $3, name_kana = $4, sex = $5, birth_date = $6, phone = $7, band = $8, type = $9, missing = $10,
       ver = ver + 1
 WHERE home = $1 AND id = $2
-- exec case_status(home int, id text, status text, at int, by text): 現在のステータス
UPDATE casefile SET status = $3, status_at = $4, status_by = $5, ver = ver + 1 WHERE home = $1 AND id = $2
-- exec status_insert(home int, case_id text, at int, seq int, status text, death_date text, account text, name text, org text): its history
INSERT INTO status_history (home, case_id, at, seq, status, death_date, by_account, by_name, org)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
-- one status_last_seq(home int, case_id text): how many changes so far
-- everywhere: after case_get
SELECT COUNT(*) AS n FROM status_history WHERE home = $1 AND case_id = $2
-- many status_list(home int, case_id text): newest first
-- everywhere: after case_get
SELECT s.at, s.status, s.death_date, s.by_name, o.name AS org_name FROM status_history s LEFT JOIN org o ON o.path = s.org
 WHERE s.home = $1 AND s.case_id = $2 ORDER BY s.at DESC, s.seq DESC
-- many case_list(org text, before_at int, before_home int, before_id text, status text, limit int): an office's list, newest first, before a place
-- nationwide: bound to the office; its rows name the homes, at most a page of them
-- apart: the list is with its reader, the cases are with their homes; on a divided base in two steps
SELECT oc.at, c.home, c.id, c.number, c.disease, c.name, c.name_kana, c.sex, c.birth_date, c.band, c.type, c.status, c.missing, c.review, c.live, c.reported_at,
       c.reporter, r.name AS reporter_name
  FROM org_case oc JOIN casefile c ON c.home = oc.home AND c.id = oc.case_id LEFT JOIN org r ON r.path = c.reporter
 WHERE oc.org = $1 AND oc.org >= :area AND oc.org < :area_end
   AND (oc.at, oc.home, oc.case_id) < ($2, $3, $4) AND ($5 = '' OR (c.status = $5 AND c.live > 0))
 ORDER BY oc.at DESC, oc.home DESC, oc.case_id DESC LIMIT $6
-- many case_list_since(org text, after_at int, after_home int, after_id text, limit int): what came after a place, in order
-- nationwide: as case_list
-- apart: as case_list
SELECT oc.at, c.home, c.id, c.number, c.disease, c.name, c.name_kana, c.sex, c.birth_date, c.band, c.type, c.status, c.missing, c.review, c.live, c.reported_at,
       c.reporter, r.name AS reporter_name
  FROM org_case oc JOIN casefile c ON c.home = oc.home AND c.id = oc.case_id LEFT JOIN org r ON r.path = c.reporter
 WHERE oc.org = $1 AND oc.org >= :area AND oc.org < :area_end AND (oc.at, oc.home, oc.case_id) > ($2, $3, $4)
 ORDER BY oc.at, oc.home, oc.case_id LIMIT $5
-- many search_prefix(scope int, kind text, from text, until text, limit int): cases of one centre's scope whose key begins so
-- nationwide: bound to the scope; what it finds names the homes
-- apart: keys are with the scope, who may see a case is with the case; on a divided base in two steps
SELECT k.home, k.case_id, k.key FROM search_key k WHERE k.scope = $1 AND k.kind = $2 AND k.key >= $3 AND k.key < $4
   AND EXISTS (SELECT 1 FROM case_org o WHERE o.home = k.home AND o.case_id = k.case_id AND o.org >= :area AND o.org < :area_end)
 ORDER BY k.key, k.home, k.case_id LIMIT $5
-- many search_scopes(from int, until int): the scopes in a range that hold anything
-- everywhere: numbers of centres only
SELECT home FROM serial WHERE home >= $1 AND home < $2 ORDER BY home
-- many search_born(from text, until text, kana text, kana_until text, name text): of the whole country's people born on a day those whose key begins so behind it, or ends so; "" is none
-- everywhere: the duplicate check; what the actor may not see is only counted
SELECT home, case_id, key FROM search_key WHERE scope = 0 AND kind = 'b' AND key >= $1 AND key < $2
   AND (($3 <> '' AND key >= $3 AND key < $4) OR ($5 <> '' AND substr(key, length(key) - length($5) + 1) = $5))
 ORDER BY key, home, case_id
-- one case_row(home int, id text): a case as a row of a list
SELECT c.reported_at AS at, c.home, c.id, c.number, c.disease, c.name, c.name_kana, c.sex, c.birth_date, c.band, c.type, c.status,
       c.missing, c.review, c.live, c.reported_at, c.reporter, r.name AS reporter_name
  FROM casefile c LEFT JOIN org r ON r.path = c.reporter
 WHERE c.home = $1 AND c.id = $2 AND EXISTS (SELECT 1 FROM case_org o
       WHERE o.home = c.home AND o.case_id = c.id AND o.org >= :area AND o.org < :area_end)
-- exec notif_state(home int, id text, state text): locked, unlocked, withdrawn
UPDATE notification SET state = $3 WHERE home = $1 AND id = $2
-- exec notif_review(home int, id text, review text): checked, queried, answered
UPDATE notification SET review = $3 WHERE home = $1 AND id = $2
-- exec case_review(home int, id text, review text): the same, of its newest notification, for lists
UPDATE casefile SET review = $3, ver = ver + 1 WHERE home = $1 AND id = $2
-- exec case_live(home int, id text, more int): one notification more or less that is not withdrawn
UPDATE casefile SET live = live + $3, ver = ver + 1 WHERE home = $1 AND id = $2
-- one notif_follower(home int, case_id text, id text): the notification that locked this one
-- everywhere: after notif_head
SELECT id FROM notification WHERE home = $1 AND case_id = $2 AND follows = $3 AND state <> 'withdrawn'
-- one event_count(home int, notification_id text): how many so far
-- everywhere: after notif_head
SELECT COUNT(*) AS n FROM notification_event WHERE home = $1 AND notification_id = $2
-- exec event_insert(home int, notification_id text, seq int, at int, kind text, message text, other text, account text, name text, org text): what was done with it
INSERT INTO notification_event (home, notification_id, seq, at, kind, message, other, by_account, by_name, org)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
-- many event_list(home int, notification_id text): what was done with it, oldest first
-- everywhere: after notif_head
SELECT at, kind, message, other, by_name, org FROM notification_event WHERE home = $1 AND notification_id = $2 ORDER BY seq
-- one case_query(home int, case_id text): the last query about a case's notification in force
-- everywhere: after case_list or case_get
SELECT e.message, e.at, e.by_name, n.id FROM notification n JOIN notification_event e ON e.home = n.home AND e.notification_id = n.id
 WHERE n.home = $1 AND n.case_id = $2 AND n.state = 'reported' AND e.kind = 'queried' ORDER BY e.seq DESC LIMIT 1
-- exec class_keep(home int, case_id text, notification_id text): the class reports as they are before an additional notification
-- everywhere: after case_get
INSERT INTO class_report_before (home, notification_id, type, first_reported_at, of_notification, report_day, diagnosis_day, onset_day)
SELECT home, $3, type, first_reported_at, notification_id, report_day, diagnosis_day, onset_day FROM class_report
 WHERE home = $1 AND case_id = $2
-- exec class_delete(home int, case_id text): none, before those from earlier are put back
DELETE FROM class_report WHERE home = $1 AND case_id = $2
-- exec class_restore(home int, case_id text, notification_id text): as they were before that notification
-- everywhere: after case_get
INSERT INTO class_report (home, case_id, type, first_reported_at, notification_id, report_day, diagnosis_day, onset_day)
SELECT home, $2, type, first_reported_at, of_notification, report_day, diagnosis_day, onset_day FROM class_report_before
 WHERE home = $1 AND notification_id = $3
