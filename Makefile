# `make demo` and `make test` set up what they need; nothing else has to be installed but Python 3.11 and pip.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test check bench docs train clean

setup: $(VENV)/.done

$(VENV)/.done: constraints.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	touch $@

demo: setup
	rm -f demo.duckdb demo.duckdb.wal
	$(BIN)/detente ingest src/detente/samples/corpus.jsonl --store demo.duckdb
	$(BIN)/detente relation RUS USA --store demo.duckdb --since 2021-01-01 --until 2021-07-31 --by week
	$(BIN)/detente relation RUS USA --store demo.duckdb --since 2021-01-01 --until 2021-07-31 --by week --format html --output demo-report.html
	@echo "The report is in demo-report.html; it opens in any browser, without a network."

test: setup
	$(BIN)/python -m pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check src tests training benchmarks
	$(BIN)/mypy
	$(BIN)/mkdocs build --quiet --strict --site-dir build/site

bench: setup
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.clusters

docs: setup
	$(BIN)/mkdocs build --strict

# Rebuilds the encoder's weights; needs the extra `train`.
train: setup
	$(BIN)/pip install --quiet --constraint constraints-train.txt --editable ".[train]"
	$(BIN)/python -m training.train

clean:
	rm -rf $(VENV) build dist site demo.duckdb demo.duckdb.wal demo-report.html
