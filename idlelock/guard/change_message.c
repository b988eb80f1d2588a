/* SPDX-License-Identifier: BSD-2-Clause */
/* Netlink messages that name a process. */
#include "change_message.h"

#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>

#include "attribute.h"

/* The next whole message; false at the end, and where one is cut short. */
static bool next_message(const uint8_t **bytes, size_t *len, struct nlmsghdr *ret_head, const uint8_t **ret_payload, size_t *ret_payload_len)
{
	size_t step;

	if (*len < sizeof *ret_head)
		return false;
	memcpy(ret_head, *bytes, sizeof *ret_head);
	if (ret_head->nlmsg_len < sizeof *ret_head || ret_head->nlmsg_len > *len)
		return false;
	*ret_payload = *bytes + sizeof *ret_head;
	*ret_payload_len = ret_head->nlmsg_len - sizeof *ret_head;
	step = NLMSG_ALIGN((size_t)ret_head->nlmsg_len);
	step = step < *len ? step : *len;
	*bytes += step;
	*len -= step;
	return true;
}

static struct change read_generation(const uint8_t *bytes, size_t len)
{
	struct attribute_list list = {.bytes = bytes, .len = len};
	struct attribute attribute;
	struct change change = {0};

	while (attribute_next(&list, &attribute)) {
		if (attribute.type == NFTA_GEN_PROC_PID)
			change.pid = attribute_number(&attribute);
		else if (attribute.type == NFTA_GEN_PROC_NAME && attribute.len < sizeof change.program)
			memcpy(change.program, attribute.bytes, attribute.len);
		else if (attribute.type == NFTA_GEN_PROC_NAME)
			memcpy(change.program, attribute.bytes, sizeof change.program - 1);
	}
	return change;
}

bool change_read_nftables(const uint8_t *bytes, size_t len, struct change *ret_change)
{
	const uint8_t *payload;
	struct nlmsghdr head;
	bool found = false;
	size_t size;

	while (next_message(&bytes, &len, &head, &payload, &size)) {
		if (head.nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWGEN) || size < sizeof(struct nfgenmsg))
			continue;
		*ret_change = read_generation(payload + sizeof(struct nfgenmsg), size - sizeof(struct nfgenmsg));
		found = true;
	}
	return found;
}

uint32_t change_read_exec(const uint8_t *bytes, size_t len, int64_t *ret_ns)
{
	const uint8_t *payload;
	struct proc_event event = {0};
	struct cn_msg connector;
	struct nlmsghdr head;
	size_t size;

	if (!next_message(&bytes, &len, &head, &payload, &size) || size < sizeof connector)
		return 0;
	memcpy(&connector, payload, sizeof connector);
	size -= sizeof connector;
	if (connector.id.idx != CN_IDX_PROC || connector.id.val != CN_VAL_PROC || connector.len > size)
		return 0;
	memcpy(&event, payload + sizeof connector, connector.len < sizeof event ? connector.len : sizeof event);
	if (event.what != PROC_EVENT_EXEC || connector.len < offsetof(struct proc_event, event_data) + sizeof event.event_data.exec)
		return 0;
	*ret_ns = (int64_t)event.timestamp_ns;
	return (uint32_t)event.event_data.exec.process_tgid;
}
