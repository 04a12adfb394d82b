# berth: see README.md. `make` builds; `make help` lists the rest.
#
# B is the build directory; SAN picks a sanitised build:
#   make SAN=asan ...   address and undefined behaviour (the tests use it)
#   make SAN=tsan ...   threads
#   make SAN=analyze objects   gcc's analyser, as warnings
#   make SAN=fuzz ...   clang, libFuzzer
SAN      ?= none
B        := build/$(SAN)
CC       := $(if $(filter fuzz,$(SAN)),clang,gcc)
CXX      := $(if $(filter fuzz,$(SAN)),clang++,g++)
PREFIX   ?= /usr/local
VERSION  := $(shell cat VERSION)

PKGS     := ncursesw sqlite3 libarchive jansson libnbd ext2fs
san.none := -O2
san.asan := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
san.tsan := -O1 -fsanitize=thread -fno-omit-frame-pointer
san.fuzz := -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=vptr -fno-sanitize-recover=undefined
san.analyze := -O1 -fanalyzer
WARN     := -Wall -Wextra -Werror -Wshadow -Wpointer-arith -Wwrite-strings -Wvla \
            -Wformat=2 -Wundef -Wcast-qual $(if $(filter fuzz,$(SAN)),-Wno-format-nonliteral,-Wno-format-truncation)
CPPFLAGS += -I. -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DBERTH_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
CFLAGS   += -std=c11 -g $(san.$(SAN)) $(WARN) -Wstrict-prototypes -Wmissing-prototypes -fstack-protector-strong
CXXFLAGS += -std=c++17 -g $(san.$(SAN)) -Wall -Wextra -Werror -Wshadow
LDLIBS   += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lcsv -lrbd -lrados -lcephfs -lstdc++ -lpthread -lm
LDFLAGS  += $(san.$(SAN)) -Wl,--as-needed

# All processors, unless the command line says otherwise. Recursive makes share them.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc)
endif

# core/kit/ is what runs on the diskless host: not part of the library, but
# carried inside the program by core/kit/files.c.
KIT_ONLY := $(wildcard core/kit/berth-map*.c)
SRC      := $(filter-out $(KIT_ONLY) tui/main.c,$(wildcard base/*.c db/*.c core/*/*.c tui/*.c tui/*/*.c tui/*/*/*.c))
SRCXX    := $(wildcard core/*/*.cc)
OBJ      := $(SRC:%.c=$(B)/%.o) $(SRCXX:%.cc=$(B)/%.o)
LIB      := $(B)/libberth.a
KIT_MAP  := build/kit/berth-map

# T=name narrows what is built to what is run.
programs  = $(patsubst %.c,$(B)/%,$(wildcard $(1)))
UNIT     := $(call programs,tests/unit/test_*$(T)*.c)
CLUSTER  := $(call programs,tests/cluster/test_*$(T)*.c tests/cluster/proof_*$(T)*.c)
RIG      := $(call programs,tests/rig/*.c)
FUZZ     := $(call programs,tests/fuzz/fuzz_*$(T)*.c)

# V=1 shows whole command lines.
say = $(if $(V),,@printf '%-5s%s\n' '$(1)' '$@';)

all: $(B)/berth; @:

$(B)/berth: $(B)/tui/main.o $(LIB)
	$(call say,LINK)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIB): $(OBJ)
	@rm -f $@
	$(call say,AR)ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/%.o: %.cc
	@mkdir -p $(@D)
	$(call say,CXX)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

# The mapping helper is static: it runs in initramfs of any suite.
$(KIT_MAP): $(KIT_ONLY) $(wildcard core/kit/berth-map*.h)
	@mkdir -p $(@D)
	$(call say,CC)gcc -std=c11 -D_GNU_SOURCE -I. -Os -static $(WARN) -Wstrict-prototypes -o $@ $(KIT_ONLY)
	@strip $@
$(B)/core/fleet/room.o: core/fleet/room.sh
$(B)/core/fleet/step_build.o: core/fleet/build.sh
$(B)/core/kit/files.o: $(KIT_MAP) $(wildcard core/kit/initramfs/* core/kit/host/*)

$(B)/tests/unit/% $(B)/tests/cluster/%: LDLIBS += -lcmocka
$(B)/tests/fuzz/%: LDFLAGS += -fsanitize=fuzzer
$(B)/tests/%: $(B)/tests/%.o $(LIB)
	$(call say,LINK)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

-include $(wildcard $(OBJ:.o=.d) $(B)/tui/main.d $(B)/tests/*/*.d)

R        := $(MAKE) --no-print-directory
.PHONY: all objects help deps lint demo check proof fuzz bench screenshots install uninstall deb clean
.PHONY: test-unit test-tsan test-cluster test-console test-netboot
.PHONY: unit-programs tsan-programs cluster-programs fuzz-programs rig-programs
.PRECIOUS: $(B)/%.o

help:
	@echo 'make demo          a one-node Ceph and a sample fleet on this machine, then the console'
	@echo 'make check         everything that must hold: lint and all tests'
	@echo 'make               build only ($(B)/berth); make deps installs what that needs'
	@echo 'make lint          the rules of the house'
	@echo 'make test-unit     unit tests;  T=name runs one file'
	@echo 'make test-tsan     the workers and the console under ThreadSanitizer;  T=name'
	@echo 'make test-cluster  tests against a one-node cluster that stays up between runs;  T=name'
	@echo 'make test-console  the console, driven in tmux;  T=name'
	@echo 'make test-netboot  diskless virtual machines;  T=name'
	@echo 'make fuzz          what people type, FUZZ_SECONDS=60 each;  T=name'
	@echo 'make proof         the long proofs;  make bench  the figures;  make screenshots  the pictures'
	@echo 'make install       to PREFIX=$(PREFIX); make uninstall; make deb  a Debian package'

deps:
	@tests/rig/deps check

lint:
	@+$(R) SAN=analyze objects
	@tests/run lint

test-unit:
	@+$(R) SAN=asan unit-programs
	@tests/run unit $(T)
# The workers, and a tour of the console, under ThreadSanitizer.
test-tsan:
	@+$(R) SAN=tsan tsan-programs
	@tests/run tsan $(T)
test-cluster:
	@+$(R) SAN=asan cluster-programs
	@tests/run cluster $(T)
test-console:
	@+$(R) SAN=asan all rig-programs
	@tests/run console $(T)
test-netboot:
	@+$(R) all rig-programs
	@tests/run netboot $(T)
fuzz:
	@+$(R) SAN=fuzz fuzz-programs
	@FUZZ_SECONDS=$(or $(FUZZ_SECONDS),60) tests/run fuzz $(T)

# The tests' clusters stay up for the next test run, but not after a check.
rig-clusters = for it in build/rig/cluster build/rig/console; do [ ! -e $$it ] || tests/rig/cluster $(1) $$it; done

# The recursive make sees what deps has installed. Machines and daemons mostly
# make a test wait: these run side by side.
check:
	@tests/rig/deps check
	@+$(R) T= SAN=none all rig-programs
	@+$(R) T= SAN=asan all rig-programs unit-programs cluster-programs
	@+$(R) T= SAN=tsan tsan-programs
	@+$(R) T= SAN=fuzz fuzz-programs
	@+$(R) T= SAN=analyze objects
	@tests/run netboot + cluster + lint unit tsan fuzz console; status=$$?; $(call rig-clusters,stop); exit $$status

# Packages and build are not the demo's time to spend twice: both cost nothing then.
demo:
	@tests/rig/deps demo
	@+$(R) all
	@tests/rig/demo

proof:
	@+FUZZ_SECONDS=600 BERTH_PROOF=1 $(R) check

bench:
	@tests/rig/deps bench
	@+$(R) all $(B)/tests/bench/bare_client
	@tests/bench/bench $(T)

# DESTDIR is where a package is put together.
share    := $(DESTDIR)$(PREFIX)/share
libexec  := $(DESTDIR)$(PREFIX)/libexec/berth
install: all
	install -D $(B)/berth $(DESTDIR)$(PREFIX)/bin/berth
	install -d $(share)/man/man1 $(share)/bash-completion/completions $(libexec)
	$(B)/berth help man >$(share)/man/man1/berth.1
	echo "complete -o default -C 'berth complete' berth" >$(share)/bash-completion/completions/berth
	install tests/rig/demo tests/rig/cluster tests/rig/holder tests/rig/deps $(libexec)
	install -m 644 tests/rig/berth.caps $(libexec)
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/berth $(share)/man/man1/berth.1 $(share)/bash-completion/completions/berth
	rm -rf $(libexec)

deb:
	@+$(R) all
	@+tests/rig/deb $(VERSION)

objects: $(SRC:%.c=$(B)/%.o); @:
unit-programs: $(UNIT); @:
tsan-programs: $(call programs,tests/unit/test_$(or $(T),job)*.c) $(B)/berth $(RIG); @:
cluster-programs: $(CLUSTER) $(B)/berth $(RIG); @:
fuzz-programs: $(FUZZ); @:
rig-programs: $(RIG); @:

screenshots: all
	@tests/rig/screenshots screenshots

clean:
	@$(call rig-clusters,reset)
	rm -rf build
