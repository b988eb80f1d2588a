/* SPDX-License-Identifier: BSD-2-Clause */
/* Sources in words. */
#include "login_source_text.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "lockout.h"
#include "text.h"

static const char *const side_names[] = {[LOGIN_LOCAL] = "local", [LOGIN_REMOTE] = "remote", [LOGIN_ASKED] = "asked"};
static_assert(sizeof side_names / sizeof side_names[0] == LOGIN_SIDE_MAX, "each side has its name");
static const char *const guess_names[] = {[LOGIN_GUESS_PASSWORD] = "password", [LOGIN_GUESS_CODE] = "code"};
static_assert(sizeof guess_names / sizeof guess_names[0] == LOGIN_GUESS_MAX, "each guess has its name");

/* As login_source_make() is called with; what is none of these is "another place". */
static const struct {
	const char *name, *words;
} places[] = {
	{"seat0", "seat0"},    {"seat1", "seat1"},         {"seat2", "seat2"},
	{"tty", "a terminal"}, {"console", "the console"}, {"", "this computer"},
};

static bool all_zero(const uint8_t *bytes, size_t len)
{
	size_t i = 0;

	while (i < len && bytes[i] == 0)
		i++;
	return i == len;
}

static void add_place(struct text *t, const struct login_source *source)
{
	struct login_source candidate;

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		login_source_make(LOGIN_LOCAL, NULL, places[i].name, &candidate);
		if (login_source_equal(&candidate, source)) {
			text_add(t, places[i].words);
			return;
		}
	}
	text_add(t, "another place of this computer");
}

static void add_address(struct text *t, const struct login_source *source)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	char address[INET6_ADDRSTRLEN];

	if (memcmp(source->key, mapped, sizeof mapped) == 0 && inet_ntop(AF_INET, source->key + 12, address, sizeof address) != NULL) {
		text_add(t, address);
	} else if (all_zero(source->key + 8, 8) && inet_ntop(AF_INET6, source->key, address, sizeof address) != NULL) {
		text_add(t, address);
		text_add(t, "/64");
	} else {
		text_add(t, "a host without an address");
	}
}

void login_source_add(struct text *t, const struct login_source *source)
{
	if (lockout_source_is_others(source))
		text_add(t, "all others together");
	else if (source->side == LOGIN_LOCAL)
		add_place(t, source);
	else if (source->side == LOGIN_ASKED)
		text_add(t, "somebody else who steps into the account");
	else
		add_address(t, source);
}

const char *login_side_name(enum login_side side)
{
	return side_names[side];
}

const char *login_guess_name(enum login_guess guess)
{
	return guess_names[guess];
}
