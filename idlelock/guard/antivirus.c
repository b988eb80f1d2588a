/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge of control "antivirus". */
#include "antivirus.h"

#include <string.h>

#include "number.h"
#include "text.h"

#define TIME_ZONE_S (14 * INT64_C(3600)) /* clamd tells local time */
#define AHEAD_S DAY_S                    /* a date that is further in the future says nothing */
#define ARGUMENT_BYTES 128

static const char *const UNITS[ANTIVIRUS_UNIT_MAX] = {
	[UNIT_CLAMD] = "clamav-daemon.service",
	[UNIT_ON_ACCESS] = "clamav-clamonacc.service",
	[UNIT_UPDATER] = "clamav-freshclam.service",
	[UNIT_UPDATE_TIMER] = "clamav-freshclam-once.timer",
	[UNIT_SCAN_TIMER] = "mutex-antivirus-scan.timer",
	[UNIT_TEST_TIMER] = "mutex-antivirus-test.timer",
};

const char *antivirus_unit_name(enum antivirus_unit unit)
{
	return UNITS[unit];
}

bool antivirus_wants(const struct settings *settings, const char *product)
{
	const struct word_list *products = &settings->control_scanners;

	for (size_t i = 0; i < products->count; i++)
		if (strcmp(products->words[i], product) == 0)
			return true;
	return products->count == 0 && strcmp(product, ANTIVIRUS_CLAMAV) == 0;
}

struct judging {
	const struct antivirus_facts *facts;
	const struct settings *settings;
	struct arena *arena;
	struct control_verdict *verdict;
	struct unit_setting unit_setting;
};

/* --- words --- */

/* The first finding says what to do. */
static void find(struct judging *j, enum message_id remedy, const struct control_reason *reason)
{
	if (j->verdict->state != POSTURE_VIOLATED)
		j->verdict->remedy = (struct control_reason){.id = remedy};
	j->verdict->state = POSTURE_VIOLATED;
	control_add_reason(j->verdict, reason);
}

static void find_word(struct judging *j, enum message_id remedy, enum message_id id, const char *word)
{
	find(j, remedy, &(struct control_reason){.id = id, .arguments = {word}, .count = word != NULL ? 1 : 0});
}

static const char *keep(struct judging *j, const struct text *t)
{
	const char *copy = arena_copy(j->arena, t->buf, t->len);

	return copy != NULL ? copy : "";
}

/* In the largest unit that fits: nobody needs the seconds of a day. */
static const char *age(struct judging *j, int64_t since_s)
{
	int64_t passed = since_s < j->facts->now_s ? j->facts->now_s - since_s : 0;
	char buffer[32];
	struct text t;

	TEXT_INTO(&t, buffer);
	number_add_duration(&t, passed >= 2 * DAY_S ? passed - passed % DAY_S : passed >= 7200 ? passed - passed % 3600 : passed);
	return keep(j, &t);
}

static const char *number(struct judging *j, int64_t n)
{
	char buffer[32];
	struct text t;

	TEXT_INTO(&t, buffer);
	text_add_int(&t, n);
	return keep(j, &t);
}

/* --- ClamAV --- */

static void judge_unit(struct judging *j, enum antivirus_unit unit)
{
	struct control_verdict *v = j->verdict;

	if (unit_holds(&j->facts->units[unit], &j->unit_setting, v))
		return;
	if (v->state != POSTURE_VIOLATED)
		v->remedy = (struct control_reason){.id = MESSAGE_UNITS_REMEDY, .arguments = {UNITS[unit]}, .count = 1};
	v->state = POSTURE_VIOLATED;
}

static void judge_clamd(struct judging *j)
{
	const struct antivirus_facts *f = j->facts;

	judge_unit(j, UNIT_CLAMD);
	/* While it starts it reads its signatures, for a minute or so. */
	if (f->clamd_silent != NULL && !(f->units[UNIT_CLAMD].told && unit_is_fine(&f->units[UNIT_CLAMD], &j->unit_setting) &&
					 f->now_s - f->units[UNIT_CLAMD].began_s < UNIT_RESTART_S))
		find_word(j, MESSAGE_CLAM_REMEDY_ON, MESSAGE_CLAM_SILENT, f->clamd_silent);
}

static void judge_signatures(struct judging *j)
{
	const struct antivirus_facts *f = j->facts;
	int64_t oldest = f->on_disk.built_s;

	if (f->on_disk.version == 0 || oldest > f->now_s + AHEAD_S) {
		find_word(j, MESSAGE_CLAM_REMEDY_UPDATE, MESSAGE_CLAM_NO_SIGNATURES, NULL);
		return;
	}
	if (f->loaded.version > 0 && f->loaded.built_s + TIME_ZONE_S < oldest)
		oldest = f->loaded.built_s + TIME_ZONE_S;
	if (f->now_s - oldest > j->settings->control_signature_age)
		find_word(j, MESSAGE_CLAM_REMEDY_UPDATE, MESSAGE_CLAM_OLD_SIGNATURES, age(j, oldest));
}

static void judge_updates(struct judging *j)
{
	const struct antivirus_facts *f = j->facts;
	const char *checks = f->freshclam_conf_there ? clam_conf_value(&f->freshclam_conf, "Checks") : NULL;
	bool service = unit_is_fine(&f->units[UNIT_UPDATER], &j->unit_setting);
	int64_t count;

	if (!service && !f->update_cron && !unit_is_fine(&f->units[UNIT_UPDATE_TIMER], &j->unit_setting))
		find_word(j, MESSAGE_CLAM_REMEDY_UPDATE, MESSAGE_CLAM_NO_UPDATES, NULL);
	else if (service && checks != NULL && (number_parse(checks, strlen(checks), 0, 1000, &count) < 0 || count == 0))
		find_word(j, MESSAGE_CLAM_REMEDY_UPDATE, MESSAGE_CLAM_CHECKS, checks);
}

static bool prevents(const struct antivirus_facts *f)
{
	const char *prevention = clam_conf_value(&f->clamd_conf, "OnAccessPrevention");

	return prevention != NULL && clam_is_yes(prevention);
}

static void judge_on_access(struct judging *j)
{
	const struct antivirus_facts *f = j->facts;

	judge_unit(j, UNIT_ON_ACCESS);
	if (unit_is_fine(&f->units[UNIT_ON_ACCESS], &j->unit_setting) && strcmp(f->units[UNIT_ON_ACCESS].active, "active") == 0 && !f->watches)
		find_word(j, MESSAGE_CLAM_REMEDY_CONF, MESSAGE_CLAM_BLIND, NULL);
	if (!prevents(f) && !f->moves)
		find_word(j, MESSAGE_CLAM_REMEDY_CONF, MESSAGE_CLAM_DETECTS_ONLY, NULL);
	if (clam_conf_value(&f->clamd_conf, "OnAccessIncludePath") == NULL && clam_conf_value(&f->clamd_conf, "OnAccessMountPath") == NULL)
		find_word(j, MESSAGE_CLAM_REMEDY_CONF, MESSAGE_CLAM_NO_FOLDER, NULL);
}

static void judge_conf(struct judging *j)
{
	const struct clam_option *loosened;
	char buffer[ARGUMENT_BYTES + 4];
	struct text t;

	if (!j->facts->clamd_conf_there) {
		find_word(j, MESSAGE_CLAM_REMEDY_CONF, MESSAGE_CLAM_NO_CONF, ANTIVIRUS_CLAMD_CONF);
		return;
	}
	judge_on_access(j);
	loosened = antivirus_loosened(&j->facts->clamd_conf, j->settings);
	if (loosened == NULL)
		return;
	TEXT_INTO(&t, buffer);
	text_add_escaped_cut(&t, loosened->name, strlen(loosened->name), ARGUMENT_BYTES / 2);
	text_add(&t, " ");
	text_add_escaped_cut(&t, loosened->value, strlen(loosened->value), ARGUMENT_BYTES / 2);
	find_word(j, MESSAGE_CLAM_REMEDY_CONF, MESSAGE_CLAM_LOOSENED, keep(j, &t));
}

static void judge_scan(struct judging *j)
{
	const struct antivirus_facts *f = j->facts;

	judge_unit(j, UNIT_SCAN_TIMER);
	if (!f->scan_there || f->scan.outcome != SCAN_COMPLETE || f->scan.scanned == 0 || f->scan.ended > f->now_s + AHEAD_S)
		find_word(j, MESSAGE_CLAM_REMEDY_SCAN, MESSAGE_CLAM_NO_SCAN, NULL);
	else if (f->now_s - f->scan.ended > j->settings->control_scan_age)
		find_word(j, MESSAGE_CLAM_REMEDY_SCAN, MESSAGE_CLAM_OLD_SCAN, age(j, f->scan.ended));
	if (f->scan_there && f->scan.found > 0)
		find(j, MESSAGE_CLAM_REMEDY_FOUND,
		     &(struct control_reason){.id = MESSAGE_CLAM_FOUND, .arguments = {number(j, f->scan.found), f->scan.first}, .count = 2});
}

static void judge_test(struct judging *j)
{
	const struct antivirus_facts *f = j->facts;

	judge_unit(j, UNIT_TEST_TIMER);
	if (!f->test_there || f->test.time > f->now_s + AHEAD_S)
		find_word(j, MESSAGE_CLAM_REMEDY_TEST, MESSAGE_CLAM_NO_TEST, NULL);
	else if (f->now_s - f->test.time > j->settings->control_test_age)
		find_word(j, MESSAGE_CLAM_REMEDY_TEST, MESSAGE_CLAM_OLD_TEST, age(j, f->test.time));
	else if (f->test.outcome == TEST_MISSED)
		find_word(j, MESSAGE_CLAM_REMEDY_CONF, MESSAGE_CLAM_TEST_MISSED, NULL);
	else if (f->test.outcome == TEST_DETECTED)
		find_word(j, MESSAGE_CLAM_REMEDY_CONF, f->test.folder[0] != '\0' ? MESSAGE_CLAM_TEST_DETECTED : MESSAGE_CLAM_TEST_NOWHERE,
			  f->test.folder[0] != '\0' ? f->test.folder : NULL);
}

static bool is_installed(const struct antivirus_facts *f)
{
	return strcmp(f->units[UNIT_CLAMD].load, "not-found") != 0 || f->clamd_silent == NULL || f->clamd_conf_there;
}

static void judge_clamav(struct judging *j)
{
	const struct antivirus_facts *f = j->facts;

	if (!is_installed(f)) {
		find_word(j, MESSAGE_CLAM_REMEDY_INSTALL, MESSAGE_ANTIVIRUS_ABSENT, ANTIVIRUS_CLAMAV);
		return;
	}
	judge_clamd(j);
	judge_conf(j);
	judge_signatures(j);
	judge_updates(j);
	judge_test(j);
	judge_scan(j);
	if (j->verdict->state == POSTURE_OK)
		control_add_reason(j->verdict, &(struct control_reason){.id = MESSAGE_CLAM_HOLDS,
									.arguments = {age(j, f->on_disk.built_s), age(j, f->scan.ended),
										      antivirus_outcome_name(f->test.outcome), age(j, f->test.time)},
									.count = 4});
}

/* --- other products --- */

static void judge_product(struct judging *j, size_t index)
{
	const struct product *product = product_at(index);
	const struct product_check *unmet;
	char buffer[ARGUMENT_BYTES];
	struct text t;

	if (j->facts->products[index].answer == NULL) {
		const char *silent = j->facts->products[index].silent;

		find(j, MESSAGE_PRODUCT_REMEDY,
		     &(struct control_reason){.id = MESSAGE_PRODUCT_SILENT, .arguments = {product->name, silent != NULL ? silent : "-"}, .count = 2});
		return;
	}
	unmet = product_judge(product, j->facts->products[index].answer, j->facts->products[index].len);
	if (unmet == NULL) {
		control_add_reason(j->verdict, &(struct control_reason){.id = MESSAGE_PRODUCT_HOLDS, .arguments = {product->name}, .count = 1});
		return;
	}
	TEXT_INTO(&t, buffer);
	for (size_t i = 0; unmet->path[i] != NULL; i++)
		text_add_format(&t, "%s%s", i > 0 ? "." : "", unmet->path[i]);
	text_add_format(&t, "%s%s", unmet->path[0] != NULL ? " = " : "", unmet->wanted);
	find(j, MESSAGE_PRODUCT_REMEDY, &(struct control_reason){.id = MESSAGE_PRODUCT_UNMET, .arguments = {product->name, keep(j, &t)}, .count = 2});
}

/* One product is enough. Else the first that is installed tells what it lacks, and where none is, the first of all. */
static struct control_verdict choose(const struct control_verdict *verdicts, const bool *installed, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (verdicts[i].state == POSTURE_OK)
			return verdicts[i];
	for (size_t i = 0; i < count; i++)
		if (installed[i])
			return verdicts[i];
	return verdicts[0];
}

struct control_verdict antivirus_judge(const void *facts, const struct settings *settings, struct arena *arena)
{
	const struct antivirus_facts *f = facts;
	struct control_verdict verdicts[ANTIVIRUS_PRODUCTS_MAX + 1] = {{.state = POSTURE_UNKNOWN}};
	bool installed[ANTIVIRUS_PRODUCTS_MAX + 1] = {false};
	struct judging j = {.facts = f, .settings = settings, .arena = arena,
			    .unit_setting = {.files = &settings->control_unit_files, .now_s = f->now_s, .upgrading = f->upgrading}};
	size_t count = 0;

	if (antivirus_wants(settings, ANTIVIRUS_CLAMAV)) {
		j.verdict = &verdicts[count];
		j.verdict->state = POSTURE_OK;
		installed[count++] = is_installed(f);
		if (f->unreachable == NULL) {
			judge_clamav(&j);
		} else {
			*j.verdict = (struct control_verdict){.state = POSTURE_UNKNOWN, .remedy = {.id = MESSAGE_UNITS_REMEDY_ASK}};
			find_word(&j, MESSAGE_UNITS_REMEDY_ASK, MESSAGE_UNITS_UNREACHABLE, f->unreachable);
			j.verdict->state = POSTURE_UNKNOWN;
		}
	}
	for (size_t i = 0; product_at(i) != NULL && i < ANTIVIRUS_PRODUCTS_MAX; i++) {
		if (!antivirus_wants(settings, product_at(i)->name))
			continue;
		j.verdict = &verdicts[count];
		j.verdict->state = POSTURE_OK;
		installed[count++] = f->products[i].answer != NULL;
		judge_product(&j, i);
	}
	return choose(verdicts, installed, count);
}
