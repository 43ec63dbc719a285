# `make demo` and `make test` set up what they need; nothing else has to be installed but Python 3.11 and pip.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test check bench docs train test-train test-ray clean

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
	$(BIN)/python -m benchmarks.memory
	$(BIN)/python -m benchmarks.pages --events 30000
	$(BIN)/python -m benchmarks.formats
	$(BIN)/python -m benchmarks.dataset
	$(BIN)/python -m benchmarks.clusters
	$(BIN)/python -m benchmarks.faults

docs: setup
	$(BIN)/mkdocs build --strict

# Rebuilds the encoder's weights in an environment of their own: two runs, a larger teacher, and a run that hears it.
TRAIN := $(VENV)-train/bin/python -m training.train
LABEL := $(VENV)-train/bin/python -m training.teacher
LATER := dense_,border_,weak_,fresh_
train: $(VENV)-train/.done
	$(VENV)-train/bin/pip install --quiet --disable-pip-version-check --constraint constraints-train.txt \
		--editable ".[teacher]"
	$(TRAIN) --workers 1 --without $(LATER) --output build/encoder-1
	$(TRAIN) --workers 1 --without fresh_ --start build/encoder-1 --output build/encoder-2 \
		--set seed=2 epochs=2 rate=1.5e-4 none_ratio=0.7 average_from=0.3 keep=0.5
	$(LABEL) weights --output build/mpnet
	$(TRAIN) --base build/mpnet --output build/teacher --set epochs=1.7 rate=6e-5 layer_decay=0.9 head_rate=5e-4 \
		none_ratio=0.5 smoothing=0.05 dropout=0.1 inner_dropout=0.1 average_from=0.5
	$(LABEL) label --output build/soft.npz
	$(TRAIN) --start build/encoder-2 --soft build/soft.npz --output build/encoder \
		--set seed=4 epochs=3 rate=1.5e-4 none_ratio=0.6 average_from=0.3 teacher_share=0.6 smoothing=0.05 keep=0.3
	$(VENV)-train/bin/python -m training.export --run build/encoder

$(VENV)-train/.done: constraints-train.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)-train
	$(VENV)-train/bin/pip install --quiet --disable-pip-version-check --constraint constraints-train.txt \
		--editable ".[train]" pytest pytest-timeout hypothesis
	touch $@

# Training is tested apart: the environment that users get holds no torch.
test-train: $(VENV)-train/.done
	$(VENV)-train/bin/python -m pytest -m train tests/training

# The Ray engine likewise, on a cluster of three nodes on this machine.
test-ray: $(VENV)-ray/.done
	$(VENV)-ray/bin/python -m pytest -m ray tests/cluster

$(VENV)-ray/.done: constraints-ray.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)-ray
	$(VENV)-ray/bin/pip install --quiet --disable-pip-version-check --constraint constraints-ray.txt \
		--editable ".[ray]" pytest pytest-timeout hypothesis
	touch $@

clean:
	rm -rf $(VENV) $(VENV)-train $(VENV)-ray build dist site demo.duckdb demo.duckdb.wal demo-report.html
