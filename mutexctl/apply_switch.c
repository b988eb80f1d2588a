/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs pam-auth-update, on a copy or for real, and judges what came out. */
#include "apply_switch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply_finish.h"
#include "apply_own.h"
#include "child.h"
#include "file.h"
#include "pam_survey.h"
#include "text.h"

#define PAM_AUTH_UPDATE "/usr/sbin/pam-auth-update"
/* Only together: see pam_set.h. */
static const char *const PROFILES[] = {"mutex", "mutex-failed", "mutex-finish"};
#define PROFILE_RECHECK "mutex-recheck"

/* --- judging --- */

static int judge_password(const struct paths *paths, struct apply_force *force)
{
	static const char *const names[] = {"common-password"};
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	int error = pam_survey(paths, names, 1, &survey);
	const struct pam_judgement *j;
	struct text t;

	if (error < 0)
		return error;
	j = &survey.items[0].judgement;
	*force = (struct apply_force){.cause = j->cause};
	force->weak = j->verdict == PAM_WEAK;
	force->in_force = pam_survey_mutex_lines(&survey) > 0 && (j->verdict == PAM_GUARDED || j->verdict == PAM_WEAK);
	TEXT_INTO(&t, force->reason);
	pam_judge_add_reason(&t, j);
	TEXT_INTO(&t, force->remedy);
	pam_judge_add_remedy(&t, j);
	return 0;
}

int apply_judge(const struct paths *paths, struct apply_force *ret_force)
{
	struct pam_survey survey PAM_SURVEY_FREED = {0};
	struct pam_set set;
	struct text t;
	int error = judge_password(paths, ret_force);

	if (error == 0)
		error = pam_survey_set(paths, &survey, &set);
	if (error < 0)
		return error;
	ret_force->set = set.state;
	if (!ret_force->in_force || set.state == PAM_SET_WHOLE)
		return 0;
	ret_force->in_force = false;
	TEXT_INTO(&t, ret_force->reason);
	if (set.line != NULL)
		text_add_format(&t, "%s:%u: ", set.line->file, set.line->line);
	text_add(&t, set.state == PAM_SET_NONE ? "the lines for logins are missing" : set.problem);
	TEXT_INTO(&t, ret_force->remedy);
	text_add(&t, "run \"mutexctl apply\"");
	return 0;
}

int apply_settle_marker(const struct paths *paths)
{
	struct apply_force force;
	int error = apply_judge(paths, &force);

	if (error == 0 && force.set == PAM_SET_WHOLE)
		error = apply_marker_write(paths);
	else
		(void)apply_marker_remove(paths);
	if (error < 0)
		(void)apply_marker_remove(paths);
	return error;
}

/* --- pam-auth-update --- */

const char *apply_switch_strerror(int error)
{
	return error == -EPROTO ? "it did not do its work" : strerror(-error);
}

/* debconf's database of its own, so that neither a copy nor a --root folder changes this machine's answers. */
static int make_private_debconf(const char *folder, char (*ret_variable)[PAM_TREE_SCRATCH_MAX + 64])
{
	static const char variable[] = "DEBCONF_SYSTEMRC=";
	char config[512];
	struct text t;

	TEXT_INTO(&t, *ret_variable);
	text_add(&t, variable);
	text_add(&t, folder);
	text_add(&t, "/debconf.conf");
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	TEXT_INTO(&t, config);
	text_add_format(&t,
			"Config: configdb\nTemplates: templatedb\n\n"
			"Name: configdb\nDriver: File\nFilename: %s/config.dat\n\n"
			"Name: templatedb\nDriver: File\nFilename: %s/templates.dat\n",
			folder, folder);
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	return file_replace(*ret_variable + sizeof variable - 1, config, t.len, 0600);
}

struct run {
	const char *tree;          /* "" = the system */
	const char *origin;        /* the tree of which this is a copy, or the same */
	const char *verb;          /* --enable or --remove */
	bool recheck;
	int keep_fd;
	char *said;
	size_t said_size;
};

/* Before its own words, which keep what room is left. */
static void say_status(const struct run *r, int status)
{
	char own[64];
	int len = snprintf(own, sizeof own, "pam-auth-update exited with %d:\n", status);
	size_t had = strlen(r->said);

	if (len < 0 || (size_t)len >= r->said_size)
		return;
	if (had > r->said_size - 1 - (size_t)len)
		had = r->said_size - 1 - (size_t)len;
	memmove(r->said + len, r->said, had);
	memcpy(r->said, own, (size_t)len);
	r->said[(size_t)len + had] = '\0';
}

/* It ends well even when it refuses, so the caller judges the files. */
static int run(const struct run *r)
{
	char folder[PAM_TREE_SCRATCH_MAX], variable[PAM_TREE_SCRATCH_MAX + 64] = "";
	const char *argv[12] = {PAM_AUTH_UPDATE}, *environment[] = {"DEBIAN_FRONTEND=noninteractive", NULL, NULL};
	struct child child = {.argv = argv, .environment = environment, .keep_fd = r->keep_fd, .output = r->said, .output_size = r->said_size};
	bool private = *r->tree != '\0';
	size_t n = 1;
	int status = 0;

	r->said[0] = '\0';
	if (private) {
		argv[n++] = "--root";
		argv[n++] = r->tree;
		status = pam_tree_temporary(r->origin, &folder);
		if (status < 0)
			return status;
		status = make_private_debconf(folder, &variable);
		environment[1] = variable;
	}
	argv[n++] = r->verb;
	for (size_t i = 0; i < sizeof PROFILES / sizeof PROFILES[0]; i++)
		argv[n++] = PROFILES[i];
	if (r->recheck)
		argv[n++] = PROFILE_RECHECK;
	if (status == 0)
		status = child_run(&child);
	if (private)
		pam_tree_delete(folder);
	if (status <= 0)
		return status;
	say_status(r, status);
	return -EPROTO;
}

static int trial_paths(const struct apply_trial *trial, struct paths *ret_paths)
{
	return paths_init(ret_paths, trial->tree, geteuid());
}

/* What pam-auth-update does not take out. */
static int take_out_own(const struct paths *tree)
{
	int error = apply_finish_take_out(tree);

	return error < 0 ? error : apply_own_take_out(tree);
}

static int try(const struct paths *paths, const char *verb, bool recheck, struct apply_trial *trial)
{
	struct run r = {.origin = paths->root, .verb = verb, .recheck = recheck, .keep_fd = -1,
			.said = trial->said, .said_size = sizeof trial->said};
	struct paths copy;
	int error;

	apply_trial_end(trial);
	error = pam_tree_scratch(paths->root, &trial->tree);
	if (error < 0)
		return error;
	trial->recheck = recheck;
	r.tree = trial->tree;
	error = run(&r);
	if (error == 0)
		error = trial_paths(trial, &copy);
	if (error == 0)
		error = strcmp(verb, "--enable") == 0 ? apply_finish_tree(&copy) : take_out_own(&copy);
	return error < 0 ? error : apply_judge(&copy, &trial->force);
}

int apply_try_on(const struct paths *paths, struct apply_trial *ret_trial)
{
	int error = try(paths, "--enable", false, ret_trial);

	/* A checker or setter behind us that asks for another password: judge once more behind it. */
	if (error == 0 && !ret_trial->force.in_force && ret_trial->force.cause == PAM_CAUSE_CHECKER_ASKS)
		error = try(paths, "--enable", true, ret_trial);
	return error;
}

int apply_try_off(const struct paths *paths, struct apply_trial *ret_trial)
{
	return try(paths, "--remove", true, ret_trial);
}

void apply_trial_end(struct apply_trial *trial)
{
	if (*trial->tree != '\0')
		pam_tree_delete(trial->tree);
	trial->tree[0] = '\0';
}

int apply_switch_on(const struct paths *paths, const struct apply_trial *trial, int keep_fd, char *said, size_t said_size)
{
	struct run r = {.tree = paths->root, .origin = paths->root, .verb = "--enable", .recheck = trial->recheck, .keep_fd = keep_fd,
			.said = said, .said_size = said_size};
	int error = run(&r);
	const char *file;

	for (size_t i = 0; error == 0 && (file = pam_tree_own_file(i)) != NULL; i++)
		error = pam_tree_copy_file(trial->tree, paths->root, file, paths->owner);
	return error;
}

int apply_switch_off(const struct paths *paths, int keep_fd, char *said, size_t said_size)
{
	struct run r = {.tree = paths->root, .origin = paths->root, .verb = "--remove", .recheck = true, .keep_fd = keep_fd,
			.said = said, .said_size = said_size};
	int error = run(&r);

	return error < 0 ? error : take_out_own(paths);
}

/* --- what pam-auth-update did not write --- */

static const char *const MARKERS[] = {
	"# here are the per-package modules (the \"Primary\" block)",
	"# here's the fallback if no module succeeds",
	"# and here are more per-package modules (the \"Additional\" block)",
	"# end of pam-auth-update config",
};
#define MARKER_COUNT (sizeof MARKERS / sizeof MARKERS[0])

static const char *const PHASES[] = {"account", "auth", "password", "session", "session-noninteractive"};

/* The third word of "password [a b] pam_x.so ...". */
static size_t find_module(const char *line, size_t len, const char **ret_module)
{
	const char *end = line + len, *at = line;

	for (int word = 0; word < 2; word++) {
		if (at < end && *at == '[') {
			while (at < end && *at != ']')
				at++;
			at += at < end;
		}
		while (at < end && *at != ' ' && *at != '\t')
			at++;
		while (at < end && (*at == ' ' || *at == '\t'))
			at++;
	}
	*ret_module = at;
	while (at < end && *at != ' ' && *at != '\t')
		at++;
	return (size_t)(at - *ret_module);
}

/* A line inside the managed blocks whose module is not in pam-auth-update's own record. */
static bool check_line(const char *file, unsigned number, const char *line, size_t len, const char *record, struct text *reason)
{
	const char *module;
	size_t module_len = find_module(line, len, &module);

	if (len == 0 || *line == '#' || (module_len > 0 && memmem(record, strlen(record), module, module_len) != NULL))
		return false;
	text_add(reason, file);
	text_add_format(reason, ":%u: this line was not written by pam-auth-update, which therefore leaves the file alone: ", number);
	text_add_escaped(reason, line, len < 200 ? len : 200);
	return true;
}

/* The first marker that does not stand in its place; NULL when all do. */
static const char *missing_marker(const char *bytes)
{
	size_t marker = 0;

	for (const char *line = bytes; *line != '\0' && marker < MARKER_COUNT;) {
		marker += strncmp(line, MARKERS[marker], strlen(MARKERS[marker])) == 0;
		line = strchrnul(line, '\n');
		line += *line != '\0';
	}
	return marker < MARKER_COUNT ? MARKERS[marker] : NULL;
}

/* True when something foreign was found and told. */
static bool check_file(const char *file, const char *bytes, const char *record, struct text *reason)
{
	const char *missing = missing_marker(bytes);
	unsigned number = 0;
	size_t marker = 0;

	if (missing != NULL) {
		text_add(reason, file);
		text_add(reason, ": the line \"");
		text_add(reason, missing);
		text_add(reason, "\" is missing, by which pam-auth-update knows its part of the file");
		return true;
	}
	for (const char *line = bytes, *end; *line != '\0'; line = *end != '\0' ? end + 1 : end) {
		size_t len;

		end = strchrnul(line, '\n');
		len = (size_t)(end - line);
		number++;
		if (marker < MARKER_COUNT && strncmp(line, MARKERS[marker], strlen(MARKERS[marker])) == 0)
			marker++;
		else if ((marker == 1 || marker == 3) && check_line(file, number, line, len, record, reason))
			return true;
	}
	return false;
}

static bool check_phase(const struct paths *paths, const char *phase, struct text *reason)
{
	char file[128], record_file[128], shown[PAM_TREE_PATH_MAX];
	char *bytes FILE_FREED = NULL, *record FILE_FREED = NULL;
	struct text t;
	size_t len;
	int error;

	TEXT_INTO(&t, file);
	text_add(&t, "/etc/pam.d/common-");
	text_add(&t, phase);
	TEXT_INTO(&t, record_file);
	text_add(&t, "/var/lib/pam/");
	text_add(&t, phase);
	if (pam_tree_path(&shown, paths->root, file) < 0)
		return false;
	error = pam_tree_read(paths->root, file, &bytes, &len);
	if (error == 0) {
		error = pam_tree_read(paths->root, record_file, &record, &len);
		if (error == 0)
			return check_file(shown, bytes, record, reason);
		(void)pam_tree_path(&shown, paths->root, record_file);
	}
	text_add(reason, shown);
	text_add(reason, ": ");
	text_add(reason, file_strerror(error));
	return true;
}

/* "FILE: this is a symbolic link" when it is one. */
static bool is_link(const struct paths *paths, const char *path, struct text *reason)
{
	char full[PAM_TREE_PATH_MAX];
	struct stat st;

	if (pam_tree_path(&full, paths->root, path) < 0 || lstat(full, &st) < 0 || !S_ISLNK(st.st_mode))
		return false;
	text_add(reason, full);
	text_add(reason, ": this is a symbolic link, which may lead to files of others; put a folder in its place");
	return true;
}

bool apply_find_link(const struct paths *paths, struct text *reason)
{
	static const char *const folders[] = {"/etc", "/etc/pam.d", "/var", "/var/lib", "/var/lib/pam"};
	const char *path;

	/* The system's own folders are root's, and some lay them on another disk through a link. */
	for (size_t i = 0; *paths->root != '\0' && i < sizeof folders / sizeof folders[0]; i++) {
		if (is_link(paths, folders[i], reason))
			return true;
	}
	for (size_t i = 0; (path = pam_tree_file(i)) != NULL; i++) {
		char *bytes FILE_FREED = NULL;
		size_t len;

		if (pam_tree_read(paths->root, path, &bytes, &len) != -ELOOP)
			continue;
		text_add(reason, paths->root);
		text_add(reason, path);
		text_add(reason, ": this is a symbolic link, which would be replaced; put a regular file in its place");
		return true;
	}
	return false;
}

bool apply_find_foreign(const struct paths *paths, struct text *reason)
{
	for (size_t i = 0; i < sizeof PHASES / sizeof PHASES[0]; i++) {
		if (check_phase(paths, PHASES[i], reason))
			return true;
	}
	return false;
}
