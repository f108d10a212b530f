#!/bin/sh
# test/parts/56-gone.sh: clients that are gone before their answer.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
node test/fault/gone.mjs "$dir" build/fail.so ${TORTURE_SECONDS:-} || { echo "0 passed, 1 failed"; exit 1; }
