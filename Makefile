# Two commands matter: `make demo` and `make test`. The rest serve them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help

help: ## list the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## make .venv with everything duban, its tests and its benchmarks need

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	  || { echo "Duban needs Python 3.11, 3.12 or 3.13 (make setup PYTHON=python3.12)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## the bot beside a simulated WeCom and DingTalk, with a page to chat on
	$(BIN)/duban demo

test: setup ## lint, types and every test
	$(BIN)/python -m tests.preparation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist worksteal

corpus: setup ## score every row of what people type
	DUBAN_TESTS_CORPUS=1 $(BIN)/pytest -n auto --dist worksteal tests/understanding

learn: setup ## learn anew what sentences tell, after some were added
	$(BIN)/python -m tests.understanding.sentences
	$(BIN)/python -m handlers.understanding.hunch.learning

format: setup ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

hooks: setup ## install the local commit hooks: format, lint, types
	$(BIN)/pre-commit install

bench: setup ## the figures of benchmarks/, as ratios within one run
	$(BIN)/python -m benchmarks

lock: ## write the locked dependencies anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra postgres --extra redis -o requirements/run.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header \
	  --no-annotate --extra postgres --extra redis -o requirements/dev.txt

clean: ## remove what the commands made
	rm -rf $(VENV) data .mypy_cache .pytest_cache .ruff_cache

.PHONY: help setup demo test corpus learn format hooks bench lock clean
