#!/bin/sh
# tools/bench-nginx.sh HERSYS [SECONDS]: the style sheet and the sign-in page, served by hersys and by nginx: the same bytes, the
# same key, HTTPS on loopback, 64 connections of wrk, in turns. One JSON object a line; the ratio is hersys by nginx.
set -eu
cd "$(dirname "$0")/.."
tools/install-packages bench
hersys=$(realpath "$1") seconds=${2:-5}
base=$(realpath "$(mktemp -d)")          # nginx takes a relative path for one of its own
pids=
trap 'kill $pids 2>/dev/null; wait; rm -rf "$base"' EXIT
trap 'exit 130' INT TERM

"$hersys" init --data "$base/data" >/dev/null
"$hersys" demo --data "$base/data" --cases 100 >/dev/null
"$hersys" serve --data "$base/data" --listen 127.0.0.1:0 >"$base/out" 2>"$base/log" &
pids=$!
n=0
until grep -q 'serves at' "$base/out"; do
	n=$((n + 1))
	[ $n -lt 400 ] || { cat "$base/log" >&2; exit 1; }
	sleep 0.05
done
own=$(sed -n 's/.*localhost:\([0-9]*\).*/\1/p' "$base/out")

# The bytes as hersys sends them to somebody who asks for no compression.
mkdir -p "$base/www/static"
get() { curl -sSfk "https://127.0.0.1:$1$2"; }
get "$own" /login >"$base/www/login"
css=$(grep -o '/static/[^"]*\.css' "$base/www/login" | head -n 1)
get "$own" "$css" >"$base/www$css"

# As many processes as processors, keep-alive without end, nothing logged: nginx at its best.
port=$((20000 + $$ % 20000))
cat >"$base/nginx.conf" <<CONF
daemon off; pid $base/nginx.pid; error_log $base/error.log; worker_processes auto;
$([ "$(id -u)" -ne 0 ] || echo "user root;")
events { worker_connections 1024; }
http {
	access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100;
	client_body_temp_path $base/b; proxy_temp_path $base/p; fastcgi_temp_path $base/f; uwsgi_temp_path $base/u; scgi_temp_path $base/s;
	types { text/css css; } default_type text/html;
	server {
		listen 127.0.0.1:$port ssl; root $base/www;
		ssl_certificate $base/data/certificate.pem; ssl_certificate_key $base/data/certificate-key.pem;
	}
}
CONF
nginx -c "$base/nginx.conf" -e "$base/error.log" &
pids="$pids $!"
n=0
until get $port /login >/dev/null 2>&1; do
	n=$((n + 1))
	[ $n -lt 100 ] || { cat "$base/error.log" >&2; exit 1; }
	sleep 0.05
done
get $port "$css" | cmp - "$base/www$css"

# Requests a second; an answer other than 200 is a failure.
rate() {
	wrk -t2 -c64 -d"${seconds}s" "https://127.0.0.1:$1$2" >"$base/wrk"
	! grep -q 'Non-2xx' "$base/wrk" || { cat "$base/wrk" >&2; exit 1; }
	sed -n 's|^Requests/sec: *||p' "$base/wrk"
}

compare() {
	a=$(rate "$own" "$2") b=$(rate $port "$2") c=$(rate "$own" "$2") d=$(rate $port "$2")
	awk -v name="$1" -v a="$a" -v b="$b" -v c="$c" -v d="$d" -v bytes="$(stat -c %s "$base/www$2")" 'BEGIN {
		printf "{\"name\":\"nginx.%s\",\"value\":%.1f,\"unit\":\"1/s\",\"nginx\":%.1f,\"ratio\":%.3f,\"bytes\":%d,\"clients\":64}\n",
		    name, (a + c) / 2, (b + d) / 2, (a + c) / (b + d), bytes }'
}
compare static "$css"
compare page /login
