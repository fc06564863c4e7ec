# Kindred: `make help` lists what can be done. PORT, HOST and DATA_DIR may be given to any of them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -o pipefail -c
PYTHON ?= python3
BIN := .venv/bin
CODE := config demo accounts shop recommendations ml benchmarks tests manage.py locustfile.py

# Installs a lock file and counts the packages as they come.
PIP := $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --require-hashes
define install
$(PIP) -r $(1) | awk -v total="$$(grep -c '^[a-zA-Z].*==' $(1))" \
  '/^(Collecting|Requirement already)/ { printf "\r  %d of about %d packages found", ++n, total; fflush() } \
   /^Installing collected/ { printf "\n  installing them"; fflush() } END { print "" }'
endef

.PHONY: help run test test-fast check setup setup-dev format lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: setup ## Open the shop: set up, load demo data, train, serve (Ctrl-C stops)
	@exec $(BIN)/python manage.py start

# Many tests start Python: compiled files spare each process a second. Long files start first (tests/kinds.py).
PYTEST := env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

test: setup-dev ## Run the whole test suite
	@$(PYTEST) $(ARGS)

test-fast: setup-dev ## Run the tests without servers, browser, trainings and processes of their own
	@$(PYTEST) --fast -r fE $(ARGS)

check: setup-dev ## Lint, types, architecture, templates, migrations, known vulnerabilities
	@.ci/check $(CODE)

format: setup-dev ## Format code and templates
	@$(BIN)/ruff check --fix --quiet $(CODE); $(BIN)/ruff format $(CODE)
	@git ls-files 'templates/*.html' | xargs $(BIN)/djade --target-version 5.2

setup: .venv/run.stamp node_modules/setup.stamp ## Create .venv and fetch the front-end packages

setup-dev: setup .venv/dev.stamp

lock: ## Lock requirements*.in again (needs uv)
	@for name in requirements requirements-dev requirements-mongodb-test requirements-node; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url $$name.in -o $$name.txt || exit 1; \
	done

clean: ## Delete the environment and the front-end packages (data in DATA_DIR stays)
	@rm -rf .venv node_modules

.venv/bin/python:
	@echo "Creating the virtual environment (.venv)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Kindred needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python cannot make virtual environments here; on Debian: apt install python3-venv"; exit 1; }

.venv/run.stamp: requirements.txt | .venv/bin/python
	@echo "Installing the Python packages (about two minutes the first time)"
	@$(call install,requirements.txt)
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	@echo "Installing the packages of tests and checks"
	@$(call install,requirements-dev.txt)
	@touch $@

node_modules/setup.stamp: package-lock.json requirements-node.txt | .venv/bin/python
	@echo "Fetching the front-end packages"
	@if command -v npm >/dev/null; then npm ci --ignore-scripts --loglevel error; else \
	  $(PIP) --quiet -r requirements-node.txt && PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --ignore-scripts --loglevel error; fi
	@touch $@
