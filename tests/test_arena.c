/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory out of one block: aligned, zeroed, apart, and NULL at its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "arena.h"

static void gives_aligned_zeroed_memory_apart(void **state)
{
	unsigned char block[1024];
	struct arena a;
	unsigned char *before = block;

	(void)state;
	memset(block, 0xaa, sizeof block);
	arena_init(&a, block + 1, sizeof block - 1); /* an odd address */
	for (size_t size = 1; size < 20; size++) {
		unsigned char *p = arena_alloc(&a, 2, size);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		assert_true(p >= before && p + 2 * size <= block + sizeof block);
		for (size_t i = 0; i < 2 * size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xbb, 2 * size);
		before = p + 2 * size;
	}
}

static void ends_at_the_last_byte(void **state)
{
	_Alignas(max_align_t) unsigned char block[64];
	struct arena a;

	(void)state;
	arena_init(&a, block, sizeof block);
	assert_non_null(arena_alloc(&a, 4, 16));
	assert_null(arena_alloc(&a, 1, 1));
	arena_init(&a, block, sizeof block);
	assert_null(arena_alloc(&a, 5, 16));
	assert_non_null(arena_alloc(&a, 1, 64)); /* a request too large takes nothing */
	arena_init(&a, block, 0);
	assert_null(arena_alloc(&a, 1, 1));
}

static void refuses_products_that_overflow(void **state)
{
	_Alignas(max_align_t) unsigned char block[64];
	struct arena a;

	(void)state;
	arena_init(&a, block, sizeof block);
	assert_null(arena_alloc(&a, SIZE_MAX / 2 + 1, 2));
	assert_null(arena_alloc(&a, SIZE_MAX, 1));
	assert_null(arena_copy(&a, "", SIZE_MAX));
	assert_non_null(ARENA_NEW(&a, uint64_t, 8));
}

static void copies_strings_tightly(void **state)
{
	char block[8];
	struct arena a;
	char *first, *second;

	(void)state;
	memset(block, 'x', sizeof block);
	arena_init(&a, block, sizeof block);
	first = arena_copy(&a, "abcdef", 3);
	second = arena_copy(&a, "", 0);
	assert_string_equal(first, "abc");
	assert_string_equal(second, "");
	assert_ptr_equal(second, first + 4);
	assert_null(arena_copy(&a, "xyz", 3));
	assert_string_equal(arena_copy(&a, "xy", 2), "xy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_aligned_zeroed_memory_apart),
		cmocka_unit_test(ends_at_the_last_byte),
		cmocka_unit_test(refuses_products_that_overflow),
		cmocka_unit_test(copies_strings_tightly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
