# berth: see README.md. `make` builds; `make help` lists the rest.
#
# B is the build directory; SAN picks a sanitised build:
#   make SAN=asan ...   address and undefined behaviour (the tests use it)
#   make SAN=tsan ...   threads
SAN      ?= none
B        := build/$(SAN)
CC       ?= gcc
CXX      ?= g++
PREFIX   ?= /usr/local
VERSION  := $(shell cat VERSION)

PKGS     := ncursesw sqlite3 libarchive jansson
san.none := -O2
san.asan := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
san.tsan := -O1 -fsanitize=thread -fno-omit-frame-pointer
WARN     := -Wall -Wextra -Werror -Wshadow -Wpointer-arith -Wwrite-strings -Wvla \
            -Wformat=2 -Wundef -Wcast-qual -Wno-format-truncation
CPPFLAGS += -I. -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -DBERTH_VERSION='"$(VERSION)"' $(shell pkg-config --cflags $(PKGS))
CFLAGS   += -std=c11 -g $(san.$(SAN)) $(WARN) -Wstrict-prototypes -Wmissing-prototypes -fstack-protector-strong
CXXFLAGS += -std=c++17 -g $(san.$(SAN)) -Wall -Wextra -Werror -Wshadow
LDLIBS   += $(shell pkg-config --libs $(PKGS)) -lrbd -lrados -lcephfs -lstdc++ -lpthread -lm
LDFLAGS  += $(san.$(SAN)) -Wl,--as-needed

# core/kit/ is what runs on the diskless host: not part of the library, but
# carried inside the program by core/kit/files.c.
KIT_ONLY := core/kit/berth-map.c
SRC      := $(filter-out $(KIT_ONLY) tui/main.c,$(wildcard base/*.c db/*.c core/*/*.c tui/*.c tui/*/*.c tui/*/*/*.c))
SRCXX    := $(wildcard core/*/*.cc)
OBJ      := $(SRC:%.c=$(B)/%.o) $(SRCXX:%.cc=$(B)/%.o)
LIB      := $(B)/libberth.a
KIT_MAP  := build/kit/berth-map

UNIT     := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/test_*.c))
CLUSTER  := $(patsubst tests/cluster/%.c,$(B)/tests/cluster/%,$(wildcard tests/cluster/test_*.c))
RIG      := $(patsubst tests/rig/%.c,$(B)/tests/rig/%,$(wildcard tests/rig/*.c))

all: $(B)/berth

$(B)/berth: $(B)/tui/main.o $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(LIB): $(OBJ)
	@rm -f $@
	ar rcs $@ $^

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/%.o: %.cc
	@mkdir -p $(@D)
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

# The mapping helper is static: it runs in initramfs of any suite.
$(KIT_MAP): core/kit/berth-map.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -Os -static $(WARN) -Wstrict-prototypes -o $@ $<
	strip $@
$(B)/core/kit/files.o: $(KIT_MAP) $(wildcard core/kit/*.sh core/kit/initramfs/*)

$(B)/tests/unit/% $(B)/tests/cluster/%: $(B)/tests/%.o
$(B)/tests/unit/%: $(B)/tests/unit/%.o $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka
$(B)/tests/cluster/%: $(B)/tests/cluster/%.o $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka
$(B)/tests/rig/%: $(B)/tests/rig/%.o $(LIB)
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

-include $(shell find build -type f -name '*.d' 2>/dev/null)

.PHONY: all clean help deps check lint demo test-unit test-cluster test-console test-netboot proof bench screenshots install
.SECONDARY:

help:
	@echo 'make demo          a one-node Ceph and a sample fleet on this machine, then the console'
	@echo 'make check         everything that must hold: lint and all tests'
	@echo 'make               build only ($(B)/berth)'
	@echo 'make test-unit     unit tests;  T=name runs one file'
	@echo 'make test-cluster  tests against a one-node cluster that stays up between runs;  T=name'
	@echo 'make test-console  the console, driven in tmux;  T=name'
	@echo 'make test-netboot  diskless virtual machines;  T=name'
	@echo 'make proof         the long proofs;  make bench  the figures;  make screenshots  the pictures'

deps:
	@tests/rig/deps check

lint:
	@tests/lint

test-unit:
	@$(MAKE) --no-print-directory SAN=asan unit-programs
	@tests/run unit $(T)
test-cluster:
	@$(MAKE) --no-print-directory SAN=asan cluster-programs
	@tests/run cluster $(T)
test-console:
	@$(MAKE) --no-print-directory SAN=asan all rig-programs
	@tests/run console $(T)
test-netboot:
	@$(MAKE) --no-print-directory all rig-programs
	@tests/run netboot $(T)

.PHONY: unit-programs cluster-programs rig-programs
unit-programs: $(UNIT)
cluster-programs: $(CLUSTER) $(B)/berth $(RIG)
rig-programs: $(RIG)

clean:
	rm -rf build
