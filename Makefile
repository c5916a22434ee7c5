# satupintu: one command for each thing one does here. `make help` lists them.

PYTHON ?= python3
PACK ?= packs/metro
VENV := .venv/bin
TESTS ?=
ROUNDS ?= 1000
SIZE ?= 10000
WORKLOADS ?=

.DEFAULT_GOAL := help
.PHONY: help run reset test check format conformance pack docs bench bench-letters faults verify-journal restore-drill requirements sbom

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

docs: dev ## Build the documents as one static site in .data/docs/site; a broken link stops it
	@rm -rf .data/docs && mkdir -p .data/docs/source
	@cp -r --parents docs $(wildcard *.md LICENSE */README.md satupintu/*/README.md satupintu/*/*/README.md) .data/docs/source
	@$(VENV)/mkdocs build

pack: base ## Check a pack: make pack PACK=packs/metro
	@$(VENV)/python manage.py check_pack $(PACK)

bench: dev ## Measure speed: make bench [SIZE="10000 1000000"] [WORKLOADS="track list"]
	@SIZE="$(SIZE)" WORKLOADS="$(WORKLOADS)" $(VENV)/python -m benchmarks

bench-letters: dev ## Time a Lurah's list and an RT's answer in a small city and one a hundred times larger
	@$(PYTHON) -m launcher with-database --throwaway -- $(VENV)/python -m benchmarks.letters

faults: dev ## Kill processes, play lives of applications, and add up: make faults [ROUNDS=1000] [SEED=7]
	@$(VENV)/python -m tests.faults.rounds --rounds $(ROUNDS) $(if $(SEED),--seed $(SEED))
	@LIVES=$(ROUNDS) $(VENV)/python -m pytest -q -n 0 tests/faults/test_life.py

verify-journal: base ## Prove that nothing in the journal was changed or removed
	@$(VENV)/python -m launcher with-database -- $(VENV)/python manage.py verify_journal

restore-drill: base ## Back up, restore in a scratch folder, compare: make restore-drill [UNTIL=14:30] [PGBACKREST=satupintu]
	@$(PYTHON) -m launcher restore-drill $(if $(UNTIL),--until $(UNTIL)) $(if $(PGBIN),--bin $(PGBIN)) $(if $(PGBACKREST),--pgbackrest $(PGBACKREST))

requirements: dev ## Pin newer packages, with hashes
	$(VENV)/python -m pip install --quiet uv
	$(VENV)/uv $(COMPILE) requirements/base.in -o requirements/base.txt
	$(VENV)/uv $(COMPILE) requirements/dev.in -o requirements/dev.txt

COMPILE := pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command "make requirements"

.PHONY: base dev
base dev:
	@$(PYTHON) -m launcher install $@

sbom: ## List all pinned packages with their hashes (CycloneDX): make sbom > satupintu.cdx.json
	@$(PYTHON) -m launcher.sbom requirements/base.txt
