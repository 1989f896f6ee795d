#!/usr/bin/env bash
# Makes this machine able to run the voice account: system packages, Asterisk 22, .venv, fallback sounds.
# Runs on a bare Debian 12/13 or Ubuntu, as root or with sudo; again and again without harm; when nothing
# is missing it takes about a second. Logs of the long steps are in var/setup.
set -euo pipefail

# shellcheck source=tools/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
for part in packages asterisk python; do
    # shellcheck source=/dev/null
    . "$setup_folder/$part.sh"
done

setup_packages
setup_asterisk
setup_python
(cd "$project" && .venv/bin/python -m tools.setup.sounds "$runtime_folder/sounds")
say "everything is in place"
