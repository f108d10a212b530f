-- store/sql/audit.sql: the audit log (store/audit.c)

-- exec audit_insert(seq int, at int, user text, org text, action text, home int, object text, purpose text, address text, session text, detail text, prev blob, hash blob): one line
INSERT INTO audit (seq, at, user_id, org, action, home, object, purpose, address, session, detail, prev, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
-- one audit_head(): the last line
-- everywhere: a number, a time and a hash
SELECT seq, at, hash FROM audit ORDER BY seq DESC LIMIT 1
-- many audit_walk(from int): every line from one on, for checking the chain
-- everywhere: the chain is of the whole system
SELECT seq, at, user_id, org, action, home, object, purpose, address, session, detail, prev, hash
  FROM audit WHERE seq >= $1 ORDER BY seq
