# tools/queries_check.awk: every named query that touches persons is bound to the actor's area or says why not, and
# what every engine and a divided database must be able to do is kept to (no sequence, trigger, now(), random).
# usage: awk -f tools/queries_check.awk src/store/sql/*.sql
BEGIN {
	n = split("casefile case_org org_case status_history notification notification_choice notification_version test dose travel " \
	    "class_report search_key draft", t, " ")
	for (i = 1; i <= n; i++) person[t[i]] = 1
}
function finish(    i, w, k) {
	if (name == "") return
	if (!(kind == "exec") && touches && !area && !why) bad("touches persons without :area; bind it, or say `-- everywhere: why`")
	name = ""; touches = area = why = 0
}
function bad(text) { printf "%s: %s: %s\n", file, name, text; faults++ }
/^-- (one|many|exec) [a-z0-9_]+\(/ {
	finish(); split($3, q, "("); name = q[1]; kind = $2; file = FILENAME
	if (name in seen) bad("stands twice")
	seen[name] = 1
	if ($0 !~ /\): ./) bad("does not say what it is for")
	next
}
/^-- everywhere: ./ { why = 1; next }
/:area/ { area = 1 }
{
	line = tolower($0)
	if (line ~ /(nextval|autoincrement|create trigger|now\(\)|current_timestamp|random\(\)|last_insert|listen |notify |pg_advisory)/) bad("asks the engine for what the program must give: " $0)
	gsub(/[^a-z_]+/, " ", line)
	k = split(line, w, " ")
	for (i = 1; i <= k; i++) {
		if ((w[i] == "from" || w[i] == "join" || w[i] == "update" || w[i] == "into") && (w[i + 1] in person)) touches = 1
	}
}
END { finish(); exit faults > 0 }
