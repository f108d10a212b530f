-- store/sql/contact.sql: contacts of cases, what became of them, and where cases came from (art. 15).
-- one contact_get(home int, id text): a contact, if the actor's office has to do with its index case
SELECT k.home, k.id, k.case_id, k.name, k.name_kana, k.sex, k.birth_date, k.phone, k.address,
       k.relation, k.household, k.high_risk, k.last_contact, k.place, k.exposure, k.until, k.state, k.test_date, k.test_result, k.note,
       k.case_home, k.became, k.withdrawn, k.added_at, k.added_org, k.changed_at, k.by_name, k.ver, c.number, c.disease,
       (SELECT MAX(d.day) FROM contact_day d WHERE d.contact_id = k.id AND d.home = k.home AND d.void_at IS NULL) AS seen_day
  FROM contact k JOIN casefile c ON c.home = k.home AND c.id = k.case_id
 WHERE k.home = $1 AND k.id = $2 AND EXISTS (SELECT 1 FROM case_org o
       WHERE o.home = k.home AND o.case_id = k.case_id AND o.org >= :area AND o.org < :area_end)
-- many contact_list(home int, case_id text): those of a case; households first, then as they were added
SELECT k.home, k.id, k.case_id, k.name, k.name_kana, k.sex, k.birth_date, k.phone, k.address,
       k.relation, k.household, k.high_risk, k.last_contact, k.place, k.exposure, k.until, k.state, k.test_date, k.test_result, k.note,
       k.case_home, k.became, k.withdrawn, k.added_at, k.added_org, k.changed_at, k.by_name, k.ver, c.number, c.disease,
       (SELECT MAX(d.day) FROM contact_day d WHERE d.contact_id = k.id AND d.home = k.home AND d.void_at IS NULL) AS seen_day
  FROM contact k JOIN casefile c ON c.home = k.home AND c.id = k.case_id
 WHERE k.home = $1 AND k.case_id = $2 AND EXISTS (SELECT 1 FROM case_org o
       WHERE o.home = k.home AND o.case_id = k.case_id AND o.org >= :area AND o.org < :area_end)
 ORDER BY CASE WHEN k.household = 'yes' THEN 0 ELSE 1 END, k.added_at, k.id
-- one contact_count(home int, case_id text): how many a case has, withdrawn ones too
-- everywhere: after case_get
SELECT COUNT(*) AS n FROM contact WHERE home = $1 AND case_id = $2
-- many contact_watch(home int, state text, today text, limit int): who is observed today of the cases of one home; those not seen today first
SELECT k.home, k.id, k.case_id, k.name, k.name_kana, k.sex, k.birth_date, k.phone, k.address,
       k.relation, k.household, k.high_risk, k.last_contact, k.place, k.exposure, k.until, k.state, k.test_date, k.test_result, k.note,
       k.case_home, k.became, k.withdrawn, k.added_at, k.added_org, k.changed_at, k.by_name, k.ver, c.number, c.disease,
       (SELECT MAX(d.day) FROM contact_day d WHERE d.contact_id = k.id AND d.home = k.home AND d.void_at IS NULL) AS seen_day
  FROM contact k JOIN casefile c ON c.home = k.home AND c.id = k.case_id
 WHERE k.home = $1 AND k.state = $2 AND k.withdrawn IS NULL AND EXISTS (SELECT 1 FROM case_org o
       WHERE o.home = k.home AND o.case_id = k.case_id AND o.org >= :area AND o.org < :area_end)
 ORDER BY CASE WHEN COALESCE(k.until, '9999') < $3 THEN 2 WHEN EXISTS (SELECT 1 FROM contact_day e
       WHERE e.contact_id = k.id AND e.home = k.home AND e.void_at IS NULL AND e.day >= $3) THEN 1 ELSE 0 END,
       COALESCE(k.until, '9999'), k.id LIMIT $4
-- many contact_watch_taken(org text, since int, home int, state text, limit int): the same of cases that an office took over from other homes
-- nationwide: bound to the office; its list names the homes
-- apart: the list is with its reader, the contacts with their homes; on a divided base in two steps
SELECT k.home, k.id, k.case_id, k.name, k.name_kana, k.sex, k.birth_date, k.phone, k.address,
       k.relation, k.household, k.high_risk, k.last_contact, k.place, k.exposure, k.until, k.state, k.test_date, k.test_result, k.note,
       k.case_home, k.became, k.withdrawn, k.added_at, k.added_org, k.changed_at, k.by_name, k.ver, c.number, c.disease,
       (SELECT MAX(d.day) FROM contact_day d WHERE d.contact_id = k.id AND d.home = k.home AND d.void_at IS NULL) AS seen_day
  FROM org_case oc JOIN contact k ON k.case_id = oc.case_id AND k.home = oc.home
       JOIN casefile c ON c.home = k.home AND c.id = k.case_id
 WHERE oc.org = $1 AND oc.org >= :area AND oc.org < :area_end AND oc.at >= $2 AND oc.home <> $3
   AND k.state = $4 AND k.withdrawn IS NULL LIMIT $5
-- exec contact_insert(home int, id text, case_id text, at int, org text, account text, name text, ver int, fields...): a new one; none when the id is taken
INSERT INTO contact (home, id, case_id, added_at, changed_at, added_org, by_account, by_name, ver,
       name, name_kana, sex, birth_date, phone, address, relation, household, high_risk, last_contact, place,
       exposure, until, state, test_date, test_result, note)
VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)
    ON CONFLICT DO NOTHING
-- exec contact_update(home int, id text, seen int, at int, account text, name text, case_home int, became text, withdrawn text, fields...): as it is now
UPDATE contact SET changed_at = $4, by_account = $5, by_name = $6, ver = ver + 1, case_home = $7, became = $8, withdrawn = $9,
       name = $10, name_kana = $11, sex = $12, birth_date = $13, phone = $14, address = $15, relation = $16, household = $17,
       high_risk = $18, last_contact = $19, place = $20,
       exposure = $21, until = $22, state = $23, test_date = $24, test_result = $25, note = $26
 WHERE home = $1 AND id = $2 AND ver = $3
-- exec contact_version_insert(home int, contact_id text, ver int, at int, act text, account text, name text, org text, record text): what it says from now on
INSERT INTO contact_version (home, contact_id, ver, at, act, by_account, by_name, org, record)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
-- many contact_versions(home int, id text): of one contact, oldest first
-- everywhere: after contact_get
SELECT contact_id, ver, at, act, by_name, org, record FROM contact_version WHERE home = $1 AND contact_id = $2 ORDER BY ver
-- many contact_case_versions(home int, case_id text): of all contacts of a case, contact by contact
-- everywhere: after case_get
SELECT v.contact_id, v.ver, v.at, v.act, v.by_name, v.org, v.record
  FROM contact k JOIN contact_version v ON v.home = k.home AND v.contact_id = k.id
 WHERE k.home = $1 AND k.case_id = $2 ORDER BY k.added_at, k.id, v.ver
-- exec contact_day_insert(home int, contact_id text, id text, day text, temperature text, symptoms text, said text, at int, account text, name text, org text): an observation; none when this press was kept before
INSERT INTO contact_day (home, contact_id, id, day, temperature, symptoms, said, at, by_account, by_name, org)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT DO NOTHING
-- exec contact_day_void(home int, contact_id text, id text, at int, name text): an observation that was none
UPDATE contact_day SET void_at = $4, void_by = $5 WHERE home = $1 AND contact_id = $2 AND id = $3 AND void_at IS NULL
-- many contact_days(home int, contact_id text): newest day first
-- everywhere: after contact_get
SELECT id, day, temperature, symptoms, said, at, by_name, void_at, void_by FROM contact_day
 WHERE home = $1 AND contact_id = $2 ORDER BY day DESC, id DESC
-- many contact_prefix(scope int, kind text, from text, until text, limit int): contacts of one centre's scope whose key begins so
-- nationwide: bound to the scope; what it finds names the homes
-- apart: as search_prefix
SELECT s.home, s.case_id AS contact_id FROM search_key s JOIN contact k ON k.id = s.case_id AND k.home = s.home
 WHERE s.scope = $1 AND s.kind = $2 AND s.key >= $3 AND s.key < $4
   AND EXISTS (SELECT 1 FROM case_org o
       WHERE o.home = k.home AND o.case_id = k.case_id AND o.org >= :area AND o.org < :area_end)
 ORDER BY s.key, s.home, s.case_id LIMIT $5
-- many contact_born(from text, until text): contacts of the whole country born on a day: date, reading, name
-- everywhere: the duplicate check; what the actor may not see is only counted
SELECT home, case_id AS contact_id, key FROM search_key WHERE scope = 0 AND kind = 'c' AND key >= $1 AND key < $2
 ORDER BY key, home, case_id
-- exec source_insert(home int, case_id text, from_home int, from_case text, contact_id text, household text, since int): a contact became this case
INSERT INTO case_source (home, case_id, from_home, from_case, contact_id, household, since) VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT DO NOTHING
-- exec source_delete(home int, case_id text, contact_id text): it did not
DELETE FROM case_source WHERE home = $1 AND case_id = $2 AND contact_id = $3
-- many source_list(home int, case_id text): index cases of the contacts that a case was, oldest first
-- everywhere: after case_get; what the actor may not see of them is left out by the caller
SELECT from_home, from_case, contact_id, household FROM case_source WHERE home = $1 AND case_id = $2 ORDER BY since, contact_id
-- one chain_case(home int, id text): a case as a node of a chain, if the actor's office has to do with it
SELECT c.number, c.name, c.status, c.live, r.onset_day, r.diagnosis_day
  FROM casefile c LEFT JOIN class_report r ON r.home = c.home AND r.case_id = c.id AND r.type = c.type
 WHERE c.home = $1 AND c.id = $2 AND EXISTS (SELECT 1 FROM case_org o
       WHERE o.home = c.home AND o.case_id = c.id AND o.org >= :area AND o.org < :area_end)
