-- one account_by_login(login text): for signing in
-- everywhere: accounts are not patients
SELECT id, login, org, role, name, password, totp, totp_step, language, state FROM account WHERE login = $1
-- one account_by_id(id text): an account
SELECT id, login, org, role, name, password, totp, totp_step, language, state FROM account WHERE id = $1
-- many account_all(): every account, by organisation and login
SELECT id, login, org, role, name, language, state FROM account ORDER BY org, login
-- exec account_insert(id text, login text, org text, role text, name text, password text, totp blob, language text, at int): a new account
INSERT INTO account (id, login, org, role, name, password, totp, totp_step, language, state, created_at, ver)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, 'active', $9, 1)
-- exec account_state(id text, state text): disable or enable
UPDATE account SET state = $2, ver = ver + 1 WHERE id = $1 AND state <> $2
-- exec account_keys(id text, password text, totp blob): new password and secret
UPDATE account SET password = $2, totp = $3, totp_step = 0, ver = ver + 1 WHERE id = $1
-- exec account_language(id text, language text): the language of pages
UPDATE account SET language = $2 WHERE id = $1
-- exec account_step(id text, step int): a one-time code was used; none of that step or before is good again
UPDATE account SET totp_step = $2 WHERE id = $1 AND totp_step < $2
-- one session_get(hash text): the session with its account and organisation
SELECT s.stage, s.began_at, s.seen_at, s.csrf, s.tries, a.id, a.login, a.org, a.role, a.name, a.language, a.state,
       a.totp, a.totp_step, o.name AS org_name, o.name_en AS org_name_en, o.home
  FROM session s JOIN account a ON a.id = s.account JOIN org o ON o.path = a.org WHERE s.hash = $1
-- exec session_insert(hash text, account text, stage text, at int, address text, csrf text): a new session
INSERT INTO session (hash, account, stage, began_at, seen_at, address, csrf, tries) VALUES ($1, $2, $3, $4, $4, $5, $6, 0)
-- exec session_seen(hash text, at int): it was used
UPDATE session SET seen_at = $2 WHERE hash = $1 AND seen_at < $2
-- exec session_try(hash text): a wrong code was given
UPDATE session SET tries = tries + 1 WHERE hash = $1
-- exec session_delete(hash text): signed out
DELETE FROM session WHERE hash = $1
-- exec session_delete_account(account text): its account was disabled or reset
-- nationwide: seldom, an account is disabled
DELETE FROM session WHERE account = $1
-- exec session_delete_old(idle_before int, began_before int): over
-- nationwide: a sweep
DELETE FROM session WHERE seen_at < $1 OR began_at < $2
-- one throttle_get(key text): failures in a row
SELECT failures, last_at FROM throttle WHERE key = $1
-- exec throttle_add(key text, at int): one more failure
INSERT INTO throttle (key, failures, last_at) VALUES ($1, 1, $2)
ON CONFLICT (key) DO UPDATE SET failures = throttle.failures + 1, last_at = excluded.last_at
-- exec throttle_clear(key text): a success
DELETE FROM throttle WHERE key = $1
-- exec throttle_sweep(before int): long ago
-- nationwide: a sweep
DELETE FROM throttle WHERE last_at < $1
