#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What the VM gives the tests of the screen lock: real keys and mouse, virtual terminals, virtual devices, a device that comes and goes, suspend,
# and a lock on switching terminals. Usage: it_vm_devices.sh SUITE
# shellcheck disable=SC2016 # expands in the VM
set -uo pipefail
# shellcheck source=tests/bed/vm_prepare.sh
. "$(dirname "$0")/bed/vm_prepare.sh"

suite=${1:-bookworm}

# Prints the time, type, code and value of each event that arrives on any device, one line each.
watch_events() {
	cat >"$vm_folder/watch.py" <<-'PYTHON'
		import evdev, selectors, sys
		watched = selectors.DefaultSelector()
		for path in evdev.list_devices():
		    watched.register(evdev.InputDevice(path), selectors.EVENT_READ)
		print("watching", flush=True)
		while True:
		    for key, _ in watched.select():
		        for event in key.fileobj.read():
		            print(key.fileobj.name, evdev.categorize(event), flush=True)
	PYTHON
	vm_put "$vm_folder/watch.py" /run/watch.py
	vm_run 'setsid python3 /run/watch.py >/run/events 2>&1 &' && vm_wait 30 'grep -q watching /run/events'
}
arrives() { # TEXT
	vm_wait 10 "grep -q $(printf %q "$1") /run/events" || { vm_run 'tail /run/events'; return 1; }
}

devices() {
	local out
	out=$(vm_run 'cat /proc/bus/input/devices; ls /dev/input/event* /dev/uinput')
	has "$out" 'AT Translated Set 2 keyboard' 'Mouse' 'Power Button' /dev/uinput
}
key_arrives() {
	watch_events && vm_key a && arrives 'AT Translated Set 2 keyboard.*KEY_A.*down' && arrives 'KEY_A.*up'
}
mouse_arrives() {
	vm_mouse 30 -20 && arrives 'Mouse.*REL_X' && vm_click left && arrives 'BTN_LEFT'
}
greeter_shows() {
	[ "$(vm_vt)" = tty7 ] && vm_shows 203040 50
}
switches_by_keys() {
	vm_key ctrl-alt-f2 && vm_wait 10 '[ "$(cat /sys/class/tty/tty0/active)" = tty2 ]' && vm_reads 30 2 'laptop login:' || return 1
	vm_shows_not 203040 || return 1
	vm_key ctrl-alt-f7 && vm_wait 10 '[ "$(cat /sys/class/tty/tty0/active)" = tty7 ]'
}

# A device made by a program: of root's, and the same attempt by somebody without rights.
virtual_key() {
	cat >"$vm_folder/virtual.py" <<-'PYTHON'
		import evdev, os, time
		from evdev import ecodes as e
		made = evdev.UInput({e.EV_KEY: [e.KEY_B]}, name="virtual keyboard")
		print(made.device.path, flush=True)
		while not os.path.exists("/run/press"):
		    time.sleep(0.1)
		for value in (1, 0):
		    made.write(e.EV_KEY, e.KEY_B, value)
		    made.syn()
		time.sleep(20)
	PYTHON
	vm_put "$vm_folder/virtual.py" /run/virtual.py
	vm_run 'setsid python3 /run/virtual.py >/run/virtual 2>&1 &' && vm_wait 10 'grep -q /dev/input /run/virtual' || return 1
	vm_run "udevadm info -q path -n \$(cat /run/virtual)" | grep /devices/virtual/input/ || return 1
	watch_events && vm_run 'touch /run/press' && arrives 'virtual keyboard.*KEY_B.*down'
}
user_makes_none() {
	has "$(vm_as alice python3 /run/virtual.py)" '/dev/uinput'
}
keyboard_comes_and_goes() {
	vm_run 'setsid udevadm monitor --udev --subsystem-match=input >/run/udev-seen 2>&1 &'
	vm_sleep 1
	vm_plug usb-kbd bed-keyboard && vm_wait 20 'grep -q "add .*usb" /run/udev-seen' && vm_wait 20 'grep -q "QEMU USB Keyboard" /proc/bus/input/devices' || return 1
	watch_events && vm_key c && arrives 'USB Keyboard.*KEY_C' || return 1
	vm_unplug bed-keyboard && vm_wait 20 'grep -q "remove .*usb" /run/udev-seen' && vm_wait 20 '! grep -q "QEMU USB Keyboard" /proc/bus/input/devices'
}

# As far as the devices, and back after five seconds.
suspends() {
	vm_run 'echo devices >/sys/power/pm_test && cat /sys/power/pm_test /sys/power/state' || return 1
	vm_run 'setsid busctl monitor --match "interface=org.freedesktop.login1.Manager,member=PrepareForSleep" >/run/sleep 2>&1 & sleep 1'
	vm_sleeps_until '[ $(grep -c BOOLEAN /run/sleep) -ge 2 ]' || return 1
	has "$(vm_run 'cat /run/sleep')" 'BOOLEAN true' 'BOOLEAN false' && has "$(vm_run 'journalctl -k --no-pager')" 'PM: suspend entry' 'PM: suspend exit'
}

physlock_holds() {
	vm_run 'setsid physlock -d; sleep 1; pgrep -x physlock' || return 1
	local held
	held=$(vm_vt)
	[ "$held" != tty7 ] || { echo 'physlock shows tty7'; return 1; }
	vm_key ctrl-alt-f7
	vm_run 'timeout 2 chvt 7'
	vm_sleep 1
	[ "$(vm_vt)" = "$held" ] || { echo "left $held for $(vm_vt)"; return 1; }
	vm_line "$password"
	vm_wait 20 '! pgrep -x physlock' || { vm_console "${held#tty}"; return 1; }
	[ "$(vm_vt)" = tty7 ]
}
# A counted clock stands still while this computer has no time for the VM: it is never ahead.
time_goes_as_outside() {
	local inside outside behind=-2
	inside=$(vm_run 'cut -d. -f1 /proc/uptime')
	outside=$SECONDS
	vm_sleep 10
	inside=$(($(vm_run 'cut -d. -f1 /proc/uptime') - inside - (SECONDS - outside)))
	[[ $(vm_accel "$vm_states") != *icount* ]] || behind=-3600
	((inside >= behind && inside <= 2)) || { echo "off by $inside s"; return 1; }
}

vm_prepare "$suite"
row "vm-$suite-restored" vm_restore || exit 1
row "vm-$suite-devices-there" devices
row "vm-$suite-greeter-shows" greeter_shows
row "vm-$suite-real-key-arrives" key_arrives
row "vm-$suite-real-mouse-arrives" mouse_arrives
row "vm-$suite-keys-switch-terminals" switches_by_keys
row "vm-$suite-time-goes-as-outside" time_goes_as_outside
vm_restore
row "vm-$suite-virtual-device-of-root-arrives" virtual_key
row "vm-$suite-user-makes-no-virtual-device" user_makes_none
row "vm-$suite-usb-keyboard-comes-and-goes" keyboard_comes_and_goes
vm_restore
row "vm-$suite-suspend-returns" suspends
vm_restore
row "vm-$suite-physlock-holds-the-terminal" physlock_holds
