#!/bin/sh
# test/parts/75-pg-browser.sh: stories in the browser with PostgreSQL below: those that write most. All of them:
#	HERSYS_TEST_STORIES='test/browser/*.test.mjs' sh test/parts/75-pg-browser.sh
set -u
. test/pg.sh
trap pg_end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
pg_begin || { echo "PostgreSQL does not start"; echo "0 passed, 1 failed"; exit 1; }
export HERSYS_TEST_DATABASE="$PG_URL"
export HERSYS_TEST_STORIES="${HERSYS_TEST_STORIES:-test/browser/story-notify.test.mjs test/browser/story-draft.test.mjs}"
sh test/parts/70-browser.sh
