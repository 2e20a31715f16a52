# make run: set up everything and serve the demo. make test: set up everything and run every check.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# Checks start Python hundreds of times: let it keep what it has compiled, also where that is switched off.
export PYTHONDONTWRITEBYTECODE :=
PYTEST := $(BIN)/python -m pytest --numprocesses 2 --quiet

.PHONY: help setup dev run test lint types front unit postgresql scaled browser journeys faults bench messages lock clean
SEEDS ?= 20

help:  ## Say what each target does
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s $$'\t'

setup: .setup/app  ## Install what the product needs; leaves .venv/bin/platskollen
	@$(BIN)/python tools/assets.py
	@$(BIN)/python tools/messages.py compile

.setup/app: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found."; exit 1; }
	@echo "Setting up Python packages in .venv (once) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@mkdir -p .setup && touch $@

dev: setup .setup/dev  ## Install what the checks need as well

.setup/dev: requirements-dev.lock .setup/app
	@echo "Setting up the packages of the checks (once) …"
	@# What is not compiled here is when it is first used, and most of it never is.
	@$(PIP) --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

run: setup  ## Serve the demo on http://localhost:8000
	@$(BIN)/platskollen serve --demo

test: dev  ## Run every check
	@# Types take one core for minutes; what needs no database runs beside them.
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint types front
	@$(MAKE) --no-print-directory unit postgresql browser

lint: dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/djlint app/templates --lint --quiet
	$(BIN)/python tools/messages.py check

types: dev
	$(BIN)/mypy

front: dev
	$(BIN)/python tools/assets.py --packages
	$(BIN)/python tools/node.py npm run --silent lint
	$(BIN)/python tools/node.py npm run --silent types
	$(BIN)/python tools/node.py npm run --silent test

# The API is fuzzed on PostgreSQL only, which refuses more than SQLite does.
unit: dev
	$(PYTEST) --ignore=tests/browser --ignore=tests/faults --ignore=tests/api/test_fuzz.py
	$(PYTEST) tests/faults/test_proxy.py

postgresql: dev
	PLATSKOLLEN_TEST_DATABASE=postgresql $(PYTEST) tests/database tests/api \
		tests/services/test_finding_lists.py tests/services/test_imports.py \
		tests/services/test_import_findings.py tests/services/test_letters.py \
		tests/services/test_answer_order.py

scaled: dev  ## Every service on PostgreSQL as well
	PLATSKOLLEN_TEST_DATABASE=postgresql $(PYTEST) tests/services

browser: dev
	@$(BIN)/python tools/chromium.py
	$(PYTEST) tests/browser --ignore=tests/browser/test_whole_walk.py --ignore=tests/browser/test_everybody.py

journeys: dev  ## Whole days of several people in real browsers, minutes each
	@$(BIN)/python tools/chromium.py
	$(PYTEST) tests/browser/test_whole_walk.py tests/browser/test_everybody.py

faults: dev  ## Each fault, then random days of a failing phone, link and server: make faults SEEDS=200
	@$(BIN)/python tools/chromium.py
	$(PYTEST) tests/faults
	$(BIN)/python -m tests.faults.seeds $(SEEDS)

bench: dev  ## Measure, as ratios against a floor of this machine
	@$(BIN)/python tools/chromium.py
	$(BIN)/python -m bench

messages: dev  ## Bring the catalogues up to date with the code
	$(BIN)/python tools/messages.py update

lock:  ## Resolve the dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate \
		--upgrade pyproject.toml --output-file requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate \
		--upgrade pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## Remove everything that setup made; the data in var/ stays
	rm -rf .venv .setup node_modules app/static/build
