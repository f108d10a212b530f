#!/bin/sh
# test/fault/same.sh DIR: one demonstration (filing, correcting, statuses, figures: thousands of changes of every kind) on
# SQLite and on PostgreSQL: every table must hold the same rows, in the same order of its key. PG_… are of test/pg.sh.
set -u
. test/pg.sh
bin=${HERSYS_BIN:-build/hersys}
unset HERSYS_BIN HERSYS_DATABASE
dir=$1 passed=0 failed=0
url=$(pg_url same)
pg_database same || { echo "0 passed, 1 failed"; exit 1; }
for d in lite pg; do
	[ $d = lite ] || export HERSYS_DATABASE="$url"
	{ "$bin" init --data "$dir/$d" && "$bin" demo --data "$dir/$d" --cases 1500 --seed 11 --until 2022-09-30; } >/dev/null ||
		{ echo "no demonstration on $d"; echo "0 passed, 1 failed"; exit 1; }
done
# What is random in each: accounts and who entered what, ids of the log, and moments of now.
for table in casefile notification notification_choice notification_version test dose travel class_report case_org org_case \
	search_key status_history serial stat_day stat_group stat_status prefecture municipality postal holiday era country org; do
	columns=$(sqlite3 "$dir/lite/hersys.db" "SELECT group_concat(name, ', ') FROM pragma_table_info('$table')
		WHERE name NOT IN ('entered_by', 'by_account', 'status_by')")
	sqlite3 -csv -newline '
' "$dir/lite/hersys.db" "SELECT $columns FROM $table ORDER BY $columns" | tr -d '"' >"$dir/one"
	"$pg_bin/psql" -X -q -t --csv -d "$url" -c "SELECT $columns FROM $table ORDER BY $(echo "$columns" | sed 's/,/ NULLS FIRST,/g') NULLS FIRST" | tr -d '"' >"$dir/two"
	if cmp -s "$dir/one" "$dir/two" && { [ $table != casefile ] || [ "$(wc -l <"$dir/one")" -eq 1500 ]; }; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $table differs: $(wc -l <"$dir/one") rows, $(wc -l <"$dir/two") on PostgreSQL"
		diff "$dir/one" "$dir/two" | head -n 4 | cut -c 1-300
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
