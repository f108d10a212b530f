-- exec open_case_insert(publisher text, number text, municipality text, pref text, published_date text, onset_date text, residence text, age_band text, sex text, occupation text, condition text, symptoms text, travelled text, discharged text, remarks text, as_written text, home int, row_sha256 text, file text, loaded_at int): a published case, if its number is new
-- everywhere: published open data, no persons
INSERT INTO open_case (publisher, number, municipality, pref, published_date, onset_date, residence, age_band, sex,
       occupation, condition, symptoms, travelled, discharged, remarks, as_written, home, row_sha256, file, loaded_at, ver)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, 1)
ON CONFLICT (publisher, number) DO NOTHING
-- one open_case_get(publisher text, number text): a published case as it was last loaded
-- everywhere: published open data, no persons
SELECT publisher, number, municipality, pref, published_date, onset_date, residence, age_band, sex, occupation, condition,
       symptoms, travelled, discharged, remarks, as_written, home, row_sha256, file, loaded_at, ver
  FROM open_case WHERE publisher = $1 AND number = $2
-- exec open_case_change(publisher text, number text, municipality text, pref text, published_date text, onset_date text, residence text, age_band text, sex text, occupation text, condition text, symptoms text, travelled text, discharged text, remarks text, as_written text, home int, row_sha256 text, file text, loaded_at int): a published case whose row was corrected
-- everywhere: published open data, no persons
UPDATE open_case SET municipality = $3, pref = $4, published_date = $5, onset_date = $6, residence = $7, age_band = $8,
       sex = $9, occupation = $10, condition = $11, symptoms = $12, travelled = $13, discharged = $14, remarks = $15,
       as_written = $16, home = $17, row_sha256 = $18, file = $19, loaded_at = $20, ver = ver + 1
 WHERE publisher = $1 AND number = $2
-- exec open_case_keep(publisher text, number text, ver int, at int, file text, record text): the version before a correction
-- everywhere: published open data, no persons
INSERT INTO open_case_version (publisher, number, ver, at, file, record) VALUES ($1, $2, $3, $4, $5, $6)
-- exec open_load_insert(id text, file text, sha256 text, at int, row_count int, taken int, repaired int, changed int, known int, refused int): a file that was imported, and its sums
INSERT INTO open_load (id, file, sha256, at, row_count, taken, repaired, changed, known, refused)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
