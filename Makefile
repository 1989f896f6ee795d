# The commands of the project. `make setup` first, on a bare Debian 12/13 or Ubuntu; every other target needs only .venv.
PYTHON := .venv/bin/python

# "test" runs its parts in the order written, also under make -j.
.NOTPARALLEL:
.PHONY: setup run test lint types tests call bench bench-hearing api-test bench-accounts models voices testing doctor requirements clean

setup:
	@tools/setup/setup.sh

run: setup
	.venv/bin/ivr run

test: setup testing lint tests

lint:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types:
	.venv/bin/mypy

# Types, real calls and all other tests, side by side.
tests:
	@tools/tests.sh

call: ## one call with a real voice; LANGUAGE=en for the English one
	$(PYTHON) -m tools.call --language $(or $(LANGUAGE),ru)

bench:
	$(PYTHON) -m bench

bench-hearing: voices ## every bench of the ears that makes no call: accuracy, decisions, throughput; about half an hour
	$(PYTHON) -m bench --write hearing-all

bench-accounts: testing ## money, passwords, a million subscribers: about 25 minutes, 15 GB of disk
	$(PYTHON) -m bench --write accounts

api-test: ## ask the HTTP door often, from its OpenAPI document; EXAMPLES of each kind for each operation
	API_EXAMPLES=$(or $(EXAMPLES),60) .venv/bin/pytest -q tests/web/test_api_document.py

# Makes both recognition models: speaks the corpora anew and goes on training the networks that are there, which takes
# two cores about half an hour (docs/decisions/0076-rivals-by-sound.md); how they came about from nothing: 0066, 0070.
# The graphs alone, for new words: .venv/bin/python -m tools.acoustic graph
models: setup voices
	@tools/setup/models.sh
	.venv-models/bin/python -m tools.acoustic all

testing: # what tests and the benches of the accounts need besides
	@tools/setup/testing.sh

voices: # what speaks the training phrases, and the recorded people of bench-hearing
	@tools/setup/voices.sh

doctor:
	.venv/bin/ivr doctor

# Pins what pyproject.toml and requirements-dev.in ask for; no index and no host is written into the files.
requirements:
	$(PYTHON) -m piptools compile --quiet --strip-extras --no-header --no-emit-index-url --no-emit-trusted-host \
	    --no-emit-find-links --output-file=requirements.txt pyproject.toml
	$(PYTHON) -m piptools compile --quiet --strip-extras --no-header --no-emit-index-url --no-emit-trusted-host \
	    --no-emit-find-links --constraint=requirements.txt --output-file=requirements-dev.txt requirements-dev.in

clean:
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
	find ivr tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
