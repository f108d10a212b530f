# tools/queries.awk: the names of all queries in store/sql/*.sql, as members of an enum.
# A block begins with:  -- one|many|exec NAME(param type, ...): what it is for
BEGIN { print "/* made by tools/queries.awk */" }
/^-- (one|many|exec) [a-z0-9_]+\(/ {
	split($3, q, "(")
	if (!(q[1] in seen)) printf "Q_%s,\n", q[1]
	seen[q[1]] = 1
}
