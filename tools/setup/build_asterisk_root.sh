#!/usr/bin/env bash
# Builds one private Debian root that holds Asterisk. Runs as root, in a mount namespace of its own where
# that is allowed, so that nothing stays mounted whatever happens.
#   build_asterisk_root.sh TARGET SUITE MIRROR MAJOR     (MIRROR may be empty: debootstrap's default)
set -euo pipefail

target=$1 suite=$2 mirror=$3 major=$4
# Asterisk's user inside the root. Between what adduser counts up from 100 and systemd-sysusers down from
# 999, so that the number is nobody else's on the machine that shares the process table with it.
asterisk_id=650

remove_partial() {
    umount "$target/proc" 2>/dev/null || true
    [ -e "$target/ivr-asterisk-version" ] || rm -rf --one-file-system "$target"
}
trap remove_partial EXIT

export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
mkdir -p "$target"
debootstrap --variant=minbase "$suite" "$target" ${mirror:+"$mirror"}

# No daemon starts while packages are unpacked.
printf '#!/bin/sh\nexit 101\n' >"$target/usr/sbin/policy-rc.d"
chmod 755 "$target/usr/sbin/policy-rc.d"
# Without these two a fresh root does a DNS look-up in every call, or none at all.
printf '127.0.0.1 localhost\n::1 localhost\n' >"$target/etc/hosts"
cp --dereference /etc/resolv.conf "$target/etc/resolv.conf" 2>/dev/null || true
# A mirror by https is checked with what this machine trusts.
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    mkdir -p "$target/etc/ssl/certs"
    cp --dereference /etc/ssl/certs/ca-certificates.crt "$target/etc/ssl/certs/"
fi
# This machine's own rules for fetching: a proxy, a mirror that stands still and whose dates have run out.
apt-config dump | grep -E '^Acquire::(Check-Valid-Until|Check-Date|Retries|https?::)' \
    >"$target/etc/apt/apt.conf.d/99build" || true

chroot "$target" groupadd --system --gid "$asterisk_id" asterisk
chroot "$target" useradd --system --uid "$asterisk_id" --gid asterisk --no-create-home \
    --home-dir /var/lib/asterisk --shell /usr/sbin/nologin asterisk

mount -t proc proc "$target/proc" 2>/dev/null || true
chroot "$target" apt-get -qy update
chroot "$target" apt-get -qy install --no-install-recommends asterisk

version=$(chroot "$target" asterisk -V)
case $version in
"Asterisk $major."*) ;;
*)
    echo "Debian $suite now holds '$version', this project is written for Asterisk $major" >&2
    exit 1
    ;;
esac

# What only an installation needs: the root is read, never upgraded.
rm -rf "$target"/var/cache/apt "$target"/var/lib/apt/lists "$target"/var/log/* "$target"/etc/apt/apt.conf.d/99build
find "$target/dev" -mindepth 1 -delete 2>/dev/null || true
chmod 755 "$target"
printf '%s\n' "$version" >"$target/ivr-asterisk-version"
