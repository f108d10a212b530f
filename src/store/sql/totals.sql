-- store/sql/totals.sql: daily totals of institutions. No person is in these tables.
-- one totals_get(org text, disease text, day text): what an institution of one's area entered for a day
-- nationwide: one row; the institution's path says on which machine
SELECT org, home, ver, at, by_name, by_org, numbers FROM daily_total
 WHERE org = $1 AND disease = $2 AND day = $3 AND org >= :area AND org < :area_end
-- many totals_versions(org text, disease text, day text): all versions of it, newest first
-- nationwide: as above
SELECT org, home, ver, at, by_name, by_org, numbers FROM daily_total_version
 WHERE org = $1 AND disease = $2 AND day = $3 AND org >= :area AND org < :area_end ORDER BY ver DESC
-- exec totals_put(org text, disease text, day text, home int, ver int, at int, account text, name text, by_org text, numbers text): enter or correct
INSERT INTO daily_total (org, disease, day, home, ver, at, by_account, by_name, by_org, numbers)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (org, disease, day, home) DO UPDATE SET ver = excluded.ver, at = excluded.at, by_account = excluded.by_account,
   by_name = excluded.by_name, by_org = excluded.by_org, numbers = excluded.numbers
-- exec totals_version(org text, disease text, day text, home int, ver int, at int, account text, name text, by_org text, numbers text): keep a version
INSERT INTO daily_total_version (org, disease, day, home, ver, at, by_account, by_name, by_org, numbers)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
-- many totals_missing(disease text, day text, since text, after text, limit int): institutions that entered lately, and nothing for the day
-- nationwide: institutions of an area; of the nation nobody asks
SELECT o.path, o.name, o.name_en, 0 AS ver, 0 AS at, '' AS numbers FROM org o
 WHERE o.path >= :area AND o.path < :area_end AND o.path > $4 AND o.kind = 'institution' AND o.closed_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM daily_total d WHERE d.org = o.path AND d.disease = $1 AND d.day = $2)
   AND EXISTS (SELECT 1 FROM daily_total p WHERE p.org = o.path AND p.disease = $1 AND p.day >= $3 AND p.day < $2)
 ORDER BY o.path LIMIT $5
-- many totals_entered(disease text, day text, since text, after text, limit int): institutions that entered the day
-- nationwide: as above
SELECT o.path, o.name, o.name_en, d.ver, d.at, d.numbers FROM org o JOIN daily_total d ON d.org = o.path AND d.disease = $1 AND d.day = $2
 WHERE o.path >= :area AND o.path < :area_end AND o.path > $4 AND $3 <> '' ORDER BY o.path LIMIT $5
-- many totals_all(disease text, day text, since text, after text, limit int): every institution, with what it entered for the day
-- nationwide: as above
SELECT o.path, o.name, o.name_en, COALESCE(d.ver, 0) AS ver, COALESCE(d.at, 0) AS at, COALESCE(d.numbers, '') AS numbers
  FROM org o LEFT JOIN daily_total d ON d.org = o.path AND d.disease = $1 AND d.day = $2
 WHERE o.path >= :area AND o.path < :area_end AND o.path > $4 AND $3 <> '' AND o.kind = 'institution' AND o.closed_at IS NULL
 ORDER BY o.path LIMIT $5
-- one totals_progress(disease text, day text, since text): how many entered the day, and how many of those expected did not
-- nationwide: as above
SELECT COALESCE(SUM(CASE WHEN d.org IS NOT NULL THEN 1 ELSE 0 END), 0) AS entered,
       COALESCE(SUM(CASE WHEN d.org IS NULL AND EXISTS (SELECT 1 FROM daily_total p WHERE p.org = o.path AND p.disease = $1
       AND p.day >= $3 AND p.day < $2) THEN 1 ELSE 0 END), 0) AS missing
  FROM org o LEFT JOIN daily_total d ON d.org = o.path AND d.disease = $1 AND d.day = $2
 WHERE o.path >= :area AND o.path < :area_end AND o.kind = 'institution' AND (d.org IS NOT NULL OR o.closed_at IS NULL)
-- many totals_recount(): every entry, for the recount
-- nationwide: the recount
-- lengthy: one for each institution and day
SELECT home AS scope, disease, day, numbers FROM daily_total
