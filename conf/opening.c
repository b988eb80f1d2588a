/* SPDX-License-Identifier: BSD-2-Clause */
/* The words of `allow` in [control firewall]. */
#include "opening.h"

#include <errno.h>
#include <string.h>

#include "number.h"
#include "text.h"

enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PORT_MAX = 65535, PROTOCOL_MAX = 255 };

struct word {
	const char *s;
	size_t len;
};

static struct word next_word(const char **at, const char *end)
{
	struct word word;

	while (*at < end && **at == ' ')
		++*at;
	word.s = *at;
	while (*at < end && **at != ' ')
		++*at;
	word.len = (size_t)(*at - word.s);
	return word;
}

static bool is(struct word word, const char *what)
{
	return strlen(what) == word.len && memcmp(word.s, what, word.len) == 0;
}

static int refuse(struct text *problem, const char *why)
{
	if (problem != NULL)
		text_add(problem, why);
	return -EINVAL;
}

static bool parse_number(struct word word, int64_t max, int64_t *ret)
{
	return number_parse(word.s, word.len, 0, max, ret) == 0;
}

static int parse_ports(struct word word, struct opening *o, struct text *problem)
{
	const char *dash = memchr(word.s, '-', word.len);
	struct word from = {word.s, dash != NULL ? (size_t)(dash - word.s) : word.len};
	struct word to = dash != NULL ? (struct word){dash + 1, word.len - from.len - 1} : from;
	int64_t first, last;

	if (!parse_number(from, PORT_MAX, &first) || !parse_number(to, PORT_MAX, &last) || first > last)
		return refuse(problem, "ports are written as 22 or 60000-61000, up to 65535");
	o->first_port = (uint16_t)first;
	o->last_port = (uint16_t)last;
	return 0;
}

static int parse_protocol(struct word word, struct opening *o, struct text *problem)
{
	const char *slash = memchr(word.s, '/', word.len);
	struct word name = {word.s, slash != NULL ? (size_t)(slash - word.s) : word.len};
	int64_t number;

	o->last_port = PORT_MAX;
	if (is(name, "tcp"))
		o->protocol = PROTOCOL_TCP;
	else if (is(name, "udp"))
		o->protocol = PROTOCOL_UDP;
	else if (is(name, "any"))
		o->protocol = OPENING_ANY_PROTOCOL;
	else if (parse_number(name, PROTOCOL_MAX, &number))
		o->protocol = (unsigned)number;
	else
		return refuse(problem, "an opening begins with tcp, udp, any or the number of a protocol, such as tcp/22");
	if (slash == NULL)
		return 0;
	if (o->protocol != PROTOCOL_TCP && o->protocol != PROTOCOL_UDP)
		return refuse(problem, "only tcp and udp have ports here");
	return parse_ports((struct word){slash + 1, word.len - name.len - 1}, o, problem);
}

static int parse_condition(struct word word, struct word value, struct opening *o, struct text *problem)
{
	if (is(word, "from") && value.len > 0 && !o->has_network) {
		o->has_network = true;
		return network_parse(value.s, value.len, &o->network, &o->prefix, problem);
	}
	if (is(word, "on") && value.len > 0 && *o->interface == '\0') {
		if (value.len >= sizeof o->interface)
			return refuse(problem, "names of interfaces have at most 15 bytes");
		memcpy(o->interface, value.s, value.len);
		return 0;
	}
	return refuse(problem, "behind the ports comes nothing but \"from NETWORK\" and \"on INTERFACE\"");
}

int opening_parse(const char *s, size_t len, struct opening *ret_opening, struct text *problem)
{
	const char *at = s, *end = s + len;
	struct opening o = {0};
	int error = parse_protocol(next_word(&at, end), &o, problem);

	while (error == 0) {
		struct word word = next_word(&at, end), value = next_word(&at, end);

		if (word.len == 0)
			break;
		error = parse_condition(word, value, &o, problem);
	}
	if (error == 0)
		*ret_opening = o;
	return error;
}

static bool is_on(const struct opening *o, const char *interface)
{
	size_t len = strlen(o->interface);

	if (len == 0)
		return true;
	if (o->interface[len - 1] == '*')
		return strncmp(o->interface, interface, len - 1) == 0;
	return strcmp(o->interface, interface) == 0;
}

bool opening_covers(const struct opening *o, const struct opening_extent *extent)
{
	if (o->protocol != OPENING_ANY_PROTOCOL && o->protocol != extent->protocol)
		return false;
	if (extent->first_port < o->first_port || extent->last_port > o->last_port || !is_on(o, extent->interface))
		return false;
	return !o->has_network ||
	       (network_contains(&o->network, o->prefix, &extent->first) && network_contains(&o->network, o->prefix, &extent->last));
}
