/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as what a read() of an evdev node gave: a whole number of records, of which one plain reading is made in another way and compared. */
#include <linux/input.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "input_device.h"
#include "must.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int64_t now_ns = INT64_C(100000000000);
	size_t count = size / sizeof(struct input_event);
	struct input_reading r = {0};
	size_t active = 0, keys = 0, dropped = 0;

	if (input_read(data, size, now_ns, &r) < 0) {
		must(size % sizeof(struct input_event) != 0);
		return 0;
	}
	must(size % sizeof(struct input_event) == 0);
	for (size_t i = 0; i < count; i++) {
		struct input_event e;
		struct input_reading one;

		memcpy(&e, data + i * sizeof e, sizeof e);
		must(input_read(&e, sizeof e, now_ns, &one) == 0);
		must(!one.any || one.newest_ns <= r.newest_ns);
		must(one.any == ((e.type == EV_KEY && e.value != 2) || e.type == EV_REL || e.type == EV_ABS));
		active += one.any;
		keys += one.any && e.type == EV_KEY;
		dropped += one.dropped;
	}
	must(r.any == (active > 0) && r.dropped == (dropped > 0) && r.motion_only == (active > 0 && keys == 0));
	must(r.newest_ns >= 0 && r.newest_ns <= now_ns && (r.any || r.newest_ns == 0));
	return 0;
}
