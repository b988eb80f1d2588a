/* SPDX-License-Identifier: BSD-2-Clause */
/* Which policy is in force: reads the files, falls back as design.md says. Shell.
 *
 * MUST: the module never waives a rule because a file is missing or broken; what it fell back to is in `state` and goes into the record. */
#ifndef MUTEX_POLICY_LOAD_H
#define MUTEX_POLICY_LOAD_H

#include "policy.h"
#include "exception.h"
#include "paths.h"

/* policy.conf and policy.d/ together, and exceptions.d/, each */
#define POLICY_FILES_MAX 64

enum policy_state {
	POLICY_BROKEN,    /* the files have errors and there is no last good policy: compiled defaults; voluntary changes are refused */
	POLICY_DEFAULTS,  /* no file and no last good policy: compiled defaults */
	POLICY_LAST_GOOD_USED, /* the files are missing or have errors: the last good policy is in force */
	POLICY_CURRENT,
	POLICY_STATE_MAX
};

struct policy_loaded {
	struct policy policy;
	enum policy_state state;
	struct diag_list diags;            /* of the files that were meant to hold */
	struct exception_list exceptions;  /* all that could be read, each with its standing */
	void *memory;                      /* backs the arena */
	void *image;                       /* backs a policy that came from its image */
	size_t file_count, exception_files;
	size_t policy_diags;               /* so many of diags are of the policy, the others of exceptions */
	/* What is large is not cleared first. */
	const char *files[POLICY_FILES_MAX]; /* that the policy's text was read from */
	struct diag diag_items[64];
};

/* Reads policy.conf, then the *.conf files of policy.d in byte order, then those of exceptions.d; below paths->state lies
 * policy/last-good.conf, and policy/HASH.conf for every policy that was ever applied. Always leaves a usable policy in *ret_loaded, unless
 * memory is short (-ENOMEM). *ret_loaded must not be moved afterwards: diags points into it. Free with policy_unload(). */
int policy_load(const struct paths *paths, struct policy_loaded *ret_loaded);
/* The same from the text, where the other one takes the image of just these files (policy_image_store.h) for it. */
int policy_load_text(const struct paths *paths, struct policy_loaded *ret_loaded);

/* The same for bytes that the caller read (drafts): no file is touched, no fall-back; with errors state is POLICY_BROKEN and the diags say
 * why. What file and bytes point to is copied. 0 or -ENOMEM. */
int policy_load_sources(const struct policy_source *sources, size_t count, struct policy_loaded *ret_loaded);

/* True when some line or exception is for the people of a group: [users @staff], allow = @staff. */
bool policy_names_groups(const struct policy_loaded *loaded);

void policy_unload(struct policy_loaded *loaded);
#define POLICY_UNLOADED __attribute__((cleanup(policy_unload)))
const char *policy_state_name(enum policy_state state);

#endif
