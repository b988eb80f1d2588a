/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists inside of answers of an X server: what it says of lengths is not believed, and xcb's own iterators believe it. Pure.
 *
 * Sources: XI2proto.h (xXIQueryDeviceReply, xXIDeviceInfo, xXIAnyInfo), XRes 1.2 (QueryClientIds). All in host order, as the server was told. */
#ifndef MUTEX_ANSWER_LIST_H
#define MUTEX_ANSWER_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is left of a list: bytes behind the answer's first 32, and how many entries the server promised. */
struct answer_list {
	const uint8_t *at;
	size_t left;
	uint32_t count;
};

struct answer_device {
	uint16_t id, type; /* XIMasterPointer ... */
	bool enabled;
};
struct answer_client {
	uint32_t client; /* any of its ids */
	int64_t pid;     /* 0 = the server did not say */
};

/* Each takes one entry off. False: no more, or what is there is none. */
bool answer_list_device(struct answer_list *list, struct answer_device *ret_device);
bool answer_list_client(struct answer_list *list, struct answer_client *ret_client);

#endif
