/* SPDX-License-Identifier: BSD-2-Clause */
/* The files that mutexctl apply writes, most of them through pam-auth-update: copied, compared, put back. Shell.
 *
 * A tree is a folder that stands in for "/": the real one (""), that of --root, a scratch copy, a snapshot. A file that is missing in
 * the one is removed from the other, so a copy is exact. */
#ifndef MUTEXCTL_PAM_TREE_H
#define MUTEXCTL_PAM_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* T(path): those that pam-auth-update does not write but apply itself */
#define PAM_TREE_FINGERPRINT "/etc/pam.d/gdm-fingerprint"
#define PAM_TREE_PKCS11 "/etc/pam.d/gdm-smartcard-pkcs11-exclusive"
#define PAM_TREE_SSSD "/etc/pam.d/gdm-smartcard-sssd-exclusive"
#define PAM_TREE_ENFORCE "/etc/mutex/policy.d/90-enforce.conf"
#define PAM_TREE_SSHD "/etc/ssh/sshd_config.d/50-mutex.conf"
#define PAM_TREE_OWN_FILES(T) T(PAM_TREE_FINGERPRINT) T(PAM_TREE_PKCS11) T(PAM_TREE_SSSD) T(PAM_TREE_ENFORCE) T(PAM_TREE_SSHD)

/* T(path) */
#define PAM_TREE_FILES(T) \
	T("/etc/pam.d/common-account") T("/etc/pam.d/common-auth") T("/etc/pam.d/common-password") T("/etc/pam.d/common-session") \
	T("/etc/pam.d/common-session-noninteractive") T("/var/lib/pam/account") T("/var/lib/pam/auth") T("/var/lib/pam/password") \
	T("/var/lib/pam/session") T("/var/lib/pam/session-noninteractive") T("/var/lib/pam/seen") \
	PAM_TREE_OWN_FILES(T)

const char *pam_tree_file(size_t index);     /* NULL behind the last */
const char *pam_tree_own_file(size_t index); /* of PAM_TREE_OWN_FILES */

#define PAM_TREE_PATH_MAX 512
/* Puts path behind tree. 0 or -ENAMETOOLONG. */
int pam_tree_path(char (*ret_path)[PAM_TREE_PATH_MAX], const char *tree, const char *path);

/* Makes the files of `to` those of `from`; each is replaced atomically, none is touched that is the same. owner: of folders, beside
 * root. 0; -ELOOP when a file is a link (pam-auth-update would replace it); other negative errno. *ret_file names the file. */
int pam_tree_copy(const char *from, const char *to, uid_t owner, const char **ret_file);

/* The same for one file. */
int pam_tree_copy_file(const char *from, const char *to, const char *path, uid_t owner);

/* One file whole, NUL-terminated, the caller's to free. 0; -ENOENT, -ELOOP (a link), -EINVAL (no regular file), -EFBIG (256 KiB), ... */
int pam_tree_read(const char *tree, const char *path, char **ret_bytes, size_t *ret_len);

/* The same by its whole path, and through links. */
int pam_tree_read_linked(const char *path, char **ret_bytes, size_t *ret_len);

/* One file of a tree to be read as lines; NULL: it cannot be. */
FILE *pam_tree_open(const char *tree, const char *path);

/* Replaces one file; it keeps its mode, or gets 0644 when it is new. Makes its folder. 0 or negative errno. */
int pam_tree_write(const char *tree, const char *path, const char *bytes, size_t len, uid_t owner);
/* Removes one file; nothing there is no error. */
int pam_tree_remove(const char *tree, const char *path);

bool pam_tree_same_file(const char *a, const char *b, const char *path);
bool pam_tree_same(const char *a, const char *b);
/* True when each file of tree is that of a or that of b; else *ret_foreign names one that is neither. */
bool pam_tree_between(const char *tree, const char *a, const char *b, const char **ret_foreign);

/* True when one of the files has the word in it. */
bool pam_tree_mentions(const char *tree, const char *word);

/* Takes away what a pam-auth-update that was cut off leaves behind: *.pam-new, *.new. */
void pam_tree_tidy(const char *tree);

#define PAM_TREE_SCRATCH_MAX 128
/* A fresh folder, 0700, below /tmp; for a tree other than the real one below $TMPDIR, which for the real one nobody is trusted to name. */
int pam_tree_temporary(const char *tree, char (*ret_folder)[PAM_TREE_SCRATCH_MAX]);
/* Such a folder with all of tree's PAM configuration and profiles, policy, and apply's own files. 0 or negative errno. */
int pam_tree_scratch(const char *tree, char (*ret_scratch)[PAM_TREE_SCRATCH_MAX]);

/* Deletes a folder with all that is in it; nothing there is no error. Does not follow links. */
void pam_tree_delete(const char *folder);

#endif
