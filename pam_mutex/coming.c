/* SPDX-License-Identifier: BSD-2-Clause */
/* Ties an entry of coming_store.h to the PAM handle. */
#include "coming.h"

#include <stdlib.h>
#include <string.h>
#include <security/pam_ext.h>
#include <syslog.h>
#include <unistd.h>

#include "coming_store.h"

#define DATA_NAME "pam_mutex_coming"

struct held {
	struct paths paths;
	char name[COMING_NAME_BYTES];
	pid_t pid;
};

/* A child that only drops its copy of the handle leaves the login alone. */
static void held_free(pam_handle_t *pamh, void *data, int status)
{
	const struct held *held = data;

	(void)pamh;
	if ((status & PAM_DATA_SILENT) == 0 && held->pid == getpid())
		coming_store_leave(&held->paths, held->name);
	free(data);
}

static bool is_limited(const struct situation *s)
{
	enum service_kind kind = s->login.facts.service.kind;

	return s->settings->access_max_sessions > 0 && s->person != NULL && s->login.as_root && (kind == SERVICE_LOGIN || kind == SERVICE_GREETER);
}

void coming_enter(struct situation *s)
{
	struct held *held = is_limited(s) ? calloc(1, sizeof *held) : NULL;
	size_t others;
	int error;

	if (held == NULL)
		return;
	held->paths = *s->paths;
	held->pid = getpid();
	error = coming_store_enter(s->paths, s->person->uid, s->now_s, &held->name, &others);
	if (error < 0)
		pam_syslog(s->pamh, LOG_WARNING, "logins at the same moment cannot be counted: %s: %s", s->paths->coming, strerrordesc_np(-error));
	else
		s->login.facts.sessions += others;
	if (pam_set_data(s->pamh, DATA_NAME, held, held_free) != PAM_SUCCESS)
		held_free(s->pamh, held, 0);
}

void coming_leave(const struct situation *s)
{
	const void *data = NULL;

	if (pam_get_data(s->pamh, DATA_NAME, &data) == PAM_SUCCESS && data != NULL)
		(void)pam_set_data(s->pamh, DATA_NAME, NULL, NULL);
}
