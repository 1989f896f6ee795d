#!/usr/bin/env bash
# What making the recognition models needs besides `make setup` and `make voices`: an environment with PyTorch, and Kokoro.
set -euo pipefail

# shellcheck source=tools/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=tools/setup/kokoro.sh
. "$setup_folder/kokoro.sh"

models_python=$project/.venv-models/bin/python
[ -x "$models_python" ] || python3 -m venv "$project/.venv-models"
run_logged "installing what trains models into .venv-models" "$log_folder/models.log" \
    "$models_python" -m pip install --quiet --disable-pip-version-check -r "$project/requirements-models.txt"
setup_kokoro
