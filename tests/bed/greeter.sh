#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Logs in at real LightDM inside a container, with a greeter that a script plays and Xvfb as display. Prints what the person saw.
# Usage: greeter.sh USER ANSWER...
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

install -d -m 0755 -o lightdm /run/bed
printf '%s\n' "$@" >/run/bed/answers
chown lightdm /run/bed/answers
rm -f /run/bed/seen
install -m 0755 "$here/greeter.py" /usr/local/bin/bed-greeter

# LightDM gives its X server arguments of a real one; there is no VT here.
cat >/usr/local/bin/bed-xserver <<'X'
#!/bin/bash
keep=()
while [ $# -gt 0 ]; do
	case $1 in
	vt* | -novtswitch | -sharevts) ;;
	-seat) shift ;;
	*) keep+=("$1") ;;
	esac
	shift
done
exec /usr/bin/Xvfb "${keep[@]}" -screen 0 800x600x24
X
chmod 0755 /usr/local/bin/bed-xserver
mkdir -p /etc/lightdm/lightdm.conf.d /usr/share/xgreeters
printf '[Desktop Entry]\nType=Application\nName=bed\nExec=/usr/local/bin/bed-greeter\n' >/usr/share/xgreeters/bed.desktop
printf '[LightDM]\nlogind-check-graphical=false\n[Seat:*]\nxserver-command=/usr/local/bin/bed-xserver\ngreeter-session=bed\n' \
	>/etc/lightdm/lightdm.conf.d/50-bed.conf
# A VT number without a VT makes logind refuse the session. The PAM files are put back afterwards.
saved=$(mktemp -d)
cp -a /etc/pam.d/lightdm /etc/pam.d/lightdm-greeter "$saved"
trap 'cp -a "$saved"/* /etc/pam.d/; rm -r "$saved" /etc/security/bed_env.conf' EXIT
printf 'XDG_VTNR DEFAULT= OVERRIDE=\n' >/etc/security/bed_env.conf
for service in lightdm lightdm-greeter; do
	sed -i '0,/^session/s//session required pam_env.so readenv=0 conffile=\/etc\/security\/bed_env.conf\nsession/' "/etc/pam.d/$service"
done

systemctl reset-failed lightdm 2>/dev/null || true
systemctl restart lightdm
for _ in $(seq 300); do
	! grep -qs '^END$' /run/bed/seen || break
	sleep 0.1
done
systemctl stop lightdm
cat /run/bed/seen || true
grep -qs '^END$' /run/bed/seen || {
	echo "the greeter did not come to its end"
	tail -n 15 /var/log/lightdm/lightdm.log
	tail -n 15 /var/log/lightdm/*greeter.log
	exit 1
}
