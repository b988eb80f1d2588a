/* SPDX-License-Identifier: BSD-2-Clause */
/* A person from the system's user database (NSS), as the policy sees one. Shell. The module and `mutexctl` both ask here, so they agree. */
#ifndef MUTEX_PERSON_LOAD_H
#define MUTEX_PERSON_LOAD_H

#include "policy.h"

struct person_loaded {
	struct person person; /* name is the canonical pw_name; groups by name, from getgrouplist */
	const char *full_name; /* GECOS, all of its fields; never decides who somebody is: people edit it themselves */
	const char *home;
	gid_t gid;
	void *memory; /* backs all strings */
};

/* 0; -ENOENT when the system does not know the name; negative errno when it cannot say (a directory that is down, memory):
 * then nothing is known about the person, so no rule may be waived. Free with person_unload(). */
int person_load(const char *name, struct person_loaded *ret_person);
int person_load_uid(uid_t uid, struct person_loaded *ret_person);
/* The same without groups, where no rule asks for one (policy_names_groups()): they cost a hundred system calls and more. */
int person_load_alone(const char *name, struct person_loaded *ret_person);
void person_unload(struct person_loaded *person);
#define PERSON_UNLOADED __attribute__((cleanup(person_unload)))

#endif
