-- store/sql/sheet.sql: sheets published on the running system.
-- many sheet_all(): every version, oldest first
SELECT name, ver, text, published_at, published_by FROM sheet ORDER BY published_at, name, ver
-- one sheet_last(name text): the last version of a name
SELECT ver FROM sheet WHERE name = $1 ORDER BY ver DESC LIMIT 1
-- exec sheet_insert(name text, ver int, text text, at int, by text): publish
INSERT INTO sheet (name, ver, text, published_at, published_by) VALUES ($1, $2, $3, $4, $5)
-- many sheet_switches(): where and when sheets that are switched on are in force
SELECT s.id, s.sheet, s.areas, s.from_day, s.until_day, s.at, s.by_name, s.ver FROM sheet_switch s ORDER BY s.at, s.id
-- exec sheet_switch_insert(id text, sheet text, areas text, from_day text, until_day text, at int, account text, name text): a sheet is switched on
INSERT INTO sheet_switch (id, sheet, areas, from_day, until_day, at, by_account, by_name, ver) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)
-- exec sheet_switch_end(id text, until_day text): its last day, if it was not over before
UPDATE sheet_switch SET until_day = $2, ver = ver + 1 WHERE id = $1 AND (until_day IS NULL OR until_day > $2) AND from_day <= $2
