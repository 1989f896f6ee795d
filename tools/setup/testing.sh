#!/usr/bin/env bash
# What tests need besides `make setup`: a PostgreSQL server's programs. Tests and benches run clusters of their own as
# long as they last, so none is made here and nothing listens.
set -euo pipefail

# shellcheck source=tools/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=tools/setup/packages.sh
. "$setup_folder/packages.sh"

if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
    ensure_packages postgresql-common
    no_cluster=/etc/postgresql-common/createcluster.d/ivr.conf
    as_root mkdir -p "$(dirname "$no_cluster")"
    as_root sh -c "echo 'create_main_cluster = false' >$no_cluster"
    trap 'as_root rm -f "$no_cluster"' EXIT # what others install later is their own affair
    ensure_packages postgresql
fi
