/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the words of [lock] ladder: refused with a sentence, or rungs that written again are read the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lock_ladder.h"
#include "must.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lock_ladder ladder, again;
	char problem[256], written[64];
	struct text t;

	TEXT_INTO(&t, problem);
	if (lock_ladder_parse((const char *)data, size, &ladder, &t) < 0) {
		must(t.len > 0 && text_end(&t) == 0 && memchr(problem, '\n', t.len) == NULL);
		return 0;
	}
	must(ladder.count > 0 && ladder.count <= LOCK_LADDER_WORD_MAX && t.len == 0);
	TEXT_INTO(&t, written);
	for (size_t i = 0; i < ladder.count; i++) {
		must(ladder.words[i] != LOCK_LADDER_TERMINATE || i + 1 == ladder.count);
		text_add(&t, i > 0 ? "," : "");
		text_add(&t, lock_ladder_word_name(ladder.words[i]));
	}
	must(lock_ladder_parse(written, t.len, &again, NULL) == 0 && again.count == ladder.count);
	for (size_t i = 0; i < ladder.count; i++)
		must(again.words[i] == ladder.words[i]);
	return 0;
}
