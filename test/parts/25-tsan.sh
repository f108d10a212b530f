#!/bin/sh
# test/parts/25-tsan.sh: the tests in which threads meet, under the thread sanitizer; `make tsan` runs all of them.
set -u
mkdir -p test/out
only="unit/base_ unit/http_ unit/store_ unit/fmt_pdf unit/web_ http/again http/busy http/file http/inbox http/life http/look"
make tsan TSAN_ONLY="$only" 2> test/out/tsan.log || { grep -E -A30 'WARNING|level=bug|error:' test/out/tsan.log | head -80; exit 1; }
