/* SPDX-License-Identifier: BSD-2-Clause */
/* What mutex-factor's results mean, in words. */
#include "factor_run.h"

static const struct reason {
	int code;
	const char *text;
} reasons[] = {
	{PAM_OPEN_ERR, "is missing: there is no such file"},
	{PAM_PERM_DENIED, "is not safe: others than root can write the file or a folder above it, or a link leads to it"},
	{PAM_SERVICE_ERR, "broke its line protocol"},
	{PAM_ABORT, "ended with an error or without a verdict"},
	{PAM_USER_UNKNOWN, "shall run as a user who does not exist or is root"},
	{PAM_MODULE_UNKNOWN, "has a PAM stack that leads back to pam_mutex, or that has no lines of its own"},
	{PAM_CRED_ERR, "changed whom it was asked about"},
	{PAM_SYSTEM_ERR, "could not be run"},
};

const char *factor_run_reason(int code)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].code == code)
			return reasons[i].text;
	return "said that it cannot tell";
}
