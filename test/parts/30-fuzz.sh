#!/bin/sh
# test/parts/30-fuzz.sh: every fuzzer for a few seconds on its corpus; `make fuzz` is the long form.
exec make fuzz FUZZ_SECONDS=4
