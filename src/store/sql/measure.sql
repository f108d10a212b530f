-- store/sql/measure.sql: what the measurements ask of a demonstration (main/bench_search.c).
-- many bench_names(): every name and every reading of the base, once
-- everywhere: names of invented people; hersys bench refuses a folder that is no demonstration
SELECT name AS text FROM casefile WHERE name IS NOT NULL UNION SELECT name_kana FROM casefile WHERE name_kana IS NOT NULL ORDER BY 1
