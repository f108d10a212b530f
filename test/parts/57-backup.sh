#!/bin/sh
# test/parts/57-backup.sh: the backup of a server at work, the loss of everything, the way back; and what must be found.
# About 20 seconds. The part about a full target needs the right to mount.
set -u
if ! command -v age-keygen >/dev/null; then
	echo "skipped: age is not installed"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
dir=$(mktemp -d) || exit 1
small=$dir/small
mkdir "$small"
trap 'umount "$small" 2>/dev/null; rm -rf "$dir"' EXIT
mount -t tmpfs -o size=40m hersys-test "$small" 2>/dev/null || small=
node test/fault/backup.mjs "$dir" "$small" || { echo "0 passed, 1 failed"; exit 1; }
