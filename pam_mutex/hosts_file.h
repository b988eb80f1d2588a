/* SPDX-License-Identifier: BSD-2-Clause */
/* The domain that hosts(5) gives to this computer. Pure. */
#ifndef MUTEX_HOSTS_FILE_H
#define MUTEX_HOSTS_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* The domain of the first name HOST.DOMAIN in the file, as in "127.0.1.1 pc7.example.jp pc7". Case is ignored. False when there is none that fits. */
bool hosts_file_domain(const char *bytes, size_t len, const char *host, char *ret_domain, size_t size);

#endif
