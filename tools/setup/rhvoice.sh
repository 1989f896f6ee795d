# RHVoice, which Debian keeps in its non-free part: unpacked into the cache, never installed; the machine's own package sources stay
# as they are. Which of its voices are used, and on which terms: docs/decisions/0071-recorded-voices-of-rhvoice.md
# shellcheck shell=bash disable=SC2154 # the folders are named in common.sh

rhvoice_suite=bookworm
rhvoice_recipe=1 # raise it when something else is unpacked; tools/acoustic/rhvoice.py names the folder, too
rhvoice_folder=$cache_folder/rhvoice-$rhvoice_suite-$rhvoice_recipe

# private_apt COMMAND...: apt with lists and sources of its own, so that a fixed release is read, signatures checked.
private_apt() {
    apt-get -q -o Dir::Etc::sourcelist="$partial/sources.list" -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root \
        -o Dir::State::lists="$partial/lists" -o Dir::Cache="$partial/cache" -o Acquire::Languages=none "$@"
}

unpack_rhvoice() {
    local mirror=$1
    mkdir -p "$partial/lists/partial" "$partial/cache/archives/partial" "$partial/packages"
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main non-free\n' \
        "$mirror" "$rhvoice_suite" >"$partial/sources.list"
    private_apt update
    (cd "$partial/packages" && private_apt download librhvoice5 librhvoice-core7 libsonic0 rhvoice-english rhvoice-russian)
    for package in "$partial"/packages/*.deb; do dpkg -x "$package" "$partial/root"; done
}

setup_rhvoice() {
    local partial=$rhvoice_folder.partial.$$ mirror
    [ -d "$rhvoice_folder" ] && return
    mirror=$(debian_mirror)
    [ -n "$mirror" ] || fail "this machine's apt knows no mirror of Debian" \
        "name one in IVR_DEBIAN_MIRROR, or unpack what Debian $rhvoice_suite's librhvoice5, librhvoice-core7, libsonic0, rhvoice-english and rhvoice-russian hold into $rhvoice_folder"
    ensure_packages debian-archive-keyring
    mkdir -p "$cache_folder"
    # shellcheck disable=SC2064 # the folder's name is known now, and local
    trap "rm -rf '$partial'" EXIT # also when something fails
    run_logged "fetching RHVoice and its voices into $rhvoice_folder (about 140 MB)" "$log_folder/rhvoice.log" \
        unpack_rhvoice "$mirror"
    mv -T "$partial/root" "$rhvoice_folder"
}
