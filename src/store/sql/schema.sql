-- store/sql/schema.sql: which steps of store/sql/step were run

-- one schema_known(): is there a schema at all?
SELECT 1 AS known FROM sqlite_schema WHERE type = 'table' AND name = 'schema_step'
-- one schema_known@pg(): is there a schema at all?
SELECT 1 AS known FROM information_schema.tables
 WHERE table_schema = current_schema() AND table_name = 'schema_step'
-- one schema_last(): the last step that was run
SELECT max(step) AS step FROM schema_step
-- exec schema_add(step int, at int): a step was run
INSERT INTO schema_step (step, at) VALUES ($1, $2)
