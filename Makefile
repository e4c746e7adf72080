# The project's commands; `make` alone lists them. All that is installed goes into .venv; nothing else is touched.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
# Anything that names an exact set of versions with hashes is installed as it stands: pip has nothing to decide.
PINNED := --require-hashes --no-deps
FOLDER ?= demo-run
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
	--no-emit-find-links --upgrade --custom-compile-command 'make lock'
PURE := watchtower/types/*,watchtower/text.py,watchtower/rules.py,watchtower/errors.py,watchtower/health.py,watchtower/opml.py
PURE := $(PURE),watchtower/parse/*,watchtower/fulltext/*,watchtower/stories/*,watchtower/classify/*,watchtower/assess/*,watchtower/digest/*

BENCHMARKS := $(filter-out test_% _%,$(basename $(notdir $(wildcard benchmarks/*.py))))

.DEFAULT_GOAL := help
.PHONY: help demo install test check bench lock clean
.DELETE_ON_ERROR:

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 18

demo: $(VENV)/.run-installed ## see it work: seventeen days of sample feeds, ends with the digest's path
	@$(BIN)/watchtower demo --folder '$(FOLDER)'

install: $(VENV)/.run-installed ## install into .venv what running needs

test: $(VENV)/.dev-installed ## run all tests
	$(BIN)/python -m pytest

check: $(VENV)/.dev-installed ## all that a change must pass: format, lint, types, floors, tests with coverage
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --cov --cov-report=
	$(BIN)/coverage report --skip-covered --show-missing
	$(BIN)/coverage report --include='$(PURE)' --fail-under=95 > /dev/null || \
		{ echo 'branch coverage of the pure floors is under 95 %'; exit 1; }

bench: $(VENV)/.dev-installed ## run the benchmarks and print their numbers; `make bench ONE=classify` runs one
	@for script in $(or $(ONE),$(BENCHMARKS)); do echo "== $$script"; PYTHONPATH=. $(BIN)/python benchmarks/$$script.py || exit 1; done

lock: ## pin again what pyproject.toml asks for (needs uv)
	@command -v uv > /dev/null || { echo 'make lock needs uv; install it with: pip install uv' >&2; exit 2; }
	uv pip compile $(LOCK) --output-file requirements/run.txt pyproject.toml requirements/build.in
	uv pip compile $(LOCK) --output-file requirements/dev.txt --extra postgresql --group dev \
		--constraint requirements/run.txt pyproject.toml requirements/build.in

clean: ## remove .venv, the demo's folder and all caches
	rm -rf $(VENV) demo-run .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov build dist
	find watchtower tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.run-installed: requirements/run.txt pyproject.toml $(VENV)/bin/python
	@echo 'installing what watchtower needs into $(VENV) (once; a minute or two)' >&2
	@$(PIP) $(PINNED) -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev-installed: requirements/dev.txt $(VENV)/.run-installed
	@echo 'installing what development needs into $(VENV)' >&2
	@$(PIP) $(PINNED) -r requirements/dev.txt
	@touch $@

$(VENV)/bin/python:
	@PYTHON="$(PYTHON)" sh requirements/make-venv.sh $(VENV)
