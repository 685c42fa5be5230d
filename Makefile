PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

export HF_HUB_OFFLINE ?= 1
export TOKENIZERS_PARALLELISM ?= false
export Q

.PHONY: help ask serve test check format bench bench-reader bench-page load torture venv lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

ask: $(STAMP)  ## answer a question from the articles: make ask Q="..."
	@$(BIN)/assistant ask "$$Q"

serve: $(STAMP)  ## serve the HTTP API
	@$(BIN)/assistant serve

test: $(STAMP)  ## run all tests
	@$(BIN)/pytest -q -n 3 --dist worksteal $(ARGS)

check: $(STAMP)  ## format, lint, types, layers, lock file
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>&1 | tail -n 3
	@$(BIN)/python -m tools.lock --check

format: $(STAMP)  ## rewrite the code in the project's format
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --fix --quiet .

bench: $(STAMP)  ## quality and speed beside the plain LangChain pipeline
	@$(BIN)/python -m bench $(ARGS)

bench-reader: $(STAMP)  ## what each search and each part of the reader add, and what it costs
	@$(BIN)/python -m bench.reader $(ARGS)

bench-page: $(STAMP)  ## what someone at the page waits for, and 50 streams at once
	@$(BIN)/python -m bench.page $(ARGS)

load: $(STAMP)  ## 5, 10 and 20 users for 10 minutes each: throughput, latency, memory
	@$(BIN)/python -m bench.load $(ARGS)

torture: $(STAMP)  ## hours of faults with figures (docs/reliability.md)
	@failed=""; for one in faults statements crash full_disk damage writers uploads strangers slack schema xss injection; do \
	    echo "== $$one"; $(BIN)/python -m bench.$$one || failed="$$failed $$one"; \
	done; [ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }

venv: $(STAMP)  ## make the environment

lock: $(STAMP)  ## write requirements.lock from pyproject.toml
	@$(BIN)/pip install --quiet --upgrade -e '.[dev,bench,train]'
	@$(BIN)/python -m tools.lock

clean:  ## remove the environment and the data folder
	rm -rf $(VENV) data

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed, this is " + sys.version.split()[0] + ": make PYTHON=python3.11 ...")'
	@echo "Making $(VENV) (some minutes, once) ..." >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)
