# test/node.sh: tests run by Node's own runner, counted as a part of ours. Source it:
#
#	node_tests FILE...      runs them one after the other, ends with the line "N passed, N failed, N skipped"

node_tests() {
	tap=$(mktemp) || exit 1
	node --test --test-concurrency="${NODE_TESTS_AT_ONCE:-1}" \
		--test-reporter=spec --test-reporter-destination=stdout \
		--test-reporter=tap --test-reporter-destination="$tap" \
		"$@"
	code=$?
	passed=$(node_total pass) failed=$(node_total fail) cancelled=$(node_total cancelled)
	skipped=$(node_total skipped) todo=$(node_total todo)
	rm -f "$tap"
	if [ -z "$passed" ] || [ -z "$failed" ]; then
		echo "node ended with code $code and without totals"
		passed=0 failed=1 skipped=0 todo=0
	fi
	failed=$((failed + ${cancelled:-0}))
	[ "$code" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
	echo "$passed passed, $failed failed, $((skipped + todo)) skipped"
	[ "$failed" -eq 0 ]
}

# Node's total of one kind; the last such line, for a test may print one like it.
node_total() {
	sed -n "s/^# $1 \([0-9]*\)\$/\1/p" "$tap" | tail -n 1
}
