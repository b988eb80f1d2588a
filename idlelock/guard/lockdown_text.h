/* SPDX-License-Identifier: BSD-2-Clause */
/* The files by which desktops and the system agree with [lock], and which the person at the screen cannot loosen: what each has to hold. Pure.
 *
 * idlelockd locks whatever these say; they keep a desktop's own timer from saying something else, and keep one person's session out of another's
 * hands (AC-2). They hold for all people of the computer, so a desktop's timer is the longest `after` that anybody has: nobody is locked by
 * it before the policy says so. With mode = observe none of them is there. Shapes: facts of dconf(7), kconfig, xfconf, dbus-daemon(1), polkit(8). */
#ifndef GUARD_LOCKDOWN_TEXT_H
#define GUARD_LOCKDOWN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"

struct text;

enum lockdown_way {
	LOCKDOWN_OURS,     /* nobody else has a file of this name */
	LOCKDOWN_REPLACED, /* another may be there: kept aside, put back by remove */
	LOCKDOWN_MERGED,   /* our part of a file that may have others */
	LOCKDOWN_COMPILED  /* made by `dconf update` from those in its folder */
};

/* F(id, path, way, what it is for) */
#define LOCKDOWN_FILES(F) \
	F(DCONF_VALUES, "/etc/dconf/db/mutex.d/00-lock", LOCKDOWN_OURS, "GNOME, MATE, Cinnamon: lock after, at once, and always") \
	F(DCONF_LOCKS, "/etc/dconf/db/mutex.d/locks/00-lock", LOCKDOWN_OURS, "GNOME, MATE, Cinnamon: these settings cannot be changed") \
	F(DCONF_PROFILE, "/etc/dconf/profile/user", LOCKDOWN_MERGED, "GNOME, MATE, Cinnamon: the settings hold for everybody") \
	F(DCONF_DB, "/etc/dconf/db/mutex", LOCKDOWN_COMPILED, "GNOME, MATE, Cinnamon: the same, as dconf reads it") \
	F(DCONF_PEOPLE, "/etc/systemd/system/user-runtime-dir@.service.d/50-mutex-dconf.conf", LOCKDOWN_OURS, \
	  "GNOME, MATE, Cinnamon: whatever DCONF_PROFILE says") \
	F(KDE, "/etc/xdg/kscreenlockerrc", LOCKDOWN_MERGED, "Plasma: lock after, at once, and always; cannot be changed") \
	F(XFCE_SAVER, "/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml", LOCKDOWN_REPLACED, "XFCE: lock after, at once, and always; cannot be changed") \
	F(XFCE_POWER, "/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-power-manager.xml", LOCKDOWN_REPLACED, "XFCE: lock before sleep, no presentation mode") \
	F(LOGIND, "/etc/systemd/logind.conf.d/90-mutex.conf", LOCKDOWN_OURS, "sleep waits until the lock is shown to hold (LK-2)") \
	F(DBUS, "/etc/dbus-1/system.d/mutex-lock.conf", LOCKDOWN_OURS, "only root unlocks a session through logind (AC-2)") \
	F(POLKIT, "/etc/polkit-1/rules.d/20-mutex-lock.rules", LOCKDOWN_OURS, "others' sessions, and our services, are an administrator's matter (AC-2)") \
	F(GUARD, "/etc/polkit-1/rules.d/00-mutex-guard.rules", LOCKDOWN_OURS, "the services that are controls, and the ways to become root, are nobody's but the administrators' (SC-1)") \
	F(MESG, "/etc/profile.d/mutex-mesg.sh", LOCKDOWN_OURS, "nobody writes on another's terminal (AC-2)")

enum lockdown_file {
#define LOCKDOWN_ENUM(id, path, way, what) LOCKDOWN_##id,
	LOCKDOWN_FILES(LOCKDOWN_ENUM)
#undef LOCKDOWN_ENUM
	LOCKDOWN_FILE_MAX
};
const char *lockdown_id(enum lockdown_file file); /* its name below /var/lib/mutex/lockdown */
const char *lockdown_path(enum lockdown_file file);
enum lockdown_way lockdown_way(enum lockdown_file file);
const char *lockdown_what(enum lockdown_file file);
bool lockdown_is_dconf(enum lockdown_file file);
bool lockdown_is_desktops(enum lockdown_file file); /* of no use where no desktop is installed */

/* What the policy asks of them. Zero = that none of them is there. */
struct lockdown_wish {
	bool on; /* [lock] mode = enforce: all but GUARD */
	int64_t after_s, grace_s;
	bool on_suspend;
	bool guard; /* [control self] mode = repair or gate: GUARD */
	struct word_list admins, units; /* of [control auth] and [control units]; the policy's own memory */
};
struct lockdown_wish lockdown_wish_of(const struct policy *policy);
/* That file is asked for. */
bool lockdown_is_wanted(enum lockdown_file file, const struct lockdown_wish *wish);

#define LOCKDOWN_BYTES_MAX (64 * 1024)

/* What the file has to hold, given what it holds now (NULL = it is not there); an empty text = it should not be there. Made of its own result it
 * gives the same. Not for COMPILED. 0; -EOVERFLOW when t is too small. */
int lockdown_make(enum lockdown_file file, const struct lockdown_wish *wish, const char *now, size_t len, struct text *t);

/* The bytes have something in them that only mutexctl writes. */
bool lockdown_is_ours(const char *bytes, size_t len);

#endif
