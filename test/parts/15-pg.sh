#!/bin/sh
# test/parts/15-pg.sh: the same program on PostgreSQL: unit and request tests on a server made for them, then two servers on
# one database, the same demonstration on both engines, a primary that dies under load, and a server that is killed. What only
# SQLite has is skipped there, and says so.
set -u
mkdir -p test/out
. test/pg.sh
trap pg_end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
pg_begin || { echo "PostgreSQL does not start"; echo "0 passed, 1 failed"; exit 1; }
export PG_DIR PG_PORT PG_URL

passed=0 failed=0 skipped=0
# add NAME COMMAND…: run it, show what matters, add up its last line.
add() {
	name=$1
	shift
	"$@" >"test/out/pg-$name.out" 2>"test/out/pg-$name.log"
	code=$?
	counts=$(tail -n 1 "test/out/pg-$name.out" |
		sed -n -E 's/^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 \4/p')
	if [ -z "$counts" ] || { [ $code -ne 0 ] && [ "$(echo "$counts" | cut -d' ' -f2)" = 0 ]; }; then
		echo "FAILED: $name ended with code $code"
		tail -n 20 "test/out/pg-$name.out" "test/out/pg-$name.log"
		failed=$((failed + 1))
		[ -n "$counts" ] || return
	fi
	grep -v -e '^ok ' -e ' passed, ' "test/out/pg-$name.out" | sort | uniq -c | sort -rn | head -n 60
	set -- $counts
	echo "$name: $1 passed, $2 failed, ${3:-0} skipped"
	passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + ${3:-0}))
}

add unit env -u HERSYS_BIN HERSYS_TEST_DATABASE="$PG_URL" "${HERSYS_TEST_UNIT:-build/unit}"
dir=$(mktemp -d)
mkdir "$dir/two" "$dir/same" "$dir/failover"
add two node test/fault/pg.mjs "$dir/two"
add same sh test/fault/same.sh "$dir/same"
add failover sh test/fault/failover.sh "$dir/failover"
rm -rf "$dir"
pg_database killed
add killed env HERSYS_DATABASE="$(pg_url killed)" sh test/parts/50-kill9.sh

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
