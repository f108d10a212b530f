#!/bin/sh
# tools/run-demo.sh HERSYS: serve the demonstration; make it at the first start. DATA and LISTEN may be set.
set -eu
bin=$1
data=${DATA:-build/demo-data}
listen=${LISTEN:-127.0.0.1:8443}
cases=${CASES:-3000}
if [ ! -f "$data/demo-logins" ]; then
	rm -rf "$data"
	"$bin" init --data "$data" >/dev/null
	"$bin" demo --data "$data" --cases "$cases" --seed 1 >/dev/null
fi
cat <<TEXT

  hersys demonstration / hersys デモ
  https://$listen/   (self-signed certificate: the browser will warn / 自己署名証明書のため警告が出ます)

  login       password               one-time-code secret
TEXT
while IFS='	' read -r login password secret role name; do
	printf '  %-10s  %-21s  %s   %s\n' "$login" "$password" "$secret" "$name"
done < "$data/demo-logins"
cat <<TEXT

  The present one-time code / 現在のワンタイムコード:
      $bin demo-code doctor --data $data
  Stop with Ctrl+C / Ctrl+C で終了
TEXT
exec "$bin" serve --data "$data" --listen "$listen" --demo-hint
