-- store/sql/audit.sql: the audit log (store/audit.c)

-- exec audit_insert(seq int, at int, user text, org text, action text, home int, object text, purpose text, address text, session text, detail text, prev blob, hash blob): one line
INSERT INTO audit (seq, at, user_id, org, action, home, object, purpose, address, session, detail, prev, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
-- one audit_head(): the last line
-- everywhere: a number, a time and a hash
SELECT seq, at, hash FROM audit ORDER BY seq DESC LIMIT 1
-- many audit_walk(from int): every line from one on, for checking the chain
-- everywhere: the chain is of the whole system
-- lengthy: every line that there ever was
SELECT seq, at, user_id, org, action, home, object, purpose, address, session, detail, prev, hash
  FROM audit WHERE seq >= $1 ORDER BY seq
-- one audit_line_hash(seq int): is the chain as long as that, and by that line?
-- everywhere: a hash
SELECT hash FROM audit WHERE seq = $1

-- Where several processes write to one database: see store/keeper.h and store/follow.h.
-- one audit_take@pg(): the end of the chain, held until the end of the transaction
SELECT seq, at, hash, events FROM audit_head FOR UPDATE
-- exec audit_move@pg(seq int, at int, hash blob, events int): the end of the chain moves with the lines of a group
-- quiet: it follows from the lines
UPDATE audit_head SET seq = $1, at = $2, hash = $3, events = $4
-- exec event_put@pg(seq int, node text, at int, topic text, text text): what listeners of other processes are told
-- quiet: it says only that something changed
INSERT INTO event (seq, node, at, topic, text) VALUES ($1, $2, $3, $4, $5)
-- one event_last@pg(): where one begins to listen
SELECT events AS seq FROM audit_head
-- many event_since@pg(seq int, limit int): what came since, in the order of the commits
SELECT seq, node, topic, text FROM event WHERE seq > $1 ORDER BY seq LIMIT $2
-- exec event_sweep@pg(before int): everybody has heard it
-- quiet: nothing is said in it that is not kept elsewhere
DELETE FROM event WHERE at < $1
