/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules about [control NAME] that one value alone cannot break: its name, the words of its lists, which keywords it has, and what repair needs. */
#include "policy_check.h"

#include <string.h>

#include "control_table.h"
#include "opening.h"
#include "policy_assignment.h"
#include "text.h"

#define SHOWN_BYTES_MAX 64
#define UNIT_NAME_BYTES_MAX 256

static const char *const NAMES[CONTROL_MAX + 1] = {
#define CONTROL_NAME(name, clause) #name,
	CONTROLS(CONTROL_NAME)
#undef CONTROL_NAME
};

static void check_name(const struct policy_named *named, struct diag_list *diags)
{
	const char *nearest;
	char list[256];
	struct text t;

	for (size_t i = 0; i < CONTROL_MAX; i++)
		if (strcmp(NAMES[i], named->name) == 0)
			return;
	nearest = diag_nearest(named->name, strlen(named->name), NAMES);
	TEXT_INTO(&t, list);
	for (size_t i = 0; i < CONTROL_MAX; i++) {
		text_add(&t, i > 0 ? ", " : "");
		text_add(&t, NAMES[i]);
	}
	if (nearest != NULL)
		diag_add(diags, DIAG_ERROR, named->file, named->line, named->column, "unknown control \"%s\"; did you mean \"%s\"?", named->name, nearest);
	else
		diag_add(diags, DIAG_ERROR, named->file, named->line, named->column, "unknown control \"%s\"; choose one of %s", named->name, list);
}

static void check_openings(const struct policy_assignment *a, struct diag_list *diags)
{
	for (size_t i = 0; i < a->value.words.count; i++) {
		const char *word = a->value.words.words[i];
		struct opening opening;
		char problem[256];
		struct text t;

		TEXT_INTO(&t, problem);
		if (opening_parse(word, strlen(word), &opening, &t) == 0)
			continue;
		diag_add(diags, DIAG_ERROR, a->file, a->line, a->column, "\"%.*s\" is no opening: %s", SHOWN_BYTES_MAX, word, problem);
		return;
	}
}

/* A name that systemd takes, of a kind that can be on. */
static bool is_unit(const char *word)
{
	static const char *const kinds[] = {".service", ".timer", ".socket", ".path"};
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_.@\\-";
	size_t len = strlen(word);

	if (strspn(word, letters) != len || len >= UNIT_NAME_BYTES_MAX)
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		size_t kind_len = strlen(kinds[i]);

		if (len > kind_len && strcmp(word + len - kind_len, kinds[i]) == 0)
			return true;
	}
	return false;
}

static void check_units(const struct policy_assignment *a, struct diag_list *diags)
{
	for (size_t i = 0; i < a->value.words.count; i++)
		if (!is_unit(a->value.words.words[i]))
			diag_add(diags, DIAG_ERROR, a->file, a->line, a->column, "\"%.*s\" is no unit that stays on: write its whole name, such as ssh.service or backup.timer",
				 SHOWN_BYTES_MAX, a->value.words.words[i]);
}

/* The rows of idlelock/guard/antivirus_product.h, which this folder does not see; a test compares. */
static const char *const SCANNERS[] = {"clamav", "mdatp", "falcon", NULL};

static void check_scanners(const struct policy_assignment *a, struct diag_list *diags)
{
	for (size_t i = 0; i < a->value.words.count; i++) {
		size_t product = 0;

		while (SCANNERS[product] != NULL && strcmp(SCANNERS[product], a->value.words.words[i]) != 0)
			product++;
		if (SCANNERS[product] == NULL)
			diag_add(diags, DIAG_ERROR, a->file, a->line, a->column, "\"%.*s\" is no antivirus product that is known; choose of clamav, mdatp, falcon",
				 SHOWN_BYTES_MAX, a->value.words.words[i]);
	}
}

/* Keywords that only some controls look at. */
static const struct {
	enum keyword keyword;
	const char *controls[3];
} OF_CONTROLS[] = {
	{KEYWORD_control_allow, {"firewall"}},
	{KEYWORD_control_floor, {"firewall"}},
	{KEYWORD_control_products, {"firewall"}},
	{KEYWORD_control_units, {"units"}},
	{KEYWORD_control_unit_files, {"units", "antivirus"}},
	{KEYWORD_control_scanners, {"antivirus"}},
	{KEYWORD_control_signature_age, {"antivirus"}},
	{KEYWORD_control_scan_age, {"antivirus"}},
	{KEYWORD_control_scan_paths, {"antivirus"}},
	{KEYWORD_control_test_age, {"antivirus"}},
	{KEYWORD_control_exclusions, {"antivirus"}},
	{KEYWORD_control_admins, {"auth"}}, /* where self and the rules of polkit find it, too */
	{KEYWORD_control_accept, {"auth"}},
};

static void check_place(const struct policy_assignment *a, struct diag_list *diags)
{
	for (size_t i = 0; i < sizeof OF_CONTROLS / sizeof OF_CONTROLS[0]; i++) {
		bool fits = OF_CONTROLS[i].keyword != a->keyword || a->name == NULL;
		char list[96];
		struct text t;

		TEXT_INTO(&t, list);
		for (size_t j = 0; !fits && j < 3 && OF_CONTROLS[i].controls[j] != NULL; j++) {
			fits = strcmp(OF_CONTROLS[i].controls[j], a->name) == 0;
			text_add_format(&t, "%s[control %s]", j > 0 ? " and " : "", OF_CONTROLS[i].controls[j]);
		}
		if (!fits)
			diag_add(diags, DIAG_ERROR, a->file, a->line, a->column, "%s counts in %s only; move it there", keyword_row(a->keyword)->name, list);
	}
}

static void check_products(const struct policy_assignment *a, struct diag_list *diags)
{
	static const char *const known[] = {"ufw", "firewalld", "nftables", NULL};

	for (size_t i = 0; i < a->value.words.count; i++) {
		const char *word = a->value.words.words[i];
		size_t k = 0;

		while (known[k] != NULL && strcmp(known[k], word) != 0)
			k++;
		if (known[k] == NULL)
			diag_add(diags, DIAG_ERROR, a->file, a->line, a->column, "unknown firewall \"%.*s\"; choose among ufw, firewalld, nftables", SHOWN_BYTES_MAX,
				 word);
	}
}

/* Repair needs to know whose rules they are. */
static void check_repairable(const struct policy *policy, struct diag_list *diags)
{
	const struct policy_names names = {.control = "firewall"};
	struct settings settings;

	policy_resolve_for(policy, NULL, &names, &settings);
	if ((settings.control_mode == CONTROL_MODE_REPAIR || settings.control_mode == CONTROL_MODE_GATE) && settings.control_products.count == 0)
		diag_add(diags, DIAG_WARNING, settings.origin[KEYWORD_control_mode].file, settings.origin[KEYWORD_control_mode].line, 1,
			 "the firewall is not put right without \"products\", which names the one to switch on: ufw, firewalld, nftables");
}

void policy_check_control(const struct policy *policy, struct diag_list *diags)
{
	for (size_t i = 0; i < policy->named_count; i++)
		if (policy->named[i].section == SECTION_control)
			check_name(&policy->named[i], diags);
	for (size_t i = 0; i < policy->count; i++) {
		const struct policy_assignment *a = &policy->assignments[i];

		if (a->wrong)
			continue;
		if (a->keyword == KEYWORD_control_allow)
			check_openings(a, diags);
		if (a->keyword == KEYWORD_control_units)
			check_units(a, diags);
		if (a->keyword == KEYWORD_control_scanners)
			check_scanners(a, diags);
		check_place(a, diags);
		if (a->keyword == KEYWORD_control_products)
			check_products(a, diags);
	}
	check_repairable(policy, diags);
}
