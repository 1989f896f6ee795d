#!/usr/bin/env bash
# What making and measuring the recognition models needs besides `make setup`: voices that speak the training
# phrases, and recorded people, who are only listened to in bench/hearing.
set -euo pipefail

# shellcheck source=tools/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=tools/setup/packages.sh
. "$setup_folder/packages.sh"
# shellcheck source=tools/setup/rhvoice.sh
. "$setup_folder/rhvoice.sh"

ensure_packages festival festvox-ru festvox-us-slt-hts festvox-kallpc16k festvox-kdlpc16k \
    asterisk-core-sounds-ru-wav asterisk-core-sounds-en-wav
setup_rhvoice
