/* SPDX-License-Identifier: BSD-2-Clause */
/* In which language people are told of their lock: [policy] language, else that of the environment. Shell; of programs, not of the PAM module. */
#ifndef MUTEX_SPEECH_GATHER_H
#define MUTEX_SPEECH_GATHER_H

#include "message.h"
#include "paths.h"
#include "policy.h"

/* Of a policy that is read already, as it holds for the person; "auto" is LC_ALL, LC_MESSAGES or LANG. */
enum language speech_language(const struct settings *settings);
/* Of the policy as it holds for everybody. */
enum language speech_gather(const struct paths *paths);

#endif
