# Everything a developer does. Each target sets itself up: a virtual environment in .venv, made once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup able demo up test near check bench docs lock format clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) deploy/local/preflight.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setting up $(VENV) (once)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

setup: $(READY)  ## make .venv with everything in it

able: $(READY)
	@$(BIN)/python deploy/local/preflight.py

demo: able  ## the whole job on embedded servers, in a few minutes; leaves out/demo/
	@$(BIN)/python -m deploy.demo

up: able  ## the stack in the foreground, data in .local/ (not for real children)
	@$(BIN)/python -m deploy.local

test: able  ## every test, on real servers
	@$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder

near: able  ## the fast tests alone: domain and contract, seconds
	@$(BIN)/pytest -q tests/domain tests/contract

check: $(READY)  ## ruff, mypy --strict, import contracts, exported API documents up to date
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m deploy.documents --check

bench: able  ## benchmarks beside their peers; leaves out/bench.json (ROWS="ingest scale" for some)
	@$(BIN)/python -m bench $(ROWS)

docs: $(READY)  ## export the OpenAPI and AsyncAPI documents
	@$(BIN)/python -m deploy.documents

format: $(READY)  ## ruff, applied
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock:  ## renew the hashed locks (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-find-links --custom-compile-command "make lock" pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-find-links --custom-compile-command "make lock" pyproject.toml --group local --group dev -c requirements/run.txt -o requirements/dev.txt

clean:  ## remove what the targets made (not .local/)
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache .hypothesis
