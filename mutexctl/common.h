/* SPDX-License-Identifier: BSD-2-Clause */
/* What subcommands share: where files lie, the policy in force or out of a named file, output. Shell. */
#ifndef MUTEXCTL_COMMON_H
#define MUTEXCTL_COMMON_H

#include <jansson.h>
#include <stdbool.h>

#include "message.h"
#include "paths.h"
#include "person_load.h"
#include "policy_load.h"
#include "value.h"

/* Below `mutexctl --root DIR`, else the system's. Never NULL; set by main before any subcommand runs. */
const struct paths *common_paths(void);
/* "" or the folder of --root. */
const char *common_root(void);
/* root is as paths_init() wants it. 0, or COMMAND_FAILED after a message. */
int common_set_root(const char *root);

/* The policy in force, as the module would load it. 0, or COMMAND_FAILED after a message; problems in the files are in ret_loaded->diags
 * and not printed. Zero-initialise, and give it the POLICY_UNLOADED attribute. ret_loaded must not be moved. */
int common_load_policy(struct policy_loaded *ret_loaded);

/* Policy files that are not installed ("-" = standard input): a draft may belong to anybody. No fall-back: with errors the state is
 * POLICY_BROKEN and the diags say why. 0, or COMMAND_FAILED after a message (cannot be read). */
int common_load_policy_files(char *const *files, int count, struct policy_loaded *ret_loaded);


/* All problems, compiler-style, on standard error. */
void common_print_diags(const struct diag_list *diags);
json_t *common_json_diags(const struct diag_list *diags);

/* yes and no as booleans, numbers as numbers, lists as arrays; durations, dates, choices and texts as the policy language writes them
 * (texts without quotes). */
json_t *common_json_value(const struct keyword_row *row, const union value *value);

/* Prints the object in stable form with a line end, and releases it. Returns fine, or COMMAND_FAILED when it could not be written. */
int common_print_json(json_t *object, int fine);

/* Ends standard output. Returns fine, or COMMAND_FAILED when something was not written (a full disk is no success). */
int common_finish(int fine);

/* Name of the person who asks, behind sudo too (the login uid of audit, else the real uid). False when nobody knows. */
#define COMMON_NAME_BYTES 256
bool common_asked_by(char ret_name[static COMMON_NAME_BYTES]);

/* The person of that name, NULL for the caller, among the accounts of the running system (--root changes nothing). 0, or COMMAND_FAILED
 * after a message. Zero-initialise, and give it the PERSON_UNLOADED attribute. */
int common_load_person(const char *name, struct person_loaded *ret);

/* Language of what a person reads here: the policy's, else the locale's; English on a Linux text console, which cannot show Japanese. */
enum language common_language(const struct settings *settings);

#endif
