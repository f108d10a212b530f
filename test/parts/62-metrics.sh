#!/bin/sh
# test/parts/62-metrics.sh: /metrics of a real server, and the dashboard over it.
set -u
cd "$(dirname "$0")/../.." || exit 1
base=$(mktemp -d)
trap 'rm -rf "$base"' EXIT
node test/fault/metrics.mjs "$base" || { echo "0 passed, 1 failed"; exit 1; }
