/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries of variable length, one after another, each within what is there. */
#include "answer_list.h"

#include <string.h>

#define DEVICE_BYTES 12
#define CLASS_BYTES 4
#define CLIENT_BYTES 12
#define WORD 4

static size_t padded(size_t len)
{
	return (len + WORD - 1) / WORD * WORD;
}

static uint16_t number_16(const uint8_t *at)
{
	uint16_t n;

	memcpy(&n, at, sizeof n);
	return n;
}

static uint32_t number_32(const uint8_t *at)
{
	uint32_t n;

	memcpy(&n, at, sizeof n);
	return n;
}

static bool take(struct answer_list *list, size_t size)
{
	if (size > list->left)
		return false;
	list->at += size;
	list->left -= size;
	list->count--;
	return true;
}

bool answer_list_device(struct answer_list *list, struct answer_device *ret_device)
{
	const uint8_t *at = list->at;
	size_t size, classes;

	if (list->count == 0 || list->left < DEVICE_BYTES)
		return false;
	classes = number_16(at + 6);
	size = DEVICE_BYTES + padded(number_16(at + 8));
	for (size_t i = 0; i < classes; i++) {
		if (size + CLASS_BYTES > list->left)
			return false;
		size += (size_t)number_16(at + size + 2) * WORD;
	}
	*ret_device = (struct answer_device){.id = number_16(at), .type = number_16(at + 2), .enabled = at[10] != 0};
	return take(list, size);
}

bool answer_list_client(struct answer_list *list, struct answer_client *ret_client)
{
	const uint8_t *at = list->at;
	uint32_t len;

	if (list->count == 0 || list->left < CLIENT_BYTES)
		return false;
	len = number_32(at + 8);
	if (len > list->left - CLIENT_BYTES)
		return false;
	*ret_client = (struct answer_client){.client = number_32(at), .pid = len >= WORD ? number_32(at + CLIENT_BYTES) : 0};
	return take(list, CLIENT_BYTES + padded(len));
}
