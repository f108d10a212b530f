-- many municipality_all(): every municipality with the name of its prefecture
SELECT m.code, m.pref, p.name AS pref_name, m.county, m.name, m.home, m.until
  FROM municipality m JOIN prefecture p ON p.code = m.pref ORDER BY m.code
-- one municipality_homeless(): a municipality whose centre or prefecture does not exist
SELECT m.code FROM municipality m
 WHERE NOT EXISTS (SELECT 1 FROM org o WHERE o.kind = 'centre' AND o.home = m.home)
    OR NOT EXISTS (SELECT 1 FROM prefecture p WHERE p.code = m.pref) ORDER BY m.code LIMIT 1
-- one centre_astray(): a centre that stands below no prefecture
SELECT o.path FROM org o WHERE o.kind = 'centre'
   AND NOT EXISTS (SELECT 1 FROM org p WHERE p.kind = 'prefecture' AND p.path = substr(o.path, 1, 3)) ORDER BY o.path LIMIT 1
-- exec prefecture_put(code text, name text, kana text, name_en text): a prefecture, new or changed
INSERT INTO prefecture (code, name, kana, name_en) VALUES ($1, $2, $3, $4)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, kana = excluded.kana, name_en = excluded.name_en
-- exec municipality_put(code text, pref text, name text, county text, kana text, home int, until text): a municipality, new or changed
INSERT INTO municipality (code, pref, name, county, kana, home, until) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (code) DO UPDATE SET pref = excluded.pref, name = excluded.name, county = excluded.county,
       kana = excluded.kana, home = excluded.home, until = excluded.until
-- exec org_put(path text, kind text, name text, name_en text, home int, postal text, address text): an organisation of the tables, new or changed
INSERT INTO org (path, kind, name, name_en, home, municipality, postal, address, phone, closed_at, ver)
VALUES ($1, $2, $3, $4, $5, NULL, $6, $7, NULL, NULL, 1)
ON CONFLICT (path) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, postal = excluded.postal,
       address = excluded.address, ver = org.ver + 1
-- exec era_clear(): before a new table
DELETE FROM era
-- exec era_put(code text, name text, letter text, start text): an era
INSERT INTO era (code, name, letter, start) VALUES ($1, $2, $3, $4)
-- exec holiday_clear(): before a new table
DELETE FROM holiday
-- exec holiday_put(date text, name text, name_en text): a holiday
INSERT INTO holiday (date, name, name_en) VALUES ($1, $2, $3)
-- exec country_clear(): before a new table
DELETE FROM country
-- exec country_put(code text, name text, name_en text): a country
INSERT INTO country (code, name, name_en) VALUES ($1, $2, $3)
-- exec postal_clear(source text, pref text): the codes of one source and prefecture, before new ones
DELETE FROM postal WHERE source = $1 AND pref = $2
-- exec postal_put(code text, source text, pref text, address text, seq int, municipality text): an address of a postal code, once
INSERT INTO postal (code, source, pref, address, seq, municipality) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (code, source, pref, address) DO NOTHING
-- many postal_get(code text): the addresses of a postal code
SELECT municipality, address FROM postal WHERE code = $1 ORDER BY source, seq
-- exec reference_load_put(name text, at int, row_count int, sha256 text): which version of a table came when
INSERT INTO reference_load (name, at, row_count, sha256) VALUES ($1, $2, $3, $4)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, row_count = excluded.row_count, sha256 = excluded.sha256
-- one reference_load_any(): is anything loaded
SELECT name FROM reference_load ORDER BY name LIMIT 1
-- many reference_load_all(): which version of which table came when
SELECT name, at, row_count, sha256 FROM reference_load ORDER BY name
