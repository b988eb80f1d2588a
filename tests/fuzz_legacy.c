/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a table of iptables-legacy: family, the struct of IPT_SO_GET_INFO, then entries. Read or refused; packets pass through. */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <stdlib.h>

#include "constants.h"
#include "ruleset_sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct constants constants;
	const size_t head = 1 + sizeof(struct ipt_getinfo);
	static unsigned char block[SAMPLE_ARENA_BYTES];
	struct nf_ruleset ruleset = {0};
	struct walk_plan plan;
	struct arena arena;
	uint8_t family;

	arena_init(&arena, block, SAMPLE_ARENA_BYTES);
	family = size > 0 && data[0] % 2 != 0 ? NFPROTO_IPV6 : NFPROTO_IPV4;
	if (size >= head && legacy_read(family, data + 1, head - 1, data + head, size - head, &arena, &ruleset) == 0 && ruleset_link(&ruleset) == 0 &&
	    walk_plan_init(&plan, &ruleset, &sample_surroundings, &arena) == 0) {
		const struct probe probe = sample_probe(family, 6, 22);
		const struct walk_result result = walk_packet(&plan, &probe);

		constants_collect(&ruleset, family, &constants);
		if ((result.end == WALK_UNKNOWN) != (result.puzzle != NULL))
			abort();
	}
	return 0;
}
