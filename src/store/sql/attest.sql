-- store/sql/attest.sql: the physician's check of drafts and notifications.
-- exec check_keep(home int, notification_id text): the check that stands becomes a former one
INSERT INTO notification_check (home, notification_id, ver, kind, account, name, org, at, hash)
SELECT home, id, check_ver, check_kind, check_account, check_name, COALESCE(check_org, reporter), check_at, check_hash
  FROM notification WHERE home = $1 AND id = $2 AND check_kind IS NOT NULL
-- exec check_set(home int, notification_id text, kind text, account text, name text, org text, at int, ver int, hash text): the check that stands; nothing waits
UPDATE notification SET check_kind = $3, check_account = $4, check_name = $5, check_org = $6, check_at = $7, check_ver = $8,
       check_hash = $9, check_wait_at = NULL, check_note = NULL WHERE home = $1 AND id = $2
-- exec check_wait(home int, notification_id text, at int): its medical items are no longer those that were checked
UPDATE notification SET check_wait_at = COALESCE(check_wait_at, $3), check_note = NULL WHERE home = $1 AND id = $2
-- exec check_rest(home int, notification_id text): they are again those that were checked
UPDATE notification SET check_wait_at = NULL, check_note = NULL WHERE home = $1 AND id = $2
-- exec check_send_back(home int, notification_id text, note text): the physician does not agree
UPDATE notification SET check_note = $3 WHERE home = $1 AND id = $2
-- many check_list(home int, notification_id text): former checks, oldest first
-- everywhere: after notif_head
SELECT ver, kind, account, name, org, at, hash FROM notification_check WHERE home = $1 AND notification_id = $2 ORDER BY ver
-- many check_waiting(home int, org text): notifications of an institution that wait for its physician, longest first
SELECT n.id, n.case_id, n.name, n.ver, n.check_ver, n.check_wait_at, n.check_note, n.entered_name, c.number
  FROM notification n JOIN casefile c ON c.home = n.home AND c.id = n.case_id
 WHERE n.home = $1 AND n.reporter = $2 AND n.reporter >= :area AND n.reporter < :area_end
   AND n.check_wait_at IS NOT NULL AND n.state = 'reported' ORDER BY n.check_wait_at, n.id LIMIT 100
-- one check_count(home int, org text): how many notifications wait and were not sent back
SELECT COUNT(*) AS n FROM notification WHERE home = $1 AND reporter = $2 AND reporter >= :area AND reporter < :area_end
   AND check_wait_at IS NOT NULL AND check_note IS NULL AND state = 'reported'
-- one check_count_drafts(org text): how many drafts ask for the check
-- nationwide: an office has a handful; by its index on every machine
SELECT COUNT(*) AS n FROM draft WHERE org = $1 AND org >= :area AND org < :area_end AND check_state = 'asked'
-- one check_of_draft(id text, org text): what a check of the draft covers
SELECT check_account, check_name, check_at, check_hash FROM draft
 WHERE id = $1 AND org = $2 AND org >= :area AND org < :area_end AND check_hash IS NOT NULL
-- exec check_draft_ask(id text, org text, at int, name text): the clerk asks for the check
UPDATE draft SET check_state = 'asked', check_asked_at = $3, check_asked_name = $4, check_note = NULL WHERE id = $1 AND org = $2
-- exec check_draft_set(id text, org text, seen int, state text, account text, name text, at int, hash text, note text): what the physician says of the version that he saw
UPDATE draft SET check_state = $4, check_account = $5, check_name = $6, check_at = $7, check_hash = $8, check_note = $9
 WHERE id = $1 AND org = $2 AND ver = $3
-- one check_rule(org text): the institution's own rule
SELECT check_rule FROM org WHERE path = $1
-- exec check_rule_set(org text, rule text): which it gives itself
UPDATE org SET check_rule = $2, ver = ver + 1 WHERE path = $1
