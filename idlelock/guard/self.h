/* SPDX-License-Identifier: BSD-2-Clause */
/* Control "self" (SC-1): our own parts are on: services, programs, PAM lines, and the settings of other programs that `mutexctl apply` wrote.
 *
 * Programs are compared with dpkg's checksums; without a package they are not. While dpkg is at work neither they nor services are judged. What `mutexctl remove` took out is named,
 * and nobody puts it back. Told besides: people who can become root without being named as administrators, for whom all this is advice. */
#ifndef GUARD_SELF_H
#define GUARD_SELF_H

#include "unit.h"

enum self_fault {
	SELF_FILE_MISSING,
	SELF_FILE_CHANGED,
	SELF_FILE_ADDED,   /* it changes or masks a template of ours */
	SELF_SETTING_CHANGED, /* a setting that apply wrote, or its absence */
	SELF_FAULT_MAX
};

struct self_file {
	const char *path;
	enum self_fault fault;
};

struct self_member {
	const char *user, *group;
};

#define SELF_UNITS_MAX 8
#define SELF_FILES_MAX 32
#define SELF_MEMBERS_MAX 64
struct self_facts {
	const char *unreachable; /* why systemd did not answer; NULL = it did */
	struct unit units[SELF_UNITS_MAX];
	size_t unit_count;
	struct self_file files[SELF_FILES_MAX]; /* those with a fault */
	size_t file_count;
	bool sshd_changed;    /* the drop-in that `mutexctl apply --sshd` wrote; among files too */
	bool lines_on;        /* apply has put the PAM lines on, and remove has not taken them out */
	const char *lines_problem; /* they are not all there: what is wrong; NULL = they are */
	bool upgrading;
	int64_t now_s;
	struct word_list admins; /* of [control auth] */
	struct self_member members[SELF_MEMBERS_MAX]; /* of groups whose members can become root */
	size_t member_count;
};

int self_probe(const struct control_scene *scene, struct arena *arena, const void **ret_facts); /* shell */
struct control_verdict self_judge(const void *facts, const struct settings *settings, struct arena *arena);
void self_watch(const struct settings *settings, struct arena *arena, struct control_watches *watches);
void self_repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair);

const char *self_unit(size_t index);     /* NULL behind the last */
const char *self_template(size_t index); /* the same for units of which there is one for each session or question */
const char *self_group(size_t index);    /* groups whose members can become root */
/* That member is named as an administrator: the user, or the group with '@'. */
bool self_is_named(const struct word_list *admins, const struct self_member *member);

#endif
