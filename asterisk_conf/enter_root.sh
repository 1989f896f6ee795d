#!/bin/sh
# Gives Asterisk a file system of its own and starts it there. Runs as root in a fresh private mount namespace:
#   unshare --mount --propagation private sh enter_root.sh ROOT USER_ID FOLDER... -- COMMAND...
# ROOT's system folders are seen read-only, each FOLDER under the path it has outside, and nothing else. The new
# root is an empty tmpfs, so nothing is written into ROOT, folders below a closed one (/root, a test's 0700) work,
# and when the process ends the kernel takes the whole view away: no mount can be left behind.
set -eu

root=${1%/}
user=$2
shift 2

new=$root/mnt
mount -t tmpfs -o mode=755,size=1m tmpfs "$new"
for name in usr etc bin sbin lib lib64; do
    if [ -L "$root/$name" ]; then
        cp -P "$root/$name" "$new/$name"
    elif [ -d "$root/$name" ]; then
        mkdir "$new/$name"
        mount --bind -o ro "$root/$name" "$new/$name"
    fi
done
for name in dev proc; do
    mkdir "$new/$name"
    mount --rbind "/$name" "$new/$name"
done
mkdir -m 1777 "$new/tmp"
while [ "$1" != -- ]; do
    mkdir -p "$new$1"
    mount --bind "$1" "$new$1"
    shift
done
shift

# TERM when the parent dies, whatever way it dies: no Asterisk outlives the program that started it.
exec chroot "$new" setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set=-all \
    --pdeathsig TERM "$@"
