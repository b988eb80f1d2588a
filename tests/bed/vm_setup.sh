#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Makes the computer of the VM tier out of its packages: accounts, services, desktops, the agent. Runs once, in its root folder, by vm_root.sh.
set -euo pipefail

password='copper lantern yogurt salsa'

set_up() {
	local user
	echo laptop >/etc/hostname
	printf '127.0.0.1 localhost laptop\n::1 localhost\n' >/etc/hosts
	echo '/dev/vda / ext4 rw,noatime 0 0' >/etc/fstab
	for user in alice bob carol; do
		useradd --create-home --shell /bin/bash "$user"
		echo "$user:$password" | chpasswd
	done
	usermod --append --groups sudo carol
	echo "root:$password" | chpasswd
	printf '%s\n' uinput evdev virtio_console >/etc/modules-load.d/bed.conf
	systemctl --quiet mask e2scrub_reap.service e2scrub_all.timer apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer \
		keyboard-setup.service systemd-timesyncd.service
	mkdir -p /etc/systemd/journald.conf.d
	printf '[Journal]\nStorage=persistent\nRateLimitBurst=0\n' >/etc/systemd/journald.conf.d/bed.conf
	agent_unit >/etc/systemd/system/bed-agent.service
	systemctl --quiet enable bed-agent.service
	systemctl --quiet set-default graphical.target
	greeter
	for user in alice bob; do
		desktop "/home/$user"
		chown -R "$user:" "/home/$user"
	done
}

agent_unit() {
	cat <<-'UNIT'
		[Unit]
		Description=hand of the test
		DefaultDependencies=no
		After=dev-virtio\x2dports-bed.device systemd-tmpfiles-setup.service
		BindsTo=dev-virtio\x2dports-bed.device
		[Service]
		ExecStart=/usr/local/sbin/bed-agent
		Environment=HOME=/root LC_ALL=C.UTF-8 TERM=linux
		KillMode=process
		OOMScoreAdjust=-900
		[Install]
		WantedBy=sysinit.target
	UNIT
}

# A name and a password are typed, in turn.
greeter() {
	mkdir -p /etc/lightdm/lightdm.conf.d
	printf '[Seat:*]\ngreeter-hide-users=true\ngreeter-show-manual-login=true\nuser-session=openbox\n' >/etc/lightdm/lightdm.conf.d/50-bed.conf
	printf '[greeter]\nbackground=#203040\nanimate=false\n' >/etc/lightdm/lightdm-gtk-greeter.conf
}

# A desktop that shows that it shows, on X and on Wayland: bright, with a window. Sway draws without a graphics card.
desktop() { # HOME
	mkdir -p "$1/.config/openbox" "$1/.config/sway"
	printf '%s\n' "xsetroot -solid '#30a060'" 'xterm -geometry 60x10+40+40 &' >"$1/.config/openbox/autostart"
	printf '%s\n' 'export WLR_RENDERER=pixman WLR_NO_HARDWARE_CURSORS=1' >>"$1/.profile"
	printf '%s\n' 'output * bg #30a060 solid_color' 'exec touch /tmp/sway-$USER' 'exec foot --override=colors.background=30a060' >"$1/.config/sway/config"
}

set_up
