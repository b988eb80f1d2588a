/* SPDX-License-Identifier: BSD-2-Clause */
/* Desktops that run with other settings than the system's, because their person's environment says so. Shell, but for settings_dodge_judge().
 *
 * DCONF_PROFILE and GSETTINGS_BACKEND take GNOME, MATE and Cinnamon away from the locked keys, XDG_CONFIG_DIRS without /etc/xdg takes Plasma and XFCE
 * away. idlelockd locks all the same; but whoever does so meant to evade. DCONF_PROFILE has no effect where /run/dconf/user/UID is there (dconf's
 * mandatory profile, made by LOCKDOWN_DCONF_PEOPLE). Only programs that read such settings are asked: others may have reasons of their own. */
#ifndef MUTEXCTL_SETTINGS_DODGE_H
#define MUTEXCTL_SETTINGS_DODGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "paths.h"
#include "policy_load.h"

#define SETTINGS_DODGES_MAX 32

struct settings_dodge {
	uid_t uid;
	pid_t pid;
	char program[64];
	char variable[128]; /* "DCONF_PROFILE=/home/a/x", escaped and cut */
};

struct settings_dodges {
	struct settings_dodge list[SETTINGS_DODGES_MAX];
	size_t count;
};

/* The first such variable of an environment (NUL-terminated words), NULL = none. mandatory: dconf's profile of that person is root's. */
const char *settings_dodge_judge(const char *environment, size_t len, bool mandatory);

/* One for each program of a person; to others than root only their own are shown. */
void settings_dodge_survey(const struct paths *paths, struct settings_dodges *ret);
/* One record for each person. */
void settings_dodge_record(const struct paths *paths, const struct policy_loaded *loaded, const struct settings_dodges *dodges);
void settings_dodge_print(const struct settings_dodges *dodges);
json_t *settings_dodge_to_json(const struct settings_dodges *dodges);

#endif
