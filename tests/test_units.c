/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/guard/unit.c, unit_read.c and units.c: each way to switch a unit off or to loosen it, what excuses it, and what puts it right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "plan_text.h"
#include "unit_sample.h"
#include "units.h"

#define ARENA_BYTES 65536
#define STEPS_BYTES 2048

struct bed {
	unsigned char memory[ARENA_BYTES];
	struct arena arena;
	struct units_facts facts;
	struct settings settings;
	struct control_verdict verdict;
	char words[2048]; /* all reasons, a line each */
	char steps[STEPS_BYTES];
};

static const char *const KNOWN[] = {"/etc/systemd/system/a.service.d/ours.conf", NULL};

static void bed_init(struct bed *bed)
{
	*bed = (struct bed){.settings = {.control_unit_files = {KNOWN, 1}}, .facts = {.now_s = SAMPLE_NOW_S}};
	arena_init(&bed->arena, bed->memory, sizeof bed->memory);
}

static void judge(struct bed *bed)
{
	struct control_repair repair = {0};

	bed->verdict = units_judge(&bed->facts, &bed->settings, &bed->arena);
	plan_text_reasons(&bed->verdict, bed->words, sizeof bed->words);
	units_repair(&bed->facts, &bed->settings, &bed->arena, &repair);
	plan_text_steps(&repair, bed->steps, sizeof bed->steps);
}

/* --- each fault --- */

static void stopped(struct unit *u) { u->active = "inactive"; u->sub = "dead"; u->left_s = SAMPLE_NOW_S - 1; }
static void failed(struct unit *u) { u->active = "failed"; u->sub = "failed"; }
static void never_started(struct unit *u) { u->active = "inactive"; u->sub = "dead"; u->began_s = 0; }
static void crashed(struct unit *u) { u->active = "activating"; u->sub = "auto-restart"; u->left_s = SAMPLE_NOW_S - 1; }
static void disabled(struct unit *u) { u->file_state = "disabled"; }
static void enabled_until_boot(struct unit *u) { u->file_state = "enabled-runtime"; }
static void transient(struct unit *u) { u->file_state = "transient"; }
static void masked(struct unit *u) { u->file_state = "masked"; }
static void masked_and_stopped(struct unit *u) { u->file_state = "masked"; u->load = "masked"; u->active = "inactive"; u->sub = "dead"; }
static void deaf(struct unit *u) { u->listens = "/run/a"; u->deaf = true; }
static void masked_until_boot(struct unit *u) { u->file_state = "masked-runtime"; }
static void removed(struct unit *u) { u->load = "not-found"; u->active = "inactive"; u->sub = "dead"; u->file_state = ""; }
static void unreadable(struct unit *u) { u->load = "bad-setting"; u->active = "inactive"; }
static void frozen(struct unit *u) { u->freezer = "frozen"; }
static void frozen_by_parent(struct unit *u) { u->freezer = "frozen-by-parent"; }
static void sigstopped(struct unit *u) { u->stopped = true; }
static void drop_in(struct unit *u) { u->files[u->file_count++] = "/run/systemd/system/a.service.d/x.conf"; }
static void known_drop_in(struct unit *u) { u->files[u->file_count++] = KNOWN[0]; }
static void packages_drop_in(struct unit *u) { u->files[u->file_count++] = "/etc/systemd/system/clamav-daemon.service.d/extend.conf"; }
static void shadowed(struct unit *u) { u->fragment = "/etc/systemd/system/a.service"; u->files[u->file_count++] = u->fragment; }
static void company_unit(struct unit *u) { shadowed(u); u->packaged = false; }
static void no_elapse(struct unit *u) { u->elapse_s = 0; u->sub = "elapsed"; }
static void far_elapse(struct unit *u) { u->elapse_s = SAMPLE_NOW_S + UNIT_ELAPSE_MAX_S + 1; }
static void monotonic_elapse(struct unit *u) { u->elapse_s = 0; u->elapse_monotonic_us = 1; }
static void service_runs(struct unit *u) { u->elapse_s = 0; u->sub = "running"; }
static void restarting(struct unit *u) { u->active = "deactivating"; u->sub = "stop-sigterm"; u->left_s = SAMPLE_NOW_S - UNIT_RESTART_S; }
static void starting(struct unit *u) { u->active = "activating"; u->sub = "start"; u->began_s = SAMPLE_NOW_S - 5; }
static void starting_for_long(struct unit *u) { u->active = "activating"; u->sub = "start"; u->left_s = SAMPLE_NOW_S - UNIT_RESTART_S - 1; }
static void reloading(struct unit *u) { u->active = "reloading"; u->sub = "reload"; }
static void fine(struct unit *u) { (void)u; }
static void by_socket(struct unit *u) { u->file_state = "static"; }

static const struct row {
	const char *name, *unit;
	void (*spoil)(struct unit *);
	bool upgrading;
	enum posture_state state;
	const char *words, *steps; /* beginnings */
} ROWS[] = {
	{"fine", "a.service", fine, false, POSTURE_OK, "All services", ""},
	{"static", "a.service", by_socket, false, POSTURE_OK, "All services", ""},
	{"stop", "a.service", stopped, false, POSTURE_VIOLATED, "a.service is not active (dead).\n", "start a.service\n"},
	{"failed", "a.service", failed, false, POSTURE_VIOLATED, "a.service is not active (failed).\n", "start a.service\n"},
	{"not started at boot", "a.service", never_started, false, POSTURE_VIOLATED, "a.service is not active", "start a.service\n"},
	{"killed, started again by systemd", "a.service", crashed, false, POSTURE_VIOLATED, "a.service is not active (auto-restart).\n", "start a.service\n"},
	{"disable", "a.service", disabled, false, POSTURE_VIOLATED, "a.service is not started at the next boot (disabled).\n", "enable a.service\n"},
	{"enable --runtime", "a.service", enabled_until_boot, false, POSTURE_VIOLATED, "a.service is not started at the next boot", "enable a.service\n"},
	{"systemd-run under its name", "a.service", transient, false, POSTURE_VIOLATED, "a.service is not started at the next boot (transient).\n", "enable"},
	{"mask, still running", "a.service", masked, false, POSTURE_VIOLATED, "a.service is masked: nobody can start it.\n", "unmask a.service\nenable a.service\n"},
	{"mask --now", "a.service", masked_and_stopped, false, POSTURE_VIOLATED, "a.service is masked: nobody can start it.\na.service is not active (dead).\n",
	 "unmask a.service\nenable a.service\nstart a.service\n"},
	{"mask of a socket, still listening", "a.socket", masked, false, POSTURE_VIOLATED, "a.socket is masked: nobody can start it.\n",
	 "unmask a.socket\nenable a.socket\ncommand /usr/bin/systemctl restart --no-block a.socket\n"},
	{"unmasked by hand, the descriptor gone", "a.socket", deaf, false, POSTURE_VIOLATED, "a.socket is called active, but nobody listens at /run/a.\n",
	 "command /usr/bin/systemctl restart --no-block a.socket\n"},
	{"mask --runtime", "a.service", masked_until_boot, false, POSTURE_VIOLATED, "a.service is masked", "unmask a.service\n"},
	{"masked while a package is installed", "a.service", masked_and_stopped, true, POSTURE_VIOLATED, "a.service is masked", "unmask a.service\n"},
	{"package removed", "a.service", removed, false, POSTURE_VIOLATED, "a.service is not installed.\n", "enable a.service\nstart a.service\n"},
	{"unit file spoilt", "a.service", unreadable, false, POSTURE_VIOLATED, "a.service cannot be loaded (bad-setting).\n", "start a.service\n"},
	{"freeze", "a.service", frozen, false, POSTURE_VIOLATED, "a.service is frozen.\n", "thaw a.service\n"},
	{"its slice is frozen", "a.service", frozen_by_parent, false, POSTURE_VIOLATED, "a.service is frozen.\n", "thaw a.service\n"},
	{"kill -STOP", "a.service", sigstopped, false, POSTURE_VIOLATED, "a.service is stopped by a signal",
	 "thaw a.service\ncommand /usr/bin/systemctl kill --signal=SIGCONT a.service\n"},
	{"drop-in", "a.service", drop_in, false, POSTURE_VIOLATED, "a.service is changed by /run/systemd/system/a.service.d/x.conf, which",
	 "command /usr/bin/mv -f -- /run/systemd/system/a.service.d/x.conf /run/systemd/system/a.service.d/x.conf.put-aside\n"
	 "command /usr/bin/systemctl daemon-reload\ncommand /usr/bin/systemctl restart --no-block a.service\n"},
	{"a drop-in that the policy names", "a.service", known_drop_in, false, POSTURE_OK, "All services", ""},
	{"a drop-in that its package wrote", "a.service", packages_drop_in, false, POSTURE_OK, "All services", ""},
	{"another unit file in front of it", "a.service", shadowed, false, POSTURE_VIOLATED, "a.service is changed by /etc/systemd/system/a.service, which",
	 "command /usr/bin/mv -f -- /etc/systemd/system/a.service /etc/systemd/system/a.service.put-aside\n"},
	{"a unit of the company that is not named stays", "a.service", company_unit, false, POSTURE_VIOLATED, "a.service is changed by", ""},
	{"timer", "a.timer", fine, false, POSTURE_OK, "All services", ""},
	{"timer that has elapsed for good", "a.timer", no_elapse, false, POSTURE_VIOLATED, "a.timer will not elapse",
	 "command /usr/bin/systemctl restart --no-block a.timer\n"},
	{"timer put off for years", "a.timer", far_elapse, false, POSTURE_VIOLATED, "a.timer will not elapse", "command /usr/bin/systemctl restart"},
	{"timer by uptime", "a.timer", monotonic_elapse, false, POSTURE_OK, "All services", ""},
	{"timer whose service runs", "a.timer", service_runs, false, POSTURE_OK, "All services", ""},
	{"restart", "a.service", restarting, false, POSTURE_OK, "a.service is just being restarted.\n", ""},
	{"start", "a.service", starting, false, POSTURE_OK, "a.service is just being restarted.\n", ""},
	{"start that takes too long", "a.service", starting_for_long, false, POSTURE_VIOLATED, "a.service is not active (start).\n", "start a.service\n"},
	{"reload", "a.service", reloading, false, POSTURE_OK, "All services", ""},
	{"stopped by its package's upgrade", "a.service", stopped, true, POSTURE_OK, "a.service is just being restarted.\n", ""},
	{"never started, though a package is installed", "a.service", never_started, true, POSTURE_VIOLATED, "a.service is not active", "start a.service\n"},
	{"disabled while a package is installed", "a.service", disabled, true, POSTURE_VIOLATED, "a.service is not started", "enable a.service\n"},
};

static void each_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		const struct row *row = &ROWS[i];
		struct bed bed;

		bed_init(&bed);
		bed.facts.items[0] = unit_sample(row->unit);
		row->spoil(&bed.facts.items[0]);
		bed.facts.count = 1;
		bed.facts.upgrading = row->upgrading;
		judge(&bed);
		print_message("%s\n%s%s", row->name, bed.words, bed.steps);
		assert_int_equal(bed.verdict.state, row->state);
		assert_int_equal(strncmp(bed.words, row->words, strlen(row->words)), 0);
		assert_int_equal(strncmp(bed.steps, row->steps, strlen(row->steps)), 0);
		if (row->steps[0] == '\0')
			assert_string_equal(bed.steps, "");
	}
}

/* --- several, none, no answer --- */

static void what_a_timer_starts(void **state)
{
	struct bed bed;

	(void)state;
	bed_init(&bed);
	bed.facts.items[0] = unit_sample("scan.timer");
	bed.facts.triggered[0] = unit_sample("scan.service");
	bed.facts.count = 1;
	stopped(&bed.facts.triggered[0]);
	disabled(&bed.facts.triggered[0]);
	judge(&bed);
	assert_int_equal(bed.verdict.state, POSTURE_OK);
	assert_string_equal(bed.steps, "");
	masked_and_stopped(&bed.facts.triggered[0]);
	judge(&bed);
	assert_int_equal(bed.verdict.state, POSTURE_VIOLATED);
	assert_string_equal(bed.words, "scan.service is masked: nobody can start it.\n");
	assert_string_equal(bed.steps, "unmask scan.service\nenable scan.service\n");
	bed.facts.triggered[0] = unit_sample("scan.service");
	stopped(&bed.facts.triggered[0]);
	drop_in(&bed.facts.triggered[0]);
	judge(&bed);
	assert_int_equal(bed.verdict.state, POSTURE_VIOLATED);
}

static void the_weightiest_is_remedied(void **state)
{
	struct bed bed;

	(void)state;
	bed_init(&bed);
	for (bed.facts.count = 0; bed.facts.count < UNITS_MAX; bed.facts.count++)
		bed.facts.items[bed.facts.count] = unit_sample(bed.facts.count == 0 ? "fine.service" : "off.service");
	for (size_t i = 1; i < UNITS_MAX; i++)
		masked_and_stopped(&bed.facts.items[i]);
	judge(&bed);
	assert_int_equal(bed.verdict.state, POSTURE_VIOLATED);
	assert_int_equal(bed.verdict.reason_count, CONTROL_REASONS_MAX);
	assert_string_equal(bed.verdict.remedy.arguments[0], "off.service");
}

static void no_answer_is_unknown(void **state)
{
	struct bed bed;

	(void)state;
	bed_init(&bed);
	bed.facts.unreachable = "it does not answer in time";
	unit_init("a.service", &bed.facts.items[0]);
	bed.facts.count = 1;
	judge(&bed);
	assert_int_equal(bed.verdict.state, POSTURE_UNKNOWN);
	assert_string_equal(bed.words, "systemd cannot be asked: it does not answer in time.\n");
	assert_string_equal(bed.steps, "");
}

static void none_is_not_applicable(void **state)
{
	struct bed bed;

	(void)state;
	bed_init(&bed);
	judge(&bed);
	assert_int_equal(bed.verdict.state, POSTURE_NOT_APPLICABLE);
}

static void each_unit_is_watched(void **state)
{
	static const char *const names[] = {"a.service", "b.timer", NULL};
	struct control_watches watches = {0};
	unsigned kinds[WATCH_KIND_MAX] = {0};
	struct bed bed;

	(void)state;
	bed_init(&bed);
	bed.settings.control_units = (struct word_list){names, 2};
	units_watch(&bed.settings, &bed.arena, &watches);
	for (size_t i = 0; i < watches.count; i++)
		kinds[watches.items[i].kind]++;
	assert_int_equal(kinds[WATCH_UNIT], 2);
	assert_int_equal(kinds[WATCH_FILE], 7);
	assert_int_equal(kinds[WATCH_INTERVAL], 1);
	assert_string_equal(watches.items[1].name, "/sys/fs/cgroup/system.slice/a.service");
}

/* --- what systemd tells --- */

struct property {
	const char *name;
	int type; /* 'a' = list of texts, by comma; 'p' = list of pairs of texts: "Stream /run/a,FIFO /run/b" */
	const char *text;
	uint64_t number;
};

static void append_list(DBusMessageIter *variant, const char *text)
{
	DBusMessageIter list;
	char word[128];
	size_t len;

	assert_true(dbus_message_iter_open_container(variant, DBUS_TYPE_ARRAY, "s", &list));
	for (; *text != '\0'; text += len + (text[len] == ',')) {
		const char *p = word;

		len = strcspn(text, ",");
		(void)snprintf(word, sizeof word, "%.*s", (int)len, text);
		assert_true(dbus_message_iter_append_basic(&list, DBUS_TYPE_STRING, &p));
	}
	assert_true(dbus_message_iter_close_container(variant, &list));
}

static void append_pairs(DBusMessageIter *variant, const char *text)
{
	DBusMessageIter list, pair;

	assert_true(dbus_message_iter_open_container(variant, DBUS_TYPE_ARRAY, "(ss)", &list));
	for (const char *next; *text != '\0'; text = next) {
		char words[128], *first = words, *second;

		next = strchrnul(text, ',');
		(void)snprintf(words, sizeof words, "%.*s", (int)(next - text), text);
		next += *next == ',';
		second = strchr(words, ' ');
		*second++ = '\0';
		assert_true(dbus_message_iter_open_container(&list, DBUS_TYPE_STRUCT, NULL, &pair));
		assert_true(dbus_message_iter_append_basic(&pair, DBUS_TYPE_STRING, &first));
		assert_true(dbus_message_iter_append_basic(&pair, DBUS_TYPE_STRING, &second));
		assert_true(dbus_message_iter_close_container(&list, &pair));
	}
	assert_true(dbus_message_iter_close_container(variant, &list));
}

static void append(DBusMessageIter *pairs, const struct property *property)
{
	const char letter[] = {(char)property->type, '\0'}, *signature = letter[0] == 'a' ? "as" : letter[0] == 'p' ? "a(ss)" : letter;
	const uint32_t small = (uint32_t)property->number;
	DBusMessageIter pair, variant;

	assert_true(dbus_message_iter_open_container(pairs, DBUS_TYPE_DICT_ENTRY, NULL, &pair));
	assert_true(dbus_message_iter_append_basic(&pair, DBUS_TYPE_STRING, &property->name));
	assert_true(dbus_message_iter_open_container(&pair, DBUS_TYPE_VARIANT, signature, &variant));
	if (property->type == 'a')
		append_list(&variant, property->text);
	else if (property->type == 'p')
		append_pairs(&variant, property->text);
	else if (property->type == 's')
		assert_true(dbus_message_iter_append_basic(&variant, DBUS_TYPE_STRING, &property->text));
	else if (property->type == 't')
		assert_true(dbus_message_iter_append_basic(&variant, DBUS_TYPE_UINT64, &property->number));
	else
		assert_true(dbus_message_iter_append_basic(&variant, DBUS_TYPE_UINT32, &small));
	assert_true(dbus_message_iter_close_container(&pair, &variant));
	assert_true(dbus_message_iter_close_container(pairs, &pair));
}

static DBusMessage *all_of(const struct property *properties, size_t count)
{
	DBusMessage *m = dbus_message_new(DBUS_MESSAGE_TYPE_METHOD_RETURN);
	DBusMessageIter at, pairs;

	dbus_message_iter_init_append(m, &at);
	assert_true(dbus_message_iter_open_container(&at, DBUS_TYPE_ARRAY, "{sv}", &pairs));
	for (size_t i = 0; i < count; i++)
		append(&pairs, &properties[i]);
	assert_true(dbus_message_iter_close_container(&at, &pairs));
	return m;
}

static void what_systemd_tells_is_read(void **state)
{
	static const struct property properties[] = {
		{"LoadState", 's', "loaded", 0},
		{"ActiveState", 's', "active", 0},
		{"SubState", 's', "waiting", 0},
		{"FreezerState", 's', "running", 0},
		{"FragmentPath", 's', "/etc/systemd/system/a.timer", 0},
		{"ControlGroup", 's', "/system.slice/a", 0},
		{"DropInPaths", 'a', "/usr/lib/systemd/system/a.timer.d/x.conf,/run/systemd/generator/a.timer.d/x.conf,/etc/systemd/system/a.timer.d/y.conf", 0},
		{"Triggers", 'a', "a.service,b.service", 0},
		{"MainPID", 'u', NULL, 17},
		{"ActiveExitTimestamp", 't', NULL, 5000001},
		{"InactiveExitTimestamp", 't', NULL, 7999999},
		{"NextElapseUSecRealtime", 't', NULL, UINT64_MAX},
		{"NextElapseUSecMonotonic", 't', NULL, 12},
		{"SubState", 'u', NULL, 3}, /* of another type */
		{"Id", 's', "other", 0},
	};
	DBusMessage *m = all_of(properties, sizeof properties / sizeof properties[0]), *wrong = dbus_message_new(DBUS_MESSAGE_TYPE_METHOD_RETURN);
	struct unit unit;
	struct bed bed;

	(void)state;
	bed_init(&bed);
	unit_init("a.timer", &unit);
	assert_true(unit_read(m, &bed.arena, &unit));
	assert_string_equal(unit.load, "loaded");
	assert_string_equal(unit.active, "active");
	assert_string_equal(unit.sub, "waiting");
	assert_string_equal(unit.freezer, "running");
	assert_string_equal(unit.cgroup, "/system.slice/a");
	assert_string_equal(unit.triggers, "a.service");
	assert_int_equal(unit.main_pid, 17);
	assert_int_equal(unit.left_s, 5);
	assert_int_equal(unit.began_s, 7);
	assert_int_equal(unit.elapse_s, 0);
	assert_int_equal(unit.elapse_monotonic_us, 12);
	assert_int_equal(unit.file_count, 2);
	assert_string_equal(unit.files[0], "/etc/systemd/system/a.timer.d/y.conf");
	assert_string_equal(unit.files[1], "/etc/systemd/system/a.timer");
	assert_false(unit_read(wrong, &bed.arena, &unit));
	assert_false(unit_read(NULL, &bed.arena, &unit));
	dbus_message_unref(m);
	dbus_message_unref(wrong);
}

/* The first path at which connections are waited for: nobody connects to a datagram socket or a FIFO, nor is a port a path. */
static void where_a_socket_listens_is_read(void **state)
{
	static const struct {
		const char *name;
		struct property listen;
		const char *want;
	} rows[] = {
		{"a path", {"Listen", 'p', "Stream /run/a", 0}, "/run/a"},
		{"whole packets", {"Listen", 'p', "SequentialPacket /run/a", 0}, "/run/a"},
		{"the first of two", {"Listen", 'p', "Stream /run/b,Stream /run/a", 0}, "/run/b"},
		{"behind a port and the abstract", {"Listen", 'p', "Stream 22,Stream @a,Stream /run/a", 0}, "/run/a"},
		{"datagrams", {"Listen", 'p', "Datagram /run/a", 0}, ""},
		{"a FIFO", {"Listen", 'p', "FIFO /run/a", 0}, ""},
		{"none", {"Listen", 'p', "", 0}, ""},
		{"of another type", {"Listen", 'a', "Stream,/run/a", 0}, ""},
		{"a text", {"Listen", 's', "/run/a", 0}, ""},
		{"another property", {"Symlinks", 'p', "Stream /run/a", 0}, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		DBusMessage *m = all_of(&rows[i].listen, 1);
		struct unit unit;
		struct bed bed;

		print_message("%s\n", rows[i].name);
		bed_init(&bed);
		unit_init("a.socket", &unit);
		assert_true(unit_read(m, &bed.arena, &unit));
		assert_string_equal(unit.listens, rows[i].want);
		assert_false(unit.deaf); /* that is looked for elsewhere */
		dbus_message_unref(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault),          cmocka_unit_test(what_a_timer_starts),    cmocka_unit_test(the_weightiest_is_remedied),
		cmocka_unit_test(no_answer_is_unknown), cmocka_unit_test(none_is_not_applicable), cmocka_unit_test(each_unit_is_watched),
		cmocka_unit_test(what_systemd_tells_is_read), cmocka_unit_test(where_a_socket_listens_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
