/* SPDX-License-Identifier: BSD-2-Clause */
/* A USB device as [lock] on_device_removal names it: "1050:0407", or with its serial number "1050:0407:0123". Pure. */
#ifndef MUTEX_USB_ID_H
#define MUTEX_USB_ID_H

#include <stdbool.h>
#include <stddef.h>

#include "policy.h"

#define USB_SERIAL_BYTES_MAX 126 /* a USB string descriptor holds no more characters */

/* Vendor and product as the kernel writes them in idVendor and idProduct: four hexadecimal digits each, in either case. The serial is what follows the
 * second colon, visible ASCII. */
bool usb_id_is_sound(const char *s, size_t len);

/* Whether one of the policy's names means this device ("1050:0407" or "1050:0407:SERIAL"). A name without serial means each such device. */
bool usb_id_is_listed(const struct word_list *names, const char *device);

#endif
