#!/bin/sh
# tools/bench.sh BUILD CASES [large]: every measurement of doc/benchmarks.md on a base of so many cases, which is made once and
# kept in BUILD/bench/CASES. Lines go to stdout and to CASES.jsonl beside it. BENCH_SECONDS (10) is how long each takes.
# large: the base is used itself, not copied (it is BUILD/bench/large/CASES and grows a little), and not counted again after each
# measurement but once at the end.
set -u
cd "$(dirname "$0")/.." || exit 1
build=$1 cases=$2 large=${3:-}
hersys=$build/hersys seconds=${BENCH_SECONDS:-10}
bases=$build/bench${large:+/large}
results=$bases/$cases.jsonl
TMPDIR=$bases/tmp            # not /tmp: that may be memory
export TMPDIR
unset HERSYS_BIN            # the program would take it for a setting
failed=0

mkdir -p "$TMPDIR" && : >"$results" || exit 1

machine() {
	printf '{"name":"machine","date":"%s","commit":"%s","cpu":"%s","cores":%d,"memory_gib":%d,"kernel":"%s","load":"%s","compiler":"%s","cases":%d}\n' \
		"$(date -u +%FT%TZ)" "$(git rev-parse --short HEAD 2>/dev/null || echo unknown)" \
		"$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)" "$(nproc)" \
		"$(awk '/^MemTotal/ { print int($2 / 1048576 + 0.5) }' /proc/meminfo)" "$(uname -r)" \
		"$(cut -d ' ' -f 1-3 /proc/loadavg)" "$(gcc -dumpfullversion 2>/dev/null || echo unknown)" "$cases"
}

# A measurement that fails is said and the others go on.
measure() {
	echo "bench: $*" >&2
	out=$TMPDIR/lines
	"$@" >"$out"
	code=$?
	tee -a "$results" <"$out"
	[ $code -eq 0 ] && return
	failed=$((failed + 1))
	echo "{\"name\":\"failed\",\"value\":$code,\"unit\":\"exit code\",\"command\":\"$*\"}" | tee -a "$results"
}

measure machine
measure tools/bench-base.sh "$hersys" "$bases" "$cases"
if [ -n "$large" ]; then
	on="--base $bases/$cases --in-place --quick"
else
	on="--base $bases/$cases"
fi
measure "$hersys" bench disk --seconds "$seconds"
[ -n "$large" ] || measure "$hersys" bench notify --seconds "$seconds" --cases 0
measure "$hersys" bench notify --seconds "$seconds" $on
measure "$hersys" bench pages --seconds $((seconds * 9)) $on
measure "$hersys" bench search $on
measure "$hersys" bench fresh --seconds "$seconds" $on
measure "$hersys" bench start $on
if [ -z "$large" ]; then
	measure "$hersys" bench import --rows 1000000
	measure "$hersys" bench idle --seconds "$seconds"
	measure tools/bench-nginx.sh "$hersys" "$seconds"
fi
began=$(date +%s)
"$hersys" check --data "$bases/$cases" >&2 || failed=$((failed + 1))
echo "{\"name\":\"check\",\"value\":$(($(date +%s) - began)),\"unit\":\"s\",\"cases\":$cases}" | tee -a "$results"
echo "bench: $results, $failed failed" >&2
[ $failed -eq 0 ]
