-- store/sql/acks.sql: was everything kept that was acknowledged, once each? (hersys check --acks)
-- one acks_kept(org text, key text): what a press led to: its notification with case and class
-- apart: for the console, one press at a time
-- everywhere: ids only, for the console
SELECT i.home, i.notification_id, c.number, r.type FROM idempotency i
  JOIN notification n ON n.home = i.home AND n.id = i.notification_id
  JOIN casefile c ON c.home = n.home AND c.id = n.case_id
  JOIN class_report r ON r.home = n.home AND r.case_id = n.case_id AND r.notification_id = n.id
 WHERE i.org = $1 AND i.key = $2
-- one acks_sums(loader text): presses, their notifications, and notifications that somebody other than the loader entered
-- apart: counts of each table by itself
-- everywhere: counts only
SELECT (SELECT COUNT(*) FROM idempotency) AS presses, (SELECT COUNT(DISTINCT notification_id) FROM idempotency) AS kept,
       (SELECT COUNT(*) FROM notification WHERE entered_by <> $1) AS filed
