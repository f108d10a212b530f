#!/bin/sh
# tools/fuzz.sh FOLDER SECONDS NAME...: run each fuzzer on a copy of its corpus; what it finds stays in FOLDER/found-NAME.
# Ends with a line "N passed, N failed".
set -u
folder=$1 seconds=$2
shift 2
pass=0 fail=0
for name; do
	work=$folder/work-$name
	rm -rf "$work"
	mkdir -p "$work" "$folder/found-$name"
	[ -d "test/fuzz/corpus/$name" ] && cp "test/fuzz/corpus/$name"/* "$work"/ 2>/dev/null
	if "$folder/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 \
	    -artifact_prefix="$folder/found-$name/" "$work" > "$folder/$name.log" 2>&1; then
		pass=$((pass + 1))
		echo "fuzz $name: $(sed -n 's/^Done \([0-9]*\) runs.*/\1 runs/p' "$folder/$name.log")"
	else
		fail=$((fail + 1))
		echo "fuzz $name: FAILED"
		tail -40 "$folder/$name.log"
	fi
done
echo "$pass passed, $fail failed"
[ $fail -eq 0 ]
