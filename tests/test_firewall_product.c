/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the firewall's plan: which product is chosen, what it takes to switch it on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "firewall.h"
#include "plan_text.h"
#include "text.h"

#define ON {.installed = true, .enabled = true, .running = true, .configured = true}

/* Programs without their arguments, which are whole sets of rules. */
static void add_step(const struct control_step *step, struct text *t)
{
	text_add_format(t, "%s%s %s", t->len > 0 ? "; " : "", plan_text_kind(step), step->argv[0] != NULL ? step->argv[0] : step->what);
}

static void steps_of_each_product(void **state)
{
	static const struct {
		const char *name, *products[3];
		struct firewall_product facts[FIREWALL_PRODUCT_MAX];
		const char *want;
	} rows[] = {
		{"nobody knows whose rules", {NULL}, {[FIREWALL_ufw] = ON}, ""},
		{"gone from the computer", {"ufw"}, {{0}}, ""},
		{"nftables flushed", {"nftables"}, {[FIREWALL_nftables] = ON},
		 "restore /etc/nftables.conf; command /usr/sbin/nft; start nftables.service"},
		{"nftables masked", {"nftables"}, {[FIREWALL_nftables] = {.installed = true, .masked = true, .configured = true}},
		 "restore /etc/nftables.conf; command /usr/sbin/nft; unmask nftables.service; enable nftables.service; "
		 "start nftables.service"},
		{"ufw disabled", {"ufw"}, {[FIREWALL_ufw] = {.installed = true, .enabled = true, .running = true}},
		 "restore /etc/ufw; restore /etc/default/ufw; command /usr/sbin/ufw; command /usr/sbin/nft; command /usr/sbin/nft; "
		 "command /lib/ufw/ufw-init; start ufw.service"},
		{"firewalld loosened", {"firewalld"}, {[FIREWALL_firewalld] = ON},
		 "restore /etc/firewalld; start firewalld.service; thaw firewalld.service; command /usr/bin/systemctl"},
		{"firewalld stopped", {"firewalld"}, {[FIREWALL_firewalld] = {.installed = true, .enabled = true, .configured = true}},
		 "restore /etc/firewalld; start firewalld.service; thaw firewalld.service"},
		{"the one that is on", {"ufw", "nftables"}, {[FIREWALL_ufw] = {.installed = true}, [FIREWALL_nftables] = ON},
		 "restore /etc/nftables.conf; command /usr/sbin/nft; start nftables.service"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct settings settings = {.control_products = {.words = rows[i].products}};
		static char block[64 * 1024];
		struct firewall_facts facts = {0};
		struct control_repair repair = {0};
		struct arena arena;
		char said[1024];
		struct text t;

		print_message("%s\n", rows[i].name);
		while (settings.control_products.count < 3 && rows[i].products[settings.control_products.count] != NULL)
			settings.control_products.count++;
		memcpy(facts.products, rows[i].facts, sizeof facts.products);
		arena_init(&arena, block, sizeof block);
		firewall_repair(&facts, &settings, &arena, &repair);
		TEXT_INTO(&t, said);
		for (size_t step = 0; step < repair.count; step++)
			add_step(&repair.steps[step], &t);
		assert_string_equal(said, rows[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(steps_of_each_product)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
