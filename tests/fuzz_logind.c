/* SPDX-License-Identifier: BSD-2-Clause */
/* logind's messages from bytes as they come over the wire: what is read is well formed, and read the same way twice. */
#include <stdlib.h>
#include <string.h>

#include "logind_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, size_t size)
{
	if (memchr(text, '\0', size) == NULL)
		abort();
}

static void check_session(DBusMessage *m)
{
	struct logind_session a = {.uid = 1}, b = {.uid = 1};

	if (logind_read_session(m, &a) != logind_read_session(m, &b) || memcmp(&a, &b, sizeof a) != 0)
		abort();
	check_text(a.seat, sizeof a.seat);
	check_text(a.display, sizeof a.display);
	check_text(a.remote_host, sizeof a.remote_host);
	if ((unsigned)a.type >= SESSION_TYPE_MAX || (unsigned)a.class >= SESSION_CLASS_MAX || a.leader < 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	DBusMessage *m = size > 65536 ? NULL : dbus_message_demarshal((const char *)data, (int)size, NULL);
	struct logind_inhibitor inhibitor;
	struct logind_named named;
	DBusMessageIter rows;
	bool flag;

	if (m == NULL)
		return 0;
	if (logind_begin_list(m, &rows))
		while (logind_next_in_list(&rows, &named))
			check_text(named.id, sizeof named.id);
	if (logind_begin_inhibitors(m, &rows))
		while (logind_next_inhibitor(&rows, &inhibitor))
			check_text(inhibitor.who, sizeof inhibitor.who);
	(void)logind_tells_inhibition(m);
	if (logind_read_named(m, &named) && (named.id[0] == '\0' || strchr(named.id, '/') != NULL))
		abort();
	(void)logind_read_flag(m, &flag);
	check_session(m);
	dbus_message_unref(m);
	return 0;
}
