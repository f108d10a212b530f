#!/bin/sh
# test/parts/45-story.sh: each row of the Q&A, told to the real server (test/story).
set -u
cd "$(dirname "$0")/../.." || exit 1
. test/node.sh
NODE_TESTS_AT_ONCE=2
node_tests test/story/*.test.mjs
