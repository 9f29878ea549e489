# Two commands on a bare machine: make rehearse, make test. Everything is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TOOLS := .venv-tools
CLIENTS := .venv-clients
VERSION := $(shell sed -n 's/^version = //p' setup.cfg)

.PHONY: help rehearse test test-all clients lint soak bench day messages reference requirements sbom image image-check clean
help:
	@echo "make rehearse     run the main job for the six teams of accounts.csv against a simulated AWS"
	@echo "make test         linters, types and tests, but those that need PostgreSQL, Chromium or other AWS clients, and more examples of the same"
	@echo "make test-all     those too; on Debian it installs what is missing for them"
	@echo "make clients      install the AWS clients that tests let work on the simulated AWS, each apart"
	@echo "make soak         a crash before and after every single call of a run (some minutes)"
	@echo "make soak SEEDS=10000   accounts whose luck is drawn from so many seeds (FROM=n: from the n-th on)"
	@echo "make soak FUZZ=500    so many damaged inputs for each reader of files, buckets, pictures and the journal"
	@echo "make soak GENERATED=1   every input made from botocore's models for what is simulated (n: each n-th)"
	@echo "make soak SWEEPS=1000   the same for accounts that are swept"
	@echo "make soak SEQUENCES=500   accounts that get one event.yaml after another, beside fresh ones"
	@echo "make bench        what 10, 100 and 1,000 accounts cost in time, calls, CPU and memory, a sweep, packing pictures, and labelling"
	@echo "make day          a day at the venue in real time: PostgreSQL, two servers behind a proxy, 400 people, outages (10 minutes)"
	@echo "make messages      bring the catalogue of translations up to date with the program, and compile it"
	@echo "make reference    write docs/reference.md and docs/errors.md anew, the JSON Schemas too, and draw docs/*.svg"
	@echo "make requirements  pin what setup.cfg names, with hashes, in requirements/; ARGS=--upgrade: the newest versions"
	@echo "make sbom         write sbom.cdx.json: every package of a plain install, with version and licence"
	@echo "make image        build the container image of a host (docs/venue.md); needs Docker or Podman"
	@echo "make image-check  run the installed wheel as the image does: read-only, as nobody, under limits; needs PostgreSQL"
	@echo "make clean        remove the environment and what runs have left"

# pip comes first: versions as old as 23.2 stumble over the metadata of some packages below.
$(READY): setup.cfg pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up $(VENV) (half a minute, once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.3'
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $(READY)

rehearse: $(READY)
	@$(BIN)/event-bootstrap rehearse $(ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: lint
	@$(BIN)/pytest --numprocesses 3 --dist worksteal -m "not postgresql and not browser and not more and not clients" $(ARGS)
	@echo "left out: tests that need a PostgreSQL server, Chromium or other AWS clients, and more examples of the same; make test-all runs them too"

# The linters use one core, and installing the clients waits for the network.
test-all: $(READY)
	@.ci/servers
	@$(MAKE) --no-print-directory --jobs 2 lint clients
	@TEST_ALL=1 $(BIN)/pytest --numprocesses 3 --dist worksteal $(ARGS)

clients: $(patsubst requirements/clients/%.txt,$(CLIENTS)/%/.ready,$(wildcard requirements/clients/*.txt))

# Most of what Ansible installs is never run: compiling it would take longer than installing it.
$(CLIENTS)/%/.ready: requirements/clients/%.txt
	@echo "Installing $* for the tests ..."
	@rm -rf $(CLIENTS)/$* && $(PYTHON) -m venv $(CLIENTS)/$*
	@$(CLIENTS)/$*/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r $<
	@touch $@

soak: $(READY)
ifdef SWEEPS
	@SWEEPS=$(SWEEPS) FROM=$(FROM) $(BIN)/pytest --numprocesses 2 --show-capture no tests/simulation/test_sweep_simulation.py $(ARGS)
else ifdef SEQUENCES
	@SEQUENCES=$(SEQUENCES) FROM=$(FROM) $(BIN)/pytest --numprocesses 2 --show-capture no tests/simulation/test_sequences.py $(ARGS)
else ifdef SEEDS
	@SEEDS=$(SEEDS) FROM=$(FROM) $(BIN)/pytest --numprocesses 2 --show-capture no tests/simulation/test_simulation.py $(ARGS)
else ifdef GENERATED
	@GENERATED=$(GENERATED) $(BIN)/pytest --numprocesses 2 -m more tests/evidence/test_generated.py $(ARGS)
else ifdef FUZZ
	@FUZZ=$(FUZZ) $(BIN)/pytest --numprocesses 2 tests/fuzz $(ARGS)
else
	@EVERY_CALL=1 $(BIN)/pytest tests/simulation/test_crash.py $(ARGS)
endif

bench: $(READY)
	@$(BIN)/python -m tests.bench $(ARGS)
	@BIG=$(BIG) $(BIN)/python -m tests.bench_sweep
	@$(BIN)/python -m tests.bench_packing
	@$(BIN)/python -m tests.bench_labelling

messages: $(READY)
	@$(BIN)/python docs/messages.py $(ARGS)

day: $(READY)
	@.ci/servers
	@$(BIN)/python -m tests.day

reference: $(READY)
	@$(BIN)/python docs/reference.py
	@$(BIN)/python docs/schemas.py
	@$(BIN)/python docs/drawings.py
	@$(BIN)/python docs/lab_drawings

$(TOOLS)/.ready: requirements/tools.txt
	@$(PYTHON) -m venv $(TOOLS)
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

requirements: $(TOOLS)/.ready
	@PATH="$(TOOLS)/bin:$$PATH" $(TOOLS)/bin/python docs/requirements.py $(ARGS)

# A plain install of its own: what is in .venv for tests is not part of it.
sbom: $(TOOLS)/.ready
	@rm -rf .venv-plain && $(PYTHON) -m venv --without-pip .venv-plain
	@$(TOOLS)/bin/uv pip install --quiet --python .venv-plain --require-hashes -r requirements/plain.txt
	@$(TOOLS)/bin/uv pip install --quiet --python .venv-plain --no-deps --build-constraints requirements/build.txt .
	@$(TOOLS)/bin/cyclonedx-py environment --output-reproducible --output-file sbom.cdx.json .venv-plain
	@rm -rf .venv-plain build *.egg-info
	@echo "sbom.cdx.json"

# Docker's client is there on machines where no daemon answers.
image:
	@for each in docker podman; do \
	  if $$each info >/dev/null 2>&1; then exec $$each build --pull --tag event-bootstrap:$(VERSION) $(ARGS) .; fi; \
	done; \
	echo "make image needs Docker or Podman that answers (docker info), and the network: it takes the base image, the"; \
	echo "pinned packages of requirements/host.txt and the certificates of RDS. make image-check needs neither."; exit 1

image-check: $(READY)
	@IMAGE=1 TEST_ALL=1 $(BIN)/pytest tests/test_image.py $(ARGS)

clean:
	@rm -rf $(VENV) $(TOOLS) $(CLIENTS) .venv-plain sbom.cdx.json .event-bootstrap build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
