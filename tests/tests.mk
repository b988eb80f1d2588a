# SPDX-License-Identifier: BSD-2-Clause
# How tests are built and run. test_*.c: one program per pure file (cmocka); it_*.c, it_*.sh: against real programs;
# fuzz_*.c: one target per parser, replayed over tests/corpus/NAME by `make check`; bench_*: ratios against peers; gate_*.sh: rules on the code.

TEST_SOURCES := $(sort $(wildcard tests/test_*.c))
FUZZ_SOURCES := $(sort $(wildcard tests/fuzz_*.c))
TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(TEST_SOURCES))
REPLAYS := $(patsubst tests/%.c,$(BUILD)/tests/%.replay,$(FUZZ_SOURCES))
# The tool's objects without its main, for tests of its pure parts.
TOOL_PARTS = $(call object,$(filter-out mutexctl/mutexctl.c,$(SOURCES_mutexctl)))

$(TESTS): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(TOOL_PARTS) $(GUARDLIB) $(IDLELIB) $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(TOOL_LIBS) $(DAEMON_LIBS) -lcmocka

# Input devices of its own: nodes that it opens and asks, and who made them.
$(BUILD)/tests/test_input_gather: ALL_LDFLAGS += $(foreach name,open ioctl input_remapper_made,-Wl$(comma)--wrap=$(name))

# Consoles of its own, and a verifier.
$(BUILD)/tests/test_auth_console_run: ALL_LDFLAGS += $(foreach name,open ioctl auth_run,-Wl$(comma)--wrap=$(name))

# GLib and libsecret, on a session bus of their own.
$(BUILD)/tests/test_agent_%.o: ALL_CPPFLAGS += $(SECRET_CFLAGS)
$(BUILD)/tests/test_agent_%: DAEMON_LIBS += $(AGENT_LIBS)

# A fuzz target is LLVMFuzzerTestOneInput(); the replay runs it over files, with any compiler.
LOGIN_REPLAY := $(BUILD)/tests/fuzz_login.replay
RELAY_REPLAY := $(BUILD)/tests/fuzz_relay.replay
$(filter-out $(LOGIN_REPLAY) $(RELAY_REPLAY),$(REPLAYS)): $(BUILD)/tests/%.replay: $(BUILD)/tests/%.o $(BUILD)/tests/replay_main.o $(TOOL_PARTS) $(GUARDLIB) $(IDLELIB) $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(TOOL_LIBS) $(DAEMON_LIBS)

FUZZERS := $(patsubst tests/%.c,$(BUILD)/tests/%.fuzz,$(FUZZ_SOURCES))
LOGIN_FUZZER := $(BUILD)/tests/fuzz_login.fuzz
RELAY_FUZZER := $(BUILD)/tests/fuzz_relay.fuzz
$(filter-out $(LOGIN_FUZZER) $(RELAY_FUZZER),$(FUZZERS)): $(BUILD)/tests/%.fuzz: $(BUILD)/tests/%.o $(TOOL_PARTS) $(GUARDLIB) $(IDLELIB) $(LIB)
	$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(TOOL_LIBS) $(DAEMON_LIBS)

# Whole logins: the module's own objects, with libpam and calls of the system that come from the fuzzer.
LOGIN_WRAPS := $(foreach name,open openat read pread pwrite fcntl fsync fdatasync malloc calloc strdup fchown renameat mkdir socket connect \
	sendmsg poll nanosleep clock_gettime getuid geteuid getpwnam_r getpwuid_r getgrouplist getgrgid_r innetgr,-Wl$(comma)--wrap=$(name))
LOGIN_PARTS := $(BUILD)/tests/fuzz_login.o $(call object,$(MODULE_ONLY)) $(LIB)
$(LOGIN_REPLAY): $(LOGIN_PARTS) $(BUILD)/tests/replay_main.o
	$(CC) $(ALL_LDFLAGS) $(LOGIN_WRAPS) -o $@ $^ -lcrypt -lnettle -loath
$(LOGIN_FUZZER): $(LOGIN_PARTS)
	$(CC) $(ALL_LDFLAGS) $(LOGIN_WRAPS) -fsanitize=fuzzer -o $@ $^ -lcrypt -lnettle -loath

# The verifier with the real libpam and a module that asks.
RELAY_PARTS := $(BUILD)/tests/fuzz_relay.o $(call object,$(filter-out pam_mutex/verify_main.c,$(VERIFIER_ONLY))) $(LIB)
$(RELAY_REPLAY): $(RELAY_PARTS) $(BUILD)/tests/replay_main.o | $(BUILD)/tests/asking.so
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(VERIFIER_LIBS)
$(RELAY_FUZZER): $(RELAY_PARTS) | $(BUILD)/tests/asking.so
	$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(VERIFIER_LIBS)

# The built module under real libpam, in a bed of its own (tests/module_bed.h).
IT_SOURCES := $(sort $(wildcard tests/it_*.c))
ITS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(IT_SOURCES))
IT_VERIFY := $(BUILD)/tests/it_verify
$(BUILD)/tests/neighbour.so: $(BUILD)/tests/neighbour.o
	$(CC) $(ALL_LDFLAGS) -shared -o $@ $^ -lpam
IT_FACTOR := $(BUILD)/tests/it_factor
IT_X11 := $(addprefix $(BUILD)/tests/,it_x11 it_x11_standalone)
IT_ENROL := $(BUILD)/tests/it_enrol
IT_CULPRIT := $(BUILD)/tests/it_culprit
$(filter-out $(IT_VERIFY) $(IT_ENROL) $(IT_FACTOR) $(IT_X11) $(IT_CULPRIT),$(ITS)): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/tests/module_bed.o $(BUILD)/tests/login_bed.o $(LIB) $(MODULE) $(BUILD)/tests/neighbour.so
	$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o %.a,$^) $(MODULE_LIBS)

# The verifier's parts and its client in one program. libpam unloads the module, and libFuzzer's counters must not go with it.
$(BUILD)/tests/asking.o: private ALL_CFLAGS += $(if $(filter fuzz,$(VARIANT)),-fno-sanitize=fuzzer-no-link)
$(BUILD)/tests/asking.so: $(BUILD)/tests/asking.o
	$(CC) $(ALL_LDFLAGS) -shared -o $@ $^ -lpam
$(IT_VERIFY): $(BUILD)/tests/it_verify.o $(call object,$(filter-out pam_mutex/verify_main.c,$(VERIFIER_ONLY)) pam_mutex/verify_client_gather.c \
		pam_mutex/conversation.c) $(LIB) | $(BUILD)/tests/asking.so
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(VERIFIER_LIBS)

$(IT_ENROL): $(BUILD)/tests/it_enrol.o $(call object,$(filter-out pam_mutex/verify_main.c,$(VERIFIER_ONLY))) $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(VERIFIER_LIBS)

# Who executed what, by the kernel's own word.
$(IT_CULPRIT): $(IT_CULPRIT).o $(GUARDLIB) $(IDLELIB) $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(DAEMON_LIBS) -lcmocka

# The question for a factor as the module puts it, and mutex-factor as it is built.
$(IT_FACTOR): $(BUILD)/tests/it_factor.o $(BUILD)/pam_mutex/conversation.o $(LIB) | $(BUILD)/tests/asking.so $(FACTOR)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(MODULE_LIBS)

# What the control "firewall" says, for tests in network namespaces.
FIREWALL_LOOK := $(BUILD)/tests/firewall_look
$(FIREWALL_LOOK): $(FIREWALL_LOOK).o $(GUARDLIB) $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lmnl -lnettle -ldbus-1

# idlelockd's side of the X worker's socket, and hostile clients, on an Xvfb.
$(IT_X11): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/tests/x11_bed.o $(IDLELIB) $(LIB) | $(X11)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(X11_LIBS) -lcmocka

# Each bench_*.c runs without arguments (tests/bench.sh).
BENCH_SOURCES := $(sort $(wildcard tests/bench_*.c))
BENCHES := $(patsubst tests/%.c,$(BUILD)/tests/%,$(BENCH_SOURCES))
BENCH_LOGIN := $(BUILD)/tests/bench_login
$(filter-out $(BENCH_LOGIN),$(BENCHES)): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(TOOL_PARTS) $(GUARDLIB) $(IDLELIB) $(LIB)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(TOOL_LIBS) $(DAEMON_LIBS)
# The module, as it is installed, under real libpam; its calls of fdatasync() come to the program, which counts them.
$(BENCH_LOGIN): $(BENCH_LOGIN).o $(LIB) | $(BUILD)/tests/installed/pam_mutex.so $(BUILD)/tests/neighbour.so
	$(CC) $(ALL_LDFLAGS) -rdynamic -o $@ $^ $(MODULE_LIBS)
# Written in one go, as the peers' modules were: what a linker writes lies in small pieces in the page cache, and each costs when it is mapped.
$(BUILD)/tests/installed/pam_mutex.so: $(MODULE)
	install -D -m 0644 $< $@
$(BENCH_LOGIN).o: ALL_CPPFLAGS += -DMULTIARCH='"$(DEB_HOST_MULTIARCH)"'

.PHONY: tests fuzzers benches
benches: $(BENCHES)
tests: all $(TESTS) $(ITS) $(REPLAYS) $(FIREWALL_LOOK) $(BUILD)/tests/catch_records
fuzzers: $(FUZZERS)

# What the gates ask for: `make -s print-PURE_OBJECTS`.
PURE_OBJECTS := $(call object,$(PURE_SOURCES))
.PHONY: print-%
print-%:
	@echo '$($*)'
