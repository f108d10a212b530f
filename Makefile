# hersys: one Makefile.
#   make          builds build/hersys
#   make run      installs what is missing, builds, serves a demonstration
#   make test     installs, builds, passes all tests
#   make torture   the crash, fault and overload tests in their long forms
#   make lint · asan · tsan · fuzz · bench · bench-large · bench-growth · bench-replay · clean
# Another compiler or folder: make CC=clang B=build/clang

MAKEFLAGS += --no-print-directory
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

B ?= build
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif

LIBS := libmicrohttpd gnutls sqlite3 libpq libcjson icu-uc icu-i18n libsodium liboath libqrencode zlib libbrotlienc pangocairo cairo-pdf
# Asked once, and only when something is compiled.
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(LIBS)))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $(shell pkg-config --libs $(LIBS)) -lm)$(PKG_LIBS)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 \
	-Wpointer-arith -Wwrite-strings -Wundef -Werror
OPT ?= -O2
HARD := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection \
	-fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing
SAN ?=
CFLAGS_ALL = -std=c17 -D_GNU_SOURCE -g $(OPT) $(WARN) $(if $(SAN),$(SAN),$(HARD)) -fPIE \
	-Isrc -I$(B)/gen -include src/base/banned.h $(PKG_CFLAGS) $(CFLAGS)
LDFLAGS_ALL = -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed $(SAN) $(LDFLAGS)

SRC := $(wildcard src/*/*.c)
OBJ := $(patsubst src/%.c,$(B)/obj/%.o,$(SRC))
LIBOBJ := $(filter-out $(B)/obj/main/%,$(OBJ))
UNIT := $(wildcard test/unit/*.c test/http/*.c)
UNITOBJ := $(patsubst test/%.c,$(B)/obj/test/%.o,$(UNIT))

SCRIPTS := $(wildcard src/web/static/*.js)
EMBED = $(sort $(filter-out $(SCRIPTS),$(wildcard src/web/view/*.html src/web/static/* src/store/sql/*.sql src/store/sql/step/*.sql \
	src/field/sheets/*.sheet data/reference/*.tsv data/demo/*.tsv data/demo/*.sheet))) $(B)/gen/data/reference/postal.tsv \
	$(SCRIPTS:src/%=$(B)/gen/%)

all: $(B)/hersys

$(B)/hersys: $(OBJ) $(B)/obj/files.o
	@echo LD $@
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PKG_LIBS)

$(B)/unit: $(UNITOBJ) $(LIBOBJ) $(B)/obj/files.o
	@echo LD $@
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PKG_LIBS)

unit: $(B)/unit
	cd . && $(B)/unit

$(B)/obj/test/%.o: test/%.c test/t.h
	@mkdir -p $(@D)
	@echo CC $<
	@$(CC) $(CFLAGS_ALL) -Itest -MMD -MP -c -o $@ $<

$(B)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	@echo CC $<
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# The day of the build: no clock before it is right (base/clock.h).
DAY := $(shell echo $$(($${SOURCE_DATE_EPOCH:-$$(date +%s)} / 86400 * 86400)))
$(B)/obj/base/clock.o: override CFLAGS += -DBUILT_AT=$(DAY)

# Every named query becomes a member of an enum (store/store.h includes it).
QUERIES := $(wildcard src/store/sql/*.sql)
$(B)/gen/queries.h: $(QUERIES) tools/queries.awk
	@mkdir -p $(@D)
	@awk -f tools/queries.awk $(QUERIES) > $@.new && mv $@.new $@
$(OBJ) $(UNITOBJ): | $(B)/gen/queries.h

$(B)/gen/data/reference/postal.tsv: tools/postal.sh
	@mkdir -p $(@D)
	@tools/postal.sh > $@.new && mv $@.new $@

# Lines that are only comments are for readers, not for every visitor: an eighth of the bytes.
$(B)/gen/web/static/%.js: src/web/static/%.js
	@mkdir -p $(@D)
	@sed '/^[[:space:]]*\/\*.*\*\/$$/d' $< > $@.new && mv $@.new $@

$(B)/gen/files.S: $(EMBED) tools/embed.sh
	@mkdir -p $(@D)
	@tools/embed.sh $@.new $(EMBED) && mv $@.new $@
$(B)/obj/files.o: $(B)/gen/files.S
	@mkdir -p $(@D)
	@$(CC) $(SAN) -c -o $@ $<

-include $(OBJ:.o=.d) $(UNITOBJ:.o=.d)

# ---- what the fault tests preload into the real program: see test/fault ----
FAULT := $(patsubst test/fault/%.c,$(B)/%.so,$(wildcard test/fault/*.c))
$(B)/%.so: test/fault/%.c test/fault/preload.h
	@mkdir -p $(@D)
	@echo CC $<
	@$(CC) -std=c17 -D_GNU_SOURCE -g -O2 $(WARN) -fPIC -shared -o $@ $<
preload: $(FAULT)

# ---- fuzzers: clang's libFuzzer; FUZZ_SECONDS each on the stored corpus ----
FUZZ := $(patsubst test/fuzz/fuzz_%.c,%,$(wildcard test/fuzz/fuzz_*.c))
FUZZ_SECONDS ?= 60
$(B)/fuzz_%: $(B)/obj/test/fuzz/fuzz_%.o $(LIBOBJ) $(B)/obj/files.o
	@echo LD $@
	@$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)
.SECONDARY: $(patsubst %,$(B)/obj/test/fuzz/fuzz_%.o,$(FUZZ))
fuzzers: $(addprefix $(B)/fuzz_,$(FUZZ))

FUZZ_SAN := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
fuzz:
	tools/install-packages run test
	$(MAKE) B=$(B)/fuzz CC=clang OPT=-O1 SAN="$(FUZZ_SAN)" fuzzers
	tools/fuzz.sh $(B)/fuzz $(FUZZ_SECONDS) $(FUZZ)

# ---- sanitizers: all unit and request tests again (TSAN_ONLY: those of these files or names) ----
asan:
	tools/install-packages run test
	$(MAKE) B=$(B)/asan OPT=-O1 SAN="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" $(B)/asan/unit
	LSAN_OPTIONS=suppressions=test/lsan.supp:print_suppressions=0 UBSAN_OPTIONS=print_stacktrace=1 $(B)/asan/unit
tsan:
	tools/install-packages run test
	$(MAKE) B=$(B)/tsan OPT=-O1 SAN="-fsanitize=thread -fno-omit-frame-pointer" $(B)/tsan/unit
	TSAN_OPTIONS="suppressions=test/tsan.supp halt_on_error=1" $(B)/tsan/unit $(TSAN_ONLY)

# ---- for people ----
run:
	tools/install-packages run
	$(MAKE) all
	tools/run-demo.sh $(B)/hersys

test:
	tools/install-packages run test
	$(MAKE) all $(B)/unit preload
	test/run

# The crash, fault and overload tests, each for TORTURE_SECONDS; in `make test` are their short forms.
TORTURE_SECONDS ?= 60
torture:
	tools/install-packages run test
	-tools/install-packages torture
	$(MAKE) all $(B)/unit preload
	TORTURE_SECONDS=$(TORTURE_SECONDS) test/run kill9 powerloss faults clock overload diskfull gone slow patroni

lint:
	tools/install-packages run test lint
	tools/lint.sh

# On a base of CASES cases, made once and kept in $(B)/bench; BENCH_SECONDS=2 for a quick look.
bench: all
	tools/bench.sh $(B) $(or $(CASES),1000000)
bench-large: all
	tools/bench.sh $(B) $(or $(CASES),10000000) large
# What a notification and each question cost at SIZES: table and picture of doc/benchmarks.md.
SIZES ?= 10000,100000,1000000
bench-growth: all
	for n in $$(echo $(SIZES) | tr , ' '); do tools/bench-base.sh $(B)/hersys $(B)/bench $$n || exit 1; done
	$(B)/hersys bench growth --sizes $(SIZES) --bases $(B)/bench --in $(B)/bench --table $(B)/bench/growth.md --svg doc/img/growth.svg
	cat $(B)/bench/growth.md
# The most notifications of one day in Japan, in MINUTES minutes.
bench-replay: all
	mkdir -p $(B)/bench
	$(B)/hersys bench replay --day 2022-08-19 --minutes $(or $(MINUTES),5) --in $(B)/bench

clean:
	rm -rf $(B)

.PHONY: all unit preload fuzzers fuzz asan tsan run test torture lint bench bench-large bench-growth bench-replay clean
