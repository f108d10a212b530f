#!/bin/sh
# test/parts/60-nginx.sh: the documented set-up behind nginx (deploy/nginx.conf).
set -u
base=$(mktemp -d)
trap 'rm -rf "$base"' EXIT
node test/fault/nginx.mjs "$base" || { cat "$base/error.log" 2>/dev/null; echo "0 passed, 1 failed"; exit 1; }
