/* SPDX-License-Identifier: BSD-2-Clause */
/* Which lines of clamd.conf loosen the scanner. */
#include <string.h>

#include "antivirus.h"

#define MIB (INT64_C(1024) * 1024)

/* Switches that are on by default: "no" leaves a kind of file, or of signature, out. */
static const char *const ON[] = {
	"ScanPE", "ScanELF", "ScanOLE2", "ScanPDF", "ScanSWF", "ScanHTML", "ScanXMLDOCS", "ScanHWP3", "ScanOneNote", "ScanMail", "ScanArchive", "ScanImage",
	"Bytecode", "HeuristicAlerts", "AlgorithmicDetection", "PhishingSignatures", "CrossFilesystems", NULL,
};
/* Each such line leaves something out. */
static const char *const LEAVES_OUT[] = {"ExcludePath", "OnAccessExcludePath", "OnAccessExcludeUname", "OnAccessExcludeUID", NULL};
/* Files that are larger pass unseen: 0 is no limit. */
static const char *const LIMITS[] = {"MaxFileSize", "MaxScanSize", "OnAccessMaxFileSize", NULL};
#define LIMIT_MIN MIB

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

/* "ExcludePath ^/srv/build/" as one word of the policy. */
static bool is_allowed(const struct clam_option *option, const struct word_list *exclusions)
{
	size_t name_len = strlen(option->name);

	for (size_t i = 0; i < exclusions->count; i++) {
		const char *word = exclusions->words[i];

		if (strncmp(word, option->name, name_len) == 0 && word[name_len] == ' ' && strcmp(word + name_len + 1, option->value) == 0)
			return true;
	}
	/* Without it the scanner waits for itself. */
	return strcmp(option->name, "OnAccessExcludeUname") == 0 && strcmp(option->value, "clamav") == 0;
}

static bool loosens(const struct clam_option *option)
{
	int64_t size;

	if (is_one_of(option->name, ON))
		return clam_is_no(option->value);
	if (strcmp(option->name, "OnAccessExcludeRootUID") == 0)
		return !clam_is_no(option->value);
	if (is_one_of(option->name, LIMITS))
		return clam_size(option->value, &size) < 0 || (size > 0 && size < LIMIT_MIN);
	return is_one_of(option->name, LEAVES_OUT);
}

const struct clam_option *antivirus_loosened(const struct clam_conf *conf, const struct settings *settings)
{
	for (size_t i = 0; i < conf->count; i++)
		if (loosens(&conf->options[i]) && !is_allowed(&conf->options[i], &settings->control_exclusions))
			return &conf->options[i];
	return NULL;
}
