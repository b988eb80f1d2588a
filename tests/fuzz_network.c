/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as an address and as a network: refused with a sentence, or bytes that the system's own notation gives back. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "must.h"
#include "network.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_address(const char *s, size_t len)
{
	struct network_address address, again;
	char written[INET6_ADDRSTRLEN];

	if (network_address_parse(s, len, &address) < 0)
		return;
	must(inet_ntop(AF_INET6, address.bytes, written, sizeof written) != NULL);
	must(network_address_parse(written, strlen(written), &again) == 0 && memcmp(&address, &again, sizeof again) == 0);
	must(network_contains(&address, 128, &again) && network_contains(&address, 0, &again));
	(void)network_address_is_loopback(&address);
}

static void check_network(const char *s, size_t len)
{
	struct network_address network, other;
	char problem[512];
	unsigned prefix;
	struct text t;

	TEXT_INTO(&t, problem);
	if (network_parse(s, len, &network, &prefix, &t) < 0) {
		must(text_end(&t) == 0 && t.len > 0);
		return;
	}
	must(prefix <= 128 && t.len == 0 && network_contains(&network, prefix, &network));
	for (unsigned bit = 0; bit < 128; bit++) {
		other = network;
		other.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		must(network_contains(&network, prefix, &other) == (bit >= prefix));
		/* behind the prefix all bits are zero */
		must(bit < prefix || (network.bytes[bit / 8] & (0x80 >> bit % 8)) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_address((const char *)data, size);
	check_network((const char *)data, size);
	return 0;
}
