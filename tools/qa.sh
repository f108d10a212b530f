#!/bin/sh
# tools/qa.sh: doc/qa.md from the stories of test/story, on stdout. A file's first comment is
#	// Q8: the question
#	// the behaviour, several lines
# and each story('…') in it is a test. Rows that no story tells are said to be missing.
set -eu
cd "$(dirname "$0")/.."
export LC_ALL=C.UTF-8
cat <<'END'
# The Q&A, row by row

What the ministry answered on 2020-10-14 about HER-SYS (Q&A no. 4), what hersys does, and the story that proves it: made by
`tools/qa.sh` from the comments of `test/story`, each of which talks to the real server, on SQLite and on PostgreSQL.

| Q | question | what hersys does | stories |
|---|---|---|---|
END
rows="1 1-2 2 3 4 5 5-2 6 7 8 9 10 10-2 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 cover"
for row in $rows; do
	name=$(echo "$row" | sed 's/^\([0-9]\)\(-\|$\)/0\1\2/; s/^/q/')
	found=
	for file in test/story/"$name"_*.test.mjs; do
		[ -f "$file" ] || continue
		found=yes
		awk -v row="$row" -v file="$file" '
			FNR == 1 { sub(/^\/\/ Q[^:]*: /, ""); question = $0; next }
			!told && /^\/\/ / { sub(/^\/\/ /, ""); behaviour = behaviour (behaviour == "" ? "" : " ") $0; next }
			{ told = 1 }
			/^story\(/ { sub(/^story\(\047/, ""); sub(/\047, .*$/, ""); stories = stories (stories == "" ? "" : "; ") $0 }
			END { printf "| %s | %s | %s | [%s](../%s): %s |\n", row, question, behaviour, substr(file, 12), file, stories }
		' "$file"
	done
	[ -n "$found" ] || echo "| $row | | not proved by a story yet | |"
done
