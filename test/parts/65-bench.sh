#!/bin/sh
# test/parts/65-bench.sh: the measurements themselves, on tiny bases. About half a minute.
set -u
cd "$(dirname "$0")/../.." || exit 1
base=$(mktemp -d)
trap 'rm -rf "$base"' EXIT
node test/fault/bench.mjs "$base" || { echo "0 passed, 1 failed"; exit 1; }
