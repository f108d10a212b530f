#!/bin/sh
# The stories in a real browser, by Node's own test runner. Their tools come from the npm
# registry, as locked; if they cannot be had, that is a failure.

set -u
cd "$(dirname "$0")/../.." || exit 1
tools=test/browser

fail() {
	echo "$*"
	echo "0 passed, 1 failed"
	exit 1
}

# npm ci wipes the folder first, so a copy of the lock file in it tells what it holds.
if ! cmp -s $tools/package-lock.json $tools/node_modules/.lock-installed; then
	(cd $tools && npm ci --no-progress --loglevel=error) ||
		fail "npm could not install the stories' tools"
	cp $tools/package-lock.json $tools/node_modules/.lock-installed
fi

tap=$(mktemp) || exit 1
trap 'rm -f "$tap"' EXIT
node --test --test-concurrency=1 \
	--test-reporter=spec --test-reporter-destination=stdout \
	--test-reporter=tap --test-reporter-destination="$tap" \
	${HERSYS_TEST_STORIES:-$tools/*.test.mjs}
code=$?

# Node's total of one kind; the last such line, for a test may print one like it.
total() {
	sed -n "s/^# $1 \([0-9]*\)\$/\1/p" "$tap" | tail -n 1
}

passed=$(total pass) failed=$(total fail) cancelled=$(total cancelled)
skipped=$(total skipped) todo=$(total todo)
[ -n "$passed" ] && [ -n "$failed" ] || fail "node ended with code $code and without totals"
failed=$((failed + cancelled))
[ "$code" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed, $((skipped + todo)) skipped"
[ "$failed" -eq 0 ]
