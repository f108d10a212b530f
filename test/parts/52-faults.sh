#!/bin/sh
# test/parts/52-faults.sh: the real server on a disk that fails by chance, with memory at its end, and beside a second
# server. About 20 seconds.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
node test/fault/faults.mjs "$dir" build/fail.so ${TORTURE_SECONDS:-} || { echo "0 passed, 1 failed"; exit 1; }
