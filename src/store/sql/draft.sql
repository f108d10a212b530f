-- store/sql/draft.sql: drafts, seen by the whole office that writes them (clerk and physician).
-- one draft_get(id text, org text): a draft of one's own office
SELECT id, org, account, by_name, disease, body, created_at, saved_at, ver, check_state, check_asked_at,
       check_asked_name, check_account, check_name, check_at, check_hash, check_note FROM draft
 WHERE id = $1 AND org = $2 AND org >= :area AND org < :area_end
-- many draft_list(org text): newest first
-- nationwide: an office has a handful; by its index on every machine
SELECT id, account, by_name, disease, body, saved_at, ver, check_state, check_asked_at,
       check_asked_name, check_account, check_name, check_at, check_hash, check_note FROM draft
 WHERE org = $1 AND org >= :area AND org < :area_end ORDER BY saved_at DESC LIMIT 100
-- exec draft_insert(id text, org text, account text, name text, disease text, body text, at int): begin one
INSERT INTO draft (id, org, account, by_name, disease, body, created_at, saved_at, ver) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1)
-- exec draft_save(id text, seen int, account text, name text, disease text, body text, at int, org text): keep what is typed
UPDATE draft SET account = $3, by_name = $4, disease = $5, body = $6, saved_at = $7, ver = ver + 1
 WHERE id = $1 AND ver = $2 AND org = $8
-- exec draft_delete(id text, org text): filed or thrown away
DELETE FROM draft WHERE id = $1 AND org = $2
-- exec draft_take(id text, org text, seen int, account text): filed: gone, unless somebody else saved it since
DELETE FROM draft WHERE id = $1 AND org = $2 AND (ver = $3 OR account = $4)
