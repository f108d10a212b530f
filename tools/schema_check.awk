# tools/schema_check.awk: may the schema be divided among machines? Every table has its line in store/tables.def and the other way
# round; each primary and unique key of a divided table holds its column; keys point only to tables that are everywhere or beside;
# no sequence, no trigger outside a block `-- @sqlite`, nothing that the engine would choose (time, random).
# usage: awk -f tools/schema_check.awk src/store/tables.def src/store/sql/step/*.sql
FNR == 1 { only_sqlite = 0; table = "" }
FILENAME ~ /tables\.def$/ {
	if ($0 ~ /^TABLE\(/) {
		line = $0; sub(/^TABLE\(/, "", line); n = split(line, f, ", *")
		name = f[1]; class[name] = f[2]; gsub(/[ "]/, "", f[3]); gsub(/[ "]/, "", f[4]); column[name] = f[3]; near[name] = f[4]
		if (f[2] !~ /^(DIVIDED|EVERYWHERE|ONE)$/) bad(name, "has no such class: " f[2])
		if ((f[2] == "DIVIDED") != (f[3] != "")) bad(name, "only a divided table has a column")
	}
	next
}
/^-- @sqlite/ { only_sqlite = 1; next }
/^-- @/ { only_sqlite = 0; next }
only_sqlite { next }
{
	sub(/--.*/, "")
	low = tolower($0)
	if (low ~ /(serial |bigserial|autoincrement|generated .*identity|create sequence|nextval)/ && low !~ /create table serial /) bad(where(), "uses a sequence: " $0)
	if (low ~ /create (or replace )?trigger/) bad(where(), "has a trigger outside a block -- @sqlite: " $0)
	if (low ~ /(now\(\)|current_timestamp|random\(\)|gen_random)/) bad(where(), "lets the engine choose: " $0)
	if ($1 == "CREATE" && $2 == "TABLE") {
		table = $3; sub(/\(.*/, "", table)
		sub(/_[0-9]+$/, "", table)      # made anew by a step: NAME_2 takes the name of NAME
		made[table] = 1
		if (!(table in class)) bad(table, "has no line in store/tables.def")
	}
	if (table != "" && match($0, /[a-z_]+ [A-Z]+ PRIMARY KEY/)) { split(substr($0, RSTART), w, " "); key(table, w[1]) }
	if (table != "" && match($0, /[a-z_]+ [A-Z]+( NOT NULL)? UNIQUE/)) { split(substr($0, RSTART), w, " "); key(table, w[1]) }
	if (table != "" && match($0, /(PRIMARY KEY|UNIQUE) *\([^)]*\)/)) {
		part = substr($0, RSTART, RLENGTH); sub(/[^(]*\(/, "", part); sub(/\).*/, "", part); key(table, part)
	}
	if (match($0, /CREATE UNIQUE INDEX [a-z_0-9]+ ON [a-z_]+ \([^)]*\)/)) {
		part = substr($0, RSTART, RLENGTH); split(part, w, " "); of = w[6]; sub(/[^(]*\(/, "", part); sub(/\).*/, "", part); key(of, part)
	}
	line = $0
	while (table != "" && match(line, /REFERENCES [a-z_]+/)) {
		to = substr(line, RSTART + 11, RLENGTH - 11); line = substr(line, RSTART + RLENGTH)
		if (class[to] != "EVERYWHERE" && !(class[table] == "DIVIDED" && class[to] == "DIVIDED" && near[table] == near[to]))
			bad(table, "points to " to ", which may be on another machine")
	}
	if ($0 ~ /^\)/) table = ""
}
function key(of, columns) {
	if (class[of] == "DIVIDED" && (" " columns " ") !~ ("[ ,]" column[of] "[ ,]")) bad(of, "has a unique key without " column[of] ": (" columns ")")
}
function where() { return table != "" ? table : FILENAME }
function bad(what, text) { printf "%s: %s\n", what, text; faults++ }
END {
	for (t in class) {
		if (!(t in made)) bad(t, "is in store/tables.def but in no step")
		if (class[t] == "DIVIDED" && (class[near[t]] != "DIVIDED" || column[near[t]] != column[t])) bad(t, "cannot be near " near[t])
	}
	exit faults > 0
}
