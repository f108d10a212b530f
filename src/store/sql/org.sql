-- one org_get(path text): an organisation
SELECT path, kind, name, name_en, home, municipality, postal, address, phone, closed_at FROM org WHERE path = $1
-- many org_under(from text, until text, kind text): organisations of one kind below a path
SELECT path, kind, name, name_en, home, municipality, postal, address, phone, closed_at FROM org
 WHERE path >= $1 AND path < $2 AND kind = $3 ORDER BY path
-- many org_prefectures(): the organisations of the prefectures, without walking those below them
SELECT o.path, o.kind, o.name, o.name_en, o.home, o.municipality, o.postal, o.address, o.phone, o.closed_at
  FROM prefecture p CROSS JOIN org o WHERE o.path = p.code || '/' AND o.kind = 'prefecture' ORDER BY p.code
-- one org_last_institution(from text, until text, length int): the highest path of that length below a centre
SELECT path FROM org WHERE path > $1 AND path < $2 AND kind = 'institution' AND length(path) = $3 ORDER BY path DESC LIMIT 1
-- exec org_insert(path text, kind text, name text, name_en text, home int, municipality text, postal text, address text, phone text): a new organisation
INSERT INTO org (path, kind, name, name_en, home, municipality, postal, address, phone, closed_at, ver)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, 1)
-- one municipality_route(code text): the centre that covers a municipality
SELECT home, until FROM municipality WHERE code = $1
