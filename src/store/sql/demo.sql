-- store/sql/demo.sql: what the demonstration is made from.
-- many demo_towns(): every town that has a postal code, with its municipality
SELECT code, municipality, address FROM postal WHERE source = 'area' AND municipality <> '' ORDER BY code, pref, seq
