# The virtual environment, from the pinned requirements.
# shellcheck shell=bash disable=SC2154 # the folders are named in setup.sh

requirements_digest() {
    { cat "$project/requirements.txt" "$project/requirements-dev.txt" "$project/pyproject.toml"; python3 --version; } |
        sha256sum | cut -c 1-16
}

setup_python() {
    local stamp=$project/.venv/ivr-requirements digest
    digest=$(requirements_digest)
    [ "$(cat "$stamp" 2>/dev/null)" = "$digest" ] && return
    if ! "$project/.venv/bin/python" -c '' 2>/dev/null; then
        say "making the virtual environment .venv"
        python3 -m venv --clear "$project/.venv"
    fi
    run_logged "installing python packages into .venv" "$log_folder/pip.log" \
        "$project/.venv/bin/python" -m pip install --disable-pip-version-check \
        -r "$project/requirements.txt" -r "$project/requirements-dev.txt"
    run_logged "installing the project itself" "$log_folder/pip.log" \
        "$project/.venv/bin/python" -m pip install --disable-pip-version-check --no-deps --editable "$project"
    printf '%s\n' "$digest" >"$stamp"
}
