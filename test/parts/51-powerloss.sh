#!/bin/sh
# test/parts/51-powerloss.sh: the power goes while the server files notifications: states of the disk built from a record of
# its real writes, each recovered by the real program. About 20 seconds.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
node test/fault/powerloss.mjs "$dir" build/plog.so ${TORTURE_SECONDS:-} || { echo "0 passed, 1 failed"; exit 1; }
