/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a demand (behind the first four, which choose what is proven and available): refused with a sentence, or a demand whose
 * text reads back as the same, and whose answers agree with each other. */
#include <stdlib.h>
#include <string.h>

#include "demand.h"
#include "must.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct factor_table table = {
	.count = 8,
	.factors = {{"password", FACTOR_PASSWORD, NULL},
		    {"totp", FACTOR_TOTP, NULL},
		    {"recovery", FACTOR_RECOVERY, NULL},
		    {"publickey", FACTOR_PUBLICKEY, NULL},
		    {"hardware-key", FACTOR_HARDWARE_KEY, NULL},
		    {"f", FACTOR_PAM, "f"},
		    {"t", FACTOR_EXEC, "/t"},
		    {"u", FACTOR_EXEC, "/t"}},
};

static void check_answers(const struct demand *demand, uint32_t proven, uint32_t available)
{
	uint32_t next = demand_next(demand, proven, available);

	must(!demand_met(demand, proven) || demand_possible(demand, proven, available));
	must((next != 0) == (demand_possible(demand, proven, available) && !demand_met(demand, proven)));
	must((next & proven) == 0 && (next & ~available) == 0);
	/* whoever shows all that is asked for is in */
	must(next == 0 || demand_met(demand, proven | next));
	must(demand_met(demand, UINT32_MAX) && !demand_met(demand, 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct demand demand, again;
	char problem[512], canonical[512];
	struct text t;

	if (size < 4)
		return 0;
	TEXT_INTO(&t, problem);
	if (demand_parse(&table, (const char *)data + 4, size - 4, &demand, &t) < 0) {
		must(text_end(&t) == 0 && t.len > 0);
		return 0;
	}
	must(demand.count > 0 && demand.count <= DEMAND_ALTERNATIVES_MAX);
	TEXT_INTO(&t, canonical);
	demand_add(&table, &demand, &t);
	must(text_end(&t) == 0);
	must(demand_parse(&table, canonical, t.len, &again, NULL) == 0);
	must(again.count == demand.count && memcmp(again.alternatives, demand.alternatives, demand.count * sizeof demand.alternatives[0]) == 0);
	check_answers(&demand, data[0], data[1]);
	check_answers(&demand, data[2], data[3]);
	return 0;
}
