/* SPDX-License-Identifier: BSD-2-Clause */
/* Control "auth" (AC-1): nobody comes in, or becomes root, by a way that the policy does not know of.
 *
 * Looked at: who gets in past the PAM lines (pam_survey.h), sudoers, sshd_config, rules of polkit, automatic login, the kernel's command line of this start and
 * of the next, empty passwords, passwords that were set past the module, and files with ssh keys. What `accept` of [control auth] names is known and
 * may stay. The probe reads files; all judging is here.
 *
 * What is known of a password: the module takes the present hash into the person's history before each change. So a hash that is neither the one that
 * was accepted or seen last (accepted.h) nor came after it in the history was set by usermod -p, chpasswd -e or an editor. Not seen: one that was set so
 * on the same day (UTC) as a proper change, with no look of mutex-guardd in between. */
#ifndef GUARD_AUTH_H
#define GUARD_AUTH_H

#include "automatic_login.h"
#include "control.h"

enum auth_file_kind { AUTH_SUDOERS, AUTH_SSHD, AUTH_POLKIT, AUTH_AUTOMATIC, AUTH_KERNEL, AUTH_BOOT_LOADER, AUTH_FILE_KIND_MAX };

/* A file, or a part of it between two includes; those of a kind in the order in which its program reads them. */
struct auth_file {
	enum auth_file_kind kind;
	const char *path;  /* as people know it */
	const char *bytes; /* NULL = it cannot be read */
	size_t len;
	unsigned line;     /* number of the first line, less one */
	unsigned depth;    /* AUTH_SSHD: of inclusion */
	const struct automatic_login_row *row; /* AUTH_AUTOMATIC */
};

struct auth_account {
	const char *name;
	bool empty;    /* its password is */
	bool usable;   /* it has a password that lets in */
	bool compared; /* what follows is known */
	bool accepted; /* the hash is the one that was accepted, or was seen and fine */
	bool followed; /* the history has the one that was seen or accepted last, or is there for an account of which none is known */
	int64_t changed_day, newest_day; /* of shadow(5); of the history's newest entry; -1 = not known */
};

struct auth_keys {
	const char *path, *owner;
	bool of_root;
	bool changed; /* not as accepted */
};

#define AUTH_FILES_MAX 256
#define AUTH_ACCOUNTS_MAX 1024
struct auth_facts {
	struct auth_file files[AUTH_FILES_MAX];
	size_t file_count;
	struct auth_account accounts[AUTH_ACCOUNTS_MAX];
	size_t account_count;
	struct auth_keys keys[AUTH_ACCOUNTS_MAX];
	size_t key_count;
	bool more; /* than there is room for */
	bool shadow_unreadable;
	const char *seen;  /* the file of what was seen, as it is to be now; NULL = as it is */
	size_t seen_len;
	bool nothing_accepted; /* no `mutexctl apply` has been here yet: passwords and keys are not compared */
	bool lines_on;         /* `mutexctl apply` has put the PAM lines on */
	size_t open_services;  /* PAM services that let somebody in past them, or change a password */
	const char *open_service; /* the first of them */
	const char *pam_unreadable; /* why; NULL = they could be read */
};

int auth_probe(const struct control_scene *scene, struct arena *arena, const void **ret_facts); /* shell */
void auth_remember(const struct control_scene *scene, const void *facts); /* shell */
struct control_verdict auth_judge(const void *facts, const struct settings *settings, struct arena *arena);
void auth_watch(const struct settings *settings, struct arena *arena, struct control_watches *watches);
void auth_repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair);

/* The password was set past the module, as far as can be known. */
bool auth_password_is_foreign(const struct auth_account *account);
/* sudoers' name (carol, %staff) is one that may become root: admins of [control auth]; none there: root, %sudo, %admin. */
bool auth_is_admin(const struct word_list *admins, const char *who);

#endif
