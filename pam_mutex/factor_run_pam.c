/* SPDX-License-Identifier: BSD-2-Clause */
/* A pam: hook: another PAM stack proves one factor (pam_u2f, pam_fprintd, pam_duo ...).
 *
 * Only its auth phase counts. The modules that people put there prove something and have nothing to say about accounts (pam_u2f and pam_duo have
 * no account phase at all), and a service without account lines would take those of "other", which lead to pam_mutex again; whether the
 * account may be used is what the outer stack's account phase is asked.
 * A module may take a child out of our session (pam_exec does): after a timeout such a child lives on, and nobody listens to it. */
#include <errno.h>
#include <string.h>

#include "factor_run.h"
#include "factor_stack.h"
#include "file.h"
#include "text.h"

#define FILE_MAX (64 * 1024)

static int read_place(const struct factor_run *run, const char *folder, const char *name, int (*read)(void *scan, const char *bytes, size_t len),
		      void *scan)
{
	struct file_trust trust = {.owner = run->paths.owner, .max_bytes = FILE_MAX};
	char path[2 * PATHS_BYTES_MAX], *bytes FILE_FREED = NULL;
	struct text t;
	size_t len;
	int r;

	TEXT_INTO(&t, path);
	text_add(&t, folder);
	text_add_char(&t, '/');
	text_add(&t, name);
	if (text_end(&t) < 0)
		return -ENAMETOOLONG;
	r = file_read_trusted(path, &trust, &bytes, &len);
	if (r == -ENOENT)
		return 0;
	if (r == 0)
		r = read(scan, bytes, len);
	return r < 0 ? r : 1;
}

static int each_place(void *context, const char *name, int (*read)(void *scan, const char *bytes, size_t len), void *scan)
{
	const struct factor_run *run = context;
	int etc, vendor;

	if (name[0] == '/')
		return read_place(run, run->paths.root, name + 1, read, scan);
	etc = read_place(run, run->paths.pam_etc, name, read, scan);
	if (etc < 0)
		return etc;
	vendor = read_place(run, run->paths.pam_vendor, name, read, scan);
	return vendor < 0 ? vendor : etc + vendor;
}

static int set_items(pam_handle_t *pamh, const struct factor_run *run)
{
	const struct {
		int type;
		const char *value;
	} items[] = {{PAM_RHOST, run->rhost}, {PAM_RUSER, run->ruser}, {PAM_TTY, run->start.tty}};
	int code = pam_putenv(pamh, FACTOR_RUN_MARK "=1");

	for (size_t i = 0; i < sizeof items / sizeof items[0] && code == PAM_SUCCESS; i++)
		if (items[i].value[0] != '\0')
			code = pam_set_item(pamh, items[i].type, items[i].value);
	return code;
}

/* Others than these say that the module could not ask, not that the answer was wrong. */
static int result_of(int code)
{
	return code == PAM_SUCCESS ? PAM_SUCCESS : code == PAM_AUTH_ERR || code == PAM_MAXTRIES ? PAM_AUTH_ERR : PAM_AUTHINFO_UNAVAIL;
}

static int authenticate(pam_handle_t *pamh, const struct factor_run *run)
{
	const void *user = NULL;
	int code = set_items(pamh, run);

	if (code != PAM_SUCCESS)
		return PAM_SYSTEM_ERR;
	code = result_of(pam_authenticate(pamh, PAM_DISALLOW_NULL_AUTHTOK));
	if (pam_get_item(pamh, PAM_USER, &user) != PAM_SUCCESS || user == NULL || strcmp(user, run->user) != 0)
		return PAM_CRED_ERR;
	return code;
}

int factor_run_pam(struct factor_run *run)
{
	struct pam_conv conversation = {.conv = verify_relay_converse, .appdata_ptr = &run->relay};
	pam_handle_t *pamh = NULL;
	int code, r = factor_stack_check(&(struct factor_stack_files){.each = each_place, .context = run}, run->target);

	if (r < 0)
		return r == -EPERM || r == -EACCES ? PAM_PERM_DENIED : PAM_MODULE_UNKNOWN;
	code = run->paths.root[0] != '\0' ? pam_start_confdir(run->target, run->user, &conversation, run->paths.pam_etc, &pamh)
					  : pam_start(run->target, run->user, &conversation, &pamh);
	if (code != PAM_SUCCESS)
		return PAM_SYSTEM_ERR;
	code = authenticate(pamh, run);
	(void)pam_end(pamh, code);
	return code;
}
