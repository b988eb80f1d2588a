/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads and compares names of USB devices. */
#include "usb_id.h"

#include <string.h>

#define DIGITS 4
#define PAIR_BYTES (DIGITS + 1 + DIGITS)

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (small(c) >= 'a' && small(c) <= 'f');
}

bool usb_id_is_sound(const char *s, size_t len)
{
	if (len < PAIR_BYTES || s[DIGITS] != ':')
		return false;
	for (size_t i = 0; i < PAIR_BYTES; i++)
		if (i != DIGITS && !is_hex(s[i]))
			return false;
	if (len == PAIR_BYTES)
		return true;
	if (s[PAIR_BYTES] != ':' || len == PAIR_BYTES + 1 || len > PAIR_BYTES + 1 + USB_SERIAL_BYTES_MAX)
		return false;
	for (size_t i = PAIR_BYTES + 1; i < len; i++)
		if (s[i] <= ' ' || s[i] > '~')
			return false;
	return true;
}

/* The pair without regard to case, the serial to the letter. */
static bool means(const char *name, const char *device, size_t device_len)
{
	if (!usb_id_is_sound(name, strlen(name)) || device_len < PAIR_BYTES)
		return false;
	for (size_t i = 0; i < PAIR_BYTES; i++)
		if (small(name[i]) != small(device[i]))
			return false;
	return name[PAIR_BYTES] == '\0' || strcmp(name + PAIR_BYTES, device + PAIR_BYTES) == 0;
}

bool usb_id_is_listed(const struct word_list *names, const char *device)
{
	size_t len = strlen(device);

	for (size_t i = 0; i < names->count; i++)
		if (means(names->words[i], device, len))
			return true;
	return false;
}
