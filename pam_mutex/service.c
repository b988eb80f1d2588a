/* SPDX-License-Identifier: BSD-2-Clause */
/* The PAM services that Debian's packages bring, as rows. */
#include "service.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* What the columns of a row say besides its kind. */
#define NOTHING .network = false
#define NETWORK .network = true
#define ONCE .asks_once = true
#define SEAT .seat = true
#define JOB .job = true

/* S(name, kind, what else holds) */
#define SERVICES(S) \
	/* terminals and the network's logins */ \
	S("login", LOGIN, NOTHING) \
	S("remote", LOGIN, NETWORK) \
	S("sshd", LOGIN, NETWORK) \
	S("rlogin", LOGIN, NETWORK) \
	S("rsh", LOGIN, NETWORK, ONCE) \
	S("telnet", LOGIN, NETWORK) \
	S("xrdp-sesman", LOGIN, NETWORK, ONCE) \
	S("cockpit", LOGIN, NETWORK) \
	S("webmin", LOGIN, NETWORK) \
	S("openvpn", LOGIN, NETWORK, ONCE) \
	S("ocserv", LOGIN, NETWORK) \
	S("strongswan", LOGIN, NETWORK, ONCE) \
	S("pluto", LOGIN, NETWORK, ONCE) \
	S("ppp", LOGIN, NETWORK, ONCE) \
	S("radiusd", LOGIN, NETWORK, ONCE) \
	S("tigervnc", LOGIN, NETWORK, ONCE) \
	S("vsftpd", LOGIN, NETWORK, ONCE) \
	S("proftpd", LOGIN, NETWORK, ONCE) \
	S("pure-ftpd", LOGIN, NETWORK, ONCE) \
	S("ftp", LOGIN, NETWORK, ONCE) \
	S("dovecot", LOGIN, NETWORK, ONCE) \
	S("courier", LOGIN, NETWORK, ONCE) \
	S("imap", LOGIN, NETWORK, ONCE) \
	S("pop3", LOGIN, NETWORK, ONCE) \
	S("smtp", LOGIN, NETWORK, ONCE) \
	S("samba", LOGIN, NETWORK, ONCE) \
	S("netatalk", LOGIN, NETWORK, ONCE) \
	S("cups", LOGIN, NETWORK, ONCE) \
	S("squid", LOGIN, NETWORK, ONCE) \
	S("nginx", LOGIN, NETWORK, ONCE) \
	S("apache2", LOGIN, NETWORK, ONCE) \
	/* login screens */ \
	S("lightdm", LOGIN, SEAT) \
	S("lightdm-greeter", GREETER, SEAT) \
	S("lightdm-autologin", GREETER, SEAT) \
	S("gdm", LOGIN, SEAT) \
	S("gdm-password", LOGIN, SEAT) \
	S("gdm-fingerprint", LOGIN, SEAT) \
	S("gdm-smartcard", LOGIN, SEAT) \
	S("gdm-smartcard-pkcs11-exclusive", LOGIN, SEAT) \
	S("gdm-smartcard-sssd-exclusive", LOGIN, SEAT) \
	S("gdm-smartcard-sssd-or-password", LOGIN, SEAT) \
	S("gdm-autologin", GREETER, SEAT) \
	S("gdm-launch-environment", GREETER, SEAT) \
	S("sddm", LOGIN, SEAT) \
	S("sddm-greeter", GREETER, SEAT) \
	S("sddm-autologin", GREETER, SEAT) \
	S("xdm", LOGIN, SEAT) \
	S("wdm", LOGIN, SEAT) \
	S("lxdm", LOGIN, SEAT) \
	S("slim", LOGIN, SEAT) \
	S("ly", LOGIN, SEAT) \
	S("greetd", LOGIN, SEAT) \
	S("greetd-greeter", GREETER, SEAT) \
	S("nodm", GREETER, SEAT) \
	/* screen lockers; xsecurelock runs the service "common-auth" on Debian */ \
	S("kde", LOCKER, ONCE) \
	S("kde-fingerprint", LOCKER, ONCE) \
	S("kde-smartcard", LOCKER, ONCE) \
	S("kscreenlocker", LOCKER, ONCE) \
	S("i3lock", LOCKER, ONCE) \
	S("i3lock-color", LOCKER, ONCE) \
	S("swaylock", LOCKER, ONCE) \
	S("waylock", LOCKER, ONCE) \
	S("hyprlock", LOCKER, ONCE) \
	S("gtklock", LOCKER, ONCE) \
	S("xsecurelock", LOCKER, NOTHING) \
	S("common-auth", LOCKER, NOTHING) \
	S("xscreensaver", LOCKER, NOTHING) \
	S("cinnamon-screensaver", LOCKER, NOTHING) \
	S("mate-screensaver", LOCKER, NOTHING) \
	S("gnome-screensaver", LOCKER, NOTHING) \
	S("xfce4-screensaver", LOCKER, NOTHING) \
	S("ukui-screensaver-qt", LOCKER, NOTHING) \
	S("light-locker", LOCKER, NOTHING) \
	S("physlock", LOCKER, ONCE) \
	S("vlock", LOCKER, NOTHING) \
	S("xlock", LOCKER, ONCE) \
	S("screen", LOCKER, ONCE) \
	S("mutex-verify", LOCKER, NOTHING) \
	/* into another account */ \
	S("su", SU, NOTHING) \
	S("su-l", SU, NOTHING) \
	S("runuser", SU, NOTHING) \
	S("runuser-l", SU, NOTHING) \
	S("sudo", SUDO, NOTHING) \
	S("sudo-i", SUDO, NOTHING) \
	S("doas", SUDO, NOTHING) \
	S("polkit-1", POLKIT, NOTHING) \
	/* nobody sits there */ \
	S("cron", ACCOUNT_ONLY, JOB) \
	S("crond", ACCOUNT_ONLY, JOB) \
	S("atd", ACCOUNT_ONLY, JOB) \
	S("systemd-user", ACCOUNT_ONLY, JOB) \
	/* tools that change an account */ \
	S("passwd", ACCOUNT_ONLY, NOTHING) \
	S("chfn", ACCOUNT_ONLY, NOTHING) \
	S("chsh", ACCOUNT_ONLY, NOTHING) \
	S("chage", ACCOUNT_ONLY, NOTHING) \
	S("chpasswd", ACCOUNT_ONLY, NOTHING) \
	S("chgpasswd", ACCOUNT_ONLY, NOTHING) \
	S("newusers", ACCOUNT_ONLY, NOTHING) \
	S("newgrp", ACCOUNT_ONLY, NOTHING) \
	S("gpasswd", ACCOUNT_ONLY, NOTHING) \
	S("groupmems", ACCOUNT_ONLY, NOTHING) \
	S("groupadd", ACCOUNT_ONLY, NOTHING) \
	S("groupdel", ACCOUNT_ONLY, NOTHING) \
	S("groupmod", ACCOUNT_ONLY, NOTHING) \
	S("useradd", ACCOUNT_ONLY, NOTHING) \
	S("userdel", ACCOUNT_ONLY, NOTHING) \
	S("usermod", ACCOUNT_ONLY, NOTHING)

static const struct row {
	const char *name;
	struct service service;
} ROWS[] = {
#define SERVICE_ROW(name_, kind_, ...) {.name = (name_), .service = {.kind = SERVICE_##kind_, __VA_ARGS__}},
	SERVICES(SERVICE_ROW)
#undef SERVICE_ROW
};
#define ROW_COUNT (sizeof ROWS / sizeof ROWS[0])

static const char *const KIND_NAMES[] = {
	[SERVICE_LOGIN] = "login", [SERVICE_GREETER] = "greeter", [SERVICE_LOCKER] = "locker",
	[SERVICE_SU] = "su",       [SERVICE_SUDO] = "sudo",       [SERVICE_POLKIT] = "polkit",
	[SERVICE_ACCOUNT_ONLY] = "account-only",
};
static_assert(sizeof KIND_NAMES / sizeof KIND_NAMES[0] == SERVICE_KIND_MAX, "each kind has its name");

struct service service_of(const char *name, const struct settings *settings)
{
	struct service service = {.kind = SERVICE_LOGIN};

	for (size_t i = 0; i < ROW_COUNT; i++)
		if (strcmp(ROWS[i].name, name) == 0)
			service = ROWS[i].service;
	/* The choices of [service] kind are "auto" and then the kinds in their order; a test compares them. */
	if (settings->service_kind > 0 && settings->service_kind <= SERVICE_KIND_MAX)
		service.kind = (enum service_kind)(settings->service_kind - 1);
	if (settings->service_side != SERVICE_SIDE_AUTO)
		service.network = settings->service_side == SERVICE_SIDE_REMOTE;
	return service;
}

const char *service_believed(const struct policy *policy, const char *claimed)
{
	struct settings settings;

	policy_resolve_for(policy, NULL, &(struct policy_names){.service = claimed}, &settings);
	return claimed[0] != '\0' && service_of(claimed, &settings).kind == SERVICE_LOCKER ? claimed : SERVICE_VERIFIER;
}

const char *service_kind_name(enum service_kind kind)
{
	return (unsigned)kind < SERVICE_KIND_MAX ? KIND_NAMES[kind] : NULL;
}

const char *service_row_name(size_t index)
{
	return index < ROW_COUNT ? ROWS[index].name : NULL;
}
