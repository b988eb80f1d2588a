/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the policy, then the environment, for the language. */
#include "speech_gather.h"

#include <stdlib.h>

#include "policy_load.h"

static enum language language_of_environment(void)
{
	static const char *const NAMES[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
		const char *value = getenv(NAMES[i]);

		if (value != NULL && value[0] != '\0')
			return message_language_of_locale(value);
	}
	return LANGUAGE_EN;
}

enum language speech_language(const struct settings *settings)
{
	if (settings->policy_language == POLICY_LANGUAGE_AUTO)
		return language_of_environment();
	return settings->policy_language == POLICY_LANGUAGE_JA ? LANGUAGE_JA : LANGUAGE_EN;
}

enum language speech_gather(const struct paths *paths)
{
	struct policy_loaded *loaded = malloc(sizeof *loaded);
	struct settings settings;
	enum language language;

	if (loaded == NULL || policy_load(paths, loaded) < 0) {
		free(loaded);
		return language_of_environment();
	}
	policy_resolve(&loaded->policy, NULL, &settings);
	language = speech_language(&settings);
	policy_unload(loaded);
	free(loaded);
	return language;
}
