# soakd: soak monitor and leak detector. GNU make; this comment is the manual (make help).
#
#   make              build build/soakd and its helpers build/soakd-drive, build/soakd-draw, build/libsoakd-malloc.so
#   make deps         install by package name what the build needs and is missing (apt; elsewhere: print the list)
#   make man          the man pages in $(O)/man
#   make demo         a minute of the main job: a known leak and SQLite side by side, then the verdicts and the pictures
#   make test         everything that is tested (T=word: only the tests whose name has that word)
#   make check        the rules: folders, headers, banned functions, -Werror on gcc and clang, sanitizers, valgrind
#   make bench        the figures, as ratios measured in the same run (T=word: sample, monitor, slowdown, analyze, report, drive, redis, http, script, sqlite)
#   make corpus       how often the verdict is right, beside the usual rules: made series and real traces, four minutes
#                     (SEEDS=200: of each family; FIRST=1: first seed; ARGS="--no-rules --wrong --family WORD --gate --help")
#   make fuzz         coverage-guided fuzzing of each parser (T=word: one; FUZZ_S=60: seconds each)
#   make install      PREFIX=/usr/local DESTDIR=
#   make uninstall    the same PREFIX and DESTDIR
#   make clean        remove $(O)
#
# Variables: O=build (where everything goes), CC=gcc|clang, CFLAGS, LDFLAGS, V=1 (show commands),
#            SAN=address,undefined (sanitizers, in a build folder of their own).

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

comma := ,
ifeq ($(origin CC),default)
CC := gcc
endif
ifdef SAN
O ?= build-san-$(subst $(comma),-,$(SAN))
SANFLAGS := -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif
O ?= build
PREFIX ?= /usr/local
BINDIR = $(PREFIX)/bin
LIBEXECDIR = $(PREFIX)/libexec/soakd
MANDIR = $(PREFIX)/share/man
DOCDIR = $(PREFIX)/share/doc/soakd
UNITDIR = $(if $(filter /usr /usr/,$(PREFIX)),/lib/systemd/system,$(PREFIX)/lib/systemd/system)
PKG_CONFIG ?= pkg-config
INSTALL ?= install
ifneq ($(V),1)
Q := @
say = @printf '  %-7s %s\n' $(1) $(2)
endif

VERSION := $(shell cat VERSION)
COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null)
FOLDERS := base samplers scenarios analysis plots soakd

# Optional clients of the driver: without the library the scenario is left out and says so.
HAVE_LIBPQ := $(shell $(PKG_CONFIG) --exists libpq 2>/dev/null && echo 1)
HAVE_HIREDIS := $(shell $(PKG_CONFIG) --exists hiredis 2>/dev/null && echo 1)
HAVE_LIBCURL := $(shell $(PKG_CONFIG) --exists libcurl 2>/dev/null && echo 1)
HAVE_SQLITE := $(shell $(PKG_CONFIG) --exists sqlite3 2>/dev/null && echo 1)

CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wconversion -Werror -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wformat=2
ALL_CFLAGS = -std=gnu11 $(WARN) -I. -I$(O) -D_GNU_SOURCE -fno-common $(SANFLAGS) $(CFLAGS) $(PKG_CFLAGS) \
	$(if $(HAVE_LIBPQ),-DHAVE_LIBPQ) $(if $(HAVE_SQLITE),-DHAVE_SQLITE) $(if $(HAVE_HIREDIS),-DHAVE_HIREDIS) \
	$(if $(HAVE_LIBCURL),-DHAVE_LIBCURL)
PACKAGES := jansson gsl libsystemd libconfig libproc2 libcap expat cairo pangocairo fontconfig zlib \
	$(if $(HAVE_LIBPQ),libpq) $(if $(HAVE_SQLITE),sqlite3) $(if $(HAVE_HIREDIS),hiredis) \
	$(if $(HAVE_LIBCURL),libcurl)
PKG_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
pkg_libs = $(shell $(PKG_CONFIG) --libs $(1) 2>/dev/null)
LIBS_base := $(call pkg_libs,jansson) -lm
# libsystemd is loaded when a run starts (soakd/libsystemd.c). Of GSL a few functions are needed: out of the archives where these
# are installed, because the whole library makes half of what is left of the start.
GSL_ARCHIVES := $(foreach l,gsl gslcblas,$(wildcard $(shell $(PKG_CONFIG) --variable=libdir gsl 2>/dev/null)/lib$(l).a))
LIBS_gsl := $(if $(filter 2,$(words $(GSL_ARCHIVES))),$(GSL_ARCHIVES),$(call pkg_libs,gsl))
# expat likewise: what only --under memcheck needs shall not make the start of the rest longer.
EXPAT_ARCHIVE := $(wildcard $(shell $(PKG_CONFIG) --variable=libdir expat 2>/dev/null)/libexpat.a)
LIBS_expat := $(or $(EXPAT_ARCHIVE),$(call pkg_libs,expat))
LIBS_soakd := $(call pkg_libs,libconfig libcap) $(LIBS_expat) $(LIBS_gsl) $(LIBS_base)
LIBS_drive := $(if $(HAVE_LIBPQ),$(call pkg_libs,libpq)) $(if $(HAVE_SQLITE),$(call pkg_libs,sqlite3)) \
	$(if $(HAVE_HIREDIS),$(call pkg_libs,hiredis)) $(if $(HAVE_LIBCURL),$(call pkg_libs,libcurl)) $(LIBS_base)
LIBS_draw := $(call pkg_libs,pangocairo cairo fontconfig zlib) $(LIBS_base)
LIBS_all := $(LIBS_soakd) $(LIBS_drive) $(LIBS_draw)

# The main of each program is no member of its folder's archive, so that tests can link the rest.
MAINS := soakd/main.c scenarios/drive_main.c plots/draw_main.c
folder_src = $(filter-out $(MAINS),$(wildcard $(1)/*.c))
# Objects are in $(O)/obj, because $(O)/soakd is the program.
obj = $(patsubst %.c,$(O)/obj/%.o,$(1))
lib = $(patsubst %,$(O)/lib%.a,$(1))

PROGRAMS := $(O)/soakd $(O)/soakd-drive $(O)/soakd-draw $(O)/libsoakd-malloc.so

.PHONY: all
all: $(PROGRAMS)

-include $(shell find $(O) -name '*.d' 2>/dev/null)

# .flags changes only when the flags do, so that a change of flags rebuilds and nothing else does.
.PHONY: force
$(O)/.flags: force
	@mkdir -p $(@D)
	@echo '$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS)' | cmp -s - $@ || echo '$(CC) $(CPPFLAGS) $(ALL_CFLAGS) $(LDFLAGS)' > $@
$(O)/version.h: force
	@mkdir -p $(@D)
	@printf '#define SOAKD_VERSION "%s"\n#define SOAKD_COMMIT "%s"\n' '$(VERSION)' '$(COMMIT)' | cmp -s - $@ || \
	printf '#define SOAKD_VERSION "%s"\n#define SOAKD_COMMIT "%s"\n' '$(VERSION)' '$(COMMIT)' > $@

# One file (and its test) knows where helpers are installed: another PREFIX compiles that one anew and nothing else.
$(O)/.libexecdir: force
	@mkdir -p $(@D)
	@echo '$(LIBEXECDIR)' | cmp -s - $@ || { rm -f $@; echo '$(LIBEXECDIR)' > $@; }
$(O)/obj/base/spawn.o $(O)/obj/tests/base/spawn_test.o: $(O)/.libexecdir
$(O)/obj/base/spawn.o $(O)/obj/tests/base/spawn_test.o: CPPFLAGS += -DLIBEXECDIR='"$(LIBEXECDIR)"'

# What each of a million rows goes through are loops over arrays, which gcc's -O2 leaves as they are: a sixth of reading a long CSV.
$(O)/obj/base/csv_rows.o $(O)/obj/base/moments.o $(O)/obj/base/series.o: private ALL_CFLAGS += $(patsubst -O2,-O3,$(filter -O2,$(CFLAGS)))

$(O)/obj/%.o: %.c $(O)/.flags | $(O)/version.h
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# The assembler takes these files into the program (.incbin), which the compiler's list of dependencies does not know.
$(O)/obj/soakd/web_assets.o: $(wildcard web/*.js web/*.css web/vendor/uplot/*)

# For fuzzing: analysis/ compares numbers that it has computed. To record each turn of its loops takes three quarters of the time
# and leads nowhere.
ifneq ($(findstring fuzzer,$(SAN)),)
$(call obj,$(wildcard analysis/*.c)): CPPFLAGS += -fno-sanitize-coverage=trace-cmp
endif

define archive
$(O)/lib$(1).a: $(call obj,$(call folder_src,$(1)))
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && $(AR) rcs $$@ $$^
endef
$(foreach f,$(FOLDERS),$(eval $(call archive,$(f))))

# Of scenarios/ the monitor takes the catalogue and the parser of scripts: no client library is linked.
$(O)/soakd: $(call obj,soakd/main.c) $(call lib,soakd samplers scenarios analysis plots base)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_soakd)
$(O)/soakd-drive: $(call obj,scenarios/drive_main.c) $(call lib,scenarios base)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_drive)
$(O)/soakd-draw: $(call obj,plots/draw_main.c) $(call lib,plots base)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_draw)
# Goes into foreign programs (--malloc-stats): needs nothing of ours, and no sanitizer, whose library would have to come first there.
$(O)/libsoakd-malloc.so: $(wildcard preload/*.[ch]) base/malloc_page.h $(O)/.flags
	$(call say,LD,$@)
	$(Q)$(CC) -std=gnu11 $(WARN) -I. -D_GNU_SOURCE -O2 -g -fPIC -fvisibility=hidden -shared -Wl,-z,now -o $@ $(filter %.c,$^) $(LDFLAGS)

# Unit tests: tests/FOLDER/NAME_test.c is a cmocka program of its own.
UNIT_SRC := $(wildcard $(foreach f,$(FOLDERS) corpus,tests/$(f)/*_test.c))
UNIT := $(patsubst tests/%.c,$(O)/tests/%,$(UNIT_SRC))
FUZZ_SRC := $(wildcard tests/fuzz/*_fuzz.c)
REPLAY := $(patsubst tests/fuzz/%.c,$(O)/tests/fuzz/%_replay,$(FUZZ_SRC))
ALL_LIBS := $(call lib,soakd samplers scenarios analysis plots base)

# What a test adds to its own object comes after the libraries in $^, and before them in the link.
$(O)/tests/%_test: $(O)/obj/tests/%_test.o $(ALL_LIBS)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka $(LIBS_all)
# The rules that we beat, and the series that the verdict is measured on, are in no program, only in what measures.
BASELINES := $(call obj,tests/corpus/baselines.c tests/corpus/lbr.c tests/corpus/line.c tests/corpus/mann_kendall.c)
CORPUS := $(call obj,$(patsubst %,tests/corpus/%.c,corpus draw families stress decide))
COUNTS := $(call obj,$(patsubst %,tests/corpus/%.c,each tally))
CORPUS_TABLE := $(call obj,$(patsubst %,tests/corpus/%.c,table made power real write print))
$(O)/tests/corpus/baselines_test: $(BASELINES)
$(O)/tests/corpus/corpus_test: $(CORPUS) $(COUNTS) $(BASELINES)
# Each fuzz target, linked with a main that replays its seed corpus: the corpus is a test on any compiler.
$(O)/tests/fuzz/%_replay: $(O)/obj/tests/fuzz/%.o $(O)/obj/tests/fuzz/replay_main.o $(ALL_LIBS)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_all)
$(O)/tests/bench/%: $(O)/obj/tests/bench/%.o $(ALL_LIBS)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_all)
# How often the verdict is right.
$(O)/tests/corpus/table: $(CORPUS_TABLE) $(CORPUS) $(COUNTS) $(BASELINES) $(ALL_LIBS)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_all)
# What the end-to-end tests watch: programs of one file.
E2E := $(patsubst tests/e2e/%.c,$(O)/tests/e2e/%,$(wildcard tests/e2e/*.c))
$(O)/tests/e2e/%: $(O)/obj/tests/e2e/%.o
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -pthread -o $@ $^
# A foreign program for --malloc-stats to be loaded into: nothing of ours, no sanitizer.
CHURN := $(O)/tests/preload/churn
$(CHURN): tests/preload/churn.c $(O)/.flags
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -std=gnu11 $(WARN) -D_GNU_SOURCE -O1 -fno-builtin -o $@ $<
# Makes soakd-drive leak, for the test that it is found out.
DRIVE_LEAK := $(O)/tests/preload/drive_leak.so
$(DRIVE_LEAK): tests/preload/drive_leak.c $(O)/.flags
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -std=gnu11 $(WARN) -D_GNU_SOURCE -O1 -fPIC -shared -o $@ $<
# The offline verbs need no process to look at and no workload: a call from them into those folders ends here.
OFFLINE := $(O)/tests/soakd/offline
$(OFFLINE): $(O)/obj/tests/soakd/offline.o $(call lib,soakd analysis plots base)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_soakd)
BENCH := $(patsubst tests/bench/%.c,$(O)/tests/bench/%,$(wildcard tests/bench/*.c))
.SECONDARY:

# As many compilers as there are processors, unless make was told a number itself.
AS_MANY = $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2))
.PHONY: test tests
tests: $(PROGRAMS) $(CHURN) $(DRIVE_LEAK) $(OFFLINE) $(UNIT) $(REPLAY) $(E2E) $(BENCH) $(O)/tests/corpus/table
test: deps-test
	@$(MAKE) --no-print-directory $(AS_MANY) tests
	@O='$(O)' T='$(T)' tests/run

.PHONY: check
check: deps-check
	@O='$(O)' CC='$(CC)' packaging/check

.PHONY: bench
bench: deps-test
	@$(MAKE) --no-print-directory $(AS_MANY) all $(BENCH)
	@O='$(O)' T='$(T)' tests/bench/run

.PHONY: corpus
corpus: deps
	@$(MAKE) --no-print-directory $(AS_MANY) $(O)/tests/corpus/table
	@$(O)/tests/corpus/table --seeds $(or $(SEEDS),200) --first $(or $(FIRST),1) $(ARGS)

.PHONY: fuzz
fuzz: deps-check
	@O='$(O)-fuzz' T='$(T)' FUZZ_S='$(or $(FUZZ_S),60)' tests/fuzz/run

.PHONY: demo
demo: deps
	@$(MAKE) --no-print-directory $(AS_MANY) all
	@O='$(O)' packaging/demo

# What each needs is installed first; a build needs no server and no second compiler.
.PHONY: deps deps-test deps-check
deps:
	@packaging/deps build
deps-test:
	@packaging/deps test
deps-check:
	@packaging/deps check

# Man pages: by hand in docs/man, their OPTIONS from the program's own table.
MAN := $(patsubst docs/man/%.in,$(O)/man/%,$(wildcard docs/man/*.in))
$(O)/man/%: docs/man/%.in packaging/man VERSION $(O)/soakd
	@mkdir -p $(@D)
	$(call say,MAN,$@)
	$(Q)SOAKD='$(O)/soakd' VERSION='$(VERSION)' packaging/man $< > $@
.PHONY: man
man: $(MAN)

.PHONY: install uninstall
install: all man
	DESTDIR='$(DESTDIR)' BINDIR='$(BINDIR)' LIBEXECDIR='$(LIBEXECDIR)' MANDIR='$(MANDIR)' DOCDIR='$(DOCDIR)' \
	UNITDIR='$(UNITDIR)' O='$(O)' packaging/install install
uninstall:
	DESTDIR='$(DESTDIR)' BINDIR='$(BINDIR)' LIBEXECDIR='$(LIBEXECDIR)' MANDIR='$(MANDIR)' DOCDIR='$(DOCDIR)' \
	UNITDIR='$(UNITDIR)' O='$(O)' packaging/install uninstall

.PHONY: help
help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

# For scripts: make print-ALL_CFLAGS
print-%:
	@:$(info $($*))

.PHONY: clean
clean:
	rm -rf $(O)
