#!/bin/sh
# The server is killed in the middle of its work, several times. Whatever a client was told is kept
# must be there afterwards, once; a press that was sent again must have the same receipt; figures and
# audit log must agree. About 25 seconds; with TORTURE_SECONDS that long.

set -u
cd "$(dirname "$0")/../.." || exit 1
bin=${HERSYS_BIN:-build/hersys}
unset HERSYS_BIN        # the program takes it for a setting

dir=$(mktemp -d) || exit 1
data=$dir/data acks=$dir/acks
server= load= port=0
passed=0 failed=0

cleanup() {
	for p in $server $load; do
		kill -9 "$p" 2>/dev/null
	done
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

holds() {
	passed=$((passed + 1))
}

fails() {
	failed=$((failed + 1))
	echo "FAILED: $*"
}

end() {
	[ "$failed" -eq 0 ] || tail -n 20 "$dir/log"
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
	exit
}

# The first start chooses a port, the later ones keep it.
start() {
	: >"$dir/out"
	"$bin" serve --data "$data" --listen "127.0.0.1:$port" >"$dir/out" 2>>"$dir/log" &
	server=$!
	n=0
	until grep -q 'serves at' "$dir/out"; do
		n=$((n + 1))
		if [ $n -gt 400 ] || ! kill -0 "$server" 2>/dev/null; then
			fails "the server did not start"
			end
		fi
		sleep 0.05
	done
	port=$(sed -n 's/.*localhost:\([0-9]*\).*/\1/p' "$dir/out")
}

crash() {
	kill -9 "$server"
	wait "$server" 2>/dev/null
	server=
}

lines() {
	[ -e "$acks" ] && wc -l <"$acks" || echo 0
}

# check NAME EXPECTED-CODE ACKS
check() {
	"$bin" check --data "$data" --acks "$3" >"$dir/check" 2>&1
	code=$?
	if [ "$code" -eq "$2" ]; then
		holds
	else
		fails "$1: hersys check ended with $code, not $2"
		tail -n 12 "$dir/check"
	fi
}

{ "$bin" init --data "$data" && "$bin" demo --data "$data" --cases 300 --seed 9; } >/dev/null 2>>"$dir/log" ||
	{ fails "no data folder"; end; }
start
seconds=${TORTURE_SECONDS:-12}
"$bin" bench notify --seconds "$seconds" --connections 16 --patient --ack-file "$acks" \
	--folder "$data" --at "127.0.0.1:$port" >"$dir/load" 2>&1 &
load=$!

# The moments of a long run are chosen by chance.
pauses() {
	if [ -n "${TORTURE_SECONDS:-}" ]; then
		awk -v n="$seconds" 'BEGIN { srand(); for (t = 0; t < n; t += p) { p = 0.7 + 2 * rand(); print p } }'
	else
		echo 2.5 1.3 2.1 0.7 1.9
	fi
}

before=0 kills=0
last=$(($(date +%s) + seconds - 6))
for pause in $(pauses); do
	# After the end of the load nothing would be acknowledged.
	[ -z "${TORTURE_SECONDS:-}" ] || [ "$(date +%s)" -lt "$last" ] || break
	sleep "$pause"
	kills=$((kills + 1))
	now=$(lines)
	crash
	if [ "$now" -gt "$before" ]; then
		holds
	else
		fails "nothing was acknowledged before this kill: $before, then $now"
	fi
	before=$now
	start
done

if wait "$load"; then
	holds
else
	fails "a press was lost, refused, or had another receipt when it was sent again"
fi
load=
cat "$dir/load"
echo "$kills kills, $(lines) acknowledged presses"
crash

check "after a crash" 0 "$acks"
start
check "beside the server that came back" 0 "$acks"

# The check itself must be able to fail: a press that never was, and one with somebody else's receipt.
org=$(head -n 1 "$acks" | cut -f 2) home=$(head -n 1 "$acks" | cut -f 3)
{ cat "$acks"; printf 'bench-0\t%s\t%s\t01ARZ3NDEKTSV4RRFFQ69G5FAV\n' "$org" "$home"; } >"$dir/more"
check "an invented line" 3 "$dir/more"
{ sed -n 1p "$acks" | cut -f 1-3 | tr '\n' '\t'; sed -n 2p "$acks" | cut -f 4; } >"$dir/other"
check "an exchanged receipt" 3 "$dir/other"
end
