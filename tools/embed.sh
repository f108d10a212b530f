#!/bin/sh
# tools/embed.sh OUT.S FILE...: puts files into the binary as bytes, with a table of names
# (src/base/files.h). Leading "src/" and the build folder's "gen/" are cut from names.
set -eu
out=$1
shift
{
	echo '	.section .rodata'
	n=0
	for f in "$@"; do
		printf '	.balign 16\nfile_%d:\n	.incbin "%s"\n	.set file_%d_size, . - file_%d\n	.byte 0\n' $n "$f" $n $n
		name=${f#src/}
		case $name in */gen/*) name=${name#*/gen/} ;; esac
		printf 'name_%d:\n	.ascii "%s"\n	.byte 0\n' $n "$name"
		eval "len_$n=${#name}"
		n=$((n + 1))
	done
	echo '	.section .data.rel.ro,"aw"'
	echo '	.balign 8'
	echo '	.globl files_all'
	echo 'files_all:'
	i=0
	while [ $i -lt $n ]; do
		eval "l=\$len_$i"
		printf '	.quad name_%d, %d, file_%d, file_%d_size\n' $i "$l" $i $i
		i=$((i + 1))
	done
	echo '	.section .rodata'
	echo '	.balign 8'
	echo '	.globl files_count'
	echo 'files_count:'
	echo "	.quad $n"
	echo '	.section .note.GNU-stack,"",@progbits'
} > "$out"
