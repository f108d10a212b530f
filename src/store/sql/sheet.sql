-- store/sql/sheet.sql: sheets published on the running system.
-- many sheet_all(): every version, oldest first
SELECT name, ver, text, published_at, published_by FROM sheet ORDER BY published_at, name, ver
-- one sheet_last(name text): the last version of a name
SELECT ver FROM sheet WHERE name = $1 ORDER BY ver DESC LIMIT 1
-- exec sheet_insert(name text, ver int, text text, at int, by text): publish
INSERT INTO sheet (name, ver, text, published_at, published_by) VALUES ($1, $2, $3, $4, $5)
