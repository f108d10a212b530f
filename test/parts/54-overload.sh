#!/bin/sh
# test/parts/54-overload.sh: ten times what the machine can do. About 15 seconds.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
node test/fault/overload.mjs "$dir" build/fail.so ${TORTURE_SECONDS:-} || { echo "0 passed, 1 failed"; exit 1; }
