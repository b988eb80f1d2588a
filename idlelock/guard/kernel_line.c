/* SPDX-License-Identifier: BSD-2-Clause */
/* Looks at the words of a kernel's command line. */
#include "kernel_line.h"

#include <string.h>

#define APART " \t\r\n\"'"

/* One that ends in '=' takes any value but those of FINE. systemd reads '-' as '_' too. */
static const char *const LOOSE[] = {"init=",		"rdinit=",	    "systemd.mask=",  "rd.systemd.mask=", "systemd.unit=",	  "rd.systemd.unit=", "systemd.debug_shell",
				    "systemd.debug_shell=", "systemd.run=",	    "systemd.wants=", "rd.break",	  "rd.break=",		  "single",	      "s",
				    "S",		"1",		    "rescue",	      "emergency",	  "rd.rescue",		  "rd.emergency",     "-b",
				    "apparmor=",	"security=",	    "lsm=",	      "systemd.firstboot=", "systemd.set_credential=",
				    "systemd.set_credential_binary="};
static const char *const FINE[] = {"init=/sbin/init", "init=/lib/systemd/systemd", "init=/usr/lib/systemd/systemd", "init=/usr/sbin/init",
				   "systemd.unit=multi-user.target", "systemd.unit=graphical.target", "systemd.unit=default.target", "systemd.debug_shell=0",
				   "systemd.debug_shell=no", "apparmor=1", "security=apparmor"};

static bool is_word(const char *word, size_t len, const char *pattern, bool any_value)
{
	size_t n = strlen(pattern);

	if (len < n || (len > n && !(any_value && pattern[n - 1] == '=')))
		return false;
	for (size_t i = 0; i < n; i++)
		if (word[i] != pattern[i] && !(word[i] == '-' && pattern[i] == '_'))
			return false;
	return true;
}

static bool is_one_of(const char *word, size_t len, const char *const *patterns, size_t count, bool any_value)
{
	for (size_t i = 0; i < count; i++)
		if (is_word(word, len, patterns[i], any_value))
			return true;
	return false;
}

const char *kernel_line_next(const char **at, const char *end, size_t *ret_len)
{
	for (const char *word = *at, *behind; word < end; word = behind) {
		while (word < end && *word != '\0' && strchr(APART, *word) != NULL)
			word++;
		behind = word;
		while (behind < end && *behind != '\0' && strchr(APART, *behind) == NULL)
			behind++;
		*at = behind;
		*ret_len = (size_t)(behind - word);
		if (is_one_of(word, *ret_len, LOOSE, sizeof LOOSE / sizeof LOOSE[0], true) &&
		    !is_one_of(word, *ret_len, FINE, sizeof FINE / sizeof FINE[0], false))
			return word;
		behind += behind < end && *behind == '\0';
	}
	*at = end;
	return NULL;
}
