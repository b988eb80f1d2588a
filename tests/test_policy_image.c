/* SPDX-License-Identifier: BSD-2-Clause */
/* The image of a policy says what its text says, for each policy of the corpus; one that is not of the files as they are, or not root's, is not used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "pending.h"
#include "policy_alike.h"
#include "policy_image.h"
#include "policy_image_store.h"
#include "policy_load.h"
#include "policy_sample.h"

#define CORPUS "tests/corpus/policy"

static unsigned char bytes[POLICY_IMAGE_BYTES_MAX];

/* --- the format --- */

static void image_of(const struct policy_sample *s, struct policy_image *ret_image)
{
	*ret_image = (struct policy_image){
		.sources = {{.path = "policy.conf", .identity = {1, 2, 3, 4, 5, 6, 7}}, {.path = "policy.d"}, {.path = "exceptions.d"}, {.path = "a.conf"},
			    {.path = "b.conf", .identity = {.modified_ns = UINT64_MAX}}},
		.source_count = 5, .policy = s->policy, .warnings = s->diags, .no_exceptions = true,
	};
}

static void same_warnings(const struct diag_list *a, const struct diag_list *b)
{
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->warnings, b->warnings);
	assert_int_equal(a->errors, b->errors);
	for (size_t i = 0; i < a->count; i++) {
		assert_string_equal(a->items[i].file, b->items[i].file);
		assert_string_equal(a->items[i].text, b->items[i].text);
		assert_int_equal(a->items[i].line, b->items[i].line);
		assert_int_equal(a->items[i].column, b->items[i].column);
		assert_int_equal(a->items[i].level, b->items[i].level);
	}
}

static void survives(const struct policy_sample *s)
{
	static unsigned char room[POLICY_IMAGE_ARENA_BYTES(POLICY_IMAGE_BYTES_MAX)];
	struct diag items[SAMPLE_DIAGS_MAX];
	struct policy_image image, read = {.warnings = {.items = items, .max = SAMPLE_DIAGS_MAX}};
	struct arena arena;
	size_t len;

	image_of(s, &image);
	assert_int_equal(policy_image_encode(&image, bytes, sizeof bytes, &len), 0);
	arena_init(&arena, room, POLICY_IMAGE_ARENA_BYTES(len));
	assert_int_equal(policy_image_decode(bytes, len, &arena, &read), 0);
	assert_true(same_policy(&s->policy, &read.policy));
	same_warnings(&image.warnings, &read.warnings);
	assert_true(read.no_exceptions);
	assert_int_equal(read.source_count, 5);
	assert_string_equal(read.sources[4].path, "b.conf");
	assert_int_equal(read.sources[0].identity.modified_ns, 7);
	assert_int_equal(read.sources[4].identity.modified_ns, UINT64_MAX);
	for (size_t cut = 0; cut < len; cut += 1 + len / 64)
		assert_int_equal(policy_image_decode(bytes, cut, &arena, &read), -EBADMSG);
}

/* As fuzz_policy reads them: two files, cut at a 0xFE byte. True when it is a policy. */
static bool try_seed(const char *name)
{
	struct policy_sample sample SAMPLE_FREED;
	struct policy_source sources[2] = {{.file = "a.conf"}, {.file = "b.conf"}};
	char path[PATHS_BYTES_MAX], *text FILE_FREED = NULL, *cut;
	const struct file_trust anybody = {.owner = getuid(), .max_bytes = POLICY_FILE_BYTES_MAX};
	char *whole;
	size_t len;

	(void)snprintf(path, sizeof path, CORPUS "/%s", name);
	whole = realpath(path, NULL);
	assert_non_null(whole);
	assert_int_equal(file_read_trusted(whole, &anybody, &text, &len), 0);
	free(whole);
	cut = memchr(text, 0xfe, len);
	sources[0].bytes = text;
	sources[0].len = cut != NULL ? (size_t)(cut - text) : len;
	sources[1].bytes = cut != NULL ? cut + 1 : NULL;
	sources[1].len = cut != NULL ? len - sources[0].len - 1 : 0;
	policy_sample_sources(&sample, sources, cut != NULL ? 2 : 1);
	if (sample.result == 0)
		survives(&sample);
	return sample.result == 0;
}

static void says_what_the_text_says(void **state)
{
	DIR *seeds = opendir(CORPUS);
	const struct dirent *seed;
	size_t count = 0;

	(void)state;
	assert_non_null(seeds);
	while ((seed = readdir(seeds)) != NULL)
		if (seed->d_name[0] != '.')
			count += try_seed(seed->d_name);
	(void)closedir(seeds);
	assert_true(count >= 10);
}

/* --- the file --- */

struct world {
	char root[PATHS_BYTES_MAX];
	struct paths paths;
	struct policy_loaded loaded;
};

static void run(const struct world *w, const char *command)
{
	char line[8 * PATHS_BYTES_MAX];

	(void)snprintf(line, sizeof line, "cd '%s' && umask 022 && { %s; }", w->root, command);
	assert_int_equal(system(line), 0);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	/* Dozens of images are synced: where that costs nothing. */
	(void)snprintf(w->root, sizeof w->root, "%s/test_policy_image.XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(w->root));
	assert_int_equal(paths_init(&w->paths, w->root, getuid()), 0);
	run(w, "mkdir -p etc/mutex/policy.d etc/mutex/exceptions.d var/lib/mutex/policy && chmod 700 var/lib/mutex/policy &&"
	       "printf '[password]\\nhistory = 3\\n' >etc/mutex/policy.conf && printf '[mfa]\\nmode = enforce\\nlocal = required\\n' >etc/mutex/policy.d/a.conf");
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	policy_unload(&w->loaded);
	run(w, "rm -rf '../'\"${PWD##*/}\"");
	free(w);
	return 0;
}

/* Loads; true when the image was used. Whichever it was: it says what the text says. */
static bool load_by_image(struct world *w)
{
	struct policy_loaded text POLICY_UNLOADED = {0};

	policy_unload(&w->loaded);
	assert_int_equal(policy_load(&w->paths, &w->loaded), 0);
	assert_int_equal(policy_load_text(&w->paths, &text), 0);
	assert_null(text.image);
	assert_int_equal(w->loaded.state, text.state);
	assert_true(same_policy(&w->loaded.policy, &text.policy));
	same_warnings(&w->loaded.diags, &text.diags);
	assert_int_equal(w->loaded.policy_diags, text.policy_diags);
	assert_int_equal(w->loaded.exceptions.count, text.exceptions.count);
	return w->loaded.image != NULL;
}

static void is_used_while_nothing_changes(void **state)
{
	struct world *w = *state;
	struct stat st;

	assert_false(load_by_image(w));
	assert_int_equal(policy_image_write(&w->paths), 0);
	assert_true(load_by_image(w));
	assert_int_equal(w->loaded.diags.warnings, 1); /* nobody has a factor yet */
	assert_int_equal(lstat(w->paths.policy_image, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

/* A shell's command: the image's byte at OFFSET is another one. What stands there may be any (a time, an inode), so none is written outright. */
#define CHANGE_BYTE(offset)                                                                                                                                    \
	"f=var/lib/mutex/policy/image && b=$(od -An -tu1 -j" #offset " -N1 $f) && "                                                                            \
	"printf \"\\\\$(printf %o $((b ^ 255)))\" | dd of=$f bs=1 seek=" #offset " conv=notrunc status=none"

/* What happens to the files or to the image, in a shell below the root. Only root can give a file away. */
static const struct {
	const char *name, *command;
	bool foreign;
} spoilers[] = {
	{"policy.conf, of the same size", "printf '[password]\\nhistory = 4\\n' | dd of=etc/mutex/policy.conf conv=notrunc status=none", false},
	{"policy.conf, replaced by the same", "cp -p etc/mutex/policy.conf x && mv x etc/mutex/policy.conf", false},
	{"policy.conf is gone", "rm etc/mutex/policy.conf", false},
	{"policy.conf is a link", "mv etc/mutex/policy.conf p && ln -s \"$PWD/p\" etc/mutex/policy.conf", false},
	{"policy.conf, time set back", "touch -r etc/mutex/policy.conf x && printf '[password]\\nhistory = 4\\n' >etc/mutex/policy.conf && touch -r x etc/mutex/policy.conf",
	 false},
	{"others may write policy.conf", "chmod 666 etc/mutex/policy.conf", false},
	{"others may write the folder", "chmod 777 etc/mutex", false},
	{"a file of policy.d", "echo '# more' >>etc/mutex/policy.d/a.conf", false},
	{"one more in policy.d", "printf '[password]\\nhistory = 5\\n' >etc/mutex/policy.d/b.conf", false},
	{"one less in policy.d", "rm etc/mutex/policy.d/a.conf", false},
	{"policy.d is gone", "rm -r etc/mutex/policy.d", false},
	{"an exception", "echo '# none' >etc/mutex/exceptions.d/e.conf", false},
	{"exceptions.d is gone", "rmdir etc/mutex/exceptions.d", false},
	{"image: a byte", CHANGE_BYTE(300), false},
	{"image: shorter", "truncate -s -1 var/lib/mutex/policy/image", false},
	{"image: longer", "printf x >>var/lib/mutex/policy/image", false},
	{"image: empty", ": >var/lib/mutex/policy/image", false},
	{"image: a newer version", CHANGE_BYTE(8), false},
	{"image: of another build", CHANGE_BYTE(20), false},
	{"image: others may write it", "chmod 666 var/lib/mutex/policy/image", false},
	{"image: a link", "mv var/lib/mutex/policy/image i && ln -s \"$PWD/i\" var/lib/mutex/policy/image", false},
	{"image: somebody else's", "chown 12345 var/lib/mutex/policy/image", true},
	{"image: a folder", "rm var/lib/mutex/policy/image && mkdir var/lib/mutex/policy/image", false},
};

static void one_spoiler(struct world *w, size_t i)
{
	assert_int_equal(policy_image_write(&w->paths), 0);
	assert_true(load_by_image(w));
	run(w, spoilers[i].command);
	if (load_by_image(w))
		fail_msg("%s: the image is used", spoilers[i].name);
	policy_unload(&w->loaded);
}

static void is_not_used_when_anything_differs(void **state)
{
	const struct world *whole = *state;
	char command[256];

	/* All copies at once, and the first image waits until they are settled. */
	(void)snprintf(command, sizeof command, "for i in $(seq 0 %zu); do mkdir $i && cp -a etc var $i; done", sizeof spoilers / sizeof *spoilers - 1);
	run(whole, command);
	for (size_t i = 0; i < sizeof spoilers / sizeof *spoilers; i++) {
		struct world w = {0};

		(void)snprintf(w.root, sizeof w.root, "%.200s/%zu", whole->root, i);
		assert_int_equal(paths_init(&w.paths, w.root, getuid()), 0);
		if (!spoilers[i].foreign || geteuid() == 0)
			one_spoiler(&w, i);
	}
}

/* They hold for a time, which an image does not know. */
static void exceptions_are_read_beside_it(void **state)
{
	struct world *w = *state;

	run(w, "printf '[exception E-1]\\nclause = PW-1\\nwho = alice\\nhost = all\\nreason = r\\nrequested_by = a\\napproved_by = b\\nfrom = 2026-01-01\\n"
	       "until = 2026-03-01\\n' >etc/mutex/exceptions.d/e.conf");
	assert_int_equal(policy_image_write(&w->paths), 0);
	assert_true(load_by_image(w));
	assert_int_equal(w->loaded.exceptions.count, 1);
	run(w, "rm etc/mutex/exceptions.d/e.conf");
	assert_false(load_by_image(w));
	assert_int_equal(w->loaded.exceptions.count, 0);
}

/* What is told of them is told with an image, too: a file whose name does not end in .conf. */
static void warnings_of_exceptions_stay(void **state)
{
	struct world *w = *state;

	run(w, "touch etc/mutex/exceptions.d/carol");
	assert_int_equal(policy_image_write(&w->paths), 0);
	assert_true(load_by_image(w));
	assert_int_equal(w->loaded.diags.count, w->loaded.policy_diags + 1);
}

static void is_made_of_a_policy_in_force_only(void **state)
{
	struct world *w = *state;

	assert_int_equal(policy_image_write(&w->paths), 0);
	run(w, "echo nonsense >>etc/mutex/policy.conf");
	assert_int_equal(policy_image_write(&w->paths), -ENODATA);
	assert_int_equal(access(w->paths.policy_image, F_OK), -1);
	run(w, "rm -r etc");
	assert_int_equal(policy_image_write(&w->paths), -ENODATA);
	assert_false(load_by_image(w));
}

/* A login by an image is no witness of `apply --confirm`. */
static void there_is_none_while_a_confirmation_is_waited_for(void **state)
{
	struct world *w = *state;

	assert_int_equal(policy_image_write(&w->paths), 0);
	run(w, "mkdir -p run");
	assert_int_equal(pending_begin(&w->paths, 1, "01234567-89ab-cdef-0123-456789abcdef"), 0);
	assert_int_equal(access(w->paths.policy_image, F_OK), -1);
	assert_int_equal(policy_image_write(&w->paths), -EBUSY);
	assert_int_equal(access(w->paths.policy_image, F_OK), -1);
	pending_end(&w->paths);
	assert_int_equal(policy_image_write(&w->paths), 0);
	assert_true(load_by_image(w));
}

/* Below another root the same image names other files. */
static void is_of_its_own_folder(void **state)
{
	struct world *w = *state;
	char moved[PATHS_BYTES_MAX];

	assert_int_equal(policy_image_write(&w->paths), 0);
	(void)snprintf(moved, sizeof moved, "%.200s.moved", w->root);
	assert_int_equal(rename(w->root, moved), 0);
	(void)snprintf(w->root, sizeof w->root, "%s", moved);
	assert_int_equal(paths_init(&w->paths, w->root, getuid()), 0);
	assert_false(load_by_image(w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_the_text_says),
		cmocka_unit_test_setup_teardown(is_used_while_nothing_changes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_not_used_when_anything_differs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(exceptions_are_read_beside_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(warnings_of_exceptions_stay, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_made_of_a_policy_in_force_only, set_up, tear_down),
		cmocka_unit_test_setup_teardown(there_is_none_while_a_confirmation_is_waited_for, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_of_its_own_folder, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
