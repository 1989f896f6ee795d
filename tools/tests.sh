#!/usr/bin/env bash
# Runs all tests in the time of the longer half. Real calls mostly wait for somebody to finish speaking; types and
# the tests that need the processor fill those pauses at the lowest priority, so that no caller hears them. What the
# second half prints comes whole, after the calls.
set -uom pipefail # -m: the background half is a process group of its own, to be ended as one
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

fillers=$(mktemp)
trap 'rm -f "$fillers"; kill -- "-$filling" 2>/dev/null' EXIT
nice -n 19 bash -c '.venv/bin/mypy && .venv/bin/pytest -n 2 --dist loadfile -m "not call"' >"$fillers" 2>&1 &
filling=$!

.venv/bin/pytest -n 4 --dist loadfile --no-loadscope-reorder -m call tests/calls tests
calls=$?
wait "$filling"
filled=$?
cat "$fillers"

echo "real calls: exit code $calls; types and all other tests: exit code $filled"
((calls == 0 && filled == 0))
