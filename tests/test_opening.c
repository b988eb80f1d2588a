/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of allow in [control firewall]: what is one, and what it covers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "opening.h"
#include "text.h"

static void refused(void **state)
{
	static const char begins[] = "an opening begins with tcp, udp, any or the number of a protocol, such as tcp/22";
	static const char ports[] = "ports are written as 22 or 60000-61000, up to 65535";
	static const char behind[] = "behind the ports comes nothing but \"from NETWORK\" and \"on INTERFACE\"";
	static const struct {
		const char *name, *word, *problem;
	} rows[] = {
		{"empty", "", begins},
		{"a port alone would be a protocol, and this is none", "8080", begins},
		{"capitals", "TCP/22", begins},
		{"a service", "ssh", begins},
		{"no port behind the stroke", "tcp/", ports},
		{"too large", "tcp/65536", ports},
		{"upside down", "tcp/30-20", ports},
		{"ports of another protocol", "132/22", "only tcp and udp have ports here"},
		{"ports of any", "any/22", "only tcp and udp have ports here"},
		{"a strange word", "tcp/22 to 10.0.0.1", behind},
		{"from nowhere", "tcp/22 from", behind},
		{"twice", "tcp/22 from 10.0.0.1 from 10.0.0.2", behind},
		{"a long name", "tcp/22 on abcdefghijklmnop", "names of interfaces have at most 15 bytes"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct opening opening;
		char problem[256];
		struct text t;

		print_message("%s\n", rows[i].name);
		TEXT_INTO(&t, problem);
		assert_true(opening_parse(rows[i].word, strlen(rows[i].word), &opening, &t) < 0);
		assert_string_equal(problem, rows[i].problem);
	}
}

static void covers(void **state)
{
	static const struct {
		const char *name, *word;
		unsigned protocol;
		uint16_t first_port, last_port;
		const char *first, *last, *interface;
		bool covered;
	} rows[] = {
		{"the port", "tcp/22", 6, 22, 22, "1.2.3.4", "9.9.9.9", "eth0", true},
		{"another port", "tcp/22", 6, 23, 23, "1.2.3.4", "1.2.3.4", "eth0", false},
		{"another protocol", "tcp/22", 17, 22, 22, "1.2.3.4", "1.2.3.4", "eth0", false},
		{"a part of a range", "udp/60000-61000", 17, 60001, 61000, "1.2.3.4", "1.2.3.4", "eth0", true},
		{"more than a range", "udp/60000-61000", 17, 60001, 61001, "1.2.3.4", "1.2.3.4", "eth0", false},
		{"all ports", "tcp", 6, 0, 65535, "1.2.3.4", "1.2.3.4", "eth0", true},
		{"any", "any", 47, 0, 65535, "::1", "ffff::", "eth0", true},
		{"by number", "132", 132, 0, 65535, "::1", "ffff::", "eth0", true},
		{"a network", "tcp/22 from 10.0.0.0/8", 6, 22, 22, "10.0.0.0", "10.255.255.255", "eth0", true},
		{"more than a network", "tcp/22 from 10.0.0.0/8", 6, 22, 22, "10.0.0.0", "11.0.0.0", "eth0", false},
		{"a network of IPv6", "tcp/22 from 2001:db8::/32", 6, 22, 22, "2001:db8::", "2001:db8::ffff", "eth0", true},
		{"the other family", "tcp/22 from 2001:db8::/32", 6, 22, 22, "10.0.0.1", "10.0.0.1", "eth0", false},
		{"an interface", "any on wg0", 6, 22, 22, "1.2.3.4", "1.2.3.4", "wg0", true},
		{"another interface", "any on wg0", 6, 22, 22, "1.2.3.4", "1.2.3.4", "wg01", false},
		{"interfaces by their beginning", "any on wg*", 6, 22, 22, "1.2.3.4", "1.2.3.4", "wg01", true},
		{"both conditions, in either order", "tcp/1  on eth0   from 1.2.3.4", 6, 1, 1, "1.2.3.4", "1.2.3.4", "eth0", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct opening_extent extent = {rows[i].protocol, rows[i].first_port, rows[i].last_port, {{0}}, {{0}}, rows[i].interface};
		struct opening opening;

		print_message("%s\n", rows[i].name);
		assert_int_equal(opening_parse(rows[i].word, strlen(rows[i].word), &opening, NULL), 0);
		assert_int_equal(network_address_parse(rows[i].first, strlen(rows[i].first), &extent.first), 0);
		assert_int_equal(network_address_parse(rows[i].last, strlen(rows[i].last), &extent.last), 0);
		assert_int_equal(opening_covers(&opening, &extent), rows[i].covered);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(refused), cmocka_unit_test(covers)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
