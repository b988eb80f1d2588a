#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds the disk of a VM: a Debian release with its kernel, the agent and three people. Needs root, mmdebstrap, mke2fs and the network for apt;
# mounts nothing. Usage: vm_root.sh SUITE OUT. Leaves disk.raw, kernel and initrd in the folder OUT; one built from the same list is kept.
set -euo pipefail

suite=${1:?suite} out=${2:?folder}
here=$(cd "$(dirname "$0")" && pwd)
stamp=$(cat "$here/vm_packages" "$here/vm_agent.py" "$here/vm_setup.sh" "$0" | sha256sum | cut -c1-16)

if [ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ]; then
	exit 0
fi
rm -rf "${out:?}"
mkdir -p "$out"
work=$(mktemp -d "$out/work.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root

packages=$(sed -E '/^#/d; s/^'"$suite"'://; /^[a-z]+:/d' "$here/vm_packages" | xargs | tr ' ' ,)
"$here/sources.sh" "$suite" >"$work/sources"
apt-config dump | grep -E '^Acquire::(Check-|http|https|Retries|Force)' >"$work/apt.conf" || true
echo 'Acquire::Languages "none";' >>"$work/apt.conf"
# A test bed may lose its files in a crash; nobody reads manuals in it.
printf '%s\n' force-unsafe-io 'path-exclude=/usr/share/man/*' 'path-exclude=/usr/share/locale/*' 'path-exclude=/usr/share/doc/*' >"$work/dpkg.cfg"
# The initial ram disk holds what finds the disk, and no more.
mkdir -p "$work/initramfs"
printf 'MODULES=list\nCOMPRESS=gzip\n' >"$work/initramfs/bed.conf"
printf '%s\n' virtio_pci virtio_blk ext4 crc32c_generic >"$work/initramfs/modules"

# shellcheck disable=SC2016 # mmdebstrap's shell expands the folder
mmdebstrap --quiet --mode=root --variant=minbase --include="$packages" \
	--aptopt="$work/apt.conf" --aptopt='APT::Install-Recommends "false"' --dpkgopt="$work/dpkg.cfg" \
	--essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"' \
	--essential-hook="cp '$work/initramfs/bed.conf' \"\$1/etc/initramfs-tools/conf.d/bed\"" \
	--essential-hook="cp '$work/initramfs/modules' \"\$1/etc/initramfs-tools/modules\"" \
	--customize-hook="cp '$here/vm_agent.py' \"\$1/usr/local/sbin/bed-agent\"" \
	--customize-hook='chmod 0755 "$1/usr/local/sbin/bed-agent"' \
	--customize-hook="cp '$here/vm_setup.sh' \"\$1/root/set-up\"" \
	--customize-hook='chroot "$1" bash /root/set-up && rm "$1/root/set-up"' \
	"$suite" "$root" "$work/sources"

cp -L "$root"/boot/vmlinuz-* "$out/kernel"
cp -L "$root"/boot/initrd.img-* "$out/initrd"
rm -rf "${root:?}"/boot/* "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
truncate -s 4G "$out/disk.raw"
mke2fs -q -t ext4 -d "$root" -L root -O '^has_journal,^metadata_csum' -m 0 "$out/disk.raw"
echo "$stamp" >"$out/stamp"
