# System packages from the machine's own apt sources.
# shellcheck shell=bash disable=SC2154 # the folders are named in setup.sh

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

apt_lists_refreshed=no
refresh_apt_lists() {
    [ "$apt_lists_refreshed" = yes ] && return
    need_root_for "reading the package lists"
    run_logged "reading the package lists" "$log_folder/apt.log" as_root apt-get -q update
    apt_lists_refreshed=yes
}

# ensure_packages NAME...: install those that are missing; nothing is touched when all are there.
ensure_packages() {
    local name missing=()
    for name in "$@"; do installed "$name" || missing+=("$name"); done
    [ ${#missing[@]} -eq 0 ] && return
    command -v apt-get >/dev/null || fail "this machine has no apt-get" \
        "install by hand what these Debian packages hold: ${missing[*]}"
    need_root_for "installing ${missing[*]}"
    refresh_apt_lists
    run_logged "installing system packages: ${missing[*]}" "$log_folder/apt.log" \
        as_root env DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends "${missing[@]}"
}

python_is_new_enough() { "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null; }

# setup_packages: a voice, what the recogniser's graph and its tests are made with (English pronunciation, GSM's codec, words),
# the drawing of flows, fonts for PDF, and a python that can make virtual environments.
setup_packages() {
    ensure_packages espeak-ng libespeak-ng1 flite libgsm1 hunspell-ru wamerican \
        graphviz fonts-dejavu-core util-linux ca-certificates
    command -v python3 >/dev/null || ensure_packages python3 python3-venv
    python_is_new_enough python3 || fail "python 3.11 or newer is needed, found $(python3 --version 2>&1)" \
        "install a newer python3 (Debian 12, Ubuntu 24.04 and later have one)"
    python3 -c 'import ensurepip, venv' 2>/dev/null || ensure_packages python3-venv
}

# The mirror that this machine's own apt uses for Debian; empty where there is none.
debian_mirror() {
    # shellcheck disable=SC2016 # apt itself fills in $(...)
    printf '%s' "${IVR_DEBIAN_MIRROR:-$(apt-get indextargets --format '$(LABEL) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
        awk '$1 == "Debian" && $2 == "main" { print $3; exit }')}"
}
