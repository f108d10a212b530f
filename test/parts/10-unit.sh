#!/bin/sh
# test/parts/10-unit.sh: unit and request tests. The log of the modules under test is kept apart.
set -u
mkdir -p test/out
build/unit 2> test/out/unit.log
