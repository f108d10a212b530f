# test/pg.sh: a PostgreSQL of its own for a part of the tests: made in a folder in memory, on a unix socket and a free
# port of this machine only, gone when the part ends. Source it:
#
#	. test/pg.sh
#	pg_begin || …           sets PG_URL (database `postgres`), PG_DIR, PG_PORT; what it says is in $PG_DIR/log
#	pg_database NAME        makes an empty database in the order that hersys wants; pg_url NAME is its address
#	pg_stop, pg_start       the server away and back
#	pg_end                  from the part's trap

# Where Debian puts the server's programs: they are on nobody's path.
pg_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
PG_DIR=${PG_DIR-} PG_PORT=${PG_PORT-} PG_URL=${PG_URL-}

# The server refuses to run as root.
pg_as() {
	if [ "$(id -u)" -eq 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

pg_free_port() {
	port=$((20000 + $$ % 20000))
	while grep -qi ":$(printf %04X "$port") " /proc/net/tcp; do
		port=$((port + 1))
	done
	echo "$port"
}

pg_begin() {
	base=/dev/shm
	[ -w "$base" ] || base=${TMPDIR:-/tmp}
	PG_DIR=$(mktemp -d "$base/hersys-pg-XXXXXX") || return 1
	chmod 755 "$PG_DIR"
	PG_PORT=$(pg_free_port)
	mkdir "$PG_DIR/socket" "$PG_DIR/data"
	[ "$(id -u)" -ne 0 ] || chown -R postgres "$PG_DIR"
	pg_as "$pg_bin/initdb" -D "$PG_DIR/data" -U postgres --auth=trust --encoding=UTF8 --locale=C \
		>"$PG_DIR/initdb.log" 2>&1 || { cat "$PG_DIR/initdb.log"; return 1; }
	cat >>"$PG_DIR/data/postgresql.conf" <<-END
		listen_addresses = '127.0.0.1'
		port = $PG_PORT
		unix_socket_directories = '$PG_DIR/socket'
		max_connections = 400
		shared_buffers = 64MB
		log_min_messages = warning
	END
	pg_start || return 1
	PG_URL=$(pg_url postgres)
}

pg_start() {
	pg_as "$pg_bin/pg_ctl" -D "$PG_DIR/data" -l "$PG_DIR/log" -w -t 60 start >/dev/null 2>&1 ||
		{ cat "$PG_DIR/log"; return 1; }
}

pg_stop() {
	pg_as "$pg_bin/pg_ctl" -D "$PG_DIR/data" -m "${1:-fast}" -w -t 60 stop >/dev/null 2>&1
}

pg_sql() {
	"$pg_bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -d "$1" -c "$2"
}

pg_url() {
	echo "postgresql://postgres@/$1?host=$PG_DIR/socket&port=$PG_PORT"
}

pg_database() {
	pg_sql "$PG_URL" "CREATE DATABASE $1 TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
}

pg_end() {
	[ -n "$PG_DIR" ] || return 0
	pg_stop immediate
	rm -rf "$PG_DIR"
	PG_DIR=
}
