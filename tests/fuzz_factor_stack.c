/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the PAM files of a factor's service: whatever libpam's reader (as mutexctl models it) runs of pam_mutex in the auth phase is refused. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "diag.h"
#include "factor_stack.h"
#include "pam_stack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Up to four files, "s" and "a" to "c", with a NUL between them. */
struct files {
	struct pam_file files[4];
	size_t count;
};

static const char *const names[] = {"s", "a", "b", "c"};

static const struct pam_file *find(const struct files *files, const char *name)
{
	for (size_t i = 0; i < files->count; i++)
		if (strcmp(names[i], name) == 0)
			return &files->files[i];
	return NULL;
}

static int each(void *context, const char *name, int (*read)(void *scan, const char *bytes, size_t len), void *scan)
{
	const struct pam_file *file = find(context, name);
	int r = file != NULL ? read(scan, file->bytes, file->len) : 0;

	return r < 0 ? r : file != NULL;
}

static int read_modelled(void *context, enum pam_place place, const char *name, struct pam_file *ret_file)
{
	const struct pam_file *file = place == PAM_PLACE_ETC ? find(context, name) : NULL;

	if (file == NULL)
		return -ENOENT;
	*ret_file = *file;
	return 0;
}

static bool reaches_by_the_model(struct files *files)
{
	static unsigned char memory[1 << 20];
	struct diag items[4];
	struct diag_list diags = {.items = items, .max = 4};
	struct pam_service service;
	struct arena arena;

	arena_init(&arena, memory, sizeof memory);
	if (pam_stack_read(&(struct pam_files){.read = read_modelled, .context = files}, "s", &arena, &diags, &service) < 0)
		return false;
	if (service.dead)
		return false;
	for (size_t i = 0; i < service.phases[PAM_PHASE_AUTH].count; i++) {
		const struct pam_line *line = &service.phases[PAM_PHASE_AUTH].lines[i];

		if (line->kind == PAM_LINE_MODULE && strstr(line->module, "pam_mutex.so") != NULL)
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data, *end = at + size;
	struct files files = {.count = 0};
	int r;

	while (files.count < 4 && at <= end) {
		const char *stop = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;

		if (stop == NULL || files.count == 3)
			stop = end;
		files.files[files.count] = (struct pam_file){.path = names[files.count], .bytes = at, .len = (size_t)(stop - at)};
		files.count++;
		at = stop + 1;
	}
	r = factor_stack_check(&(struct factor_stack_files){each, &files}, "s");
	if (r > 0 || (r == 0 && reaches_by_the_model(&files)))
		abort();
	return 0;
}
