#!/bin/sh
# test/parts/40-lint.sh: the quick checks; `make lint` is the whole.
exec tools/lint.sh quick
