# Asterisk 22: the system's package where it is that version, else a private Debian root in the cache.
# Why: docs/decisions/0002-private-asterisk-root.md
# shellcheck shell=bash disable=SC2154 # the folders are named in setup.sh

asterisk_major=22
asterisk_suite=sid
asterisk_recipe=1 # raise it when build_asterisk_root.sh makes a different root: old caches are then left alone

asterisk_root=$cache_folder/asterisk-$asterisk_suite-$asterisk_recipe

candidate_major() { apt-cache policy "$1" 2>/dev/null | sed -nE 's/^ *Candidate: ([0-9]+:)?([0-9]+)\..*/\2/p'; }

system_asterisk_major() { asterisk -V 2>/dev/null | sed -nE 's/^Asterisk ([0-9]+)\..*/\1/p'; }

# The distribution's package starts a daemon on the standard ports at once; ours are the only ones wanted here.
install_system_asterisk() {
    ensure_packages asterisk
    if command -v systemctl >/dev/null && systemctl is-system-running >/dev/null 2>&1; then
        as_root systemctl disable --now asterisk >/dev/null 2>&1 || say "note: the system's own asterisk service is still on"
    fi
}

use_apt_proxy() {
    local http='' https=''
    eval "$(apt-config shell http Acquire::http::Proxy https Acquire::https::Proxy)"
    if [ -n "$http" ]; then export http_proxy=$http; fi
    if [ -n "$https" ]; then export https_proxy=$https; fi
}

# build_root: in a folder beside the final one, renamed when complete, so that a broken build is never used.
build_root() {
    local partial=$asterisk_root.partial.$$ isolate=()
    need_root_for "building the private Asterisk root"
    ensure_packages debootstrap debian-archive-keyring
    use_apt_proxy
    if as_root unshare --mount true 2>/dev/null; then isolate=(unshare --mount --propagation private); fi
    run_logged "building a private Asterisk $asterisk_major in $asterisk_root (about 600 MB, two minutes)" \
        "$log_folder/asterisk-root.log" as_root "${isolate[@]}" \
        bash "$setup_folder/build_asterisk_root.sh" "$partial" "$asterisk_suite" "$(debian_mirror)" "$asterisk_major"
    as_root mv -T "$partial" "$asterisk_root"
    say "Asterisk is ready: $(cat "$asterisk_root/ivr-asterisk-version")"
}

ensure_private_root() {
    [ -s "$asterisk_root/ivr-asterisk-version" ] && return
    mkdir -p "$cache_folder"
    exec 9>"$cache_folder/asterisk.lock"
    flock --nonblock 9 || { say "another set-up is building Asterisk: waiting for it"; flock 9; }
    [ -s "$asterisk_root/ivr-asterisk-version" ] || build_root
    exec 9>&-
}

# setup_asterisk: leaves the folder of the Asterisk to run (/ for the system's) in $runtime_folder/asterisk-root.
setup_asterisk() {
    local chosen=/
    if [ -s "$asterisk_root/ivr-asterisk-version" ]; then
        chosen=$asterisk_root
    elif [ "$(system_asterisk_major)" != "$asterisk_major" ]; then
        [ -n "$(candidate_major coreutils)" ] || refresh_apt_lists
        if [ "$(candidate_major asterisk)" = "$asterisk_major" ]; then
            install_system_asterisk
        else
            ensure_private_root
            chosen=$asterisk_root
        fi
    fi
    printf '%s\n' "$chosen" >"$runtime_folder/asterisk-root"
}
