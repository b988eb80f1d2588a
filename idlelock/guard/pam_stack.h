/* SPDX-License-Identifier: BSD-2-Clause */
/* A service's PAM configuration as Debian's libpam reads it. Pure: the files come through a callback.
 *
 * The model is libpam 1.5.2 (Debian 12) and 1.7.0 (Debian 13), pam_handlers.c and pam_misc.c, with Debian's @include: services
 * lie in /etc/pam.d, then /usr/lib/pam.d; what they include lies in /etc/pam.d only. A line that libpam cannot understand still
 * stands in the stack and must fail; what makes libpam give up makes the service dead; what the two versions read differently
 * makes it doubtful. Each such thing is a problem in the diag list, with its place. */
#ifndef GUARD_PAM_STACK_H
#define GUARD_PAM_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "diag.h"

struct text;

enum pam_phase { PAM_PHASE_AUTH, PAM_PHASE_ACCOUNT, PAM_PHASE_PASSWORD, PAM_PHASE_SESSION, PAM_PHASE_MAX };

/* libpam's return codes, in its order: C(name as in a control) */
#define PAM_CODES(C) \
	C(success) C(open_err) C(symbol_err) C(service_err) C(system_err) C(buf_err) C(perm_denied) C(auth_err) \
	C(cred_insufficient) C(authinfo_unavail) C(user_unknown) C(maxtries) C(new_authtok_reqd) C(acct_expired) \
	C(session_err) C(cred_unavail) C(cred_expired) C(cred_err) C(no_module_data) C(conv_err) C(authtok_err) \
	C(authtok_recover_err) C(authtok_lock_busy) C(authtok_disable_aging) C(try_again) C(ignore) C(abort) \
	C(authtok_expired) C(module_unknown) C(bad_item) C(conv_again) C(incomplete)
enum pam_code {
#define PAM_CODE_ENUM(name) PAM_CODE_##name,
	PAM_CODES(PAM_CODE_ENUM)
#undef PAM_CODE_ENUM
	PAM_CODE_MAX
};

/* What a control says for a code; a positive value jumps over so many lines. */
enum pam_action {
	PAM_ACTION_IGNORE = 0,
	PAM_ACTION_OK = -1,
	PAM_ACTION_DONE = -2,
	PAM_ACTION_BAD = -3,
	PAM_ACTION_DIE = -4,
	PAM_ACTION_RESET = -5,
	PAM_ACTION_UNSET = -6
};

enum pam_line_kind {
	PAM_LINE_MUST_FAIL, /* not understood: libpam runs it as a failure */
	PAM_LINE_MODULE,
	PAM_LINE_SUBSTACK,  /* only marks that the deeper lines behind it are one substack */
	PAM_LINE_KIND_MAX
};

struct pam_line {
	enum pam_line_kind kind;
	int level; /* of substacks */
	int actions[PAM_CODE_MAX];
	const char *control; /* as written */
	const char *module;  /* path as written; "" when there is none */
	const char *const *args;
	size_t arg_count;
	const char *file;
	unsigned line;
};

struct pam_chain {
	struct pam_line *lines; /* in the arena */
	size_t count;
	bool from_other; /* the service has no line of this phase, so libpam takes those of "other" */
};

struct pam_service {
	const char *name;
	struct pam_chain phases[PAM_PHASE_MAX];
	bool found;    /* it has a file of its own; else all comes from "other" */
	bool dead;     /* libpam gives up on it: every call fails */
	bool doubtful; /* libpam's versions read it differently, or it is too long to follow: nothing is proven */
};

enum pam_place { PAM_PLACE_ETC, PAM_PLACE_VENDOR, PAM_PLACE_ABSOLUTE, PAM_PLACE_MAX };

struct pam_file {
	const char *path; /* as shown to people; outlives the service */
	const char *bytes;
	size_t len;
};

/* 0, or a negative errno when there is no such file (libpam then looks on). */
struct pam_files {
	int (*read)(void *context, enum pam_place place, const char *name, struct pam_file *ret_file);
	void *context;
};

#define PAM_INCLUDES_MAX 16        /* PAM_SUBSTACK_MAX_LEVEL of libpam */
#define PAM_LINES_MAX 512          /* of one phase of one service; more is doubtful */
#define PAM_LINE_BYTES_MAX 1022    /* libpam 1.5.2 splits longer ones */

/* Reads the service. 0, or -ENOMEM (arena used up). Strings lie in the arena or in the files. */
int pam_stack_read(const struct pam_files *files, const char *service, struct arena *arena, struct diag_list *diags,
		   struct pam_service *ret_service);

/* "pam_unix" for "pam_unix.so" and for absolute paths into the module folders; NULL for any other place. The name lies in *name. */
const char *pam_stack_module(const struct pam_line *line, char (*name)[64]);
/* The argument itself, or what stands behind "option="; NULL when it is not given. */
const char *pam_stack_option(const struct pam_line *line, const char *option);

const char *pam_stack_phase_name(enum pam_phase phase);
const char *pam_stack_code_name(enum pam_code code);
void pam_stack_add_action(struct text *t, int action);

#endif
