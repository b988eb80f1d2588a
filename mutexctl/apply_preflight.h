/* SPDX-License-Identifier: BSD-2-Clause */
/* What `mutexctl apply` tells before it changes anything: what will happen to whom. Shell (reads passwd, shadow, group, looks for programs). */
#ifndef MUTEXCTL_APPLY_PREFLIGHT_H
#define MUTEXCTL_APPLY_PREFLIGHT_H

#include "paths.h"
#include "policy_load.h"

/* trial: the paths of the copy on which pam-auth-update was tried; its other password modules are told. */
void apply_preflight(const struct paths *paths, const struct policy_loaded *loaded, const struct paths *trial);

#endif
