/* SPDX-License-Identifier: BSD-2-Clause */
/* mutexctl status: what is on, what is off, in which mode, and what to do next. One function a part. */
#include <errno.h>
#include <getopt.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply_journal.h"
#include "apply_switch.h"
#include "clock.h"
#include "command.h"
#include "common.h"
#include "date.h"
#include "file.h"
#include "filter.h"
#include "number.h"
#include "pam_survey.h"
#include "status_lock.h"
#include "status_part.h"
#include "text.h"

#define SOON_S (14 * DAY_S)
#define FILTER_OLD_S (366 * DAY_S)
#define NS_PER_S INT64_C(1000000000)

static const char *const STATE_NAMES[PART_STATE_MAX] = {
	[PART_OFF] = "OFF",
	[PART_ON] = "on",
	[PART_OBSERVE] = "observe",
	[PART_NONE] = "none",
	[PART_ABSENT] = "absent",
};

static void add_escaped(struct text *t, const char *s)
{
	text_add_escaped(t, s, strlen(s));
}

/* --- policy --- */

static bool is_stored(const struct situation *s)
{
	char path[PATHS_BYTES_MAX + 80];
	const char *slash = strrchr(s->paths->last_good, '/');
	struct text t;

	TEXT_INTO(&t, path);
	text_add_bytes(&t, s->paths->last_good, (size_t)(slash - s->paths->last_good) + 1);
	text_add(&t, s->loaded->policy.hash);
	text_add(&t, ".conf");
	return text_end(&t) == 0 && access(path, F_OK) == 0;
}

static void look_at_policy(const struct situation *s, struct part *p)
{
	struct text t = part_detail(p);

	if (*s->settings.policy_document != '\0') {
		add_escaped(&t, s->settings.policy_document);
		if (*s->settings.policy_version != '\0') {
			text_add(&t, " version ");
			add_escaped(&t, s->settings.policy_version);
		}
		text_add(&t, "; ");
	}
	text_add_format(&t, "%.12s; %s", s->loaded->policy.hash, policy_state_name(s->loaded->state));
	if (s->loaded->diags.errors > 0)
		text_add_format(&t, "; %zu errors", s->loaded->diags.errors);
	p->state = s->loaded->state == POLICY_CURRENT && s->loaded->diags.errors == 0 ? PART_ON : PART_OFF;
	if (s->loaded->diags.errors > 0)
		part_set_next(p, "mutexctl check lists the errors; put them right");
	else if (p->state == PART_OFF)
		part_set_next(p, "write /etc/mutex/policy.conf, then run mutexctl apply");
	else if (!is_stored(s))
		part_set_next(p, "mutexctl apply keeps this policy as the last good one");
}

static void look_at_rules(const struct situation *s, struct part *p)
{
	const struct settings *set = &s->settings;
	struct text t = part_detail(p);

	text_add_format(&t, "at least %lld characters; ", (long long)set->password_min_length);
	if (set->password_history > 0)
		text_add_format(&t, "the last %lld may not come back; ", (long long)set->password_history);
	if (set->password_history_days > 0)
		text_add_format(&t, "those of the last %lld days may not come back; ", (long long)set->password_history_days);
	text_add_format(&t, "root %s", set->password_enforce_for_root ? "bound" : "warned only");
	p->state = set->password_mode == MODE_ENFORCE ? PART_ON : PART_OBSERVE;
	if (set->password_mode == MODE_ENFORCE)
		return;
	text_add(&t, "; observe until ");
	date_add(&t, set->password_observe_until);
	part_set_next(p, "mutexctl observed shows who would be refused; then set mode = enforce in [password]");
	if (set->password_observe_until > s->now_s)
		return;
	p->state = PART_OFF;
	text_add(&t, ", which is over: nothing is enforced yet");
	part_set_next(p, "set mode = enforce in [password], or a later observe_until, then run mutexctl apply");
}

static void look_at_filter(const struct situation *s, struct part *p)
{
	const struct word_list *named = &s->settings.password_breached_filter;
	struct file_trust trust = {.owner = s->paths->owner, .max_bytes = SIZE_MAX / 2};
	char path[PAM_TREE_PATH_MAX];
	struct text t = part_detail(p);
	struct filter filter;
	size_t size = 0;
	int fd FILE_CLOSED = -1;
	void *bytes;

	p->state = PART_NONE;
	if (named->count == 0) {
		text_add(&t, "the policy names no filter of breached passwords");
		part_set_next(p, "mutexctl breached build makes one; name it as breached_filter in [password]");
		return;
	}
	p->state = PART_OFF;
	add_escaped(&t, named->words[0]);
	if (pam_tree_path(&path, s->paths->root, named->words[0]) < 0)
		return;
	fd = file_open_trusted(path, &trust, &size);
	bytes = fd >= 0 && size > 0 ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	if (bytes == MAP_FAILED || filter_open(bytes, size, &filter) < 0) {
		text_add(&t, ": ");
		text_add(&t, fd < 0 ? file_strerror(fd) : "this is no filter, or it is damaged");
		part_set_next(p, "without it no password can be changed: build it anew with mutexctl breached build");
	} else {
		p->state = PART_ON;
		text_add_format(&t, "; %llu passwords; built ", (unsigned long long)filter.key_count);
		date_add(&t, filter.built_s);
		if (s->now_s - filter.built_s > FILTER_OLD_S)
			part_set_next(p, "the filter is older than a year: build it anew with mutexctl breached build");
	}
	if (bytes != MAP_FAILED)
		(void)munmap(bytes, size);
}

static void look_at_exceptions(const struct situation *s, struct part *p)
{
	const struct exception_list *list = &s->loaded->exceptions;
	size_t counts[EXCEPTION_STANDING_MAX] = {0};
	struct text t = part_detail(p);

	for (size_t i = 0; i < list->count; i++)
		counts[list->items[i].standing]++;
	p->state = PART_ON;
	if (list->count == 0) {
		p->state = PART_NONE;
		text_add(&t, "no exceptions");
		return;
	}
	text_add_format(&t, "%zu active, %zu to come, %zu over", counts[EXCEPTION_ACTIVE], counts[EXCEPTION_FUTURE], counts[EXCEPTION_EXPIRED]);
	for (size_t i = 0; i < list->count; i++) {
		const struct exception *e = &list->items[i];

		if (e->standing != EXCEPTION_ACTIVE || e->until_s - s->now_s > SOON_S)
			continue;
		text_add(&t, "; ");
		add_escaped(&t, e->id);
		text_add(&t, " ends ");
		date_add(&t, e->until_s);
	}
	if (counts[EXCEPTION_MALFORMED] > 0) {
		p->state = PART_OFF;
		text_add_format(&t, "; %zu malformed, which never apply", counts[EXCEPTION_MALFORMED]);
		part_set_next(p, "mutexctl check lists what is wrong with them");
	}
}

/* --- PAM --- */

static bool module_is_there(const struct paths *paths)
{
	static const char *const patterns[] = {"/usr/lib/*/security/pam_mutex.so", "/lib/*/security/pam_mutex.so", "/usr/lib/security/pam_mutex.so",
					       "/lib/security/pam_mutex.so"};
	bool there = *paths->root != '\0'; /* below --root nothing logs in: the module is not needed */

	for (size_t i = 0; !there && i < sizeof patterns / sizeof patterns[0]; i++) {
		glob_t found = {0};

		there = glob(patterns[i], GLOB_NOSORT, NULL, &found) == 0;
		globfree(&found);
	}
	return there;
}

/* Ages are demanded in the account phase, which a line written by hand or an older profile may lack. */
static bool ages_are_demanded(const struct situation *s)
{
	static const char *const names[] = {"common-account"};
	struct pam_survey survey PAM_SURVEY_FREED = {0};

	return s->settings.password_max_age == 0 || (pam_survey(s->paths, names, 1, &survey) == 0 && pam_survey_mutex_lines(&survey) > 0);
}

static void add_confirmation(const struct situation *s, struct text *t, struct part *p)
{
	struct apply_journal journal;
	char boot_id[FIELD_BOOT_ID_SIZE];
	int error = apply_journal_read(s->paths, &journal);

	apply_boot_id(&boot_id);
	if (error == 0 && journal.phase == APPLY_PENDING) {
		bool overdue = apply_journal_overdue(&journal, apply_boottime_ns(), boot_id);

		text_add(t, "; wait for mutexctl confirm, ");
		if (overdue)
			text_add(t, "which is too late");
		else
			number_add_duration(t, (journal.deadline_ns - apply_boottime_ns()) / NS_PER_S);
		part_set_next(p, overdue ? "mutexctl remove --yes takes the lines out; then apply anew" : "change a password or log in anew, then run mutexctl confirm");
	} else if (error == 0 && (journal.phase == APPLY_SWITCHING || journal.phase == APPLY_REMOVING)) {
		p->state = PART_OFF;
		text_add(t, "; an apply or remove was cut off");
		part_set_next(p, "mutexctl apply (or remove) heals that");
	}
}

static void look_at_lines(const struct situation *s, struct part *p)
{
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	struct text t = part_detail(p);
	struct apply_force force = {0};
	int error = apply_judge(s->paths, &force);

	if (error == 0)
		error = pam_survey(s->paths, NULL, 0, &survey);
	p->state = PART_OFF;
	if (error < 0) {
		text_add_format(&t, "the PAM files cannot be read: %s", strerror(-error));
	} else if (!force.in_force) {
		add_escaped(&t, force.reason);
		part_set_next(p, "mutexctl apply");
	} else if (!module_is_there(s->paths)) {
		text_add(&t, "the lines are on but pam_mutex.so is missing, so no password can be changed");
		part_set_next(p, "install libpam-mutex, or run mutexctl remove");
	} else if (!ages_are_demanded(s)) {
		text_add(&t, "max_age is set, but no account line of pam_mutex demands that old passwords are changed");
		part_set_next(p, "mutexctl remove, then mutexctl apply");
	} else if (!pam_survey_holds(&survey)) {
		text_add_format(&t, "in %zu of %zu services a password can be changed past pam_mutex",
				survey.verdicts[PAM_BYPASS] + survey.verdicts[PAM_UNPROVABLE], survey.count);
		part_set_next(p, "mutexctl stack shows where, and the remedy");
	} else {
		p->state = PART_ON;
		text_add_format(&t, "in none of %zu services can a password be changed past pam_mutex", survey.count);
	}
	if (error == 0)
		add_confirmation(s, &t, p);
}

/* --- records --- */

static bool is_socket(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static void look_at_records(const struct situation *s, struct part *p)
{
	struct text t = part_detail(p);

	p->state = PART_ON;
	if (is_socket(s->paths->journal)) {
		text_add(&t, "to the journal");
	} else if (is_socket(s->paths->syslog)) {
		text_add(&t, "to syslog (no journal here); mutexctl observed reads ");
		add_escaped(&t, s->paths->auth_log);
	} else {
		p->state = PART_ABSENT;
		text_add(&t, "neither the journal nor syslog runs here: records are lost");
		part_set_next(p, "run systemd-journald or a syslog daemon (no login waits for it)");
	}
}

static void look_at_systemd(const struct situation *s, struct part *p)
{
	struct stat st;
	struct text t = part_detail(p);
	char path[PAM_TREE_PATH_MAX];
	bool runs = pam_tree_path(&path, s->paths->root, "/run/systemd/system") == 0 && stat(path, &st) == 0;

	p->state = runs ? PART_ON : PART_ABSENT;
	text_add(&t, runs ? "runs; apply --confirm uses its timer" : "does not run here; apply --confirm waits in a process of its own, which a restart ends");
}

/* --- together --- */

static const struct {
	const char *name;
	void (*look)(const struct situation *s, struct part *p);
} PARTS[] = {
	{"policy", look_at_policy},
	{"password rules", look_at_rules},
	{"lock-out", status_look_at_lockout},
	{"second factor", status_look_at_mfa},
	{"access", status_look_at_access},
	{"PAM lines", look_at_lines},
	{"ways in", status_look_at_ways_in},
	{"verifier", status_look_at_verifier},
	{"break-glass", status_look_at_break_glass},
	{"screen lock", status_look_at_lock},
	{"lock settings", status_look_at_lockdown},
	{"firewall", status_look_at_control},
	{"units", status_look_at_control},
	{"antivirus", status_look_at_control},
	{"auth", status_look_at_control},
	{"self", status_look_at_control},
	{"breached passwords", look_at_filter},
	{"exceptions", look_at_exceptions},
	{"records", look_at_records},
	{"systemd", look_at_systemd},
};
#define PART_COUNT (sizeof PARTS / sizeof PARTS[0])

static int print_table(const struct part *parts, int result)
{
	unsigned number = 0;
	bool absent = false;

	for (size_t i = 0; i < PART_COUNT; i++) {
		printf("%-20s %-8s %s\n", parts[i].name, STATE_NAMES[parts[i].state], parts[i].detail);
		absent = absent || parts[i].state == PART_ABSENT;
	}
	for (size_t i = 0; i < PART_COUNT; i++) {
		if (*parts[i].next != '\0')
			printf("%s%u. %s: %s\n", number == 0 ? "\nWhat to do next:\n" : "", number + 1, parts[i].name, parts[i].next), number++;
	}
	if (result != COMMAND_FINE)
		printf("\nSomething is OFF; see above.\n");
	else
		printf("\nAll that %s is on.%s\n", absent ? "can run here" : "the policy asks for", absent ? " What cannot is named above as absent." : "");
	return common_finish(result);
}

static int print_json(const struct situation *s, const struct part *parts, int result)
{
	json_t *array = json_array();

	for (size_t i = 0; i < PART_COUNT; i++)
		(void)json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s}", "part", parts[i].name, "state", STATE_NAMES[parts[i].state], "detail",
							     parts[i].detail, "next", parts[i].next));
	return common_print_json(json_pack("{s:b, s:s, s:s, s:s, s:s, s:o, s:o}", "on", result == COMMAND_FINE, "policy_hash", s->loaded->policy.hash,
					   "policy_state", policy_state_name(s->loaded->state), "document", s->settings.policy_document, "version",
					   s->settings.policy_version, "parts", array, "sessions", status_lock_sessions()),
				 result);
}

int command_status(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {"me", no_argument, NULL, 'm'}, {0}};
	struct policy_loaded loaded POLICY_UNLOADED = {0};
	struct situation s = {.paths = common_paths(), .loaded = &loaded, .now_s = clock_now_s()};
	struct part parts[PART_COUNT] = {0};
	int option, result = COMMAND_FINE;
	bool json = false, me = false;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'j' && option != 'm')
			return command_usage("status", "unknown option");
		json = json || option == 'j';
		me = me || option == 'm';
	}
	if (optind < argc)
		return command_usage("status", "takes no arguments: %s", argv[optind]);
	if (common_load_policy(&loaded) != 0)
		return COMMAND_FAILED;
	policy_resolve(&loaded.policy, NULL, &s.settings);
	if (me)
		return status_lock_me(&s.settings, json);
	for (size_t i = 0; i < PART_COUNT; i++) {
		parts[i].name = PARTS[i].name;
		PARTS[i].look(&s, &parts[i]);
		if (parts[i].state == PART_OFF)
			result = COMMAND_VIOLATED;
	}
	return json ? print_json(&s, parts, result) : print_table(parts, result);
}
