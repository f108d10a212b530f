#!/bin/sh
# test/parts/46-pg-story.sh: the rows of the Q&A with PostgreSQL below.
set -u
. test/pg.sh
. test/node.sh
trap pg_end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
pg_begin || { echo "PostgreSQL does not start"; echo "0 passed, 1 failed"; exit 1; }
export STORY_DATABASE="$PG_URL"
NODE_TESTS_AT_ONCE=2
node_tests test/story/*.test.mjs
