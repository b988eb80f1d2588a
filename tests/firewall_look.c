/* SPDX-License-Identifier: BSD-2-Clause */
/* What the control "firewall" says about the network namespace that it runs in, for tests: firewall_look [OPENING...]
 *
 * Prints "verdict STATE REMEDY", then "opening WHAT from FROM on INTERFACES open|undecided", and for each line of standard input
 * "4|6 tcp|udp SOURCE SOURCE-PORT DESTINATION DESTINATION-PORT INTERFACE" whether that packet is "open", "closed" or "unknown". */
#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firewall.h"
#include "message.h"
#include "packet_walk.h"
#include "text.h"

#define ARENA_BYTES (256U * 1024 * 1024)

static const char *const STATES[] = {"unknown", "ok", "violated", "not-applicable"};
static const char *const ENDS[] = {"unknown", "closed", "open"};

static void print_openings(const struct firewall_survey *survey)
{
	for (size_t i = 0; i < survey->count; i++) {
		char what[64], from[128], on[512];
		struct text t;

		TEXT_INTO(&t, what);
		firewall_add_what(&survey->openings[i], &t);
		TEXT_INTO(&t, from);
		firewall_add_from(&survey->openings[i], &t);
		TEXT_INTO(&t, on);
		firewall_add_interfaces(survey, &survey->openings[i], &t);
		printf("opening %s from %s on %s %s%s\n", what, from, on, survey->openings[i].open ? "open" : "undecided",
		       survey->openings[i].forwarded ? " forwarded" : "");
	}
	printf("tried %zu probes%s%s\n", survey->probes, survey->sampled ? ", sampled" : "", survey->unfinished ? ", unfinished" : "");
}

static const struct interface *find_interface(const struct surroundings *around, const char *name)
{
	for (size_t i = 0; i < around->interface_count; i++)
		if (strcmp(around->interfaces[i].name, name) == 0)
			return &around->interfaces[i];
	return NULL;
}

static int answer(const struct firewall_facts *facts, const struct walk_plan *plan, char *line)
{
	char *words[7], *rest = line;
	struct probe probe = {0};
	int domain;

	for (size_t i = 0; i < 7; i++) {
		words[i] = strsep(&rest, " \n");
		if (words[i] == NULL)
			return 1;
	}
	probe.family = *words[0] == '4' ? NFPROTO_IPV4 : NFPROTO_IPV6;
	domain = *words[0] == '4' ? AF_INET : AF_INET6;
	probe.protocol = strcmp(words[1], "tcp") == 0 ? 6 : 17;
	probe.source_port = (uint16_t)strtoul(words[3], NULL, 10);
	probe.destination_port = (uint16_t)strtoul(words[5], NULL, 10);
	probe.in = find_interface(&facts->surroundings, words[6]);
	if (inet_pton(domain, words[2], probe.source) != 1 || inet_pton(domain, words[4], probe.destination) != 1 || probe.in == NULL)
		return 1;
	puts(ENDS[walk_packet(plan, &probe).end]);
	return 0;
}

int main(int argc, char **argv)
{
	struct settings settings = {.control_allow = {.words = (const char *const *)argv + 1, .count = (size_t)argc - 1}};
	struct paths paths = {0};
	struct firewall_survey *survey;
	const struct firewall_facts *facts;
	struct control_verdict verdict;
	struct walk_plan plan;
	struct arena arena;
	const void *probed;
	char line[256];
	int bad = 0;

	arena_init(&arena, calloc(1, ARENA_BYTES), ARENA_BYTES);
	if (arena.block == NULL || firewall_probe(&(struct control_scene){.paths = &paths}, &arena, &probed) != 0)
		return 2;
	facts = probed;
	verdict = firewall_judge(facts, &settings, &arena);
	printf("verdict %s\n", STATES[verdict.state]);
	survey = ARENA_NEW(&arena, struct firewall_survey, 1);
	if (facts->unreadable != NULL || survey == NULL || firewall_survey(facts, &settings.control_allow, &arena, survey) != 0) {
		printf("unreadable %s\n", facts->unreadable != NULL ? facts->unreadable : "memory");
		return 2;
	}
	print_openings(survey);
	if (walk_plan_init(&plan, &facts->ruleset, &facts->surroundings, &arena) != 0)
		return 2;
	while (bad == 0 && fgets(line, sizeof line, stdin) != NULL)
		bad = answer(facts, &plan, line);
	free(arena.block);
	return bad;
}
