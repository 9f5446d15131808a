# Every command of the project. `make` alone lists them.

VENV ?= .venv
PORT ?= 8000
PYTEST_ARGS ?=
POSTGRES_URL ?= postgres://$(shell id -un)@127.0.0.1:5432/threshold
REDIS_URL ?= redis://127.0.0.1:6379/9
OTHERS := browser or kill or bench or load or services or pdfsig

PY := $(VENV)/bin/python
FIND_PYTHON := sh lms/scripts/find_python.sh
# A variable given on the command line of make reaches find_python.sh through the environment.
export PYTHON

define ready
@python=$$($(FIND_PYTHON)) && "$$python" lms/scripts/environment.py $(1) --venv "$(VENV)"
endef

# Compiled files are kept, or each process of the suite would compile every test and module anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test test-thorough check check-material test-browser test-kill test-postgres bench load lock

help: ## list the commands
	@echo "Threshold: trains and certifies TMS technicians"
	@echo
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | awk -F'|' '{printf "%-22s%s\n", $$1, $$2}'

demo: ## the whole story on real parts, then the site at PORT=8000 (EXIT=1 stops after the story, RESET=1 starts over)
	$(call ready,runtime --port $(PORT))
	@SITE_URL="http://localhost:$(PORT)" $(PY) manage.py demo $(if $(filter 1,$(EXIT)),--exit) $(if $(filter 1,$(RESET)),--reset)

test: ## the test suite; needs no service
	$(call ready,dev)
	@$(PY) -m pytest -q -n 2 --dist loadfile $(PYTEST_ARGS)

test-thorough: ## what is too dear for every edit: marked tests, and properties with four times the examples
	$(call ready,dev)
	@HYPOTHESIS_PROFILE=full $(PY) -m pytest -q -n 2 --dist loadfile -m "(thorough or hypothesis) and not ($(OTHERS))" $(PYTEST_ARGS)

check: ## lint, format, types, import contracts, templates, migrations, deployment settings
	$(call ready,dev)
	@VENV="$(VENV)" bash lms/scripts/check.sh

check-material: ## read the course material as a careful editor would: counts, and every finding
	$(call ready,dev)
	@$(PY) manage.py check_material

test-browser: ## journeys in a real browser (Debian's chromium)
	$(call ready,dev)
	@VENV="$(VENV)" bash lms/scripts/chromium.sh
	@$(PY) -m pytest -q -m browser tests/browser $(PYTEST_ARGS)

test-kill: ## real processes, killed at random and at named points
	$(call ready,dev)
	@$(PY) -m pytest -q -m kill tests/kill $(PYTEST_ARGS)

test-postgres: ## the suite and the marked tests on PostgreSQL (POSTGRES_URL), the workers on Redis (REDIS_URL)
	$(call ready,dev)
	@DATABASE_URL="$(POSTGRES_URL)" $(PY) -m pytest -q -n 2 --dist loadfile -m "not ($(OTHERS))" $(PYTEST_ARGS)
	@DATABASE_URL="$(POSTGRES_URL)" TEST_REDIS_URL="$(REDIS_URL)" $(PY) -m pytest -q -m services tests/kill $(PYTEST_ARGS)

bench: ## server CPU per page, save, attempt and certificate; writes var/bench.json
	$(call ready,dev)
	@$(PY) -m pytest -q -s -m bench tests/benchmarks $(PYTEST_ARGS)

load: ## a full exam hall of 300 candidates on both databases; writes var/load.json
	$(call ready,dev)
	@$(PY) -m pytest -q -s -m load tests/benchmarks $(PYTEST_ARGS)

lock: ## make the hash-pinned lock files anew from pyproject.toml
	$(call ready,dev)
	@VENV="$(VENV)" bash lms/scripts/lock.sh
