/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and networks as 128 bits, so that IPv4 needs no case of its own once it is read. */
#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "number.h"
#include "text.h"

#define BITS 128
#define IPV4_BITS 32
#define IPV4_AT 12 /* bytes before the address in ::ffff:a.b.c.d */
#define SHOWN_BYTES_MAX 64

static const uint8_t mapped[IPV4_AT] = {[10] = 0xff, [11] = 0xff};

static bool is_ipv4(const struct network_address *address)
{
	return memcmp(address->bytes, mapped, sizeof mapped) == 0;
}

/* Digits only: no name, no scope. Sets *ret_ipv4 when it was written as IPv4. */
static int parse_plain(const char *s, size_t len, struct network_address *ret, bool *ret_ipv4)
{
	struct network_address address = {{0}};
	char text[INET6_ADDRSTRLEN];

	if (len == 0 || len >= sizeof text || memchr(s, '\0', len) != NULL)
		return -EINVAL;
	memcpy(text, s, len);
	text[len] = '\0';
	*ret_ipv4 = inet_pton(AF_INET, text, address.bytes + IPV4_AT) == 1;
	if (*ret_ipv4)
		memcpy(address.bytes, mapped, sizeof mapped);
	else if (inet_pton(AF_INET6, text, address.bytes) != 1)
		return -EINVAL;
	*ret = address;
	return 0;
}

int network_address_parse(const char *s, size_t len, struct network_address *ret_address)
{
	const char *percent = len > 0 ? memchr(s, '%', len) : NULL;
	struct network_address address;
	bool ipv4;
	int r = parse_plain(s, percent != NULL ? (size_t)(percent - s) : len, &address, &ipv4);

	/* Only IPv6 has scopes: "fe80::1%eth0". */
	if (r < 0 || (percent != NULL && (ipv4 || percent + 1 == s + len)))
		return -EINVAL;
	*ret_address = address;
	return 0;
}

bool network_address_is_loopback(const struct network_address *address)
{
	static const struct network_address one = {{[15] = 1}};

	return (is_ipv4(address) && address->bytes[IPV4_AT] == 127) || memcmp(address, &one, sizeof one) == 0;
}

/* The address with all bits behind the prefix cleared. */
static struct network_address mask(const struct network_address *address, unsigned prefix)
{
	struct network_address masked = *address;

	for (unsigned i = 0; i < sizeof masked.bytes; i++) {
		unsigned kept = prefix > 8 * i ? prefix - 8 * i : 0;

		if (kept < 8)
			masked.bytes[i] &= (uint8_t)(0xff00U >> kept);
	}
	return masked;
}

static int refuse(struct text *problem, const char *s, size_t len, const char *what)
{
	if (problem != NULL) {
		text_add_char(problem, '"');
		text_add_bytes(problem, s, len < SHOWN_BYTES_MAX ? len : SHOWN_BYTES_MAX);
		text_add(problem, "\" ");
		text_add(problem, what);
	}
	return -EINVAL;
}

static int refuse_rest(struct text *problem, const char *s, size_t len, const struct network_address *masked, bool ipv4, unsigned prefix)
{
	char written[INET6_ADDRSTRLEN];

	(void)refuse(problem, s, len, "has an address inside the network instead of its first one; write ");
	if (problem == NULL || inet_ntop(ipv4 ? AF_INET : AF_INET6, masked->bytes + (ipv4 ? IPV4_AT : 0), written, sizeof written) == NULL)
		return -EINVAL;
	text_add(problem, written);
	text_add_char(problem, '/');
	text_add_int(problem, prefix);
	return -EINVAL;
}

int network_parse(const char *s, size_t len, struct network_address *ret_address, unsigned *ret_prefix, struct text *problem)
{
	const char *slash = len > 0 ? memchr(s, '/', len) : NULL;
	size_t address_len = slash != NULL ? (size_t)(slash - s) : len;
	struct network_address address, masked;
	int64_t prefix;
	unsigned bits;
	bool ipv4;

	if (len > 0 && (memchr(s, ' ', len) != NULL || memchr(s, '\t', len) != NULL))
		return refuse(problem, s, len, "has a blank inside; put commas between networks");
	if (parse_plain(s, address_len, &address, &ipv4) < 0)
		return refuse(problem, s, len, "is no address; write numbers such as 10.1.0.0/16 or 2001:db8::/32, since no name is looked up");
	bits = ipv4 ? IPV4_BITS : BITS;
	prefix = bits;
	if (slash != NULL && number_parse(slash + 1, len - address_len - 1, 0, bits, &prefix) < 0)
		return refuse(problem, s, len, ipv4 ? "has no length from 0 to 32 behind its slash; write it such as 10.1.0.0/16"
						    : "has no length from 0 to 128 behind its slash; write it such as 2001:db8::/32");
	masked = mask(&address, BITS - bits + (unsigned)prefix);
	if (memcmp(&masked, &address, sizeof masked) != 0)
		return refuse_rest(problem, s, len, &masked, ipv4, (unsigned)prefix);
	*ret_address = address;
	*ret_prefix = BITS - bits + (unsigned)prefix;
	return 0;
}

bool network_contains(const struct network_address *network, unsigned prefix, const struct network_address *address)
{
	struct network_address a = mask(network, prefix), b = mask(address, prefix);

	return memcmp(&a, &b, sizeof a) == 0;
}
