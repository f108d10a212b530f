# tools/queries_check.awk: every named query that touches persons is bound to the actor's area or says why not; every query over
# a divided table (store/tables.def) binds the column it is divided by or says why not; and what every engine and a divided
# database must be able to do is kept to (no sequence, trigger, now(), random, LISTEN, advisory lock).
#   -- everywhere: why    over all areas
#   -- nationwide: why    over all machines
#   -- apart: why         joins tables that lie apart
# usage: awk -f tools/queries_check.awk src/store/tables.def src/store/sql/*.sql
BEGIN {
	n = split("casefile case_org org_case status_history notification notification_choice notification_version test dose travel " \
	    "class_report search_key draft number_wish processing_number contact contact_version contact_day case_source org_move org_notice case_link", t, " ")
	for (i = 1; i <= n; i++) person[t[i]] = 1
}
FILENAME ~ /tables\.def$/ {
	if ($0 ~ /^TABLE\(/) {
		line = $0; sub(/^TABLE\(/, "", line); split(line, f, ", *"); gsub(/[ "]/, "", f[3]); gsub(/[ "]/, "", f[4])
		class[f[1]] = f[2]; column[f[1]] = f[3]; near[f[1]] = f[4]
	}
	next
}
function finish(    i, w, k, groups, of) {
	if (name == "") return
	if (!(kind == "exec") && touches && !area && !why) bad("touches persons without :area; bind it, or say `-- everywhere: why`")
	for (i in touched) {
		if (class[i] != "DIVIDED") continue
		if (!(near[i] in of)) groups++
		of[near[i]] = 1
		if (!nation && !why && !(body ~ ("[^a-z_]" column[i] " *= *\\$[0-9]")) &&
		    !(body ~ ("insert into " i " *\\(([^)]*[ ,])?" column[i] "[ ,)]")))
			bad("is over " i " without its " column[i] ": bind it, or say `-- nationwide: why`")
	}
	if (groups > 1 && !apart) bad("joins tables that lie apart (store/tables.def); say `-- apart: why`")
	name = body = ""; touches = area = why = nation = apart = 0; delete touched
}
function bad(text) { printf "%s: %s: %s\n", file, name, text; faults++ }
/^-- (one|many|exec) [a-z0-9_]+(@[a-z]+)?\(/ {
	finish(); split($3, q, "("); name = q[1]; kind = $2; file = FILENAME
	if (name in seen) bad("stands twice")
	seen[name] = 1
	if ($0 !~ /\): ./) bad("does not say what it is for")
	next
}
/^-- everywhere: ./ { why = 1; next }
/^-- nationwide: ./ { nation = 1; next }
/^-- apart: ./ { apart = 1; next }
/^--/ { next }
/:area/ { area = 1 }
{
	line = tolower($0)
	if (line ~ /(nextval|serial *(,|not|primary)|autoincrement|create trigger|now\(\)|current_timestamp|random\(\)|last_insert|listen |notify |pg_advisory)/) bad("asks the engine for what the program must give: " $0)
	body = body " " line
	gsub(/[^a-z_]+/, " ", line)
	k = split(line, w, " ")
	for (i = 1; i <= k; i++) {
		if (w[i] != "from" && w[i] != "join" && w[i] != "update" && w[i] != "into") continue
		if (w[i + 1] in person) touches = 1
		if (w[i + 1] in class) touched[w[i + 1]] = 1
		# UPDATE … SET, not ON CONFLICT DO UPDATE SET; a table that has no line is for schema_check.
	}
}
END { finish(); exit faults > 0 }
