/* SPDX-License-Identifier: BSD-2-Clause */
/* A QR code for a terminal, two rows of modules in each line of half blocks (UTF-8). Pure but for libqrencode's memory. */
#ifndef MUTEXCTL_QR_H
#define MUTEXCTL_QR_H

#include <stdbool.h>

struct text;

/* colours: black on white whatever the terminal's own colours are, as some phones read nothing else; else light modules are blocks and dark ones
 * blanks. 0; -E2BIG for a text that is too long; -ENOMEM; -EOVERFLOW. */
int qr_add(struct text *t, const char *content, bool colours);

#endif
