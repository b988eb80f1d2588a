#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The controls auth and self, and what polkit refuses, inside a booted container, as root, where the product is on: planted changes are told by their
# place, and taken back they are not told any more. Prints rows. Usage: rows_guard_self.sh PREFIX. Makes gus and gil, and the group itadmin of gil.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/bed/row.sh
. "$here/row.sh"
# shellcheck source=tests/bed/person.sh
. "$here/person.sh"
prefix=$1

password='copper lantern yogurt salsa'
policy=/etc/mutex/policy.d/93-bed-self.conf
rules=/etc/polkit-1/rules.d

# self only observes at first, so that what is planted is still there when it is looked for; the rules of polkit come with repair.
self="mode = observe\nobserve_until = 2037-01-01"
demand() { # LINE...: the policy of the rows that follow; what other rows left in sudoers and sshd is known
	{
		printf "[control self]\\n$self\\n[control auth]\\nmode = repair\\n"
		[ -z "$(known)" ] || printf 'accept = %s\n' "$(known)"
		printf '%s\n' "$@"
	} >$policy
	mutexctl check && mutexctl apply --yes --accept
}
known() {
	find /etc/sudoers.d /etc/ssh/sshd_config.d -type f ! -name '50-mutex.conf' ! -name README ! -name 'bed-self*' | paste -sd, | sed 's/,/, /g'
}

prepare() {
	local user
	for user in gus gil; do
		useradd --create-home --shell /bin/bash $user || return 1
		echo "$user:$password" | chpasswd || return 1
	done
	groupadd --force itadmin && usermod -aG itadmin gil
	demand 'admins = @itadmin, @sudo'
}

# What a control says now: its line, its reasons, its remedy.
says() { # CONTROL
	mutexctl check --system | awk -v name="$1" '$0 ~ "^" name " \\(" { on = 1; print; next } on && /^(- |  )/ { print; next } { on = 0 }'
}
fine() { # CONTROL
	has "$(says "$1")" "): ok;"
}
told() { # CONTROL WORDS
	has "$(says "$1")" "): violated;" "$2"
}

# Planted, told by its place, taken back, fine again.
planted() { # CONTROL WORDS FILE LINE...
	local control=$1 words=$2 file=$3 kept=
	shift 3
	[ ! -e "$file" ] || kept=$(mktemp) && [ -z "$kept" ] || cp -p "$file" "$kept"
	mkdir -p "$(dirname "$file")"
	printf '%s\n' "$@" >"$file"
	told "$control" "$words" || return 1
	if [ -n "$kept" ]; then cp -p "$kept" "$file"; else rm "$file"; fi
	fine "$control"
}

row "$prefix-prepare" prepare || exit 1
row "$prefix-auth-fine" fine auth
row "$prefix-self-fine" fine self

# --- auth: ways in that somebody opened -----------------------------------------------------------------------------
row "$prefix-nopasswd" planted auth '/etc/sudoers.d/bed-self:2: sudo asks gus for no password' /etc/sudoers.d/bed-self '# x' 'gus ALL=(ALL) NOPASSWD: ALL'
row "$prefix-cloud-init" planted auth '/etc/sudoers.d/90-cloud-init-users:1: sudo asks debian' /etc/sudoers.d/90-cloud-init-users 'debian ALL=(ALL) NOPASSWD:ALL'
row "$prefix-all-of-nobody-named" planted auth '/etc/sudoers.d/bed-self:1: gus may do everything' /etc/sudoers.d/bed-self 'gus ALL=(ALL) ALL'
row "$prefix-no-authentication" planted auth '"!authenticate" makes sudo ask less' /etc/sudoers.d/bed-self 'Defaults:gus !authenticate'
row "$prefix-asked-once-for-ever" planted auth '"timestamp_timeout=-1" makes sudo ask less' /etc/sudoers.d/bed-self 'Defaults timestamp_timeout=-1'
row "$prefix-sudo-past-the-gate" planted auth '"!pam_acct_mgmt" makes sudo ask less' /etc/sudoers.d/bed-self 'Defaults !pam_acct_mgmt'
row "$prefix-ssh-root" planted auth '/etc/ssh/sshd_config.d/bed-self.conf:1: "PermitRootLogin yes"' /etc/ssh/sshd_config.d/bed-self.conf 'PermitRootLogin yes'
row "$prefix-ssh-empty-in-a-block" planted auth 'bed-self.conf:2: "PermitEmptyPasswords yes"' /etc/ssh/sshd_config.d/bed-self.conf 'Match User gus' ' PermitEmptyPasswords yes'
row "$prefix-ssh-without-pam" planted auth '"UsePAM no"' /etc/ssh/sshd_config.d/00-bed-self.conf 'UsePAM no'
row "$prefix-polkit-everything" planted auth "$rules/49-bed.rules:1: this rule of polkit grants any action" $rules/49-bed.rules \
	'polkit.addRule(function(a, s) { if (s.isInGroup("gus")) return polkit.Result.YES; });'
row "$prefix-polkit-units" planted auth 'grants org.freedesktop.systemd1.manage-units' $rules/49-bed.rules \
	'polkit.addRule(function(a, s) { if (a.id == "org.freedesktop.systemd1.manage-units") return polkit.Result.YES; });'
row "$prefix-polkit-before-ours" planted auth "$rules/00-bed.rules is asked by polkit before" $rules/00-bed.rules 'polkit.addRule(function(a, s) { });'
row "$prefix-automatic-login" planted auth '/etc/lightdm/lightdm.conf.d/bed.conf:2: lightdm lets somebody in' /etc/lightdm/lightdm.conf.d/bed.conf '[Seat:*]' 'autologin-user=gus'
row "$prefix-next-start-as-a-shell" planted auth 'the kernel is started with "init=/bin/sh"' /etc/default/grub.d/bed.cfg 'GRUB_CMDLINE_LINUX="quiet init=/bin/sh"'
row "$prefix-next-start-masked" planted auth '"systemd.mask=idlelockd.service"' /etc/default/grub.d/bed.cfg 'GRUB_CMDLINE_LINUX="systemd.mask=idlelockd.service"'
row "$prefix-pam-service-open" planted auth 'PAM service bed-open lets somebody in' /etc/pam.d/bed-open 'auth sufficient pam_permit.so' 'account required pam_permit.so'
row "$prefix-root-key" planted auth '/root/.ssh/authorized_keys: the ssh keys of root' /root/.ssh/authorized_keys 'ssh-ed25519 AAAA bed'

own_key() {
	as gus sh -c 'mkdir -p -m 0700 ~/.ssh && echo "ssh-ed25519 AAAA gus" >~/.ssh/authorized_keys' || return 1
	has "$(says auth)" '): ok;' '/home/gus/.ssh/authorized_keys: the ssh keys of gus' || return 1
	rm /home/gus/.ssh/authorized_keys
}
row "$prefix-a-persons-own-key-is-told-only" own_key

hash='$y$j9T$5HVjJ7cHnhuoUpbHXK8A40$oZu7RRTbI8kBhZ5Ei/j7eLvEaRpa.OMkSDcHmB9dlZ0'
password_is() { # HOW WORDS: a hash set past the rules is told; accepted it is not
	case $1 in
	usermod) usermod -p "$hash" gus ;;
	chpasswd) echo "gus:$hash." | chpasswd -e ;;
	passwd) passwd -d gus ;;
	esac
	told auth "$2" || return 1
	usermod -p "$hash" gus && mutexctl apply --yes --accept && fine auth
}
row "$prefix-usermod-p" password_is usermod 'The password of gus was set past the rules'
row "$prefix-chpasswd-e" password_is chpasswd 'The password of gus was set past the rules'
row "$prefix-passwd-d" password_is passwd 'gus has an empty password'
proper_change() {
	echo "gus:velvet otter parade cactus" | chpasswd && fine auth
}
row "$prefix-a-proper-change-is-fine" proper_change
after_it_on_the_same_day() { # mutex-guardd has seen the proper one
	local digest n
	digest=$(getent shadow gus | cut -d: -f2 | tr -d '\n' | sha256sum | cut -d' ' -f1)
	for ((n = 0; n < 100; n++)); do
		! grep -qx "password $digest gus" /var/lib/mutex/seen || break
		sleep 0.1
	done
	usermod -p "$hash-" gus && told auth 'The password of gus was set past the rules' && mutexctl apply --yes --accept && fine auth
}
row "$prefix-usermod-p-on-the-same-day" after_it_on_the_same_day

# --- self: parts of ours --------------------------------------------------------------------------------------------
row "$prefix-drop-in" planted self '/etc/systemd/system/mutex-verify@.service.d/x.conf changes a service' /etc/systemd/system/mutex-verify@.service.d/x.conf '[Service]' 'ExecStart='
program_changed() {
	local kept
	kept=$(mktemp)
	cp -p /usr/libexec/mutex-factor "$kept"
	echo x >>/usr/libexec/mutex-factor
	told self '/usr/libexec/mutex-factor, which is part of our packages, was changed' || return 1
	rm /usr/libexec/mutex-factor
	told self '/usr/libexec/mutex-factor, which is part of our packages, is not there' || return 1
	cp -p "$kept" /usr/libexec/mutex-factor && fine self
}
row "$prefix-program-changed" program_changed
stopped() { # VERB UNIT WORDS
	systemctl "$1" --quiet "$2"
	told self "$3" || return 1
	# A socket that was masked while it listened has no descriptor any more, whatever systemd says of it.
	systemctl unmask --quiet "$2" && systemctl enable --quiet "$2" && systemctl restart "$2" && fine self
}
row "$prefix-socket-disabled" stopped disable mutex-verify.socket 'mutex-verify.socket is not started at the next boot'
row "$prefix-socket-masked" stopped mask mutex-verify.socket 'mutex-verify.socket is masked'
row "$prefix-watcher-of-settings-stopped" stopped stop idlelock-settings.path 'idlelock-settings.path is not active'
# Unmasked by hand it stays "active", without a descriptor: once the verifier that it started has ended, no screen lock could ask for a password.
socket_deaf() {
	local status=0
	systemctl mask --quiet mutex-verify.socket && systemctl daemon-reload && systemctl unmask --quiet mutex-verify.socket &&
		systemctl enable --quiet mutex-verify.socket && systemctl daemon-reload && systemctl stop mutex-verify@mutex.service || status=1
	told self 'mutex-verify.socket is called active, but nobody listens at /run/mutex-verify.socket' || status=1
	systemctl restart mutex-verify.socket && fine self && return $status
}
row "$prefix-socket-deaf" socket_deaf
lines_out() {
	local kept
	kept=$(mktemp)
	cp -p /etc/pam.d/common-auth "$kept"
	sed -i '/pam_mutex/d' /etc/pam.d/common-auth
	told self 'The PAM lines are not as "mutexctl apply" put them' || return 1
	# what mutex-guardd runs then
	mutexctl apply --yes && cmp "$kept" /etc/pam.d/common-auth && fine self
}
row "$prefix-pam-lines-out" lines_out
advisory() {
	usermod -aG sudo gus
	demand 'admins = @itadmin' || return 1
	has "$(says self)" 'SC-1 is only advice on this computer' '(group sudo)' || return 1
	gpasswd -d gus sudo
	demand 'admins = @itadmin, @sudo' && has_not "$(says self)" 'SC-1 is only advice'
}
row "$prefix-advisory" advisory

# --- from here on what is ours is put right ---------------------------------------------------------------------------
self='mode = repair'
row "$prefix-repair" demand 'admins = @itadmin, @sudo'
put_right() { # by mutex-guardd or by hand, whoever is first: the same command
	rm $rules/00-mutex-guard.rules
	mutexctl apply --yes && fine self
}
row "$prefix-rules-put-right" put_right

# --- prevention: what polkit says to people who are not root ----------------------------------------------------------
asked() { # USER ACTION [KEY VALUE]...: polkit's answer of a process of that user: no, challenge, yes
	local user=$1 action=$2 pid status details=()
	shift 2
	while [ $# -gt 0 ]; do
		details+=(--detail "$1" "$2")
		shift 2
	done
	setpriv --reuid "$user" --regid "$user" --init-groups sleep 60 &
	pid=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do [ "$(stat -c %U /proc/$pid)" = "$user" ] && break; sleep 0.05; done
	pkcheck --action-id "$action" --process $pid "${details[@]}" >/dev/null 2>&1
	status=$?
	kill $pid
	case $status in 0) echo yes ;; 2 | 3) echo challenge ;; *) echo no ;; esac
}
answers() { # ANSWER USER ACTION [KEY VALUE]...
	local answer
	answer=$(asked "${@:2}")
	[ "$answer" = "$1" ] || { echo "polkit says $answer"; return 1; }
}
units=org.freedesktop.systemd1.manage-units
for verb in stop restart kill set-property freeze clean; do
	row "$prefix-polkit-$verb" answers no gil $units unit mutex-verify.socket verb $verb
done
row "$prefix-polkit-stop-clamav" answers no gil $units unit clamav-daemon.service verb stop
row "$prefix-polkit-stop-ufw" answers no gus $units unit ufw.service verb stop
row "$prefix-polkit-stop-another" answers challenge gil $units unit cron.service verb stop
row "$prefix-polkit-start" answers challenge gil $units unit clamav-daemon.service verb start
row "$prefix-polkit-unit-files" answers no gil org.freedesktop.systemd1.manage-unit-files
row "$prefix-polkit-pkexec" answers no gus org.freedesktop.policykit.exec
row "$prefix-polkit-pkexec-admin" answers challenge gil org.freedesktop.policykit.exec
row "$prefix-polkit-run0" answers no gus $units
row "$prefix-polkit-run0-admin" answers challenge gil $units

# The programs themselves, with nobody to ask: "Access denied" is polkit's no, and not that it could not ask.
denied() { # USER COMMAND...
	local out
	out=$(as "$1" timeout 20 "${@:2}" 2>&1) && { echo "it was done: $out"; return 1; }
	has_not "$out" 'nteractive authentication' 'not found' && grep -qiE 'denied|not authorized' <<<"$out" || { echo "$out"; return 1; }
}
row "$prefix-systemctl-stop" denied gil systemctl stop mutex-verify.socket
row "$prefix-systemctl-kill" denied gil systemctl kill idlelockd.service
row "$prefix-systemctl-set-property" denied gil systemctl set-property --runtime idlelockd.service CPUQuota=1%
row "$prefix-systemctl-mask" denied gil systemctl mask mutex-verify.socket
row "$prefix-systemctl-disable" denied gil systemctl disable mutex-verify.socket
row "$prefix-systemctl-link" denied gus systemctl link /home/gus/x.service
row "$prefix-systemd-run" denied gus systemd-run /bin/true
row "$prefix-pkexec" denied gus pkexec /bin/true
still_active() {
	systemctl is-active mutex-verify.socket idlelockd.service
}
row "$prefix-still-active" still_active

# --- the two daemons start each other --------------------------------------------------------------------------------
comes_back() { # UNIT HOW...: it is stopped, and in another process within two seconds
	local unit=$1 before
	shift
	before=$(systemctl show -P MainPID "$unit")
	"$@" || return 1
	for _ in $(seq 40); do
		sleep 0.05
		[ "$(systemctl is-active "$unit")" = active ] && [ "$(systemctl show -P MainPID "$unit")" != "$before" ] && return 0
	done
	systemctl status --no-pager "$unit"
	return 1
}
for daemon in idlelockd mutex-guardd; do
	row "$prefix-stop-$daemon" comes_back $daemon.service systemctl stop $daemon.service
	row "$prefix-kill-$daemon" comes_back $daemon.service systemctl kill -s KILL $daemon.service
done

# --- remove -------------------------------------------------------------------------------------------------------
removed() {
	mutexctl remove --yes || return 1
	[ ! -e $rules/00-mutex-guard.rules ] && [ ! -e /var/lib/mutex/accepted ] || { ls $rules /var/lib/mutex; return 1; }
	answers challenge gus org.freedesktop.policykit.exec || return 1
	told self 'The PAM lines are not switched on'
}
row "$prefix-remove-leaves-nothing" removed
row "$prefix-apply-brings-it-back" demand 'admins = @itadmin, @sudo'
row "$prefix-fine-again" fine self
rm -f $policy
row "$prefix-observing-takes-the-rules-away" sh -c "mutexctl apply --yes && test ! -e $rules/00-mutex-guard.rules"
userdel -r gus
userdel -r gil
groupdel itadmin
