/* SPDX-License-Identifier: BSD-2-Clause */
/* Control "antivirus" (AV-1, AV-2, AV-3): one of the products that the policy names is there, detects and prevents or quarantines, is up to date and
 * stays so, scans periodically, and has shown lately that it works. Detecting alone violates it.
 *
 * ClamAV is judged by clamd's own answers, its signatures, its configuration, its units, and by the results of "mutexctl antivirus scan" and "test";
 * other products by what their own program says (antivirus_product.h). */
#ifndef GUARD_ANTIVIRUS_H
#define GUARD_ANTIVIRUS_H

#include "antivirus_product.h"
#include "antivirus_result.h"
#include "clam_text.h"
#include "unit.h"

#define ANTIVIRUS_CLAMAV "clamav"
#define ANTIVIRUS_CLAMD_CONF "/etc/clamav/clamd.conf"
#define ANTIVIRUS_FRESHCLAM_CONF "/etc/clamav/freshclam.conf"
#define ANTIVIRUS_DATABASE "/var/lib/clamav"
#define ANTIVIRUS_SOCKET "/run/clamav/clamd.ctl"
#define ANTIVIRUS_CRON "/etc/cron.d/clamav-freshclam"
#define ANTIVIRUS_PRODUCTS_MAX 8

enum antivirus_unit { UNIT_CLAMD, UNIT_ON_ACCESS, UNIT_UPDATER, UNIT_UPDATE_TIMER, UNIT_SCAN_TIMER, UNIT_TEST_TIMER, ANTIVIRUS_UNIT_MAX };
/* The unit's name. */
const char *antivirus_unit_name(enum antivirus_unit unit);

struct antivirus_facts {
	int64_t now_s;
	bool upgrading;
	const char *unreachable; /* why systemd did not answer; NULL = it did */
	struct unit units[ANTIVIRUS_UNIT_MAX];

	const char *clamd_silent;      /* why clamd does not answer; NULL = it does */
	struct clam_header loaded;     /* the signatures that clamd says it has; version 0 = it does not say */
	struct clam_header on_disk;    /* the daily ones; version 0 = there are none */
	bool clamd_conf_there, freshclam_conf_there;
	struct clam_conf clamd_conf, freshclam_conf;
	bool update_cron;              /* freshclam is run by cron */
	bool watches;                  /* clamonacc holds a fanotify descriptor */
	bool moves;                    /* it was told to move or remove what it finds */
	bool scan_there, test_there;
	struct antivirus_scan scan;
	struct antivirus_test test;

	/* Other products, by product_at(). answer NULL: silent says why. */
	struct {
		const char *answer, *silent;
		size_t len;
	} products[ANTIVIRUS_PRODUCTS_MAX];
};

bool antivirus_wants(const struct settings *settings, const char *product);

int antivirus_probe(const struct control_scene *scene, struct arena *arena, const void **ret_facts); /* shell */
struct control_verdict antivirus_judge(const void *facts, const struct settings *settings, struct arena *arena);
void antivirus_watch(const struct settings *settings, struct arena *arena, struct control_watches *watches);
void antivirus_repair(const void *facts, const struct settings *settings, struct arena *arena, struct control_repair *repair);

/* A line of clamd.conf that switches a part of the scanner off or leaves files out, and is not in `exclusions`; NULL = there is none. */
const struct clam_option *antivirus_loosened(const struct clam_conf *conf, const struct settings *settings);

#endif
