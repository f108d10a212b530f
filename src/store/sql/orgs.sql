-- store/sql/orgs.sql: the centres that have to do with a case, hand-overs, pairs of cases, who looked at a case.
-- many case_offices(home int, case_id text): the offices that have to do with a case
-- everywhere: after case_get
SELECT co.org, co.role, co.since, o.name, o.name_en FROM case_org co LEFT JOIN org o ON o.path = co.org
 WHERE co.home = $1 AND co.case_id = $2 ORDER BY co.org, co.role
-- exec case_office_put(home int, case_id text, org text, role text, since int): it has to do with the case
INSERT INTO case_org (home, case_id, org, role, since) VALUES ($1, $2, $3, $4, $5)
-- exec case_office_take(home int, case_id text, org text, role text): no longer
DELETE FROM case_org WHERE home = $1 AND case_id = $2 AND org = $3 AND role = $4
-- exec case_responsible(home int, id text, org text): the centre in charge
UPDATE casefile SET responsible = $3, ver = ver + 1 WHERE home = $1 AND id = $2
-- exec scope_known(home int): a centre that may find cases, though it has received none first
INSERT INTO serial (home, last) VALUES ($1, 0) ON CONFLICT (home) DO NOTHING
-- one move_last(home int, case_id text): the number of the last change
-- everywhere: after case_get
SELECT COALESCE(MAX(seq), 0) AS seq FROM org_move WHERE home = $1 AND case_id = $2
-- exec move_insert(home int, case_id text, seq int, at int, kind text, from_org text, to_org text, message text, account text, name text): what was changed
INSERT INTO org_move (home, case_id, seq, at, kind, from_org, to_org, message, by_account, by_name)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
-- many move_list(home int, case_id text): the changes of a case, newest first
-- everywhere: after case_get
SELECT m.seq, m.at, m.kind, m.from_org, m.to_org, m.message, m.by_name, m.received_at, m.received_name, f.name AS from_name,
       f.name_en AS from_name_en, t.name AS to_name, t.name_en AS to_name_en
  FROM org_move m LEFT JOIN org f ON f.path = m.from_org LEFT JOIN org t ON t.path = m.to_org
 WHERE m.home = $1 AND m.case_id = $2 ORDER BY m.seq DESC
-- exec move_received(home int, case_id text, seq int, at int, account text, name text): its receiver has read it
UPDATE org_move SET received_at = $4, received_by = $5, received_name = $6
 WHERE home = $1 AND case_id = $2 AND seq = $3 AND received_at IS NULL
-- exec notice_insert(org text, open int, at int, home int, case_id text, move int, kind text): told to a centre
INSERT INTO org_notice (org, open, at, home, case_id, move, kind) VALUES ($1, $2, $3, $4, $5, $6, $7)
-- exec notice_take(org text, at int, home int, case_id text, move int, kind text): it is open no more
DELETE FROM org_notice WHERE org = $1 AND open = 1 AND at = $2 AND home = $3 AND case_id = $4 AND move = $5 AND kind = $6
-- exec notice_forget(org text, home int, case_id text): what a centre was told of a case that it may no longer see
DELETE FROM org_notice WHERE org = $1 AND home = $2 AND case_id = $3
-- many notice_list(org text, open int, before_at int, before_home int, before_id text, limit int): what a centre was told, newest first
-- nationwide: bound to the office; its rows name the homes, at most a page of them
-- apart: the list is with its reader, the cases are with their homes; on a divided base in two steps
SELECT n.at, n.open, n.kind AS notice, n.move, c.home, c.id, c.number, c.disease, c.name, c.name_kana, c.sex, c.birth_date, c.band,
       c.type, c.status, c.missing, c.review, c.live, c.reported_at, c.reporter, r.name AS reporter_name, m.at AS moved_at, m.message, m.by_name, m.received_at,
       m.received_name, f.name AS from_name, f.name_en AS from_name_en, t.name AS to_name, t.name_en AS to_name_en
  FROM org_notice n JOIN casefile c ON c.home = n.home AND c.id = n.case_id
       JOIN org_move m ON m.home = n.home AND m.case_id = n.case_id AND m.seq = n.move
       LEFT JOIN org r ON r.path = c.reporter LEFT JOIN org f ON f.path = m.from_org LEFT JOIN org t ON t.path = m.to_org
 WHERE n.org = $1 AND n.org >= :area AND n.org < :area_end AND n.open = $2 AND (n.at, n.home, n.case_id) < ($3, $4, $5)
 ORDER BY n.at DESC, n.home DESC, n.case_id DESC LIMIT $6
-- one notice_count(org text, most int): how many are open, of so many at most
-- everywhere: a number only
SELECT COUNT(*) AS n FROM (SELECT 1 FROM org_notice WHERE org = $1 AND open = 1 LIMIT $2) AS few
-- one link_last(home int, case_id text): the number of the last one
-- everywhere: after case_get
SELECT COALESCE(MAX(seq), 0) AS seq FROM case_link WHERE home = $1 AND case_id = $2
-- exec link_insert(home int, case_id text, seq int, at int, other_home int, other_id text, act text, account text, name text, org text): what was said of a pair
INSERT INTO case_link (home, case_id, seq, at, other_home, other_id, act, by_account, by_name, org)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
-- many link_list(home int, case_id text): what was said of a case and others, in order
-- everywhere: after case_get
SELECT l.at, l.other_home, l.other_id, l.act, l.by_name, l.org, o.name AS org_name, o.name_en AS org_name_en
  FROM case_link l LEFT JOIN org o ON o.path = l.org WHERE l.home = $1 AND l.case_id = $2 ORDER BY l.seq
-- one case_face(home int, id text): what another area may know of a case: its number and the centre in charge
-- everywhere: nothing of the person
SELECT c.home, c.id, c.number, c.reported_at, c.responsible, h.name AS centre_name FROM casefile c LEFT JOIN org h ON h.path = c.responsible
 WHERE c.home = $1 AND c.id = $2
-- one audit_time(seq int): when a line of the audit log was written, or the next one
-- everywhere: a number and a time
SELECT seq, at FROM audit WHERE seq >= $1 ORDER BY seq LIMIT 1
-- many audit_case(from int, before int, home int, id text, among text): the lines about one case in a stretch of the log, newest first
-- everywhere: after case_get
-- lengthy: a stretch may be long
SELECT a.seq, a.at, a.user_id, a.org, a.action, a.home, a.purpose, a.address, a.session, a.detail, p.name AS account_name,
       o.name AS org_name
  FROM audit a LEFT JOIN account p ON p.id = a.user_id LEFT JOIN org o ON o.path = a.org
 WHERE a.seq >= $1 AND a.seq < $2 AND ((a.home = $3 AND a.object = $4) OR (a.home = 0 AND a.object LIKE $5)) ORDER BY a.seq DESC
