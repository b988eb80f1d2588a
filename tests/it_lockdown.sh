#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# shellcheck disable=SC2317,SC2015,SC2086 # lists of words; rows are called by row()
# The desktops' own settings, logind, D-Bus, polkit and terminals: written by mutexctl apply below a root of its own, compared by check --system,
# taken away by remove. Real dconf, real dbus-daemon. Needs no root.
set -uo pipefail
TOP=${TOP:-$(cd "$(dirname "$0")/.." && pwd)}
BUILD=$(realpath -m "${BUILD:-$TOP/build/release}")
# shellcheck source=tests/lib_apply.sh
. "$TOP/tests/lib_apply.sh"
# shellcheck source=tests/lib_need.sh
. "$TOP/tests/lib_need.sh"
need dconf dbus-daemon
need_python dbusmock
umask 022

desktop_files='etc/dconf/db/mutex.d/00-lock etc/dconf/db/mutex.d/locks/00-lock etc/dconf/profile/user etc/dconf/db/mutex etc/xdg/kscreenlockerrc
	etc/systemd/system/user-runtime-dir@.service.d/50-mutex-dconf.conf
	etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-power-manager.xml'
system_files='etc/systemd/logind.conf.d/90-mutex.conf etc/dbus-1/system.d/mutex-lock.conf etc/polkit-1/rules.d/20-mutex-lock.rules
	etc/profile.d/mutex-mesg.sh'
catcher=
stop_catcher() { [ -z "$catcher" ] || { exec 8>&-; wait "$catcher"; catcher=; } 2>/dev/null; }
trap 'stop_catcher; rm -rf "$work"' EXIT

# A root with a desktop and the files of an administrator who was there first.
with_desktop() {
	fresh
	mkdir -p "$root"/usr/share/xsessions "$root"/etc/dconf/profile "$root"/etc/xdg/xfce4/xfconf/xfce-perchannel-xml
	printf 'user-db:user\nsystem-db:site' >"$root/etc/dconf/profile/user"
	printf '[Daemon]\nTimeout=60\n[Greeter]\nTheme=x\n' >"$root/etc/xdg/kscreenlockerrc"
	chmod 0640 "$root/etc/xdg/kscreenlockerrc"
	echo '<channel/>' >"$root/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/xfce4-screensaver.xml"
}
there() { local file; for file; do [ -s "$root/$file" ] || { echo "missing: $file"; return 1; }; done; }
not_there() { local file; for file; do [ ! -e "$root/$file" ] || { echo "there: $file"; return 1; }; done; }
sum_settings() { (cd "$root" && find etc/dconf etc/xdg etc/systemd etc/dbus-1 etc/polkit-1 etc/profile.d -type f -printf '%m %p ' -exec md5sum {} \; 2>/dev/null | sort); }
checks() { expect "$1" run check --system; }

dry_run() {
	with_desktop
	sum_all "$root" >"$work/all"
	expect 0 run apply --dry-run && diff "$work/all" <(sum_all "$root") && has "$said" "$root/etc/xdg/kscreenlockerrc: not there yet" 'AC-2'
}

no_desktop() {
	fresh
	# shellcheck disable=SC2086 # lists of words
	expect 0 run apply --yes && there $system_files && not_there $desktop_files && checks 0 && has "$said" 'system: 0 files'
}

all_files() {
	with_desktop
	sum_settings >"$work/settings"
	checks 1 && has "$said" '"mutexctl apply" puts them right' || return 1
	# shellcheck disable=SC2086
	expect 0 run apply --yes && there $system_files $desktop_files && checks 0 || return 1
	[ "$(stat -c %a "$root/etc/xdg/kscreenlockerrc") $(stat -c %a "$root/etc/dconf/db/mutex")" = '640 644' ] && grep -qx 'Theme=x' "$root/etc/xdg/kscreenlockerrc"
}

again() {
	sum_all "$root" >"$work/all"
	expect 0 run apply --yes || return 1
	diff <(grep -v 'var/lib/mutex/[^l]' "$work/all") <(sum_all "$root" | grep -v 'var/lib/mutex/[^l]')
}

# As a desktop would read it: the database by itself, since dconf knows no other root.
read_by_dconf() {
	printf 'user-db:user\nfile-db:%s\n' "$root/etc/dconf/db/mutex" >"$work/profile"
	export DCONF_PROFILE=$work/profile XDG_CONFIG_HOME=$work/config XDG_RUNTIME_DIR=$work/run
	mkdir -p "$work/run"
	[ "$(dconf read /org/gnome/desktop/session/idle-delay)" = 'uint32 300' ] && [ "$(dconf read /org/mate/desktop/session/idle-delay)" = 5 ] &&
		[ "$(dconf read /org/cinnamon/desktop/screensaver/lock-enabled)" = true ] && [ "$(dconf list-locks / | wc -l)" -eq 16 ] || return 1
	! dbus-run-session -- dconf write /org/gnome/desktop/session/idle-delay 'uint32 0' 2>"$work/refused" && grep -q 'non-writable' "$work/refused"
	local refused=$?
	unset DCONF_PROFILE XDG_CONFIG_HOME XDG_RUNTIME_DIR
	return "$refused"
}

in_json() {
	expect 0 run check --system --json || return 1
	/usr/bin/python3 -c 'import json, sys
rows = json.load(sys.stdin)["system"]
sys.exit(0 if len(rows) == 13 and {r["standing"] for r in rows} == {"fine"} else 1)' <<<"$said"
}

# Each file in turn: changed, found, put right, recorded.
start_catcher() {
	mkdir -p "$root/run/systemd/journal"
	mkfifo "$work/hold"
	"$BUILD/tests/catch_records" "$root/run/systemd/journal/socket" <"$work/hold" >"$work/records" &
	catcher=$!
	exec 8>"$work/hold"
	wait_until 10 test -S "$root/run/systemd/journal/socket"
}
settings_alone() {
	with_desktop
	sum_settings >"$work/settings"
	expect 0 run apply --settings --yes && has "$said" 'lines are off' && diff "$work/settings" <(sum_settings) || return 1
	expect 0 run apply --yes && sum_settings >"$work/applied" && echo >"$root/etc/polkit-1/rules.d/20-mutex-lock.rules" || return 1
	expect 0 run apply --settings --dry-run && has "$said" 'was changed since' && ! diff "$work/applied" <(sum_settings) >/dev/null || return 1
	expect 0 run apply --settings --yes && diff "$work/applied" <(sum_settings)
}
each_is_watched() {
	expect 0 run check --system --json || return 1
	diff <(/usr/bin/python3 -c 'import json, sys
for row in json.load(sys.stdin)["system"]: print("PathChanged=" + row["path"])' <<<"$said" | sort) \
		<(grep ^PathChanged "$TOP/conf/systemd/idlelock-settings.path" | sort)
}
drift() {
	local file
	start_catcher || return 1
	sum_settings >"$work/applied"
	for file in $system_files $desktop_files; do
		case $file in
		*/profile/user) sed -i /mutex/d "$root/$file" ;;
		*/kscreenlockerrc) sed -i 's/^Timeout=.*/Timeout=600/' "$root/$file" ;;
		*/db/mutex) echo x >>"$root/$file" ;;
		*) printf '# changed\n' >>"$root/$file" ;;
		esac
		checks 1 && has "$said" "$root/$file: " && expect 0 run apply --yes && checks 0 || { echo "$file"; return 1; }
	done
	rm "$root/etc/dbus-1/system.d/mutex-lock.conf"
	checks 1 && has "$said" 'mutex-lock.conf: was changed since' && expect 0 run apply --yes && diff "$work/applied" <(sum_settings) || return 1
	wait_until 10 grep -q 'settings-drift.*mutex-lock.conf\|mutex-lock.conf.*settings-drift' "$work/records"
}

new_policy() {
	printf '[lock]\nafter = 2min\n[users alice]\nlock.after = 4min\n' >>"$root/etc/mutex/policy.conf"
	checks 1 && has "$said" 'kscreenlockerrc: says what the policy said before' && has_not "$said" 'was changed since' &&
		expect 0 run apply --yes && checks 0 && grep -qx 'Timeout=4' "$root/etc/xdg/kscreenlockerrc"
}

observe() {
	printf '[lock]\nmode = observe\nobserve_until = 2999-01-01\n' >"$root/etc/mutex/policy.conf"
	checks 1 && has "$said" 'though the policy does not ask for it' && expect 0 run apply --yes && checks 0 && diff "$work/settings" <(sum_settings)
}

removed() {
	with_desktop
	expect 0 run apply --yes && expect 0 run remove --yes && diff "$work/settings" <(sum_settings) && unchanged "$work/before" &&
		not_there etc/dconf/db/mutex.d var/lib/mutex/lockdown
}

removed_after_change() {
	with_desktop
	expect 0 run apply --yes || return 1
	printf '[Other]\na=1\n' >>"$root/etc/xdg/kscreenlockerrc"
	expect 0 run remove --yes && [ "$(cat "$root/etc/xdg/kscreenlockerrc")" = '[Greeter]
Theme=x
[Other]
a=1' ]
}

# As the packages do when they go, state and all.
removed_by_package() {
	with_desktop
	expect 0 run apply --yes && expect 2 run remove --settings && expect 0 run remove --settings --yes && diff "$work/settings" <(sum_settings) && is_on || return 1
	expect 0 run apply --yes && rm -r "$root/var/lib/mutex" && expect 0 run remove --settings --yes && not_there $system_files etc/dconf/db/mutex etc/dconf/db/mutex.d &&
		not_there var/lib/mutex && ! grep -r 'mutex' "$root/etc/dconf" "$root/etc/xdg"
}

linked() {
	with_desktop
	echo precious >"$work/precious"
	ln -sf "$work/precious" "$root/etc/xdg/kscreenlockerrc"
	expect 2 run apply --yes && has "$said" 'kscreenlockerrc cannot be written: it is a link' && [ "$(cat "$work/precious")" = precious ] &&
		there etc/dbus-1/system.d/mutex-lock.conf && checks 1
}

with_confirm() {
	with_desktop
	expect 0 run apply --yes --confirm 1h && diff "$work/settings" <(sum_settings) && expect 0 run remove --yes
}

# Programs of desktops that were told to read other settings; as /proc shows them.
process() { # PID PROGRAM WORD...
	mkdir -p "$root/proc/$1"
	ln -sfn "/usr/bin/$2" "$root/proc/$1/exe"
	printf '%s\0' HOME=/home/a "${@:3}" >"$root/proc/$1/environ"
}
dodgers() {
	with_desktop
	expect 0 run apply --yes || return 1
	start_catcher || return 1
	process 11 gnome-shell DCONF_PROFILE=user XDG_CONFIG_DIRS=/home/a/x:/etc/xdg/ GSETTINGS_BACKEND=dconf
	process 12 python3 DCONF_PROFILE=/home/a/x GSETTINGS_BACKEND=memory XDG_CONFIG_DIRS=/home/a/x
	checks 0 && has_not "$said" 'other settings' || return 1
	process 13 gnome-shell 'DCONF_PROFILE=/home/a/x'
	checks 1 && has "$said" 'gnome-shell (13) reads other settings than the system'"'"'s: DCONF_PROFILE=/home/a/x' || return 1
	mkdir -p "$root/run/dconf/user" && ln -s "$root/etc/dconf/profile/user" "$root/run/dconf/user/$(id -u)"
	checks 0 || return 1
	process 13 mate-screensaver GSETTINGS_BACKEND=memory
	checks 1 && has "$said" 'mate-screensaver (13)' 'GSETTINGS_BACKEND=memory' || return 1
	process 13 xfce4-screensaver 'XDG_CONFIG_DIRS=/etc/xdgx:/home/a'
	checks 1 && has "$said" 'xfce4-screensaver (13)' 'XDG_CONFIG_DIRS=/etc/xdgx:/home/a' || return 1
	expect 1 run check --system --json && /usr/bin/python3 -c 'import json,sys
sys.exit([(r["pid"], r["program"]) for r in json.load(sys.stdin)["environment"]] != [(13, "xfce4-screensaver")])' <<<"$said" || return 1
	wait_until 10 grep -q 'DCONF_PROFILE=/home/a/x' "$work/records"
}

# The policy for the bus holds in a real one, whatever order its rules stand in.
bus_policy() {
	with_desktop
	expect 0 run apply --yes || return 1
	cat >"$work/bus.conf" <<-END
		<busconfig><type>session</type><listen>unix:path=$work/bus</listen><auth>EXTERNAL</auth>
		<policy context="default"><allow own="*"/><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow user="*"/>
		<allow send_destination="org.freedesktop.login1" send_interface="org.freedesktop.login1.Session" send_member="Unlock"/></policy>
		<include>$root/etc/dbus-1/system.d/mutex-lock.conf</include></busconfig>
	END
	dbus-daemon --config-file="$work/bus.conf" --nofork 2>"$work/bus.said" &
	local bus=$! logind result=1
	wait_until 10 test -S "$work/bus"
	DBUS_SESSION_BUS_ADDRESS=unix:path=$work/bus /usr/bin/python3 -m dbusmock --session org.freedesktop.login1 /x org.freedesktop.login1.Session &
	logind=$!
	wait_until 10 has_logind && ask_bus && result=0
	kill "$logind" "$bus"
	wait "$logind" "$bus" 2>/dev/null
	return "$result"
}
ask() { dbus-send --bus="unix:path=$work/bus" --print-reply --dest=org.freedesktop.login1 /x "$1" 2>&1; }
has_logind() { ask org.freedesktop.DBus.Introspectable.Introspect | grep -q '<node'; }
ask_bus() {
	local denied='AccessDenied' other='UnknownMethod'
	[ "$(id -u)" -ne 0 ] || denied=$other # root may
	has "$(ask org.freedesktop.login1.Session.Unlock)" "$denied" && has "$(ask org.freedesktop.login1.Manager.UnlockSession)" "$denied" &&
		has "$(ask org.freedesktop.login1.Manager.UnlockSessions)" "$denied" && has "$(ask org.freedesktop.login1.Session.Lock)" "$other"
}

others_can_read() {
	sh -eu -c ". '$root/etc/profile.d/mutex-mesg.sh'" </dev/null && /usr/bin/python3 -c 'import sys, xml.dom.minidom
for name in sys.argv[1:]: xml.dom.minidom.parse(name)' "$root"/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/*.xml "$root/etc/dbus-1/system.d/mutex-lock.conf"
}

row 'a dry run tells and changes nothing' dry_run || failed=1
row 'without a desktop the system only' no_desktop || failed=1
row 'all files are written' all_files || failed=1
row 'a second apply changes nothing' again || failed=1
row 'dconf reads values and locks, and refuses others' read_by_dconf || failed=1
row 'as JSON' in_json || failed=1
row 'each of them is watched' each_is_watched || failed=1
row 'drift is found, put right and recorded' drift || failed=1
row 'the settings alone are put right' settings_alone || failed=1
row 'a new policy is no drift' new_policy || failed=1
row 'observe takes them away' observe || failed=1
row 'remove restores what was before' removed || failed=1
row 'but keeps what came since' removed_after_change || failed=1
row 'a package takes them away' removed_by_package || failed=1
row 'a link is not followed' linked || failed=1
row 'with --confirm nothing yet' with_confirm || failed=1
row 'who reads other settings is found and recorded' dodgers || failed=1
row 'only root unlocks by the bus' bus_policy || failed=1
row 'others can read our files' others_can_read || failed=1
row "this machine's own files are untouched" machine_untouched || failed=1
exit $failed
