/* SPDX-License-Identifier: BSD-2-Clause */
/* What the control "antivirus" has watched, and what puts ClamAV right. */
#include <string.h>

#include "antivirus.h"

#define INTERVAL_S 600

void antivirus_watch(const struct settings *settings, struct arena *arena, struct control_watches *watches)
{
	static const char *const kept[] = {ANTIVIRUS_CLAMD_CONF, ANTIVIRUS_FRESHCLAM_CONF};
	static const char *const files[] = {ANTIVIRUS_DATABASE, ANTIVIRUS_SOCKET, ANTIVIRUS_CRON,
					    "/var/lib/mutex/antivirus"};

	control_add_watch(watches, WATCH_INTERVAL, "signatures, scans and tests grow old; a scanner that hangs, and other products, tell nobody", INTERVAL_S);
	if (!antivirus_wants(settings, ANTIVIRUS_CLAMAV))
		return;
	for (enum antivirus_unit unit = 0; unit < ANTIVIRUS_UNIT_MAX; unit++)
		unit_watch(antivirus_unit_name(unit), arena, watches);
	unit_watch_common(watches);
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
		control_add_watch(watches, WATCH_BASELINE, kept[i], 0);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		control_add_watch(watches, WATCH_FILE, files[i], 0);
}

static bool conf_is_loose(const struct antivirus_facts *f, const struct settings *settings)
{
	const char *prevention = clam_conf_value(&f->clamd_conf, "OnAccessPrevention");

	return !f->clamd_conf_there || antivirus_loosened(&f->clamd_conf, settings) != NULL || ((prevention == NULL || !clam_is_yes(prevention)) && !f->moves) ||
	       (clam_conf_value(&f->clamd_conf, "OnAccessIncludePath") == NULL && clam_conf_value(&f->clamd_conf, "OnAccessMountPath") == NULL);
}

/* As `mutexctl apply` kept it, read by the programs that use it. */
static void restore(struct control_repair *repair, const char *file, enum antivirus_unit unit)
{
	const char *const restart[] = {"/usr/bin/systemctl", "try-restart", "--no-block", antivirus_unit_name(unit), NULL};

	control_add_step(repair, STEP_FILE_RESTORE, file);
	control_add_command(repair, "let it read its settings anew", restart);
}

static void repair_updates(const struct antivirus_facts *f, const struct unit_setting *setting, struct control_repair *repair, struct arena *arena)
{
	const char *checks = f->freshclam_conf_there ? clam_conf_value(&f->freshclam_conf, "Checks") : NULL;

	if (!f->update_cron && !unit_is_fine(&f->units[UNIT_UPDATE_TIMER], setting))
		unit_repair(&f->units[UNIT_UPDATER], setting, arena, repair);
	if (!f->freshclam_conf_there || (checks != NULL && strcmp(checks, "0") == 0))
		restore(repair, ANTIVIRUS_FRESHCLAM_CONF, UNIT_UPDATER);
}

void antivirus_repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair)
{
	const struct antivirus_facts *f = facts;
	const struct unit_setting setting = {.files = &settings->control_unit_files, .now_s = f->now_s, .upgrading = f->upgrading};
	static const char *const again[] = {"/usr/bin/systemctl", "restart", "--no-block", "clamav-daemon.socket", "clamav-daemon.service", NULL};

	if (!antivirus_wants(settings, ANTIVIRUS_CLAMAV) || f->unreachable != NULL || strcmp(f->units[UNIT_CLAMD].load, "not-found") == 0)
		return;
	if (conf_is_loose(f, settings)) {
		restore(repair, ANTIVIRUS_CLAMD_CONF, UNIT_CLAMD);
		restore(repair, ANTIVIRUS_CLAMD_CONF, UNIT_ON_ACCESS);
	}
	unit_repair(&f->units[UNIT_CLAMD], &setting, arena, repair);
	if (f->clamd_silent != NULL && unit_is_fine(&f->units[UNIT_CLAMD], &setting))
		control_add_command(repair, "start the scanner that does not answer anew", again);
	unit_repair(&f->units[UNIT_ON_ACCESS], &setting, arena, repair);
	repair_updates(f, &setting, repair, arena);
	unit_repair(&f->units[UNIT_SCAN_TIMER], &setting, arena, repair);
	unit_repair(&f->units[UNIT_TEST_TIMER], &setting, arena, repair);
	if (!f->test_there || f->now_s - f->test.time > settings->control_test_age || f->test.outcome < TEST_QUARANTINED)
		control_add_step(repair, STEP_UNIT_START, "mutex-antivirus-test.service");
	if (!f->scan_there || f->now_s - f->scan.ended > settings->control_scan_age)
		control_add_step(repair, STEP_UNIT_START, "mutex-antivirus-scan.service");
}
