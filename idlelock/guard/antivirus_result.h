/* SPDX-License-Identifier: BSD-2-Clause */
/* What the last scan and the last live test said: two small files of root's below /var/lib/mutex/antivirus. Format only, pure. */
#ifndef GUARD_ANTIVIRUS_RESULT_H
#define GUARD_ANTIVIRUS_RESULT_H

#include "fields.h"

#define ANTIVIRUS_RESULT_BYTES_MAX 2048

enum scan_outcome { SCAN_CUT_OFF, SCAN_COMPLETE, SCAN_OUTCOME_MAX };
struct antivirus_scan {
	int64_t began, ended; /* UTC seconds */
	enum scan_outcome outcome;
	int64_t scanned, unreadable, found;
	char first[200]; /* of those found, escaped */
};

/* What became of the harmless test file, the best last. */
enum test_outcome {
	TEST_MISSED,      /* the scanner took it for harmless, or did not answer */
	TEST_DETECTED,    /* the scanner knows it, but it could be read */
	TEST_QUARANTINED, /* it was taken away at once */
	TEST_PREVENTED,   /* nobody could open it */
	TEST_OUTCOME_MAX
};
struct antivirus_test {
	int64_t time;
	enum test_outcome outcome;
	char folder[200]; /* where it was written, escaped; "" = nowhere: no folder is watched */
};

/* As fields.h; 0 or -EBADMSG. */
int antivirus_scan_read(const char *bytes, size_t len, struct antivirus_scan *ret_scan);
int antivirus_scan_write(const struct antivirus_scan *scan, struct text *t);
int antivirus_test_read(const char *bytes, size_t len, struct antivirus_test *ret_test);
int antivirus_test_write(const struct antivirus_test *test, struct text *t);
const char *antivirus_outcome_name(enum test_outcome outcome);

#endif
