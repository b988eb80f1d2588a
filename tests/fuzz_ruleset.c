/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the kernel's answers about nftables: read or refused; what was read is linked, its constants are sorted, and packets pass through. */
#include <stdlib.h>
#include <string.h>

#include "constants.h"
#include "must.h"
#include "ruleset_sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_axis(const struct axis *axis)
{
	uint8_t first[16], last[16], before[16] = {0};

	must(axis->count > 0);
	for (size_t i = 0; i < axis->count; i++) {
		axis_class(axis, i, first, last);
		must(memcmp(first, last, axis->width) <= 0 && (i == 0 || memcmp(before, first, axis->width) < 0));
		memcpy(before, last, sizeof before);
	}
}

static void check_family(const struct nf_ruleset *ruleset, const struct walk_plan *plan, uint8_t family)
{
	static struct constants constants;

	constants_collect(ruleset, family, &constants);
	for (size_t i = 0; i < FIELD_AXIS_MAX; i++)
		check_axis(&constants.axes[i]);
	for (uint16_t port = 21; port < 24; port++) {
		const struct probe tcp = sample_probe(family, 6, port), udp = sample_probe(family, 17, port);
		struct walk_result result = walk_packet(plan, &tcp);

		must((result.end == WALK_UNKNOWN) == (result.puzzle != NULL));
		result = walk_packet(plan, &udp);
		must((result.end == WALK_UNKNOWN) == (result.puzzle != NULL));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static unsigned char block[SAMPLE_ARENA_BYTES];
	struct nf_ruleset ruleset = {0};
	struct walk_plan plan;
	struct arena arena;

	arena_init(&arena, block, SAMPLE_ARENA_BYTES);
	if (ruleset_read(data, size, &arena, &ruleset) == 0 && ruleset_link(&ruleset) == 0 &&
	    walk_plan_init(&plan, &ruleset, &sample_surroundings, &arena) == 0) {
		check_family(&ruleset, &plan, NFPROTO_IPV4);
		check_family(&ruleset, &plan, NFPROTO_IPV6);
	}
	return 0;
}
