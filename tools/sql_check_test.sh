#!/bin/sh
# tools/sql_check_test.sh: queries_check.awk and schema_check.awk say no to what they are there for. Each text below is good but for one
# thing, and the sentence must name it.
set -u
cd "$(dirname "$0")/.." || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

# refused CHECK SENTENCE FILE…: the check ends badly and says the sentence; "" as sentence: it has nothing to say.
run() {
	check=$1 want=$2
	shift 2
	said=$(awk -f "tools/$check" "$@" 2>&1)
	code=$?
	if [ -z "$want" ]; then
		[ $code -eq 0 ] && [ -z "$said" ] && return
	else
		case $code:$said in [1-9]*:*"$want"*) return ;; esac
	fi
	failed=1
	echo "$check: wanted \"$want\", got $code: $said"
	tail -n 3 "$2"
}

query() {
	cat >"$dir/bad.sql"
	run queries_check.awk "$1" src/store/tables.def "$dir/bad.sql"
}

query '' <<'SQL'
-- one good(home int, id text): a case
SELECT c.name FROM casefile c WHERE c.home = $1 AND c.id = $2 AND EXISTS (SELECT 1 FROM case_org o WHERE o.home = c.home AND o.org >= :area AND o.org < :area_end)
-- exec good_put(home int, last int): a serial
INSERT INTO serial (home, last) VALUES ($1, $2)
-- many good_sum(): all
-- nationwide: a sum
SELECT SUM(persons) FROM stat_status
SQL
query 'touches persons without :area' <<'SQL'
-- one bad(home int, id text): a case
SELECT name FROM casefile WHERE home = $1 AND id = $2
SQL
query 'is over casefile without its home' <<'SQL'
-- one bad(id text): a case
SELECT c.name FROM casefile c WHERE c.id = $1 AND c.responsible >= :area AND c.responsible < :area_end
SQL
query 'is over stat_day without its scope' <<'SQL'
-- many bad(day text): a day
SELECT persons FROM stat_day WHERE day = $1
SQL
query 'is over notification without its home' <<'SQL'
-- exec bad(id text, state text): a change
UPDATE notification SET state = $2 WHERE id = $1
SQL
query 'joins tables that lie apart' <<'SQL'
-- many bad(org text, home int): a list
SELECT c.name FROM org_case oc JOIN casefile c ON c.home = oc.home AND c.id = oc.case_id WHERE oc.org = $1 AND c.home = $2 AND oc.org >= :area
SQL
for word in 'now()' 'random()' 'CURRENT_TIMESTAMP' "nextval('s')" 'pg_advisory_lock(1)'; do
	query 'asks the engine for' <<SQL
-- exec bad(key text): a failure
UPDATE throttle SET last_at = $word WHERE key = \$1
SQL
done
for line in 'LISTEN news' 'NOTIFY news' 'CREATE TRIGGER t AFTER INSERT ON org BEGIN SELECT 1; END'; do
	query 'asks the engine for' <<SQL
-- exec bad(): tell
$line
SQL
done
query 'stands twice' <<'SQL'
-- one bad(code text): once
SELECT name FROM era WHERE code = $1
-- one bad(code text): twice
SELECT name FROM era WHERE code = $1
SQL

schema() {
	cat >"$dir/tables.def"
	printf '%s\n' "$2" >"$dir/step.sql"
	run schema_check.awk "$1" "$dir/tables.def" "$dir/step.sql"
}
tables() {
	schema "$1" "$2" <<'DEF'
TABLE(o, EVERYWHERE, "", "", "reference")
TABLE(a, DIVIDED, "home", "a", "cases")
TABLE(b, DIVIDED, "home", "a", "of cases")
TABLE(s, DIVIDED, "scope", "s", "sums")
DEF
}
good='CREATE TABLE o (path TEXT PRIMARY KEY);
CREATE TABLE a (
	home INTEGER NOT NULL, id TEXT NOT NULL, org TEXT REFERENCES o(path),
	PRIMARY KEY (id, home)
);
CREATE UNIQUE INDEX a_id ON a (home, org);
CREATE TABLE b (home INTEGER, id TEXT REFERENCES a(id), PRIMARY KEY (home, id)) {without rowid};
CREATE TABLE s (scope INTEGER PRIMARY KEY);
-- @sqlite
CREATE TRIGGER t BEFORE UPDATE ON a BEGIN SELECT 1; END;
-- @end'
tables '' "$good"
tables 'has a unique key without home' "$(echo "$good" | sed 's/PRIMARY KEY (id, home)/PRIMARY KEY (id)/')"
tables 'has a unique key without home' "$(echo "$good" | sed 's/ON a (home, org)/ON a (org)/')"
tables 'has a unique key without home' "$(echo "$good" | sed 's/id TEXT NOT NULL/id TEXT PRIMARY KEY/')"
tables 'has a unique key without scope' "$(echo "$good" | sed 's/scope INTEGER PRIMARY/stage INTEGER PRIMARY/')"
tables 'points to s, which may be on another machine' "$(echo "$good" | sed 's/REFERENCES a(id)/REFERENCES s(scope)/')"
tables 'has no line in store/tables.def' "$good
CREATE TABLE more (id TEXT PRIMARY KEY);"
tables 'is in store/tables.def but in no step' "$(echo "$good" | sed '/TABLE s/d')"
tables 'has a trigger outside' "$(echo "$good" | sed '/^-- @/d')"
tables 'uses a sequence' "$(echo "$good" | sed 's/scope INTEGER PRIMARY/n BIGSERIAL NOT NULL, scope INTEGER PRIMARY/')"
tables 'uses a sequence' "$(echo "$good" | sed 's/scope INTEGER PRIMARY KEY/scope INTEGER PRIMARY KEY AUTOINCREMENT/')"
tables 'lets the engine choose' "$(echo "$good" | sed 's/org TEXT/at BIGINT DEFAULT now(), org TEXT/')"
exit $failed
