#!/bin/sh
# The stories in a real browser, by Node's own test runner. Their tools come from the npm
# registry, as locked; if they cannot be had, that is a failure.

set -u
cd "$(dirname "$0")/../.." || exit 1
. test/node.sh
tools=test/browser

# npm ci wipes the folder first, so a copy of the lock file in it tells what it holds.
if ! cmp -s $tools/package-lock.json $tools/node_modules/.lock-installed; then
	if ! (cd $tools && npm ci --no-progress --loglevel=error); then
		echo "npm could not install the stories' tools"
		echo "0 passed, 1 failed"
		exit 1
	fi
	cp $tools/package-lock.json $tools/node_modules/.lock-installed
fi

# shellcheck disable=SC2086 # several files
node_tests ${HERSYS_TEST_STORIES:-$tools/*.test.mjs}
