#!/bin/sh
# tools/bench-base.sh HERSYS FOLDER CASES: the data folder FOLDER/CASES with a demonstration of so many cases, for measuring.
# Made once; made again when the steps of the schema are not those it was made with, or when it was not finished.
set -eu
cd "$(dirname "$0")/.."
hersys=$1 dir=$2/$3 cases=$3
schema=$(cat src/store/sql/step/*.sql | sha256sum | cut -d ' ' -f 1)

if [ "$(cat "$dir/bench-base" 2>/dev/null)" = "$schema" ]; then
	exit 0
fi
rm -rf "$dir"
mkdir -p "$2"
echo "bench-base: $cases cases into $dir" >&2
"$hersys" init --data "$dir" >&2
began=$(date +%s)
"$hersys" demo --data "$dir" --cases "$cases" --seed 1 >/dev/null
echo "{\"name\":\"demo\",\"value\":$(($(date +%s) - began)),\"unit\":\"s\",\"cases\":$cases,\"bytes\":$(stat -c %s "$dir/hersys.db")}"
echo "$schema" >"$dir/bench-base"
