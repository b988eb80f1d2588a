#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Builds the folder of a Debian release, to be booted or entered as a container. Needs root, mmdebstrap and the network.
# Usage: root.sh SUITE KIND OUT, KIND being a list packages.KIND beside this script. An OUT built from the same list is kept.
set -euo pipefail

suite=${1:?suite} kind=${2:?kind} out=${3:?folder}
here=$(cd "$(dirname "$0")" && pwd)
packages=$(grep -v '^#' "$here/packages.$kind" | tr -s '[:space:]' ' ')
stamp=$(cat "$here/packages.$kind" "$0" | sha256sum | cut -c1-16)

if [ "$(cat "$out.stamp" 2>/dev/null)" = "$stamp" ] && [ -d "$out/etc" ]; then
	exit 0
fi
mkdir -p "$(dirname "$out")"
rm -rf "${out:?}" "$out.stamp"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/sources.sh" "$suite" > "$work/sources"
# What this machine's apt needs to reach its archive holds inside too.
apt-config dump | grep -E '^Acquire::(Check-|http|https|Retries|Force)' > "$work/apt.conf" || true
# A test bed may lose its files in a crash; syncing each of them would cost minutes.
echo force-unsafe-io > "$work/dpkg.cfg"

# shellcheck disable=SC2016 # mmdebstrap's shell expands the folder
mmdebstrap --quiet --mode=root --variant=minbase --include="${packages// /,}" \
	--aptopt="$work/apt.conf" --aptopt='APT::Install-Recommends "false"' --dpkgopt="$work/dpkg.cfg" \
	--customize-hook='rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"' \
	--customize-hook="cp '$work/apt.conf' \"\$1/etc/apt/apt.conf.d/90bed\"" \
	--customize-hook='rm -f "$1/etc/resolv.conf"; cat /etc/resolv.conf > "$1/etc/resolv.conf"' \
	--customize-hook='echo laptop > "$1/etc/hostname"; echo "127.0.1.1 laptop" >> "$1/etc/hosts"' \
	"$suite" "$out" "$work/sources"
echo "$stamp" > "$out.stamp"
