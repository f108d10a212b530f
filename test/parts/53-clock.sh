#!/bin/sh
# test/parts/53-clock.sh: the machine's clock is set while the server runs.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
node test/fault/clock.mjs "$dir" build/fail.so || { echo "0 passed, 1 failed"; exit 1; }
