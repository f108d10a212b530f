#!/bin/sh
# test/parts/57-slow.sh: more slow connections than there are seats, while a clinic files. About 10 seconds.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
node test/fault/slow.mjs "$dir" ${TORTURE_SECONDS:-} || { echo "0 passed, 1 failed"; exit 1; }
