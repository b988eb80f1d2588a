/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of idlelock/guard/change_message.c: who changed something, out of netlink datagrams. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>

#include "change_message.h"

struct datagram {
	_Alignas(struct nlmsghdr) uint8_t bytes[512];
	size_t len;
};

static void add(struct datagram *d, const void *bytes, size_t len)
{
	assert_true(d->len + NLMSG_ALIGN(len) <= sizeof d->bytes);
	memcpy(d->bytes + d->len, bytes, len);
	d->len += NLMSG_ALIGN(len);
}

static void add_attribute(struct datagram *d, uint16_t type, const void *bytes, size_t len)
{
	const struct nlattr head = {.nla_len = (uint16_t)(sizeof head + len), .nla_type = type};

	add(d, &head, sizeof head);
	add(d, bytes, len);
}

static void add_generation(struct datagram *d, uint16_t kind, uint32_t pid, const char *program)
{
	size_t start = d->len;
	struct nlmsghdr head = {.nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | kind)};
	const struct nfgenmsg generation = {0};
	const uint32_t number = htonl(7), process = htonl(pid);

	add(d, &head, sizeof head);
	add(d, &generation, sizeof generation);
	add_attribute(d, NFTA_GEN_ID, &number, sizeof number);
	add_attribute(d, NFTA_GEN_PROC_PID, &process, sizeof process);
	add_attribute(d, NFTA_GEN_PROC_NAME, program, strlen(program) + 1);
	head.nlmsg_len = (uint32_t)(d->len - start);
	memcpy(d->bytes + start, &head, sizeof head);
}

static void reads_who_changed_the_rules(void **state)
{
	struct datagram d = {.len = 0};
	struct change change = {0};

	(void)state;
	add_generation(&d, NFT_MSG_NEWGEN, 4711, "nft");
	assert_true(change_read_nftables(d.bytes, d.len, &change));
	assert_int_equal(change.pid, 4711);
	assert_string_equal(change.program, "nft");
	/* the last one counts, and a name that is too long is cut */
	add_generation(&d, NFT_MSG_NEWGEN, 4712, "a-name-of-twenty-let");
	assert_true(change_read_nftables(d.bytes, d.len, &change));
	assert_int_equal(change.pid, 4712);
	assert_string_equal(change.program, "a-name-of-twent");
}

static void believes_nothing_else(void **state)
{
	struct datagram d = {.len = 0};
	struct change change = {.pid = 1};

	(void)state;
	add_generation(&d, NFT_MSG_NEWRULE, 4711, "nft");
	assert_false(change_read_nftables(d.bytes, d.len, &change));
	d.len = 0;
	add_generation(&d, NFT_MSG_NEWGEN, 4711, "nft");
	for (size_t len = 0; len < d.len; len++)
		assert_false(change_read_nftables(d.bytes, len, &change));
	assert_int_equal(change.pid, 1);
}

static void reads_who_executed_a_program(void **state)
{
	const struct nlmsghdr head = {.nlmsg_len = NLMSG_HDRLEN + sizeof(struct cn_msg) + sizeof(struct proc_event), .nlmsg_type = NLMSG_DONE};
	struct cn_msg connector = {.id = {.idx = CN_IDX_PROC, .val = CN_VAL_PROC}, .len = sizeof(struct proc_event)};
	struct proc_event event = {.what = PROC_EVENT_EXEC, .timestamp_ns = 56};
	struct datagram d = {.len = 0};
	int64_t at_ns = 0;

	(void)state;
	event.event_data.exec.process_pid = 12;
	event.event_data.exec.process_tgid = 34;
	add(&d, &head, sizeof head);
	add(&d, &connector, sizeof connector);
	add(&d, &event, sizeof event);
	assert_int_equal(change_read_exec(d.bytes, head.nlmsg_len, &at_ns), 34);
	assert_int_equal(at_ns, 56);
	for (size_t len = 0; len < head.nlmsg_len; len++)
		assert_int_equal(change_read_exec(d.bytes, len, &at_ns), 0);
	event.what = PROC_EVENT_FORK;
	d.len = NLMSG_HDRLEN + sizeof connector;
	add(&d, &event, sizeof event);
	assert_int_equal(change_read_exec(d.bytes, head.nlmsg_len, &at_ns), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(reads_who_changed_the_rules), cmocka_unit_test(believes_nothing_else),
					   cmocka_unit_test(reads_who_executed_a_program)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
