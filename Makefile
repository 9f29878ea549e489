# Two commands on a bare machine: make rehearse, make test. Everything is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help rehearse test test-all lint soak bench messages reference constraints clean
help:
	@echo "make rehearse     run the main job for the six teams of accounts.csv against a simulated AWS"
	@echo "make test         linters, types and tests, but those that need PostgreSQL or Chromium, and seeds of sweeps"
	@echo "make test-all     those too; on Debian it installs what is missing for them"
	@echo "make soak         a crash before and after every single call of a run (some minutes)"
	@echo "make soak SEEDS=10000   accounts whose luck is drawn from so many seeds (FROM=n: from the n-th on)"
	@echo "make soak SWEEPS=1000   the same for accounts that are swept"
	@echo "make bench        what 10, 100 and 1,000 accounts cost in time, calls, CPU and memory, a sweep, and packing pictures"
	@echo "make messages      bring the catalogue of translations up to date with the program, and compile it"
	@echo "make reference    write docs/reference.md and docs/errors.md anew, the JSON Schemas too, and draw docs/*.svg"
	@echo "make constraints  choose the newest versions that fit and pin them in constraints.txt"
	@echo "make clean        remove the environment and what runs have left"

# pip comes first: versions as old as 23.2 stumble over the metadata of some packages below.
$(READY): setup.cfg pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up $(VENV) (half a minute, once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25'
	@PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)

rehearse: $(READY)
	@$(BIN)/event-bootstrap rehearse $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: lint
	@$(BIN)/pytest --numprocesses 3 --dist worksteal -m "not postgresql and not browser and not seeds" $(ARGS)
	@echo "left out: tests that need a PostgreSQL server or Chromium, and seeds of sweeps; make test-all runs them too"

test-all: lint
	@.ci/servers
	@PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,browser]'
	@TEST_ALL=1 $(BIN)/pytest --numprocesses 3 --dist worksteal $(ARGS)

soak: $(READY)
ifdef SWEEPS
	@SWEEPS=$(SWEEPS) FROM=$(FROM) $(BIN)/pytest --numprocesses 2 --show-capture no tests/simulation/test_sweep_simulation.py $(ARGS)
else ifdef SEEDS
	@SEEDS=$(SEEDS) FROM=$(FROM) $(BIN)/pytest --numprocesses 2 --show-capture no tests/simulation/test_simulation.py $(ARGS)
else
	@EVERY_CALL=1 $(BIN)/pytest tests/simulation/test_crash.py $(ARGS)
endif

bench: $(READY)
	@$(BIN)/python -m tests.bench $(ARGS)
	@BIG=$(BIG) $(BIN)/python -m tests.bench_sweep
	@$(BIN)/python -m tests.bench_packing

messages: $(READY)
	@$(BIN)/python docs/messages.py $(ARGS)

reference: $(READY)
	@$(BIN)/python docs/reference.py
	@$(BIN)/python docs/schemas.py
	@$(BIN)/python docs/drawings.py

constraints:
	@rm -rf .venv-constraints && $(PYTHON) -m venv .venv-constraints
	@.venv-constraints/bin/python -m pip install --quiet --upgrade 'pip>=25'
	@.venv-constraints/bin/python -m pip install --quiet '.[dev,browser]'
	@{ echo "# Made by: make constraints"; .venv-constraints/bin/python -m pip freeze --exclude event-bootstrap; } > constraints.txt
	@rm -rf .venv-constraints build *.egg-info

clean:
	@rm -rf $(VENV) .venv-constraints .event-bootstrap build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
