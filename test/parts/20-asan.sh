#!/bin/sh
# test/parts/20-asan.sh: the same under address and undefined-behaviour sanitizers.
set -u
mkdir -p test/out
make asan 2> test/out/asan.log || { grep -E 'ERROR|runtime error|level=bug|error:' test/out/asan.log | head -40; exit 1; }
