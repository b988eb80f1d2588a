/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of libpam against libpam itself: random stacks of pam_debug.so lines go through both, and both must run the same lines in
 * the same order and come to the same end. Random mistakes in the files included. Skipped where libpam or pam_debug.so is missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "file.h"
#include "pam_judge.h"
#include "text.h"

#define PASSES 2
#define ROUNDS 1000
#define PAM_SUCCESS_VALUE 0

/* Of libpam's headers, so that none is needed here. */
struct pam_handle;
struct pam_message {
	int style;
	const char *text;
};
struct pam_response {
	char *text;
	int unused;
};
struct pam_conv {
	int (*conv)(int, const struct pam_message **, struct pam_response **, void *);
	void *data;
};

static struct {
	int (*start)(const char *, const char *, const struct pam_conv *, const char *, struct pam_handle **);
	int (*chauthtok)(struct pam_handle *, int);
	int (*end)(struct pam_handle *, int);
} pam;

static char folder[] = "/tmp/test_pam_model.XXXXXX";
static unsigned char memory[4 * 1024 * 1024];
static char traced[8192];
static struct text trace;

/* pam_debug.so tells each call with its return code. */
static int converse(int count, const struct pam_message **messages, struct pam_response **ret_responses, void *data)
{
	(void)data;
	*ret_responses = calloc((size_t)count, sizeof **ret_responses);
	for (int i = 0; i < count; i++) {
		text_add(&trace, messages[i]->text);
		text_add_char(&trace, ' ');
	}
	return PAM_SUCCESS_VALUE;
}

static uint64_t random_state = 0x243f6a8885a308d3ULL;

static unsigned below(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state >> 33) % n;
}

static const char *pick(const char *const *words, unsigned count)
{
	return words[below(count)];
}

/* incomplete is left out: it makes libpam stop and go on later, which no walk shows. conv_again is harmless. */
static const char *code(void)
{
	enum pam_code c;

	do
		c = (enum pam_code)(below(3) > 0 ? below(2) * PAM_CODE_authtok_err : below(PAM_CODE_MAX));
	while (c == PAM_CODE_incomplete);
	return pam_stack_code_name(c);
}

static const char *const PLAIN[] = {"required", "requisite", "sufficient", "optional"};
static const char *const ACTIONS[] = {"ok", "done", "bad", "die", "reset", "ignore", "1", "2", "3", "7"};
static const char *const JUNK[] = {"requird", "[success=no]", "[success=0]", "[]", "[success]", "[ success = ok default=1 ]"};
static const char *const JUNK_LINES[] = {"password\n", "password required\n", "pasword required pam_debug.so\n", "# nothing\n", "\t \n",
					 "auth required pam_debug.so\n", "password [success=ok] [pam_debug.so] chauthtok=success\n",
					 "-password optional pam_nowhere.so\n", "password required \\\n pam_deny.so\n"};

static void add_control(struct text *t)
{
	if (below(3) == 0) {
		text_add(t, pick(PLAIN, 4));
	} else if (below(12) == 0) {
		text_add(t, pick(JUNK, 6));
	} else {
		text_add_format(t, "[success=%s ", pick(ACTIONS, 10));
		if (below(2) == 0)
			text_add_format(t, "authtok_err=%s ", pick(ACTIONS, 10));
		if (below(3) > 0)
			text_add_format(t, "default=%s", pick(ACTIONS, 10));
		text_add_char(t, ']');
	}
}

/* File n of a service may take in those behind it, so there is no loop. */
static void write_file(unsigned n, unsigned count)
{
	char path[128], text[8192];
	unsigned lines = 1 + below(6);
	struct text t;

	TEXT_INTO(&t, text);
	for (unsigned i = 0; i < lines; i++) {
		if (n + 1 < count && below(4) == 0) {
			text_add_format(&t, "%s %s/f%u\n",
					below(2) == 0 ? "password substack" : below(2) == 0 ? "password include" : "@include", folder,
					below(16) == 0 ? 99 : n + 1 + below(count - n - 1));
		} else if (below(12) == 0) {
			text_add(&t, pick(JUNK_LINES, 9));
		} else {
			text_add(&t, "password ");
			add_control(&t);
			text_add_format(&t, " pam_debug.so prechauthtok=%s", code());
			text_add_format(&t, " chauthtok=%s\n", code());
		}
	}
	assert_int_equal(text_end(&t), 0);
	(void)snprintf(path, sizeof path, "%s/f%u", folder, n);
	assert_int_equal(file_replace(path, text, t.len, 0600), 0);
}

static int read_real(void *context, enum pam_place place, const char *name, struct pam_file *ret_file)
{
	struct arena *arena = context;
	char path[256], bytes[8192];
	ssize_t len;
	int fd;

	if (place == PAM_PLACE_VENDOR)
		return -ENOENT;
	(void)snprintf(path, sizeof path, "%s%s%s", place == PAM_PLACE_ABSOLUTE ? "" : folder, place == PAM_PLACE_ABSOLUTE ? "" : "/", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -ENOENT;
	len = read(fd, bytes, sizeof bytes);
	(void)close(fd);
	assert_true(len >= 0);
	*ret_file = (struct pam_file){.path = arena_copy(arena, path, strlen(path)), .bytes = arena_copy(arena, bytes, (size_t)len), .len = (size_t)len};
	return 0;
}

/* What the model says: the trace that libpam should leave, and whether it ends well. False when it says nothing. */
static bool model(char *buffer, size_t size, bool *ret_fine)
{
	struct arena arena;
	struct pam_files files = {.read = read_real, .context = &arena};
	struct diag_list diags = {0};
	struct pam_service s;
	struct text t;
	bool fine = true;

	text_init(&t, buffer, size);
	arena_init(&arena, memory, sizeof memory);
	assert_int_equal(pam_stack_read(&files, "f0", &arena, &diags, &s), 0);
	for (int pass = 0; pass < PASSES && fine; pass++) {
		static const char *const events[PASSES] = {"prechauthtok", "chauthtok"};
		const struct pam_chain *c = &s.phases[PAM_PHASE_PASSWORD];
		enum pam_code codes[PAM_LINES_MAX];
		bool ran[PAM_LINES_MAX];

		for (size_t i = 0; i < c->count; i++) {
			const char *said = c->lines[i].kind == PAM_LINE_MODULE ? pam_stack_option(&c->lines[i], events[pass]) : NULL;
			bool works = strcmp(c->lines[i].module, "pam_debug.so") == 0;

			codes[i] = works ? PAM_CODE_success : strcmp(c->lines[i].module, "pam_deny.so") == 0 ? PAM_CODE_authtok_err : PAM_CODE_module_unknown;
			for (int k = 0; said != NULL && works && k < PAM_CODE_MAX; k++) {
				if (strcmp(said, pam_stack_code_name((enum pam_code)k)) == 0)
					codes[i] = (enum pam_code)k;
			}
		}
		fine = !s.dead && pam_walk_pass(c, codes, ran);
		for (size_t i = 0; i < c->count && !s.dead; i++) {
			const char *said = ran[i] && strcmp(c->lines[i].module, "pam_debug.so") == 0 && c->lines[i].kind == PAM_LINE_MODULE ?
						   pam_stack_option(&c->lines[i], events[pass]) : NULL;

			if (said != NULL)
				text_add_format(&t, "%s=%s ", events[pass], said);
		}
	}
	assert_int_equal(text_end(&t), 0);
	*ret_fine = fine;
	return !s.doubtful;
}

/* pam_start() of libpam 1.5.2 leaks the lines it has read when a service proves to be dead. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libpam.so";
}

static void test_against_libpam(void **state)
{
	static char expected[8192];
	struct pam_conv conv = {.conv = converse};
	unsigned succeeded = 0, compared = 0;

	(void)state;
	if (pam.start == NULL)
		skip();
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct pam_handle *handle = NULL;
		unsigned count = 1 + below(5);
		bool fine;
		int result;

		for (unsigned n = 0; n < count; n++)
			write_file(n, count);
		TEXT_INTO(&trace, traced);
		result = pam.start("f0", "nobody", &conv, folder, &handle); /* reads the files: a dead service fails here */
		if (result == 0) {
			result = pam.chauthtok(handle, 0);
			assert_int_equal(pam.end(handle, result), 0);
		}
		if (!model(expected, sizeof expected, &fine))
			continue;
		compared++;
		if (fine != (result == 0) || strcmp(expected, traced) != 0)
			print_error("round %u, files in %s\n", round, folder);
		assert_string_equal(traced, expected);
		assert_int_equal(result == 0, fine);
		succeeded += fine;
	}
	/* Both ends must have been seen often, or nothing was compared. */
	print_message("%u stacks compared, %u of them succeed\n", compared, succeeded);
	assert_in_range(compared, ROUNDS / 2, ROUNDS);
	assert_in_range(succeeded, ROUNDS / 100, compared - ROUNDS / 100);
}

static int start(void **state)
{
	void *lib = dlopen("libpam.so.0", RTLD_NOW);
	char other[64];

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	/* Sanitizers cannot be loaded twice, wrappers would redirect: only the plain library is of use. */
	(void)snprintf(other, sizeof other, "%s/other", folder);
	if (lib == NULL || file_replace(other, "password required pam_deny.so\n", 30, 0600) != 0)
		return lib == NULL ? 0 : -1;
	*(void **)&pam.start = dlsym(lib, "pam_start_confdir");
	*(void **)&pam.chauthtok = dlsym(lib, "pam_chauthtok");
	*(void **)&pam.end = dlsym(lib, "pam_end");
	return 0;
}

static int stop(void **state)
{
	char path[128];

	(void)state;
	for (unsigned n = 0; n < 5; n++) {
		(void)snprintf(path, sizeof path, "%s/f%u", folder, n);
		(void)unlink(path);
	}
	(void)snprintf(path, sizeof path, "%s/other", folder);
	(void)unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_libpam)};

	return cmocka_run_group_tests(tests, start, stop);
}
