# tools/queries.awk: the names of all queries in store/sql/*.sql, as members of an enum, and, where
# QUERY_NAME is defined, once more for a table of names (store/query.c).
# A block begins with:  -- one|many|exec NAME(param type, ...): what it is for
BEGIN { print "/* made by tools/queries.awk */" }
/^-- (one|many|exec) [a-z0-9_]+(@[a-z]+)?\(/ {
	split($3, q, /[(@]/)
	if (!(q[1] in seen)) name[++n] = q[1]
	seen[q[1]] = 1
}
END {
	print "#ifdef QUERY_NAME"
	for (i = 1; i <= n; i++) printf "QUERY_NAME(%s)\n", name[i]
	print "#else"
	for (i = 1; i <= n; i++) printf "Q_%s,\n", name[i]
	print "#endif"
}
