# Everything one does with this repository. Needs GNU make and Python 3.11 or newer with its venv module;
# after the first run of a target nothing more is fetched from the network.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
PY := $(VENV)/bin/python
# A stamp lives in the environment it speaks of and carries the lock's hash: change either and set-up runs again.
APP := $(VENV)/.app-$(shell sha256sum requirements/app.txt | cut -c1-16)
DEV := $(VENV)/.dev-$(shell sha256sum requirements/dev.txt | cut -c1-16)
FORM := .make/form-$(shell cat src/trueup/*/migrations/*.py requirements/app.txt | sha256sum | cut -c1-16)
TEST_PROCESSES ?= 2
TESTS ?=
CASES ?= ../shared/data/worked_cases.json

.PHONY: help run test check fix bench shots features docs cases mutants assets programs lock clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-8s %s\n", $$1, $$2 }'

run: $(APP) assets $(FORM) ## Start Trueup with the sample estate, on http://127.0.0.1:8000 (or TRUEUP_BIND)
	@exec $(PY) -m trueup serve --sample

test: $(DEV) programs assets $(FORM) check ## Check everything, then run every test (TESTS=path for some, DATABASE_URL=… for your server)
	@$(PY) -m pytest -n $(TEST_PROCESSES) --dist loadscope $(TESTS)

check: export TRUEUP_SECRET_KEY ?= only-for-the-checks
check: $(DEV) ## Lint, formatting, types, who may use whom, templates
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint src --lint --quiet

fix: $(DEV) ## Mend what the linter and the formatter can mend
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .
	$(VENV)/bin/djlint src --reformat --quiet

bench: $(DEV) ## Measure: every list at 100,000 licences, search, exports, counting, the cheapest cover (an hour)
	$(PY) -m bench

SHOTS ?= build/shots

shots: $(DEV) programs assets $(FORM) ## Write pictures of every page of the sample estate (SHOTS=folder, FLAGS="--address … --password …")
	@$(PY) -m tests.shots $(SHOTS) $(FLAGS)

cases: $(DEV) ## Count the worked cases of a file (CASES=path)
	$(PY) -m licensing.cases $(CASES)

MUTANTS ?=

mutants: $(DEV) ## Change the rules one at a time and see whether a test notices (MUTANTS="licensing.need.* …"; all take a night)
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/mutants.txt
	@$(PY) -m tests.mutants $(MUTANTS)

features: $(DEV) ## Say which test proves which row of acceptance, and what is to come with which issue
	@$(PY) -m tests.features

docs: $(DEV) ## Write the reference anew from the code, and say what is undocumented
	@$(PY) -m trueup docs build
	@$(PY) -m trueup docs check

assets: $(APP) ## Cut fonts, icons and scripts for the browser out of the installed packages
	@$(PY) -m trueup.web.assets

programs: ## Make sure that what the tests drive is here: Chromium, two inventory agents, a directory
	@.ci/programs

lock: ## Resolve requirements/*.in anew into the locks (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: python3 -m pip install uv"; exit 1; }
	cd requirements && for name in app dev mutants; do \
	  uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --upgrade --output-file $$name.txt $$name.in; done

clean: ## Remove the environment and everything generated
	rm -rf $(VENV) .make build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	rm -rf src/trueup/web/static/vendor src/trueup/project/first_form.sql
	find . -name __pycache__ -prune -exec rm -rf {} +

# The locks of dev contain those of app, so an environment for working serves for running as well.
$(APP):
	@[ -e $(DEV) ] || .ci/set-up requirements/app.txt
	@touch $@

$(DEV):
	@.ci/set-up requirements/dev.txt
	@touch $@ $(APP)

# A new database takes its form from one script instead of every migration: seconds less on the first start.
$(FORM): | $(APP)
	@$(PY) -m trueup.cli.first_form
	@mkdir -p .make && touch $@
