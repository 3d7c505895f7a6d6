# Everything a newcomer needs: make demo, make test, make check, make bench.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

PORT ?= 8000
SERVE ?= 1
# How many tests run at once, and what else to tell pytest: make test PYTEST="tests/kernel -k money"
JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n > 8 ? 8 : n)))
PYTEST ?=

PYTHON := .venv/bin/python
INSTALLED := .venv/installed
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)

.PHONY: help demo test check bench setup browser database translations diagrams format lock stop clean

help:
	@echo "make demo   set up, load the demo county and serve it (PORT=8000, SERVE=0 to stop before serving)"
	@echo "make test   set up and run every test (JOBS=2, PYTEST=\"tests/kernel -k money\")"
	@echo "make check  lint, types, layers, migrations, translations, templates, diagrams, budgets"
	@echo "make bench  the benchmarks (BENCH_N=1000, BENCH_ONLY=payroll,inbox)"
	@echo "make stop   stop the embedded PostgreSQL     make clean  remove what was made here"
	@echo "Also: format, translations, diagrams, lock. DEVELOPERS.md says when."

demo: database
	@$(PYTHON) manage.py demo
	@if [[ "$(SERVE)" != 0 ]]; then exec scripts/serve $(PORT); fi

test: browser $(INSTALLED) $(COMPILED)
	@$(PYTHON) -m project.database start
	@$(PYTHON) -m pytest -n $(JOBS) --dist loadgroup -q $(PYTEST)

check: $(INSTALLED) $(COMPILED)
	@scripts/check

bench: database
	@$(PYTHON) manage.py bench

# Set-up, each step only when what it depends on has changed

setup: $(INSTALLED) $(COMPILED)

$(INSTALLED): requirements.lock scripts/install
	@scripts/system_packages
	@scripts/install
	@touch $@

browser: $(INSTALLED)
	@scripts/system_packages --browser

%.mo: %.po | $(INSTALLED)
	@$(PYTHON) scripts/translations.py compile

database: $(INSTALLED) $(COMPILED)
	@scripts/system_packages
	@$(PYTHON) manage.py migrate --verbosity 0

# For those who change the code

format: $(INSTALLED)
	@.venv/bin/ruff check --quiet --fix . ; .venv/bin/ruff format --quiet .

translations: $(INSTALLED)
	@$(PYTHON) scripts/translations.py update
	@$(PYTHON) scripts/translations.py compile

diagrams: $(INSTALLED)
	@$(PYTHON) manage.py statediagrams

lock: $(INSTALLED)
	@scripts/lock

stop:
	@if [[ -x $(PYTHON) ]]; then $(PYTHON) -m project.database stop; fi

# The embedded database goes too; a database named by DATABASE_URL stays as it is.
clean: stop
	@rm -rf .venv var .hypothesis .pytest_cache .ruff_cache .mypy_cache .import_linter_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +
	@find locale -name '*.mo' -delete 2>/dev/null || true
