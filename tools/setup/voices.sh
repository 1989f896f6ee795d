#!/usr/bin/env bash
# What making and measuring the recognition models needs besides `make setup`: voices that speak the training
# phrases, and recorded people, who are only listened to in bench/hearing.
set -euo pipefail

setup_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
log_folder=$(cd "$setup_folder/../.." && pwd)/var/setup
mkdir -p "$log_folder"

for part in common packages; do
    # shellcheck source=/dev/null
    . "$setup_folder/$part.sh"
done

ensure_packages festival festvox-ru festvox-us-slt-hts festvox-kallpc16k festvox-kdlpc16k \
    asterisk-core-sounds-ru-wav asterisk-core-sounds-en-wav
