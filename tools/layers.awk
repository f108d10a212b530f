# tools/layers.awk: does every #include look downward, and does each foreign library stay in its file?
# usage: awk -f tools/layers.awk src/*/*.[ch]
BEGIN {
	split("base 0 fmt 1 field 2 store 3 http 3 domain 4 web 5 main 6", w, " ")
	for (i = 1; i in w; i += 2) rank[w[i]] = w[i + 1]
	only["sqlite3.h"] = "src/store/sqlite.c"
	only["libpq-fe.h"] = "src/store/pg.c"
	only["microhttpd.h"] = "src/http/server.c"
	only["cJSON.h"] = "src/fmt/json.c"; only["cjson/cJSON.h"] = "src/fmt/json.c"
	only["qrencode.h"] = "src/fmt/qr.c"
	only["cairo"] = "src/fmt/pdf.c"; only["pango/"] = "src/fmt/pdf.c"; only["glib"] = "src/fmt/pdf.c"
	only["sodium.h"] = "src/base/crypt.c"; only["liboath/oath.h"] = "src/base/crypt.c"; only["oath.h"] = "src/base/crypt.c"
	only["brotli/encode.h"] = "src/web/assets.c"
	only["iconv.h"] = "src/fmt/csv.c src/domain/infile.c"
	only["unicode/"] = "src/base/utf8.c src/base/date.c"
	only["gnutls/"] = "src/http/server.c src/http/client.c src/base/sum.c"
	only["spawn.h"] = "src/base/age.c"
	# Who may allocate: the arena, and wrappers whose things live longer than a request.
	split("src/base/arena.c src/fmt/json.c src/fmt/qr.c src/http/server.c src/http/client.c src/store/sqlite.c " \
	    "src/store/keeper.c src/store/store.c src/store/tx.c src/store/sums.c src/web/live.c src/web/app.c src/main/control.c " \
	    "src/base/crypt.c src/store/bench.c src/main/bench_world.c", m, " ")
	for (i in m) may[m[i]] = 1
}
FNR == 1 { split(FILENAME, at, "/"); here = at[2] }
/^#include "/ {
	split($2, q, "\"")
	if (q[2] ~ /\.def$/ || q[2] == "queries.h") next
	split(q[2], p, "/"); there = p[1]
	if (!(there in rank)) bad("names no folder")
	else if (there != here && rank[there] >= rank[here]) bad("looks up or sideways")
}
/^#include </ {
	gsub(/[<>]/, "", $2)
	for (lib in only)
		if (index($2, lib) == 1 && index(" " only[lib] " ", " " FILENAME " ") == 0) bad("belongs in " only[lib])
}
/[^a-z_](malloc|calloc|realloc|free)\(/ {
	if (!(FILENAME in may) && $0 !~ /^[ \t]*(\/\*|\*)/) { $2 = "malloc or free"; bad("is for the arena and wrappers") }
}
/[^a-z_](setlocale|getenv)\(/ && FILENAME !~ /src\/(base\/conf|store\/file|main\/)/ { $2 = "getenv"; bad("is for base/conf.c") }
function bad(why) { printf "%s:%d: %s %s\n", FILENAME, FNR, $2, why; n++ }
END { exit n > 0 }
