/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the files of a service: read and judged in bounded time and memory, and a chain is what its header promises.
 * The input is split at lines "=NAME" into files; the first part is the service "s". */
#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pam_judge.h"
#include "pam_set.h"
#include "text.h"

#define FILES_MAX 8

struct parts {
	struct pam_file files[FILES_MAX];
	char names[FILES_MAX][16];
	size_t count;
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static int read_part(void *context, enum pam_place place, const char *name, struct pam_file *ret_file)
{
	const struct parts *p = context;

	if (place == PAM_PLACE_VENDOR)
		return -ENOENT;
	for (size_t i = 0; i < p->count; i++) {
		if (strcmp(p->names[i], name) == 0) {
			*ret_file = p->files[i];
			return 0;
		}
	}
	return -ENOENT;
}

static void split(const char *at, size_t len, struct parts *p)
{
	const char *end = at + len;

	strcpy(p->names[p->count++], "s");
	p->files[0] = (struct pam_file){.path = "s", .bytes = at};
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *next = newline != NULL ? newline + 1 : end;

		if (*at == '=' && p->count < FILES_MAX && (size_t)(next - at) < sizeof p->names[0] && newline != NULL) {
			memcpy(p->names[p->count], at + 1, (size_t)(newline - at - 1));
			p->files[p->count] = (struct pam_file){.path = p->names[p->count], .bytes = next};
			p->count++;
		} else {
			p->files[p->count - 1].len = (size_t)(next - p->files[p->count - 1].bytes);
		}
		at = next;
	}
}

/* The same stacks, for who gets in; and as the common files. */
static void check_gates(const struct pam_service *service, struct arena *scratch)
{
	struct pam_gate_facts facts = {.root = "", .kind = SERVICE_LOGIN};
	struct pam_gate_judgement account, auth;
	struct pam_set set;
	char words[8192];
	struct text t;

	pam_gate_judge_account(service, &facts, scratch, &account);
	pam_gate_judge_auth(service, &facts, &account, scratch, &auth);
	assert(auth.verdict == PAM_GATE_WEAK || auth.cause == PAM_GATE_CAUSE_NONE || auth.verdict == PAM_GATE_BYPASS);
	TEXT_INTO(&t, words);
	pam_gate_add_reason(&t, &auth);
	pam_gate_add_remedy(&t, &auth);
	pam_gate_add_path(&t, &account);
	set = pam_set_judge(&service->phases[PAM_PHASE_AUTH], &service->phases[PAM_PHASE_ACCOUNT], &service->phases[PAM_PHASE_SESSION], "");
	assert((set.state == PAM_SET_HALF) == (*set.problem != '\0'));
}

static void check_chain(const struct pam_chain *c)
{
	assert(c->count <= PAM_LINES_MAX);
	for (size_t i = 0; i < c->count; i++) {
		const struct pam_line *l = &c->lines[i];
		char name[64];

		assert(l->level >= 0 && l->level < PAM_INCLUDES_MAX && l->line > 0 && l->file != NULL && l->module != NULL && l->control != NULL);
		assert(l->kind != PAM_LINE_MODULE || *l->module != '\0');
		for (int k = 0; k < PAM_CODE_MAX; k++)
			assert(l->kind == PAM_LINE_SUBSTACK || l->actions[k] >= PAM_ACTION_RESET);
		(void)pam_stack_module(l, &name);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static unsigned char memory[2 * 1024 * 1024], scratch_memory[64 * 1024];
	static struct diag items[16];
	struct diag_list diags = {.items = items, .max = 16};
	struct parts parts = {0};
	struct pam_files files = {.read = read_part, .context = &parts};
	struct arena arena, scratch;
	struct pam_service service;
	struct pam_judgement j;
	char words[16384];
	struct text t;

	if (len > 16384)
		return 0;
	split((const char *)bytes, len, &parts);
	arena_init(&arena, memory, sizeof memory);
	arena_init(&scratch, scratch_memory, sizeof scratch_memory);
	if (pam_stack_read(&files, "s", &arena, &diags, &service) != 0)
		return 0;
	for (int i = 0; i < PAM_PHASE_MAX; i++)
		check_chain(&service.phases[i]);
	pam_judge(&service, "", &scratch, &j);
	check_gates(&service, &scratch);
	assert(!service.doubtful || j.verdict == PAM_UNPROVABLE);
	assert((j.verdict == PAM_BYPASS || j.verdict == PAM_WEAK) == (j.setter != NULL));
	TEXT_INTO(&t, words);
	pam_judge_add_reason(&t, &j);
	pam_judge_add_remedy(&t, &j);
	pam_judge_add_path(&t, &j);
	for (size_t i = 0; i < j.path_len; i++)
		assert(j.path[i].line != NULL);
	return 0;
}
