#!/bin/sh
# test/parts/58-patroni.sh: failover with Patroni on three hosts. It takes five minutes and packages of its own ([torture] in
# tools/packages.txt): only in the long form.
set -u

skip() {
	echo "skipped: $*"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
}

[ -n "${TORTURE_SECONDS:-}" ] || skip "failover with Patroni takes five minutes: make torture"
[ "$(id -u)" -eq 0 ] || skip "hosts in network namespaces need root"
for program in ip iptables etcd patroni /usr/lib/postgresql/15/bin/postgres; do
	command -v "$program" >/dev/null || skip "$program is missing: tools/install-packages test torture"
done
ip netns add "hersys$$-try" 2>/dev/null && ip netns del "hersys$$-try" || skip "no network namespaces here"

base=/dev/shm
[ -w "$base" ] || base=${TMPDIR:-/tmp}
dir=$(mktemp -d "$base/hersys-patroni-XXXXXX") || exit 1
child=
end_part() {
	[ -z "$child" ] || { kill "$child" 2>/dev/null; wait "$child"; }
	rm -rf "$dir"
}
trap end_part EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
sh test/fault/patroni.sh "$dir" &
child=$!
wait "$child"
code=$?
child=
exit $code
