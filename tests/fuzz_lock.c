/* SPDX-License-Identifier: BSD-2-Clause */
/* Any rules and any events at any times through the lock of a session: every step keeps lock_rules.h. The input: 20 bytes of rules, then 8 bytes for each
 * event. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lock.h"
#include "lock_rules.h"

#define RULES_BYTES 20
#define EVENT_BYTES 8
#define S INT64_C(1000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t number(const uint8_t *at)
{
	return (int64_t)((uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16);
}

/* Within what the policy's rows allow (conf/keyword.h), but for the times of the rungs, which may be anything. */
static struct lock_config rules_of(const uint8_t *data)
{
	struct lock_config config = {
		.enforce = (data[0] & 1) == 0,
		.after_ns = (5 + number(data + 1) % 86396) * S,
		.warn_ns = (number(data + 4) % 301) * S,
		.grace_ns = (number(data + 7) % 301) * S,
		.rung_count = data[10] % (LOCK_RUNGS_MAX + 1),
	};

	for (size_t i = 0; i < LOCK_RUNGS_MAX; i++) {
		config.rungs[i] = (enum lock_rung)(1 + (data[11 + i] & 3));
		config.rung_ns[i] = ((int64_t)data[15 + i] - 8) * S;
	}
	return config;
}

/* A number of milliseconds from now on, or the wake-up itself, or back, but to no time before the computer's start. */
static int64_t time_after(const struct lock *lock, int64_t now_ns, const uint8_t *event)
{
	int64_t back_ns = now_ns - number(event + 2) * 1000000;

	switch (event[1] & 7) {
	case 0:
	case 1:
	case 2:
		return lock->wake_at_ns != INT64_MAX && lock->wake_at_ns > now_ns ? lock->wake_at_ns : now_ns;
	case 3:
		return back_ns > S ? back_ns : S;
	case 4:
		return now_ns;
	default:
		return now_ns + number(event + 2) * 1000000;
	}
}

static struct lock_event event_of(const uint8_t *bytes, int64_t now_ns)
{
	static const int64_t AT[] = {0, -1, INT64_MIN, INT64_MAX, S};
	struct lock_event event = {
		.kind = (enum lock_event_kind)(bytes[0] % (LOCK_EVENT_MAX + 1)),
		.at_ns = bytes[5] < 5 ? AT[bytes[5]] : now_ns + ((int64_t)bytes[5] - 200) * S * (bytes[6] & 63),
		.reason = (enum lock_reason)(bytes[6] % LOCK_REASON_MAX),
		.strength = (enum lock_strength)(bytes[7] & 3),
		.rung = (enum lock_rung)(bytes[7] >> 2 & 7),
	};

	return event;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t now_ns = 100000 * S;
	struct lock_config config;
	struct lock_step step;
	struct lock_watch watch;

	if (size < RULES_BYTES)
		return 0;
	config = rules_of(data);
	step = lock_begin(&config, (data[0] & 2) != 0, now_ns);
	watch = lock_watch_begin(&step, now_ns);
	for (size_t at = RULES_BYTES; at + EVENT_BYTES <= size; at += EVENT_BYTES) {
		struct lock before = step.next;
		struct lock_event event;
		struct lock_seen seen;
		const char *broken;

		now_ns = time_after(&before, now_ns, data + at);
		event = event_of(data + at, now_ns);
		if (event.kind == LOCK_EVENT_CONFIG && at + EVENT_BYTES + RULES_BYTES <= size)
			config = rules_of(data + at + EVENT_BYTES);
		step = lock_step(&before, &config, &event, now_ns);
		seen = (struct lock_seen){.before = &before, .after = &step.next, .config = &config, .event = &event, .actions = step.actions,
					  .now_ns = now_ns};
		broken = lock_watch_step(&watch, &seen);
		if (broken != NULL) {
			(void)fprintf(stderr, "event %zu: %s\n", (at - RULES_BYTES) / EVENT_BYTES, broken);
			abort();
		}
	}
	return 0;
}
