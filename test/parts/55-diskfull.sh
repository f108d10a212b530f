#!/bin/sh
# test/parts/55-diskfull.sh: the disk really full, on a small file system of its own in memory. Needs the right to mount.
set -u
disk=$(mktemp -d)
if ! mount -t tmpfs -o size=48m hersys-test "$disk" 2>/dev/null; then
	rmdir "$disk"
	echo "skipped: no right to mount a small file system here"
	echo "0 passed, 0 failed, 1 skipped"
	exit 0
fi
trap 'umount "$disk" && rmdir "$disk"' EXIT
node test/fault/diskfull.mjs "$disk" || { echo "0 passed, 1 failed"; exit 1; }
