-- store/sql/entry.sql: entries of a case's tabs, their versions, templates, what is severe.
-- one entry_writer(home int, case_id text, org text): has this office itself to do with the case?
-- everywhere: after case_get
SELECT role FROM case_org WHERE home = $1 AND case_id = $2 AND org = $3 LIMIT 1
-- many entry_list(home int, case_id text, kind text): a tab's entries
-- everywhere: after case_get
SELECT e.home, e.case_id, e.kind, e.id, e.state, e.at, e.written_at, e.changed_at, e.ver, e.by_account, e.by_name, e.org,
       o.name AS org_name, e.reason, e.data
  FROM case_entry e LEFT JOIN org o ON o.path = e.org WHERE e.home = $1 AND e.case_id = $2 AND e.kind = $3 ORDER BY e.id
-- one entry_count(home int, case_id text, kind text): how many there are
-- everywhere: after case_get
SELECT COUNT(*) AS n FROM case_entry WHERE home = $1 AND case_id = $2 AND kind = $3
-- one entry_get(home int, case_id text, id text): one of them
-- everywhere: after case_get
SELECT e.home, e.case_id, e.kind, e.id, e.state, e.at, e.written_at, e.changed_at, e.ver, e.by_account, e.by_name, e.org,
       o.name AS org_name, e.reason, e.data
  FROM case_entry e LEFT JOIN org o ON o.path = e.org WHERE e.home = $1 AND e.case_id = $2 AND e.id = $3
-- exec entry_insert(home int, case_id text, kind text, id text, at int, now int, account text, name text, org text, data text): a new one
INSERT INTO case_entry (home, case_id, kind, id, state, at, written_at, changed_at, ver, by_account, by_name, org, reason, data)
VALUES ($1, $2, $3, $4, 'live', $5, $6, $6, 1, $7, $8, $9, NULL, $10)
-- exec entry_update(home int, case_id text, kind text, id text, seen int, state text, at int, now int, account text, name text, org text, reason text, data text): its next version
UPDATE case_entry SET state = $6, at = $7, changed_at = $8, ver = ver + 1, by_account = $9, by_name = $10, org = $11, reason = $12,
       data = $13
 WHERE home = $1 AND case_id = $2 AND kind = $3 AND id = $4 AND ver = $5
-- exec entry_version_insert(home int, case_id text, entry_id text, ver int, kind text, state text, at int, account text, name text, org text, reason text, data text): as it is now, for ever
INSERT INTO case_entry_version (home, case_id, entry_id, ver, kind, state, at, by_account, by_name, org, reason, data)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
-- many entry_versions(home int, case_id text): of all entries of a case, in their order
-- everywhere: after case_get
SELECT entry_id, ver, kind, state, at, by_name, org, reason, data FROM case_entry_version
 WHERE home = $1 AND case_id = $2 ORDER BY entry_id, ver
-- many entry_same_key(scope int, from text, until text): cases whose external ids begin so
-- nationwide: bound to the scope; what it finds names the homes
-- apart: keys are with the scope, who may see a case is with the case; on a divided base in two steps
SELECT k.home, k.case_id, k.key FROM search_key k WHERE k.scope = $1 AND k.kind = 'x' AND k.key >= $2 AND k.key < $3
   AND EXISTS (SELECT 1 FROM case_org o WHERE o.home = k.home AND o.case_id = k.case_id AND o.org >= :area AND o.org < :area_end)
 ORDER BY k.key, k.home, k.case_id LIMIT 50
-- one document_next(home int, year int): the next number of a document
INSERT INTO document_number (home, year, last) VALUES ($1, $2, 1)
ON CONFLICT (home, year) DO UPDATE SET last = document_number.last + 1 RETURNING last

-- one care_latest(home int, case_id text): what was said last about a person's care
-- everywhere: after case_get; a count only
SELECT changed_at, data FROM case_entry WHERE home = $1 AND case_id = $2 AND kind = 'care' AND state = 'live'
 ORDER BY at DESC, written_at DESC, id DESC LIMIT 1
-- exec stat_care_add(scope int, disease text, facts text, persons int): a counter of persons in hospital
INSERT INTO stat_care (scope, disease, facts, persons) VALUES ($1, $2, $3, $4)
ON CONFLICT (scope, disease, facts) DO UPDATE SET persons = stat_care.persons + excluded.persons
-- many stat_cares(scope int, disease text): who is in hospital, by what they need
SELECT facts, persons FROM stat_care WHERE scope = $1 AND disease = $2 ORDER BY facts
-- many stat_care_all(): every counter that is not nothing, for the recount
-- nationwide: the recount
SELECT scope, disease, facts, persons FROM stat_care WHERE persons <> 0 ORDER BY scope, disease, facts
-- many stat_care_recount(): what was said about anybody's care, the newest of each case first
-- everywhere: counts only
-- lengthy: every entry about care
SELECT e.home, e.case_id, e.changed_at, e.data, c.responsible, c.disease, c.status, c.status_at
  FROM case_entry e JOIN casefile c ON c.home = e.home AND c.id = e.case_id
 WHERE e.kind = 'care' AND e.state = 'live' AND c.live > 0 ORDER BY e.case_id, e.home, e.at DESC, e.written_at DESC, e.id DESC
-- many stat_care_recount_status(): those of whom only the status says that they are in hospital
-- everywhere: counts only
SELECT c.responsible, c.disease, COUNT(*) AS persons FROM casefile c
 WHERE c.status = 'in_hospital' AND c.live > 0 AND NOT EXISTS (SELECT 1 FROM case_entry e WHERE e.home = c.home AND e.case_id = c.id
       AND e.kind = 'care' AND e.state = 'live') GROUP BY c.responsible, c.disease ORDER BY c.responsible, c.disease
-- one severity_get(area text): what an area calls severe in its own report
SELECT facts FROM severity_rule WHERE area = $1
-- exec severity_set(area text, facts text, account text, at int): from now on
INSERT INTO severity_rule (area, facts, by_account, changed_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (area) DO UPDATE SET facts = excluded.facts, by_account = excluded.by_account, changed_at = excluded.changed_at

-- many template_list(org text): an office's own, by name
SELECT id, kind, name, text FROM text_template WHERE org = $1 AND org >= :area AND org < :area_end ORDER BY kind, name, id
-- exec template_insert(org text, id text, kind text, name text, text text, account text, at int): a new one
INSERT INTO text_template (org, id, kind, name, text, by_account, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
-- exec template_update(org text, id text, kind text, name text, text text, account text, at int): as it is now
UPDATE text_template SET kind = $3, name = $4, text = $5, by_account = $6, changed_at = $7 WHERE org = $1 AND id = $2
-- exec template_delete(org text, id text): no longer offered
DELETE FROM text_template WHERE org = $1 AND id = $2
