/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the judge and the plan of control "antivirus": each way to switch the scanner off or to loosen it, and what puts it right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "antivirus.h"
#include "plan_text.h"
#include "unit_sample.h"

#define ARENA_BYTES (1024 * 1024)
#define HOUR_S INT64_C(3600)

static const char CONF[] = "LocalSocket /run/clamav/clamd.ctl\nScanPE true\nOnAccessIncludePath /home\nOnAccessPrevention yes\nOnAccessExcludeUname clamav\n";

struct bed {
	struct arena arena;
	struct antivirus_facts facts;
	struct settings settings;
	struct control_verdict verdict;
	char words[4096], remedy[1024], steps[4096];
};

static void set_conf(struct bed *bed, const char *conf)
{
	assert_int_equal(clam_conf_parse(conf, strlen(conf), &bed->arena, &bed->facts.clamd_conf), 0);
}

static void set_freshclam(struct bed *bed, const char *conf)
{
	assert_int_equal(clam_conf_parse(conf, strlen(conf), &bed->arena, &bed->facts.freshclam_conf), 0);
}

/* A computer on which all is well. */
static void bed_init(struct bed *bed)
{
	static unsigned char memory[ARENA_BYTES];
	struct antivirus_facts *f = &bed->facts;

	memset(bed, 0, sizeof *bed);
	arena_init(&bed->arena, memory, sizeof memory);
	bed->settings.control_signature_age = 3 * DAY_S;
	bed->settings.control_scan_age = 9 * DAY_S;
	bed->settings.control_test_age = 2 * DAY_S;
	f->now_s = SAMPLE_NOW_S;
	for (enum antivirus_unit unit = 0; unit < ANTIVIRUS_UNIT_MAX; unit++)
		f->units[unit] = unit_sample(antivirus_unit_name(unit));
	f->units[UNIT_UPDATE_TIMER].file_state = "disabled";
	f->units[UNIT_UPDATE_TIMER].active = "inactive";
	f->loaded = (struct clam_header){.version = 27500, .built_s = SAMPLE_NOW_S - DAY_S};
	f->on_disk = (struct clam_header){.version = 27500, .built_s = SAMPLE_NOW_S - DAY_S};
	f->clamd_conf_there = f->freshclam_conf_there = f->watches = f->moves = f->scan_there = f->test_there = true;
	set_conf(bed, CONF);
	set_freshclam(bed, "Checks 24\n");
	f->scan = (struct antivirus_scan){.began = SAMPLE_NOW_S - DAY_S, .ended = SAMPLE_NOW_S - DAY_S, .outcome = SCAN_COMPLETE, .scanned = 100000};
	f->test = (struct antivirus_test){.time = SAMPLE_NOW_S - HOUR_S, .outcome = TEST_PREVENTED, .folder = "/home"};
}

static void judge(struct bed *bed)
{
	struct control_repair repair = {0};
	struct text t;

	bed->verdict = antivirus_judge(&bed->facts, &bed->settings, &bed->arena);
	plan_text_reasons(&bed->verdict, bed->words, sizeof bed->words);
	TEXT_INTO(&t, bed->remedy);
	message_add(&t, LANGUAGE_EN, bed->verdict.remedy.id, bed->verdict.remedy.arguments, bed->verdict.remedy.count);
	antivirus_repair(&bed->facts, &bed->settings, &bed->arena, &repair);
	plan_text_steps(&repair, bed->steps, sizeof bed->steps);
}

/* --- each fault --- */

static void stop(struct unit *u) { u->active = "inactive"; u->sub = "dead"; u->left_s = SAMPLE_NOW_S - 1; }
static void fine(struct bed *b) { (void)b; }
static void clamd_stopped(struct bed *b) { stop(&b->facts.units[UNIT_CLAMD]); b->facts.clamd_silent = "its socket is not there"; }
static void clamd_hangs(struct bed *b) { b->facts.clamd_silent = "it does not answer in time"; }
static void clamd_starts(struct bed *b) { b->facts.clamd_silent = "it does not answer in time"; b->facts.units[UNIT_CLAMD].began_s = SAMPLE_NOW_S - 20; }
static void clamd_masked(struct bed *b) { b->facts.units[UNIT_CLAMD].file_state = "masked"; }
static void clamd_neutered(struct bed *b)
{
	struct unit *u = &b->facts.units[UNIT_CLAMD];

	u->files[u->file_count++] = "/etc/systemd/system/clamav-daemon.service.d/x.conf";
}
static void clamonacc_stopped(struct bed *b) { stop(&b->facts.units[UNIT_ON_ACCESS]); b->facts.watches = b->facts.moves = false; }
static void clamonacc_stopped_by_signal(struct bed *b) { b->facts.units[UNIT_ON_ACCESS].stopped = true; }
static void clamonacc_blind(struct bed *b) { b->facts.watches = false; }
static void detect_only(struct bed *b) { set_conf(b, "OnAccessIncludePath /home\n"); b->facts.moves = false; }
static void prevention_no(struct bed *b) { set_conf(b, "OnAccessIncludePath /home\nOnAccessPrevention no\n"); b->facts.moves = false; }
static void quarantine_is_enough(struct bed *b) { set_conf(b, "OnAccessIncludePath /home\nOnAccessPrevention no\n"); }
static void prevention_is_enough(struct bed *b) { b->facts.moves = false; }
static void mount_path(struct bed *b) { set_conf(b, "OnAccessMountPath /home\nOnAccessPrevention TRUE\n"); }
static void nothing_watched(struct bed *b) { set_conf(b, "OnAccessPrevention yes\n"); }
static void exclude_path(struct bed *b) { set_conf(b, "OnAccessIncludePath /home\nOnAccessPrevention yes\nExcludePath ^/home/\n"); }
static void exclude_on_access(struct bed *b) { set_conf(b, "OnAccessIncludePath /home\nOnAccessPrevention yes\nOnAccessExcludePath /home/alice\n"); }
static void exclude_user(struct bed *b) { set_conf(b, "OnAccessIncludePath /home\nOnAccessPrevention yes\nOnAccessExcludeUname alice\n"); }
static void exclude_uid(struct bed *b) { set_conf(b, "OnAccessIncludePath /home\nOnAccessPrevention yes\nOnAccessExcludeUID 1000\n"); }
static void exclude_root(struct bed *b) { set_conf(b, "OnAccessIncludePath /home\nOnAccessPrevention yes\nOnAccessExcludeRootUID yes\n"); }
static void archives_off(struct bed *b) { set_conf(b, "OnAccessIncludePath /home\nOnAccessPrevention yes\nScanArchive False\n"); }
static void tiny_files(struct bed *b) { set_conf(b, "OnAccessIncludePath /home\nOnAccessPrevention yes\nMaxFileSize 1K\n"); }
static void no_limit(struct bed *b) { set_conf(b, "OnAccessIncludePath /home\nOnAccessPrevention yes\nMaxFileSize 0\nOnAccessMaxFileSize 5M\n"); }
static void allowed_exclusion(struct bed *b)
{
	static const char *const words[] = {"ExcludePath ^/srv/build/", NULL};

	b->settings.control_exclusions = (struct word_list){words, 1};
	set_conf(b, "OnAccessIncludePath /home\nOnAccessPrevention yes\nExcludePath ^/srv/build/\n");
}
static void another_exclusion(struct bed *b) { allowed_exclusion(b); set_conf(b, "OnAccessIncludePath /home\nOnAccessPrevention yes\nExcludePath ^/srv/\n"); }
static void conf_gone(struct bed *b) { b->facts.clamd_conf_there = false; set_conf(b, ""); b->facts.moves = false; }
static void no_signatures(struct bed *b) { b->facts.on_disk.version = 0; }
static void future_signatures(struct bed *b) { b->facts.on_disk.built_s = SAMPLE_NOW_S + 2 * DAY_S; }
static void old_signatures(struct bed *b) { b->facts.on_disk.built_s = b->facts.loaded.built_s = SAMPLE_NOW_S - 3 * DAY_S - 1; }
static void just_in_time(struct bed *b) { b->facts.on_disk.built_s = b->facts.loaded.built_s = SAMPLE_NOW_S - 3 * DAY_S; }
static void not_reloaded(struct bed *b) { b->facts.loaded.built_s = SAMPLE_NOW_S - 10 * DAY_S; }
static void does_not_say(struct bed *b) { b->facts.loaded.version = 0; }
static void freshclam_stopped(struct bed *b) { stop(&b->facts.units[UNIT_UPDATER]); }
static void freshclam_disabled(struct bed *b) { b->facts.units[UNIT_UPDATER].file_state = "disabled"; }
static void freshclam_by_timer(struct bed *b) { freshclam_stopped(b); freshclam_disabled(b); b->facts.units[UNIT_UPDATE_TIMER] = unit_sample("clamav-freshclam-once.timer"); }
static void freshclam_by_cron(struct bed *b) { freshclam_stopped(b); freshclam_disabled(b); b->facts.update_cron = true; }
static void checks_zero(struct bed *b) { set_freshclam(b, "Checks 0\n"); }
static void checks_nonsense(struct bed *b) { set_freshclam(b, "Checks never\n"); }
static void no_scan(struct bed *b) { b->facts.scan_there = false; }
static void scan_cut_off(struct bed *b) { b->facts.scan.outcome = SCAN_CUT_OFF; }
static void scan_of_nothing(struct bed *b) { b->facts.scan.scanned = 0; }
static void old_scan(struct bed *b) { b->facts.scan.ended = SAMPLE_NOW_S - 9 * DAY_S - 1; }
static void infected(struct bed *b) { b->facts.scan.found = 2; memcpy(b->facts.scan.first, "/home/x", 8); }
static void scan_timer_stopped(struct bed *b) { stop(&b->facts.units[UNIT_SCAN_TIMER]); }
static void no_test(struct bed *b) { b->facts.test_there = false; }
static void old_test(struct bed *b) { b->facts.test.time = SAMPLE_NOW_S - 2 * DAY_S - 1; }
static void test_missed(struct bed *b) { b->facts.test.outcome = TEST_MISSED; }
static void test_detected(struct bed *b) { b->facts.test.outcome = TEST_DETECTED; }
static void test_nowhere(struct bed *b) { test_detected(b); b->facts.test.folder[0] = '\0'; }
static void test_quarantined(struct bed *b) { b->facts.test.outcome = TEST_QUARANTINED; }
static void test_timer_masked(struct bed *b) { b->facts.units[UNIT_TEST_TIMER].file_state = "masked"; }
static void removed(struct bed *b)
{
	for (enum antivirus_unit unit = UNIT_CLAMD; unit <= UNIT_UPDATE_TIMER; unit++)
		b->facts.units[unit].load = "not-found";
	b->facts.clamd_silent = "its socket is not there";
	b->facts.clamd_conf_there = false;
}
static void no_bus(struct bed *b) { b->facts.unreachable = "the system bus is not there"; }

#define RESTART_CLAMD "command /usr/bin/systemctl try-restart --no-block clamav-daemon.service\n"
#define RESTORE_CONF "restore /etc/clamav/clamd.conf\n" RESTART_CLAMD

static const struct row {
	const char *name;
	void (*spoil)(struct bed *);
	enum posture_state state;
	const char *words, *steps; /* beginnings */
} ROWS[] = {
	{"fine", fine, POSTURE_OK, "ClamAV prevents or quarantines: signatures are 1d old, the last whole scan was 1d ago, the live test (\"prevented\") 1h ago.\n", ""},
	{"clamd stopped", clamd_stopped, POSTURE_VIOLATED, "clamav-daemon.service is not active (dead).\nclamd, the scanner, does not answer: its socket is not there.\n",
	 "start clamav-daemon.service\n"},
	{"clamd hangs", clamd_hangs, POSTURE_VIOLATED, "clamd, the scanner, does not answer: it does not answer in time.\n",
	 "command /usr/bin/systemctl restart --no-block clamav-daemon.socket clamav-daemon.service\n"},
	{"clamd reads its signatures", clamd_starts, POSTURE_OK, "ClamAV prevents", NULL},
	{"clamd masked", clamd_masked, POSTURE_VIOLATED, "clamav-daemon.service is masked", "unmask clamav-daemon.service\n"},
	{"clamd neutered by a drop-in", clamd_neutered, POSTURE_VIOLATED, "clamav-daemon.service is changed by", "command /usr/bin/mv"},
	{"clamonacc stopped", clamonacc_stopped, POSTURE_VIOLATED, "clamav-clamonacc.service is not active (dead).\n", "start clamav-clamonacc.service\n"},
	{"clamonacc stopped by a signal", clamonacc_stopped_by_signal, POSTURE_VIOLATED, "clamav-clamonacc.service is stopped by a signal", "thaw clamav-clamonacc.service\n"},
	{"clamonacc without fanotify", clamonacc_blind, POSTURE_VIOLATED, "clamonacc runs, but the kernel does not ask it", NULL},
	{"detects only", detect_only, POSTURE_VIOLATED, "Malware would be detected, but neither prevented nor quarantined", RESTORE_CONF},
	{"OnAccessPrevention no", prevention_no, POSTURE_VIOLATED, "Malware would be detected, but neither", RESTORE_CONF},
	{"quarantine is enough", quarantine_is_enough, POSTURE_OK, "ClamAV prevents", ""},
	{"prevention is enough", prevention_is_enough, POSTURE_OK, "ClamAV prevents", ""},
	{"whole mounts are watched", mount_path, POSTURE_OK, "ClamAV prevents", ""},
	{"nothing is watched", nothing_watched, POSTURE_VIOLATED, "clamd.conf has no OnAccessIncludePath", RESTORE_CONF},
	{"ExcludePath", exclude_path, POSTURE_VIOLATED, "clamd.conf loosens the scanner: \"ExcludePath ^/home/\".\n", RESTORE_CONF},
	{"OnAccessExcludePath", exclude_on_access, POSTURE_VIOLATED, "clamd.conf loosens the scanner: \"OnAccessExcludePath /home/alice\".\n", RESTORE_CONF},
	{"OnAccessExcludeUname", exclude_user, POSTURE_VIOLATED, "clamd.conf loosens the scanner: \"OnAccessExcludeUname alice\".\n", RESTORE_CONF},
	{"OnAccessExcludeUID", exclude_uid, POSTURE_VIOLATED, "clamd.conf loosens the scanner: \"OnAccessExcludeUID 1000\".\n", RESTORE_CONF},
	{"OnAccessExcludeRootUID", exclude_root, POSTURE_VIOLATED, "clamd.conf loosens the scanner: \"OnAccessExcludeRootUID yes\".\n", RESTORE_CONF},
	{"ScanArchive no", archives_off, POSTURE_VIOLATED, "clamd.conf loosens the scanner: \"ScanArchive False\".\n", RESTORE_CONF},
	{"MaxFileSize 1K", tiny_files, POSTURE_VIOLATED, "clamd.conf loosens the scanner: \"MaxFileSize 1K\".\n", RESTORE_CONF},
	{"no limit of size", no_limit, POSTURE_OK, "ClamAV prevents", ""},
	{"an exclusion of the policy", allowed_exclusion, POSTURE_OK, "ClamAV prevents", ""},
	{"a wider one", another_exclusion, POSTURE_VIOLATED, "clamd.conf loosens the scanner: \"ExcludePath ^/srv/\".\n", RESTORE_CONF},
	{"clamd.conf is gone", conf_gone, POSTURE_VIOLATED, "/etc/clamav/clamd.conf cannot be read", RESTORE_CONF},
	{"no signatures", no_signatures, POSTURE_VIOLATED, "There are no daily signatures", NULL},
	{"signatures of the day after tomorrow", future_signatures, POSTURE_VIOLATED, "There are no daily signatures", NULL},
	{"signatures too old", old_signatures, POSTURE_VIOLATED, "The signatures are 3d old.\n", NULL},
	{"signatures just not too old", just_in_time, POSTURE_OK, "ClamAV prevents", ""},
	{"new signatures that clamd has not read", not_reloaded, POSTURE_VIOLATED, "The signatures are 9d old.\n", NULL},
	{"a clamd that does not tell its version", does_not_say, POSTURE_OK, "ClamAV prevents", ""},
	{"freshclam stopped", freshclam_stopped, POSTURE_VIOLATED, "Signatures are not updated", "start clamav-freshclam.service\n"},
	{"freshclam disabled", freshclam_disabled, POSTURE_VIOLATED, "Signatures are not updated", "enable clamav-freshclam.service\n"},
	{"freshclam by its timer", freshclam_by_timer, POSTURE_OK, "ClamAV prevents", ""},
	{"freshclam by cron", freshclam_by_cron, POSTURE_OK, "ClamAV prevents", ""},
	{"Checks 0", checks_zero, POSTURE_VIOLATED, "freshclam never looks for new signatures (Checks 0).\n", "restore /etc/clamav/freshclam.conf\n"},
	{"Checks never", checks_nonsense, POSTURE_VIOLATED, "freshclam never looks", NULL},
	{"never scanned", no_scan, POSTURE_VIOLATED, "There was no whole scan yet.\n", "start mutex-antivirus-scan.service\n"},
	{"scan cut off", scan_cut_off, POSTURE_VIOLATED, "There was no whole scan yet.\n", NULL},
	{"scan of nothing", scan_of_nothing, POSTURE_VIOLATED, "There was no whole scan yet.\n", NULL},
	{"scan too old", old_scan, POSTURE_VIOLATED, "The last whole scan was 9d ago.\n", "start mutex-antivirus-scan.service\n"},
	{"infected files", infected, POSTURE_VIOLATED, "The last scan found 2 infected files, the first of them /home/x.\n", ""},
	{"scan's timer stopped", scan_timer_stopped, POSTURE_VIOLATED, "mutex-antivirus-scan.timer is not active", "start mutex-antivirus-scan.timer\n"},
	{"never tried", no_test, POSTURE_VIOLATED, "The scanner has not been tried yet", "start mutex-antivirus-test.service\n"},
	{"tried too long ago", old_test, POSTURE_VIOLATED, "The scanner was last tried with the harmless test file 2d ago.\n", "start mutex-antivirus-test.service\n"},
	{"the test file was not found", test_missed, POSTURE_VIOLATED, "The scanner did not find the harmless test file.\n", "start mutex-antivirus-test.service\n"},
	{"the test file could be opened", test_detected, POSTURE_VIOLATED, "The scanner knows the harmless test file, but it could be opened in a watched folder (/home).\n", NULL},
	{"the test had no folder", test_nowhere, POSTURE_VIOLATED, "clamd knows the harmless test file; more could not be tried", NULL},
	{"the test file was moved away", test_quarantined, POSTURE_OK, "ClamAV prevents", ""},
	{"test's timer masked", test_timer_masked, POSTURE_VIOLATED, "mutex-antivirus-test.timer is masked", "unmask mutex-antivirus-test.timer\n"},
	{"package removed", removed, POSTURE_VIOLATED, "No antivirus is installed (clamav is asked for).\n", ""},
	{"no answer from systemd", no_bus, POSTURE_UNKNOWN, "systemd cannot be asked: the system bus is not there.\n", ""},
};

static void each_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		const struct row *row = &ROWS[i];
		static struct bed bed;

		bed_init(&bed);
		row->spoil(&bed);
		judge(&bed);
		print_message("%s\n%s%s", row->name, bed.words, bed.steps);
		assert_int_equal(bed.verdict.state, row->state);
		assert_int_equal(strncmp(bed.words, row->words, strlen(row->words)), 0);
		if (row->steps != NULL)
			assert_int_equal(strncmp(bed.steps, row->steps, strlen(row->steps)), 0);
		if (row->steps != NULL && row->steps[0] == '\0')
			assert_string_equal(bed.steps, "");
		assert_true(row->state == POSTURE_OK || bed.remedy[0] != '\0');
	}
}

/* --- other products --- */

static void set_answer(struct bed *bed, size_t index, const char *answer)
{
	bed->facts.products[index].answer = answer;
	bed->facts.products[index].len = strlen(answer);
}

static void other_products(void **state)
{
	static const char *const mdatp[] = {"mdatp"}, *const falcon[] = {"falcon"}, *const any[] = {"clamav", "mdatp"};
	static const char good[] = "{\"healthy\": true, \"realTimeProtectionEnabled\": {\"value\": true}, \"definitionsStatus\": {\"$type\": \"upToDate\"}}";
	static const struct {
		const char *name;
		const char *const *products;
		size_t count, index;
		const char *answer, *silent;
		void (*spoil)(struct bed *);
		enum posture_state state;
		const char *words;
	} rows[] = {
		{"mdatp", mdatp, 1, 0, good, NULL, removed, POSTURE_OK, "mdatp says that it protects this computer"},
		{"mdatp in passive mode", mdatp, 1, 0,
		 "{\"healthy\": true, \"realTimeProtectionEnabled\": {\"value\": false}, \"definitionsStatus\": {\"$type\": \"upToDate\"}}", NULL, fine, POSTURE_VIOLATED,
		 "mdatp does not say \"realTimeProtectionEnabled.value = true\".\n"},
		{"mdatp out of date", mdatp, 1, 0,
		 "{\"healthy\": true, \"realTimeProtectionEnabled\": {\"value\": true}, \"definitionsStatus\": {\"$type\": \"outdated\"}}", NULL, fine, POSTURE_VIOLATED,
		 "mdatp does not say \"definitionsStatus.$type = upToDate\".\n"},
		{"mdatp says half a word", mdatp, 1, 0, "{\"healthy\": tr", NULL, fine, POSTURE_VIOLATED, "mdatp does not say \"healthy = true\".\n"},
		{"mdatp is not there", mdatp, 1, 0, NULL, "it is not installed", fine, POSTURE_VIOLATED, "mdatp does not say how it is: it is not installed.\n"},
		{"falcon", falcon, 1, 1, "rfm-state=false.\n", NULL, removed, POSTURE_OK, "falcon says that it protects"},
		{"falcon sees nothing", falcon, 1, 1, "rfm-state=true.\n", NULL, fine, POSTURE_VIOLATED, "falcon does not say \"rfm-state=false\".\n"},
		{"either of two: the second", any, 2, 0, good, NULL, removed, POSTURE_OK, "mdatp says"},
		{"either of two: the first", any, 2, 0, NULL, "it is not installed", fine, POSTURE_OK, "ClamAV prevents"},
		{"neither: the one that is there", any, 2, 0, "{}", NULL, removed, POSTURE_VIOLATED, "mdatp does not say \"healthy = true\".\n"},
		{"none at all", any, 2, 0, NULL, "it is not installed", removed, POSTURE_VIOLATED, "No antivirus is installed (clamav is asked for).\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		static struct bed bed;

		bed_init(&bed);
		rows[i].spoil(&bed);
		bed.settings.control_scanners = (struct word_list){rows[i].products, rows[i].count};
		if (rows[i].answer != NULL)
			set_answer(&bed, rows[i].index, rows[i].answer);
		bed.facts.products[rows[i].index].silent = rows[i].silent;
		judge(&bed);
		print_message("%s\n%s", rows[i].name, bed.words);
		assert_int_equal(bed.verdict.state, rows[i].state);
		assert_int_equal(strncmp(bed.words, rows[i].words, strlen(rows[i].words)), 0);
	}
}

static void what_is_watched(void **state)
{
	static const char *const mdatp[] = {"mdatp"};
	struct control_watches watches = {0};
	static struct bed bed;
	unsigned units = 0;

	(void)state;
	bed_init(&bed);
	antivirus_watch(&bed.settings, &bed.arena, &watches);
	for (size_t i = 0; i < watches.count; i++)
		units += watches.items[i].kind == WATCH_UNIT;
	assert_int_equal(units, ANTIVIRUS_UNIT_MAX);
	watches.count = 0;
	bed.settings.control_scanners = (struct word_list){mdatp, 1};
	antivirus_watch(&bed.settings, &bed.arena, &watches);
	assert_int_equal(watches.count, 1);
}

/* The policy's words and the rows agree. */
static void every_product_may_be_named(void **state)
{
	(void)state;
	for (size_t i = 0; product_at(i) != NULL; i++) {
		assert_true(i < ANTIVIRUS_PRODUCTS_MAX);
		assert_non_null(strstr(keyword_row(KEYWORD_control_scanners)->help, product_at(i)->name));
		assert_int_equal(product_at(i)->argv[0][0], '/');
		assert_true(product_at(i)->check_count > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault),
		cmocka_unit_test(other_products),
		cmocka_unit_test(what_is_watched),
		cmocka_unit_test(every_product_may_be_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
