/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and networks: what is one, what lies inside, and what a mistake is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "network.h"
#include "text.h"

static void addresses(void **state)
{
	static const struct {
		const char *name, *text;
		bool valid;
		uint8_t bytes[16];
		bool loopback;
	} rows[] = {
		{"IPv4", "10.1.2.3", true, {[10] = 0xff, 0xff, 10, 1, 2, 3}},
		{"IPv4 written as IPv6", "::ffff:10.1.2.3", true, {[10] = 0xff, 0xff, 10, 1, 2, 3}},
		{"the same in hexadecimal", "::FFFF:a01:203", true, {[10] = 0xff, 0xff, 10, 1, 2, 3}},
		{"IPv6", "2001:db8::1", true, {0x20, 0x01, 0x0d, 0xb8, [15] = 1}},
		{"IPv6 with a scope", "fe80::1%eth0", true, {0xfe, 0x80, [15] = 1}},
		{"loopback", "127.0.0.1", true, {[10] = 0xff, 0xff, 127, 0, 0, 1}, true},
		{"another loopback", "127.255.3.9", true, {[10] = 0xff, 0xff, 127, 255, 3, 9}, true},
		{"loopback of IPv6", "::1", true, {[15] = 1}, true},
		{"loopback of IPv4 inside IPv6", "::ffff:127.0.0.1", true, {[10] = 0xff, 0xff, 127, 0, 0, 1}, true},
		{"nearly loopback", "::2", true, {[15] = 2}},
		{"128.0.0.1 is none", "128.0.0.1", true, {[10] = 0xff, 0xff, 128, 0, 0, 1}},
		{"IPv4-compatible 127 is none", "::127.0.0.1", true, {[12] = 127, 0, 0, 1}},
		{"empty", "", false, {0}},
		{"a name", "host.example.org", false, {0}},
		{"localhost", "localhost", false, {0}},
		{"what sshd writes without an address", "UNKNOWN", false, {0}},
		{"a display", ":0", false, {0}},
		{"three parts", "10.1.2", false, {0}},
		{"a number", "167838211", false, {0}},
		{"octal", "010.1.2.3", false, {0}},
		{"hexadecimal", "0x10.1.2.3", false, {0}},
		{"too large", "10.1.2.256", false, {0}},
		{"a port", "10.1.2.3:22", false, {0}},
		{"brackets", "[::1]", false, {0}},
		{"a blank", " 10.1.2.3", false, {0}},
		{"a scope of IPv4", "10.1.2.3%eth0", false, {0}},
		{"an empty scope", "fe80::1%", false, {0}},
		{"only a scope", "%eth0", false, {0}},
		{"too long", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", false, {0}},
		{"two abbreviations", "1::2::3", false, {0}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct network_address address;

		print_message("%s\n", rows[i].name);
		memset(&address, 0xee, sizeof address);
		assert_int_equal(network_address_parse(rows[i].text, strlen(rows[i].text), &address), rows[i].valid ? 0 : -EINVAL);
		if (!rows[i].valid)
			continue;
		assert_memory_equal(address.bytes, rows[i].bytes, sizeof address.bytes);
		assert_int_equal(network_address_is_loopback(&address), rows[i].loopback);
	}
}

/* Neither what stands behind len nor a NUL byte inside counts. */
static void lengths_count(void **state)
{
	struct network_address address;

	(void)state;
	assert_int_equal(network_address_parse("10.1.2.345", 8, &address), 0);
	assert_int_equal(address.bytes[15], 3);
	assert_int_equal(network_address_parse("10.1.2.3\0", 9, &address), -EINVAL);
	assert_int_equal(network_address_parse("10.1.2.3\0x", 10, &address), -EINVAL);
}

static void inside_and_outside(void **state)
{
	static const struct {
		const char *network, *address;
		bool inside;
	} rows[] = {
		{"10.1.0.0/16", "10.1.0.0", true},	  {"10.1.0.0/16", "10.1.255.255", true}, {"10.1.0.0/16", "10.2.0.0", false},
		{"10.1.0.0/16", "10.0.255.255", false},	  {"10.1.0.0/16", "::ffff:10.1.9.9", true}, {"10.1.0.0/16", "::10.1.9.9", false},
		{"10.1.2.3", "10.1.2.3", true},		  {"10.1.2.3", "10.1.2.2", false},	 {"10.1.2.3/32", "10.1.2.3", true},
		{"192.168.0.128/25", "192.168.0.128", true}, {"192.168.0.128/25", "192.168.0.127", false}, {"10.0.0.0/7", "11.255.255.255", true},
		{"10.0.0.0/7", "12.0.0.0", false},	  {"0.0.0.0/0", "203.0.113.9", true},	 {"0.0.0.0/0", "2001:db8::1", false},
		{"::/0", "2001:db8::1", true},		  {"::/0", "10.1.2.3", true},		 {"2001:db8::/32", "2001:db8:ffff::1", true},
		{"2001:db8::/32", "2001:db9::1", false},  {"2001:db8::1", "2001:db8::1", true},	 {"2001:db8::1", "2001:db8::2", false},
		{"2001:db8::/127", "2001:db8::1", true},  {"2001:db8::/127", "2001:db8::2", false}, {"::ffff:10.1.0.0/112", "10.1.2.3", true},
		{"fe80::/10", "fe80::1%eth0", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct network_address network, address;
		unsigned prefix;

		print_message("%s in %s\n", rows[i].address, rows[i].network);
		assert_int_equal(network_parse(rows[i].network, strlen(rows[i].network), &network, &prefix, NULL), 0);
		assert_int_equal(network_address_parse(rows[i].address, strlen(rows[i].address), &address), 0);
		assert_int_equal(network_contains(&network, prefix, &address), rows[i].inside);
	}
}

/* Every prefix of both kinds, against a count of equal bits. */
static void every_prefix(void **state)
{
	struct network_address address;

	(void)state;
	assert_int_equal(network_address_parse("2001:db8:aaaa:5555::1", 21, &address), 0);
	for (unsigned bit = 0; bit < 128; bit++) {
		struct network_address other = address;

		other.bytes[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
		for (unsigned prefix = 0; prefix <= 128; prefix++)
			assert_int_equal(network_contains(&address, prefix, &other), bit >= prefix);
	}
}

static void networks_that_are_refused(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"", "\"\" is no address; write numbers such as 10.1.0.0/16 or 2001:db8::/32, since no name is looked up"},
		{"intranet.example.org", "\"intranet.example.org\" is no address; write numbers such as 10.1.0.0/16 or 2001:db8::/32, since no name is looked up"},
		{"10.1.0.0/16 10.2.0.0/16", "\"10.1.0.0/16 10.2.0.0/16\" has a blank inside; put commas between networks"},
		{"10.1/16", "\"10.1/16\" is no address; write numbers such as 10.1.0.0/16 or 2001:db8::/32, since no name is looked up"},
		{"/16", "\"/16\" is no address; write numbers such as 10.1.0.0/16 or 2001:db8::/32, since no name is looked up"},
		{"fe80::%eth0/64", "\"fe80::%eth0/64\" is no address; write numbers such as 10.1.0.0/16 or 2001:db8::/32, since no name is looked up"},
		{"10.1.0.0/33", "\"10.1.0.0/33\" has no length from 0 to 32 behind its slash; write it such as 10.1.0.0/16"},
		{"10.1.0.0/", "\"10.1.0.0/\" has no length from 0 to 32 behind its slash; write it such as 10.1.0.0/16"},
		{"10.1.0.0/-1", "\"10.1.0.0/-1\" has no length from 0 to 32 behind its slash; write it such as 10.1.0.0/16"},
		{"10.1.0.0/255.255.0.0", "\"10.1.0.0/255.255.0.0\" has no length from 0 to 32 behind its slash; write it such as 10.1.0.0/16"},
		{"2001:db8::/129", "\"2001:db8::/129\" has no length from 0 to 128 behind its slash; write it such as 2001:db8::/32"},
		{"10.1.2.3/16", "\"10.1.2.3/16\" has an address inside the network instead of its first one; write 10.1.0.0/16"},
		{"10.1.2.3/0", "\"10.1.2.3/0\" has an address inside the network instead of its first one; write 0.0.0.0/0"},
		{"10.1.2.3/31", "\"10.1.2.3/31\" has an address inside the network instead of its first one; write 10.1.2.2/31"},
		{"2001:db8::1/32", "\"2001:db8::1/32\" has an address inside the network instead of its first one; write 2001:db8::/32"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct network_address network;
		unsigned prefix = 7;
		char problem[256];
		struct text t;

		TEXT_INTO(&t, problem);
		assert_int_equal(network_parse(rows[i].text, strlen(rows[i].text), &network, &prefix, &t), -EINVAL);
		assert_string_equal(problem, rows[i].want);
		assert_int_equal(prefix, 7);
		assert_int_equal(network_parse(rows[i].text, strlen(rows[i].text), &network, &prefix, NULL), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),	cmocka_unit_test(lengths_count),	     cmocka_unit_test(inside_and_outside),
		cmocka_unit_test(every_prefix), cmocka_unit_test(networks_that_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
