/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that apply writes itself, beside the PAM files: sections that are enforced, and sshd's drop-in. Shell, but for the text.
 *
 * They are files of the tree (pam_tree.h): kept in its snapshots, rolled back and healed with the PAM files, and taken away by remove. */
#ifndef MUTEXCTL_APPLY_OWN_H
#define MUTEXCTL_APPLY_OWN_H

#include <stdbool.h>
#include <stddef.h>

#include "paths.h"

struct text;

/* Sections that begin in observe and that apply can put in force. S(id, name) */
#define APPLY_SECTIONS(S) S(MFA, mfa) S(ACCESS, access) S(LOCKOUT, lockout)
enum apply_section {
#define APPLY_SECTION_ENUM(id, name) APPLY_##id,
	APPLY_SECTIONS(APPLY_SECTION_ENUM)
#undef APPLY_SECTION_ENUM
	APPLY_SECTION_MAX
};
#define APPLY_SECTION_BIT(section) (1U << (section))

/* "mfa,lockout" as a set of bits. False for anything else. Pure. */
bool apply_sections_parse(const char *list, unsigned *ret_sections);
const char *apply_section_name(enum apply_section section);
/* The sections that such a file enforces, and the file for a set of them. Pure. */
unsigned apply_sections_read(const char *bytes, size_t len);
void apply_sections_write(unsigned sections, struct text *t);

enum apply_sshd { APPLY_SSHD_KEEP, APPLY_SSHD_ON, APPLY_SSHD_OFF };

/* What apply is asked to do to these files. */
struct apply_own {
	unsigned enforce, observe; /* sections */
	enum apply_sshd sshd;
};

/* Makes the changes in a tree; the drop-in's text comes from origin. 0; -ENOENT when there is no such text; negative errno. */
int apply_own_write(const struct paths *tree, const struct paths *origin, const struct apply_own *own);
/* The two files go. 0 or negative errno. */
int apply_own_take_out(const struct paths *tree);

#define APPLY_SSHD_SOURCE "/usr/share/mutex/sshd/50-mutex.conf"

bool apply_sshd_is_on(const struct paths *paths);
/* True when sshd would start with the files as they are (no sshd: true); said gets its words. Below --root nothing is asked. */
bool apply_sshd_agrees(const struct paths *paths, char *said, size_t size);
/* Lets a running sshd read its settings anew. */
void apply_sshd_reload(const struct paths *paths);

#endif
