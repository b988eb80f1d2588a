# shellcheck shell=bash
# SPDX-License-Identifier: BSD-2-Clause
# A computer of its own in QEMU: its own kernel, screen, keyboard and mouse. To be sourced; needs root. vm_prepare.sh makes what it runs on.
#
#   vm_boot SUITE          boots from the disk, nothing saved
#   vm_restore [STATE]     ends the VM that runs and goes on from a saved state, about 1 s; without a name, the state "product" of vm_prepare
#   vm_save STATE          saves the running VM for vm_restore, and ends it
#   vm_stop                ends the VM and removes all that was written in it; vm_prepare calls it in the exit trap
#
#   vm_run LINE            runs a line of bash as root, in no login session; its output and status. $VM_LIMIT_S (60)
#   vm_as USER CMD...      runs CMD as USER, in the user's session when one is on a seat
#   vm_session USER        prints the id of that session
#   vm_wait SECONDS LINE   runs LINE until it succeeds
#   vm_sleep SECONDS       of the VM's clock
#   vm_sleeps_until LINE   has the computer suspended, and waits until LINE succeeds
#   vm_put FILE PATH [MODE], vm_get PATH FILE
#
#   vm_keys TEXT           types on the keyboard (US); a newline is Return
#   vm_line TEXT           types, and Return
#   vm_key COMBINATION...  such as ctrl-alt-f2, backspace, kp_enter: QEMU's names of keys, joined by "-"
#   vm_key_down KEY..., vm_key_up KEY...
#   vm_hold FILE           a hand on the keyboard, once a second as long as there is a FILE
#   vm_mouse DX DY         moves; vm_click [left|right|middle]
#   vm_screenshot FILE     what a person sees, as PNG
#   vm_share COLOUR        how many percent of the screen have this colour (30a060 is the desktop's)
#   vm_shows COLOUR PERCENT    waits until so much of the screen has it; vm_shows_not COLOUR says that none has
#   vm_vt                  the virtual terminal that is shown, such as tty7
#   vm_console N           the text on console N
#   vm_reads SECONDS N TEXT    waits until console N shows TEXT; vm_wipe N empties the screen
#   vm_greeter_login USER PASSWORD     types both at the greeter, and waits until the desktop is drawn
#   vm_plug DRIVER ID [NAME=VALUE...], vm_unplug ID     such as usb-kbd
#
# Everything is real in it but time. Without KVM the VM's clock goes by what its processor has done, a nanosecond for each instruction, and by the
# real clock while it rests: times in there are those of a computer like this one with nothing else to do, whatever runs here. So a time is
# measured, and waited for (vm_wait, vm_sleep), by the VM's clock alone; how long it takes by ours says nothing.
# One test has one VM, whose files lie in $vm_folder; rows may restore it in a subshell.

# One processor: where instructions are counted, QEMU before 8.1 gives a second one time only while the first rests. A kernel that waits for its second
# processor never comes up then, and what runs there is late.
VM_CPUS=1 VM_MEMORY_M=1280
vm_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vm_folder='' vm_states=''

# Why a VM cannot run here, in one line; nothing when it can.
vm_obstacle() {
	local program
	[ "$(id -u)" -eq 0 ] || { echo "the VM's disk is built as root"; return; }
	for program in qemu-system-x86_64 qemu-img mmdebstrap mke2fs python3; do
		command -v "$program" >/dev/null || { echo "$program is not installed"; return; }
	done
	[ "$(uname -m)" = x86_64 ] || echo "this machine is no x86_64"
}

# /dev/kvm may open and not work: what counts is that a kernel gets to its end (it finds no disk and stops the machine). Decided once.
vm_accel() { # SUITE-FOLDER
	local choice=$1/accel
	if [ ! -s "$choice" ]; then
		if [ -w /dev/kvm ] && timeout 12 qemu-system-x86_64 -accel kvm -cpu Nehalem -M q35 -m 256 -nodefaults -display none -no-reboot \
			-kernel "$1/kernel" -append 'console=ttyS0 panic=-1' -serial stdio </dev/null 2>/dev/null | grep -q 'Kernel panic'; then
			echo kvm >"$choice"
		else
			echo 'no KVM that works: all of it is translated (TCG), ten times slower' >&2
			echo tcg >"$choice"
		fi
	fi
	[ "$(cat "$choice")" = kvm ] && echo '-accel kvm' || echo '-accel tcg,thread=single,tb-size=256 -icount shift=0,sleep=on'
}

vm_new_folder() { # SUITE
	vm_states=${BED:?}/vm-$1
	vm_folder=$(mktemp -d "${TMPDIR:-/tmp}/vm.XXXXXX")
}

# The same hardware for all states, since a saved one fits no other. A virtio screen: sway cannot use QEMU's standard one.
vm_launch() { # ARGUMENT...
	local suite=$vm_states accel
	read -ra accel <<<"$(vm_accel "$suite")"
	nice -n "${VM_NICE:-5}" qemu-system-x86_64 -M q35 "${accel[@]}" -cpu Nehalem -smp $VM_CPUS -m $VM_MEMORY_M \
		-nodefaults -nic none -display none -vga virtio -no-reboot -rtc base=utc,clock=vm \
		-kernel "$suite/kernel" -initrd "$suite/initrd" \
		-append 'root=/dev/vda rw console=ttyS0 console=tty0 quiet mitigations=off nokaslr no_timer_check clocksource=hpet random.trust_cpu=on' \
		-drive "file=$vm_folder/disk.qcow2,if=none,id=disk,format=qcow2,cache=unsafe" -device virtio-blk-pci,drive=disk \
		-device virtio-rng-pci -device qemu-xhci,id=xhci -device virtio-serial-pci \
		-chardev "socket,id=agent,path=$vm_folder/agent,server=on,wait=off" -device virtserialport,chardev=agent,name=bed \
		-serial "file:$vm_folder/serial" -qmp "unix:$vm_folder/qmp,server=on,wait=off" "$@" \
		</dev/null >"$vm_folder/qemu.log" 2>&1 &
	echo $! >"$vm_folder/pid"
}

vm_boot() { # SUITE
	[ -n "$vm_folder" ] || vm_new_folder "$1"
	vm_end
	qemu-img create -q -f qcow2 -F raw -b "$vm_states/disk.raw" "$vm_folder/disk.qcow2" || return 1
	vm_launch
	vm_is_up 900 || return 1
	vm_put "$vm_here/vm_guest.sh" /usr/local/sbin/bed-guest 0755
}

vm_is_up() { # SECONDS
	local end=$((SECONDS + $1))
	while [ $SECONDS -lt $end ]; do
		kill -0 "$(cat "$vm_folder/pid")" 2>/dev/null || { echo "QEMU ended:"; cat "$vm_folder/qemu.log"; return 1; }
		[ "$(VM_LIMIT_S=5 vm_run 'echo up' 2>/dev/null)" != up ] || return 0
		sleep 0.5
	done
	echo "the VM did not come up:"
	tail -n 20 "$vm_folder/serial"
	return 1
}

vm_restore() { # [STATE]
	local state=$vm_folder/${1:-product}
	[ -e "$state.memory" ] || state=$vm_states/${1:-product}
	vm_end
	rm -f "$vm_folder/disk.qcow2"
	qemu-img create -q -f qcow2 -F qcow2 -b "$state.qcow2" "$vm_folder/disk.qcow2" || return 1
	vm_launch -incoming defer
	vm_talk load "$state.memory" || { cat "$vm_folder/qemu.log"; return 1; }
	vm_run "date --set=@$(date +%s.%N) >/dev/null"
	vm_put "$vm_here/vm_guest.sh" /usr/local/sbin/bed-guest 0755
}

vm_save() { # STATE
	vm_save_to "$vm_folder/$1"
}

vm_save_to() { # PATH
	vm_talk save "$1.memory.new" || return 1
	vm_end
	mv "$vm_folder/disk.qcow2" "$1.qcow2" && mv "$1.memory.new" "$1.memory"
}

# Ends QEMU, by its number alone.
vm_end() {
	local pid
	[ -s "$vm_folder/pid" ] || return 0
	pid=$(cat "$vm_folder/pid")
	rm -f "$vm_folder/pid"
	kill "$pid" 2>/dev/null
	for _ in $(seq 100); do
		kill -0 "$pid" 2>/dev/null || return 0
		sleep 0.05
	done
	kill -KILL "$pid"
}

vm_stop() {
	[ -n "$vm_folder" ] || return 0
	vm_end
	rm -rf "$vm_folder"
	vm_folder=''
}

vm_talk() {
	python3 "$vm_here/vm_talk.py" "$vm_folder" "$@"
}

vm_run() { # LINE
	vm_talk run "${VM_LIMIT_S:-60}" "$*"
}

vm_as() { # USER COMMAND...
	vm_run "/usr/local/sbin/bed-guest as$(printf ' %q' "$@")"
}

vm_session() { # USER
	vm_run "/usr/local/sbin/bed-guest session $1"
}

vm_wait() { # SECONDS LINE
	VM_LIMIT_S=$(($1 + 10)) vm_run "end=\$((SECONDS + $1)); until ${*:2}; do [ \$SECONDS -lt \$end ] || exit 1; sleep 0.2; done" && return
	echo "not within $1 s: ${*:2}"
	return 1
}

vm_sleep() { # SECONDS
	vm_run "sleep $1"
}

# One request, since what is asked while the computer falls asleep is lost with the queues of its devices.
vm_sleeps_until() { # LINE
	VM_LIMIT_S=100 vm_run "systemctl suspend; for n in {1..450}; do ! $1 || exit 0; sleep 0.2; done; exit 1" && return
	echo "not within 90 s of sleep: $1"
	return 1
}

vm_put() { # FILE PATH [MODE]
	vm_talk put "$1" "$2" "${3:-0644}"
}

vm_get() { # PATH FILE
	vm_talk get "$1" "$2"
}

vm_keys() { # TEXT
	vm_talk keys "$1"
}

vm_line() { # TEXT
	vm_talk keys "$1"$'\n'
}

vm_key() { # COMBINATION...
	vm_talk key "$@"
}

vm_key_down() { # KEY...
	vm_talk down "$@"
}

vm_key_up() { # KEY...
	vm_talk up "$@"
}

vm_hold() { # FILE
	vm_talk hold "$1"
}

vm_mouse() { # DX DY
	vm_talk mouse "$1" "$2"
}

vm_click() { # [BUTTON]
	vm_talk click "${1:-left}"
}

vm_screenshot() { # FILE
	vm_talk shot "$(realpath -m "$1")"
}

vm_share() { # COLOUR
	vm_talk share "$1"
}

vm_shows() { # COLOUR PERCENT
	for _ in $(seq 60); do
		[ "$(vm_share "$1")" -lt "$2" ] || return 0
		vm_sleep 0.5
	done
	echo "only $(vm_share "$1") % of the screen are $1"
	return 1
}

vm_shows_not() { # COLOUR
	local share
	share=$(vm_share "$1")
	[ "$share" -eq 0 ] || { echo "$share % of the screen are $1"; return 1; }
}

vm_vt() {
	vm_run 'cat /sys/class/tty/tty0/active'
}

vm_console() { # N
	vm_run "fold -w \$(stty -F /dev/tty$1 size | cut -d' ' -f2) /dev/vcs$1 | sed 's/ *\$//' | grep ."
}

vm_reads() { # SECONDS N TEXT
	vm_wait "$1" "grep -qF -- $(printf %q "$3") /dev/vcs$2" && return
	vm_console "$2"
	return 1
}

vm_wipe() { # N
	vm_run "printf '\033c' >/dev/tty$1"
}

vm_greeter_login() { # USER PASSWORD
	vm_line "$1"
	vm_wait 60 "sed -n '/username .$1/,\$p' /var/log/lightdm/lightdm.log | grep -q 'Prompt greeter with'" || return 1
	vm_sleep 1
	vm_line "$2"
	vm_wait 180 'pgrep -x xterm >/dev/null' && vm_shows 30a060 30
}

vm_plug() { # DRIVER ID [NAME=VALUE...]
	vm_talk plug "$@"
}

vm_unplug() { # ID
	vm_talk unplug "$1"
}
