-- store/sql/sums.sql: additions to counters that are not in the counters yet (store/sums.c)
-- exec sums_keep(seq int, sums blob): what a group adds; numbered by its last line of the audit log
-- quiet: counters follow what has its line
INSERT INTO sum_journal (seq, sums) VALUES ($1, $2)
-- many sums_kept(): all of it, oldest first
SELECT sums FROM sum_journal ORDER BY seq
-- one sums_waiting(): is there any?
SELECT seq FROM sum_journal ORDER BY seq LIMIT 1
-- exec sums_forget(): it is in the counters
-- quiet: counters follow what has its line
DELETE FROM sum_journal
