# Shared by the set-up steps (sourced, never run): folders, speaking, running as root, logging long work.
# shellcheck shell=bash

setup_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$setup_folder/../.." && pwd)
runtime_folder=$project/var
log_folder=$runtime_folder/setup
# Big downloads: outside the clone, used by all of them.
# shellcheck disable=SC2034 # used by those who source this
cache_folder=${IVR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ivr}
mkdir -p "$log_folder"

setup_started=$SECONDS

say() { printf 'setup [%3ds] %s\n' "$((SECONDS - setup_started))" "$*"; }

# fail MESSAGE REMEDY: say what cannot be done here and what the reader does next, then stop.
fail() {
    printf 'setup: cannot go on: %s\n' "$1" >&2
    printf 'setup: what to do:   %s\n' "$2" >&2
    exit 1
}

can_be_root() { [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; }

# as_root COMMAND...: run it as root; sudo drops the environment, so what matters is passed on by name.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo -n env DEBIAN_FRONTEND=noninteractive http_proxy="${http_proxy:-}" https_proxy="${https_proxy:-}" "$@"
    fi
}

need_root_for() {
    can_be_root || fail "$1 needs root, and sudo asks for a password here" \
        "run 'sudo -v' first, or run the set-up as root, or let an administrator do this step"
}

# run_logged LABEL LOG COMMAND...: the output goes to LOG, a line every 15 s says that work goes on.
run_logged() {
    local label=$1 log=$2 pid ticks=0
    shift 2
    say "$label"
    "$@" >>"$log" 2>&1 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        ticks=$((ticks + 1))
        if [ $((ticks % 75)) -eq 0 ]; then say "  ... still at it: $(tail -n 1 "$log" | cut -c 1-90)"; fi
    done
    wait "$pid" || {
        tail -n 20 "$log" >&2
        fail "'$label' did not work (whole log: $log)" "read the lines above; mend it and start the set-up again"
    }
}
