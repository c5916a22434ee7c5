# satupintu: one command for each thing one does here. `make help` lists them.

PYTHON ?= python3
PACK ?= packs/metro
VENV := .venv/bin
TESTS ?=

.DEFAULT_GOAL := help
.PHONY: help run reset test check format conformance pack bench-letters verify-journal restore-drill requirements

help: ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1|/' | column -t -s '|'

# Each city has a folder and a database of its own.
run reset verify-journal restore-drill: export SATUPINTU_DATA ?= $(CURDIR)/.data/$(notdir $(PACK:/=))

run: ## Start everything on this machine: make run [PACK=packs/metro]
	@exec $(PYTHON) -m launcher run $(PACK)

reset: base ## Delete the demonstration: its database and its data folder
	@$(PYTHON) -m launcher reset

test: dev ## Run the tests: make test [TESTS=tests/cases]
	@$(VENV)/python -m pytest -n auto $(TESTS)

check: dev ## Format, lint, types, floors, templates, migrations
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	SATUPINTU_SANDBOX=1 $(VENV)/mypy
	$(VENV)/lint-imports
	$(VENV)/djlint satupintu --lint --quiet
	@$(VENV)/python -m launcher with-database --throwaway -- \
		$(VENV)/python manage.py makemigrations --check --dry-run

format: dev ## Let ruff format and mend what it can
	$(VENV)/ruff format .
	$(VENV)/ruff check --fix .

conformance: dev ## Run the tests and write docs/conformance.md
	@$(VENV)/python -m pytest -n auto -m requirement -p tests.conformance --conformance docs/conformance.md

pack: base ## Check a pack: make pack PACK=packs/metro
	@$(VENV)/python manage.py check_pack $(PACK)

bench-letters: dev ## Time a Lurah's list and an RT's answer in a small city and one a hundred times larger
	@$(PYTHON) -m launcher with-database --throwaway -- $(VENV)/python -m benchmarks.letters

verify-journal: base ## Prove that nothing in the journal was changed or removed
	@$(VENV)/python -m launcher with-database -- $(VENV)/python manage.py verify_journal

restore-drill: base ## Back up, restore in a scratch folder, compare: make restore-drill [UNTIL=14:30]
	@$(PYTHON) -m launcher restore-drill $(if $(UNTIL),--until $(UNTIL)) $(if $(PGBIN),--bin $(PGBIN))

requirements: dev ## Pin newer packages, with hashes
	$(VENV)/python -m pip install --quiet pip-tools
	$(VENV)/pip-compile $(PIP_COMPILE) -o requirements/base.txt requirements/base.in
	$(VENV)/pip-compile $(PIP_COMPILE) -o requirements/dev.txt requirements/dev.in

PIP_COMPILE := --quiet --upgrade --generate-hashes --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.PHONY: base dev
base dev:
	@$(PYTHON) -m launcher install $@
