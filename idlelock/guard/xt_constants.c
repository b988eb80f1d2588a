/* SPDX-License-Identifier: BSD-2-Clause */
/* The ports, addresses and interfaces that matches and heads of iptables' rules compare with. */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter.h>
#include <linux/netfilter/xt_iprange.h>
#include <linux/netfilter/xt_multiport.h>
#include <linux/netfilter/xt_tcpudp.h>
#include <linux/netfilter_ipv4/ip_tables.h>
#include <linux/netfilter_ipv6/ip6_tables.h>
#include <string.h>

#include "constants.h"

static void cut_ports(struct axis *axis, uint16_t first, uint16_t last)
{
	const uint8_t a[2] = {(uint8_t)(first >> 8), (uint8_t)first}, b[2] = {(uint8_t)(last >> 8), (uint8_t)last};

	axis_cut(axis, a, b);
}

/* struct xt_tcp and xt_udp begin alike. */
static void add_ports(const struct nf_expression *e, struct constants *constants)
{
	struct xt_udp info;

	memcpy(&info, e->info, sizeof info);
	cut_ports(&constants->axes[FIELD_SOURCE_PORT], info.spts[0], info.spts[1]);
	cut_ports(&constants->axes[FIELD_DESTINATION_PORT], info.dpts[0], info.dpts[1]);
}

static void add_multiport(const struct nf_expression *e, struct constants *constants)
{
	struct xt_multiport_v1 info;

	memcpy(&info, e->info, sizeof info);
	for (unsigned i = 0; i < info.count && i < XT_MULTI_PORTS; i++) {
		uint16_t first = info.ports[i], last = first;

		if (info.pflags[i] != 0 && i + 1 < XT_MULTI_PORTS)
			last = info.ports[++i];
		if (info.flags != XT_MULTIPORT_DESTINATION)
			cut_ports(&constants->axes[FIELD_SOURCE_PORT], first, last);
		if (info.flags != XT_MULTIPORT_SOURCE)
			cut_ports(&constants->axes[FIELD_DESTINATION_PORT], first, last);
	}
}

static void add_iprange(const struct nf_expression *e, struct constants *constants)
{
	struct xt_iprange_mtinfo info;

	memcpy(&info, e->info, sizeof info);
	if ((info.flags & IPRANGE_SRC) != 0)
		axis_cut(&constants->axes[FIELD_SOURCE], (const uint8_t *)&info.src_min, (const uint8_t *)&info.src_max);
	if ((info.flags & IPRANGE_DST) != 0)
		axis_cut(&constants->axes[FIELD_DESTINATION], (const uint8_t *)&info.dst_min, (const uint8_t *)&info.dst_max);
}

static void cut_masked(struct axis *axis, const void *address, const void *mask)
{
	uint8_t first[16] = {0}, last[16] = {0};

	for (size_t i = 0; i < axis->width; i++) {
		uint8_t bits = ((const uint8_t *)mask)[i];

		first[i] = ((const uint8_t *)address)[i] & bits;
		last[i] = first[i] | (uint8_t)~bits;
	}
	axis_cut(axis, first, last);
}

/* The mask covers the NUL of a whole name, and not that of the beginning of one. */
static void add_name(struct constants *constants, const char *name, const unsigned char *mask)
{
	size_t len = 0;

	while (len < INTERFACE_NAME_BYTES && mask[len] != 0)
		len++;
	constants_add_interface(constants, name, len);
}

static void add_head(const struct nf_expression *e, struct constants *constants)
{
	struct ipt_ip ipv4;
	struct ip6t_ip6 ipv6;

	if (e->info_len == sizeof ipv4) {
		memcpy(&ipv4, e->info, sizeof ipv4);
		cut_masked(&constants->axes[FIELD_SOURCE], &ipv4.src, &ipv4.smsk);
		cut_masked(&constants->axes[FIELD_DESTINATION], &ipv4.dst, &ipv4.dmsk);
		constants->protocols[ipv4.proto & 0xff] = true;
		add_name(constants, ipv4.iniface, ipv4.iniface_mask);
	} else {
		memcpy(&ipv6, e->info, sizeof ipv6);
		cut_masked(&constants->axes[FIELD_SOURCE], &ipv6.src, &ipv6.smsk);
		cut_masked(&constants->axes[FIELD_DESTINATION], &ipv6.dst, &ipv6.dmsk);
		constants->protocols[ipv6.proto & 0xff] = true;
		add_name(constants, ipv6.iniface, ipv6.iniface_mask);
	}
}

void xt_constants(const struct nf_expression *e, struct constants *constants)
{
	if (e->kind == NF_EXPRESSION_LEGACY)
		add_head(e, constants);
	else if (e->name == NULL)
		return;
	else if ((strcmp(e->name, "tcp") == 0 && e->info_len >= sizeof(struct xt_tcp)) ||
		 (strcmp(e->name, "udp") == 0 && e->info_len >= sizeof(struct xt_udp)))
		add_ports(e, constants);
	else if (strcmp(e->name, "multiport") == 0 && e->revision == 1 && e->info_len >= sizeof(struct xt_multiport_v1))
		add_multiport(e, constants);
	else if (strcmp(e->name, "iprange") == 0 && e->revision == 1 && e->info_len >= sizeof(struct xt_iprange_mtinfo))
		add_iprange(e, constants);
}
