#!/bin/sh
# tools/lint.sh [quick]: layers, banned functions, headers alone, queries with their area, sentences; then, unless `quick`,
# gcc and clang without a warning, clang-tidy and cppcheck. Ends with a line "N passed, N failed".
set -u
cd "$(dirname "$0")/.."
pass=0 fail=0
out=build/lint
mkdir -p "$out"

check() {
	what=$1
	shift
	if "$@" > "$out/log" 2>&1; then
		pass=$((pass + 1))
	else
		fail=$((fail + 1))
		echo "lint: $what"
		head -60 "$out/log"
	fi
}

headers_alone() {
	flags=$(pkg-config --cflags libmicrohttpd gnutls sqlite3 libpq libcjson icu-uc libsodium pangocairo cairo-pdf)
	bad=0
	for h in src/*/*.h; do
		case $h in src/base/banned.h) continue ;; esac
		printf '#include "%s"\n' "${h#src/}" > "$out/alone.c"
		${CC:-gcc} -std=c17 -D_GNU_SOURCE -fsyntax-only -Isrc -Ibuild/gen -include src/base/banned.h $flags "$out/alone.c" || bad=1
	done
	return $bad
}

# A sentence that no view, page or rule asks for is a leftover.
sentences_used() {
	bad=0
	cat src/web/view/*.html src/*/*.c src/*/*.def > "$out/all"
	for key in $(sed -n 's/^TEXT(\([a-z0-9_]*\),.*/\1/p' src/fmt/text.def); do
		grep -qE "T_$key([^a-z0-9_]|\$)|\{t $key([^a-z0-9_]|\$)" "$out/all" || { echo "text.def: $key is used nowhere"; bad=1; }
	done
	return $bad
}

# Every page's route is a page, every query is used.
queries_used() {
	bad=0
	cat src/*/*.c > "$out/all"
	for q in $(sed -n 's/^-- \(one\|many\|exec\) \([a-z0-9_]*\)\(@[a-z]*\)*(.*/\2/p' src/store/sql/*.sql); do
		grep -qE "Q_$q([^a-z0-9_]|\$)" "$out/all" || { echo "sql: $q is run nowhere"; bad=1; }
	done
	return $bad
}

# doc/qa.md says what the stories say.
qa_is_current() {
	tools/qa.sh | diff - doc/qa.md
}

no_sql_in_c() {
	! grep -nE '"[^"]*(SELECT .* FROM|INSERT INTO|DELETE FROM|UPDATE [a-z_]+ SET)' src/domain/*.c src/web/*.c src/field/*.c src/http/*.c src/base/*.c
}

no_inline_style() {
	! grep -nE ' style=|<style|<script[^>]*>[^<]|javascript:| on[a-z]+="' src/web/view/*.html
}

check "includes look downward, libraries stay in their files" awk -f tools/layers.awk src/*/*.[ch]
check "queries name their area and their machine" awk -f tools/queries_check.awk src/store/tables.def src/store/sql/*.sql
check "the schema may be divided" awk -f tools/schema_check.awk src/store/tables.def src/store/sql/step/*.sql
check "the two refuse what they should" tools/sql_check_test.sh
check "every query is run" queries_used
check "every sentence is said" sentences_used
check "SQL stands in .sql files" no_sql_in_c
check "views hold no inline script or style" no_inline_style
check "doc/qa.md is what the stories say (tools/qa.sh > doc/qa.md)" qa_is_current
make -s build/gen/queries.h >/dev/null
check "every header compiles alone" headers_alone
if [ "${1:-}" != quick ]; then
	check "gcc without a warning" make all build/unit
	check "clang without a warning" make B=build/clang CC=clang all build/clang/unit
	flags="-std=c17 -D_GNU_SOURCE -Isrc -Ibuild/gen -include src/base/banned.h $(pkg-config --cflags libmicrohttpd gnutls sqlite3 libpq libcjson icu-uc libsodium pangocairo cairo-pdf)"
	check "cppcheck" cppcheck -q -j2 --error-exitcode=1 --enable=warning,portability --inline-suppr --suppressions-list=tools/cppcheck.supp \
	    --std=c11 -D_GNU_SOURCE -Isrc -Ibuild/gen --include=src/base/base.h src
	for f in src/*/*.c; do
		check "clang-tidy $f" clang-tidy --quiet --warnings-as-errors='*' "$f" -- $flags
	done
fi
echo "$pass passed, $fail failed"
[ $fail -eq 0 ]
