#!/bin/sh
# test/parts/25-tsan.sh: the same under the thread sanitizer.
set -u
mkdir -p test/out
make tsan 2> test/out/tsan.log || { grep -E -A30 'WARNING|level=bug|error:' test/out/tsan.log | head -80; exit 1; }
