#!/bin/sh
# test/fault/failover.sh: the primary dies under load, its synchronous standby takes over: the server finds it by itself, and
# everything that was answered is there, once. PG_… are of test/pg.sh.
set -u
. test/pg.sh
bin=${HERSYS_BIN:-build/hersys}
unset HERSYS_BIN
one=$PG_DIR/one two=$PG_DIR/two
port_one=$((PG_PORT + 1)) port_two=$((PG_PORT + 2))
dir=$1 server= passed=0 failed=0

end() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	for d in "$one" "$two"; do
		pg_as "$pg_bin/pg_ctl" -D "$d" -m immediate stop >/dev/null 2>&1
	done
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}

holds() {
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $1"
		tail -n 15 "$dir/log" "$dir/load" 2>/dev/null
		end
	fi
}

sql() {
	"$pg_bin/psql" -X -q -A -t -h 127.0.0.1 -p "$port_one" -U postgres -c "$1"
}

up() {
	pg_as "$pg_bin/pg_ctl" -D "$1" -o "-p $2" -l "$1.log" -w -t 60 start >/dev/null 2>&1
}

pg_as mkdir "$one" "$two" && pg_as chmod 700 "$one" "$two"
pg_as "$pg_bin/initdb" -D "$one" -U postgres --auth=trust --encoding=UTF8 --locale=C >/dev/null 2>&1
printf '%s\n' "listen_addresses = '127.0.0.1'" "unix_socket_directories = ''" 'max_connections = 200' |
	pg_as tee -a "$one/postgresql.conf" >/dev/null
up "$one" "$port_one" && pg_as "$pg_bin/pg_basebackup" -h 127.0.0.1 -p "$port_one" -U postgres -D "$two" -R -X stream -c fast &&
	up "$two" "$port_two"
holds "a primary and its standby" $?
sql "ALTER SYSTEM SET synchronous_standby_names = '*'" && sql 'SELECT pg_reload_conf()' >/dev/null &&
	sql "CREATE DATABASE moved TEMPLATE template0" && sql "SELECT pg_sleep(0.5)" >/dev/null
holds "a database that is kept twice" $?

HERSYS_DATABASE="postgresql://postgres@127.0.0.1:$port_one,127.0.0.1:$port_two/moved"
export HERSYS_DATABASE
{ "$bin" init --data "$dir/data" && "$bin" demo --data "$dir/data" --cases 100 --seed 3; } >/dev/null 2>"$dir/log"
holds "a demonstration" $?
"$bin" serve --data "$dir/data" --listen 127.0.0.1:0 >"$dir/out" 2>>"$dir/log" &
server=$!
n=0
until grep -q 'serves at' "$dir/out"; do
	n=$((n + 1))
	[ $n -lt 600 ] || holds "the server starts" 1
	sleep 0.05
done
at=127.0.0.1:$(sed -n 's/.*localhost:\([0-9]*\).*/\1/p' "$dir/out")
"$bin" bench notify --seconds 12 --connections 12 --patient --ack-file "$dir/acks" --folder "$dir/data" --at "$at" \
	>"$dir/load" 2>&1 &
load=$!
sleep 4
before=$(wc -l <"$dir/acks")
pg_as "$pg_bin/pg_ctl" -D "$one" -m immediate -w stop >/dev/null 2>&1
sleep 1
pg_as "$pg_bin/pg_ctl" -D "$two" -w promote >/dev/null 2>&1
holds "the standby takes over" $?
wait "$load"
holds "no press was lost, refused, or had another receipt when it was sent again" $?
[ "$before" -gt 0 ] && [ "$(wc -l <"$dir/acks")" -gt "$before" ]
holds "answered before ($before) and after ($(wc -l <"$dir/acks"))" $?
"$bin" check --data "$dir/data" --acks "$dir/acks" >>"$dir/load" 2>&1
holds "everything answered is there, the figures and the chain are whole" $?
end
