# SPDX-License-Identifier: BSD-2-Clause
# pam_mutex. One plain file; `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:

VARIANT ?= release
BUILD ?= build/$(VARIANT)

DEB_HOST_MULTIARCH ?= $(shell dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch 2>/dev/null)
prefix ?= /usr
sbindir ?= $(prefix)/sbin
datadir ?= $(prefix)/share
libexecdir ?= $(prefix)/libexec
unitdir ?= $(prefix)/lib/systemd/system
pamvendordir ?= $(prefix)/lib/pam.d
pamdir ?= $(prefix)/lib/$(DEB_HOST_MULTIARCH)/security
VERSION := $(shell sed -n '1s/.*(\(.*\)).*/\1/p' debian/changelog 2>/dev/null || echo 0)

# --- flags: ours first, the user's last -------------------------------------------------------------------------
WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 \
	-Wformat-nonliteral -Wundef -Wwrite-strings -Wcast-qual -Wpointer-arith -Wno-missing-field-initializers
comma := ,
HARDENING := $(if $(DEB_BUILD_ARCH),,-O2 -g -fstack-protector-strong -fstack-clash-protection -fcf-protection -D_FORTIFY_SOURCE=2)
HARDENING_LD := $(if $(DEB_BUILD_ARCH),,-Wl$(comma)-z$(comma)relro -Wl$(comma)-z$(comma)now)
SANITIZERS := -fsanitize=address -fsanitize=undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
VARIANT_CFLAGS_release :=
VARIANT_CFLAGS_san := $(SANITIZERS) -U_FORTIFY_SOURCE -O1
VARIANT_CFLAGS_cov := --coverage -O0 -U_FORTIFY_SOURCE
VARIANT_CFLAGS_fuzz := $(SANITIZERS) -fsanitize=fuzzer-no-link -U_FORTIFY_SOURCE -O1
WERROR ?=
ALL_CPPFLAGS := -D_GNU_SOURCE -DMUTEX_VERSION='"$(VERSION)"' $(CPPFLAGS)
# Functions and constants stay with their object, so that LOGIN_FIRST can say what stands together; clang has no flag for constants.
PLACING := -ffunction-sections $(if $(findstring clang,$(CC)),,-fno-merge-constants)
ALL_CFLAGS := -std=c11 -fPIC $(PLACING) $(WARNINGS) $(WERROR) $(HARDENING) $(VARIANT_CFLAGS_$(VARIANT)) $(CFLAGS)
ALL_LDFLAGS := $(HARDENING_LD) $(VARIANT_CFLAGS_$(VARIANT)) $(LDFLAGS)
# The sanitizers bring a crypt_r() that only passes calls on, so libcrypt would seem not needed; clang keeps them in the program, so
# that a module with them has open ends.
INSTRUMENTED := $(filter san fuzz,$(VARIANT))
AS_NEEDED := $(if $(INSTRUMENTED),,-Wl$(comma)--as-needed)
NO_OPEN_ENDS := $(if $(INSTRUMENTED),,-Wl$(comma)-z$(comma)defs)
MODULE_LIBS := -lpam -lcrypt -lnettle -loath
VERIFIER_LIBS := -lpam -lnettle -lsystemd -loath
TOOL_LIBS := -lcrypt -lnettle -loath -ljansson -lqrencode -lsystemd -lmnl -ldbus-1
# The watcher's programs; --as-needed leaves each with what it uses.
DBUS_CFLAGS := $(shell pkg-config --cflags dbus-1)
SECRET_CFLAGS := $(shell pkg-config --cflags libsecret-1)
DAEMON_LIBS := -ldbus-1 -lsystemd -ludev -lnettle
X11_LIBS := -lX11 -lX11-xcb -lXss -lxcb -lxcb-composite -lxcb-res -lxcb-xinput -lxcb-xkb -lxcb-randr -lxcb-screensaver -lxcb-dpms -lxcb-sync -lxcb-shape -lxcb-xtest -ldbus-1 -lsystemd -lnettle
AGENT_LIBS = -ldbus-1 $(shell pkg-config --libs libsecret-1) -lnettle
AUTH_LIBS := -lnettle

# --- what each folder may see: the floors -----------------------------------------------------------------------
INCLUDE_base := -Ibase -I$(BUILD)/gen
INCLUDE_conf := -Iconf -Ibase
INCLUDE_pam_mutex := -Ipam_mutex -Iconf -Ibase -I$(BUILD)/gen
INCLUDE_idlelock := -Iidlelock -Iconf -Ibase -I$(BUILD)/gen
INCLUDE_guard := -Iidlelock/guard -Ipam_mutex -Iidlelock -Iconf -Ibase -I$(BUILD)/gen
INCLUDE_mutexctl := -Imutexctl -Ipam_mutex -Iidlelock -Iidlelock/guard -Iconf -Ibase -I$(BUILD)/gen
INCLUDE_tests := -Itests -Imutexctl -Ipam_mutex -Iidlelock -Iidlelock/guard -Iconf -Ibase -I$(BUILD)/gen
LIBRARY_CFLAGS_idlelock = $(DBUS_CFLAGS)
LIBRARY_CFLAGS_guard = $(DBUS_CFLAGS)
LIBRARY_CFLAGS_mutexctl = $(DBUS_CFLAGS)
LIBRARY_CFLAGS_tests = $(DBUS_CFLAGS)

# A program that only the build runs.
BUILD_ONLY := pam_mutex/common_passwords_filter.c
SOURCES_base := $(sort $(wildcard base/*.c))
SOURCES_conf := $(sort $(wildcard conf/*.c))
SOURCES_pam_mutex := $(sort $(filter-out $(BUILD_ONLY),$(wildcard pam_mutex/*.c)))
SOURCES_idlelock := $(sort $(wildcard idlelock/*.c))
SOURCES_guard := $(sort $(wildcard idlelock/guard/*.c))
SOURCES_mutexctl := $(sort $(wildcard mutexctl/*.c))
# What talks to libpam; everything else in pam_mutex/ is shared with the tool.
MODULE_ONLY := $(addprefix pam_mutex/,module.c account.c attempt.c authenticate.c basis.c change.c coming.c conversation.c login_report.c session.c \
	situation_gather.c standing.c verify_client_gather.c)
# What a login runs stands together at the front of the module: every login maps it anew, and each 64 KiB of it that are touched cost a page fault.
# Only the order is said here.
LOGIN_FIRST := $(addprefix pam_mutex/,module.c account.c attempt.c authenticate.c basis.c login_report.c situation_gather.c standing.c conversation.c \
	coming.c login_gather.c login_state.c login_store.c login_demand.c login.c lockout.c login_access.c login_everywhere.c login_text.c \
	login_place.c login_posture.c factor_gather.c totp.c recovery.c options.c service.c ssh_auth_info.c suspension_store.c suspension.c \
	console_gather.c sessions_gather.c language_gather.c locale_file.c password.c password_gather.c password_text.c personal.c keyboard.c guess.c \
	shadow_gather.c history.c fold.c common_passwords.c age.c hosts_file.c stamp_store.c) $(addprefix base/,clock.c caller_limits.c paths.c file.c \
	text.c record.c record_emit.c slot_file.c secret.c utf8.c number.c date.c arena.c) $(addprefix conf/,policy_image.c policy_image_store.c \
	policy_resolve.c person_load.c demand.c network.c filter.c keyword.c value.c exception.c policy_load.c) base/message.c
# mutex-verify, the privileged half for callers that are not root.
VERIFIER_ONLY := $(addprefix pam_mutex/,verify_main.c verify_serve.c verify_relay.c verify_peer.c verify_enrol.c)
# mutex-factor, which runs a hook (another PAM stack, a helper) in a process of its own.
FACTOR_ONLY := $(addprefix pam_mutex/,factor_main.c factor_run_pam.c factor_run_exec.c)

# The watcher's programs; each has one file with main(), everything else is in one archive.
IDLELOCK_MAINS := $(addprefix idlelock/,$(filter $(notdir $(SOURCES_idlelock)),idlelockd_main.c x11_main.c agent_main.c auth_main.c))
IDLELOCK_SHELL := $(sort $(IDLELOCK_MAINS) $(filter idlelock/loop.c idlelock/bus.c,$(SOURCES_idlelock)) $(wildcard idlelock/*_gather.c) \
	$(wildcard idlelock/*_run.c) $(wildcard idlelock/*_store.c) $(wildcard idlelock/*_serve.c) $(wildcard idlelock/x11_*.c) $(wildcard idlelock/agent_*.c))

# The guard's daemon: its file with main(), and what does I/O; its judges and plans are pure.
GUARD_MAIN := idlelock/guard/guardd_main.c
GUARD_SHELL := $(GUARD_MAIN) $(foreach end,gather run store serve,$(wildcard idlelock/guard/*_$(end).c))

# Files that do I/O. All others in base/, conf/, pam_mutex/ and idlelock/ are pure; tests/gate_purity.sh proves it from their objects.
SHELL_SOURCES := base/caller_limits.c base/file.c base/clock.c base/record_emit.c base/pending.c base/verify_channel.c base/slot_file.c pam_mutex/verify_accept.c $(wildcard conf/*_load.c) $(wildcard conf/*_store.c) \
	$(wildcard pam_mutex/*_store.c) $(wildcard pam_mutex/*_gather.c) $(MODULE_ONLY) $(VERIFIER_ONLY) $(FACTOR_ONLY) $(IDLELOCK_SHELL) \
	$(GUARD_SHELL) idlelock/guard/pam_survey.c idlelock/guard/pam_survey_gates.c
PURE_SOURCES := $(filter-out $(SHELL_SOURCES),$(SOURCES_base) $(SOURCES_conf) $(SOURCES_pam_mutex) $(SOURCES_idlelock) $(SOURCES_guard))

object = $(patsubst %.c,$(BUILD)/%.o,$(1))
GENERATED := $(BUILD)/gen/message_ja.h $(BUILD)/gen/common_passwords_table.h $(BUILD)/gen/idlelock_interface.h $(BUILD)/gen/guard_interface.h
MODULE := $(BUILD)/pam_mutex.so
TOOL := $(BUILD)/mutexctl/mutexctl
VERIFIER := $(BUILD)/pam_mutex/mutex-verify
FACTOR := $(BUILD)/pam_mutex/mutex-factor
IDLELOCKD := $(BUILD)/idlelock/idlelockd
X11 := $(BUILD)/idlelock/idlelock-x11
AGENT := $(BUILD)/idlelock/idlelock-agent
AUTH := $(BUILD)/idlelock/idlelock-auth
GUARDD := $(BUILD)/idlelock/guard/mutex-guardd
# Those whose main is there.
WATCHER := $(if $(filter %/idlelockd_main.c,$(IDLELOCK_MAINS)),$(IDLELOCKD)) $(if $(filter %/x11_main.c,$(IDLELOCK_MAINS)),$(X11)) \
	$(if $(filter %/agent_main.c,$(IDLELOCK_MAINS)),$(AGENT)) $(if $(filter %/auth_main.c,$(IDLELOCK_MAINS)),$(AUTH))

.PHONY: all
all: $(MODULE) $(TOOL) $(VERIFIER) $(FACTOR) $(WATCHER) $(GUARDD)

define folder_rule
$$(BUILD)/$(1)/%.o: $(1)/%.c $$(BUILD)/.flags | $$(GENERATED)
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_CPPFLAGS) $$(INCLUDE_$(notdir $(1))) $$(LIBRARY_CFLAGS_$(notdir $(1))) $$(ALL_CFLAGS) -MD -MP -c -o $$@ $$<

$$(BUILD)/plain/$(1)/%.o: $(1)/%.c | $$(GENERATED)
	@mkdir -p $$(@D)
	$$(CC) $$(ALL_CPPFLAGS) $$(INCLUDE_$(notdir $(1))) $$(LIBRARY_CFLAGS_$(notdir $(1))) -std=c11 -O0 -fno-builtin -U_FORTIFY_SOURCE -fPIC -w -MD -MP -c -o $$@ $$<
endef
$(foreach folder,base conf pam_mutex idlelock idlelock/guard mutexctl tests,$(eval $(call folder_rule,$(folder))))

# The product once more, without the compiler's own substitutions of calls: what tests/gate_forbidden.sh reads.
PLAIN_OBJECTS := $(patsubst %.c,$(BUILD)/plain/%.o,$(SOURCES_base) $(SOURCES_conf) $(SOURCES_pam_mutex) $(SOURCES_idlelock) $(SOURCES_guard) $(SOURCES_mutexctl))
.PHONY: plain-objects
plain-objects: $(PLAIN_OBJECTS)

# The name of this reading of policies: an image that another one made is not used.
POLICY_READER_SOURCES := $(sort $(wildcard base/*.[ch] conf/*.[ch]))
$(BUILD)/conf/policy_image.o $(BUILD)/plain/conf/policy_image.o: $(POLICY_READER_SOURCES)
$(BUILD)/conf/policy_image.o $(BUILD)/plain/conf/policy_image.o: \
	ALL_CPPFLAGS += -DPOLICY_READER='"$(shell cat $(POLICY_READER_SOURCES) | sha256sum | cut -d' ' -f1)"'

# Changed flags rebuild.
FLAGS_STAMP := $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS)
$(BUILD)/.flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' $(call quoted,$(FLAGS_STAMP)) | cmp -s - $@ || printf '%s\n' $(call quoted,$(FLAGS_STAMP)) > $@
quoted = '$(subst ','\'',$(1))'
.PHONY: FORCE
FORCE:

$(BUILD)/gen/message_ja.h: po/ja.po po/compile.awk base/message_table.h
	@mkdir -p $(@D)
	awk -f po/compile.awk base/message_table.h po/ja.po > $@

# What idlelockd and mutex-guardd answer to Introspect, without the comments.
$(BUILD)/gen/idlelock_interface.h: idlelock/org.pammutex.Idlelock1.xml idlelock/interface.awk
	@mkdir -p $(@D)
	awk -v name=IDLELOCK_INTERFACE -f idlelock/interface.awk $< > $@
$(BUILD)/gen/guard_interface.h: idlelock/guard/org.pammutex.Guard1.xml idlelock/interface.awk
	@mkdir -p $(@D)
	awk -v name=GUARD_INTERFACE -f idlelock/interface.awk $< > $@

# The list of common passwords, from one Debian package (see pam_mutex/common_passwords.sh).
$(BUILD)/gen/common_passwords_table.h: pam_mutex/common_passwords.sh pam_mutex/common_passwords.awk $(BUILD)/gen/common_passwords_filter \
	$(wildcard pam_mutex/words_*.txt)
	bash pam_mutex/common_passwords.sh $(BUILD)/gen/common_passwords_filter > $@

# Its own flags: it runs here and now, and no sanitizer need slow it down.
FILTER_PARTS := pam_mutex/fold.c conf/filter.c conf/filter_build.c base/arena.c base/utf8.c
FILTER_FLAGS := -std=c11 -O2 -D_GNU_SOURCE $(WARNINGS) $(WERROR) $(INCLUDE_pam_mutex)
$(BUILD)/gen/common_passwords_filter: $(BUILD_ONLY) $(FILTER_PARTS)
	@mkdir -p $(@D) $(BUILD)/pam_mutex
	$(CC) $(FILTER_FLAGS) -MD -MP -MT $@ -MF $(BUILD)/$(BUILD_ONLY:.c=.d) -c -o $@.o $(BUILD_ONLY)
	$(CC) $(FILTER_FLAGS) -o $@ $@.o $(FILTER_PARTS) -lnettle

LIB := $(BUILD)/libmutex.a
$(LIB): $(call object,$(SOURCES_base) $(SOURCES_conf) $(filter-out $(MODULE_ONLY) $(VERIFIER_ONLY) $(FACTOR_ONLY),$(SOURCES_pam_mutex)))
	rm -f $@
	$(AR) rcs $@ $^

$(MODULE): $(call object,$(MODULE_ONLY)) $(LIB) pam_mutex/module.map
	$(CC) $(ALL_LDFLAGS) -shared $(NO_OPEN_ENDS) -Wl,--gc-sections $(AS_NEEDED) -Wl,--version-script=pam_mutex/module.map \
		-o $@ $(call object,$(LOGIN_FIRST) $(filter-out $(LOGIN_FIRST),$(MODULE_ONLY))) $(LIB) $(MODULE_LIBS)

IDLELIB := $(BUILD)/libidlelock.a
GUARDLIB := $(BUILD)/libguard.a
$(TOOL): $(call object,$(SOURCES_mutexctl)) $(GUARDLIB) $(IDLELIB) $(LIB)
	$(CC) $(ALL_LDFLAGS) -pie $(AS_NEEDED) -o $@ $(filter %.o %.a,$^) $(TOOL_LIBS)

$(VERIFIER): $(call object,$(VERIFIER_ONLY)) $(LIB)
	$(CC) $(ALL_LDFLAGS) -pie $(AS_NEEDED) -o $@ $(filter %.o %.a,$^) $(VERIFIER_LIBS)

$(FACTOR): $(call object,$(FACTOR_ONLY) pam_mutex/verify_relay.c) $(LIB)
	$(CC) $(ALL_LDFLAGS) -pie $(AS_NEEDED) -o $@ $(filter %.o %.a,$^) $(VERIFIER_LIBS)

$(IDLELIB): $(call object,$(filter-out $(IDLELOCK_MAINS),$(SOURCES_idlelock)))
	rm -f $@
	$(AR) rcs $@ $^

$(GUARDLIB): $(call object,$(filter-out $(GUARD_MAIN),$(SOURCES_guard)))
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/idlelock/agent_%.o $(BUILD)/plain/idlelock/agent_%.o: ALL_CPPFLAGS += $(SECRET_CFLAGS)
$(IDLELOCKD): $(BUILD)/idlelock/idlelockd_main.o $(IDLELIB) $(LIB)
	$(CC) $(ALL_LDFLAGS) -pie $(AS_NEEDED) -o $@ $^ $(DAEMON_LIBS)
$(GUARDD): $(BUILD)/idlelock/guard/guardd_main.o $(GUARDLIB) $(IDLELIB) $(LIB)
	$(CC) $(ALL_LDFLAGS) -pie $(AS_NEEDED) -o $@ $^ $(DAEMON_LIBS) -lmnl -lcrypt -loath
$(X11): $(BUILD)/idlelock/x11_main.o $(IDLELIB) $(LIB)
	$(CC) $(ALL_LDFLAGS) -pie $(AS_NEEDED) -o $@ $^ $(X11_LIBS)
$(AGENT): $(BUILD)/idlelock/agent_main.o $(IDLELIB) $(LIB)
	$(CC) $(ALL_LDFLAGS) -pie $(AS_NEEDED) -o $@ $^ $(AGENT_LIBS)
$(AUTH): $(BUILD)/idlelock/auth_main.o $(IDLELIB) $(LIB)
	$(CC) $(ALL_LDFLAGS) -pie $(AS_NEEDED) -o $@ $^ $(AUTH_LIBS)

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d $(BUILD)/*/*/*/*.d)
-include tests/tests.mk

# --- using it ----------------------------------------------------------------------------------------------------
.PHONY: help install deb enable
help:
	@sed -n 's/^#: //p' Makefile

#: sudo make enable        build, install and switch on, on this computer
#: sudo make check         build and run all tests that need no container
#: make demo               see it work in under a minute; nothing of the system is touched
#: make deb                Debian packages for other computers, in build/deb
#: make install            copy the files to DESTDIR (prefix, sbindir, datadir, pamdir as usual)
#: sudo make check-container   boot Debian 12 and 13, follow README there, log in, change passwords (SUITES, BED)
#: sudo make check-vm      boot Debian 12 in QEMU: real keys and screens, consoles, lockers, suspend (SUITES, BED)
#: make check-san          the tests with address and undefined-behaviour sanitizers
#: make check-long         what explain says and what the module does, compared 10,000 times; the lock's states walked for a minute; apply cut off
#:                         at each step; each attack on the lock and each way round the guard 20 times
#: make check-valgrind     the C tests under valgrind
#: make fuzz               each fuzzer for FUZZ_SECONDS (600), with clang
#: make bench              speed and hit rates, beside other programs
#: make clean              remove build/
#:
#: CC=clang and VARIANT=release|san|cov|fuzz choose the build; build/VARIANT holds it.

AS_OWNER := debian/as_owner.sh
JOBS ?= $(shell nproc)
# Many tests wait more than they work.
TEST_JOBS := $(shell echo $$(($(JOBS) + 2)))

install: all
	install -d $(DESTDIR)$(pamdir) $(DESTDIR)$(sbindir) $(DESTDIR)$(datadir)/pam-configs $(DESTDIR)$(datadir)/man/man5 \
		$(DESTDIR)$(datadir)/man/man8 $(DESTDIR)$(datadir)/bash-completion/completions \
		$(DESTDIR)/etc/mutex/policy.d $(DESTDIR)/etc/mutex/exceptions.d
	install -m 0644 $(MODULE) $(DESTDIR)$(pamdir)/pam_mutex.so
	install -m 0755 $(TOOL) $(DESTDIR)$(sbindir)/mutexctl
	install -m 0644 conf/pam-configs/* $(DESTDIR)$(datadir)/pam-configs/
	install -D -m 0644 -t $(DESTDIR)$(datadir)/mutex/sshd conf/sshd/*
	install -m 0644 $(wildcard */*.5) $(DESTDIR)$(datadir)/man/man5/
	install -m 0644 $(wildcard */*.8 */*/*.8) $(DESTDIR)$(datadir)/man/man8/
	install -D -m 0755 $(VERIFIER) $(DESTDIR)$(libexecdir)/mutex-verify
	install -D -m 0755 $(FACTOR) $(DESTDIR)$(libexecdir)/mutex-factor
	install -d $(DESTDIR)$(unitdir) $(DESTDIR)$(pamvendordir) $(DESTDIR)/etc/X11/Xsession.d
	install -m 0644 $(wildcard $(addprefix conf/systemd/*.,service socket timer path)) $(DESTDIR)$(unitdir)/
	install -D -m 0755 -t $(DESTDIR)$(libexecdir) $(IDLELOCKD) $(X11) $(AUTH) $(AGENT) $(GUARDD)
	install -D -m 0644 -t $(DESTDIR)$(prefix)/lib/systemd/user conf/systemd-user/*.service
	install -d $(DESTDIR)$(prefix)/bin
	ln -sf ../libexec/idlelock-x11 $(DESTDIR)$(prefix)/bin/idlelock-x11
	ln -sf ../sbin/mutexctl $(DESTDIR)$(prefix)/bin/mutexctl
	install -D -m 0644 -t $(DESTDIR)$(prefix)/lib/sysusers.d conf/sysusers/*.conf
	install -D -m 0644 -t $(DESTDIR)$(prefix)/lib/systemd/logind.conf.d conf/logind/*.conf
	install -D -m 0644 -t $(DESTDIR)$(datadir)/dbus-1/system.d conf/dbus/*.conf
	install -D -m 0644 -t $(DESTDIR)$(datadir)/dbus-1/interfaces idlelock/*.xml idlelock/guard/*.xml
	install -D -m 0644 -t $(DESTDIR)$(datadir)/polkit-1/actions conf/polkit/*.policy
	install -m 0644 conf/pam.d/* $(DESTDIR)$(pamvendordir)/
	install -m 0644 conf/xsession/* $(DESTDIR)/etc/X11/Xsession.d/
	install -D -m 0755 -t $(DESTDIR)/etc/shadow-maint/useradd-post.d conf/shadow-maint/mutex
	install -m 0644 conf/mutexctl.bash-completion $(DESTDIR)$(datadir)/bash-completion/completions/mutexctl
	test -e $(DESTDIR)/etc/mutex/policy.conf || install -m 0644 conf/policy.conf $(DESTDIR)/etc/mutex/policy.conf

deb:
	debian/build_deps.sh build deb
	$(AS_OWNER) debian/build_debs.sh

enable:
	@debian/enable.sh

# --- testing -----------------------------------------------------------------------------------------------------
.PHONY: check check-build check-long check-san check-valgrind check-container check-vm demo bench fuzz
check:
	debian/build_deps.sh check check
	$(AS_OWNER) $(MAKE) -s --no-print-directory -j$(JOBS) tests $(if $(CHECKS),,plain-objects)
	$(AS_OWNER) env BUILD=$(BUILD) VARIANT=$(VARIANT) tests/run -j $(TEST_JOBS) $(if $(SUMS),-s $(SUMS)) $(CHECKS)

# For a package build: what needs neither root nor an installed system.
check-build: tests
	BUILD=$(BUILD) tests/run -j $(JOBS) 'test_*' 'fuzz_*'

# The gates look at the code, whatever it is built with.
check-san:
	$(MAKE) --no-print-directory check VARIANT=san CHECKS="'test_*' 'it_*' 'fuzz_*'"

check-valgrind:
	debian/build_deps.sh check check
	$(AS_OWNER) $(MAKE) -s --no-print-directory -j$(JOBS) tests
	$(AS_OWNER) env BUILD=$(BUILD) TEST_LIMIT_S=900 LOCK_WALK_DEPTH=3 \
		tests/run -j $(JOBS) -w 'valgrind -q --leak-check=full --error-exitcode=99 --trace-children=no --suppressions=tests/valgrind.supp'

# 10,000 pairs of what explain says and what the module does; an ordinary check takes 1,000. All strings of six events through the lock's states, not five.
check-long:
	debian/build_deps.sh check check
	$(AS_OWNER) $(MAKE) -s --no-print-directory -j$(JOBS) tests
	$(AS_OWNER) env BUILD=$(BUILD) AGREE_PAIRS=10000 LOCK_WALK_DEPTH=6 IT_APPLY_STRIDE=1 TEST_LIMIT_S=3000 tests/run 'it_agree*' 'test_lock' 'it_apply_cut_off'
	LOCK_TIMES=20 LOCK_KILLS=100 GUARD_TIMES=20 GUARD_KILLS=100 TEST_LIMIT_S=20000 tests/bed/check.sh 'it_container_boot*' 'it_container_guard*' 'it_container_care*'

# it_container_care (antivirus and units, with a real ClamAV) is for one release here, and for both in check-long.
check-container:
	tests/bed/check.sh $(if $(SUMS),-s $(SUMS)) 'it_container_boot*' 'it_container_guard*' 'it_container_plain*' it_container_care_trixie

check-vm:
	tests/bed/vm_check.sh $(if $(SUMS),-s $(SUMS))

# Prints the records that programs under test leave; stands in for the journal.
$(BUILD)/tests/catch_records: $(BUILD)/tests/catch_records.o
	$(CC) $(ALL_LDFLAGS) -o $@ $^

demo:
	@debian/build_deps.sh check check
	@$(AS_OWNER) $(MAKE) --no-print-directory -s -j$(JOBS) all $(BUILD)/tests/catch_records
	@$(AS_OWNER) env BUILD=$(BUILD) tests/demo.sh

bench: all benches
	BUILD=$(BUILD) tests/bench.sh

fuzz:
	$(MAKE) -s --no-print-directory -j$(JOBS) CC=clang VARIANT=fuzz fuzzers
	$(MAKE) -s --no-print-directory VARIANT=fuzz fuzz-run

.PHONY: fuzz-run
fuzz-run:
	tests/fuzz.sh $(BUILD)

.PHONY: clean
clean:
	rm -rf build
