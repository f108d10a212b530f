#!/bin/sh
# tools/postal.sh: the postal codes of Debian's skkdic-extra (public domain, SKK-JISYO.zipcode,
# EUC-JP) as lines CODE<tab>ADDRESS, an address a line. Empty, with a warning, where the
# package is absent: `hersys reference load` can read the post office's own file later.
set -eu
f=${1:-/usr/share/skk/SKK-JISYO.zipcode}
if [ ! -f "$f" ]; then
	echo "postal.sh: $f is absent; the binary will know no postal codes" >&2
	exit 0
fi
iconv -f EUC-JP -t UTF-8 "$f" | awk '
/^[0-9][0-9]* \// {
	code = $1
	sub(/^[0-9]+ \//, "")
	n = split($0, a, "/")
	for (i = 1; i <= n; i++) {
		sub(/;.*/, "", a[i])
		if (a[i] != "") print code "\t" a[i]
	}
}' | LC_ALL=C sort
