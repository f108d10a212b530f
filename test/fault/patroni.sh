#!/bin/sh
# test/fault/patroni.sh DIR: three hosts with etcd, Patroni and PostgreSQL by deploy/patroni.yml, each in a network namespace of
# its own, joined by a bridge in a fourth, where the server and its clients are. Under load the leader is cut off from
# everybody, then its host dies, then the leader is cut off from its peers only, while the server still reaches it. Each time: nothing acknowledged is
# lost or doubled, nothing is acknowledged while there are two that believe to be leaders, the service is back
# within LIMIT seconds and its server was never restarted. At last a control: the same with a standby that is not waited
# for loses presses, and that is noticed. About five minutes; needs root. See doc/reliability.md.
set -u
bin=${HERSYS_BIN:-build/hersys}
unset HERSYS_BIN
dir=$1
pg_bin=/usr/lib/postgresql/15/bin
tag=hersys$$
hub=$tag-hub
LIMIT=30        # V4: seconds without an acknowledgement
LOAD=38         # seconds of load of a trial: some before the fault, LIMIT, some behind it
server= load= passed=0 failed=0

clean_up() {
	trap - EXIT
	for p in $load $server; do
		kill "$p" 2>/dev/null
	done
	[ -z "$server" ] || wait "$server"
	for i in 1 2 3; do
		put_away $i
		ip netns del "$tag-$i" 2>/dev/null
	done
	ip netns del "$hub" 2>/dev/null
	wait 2>/dev/null
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

end() {
	clean_up
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}

# holds WHAT CODE: what failed first ends it all; the rest would only follow from it.
holds() {
	if [ "$2" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok $1"
		return
	fi
	failed=$((failed + 1))
	echo "FAILED: $1"
	tail -n 20 "$dir/log" "$dir/load" "$dir/check" "$dir"/*/patroni.log 2>/dev/null
	end
}

now_ms() {
	date +%s%3N
}

# until_true SECONDS COMMAND…
until_true() {
	until_ms=$(($(now_ms) + $1 * 1000))
	shift
	until "$@"; do
		[ "$(now_ms)" -lt "$until_ms" ] || return 1
		sleep 0.2
	done
}

# ---- hosts ----

on() {
	host=$1
	shift
	ip netns exec "$tag-$host" "$@"
}

make_hub() {
	ip netns add "$hub" && ip -n "$hub" link set lo up && ip -n "$hub" link add br0 type bridge &&
		ip -n "$hub" addr add 10.77.0.10/24 dev br0 && ip -n "$hub" link set br0 up
}

make_host() {
	ip netns add "$tag-$1" && ip -n "$tag-$1" link set lo up &&
		ip -n "$hub" link add "port$1" type veth peer name eth0 netns "$tag-$1" &&
		ip -n "$hub" link set "port$1" master br0 up &&
		ip -n "$tag-$1" addr add "10.77.0.$1/24" dev eth0 && ip -n "$tag-$1" link set eth0 up
}

# The file as it is delivered, with the other hosts' lines and folders of our own.
make_files() {
	mkdir -p "$dir/$1/socket" &&
		sed -e "/# own/s/10\\.77\\.0\\.1/10.77.0.$1/" -e "s/^name: db1/name: db$1/" -e "s,/var/lib/postgresql/15/hersys,$dir/$1/data," \
			-e "s,/var/lib/postgresql,$dir/$1," -e "s,/var/run/postgresql,$dir/$1/socket," -e "s,/etc/patroni/tls,$dir/tls," \
			deploy/patroni.yml >"$dir/$1/patroni.yml" &&
		chmod 600 "$dir/$1/patroni.yml" && chown -R postgres "$dir/$1"
}

make_tls() {
	mkdir "$dir/tls" &&
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=hersys-test -keyout "$dir/tls/server.key" \
			-addext "subjectAltName=IP:10.77.0.1,IP:10.77.0.2,IP:10.77.0.3" -out "$dir/tls/server.pem" 2>/dev/null &&
		cp "$dir/tls/server.pem" "$dir/tls/ca.pem" && chown -R postgres "$dir/tls" && chmod 755 "$dir/tls" && chmod 600 "$dir/tls/server.key"
}

start_etcd() {
	on "$1" runuser -u postgres -- etcd --name "db$1" --data-dir "$dir/$1/etcd" --enable-v2 --heartbeat-interval 200 --election-timeout 2000 \
		--listen-client-urls "http://10.77.0.$1:2379" --advertise-client-urls "http://10.77.0.$1:2379" \
		--listen-peer-urls "http://10.77.0.$1:2380" --initial-advertise-peer-urls "http://10.77.0.$1:2380" \
		--initial-cluster 'db1=http://10.77.0.1:2380,db2=http://10.77.0.2:2380,db3=http://10.77.0.3:2380' \
		>>"$dir/$1/etcd.log" 2>&1 &
}

start_patroni() {
	# Another Python on the path would not know Debian's modules.
	on "$1" runuser -u postgres -- /usr/bin/python3 /usr/bin/patroni "$dir/$1/patroni.yml" >>"$dir/$1/patroni.log" 2>&1 &
}

start_host() {
	start_etcd "$1"
	start_patroni "$1"
}

# kill_on HOST PROGRAM…: all of the host but these; and not runuser, which ends with its program and sees it to the end.
kill_on() {
	host=$1
	shift
	for pid in $(ip netns pids "$tag-$host" 2>/dev/null); do
		case " runuser $* " in
		*" $(cat "/proc/$pid/comm" 2>/dev/null) "*) ;;
		*) kill -9 "$pid" 2>/dev/null ;;
		esac
	done
}

# As when the power fails: also what is in the middle of starting.
stop_host() {
	while [ -n "$(ip netns pids "$tag-$1" 2>/dev/null)" ]; do
		kill_on "$1"
		sleep 0.05
	done
}

# For good: PostgreSQL, when nobody is left to start it again, takes its shared memory with it.
put_away() {
	kill_on "$1" postgres
	runuser -u postgres -- "$pg_bin/pg_ctl" -D "$dir/$1/data" -m immediate -w -t 10 stop >/dev/null 2>&1
	stop_host "$1"
}

# ---- what they say ----

# sql HOST STATEMENT, as the superuser through the host's own socket: what is cut off can be asked too.
sql() {
	runuser -u postgres -- "$pg_bin/psql" -X -q -A -t -h "$dir/$1/socket" -U postgres -c "$2" "${3:-postgres}" 2>/dev/null
}

leads() {
	[ "$(sql "$1" 'SELECT pg_is_in_recovery()')" = f ]
}

# The host that takes writes, but not $1; or nothing.
leader() {
	for i in 1 2 3; do
		[ "$i" = "${1:-}" ] || ! leads $i || { echo $i; return; }
	done
	return 1
}

# Two standbys that receive, one of them waited for.
whole() {
	at=$(leader) && [ "$(sql "$at" "SELECT count(*) || ' ' || count(*) FILTER (WHERE sync_state = 'sync') FROM pg_stat_replication
		WHERE state = 'streaming' AND application_name LIKE 'db_'")" = "2 ${1:-1}" ]
}

lines() {
	[ -e "$1" ] && wc -l <"$1" || echo 0
}

# ---- the trials ----

# begin_load NAME SECONDS: and let it run for a while.
begin_load() {
	acks=$dir/acks-$1
	ip netns exec "$hub" "$bin" bench notify --seconds "$2" --connections 12 --patient --ack-file "$acks" --folder "$dir/data" \
		--at "127.0.0.1:$port" >"$dir/load" 2>&1 &
	load=$!
	sleep 5
}

# wait_promoted OLD: sets promoted (ms after `began`) and silent, the lines of a moment when there was no new leader yet.
wait_promoted() {
	silent=$(lines "$acks")
	while ! leader "$1" >/dev/null; do
		silent=$n
		[ $(($(now_ms) - began)) -lt 60000 ] || return 1
		sleep 0.2
		n=$(lines "$acks")
	done
	promoted=$(($(now_ms) - began))
}

# check EXPECTED-CODE ACKS
check() {
	"$bin_hub" check --data "$dir/data" --acks "$2" >"$dir/check" 2>&1
	[ $? -eq "$1" ]
}

# trial NAME FAULT HEAL, the two called with the leader's host.
trial() {
	name=$1
	old=$(leader)
	begin_load "$name" "$LOAD"
	before=$(lines "$acks")
	began=$(now_ms)
	$2 "$old"
	# What was on its way when it happened may still arrive.
	sleep 2
	n=$(lines "$acks")
	at_fault=$n
	wait_promoted "$old"
	holds "$name: another host leads" $?
	wait "$load"
	code=$?
	load=
	holds "$name: no press was refused, or had another receipt when it was sent again" $code
	gap=$(sed -n 's/.*"notify.gap","value":\([0-9]*\).*/\1/p' "$dir/load")
	after=$(lines "$acks")
	echo "$name: $after acknowledged, $before before; promoted after $promoted ms; longest gap ${gap:-?} ms"
	[ "$before" -gt 0 ] && [ "$after" -gt "$silent" ]
	holds "$name: acknowledged before and after" $?
	[ "$silent" -eq "$at_fault" ]
	holds "$name: nothing was acknowledged while the old leader was alone ($silent, $at_fault)" $?
	[ -n "$gap" ] && [ "$gap" -le $((LIMIT * 1000)) ]
	holds "$name: back within $LIMIT s" $?
	kill -0 "$server" 2>/dev/null
	holds "$name: the server was not restarted" $?
	check 0 "$acks"
	holds "$name: all acknowledged are there, once; figures and chain are whole" $?
	{ cat "$acks"; sed -n '1s/^[^\t]*/bench-0/; 1s/[^\t]*$/01ARZ3NDEKTSV4RRFFQ69G5FAV/p' "$acks"; } >"$dir/more"
	check 3 "$dir/more"
	holds "$name: an invented line is found" $?
	$3 "$old"
	until_true 90 whole
	holds "$name: the old leader receives again" $?
}

die() {
	stop_host "$1"
}

cut_off() {
	on "$1" iptables -w -A INPUT ! -i lo -j DROP
	on "$1" iptables -w -A OUTPUT ! -o lo -j DROP
}

# The server at 10.77.0.10 goes on to reach it.
cut_off_from_peers() {
	for i in 1 2 3; do
		[ $i = "$1" ] || on "$1" iptables -w -A INPUT -s 10.77.0.$i -j DROP
		[ $i = "$1" ] || on "$1" iptables -w -A OUTPUT -d 10.77.0.$i -j DROP
	done
}

join_again() {
	on "$1" iptables -w -F
}

# Without waiting for a standby the leader that is cut off from its peers goes on for a while, in vain.
control() {
	old=$(leader)
	ip netns exec "$hub" curl -sf -X PATCH -d '{"synchronous_mode":false,"synchronous_mode_strict":false}' \
		"http://10.77.0.$old:8008/config" >/dev/null && until_true 30 whole 0
	holds "control: nobody is waited for" $?
	begin_load control 25
	began=$(now_ms)
	cut_off_from_peers "$old"
	n=0
	wait_promoted "$old"
	holds "control: another host leads" $?
	wait "$load"
	load=
	check 3 "$acks"
	holds "control: lost presses are found" $?
	sed -n '/lost\|missing\|not there/p' "$dir/check" | tail -n 2
}

# ---- the whole ----

chmod 755 "$dir"
bin_hub=$dir/hersys-in-hub
printf '#!/bin/sh\nexec ip netns exec %s %s "$@"\n' "$hub" "$(realpath "$bin")" >"$bin_hub" && chmod 755 "$bin_hub"
make_hub && make_host 1 && make_host 2 && make_host 3
holds "three hosts on a bridge" $?
make_tls && make_files 1 && make_files 2 && make_files 3
holds "their files" $?
# The first of the server's list leads first: when it is cut off, every new connection asks it in vain before the others.
start_etcd 1
start_etcd 2
start_etcd 3
start_patroni 1
until_true 60 leads 1
holds "the first leads" $?
start_patroni 2
start_patroni 3
until_true 90 whole
holds "a leader and two standbys, one of them synchronous" $?

sql 1 "CREATE ROLE hersys_owner LOGIN PASSWORD 'owner'" && sql 1 "CREATE ROLE hersys LOGIN PASSWORD 'serves'" &&
	sql 1 "CREATE DATABASE hersys OWNER hersys_owner TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
holds "the database" $?
hosts=10.77.0.1,10.77.0.2,10.77.0.3/hersys?sslmode=verify-full\&sslrootcert=$dir/tls/ca.pem
HERSYS_DATABASE="postgresql://hersys_owner:owner@$hosts"
export HERSYS_DATABASE
{ "$bin_hub" init --data "$dir/data" && "$bin_hub" demo --data "$dir/data" --cases 100 --seed 3; } >/dev/null 2>"$dir/log" &&
	sql 1 "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO hersys; REVOKE UPDATE, DELETE ON audit FROM hersys" hersys
holds "a demonstration" $?
HERSYS_DATABASE="postgresql://hersys:serves@$hosts"
ip netns exec "$hub" "$bin" serve --data "$dir/data" --listen 127.0.0.1:0 >"$dir/out" 2>>"$dir/log" &
server=$!
until_true 30 grep -q 'serves at' "$dir/out"
holds "the server starts" $?
port=$(sed -n 's/.*localhost:\([0-9]*\).*/\1/p' "$dir/out")

trial "cut off" cut_off join_again
trial "host dies" die start_host
trial "cut off from its peers" cut_off_from_peers join_again
control
end
